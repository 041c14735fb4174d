"""The engine that all data goes through: opened in one place, and locked."""

import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kamlib.data.engine.opened import open_engine

PROJECT = Path(__file__).resolve().parents[3]
OPENS = re.compile(
    r"\b(duckdb\.(connect|sql|query|execute|read_\w+)|ibis\.(connect|duckdb|sqlite|memtable))\b"
)
CANARY = "the canary sings"


def test_the_engine_is_opened_in_one_place():
    found = [
        path.name
        for path in sorted((PROJECT / "kamlib").rglob("*.py"))
        if OPENS.search(path.read_text(encoding="utf-8"))
    ]
    assert not found
    source = PROJECT / "kamlib" / "data" / "engine" / "opened.py"
    assert "do_connect" in source.read_text(encoding="utf-8")


@pytest.fixture
def canary(tmp_path):
    (tmp_path / "canary.csv").write_text(f"a\n{CANARY}\n", encoding="utf-8")
    pq.write_table(pa.table({"a": [CANARY]}), tmp_path / "canary.parquet")
    with duckdb.connect(tmp_path / "canary.duckdb") as connection:
        connection.execute(f"CREATE TABLE t AS SELECT '{CANARY}' AS a")
    return tmp_path


@pytest.mark.parametrize(
    "statement",
    [
        *("SET memory_limit = '1TB'", "RESET memory_limit", "SET enable_external_access = true"),
        *("SET allowed_paths = ['/']", "SET temp_directory = '{0}'", "SET TimeZone = 'Asia/Tokyo'"),
        *("INSTALL httpfs", "LOAD httpfs", "LOAD '{0}/x.duckdb_extension'"),
        *("ATTACH '{0}/canary.duckdb' AS other", "ATTACH '{0}/new.duckdb' AS other"),
        "COPY (SELECT 1) TO '{0}/written.csv'",
        "EXPORT DATABASE '{0}/written'",
        *("SELECT * FROM read_csv('{0}/canary.csv')", "SELECT * FROM '{0}/canary.parquet'"),
        *("SELECT * FROM read_text('{0}/*')", "SELECT * FROM glob('{0}/*')"),
        *("SELECT * FROM read_blob('{0}/canary.csv')", "SELECT * FROM sniff_csv('{0}/canary.csv')"),
        *("FROM parquet_metadata('{0}/canary.parquet')", "SUMMARIZE '{0}/canary.parquet'"),
        "SELECT * FROM read_csv('https://localhost:1/x.csv')",
        "CREATE PERSISTENT SECRET s (TYPE s3)",
        "SELECT * FROM canary_frame",
    ],
)
def test_what_is_locked_is_refused(canary, statement):
    canary_frame = pa.table({"a": [CANARY]})  # no variable is a table
    before = sorted(path.name for path in canary.rglob("*"))
    engine = open_engine()
    with pytest.raises(duckdb.Error) as told:
        engine.con.execute(statement.format(canary)).fetchall()
    assert CANARY not in str(told.value) and len(canary_frame) == 1
    assert sorted(path.name for path in canary.rglob("*")) == before


def test_what_is_handed_over_is_read_and_one_folder_is_written(canary):
    engine = open_engine([canary / "canary.parquet"], canary / "cache")
    rows = engine.answer(f"SELECT * FROM read_parquet('{canary / 'canary.parquet'}')")
    assert rows["a"].to_pylist() == [CANARY]
    with pytest.raises(duckdb.PermissionException):
        engine.answer(f"SELECT * FROM read_csv('{canary / 'canary.csv'}')")
    (canary / "cache").mkdir()
    engine.raw_sql(f"COPY (SELECT 1 AS a) TO '{canary / 'cache' / 'kept.parquet'}'")
    assert pq.read_table(canary / "cache" / "kept.parquet")["a"].to_pylist() == [1]


def test_a_database_file_is_opened_for_reading_only(canary):
    engine = open_engine(database=canary / "canary.duckdb")
    assert engine.table("t").to_pyarrow()["a"].to_pylist() == [CANARY]
    with pytest.raises(duckdb.Error, match="read-only"):
        engine.con.execute("CREATE TABLE other AS SELECT 1")
    with pytest.raises(duckdb.PermissionException):
        engine.con.execute(f"FROM read_csv('{canary / 'canary.csv'}')")
