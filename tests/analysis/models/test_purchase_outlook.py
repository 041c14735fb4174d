import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.expected_orders import (
    expected_orders,
    new_account_orders,
    orders_added_up,
    purchase_outlook,
)
from benchmarks.simulation import simulated_histories
from kamlib.analysis.models.purchase import Histories, Process, purchase_fit, purchase_histories
from kamlib.analysis.models.purchase_outlook import as_histories, p_active, p_alive

BG = Process(0.2426, 4.4136, 0.7929, 2.4259, at_once=False)
MBG = Process(0.5248, 6.183, 0.8914, 1.614)
# Fader, Hardie & Lee 2005: x = 2, t_x = 30.43, T = 38.86 (weeks).
ONE = Histories(np.array([2.0]), np.array([30.43]), np.array([38.86]))
parameter = st.floats(0.01, 50)
processes = st.builds(
    Process, parameter, parameter, parameter, parameter, st.integers(1, 4), st.booleans()
)


def history(repeats, last, age):
    return Histories(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in (repeats, last, age)))


@pytest.mark.parametrize(
    ("process", "orders", "alive", "active"),
    [(BG, 1.226, 0.7266, 0.5546), (MBG, 1.263, 0.7061, 0.5600)],
)
def test_the_published_account(process, orders, alive, active):
    assert expected_orders(process, ONE, 39)[0] == pytest.approx(orders, abs=0.001)
    assert p_alive(process, ONE)[0] == pytest.approx(alive, abs=5e-4)
    assert p_active(process, ONE, 39)[0] == pytest.approx(active, abs=5e-4)


# Fader, Hardie & Lee 2005; the four decimals are those of METHODS.
@pytest.mark.parametrize(("weeks", "orders"), [(1, 0.0532), (3, 0.1506), (32, 1.0437), (78, 1.858)])
def test_orders_of_a_new_account(weeks, orders):
    assert new_account_orders(BG, weeks) == pytest.approx(orders, abs=5e-4)


@pytest.mark.parametrize(
    ("at_once", "error", "correlation"), [(False, 0.7855, 0.626), (True, 0.7648, 0.627)]
)
def test_the_second_39_weeks_of_cdnow(cdnow, at_once, error, correlation):
    end = pd.Timestamp("1997-09-30")
    days = cdnow[cdnow["date"] <= end].groupby("account")["date"]
    at = days.agg(first_order="min", last_order="max", order_days="size")
    at = at.assign(gaps=0, gap_log_sum=0.0)
    histories = purchase_histories(at, end)
    process = purchase_fit(histories, at_once=at_once).process
    said = purchase_outlook(process, histories, horizon_weeks=39)["expected_orders"]
    later = cdnow[(cdnow["date"] > end) & (cdnow["date"] <= end + pd.Timedelta(weeks=39))]
    did = later.groupby("account").size().reindex(said.index).fillna(0)
    assert (said - did).abs().mean() == pytest.approx(error, abs=0.002)
    assert np.corrcoef(said, did)[0, 1] == pytest.approx(correlation, abs=0.002)


def test_the_formulas_of_the_methods_sheet():
    for process, m in ((BG, 0), (MBG, 1)):
        r, alpha, a, b = process[:4]
        x, last, age, h = 3.0, 12.0, 20.0, 13.0
        alive = 1 / (1 + a / (b + x - 1 + m) * ((alpha + age) / (alpha + last)) ** (r + x))
        active = alive * (1 - ((alpha + age) / (alpha + age + h)) ** (r + x))
        assert p_alive(process, history(x, last, age))[0] == pytest.approx(alive, rel=1e-12)
        assert p_active(process, history(x, last, age), h)[0] == pytest.approx(active, rel=1e-12)


def test_without_a_repeat_order_nobody_has_left_in_bg_nbd():
    assert p_alive(BG, history(0, 0, 500))[0] == 1.0
    assert p_alive(MBG, history(0, 0, 500))[0] < 0.3


@pytest.mark.parametrize("regularity", [1, 3])
def test_drawn_accounts_go_on_as_expected(regularity):
    process = Process(0.85, 1.45, 0.79, 2.42, regularity)
    drawn = simulated_histories(
        process, accounts=20_000, age_weeks=(24, 52), horizon_weeks=13, seed=7
    )
    said = purchase_outlook(process, drawn, horizon_weeks=13)
    # Within four standard errors, also of those that are silent for long and of the busiest.
    busy, silent = drawn["repeats"] > 4, drawn["age_weeks"] - drawn["last_weeks"] > 10
    for part in (slice(None), busy, silent, busy & silent):
        one, other = said[part], drawn[part]
        for column, happened in (
            ("p_alive", other["alive"].astype(float)),
            ("p_active", (other["later_orders"] > 0).astype(float)),
            ("expected_orders", other["later_orders"]),
        ):
            away = one[column].to_numpy() - happened.to_numpy()
            assert abs(away.mean()) < 4 * away.std() / np.sqrt(len(away)) + 1e-9, column


@settings(deadline=None)
@given(processes, st.integers(0, 300), st.floats(0, 1), st.floats(0, 400), st.floats(0.1, 200))
def test_probabilities_lie_within_0_and_1(process, repeats, part, age, h):
    one = history(repeats, part * age if repeats else 0.0, age)
    alive, active = p_alive(process, one)[0], p_active(process, one, h)[0]
    assert 0 <= active <= alive <= 1
    assert p_active(process, one, 2 * h)[0] >= active - 1e-9


@settings(deadline=None)
@given(processes, st.integers(1, 100), st.floats(0.1, 100), st.floats(0, 200), st.floats(0.1, 100))
def test_more_silence_never_raises_the_probability(process, repeats, last, silence, more):
    two = history([repeats] * 2, [last] * 2, [last + silence, last + silence + more])
    alive = p_alive(process, two)
    assert alive[1] <= alive[0] + 1e-12
    # Who is regular and due is likelier to order than who has just ordered: with 1 only.
    active = p_active(process._replace(regularity=1), two, 13.0)
    assert active[1] <= active[0] + 1e-12


@settings(deadline=None, max_examples=40)
@given(processes, st.integers(0, 60), st.floats(0, 1), st.floats(0, 200), st.floats(0.1, 60))
def test_expected_orders_added_up_one_by_one(process, repeats, part, age, h):
    process = process._replace(regularity=1, alpha=process.alpha + 5)
    one = history(repeats, part * age if repeats else 0.0, age)
    added = p_alive(process, one) * orders_added_up(process, one, h)
    assert expected_orders(process, one, h) == pytest.approx(added, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("regularity", [1, 2, 10])
@pytest.mark.parametrize(
    "parameters",
    [(0.5, 6, 0.9, 1.6), (0.5, 6, 1.0, 1.6), (1e3, 2e4, 1e-3, 1e3), (1e3, 1e6, 1e3, 1e-3)],
)
def test_stable_for_many_orders_and_long_ages(parameters, regularity):
    many = history([0, 1, 3000, 5000, 5000], [0, 1e-9, 1000, 4990, 10], [5000, 1, 1001, 5000, 5000])
    process = Process(*map(float, parameters), regularity)
    for at_once in (True, False):
        model = process._replace(at_once=at_once)
        found = np.array([p_alive(model, many), p_active(model, many, 13.0)])
        orders = expected_orders(model, many, 13.0)
        assert ((found >= 0) & (found <= 1)).all()
        assert np.isfinite(orders).all()
        assert (orders >= found[1] - 1e-6).all()


def test_equal_histories_get_equal_answers_in_the_order_of_the_accounts():
    rows = pd.DataFrame(
        {"repeats": [3.0, 0.0, 3.0], "last_weeks": [9.0, 0.0, 9.0], "age_weeks": [10.0, 5.0, 10.0]},
        index=["b", "c", "a"],
    )
    said = purchase_outlook(MBG, rows, horizon_weeks=13)
    assert said.index.tolist() == ["b", "c", "a"]
    assert said.loc["a"].equals(said.loc["b"].rename("a"))
    assert said["p_alive"].to_numpy() == pytest.approx(p_alive(MBG, as_histories(rows)))
    assert purchase_outlook(MBG, rows.iloc[:0], horizon_weeks=13).empty
