"""Days and months that are written without their year, and the same with it."""

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
_LETTER = re.compile(r"[^\W\d_]")
_MONTH_FORMS = ("{text} {year}", "{year}年{text}")
_LEAP = 2024  # a year with a 29 February
_MONTHS, _QUARTERS = 12, 4
_LONGEST = 40
_HALF_A_YEAR = 6  # months
_MOSTLY = 0.5  # of the accounts pass into a new year, where it is no chance
_LEAST = 3  # months of an account that show an order


def lacks_year(text: str) -> bool:
    """Whether a text is a day and a month, and no year.

    >>> [lacks_year(text) for text in ("3月5日", "05.03.", "5 марта", "03/05", "05.03", "Mar 2025")]
    [True, True, True, True, False, False]
    """
    return _joined(text, _LEAP) is not None


def names_month(text: str) -> bool:
    """Whether a text is a month or a quarter alone: no day, no year.

    >>> [names_month(text) for text in ("März", "марта", "5月", "Q2", "5", "Mar 2025", "Market")]
    [True, True, True, True, False, False, False]
    """
    return _month_joined(text, _LEAP) is not None


def with_its_year(text: str, year: int) -> str:
    """A day or month that is written without its year as one with it; other texts as they stand.

    >>> with_its_year("3月5日", 2025), with_its_year("05.03.", 2025), with_its_year("5 марта", 2025)
    ('2025年3月5日', '2025-03-05', '5 марта 2025')
    >>> with_its_year("марта", 2025), with_its_year("第一季度", 2025), with_its_year("P", 2025)
    ('марта 2025', '2025年第一季度', 'P')
    """
    return _joined(text, year) or _month_joined(text, year) or text


def numbered(numbers: Sequence[float | None], *, quarters: bool) -> bool:
    """Whether all numbers of a column, and there are some, may be months' or quarters'."""
    most = _QUARTERS if quarters else _MONTHS
    return bool(numbers) and all(n in range(1, most + 1) for n in numbers)


def numbered_month(number: float, year: int, *, quarters: bool) -> str:
    """A month's or quarter's number as a text with its year.

    >>> numbered_month(5, 2025, quarters=False), numbered_month(2, 2025, quarters=True)
    ('2025-05', '2025Q2')
    """
    return f"{year}Q{int(number)}" if quarters else f"{year}-{int(number):02}"


def over_new_year(texts: Sequence[str]) -> bool:
    """Whether days or months, in the order of their rows, pass once from a year into the next.

    >>> over_new_year(["20 ноября", "5 декабря", "3 января"]), over_new_year(["3月5日", "1月2日"])
    (True, False)
    """
    steps = [b - a for a, b in itertools.pairwise(_months(texts))]
    back, on = [s for s in steps if s < 0], [s for s in steps if s > 0]
    return any(
        len(against) == 1 and abs(against[0]) >= _HALF_A_YEAR and len(with_it) > 0
        for against, with_it in ((back, on), (on, back))
    )


def most_over_new_year(texts: Sequence[str], owners: Sequence[str]) -> bool:
    """Whether rows that stand account by account pass so within most accounts.

    Not where some account's rows have no order, or an account comes back further down.

    >>> most_over_new_year(["Nov", "Dec", "Jan", "Nov", "Dec", "Jan"], ["A"] * 3 + ["B"] * 3)
    True
    """
    blocks = [
        (owner, [text for text, _owner in rows])
        for owner, rows in itertools.groupby(zip(texts, owners, strict=True), key=lambda r: r[1])
    ]
    if len({owner for owner, _texts in blocks}) < max(len(blocks), 2):
        return False
    months = [run for _owner, each in blocks if len({*(run := _months(each))}) >= _LEAST]
    for sign in (1, -1):
        turns = [_turns([sign * month for month in run]) for run in months]
        if None not in turns and sum(turns) >= max(_MOSTLY * len(turns), 1):
            return True
    return False


def _turns(months: Sequence[int]) -> int | None:
    """How often months in order begin anew (0 or 1) within twelve of them; None without order."""
    back = sum(b < a for a, b in itertools.pairwise(months))
    return back if back == 0 or (back == 1 and months[-1] < months[0]) else None


def _months(texts: Sequence[str]) -> list[int]:
    """The months (1–12) of days that are written without their year."""
    days = [day_text(with_its_year(text, _LEAP)) for text in texts]
    known = [day for day in days if day is not None]
    month_first = any(not day.order and day.parts[1] > _MONTHS for day in known)
    return [day.parts[0 if month_first and not day.order else 1] for day in known]


def _joined(text: str, year: int) -> str | None:
    plain = text.strip()
    if len(plain) > _LONGEST:
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


def _month_joined(text: str, year: int) -> str | None:
    plain = text.strip()
    if len(plain) > _LONGEST or not _LETTER.search(plain):
        return None
    for form in _MONTH_FORMS:
        made = form.format(text=plain, year=year)
        day = day_text(made)
        if day is not None and (day.month_only or day.quarter_only) and day.parts[0] == year:
            return made
    return None
