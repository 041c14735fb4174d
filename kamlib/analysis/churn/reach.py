"""Who can still be kept: how many silences that went on for so long were no loss in the end.

Who is leaving and can be kept is called; who is probably gone, though the loss rule has not spoken
yet, is won back like the lost, or let go. So nobody stands on both lists.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.rhythm import season_days
from kamlib.words import _, count, share

# The states of who may be leaving, and does not count as lost.
LEAVING = ("at risk", "slowing")


def reachable(states: pd.DataFrame, gaps: pd.DataFrame) -> pd.Series:
    """The chance that it is not decided yet that an account leaves, by its silence in own gaps.

    From the company's own history: of all silences that lasted as many usual gaps of their
    account as this one, those that ended in an order, against the accounts that are lost. Who
    is silent for no longer than others often are can be kept; of who is silent for as many gaps
    as only lost accounts are, nothing is left to keep.

    Parameters
    ----------
    states
        The table of ``account_states``. Of an account with a season the days of its season count,
        from the day on which an order was due, and what ended in it tells nothing of the others.
    gaps
        Order days per account with the gap before each, up to the same day.

    Returns
    -------
    Per account 0–1; 1 where nobody is lost, or no usual gap is known.
    """
    usual, seasonal = states["typical_gap_days"].astype(float), states["season"] != ""
    silent = states["silence_days"].mask(seasonal, _late_in_season(states[seasonal])) / usual
    ended = (gaps["gap"] / gaps["account"].map(usual.mask(seasonal)).astype(float)).dropna()
    gone = silent[states["state"] == "lost"].dropna()
    # Who is silent for longer than anybody before is no nearer than the longest lost.
    known = silent.clip(upper=gone.max()) if len(gone) else silent
    back, away = (_at_least(values, known) for values in (ended, gone))
    chance = pd.Series(back / np.maximum(back + away, 1), states.index)
    return chance.where(silent.notna() & (len(gone) > 0), 1.0).rename("reachable")


def probably_gone(states: pd.DataFrame, reachable: pd.Series, *, min_reachable: float) -> pd.Series:
    """Accounts that are slowing or at risk, and hardly to be kept: no call, but win-back.

    Who ordered only once has shown no rhythm by which to give it up.

    Parameters
    ----------
    states
        The table of ``account_states``.
    reachable
        The chance of each that it is not decided yet (:func:`reachable`).
    min_reachable
        With less an account counts as gone.

    Returns
    -------
    ``reachable`` of these accounts alone.
    """
    leaving = states["state"].isin(LEAVING)
    shown = states["due_days"].notna()
    return reachable[leaving & shown & (reachable < min_reachable)]


def as_lost(states: pd.DataFrame, gone: pd.Index, *, seen_to: pd.Timestamp) -> pd.DataFrame:
    """The states where who is probably gone counts as lost from the last day that is known of."""
    given_up = states.index.isin(gone)
    return states.assign(
        state=states["state"].mask(given_up, "lost"), since=states["since"].mask(given_up, seen_to)
    )


def gone_words(states: pd.DataFrame, gone: pd.Series) -> pd.Series:
    """Why each account is probably gone, in one sentence."""
    told = _(
        "Probably gone: silent for {silence} days, and of silences of so many usual gaps {part} "
        "ended in an order."
    )
    words = [
        told.format(silence=count(silence), part=share(part, 0))
        for silence, part in zip(states["silence_days"].reindex(gone.index), gone, strict=True)
    ]
    return pd.Series(words, gone.index, dtype="str")


def _late_in_season(states: pd.DataFrame) -> pd.Series:
    """Days of its season in which each account has been silent since an order was due."""
    due, until = (
        states["last_order"] + pd.to_timedelta(states[name], unit="D")
        for name in ("due_days", "silence_days")
    )
    return season_days(states["season"], due, until)


def _at_least(values: pd.Series, cuts: pd.Series) -> np.ndarray:
    """How many values are no smaller than each cut."""
    rising = np.sort(values.to_numpy(float), kind="stable")
    return len(rising) - np.searchsorted(rising, cuts.to_numpy(float), side="left")
