"""The dossiers of a pack: who gets one, where it stands, and the page of their list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from kamlib.data.book import Book
from kamlib.data.describe.slugs import file_names
from kamlib.pack.pages import PageLink, content_html
from kamlib.show.tables import table
from kamlib.words import _, count, told

NOTEBOOK = "05_account"
FOLDER = "accounts"
LIST = "index.html"
_LISTED = ("account", "name", "manager", "types", "cell", "revenue", "margin", "score", "hours",
           "dossier", "key_why")  # fmt: skip


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
