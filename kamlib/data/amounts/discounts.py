"""Quantity times price less discount: whether 10 is per cent, a share or money, and price units."""

from collections.abc import Iterator

import numpy as np

from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import NEARLY_ALL, of_prices, share
from kamlib.data.amounts.totals import products, quantity_of
from kamlib.data.describe.money import (
    AFTER_DISCOUNT,
    AMOUNT_WORD,
    PAID_SHARE,
    PER_CENT,
    PRICE_PER,
    PRICE_UNIT,
    plain,
)
from kamlib.data.doubts.doubt import Answer, Doubt, revenue_is
from kamlib.data.read.conversion import quoted
from kamlib.words import _, number

_FEW = 25
_PAID = ((0.5, 1.0, "paid_share"), (5.0, 10.0, "paid_tenths"), (50.0, 100.0, "paid_per_cent"))
_SIZES = {"百": 100, "hundred": 100, "сто": 100, "千": 1000, "thousand": 1000, "тысячу": 1000}


def by_price(figures: Figures, revenue: Amount) -> tuple[Amount | None, list[Doubt]]:
    """Quantity times price by its unit, less discount; and what is to be said of it.

    The price that the revenue is made of goes first; nothing where none is there.
    """
    found = products(figures)
    found.sort(key=lambda amount: not set(amount.names) <= set(revenue.names))
    if not found:
        return None, []
    base, unit = _by_unit(figures, found[0])
    less, discount = _less_discount(figures, base, revenue)
    return less, [*unit, *discount]


def _by_unit(figures: Figures, base: Amount) -> tuple[Amount, list[Doubt]]:
    """The price divided by the number of pieces that it is for, where a column or header says."""
    price = base.names[1]
    for name in figures.numbers:
        values = figures.numbers[name].to_numpy()
        given = values[np.isfinite(values)]
        powers = np.isin(given, (1.0, 10.0, 100.0, 1000.0, 10000.0))
        if PRICE_UNIT.search(plain(name)) and len(given) and powers.all() and (given > 1).any():
            divisor = np.where(np.isfinite(values), values, 1.0)
            sql = f"{base.sql} / COALESCE({quoted(name)}, 1)"
            amount = Amount(sql, base.values / divisor, (*base.names, name))
            return amount, [_unit_doubt(base, amount, _('"{name}" holds it').format(name=name))]
    told = PRICE_PER.search(plain(price))
    if told:
        word = told[1].casefold().replace(",", "").replace(" ", "")
        size = _SIZES.get(word) or int(word)
        amount = Amount(f"{base.sql} / {size}", base.values / size, base.names)
        return amount, [_unit_doubt(base, amount, _('"{name}" says so').format(name=price))]
    return base, []


def _unit_doubt(base: Amount, amount: Amount, proof: str) -> Doubt:
    what = _("a price is for several pieces: {total} with it, {other} without").format(
        total=number(amount.total, 2), other=number(base.total, 2)
    )
    answers = (
        revenue_is("divided", amount.sql),
        revenue_is("per_piece", base.sql, _("prices are for one piece")),
    )
    money = abs(base.total - amount.total)
    return Doubt("price_unit", what, proof, answers, "divided", "divided", money)


def _ways(figures: Figures, base: Amount, name: str) -> dict[str, Amount]:
    """Each way to take a discount, with what is left to pay."""
    column, cells = f"COALESCE({quoted(name)}, 0)", figures.numbers[name].to_numpy()
    off = np.nan_to_num(cells)
    paid = np.where(np.isfinite(cells), cells, 1.0)
    quantity = quantity_of(figures)
    names = (*base.names, name)
    price = f"{quoted(base.names[0])} * {column}"
    return {
        "share": Amount(f"{base.sql} * (1 - {column})", base.values * (1 - off), names),
        "per_cent": Amount(
            f"{base.sql} * (1 - {column} / 100)", base.values * (1 - off / 100), names
        ),
        "paid_share": Amount(
            f"{base.sql} * COALESCE({quoted(name)}, 1)", base.values * paid, names
        ),
        "paid_tenths": Amount(
            f"{base.sql} * COALESCE({quoted(name)}, 10) / 10",
            base.values * np.where(np.isfinite(cells), cells, 10.0) / 10,
            names,
        ),
        "paid_per_cent": Amount(
            f"{base.sql} * COALESCE({quoted(name)}, 100) / 100",
            base.values * np.where(np.isfinite(cells), cells, 100.0) / 100,
            names,
        ),
        "amount": Amount(f"{base.sql} - {column}", base.values - off, names),
        "amount_each": Amount(f"{base.sql} - {price}", base.values - quantity * off, names),
        "minus_amount": Amount(f"{base.sql} + {column}", base.values + off, names),
    }


_MEANS = {
    "share": _("a share off (0.1 is a tenth)"),
    "per_cent": _("per cent off"),
    "paid_share": _("the share that is paid (0.85 is 85 %)"),
    "paid_tenths": _("tenths that are paid (8.5 is 85 %)"),
    "paid_per_cent": _("per cent that are paid (85 is 85 %)"),
    "amount": _("an amount off the line"),
    "amount_each": _("an amount off each piece"),
    "minus_amount": _("an amount off, written below zero"),
    "none": _("off already, or not to be taken off: the price is what is paid"),
}


def _less_discount(figures: Figures, base: Amount, revenue: Amount) -> tuple[Amount, list[Doubt]]:
    for name in figures.discounts:
        values = figures.numbers[name].to_numpy()
        used = values[np.isfinite(values) & (values != 0)]
        if not len(used):
            continue
        ways = {**_ways(figures, base, name), "none": base}
        proven = _proven(figures, ways, revenue)
        way, proof = proven or _likely(name, base, values, base.names[1])
        listed = [way] if way else _possible(used)
        listed += [other for other in (*_possible(used), "none") if other not in listed]
        answers = tuple(
            Answer(word, _MEANS[word], {"columns": {"revenue": ways[word].sql}}) for word in listed
        )
        what = _('"{name}" ({low} to {high}) is {means}: then revenue is {total}').format(
            name=name,
            low=f"{np.nanmin(values):g}",
            high=f"{np.nanmax(values):g}",
            means=_MEANS[way or listed[0]],
            total=number(ways[way or listed[0]].total, 2),
        )
        chosen = ways[way or listed[0]]
        money = abs(base.total - chosen.total) or abs(base.total - ways[listed[1]].total)
        return chosen, [Doubt("discount", what, proof, answers, way, listed[0], money, len(used))]
    return base, []


def _proven(figures: Figures, ways: dict[str, Amount], revenue: Amount) -> tuple[str, str] | None:
    """The way that makes another column of amounts on nearly all lines."""
    quantity, target = quantity_of(figures), ways["none"].names
    names = [n for n in (*revenue.names, *figures.sums) if n not in (*target, *figures.discounts)]
    for name in dict.fromkeys(names):
        amount = figures.amount(name)
        for way, paid in ways.items():
            slack = of_prices(quantity, amount.values)
            if way != "none" and share(amount.values, paid.values, slack) >= NEARLY_ALL:
                proof = _('with it quantity times price is "{name}" on nearly all lines')
                return way, proof.format(name=name)
    return None


def _likely(name: str, base: Amount, values: np.ndarray, price: str) -> tuple[str, str]:
    """The way that range and header speak for, or none; and why."""
    header = plain(name)
    given = values[np.isfinite(values)]
    low, high = float(given.min()), float(given.max())
    used = given[given != 0]
    by_range = _("its values and its header say so")
    if AFTER_DISCOUNT.search(plain(price)):
        return "none", _('"{price}" is after it').format(price=price)
    if PAID_SHARE.search(header) and not AMOUNT_WORD.search(header):
        for least, most, way in _PAID:
            if least <= used.min() and high <= most and _is_reached(used, most, way):
                return way, by_range
    if high <= 0:
        return ("minus_amount", by_range) if low < -1 else ("", _("it is below zero"))
    if low >= 0 and high <= 1 and not AMOUNT_WORD.search(header):
        return ("share", by_range) if used.min() <= 0.5 else ("", _("its values do not tell"))
    few = len(np.unique(np.round(used, 2))) <= _FEW
    steps = np.isclose(used * 2, np.round(used * 2)).mean() >= NEARLY_ALL
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.round(np.abs(values / base.values), 3)
    ratios = ratios[np.isfinite(ratios) & (ratios > 0)]
    few_ratios = len(ratios) > 2 * _FEW and len(np.unique(ratios)) < len(np.unique(used)) / 2
    if PER_CENT.search(header) and low >= 0 and high <= 100:
        return "per_cent", by_range
    if AMOUNT_WORD.search(header) or high > 100 or few_ratios:
        return "amount", by_range
    if low >= 0 and high <= 100 and few and steps:
        return "per_cent", _("few round numbers up to 100, the same on small and on big lines")
    return "", _("neither values nor header tell")


def _is_reached(used: np.ndarray, most: float, way: str) -> bool:
    """Per cent paid reach 100 somewhere, or nearly always lie high: 85, not 60."""
    return way != "paid_per_cent" or used.max() == most or bool(np.median(used) >= 80)


def _possible(used: np.ndarray) -> list[str]:
    high = used.max()
    if high <= 0:
        return ["minus_amount"]
    if high <= 1:
        return ["share", "paid_share", "amount"]
    return ["per_cent", "amount", "amount_each"] if high <= 100 else ["amount", "amount_each"]


def before_discount(figures: Figures, revenue: Amount) -> Iterator[tuple[Amount, Doubt]]:
    """The doubt that an amount beside a discount is quantity times price, before the discount."""
    bare = [
        product
        for product in products(figures)
        if not AFTER_DISCOUNT.search(plain(product.names[1]))
        and not set(product.names) & set(revenue.names)
    ]
    quantity = quantity_of(figures)
    for name in figures.discounts:
        values = np.nan_to_num(figures.numbers[name].to_numpy())
        after = _after(figures, revenue, name)
        if after is not None:
            yield after
            return
        for product in bare:
            used = values != 0
            slack = of_prices(quantity, revenue.values)
            equal = share(revenue.values[used], product.values[used], slack[used])
            if used.sum() >= 3 and used.mean() > 0.01 and equal >= NEARLY_ALL:
                yield revenue, _ask_before(figures, revenue, product, name)
                return


def _after(figures: Figures, revenue: Amount, name: str) -> tuple[Amount, Doubt] | None:
    """Another column that is the revenue less this discount."""
    ways = _ways(figures, revenue, name) if len(revenue.names) == 1 else {}
    for other in figures.sums:
        amount = figures.amount(other)
        if other in revenue.names:
            continue
        for way in ("share", "per_cent", "paid_share", "amount", "minus_amount"):
            paid = ways.get(way)
            if paid is None or abs(paid.total - revenue.total) < 0.02:
                continue
            if share(amount.values, paid.values, 0.02) >= NEARLY_ALL:
                what = _("{sql} ({total}) is before discount, {other} ({right}) after it").format(
                    sql=revenue.sql,
                    total=number(revenue.total, 2),
                    other=amount.sql,
                    right=number(amount.total, 2),
                )
                proof = _('less "{name}" the one is the other on nearly all lines')
                answers = (
                    revenue_is("after", amount.sql, _("revenue is after discount")),
                    revenue_is("before", revenue.sql, _("revenue is before discount")),
                )
                money = abs(amount.total - revenue.total)
                return amount, Doubt("discount", what, proof.format(name=name), answers, "after",
                                     "after", money)  # fmt: skip
    return None


def _ask_before(figures: Figures, revenue: Amount, product: Amount, name: str) -> Doubt:
    values = figures.numbers[name].to_numpy()
    way, _why = _likely(name, product, values, "")
    word = way if way not in ("", "none") else _possible(values[values != 0])[0]
    paid = _ways(figures, Amount(revenue.sql, revenue.values, product.names), name)[word]
    what = _(
        '{sql} ({total}) is quantity times price, before "{name}": is the discount still to be '
        "taken off (then {less})?"
    ).format(sql=revenue.sql, total=number(revenue.total, 2), name=name, less=number(paid.total, 2))
    proof = _("no column holds the amount after discount by which it could be proven")
    answers = (
        revenue_is("less", paid.sql, _("it is taken off")),
        revenue_is(
            "as_it_stands",
            revenue.sql,
            _("the price is after discount: revenue stays as it stands"),
        ),
    )
    money, rows = abs(revenue.total - paid.total), int((np.nan_to_num(values) != 0).sum())
    return Doubt("discount", what, proof, answers, "", "as_it_stands", money, rows)
