"""The demo company's calendar: its three years, working days, holidays and seasons."""

from bisect import bisect_left
from datetime import date, timedelta

FIRST = date(2023, 1, 1)
LAST = date(2025, 12, 31)
YEARS = (2023, 2024, 2025)
DAYS_PER_WORKDAY = 1.46  # some 250 working days stand for a year of 365

# How busy a month and a weekday are, 1 = average; the summer and the end of the year are quiet.
MONTH_PACE = (0.95, 1.0, 1.1, 1.0, 1.0, 1.07, 0.92, 0.78, 1.1, 1.12, 1.1, 0.86)
WEEKDAY_PACE = (1.15, 1.25, 1.08, 1.0, 0.52)
BETWEEN_THE_YEARS_PACE = 0.35


def easter(year: int) -> date:
    """Easter Sunday (anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """Days on which the company is closed, weekends aside."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (-2, 1, 39, 50)}
    fixed = {(1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)}
    return frozenset(moving | {date(year, month, day) for month, day in fixed})


def _working_days(first: date, last: date) -> tuple[date, ...]:
    closed = {day for year in range(first.year, last.year + 1) for day in holidays(year)}
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if day.weekday() < 5 and day not in closed)


# From well before the first sale to well after the last, for leads, promises and due days.
_ALL_WORKDAYS = _working_days(date(2022, 1, 1), date(2026, 12, 31))
WORKDAYS = tuple(day for day in _ALL_WORKDAYS if FIRST <= day <= LAST)


def workday(day: date, later: int = 0) -> date:
    """The first working day on or after ``day``, or the one ``later`` working days after it."""
    return _ALL_WORKDAYS[bisect_left(_ALL_WORKDAYS, day) + later]


def day_pace(day: date) -> float:
    """How busy the weekday is; almost nobody orders between Christmas and New Year."""
    quiet = day.month == 12 and day.day > 26
    return WEEKDAY_PACE[day.weekday()] * (BETWEEN_THE_YEARS_PACE if quiet else 1.0)


def quarter(day: date) -> str:
    """The quarter of a day, as ``2025Q4``."""
    return f"{day.year}Q{(day.month + 2) // 3}"
