"""The tables of the classes of all accounts: ABC-XYZ, its history and what changed."""

import pandas as pd

from kamlib.analysis.abc_xyz.abc import computed_limits, sales_against_margin, thin_margins
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz, abc_xyz_history
from kamlib.analysis.abc_xyz.actions import abc_xyz_actions
from kamlib.analysis.abc_xyz.concentration import concentration, without_top
from kamlib.analysis.abc_xyz.matrix import class_history, matrix, migration, migration_matrix
from kamlib.analysis.abc_xyz.xyz import lens_disagreements
from kamlib.data.book import Book


def book_classes(book: Book) -> pd.DataFrame:
    """The classes of all accounts."""
    return book.once("classes", lambda: _classes(book))


def book_history(book: Book) -> pd.DataFrame:
    """The classes at the end of each of the last quarters."""
    return book.once(
        "class history",
        lambda: abc_xyz_history(
            book.months, book.orders, settings=book.settings, seen_to=book.seen_to
        ),
    )


def book_migration(book: Book) -> pd.DataFrame:
    """The accounts that changed their cell since the last quarter."""
    return book.once("migration", lambda: migration(_classes_before(book), book_classes(book)))


def abc_xyz_tables(book: Book) -> dict[str, pd.DataFrame]:
    """The tables of the ABC-XYZ page."""
    settings, classes, moved = book.settings, book_classes(book), book_migration(book)
    margin = classes["margin"] if book.has_margin else None
    tables = {
        "abc_xyz": classes,
        "matrix": matrix(classes),
        "concentration": concentration(classes["value"], top=settings.concentration.top),
        "without_top": without_top(classes["revenue"], margin, top=settings.concentration.top),
        "computed_limits": computed_limits(classes["value"]),
        "migration": moved,
        "migration_matrix": migration_matrix(_classes_before(book), classes),
        "class_history": class_history(book_history(book)),
        "lens_disagreements": lens_disagreements(classes),
        "actions": abc_xyz_actions(classes, moved, currency=book.currency),
    }
    if margin is not None:
        tables["thin_margins"] = thin_margins(classes)
        tables["sales_against_margin"] = sales_against_margin(
            classes["revenue"], classes["margin"], share_cuts=settings.abc.cuts
        )
    return tables


def _classes(book: Book) -> pd.DataFrame:
    return abc_xyz(
        book.months,
        book.orders,
        book.accounts,
        as_of=book.as_of,
        settings=book.settings,
        seen_to=book.seen_to,
    )


def _classes_before(book: Book) -> pd.DataFrame:
    history = book_history(book)
    return history[history["quarter"] == book.quarter - 1].set_index("account")
