import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.expected_orders import expected_orders
from benchmarks.simulation import simulated_histories
from kamlib.analysis.models.churn_slices import FIT_COLUMNS, ChurnSlices, fitted_process
from kamlib.analysis.models.order_ranges import (
    order_ranges,
    range_record,
    range_words,
    record_headline,
)
from kamlib.analysis.models.purchase import Histories, Process
from kamlib.analysis.models.purchase_outlook import as_histories, p_active, p_orders

DAY, WEEKS = pd.Timestamp("2025-06-30"), 13
# The rounded parameters of the manual of R's BTYD, chapter BG/NBD.
BG = Process(0.243, 4.414, 0.793, 2.426, at_once=False)
NEW = Histories(np.zeros(1), np.zeros(1), np.zeros(1))
parameter = st.floats(0.05, 50)
processes = st.builds(
    Process, parameter, parameter, parameter, parameter, st.integers(1, 4), st.booleans()
)


@pytest.mark.parametrize(
    ("weeks", "orders", "chance"),
    [(2, 10, 1.07869e-07), (39, 0, 0.5737864), (30, 11, 0.0019995214), (30, 20, 0.000222226)],
)
def test_the_published_chances_of_a_number_of_orders(weeks, orders, chance):
    assert p_orders(BG, NEW, weeks, orders)[0, orders] == pytest.approx(chance, rel=1e-5)


@settings(deadline=None, max_examples=40)
@given(processes, st.integers(0, 30), st.floats(0, 1), st.floats(1, 100), st.floats(0.1, 20))
def test_the_chances_are_a_distribution_with_the_known_first_and_mean(process, x, part, age, h):
    process = process._replace(r=min(process.r, 5.0), alpha=process.alpha + 5)
    one = Histories(*(np.array([v]) for v in (float(x), part * age if x else 0.0, age)))
    chances = p_orders(process, one, h, 400)[0]
    assert (chances >= -1e-12).all()
    assert chances.sum() == pytest.approx(1, abs=1e-6)
    assert 1 - chances[0] == pytest.approx(p_active(process, one, h)[0], abs=1e-12)
    mean = chances @ np.arange(401)
    assert mean == pytest.approx(expected_orders(process, one, h)[0], rel=1e-4, abs=1e-6)


def drawn(regularity, accounts=20_000):
    process = Process(0.85, 1.45, 0.79, 2.42, regularity)
    rows = simulated_histories(
        process, accounts=accounts, age_weeks=(24, 52), horizon_weeks=WEEKS, seed=7
    )
    return process, rows.rename_axis("account")


@pytest.mark.parametrize("regularity", [1, 3])
def test_drawn_accounts_order_as_often_as_said(regularity):
    process, rows = drawn(regularity)
    said = p_orders(process, as_histories(rows), WEEKS, 8)
    silent = (rows["age_weeks"] - rows["last_weeks"] > 10).to_numpy()
    for part in (rows["repeats"].to_numpy() > 4, silent, ~silent):
        for orders in range(9):
            came = (rows["later_orders"].to_numpy()[part] == orders).astype(float)
            away = came - said[part, orders]
            # Within four standard errors; a few cases where hardly any is expected.
            assert abs(away.sum()) < 4 * np.sqrt((said[part, orders]).sum()) + 4, orders


def seen(process, rows):
    """The accounts as slices hold them, on one day with one fit."""
    known = rows[["repeats", "last_weeks", "age_weeks"]].reset_index()
    table = known.assign(origin=DAY, ahead_weeks=float(WEEKS))
    fit = (DAY, "MBG/CNBD-k", process.regularity, *process[:4], len(rows), "converged")
    return ChurnSlices(table, pd.DataFrame([fit], columns=FIT_COLUMNS), DAY)


def ranges(process, rows, active=None, chance=0.8, ahead=WEEKS):
    if active is None:
        active = p_active(process, as_histories(rows), ahead)
    return order_ranges(
        process,
        rows.assign(ahead_weeks=float(ahead)),
        pd.Series(active, rows.index, dtype=float),
        horizon_weeks=WEEKS,
        chance=chance,
    )


@pytest.mark.parametrize("regularity", [1, 3])
def test_ranges_of_drawn_accounts_hold_as_often_as_said(regularity):
    process, rows = drawn(regularity)
    found = ranges(process, rows)
    later = rows["later_orders"]
    held = (later >= found["orders_low"]) & (later <= found["orders_high"])
    assert (found["p_range"] >= 0.8 - 1e-6).all()
    assert found["orders_low"].max() > 5
    for part in (slice(None), found["orders_low"] > 0, found["orders_high"] > 8):
        said = found["p_range"][part]
        error = np.sqrt((said * (1 - said)).sum()) / len(said)
        assert held[part].mean() == pytest.approx(said.mean(), abs=4 * error)
        assert error < 0.03


def test_a_range_by_the_distribution():
    """Summed from the chances of each number: the slow way."""
    process, rows = drawn(2, accounts=200)
    found = ranges(process, rows)
    chances = p_orders(process, as_histories(rows), WEEKS, 91)
    up_to = chances.cumsum(axis=1)
    for place, row in enumerate(found.itertuples()):
        low, high = int(row.orders_low), int(row.orders_high)
        over = 0.2 if low == 0 else 0.1
        assert low == np.flatnonzero(up_to[place] > 0.1 + 1e-6)[0]
        assert high == np.flatnonzero(up_to[place] >= 1 - over - 1e-6)[0]
        assert row.p_range == pytest.approx(chances[place, low : high + 1].sum(), abs=1e-5)


def test_the_chance_of_the_model_in_use_decides_whether_there_is_an_order():
    process, rows = drawn(1, accounts=3)
    never, surely, unknown = ranges(process, rows, [0.0, 1.0, np.nan]).itertuples(index=False)
    assert (never.orders_low, never.orders_high, never.p_range) == (0, 0, 1)
    assert surely.orders_low >= 1
    assert np.isnan(unknown.p_range)
    assert ranges(process, rows, [0.19, 0.21, 0.5])["orders_high"].tolist()[0] == 0


def test_nothing_is_said_without_a_fit_and_nothing_beyond_an_order_a_day():
    process, rows = drawn(1, accounts=2)
    slices = seen(process, rows)
    assert fitted_process(slices, DAY, "MBG/CNBD-k") == process
    slices.fits[["r", "alpha", "a", "b"]] = np.nan
    assert fitted_process(slices, DAY, "MBG/CNBD-k") is None
    active = pd.Series(0.5, rows.index)
    assert order_ranges(None, rows, active, horizon_weeks=13, chance=0.8).isna().all(axis=None)
    busy = ranges(process._replace(r=1000.0), rows, [1.0, 1.0])
    assert (busy["orders_high"] == 91).all()


def test_only_the_weeks_that_count_hold_orders():
    process, rows = drawn(1, accounts=200)
    whole, part = ranges(process, rows), ranges(process, rows, ahead=2)
    assert (part["orders_high"] <= whole["orders_high"]).all()
    assert part["orders_high"].sum() < whole["orders_high"].sum() / 3


def record_of(later):
    process, rows = drawn(1, accounts=4)
    said = pd.DataFrame(
        {"origin": DAY, "account": rows.index, "at_risk": [True, True, True, False], "m": 0.0}
    )
    end = DAY + pd.Timedelta(weeks=WEEKS)
    before = pd.DataFrame({"as_of": DAY, "account": rows.index, "order_days": 3})
    after = before.assign(as_of=end, order_days=np.array(later) + 3)
    return range_record(
        seen(process, rows), said, pd.concat([before, after]), "m", horizon_weeks=WEEKS, chance=0.8
    )


def test_the_record_counts_who_might_be_saved():
    """All are sure to order once at least: 0 is fewer, 91 more; the fourth is not judged."""
    row = record_of([0, 1, 91, 91]).iloc[0]
    assert (row["origin"], row["accounts"]) == (DAY, 3)
    assert [row["fewer"], row["came"], row["more"]] == pytest.approx([1 / 3] * 3)
    assert 0.8 <= row["said"] < 1


def test_sentences():
    record = pd.DataFrame(
        {"origin": [DAY] * 2, "accounts": [10, 30], "said": 0.9, "came": [1, 0.8]}
    )
    assert record_headline(record, weeks=13) == (
        "How many orders an account places in 13 weeks was said as a range on 2 earlier days: "
        "of 100 ranges 85 held; by their own chances 90 should have."
    )
    found = pd.Series({"orders_low": 0.0, "orders_high": 2.0, "p_range": 0.842})
    assert range_words(found, record, weeks=13) == (
        "In the next 13 weeks 0 to 2 orders can be expected, with a chance of 84 %; of 100 such "
        "ranges on earlier days 85 held."
    )
    none = record.iloc[:0]
    assert record_headline(none, weeks=13) == ""
    told = range_words(found.replace(2.0, 0.0), none, weeks=13)
    assert told == (
        "In the next 13 weeks no order can be expected, with a chance of 84 %; no earlier day "
        "shows how often that holds."
    )
    assert "weeks 1 order can" in range_words(
        pd.Series({"orders_low": 1.0, "orders_high": 1.0, "p_range": 0.9}), none, weeks=13
    )
    assert range_words(found.replace(0.0, np.nan), record, weeks=13) == ""
