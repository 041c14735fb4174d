"""The five figures of the first page: each with its changes and its last quarters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from kamlib.analysis.measures.definitions import called
from kamlib.analysis.summary.verdict import Plan
from kamlib.words import _, accounts, count, number, share, short

YEAR_AGO = 4  # quarters
_FEW = 5


@dataclass(frozen=True)
class Mark:
    """A change beside a figure: its text, whether it went ``up``, and whether that is good."""

    text: str
    up: bool | None = None
    good: bool | None = None


@dataclass(frozen=True)
class Tile:
    """One figure: what it is, the figure, what stands beside it, its changes, its quarters.

    ``series`` has the last quarters, this one last (NaN where unknown; empty without any);
    ``filled`` (0–1) how much of something is taken, where that tells more than a series;
    ``page`` the address of the page that tells more.
    """

    label: str
    figure: str
    beside: str = ""
    marks: tuple[Mark, ...] = ()
    series: tuple[float, ...] = ()
    filled: float | None = None
    page: str = ""


@dataclass(frozen=True)
class Against:
    """What changes are held against: in words, how small is nothing, and whether it is known.

    ``since`` is the quarter a year ago ("on 2024Q4"); a change of less than ``calm`` (0–1) is
    neither good nor bad; a quarter that ``is_open`` is not compared.
    """

    since: str
    calm: float = 0.0
    is_open: bool = False


def sales_tile(trend: pd.DataFrame, plan: Plan | None, against: Against) -> Tile:
    """Revenue of the quarter: to the plan where there is one, and to a year ago."""
    marks = []
    if plan is not None and plan.plan > 0:
        told = _("{part} to plan")
        if plan.people < plan.all:
            told = _("{part} to plan of {n} of {all}")
        told = told.format(
            part=_size(plan.gap / plan.plan), n=count(plan.people), all=count(plan.all)
        )
        marks.append(Mark(told, plan.gap >= 0, plan.gap >= 0))
    marks += changed(trend["revenue"], against)
    revenue = trend["revenue"]
    return Tile(
        called("revenue_quarter"),
        short(revenue.iloc[-1]),
        "",
        tuple(marks),
        _line(revenue, against),
    )


def margin_tile(trend: pd.DataFrame, against: Against) -> Tile:
    """Margin of the quarter, its rate, and its change on a year ago."""
    margin, rate = trend["margin"], trend["rate"].iloc[-1]
    marks, beside = changed(margin, against), share(rate) if pd.notna(rate) else ""
    return Tile(
        called("margin_quarter"), short(margin.iloc[-1]), beside, marks, _line(margin, against)
    )


def year_tile(trend: pd.DataFrame, words: str, against: Against, *, margin: bool) -> Tile:
    """Revenue of the trailing year, and how it, margin and buyers changed on the year before."""
    told = _("accounts ({n})").format(n=count(trend["year_buyers"].iloc[-1]))
    rows = {"year": _("revenue"), "year_margin": _("margin"), "year_buyers": told}
    marks: tuple[Mark, ...] = ()
    for name, what in rows.items():
        if margin or name != "year_margin":
            marks += changed(trend[name], replace(against, since=what))
    year = trend["year"]
    return Tile(words, short(year.iloc[-1]), "", marks, _line(year, against))


def leaving_tile(
    may_leave: pd.Series, said: Sequence[float], at_risk: float, against: Against
) -> Tile:
    """Margin of a year that may leave, as it was said at earlier quarter ends, and with whom.

    Parameters
    ----------
    may_leave
        Currency per account: margin of a year times the chance that it is lost.
    said
        What was said at the ends of the earlier quarters, the last one last.
    at_risk
        With what those that stay may bring less.
    """
    whole = float(may_leave.sum())
    series = pd.Series([*said, whole], dtype=float)
    told = []
    if whole > 0 and len(may_leave) > _FEW:
        most = may_leave.sort_values(ascending=False, kind="stable").head(_FEW)
        part = most.sum() / whole
        told = [Mark(_("{n} accounts are {part}").format(n=count(_FEW), part=share(part, 0)))]
    if at_risk > whole:
        more = _("margin at risk {sum}")
        told.append(Mark(more.format(sum=short(at_risk))))
    marks = (*changed(series, against, good_up=False), *told)
    return Tile(called("may_leave"), short(whole), "", marks, _line(series, against))


def slowing_tile(watched: pd.DataFrame) -> Tile:
    """Without margins: the revenue of a year of the accounts that are slower than usual."""
    marks = Mark(accounts(len(watched))), Mark(_("revenue a year"))
    return Tile(_("On the watch list"), short(watched["revenue_a_year"].sum()), "", marks)


def hours_tile(todo: pd.DataFrame, hours: pd.Series) -> Tile:
    """The hours of the coming quarter that the one list takes, and what finds no room."""
    used, there = float(todo.loc[todo["fits"], "hours"].sum()), float(hours.sum())
    left = int((~todo["fits"]).sum())
    told = Mark(_("all {n} tasks fit").format(n=count(len(todo))), None, True)
    if left:
        told = Mark(_("{n} of {all} tasks find no room").format(
            n=count(left), all=count(len(todo))), None, False)  # fmt: skip
    return Tile(
        _("Hours next quarter"),
        _hours(used),
        _("of {hours}").format(hours=_hours(there)),
        (told,),
        filled=min(used / there, 1.0) if there else 1.0,
    )


def leading_to(tile: Tile, page: str) -> Tile:
    """The tile with the address of the page that tells more."""
    return replace(tile, page=page)


def changed(series: pd.Series, against: Against, *, good_up: bool = True) -> tuple[Mark, ...]:
    """The change of the last of a series on a year ago; empty where that is not known or nothing.

    >>> changed(pd.Series([50.0, 1, 1, 1, 40.0]), Against("on 2024Q4"))
    (Mark(text='20 % on 2024Q4', up=False, good=False),)
    """
    if against.is_open or len(series) <= YEAR_AGO:
        return ()
    now, before = series.iloc[-1], series.iloc[-1 - YEAR_AGO]
    if pd.isna(now) or pd.isna(before) or before == 0:
        return ()
    part = (now - before) / abs(before)
    told = _("{part} {against}").format(part=_size(part), against=against.since)
    good = None if abs(part) < against.calm else bool((part >= 0) == good_up)
    return (Mark(told, bool(part >= 0), good),)


def _hours(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 1)


def _size(part: float) -> str:
    return share(abs(part), 0 if abs(part) >= 0.1 else 1)


def _line(series: pd.Series, against: Against) -> tuple[float, ...]:
    """The quarters that are over, from the first known; nothing where there are fewer than two."""
    shown = series.iloc[:-1] if against.is_open else series
    shown = shown[shown.notna().cummax()]
    return tuple(map(float, shown)) if shown.notna().sum() > 1 else ()
