"""How large an account's orders are, and how that changed."""

import pandas as pd


def order_sizes(gaps: pd.DataFrame, months: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """What an order of each account brought on average, this year and the year before.

    Parameters
    ----------
    gaps
        One row per account and order day: ``account``, ``date``.
    months
        ``account``, ``month``, ``revenue`` (currency).
    as_of
        The last day that counts.

    Returns
    -------
    Indexed by account, the largest fall first: ``orders``, ``orders_before`` (numbers),
    ``size``, ``size_before`` (currency an order, NaN without one), ``change`` (currency).
    """
    parts = {}
    for years, suffix in ((0, ""), (1, "_before")):
        end = as_of - pd.DateOffset(years=years)
        start = end - pd.DateOffset(years=1)
        days = gaps[(gaps["date"] > start) & (gaps["date"] <= end)]
        sold = months[
            (months["month"] > start.to_period("M")) & (months["month"] <= end.to_period("M"))
        ]
        parts[f"orders{suffix}"] = days.groupby("account").size()
        parts[f"size{suffix}"] = sold.groupby("account")["revenue"].sum() / parts[f"orders{suffix}"]
    table = pd.DataFrame(parts).rename_axis("account")
    table["change"] = table["size"] - table["size_before"]
    both = table.dropna(subset="change").sort_index(kind="stable")
    return both.sort_values("change", kind="stable")
