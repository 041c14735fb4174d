"""Each manager's portfolio: what it brings and needs, and its plan against what was sold."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.concentration import concentration
from kamlib.analysis.segments.handovers import Served, nobody_served
from kamlib.analysis.segments.known import Work
from kamlib.analysis.segments.plays import hours_available
from kamlib.analysis.segments.silence import margin_known
from kamlib.quarters import frequency_of, quarter_label, quarter_of
from kamlib.settings import Settings
from kamlib.words import _, count

YEAR = 4
NAMED = 3  # so many accounts are named beside a manager
COLUMNS = [
    *("accounts", "revenue", "margin", "at_risk", "hours_needed", "hours_available", "plan"),
    *("actual", "name", "run_rate", "plan_gap", "quarter_share", "revenue_before", "growth"),
    *("new_revenue", "kept_growth", "expected_growth", "expected_change", "against_mix"),
    *("against_mix_share", "own_base", "largest_share", "effective_accounts", "key_accounts"),
    *("key_hours", "inherited", "passed_on", "quarter_inherited", "quarter_passed_on"),
    *("plan_doubt", "growth_doubt"),
]


def portfolios(
    work: Work,
    *,
    manager_quarters: pd.DataFrame,
    plans: pd.DataFrame,
    history: pd.DataFrame,
    seen_to: pd.Timestamp,
    settings: Settings,
    served: Served | None = None,
) -> pd.DataFrame:
    """What stands behind each manager's name, and the result with the portfolio taken out.

    Accounts and all that is summed over them count for the account's manager today; plan,
    actual and run-rate for the manager whom the sale names; growth, and what goes beyond the
    mix, for who served the account then. The three differ after a handover, and nobody is
    judged by one: where a verdict would be another without it, the doubt is told.

    Parameters
    ----------
    manager_quarters
        The book's frame.
    plans
        The table of this name.
    history
        The table of ``abc_xyz_history``: the classes of four quarters ago. Where it does not
        hold them, or the sales did not reach over their whole window, nothing is compared.
    seen_to
        The last day that is known of.
    served
        Who served the accounts that changed hands; without it none did.

    Returns
    -------
    One row per manager with an account, a record (people of marketing aside), a plan for the
    quarter or a sale in it, the most revenue first, "" (no manager) last: ``COLUMNS``.
    ``revenue``, ``margin``, ``revenue_before`` of the window; ``at_risk`` (currency);
    ``hours_needed`` of all accounts' plays and ``key_hours`` of the key accounts'; ``plan`` to
    ``quarter_share`` as in ``plan_actual``; ``growth`` of all, new accounts included, the rest
    as in ``portfolio_mix``; ``largest_share`` (0–1) of positive revenue and ``effective_accounts``
    (1 / HHI). Of the window's revenue ``inherited`` is what others served of the accounts that
    are the manager's today, ``passed_on`` what the manager served of those of others; of the
    actual ``quarter_inherited`` is sold to accounts that came within the quarter, and
    ``quarter_passed_on`` what others sold to those that went (currency, NaN where there is
    none). ``plan_doubt`` and ``growth_doubt`` say why plan and growth judge nobody ("" where
    they do).
    """
    classes, managers = work.classes, work.managers
    served = nobody_served() if served is None else served
    known = {"as_of": work.as_of, "seen_to": seen_to}
    results = plan_actual(manager_quarters, plans, **known)
    recorded = managers.drop_duplicates("manager").set_index("manager")
    sellers = _sellers(managers)
    names = _everyone(classes["manager"], sellers, results.index, served.pieces["manager"])
    table = _sums(work, names)
    table["hours_available"] = hours_available(managers, names, settings=settings)
    table["name"] = recorded["name"].reindex(names).astype("str").fillna("")
    table = table.join(results.drop(columns="quarter_share"))
    table[["actual", "run_rate"]] = table[["actual", "run_rate"]].fillna(0.0)
    table["quarter_share"] = quarter_share(manager_quarters, **known)
    quarter = quarter_of(work.as_of, frequency_of(manager_quarters["quarter"]))
    before = _year_ago(history, quarter - YEAR)
    now = classes["revenue"], classes["manager"]
    mix = portfolio_mix(before, *now, names, pieces=served.pieces)
    table, still = table.join(mix), mix["against_mix"]
    if len(served.pieces):
        first = served.pieces.groupby("account")["manager"].transform("first")
        unmoved = served.pieces.assign(manager=first)
        still = portfolio_mix(before, *now, names, pieces=unmoved)["against_mix"]
    if before.empty:
        compared = ["revenue_before", "new_revenue", "expected_change", "against_mix"]
        table[compared] = float("nan")
    table = table.join(_moved(served, classes["manager"], names))
    change = _as_served(table) - table["revenue_before"]
    table["growth"] = change / table["revenue_before"].where(table["revenue_before"] > 0)
    lately = served.handovers[served.handovers["account"].isin(served.moves["account"])]
    table["plan_doubt"] = _doubt(table["plan_gap"], _gap_unmoved(table), lately)
    table["growth_doubt"] = _doubt(table["against_mix"], still, served.handovers)
    return _largest_first(table)[COLUMNS]


def _moved(served: Served, owners: pd.Series, names: pd.Index) -> pd.DataFrame:
    """What came to each manager and went from them; NaN where nothing did."""
    pieces = served.pieces.assign(owner=served.pieces["account"].map(owners).astype("str"))
    others = pieces[pieces["manager"] != pieces["owner"]]
    moves = served.moves
    sums = {
        "inherited": others.groupby("owner")["revenue"],
        "passed_on": others.groupby("manager")["revenue"],
        "quarter_inherited": moves.groupby("to_manager")["revenue"],
        "quarter_passed_on": moves.groupby("from_manager")["revenue"],
    }
    return pd.DataFrame({n: group.sum().reindex(names) for n, group in sums.items()}, names)


def _as_served(table: pd.DataFrame) -> pd.Series:
    """The window's revenue by who served then."""
    return table["revenue"] - table["inherited"].fillna(0.0) + table["passed_on"].fillna(0.0)


def _gap_unmoved(table: pd.DataFrame) -> pd.Series:
    """The gap to the plan if no account had changed hands in the quarter."""
    came, went = table["quarter_inherited"].fillna(0.0), table["quarter_passed_on"].fillna(0.0)
    return (table["actual"] - came + went) / table["quarter_share"] - table["plan"]


def _doubt(found: pd.Series, unmoved: pd.Series, handovers: pd.DataFrame) -> pd.Series:
    """Whose verdict would be another if nothing had changed hands, and what did."""
    turned = found.notna() & ((found >= 0) != (unmoved >= 0))
    return pd.Series(
        [_changes(handovers, name) if turn else "" for name, turn in turned.items()],
        found.index,
        dtype="str",
    )


def _changes(handovers: pd.DataFrame, manager: str) -> str:
    """The accounts that came to a manager and went, in a few words."""
    came = handovers.loc[handovers["to_manager"] == manager, "account"]
    went = handovers.loc[handovers["from_manager"] == manager, "account"]
    told = [(_("{accounts} came"), came), (_("{accounts} went"), went)]
    return _(" and ").join(text.format(accounts=_first(each)) for text, each in told if len(each))


def _first(accounts: pd.Series) -> str:
    listed = list(dict.fromkeys(accounts))
    more = len(listed) - NAMED
    shown = ", ".join(listed[:NAMED])
    return _("{shown} and {n} more").format(shown=shown, n=count(more)) if more > 0 else shown


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


def _sums(work: Work, names: pd.Index) -> pd.DataFrame:
    classes = work.classes
    hours = work.plays["hours"].reindex(classes.index).fillna(0.0)
    is_key = classes.index.isin(work.key)
    accounts = classes[["manager", "revenue", "margin"]].assign(
        at_risk=work.risk["at_risk"].reindex(classes.index),
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


def portfolio_mix(
    before: pd.DataFrame,
    revenue: pd.Series,
    manager: pd.Series,
    managers: pd.Index,
    *,
    pieces: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each manager's growth against the growth of like accounts in the whole company.

    Like accounts are those of the same cell a year ago. Each cell's growth in the company is
    applied to what the manager's accounts of that cell brought a year ago; where a cell's sum
    of a year ago is not positive (D), each account is expected to change by the cell's mean.
    Accounts that were not there a year ago stand beside it as new revenue. So the differences
    of all managers add up to nothing. A manager who holds most of a cell is compared mostly
    with the own accounts: ``own_base`` says how much.

    Parameters
    ----------
    before
        Per account of a year ago: ``cell``, ``revenue`` (net, window, currency).
    revenue
        Net revenue of today's window per account.
    manager
        Manager today per account.
    managers
        For whom to tell.
    pieces
        Of :class:`Served`: an account in it counts for who served it then, piece by piece, and
        all pieces together as the whole account would.

    Returns
    -------
    One row per manager: ``revenue_before``; ``new_revenue`` (of accounts not there a year
    ago); ``expected_change``, ``against_mix`` (currency; change of the accounts that were
    there less what was expected); ``kept_growth``, ``expected_growth``, ``against_mix_share``
    (shares of ``revenue_before``, NaN where that is not positive); ``own_base`` (0–1).
    """
    then = before["revenue"].reindex(revenue.index)
    there = then.notna()
    accounts = pd.DataFrame(
        {
            "manager": manager,
            "cell": before["cell"].astype("str").reindex(revenue.index),
            "before": then,
            "change": revenue - then,
            "new": revenue.where(~there, 0.0),
            "part": 1.0,
        }
    )
    if pieces is not None and len(pieces):
        accounts = _in_pieces(accounts, pieces, revenue)
    kept = accounts[accounts["before"].notna()]
    expected, own_part = _expected(kept)
    kept = kept.assign(expected=expected, own=own_part * kept["before"].clip(lower=0))
    sums = kept.groupby("manager")[["before", "change", "expected", "own"]].sum()
    sums = sums.reindex(managers, fill_value=0.0)
    base = sums["before"].where(sums["before"] > 0)
    positive = kept["before"].clip(lower=0).groupby(kept["manager"]).sum().reindex(managers)
    against = (sums["change"] - sums["expected"]).round(6)
    return pd.DataFrame(
        {
            "revenue_before": sums["before"].round(6),
            "new_revenue": accounts.groupby("manager")["new"].sum().reindex(managers).fillna(0.0),
            "expected_change": sums["expected"].round(6),
            "against_mix": against,
            "kept_growth": sums["change"] / base,
            "expected_growth": sums["expected"] / base,
            "against_mix_share": against / base,
            "own_base": sums["own"] / positive.where(positive > 0),
        },
        managers,
    )


def _in_pieces(accounts: pd.DataFrame, pieces: pd.DataFrame, revenue: pd.Series) -> pd.DataFrame:
    """The accounts, of which those that changed hands are a row per manager who served them."""
    served = pieces[pieces["account"].isin(accounts.index)].set_index("account")
    last = ~served.index.duplicated(keep="last")
    whole = accounts.reindex(served.index)
    for name, total in (("revenue", revenue.reindex(served.index)), ("before", whole["before"])):
        # What days and months add up to differs by the last bits, or by a window of its own.
        rest = total - served.groupby(level=0)[name].transform("sum")
        served[name] = served[name] + rest.where(last, 0.0)
    there = whole["before"].notna()
    rows = whole.assign(
        manager=served["manager"],
        before=served["before"].where(there),
        change=(served["revenue"] - served["before"]).where(there),
        new=served["revenue"].where(~there, 0.0),
        part=served["part"],
    )
    return pd.concat([accounts.drop(index=served.index.unique()), rows])


def _expected(kept: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Expected change per account, and what part of its cell's base its manager holds."""
    cells = kept.groupby("cell")
    base, change = cells["before"].transform("sum"), cells["change"].transform("sum")
    mean = change / cells["part"].transform("sum")
    growth = change / base.where(base > 0)
    expected = (kept["before"] * growth).where(base > 0, mean * kept["part"])
    positive = kept["before"].clip(lower=0)
    cell_sum = positive.groupby(kept["cell"]).transform("sum")
    own_sum = positive.groupby([kept["cell"], kept["manager"]]).transform("sum")
    return expected, (own_sum / cell_sum.replace(0, np.nan)).fillna(0.0)


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
        The table ``plans``: ``manager``, ``quarter`` ("2025Q4", of the company's year),
        ``revenue_plan``.
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
    freq = frequency_of(manager_quarters["quarter"])
    quarter = quarter_of(as_of, freq)
    sold = manager_quarters[manager_quarters["quarter"] == quarter]
    actual = sold.set_index("manager")["revenue"]
    planned = plans[plans["quarter"] == quarter_label(quarter)].drop_duplicates("manager")
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
    quarter = quarter_of(as_of, frequency_of(manager_quarters["quarter"]))
    year_ago = manager_quarters[manager_quarters["quarter"] == quarter - 4]
    by_then, whole = year_ago["revenue_to_day"].sum(), year_ago["revenue"].sum()
    if whole > 0 and 0 < by_then <= whole:
        return float(by_then / whole)
    start = quarter.start_time
    passed = (seen_to - start).days + 1
    return min(max(passed / ((as_of - start).days + 1), 1 / 92), 1.0)
