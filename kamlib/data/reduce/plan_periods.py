"""The period that a plan is for: a year, a quarter or a month, as people write it."""

import re
import unicodedata

from kamlib.data.writing.periods import period_of

YEAR, QUARTER, MONTH = "year", "quarter", "month"
_YEAR_ALONE = re.compile(r"((?:19|20)\d\d)(?:\.0+)?\s*(?:г\.?|год|年)?", re.IGNORECASE)
_QUARTER_FIRST = re.compile(r"(\d{4})[\s_-]*Q([1-4])|Q([1-4])[\s_/-]*(\d{4})", re.IGNORECASE)
_SAYS_QUARTER = re.compile(r"q|季|кв|quart|trim|\bt\s?[1-4]", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-]((?:19|20)\d\d)(?:[ T][0:]+)?")


def plan_period(text: str) -> str | None:
    """The year, quarter or month that a plan is for; a day stands for its month.

    >>> [plan_period(text) for text in ("2025", "Q4 2025", "2025年第4季度", "Okt 2025")]
    ['2025', '2025Q4', '2025Q4', '2025-10']
    >>> plan_period("2025-10-01 00:00:00"), plan_period("01.10.2025"), plan_period("later")
    ('2025-10', '2025-10', None)
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    if year := _YEAR_ALONE.fullmatch(text):
        return year[1]
    if found := _QUARTER_FIRST.fullmatch(text):
        return f"{found[1] or found[4]}Q{found[2] or found[3]}"
    if found := _DAY.fullmatch(text):
        month = _month(int(found[1]), int(found[2]), "/" in text)
        return f"{found[3]}-{month:02}" if month else None
    first, rest = period_of(text) or ("", text)
    if rest:
        return None
    month = first[:7]
    return quarter_of(month) if _SAYS_QUARTER.search(text) else month


def _month(first: int, second: int, slashed: bool) -> int | None:
    """The month of a day and month in either order: after dots the second is."""
    if not slashed or first > 12 or first == second:
        return second if 1 <= second <= 12 else None
    if second > 12 or second == 1:
        return first if 1 <= first <= 12 else None
    return second if first == 1 else None  # a plan begins with a month's first day


def quarter_of(month: str) -> str:
    """The quarter in which a month lies.

    >>> quarter_of("2025-11")
    '2025Q4'
    """
    return f"{month[:4]}Q{(int(month[5:7]) + 2) // 3}"


def year_of(quarter: str) -> str:
    """The year in which a quarter lies."""
    return quarter[:4]


def quarters_of(year: str) -> list[str]:
    """The quarters of a year, the first first."""
    return [f"{year}Q{place}" for place in range(1, 5)]


def grain(period: str) -> str:
    """Whether a plan's period is a year, a quarter or a month."""
    if "Q" in period:
        return QUARTER
    return MONTH if "-" in period else YEAR
