"""One small sales table with returns and names from anywhere, and ways to open it."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pandas as pd

from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.ledger import open_ledger
from kamlib.data.reduce.opening import engine_of
from kamlib.data.tables import load_tables
from kamlib.settings import Settings

COLUMNS = ("Customer", "Date", "Document", "Amount", "Line")
# Account names that every encoding of the tests can hold are set by the test.
NAMES = {
    "gb18030": ("北京贸易有限公司", "上海阀门厂", "00123"),
    "cp1251": ("ООО Ромашка", "АО «Север»", "00123"),
    "cp1252": ("Société Générale", "Müller & Söhne", "00123"),
    "utf-8": ("北京贸易有限公司", "ООО Ромашка", "00123"),
}
AMOUNTS = [1234.5, 12.25, 1000.0, -12.25, 0.99, 45678.9, 1234567.89, -1000.5, 7.0, 19.95]
DAYS = [dt.date(2024, 1, 2) + dt.timedelta(days=17 * n) for n in range(20)]


def sales_lines(names: tuple[str, ...]) -> list[tuple[str, dt.date, str, float, str]]:
    """Twenty lines: account, day, document, amount, product line."""
    return [
        (names[n % 3], DAYS[n], f"R-{n // 2:03}", AMOUNTS[n % 10], ("Pumps", "Seals")[n % 2])
        for n in range(20)
    ]


def write_dataset(folder: Path, source: str, **options: object) -> Path:
    """A data set over one sales table; options are lines of TOML's [transactions]."""
    lines = [f"{key} = {toml_value(value)}" for key, value in options.items()]
    text = "\n".join(
        [
            'currency = "EUR"\n[transactions]',
            f"source = {toml_value(source)}",
            *lines,
            "[transactions.columns]",
            'account = "Customer"\ndate = "Date"\ndocument = "Document"',
            'revenue = "Amount"\nproduct_line = "Line"\n',
        ]
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.toml").write_text(text, encoding="utf-8")
    return folder


def toml_value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def ledger_rows(folder: Path) -> list[tuple]:
    """The day ledger's rows, money as exact decimals."""
    dataset = load_dataset(folder)
    ledger = open_ledger(engine_of(dataset), dataset)
    frame = ledger.table.to_pyarrow().to_pylist()
    return sorted(tuple(str(value) for value in row.values()) for row in frame)


def expected_rows(names: tuple[str, ...]) -> list[tuple]:
    """The same from the lines in plain Python; no account and day comes twice in them."""
    return sorted(
        (account, str(day), line, "None", "None", "None", f"{amount:.4f}", "None", "None",
         "1", str(int(amount > 0)), "0")
        for account, day, _document, amount, line in sales_lines(names)
    )  # fmt: skip


def opened(folder: Path, settings: Settings | None = None):
    """The checked tables of a data set."""
    dataset = load_dataset(folder)
    return load_tables(engine_of(dataset), dataset, settings or Settings())


def sales_frame(names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(sales_lines(names), columns=list(COLUMNS))


def csv_dataset(folder: Path, rows: list[str], name: str = "sales.csv", **options: object) -> Path:
    """A data set over a CSV of these rows; the first is the header."""
    write_dataset(folder, name, **options)
    (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def slow_orders(lines):
    """Accounts and days of lines (account, day, document, product, amount) that are orders."""
    days = defaultdict(list)
    for account, day, document, product, amount in lines:
        days[account, day].append((document, product, Decimal(str(amount))))
    return sorted(key for key, bought in days.items() if remains(bought))


def remains(bought):
    products, documents = defaultdict(Decimal), defaultdict(Decimal)
    for document, product, amount in bought:
        if product:
            products[product] += amount
        else:
            documents[document or abs(amount)] += amount
    if any(amount > 0 for amount in products.values()):
        return True
    equal = defaultdict(Decimal)
    for amount in documents.values():
        equal[abs(amount)] += amount
    return sum(documents.values()) != 0 and any(
        amount > 0 and equal[abs(amount)] > 0 for amount in documents.values()
    )
