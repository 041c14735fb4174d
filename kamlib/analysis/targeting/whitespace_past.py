"""Gaps seen on earlier days, whether they were since filled, and what chance follows from that."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression

from kamlib.analysis.measures.significant import significant
from kamlib.analysis.targeting.gaps import GAP_COLUMNS, YEAR, line_gaps, lines_bought
from kamlib.settings import WhitespaceSettings

ACTIVE = 2  # quarters: who bought nothing for so long was as good as lost on an earlier day
# Accounts times lines: of more a sample of accounts is followed, a check needs no more gaps.
MOST_FOLLOWED = 20_000
SIMILAR, POPULAR = "similar accounts", "popularity"
SCORES = {SIMILAR: "near", POPULAR: "popularity"}
FOLLOWED_COLUMNS = ("origin", *GAP_COLUMNS, "value", "filled", "bought")
LEAST = 1e-6


@dataclass(frozen=True)
class FillRule:
    """How the share of accounts that buy a line tells the chance that a gap is filled in a year.

    ``method`` ("similar accounts" or "popularity": whose share is read); ``slope``,
    ``intercept`` of the logits (NaN without enough gaps that were filled, and not); ``ratio``
    (chance per share, where there is no slope); ``realised`` (what was bought in the year, as a
    multiple of chance times the line's usual worth: below 1 where larger gaps are filled less
    often or the first year is slow); ``gaps``, ``filled`` (numbers behind it); ``origins`` (days
    on which they were seen).
    """

    method: str
    slope: float
    intercept: float
    ratio: float
    realised: float
    gaps: int
    filled: int
    origins: int

    @property
    def score(self) -> str:
        """The column of ``line_gaps`` that the rule reads."""
        return SCORES[self.method]

    def chance(self, share: np.ndarray) -> np.ndarray:
        """The chance (0–1) that a gap with this share of buyers is filled within a year."""
        share = np.asarray(share, dtype=float)
        if np.isnan(self.slope):
            return np.clip(self.ratio * share, 0.0, 1.0)
        return 1 / (1 + np.exp(-(self.intercept + self.slope * _logit(share))))


def possible_value(gaps: pd.DataFrame) -> np.ndarray:
    """What a line is worth a year where an account buys it as its peers do, currency.

    The account's purchases are of its other lines, so the line's part p of all it would buy is
    p / (1 - p) of them; at most what the largest peer buys of it.
    """
    return value_at(gaps, "part")


def value_at(gaps: pd.DataFrame, part: str) -> np.ndarray:
    """As ``possible_value``, at another of the parts that ``line_gaps`` gives."""
    of_all = gaps[part].to_numpy(float)
    rest = np.maximum(1 - of_all, LEAST)
    return np.minimum(of_all / rest * gaps["own_value"].to_numpy(float), gaps["most"].to_numpy())


def followed_gaps(
    line_quarters: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: WhitespaceSettings,
) -> pd.DataFrame:
    """The gaps of earlier quarter ends, seen with what was sold until then, and how they went on.

    The latest such day is ``back_quarters`` back; the others lie a quarter further back each, as
    long as a whole year was known. Followed are accounts that had bought something in the two
    quarters before; their peers may be any that bought in the year. Industry, region and size
    are taken as they are recorded today.

    Parameters
    ----------
    line_quarters, accounts
        The book's frames; nothing after ``as_of`` is read.

    Returns
    -------
    The columns of ``line_gaps``, and ``origin`` (the quarter, as text); ``value`` (currency a
    year, of ``possible_value``); ``filled`` (whether the account bought the line in the four
    quarters after, returns deducted); ``bought`` (of it then, currency).
    """
    end = pd.Timestamp(as_of).to_period("Q")
    named = line_quarters[line_quarters["quarter"] <= end]
    if named.empty:
        return _nothing_followed()
    first = named["quarter"].min()
    found = []
    for back in range(settings.back_quarters, settings.back_quarters + settings.origins):
        origin = end - back
        if origin - (YEAR - 1) < first:
            break
        bought = lines_bought(named, end=origin)
        gaps = line_gaps(
            bought, accounts, _followed(named, origin, bought.shape[1]), settings=settings
        )
        found.append(_outcomes(gaps, lines_bought(named, end=origin + YEAR), str(origin)))
    found = [gaps for gaps in found if len(gaps)]
    return pd.concat(found, ignore_index=True) if found else _nothing_followed()


def fill_rule(followed: pd.DataFrame, method: str, *, settings: WhitespaceSettings) -> FillRule:
    """The chance that follows from what became of earlier gaps.

    With ``min_filled`` gaps that were filled, and not, a logistic curve over the logit of the
    share (never falling); else the ratio of filled gaps to the sum of the shares, with
    ``assumed_fill`` as if one more gap had been filled at it.
    """
    share = followed[SCORES[method]].to_numpy(float)
    filled = followed["filled"].to_numpy(bool)
    slope = intercept = np.nan
    if settings.min_filled <= filled.sum() <= len(filled) - settings.min_filled:
        curve = LogisticRegression(C=100.0, solver="newton-cholesky", tol=1e-10, max_iter=200)
        curve = curve.fit(_logit(share)[:, None], filled)
        slope, intercept = significant(np.array([curve.coef_[0, 0], curve.intercept_[0]])).tolist()
        if slope <= 0:
            rate = filled.mean()
            slope, intercept = 0.0, significant(float(np.log(rate / (1 - rate))))
    assumed = settings.assumed_fill
    ratio = (filled.sum() + 1) / (share.sum() + 1 / assumed) if assumed > 0 else 0.0
    days = followed["origin"].nunique()
    numbers = (len(followed), int(filled.sum()), int(days))
    rule = FillRule(method, slope, intercept, significant(float(ratio)), 1.0, *numbers)
    return replace(rule, realised=_realised(followed, rule.chance(share), settings))


def _realised(followed: pd.DataFrame, chance: np.ndarray, settings: WhitespaceSettings) -> float:
    """What was bought as a multiple of what the chances let expect.

    Few filled gaps say little of it: as many more are taken to have brought what was expected.
    """
    expected, came = (chance * followed["value"].to_numpy()).sum(), followed["bought"].sum()
    filled = followed["filled"].sum()
    weight = filled / (filled + settings.min_filled)
    return significant(float(1 + weight * (came / expected - 1))) if expected > 0 else 1.0


def chance_range(gaps: pd.DataFrame, rule: FillRule, *, settings: WhitespaceSettings) -> np.ndarray:
    """The ends of the chance's interval: the beta distribution of the share behind it."""
    if rule.method == SIMILAR:
        n, prior = gaps["peers"].to_numpy(float), settings.prior_peers
    else:
        n, prior = gaps["accounts_all"].to_numpy(float), 1.0
    share = np.clip(gaps[rule.score].to_numpy(float), 1e-3, 1 - 1e-3)
    size = n + prior
    low = (1 - settings.interval) / 2
    kinds, place = np.unique(np.column_stack([share, size]), axis=0, return_inverse=True)
    ends = [
        beta.ppf(at, kinds[:, 0] * kinds[:, 1], (1 - kinds[:, 0]) * kinds[:, 1])
        for at in (low, 1 - low)
    ]
    return np.array([rule.chance(end[place.ravel()]) for end in ends]).reshape(2, len(gaps))


def _followed(line_quarters: pd.DataFrame, origin: pd.Period, lines: int) -> pd.Index:
    quarter = line_quarters["quarter"]
    recent = line_quarters[(quarter > origin - ACTIVE) & (quarter <= origin)]
    accounts = np.sort(
        recent.loc[recent["revenue"] > 0, "account"].unique().astype(object), kind="stable"
    )
    most = MOST_FOLLOWED // max(lines, 1)
    if len(accounts) > most:
        accounts = np.random.default_rng(0).choice(accounts, most, replace=False)
    return pd.Index(accounts, dtype="str")


def _outcomes(gaps: pd.DataFrame, after: pd.DataFrame, origin: str) -> pd.DataFrame:
    row = after.index.get_indexer(gaps["account"])
    column = after.columns.get_indexer(gaps["product_line"])
    there = (row >= 0) & (column >= 0)
    bought = np.zeros(len(gaps))
    bought[there] = after.to_numpy()[row[there], column[there]]
    gaps = gaps.assign(origin=origin, value=possible_value(gaps), filled=bought > 0, bought=bought)
    return gaps[list(FOLLOWED_COLUMNS)].astype({"origin": "str"})


def _nothing_followed() -> pd.DataFrame:
    none = line_gaps(pd.DataFrame(), pd.DataFrame(), pd.Index([]), settings=WhitespaceSettings())
    return _outcomes(none, pd.DataFrame(), "")


def _logit(share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 1e-3, 1 - 1e-3)
    return np.log(share / (1 - share))
