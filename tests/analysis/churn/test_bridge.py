"""The bridge between two quarters: every buyer in one step, and the sums to the cent."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.churn.bridge import (
    STEPS,
    TOTAL,
    bridge,
    bridge_headline,
    buyer_steps,
    labelled_sales,
    total_sales,
)
from kamlib.data.frames import PARTS, account_part_quarters

Q1, Q2, Q3 = (pd.Period(f"2025Q{number}") for number in (1, 2, 3))
# Account, line, quarter, revenue: one buyer for each step, by hand.
LINES = [
    ("new", "Tools", Q3, 100.0),
    ("returned", "Tools", Q1, 40.0),
    ("returned", "Tools", Q3, 70.0),
    ("grown", "Tools", Q2, 10.0),
    ("grown", "Tools", Q3, 15.5),
    ("shrunk", "Safety", Q2, 90.0),
    ("shrunk", "Safety", Q3, 30.0),
    ("lost", "Safety", Q2, 25.0),
    ("same", "Safety", Q2, 5.0),
    ("same", "Safety", Q3, 5.0),
    ("partly", "Tools", Q2, 50.0),
    ("partly", "Tools", Q3, 60.0),
    ("partly", "Safety", Q2, 20.0),
    ("long gone", "Safety", Q1, 9.0),
    ("credited", "Tools", Q1, 8.0),
    ("credited", "Tools", Q3, -8.0),
    ("all back", "Tools", Q3, 0.0),
]


def sales(lines):
    frame = pd.DataFrame(lines, columns=["account", "key", "quarter", "revenue"])
    return frame.astype({"account": "str", "key": "str", "revenue": float})


def test_each_buyer_is_in_the_step_that_its_quarters_say():
    steps = buyer_steps(sales(LINES), quarter=Q3, base=Q2).set_index(["account", "key"])["step"]
    assert steps["new", "Tools"] == "new"
    assert steps["returned", "Tools"] == "returned"
    assert steps["grown", "Tools"] == "grown"
    assert steps["shrunk", "Safety"] == "shrunk"
    assert steps["lost", "Safety"] == "lost"
    assert steps["same", "Safety"] == ""
    assert steps["partly", "Safety"] == "lost"
    assert steps["credited", "Tools"] == "credited"
    assert steps["all back", "Tools"] == ""
    assert ("long gone", "Safety") not in steps.index


def test_who_first_bought_between_base_and_quarter_is_new():
    first = pd.Period("2024Q3")
    lines = [("since spring", "Tools", Q1, 10.0), ("since spring", "Tools", Q3, 20.0),
             ("old", "Tools", first - 1, 10.0), ("old", "Tools", Q3, 20.0)]  # fmt: skip
    steps = buyer_steps(sales(lines), quarter=Q3, base=first).set_index("account")["step"]
    assert steps.to_dict() == {"old": "returned", "since spring": "new"}


def test_the_bridge_by_line_and_in_total_by_hand():
    lines = sales(LINES)
    found = bridge({TOTAL: total_sales(lines), "product_line": lines}, quarter=Q3, base=Q2)
    expected = pd.DataFrame(
        [
            (TOTAL, "", 200.0, 100.0, 70.0, 5.5, -70.0, -25.0, -8.0, 272.5),
            ("product_line", "Safety", 140.0, 0.0, 0.0, 0.0, -60.0, -45.0, 0.0, 35.0),
            ("product_line", "Tools", 60.0, 100.0, 70.0, 15.5, 0.0, 0.0, -8.0, 237.5),
        ],
        columns=["direction", "key", "before", *STEPS, "after"],
    ).astype({"direction": "str", "key": "str"})
    pd.testing.assert_frame_equal(found, expected)
    assert bridge_headline(found, "EUR") == (
        "Revenue went from EUR 200 to EUR 272: EUR 72.50 (36.2 %). Most came from accounts that "
        "are new (EUR 100), most went with those that buy less (EUR -70). Credits to accounts that "
        "had bought nothing in the quarter compared with: EUR -8."
    )


def test_a_label_of_the_account_is_a_direction_too():
    labels = pd.Series({"lost": "price", "shrunk": "competitor"})
    found = bridge({"reason": labelled_sales(sales(LINES), labels, "none")}, quarter=Q3, base=Q2)
    by_reason = found.set_index("key")
    assert by_reason.loc["price", "lost"] == -25
    assert by_reason.loc["competitor", "shrunk"] == -60
    assert by_reason["after"].sum() == 272.5


CELL = st.tuples(
    st.sampled_from("abcd"),
    st.sampled_from(["x", "y", ""]),
    st.integers(0, 5).map(lambda back: Q3 - back),
    st.integers(-10_000, 10_000).map(lambda cents: cents / 100),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELL, max_size=30, unique_by=lambda cell: cell[:3]))
def test_steps_add_up_to_the_difference_whatever_the_sales(lines):
    frame = sales(lines)
    found = bridge({TOTAL: total_sales(frame), "line": frame}, quarter=Q3, base=Q3 - 4)
    gap = found["after"] - found["before"] - found[list(STEPS)].sum(axis=1)
    assert (gap.abs() < 1e-6).all()
    sums = found.groupby("direction")[["before", "after"]].sum().round(6)
    assert sums.nunique().le(1).all() or len(sums) < 2
    again = bridge({TOTAL: total_sales(frame[::-1]), "line": frame[::-1]}, quarter=Q3, base=Q3 - 4)
    pd.testing.assert_frame_equal(
        found.sort_values(["direction", "key"], ignore_index=True),
        again.sort_values(["direction", "key"], ignore_index=True),
    )


@pytest.mark.parametrize("part", PARTS)
def test_on_the_demo_company_every_direction_adds_up_to_the_ledger(part):
    book = open_book("demo", "2025Q2")
    frame = account_part_quarters(book.tables.ledger.table, book.as_of, part)
    found = bridge({TOTAL: total_sales(frame), part: frame}, quarter=book.quarter, base=Q2 - 4)
    months = book.months.set_index("month")["revenue"]
    after = months[months.index.asfreq("Q") == book.quarter].sum()
    before = months[months.index.asfreq("Q") == Q2 - 4].sum()
    for _direction, rows in found.groupby("direction"):
        assert rows["after"].sum() == pytest.approx(after, abs=0.005)
        assert rows["before"].sum() == pytest.approx(before, abs=0.005)


def test_a_base_after_the_quarter_is_refused_and_no_sales_are_no_bridge():
    with pytest.raises(ValueError, match="base 2025Q3 must be before the quarter 2025Q3"):
        bridge({}, quarter=Q3, base=Q3)
    empty = bridge({TOTAL: total_sales(sales([]))}, quarter=Q3, base=Q2)
    assert empty.empty
    assert "no earlier quarter" in bridge_headline(empty)
    with pytest.raises(ValueError, match='part "country": expected one of product_line'):
        account_part_quarters(None, book_day(), "country")


def book_day():
    return pd.Timestamp("2025-06-30")
