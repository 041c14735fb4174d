"""Who entered and who left the list of key accounts since the quarter before, and why."""

import pandas as pd

from kamlib.analysis.segments.key_accounts import KEY, LOST, NO_CANDIDATE, NO_ROOM, KeyAccounts
from kamlib.analysis.segments.types import NONE
from kamlib.words import _, count

BECAUSE = ("first order", "returned", "class", "type", "room", "lost", "gone")
COLUMNS = (
    *("name", "manager", "change", "because", "change_why", "from_cell", "cell"),
    *("types_before", "types", "revenue_before", "revenue"),
)


def key_changes(before: KeyAccounts | None, now: KeyAccounts) -> pd.DataFrame:
    """What changed on the list, from the same rule on the books of two quarters.

    Parameters
    ----------
    before
        The key accounts of the quarter before; None where there is no earlier book.
    now
        The key accounts of the reported quarter.

    Returns
    -------
    One row per account that entered or left, the most revenue of the two quarters first:
    ``name``, ``manager``; ``change`` ("entered", "left"); ``because`` (of ``BECAUSE``: what
    changed for the account); ``change_why`` (a sentence); ``from_cell``, ``cell``,
    ``types_before``, ``types`` (text, empty where it was not there); ``revenue_before``,
    ``revenue`` (net of the window, currency; NaN where it was not there).
    """
    if before is None:
        return _table([])
    old, new = before.judged, now.judged
    was, is_now = old["status"] == KEY, new["status"] == KEY
    entered = new.index[is_now & ~was.reindex(new.index, fill_value=False)]
    left = old.index[was & ~is_now.reindex(old.index, fill_value=False)]
    rows = [_row(account, "entered", old, new) for account in entered]
    rows += [_row(account, "left", old, new) for account in left]
    table = _table(rows).sort_index(kind="stable")
    order = table[["revenue_before", "revenue"]].max(axis=1).sort_values(
        ascending=False, kind="stable"
    )  # fmt: skip
    return table.loc[order.index]


def key_changes_headline(changes: pd.DataFrame, before: KeyAccounts | None) -> str:
    """How many entered and left, and the largest of each."""
    if before is None:
        return _("There is no earlier quarter to compare the list with.")
    if changes.empty:
        return _("Nobody entered or left the list since last quarter.")
    texts = []
    for change, words in (
        ("entered", _("{n} entered since last quarter, the largest {name}.")),
        ("left", _("{n} left, the largest {name}.")),
    ):
        found = changes[changes["change"] == change]
        if len(found):
            texts.append(words.format(n=count(len(found)), name=found["name"].iloc[0]))
    return " ".join(texts)


def _row(account: str, change: str, old: pd.DataFrame, new: pd.DataFrame) -> dict:
    then = old.loc[account] if account in old.index else None
    here = new.loc[account] if account in new.index else None
    because = _because_in(then, here) if change == "entered" else _because_out(then, here)
    latest = then if here is None else here
    return {
        "account": account,
        "name": latest["name"],
        "manager": latest["manager"],
        "change": change,
        "because": because,
        "change_why": _sentence(change, because, then, here),
        "from_cell": "" if then is None else then["cell"],
        "cell": "" if here is None else here["cell"],
        "types_before": "" if then is None else then["types"],
        "types": "" if here is None else here["types"],
        "revenue_before": float("nan") if then is None else then["revenue"],
        "revenue": float("nan") if here is None else here["revenue"],
    }


def _because_in(then: pd.Series | None, here: pd.Series) -> str:
    if then is None:
        return "first order"
    if then["status"] == LOST:
        return "returned"
    if then["status"] == NO_ROOM:
        return "room"
    return "class" if here["by_class"] else "type"


def _because_out(then: pd.Series, here: pd.Series | None) -> str:
    if here is None:
        return "gone"
    if here["status"] == LOST:
        return "lost"
    if here["status"] == NO_CANDIDATE and _went(here):
        return "lost"
    if here["status"] == NO_ROOM:
        return "room"
    return "class" if then["by_class"] else "type"


def _went(here: pd.Series) -> bool:
    """Lost, and not even of a class or type any more."""
    return str(here["cell"]).endswith("L")


def _sentence(change: str, because: str, then: pd.Series | None, here: pd.Series | None) -> str:
    places = {
        "from_cell": "" if then is None else then["cell"],
        "cell": "" if here is None else here["cell"],
        "before": "" if then is None or then["types"] == NONE else then["types"],
        "types": "" if here is None or here["types"] == NONE else here["types"],
        "why": "" if here is None else here["key_why"],
    }
    entered = {
        "first order": _("First seen this quarter ({why})."),
        "returned": _("It was lost and orders again ({why})."),
        "room": _("Now there is room for it ({why})."),
        "class": _("Rose from {from_cell} to {cell} ({why})."),
        "type": _("Now {types} ({why})."),
    }
    left = {
        "lost": _("Counts as lost: was {from_cell}, now {cell}; see win-back."),
        "gone": _("It has no line any more under this number."),
        "room": _("Still belongs, but others come first ({why})."),
        "class": _("Fell from {from_cell} to {cell}, and none of the types holds."),
        "type": _("No longer {before}, and its class alone ({cell}) does not make it one."),
    }
    return (entered if change == "entered" else left)[because].format(**places)


def _table(rows: list[dict]) -> pd.DataFrame:
    numbers = ("revenue_before", "revenue")
    kinds = {name: float if name in numbers else "str" for name in COLUMNS}
    table = pd.DataFrame(rows, columns=["account", *COLUMNS]).astype({"account": "str", **kinds})
    return table.set_index("account")
