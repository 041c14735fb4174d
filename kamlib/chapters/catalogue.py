"""All result tables of a pack, by their stable names."""

import pandas as pd

from kamlib.chapters.abc_xyz import abc_xyz_tables
from kamlib.chapters.churn import churn_tables
from kamlib.chapters.segments import key_account_tables
from kamlib.chapters.targeting import target_tables
from kamlib.data.book import Book
from kamlib.settings import settings_table


def pack_tables(book: Book) -> dict[str, pd.DataFrame]:
    """Every table of the pack, in the order in which it lists them.

    The names and first columns are a contract with who reads ``tables/*.csv``.
    """
    return {
        "reconciliation": book.reconciliation,
        "findings": book.findings,
        "settings": settings_table(book.settings),
        **abc_xyz_tables(book),
        **key_account_tables(book),
        **churn_tables(book),
        **target_tables(book),
    }
