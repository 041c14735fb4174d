"""How good predictions of an event were: ranking, probabilities, and how sure a gain is."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kamlib.analysis.measures.significant import significant

# More accounts than these are not resampled: a sample of them gives a wider interval.
MOST_RESAMPLED = 20_000
METRICS = ("auc", "average_precision", "brier", "lift_top_decile", "calibration")


def metrics(event: np.ndarray, probability: np.ndarray) -> dict[str, float]:
    """The figures of one model.

    Parameters
    ----------
    event
        1 where it happened, else 0.
    probability
        That it would (0–1).

    Returns
    -------
    ``auc`` (0.5 is chance, ties count half), ``average_precision`` (0–1, the share of events is
    chance), ``brier`` (mean squared error, less is better), ``lift_top_decile`` (events in the
    tenth with the highest probabilities, as a multiple of the share of all), ``calibration``
    (mean probability less the share of events: 0 is right, above 0 it warned of too many). NaN
    where there is no event, only events, or a probability is unknown.
    """
    from sklearn.metrics import average_precision_score

    event, probability = np.asarray(event, dtype=float), np.asarray(probability, dtype=float)
    if not 0 < event.sum() < len(event) or not np.isfinite(probability).all():
        return dict.fromkeys(METRICS, np.nan)
    return {
        "auc": auc(event, probability),
        "average_precision": float(average_precision_score(event, probability)),
        "brier": significant(float(np.mean((probability - event) ** 2))),
        "lift_top_decile": _lift(event, probability),
        "calibration": round(float(probability.mean() - event.mean()), 9),
    }


def auc(event: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The chance that an event has a higher score than a non-event; ties count half."""
    order = np.argsort(score, kind="stable")
    return _sorted_auc(event[order], _ties(score[order]), weights, order)


def runs_of_equal(
    event: np.ndarray, score: np.ndarray, weights: np.ndarray, parts: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The weight of events and of non-events in each run of equal scores, lowest score first.

    ``weights`` may have one row per draw of a bootstrap; then so has what comes back.
    ``parts`` are whole numbers: scores are compared within a part only, parts stand one behind
    the other, and the third array says of which part each run is.
    """
    parts = np.zeros(len(event), dtype=np.int64) if parts is None else parts
    order = np.lexsort((score, parts))
    new_part = np.diff(parts[order], prepend=-1) != 0
    ties = np.flatnonzero(new_part | (np.diff(score[order], prepend=np.inf) != 0))
    return *_runs(event[order], ties, weights[..., order]), parts[order][ties]


def runs_auc(events: np.ndarray, others: np.ndarray, parts: np.ndarray | None = None) -> np.ndarray:
    """AUC from the runs of equal scores, one per draw; NaN without events or non-events.

    With ``parts``, pairs within a part are counted only.
    """
    starts = np.array([0]) if parts is None else np.flatnonzero(np.diff(parts, prepend=-1))
    sizes = np.diff(starts, append=events.shape[-1])
    before = np.cumsum(others, axis=-1) - others
    below = before - np.repeat(before[..., starts], sizes, axis=-1)
    ranked = np.sum(events * (below + others / 2), axis=-1)
    sums = [np.add.reduceat(side, starts, axis=-1) for side in (events, others)]
    pairs = np.asarray((sums[0] * sums[1]).sum(axis=-1))
    return np.divide(ranked, pairs, out=np.full(pairs.shape, np.nan), where=pairs > 0)


def calibration_curve(event: np.ndarray, probability: np.ndarray, bins: int = 10) -> pd.DataFrame:
    """Predicted against happened, in groups of equal size from low to high probability.

    Returns
    -------
    One row per group: ``predicted`` (mean probability), ``happened`` (share of events), ``n``.
    """
    frame = pd.DataFrame({"predicted": probability, "happened": event}).dropna()
    frame = frame.sort_values("predicted", kind="stable", ignore_index=True)
    place = frame.index.to_numpy() * bins // max(len(frame), 1)
    grouped = frame.groupby(place)
    return grouped.mean().assign(n=grouped.size()).reset_index(drop=True)


def gain_interval(
    event: np.ndarray,
    probability: np.ndarray,
    against: np.ndarray,
    accounts: Sequence[str] | np.ndarray,
    *,
    measure: str,
    resamples: int,
    confidence: float,
    seed: int,
) -> tuple[float, float, float]:
    """How much better one model is than another, by a paired bootstrap over accounts.

    An account is drawn with all its rows, because they depend on each other, and both models
    are measured on the same draw.

    Returns
    -------
    The gain (difference in ``auc``, or fall in ``brier``) and the ends of its interval.
    """
    codes = pd.factorize(np.asarray(accounts))[0]
    random = np.random.default_rng(seed)
    n = int(codes.max()) + 1
    full = _difference(event, probability, against, measure)
    gain = full(None)
    if n > MOST_RESAMPLED:
        chosen = np.zeros(n, dtype=bool)
        chosen[random.choice(n, MOST_RESAMPLED, replace=False)] = True
        part = chosen[codes]
        codes, n = pd.factorize(codes[part])[0], MOST_RESAMPLED
        full = _difference(event[part], probability[part], against[part], measure)
    drawn = [
        full(np.bincount(random.integers(n, size=n), minlength=n)[codes].astype(float))
        for _ in range(resamples)
    ]
    tail = (1 - confidence) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail]) if np.isfinite(drawn).any() else (
        np.nan, np.nan)  # fmt: skip
    return tuple(significant(np.array([gain, low, high], dtype=float)).tolist())


def _difference(event: np.ndarray, probability: np.ndarray, against: np.ndarray, measure: str):
    """The gain as a function of the rows' weights, with everything sorted once."""
    if measure == "brier":
        better = (against - event) ** 2 - (probability - event) ** 2
        return lambda weights: float(np.average(better, weights=weights))
    sides = []
    for score in (probability, against):
        order = np.argsort(score, kind="stable")
        sides.append((event[order], _ties(score[order]), order))

    def gain(weights: np.ndarray | None) -> float:
        own, other = (_sorted_auc(side[0], side[1], weights, side[2]) for side in sides)
        return own - other

    return gain


def _ties(rising: np.ndarray) -> np.ndarray:
    """Where each run of equal scores begins."""
    return np.flatnonzero(np.concatenate([[True], rising[1:] > rising[:-1]]))


def _sorted_auc(
    event: np.ndarray, ties: np.ndarray, weights: np.ndarray | None, order: np.ndarray
) -> float:
    weights = np.ones(len(event)) if weights is None else weights[order]
    return float(runs_auc(*_runs(event, ties, weights)))


def _runs(
    event: np.ndarray, ties: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    events = np.add.reduceat(weights * event, ties, axis=-1)
    return events, np.add.reduceat(weights * (1 - event), ties, axis=-1)


def _lift(event: np.ndarray, probability: np.ndarray) -> float:
    """Equal probabilities at the edge of the tenth share its last places."""
    size = len(event) / 10
    falling = np.sort(probability, kind="stable")[::-1]
    edge = falling[min(int(np.ceil(size)) - 1, len(falling) - 1)]
    above, on = probability > edge, probability == edge
    places = size - above.sum()
    caught = event[above].sum() + event[on].mean() * places
    return float(caught / size / event.mean())
