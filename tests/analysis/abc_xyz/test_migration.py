import pandas as pd

from kamlib.analysis.abc_xyz.matrix import class_history, migration, migration_matrix


def quarter(rows, **columns):
    frame = pd.DataFrame(rows, columns=["account", "cell", "revenue", *columns])
    return frame.set_index("account").astype({"cell": "str", "revenue": float})


BEFORE = quarter([("a", "AX", 100), ("b", "BY", 50), ("c", "CZ", 5), ("gone", "AZ", 30)])
AFTER = quarter(
    [
        ("new", "CN", 30, "Ann", "New & Co"),
        ("c", "CZ", 4, "Bob", "C"),
        ("b", "AY", 70, "Bob", "B"),
        ("a", "BX", 20, "Ann", "A"),
    ],
    manager=0,
    name=0,
)


def test_the_moves_by_hand():
    moves = migration(BEFORE, AFTER)
    expected = pd.DataFrame(
        [
            ("AX", "BX", 100.0, 20.0, -80.0, "Ann", "A"),
            ("AZ", "", 30.0, 0.0, -30.0, "", ""),
            ("", "CN", 0.0, 30.0, 30.0, "Ann", "New & Co"),
            ("BY", "AY", 50.0, 70.0, 20.0, "Bob", "B"),
        ],
        columns=["from_cell", "to_cell", "revenue_before", "revenue", "change", "manager", "name"],
        index=pd.Index(["a", "gone", "new", "b"], name="account"),
    )
    pd.testing.assert_frame_equal(moves, expected, check_dtype=False, check_index_type=False)


def test_changes_add_up_with_those_that_stayed():
    pairs = migration_matrix(BEFORE, AFTER)
    assert pairs["accounts"].sum() == 5
    assert pairs["change"].sum() == AFTER["revenue"].sum() - BEFORE["revenue"].sum()
    assert pairs["from_cell"].tolist() == ["AX", "AZ", "BY", "CZ", ""]


def test_nobody_moved():
    assert migration(AFTER, AFTER).empty


def test_nothing_before():
    moves = migration(BEFORE.iloc[:0], AFTER)
    assert moves["from_cell"].eq("").all()
    assert len(moves) == 4


def test_history_by_quarter():
    quarters = pd.PeriodIndex(["2025Q3", "2025Q3", "2025Q4", "2025Q4"], freq="Q")
    history = pd.DataFrame(
        {
            "quarter": quarters,
            "account": ["a", "b", "a", "b"],
            "revenue": [1.1, 2.2, 3.0, 4.0],
            "abc": pd.Categorical(["A", "A", "B", "A"], categories=list("ABCD"), ordered=True),
            "xyz": ["X", "X", "X", "Y"],
            "cell": ["AX", "AX", "BX", "AY"],
            "covered": [False, False, True, True],
        }
    )
    table = class_history(history)
    assert table["covered"].tolist() == [False, True, True]
    assert table["cell"].tolist() == ["AX", "AY", "BX"]
    assert table["accounts"].tolist() == [2, 1, 1]
    assert table["revenue"].tolist() == [3.3, 4.0, 3.0]
