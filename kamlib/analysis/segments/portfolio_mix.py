"""What part of a manager's result the portfolio explains, and what is left beside it."""

import numpy as np
import pandas as pd


def portfolio_mix(
    before: pd.DataFrame, revenue: pd.Series, manager: pd.Series, managers: pd.Index
) -> pd.DataFrame:
    """Each manager's growth against the growth of like accounts in the whole company.

    Like accounts are those of the same cell a year ago. Each cell's growth in the company is
    applied to what the manager's accounts of that cell brought a year ago; where a cell's sum
    of a year ago is not positive (D), each account is expected to change by the cell's mean.
    Accounts that were not there a year ago stand beside it as new revenue. So the differences
    of all managers add up to nothing. A manager who holds most of a cell is compared mostly
    with the own accounts: ``own_base`` says how much.

    Parameters
    ----------
    before
        Per account of a year ago: ``cell``, ``revenue`` (net, window, currency).
    revenue
        Net revenue of today's window per account.
    manager
        Manager today per account.
    managers
        For whom to tell.

    Returns
    -------
    One row per manager: ``revenue_before``; ``new_revenue`` (of accounts not there a year
    ago); ``expected_change``, ``against_mix`` (currency; change of the accounts that were
    there less what was expected); ``kept_growth``, ``expected_growth``, ``against_mix_share``
    (shares of ``revenue_before``, NaN where that is not positive); ``own_base`` (0–1).
    """
    then = before["revenue"].reindex(revenue.index)
    there = then.notna()
    accounts = pd.DataFrame(
        {
            "manager": manager,
            "cell": before["cell"].astype("str").reindex(revenue.index),
            "before": then,
            "change": revenue - then,
            "new": revenue.where(~there, 0.0),
        }
    )
    kept = accounts[there]
    expected, own_part = _expected(kept)
    kept = kept.assign(expected=expected, own=own_part * kept["before"].clip(lower=0))
    sums = kept.groupby("manager")[["before", "change", "expected", "own"]].sum()
    sums = sums.reindex(managers, fill_value=0.0)
    base = sums["before"].where(sums["before"] > 0)
    positive = kept["before"].clip(lower=0).groupby(kept["manager"]).sum().reindex(managers)
    against = (sums["change"] - sums["expected"]).round(6)
    return pd.DataFrame(
        {
            "revenue_before": sums["before"].round(6),
            "new_revenue": accounts.groupby("manager")["new"].sum().reindex(managers).fillna(0.0),
            "expected_change": sums["expected"].round(6),
            "against_mix": against,
            "kept_growth": sums["change"] / base,
            "expected_growth": sums["expected"] / base,
            "against_mix_share": against / base,
            "own_base": sums["own"] / positive.where(positive > 0),
        },
        managers,
    )


def _expected(kept: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Expected change per account, and what part of its cell's base its manager holds."""
    cells = kept.groupby("cell")
    base, change = cells["before"].transform("sum"), cells["change"].transform("sum")
    mean = change / cells["before"].transform("size")
    growth = change / base.where(base > 0)
    expected = (kept["before"] * growth).where(base > 0, mean)
    positive = kept["before"].clip(lower=0)
    cell_sum = positive.groupby(kept["cell"]).transform("sum")
    own_sum = positive.groupby([kept["cell"], kept["manager"]]).transform("sum")
    return expected, (own_sum / cell_sum.replace(0, np.nan)).fillna(0.0)
