"""Pictures of churn: the bridge and its directions, states, losses and returns by quarter."""

import pandas as pd
from matplotlib.axes import Axes

from kamlib.analysis.churn.bridge import STEPS
from kamlib.pictures.marks import (
    above,
    key,
    money_rows,
    named_rows,
    quarter_axis,
    row_axes,
    stack,
)
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    INK,
    MUTED,
    describe,
    label,
    money_axis,
    new_axes,
    short_money,
    themed,
)
from kamlib.words import _, accounts, count, share

STEP_COLOURS = {
    "new": "#123524",
    "returned": "#2a7a54",
    "grown": "#8fcca2",
    "shrunk": "#e9b27c",
    "lost": "#b85c14",
    "credited": "#6b2f06",
}
STATE_COLOURS = {
    "new": "#8fcca2",
    "active": "#2a7a54",
    "returned": "#123524",
    "slowing": "#e9b27c",
    "at risk": ACCENT,
    "lost": "#6b2f06",
    "never bought": ABC_COLOURS["D"],
}


@themed
def plot_bridge(
    bridge: pd.DataFrame, before: str, after: str, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """From the revenue before to the revenue after, step by step.

    Parameters
    ----------
    bridge
        Rows of one direction (the total has one): ``before``, the six steps, ``after``.
    before, after
        What the two ends are called, such as "2024Q4" and "2025Q4".
    """
    ax = ax or new_axes(9, 4)
    sums = bridge[["before", *STEPS, "after"]].sum()
    ends = [(before, 0.0, sums["before"], ABC_COLOURS["B"])]
    level = sums["before"]
    # Most companies have no credits to others: that step is drawn where there are any.
    steps = [step for step in STEPS if step != "credited" or sums[step]]
    for step in steps:
        ends.append((step_word(step), level, sums[step], STEP_COLOURS[step]))
        level += sums[step]
    ends.append((after, 0.0, sums["after"], ABC_COLOURS["A"]))
    for x, (_name, bottom, height, colour) in enumerate(ends):
        ax.bar(x, height, bottom=bottom, width=0.66, color=colour)
        outer = x in (0, len(ends) - 1)
        text = short_money(height, currency if outer else "")
        signed = text if outer or height < 0 else f"+{text}"
        weight = "bold" if outer else "normal"
        top = max(bottom, bottom + height)
        above(ax, x, top, signed, va="baseline", fontsize=9, fontweight=weight)
        if x < len(ends) - 1:
            top = bottom + height
            ax.plot([x + 0.33, x + 0.67], [top, top], color=MUTED, linewidth=0.8)
    ax.set_xticks(range(len(ends)), [label(name, 14) for name, *_rest in ends])
    _zoom_on_steps(ax, [bottom + height for _name, bottom, height, _colour in ends])
    money_axis(ax.yaxis, currency)
    told = ", ".join(f"{step_word(step)} {short_money(sums[step], currency)}" for step in steps)
    return describe(
        ax,
        _("Bridge from {before} ({start}) to {after} ({end}): {steps}.").format(
            before=before,
            start=short_money(sums["before"], currency),
            after=after,
            end=short_money(sums["after"], currency),
            steps=told,
        ),
    )


@themed
def plot_directions(
    bridge: pd.DataFrame, rows: int = 12, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """Where the change comes from: gains to the right, losses to the left, by key.

    Parameters
    ----------
    bridge
        Rows of one direction, the largest fall first: ``key`` and the six steps.
    rows
        How many keys are drawn: those with the largest losses.
    """
    shown = bridge.head(rows)
    ax = row_axes(ax, len(shown), 0.34, head=1.2)
    left, right = stack(ax, shown, STEP_COLOURS)
    change = shown[list(STEPS)].sum(axis=1)
    ax.plot(change, range(len(shown)), "D", color=INK, markersize=5, markeredgecolor="white")
    ax.axvline(0, color=MUTED, linewidth=0.9)
    named_rows(ax, [label(str(name) or _("not known"), 26) for name in shown["key"]])
    if len(shown):
        room = 0.04 * max(float((right - left).max()), 1.0)
        ax.set_xlim(left.min() - room, right.max() + room)
    money_axis(ax.xaxis, currency)
    key(ax, {step_word(step): STEP_COLOURS[step] for step in STEPS} | {_("net (diamond)"): INK})
    worst = shown.iloc[0] if len(shown) else None
    told = (
        _("The largest fall: {key}, {change}.").format(
            key=worst["key"] or _("not known"), change=short_money(change.iloc[0], currency)
        )
        if worst is not None
        else _("No sales to split.")
    )
    return describe(ax, _("Change by direction. {told}").format(told=told))


@themed
def plot_states(
    states: pd.DataFrame, revenue: pd.Series, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """Accounts and revenue by state.

    Parameters
    ----------
    states
        Indexed by account: ``state`` (ordered category).
    revenue
        Net revenue of the window per account, or of the year before its last order.
    """
    ax = ax or new_axes(9, 3.2)
    names = list(states["state"].cat.categories)
    sums = revenue.reindex(states.index).fillna(0.0).groupby(states["state"], observed=False).sum()
    numbers = states["state"].value_counts().reindex(names)
    colours = [STATE_COLOURS.get(name, MUTED) for name in names]
    words = [state_word(name) for name in names]
    money_rows(ax, words, sums[names], numbers, colours, currency=currency, room=1.35, thick=0.64)
    listed = ", ".join(f"{state_word(name)}: {count(numbers[name])}" for name in names)
    return describe(ax, _("Accounts by state: {listed}.").format(listed=listed))


@themed
def plot_loss_dynamics(
    dynamics: pd.DataFrame, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """Revenue that came back (up) and that was lost (down) per quarter, accounts written on.

    Parameters
    ----------
    dynamics
        Indexed by quarter: ``lost``, ``returned`` (accounts), ``revenue_lost``,
        ``revenue_returned`` (currency), ``loss_rate`` (0–1).
    """
    ax = ax or new_axes(9, 3.8)
    gone = dynamics.assign(lost=-dynamics["revenue_lost"])
    colours = {"revenue_returned": STEP_COLOURS["returned"], "lost": STEP_COLOURS["lost"]}
    stack(ax, gone, colours, upright=True)
    ax.axhline(0, color=MUTED, linewidth=0.9)
    for x, row in enumerate(dynamics.itertuples()):
        if row.returned:
            above(ax, x, row.revenue_returned, count(row.returned))
        if row.lost:
            told = f"{count(row.lost)}\n{share(row.loss_rate)}"
            above(ax, x, -row.revenue_lost, told, up=False)
    quarter_axis(ax, dynamics.index)
    ax.margins(y=0.24)
    money_axis(ax.yaxis, currency)
    told = (_("came back (accounts)"), _("lost (accounts, share of those buying)"))
    key(ax, dict(zip(told, colours.values(), strict=True)))
    return describe(
        ax,
        _(
            "Losses and returns over {quarters} quarters: {lost} with {money} a year "
            "lost, {returned} came back."
        ).format(
            quarters=count(len(dynamics)),
            lost=accounts(dynamics["lost"].sum()),
            money=short_money(dynamics["revenue_lost"].sum(), currency),
            returned=count(dynamics["returned"].sum()),
        ),
    )


@themed
def plot_retention(retention: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The share of accounts still kept after so many days, by group, with its band.

    Parameters
    ----------
    retention
        Long: ``group``, ``days``, ``retained``, ``low``, ``high`` (0–1).
    """
    ax = ax or new_axes(9, 4)
    scale = [*ABC_COLOURS.values()][:3] + ["#2a7a54", ACCENT, MUTED]
    told = []
    for at, (name, rows) in enumerate(retention.groupby("group", sort=False, observed=True)):
        colour = scale[at % len(scale)]
        years = rows["days"] / 365.25
        style = "-" if at < len(scale) else "--"
        ax.step(years, rows["retained"], where="post", color=colour, linestyle=style, label=name)
        ax.fill_between(years, rows["low"], rows["high"], step="post", color=colour, alpha=0.15)
        told.append(f"{name}: {share(rows['retained'].iloc[-1], 0)}")
    ax.set_ylim(0, 1.02)
    ax.set_xlim(left=0)
    ax.set_xlabel(_("Years since the account began"))
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    if told:
        ax.legend(loc="lower left")
    listed = ", ".join(told) or _("no group is large enough")
    return describe(ax, _("Retention at the end of each curve: {listed}.").format(listed=listed))


def step_word(step: str) -> str:
    """A step of the bridge as a reader sees it."""
    return {
        "new": _("new"),
        "returned": _("bought again"),
        "grown": _("grown"),
        "shrunk": _("shrunk"),
        "lost": _("bought nothing"),
        "credited": _("credits to others"),
    }[step]


def state_word(state: str) -> str:
    """A state as a reader sees it."""
    return {
        "new": _("new"),
        "active": _("active"),
        "slowing": _("slowing"),
        "at risk": _("at risk"),
        "lost": _("lost"),
        "returned": _("returned"),
        "never bought": _("never bought"),
    }.get(state, state)


def _zoom_on_steps(ax: Axes, levels: list[float]) -> None:
    """Begin the axis above zero, and say so, where the steps would be too small to see."""
    low, high = min(levels), max(levels)
    span = high - low
    begin = low - 1.2 * span
    if begin <= 0 or span == 0:
        ax.set_ylim(min(0, low - 0.1 * span), high + 0.12 * max(span, abs(high)) + 1e-9)
        return
    ax.set_ylim(begin, high + 0.18 * span)
    ax.set_ylabel(_("the axis does not begin at zero"), fontsize=8)
