"""The six criteria of key accounts, each with its evidence, the weighted score, their sentence."""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.sentences import shown_name
from kamlib.analysis.measures.anchors import anchored
from kamlib.analysis.segments.criteria_figures import (
    MARKET_LEADER,
    PARTS,
    WELL_KNOWN,
    criteria_evidence,
    criteria_figures,
    criteria_window,
    judgement_words,
)
from kamlib.analysis.segments.known import Known
from kamlib.settings import CRITERIA, CRITERIA_WORDS, Settings
from kamlib.words import _, count, number, share

# Scores that agree to so many digits share a place in line; the account's number decides.
RANK_DIGITS = 10
# Which criteria stand on the rows of which table; on judgements those that are not measured.
JUDGED = "judgements"
DOUBTED_BY = {"payments": ("reliability",), "interactions": ("reliability",), JUDGED: ()}


def criteria(
    known: Known, *, settings: Settings, doubts: Mapping[str, Mapping[str, str]] | None = None
) -> pd.DataFrame:
    """Score every account on the six criteria of METHODS 4, with evidence.

    Each criterion is the mean of its known parts, and a part is a figure on fixed anchors
    (``settings.criteria``): what other accounts there are does not move it. A judgement fills
    in where nothing is measured; where both exist the measured score counts and the judgement
    is told. Reputation is judged only, or taken from the accounts table where nobody judged.

    Parameters
    ----------
    known
        Of the judgements the latest row per account and criterion counts; where ``seen_to`` is
        before ``as_of``, growth is not known.
    doubts
        By table of ``DOUBTED_BY`` why nobody can tell, by account: what stands on its rows is
        not judged, and a judgement is what stands for a criterion that is not measured.

    Returns
    -------
    One row per account in the order of ``classes``. Per criterion of ``CRITERIA``: ``<c>``
    (score 0–1, NaN where unknown), ``<c>_known`` (0–1, share of its parts that are known),
    ``<c>_evidence`` (text). ``score`` and ``completeness`` as ``weighted_scores``; ``rank``
    (1 = best, equal scores by account number; NaN without a score); ``rank_best`` and
    ``rank_worst`` over the weights in force and all corners of weights that are moved up or
    down by ``criteria.weight_swing``.
    """
    classes = known.classes
    window = criteria_window(known, settings)
    figures = criteria_figures(known, window=window, settings=settings)
    recorded = _recorded_reputation(known.accounts, classes.index)
    evidence = criteria_evidence(
        figures, classes, known.record, recorded, window=window, settings=settings
    )
    scores, parts = _measured(figures, recorded, settings)
    judged = _judged(known.judgements, classes.index, pd.Timestamp(known.as_of))
    found = pd.concat(
        [_column(name, scores, parts, evidence, judged[name]) for name in CRITERIA], axis=1
    )
    for name in CRITERIA:
        not_measured = scores[name].isna() | (name == "reputation")
        whys = _whys(name, not_measured, doubts or {})
        found.loc[whys.index, [name, f"{name}_known"]] = [np.nan, 0.0]
        found.loc[whys.index, f"{name}_evidence"] = whys
    scores = found[list(CRITERIA)]
    parts = found[[f"{name}_known" for name in CRITERIA]]
    weights = settings.criteria.weights
    ranks = rank_range(scores, weights, settings.criteria.weight_swing)
    return pd.concat([found, weighted_scores(scores, parts, weights), ranks], axis=1)


def _whys(name: str, not_measured: pd.Series, doubts: Mapping[str, Mapping[str, str]]) -> pd.Series:
    """Why a criterion is not judged, of the accounts of which it is not."""
    found: dict[str, list[str]] = {}
    for table, whys in doubts.items():
        for account, why in whys.items():
            on_it = name in DOUBTED_BY[table] or (table == JUDGED and not_measured.get(account))
            if on_it and account in not_measured:
                found.setdefault(account, []).append(why)
    told = _("not judged: {why}")
    texts = {account: told.format(why="; ".join(whys)) for account, whys in found.items()}
    return pd.Series(texts, dtype="str")


def weighted_scores(
    scores: pd.DataFrame, known: pd.DataFrame, weights: tuple[float, ...]
) -> pd.DataFrame:
    """The weighted mean over the criteria that are known, and how much is known.

    Multiplying all weights by a number changes nothing.

    Parameters
    ----------
    scores, known
        Per account one column per criterion: score (0–1, NaN where unknown), known share (0–1).
    weights
        One per column, not negative, not all 0.

    Returns
    -------
    Per account ``score`` (0–1; NaN where no criterion with a weight is known) and
    ``completeness`` (0–1, the weighted share that is known).

    Raises
    ------
    ValueError
        There is not one weight per criterion, one is negative, or all are 0.

    >>> scores = pd.DataFrame({"income": [0.8, 0.6], "growth": [0.4, None]})
    >>> weighted_scores(scores, scores.notna().astype(float), (3, 1))["score"].round(2).tolist()
    [0.7, 0.6]
    """
    parts = _parts(weights, scores.shape[1])
    completeness = sum(
        part * known.iloc[:, place].to_numpy(float) for place, part in enumerate(parts)
    )
    return pd.DataFrame(
        {"score": _scores_under(scores, parts[None, :])[0], "completeness": completeness},
        scores.index,
    )


def rank_range(scores: pd.DataFrame, weights: tuple[float, ...], swing: float) -> pd.DataFrame:
    """Where each account stands, and how far its place depends on the weights.

    Returns
    -------
    Per account ``rank``, ``rank_best``, ``rank_worst`` (1 = best; equal scores by account
    number; NaN without a score).
    """
    parts = _parts(weights, scores.shape[1])
    swings = product((1 - swing, 1 + swing), repeat=len(parts))
    corners = np.array([np.ones(len(parts)), *swings]) * parts
    order = np.argsort(scores.index.to_numpy(dtype=object), kind="stable")
    found = _scores_under(scores.iloc[order], corners).round(RANK_DIGITS)
    ranks = np.empty(found.shape)
    in_line = np.argsort(-found, axis=1, kind="stable")
    places = np.broadcast_to(np.arange(1.0, found.shape[1] + 1), found.shape)
    np.put_along_axis(ranks, in_line, places, axis=1)
    ranks[np.isnan(found)] = np.nan
    columns = {"rank": ranks[0], "rank_best": ranks.min(axis=0), "rank_worst": ranks.max(axis=0)}
    return pd.DataFrame(columns, scores.index[order]).reindex(scores.index)


def _parts(weights: tuple[float, ...], criteria: int) -> np.ndarray:
    parts = np.asarray(weights, float)
    if len(parts) != criteria or (parts < 0).any() or not parts.sum() > 0:
        raise ValueError(
            f"weights {tuple(weights)}: expected {criteria} of at least 0, not all of them 0"
        )
    return parts / parts.sum()


def _scores_under(scores: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Scores per set of weights and account: columns added in order, so that no row's place
    in the frame moves its last digit."""
    above = np.zeros((len(weights), len(scores)))
    below = np.zeros_like(above)
    for place in range(scores.shape[1]):
        score = scores.iloc[:, place].to_numpy(float)
        weight = weights[:, place, None]
        above += weight * np.nan_to_num(score)
        below += weight * ~np.isnan(score)
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _measured(
    figures: pd.DataFrame, recorded: pd.Series, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    scores = pd.DataFrame(index=figures.index)
    known = pd.DataFrame(index=figures.index)
    for name, parts in PARTS.items():
        scored = pd.DataFrame(
            {part: anchored(figures[part], getattr(settings.criteria, part)) for part in parts}
        )
        scores[name] = scored.mean(axis=1)
        known[name] = scored.notna().mean(axis=1)
    leader, well_known = settings.criteria.recorded_reputation
    scores["reputation"] = recorded.map({MARKET_LEADER: leader, WELL_KNOWN: well_known})
    scores["reputation"] = scores["reputation"].astype(float)
    known["reputation"] = scores["reputation"].notna().astype(float)
    return scores, known


def _recorded_reputation(accounts: pd.DataFrame, index: pd.Index) -> pd.Series:
    flags = accounts[["market_leader", "well_known"]].reindex(index)
    leader, well_known = (flags[name].eq(True).fillna(False).astype(bool) for name in flags)
    recorded = pd.Series("", index, dtype="str").mask(well_known, WELL_KNOWN)
    return recorded.mask(leader, MARKET_LEADER)


def _judged(
    judgements: pd.DataFrame, accounts: pd.Index, as_of: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    """Per criterion the latest judgement of each account: ``score`` and its ``words``.

    A judgement without a date gives way to any that has one.
    """
    there = judgements["score"].notna() & ~(judgements["date"] > as_of)
    order = ["account", "criterion", "date", "score", "author"]
    latest = judgements[there].sort_values(order, na_position="first", kind="stable")
    latest = latest.drop_duplicates(["account", "criterion"], keep="last").set_index("account")
    texts = latest.assign(
        author=latest["author"].fillna(""), evidence=latest["evidence"].fillna("")
    )
    latest["words"] = [
        judgement_words(row.score, row.author, row.date, row.evidence) for row in texts.itertuples()
    ]
    return {
        name: latest.loc[latest["criterion"] == spelled, ["score", "words"]].reindex(accounts)
        for name, spelled in CRITERIA_WORDS.items()
    }


def _column(
    name: str,
    scores: pd.DataFrame,
    known: pd.DataFrame,
    evidence: pd.DataFrame,
    judged: pd.DataFrame,
) -> pd.DataFrame:
    """One criterion as it is shown; a judgement fills in, and settles the reputation."""
    there = judged["score"].notna()
    fills = there & (scores[name].isna() | (name == "reputation"))
    told, words = evidence[name], judged["words"].astype("str").fillna("")
    first = words if name == "reputation" else words + "; " + told
    told = told.mask(there & ~fills, told + "; " + words).mask(fills, first)
    return pd.DataFrame(
        {
            name: scores[name].mask(fills, judged["score"].astype(float)),
            f"{name}_known": known[name].mask(fills, 1.0),
            f"{name}_evidence": told,
        }
    )


def criteria_headline(found: pd.DataFrame, classes: pd.DataFrame) -> str:
    """Who leads by the weighted score, whatever the weights, and how complete the evidence is.

    Parameters
    ----------
    found
        The table of ``criteria``.
    classes
        The table of ``abc_xyz``: names.
    """
    ranked = found[found["rank"].notna()]
    if ranked.empty:
        return _("Nothing is known of any account by the six criteria.")
    leader = ranked["rank"].idxmin()
    sentences = [
        _("By the six criteria {name} leads with a score of {score}{places}.").format(
            name=shown_name(classes).loc[leader],
            score=number(ranked.loc[leader, "score"]),
            places=_places(ranked.loc[leader]),
        ),
        _("Of the evidence {known} is there; least is known of {criterion} ({least}).").format(
            known=share(found["completeness"].mean(), 0), **_least_known(found)
        ),
    ]
    without = len(found) - len(ranked)
    if without:
        sentences.append(_("Accounts without a score: {count}.").format(count=count(without)))
    return " ".join(sentences)


def evidence_rows(judged: pd.DataFrame) -> pd.DataFrame:
    """The criteria of some accounts with what each score rests on.

    Parameters
    ----------
    judged
        The table of ``criteria`` for these accounts, with their ``name``.

    Returns
    -------
    One row per account and criterion, in the order of ``judged``: ``account``, ``name``,
    ``criterion`` (its word), ``score`` (0–1, NaN where unknown), ``evidence``.
    """
    rows = [
        (account, row["name"], criterion_word(name), row[name], row[f"{name}_evidence"])
        for account, row in judged.iterrows()
        for name in CRITERIA
    ]
    columns = ["account", "name", "criterion", "score", "evidence"]
    return pd.DataFrame(rows, columns=columns).astype({"score": float})


def criterion_word(name: str) -> str:
    """A criterion as a reader sees it."""
    return _(CRITERIA_WORDS[name])


def _places(row: pd.Series) -> str:
    if row["rank_worst"] == row["rank"]:
        return _(", and does so with other weights too")
    return _(" (with other weights down to place {worst})").format(worst=count(row["rank_worst"]))


def _least_known(found: pd.DataFrame) -> dict[str, str]:
    known = found[[f"{name}_known" for name in CRITERIA]].mean()
    least = CRITERIA[int(known.to_numpy().argmin())]
    return {"criterion": criterion_word(least), "least": share(known.min(), 0)}
