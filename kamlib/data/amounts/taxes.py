"""Net or gross: which amount is without tax, proven by the tax beside it."""

from collections.abc import Sequence

import numpy as np

from kamlib.data.amounts.figures import Amount, Figures
from kamlib.data.amounts.proof import (
    NEARLY_ALL,
    main_rate,
    rates_between,
    share,
    tax_share,
)
from kamlib.data.describe.headers import read_header, tax_of
from kamlib.data.doubts.doubt import Answer, Doubt, revenue_is
from kamlib.data.read.conversion import quoted
from kamlib.words import _, number

# Where a tax of a fifth may be 20 % of net or 25 % of it taken from gross, these levy 25 %.
_QUARTER = frozenset(("SEK", "DKK", "NOK", "HRK"))
_OFFERED = {"CNY": (13, 6), "RUB": (20, 10), "GBP": (20,), "CHF": (8.1,)}
_OTHERWISE = (19, 20, 21)


def net_amount(figures: Figures, revenue: Amount, currency: str = "") -> tuple[Amount, list[Doubt]]:
    """The amount without tax, and what is to be said of it.

    Parameters
    ----------
    figures
        The numbers of the lines.
    revenue
        What seems to be the revenue so far.
    currency
        The currency's ISO code, if it is known: it tells how high taxes are.
    """
    for way in (_with_its_tax, _beside_a_tax, _beside_another, _by_a_rate):
        found = way(figures, revenue, currency)
        if found is not None:
            return found
    if kind_of(revenue) == "gross":
        return revenue, [_ask(revenue, currency)]
    return revenue, []


def kind_of(amount: Amount) -> str:
    """``gross`` or ``net`` where the headers of an amount say so, else an empty text."""
    kinds = {tax_of(read_header(name)) for name in amount.names} - {""}
    return "gross" if "gross" in kinds else "net" if kinds else ""


def _in_another_currency(name: str, revenue: Amount) -> bool:
    """Whether two headers name different currencies: then one is no tax above the other."""
    own, others = read_header(name).currency, {read_header(n).currency for n in revenue.names}
    return bool(own) and bool(others - {"", own})


def _with_its_tax(
    figures: Figures, revenue: Amount, currency: str
) -> tuple[Amount, list[Doubt]] | None:
    """Net + tax = gross on nearly all lines says which column is which."""
    for tax, is_named in _taxes(figures, revenue):
        values = figures.amount(tax).values
        if not is_named and not np.nanmax(np.abs(values), initial=0.0) > 0:
            continue
        for name in figures.sums:
            other = figures.amount(name)
            if name == tax or name in revenue.names:
                continue
            for net, gross in ((revenue, other), (other, revenue)):
                part = share(gross.values, net.values + values)
                named = is_named or tax_share(values, net.values) >= NEARLY_ALL
                if part >= NEARLY_ALL and named and abs(np.nansum(values)) > 0:
                    return net, [_decided(net, gross, _equation(net, tax, gross, part))]
    return None


def _taxes(figures: Figures, revenue: Amount) -> list[tuple[str, bool]]:
    """Columns that are or may be the tax, and whether they are called so."""
    named = figures.taxes
    others = [n for n in figures.sums if n not in named and n not in revenue.names]
    return [*((name, True) for name in named), *((name, False) for name in others)]


def _equation(net: Amount, tax: str, gross: Amount, part: float) -> str:
    text = _('{net} + "{tax}" = {gross} on {share} % of the lines')
    return text.format(net=net.sql, tax=tax, gross=gross.sql, share=number(100 * part, 0))


def _decided(net: Amount, gross: Amount, proof: str) -> Doubt:
    what = _("{net} ({net_total}) is without tax, {gross} ({gross_total}) with it").format(
        net=net.sql,
        net_total=number(net.total, 2),
        gross=gross.sql,
        gross_total=number(gross.total, 2),
    )
    answers = (
        revenue_is("net", net.sql, _("revenue is the amount without tax")),
        revenue_is("gross", gross.sql, _("revenue is the amount with tax")),
    )
    return Doubt("tax", what, proof, answers, "net", "net", abs(gross.total - net.total), 0)


def _beside_a_tax(
    figures: Figures, revenue: Amount, currency: str
) -> tuple[Amount, list[Doubt]] | None:
    """One amount beside a tax: the tax is a known rate of it, or of what is left without it."""
    for tax in figures.taxes:
        values = figures.amount(tax).values
        less = Amount(
            f"{revenue.sql} - COALESCE({quoted(tax)}, 0)",
            revenue.values - np.nan_to_num(values),
            (*revenue.names, tax),
        )
        of_net, of_gross = (tax_share(values, amount.values) for amount in (revenue, less))
        said = kind_of(revenue)
        if min(of_net, of_gross) >= NEARLY_ALL and not said:
            said = "gross" if currency in _QUARTER else "net"
        is_gross = of_gross >= NEARLY_ALL and (of_net < NEARLY_ALL or said == "gross")
        if not is_gross and of_net < NEARLY_ALL:
            if kind_of(revenue) != "gross" or not _covers(values, revenue.values):
                continue
            is_gross = True
        if is_gross:
            proof = _('"{tax}" stands beside it, and the header or the rate ({rate} %) says so')
            rate = number(main_rate(values, less.values), 1)
            return less, [_decided(less, revenue, proof.format(tax=tax, rate=rate))]
        gross = Amount(
            f"{revenue.sql} + {quoted(tax)}", revenue.values + values, (*revenue.names, tax)
        )
        proof = _('"{tax}" is {rate} % of it on nearly all lines, as tax is of a net amount')
        rate = number(main_rate(values, revenue.values), 1)
        return revenue, [_decided(revenue, gross, proof.format(tax=tax, rate=rate))]
    return None


def _covers(tax: np.ndarray, amount: np.ndarray) -> bool:
    given = np.isfinite(amount) & (amount != 0)
    return bool((np.isfinite(tax) & given).sum() >= 0.8 * given.sum() > 0)


def _beside_another(
    figures: Figures, revenue: Amount, currency: str
) -> tuple[Amount, list[Doubt]] | None:
    """Two amounts of which one is the other plus tax at a known rate."""
    said = kind_of(revenue)
    for name in figures.sums:
        other = figures.amount(name)
        if name in revenue.names or _in_another_currency(name, revenue):
            continue
        for net, gross in ((revenue, other), (other, revenue)):
            # What a header says of tax is not overruled by a ratio.
            contrary = (said == "net" and net is other) or (
                kind_of(other) == "net" and net is revenue
            )
            if contrary or not (said or kind_of(other) or not figures.codes.shape[1]):
                continue
            if rates_between(gross.values, net.values) >= NEARLY_ALL:
                rate = number(main_rate(gross.values - net.values, net.values), 1)
                proof = _("one is {rate} % above the other on nearly all lines, as tax is")
                return net, [_decided(net, gross, proof.format(rate=rate))]
    return None


def _by_a_rate(
    figures: Figures, revenue: Amount, currency: str
) -> tuple[Amount, list[Doubt]] | None:
    """An amount beside a rate of tax alone: divided where it is gross, asked where nothing says."""
    for name in figures.tax_rates:
        rates = figures.numbers[name].to_numpy()
        top = np.nanmax(rates, initial=0.0)
        if not 0 < top <= 30 or not _covers(rates, revenue.values) or kind_of(revenue) == "net":
            continue
        by, unit = (f"{quoted(name)} / 100", 100) if top > 1 else (quoted(name), 1)
        sql = f"({revenue.sql}) / (1 + COALESCE({by}, 0))"
        net = Amount(
            sql, revenue.values / (1 + np.nan_to_num(rates) / unit), (*revenue.names, name)
        )
        if kind_of(revenue) == "gross":
            proof = _('the header says that it is with tax, and "{name}" holds the rate')
            return net, [_decided(net, revenue, proof.format(name=name))]
        return revenue, [_ask_rate(revenue, net, name)]
    return None


def _ask_rate(revenue: Amount, net: Amount, name: str) -> Doubt:
    what = _('is {sql} with tax or without? "{name}" holds a rate of tax, but no amount of it')
    proof = _("no column holds the tax itself or a second amount by which it could be proven")
    answers = (
        revenue_is("without", revenue.sql, _("without tax, as it stands")),
        revenue_is("with", net.sql, _("with tax, which is taken off")),
    )
    money = abs(revenue.total - net.total)
    return Doubt("tax", what.format(sql=revenue.sql, name=name), proof, answers, "", "without",
                 money, int(np.isfinite(revenue.values).sum()))  # fmt: skip


def _ask(revenue: Amount, currency: str) -> Doubt:
    """The header says that tax is included, and nothing tells how much."""
    what = _("{sql} ({total}) seems to include tax; net revenue is wanted. How much is the tax?")
    proof = _("no column holds the tax or its rate; write another rate as revenue = {sql} / 1.19")
    rates: Sequence[float] = _OFFERED.get(currency or _currency_by_script(revenue), _OTHERWISE)
    less = [
        Answer(
            f"less_{rate:g}".replace(".", "_"),
            _("with {rate} % tax, which is taken off").format(rate=f"{rate:g}"),
            {"columns": {"revenue": f"({revenue.sql}) / {1 + rate / 100:g}"}},
        )
        for rate in rates
    ]
    keep = Answer("as_it_stands", _("without tax, or tax is wanted: it stays as it stands"))
    money = abs(revenue.total) * (1 - 1 / (1 + rates[0] / 100))
    rows = int(np.isfinite(revenue.values).sum())
    what = what.format(sql=revenue.sql, total=number(revenue.total, 2))
    proof = proof.format(sql=revenue.sql)
    return Doubt("tax", what, proof, (*less, keep), "", "as_it_stands", money, rows)


def _currency_by_script(amount: Amount) -> str:
    text = "".join(amount.names)
    if any("\u4e00" <= sign <= "\u9fff" for sign in text):
        return "CNY"
    return "RUB" if any("а" <= sign.casefold() <= "я" for sign in text) else ""
