"""A company's year: what its quarters are called, what texts name one, and that all ask it here."""

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

from kamlib.errors import DataError
from kamlib.quarters import (
    check_year_starts,
    fiscal_year,
    frequency,
    parsed_quarter,
    quarter_begin,
    quarter_label,
    quarter_labels,
    quarter_of,
    quarter_told,
    refuse_weeks,
    year_label,
    year_starts,
)

PROJECT = Path(__file__).resolve().parents[1]
# The demo's company has the calendar's year; how cells are read knows no company.
MODULES = [
    path
    for path in sorted((PROJECT / "kamlib").rglob("*.py"))
    if path.name != "quarters.py" and "demo" not in path.parts
]
# A calendar's quarter, made or named without asking for the company's.
STRAY = re.compile(
    r"""to_period\(["']Q|freq=["'](?:Q|Y|QE|YE)\b|Period\([^)]*,\s*["']Q|DATE_TRUNC\('(?:quarter|year)'"""
    r"""|truncate\(["'][QY]|\bstr\((?:self\.|book\.|desk\.)*quarter|\{(?:self\.|book\.|desk\.)*"""
    r"""(?:book\.)quarter\}|["']quarter["']\]\.astype\(["']str|\.dt\.q(?:uarter|year)\b"""
)
NEEDS_THE_YEAR = {
    "account_line_quarters": 3,
    "account_part_quarters": 4,
    "manager_quarters": 4,
    "loss_dynamics": 7,
    "abc_xyz_history": 5,
    "cohorts": 4,
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_calendar_quarter_is_made_beside_the_companys(path):
    text = path.read_text(encoding="utf-8")
    assert not (found := STRAY.search(text)), f"{path}: {found[0]}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            wanted = NEEDS_THE_YEAR.get(node.func.id, 0)
            given = len(node.args) + len(node.keywords)
            assert given >= wanted, f"{path}:{node.lineno}: {node.func.id} without the year"


@pytest.mark.parametrize(
    "line",
    [
        'quarter = as_of.to_period("Q")',
        'pd.PeriodIndex(frame["quarter"], freq="Q")',
        "SELECT DATE_TRUNC('quarter', date)",
        "name = str(book.quarter)",
        'f"{book.quarter}.xlsx"',
        'rows["quarter"].astype("str")',
    ],
)
def test_the_test_of_the_sources_sees_a_stray_quarter(line):
    assert STRAY.search(line)


# Quarter by the month in which a year starts, of 15 January 2025 and of 15 July 2025.
LABELS = {
    1: ("2025Q1", "2025Q3"),
    2: ("FY2024Q4", "FY2025Q2"),
    4: ("FY2024Q4", "FY2025Q2"),
    6: ("FY2024Q3", "FY2025Q1"),
    7: ("FY2025Q3", "FY2026Q1"),
    10: ("FY2025Q2", "FY2025Q4"),
    12: ("FY2025Q1", "FY2025Q3"),
}


@pytest.mark.parametrize("month", LABELS)
def test_a_year_bears_the_number_of_most_of_its_months(month):
    freq = frequency(month)
    quarters = [quarter_of(day, freq) for day in ("2025-01-15", "2025-07-15")]
    assert tuple(map(quarter_label, quarters)) == LABELS[month]
    assert year_starts(freq) == month


def test_a_year_from_july_bears_the_one_in_which_it_ends():
    first, last = (quarter_of(day, "Q-JUN") for day in ("2024-07-01", "2025-06-30"))
    assert year_label(first) == year_label(last) == "FY2025"
    assert (last - first).n == 3
    months = pd.period_range("2024-12", "2025-02", freq="M").asfreq("Q-JAN")
    assert fiscal_year(months).tolist() == [2024, 2024, 2025]


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", ["2024-02-29", "2024-12-31", "2025-06-01"])
def test_a_label_leads_back_to_its_quarter(month, day):
    quarter = quarter_of(day, frequency(month))
    assert parsed_quarter(quarter_label(quarter), quarter.freqstr) == quarter
    assert parsed_quarter(day, quarter.freqstr) == parsed_quarter(day[:7], quarter.freqstr)
    assert quarter_begin(quarter.end_time) == quarter.start_time


def test_a_quarter_is_told_with_its_months_where_they_are_not_plain():
    told = quarter_told(quarter_of("2025-01-15", "Q-JAN"))
    assert told == "FY2024Q4 (November 2024 to January 2025)"
    assert quarter_told(quarter_of("2025-01-15", "Q-DEC")) == "2025Q1"


@pytest.mark.parametrize("text", ["FY2024Q4", "2024 q4", "Q4 FY2024", "fy24-q4", "2025-01-15"])
def test_texts_that_name_a_quarter(text):
    assert parsed_quarter(text, "Q-JAN") == quarter_of("2025-01-01", "Q-JAN")


@pytest.mark.parametrize("text", ["2024", "2024Q5", "2025-13", "2025-02-30", "spring", ""])
def test_texts_that_name_none(text):
    assert parsed_quarter(text, "Q-JAN") is None


def test_labels_of_a_column():
    missing = pd.Series(pd.PeriodIndex(["2025Q4", None], freq="Q-JAN"))
    assert quarter_labels(missing).tolist()[0] == "FY2024Q4"
    assert quarter_labels(missing).isna().tolist() == [False, True]
    objects = pd.Period("2025Q4", freq="Q-JAN") - pd.Series([0, 1])
    assert quarter_labels(objects).tolist() == ["FY2024Q4", "FY2024Q3"]
    months = pd.Series(pd.period_range("2025-01", periods=2, freq="M"))
    assert quarter_labels(months).tolist() == ["2025-01", "2025-02"]


@pytest.mark.parametrize("value", ["4-4-5", "445", "52", "weekly", "2024W31", "2024P07"])
def test_a_calendar_of_weeks_is_refused_with_the_way_around(value):
    with pytest.raises(DataError, match=r"4-4-5.*not supported.*year_starts.*calendar month"):
        refuse_weeks(value, "year_starts")


@pytest.mark.parametrize("value", [0, 13, "February", True, 2.0])
def test_a_year_starts_in_a_month(value):
    with pytest.raises(DataError, match="a number from 1 to 12, such as 2"):
        check_year_starts(value, "dataset.toml: year_starts")
