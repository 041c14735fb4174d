"""Each manager's accounts in the coming quarter: the play of each, and what is done of it."""

import pandas as pd

from kamlib.analysis.segments.known import Work

COLUMNS = [
    *("manager", "account", "play", "hours", "due", "name", "place", "cell", "types", "value"),
    *("lead", "offer", "next_step", "fits", "why", "key"),
]


def manager_plan(work: Work, *, types: pd.DataFrame, todo: pd.DataFrame) -> pd.DataFrame:
    """Every account with work in the quarter after ``as_of``: its play, and its task.

    What is done, in how many hours and by when is the one list's (``todo_list``): an account
    without a task there, or whose task finds no room, does not fit.

    Parameters
    ----------
    types
        The table of ``account_types``, for its column ``types``.
    todo
        The table of ``todo_list``.

    Returns
    -------
    One row per account whose play has hours or that has a task, by manager ("", without one,
    last), first what fits in the order of doing, then what does not by value: ``COLUMNS``.
    ``hours`` are the task's, of the play where there is none; ``due`` is missing where ``fits``
    is False.
    """
    tasks = todo.set_index("subject")
    table = work.classes[["name", "cell", "value", "manager", "why"]].rename_axis("account")
    table = table.join(work.plays[["place", "play", "hours", "lead", "offer", "next_step"]])
    table = table[(table["hours"] > 0) | table.index.isin(tasks.index)]
    named = types.reindex(index=table.index, columns=["types"])["types"]
    own = tasks.reindex(table.index)
    table = table.assign(
        types=named.astype("str").fillna(""),
        key=table.index.isin(work.key),
        hours=own["hours"].fillna(table["hours"]),
        due=own["due"].astype("datetime64[us]"),
        fits=own["fits"].eq(True).fillna(False).astype(bool),
        next_step=own["do"].fillna(table["next_step"]).astype("str"),
        why=own["why"].fillna(table["why"]).astype("str"),
        place_of=pd.Series(range(len(tasks)), tasks.index).reindex(table.index),
        nobody=table["manager"] == "",
    )
    table = table.sort_index(kind="stable").sort_values("value", ascending=False, kind="stable")
    table["place_of"] = table["place_of"].where(table["fits"], len(tasks))
    table = table.sort_values(["nobody", "manager", "place_of"], kind="stable")
    return table.reset_index()[COLUMNS]
