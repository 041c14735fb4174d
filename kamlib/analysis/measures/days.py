"""The working days of the coming quarter, without the public holidays of a country."""

from datetime import date

import holidays
import pandas as pd


def quarter_days(as_of: pd.Timestamp, country: str = "") -> pd.DatetimeIndex:
    """Monday to Friday of the quarter after ``as_of``, without New Year's Day and holidays.

    Parameters
    ----------
    country
        Whose public holidays are left out: a code as in ``campaign.country``, with a part of
        the country where it has holidays of its own. "" is not known: only 1 January is.

    Examples
    --------
    >>> len(quarter_days(pd.Timestamp("2026-03-31"))), len(quarter_days("2026-03-31", "DE"))
    (65, 60)
    """
    quarter = pd.Timestamp(as_of).to_period("Q") + 1
    days = pd.bdate_range(quarter.start_time, quarter.end_time.normalize(), unit="us")
    closed = {date(quarter.year, 1, 1), *_public_holidays(country, quarter.year)}
    return days[~days.isin(pd.to_datetime(sorted(closed)))]


def _public_holidays(country: str, year: int) -> list[date]:
    if not country:
        return []
    code, _dash, part = country.partition("-")
    return list(holidays.country_holidays(code, subdiv=part or None, years=year))
