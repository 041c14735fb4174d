"""The campaign of a quarter: for each target what is done, through whom, when and by whom."""

from dataclasses import replace

import pandas as pd

from kamlib.analysis.campaign.days import campaign_dates, marketing_owners
from kamlib.analysis.campaign.steps import (
    Judged,
    campaign_steps,
    cluster_rows,
    in_groups,
    open_promises,
    people_by_role,
    question_rows,
    target_rows,
)
from kamlib.analysis.measures.days import quarter_days
from kamlib.analysis.targeting.owners import marketing_hours
from kamlib.settings import Settings
from kamlib.words import _, count, counted
from kamlib.words import targets as in_targets

COLUMNS = [
    *("date", "prospect", "name", "tier", "step", "content", "channel", "person", "owner"),
    *("marketing", "sales_hours", "marketing_hours", "why", "audience", "order", "fits"),
]


def campaign(
    judged: Judged,
    managers: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """The calendar of the quarter after ``as_of``, as long as the hours of the tiers.

    One-to-one targets get the personal steps of ``campaign_steps``, by whom of theirs we know and
    reach; one-to-few clusters content of their own and each target a call; one-to-many clusters
    a series of mailings, fewer than ``tiers.min_cluster`` companies together with the others; of
    the rest the missing question is asked, where its owner has the time. The owners, and the
    targets of each, begin one after the other, evenly over the quarter. The steps of a target
    follow each other by at least ``campaign.step_days`` working days (``quarter_days``). Nobody
    has more steps or hours than ``campaign_dates`` says; calls and questions fill the weeks in
    which their owner has least to do.

    Parameters
    ----------
    judged
        The targets, with their tiers, offers, committees, cards and questions.
    managers
        The canonical table, for the people of marketing; else it is "Marketing", and
        "Sales" where a target has no owner.
    as_of
        Last day of the reported quarter.

    Returns
    -------
    One row per step, by date, what found no day last: ``COLUMNS``. ``date`` (working day, NaT
    where ``fits`` is False and ``why`` says so); ``prospect`` ("" for a whole cluster, whose
    ``name`` then is the cluster's and ``audience`` says who); ``person`` of theirs; ``owner`` of
    sales (code, "" where sales has no part); ``marketing`` (code, "" where it has none);
    ``sales_hours``, ``marketing_hours``: together those of ``tiers``; ``order`` of the step.
    """
    people = people_by_role(judged.cards, talk_months=settings.campaign.talk_months)
    steps, names = campaign_steps(), judged.targets["name"]
    days = quarter_days(as_of, settings.campaign.country)
    promises = open_promises(judged.cards)
    promises["place"] = (promises["due"] - days[0]) / (days[-1] - days[0])
    tiers = in_groups(judged.tiers, min_cluster=settings.tiers.min_cluster)
    judged = replace(judged, tiers=tiers)
    rows = pd.concat(
        [
            target_rows(judged, steps, people, promises),
            cluster_rows(tiers, judged.offers, steps, names),
            question_rows(tiers, steps, names, people, judged.find_out),
        ],
        ignore_index=True,
    )
    rows = rows.sort_values(["wanted", "rank", "order"], kind="stable", ignore_index=True)
    nameless = (rows["owner"] == "") & (rows["sales_hours"] > 0)
    rows["owner"] = rows["owner"].mask(nameless, _("Sales"))
    rows["marketing"] = _marketing(rows, managers, settings)
    nobody = rows["marketing"].isna()
    # A call about content that nobody makes has to wait for it.
    waiting = rows["after"].isin(rows.loc[nobody, "chain"]) & (rows["after"] != "") & ~nobody
    able = ~nobody & ~waiting & ~rows["waits"]
    rows["date"] = pd.Series(pd.NaT, rows.index, dtype="datetime64[us]")
    placed = rows[able]
    rows.loc[able, "date"] = campaign_dates(
        placed["wanted"].tolist(),
        list(zip(placed["chain"].tolist(), placed["after"].tolist(), strict=True)),
        _hours_of_each(placed),
        days,
        loose=placed["loose"].tolist(),
        settings=settings.campaign,
    )
    rows["fits"] = rows["date"].notna()
    late = able & ~rows["fits"]
    rows.loc[late, "why"] = _("no day left with room for it and for what comes before it")
    rows.loc[nobody, "why"] = _("nobody of marketing has the hours in one piece")
    rows.loc[waiting, "why"] = _("nobody of marketing has the hours for what comes before it")
    rows["marketing"] = rows["marketing"].fillna(_("Marketing"))
    told = rows["prospect"].map(tiers["tier_why"]).astype("str").fillna("")
    rows["why"] = rows["why"].where(rows["why"] != "", told)
    order = ["date", "rank", "order"]
    return rows.sort_values(order, kind="stable", ignore_index=True)[COLUMNS]


def campaign_headline(plan: pd.DataFrame) -> str:
    """How many steps there are until when, and how many found no day.

    Parameters
    ----------
    plan
        The table of ``campaign``.
    """
    if plan.empty:
        return _("There is nothing to do: no target has hours.")
    fits = plan[plan["fits"]]
    groups = len(fits[fits["audience"] != ""].drop_duplicates(["tier", "name"]))
    whom = in_targets(fits.loc[fits["prospect"] != "", "prospect"].nunique())
    if groups:
        both = _("{targets} and {groups}")
        named = counted(groups, _("1 group"), _("{n} groups"))
        whom = both.format(targets=whom, groups=named)
    text = _("{n} towards {whom}: {sales} of sales and {marketing} of marketing.").format(
        n=counted(len(fits), _("1 step"), _("{n} steps")),
        whom=whom,
        sales=_hours(fits["sales_hours"].sum()),
        marketing=_hours(fits["marketing_hours"].sum()),
    )
    if len(fits) < len(plan):
        one = _("1 step found no day and is listed without one.")
        more = _("{n} steps found no day and are listed without one.")
        number = len(plan) - len(fits)
        text += " " + (one if number == 1 else more.format(n=count(number)))
    return text


def _hours(number: float) -> str:
    return counted(round(number), _("1 hour"), _("{n} hours"))


def _marketing(rows: pd.DataFrame, managers: pd.DataFrame, settings: Settings) -> pd.Series:
    hours = marketing_hours(managers, settings=settings)
    hours.index = [name or _("Marketing") for name in hours.index]
    # One of marketing for all steps of a target, or of a group, where one has the hours.
    chains = rows.groupby("chain", sort=False)["marketing_hours"].sum()
    one = pd.Series(marketing_owners(chains.tolist(), hours), chains.index, dtype=object)
    taken = chains.groupby(one.to_numpy()).sum().reindex(hours.index).fillna(0.0)
    needed = rows["marketing_hours"].where(rows["chain"].map(one).isna(), 0.0)
    others = pd.Series(marketing_owners(needed.tolist(), hours - taken), rows.index, dtype=object)
    chosen = rows["chain"].map(one).where(needed <= 0, others)
    return chosen.where(rows["marketing_hours"] > 0, "").astype("str")


def _hours_of_each(rows: pd.DataFrame) -> list[dict[str, float]]:
    """Per step the hours of who of sales and who of marketing takes part in it."""
    names = ["owner", "sales_hours", "marketing", "marketing_hours"]
    hours = []
    for owner, sales, marketer, marketing in zip(*(rows[n].tolist() for n in names), strict=True):
        parts: dict[str, float] = {}
        for person, needed in ((owner, sales), (marketer, marketing)):
            if person and needed > 0:
                parts[person] = parts.get(person, 0.0) + needed
        hours.append(parts)
    return hours
