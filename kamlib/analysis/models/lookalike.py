"""What is known of companies, as figures that a model of few best accounts can bear."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from kamlib.settings import LookalikeSettings

GROUPS = ("industry", "region")
SIZES = ("employees", "annual_revenue")
ATTRIBUTES = (*GROUPS, *SIZES)
_UNKNOWN = "_unknown"


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
    transformer: ColumnTransformer | None
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


def _tells_unknown(transformer: ColumnTransformer, name: str) -> bool:
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
