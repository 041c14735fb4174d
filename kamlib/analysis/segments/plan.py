"""Each manager's list for the coming quarter, as long as the hours that there are."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.days import quarter_days
from kamlib.analysis.segments.known import Work
from kamlib.analysis.segments.plays import hours_available
from kamlib.settings import Settings

COLUMNS = [
    *("manager", "account", "play", "hours", "due", "name", "place", "cell", "types", "value"),
    *("lead", "offer", "next_step", "fits", "why", "key"),
]
# How soon something is done, by what ``abc_xyz_actions`` found: 3 at once … 0 in its turn.
URGENT = 3
URGENCY = {"lost": URGENT, "dried up": URGENT, "fell": 2, "irregular": 2, "new": 1, "rose": 1}
_ROUNDING = 1e-9


def manager_plan(
    work: Work,
    *,
    types: pd.DataFrame,
    actions: pd.DataFrame,
    settings: Settings,
    hours_share: float = 1.0,
) -> pd.DataFrame:
    """What each manager does with which account in the quarter after ``as_of``, and by when.

    Hours are given out to key accounts first, then to the others, among each by value times
    one plus urgency; an account whose hours are no longer there is passed over for the next
    that fits. What fits is then done in the order of urgency, key accounts before others, then
    by value. Only key accounts and those that are or were A or B can be urgent: lost or dried
    up this quarter, or by their silence beyond the second of ``plays.risk_cuts`` on the way to
    being lost (3); fallen, or less and less regular (2); beyond the first cut, new or risen
    (1).

    Parameters
    ----------
    types
        The table of ``account_types``, for its column ``types``.
    actions
        The whole table of ``abc_xyz_actions`` (``rows=None``): what happened this quarter.
    hours_share
        Share (0–1) of each manager's hours that is there for accounts; the rest is for targets.

    Returns
    -------
    One row per account whose play has hours, by manager ("", without one, last), first what
    fits in order of doing, then what does not by value: ``COLUMNS``. ``due`` is the working
    day (``quarter_days``) by which the hours up to and with this account are spent, if the
    manager's hours are spread evenly over the quarter; missing where ``fits`` is False.
    """
    table = _candidates(work, types, actions, settings)
    hours = hours_available(work.managers, pd.Index(table["manager"].unique()), settings=settings)
    hours = hours * hours_share
    days = quarter_days(work.as_of, settings.campaign.country)
    lists = [
        _fitted(group, float(hours[name]), days)
        for name, group in sorted(table.groupby("manager"), key=lambda item: (not item[0], item[0]))
    ]
    whole = pd.concat(lists) if lists else table.assign(fits=False, due=pd.NaT)
    return whole.reset_index()[COLUMNS].astype({"due": "datetime64[us]", "fits": bool})


def _candidates(
    work: Work, types: pd.DataFrame, actions: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    classes, risk = work.classes, work.risk
    table = classes[["name", "cell", "value", "manager", "why"]].rename_axis("account")
    table = table.join(work.plays[["place", "play", "hours", "lead", "offer", "next_step"]])
    named = types.reindex(index=table.index, columns=["types"])["types"]
    table["types"] = named.astype("str").fillna("")
    table["key"] = table.index.isin(work.key)
    happened = actions.reindex(index=table.index, columns=["reason", "what_happened"])
    at_risk = risk["risk_share"].reindex(table.index).mask(classes["lost"]).fillna(0.0)
    slowing, urgent = (at_risk >= cut for cut in settings.plays.risk_cuts)
    at_stake = table["key"] | classes["abc"].isin(["A", "B"])
    by_reason = happened["reason"].map(URGENCY).astype(float).fillna(0).astype(int)
    by_silence = np.where(at_stake, np.where(urgent, URGENT, slowing.astype(int)), 0)
    table["urgency"] = np.maximum(by_reason, by_silence)
    table["weight"] = table["value"].clip(lower=0) * (1 + table["urgency"])
    # Silence is told where it is what makes the account urgent, or where nothing else happened.
    silent = urgent | (slowing & (by_reason == 0))
    told = happened["what_happened"].where(~silent, risk["risk_why"].reindex(table.index))
    table["why"] = told.astype("str").fillna(table["why"])
    return table[table["hours"] > 0].sort_index(kind="stable")


def _fitted(candidates: pd.DataFrame, available: float, days: pd.DatetimeIndex) -> pd.DataFrame:
    """One manager's list: what fits with its days, then what does not."""
    first = _ordered(candidates, ["key", "weight", "value"])
    first["fits"] = _taken(first["hours"].tolist(), available)
    doing = _ordered(first[first["fits"]], ["urgency", "key", "value"])
    spent = doing["hours"].cumsum() / available if available else doing["hours"]
    places = np.ceil(spent * len(days) - _ROUNDING).astype(int).clip(1, len(days)) - 1
    left = _ordered(first[~first["fits"]], ["value"])
    both = pd.concat([doing, left])
    return both.assign(due=pd.Series(days[places], doing.index).reindex(both.index))


def _taken(hours: list[float], available: float) -> list[bool]:
    taken, spent = [], 0.0
    for needed in hours:
        fits = spent + needed <= available + _ROUNDING
        spent += needed if fits else 0.0
        taken.append(fits)
    return taken


def _ordered(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Largest first by several columns; what is equal stays by account."""
    table = table.sort_index(kind="stable")
    return table.sort_values(columns, ascending=False, kind="stable")
