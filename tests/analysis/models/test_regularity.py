import numpy as np
import pandas as pd
import pytest

from benchmarks.simulation import simulated_histories
from kamlib.analysis.models.purchase import Process, last_two_gaps, regularity, whole_regularity


def days(rows):
    frame = pd.DataFrame(
        [(account, day) for account, found in rows.items() for day in found],
        columns=["account", "date"],
    )
    return frame.assign(date=pd.to_datetime(frame["date"]))


ORDERS = days(
    {
        "a": ["2025-01-01", "2025-01-11", "2025-02-10", "2025-02-20"],
        "b": ["2025-01-01", "2025-01-31"],
        "c": ["2025-03-01", "2025-03-02", "2025-03-04"],
    }
)


def test_the_last_two_gaps_by_hand():
    assert last_two_gaps(ORDERS, "2025-12-31").to_dict("index") == {
        "a": {"gap": 10.0, "gap_before": 30.0},
        "c": {"gap": 2.0, "gap_before": 1.0},
    }
    # Nothing later is read.
    assert last_two_gaps(ORDERS, "2025-02-19").to_dict("index") == {
        "a": {"gap": 30.0, "gap_before": 10.0}
    }


def test_wheat_and_morrison_by_hand():
    # Shares of 1/4 and 1/3: V = (1/16 + 1/36) / 2, k = (1 - 4 V) / (8 V).
    two = pd.DataFrame({"gap": [10.0, 1.0], "gap_before": [30.0, 2.0]})
    variance = (1 / 16 + 1 / 36) / 2
    assert regularity(two) == pytest.approx((1 - 4 * variance) / (8 * variance))
    assert whole_regularity(two) == 2


@pytest.mark.parametrize("k", [1, 2, 4])
def test_known_regularity_is_found_again(k):
    process = Process(2.0, 2.0, 0.5, 20.0, k)
    drawn = simulated_histories(
        process, accounts=20_000, age_weeks=(200, 200), horizon_weeks=0, seed=4
    )
    two = drawn[["last_gap", "gap_before"]].dropna().rename(columns={"last_gap": "gap"})
    # The end of the data cuts long gaps off, which makes the rest look a little more alike.
    assert regularity(two) == pytest.approx(k, rel=0.1)


def test_no_pair_and_perfect_rhythm():
    none = pd.DataFrame({"gap": [], "gap_before": []}, dtype=float)
    assert np.isnan(regularity(none))
    assert whole_regularity(none) == 1
    assert whole_regularity(pd.DataFrame({"gap": [7.0] * 9, "gap_before": [7.0] * 9})) == 10
    assert last_two_gaps(ORDERS.iloc[:0], "2025-12-31").empty
