"""The figures that the six criteria of key accounts are made of, before any of them is scored."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.settings import Settings

# Criterion -> its parts; each is a figure here and has its anchors in the settings of that name.
PARTS = {
    "income": ("income_share",),
    "reliability": ("paid_on_time", "dispute_days", "returned_share"),
    "long_term": ("tenure_years", "silence_used"),
    "growth": ("value_change",),
    "new_income": ("new_share",),
    "reputation": (),
}
YEAR = 12
QUARTER = 3
DAYS_PER_YEAR = 365.25
MONEY_DIGITS = 6
NAMED_LINES = 3


@dataclass(frozen=True)
class Window:
    """The window of the criteria and whether the data reaches back far enough before it.

    ``grown`` says whether the same window a year before can be compared, ``renewed`` whether
    there are ``criteria.new_months`` before the window, ``to_grow`` and ``to_renew`` the months
    to which the data has to reach back for that; ``open`` whether the quarter still runs.
    """

    begin: pd.Period
    end: pd.Period
    data_from: pd.Timestamp
    to_grow: pd.Period
    to_renew: pd.Period
    open: bool = False

    @property
    def grown(self) -> bool:
        """Whether value can be held against the year before."""
        return not self.open and self.data_from.to_period("M") <= self.to_grow

    @property
    def renewed(self) -> bool:
        """Whether it can be told which lines are new."""
        return self.data_from.to_period("M") <= self.to_renew


def criteria_window(
    *,
    as_of: pd.Timestamp,
    data_from: pd.Timestamp,
    settings: Settings,
    seen_to: pd.Timestamp | None = None,
) -> Window:
    """The trailing ``abc.months`` up to ``as_of``."""
    end = pd.Timestamp(as_of).to_period("M")
    begin = end - settings.abc.months + 1
    still_open = seen_to is not None and pd.Timestamp(seen_to) < pd.Timestamp(as_of)
    to_renew = begin - settings.criteria.new_months
    return Window(begin, end, pd.Timestamp(data_from), begin - YEAR, to_renew, still_open)


def criteria_figures(
    classes: pd.DataFrame,
    months: pd.DataFrame,
    line_quarters: pd.DataFrame,
    accounts: pd.DataFrame,
    record: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    window: Window,
    settings: Settings,
) -> pd.DataFrame:
    """The raw figure of every part of the criteria, and the facts that explain it.

    Returns
    -------
    One row per account in the order of ``classes``: the parts named in ``PARTS`` (NaN where
    unknown; shares may lie outside 0–1); for the words ``by_revenue`` (income judged by revenue
    although margin is known of others), ``invoices_due``, ``invoices_on_time``,
    ``complaints_open``, ``at_least`` (the account may be older than the data), ``allowed_days``,
    ``change`` (currency), ``bought`` (whether it has positive revenue in the window), ``young``
    (first order within the window), ``new_lines`` (text).
    """
    parts = [
        _income(classes),
        _reliability(classes.index, months, record, window),
        _long_term(classes, accounts, pd.Timestamp(as_of), window, settings),
        _growth(classes.index, months, window, settings.abc.measure),
        _new_income(classes, line_quarters, window, settings),
    ]
    return pd.concat(parts, axis=1)


def _income(classes: pd.DataFrame) -> pd.DataFrame:
    shares = {}
    for measure in ("margin", "revenue"):
        earned = classes[measure].astype(float).clip(lower=0)
        shares[measure] = earned / earned.sum() if earned.sum() > 0 else earned * np.nan
    unknown = classes["margin"].isna()
    return pd.DataFrame(
        {
            "income_share": shares["margin"].where(~unknown, shares["revenue"]),
            "by_revenue": unknown & (not unknown.all()),
        }
    )


def _reliability(
    accounts: pd.Index, months: pd.DataFrame, record: pd.DataFrame, window: Window
) -> pd.DataFrame:
    columns = ["invoices_due", "invoices_on_time", "complaints_open", "oldest_open_days"]
    found = record[columns].astype(float).reindex(accounts)
    due = found["invoices_due"].where(found["invoices_due"] > 0)
    # Where interactions are recorded at all, an account without any has no dispute on record.
    recorded = record["complaints_open"].notna().any()
    dispute = found["oldest_open_days"].where(found["complaints_open"] > 0, 0.0)
    sums = _sums(months, ["revenue", "returned"], accounts, window.begin, window.end)
    gross = (sums["revenue"] + sums["returned"]).round(MONEY_DIGITS)
    returned = (sums["returned"] / gross.where(gross > 0)).mask(
        (gross <= 0) & (sums["returned"] > 0), 1.0
    )
    return found[columns[:3]].assign(
        paid_on_time=found["invoices_on_time"] / due,
        dispute_days=dispute if recorded else np.nan,
        returned_share=returned,
    )


def _long_term(
    classes: pd.DataFrame,
    accounts: pd.DataFrame,
    as_of: pd.Timestamp,
    window: Window,
    settings: Settings,
) -> pd.DataFrame:
    first = classes["first_order"]
    since = accounts["since"].reindex(classes.index).astype(first.dtype)
    since = since.where(since <= as_of)
    start = pd.concat([since, first], axis=1).min(axis=1)
    begun = window.data_from.to_period("M").end_time
    rule = settings.churn
    allowed = (rule.gap_multiple * classes["typical_gap_days"].astype(float)).clip(
        lower=rule.min_silence_days
    )
    allowed = allowed.fillna(rule.min_silence_days)
    return pd.DataFrame(
        {
            "tenure_years": (as_of - start).dt.days / DAYS_PER_YEAR,
            "at_least": (first <= begun) & ~(since <= first),
            "silence_used": classes["silence_days"].astype(float) / allowed,
            "allowed_days": allowed,
        }
    )


def _growth(accounts: pd.Index, months: pd.DataFrame, window: Window, measure: str) -> pd.DataFrame:
    now = _sums(months, [measure], accounts, window.begin, window.end)[measure]
    then = _sums(months, [measure], accounts, window.begin - YEAR, window.end - YEAR)[measure]
    change = (now - then).round(MONEY_DIGITS)
    total = then.sum()
    known = window.grown and total > 0
    return pd.DataFrame({"value_change": change / total if known else np.nan, "change": change})


def _new_income(
    classes: pd.DataFrame, line_quarters: pd.DataFrame, window: Window, settings: Settings
) -> pd.DataFrame:
    named = line_quarters[line_quarters["product_line"] != ""]
    quarter = named["quarter"].dt.year * 4 + named["quarter"].dt.quarter
    last = window.end.year * 4 + window.end.quarter
    recent = _quarters(settings.criteria.new_months)
    lines = ["account", "product_line"]
    first = quarter[named["order_days"] > 0].groupby([named[name] for name in lines]).min()
    within = (quarter > last - _quarters(settings.abc.months)) & (quarter <= last)
    sold = named[within].groupby(lines)["revenue"].sum().clip(lower=0)
    new = sold.where(first.reindex(sold.index) > last - recent, 0.0)
    totals = pd.DataFrame({"sold": sold, "new": new}).groupby(level="account").sum()
    totals = totals.reindex(classes.index).astype(float)
    bought = classes["revenue"].astype(float) > 0
    share = (totals["new"] / totals["sold"].where(totals["sold"] > 0)).where(bought, 0.0)
    known = window.renewed and len(named) > 0
    young = classes["first_order"] >= window.begin.start_time
    share = share.mask(bought & young, 1.0)
    return pd.DataFrame(
        {
            "new_share": share if known else np.nan,
            "bought": bought,
            "young": young,
            "new_lines": _line_names(new).reindex(classes.index, fill_value=""),
        }
    )


def _line_names(new: pd.Series) -> pd.Series:
    """The new lines of each account in words, the largest first."""
    listed = new[new > 0].reset_index(name="revenue")
    listed = listed.sort_values(["revenue", "product_line"], ascending=[False, True], kind="stable")
    listed = listed.groupby("account").head(NAMED_LINES)
    names = listed.groupby("account")["product_line"].agg(", ".join)
    return names.astype("str")


def _quarters(months: int) -> int:
    return -(-months // QUARTER)


def _sums(
    months: pd.DataFrame,
    columns: list[str],
    accounts: pd.Index,
    begin: pd.Period,
    end: pd.Period,
) -> pd.DataFrame:
    within = months[(months["month"] >= begin) & (months["month"] <= end)]
    return within.groupby("account")[columns].sum().reindex(accounts, fill_value=0.0)
