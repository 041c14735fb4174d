"""How complete the dossiers of all accounts of a book are."""

import pandas as pd

from kamlib.analysis.account.completeness import BESIDE, dossier_completeness
from kamlib.data.book import Book


def dossiers_completeness(book: Book) -> pd.Series:
    """How complete the dossiers of all accounts are (0–1), as of the book's quarter."""
    tables = {name: book.known(name) for name in BESIDE}
    return book.once(
        "dossier completeness",
        lambda: dossier_completeness(
            book.everyone,
            tables,
            as_of=book.seen_to,
            settings=book.settings.dossier,
        ),
    )
