"""Which accounts are lost: silent for longer than their own habit explains.

The rule, as Excel repeats it:
``silence_days > MAX(min_silence_days, gap_multiple * typical_gap_days)``.
"""

import pandas as pd

# The rules by which an account could be called lost; the last is the one in force.
FIXED, MULTIPLE, MODEL, IN_FORCE = (
    *("fixed silence", "own-gap multiple", "model probability", "longer of both"),
)
# With fewer gaps of its own, an account is measured by the usual gap of the others.
MIN_OWN_GAPS = 3


def orders_at(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The order statistics at one date, indexed by account, sorted.

    Accounts that had not ordered by then (only returns) are absent.
    """
    return (
        orders[orders["as_of"] == as_of]
        .drop(columns="as_of")
        .set_index("account")
        .sort_index(kind="stable")
    )


def typical_gaps(at: pd.DataFrame, *, min_gaps: int = MIN_OWN_GAPS) -> pd.Series:
    """The usual number of days between an account's orders.

    The median of its own gaps; with fewer than ``min_gaps`` of them, the median over the
    accounts that have enough; NaN where no account has.

    Parameters
    ----------
    at
        Order statistics per account at one date (``orders_at``): ``gaps``, ``gap_median``.

    Returns
    -------
    ``typical_gap_days`` per account.
    """
    own = at["gap_median"].where(at["gaps"] >= min_gaps).astype(float)
    return own.fillna(own.median()).rename("typical_gap_days")


def lost(
    at: pd.DataFrame, as_of: pd.Timestamp, *, min_silence_days: int, gap_multiple: float
) -> pd.DataFrame:
    """Call an account lost when it is silent longer than the rule of METHODS 6 allows.

    ``as_of`` is the last day that is known of: for a quarter that is not complete, the day on
    which the data ends, or days without data would count as silence.

    The allowance is the longer of ``min_silence_days`` and ``gap_multiple`` typical gaps;
    silence of exactly that length is not yet loss. Where no gap is known at all, only
    ``min_silence_days`` counts.

    Returns
    -------
    One row per account in ``at``: ``last_order``; ``silence_days`` and
    ``typical_gap_days`` (days); ``own_gap`` (whether that gap is the account's own habit, not
    the others'); ``lost``.
    """
    silence = (pd.Timestamp(as_of) - at["last_order"]).dt.days
    typical = typical_gaps(at)
    allowed = (gap_multiple * typical).clip(lower=min_silence_days).fillna(min_silence_days)
    return pd.DataFrame(
        {
            "last_order": at["last_order"],
            "silence_days": silence,
            "typical_gap_days": typical,
            "own_gap": at["gaps"] >= MIN_OWN_GAPS,
            "lost": silence > allowed,
        }
    )
