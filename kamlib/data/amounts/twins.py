"""One amount in two columns: as ordered and as invoiced, in one currency and in another."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from kamlib.data.amounts.exchange import currency_codes, currency_column
from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import CENT, NEARLY_ALL, of_prices, share
from kamlib.data.describe.headers import read_header
from kamlib.data.describe.money import COMPANY_CURRENCY, plain, stage_of
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.engine.opened import open_engine
from kamlib.data.read.conversion import quoted
from kamlib.data.read.dataset import CURRENCY_KEY
from kamlib.words import _, number

_WITHIN = 0.9  # of the lines, an invoiced amount is none, a part or all of the ordered one
_EQUAL, _LARGE = 0.2, 0.5  # so many are equal, or so much of the money is invoiced
_LEAST_LINES = 3
_STEADY = 0.002  # a rate that differs by less is one for all lines
_FEW_BOTH = 0.05
_BILLED = ("invoiced", "delivered")


def swapped(figures: Figures, amount: Amount, names: dict[str, str]) -> Amount:
    """An amount with some of its columns replaced by others."""
    [first, *_others] = amount.names
    if amount.sql == figures.amount(first).sql:
        return figures.amount(names[first])
    sql = amount.sql
    for name, other in names.items():
        sql = sql.replace(quoted(name), quoted(other))
    frame = figures.numbers
    engine = open_engine()
    engine.con.register("numbers", frame)
    found = engine.con.sql(f"SELECT CAST({sql} AS DOUBLE) AS value FROM numbers").fetchnumpy()
    values = np.ma.filled(found["value"].astype("float64"), np.nan)
    return Amount(sql, values, tuple(names.get(name, name) for name in amount.names))


@dataclass(frozen=True)
class _Stage:
    """One of two columns of the same sale: its name, and the line's amount that it leads to.

    ``is_read`` tells that it counts already, as long as nothing else is said.
    """

    name: str
    amount: Amount
    is_quantity: bool
    is_read: bool = False

    @property
    def told(self) -> str:
        """What the header says that the column holds."""
        return {
            "invoiced": _("was invoiced"),
            "delivered": _("was delivered"),
            "ordered": _("was ordered"),
        }.get(stage_of(self.name), _("stands there without such a word"))

    @property
    def answer(self) -> Answer:
        """That this column counts."""
        columns = {"revenue": self.amount.sql}
        if self.is_quantity:
            columns["quantity"] = quoted(self.name)
        means = _("revenue is {sql}").format(sql=self.amount.sql)
        word = "billed" if stage_of(self.name) in _BILLED else "ordered"
        return Answer(word, means, {} if self.is_read else {"columns": columns})


def of_stage(figures: Figures, revenue: Amount) -> tuple[Amount, list[Doubt]]:
    """What was invoiced, else delivered, where another column holds what was ordered.

    Returns
    -------
    The amount that counts, and what is to be said of it: decided where the headers tell the
    stages of both columns, asked where only one does.
    """
    quantities = figures.named("quantity", "transactions")
    for name in revenue.names:
        for other in _other_stages(figures, name):
            if other in revenue.names:
                continue
            found = _filled(figures, swapped(figures, revenue, {name: other}), name)
            own = _Stage(name, revenue, name in quantities, is_read=True)
            rival = _Stage(other, found, name in quantities)
            pair = (own, rival) if stage_of(name) in _BILLED else (rival, own)
            doubt = _stage_doubt(*pair)
            return (pair[0].amount if doubt.decided else revenue), [doubt]
    return revenue, list(_of_pieces(figures, revenue))


def _filled(figures: Figures, amount: Amount, name: str) -> Amount:
    """An amount that is nothing, rather than missing, where the other column has one."""
    empty = np.isnan(amount.values) & np.isfinite(figures.numbers[name].to_numpy())
    if not empty.any():
        return amount
    return Amount(f"COALESCE({amount.sql}, 0)", np.nan_to_num(amount.values), amount.names)


def _other_stages(figures: Figures, name: str) -> list[str]:
    """The columns of another stage of what a column holds, what was invoiced first."""
    own = stage_of(name)
    wanted = ("ordered",) if own in _BILLED else _BILLED
    others = [name for name in figures.sold if stage_of(name) in wanted]
    others.sort(key=lambda n: wanted.index(stage_of(n)))
    if own in _BILLED:
        return [n for n in others if _is_part(figures, name, n)]
    return [n for n in others if _is_part(figures, n, name)]


def _is_part(figures: Figures, billed: str, ordered: str) -> bool:
    """Whether one column is none, a part or all of another, line by line, and not the same."""
    part, whole = (np.nan_to_num(figures.amount(name).values) for name in (billed, ordered))
    telling = np.abs(whole) > CENT
    if telling.sum() < _LEAST_LINES:
        return False
    part, whole = part[telling], whole[telling]
    within = (part * np.sign(whole) >= -CENT) & (np.abs(part) <= np.abs(whole) + CENT)
    equal = np.abs(part - whole) <= CENT
    much = abs(part.sum()) >= _LARGE * abs(whole.sum())
    same = within.mean() >= _WITHIN and (equal.mean() >= _EQUAL or much)
    return bool(same and not equal.all())


def _stage_doubt(billed: _Stage, ordered: _Stage) -> Doubt:
    what = _('"{ordered}" ({whole}) is what {first}, "{billed}" ({part}) what {then}').format(
        ordered=ordered.name,
        whole=number(ordered.amount.total, 2),
        first=ordered.told,
        billed=billed.name,
        part=number(billed.amount.total, 2),
        then=billed.told,
    )
    says = _("{what}: what {then} counts").format(what=what, then=billed.told)
    proof = _("line by line the one is none, a part or all of the other")
    decided = "billed" if stage_of(ordered.name) == "ordered" else ""
    asks = _("{what}: which of the two is revenue?").format(what=what)
    apart = np.abs(np.nan_to_num(ordered.amount.values) - np.nan_to_num(billed.amount.values))
    return Doubt(
        "order_stage",
        asks,
        proof,
        (billed.answer, ordered.answer),
        decided,
        decided or "ordered",
        abs(ordered.amount.total - billed.amount.total),
        int((apart > CENT).sum()),
        says,
    )


def _of_pieces(figures: Figures, revenue: Amount) -> Iterator[Doubt]:
    """The doubt that an amount is that of the ordered pieces, of which not all were invoiced."""
    for ordered in figures.named("quantity", "transactions"):
        if stage_of(ordered) in _BILLED or ordered in revenue.names:
            continue
        for billed in _other_stages(figures, ordered):
            if _is_price_times(figures, revenue, billed):
                return
            pieces = figures.numbers[ordered].to_numpy()
            part = figures.numbers[billed].to_numpy() / np.where(pieces == 0, np.nan, pieces)
            sql = f"COALESCE(({revenue.sql}) * {quoted(billed)} / NULLIF({quoted(ordered)}, 0), 0)"
            less = Amount(sql, np.nan_to_num(revenue.values * part), revenue.names)
            doubt = _stage_doubt(_Stage(billed, less, True), _Stage(ordered, revenue, True, True))
            yield replace(doubt, decided="", assumed="ordered")
            return


def _is_price_times(figures: Figures, revenue: Amount, quantity: str) -> bool:
    """Whether an amount is a price times these pieces."""
    pieces = figures.numbers[quantity].to_numpy()
    prices = [figures.amount(name).values for name in figures.named("price")]
    slack = of_prices(pieces, revenue.values)
    return any(share(revenue.values, pieces * price, slack) >= NEARLY_ALL for price in prices)


def two_currencies(figures: Figures, revenue: Amount, columns: dict[str, str]) -> Iterator[Doubt]:
    """The doubt which of several columns counts that hold one amount in several currencies.

    Parameters
    ----------
    figures
        The numbers of the lines.
    revenue
        What seems to be the revenue so far.
    columns
        The first expressions per canonical column.
    """
    own = revenue.currency
    others = {
        code: swapped(figures, revenue, names)
        for code, names in _twins(figures, revenue, own).items()
    }
    others = {code: amount for code, amount in others.items() if _differs(revenue, amount)}
    if not others:
        return
    amounts = {own: revenue, **others}
    listed = ", ".join(f"{amount.sql} ({number(amount.total, 2)})" for amount in amounts.values())
    what = _("{amounts} are one amount in several currencies: which one counts?")
    if not _both(revenue, next(iter(others.values()))):
        what = _("each line has its amount in one of {amounts}: which one counts?")
    answers = tuple(
        Answer(code or "as_it_stands", _means(code, amount),
               {**({"columns": _columns(figures, columns, amount, code)} if code != own else {}),
                **({CURRENCY_KEY: code} if code else {})})
        for code, amount in amounts.items()
    )  # fmt: skip
    money = max(abs(amount.total - revenue.total) for amount in others.values())
    rows = int(np.isfinite(revenue.values).sum())
    yield Doubt("amount_currency", what.format(amounts=listed), _rate(revenue, others), answers,
                "", own or "as_it_stands", money, rows)  # fmt: skip


def _means(code: str, amount: Amount) -> str:
    said = _("revenue is {sql}").format(sql=amount.sql)
    return f"{said}, {code}" if code else said


def _twins(figures: Figures, revenue: Amount, own: str) -> dict[str, dict[str, str]]:
    """Per other currency the column that takes the place of each of an amount's own."""
    if any(COMPANY_CURRENCY.search(plain(name)) for name in revenue.names):
        return {}
    several = len(currency_codes(figures, currency_column(figures, revenue))) > 1
    found: dict[str, dict[str, str]] = {}
    for name in revenue.names:
        for other in figures.numbers:
            code = read_header(other).currency
            if other in revenue.names or code == own or not _alike(figures, name, other):
                continue
            # An amount without a currency in its header is in that of its line.
            if code and (own or not several):
                found.setdefault(code, {}).setdefault(name, other)
            elif not code and own and not several and len(revenue.names) == 1:
                found.setdefault("", {}).setdefault(name, other)
    named = [name for name in revenue.names if read_header(name).currency]
    return {code: names for code, names in found.items() if {*named} <= {*names}}


def _alike(figures: Figures, name: str, other: str) -> bool:
    """Whether two columns are called the same but for their currency."""
    one, two = read_header(name), read_header(other)
    if "(2)" in other or "(2)" in name:
        return False
    if one.words == two.words:
        return True
    sold = figures.named("revenue", "transactions")
    return bool(one.currency and two.currency) and {name, other} <= {*sold} & {*figures.sums}


def _differs(one: Amount, other: Amount) -> bool:
    apart = np.abs(np.nan_to_num(one.values) - np.nan_to_num(other.values))
    return bool(np.nansum(np.abs(other.values)) > 0 and (apart > CENT).any())


def _both(one: Amount, other: Amount) -> bool:
    """Whether lines have both amounts, rather than one of the two."""
    first, second = (np.abs(np.nan_to_num(amount.values)) > CENT for amount in (one, other))
    return bool((first & second).sum() > _FEW_BOTH * max((first | second).sum(), 1))


def _columns(
    figures: Figures, columns: dict[str, str], amount: Amount, code: str
) -> dict[str, str]:
    """What an answer changes: revenue, and cost and margin where they have a column beside."""
    changes = {"revenue": amount.sql}
    for key in ("cost", "margin"):
        name = next((n for n in figures.numbers if quoted(n) == columns.get(key)), "")
        header = read_header(name)
        if not name or header.currency == code:
            continue
        twin = next((n for n in figures.numbers if read_header(n).currency == code
                     and read_header(n).words == header.words), "")  # fmt: skip
        if twin:
            changes[key] = quoted(twin)
    return changes


def _rate(revenue: Amount, others: dict[str, Amount]) -> str:
    """What the lines say of the rate between two currencies."""
    other = next(iter(others.values()))
    both = (np.abs(np.nan_to_num(revenue.values)) > 1) & (np.abs(np.nan_to_num(other.values)) > 1)
    if not both.any():
        return _("amounts in two currencies cannot be added up without a rate")
    rates = other.values[both] / revenue.values[both]
    low, high = float(np.quantile(rates, 0.05)), float(np.quantile(rates, 0.95))
    if high - low <= _STEADY * abs(high):
        text = _("the rate is {rate} on nearly all lines; nothing tells the company's currency")
        return text.format(rate=number(float(np.median(rates)), 4))
    text = _("the rate is {low} to {high}; nothing tells the company's currency")
    return text.format(low=number(low, 4), high=number(high, 4))
