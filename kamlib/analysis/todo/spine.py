"""The one list: each account or prospect once, its hours out of one budget, and by when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.days import first_week
from kamlib.analysis.todo.verbs import BY_CAMPAIGN, SETTLE, SOURCES, VERBS, WIN_BACK
from kamlib.settings import Settings

COLUMNS = (
    *("subject", "name", "manager", "verb", "do", "why", "stake", "chance", "worth", "hours"),
    *("due", "rank", "fits", "per_hour", "key", "steps", "do_not", "source", "id"),
)
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Subjects:
    """What is known of those to whom something is to be done, each series indexed by them.

    ``names`` and ``managers`` ("" where nobody); ``key`` the key accounts; ``plays`` the table
    of ``account_plays`` (``hours``, ``next_step``); ``lost`` the lost accounts; ``owed`` what we
    owe each, in words; ``cautions`` what is not to be done, in words; ``dates`` the day of the
    first step where a calendar has one.
    """

    names: pd.Series
    managers: pd.Series
    key: pd.Index
    plays: pd.DataFrame
    lost: pd.Index
    owed: pd.Series
    cautions: pd.Series
    dates: pd.Series


def todo_list(
    tasks: pd.DataFrame,
    known: Subjects,
    hours: pd.Series,
    days: pd.DatetimeIndex,
    *,
    settings: Settings,
) -> pd.DataFrame:
    """Who does what with whom in the coming quarter, the most worth per hour first.

    Each subject stands once, for the first of ``VERBS`` that holds and pays; its other tasks become
    steps. A lost account is only ever won back. Hours are those of the task, and of the
    account's play where it is key or the task has none; what a target takes of sales besides
    comes on top. A task that is worth less than ``work.floor`` per hour of its own is left out,
    unless something is owed or the account is key.

    Each person's hours go to key accounts first, then to the others by worth per hour, and the
    first that finds no room ends the list: so more hours never push a task out. What fits is
    begun in the order of worth: ``due`` is the working day by which ``todo.touch_hours`` of
    each task up to and with this one are spent.

    Parameters
    ----------
    tasks
        The rows of ``tasks``.
    hours
        Hours of the quarter per manager.
    days
        The working days of the quarter.

    Returns
    -------
    One row per subject: ``COLUMNS``, by manager ("" last), first what fits in the order of
    doing. ``rank`` counts all managers' tasks by worth per hour; ``due`` is missing where
    ``fits`` is False; ``id`` is the same from quarter to quarter.
    """
    listed = _once(tasks.assign(pays=_pays(tasks, known, settings)), known, settings)
    listed = listed[listed["pays"]]
    order = np.lexsort((listed["subject"].to_numpy(object), -listed["per_hour"].to_numpy()))
    rank = pd.Series(np.arange(1, len(listed) + 1), listed.index[order]).reindex(listed.index)
    listed = listed.assign(rank=rank.astype(int))
    groups = sorted(listed.groupby("manager"), key=lambda item: (item[0] == "", item[0]))
    lists = [
        _person(group, float(hours.get(name, 0.0)), days, known.dates, settings)
        for name, group in groups
    ]
    found = pd.concat(lists) if lists else listed.assign(fits=False, due=pd.NaT)
    kinds = {"due": "datetime64[us]", "fits": bool, "key": bool}
    return found[list(COLUMNS)].astype(kinds).reset_index(drop=True)


def first_tasks(todo: pd.DataFrame) -> pd.DataFrame:
    """Of each manager's tasks of the first week the one that is worth most: Monday's call."""
    dated = todo[todo["fits"]]
    soon = [first_week(mine) for _manager, mine in dated.groupby("manager")]
    soon = pd.concat(soon) if soon else dated
    most = soon.sort_values("worth", ascending=False, kind="stable").drop_duplicates("manager")
    return most.sort_index(kind="stable")


def _once(tasks: pd.DataFrame, known: Subjects, settings: Settings) -> pd.DataFrame:
    """Each subject's first task, its hours, and what else is to be done as steps."""
    gone = tasks["subject"].isin(known.lost)
    rows = tasks[~gone | (tasks["verb"] == WIN_BACK)]
    place = rows["verb"].map({verb: at for at, verb in enumerate(VERBS)})
    rows = rows.assign(place=place).sort_values(
        ["subject", "pays", "place", "worth"], ascending=[True, False, True, False], kind="stable"
    )
    first = rows.drop_duplicates("subject").set_index("subject", drop=False)
    first = first.rename_axis(None)
    plays = known.plays.reindex(first.index)
    key = pd.Series(first.index.isin(known.key), first.index)
    own = first["hours"]
    asked = rows.groupby("subject")["hours"].sum(min_count=1).reindex(first.index).fillna(0.0)
    play = plays["hours"].fillna(0.0).where(key | own.isna(), 0.0)
    needed = (play + asked).clip(lower=settings.todo.least_hours)
    routine = plays["next_step"].astype("str").fillna("")
    do = first["do"].where(first["do"] != "", routine)
    return first.assign(
        do=do,
        key=key,
        hours=needed,
        per_hour=first["worth"] / needed,
        steps=_steps(rows, first, known, routine.where(key & (first["do"] != ""), ""), settings),
        name=known.names.reindex(first.index).astype("str").fillna(""),
        manager=known.managers.reindex(first.index).astype("str").fillna(""),
        do_not=known.cautions.reindex(first.index).astype("str").fillna(""),
        source=first["verb"].map(SOURCES),
        id=first["verb"].str.replace(" ", "_") + "_" + first["subject"],
    )


def _steps(
    rows: pd.DataFrame,
    first: pd.DataFrame,
    known: Subjects,
    routine: pd.Series,
    settings: Settings,
) -> pd.Series:
    """What else is to be done: what is owed first, then the other tasks, then the play."""
    others = rows[rows.duplicated("subject")]
    told = others[others["do"] != ""].groupby("subject")["do"].agg(list)
    steps = []
    for subject, verb in first["verb"].items():
        owed = [known.owed[subject]] if verb != SETTLE and subject in known.owed.index else []
        texts = [*owed, *(told.get(subject) or []), routine[subject]]
        texts = [text for text in dict.fromkeys(texts) if text and text != first["do"][subject]]
        steps.append(" · ".join(texts[: settings.todo.steps_told]))
    return pd.Series(steps, first.index, dtype="str")


def _pays(tasks: pd.DataFrame, known: Subjects, settings: Settings) -> np.ndarray:
    """Which tasks are worth their own hours, those of the play where they have none."""
    play = known.plays["hours"].reindex(tasks["subject"]).to_numpy(float)
    hours = tasks["hours"].astype(float).fillna(pd.Series(play, tasks.index)).fillna(0.0)
    hours = hours.clip(lower=settings.todo.least_hours)
    due = tasks["subject"].isin(known.key) | (tasks["verb"] == SETTLE)
    return (due | (tasks["worth"] / hours >= settings.work.floor)).to_numpy()


def _person(
    tasks: pd.DataFrame,
    available: float,
    days: pd.DatetimeIndex,
    dates: pd.Series,
    settings: Settings,
) -> pd.DataFrame:
    """One person's list: what fits with its days, by worth, then what does not."""
    by_hour = _ordered(tasks, ["key", "per_hour"])
    fits = by_hour["hours"].cumsum() <= available + _ROUNDING
    by_hour = by_hour.assign(fits=fits)
    doing = _ordered(by_hour[fits], ["worth"])
    touched = doing["hours"].clip(upper=settings.todo.touch_hours).cumsum()
    spent = touched / available if available else touched
    places = np.ceil(spent * len(days) - _ROUNDING).astype(int).clip(1, len(days)) - 1
    due = pd.Series(days[places], doing.index)
    given = dates.reindex(doing.index).where(doing["verb"].isin(BY_CAMPAIGN))
    doing = doing.assign(due=due.where(given.isna(), given)).sort_values("due", kind="stable")
    return pd.concat([doing, by_hour[~fits].assign(due=pd.NaT)])


def _ordered(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Largest first by several columns; what is equal stays by subject."""
    table = table.sort_values("subject", kind="stable")
    return table.sort_values(columns, ascending=False, kind="stable")
