"""Power to decide, derived from contacts: whom we know, whom we reached, what they think of us."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.year_value import per_row
from kamlib.analysis.targeting.p_pieces import pieces, text_of
from kamlib.settings import Settings
from kamlib.words import _, count, day, number

SOURCE = "derived from contacts"
DECIDERS = ("decides", "signs")
MOST = 3.0  # the most influence a contact can have
COLUMNS = ("account", "contact", "name", "role", "influence", "attitude", "last_contact")


def authority_pieces(
    days: pd.Series, contacts: pd.DataFrame, interactions: pd.DataFrame, *, settings: Settings
) -> pd.DataFrame:
    """How near we are to who decides, per target with a contact on record.

    ``authority = (w * decider + (1 - w) * influence / 3) * (o + (1 - o) * goodwill)``, at least
    ``three_p.derived_min``. ``decider`` is 1 where somebody who decides or signs was talked with
    in the last ``campaign.talk_months``, ``three_p.known_decider`` where one is only known, else
    0. ``influence`` (0–3) is that of the most influential person talked with, 0 without any; one
    not noted is 3 for who decides or signs, else 1. ``goodwill`` is the mean of
    ``(attitude + 2) / 4`` over the people talked with, weighted by 1 + influence; one not noted
    and nobody talked with are 0.5. ``w`` and ``o`` are ``three_p.decider_weight`` and
    ``three_p.opposed``.

    Parameters
    ----------
    days
        Per target (code of the prospect, number of the account) the day on which it is judged.
    contacts, interactions
        The canonical tables, as known; ``account`` names either. A brief is no talk.

    Returns
    -------
    Pieces of evidence; the date is that of the latest talk, NaT where there was none.
    """
    people = _people(days, contacts, interactions, settings.campaign.talk_months)
    if people.empty:
        return pieces(pd.Index([]), "authority", [], [], SOURCE, [])
    rules = settings.three_p
    facts = _facts(people)
    decider = np.where(facts["decider_reached"], 1.0, rules.known_decider * facts["decider_known"])
    influence = facts["influence"].fillna(0.0) / MOST
    goodwill = facts["goodwill"].fillna(0.5)
    access = rules.decider_weight * decider + (1 - rules.decider_weight) * influence
    value = access * (rules.opposed + (1 - rules.opposed) * goodwill)
    value = value.clip(rules.derived_min, 1.0)
    told = [_told(row) for row in facts.itertuples()]
    return pieces(facts.index, "authority", value, told, SOURCE, facts["latest"])


def _people(
    days: pd.Series, contacts: pd.DataFrame, interactions: pd.DataFrame, talk_months: int
) -> pd.DataFrame:
    """Each contact of a target once: whether it was talked with in the window, and when last."""
    people = contacts.reindex(columns=COLUMNS)
    people = people[people["account"].isin(days.index)]
    people = people.assign(
        **{name: text_of(people[name]) for name in ("account", "contact", "name", "role")}
    )
    people = people[people["contact"] != ""].drop_duplicates(["account", "contact"])
    if people.empty:
        return people
    until = per_row(days, people["account"])
    recorded = people["last_contact"].astype("datetime64[us]")
    recorded = recorded.where(recorded <= until)
    talks = interactions[interactions["account"].isin(days.index)]
    talks = talks[(talks["kind"] != "brief") & talks["contact"].notna()]
    begun = talks.groupby(["account", "contact"])["date"].min().rename("begun")
    talks = talks[talks["date"] <= per_row(days, talks["account"])]
    last = talks.groupby(["account", "contact"])["date"].max().rename("talk")
    talked = people[["account", "contact"]].join(last, on=["account", "contact"])["talk"]
    latest = pd.concat([recorded, talked.astype("datetime64[us]")], axis=1).max(axis=1)
    # Who was first heard of after the day was not known on it; without a date nobody can tell.
    first = people[["account", "contact"]].join(begun, on=["account", "contact"])["begun"]
    known = latest.notna() | ~((people["last_contact"] > until) | (first > until))
    people, until, latest = people[known], until[known], latest[known]
    begin = until + pd.Timedelta(days=1) - pd.DateOffset(months=talk_months)
    decides = people["role"].isin(DECIDERS)
    influence = people["influence"].astype(float).clip(0.0, MOST)
    return people.assign(
        latest=latest,
        reached=latest >= begin,
        decides=decides,
        influence=influence.fillna(pd.Series(np.where(decides, MOST, 1.0), people.index)),
        goodwill=((people["attitude"].astype(float).clip(-2, 2) + 2) / 4).fillna(0.5),
        name=people["name"].where(people["name"] != "", people["contact"]),
    )


def _facts(people: pd.DataFrame) -> pd.DataFrame:
    reached = people[people["reached"]]
    weight = 1.0 + reached["influence"]
    weighed = reached.assign(weight=weight, good=weight * reached["goodwill"]).groupby("account")
    groups = people.groupby("account")
    deciders = people[people["decides"]].sort_values(
        ["reached", "influence", "latest", "contact"],
        ascending=[False, False, False, True],
        kind="stable",
    )
    first = deciders.drop_duplicates("account").set_index("account")
    facts = pd.DataFrame({"people": groups.size(), "latest": groups["latest"].max()})
    facts["reached"] = groups["reached"].sum()
    facts["influence"] = weighed["influence"].max()
    facts["goodwill"] = weighed["good"].sum() / weighed["weight"].sum()
    facts["decider_known"] = facts.index.isin(first.index)
    near = first["reached"].reindex(facts.index)
    facts["decider_reached"] = near.eq(True)
    facts["decider"] = text_of(first["name"].reindex(facts.index))
    facts["decider_latest"] = first["latest"].reindex(facts.index)
    return facts


def _told(row) -> str:
    if row.decider_reached:
        told = _("{name}, who decides, was talked with on {day}").format(
            name=row.decider, day=day(row.decider_latest)
        )
    elif row.decider_known:
        told = _("{name} decides but was not talked with lately").format(name=row.decider)
    else:
        told = _("nobody known decides or signs")
    if not row.reached:
        return told
    more = _("{reached} of {all} people reached, influence up to {most} of 3, attitude {mood}")
    more = more.format(
        reached=count(row.reached),
        all=count(row.people),
        most=count(row.influence),
        mood=number(4 * row.goodwill - 2, 1),
    )
    return f"{told}; {more}"
