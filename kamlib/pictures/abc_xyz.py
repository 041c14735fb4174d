"""Pictures of how classes came about: over time, how sure they are, how the lenses agree."""

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from kamlib.pictures.matrix import rank
from kamlib.show.labels import count_axis, label, money_axis, share_axis, short_money
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    CLASS_COLOURS,
    GRID,
    MUTED,
    XYZ_COLOURS,
    axes_width,
    describe,
    legend_above,
    new_axes,
    text_colour,
    themed,
)
from kamlib.words import _, count, share

# How often a class came out the same: sure classes dark, doubtful ones light and then orange.
STABILITY_BANDS = {0.95: "#0b2f5b", 0.80: "#2878b5", 0.50: "#8cc0e4", 0.0: ACCENT}
LENSES = ("xyz_frequency", "xyz_gap_cv", "xyz_value_cv")
MIN_LABEL_SHARE = 0.055  # a slice thinner than this, of the axis, has no room for its number


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
    ax.set_xticks(places, _quarter_labels(heights.index, short, axes_width(ax)))
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
def plot_stability(classes: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How sure the classes are: per cell, the accounts by share of unchanged resamples.

    Parameters
    ----------
    classes
        Per account ``cell`` and ``stability`` (0–1); accounts without stability are left out.
    """
    sure = classes.dropna(subset=["stability"])
    cells = sorted(sure["cell"].astype("str").unique(), key=rank)
    ax = ax or new_axes(9, max(1.8, 0.9 + 0.3 * len(cells)))
    edges = [0.0, 0.5, 0.8, 0.95, np.inf]
    band = pd.cut(sure["stability"].round(9), edges, right=False, labels=sorted(STABILITY_BANDS))
    numbers = pd.crosstab(sure["cell"].astype("str"), band.astype(float)).reindex(
        index=cells, columns=list(STABILITY_BANDS), fill_value=0
    )
    parts = numbers.div(numbers.sum(axis=1), axis=0)
    left = np.zeros(len(cells))
    rows = np.arange(len(cells))
    for low, colour in STABILITY_BANDS.items():
        width = parts[low].to_numpy(float)
        ax.barh(rows, width, left=left, height=0.7, color=colour, edgecolor="white", linewidth=0.8)
        for row, (part, start, number) in enumerate(zip(width, left, numbers[low], strict=True)):
            if part >= MIN_LABEL_SHARE:
                ax.text(start + part / 2, row, count(number), ha="center", va="center",
                        fontsize=8, color=text_colour(colour))  # fmt: skip
        left = left + width
    ax.set_yticks(rows, cells)
    ax.set_ylim(max(len(cells), 1) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    share_axis(ax.xaxis)
    ax.grid(visible=False)
    ax.set_xlabel(_("Share of the cell's accounts (in the bars: how many)"))
    patches = [
        Patch(facecolor=colour, label=_band_label(low)) for low, colour in STABILITY_BANDS.items()
    ]
    legend_above(ax, patches, title=_("Class unchanged in"))
    doubtful = int((sure["stability"] < 0.8).sum())
    return describe(
        ax,
        _(
            "Bars per cell: of {accounts} accounts, {doubtful} keep their class in less than "
            "80 % of the resamples."
        ).format(accounts=count(len(sure)), doubtful=count(doubtful)),
    )


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
    for row, (combo, number) in enumerate(shown):
        for at, letter in enumerate(combo):
            ax.annotate(letter, (-step * (2.6 - at), row), xycoords=("axes fraction", "data"),
                        ha="center", va="center", fontsize=8.5, weight="bold",
                        color=text_colour(XYZ_COLOURS[letter]),
                        bbox={"facecolor": XYZ_COLOURS[letter], "edgecolor": "none",
                              "boxstyle": "square,pad=0.25"})  # fmt: skip
        _number_beside(ax, number, row)
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


def _band_label(low: float) -> str:
    if low == 0:
        return _("less than 50 %")
    return _("at least {low}").format(low=share(low, 0))


def _short_windows(history: pd.DataFrame) -> set:
    if "covered" not in history:
        return set()
    return set(history.loc[~history["covered"].astype(bool), "quarter"])


def _quarter_labels(quarters: pd.Index, short: set, inches: float) -> list[str]:
    # 2011Q3 needs about half an inch; below that, every second one.
    step = 1 if inches / max(len(quarters), 1) >= 0.5 else 2
    last = len(quarters) - 1
    labels = [f"{quarter}*" if quarter in short else str(quarter) for quarter in quarters]
    return [text if (last - at) % step == 0 else "" for at, text in enumerate(labels)]


def _history_alt(heights: pd.DataFrame, show: str, currency: str) -> str:
    if heights.empty:
        return _("Class history without quarters.")
    last, first = heights.iloc[-1], heights.iloc[0]

    def text(value: float) -> str:
        return count(value) if show == "accounts" else short_money(value, currency)

    changes = ", ".join(f"{name}: {text(first[name])} → {text(last[name])}" for name in heights)
    what = _("Accounts") if show == "accounts" else _("Revenue")
    return _("{what} by class from {first} to {last}: {changes}.").format(
        what=what, first=heights.index[0], last=heights.index[-1], changes=changes
    )
