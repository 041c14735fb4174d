"""The shapes that most pictures are: named rows, stacked bars, dots with ranges, tiles, heat maps.

Each draws on given axes inside the workbook's own theme. seaborn is loaded by the two shapes
that it draws, when they are drawn.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text

from kamlib.quarters import quarter_label
from kamlib.show.theme import (
    HEAT,
    INK,
    MUTED,
    axes_width,
    label,
    legend_above,
    new_axes,
    short_money,
    text_colour,
)
from kamlib.words import _, accounts, count

BAR = 0.62  # how thick a bar is, of its row
DASHES = (0, (4, 3))
DASHED = {"color": MUTED, "linewidth": 0.9, "linestyle": DASHES}
ALARM = "#a8480b"  # the orange of a text
NOTHING = "#fafbfc"  # a field in which nothing is
NOWHERE, UNKNOWN = "·", "?"
SIGN_INCHES = 0.5 / 6  # what a sign of a quarter's name takes: "2011Q3" half an inch


def row_axes(ax: Axes | None, rows: int, each: float, *, width: float = 9, head: float = 1) -> Axes:
    """The given axes, or new ones as high (inches) as the rows and what stands above them."""
    return ax or new_axes(width, head + each * max(rows, 2))


def named_rows(
    ax: Axes, names: Sequence[str], places: Sequence[float] | None = None, *,
    bottom: float | None = None, lines: bool = True,
) -> None:  # fmt: skip
    """Names at the left of rows from the top down, with upright lines to read values by."""
    ax.set_yticks(range(len(names)) if places is None else places, names)
    ax.set_ylim(max(len(names), 1) - 0.4 if bottom is None else bottom, -0.6)
    ax.grid(visible=False, axis="both" if not lines else "y")
    if lines:
        ax.grid(visible=True, axis="x")


def row_names(frame: pd.DataFrame, width: int) -> list[str]:
    """The ``name`` of each row, its index where it has none, as a picture can show it."""
    named = frame["name"] if "name" in frame else pd.Series("", frame.index)
    return [label(name or code, width) for code, name in named.items()]


def stack(
    ax: Axes, parts: pd.DataFrame, colours: Mapping[str, str], *, upright: bool = False,
    thick: float = BAR, **look: object,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Bars of the parts, one after the other; what is below zero on the other side.

    Parameters
    ----------
    parts
        One bar per row, one column per part.
    colours
        The parts to draw, in their order, with the colour of each.

    Returns
    -------
    Where the bars end below zero and above.
    """
    bars, start, size = (
        (ax.bar, "bottom", "width") if upright else (ax.barh, "left", "height")
    )  # fmt: skip
    places = np.arange(len(parts))
    ends = {False: np.zeros(len(parts)), True: np.zeros(len(parts))}
    for name, colour in colours.items():
        values = parts[name].to_numpy(float)
        below = values < 0
        for side in (False, True):
            part = np.where(below == (side is False), values, 0.0)
            if part.any() or (side and not below.any()):
                begin = ends[side] if part.any() else 0  # empty bars hold no end of the axis
                bars(places, part, **{start: begin, size: thick}, color=colour, **look)
                ends[side] = ends[side] + part
    return ends[False], ends[True]


def note(
    ax: Axes, text: str, at: tuple[float, float], shift: tuple[float, float] = (5, 0),
    **look: object,
) -> None:  # fmt: skip
    """A text at a place of the data, moved by points."""
    ax.annotate(text, at, shift, textcoords="offset points", **{"va": "center"} | look)


def beside(
    ax: Axes, ends: Iterable[float], texts: Iterable[str], gap: float = 5, **look: object
) -> None:
    """A text to the right of where each row's bar ends."""
    for row, (end, text) in enumerate(zip(ends, texts, strict=True)):
        note(ax, text, (end, row), (gap, 0), **look)


def above(ax: Axes, x: float, y: float, text: str, *, up: bool = True, **look: object) -> None:
    """A text over the end of an upright bar, or under it."""
    side = {"ha": "center", "va": "bottom" if up else "top", "fontsize": 8}
    note(ax, text, (x, y), (0, 3 if up else -3), **side | look)


def money_rows(
    ax: Axes, names: Sequence[str], sums: Sequence[float], numbers: Sequence[int],
    colours: str | Sequence[str], *, currency: str, room: float, thick: float,
) -> None:  # fmt: skip
    """A bar of money per row, with the money and the number of accounts written behind it."""
    ax.barh(range(len(names)), sums, color=colours, height=thick)
    ends = [max(money, 0) for money in sums]
    told = [
        _("{money}, {accounts}").format(
            money=short_money(money, currency), accounts=accounts(number)
        )
        for money, number in zip(sums, numbers, strict=True)
    ]
    beside(ax, ends, told)
    named_rows(ax, names, lines=False)
    ax.set_xlim(0, max([*ends, 1]) * room)
    no_scale(ax)


def no_scale(ax: Axes) -> None:
    """No axis below bars whose values are written beside them."""
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)


def limits(ax: Axes, values: Iterable[float], *, halo: bool = False) -> None:
    """A line across each row's bar, to hold it against; with a halo, seen on a dark bar too."""
    for row, value in enumerate(values):
        for colour, width in (("white", 4.6), (INK, 2.2))[not halo :]:
            if not pd.isna(value):
                ax.plot([value, value], [row - 0.4, row + 0.4], color=colour, linewidth=width)


def key(ax: Axes, colours: Mapping[str, str], title: str = "") -> None:
    """What each colour says, above the axes."""
    patches = [Patch(facecolor=colour, label=text) for text, colour in colours.items()]
    legend_above(ax, patches, title=title)


def raise_key(ax: Axes, inches: float) -> None:
    """Lift the key above what stands between it and the axes."""
    high = ax.figure.get_figheight() * ax.get_position().height
    ax.get_legend().set_bbox_to_anchor((0, 1 + inches / high))


def quarter_axis(ax: Axes, quarters: pd.Index, starred: Iterable = ()) -> None:
    """The names of quarters below upright bars, the last one always."""
    ax.set_xticks(range(len(quarters)), quarter_names(quarters, axes_width(ax), starred))


def quarter_names(quarters: pd.Index, inches: float, starred: Iterable = ()) -> list[str]:
    """The names of quarters below bars; where there is no room, of every second one."""
    names = [quarter_label(quarter) for quarter in quarters]
    room = SIGN_INCHES * max(map(len, names), default=0)
    step = 1 if inches / max(len(names), 1) >= room else 2
    last = len(names) - 1
    named = zip(names, quarters, strict=True)
    return [
        name + "*" * (quarter in starred) if (last - at) % step == 0 else ""
        for at, (name, quarter) in enumerate(named)
    ]


def more_below(ax: Axes, text: str, number: int, *, shift: tuple[float, float] = (-4, 4)) -> None:
    """How many rows the table has beyond the picture, in its lower right corner."""
    if number > 0:
        note(ax, text.format(n=count(number)), (1, 0), shift, xycoords="axes fraction", ha="right",
             va="baseline", fontsize=8, color=MUTED)  # fmt: skip


def bare(ax: Axes) -> None:
    """Axes without lines: what is drawn is its own frame."""
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)


def table_axes(ax: Axes, across: Sequence[str], down: Sequence[str], *, room: float = 0) -> None:
    """Heads above the columns and names beside the rows of fields; room at the right."""
    bare(ax)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xticks(np.arange(len(across)) + 0.5, across)
    ax.set_yticks(np.arange(len(down)) + 0.5, down)
    ax.set(xlim=(0, max(len(across), 1) + room), ylim=(max(len(down), 1), 0))


def shade(strength: float, scale: Colormap) -> tuple[float, ...]:
    """The colour of a strength (0–1) on a scale; nothing is nearly white."""
    # The square root keeps small cells apart where one cell holds most of the money.
    return scale(strength**0.5) if strength > 0 else (0.98, 0.98, 0.985, 1)


def strengths(values: pd.DataFrame) -> pd.DataFrame:
    """Amounts as ``heat_map`` takes them: as ``shade`` does, and below zero where nothing is."""
    top = np.nanmax(values.to_numpy(float), initial=0) or 1.0
    return np.sqrt(values.clip(lower=0) / top).where(~values.le(0), -1.0)


def tile(
    ax: Axes, spot: tuple, colour: str | tuple, large: str, small: str, *, size: float
) -> None:
    """A filled field with a large and a small text, each left out where empty.

    ``spot`` is x, y, width and height in the axes' units.
    """
    x, y, width, height = spot
    ax.add_patch(Rectangle((x, y), width, height, facecolor=colour, edgecolor="white", linewidth=2))
    middle = (x + width / 2, y + height / 2)
    ink = text_colour(colour[:3] if isinstance(colour, tuple) else colour)
    if large:
        shift = 0.16 * height if small else 0
        ax.text(middle[0], middle[1] + shift, large, ha="center", va="center", color=ink,
                fontsize=size, weight="bold" if small else "normal")  # fmt: skip
    if small:
        ax.text(middle[0], middle[1] - 0.22 * height, small, ha="center", va="center", color=ink,
                fontsize=max(6, size * 0.6))  # fmt: skip


def heat_map(
    ax: Axes, values: pd.DataFrame, texts: pd.DataFrame | None = None, *,
    scale: Colormap = HEAT, size: float = 8, small: pd.DataFrame | None = None,
) -> None:  # fmt: skip
    """A field per value with its text, the first row at the top.

    Parameters
    ----------
    values
        0–1 on the scale; below zero: nothing is there; NaN: no field.
    texts, small
        What is written into each field, and smaller below it; nothing where it is empty.
    """
    there = values.notna().to_numpy()
    if not there.any():
        return
    import seaborn

    texts = pd.DataFrame("", values.index, values.columns) if texts is None else texts
    seaborn.heatmap(
        values.astype(float),
        mask=~there,
        vmin=0,
        vmax=1,
        cmap=scale.with_extremes(under=NOTHING),
        cbar=False,
        annot=texts.astype(object),
        fmt="",
        annot_kws={"fontsize": size},
        linewidths=2,
        linecolor="white",
        xticklabels=False,
        yticklabels=False,
        ax=ax,
    )
    ax.set(xlabel="", ylabel="")
    grounds = ax.collections[-1].get_facecolors()[there.ravel()]
    below = np.full(len(grounds), "") if small is None else small.to_numpy(object)[there]
    for text, ground, more in zip(ax.texts[-len(grounds) :], grounds, below, strict=True):
        _written(ax, text, text_colour(tuple(ground[:3])), more, size)


def _written(ax: Axes, text: Text, ink: str, more: str, size: float) -> None:
    """The text of a field in the ink that reads best, with the smaller one below it."""
    text.set_color(ink)
    if more:
        x, y = text.get_position()
        text.set(y=y - 0.16, weight="bold")
        ax.text(x, y + 0.22, more, ha="center", va="center", color=ink,
                fontsize=max(6, size * 0.6))  # fmt: skip
    if not text.get_text():
        text.remove()


def unknown_field(ax: Axes, x: float, y: float) -> None:
    """A field of which nothing is known: empty, with a question mark."""
    ax.add_patch(Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor="white", edgecolor=MUTED,
                           linewidth=0.6, linestyle=(0, (2, 2))))  # fmt: skip
    ax.text(x + 0.5, y + 0.52, UNKNOWN, ha="center", va="center", fontsize=8, color=MUTED)


def dots_with_ranges(
    ax: Axes, rows: pd.DataFrame, *, range_colour: str | None = None, pale: float = 0.45,
    thick: float = 3.2, edge: str = "white",
) -> None:  # fmt: skip
    """A dot per row on the range that its value may have.

    Parameters
    ----------
    rows
        Indexed by place from the top: ``low``, ``value``, ``high``, ``colour``.
    range_colour
        The colour of all ranges, where it is not the dots'.
    """
    if rows.empty:
        return
    import seaborn

    ends = rows.rename_axis("place").reset_index()
    ends = ends.melt(["place", "colour"], ["low", "value", "high"], value_name="at")
    shown = {"color": range_colour} if range_colour else {}
    seaborn.pointplot(
        ends,
        x="at",
        y="place",
        hue="colour",
        palette={colour: colour for colour in ends["colour"]},
        # The value is the middle one of the three, and its range holds them all.
        estimator="median",
        errorbar=("pi", 100),
        orient="y",
        native_scale=True,
        linestyle="none",
        legend=False,
        markersize=7,
        markeredgecolor=edge,
        markeredgewidth=1,
        err_kws={"zorder": 1.9, "linewidth": thick, "alpha": pale, "solid_capstyle": "butt"}
        | shown,
        ax=ax,
    )
    ax.set(xlabel="", ylabel="")
