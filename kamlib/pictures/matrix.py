"""Pictures of the ABC-XYZ matrix: the places, sales against margin, and who moved where."""

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamlib.pictures.marks import NOWHERE, bare, heat_map, shade, strengths, table_axes, tile
from kamlib.show.theme import (
    GRID,
    HEAT,
    HEAT_DOWN,
    INK,
    axes_width,
    describe,
    new_axes,
    short_money,
    themed,
    tight_money,
)
from kamlib.words import _, count, share
from kamlib.words import accounts as in_accounts

Show = Literal["accounts", "money", "both"]

GAP = 0.25  # between the grid and what stands outside it, in cells

# Where a place is drawn: column and row of its lower left corner.
_COLUMNS = {"X": 0.0, "Y": 1.0, "Z": 2.0, "N": 3 + GAP, "L": 4 + GAP}
_ROWS = {"A": 3 + GAP, "B": 2 + GAP, "C": 1 + GAP, "D": 0.0}


@themed
def plot_matrix(
    matrix: pd.DataFrame, show: Show = "both", *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """The nine cells, new (N) and lost (L) accounts beside them, no value (D) below.

    Parameters
    ----------
    matrix
        One row per place: ``abc``, ``xyz``, ``accounts``, ``revenue``, ``share``.
    show
        What is written large and shades the cells: ``accounts``, ``money``, or ``both``
        (both written, shaded by money).
    """
    ax = ax or new_axes(9, 4.5)
    shaded_by = "accounts" if show == "accounts" else "revenue"
    top = max(matrix[shaded_by].max(), 0) or 1
    size = min(15, 2.1 * axes_width(ax))
    for place in matrix.itertuples():
        spot = _spot(place.abc, place.xyz)
        colour = shade(max(getattr(place, shaded_by), 0) / top, HEAT)
        large, small = _matrix_texts(place, show, currency, narrow=axes_width(ax) < 5)
        tile(ax, spot, colour, large, small, size=size if place.abc != "D" else size * 0.75)
    _matrix_axes(ax, matrix)
    return describe(ax, _matrix_alt(matrix, currency))


@themed
def plot_sales_against_margin(
    cross: pd.DataFrame, *, currency: str = "", ax: Axes | None = None
) -> Axes:
    """Class by revenue against class by margin: who sells much and earns little.

    Parameters
    ----------
    cross
        One row per pair: ``abc_revenue``, ``abc_margin``, ``accounts``, ``revenue``.
    """
    ax = ax or new_axes(6.5, 4.5)
    fields = cross.assign(large=cross["accounts"].map(_or_dot), small=[
        short_money(pair.revenue, currency) if pair.accounts else "" for pair in cross.itertuples()
    ])  # fmt: skip
    revenue, large, small = (
        fields.pivot_table(
            index="abc_revenue", columns="abc_margin", values=name, aggfunc="first"
        ).reindex(index=list("ABCD"), columns=list("ABCD"))
        for name in ("revenue", "large", "small")
    )
    strength = strengths(revenue)
    # Worse by margin than by revenue, above the diagonal: the accounts this picture is for.
    lower = np.triu(np.ones((4, 4), dtype=bool), 1)
    for mine, scale in ((lower, HEAT_DOWN), (~lower, HEAT)):
        size = min(14, 2.1 * axes_width(ax))
        heat_map(ax, strength.where(mine), large, scale=scale, small=small, size=size)
    table_axes(ax, list("ABCD"), list("ABCD"))
    ax.set_xlabel(_("Class by margin"))
    ax.set_ylabel(_("Class by revenue"))
    worse = cross[cross["abc_margin"].astype(str) > cross["abc_revenue"].astype(str)]
    return describe(
        ax,
        _(
            "Cross table of classes by revenue and by margin: lower by margin than by revenue "
            "(orange): {accounts} with {money} of revenue."
        ).format(
            accounts=in_accounts(worse["accounts"].sum()),
            money=short_money(worse["revenue"].sum(), currency),
        ),
    )


@themed
def plot_migration(
    pairs: pd.DataFrame, show: Literal["money", "accounts"] = "money", *, currency: str = "",
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """From which cell to which: one row per cell before, one column per cell now.

    Left of the diagonal (blue) a move is towards A and X, right of it (orange) away from
    them. Accounts that stayed are left out.

    Parameters
    ----------
    pairs
        One row per pair of cells: ``from_cell``, ``to_cell`` ("" for not there),
        ``accounts``, ``revenue_before``, ``revenue``. The money of a move is the larger of
        the two revenues.
    """
    moved = pairs[pairs["from_cell"] != pairs["to_cell"]]
    before, now = _in_order(moved["from_cell"]), _in_order(moved["to_cell"])
    ax = ax or new_axes(9, max(2.5, 0.9 + 0.3 * len(before)))
    moved = moved.assign(weight=moved["accounts"] if show == "accounts" else _moved_money(moved))
    weight = moved.pivot_table(index="from_cell", columns="to_cell", values="weight", aggfunc="sum")
    weight = weight.reindex(index=before, columns=now).astype(float)
    strength = strengths(weight)
    texts = weight.map(count if show == "accounts" else tight_money, na_action="ignore")
    size = max(5.5, min(10, 17 * axes_width(ax) / max(len(now), 1)))
    away = np.array([rank(new) > rank(old) for old in before for new in now], dtype=bool)
    away = away.reshape(weight.shape)
    for mine, scale in ((away, HEAT_DOWN), (~away, HEAT)):
        heat_map(ax, strength.where(mine), texts, scale=scale, size=size)
    for row, old in enumerate(before):
        if old in now:
            tile(ax, (now.index(old), row, 1, 1), GRID, "", "", size=size)
    table_axes(
        ax, [cell or _("gone") for cell in now], [cell or _("first seen") for cell in before]
    )
    ax.set_xlabel(_("Cell now") + "   " + _("(blue: up, orange: down; revenue in {unit})").format(
        unit=currency or _("units")) if show == "money" else _("Cell now"))  # fmt: skip
    ax.set_ylabel(_("Cell before"))
    return describe(ax, _migration_alt(moved, currency))


def rank(cell: str) -> int:
    """Where a cell stands from AX (0) down to D; not there ("") is last."""
    if not cell:
        return 99
    return "ABCD".index(cell[0]) * 10 + "XYZNL".find(cell[1:] or "X")


def _spot(abc: str, xyz: str) -> tuple[float, float, float, float]:
    if abc == "D":
        return (0, 0, 5 + GAP, 0.75)
    return (_COLUMNS[xyz], _ROWS[abc] - 0.25, 1, 1)


def _or_dot(accounts: int) -> str:
    return count(accounts) if accounts else NOWHERE


def _matrix_texts(place: tuple, show: Show, currency: str, *, narrow: bool) -> tuple[str, str]:
    part = "" if pd.isna(place.share) else share(place.share)
    money = short_money(place.revenue, "" if narrow else currency)
    if not place.accounts:
        return NOWHERE, ""
    if place.abc == "D":
        return count(place.accounts), _("without positive value: {money}").format(money=money)
    if show == "money":
        return money, part
    if show == "accounts":
        return count(place.accounts), _("accounts")
    return count(place.accounts), money if narrow or not part else f"{money} · {part}"


def _matrix_axes(ax: Axes, matrix: pd.DataFrame) -> None:
    across = {
        "X": _("X  regular"),
        "Y": _("Y  variable"),
        "Z": _("Z  rare"),
        "N": _("N  new"),
        "L": _("L  lost"),
    }
    bare(ax)
    ax.xaxis.tick_top()
    ax.set_xticks([x + 0.5 for x in _COLUMNS.values()], list(across.values()))
    ax.set_yticks([_spot(abc, "X")[1] + _spot(abc, "X")[3] / 2 for abc in _ROWS], list(_ROWS))
    ax.set(xlim=(-0.05, 5 + GAP + 0.05), ylim=(-0.05, 4.05))
    ax.tick_params(axis="y", labelsize=11)
    for text in ax.get_yticklabels():
        text.set(weight="bold", color=INK)


def _in_order(cells: pd.Series) -> list[str]:
    return sorted(set(cells), key=rank)


def _moved_money(moved: pd.DataFrame) -> pd.Series:
    return moved[["revenue_before", "revenue"]].max(axis=1).clip(lower=0)


def _matrix_alt(matrix: pd.DataFrame, currency: str) -> str:
    largest = matrix.loc[matrix["revenue"].idxmax()]
    outside = matrix[matrix["xyz"].isin(["N", "L", ""])]
    return _(
        "ABC-XYZ matrix of {accounts}. Most money is in {cell}: {cell_accounts}, {money}. Outside "
        "the grid (new, lost or without value): {outside}."
    ).format(
        accounts=in_accounts(matrix["accounts"].sum()),
        cell=f"{largest['abc']}{largest['xyz']}",
        cell_accounts=in_accounts(largest["accounts"]),
        money=short_money(largest["revenue"], currency),
        outside=in_accounts(outside["accounts"].sum()),
    )


def _migration_alt(moved: pd.DataFrame, currency: str) -> str:
    if moved.empty:
        return _("Migration between cells: no account moved.")
    money = _moved_money(moved)
    largest = moved.loc[money.idxmax()]
    return _(
        "Migration between cells: {accounts} moved; the most money from {before} to {now}: {some}, "
        "{money}."
    ).format(
        accounts=in_accounts(moved["accounts"].sum()),
        before=largest["from_cell"] or _("first seen"),
        now=largest["to_cell"] or _("gone"),
        some=in_accounts(largest["accounts"]),
        money=short_money(money.max(), currency),
    )
