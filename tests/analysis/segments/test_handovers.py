"""Handovers: a lasting change of who leads an account's sales; nothing of the company moves."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.segments.handovers import (
    changed_managers,
    handovers_headline,
    nobody_served,
    served,
)
from kamlib.analysis.segments.portfolios import portfolio_mix
from kamlib.settings import Settings

few = settings(deadline=None, max_examples=12)
AS_OF = pd.Timestamp("2025-12-31")
QUARTER = pd.Timestamp("2025-10-01")
WEEKS = pd.date_range("2024-01-01", "2025-12-31", freq="7D")


def sales(*spells, account="A", line="Tools", every=1, amount=10.0):
    """An order each week (or every so many), by (first day, manager) from then on."""
    rows = [
        (account, date, [m for first, m in spells if pd.Timestamp(first) <= date][-1], line)
        for date in WEEKS[::every]
        if date >= pd.Timestamp(spells[0][0])
    ]
    frame = pd.DataFrame(rows, columns=["account", "date", "manager", "product_line"])
    return frame.assign(lines=1, revenue=amount)


def found(days, today=None, owner="M3"):
    accounts = pd.Index(days["account"].unique())
    return served(
        days.sort_values(["account", "date", "manager"], kind="stable"),
        pd.Series(today or {}, dtype="str"),
        pd.Series("", accounts, dtype="str"),
        pd.Series(owner, accounts, dtype="str"),
        as_of=AS_OF,
        quarter_begins=QUARTER,
        settings=Settings(),
    )


def told(result):
    rows = result.handovers
    return list(
        zip(rows["from_manager"], rows["to_manager"], rows["on"].astype("str"), strict=True)
    )


def test_a_lasting_change_is_a_handover_with_the_money_of_each():
    result = found(sales(("2024-01-01", "M1"), ("2025-11-15", "M3")), {"A": "M3"})
    assert told(result) == [("M1", "M3", "2025-11-11")], "the day after M1's last sale on the 10th"
    row = result.handovers.iloc[0]
    by_hand = [60, 70, 450, 70]  # Mondays of 2025: 6 + 7 in the quarter, 45 + 7 in the year
    columns = ["quarter_by_from", "quarter_by_to", "year_by_from", "year_by_to"]
    assert row[columns].tolist() == by_hand
    pieces = result.pieces.set_index("manager")
    assert pieces["revenue"].to_dict() == {"M1": 450, "M3": 70}
    assert pieces["part"].sum() == pytest.approx(1)
    assert result.moves[["from_manager", "to_manager", "revenue"]].values.tolist() == [
        ["M1", "M3", 70.0]
    ]


def test_a_single_order_settles_it_where_the_accounts_table_agrees():
    days = sales(("2024-01-01", "M1"), ("2025-12-28", "M3"))
    assert told(found(days, {"A": "M3"})) == [("M1", "M3", "2025-12-23")]
    assert told(found(days, {"A": "M1"}, owner="M1")) == []
    assert told(found(days)) == [], "two days of December may be a deputy's"


def test_a_deputy_is_no_handover():
    spells = [("2024-01-01", "M1"), ("2025-06-02", "M3"), ("2025-06-16", "M1")]
    for today in ({}, {"A": "M1"}):
        result = found(sales(*spells), today, owner="M1")
        assert result.handovers.empty
        assert result.pieces.empty
    # A deputy at the very end, whom the accounts table does not name.
    result = found(sales(("2024-01-01", "M1"), ("2025-12-10", "M3")), owner="M3")
    assert result.handovers.empty
    assert result.pieces[["manager", "revenue"]].values.tolist() == [["M1", 520.0]]


def test_single_lines_of_another_on_busy_days_are_no_handover():
    days = sales(("2024-01-01", "M1"))
    other = days.iloc[[40, 60, 80]].assign(manager="M3")
    busy = pd.concat([days.assign(lines=3), other])
    assert found(busy, {"A": "M1"}, owner="M1").handovers.empty


@pytest.mark.parametrize("every", [1, 2, 5])
def test_two_managers_by_product_line_at_the_same_time_are_no_handover(every):
    one = sales(("2024-01-01", "M1"), line="Tools")
    two = sales(("2024-02-01", "M3"), line="Safety", every=every)
    two["date"] += pd.Timedelta(days=1)
    for today in ({"A": "M1"}, {"A": "M3"}, {}):
        result = found(pd.concat([one, two]), today, owner="M1")
        assert result.handovers.empty


def test_product_lines_that_have_their_seasons_are_no_handovers():
    half = [
        (f"{year}-{month}-01", m)
        for year in (2024, 2025)
        for month, m in (("02", "M1"), ("08", "M3"))
    ]
    days = sales(*half)
    days["product_line"] = days["manager"].map({"M1": "Garden", "M3": "Heating"})
    assert found(days, {"A": "M1"}, owner="M1").handovers.empty
    same = days.assign(product_line="Tools")
    assert len(found(same, {"A": "M3"}).handovers) == 2, "of one line they are handovers"


def test_two_who_share_the_orders_are_no_handover():
    days = sales(("2024-01-01", "M1"))
    days["manager"] = ["M1" if place % 5 < 3 else "M3" for place in range(len(days))]
    assert found(days, {"A": "M3"}).handovers.empty


def test_three_handovers_in_a_row():
    spells = [
        ("2024-01-01", "M1"),
        ("2025-03-01", "M2"),
        ("2025-06-01", "M4"),
        ("2025-10-15", "M3"),
    ]
    result = found(sales(*spells), {"A": "M3"})
    assert [(one, other) for one, other, _day in told(result)] == [
        ("M1", "M2"), ("M2", "M4"), ("M4", "M3")
    ]  # fmt: skip
    pieces = result.pieces
    assert pieces["manager"].tolist() == ["M1", "M2", "M4", "M3"]
    assert pieces["revenue"].sum() == 520
    assert result.moves[["from_manager", "to_manager"]].values.tolist() == [["M4", "M3"]]
    assert handovers_headline(result.handovers, {}).endswith("1 more handover.")


def test_the_accounts_table_alone_names_the_new_one_after_the_last_sale():
    result = found(sales(("2024-01-01", "M1")), {"A": "M3"})
    row = result.handovers.iloc[0]
    assert (row["from_manager"], row["to_manager"]) == ("M1", "M3")
    assert pd.isna(row["on"])
    assert row["seen_in"] == "accounts table"
    assert result.pieces[["manager", "revenue"]].values.tolist() == [["M1", 520.0]]


def test_where_sales_and_accounts_table_name_different_people_nothing_is_told():
    quarters = pd.DataFrame(
        {"account": [*"ABCD"], "key": ["S1", "S1", "S2", "M4"], "quarter": pd.Period("2025Q4")}
    )
    today = pd.Series({"A": "M1", "B": "M2", "C": "M3", "D": "M4"}, dtype="str")
    assert changed_managers(quarters, today).empty
    agreed = quarters.assign(key=["M1", "M2", "S2", "M4"])
    assert changed_managers(agreed, today).tolist() == ["C"]


changes = st.lists(
    st.tuples(st.integers(1, 100), st.sampled_from(["M1", "M2", "M3", "M4"])), max_size=4
)


@few
@given(changes=changes, known=st.booleans())
def test_a_handover_moves_no_total_of_the_company(changes, known):
    spells = [("2024-01-01", "M1"), *((WEEKS[week], m) for week, m in sorted(changes))]
    days = sales(*spells)
    result = found(days, {"A": spells[-1][1]} if known else {}, owner=spells[-1][1])
    accounts = pd.Index(["A", "B", "C"])
    in_year = days["date"] >= "2025-01-01"
    now = pd.Series([days.loc[in_year, "revenue"].sum(), 80.0, 30.0], accounts)
    then = pd.DataFrame(
        {"cell": ["AX", "AX", "BY"], "revenue": [days.loc[~in_year, "revenue"].sum(), 60.0, 50.0]},
        accounts,
    )
    owners = pd.Series([spells[-1][1], "M2", "M4"], accounts)
    managers = pd.Index(["M1", "M2", "M3", "M4"])
    moved = portfolio_mix(then, now, owners, managers, pieces=result.pieces)
    still = portfolio_mix(then, now, owners, managers, pieces=nobody_served().pieces)
    sums = ["revenue_before", "new_revenue", "expected_change", "against_mix"]
    assert moved[sums].sum().tolist() == pytest.approx(still[sums].sum().tolist(), abs=1e-4)
    assert moved["against_mix"].sum() == pytest.approx(0, abs=1e-4)
    assert result.moves["revenue"].sum() <= days.loc[days["date"] >= QUARTER, "revenue"].sum()
