"""Columns that are years alone are read, and nobody takes them for quarters without being told."""

import pytest
from invented import described, lines, opened, revenue, sums

from kamlib.data.findings import findings
from kamlib.data.guess.layouts import recognised_layout
from kamlib.data.read.dataset import load_dataset
from kamlib.data.stops import stops
from kamlib.data.writing.periods import year_of
from kamlib.settings import load_settings

COLUMNS = [
    ("Customer", "Sales 2024", "Sales 2025"),
    ("Customer", "2024", "2025"),
    ("Customer", "FY 2024", "FY 2025"),
    ("Kunde", "Umsatz 2024", "Umsatz 2025"),
    ("客户", "2024年", "2025年"),
    ("客户名称", "2024年度销售额", "2025年度销售额"),
    ("Клиент", "2024 г.", "2025 г."),
    ("Клиент", "Выручка за 2024 год", "Выручка за 2025 год"),
]
ROWS = [[f"Company {n:02}", f"{1000 + 7 * n}.50", f"{1200 + 9 * n}.25"] for n in range(12)]
ALL = sum(float(cell) for row in ROWS for cell in row[1:])


@pytest.mark.parametrize("header", COLUMNS)
def test_years_as_columns_are_read_and_asked_about(header, tmp_path):
    guessed = described(tmp_path, {"a.csv": [[*header], *ROWS]})
    tables = opened(guessed)
    assert sums(tables)[::2] == (24, pytest.approx(ALL))
    assert [question.key for question in tables.questions] == ["whole_years"]
    assert tables.questions[0].stake == 1.0
    assert "cannot be told" in guessed.path.read_text(encoding="utf-8")


def test_a_report_stops_until_somebody_says_yes_and_then_warns(tmp_path):
    guessed = described(tmp_path, {"a.csv": [[*COLUMNS[0]], *ROWS]})
    folder = guessed.path.parent
    settings = load_settings(folder, None)
    assert any("whole_years" in told for told in stops(opened(guessed), settings))
    text = guessed.path.read_text(encoding="utf-8")
    assert 'answer = ""' in text
    guessed.path.write_text(text.replace('answer = ""', 'answer = "yes"'), encoding="utf-8")
    tables = opened(guessed)
    assert load_dataset(folder).questions["whole_years"].answer == "yes"
    assert not stops(tables, settings)
    warned = findings(tables).query("severity == 'warning'")["finding"]
    assert warned.str.contains("first quarter").any()


def test_a_total_of_the_years_is_held_against_them(tmp_path):
    rows = [[*row, f"{float(row[1]) + float(row[2]):.2f}"] for row in ROWS]
    tables = opened(described(tmp_path, {"a.csv": [[*COLUMNS[1], "Total"], *rows]}))
    assert sums(tables)[2] == pytest.approx(ALL)


def test_years_in_a_list_of_customers_beside_dated_sales_are_no_sales(tmp_path):
    customers = [["Customer No", "Customer Name", "Revenue 2024", "Revenue 2025"]]
    customers += [[f"C{n}", f"Company {n}", "1000.00", "1100.00"] for n in (100, 101, 102)]
    sold = lines()
    tables = opened(described(tmp_path, {"a_customers.csv": customers, "sales.csv": sold}))
    assert sums(tables)[2] == pytest.approx(revenue(sold))
    assert not tables.questions


@pytest.mark.parametrize(
    "header",
    [("Customer", "Invoice Date", "Sales 2024", "Sales 2025"), ("Customer", "Region", "Sales 2025"),
     ("Region", "Product", "2024", "2025")],
)  # fmt: skip
def test_dated_lines_a_single_year_and_sums_of_nobody_are_no_layout(header):
    days = [f"2025-01-{n + 1:02}" for n in range(12)]
    body = [[f"C{n % 3}", day, 100.0 + n, 90.0 + n][: len(header)] for n, day in enumerate(days)]
    assert recognised_layout([[*header], *body]).is_plain


@pytest.mark.parametrize(
    "header", ["2023 vs 2024", "2024-2025", "Jan 2024", "Q1 2024", "P-2024", "2024-01-15", "202401"]
)
def test_other_headers_are_no_years(header):
    assert year_of(header) is None
