"""The pack's Excel workbook, read back and calculated again by LibreOffice."""

import re
import zipfile
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from workbook_cells import assert_without_errors, cell_of, load, load_one, needs_office

from kamlib import open_book
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz
from kamlib.chapters.abc_xyz import ACCOUNTS, MATRIX, PARETO, TRY_IT
from kamlib.chapters.catalogue import MORE, START, beside_name, pack_tables
from kamlib.chapters.sheets.targeting import CARDS
from kamlib.settings import load_settings
from kamlib.words import short
from kamlib.workbook import desk as desks
from kamlib.workbook.inputs import CRITERIA_INPUTS, INPUTS, TARGET_INPUTS, WINBACK_INPUTS
from kamlib.workbook.try_it import FOLLOWERS
from kamlib.workbook.workbook import write_workbook

# ibis 12 uses names that duckdb and pandas mean to retire.
pytestmark = [
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'future.infer_string' option"),
]


NASTY = {
    "K000": '=HYPERLINK("http://example.org","x")',
    "K001": "<script>alert(1)</script> & \"quotes\" 'single'",
    "K002": "+49 30 1234",
    "K003": "-2+3",
    "K004": "@SUM(A1)",
    "K005": "L" * 300,
    "K006": "北京贸易有限公司 😀",
    "K007": "http://example.org/../x",
    "K008": "0012",
}
KNOWN_FUNCTIONS = {
    *("IF", "ROUND", "MAX", "MIN", "ABS", "OR", "AND", "SUM", "SUMIF", "SUMIFS", "COUNTIF", "DATE"),
    *("COUNTIFS", "COUNTA", "INDEX", "MATCH", "SUMPRODUCT", "EOMONTH", "SUBTOTAL", "RANK", "INT"),
    *("ISNUMBER", "COUNT", "MEDIAN", "EXP", "LN", "WEEKDAY", "WEEKNUM", "MID"),
}
TEXTS = {"ABC": "abc", "XYZ": "xyz", "Cell": "cell", "Nearest border": "nearest_border"}
FLAGS = {"New": "new", "Lost": "lost"}
NUMBERS = {
    "Share": "share",
    "Share before": "share_before",
    "Distance to border": "border_distance",
}


def company_lines():
    """120 accounts of every kind, three years of orders."""
    random = np.random.default_rng(7)
    rows = []
    for number in range(120):
        account = f"K{number:03d}"
        kind = number % 8
        first, last, step = {
            0: ("2023-01-09", "2025-12-20", 30),  # regular
            1: ("2023-02-01", "2025-12-20", 75),
            2: ("2023-02-01", "2025-11-20", 160),
            3: ("2025-08-03", "2025-12-20", 20),  # new
            4: ("2023-01-10", "2025-04-02", 25),  # lost
            5: ("2023-01-10", "2025-09-01", 40),  # silent, not for long enough
            6: ("2024-10-01", "2025-12-30", 9),
            7: ("2023-01-10", "2024-06-01", 30),  # no value in the window
        }[kind]
        days = pd.date_range(first, last, freq=f"{step}D")
        days = days + pd.to_timedelta(random.integers(0, step // 2, len(days)), unit="D")
        for day in days[days <= "2025-12-30"]:
            amount = round(float(random.lognormal(6, 1)) / (1 + number / 20), 2)
            rows.append((account, day.date(), amount, round(amount * 0.3, 2), f"M{kind % 3}"))
        if kind == 7:
            rows.append((account, datetime(2025, 3, 3).date(), -50.0, -10.0, "M1"))
    lines = pd.DataFrame(rows, columns=["account", "date", "revenue", "margin", "manager"])
    lines.insert(2, "document", [f"D{i}" for i in range(len(lines))])
    return lines


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "company"
    folder.mkdir()
    lines = company_lines()
    lines.to_csv(folder / "lines.csv", index=False)
    names = pd.DataFrame({"account": sorted(lines["account"].unique())})
    names["name"] = names["account"].map(NASTY).fillna("Firm " + names["account"])
    names.to_csv(folder / "accounts.csv", index=False)
    (folder / "dataset.toml").write_text(
        'title = "A & B <Trading>"\ncurrency = "EUR"\n'
        '[transactions]\nsource = "lines.csv"\n[accounts]\nsource = "accounts.csv"\n'
    )
    return folder


@pytest.fixture(scope="module")
def book(company):
    return open_book(company, "2025Q4")


@pytest.fixture(scope="module")
def tables(book):
    return pack_tables(book)


@pytest.fixture(scope="module")
def written(book, tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "pack.xlsx"
    write_workbook(path, book, tables)
    return path


def accounts_of(workbook):
    heading, *rows = workbook[ACCOUNTS.name].iter_rows(min_row=6, values_only=True)
    return pd.DataFrame(rows, columns=heading).set_index("Account")


def assert_equal_to(classes, workbook):
    """Every live column equals what the analysis returns."""
    sheet = accounts_of(workbook)
    assert sorted(sheet.index) == sorted(classes.index)
    sheet = sheet.reindex(classes.index)
    for heading, column in TEXTS.items():
        expected = classes[column].astype("str").tolist()
        assert sheet[heading].fillna("").tolist() == expected, heading
    for heading, column in FLAGS.items():
        assert (sheet[heading] == "yes").tolist() == classes[column].tolist(), heading
    for heading, column in NUMBERS.items():
        found = pd.to_numeric(sheet[heading].replace("", None)).to_numpy(float)
        np.testing.assert_allclose(found, classes[column].to_numpy(float), atol=1e-12)


def classes_of(book, changed):
    """The analysis with other settings, without its slow part."""
    settings = load_settings(overrides={"stability.resamples": 10, **changed})
    return abc_xyz(book.months, book.orders, book.accounts, as_of=book.as_of, settings=settings)


def test_data_holds_every_kind(tables):
    classes = tables["abc_xyz"]
    assert set(classes["abc"]) == set("ABCD")
    assert set(classes["xyz"]) == {*"XYZNL", ""}


def test_stored_values_are_those_of_the_analysis(written, tables):
    workbook = load(written)
    assert_equal_to(tables["abc_xyz"], workbook)
    assert_without_errors(workbook)


@needs_office
def test_formulas_give_the_stored_values(written, book, tables, recalculated):
    workbook, stored = recalculated(written, {}), load(written)
    assert_equal_to(tables["abc_xyz"], workbook)
    assert_without_errors(workbook)
    for sheet in stored:
        for row in sheet.iter_rows():
            for cell in row:
                again = workbook[sheet.title][cell.coordinate].value
                if isinstance(cell.value, float | int):
                    # Stored are twelve digits, of keys and other whole numbers all.
                    part = 0 if float(cell.value).is_integer() else 2e-11
                    assert again == pytest.approx(cell.value, rel=part, abs=1e-9), cell
                else:
                    assert (again or "") == (cell.value or ""), cell


@needs_office
@pytest.mark.parametrize(
    ("cells", "settings"),
    [
        (
            {"abc_cut_a": 0.6, "abc_cut_b": 0.9, "frequency_cut_x": 0.9, "frequency_cut_y": 0.4},
            {"abc.cuts": (0.6, 0.9), "xyz.frequency_cuts": (0.9, 0.4)},
        ),
        (
            {"xyz_measure": "gap_cv", "min_gaps": 6, "gap_cv_cut_x": 0.2, "gap_cv_cut_y": 0.3},
            {"xyz.measure": "gap_cv", "xyz.min_gaps": 6, "xyz.gap_cv_cuts": (0.2, 0.3)},
        ),
        (
            {"xyz_measure": "value_cv", "value_cv_cut_y": 1.5, "new_months": 2},
            {"xyz.measure": "value_cv", "xyz.value_cv_cuts": (0.5, 1.5), "xyz.new_months": 2},
        ),
        (
            {"min_silence_days": 60, "gap_multiple": 1.5},
            {"churn.min_silence_days": 60, "churn.gap_multiple": 1.5},
        ),
    ],
    ids=["cuts", "gap_cv", "value_cv", "silence"],
)
def test_moved_cut_offs_give_what_the_analysis_gives(written, book, recalculated, cells, settings):
    workbook = recalculated(written, cells)
    classes = classes_of(book, settings)
    before = classes_of(book, {})
    assert (classes["cell"] != before["cell"].reindex(classes.index)).any(), "nothing moved"
    assert_equal_to(classes, workbook)
    assert_without_errors(workbook)
    assert str(len(cells)) in cell_of(workbook, "cuts_banner").value
    matrix = workbook[MATRIX.name]
    found = [[matrix.cell(8 + i, 2 + j).value for j in range(5)] for i in range(3)]
    expected = [[int((classes["cell"] == a + x).sum()) for x in "XYZNL"] for a in "ABC"]
    assert found == expected


@needs_office
def test_an_impossible_order_is_said_on_every_live_sheet(written, recalculated):
    workbook = recalculated(written, {"abc_cut_a": 0.97})
    for name in (s.name for s in (START, TRY_IT, ACCOUNTS, MATRIX)):
        assert "impossible order" in workbook[name]["A3"].value, name
    assert_without_errors(workbook)


@needs_office
def test_accounts_left_out_still_count_in_every_total(company, tmp_path, recalculated):
    book = open_book(company, "2025Q4", {"pack.sheet_rows": 100, "abc.measure": "margin"})
    tables = pack_tables(book)
    write_workbook(tmp_path / "short.xlsx", book, tables)
    workbook = recalculated(tmp_path / "short.xlsx", {})
    assert_equal_to(tables["abc_xyz"].head(100), workbook)
    assert "100 largest of 120" in workbook[ACCOUNTS.name]["A2"].value
    assert_reconciled(workbook, tables)


def test_totals_are_those_of_the_ledger(written, tables):
    assert_reconciled(load(written), tables)


def assert_reconciled(workbook, tables):
    """The check block of the matrix: matrix, ledger, difference."""
    sheet = workbook[MATRIX.name]
    checked = {
        row[0]: row[2:7:2]
        for row in sheet.iter_rows(values_only=True, max_col=7)
        if row[0] in ("Accounts", "Revenue (EUR)", "Margin (EUR)") and row[6] == 0
    }
    matrix = tables["matrix"]
    assert len(checked) == 3
    for heading, column in zip(checked, ("accounts", "revenue", "margin"), strict=True):
        assert checked[heading][0] == pytest.approx(matrix[column].sum(), abs=0.005)
        assert checked[heading][1] == pytest.approx(matrix[column].sum(), abs=0.005)


def test_names_are_texts_whatever_they_look_like(written):
    workbook = load(written, data_only=False)
    sheet = workbook[ACCOUNTS.name]
    heading = [cell.value for cell in sheet[6]]
    columns = heading.index("Account"), heading.index("Name")
    found = {}
    for row in sheet.iter_rows(min_row=7):
        account, name = (row[column] for column in columns)
        assert name.data_type == "s"
        assert name.hyperlink is None
        found[account.value] = name.value
    for account, name in NASTY.items():
        assert found[account] == name


def test_dates_are_dates_and_unknown_stays_blank(written, tables):
    sheet = accounts_of(load(written))
    expected = tables["abc_xyz"]["last_order"].reindex(sheet.index)
    assert sheet["Last order"].tolist() == expected.tolist()
    outside = tables["abc_xyz"].query("abc == 'D'").index
    assert pd.isna(sheet.loc[outside, "How sure"]).all()


def test_named_cells_hold_the_settings_in_force(written, book):
    workbook = load(written)
    for given in INPUTS:
        cell = cell_of(workbook, given.name)
        assert cell.value == given.of(book.settings), given.name
        assert not cell.protection.locked
    assert cell_of(workbook, "as_of").value == book.as_of.to_pydatetime()


def test_formulas_can_be_sorted_and_use_old_functions_only(written):
    workbook = load(written, data_only=False)
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                assert set(re.findall(r"([A-Z.]+)\(", cell.value)) <= KNOWN_FUNCTIONS, cell
                if sheet.title == ACCOUNTS.name and cell.row > 6:
                    rows = {int(number) for number in re.findall(r"\$[A-Z]+(\d+)", cell.value)}
                    assert rows <= {cell.row}, cell.value
                    assert "!" not in cell.value


def test_every_list_is_an_excel_table_with_a_filter(written):
    workbook = load(written, data_only=False)
    names = {table.name for sheet in workbook for table in sheet.tables.values()}
    assert {"accounts", "migration", "todo", "settings", "reconciliation"} <= names
    for sheet in workbook:
        upright = sheet.title == CARDS.name  # six cards to a page
        assert sheet.page_setup.orientation == ("portrait" if upright else "landscape")
        assert sheet.freeze_panes or sheet.title == START.name


def test_few_tabs_in_front_and_every_link_leads_to_a_sheet(written):
    first, second = books_of(written)
    there = {book: set(book.sheetnames) for book in (first, second)}
    place = first.sheetnames.index(MORE.name)
    assert first.sheetnames[0] == START.name and place <= 13
    assert len(first.sheetnames) <= 18 and second.sheetnames[0] == MORE.name
    assert {sheet.sheet_state for book in (first, second) for sheet in book} == {"visible"}
    grey = {sheet.sheet_properties.tabColor.rgb for sheet in first.worksheets[place + 1 :]}
    assert len(grey) == 1
    led = {book: set() for book in (first, second)}
    for book, other in ((first, second), (second, first)):
        links = [c.hyperlink for s in book for row in s.iter_rows() for c in row if c.hyperlink]
        for link in links:
            to = other if link.target else book
            sheet = link.location.rpartition("!")[0].strip("'")
            assert sheet in there[to]
            assert link.target in (None, written.name, beside_name(written.name))
            led[to].add(sheet)
    assert led[first] >= there[first] - {START.name} and led[second] >= there[second]


def books_of(path):
    return [
        load_one(path.with_name(n), data_only=False) for n in (path.name, beside_name(path.name))
    ]


def test_no_sheet_is_without_rows(written):
    for sheet in load(written):
        filled = [row for row in sheet.iter_rows(min_row=4, values_only=True) if any(row)]
        assert len(filled) > 1, sheet.title
        assert all(cell != "No rows." for row in filled for cell in row)
        for table in sheet.tables.values():
            first, last = (int(part.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for part in
                           table.ref.split(":"))  # fmt: skip
            assert last > first, table.name


def test_start_says_what_the_first_page_says(written, book, tables):
    sheet = load(written)[START.name]
    texts = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    page = book.summary.sheet
    assert page.verdict in texts
    for tile in page.tiles:
        assert tile.figure in texts and tile.label in texts
    assert len(sheet._charts) == 2
    rows = {row[6]: row for row in sheet.iter_rows(values_only=True, max_col=12)}
    assert rows["Revenue (EUR)"][9:11] == (pytest.approx(tables["abc_xyz"]["revenue"].sum()),) * 2
    quarters = book.summary.trend
    assert rows["2025Q4"][9] == pytest.approx(quarters["revenue"].iloc[-1])
    assert rows["2025Q4"][10] == pytest.approx(quarters["margin"].iloc[-1])
    assert short(rows["2025Q4"][9]) == page.tiles[0].figure


def test_all_cells_that_one_may_change_stand_together(written):
    workbook = load(written, data_only=False)
    inputs = [*INPUTS, *CRITERIA_INPUTS, *TARGET_INPUTS, *WINBACK_INPUTS]
    there = [given for given in inputs if given.name in workbook.defined_names]
    assert set(INPUTS) | set(CRITERIA_INPUTS) <= set(there)
    assert {cell_of(workbook, given.name).parent.title for given in there} == {TRY_IT.name}
    for name in FOLLOWERS[1:]:
        if name in workbook.sheetnames:
            links = [c.hyperlink for row in workbook[name].iter_rows(max_row=5) for c in row]
            assert f"'{TRY_IT.name}'!A1" in {link.location for link in links if link}, name


def test_the_second_workbook_needs_nothing_of_the_first(written):
    first, second = books_of(written)
    formulas = 0
    for sheet in second:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    formulas += 1
                    bare = re.sub(r'"(?:[^"]|"")*"', "", cell.value)
                    assert set(re.findall(r"'([^']+)'!", bare)) <= set(second.sheetnames)
                    names = set(re.findall(r"\b[a-z_][a-z0-9_]+\b", re.sub("'[^']+'!", "", bare)))
                    assert names <= set(second.defined_names), cell.value
    assert formulas > 50


def test_same_inputs_give_the_same_bytes(written, book, tables, tmp_path):
    write_workbook(tmp_path / written.name, book, tables)
    for name in (written.name, beside_name(written.name)):
        assert (tmp_path / name).read_bytes() == (written.parent / name).read_bytes()


def test_missing_tables_leave_their_sheets_out(book, tables, tmp_path):
    write_workbook(tmp_path / "small.xlsx", book, {"abc_xyz": tables["abc_xyz"]})
    found = load(tmp_path / "small.xlsx").sheetnames
    assert found == [START.name, ACCOUNTS.name, TRY_IT.name, MORE.name, PARETO.name]


def test_without_classes_there_is_no_workbook(book, tmp_path):
    with pytest.raises(ValueError, match="tables must hold abc_xyz"):
        write_workbook(tmp_path / "none.xlsx", book, {})
    assert not (tmp_path / "none.xlsx").exists()


@pytest.mark.long
def test_an_incomplete_quarter_is_said_on_the_first_sheet(company, tmp_path):
    lines = pd.read_csv(company / "lines.csv")
    lines[lines["date"] < "2025-11-20"].to_csv(tmp_path / "lines.csv", index=False)
    (tmp_path / "dataset.toml").write_text('title = "Cut"\n[transactions]\nsource = "lines.csv"\n')
    book = open_book(tmp_path, "2025Q4")
    write_workbook(tmp_path / "cut.xlsx", book, pack_tables(book))
    texts = [
        str(row[0]) for row in load(tmp_path / "cut.xlsx")[START.name].iter_rows(values_only=True)
    ]
    assert any("not complete: sales reach only to 2025-11-" in text for text in texts)


def test_control_characters_and_endless_texts_are_written(book, tables, tmp_path):
    classes = tables["abc_xyz"].copy()
    odd = "bell \x07, none \uffff, _x0041_, \nnext"
    classes["name"] = [odd, "x" * 40_000, *classes["name"].tolist()[2:]]
    write_workbook(tmp_path / "odd.xlsx", book, {**tables, "abc_xyz": classes})
    names = accounts_of(load(tmp_path / "odd.xlsx"))["Name"].tolist()
    assert names[0].startswith("bell ")
    assert "_x0041_" in names[0]
    assert len(names[1]) == desks.MAX_TEXT


@pytest.mark.slow
def test_other_programs_open_it_without_repair(demo_pack):
    with zipfile.ZipFile(demo_pack.folder / demo_pack.workbook) as parts:
        book = parts.read("xl/workbook.xml").decode("utf-8")
    names = re.findall(r'<sheet name="([^"]+)"', book)
    assert len(names) == len({name.casefold() for name in names})
    assert "history" not in {name.casefold() for name in names}, "Excel keeps it for itself"
    (width,) = re.findall(r'windowWidth="(\d+)"', book)
    assert int(width) < 40_000, "twentieths of a point: a window that fits on a screen"
