"""Whom of theirs a campaign's steps go to, and how a target stands before they begin."""

import numpy as np
import pandas as pd

from kamlib.analysis.account.people import against_us
from kamlib.analysis.campaign.campaign_steps import DIRECT, INTRODUCED, NOBODY, REACHED
from kamlib.analysis.targeting.evidence import DAYS_PER_MONTH
from kamlib.words import _, count, day

INTRODUCES = "introduces"
COLUMNS = ["prospect", "role", "person", "channel", "interests", "against"]
PROMISES = 2  # of a target are told, those due first


def people_by_role(cards: pd.DataFrame, *, talk_months: int) -> pd.DataFrame:
    """The first person of each role at each target, and who can introduce us there.

    Steps go to who is not against us; but who decides is who decides. An introduction is asked
    of whom we talked with lately: a champion, else the most influential of the others but who
    decides; of a stranger only where nobody is known to decide. An attitude that is not recorded
    is not against us.

    Parameters
    ----------
    cards
        The table of ``contact_cards``, of each role the most influential first.
    talk_months
        A talk within them is contact.

    Returns
    -------
    One row per target and role, one of them ``INTRODUCES`` where there is somebody: ``COLUMNS``;
    ``against`` (bool).
    """
    known = cards[cards["contact"] != ""]
    known = known.assign(against=against_us(known).to_numpy(bool))
    decides = known["role"] == "decides"
    able = known[~known["against"] & ~decides]
    able = able.assign(
        stranger=~(able["silent_days"] <= talk_months * DAYS_PER_MONTH),
        other=able["role"] != "champions",
    )
    direct = able["prospect"].isin(known.loc[decides, "prospect"])
    able = able[~(able["stranger"] & direct)]
    by, falling = ["stranger", "other", "influence"], [True, True, False]
    able = able.sort_values(by, ascending=falling, kind="stable")
    introducing = able.drop_duplicates("prospect").assign(role=INTRODUCES)
    first = known[decides | ~known["against"]].drop_duplicates(["prospect", "role"])
    found = pd.concat([first, introducing])[COLUMNS].reset_index(drop=True)
    return found.astype(dict.fromkeys(COLUMNS[:-1], "str") | {"against": bool})


def open_promises(cards: pd.DataFrame) -> pd.DataFrame:
    """What was agreed with people of each target and is not reported done.

    Returns
    -------
    Indexed by ``prospect``: ``told`` (words, those due first), ``due`` (the first day).
    """
    agreed = cards[cards["next_step_due"].notna() & (cards["contact"] != "")]
    agreed = agreed.sort_values(["prospect", "next_step_due"], kind="stable")
    form = _("{step} ({person}, by {day})")
    told = [
        form.format(step=step, person=person, day=day(due))
        for step, person, due in zip(
            agreed["next_step"], agreed["person"], agreed["next_step_due"], strict=True
        )
    ]
    agreed = agreed.assign(told=pd.Series(told, agreed.index, dtype="str"))
    groups = agreed.groupby("prospect")
    texts = agreed[groups.cumcount() < PROMISES].groupby("prospect")["told"].agg(", ".join)
    rest = groups.size() - PROMISES
    more = pd.Series([_(", {n} more").format(n=count(n)) if n > 0 else "" for n in rest],
                     rest.index, dtype="str")  # fmt: skip
    return pd.DataFrame(
        {"told": (texts + more).astype("str"), "due": groups["next_step_due"].min()}
    )


def cases(targets: pd.Index, people: pd.DataFrame, reached: pd.Series) -> pd.Series:
    """How each target stands: one of ``campaign_steps.CASES``.

    Parameters
    ----------
    people
        The table of ``people_by_role``.
    reached
        Per target whether who decides had contact with us.
    """
    has = {role: people.loc[people["role"] == role, "prospect"] for role in (INTRODUCES, "decides")}
    introduced, decider = (targets.isin(has[role]) for role in (INTRODUCES, "decides"))
    met = reached.reindex(targets).eq(True).fillna(False).to_numpy(bool)
    found = np.select(
        [~introduced & ~decider, met, introduced], [NOBODY, REACHED, INTRODUCED], default=DIRECT
    )
    return pd.Series(found, targets, dtype="str")


def with_people(rows: pd.DataFrame, people: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Each step's person: of its role, else who decides, else anyone known; and the channel.

    Parameters
    ----------
    rows
        ``prospect``, ``case``, ``key``, ``whom``, ``channel`` ("" is the person's own).
    names
        Per target its name.

    Returns
    -------
    ``rows`` with ``person``, ``channel``, ``interests``, ``name``, and of the person on record
    ``own_person``, ``own_against`` ("yes" or "").
    """
    anyone = people[people["role"] != INTRODUCES].drop_duplicates("prospect").assign(role="any")
    known = pd.concat([people, anyone]).set_index(["prospect", "role"])
    known["against"] = known["against"].map({True: "yes", False: ""})
    for column in ("person", "channel", "interests", "against"):
        found = pd.Series("", rows.index, dtype="str")
        for role in ("any", "decides", None):
            roles = rows["whom"] if role is None else [role] * len(rows)
            keys = pd.MultiIndex.from_arrays([rows["prospect"], roles])
            values = known[column].reindex(keys).astype("str").fillna("").to_numpy()
            persons = known["person"].reindex(keys).notna().to_numpy()
            found = found.where(~persons, values)
        # Who is against us is no way in.
        found = found.where((rows["whom"] != "") & (rows["case"] != NOBODY), "")
        rows[f"own_{column}"] = found
    nobody = (rows["own_person"] == "") & (rows["whom"] != "")
    later = (rows["case"] == NOBODY) & (rows["key"] != "introduction")
    unknown = pd.Series(_("nobody known yet"), rows.index, dtype="str")
    unknown = unknown.mask(later, _("who decides, once known"))
    rows["person"] = rows["own_person"].mask(nobody, unknown)
    own = rows["own_channel"].where(rows["own_channel"] != "", _("phone"))
    # Nobody travels to hand over a page.
    sent = rows["key"].isin(["content", "proof"]) & (own == _("visit"))
    own = own.mask(sent, _("e-mail"))
    rows["channel"] = rows["channel"].where(rows["channel"] != "", own)
    rows["interests"] = rows["own_interests"]
    rows["name"] = rows["prospect"].map(names).astype("str").fillna("")
    rows["name"] = rows["name"].where(rows["name"] != "", rows["prospect"])
    return rows
