"""What may explain that a known revenue is not met, and what is told of gaps."""

import pytest
from invented import described, lines, opened, revenue

from kamlib.data.expect import check_expected
from kamlib.data.findings import findings
from kamlib.errors import DataError


def expecting(guessed, text):
    """The description with an expectation before its first section."""
    old = guessed.path.read_text(encoding="utf-8")
    guessed.path.write_text(old.replace("[transactions]", f"{text}\n\n[transactions]", 1))
    return guessed


@pytest.fixture
def guessed(tmp_path):
    return described(tmp_path, {"a.csv": lines(month=2) + lines(13, 24, month=9)})


def test_a_factor_is_named(guessed):
    expecting(guessed, f"expect = {{ all = {revenue(lines(1, 24)) / 1.19} }}")
    with pytest.raises(DataError, match="19 % more: amounts with VAT"):
        check_expected(opened(guessed))


RULE = """
[[transactions.exclude]]
reason = "autumn"
where = 'CAST("Invoice No" AS INTEGER) > 12'
"""


def test_lines_that_do_not_count_are_named(guessed):
    with guessed.path.open("a", encoding="utf-8") as file:
        file.write(RULE)
    expecting(guessed, f"expect = {{ 2025 = {revenue(lines(1, 24))} }}")
    told = rf"24 lines do not count \(autumn\): {revenue(lines(13, 24)):,.2f}"
    with pytest.raises(DataError, match=f"{told}"):
        check_expected(opened(guessed))


def test_gaps_and_accounts_without_a_row_have_their_money(tmp_path):
    head = ["Invoice No", "Invoice Date", "Customer No", "Category", "Quantity", "Net Amount"]
    rows = [head, *[
        (*row[:3], "Pumps" if row[3] == "P-1" else "", *row[4:]) for row in lines()
    ]]  # fmt: skip
    names = [
        ["Customer No", "Customer Name", "Industry"],
        ("C100", "Ada", "x"),
        ("C101", "Bo", "x"),
    ]
    tables = opened(described(tmp_path, {"sales.csv": rows, "customers.csv": names}))
    told = findings(tables)
    without = sum(float(row[-1]) for row in rows[1:] if row[3] == "")
    missing = sum(float(row[-1]) for row in rows[1:] if row[2] == "C102")
    assert told["finding"].str.contains(f"without a product line: {without:,.2f}").sum() == 1
    found = told[told["finding"].str.contains("have no row")]
    assert f"{missing:,.2f}" in found["finding"].iloc[0]
    assert found["examples"].iloc[0] == "C102"
