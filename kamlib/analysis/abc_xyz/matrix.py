"""The ABC-XYZ matrix: every account in one place with its money, and which changed their place."""

import pandas as pd

# The grid, then new and lost accounts by their ABC class, then those without value.
PLACES = (
    *((abc, xyz) for abc in "ABC" for xyz in "XYZ"),
    *((abc, "N") for abc in "ABC"),
    *((abc, "L") for abc in "ABC"),
    ("D", ""),
)
MOVES = ["name", "manager"]


def matrix(classes: pd.DataFrame) -> pd.DataFrame:
    """Count the accounts in each place and add up their money.

    Parameters
    ----------
    classes
        Per account ``abc``, ``xyz`` ("" for D), ``value``, ``revenue``, ``margin``.

    Returns
    -------
    Sixteen rows, always, in the order of ``PLACES``: ``abc``, ``xyz``; ``accounts``;
    ``revenue`` and ``margin`` (net sums, currency; margin NaN where none is known, unless
    the place is empty); ``share`` of the value the ABC classes are made of (0–1; NaN for
    D, which stands outside).
    """
    places = pd.MultiIndex.from_tuples(PLACES, names=["abc", "xyz"])
    keys = [classes["abc"].astype("str"), classes["xyz"].astype("str")]
    groups = classes[["value", "revenue", "margin"]].groupby(keys)
    sums = groups.sum(min_count=1).reindex(places)
    accounts = groups.size().reindex(places, fill_value=0)
    empty = accounts == 0
    sums = sums.mask(empty, 0.0)
    total = classes["value"].clip(lower=0).sum()
    share = (sums["value"] / total if total else sums["value"] * 0.0).where(
        places.get_level_values("abc") != "D"
    )
    if not len(classes) or classes["margin"].isna().all():
        sums["margin"] = float("nan")
    table = pd.DataFrame(
        {
            "accounts": accounts.astype(int),
            "revenue": sums["revenue"].round(6),
            "margin": sums["margin"].round(6),
            "share": share,
        }
    )
    return table.reset_index()


def migration(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Accounts whose cell changed between two dates, the most money first.

    Parameters
    ----------
    before, after
        Per account ``cell`` and ``revenue``; ``name`` and ``manager`` are taken from
        ``after``, and from ``before`` for accounts that are gone.

    Returns
    -------
    One row per account that moved, by falling absolute change, then account:
    ``from_cell`` ("" for one not known before), ``to_cell`` ("" for one that is gone);
    ``revenue_before``, ``revenue``, ``change`` (currency; 0 where not known);
    ``manager``, ``name``.
    """
    both = _side_by_side(before, after)
    for column in MOVES:
        both[column] = _text_of(column, after, before, both.index)
    moved = both[both["from_cell"] != both["to_cell"]].sort_index(kind="stable")
    biggest = moved["change"].abs().sort_values(ascending=False, kind="stable").index
    columns = ["from_cell", "to_cell", "revenue_before", "revenue", "change", "manager", "name"]
    return moved.loc[biggest, columns]


def migration_matrix(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """How many accounts went from each cell to each other, those that stayed included.

    Returns
    -------
    One row per pair of cells that occurs, in the order of the grid: ``from_cell``,
    ``to_cell`` ("" for not there); ``accounts``; ``revenue_before``, ``revenue``,
    ``change`` (currency).
    """
    pairs = _side_by_side(before, after).groupby(["from_cell", "to_cell"])
    sums = pairs[["revenue_before", "revenue", "change"]].sum().round(6)
    sums.insert(0, "accounts", pairs.size())
    return sums.reset_index().sort_values(
        ["from_cell", "to_cell"],
        key=lambda cells: cells.map(_place),
        ignore_index=True,
        kind="stable",
    )


def class_history(history: pd.DataFrame) -> pd.DataFrame:
    """Accounts and revenue per cell and quarter.

    Parameters
    ----------
    history
        The long frame of ``abc_xyz_history``: ``quarter``, ``account``, ``revenue``,
        ``abc``, ``xyz``, ``cell``, ``covered``.

    Returns
    -------
    One row per quarter and cell that occurs, in order: ``quarter``, ``abc``, ``xyz``,
    ``cell``, ``accounts``, ``revenue`` (net of the window that ends with the quarter);
    ``covered`` (whether the sales reach back over that whole window).
    """
    groups = history.groupby(["quarter", "abc", "xyz", "cell"], observed=True)
    table = groups.agg(
        accounts=("revenue", "size"), revenue=("revenue", "sum"), covered=("covered", "all")
    )
    return table.round({"revenue": 6}).reset_index()


def _side_by_side(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    accounts = after.index.union(before.index).rename("account")
    frame = pd.DataFrame(
        {
            "from_cell": before["cell"].astype("str").reindex(accounts, fill_value=""),
            "to_cell": after["cell"].astype("str").reindex(accounts, fill_value=""),
            "revenue_before": before["revenue"].reindex(accounts, fill_value=0.0),
            "revenue": after["revenue"].reindex(accounts, fill_value=0.0),
        },
        index=accounts,
    )
    frame["change"] = (frame["revenue"] - frame["revenue_before"]).round(6)
    return frame


def _text_of(
    column: str, after: pd.DataFrame, before: pd.DataFrame, accounts: pd.Index
) -> pd.Series:
    text = pd.Series(pd.NA, accounts, dtype="str")
    for frame in (after, before):
        if column in frame:
            text = text.fillna(frame[column].reindex(accounts))
    return text.fillna("")


def _place(cell: str) -> int:
    """Where a cell stands: A to D, within each X, Y, Z, N, L; "" last."""
    if not cell:
        return 99
    return "ABCD".index(cell[0]) * 10 + "XYZNL".find(cell[1:])
