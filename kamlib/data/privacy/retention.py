"""Opinions that are older than they may be kept: left out where a book is opened, and counted."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from kamlib.data.reduce.checks import Finding, SideTable
from kamlib.words import _

OPINIONS = ("influence", "attitude", "interests")  # of a contact; they bear no day of their own
_LEFT_OUT = _("older than opinions are kept, or without a day: privacy.judgements_months")
_EMPTIED = _(
    "of people with whom nobody has spoken for so long, or nobody knows when: influence, attitude "
    "and interests are left out, as privacy.judgements_months says"
)


def without_old_opinions(
    tables: Mapping[str, SideTable], since: pd.Timestamp
) -> tuple[dict[str, SideTable], list[Finding]]:
    """The tables without judgements, and contacts without opinions, from before a day.

    A contact's opinions are as old as the last talk with that person. What bears no day may be
    of any age and is left out, too.

    Parameters
    ----------
    tables
        The tables beside the sales; what is no opinion stays as it is.
    since
        The first day of which opinions are kept.

    Returns
    -------
    The tables, in ``judgements`` with the number of rows that were left out as excluded; and
    what is to be told of the contacts.
    """
    kept = dict(tables)
    if "judgements" in kept:
        kept["judgements"] = _judgements(kept["judgements"], since)
    if "contacts" not in kept:
        return kept, []
    contacts = kept["contacts"]
    old = ~(_last_talks(contacts.rows, tables.get("interactions")) >= since)
    old &= contacts.rows[list(OPINIONS)].notna().any(axis=1)
    if not old.any():
        return kept, []
    emptied = {name: contacts.rows[name].mask(old) for name in OPINIONS}
    kept["contacts"] = replace(contacts, rows=contacts.rows.assign(**emptied))
    return kept, [Finding("contacts", "note", _EMPTIED, int(old.sum()), "")]


def _judgements(table: SideTable, since: pd.Timestamp) -> SideTable:
    stays = table.rows["date"] >= since
    if stays.all():
        return table
    excluded = {**table.excluded, _LEFT_OUT: int((~stays).sum())}
    return replace(table, rows=table.rows[stays].reset_index(drop=True), excluded=excluded)


def _last_talks(contacts: pd.DataFrame, interactions: SideTable | None) -> pd.Series:
    """The last day on which each contact was spoken to, as either table says."""
    last = contacts["last_contact"]
    if interactions is None or interactions.rows.empty:
        return last
    talks = interactions.rows.groupby(["account", "contact"])["date"].max()
    people = pd.MultiIndex.from_frame(contacts[["account", "contact"]])
    found = pd.Series(talks.reindex(people).to_numpy(), contacts.index)
    return pd.concat([last, found], axis=1).max(axis=1)
