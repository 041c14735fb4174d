"""Who can still be kept: silences of so many gaps that ended against the lost, by hand."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.churn.reach import probably_gone, reachable
from kamlib.analysis.churn.states import STATE

AS_OF = pd.Timestamp("2025-12-31")
NAMES = ["account", "state", "silence_days", "typical_gap_days", "due_days", "season"]


def states_of(*rows):
    frame = pd.DataFrame(rows, columns=NAMES).set_index("account").astype({"state": STATE})
    frame = frame.astype(dict.fromkeys(NAMES[2:5], float))
    last = AS_OF - pd.to_timedelta(frame["silence_days"], unit="D")
    return frame.assign(last_order=last)


def gaps_of(found):
    rows = [(account, gap) for account, gaps in found.items() for gap in (None, *gaps)]
    return pd.DataFrame(rows, columns=["account", "gap"]).astype({"account": "str", "gap": float})


STATES = states_of(
    ("weekly", "active", 7, 7, 14, ""),
    ("late", "at risk", 21, 7, 14, ""),
    ("dead", "at risk", 140, 7, 14, ""),
    ("slow", "active", 90, 90, 120, ""),
    ("gone", "lost", 210, 7, 14, ""),
    ("gone too", "lost", 35, 7, 14, ""),
    ("garden", "at risk", 221, 5, 200, "001111110000"),
    ("once", "new", 9, np.nan, np.nan, ""),
)
GAPS = gaps_of({"weekly": [7, 7, 28], "slow": [90, 270], "garden": [200, 210]})


def test_by_hand():
    found = reachable(STATES, GAPS)
    # In usual gaps 1, 1, 4 of "weekly" and 1, 3 of "slow" ended; 30 and 5 of the lost did not.
    assert found.to_dict() == {
        "weekly": 5 / 7, "late": 2 / 4, "dead": 0.0, "slow": 5 / 7, "gone": 0.0,
        "gone too": 0.0,
        # Since an order was due, 200 days after its last, only days out of its season passed.
        "garden": 5 / 7,
        "once": 1.0,
    }  # fmt: skip


def test_who_ordered_once_has_shown_no_rhythm_by_which_to_give_it_up():
    states = states_of(
        ("once", "at risk", 150, 7, np.nan, ""),
        ("dead", "at risk", 150, 7, 14, ""),
        ("fine", "active", 150, 7, 14, ""),
        ("gone", "lost", 200, 7, 14, ""),
    )
    chance = pd.Series(0.1, states.index)
    assert probably_gone(states, chance, min_reachable=0.25).index.tolist() == ["dead"]
    assert probably_gone(states, chance, min_reachable=0.1).empty


def test_the_days_of_a_season_count_and_no_others():
    """Due on 10 August, silent ever since: 21 days in its season by October, 51 by April."""
    row = ("garden", "at risk", 62, 5, 10, "001111110000")
    chances = {}
    for until, silence in (("2025-09-30", 61), ("2026-01-31", 184), ("2026-03-31", 243)):
        states = states_of((*row[:2], silence, *row[3:]), ("gone", "lost", 50, 5, 14, ""))
        states["last_order"] = pd.Timestamp("2025-07-31")
        chances[until] = reachable(states, gaps_of({"gone": [15, 20, 25, 60]}))["garden"]
    # 21 days are 4.2 of its gaps: as long were 25 and 60 of those that ended, and the lost one.
    assert list(chances.values()) == [2 / 3, 2 / 3, 1 / 2]


def test_where_nobody_is_lost_all_can_be_kept():
    assert (reachable(STATES[STATES["state"] != "lost"], GAPS) == 1).all()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=2, max_size=12), st.lists(st.integers(1, 60)))
def test_it_lies_within_0_and_1_and_longer_silence_than_all_is_no_hope(days, ended):
    rows = [(f"a{n}", "lost" if n % 2 else "at risk", day, 7, 14, "") for n, day in enumerate(days)]
    found = reachable(states_of(*rows), gaps_of({"a0": ended}))
    assert found.between(0, 1).all()
    beyond = pd.Series(days, found.index) > max([*ended, *days[1::2]])
    longest = days[1::2].index(max(days[1::2])) * 2 + 1
    same = pd.Series(days, found.index) <= min([*ended, *days])
    assert (found[beyond] == found.iloc[longest]).all()
    share = len(ended) / (len(ended) + len(days[1::2]))
    np.testing.assert_allclose(found[same], share)
