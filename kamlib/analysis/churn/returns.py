"""The chance that a silent or lost account comes back by itself: from how past silences ended.

Silences of all accounts together say too little of a lost one: who orders twice a year ends
many a silence of 150 days. So only what came after the loss rule had called an account lost
is counted, in days since then, and only until somebody tried to win the account back.

Every gap between two orders is a silence that ended; the silence that goes on now is one that
has not ended yet. The Kaplan–Meier estimate over both says how many silences last longer than
so many days, and from it the chance that one of ``s`` days ends within the next ``h``.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.year_value import per_row

# An attempt so shortly before the rule calls an account lost is about the same departure.
EARLY_DAYS = 90


def loss_survival(
    gaps: pd.DataFrame,
    allowed_days: pd.Series,
    allowed_before: pd.Series,
    winbacks: pd.DataFrame,
    *,
    seen_to: pd.Timestamp,
) -> pd.DataFrame:
    """How many losses last longer than so many days (Kaplan & Meier 1958), left to themselves.

    Parameters
    ----------
    gaps
        Order days per account with the gap before each (``Book.gaps``).
    allowed_days
        The silence that the loss rule allows each account, as it stands today.
    allowed_before
        The silence allowed before each order, by row of ``gaps`` (``loss.allowed_before``):
        a silence that was only a season was no loss.
    winbacks
        Attempts: ``account``, ``date``. A loss is followed until the first one.
    seen_to
        The last day that is known of.

    Returns
    -------
    One row per length with a loss that ended, rising: ``days`` since the account was called
    lost; ``silent`` (losses that lasted at least so long); ``ended`` (of them, those that ended
    that day); ``longer`` (0–1, share that lasts longer).
    """
    known = gaps[gaps["date"] <= seen_to]
    losses = _losses(known.assign(allowed=allowed_before), allowed_days, seen_to)
    losses = _until_attempt(losses, winbacks)
    lasted = losses["days"].to_numpy(float)
    days, number = np.unique(lasted[losses["ended"]], return_counts=True)
    silent = len(lasted) - np.searchsorted(np.sort(lasted, kind="stable"), days, side="left")
    longer = np.cumprod(1 - number / silent) if len(days) else np.array([])
    return pd.DataFrame({"days": days, "silent": silent, "ended": number, "longer": longer})


def unasked_chance(
    survival: pd.DataFrame, lost_days: pd.Series, *, horizon_days: int, min_losses: int
) -> pd.DataFrame:
    """The chance of a lost account to order again within the next days, without our doing.

    Of losses longer than the longest of which ``min_losses`` are known nothing is known; they
    get the chance at that length, falling on as the time since the loss grows.

    Parameters
    ----------
    survival
        The table of :func:`loss_survival`.
    lost_days
        Days since each account was called lost.

    Returns
    -------
    Indexed as ``lost_days``: ``p_natural`` (0–1; 0 where nothing is known at all);
    ``natural_known`` (whether enough losses of that very length are known).
    """
    often = survival[survival["silent"] >= min_losses]
    longest = float(often["days"].max()) - 1 if len(often) else np.nan
    held = lost_days.astype(float).clip(upper=longest) if len(often) else lost_days * np.nan
    chance = return_chance(survival, held, horizon_days=horizon_days, min_silences=min_losses)
    known = chance.notna() & (lost_days <= longest)
    chance = chance * (held.clip(lower=1) / lost_days.astype(float).clip(lower=1))
    return pd.DataFrame({"p_natural": chance.fillna(0.0), "natural_known": known})


def _losses(gaps: pd.DataFrame, allowed_days: pd.Series, seen_to: pd.Timestamp) -> pd.DataFrame:
    """Every loss, ended or not: account, the day it was called so, days since, whether ended."""
    past = gaps[["account", "date", "gap", "allowed"]].assign(ended=True)
    past["from"] = past["date"] - pd.to_timedelta(past["gap"], unit="D")
    last = gaps.groupby("account", as_index=False)["date"].max().rename(columns={"date": "from"})
    now = last.assign(gap=(seen_to - last["from"]).dt.days.astype(float), ended=False)
    now["allowed"] = per_row(allowed_days, now["account"])
    silences = pd.concat([past.drop(columns="date"), now], ignore_index=True)
    allowed = np.ceil(silences["allowed"].astype(float))
    losses = silences.assign(days=silences["gap"] - allowed - 1)[silences["gap"] > allowed]
    since = losses["from"] + pd.to_timedelta(allowed.loc[losses.index] + 1, unit="D")
    return losses.assign(since=since)[["account", "since", "days", "ended"]]


def _until_attempt(losses: pd.DataFrame, winbacks: pd.DataFrame) -> pd.DataFrame:
    """The losses, cut off on the day of the first attempt within each."""
    both = losses.reset_index(names="loss").merge(winbacks[["account", "date"]], on="account")
    after = (both["date"] - both["since"]).dt.days.astype(float)
    # An attempt before the rule spoke (within the silence) leaves nothing to be seen unasked.
    near = both.assign(after=after)[(after < both["days"]) & (after > -EARLY_DAYS)]
    first = near.groupby("loss")["after"].min().reindex(losses.index)
    cut = losses.assign(
        days=losses["days"].where(first.isna(), first), ended=losses["ended"] & first.isna()
    )
    return cut[cut["days"] >= 0]


def return_chance(
    survival: pd.DataFrame, silence_days: pd.Series, *, horizon_days: int, min_silences: int = 30
) -> pd.Series:
    """The chance that a silence of so many days ends within the next days, without our doing.

    Parameters
    ----------
    survival
        The table of :func:`loss_survival`, or the like of all silences.
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
