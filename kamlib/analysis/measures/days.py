"""Working days of the coming quarter, and the day when what is on a list is to be done."""

from datetime import date

import holidays
import numpy as np
import pandas as pd

WEEK = 5


def paced_due_days(owners: pd.Series, *, as_of: pd.Timestamp, a_week: int, weeks: int) -> pd.Series:
    """Due days in working days after ``as_of``, in the order of the list, for each owner apart.

    The first ``a_week`` of an owner are due within the first five working days (Monday to
    Friday; holidays are not known), the next ones within the next five, and so on. What does
    not fit into ``weeks`` has no due day.

    Returns
    -------
    ``due`` (day, missing without room), indexed as ``owners``.

    >>> owners = pd.Series(["Ann", "Ann", "Bob", "Ann"])
    >>> due = paced_due_days(owners, as_of=pd.Timestamp("2025-12-31"), a_week=1, weeks=2)
    >>> due.dt.strftime("%m-%d").tolist()
    ['01-07', '01-14', '01-07', nan]
    """
    place = owners.groupby(owners, dropna=False).cumcount().to_numpy()
    week = place // a_week
    start = np.datetime64(as_of.date(), "D")
    days = np.busday_offset(start, WEEK * (np.minimum(week, weeks) + 1), roll="backward")
    due = pd.Series(days.astype("datetime64[us]"), owners.index, name="due")
    return due.where(week < weeks)


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
