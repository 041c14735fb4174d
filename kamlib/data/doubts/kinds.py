"""Doubts about what a line is: a return without a sign, a side of the account, a cancelled one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kamlib.data.describe.letters import simplified
from kamlib.data.describe.telling import (
    ACTUAL,
    CANCELLED,
    CREDIT_DOCUMENT,
    DEPOSIT,
    EARLIER,
    IN_PART,
    INTERNAL,
    KIND_HEADERS,
    MINUS_SIDE,
    OPEN,
    PAYMENT,
    PLAN,
    PLUS_SIDE,
    RETURN,
    SIDE_HEADERS,
    STATE_HEADERS,
    UNFINISHED,
    invoiced,
    told_in,
)
from kamlib.data.doubts.doubt import Answer, Doubt, listed, minus_or_plus, no_or_yes
from kamlib.data.doubts.signs import other_part_doubts, sign_doubts
from kamlib.data.read.conventions import one_of, quoted, text_of
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.lookups import SEVERAL
from kamlib.data.reduce.ledger import Ledger
from kamlib.data.reduce.profile import (
    DOCUMENT_LETTERS,
    PART_NAME,
    QUANTITY_BELOW_ZERO,
    TAX_LINES,
)
from kamlib.words import _, count, number

# A return that was taken back is a positive line of that kind: so many may be.
_FEW = 0.1
_SALES_SIDE = 3.0  # so many times the money of the other side is that of the sales
_MOST = 0.5
_ABOUT = 0.2  # an earlier stage holds the money of the invoices, but for what is still open
_OF_SIGNS = frozenset(("credit_notes", "quantity_signs", "sides", "came_back"))
_MOST_TAX = 0.3  # of the other lines' money: no tax on sales is higher
_SHOWN = 3


def kind_doubts(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubts about signs and status that the watched columns raise.

    A text that says "payment" is heard once the column of kinds has said which lines are payments.
    """
    by_value = _by_value(ledger.profile)
    found = list(_every_doubt(dataset, ledger, by_value))
    told = any(doubt.key == "payments" for doubt in found)
    seen = Counter[str]()
    for doubt in found:
        if not told or doubt.key != "payment_texts":
            seen[doubt.key] += 1
            times = seen[doubt.key]
            yield doubt if times == 1 else replace(doubt, key=f"{doubt.key}_{times}")
    if not {doubt.key for doubt in found} & _OF_SIGNS:
        document = dataset.tables["transactions"].columns.get("document", "")
        yield from sign_doubts(by_value, document)
    yield from other_part_doubts(dataset.tables["transactions"], ledger.profile)


def _every_doubt(dataset: DataSet, ledger: Ledger, by_value: pd.DataFrame) -> Iterator[Doubt]:
    quantity = dataset.tables["transactions"].columns.get("quantity", "quantity")
    for column, values in by_value.groupby("column", sort=False):
        if column in (DOCUMENT_LETTERS, PART_NAME):
            continue
        if column.startswith(TAX_LINES):
            article = column.removeprefix(TAX_LINES)
            article = dataset.tables["transactions"].columns.get(article, article)
            yield _tax_lines(values, ledger, article)
            continue
        if column == QUANTITY_BELOW_ZERO:
            yield from _quantity_below_zero(values, ledger, quantity)
            continue
        if SIDE_HEADERS.search(simplified(str(column))) and _has_two_sides(values):
            yield from _sides(str(column), values)
            continue
        if STATE_HEADERS.search(str(column).replace("_", " ")):
            is_credit = values["value"].str.contains(CREDIT_DOCUMENT)
            yield from _came_back(str(column), values[~is_credit], by_value)
            others = values["kind"].where(is_credit | (values["kind"] != RETURN), "")
            yield from _unsigned_returns(str(column), values.assign(kind=others), by_value)
        else:
            yield from _unsigned_returns(str(column), values, by_value)
        yield from _no_sales(str(column), values)
        yield from _perhaps_no_sales(str(column), values)


def _by_value(profile: pd.DataFrame) -> pd.DataFrame:
    sums = ["rows", "plus_rows", "minus_rows", "plus", "minus"]
    profile = profile[~profile["column"].str.startswith(SEVERAL)]
    found = profile.groupby(["column", "value"], as_index=False, sort=False)[sums].sum()
    told = {column: told_in(str(column), [*values["value"]])
            for column, values in found.groupby("column", sort=False)}  # fmt: skip
    kinds = {column: iter(kinds) for column, kinds in told.items()}
    return found.assign(kind=[next(kinds[column]) for column in found["column"]])


def _unsigned_returns(
    column: str, values: pd.DataFrame, everywhere: pd.DataFrame
) -> Iterator[Doubt]:
    """Lines whose kind says that money goes back, while their amounts say the contrary."""
    returns = values[values["kind"] == RETURN]
    rows, money = int(returns["plus_rows"].sum()), float(returns["plus"].sum())
    if not rows or rows <= _FEW * returns["rows"].sum():
        return
    others = values[values["kind"] != RETURN]
    signed = int(returns["minus_rows"].sum()) or int(everywhere["minus_rows"].sum())
    figures = _words_of(column, returns, rows, money)
    what = _(
        '{rows} lines whose "{column}" says {values} are positive: do they take money away '
        "(−{money}) or bring it (+{money})?"
    ).format(**figures)
    where = _says(column, returns["value"])
    settled = not signed and len(others) and others["plus"].sum() > money
    proof = (
        _("no other line of the files is below zero: the kind of the line is its sign")
        if settled
        else _("other lines are below zero: the files use both ways")
    )
    says = _(
        '{rows} lines whose "{column}" says {values} are positive; they take money away (−{money})'
    ).format(**figures)
    yield _sign_doubt(
        "credit_notes", what, proof, where, money, rows, settled=bool(settled), says=says
    )


def _came_back(column: str, values: pd.DataFrame, everywhere: pd.DataFrame) -> Iterator[Doubt]:
    """Lines whose state says that what was sold came back, wholly or in part."""
    returns = values[(values["kind"] == RETURN) & (values["plus_rows"] > 0)]
    in_part = returns["value"].str.contains(IN_PART)
    for found, key, told in (
        (returns[~in_part], "came_back", _("were sold and came back")),
        (returns[in_part], "came_back_in_part", _("came back in part")),
    ):
        if found.empty:
            continue
        rows, money = int(found["plus_rows"].sum()), float(found["plus"].sum())
        says = _('{rows} lines ({money}) {told}: "{column}" says {values}')
        says = says.format(told=told, **_words_of(column, found, rows, money))
        signed = int(everywhere["minus_rows"].sum())
        settled = key == "came_back" and not signed and money < _MOST * values["plus"].sum()
        proof = (
            _("a sale that came back brings nothing, and no line is below zero that takes it back")
            if settled
            else _("nothing tells how much of their money went back, or which line takes it back")
        )
        answers = (
            Answer("no", _("they bring nothing and are left out"), _left_out(column, found)),
            Answer("yes", _("they count as they stand")),
        )
        assumed = "no" if key == "came_back" and not signed else "yes"
        what = _("{says}. Do they count?").format(says=says)
        decided = "no" if settled else ""
        yield Doubt(key, what, proof, answers, decided, assumed, money, rows, says)


def _sign_doubt(
    key: str,
    what: str,
    proof: str,
    where: str,
    money: float,
    rows: int,
    *,
    settled: bool,
    says: str,
) -> Doubt:
    answers = minus_or_plus({"negative": where})
    decided = "minus" if settled else ""
    return Doubt(key, what, proof, answers, decided, "minus", 2 * money, rows, says)


def _quantity_below_zero(values: pd.DataFrame, ledger: Ledger, quantity: str) -> Iterator[Doubt]:
    rows, money = int(values["rows"].sum()), float(values["plus"].sum())
    if rows > _MOST * ledger.kept_rows:
        return
    what = _(
        "{rows} lines have a quantity below zero beside an amount above zero ({money}): are they "
        "returns?"
    ).format(rows=count(rows), money=number(money, 2))
    proof = _("goods that come back take their money away")
    says = _(
        "{rows} lines have a quantity below zero beside an amount above zero: they are returns "
        "and take money away (−{money})"
    ).format(rows=count(rows), money=number(money, 2))
    yield Doubt(
        "quantity_signs",
        what,
        proof,
        minus_or_plus({"negative": f"({quantity}) < 0"}, _("returns: they take money away")),
        "minus",
        "minus",
        2 * money,
        rows,
        says,
    )


def _has_two_sides(values: pd.DataFrame) -> bool:
    kinds = {*values["kind"]} - {""}
    return kinds == {PLUS_SIDE, MINUS_SIDE} or {v.upper() for v in values["value"]} == {"X", ""}


def _sides(column: str, values: pd.DataFrame) -> Iterator[Doubt]:
    """A column of S and H, D and C: the side with nearly all the money is that of the sales."""
    if values["minus_rows"].sum() > _FEW * values["plus_rows"].sum() or len(values) < 2:
        return
    ranked = values.sort_values(["plus", "value"], ascending=[False, True], kind="stable")
    sales, other = ranked.iloc[0], ranked.iloc[1:]
    money, rows = float(other["plus"].sum()), int(other["rows"].sum())
    figures = {
        "column": column,
        "rows": count(rows),
        "values": listed([*other["value"]], _SHOWN),
        "money": number(money, 2),
        "sales_rows": count(int(sales["rows"])),
        "sales": sales["value"],
    }
    what = _(
        '"{column}" tells two sides apart: {rows} lines with {values} ({money}) against '
        '{sales_rows} with "{sales}": do they take money away?'
    ).format(**figures)
    says = _(
        '"{column}" tells two sides apart: {rows} lines with {values} take money away '
        '(−{money}), {sales_rows} with "{sales}" bring it'
    ).format(**figures)
    settled = sales["plus"] > _SALES_SIDE * money
    proof = _('no amount is below zero, and nearly all money stands on the side "{sales}"')
    where = _says(column, other["value"])
    yield _sign_doubt(
        "sides",
        what,
        proof.format(sales=sales["value"]),
        where,
        money,
        rows,
        settled=settled,
        says=says,
    )


def _no_sales(column: str, values: pd.DataFrame) -> Iterator[Doubt]:
    """Lines that are cancelled, drafts or offers."""
    for kind, key, told in (
        (CANCELLED, "cancelled", _("cancelled")),
        (UNFINISHED, "not_final", _("a draft, an offer or not yet sure")),
        (PAYMENT, "payments", _("payments, purchases or transfers")),
        (DEPOSIT, "deposits", _("down payments")),
        (EARLIER, "earlier_stages", _("orders or deliveries beside their invoices")),
        (PLAN, "plans", _("plans and no sales")),
    ):
        found = values[values["kind"] == kind]
        money = float(found["plus"].sum() + found["minus"].sum())
        if not (rows := int(found["rows"].sum())):
            continue
        figures = _words_of(column, found, rows, money) | {"told": told}
        what = _('{rows} lines ({money}) are {told}: "{column}" says {values}. Do they count?')
        says = _('{rows} lines ({money}) are {told} and left out: "{column}" says {values}')
        settled = found["plus"].sum() < _MOST * values["plus"].sum()
        if kind == EARLIER:
            settled = _as_much_as_invoices(found, values)
        proof = _("what is {told} is no sale").format(told=told)
        if kind == PAYMENT:
            key = "payments" if KIND_HEADERS.search(column) else "payment_texts"
            settled = key == "payments" and len(values) > len(found)
        settled = settled and kind != DEPOSIT
        if kind == PLAN:
            settled = bool(values["value"].str.contains(ACTUAL).any())
            proof = _("a plan is no sale")
        if kind == DEPOSIT:
            proof = _("they count where the final invoice holds only the rest, else they do not")
        yield Doubt(
            key,
            what.format(**figures),
            proof,
            no_or_yes(_left_out(column, found)),
            "no" if settled else "",
            "no",
            abs(money),
            rows,
            says.format(**figures),
        )


def _perhaps_no_sales(column: str, values: pd.DataFrame) -> Iterator[Doubt]:
    """Lines of open orders and of sales within the own group: only people know if they count."""
    for kind, key, told, proof, assumed in (
        (OPEN, "open_orders", _("of orders that are new or still open"),
         _("nothing tells whether they were delivered and invoiced meanwhile"), "yes"),
        (INTERNAL, "internal_sales", _("sales within your own group"),
         _("what one company of a group sells to another is no sale to a customer"), "no"),
    ):  # fmt: skip
        found = values[values["kind"] == kind]
        money = float(found["plus"].sum() + found["minus"].sum())
        if not (rows := int(found["rows"].sum())):
            continue
        says = _('{rows} lines ({money}) are {told}: "{column}" says {values}')
        says = says.format(told=told, **_words_of(column, found, rows, money))
        what = _("{says}. Do they count?").format(says=says)
        answers = no_or_yes(_left_out(column, found))
        decided = ""
        if kind == OPEN and not _tells_more(values):
            decided, proof = "yes", _("no line says more than that, so they all count as sales")
        yield Doubt(
            key, what, proof, answers, decided, assumed, abs(money), rows, says,
            applied=bool(decided),
        )  # fmt: skip


def _tax_lines(found: pd.DataFrame, ledger: Ledger, article: str) -> Doubt:
    """Lines that are the tax of their document: they look like one more article."""
    rows, money = int(found["rows"].sum()), float((found["plus"] + found["minus"]).sum())
    figures = _words_of(article, found, rows, money)
    what = _("{rows} lines ({money}) are tax: {column} says {values}. Do they count?")
    says = _("{rows} lines ({money}) are tax and left out: {column} says {values}")
    settled = 0 < money <= _MOST_TAX * (ledger.kept_revenue - money)
    where = one_of(f"TRIM(CAST({article} AS VARCHAR))", found["value"])
    left_out = {"exclude": [{"reason": _("tax"), "where": where}]}
    return Doubt(
        "tax_lines",
        what.format(**figures),
        _("tax is no sale, and their money is a tax's share of the other lines'"),
        no_or_yes(left_out),
        "no" if settled else "",
        "no",
        abs(money),
        rows,
        says.format(**figures),
    )


def _words_of(column: str, found: pd.DataFrame, rows: int, money: float) -> dict[str, str]:
    """What is told of some lines: how many, their money, and what their cells say."""
    values = listed([*found["value"]], _SHOWN)
    return {"rows": count(rows), "money": number(money, 2), "column": column, "values": values}


def _tells_more(values: pd.DataFrame) -> bool:
    """Whether some line that counts has another state than open: then the open ones differ."""
    others = values[~values["kind"].isin((OPEN, CANCELLED))]
    return bool((others["value"].str.strip() != "").any())


def _as_much_as_invoices(found: pd.DataFrame, values: pd.DataFrame) -> bool:
    """Whether each earlier stage holds about the money of the invoices: the same sales again."""
    own = float(values.loc[invoiced([*values["value"]]), "plus"].sum())
    return bool((abs(found["plus"] - own) <= _ABOUT * own).all())


def _left_out(column: str, found: pd.DataFrame) -> dict[str, list[dict[str, str]]]:
    """What leaves out the lines whose cell in a column is one of those found."""
    reason = f"{column}: {', '.join(found['value'])}"
    return {"exclude": [{"reason": reason, "where": _says(column, found["value"])}]}


def _says(column: str, values: pd.Series) -> str:
    """The SQL condition that a column's cell is one of some texts, an empty one included."""
    return one_of(text_of(column) if "" in {*values} else quoted(column), values)
