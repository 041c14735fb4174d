"""The ABC-XYZ matrix: every account in exactly one place, with its money."""

import pandas as pd

# The grid, then new and lost accounts by their ABC class, then those without value.
PLACES = (
    *((abc, xyz) for abc in "ABC" for xyz in "XYZ"),
    *((abc, "N") for abc in "ABC"),
    *((abc, "L") for abc in "ABC"),
    ("D", ""),
)


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
