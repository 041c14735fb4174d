"""What the side tables said at a day: no row, and no later outcome of a row, from after it."""

import pandas as pd

from kamlib.data.describe.schema import TABLES
from kamlib.data.reduce.documents import deliveries_once, invoices_once
from kamlib.settings import PS


def known_at(
    name: str, rows: pd.DataFrame, as_of: pd.Timestamp, *, ahead: bool = False
) -> pd.DataFrame:
    """The rows of a side table as they were known at a day.

    Parameters
    ----------
    name
        The canonical table.
    rows
        Its checked rows.
    as_of
        The last day that counts, inclusive.
    ahead
        Whether deliveries, payments and undecided tenders of a later day are kept as agreed on
        already. Right only where the data ends with ``as_of``: of an earlier day nobody knows
        which of them existed then.

    Returns
    -------
    A new frame with the same columns: rows of later events are left out, later outcomes are
    emptied (an outcome in words becomes "open"). Of a prospect, what later evidence says is not
    known yet, nor which account it became. Parts of a delivery and instalments of an invoice
    are one row per account and document (:mod:`kamlib.data.reduce.documents`).
    """
    table, known = TABLES[name], rows
    if table.known_on:
        day = rows[table.known_on]
        kept = day.isna() | (day <= as_of)
        if ahead and table.ahead:
            later = day > as_of
            if name == "tenders":
                later &= rows["result"].fillna("open") == "open"
            kept |= later
        known = rows[kept]
    known = known.reset_index(drop=True)
    if name == "prospects":
        known = _judged_by(known, as_of)
    for column, outcome in table.outcomes.items():
        later = known[column] > as_of
        known[column] = known[column].mask(later)
        if outcome:
            known[outcome] = known[outcome].mask(later, "open")
    if name == "deliveries":
        return deliveries_once(known)
    return invoices_once(known, as_of) if name == "payments" else known


def _judged_by(prospects: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Prospects without the scores, evidence and account numbers of a later day."""
    known = prospects.copy()
    for quality in PS:
        later = known[f"{quality}_date"] > as_of
        for column in (quality, f"{quality}_evidence", f"{quality}_date"):
            known[column] = known[column].mask(later)
    known["account"] = known["account"].mask(known["outcome_on"] > as_of)
    return known
