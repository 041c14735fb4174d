"""Which amount is a line's net revenue, in which unit and sign: proven from all rows by init.

One step after another: two sides of an account, a price taken for an amount, the company's
currency, a document's total, cents, discount, tax, and last margin and cost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kamlib.data.amounts.discounts import before_discount, by_price
from kamlib.data.amounts.document_heads import head_doubts
from kamlib.data.amounts.exchange import own_currency
from kamlib.data.amounts.figures import Amount, Figures, read_figures
from kamlib.data.amounts.margins import margin_doubts
from kamlib.data.amounts.proof import NEARLY_ALL, share
from kamlib.data.amounts.sets import set_doubts
from kamlib.data.amounts.taxes import net_amount
from kamlib.data.amounts.totals import jumps, line_amount, right_column, scaled
from kamlib.data.amounts.twins import of_stage, two_currencies
from kamlib.data.describe.headers import tax_of
from kamlib.data.describe.money import (
    CREDIT,
    DEBIT,
    NET_OF_RETURNS,
    SUBTOTAL,
    is_refund,
    plain,
)
from kamlib.data.doubts.doubt import Answer, Doubt, revenue_is
from kamlib.data.guess.formulas import ColumnGuess
from kamlib.data.guess.guess import Guess, Guesses
from kamlib.data.guess.rates import Parts, first_part, with_currencies
from kamlib.data.read.addresses import is_database
from kamlib.data.read.conversion import quoted
from kamlib.data.read.dataset import DataSet, described
from kamlib.data.reduce.opening import engine_of
from kamlib.errors import DataError
from kamlib.words import _, count, number

_CENT = 0.005
_FEWEST_DOCUMENTS = 3


@dataclass(frozen=True)
class Amounts:
    """What was found: the guesses with the currency (and revenue from two sides), and doubts."""

    guesses: Guesses
    doubts: list[Doubt] = field(default_factory=list)


def proven_amounts(path: Path, content: dict[str, Any], guesses: Guesses, parts: Parts) -> Amounts:
    """Which amount is the revenue, with what the rows prove and what they leave open.

    Parameters
    ----------
    path
        Where the description will stand.
    content
        Its content as first guessed.
    guesses
        The guesses that it was made of.
    parts
        Per sheet or file: file, sheet, header, first rows.
    """
    part = _first_part(guesses, parts)
    if part is None:
        return Amounts(guesses)
    guess, header, samples = part
    try:
        dataset = described(path, content)
        if is_database(dataset.tables["transactions"].source[0]):
            return Amounts(guesses)
        figures = read_figures(engine_of(dataset), dataset, _texts(guess), header, samples)
    except DataError:
        return Amounts(guesses)  # reading the lines says what is wrong
    if figures is None:
        return Amounts(guesses)
    first, told = figures.read, list[Doubt]()
    if first is None:
        first, told = _from_sides(figures) or (_nearest(figures), [])
        if first is None:
            return Amounts(guesses)
        guesses = _with_revenue(guesses, first)
    if told:
        return Amounts(guesses, told)
    doubts, currency, column = amount_doubts(figures, first, dataset)
    cells = figures.codes[column] if column else pd.Series(dtype="str")
    guesses = with_currencies(_with_currency(guesses, currency), parts, column, cells)
    return Amounts(guesses, doubts)


def _with_currency(guesses: Guesses, code: str) -> Guesses:
    if not code:
        return guesses
    source, sheet, guess = guesses["transactions"]
    why = _("the only one in the column of currencies beside the revenue")
    known = replace(guess, currency=code, currency_why=why)
    return {**guesses, "transactions": (source, sheet, known)}


def _texts(guess: Guess) -> set[str]:
    """The columns that are made of no amounts."""
    amounts = ("revenue", "margin", "cost", "quantity")
    return {name for item in guess.columns if item.column not in amounts for name in item.sources}


def _first_part(guesses: Guesses, parts: Parts) -> tuple[Guess, Sequence[str], pd.DataFrame] | None:
    if "transactions" not in guesses:
        return None
    source, sheet, guess = guesses["transactions"]
    found = first_part(source, sheet, guess.unused, parts)
    return (guess, *found) if found else None


def amount_doubts(
    figures: Figures, first: Amount, dataset: DataSet
) -> tuple[list[Doubt], str, str]:
    """The doubts about a first revenue, each on top of those before it, and the currency.

    The last text is the column of currencies, where the revenue is in several.
    """
    doubts: list[Doubt] = []
    revenue, found = right_column(figures, first)
    doubts += found
    revenue, found = of_stage(figures, revenue)
    doubts += [doubt for doubt in found if not doubt.is_open]
    revenue, found, currency, column = own_currency(figures, revenue)
    doubts += found
    if not any(doubt.key == "exchange_rate" for doubt in doubts):
        revenue, found = _of_lines(figures, revenue)
        doubts += found
    if not any(doubt.is_open for doubt in doubts):
        revenue, found = net_amount(figures, revenue, currency)
        doubts += found
    doubts += [*jumps(figures, revenue), *_refunds(figures, revenue)]
    if not any(doubt.key == "order_stage" for doubt in doubts):
        doubts += of_stage(figures, revenue)[1]
    columns = dataset.tables["transactions"].columns
    if not {"company_currency", "exchange_rate"} & {doubt.key for doubt in doubts}:
        doubts += two_currencies(figures, revenue, columns)
    sets = [*set_doubts(figures, revenue, columns)]
    doubts += sets or head_doubts(figures, revenue)
    doubts += margin_doubts(figures, revenue, first, columns)
    return doubts, currency if not revenue.currency else "", column


def _refunds(figures: Figures, revenue: Amount) -> Iterator[Doubt]:
    """The doubt whether refunds in a column of their own are still to be taken off."""
    quantities = {*figures.named("quantity", "transactions")}
    for name in figures.numbers:
        values = np.nan_to_num(np.abs(figures.numbers[name].to_numpy()))
        if not is_refund(name) or name in {*revenue.names, *quantities} or not values.any():
            continue
        if not _is_taken_off(figures, revenue, values):
            repeated = _once_per_document(figures, values)
            yield (
                _refund_doubt(revenue, name, values)
                if repeated is None
                else (_repeated_refund(name, repeated))
            )
        return


def _is_taken_off(figures: Figures, revenue: Amount, refunds: np.ndarray) -> bool:
    """Whether revenue is another amount less its refunds already, or its header says so."""
    if any(NET_OF_RETURNS.search(plain(name)) for name in revenue.names):
        return True
    wholes = (figures.amount(name) for name in figures.sums if name not in revenue.names)
    return any(
        share(revenue.values, whole.values - refunds) >= NEARLY_ALL
        and share(revenue.values, whole.values) < NEARLY_ALL
        for whole in wholes
    )


def _once_per_document(figures: Figures, refunds: np.ndarray) -> pd.Series | None:
    """The refund of each document whose lines all repeat it; None where they do not."""
    frame = pd.DataFrame({"document": figures.document, "refund": refunds})
    of_document = frame[frame["document"] >= 0].groupby("document")["refund"]
    found = of_document.agg(["size", "min", "max"])
    found = found[found["max"] > 0]
    several = found[found["size"] > 1]
    same = several["max"] - several["min"] < _CENT
    return found["max"] if len(several) >= _FEWEST_DOCUMENTS and same.all() else None


def _repeated_refund(name: str, refunds: pd.Series) -> Doubt:
    money, rows = float(refunds.sum()), len(refunds)
    what = _('"{name}" holds refunds of {money} on {rows} documents: may they stay in revenue?')
    proof = _(
        "each line of a document repeats its refund, so that it cannot be taken off line by line; "
        "if it is to be taken off, leave it on one line of each document in the file"
    )
    answers = (Answer("as_it_stands", _("revenue stays as it stands")),)
    figures = {"name": name, "money": number(money, 2), "rows": count(rows)}
    return Doubt("refunds", what.format(**figures), proof, answers, "", "as_it_stands", money, rows)


def _refund_doubt(revenue: Amount, name: str, values: np.ndarray) -> Doubt:
    sold = np.nan_to_num(revenue.values)
    back = f"ABS({quoted(name)})"
    less = f"COALESCE(({revenue.sql}) - COALESCE({back}, 0), -{back})"
    rows, money = int((values > 0).sum()), float(values.sum())
    figures = {"name": name, "money": number(money, 2), "rows": count(rows)}
    what = _('"{name}" holds refunds of {money} on {rows} lines: are they still to be taken off?')
    says = _('"{name}" holds refunds of {money} on {rows} lines, which are taken off')
    # A line is either a sale or a refund, as on the two sides of an account.
    apart = not ((values > 0) & (np.abs(sold) > 0)).any() and not (sold < 0).any()
    settled = apart and money < sold.sum()
    proof = _("nothing tells whether other lines or the amounts hold them already")
    if settled:
        proof = _("each line holds either a sale or a refund, and no amount is below zero")
    answers = (
        revenue_is("less", less, _("revenue is less by them")),
        Answer("as_it_stands", _("revenue stays as it stands")),
    )
    decided = "less" if settled else ""
    assumed = decided or "as_it_stands"
    what, says = what.format(**figures), says.format(**figures)
    return Doubt("refunds", what, proof, answers, decided, assumed, money, rows, says)


def _of_lines(figures: Figures, revenue: Amount) -> tuple[Amount, list[Doubt]]:
    """The line's own amount, with quantity and price where the revenue is made of them."""
    priced, told = by_price(figures, revenue)
    if priced is not None and set(revenue.names) & set(priced.names[:2]) == set(priced.names[:2]):
        return priced, told
    own, found = line_amount(figures, revenue, priced)
    if found:
        used = own is priced
        return own, [*(told if used else ()), *found]
    for amount, doubt in before_discount(figures, revenue):
        return amount, [doubt]
    return scaled(figures, revenue)


def _nearest(figures: Figures) -> Amount | None:
    """What may be the revenue where no header names it: quantity times price, net, a subtotal."""
    priced, _told = by_price(figures, Amount("0", np.zeros(len(figures.numbers)), ()))
    if priced is not None:
        return priced
    kinds = {name: tax_of(figures.headers[name]) for name in figures.sums}
    for wanted in ("net", "gross"):
        for name, kind in kinds.items():
            if kind == wanted:
                return figures.amount(name)
    found = (name for name in figures.sums if SUBTOTAL.search(plain(name)))
    return next((figures.amount(name) for name in found), None)


def _from_sides(figures: Figures) -> tuple[Amount, list[Doubt]] | None:
    """Revenue from two columns, debit and credit: the side with more money is that of sales."""
    sides = [
        next((n for n in figures.numbers if words.search(plain(n)) and not other.search(plain(n))),
             "")
        for words, other in ((DEBIT, CREDIT), (CREDIT, DEBIT))
    ]  # fmt: skip
    if not all(sides):
        return None
    debit, credit = (np.nan_to_num(figures.numbers[name].to_numpy()) for name in sides)
    used = (debit != 0) | (credit != 0)
    if not used.any() or ((debit != 0) ^ (credit != 0))[used].mean() < NEARLY_ALL:
        return None
    plus, minus = (sides[1], sides[0]) if credit.sum() >= debit.sum() else (sides[0], sides[1])
    sql = f"COALESCE({quoted(plus)}, 0) - COALESCE({quoted(minus)}, 0)"
    back = f"COALESCE({quoted(minus)}, 0) - COALESCE({quoted(plus)}, 0)"
    larger, smaller = max(credit.sum(), debit.sum()), min(credit.sum(), debit.sum())
    what = _('revenue stands in two columns: "{plus}" ({larger}) less "{minus}" ({smaller})')
    what = what.format(plus=plus, larger=number(larger, 2), minus=minus, smaller=number(smaller, 2))
    is_sure = larger > 2 * smaller
    proof = _("each line has one of them, and most money stands on the side of sales")
    answers = (
        revenue_is("as_said", sql),
        revenue_is("reversed", back),
    )
    doubt = Doubt("debit_credit", what, proof, answers, "as_said" if is_sure else "", "as_said",
                  float(larger - smaller), int(used.sum()))  # fmt: skip
    values = credit - debit
    return Amount(sql, values if plus == sides[1] else -values, (plus, minus)), [doubt]


def _with_revenue(guesses: Guesses, revenue: Amount) -> Guesses:
    source, sheet, guess = guesses["transactions"]
    item = ColumnGuess("revenue", revenue.names, revenue.sql, 0.7, _("proven by the rows"))
    changed = replace(
        guess,
        columns=(*guess.columns, item),
        unused=tuple(name for name in guess.unused if name not in revenue.names),
        missing=tuple(name for name in guess.missing if name != "revenue"),
    )
    return {**guesses, "transactions": (source, sheet, changed)}
