"""A private PostgreSQL server: reduced there, the same ledger as from CSV, clear errors."""

import datetime as dt
import getpass
import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from consenting import consented
from sales_table import NAMES, expected_rows, ledger_rows, opened, sales_lines, write_dataset

from kamlib.data.doubts.reading import reading_doubts
from kamlib.data.findings import findings
from kamlib.data.read.connecting import database_table
from kamlib.data.read.dataset import load_dataset
from kamlib.data.read.reach import check_reach
from kamlib.data.reduce.opening import engine_of
from kamlib.errors import DataError
from kamlib.proof.recount import recounted

psycopg = pytest.importorskip("psycopg")
PASSWORD = "p@ss/wo:rd #1"
BINARIES = sorted(glob.glob("/usr/lib/postgresql/*/bin"))


def as_server_user(command):
    """PostgreSQL refuses to run as root."""
    root = getpass.getuser() == "root"
    return ["runuser", "-u", "postgres", "--", *command] if root else command


@pytest.fixture(scope="module")
def server():
    """The port of a server with a database of two tables; stopped at the end."""
    initdb = shutil.which("initdb", path=os.pathsep.join([*BINARIES, os.environ["PATH"]]))
    if initdb is None:
        pytest.skip("PostgreSQL is not installed: no initdb")
    # Not pytest's own folder: that one is closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="kam-postgres-"))
    folder.chmod(0o755)
    data, password = folder / "data", folder / "password"
    password.write_text(PASSWORD)
    data.mkdir()
    if getpass.getuser() == "root":
        shutil.chown(data, "postgres")
        shutil.chown(password, "postgres")
    quiet = {"check": True, "capture_output": True, "cwd": "/"}
    made = [initdb, "-D", data, "-U", "kam", "-A", "scram-sha-256", "--pwfile", password]
    subprocess.run(as_server_user([*map(str, made), "-E", "UTF8", "--no-sync"]), **quiet)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -h 127.0.0.1 -k {data} -F"
    control = [os.path.join(os.path.dirname(initdb), "pg_ctl"), "-D", str(data), "-w"]
    start = [*control, "-o", options, "-l", str(data / "log"), "start"]
    subprocess.run(as_server_user(start), **quiet)
    try:
        fill(port)
        yield port
    finally:
        subprocess.run(as_server_user([*control, "-m", "immediate", "stop"]), **quiet)
        shutil.rmtree(folder)


def fill(port):
    options = {"host": "127.0.0.1", "port": port, "user": "kam", "password": PASSWORD}
    with psycopg.connect(**options, dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE sales")
    with psycopg.connect(**options, dbname="sales") as connection:
        connection.execute("CREATE SCHEMA sales")
        connection.execute(
            'CREATE TABLE sales.lines ("Customer" text, "Date" date, "Document" varchar(20), '
            '"Amount" double precision, "Line" text)'
        )
        lines = sales_lines(NAMES["utf-8"])
        dirty = [
            (None, lines[0][1], "X-1", 5.0, "Pumps"),
            ("A", lines[0][1], "X-2", float("nan"), "Pumps"),
            ("A", None, "X-3", 5.0, "Pumps"),
        ]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO sales.lines VALUES (%s, %s, %s, %s, %s)", lines)
            connection.execute("CREATE TABLE sales.dirty AS SELECT * FROM sales.lines")
            cursor.executemany("INSERT INTO sales.dirty VALUES (%s, %s, %s, %s, %s)", dirty)
        connection.execute("CREATE TABLE sales.many AS SELECT l.* FROM sales.lines l, "
                           "generate_series(1, 5000)")  # fmt: skip
        connection.execute(
            "CREATE TABLE sales.states AS SELECT l.*, CASE WHEN row_number() OVER () > 17 THEN "
            "'Cancelled' ELSE 'Posted' END AS state, l.\"Amount\" < 0 AS \"Credit note\", "
            "'EUR' AS code FROM sales.lines l"
        )
        for name, form in (("iso", "YYYY-MM-DD"), ("german", "DD.MM.YYYY")):
            connection.execute(
                f'CREATE TABLE sales.{name} AS SELECT "Customer", TO_CHAR("Date", \'{form}\') AS '
                '"Date", "Document", "Amount", "Line" FROM sales.lines'
            )
        connection.execute("CREATE TABLE sales.accounts (account text, name text, expert boolean)")
        connection.execute("CREATE SEQUENCE sales.numbers")
        looked_up(connection)
        connection.execute("INSERT INTO sales.accounts VALUES ('00123', 'Peter''s', true)")


def looked_up(connection):
    """Lines without customer, day and kind, which stand in tables beside them, one unusable."""
    connection.execute(
        'CREATE TABLE sales.bare AS SELECT "Document", "Amount", row_number() OVER () AS item '
        "FROM sales.lines"
    )
    connection.execute(
        'CREATE TABLE sales.orders AS SELECT row_number() OVER () + 0.0 AS "No", "Customer" AS '
        '"Buyer", "Date", "Line", "Amount" * 2 AS "Amount", CASE WHEN "Document" = \'R-003\' '
        "THEN 'Cancelled' ELSE 'Posted' END AS state FROM sales.lines"
    )
    connection.execute(
        "CREATE TABLE sales.names AS SELECT DISTINCT \"Customer\" AS code, 'N' || "
        'left("Customer", 1) AS "Customer" FROM sales.lines'
    )
    connection.execute("CREATE TABLE sales.twice AS SELECT * FROM sales.orders")
    connection.execute('INSERT INTO sales.twice SELECT "No", \'Other\', "Date" FROM sales.orders')


@pytest.fixture
def database(server, tmp_path, monkeypatch):
    """Write a data set over a table of the server; gives its folder."""
    monkeypatch.setenv("KAM_TEST_PASSWORD", PASSWORD)

    def write(table="sales.lines", port=server, accounts=False):
        url = f"postgresql://kam:${{KAM_TEST_PASSWORD}}@127.0.0.1:{port}/sales"
        folder = write_dataset(tmp_path / "set", url, table=table)
        if accounts:
            with (folder / "dataset.toml").open("a") as file:
                file.write(f'[accounts]\nsource = "{url}"\ntable = "sales.accounts"\n')
        return consented(folder)

    return write


def test_the_same_ledger_as_from_a_file(database):
    assert ledger_rows(database()) == expected_rows(NAMES["utf-8"])


def test_lines_in_other_currencies_are_converted_there(database):
    folder = database()
    text = (folder / "dataset.toml").read_text()
    code = "currency = \"CASE WHEN Line = 'Pumps' THEN '$' ELSE 'EUR' END\"\n"
    text = text.replace("product_line", code + "product_line")
    (folder / "dataset.toml").write_text(text + '[rates]\nsource = "rates.csv"\n')
    rates = "currency,from,rate\nUSD,2024-01-01,0.9\nUSD,2024-06-03,0.95\n"
    (folder / "rates.csv").write_text(rates)
    wanted = {"Pumps": 0.0, "Seals": 0.0}
    for _account, day, _document, amount, line in sales_lines(NAMES["utf-8"]):
        rate = (0.9 if day < dt.date(2024, 6, 3) else 0.95) if line == "Pumps" else 1.0
        wanted[line] += amount * rate
    tables = opened(folder)
    lines = tables.lines
    assert lines.get_backend().name == "postgres"
    found = lines.group_by("product_line").agg(revenue=lines.revenue.sum()).order_by("product_line")
    assert found.to_pyarrow()["revenue"].to_pylist() == pytest.approx(list(wanted.values()))
    lines.get_backend().disconnect()
    assert tables.ledger.kept_revenue == pytest.approx(sum(wanted.values()))
    assert tables.ledger.converted.set_index("value")["rows"].to_dict() == {"$": 10, "EUR": 10}


def test_its_lines_are_asked_for_there(database):
    lines = opened(database()).lines
    assert lines.get_backend().name == "postgres"
    found = lines.group_by("product_line").agg(revenue=lines.revenue.sum()).order_by("product_line")
    wanted = {"Pumps": 0.0, "Seals": 0.0}
    for _account, _day, _document, amount, line in sales_lines(NAMES["utf-8"]):
        wanted[line] += amount
    assert found.to_pyarrow()["revenue"].to_pylist() == pytest.approx(list(wanted.values()))
    lines.get_backend().disconnect()


def test_only_sums_leave_the_database(database, monkeypatch):
    from ibis.backends.postgres import Backend

    fetched = []
    real = Backend.to_pyarrow

    def watched(self, *arguments, **options):
        table = real(self, *arguments, **options)
        fetched.append(len(table))
        return table

    monkeypatch.setattr(Backend, "to_pyarrow", watched)
    tables = opened(database("sales.many"))
    assert tables.read == 100_000
    assert fetched and max(fetched) == 20


def test_what_a_line_is_is_asked_there_too_and_what_is_not_looked_for_is_told(database):
    folder = database("sales.states")
    tables = opened(folder)
    doubts = {each.key: each for each in reading_doubts(load_dataset(folder), tables.ledger)}
    assert [(each, doubts[each].rows) for each in doubts] == [("cancelled", 3)]
    assert [question.key for question in tables.questions] == ["cancelled"]
    told = findings(tables).query("severity == 'note'")["finding"]
    assert told.str.contains("read on their server, where totals among them").any()


def test_days_as_texts_are_read_where_nobody_can_read_them_otherwise(database):
    assert ledger_rows(database("sales.iso")) == expected_rows(NAMES["utf-8"])
    folder = database("sales.german")
    with pytest.raises(DataError, match=r'"Date" holds 20 days as texts such as .* STRPTIME'):
        opened(folder)
    path = folder / "dataset.toml"
    text = path.read_text().replace('date = "Date"', "date = \"STRPTIME(Date, '%d.%m.%Y')\"")
    path.write_text(text)
    assert ledger_rows(folder) == expected_rows(NAMES["utf-8"])


ORDERS = '[[transactions.lookup]]\ntable = "sales.orders"\nkey = "item"\nlookup_key = "no"\n'


def looking_up(database, text):
    """The bare lines with lookups; gives the data set's folder."""
    folder = database("sales.bare")
    with (folder / "dataset.toml").open("a") as file:
        file.write(text)
    return consented(folder)


def test_what_is_looked_up_there_is_joined_there(database):
    names = '[[transactions.lookup]]\ntable = "sales.names"\nkey = "Buyer"\nlookup_key = "code"\n'
    folder = looking_up(database, ORDERS + names)
    rows = [(f"N{account[0]}", *rest) for account, *rest in expected_rows(NAMES["utf-8"])]
    assert ledger_rows(folder) == sorted(rows)
    tables = opened(folder)
    doubts = {each.key: each.rows for each in reading_doubts(load_dataset(folder), tables.ledger)}
    assert doubts == {"cancelled": 2}
    second = recounted(engine_of(tables.dataset), tables.dataset)
    assert sum(total.rows for total in second.accounts.values()) == 20
    lines = tables.lines
    assert sorted(lines.to_pyarrow()["account"].to_pylist()) == sorted(
        name for name, *_rest in rows
    )
    lines.get_backend().disconnect()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ORDERS.replace("orders", "twice"),
         'table sales.twice: "no" has several rows that differ for 20 of its values, such as 1;'),
        (ORDERS.replace("orders", "ordres"), 'table sales.ordres: .* did you mean "orders"'),
        (ORDERS.replace('"no"', '"nr"'), 'table sales.orders: has no column "nr"; did you mean'),
        (ORDERS.replace('table = "sales.orders"', 'source = "orders.csv"'),
         "orders.csv: cannot be looked up by lines that stay on a server; expected"),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_up_there_is_told(database, text, told):
    folder = looking_up(database, text)
    with pytest.raises(DataError, match=told):
        opened(folder)


def test_a_table_there_cannot_be_looked_up_by_lines_of_files(database):
    folder = database()
    url = load_dataset(folder).tables["transactions"].source[0]
    write_dataset(folder, "sales.csv")
    (folder / "sales.csv").write_text("Customer,Document,Amount,Line\nA,1,5,Pumps\n")
    lookup = ORDERS.replace("table", f'source = "{url}"\ntable').replace('"item"', '"Line"')
    with (folder / "dataset.toml").open("a") as file:
        file.write(lookup)
    with pytest.raises(DataError, match=r"reads the table sales.orders .* --allow-database"):
        check_reach(load_dataset(folder))
    with pytest.raises(DataError, match="by lines of the same database only; expected an export"):
        opened(consented(folder))


def test_rows_are_rejected_there_too(database):
    tables = opened(database("sales.dirty"))
    rejected = tables.rejected.sort_values("document")
    assert rejected["reason"].to_list() == [
        "account is empty",
        "revenue is empty or no finite amount",
        "date is empty",
    ]
    assert tables.ledger.fates["rows"].sum() == 23


def test_side_tables_come_from_there_too(database):
    accounts = opened(database(accounts=True))["accounts"]
    assert accounts.loc[0, ["account", "name", "expert"]].to_list() == ["00123", "Peter's", True]


def test_an_exclusion_and_arithmetic_run_there(database):
    folder = database("sales.many")
    with (folder / "dataset.toml").open("a") as file:
        file.write(
            """
            quantity = "ROUND(Amount / 2, 2)"
            region = "UPPER(LEFT(Line, 1)) || '-x'"
            [[transactions.exclude]]
            reason = "returns"
            where = "Amount < 0 OR Line IN ('q')"
            [[transactions.exclude]]
            reason = "old"
            where = "Document LIKE 'Q%'"
            """
        )
    tables = opened(folder)
    kept = tables.ledger.fates.set_index("reason")["rows"]
    assert kept["returns"] == 4 * 5000
    assert set(tables.ledger.table.to_pyarrow()["region"].to_pylist()) == {"P-x", "S-x"}


@pytest.mark.parametrize(
    "change, told",
    [
        ({"table": "sales.linse"}, 'there is no such table; did you mean "lines"'),
        ({"table": "nowhere.lines"}, "there is no such table"),
        ({"table": ""}, "says no table"),
    ],
)
def test_a_wrong_table_is_told_with_the_nearest_name(database, change, told):
    with pytest.raises(DataError, match=told) as caught:
        opened(database(**change))
    assert "127.0.0.1" in str(caught.value)


def test_a_wrong_column_is_told_with_the_nearest_name(database):
    folder = database()
    description = folder / "dataset.toml"
    description.write_text(description.read_text().replace('"Amount"', '"Amuont"'))
    with pytest.raises(DataError, match='has no column "Amuont"; did you mean "Amount"'):
        opened(folder)


def test_a_database_that_does_not_answer_is_told_fast_and_without_the_password(database):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(DataError, match="127.0.0.1.*the database does not answer") as caught:
        opened(database(port=port))
    assert time.monotonic() - started < 20
    for secret in (PASSWORD, "p%40ss", "wo:rd"):
        assert secret not in str(caught.value)


def test_a_wrong_password_is_told_without_it(database, monkeypatch):
    monkeypatch.setenv("KAM_TEST_PASSWORD", "not-the-secret")
    with pytest.raises(DataError, match="does not answer.*password") as caught:
        opened(database())
    assert "not-the-secret" not in str(caught.value)


def test_a_variable_that_is_not_set_is_named(database, monkeypatch):
    folder = database()
    monkeypatch.delenv("KAM_TEST_PASSWORD")
    with pytest.raises(DataError, match="environment variable KAM_TEST_PASSWORD is not set"):
        opened(folder)


def test_an_unknown_kind_of_database_is_told_without_the_password(tmp_path):
    folder = write_dataset(tmp_path / "set", "nosuchdb://kam:hidden@host/sales", table="lines")
    with pytest.raises(DataError, match="nosuchdb://host/sales") as caught:
        opened(folder)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        *("SETVAL('sales.numbers', 5)", "PG_READ_FILE('/etc/passwd')", "PG_SLEEP(100)"),
        *("LO_IMPORT('/etc/passwd')", "DBLINK('dbname=x', 'SELECT 1')", "CURRENT_SETTING('port')"),
        *("QUERY_TO_XML('SELECT 1', true, true, '')", "sales.own_function(Line)", "CURRENT_USER"),
    ],
)
def test_an_expression_calls_no_function_of_the_server(database, call):
    folder = database()
    text = (folder / "dataset.toml").read_text()
    (folder / "dataset.toml").write_text(text.replace('"Line"', f'"Line || {call}"'))
    with pytest.raises(DataError, match="calls|another value at each run"):
        opened(folder)


def test_nothing_can_be_written_there(database):
    dataset = load_dataset(database())
    with database_table(dataset, dataset.tables["transactions"]) as (table, _label):
        asked = table.alias("lines").sql("SELECT COUNT(*) AS n FROM lines", dialect="duckdb")
        assert asked.to_pyarrow()["n"].to_pylist() == [20]
        for statement in ("SELECT SETVAL('sales.numbers', 5)", "DELETE FROM sales.lines"):
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                table.get_backend().con.execute(statement)


def test_the_password_of_another_place_is_not_sent(database, server, tmp_path, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    passfile = tmp_path / "pgpass"
    passfile.write_text(f"*:*:*:*:{PASSWORD}\n")
    passfile.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passfile))
    url = f"postgresql://kam@127.0.0.1:{server}/sales"
    folder = consented(write_dataset(tmp_path / "set", url, table="sales.lines"))
    with pytest.raises(DataError, match="no password supplied"):
        opened(folder)
