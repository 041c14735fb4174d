"""Ability to pay, derived: its size against what it would buy, credit limit, how it pays."""

import numpy as np
import pandas as pd

from kamlib.analysis.anchors import anchored
from kamlib.analysis.p_pieces import pieces
from kamlib.analysis.year_value import per_row
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
    is_account = (targets["kind"] == "account").to_numpy()
    bought = yearly.reindex(targets.index).where(is_account)
    value = targets["value"].where(targets["value"] > 0)
    would = (bought + value.fillna(0.0)).where(is_account, value)
    would = would.fillna(typical_purchase(targets["industry"], accounts, classes, yearly, settings))
    own = targets["annual_revenue"].where(targets["annual_revenue"] > 0)
    per_head = revenue_per_employee(targets["industry"], accounts, settings)
    guessed = own.isna() & (targets["employees"] > 0)
    own = own.fillna((targets["employees"] * per_head).where(guessed))
    times = (own / would.where(would > 0)).astype(float)
    limit = accounts["credit_limit"].reindex(targets.index).where(is_account).astype(float)
    paid = record.reindex(
        index=targets.index, columns=["invoices_due", "invoices_on_time", "oldest_overdue_days"]
    )
    paid = paid[is_account].reindex(targets.index).astype(float)
    due = paid["invoices_due"].where(paid["invoices_due"] > 0)
    overdue = paid["oldest_overdue_days"].where(paid["oldest_overdue_days"] > 0)
    figures = {
        "size": (times.mask(guessed), settings.own_size),
        "estimated": (times.where(guessed), settings.own_size),
        "credit": (limit.where(limit >= 0) / bought, settings.credit),
        "paid": (paid["invoices_on_time"] / due, settings.paid_on_time),
        "overdue": (overdue, settings.overdue_days),
    }
    scores = pd.DataFrame({name: anchored(*figure) for name, figure in figures.items()})
    mean = scores.mean(axis=1).clip(lower=settings.derived_min)
    told = {
        "size": _size_words(own, times, would, None, currency),
        "estimated": _size_words(own, times, would, targets["employees"], currency),
        "credit": [
            _("credit limit {limit}, {part} of a year's purchases").format(
                limit=money(amount, currency), part=share(part, 0)
            )
            for amount, part in zip(limit, figures["credit"][0], strict=True)
        ],
        "paid": [
            _("{paid} of {due} invoices paid on time").format(paid=count(well), due=count(all_due))
            for well, all_due in zip(paid["invoices_on_time"], due, strict=True)
        ],
        "overdue": [
            _("oldest invoice {days} days overdue").format(days=count(late)) for late in overdue
        ],
    }
    known = scores.notna()
    dated = known["paid"] | known["overdue"]
    dates = pd.Series(pd.Timestamp(as_of), targets.index, dtype="datetime64[us]").where(dated)
    evidence = _joined(known, told, "; ")
    sources = _joined(known, {name: [word] * len(known) for name, word in PARTS.items()}, ", ")
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


def _size_words(
    own: pd.Series,
    times: pd.Series,
    would: pd.Series,
    employees: pd.Series | None,
    currency: str,
) -> list[str]:
    text = _("annual revenue {own}, {times} times the {would} it would buy in a year")
    if employees is not None:
        text = _("annual revenue about {own} estimated from {people} employees, {times} times the "
                 "{would} it would buy in a year")  # fmt: skip
    heads = own if employees is None else employees
    own = own if employees is None else _three_digits(own)
    return [
        text.format(own=money(size, currency), times=number(ratio, 0), people=count(people),
                    would=money(buys, currency))
        for size, ratio, buys, people in zip(own, times, would, heads, strict=True)
    ]  # fmt: skip


def _three_digits(figures: pd.Series) -> pd.Series:
    """An estimate is not told to the last unit."""
    size = 10.0 ** (np.floor(np.log10(figures.where(figures > 0))) - 2)
    return (figures / size).round() * size


def _joined(known: pd.DataFrame, told: dict[str, list[str]], between: str) -> list[str]:
    """The texts of the parts that are known, row by row."""
    flags = known.to_numpy(bool)
    columns = [told[name] for name in known.columns]
    return [
        between.join(text for text, is_known in zip(texts, row, strict=True) if is_known)
        for row, texts in zip(flags, zip(*columns, strict=True), strict=True)
    ]
