"""The rows beside the bridge: managers against their plan, else what each brought a year ago."""

from collections.abc import Mapping

import pandas as pd

from kamlib.analysis.summary.verdict import Plan
from kamlib.settings import SummarySettings

COLUMNS = ("name", "value", "against", "gap")


def quarter_plan(
    portfolio: pd.DataFrame, revenue: float, *, settings: SummarySettings
) -> Plan | None:
    """The plan of the quarter; None where none covers enough of the revenue.

    Parameters
    ----------
    portfolio
        Indexed by manager: ``name``, ``plan``, ``run_rate``, ``plan_gap``, ``plan_doubt``.
    revenue
        Of the quarter (currency).
    """
    planned = portfolio[portfolio["plan"].notna()]
    if planned.empty or planned["actual"].sum() < settings.plan_share * revenue:
        return None
    sellers = portfolio[portfolio["plan"].notna() | (portfolio["actual"].fillna(0.0) != 0)]
    judged = planned[planned["plan_doubt"] == ""]
    return Plan(
        gap=float(planned["plan_gap"].sum()),
        plan=float(planned["plan"].sum()),
        people=len(planned),
        all=len(sellers),
        parts=_named(judged).rename(columns={"plan_gap": "gap"})[["name", "gap"]],
    )


def plan_rows(portfolio: pd.DataFrame) -> pd.DataFrame:
    """Each manager with a plan: sold (at the quarter's rate) against it, the largest gap first."""
    planned = _named(portfolio[portfolio["plan"].notna()])
    named = {"run_rate": "value", "plan": "against", "plan_gap": "gap"}
    return _worst_first(planned.rename(columns=named))


def manager_rows(bridge: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Each manager: sold in the quarter against the one compared with (the bridge's rows)."""
    rows = bridge[(bridge["direction"] == "manager") & (bridge["key"] != "")].set_index("key")
    named = rows.assign(name=[names.get(key) or key for key in rows.index])
    named = named.rename(columns={"after": "value", "before": "against"})
    return _worst_first(named.assign(gap=named["value"] - named["against"]))


def account_rows(changes: pd.DataFrame, names: pd.Series, *, rows: int) -> pd.DataFrame:
    """The accounts that changed most: bought in the quarter against the one compared with."""
    found = changes.assign(gap=changes["revenue"] - changes["revenue_before"])
    most = found["gap"].abs().sort_values(ascending=False, kind="stable").index[:rows]
    found = found.loc[most].assign(name=names.reindex(most).fillna("").astype("str"))
    found["name"] = found["name"].where(found["name"] != "", most.to_series())
    return _worst_first(found.rename(columns={"revenue": "value", "revenue_before": "against"}))


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by manager with a name: the code where none is known."""
    return rows.assign(name=rows["name"].where(rows["name"] != "", rows.index.to_series()))


def _worst_first(rows: pd.DataFrame) -> pd.DataFrame:
    found = rows[list(COLUMNS)].sort_index(kind="stable")
    return found.sort_values("gap", kind="stable")
