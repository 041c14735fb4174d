"""Small exports written for one test each, described by init alone and opened."""

from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.read.conversion import as_frame
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.opening import engine_of
from kamlib.data.tables import load_tables
from kamlib.settings import load_settings

HEADER = ("Invoice No", "Invoice Date", "Customer No", "Item", "Quantity", "Net Amount")


def lines(first=1, last=12, *, month=1, customers=("C100", "C101", "C102"), year=2025, factor=1):
    """Numbered invoices of two lines each, one a day."""
    return [
        (
            f"{number}",
            f"{year}-{month:02d}-{(number - 1) % 28 + 1:02d}",
            customers[number % len(customers)],
            item,
            number % 7 + 1,
            f"{(number % 7 + 1) * price * factor:.2f}",
        )
        for number in range(first, last + 1)
        for item, price in (("P-1", 12.35), ("P-2", 110.4))
    ]


def described(folder, files, header=HEADER):
    """What init made of CSV files given as name and rows."""
    paths = []
    for name, rows in files.items():
        path = folder / name
        head = rows[0] if isinstance(rows[0], list) else header
        body = rows[1:] if isinstance(rows[0], list) else rows
        text = "\n".join(",".join(map(str, row)) for row in (head, *body))
        path.write_text(text + "\n", encoding="utf-8")
        paths.append(path)
    return guessed_dataset("guessed", paths, folder / "data")


def opened(guessed):
    """The tables of a described data set."""
    dataset = load_dataset(guessed.path.parent)
    return load_tables(engine_of(dataset, threads=1), dataset, load_settings(dataset.folder, None))


def sums(tables):
    """Lines, accounts and revenue of the ledger."""
    ledger = as_frame(tables.ledger.table)
    revenue = round(float(ledger["revenue"].sum()), 2)
    return int(ledger["lines"].sum()), sorted(ledger["account"].unique()), revenue


def revenue(rows):
    """The revenue of rows as written."""
    return round(sum(float(row[-1]) for row in rows), 2)
