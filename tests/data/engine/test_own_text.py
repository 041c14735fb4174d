"""A data set's own SQL, as a stranger would write it: refused, and nothing is read or written."""

import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kamlib.data.book import open_tables
from kamlib.data.describe.expressions import Expression, check_reshape, resolved
from kamlib.data.engine import functions
from kamlib.errors import DataError

CANARY = "the canary sings"
SALES = "Account,Date,Amount\n" + "".join(f"A{n % 7},2024-{n % 12 + 1:02},{n}\n" for n in range(90))
HEADER = ("account", "name", "value", "sold")

# {0} is the folder of the canary, outside of the data set.
READING_EXPRESSIONS = [
    "read_text('{0}/canary.csv')", "(SELECT a FROM '{0}/canary.parquet')",
    "(SELECT content FROM read_text('{0}/canary.csv'))", "getenv('HOME')", "getvariable('x')",
    "current_setting('allowed_directories')", "query('SELECT 1')", "read_csv('{0}/canary.csv')",
    "EXISTS (FROM glob('{0}/*'))", "[x FOR x IN (SELECT a FROM '{0}/canary.parquet')]",
    "list_transform([1], x -> read_text('{0}/canary.csv'))", "json_serialize_plan('SELECT 1')",
    "write_log('x')", "parquet_metadata('{0}/canary.parquet')", "name || current_user",
    # As a database would know them.
    "pg_read_file('{0}/canary.csv')", "pg_ls_dir('{0}')", "pg_sleep(100)", "lo_import('{0}')",
    "dblink('host=localhost', 'SELECT 1')", "query_to_xml('SELECT 1', true, true, '')",
    "set_config('a', 'b', false)", "load_extension('{0}/x')", "own.upper(name)",
    "pg_catalog.pg_sleep(1)", "has_table_privilege('t', 'SELECT')", "user()", "version()",
]  # fmt: skip
UNSTEADY_EXPRESSIONS = [
    "now()", "CURRENT_DATE", "current_date()", "CURRENT_TIMESTAMP", "localtime", "LOCALTIMESTAMP",
    "today()", "random()", "uuid()", "gen_random_uuid()", "uuidv7()", "nextval('s')", "age(sold)",
    "ago(INTERVAL 1 DAY)", "current_localtime()", "get_current_time()", "txid_current()",
    "list_transform([1], current_date -> 1)[1] || CURRENT_DATE", "transaction_timestamp()",
]  # fmt: skip
OTHER_EXPRESSIONS = [
    "wavg(value, value)", "value; DROP TABLE x", "COPY source TO '{0}/written'", "$1", "?", "#1",
    "unnest([1, 2])", "generate_subscripts([1], 1)", "value = ANY (SELECT 1)", "*", "source.*",
    "value) FROM source; COPY source TO '{0}/written.csv' --", "(" * 500 + "value" + ")" * 500,
    "NOT " * 3000 + "value", "value " + "+ value" * 30_000, "value /* ", "", "CALL x()", "\0value",
]  # fmt: skip
READING_SELECTS = [
    "SELECT * FROM source, LATERAL read_text('{0}/canary.csv')", "SUMMARIZE '{0}/canary.parquet'",
    "SELECT * FROM (SUMMARIZE '{0}/canary.parquet')", "DESCRIBE '{0}/canary.parquet'",
    "WITH \"{0}/canary.parquet\" AS (FROM source) SELECT * FROM '{0}/canary.parquet', "
    "(FROM '{0}/canary.csv')",
    "SELECT * FROM (WITH \"{0}/canary.csv\" AS (SELECT 1) SELECT 2), '{0}/canary.csv'",
    "WITH duckdb_settings AS (FROM duckdb_settings) FROM duckdb_settings",
    "WITH a AS (FROM duckdb_settings), duckdb_settings AS (SELECT 1) FROM a",
    "FROM duckdb_settings()", "FROM query('FROM ''{0}/canary.csv''')", "SHOW ALL TABLES",
    "FROM query_table('{0}/canary.csv')", "FROM pragma_database_size()", "FROM sqlite_master",
    "SELECT * FROM source WHERE name IN (SELECT a FROM '{0}/canary.parquet')",
    "SELECT (SELECT content FROM read_blob('{0}/canary.csv')) FROM source",
    "SELECT * FROM source LIMIT (SELECT length(content) FROM read_text('{0}/canary.csv'))",
    "SELECT * FROM source ORDER BY (SELECT count(*) FROM glob('{0}/*'))",
    "SELECT * FROM source UNION ALL BY NAME FROM '{0}/canary.parquet'",
    "SELECT * FROM source SEMI JOIN '{0}/canary.parquet' AS c ON true",
    "SELECT * REPLACE (read_text('{0}/canary.csv') AS name) FROM source",
    "PIVOT '{0}/canary.parquet' ON a IN ('x') USING count(*)", "FROM arrow_scan(1, 2, 3)",
    "UNPIVOT '{0}/canary.parquet' ON a INTO NAME n VALUE v", "FROM temp.source",
    "TABLE main.source",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", "FROM seq_scan('source')",
    "FROM read_json('https://localhost:1/x')", "FROM information_schema.tables",
    "WITH RECURSIVE r AS (SELECT 1 UNION ALL FROM '{0}/canary.parquet') FROM r",
    "SELECT sum(value) OVER (ORDER BY (FROM '{0}/canary.parquet')) FROM source",
    "SELECT getenv('HOME')", "FROM duckdb_secrets()", "FROM repeat_row(1, num_rows = 3)",
    "COPY source TO '{0}/written.csv'", "CREATE TABLE x AS FROM source", "SET memory_limit = '1TB'",
    "ATTACH '{0}/written.db'", "INSTALL httpfs", "EXPLAIN ANALYZE SELECT 1",
    "CALL pragma_version()",
    "SELECT 1; COPY source TO '{0}/written.csv'", "INSERT INTO source VALUES (1)", "PRAGMA version",
    "EXECUTE x", "VACUUM", "EXPORT DATABASE '{0}/written'", "BEGIN", "DROP VIEW source", "",
    "FROM (PIVOT source ON name USING sum(value))", "SELECT $1", "SELECT " + "(" * 3000 + "1",
    "SELECT " + "[" * 600 + "1" + "]" * 600, "SELECT 1 " + " UNION ALL SELECT 1" * 20_000,
]  # fmt: skip
UNSTEADY_SELECTS = [
    "SELECT * FROM source USING SAMPLE 3", "SELECT * FROM source TABLESAMPLE 10%", "SELECT today()",
    "SELECT * FROM (FROM source USING SAMPLE 1) AS s", "SELECT localtimestamp", "SELECT uuid()",
    "SELECT current_date FROM source", 'SELECT "current_date" FROM source', "SELECT age(sold)",
    "SELECT reservoir_quantile(value, 0.5) FROM source", "FROM source ORDER BY random()",
    "SELECT list_transform([1], x -> random()) FROM source", "SELECT current_setting('TimeZone')",
]  # fmt: skip
# What people do write.
GOOD_EXPRESSIONS = [
    "CASE WHEN value > 0 THEN UPPER(TRIM(name)) END", "SPLIT_PART(name, '-', 1)", "value::DECIMAL",
    "list_sum(list_transform([1, 2], x -> x + 1))", "COALESCE(NULLIF(name, ''), account)", "-value",
    "strptime(name, '%d.%m.%Y') + INTERVAL 1 DAY", "age(sold, DATE '2024-01-01')",
    "name ILIKE 'a%'",
    "regexp_replace(name, '[0-9]+', '', 'g') || '/' || account", "date_diff('day', sold, sold)",
    "value BETWEEN 1 AND 2 OR name IN ('a', 'b') OR name SIMILAR TO 'x.*'",
    "name AT TIME ZONE 'UTC'",
]  # fmt: skip
GOOD_SELECTS = [
    "WITH s AS (FROM source), t AS (FROM s) SELECT name, sum(value) AS v FROM t GROUP BY ALL",
    "UNPIVOT source ON value INTO NAME kind VALUE amount", "SELECT * FROM source QUALIFY "
    "row_number() OVER (PARTITION BY account ORDER BY name) = 1", "SELECT unnest([1, 2]), *"
    " FROM source", "SELECT * EXCLUDE (name) REPLACE (value * 2 AS value) FROM source",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) "
    "SELECT s.*, n FROM source AS s, r", "SELECT s.* FROM source s JOIN (VALUES ('A1', 2)) v(a, b) "
    "ON s.account = v.a", "SELECT name, error('no') FROM source WHERE false", "FROM range(3) t(n)",
    "SELECT * FROM source PIVOT (SUM(value) FOR name IN ('a', 'b'))", "SELECT source.current_date "
    'FROM (SELECT 1 AS "current_date") AS source', "SELECT COLUMNS('n.*'), sum(value) OVER ()"
    " FROM source LIMIT 3",
]  # fmt: skip


@pytest.fixture
def canary(tmp_path):
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "canary.csv").write_text(f"a\n{CANARY}\n", encoding="utf-8")
    pq.write_table(pa.table({"a": [CANARY]}), folder / "canary.parquet")
    return folder


@pytest.mark.parametrize("text", [*READING_EXPRESSIONS, *OTHER_EXPRESSIONS])
def test_an_expression_that_is_more_than_one_is_refused(text):
    with pytest.raises(DataError, match="x|longer|characters"):
        resolved(Expression(text, "[t.columns] x"), HEADER, "test")


@pytest.mark.parametrize("text", UNSTEADY_EXPRESSIONS)
def test_an_expression_that_asks_clock_or_chance_is_refused(text):
    with pytest.raises(DataError, match="another value at each run"):
        resolved(Expression(text, "[t.columns] x"), HEADER, "test")


@pytest.mark.parametrize("text", READING_SELECTS)
def test_a_select_of_more_than_the_source_is_refused(text):
    with pytest.raises(DataError, match="reshape"):
        check_reshape(text, "reshape")


@pytest.mark.parametrize("text", UNSTEADY_SELECTS)
def test_a_select_that_is_another_at_each_run_is_refused(text):
    with pytest.raises(DataError, match="another result at each run"):
        check_reshape(text, "reshape")


@pytest.mark.parametrize("text", GOOD_EXPRESSIONS)
def test_what_people_write_of_a_line_is_taken(text):
    assert resolved(Expression(text, "[t.columns] x"), HEADER, "test")


@pytest.mark.parametrize("text", GOOD_SELECTS)
def test_what_people_turn_a_table_by_is_taken(text):
    check_reshape(text, "reshape")
    source = pa.table({"account": ["A1"], "name": ["a"], "value": [1]})
    engine = functions.open_engine()
    engine.con.register("source", source)
    assert engine.answer(text).num_columns


def with_text(folder: Path, *, expression: str = "Amount", reshape: str = "") -> Path:
    """A data set whose revenue is an expression, with a table of managers that is reshaped."""
    folder.mkdir()
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    (folder / "managers.csv").write_text("manager,name\nM1,Ann\n", encoding="utf-8")
    sides = f"[managers]\nsource = 'managers.csv'\nreshape = '''{reshape}'''\n" if reshape else ""
    (folder / "dataset.toml").write_text(
        "currency = 'EUR'\n[transactions]\nsource = 'sales.csv'\n[transactions.columns]\n"
        "account = 'Account'\ndate = \"Date || '-01'\"\n"
        f"revenue = '''{expression}'''\n{sides}",
        encoding="utf-8",
    )
    return folder


def what_is_there(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def is_refused(folder: Path, canary: Path) -> None:
    """Assert that a data set is refused, and that nothing outside is read or written."""
    before = what_is_there(canary)
    with pytest.raises(DataError) as told:
        open_tables(folder)
    seen = str(told.value) + "".join(map(repr, _texts(folder)))
    assert CANARY not in seen and what_is_there(canary) == before


@pytest.mark.parametrize("text", READING_EXPRESSIONS[:12])
def test_no_expression_of_a_data_set_reads_or_writes(tmp_path, canary, text):
    is_refused(with_text(tmp_path / "set", expression=text.format(canary)), canary)


@pytest.mark.parametrize("text", READING_SELECTS[:30])
def test_no_reshape_of_a_data_set_reads_or_writes(tmp_path, canary, text):
    is_refused(with_text(tmp_path / "set", reshape=text.format(canary)), canary)


def _texts(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("text", READING_SELECTS[:30])
def test_the_lock_alone_keeps_a_select_from_what_lies_outside(canary, text):
    engine = functions.open_engine()
    engine.con.register("source", pa.table({"account": ["A1"], "name": ["a"], "value": [1]}))
    try:
        found = repr(engine.con.execute(text.format(canary)).fetchall())
    except duckdb.Error as error:
        found = str(error)
    assert CANARY not in found


def test_no_name_is_a_pure_function_and_a_macro_that_is_none():
    known = functions._functions()
    worse = {
        name: (known[name], kind)
        for name, kind in functions._macros().items()
        if name in known and kind != known[name] == functions.PURE
    }
    assert not worse
    assert functions.kind_of("split_part") == functions.PURE
    assert functions.kind_of("geomean") == functions.AGGREGATE
    assert functions.kind_of("ago") == functions.UNSTEADY
    assert functions.kind_of("pg_sleep") == functions.OTHER


ENDLESS = {
    "repeat": ("expression", "LENGTH(REPEAT('x', 2000000000))"),
    "many": ("expression", "LENGTH(REPEAT(Account, 30000000))"),
    "one call": ("expression", "LEVENSHTEIN(REPEAT(Account, 40000), REPEAT(Date, 20000))"),
    "list": ("expression", "LIST_SUM(RANGE(CAST(Amount AS BIGINT) + 30000000))"),
    "recursive": ("reshape", "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) "
                  "SELECT CAST(COUNT(*) AS VARCHAR) AS manager FROM r"),
    "product": ("reshape", "SELECT CAST(SUM(a.range * b.range) AS VARCHAR) AS manager "
                "FROM range(10000000) a, range(10000000) b"),
    "rows": ("reshape", "SELECT REPEAT(manager, 1000) AS manager FROM source, range(100000000)"),
}  # fmt: skip
_RUN = """
import sys, time
from kamlib.data.book import open_tables
from kamlib.errors import DataError
try:
    open_tables(sys.argv[1])
except DataError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_does_not_end_ends_in_a_message(tmp_path, kind):
    where, text = ENDLESS[kind]
    folder = with_text(tmp_path / "set", **{where: text})
    limits = {"KAM_SECONDS": "2", "KAM_MEMORY_MB": "1500", "KAM_CACHE": str(tmp_path / "cache")}
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", _RUN, str(folder)],
        env={**os.environ, **limits},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert time.monotonic() - began < 60
    assert run.returncode in (0, 2) and not run.stderr
    assert "KAM_SECONDS" in run.stdout or "KAM_MEMORY_MB" in run.stdout
    name = "[transactions.columns] revenue" if where == "expression" else "[managers] reshape"
    assert name in run.stdout
