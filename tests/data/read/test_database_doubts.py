"""A table in an SQLite or DuckDB file raises the doubts and findings that it raises as a file."""

import sqlite3

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from consenting import consented
from sales_table import opened

from kamlib.data.doubts.reading import reading_doubts
from kamlib.data.findings import findings
from kamlib.data.read.dataset import load_dataset
from kamlib.errors import DataError

HEADER = ["Invoice No", "Invoice Date", "Customer No", "Item", "Quantity", "Net Amount"]
COLUMNS = """[transactions.columns]
account = '"Customer No"'
date = '"Invoice Date"'
document = '"Invoice No"'
product = '"Item"'
quantity = '"Quantity"'
revenue = '"Net Amount"'
"""
LINES = [
    [f"{1000 + n // 2}", f"2025-{1 + n // 8:02}-{1 + n % 28:02}", f"C{100 + n % 4}",
     f"P-{1 + n % 2}", str(1 + n % 5), f"{(1 + n % 5) * 12.35:.2f}"]
    for n in range(40)
]  # fmt: skip
ALL = sum(float(line[-1]) for line in LINES)
TOTAL = [None, None, "Total", None, None, f"{ALL:.2f}"]
TYPED = ["Quantity", "Net Amount"]


def beside(name, value):
    """The lines with one more column."""
    rows = [[*line, value(n)] for n, line in enumerate(LINES)]
    return pd.DataFrame(rows, columns=[*HEADER, name])


def changed(place, value):
    """The lines with other cells in one column."""
    rows = [[*line[:place], value(n, line[place]), *line[place + 1 :]]
            for n, line in enumerate(LINES)]  # fmt: skip
    return pd.DataFrame(rows, columns=HEADER)


def numbers(frame):
    """The same with numbers as numbers."""
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in TYPED})


# Per kind of table its rows and what is heard of it: the keys of doubts, else words of a finding.
KINDS = {
    "state": (numbers(beside("Status", lambda n: "Posted" if n % 9 else "Cancelled")), "cancelled"),
    "kind": (beside("Document Type", lambda n: "Invoice" if n % 9 else "Credit note"),
             "credit_notes"),
    "currency": (numbers(beside("Currency", lambda n: "EUR" if n % 9 else "USD")), "currencies"),
    "flag": (numbers(beside("Cancelled", lambda n: int(n % 9 == 0))), "cancelled"),
    "mark": (beside("Storno", lambda n: None if n % 9 else "X"), "cancelled"),
    "sides": (numbers(beside("S/H", lambda n: "H" if n % 9 else "S")), "sides"),
    "total": (pd.DataFrame([*LINES, TOTAL], columns=HEADER), "your own total agrees"),
    "total of numbers": (numbers(pd.DataFrame([*LINES, TOTAL], columns=HEADER)),
                         "your own total agrees"),
    "commas": (changed(5, lambda _n, cell: cell.replace(".", ",")), ""),
    "days": (changed(1, lambda _n, cell: ".".join(reversed(cell.split("-")))), "dates"),
    "open days": (changed(1, lambda n, _cell: f"0{1 + n % 9}/0{1 + (n + 3) % 9}/2025"), "dates"),
    "unreadable": (changed(5, lambda n, cell: cell if n else "n/a?"), "is not a number"),
    "ids": (changed(2, lambda n, cell: cell[1:] + ("" if n % 3 else ".0")), "read as 100"),
    "letters": (numbers(changed(0, lambda n, cell: ("RE" if n % 9 else "GS") + cell)),
                "document_letters"),
    "repeated": (numbers(pd.DataFrame([*LINES, *LINES[:6]], columns=HEADER)), "alike"),
    "years": (changed(1, lambda n, _cell: 2023 + n % 3), "whole_years"),
}  # fmt: skip


def folder_of(folder, kind, frame):
    """A data set whose sales are a table in a file of some kind."""
    folder.mkdir()
    source = {"csv": "sales.csv", "parquet": "sales.parquet"}.get(kind, f"{kind}://sales.{kind}")
    table = "" if source.startswith("sales") else 'table = "sales"\n'
    head = f'title = "t"\ncurrency = "EUR"\n[transactions]\nsource = "{source}"\n{table}'
    (folder / "dataset.toml").write_text(head + COLUMNS, encoding="utf-8")
    path = folder / f"sales.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)
    elif kind == "sqlite":
        connection = sqlite3.connect(path)
        frame.to_sql("sales", connection, index=False)
        connection.close()
    else:
        with duckdb.connect(path) as connection:
            connection.register("frame", frame)
            connection.execute("CREATE TABLE sales AS SELECT * FROM frame")
            connection.execute("CREATE VIEW seen AS SELECT * FROM sales WHERE TRUE")
    return consented(folder)


def heard(folder):
    """Lines and revenue, what is decided and asked with its money, and all findings."""
    tables = opened(folder)
    doubts = [
        (each.key, each.decided, each.assumed, each.rows, round(each.money, 2), each.what)
        for each in reading_doubts(tables.dataset, tables.ledger)
    ]
    found = findings(tables)[["table", "severity", "finding", "rows"]]
    kept = tables.ledger
    figures = kept.kept_rows, round(kept.kept_revenue, 2)
    return figures, sorted(doubts), sorted(found.itertuples(index=False, name=None))


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_in_a_database_file_is_heard_as_a_file_is(kind, tmp_path):
    frame, told = KINDS[kind]
    figures, doubts, found = heard(folder_of(tmp_path / "csv", "csv", frame))
    keys = {key for key, *_rest in doubts}
    assert not told or told in keys or any(told in text for _t, _s, text, _rows in found)
    for other in ("sqlite", "duckdb"):
        assert heard(folder_of(tmp_path / other, other, frame)) == (figures, doubts, found)


def test_a_view_is_heard_as_a_table_is(tmp_path):
    frame, _told = KINDS["total"]
    folder = folder_of(tmp_path / "set", "duckdb", frame)
    told = heard(folder)
    path = folder / "dataset.toml"
    path.write_text(path.read_text().replace('table = "sales"', 'table = "seen"'))
    assert heard(consented(folder)) == told


def test_rows_are_named_by_their_numbers(tmp_path):
    folder = folder_of(tmp_path / "set", "sqlite", KINDS["unreadable"][0])
    assert opened(folder).ledger.rejected["row"].tolist() == [1]


@pytest.mark.parametrize("kind", ["parquet", "duckdb"])
def test_a_state_that_comes_late_is_heard_where_its_header_promises_it(kind, tmp_path):
    frame = numbers(pd.concat([beside("Status", lambda _n: "Posted")] * 150, ignore_index=True))
    frame["Invoice No"] = [f"{1000 + n}" for n in range(len(frame))]
    frame.loc[frame.index[-30:], "Status"] = "Cancelled"
    folder = folder_of(tmp_path / "set", kind, frame)
    doubts = {
        each.key: each for each in reading_doubts(load_dataset(folder), opened(folder).ledger)
    }
    assert doubts["cancelled"].rows == 30


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_side_table_of_a_database_file_is_read_as_a_file_s(kind, tmp_path):
    folder = folder_of(tmp_path / "set", kind, numbers(pd.DataFrame(LINES, columns=HEADER)))
    frame = pd.DataFrame({"account": ["C100", "C101"], "since": ["05.03.2019", "31.12.2020"]})
    other = folder_of(tmp_path / "other", kind, frame)
    (other / f"sales.{kind}").rename(folder / f"accounts.{kind}")
    with (folder / "dataset.toml").open("a") as file:
        file.write(f'[accounts]\nsource = "{kind}://accounts.{kind}"\ntable = "sales"\n')
    rows = opened(consented(folder))["accounts"]
    assert rows["since"].dt.strftime("%F").tolist() == ["2019-03-05", "2020-12-31"]


def test_a_file_whose_lines_are_in_use_is_opened_again(tmp_path):
    folder = folder_of(tmp_path / "it's", "duckdb", numbers(pd.DataFrame(LINES, columns=HEADER)))
    lines = opened(folder).lines
    assert opened(folder).ledger.kept_rows == lines.count().to_pyarrow().as_py() == 40


@pytest.mark.parametrize(
    "option",
    ['negative_parts = "returns"', "unpivot = {}", 'part = "Item"', 'fill_down = ["Item"]'],
)
def test_an_option_that_says_how_a_file_is_laid_out_is_not_passed_over(tmp_path, option):
    folder = folder_of(tmp_path / "set", "sqlite", pd.DataFrame(LINES, columns=HEADER))
    path = folder / "dataset.toml"
    path.write_text(path.read_text().replace("table =", f"{option}\ntable ="))
    with pytest.raises(DataError, match=f"{option.split()[0]}: for files only"):
        load_dataset(folder)
