"""Lines in several currencies: their column of currencies, the base, and rates in its unit."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kamlib.data.amounts.exchange import rates_written
from kamlib.data.describe.headers import same_words
from kamlib.data.describe.telling import currency_of_text
from kamlib.data.guess.formulas import ColumnGuess
from kamlib.data.guess.guess import Guess, Guesses
from kamlib.data.read.conversion import quoted
from kamlib.words import _

Parts = Sequence[tuple[str, str, Sequence[str], pd.DataFrame]]

_UNITS = (
    "units, unit, nominal, per, quantity, multiplier, scale, ratio, einheit, einheiten, 单位, 数量,"
    "номинал, единиц, единица, кратность, количество"
)
_PER = re.compile(r"(?:\bper|\bpro|\bje|/|за|на|每)\s*(1000|100|10)(?!\d)", re.IGNORECASE)
_TURNED = {
    "1/": _("turned round: one's own currency in units of the others, by its size"),
    "/100": _("per 100 units of the other currency, by its size"),
    "100/": _("turned round, per 100 units, by its size"),
}


def first_part(
    source: str | Sequence[str],
    sheet: str | Sequence[str] | None,
    names: Iterable[str],
    parts: Parts,
) -> tuple[Sequence[str], pd.DataFrame] | None:
    """Header and first rows of the first part of a table that has some columns; None without."""
    files, sheets = ((each,) if isinstance(each, str) else each for each in (source, sheet))
    return next(
        (
            (header, rows)
            for file, name, header, rows in parts
            if file in files and (not sheets or name in sheets) and {*names} <= {*header}
        ),
        None,
    )


def with_currencies(guesses: Guesses, parts: Parts, column: str, cells: pd.Series) -> Guesses:
    """The guesses with currencies where lines are in several, and with rates as they are meant.

    Parameters
    ----------
    guesses
        The tables as guessed.
    parts
        Per sheet or file: file, sheet, header, first rows.
    column
        The column of currencies that the lines' revenue is in, empty where it is in one.
    cells
        That column's cells, all rows.
    """
    rates = _rate_rows(guesses, parts)
    if column:
        source, sheet, lines = guesses["transactions"]
        codes = cells[cells != ""].map(currency_of_text)
        own, why = _base(codes, rates)
        if lines.currency:
            own, why = lines.currency, lines.currency_why
        shown = tuple(dict.fromkeys(cells[cells != ""]))[:3]
        told = _("the lines' money is in several currencies: converted with the table rates")
        item = ColumnGuess("currency", (column,), quoted(column), 0.9, told, shown, told)
        unused = tuple(name for name in lines.unused if name != column)
        lines = replace(
            lines, columns=(*lines.columns, item), unused=unused, currency=own, currency_why=why
        )
        guesses = {**guesses, "transactions": (source, sheet, lines)}
    own = guesses["transactions"][2].currency
    if rates is None or not own:
        return guesses
    source, sheet, guess = guesses["rates"]
    return {**guesses, "rates": (source, sheet, _as_meant(guess, rates, own))}


def _base(codes: pd.Series, rates: pd.DataFrame | None) -> tuple[str, str]:
    """The data set's own currency: the one without a rate (or at 1), else the most frequent."""
    ranked = codes.value_counts()
    found = sorted(ranked.index, key=lambda code: (-ranked[code], code))
    if rates is not None:
        others = rates[rates["rate"] != 1]["code"]
        left = [code for code in found if code not in {*others}]
        if len(left) == 1:
            return left[0], _("the one that the table of rates needs no rate for")
    return found[0], _("most lines are in it, which is only a guess")


def _rate_rows(guesses: Guesses, parts: Parts) -> pd.DataFrame | None:
    """The first rows of the table of rates: ``code`` and ``rate`` as written; None without one."""
    if "rates" not in guesses or not guesses["rates"][2].is_complete:
        return None
    source, sheet, guess = guesses["rates"]
    used = {item.column: item.sources[0] for item in guess.columns}
    found = first_part(source, sheet, [*used.values()], parts)
    if found is None:
        return None
    header, rows = found
    named = dict(zip(map(str, header), range(len(header)), strict=True))
    codes = rows.iloc[:, named[used["currency"]]].astype("str").map(currency_of_text)
    texts = rows.iloc[:, named[used["rate"]]].astype("str").str.replace(",", ".")
    rates = pd.to_numeric(texts, errors="coerce")
    if unit := _unit_column(guess):
        per = rows.iloc[:, named[unit]].astype("str").str.replace(r"\s", "", regex=True)
        rates /= pd.to_numeric(per, errors="coerce")
    return pd.DataFrame({"code": codes, "rate": rates[rates > 0]}).dropna()


def _unit_column(guess: Guess) -> str:
    return next((name for name in guess.unused if same_words(name, _UNITS)), "")


def _as_meant(guess: Guess, rates: pd.DataFrame, own: str) -> Guess:
    """The rates as what one unit of each currency is worth, whatever way they are written."""
    [item] = [item for item in guess.columns if item.column == "rate"]
    unit = _unit_column(guess)
    per = None if unit else _PER.search(item.sources[0])
    if per:
        note = _("per {units} units").format(units=per[1])
        changed = replace(item, sql=f"{item.sql} / {per[1]}", note=note)
    else:
        way = rates_written(rates["code"].to_numpy(), rates["rate"].to_numpy(np.float64), own)
        if not way and not unit:
            return guess
        changed = _by_unit(item, unit, way) if unit else _by_way(item, way)
    columns = tuple(changed if each is item else each for each in guess.columns)
    unused = tuple(name for name in guess.unused if name not in changed.sources)
    return replace(guess, columns=columns, unused=unused)


def _by_way(item: ColumnGuess, way: str) -> ColumnGuess:
    sql = {"1/": f"1 / {item.sql}", "/100": f"{item.sql} / 100", "100/": f"100 / {item.sql}"}
    return replace(item, sql=sql[way], note=_TURNED[way])


def _by_unit(item: ColumnGuess, unit: str, way: str) -> ColumnGuess:
    """The rate of one unit where a column says for how many it is."""
    per = quoted(unit)
    sql = {
        "": f"{item.sql} / {per}",
        "1/": f"{per} / {item.sql}",
        "/100": f"{item.sql} / {per} / 100",
        "100/": f"100 * {per} / {item.sql}",
    }
    note = _("for so many units") + (f"; {_TURNED[way]}" if way else "")
    return replace(item, sources=(*item.sources, unit), sql=sql[way], note=note)
