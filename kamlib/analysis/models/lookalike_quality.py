"""Whether firmographics tell the best accounts from the others, tried on accounts unseen."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.lookalike_model import LookalikeModel, lookalike_model
from kamlib.settings import Settings
from kamlib.words import _, number

MEASURES = (
    *("best accounts", "other accounts", "features", "auc", "auc_low", "auc_high"),
    *("rank_correlation_min", "rank_correlation_median", "verdict"),
)
_MOST_MODELS = 200


def lookalike_quality(
    accounts: pd.DataFrame, best: pd.Index, *, settings: Settings
) -> pd.DataFrame:
    """How well the model behind the fit ranks best accounts above others it has not seen.

    Every pair of a best account and another one is judged by the model without both (leave
    pair out: Airola et al. 2011), which has neither the luck of folds nor the bias of leaving
    out one account at a time. The interval resamples the best and the other accounts.

    Parameters
    ----------
    accounts, best
        As for ``lookalike``.

    Returns
    -------
    One row per measure: ``measure``; ``value`` (accounts, features; ``auc``, ``auc_low``,
    ``auc_high``: share of pairs in the right order, 0–1, with its interval of
    ``lookalike.confidence``; ``rank_correlation_min``, ``rank_correlation_median``: Spearman's
    between the ranks of all accounts with and without one of the best; NaN where there is no
    model); ``why`` (what it says; of ``verdict`` the sentence for the page).
    """
    learnt = accounts.index.isin(best)
    values = {"best accounts": learnt.sum(), "other accounts": (~learnt).sum()}
    model = lookalike_model(accounts, best, settings=settings.lookalike)
    if isinstance(model, str):
        verdict = _("Who resembles the best accounts cannot be said: {why}.").format(why=model)
    else:
        values |= {"features": model.features.number, **_auc(model, settings), **_steady(model)}
        verdict = _verdict(values, settings)
    words = _meanings() | {"verdict": verdict}
    return pd.DataFrame(
        {
            "measure": pd.Series(list(MEASURES), dtype="str"),
            "value": [float(values.get(name, np.nan)) for name in MEASURES],
            "why": pd.Series([words[name] for name in MEASURES], dtype="str"),
        }
    )


def _auc(model: LookalikeModel, settings: Settings) -> dict[str, float]:
    others = np.flatnonzero(~model.best)
    chunks = model.beaten(model.rows[others], others)
    right = 1 - np.concatenate([beaten.astype(np.float32) for _part, beaten in chunks])
    random = np.random.default_rng(settings.stability.seed)
    turns = settings.lookalike.resamples
    theirs, best = (_weights(random, turns, size) for size in right.shape)
    # Whole and half numbers: their sums are exact in any order.
    drawn = np.einsum("ij,ij->i", (theirs @ right).astype(float), best) / right.size
    tail = (1 - settings.lookalike.confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return {"auc": right.mean(dtype=float), "auc_low": low, "auc_high": high}


def _weights(random: np.random.Generator, turns: int, size: int) -> np.ndarray:
    """How often each is drawn, one row per turn."""
    drawn = [np.bincount(random.integers(size, size=size), minlength=size) for _ in range(turns)]
    return np.array(drawn).astype(np.float32)


def _steady(model: LookalikeModel) -> dict[str, float]:
    """Spearman's rank correlation over the accounts, with each of the best left out in turn."""
    models = np.vstack([model.coefficients, model.without[model.best][:_MOST_MODELS]])
    ranks = rankdata(np.round(model.rows @ models.T, 9), axis=0)
    ranks -= ranks.mean(axis=0)
    spread = np.sqrt((ranks**2).sum(axis=0))
    known = spread > 0
    found = (ranks[:, 0] @ ranks[:, known] / (spread[0] * spread[known]))[1:] if known[0] else []
    if not len(found):
        return {}
    found = significant(found)
    return {"rank_correlation_min": np.min(found), "rank_correlation_median": np.median(found)}


def _verdict(values: dict[str, float], settings: Settings) -> str:
    figures = _("in {auc} of 100 pairs the best account ranked first, {low} to {high}").format(
        auc=number(100 * values["auc"], 0),
        low=number(100 * values["auc_low"], 0),
        high=number(100 * values["auc_high"], 0),
    )
    if values["auc_low"] > 0.5 and values["auc"] < settings.lookalike.weak_auc:
        return _(
            "Firmographics hardly tell the best accounts from the others ({figures}; by chance 50)."
        ).format(figures=figures)
    if values["auc_low"] > 0.5:
        return _("Firmographics tell the best accounts from the others ({figures}).").format(
            figures=figures
        )
    return _(
        "Firmographics do not tell your best accounts from the others ({figures}; by chance 50)."
    ).format(figures=figures)


def _meanings() -> dict[str, str]:
    return {
        "best accounts": _("whose likes are looked for"),
        "other accounts": _("they are told from; new ones are left out"),
        "features": _("of industry, region, employees and annual revenue"),
        "auc": _("share of pairs of a best and another account in the right order, both unseen"),
        "auc_low": _("lower end of its interval"),
        "auc_high": _("upper end of its interval"),
        "rank_correlation_min": _("of the ranks with and without one best account, the worst"),
        "rank_correlation_median": _("of the ranks with and without one best account, the median"),
    }
