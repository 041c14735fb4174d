"""Pictures of whitespace: who could buy which line, and whether such gaps were filled before."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from kamlib.pictures.matrix import shade, tile
from kamlib.show.columns import column
from kamlib.show.labels import label, share_axis, short_money, tight_money
from kamlib.show.theme import (
    ABC_COLOURS,
    GRID,
    HEAT_DOWN,
    INK,
    MUTED,
    describe,
    legend_above,
    new_axes,
    say,
    themed,
)
from kamlib.words import _, count, share

BOUGHT = "#dbe9f5"
EMPTY = "#fafbfc"
ROW_INCHES = 0.27
# What the back-test is told by, and the colour of each method in its order.
MEASURES = ("auc", "precision_top_10", "precision_top_tenth")
METHOD_COLOURS = (ABC_COLOURS["A"], ABC_COLOURS["C"], ABC_COLOURS["D"])


@themed
def plot_whitespace(
    matrix: pd.DataFrame, rows: int = 25, lines: int = 12, *, currency: str = "",
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Accounts by product line: bought (pale), and the gaps with what they are worth a year.

    Parameters
    ----------
    matrix
        The table of ``whitespace_matrix``, one row per account and line: ``account``,
        ``name``, ``product_line``, ``state`` ("bought", "gap", "not bought"),
        ``expected_value`` (of the gap, currency a year).
    rows, lines
        How many accounts and lines are shown: those with the largest gaps.
    """
    gaps, bought = _square(matrix, "gap"), _square(matrix, "bought") > 0
    gaps = gaps[(gaps > 0).any(axis=1)]
    names = matrix.drop_duplicates("account").set_index("account")["name"]
    shown = gaps.loc[gaps.sum(axis=1).sort_values(ascending=False, kind="stable").index[:rows]]
    wanted = shown.sum().sort_values(ascending=False, kind="stable").index[:lines]
    totals, shown = shown.sum(axis=1), shown[wanted]
    ax = ax or new_axes(9, 1.3 + ROW_INCHES * max(len(shown), 2))
    top = shown.to_numpy().max(initial=0.0) or 1.0
    for y, account in enumerate(shown.index):
        for x, line in enumerate(shown.columns):
            value, has = shown.loc[account, line], bought.loc[account, line]
            colour = shade(value / top, HEAT_DOWN) if value > 0 else BOUGHT if has else EMPTY
            tile(ax, (x, y, 1, 1), colour, _worth(value), "", size=8)
        total = short_money(totals[account], currency)
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
        say(ax, _("No gap that similar accounts would fill."))
    return describe(ax, _whitespace_alt(gaps, shown, names, currency))


@themed
def plot_whitespace_check(whitespace_check: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How well each way of ordering told which gaps were filled since, ours against popularity.

    Parameters
    ----------
    whitespace_check
        The table of ``whitespace_back_test``: ``method``, ``gaps``, ``filled`` (numbers);
        ``auc`` with ``auc_low``, ``auc_high``, ``precision_top_10``,
        ``precision_top_tenth`` (0–1, NaN where too few were filled).
    """
    rows = whitespace_check.reset_index(drop=True)
    measures = [m for m in MEASURES if rows[m].notna().any()]
    ax = ax or new_axes(8, 1.1 + 0.27 * max(len(measures) * len(rows), 4))
    colours = {name: METHOD_COLOURS[at % 3] for at, name in enumerate(rows["method"])}
    places, y = [], 0.0
    for measure in measures:
        known = rows[rows[measure].notna()]
        places.append(y + (len(known) - 1) / 2)
        for row in known.to_dict("records"):
            _measure_bar(ax, y, row, measure, colours[row["method"]])
            y += 1
        y += 0.6
    if "auc" in measures:
        ax.plot([0.5, 0.5], [-0.5, rows["auc"].notna().sum() - 0.5], color=MUTED, linewidth=1,
                linestyle=(0, (4, 3)))  # fmt: skip
    heads = [label(column(m, table="whitespace_check").label, 30) for m in measures]
    ax.set_yticks(places, heads)
    ax.set_ylim(max(y - 1.0, 1), -0.6)
    ax.set_xlim(0, 1.05)
    share_axis(ax.xaxis)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    if not measures:
        say(ax, _("Too few gaps were filled to judge by."))
        return describe(ax, _("Back-test of whitespace: too few gaps were filled to judge by."))
    legend_above(ax, [Patch(facecolor=c, label=method_word(name)) for name, c in colours.items()])
    told = "; ".join(
        f"{method_word(row['method'])}: {column('auc', table='whitespace_check').label} "
        f"{share(row['auc'], 0)}"
        for row in rows.to_dict("records")
    )
    return describe(
        ax,
        _("Back-test of whitespace, {filled} of {gaps} gaps were filled. {told}.").format(
            filled=count(rows["filled"].max()), gaps=count(rows["gaps"].max()), told=told
        ),
    )


def method_word(method: str) -> str:
    """A way of ordering gaps as a reader sees it."""
    return {
        "similar accounts": _("similar accounts"),
        "popularity": _("popularity"),
        "random": _("chance"),
    }.get(method, method)


def _worth(value: float) -> str:
    return "" if value <= 0 else tight_money(value) if value >= 0.5 else "<1"


def _square(matrix: pd.DataFrame, state: str) -> pd.DataFrame:
    """Accounts down, lines across: what a gap is worth, 1 for bought, 0 for any other state."""
    value = matrix["expected_value"].fillna(0.0) if state == "gap" else 1.0
    held = matrix.assign(held=(matrix["state"].astype("str") == state) * value)
    return held.pivot_table(
        index="account", columns="product_line", values="held", aggfunc="sum", observed=True
    ).astype(float)


def _measure_bar(ax: Axes, y: float, row: dict, measure: str, colour: str) -> None:
    value, low, high = row[measure], row.get(f"{measure}_low"), row.get(f"{measure}_high")
    ax.barh(y, value, height=0.8, color=colour)
    end = value
    if low is not None and not pd.isna(low):
        for line, width in (("white", 3.2), (INK, 1.4)):
            ax.plot([low, high], [y, y], color=line, linewidth=width)
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
    return 0.3 + 0.034 * longest if len(across) > 7 or longest > 14 else 0.3


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
