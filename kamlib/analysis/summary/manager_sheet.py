"""What stands on one manager's sheet: the accounts by money, and what is owed to them."""

import pandas as pd

from kamlib.analysis.summary.verdict import Change, Plan, Quarter, beside_plan
from kamlib.words import _, counted, day, days

LARGEST = 10  # accounts of a sheet
MOST_OWED = 5  # promises of a sheet
ACCOUNT_COLUMNS = ("name", "cell", "revenue", "gap", "margin", "margin_at_risk", "state")


def largest_accounts(
    classes: pd.DataFrame, changes: pd.DataFrame, risk: pd.DataFrame, states: pd.Series
) -> pd.DataFrame:
    """A manager's accounts by what they brought in a year, the largest first.

    Parameters
    ----------
    classes
        The manager's rows of the table ``abc_xyz``, indexed by account.
    changes
        Indexed by account: ``gap``, revenue of the quarter less that of the one compared with.
    risk
        The table ``at_risk``, indexed by account.
    states
        State by account.

    Returns
    -------
    At most ``LARGEST`` rows by account: ``name``, ``cell``, ``revenue`` and ``margin`` (currency
    of a year), ``gap`` (currency of the quarter), ``margin_at_risk`` (currency a year), ``state``.
    """
    rows = classes.sort_index(kind="stable")
    rows = rows.sort_values("revenue", ascending=False, kind="stable").head(LARGEST)
    rows = rows.assign(
        gap=changes["gap"].reindex(rows.index),
        margin_at_risk=risk["margin_at_risk"].reindex(rows.index),
        state=states.reindex(rows.index).astype("str"),
    )
    return rows[[name for name in ACCOUNT_COLUMNS if name in rows]]


def owed_by(promised: pd.DataFrame, accounts: pd.Index, *, owed_days: int) -> pd.DataFrame:
    """What is owed to a manager's accounts: overdue, or due next.

    What nobody waits for any more is left out.

    Parameters
    ----------
    promised
        The table of ``promises``.
    accounts
        The manager's accounts.
    owed_days
        What has been overdue for longer than so many days is no longer waited for.

    Returns
    -------
    ``account``, ``what``, ``due``, ``overdue_days`` (missing where it is not), the longest
    overdue first, then what is due next; what has no day last.
    """
    mine = promised[promised["account"].isin(accounts) & (promised["state"] != "kept")]
    mine = mine[~(mine["overdue_days"] > owed_days)]
    mine = mine.sort_values(["due", "account", "what"], kind="stable", na_position="last")
    return mine[["account", "what", "due", "overdue_days"]].reset_index(drop=True)


def owed_words(owed: pd.DataFrame) -> str:
    """How much is owed, and how much of it is overdue; "" where nothing is."""
    if owed.empty:
        return ""
    late = int(owed["overdue_days"].notna().sum())
    told = _("{n} to keep, {late}.")
    return told.format(
        n=counted(len(owed), _("1 promise"), _("{n} promises")),
        late=counted(late, _("1 of them is overdue"), _("{n} of them are overdue"))
        if late
        else _("none of them overdue"),
    )


def owed_lines(owed: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """What is owed, as a sheet shows it: ``subject``, ``name``, ``what``, ``when``."""
    shown = owed.head(MOST_OWED)
    overdue, due, never = _("overdue by {days}"), _("by {day}"), _("no day agreed")
    when = [
        overdue.format(days=days(row.overdue_days))
        if pd.notna(row.overdue_days)
        else due.format(day=day(row.due))
        if pd.notna(row.due)
        else never
        for row in shown.itertuples()
    ]
    known = names.reindex(shown["account"]).fillna("").astype("str").to_numpy()
    return pd.DataFrame(
        {
            "subject": shown["account"].to_numpy(),
            "name": [name or who for name, who in zip(known, shown["account"], strict=True)],
            "what": shown["what"].astype("str").to_numpy(),
            "when": when,
        }
    )


def manager_verdict(
    change: Change, plan: float, sold: float, currency: str = "", *, is_open: bool = False
) -> str:
    """A manager's quarter in a headline: the plan, and who changed most.

    Parameters
    ----------
    change
        The revenue of the manager's accounts, with the change of each.
    plan, sold
        Currency, of the quarter; NaN where there is no plan.
    is_open
        Whether the quarter is not over.
    """
    planned = None
    if plan > 0:
        planned = Plan(sold - plan, plan, 1, 1, pd.DataFrame({"name": [], "gap": []}))
    return beside_plan(Quarter(change, plan=planned, open=is_open), currency)
