"""The chance to return unasked: by hand, a slow loop, and against what then happened."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from side_rows import side_rows
from statsmodels.duration.survfunc import SurvfuncRight

from kamlib import open_book
from kamlib.analysis.churn.returns import loss_survival, unasked_chance
from kamlib.analysis.churn.states import account_states
from kamlib.analysis.measures.loss import allowed_before, orders_at

SEEN = pd.Timestamp("2025-12-31")
NONE = side_rows("winbacks")


def gaps_of(days_by_account):
    """Order days as days before the last known day."""
    rows = []
    for account, days in days_by_account.items():
        dates = sorted(SEEN - pd.Timedelta(days=back) for back in set(days))
        gaps = [None, *((b - a).days for a, b in zip(dates, dates[1:], strict=False))]
        rows += [(account, date, gap) for date, gap in zip(dates, gaps, strict=True)]
    frame = pd.DataFrame(rows, columns=["account", "date", "gap"])
    return frame.astype({"account": "str", "date": "datetime64[us]", "gap": float})


def survival_of(days, allowed=100.0, winbacks=NONE):
    limits = pd.Series(allowed, list(days))
    gaps = gaps_of(days)
    before = pd.Series(allowed, gaps.index)
    return loss_survival(gaps, limits, before, winbacks, seen_to=SEEN)


def test_by_hand():
    # a: a gap of 131 days, 30 beyond the 101st; now silent for 10. b: lost for 99 days now.
    # c: a gap of 100 days is within what is allowed.
    found = survival_of({"a": [141, 10], "b": [200], "c": [150, 50]})
    assert found.to_numpy().tolist() == [[30, 2, 1, 0.5]]
    chance = unasked_chance(found, pd.Series({"x": 0.0, "y": 29.0, "z": 60.0}), horizon_days=30,
                            min_losses=1)  # fmt: skip
    # Beyond what is known of losses, half falls as the time since the loss grows.
    assert chance["p_natural"].to_dict() == {"x": 0.5, "y": 0.5, "z": 0.5 * 29 / 60}
    assert chance["natural_known"].tolist() == [True, True, False]
    nothing = unasked_chance(found, pd.Series({"x": 0.0}), horizon_days=30, min_losses=3)
    assert nothing.loc["x"].tolist() == [0.0, False]


def test_a_return_after_an_attempt_is_not_unasked():
    attempt = {"account": "a", "date": SEEN - pd.Timedelta(days=30), "outcome": "won"}
    asked = survival_of({"a": [141, 10], "b": [200]}, winbacks=side_rows("winbacks", attempt))
    assert asked.empty
    earlier = attempt | {"date": SEEN - pd.Timedelta(days=400)}
    asked = survival_of({"a": [141, 10], "b": [200]}, winbacks=side_rows("winbacks", earlier))
    assert asked["ended"].tolist() == [1]


def test_nobody_ever_left():
    assert survival_of({"a": [10]}).empty
    none = pd.Series(dtype=float)
    nobody = loss_survival(gaps_of({}), none, none, NONE, seen_to=SEEN)
    chance = unasked_chance(nobody, pd.Series(dtype=float), horizon_days=30, min_losses=1)
    assert nobody.empty and chance.empty


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(0, 900), min_size=1,
                                                           max_size=8), min_size=1))  # fmt: skip
def test_it_is_the_kaplan_meier_estimate_of_the_losses(days):
    gaps, found = gaps_of(days), survival_of(days)
    times, ended = [], []
    for _account, rows in gaps.groupby("account"):
        for gap in rows["gap"].dropna():
            if gap > 100:
                times.append(gap - 101)
                ended.append(1)
        now = (SEEN - rows["date"].max()).days
        if now > 100:
            times.append(now - 101)
            ended.append(0)
    if not any(ended):
        assert found.empty
        return
    reference = SurvfuncRight(np.array(times, float), np.array(ended))
    np.testing.assert_allclose(found["days"], reference.surv_times)
    np.testing.assert_allclose(found["longer"], reference.surv_prob)


def test_on_real_sales_about_as_many_return_as_is_said(online_retail_parquet):
    then, now = (open_book(online_retail_parquet, quarter) for quarter in ("2011Q1", "2011Q3"))
    states = account_states(
        then.orders, then.gaps, then.months, then.accounts.index, as_of=then.as_of,
        seen_to=then.seen_to, settings=then.settings,
    )  # fmt: skip
    at = orders_at(then.orders, then.as_of)
    before = allowed_before(then.gaps, at, then.as_of, settings=then.settings)
    survival = loss_survival(then.gaps, states["allowed_days"], before, NONE, seen_to=then.seen_to)
    lost = states[states["state"] == "lost"]
    days = (then.seen_to - lost["since"]).dt.days.astype(float)
    chance = unasked_chance(survival, days, horizon_days=183, min_losses=10)["p_natural"]
    bought = now.gaps.loc[now.gaps["date"] > then.as_of, "account"].unique()
    back = pd.Series(lost.index.isin(bought), lost.index)
    assert len(lost) > 1000
    assert chance.mean() == pytest.approx(back.mean(), abs=0.05)
    fresh = days < days.median()
    assert chance[fresh].mean() == pytest.approx(back[fresh].mean(), abs=0.08)
    assert chance[~fresh].mean() == pytest.approx(back[~fresh].mean(), abs=0.08)
