import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.models.purchase_outlook import expected_spend, spend_fit


def drawn(p=4.0, q=5.0, v=300.0, accounts=5000, seed=5):
    random = np.random.default_rng(seed)
    orders = random.integers(1, 12, accounts)
    rate = random.gamma(q, 1 / v, accounts)
    spend = random.gamma(p * orders, 1 / rate) / orders
    return pd.Series(orders), pd.Series(spend)


def test_published_parameters(cdnow):
    """Fader & Hardie 2013, of the repeat orders of 946 accounts."""
    first = cdnow[cdnow["date"] <= "1997-09-30"]
    repeated = first[first.groupby("account").cumcount() > 0].groupby("account")["value"]
    fit = spend_fit(repeated.size(), repeated.mean())
    assert fit.accounts == 946
    assert fit.status == "converged"
    assert fit.parameters["value"].tolist() == pytest.approx([6.25, 3.74, 15.44], abs=0.02)
    assert fit.log_likelihood == pytest.approx(-4055.92, abs=0.01)
    assert fit.correlation == pytest.approx(0.11, abs=0.01)


def test_known_parameters_are_found_again():
    fit = spend_fit(*drawn())
    away = (fit.parameters["value"] - [4.0, 5.0, 300.0]) / fit.parameters["error"]
    assert fit.usable
    assert away.abs().max() < 3
    assert fit.mean == pytest.approx(300.0, rel=0.03)
    assert abs(fit.correlation) < 0.05


def test_few_orders_are_drawn_to_the_mean_of_all():
    fit = spend_fit(*drawn())
    often, once = pd.Series([1000, 1]), pd.Series([900.0, 900.0])
    expected = expected_spend(fit, often, once)
    assert expected[0] == pytest.approx(900, rel=0.01)
    assert fit.mean < expected[1] < 900
    nothing = expected_spend(fit, pd.Series([0, 3]), pd.Series([np.nan, -5.0]))
    assert nothing.tolist() == [fit.mean] * 2


@settings(deadline=None, max_examples=15)
@given(st.floats(0.01, 1000))
def test_another_currency_changes_the_unit_only(rate):
    orders, spend = drawn(accounts=200)
    one, other = spend_fit(orders, spend), spend_fit(orders, spend * rate)
    assert other.parameters.loc["v", "value"] == pytest.approx(
        one.parameters.loc["v", "value"] * rate, rel=1e-3
    )
    assert other.parameters.loc["p", "value"] == pytest.approx(
        one.parameters.loc["p", "value"], rel=1e-3
    )
    assert other.log_likelihood == pytest.approx(one.log_likelihood - 200 * np.log(rate), abs=1e-3)


@pytest.mark.parametrize(
    ("orders", "spend", "status"),
    [
        ([], [], "too few"),
        ([3], [10.0], "too few"),
        ([1] * 50, [-5.0] * 50, "too few"),
        ([1] * 50, [np.nan] * 50, "too few"),
        ([0] * 50, [1.0] * 50, "too few"),
        ([2] * 50, [7.0] * 50, "too few"),
        ([2] * 50, [7.0] * 49 + [7.0001], "at a bound"),
    ],
)
def test_what_cannot_be_fitted_ends_in_a_status(orders, spend, status):
    fit = spend_fit(pd.Series(orders, dtype=float), pd.Series(spend, dtype=float))
    assert fit.status == status
    assert not fit.usable
