"""What was made of lines in other currencies, as findings; and rates that are turned round."""

from collections.abc import Iterator

import pandas as pd

from kamlib.data.describe.expressions import Expression, columns_used
from kamlib.data.describe.money import says_own_currency, usual_rate
from kamlib.data.reduce.checks import Finding
from kamlib.data.tables import Tables
from kamlib.errors import StoppedError
from kamlib.words import _, number

# A rate this many times off what is usual, whose reciprocal (or hundredth) is within the second
# factor of it, is another way to write a rate, and no rate of another time.
_FAR, _NEAR = 5.0, 2.0


def currency_findings(tables: Tables) -> Iterator[Finding]:
    """What was converted, at which rates, and what was taken to be in one's own currency."""
    converted = tables.ledger.converted
    if converted.empty:
        if "rates" in tables.side:
            told = _("no column currency of the lines is mapped: nothing is converted with rates")
            yield Finding("rates", "warning", told, len(tables["rates"]), "")
        return
    own = tables.ledger.rates.own
    foreign = converted[
        ~converted["lacks"] & (converted["code"] != own) & (converted["code"] != "")
    ]
    if not own or foreign.empty:
        return
    for code, rows in foreign.groupby("code"):
        yield _converted(str(code), rows, own)
    unnamed = converted[converted["code"] == ""]
    if len(unnamed):
        told = _("without a currency beside lines in several: counted as {own}, {money}").format(
            own=own, money=number(float(unnamed["revenue"].astype("float64").sum()), 2)
        )
        yield Finding("transactions", "warning", told, int(unnamed["rows"].sum()), "")
    for name in ("margin", "cost"):
        written = tables.dataset.tables["transactions"].columns.get(name, "")
        named = columns_used([Expression(written, name)]) if written else []
        if any(map(says_own_currency, named)):
            told = _('{name} is not converted: "{column}" names its own currency')
            told = told.format(name=name, column=named[0])
            yield Finding("transactions", "note", told, int(foreign["rows"].sum()), "")


def _converted(code: str, rows: pd.DataFrame, own: str) -> Finding:
    low, high = rows["low"].min(), rows["high"].max()
    told = _("lines in {code}: {amount} {code} are {money} {own}, at {rates} {own} for one {code}")
    span = f"{low:.6g}" if low == high else _("{low} to {high}").format(
        low=f"{low:.6g}", high=f"{high:.6g}"
    )  # fmt: skip
    amount, money = (float(rows[name].astype("float64").sum()) for name in ("amount", "revenue"))
    told = told.format(
        code=code, amount=number(amount, 2), money=number(money, 2), own=own, rates=span
    )
    where = ", ".join(dict.fromkeys(rows["file"]))
    return Finding("transactions", "note", told, int(rows["rows"].sum()), where)


def check_rates(tables: Tables) -> None:
    """Stop where rates can only be meant the other way round, or for a hundred units.

    Raises
    ------
    StoppedError
        A rate that was used is far from usual, and its reciprocal or hundredth is not.
    """
    converted = tables.ledger.converted
    for row in converted[~converted["lacks"]].itertuples():
        usual = usual_rate(row.code, tables.ledger.rates.own)
        if not usual or row.code == tables.ledger.rates.own or not _is_far(row.low, usual):
            continue
        for written, meant in (('1 / "rate"', 1 / row.low), ('"rate" / 100', row.low / 100)):
            if not _is_far(meant, usual, _NEAR):
                raise StoppedError(
                    f"rates: one {row.code} would be worth {row.low:.6g} "
                    f"{tables.ledger.rates.own}, usual is about {usual:.2g}: the rates seem to be "
                    f"written another way; give rate = '{written}' (with your column's name) "
                    "under [rates.columns]"
                )


def _is_far(rate: float, usual: float, factor: float = _FAR) -> bool:
    return not 1 / factor < rate / usual < factor
