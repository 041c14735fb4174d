"""The list of tasks in words: how much fits, what the next hour would bring, and where."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from kamlib.words import _, capital, count, day, money, number, share
from kamlib.words import accounts as accounts_words

NOBODY: Mapping[str, str] = MappingProxyType({})


def todo_headline(
    todo: pd.DataFrame,
    hours: pd.Series,
    currency: str = "",
    *,
    assumed_rate: float = float("nan"),
    names: Mapping[str, str] = NOBODY,
) -> str:
    """How many tasks there are, what they are worth, and whether the hours reach.

    Parameters
    ----------
    todo
        The table of ``todo_list``.
    hours
        Hours of the quarter per manager.
    assumed_rate
        The margin per revenue (0–1) by which all of it is counted, where no margin is known.
    names
        The managers' names by code.
    """
    if todo.empty:
        told = _("Nothing is worth an hour in the coming quarter: all {available} are free.")
        return told.format(available=_hours(hours.sum()))
    fits = todo[todo["fits"]]
    told = _(
        "{n} of {all} tasks fit into the coming quarter: {hours} of {available} hours, worth "
        "{worth} of margin a year."
    )
    if len(fits) == len(todo):
        told = _(
            "All {all} tasks fit into the coming quarter: {hours} of {available} hours, worth "
            "{worth} of margin a year."
        )
    if len(todo) == 1:
        told = _(
            "1 task fits into the coming quarter: {hours} of {available} hours, worth {worth} of "
            "margin a year."
        )
    if fits.empty:
        told = _("No task fits into the {available} hours of the coming quarter; there are {all}.")
    told = told.format(
        n=count(len(fits)),
        all=count(len(todo)),
        hours=_hours(fits["hours"].sum()),
        available=_hours(hours.sum()),
        worth=money(fits["worth"].sum(), currency),
    )
    if pd.notna(assumed_rate) and len(fits):
        assumed = _("No margin is known: it is assumed to be {rate} of revenue.")
        told = f"{told} {assumed.format(rate=share(assumed_rate, 0))}"
    return f"{told} {next_hour_words(todo, currency, names)}".strip()


def task_words(todo: pd.DataFrame) -> pd.Series:
    """Each task in a sentence, by its subject: the verb, the day, and how."""
    dated = _("{verb}, by {day}: {do}")
    later = _("{verb}, as soon as there are hours: {do}")
    words = [
        (dated if row.fits else later).format(verb=row.verb, day=day(row.due), do=row.do)
        for row in todo.itertuples()
    ]
    return pd.Series([capital(text) for text in words], todo["subject"], dtype="str")


def next_hour_words(
    todo: pd.DataFrame, currency: str = "", names: Mapping[str, str] = NOBODY
) -> str:
    """With whom an hour more would bring most; empty where all tasks find room."""
    left = todo[~todo["fits"] & (todo["worth"] > 0)].sort_values("rank", kind="stable")
    if left.empty:
        return ""
    first = left.iloc[0]
    return _(
        "One hour more brings most with {manager}: {name} is next, with {per_hour} an hour."
    ).format(
        manager=_named(first["manager"], names) or _("whoever takes accounts without a manager"),
        name=first["name"],
        per_hour=money(first["per_hour"], currency),
    )


def hand_over_proposals(
    todo: pd.DataFrame, accounts: pd.DataFrame, hours: pd.Series, *, least: float
) -> pd.DataFrame:
    """Which task without room another manager could take, who knows the region and has hours.

    Parameters
    ----------
    accounts
        The book's accounts: ``manager`` and ``region``.
    hours
        Hours of the quarter per manager.
    least
        Currency per hour: what is worth less is not handed over.

    Returns
    -------
    One row per task that somebody can take, the most worth first: ``subject``, ``name``,
    ``manager``, ``to`` (who looks after most accounts of its region among those with the hours),
    ``hours``, ``worth``, ``same_region`` (that manager's accounts there). Hours given once are
    gone.
    """
    spent = todo[todo["fits"]].groupby("manager")["hours"].sum()
    free = hours - spent.reindex(hours.index).fillna(0.0)
    region = accounts["region"].astype("str").fillna("")
    rows = []
    left = todo[~todo["fits"] & (todo["per_hour"] >= least)]
    for row in left.sort_values("rank", kind="stable").itertuples():
        there = accounts[(region == region.get(row.subject, "")) & (region != "")]
        known = there["manager"].astype("str").value_counts()
        able = [m for m in free.index if m not in ("", row.manager) and free[m] >= row.hours]
        able = [m for m in able if known.get(m, 0) > 0]
        if not able:
            continue
        to = min(able, key=lambda m: (-known[m], -free[m], m))
        free[to] -= row.hours
        rows.append((row.subject, row.name, row.manager, to, row.hours, row.worth, int(known[to])))
    columns = ["subject", "name", "manager", "to", "hours", "worth", "same_region"]
    return pd.DataFrame(rows, columns=columns)


def hand_over_words(
    proposals: pd.DataFrame, currency: str = "", names: Mapping[str, str] = NOBODY
) -> str:
    """The hand-over that would bring most, as a proposal; empty without one."""
    if proposals.empty:
        return ""
    first = proposals.iloc[0]
    return _(
        "A hand-over to think of: {to} has {hours} hours free and {accounts} of the same region; "
        "{name} finds no room with {manager} and is worth {worth} a year."
    ).format(
        to=_named(first["to"], names),
        hours=_hours(first["hours"]),
        accounts=accounts_words(first["same_region"]),
        name=first["name"],
        manager=_named(first["manager"], names) or _("nobody"),
        worth=money(first["worth"], currency),
    )


def _named(manager: str, names: Mapping[str, str]) -> str:
    return names.get(manager) or manager


def _hours(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)
