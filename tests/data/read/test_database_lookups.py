"""Lookups beside a table of a database, and lookups in one: as those of files are."""

import sqlite3

import duckdb
import pandas as pd
import pytest
from consenting import consented
from sales_table import opened

from kamlib.data.doubts.reading import reading_doubts
from kamlib.data.findings import findings
from kamlib.data.frames import as_frame
from kamlib.data.reduce.opening import engine_of
from kamlib.errors import DataError
from kamlib.proof.recount import recounted

LINES = pd.DataFrame(
    [[1000 + n // 2, n + 1, 10.25 * (n + 1)] for n in range(40)],
    columns=["Order", "Item", "Amount"],
)
ORDERS = pd.DataFrame(
    [[f"{1000 + n}", f"2025-{1 + n // 4:02}-11", f"C{n % 3}", "Cancelled" if n == 7 else "Posted"]
     for n in range(20)],
    columns=["order", "Day", "Customer", "Status"],
)  # fmt: skip
CUSTOMERS = pd.DataFrame(
    {"Customer": ["C0", "C1", "C2", "C1"], "Region": ["North", "South", "West", "East"]}
)
COLUMNS = """[transactions.columns]
account = "Customer"
date = "Day"
document = '"Order"'
region = "Region"
revenue = "Amount"
"""


def placed(folder, kind, **tables):
    """Put tables into files, or into one database file; what of TOML names each of them."""
    if kind == "csv":
        for name, frame in tables.items():
            frame.to_csv(folder / f"{name}.csv", index=False)
        return {name: f'source = "{name}.csv"' for name in tables}
    path = folder / f"base.{kind}"
    if kind == "sqlite":
        connection = sqlite3.connect(path)
        for name, frame in tables.items():
            frame.to_sql(name, connection, index=False, if_exists="replace")
        connection.close()
    else:
        with duckdb.connect(path) as connection:
            for name, frame in tables.items():
                connection.register("frame", frame)
                connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM frame")
    return {name: f'source = "{kind}://base.{kind}"\ntable = "{name}"' for name in tables}


def described(folder, lines, orders, customers):
    """A data set of lines whose orders and customers are looked up."""
    (folder / "dataset.toml").write_text(
        f'title = "t"\ncurrency = "EUR"\n[transactions]\n{lines}\n{COLUMNS}'
        f'[[transactions.lookup]]\n{orders}\nkey = "Order"\n'
        f'[[transactions.lookup]]\n{customers}\nkey = "Customer"\n'
    )
    return consented(folder)


def heard(folder):
    """The ledger, what is asked, what is told of lookups, and the totals of the second path."""
    tables = opened(folder)
    rows = as_frame(tables.ledger.table).astype("str").to_numpy().tolist()
    asked = sorted((each.key, each.rows) for each in reading_doubts(tables.dataset, tables.ledger))
    told = findings(tables)
    told = told[told["finding"].str.contains("several rows that differ")]
    again = recounted(engine_of(tables.dataset), tables.dataset)
    return sorted(rows), asked, told[["rows", "examples"]].to_numpy().tolist(), again.accounts


@pytest.mark.parametrize(
    ("lines", "others"),
    [
        *(("csv", "sqlite"), ("csv", "duckdb"), ("sqlite", "csv"), ("duckdb", "csv")),
        *(("sqlite", "duckdb"), ("duckdb", "sqlite"), ("sqlite", "sqlite"), ("duckdb", "duckdb")),
    ],
)
def test_lines_and_what_is_looked_up_may_each_be_in_a_file_or_a_database(tmp_path, lines, others):
    for name in ("plain", "set"):
        (tmp_path / name).mkdir()
    tables = {"orders": ORDERS, "customers": CUSTOMERS}
    plain = placed(tmp_path / "plain", "csv", lines=LINES, **tables)
    wanted = heard(described(tmp_path / "plain", *plain.values()))
    assert wanted[1] == [("cancelled", 2)]
    assert wanted[2] == [[14, "C1"]]
    named = placed(tmp_path / "set", others, **tables)
    named = placed(tmp_path / "set", lines, lines=LINES) | named
    assert heard(described(tmp_path / "set", *named.values())) == wanted


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_lookup_without_a_source_is_in_the_database_of_the_lines(tmp_path, kind):
    named = placed(tmp_path, kind, lines=LINES, orders=ORDERS, customers=CUSTOMERS)
    folder = described(tmp_path, *named.values())
    wanted = heard(folder)
    assert heard(described(tmp_path, named["lines"], 'table = "orders"', 'table = "customers"')) \
        == wanted  # fmt: skip
    with pytest.raises(DataError, match="source: names no file"):
        described(tmp_path, 'source = "x.csv"', 'table = "orders"', 'table = "customers"')


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_another_content_of_a_looked_up_table_is_another_reading(tmp_path, kind):
    files = placed(tmp_path, "csv", lines=LINES, orders=ORDERS)
    named = placed(tmp_path, kind, customers=CUSTOMERS)
    folder = described(tmp_path, *files.values(), named["customers"])
    assert set(as_frame(opened(folder).ledger.table)["region"]) == {"North", "South", "West"}
    placed(tmp_path, kind, customers=CUSTOMERS.assign(Region="All"))
    assert set(as_frame(opened(folder).ledger.table)["region"]) == {"All"}


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_side_table_of_a_database_looks_up_too(tmp_path, kind):
    named = placed(tmp_path, kind, lines=LINES, orders=ORDERS, customers=CUSTOMERS)
    codes = pd.DataFrame({"account": ["C0", "C2"], "Code": [1, 2]})
    fields = pd.DataFrame({"Code": [1.0, 2.0], "Field": ["Food", "Paper"]})
    placed(tmp_path, kind, codes=codes, fields=fields)
    folder = described(tmp_path, *named.values())
    with (folder / "dataset.toml").open("a") as file:
        file.write(f'[accounts]\nsource = "{kind}://base.{kind}"\ntable = "codes"\n')
        file.write('[accounts.columns]\naccount = "account"\nindustry = "Field"\n')
        file.write('[[accounts.lookup]]\ntable = "fields"\nkey = "Code"\n')
    rows = opened(consented(folder))["accounts"].set_index("account")["industry"]
    assert rows.dropna().to_dict() == {"C0": "Food", "C2": "Paper"}


def test_what_is_missing_is_told_with_the_nearest(tmp_path):
    named = placed(tmp_path, "sqlite", lines=LINES, orders=ORDERS, customers=CUSTOMERS)
    lines, orders, customers = named.values()
    folder = described(tmp_path, lines, orders, customers.replace('"customers"', '"custmers"'))
    with pytest.raises(DataError, match='table custmers: .* did you mean "customers"'):
        opened(folder)
    folder = described(tmp_path, lines, orders, f'{customers}\nlookup_key = "Custmer"')
    with pytest.raises(DataError, match='table customers: has no column "Custmer"; did'):
        opened(folder)
