"""The days of a campaign: every step on a working day that its people still have room on."""

from collections import defaultdict
from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

_ROUNDING = 1e-9


def campaign_quarter(as_of: pd.Timestamp) -> pd.DatetimeIndex:
    """Monday to Friday of the quarter after ``as_of``, New Year's Day left out.

    Other holidays differ from country to country and are not known.
    """
    quarter = pd.Timestamp(as_of).to_period("Q") + 1
    days = pd.bdate_range(quarter.start_time, quarter.end_time.normalize(), unit="us")
    return days[days.day_of_year > 1]


def marketing_owners(hours: Sequence[float], people: pd.Series) -> list[str | None]:
    """Who of marketing does what, the longest first, by who is least loaded and has the hours.

    Parameters
    ----------
    hours
        Marketing hours of each step, in order; 0 needs nobody.
    people
        Hours of the quarter per marketing person.

    Returns
    -------
    A name per step, "" where nobody is needed, None where nobody has the hours.
    """
    left = people.astype(float).to_dict()
    whole = dict(left)
    chosen: list[str | None] = [None] * len(hours)
    for step in sorted(range(len(hours)), key=lambda one: (-hours[one], one)):
        needed = hours[step]
        if needed <= 0:
            chosen[step] = ""
            continue
        able = [name for name, free in left.items() if free + _ROUNDING >= needed]
        if able:
            chosen[step] = min(able, key=lambda one: (-left[one] / whole[one], one))
            left[chosen[step]] -= needed
    return chosen


def campaign_dates(
    wanted: Sequence[float],
    chains: Sequence[tuple[Hashable, Hashable]],
    people: Sequence[Sequence[str]],
    days: pd.DatetimeIndex,
    *,
    gap: int,
    per_week: int,
) -> np.ndarray:
    """A day for each step: the wanted one, or the next on which its people have room.

    Parameters
    ----------
    wanted
        Where in the quarter each step should stand (0–1); steps are placed in this order, and
        those wanted at the same time in the order given.
    chains
        The sequence each step belongs to, and another that it only follows ("" for none): it
        comes at least ``gap`` working days after what was placed before it in either. After a
        step that found no day, none that follows it gets one.
    people
        Who takes part in each step; each does at most ``per_week`` steps in a week.
    days
        The working days of the quarter.

    Returns
    -------
    The day of each step, NaT where there is none.
    """
    weeks = (days - pd.to_timedelta(days.day_of_week, unit="D")).factorize()[0]
    week_ends = np.flatnonzero(np.append(np.diff(weeks), 1))
    load: dict[tuple[str, int], int] = defaultdict(int)
    earliest: dict[Hashable, int] = {}
    found = np.full(len(wanted), -1)
    for step in sorted(range(len(wanted)), key=lambda one: (wanted[one], one)):
        own, before = chains[step]
        day = round(wanted[step] * (len(days) - 1))
        day = max([day, *(earliest.get(chain, 0) for chain in (own, before) if chain)])
        while day < len(days):
            week = weeks[day]
            if all(load[person, week] < per_week for person in people[step]):
                break
            day = week_ends[week] + 1
        earliest[own] = day + gap
        if day < len(days):
            found[step] = day
            for person in people[step]:
                load[person, weeks[day]] += 1
    dates = days.to_numpy()[found.clip(min=0)] if len(days) else np.array([], "datetime64[us]")
    return np.where(found >= 0, dates, np.datetime64("NaT", "us"))
