"""How well chances ranked decided deals, with the intervals of a bootstrap over groups."""

import numpy as np

from kamlib.analysis.measures.scores import MOST_RESAMPLED, metrics, runs_auc, runs_of_equal
from kamlib.analysis.models.deals import Judged, ridge_logistic
from kamlib.settings import Settings

TOP = 0.2
MIN_SPREAD = 0.02  # chances that differ less have no slope worth telling
RANKED = ("auc", "average_precision", "lift_top_fifth")
MEASURES = (
    *(f"{name}{end}" for name in RANKED for end in ("", "_low", "_high")),
    *("brier", "calibration", "calibration_slope"),
)
# So many weights of deals are held at once: 32 MB.
_CHUNK = 4_000_000


def group_draws(groups: np.ndarray, *, settings: Settings) -> np.ndarray:
    """How often each deal is in each resample: whole groups are drawn, with replacement.

    Of more groups than ``churn_metrics.MOST_RESAMPLED`` only so many are drawn; the interval is
    then a little too wide.
    """
    check = settings.target_check
    random = np.random.default_rng(settings.stability.seed)
    n = int(groups.max()) + 1 if len(groups) else 0
    most = min(n, MOST_RESAMPLED)
    drawn = np.empty((check.resamples, len(groups)), dtype=np.float32)
    for row in drawn:
        row[:] = np.bincount(random.integers(n, size=most), minlength=n)[groups] if n else 0
    return drawn


def deal_measures(
    won: np.ndarray, judged: Judged, draws: np.ndarray, *, confidence: float
) -> dict[str, float]:
    """The measures of one predictor, with intervals where deals are ranked.

    Parameters
    ----------
    won
        1 or 0 per deal.
    judged
        The deals as told by models that did not see them.
    draws
        Of :func:`group_draws`.

    Returns
    -------
    ``auc`` (0.5 is chance; pairs of deals of one fold, mean over the repeats),
    ``lift_top_fifth`` (won in the fifth of each fold that stands highest, as a multiple of the
    share of all), ``average_precision`` (of the chances in whole points of per cent; the share
    won is chance), each with ``_low`` and ``_high``; ``brier`` (mean squared error),
    ``calibration`` (mean chance less the share won), ``calibration_slope`` (1 is right, below 1
    the chances differ too much; NaN where they do not differ).
    """
    found = {}
    for name, value in ranked(won, judged, np.ones((1, len(won)))).items():
        found[name] = float(value[0])
    for name, ends in intervals(won, judged, draws, confidence=confidence).items():
        found |= dict(zip((f"{name}_low", f"{name}_high"), ends, strict=True))
    whole = metrics(won, judged.chance)
    found |= {name: whole[name] for name in ("brier", "calibration")}
    found["calibration_slope"] = calibration_slope(won, judged.chance)
    return {name: found[name] for name in MEASURES}


def intervals(
    won: np.ndarray, judged: Judged, draws: np.ndarray, *, confidence: float
) -> dict[str, tuple[float, float]]:
    """The ends of the interval of each of ``RANKED`` over the draws.

    Each draw is measured on one repeat of the folds, in turn: how the folds fell is part of what
    is uncertain.
    """
    repeats = len(judged.order)
    step = max(1, _CHUNK // max(len(won), 1))
    parts = []
    for repeat in range(repeats):
        own = draws[repeat::repeats]
        one = Judged(judged.chance, judged.order[[repeat]], judged.fold[[repeat]])
        parts += [ranked(won, one, own[at : at + step]) for at in range(0, len(own), step)]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    found = {}
    for name in RANKED:
        values = np.concatenate([part[name] for part in parts])
        known = values[np.isfinite(values)]
        found[name] = tuple(map(float, np.quantile(known, tails))) if len(known) else (np.nan,) * 2
    return found


def ranked(won: np.ndarray, judged: Judged, weights: np.ndarray) -> dict[str, np.ndarray]:
    """The measures of ``RANKED``, one value per row of weights; NaN with only won or only lost."""
    if not len(won):
        return {name: np.full(len(weights), np.nan) for name in RANKED}
    weights = weights.astype(float)
    repeats = [
        _within_folds(won, order, fold, weights)
        for order, fold in zip(judged.order, judged.fold, strict=True)
    ]
    auc, lift = (np.mean([repeat[at] for repeat in repeats], axis=0) for at in (0, 1))
    precision = _average_precision(*runs_of_equal(won, judged.chance.round(2), weights)[:2])
    usable = np.isfinite(auc)
    found = dict(zip(RANKED, (auc, precision, lift), strict=True))
    return {name: np.where(usable, value, np.nan) for name, value in found.items()}


def _within_folds(
    won: np.ndarray, order: np.ndarray, fold: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """AUC, and the lift of the top fifth of each fold; equal deals at its edge share its places."""
    events, others, parts = runs_of_equal(won, order, weights, fold)
    size = events + others
    starts = np.flatnonzero(np.diff(parts, prepend=-1))
    runs = np.diff(starts, append=len(parts))
    whole = np.repeat(np.add.reduceat(size, starts, axis=1), runs, axis=1)
    upto = np.cumsum(size, axis=1)
    upto = upto - np.repeat(upto[:, starts] - size[:, starts], runs, axis=1)
    places = TOP * whole - (whole - upto)
    taken = np.clip(np.divide(places, size, out=np.zeros_like(size), where=size > 0), 0, 1)
    all_won = events.sum(axis=1)
    caught = (events * taken).sum(axis=1)
    lift = np.divide(caught, TOP * all_won, out=np.full(len(caught), np.nan), where=all_won > 0)
    return runs_auc(events, others, parts), lift


def _average_precision(events: np.ndarray, others: np.ndarray) -> np.ndarray:
    events, others = events[:, ::-1], others[:, ::-1]
    caught = np.cumsum(events, axis=1)
    seen = caught + np.cumsum(others, axis=1)
    precision = np.divide(caught, seen, out=np.zeros_like(seen), where=seen > 0)
    won = caught[:, -1]
    total = (events * precision).sum(axis=1)
    return np.divide(total, won, out=np.full(len(won), np.nan), where=won > 0)


def calibration_slope(won: np.ndarray, chance: np.ndarray) -> float:
    """Slope of the outcome on the log odds that were told; 1 is right."""
    if not 0 < won.sum() < len(won) or np.std(chance) < MIN_SPREAD:
        return np.nan
    inside = np.clip(chance, 1e-4, 1 - 1e-4)
    odds = np.log(inside / (1 - inside))[:, None]
    return float(ridge_logistic(odds, won, np.ones(len(won)), penalty=1e6)[1])
