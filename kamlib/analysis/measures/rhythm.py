"""What silence means for an account: its own calendar, from the days on which it ordered.

An account has a season where its orders leave out the same months year after year, and that
would hardly be so if it ordered at any time. Within a season days count as they pass; a month
of few orders counts in part, a month of none not at all. Silence in these *counted days* is
what is held against the account's own gaps, so that a winter says nothing of a garden centre.
Without a season every day counts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.seasons import (
    MIN_OWN_GAPS,
    Known,
    OrderDays,
    longest_rest,
    months_ordered,
    order_days_of,
    seasons,
    whole_rests,
)
from kamlib.quarters import YEAR
from kamlib.settings.rhythm import RhythmSettings

# With as many gaps, one long silence may be chance: what it came back from twice is a habit.
ONCE_IS_CHANCE = 3
KINDS = (
    *("weekly", "monthly", "steady", "half-yearly", "yearly", "seasonal", "project", "unknown"),
)
KIND = pd.CategoricalDtype(KINDS)
# Rhythms so slow that half a year's value, or a quarter's silence, tells nothing.
SLOW = ("half-yearly", "yearly", "project")
COLUMNS = (
    *("rhythm", "season", "typical_gap_days", "own_gap", "longest_days", "due_days"),
    *("explained_days", "resumes_on", "call_on"),
)
# What tables of accounts carry on of it; the usual gap and what is explained go with the loss.
CARRIED = ("due_days", "rhythm", "season", "resumes_on", "call_on")
_MONTH_DAYS = np.array([31, 28.2425, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
# The median of n logarithms varies as π/2 of what their mean does.
_MEDIAN_NOISE = np.pi / 2
_TINY = 1e-6
# What rhythms are called by: usual gaps in days, and how far gaps that are even differ (as the
# standard deviation of their logarithms).
WEEKLY, MONTHLY, PROJECT, EVEN = 10, 45, 120, 0.25
HALF_YEAR_SLACK, YEAR_SLACK = 35, 60


@dataclass(frozen=True)
class _Calendars:
    """The clock of each account: months from ``begin`` on, counted days up to each, a year's."""

    seasonal: np.ndarray
    begin: np.ndarray  # the month (0–11) in which the season's rest begins
    weight: np.ndarray  # accounts x 12, from ``begin`` on: how far a day of the month counts
    passed: np.ndarray  # accounts x 13: counted days up to the beginning of each such month
    sparse: np.ndarray  # less than two orders a season
    quiet: np.ndarray  # accounts x 12, January first: months out of season

    @property
    def year(self) -> np.ndarray:
        """Counted days of a whole year."""
        return self.passed[:, YEAR]

    def season_year(self, code: np.ndarray) -> np.ndarray:
        """Counted days of a whole year of these accounts; 1 of one without a season."""
        return np.where(self.seasonal[code], self.year[code], 1.0)


def with_rhythm(
    orders: pd.DataFrame,
    order_days: pd.DataFrame,
    *,
    known: Known | None = None,
    seen_to: pd.Timestamp | None = None,
    rules: RhythmSettings,
) -> pd.DataFrame:
    """Order statistics at some dates, each row with the account's rhythm as known then.

    Parameters
    ----------
    orders
        The book's frame: one row per date and account that had ordered by then.
    order_days
        ``account`` and ``date`` of every order day, in that order; later ones change nothing.
    known
        What is known of accounts beside their orders.
    seen_to
        The last day that is known of.

    Returns
    -------
    ``orders`` with the columns of :func:`rhythms`.
    """
    parts = [
        rhythms(
            order_days,
            date if seen_to is None else min(date, seen_to),
            known=known,
            rules=rules,
        ).assign(as_of=date)
        for date in orders["as_of"].drop_duplicates()
    ]
    found = pd.concat(parts) if parts else rhythms(order_days, pd.Timestamp(0), rules=rules)
    keyed = found.set_index("as_of", append=True) if parts else found
    wanted = pd.MultiIndex.from_frame(orders[["account", "as_of"]])
    told = keyed.reindex(wanted)[list(COLUMNS)].set_axis(orders.index)
    return orders.assign(**{name: told[name] for name in COLUMNS})


def rhythms(
    order_days: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    known: Known | None = None,
    rules: RhythmSettings,
) -> pd.DataFrame:
    """The rhythm of each account that had ordered by a day.

    The usual gap is the median gap, in counted days; with fewer than three gaps it is drawn
    towards the others' by empirical Bayes: by how much gaps of one account differ, against how
    much accounts do. A known order cycle goes before both.

    Returns
    -------
    Indexed by account, sorted: ``rhythm`` (category of ``KINDS``); ``season`` (text: for each
    month, January first, "1" where it buys; empty without a season); ``typical_gap_days``
    (counted days; NaN where nobody has a gap); ``own_gap`` (whether that is its own habit);
    ``longest_days`` (counted days of the longest silence that it came back from; with three gaps
    or more, twice: once is chance);
    ``due_days`` (days after its last order by which its calendar has an order due: a shorter
    silence is nothing unusual); ``explained_days`` (days after its last order that its calendar
    explains at most; beyond them its season was missed, or its longest silence is far
    exceeded); ``resumes_on`` (first day of the month in which its season begins again, where
    the account is resting as it always does; else missing); ``call_on`` (working day after
    ``as_of`` on which to call it before that).
    """
    days = order_days_of(order_days, as_of)
    known = known or Known()
    cycles = _known_cycles(known.cycles, days.accounts)
    calendars = _calendars(days, *seasons(days, as_of, cycles, known, rules))
    gaps = _counted_gaps(days, calendars)
    typical, own, longest = _typical(days, gaps, cycles)
    due, explained = _spans(days, calendars, typical, longest, days.last, rules)
    last = days.day[days.last]
    silence = (np.datetime64(as_of, "D") - last).astype(float)
    return pd.DataFrame(
        {
            "rhythm": pd.Categorical(_kinds(days, calendars, typical, gaps), dtype=KIND),
            "season": _season_texts(calendars),
            "typical_gap_days": typical,
            "own_gap": own,
            "longest_days": longest,
            "due_days": due,
            "explained_days": explained,
            **_season_ahead(calendars, as_of, silence <= due, rules),
        },
        days.accounts,
    )


def counted_ages(
    order_days: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    ahead_days: int,
    known: Known | None = None,
    rules: RhythmSettings,
) -> pd.DataFrame:
    """How old each account and its last order are by its own calendar, and how much lies ahead.

    Returns
    -------
    Indexed by account: ``rhythm`` (as in :func:`rhythms`); in counted days ``last_days`` (from
    the first order to the last), ``age_days`` (from the first order to ``as_of``) and
    ``ahead_days`` (of the days after ``as_of``: at least one, for an order out of season is rare,
    not impossible).
    """
    days = order_days_of(order_days, as_of)
    known = known or Known()
    cycles = _known_cycles(known.cycles, days.accounts)
    calendars = _calendars(days, *seasons(days, as_of, cycles, known, rules))
    gaps = _counted_gaps(days, calendars)
    typical, _own, _longest = _typical(days, gaps, cycles)
    now = np.datetime64(as_of, "D")
    told = days.day[days.first], days.day[days.last], now, now + ahead_days
    first, last, today, end = (np.broadcast_to(day, days.number.shape) for day in told)
    spans = {"last_days": (first, last), "age_days": (first, today), "ahead_days": (today, end)}
    found = {
        name: np.where(
            calendars.seasonal,
            _clock_on(calendars, until) - _clock_on(calendars, since),
            (until - since).astype(float),
        )
        for name, (since, until) in spans.items()
    }
    found["ahead_days"] = np.maximum(found["ahead_days"], 1.0)
    kinds = pd.Categorical(_kinds(days, calendars, typical, gaps), dtype=KIND)
    return pd.DataFrame({"rhythm": kinds, **found}, days.accounts)


def explained_gaps(
    order_days: pd.DataFrame, at: pd.DataFrame, as_of: pd.Timestamp, *, rules: RhythmSettings
) -> pd.Series:
    """How much of the silence that each order ended the account's calendar explains, in days.

    A season is that of today, counted from the order before: the first winter was none the less
    a winter. Without a season it is what the silences before had shown: with the judged one
    among them, none that ended would ever have been a loss.

    Parameters
    ----------
    at
        Order statistics at ``as_of`` with the rhythm (``with_rhythm``), by account.

    Returns
    -------
    Indexed as the rows of ``order_days`` up to ``as_of``; NaN at an account's first order.
    """
    known = order_days[order_days["date"] <= as_of]
    account = known["account"]
    gap = known.groupby("account")["date"].diff().dt.days.astype(float)
    most = gap.groupby(account).cummax().groupby(account).shift()
    second = np.fmin(gap, most).groupby(account).cummax().groupby(account).shift()
    number = known.groupby("account").cumcount() - 1
    told = rules.beyond_longest * most.where(number < ONCE_IS_CHANCE, second)
    mine = known[account.isin(at.index[at["season"] != ""])]
    if len(mine):
        days = order_days_of(mine, as_of)
        of = at.reindex(days.accounts)
        quiet = np.array([[month == "0" for month in season] for season in of["season"]])
        calendars = _calendars(days, quiet, np.ones(len(quiet), bool))
        typical, longest = of["typical_gap_days"], of["longest_days"]
        rows = np.arange(len(mine))
        _due, explained = _spans(
            days, calendars, typical.to_numpy(float), longest.to_numpy(float), rows, rules
        )
        told.loc[mine.index] = np.concatenate([[np.nan], explained[:-1]])
    return told.mask(account != account.shift())


def rests_through(season: pd.Series, after: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
    """Whether all days after one day up to another are out of an account's season.

    >>> season = pd.Series(["001111110000", ""])
    >>> rests_through(season, pd.Timestamp("2025-09-30"), pd.Timestamp("2025-12-31")).tolist()
    [True, False]
    """
    months = pd.period_range(after + pd.Timedelta(days=1), until, freq="M").month - 1
    rests = [bool(told) and all(told[month] == "0" for month in months) for told in season]
    return pd.Series(rests, season.index, dtype=bool)


def season_days(season: pd.Series, after: pd.Series, until: pd.Series) -> pd.Series:
    """How many days after one day up to another lie in each account's season.

    >>> season = pd.Series(["001111110000"])
    >>> after, until = (pd.Series([pd.Timestamp(day)]) for day in ("2025-08-21", "2025-12-31"))
    >>> season_days(season, after, until).tolist()
    [10.0]
    """
    days = [
        np.arange(first, last, dtype="datetime64[D]") + 1
        for first, last in zip(
            after.to_numpy("datetime64[D]"), until.to_numpy("datetime64[D]"), strict=True
        )
    ]
    months = [part.astype("datetime64[M]").astype(int) % YEAR for part in days]
    busy = [np.array(list(told)) == "1" for told in season]
    counted = [float(open_[month].sum()) for open_, month in zip(busy, months, strict=True)]
    return pd.Series(counted, season.index, dtype=float)


def known_seasons(found: pd.DataFrame) -> pd.Series:
    """The column ``season``; empty, too, for accounts that never ordered."""
    return found["season"].astype(object).fillna("").astype("str")


def free_days(found: pd.DataFrame) -> pd.Series:
    """How long an account's silence says nothing at all, in days after its last order.

    In a season, where an account often pauses for months, and while its few gaps are all that is
    known of it, that is until its calendar has an order due; else no time at all.

    Parameters
    ----------
    found
        ``season``, ``rhythm``, ``own_gap``, ``due_days`` of :func:`rhythms`, by account.
    """
    slow = found["rhythm"].isin(SLOW) | (found["season"] != "") | found["own_gap"].eq(False)
    return found["due_days"].astype(float).where(slow, 0.0)


def free_days_of(row: pd.Series) -> float:
    """The same of one account."""
    return float(free_days(pd.DataFrame([row])).iloc[0])


def _known_cycles(cycles: pd.Series | None, accounts: pd.Index) -> np.ndarray:
    if cycles is None:
        return np.full(len(accounts), np.nan)
    return cycles.astype(float).reindex(accounts).to_numpy(float)


def _calendars(days: OrderDays, quiet: np.ndarray, seasonal: np.ndarray) -> _Calendars:
    """How far a day of each month counts."""
    first, last = days.month[days.first], days.month[days.last]
    ordered, lived = months_ordered(days)
    begin, length = longest_rest(quiet)
    closed = whole_rests(begin, length, first, last)
    sparse = days.number < 2 * (closed + 1)
    weight = _weights(ordered / np.maximum(lived, 1), quiet, sparse)
    weight[~seasonal] = 1.0
    begin = (begin + (seasonal & sparse)) % YEAR  # the month after its season counts as well
    turn = (begin[:, None] + np.arange(YEAR)) % YEAR
    weight = np.take_along_axis(weight, turn, axis=1)
    counted = weight * _MONTH_DAYS[turn]
    passed = np.concatenate([np.zeros((len(first), 1)), np.cumsum(counted, axis=1)], axis=1)
    return _Calendars(seasonal, begin, weight, passed, sparse, quiet)


def _weights(rate: np.ndarray, quiet: np.ndarray, sparse: np.ndarray) -> np.ndarray:
    """How far a day counts: in full where the account orders as usual in season, else in part.

    Who orders once a season may do so a month earlier or later: those count as well.
    """
    busy = np.where(quiet, 0.0, rate)
    mean = busy.sum(axis=1) / np.maximum((~quiet).sum(axis=1), 1)
    weight = np.minimum(busy / np.where(mean > 0, mean, 1.0)[:, None], 1.0)
    near = ~quiet | np.roll(~quiet, 1, axis=1) | np.roll(~quiet, -1, axis=1)
    return np.where(sparse[:, None], near.astype(float), weight)


def _clock(days: OrderDays, calendars: _Calendars) -> np.ndarray:
    """Counted days up to each order day."""
    return _shown(calendars, days.code, days.month, days.within)


def _clock_on(calendars: _Calendars, day: np.ndarray) -> np.ndarray:
    """Counted days up to a day of each account."""
    month = day.astype("datetime64[M]")
    within = (day - month.astype("datetime64[D]")).astype(float)
    return _shown(calendars, np.arange(len(day)), month.astype(int), within)


def _shown(
    calendars: _Calendars, code: np.ndarray, month: np.ndarray, within: np.ndarray
) -> np.ndarray:
    """What the clocks of accounts show on some day of a month."""
    since = month - calendars.begin[code]
    place = since % YEAR
    begun = since // YEAR * calendars.year[code] + calendars.passed[code, place]
    return begun + calendars.weight[code, place] * within


def _counted_gaps(days: OrderDays, calendars: _Calendars) -> np.ndarray:
    """Counted days between an order day and the one before; NaN at an account's first."""
    real = np.diff(days.day, prepend=days.day[:1]).astype(float)
    counted = np.diff(_clock(days, calendars), prepend=0.0)
    gaps = np.where(calendars.seasonal[days.code], np.maximum(counted, 1.0), real)
    gaps[days.first] = np.nan
    return gaps


def _typical(
    days: OrderDays, gaps: np.ndarray, known: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The usual gap of each account, whether it is its own, and the longest that it came back from.

    The gaps of each account are sorted, missing ones (of its first order) last.
    """
    rising = gaps[np.lexsort((gaps, days.code))]
    number, first = days.number - 1, days.first
    some = number > 0
    low, high = first + np.maximum(number - 1, 0) // 2, first + np.maximum(number, 0) // 2
    median = np.where(some, (rising[low] + rising[np.where(some, high, first)]) / 2, np.nan)
    place = first + number - 1 - (number >= ONCE_IS_CHANCE)
    longest = np.where(some, rising[np.maximum(place, 0)], np.nan)
    own = number >= MIN_OWN_GAPS
    typical = np.where(own, median, _drawn(days, gaps, median, number))
    stated = ~np.isnan(known)
    return np.where(stated, known, typical), own | stated, longest


def _drawn(days: OrderDays, gaps: np.ndarray, median: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Each account's median gap, drawn towards the others' by how little it is known."""
    enough = number >= MIN_OWN_GAPS
    if not enough.any():
        return median
    logs = np.log(gaps[~np.isnan(gaps)])
    code = days.code[~np.isnan(gaps)]
    n = np.bincount(code, minlength=len(number))
    mean = np.bincount(code, logs, minlength=len(number)) / np.maximum(n, 1)
    left = float(((logs - mean[code]) ** 2).sum())
    within = left / max(int((n[n > 0] - 1).sum()), 1)
    noise = _MEDIAN_NOISE * within / np.maximum(number, 1)
    own = np.log(median[enough])
    usual = float(np.median(own))
    between = max(float(((own - usual) ** 2).mean()) - float(noise[enough].mean()), _TINY)
    trust = np.where(number > 0, between / (between + noise), 0.0)
    return np.exp(trust * np.log(np.where(number > 0, median, 1.0)) + (1 - trust) * usual)


def _spans(
    days: OrderDays,
    calendars: _Calendars,
    typical: np.ndarray,
    longest: np.ndarray,
    rows: np.ndarray,
    rules: RhythmSettings,
) -> tuple[np.ndarray, np.ndarray]:
    """After the order days in ``rows``: the days until the next is due, and those explained.

    Without a season an order is due after the longest silence that the account came back from.
    In a season it is due once its usual gap and that silence have passed in counted days, and
    the season is missed when a good part of it, or all of the next one, has passed as well.
    """
    code = days.code[rows]
    gap, most = np.nan_to_num(typical[code]), np.nan_to_num(longest[code])
    due = np.where(np.isnan(longest[code]), np.nan, most)
    explained = rules.beyond_longest * due
    if not calendars.seasonal[code].any():
        return due, explained
    year = calendars.season_year(code)
    start = _clock(days, calendars)[rows]
    begun = start - np.floor(start / year) * year > _TINY
    next_season = (np.floor(start / year) + 1 + begun) * year - _TINY
    due_at = start + np.maximum(gap, most)
    missed_at = np.maximum(np.minimum(due_at + rules.missed_season * year, next_season), due_at)
    seasonal = calendars.seasonal[code]
    due = np.where(seasonal, _days_until(days, calendars, rows, due_at), due)
    return due, np.where(seasonal, _days_until(days, calendars, rows, missed_at), explained)


def _days_until(
    days: OrderDays, calendars: _Calendars, rows: np.ndarray, clock: np.ndarray
) -> np.ndarray:
    """Whole days from the order days in ``rows`` until the account's clock shows so much."""
    code = days.code[rows]
    year = calendars.season_year(code)
    years = np.floor(clock / year)
    rest = clock - years * year
    place = np.minimum((calendars.passed[code, 1:] <= rest[:, None]).sum(axis=1), YEAR - 1)
    weight = calendars.weight[code, place]
    into = (rest - calendars.passed[code, place]) / np.where(weight > 0, weight, 1.0)
    month = (calendars.begin[code] + years * YEAR + place).astype(int)
    day = month.astype("datetime64[M]").astype("datetime64[D]") + np.floor(into).astype(int)
    return (day - days.day[rows]).astype(float)


def _kinds(
    days: OrderDays,
    calendars: _Calendars,
    typical: np.ndarray,
    gaps: np.ndarray,
) -> np.ndarray:
    """What each account's rhythm is called."""
    counted = ~np.isnan(gaps)
    logs = np.where(counted, np.log(np.where(counted, gaps, 1.0)), 0.0)
    n = np.maximum(days.number - 1, 1)
    mean = np.bincount(days.code, logs, minlength=len(n)) / n
    apart = np.where(counted, (logs - mean[days.code]) ** 2, 0.0)
    even = np.sqrt(np.bincount(days.code, apart, minlength=len(n)) / n) < EVEN
    cases = [
        calendars.seasonal & calendars.sparse,
        calendars.seasonal,
        days.number <= 2,  # one gap is no rhythm
        typical <= WEEKLY,
        typical <= MONTHLY,
        even & (np.abs(typical - 182.5) <= HALF_YEAR_SLACK),
        even & (np.abs(typical - 365.0) <= YEAR_SLACK),
        typical > PROJECT,
    ]
    names = ("yearly", "seasonal", "unknown", "weekly", "monthly", "half-yearly", "yearly",
             "project")  # fmt: skip
    return np.select(cases, names, "steady")


def _season_texts(calendars: _Calendars) -> np.ndarray:
    """The months of each account's season as :func:`rhythms` has them."""
    texts = np.full(len(calendars.seasonal), "", dtype=object)
    for place in np.flatnonzero(calendars.seasonal):
        texts[place] = "".join("0" if quiet else "1" for quiet in calendars.quiet[place])
    return texts


def _season_ahead(
    calendars: _Calendars, as_of: pd.Timestamp, in_time: np.ndarray, rules: RhythmSettings
) -> dict[str, np.ndarray]:
    """When a resting account's season begins again, and when to call it."""
    tomorrow = np.datetime64(as_of, "D") + 1
    coming = tomorrow.astype("datetime64[M]")
    ahead = (coming.astype(int) + np.arange(YEAR)) % YEAR
    wait = np.argmin(calendars.quiet[:, ahead], axis=1)
    resting = calendars.seasonal & in_time & (wait > 0)
    begins = (coming + wait).astype("datetime64[D]")
    call = np.busday_offset(
        np.maximum(begins - rules.call_before_days, tomorrow), 0, roll="forward"
    )
    return {
        name: np.where(resting, days.astype("datetime64[us]"), np.datetime64("NaT"))
        for name, days in {"resumes_on": begins, "call_on": call}.items()
    }
