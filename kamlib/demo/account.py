"""One planted account: who it is, how it buys, and what becomes of it."""

import math
from dataclasses import dataclass, field
from datetime import date

from kamlib.demo.workdays import (
    DAYS_PER_WORKDAY,
    FIRST,
    LAST,
    MONTH_PACE,
    WORKDAYS,
    day_pace,
)


@dataclass
class Account:
    """The planted truth about one account, from which everything else is drawn.

    ``trend`` holds (day, factor) points between which value per day runs straight;
    ``left_on`` is the first day without orders; ``left_line_on`` the same for one line.
    """

    archetype: str
    size: str  # giant, large, medium, small
    yearly: float  # net revenue a year at full speed, at prices of 2025
    gap: float  # mean days between orders in season
    steps: int  # regularity of the gaps: 1 pure chance, 20 nearly a clock
    spread: float  # sd of the logarithm of an order's value
    order_lines: tuple[int, int]
    account: str = ""
    name: str = ""
    region: str = ""
    industry: str = ""
    manager: str = ""
    manager_before: str = ""  # who sold before the handover
    types: tuple[str, ...] = ()
    employees: int = 0
    annual_revenue: int = 0
    start: date = FIRST
    mix: dict[str, float] = field(default_factory=dict)  # product line -> share of value
    assortment: dict[str, tuple[int, ...]] = field(default_factory=dict)
    season: tuple[float, ...] = MONTH_PACE
    channels: dict[str, float] = field(default_factory=dict)
    discount: float = 0.0
    trend: tuple[tuple[date, float], ...] = ()
    left_on: date | None = None
    reason: str = ""
    left_line: str = ""
    left_line_on: date | None = None
    silent_from: date | None = None
    returned_on: date | None = None
    won_back: bool = False
    adopted_line: str = ""
    adopted_on: date | None = None
    mass_return: tuple[date, date, date, float] | None = None  # bought from, to; back on, share
    merged_into: str = ""
    merged_on: date | None = None
    same_company_as: str = ""
    typo_of: str = ""
    credit_rate: float = 0.03
    pays_on_time: float = 0.95
    delivered_late: float = 0.04
    payment_terms: int = 30
    committee: str = ""  # what is planted in its decision structure

    @property
    def gone_on(self) -> date | None:
        """The day from which it left us, wholly or in one line."""
        return self.left_on or self.left_line_on

    def buys_on(self, day: date) -> bool:
        """Whether it is an active buyer on that day."""
        before_end = self.left_on is None or day < self.left_on
        silent = self.silent_from is not None and self.silent_from <= day < self.returned_on
        return self.start <= day and before_end and not silent

    def trend_at(self, day: date) -> float:
        """Value per day against full speed."""
        if not self.trend or day <= self.trend[0][0]:
            return self.trend[0][1] if self.trend else 1.0
        for (begin, low), (end, high) in zip(self.trend, self.trend[1:], strict=False):
            if day < end:
                return low + (high - low) * ((day - begin).days / (end - begin).days)
        return self.trend[-1][1]

    def pace(self, day: date) -> float:
        """Days of its own clock that pass on one working day."""
        busy = self.season[day.month - 1] * day_pace(day) * DAYS_PER_WORKDAY
        return busy * math.sqrt(self.trend_at(day))  # the other half is in the order's size

    def full_order_value(self) -> float:
        """Expected value of one order at full speed, so that a year adds up to ``yearly``."""
        days = (day for day in WORKDAYS if day.year == LAST.year)
        clock = sum(self.season[day.month - 1] * day_pace(day) for day in days)
        return self.yearly * self.gap / (clock * DAYS_PER_WORKDAY)

    def mix_at(self, day: date) -> dict[str, float]:
        """Share of full value per product line; a line that left leaves a hole."""
        mix = dict(self.mix)
        if self.left_line_on and day >= self.left_line_on:
            mix.pop(self.left_line)
        if self.adopted_on and day >= self.adopted_on:
            mix[self.adopted_line] = 0.2
        return mix

    def manager_at(self, day: date, handover: date) -> str:
        """Who sold to it on that day."""
        return self.manager_before if self.manager_before and day < handover else self.manager
