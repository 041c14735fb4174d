import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import factorial
from scipy.stats import beta, gamma

from benchmarks.simulation import simulated_histories
from kamlib.analysis.models.purchase import (
    Histories,
    Process,
    counted,
    history_groups,
    log_likelihood,
    purchase_fit,
    purchase_histories,
)

CDNOW_END = pd.Timestamp("1997-09-30")
positive = st.floats(0.05, 20)
histories = st.lists(
    st.tuples(st.integers(0, 40), st.floats(0.0, 1.0), st.floats(0.5, 200)), min_size=1, max_size=6
)


def cdnow_histories(cdnow, end=CDNOW_END):
    days = cdnow[cdnow["date"] <= end].groupby("account")["date"]
    at = days.agg(first_order="min", last_order="max", order_days="size")
    at["gaps"] = at["order_days"] - 1
    return purchase_histories(at.assign(gap_log_sum=0.0), end)


def as_sample(rows):
    """Repeat orders, share of the age at the last one, age; no repeat order is no time."""
    x, part, age = (np.array(values, dtype=float) for values in zip(*rows, strict=True))
    return counted(Histories(x, np.where(x > 0, part * age, 0.0), age), np.ones(len(x)))


# Fader, Hardie & Lee 2005, table 2; MBG/NBD: the project's METHODS, section 5.
@pytest.mark.parametrize(
    ("at_once", "parameters", "likelihood"),
    [
        (False, [0.2426, 4.4136, 0.7929, 2.4259], -9582.429),
        (True, [0.5248, 6.183, 0.8914, 1.614], -9582.136),
    ],
)
def test_published_parameters(cdnow, at_once, parameters, likelihood):
    fit = purchase_fit(cdnow_histories(cdnow), at_once=at_once)
    assert fit.accounts == 2357
    assert fit.status == "converged"
    assert fit.parameters["value"].tolist() == pytest.approx(parameters, rel=1e-3)
    assert fit.log_likelihood == pytest.approx(likelihood, abs=0.01)
    assert fit.parameters["error"].between(0.001, 1).all()


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("regularity", [1, 2, 3])
@pytest.mark.parametrize("repeats", [0, 2])
def test_the_likelihood_is_the_mean_over_all_rates_and_drop_outs(at_once, regularity, repeats):
    """Slow and obvious: the story itself for one rate and one probability, then integrated."""
    process = Process(2.0, 5.0, 2.0, 3.0, regularity, at_once)
    last, age = (6.0 if repeats else 0.0), 10.0
    # Two gaps of three weeks each; the rest of the density is the same in both.
    gaps = (3.0 ** (regularity - 1) / factorial(regularity - 1)) ** repeats

    def story(p, rate):
        silence = rate * (age - last)
        silent = sum(silence**j / factorial(j) for j in range(regularity)) * np.exp(-silence)
        bought = rate ** (regularity * repeats) * np.exp(-rate * last) * gaps
        chances = repeats + at_once
        stayed = (1 - p) ** chances * silent
        left = p * (1 - p) ** (chances - 1) if chances else 0.0
        weight = gamma.pdf(rate, process.r, scale=1 / process.alpha) * beta.pdf(p, 2.0, 3.0)
        return bought * (stayed + left) * weight

    nodes, weights = np.polynomial.legendre.leggauss(120)
    p, rate = (nodes + 1) / 2, 5 * (nodes + 1)
    expected = weights / 2 @ story(p[:, None], rate[None, :]) @ (5 * weights)
    one = counted(Histories(*(np.array([v]) for v in (float(repeats), last, age))), np.ones(1))
    value, _ = log_likelihood(process, one)
    assert value + np.log(gaps) == pytest.approx(np.log(expected), abs=1e-6)


@settings(deadline=None)
@given(histories, positive, positive, positive, positive, st.integers(1, 4), st.booleans())
def test_slopes_are_those_of_the_likelihood(rows, r, alpha, a, b, regularity, at_once):
    sample, logs = as_sample(rows), np.log([r, alpha, a, b])

    def value(at):
        return log_likelihood(Process(*np.exp(at), regularity, at_once), sample)[0]

    _, slopes = log_likelihood(Process(r, alpha, a, b, regularity, at_once), sample)
    steps = 1e-5 * np.eye(4)
    numeric = [(value(logs + step) - value(logs - step)) / 2e-5 for step in steps]
    size = 1 + np.abs(slopes).max() + abs(value(logs))
    assert slopes == pytest.approx(numeric, abs=1e-5 * size)


@pytest.mark.parametrize(
    "process",
    [
        Process(0.8, 5.0, 0.8, 2.4, 1, at_once=False),
        Process(0.8, 5.0, 0.8, 2.4, 1, at_once=True),
        # The parameters with which the authors of MBG/CNBD-k show their package.
        Process(0.85, 1.45, 0.79, 2.42, 3, at_once=True),
    ],
)
def test_known_parameters_are_found_again(process):
    drawn = simulated_histories(
        process, accounts=8000, age_weeks=(20, 60), horizon_weeks=0, seed=11
    )
    fit = purchase_fit(drawn, regularity=process.regularity, at_once=process.at_once)
    assert fit.status == "converged"
    away = (fit.parameters["value"] - list(process[:4])) / fit.parameters["error"]
    assert away.abs().max() < 3
    assert (fit.parameters["error"] / fit.parameters["value"]).max() < 0.3


def test_more_regular_data_is_likelier_under_the_regular_model():
    process = Process(0.85, 1.45, 0.79, 2.42, 3)
    drawn = simulated_histories(process, accounts=2000, age_weeks=(30, 60), horizon_weeks=0, seed=2)
    fits = [purchase_fit(drawn, regularity=k).log_likelihood for k in (1, 3)]
    assert fits[1] > fits[0] + 100


def test_groups_of_equal_histories_change_nothing(cdnow):
    rows = cdnow_histories(cdnow)
    groups = history_groups(rows)
    assert groups["accounts"].sum() == 2357
    assert len(groups) < 1100
    shuffled = purchase_fit(rows.sample(frac=1.0, random_state=3))
    assert shuffled.parameters.equals(purchase_fit(rows).parameters)
    twice = purchase_fit(pd.concat([rows, rows]))
    assert twice.parameters["value"].tolist() == pytest.approx(
        purchase_fit(rows).parameters["value"].tolist(), rel=1e-3
    )


def test_histories_by_hand():
    days = pd.to_datetime(["2025-01-01", "2025-01-15", "2025-01-29"])
    at = pd.DataFrame(
        {
            "first_order": [days[0], days[0]],
            "last_order": [days[2], days[0]],
            "order_days": [3, 1],
            "gaps": [2, 0],
            "gap_log_sum": [2 * np.log(14), np.nan],
        },
        index=["often", "once"],
    )
    table = purchase_histories(at, pd.Timestamp("2025-02-12"))
    assert table["repeats"].tolist() == [2, 0]
    assert table["last_weeks"].tolist() == [4, 0]
    assert table["age_weeks"].tolist() == [6, 6]
    assert table["gap_log_sum"].tolist() == pytest.approx([2 * np.log(2), 0])


def made(rows):
    return pd.DataFrame(rows, columns=["repeats", "last_weeks", "age_weeks"], dtype=float)


@pytest.mark.parametrize("regularity", [1, 3])
@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], "too few"),
        ([(3, 10, 20)], "too few"),
        ([(0, 0, 20)] * 500, "too few"),
        ([(0, 0, 0)] * 500, "too few"),
        # All alike, to the day: no rates differ, and the parameters run away.
        ([(8, 80, 85)] * 300, "at a bound"),
        # Everyone stopped long ago.
        ([(2, 2, 500)] * 300, "at a bound"),
        # All orders on the last day.
        ([(1, 0.0, 0.0)] * 300, "at a bound"),
    ],
)
def test_what_cannot_be_fitted_ends_in_a_status(rows, status, regularity):
    fit = purchase_fit(made(rows), regularity=regularity)
    assert fit.status == status
    assert not fit.usable
    assert fit.accounts == len(rows)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 1), st.integers(0, 400)), max_size=60))
def test_never_an_exception(rows):
    table = made([(x, part * age if x else 0, age) for x, part, age in rows])
    for regularity in (1, 2):
        fit = purchase_fit(table, regularity=regularity)
        assert fit.status in {"converged", "at a bound", "too few", "did not converge"}
        assert fit.usable == (fit.parameters["error"].notna().all() and fit.status == "converged")
