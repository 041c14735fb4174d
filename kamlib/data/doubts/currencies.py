"""Doubts about money: several currencies in one ledger are never added up in silence."""

from collections.abc import Iterator

import pandas as pd

from kamlib.data.describe.expressions import Expression, columns_used
from kamlib.data.describe.headers import read_header
from kamlib.data.describe.money import COMPANY_CURRENCY, EXCHANGE_RATE, plain
from kamlib.data.describe.telling import currency_code
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.read.conversion import literal, quoted
from kamlib.data.read.dataset import CURRENCY_KEY, DataSet
from kamlib.data.reduce.ledger import Ledger
from kamlib.words import _, count, number

_LEAST_NAMED = 0.5  # of a column's lines must name a currency
_SHOWN = 6


def currency_doubts(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubt that lines of several currencies are added up, if there is one.

    Where each amount has a currency column of its own, the one nearest to revenue counts.
    """
    profile = ledger.profile
    coded = profile.assign(code=[currency_code(value) for value in profile["value"]])
    named = coded[coded["code"] != ""]
    shares = named.groupby("column")["rows"].sum() / coded.groupby("column")["rows"].sum()
    columns = shares.index[shares > _LEAST_NAMED]
    if columns.empty:
        return
    reach = named[named["column"].isin(columns)].groupby("column")["distance"].first()
    # "Amount | Crcy": a currency stands after its amount, rather than before it.
    nearest = min(reach.items(), key=lambda item: (abs(item[1]) + 0.5 * (item[1] < 0), item[0]))[0]
    lines = named[named["column"] == nearest]
    by_code = lines.groupby("code")[["rows", "plus", "minus"]].sum()
    if len(by_code) > 1 and not _has_own_currency(dataset):
        yield _mixed(str(nearest), lines, by_code)


def _has_own_currency(dataset: DataSet) -> bool:
    """Whether revenue is in one currency: its header says so, or a rate is multiplied with."""
    written = dataset.tables["transactions"].columns.get("revenue", "revenue")
    names = columns_used([Expression(written, "revenue")])
    if any(EXCHANGE_RATE.search(plain(name)) for name in names[1:]):
        return True
    named = names[:1]
    return any(read_header(name).currency or COMPANY_CURRENCY.search(plain(name)) for name in named)


def _mixed(column: str, lines: pd.DataFrame, by_code: pd.DataFrame) -> Doubt:
    ranked = by_code.assign(net=by_code["plus"] + by_code["minus"]).sort_values(
        "rows", ascending=False, kind="stable"
    )
    shown = ", ".join(
        f"{code} {number(row.net, 2)} ({count(row.rows)} lines)"
        for code, row in list(ranked.iterrows())[:_SHOWN]
    )
    what = _(
        '"{column}" holds {n} currencies, which cannot be added up: {sums}. Which one counts?'
    ).format(column=column, n=len(ranked), sums=shown)
    first = str(ranked.index[0])
    cases = " ".join(f"WHEN '{value}' THEN 1.0" for value in sorted(set(lines["value"])))
    proof = _(
        'give rates in the mapping, such as revenue = "<your revenue> * CASE {name} {cases} END", '
        "or choose one currency; lines of the others are then left out"
    ).format(name=quoted(column), cases=cases)
    answers = tuple(_only(column, str(code), lines) for code in ranked.index)
    others = ranked[ranked.index != first]
    money = float((others["plus"] - others["minus"]).sum())
    return Doubt(
        "currencies", what, proof, answers, assumed="", money=money, rows=int(others["rows"].sum())
    )


def _only(column: str, code: str, lines: pd.DataFrame) -> Answer:
    others = lines[lines["code"] != code]
    values = ", ".join(literal(value) for value in sorted(set(others["value"])))
    rule = {
        "reason": _("not in {code}").format(code=code),
        "where": f"{quoted(column)} IN ({values})",
    }
    return Answer(
        code, _("only lines in {code}").format(code=code), {"exclude": [rule], CURRENCY_KEY: code}
    )
