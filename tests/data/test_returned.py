"""Ticks on the sheet Who is the customer, put into the folder returned of the data set."""

import csv
import datetime as dt

import openpyxl
import pandas as pd
import pytest
from workbook_cells import load

from kamlib import open_book
from kamlib.data.book import open_tables
from kamlib.data.findings import findings
from kamlib.data.tables import reconciliation
from kamlib.workbook.workbook import write_workbook

SHEET = "Who is the customer"
QUICK = {"stability.resamples": 10, "replay.quarters": 1, "target_check.resamples": 20}


@pytest.fixture
def company(tmp_path):
    """Two numbers of Kessler, two of Ahl, and others; written as files."""
    months = pd.period_range("2022-01", "2024-12", freq="M")
    lines = []
    for account, begin, end in (
        ("10077", "2022-01", "2023-12"),
        ("20077", "2024-01", "2024-12"),
        ("A1", "2022-01", "2024-12"),
        ("A2", "2022-06", "2024-12"),
        ("B1", "2022-01", "2024-12"),
    ):
        for month in months[(months >= begin) & (months <= end)]:
            lines.append((account, f"{month}-12", f"{account}-{month}", "100.00"))
    names = [("10077", "Kessler Pumps GmbH"), ("20077", "Kessler Pumps"), ("B1", "Base One")]
    names += [("A1", "Ahlhorst Bau"), ("A2", "AHLHORST BAU KG")]
    heads = {"transactions": ["account", "date", "document", "revenue"]}
    for table, rows in (("transactions", lines), ("accounts", names)):
        with (tmp_path / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([heads.get(table, ["account", "name"]), *rows])
    describe(tmp_path)
    (tmp_path / "returned").mkdir()
    return tmp_path


def describe(folder, *more):
    tables = ["transactions", "accounts", *more]
    text = "".join(f'[{name}]\nsource = "{name}.csv"\n' for name in tables)
    (folder / "dataset.toml").write_text(
        f'title = "x"\ncurrency = "EUR"\ncomplete_to = 2024-12-31\n{text}'
    )


def answered(folder, name="back.xlsx", **cells):
    """Write the pack's workbook, fill cells in and save it as returned: ``E10="yes"``."""
    book = open_book(folder, settings=QUICK)
    # Without what is to be done, for which all chapters would be computed.
    classes = {
        member.name: getattr(book.abc_xyz, member.attribute)
        for member in book.abc_xyz.told_tables()
        if member.name != "actions"
    }
    tables = {name: frame for name, frame in classes.items() if frame is not None}
    write_workbook(folder / "pack.xlsx", book, book.identities.files() | tables)
    workbook = openpyxl.load_workbook(folder / "pack.xlsx")
    for place, value in cells.items():
        workbook[SHEET][place] = value
    workbook.save(folder / "returned" / name)
    return book


def told(folder):
    found = findings(open_tables(folder)[0])
    return found[found["table"] == "identities"]


pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def test_yes_makes_one_account_of_both_and_no_is_not_asked_again(company):
    before = answered(company, E10="yes", G10="Ann", H10=dt.date(2025, 2, 1), E11="no")
    assert before.identities.candidates["account"].tolist() == ["10077", "A2"]
    book = open_book(company)
    rows = book.tables["identities"].set_index("account")
    assert rows["kind"].to_dict() == {"10077": "renumbered", "A2": "different"}
    assert rows.loc["10077", "decided_by"] == "Ann"
    assert rows.loc["10077", "decided_on"] == pd.Timestamp("2025-02-01")
    assert book.identities.candidates.empty
    assert book.identities.identity_candidates is None
    assert set(book.accounts.index) == {"20077", "A1", "A2", "B1"}
    revenue = book.months.groupby("account")["revenue"].sum()
    assert revenue["20077"] == pytest.approx(3600)
    assert revenue.sum() == pytest.approx(before.months["revenue"].sum())
    assert not (book.churn.states["state"] == "lost").any()


def test_another_kind_than_proposed_counts(company):
    answered(company, E10="x", F10="merged")
    assert open_book(company).tables["identities"]["kind"].tolist() == ["merged"]


def test_an_open_row_stays_open(company):
    answered(company)
    assert open_book(company).identities.candidates["account"].tolist() == ["10077", "A2"]
    assert told(company).empty


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"E10": "perhaps"}, "is neither yes nor no"),
        ({"E10": "yes", "F10": "cousins"}, "is none of"),
        ({"E10": "yes", "F10": "different"}, "yes and different at once"),
        ({"E10": "yes", "B10": None}, "belongs_to is empty"),
        ({"I10": "ask Ann"}, "neither yes nor no"),
    ],
)
def test_what_cannot_be_read_is_told_and_decides_nothing(company, cells, words):
    answered(company, E11="no", **cells)
    found = told(company)
    said = found[found["finding"].str.contains(words)]
    assert said["severity"].tolist() == ["warning"]
    assert "row 10" in said["examples"].iloc[0]
    rows = open_book(company).tables["identities"]
    assert rows[["account", "kind"]].to_numpy().tolist() == [["A2", "different"]]


def test_a_day_that_is_none_is_told_and_the_tick_counts(company):
    answered(company, E10="yes", H10="next week")
    rows = open_book(company).tables["identities"]
    assert rows["account"].tolist() == ["10077"]
    assert rows["decided_on"].isna().all()
    assert told(company)["finding"].str.contains("is no day: left empty").any()


def test_the_sheet_saved_as_text_counts_as_well(company):
    answered(company, E10="yes", H10=dt.date(2025, 2, 1))
    path = company / "returned/back.xlsx"
    rows = openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True)
    with (company / "returned/back.csv").open("w", newline="", encoding="cp1252") as file:
        csv.writer(file, delimiter=";").writerows(
            ["" if cell is None else cell for cell in row] for row in rows
        )
    path.unlink()
    assert open_book(company).tables["identities"]["account"].tolist() == ["10077"]


@pytest.mark.parametrize("broken", ["empty", "text", "other"])
def test_a_file_that_cannot_be_read_is_told_and_stops_nothing(company, broken):
    answered(company, E10="yes")
    path = company / "returned/a.xlsx"
    if broken == "other":
        workbook = openpyxl.Workbook()
        workbook.active["A1"] = "answer"
        workbook.save(path)
    else:
        path.write_bytes(b"" if broken == "empty" else b"no workbook")
    assert open_book(company).tables["identities"]["account"].tolist() == ["10077"]
    assert told(company)["examples"].str.contains("returned/a.xlsx").any()


def test_a_sheet_without_its_hidden_names_is_not_half_read(company):
    answered(company, E10="yes", E8="Answer")
    assert open_book(company).tables["identities"].empty
    assert told(company)["finding"].str.contains("hidden row of names").any()


def decided(folder, kind, day):
    rows = [["account", "belongs_to", "kind", "decided_on"], ["10077", "20077", kind, day]]
    with (folder / "identities.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    describe(folder, "identities")


@pytest.mark.parametrize(
    ("day", "wins"),
    [("2025-01-01", "renumbered"), ("2025-06-01", "different"), ("", "renumbered")],
)
def test_of_the_table_and_a_tick_the_later_decision_counts_and_is_told(company, day, wins):
    answered(company, E10="yes", H10=dt.date(2025, 2, 1))
    decided(company, "different", day)
    tables, _settings = open_tables(company)
    assert tables["identities"]["kind"].tolist() == [wins]
    assert told(company)["finding"].str.contains("gives way to the later").any()
    steps = reconciliation(tables)
    steps = steps[steps["table"] == "identities"].set_index("step")["rows"]
    assert (steps["read"], steps["excluded"], steps["kept"]) == (2, 1, 1)


def test_of_two_workbooks_the_later_decision_counts(company):
    answered(company, "z.xlsx", E10="yes", H10=dt.date(2025, 1, 1))
    early = (company / "returned/z.xlsx").rename(company / "z.xlsx")
    answered(company, "a.xlsx", E10="no", H10=dt.date(2025, 2, 1))
    early.rename(company / "returned/z.xlsx")
    assert open_book(company).tables["identities"]["kind"].tolist() == ["different"]
    assert told(company)["finding"].str.contains("gives way to the later").any()


def test_groups_have_a_sheet_with_sums_and_money_has_its_sign_for_thousands(company):
    answered(company)
    assert "Groups" not in load(company / "pack.xlsx").sheetnames
    names = [("A1", "Ahl One", "G"), ("A2", "Ahl Two", "G"), ("B1", "Base", "")]
    with (company / "accounts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["account", "name", "parent"], *names])
    book = open_book(company)
    tables = book.identities.files() | book.abc_xyz.files() | book.segments.files()
    write_workbook(company / "pack.xlsx", book, tables)
    sheet = load(company / "pack.xlsx")["Groups"]
    head, row = [[cell.value for cell in sheet[place]] for place in (7, 8)]
    shown = dict(zip(head, row, strict=True))
    assert (shown["Account"], shown["Sites"], shown["Largest site"]) == ("G", 2, "A1")
    assert shown["Share"] == pytest.approx(0.5)
    assert [sheet["A5"].value, sheet["B5"].value] == [2, 2400]
    [revenue] = [n for n, text in enumerate(head, 1) if text.startswith("Revenue")]
    formats = [sheet["B5"].number_format, sheet.cell(8, revenue).number_format]
    assert formats == ["#,##0"] * 2


def test_the_sum_of_money_that_would_move_has_a_sign_for_thousands(company):
    answered(company)
    sheet = openpyxl.load_workbook(company / "pack.xlsx")[SHEET]
    assert sheet["B7"].number_format == "#,##0"


def test_the_list_of_tasks_is_written_with_cells_to_fill_in_and_read_back(company):
    from kamlib.analysis.todo.spine import COLUMNS

    tasks = [("keep", "A1", 100.0), ("win back", "10077", 50.0)]
    todo = pd.DataFrame([
        dict.fromkeys(COLUMNS, "") | {
            "verb": verb, "subject": account, "manager": "Ann", "stake": stake, "worth": 10.0,
            "chance": 0.1, "hours": 1.0, "due": pd.Timestamp("2025-01-07"), "rank": 1,
            "fits": True, "per_hour": 10.0, "key": False,
            "id": f"{verb.replace(' ', '_')}_{account}",
        }
        for verb, account, stake in tasks
    ])  # fmt: skip
    book = open_book(company)
    write_workbook(company / "pack.xlsx", book, book.abc_xyz.files() | {"todo": todo})
    workbook = openpyxl.load_workbook(company / "pack.xlsx")
    sheet = workbook["To do"]
    heads = {cell.value: cell.column for cell in sheet[8]}
    assert sheet.row_dimensions[7].hidden
    [rule] = [r for r in sheet.data_validations.dataValidation if r.type == "list"]
    assert rule.formula1 == '"kept or won,still open,lost,not reached,not done"'
    row = next(r for r in (9, 10) if sheet.cell(r, heads["Account or target"]).value == "A1")
    for name, value in {
        "Done on": "3.2.2025", "Outcome": "kept or won", "Value a year (EUR)": 90,
        "Notes": "by phone",
    }.items():  # fmt: skip
        sheet.cell(row, heads[name]).value = value
    workbook.save(company / "returned" / "todo.xlsx")
    book = open_book(company)
    found = book.tables.work.tasks.rows.set_index("subject")
    assert found["quarter"].tolist() == ["2025Q1"] * 2
    assert found["id"].to_dict() == {"A1": "keep_A1", "10077": "win_back_10077"}
    assert found.loc["A1", ["outcome", "value", "notes"]].tolist() == ["won", 90, "by phone"]
    assert found["done_on"].to_dict() == {"A1": pd.Timestamp("2025-02-03"), "10077": pd.NaT}
    steps = book.reconciliation.query("table == 'returned'").set_index("step")["rows"]
    assert steps.to_dict() == {"read": 2, "kept": 2}
    assert "identities" not in book.tables.side
