"""Pictures of notebook 01: value and its concentration, and how classes came about."""

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, NullLocator

from kamlib.pictures.marks import quarter_names
from kamlib.quarters import quarter_label
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    CLASS_COLOURS,
    GRID,
    MUTED,
    XYZ_COLOURS,
    axes_width,
    count_axis,
    describe,
    label,
    legend_above,
    money_axis,
    new_axes,
    share_axis,
    short_money,
    text_colour,
    themed,
)
from kamlib.words import _, count, share

HALO = [withStroke(linewidth=3, foreground="white")]
COLUMNS_PER_INCH = 2.6  # names at 45 degrees beside each other
BAR_HEIGHT = 0.62  # of the axes: leaves the upper part to the line and its labels
LENSES = ("xyz_frequency", "xyz_gap_cv", "xyz_value_cv")
MIN_LABEL_SHARE = 0.055  # a slice thinner than this, of the axis, has no room for its number


@themed
def plot_pareto(
    classes: pd.DataFrame,
    *,
    share_cuts: tuple[float, float] | None = None,
    currency: str = "",
    measure: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Columns of the largest accounts, the cumulative share over all, and where A and B end.

    The largest accounts have a named column each; all others share the right part of the
    axis, pressed together, so three accounts and 6,000 read alike.

    Parameters
    ----------
    classes
        ``value``, ``share``, ``share_before``, ``abc`` per account, largest first; ``name``
        where known. Accounts without positive value (D) are not drawn.
    share_cuts
        The cuts (0–1) to draw as lines.
    currency, measure
        For the axis: ``GBP``; what the value is (``Revenue, 12 months``).
    """
    ax = ax or new_axes()
    drawn = classes[classes["abc"] != "D"]
    named = min(len(drawn), max(3, int(axes_width(ax) * COLUMNS_PER_INCH)))
    places = _places(len(drawn), named)
    _value_columns(ax, drawn, places, named)
    line = _share_line(ax, drawn, places)
    _cut_lines(line, share_cuts)
    _class_key(line, drawn, narrow=axes_width(ax) < 5)
    _name_axis(ax, drawn, places, named)
    money_axis(ax.yaxis)
    ax.set_ylabel(" ".join(filter(None, [measure or _("Value"), currency and f"({currency})"])))
    return describe(ax, _pareto_alt(classes, drawn, named))


@themed
def plot_lorenz(curve: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The Lorenz curve against the line of equal accounts.

    Parameters
    ----------
    curve
        ``accounts_share`` and ``value_share`` (0–1), smallest account first.
    """
    ax = ax or new_axes(4.5, 4.5)
    x, y = curve["accounts_share"].to_numpy(), curve["value_share"].to_numpy()
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    ax.fill_between(x, x, y, color=ABC_COLOURS["C"], alpha=0.45, linewidth=0)
    ax.plot(x, y, color=ABC_COLOURS["A"])
    ax.text(0.4, 0.43, _("all accounts equal"), color=MUTED, rotation=45, ha="center", va="center",
            rotation_mode="anchor", transform_rotates_text=True, path_effects=HALO)  # fmt: skip
    half = float(np.interp(0.8, x, y))
    ax.text(0.05, 0.93, _("80 % hold {part}").format(part=share(half, 0)), fontsize=14,
            weight="bold", color=ABC_COLOURS["A"], va="top", transform=ax.transAxes)  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=_("Share of accounts, smallest first"))
    ax.set_ylabel(_("Share of value"))
    share_axis(ax.xaxis)
    share_axis(ax.yaxis)
    ax.grid(axis="both")
    return describe(
        ax,
        _("Lorenz curve: the smaller 80 % of the accounts hold {part} of the value.").format(
            part=share(half)
        ),
    )


@themed
def plot_without_top(
    left: pd.DataFrame, *, currency: str = "", column: str = "revenue", ax: Axes | None = None
) -> Axes:
    """What is left if the largest accounts go, one bar per k.

    Parameters
    ----------
    left
        Indexed by ``top`` (0 = as it is): ``revenue``, ``margin``, ``revenue_share_lost``,
        ``gini``.
    column
        ``revenue`` or ``margin``.
    """
    ax = ax or new_axes(9, 0.9 + 0.55 * len(left))
    values = left[column].to_numpy(float)
    rows = np.arange(len(left))
    colours = [ABC_COLOURS["A"] if top == 0 else ABC_COLOURS["B"] for top in left.index]
    ax.barh(rows, np.full(len(left), values[0]), color=GRID, height=0.62)
    ax.barh(rows, values, color=colours, height=0.62)
    texts = [_left_text(row, column, currency) for row in left.reset_index().itertuples()]
    full = max(values[0], 0)
    for row, text in enumerate(texts):
        ax.annotate(text, (full, row), (6, 0), textcoords="offset points", va="center")
    ax.set_yticks(rows, [_top_label(top) for top in left.index])
    # Room for the longest text to the right of the longest bar.
    inches = 0.8 * axes_width(ax)
    room = min(0.7, 0.08 * max(map(len, texts)) / inches)
    ax.set_xlim(min(0, values.min()), full / (1 - room) or 1)
    ax.invert_yaxis()
    ax.xaxis.set_major_locator(NullLocator())
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    lost = left["revenue_share_lost"].iloc[-1]
    return describe(
        ax,
        _(
            "Bars: {before} as it is, {after} without the largest {top} accounts ({lost} less)."
        ).format(
            before=short_money(values[0], currency),
            after=short_money(values[-1], currency),
            top=left.index[-1],
            lost=share(lost),
        ),
    )


def _left_text(row: tuple, column: str, currency: str) -> str:
    money = short_money(getattr(row, column), currency)
    if not row.top:
        return money
    return _("{money} (revenue −{lost})").format(money=money, lost=share(row.revenue_share_lost))


def _top_label(top: int) -> str:
    if top == 0:
        return _("as it is")
    return _("without the largest") if top == 1 else _("without the top {k}").format(k=top)


def _places(accounts: int, named: int) -> np.ndarray:
    """Where each account stands: one step each while named, then pressed together."""
    rest = accounts - named
    if rest <= 0:
        return np.arange(accounts, dtype=float)
    width = min(rest, 0.9 * named)
    pressed = named + 0.5 + width * (np.arange(rest) + 0.5) / rest
    return np.concatenate([np.arange(named), pressed])


def _value_columns(ax: Axes, drawn: pd.DataFrame, places: np.ndarray, named: int) -> None:
    values = drawn["value"].to_numpy(float)
    colours = [ABC_COLOURS[abc] for abc in drawn["abc"]]
    ax.bar(places[:named], values[:named], width=0.78, color=colours[:named])
    if len(drawn) > named:
        ax.axvspan(named - 0.25, places[-1] + 0.5, color="#f6f7f9", zorder=0, linewidth=0)
        edges = np.concatenate([[named], places[named:]])
        for abc, colour in ABC_COLOURS.items():
            inside = (drawn["abc"] == abc).to_numpy()[named:]
            if inside.any():
                ax.fill_between(
                    edges[1:][inside], values[named:][inside], color=colour, linewidth=0
                )
    ax.set_ylim(0, (values.max() if len(values) else 1) / BAR_HEIGHT)
    ax.set_xlim(-0.6, (places[-1] if len(places) else 0) + 0.6)


def _share_line(ax: Axes, drawn: pd.DataFrame, places: np.ndarray) -> Axes:
    """The cumulative share on a second axis, which lies over the first."""
    line = ax.twinx()
    cumulative = (drawn["share_before"] + drawn["share"]).to_numpy(float)
    marker = "o" if len(drawn) <= 40 else None
    line.plot(places, cumulative, color=ACCENT, marker=marker, markersize=3.5, path_effects=HALO)
    line.set_ylim(0, 1.06)
    share_axis(line.yaxis)
    line.set_ylabel(_("Cumulative share"), color=ACCENT)
    line.grid(visible=False)
    return line


def _cut_lines(line: Axes, share_cuts: tuple[float, float] | None) -> None:
    left = line.get_xlim()[0]
    for abc, cut in zip("AB", share_cuts or (), strict=False):
        line.axhline(cut, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
        text = _("{cut}: {abc} ends").format(cut=share(cut, 0), abc=abc)
        line.annotate(text, (left, cut), (3, 2), textcoords="offset points", color=MUTED,
                      fontsize=7.5, path_effects=HALO)  # fmt: skip


def _class_key(line: Axes, drawn: pd.DataFrame, *, narrow: bool) -> None:
    """How many accounts a class has and what they hold: above the axes, where nothing is drawn."""
    numbers = drawn["abc"].value_counts()
    text = "{abc}: {accounts}, {held}" if narrow else _("{abc}: {accounts} accounts, {held}")
    patches = [
        Patch(
            facecolor=ABC_COLOURS[abc],
            label=text.format(
                abc=abc,
                accounts=count(numbers.get(abc, 0)),
                held=share(drawn.loc[drawn["abc"] == abc, "share"].sum()),
            ),
        )
        for abc in "ABC"
    ]
    legend_above(line, patches)


def _name_axis(ax: Axes, drawn: pd.DataFrame, places: np.ndarray, named: int) -> None:
    names = drawn["name"] if "name" in drawn else pd.Series("", index=drawn.index)
    shown = [name or account for account, name in names.iloc[:named].items()]
    inches = axes_width(ax) / max(named, 1)
    straight = inches >= 1
    # Slanted names must leave room for the columns above them.
    width = int(inches * 11) if straight else min(18, int(4 * ax.figure.get_figheight()))
    ax.set_xticks(places[:named], [label(name, width) for name in shown])
    if not straight:
        ax.tick_params(axis="x", rotation=45)
        for tick in ax.get_xticklabels():
            tick.set(ha="right", rotation_mode="anchor")
    if len(drawn) > named:
        middle = (named - 0.25 + places[-1] + 0.5) / 2
        text = _("the other {accounts} accounts").format(accounts=count(len(drawn) - named))
        ax.annotate(text, (middle, 0), (0, -6), xycoords=("data", "axes fraction"),
                    textcoords="offset points", ha="center", va="top", color=MUTED)  # fmt: skip
    ax.xaxis.set_minor_locator(FixedLocator([]))


def _pareto_alt(classes: pd.DataFrame, drawn: pd.DataFrame, named: int) -> str:
    if drawn.empty:
        return _("Pareto chart without accounts: none has a positive value.")
    first = drawn.iloc[0]
    numbers = classes["abc"].value_counts()
    return _(
        "Pareto chart: columns of the {named} largest accounts and the cumulative share of all "
        "{accounts}. The largest, {name}, holds {first}; class A ({a}) holds {held}."
    ).format(
        named=named,
        accounts=count(len(drawn)),
        name=first.get("name") or drawn.index[0],
        first=share(first["share"]),
        a=count(numbers.get("A", 0)),
        held=share(drawn.loc[drawn["abc"] == "A", "share"].sum()),
    )


@themed
def plot_class_history(
    history: pd.DataFrame,
    by: Literal["abc", "xyz"] = "abc",
    show: Literal["accounts", "revenue"] = "accounts",
    *,
    currency: str = "",
    ax: Axes | None = None,
) -> Axes:
    """One column per quarter, stacked by class.

    Parameters
    ----------
    history
        One row per quarter and cell: ``quarter``, ``abc``, ``xyz``, ``accounts``,
        ``revenue``; ``covered``, where known: whether the sales reach back over the whole
        window (before that, many accounts look new: such quarters get a star).
    by, show
        The class to stack by; what the height is. D is left out of ``xyz`` and, being
        below zero, out of revenue.
    """
    ax = ax or new_axes()
    letters = "ABC" if show == "revenue" and by == "abc" else "ABCD" if by == "abc" else "XYZNL"
    heights = pd.crosstab(
        history["quarter"], history[by].astype("str"), values=history[show], aggfunc="sum"
    )
    heights = heights.sort_index(kind="stable").reindex(columns=list(letters)).fillna(0)
    floor = np.zeros(len(heights))
    places = np.arange(len(heights))
    full = heights.clip(lower=0).sum(axis=1).max() if len(heights) else 0
    full = float(full) or 1.0
    for letter in letters:
        part = heights[letter].clip(lower=0).to_numpy(float)
        ax.bar(places, part, bottom=floor, width=0.72, color=CLASS_COLOURS[letter], label=letter,
               edgecolor="white", linewidth=0.8)  # fmt: skip
        _numbers_in(ax, places, floor, part, full, letter, show)
        floor = floor + part
    short = _short_windows(history)
    ax.set_xticks(places, quarter_names(heights.index, axes_width(ax), short))
    if short:
        ax.set_xlabel(_("* the sales do not reach back over the whole window"))
    _class_legend(ax, letters)
    if show == "revenue":
        money_axis(ax.yaxis)
        ax.set_ylabel(" ".join(filter(None, [_("Revenue"), currency and f"({currency})"])))
    else:
        count_axis(ax.yaxis)
        ax.set_ylabel(_("Accounts"))
    ax.set_ylim(0, full * 1.03)
    return describe(ax, _history_alt(heights, show, currency))


@themed
def plot_least_stable(classes: pd.DataFrame, *, top: int = 15, ax: Axes | None = None) -> Axes:
    """The largest accounts whose class is not sure: how often it stays, which of two is shaky.

    Parameters
    ----------
    classes
        Largest first: ``cell``, ``stability``, ``abc_stability``, ``xyz_stability`` (0–1);
        ``name``.
    top
        How many accounts, by size, of those whose class stays in less than 95 %.
    """
    doubtful = classes[classes["stability"].lt(0.95)].head(top)
    ax = ax or new_axes(9, max(1.6, 0.8 + 0.28 * len(doubtful)))
    rows = np.arange(len(doubtful))
    names = doubtful["name"] if "name" in doubtful else pd.Series("", index=doubtful.index)
    width = 34 if axes_width(ax) > 5 else 18
    shown = [label(name or account, width) for account, name in names.items()]
    values = doubtful["stability"].to_numpy(float)
    ax.hlines(rows, values, 1, color=GRID, linewidth=4)
    colours = [ABC_COLOURS[cell[0]] for cell in doubtful["cell"].astype("str")]
    ax.scatter(values, rows, s=60, color=colours, edgecolor=MUTED, linewidth=0.6, zorder=3)
    for row, (value, account) in enumerate(zip(values, doubtful.itertuples(), strict=True)):
        shaky = "XYZ" if account.xyz_stability < account.abc_stability else "ABC"
        text = _("{share}  {cell}, unsure in {shaky}").format(
            share=share(value, 0), cell=account.cell, shaky=shaky
        )
        ax.annotate(text, (1, row), (8, 0), textcoords="offset points", va="center", fontsize=8)
    ax.set_yticks(rows, shown)
    ax.set_ylim(len(doubtful) - 0.4, -0.6)
    ax.set_xlim(min(0.5, values.min() - 0.03) if len(values) else 0, 1)
    share_axis(ax.xaxis, step=0.2 if axes_width(ax) > 5 else 0.34)
    ax.grid(axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(_("Share of resamples in which the class stays the same"))
    return describe(
        ax,
        _(
            "The {accounts} largest accounts whose class stays in less than 95 % of resamples."
        ).format(accounts=count(len(doubtful))),
    )


@themed
def plot_lenses(lenses: pd.DataFrame, *, top: int = 10, ax: Axes | None = None) -> Axes:
    """How the three lenses agree: accounts by the classes that the lenses give them.

    N and L are no contradiction: they say that a lens cannot judge.

    Parameters
    ----------
    lenses
        Per account ``xyz_frequency``, ``xyz_gap_cv``, ``xyz_value_cv``.
    top
        How many combinations are shown, the most frequent first; the others are summed up.
    """
    judged = lenses[list(LENSES)].astype("str")
    judged = judged[(judged != "").all(axis=1)]
    numbers = judged.value_counts()
    combos = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = combos[:top], sum(number for _combo, number in combos[top:])
    ax = ax or new_axes(9, 1 + 0.3 * (len(shown) + bool(rest)))
    rows = np.arange(len(shown))
    colours = [_agreement_colour(combo) for combo, _number in shown]
    widths = [number for _combo, number in shown]
    ax.barh(rows, widths, height=0.7, color=colours)
    if rest:
        ax.barh([len(shown)], [rest], height=0.7, color=GRID)
    step = 0.35 / axes_width(ax)  # inches between the letters, as a part of the axes
    for row, (combo, accounts) in enumerate(shown):
        for at, letter in enumerate(combo):
            ax.annotate(letter, (-step * (2.6 - at), row), xycoords=("axes fraction", "data"),
                        ha="center", va="center", fontsize=8.5, weight="bold",
                        color=text_colour(XYZ_COLOURS[letter]),
                        bbox={"facecolor": XYZ_COLOURS[letter], "edgecolor": "none",
                              "boxstyle": "square,pad=0.25"})  # fmt: skip
        _number_beside(ax, accounts, row)
    if rest:
        text = _("{n} others").format(n=count(len(combos) - top))
        ax.annotate(text, (-0.2 * step, len(shown)), xycoords=("axes fraction", "data"), ha="right",
                    va="center", color=MUTED)  # fmt: skip
        _number_beside(ax, rest, len(shown))
    for at, name in enumerate((_("orders"), _("gaps"), _("value"))):
        ax.annotate(name, (-step * (2.6 - at), -0.62), xycoords=("axes fraction", "data"),
                    ha="center", va="bottom", fontsize=7, color=MUTED)  # fmt: skip
    ax.set_yticks([])
    ax.set_ylim(len(shown) + bool(rest) - 0.4, -0.6)
    ax.set_xlim(0, max([*widths, rest, 1]) * 1.1)
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    ax.set_xticks([])
    patches = [
        Patch(facecolor=ABC_COLOURS["A"], label=_("lenses agree")),
        Patch(facecolor=ABC_COLOURS["C"], label=_("two classes")),
        Patch(facecolor=ACCENT, label=_("three classes")),
    ]
    legend_above(ax, patches, title=_("Accounts by what the lenses say"))
    agree = sum(number for combo, number in combos if _classes_given(combo) <= 1)
    return describe(
        ax,
        _("The three XYZ lenses agree on {agree} of {accounts} accounts.").format(
            agree=count(agree), accounts=count(len(judged))
        ),
    )


def _numbers_in(ax: Axes, places: np.ndarray, floor: np.ndarray, part: np.ndarray, full: float,
                letter: str, show: str) -> None:  # fmt: skip
    """The number inside each slice that has room for it."""
    ink = text_colour(CLASS_COLOURS[letter])
    for place, low, height in zip(places, floor, part, strict=True):
        if height / full >= MIN_LABEL_SHARE:
            text = count(height) if show == "accounts" else short_money(height)
            ax.text(place, low + height / 2, text, ha="center", va="center", color=ink, fontsize=8)


def _class_legend(ax: Axes, letters: str) -> None:
    names = {"N": _("N new"), "L": _("L lost"), "D": _("D no value")}
    patches = [
        Patch(facecolor=CLASS_COLOURS[letter], label=names.get(letter, letter))
        for letter in letters
    ]
    legend_above(ax, patches)


def _number_beside(ax: Axes, number: int, row: int) -> None:
    ax.annotate(count(number), (number, row), (4, 0), textcoords="offset points", va="center",
                fontsize=8)  # fmt: skip


def _classes_given(combo: tuple[str, ...]) -> int:
    """How many of X, Y and Z the lenses name; N and L say that a lens cannot judge."""
    return len(set(combo) & set("XYZ"))


def _agreement_colour(combo: tuple[str, ...]) -> str:
    return {2: ABC_COLOURS["C"], 3: ACCENT}.get(_classes_given(combo), ABC_COLOURS["A"])


def _short_windows(history: pd.DataFrame) -> set:
    if "covered" not in history:
        return set()
    return set(history.loc[~history["covered"].astype(bool), "quarter"])


def _history_alt(heights: pd.DataFrame, show: str, currency: str) -> str:
    if heights.empty:
        return _("Class history without quarters.")
    last, first = heights.iloc[-1], heights.iloc[0]
    whole = {"accounts": _("Accounts by class"), "revenue": _("Revenue by class")}[show]

    def text(value: float) -> str:
        return count(value) if show == "accounts" else short_money(value, currency)

    if len(heights) == 1:
        told = ", ".join(f"{name}: {text(last[name])}" for name in heights)
        return _("{what} in {quarter}: {told}.").format(
            what=whole, quarter=quarter_label(heights.index[0]), told=told
        )
    changes = ", ".join(f"{name}: {text(first[name])} → {text(last[name])}" for name in heights)
    return _("{what} from {first} to {last}: {changes}.").format(
        what=whole,
        first=quarter_label(heights.index[0]),
        last=quarter_label(heights.index[-1]),
        changes=changes,
    )
