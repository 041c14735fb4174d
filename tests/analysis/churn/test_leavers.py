"""Drawn companies of mixed rhythms: who left is found, who stays is not called lost, in each."""

import pandas as pd
import pytest
from drawn import LAST, RHYTHMS, drawn_company

from kamlib.analysis.churn.accountability import list_outcomes
from kamlib.analysis.churn.reach import probably_gone, reachable
from kamlib.analysis.churn.states import account_states
from kamlib.analysis.measures.year_value import year_before
from kamlib.settings import Settings

RULES = Settings()
QUARTERS = [*pd.to_datetime(["2024-06-30", "2024-09-30", "2025-03-31"]).as_unit("us"), LAST]
# So long after it left (days) each rhythm must have shown it: a season, two or three usual gaps.
SHOWN = {"weekly": 180, "monthly": 180, "seasonal": 365, "yearly": 730, "project": 730}
# At most so many of who still orders may be called lost: a project's gaps tell little of the next.
STILL_CALLED_LOST = {"project": 0.12, "yearly": 0.03}
LEAVING = ("slowing", "at risk", "lost")


def states_at(days, gaps, frames, known, day):
    months, orders, _accounts = frames
    states = account_states(
        orders, gaps[gaps["date"] <= day], months[months["month"] <= day.to_period("M")],
        known.index, as_of=day, seen_to=day, settings=RULES,
    )  # fmt: skip
    chance = reachable(states, gaps[gaps["date"] <= day])
    gone = probably_gone(states, chance, min_reachable=RULES.watch.min_reachable)
    states = states.assign(given_up=states.index.isin(gone.index))
    return states.drop(columns="rhythm").join(chance).join(known)


@pytest.fixture(scope="module")
def company(quick):
    days, truth = drawn_company(dict.fromkeys(RHYTHMS, 60))
    frames = quick(days.assign(revenue=100.0), QUARTERS)
    gaps = days.assign(gap=days.groupby("account")["date"].diff().dt.days.astype(float))
    told = {}
    for day in QUARTERS:
        known = truth[truth.index.isin(days.loc[days["date"] <= day, "account"])]
        told[day] = states_at(days, gaps, frames, known, day)
    return frames[0], gaps, told


@pytest.fixture(scope="module")
def told(company):
    parts = [states.assign(silent=(day - states["left"]).dt.days) for day, states in
             company[2].items()]  # fmt: skip
    return pd.concat(parts)


@pytest.mark.parametrize("rhythm", RHYTHMS)
def test_who_left_is_found_and_who_stays_is_not_called_lost(told, rhythm):
    found = told[told["rhythm"] == rhythm]
    stays, left = found[~(found["silent"] >= 0)], found[found["silent"] >= SHOWN[rhythm]]
    assert len(left) >= 20 and left["state"].isin(LEAVING).mean() >= 0.98
    assert (stays["state"] == "lost").mean() <= STILL_CALLED_LOST.get(rhythm, 0.0)
    alarms = found[found["state"].isin(["at risk", "lost"])]
    assert (alarms["silent"] >= 0).mean() >= (0.75 if rhythm == "project" else 0.93)


def test_hardly_anybody_is_given_up_who_still_orders(told):
    gone = told[told["given_up"]]
    assert len(gone) >= 10
    # A first winter cannot be told from a departure: but for these, nobody.
    assert (gone["silent"] >= 0).mean() >= 0.75
    settled = gone[gone["rhythm"] != "seasonal"]
    assert (settled["silent"] >= 0).mean() >= 0.9


def test_lists_are_right_in_each_rhythm(company):
    months, gaps, told = company
    rounds = []
    for said_on, until in ((QUARTERS[0], QUARTERS[1]), (QUARTERS[2], pd.Timestamp("2025-06-30"))):
        said = told[said_on]
        year = year_before(months[months["month"] <= said_on.to_period("M")], said["last_order"])
        judged = list_outcomes(said.join(year), gaps, said_on=said_on, until=until, settings=RULES)
        rounds.append(judged.join(said[["rhythm", "left"]]).assign(until=until))
    judged = pd.concat(rounds)
    gone = judged["left"] <= judged["until"]
    for outcome, least in (("still lost", 0.9), ("warned", 0.9), ("hit", 0.6)):
        rows = judged["outcome"] == outcome
        assert gone[rows].groupby(judged.loc[rows, "rhythm"]).mean().min() >= least, outcome
    ordered = judged["outcome"].isin(["false alarm", "came back"])
    assert not (judged["left"] < judged["until"] - pd.Timedelta(days=92))[ordered].any()
    # Warnings that were right came before the rule would have spoken, in each rhythm.
    right = judged[judged["outcome"].isin(["hit", "warned"])]
    assert (right.groupby("rhythm")["days_gained"].mean() > 30).all()
