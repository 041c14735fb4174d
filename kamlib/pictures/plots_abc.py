"""Pictures of value and its concentration: Pareto, Lorenz, and what is left without the top."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, NullLocator

from kamlib.show.labels import label, money_axis, share_axis, short_money
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    GRID,
    MUTED,
    axes_width,
    describe,
    legend_above,
    new_axes,
    themed,
)
from kamlib.words import _, count, number, share

HALO = [withStroke(linewidth=3, foreground="white")]
COLUMNS_PER_INCH = 2.6  # names at 45 degrees beside each other
BAR_HEIGHT = 0.62  # of the axes: leaves the upper part to the line and its labels


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
def plot_lorenz(curve: pd.DataFrame, *, gini: float | None = None, ax: Axes | None = None) -> Axes:
    """The Lorenz curve against the line of equal accounts.

    Parameters
    ----------
    curve
        ``accounts_share`` and ``value_share`` (0–1), smallest account first.
    gini
        The coefficient to write into the picture.
    """
    ax = ax or new_axes(4.5, 4.5)
    x, y = curve["accounts_share"].to_numpy(), curve["value_share"].to_numpy()
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    ax.fill_between(x, x, y, color=ABC_COLOURS["C"], alpha=0.45, linewidth=0)
    ax.plot(x, y, color=ABC_COLOURS["A"])
    ax.text(0.4, 0.43, _("all accounts equal"), color=MUTED, rotation=45, ha="center", va="center",
            rotation_mode="anchor", transform_rotates_text=True, path_effects=HALO)  # fmt: skip
    if gini is not None:
        ax.text(0.05, 0.93, _("Gini {gini}").format(gini=number(gini)), fontsize=14, weight="bold",
                color=ABC_COLOURS["A"], va="top", transform=ax.transAxes)  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=_("Share of accounts, smallest first"))
    ax.set_ylabel(_("Share of value"))
    share_axis(ax.xaxis)
    share_axis(ax.yaxis)
    ax.grid(axis="both")
    half = float(np.interp(0.8, x, y))
    return describe(
        ax,
        _("Lorenz curve: the smaller 80 % of the accounts hold {part} of the value").format(
            part=share(half)
        )
        + (_("; Gini {gini}.").format(gini=number(gini)) if gini is not None else "."),
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
