"""Days that are written without their year, and the same days with it."""

import itertools
import re
from collections.abc import Sequence

from kamlib.data.writing.days import day_text

_CHINESE = re.compile(
    r"[0-9０-９一二三四五六七八九十]{1,3}\s*月\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[日号號]?.*"
)
_POINTS = re.compile(r"([0-9]{1,2})\s?\.\s?([0-9]{1,2})\s?\.")
_BAR = re.compile(r"[0-9]{1,2}\s?/\s?[0-9]{1,2}")
_NAMED = re.compile(
    r"[0-9]{1,2}\.?(?:st|nd|rd|th)?\s+(?:de\s+|of\s+)?[^\W\d_]{3,}\.?"
    r"|[^\W\d_]{3,}\.?\s+[0-9]{1,2}(?:st|nd|rd|th)?"
)
_LEAP = 2024  # a year with a 29 February
_MONTHS = 12
_HALF_A_YEAR = 6  # months


def lacks_year(text: str) -> bool:
    """Whether a text is a day and a month, and no year.

    >>> [lacks_year(text) for text in ("3月5日", "05.03.", "5 марта", "03/05", "05.03", "Mar 2025")]
    [True, True, True, True, False, False]
    """
    return _joined(text, _LEAP) is not None


def with_its_year(text: str, year: int) -> str:
    """A day that is written without its year as one with it; any other text as it stands.

    >>> with_its_year("3月5日", 2025), with_its_year("05.03.", 2025), with_its_year("5 марта", 2025)
    ('2025年3月5日', '2025-03-05', '5 марта 2025')
    """
    return _joined(text, year) or text


def over_new_year(texts: Sequence[str]) -> bool:
    """Whether days in the order of their rows pass once from a year's end into the next one.

    >>> over_new_year(["20 ноября", "5 декабря", "3 января"]), over_new_year(["3月5日", "1月2日"])
    (True, False)
    """
    days = [day_text(_joined(text, _LEAP) or "") for text in texts]
    known = [day for day in days if day is not None]
    month_first = any(not day.order and day.parts[1] > _MONTHS for day in known)
    months = [day.parts[0 if month_first and not day.order else 1] for day in known]
    steps = [b - a for a, b in itertools.pairwise(months)]
    back, on = [s for s in steps if s < 0], [s for s in steps if s > 0]
    return any(
        len(against) == 1 and abs(against[0]) >= _HALF_A_YEAR and len(with_it) > 0
        for against, with_it in ((back, on), (on, back))
    )


def _joined(text: str, year: int) -> str | None:
    plain = text.strip()
    if len(plain) > 40:
        return None
    if _CHINESE.fullmatch(plain):
        made = f"{year}年{plain}"
    elif found := _POINTS.fullmatch(plain):
        made = f"{year}-{int(found[2]):02}-{int(found[1]):02}"
    elif _BAR.fullmatch(plain):
        made = f"{plain}/{year}"
    elif _NAMED.fullmatch(plain):
        made = f"{plain} {year}"
    else:
        return None
    day = day_text(made)
    return made if day is not None and not day.month_only and not day.week_only else None
