"""Noted values against first years: by hand, as a plain loop, and where nothing can be said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.targeting.rates import NOTED_COLUMNS, noted_values, noted_values_headline

AS_OF = pd.Timestamp("2025-12-31")
END = pd.Period("2025-12", "M")


def decided_of(*rows):
    """Rows: prospect, outcome, value, account, first seen."""
    columns = ["prospect", "outcome", "value", "account", "first_seen"]
    table = pd.DataFrame(list(rows), columns=columns).set_index("prospect")
    table["first_seen"] = pd.to_datetime(table["first_seen"]).astype("datetime64[us]")
    return table.astype({"outcome": "str", "account": "str", "value": float})


def months_of(*rows):
    """Rows: account, months back, revenue."""
    table = pd.DataFrame(list(rows), columns=["account", "back", "revenue"])
    month = pd.PeriodIndex.from_ordinals(END.ordinal - table["back"].astype(int), freq="M")
    table = table.assign(month=month, order_days=(table["revenue"] > 0).astype(int))
    return table.drop(columns="back").astype({"account": "str", "revenue": float})


DECIDED = decided_of(
    ("P1", "won", 100, "a", "2023-01-01"),
    ("P2", "won", 60, "b", "2023-01-01"),
    ("P3", "won", 40, "b", "2023-06-01"),  # the same company twice
    ("P4", "won", 50, "c", None),
    ("P5", "won", 10, "young", "2023-01-01"),
    ("P6", "won", 10, "old", "2024-06-01"),
    ("P7", "won", 10, "", "2023-01-01"),
    ("P8", "won", np.nan, "d", "2023-01-01"),
    ("P9", "lost", 10, "d", "2023-01-01"),
)
MONTHS = months_of(
    *[("a", 24, 150.0), ("a", 13, 150.0), ("a", 12, 999.0)],  # the last in its second year
    *[("b", 13, -5.0), ("b", 12, 30.0), ("b", 1, 20.0), ("b", 0, 999.0)],
    *[("c", 20, 50.0), ("young", 11, 9.0), ("old", 30, 5.0), ("d", 30, 5.0)],
)


def test_by_hand():
    table = noted_values(DECIDED, MONTHS, as_of=AS_OF)
    assert table.columns.tolist() == list(NOTED_COLUMNS)
    rows = table.set_index("account")
    facts = rows[["deals", "noted", "bought", "factor"]]
    assert facts.loc[["a", "b", "c"]].to_numpy().tolist() == [
        [1, 100, 300, 3],
        [2, 100, 50, 2],
        [1, 50, 50, 1],
    ]
    assert rows["left_out"].to_dict() == {
        "a": "", "b": "", "c": "", "young": "no whole year yet", "old": "bought before",
        "": "bought nothing yet",
    }  # fmt: skip
    assert rows.loc[["young", "old", ""], ["bought", "factor"]].isna().all(axis=None)
    assert noted_values_headline(table, "EUR") == (
        "4 won deals had a value noted and a whole year behind them: EUR 250 was noted, EUR 400 "
        "bought in the first twelve calendar months; the note was off by a factor of 2.0 in the "
        "middle (left out: 1 bought nothing yet, 1 bought before they were prospects, "
        "1 have no whole year yet)."
    )
    assert noted_values_headline(table[table["account"] != "c"]) == ""


def slow_rows(decided, months):
    """Account by account, month by month."""
    found = {}
    for code in sorted(set(decided["account"]) - {""}):
        own = decided[(decided["account"] == code) & (decided["outcome"] == "won")]
        noted = sum(value for value in own["value"] if value > 0)
        bought = {}
        for _row, each in months[months["account"] == code].iterrows():
            bought[each["month"]] = each["revenue"]
        ordered = [month for month, revenue in bought.items() if revenue > 0]
        if not noted or not ordered or min(ordered).ordinal + 12 > END.ordinal:
            continue
        seen = own.loc[own["value"] > 0, "first_seen"].min()
        if not pd.isna(seen) and min(ordered) < seen.to_period("M"):
            continue
        year = [min(ordered) + step for step in range(12)]
        found[code] = (noted, sum(bought.get(month, 0.0) for month in year))
    return found


deals = st.tuples(
    st.sampled_from(["won", "lost", "open"]),
    st.sampled_from([np.nan, 0.0, 10.0, 400.0]),
    st.sampled_from(["a", "b", "c", ""]),
    st.sampled_from([None, "2023-03-15", "2024-06-30"]),
)
sales = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.integers(0, 40)), st.sampled_from([-20.0, 0.0, 7.0, 90.0])
)


@settings(deadline=None, max_examples=25)
@given(rows=st.lists(deals, max_size=8), sold=sales)
def test_as_a_plain_loop(rows, sold):
    decided = decided_of(*((f"P{place}", *row) for place, row in enumerate(rows)))
    months = months_of(*((*key, revenue) for key, revenue in sold.items()))
    table = noted_values(decided, months, as_of=AS_OF)
    used = table[table["left_out"] == ""].set_index("account")
    loop = slow_rows(decided, months)
    assert {code: tuple(row) for code, row in used[["noted", "bought"]].T.items()} == {
        code: pytest.approx(row) for code, row in loop.items()
    }
    assert (used["factor"] >= 1).all()
    value = decided["value"] > 0
    assert table["deals"].sum() == (value & (decided["outcome"] == "won")).sum()


def test_nothing_noted_or_nothing_kept_is_no_error():
    empty = noted_values(DECIDED.iloc[:0], MONTHS.iloc[:0], as_of=AS_OF)
    assert empty.empty and empty.columns.tolist() == list(NOTED_COLUMNS)
    assert noted_values_headline(empty) == ""
    back = months_of(
        *((code, at, sign * 9.0) for code in "abc" for at, sign in ((20, 1), (19, -1)))
    )
    table = noted_values(DECIDED, back, as_of=AS_OF)
    assert np.isinf(table.loc[table["left_out"] == "", "factor"]).all()
    assert "factor" not in noted_values_headline(table)
