"""One delivery and one invoice per document, however many parts and instalments it came in."""

import pandas as pd

_KEY = ["account", "document"]
_CENT = 0.005


def deliveries_once(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per account and document: the part that was the latest, or is still to come.

    Parameters
    ----------
    rows
        Deliveries as they were known at a day; rows without a document stand for themselves.

    Returns
    -------
    The same columns. ``promised_on`` and ``delivered_on`` are those of the part that kept its
    day least: of parts that are to come the one promised first. ``complete`` is what the part
    says that came last.
    """
    several = _several(rows)
    if not several.any():
        return rows
    parts = rows[several]
    said = parts[parts["complete"].notna()]
    last = said.groupby(_KEY)["delivered_on"].transform("max")
    said = said[(said["delivered_on"] == last) | last.isna()]
    complete = said.groupby(_KEY)["complete"].any()
    worst = _worst(parts, _KEY, "promised_on", "delivered_on")
    keys = pd.MultiIndex.from_frame(worst[_KEY])
    worst["complete"] = pd.array(complete.reindex(keys), dtype="boolean")
    return pd.concat([rows[~several], worst]).sort_index(kind="stable")


def invoices_once(rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per account and document; a credit note of ours beside it stands for itself.

    Parameters
    ----------
    rows
        Payments as they were known at a day; rows without a document stand for themselves.
    as_of
        That day.

    Returns
    -------
    The same columns. ``due_on`` and ``paid_on`` are those of the instalment that kept its day
    least, so that ``paid_on`` is the day on which all was paid; ``amount`` is the whole
    invoice, or of an unpaid one what is open: due by ``as_of``, where anything is. What is open
    with opposite signs is set off.
    """
    several = _several(rows)
    if not several.any():
        return rows
    parts = rows[several]
    credit = parts["amount"] < 0
    unpaid = parts["paid_on"].isna()
    left = _sum(parts, parts["amount"].where(unpaid))
    set_off = (left.abs() < _CENT) | (credit & (left > 0)) | (~credit & (left < 0))
    kept = parts.assign(credit=credit)[~(unpaid & set_off & parts["amount"].notna())]
    worst = _worst(kept, [*_KEY, "credit"], "due_on", "paid_on")
    due = unpaid & ~(parts["due_on"] > as_of)
    counts = unpaid & (due | credit | ~due.groupby([parts[name] for name in _KEY]).transform("any"))
    open_sum = _sum(parts, parts["amount"].where(counts))
    whole = kept.groupby([*_KEY, "credit"])["amount"].sum(min_count=1)
    amount = whole.reindex(pd.MultiIndex.from_frame(worst[[*_KEY, "credit"]])).to_numpy()
    still_open = worst["paid_on"].isna()
    worst["amount"] = open_sum.reindex(worst.index).where(still_open, amount)
    return pd.concat([rows[~several], worst[rows.columns]]).sort_index(kind="stable")


def _several(rows: pd.DataFrame) -> pd.Series:
    return rows["document"].notna() & rows.duplicated(_KEY, keep=False)


def _sum(parts: pd.DataFrame, amounts: pd.Series) -> pd.Series:
    """Each document's sum, on each of its rows; missing where nothing is known."""
    return amounts.groupby([parts[name] for name in _KEY]).transform("sum", min_count=1)


def _worst(parts: pd.DataFrame, key: list[str], due: str, done: str) -> pd.DataFrame:
    """Of each group the row that is open and due first, or else was settled latest by its day."""
    settled = parts[done].notna()
    late = (parts[done] - parts[due]).dt.days
    order = parts.assign(settled=settled, late=-late.fillna(-1e9), place=parts.index)
    order["late"] = order["late"].where(settled, 0.0)
    order["wait"] = order[due].where(~settled)
    order = order.sort_values(
        ["settled", "wait", "late", done, "place"],
        ascending=[True, True, True, False, True],
        kind="stable",
    )
    first = parts.groupby(key, sort=False).head(1).index
    found = parts.loc[order.drop_duplicates(key).index]
    places = pd.Series(first, pd.MultiIndex.from_frame(parts.loc[first, key]))
    found.index = pd.Index(places.reindex(pd.MultiIndex.from_frame(found[key])), dtype=first.dtype)
    return found
