"""The quarter's scorecard of targeting against last quarter's: coverage, talks, pipeline, won."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.words import _, count, counted, money, share

COLUMNS = ["measure", "label", "unit", "last_quarter", "this_quarter", "change", "better"]
# Not talks of ours: notes, and what is settled rather than talked over.
NO_TALKS = ("brief", "complaint", "request")


@dataclass(frozen=True)
class TargetQuarter:
    """What the scorecard reads of one quarter, all of it as known on its last day.

    The quarter before is made by the same analyses from ``book.earlier()``: nobody's memory of
    it, nor what became known since, has a part. But people have no day on which they became
    known: those recorded today are taken as known then too, so coverage changes with the targets
    that are worked on, not with new people.
    """

    begin: pd.Timestamp
    """The quarter's first day."""
    as_of: pd.Timestamp
    """The last day that is known of, in an open quarter before its end."""
    tiers: pd.DataFrame
    """The table of ``tiers``."""
    three_ps: pd.DataFrame
    """The table of ``three_ps``, for ``completeness``."""
    committees: pd.DataFrame
    """The table of ``buying_committees``."""
    interactions: pd.DataFrame
    """The canonical table: ``account``, ``date``, ``kind``."""
    prospects: pd.DataFrame
    """The canonical table: ``prospect``, ``first_seen``, ``outcome``, ``outcome_on``, ``value``."""
    bought: pd.Series
    """Per prospect what the account that it became bought in the twelve months up to then
    (currency); where it is not known, the recorded ``value`` of a year counts."""
    chances: str = ""
    """Where the chances in the priorities come from: by another way they do not compare."""


def scorecard(now: TargetQuarter, before: TargetQuarter | None) -> pd.DataFrame:
    """The measures of a quarter beside those of the quarter before.

    Parameters
    ----------
    now
        The reported quarter.
    before
        The quarter before, by the same code; None where the data do not reach back: then
        ``last_quarter`` and ``change`` are NaN.

    Returns
    -------
    One row per measure: ``measure``; ``label``; ``unit`` ("targets", "share", "talks",
    "currency", "prospects", "days"); ``last_quarter``, ``this_quarter``, ``change`` (in the
    unit; NaN where not known, of the pipeline where the chances come from elsewhere);
    ``better`` ("better", "worse", "same" also where a share moved by less than half a point, ""
    where it cannot be said or is neither).
    """
    this = _measures(now)
    last = _measures(before) if before is not None else dict.fromkeys(this, np.nan)
    rows = [
        (measure, label, unit, last[measure], this[measure], good)
        for measure, label, unit, good in _labels()
    ]
    table = pd.DataFrame(rows, columns=[*COLUMNS[:5], "good"])
    table = table.astype({"last_quarter": float, "this_quarter": float})
    table["change"] = table["this_quarter"] - table["last_quarter"]
    if before is not None and now.chances != before.chances:
        table["change"] = table["change"].mask(table["measure"] == "pipeline")
    moved = shown_change(table)
    way = np.sign(moved) * table.pop("good")
    known = moved.notna()
    table["better"] = np.select(
        [known & (way > 0), known & (way < 0), known & (moved == 0)],
        ["better", "worse", "same"],
        default="",
    )
    texts = ["measure", "label", "unit", "better"]
    return table[COLUMNS].astype(dict.fromkeys(texts, "str"))


def shown_change(card: pd.DataFrame) -> pd.Series:
    """The change as it is shown: of shares between whole points, for these stand beside it."""
    whole = card["this_quarter"].round(2) - card["last_quarter"].round(2)
    return card["change"].mask(card["unit"] == "share", whole.round(2))


def scorecard_headline(card: pd.DataFrame, currency: str = "") -> str:
    """What moved since last quarter, or that there is none to compare with.

    Parameters
    ----------
    card
        The table of ``scorecard``.
    """
    if not happened(card):
        return _("There were neither targets nor talks with them: no quarter can be judged yet.")
    row = card.set_index("measure")
    this = row["this_quarter"]
    one, more = _("1 target is worked on"), _("{n} targets are worked on")
    told = [counted(this["worked_on"], one, more)]
    if this["decider_reached"] > 0:
        reached = _("the decider of {reached} of them is known and reached")
        told.append(reached.format(reached=share(this["decider_reached"], 0)))
    elif pd.notna(this["decider_reached"]):
        told.append(_("no decider of theirs is known and reached"))
    if this["talks"] > 0:
        one, more = _("1 talk was held with them"), _("{n} talks were held with them")
        told.append(counted(this["talks"], one, more))
    else:
        told.append(_("no talk was held with them"))
    told.append(_decided(this, row["last_quarter"]))
    if pd.notna(this["pipeline"]):
        worth = _("the pipeline is worth {pipeline}")
        told.append(worth.format(pipeline=money(this["pipeline"], currency)))
    text = "; ".join(told) + "."
    if row["last_quarter"].isna().all():
        return text + " " + _("There is no earlier quarter to compare with.")
    numbers = row["better"].value_counts()
    better, worse = (numbers.get(way, 0) for way in ("better", "worse"))
    if not better + worse:
        return text + " " + _("Nothing moved against last quarter.")
    told = _("Measures against last quarter: {better} better, {worse} worse.")
    if not better or not worse:
        told = _("Measures against last quarter: {better} better.")
        told = told if better else _("Measures against last quarter: {worse} worse.")
    return text + " " + told.format(better=count(better), worse=count(worse))


def _decided(this: pd.Series, last: pd.Series) -> str:
    """How many of the decided prospects were won, in the quarter before too where it is known."""
    decided = this["won"] + this["lost"]
    if not decided:
        return _("no prospect was decided")
    text = _("{won} of {decided} decided prospects were won")
    told = text.format(won=count(this["won"]), decided=count(decided))
    before = last["won"] + last["lost"]
    if pd.isna(before) or not before:
        return told
    text = _("{told}, against {won} of {decided} in the quarter before")
    return text.format(told=told, won=count(last["won"]), decided=count(before))


def happened(card: pd.DataFrame) -> bool:
    """Whether anything was known of targets in either quarter of a scorecard."""
    return bool((card[["last_quarter", "this_quarter"]].fillna(0) != 0).any(axis=None))


def _labels() -> list[tuple[str, str, str, int]]:
    """Measure, label, unit, and whether more of it is good (1), bad (-1) or neither (0)."""
    return [
        ("worked_on", _("Targets worked on, one-to-one or one-to-few"), "targets", 1),
        ("coverage", _("Roles of their committees known, by today's contacts, mean"), "share", 1),
        ("decider_reached", _("Of them with a decider known and reached"), "share", 1),
        ("completeness", _("Evidence on the three P's known, mean of all targets"), "share", 1),
        ("meetings", _("Meetings in the quarter with targets worked on"), "talks", 1),
        ("talks", _("Talks with them, meetings too, complaints not"), "talks", 1),
        ("pipeline", _("Pipeline: value of what is open, chance counted in"), "currency", 1),
        ("new_prospects", _("Prospects found in the quarter"), "prospects", 1),
        ("won", _("Prospects won in the quarter"), "prospects", 1),
        ("lost", _("Prospects lost in the quarter"), "prospects", 0),
        ("won_share", _("Won of the prospects decided in the quarter"), "share", 1),
        ("value_won", _("Value of the prospects won: bought so far, else as noted"), "currency", 1),
        ("open_age", _("Age of open prospects, median"), "days", -1),
    ]


def _measures(quarter: TargetQuarter) -> dict[str, float]:
    as_of = pd.Timestamp(quarter.as_of)
    begin = quarter.begin
    tiers = quarter.tiers
    worked = tiers.index[tiers["tier"].isin(CLOSE)]
    committees = quarter.committees.reindex(worked)
    held = quarter.interactions
    in_quarter = held["date"].between(begin, as_of) & held["account"].isin(worked)
    held = held[in_quarter & ~held["kind"].isin(NO_TALKS)]
    prospects = quarter.prospects
    ended = prospects["outcome_on"].between(begin, as_of)
    won = prospects[ended & (prospects["outcome"] == "won")]
    lost = (ended & (prospects["outcome"] == "lost")).sum()
    bought = won["prospect"].map(quarter.bought).astype(float).fillna(won["value"])
    decided = prospects["outcome"].isin(["won", "lost"]) & ~(prospects["outcome_on"] > as_of)
    age = (as_of - prospects.loc[~decided, "first_seen"]).dt.days
    reached = committees["decider_reached"].astype("boolean").astype(float)
    return {
        "worked_on": len(worked),
        "coverage": committees["coverage"].mean(),
        "decider_reached": reached.mean(),
        "completeness": quarter.three_ps["completeness"].mean(),
        "meetings": (held["kind"] == "meeting").sum(),
        "talks": len(held),
        "pipeline": tiers["priority"].sum(min_count=1),
        "new_prospects": prospects["first_seen"].between(begin, as_of).sum(),
        "won": len(won),
        "lost": lost,
        "won_share": len(won) / (len(won) + lost) if len(won) + lost else np.nan,
        "value_won": bought.sum(min_count=1) if len(won) else 0.0,
        "open_age": age[age >= 0].median(),
    }
