"""Generated sales of any size in Parquet: the same lines each time, from a seed.

They look like a trading company's: few accounts bring most orders, business has a season and no
weekends, an order holds several lines that are mostly of one product line, some lines come back.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

ACCOUNTS, PRODUCTS, PRODUCT_LINES, REGIONS, MANAGERS = 20_000, 5_000, 12, 20, 25
FIRST_MONTH, MONTHS = np.datetime64("2023-01"), 36
AS_OF = "2025-12-31"
LINES_PER_DOCUMENT = 10
_SEASON = np.array([0.8, 0.85, 1.0, 0.95, 1.0, 0.95, 0.8, 0.75, 1.1, 1.2, 1.4, 1.2])
_GROWTH_PER_MONTH = 0.005
_ORDERS_SPREAD, _OWN_LINE, _RETURNED, _WITHOUT_VALUE = 1.4, 0.75, 0.03, 0.005

DESCRIPTION = """title = "Generated sales"
currency = "EUR"

[transactions]
source = "{file}"

[transactions.columns]
account = "account"
date = "date"
document = "document"
product = "product"
product_line = "product_line"
quantity = "quantity"
revenue = "revenue"
margin = "margin"
channel = "channel"
region = "region"
manager = "manager"
"""


def write_sales(folder: Path, lines: int, seed: int = 2026) -> Path:
    """Write a data set of so many lines, in order of date, and return its Parquet file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "sales.parquet"
    (folder / "dataset.toml").write_text(DESCRIPTION.format(file=file.name), encoding="utf-8")
    random = np.random.default_rng(seed)
    company = _company(random)
    documents = 1
    writer = None
    for month, number in enumerate(_lines_per_month(lines)):
        table = _month(random, company, month, number, documents)
        documents += number
        writer = writer or pq.ParquetWriter(file, table.schema, compression="zstd")
        writer.write_table(table)
    writer.close()
    return file


def write_sales_as_text(folder: Path, lines: int) -> Path:
    """The same data set with its lines as delimited text, and return that file."""
    parquet = write_sales(folder, lines)
    text = parquet.with_suffix(".csv")
    with csv.CSVWriter(text, pq.read_schema(parquet)) as writer:
        for batch in pq.ParquetFile(parquet).iter_batches():
            writer.write_batch(batch)
    parquet.unlink()
    (folder / "dataset.toml").write_text(DESCRIPTION.format(file=text.name), encoding="utf-8")
    return text


def _lines_per_month(lines: int) -> np.ndarray:
    months = np.arange(MONTHS)
    weight = _SEASON[months % 12] * (1 + _GROWTH_PER_MONTH * months)
    ends = np.round(np.cumsum(weight) / weight.sum() * lines).astype(int)
    return np.diff(ends, prepend=0)


def _company(random: np.random.Generator) -> dict[str, np.ndarray]:
    """Who buys how often, from whom and where; what is sold at which price and margin."""
    orders = random.lognormal(0, _ORDERS_SPREAD, ACCOUNTS)
    line_of = random.integers(0, PRODUCT_LINES, PRODUCTS)
    return {
        "share": np.cumsum(orders) / orders.sum(),
        "region": random.integers(0, REGIONS, ACCOUNTS),
        "manager": random.integers(0, MANAGERS, ACCOUNTS),
        "main_line": random.integers(0, PRODUCT_LINES, ACCOUNTS),
        "line_of": line_of,
        "products": np.argsort(line_of, kind="stable"),
        "price": np.round(random.lognormal(2, 1, PRODUCTS), 2),
        "cost_share": random.uniform(0.5, 0.9, PRODUCTS),
    }


def _month(
    random: np.random.Generator,
    company: dict[str, np.ndarray],
    month: int,
    lines: int,
    first_document: int,
) -> pa.Table:
    documents = max(1, lines // LINES_PER_DOCUMENT)
    document = np.sort(random.integers(0, documents, lines))
    account = np.searchsorted(company["share"], random.random(documents))[document]
    date = np.sort(random.choice(_workdays(month), documents))[document]
    product = _products(random, company, account)
    back = np.where(random.random(documents) < _RETURNED, -1, 1)[document]
    quantity = random.geometric(0.15, lines) * back
    price = np.where(random.random(lines) < _WITHOUT_VALUE, 0, company["price"][product])
    revenue = np.round(quantity * price, 2)
    margin = np.round(revenue - quantity * company["price"][product] * (
        company["cost_share"][product]), 2)  # fmt: skip
    channel = random.integers(0, 3, documents)[document]
    columns = {
        "account": _names("K{:06d}", ACCOUNTS).take(pa.array(account)),
        "date": pa.array(date.astype("datetime64[us]")),
        "document": pa.array(np.char.mod("R%09d", document + first_document)),
        "product": _names("P{:05d}", PRODUCTS).take(pa.array(product)),
        "product_line": _names("line {}", PRODUCT_LINES).take(
            pa.array(company["line_of"][product])
        ),
        "quantity": pa.array(quantity),
        "revenue": pa.array(revenue),
        "margin": pa.array(margin),
        "channel": pa.array(["field", "shop", "web"]).take(pa.array(channel)),
        "region": _names("region {:02d}", REGIONS).take(pa.array(company["region"][account])),
        "manager": _names("manager {:02d}", MANAGERS).take(pa.array(company["manager"][account])),
    }
    return pa.table(columns)


def _products(
    random: np.random.Generator, company: dict[str, np.ndarray], account: np.ndarray
) -> np.ndarray:
    """A product per line: mostly of the account's main product line, otherwise any."""
    product = random.integers(0, PRODUCTS, len(account))
    own = random.random(len(account)) < _OWN_LINE
    starts = np.searchsorted(np.sort(company["line_of"]), np.arange(PRODUCT_LINES + 1))
    line = company["main_line"][account[own]]
    places = starts[line] + product[own] % np.diff(starts)[line]
    product[own] = company["products"][places]
    return product


def _workdays(month: int) -> np.ndarray:
    first = FIRST_MONTH + month
    days = np.arange(first.astype("datetime64[D]"), (first + 1).astype("datetime64[D]"))
    return days[np.is_busday(days)]


def _names(form: str, number: int) -> pa.Array:
    return pa.array([form.format(n) for n in range(number)])
