import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib.analysis.abc_xyz.concentration import concentration, gini, lorenz_curve, without_top

AMOUNTS = st.lists(st.integers(1, 10**6), min_size=1, max_size=20)


def test_published_numbers():
    # METHODS 1.
    values = concentration(pd.Series([100, 50, 30, 10, 5, 3, 1, 1]), top=(1, 5))["value"]
    assert values["gini"] == pytest.approx(0.6400)
    assert values["hhi"] == pytest.approx(0.3384)
    assert values["top_5_share"] == pytest.approx(195 / 200)
    assert values["effective_accounts"] == pytest.approx(1 / 0.3384)


@given(AMOUNTS)
def test_gini_is_half_the_mean_difference(amounts):
    differences = [abs(one - other) for one in amounts for other in amounts]
    expected = np.mean(differences) / (2 * np.mean(amounts))
    assert gini(pd.Series(amounts)) == pytest.approx(expected, abs=1e-12)


@given(AMOUNTS)
def test_gini_is_the_area_of_the_lorenz_curve(amounts):
    curve = lorenz_curve(pd.Series(amounts))
    area = np.trapezoid(curve["value_share"], curve["accounts_share"])
    assert 1 - 2 * area == pytest.approx(gini(pd.Series(amounts)), abs=1e-9)
    assert curve.iloc[0].tolist() == [0, 0]
    assert curve.iloc[-1].tolist() == pytest.approx([1, 1])


@given(AMOUNTS)
def test_effective_accounts_lie_between_one_and_all(amounts):
    values = concentration(pd.Series(amounts), top=(1,))["value"]
    assert 1 - 1e-9 <= values["effective_accounts"] <= len(amounts) + 1e-9


def test_accounts_without_positive_value_stand_outside():
    values = concentration(pd.Series([3.0, 1.0, 0.0, -5.0]), top=(1, 10))["value"]
    assert values[["accounts", "top_1_share", "top_10_share"]].tolist() == [2, 0.75, 1.0]


def test_nothing_to_concentrate():
    values = concentration(pd.Series([], dtype=float), top=(1, 5))["value"]
    assert values["accounts"] == 0
    assert values.drop("accounts").isna().all()
    assert lorenz_curve(pd.Series([], dtype=float)).to_numpy().tolist() == [[0, 0]]
    assert len(without_top(pd.Series([], dtype=float), None, top=(1,))) == 1


def test_losing_the_largest():
    revenue = pd.Series({"b": 60.0, "a": 30.0, "c": 10.0})
    margin = pd.Series({"a": 9.0, "b": 6.0, "c": np.nan})
    left = without_top(revenue, margin, top=(1, 5))
    assert left.index.tolist() == [0, 1]
    assert left["revenue"].tolist() == [100, 40]
    assert left["margin"].tolist() == [15, 9]
    assert left["revenue_share_lost"].tolist() == [0, 0.6]
    assert left.loc[1, "gini"] == pytest.approx(gini(pd.Series([30, 10])))


def test_without_margin():
    assert without_top(pd.Series({"a": 1.0}), None, top=())["margin"].isna().all()
