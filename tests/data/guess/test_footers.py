"""Footers, sums below the lines and payments among them never change a total."""

import openpyxl
import pytest

from kamlib.data.describe.telling import CANCELLED, PAYMENT, RETURN, told_by
from kamlib.data.describe.total_words import COUNT, total_label
from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.reduce.ledger import open_ledger
from kamlib.data.reduce.opening import engine_of

HEADER = ["Customer", "Date", "Invoice", "Amount"]
LINES = [[f"C{n % 3}", f"2024-0{n}-05", f"I{n}", 100.0 * n] for n in range(1, 9)]


def opened(folder, rows):
    """What init settles of a sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    folder.mkdir(exist_ok=True)
    book.save(folder / "sales.xlsx")
    return guessed_dataset("x", [folder / "sales.xlsx"], folder / "data").settled


@pytest.mark.parametrize("label", ["", "{} Total", "Total for {}"])
def test_sums_per_customer_below_the_lines_are_no_lines(tmp_path, label):
    def named(name):
        return label.format(name) if label else name

    below = [[named("C0"), "", "", 900.0], [named("C1"), "", "", 1200.0]]
    below += [[named("C2"), "", "", 1500.0], ["Grand total", "", "", 3600.0]]
    found = opened(tmp_path, [HEADER, *LINES, *below])
    assert (found.kept, found.rows, found.accounts) == (3600.0, 8, 3)


def test_a_line_without_a_date_that_sums_nothing_is_no_total(tmp_path):
    found = opened(tmp_path, [HEADER, *LINES, ["C1", "", "", 77.0]])
    fates = open_ledger(engine_of(found.dataset), found.dataset).fates
    assert fates.set_index("step")["rows"].to_dict() == {"kept": 8, "rejected": 1}


def test_what_salesforce_writes_below_its_lines_is_set_aside(tmp_path):
    header = ["Account Name", "Opportunity Name", "Amount", "Close Date"]
    deals = [[f"Acme {n % 3}", f"Deal {n}", 1000.0 * n, f"2024-0{n}-15"] for n in range(1, 9)]
    tail = [["Grand Totals (8 records)", "", 36000.0], ["", "Count", "8"], []]
    tail += [["Confidential Information - Do Not Distribute"], ["Copyright (c) 2000-2025 x"]]
    title = [["Closed deals"], ["As of 2025-01-15"], []]
    found = opened(tmp_path, [*title, header, *deals, *tail])
    assert (found.kept, found.rows, found.accounts) == (36000.0, 8, 3)


@pytest.mark.parametrize("sign", ["sep=;", '"sep=;"'])
def test_the_line_that_tells_excel_the_separator_is_no_header(tmp_path, sign):
    rows = "\n".join(";".join(map(str, row)) for row in [HEADER, *LINES])
    (tmp_path / "sales.csv").write_text(f"{sign}\n{rows}\n", encoding="utf-8")
    found = guessed_dataset("x", [tmp_path / "sales.csv"], tmp_path / "data").settled
    assert (found.kept, found.rows) == (3600.0, 8)


def test_payments_among_the_sales_are_left_out(tmp_path):
    header = ["Date", "Transaction Type", "Num", "Customer", "Amount"]
    kinds = ["Invoice", "Invoice", "Credit Memo", "Sales Receipt", "Payment", "Invoice"]
    amounts = [100.0, 200.0, -50.0, 70.0, 100.0, 30.0]
    rows = [
        [f"2024-0{n}-15", kind, str(n), f"Cu {n % 2}", amount]
        for n, (kind, amount) in enumerate(zip(kinds, amounts, strict=True), 1)
    ]
    found = opened(tmp_path, [header, *rows])
    assert found.kept == 350.0
    assert [doubt.key for doubt in found.decided] == ["payments"]


def test_an_outline_over_two_columns_is_filled(tmp_path):
    rows = [
        ["Customer", "Item", "Date", "Invoice", "Amount"],
        *(["Alder", "Bolt", "2024-01-05", "I1", 10.0], ["", "", "2024-01-06", "I2", 20.0]),
        *(["", "Nut", "2024-02-06", "I3", 5.0], ["Birch", "Bolt", "2024-03-05", "I4", 7.0]),
        *(["", "", "2024-03-06", "I5", 8.0], ["", "Nut", "2024-03-07", "I6", 9.0]),
    ]
    found = opened(tmp_path, rows)
    assert (found.kept, found.rows, found.accounts) == (59.0, 6, 2)
    assert found.dataset.tables["transactions"].fill_down == (("Customer",), ("Item",))


@pytest.mark.parametrize("cell", ["Payment", "Zahlung", "оплата", "收款", "Paiement", "Pago"])
def test_a_payment_is_told_by_the_whole_cell(cell):
    assert told_by(cell) == PAYMENT
    assert told_by(f"{cell} terminal X1") != PAYMENT


def test_other_words_tell_what_they_told():
    assert (told_by("Refund"), told_by("Storniert")) == (RETURN, CANCELLED)


@pytest.mark.parametrize(
    ("text", "strength"),
    [("Grand Totals (12 records)", 2), ("合计 8 条", 2), ("Count", 1), ("Country Foods", 0)],
)
def test_labels_of_footers(text, strength):
    assert total_label(text).strength == strength
    assert (total_label(text).of == COUNT) == (text == "Count")
