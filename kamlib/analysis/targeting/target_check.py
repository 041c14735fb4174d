"""Whether what is noted of prospects told won from lost deals: each P alone, and together."""

import numpy as np
import pandas as pd

from kamlib.analysis.models.deal_scores import (
    MEASURES,
    deal_measures,
    group_draws,
    intervals,
    ranked,
)
from kamlib.analysis.models.deals import (
    PREDICTORS,
    SINGLE,
    Judged,
    check_groups,
    known_values,
    later_deals,
    ordered_deals,
    predictor_labels,
    unseen_deals,
)
from kamlib.settings import Settings, TargetCheckSettings
from kamlib.words import _, count

UNSEEN, LATER = "unseen deals", "later deals"
TELLS, WRONG = "tells won from lost", "tells the wrong way round"
NOTHING, TOO_FEW = "does not discriminate in your data", "too few deals"
_KNOWN = ("auc_known", "auc_known_low", "auc_known_high")
COLUMNS = (
    *("predictor", "sample", "label", "n", "unknown", "won", *MEASURES, *_KNOWN),
    *("verdict", "missing"),
)


def target_check(
    facts: pd.DataFrame,
    won: pd.Series,
    *,
    groups: pd.Series | None = None,
    days: pd.Series | None = None,
    settings: Settings,
) -> pd.DataFrame:
    """Hold each predictor against the outcomes of decided deals, out of sample.

    "unseen deals": each deal is judged by models that did not learn from it nor from a deal of
    which the same is noted. "later deals": the latest part is judged by models of what was
    decided before. A single score is judged with the deals of which it is unknown: where they
    stand is learnt, too.

    Parameters
    ----------
    facts
        Per deal (index): ``need``, ``budget``, ``authority``, ``score`` (of the three P's),
        ``fit`` (each 0–1 or NaN), ``relationship``, ``source``, ``industry`` (text). What is
        absent counts as unknown.
    won
        True or False per deal, missing where open.
    groups
        Number or name of the group of each deal that is judged together; by default deals of
        which the same is noted are one group.
    days
        Day of the outcome; without any there are no later deals.

    Returns
    -------
    One row per predictor, and again per predictor for later deals: ``predictor``, ``sample``,
    ``label`` (words), ``n``, ``unknown`` (deals without the score), ``won``; the measures of
    ``deal_measures``; ``auc_known`` with ends (the score as it stands, among deals where it is
    known; NaN for fitted ones); ``verdict``; ``missing`` (words: what deals are lacking). With
    too few deals all measures are NaN.
    """
    deals, outcome = ordered_deals(facts, won)
    groups_of = check_groups(deals, groups, settings=settings)
    enough = not missing_deals(outcome, settings.target_check)
    judged = unseen_deals(deals, outcome, groups_of, settings=settings) if enough else {}
    rows = _rows(UNSEEN, deals, outcome, groups_of, judged, settings)
    if days is not None and days.reindex(deals.index).notna().any():
        rows += _later_rows(deals, outcome, groups_of, days.reindex(deals.index), settings)
    texts = dict.fromkeys(("predictor", "sample", "label", "verdict", "missing"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(texts)


def missing_deals(outcome: np.ndarray, check: TargetCheckSettings) -> str:
    """What is lacking for a judgement, in words; empty where nothing is."""
    won = int(outcome.sum())
    lacking = {
        _("decided"): check.min_deals - len(outcome),
        _("won"): check.min_each - won,
        _("lost"): check.min_each - (len(outcome) - won),
    }
    return ", ".join(
        _("{n} more {kind}").format(n=count(n), kind=kind) for kind, n in lacking.items() if n > 0
    )


def _later_rows(
    deals: pd.DataFrame,
    outcome: np.ndarray,
    groups: np.ndarray,
    days: pd.Series,
    settings: Settings,
) -> list[dict]:
    """Deals decided on one day are on one side; a copy of an earlier deal is not judged."""
    check = settings.target_check
    dated = days.notna().to_numpy()
    cut = days[dated].quantile(1 - check.later_share, interpolation="lower")
    later = dated & (days > cut).to_numpy()
    earlier = dated & ~later
    later &= ~np.isin(groups, groups[earlier])
    used = earlier | later
    short = missing_deals(outcome[earlier], check) or missing_deals(
        outcome[later], check.model_copy(update={"min_deals": 2 * check.min_each})
    )
    judged = {}
    if not short:
        judged = later_deals(deals[used], outcome[used], later[used], settings=settings)
    groups_of = pd.factorize(groups[later])[0]
    rows = _rows(LATER, deals[later], outcome[later], groups_of, judged, settings)
    return [row | {"missing": short or row["missing"]} for row in rows]


def _rows(
    sample: str,
    deals: pd.DataFrame,
    outcome: np.ndarray,
    groups: np.ndarray,
    judged: dict[str, Judged],
    settings: Settings,
) -> list[dict]:
    check = settings.target_check
    draws = group_draws(groups, settings=settings) if judged else None
    rows = []
    for predictor in PREDICTORS:
        value = known_values(deals, predictor)
        known = np.isfinite(value)
        row = {
            "predictor": predictor,
            "sample": sample,
            "label": predictor_labels()[predictor],
            "n": len(deals),
            "unknown": int((~known).sum()) if predictor in SINGLE else 0,
            "won": int(outcome.sum()),
            **dict.fromkeys((*MEASURES, *_KNOWN), np.nan),
            "verdict": TOO_FEW,
            "missing": missing_deals(outcome, check) if sample == UNSEEN else "",
        }
        single = predictor in SINGLE
        if single and known.sum() < check.min_group:
            lacking = _("it is known of {n} deals").format(n=count(known.sum()))
            row["missing"] = row["missing"] or lacking
        elif judged:
            row |= deal_measures(outcome, judged[predictor], draws, confidence=check.confidence)
            if single:
                row |= _among_known(outcome[known], value[known], draws[:, known], settings)
            row["verdict"] = _verdict(row)
        rows.append(row)
    return rows


def _among_known(
    won: np.ndarray, value: np.ndarray, draws: np.ndarray, settings: Settings
) -> dict[str, float]:
    """AUC of the score as it stands, which nothing was fitted to."""
    one = Judged(value, value[None, :], np.zeros((1, len(won)), dtype=np.int64))
    auc = float(ranked(won, one, np.ones((1, len(won))))["auc"][0])
    ends = intervals(won, one, draws, confidence=settings.target_check.confidence)["auc"]
    return dict(zip(_KNOWN, (auc, *ends), strict=True))


def _verdict(row: dict) -> str:
    """Only a score as it stands has a way round; a model below chance has learnt chance."""
    if row["auc_low"] > 0.5:
        return TELLS
    return WRONG if row["auc_known_high"] < 0.5 else NOTHING
