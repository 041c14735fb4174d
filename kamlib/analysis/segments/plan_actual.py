"""A manager's plan against what was sold, with an open quarter projected to its end."""

import pandas as pd


def plan_actual(
    manager_quarters: pd.DataFrame,
    plans: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    seen_to: pd.Timestamp,
) -> pd.DataFrame:
    """Plan, actual and run-rate of the quarter, by the manager whom the sale names.

    The run-rate of a complete quarter is its actual. An open one is projected with the share
    of its revenue that the whole company had by the same day of the same quarter a year ago,
    so that the season counts; without that quarter, by days.

    Parameters
    ----------
    manager_quarters
        The book's frame of that name.
    plans
        The table ``plans``: ``manager``, ``quarter`` ("2025Q4"), ``revenue_plan``.
    as_of
        Last day of the reported quarter.
    seen_to
        The last day that is known of: before ``as_of`` in an open quarter.

    Returns
    -------
    One row per manager with a plan for the quarter or a sale in it: ``plan`` (NaN where there
    is none), ``actual``, ``run_rate``, ``plan_gap`` (currency; run-rate less plan: below zero
    is missing); ``quarter_share`` (0–1: how much of the quarter's revenue the projection takes
    to be in).
    """
    quarter = pd.Timestamp(as_of).to_period("Q")
    sold = manager_quarters[manager_quarters["quarter"] == quarter]
    actual = sold.set_index("manager")["revenue"]
    planned = plans[plans["quarter"] == str(quarter)].drop_duplicates("manager")
    plan = planned.set_index("manager")["revenue_plan"]
    names = actual.index.union(plan.index).rename("manager")
    table = pd.DataFrame(
        {
            "plan": plan.reindex(names).astype(float),
            "actual": actual.reindex(names).astype(float).fillna(0.0),
        },
        names,
    )
    part = quarter_share(manager_quarters, as_of=as_of, seen_to=seen_to)
    table["run_rate"] = (table["actual"] / part).round(6)
    table["plan_gap"] = (table["run_rate"] - table["plan"]).round(6)
    return table.assign(quarter_share=part)


def quarter_share(
    manager_quarters: pd.DataFrame, *, as_of: pd.Timestamp, seen_to: pd.Timestamp
) -> float:
    """The share of a quarter's revenue that is usually in by a day, from a year ago or by days."""
    as_of, seen_to = pd.Timestamp(as_of), pd.Timestamp(seen_to)
    if seen_to >= as_of:
        return 1.0
    quarter = as_of.to_period("Q")
    year_ago = manager_quarters[manager_quarters["quarter"] == quarter - 4]
    by_then, whole = year_ago["revenue_to_day"].sum(), year_ago["revenue"].sum()
    if whole > 0 and 0 < by_then <= whole:
        return float(by_then / whole)
    start = quarter.start_time
    passed = (seen_to - start).days + 1
    return min(max(passed / ((as_of - start).days + 1), 1 / 92), 1.0)
