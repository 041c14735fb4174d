"""Each manager's portfolio: what it brings, what is at risk, what it needs, how it did."""

import pandas as pd

from kamlib.analysis.abc_xyz.concentration import concentration
from kamlib.analysis.churn.at_risk import margin_known
from kamlib.analysis.segments.plan_actual import plan_actual, quarter_share
from kamlib.analysis.segments.plays import hours_available
from kamlib.analysis.segments.portfolio_mix import portfolio_mix
from kamlib.settings import Settings

YEAR = 4
COLUMNS = [
    *("accounts", "revenue", "margin", "at_risk", "hours_needed", "hours_available", "plan"),
    *("actual", "name", "run_rate", "plan_gap", "quarter_share", "revenue_before", "growth"),
    *("new_revenue", "kept_growth", "expected_growth", "expected_change", "against_mix"),
    *("against_mix_share", "own_base", "largest_share", "effective_accounts", "key_accounts"),
    "key_hours",
]


def portfolios(
    classes: pd.DataFrame,
    plays: pd.DataFrame,
    risk: pd.DataFrame,
    *,
    key: pd.Index,
    managers: pd.DataFrame,
    manager_quarters: pd.DataFrame,
    plans: pd.DataFrame,
    history: pd.DataFrame,
    as_of: pd.Timestamp,
    seen_to: pd.Timestamp,
    settings: Settings,
) -> pd.DataFrame:
    """What stands behind each manager's name, and the result with the portfolio taken out.

    Accounts and all that is summed over them count for the account's manager today; plan,
    actual and run-rate for the manager whom the sale names. The two differ after a handover.

    Parameters
    ----------
    classes, plays, risk
        The tables of ``abc_xyz``, ``account_plays`` and ``margin_at_risk``.
    key
        The key accounts.
    managers, plans
        The tables of these names.
    manager_quarters
        The book's frame.
    history
        The table of ``abc_xyz_history``: the classes of four quarters ago. Where it does not
        hold them, or the sales did not reach over their whole window, nothing is compared.
    as_of, seen_to
        Last day of the reported quarter; last day that is known of.

    Returns
    -------
    One row per manager with an account, a record (people of marketing aside), a plan for the
    quarter or a sale in it, the most revenue first, "" (no manager) last: ``COLUMNS``.
    ``revenue``, ``margin``, ``revenue_before`` of the window; ``at_risk`` (currency);
    ``hours_needed`` of all accounts' plays and ``key_hours`` of the key accounts'; ``plan`` to
    ``quarter_share`` as in ``plan_actual``; ``growth`` of all, new accounts included, the rest
    as in ``portfolio_mix``; ``largest_share`` (0–1) of positive revenue and ``effective_accounts``
    (1 / HHI).
    """
    results = plan_actual(manager_quarters, plans, as_of=as_of, seen_to=seen_to)
    recorded = managers.drop_duplicates("manager").set_index("manager")
    names = _everyone(classes["manager"], _sellers(managers), results.index)
    table = _sums(classes, plays, risk, key, names)
    table["hours_available"] = hours_available(managers, names, settings=settings)
    table["name"] = recorded["name"].reindex(names).astype("str").fillna("")
    table = table.join(results.drop(columns="quarter_share"))
    table[["actual", "run_rate"]] = table[["actual", "run_rate"]].fillna(0.0)
    table["quarter_share"] = quarter_share(manager_quarters, as_of=as_of, seen_to=seen_to)
    before = _year_ago(history, pd.Timestamp(as_of).to_period("Q") - YEAR)
    table = table.join(portfolio_mix(before, classes["revenue"], classes["manager"], names))
    if before.empty:
        compared = ["revenue_before", "new_revenue", "expected_change", "against_mix"]
        table[compared] = float("nan")
    change = table["revenue"] - table["revenue_before"]
    table["growth"] = change / table["revenue_before"].where(table["revenue_before"] > 0)
    return _largest_first(table)[COLUMNS]


def _sellers(managers: pd.DataFrame) -> pd.Series:
    """Who works for accounts: all but the people of marketing."""
    if "team" not in managers:
        return managers["manager"]
    return managers.loc[managers["team"].ne("marketing").fillna(True), "manager"]


def _everyone(*sources: pd.Series | pd.Index) -> pd.Index:
    names = pd.Index([], dtype="str")
    for source in sources:
        names = names.union(pd.Index(source).dropna().astype("str").unique())
    return names.rename("manager")


def _sums(
    classes: pd.DataFrame, plays: pd.DataFrame, risk: pd.DataFrame, key: pd.Index, names: pd.Index
) -> pd.DataFrame:
    hours = plays["hours"].reindex(classes.index).fillna(0.0)
    is_key = classes.index.isin(key)
    accounts = classes[["manager", "revenue", "margin"]].assign(
        at_risk=risk["at_risk"].reindex(classes.index),
        hours_needed=hours,
        key_hours=hours.where(is_key, 0.0),
        key_accounts=is_key.astype(int),
        accounts=1,
    )
    # In the order of accounts, so that the same accounts give the same sum to the last bit.
    groups = accounts.sort_index(kind="stable").groupby("manager")
    counted = ["accounts", "key_accounts", "revenue", "hours_needed", "key_hours"]
    table = groups[counted].sum().reindex(names, fill_value=0)
    for column in ("margin", "at_risk"):
        sums = groups[column].sum(min_count=1).reindex(names).astype(float)
        known = column == "at_risk" or margin_known(classes)
        table[column] = sums.mask(table["accounts"] == 0, 0.0 if known else None)
    table[["revenue", "margin", "at_risk"]] = table[["revenue", "margin", "at_risk"]].round(6)
    spread = {name: _spread(group) for name, group in groups["revenue"]}
    shares = pd.DataFrame.from_dict(
        spread, orient="index", columns=["largest_share", "effective_accounts"], dtype=float
    )
    return table.join(shares)


def _spread(revenue: pd.Series) -> list[float]:
    measures = concentration(revenue, top=(1,))["value"]
    return [measures["top_1_share"], measures["effective_accounts"]]


def _year_ago(history: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    then = history[(history["quarter"] == quarter) & history["covered"].astype(bool)]
    return then.set_index("account")[["cell", "revenue"]]


def _largest_first(table: pd.DataFrame) -> pd.DataFrame:
    by_revenue = table.sort_index(kind="stable").sort_values(
        "revenue", ascending=False, kind="stable"
    )
    nobody = by_revenue.index == ""
    return pd.concat([by_revenue[~nobody], by_revenue[nobody]])
