import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.matrix import PLACES, matrix


def table(rows):
    frame = pd.DataFrame(rows, columns=["account", "abc", "xyz", "value", "revenue", "margin"])
    return frame.set_index("account").astype({"abc": "str", "xyz": "str", "margin": float})


def test_six_accounts_by_hand():
    places = matrix(
        table(
            [
                ("a", "A", "X", 60.0, 60.0, 6.0),
                ("b", "A", "X", 20.0, 20.0, 3.0),
                ("c", "B", "N", 15.0, 15.0, np.nan),
                ("d", "C", "L", 5.0, 5.0, -1.0),
                ("e", "D", "", -7.0, -7.0, 0.5),
                ("f", "D", "", 0.0, 0.0, 0.0),
            ]
        )
    )
    assert list(zip(places["abc"], places["xyz"], strict=True)) == list(PLACES)
    found = places[places["accounts"] > 0].set_index(["abc", "xyz"])
    expected = pd.DataFrame(
        {
            "accounts": [2, 1, 1, 2],
            "revenue": [80.0, 15.0, 5.0, -7.0],
            "margin": [9.0, np.nan, -1.0, 0.5],
            "share": [0.8, 0.15, 0.05, np.nan],
        },
        index=pd.MultiIndex.from_tuples([("A", "X"), ("B", "N"), ("C", "L"), ("D", "")]),
    )
    pd.testing.assert_frame_equal(found, expected, check_names=False)
    assert places.loc[places["accounts"] == 0, ["revenue", "margin"]].eq(0.0).all(axis=None)


def test_no_account_at_all():
    places = matrix(table([]))
    assert len(places) == 16
    assert places["accounts"].sum() == 0
    assert places["revenue"].sum() == 0


def test_without_margin_no_place_claims_zero():
    places = matrix(table([("a", "A", "X", 1.0, 1.0, np.nan)]))
    assert places["margin"].isna().all()
