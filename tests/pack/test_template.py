"""The input template, opened again as a person's Excel or our own reader would."""

import os

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from kamlib.data.describe.examples import example_row
from kamlib.data.describe.schema import EXAMPLE_KEY, TABLES
from kamlib.data.guess.guess import guess_table
from kamlib.data.read.sources import peek
from kamlib.data.reduce.lines import equal_headers
from kamlib.errors import DataError
from kamlib.pack.template import write_template

TABLE_CASES = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
FORMATS = {"text": {"@"}, "flag": {"@"}, "date": {"yyyy-mm-dd"}}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "input.xlsx"
    write_template(path)
    return path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def columns(sheet, table):
    return [
        (column, sheet[f"{get_column_letter(position)}1"], get_column_letter(position))
        for position, column in enumerate(table.columns, start=1)
    ]


def validations(sheet):
    """Rule per column letter; each must reach from the example row to the last row."""
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        for cells in rule.sqref.ranges:
            assert (cells.min_row, cells.max_row) == (2, 5_001)
            rules |= dict.fromkeys(
                [get_column_letter(c) for c in range(cells.min_col, cells.max_col + 1)], rule
            )
    return rules


def test_there_is_one_sheet_per_table_after_the_read_me(book):
    assert book.sheetnames == ["Read me", *TABLES]
    words = " ".join(str(cell.value) for row in book["Read me"] for cell in row if cell.value)
    assert EXAMPLE_KEY in words
    assert all(name in words for name in TABLES)


@TABLE_CASES
def test_header_notes_and_formats(book, table):
    sheet = book[table.name]
    assert tuple(cell.value for cell in sheet[1]) == table.names
    for column, header, letter in columns(sheet, table):
        assert header.font.b
        assert header.comment.text.startswith(column.help)
        assert ("Required" in header.comment.text) == column.required
        assert all(choice in header.comment.text for choice in column.choices)
        number_format = sheet.column_dimensions[letter].number_format
        assert number_format in FORMATS.get(column.kind, {number_format})
        assert sheet.column_dimensions[letter].width >= len(column.name) + 3
    fills = {c.required: header.fill.fgColor.rgb for c, header, _letter in columns(sheet, table)}
    assert len(set(fills.values())) == len(fills)


@TABLE_CASES
def test_lists_bounds_and_dates_are_checked_in_excel(book, table):
    sheet = book[table.name]
    rules = validations(sheet)
    for column, _header, letter in columns(sheet, table):
        rule = rules.get(letter)
        if column.choices:
            assert (rule.type, rule.formula1) == ("list", f'"{",".join(column.choices)}"')
            assert len(rule.formula1) <= 257  # Excel refuses to open longer lists
        elif column.kind == "number":
            assert rule.type == "decimal"
            assert column.low is None or float(rule.formula1) == column.low
            assert column.high is None or float(rule.formula2) == column.high
        elif column.kind == "date":
            assert rule.type == "date"
        elif column.name == "quarter":
            assert rule.type == "custom"
        else:
            assert rule is None


@TABLE_CASES
def test_the_example_row_is_marked_and_would_be_accepted(book, table):
    sheet = book[table.name]
    example = dict(zip(table.names, (cell.value for cell in sheet[2]), strict=True))
    assert example[table.key[0]] == sheet["A2"].value == EXAMPLE_KEY
    assert all(cell.value is None for cell in sheet[3])
    for column in table.columns:
        value = example[column.name]
        assert value is not None or not column.required
        marked = (EXAMPLE_KEY,) if column.name == table.key[0] else ()
        assert not column.choices or value in (None, *marked, *column.choices)
        if column.kind == "number" and value is not None:
            assert (column.low is None or value >= column.low) and (
                column.high is None or value <= column.high
            )
    greyed = [rule for rules in sheet.conditional_formatting for rule in rules.rules]
    assert [rule.formula for rule in greyed] == [[f'TRIM($A2)="{EXAMPLE_KEY}"']]
    assert set(example_row(table.name)) <= set(table.names)


@TABLE_CASES
def test_tables_panes_and_print(book, table):
    sheet = book[table.name]
    (name,) = sheet.tables
    assert name == table.name
    assert sheet.tables[name].autoFilter is not None
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"


def test_our_own_reader_maps_every_sheet_without_a_mapping(path):
    parts = {part.sheet: part for part in peek(path)}
    for table in TABLES.values():
        header = parts[table.name].header
        assert header == table.names
        assert tuple(equal_headers(table.name, header)) == table.names
        rows = parts[table.name].rows.to_pandas()
        assert len(rows) == 1
        assert guess_table(header, rows, name=table.name).table == table.name
    assert parts["transactions"].rows["product"].to_pylist() == ["00123"]


def test_the_same_call_gives_the_same_bytes_and_leaves_nothing_beside(path, tmp_path):
    write_template(tmp_path / "input.xlsx")
    assert (tmp_path / "input.xlsx").read_bytes() == path.read_bytes()
    write_template(tmp_path / "input.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["input.xlsx"]


def test_a_missing_folder_and_another_suffix_are_refused(tmp_path):
    with pytest.raises(DataError, match="there is no folder"):
        write_template(tmp_path / "nowhere" / "input.xlsx")
    with pytest.raises(DataError, match='expected a name like "input.xlsx"'):
        write_template(tmp_path / "input.csv")
    assert not list(tmp_path.iterdir())


def test_an_open_file_is_left_as_it_is(tmp_path, monkeypatch):
    target = tmp_path / "input.xlsx"
    target.write_bytes(b"filled in")

    def locked(*_paths):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(DataError, match="close it if it is open in Excel"):
        write_template(target)
    assert target.read_bytes() == b"filled in"
    assert [file.name for file in tmp_path.iterdir()] == ["input.xlsx"]


def test_a_folder_of_that_name_is_refused(tmp_path):
    (tmp_path / "input.xlsx").mkdir()
    with pytest.raises(DataError, match="cannot be written"):
        write_template(tmp_path / "input.xlsx")
    assert [file.name for file in tmp_path.iterdir()] == ["input.xlsx"]
