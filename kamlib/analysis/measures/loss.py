"""Which accounts are lost: silent for longer than their own habit explains.

The rule, as Excel repeats it:
``silence_days > MAX(min_silence_days, gap_multiple * typical_gap_days, explained_days)``.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.rhythm import explained_gaps
from kamlib.settings import Settings

# The rules by which an account could be called lost; the last is the one in force.
FIXED, MULTIPLE, MODEL, IN_FORCE = (
    *("fixed silence", "own-gap multiple", "model probability", "longer of both"),
)


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


def allowed_days(at: pd.DataFrame, *, min_silence_days: int, gap_multiple: float) -> pd.Series:
    """The longest silence after the last order that is not yet a loss, in days.

    That is the longest of ``min_silence_days``, of ``gap_multiple`` usual gaps, and of what the
    account's own calendar explains.

    Parameters
    ----------
    at
        Order statistics with the rhythm, by account: ``typical_gap_days``, ``explained_days``.
    """
    rule = (gap_multiple * at["typical_gap_days"]).clip(lower=min_silence_days)
    longest = np.fmax(rule.fillna(min_silence_days), at["explained_days"])
    return longest.rename("allowed_days")


def lost(
    at: pd.DataFrame, as_of: pd.Timestamp, *, min_silence_days: int, gap_multiple: float
) -> pd.DataFrame:
    """Call an account lost when it is silent longer than the rule of METHODS 6 allows.

    ``as_of`` is the last day that is known of: for a quarter that is not complete, the day on
    which the data ends, or days without data would count as silence.

    Silence of exactly what :func:`allowed_days` allows is not yet loss. Where no gap is known at
    all, only ``min_silence_days`` counts.

    Parameters
    ----------
    at
        Order statistics at one date with the rhythm (``with_rhythm``), by account.

    Returns
    -------
    One row per account in ``at``: ``last_order``; ``silence_days`` and
    ``typical_gap_days`` (days); ``own_gap`` (whether that gap is the account's own habit, not
    drawn towards the others'); ``explained_days`` (what its own calendar explains);
    ``allowed_days``; ``lost``.
    """
    silence = (pd.Timestamp(as_of) - at["last_order"]).dt.days
    allowed = allowed_days(at, min_silence_days=min_silence_days, gap_multiple=gap_multiple)
    return pd.DataFrame(
        {
            "last_order": at["last_order"],
            "silence_days": silence,
            "typical_gap_days": at["typical_gap_days"],
            "own_gap": at["own_gap"],
            "explained_days": at["explained_days"],
            "allowed_days": allowed,
            "lost": silence > allowed,
        }
    )


def allowed_before(
    gaps: pd.DataFrame, at: pd.DataFrame, as_of: pd.Timestamp, *, settings: Settings
) -> pd.Series:
    """The silence before each order that was not yet a loss, in days, by what is known now.

    Parameters
    ----------
    gaps
        Order days per account with the gap before each (``Book.gaps``).
    at
        Order statistics at ``as_of`` with the rhythm, by account.

    Returns
    -------
    Indexed as the rows of ``gaps`` up to ``as_of``.
    """
    churn = settings.churn
    explained = explained_gaps(gaps, at, as_of, rules=settings.rhythm)
    known = gaps["account"].reindex(explained.index)
    of = pd.DataFrame(
        {
            "typical_gap_days": known.map(at["typical_gap_days"]).astype(float),
            "explained_days": explained,
        }
    )
    return allowed_days(of, min_silence_days=churn.min_silence_days,
                        gap_multiple=churn.gap_multiple)  # fmt: skip
