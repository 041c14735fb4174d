"""Months and quarters as columns, with their year elsewhere; outlines; reports without a date."""

import openpyxl
import pytest

from kamlib import open_book
from kamlib.data.files.layout import Layout, Unpivot
from kamlib.data.files.plain import plain_lines
from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.writing.periods import month_of, period_of, stated_year
from kamlib.errors import DataError

MONTHS = ["Jan", "Feb", "Mar", "Apr"]
SUMS = [[f"Cust {n}", *(100.0 * n + m for m in range(4)), 400.0 * n + 6] for n in range(1, 6)]
TOTALS = [sum(row[place] for row in SUMS) for place in range(1, 6)]


def guessed(folder, sheets, name="report.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return guessed_dataset("x", [folder / name], folder / "data")


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Sales 2024", ["Customer", *MONTHS, "Total"]),
        ("Продажи за 2024 год", ["Контрагент", "Январь", "Февраль", "Март", "Апрель", "Итого"]),
        ("2024年度销售", ["客户名称", "一月", "二月", "三月", "四月", "合计"]),
        ("Umsatz 2024, Stand 15.01.2025", ["Kunde", "Jan", "Feb", "März", "Apr", "Summe"]),
        ("Sales 2024", ["Customer", "Q1", "Q2", "Q3", "Q4", "Total"]),
        ("2024", ["客户名称", "一季度", "二季度", "三季度", "四季度", "合计"]),
    ],
)
def test_the_year_stands_in_the_title(tmp_path, title, names):
    found = guessed(tmp_path, {"Sheet": [[title], names, *SUMS, [names[-1], *TOTALS]]}).settled
    assert (found.kept, found.rows, found.accounts) == (6030.0, 20, 5)
    assert found.first == "2024-01-01"


def test_the_year_stands_in_each_sheets_name(tmp_path):
    rows = [["Customer", *MONTHS, "Total"], *SUMS, ["Total", *TOTALS]]
    found = guessed(tmp_path, {"2024": rows, "2023": rows}).settled
    assert (found.kept, found.first, found.last) == (12060.0, "2023-01-01", "2024-04-01")


def test_the_year_stands_in_a_column(tmp_path):
    rows = [[year, *row] for year in (2023, 2024) for row in SUMS]
    found = guessed(tmp_path, {"S": [["Year", "Customer", *MONTHS, "Total"], *rows]}).settled
    assert (found.kept, found.first, found.last) == (12060.0, "2023-01-01", "2024-04-01")


def test_without_a_year_the_message_asks_for_it(tmp_path):
    with pytest.raises(DataError, match=r"months as columns have no year.*unpivot\.year"):
        guessed(tmp_path, {"S": [["Customer", *MONTHS], *(row[:5] for row in SUMS)]})


def test_a_year_that_is_written_counts():
    layout = Layout(unpivot=Unpivot(year=2022))
    rows = [["Customer", "Jan", "Feb"], ["A", 1.0, 2.0]]
    found = plain_lines(rows, 1, ("Customer", "Jan", "Feb"), layout, "part")
    assert [row[1] for row in found.rows] == ["2022-01-01", "2022-02-01"]


# By the first month of the company's year: headers, the option, and the days that they stand for.
OWN_YEARS = [
    (2, ["FY24 Q4", "FY2025 Q1"], "", ["2024-11-01", "2025-02-01"]),
    (10, ["Q1 FY2025", "2025Q2"], "", ["2024-10-01", "2025-01-01"]),
    (2, ["Q1", "Q4"], 2024, ["2024-02-01", "2024-11-01"]),
    (7, ["Q2", "Q3"], 2025, ["2024-10-01", "2025-01-01"]),
    (2, ["Feb", "Jan"], 2024, ["2024-02-01", "2025-01-01"]),
    (2, ["Jan", "Feb"], 2024, ["2024-01-01", "2024-02-01"]),
    (2, ["Feb 2024", "Jan 2025"], "", ["2024-02-01", "2025-01-01"]),
    (10, ["Oct", "Jan"], "Year", ["2024-10-01", "2025-01-01"]),
    (2, ["Q1", "Q4"], "Year", ["2025-02-01", "2025-11-01"]),
]


@pytest.mark.parametrize(("starts", "columns", "year", "days"), OWN_YEARS)
def test_columns_of_a_companys_own_year(starts, columns, year, days):
    names = ["Customer", "Year", *columns]
    layout = Layout(unpivot=Unpivot(year=year, year_starts=starts))
    found = plain_lines([names, ["A", 2025, 1.0, 2.0]], 1, tuple(names), layout, "part")
    assert [row[found.header.index("Month")] for row in found.rows] == days


def test_a_description_gives_its_year_to_the_columns(tmp_path):
    (tmp_path / "wide.csv").write_text("Customer,FY2024 Q3,FY2024 Q4\nA,4.0,5.0\n")
    text = 'year_starts = 2\n[transactions]\nsource = "wide.csv"\nunpivot = {}\n'
    text += '[transactions.columns]\naccount = "Customer"\ndate = "Month"\nrevenue = "Amount"\n'
    (tmp_path / "dataset.toml").write_text(text, encoding="utf-8")
    book = open_book(tmp_path, "FY2024Q4")
    sold = book.line_quarters.set_index("quarter")["revenue"]
    assert (sold[book.quarter], sold[book.quarter - 1]) == (5.0, 4.0)
    assert book.months["month"].astype("str").tolist() == ["2024-08", "2024-11"]


def test_words_of_a_companys_own_year_are_told(tmp_path):
    rows = [["Customer", "FY24 Q1", "FY24 Q2", "FY24 Q3", "FY24 Q4"], *(row[:5] for row in SUMS)]
    assert guessed(tmp_path, {"S": rows}).fiscal == "FY24 Q1"
    sheet = [["Customer", "Date", "Amount", "Period"]]
    sheet += [[f"C{n}", f"2024-0{n}-03", 10.0 * n, f"2024 财年 Q{n % 4}"] for n in range(1, 9)]
    (tmp_path / "cells").mkdir()
    assert guessed(tmp_path / "cells", {"S": sheet}).fiscal == "2024 财年 Q1"
    (tmp_path / "plain").mkdir()
    rows = [["Customer", *MONTHS, "Total"], *SUMS]
    assert guessed(tmp_path / "plain", {"2024": rows}).fiscal == ""


@pytest.mark.parametrize(
    "header",
    [
        *("FY2024 Q2", "Q2 FY24", "FY24Q2"),
        *("Q2 2024", "2024Q2", "2 кв. 2024", "II кв. 2024", "2024年第二季度", "Q2/24", "2Q24"),
        *("T2 2024", "2. Quartal 2024", "2e trimestre 2024", "2024年2季度"),
    ],
)
def test_quarters_are_read(header):
    assert period_of(header) == ("2024-04-01", "")


@pytest.mark.parametrize(
    ("header", "month"),
    [("Mai", 5), ("Sept.", 9), ("十一月", 11), ("3月份", 3), ("IV кв.", 10), ("Market", None),
     ("Total", None), ("Marge", None), ("Decision", None)],
)  # fmt: skip
def test_months_without_a_year(header, month):
    assert month_of(header) == month


@pytest.mark.parametrize(
    ("texts", "year"),
    [(["Printed 15.01.2025"], None), (["01.01.2024 - 31.12.2024"], 2024), (["", "2023"], 2023),
     (["2023 and 2024", "2024"], None), (["As of 15 January 2025", "Sales 2024.xlsx"], 2024)],
)  # fmt: skip
def test_the_day_of_printing_is_no_year_of_the_report(texts, year):
    assert stated_year(texts) == year


LIST = [
    ["", "Alder Tools"],
    ["", "", "Invoice", "01/15/2024", "101", 100.0],
    ["", "", "Credit Memo", "01/25/2024", "102", -20.0],
    ["", "Total Alder Tools", "", "", "", 80.0],
    ["", "Birch"],
    ["", "", "Invoice", "03/15/2024", "104", 70.0],
    ["", "Total Birch", "", "", "", 70.0],
    ["TOTAL", "", "", "", "", 150.0],
]


def test_a_list_of_quickbooks_desktop(tmp_path):
    found = guessed(tmp_path, {"S": [["", "", "Type", "Date", "Num", "Amount"], *LIST]}).settled
    assert (found.kept, found.rows, found.accounts) == (150.0, 3, 2)


def test_jobs_below_customers(tmp_path):
    rows = [[*row[:2], "", *row[2:]] for row in LIST]
    rows[2:2] = [["", "", "Job 1"]]
    rows[4:4] = [["", "", "Total Job 1", "", "", "", -20.0]]
    found = guessed(tmp_path, {"S": [["", "", "", "Type", "Date", "Num", "Amount"], *rows]}).settled
    assert (found.kept, found.rows, found.accounts) == (150.0, 3, 2)


def test_months_below_customers(tmp_path):
    rows = [
        *(["Контрагент", "Количество", "Выручка"], ["Период"]),
        *(["Ромашка", 5, 500.0], ["Январь 2024 г.", 3, 300.0], ["Февраль 2024 г.", 2, 200.0]),
        *(["Лютик", 4, 400.0], ["Январь 2024 г.", 1, 100.0], ["Февраль 2024 г.", 3, 300.0]),
        ["Итого", 9, 900.0],
    ]
    found = guessed(tmp_path, {"S": rows}).settled
    assert (found.kept, found.rows, found.accounts) == (900.0, 4, 2)
    assert found.last == "2024-02-01"


def test_a_report_without_dates_says_so(tmp_path):
    rows = [["Контрагент", "Количество", "Выручка"], ["Ромашка", 3, 300.0], ["Лютик", 4, 400.0]]
    found = guessed(tmp_path, {"S": rows})
    assert any("gives no date per line" in text for text in found.missing)


def test_names_of_orders_and_num_are_documents(tmp_path):
    header = ["Name", "Created at", "Subtotal", "Lineitem name", "Billing Company"]
    rows = [[f"#100{n}", f"2024-0{n}-05", 20.0 * n, "Bolt", f"Comp {n % 3}"] for n in range(1, 9)]
    found = guessed(tmp_path, {"S": [header, *rows]}).settled
    assert found.dataset.tables["transactions"].columns["document"] == '"Name"'
    header = ["Num", "Date", "Amount", "Memo", "Customer"]
    (tmp_path / "two").mkdir()
    found = guessed(tmp_path / "two", {"S": [header, *[[r[0][1:], *r[1:]] for r in rows]]}).settled
    assert found.dataset.tables["transactions"].columns["document"] == '"Num"'
