"""What to worry about in an account's decision map, in words."""

from collections.abc import Mapping

import pandas as pd

from kamlib.analysis.account.people import against_us, talks_with
from kamlib.words import _, count, day

WEIGHTY = 2  # influence from which a person can carry or stop a decision
COLUMNS = ("warning", "serious", "who", "text")


def decision_warnings(
    people: pd.DataFrame,
    interactions: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    talk_months: int,
    min_talks: int,
    decider_days: int,
    alone: bool = True,
    ours: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read the warnings off an account's decision map.

    Parameters
    ----------
    people
        The table of ``decision_map``.
    interactions
        The account's own rows.
    talk_months
        The window (months) in which talks count.
    min_talks
        Fewer talks with named people in the window do not show through whom contact runs.
    decider_days
        Who decides should have been met within so many days.
    alone
        Whether it is told that only one of us talks to them; no news where it is so everywhere.
    ours
        Names of our managers by code.

    Returns
    -------
    One row per warning, serious ones first: ``warning`` ("nobody recorded", "unknown decider",
    "no sponsor", "opponent", "decider not met", "single thread", "one of us", "not recorded",
    "not judged", "finding"); ``serious`` (bool); ``who`` (codes, comma-separated); ``text``.
    """
    talks = talks_with(interactions, as_of=as_of, talk_months=talk_months)
    talks = talks[talks["contact"] != ""]
    if people.empty:
        found = [_nobody(talks)]
    else:
        found = [
            *_unknown_decider(people),
            *_no_sponsor(people),
            *_opponents(people),
            *_deciders_not_met(people, decider_days),
            *_single_threads(people, talks, min_talks),
            *(_one_of_us(people, talks, min_talks, ours or {}) if alone else ()),
            *_strangers(people, talks),
            *_not_judged(people),
            *_findings(people),
        ]
    table = pd.DataFrame(found, columns=list(COLUMNS))
    table = table.astype({"warning": "str", "serious": bool, "who": "str", "text": "str"})
    return table.sort_values("serious", ascending=False, kind="stable", ignore_index=True)


def sponsors(people: pd.DataFrame) -> pd.DataFrame:
    """Who is for us and has weight: attitude above 0, influence at least 2."""
    return people[(people["attitude"] > 0) & (people["influence"] >= WEIGHTY)]


def opponents(people: pd.DataFrame) -> pd.DataFrame:
    """Who is against us, by role or attitude, and has weight."""
    return people[against_us(people) & (people["influence"] >= WEIGHTY)]


def _nobody(talks: pd.DataFrame) -> tuple:
    text = _("Nobody is recorded: we do not know who decides, who is for us and who against.")
    if len(talks):
        who = ", ".join(sorted(talks["contact"].unique()))
        text += " " + _("Talks name {who}.").format(who=who)
    return "nobody recorded", True, "", text


def _unknown_decider(people: pd.DataFrame) -> list[tuple]:
    if (people["role"] == "decides").any():
        return []
    top = people[people["role"] == ""]
    text = _("Unknown decider: of {n} people recorded nobody is known to decide.")
    text = text.format(n=count(len(people)))
    if len(top):
        text += " " + _("Nobody knows the part of {who}.").format(who=_named(top))
    return [("unknown decider", True, _codes(top), text)]


def _no_sponsor(people: pd.DataFrame) -> list[tuple]:
    if len(sponsors(people)):
        return []
    friends = people[people["attitude"] > 0]
    text = _("No sponsor: nobody with weight is for us.")
    if len(friends):
        text += " " + _("For us, but without known weight: {who}.").format(who=_named(friends))
    return [("no sponsor", True, _codes(friends), text)]


def _opponents(people: pd.DataFrame) -> list[tuple]:
    against = opponents(people)
    if against.empty:
        return []
    text = _("Opponent with influence: {who}.").format(who=_named(against, role=True))
    return [("opponent", True, _codes(against), text)]


def _deciders_not_met(people: pd.DataFrame, decider_days: int) -> list[tuple]:
    found = []
    for code, person in people[people["role"] == "decides"].iterrows():
        if pd.isna(person["last_talk"]):
            text = _("{name} decides, and no talk with this person is recorded.")
            found.append(("decider not met", True, code, text.format(name=person["name"])))
        elif person["silent_days"] > decider_days:
            text = _("{name} decides, and was last spoken to on {day}, {days} days ago.")
            told = text.format(
                name=person["name"],
                day=day(person["last_talk"]),
                days=count(person["silent_days"]),
            )
            found.append(("decider not met", True, code, told))
    return found


def _single_threads(people: pd.DataFrame, talks: pd.DataFrame, min_talks: int) -> list[tuple]:
    talks = talks[talks["contact"].isin(people.index)]
    theirs = talks["contact"].unique()
    if len(talks) < min_talks or len(theirs) > 1:
        return []
    code = theirs[0]
    text = _("Single thread: all {talks} talks of the window were with {name}, of {n} people.")
    if len(people) == 1:
        text = _("Single thread: {name} is the only person we know; {talks} talks.")
    told = text.format(talks=count(len(talks)), name=people.loc[code, "name"], n=len(people))
    return [("single thread", True, code, told)]


def _one_of_us(
    people: pd.DataFrame, talks: pd.DataFrame, min_talks: int, names: Mapping[str, str]
) -> list[tuple]:
    talks = talks[talks["contact"].isin(people.index)]
    ours = talks.loc[talks["manager"] != "", "manager"].unique()
    if len(talks) < min_talks or len(ours) != 1:
        return []
    text = _("Only {ours} of us talks to them: nobody else could take over at once.")
    return [("one of us", False, "", text.format(ours=names.get(ours[0], ours[0])))]


def _strangers(people: pd.DataFrame, talks: pd.DataFrame) -> list[tuple]:
    strange = talks[~talks["contact"].isin(people.index)]
    if strange.empty:
        return []
    who = ", ".join(sorted(strange["contact"].unique()))
    text = _("{talks} talks were with people who are not recorded: {who}.")
    return [("not recorded", False, who, text.format(talks=count(len(strange)), who=who))]


def _not_judged(people: pd.DataFrame) -> list[tuple]:
    blank = people["role"].eq("") | people["influence"].isna() | people["attitude"].isna()
    unknown = people[blank]
    if unknown.empty:
        return []
    text = _("Role, influence or attitude is unknown of {who}.").format(who=_named(unknown))
    return [("not judged", False, _codes(unknown), text)]


def _findings(people: pd.DataFrame) -> list[tuple]:
    wrong = people.loc[people["finding"] != "", ["name", "finding"]]
    return [
        ("finding", False, code, f"{row['name']} ({code}) {row['finding']}.")
        for code, row in wrong.iterrows()
    ]


def _named(people: pd.DataFrame, *, role: bool = False) -> str:
    if not role:
        return ", ".join(people["name"])
    parts = zip(people["name"], people["position"], strict=True)
    return ", ".join(f"{name} ({position})" if position else name for name, position in parts)


def _codes(people: pd.DataFrame) -> str:
    return ", ".join(people.index)
