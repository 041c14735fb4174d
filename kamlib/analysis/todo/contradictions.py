"""The pack argues with itself: what its lists say of one account must not be opposite."""

from collections.abc import Mapping, Sequence

import pandas as pd

from kamlib.analysis.todo.verbs import WIN_BACK
from kamlib.words import _, count, day, number

COLUMNS = ("check", "subject", "why")
_ROUNDING = 1e-6


def contradictions(
    todo: pd.DataFrame,
    slices: Mapping[str, pd.DataFrame],
    *,
    alone: pd.Index,
    lost: pd.Index,
    dated: pd.DataFrame,
    hours: pd.Series,
    days: pd.DatetimeIndex,
    faults: Sequence[tuple[str, str, str]] = (),
) -> pd.DataFrame:
    """Where lists of the pack contradict each other; no row where they do not.

    Parameters
    ----------
    todo
        The table of ``todo_list``.
    slices
        The lists that are slices of it, each indexed by account with ``due``.
    alone
        The accounts that are better left alone.
    lost
        The accounts lost or probably gone.
    dated
        What stands in calendars (``dated_work``): ``prospect`` (the subject), ``date``,
        ``owner``, ``sales_hours``.
    hours
        Hours of the quarter per manager.
    days
        The working days of the quarter.
    faults
        What else was found: rows as those that come back.

    Returns
    -------
    ``check`` (what must hold), ``subject`` (account, prospect or manager), ``why`` (words).
    """
    found = [
        *_twice(todo),
        *_chased(todo, slices, alone),
        *_over(todo, hours),
        *_days(todo, days),
        *_denied(todo, lost),
        *_calendar(todo, dated, lost, hours),
        *(row for name, part in slices.items() for row in _unlike(todo, name, part)),
        *faults,
    ]
    return pd.DataFrame(found, columns=list(COLUMNS)).astype("str")


def _twice(todo: pd.DataFrame) -> list[tuple[str, str, str]]:
    check = _("an account stands once in the list of tasks")
    many = todo["subject"].value_counts()
    return [
        (check, subject, _("{n} tasks").format(n=count(n))) for subject, n in many[many > 1].items()
    ]


def _chased(
    todo: pd.DataFrame, slices: Mapping[str, pd.DataFrame], alone: pd.Index
) -> list[tuple[str, str, str]]:
    check = _("nobody on the list of whom not to chase has hours or a day")
    listed = {"todo": pd.Index(todo["subject"])}
    listed |= {name: part.index[part["due"].notna()] for name, part in slices.items()}
    return [
        (check, subject, _("stands in {name}").format(name=name))
        for name, subjects in listed.items()
        for subject in subjects[subjects.isin(alone)]
    ]


def _over(todo: pd.DataFrame, hours: pd.Series) -> list[tuple[str, str, str]]:
    check = _("what a person is to do fits into that person's hours")
    needed = todo[todo["fits"]].groupby("manager")["hours"].sum()
    over = needed[needed > hours.reindex(needed.index).fillna(0.0) + _ROUNDING]
    told = _("{needed} hours of {there}")
    return [
        (check, who, told.format(needed=number(value, 1), there=number(hours.get(who, 0.0), 1)))
        for who, value in over.items()
    ]


def _days(todo: pd.DataFrame, days: pd.DatetimeIndex) -> list[tuple[str, str, str]]:
    check = _("what fits is due on a working day of the quarter, and nothing else has a day")
    wrong = todo[(todo["fits"] != todo["due"].notna()) | (todo["fits"] & ~todo["due"].isin(days))]
    return [(check, row.subject, _told(row.due)) for row in wrong.itertuples()]


def _unlike(todo: pd.DataFrame, name: str, part: pd.DataFrame) -> list[tuple[str, str, str]]:
    check = _("{name} has the days of the list of tasks").format(name=name)
    due = todo.drop_duplicates("subject").set_index("subject")["due"].reindex(part.index)
    unlike = part.index[(due != part["due"]) & (due.notna() | part["due"].notna())]
    return [(check, one, f"{_told(part['due'][one])}, {_told(due[one])}") for one in unlike]


def _denied(todo: pd.DataFrame, lost: pd.Index) -> list[tuple[str, str, str]]:
    """Of who is lost or as good as gone nothing but its return is asked for."""
    check = _("nobody who is lost is told to buy more, or thanked")
    wrong = todo[todo["subject"].isin(lost) & (todo["verb"] != WIN_BACK)]
    return [(check, row.subject, row.verb) for row in wrong.itertuples()]


def _calendar(
    todo: pd.DataFrame, dated: pd.DataFrame, lost: pd.Index, hours: pd.Series
) -> list[tuple[str, str, str]]:
    steps = dated[dated["date"].notna()]
    late = _("what stands in a calendar begins by the day of its task")
    first = steps.groupby("prospect")["date"].min()
    due = todo.drop_duplicates("subject").set_index("subject")["due"].reindex(first.index)
    told = _("{step}, its task {task}")
    found = [
        (late, one, told.format(step=_told(first[one]), task=_told(due[one])))
        for one in first.index[first > due]
    ]
    aside = _("what stands in a calendar is in the list of tasks, where it fits the hours")
    listed = todo.loc[todo["fits"], "subject"]
    unknown = first.index[(first.index != "") & ~first.index.isin(listed)]
    found += [(aside, one, _told(first[one])) for one in unknown]
    over = _("what stands in a person's calendar fits into that person's hours")
    needed = steps.groupby("owner")["sales_hours"].sum()
    there = hours.reindex(needed.index)
    told = _("{needed} hours of {there}")
    found += [
        (over, who, told.format(needed=number(value, 1), there=number(there[who], 1)))
        for who, value in needed[needed > there + _ROUNDING].items()
    ]
    asked = _("nobody who is lost stands in a calendar but to be won back")
    back = todo.loc[todo["verb"] == WIN_BACK, "subject"]
    wrong = steps[steps["prospect"].isin(lost) & ~steps["prospect"].isin(back)]
    return found + [(asked, row.prospect, _told(row.date)) for row in wrong.itertuples()]


def _told(due: object) -> str:
    return _("no day") if pd.isna(due) else day(due)
