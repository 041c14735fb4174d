"""What lists said against what came: by hand, planted twice too high, and too few to tell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from kamlib.analysis.measures.list_record import COLUMNS, list_record, records_table
from kamlib.settings import ReplaySettings

SETTINGS = ReplaySettings()


def rows_of(quarters, subjects, chance, came, value=None):
    rows = pd.DataFrame({"quarter": quarters, "subject": subjects, "chance": chance, "came": came})
    if value is not None:
        rows = rows.assign(value=value, brought=np.where(came, value, 0.0))
    return rows.astype({"quarter": "str", "subject": "str"})


def drawn(seed, said=0.4, comes=0.2, quarters=8, rows=100):
    random = np.random.default_rng(seed)
    n = quarters * rows
    came = random.random(n) < comes
    names = [f"{quarter}-{row}" for quarter in range(quarters) for row in range(rows)]
    return rows_of(np.repeat(range(quarters), rows), names, said, came, random.lognormal(5, 0.3, n))


def recorded(rows, span=1, settings=SETTINGS):
    return list_record(rows, name="the list", span=span, settings=settings, currency="EUR")


def test_what_was_said_twice_too_high_is_halved():
    found = recorded(drawn(3))
    assert (found.quarters, found.rows) == (8, 800)
    assert found.factor == pytest.approx(0.5, abs=0.06)
    assert found.money_factor == pytest.approx(0.5, abs=0.08)
    assert (
        "said 40 %, 2" in found.words and "in 8 quarters: chances are shown times 0." in found.words
    )
    right = recorded(drawn(3, said=0.2))
    assert right.factor == pytest.approx(1, abs=0.15)


def test_by_hand():
    # 4 quarters of 5 rows at one half: 10 said, 4 came; 10 expected weigh 10 / 14.
    came = [True, *[False] * 4] * 4
    found = recorded(rows_of(np.repeat(range(4), 5), range(20), 0.5, np.array(came)))
    assert found.factor == pytest.approx(1 + 10 / 14 * (0.4 - 1), rel=1e-5)
    assert np.isnan(found.expected) and found.money_factor == 1
    # One row holds all the money: 20 rows tell no more of money than its one chance of one half.
    value = np.array([100.0, *[0.0] * 19])
    found = recorded(rows_of(np.repeat(range(4), 5), range(20), 0.5, np.array(came), value))
    assert (found.expected, found.brought) == (50, 100)
    assert found.money_factor == pytest.approx(1 + 0.5 / 4.5 * (2 - 1), rel=1e-5)


def test_lists_that_tell_of_the_same_event_count_it_once():
    came = np.array([True, False, False, False, False])
    quarters, subjects = np.repeat(range(4), 5), [*range(5)] * 4
    rows = rows_of(quarters, subjects, 0.5, np.tile(came, 4))
    assert recorded(rows, span=1).factor == pytest.approx(1 + 10 / 14 * -0.6, rel=1e-5)
    assert recorded(rows, span=4).factor == pytest.approx(1 + 2.5 / 6.5 * -0.6, rel=1e-5)


def test_too_few_quarters_change_nothing_and_say_so():
    found = recorded(drawn(1, quarters=3))
    assert (found.factor, found.money_factor, found.changes) == (1, 1, False)
    assert found.words.endswith(
        "in 3 quarters: under 4 quarters say too little, nothing is changed by it"
    )
    assert "in 1 quarter:" in recorded(drawn(1, quarters=1)).words
    none = recorded(drawn(1).iloc[:0])
    assert (none.factor, none.rows) == (1, 0)
    assert "cannot be judged yet" in none.words
    unsaid = recorded(drawn(1).assign(chance=np.nan))
    assert unsaid == none
    table = records_table([found, none])
    assert table.columns.tolist() == list(COLUMNS)
    assert table["quarters"].tolist() == [3, 0]


@rules(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.05, 0.9), st.floats(0, 1), st.sampled_from([0.01, 7.0]))
def test_the_factor_lies_between_one_and_what_came(seed, said, comes, scale):
    rows = drawn(seed, said, comes, quarters=4, rows=6)
    found = recorded(rows)
    for factor, ratio in (
        (found.factor, found.came / found.said),
        (found.money_factor, found.brought / found.expected),
    ):
        assert min(1, ratio) - 1e-5 <= factor <= max(1, ratio) + 1e-5
    mixed = rows.sample(frac=1, random_state=seed)
    mixed = mixed.assign(value=scale * mixed["value"], brought=scale * mixed["brought"])
    again = recorded(mixed)
    assert again.factor == found.factor
    assert again.money_factor == pytest.approx(found.money_factor, rel=1e-5)
