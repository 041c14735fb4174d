"""The days of a campaign: every step on a working day that its people still have room on."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from kamlib.settings import CampaignSettings

_ROUNDING = 1e-9
SOON = 10  # working days: a call about what was sent comes within them where it can


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
    hours: Sequence[Mapping[str, float]],
    days: pd.DatetimeIndex,
    *,
    loose: Sequence[bool],
    settings: CampaignSettings,
) -> np.ndarray:
    """A day for each step: the wanted one, or the nearest on which its people have room.

    A person does at most ``per_week`` steps in a week, and works at most ``day_hours`` on a
    day and ``week_times`` the even week in a week; a longer step has its day, or its week, for
    itself. An even week is the person's hours of all steps, shared by the quarter's weeks; what
    would find no day otherwise may fill a week up to one day's hours where that is more.

    Parameters
    ----------
    wanted
        Where in the quarter each step should stand (0–1); steps are placed in this order, and
        those wanted at the same time in the order given. A later day is looked for first, then
        an earlier one; both leave the steps that follow the days that they need.
    chains
        The sequence each step belongs to, and another that it only follows ("" for none): it
        comes at least ``step_days`` working days after what was placed before it in either.
        After a step that found no day, none that follows it gets one.
    hours
        Hours of each person who takes part in each step.
    days
        The working days of the quarter.
    loose
        Which steps are placed after all others, in the week in which their people have least
        to do, and there as near as can be to the wanted day; soon after what they only follow,
        where there is room. No other step may follow them.

    Returns
    -------
    The day of each step, NaT where there is none.
    """
    order = sorted(range(len(wanted)), key=lambda one: (loose[one], wanted[one], one))
    after = _steps_after(order, chains)
    room = _Room(hours, days, settings)
    earliest: dict[Hashable, int] = {}
    found = np.full(len(wanted), len(days))
    for step in order:
        own, before = chains[step]
        first = max([0, *(earliest.get(chain, 0) for chain in (own, before) if chain)])
        last = max(first, len(days) - 1 - after[step] * settings.step_days)
        liked = min(max(round(wanted[step] * (len(days) - 1)), first), last)
        tries = [*range(liked, last + 1), *range(liked - 1, first - 1, -1)]
        if loose[step]:
            soon = first + SOON if before in earliest else len(days)
            tries.sort(key=lambda day: (day > soon, room.busy(hours[step], day), abs(day - liked)))
        day = room.first(hours[step], [day for day in tries if day < len(days)])
        if day is None:
            day = room.first(hours[step], range(last + 1, len(days)))
        if day is not None:
            found[step] = day
            room.take(hours[step], day)
        earliest[own] = found[step] + settings.step_days
    given = found < len(days)
    dates = days.to_numpy()[np.where(given, found, 0)] if len(days) else found.astype("M8[us]")
    return np.where(given, dates, np.datetime64("NaT", "us"))


class _Room:
    """What each person already does on each day and in each week."""

    def __init__(
        self,
        hours: Sequence[Mapping[str, float]],
        days: pd.DatetimeIndex,
        settings: CampaignSettings,
    ) -> None:
        self.week = (days - pd.to_timedelta(days.day_of_week, unit="D")).factorize()[0].tolist()
        self.per_week, self.day_hours = settings.per_week, settings.day_hours
        whole: dict[str, float] = defaultdict(float)
        for parts in hours:
            for person, needed in parts.items():
                whole[person] += needed
        weeks = max(self.week, default=0) + 1
        self.week_hours = {one: settings.week_times * all_ / weeks for one, all_ in whole.items()}
        self.steps: dict[tuple[str, int], int] = defaultdict(int)
        self.on_day: dict[tuple[str, int], float] = defaultdict(float)
        self.in_week: dict[tuple[str, int], float] = defaultdict(float)

    def first(self, parts: Mapping[str, float], days: Sequence[int]) -> int | None:
        """The first of some days on which all who take part have room, None where there is none."""
        for least in (0.0, self.day_hours):
            for day in days:
                if self._holds(parts, day, least):
                    return day
        return None

    def busy(self, parts: Mapping[str, float], day: int) -> float:
        """Hours that those who take part already have in the week of a day."""
        return round(sum(self.in_week[person, self.week[day]] for person in parts), 6)

    def take(self, parts: Mapping[str, float], day: int) -> None:
        """Enter a step on a day."""
        week = self.week[day]
        for person, needed in parts.items():
            self.steps[person, week] += 1
            self.on_day[person, day] += needed
            self.in_week[person, week] += needed

    def _holds(self, parts: Mapping[str, float], day: int, least: float) -> bool:
        week = self.week[day]
        return all(
            self.steps[person, week] < self.per_week
            and _fits(self.on_day[person, day], needed, self.day_hours)
            and _fits(self.in_week[person, week], needed, max(self.week_hours[person], least))
            for person, needed in parts.items()
        )


def _fits(taken: float, needed: float, limit: float) -> bool:
    return taken == 0 or taken + needed <= limit + _ROUNDING


def _steps_after(order: Sequence[int], chains: Sequence[tuple[Hashable, Hashable]]) -> list[int]:
    """How many steps stand one behind the other after each step."""
    after, behind = [0] * len(order), defaultdict(int)
    for step in reversed(order):
        own, before = chains[step]
        after[step] = behind[own]
        for chain in (own, before):
            behind[chain] = max(behind[chain], after[step] + 1)
    return after
