"""What cannot be used ends in one clear message; what is dirty leaves row by row."""

import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from sales_table import csv_dataset, opened, write_dataset
from typer.testing import CliRunner

from kamlib import open_book
from kamlib.cli import app
from kamlib.data.read.dataset import load_dataset
from kamlib.errors import DataError, SettingsError

HEADER = "Customer,Date,Document,Amount,Line"
GOOD = [f"A,2024-{month:02}-15,R{month},10.00,P" for month in range(1, 13)]


def rejected(folder):
    tables = opened(folder)
    return tables, tables.rejected[["row", "reason"]].to_numpy().tolist()


def workbook(path, rows=(), sheet="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    book.close()
    return path


GRID = [HEADER.split(","), *(line.split(",") for line in GOOD)]


def make_truncated(path):
    content = workbook(path, GRID).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def make_encrypted(path):
    """What Excel writes for a password: an OLE file with a stream EncryptedPackage."""
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016 + name + b"\0" * 2048)


def make_bomb(path):
    workbook(path, GRID)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/zeros.bin", "w", force_zip64=True) as member,
    ):
        for _ in range(600):
            member.write(bytes(2**20))


BAD_FILES = {
    "empty.csv": (lambda path: path.write_bytes(b""), "empty.csv: is empty; expected a header"),
    "spaces.csv": (lambda path: path.write_text(" \n\n"), "spaces.csv: is empty"),
    "header.csv": (lambda path: path.write_text(HEADER + "\n"), "a header but no line"),
    "empty.xlsx": (workbook, 'empty.xlsx, sheet "Sheet1": is empty'),
    "header.xlsx": (lambda path: workbook(path, GRID[:1]), "a header but no line"),
    "cut.xlsx": (make_truncated, "cut.xlsx: is damaged or was cut off"),
    "locked.xlsx": (make_encrypted, "locked.xlsx: is protected by a password"),
    "bomb.xlsx": (make_bomb, "bomb.xlsx: would unpack to 600 MB .* refused as a zip bomb"),
    "really.xlsx": (lambda path: path.write_text(HEADER + "\n"), "a header but no line"),
    "broken.xls": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)),
                   "broken.xls: cannot be read, it seems damaged"),
    "broken.parquet": (lambda path: path.write_bytes(b"PAR1 no"), "broken.parquet: cannot be read"),
    "sales.pdf": (lambda path: path.write_bytes(b"%PDF-1.7 x"), "sales.pdf: is a PDF, which"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(tmp_path, name):
    make, told = BAD_FILES[name]
    folder = write_dataset(tmp_path / "set", name)
    make(folder / name)
    with pytest.raises(DataError, match=told):
        opened(folder)


@pytest.mark.parametrize("name", ["cut.xlsx", "locked.xlsx", "header.csv"])
def test_the_command_line_says_so_with_status_2_and_leaves_nothing(tmp_path, name):
    make, told = BAD_FILES[name]
    folder = write_dataset(tmp_path / "set", name)
    make(folder / name)
    reports = tmp_path / "reports"
    result = CliRunner().invoke(app, ["report", str(folder), "--reports", str(reports)])
    assert result.exit_code == 2
    assert told.split(":")[-1].strip() in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output + result.stderr
    assert not reports.exists()


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["--quarter", "2031Q3"], "quarter 2031Q3: the data reaches from 2024-01-15 to 2024-12-15"),
        (["--quarter", "autumn"], 'quarter "autumn": expected like 2011Q3'),
        (["--set", "abc.cut=0.7,0.9"], 'no setting is called "abc.cut"; did you mean "abc.cuts"'),
        (["--set", "abc.cuts=0.9,0.7"], "setting abc.cuts"),
        (["--set", "abc.months=0"], "setting abc.months = 0: .*; the default is 12"),
        (["--set", "abc"], "expected a name and a value"),
    ],
)
def test_wrong_arguments_end_with_status_2_and_leave_nothing(tmp_path, arguments, told):
    folder = csv_dataset(tmp_path / "set", [HEADER, *GOOD])
    reports = tmp_path / "reports"
    result = CliRunner().invoke(app, ["report", str(folder), "--reports", str(reports), *arguments])
    assert result.exit_code == 2, result.output
    assert re.search(told, " ".join(result.stderr.split())), result.stderr
    assert not reports.exists()


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path):
    folder = csv_dataset(tmp_path / "set", [HEADER, *GOOD])
    description = folder / "dataset.toml"
    description.write_text(description.read_text().replace("sales.csv", "sale.csv"))
    with pytest.raises(DataError, match='no file "sale.csv" in .*; did you mean "sales.csv"'):
        opened(folder)


def test_a_missing_data_set_is_told_with_the_nearest_name(tmp_path):
    csv_dataset(tmp_path / "retail", [HEADER, *GOOD])
    with pytest.raises(DataError, match='no data set "retial"; did you mean "retail"'):
        load_dataset("retial", roots=(tmp_path,))


def test_a_missing_sheet_and_column_are_told_with_the_nearest_name(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales.xlsx", sheet="Slaes")
    workbook(folder / "sales.xlsx", GRID, sheet="Sales")
    with pytest.raises(DataError, match='has no sheet "Slaes"; did you mean "Sales"'):
        opened(folder)
    rows = [HEADER.replace("Amount", "Amounts"), *GOOD]
    folder = csv_dataset(tmp_path / "csv", rows)
    with pytest.raises(DataError, match='has no column "Amount"; did you mean "Amounts"'):
        opened(folder)


@pytest.mark.parametrize(
    "expression, told",
    [
        ("Amount *", "does not parse"),
        ("Amount; DROP TABLE x", "must be one SQL expression"),
        ("DROP TABLE x", "must be one SQL expression"),
        ("(SELECT 1)", "must be one SQL expression"),
        ("SUM(Amount)", "about one line"),
        ("ROW_NUMBER() OVER (ORDER BY Amount)", "about one line"),
        ("Amount + UNNEST([0, 1])", "several lines or columns"),
        ("COLUMNS('Amount')", "several lines or columns"),
        ("CASE WHEN Date < CURRENT_DATE THEN Amount END", "another value at each run"),
        ("CASE WHEN Date < now() THEN Amount END", "another value at each run"),
        ("Amount * random()", "another value at each run"),
        ("(SELECT content FROM read_text('/etc/passwd'))", "must be one SQL expression"),
        ("nosuch(Amount)", r"calls nosuch\(\), which is no function"),
        ("Amount * Line * DATE '2024-01-01'", "does not run"),
        ("CAST(SUBSTRING(Document, 1, 1) AS INTEGER)", "does not run on every line"),
        ("", "expression"),
    ],
)
def test_an_expression_that_cannot_be_used_is_told(tmp_path, expression, told):
    folder = csv_dataset(tmp_path / "set", [HEADER, *GOOD])
    description = folder / "dataset.toml"
    description.write_text(description.read_text().replace('"Amount"', f'"{expression}"'))
    with pytest.raises(DataError, match=told):
        opened(folder)


@pytest.mark.parametrize(
    "change, told",
    [
        (("[transactions]", "[transaction]"), 'no table is called "transaction"; did you mean'),
        (("source =", "sauce ="), "source"),
        (("revenue =", "revenu ="), 'no column "revenu"; did you mean "revenue"'),
        (("revenue = ", "# "), "transactions: revenue is not mapped"),
        (('"EUR"', '"EUR'), "is not valid TOML"),
        (("[transactions]", 'complete_to = "soon"\n[transactions]'), '"soon" is not a date'),
        (("[transactions]", '[transactions]\ndecimal = ";"'), "decimal"),
        (("[transactions]", "[transactions]\nheader = 99"), "no such row near the top"),
    ],
)
def test_a_wrong_description_is_told(tmp_path, change, told):
    folder = csv_dataset(tmp_path / "set", [HEADER, *GOOD])
    description = folder / "dataset.toml"
    description.write_text(description.read_text().replace(*change))
    with pytest.raises(DataError, match=told):
        opened(folder)


def test_too_many_rejects_stop_the_run_and_say_why(tmp_path):
    folder = csv_dataset(tmp_path / "set", [HEADER, *GOOD, "A,never,1,1,P", ",2024-01-01,1,1,P"])
    told = "2 of 14 lines are rejected .*at most 2.0 %: data.max_reject_share.*account is empty: 1"
    with pytest.raises(DataError, match=told):
        open_book(folder)
    assert open_book(folder, settings={"data.max_reject_share": 0.2}).quarter.year == 2024


def test_dirty_rows_leave_one_by_one_with_reason_and_row(tmp_path):
    dirty = {
        ",2024-01-15,R,1,P": "account is empty",
        "  ,2024-01-15,R,1,P": "account is empty",
        "A,2024-02-30,R,1,P": 'Date "2024-02-30" is not a date',
        "A,31.04.2024,R,1,P": 'Date "31.04.2024" is not a date',
        "A,1900-01-01,R,1,P": "date is not plausible",
        "A,2999-01-01,R,1,P": "date is not plausible",
        "A,,R,1,P": "date is empty",
        "A,2024-01-15,R,ten,P": 'Amount "ten" is not a number',
        "A,2024-01-15,R,NaN,P": 'Amount "NaN" is not a number',
        "A,2024-01-15,R,inf,P": 'Amount "inf" is not a number',
        'A,2024-01-15,R,"1,2,3",P': 'Amount "1,2,3" is not a number',
        "A,2024-01-15,R,1e300,P": "revenue is empty or no finite amount",
        "A,2024-01-15,R,,P": "revenue is empty or no finite amount",
    }
    no_lines = [HEADER, "Total,,,120.00,"]
    folder = csv_dataset(tmp_path / "set", [HEADER, *GOOD, *dirty, *no_lines])
    tables, found = rejected(folder)
    assert found == [[14 + n, reason] for n, reason in enumerate(dirty.values())]
    rows = tables.ledger.fates.groupby("step")["rows"].sum()
    assert (rows["kept"], rows["set aside"]) == (len(GOOD), len(no_lines))
    assert tables.data_to == pd.Timestamp("2024-12-15")


def test_dirty_cells_of_a_sheet_are_told_with_sheet_and_row(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales.xlsx", dates="day-first")
    dirty = ["A", "tomorrow", "R9", 12.0, "P"]
    workbook(folder / "sales.xlsx", [["Our sales"], [], *GRID, dirty], sheet="2024")
    tables = opened(folder)
    told = tables.rejected.iloc[0]
    assert (told["file"], told["sheet"], told["row"]) == ("sales.xlsx", "2024", 16)
    assert told["reason"] == 'Date "tomorrow" is not a date'


@pytest.mark.parametrize("stray", ["2026-07-01", "2031-12-31", "2025-09-30"])
def test_a_stray_date_does_not_move_the_latest_quarter(tmp_path, stray):
    lines = [f"A,2024-{1 + n % 12:02}-{1 + n % 28:02},R{n},10,P" for n in range(600)]
    folder = csv_dataset(
        tmp_path / "set", [HEADER, *lines, f"A,{stray},R,10,P", "A,2024-12-28,R,1,P"]
    )
    book = open_book(folder)
    assert book.quarter == pd.Period("2024Q4")
    assert book.complete
    told = book.findings.set_index("severity").loc["warning"]
    assert "not taken as the latest day" in told["finding"]
    assert told["examples"] == stray


def test_a_data_set_of_one_begun_quarter_opens_incomplete(tmp_path):
    book = open_book(csv_dataset(tmp_path / "set", [HEADER, *GOOD[:2]]))
    assert (book.quarter, book.complete) == (pd.Period("2024Q1"), False)


def test_duplicated_header_names_are_told_apart(tmp_path):
    folder = csv_dataset(tmp_path / "set", [f"{HEADER},amount", *(f"{row},99" for row in GOOD)])
    assert opened(folder).ledger.fates["revenue"].sum() == 120.0


def test_account_ids_are_trimmed_and_keep_zeros_and_case(tmp_path):
    ids = ["00123", " 00123 ", "123", "abc", "ABC", "Abc "]
    rows = [f"{name},2024-01-{n + 1:02},R,1,P" for n, name in enumerate(ids)]
    ledger = opened(csv_dataset(tmp_path / "set", [HEADER, *rows])).ledger
    accounts = ledger.table.to_pyarrow()["account"].to_pylist()
    assert sorted(set(accounts)) == ["00123", "123", "ABC", "Abc", "abc"]


def test_numbers_as_ids_in_excel_and_parquet_lose_their_point(tmp_path):
    for name in ("sales.xlsx", "sales.parquet"):
        folder = write_dataset(tmp_path / name, name)
        frame = pd.DataFrame(
            {
                "Customer": [123.0, 124.0, None],
                "Date": pd.to_datetime(["2024-01-01"] * 3),
                "Document": [1, 2, 3],
                "Amount": [1.0, float("inf") if name.endswith("parquet") else None, 3.0],
                "Line": ["P"] * 3,
            }
        )
        if name.endswith("parquet"):
            frame.to_parquet(folder / name)
        else:
            frame.to_excel(folder / name, index=False)
        tables = opened(folder)
        assert tables.ledger.table.to_pyarrow()["account"].to_pylist() == ["123"], name
        reasons = ["revenue is empty or no finite amount", "account is empty"]
        assert tables.rejected["reason"].to_list() == reasons


HOSTILE = [
    "<script>alert('x')</script>", 'He said "no"', '=HYPERLINK("http://x","y")', "../../etc/passwd",
    "a/b\\c:d*e?f", "😀 GmbH", "x" * 300, "北京贸易有限公司",
    "O'Neil; DROP TABLE x", "-1+1", "{0} %s",
]  # fmt: skip


def test_hostile_names_come_through_unchanged(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales.csv")
    frame = pd.DataFrame(
        {"Customer": HOSTILE, "Date": "2024-01-01", "Document": 1, "Amount": 5, "Line": HOSTILE}
    )
    frame.to_csv(folder / "sales.csv", index=False)
    names = pd.DataFrame({"account": HOSTILE, "name": HOSTILE})
    names.to_csv(folder / "accounts.csv", index=False)
    with (folder / "dataset.toml").open("a") as file:
        file.write('[accounts]\nsource = "accounts.csv"\n')
    book = open_book(folder)
    assert sorted(book.accounts.index) == sorted(HOSTILE)
    assert (book.accounts["name"] == book.accounts.index).all()
    assert sorted(book.line_quarters["product_line"]) == sorted(HOSTILE)


def test_a_setting_file_with_an_unknown_name_is_told(tmp_path):
    folder = csv_dataset(tmp_path / "set", [HEADER, *GOOD])
    (folder / "settings.toml").write_text("[churn]\nmin_silence = 10\n")
    with pytest.raises(
        SettingsError, match='"churn.min_silence"; did you mean "churn.min_silence_'
    ):
        open_book(folder)
