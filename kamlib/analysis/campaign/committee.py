"""The buying committee of each target: which roles are known and reached, and what is missing."""

import numpy as np
import pandas as pd

from kamlib.analysis.account.people import against_us, by_one_of_us, talks_with
from kamlib.analysis.measures.texts import text_of
from kamlib.settings import Settings
from kamlib.words import _, count, share
from kamlib.words import targets as in_targets

# The schema's roles, those that a decision to buy needs first.
NEEDED = ("decides", "signs", "champions", "influences", "uses")
ROLES = (*NEEDED, "gatekeeps", "opposes")
COLUMNS = [
    *("name", "people", "roles_known", "roles_missing", "coverage", "reached"),
    *("decider", "decider_reached", "champion", "opposing", "talks", "single_thread"),
    *("one_of_us", "committee_why"),
]


def buying_committees(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """Of each target who takes part in the decision, and how much of it we know and reach.

    A role is covered where somebody with it is recorded. It is reached where one of them had a
    talk with us, or a contact is recorded, within ``campaign.talk_months``.

    Parameters
    ----------
    contacts, interactions
        The canonical tables; ``account`` is an account's number or a prospect's code.
    targets
        The table of ``target_list``.
    as_of
        The last day that is known of.

    Returns
    -------
    One row per target, in its order: ``name``; ``people`` (recorded); ``roles_known``,
    ``roles_missing`` (of the five needed, comma-separated); ``coverage``, ``reached`` (shares of
    the five roles, 0–1); ``decider``, ``champion``, ``opposing`` (names, most influential
    first, "" where nobody is known); ``decider_reached``; ``talks`` in the window;
    ``single_thread`` (at least ``min_talks``, all with one person of theirs); ``one_of_us`` (as
    many, all by one of ours); ``committee_why`` (tells that only where it is unusual).
    """
    people = committee_people(contacts, interactions, targets, as_of=as_of, settings=settings)
    talks = target_talks(interactions, targets, as_of=as_of, settings=settings)
    index = targets.index
    table = pd.DataFrame({"name": text_of(targets["name"])}, index)
    size = people.groupby("prospect").size()
    table["people"] = size.reindex(index).fillna(0).astype(int)
    known = _roles(people, index)
    reached = _roles(people[people["reached"]], index)
    table["roles_known"] = _listed(known, ROLES)
    table["roles_missing"] = _listed(~known, NEEDED)
    table["coverage"] = known[list(NEEDED)].mean(axis=1)
    table["reached"] = reached[list(NEEDED)].mean(axis=1)
    table["decider"] = _names(people[people["role"] == "decides"], index)
    table["decider_reached"] = reached["decides"]
    table["champion"] = _names(people[people["role"] == "champions"], index)
    table["opposing"] = _names(people[against_us(people)], index)
    table = table.join(_threads(talks, index, settings.campaign.min_talks))
    everywhere = talks_with(interactions, as_of=as_of, talk_months=settings.campaign.talk_months)
    alone = by_one_of_us(everywhere, min_talks=settings.campaign.min_talks)
    table["committee_why"] = _reasons(table, alone=alone.mean() <= settings.dossier.unusual_share)
    return table[COLUMNS].rename_axis(index.name)


def committee_people(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    targets: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """Everyone recorded at a target, once, with the last contact.

    Who has no code goes by name; who has neither is left out. Of a person recorded twice the
    first row counts.

    Returns
    -------
    One row per person, target by target, by role in the order of ``ROLES`` (unknown last), then
    influence: ``prospect``, ``contact``, ``person``, ``position``, ``role``, ``influence``,
    ``attitude``, ``interests``, ``channel``, ``owner``; ``last_contact`` (the later of what is
    recorded and the last talk, NaT where neither is known); ``reached`` (bool); ``times``
    (rows of the person); ``future`` (a recorded contact after ``as_of``, left out).
    """
    as_of = pd.Timestamp(as_of)
    rows = contacts[contacts["account"].isin(targets.index)]
    texts = ["account", "contact", "name", "position", "role", "interests", "channel", "owner"]
    people = rows[[*texts, "influence", "attitude", "last_contact"]].copy()
    for column in texts:
        people[column] = text_of(people[column])
    people["contact"] = people["contact"].where(people["contact"] != "", people["name"])
    people = people[people["contact"] != ""]
    both = ["account", "contact"]
    people["times"] = people.groupby(both)["contact"].transform("size").astype(int)
    people = people.drop_duplicates(both)
    people["name"] = people["name"].where(people["name"] != "", people["contact"])
    people["future"] = people["last_contact"] > as_of
    talks = interactions[(interactions["date"] <= as_of) & (interactions["kind"] != "brief")]
    last = talks.groupby(both)["date"].max().rename("last_talk").reset_index()
    people = people.merge(last.astype(dict.fromkeys(both, "str")), on=both, how="left")
    days = [people["last_contact"].mask(people["future"]), people.pop("last_talk")]
    people["last_contact"] = pd.concat(days, axis=1).max(axis=1).astype("datetime64[us]")
    begin = as_of + pd.Timedelta(days=1) - pd.DateOffset(months=settings.campaign.talk_months)
    people["reached"] = people["last_contact"] >= begin
    place = targets.index.get_indexer(people["account"])
    order = people["role"].map({role: number for number, role in enumerate(ROLES)})
    people = people.assign(_target=place, _role=order.fillna(len(ROLES)).astype(int))
    by = ["_target", "_role", "influence", "contact"]
    people = people.sort_values(
        by, ascending=[True, True, False, True], ignore_index=True, kind="stable"
    )
    people = people.rename(columns={"account": "prospect", "name": "person"})
    return people.drop(columns=["_target", "_role"])


def target_talks(
    interactions: pd.DataFrame, targets: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings
) -> pd.DataFrame:
    """The talks with targets within ``campaign.talk_months``; empty texts are ""."""
    of_targets = interactions[interactions["account"].isin(targets.index)]
    return talks_with(of_targets, as_of=as_of, talk_months=settings.campaign.talk_months)


def committees_headline(committees: pd.DataFrame) -> str:
    """How much of the committees is known and reached, and where contact hangs on one thread.

    Parameters
    ----------
    committees
        The table of ``buying_committees``, of the targets to speak of.
    """
    if committees.empty:
        return _("There is no target whose buying committee could be known.")
    if not (committees["people"] > 0).any():
        told = _("Nobody is recorded of {n}: the first step is to find out who decides.")
        return told.format(n=in_targets(len(committees)))
    text = _(
        "Of {n} the buying committee is covered to {coverage} on average; who decides is "
        "known of {known} and reached of {reached}; with {single} all talks were with one "
        "person of theirs, at {ours} all were by one of ours; nobody is recorded of {nobody}."
    )
    return text.format(
        n=in_targets(len(committees)),
        coverage=share(committees["coverage"].mean(), 0),
        known=count((committees["decider"] != "").sum()),
        reached=count(committees["decider_reached"].sum()),
        single=count(committees["single_thread"].sum()),
        ours=count(committees["one_of_us"].sum()),
        nobody=count((committees["people"] == 0).sum()),
    )


def _roles(people: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """Which target has somebody with which role."""
    found = {
        role: index.isin(people.loc[people["role"] == role, "prospect"].unique()) for role in ROLES
    }
    return pd.DataFrame(found, index)


def _listed(flags: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    listed = np.full(len(flags), "", dtype=object)
    for name in names:
        listed = listed + np.where(flags[name], name + ", ", "")
    return pd.Series(listed, flags.index, dtype="str").str.removesuffix(", ")


def _names(people: pd.DataFrame, index: pd.Index) -> pd.Series:
    """Who, per target, most influential first."""
    ordered = people.sort_values("influence", ascending=False, kind="stable")
    named = ordered.groupby("prospect")["person"].agg(", ".join).astype("str")
    return named.reindex(index).fillna("").astype("str")


def _threads(talks: pd.DataFrame, index: pd.Index, least: int) -> pd.DataFrame:
    """How many talks there were, and with how many of theirs and of ours."""
    groups = talks.assign(contact=talks["contact"].where(talks["contact"] != "")).groupby("account")
    table = pd.DataFrame(
        {
            "talks": groups.size(),
            "named": groups["contact"].count(),
            "theirs": groups["contact"].nunique(),
        }
    )
    table = table.reindex(index).fillna(0).astype(int)
    return table[["talks"]].assign(
        single_thread=(table["theirs"] == 1) & (table["named"] >= least),
        one_of_us=by_one_of_us(talks, min_talks=least).reindex(index).eq(True),
    )


def _reasons(table: pd.DataFrame, *, alone: bool) -> pd.Series:
    nobody = _("nobody is recorded")
    known = _("{people} people, {coverage} of the roles")
    parts = [
        (table["roles_missing"] != "", _("missing: {roles_missing}")),
        ((table["decider"] != "") & ~table["decider_reached"], _("{decider} decides, not reached")),
        (table["single_thread"], _("all talks with one person of theirs")),
        (table["one_of_us"] & alone, _("only one of us talks to them")),
        (table["opposing"] != "", _("against us: {opposing}")),
    ]
    texts = np.full(len(table), nobody, dtype=object)
    some = np.flatnonzero(table["people"] > 0)
    held = [(flag.to_numpy(), text) for flag, text in parts]
    for at, row in zip(some, table.iloc[some].to_dict("records"), strict=True):
        row["coverage"] = share(row["coverage"], 0)
        told = [known] + [text for flag, text in held if flag[at]]
        texts[at] = "; ".join(text.format(**row) for text in told)
    return pd.Series(texts, table.index, dtype="str")
