"""Pictures of how well churn and won deals are told, and what lists and win-backs were worth."""

from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MultipleLocator

from kamlib.analysis.churn.loss_rules import Tried
from kamlib.analysis.measures.loss import FIXED, IN_FORCE, MODEL, MULTIPLE
from kamlib.pictures.marks import (
    DASHED,
    DASHES,
    above,
    beside,
    dots_with_ranges,
    key,
    more_below,
    named_rows,
    note,
    quarter_axis,
    row_axes,
    stack,
)
from kamlib.show.columns import column
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    INK,
    MUTED,
    axes_width,
    count_axis,
    describe,
    label,
    legend_above,
    money_axis,
    new_axes,
    say,
    share_axis,
    short_money,
    themed,
)
from kamlib.words import _, accounts, capital, count, share

RULE_STYLES = {
    FIXED: (ABC_COLOURS["C"], "-"),
    MULTIPLE: (ABC_COLOURS["B"], "--"),
    MODEL: (ABC_COLOURS["A"], "-."),
    IN_FORCE: (ACCENT, "-"),
}
OUTCOME_COLOURS = {"hits": "#123524", "false_alarms": "#8fcca2", "misses": "#b85c14"}
CHANCE = 0.5
UNSEEN, LATER = "unseen deals", "later deals"
RATE_COLOURS = {
    "wins often": ABC_COLOURS["A"],
    "no difference seen": MUTED,
    "wins rarely": ACCENT,
}
WORDS_AT = 1.03  # of the axes' width: where what it means is written
ROW_INCHES = 0.36


@themed
def plot_loss_rules(
    curve: pd.DataFrame,
    rules: pd.DataFrame,
    advised: Tried | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """How late each rule notices a loss against how many of its alarms are right.

    Parameters
    ----------
    curve
        The table of ``loss_curve``: ``rule``, ``detection_delay_days``, ``right_share`` (0–1).
    rules
        The table of ``loss_rules``; the rule in force is marked.
    advised
        The silence that is advised; marked where it is not the one in force.
    """
    ax = ax or new_axes(9, 4)
    for name, rows in curve.groupby("rule", sort=False):
        colour, style = RULE_STYLES[name]
        ordered = rows.sort_values(["detection_delay_days", "value"], kind="stable")
        ax.plot(100 * ordered["right_share"], ordered["detection_delay_days"],
                color=colour, linestyle=style, label=rule_word(name))  # fmt: skip
    row = rules[rules["rule"] == IN_FORCE].iloc[0]
    if pd.notna(row["right_share"]):
        told = _("in force: {n} days").format(n=count(row["value"]))
        ax.plot([100 * row["right_share"]], [row["detection_delay_days"]], "D", color=ACCENT,
                markersize=8, label=told)  # fmt: skip
    if advised is not None and advised.days != row["value"]:
        told = _("advised: {n} days").format(n=count(advised.days))
        ax.plot([100 * advised.right], [advised.delay], "o", color=ACCENT, markersize=8,
                markerfacecolor="white", label=told)  # fmt: skip
    ax.set_xlabel(_("Right ones of 100 alarms"))
    ax.set_ylabel(_("Days until a loss is noticed"))
    ax.set_xlim(0, 102)
    ax.set_ylim(bottom=0)
    count_axis(ax.yaxis)
    ax.grid(visible=True, axis="both")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper left")
    return describe(
        ax,
        _(
            "Trade-off of the loss rules. The rule in force notices after {days} days, and {right} "
            "of 100 alarms are right."
        ).format(
            days=count(row["detection_delay_days"]),
            right=count(100 * row["right_share"]),
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
    called = table["hits"] + table["false_alarms"]
    outcomes = table.assign(misses=-table["misses"])
    stack(ax, outcomes, OUTCOME_COLOURS, upright=True)
    ax.axhline(0, color=MUTED, linewidth=0.9)
    for x, (row, calls) in enumerate(zip(table.itertuples(), called, strict=True)):
        if calls:
            told = _("{hits} of {called}").format(hits=count(row.hits), called=count(calls))
            above(ax, x, calls, told, va="baseline")
        if row.misses:
            above(ax, x, -row.misses, count(row.misses), up=False)
    quarter_axis(ax, table.index)
    ax.margins(y=0.18)
    count_axis(ax.yaxis)
    ax.yaxis.set_major_formatter(lambda value, _place: count(abs(value)))
    key(ax, dict(zip(_outcome_words(), OUTCOME_COLOURS.values(), strict=True)))
    return describe(
        ax,
        _(
            "What {lists} earlier lists said: {called} called at risk, of which {hits} did not "
            "order in the quarter after; {missed} lost without having been on the list."
        ).format(
            lists=count(len(table)),
            called=accounts(called.sum()),
            hits=count(table["hits"].sum()),
            missed=count(table["misses"].sum()),
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
    ax = row_axes(ax, len(shown), 0.34, head=1.2)
    worth, cost = ABC_COLOURS["A"], ABC_COLOURS["C"]
    _low, ends = stack(ax, shown, {"net_value": worth, "cost": cost})
    told = [
        _("{net}  ({win} with an offer, {natural} without)").format(
            net=short_money(row.net_value), win=share(row.p_win, 0), natural=share(row.p_natural, 0)
        )
        for row in shown.itertuples()
    ]
    beside(ax, ends, told, fontsize=8, color=INK)
    named_rows(ax, [label(name, 26) for name in shown["name"]])
    ax.set_xlim(0, max([*ends, 1]) * (1.45 if axes_width(ax) > 5 else 1.9))
    money_axis(ax.xaxis, currency)
    key(ax, {_("net value of an attempt"): worth, _("cost of the offer"): cost})
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


def _outcome_words() -> tuple[str, ...]:
    return _("called, and did not order"), _("called, but ordered"), _("lost, not on the list")


def rule_word(rule: str) -> str:
    """A loss rule as a reader sees it."""
    return {
        FIXED: _("the same number of days for all"),
        MULTIPLE: _("so many of the account's usual gaps"),
        MODEL: _("low probability of an order"),
        IN_FORCE: _("the rule in force"),
    }[rule]


@themed
def plot_target_check(target_models: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How often each predictor ranked a won deal above a lost one, with its interval.

    Blue tells won from lost; grey may be chance; orange points the wrong way. Where deals were
    also judged by what was decided before them, a hollow diamond says how well that went.

    Parameters
    ----------
    target_models
        The table of ``target_check``: ``predictor``, ``sample`` ("unseen deals", "later
        deals"), ``label`` (words), ``n`` (decided deals), ``auc``, ``auc_low``, ``auc_high``
        (0–1, NaN where deals are too few), ``verdict``.
    """
    table = target_models.reset_index()
    samples = table["sample"] if "sample" in table else pd.Series(UNSEEN, table.index)
    rows = table[samples == UNSEEN].reset_index(drop=True)
    later = table[samples == LATER].set_index("predictor")["auc"]
    ax = row_axes(ax, len(rows), ROW_INCHES)
    known = rows[rows["auc"].notna()]
    colours = pd.Series([_verdict_colour(row) for row in known.to_dict("records")], known.index)
    names = {"auc_low": "low", "auc": "value", "auc_high": "high"}
    dots_with_ranges(ax, known[list(names)].rename(columns=names).assign(colour=colours))
    for y, row in rows.iterrows():
        if y not in known.index:
            ax.text(CHANCE, y, _("too few deals: {n}").format(n=count(row["n"])), ha="center",
                    va="center", fontsize=8, color=MUTED, backgroundcolor="white")  # fmt: skip
            continue
        if not pd.isna(after := later.get(row["predictor"])):
            ax.plot([after], [y + 0.27], "D", markersize=4.5, markerfacecolor="none",
                    color=colours[y])  # fmt: skip
        _beside(ax, y, f"{share(row['auc'], 0)}  {label(row['verdict'], 44)}")
    _deal_rows(ax, [fill(predictor_word(row), 30) for row in rows.to_dict("records")])
    lows, highs = rows["auc_low"].dropna(), rows["auc_high"].dropna()
    ax.set_xlim(
        min([0.3, *lows, *later.dropna()]) - 0.02, max([0.8, *highs, *later.dropna()]) + 0.02
    )
    share_axis(ax.xaxis)
    ax.xaxis.set_major_locator(MultipleLocator(0.1))
    ax.axvline(CHANCE, color=MUTED, linewidth=1, linestyle=DASHES, zorder=0.5)
    ax.set_xlabel(_("Pairs of a won and a lost deal in the right order (dashed: by chance)"))
    if later.notna().any():
        told = _("later deals, by what was decided before")
        diamond = Line2D([], [], marker="D", markersize=4.5, markerfacecolor="none", color=INK,
                         linestyle="none", label=told)  # fmt: skip
        legend_above(ax, [diamond])
    return describe(ax, _check_alt(rows))


@themed
def plot_win_rates(
    win_rates: pd.DataFrame, *, overall: float | None = None, rows: int = 36,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The share of deals won per value, with its interval, grouped by attribute.

    Parameters
    ----------
    win_rates
        The table of ``win_rates``: ``attribute``, ``value``, ``n``, ``won``, ``win_rate``,
        ``low``, ``high`` (0–1), ``verdict`` ("wins often", "no difference seen",
        "wins rarely"; any other: too few to compare).
    overall
        The share won of all deals, drawn as a line.
    rows
        How many values are shown.
    """
    shown = win_rates.head(rows)
    attributes = list(dict.fromkeys(shown["attribute"].astype("str")))
    lines = len(shown) + len(attributes)
    ax = ax or new_axes(9, 1.0 + 0.25 * max(lines, 3))
    places = _places_by_attribute(shown)
    for attribute in attributes:
        mine = [
            place for place, of in zip(places, shown["attribute"], strict=True) if of == attribute
        ]
        ax.text(0.005, mine[0] - 1, label(column(attribute).label, 40), weight="bold", va="center",
                fontsize=9)  # fmt: skip
        ax.axhline(mine[-1] + 0.5, color="#eef1f4", linewidth=0.8, zorder=0)
    _rates(ax, shown.set_axis(places))
    texts = [
        f"{label(row.value or _('unknown'), 28)} ({count(row.n)})" for row in shown.itertuples()
    ]
    _deal_rows(ax, texts, places, bottom=max(lines, 1) - 0.4)
    ax.set_xlim(0, 1)
    share_axis(ax.xaxis)
    ax.set_xlabel(_("Share of decided deals that were won (in brackets: deals)"))
    if overall is not None and not pd.isna(overall):
        ax.axvline(overall, zorder=0.5, **DASHED | {"color": INK, "linewidth": 1})
        note(ax, _("all: {share}").format(share=share(overall, 0)), (overall, 1), (0, 3),
             xycoords=("data", "axes fraction"), ha="center", va="baseline",
             fontsize=8)  # fmt: skip
    key(ax, {_rate_word(verdict): colour for verdict, colour in RATE_COLOURS.items()})
    ax.get_legend().set_bbox_to_anchor((0, 1 + 0.16 / ax.figure.get_figheight()))
    more_below(ax, _("… {n} more values in the table"), len(win_rates) - len(shown))
    return describe(ax, _rates_alt(shown))


def interval_colour(low: float, high: float, line: float) -> str:
    """Dark blue above a line, orange below it, grey where the interval holds it."""
    return ABC_COLOURS["A"] if low > line else ACCENT if high < line else MUTED


def predictor_word(row: dict) -> str:
    """A predictor as a reader sees it: in its own words, or by its column's heading."""
    text = str(row.get("label") or column(str(row["predictor"])).label)
    return label(capital(text), 58)


def _verdict_colour(row: dict) -> str:
    """The colour of a predictor: a fitted one cannot fall below chance, its score can."""
    wrong = row.get("auc_known_high", row["auc_high"])
    if not pd.isna(wrong) and wrong < CHANCE:
        return ACCENT
    return interval_colour(row["auc_low"], row["auc_high"], CHANCE)


def _rate_word(verdict: str) -> str:
    return {
        "wins often": _("wins often"),
        "no difference seen": _("no difference seen"),
        "wins rarely": _("wins rarely"),
    }[verdict]


def _places_by_attribute(shown: pd.DataFrame) -> list[float]:
    """The row of each value: one is left free above an attribute's first, for its heading."""
    new = shown["attribute"] != shown["attribute"].shift()
    return (np.arange(len(shown)) + new.cumsum()).astype(float).tolist()


def _rates(ax: Axes, rows: pd.DataFrame) -> None:
    """Each value's rate with its interval, or that too few deals are decided."""
    judged = rows["win_rate"].notna() & rows["verdict"].isin(list(RATE_COLOURS))
    dots = rows[judged].rename(columns={"win_rate": "value_"})
    dots = dots[["low", "value_", "high"]].rename(columns={"value_": "value"})
    dots_with_ranges(ax, dots.assign(colour=rows["verdict"].map(RATE_COLOURS)[judged]))
    for y, row in zip(rows.index, rows.itertuples(), strict=True):
        if judged[y]:
            right = row.high < 0.9
            note(ax, share(row.win_rate, 0), (row.high if right else row.low, y),
                 (6 if right else -6, 0), ha="left" if right else "right",
                 fontsize=8)  # fmt: skip
        else:
            told = _("too few to compare: {won} of {n} won")
            ax.text(0.015, y, told.format(won=count(row.won), n=count(row.n)), va="center",
                    fontsize=8, color=MUTED,
                    bbox={"facecolor": "white", "linewidth": 0, "pad": 1})  # fmt: skip


def _beside(ax: Axes, y: float, text: str) -> None:
    ax.annotate(text, (WORDS_AT, y), xycoords=("axes fraction", "data"), va="center", fontsize=8.5)


def _deal_rows(
    ax: Axes, texts: list[str], places: list | None = None, *, bottom: float | None = None
) -> None:
    named_rows(ax, texts, places, bottom=bottom)
    if not texts:
        say(ax, _("No decided deals to judge by."))


def _check_alt(rows: pd.DataFrame) -> str:
    known = rows[rows["auc"].notna()].to_dict("records")
    if not known:
        return _("Whether scores tell won from lost: too few decided deals to say.")
    tells = [predictor_word(row) for row in known if row["auc_low"] > CHANCE]
    doubt = [predictor_word(row) for row in known if not row["auc_low"] > CHANCE]
    return _("Tells won from lost deals: {tells}. Does not, or not surely: {doubt}.").format(
        tells="; ".join(tells) or _("nothing"), doubt="; ".join(doubt) or _("nothing")
    )


def _rates_alt(shown: pd.DataFrame) -> str:
    known = shown[shown["win_rate"].notna() & shown["verdict"].isin(list(RATE_COLOURS))]
    if known.empty:
        return _("Win rates: too few decided deals to say.")
    best, worst = known.loc[known["win_rate"].idxmax()], known.loc[known["win_rate"].idxmin()]
    told = _("Win rates of {n} values: highest {best} ({high}), lowest {worst} ({low}).")
    return told.format(
        n=count(len(known)),
        best=f"{column(str(best['attribute'])).label} {best['value']}",
        high=share(best["win_rate"], 0),
        worst=f"{column(str(worst['attribute'])).label} {worst['value']}",
        low=share(worst["win_rate"], 0),
    )
