"""The chance and the calendar under the demo company."""

from collections import Counter
from datetime import date

import pytest

from kamlib.demo.chance import Dice
from kamlib.demo.workdays import FIRST, LAST, WORKDAYS, easter, holidays, quarter, workday


def test_stream_repeats_and_differs_by_seed_and_name():
    def draws(*names):
        dice = Dice(*names)
        return [dice.share() for _ in range(5)]

    assert draws(1, "orders", "N1") == draws(1, "orders", "N1")
    assert draws(1, "orders", "N1") != draws(1, "orders", "N2")
    assert draws(1, "orders", "N1") != draws(2, "orders", "N1")


def test_first_draws_stay_what_they_are():
    # Computed once with numpy 2.4 on Linux: another numpy or system must give the same.
    dice = Dice(20251231, "fixed")
    assert [dice.whole(0, 999) for _ in range(5)] == [366, 580, 145, 159, 412]
    assert (dice.factor(0.4), dice.wait(3)) == (0.770798, 2.386952)


def test_distributions_have_the_promised_means():
    dice = Dice(7, "means")
    size = 20_000
    assert sum(dice.factor(0.4) for _ in range(size)) / size == pytest.approx(1, abs=0.02)
    assert sum(dice.wait(3) for _ in range(size)) / size == pytest.approx(1, abs=0.02)
    drawn = Counter(dice.weighted({"a": 3, "b": 1}) for _ in range(size))
    assert drawn["a"] / size == pytest.approx(0.75, abs=0.02)
    assert {dice.whole(1, 3) for _ in range(200)} == {1, 2, 3}
    assert sorted(dice.shuffled(range(50))) == list(range(50))


def test_easter_and_holidays():
    # Published dates of Easter Sunday.
    assert easter(2023) == date(2023, 4, 9)
    assert easter(2024) == date(2024, 3, 31)
    assert easter(2025) == date(2025, 4, 20)
    closed = holidays(2025)
    assert date(2025, 4, 18) in closed  # Good Friday
    assert date(2025, 5, 29) in closed  # Ascension
    assert date(2025, 12, 24) in closed


def test_workdays():
    assert all(FIRST <= day <= LAST and day.weekday() < 5 for day in WORKDAYS)
    assert len(WORKDAYS) / 3 == pytest.approx(249, abs=3)
    assert workday(date(2025, 4, 18)) == date(2025, 4, 22)  # over the Easter weekend
    assert workday(date(2025, 4, 22), -1) == date(2025, 4, 17)
    assert [quarter(date(2025, month, 1)) for month in (1, 3, 4, 12)] == [
        "2025Q1",
        "2025Q1",
        "2025Q2",
        "2025Q4",
    ]
