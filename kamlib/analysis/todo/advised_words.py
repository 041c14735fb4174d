"""Last quarter's list in words: what was advised and done, what came, and how sure that is."""

import pandas as pd

from kamlib.analysis.todo.advised import AGAIN, EVERYTHING, STAYS
from kamlib.settings import TASK_OUTCOMES
from kamlib.words import _, count, counted, day, money, points, share


def advised_headline(table: pd.DataFrame, currency: str = "") -> str:
    """What was advised for the quarter, what of it was done, and what was kept or won.

    Parameters
    ----------
    table
        The table of ``advised``.
    """
    if table.empty:
        return ""
    facts = {"quarter": table["quarter"].iloc[0], "stake": _at_stake(table, currency)}
    if (table["returned"] == AGAIN).all():
        return _made_again(table, facts)
    done = table[table["done"].eq(True).fillna(False)]
    one = _("For {quarter} 1 task was advised{stake}: {done}.")
    more = _("For {quarter} {n} tasks were advised{stake}: {done}.")
    told = one if len(table) == 1 else more
    said = told.format(**facts, n=count(len(table)), done=_done_words(done))
    return " ".join([said, *_came_words(done, currency)])


def advised_briefly(table: pd.DataFrame, currency: str = "") -> str:
    """The same in one sentence, for a sheet that has room for no more.

    Parameters
    ----------
    table
        The table of ``advised``, of a list that came back.
    """
    if not len(table):
        return ""
    done = table[table["done"].eq(True).fillna(False)]
    stays = done["verb"].isin(STAYS)
    won, stake, kept = (
        part.sum()
        for part in (done.loc[~stays, "kept"], done.loc[stays, "stake"], done.loc[stays, "kept"])
    )
    told = _("Of {tasks} {done}.")
    if stake > 0:
        told = _(
            "Of {tasks} {done}: {won} of margin a year won or won back, {kept} of {stake} kept."
        )
    elif won > 0:
        told = _("Of {tasks} {done}: {won} of margin a year won or won back.")
    return told.format(
        done=_done_words(done),
        tasks=counted(len(table), _("1 advised task"), _("{n} advised tasks")),
        won=money(won, currency),
        kept=money(kept, currency),
        stake=money(stake, currency),
    )


def last_time(tasks: pd.DataFrame) -> pd.Series:
    """By account what its manager wrote on last quarter's task, in words; "" where nothing.

    Parameters
    ----------
    tasks
        The tasks that came back: ``subject``, ``verb``, ``done_on``, ``outcome``, ``notes``.
    """
    words = []
    for row in tasks.itertuples():
        when = day(row.done_on) if pd.notna(row.done_on) else ""
        said = [part for part in (when, TASK_OUTCOMES.get(row.outcome, "")) if part]
        told = ": ".join(part for part in (", ".join(said), row.notes) if part)
        words.append(_("{verb}: {told}").format(verb=row.verb, told=told) if told else "")
    return pd.Series(words, tasks["subject"], dtype="str")


def comparison_words(by: pd.DataFrame) -> str:
    """What the accounts of the untouched tasks did meanwhile, and what that does not show.

    Parameters
    ----------
    by
        The table of ``advised_by``; empty where too few of either tell.
    """
    every = by[by["by"] == EVERYTHING]
    if every.empty or every["came"].isna().all():
        return ""
    row = every.iloc[0]
    return _(
        "By the sales alone it came true of {done} of the tasks that were done, and of {rest} of "
        "like ones that nobody touched: {more}, where {said} was expected of doing them. Who was "
        "chosen is no chance sample: people begin where it is promising, or where it burns, so "
        "the difference is not all their doing."
    ).format(
        done=share(row["rate_done"], 0),
        rest=share(row["rate_untouched"], 0),
        more=points(row["came"]),
        said=points(row["said"]),
    )


def doubt_words(table: pd.DataFrame) -> str:
    """How often what people say and what the sales say differ, with an example."""
    odd = table[table["doubt"] != ""]
    if odd.empty:
        return ""
    first = odd.iloc[0]
    told = _("Of {n} workbook and sales say different things, such as {name}: {doubt}.")
    number = counted(len(odd), _("1 task"), _("{n} tasks"))
    return told.format(n=number, name=first["name"] or first["subject"], doubt=first["doubt"])


def _done_words(done: pd.DataFrame) -> str:
    told = counted(len(done), _("1 was done"), _("{n} were done"))
    return told if len(done) else _("none was done")


def _at_stake(table: pd.DataFrame, currency: str) -> str:
    stake = table["stake"].sum()
    told = _(", with {stake} of margin a year at stake")
    return told.format(stake=money(stake, currency)) if stake > 0 else ""


def _came_words(done: pd.DataFrame, currency: str) -> list[str]:
    """What was won of the tasks that were done, and what is still there of what was to be kept."""
    stays = done["verb"].isin(STAYS)
    won = done.loc[~stays, "kept"].sum()
    stake, kept = (done.loc[stays, name].sum() for name in ("stake", "kept"))
    texts = []
    if won > 0:
        told = _("Of these {won} a year was won or won back.")
        texts.append(told.format(won=money(won, currency)))
    elif (~stays).any():
        texts.append(_("Nothing was won or won back by them yet."))
    if stake > 0:
        told = _("Of {stake} a year that was to be kept {kept} is still there.")
        told = told if kept > 0 else _("Of {stake} a year that was to be kept nothing is left.")
        texts.append(told.format(stake=money(stake, currency), kept=money(kept, currency)))
    return texts


def _made_again(table: pd.DataFrame, facts: dict[str, str]) -> str:
    """The list that would have been, where nobody says what was done."""
    came = int(table["came"].eq(True).fillna(False).sum())
    told = _(
        "No workbook of {quarter} came back, so who did what is not known. By the rules of today "
        "the list would have had {tasks}{stake}; by the sales since, it came true of {came}, "
        "whoever did what. Put filled-in workbooks into the folder {folder}, and the next pack "
        "says what was done."
    )
    tasks = counted(len(table), _("1 task"), _("{n} tasks"))
    of = counted(came, _("1 of them"), _("{n} of them")) if came else _("none of them")
    return told.format(**facts, tasks=tasks, came=of, folder="returned")
