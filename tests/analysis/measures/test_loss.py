import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.measures.loss import lost, orders_at

AS_OF = pd.Timestamp("2025-12-31")


def at(rows):
    """account, days since the last order, usual gap, and what its calendar explains."""
    names = ["account", "silence", "typical_gap_days", "explained_days"]
    frame = pd.DataFrame(rows, columns=names).assign(own_gap=True)
    frame["last_order"] = AS_OF - pd.to_timedelta(frame["silence"], unit="D")
    return frame.set_index("account").astype(dict.fromkeys(names[2:], float))


def test_five_accounts_by_hand():
    table = lost(
        at(
            [
                ("weekly", 181, 7, 20),
                ("weekly, on the day", 180, 7, 20),
                ("slow", 299, 100, np.nan),
                ("slow, gone", 301, 100, 200),
                ("in its winter", 200, 5, 300),
            ]
        ),
        AS_OF,
        min_silence_days=180,
        gap_multiple=3.0,
    )
    assert table["allowed_days"].tolist() == [180, 180, 300, 300, 300]
    assert table["silence_days"].tolist() == [181, 180, 299, 301, 200]
    assert table["lost"].tolist() == [True, False, False, True, False]


def test_where_no_gap_is_known_only_the_minimum_counts():
    table = lost(
        at([("once", 181, np.nan, np.nan), ("once, lately", 3, np.nan, np.nan)]),
        AS_OF,
        min_silence_days=180,
        gap_multiple=3.0,
    )
    assert table["lost"].tolist() == [True, False]
    assert table["typical_gap_days"].isna().all()


def test_nobody_ordered(frames):
    _, orders, _ = frames([("a", "2025-01-01", -5.0, None)], [AS_OF])
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
