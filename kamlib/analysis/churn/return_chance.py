"""The chance that a silent account orders again by itself: from how past silences ended.

Every gap between two orders is a silence that ended; the silence that goes on now is one that
has not ended yet. The Kaplan–Meier estimate over both says how many silences last longer than
so many days, and from it the chance that one of ``s`` days ends within the next ``h``.
"""

import numpy as np
import pandas as pd


def silence_survival(gaps: pd.DataFrame, *, seen_to: pd.Timestamp) -> pd.DataFrame:
    """How many silences last longer than so many days (Kaplan & Meier 1958).

    Parameters
    ----------
    gaps
        Order days per account with the gap before each (``Book.gaps``).
    seen_to
        The last day that is known of: until then the silences of now have lasted.

    Returns
    -------
    One row per length with an ended silence, rising: ``days``; ``silent`` (silences that
    lasted at least so long); ``ended`` (of them, those that ended that day); ``longer`` (0–1,
    share that lasts longer).

    >>> days = pd.to_datetime(["2025-01-01", "2025-01-11", "2025-01-31"])
    >>> gaps = pd.DataFrame({"account": "a", "date": days, "gap": [None, 10.0, 20.0]})
    >>> silence_survival(gaps, seen_to=pd.Timestamp("2025-03-12"))["longer"].round(3).tolist()
    [0.667, 0.333]
    """
    known = gaps[gaps["date"] <= seen_to]
    ended = known["gap"].dropna().to_numpy(float)
    now = (seen_to - known.groupby("account")["date"].max()).dt.days.to_numpy(float)
    days, number = np.unique(ended, return_counts=True)
    lengths = np.sort(np.concatenate([ended, now]), kind="stable")
    silent = len(lengths) - np.searchsorted(lengths, days, side="left")
    longer = np.cumprod(1 - number / silent) if len(days) else np.array([])
    return pd.DataFrame({"days": days, "silent": silent, "ended": number, "longer": longer})


def return_chance(
    survival: pd.DataFrame, silence_days: pd.Series, *, horizon_days: int, min_silences: int = 30
) -> pd.Series:
    """The chance that a silence of so many days ends within the next days, without our doing.

    Parameters
    ----------
    survival
        The table of :func:`silence_survival`.
    silence_days
        Days of silence per account.
    horizon_days
        Within how many days.
    min_silences
        Where fewer silences ever lasted so long, nothing is known: NaN.

    Returns
    -------
    ``p_natural`` per account (0–1; NaN where unknown).
    """
    silence = silence_days.astype(float).to_numpy()
    at_risk = _stepped(survival["days"], survival["silent"], silence + 1, before=0.0)
    now = _longer(survival, silence)
    later = _longer(survival, silence + horizon_days)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance = 1 - later / now
    known = (at_risk >= min_silences) & (now > 0) & ~np.isnan(silence)
    return pd.Series(np.where(known, chance, np.nan), silence_days.index, name="p_natural")


def _longer(survival: pd.DataFrame, days: np.ndarray) -> np.ndarray:
    places = np.searchsorted(survival["days"].to_numpy(float), days, side="right") - 1
    values = np.append(survival["longer"].to_numpy(float), 1.0)
    return values[np.where(places < 0, len(values) - 1, places)]


def _stepped(steps: pd.Series, values: pd.Series, days: np.ndarray, *, before: float) -> np.ndarray:
    """The value at the first step that is not before the days; ``before`` beyond the last."""
    places = np.searchsorted(steps.to_numpy(float), days, side="left")
    return np.append(values.to_numpy(float), before)[np.minimum(places, len(steps))]
