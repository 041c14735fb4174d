"""Workbooks, Parquet, globs, folders and lookups give the same ledger as a plain CSV."""

import shutil
import subprocess

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sales_table import (
    COLUMNS,
    NAMES,
    expected_rows,
    ledger_rows,
    opened,
    sales_frame,
    sales_lines,
    write_dataset,
)

from kamlib.data.findings import findings
from kamlib.data.read import sources
from kamlib.data.read.conversion import as_frame
from kamlib.data.read.dataset import Lookup
from kamlib.data.read.lookups import looked_up

EVERYWHERE = NAMES["utf-8"]
LINES = sales_lines(EVERYWHERE)


def save(path, sheets, epoch=None):
    book = openpyxl.Workbook()
    book.remove(book.active)
    if epoch:
        book.epoch = epoch
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    book.close()
    return path


def test_several_sheets_with_one_header_are_one_table(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales.xlsx")
    sheets = {"2023": [COLUMNS, *LINES[:9]], "2024": [COLUMNS, *LINES[9:]], "Notes": [["By Ann"]]}
    save(folder / "sales.xlsx", sheets)
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


def test_only_the_named_sheets_are_read(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales.xlsx", sheet=["2024"])
    save(folder / "sales.xlsx", {"2023": [COLUMNS, *LINES[:9]], "2024": [COLUMNS, *LINES]})
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


@pytest.mark.parametrize("header", [None, 4])
def test_a_header_below_a_merged_title_is_found(tmp_path, header):
    options = {} if header is None else {"header": header}
    folder = write_dataset(tmp_path / "set", "sales.xlsx", **options)
    title = [["Sales of the year", None, None, None, None], ["Ltd", "2024"], []]
    path = save(folder / "sales.xlsx", {"Sales": [*title, COLUMNS, *LINES]})
    book = openpyxl.load_workbook(path)
    book["Sales"].merge_cells("A1:E1")
    book.save(path)
    book.close()
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


def test_text_numbers_and_text_dates_among_real_ones(tmp_path):
    rows = [list(line) for line in LINES]
    for n, row in enumerate(rows):
        if n % 3 == 0:
            row[3] = f"{row[3]:,.2f}".translate(str.maketrans(",.", ".,"))
        if n % 3 == 1:
            row[1] = f"{row[1]:%d.%m.%Y}"
        if n % 5 == 0:
            row[3] = f" {row[3]} "
    folder = write_dataset(tmp_path / "set", "sales.xlsx")
    save(folder / "sales.xlsx", {"Sales": [COLUMNS, *rows]})
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


def test_a_number_cell_with_three_decimals_beside_comma_texts_is_no_thousand(tmp_path):
    rows = [["A", LINES[n][1], f"R{n}", value, "P"] for n, value in enumerate([1.234, "12,50"])]
    folder = write_dataset(tmp_path / "set", "sales.xlsx")
    save(folder / "sales.xlsx", {"Sales": [COLUMNS, *rows]})
    assert [row[6] for row in ledger_rows(folder)] == ["1.2340", "12.5000"]


@pytest.mark.parametrize("as_serial", [False, True])
def test_dates_counted_from_1904(tmp_path, as_serial):
    rows = [list(line) for line in LINES]
    if as_serial:
        for row in rows:
            row[1] = row[1].toordinal() - 693594 - 1462
    folder = write_dataset(tmp_path / "set", "sales.xlsx")
    save(folder / "sales.xlsx", {"Sales": [COLUMNS, *rows]}, epoch=CALENDAR_MAC_1904)
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


def test_an_old_xls(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice, which writes the .xls, is not installed")
    folder = write_dataset(tmp_path / "set", "sales.xls")
    path = save(
        tmp_path / "sales.xlsx", {"2023": [COLUMNS, *LINES[:9]], "2024": [COLUMNS, *LINES[9:]]}
    )
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "xls", "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


def test_one_parquet_file(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales.parquet")
    sales_frame(EVERYWHERE).to_parquet(folder / "sales.parquet")
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


@pytest.mark.parametrize(
    "source", ["sales-*.csv", ["sales-1.csv", "sales-2.csv"], "**/sales-*.csv"]
)
def test_several_files(tmp_path, source):
    folder = write_dataset(tmp_path / "set", source)
    for n, part in enumerate((slice(0, 5), slice(5, 20)), start=1):
        sales_frame(EVERYWHERE)[part].to_csv(folder / f"sales-{n}.csv", index=False)
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


def test_a_folder_of_parquet_whose_folders_name_a_column(tmp_path):
    folder = write_dataset(tmp_path / "set", "lines")
    for line, lines in sales_frame(EVERYWHERE).groupby("Line"):
        place = folder / "lines" / f"Line={line}"
        place.mkdir(parents=True)
        # The same name in each folder: what differs is where the file lies.
        lines.drop(columns="Line").to_parquet(place / "part-0.parquet")
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)
    files = opened(folder).ledger.fates["file"].to_list()
    assert files == ["lines/Line=Pumps/part-0.parquet", "lines/Line=Seals/part-0.parquet"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_lookup_gives_the_product_line(tmp_path, kind):
    folder = write_dataset(tmp_path / "set", "sales.csv")
    lines = sales_frame(EVERYWHERE)
    lines.assign(Article=lines["Line"].map({"Pumps": 7, "Seals": 8})).drop(columns="Line").to_csv(
        folder / "sales.csv", index=False
    )
    articles = pd.DataFrame({"number": [7.0, 8.0], "Line": ["Pumps", "Seals"], "Amount": [1, 2]})
    if kind == "csv":
        articles.to_csv(folder / "articles.csv", index=False)
    elif kind == "xlsx":
        articles.to_excel(folder / "articles.xlsx", index=False)
    else:
        articles.to_parquet(folder / "articles.parquet")
    with (folder / "dataset.toml").open("a") as file:
        file.write(f'[[transactions.lookup]]\nsource = "articles.{kind}"\nkey = "article"\n')
        file.write('lookup_key = "Number"\n')
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["Pumps,1", "Seals,2"], 0),
        (["Pumps,1", "Seals,2", "Pumps,1"], 0),
        (["Pumps,1", "Seals,2", "Pumps,3", "Pumps,1"], 10),
        (["Pumps,1", "Seals,2", '" Pumps",3'], 10),
    ],
)
def test_of_several_rows_of_a_lookup_key_the_first_counts_and_is_told(tmp_path, rows, told):
    folder = write_dataset(tmp_path / "set", "sales.csv")
    sales_frame(EVERYWHERE).to_csv(folder / "sales.csv", index=False)
    (folder / "other.csv").write_text("\n".join(["Line,Group", *rows]) + "\n")
    with (folder / "dataset.toml").open("a") as file:
        file.write('region = "Group"\n')
        file.write('[[transactions.lookup]]\nsource = "other.csv"\nkey = "Line"\n')
    tables = opened(folder)
    groups = as_frame(tables.ledger.table).groupby("product_line")["region"].agg(["unique", "size"])
    assert {line: [*found] for line, found in groups["unique"].items()} == {
        "Pumps": ["1"], "Seals": ["2"],
    }  # fmt: skip
    assert int(tables.ledger.kept_rows) == 20, "no line twice"
    found = findings(tables)
    found = found[found["finding"].str.contains("several rows that differ")]
    assert found["rows"].sum() == told
    if told:
        money = sum(amount for *_rest, amount, line in sales_lines(EVERYWHERE) if line == "Pumps")
        assert f"lines of {money:,.2f} hang on them" in found["finding"].item()
        assert found["severity"].item() == "warning"
        assert found["examples"].item() == "Pumps"


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (["1,Food", "1,Paper"], ["Class: 1"]),
        (["1,Food", "2,Metal", "1,Food"], []),
        (["1,Food", "1,Paper", "2,Wood", "2,Metal"], ["Class: 1, 2"]),
    ],
)
def test_of_several_rows_of_another_table_s_lookup_key_the_first_counts_and_is_told(
    tmp_path, others, told
):
    folder = write_dataset(tmp_path / "set", "sales.csv")
    sales_frame(EVERYWHERE).to_csv(folder / "sales.csv", index=False)
    (folder / "accounts.csv").write_text("account,Class\n00123,1\n00124,3\n00125,1\n")
    (folder / "other.csv").write_text("\n".join(["Class,industry", *others]) + "\n")
    with (folder / "dataset.toml").open("a") as file:
        file.write('[accounts]\nsource = "accounts.csv"\n')
        file.write('[accounts.columns]\naccount = "account"\nindustry = "industry"\n')
        file.write('[[accounts.lookup]]\nsource = "other.csv"\nkey = "Class"\n')
    for _opening in ("read", "from the cache"):
        tables = opened(folder)
        rows = tables["accounts"].set_index("account")["industry"]
        assert rows[["00123", "00125"]].tolist() == ["Food", "Food"]
        assert rows.isna().sum() == 1, "no row twice, and 3 is not known there"
        found = findings(tables).query("table == 'accounts'")
        found = found[found["finding"].str.contains("several rows that differ")]
        assert [*found["rows"]] == [2] * len(told)
        for said in told:
            assert (
                f"other.csv has several rows that differ of one key ({said})"
                in [*found["finding"]][0]
            )
            assert found["severity"].item() == "warning"
            assert found["examples"].item() == "accounts.csv row 2, accounts.csv row 4"


def test_a_file_without_header_takes_the_names_given(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales.csv", names=COLUMNS)
    sales_frame(EVERYWHERE).to_csv(folder / "sales.csv", index=False, header=False)
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)


def test_a_document_in_two_files_is_read_from_the_first(tmp_path):
    folder = write_dataset(tmp_path / "set", "sales-*.csv", one_part_per="document")
    frame = sales_frame(EVERYWHERE)
    frame[:12].to_csv(folder / "sales-1.csv", index=False)
    frame[8:].to_csv(folder / "sales-2.csv", index=False)
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)
    fates = opened(folder).ledger.fates
    aside = fates[fates["step"] == "set aside"]
    assert aside["rows"].to_list() == [4]
    assert aside["reason"].to_list() == ["document already read in sales-1.csv"]


def test_a_new_file_costs_only_its_own_lines(tmp_path, monkeypatch):
    from kamlib.data.reduce import ledger as ledger_module

    folder = write_dataset(tmp_path / "set", "sales-*.csv")
    frame = sales_frame(EVERYWHERE)
    frame[:12].to_csv(folder / "sales-1.csv", index=False)
    opened(folder)
    frame[12:].to_csv(folder / "sales-2.csv", index=False)
    read = []
    real = ledger_module.file_parts

    def watched(connection, dataset, path, *rest, **options):
        read.append(path.name)
        return real(connection, dataset, path, *rest, **options)

    monkeypatch.setattr(ledger_module, "file_parts", watched)
    assert ledger_rows(folder) == expected_rows(EVERYWHERE)
    assert read == ["sales-2.csv"]


def test_the_rows_of_a_parquet_file_have_their_numbers_however_it_is_read(tmp_path):
    """A column with a name of the engine's own is renamed, for which the file is read at once."""
    frame = sales_frame(EVERYWHERE)
    frame["Date"] = frame["Date"].astype(str)
    frame.loc[2, "Date"] = "soon"
    for name, extra in (("left", "Note"), ("read", "file_row_number")):
        folder = write_dataset(tmp_path / name, "sales.parquet")
        frame.assign(**{extra: 7}).to_parquet(folder / "sales.parquet")
        assert opened(folder).rejected["row"].to_list() == [3], name


def test_rows_of_a_lookup_that_all_lack_a_number_are_alike():
    rows = {"Line": ["Pumps", "Pumps", "Pumps", "Seals"]}
    rows["Weight"] = pa.array([float("nan"), float("nan"), None, 1.0])
    looked = looked_up(Lookup(source="x", key="Line", lookup_key="Line"), pa.table(rows), "x")
    assert looked.table["Line"].to_pylist() == ["Pumps", "Seals"] and looked.several is None


def test_a_lookup_is_read_once_for_all_files_of_the_lines_and_anew_when_it_changed(
    tmp_path, monkeypatch
):
    folder = write_dataset(tmp_path / "set", "sales-*.csv")
    for n in range(3):
        sales_frame(EVERYWHERE).to_csv(folder / f"sales-{n}.csv", index=False)
    with (folder / "dataset.toml").open("a") as file:
        file.write(
            'region = "Group"\n[[transactions.lookup]]\nsource = "other.csv"\nkey = "Line"\n'
        )
    read = []
    read_text = sources.read_text
    monkeypatch.setattr(
        sources,
        "read_text",
        lambda path, *a, **k: read.append(path.name) or read_text(path, *a, **k),
    )
    for group in ("North", "South-East"):
        (folder / "other.csv").write_text(f"Line,Group\nPumps,{group}\nSeals,{group}\n")
        assert {*as_frame(opened(folder).ledger.table)["region"]} == {group}
    assert read.count("other.csv") == 2
