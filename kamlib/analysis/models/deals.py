"""What decided deals say of a deal that was not learnt from: codings, folds and small models.

A single score keeps its direction: more of it never lowers the chance, and where deals of
unknown score stand is learnt. Models of several facts are logistic regressions with a ridge.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from kamlib.analysis.measures.significant import significant
from kamlib.analysis.measures.texts import text_column
from kamlib.settings import PS, Settings
from kamlib.words import _

TEXTS = ("relationship", "source", "industry")
# From the simplest to the most elaborate: single P's, the score, the lookalike, fitted ones.
SINGLE = {**{p: p for p in PS}, "three P's": "score", "fit": "fit"}
FITTED = {"P's fitted": (), "all facts": TEXTS}
PREDICTORS = (*PS, "three P's", "fit", *FITTED)
UNKNOWN, OTHER = "unknown", "other"
# Further than any score in standard units: where unknown deals stand beside a score that is flat.
BEYOND = 1e6
# Deals times repeats that are judged at most: it is a matter of time.
MOST_JUDGED = 50_000
# What makes two deals the same; who they are and when they were is not among it.
DESCRIBED = (
    *(*PS, *TEXTS, "region", "employees", "annual_revenue", "product_line"),
    *("competitor", "competitor_share", "manager", "value"),
)


@dataclass(frozen=True)
class Coding:
    """How facts of a deal become figures: learnt from decided deals, not from their outcomes.

    ``scores``: per score its ``mean``, ``spread``, ``low``, ``high`` among the known; ``levels``
    per text column the values that are common enough to stand alone.
    """

    scores: pd.DataFrame
    levels: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Judged:
    """Deals as told by models that did not see them.

    ``chance`` (0–1) per deal, the mean over the repeats; ``order`` and ``fold``, one row per
    repeat: the place in the ranking and the fold, within which alone places can be compared.
    """

    chance: np.ndarray
    order: np.ndarray
    fold: np.ndarray


class Told(Protocol):
    """What was learnt of a predictor."""

    def chance(self, columns: np.ndarray) -> np.ndarray: ...

    def order(self, columns: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True)
class _Fitted:
    found: np.ndarray

    def chance(self, columns: np.ndarray) -> np.ndarray:
        from scipy.special import expit

        return significant(expit(self.found[0] + columns @ self.found[1:]))

    order = chance


@dataclass(frozen=True)
class _Single(_Fitted):
    """A score, and the value of it where deals of unknown score stand."""

    place: float

    def order(self, columns: np.ndarray) -> np.ndarray:
        return np.where(columns[:, 1] == 1, self.place, columns[:, 0])


def predictor_labels() -> dict[str, str]:
    """What each predictor is called for readers."""
    return {
        "need": _("need"),
        "budget": _("ability to pay"),
        "authority": _("power to decide"),
        "three P's": _("score of the three P's"),
        "fit": _("fit (lookalike)"),
        "P's fitted": _("three P's, weights fitted"),
        "all facts": _("three P's, relationship, source and industry, fitted"),
    }


def ordered_deals(facts: pd.DataFrame, won: pd.Series) -> tuple[pd.DataFrame, np.ndarray]:
    """Deals with an outcome in the order of their codes, and 1 (won) or 0 (lost) of each."""
    known = won.dropna().astype(float)
    kept = facts[facts.index.isin(known.index)].sort_index(kind="stable")
    return kept, known.reindex(kept.index).to_numpy(float)


def deal_groups(facts: pd.DataFrame) -> pd.Series:
    """Number of the group of each deal: deals of which the same is noted are one group.

    They may be copies of one deal, so a model must not learn from one and be judged on another.
    A deal of which nothing is noted is its own group.
    """
    told = facts[[name for name in DESCRIBED if name in facts]]
    texts = told.astype("str").fillna("")
    if told.shape[1] == 0:
        return pd.Series(np.arange(len(facts)), facts.index)
    nothing = (told.isna() | (texts == "")).all(axis=1).to_numpy()
    codes = texts.groupby(list(texts), sort=False).ngroup().to_numpy(np.int64, copy=True)
    codes[nothing] = len(facts) + np.arange(nothing.sum())
    return pd.Series(pd.factorize(codes)[0], facts.index)


def split_large_groups(groups: np.ndarray, most: int) -> np.ndarray:
    """Group numbers from 0 where a group of more than ``most`` deals is taken apart.

    So many equal deals come of coarse facts, not of copies, and would fill a fold alone.
    """
    codes = pd.factorize(groups)[0].astype(np.int64)
    large = np.bincount(codes, minlength=1)[codes] > most if len(codes) else codes > 0
    codes[large] = len(codes) + np.arange(large.sum())
    return pd.factorize(codes)[0]


def check_groups(
    deals: pd.DataFrame, groups: pd.Series | None, *, settings: Settings
) -> np.ndarray:
    """The groups of ordered deals as given, or of equal facts, none larger than half a fold."""
    labels = deal_groups(deals) if groups is None else groups.reindex(deals.index)
    most = len(deals) // (2 * settings.target_check.folds)
    return split_large_groups(labels.to_numpy(), max(1, most))


def fold_numbers(won: np.ndarray, groups: np.ndarray, *, settings: Settings) -> np.ndarray:
    """The fold of each deal, one row per repeat; a group is in one fold.

    Groups are dealt out like cards in the order of their size and share won, shuffled within
    equals, so that each fold has nearly the same share won. What many deals say hardly hangs on
    the draw: they are drawn ``target_check.repeats`` times, but for ``MOST_JUDGED`` deals in all.
    """
    check = settings.target_check
    repeats = min(check.repeats, -(-MOST_JUDGED // max(len(won), 1)))
    random = np.random.default_rng(settings.stability.seed)
    size = np.bincount(groups)
    share = np.bincount(groups, weights=won) / size
    drawn = np.empty((repeats, len(won)), dtype=np.int64)
    for repeat in range(repeats):
        order = np.lexsort((random.random(len(size)), share, size))
        place = np.empty(len(size), dtype=np.int64)
        place[order] = np.arange(len(size))
        drawn[repeat] = place[groups] % check.folds
    return drawn


def coding(facts: pd.DataFrame, *, min_group: int) -> Coding:
    """Learn from decided deals how to code facts; columns that are absent count as unknown."""
    names = dict.fromkeys((*PS, "score", "fit"))
    scores = pd.DataFrame({name: _score(facts, name) for name in names}, facts.index)
    frame = pd.DataFrame(
        {
            "mean": scores.mean().fillna(0.0),
            "spread": scores.std(ddof=0).replace(0.0, 1.0).fillna(1.0),
            "low": scores.min(),
            "high": scores.max(),
        }
    )
    levels = {}
    for name in TEXTS:
        sizes = text_column(facts, name, UNKNOWN).value_counts()
        levels[name] = tuple(sorted(sizes.index[sizes >= min_group]))
    return Coding(frame, levels)


def score_columns(facts: pd.DataFrame, name: str, code: Coding) -> np.ndarray:
    """A score in standard units and whether it is unknown; never beyond the range learnt from."""
    row = code.scores.loc[name]
    value = _score(facts, name)
    unknown = np.isnan(value)
    inside = np.clip(value, row["low"], row["high"])
    scaled = np.where(unknown, 0.0, (inside - row["mean"]) / row["spread"])
    return np.column_stack([scaled, unknown.astype(float)])


def fitted_columns(facts: pd.DataFrame, texts: tuple[str, ...], code: Coding) -> np.ndarray:
    """The three P's with their unknown flags, and a column per common value of the texts."""
    columns = [score_columns(facts, name, code) for name in PS]
    for name in texts:
        text = text_column(facts, name, UNKNOWN)
        columns += [(text == level).to_numpy(float)[:, None] for level in code.levels[name]]
        columns.append((~text.isin(code.levels[name])).to_numpy(float)[:, None])
    return np.column_stack(columns)


def predictor_columns(facts: pd.DataFrame, predictor: str, code: Coding) -> np.ndarray:
    """What one predictor learns from."""
    if predictor in SINGLE:
        return score_columns(facts, SINGLE[predictor], code)
    return fitted_columns(facts, FITTED[predictor], code)


def fitted_model(
    predictor: str, columns: np.ndarray, won: np.ndarray, weights: np.ndarray, penalty: float
) -> Told:
    """Learn one predictor from decided deals.

    A score of which more went with fewer won tells nothing as it stands: the chance is then
    that of all known, and the order stays the score's.
    """
    if predictor in FITTED:
        return _Fitted(ridge_logistic(columns, won, weights, penalty=penalty))
    found = ridge_logistic(columns, won, weights, penalty=1.0)
    if found[1] > 0:
        return _Single(found, found[2] / found[1])
    flat = ridge_logistic(columns[:, 1:], won, weights, penalty=1.0)
    return _Single(np.array([flat[0], 0.0, flat[1]]), BEYOND * np.sign(flat[1]))


def ridge_logistic(
    columns: np.ndarray, won: np.ndarray, weights: np.ndarray, *, penalty: float
) -> np.ndarray:
    """Constant and coefficients of a logistic regression with a ridge, by Newton's steps.

    The same as scikit-learn's of ``C=penalty``, several times faster on few deals.
    """
    from scipy.special import expit

    design = np.column_stack([np.ones(len(columns)), columns])
    ridge = np.full(design.shape[1], 1 / penalty)
    ridge[0] = 0.0
    found = np.zeros(design.shape[1])
    for _step in range(50):
        chance = expit(design @ found)
        slope = design.T @ (weights * (won - chance)) - ridge * found
        bend = (design * (weights * chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(bend + np.diag(ridge + 1e-9), slope)
        found = found + np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-8:
            break
    return significant(found)


def unseen_deals(
    facts: pd.DataFrame,
    won: np.ndarray,
    groups: np.ndarray,
    *,
    predictors: tuple[str, ...] = PREDICTORS,
    settings: Settings,
) -> dict[str, Judged]:
    """Each decided deal as told by models that did not see it, per predictor.

    Each training set is weighted to the share won of all deals; else a fold with many won deals
    would be predicted from the others' lower share.

    Parameters
    ----------
    facts, won
        Of :func:`ordered_deals`.
    groups
        Whole numbers from 0; deals of one number are in one fold.
    """
    check = settings.target_check
    code = coding(facts, min_group=check.min_group)
    drawn = fold_numbers(won, groups, settings=settings)
    found = {}
    for predictor in predictors:
        columns = predictor_columns(facts, predictor, code)
        chance, order = np.full(drawn.shape, won.mean()), np.zeros(drawn.shape)
        for repeat, folds in enumerate(drawn):
            for fold in range(check.folds):
                test = folds == fold
                seen = won[~test]
                if 0 < seen.sum() < len(seen):
                    weights = _as_all(seen, won.mean())
                    told = fitted_model(predictor, columns[~test], seen, weights, check.penalty)
                    chance[repeat, test] = told.chance(columns[test])
                    order[repeat, test] = told.order(columns[test])
        found[predictor] = Judged(chance.mean(axis=0), order.round(9), drawn)
        if predictor in SINGLE and not columns[:, 1].any():
            # Nothing is learnt for the order of a score that is known of all: one fold will do.
            whole = columns[None, :, 0].round(9)
            one_fold = np.zeros(whole.shape, dtype=np.int64)
            found[predictor] = Judged(chance.mean(axis=0), whole, one_fold)
    return found


def later_deals(
    facts: pd.DataFrame, won: np.ndarray, later: np.ndarray, *, settings: Settings
) -> dict[str, Judged]:
    """The later deals as told by models of the earlier ones, per predictor."""
    check = settings.target_check
    code = coding(facts[~later], min_group=check.min_group)
    found, even = {}, np.ones((~later).sum())
    for predictor in PREDICTORS:
        columns = predictor_columns(facts, predictor, code)
        told = fitted_model(predictor, columns[~later], won[~later], even, check.penalty)
        order = told.order(columns[later])[None, :].round(9)
        one_fold = np.zeros(order.shape, dtype=np.int64)
        found[predictor] = Judged(told.chance(columns[later]), order, one_fold)
    return found


def known_values(facts: pd.DataFrame, predictor: str) -> np.ndarray:
    """The value of a single score as it stands, NaN where unknown; NaN for fitted ones."""
    if predictor in SINGLE:
        return _score(facts, SINGLE[predictor])
    return np.full(len(facts), np.nan)


def _as_all(seen: np.ndarray, share_won: float) -> np.ndarray:
    """Weights with which the deals seen have the share won of all."""
    mean = seen.mean()
    return np.where(seen == 1, share_won / mean, (1 - share_won) / (1 - mean))


def _score(facts: pd.DataFrame, name: str) -> np.ndarray:
    if name not in facts:
        return np.full(len(facts), np.nan)
    return pd.to_numeric(facts[name], errors="coerce").to_numpy(float, na_value=np.nan)
