"""How complete the dossiers of all accounts of a book are."""

import pandas as pd

from kamlib.analysis.account.completeness import dossier_completeness
from kamlib.data.book import Book

# The tables beside transactions that a dossier is filled from, in the order of its sections.
FILLED_FROM = (
    *("accounts", "contacts", "interactions", "deliveries", "payments", "tenders"),
    *("competitors", "judgements", "losses", "winbacks"),
)


def dossiers_completeness(book: Book) -> pd.Series:
    """How complete the dossiers of all accounts are (0–1), as of the book's quarter."""
    tables = {name: book.known(name) for name in FILLED_FROM if name != "accounts"}
    return book.once(
        "dossier completeness",
        lambda: dossier_completeness(
            everyone(book),
            tables,
            as_of=book.seen_to,
            settings=book.settings.dossier,
        ),
    )


def everyone(book: Book) -> pd.DataFrame:
    """Attributes of all accounts, those without any sale included, indexed by account."""
    return book.once("all accounts", lambda: _everyone(book))


def _everyone(book: Book) -> pd.DataFrame:
    known = book.tables["accounts"].set_index("account")
    unsold = known[~known.index.isin(book.accounts.index) & ~known.index.duplicated()]
    return pd.concat([book.accounts, unsold])
