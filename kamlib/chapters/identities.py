"""Who is the customer: numbers that may be one company, and groups beside their sites."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from kamlib.analysis.abc_xyz.groups import chosen_headline, with_groups
from kamlib.analysis.identities.candidates import KnownAccounts, identity_candidates
from kamlib.analysis.identities.names import shared_names
from kamlib.analysis.identities.open_twins import open_twins, twins_told
from kamlib.analysis.measures.loss import orders_at
from kamlib.chapters.chapter import Chapter, frame, rests, sentence, table, untried
from kamlib.data.results import ask
from kamlib.show.spec import Page, Sheet, Sum
from kamlib.words import _

if TYPE_CHECKING:
    from kamlib.chapters.segments import Segments

Chosen = Callable[["Segments"], pd.Index]
WHO = Sheet(
    _("Who is the customer"),
    tab="input",
    about=_("Numbers that may be one company: say yes or no"),
    title=_("Who is the customer?"),
    note=_(
        "{rows} accounts may be one company with another number, the surest first. Answer in the "
        "yellow cells, save this workbook, and put it into the folder {folder} of the data set."
    ),
    remark=_(
        "Yes: both count as one account from then on, under the number in the second column. No: "
        "they are different, and are not proposed again. Empty: stays open."
    ),
    columns="account:13 belongs_to:13 name:28 belongs_to_name:28 answer:9 kind:13 decided_by:14 "
    "decided_on:12 note:28 strength:9 money:13 evidence:64 revenue:13 revenue_belongs_to:13 "
    "not_lost:13 not_new:13",
    sums=(
        Sum(_("Proposals shown"), "account", count=True),
        Sum(_("Revenue that would move"), "money"),
        Sum(_("Of them answered"), "answer", count=True),
    ),
    freeze="account belongs_to",
    pages=2,
    row=8,
    live="lists.write_who",
    front=12,
)


class Identities(Chapter):
    """Which accounts may be one company, and what is not settled about that."""

    name, title = "identities", _("Who is the customer?")

    @untried
    @frame
    def known(self) -> KnownAccounts:
        """What is known of all accounts when it is asked which of them are one."""
        book = self.book
        ask("accounts")
        return KnownAccounts(
            accounts=book.everyone,
            orders=orders_at(book.orders, book.as_of),
            months=book.months,
            line_quarters=book.line_quarters,
            states=book.churn.states["state"],
            contacts=book.known("contacts"),
            settled=book.tables["identities"],
            as_of=book.as_of,
            data_from=book.tables.data_from,
            heads=book.tables.who.heads,
        )

    @untried
    @frame
    def candidates(self) -> pd.DataFrame:
        """The same, without rows where nobody may be anybody else."""
        return identity_candidates(self.known, settings=self.settings.identities)

    @untried
    @table(
        page=Page(
            "account name belongs_to belongs_to_name kind strength money evidence", otherwise=""
        ),
        sheet=WHO,
        headings=(
            ("belongs_to", _("Would count under"), "text"),
            ("belongs_to_name", _("Its name"), "text"),
            ("kind", _("How"), "text"),
            ("strength", _("How sure"), "text"),
            ("evidence", _("What speaks for it"), "text"),
            ("revenue", _("Revenue of the year"), "money"),
            ("revenue_belongs_to", _("Revenue of the other"), "money"),
            ("not_lost", _("Would not be lost"), "money"),
            ("not_new", _("Would not be new"), "money"),
            ("money", _("Revenue that would move"), "money"),
        ),
    )
    def identity_candidates(self) -> pd.DataFrame | None:
        """The accounts that may be one company with another, the surest and most money first."""
        return self.candidates if len(self.candidates) else None

    @rests("")
    @untried
    @frame
    def twins(self) -> pd.DataFrame:
        """Each account with a number that may be the same company, as a sentence beside it."""
        return open_twins(self.candidates, self.known.states)

    @frame
    def chains(self) -> pd.Series:
        """Names that more accounts have than two numbers of one company would explain."""
        return shared_names(
            self.book.accounts["name"], most_same=self.settings.identities.most_same
        )

    @sentence
    def open(self) -> str:
        """How many proposals are open, and how much money hangs on them."""
        return twins_told(self.candidates, self.currency)


def at_other_level(chapter: "Segments") -> "Segments | None":
    """The chapter at the other level, by the settings that are tried; None without a group."""
    other = chapter.book.other_level()
    if other is None:
        return None
    if chapter.settings is chapter.book.settings:
        return other.segments
    return chapter.once("other level", lambda: other.segments.under(chapter.settings))


def types_of_both_levels(chapter: "Segments") -> pd.DataFrame:
    """The types of every account; of groups and their sites with the other level's beside."""
    other = at_other_level(chapter)
    if other is None:
        return chapter.judged_types
    book = chapter.book
    return with_groups(
        chapter.judged_types,
        other.judged_types,
        book.abc_xyz.groups,
        book.tables.who.heads,
        level=book.settings.accounts.level,
    )


def groups_judged(chapter: "Segments") -> pd.DataFrame | None:
    """The groups with their types, and whether each is a key account; None without a group."""
    found, other = chapter.book.abc_xyz.groups, at_other_level(chapter)
    if other is None or found.empty:
        return None
    as_one = chapter if chapter.book.settings.accounts.level == "group" else other
    return found.assign(
        types=as_one.judged_types["types"].reindex(found.index),
        key=found.index.isin(key_accounts(as_one)),
    )


def key_accounts(chapter: "Segments") -> pd.Index:
    """The key accounts."""
    return chapter.chosen.key.index


def breadwinners(chapter: "Segments") -> pd.Index:
    """The breadwinners."""
    return chapter.classes.index[chapter.judged_types["breadwinner"]]


def and_groups(chapter: "Segments", told: str, what: str, chosen: Chosen) -> str:
    """A sentence, and after it what the other level would say of groups."""
    other = at_other_level(chapter)
    if other is None:
        return told
    more = chosen_headline(
        chapter.book.abc_xyz.groups,
        chapter.book.tables.who.heads,
        chosen(chapter),
        chosen(other),
        level=chapter.book.settings.accounts.level,
        what=what,
    )
    return f"{told} {more}".strip()
