"""What each source of prospects yields: how many, how good, how many won, worth what, how fast."""

import numpy as np
import pandas as pd
from scipy.stats import beta
from statsmodels.duration.survfunc import CumIncidenceRight

from kamlib.analysis.models.deals import UNKNOWN
from kamlib.analysis.targeting.win_rates import NONE, OFTEN, RARELY, TOO_FEW
from kamlib.settings import Settings
from kamlib.words import _, count, share

COUNTS = ("found", "qualified", "won", "lost", "open")
GAPS = ("bad_dates", "undated", "value_unknown", "unscored")
COLUMNS = (
    *("source", *COUNTS, "win_rate", "low", "high", "won_in_year"),
    *("value_won", "value_per_found", "days_to_win", *GAPS, "verdict"),
)
_YEAR = 365  # days


def lead_sources(
    prospects: pd.DataFrame,
    scores: pd.DataFrame,
    revenue_by_prospect: pd.Series,
    rates: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """The yield per source of prospects.

    Qualified is a prospect whose score reaches ``campaign.qualified_score`` with
    ``tiers.min_completeness`` of its weight known, and each one that was won. An outcome after
    ``as_of`` is still open. How many are won within a year is the cumulative incidence with a
    loss as the competing end (Aalen & Johansen 1978), as open ones may still be won.

    Parameters
    ----------
    prospects
        The canonical table, open and decided ones.
    scores
        Per prospect ``score`` and ``completeness`` (0–1), the table of ``three_ps``.
    revenue_by_prospect
        What the account that a prospect became bought in the twelve months up to ``as_of``
        (currency); where it is not known, the recorded ``value`` of a year counts.
    rates
        The table of ``win_rates``: whether a source wins rarely or often is judged there once,
        together with all other groups of deals, so that the two never disagree.

    Returns
    -------
    One row per source, the most found first: ``source`` ("unknown" where empty); the numbers
    ``found``, ``qualified``, ``won``, ``lost``, ``open``; ``win_rate`` (0–1, won of won and
    lost; NaN without any), ``low``, ``high`` (its Jeffreys interval of
    ``target_check.confidence``); ``won_in_year`` (0–1; NaN without dates or where none was
    followed for a year); ``value_won`` (currency a year; NaN where of no won one it is known),
    ``value_per_found``; ``days_to_win`` (median). What is left out is counted: ``bad_dates``
    (ended before it was first seen) and ``undated``, out of the times; ``value_unknown`` (won);
    ``unscored`` (not won, no score). ``verdict`` ("wins rarely", "wins often", "no difference
    seen", "too few"), as ``rates`` has it.
    """
    rows = _marked(prospects, scores, revenue_by_prospect, as_of, settings)
    groups = rows.groupby("source", sort=True)
    found = groups[[*COUNTS, *GAPS]].sum().astype("int64")
    decided = found["won"] + found["lost"]
    found["win_rate"] = (found["won"] / decided).where(decided > 0)
    found["low"], found["high"] = _interval(found["won"], found["lost"], settings)
    found["won_in_year"] = pd.Series(
        {source: _within_a_year(group) for source, group in groups}, dtype=float
    )
    value = groups["value_won"].sum(min_count=1)
    found["value_won"] = value.where(found["won"] > 0, 0.0).astype(float)
    found["value_per_found"] = found["value_won"] / found["found"]
    found["days_to_win"] = groups["days_to_win"].median()
    found["verdict"] = _verdicts(found.index, rates)
    found = found.reset_index().astype({"source": "str", "verdict": "str"})
    ranked = found.sort_values(
        ["found", "source"], ascending=[False, True], ignore_index=True, kind="stable"
    )
    return ranked[list(COLUMNS)]


def lead_sources_headline(sources: pd.DataFrame) -> str:
    """What the sources yielded, and which one surely wins more or less often than the others."""
    if sources.empty:
        return _("There are no prospects yet, so no source has a yield.")
    total = sources[list(COUNTS)].sum()
    decided = total["won"] + total["lost"]
    sentence = _("{found} prospects came from {n} sources; {won} of {decided} decided were won")
    sentence = sentence.format(
        found=count(total["found"]),
        n=count(len(sources)),
        won=count(total["won"]),
        decided=count(decided),
    )
    told = _told(sources)
    if told:
        return _("{sentence}; {told}.").format(sentence=sentence, told="; ".join(told))
    if (sources["verdict"] == TOO_FEW).all():
        few = _("{sentence}; of no source enough are decided to compare them.")
        return few.format(sentence=sentence)
    return _("{sentence}; no source wins more or less often than the others beyond chance.").format(
        sentence=sentence
    )


def _marked(
    prospects: pd.DataFrame,
    scores: pd.DataFrame,
    revenue: pd.Series,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """Per prospect its source, what counts of it as 0 or 1, days, status and value."""
    known = prospects.reset_index(drop="prospect" in prospects.columns)
    known = known.reindex(
        columns=["prospect", "source", "first_seen", "outcome", "outcome_on", "value"]
    )
    code = known["prospect"].astype("str")
    source = known["source"].astype("str").fillna("").str.strip()
    seen, ended = (pd.to_datetime(known[name]) for name in ("first_seen", "outcome_on"))
    outcome = known["outcome"].astype("str").fillna("").where(~(ended > as_of), "open")
    won, lost = outcome == "won", outcome == "lost"
    days = (ended.where(won | lost, pd.Timestamp(as_of)) - seen).dt.days.astype(float)
    judged = scores.reindex(columns=["score", "completeness"]).astype(float).reindex(code)
    score, complete = (judged[name].to_numpy() for name in judged)
    good = (score >= settings.campaign.qualified_score) & (
        complete >= settings.tiers.min_completeness
    )
    worth = pd.Series(revenue.astype(float).reindex(code).to_numpy(), known.index)
    worth = worth.fillna(known["value"].astype(float))
    return pd.DataFrame(
        {
            "source": source.replace("", _("unknown")),
            "found": 1,
            "qualified": good | won,
            "won": won,
            "lost": lost,
            "open": ~won & ~lost,
            "days": days.where(days >= 0),
            "status": np.select([won, lost], [1, 2], 0),
            "days_to_win": days.where(won & (days >= 0)),
            "value_won": worth.where(won),
            "bad_dates": days < 0,
            "undated": days.isna(),
            "value_unknown": won & worth.isna(),
            "unscored": ~won & np.isnan(score),
        }
    )


def _interval(won: pd.Series, lost: pd.Series, settings: Settings) -> tuple[pd.Series, pd.Series]:
    tail = (1 - settings.target_check.confidence) / 2
    some = (won + lost) > 0
    bounds = (beta.ppf(part, won + 0.5, lost + 0.5) for part in (tail, 1 - tail))
    low, high = (pd.Series(bound, won.index, dtype=float).where(some) for bound in bounds)
    return low, high


def _within_a_year(rows: pd.DataFrame) -> float:
    dated = rows[rows["days"].notna()]
    days, status = dated["days"].to_numpy(), dated["status"].to_numpy()
    if not len(days) or (days.max() < _YEAR and (status[days == days.max()] == 0).any()):
        return np.nan
    if not (status == 1).any():
        return 0.0
    with np.errstate(divide="ignore", invalid="ignore"):  # errors, not used, where all have ended
        incidence = CumIncidenceRight(days, status)
    until = np.searchsorted(incidence.times, _YEAR, side="right")
    return float(incidence.cinc[0][until - 1]) if until else 0.0


def _verdicts(sources: pd.Index, rates: pd.DataFrame) -> np.ndarray:
    """What the win rates say of each source; of one without decided deals too few are known."""
    of_sources = rates[rates["attribute"] == "source"].set_index("value")["verdict"]
    names = sources.astype("str").to_series().replace(_("unknown"), UNKNOWN)
    return of_sources.reindex(names).fillna(TOO_FEW).astype("str").to_numpy()


def _told(sources: pd.DataFrame) -> list[str]:
    """Which source surely wins most or least often, else which has the highest share so far."""
    forms = [
        (OFTEN, False, _("{source} wins most often ({rate}, {low} to {high})")),
        (RARELY, True, _("{source} wins least often ({rate}, {low} to {high})")),
    ]
    told = [
        _named(sources[sources["verdict"] == verdict], least, form)
        for verdict, least, form in forms
        if (sources["verdict"] == verdict).any()
    ]
    judged = sources[sources["verdict"] == NONE]
    if told or judged["win_rate"].nunique() < 2:
        return told
    form = _("{source} has the highest share of wins so far ({rate} of {n}), which may be chance")
    return [_named(judged, False, form)]


def _named(rows: pd.DataFrame, least: bool, form: str) -> str:
    row = rows.sort_values("win_rate", ascending=least, kind="stable").iloc[0]
    return form.format(
        source=row["source"],
        rate=share(row["win_rate"], 0),
        low=share(row["low"], 0),
        high=share(row["high"], 0),
        n=count(row["won"] + row["lost"]),
    )
