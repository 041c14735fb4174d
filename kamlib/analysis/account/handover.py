"""What the new manager of an account takes over: a brief for the first weeks."""

import pandas as pd

from kamlib.words import _, count, day

COLUMNS = ("when", "what", "why", "known_by")
PROMISES = 4  # so many open promises are told
PEOPLE = 3  # so many people to be introduced to
DECIDING = ("decides", "signs")


def handover_brief(
    handover: pd.Series, promises: pd.DataFrame, people: pd.DataFrame, names: dict[str, str]
) -> pd.DataFrame:
    """What to do in the first weeks with an account that came from somebody else.

    Parameters
    ----------
    handover
        A row of the table of handovers: ``from_manager``.
    promises, people
        The account's tables of ``open_promises`` and ``decision_map``.
    names
        Names of our managers by code.

    Returns
    -------
    At most ten rows in order of doing: ``when``, ``what``, ``why``, ``known_by`` (who of us
    knows of it).
    """
    one = names.get(handover["from_manager"], handover["from_manager"])
    told = _("Say who looks after them from now on, and ask what was promised and not written down")
    rows = [(_("first days"), told, _("only the one before knows it"), one)]
    rows += [*_promised(promises, one), *_introduced(people, names, one)]
    rows += [*_looked_after(people, handover["from_manager"], one)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")


def _promised(promises: pd.DataFrame, one: str) -> list[tuple]:
    """What we owe or wait for, and what they owe only where it is overdue."""
    waiting = promises["whose"] == "open"  # for what somebody else decides: told whatever we owe
    owed = promises[~waiting & (promises["overdue"] | (promises["whose"] != "they owe"))]
    rows = []
    for row in pd.concat([owed.head(PROMISES), promises[waiting].head(1)]).itertuples():
        if row.overdue:
            late = _("overdue by {n} days").format(n=count(row.days_overdue))
            rows.append((_("first days"), row.what, late, one))
        else:
            due = _("by {day}").format(day=day(row.since))
            when = _("first two weeks") if row.whose == "open" else due
            rows.append((when, row.what, _("open"), one))
    return rows


def _introduced(people: pd.DataFrame, names: dict[str, str], one: str) -> list[tuple]:
    """Who decides, then who is against us: to be met together with who knows them."""
    decides, against = people["role"].isin(DECIDING), people["attitude"] < 0
    first = people.assign(decides=decides, code=people.index)[decides | against]
    order = ["decides", "influence", "code"]
    first = first.sort_values(order, ascending=[False, False, True], kind="stable")
    rows = []
    for row in first.head(PEOPLE).itertuples():
        known = [names.get(code, code) for code in row.met_by.split(", ") if code]
        what = _("Be introduced to {name}").format(name=row.name)
        why = [_("decides or signs")] if row.decides else []
        why += [_("is against us")] if row.attitude < 0 else []
        met = pd.isna(row.last_talk)
        why += [
            _("nobody has talked to them")
            if met
            else _("last talk {day}").format(day=day(row.last_talk))
        ]
        when = _("first two weeks")
        rows.append((when, what, "; ".join(why), ", ".join(known) or row.owner or one))
    return rows


def _looked_after(people: pd.DataFrame, manager: str, one: str) -> list[tuple]:
    """Whom the one before is still to look after, by the contacts table."""
    owned = people.loc[people["owner"] == manager, "name"].tolist()
    if not owned:
        return []
    what = _("Agree who looks after {names}").format(names=", ".join(owned[:PEOPLE]))
    if len(owned) > PEOPLE:
        what += " " + _("and {n} more").format(n=count(len(owned) - PEOPLE))
    return [(_("first two weeks"), what, _("the contacts table still names the one before"), one)]
