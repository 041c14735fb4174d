"""A table's file holds no formula, and is read back as it was."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamlib import read_table
from kamlib.show.files import as_it_was, inert, write_csv

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "\n1", "  =1", "\u3000=1", "\ufeff=1",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", "\ufe661", "-5", "+12 %", "-", "'=1", "''-2",
    "\x00=1", "\xa0@x", "\ttext",
]  # fmt: skip
TEXTS = [
    "a-b",
    "5 - 3",
    "it's",
    "'s-Hertogenbosch",
    "1+1",
    "mail@home",
    "",
    " text",
    "— none",
    "−5",
]
# What another language's spreadsheet takes for the next cell, or any for the next row.
INSIDE = ["a;=1", "a;-1", "\r=1", "a\r=1", "a\n\n=1", 'a";=1', "a; +1"]
ODD = st.text(alphabet="=+-@'\t\r\n;|, \"ax1\uff1d\u3000\x00", max_size=8)


def written(texts, path: Path) -> list[str]:
    """The cells as a program reads them that knows nothing of the apostrophe."""
    write_csv(pd.DataFrame({"n": range(len(texts)), "text": texts}), path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[1] for row in csv.reader(file)][1:]


def test_a_text_that_is_read_as_a_formula_gets_an_apostrophe(tmp_path):
    assert written(FORMULAS, tmp_path / "t.csv") == [f"'{text}" for text in FORMULAS]
    assert written(TEXTS, tmp_path / "t.csv") == TEXTS


def test_a_formula_inside_a_text_is_none_where_another_sign_parts_cells(tmp_path):
    found = written(INSIDE, tmp_path / "t.csv")
    assert found == [
        *("a;'=1", "a;'-1", "'\r'=1", "a\r'=1", "a\n\n'=1", "a\";'=1", "a;' +1"),
    ]


@given(ODD)
def test_every_text_is_read_back_as_it_was(text):
    assert as_it_was(inert(text)) == text
    assert inert(inert(text)) != inert(text) or inert(text) == text


@given(st.lists(ODD.filter(lambda text: "\x00" not in text), min_size=1, max_size=5))
def test_a_table_is_read_back_as_it_was(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("table") / "t.csv"
    frame = pd.DataFrame({"=id": texts, "text": [*texts[1:], "+1"]})
    write_csv(frame, path)
    pd.testing.assert_frame_equal(read_table(path), frame, check_dtype=False)


def test_a_file_begins_with_the_mark_of_utf_8(tmp_path):
    frame = pd.DataFrame({"name": ["Søby", "北京"]})
    write_csv(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == "\ufeffname\nSøby\n北京\n".encode()
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "t.csv"), frame)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), frame)


def test_numbers_days_and_flags_stay_what_they_are(tmp_path):
    frame = pd.DataFrame(
        {
            "amount": [-5.0, -0.0, None],
            "rows": [-1, 2, 3],
            "day": pd.to_datetime(["2025-01-01", None, None]),
            "flag": [True, False, True],
            "class": pd.Categorical(["-", "A", "-"]),
            "mixed": ["-5", -5, None],
        }
    )
    write_csv(frame, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "amount,rows,day,flag,class,mixed",
        "-5,-1,2025-01-01,true,'-,'-5",
        "0,2,,false,A,-5",
        ",3,,true,'-,",
    ]
    assert read_table(tmp_path / "t.csv")["class"].tolist() == ["-", "A", "-"]


@pytest.mark.parametrize("name", ["=1", "-5"])
def test_the_name_of_a_column_is_inert(tmp_path, name):
    write_csv(pd.DataFrame({name: [1]}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == f"'{name}\n1\n"
    assert list(read_table(tmp_path / "t.csv")) == [name]
