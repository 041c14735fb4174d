"""What the demo's files hold in more rows than it means counts as the figures that it means."""

from pathlib import Path

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.demo.dirt import write_in_forms

DEMO = Path(__file__).parents[2] / "data" / "demo"


@pytest.fixture(scope="module")
def forms() -> pd.DataFrame:
    return pd.read_csv(DEMO / "truth_forms.csv", dtype={"subject": str}).set_index("table")


@pytest.fixture(scope="module")
def book():
    return open_book("demo")


def of_subject(rows: pd.DataFrame, column: str, form: pd.Series) -> pd.DataFrame:
    return rows[rows[column] == form["subject"]]


def test_the_files_hold_the_rows_that_were_planted(forms):
    for table, column in (("plans", "manager"), ("deliveries", "account"), ("payments", "account")):
        rows = pd.read_csv(DEMO / f"{table}.csv", dtype=str)[column]
        assert (rows == forms.loc[table, "subject"]).sum() == forms.loc[table, "rows"], table
        assert forms.loc[table, "rows"] > forms.loc[table, "meant"]


def test_a_plan_by_month_is_one_figure_a_quarter(forms, book):
    plans = of_subject(book.tables["plans"], "manager", forms.loc["plans"])
    assert len(plans) == forms.loc["plans", "meant"]
    months = of_subject(pd.read_csv(DEMO / "plans.csv"), "manager", forms.loc["plans"])
    quarters = pd.PeriodIndex(months["quarter"], freq="M").asfreq("Q").astype(str)
    sums = months.groupby(quarters)["revenue_plan"].sum()
    assert dict(zip(plans["quarter"], plans["revenue_plan"], strict=True)) == dict(sums)


@pytest.mark.parametrize("table", ["deliveries", "payments"])
def test_parts_and_instalments_are_one_document(forms, book, table):
    known = of_subject(book.known(table, ahead=True), "account", forms.loc[table])
    assert len(known) == known["document"].nunique() == forms.loc[table, "meant"]
    if table == "payments":
        written = of_subject(pd.read_csv(DEMO / "payments.csv"), "account", forms.loc[table])
        assert known["amount"].sum() == pytest.approx(written["amount"].sum(), abs=0.005)


def test_every_part_keeps_what_the_whole_was():
    payment = {"account": "N1013", "document": "R1", "amount": 10.01, "due_on": None}
    tables = {"plans": [], "deliveries": [], "payments": [payment]}
    [_plans, _deliveries, told] = write_in_forms(tables)
    assert [row["amount"] for row in tables["payments"]] == [4.0, 6.01]
    assert (told.rows, told.meant) == (2, 1)
