import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.measures.loss import lost, orders_at, typical_gaps

AS_OF = pd.Timestamp("2025-12-31")


def at(rows):
    """account, days since the last order, gaps, median gap."""
    frame = pd.DataFrame(rows, columns=["account", "silence", "gaps", "gap_median"])
    frame["last_order"] = AS_OF - pd.to_timedelta(frame["silence"], unit="D")
    return frame.set_index("account").astype({"gap_median": float})


def test_five_accounts_by_hand():
    table = lost(
        at(
            [
                ("weekly", 181, 50, 7),
                ("weekly, on the day", 180, 50, 7),
                ("slow", 299, 3, 100),
                ("slow, gone", 301, 3, 100),
                ("few gaps", 150, 2, 1),
            ]
        ),
        AS_OF,
        min_silence_days=180,
        gap_multiple=3.0,
    )
    # Two gaps are too few: the median of 7, 7, 100, 100 stands in.
    assert table["typical_gap_days"].tolist() == [7, 7, 100, 100, 53.5]
    assert table["silence_days"].tolist() == [181, 180, 299, 301, 150]
    assert table["lost"].tolist() == [True, False, False, True, False]


def test_where_no_gap_is_known_only_the_minimum_counts():
    table = lost(
        at([("once", 181, 0, np.nan), ("once, lately", 3, 0, np.nan)]),
        AS_OF,
        min_silence_days=180,
        gap_multiple=3.0,
    )
    assert table["lost"].tolist() == [True, False]
    assert table["typical_gap_days"].isna().all()


def test_nobody_ordered(frames):
    _, orders, _ = frames([("a", "2025-01-01", -5.0, None)], [AS_OF])
    assert len(typical_gaps(orders_at(orders, AS_OF))) == 0
    assert lost(orders_at(orders, AS_OF), AS_OF, min_silence_days=1, gap_multiple=1.0).empty


def test_orders_at_one_date(frames):
    lines = [("b", "2025-11-01", 1.0, None), ("a", "2025-08-01", 1.0, None)]
    _, orders, _ = frames(lines, ["2025-09-30", AS_OF])
    assert orders_at(orders, pd.Timestamp("2025-09-30")).index.tolist() == ["a"]
    assert orders_at(orders, AS_OF).index.tolist() == ["a", "b"]


@pytest.mark.parametrize("multiple", [2.0, 3.0, 4.0])
def test_a_longer_multiple_never_loses_more(retail, multiple):
    now = orders_at(retail[1], pd.Timestamp("2011-09-30"))
    fewer = lost(now, pd.Timestamp("2011-09-30"), min_silence_days=180, gap_multiple=multiple + 1)
    more = lost(now, pd.Timestamp("2011-09-30"), min_silence_days=180, gap_multiple=multiple)
    assert not (fewer["lost"] & ~more["lost"]).any()
    assert fewer["lost"].sum() < more["lost"].sum()


def test_the_gap_of_others_is_told_from_an_account_s_own():
    at = pd.DataFrame(
        {
            "last_order": pd.to_datetime(["2025-01-01", "2025-01-01"]),
            "gaps": [5, 0],
            "gap_median": [10.0, float("nan")],
        },
        index=["often", "once"],
    )
    table = lost(at, pd.Timestamp("2025-12-31"), min_silence_days=180, gap_multiple=3.0)
    assert table["typical_gap_days"].tolist() == [10.0, 10.0]
    assert table["own_gap"].tolist() == [True, False]
