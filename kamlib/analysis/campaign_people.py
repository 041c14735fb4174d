"""Whom of theirs a campaign's steps go to, and how a target stands before they begin."""

import numpy as np
import pandas as pd

from kamlib.analysis.campaign_steps import DIRECT, INTRODUCED, NOBODY, REACHED
from kamlib.words import _

INTRODUCES = "introduces"
COLUMNS = ["prospect", "role", "person", "channel", "interests"]


def people_by_role(cards: pd.DataFrame) -> pd.DataFrame:
    """The first person of each role at each target, and who can introduce us there.

    An introduction is asked of who is not against us: a champion, else the most influential of
    the others but who decides. An attitude that is not recorded is not against us.

    Parameters
    ----------
    cards
        The table of ``contact_cards``, of each role the most influential first.

    Returns
    -------
    One row per target and role, one of them ``INTRODUCES`` where there is somebody: ``COLUMNS``.
    """
    known = cards[cards["contact"] != ""]
    texts = dict.fromkeys(COLUMNS, "str")
    against = (known["attitude"] < 0) | (known["role"] == "opposes")
    able = known[~against & (known["role"] != "decides")]
    able = able.assign(other=able["role"] != "champions")
    by, falling = ["other", "influence"], [True, False]
    able = able.sort_values(by, ascending=falling, kind="stable")
    introducing = able.drop_duplicates("prospect").assign(role=INTRODUCES)
    first = known.drop_duplicates(["prospect", "role"])
    return pd.concat([first, introducing])[COLUMNS].astype(texts).reset_index(drop=True)


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
    ``rows`` with ``person``, ``channel``, ``interests`` and ``name``.
    """
    anyone = people[people["role"] != INTRODUCES].drop_duplicates("prospect").assign(role="any")
    known = pd.concat([people, anyone]).set_index(["prospect", "role"])
    for column in ("person", "channel", "interests"):
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
    rows["channel"] = rows["channel"].where(rows["channel"] != "", own)
    rows["interests"] = rows["own_interests"]
    rows["name"] = rows["prospect"].map(names).astype("str").fillna("")
    rows["name"] = rows["name"].where(rows["name"] != "", rows["prospect"])
    return rows
