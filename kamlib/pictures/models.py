"""Pictures of how well churn and won deals are told, and what lists and win-backs were worth."""

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MultipleLocator

from kamlib.analysis.measures.loss import FIXED, IN_FORCE, MODEL, MULTIPLE
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
from kamlib.words import _, accounts, count, number, share

RULE_STYLES = {
    FIXED: (ABC_COLOURS["C"], "-"),
    MULTIPLE: (ABC_COLOURS["B"], "--"),
    MODEL: (ABC_COLOURS["A"], "-."),
}
# Where the axis of false alarms is marked: it runs by ratios, or the useful end would vanish.
RATES = (0.2, 0.5, 1, 2, 5, 10, 20)
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
    ax = ax or _wide_axes(len(rows))
    for y, row in rows.iterrows():
        if pd.isna(row["auc"]):
            ax.text(CHANCE, y, _("too few deals: {n}").format(n=count(row["n"])), ha="center",
                    va="center", fontsize=8, color=MUTED, backgroundcolor="white")  # fmt: skip
            continue
        colour = _verdict_colour(row)
        _dot(ax, y, row["auc"], row["auc_low"], row["auc_high"], colour)
        if not pd.isna(after := later.get(row["predictor"])):
            ax.plot([after], [y + 0.27], "D", markersize=4.5, markerfacecolor="none", color=colour)
        _beside(ax, y, f"{share(row['auc'], 0)}  {label(row['verdict'], 44)}")
    _row_axis(ax, [fill(predictor_word(row), 30) for row in rows.to_dict("records")])
    lows, highs = rows["auc_low"].dropna(), rows["auc_high"].dropna()
    ax.set_xlim(
        min([0.3, *lows, *later.dropna()]) - 0.02, max([0.8, *highs, *later.dropna()]) + 0.02
    )
    share_axis(ax.xaxis)
    ax.xaxis.set_major_locator(MultipleLocator(0.1))
    ax.axvline(CHANCE, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0.5)
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
    y, places, texts = 0.0, [], []
    for attribute in attributes:
        ax.text(0.005, y, label(column(attribute).label, 40), weight="bold", va="center",
                fontsize=9)  # fmt: skip
        y += 1
        for row in shown[shown["attribute"] == attribute].itertuples():
            _win_rate(ax, y, row)
            places.append(y)
            texts.append(f"{label(row.value or _('unknown'), 28)} ({count(row.n)})")
            y += 1
        ax.axhline(y - 0.5, color="#eef1f4", linewidth=0.8, zorder=0)
    _row_axis(ax, texts, places, bottom=max(y, 1) - 0.4)
    ax.set_xlim(0, 1)
    share_axis(ax.xaxis)
    ax.set_xlabel(_("Share of decided deals that were won (in brackets: deals)"))
    if overall is not None and not pd.isna(overall):
        ax.axvline(overall, color=INK, linewidth=1, linestyle=(0, (4, 3)), zorder=0.5)
        ax.annotate(_("all: {share}").format(share=share(overall, 0)), (overall, 1), (0, 3),
                    xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
                    fontsize=8)  # fmt: skip
    legend_above(ax, [Patch(facecolor=c, label=_rate_word(v)) for v, c in RATE_COLOURS.items()])
    ax.get_legend().set_bbox_to_anchor((0, 1 + 0.16 / ax.figure.get_figheight()))
    _cut_note(ax, len(win_rates) - len(shown))
    return describe(ax, _rates_alt(shown))


def interval_colour(low: float, high: float, line: float) -> str:
    """Dark blue above a line, orange below it, grey where the interval holds it."""
    return ABC_COLOURS["A"] if low > line else ACCENT if high < line else MUTED


def predictor_word(row: dict) -> str:
    """A predictor as a reader sees it: in its own words, or by its column's heading."""
    text = str(row.get("label") or column(str(row["predictor"])).label)
    return label(text[:1].upper() + text[1:], 58)


def _wide_axes(rows: int, each: float = ROW_INCHES) -> Axes:
    """Axes on the left of a figure; on the right there is room for words."""
    return new_axes(9, 1.0 + each * max(rows, 2))


def _verdict_colour(row: pd.Series) -> str:
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


def _win_rate(ax: Axes, y: float, row: tuple) -> None:
    if pd.isna(row.win_rate) or row.verdict not in RATE_COLOURS:
        told = _("too few to compare: {won} of {n} won")
        ax.text(
            0.015,
            y,
            told.format(won=count(row.won), n=count(row.n)),
            va="center",
            fontsize=8,
            color=MUTED,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 1},
        )
        return
    _dot(ax, y, row.win_rate, row.low, row.high, RATE_COLOURS[row.verdict])
    right = row.high < 0.9
    ax.annotate(share(row.win_rate, 0), (row.high if right else row.low, y),
                (6 if right else -6, 0), textcoords="offset points", va="center",
                ha="left" if right else "right", fontsize=8)  # fmt: skip


def _dot(ax: Axes, y: float, value: float, low: float, high: float, colour: str) -> None:
    ax.plot([low, high], [y, y], color=colour, linewidth=3.2, alpha=0.45, solid_capstyle="butt")
    ax.plot([value], [y], "o", color=colour, markersize=7, markeredgecolor="white")


def _beside(ax: Axes, y: float, text: str) -> None:
    ax.annotate(text, (WORDS_AT, y), xycoords=("axes fraction", "data"), va="center", fontsize=8.5)


def _row_axis(
    ax: Axes, texts: list[str], places: list | None = None, *, bottom: float | None = None
) -> None:
    ax.set_yticks(range(len(texts)) if places is None else places, texts)
    ax.set_ylim(max(len(texts), 1) - 0.4 if bottom is None else bottom, -0.6)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    if not texts:
        say(ax, _("No decided deals to judge by."))


def _cut_note(ax: Axes, more: int) -> None:
    if more > 0:
        ax.annotate(_("… {n} more values in the table").format(n=count(more)), (1, 0), (-4, 4),
                    xycoords="axes fraction", textcoords="offset points", ha="right",
                    fontsize=8, color=MUTED)  # fmt: skip


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
