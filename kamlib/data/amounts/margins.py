"""Margin and cost beside the revenue: per cent or money, per piece or for the line."""

import numpy as np

from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import NEARLY_ALL, share
from kamlib.data.amounts.totals import quantity_of
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.read.conversion import quoted
from kamlib.words import _, number

_CENTS = 0.03
_BIG = 20.0
_TIGHTER = 0.6
_LEAST = 10


def margin_doubts(
    figures: Figures, revenue: Amount, first: Amount, columns: dict[str, str]
) -> list[Doubt]:
    """What is to be said of the guessed margin or cost.

    Parameters
    ----------
    figures
        The numbers of the lines.
    revenue, first
        The revenue as decided, and as first guessed.
    columns
        The first expressions per canonical column.
    """
    if "margin" in columns:
        return _of_margin(figures, revenue, first, columns["margin"])
    if "cost" in columns:
        return _of_cost(figures, revenue, columns["cost"])
    return []


def _column(figures: Figures, sql: str) -> str:
    return next((name for name in figures.numbers if quoted(name) in sql), "")


def _of_margin(figures: Figures, revenue: Amount, first: Amount, sql: str) -> list[Doubt]:
    name = _column(figures, sql)
    if not name:
        return []
    margin = figures.amount(name)
    shares = _as_share(margin, revenue)
    if shares:
        return [_share_doubt(margin, revenue, shares)]
    for cost_name in figures.named("cost", "transactions"):
        cost = figures.amount(cost_name)
        of_net = share(margin.values, revenue.values - cost.values, _CENTS)
        if of_net >= NEARLY_ALL or revenue.total <= 0:
            return []
        other = next(
            (
                amount
                for amount in (first, *map(figures.amount, figures.sums))
                if amount.sql != revenue.sql
                and share(margin.values, amount.values - cost.values, _CENTS) >= NEARLY_ALL
            ),
            None,
        )
        if other is not None and abs(other.total - revenue.total) > 0.001 * abs(revenue.total):
            return [_from_other(margin, revenue, other, cost)]
    return []


def _as_share(margin: Amount, revenue: Amount) -> int:
    """100 where a margin is per cent of the revenue, 1 where it is a share, 0 where it is money."""
    given = np.isfinite(margin.values) & np.isfinite(revenue.values) & (revenue.values > 0)
    if given.sum() < _LEAST:
        return 0
    values, amounts = np.abs(margin.values[given]), revenue.values[given]
    if values.max() <= 1.0 and np.median(amounts) >= _BIG and (values > 0).mean() > 0.5:
        return 1
    # A margin in money follows the size of the line; one in per cent does not.
    low, high = np.quantile(amounts, (0.25, 0.75))
    small, big = np.median(values[amounts <= low]), np.median(values[amounts >= high])
    follows = big > 1.5 * small
    wide = high > 3 * low
    if values.max() <= 100 and np.median(amounts) >= 500 and wide and not follows:
        return 100
    return 0


def _share_doubt(margin: Amount, revenue: Amount, size: int) -> Doubt:
    by = f" / {size}" if size > 1 else ""
    sql = f"({revenue.sql}) * {margin.sql}{by}"
    total = float(np.nansum(revenue.values * margin.values)) / size
    what = _("{sql} is no amount of money, but {unit} of the revenue: margin is {total} in all")
    what = what.format(
        sql=margin.sql, unit=_("per cent") if size > 1 else _("a share"), total=number(total, 2)
    )
    proof = _("it does not grow with the line, and is {high} at most").format(
        high=f"{np.nanmax(margin.values):g}"
    )
    answers = (
        Answer("share", _("margin is {sql}").format(sql=sql), {"columns": {"margin": sql}}),
        Answer("money", _("margin is {sql}").format(sql=margin.sql)),
    )
    return Doubt("margin_unit", what, proof, answers, "share", "share", 0.0)


def _from_other(margin: Amount, revenue: Amount, other: Amount, cost: Amount) -> Doubt:
    sql = f"({revenue.sql}) - {cost.sql}"
    what = _(
        "{margin} ({total}) is {other} less {cost}, not the revenue {revenue} less it ({right})"
    ).format(
        margin=margin.sql,
        total=number(margin.total, 2),
        other=other.sql,
        cost=cost.sql,
        revenue=revenue.sql,
        right=number(revenue.total - cost.total, 2),
    )
    proof = _("so it is on nearly all lines")
    answers = (
        Answer("revenue", _("margin is the revenue less cost"), {"columns": {"margin": sql}}),
        Answer("as_it_stands", _("margin stays as it stands")),
    )
    return Doubt("margin_base", what, proof, answers, "revenue", "revenue", 0.0)


def _of_cost(figures: Figures, revenue: Amount, sql: str) -> list[Doubt]:
    """Cost per piece or for the line: which of them keeps its ratio to price or to revenue."""
    name, quantity = _column(figures, sql), quantity_of(figures)
    each = next((n for n in figures.named("quantity", "transactions")[:1] if quoted(n) in sql), "")
    names = [n for n in figures.numbers if quoted(n) in sql and n != each]
    name = names[0] if names else ""
    varied = len(np.unique(quantity[np.isfinite(quantity)])) > 2
    if not name or not varied:
        return []
    cost = figures.amount(name)
    use = (cost.values > 0) & (quantity > 0) & (revenue.values > 0)
    if use.sum() < _LEAST:
        return []
    ratio = np.log(cost.values[use] / revenue.values[use])
    by_line, by_piece = ratio.std(), (ratio + np.log(quantity[use])).std()
    line = Amount(cost.sql, cost.values, cost.names)
    quantity_sql = quoted(figures.named("quantity", "transactions")[0])
    piece = Amount(f"{quantity_sql} * {cost.sql}", quantity * cost.values, cost.names)
    if each:
        wrong = by_line < _TIGHTER * by_piece and piece.total > revenue.total > line.total
        return [_cost_doubt(piece, line, "line")] if wrong else []
    wrong = by_piece < _TIGHTER * by_line and line.total < piece.total < revenue.total
    return [_cost_doubt(line, piece, "piece")] if wrong else []


def _cost_doubt(first: Amount, right: Amount, word: str) -> Doubt:
    told = {"line": _("for the whole line"), "piece": _("for one piece")}[word]
    what = _("{sql} is the cost {told}: cost is {total} in all, not {other}").format(
        sql=quoted(right.names[0]),
        told=told,
        total=number(right.total, 2),
        other=number(first.total, 2),
    )
    proof = _("so it keeps its ratio to the revenue, and stays below it")
    answers = (
        Answer(word, _("cost is {sql}").format(sql=right.sql), {"columns": {"cost": right.sql}}),
        Answer("as_it_stands", _("cost is {sql}").format(sql=first.sql)),
    )
    return Doubt("cost_unit", what, proof, answers, word, word, 0.0)
