"""The dossier workbook, opened again as a person's Excel would, and the command that writes it."""

import datetime as dt

import openpyxl
import pytest
from dossier_company import SALES, company, rewrite
from sales_table import csv_dataset, opened

from kamlib.data.dossiers.files import dossier_path
from kamlib.data.dossiers.sheets import DOSSIER_TABLES
from kamlib.data.read.dataset import load_dataset
from kamlib.errors import DataError
from kamlib.pack.dossier_template import write_dossier

DAY = dt.date(2026, 3, 1)
NAMES = [table.name for table in DOSSIER_TABLES]


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return opened(company(tmp_path_factory.mktemp("dossier") / "set"))


@pytest.fixture(scope="module")
def path(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("written") / "alpha.xlsx"
    return write_dossier(path, tables, "A", written_on=DAY).path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def test_it_has_a_front_a_sheet_per_table_and_the_originals_out_of_sight(book):
    shown = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert shown == ["Dossier", *NAMES]
    hidden = {sheet.title: sheet.sheet_state for sheet in book if sheet.title not in shown}
    assert set(hidden) == {"kam dossier", *(f"kam {name}" for name in NAMES)}
    assert set(hidden.values()) == {"veryHidden"}
    for name in NAMES:
        written = [row[: len(row)] for row in book[f"kam {name}"].iter_rows(values_only=True)]
        rows = [row for row in book[name].iter_rows(values_only=True) if any(row[1:])]
        assert [row[1:] for row in rows[: len(written)]] == [row[1:] for row in written]


def test_the_front_says_whose_it_is_what_is_missing_and_where_it_counts(book):
    words = "\n".join(str(c.value) for row in book["Dossier"] for c in row if c.value is not None)
    assert "Dossier of Alpha Ltd" in words
    assert "Account A of set, with data to 2024-02-15; written on 2026-03-01." in words
    assert "role (2 of 2)" in words and "last_contact (1 of 2)" in words
    assert "nothing is recorded yet" in words
    assert "in the folder dossiers beside the data set" in words
    links = {cell.value: cell.hyperlink.location for row in book["Dossier"] for cell in row
             if cell.hyperlink}  # fmt: skip
    assert links == {name: f"'{name}'!A1" for name in NAMES}


def test_cells_are_typed_and_the_sheets_are_as_in_the_template(book):
    sheet = book["accounts"]
    cells = dict(zip([c.value for c in sheet[1]], sheet[2], strict=True))
    assert cells["since"].value == dt.datetime(2019, 3, 1)
    assert cells["employees"].value == 120 and cells["expert"].value == "yes"
    assert cells["account"].number_format == "@"
    assert sheet.freeze_panes == "B2" and list(sheet.tables) == ["accounts"]
    assert "Empty means A" in sheet["A1"].comment.text
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["A2:A5001"].formula1 == 'TRIM($A2)="A"'
    assert "EXAMPLE" not in str([c.value for row in book["contacts"] for c in row])


def test_a_day_before_1900_is_a_text_and_an_unknown_company_a_row_to_fill(tables, tmp_path):
    beta = openpyxl.load_workbook(write_dossier(tmp_path / "b.xlsx", tables, "B").path)
    assert beta["accounts"]["G2"].value == "1875-01-01"
    bare = opened(csv_dataset(tmp_path / "bare", SALES))
    book = openpyxl.load_workbook(write_dossier(None, bare, "A").path)
    assert book["accounts"]["A2"].value == "A" and book["accounts"]["B2"].value is None


def test_the_same_call_gives_the_same_bytes(tables, path, tmp_path):
    again = write_dossier(tmp_path / "again.xlsx", tables, "A", written_on=DAY).path
    assert again.read_bytes() == path.read_bytes()


def test_an_unknown_account_gets_the_nearest_and_a_name_its_number(tables, tmp_path):
    with pytest.raises(DataError, match=r'no account "Beta".*did you mean "B" \(Beta Ltd\)'):
        write_dossier(tmp_path / "x.xlsx", tables, "Beta")
    with pytest.raises(DataError, match=r'no account "C1"'):
        write_dossier(tmp_path / "x.xlsx", tables, "C1")


def test_files_that_are_there_are_not_lost(tmp_path):
    folder = company(tmp_path / "set")
    rewrite(folder, "competitors", ["account,competitor", "Z only here,Rival"])
    tables = opened(folder)
    written = write_dossier(None, tables, "Z only here")
    assert written.counts and written.path.parent == folder / "dossiers"
    with pytest.raises(DataError, match="is there already"):
        write_dossier(None, tables, "Z only here")
    with pytest.raises(DataError, match='dossier of account "Z only here"; choose another'):
        write_dossier(written.path, tables, "A", force=True)
    written.path.rename(written.path.with_name("zeta.xlsx"))  # an own name is as good
    again = write_dossier(None, opened(folder), "Z only here", force=True)
    assert again.path.name == "zeta.xlsx" and again.counts
    elsewhere = write_dossier(tmp_path / "a.xlsx", tables, "A")
    assert not elsewhere.counts and elsewhere.belongs == folder / "dossiers" / "A.xlsx"
    (tmp_path / "a.xlsx").write_bytes(b"garbage")
    assert write_dossier(tmp_path / "a.xlsx", tables, "A", force=True).kept.is_file()


@pytest.mark.parametrize("account", ["A/1", "A 1", "..", "CON", "北京", "x" * 200, "a\\b:c*?"])
def test_every_account_has_a_file_name_of_its_own(tables, account):
    path = dossier_path(tables.dataset, account)
    assert path.parent == tables.dataset.dossiers
    assert len(path.name) < 80 and not set(path.name) & set('/\\:*?"<>|')
    assert path != dossier_path(tables.dataset, "A-1")


def test_the_folder_of_dossiers_beside_another_file_has_its_name(tmp_path):
    folder = company(tmp_path / "set")
    (folder / "dataset.toml").rename(folder / "north.toml")
    assert load_dataset(folder / "north.toml").dossiers == folder.resolve() / "north-dossiers"
