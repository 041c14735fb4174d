"""The tables of churn: who is leaving, since when, from where, why, and whom to win back.

The one place that hands the single analyses' frames to each other.
"""

from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.bridge import TOTAL, bridge, labelled_sales, total_sales
from kamlib.analysis.reason_hints import reason_hints, strongest_hints
from kamlib.analysis.reasons import account_reasons, reason_word
from kamlib.analysis.states import account_states
from kamlib.analysis.unasked_return import loss_survival
from kamlib.analysis.winback import winback_economics
from kamlib.analysis.winback_attempts import (
    attempts,
    last_orders_before,
    win_chances,
)
from kamlib.analysis.year_value import year_before
from kamlib.data.book import Book
from kamlib.data.frames import PARTS, account_part_quarters
from kamlib.settings import Settings
from kamlib.words import _

DOUBTFUL = ("slowing", "at risk", "lost")
BEFORE = {"year ago": 4, "last quarter": 1}


@dataclass(frozen=True)
class Leaving:
    """What is known of every account's staying and leaving, each frame indexed by account.

    ``year`` is what it brought in the year before its last order; ``hints`` the strongest hint;
    ``reasons`` of lost accounts; ``economics`` of winning them back; ``attempts`` the log.
    """

    states: pd.DataFrame
    year: pd.DataFrame
    hints: pd.DataFrame
    reasons: pd.DataFrame
    attempts: pd.DataFrame
    economics: pd.DataFrame


def leaving(book: Book, settings: Settings | None = None) -> Leaving:
    """Judge every account's staying, by other settings where some are tried out."""
    if settings is None:
        return book.once("leaving", lambda: _leaving(book, book.settings))
    return _leaving(book, settings)


def states_at(book: Book, quarter: pd.Period, settings: Settings) -> pd.DataFrame:
    """The states at the end of this or an earlier quarter, from what was known then."""
    known = book.accounts.index.union(book.tables["accounts"]["account"])
    as_of = quarter.end_time.normalize()
    return account_states(
        *(book.orders, book.gaps, book.months, pd.Index(known, name="account")),
        as_of=as_of,
        seen_to=min(as_of, book.seen_to),
        new_months=settings.xyz.new_months,
        settings=settings.churn,
    )


def book_bridge(book: Book, base: pd.Period) -> pd.DataFrame:
    """The revenue bridge from a quarter to the book's, in total and by every direction."""
    ledger, as_of = book.tables.ledger.table, book.as_of
    parts = {part: account_part_quarters(ledger, as_of, part) for part in PARTS}
    known = {part: sales for part, sales in parts.items() if (sales["key"] != "").any()}
    sales = {TOTAL: total_sales(parts["region"]), **known}
    reasons = leaving(book).reasons
    recorded = reasons.loc[reasons["recorded"] != "", "recorded"]
    if len(recorded):
        words = recorded.map(reason_word)
        sales["reason"] = labelled_sales(parts["region"], words, _("not recorded"))
    rivals = book.known("competitors").dropna(subset=["competitor"])
    if len(rivals):
        strongest = rivals.sort_values("share", na_position="first").groupby("account").tail(1)
        labels = strongest.set_index("account")["competitor"]
        sales["competitor"] = labelled_sales(parts["region"], labels, _("none recorded"))
    return bridge(sales, quarter=book.quarter, base=base)


def compared_quarter(book: Book) -> pd.Period | None:
    """The quarter that the bridge starts from: a year ago, else the last; None before the data."""
    first = book.tables.data_from.to_period("Q")
    back = BEFORE[book.settings.bridge.compare]
    found = [book.quarter - quarters for quarters in (back, 1) if book.quarter - quarters >= first]
    return found[0] if found else None


def _leaving(book: Book, settings: Settings) -> Leaving:
    states = states_at(book, book.quarter, settings)
    year = year_before(book.months, states["last_order"])
    hints = _hints(book, states.loc[states["state"].isin(DOUBTFUL), "last_order"], settings)
    lost = states.loc[states["state"] == "lost", "last_order"]
    reasons = _reasons(book, lost, hints, settings)
    winbacks, rules = book.known("winbacks"), settings.winback
    asked = last_orders_before(winbacks, book.gaps)
    why_asked = _reasons(book, asked, _hints(book, asked, settings), settings)
    made = attempts(
        *(winbacks, why_asked["reason"], book.gaps, book.months), as_of=book.as_of, settings=rules
    )
    survival = loss_survival(book.gaps, states["allowed_days"], winbacks, seen_to=book.seen_to)
    economics = winback_economics(
        *(states, book.accounts, book.months, reasons, survival),
        *(win_chances(made, settings=rules), made, book.known("payments")),
        as_of=book.as_of,
        seen_to=book.seen_to,
        settings=rules,
    )
    return Leaving(states, year, hints, reasons, made, economics)


def _hints(book: Book, last_orders: pd.Series, settings: Settings) -> pd.DataFrame:
    tables = map(book.known, ("interactions", "deliveries", "payments", "tenders", "competitors"))
    return strongest_hints(reason_hints(last_orders, *tables, settings=settings.hints))


def _reasons(
    book: Book, last_orders: pd.Series, hints: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    return account_reasons(
        *(last_orders, book.known("losses"), hints), days_before=settings.hints.days_before
    )
