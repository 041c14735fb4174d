"""SQLite files: the same ledger as from CSV, and whatever the file holds, it is only read."""

import hashlib
import sqlite3

import pytest
from sales_table import COLUMNS, NAMES, expected_rows, ledger_rows, sales_lines, write_dataset

from kamlib.errors import DataError


@pytest.fixture
def file(tmp_path):
    """The sales table in an SQLite file in the data set's folder."""
    path = tmp_path / "set" / "sales.sqlite"
    path.parent.mkdir()
    run(path, f"CREATE TABLE lines ({', '.join(map(quoted, COLUMNS))})")
    with sqlite3.connect(path) as connection:
        rows = [(a, str(day), *rest) for a, day, *rest in sales_lines(NAMES["utf-8"])]
        connection.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    return path


def run(path, *statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def quoted(name):
    return f'"{name}"'


def rows_of(file, table="lines", name=None):
    return ledger_rows(write_dataset(file.parent, f"sqlite://{name or file.name}", table=table))


def folder_hashes(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file()
    }


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_it_gives_the_ledger_and_stays_as_it_was(file, mode):
    run(file, f"PRAGMA journal_mode = {mode}")
    write_dataset(file.parent, f"sqlite://{file.name}", table="lines")
    before = folder_hashes(file.parent)
    assert rows_of(file) == expected_rows(NAMES["utf-8"])
    assert folder_hashes(file.parent) == before


def test_a_view_is_a_table_too(file):
    run(file, "CREATE VIEW seen AS SELECT * FROM lines")
    assert rows_of(file, "main.seen") == expected_rows(NAMES["utf-8"])


@pytest.mark.parametrize(
    "body",
    [
        "SELECT load_extension('./evil.so') AS Customer",
        "SELECT readfile('/etc/passwd') AS Customer",
        "SELECT name AS Customer FROM pragma_database_list",
    ],
)
def test_a_view_calls_nothing_that_reaches_out(file, body):
    run(file, f"CREATE VIEW seen AS {body}")
    with pytest.raises(DataError, match="sales.sqlite: cannot be read as an SQLite database"):
        rows_of(file, "seen")


def test_a_view_without_an_end_is_stopped(file, monkeypatch):
    monkeypatch.setenv("KAM_SECONDS", "0.5")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    run(file, f"CREATE VIEW seen AS {endless} SELECT MAX(x) AS Customer FROM n")
    with pytest.raises(DataError, match="takes longer than 0.5 seconds"):
        rows_of(file, "seen")


def test_a_wrong_table_is_told_with_the_nearest(file):
    with pytest.raises(DataError, match='there is no such table; did you mean "lines"'):
        rows_of(file, "linse")


def test_a_file_that_is_not_there_is_told_and_not_made(file):
    with pytest.raises(DataError, match='there is no such file; did you mean "sales.sqlite"'):
        rows_of(file, name="sale.sqlite")
    assert not (file.parent / "sale.sqlite").exists()


def test_what_is_no_database_or_in_use_is_told(file):
    other = file.with_name("other.sqlite")
    other.write_text("Customer,Date\n")
    with pytest.raises(DataError, match="other.sqlite: is no SQLite database"):
        rows_of(file, name="other.sqlite")
    file.with_name("sales.sqlite-wal").write_bytes(b"x")
    with pytest.raises(DataError, match="another program is writing into it"):
        rows_of(file)


def test_a_column_is_of_the_kind_that_holds_all_its_values(tmp_path):
    from kamlib.data.engine.sqlite import table_of_sqlite

    path = tmp_path / "mixed.sqlite"
    run(
        path,
        'CREATE TABLE t (whole, part, "te""xt", none)',
        "INSERT INTO t VALUES (1, 1, 'a', NULL), (2, 2.5, 3, NULL), (NULL, NULL, x'41', NULL)",
    )
    table = table_of_sqlite(path, "t")
    assert table.to_pydict() == {
        "whole": [1, 2, None],
        "part": [1.0, 2.5, None],
        'te"xt': ["a", "3", "A"],
        "none": [None, None, None],
    }
    assert [str(field.type) for field in table.schema] == ["int64", "double", "string", "string"]


@pytest.mark.parametrize("at_once", [1, 10])
def test_a_large_whole_number_stands_beside_a_fraction(tmp_path, monkeypatch, at_once):
    from kamlib.data.engine import sqlite

    monkeypatch.setattr(sqlite, "_ROWS_AT_ONCE", at_once)
    path = tmp_path / "large.sqlite"
    run(path, "CREATE TABLE t (a)", f"INSERT INTO t VALUES ({2**60 + 1}), (1.5)")
    assert sqlite.table_of_sqlite(path, "t").to_pydict() == {"a": [float(2**60), 1.5]}
