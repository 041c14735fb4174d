"""The period that a plan is for: a year, a quarter or a month, as people write it."""

import re
import unicodedata

from kamlib.data.writing.periods import period_of
from kamlib.quarters import CALENDAR, parsed_quarter, quarter_label, year_label

YEAR, QUARTER, MONTH = "year", "quarter", "month"
_YEAR_ALONE = re.compile(r"(?:FY\s*)?((?:19|20)\d\d)(?:\.0+)?\s*(?:г\.?|год|年)?", re.IGNORECASE)
_SAYS_QUARTER = re.compile(r"q|季|кв|quart|trim|\bt\s?[1-4]", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)(?:[ T][0:]+)?")


def plan_period(text: str) -> str | None:
    """The year, quarter or month that a plan is for; a day stands for its month.

    Years and quarters are the company's, whatever month they start in; "FY" is not kept.

    >>> [plan_period(text) for text in ("2025", "FY2025Q4", "2025年第4季度", "Okt 2025")]
    ['2025', '2025Q4', '2025Q4', '2025-10']
    >>> plan_period("2025-10-01 00:00:00"), plan_period("01.10.2025"), plan_period("later")
    ('2025-10', '2025-10', None)
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if year := _YEAR_ALONE.fullmatch(text):
        return year[1]
    if "Q" in text.upper() and (quarter := parsed_quarter(text)):
        return quarter_label(quarter)
    if found := _DAY.fullmatch(text):
        month = _month(int(found[1]), int(found[2]), "/" in text)
        return f"{found[3]}-{month:02}" if month else None
    first, rest = period_of(text) or ("", text)
    if rest:
        return None
    month = first[:7]
    return quarter_label(parsed_quarter(month)) if _SAYS_QUARTER.search(text) else month


def _month(first: int, second: int, slashed: bool) -> int | None:
    """The month of a day and month in either order: after dots the second is."""
    if not slashed or first > 12 or first == second:
        return second if 1 <= second <= 12 else None
    if second > 12 or second == 1:
        return first if 1 <= first <= 12 else None
    return second if first == 1 else None  # a plan begins with a month's first day


def named(period: str, freq: str = CALENDAR) -> str:
    """A year or quarter as the company calls it; a month as it is.

    >>> named("2024Q4", "Q-JAN"), named("2024", "Q-JAN"), named("2025-01", "Q-JAN")
    ('FY2024Q4', 'FY2024', '2025-01')
    """
    if grain(period) == MONTH:
        return period
    quarter = parsed_quarter(period if "Q" in period else f"{period}Q1", freq)
    return quarter_label(quarter) if "Q" in period else year_label(quarter)


def quarter_of(month: str, freq: str = CALENDAR) -> str:
    """The company's quarter in which a month lies.

    >>> quarter_of("2025-11"), quarter_of("2025-01", "Q-JAN")
    ('2025Q4', 'FY2024Q4')
    """
    return quarter_label(parsed_quarter(month, freq))


def year_before(year: str) -> str:
    """The year before one, called as that is."""
    return f"{year[:-4]}{int(year[-4:]) - 1}"


def quarters_of(year: str) -> list[str]:
    """The quarters of a year, the first first."""
    return [f"{year}Q{place}" for place in range(1, 5)]


def grain(period: str) -> str:
    """Whether a plan's period is a year, a quarter or a month."""
    if "Q" in period:
        return QUARTER
    return MONTH if "-" in period else YEAR
