"""The short card of each account of class A or B: slices of what the chapters say of it."""

import pandas as pd

from kamlib.analysis.segments.types import NONE
from kamlib.analysis.summary.trend import YEAR, account_changes
from kamlib.analysis.todo.tasks import waited_for
from kamlib.chapters.catalogue import KeyAccountBook

CLASSES = ("A", "B")
MONEY = ("revenue", "revenue_before", "margin", "margin_before")


def account_cards(book: KeyAccountBook) -> pd.DataFrame:
    """What a short card tells of each account of class A or B, the most revenue first.

    Returns
    -------
    Indexed by account: ``name``, ``manager`` (code), ``abc``, ``cell``, ``key`` (bool),
    ``types``; ``state``, ``state_why``, ``silence_days``, ``typical_gap_days``; ``revenue``,
    ``margin`` and the same a year ``_before`` (currency, missing where not known);
    ``margin_at_risk`` (currency a year); ``verb``, ``due``, ``fits``, ``stake`` (currency a year)
    and ``why`` of its task; ``told``, what is to be done with it in a sentence ("" for nothing);
    ``promises``, ``overdue``, ``tenders`` (numbers of those that are open).
    """
    classes = book.abc_xyz.classes
    rows = classes.loc[classes["abc"].isin(CLASSES), ["name", "manager", "abc", "cell"]]
    found = rows.index
    states, segments = book.churn.churn.reindex(found), book.segments
    todo = book.todo.todo.set_index("subject").reindex(found)
    told = book.todo.told
    told = told[~told.index.duplicated()].reindex(found).fillna("").astype("str")
    types = segments.types["types"].reindex(found).replace(NONE, "")
    cards = rows.assign(
        key=found.isin(segments.key_accounts.index),
        types=types.fillna("").astype("str"),
        state=states["state"].astype("str"),
        state_why=states["why"].fillna("").astype("str"),
        silence_days=states["silence_days"],
        typical_gap_days=states["typical_gap_days"],
        **_year(book).reindex(found)[list(MONEY)],
        margin_at_risk=states["margin_at_risk"],
        **todo[["verb", "due", "fits", "stake", "why"]],
        told=told,
        **_waiting(book, found),
    )
    return cards.sort_index(kind="stable").sort_values("revenue", ascending=False, kind="stable")


def _year(book: KeyAccountBook) -> pd.DataFrame:
    """Revenue and margin of 12 months, and of the 12 before where the data reaches so far."""
    before = book.as_of - pd.DateOffset(years=1)
    whole = book.tables.data_from <= before - pd.DateOffset(years=1) + pd.Timedelta(days=1)
    base = before if whole else None
    return account_changes(book.months, as_of=book.as_of, base=base, length=YEAR)


def _waiting(book: KeyAccountBook, accounts: pd.Index) -> dict[str, pd.Series]:
    """How many promises are open, how many of them overdue, and how many tenders are open.

    What has been overdue for so long that nobody waits for it is no promise any more, as in the
    list of tasks.
    """
    promised = book.todo.promised
    late = waited_for(promised, settings=book.settings)
    open_ones = pd.concat([promised[promised["state"] == "open"], late])
    sets = {"promises": open_ones, "overdue": late, "tenders": book.summary.undecided}
    counts = {name: rows["account"].value_counts() for name, rows in sets.items()}
    return {name: n.reindex(accounts).fillna(0).astype(int) for name, n in counts.items()}
