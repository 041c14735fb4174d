"""What is at stake: what can be kept, earned and won, each with its money and who is first."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kamlib.words import _, counted, rounded

KEEP, EARN, WIN = _("Keep"), _("Earn"), _("Win")
# Rows, and units of their money, that other lists are held against.
WATCHED, BACK = _("On the watch list"), _("Win back")
AT_RISK, NET = _("margin at risk"), _("net value")
COLUMNS = ("group", "what", "money", "unit", "who", "subject", "name", "first", "about", "page")


@dataclass(frozen=True)
class Stake:
    """A list with money in it.

    ``rows`` one row per account or prospect (its index): ``name``, ``money`` (currency) and,
    where it is about a part of what it buys, ``about``;
    ``unit`` what the money is; ``one`` and ``more`` how the rows are counted in words; ``page``
    the address of what tells more.
    """

    group: str
    what: str
    rows: pd.DataFrame
    unit: str
    page: str
    one: str = _("1 account")
    more: str = _("{n} accounts")


def at_stake(stakes: Sequence[Stake]) -> pd.DataFrame:
    """The lists with money in them, by group, most first; a group is as much as its largest list.

    Returns
    -------
    One row per list with any money: ``group``, ``what``, ``money`` (currency), ``unit``;
    ``who`` (how many there are, in words), ``subject`` (the largest), its ``name`` and its money
    ``first`` (missing where it is the only one), what it is ``about`` ("" without); ``page``.
    """
    rows = [_row(stake) for stake in stakes if (stake.rows["money"] > 0).any()]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found["whole"] = found.groupby("group")["money"].transform("max")
    order = ["whole", "group", "money", "what"]
    found = found.sort_values(order, ascending=[False, True, False, True], kind="stable")
    return found[list(COLUMNS)].reset_index(drop=True)


def _row(stake: Stake) -> tuple:
    rows = stake.rows[stake.rows["money"] > 0].sort_index(kind="stable")
    by_money = rows.sort_values("money", ascending=False, kind="stable")
    largest, subjects = by_money.iloc[0], rows.index.nunique()
    return (
        stake.group,
        stake.what,
        float(rows["money"].sum()),
        stake.unit,
        counted(subjects, stake.one, stake.more),
        str(by_money.index[0]),
        str(largest["name"]),
        float(largest["money"]) if len(rows) > 1 else float("nan"),
        str(largest.get("about", "")),
        stake.page,
    )


def stake_words(row: pd.Series) -> str:
    """Who it is about: how many, and the largest with its money."""
    if pd.isna(row["first"]):
        return ", ".join(text for text in (row["name"], row["about"]) if text)
    told = _("{all}, {name} first ({money})")
    first = " ".join(text for text in (rounded(row["first"]), row["about"]) if text)
    return told.format(all=row["who"], name=row["name"], money=first)
