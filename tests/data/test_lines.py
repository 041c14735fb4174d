"""The book's lines: what all figures are sums of, lazily, with product and document."""

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest
from consenting import consented
from sales_table import NAMES, csv_dataset, sales_frame, write_dataset

from kamlib import open_book
from kamlib.data.read.conversion import as_frame

COLUMNS = {
    "account": "string",
    "date": "date",
    "document": "string",
    "product": "string",
    "product_line": "string",
    "quantity": "float64",
    "revenue": "float64",
    "margin": "float64",
    "channel": "string",
    "region": "string",
    "manager": "string",
}


# Not .to_pandas(): this Ibis asks pandas for an option that is on its way out.
def revenue(book):
    return book.lines().revenue.sum().to_pyarrow().as_py()


def sums_by_month(book):
    """Revenue and margin of the lines per account and month."""
    lines = book.lines().mutate(month=ibis._.date.truncate("M"))
    sums = lines.group_by("account", "month").agg(
        revenue=ibis._.revenue.sum(), margin=ibis._.margin.sum()
    )
    frame = as_frame(sums.order_by("account", "month"))
    return frame.assign(month=pd.PeriodIndex(frame["month"], freq="M"))


def check_against_months(book):
    found, wanted = sums_by_month(book), book.months
    assert found[["account", "month"]].equals(wanted[["account", "month"]])
    for measure in ("revenue", "margin"):
        np.testing.assert_allclose(found[measure], wanted[measure], rtol=0, atol=0.005)
    assert revenue(book) == pytest.approx(wanted["revenue"].sum(), abs=0.005)


@pytest.mark.parametrize("quarter", ["latest", "2025Q2"])
def test_the_lines_sum_to_the_months_to_the_cent(quarter):
    check_against_months(open_book("demo", quarter))


@pytest.mark.slow
def test_so_do_those_with_a_lookup_and_several_files(adventureworks):
    check_against_months(open_book(adventureworks))


@pytest.mark.slow
def test_a_document_that_stands_in_two_sheets_is_there_once(online_retail_parquet):
    book = open_book(online_retail_parquet)
    assert revenue(book) == pytest.approx(book.months["revenue"].sum(), abs=0.005)


def test_the_lines_are_lazy_and_the_source_is_opened_when_they_are_asked_for(monkeypatch):
    book = open_book("demo")
    assert book.tables.ledger.from_cache or open_book("demo").tables.ledger.from_cache
    assert "lines" not in vars(book.tables)
    lines = book.lines()
    assert isinstance(lines, ibis.Table)
    assert {name: str(kind) for name, kind in lines.schema().items()} == COLUMNS
    tables = vars(book.tables)["lines"]
    book.earlier().lines()  # the same lines, up to another day: opened once
    assert vars(book.tables)["lines"] is tables
    assert lines.date.max().to_pyarrow().as_py() <= book.as_of.date()
    assert as_frame(lines)[["document", "product", "region"]].notna().all(axis=None)


def test_neither_rejected_nor_excluded_lines_are_in_it(tmp_path):
    rows = ["Customer,Date,Document,Amount,Line", "A,2024-01-02,R-1,10.00,Pumps"]
    rows += [",2024-01-03,R-2,20.00,Pumps", "A,2024-01-04,R-3,x,Seals", "A,2024-02-05,R-4,5.50,"]
    folder = csv_dataset(tmp_path / "few", rows)
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        file.write('[[transactions.exclude]]\nreason = "test"\nwhere = "Document = \'R-4\'"\n')
    book = open_book(folder, settings={"data.max_reject_share": 1.0})
    [line] = as_frame(book.lines()).to_dict("records")
    assert (line["account"], line["document"], line["revenue"]) == ("A", "R-1", 10.0)
    assert (line["product_line"], line["product"], line["region"]) == ("Pumps", "", "")
    assert np.isnan(line["margin"]) and np.isnan(line["quantity"])


def test_the_lines_of_a_database_stay_there(tmp_path):
    file = tmp_path / "sales.duckdb"
    frame = sales_frame(NAMES["utf-8"])
    with duckdb.connect(file) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE lines AS SELECT * FROM frame")
    folder = consented(write_dataset(tmp_path / "sales", f"duckdb://{file}", table="lines"))
    book = open_book(folder)
    lines = book.lines()
    assert lines.get_backend() is not book.tables.ledger.table.get_backend()
    assert book.tables.lines.count().to_pyarrow().as_py() == 20
    check_against_months(book)


def test_the_sales_are_no_empty_table():
    tables = open_book("demo").tables
    with pytest.raises(ValueError, match=r'"transactions" is not held .* book\.lines\(\) has its'):
        tables["transactions"]
    with pytest.raises(ValueError, match='no table "contact"; did you mean "contacts"'):
        tables["contact"]
