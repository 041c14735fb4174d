"""Need, ability to pay and power to decide in one score, and how surely it ranks."""

from itertools import product

import numpy as np
import pandas as pd

from kamlib.analysis.targeting.derived import INDUSTRY
from kamlib.analysis.targeting.evidence import DAYS_PER_MONTH, no_is_old
from kamlib.settings import P_WORDS, PS, ThreePSettings
from kamlib.words import _, capital, count, number

COLUMNS = (
    *PS,
    *(f"{p}_freshness" for p in PS),
    *("score", "completeness", "vetoed", "missing", "why", "vetoed_by", "ask_again", "guessed"),
)


def three_ps(
    evidence: pd.DataFrame, targets_index: pd.Index, *, settings: ThreePSettings
) -> pd.DataFrame:
    """The weighted geometric mean of what is known, each P by its weight and freshness.

    ``score = exp(sum(w * f * ln p) / sum(w * f))`` over the known P's, ``w`` of
    ``three_p.weights``, ``f`` the freshness of the evidence; where the age of a low P would
    raise it, the same with all as fresh: to have looked long ago is no merit. A P of at most
    ``three_p.veto_at`` makes the score 0, unless its evidence is older than
    ``three_p.veto_months``: then the P is unknown and to be asked again. A P without weight
    neither counts nor vetoes. Where nothing that is known has weight, the score is NaN.

    Parameters
    ----------
    evidence
        The table of ``p_evidence``; rows in use count.
    targets_index
        The targets, in the order of the result.

    Returns
    -------
    Indexed by ``prospect``: ``need``, ``budget``, ``authority`` (0–1; NaN where unknown);
    ``need_freshness`` … (0–1, NaN where unknown); ``score`` (0–1 or NaN); ``completeness`` (0–1,
    ``sum(w * f) / sum(w)``); ``vetoed`` (bool); ``missing`` (the unknown P's: "budget,
    authority"); ``why`` (words); ``vetoed_by``, ``ask_again`` and ``guessed`` (P's, ""
    for none: that rule it out, whose no is old, that are known from its industry only).
    """
    index = pd.Index(targets_index, dtype="str", name="prospect")
    used = evidence[evidence["used"]]
    rows = [used[used["p"] == p].set_index("prospect").reindex(index) for p in PS]
    wide = {
        name: np.column_stack([row[name].to_numpy() for row in rows])
        for name in ("value", "freshness", "age_days", "evidence", "source")
    }
    value, fresh, age = (wide[name].astype(float) for name in ("value", "freshness", "age_days"))
    old = no_is_old(value, age, settings)
    p, f = np.where(old, np.nan, value), np.where(old, np.nan, fresh)
    score, completeness, vetoes = _scores(p, f, np.asarray(settings.weights), settings.veto_at)
    found = pd.DataFrame(np.hstack([p, f]), index, list(COLUMNS[:6]))
    found = found.assign(score=score, completeness=completeness, vetoed=vetoes.any(axis=1))
    marks = {
        "missing": np.isnan(p),
        "vetoed_by": vetoes,
        "ask_again": old,
        "guessed": wide["source"] == INDUSTRY,
    }
    for name, flags in marks.items():
        found[name] = _named(flags, index)
    facts = zip(p, value, age, wide["evidence"], vetoes, old, strict=True)
    told = [_why(*row) for row in facts]
    return found.assign(why=pd.Series(told, index, dtype="str"))[list(COLUMNS)]


def rank_range(scores: pd.DataFrame, *, settings: ThreePSettings) -> pd.DataFrame:
    """How far a target's rank moves when the weights do.

    Each weight is taken up and down by ``three_p.weight_range``, in every combination.

    Parameters
    ----------
    scores
        The table of ``three_ps``.

    Returns
    -------
    Indexed by ``prospect``: ``rank`` (1 = highest score; equal scores share the better rank;
    NaN without a score), ``rank_best``, ``rank_worst``.
    """
    p = scores[list(PS)].to_numpy(float)
    f = scores[[f"{name}_freshness" for name in PS]].to_numpy(float)
    weights, moved = np.asarray(settings.weights), settings.weight_range
    corners = [np.ones(3), *map(np.asarray, product((1 - moved, 1 + moved), repeat=3))]
    ranks = []
    for corner in corners:
        if (weights * corner).any():
            score = pd.Series(_scores(p, f, weights * corner, settings.veto_at)[0])
            ranks.append(score.round(12).rank(ascending=False, method="min").to_numpy())
    ranks = np.vstack(ranks)
    table = {
        "rank": ranks[0],
        "rank_best": np.fmin.reduce(ranks),
        "rank_worst": np.fmax.reduce(ranks),
    }
    return pd.DataFrame(table, scores.index)


def score_ends(
    scores: pd.DataFrame, p: str, *, settings: ThreePSettings
) -> tuple[np.ndarray, np.ndarray]:
    """The score of each target were a P known today: a plain no (0), and a full yes (1).

    Parameters
    ----------
    scores
        The table of ``three_ps``; what it has of ``p`` is put aside, the others stay.

    Returns
    -------
    The scores (0–1) at the low and at the high end; equal where ``p`` has no weight.
    """
    values = scores[list(PS)].to_numpy(float)
    fresh = scores[[f"{name}_freshness" for name in PS]].to_numpy(float)
    at = np.arange(len(PS)) == PS.index(p)
    weights = np.asarray(settings.weights)
    low, high = (
        _scores(np.where(at, end, values), np.where(at, 1.0, fresh), weights, settings.veto_at)[0]
        for end in (0.0, 1.0)
    )
    return low, high


def three_p_headline(scores: pd.DataFrame, targets: pd.DataFrame) -> str:
    """How many targets there are, and of how many which P's are known."""
    if not len(scores):
        return _("There is no target: no open prospect, and no account that could grow.")
    is_account = targets["kind"].reindex(scores.index) == "account"
    known = scores[list(PS)].notna().sum(axis=1)
    who = [
        (_("{n} prospects"), (~is_account).sum()),
        (_("{n} accounts that could grow"), is_account.sum()),
    ]
    parts = [
        (_("all three P's are known of {n}"), (known == len(PS)).sum()),
        (
            _("one or two of the three P's are known of {n}"),
            ((known > 0) & (known < len(PS))).sum(),
        ),
        (_("nothing is known of {n}"), (known == 0).sum()),
    ]
    told = f"{_counted(who, _(' and '))}: {_counted(parts, ', ')}"
    vetoed = int(scores["vetoed"].sum())
    if vetoed:
        ruled_out = _("{n} is ruled out by a no") if vetoed == 1 else _("{n} are ruled out by a no")
        told += "; " + ruled_out.format(n=count(vetoed))
    told += "."
    unknown = scores[list(PS)].isna().sum()
    if unknown.max() > 0:
        most = unknown.idxmax()
        told += " " + _("Most often unknown: {p} ({n}).").format(
            p=P_WORDS[most], n=count(unknown[most])
        )
    again = int((scores["ask_again"] != "").sum())
    if again:
        told += " " + _("{n} said no too long ago: ask again.").format(n=count(again))
    return told


def _counted(parts: list[tuple[str, int]], between: str) -> str:
    """What there is any of, with its number."""
    return between.join(text.format(n=count(n)) for text, n in parts if n)


def _scores(
    p: np.ndarray, f: np.ndarray, weights: np.ndarray, veto_at: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score, completeness and vetoes of rows of three P's and their freshness."""
    known = ~np.isnan(p)
    weight = np.where(known, f, 0.0) * weights
    vetoes = known & (p <= veto_at) & (weights > 0)
    total = weight.sum(axis=1)
    logs = np.log(np.where(known & (p > 0), p, 1.0))
    fresh = np.where(known & (f > 0), 1.0, 0.0) * weights
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.exp(
            np.fmin(
                (weight * logs).sum(axis=1) / total, (fresh * logs).sum(axis=1) / fresh.sum(axis=1)
            )
        )
    score = np.where(total > 0, mean, np.nan)
    return np.where(vetoes.any(axis=1), 0.0, score), total / weights.sum(), vetoes


def _named(flags: np.ndarray, index: pd.Index) -> pd.Series:
    texts = [", ".join(p for p, flag in zip(PS, row, strict=True) if flag) for row in flags]
    return pd.Series(texts, index, dtype="str")


def _why(p, value, age, grounds, vetoes, old) -> str:
    parts = [
        _part(P_WORDS[PS[i]], p[i], value[i], age[i], grounds[i], vetoes[i], old[i])
        for i in range(len(PS))
    ]
    return capital("; ".join(parts))


def _part(word, p, value, age, grounds, vetoes, old) -> str:
    if old:
        text = _("{p} unknown: the no is {age} ({grounds}), ask again")
    elif np.isnan(p):
        return _("{p} unknown").format(p=word)
    elif vetoes:
        text = _("{p} {value} rules it out ({grounds}, {age})")
    else:
        text = _("{p} {value} ({grounds}, {age})")
    return text.format(p=word, value=number(value), grounds=grounds, age=_age(age))


def _age(age: float) -> str:
    if np.isnan(age):
        return _("no date")
    months = round(age / DAYS_PER_MONTH)
    if months == 0:
        return _("this month")
    return _("1 month old") if months == 1 else _("{n} months old").format(n=months)
