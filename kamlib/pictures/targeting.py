"""Pictures of targets and whitespace: scores, the three P's, hours of tiers, lines to sell."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from kamlib.pictures.marks import bare, heat_map, raise_key, row_axes, strengths, table_axes
from kamlib.settings import PS
from kamlib.show.columns import column
from kamlib.show.theme import (
    ABC_COLOURS,
    ACCENT,
    GRID,
    HEAT,
    HEAT_DOWN,
    INK,
    MUTED,
    describe,
    label,
    legend_above,
    name_dots,
    new_axes,
    say,
    short_money,
    text_colour,
    themed,
    tight_money,
)
from kamlib.words import _, count, number, share

# The tiers that get time are blue, darker for more of it; what has to be asked first is orange.
TIER_COLOURS = {
    "one-to-one": ABC_COLOURS["A"],
    "one-to-few": ABC_COLOURS["B"],
    "one-to-many": ABC_COLOURS["C"],
    "find out": ACCENT,
    "not now": "#b6bcc6",
}
HOUR_TIERS = ("one-to-one", "one-to-few", "one-to-many", "find out")
UNKNOWN, VETO = "?", "✕"
LARGEST_DOT, SMALLEST_DOT, NOTED_DOT = 420, 12, 60
STRIP = 0.13  # of the axes' unit: where what is unknown stands
ROW_INCHES = 0.3
# Where a row of the three P's stands, in cells: the bar of the score and what is known of it.
BAR_FROM, BAR_TO, KNOWN_AT = 3.55, 5.5, 6.1
BOUGHT = "#dbe9f5"
EMPTY = "#fafbfc"
GRID_ROW_INCHES = 0.27


@themed
def plot_targets(
    targets: pd.DataFrame, *, min_score: float | None = None, named: int = 12,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Targets by their score (across) and fit (up), as large as what is expected of them.

    Parameters
    ----------
    targets
        Indexed by prospect, in the order of their rank: ``name``, ``score``, ``fit`` (0–1,
        NaN where unknown), ``expected_value`` (currency), ``tier``, ``vetoed`` (bool).
    min_score
        The score from which on somebody calls by hand, drawn as a line.
    named
        How many one-to-one targets are named at most.
    """
    ax = ax or new_axes(9, 5.8)
    spots = _spots(targets, (ax.figure.get_figwidth() / 9) ** 2)
    tiers = targets["tier"].astype("str")
    vetoed = targets["vetoed"].to_numpy(bool)
    _strips(ax, targets)
    for tier, colour in reversed(TIER_COLOURS.items()):  # the few that matter lie on top
        mine = (tiers == tier).to_numpy() & ~vetoed
        ax.scatter(spots["x"][mine], spots["y"][mine], s=spots["size"][mine], color=colour,
                   alpha=0.8, edgecolors="white", linewidths=0.6, label=tier)  # fmt: skip
    ax.scatter(spots["x"][vetoed], spots["y"][vetoed], s=26, marker="x", color="#6b2f06",
               linewidths=1.2, clip_on=False, zorder=4)  # fmt: skip
    if min_score is not None:
        ax.axvline(min_score, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
        ax.text(min_score + 0.006, 1.025, _("by hand from here"), va="top", fontsize=7.5,
                color=MUTED)  # fmt: skip
    first = ((tiers == "one-to-one").to_numpy() & ~vetoed).nonzero()[0][:named]
    names = [label(text, 22) for text in _texts(targets.iloc[first])]
    large = spots.drop(index=spots.index[first]).query("size > @NOTED_DOT")
    name_dots(ax, spots.iloc[first], names, large)
    ax.set_xlabel(_("Score of need, ability to pay and power to decide"))
    ax.set_ylabel(_("Fit to the best accounts of today"))
    extra = [_mark("o", MUTED, _("area: a year, if won"))] if len(targets) else []
    if vetoed.any():
        extra.insert(0, _mark("x", "#6b2f06", _("vetoed by a no")))
    _tier_key(ax, tiers[~vetoed], extra)
    return describe(ax, _targets_alt(targets, tiers, vetoed))


@themed
def plot_three_ps(targets: pd.DataFrame, rows: int = 25, *, ax: Axes | None = None) -> Axes:
    """Need, ability to pay and power to decide of the first targets, and the score of them.

    Darker is better, on a fixed scale. The line under a value is as long as its evidence is
    fresh. A question mark is unknown, a cross is the no that vetoes.

    Parameters
    ----------
    targets
        Indexed by prospect, in the order in which to show them: ``name``, ``need``,
        ``budget``, ``authority`` and the ``…_freshness`` of each, ``score``,
        ``completeness`` (0–1, NaN where unknown), ``vetoed`` (bool), ``tier``; the P's in
        ``vetoed_by`` wear the cross, without it the lowest one.
    rows
        How many targets are shown.
    """
    shown = targets.head(rows)
    ax = ax or new_axes(8, 0.9 + ROW_INCHES * max(len(shown), 2))
    for y, row in enumerate(shown.to_dict("records")):
        lowest = min((row[p] for p in PS if not pd.isna(row[p])), default=None)
        for x, name in enumerate(PS):
            named = str(row.get("vetoed_by", "")).split(", ")
            veto = name in named if named != [""] else bool(row["vetoed"]) and row[name] == lowest
            _p_cell(ax, x, y, row[name], row.get(f"{name}_freshness"), veto=veto)
        _score_bar(ax, y, row)
    heads = [column(name).label.replace(" to ", " to\n") for name in PS]
    heads += [column("score").label, _("known")]
    ax.set_xticks([0.5, 1.5, 2.5, (BAR_FROM + BAR_TO) / 2, KNOWN_AT], heads)
    ax.set_yticks([y + 0.5 for y in range(len(shown))], [label(t, 28) for t in _texts(shown)])
    ax.xaxis.tick_top()
    ax.set(xlim=(0, KNOWN_AT + 0.4), ylim=(max(len(shown), 1), 0))
    bare(ax)
    if shown.empty:
        say(ax, _("No target to show."))
    fresh = Line2D([], [], color=INK, linewidth=1.6, label=_("line: how fresh the evidence is"))
    _tier_key(ax, shown["tier"].astype("str"), [fresh] if len(shown) else [],
              above=1.0 + 0.38 / _inches_high(ax))  # fmt: skip
    return describe(ax, _three_ps_alt(shown))


@themed
def plot_tier_hours(tier_hours: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The hours that each of our people spends per tier, against the hours kept for targets.

    Parameters
    ----------
    tier_hours
        The table of that name: ``owner``, ``team``, ``one_to_one``, ``one_to_few``,
        ``one_to_many``, ``find_out``, ``hours_used``, ``hours_available`` (hours of the
        quarter); ``name`` of the owner where it is known.
    """
    rows = tier_hours.reset_index()
    ax = ax or new_axes(7.5, 1.0 + 0.4 * max(len(rows), 2))
    ends = np.zeros(len(rows))
    for tier in HOUR_TIERS:
        spent = rows[tier.replace("-", "_").replace(" ", "_")].to_numpy(float)
        ax.barh(rows.index, spent, left=ends, height=0.6, color=TIER_COLOURS[tier])
        ends = ends + spent
    there = rows["hours_available"].to_numpy(float)
    over = ends > there + 0.05
    for y, (end, hours) in enumerate(zip(ends, there, strict=True)):
        for colour, width in (("white", 4.6), (INK, 2.2)):  # seen on a dark bar too
            ax.plot([hours, hours], [y - 0.4, y + 0.4], color=colour, linewidth=width)
        told = _("{used} of {all} h").format(used=count(end), all=count(hours))
        ax.annotate(told, (np.nanmax([end, hours]), y), (6, 0), va="center",
                    textcoords="offset points", weight="bold" if over[y] else "normal")  # fmt: skip
    names = [_owner(row) for row in rows.to_dict("records")]
    ax.set_yticks(range(len(rows)), [label(name, 24) for name in names])
    ax.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    ax.set_xlim(0, 1.25 * np.nanmax([*ends, *there, 1]))
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(_("Hours in the quarter (line: kept for targets)"))
    legend_above(ax, [Patch(facecolor=TIER_COLOURS[t], label=tier_word(t)) for t in HOUR_TIERS])
    if rows.empty:
        say(ax, _("No hours are kept for targets."))
    short = ", ".join(name for name, more in zip(names, over, strict=True) if more)
    return describe(
        ax,
        _("{used} of {all} hours for targets are planned; short of hours: {names}.").format(
            used=count(ends.sum()), all=count(np.nansum(there)), names=short or _("nobody")
        ),
    )


def tier_word(tier: str) -> str:
    """A tier as a reader sees it."""
    return {
        "one-to-one": _("one-to-one"),
        "one-to-few": _("one-to-few"),
        "one-to-many": _("one-to-many"),
        "find out": _("find out"),
        "not now": _("not now"),
    }.get(tier, tier)


def _spots(targets: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Where each target is drawn; unknown scores and fits on their strips, apart by their order."""
    spread = STRIP * (0.2 + 0.6 * (np.arange(len(targets)) * 0.618034 % 1))
    value = targets["expected_value"].fillna(0.0).clip(lower=0.0).to_numpy(float)
    top = max(value.max(initial=0.0), 1.0)
    return pd.DataFrame(
        {
            "x": np.where(targets["score"].isna(), spread - STRIP, targets["score"]),
            "y": np.where(targets["fit"].isna(), spread - STRIP, targets["fit"]),
            "size": (value / top * LARGEST_DOT * scale).clip(min=SMALLEST_DOT),
        },
        targets.index,
    )


def _strips(ax: Axes, targets: pd.DataFrame) -> None:
    """The strips of what is unknown, marked and named with the number that stands there."""
    no_score, no_fit = targets["score"].isna().sum(), targets["fit"].isna().sum()
    low, left = -STRIP if no_fit else -0.02, -STRIP if no_score else -0.02
    ax.set(xlim=(left, 1.02), ylim=(low, 1.03))
    if no_fit:
        ax.axhspan(-STRIP, -0.01, color="#f1f3f6", zorder=0)
        ax.text(1.01, -STRIP + 0.005, _("fit unknown: {n}").format(n=count(no_fit)), ha="right",
                va="bottom", fontsize=7.5, color=MUTED)  # fmt: skip
    if no_score:
        ax.axvspan(-STRIP, -0.01, color="#f1f3f6", zorder=0)
        ax.text(-STRIP + 0.006, 1.02, _("score unknown: {n}").format(n=count(no_score)),
                rotation=90, ha="left", va="top", fontsize=7.5, color=MUTED)  # fmt: skip
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_ticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    ax.grid(visible=True, axis="both")
    if targets.empty:
        say(ax, _("No target to show."))


def _p_cell(ax: Axes, x: int, y: int, value: float, fresh: float | None, *, veto: bool) -> None:
    known = not pd.isna(value)
    colour = ACCENT if veto else HEAT(float(np.clip(value, 0, 1))) if known else "white"
    edge, line = (GRID, "-") if known else (MUTED, (0, (2, 2)))
    ax.add_patch(Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor=colour, edgecolor=edge,
                           linewidth=0.6, linestyle=line))  # fmt: skip
    ink = text_colour(colour) if known else MUTED
    text = UNKNOWN if not known else f"{VETO} {number(value)}" if veto else number(value)
    ax.text(x + 0.5, y + 0.45, text, ha="center", va="center", fontsize=8, color=ink)
    if known and fresh is not None and not pd.isna(fresh):
        ax.plot([x + 0.12, x + 0.12 + 0.76 * float(np.clip(fresh, 0, 1))], [y + 0.82] * 2,
                color=ink, linewidth=1.6, alpha=0.75, solid_capstyle="butt")  # fmt: skip


def _score_bar(ax: Axes, y: int, row: dict) -> None:
    score, width = row["score"], BAR_TO - BAR_FROM
    ax.add_patch(Rectangle((BAR_FROM, y + 0.2), width, 0.6, facecolor="#f1f3f6", linewidth=0))
    part = 0.0 if pd.isna(score) else float(np.clip(score, 0, 1))
    colour = TIER_COLOURS.get(str(row["tier"]), MUTED)
    ax.add_patch(Rectangle((BAR_FROM, y + 0.2), width * part, 0.6, facecolor=colour, linewidth=0))
    text = VETO if row["vetoed"] else UNKNOWN if pd.isna(score) else number(score)
    inside = part > 0.3
    place = BAR_FROM + width * part + (-0.05 if inside else 0.05)
    ax.text(place, y + 0.52, text, ha="right" if inside else "left", va="center", fontsize=8,
            color=text_colour(colour) if inside else INK)  # fmt: skip
    ax.text(KNOWN_AT, y + 0.52, share(row["completeness"], 0), ha="center", va="center",
            fontsize=8, color=INK if row["completeness"] == 1 else MUTED)  # fmt: skip


def _tier_key(ax: Axes, tiers: pd.Series, extra: list = (), *, above: float | None = None) -> None:
    numbers = tiers.value_counts()
    patches = [
        Patch(facecolor=colour, label=tier_word(tier))
        for tier, colour in TIER_COLOURS.items()
        if numbers.get(tier, 0)
    ]
    if not patches and not extra:
        return
    handles = [*patches, *extra]
    # Seven entries in one line are wider than a narrow picture and would squeeze it.
    columns = 4 if len(handles) > 4 and ax.figure.get_figwidth() < 8 else len(handles)
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, above or 1), ncols=columns,
              handlelength=1, handleheight=1, handletextpad=0.4, borderaxespad=0.2,
              borderpad=0.2, columnspacing=1.5)  # fmt: skip


def _mark(marker: str, colour: str, text: str) -> Line2D:
    hollow = {"markerfacecolor": "none"} if marker == "o" else {}
    return Line2D([], [], marker=marker, linestyle="none", color=colour, markersize=6, label=text,
                  **hollow)  # fmt: skip


def _owner(row: dict) -> str:
    unnamed = _("marketing") if row["team"] == "marketing" else _("nobody")
    return str(row.get("name") or row["owner"] or unnamed)


def _inches_high(ax: Axes) -> float:
    return ax.figure.get_figheight() * ax.get_position().height


def _texts(targets: pd.DataFrame) -> list[str]:
    return [str(name or code) for code, name in targets["name"].items()]


def _targets_alt(targets: pd.DataFrame, tiers: pd.Series, vetoed: np.ndarray) -> str:
    if targets.empty:
        return _("Targets: none to show.")
    numbers = tiers.value_counts()
    listed = ", ".join(f"{tier_word(t)} {count(numbers[t])}" for t in TIER_COLOURS if t in numbers)
    return _(
        "{targets} targets by score and fit: {listed}; {vetoed} are vetoed by a no, the fit of "
        "{no_fit} and the score of {no_score} are unknown."
    ).format(
        targets=count(len(targets)),
        listed=listed,
        vetoed=count(vetoed.sum()),
        no_fit=count(targets["fit"].isna().sum()),
        no_score=count(targets["score"].isna().sum()),
    )


def _three_ps_alt(shown: pd.DataFrame) -> str:
    if shown.empty:
        return _("Three P's: no target to show.")
    known = shown[list(PS)].notna().to_numpy()
    return _(
        "Need, ability to pay and power to decide of {targets} targets, 0 to 1; {known} of {all} "
        "are known, {vetoed} targets are vetoed."
    ).format(
        targets=count(len(shown)),
        known=count(known.sum()),
        all=count(known.size),
        vetoed=count(shown["vetoed"].sum()),
    )


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
    ax = row_axes(ax, len(shown), GRID_ROW_INCHES, head=1.3)
    gap = shown > 0
    has = bought.loc[shown.index, wanted].astype(float)
    heat_map(ax, has.mask(gap), scale=ListedColormap([EMPTY, BOUGHT]))
    heat_map(ax, strengths(shown).where(gap), shown.map(_worth),
             scale=HEAT_DOWN)  # fmt: skip
    for y, total in enumerate(totals):
        ax.text(len(wanted) + 0.12, y + 0.5, short_money(total, currency), va="center", fontsize=8)
    table_axes(ax, [label(text, 22) for text in wanted],
               [label(names.get(a) or a, 28) for a in shown.index], room=0.2)  # fmt: skip
    if _slanted(wanted):
        ax.set_xticks(ax.get_xticks(), [label(text, 22) for text in wanted], rotation=30, ha="left")
    told = (_("gap: expected a year"), _("bought"), _("not expected"))
    patches = [
        Patch(facecolor=colour, label=text, edgecolor=GRID if colour == EMPTY else None)
        for text, colour in zip(told, (HEAT_DOWN(0.6), BOUGHT, EMPTY), strict=True)
    ]
    legend_above(ax, patches)
    raise_key(ax, _heads_high(wanted))
    if shown.empty:
        say(ax, _("No gap that similar accounts would fill."))
    return describe(ax, _whitespace_alt(gaps, shown, names, currency))


def _worth(value: float) -> str:
    return "" if value <= 0 else tight_money(value) if value >= 0.5 else "<1"


def _square(matrix: pd.DataFrame, state: str) -> pd.DataFrame:
    """Accounts down, lines across: what a gap is worth, 1 for bought, 0 for any other state."""
    value = matrix["expected_value"].fillna(0.0) if state == "gap" else 1.0
    held = matrix.assign(held=(matrix["state"].astype("str") == state) * value)
    return held.pivot_table(
        index="account", columns="product_line", values="held", aggfunc="sum", observed=True
    ).astype(float)


def _slanted(across: pd.Index) -> bool:
    return len(across) > 7 or any(len(text) > 14 for text in across)


def _heads_high(across: pd.Index) -> float:
    """The height in inches that the heads above the grid take."""
    longest = max((min(len(text), 22) for text in across), default=0)
    return 0.3 + 0.034 * longest if _slanted(across) else 0.3


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
