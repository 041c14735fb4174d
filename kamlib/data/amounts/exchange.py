"""Which of several amounts is in the company's own currency, and amounts times a rate."""

import re

import numpy as np

from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import NEARLY_ALL, share
from kamlib.data.describe.headers import read_header
from kamlib.data.describe.money import (
    COMPANY_CURRENCY,
    EXCHANGE_RATE,
    plain,
    says_own_currency,
    usual_rate,
)
from kamlib.data.describe.telling import currency_code
from kamlib.data.doubts.doubt import Answer, Doubt, revenue_is
from kamlib.data.read.conversion import quoted
from kamlib.words import _, number

_SAME = 0.02
_SURE = 0.1
_NEAR = 1.6  # times what is usual: so far currencies move within some years
_COPY = re.compile(r" \(\d+\)$")


def own_currency(figures: Figures, revenue: Amount) -> tuple[Amount, list[Doubt], str, str]:
    """The amount in the company's currency, what is to be said of it, and the currency.

    Where no amount is, the last text is the column of the several currencies that it is in.
    """
    column = currency_column(figures, revenue)
    codes = currency_codes(figures, column)
    if len(codes) == 1:
        return revenue, [], next(iter(codes)), ""
    if len(codes) > 1 and not _says_its_own(revenue) and not _is_converted(figures, revenue):
        for choose in (_another, _at_a_rate):
            found = choose(figures, revenue, column)
            if found is not None:
                return *found, ""
        return revenue, [], "", column
    return revenue, [], _base(figures, column) if column else "", ""


def rates_written(codes: np.ndarray, rates: np.ndarray, own: str) -> str:
    """How rates are written, by their usual size: empty where as wanted, or where nothing tells.

    ``1/`` are units of the others for one of one's own; ``/100`` is for a hundred units of the
    other currency, ``100/`` both.
    """
    ways = {"": rates, "1/": 1 / rates, "/100": rates / 100, "100/": 100 / rates}
    known = [code for code in sorted({*codes} - {own}) if usual_rate(code, own)]
    if not known:
        return ""
    usual = {code: np.log(usual_rate(code, own)) for code in known}
    apart = {
        way: max(abs(np.log(np.median(found[codes == code])) - usual[code]) for code in known)
        for way, found in ways.items()
    }
    best = min(apart, key=lambda way: apart[way])
    is_clear = apart[best] < np.log(_NEAR) and apart[""] > apart[best] + _SURE
    return best if is_clear else ""


def _base(figures: Figures, column: str) -> str:
    """The currency whose rate is 1, if a rate is there and it is one alone."""
    codes = figures.codes[column].map(currency_code).to_numpy()
    for rates in (figures.numbers[n].to_numpy() for n in figures.numbers
                  if EXCHANGE_RATE.search(plain(n))):  # fmt: skip
        own = [code for code in sorted({*codes} - {""}) if _is_one(rates[codes == code])]
        if len(own) == 1:
            return own[0]
    return ""


def _says_its_own(revenue: Amount) -> bool:
    return any(map(says_own_currency, revenue.names))


def _is_converted(figures: Figures, revenue: Amount) -> bool:
    """Whether revenue is another amount times (or divided by) a rate: converted already."""
    rates = [name for name in figures.numbers if EXCHANGE_RATE.search(plain(name))]
    others = [figures.amount(name) for name in figures.sums if name not in (*revenue.names, *rates)]
    for rate in (figures.numbers[name].to_numpy() for name in rates):
        used = np.isfinite(rate) & (rate > 0) & (np.abs(rate - 1) > _SAME)
        for other in others if used.any() else ():
            amounts, own, factor = other.values[used], revenue.values[used], rate[used]
            slack = np.maximum(_SAME, 0.005 * factor + _SAME)
            ways = (amounts * factor, amounts / factor)
            if any(share(own, way, slack) >= NEARLY_ALL for way in ways):
                return True
    return False


def currency_column(figures: Figures, amount: Amount) -> str:
    """The column of currencies that belongs to an amount: the nearest, rather after than before."""
    if not len(figures.codes.columns) or not amount.names:
        return ""
    own = figures.header.index(amount.names[0])

    def reach(name: str) -> tuple[float, int]:
        distance = figures.header.index(name) - own
        return abs(distance) + 0.5 * (distance < 0), distance

    return min(figures.codes.columns, key=reach)


def currency_codes(figures: Figures, column: str) -> set[str]:
    """The currencies that a column names; none where there is no column."""
    if not column:
        return set()
    values = figures.codes[column].unique()
    return {code for value in values if (code := currency_code(str(value)))}


def _another(
    figures: Figures, revenue: Amount, column: str
) -> tuple[Amount, list[Doubt], str] | None:
    """Another amount whose own currency is one alone, or whose header says so."""
    for name in figures.sums:
        other = figures.amount(name)
        if name in revenue.names or not _is_like(figures, revenue, other, column):
            continue
        own = currency_column(figures, other)
        codes = currency_codes(figures, own) if own != column else set()
        unit = read_header(name).currency
        told = COMPANY_CURRENCY.search(plain(name))
        if not (len(codes) == 1 or unit or told):
            continue
        code = unit or (next(iter(codes)) if len(codes) == 1 else "")
        code = code or _code_where_equal(figures, revenue, other, column)
        what = _(
            '{sql} ({total}) is in the currencies of "{column}" ({codes}), {other} ({other_total}) '
            "is in the company's currency{code}"
        ).format(
            sql=revenue.sql,
            total=number(revenue.total, 2),
            column=column,
            codes=", ".join(sorted(currency_codes(figures, column))),
            other=other.sql,
            other_total=number(other.total, 2),
            code=f" {code}" if code else "",
        )
        proof = _("where the currency is the same, so are the amounts, on nearly all lines")
        answers = (
            revenue_is("company", other.sql),
            revenue_is("document", revenue.sql),
        )
        money = abs(other.total - revenue.total)
        doubt = Doubt("company_currency", what, proof, answers, "company", "company", money)
        return other, [doubt], code
    return None


def _is_like(figures: Figures, revenue: Amount, other: Amount, column: str) -> bool:
    """Whether both amounts are the same on the lines of one of the currencies."""
    if _COPY.sub("", revenue.names[0]) == _COPY.sub("", other.names[0]):
        return True
    return _code_where_equal(figures, revenue, other, column) != ""


def _code_where_equal(figures: Figures, revenue: Amount, other: Amount, column: str) -> str:
    codes = figures.codes[column].map(currency_code).to_numpy()
    for code in dict.fromkeys(codes):
        here = codes == code
        if code and share(revenue.values[here], other.values[here], _SAME) >= NEARLY_ALL:
            return str(code)
    return ""


def _at_a_rate(
    figures: Figures, revenue: Amount, column: str
) -> tuple[Amount, list[Doubt], str] | None:
    """An amount in several currencies beside a rate, which is 1 where it is the company's own."""
    codes = figures.codes[column].map(currency_code).to_numpy()
    for name in (n for n in figures.numbers if EXCHANGE_RATE.search(plain(n))):
        rates = figures.numbers[name].to_numpy()
        base = _base(figures, column)
        factor, column_sql = np.where(rates > 0, rates, 1.0), f"COALESCE({quoted(name)}, 1)"
        names = (*revenue.names, name)
        times = Amount(f"{revenue.sql} * {column_sql}", revenue.values * factor, names)
        parts = Amount(f"{revenue.sql} / {column_sql}", revenue.values / factor, names)
        way = _way(codes, rates, base) if base else ""
        what = _('{sql} is in several currencies ({codes}), and "{name}" holds their rate').format(
            sql=revenue.sql, codes=", ".join(sorted(set(codes) - {""})), name=name
        )
        proof = _("the rate is 1 for {base}, and of the others' usual size").format(base=base)
        if not way:
            proof = _("its size does not tell whether to multiply or to divide by it")
        answers = tuple(
            Answer(word, text.format(total=number(amount.total, 2)),
                   {"columns": {"revenue": amount.sql}})
            for word, text, amount in (
                ("times", _("revenue is the amount times the rate ({total})"), times),
                ("divided", _("revenue is the amount divided by the rate ({total})"), parts),
            )
        )  # fmt: skip
        chosen = {"divided": parts}.get(way, times)
        money = abs(chosen.total - revenue.total) or abs(chosen.total)
        doubt = Doubt("exchange_rate", what, proof, answers, way, way or "times", money)
        return chosen, [doubt], base
    return None


def _is_one(rates: np.ndarray) -> bool:
    known = rates[np.isfinite(rates)]
    return len(known) > 0 and bool((np.abs(known - 1) < 1e-6).mean() >= NEARLY_ALL)


def _way(codes: np.ndarray, rates: np.ndarray, base: str) -> str:
    """Whether rates are prices of the foreign currency (times) or of one's own (divided)."""
    times, divided = [], []
    for code in sorted({*codes} - {"", base}):
        known = rates[(codes == code) & (rates > 0)]
        if len(known) and usual_rate(code, base):
            usual = np.log(usual_rate(code, base))
            rate = np.log(np.median(known))
            times.append(abs(rate - usual))
            divided.append(abs(rate + usual))
    if not times or abs(max(times) - max(divided)) < _SURE or min(max(times), max(divided)) > 0.7:
        return ""
    return "times" if max(times) < max(divided) else "divided"
