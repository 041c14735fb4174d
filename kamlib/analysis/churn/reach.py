"""Who can still be kept: how many silences that went on for so long were no loss in the end."""

import numpy as np
import pandas as pd


def reachable(states: pd.DataFrame, gaps: pd.DataFrame) -> pd.Series:
    """The chance that it is not decided yet that an account leaves, by its silence in own gaps.

    From the company's own history: of all silences that lasted as many usual gaps of their
    account as this one, those that ended in an order, against the accounts that are lost. Who
    is silent for no longer than others often are can be kept; of who is silent for as many gaps
    as only lost accounts are, nothing is left to keep.

    Parameters
    ----------
    states
        The table of ``account_states``. Of an account with a season its silence counts from the
        day on which an order was due, and what ended in it tells nothing of the others.
    gaps
        Order days per account with the gap before each, up to the same day.

    Returns
    -------
    Per account 0–1; 1 where nobody is lost, or no usual gap is known.
    """
    usual, seasonal = states["typical_gap_days"].astype(float), states["season"] != ""
    late = (states["silence_days"] - states["due_days"]).clip(lower=0.0)
    silent = states["silence_days"].mask(seasonal, late) / usual
    ended = (gaps["gap"] / gaps["account"].map(usual.mask(seasonal)).astype(float)).dropna()
    gone = silent[states["state"] == "lost"].dropna()
    # Who is silent for longer than anybody before is no nearer than the longest lost.
    known = silent.clip(upper=gone.max()) if len(gone) else silent
    back, away = (_at_least(values, known) for values in (ended, gone))
    chance = pd.Series(back / np.maximum(back + away, 1), states.index)
    return chance.where(silent.notna() & (len(gone) > 0), 1.0).rename("reachable")


def _at_least(values: pd.Series, cuts: pd.Series) -> np.ndarray:
    """How many values are no smaller than each cut."""
    rising = np.sort(values.to_numpy(float), kind="stable")
    return len(rising) - np.searchsorted(rising, cuts.to_numpy(float), side="left")
