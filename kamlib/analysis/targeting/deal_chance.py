"""The chance to win open targets, from the predictor that decided deals speak for."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamlib.analysis.measures.list_record import Record
from kamlib.analysis.measures.scores import gain_interval
from kamlib.analysis.models.deal_scores import group_draws, intervals
from kamlib.analysis.models.deals import (
    FITTED,
    SINGLE,
    TEXTS,
    Judged,
    check_groups,
    coding,
    fitted_model,
    known_values,
    ordered_deals,
    predictor_columns,
    predictor_labels,
    unseen_deals,
)
from kamlib.analysis.targeting.check import missing_deals
from kamlib.analysis.targeting.target_list import DECIDED
from kamlib.quarters import quarter_label
from kamlib.settings import PS, Settings
from kamlib.words import _, count

# From the simplest on; a later one has to be better than what is kept.
LADDER = ("three P's", "fit", "P's fitted", "all facts")
VALIDATED, UNVALIDATED = "validated", "unvalidated"
# Refits for the range of a chance.
DRAWS = 100


@dataclass(frozen=True)
class DealChance:
    """The chance to win each open target (0–1, NaN where unvalidated or not told).

    ``low`` and ``high`` are the ends of its interval; ``predictor`` is what tells it (empty where
    nothing does); ``status`` is "validated" or "unvalidated"; ``note`` says why, in words.
    """

    chance: pd.Series
    low: pd.Series
    high: pd.Series
    predictor: str
    status: str
    note: str


def calibrated_chance(
    facts: pd.DataFrame,
    won: pd.Series,
    open_facts: pd.DataFrame,
    *,
    groups: pd.Series | None = None,
    settings: Settings,
) -> DealChance:
    """The chance to win open targets, learnt from decided deals, or why it cannot be told.

    Of the predictors that told won from lost among unseen deals the simplest is kept, unless a
    more elaborate one has a smaller squared error beyond the paired interval. A score is taken
    at most as far as decided deals went, a chance at most to what so many deals can show; a
    target whose score is unknown has a chance only if enough decided deals were unknown, too.

    Parameters
    ----------
    facts, won, groups
        As for ``target_check``.
    open_facts
        The same columns of the targets to judge.
    """
    check = settings.target_check
    deals, outcome = ordered_deals(facts, won)
    short = missing_deals(outcome, check)
    if short:
        why = _("{n} deals were decided; {missing} are needed")
        if not len(outcome):
            why = _("no deal was decided yet; {missing} are needed")
        return _unvalidated(open_facts, why.format(n=count(len(outcome)), missing=short))
    groups_of = check_groups(deals, groups, settings=settings)
    usable = tuple(name for name in LADDER if _known(deals, name) >= check.min_group)
    judged = unseen_deals(deals, outcome, groups_of, predictors=usable, settings=settings)
    kept = _kept(outcome, judged, groups_of, settings)
    if not kept:
        return _unvalidated(open_facts, _("nothing that is noted told won from lost deals"))
    columns, wanted = _columns(deals, open_facts, kept, settings)
    draws = group_draws(groups_of, settings=settings)[:DRAWS]
    told = [
        fitted_model(kept, columns, outcome, weights, check.penalty).chance(wanted)
        for weights in [np.ones(len(outcome)), *draws.astype(float)]
        if 0 < weights @ outcome < weights.sum()
    ]
    least = 1 / (len(outcome) + 2)
    unfounded = _unfounded(deals, open_facts, kept, settings)
    tails = [0.5, (1 - check.confidence) / 2, (1 + check.confidence) / 2]
    found = np.clip(np.vstack([told[0][None, :], np.quantile(told, tails[1:], axis=0)]),
                    least, 1 - least)  # fmt: skip
    found[:, unfounded] = np.nan
    chance, low, high = (pd.Series(row, open_facts.index, dtype=float) for row in found)
    low, high = np.minimum(low, chance), np.maximum(high, chance)
    note = _note(deals, open_facts, kept, unfounded, settings)
    return DealChance(chance, low, high, kept, VALIDATED, note)


def chance_by_record(said: DealChance, record: Record) -> DealChance:
    """The chances corrected by how those of earlier quarters came true; the note says so."""
    if said.status != VALIDATED:
        return said
    ends = (said.chance, said.low, said.high)
    chance, low, high = ((end * record.factor).clip(upper=1.0) for end in ends)
    note = f"{said.note}; {record.words}"
    return replace(said, chance=chance, low=low, high=high, note=note)


def listed_deals(chance: pd.Series, prospects: pd.DataFrame, *, quarter: pd.Period) -> pd.DataFrame:
    """Chances as the list of an earlier quarter said them, of the deals decided in the next one.

    Parameters
    ----------
    chance
        As it was said at the end of ``quarter``, by target.
    prospects
        As they are known today: ``prospect``, ``outcome``, ``outcome_on``.

    Returns
    -------
    What ``list_record`` reads: ``quarter``, ``subject`` (the prospect), ``chance``, ``came``
    (whether it was won).
    """
    next_one = quarter + 1
    in_time = prospects["outcome_on"].between(next_one.start_time, next_one.end_time)
    decided = prospects[in_time & prospects["outcome"].isin(DECIDED)]
    decided = decided[decided["prospect"].isin(chance.index)]
    codes = decided["prospect"]
    rows = {
        "quarter": quarter_label(quarter),
        "subject": codes,
        "chance": chance.reindex(codes).to_numpy(float),
        "came": (decided["outcome"] == "won").to_numpy(bool),
    }
    return pd.DataFrame(rows).reset_index(drop=True)


def _kept(
    outcome: np.ndarray, judged: dict[str, Judged], groups: np.ndarray, settings: Settings
) -> str:
    """The simplest that tells, or a later one that is better beyond chance; else empty."""
    check = settings.target_check
    draws = group_draws(groups, settings=settings)
    kept = ""
    for name, said in judged.items():
        ends = intervals(outcome, said, draws, confidence=check.confidence)
        if not ends["auc"][0] > 0.5:
            continue
        if kept:
            gain = gain_interval(
                outcome,
                said.chance,
                judged[kept].chance,
                groups,
                measure="brier",
                resamples=check.resamples,
                confidence=check.confidence,
                seed=settings.stability.seed,
            )
            if not gain[1] > 0:
                continue
        kept = name
    return kept


def _columns(
    deals: pd.DataFrame, open_facts: pd.DataFrame, kept: str, settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    code = coding(deals, min_group=settings.target_check.min_group)
    return tuple(predictor_columns(frame, kept, code) for frame in (deals, open_facts))


def _known(deals: pd.DataFrame, name: str) -> int:
    if name in SINGLE:
        return int(np.isfinite(known_values(deals, name)).sum())
    return len(deals)


def _unfounded(
    deals: pd.DataFrame, open_facts: pd.DataFrame, kept: str, settings: Settings
) -> np.ndarray:
    """Targets without a score where hardly a decided deal was without one."""
    least = settings.target_check.min_group
    names = [SINGLE[kept]] if kept in SINGLE else list(PS)
    found = np.zeros(len(open_facts), dtype=bool)
    for name in names:
        if len(deals) - _known(deals, _predictor_of(name)) < least:
            found |= ~np.isfinite(known_values(open_facts, _predictor_of(name)))
    return found


def _predictor_of(score: str) -> str:
    return next(name for name, column in SINGLE.items() if column == score)


def _note(
    deals: pd.DataFrame,
    open_facts: pd.DataFrame,
    kept: str,
    unfounded: np.ndarray,
    settings: Settings,
) -> str:
    parts = [
        _("{label}, from {n} decided deals").format(
            label=predictor_labels()[kept], n=count(len(deals))
        )
    ]
    beyond = _beyond(deals, open_facts, kept)
    if beyond:
        text = _("{n} targets lie outside what decided deals covered and are judged by its edge")
        parts.append(text.format(n=count(beyond)))
    if unfounded.any():
        text = _("{n} targets have no chance: what tells it is unknown of them")
        parts.append(text.format(n=count(unfounded.sum())))
    return "; ".join(parts)


def _beyond(deals: pd.DataFrame, open_facts: pd.DataFrame, kept: str) -> int:
    """How many targets have a score beyond the decided deals', or a value they never had."""
    found = np.zeros(len(open_facts), dtype=bool)
    for predictor in [kept] if kept in SINGLE else PS:
        seen = known_values(deals, predictor)
        if np.isfinite(seen).any():
            value = known_values(open_facts, predictor)
            found |= (value < np.nanmin(seen)) | (value > np.nanmax(seen))
    for name in TEXTS if FITTED.get(kept) else ():
        if name in open_facts and name in deals:
            seen, text = deals[name].astype("str"), open_facts[name].astype("str")
            found |= (~text.isin(seen) & text.notna() & (text != "")).to_numpy()
    return int(found.sum())


def _unvalidated(open_facts: pd.DataFrame, why: str) -> DealChance:
    nothing = pd.Series(np.nan, open_facts.index, dtype=float)
    return DealChance(nothing, nothing, nothing, "", UNVALIDATED, why)
