"""What won prospects were noted to be worth a year, against what they bought in their first."""

import numpy as np
import pandas as pd

from kamlib.analysis.targeting.p_pieces import text_of
from kamlib.words import _, count, money, number

COLUMNS = ("account", "deals", "noted", "first_month", "bought", "factor", "left_out")
LEFT_OUT = ("bought nothing yet", "bought before", "no whole year yet")
FEWEST = 3  # accounts: of fewer nothing is said
YEAR = 12  # months


def noted_values(
    decided: pd.DataFrame, months: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """The value noted of each won prospect and what its account bought in its first year.

    Several prospects that became one account are one row with the sum of their values. The first
    year is the month of the first order, however late in it that came, and the eleven after it; it
    is whole when the first order lies twelve months back. An account that bought before
    any of its prospects was seen has no first year that a note could have told.

    Parameters
    ----------
    decided
        The table of ``decided_list``: ``outcome``, ``value`` (currency a year), ``account``,
        ``first_seen`` are read.
    months
        The book's frame: ``account``, ``month``, ``revenue``, ``order_days``.

    Returns
    -------
    One row per account of won deals with a value above 0: ``account`` ("" where none is known);
    ``deals``; ``noted`` and ``bought`` (currency); ``first_month``; ``factor`` (at least 1: the
    larger of the two over the smaller, infinite where nothing was kept); ``left_out``
    (``LEFT_OUT``; "" where the two can be compared, else ``bought`` and ``factor`` are NaN).
    """
    value = decided["value"].astype(float)
    won = decided[(decided["outcome"] == "won").fillna(False) & (value > 0)]
    account = text_of(won["account"])
    key = account.where(account != "", "prospect " + won.index.astype("str"))
    deals = pd.DataFrame(
        {"account": account, "noted": won["value"].astype(float), "seen": won["first_seen"]}
    ).groupby(key.to_numpy(), sort=True)
    table = deals.agg(account=("account", "first"), noted=("noted", "sum"), seen=("seen", "min"))
    table["deals"] = deals.size()
    ordered = months[months["order_days"] > 0]
    first = ordered.groupby("account")["month"].min().rename("first_month")
    table["first_month"] = begin = first.reindex(table["account"]).set_axis(table.index)
    last = pd.Timestamp(as_of).to_period("M")
    states = [
        begin.isna(),
        begin < pd.to_datetime(table["seen"]).dt.to_period("M"),
        ~(begin + YEAR <= last),
    ]
    table["left_out"] = np.select(states, LEFT_OUT, "")
    bought = _first_year(months, first).reindex(table["account"]).to_numpy(float)
    table["bought"] = np.where(table["left_out"] == "", bought, np.nan)
    with np.errstate(divide="ignore"):
        ratio = table["bought"].clip(lower=0) / table["noted"]
        table["factor"] = np.maximum(ratio, 1 / ratio)
    table = table.reset_index(drop=True)[list(COLUMNS)]
    return table.astype({"account": "str", "left_out": "str", "deals": "int64"})


def noted_values_headline(table: pd.DataFrame, currency: str = "") -> str:
    """How far the noted values were off, empty where too few can be compared.

    Parameters
    ----------
    table
        The table of ``noted_values``.
    """
    known = table[table["left_out"] == ""]
    if len(known) < FEWEST:
        return ""
    told = _(
        "{n} won deals had a value noted and a whole year behind them: {noted} was noted, {bought} "
        "bought in the first twelve calendar months"
    ).format(
        n=count(known["deals"].sum()),
        noted=money(known["noted"].sum(), currency),
        bought=money(known["bought"].sum(), currency),
    )
    middle = known["factor"].median()
    if np.isfinite(middle):
        off = _("{told}; the note was off by a factor of {factor} in the middle")
        told = off.format(told=told, factor=number(middle, 1))
    words = zip(
        LEFT_OUT,
        (
            _("{n} bought nothing yet"),
            _("{n} bought before they were prospects"),
            _("{n} have no whole year yet"),
        ),
        strict=True,
    )
    deals = table.groupby("left_out")["deals"].sum()
    rest = [text.format(n=count(deals[why])) for why, text in words if why in deals]
    return f"{told} ({_('left out')}: {', '.join(rest)})." if rest else f"{told}."


def _first_year(months: pd.DataFrame, first: pd.Series) -> pd.Series:
    """Revenue per account from the month of its first order on, twelve months (currency)."""
    rows = months[["account", "month", "revenue"]].merge(first.reset_index(), on="account")
    since = (rows["month"] >= rows["first_month"]) & (rows["month"] < rows["first_month"] + YEAR)
    return rows[since].groupby("account")["revenue"].sum()
