"""Gaps seen on earlier days: whether they were since filled, and how well that was told."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamlib.analysis.measures.list_record import expected_events, shrunk_factor
from kamlib.analysis.measures.scores import gain_interval
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.targeting.gaps import (
    GAP_COLUMNS,
    YEAR,
    last_sold,
    lately_stopped,
    line_gaps,
    lines_bought,
)
from kamlib.quarters import frequency_of, quarter_label, quarter_of
from kamlib.settings import Settings, WhitespaceSettings
from kamlib.words import _, count, money, share

ACTIVE = 2  # quarters: who bought nothing for so long was as good as lost on an earlier day
# Accounts times lines: of more a sample of accounts is followed, a check needs no more gaps.
MOST_FOLLOWED = 20_000
SIMILAR, POPULAR = "similar accounts", "popularity"
SCORES = {SIMILAR: "near", POPULAR: "popularity"}
FOLLOWED_COLUMNS = ("origin", *GAP_COLUMNS, "stopped", "value", "filled", "bought")
LEAST = 1e-6
DOUBT = 0.5  # how far the slope of worth on possible worth is off before any gap was filled
RANDOM = "random"
FOLDS = 5
TOP = 10
COLUMNS = (
    *("method", "origins", "gaps", "filled", "auc", "auc_low", "auc_high", "average_precision"),
    *("precision_top_10", "precision_top_tenth", "lift_top_tenth", "expected", "actual"),
    *("gain", "gain_low", "gain_high", "chosen", "verdict"),
)


@dataclass(frozen=True)
class FillRule:
    """How the share of accounts that buy a line tells the chance that a gap is filled in a year.

    ``method`` ("similar accounts" or "popularity": whose share is read); ``slope``,
    ``intercept`` of the logits (NaN without enough gaps that were filled, and not); ``ratio``
    (chance per share, where there is no slope); ``stopped``, ``never`` (by what the chance is
    multiplied of a line that the account stopped within ``whitespace.stopped_quarters``, and of
    any other); ``usual`` (currency, of the filled gap in the middle), ``power`` (0–1: below 1,
    what a gap brought differed less than what it could bring); ``realised`` (what was bought in
    the year, as a multiple of what that lets expect: below 1 where larger gaps are filled less
    often or the first year is slow); ``gaps``, ``filled`` (numbers behind it); ``origins`` (days
    on which they were seen).
    """

    method: str
    slope: float
    intercept: float
    ratio: float
    stopped: float
    never: float
    usual: float
    power: float
    realised: float
    gaps: int
    filled: int
    origins: int

    @property
    def score(self) -> str:
        """The column of ``line_gaps`` that the rule reads."""
        return SCORES[self.method]

    def chance(self, share: np.ndarray, stopped: np.ndarray | bool = False) -> np.ndarray:
        """The chance (0–1) that a gap with this share of buyers is filled within a year."""
        share = np.asarray(share, dtype=float)
        if np.isnan(self.slope):
            chance = self.ratio * share
        else:
            chance = 1 / (1 + np.exp(-(self.intercept + self.slope * _logit(share))))
        return np.clip(chance * np.where(stopped, self.stopped, self.never), 0.0, 1.0)

    def worth(self, value: np.ndarray) -> np.ndarray:
        """What a filled gap brings in the year (currency) that could bring ``value``."""
        return self.realised * self.usual * (np.asarray(value) / self.usual) ** self.power


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
    The columns of ``line_gaps``, and ``origin`` (the quarter, as text); ``stopped`` (whether the
    account last bought the line within ``stopped_quarters``); ``value`` (currency a year, of
    ``possible_value``); ``filled`` (whether the account bought the line in the four
    quarters after, returns deducted); ``bought`` (of it then, currency).
    """
    end = quarter_of(as_of, frequency_of(line_quarters["quarter"]))
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
        gaps["stopped"] = lately_stopped(
            last_sold(gaps, named, end=origin), end=origin, quarters=settings.stopped_quarters
        )
        found.append(_outcomes(gaps, lines_bought(named, end=origin + YEAR), quarter_label(origin)))
    found = [gaps for gaps in found if len(gaps)]
    return pd.concat(found, ignore_index=True) if found else _nothing_followed()


def fill_rule(followed: pd.DataFrame, method: str, *, settings: Settings) -> FillRule:
    """The chance that follows from what became of earlier gaps.

    With ``min_filled`` gaps that were filled, and not, a logistic curve over the logit of the
    share (never falling), and for lines that the account stopped lately and for the others what
    came of them as a multiple of that; else the ratio of filled gaps to the sum of the shares,
    with ``assumed_fill`` as if one more gap had been filled at it.
    """
    from sklearn.linear_model import LogisticRegression

    share = followed[SCORES[method]].to_numpy(float)
    filled = followed["filled"].to_numpy(bool)
    slope = intercept = np.nan
    enough = _enough(followed, settings)
    if enough:
        curve = LogisticRegression(C=100.0, solver="newton-cholesky", tol=1e-10, max_iter=200)
        curve = curve.fit(_logit(share)[:, None], filled)
        slope, intercept = significant(np.array([curve.coef_[0, 0], curve.intercept_[0]])).tolist()
        if slope <= 0:
            rate = filled.mean()
            slope, intercept = 0.0, significant(float(np.log(rate / (1 - rate))))
    assumed = settings.whitespace.assumed_fill
    ratio = (filled.sum() + 1) / (share.sum() + 1 / assumed) if assumed > 0 else 0.0
    days = followed["origin"].nunique()
    numbers = (len(followed), int(filled.sum()), int(days))
    rule = FillRule(method, slope, intercept, significant(float(ratio)), *[1.0] * 5, *numbers)
    prior = settings.replay.prior_events
    if enough:
        rule = replace(rule, **_by_stop(followed, rule.chance(share), prior), **_spread(followed))
    chance = rule.chance(share, followed["stopped"].to_numpy(bool))
    worth = rule.worth(followed["value"].to_numpy(float))
    return replace(rule, realised=_realised(chance, worth, followed["bought"], prior))


def _by_stop(followed: pd.DataFrame, chance: np.ndarray, prior: float) -> dict[str, float]:
    """By what the chance is multiplied of lines stopped lately, and of others."""
    stopped, filled = followed["stopped"].to_numpy(bool), followed["filled"].to_numpy(bool)
    parts = {"stopped": stopped, "never": ~stopped}
    sums = {name: (chance[of].sum(), filled[of].sum()) for name, of in parts.items()}
    return {name: shrunk_factor(said, came, said, prior) for name, (said, came) in sums.items()}


def _spread(followed: pd.DataFrame) -> dict[str, float]:
    """How far what filled gaps brought differed, against what they could bring (on log scales).

    The slope is drawn towards 1 by its error: half is how far off it is taken to be.
    """
    filled = followed[followed["filled"] & (followed["value"] > 0)]
    could, brought = np.log(filled["value"]), np.log(filled["bought"])
    off = could - could.mean()
    square = float((off**2).sum())
    if not square > LEAST:
        return {}
    slope = float((off * brought).sum()) / square
    error = float(((brought - brought.mean() - slope * off) ** 2).mean()) / square
    power = 1 + DOUBT**2 / (DOUBT**2 + error) * (slope - 1)
    usual = float(filled["value"].median())
    return {"usual": usual, "power": significant(min(max(power, 0.0), 1.0))}


def _realised(chance: np.ndarray, worth: np.ndarray, bought: pd.Series, prior: float) -> float:
    """What was bought as a multiple of what the chances let expect."""
    said, value = pd.Series(chance), pd.Series(worth)
    expected = float((said * value).sum())
    return shrunk_factor(expected, float(bought.sum()), expected_events(said, value), prior)


def chance_range(gaps: pd.DataFrame, rule: FillRule, *, settings: WhitespaceSettings) -> np.ndarray:
    """The ends of the chance's interval: the beta distribution of the share behind it."""
    from scipy.stats import beta

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
    stopped = gaps["stopped"].to_numpy(bool)
    return np.array([rule.chance(end[place.ravel()], stopped) for end in ends])


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


def bought_since(gaps: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """What was bought of each gap's line, by a table of ``lines_bought`` of the year after."""
    row = after.index.get_indexer(gaps["account"])
    column = after.columns.get_indexer(gaps["product_line"])
    there = (row >= 0) & (column >= 0)
    bought = np.zeros(len(gaps))
    bought[there] = after.to_numpy()[row[there], column[there]]
    return bought


def _outcomes(gaps: pd.DataFrame, after: pd.DataFrame, origin: str) -> pd.DataFrame:
    bought = bought_since(gaps, after)
    gaps = gaps.assign(origin=origin, value=possible_value(gaps), filled=bought > 0, bought=bought)
    return gaps[list(FOLLOWED_COLUMNS)].astype({"origin": "str"})


def _nothing_followed() -> pd.DataFrame:
    none = line_gaps(pd.DataFrame(), pd.DataFrame(), pd.Index([]), settings=WhitespaceSettings())
    return _outcomes(none.assign(stopped=pd.Series(dtype=bool)), pd.DataFrame(), "")


def _logit(share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 1e-3, 1 - 1e-3)
    return np.log(share / (1 - share))


def whitespace_back_test(followed: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """How well the gaps that were filled could be told from those that stayed.

    Three methods order the same gaps: the share of similar accounts that buy the line (shrunk
    towards all accounts), the share of all accounts that do (popularity), and chance. Similar
    accounts are chosen only where they beat popularity beyond the interval of the difference
    (bootstrap over accounts, both on the same draw).

    Parameters
    ----------
    followed
        The table of ``followed_gaps``.

    Returns
    -------
    One row per method: ``method``; ``origins`` (days), ``gaps``, ``filled`` (numbers);
    ``auc`` with ``auc_low``, ``auc_high`` (0–1, 0.5 is chance); ``average_precision`` (0–1);
    ``precision_top_10`` (share filled among the ten first of a day, mean over the days),
    ``precision_top_tenth`` (among the first tenth of all), ``lift_top_tenth`` (as a multiple of
    all); ``expected``, ``actual`` (currency: the sum of expected values, each with the rule
    learnt from other accounts, and what was bought); ``gain``, ``gain_low``, ``gain_high`` (in
    AUC over popularity); ``chosen``; ``verdict`` (words). NaN where too few were filled.
    """
    rows = [_method(followed, method, settings) for method in (*SCORES, RANDOM)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    enough = _enough(followed, settings)
    better = bool(table["gain_low"].iloc[0] > 0)
    table["chosen"] = table["method"] == (SIMILAR if better else POPULAR)
    table["verdict"] = _verdicts(table, enough, better)
    return table.astype({"method": "str", "verdict": "str", "chosen": bool})


def chosen_rule(followed: pd.DataFrame, checked: pd.DataFrame, *, settings: Settings) -> FillRule:
    """The rule of the method that the back-test chose, learnt from all gaps followed."""
    method = checked.loc[checked["chosen"], "method"].iloc[0]
    return fill_rule(followed, method, settings=settings)


def whitespace_check_headline(checked: pd.DataFrame, currency: str = "") -> str:
    """How many gaps were filled, whether similar accounts told which, and whether money fits."""
    first = checked.iloc[0]
    if not first["gaps"]:
        return _(
            "No gaps could be followed for a year (no product lines, or less than two years of "
            "history): expected values are unchecked."
        )
    text = _(
        "Of {gaps} gaps seen on {days} days a year ago and earlier, {filled} ({part}) were filled "
        "within a year; {verdict}."
    ).format(
        gaps=count(first["gaps"]),
        days=count(first["origins"]),
        filled=count(first["filled"]),
        part=share(first["filled"] / first["gaps"]),
        verdict=first["verdict"],
    )
    used = checked[checked["chosen"]].iloc[0]
    told = _("Expected were {expected}, bought {actual}.")
    return f"{text} " + told.format(
        expected=money(used["expected"], currency), actual=money(used["actual"], currency)
    )


def _enough(followed: pd.DataFrame, settings: Settings) -> bool:
    filled, least = int(followed["filled"].sum()), settings.whitespace.min_filled
    return least <= filled <= len(followed) - least


def _method(followed: pd.DataFrame, method: str, settings: Settings) -> dict:
    from sklearn.metrics import average_precision_score

    filled = followed["filled"].to_numpy(float)
    row = dict.fromkeys(COLUMNS, np.nan) | {"method": method}
    row |= {"origins": followed["origin"].nunique(), "gaps": len(followed)}
    row |= {"filled": int(filled.sum()), "actual": float(followed["bought"].sum())}
    row |= {"expected": float(_told_by_others(followed, method, settings).prod(axis=1).sum())}
    if not _enough(followed, settings):
        return row
    none = np.zeros(len(followed))
    score = followed[SCORES[method]].to_numpy(float) if method in SCORES else none
    popular = followed[SCORES[POPULAR]].to_numpy(float)
    rate, tenth = filled.mean(), precision_at(filled, score, -(-len(filled) // 10))
    days = followed.assign(score=score).groupby("origin")[["filled", "score"]]
    tops = [precision_at(*day.to_numpy(float).T, TOP) for _origin, day in days]
    row |= dict(zip(("auc", "auc_low", "auc_high"), np.add(0.5, _gain(followed, score, none,
                settings)), strict=True))  # fmt: skip
    row |= {"average_precision": float(average_precision_score(filled, score))}
    row |= {"precision_top_10": float(np.mean(tops)), "precision_top_tenth": tenth}
    row |= {"lift_top_tenth": tenth / rate}
    gain = _gain(followed, score, popular, settings)
    return row | dict(zip(("gain", "gain_low", "gain_high"), gain, strict=True))


def precision_at(event: np.ndarray, score: np.ndarray, first: int) -> float:
    """The share of events among the ``first`` highest scores; of ties the mean counts.

    >>> precision_at(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.5, 0.5, 0.1]), 2)
    0.75
    """
    first = min(first, len(score))
    if not first:
        return float("nan")
    edge = -np.partition(-score, first - 1)[first - 1]
    above, tied = score > edge, score == edge
    return float((event[above].sum() + (first - above.sum()) * event[tied].mean()) / first)


def _gain(followed: pd.DataFrame, score: np.ndarray, against: np.ndarray, settings: Settings):
    """The gain in AUC with its interval; of a score over itself there is none."""
    if np.array_equal(score, against):
        return 0.0, 0.0, 0.0
    checks = settings.target_check
    return gain_interval(
        followed["filled"].to_numpy(float),
        score,
        against,
        followed["account"].to_numpy(),
        measure="auc",
        resamples=checks.resamples,
        confidence=checks.confidence,
        seed=settings.stability.seed,
    )


def lists_told(
    followed: pd.DataFrame, checked: pd.DataFrame, *, settings: Settings
) -> pd.DataFrame:
    """The lists of earlier days as today's rule makes them, each gap by what others tell.

    For a history too short to have lists of its own of which a year is known: the gaps are those
    seen then, and the rule is learnt from the gaps of other accounts.

    Parameters
    ----------
    followed, checked
        The tables of ``followed_gaps`` and ``whitespace_back_test``.

    Returns
    -------
    As ``listed_gaps``: ``quarter``, ``subject``, ``place``, ``chance``, ``value``, ``came``,
    ``brought``, the most expected value of each day first.
    """
    method = checked.loc[checked["chosen"], "method"].iloc[0]
    told = followed.join(_told_by_others(followed, method, settings).add_prefix("told_"))
    asked = told["peer_share"] if method == SIMILAR else told["popularity"]
    told = told[asked >= settings.whitespace.min_peer_share]
    told = told.assign(expected=told["told_chance"] * told["told_value"]).sort_values(
        ["origin", "expected", "account", "product_line"],
        ascending=[True, False, True, True],
        kind="stable",
    )
    return listed_rows(
        told["origin"],
        told[["account", "product_line"]],
        chance=told["told_chance"],
        value=told["told_value"],
        brought=told["bought"],
    )


def listed_rows(
    quarter: pd.Series | str,
    gaps: pd.DataFrame,
    *,
    chance: pd.Series,
    value: pd.Series,
    brought: pd.Series | np.ndarray,
) -> pd.DataFrame:
    """What ``list_record`` reads of lists of gaps, with the ``place`` of each in its list."""
    rows = pd.DataFrame(
        {
            "quarter": quarter,
            "subject": gaps["account"] + "\n" + gaps["product_line"],
            "chance": chance,
            "value": value,
            "came": np.asarray(brought) > 0,
            "brought": brought,
        }
    ).astype({"quarter": "str", "subject": "str"})
    return rows.assign(place=rows.groupby("quarter").cumcount() + 1).reset_index(drop=True)


def _told_by_others(followed: pd.DataFrame, method: str, settings: Settings) -> pd.DataFrame:
    """The ``chance`` and ``value`` (currency) of each gap by the gaps of other accounts."""
    fold = (
        np.searchsorted(np.sort(followed["account"].unique(), kind="stable"), followed["account"])
        % FOLDS
    )
    told = pd.DataFrame(0.0, followed.index, ["chance", "value"])
    for each in range(FOLDS):
        own, others = fold == each, followed[fold != each]
        rule = fill_rule(others, POPULAR if method == RANDOM else method, settings=settings)
        part = followed[own]
        if method == RANDOM:
            chance = np.full(own.sum(), others["filled"].mean() if len(others) else np.nan)
        else:
            chance = rule.chance(part[rule.score].to_numpy(float), part["stopped"].to_numpy(bool))
        told.loc[own, "chance"] = chance
        told.loc[own, "value"] = rule.worth(part["value"].to_numpy(float))
    return told


def _verdicts(table: pd.DataFrame, enough: bool, better: bool) -> list[str]:
    if not table["gaps"].iloc[0]:
        return [_("not checked: no lines, or too short a history; popularity is used")] * len(table)
    if not enough:
        return [_("not checked: too few gaps were filled, or not; popularity is used")] * len(table)
    ours, popular = table["auc"].iloc[0], table["auc"].iloc[1]
    text = _("no better than popularity: popularity is used")
    if better:
        text = _("similar accounts tell more than popularity")
    elif table["gain_high"].iloc[0] < 0:
        text = _("worse than popularity: popularity is used")
    figures = _(
        "of 100 pairs {ours} in the right order, by popularity {popular}: {gain} more, between "
        "{low} and {high}"
    ).format(
        ours=_of_100(ours),
        popular=_of_100(popular),
        gain=_of_100(table["gain"].iloc[0]),
        low=_of_100(table["gain_low"].iloc[0]),
        high=_of_100(table["gain_high"].iloc[0]),
    )
    chance = table["auc_low"].iloc[1] > 0.5
    base = _("tells more than chance") if chance else _("does not tell more than chance")
    base = _("popularity {told}").format(told=base)
    return [f"{text} ({figures})", base, _("chance alone")]


def _of_100(part: float) -> str:
    """A part (0-1) as so many of 100."""
    return count(round(100 * part))
