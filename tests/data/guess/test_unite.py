"""Sheets and files whose headers changed: one source where they are alike, else a question."""

import pytest

from kamlib.data.book import open_tables
from kamlib.data.guess.setup import guessed_dataset

NET = "Invoice No,Invoice Date,Customer No,Item,Region,{amount}\n"
LINES = "{n}1,{year}-01-05,100,P1,North,100.50\n{n}2,{year}-02-05,101,P2,South,200.00\n"


def written(folder, name, header, year, n=""):
    text = header + LINES.format(year=year, n=n)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def opened(tmp_path, *files):
    guessed = guessed_dataset("x", files, tmp_path / "data")
    tables, _settings = open_tables(guessed.path.parent)
    kept = tables.ledger.fates.query("step == 'kept'")
    return guessed, tables, float(kept["revenue"].sum())


def test_a_renamed_column_is_read_under_one_name(tmp_path):
    first = written(tmp_path, "2023.csv", NET.format(amount="Net Amount"), 2023)
    second = written(tmp_path, "2024.csv", NET.format(amount="Net amount (EUR)"), 2024, "9")
    guessed, tables, revenue = opened(tmp_path, first, second)
    assert revenue == pytest.approx(601.0)
    assert "Net amount (EUR)" in tables.dataset.decisions["one_source"]
    assert not guessed.left_out


def test_an_optional_column_may_be_lacking(tmp_path):
    first = written(tmp_path, "2023.csv", NET.format(amount="Net Amount"), 2023)
    second = tmp_path / "2024.csv"
    second.write_text(
        "Invoice No,Invoice Date,Customer No,Item,Net Amount\n91,2024-01-05,100,P1,50.00\n",
        encoding="utf-8",
    )
    _guessed, tables, revenue = opened(tmp_path, first, second)
    assert revenue == pytest.approx(350.5)
    assert "Region" in tables.dataset.decisions["one_source"]


def test_amounts_in_two_currencies_are_not_one_column(tmp_path):
    first = written(tmp_path, "2023.csv", NET.format(amount="Net amount (USD)"), 2023)
    second = written(tmp_path, "2024.csv", NET.format(amount="Net amount (EUR)"), 2024, "9")
    _guessed, tables, revenue = opened(tmp_path, first, second)
    assert revenue == pytest.approx(300.5)
    [question] = [q for q in tables.questions if q.key == "left_out"]
    assert "300.50" in question.ask


def test_other_lines_are_asked_about_with_their_money(tmp_path):
    first = written(tmp_path, "invoices.csv", NET.format(amount="Net Amount"), 2024)
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "Order ID,Client,Order date,Qty,Unit price\n77,100,2024-05-05,5,10\n"
        "78,101,2024-06-05,6,20\n",
        encoding="utf-8",
    )
    _guessed, tables, revenue = opened(tmp_path, first, orders)
    assert revenue == pytest.approx(300.5)
    [question] = tables.questions
    assert "orders.csv" in question.ask
    assert "170.00" in question.ask
