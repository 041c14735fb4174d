"""Pictures of how well churn is told, what lists were worth, and whom winning back pays for."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from kamlib.analysis.churn.loss_rules import FIXED, IN_FORCE, MODEL, MULTIPLE
from kamlib.show.labels import count_axis, label, money_axis, short_money
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    INK,
    MUTED,
    axes_width,
    describe,
    legend_above,
    new_axes,
    themed,
)
from kamlib.words import _, accounts, count, number, share

RULE_STYLES = {
    FIXED: (ABC_COLOURS["C"], "-"),
    MULTIPLE: (ABC_COLOURS["B"], "--"),
    MODEL: (ABC_COLOURS["A"], "-."),
}
# Where the axis of false alarms is marked: it runs by ratios, or the useful end would vanish.
RATES = (0.2, 0.5, 1, 2, 5, 10, 20)
OUTCOME_COLOURS = {"hits": "#123524", "false_alarms": "#8fcca2", "misses": "#b85c14"}


@themed
def plot_loss_rules(curve: pd.DataFrame, rules: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How late each rule notices a loss against how often it is wrong, and the rule in force.

    Parameters
    ----------
    curve
        The table of ``loss_curve``: ``rule``, ``detection_delay_days``,
        ``false_alarms_per_gap`` (0–1).
    rules
        The table of ``loss_rules``; the rule in force is marked.
    """
    ax = ax or new_axes(9, 4)
    ax.set_xscale("log")
    for name, rows in curve.groupby("rule", sort=False):
        colour, style = RULE_STYLES[name]
        ordered = rows.sort_values("false_alarms_per_gap", kind="stable")
        ax.plot(_per_hundred(ordered["false_alarms_per_gap"]), ordered["detection_delay_days"],
                color=colour, linestyle=style, label=rule_word(name))  # fmt: skip
    row = rules[rules["rule"] == IN_FORCE].iloc[0]
    if pd.notna(row["false_alarms_per_gap"]):
        own = rules.loc[[row.name]]
        ax.plot(_per_hundred(own["false_alarms_per_gap"]), own["detection_delay_days"], "D",
                color=ACCENT, markersize=8, label=rule_word(IN_FORCE))  # fmt: skip
    ax.set_xlabel(_("False alarms per 100 silences that ended in an order"))
    ax.set_ylabel(_("Days until a loss is noticed"))
    ax.set_xlim(0.17, 25)
    ends = {0: "≤ ", len(RATES) - 1: "≥ "}
    ax.set_xticks(RATES, [f"{ends.get(n, '')}{rate:g}" for n, rate in enumerate(RATES)])
    ax.set_xticks([], minor=True)
    ax.set_ylim(bottom=0)
    count_axis(ax.yaxis)
    ax.grid(visible=True, axis="both")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper right")
    return describe(
        ax,
        _(
            "Trade-off of the loss rules. The rule in force notices after {days} days with "
            "{alarms} false alarms per 100 silences."
        ).format(
            days=count(row["detection_delay_days"]),
            alarms=number(100 * row["false_alarms_per_gap"], 1),
        ),
    )


@themed
def plot_calibration(calibration: pd.DataFrame, model: str = "", *, ax: Axes | None = None) -> Axes:
    """How many fell silent of those to whom a probability was given, against that probability.

    Parameters
    ----------
    calibration
        The table of ``calibration_curve``: ``predicted``, ``happened`` (0–1), ``n``.
    model
        What it is the calibration of.
    """
    ax = ax or new_axes(5.5, 4.2)
    ax.plot([0, 100], [0, 100], color=MUTED, linewidth=1, linestyle="--", label=_("exactly right"))
    ax.plot(100 * calibration["predicted"], 100 * calibration["happened"], "o-",
            color=ABC_COLOURS["A"], markersize=6, label=model or _("the model in use"))  # fmt: skip
    top = 100 * max([*calibration["predicted"], *calibration["happened"], 0.09]) + 3
    ax.set_xlim(0, min(top, 102))
    ax.set_ylim(0, min(top, 102))
    ax.set_xlabel(_("Predicted to stay silent, per 100 accounts"))
    ax.set_ylabel(_("Stayed silent, per 100 accounts"))
    ax.grid(visible=True, axis="both")
    ax.legend(loc="upper left")
    if calibration.empty:
        return describe(ax, _("No predictions could be held against what happened."))
    low, high = calibration.iloc[0], calibration.iloc[-1]
    return describe(
        ax,
        _(
            "Predicted against happened: of the group with the lowest risk {low} was predicted "
            "and {low_was} happened, of the highest {high} and {high_was}."
        ).format(
            low=share(low["predicted"], 0),
            low_was=share(low["happened"], 0),
            high=share(high["predicted"], 0),
            high_was=share(high["happened"], 0),
        ),
    )


@themed
def plot_accountability(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Up what each list called at risk, rightly and wrongly; down whom it missed.

    Parameters
    ----------
    table
        The table of ``accountability``, indexed by quarter: ``hits``, ``false_alarms``,
        ``misses`` (accounts), ``precision`` (0–1).
    """
    ax = ax or new_axes(9, 3.6)
    places = list(range(len(table)))
    hits, alarms, missed = (table[name].astype(float) for name in OUTCOME_COLOURS)
    ax.bar(places, hits, width=0.62, color=OUTCOME_COLOURS["hits"])
    ax.bar(places, alarms, bottom=hits, width=0.62, color=OUTCOME_COLOURS["false_alarms"])
    ax.bar(places, -missed, width=0.62, color=OUTCOME_COLOURS["misses"])
    ax.axhline(0, color=MUTED, linewidth=0.9)
    for x, row in zip(places, table.itertuples(), strict=True):
        called = row.hits + row.false_alarms
        if called:
            told = _("{hits} of {called}").format(hits=count(row.hits), called=count(called))
            ax.annotate(told, (x, called), (0, 3), textcoords="offset points", ha="center",
                        fontsize=8)  # fmt: skip
        if row.misses:
            ax.annotate(count(row.misses), (x, -row.misses), (0, -3), textcoords="offset points",
                        ha="center", va="top", fontsize=8)  # fmt: skip
    step = 1 if axes_width(ax) / max(len(table), 1) >= 0.5 else 2
    names = [str(quarter) if (len(table) - 1 - x) % step == 0 else ""
             for x, quarter in enumerate(table.index)]  # fmt: skip
    ax.set_xticks(places, names)
    ax.margins(y=0.18)
    count_axis(ax.yaxis)
    ax.yaxis.set_major_formatter(lambda value, _place: count(abs(value)))
    names = {
        "hits": _("called, and did not order"),
        "false_alarms": _("called, but ordered"),
        "misses": _("lost, not on the list"),
    }
    legend_above(
        ax, [Patch(facecolor=OUTCOME_COLOURS[name], label=told) for name, told in names.items()]
    )
    return describe(
        ax,
        _(
            "What {lists} earlier lists said: {called} called at risk, of which {hits} did not "
            "order in the quarter after; {missed} lost without having been on the list."
        ).format(
            lists=count(len(table)),
            called=accounts(hits.sum() + alarms.sum()),
            hits=count(hits.sum()),
            missed=count(missed.sum()),
        ),
    )


@themed
def plot_winback(
    winback: pd.DataFrame, rows: int = 12, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """What an attempt at each account is worth: the expected gain, less the offer's cost.

    Parameters
    ----------
    winback
        The table of ``winback_list``: ``name``, ``net_value``, ``cost``, ``p_win``,
        ``p_natural``.
    rows
        How many accounts are drawn, from the first.
    """
    shown = winback.head(rows)
    ax = ax or new_axes(9, 1.2 + 0.34 * max(len(shown), 2))
    places = list(range(len(shown)))
    ax.barh(places, shown["net_value"], height=0.62, color=ABC_COLOURS["A"])
    ax.barh(places, shown["cost"], left=shown["net_value"], height=0.62, color=ABC_COLOURS["C"])
    for y, row in zip(places, shown.itertuples(), strict=True):
        told = _("{net}  ({win} with an offer, {natural} without)").format(
            net=short_money(row.net_value), win=share(row.p_win, 0), natural=share(row.p_natural, 0)
        )
        ax.annotate(told, (row.net_value + row.cost, y), (5, 0), textcoords="offset points",
                    va="center", fontsize=8, color=INK)  # fmt: skip
    ax.set_yticks(places, [label(name, 26) for name in shown["name"]])
    ax.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    widest = max([*(shown["net_value"] + shown["cost"]), 1])
    ax.set_xlim(0, widest * (1.45 if axes_width(ax) > 5 else 1.9))
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    money_axis(ax.xaxis, currency)
    legend_above(
        ax,
        [
            Patch(facecolor=ABC_COLOURS["A"], label=_("net value of an attempt")),
            Patch(facecolor=ABC_COLOURS["C"], label=_("cost of the offer")),
        ],
    )
    if shown.empty:
        return describe(ax, _("No lost account is worth an attempt."))
    return describe(
        ax,
        _("Net value of winning back {accounts}; the first, {name}, with {net}.").format(
            accounts=accounts(len(winback)),
            name=shown["name"].iloc[0],
            net=short_money(shown["net_value"].iloc[0], currency),
        ),
    )


def rule_word(rule: str) -> str:
    """A loss rule as a reader sees it."""
    return {
        FIXED: _("the same number of days for all"),
        MULTIPLE: _("so many of the account's usual gaps"),
        MODEL: _("low probability of an order"),
        IN_FORCE: _("the rule in force"),
    }[rule]


def _per_hundred(rates: pd.Series) -> pd.Series:
    """Rates as they are drawn: what lies beyond the marked ends stands on them."""
    return (100 * rates).clip(RATES[0], RATES[-1])
