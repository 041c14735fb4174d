"""A company's year: its quarters, what they are called, and how they are read and queried.

A quarter is a ``pandas.Period`` that knows its company's year by its frequency: ``Q-DEC`` is the
calendar's, ``Q-JAN`` that of a year from February to January. A year bears the number of the
calendar year in which most of its months lie; with six in each, of that in which it ends.
And how long a trailing year really is where the data begins in it, and who is new there.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from kamlib.errors import DataError
from kamlib.words import _, day

CALENDAR = "Q-DEC"
FISCAL = "FY"
MONTHS = (
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July")),
    *(_("August"), _("September"), _("October"), _("November"), _("December")),
)
_ENDS = tuple(month[:3].upper() for month in MONTHS)
YEAR = 12  # months
_LONG = 6  # months of a year that lie in one calendar year at least, for it to bear its number
_LABEL = re.compile(
    r"(?:FY\s*)?(?P<year>\d{4})\s*[-_/ ]?\s*Q(?P<quarter>[1-4])"
    r"|FY\s*(?P<short>\d\d)\s*[-_/ ]?\s*Q(?P<of_short>[1-4])"
    r"|Q(?P<first>[1-4])\s*[-_/ ]?\s*(?:FY\s*)?(?P<after>\d{4})",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:FY\s*)?(\d{4})", re.IGNORECASE)
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00(?::00)?)?")
_WEEKLY = re.compile(
    r"4[-/ ]?4[-/ ]?5|4[-/ ]?5[-/ ]?4|5[-/ ]?4[-/ ]?4|\b5[23]\b|week|\d{4}[-_ ]?(?:W\d|P\d\d)",
    re.IGNORECASE,
)


def frequency(year_starts: int) -> str:
    """The frequency of the quarters of a year that starts in a month (1–12).

    >>> frequency(1), frequency(2), frequency(10)
    ('Q-DEC', 'Q-JAN', 'Q-SEP')
    """
    return f"Q-{_ENDS[year_starts - 2]}"


def year_starts(freq: str) -> int:
    """The month (1–12) in which a year begins that has quarters of a frequency."""
    return (_ENDS.index(freq.removeprefix("Q-")) + 1) % 12 + 1


def frequency_of(quarters: pd.Series) -> str:
    """The frequency of a column of quarters; the calendar's where it holds something else."""
    return getattr(quarters.array, "freqstr", CALENDAR)


def quarter_of(day: Any, freq: str) -> pd.Period:
    """The quarter that holds a day, or a month.

    >>> quarter_label(quarter_of("2025-01-15", "Q-JAN"))
    'FY2024Q4'
    """
    if isinstance(day, pd.Period):
        return day.asfreq(freq)
    return pd.Timestamp(day).to_period(freq)


def quarter_begin(as_of: Any) -> pd.Timestamp:
    """The first day of the quarter that ends in a day's month, whenever the year starts.

    >>> quarter_begin("2025-01-31")
    Timestamp('2024-11-01 00:00:00')
    """
    return (pd.Timestamp(as_of).to_period("M") - 2).start_time


def quarter_index(quarters: Iterable[pd.Period], freq: str = CALENDAR) -> pd.PeriodIndex:
    """Quarters as the index ``quarter`` of a table; ``freq`` counts where there are none."""
    listed = list(quarters)
    return pd.PeriodIndex(listed, freq=listed[0].freqstr if listed else freq, name="quarter")


def fiscal_year(quarter: pd.Period | pd.PeriodIndex) -> Any:
    """The number of the year that a quarter belongs to, or of each of an index's quarters."""
    return quarter.qyear - _years_behind(quarter.freqstr)


def first_day(year: int, starts: int) -> dt.date:
    """The first day of a year of a company whose years start in a month (1–12).

    >>> first_day(2024, 1), first_day(2024, 4), first_day(2025, 7)
    (datetime.date(2024, 1, 1), datetime.date(2024, 4, 1), datetime.date(2024, 7, 1))
    """
    return parsed_quarter(f"{year}Q1", frequency(starts)).start_time.date()


def year_label(quarter: pd.Period) -> str:
    """What the year of a quarter is called: "2024", of a company's own year "FY2024"."""
    return f"{_prefix(quarter.freqstr)}{fiscal_year(quarter)}"


def quarter_label(period: Any) -> str:
    """What a quarter is called: "2024Q4", of a company's own year "FY2024Q4"; else its text.

    >>> quarter_label(pd.Period("2024Q4", "Q-DEC")), quarter_label(pd.Period("2025-01", "M"))
    ('2024Q4', '2025-01')
    """
    if not isinstance(period, pd.Period) or not period.freqstr.startswith("Q-"):
        return str(period)
    return f"{year_label(period)}Q{period.quarter}"


def quarter_labels(quarters: Any) -> pd.Series:
    """What each of a column's or an index's quarters is called, as text; missing stays missing."""
    column = pd.Series(quarters)
    if getattr(column.array, "freqstr", "") == CALENDAR:
        return column.astype("str")
    return column.map(quarter_label, na_action="ignore").astype("str")


def quarter_told(quarter: pd.Period) -> str:
    """What a quarter is called where it stands first, with its months if they are not plain.

    >>> quarter_told(pd.Period("2025Q4", "Q-JAN")), quarter_told(pd.Period("2024Q4", "Q-DEC"))
    ('FY2024Q4 (November 2024 to January 2025)', '2024Q4')
    """
    label = quarter_label(quarter)
    if quarter.freqstr == CALENDAR:
        return label
    return _("{quarter} ({first} to {last})").format(
        quarter=label,
        first=month_told(quarter.start_time),
        last=month_told(quarter.end_time),
    )


def month_told(day: pd.Timestamp) -> str:
    """The month of a day and its year, in words: "November 2024"."""
    return _("{month} {year}").format(month=MONTHS[day.month - 1], year=str(day.year))


def parsed_quarter(text: str, freq: str = CALENDAR) -> pd.Period | None:
    """The quarter that a text names: by its label, or by a month or day in it; None if it does not.

    In a company with a year of its own, "2024Q4" is its quarter as "FY2024Q4" is.

    >>> parsed_quarter("2011Q3"), parsed_quarter("2025-01-15")
    (Period('2011Q3', 'Q-DEC'), Period('2025Q1', 'Q-DEC'))
    >>> quarter_told(parsed_quarter("fy24 q4", "Q-JAN"))
    'FY2024Q4 (November 2024 to January 2025)'
    """
    text = str(text).strip()
    if found := _LABEL.fullmatch(text):
        short = found["short"] and f"20{found['short']}"
        year = int(found["year"] or short or found["after"])
        number = found["quarter"] or found["of_short"] or found["first"]
        return pd.Period(f"{year + _years_behind(freq)}Q{number}", freq=freq)
    if _MONTH.fullmatch(text):
        return quarter_of(pd.Period(text, freq="M"), freq)
    if found := _DAY.fullmatch(text):
        day = pd.to_datetime(found[1], errors="coerce")
        return None if pd.isna(day) else quarter_of(day, freq)
    return None


def parsed_year(text: str) -> int | None:
    """The number of the year that a text names, "2024" or "FY2024"; None if it names none."""
    found = _YEAR.fullmatch(str(text).strip())
    return int(found[1]) if found else None


def year_told(freq: str) -> str:
    """What a company's year is, by the example of one: "FY2024 is February 2024 to January 2025".

    >>> year_told("Q-JAN")
    'FY2024 is February 2024 to January 2025'
    """
    first = parsed_quarter("2024Q1", freq)
    return _("{year} is {first} to {last}").format(
        year=year_label(first),
        first=month_told(first.start_time),
        last=month_told((first + 3).end_time),
    )


def first_day_sql(freq: str, day: str = "date") -> str:
    """SQL (DuckDB's dialect) for the first day of the quarter that holds a day.

    >>> first_day_sql("Q-DEC")
    "DATE_TRUNC('quarter', date)"
    """
    months = (year_starts(freq) - 1) % 3
    if not months:
        return f"DATE_TRUNC('quarter', {day})"
    apart = f"INTERVAL {months} MONTH"
    return f"CAST(DATE_TRUNC('quarter', {day} - {apart}) + {apart} AS DATE)"


def check_year_starts(value: Any, where: str) -> int:
    """The month (1–12) in which a company's year starts, as its description gives it.

    Raises
    ------
    DataError
        It is none, or stands for a calendar of weeks.
    """
    refuse_weeks(value, where)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 12:
        raise DataError(
            f"{where} = {value!r} is not a month; expected a number from 1 to 12, such as 2 where "
            "the year starts in February"
        )
    return value


def refuse_weeks(value: Any, where: str) -> None:
    """Stop where somebody asks for a calendar of weeks, and say the way around.

    Raises
    ------
    DataError
        The text stands for a 4-4-5 calendar, a year of 52 weeks, or one of its periods.
    """
    if _WEEKLY.search(str(value)):
        raise DataError(
            f"{where} = {value!r}: calendars of weeks (4-4-5, 52 or 53 weeks) are not supported; a "
            "quarter is three calendar months. Set year_starts to the month in which your year "
            "starts (quarters then differ from yours by the days around a month's end), or give "
            "one line for each of your months, dated in the calendar month that it stands for"
        )


def months_covered(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int = YEAR) -> int:
    """How many of the trailing calendar months hold data; that in which it begins counts.

    >>> months_covered(pd.Timestamp("2024-12-31"), pd.Timestamp("2024-10-03"))
    3
    """
    end, first = (pd.Timestamp(date).to_period("M") for date in (as_of, data_from))
    return int(max(1, min(months, end.ordinal - first.ordinal + 1)))


def span_words(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int = YEAR) -> str:
    """What a trailing window is called: its length, and since when where the data begins in it.

    >>> span_words(pd.Timestamp("2024-12-31"), pd.Timestamp("2023-01-02"))
    '12 months'
    >>> span_words(pd.Timestamp("2024-12-31"), pd.Timestamp("2024-10-03"))
    '3 months, since 2024-10-03'
    """
    covered = months_covered(as_of, data_from, months)
    length = _("1 month") if covered == 1 else _("{n} months").format(n=covered)
    if covered == months:
        return length
    return _("{length}, since {day}").format(length=length, day=day(data_from))


def short_data_words(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int = YEAR) -> str:
    """What to know of all figures of a year where the data is shorter; empty where it is not."""
    covered = months_covered(as_of, data_from, months)
    if covered == months:
        return ""
    return _(
        "The data begins on {day}: what is called a year here is {span}, and who stands at its "
        "beginning is called new nowhere, as nobody knows since when it buys."
    ).format(day=day(data_from), span=span_words(as_of, data_from, months).partition(",")[0])


def new_after(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int) -> pd.Timestamp:
    """The day after which a first order makes an account new, whatever else is known of it."""
    lately = pd.Timestamp(as_of).to_period("M") - months
    begun = pd.Timestamp(data_from).to_period("M") + (months - 1)
    return max(lately, begun).end_time.normalize()


def newcomers(
    first_order: pd.Series,
    *,
    as_of: pd.Timestamp,
    months: int,
    data_from: pd.Timestamp | None = None,
    since: pd.Series | None = None,
) -> pd.Series:
    """Which accounts came in the last months.

    Who first ordered within the first ``months`` of the data may have bought long before: it is
    new only where it is known since when it is an account.

    Parameters
    ----------
    first_order
        Day of the first order per account; missing where there is none.
    months
        How many calendar months up to ``as_of`` an account is new.
    data_from
        The first day of the data; without it every first order is taken for the first ever.
    since
        Day since which each is an account, where it is known.

    Returns
    -------
    Per account, in the order of ``first_order``: whether it is new.

    >>> first = pd.Series(pd.to_datetime(["2024-10-03", "2024-11-04"]), ["a", "b"])
    >>> known = {"as_of": pd.Timestamp("2024-12-31"), "months": 6}
    >>> newcomers(first, **known).tolist()
    [True, True]
    >>> since = pd.Series(pd.to_datetime(["2024-09-20"]), ["b"])
    >>> newcomers(first, **known, data_from=first.min(), since=since).tolist()
    [False, True]
    """
    after = (pd.Timestamp(as_of).to_period("M") - months).end_time
    came = first_order.astype("datetime64[us]")
    if data_from is not None:
        known_from = (pd.Timestamp(data_from).to_period("M") + months).start_time
        told = pd.Series(pd.NaT, came.index, dtype="datetime64[us]")
        if since is not None:
            told = since.astype("datetime64[us]").reindex(came.index)
        came = came.where(came >= known_from, told.where(came.notna()))
    return came > after


def _prefix(freq: str) -> str:
    return "" if freq == CALENDAR else FISCAL


def _years_behind(freq: str) -> int:
    """By how many years a year's number is less than that of the calendar year it ends in."""
    in_last = year_starts(freq) - 1 or 12
    return int(in_last < _LONG)
