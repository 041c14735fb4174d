"""Of the gaps seen a year ago and more, which were filled: similar accounts against popularity."""

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score

from kamlib.analysis.measures.scores import gain_interval
from kamlib.analysis.targeting.whitespace_past import POPULAR, SCORES, SIMILAR, FillRule, fill_rule
from kamlib.settings import Settings
from kamlib.words import _, count, money, number, share

RANDOM = "random"
FOLDS = 5
TOP = 10
COLUMNS = (
    *("method", "origins", "gaps", "filled", "auc", "auc_low", "auc_high", "average_precision"),
    *("precision_top_10", "precision_top_tenth", "lift_top_tenth", "expected", "actual"),
    *("gain", "gain_low", "gain_high", "chosen", "verdict"),
)


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
    return fill_rule(followed, method, settings=settings.whitespace)


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
    filled = followed["filled"].to_numpy(float)
    row = dict.fromkeys(COLUMNS, np.nan) | {"method": method}
    row |= {"origins": followed["origin"].nunique(), "gaps": len(followed)}
    row |= {"filled": int(filled.sum()), "actual": float(followed["bought"].sum())}
    row |= {"expected": float(_expected(followed, method, settings).sum())}
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


def _expected(followed: pd.DataFrame, method: str, settings: Settings) -> np.ndarray:
    """The expected value of each gap, its rule learnt from the gaps of other accounts."""
    fold = (
        np.searchsorted(np.sort(followed["account"].unique(), kind="stable"), followed["account"])
        % FOLDS
    )
    expected = np.zeros(len(followed))
    for each in range(FOLDS):
        own, others = fold == each, followed[fold != each]
        rule = fill_rule(
            others, POPULAR if method == RANDOM else method, settings=settings.whitespace
        )
        part = followed[own]
        if method == RANDOM:
            chance = np.full(own.sum(), others["filled"].mean() if len(others) else np.nan)
        else:
            chance = rule.chance(part[rule.score].to_numpy(float))
        expected[own] = chance * part["value"].to_numpy(float) * rule.realised
    return expected


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
    figures = _("AUC {ours} against {popular}; gain {gain}, {low} to {high}").format(
        ours=number(ours),
        popular=number(popular),
        gain=number(table["gain"].iloc[0]),
        low=number(table["gain_low"].iloc[0]),
        high=number(table["gain_high"].iloc[0]),
    )
    chance = table["auc_low"].iloc[1] > 0.5
    base = _("tells more than chance") if chance else _("does not tell more than chance")
    base = _("popularity {told}").format(told=base)
    return [f"{text} ({figures})", base, _("chance alone")]
