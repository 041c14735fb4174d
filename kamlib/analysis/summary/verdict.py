"""The verdict on a quarter: what matters most in money, and who made the difference."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kamlib.settings import SummarySettings
from kamlib.words import _, capital, count, rounded, share, signed

HALF = 0.5  # of a unit of the currency: less is nothing


@dataclass(frozen=True)
class Plan:
    """The quarter's sales against their plan.

    ``gap`` (currency: sold, or to be sold at this rate, less planned) of all who have a plan;
    ``plan`` (currency) of them; ``people`` of ``all`` managers; ``parts`` one row per manager
    who is judged: ``name``, ``gap``.
    """

    gap: float
    plan: float
    people: int
    all: int
    parts: pd.DataFrame


@dataclass(frozen=True)
class Change:
    """What is ``now`` (currency) against what was ``before``.

    ``since`` says in words against when ("on 2024Q4"). ``parts`` one row per account: ``name``,
    ``gap`` (currency: its change; of a margin below zero its own margin).
    """

    now: float
    before: float
    since: str
    parts: pd.DataFrame

    @property
    def gap(self) -> float:
        """By how much it changed; missing where what was before is not known."""
        return self.now - self.before


@dataclass(frozen=True)
class Quarter:
    """What a verdict is made of.

    ``broken`` says which check fails and ``holes`` what the data lacks, in sentences. ``plan`` is
    None where none covers enough of the sales, ``margin`` and ``year_margin`` (of the trailing
    year, which is called ``year``) where no margin is known. ``open`` is a quarter that is not
    over.
    """

    revenue: Change
    margin: Change | None = None
    year_margin: Change | None = None
    plan: Plan | None = None
    broken: str = ""
    holes: Sequence[str] = ()
    open: bool = False
    year: str = _("12 months")


def verdict(quarter: Quarter, currency: str = "", *, settings: SummarySettings) -> str:
    """The quarter in a headline: what matters most in money, with its causes by name.

    Where a check fails, nothing else is said: no figure is to be believed then. What the data
    lacks comes first, and then a margin below zero. Else it is the plan, or without one revenue
    against what was before; or the margin where it changed by more than the other is worth.
    Causes are the two largest, and a third that is at least half the second.

    Returns
    -------
    One to four sentences.
    """
    if quarter.broken:
        return quarter.broken
    told = _loss(quarter, currency) or _money(quarter, currency, settings)
    return " ".join([*quarter.holes, *told])


def beside_plan(quarter: Quarter, currency: str = "") -> str:
    """The plan, where there is one, then revenue against what was before, with its causes."""
    plan, change = quarter.plan, quarter.revenue
    told = [_with_causes(_revenue(quarter, currency), change.parts, change.gap)]
    if plan is not None:
        first = _("{told}.").format(told=_planned(plan, currency))
        told = [_("At this rate: {told}").format(told=first) if quarter.open else first, *told]
    return " ".join(told)


def _loss(quarter: Quarter, currency: str) -> list[str]:
    """A margin below zero, of the quarter or of the year; empty where there is none."""
    spans = ((_("The quarter"), quarter.margin), (quarter.year, quarter.year_margin))
    for span, margin in spans:
        if margin is None or margin.now > -HALF:
            continue
        told = _("{span} lost {now} of margin").format(
            span=capital(span), now=rounded(-margin.now, currency)
        )
        if margin.before >= 0:
            told = _("{told} (before: {before})").format(told=told, before=signed(margin.before))
        return [_with_causes(told, margin.parts, margin.now), f"{_beside(quarter, currency)}."]
    return []


def _money(quarter: Quarter, currency: str, settings: SummarySettings) -> list[str]:
    """What matters most, with its causes, and what matters beside it."""
    plan, revenue, margin = quarter.plan, quarter.revenue, quarter.margin
    most = revenue if plan is None else plan
    first = _revenue(quarter, currency) if plan is None else _planned(plan, currency)
    if quarter.open and plan is not None:
        first = _("At this rate: {told}").format(told=first)
    if margin is None or pd.isna(margin.gap):
        return [_with_causes(first, most.parts, most.gap)]
    rate = margin.now / revenue.now if revenue.now > 0 else 0.0
    held = abs(margin.gap) < settings.held_share * abs(margin.before)
    second = _margin(margin, currency, held=held)
    worth = 0.0 if pd.isna(most.gap) else abs(most.gap) * rate
    if not held and abs(margin.gap) > worth:
        return [_with_causes(second, margin.parts, margin.gap), f"{_beside(quarter, currency)}."]
    return [_with_causes(first, most.parts, most.gap), f"{second}."]


def _planned(plan: Plan, currency: str) -> str:
    what = _("Plan")
    if plan.people < plan.all:
        what = _("Plan of {n} of {all} managers")
        what = what.format(n=count(plan.people), all=count(plan.all))
    if abs(plan.gap) < HALF:
        return _("{plan} met").format(plan=what)
    told = _("{plan} missed by {gap} ({part})")
    if plan.gap > 0:
        told = _("{plan} beaten by {gap} ({part})")
    return told.format(
        plan=what, gap=rounded(abs(plan.gap), currency), part=_part(plan.gap, plan.plan)
    )


def _revenue(quarter: Quarter, currency: str) -> str:
    change = quarter.revenue
    if quarter.open:
        return _("Revenue so far {now}").format(now=rounded(change.now, currency))
    if pd.isna(change.gap):
        told = _("Revenue {now}, with no earlier quarter to hold it against")
        return told.format(now=rounded(change.now, currency))
    if abs(change.gap) < HALF:
        return _("Revenue as {since}").format(since=change.since)
    down, up = _("Revenue down {gap} ({part}) {since}"), _("Revenue up {gap} ({part}) {since}")
    return _changed(up if change.gap > 0 else down, change, currency)


def _beside(quarter: Quarter, currency: str) -> str:
    """Plan or revenue in short, where something else matters more."""
    plan, revenue = quarter.plan, quarter.revenue
    gap, of = (revenue.gap, revenue.before) if plan is None else (plan.gap, plan.plan)
    if quarter.open or pd.isna(gap) or abs(gap) < HALF:
        return _revenue(quarter, currency) if plan is None else _planned(plan, currency)
    if plan is not None:
        told = _("Plan missed by {part}") if gap < 0 else _("Plan beaten by {part}")
        return told.format(part=_part(gap, of))
    told = _("Revenue down {part} {since}") if gap < 0 else _("Revenue up {part} {since}")
    return told.format(part=_part(gap, of), since=revenue.since)


def _margin(margin: Change, currency: str, *, held: bool) -> str:
    if held:
        return _("Margin held")
    down, up = _("Margin down {gap} ({part}) {since}"), _("Margin up {gap} ({part}) {since}")
    return _changed(up if margin.gap > 0 else down, margin, currency)


def _changed(told: str, change: Change, currency: str) -> str:
    gap = rounded(abs(change.gap), currency)
    return told.format(gap=gap, part=_part(change.gap, change.before), since=change.since)


def _part(gap: float, of: float) -> str:
    """A gap as a part of what it is a gap to, in whole per cent where that says something."""
    part = abs(gap / of) if of else float("nan")
    return share(part, 0 if part >= 0.02 else 1)


def _with_causes(told: str, parts: pd.DataFrame, gap: float) -> str:
    """A statement with the two or three who made most of its gap, by name; of none nobody did."""
    if not abs(gap) >= HALF:
        return f"{told}."
    size = parts["gap"] if gap > 0 else -parts["gap"]
    most = parts.assign(size=size)[size >= HALF].sort_index(kind="stable")
    most = most.sort_values("size", ascending=False, kind="stable").head(3)
    if len(most) == 3 and most["size"].iloc[2] < most["size"].iloc[1] / 2:
        most = most.head(2)
    causes = [
        f"{_('no. {number}').format(number=name) if name.isdigit() else name} {signed(gap)}"
        for name, gap in zip(most["name"], most["gap"], strict=True)
    ]
    if not causes:
        return f"{told}."
    return _("{told}: {causes}.").format(told=told, causes=", ".join(causes))
