"""What an account buys in all: from us in a year, and from competitors."""

import numpy as np
import pandas as pd

# A rival's share is an estimate: above this the estimate of the whole would be a guess.
MAX_RIVAL_SHARE = 0.95
MIN_MONTHS = 3


def wallets(
    classes: pd.DataFrame, competitors: pd.DataFrame, *, as_of: pd.Timestamp, months: int
) -> pd.DataFrame:
    """Estimate what each account buys in a year, from us and in all.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.
    competitors
        The canonical side table, as known at ``as_of``.
    months
        Length of the window over which ``classes`` sums revenue.

    Returns
    -------
    One row per account in the order of ``classes``: ``yearly`` (currency: net revenue of the
    window as for a whole year; an account whose first order lies in the window is scaled up from
    its months with us, at least 3; NaN where it is not positive); ``rival_share`` (0–1, NaN
    where nothing is recorded); ``wallet`` (currency, ``yearly / (1 - rival_share)``, the share
    taken as at most 0.95; NaN where either is unknown).
    """
    last, first = pd.Timestamp(as_of).to_period("M"), classes["first_order"]
    since = last.ordinal - first.astype("datetime64[us]").dt.to_period("M").array.asi8 + 1
    with_us = pd.Series(since, classes.index).where(first.notna(), months).clip(upper=months)
    yearly = classes["revenue"] * 12 / with_us.clip(lower=min(MIN_MONTHS, months))
    yearly = yearly.where(yearly > 0).astype(float)
    shares = rival_shares(competitors).reindex(classes.index)
    wallet = yearly / (1 - shares.clip(upper=MAX_RIVAL_SHARE))
    return pd.DataFrame({"yearly": yearly, "rival_share": shares, "wallet": wallet})


def rival_shares(competitors: pd.DataFrame) -> pd.Series:
    """The share of its purchases that each account makes with competitors.

    Competitors of one product line add up, to at most 1. A row without a product line speaks of
    all purchases: where there is one, such rows count alone; else the lines on record count
    alike, as nobody knows how much of each the account needs. Of several rows on the same
    competitor and line the latest counts.

    Returns
    -------
    ``rival_share`` (0–1) per account with a recorded share.

    >>> rows = pd.DataFrame(
    ...     {
    ...         "account": ["a", "a", "a", "b"],
    ...         "competitor": ["X", "Y", "X", "X"],
    ...         "product_line": ["Tools", "Tools", "Safety", ""],
    ...         "share": [0.5, 0.3, 0.2, 0.4],
    ...         "seen_on": pd.NaT,
    ...     }
    ... )
    >>> rival_shares(rows).to_dict()
    {'a': 0.5, 'b': 0.4}
    """
    known = competitors[competitors["share"].notna()]
    texts = {name: known[name].fillna("").astype("str") for name in ("competitor", "product_line")}
    known = known.assign(**texts).sort_values(["seen_on", "share"], na_position="first")
    known = known.drop_duplicates(["account", "competitor", "product_line"], keep="last")
    per_line = known.groupby(["account", "product_line"])["share"].agg(_total).reset_index()
    overall = per_line["product_line"] == ""
    whole = per_line["account"].isin(per_line.loc[overall, "account"])
    per_account = per_line[overall | ~whole].groupby("account")["share"].mean()
    index = pd.Index(per_account.index, dtype="str", name="account")
    return pd.Series(per_account.to_numpy(float), index, name="rival_share")


def _total(shares: pd.Series) -> float:
    """In order of size, so that the order of rows does not move the last digit."""
    return min(1.0, float(np.sort(shares.to_numpy(float)).sum()))
