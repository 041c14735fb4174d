"""How regular the gaps between orders are: k of the Erlang gaps in MBG/CNBD-k."""

import numpy as np
import pandas as pd

MAX_REGULARITY = 10
_LEAST, _MOST = 0.1, 100.0


def last_two_gaps(order_days: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The last two gaps between an account's orders, up to a day.

    Parameters
    ----------
    order_days
        ``account`` and ``date`` of every order day, in that order.

    Returns
    -------
    Per account with at least two gaps: ``gap`` and, before it, ``gap_before`` (days).
    """
    days = order_days[order_days["date"] <= pd.Timestamp(as_of)]
    last = days.groupby("account", sort=True).tail(3)
    gap = last.groupby("account", sort=True)["date"].diff().dt.days.astype(float)
    gaps = last.assign(gap=gap, gap_before=gap.groupby(last["account"]).shift())
    return gaps.dropna().set_index("account")[["gap", "gap_before"]]


def regularity(two_gaps: pd.DataFrame) -> float:
    """How regular accounts order, by Wheat & Morrison's estimator.

    Whatever its rate, the share of one of an account's two gaps in both is beta (k, k), with
    the variance V = 1 / (4 (2 k + 1)). So k = (1 - 4 V) / (8 V). Two neighbouring gaps do not
    feel that an account's rate changes over the years, as the spread of all its gaps would.

    Parameters
    ----------
    two_gaps
        As ``last_two_gaps`` gives them.

    Returns
    -------
    k: 1 for pure chance, more for more regular, within 0.1 to 100; NaN without any account.

    References
    ----------
    Wheat & Morrison 1990, Journal of Marketing Research 27(1), 87–93.

    Examples
    --------
    >>> float(regularity(pd.DataFrame({"gap": [7.0, 21.0], "gap_before": [21.0, 7.0]})))
    1.5
    """
    both = two_gaps["gap"] + two_gaps["gap_before"]
    part = (two_gaps["gap"] / both)[both > 0]
    if part.empty:
        return np.nan
    variance = float(((part - 0.5) ** 2).mean())
    if variance == 0:
        return _MOST
    return float(np.clip((1 - 4 * variance) / (8 * variance), _LEAST, _MOST))


def whole_regularity(two_gaps: pd.DataFrame) -> int:
    """``regularity`` as a purchase model takes it: a whole number from 1 to 10."""
    found = regularity(two_gaps)
    return 1 if np.isnan(found) else int(np.clip(round(found), 1, MAX_REGULARITY))
