"""Chances of a natural return: by hand, against statsmodels, and against what then happened."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from kamlib import open_book
from kamlib.analysis.churn.returns import return_chance

SEEN = pd.Timestamp("2025-12-31")


def gaps_of(days_by_account):
    rows = []
    for account, days in days_by_account.items():
        dates = sorted(SEEN - pd.Timedelta(days=back) for back in set(days))
        gaps = [None, *((b - a).days for a, b in zip(dates, dates[1:], strict=False))]
        rows += [(account, date, gap) for date, gap in zip(dates, gaps, strict=True)]
    frame = pd.DataFrame(rows, columns=["account", "date", "gap"])
    return frame.astype({"account": "str", "date": "datetime64[us]", "gap": float})


def silence_survival(gaps: pd.DataFrame, *, seen_to: pd.Timestamp) -> pd.DataFrame:
    """How long silences last (Kaplan & Meier 1958): the ended ones, and those of now."""
    known = gaps[gaps["date"] <= seen_to]
    ended = known["gap"].dropna().to_numpy(float)
    now = (seen_to - known.groupby("account")["date"].max()).dt.days.to_numpy(float)
    days, number = np.unique(ended, return_counts=True)
    lengths = np.sort(np.concatenate([ended, now]), kind="stable")
    silent = len(lengths) - np.searchsorted(lengths, days, side="left")
    longer = np.cumprod(1 - number / silent) if len(days) else np.array([])
    return pd.DataFrame({"days": days, "silent": silent, "ended": number, "longer": longer})


def test_by_hand():
    # Silences: 10 and 20 days ended; 40 days goes on.
    survival = silence_survival(gaps_of({"a": [70, 60, 40]}), seen_to=SEEN)
    assert survival[["days", "silent", "ended"]].to_numpy().tolist() == [[10, 3, 1], [20, 2, 1]]
    silence = pd.Series({"now": 0.0, "ten": 10.0, "long": 25.0, "unknown": np.nan})
    chance = return_chance(survival, silence, horizon_days=10, min_silences=1)
    assert chance["now"] == pytest.approx(1 / 3)
    assert chance["ten"] == pytest.approx(1 / 2)
    assert np.isnan(chance["long"]) and np.isnan(chance["unknown"])
    assert return_chance(survival, silence, horizon_days=10).isna().all()


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(0, 400), min_size=1,
                                                           max_size=12), min_size=1))  # fmt: skip
def test_it_is_the_kaplan_meier_estimate_of_statsmodels(days):
    gaps = gaps_of(days)
    survival = silence_survival(gaps, seen_to=SEEN)
    ended = gaps["gap"].dropna()
    now = (SEEN - gaps.groupby("account")["date"].max()).dt.days
    if ended.empty:
        assert survival.empty
        return
    status = [1] * len(ended) + [0] * len(now)
    reference = SurvfuncRight(np.concatenate([ended, now]), status)
    np.testing.assert_allclose(survival["longer"], reference.surv_prob)
    np.testing.assert_allclose(survival["days"], reference.surv_times)
    silence = pd.Series(range(0, 400, 7)).astype(float)
    near = return_chance(survival, silence, horizon_days=30, min_silences=1)
    far = return_chance(survival, silence, horizon_days=90, min_silences=1)
    known = near.notna()
    assert near[known].between(0, 1).all()
    assert (far[known] >= near[known] - 1e-12).all()


def test_on_real_sales_about_as_many_return_as_is_said(online_retail_parquet):
    then = open_book(online_retail_parquet, "2011Q1")
    now = open_book(online_retail_parquet, "2011Q3")
    survival = silence_survival(then.gaps, seen_to=then.as_of)
    last = then.gaps.groupby("account")["date"].max()
    silence = (then.as_of - last).dt.days.astype(float)
    chance = return_chance(survival, silence, horizon_days=183)
    bought = now.gaps[(now.gaps["date"] > then.as_of)]["account"].unique()
    back = pd.Series(silence.index.isin(bought), silence.index)
    long = (silence > 120) & chance.notna()
    assert long.sum() > 1000
    assert chance[long].mean() == pytest.approx(back[long].mean(), abs=0.06)
