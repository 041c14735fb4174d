"""What the cells prove of how numbers and dates are written: told, or asked with what follows."""

import pytest

from kamlib.data.book import open_tables
from kamlib.data.guess.setup import guessed_dataset

HEADER = "Invoice;Date;Customer;Amount\n"


def opened(tmp_path, text):
    file = tmp_path / "sales.csv"
    file.write_text(text, encoding="utf-8")
    guessed = guessed_dataset("x", [file], tmp_path / "data")
    tables, _settings = open_tables(guessed.path.parent)
    kept = tables.ledger.fates.query("step == 'kept'")
    return guessed, tables, float(kept["revenue"].sum())


def test_a_leading_zero_proves_the_comma(tmp_path):
    lines = "1;2024-01-05;100;0,145\n2;2024-02-05;101;1,440\n3;2024-03-05;100;2,415\n"
    _guessed, tables, revenue = opened(tmp_path, HEADER + lines)
    assert revenue == pytest.approx(4.0)
    assert tables.dataset.tables["transactions"].decimal == ","
    assert "comma" in tables.dataset.decisions["decimal"]
    assert not tables.questions


def test_whole_thousands_alone_are_asked_with_both_totals(tmp_path):
    lines = "1;2024-01-05;100;1.145\n2;2024-02-05;101;1.440\n3;2024-03-05;100;2.415\n"
    guessed, tables, _revenue = opened(tmp_path, HEADER + lines)
    [question] = tables.questions
    assert question.key == "decimal"
    assert sorted(question.totals.values()) == [pytest.approx(5.0), pytest.approx(5000.0)]
    assert guessed.settled.open


def test_dates_that_can_be_read_both_ways_are_asked_with_their_spans(tmp_path):
    lines = "".join(f"{n};0{n}/0{10 - n}/2024;100;10.50\n" for n in range(1, 10))
    _guessed, tables, _revenue = opened(tmp_path, HEADER + lines)
    [question] = tables.questions
    assert question.key == "dates"
    assert {"day-first", "month-first"} <= set(question.answers)


def test_months_are_told_and_nothing_is_asked(tmp_path):
    lines = "1;Jan-24;100;10.50\n2;Feb-24;101;11.50\n"
    _guessed, tables, revenue = opened(tmp_path, HEADER + lines)
    assert revenue == pytest.approx(22.0)
    assert "first of its month" in tables.dataset.decisions["month_only"]
    assert not tables.questions
