"""Plans as people give them, by year, quarter or month, brought to one figure per quarter.

Plans are amounts: rows of one manager and period add up, months add up to their quarter. A
manager's own figure for a quarter goes before that quarter's months and its part of a year. A
year is split as the company's sales of the year before fell on the quarters.
"""

from collections.abc import Callable, Iterable

import pandas as pd

from kamlib.data.reduce.checks import EXAMPLES, Finding
from kamlib.data.reduce.plan_periods import (
    MONTH,
    QUARTER,
    YEAR,
    grain,
    named,
    quarter_of,
    quarters_of,
    year_before,
)
from kamlib.quarters import CALENDAR
from kamlib.words import _, count, number

_KEY = ["manager", "quarter"]


def quarter_plans(
    plans: pd.DataFrame, sold: Callable[[], pd.Series], freq: str = CALENDAR
) -> tuple[pd.DataFrame, list[Finding]]:
    """One plan per manager and quarter, and what is to be known of how it came about.

    A quarter of which some months are planned and others are not has no plan.

    Parameters
    ----------
    plans
        The checked rows: ``manager``, ``quarter`` (a period as :func:`plan_period` gives it),
        ``revenue_plan`` (currency).
    sold
        Gives the company's net revenue by month ("2024-10"); asked only where a year is to be
        split.
    freq
        The frequency of the company's quarters.

    Returns
    -------
    The same columns with one row per manager and quarter, called as the company does, and the
    findings. Where a year is split also ``estimated`` (bool: a part of a year).
    """
    if freq != CALENDAR:
        called = plans["quarter"].map(lambda period: named(period, freq)).astype("str")
        plans = plans.assign(quarter=called)
    grains = plans["quarter"].map(grain).astype("str")
    if not plans.duplicated(_KEY).any() and grains.eq(QUARTER).all():
        return plans, []
    found = [*_added_up(plans)]
    sums = plans.groupby([*_KEY, grains.rename("grain")], sort=False, as_index=False)
    sums = sums["revenue_plan"].sum()
    own, months, years = (_of(sums, name) for name in (QUARTER, MONTH, YEAR))
    months, lacking = _by_quarter(months, freq)
    found += [*_beside(own, months), *_lacking(months[lacking])]
    made = pd.concat([own, months[~lacking]]).drop_duplicates(_KEY)
    if len(years):
        taken = pd.concat([own, months])[_KEY]
        split, told = _split(years, taken, sold(), freq)
        made = pd.concat([made.assign(estimated=False), split.assign(estimated=True)])
        found += told
    return made.reset_index(drop=True), found


def _of(sums: pd.DataFrame, name: str) -> pd.DataFrame:
    return sums[sums["grain"] == name].drop(columns="grain")


def _by_quarter(months: pd.DataFrame, freq: str) -> tuple[pd.DataFrame, pd.Series]:
    """Months added up to quarters, and in which of these a month is lacking.

    Where a manager has one month in each quarter, a quarter is named by that month.
    """
    quarters = months["quarter"].map(lambda month: quarter_of(month, freq)).astype("str")
    groups = months.assign(quarter=quarters).groupby(_KEY, sort=False, as_index=False)
    sums = groups.agg(revenue_plan=("revenue_plan", "sum"), months=("revenue_plan", "size"))
    most = sums.groupby("manager")["months"].transform("max")
    return sums.drop(columns="months"), (sums["months"] < 3) & (most > 1)


def _split(
    years: pd.DataFrame, taken: pd.DataFrame, sold: pd.Series, freq: str
) -> tuple[pd.DataFrame, Iterable[Finding]]:
    """Each year's plan in its quarters, without those that have a figure of their own."""
    rows, even = [], []
    for row in years.itertuples():
        parts = _seasons(row.quarter, sold, freq)
        even += [row.quarter] if parts is None else []
        for place, quarter in enumerate(quarters_of(row.quarter)):
            part = 0.25 if parts is None else parts[place]
            rows.append((row.manager, quarter, round(row.revenue_plan * part, 2)))
    split = pd.DataFrame(rows, columns=[*_KEY, "revenue_plan"])
    own = pd.MultiIndex.from_frame(split[_KEY]).isin(pd.MultiIndex.from_frame(taken))
    return split[~own], _told_years(years, even, split[own])


def _seasons(year: str, sold: pd.Series, freq: str) -> list[float] | None:
    """The part of a year's sales that fell on each quarter in the year before."""
    before = quarters_of(year_before(year))
    quarters = pd.Index([quarter_of(month, freq) for month in sold.index], dtype="str")
    within = quarters.isin(before)
    months = sold[within]
    sums = months.groupby(quarters[within]).sum().reindex(before)
    if len(months) < 12 or not (sums > 0).all():
        return None
    return list(sums / sums.sum())


def _added_up(plans: pd.DataFrame) -> Iterable[Finding]:
    several = plans[plans.duplicated(_KEY, keep=False)]
    if several.empty:
        return
    sums = several.groupby(_KEY, sort=False)["revenue_plan"].agg(["sum", "size"])
    told = _("several rows of one manager and period are added up: a plan is an amount")
    shown = (
        _("{who} {when}: {rows} rows, {sum}").format(
            who=who, when=when, rows=count(row["size"]), sum=number(row["sum"], 2)
        )
        for (who, when), row in sums.head(EXAMPLES).iterrows()
    )
    yield _finding(told, several, ", ".join(shown))


def _beside(own: pd.DataFrame, months: pd.DataFrame) -> Iterable[Finding]:
    both = own.merge(months, on=_KEY, suffixes=("", "_months"))
    if both.empty:
        return
    told = _("a quarter's plan and its months stand beside each other: the quarter's row counts")
    shown = (
        _("{who} {when}: {plan}, its months {months}").format(
            who=row.manager,
            when=row.quarter,
            plan=number(row.revenue_plan, 2),
            months=number(row.revenue_plan_months, 2),
        )
        for row in both.head(EXAMPLES).itertuples()
    )
    yield _finding(told, both, ", ".join(shown))


def _lacking(rows: pd.DataFrame) -> Iterable[Finding]:
    if rows.empty:
        return
    told = _("not all three months of the quarter are planned: the quarter has no plan")
    shown = rows["manager"] + " " + rows["quarter"]
    yield _finding(told, rows, ", ".join(shown.head(EXAMPLES)))


def _told_years(years: pd.DataFrame, even: list[str], own: pd.DataFrame) -> Iterable[Finding]:
    shown = ", ".join((years["manager"] + " " + years["quarter"]).head(EXAMPLES))
    told = _(
        "a year's plan is split over its quarters as the company's sales of the year before fell "
        "on them: the quarter's plan is an estimate"
    )
    if split := years[~years["quarter"].isin(even)].shape[0]:
        yield Finding("plans", "warning", told, split, shown)
    if even:
        told = _(
            "a year's plan is split into four equal parts, for the year before is not known in "
            "full: the quarter's plan is an estimate"
        )
        yield Finding("plans", "warning", told, len(even), shown)
    if len(own):
        told = _("a year's plan stands beside quarters or months: these count for their quarter")
        shown = ", ".join((own["manager"] + " " + own["quarter"]).head(EXAMPLES))
        yield _finding(told, own, shown)


def _finding(told: str, rows: pd.DataFrame, shown: str) -> Finding:
    """What is to be known of some rows, and of whose plan they are."""
    whose = tuple(dict.fromkeys(rows["manager"]))
    return Finding("plans", "warning", told, len(rows), shown, "revenue_plan", whose)
