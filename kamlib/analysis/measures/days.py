"""Working days of the coming quarter, and what of a list is to be done first."""

from datetime import date

import holidays
import pandas as pd

WEEK = 7


def first_week(dated: pd.DataFrame) -> pd.DataFrame:
    """The rows of a list that are due within seven days of the first.

    >>> due = pd.to_datetime(["2026-01-02", "2026-01-08", "2026-01-09", None])
    >>> len(first_week(pd.DataFrame({"due": due})))
    2
    """
    return dated[dated["due"] < dated["due"].min() + pd.Timedelta(days=WEEK)]


def quarter_days(as_of: pd.Timestamp, country: str = "") -> pd.DatetimeIndex:
    """Monday to Friday of the quarter after ``as_of``, without New Year's Day and holidays.

    Parameters
    ----------
    as_of
        The last day of a quarter, in whichever month the company's year starts.
    country
        Whose public holidays are left out: a code as in ``campaign.country``, with a part of
        the country where it has holidays of its own. "" is not known: only 1 January is.

    Examples
    --------
    >>> len(quarter_days(pd.Timestamp("2026-03-31"))), len(quarter_days("2026-03-31", "DE"))
    (65, 60)
    """
    before = pd.Timestamp(as_of).to_period("M")
    first, last = (before + 1).start_time, (before + 3).end_time.normalize()
    days = pd.bdate_range(first, last, unit="us")
    years = {first.year, last.year}
    closed = {date(year, 1, 1) for year in years}
    closed.update(day for year in years for day in _public_holidays(country, year))
    return days[~days.isin(pd.to_datetime(sorted(closed)))]


def _public_holidays(country: str, year: int) -> list[date]:
    if not country:
        return []
    code, _dash, part = country.partition("-")
    return list(holidays.country_holidays(code, subdiv=part or None, years=year))
