"""The dossiers of a pack and the page of their list; a short card of each other large account."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib.resources import files

import pandas as pd

from kamlib.chapters.catalogue import KeyAccountBook
from kamlib.chapters.sheets.account_cards import CLASSES, account_cards
from kamlib.data.book import Book
from kamlib.data.describe.slugs import file_names
from kamlib.pack.pages import PageLink, content_html
from kamlib.show.columns import column
from kamlib.show.page_colours import shade
from kamlib.show.sheet_tables import person_html
from kamlib.show.tables import table
from kamlib.words import _, accounts, capital, count, counted, day, money, short, signed, told

NOTEBOOK = "05_account"
FOLDER = "accounts"
LIST = "index.html"
_LISTED = ("account", "name", "manager", "types", "cell", "revenue", "margin", "score", "hours",
           "dossier", "key_why")  # fmt: skip
CARDS = "accounts.html"
_CARD = "a-"  # what the place of a card begins with, before the account's file name
_CARDS_CSS = (
    ".kam-accounts details details{margin:0;padding:5px 0;border-color:"
    f"{shade('line')}}}"
    ".kam-accounts details details>summary{display:grid;gap:0 12px;font-weight:400;"
    "grid-template-columns:minmax(0,3fr) minmax(0,3fr) 8em minmax(0,2fr)}"
    ".kam-accounts details details>summary span{display:inline;margin:0;max-width:none}"
    ".kam-accounts summary b::before{content:'\\25B8\\00a0'}"
    ".kam-accounts [open]>summary b::before{content:'\\25BE\\00a0'}"
    ".kam-accounts .m{text-align:right;font-variant-numeric:tabular-nums}"
    ".kam-accounts details:target>summary b{text-decoration:underline}"
    ".kam-accounts dl{display:grid;grid-template-columns:minmax(9em,max-content) 1fr;"
    "gap:2px 14px;margin:6px 0 10px 1.1em}"
    f".kam-accounts dt{{color:{shade('muted')}}}.kam-accounts dd{{margin:0}}"
    ".kam-accounts{overflow-wrap:anywhere}.kam-accounts details details{scroll-margin-top:8px}"
    "@media(max-width:640px){"
    ".kam-accounts details details>summary{grid-template-columns:minmax(0,1fr) max-content}"
    ".kam-accounts details details>summary :is(b,span:last-child){grid-column:1/-1}"
    ".kam-accounts dl{grid-template-columns:1fr;margin-left:0}"
    ".kam-accounts dt:not(:first-child){margin-top:4px}}"
    "@media print{.kam-accounts details details{padding:1px 0;break-inside:avoid}}"
)


@dataclass(frozen=True)
class Dossier:
    """One account's page: ``name`` is its file's, without an ending."""

    account: str
    title: str
    name: str

    @property
    def file(self) -> str:
        """The page, within the folder of all dossiers."""
        return f"{self.name}.html"


def key_accounts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The accounts that get a dossier, best first, indexed by account."""
    # The stand-in until there is a list of key accounts: those of the most value.
    return tables["key_accounts"] if "key_accounts" in tables else tables["abc_xyz"].head(12)


def planned_dossiers(book: Book, tables: Mapping[str, pd.DataFrame]) -> list[Dossier]:
    """The dossiers of a pack, the best account's first: at most ``pack.dossiers``.

    File names are told apart among all accounts of the book, so an account's does not depend on
    who else is on the list.
    """
    listed = key_accounts(tables).head(book.settings.pack.dossiers)
    chosen = listed.index
    accounts = book.accounts
    names = file_names([*accounts.index, *chosen])
    known = listed["name"].where(listed["name"] != "", chosen.to_series())
    return [
        Dossier(account, _title(account, name), names[account]) for account, name in known.items()
    ]


def hrefs(dossiers: Sequence[Dossier], *, within: bool = False) -> dict[str, str]:
    """Where each account's dossier is, seen from the pack's folder or from ``within`` theirs."""
    folder = "" if within else f"{FOLDER}/"
    return {dossier.account: f"{folder}{dossier.file}" for dossier in dossiers}


def from_within(links: Sequence[PageLink]) -> list[PageLink]:
    """The pack's navigation bar as a page in the folder of dossiers needs it."""
    return [replace(link, href=f"../{link.href}") for link in links]


def neighbours(dossiers: Sequence[Dossier], place: int) -> list[PageLink]:
    """Links from the dossier at a place: the one before, the list, the one after."""
    links = [PageLink(LIST, _("All {number} dossiers").format(number=count(len(dossiers))))]
    if place > 0:
        before = dossiers[place - 1]
        links.insert(0, PageLink(before.file, f"← {before.title}"))
    if place + 1 < len(dossiers):
        after = dossiers[place + 1]
        links.append(PageLink(after.file, f"{after.title} →"))
    return links


def list_html(
    book: Book,
    tables: Mapping[str, pd.DataFrame],
    dossiers: Sequence[Dossier],
    links: Sequence[PageLink],
    failed: Collection[str],
    *,
    managers: Mapping[str, PageLink] | None = None,
) -> str:
    """The page that lists all dossiers, with those that could not be made."""
    listed = key_accounts(tables)
    shown = listed.head(len(dossiers)).copy()
    shown["dossier"] = [_("could not be made") if a in failed else "" for a in shown.index]
    columns = [name for name in _LISTED if name in shown or name == "account"]
    words = _("{number} accounts, the most important first; each leads to its dossier.")
    if len(dossiers) < len(listed):
        words = _("The first {number} of {all} accounts; each leads to its dossier.")
    words = words.format(number=count(len(dossiers)), all=count(len(listed)))
    content = table(shown.rename_axis("account"), rows=None, currency=book.currency,
                    columns=columns).html  # fmt: skip
    return content_html(
        book,
        _("Dossiers"),
        links,
        f"<p>{escape(told(words))}</p>{content}",
        dossiers=hrefs(dossiers, within=True),
        managers=managers,
    )


def _title(account: str, name: str) -> str:
    return account if name == account else f"{name} ({account})"


def other_accounts(book: KeyAccountBook, dossiers: Sequence[Dossier]) -> pd.DataFrame:
    """What the cards tell: a row per account of class A or B without a dossier, with ``place``.

    ``place`` is the id of the card on its page.
    """
    cards = account_cards(book)
    names = file_names([*book.accounts.index, *cards.index])
    cards = cards.drop(index=[d.account for d in dossiers], errors="ignore")
    places = [f"{_CARD}{names[account]}" for account in cards.index]
    return cards.assign(place=pd.Series(places, cards.index, dtype="str"))


def card_hrefs(cards: pd.DataFrame) -> dict[str, str]:
    """Where the card of each account is, seen from the pack's folder."""
    return {account: f"{CARDS}#{place}" for account, place in cards["place"].items()}


def cards_html(
    book: KeyAccountBook,
    cards: pd.DataFrame,
    links: Sequence[PageLink],
    *,
    dossiers: Mapping[str, str],
    managers: Mapping[str, PageLink],
) -> str:
    """The page of all short cards, by class, each behind a line; a box finds them.

    Parameters
    ----------
    cards
        As of ``other_accounts``.
    """
    words = _("{number} accounts of class A or B without a dossier; a line opens to a short card.")
    words = words.format(number=count(len(cards)))
    find = escape(told(_("Find an account, a manager, a task …")))
    found = escape(told(_("{n} of {all} accounts").format(n="{n}", all=count(len(cards)))))
    groups = ((name, cards[cards["abc"] == name]) for name in CLASSES)
    body = "".join(_group(book, name, rows) for name, rows in groups if len(rows))
    script = files("kamlib.pack").joinpath("templates", "pack", "accounts.js")
    content = (
        f"<style>{_CARDS_CSS}</style><p>{escape(told(words))}</p>"
        f'<div class="kam-accounts" data-find="{find}" data-found="{found}">{body}</div>'
        f"<script>{script.read_text(encoding='utf-8')}</script>"
    )
    title = _("Other accounts")
    return content_html(book, title, links, content, dossiers=dossiers, managers=managers)


def _group(book: KeyAccountBook, name: str, rows: pd.DataFrame) -> str:
    told_of = _("{accounts}, {revenue} in {span}")
    said = told_of.format(
        accounts=accounts(len(rows)),
        revenue=_short(rows["revenue"].sum(), book.currency),
        span=book.year_words,
    )
    if book.has_margin:
        leaves = _("{said}, {margin} of margin may leave")
        risk = _short(rows["margin_at_risk"].sum(), book.currency)
        said = leaves.format(said=said, margin=risk)
    title = told(_("Class {name}").format(name=name))
    cards = "\n".join(_card(book, row) for row in rows.itertuples())
    return (
        f'<details class="kam-more" id="class-{name}"><summary><h2>{escape(title)}</h2> '
        f"<span>{escape(told(said))}</span></summary>\n{cards}</details>"
    )


def _card(book: KeyAccountBook, row: tuple) -> str:
    """One account: a line with name, whose it is, money and what to do; behind it the rest."""
    who = book.manager_name(row.manager or "")
    number = "" if row.name == row.Index else row.Index
    about = " · ".join([escape(part) for part in (row.cell, number, who) if part])
    task = ""
    if isinstance(row.verb, str):
        dated = _("{verb}, by {day}") if row.fits else _("{verb}, as soon as there are hours")
        task = capital(told(dated.format(verb=row.verb, day=day(row.due))))
    lines = "".join(
        f"<dt>{escape(told(head))}</dt><dd>{text}</dd>" for head, text in _lines(book, row, who)
    )
    return (
        f'<details class="kam-more" id="{escape(row.place)}"><summary><b>{escape(row.name)}</b>'
        f'<span>{about}</span><span class="m">{escape(_short(row.revenue, book.currency))}</span>'
        f"<span>{escape(task)}</span></summary><dl>{lines}</dl></details>"
    )


def _lines(book: KeyAccountBook, row: tuple, who: str) -> list[tuple[str, str]]:
    """What a card tells, heading by heading as HTML, as far as it is known."""
    currency = book.currency
    known = {
        "manager": person_html(row.manager, who) if who else "",
        "types": _said(_kinds(row)),
        "state": _said(f"{capital(column('state').text(row.state))}. {told(row.state_why)}"),
        "silence_days": _said(_silence(row)),
        "revenue": _changed(row.revenue, row.revenue_before, currency),
        "margin": _changed(row.margin, row.margin_before, currency),
        "margin_at_risk": _said(money(row.margin_at_risk, currency))
        if book.has_margin and row.margin_at_risk > 0
        else "",
    }
    spans = dict.fromkeys(("revenue", "margin"), _("{what}, {span}"))
    found = [
        (spans.get(name, "{what}").format(what=column(name).label, span=book.year_words), text)
        for name, text in known.items()
    ]
    found.append((_("What to do"), _said(row.told)))
    if isinstance(row.verb, str):
        found.append((column("why").label, _said(row.why)))
        found.append((column("stake").label, _said(money(row.stake, currency))))
    found.append((_("Open"), _said(_waiting(row))))
    return [(head, text) for head, text in found if text]


def _said(text: str) -> str:
    return escape(told(text))


def _kinds(row: tuple) -> str:
    """Its types, and whether it is a key account."""
    types = column("types").text(row.types)
    if not row.key:
        return types
    return ", ".join([told(_("key account")), types] if types else [told(_("key account"))])


def _silence(row: tuple) -> str:
    if pd.isna(row.silence_days):
        return ""
    if pd.isna(row.typical_gap_days):
        return count(row.silence_days)
    usual = _("{silence}, usually {usual}")
    return usual.format(silence=count(row.silence_days), usual=count(row.typical_gap_days))


def _changed(now: float, before: float, currency: str) -> str:
    """An amount of 12 months with its change to the 12 before, where both are known."""
    if pd.isna(now):
        return ""
    if pd.isna(before):
        return _said(money(now, currency))
    told_of = _("{amount} ({change} on the year before)")
    return _said(told_of.format(amount=money(now, currency), change=signed(now - before)))


def _waiting(row: tuple) -> str:
    """How many promises and tenders are open."""
    parts = []
    if row.promises:
        parts.append(counted(row.promises, _("1 promise"), _("{n} promises")))
    if row.overdue:
        parts.append(_("{n} of them overdue").format(n=count(row.overdue)))
    if row.tenders:
        parts.append(counted(row.tenders, _("1 tender"), _("{n} tenders")))
    return ", ".join(map(told, parts))


def _short(value: float, currency: str) -> str:
    return f"{currency} {short(value)}".strip()
