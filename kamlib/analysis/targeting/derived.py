"""Ability to pay, derived: its size against what it would buy, credit limit, how it pays."""

import math

import numpy as np
import pandas as pd

from kamlib.analysis.measures.anchors import anchored
from kamlib.analysis.measures.year_value import per_row
from kamlib.analysis.targeting.p_pieces import DECIDED, pieces
from kamlib.settings import ThreePSettings
from kamlib.words import _, count, money, number, share

# Part -> its name in the source.
PARTS = {
    "size": "annual revenue",
    "estimated": "employees",
    "credit": "credit limit",
    "paid": "payments",
    "overdue": "overdue invoices",
}


def budget_pieces(
    targets: pd.DataFrame,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    record: pd.DataFrame,
    yearly: pd.Series,
    *,
    as_of: pd.Timestamp,
    settings: ThreePSettings,
    currency: str = "",
) -> pd.DataFrame:
    """One piece per target of which any figure is known: the mean of its parts (0–1 each).

    Size: annual revenue, times what it would buy in a year (an account: what it buys and its
    ``value``; a prospect: its ``value``, or what :func:`typical_purchase` says), on
    ``three_p.own_size``. Where annual revenue is unknown it is estimated: employees times
    :func:`revenue_per_employee`. Of an account also its credit limit as a share of a year's
    purchases (``three_p.credit``), the share of invoices due it paid on time
    (``three_p.paid_on_time``) and the days its oldest open invoice is overdue, if any
    (``three_p.overdue_days``).

    The piece is dated ``as_of`` where payments speak; a size or credit limit has no date.
    """
    facts = _facts(targets, accounts, classes, record, yearly, settings)
    figures = {
        "size": (facts["times"].mask(facts["guessed"]), settings.own_size),
        "estimated": (facts["times"].where(facts["guessed"]), settings.own_size),
        "credit": (facts["credit"], settings.credit),
        "paid": (facts["on_time"] / facts["due"], settings.paid_on_time),
        "overdue": (facts["overdue"], settings.overdue_days),
    }
    scores = pd.DataFrame({name: anchored(*figure) for name, figure in figures.items()})
    mean = scores.mean(axis=1).clip(lower=settings.derived_min)
    known = scores.notna()
    dated = known["paid"] | known["overdue"]
    dates = pd.Series(pd.Timestamp(as_of), targets.index, dtype="datetime64[us]").where(dated)
    flags = [dict(zip(PARTS, row, strict=True)) for row in known.to_numpy(bool)]
    evidence = [
        "; ".join(_words(part, row, currency) for part in PARTS if told[part])
        for row, told in zip(facts.itertuples(), flags, strict=True)
    ]
    sources = [", ".join(PARTS[part] for part in PARTS if told[part]) for told in flags]
    sources = [f"derived from {source}" for source in sources]
    return pieces(targets.index, "budget", mean.to_numpy(), evidence, sources, dates)


def typical_purchase(
    industry: pd.Series,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    yearly: pd.Series,
    settings: ThreePSettings,
) -> pd.Series:
    """What a company of the industry would buy in a year (currency), were it a good account.

    The median year of the A and B accounts of its industry; where they are fewer than
    ``three_p.min_industry``, of all A and B accounts; NaN where there is none.
    """
    good = classes.index[classes["abc"].astype("str").isin(["A", "B"])]
    bought = yearly.reindex(good)
    bought = bought[bought > 0]
    return _typical(bought, accounts["industry"].reindex(bought.index), industry, settings, 1)


def revenue_per_employee(
    industry: pd.Series, accounts: pd.DataFrame, settings: ThreePSettings
) -> pd.Series:
    """Annual revenue per employee (currency), the median of accounts of the industry, or of all.

    NaN where fewer than ``three_p.min_industry`` accounts have both on record.
    """
    known = (accounts["annual_revenue"] > 0) & (accounts["employees"] > 0)
    ratio = (accounts["annual_revenue"] / accounts["employees"])[known].astype(float)
    of_whom = accounts["industry"][known]
    return _typical(ratio, of_whom, industry, settings, settings.min_industry)


def _typical(
    figures: pd.Series,
    of_industry: pd.Series,
    industry: pd.Series,
    settings: ThreePSettings,
    min_all: int,
) -> pd.Series:
    groups = figures.groupby(of_industry)
    median = groups.median()[groups.size() >= settings.min_industry]
    overall = figures.median() if len(figures) >= min_all else np.nan
    return per_row(median.astype(float), industry).fillna(overall)


def _facts(
    targets: pd.DataFrame,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    record: pd.DataFrame,
    yearly: pd.Series,
    settings: ThreePSettings,
) -> pd.DataFrame:
    """The figures behind the parts, per target; those of accounts are NaN for prospects."""
    is_account = targets["kind"] == "account"
    bought = yearly.reindex(targets.index).where(is_account)
    value = targets["value"].where(targets["value"] > 0)
    would = (bought + value.fillna(0.0)).where(is_account, value)
    # What accounts buy today says nothing of a deal that was decided earlier.
    typical = typical_purchase(targets["industry"], accounts, classes, yearly, settings)
    would = would.fillna(typical.where(~targets["outcome"].isin(DECIDED)))
    own = targets["annual_revenue"].where(targets["annual_revenue"] > 0)
    per_head = revenue_per_employee(targets["industry"], accounts, settings)
    guessed = own.isna() & (targets["employees"] > 0)
    own = own.fillna((targets["employees"] * per_head).where(guessed))
    limit = accounts["credit_limit"].reindex(targets.index).where(is_account).astype(float)
    names = ["invoices_due", "invoices_on_time", "oldest_overdue_days"]
    paid = record.reindex(columns=names).astype(float).reindex(targets.index[is_account])
    paid = paid.reindex(targets.index)
    return pd.DataFrame(
        {
            "own": own,
            "guessed": guessed,
            "employees": targets["employees"],
            "would": would,
            "times": own / would.where(would > 0),
            "limit": limit,
            "credit": limit.where(limit >= 0) / bought,
            "on_time": paid["invoices_on_time"],
            "due": paid["invoices_due"].where(paid["invoices_due"] > 0),
            "overdue": paid["oldest_overdue_days"].where(paid["oldest_overdue_days"] > 0),
        }
    )


def _words(part: str, row, currency: str) -> str:
    """One part in words."""
    if part in ("size", "estimated"):
        text = _("annual revenue {own}, {times} times the {would} it would buy in a year")
        if part == "estimated":
            text = _("annual revenue about {own} estimated from {people} employees, {times} times "
                     "the {would} it would buy in a year")  # fmt: skip
        return text.format(
            own=money(_three_digits(row.own) if part == "estimated" else row.own, currency),
            people=count(row.employees),
            times=number(row.times, 0),
            would=money(row.would, currency),
        )
    if part == "credit":
        text = _("credit limit {limit}, {part} of a year's purchases")
        return text.format(limit=money(row.limit, currency), part=share(row.credit, 0))
    if part == "paid":
        text = _("{paid} of {due} invoices paid on time")
        return text.format(paid=count(row.on_time), due=count(row.due))
    return _("oldest invoice {days} days overdue").format(days=count(row.overdue))


def _three_digits(figure: float) -> float:
    """An estimate is not told to the last unit."""
    size = 10.0 ** (math.floor(math.log10(figure)) - 2)
    return round(figure / size) * size
