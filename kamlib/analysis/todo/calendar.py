"""All that has a day: the steps of the campaign, and each task that is no part of it."""

import pandas as pd

from kamlib.analysis.campaign.step_ids import step_ids
from kamlib.analysis.todo.verbs import BY_CAMPAIGN, SOURCES, WIN
from kamlib.words import _


def campaign_within(planned: pd.DataFrame, todo: pd.DataFrame) -> pd.DataFrame:
    """The campaign as far as the list of tasks has hours for those whom it goes to.

    Parameters
    ----------
    planned
        The table of ``campaign``, as far as the hours of the tiers go.
    todo
        The table of ``todo_list``, in which all that a person does shares that person's hours.

    Returns
    -------
    The rows of ``planned``; of a target that has no task with hours ``fits`` is False, ``date``
    missing, ``why`` says so, and its steps stand last. Steps of groups stay.
    """
    listed = todo.loc[todo["fits"], "subject"]
    out = planned["fits"] & (planned["prospect"] != "") & ~planned["prospect"].isin(listed)
    told = _("its task has no hours in the list of what is to be done: others bring more an hour")
    made = planned.assign(
        date=planned["date"].mask(out),
        fits=planned["fits"] & ~out,
        why=planned["why"].mask(out, told),
    )
    return pd.concat([made[made["fits"]], made[~made["fits"]]], ignore_index=True)


def dated_work(
    campaign: pd.DataFrame, todo: pd.DataFrame, *, as_of: pd.Timestamp, company: str = ""
) -> pd.DataFrame:
    """What stands in calendars: the campaign, then the tasks with those whom it does not reach.

    Parameters
    ----------
    campaign
        The table of ``campaign`` with ``step_id``.
    todo
        The table of ``todo_list``.
    as_of, company
        Last day of the reported quarter and the data set's name, of which entries are named.

    Returns
    -------
    The rows of ``campaign``, and of each task that fits and is not the campaign's: ``date`` (its
    day), ``prospect`` (its subject), ``step`` and ``tier`` (its verb), ``content``, ``why``,
    ``owner``, ``sales_hours`` (those of the campaign with the same subject left out); of each
    row ``source``, the page of the pack on which it is argued.
    """
    campaign = campaign.assign(source=SOURCES[WIN])
    reached = campaign[campaign["date"].notna()].groupby("prospect")["sales_hours"].sum()
    by_campaign = todo["verb"].isin(BY_CAMPAIGN) & todo["subject"].isin(reached.index)
    tasks = todo[todo["fits"] & ~by_campaign]
    taken = reached.reindex(tasks["subject"]).fillna(0.0).to_numpy()
    steps = tasks["steps"].where(tasks["steps"] == "", " · " + tasks["steps"])
    rows = pd.DataFrame(
        {
            "date": tasks["due"],
            "prospect": tasks["subject"],
            "name": tasks["name"],
            "tier": tasks["verb"],
            "step": tasks["verb"].str.capitalize(),
            "content": tasks["do"] + steps,
            "owner": tasks["manager"],
            "sales_hours": (tasks["hours"] - taken).clip(lower=0.0),
            "why": tasks["why"],
            "fits": True,
            "source": tasks["source"],
        }
    ).reindex(columns=campaign.columns)
    texts = [name for name in campaign if campaign[name].dtype == "str"]
    rows = rows.assign(**{name: rows[name].astype("str").fillna("") for name in texts})
    rows["marketing_hours"] = 0.0
    rows["step_id"] = step_ids(rows, as_of=as_of, company=company)
    kept = [part for part in (campaign, rows) if len(part)] or [campaign]
    return pd.concat(kept, ignore_index=True)
