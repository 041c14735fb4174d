"""The evidence of need, ability to pay and power to decide: every piece, and which one counts."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.wallet import wallets
from kamlib.analysis.measures.year_value import per_row
from kamlib.analysis.targeting.derived import (
    DECIDED,
    INDUSTRY,
    PIECES,
    RECORDED,
    authority_pieces,
    budget_pieces,
    evidence_days,
    industry_pieces,
    pieces,
    rival_pieces,
    stated_pieces,
    whitespace_pieces,
)
from kamlib.analysis.targeting.target_list import Known
from kamlib.settings import PS, Settings, ThreePSettings
from kamlib.words import _

COLUMNS = (*PIECES, "age_days", "freshness", "used", "left_out")
DAYS_PER_MONTH = 365.25 / 12


def p_evidence(
    targets: pd.DataFrame,
    known: Known,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    currency: str = "",
) -> pd.DataFrame:
    """Every piece of evidence of each target's P's, and which one counts.

    Of each P one piece counts: the freshest of the recorded one and the strongest derived one
    (value times freshness), the recorded one where they are equally fresh. What speaks of the
    target comes before what speaks of its industry only. A recorded no (at most
    ``three_p.veto_at``) counts whatever was derived, until it is older than
    ``three_p.veto_months``; then anything else counts before it. A piece outside 0–1, or dated
    after the day on which the target is judged (``as_of``; of a decided one its outcome), is
    left out and stays in the table with the reason.

    Parameters
    ----------
    targets
        The table of ``target_list`` or ``decided_list``.
    known
        All of it, but for ``bought``: by it rivals' shares of single lines are weighed.

    Returns
    -------
    One row per piece, in the order of targets and P's, the one that counts first:
    ``prospect``, ``p`` ("need", "budget", "authority"), ``value`` (0–1, as recorded),
    ``evidence`` (words with figures), ``source`` ("recorded", "derived from …"), ``date`` (NaT
    where unknown), ``age_days``, ``freshness`` (0–1), ``used`` (bool), ``left_out`` (why it
    cannot count, "" where it can).
    """
    days, rules = evidence_days(targets, as_of), settings.three_p
    decided = targets["outcome"].isin(DECIDED)
    until, classes, competitors = pd.Timestamp(as_of), known.classes, known.competitors
    yearly = wallets(classes, competitors.iloc[:0], as_of=until, months=settings.abc.months)
    yearly = yearly["yearly"]
    wording = {"settings": rules, "currency": currency}
    columns = ["industry", "employees", "annual_revenue", "credit_limit"]
    accounts = known.accounts.reindex(columns=columns)
    found = [
        *(recorded_pieces(targets, p) for p in PS),
        whitespace_pieces(targets, known.whitespace, yearly, as_of=until, **wording),
        rival_pieces(targets, competitors, days, settings=rules, bought=known.bought),
        stated_pieces(targets, settings=rules),
        # Who buys in an industry is known of today only, not of the day of an earlier outcome.
        industry_pieces(targets[~decided], known.prospects, accounts, yearly, **wording),
        budget_pieces(targets, accounts, classes, known.record, yearly, as_of=until, **wording),
        authority_pieces(days, known.contacts, known.interactions, settings=settings),
    ]
    return judged_pieces(pd.concat(found, ignore_index=True), days, settings=rules)


def recorded_pieces(targets: pd.DataFrame, p: str) -> pd.DataFrame:
    """What was noted of one P; of a need with the line it needs first."""
    known = targets[targets[p].notna()]
    told = known[f"{p}_evidence"].where(known[f"{p}_evidence"] != "", _("no grounds noted"))
    if p == "need":
        line = known["product_line"].where(known["kind"] == "prospect", "")
        first = _("; needs {line} first")
        told = [
            text + first.format(line=name) if name else text
            for text, name in zip(told, line, strict=True)
        ]
    return pieces(known.index, p, known[p].to_numpy(), list(told), RECORDED, known[f"{p}_date"])


def judged_pieces(
    found: pd.DataFrame, days: pd.Series, *, settings: ThreePSettings
) -> pd.DataFrame:
    """Pieces with their age and freshness, and which of them counts.

    Parameters
    ----------
    found
        Pieces of evidence: columns as in ``PIECES``.
    days
        Per target the day on which it is judged; its order is that of the result.
    """
    day = per_row(days, found["prospect"])
    table = found.assign(age_days=(day - found["date"]).dt.days.astype(float))
    table["left_out"] = pd.Series(
        np.select(
            [~table["value"].between(0, 1), table["age_days"] < 0],
            [_("outside 0–1"), _("dated after the day it is judged on")],
            "",
        ),
        table.index,
        dtype="str",
    )
    table["freshness"] = freshness(
        table["age_days"].clip(lower=0),
        half_life_months=settings.half_life_months,
        undated=settings.undated_freshness,
    )
    table["used"] = _counts(table, settings)
    order = table.assign(
        place=days.index.get_indexer(table["prospect"]),
        p=pd.Index(PS).get_indexer(table["p"]),
        unused=~table["used"],
    ).sort_values(["place", "p", "unused", "source"], kind="stable")
    return table.loc[order.index, list(COLUMNS)].reset_index(drop=True)


def freshness(age_days: pd.Series, *, half_life_months: float, undated: float) -> pd.Series:
    """The weight that evidence keeps as it ages: ``0.5 ** (age / half-life)``.

    >>> ages = pd.Series([0.0, 365.25, 730.5, np.nan])
    >>> freshness(ages, half_life_months=12, undated=0.4).tolist()
    [1.0, 0.5, 0.25, 0.4]
    """
    half_life = half_life_months * DAYS_PER_MONTH
    return (0.5 ** (age_days.astype(float) / half_life)).fillna(undated)


def no_is_old(value: pd.Series, age_days: pd.Series, settings: ThreePSettings) -> pd.Series:
    """Whether it is a no that is too old to veto: to be asked again."""
    return (value <= settings.veto_at) & (age_days > settings.veto_months * DAYS_PER_MONTH)


def _counts(table: pd.DataFrame, settings: ThreePSettings) -> pd.Series:
    recorded = table["source"] == RECORDED
    usable = table["left_out"] == ""
    old = no_is_old(table["value"], table["age_days"], settings)
    facts = table[["prospect", "p", "freshness", "source"]].assign(
        usable=usable,
        recorded=recorded,
        no=recorded & (table["value"] <= settings.veto_at) & ~old,
        old=old,
        own=table["source"] != INDUSTRY,
        strength=table["value"] * table["freshness"],
    )
    group = ["prospect", "p"]
    derived = facts[usable & ~recorded].sort_values(
        ["own", "strength", "source"], ascending=[False, False, True], kind="stable"
    )
    derived = derived.drop_duplicates(group)
    candidates = pd.concat([facts[usable & recorded], derived])
    candidates = candidates.sort_values(
        ["no", "old", "own", "freshness", "recorded"],
        ascending=[False, True, False, False, False],
        kind="stable",
    )
    return pd.Series(table.index.isin(candidates.drop_duplicates(group).index), table.index)
