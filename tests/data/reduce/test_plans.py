"""Plans by year, quarter, month and in several rows come to one figure per manager and quarter."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relations import edited

from kamlib import open_book
from kamlib.data.reduce.plan_periods import plan_period, quarters_of
from kamlib.data.reduce.plans import quarter_plans

few = settings(deadline=None, max_examples=25)
# What the company sold by month: a fifth, a fifth, a fifth and two fifths of 2024.
SOLD = pd.Series({f"2024-{m:02}": 20.0 if m > 9 else 10.0 for m in range(1, 13)})


def plans(*rows):
    frame = pd.DataFrame(rows, columns=["manager", "quarter", "revenue_plan"])
    return frame.astype({"manager": "str", "quarter": "str", "revenue_plan": float})


def figures(rows, sold=SOLD, freq="Q-DEC"):
    made, found = quarter_plans(rows, lambda: sold, freq)
    assert not made.duplicated(["manager", "quarter"]).any()
    by_key = made.set_index(["manager", "quarter"])["revenue_plan"].to_dict()
    return {" ".join(key): plan for key, plan in by_key.items()}, " | ".join(
        f"{each.severity} {each.finding}: {each.examples}" for each in found
    )


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025Q4", "2025Q4"), ("Q4/2025", "2025Q4"), ("4 кв. 2025", "2025Q4"),
        ("2025年第4季度", "2025Q4"), ("4. Quartal 2025", "2025Q4"), ("2025", "2025"),
        ("2025.0", "2025"), ("2025年", "2025"), ("2025-10", "2025-10"), ("10.2025", "2025-10"),
        ("202510", "2025-10"), ("Oct 2025", "2025-10"), ("октябрь 2025", "2025-10"),
        ("2025年10月", "2025-10"), ("2025-10-01", "2025-10"), ("31.10.2025", "2025-10"),
        ("10/01/2025", "2025-10"), ("01/10/2025", "2025-10"), ("02/03/2025", None),
        ("FY2025", "2025"), ("FY25Q4", "2025Q4"), ("Q4 FY2025", "2025Q4"),
        ("H2 2025", None), ("soon", None), ("2025-13", None),
    ],
)  # fmt: skip
def test_periods_as_people_write_them(text, period):
    assert plan_period(text) == period


def test_months_and_several_rows_add_up_to_their_quarter():
    rows = [("A", "2025Q4", 10), ("A", "2025Q4", 10), ("A", "2025Q4", 5)]
    rows += [("B", f"2025-{month}", 7) for month in (10, 11, 12)]
    made, told = figures(plans(*rows))
    assert made == {"A 2025Q4": 25, "B 2025Q4": 21}
    assert "A 2025Q4: 3 rows, 25.00" in told
    assert "B" not in told


def test_plans_of_a_year_from_february():
    """Its fourth quarter ends in January; a fifth, a fifth, a fifth and two fifths of FY2024."""
    rows = [("A", f"{month}", 7) for month in ("2025-11", "2025-12", "2026-01")]
    rows += [("B", "FY2025Q4", 5), ("C", "2025Q4", 6), ("D", "2025", 100)]
    sold = pd.Series(SOLD.to_numpy(), pd.period_range("2024-02", "2025-01", freq="M").astype("str"))
    made, told = figures(plans(*rows), sold, "Q-JAN")
    assert [made[f"{who} FY2025Q4"] for who in "ABC"] == [21, 5, 6]
    assert [made[f"D FY2025Q{place}"] for place in (1, 2, 3, 4)] == [20, 20, 20, 40]
    assert "D FY2025" in told


def test_one_month_in_each_quarter_names_the_quarter():
    rows = plans(*(("A", f"2025-{month}", 9) for month in ("01", "04", "07", "10")))
    made, told = figures(rows)
    assert made == {f"A {quarter}": 9 for quarter in quarters_of("2025")}
    assert told == ""


def test_a_quarter_of_which_months_are_lacking_has_no_plan():
    rows = plans(*(("A", f"2025-{month:02}", 9) for month in (7, 8, 9, 10, 11)))
    made, told = figures(rows)
    assert made == {"A 2025Q3": 27}
    assert "not all three months of the quarter are planned" in told and "A 2025Q4" in told


def test_a_quarter_beside_its_months_counts_once():
    rows = plans(("A", "2025Q4", 20), *(("A", f"2025-{month}", 7) for month in (10, 11, 12)))
    made, told = figures(rows)
    assert made == {"A 2025Q4": 20}
    assert "A 2025Q4: 20.00, its months 21.00" in told


def test_a_year_is_split_as_the_year_before_was_sold_and_that_is_told():
    made, told = figures(plans(("A", "2025", 1000)))
    assert made == {"A 2025Q1": 200, "A 2025Q2": 200, "A 2025Q3": 200, "A 2025Q4": 400}
    assert "an estimate: A 2025" in told
    made, told = figures(plans(("A", "2025", 1000)), SOLD.iloc[1:])
    assert set(made.values()) == {250}
    assert "four equal parts" in told


def test_a_figure_of_its_own_goes_before_a_part_of_the_year():
    made, told = figures(plans(("A", "2025", 1000), ("A", "2025Q4", 350)))
    assert made["A 2025Q4"] == 350 and made["A 2025Q1"] == 200
    assert "these count for their quarter: A 2025Q4" in told


amounts = st.lists(st.integers(1, 10**6), min_size=12, max_size=12)


@few
@given(amounts, st.integers(1, 4))
def test_monthly_plans_equal_quarterly_ones(months, parts):
    names = [f"2025-{month:02}" for month in range(1, 13)]
    by_month = [("A", name, plan) for name, plan in zip(names, months, strict=True)]
    sums = [sum(months[first : first + 3]) for first in (0, 3, 6, 9)]
    by_quarter = [
        ("A", quarter, plan) for quarter, plan in zip(quarters_of("2025"), sums, strict=True)
    ]
    in_parts = [(who, when, plan / parts) for who, when, plan in by_quarter for _ in range(parts)]
    expected = {f"A {quarter}": plan for _who, quarter, plan in by_quarter}
    for rows in (by_month, by_quarter, in_parts):
        assert figures(plans(*rows))[0] == pytest.approx(expected)


def test_plans_that_are_one_per_quarter_already_stay_as_they_are():
    rows = plans(("B", "2025Q4", 1), ("A", "2025Q4", 2), ("A", "2025Q3", 3))
    made, found = quarter_plans(rows, lambda: SOLD)
    assert made is rows and found == []


def test_a_plan_by_month_changes_no_verdict():
    book, before = open_book(edited("03-plan-by-month")), open_book("demo")
    plan, demo = (
        each.tables["plans"].set_index(["manager", "quarter"])["revenue_plan"]
        for each in (book, before)
    )
    assert plan["M1", "2025Q4"] == demo["M1", "2025Q4"] == 2_265_000
    assert plan["M2", "2025Q4"] == pytest.approx(demo["M2", "2025Q4"], abs=1.5)  # rounded months
    assert len(plan) == len(demo)
    [told] = book.findings.query("finding.str.startswith('several rows')").itertuples()
    assert (told.table, told.rows) == ("plans", 3)
    steps = book.reconciliation.query("table == 'plans'").set_index("step")["rows"]
    assert steps["read"] == steps["kept"] == before.tables.side["plans"].read + 4
