"""Few best accounts: their figures, a ridge logistic regression, and how well it tells them.

Leaving an account out moves the coefficients by about one Newton step from where they are
(Pregibon 1981; Rad & Maleki 2020, approximate leave-one-out), so that every account is judged
by a model that has not seen it without a fit for each.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kamlib.analysis.measures.significant import significant
from kamlib.settings import LookalikeSettings, Settings
from kamlib.words import _, count, number

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer

_DIGITS = 6  # logits that differ by less are equal
_CHUNK = 4_000_000  # cells held at once
GROUPS = ("industry", "region")
SIZES = ("employees", "annual_revenue")
ATTRIBUTES = (*GROUPS, *SIZES)
_UNKNOWN = "_unknown"
MEASURES = (
    *("best accounts", "other accounts", "features", "auc", "auc_low", "auc_high"),
    *("rank_correlation_min", "rank_correlation_median", "verdict"),
)
_MOST_MODELS = 200


def company_facts(companies: pd.DataFrame) -> pd.DataFrame:
    """The attributes that accounts and prospects share, in one form.

    Returns
    -------
    Per company: ``industry``, ``region`` ("" where unknown); ``employees`` (people),
    ``annual_revenue`` (currency), NaN where unknown or not positive.
    """
    found = companies.reindex(columns=list(ATTRIBUTES))
    for name in GROUPS:
        found[name] = found[name].astype("str").fillna("").str.strip()
    for name in SIZES:
        figures = pd.to_numeric(found[name], errors="coerce").astype(float)
        found[name] = figures.where((figures > 0) & np.isfinite(figures))
    return found


def known_facts(facts: pd.DataFrame) -> pd.DataFrame:
    """Per company and attribute, whether it is known."""
    return pd.concat([facts[list(GROUPS)] != "", facts[list(SIZES)].notna()], axis=1)


@dataclass(frozen=True)
class Features:
    """How companies become figures, learnt from the accounts.

    ``attributes`` are those that differ among the accounts. Of industry and region each group
    of ``lookalike.min_group`` accounts is a feature, the rarer ones together are one; unknown
    is a feature where it is frequent, else it stands for the average. Employees and annual
    revenue count by their logarithm, within the range of the accounts; unknown ones are taken
    as the median, with a feature of their own where that is frequent.
    """

    attributes: tuple[str, ...]
    transformer: "ColumnTransformer | None"
    blocks: dict[str, np.ndarray]  # attribute -> places of its features
    neutral: tuple[str, ...]  # groups in which unknown is too rare to be a feature
    low: np.ndarray
    high: np.ndarray

    @property
    def number(self) -> int:
        """How many features."""
        return len(self.low)

    def design(self, facts: pd.DataFrame) -> np.ndarray:
        """One row of figures per company, 0 being the average account's."""
        if self.transformer is None:
            return np.zeros((len(facts), 0))
        if facts.empty:
            return np.zeros((0, self.number))
        found = self.transformer.transform(_columns(facts, self.attributes))
        for name in self.neutral:
            unknown = (facts[name] == "").to_numpy()
            found[np.ix_(unknown, self.blocks[name])] = 0.0
        return np.clip(found, self.low, self.high)


def features(facts: pd.DataFrame, n_best: int, *, settings: LookalikeSettings) -> Features:
    """Learn the features from the accounts, no more than the best accounts can bear.

    There are at most ``n_best / lookalike.best_per_feature`` features; where groups would be
    more, the least frequent ones are put together further.

    Parameters
    ----------
    facts
        The table of :func:`company_facts` of the accounts, best ones and others.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    attributes = tuple(name for name in ATTRIBUTES if _differs(facts[name], settings))
    if not attributes:
        return Features((), None, {}, (), np.zeros(0), np.zeros(0))
    groups = [name for name in GROUPS if name in attributes]
    sizes = [name for name in SIZES if name in attributes]
    missing = [name for name in sizes if _often_unknown(facts[name].isna(), settings)]
    bearable = int(n_best / settings.best_per_feature) - len(sizes) - len(missing)
    most = _most_groups([_frequent(facts[name], settings) for name in groups], bearable)
    encoder = OneHotEncoder(
        min_frequency=settings.min_group,
        max_categories=most,
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
    )
    centred = StandardScaler(with_std=False)
    transformer = ColumnTransformer(
        [
            *((name, make_pipeline(encoder, centred), [name]) for name in groups),
            *((n, make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), [n])
              for n in sizes),
            *((n + _UNKNOWN, centred, [n + _UNKNOWN]) for n in missing),
        ],
        sparse_threshold=0,
    )  # fmt: skip
    found = transformer.fit_transform(_columns(facts, attributes))
    neutral = [name for name in groups if not _tells_unknown(transformer, name)]
    places = transformer.output_indices_
    blocks = {
        name: np.concatenate(
            [np.arange(found.shape[1])[places[key]] for key in (name, name + _UNKNOWN)
             if key in places]
        )
        for name in attributes
    }  # fmt: skip
    low, high = found.min(axis=0), found.max(axis=0)
    return Features(attributes, transformer, blocks, tuple(neutral), low, high)


def _columns(facts: pd.DataFrame, attributes: tuple[str, ...]) -> pd.DataFrame:
    found = {name: facts[name].to_numpy(object) for name in attributes if name in GROUPS}
    for name in SIZES:
        if name in attributes:
            found[name] = np.log(facts[name].to_numpy(float))
            found[name + _UNKNOWN] = np.isnan(found[name]).astype(float)
    return pd.DataFrame(found)


def _differs(values: pd.Series, settings: LookalikeSettings) -> bool:
    """Whether two groups are large enough to be compared, or figures differ."""
    if values.name in SIZES:
        return values.nunique() > 1 and values.notna().sum() >= settings.min_group
    return len(_frequent(values[values != ""], settings)) + _rest(values, settings) > 1


def _frequent(values: pd.Series, settings: LookalikeSettings) -> pd.Series:
    number = values.value_counts()
    return number[number >= settings.min_group]


def _rest(values: pd.Series, settings: LookalikeSettings) -> bool:
    number = values[values != ""].value_counts()
    return bool(number[number < settings.min_group].sum() >= settings.min_group)


def _often_unknown(unknown: pd.Series, settings: LookalikeSettings) -> bool:
    return bool(unknown.sum() >= settings.min_group and not unknown.all())


def _tells_unknown(transformer: "ColumnTransformer", name: str) -> bool:
    """Whether unknown is a feature of its own, not absent or among the rare groups."""
    encoder = transformer.named_transformers_[name][0]
    rare = encoder.infrequent_categories_[0]
    return "" in encoder.categories_[0] and (rare is None or "" not in rare)


def _most_groups(frequent: list[pd.Series], bearable: int) -> int:
    """The most features of one attribute such that all together are bearable; at least two."""
    sizes = [len(number) + 1 for number in frequent]
    most = max(sizes, default=2)
    while most > 2 and sum(min(size, most) for size in sizes) > bearable:
        most -= 1
    return max(most, 2)


@dataclass(frozen=True)
class LookalikeModel:
    """Coefficients (the last is the constant) over the features of the training accounts."""

    features: Features
    accounts: pd.Index
    best: np.ndarray  # of the accounts, whether they are among the best
    rows: np.ndarray  # features of the accounts and a 1
    coefficients: np.ndarray
    without: np.ndarray  # one row of coefficients per account: those without it

    def rows_of(self, companies: pd.DataFrame) -> np.ndarray:
        """Features and a 1, per company."""
        return _with_constant(self.features.design(company_facts(companies)))

    def places(self, accounts: pd.Series) -> np.ndarray:
        """Where the accounts stand in the training; -1 where they do not."""
        return self.accounts.get_indexer(pd.Index(accounts.to_numpy(), dtype="str"))

    def beaten(self, rows: np.ndarray, places: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Chunk by chunk: per company and best account 1 where the company ranks above it.

        Both are judged by the model without that best account, and without the company where
        it is one of the accounts (``places`` >= 0); equals count 0.5.
        """
        best, models = self.rows[self.best], self.without[self.best]
        theirs = np.einsum("ij,ij->i", best, models)
        size = max(1, _CHUNK // max(1, len(best)))
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            chunk, own = rows[part], places[part]
            ahead = chunk @ models.T - theirs
            known = np.flatnonzero(own >= 0)
            moved = self.without[own[known]] - self.coefficients
            shift = np.einsum("ij,ij->i", chunk[known], moved)[:, None] - moved @ best.T
            ahead[known] += shift
            ahead = np.round(ahead, _DIGITS)
            yield part, np.where(ahead > 0, 1.0, np.where(ahead == 0, 0.5, 0.0))

    def moves(self, rows: np.ndarray, *, most: int) -> tuple[np.ndarray, np.ndarray]:
        """How far down and up the rank among the best moves without one of the best.

        Of the models without one of the best those that move the ranks furthest are tried, at
        most so many.
        """
        best, models = self.rows[self.best], self.without[self.best]
        moved = np.abs((models - self.coefficients) @ self.rows.T).max(axis=1)
        models = models[np.argsort(-np.round(moved, _DIGITS), kind="stable")[:most]]
        now = _share_below(rows, best, self.coefficients)
        low, high = np.zeros(len(rows)), np.zeros(len(rows))
        for coefficients in models:
            move = _share_below(rows, best, coefficients) - now
            low, high = np.minimum(low, move), np.maximum(high, move)
        return low, high


def lookalike_model(
    accounts: pd.DataFrame, best: pd.Index, *, settings: LookalikeSettings
) -> LookalikeModel | str:
    """Learn what the best accounts have in common, or say in words why that cannot be.

    Parameters
    ----------
    accounts
        Firmographics of the accounts known to be best or not (``learning_accounts``).
    """
    accounts = accounts.sort_index(kind="stable")
    is_best = accounts.index.isin(best)
    if is_best.sum() < settings.min_best:
        return _("the best accounts are {n} and should be at least {least}").format(
            n=count(is_best.sum()), least=count(settings.min_best)
        )
    if (~is_best).sum() < settings.min_best:
        return _("the other accounts are {n} and should be at least {least}").format(
            n=count((~is_best).sum()), least=count(settings.min_best)
        )
    facts = company_facts(accounts)
    found = features(facts, int(is_best.sum()), settings=settings)
    if not found.attributes:
        return _("nothing is known of the accounts in which they differ")
    rows = _with_constant(found.design(facts))
    coefficients = _fitted(rows, is_best, settings.penalty)
    without = _without_each(rows, is_best, coefficients, settings.penalty)
    return LookalikeModel(found, accounts.index, is_best, rows, coefficients, without)


def _share_below(rows: np.ndarray, best: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """The share of the best that each row ranks above, equals half, by one model."""
    theirs = np.sort(np.round(best @ coefficients, _DIGITS), kind="stable")
    mine = np.round(rows @ coefficients, _DIGITS)
    below = np.searchsorted(theirs, mine, "left") + np.searchsorted(theirs, mine, "right")
    return below / (2 * len(theirs))


def _with_constant(design: np.ndarray) -> np.ndarray:
    return np.column_stack([design, np.ones(len(design))])


def _fitted(rows: np.ndarray, best: np.ndarray, penalty: float) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=penalty, class_weight="balanced", solver="newton-cholesky", tol=1e-8, max_iter=200
    )
    model.fit(rows[:, :-1], best)
    return significant(np.append(model.coef_[0], model.intercept_[0]))


def _without_each(
    rows: np.ndarray, best: np.ndarray, coefficients: np.ndarray, penalty: float
) -> np.ndarray:
    """One Newton step from the coefficients to those without each account, classes balanced."""
    from scipy.special import expit

    ridge = np.full(len(coefficients), 1 / penalty)
    ridge[-1] = 0.0
    chance = expit(rows @ coefficients)
    n = len(rows)
    found = np.empty((n, len(coefficients)))
    for left in (best, ~best):
        weight = np.where(left, (n - 1) / (2 * (left.sum() - 1)), (n - 1) / (2 * (~left).sum()))
        slope = (weight * (chance - best))[:, None] * rows
        bend = weight * chance * (1 - chance)
        inverse = np.linalg.inv((rows * bend[:, None]).T @ rows + np.diag(ridge))
        gradient = slope.sum(axis=0) + ridge * coefficients - slope[left]
        own = rows[left]
        spread = own @ inverse
        step = gradient @ inverse
        lever = bend[left] * np.einsum("ij,ij->i", own, spread)
        pull = bend[left] * np.einsum("ij,ij->i", own, step) / (1 - lever)
        found[left] = coefficients - step - spread * pull[:, None]
    return significant(found)


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
    from scipy.stats import rankdata

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
