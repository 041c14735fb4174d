"""What a company may buy in a year, as those accounts do that resemble it most."""

import numpy as np
import pandas as pd

from kamlib.analysis.targeting.lookalike import nearest_accounts


def typical_values(
    targets: pd.DataFrame, accounts: pd.DataFrame, revenue: pd.Series, *, neighbours: int
) -> pd.Series:
    """The median revenue of the accounts most like each target in industry, region and size.

    Parameters
    ----------
    targets
        Companies with firmographics; ``account`` is the number of one that buys already, which
        is not its own measure.
    accounts
        ``book.accounts``.
    revenue
        Revenue with us in a year per account; only accounts with some are looked at.
    neighbours
        So many accounts are looked at.

    Returns
    -------
    Per target the revenue in a year (currency); NaN where nothing is known of both.
    """
    buying = revenue[revenue > 0]
    accounts = accounts.loc[accounts.index.intersection(buying.index)].sort_index(kind="stable")
    if accounts.empty:
        return pd.Series(np.nan, targets.index)
    own = targets["account"].astype("str").fillna("")
    nearest = nearest_accounts(targets, accounts, own, number=neighbours)
    values = buying.reindex(accounts.index).to_numpy(float)[nearest]
    table = pd.DataFrame(np.where(nearest < 0, np.nan, values), targets.index)
    return table.median(axis=1)
