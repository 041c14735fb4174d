"""Which months an account leaves out, and whether that is a season.

Two rests make a season. The silence in which the data begins is one where it is known that the
account is older; and one year is enough where it is that of the account's industry.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.significant import significant
from kamlib.quarters import YEAR
from kamlib.settings.rhythm import RhythmSettings

# With fewer gaps of its own, an account's usual gap is drawn towards the others'.
MIN_OWN_GAPS = 3
_TINY = 1e-6


@dataclass(frozen=True)
class Known:
    """What is known of accounts beside their orders.

    By account, where it is known: ``cycles``, days between orders as people know them; ``since``,
    the day since which it is one; ``industries``. ``data_from`` is the first day of the data.
    """

    cycles: pd.Series | None = None
    since: pd.Series | None = None
    industries: pd.Series | None = None
    data_from: pd.Timestamp | None = None

    @classmethod
    def of(cls, accounts: pd.DataFrame, data_from: pd.Timestamp) -> "Known":
        """From the table of accounts (``Book.everyone``)."""
        named = {"cycles": "order_cycle_days", "since": "since", "industries": "industry"}
        return cls(**{name: accounts[column] for name, column in named.items()},
                   data_from=data_from)  # fmt: skip


@dataclass(frozen=True)
class OrderDays:
    """Order days by account: code, day, month number, day within it; how many each account has."""

    accounts: pd.Index
    code: np.ndarray
    day: np.ndarray
    month: np.ndarray
    within: np.ndarray
    number: np.ndarray

    @property
    def last(self) -> np.ndarray:
        """The row of each account's last order day."""
        return np.cumsum(self.number) - 1

    @property
    def first(self) -> np.ndarray:
        """The row of each account's first order day."""
        return self.last - self.number + 1


def order_days_of(order_days: pd.DataFrame, as_of: pd.Timestamp) -> OrderDays:
    known = order_days[order_days["date"] <= as_of]
    code, accounts = pd.factorize(known["account"])
    day = known["date"].to_numpy("datetime64[D]")
    month = day.astype("datetime64[M]")
    return OrderDays(
        accounts=pd.Index(accounts, name="account", dtype="str"),
        code=code,
        day=day,
        month=month.astype(int),
        within=(day - month.astype("datetime64[D]")).astype(float),
        number=np.bincount(code, minlength=len(accounts)),
    )


def seasons(
    days: OrderDays,
    as_of: pd.Timestamp,
    cycles: np.ndarray,
    known: Known,
    rules: RhythmSettings,
) -> tuple[np.ndarray, np.ndarray]:
    """The months that each account leaves out (accounts x 12), and whether that is a season."""
    first, last = days.month[days.first], days.month[days.last]
    seen = _seen_from(days, known)
    ordered, lived = months_ordered(days)
    rate = ordered / np.maximum(lived, 1)
    quiet = rate < rules.quiet_share * (days.number / (last - first + 1.0))[:, None]
    begin, length = longest_rest(quiet)
    resting = (np.arange(YEAR) - begin[:, None]) % YEAR < length[:, None]
    lived = _lived(seen, last)
    share = (lived * resting).sum(axis=1) / (last - seen + 1.0)
    chance = _chance((ordered * resting).sum(axis=1), days.number, share)
    woken = first - seen
    closed = whole_rests(begin, length, first, last)
    closed += (woken >= rules.rest_months) & (woken <= length) & (closed == 0)
    again = begin + YEAR * ((last - begin) // YEAR + 1)
    now = pd.Timestamp(as_of).year * YEAR + pd.Timestamp(as_of).month - 1 - 1970 * YEAR
    free = ~(cycles >= rules.cycle_beats_season)
    seasonal = (
        (length >= rules.rest_months)
        & (chance < rules.season_chance)
        & (closed >= 1)
        & (closed + (now >= again) >= 2)
        & free
    )
    return _as_their_industry(days, ordered, quiet, seasonal, free, known, rules)


def months_ordered(days: OrderDays) -> tuple[np.ndarray, np.ndarray]:
    """Accounts x 12: order days in each month of the year, and how often it was lived through."""
    first, last = days.month[days.first], days.month[days.last]
    cells = np.bincount(days.code * YEAR + days.month % YEAR, minlength=len(first) * YEAR)
    return cells.reshape(-1, YEAR).astype(float), _lived(first, last)


def whole_rests(
    begin: np.ndarray, length: np.ndarray, first: np.ndarray, last: np.ndarray
) -> np.ndarray:
    """How many whole rests lie between two months."""
    return np.maximum((last - length - begin) // YEAR - (first - begin) // YEAR, 0)


def longest_rest(quiet: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The longest run of quiet months around the year: the month it begins in, its length."""
    twice = np.concatenate([quiet, quiet], axis=1)
    begin = np.zeros(len(quiet), int)
    length = np.zeros(len(quiet), int)
    for month in range(YEAR):
        run = np.logical_and.accumulate(twice[:, month : month + YEAR], axis=1).sum(axis=1)
        begin, length = np.where(run > length, month, begin), np.maximum(run, length)
    return begin, length


def _lived(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    of_year = np.arange(YEAR)
    return (last[:, None] - of_year) // YEAR - (first[:, None] - 1 - of_year) // YEAR


def _seen_from(days: OrderDays, known: Known) -> np.ndarray:
    """The month from which each account is seen: of its first order, or in which the data begins.

    An account that is a year older than its first order was silent before it in the data.
    """
    first = days.month[days.first]
    if known.since is None or known.data_from is None:
        return first
    begin = pd.Timestamp(known.data_from)
    since = known.since.reindex(days.accounts).astype("datetime64[us]")
    ordered = pd.Series(days.day[days.first].astype("datetime64[us]"), days.accounts)
    older = (since < begin) & (since <= ordered - pd.DateOffset(years=1))
    month = (begin.year - 1970) * YEAR + begin.month - 1
    return np.where(older, np.minimum(month, first), first)


def _as_their_industry(
    days: OrderDays,
    ordered: np.ndarray,
    quiet: np.ndarray,
    seasonal: np.ndarray,
    free: np.ndarray,
    known: Known,
    rules: RhythmSettings,
) -> tuple[np.ndarray, np.ndarray]:
    """Whoever never ordered out of the season that its industry has, has that season as well."""
    if known.industries is None or not seasonal.any():
        return quiet, seasonal
    industry = pd.factorize(known.industries.reindex(days.accounts).replace("", None))[0]
    quiet, found = quiet.copy(), seasonal.copy()
    for code in np.unique(industry[seasonal & (industry >= 0)]):
        theirs = seasonal & (industry == code)
        rest = quiet[theirs].mean(axis=0) > 0.5  # most of them
        if theirs.sum() < rules.industry_accounts or rest.sum() < rules.rest_months:
            continue
        fits = (industry == code) & ~seasonal & free & (days.number > MIN_OWN_GAPS)
        fits &= ordered[:, rest].sum(axis=1) == 0
        quiet[fits], found[fits] = rest, True
    return quiet, found


def _chance(inside: np.ndarray, number: np.ndarray, share: np.ndarray) -> np.ndarray:
    """How probable so few orders in some such months are if the account ordered at any time.

    A sum of binomial terms, where it can be small at all, for scipy would cost each kernel half
    a second.
    """
    few = inside < number * share
    inside, number = inside[few].astype(np.int64), number[few].astype(np.int64)
    share = np.clip(share[few], _TINY, 1 - _TINY)
    factorials = np.cumsum(np.log(np.maximum(np.arange(number.max(initial=0) + 1), 1)))
    total = np.zeros(len(inside))
    for k in range(inside.max(initial=-1) + 1):
        other = np.maximum(number - k, 0)
        ways = factorials[number] - factorials[k] - factorials[other]
        term = np.exp(ways + k * np.log(share) + other * np.log1p(-share))
        total += np.where(k <= inside, term, 0.0)
    chance = np.full(len(few), float(YEAR))
    chance[few] = YEAR * significant(total)
    return chance
