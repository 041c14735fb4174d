"""Partial churn: accounts that stay with us but have left a product line."""

import pandas as pd

from kamlib.words import _, count, money

YEAR = 4
QUIET = 2
COLUMNS = ("account", "product_line", "last_quarter", "revenue_a_year", "account_share", "why")


def line_losses(line_quarters: pd.DataFrame, *, quarter: pd.Period) -> pd.DataFrame:
    """The lines that accounts have left while they go on buying others.

    An account has left a line when it bought nothing of it in the last two quarters, though it
    did in at least two of the four quarters before them and in one of the same two quarters a
    year ago (so a season is no loss), and though it bought other lines in the last two quarters.

    Parameters
    ----------
    line_quarters
        The book's frame: ``account``, ``product_line``, ``quarter``, ``revenue``.
    quarter
        The reported quarter.

    Returns
    -------
    One row per account and line that was left, the most money first: ``account``,
    ``product_line``; ``last_quarter`` with a sale; ``revenue_a_year`` (of the four quarters
    before the two quiet ones, currency); ``account_share`` (0–1, what that was of the account's
    revenue then); ``why`` (the sentence).
    """
    known = line_quarters[line_quarters["product_line"] != ""]
    known = known[(known["quarter"] <= quarter) & (known["revenue"] > 0)]
    known = known.assign(back=(quarter.ordinal - pd.PeriodIndex(known["quarter"]).asi8))
    year = known[(known["back"] >= QUIET) & (known["back"] < QUIET + YEAR)]
    keys = ["account", "product_line"]
    lines = year.groupby(keys).agg(
        quarters=("back", "nunique"), nearest=("back", "min"), revenue_a_year=("revenue", "sum")
    )
    same_season = year[year["back"] >= YEAR].groupby(keys).size()
    quiet = known[known["back"] < QUIET]
    bought = quiet.groupby(keys).size()
    left = lines[
        (lines["quarters"] >= 2)
        & lines.index.isin(same_season.index)
        & ~lines.index.isin(bought.index)
    ].reset_index()
    left = left[left["account"].isin(quiet["account"])]
    of_account = year.groupby("account")["revenue"].sum()
    left["account_share"] = left["revenue_a_year"] / left["account"].map(of_account).astype(float)
    left["last_quarter"] = (quarter - left["nearest"]).astype("str") if len(left) else ""
    told = _("bought {revenue} of {line} a year until {quarter}, nothing since; still buys others")
    left["why"] = pd.Series(
        [
            told.format(
                revenue=money(row.revenue_a_year), line=row.product_line, quarter=row.last_quarter
            )
            for row in left.itertuples()
        ],
        left.index,
        dtype="str",
    )
    order = ["revenue_a_year", "account", "product_line"]
    left = left.sort_values(order, ascending=[False, True, True], ignore_index=True, kind="stable")
    return left[list(COLUMNS)].astype({"last_quarter": "str"})


def line_losses_headline(losses: pd.DataFrame, currency: str = "") -> str:
    """How many accounts stay but left a line, and what that was worth."""
    if losses.empty:
        return _("No account that goes on buying has left a product line.")
    worst = (
        losses.groupby("product_line")["revenue_a_year"]
        .sum()
        .sort_values(ascending=False, kind="stable")
    )
    return _(
        "{accounts} accounts go on buying but have left a line: {revenue} a year, most of it in "
        "{line} ({part})."
    ).format(
        accounts=count(losses["account"].nunique()),
        revenue=money(losses["revenue_a_year"].sum(), currency),
        line=worst.index[0],
        part=money(worst.iloc[0], currency),
    )
