"""Who served the accounts of a book when, and how the chapter of key accounts tells it."""

from typing import TYPE_CHECKING

import pandas as pd

from kamlib.analysis.account.handover import COLUMNS, handover_brief
from kamlib.analysis.segments.handovers import (
    Served,
    changed_managers,
    handover_words,
    handovers_headline,
    nobody_served,
    served,
)
from kamlib.data.book import Book
from kamlib.data.frames import manager_days
from kamlib.show.spec import Page, Sheet
from kamlib.words import _

if TYPE_CHECKING:
    from kamlib.chapters.account import Account

HANDOVERS = Sheet(
    _("Handovers"),
    tab="work",
    about=_("Which accounts changed hands, and who sold how much"),
    title=_("Accounts that changed hands within a year"),
    note=_("Handovers: {rows}, as the sales name the managers; the largest account first."),
    remark=_("What is open and who knows whom is in the account's dossier."),
    columns="account:13 name:28 from_manager:16 to_manager:16 on:12 quarter_by_from:16 "
    "quarter_by_to:16 year_by_from:16 year_by_to:16 seen_in:16",
    freeze="account name",
)
LISTED = Page(
    "account name from_manager to_manager on quarter_by_from quarter_by_to year_by_from year_by_to",
    rows=15,
    caption=lambda self: _("Accounts that changed hands in {span}, and who sold how much").format(
        span=self.book.year_words
    ),
    otherwise="",
)
HEADINGS = (
    ("from_manager", _("From"), "text", 16),
    ("to_manager", _("To"), "text", 16),
    ("on", _("On"), "date"),
    ("quarter_by_from", _("Quarter, by the one before"), "money"),
    ("quarter_by_to", _("Quarter, by the one now"), "money"),
    ("year_by_from", _("Year, by the one before"), "money"),
    ("year_by_to", _("Year, by the one now"), "money"),
    ("seen_in", _("Seen in"), "text", 16),
)


def served_in(book: Book) -> Served:
    """Who served the accounts of a book in its window, and which changed hands."""
    as_of, settings = book.as_of, book.settings
    window = pd.DateOffset(months=settings.abc.months + 12)
    since = as_of + pd.Timedelta(days=1) - window
    by_manager = book.part_quarters("manager")
    recent = by_manager[by_manager["quarter"].dt.end_time >= since]
    today = managers_today(book)
    changed = changed_managers(recent, today)
    if changed.empty:
        return nobody_served()
    owners = book.accounts["manager"]
    return served(
        manager_days(book.tables.ledger.table, as_of, changed, since),
        today.reindex(changed),
        book.accounts["name"],
        owners,
        as_of=as_of,
        quarter_begins=book.quarter.start_time,
        settings=settings,
    )


def managers_today(book: Book) -> pd.Series:
    """Manager per account by the accounts table, where the book reaches the data's last day."""
    accounts = book.tables["accounts"].dropna(subset=["manager"])
    known = accounts.drop_duplicates("account").set_index("account")["manager"]
    return known if book.seen_to >= book.data_to else known.iloc[:0]


def handed_words(book: Book, served: Served) -> str:
    """Which accounts changed hands, or that nobody can see it."""
    named = (book.manager_quarters["manager"] != "").any()
    if not named and managers_today(book).size:
        return _("The sales name no manager: nobody can see which accounts changed hands.")
    return handovers_headline(served.handovers, book.manager_names, book.currency)


def handover_of(file: "Account") -> pd.DataFrame:
    """The brief of an account that changed hands in 12 months; without rows where it did not."""
    found = latest_handover(file)
    if found is None:
        return pd.DataFrame(columns=list(COLUMNS))
    return handover_brief(found, file.promises, file.people, file.book.manager_names)


def latest_handover(file: "Account") -> pd.Series | None:
    """The account's last row of the table of handovers."""
    rows = file.beside("segments").served.handovers
    own = rows[rows["account"] == file.account]
    return own.iloc[-1] if len(own) else None


def handover_told(file: "Account") -> str:
    """From whom to whom the account went, and what the list below it is."""
    found = latest_handover(file)
    if found is None:
        return ""
    told = handover_words(found, file.book.manager_names, file.currency)
    return _("{handover} To be done in the first weeks:").format(handover=told)
