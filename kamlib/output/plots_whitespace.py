"""Pictures of whitespace: who could buy which line, and whether such gaps were filled before."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from kamlib.output.columns import column
from kamlib.output.labels import label, share_axis, short_money, tight_money
from kamlib.output.plots_matrix import shade, tile
from kamlib.output.theme import (
    ABC_COLOURS,
    GRID,
    HEAT_DOWN,
    MUTED,
    describe,
    legend_above,
    new_axes,
    themed,
)
from kamlib.words import _, count, share

BOUGHT = "#dbe9f5"
EMPTY = "#fafbfc"
ROW_INCHES = 0.27
# What the back-test is told by, and in whose name.
MEASURES = ("auc", "precision", "recall")


@themed
def plot_whitespace(
    whitespace: pd.DataFrame, rows: int = 25, lines: int = 12, *, currency: str = "",
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Accounts by product line: bought (pale), and the gaps with what they are worth a year.

    Parameters
    ----------
    whitespace
        One row per account and line: ``account``, ``name``, ``product_line``,
        ``expected_value`` and ``own_value`` (currency a year; NaN or 0 where there is none).
    rows, lines
        How many accounts and lines are shown: those with the largest gaps.
    """
    gaps = _square(whitespace, "expected_value")
    bought = _square(whitespace, "own_value") > 0
    names = whitespace.drop_duplicates("account").set_index("account")["name"]
    gaps = gaps.mask(bought, 0.0)
    gaps = gaps[(gaps > 0).any(axis=1)]
    shown = gaps.loc[gaps.sum(axis=1).sort_values(ascending=False, kind="stable").index[:rows]]
    wanted = shown.sum().sort_values(ascending=False, kind="stable").index[:lines]
    shown, bought = shown[wanted], bought.reindex(index=shown.index, columns=wanted)
    ax = ax or new_axes(9, 1.3 + ROW_INCHES * max(len(shown), 2))
    top = shown.to_numpy().max(initial=0.0) or 1.0
    for y, account in enumerate(shown.index):
        for x, line in enumerate(shown.columns):
            value, has = shown.loc[account, line], bought.loc[account, line]
            colour = shade(value / top, HEAT_DOWN) if value > 0 else BOUGHT if has else EMPTY
            tile(ax, (x, y, 1, 1), colour, tight_money(value) if value > 0 else "", "", size=8)
        total = short_money(shown.loc[account].sum(), currency)
        ax.text(len(wanted) + 0.12, y + 0.5, total, va="center", fontsize=8)
    _grid_axes(ax, [label(names.get(a) or a, 28) for a in shown.index], list(shown.columns))
    ax.set_xlim(0, max(len(wanted), 1) + 0.2)
    patches = [
        Patch(facecolor=HEAT_DOWN(0.6), label=_("gap: expected a year")),
        Patch(facecolor=BOUGHT, label=_("bought")),
        Patch(facecolor=EMPTY, edgecolor=GRID, label=_("not expected")),
    ]
    legend_above(ax, patches)
    ax.get_legend().set_bbox_to_anchor((0, 1 + _heads_high(shown.columns) / _high(ax)))
    if shown.empty:
        ax.text(0.5, 0.5, _("No gap that similar accounts would fill."), ha="center", va="center",
                transform=ax.transAxes, color=MUTED)  # fmt: skip
    return describe(ax, _whitespace_alt(gaps, shown, names, currency))


@themed
def plot_whitespace_check(whitespace_check: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How well the gaps of a year ago told who has bought since, ours against popularity.

    Parameters
    ----------
    whitespace_check
        The table of ``whitespace_back_test``: one row per way of ranking (``predictor``),
        ``gaps`` (judged), ``auc``, ``precision``, ``recall`` (0–1, NaN where too few) and,
        where known, ``auc_low`` and ``auc_high``.
    """
    rows = whitespace_check.reset_index()
    measures = [m for m in MEASURES if m in rows and rows[m].notna().any()]
    ax = ax or new_axes(7.5, 1.1 + 0.34 * max(len(measures) * len(rows), 3))
    places, y = [], 0.0
    colours = [ABC_COLOURS["A"], ABC_COLOURS["C"], ABC_COLOURS["D"]]
    for measure in measures:
        places.append(y + (len(rows) - 1) / 2)
        for at, row in rows.iterrows():
            if not pd.isna(row[measure]):
                _measure_bar(ax, y, row, measure, colours[at % len(colours)])
            y += 1
        y += 0.6
    if "auc" in measures:
        ax.plot([0.5, 0.5], [-0.5, len(rows) - 0.5], color=MUTED, linewidth=1,
                linestyle=(0, (4, 3)))  # fmt: skip
    ax.set_yticks(places, [label(column(measure, table="whitespace_check").label, 30)
                           for measure in measures])  # fmt: skip
    ax.set_ylim(max(y - 1.0, 1), -0.6)
    ax.set_xlim(0, 1.05)
    share_axis(ax.xaxis)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    patches = [
        Patch(facecolor=colours[at % len(colours)], label=label(name, 40))
        for at, name in enumerate(rows["predictor"] if "predictor" in rows else [])
    ]
    if not measures:
        ax.text(0.5, 0.5, _("Too few gaps a year ago to judge by."), ha="center", va="center",
                transform=ax.transAxes, color=MUTED)  # fmt: skip
        return describe(ax, _("Back-test of whitespace: too few gaps to judge by."))
    legend_above(ax, patches)
    listed = "; ".join(
        f"{row['predictor']}: " + ", ".join(
            f"{column(m, table='whitespace_check').label} {share(row[m], 0)}" for m in measures)
        for row in rows.to_dict("records")
    )  # fmt: skip
    return describe(ax, _("Back-test of whitespace. {listed}.").format(listed=listed))


def _square(whitespace: pd.DataFrame, value: str) -> pd.DataFrame:
    """Accounts down, lines across, 0 where there is none."""
    return whitespace.pivot_table(
        index="account", columns="product_line", values=value, aggfunc="sum", observed=True
    ).fillna(0.0)


def _measure_bar(ax: Axes, y: float, row: pd.Series, measure: str, colour: str) -> None:
    value, low, high = row[measure], row.get(f"{measure}_low"), row.get(f"{measure}_high")
    ax.barh(y, value, height=0.8, color=colour)
    end = value
    if low is not None and not pd.isna(low):
        ax.plot([low, high], [y, y], color=MUTED, linewidth=1.6)
        end = max(value, high)
    ax.annotate(share(value, 0), (end, y), (5, 0), textcoords="offset points", va="center")


def _grid_axes(ax: Axes, down: list[str], across: list[str]) -> None:
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.xaxis.tick_top()
    slanted = len(across) > 7 or any(len(text) > 14 for text in across)
    ax.set_xticks([x + 0.5 for x in range(len(across))], [label(text, 22) for text in across],
                  rotation=30 if slanted else 0, ha="left" if slanted else "center")  # fmt: skip
    ax.set_yticks([y + 0.5 for y in range(len(down))], down)
    ax.set_ylim(max(len(down), 1), 0)


def _heads_high(across: pd.Index) -> float:
    """The height in inches that the heads above the grid take."""
    longest = max((min(len(text), 22) for text in across), default=0)
    return 0.3 + 0.04 * longest if len(across) > 7 or longest > 14 else 0.3


def _high(ax: Axes) -> float:
    return ax.figure.get_figheight() * ax.get_position().height


def _whitespace_alt(
    gaps: pd.DataFrame, shown: pd.DataFrame, names: pd.Series, currency: str
) -> str:
    if shown.empty:
        return _("Whitespace: no gap that similar accounts would fill.")
    first = shown.index[0]
    return _(
        "Whitespace of {accounts} accounts, {shown} shown: {gaps} gaps worth {money} a year are "
        "expected; the most at {name}, {most}."
    ).format(
        accounts=count(len(gaps)),
        shown=count(len(shown)),
        gaps=count((gaps > 0).to_numpy().sum()),
        money=short_money(gaps.to_numpy().sum(), currency),
        name=names.get(first) or first,
        most=short_money(gaps.loc[first].sum(), currency),
    )
