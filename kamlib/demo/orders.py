"""The transactions: order days, invoices, credit notes and returns, from the accounts' habits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from math import sqrt

from kamlib.demo.account import Account
from kamlib.demo.chance import Dice
from kamlib.demo.company import (
    FREIGHT_CENTS,
    FREIGHT_PALLET,
    FREIGHT_PARCEL,
    HANDOVER,
    PRICE_LEVEL,
    PRODUCTS,
)
from kamlib.demo.workdays import FIRST, LAST, WORKDAYS, workday

_DOUBLET_SHARE = 0.2  # of orders that are booked under a company's second number


@dataclass(frozen=True)
class Line:
    """One line; money in cents. A price credit has no quantity."""

    product: str
    product_line: str
    quantity: int | None
    revenue: int
    margin: int


@dataclass
class Document:
    """An invoice (``R``) or a credit note (``G``); its number is given by date order."""

    kind: str
    account: str  # the number it is booked under
    buyer: Account  # who really bought
    date: date
    channel: str
    lines: list[Line] = field(default_factory=list)
    number: str = ""

    @property
    def manager(self) -> str:
        """Who sold it."""
        return self.buyer.manager_at(self.date, HANDOVER)

    @property
    def revenue(self) -> int:
        """Net revenue in cents, freight included."""
        return sum(line.revenue for line in self.lines)


def all_documents(accounts: list[Account], seed: int) -> list[Document]:
    """Every invoice and credit note of the three years, numbered in order of date."""
    found = []
    for account in accounts:
        if account.archetype in ("merger", "doublet", "typo"):
            continue  # they hold lines that others ordered
        documents = list(_documents(account, seed))
        _book_elsewhere(documents, [a for a in accounts if _is_alias(a, account)], seed)
        found += documents
    found.sort(key=lambda document: (document.date, document.account, document.kind))
    for year in sorted({document.date.year for document in found}):
        for kind in "RG":
            same = [d for d in found if d.kind == kind and d.date.year == year]
            for number, document in enumerate(same, start=1):
                document.number = f"{kind}{year % 100}-{number:05d}"
    return found


def order_days(account: Account, dice: Dice) -> Iterator[date]:
    """The working days on which the account orders: a renewal process on its own clock."""
    clock = 0.0
    due = 0.0 if account.start > FIRST else dice.share() * account.gap
    for day in WORKDAYS:
        if not account.buys_on(day):
            continue
        clock += account.pace(day)
        if day == account.returned_on:
            due = clock
        if clock >= due:
            yield day
            due = max(due, clock - account.gap) + account.gap * dice.wait(account.steps)


def _documents(account: Account, seed: int) -> Iterator[Document]:
    days = list(order_days(account, Dice(seed, "days", account.account)))
    dice = Dice(seed, "orders", account.account)
    full = account.full_order_value()
    invoices = [_invoice(account, day, full, dice) for day in days]
    yield from invoices
    for invoice in invoices:
        if dice.happens(_credit_rate(account, invoice.date)):
            yield from _credit_note(account, invoice, dice)
    if account.mass_return:
        yield _mass_return(account, invoices)


def _invoice(account: Account, day: date, full: float, dice: Dice) -> Document:
    mix = account.mix_at(day)
    value = full * sqrt(account.trend_at(day)) * sum(mix.values())
    value *= dice.factor(account.spread) * PRICE_LEVEL[day.year]
    parts = [dice.between(0.4, 1.6) for _ in range(dice.whole(*account.order_lines))]
    document = Document("R", account.account, account, day, dice.weighted(account.channels))
    for part in parts:
        line = dice.weighted(mix)
        document.lines.append(_line(account, line, value * part / sum(parts), day.year, dice))
    if document.revenue < 25_000 and dice.happens(0.5):
        document.lines.append(_freight(FREIGHT_PARCEL))
    elif any(line.product_line == "Equipment" for line in document.lines) and dice.happens(0.2):
        document.lines.append(_freight(FREIGHT_PALLET))
    return document


def _line(account: Account, line: str, value: float, year: int, dice: Dice) -> Line:
    known = [PRODUCTS[line][number] for number in account.assortment[line]]
    fitting = [product for product in known if product.price[year] <= value * 100]
    product = dice.pick(fitting) if fitting else known[0]
    paid = product.price[year] * (1 - account.discount)
    quantity = max(1, round(value * 100 / paid))
    revenue = round(quantity * paid)
    return Line(product.code, line, quantity, revenue, revenue - quantity * product.cost[year])


def _freight(product: str) -> Line:
    cents = FREIGHT_CENTS[product]
    return Line(product, "Freight", 1, cents, 0)


def _credit_rate(account: Account, day: date) -> float:
    """Bad goods come back often in the half year before they drive the account away."""
    gone = account.gone_on
    bad = account.reason == "product quality" and gone and 0 <= (gone - day).days <= 180
    return 0.4 if bad else account.credit_rate


def _credit_note(account: Account, invoice: Document, dice: Dice) -> Iterator[Document]:
    day = workday(invoice.date, dice.whole(4, 20))
    if day > LAST or (account.left_on and day >= account.left_on):
        return
    goods = [line for line in invoice.lines if line.product_line != "Freight"]
    line = dice.pick(goods)
    if dice.happens(0.3):  # a price credit: money back, goods stay
        back = round(line.revenue * 0.05)
        line = Line(line.product, line.product_line, None, -back, -back)
    else:
        line = _returned(line, max(1, round(line.quantity * dice.between(0.2, 1.0))))
    yield Document("G", account.account, account, day, invoice.channel, [line])


def _mass_return(account: Account, invoices: list[Document]) -> Document:
    first, last, day, share = account.mass_return
    lines = [line for d in invoices if first <= d.date <= last for line in d.lines]
    back = [
        _returned(line, max(1, int(line.quantity * share)))
        for line in lines
        if line.product_line != "Freight"
    ]
    return Document("G", account.account, account, workday(day), "field", back)


def _returned(line: Line, quantity: int) -> Line:
    share = quantity / line.quantity
    revenue, margin = round(line.revenue * share), round(line.margin * share)
    return Line(line.product, line.product_line, -quantity, -revenue, -margin)


def _is_alias(other: Account, account: Account) -> bool:
    return account.account in (other.same_company_as, other.typo_of) or (
        bool(account.merged_into) and other.account == account.merged_into
    )


def _book_elsewhere(documents: list[Document], aliases: list[Account], seed: int) -> None:
    """Book some documents under a company's second number."""
    for alias in aliases:
        dice = Dice(seed, "alias", alias.account)
        later = [d for d in documents if d.date >= alias.start and d.kind == "R"]
        if alias.archetype == "merger":
            chosen = [d for d in documents if d.date >= alias.start]
        elif alias.archetype == "typo":
            chosen = later[:1]
        else:  # the first order under the second number falls on its first day
            chosen = later[:1] + [d for d in later[1:] if dice.happens(_DOUBLET_SHARE)]
        for document in chosen:
            document.account = alias.account
