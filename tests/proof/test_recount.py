"""The second path finds what the first does, line by line, whatever rule a line falls under."""

import ast
import inspect
import sqlite3
import tempfile
from pathlib import Path

import pytest
from consenting import consented
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sales_table import NAMES, sales_frame, write_dataset

import kamlib.proof.recount as second
from kamlib.data.book import open_tables
from kamlib.data.reduce.opening import engine_of
from kamlib.proof.figures import ledger_figures
from kamlib.proof.recount import recounted

COLUMNS = """
[transactions.columns]
account = "Customer"
date = "Day"
document = "No"
revenue = "Quantity * Price"
{more}
"""
HEADER = "Customer,Day,No,Quantity,Price,Cost,Kind,Code"
LINES = [
    "A,2024-01-02,R1,2,10.005,4.33335,Sale,EUR",
    "A,2024-01-02,R1,1,0.33335,0.1,Sale,USD",
    "B,2024-02-03,R2,3,19.99,70,Sale,USD",
    "B,2024-02-04,R3,1,5,1,Credit,EUR",
    "C,2024-04-30,R4,1,100,60,Freight,JPY",
    ",2024-04-30,R5,1,7,1,Sale,EUR",
    "4.01230E+12,2024-04-30,R6,1,8,1,Sale,EUR",
    "C,,R7,1,9,1,Sale,EUR",
    "C,1970-01-01,R8,1,11,1,Sale,EUR",
    "C,2024-05-01,R9,1,,1,Sale,EUR",
    "C,2024-05-02,R10,1,12 or so,1,Sale,EUR",
    "C,2024-05-03,R11,-1,13.5,-2,Sale,EUR",
    "D,2024-07-01,R12,1,0,0,Sale,",
    "D,2024-07-02,R13,1,1,0.5,Sale,CHF",
    "Customer,Day,No,Quantity,Price,Cost,Kind,Code",
    "torn,row",
]
OVERLAP = ["A,2024-01-02,R1,5,1,1,Sale,EUR", "E,2024-08-01,R20,1,44.4,4,Sale,EUR"]
FREIGHT = '[[transactions.exclude]]\nreason = "freight"\nwhere = "Kind = \'Freight\'"\n'
RATES = "currency,from,rate\nUSD,2024-01-01,0.91\nUSD,2024-02-01,0.9337\nJPY,2024-01-01,0.0061\n"
KINDS = {
    "plain": ("", ""),
    "cost": ("", 'cost = "Cost"'),
    "margin": ("", 'margin = "Price - Cost"'),
    "currencies": ("", 'cost = "Cost"\ncurrency = "Code"'),
    "margin in currencies": ("", 'margin = "Price - Cost"\ncurrency = "Code"'),
    "credit notes": ("negative = \"Kind = 'Credit'\"", 'cost = "Cost"'),
    "a file of returns": ('negative_parts = ["b"]', 'cost = "Cost"'),
    "once per document": ("once_per_document = true", 'cost = "Cost"'),
    "documents in two files": ('one_part_per = "document"', 'cost = "Cost"'),
    "days in two files": ('one_part_per = "day"', ""),
    "documents and days": ('one_part_per = "document and day"', ""),
    "spellings": ('account_digits = 3\nsame_accounts = { "B" = "A" }', ""),
}


def company(folder, top, more, lines=LINES) -> Path:
    folder = Path(folder)
    rates = '[rates]\nsource = "rates.csv"\n' if "Code" in more else ""
    text = f'currency = "EUR"\n[transactions]\nsource = ["a.csv", "b.csv"]\n{top}\n'
    text += COLUMNS.format(more=more) + FREIGHT + rates
    (folder / "dataset.toml").write_text(text)
    (folder / "rates.csv").write_text(RATES)
    (folder / "a.csv").write_text("\n".join([HEADER, *lines]) + "\n")
    (folder / "b.csv").write_text("\n".join([HEADER, *OVERLAP]) + "\n")
    return folder


def both(folder):
    tables, _settings = open_tables(folder)
    engine = engine_of(tables.dataset)
    return ledger_figures(tables.ledger).record, recounted(engine, tables.dataset).record


@pytest.mark.parametrize("kind", KINDS)
def test_both_paths_agree_on_each_fate_month_and_account(kind, tmp_path):
    first, again = both(company(tmp_path, *KINDS[kind]))
    assert first == again
    told = {(row["step"], row["reason"]) for row in again["fates"]}
    assert len(told) >= 7 and ("excluded", "freight") in told
    assert ("set aside", "document already read in a.csv") in told or "two" not in kind


CELL = st.sampled_from(["", "1", "2.5", "-3", "0.00005", "1.00015", "0.12345", "1e3", "x", "-0"])
ROW = st.builds(
    ",".join,
    st.tuples(
        st.sampled_from(["A", "B", "", "1.5E+9"]),
        st.sampled_from(["2024-01-05", "2024-03-31", "", "2200-01-01"]),
        st.sampled_from(["R1", "R2", ""]),
        CELL,
        CELL,
        CELL,
        st.sampled_from(["Sale", "Credit", "Freight"]),
        st.sampled_from(["EUR", "USD", "JPY", "CHF", ""]),
    ),
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROW, min_size=1, max_size=30), kind=st.sampled_from(sorted(KINDS)))
def test_both_paths_agree_on_lines_of_any_kind(rows, kind):
    with tempfile.TemporaryDirectory() as folder:
        lines = ["A,2024-01-05,R0,1,1,1,Sale,EUR", *rows]
        first, again = both(company(folder, *KINDS[kind], lines=lines))
        assert first == again


def test_the_totals_by_hand(tmp_path):
    _first, again = both(company(tmp_path, *KINDS["currencies"]))
    # 2 x 10.005, 0.3334 USD at 0.91 and, from the other file, 5; then 59.97 USD at 0.9337 and 5.
    assert again["months"]["2024-01"]["revenue"] == "25.3134"
    assert again["months"]["2024-02"]["revenue"] == "60.9940"
    assert again["accounts"]["number"] == 5


def test_the_second_path_asks_no_sums_and_looks_at_no_ledger():
    tree = ast.parse(inspect.getsource(second))
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    texts.remove(second.__doc__)
    assert not [text for text in texts if isinstance(text, str) and "SUM(" in text.upper()]
    assert not [text for text in texts if isinstance(text, str) and "GROUP BY" in text.upper()]
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    assert not names & {"open_ledger", "open_lines", "is_kept", "cache_folder", "open_side_table"}


def test_both_paths_agree_on_a_database(tmp_path):
    folder = write_dataset(tmp_path / "set", "sqlite://sales.sqlite", table="lines")
    with sqlite3.connect(folder / "sales.sqlite") as connection:
        sales = sales_frame(NAMES["utf-8"])
        sales.assign(Date=sales["Date"].astype(str)).to_sql("lines", connection, index=False)
    connection.close()
    first, again = both(consented(folder))
    assert first == again and first["fates"][0]["rows"] == 20
    assert first["fates"][0]["file"] == "sales.sqlite, table lines"  # no place of the machine


@pytest.mark.slow
@pytest.mark.parametrize("name", ["adventureworks", "online_retail_parquet"])
def test_both_paths_agree_on_real_sales(name, request):
    first, again = both(request.getfixturevalue(name))
    assert first == again


@pytest.mark.slow
def test_both_paths_agree_on_the_demo_company():
    first, again = both("demo")
    assert first == again
