"""The same weeks of earlier years: whether an account ordered in them, and what that tells."""

import numpy as np
import pandas as pd

_TINY = 1e-6


def same_weeks(
    order_days: pd.DataFrame, accounts: pd.Index, day: pd.Timestamp, weeks: int
) -> pd.DataFrame:
    """In how many earlier years an account ordered in the weeks that lie ahead of a day now.

    A year counts where the account had ordered before those weeks, and they are over.

    Parameters
    ----------
    order_days
        ``account`` and ``date`` of every order day, in that order; of later ones than ``day``
        nothing is used.

    Returns
    -------
    Indexed as ``accounts``: ``years``, and ``years_ordered`` of them.

    Examples
    --------
    >>> days = pd.DataFrame({"account": "a", "date": pd.to_datetime(["2023-01-09", "2024-05-02"])})
    >>> same_weeks(days, pd.Index(["a"]), pd.Timestamp("2025-04-01"), 13).to_numpy().tolist()
    [[2.0, 1.0]]
    """
    known = order_days[order_days["date"] <= day]
    found = pd.DataFrame(0.0, accounts, ["years", "years_ordered"])
    first = known.groupby("account")["date"].min().reindex(accounts)
    back, begin = 1, day - pd.DateOffset(years=1)
    while (there := first <= begin).any():
        end = begin + pd.Timedelta(weeks=weeks)
        inside = known.loc[(known["date"] > begin) & (known["date"] <= end), "account"]
        over = there & (end <= day)
        found["years"] += over
        found["years_ordered"] += over & accounts.isin(inside.unique())
        back += 1
        begin = day - pd.DateOffset(years=back)
    return found


def drawn_shares(rows: pd.DataFrame, like: pd.DataFrame) -> np.ndarray:
    """The share of earlier years in which an account ordered, drawn to others' where few.

    Empirical Bayes: by how much accounts differ, against how much the years of one do.

    Parameters
    ----------
    rows, like
        ``years`` and ``years_ordered``: of the accounts asked for, and of those to draw towards.

    Returns
    -------
    Per row 0-1; of an account without an earlier year that of the others, 0.5 without any.
    """
    seen = like[like["years"] > 0]
    if seen.empty:
        return np.full(len(rows), 0.5)
    mean = seen["years_ordered"].sum() / seen["years"].sum()
    chance = max(mean * (1 - mean), _TINY)
    shares = seen["years_ordered"] / seen["years"]
    noise = chance * (1 / seen["years"]).mean()
    between = min(max(float(((shares - mean) ** 2).mean() - noise), _TINY), chance)
    weight = chance / between - 1
    drawn = (rows["years_ordered"] + weight * mean) / np.maximum(rows["years"] + weight, _TINY)
    return np.where(rows["years"] + weight > 0, drawn, mean)
