"""Lines in other currencies: the rate that is valid on a line's day, and what it made of them.

Money is converted once, where lines are read, so that all behind it is in the data set's own
currency. A line whose currency has no rate on its day is rejected by that reason: its money can
be added to nothing.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa

from kamlib.data.describe.expressions import Expression, columns_used
from kamlib.data.describe.money import says_own_currency
from kamlib.data.describe.telling import currency_of_text
from kamlib.data.read.asking import asked, selected
from kamlib.data.read.conventions import literal, one_of
from kamlib.data.read.dataset import TableSource
from kamlib.data.read.sources import SourcePart
from kamlib.errors import DataError

CURRENCY, RATE, _DAY = "kam_currency", "kam_rate", "kam_day"
# What a line says of its money before conversion, where a column of currencies is mapped.
FOREIGN = ("currency", "rate", "amount")
NO_RATE = "no rate of its currency for its day in the table rates"
# Six digits before the point, and as many behind it as leave room for exact amounts.
_RATE_TYPE = "DECIMAL(20, 14)"
_FINEST = Decimal("1e-14")
_MOST = Decimal(1_000_000)
CONVERTED_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in ("file", "sheet", "value", "code")),
     ("currency_sql", pa.string()), ("date_sql", pa.string()),
     ("lacks", pa.bool_()), ("rows", pa.int64()),
     *((name, pa.decimal128(38, 4)) for name in ("amount", "revenue")),
     *((name, pa.float64()) for name in ("low", "high")),
     *((name, pa.date32()) for name in ("first", "last"))]
)  # fmt: skip
_ROWS_SCHEMA = pa.schema(
    [("text", pa.string()), ("day", pa.date32()), ("rate", pa.decimal128(20, 14))]
)


@dataclass(frozen=True)
class Rates:
    """What one unit of other currencies is worth in the data set's own, from day to day.

    ``own`` is the code of the data set's currency, empty where nobody said it: then nothing is
    converted. ``by_code`` holds per other currency the first days of its rates, rising, and the
    rates.
    """

    own: str = ""
    by_code: Mapping[str, tuple[tuple[dt.date, Decimal], ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """All of it as one text, for what is kept by what it was made of."""
        return repr((self.own, sorted(self.by_code.items())))

    def is_own(self, text: str) -> bool:
        """Whether a text names the data set's own currency, or nothing says which that is."""
        return not self.own or currency_of_text(text) == self.own

    def on(self, text: str, day: dt.date) -> Decimal | None:
        """The rate of a currency on a day: the last one before or of that day, if there is one."""
        steps = self.by_code.get(currency_of_text(text), ())
        place = bisect_right(steps, day, key=lambda step: step[0])
        return steps[place - 1][1] if place else None

    def starts(self, code: str) -> dt.date | None:
        """The first day for which a currency has a rate; None where it has none."""
        steps = self.by_code.get(code, ())
        return steps[0][0] if steps else None


def rates_of(rows: pd.DataFrame | None, currency: str) -> Rates:
    """The data set's currency and its rates.

    Parameters
    ----------
    rows
        The checked table of rates, or None where the data set has none.
    currency
        The data set's currency as it is described.

    Raises
    ------
    DataError
        There are rates but no currency of the data set, two rates of a currency from one day, a
        rate of zero, or one of the data set's own currency that is not 1.
    """
    own = currency_of_text(currency)
    if rows is None:
        return Rates(own)
    if not own:
        raise DataError(
            "there is a table rates, but nothing says into which currency it converts; write "
            'currency = "EUR" (or yours) at the top of dataset.toml'
        )
    found: dict[str, dict[dt.date, Decimal]] = {}
    for text, day, rate in rows[["currency", "from", "rate"]].itertuples(index=False):
        first = dt.date.min if pd.isna(day) else day.date()
        days = found.setdefault(currency_of_text(text), {})
        exact = Decimal(repr(rate)).quantize(_FINEST) if 0 < rate < _MOST else Decimal(0)
        _check_rate(text, first, exact, days.setdefault(first, exact), own)
    found.pop(own, None)
    return Rates(own, {code: tuple(sorted(days.items())) for code, days in found.items()})


def _check_rate(text: str, first: dt.date, rate: Decimal, other: Decimal, own: str) -> None:
    since = "" if first == dt.date.min else f" from {first}"
    if not rate:
        raise DataError(
            f"rates: {text}{since} has a rate that is zero or above a million; expected what one "
            f"{text} is worth in {own}"
        )
    if rate != other:
        raise DataError(
            f"rates: {text}{since} has two rates, {other.normalize():f} and "
            f"{rate.normalize():f}; expected one"
        )
    if currency_of_text(text) == own and rate != 1:
        raise DataError(
            f"rates: {text} is the data set's own currency, but its rate{since} is "
            f"{rate.normalize():f}; expected what one unit of each other currency is worth in {own}"
        )


def maps_itself(source: TableSource) -> bool:
    """Whether a column of currencies may be mapped: by an expression, or by an equal header."""
    return not source.columns or "currency" in source.columns


def converted(amount: str, expressions: Mapping[str, Expression], name: str) -> str:
    """SQL of an amount in the data set's own currency, where a column of currencies is mapped.

    A cost or margin whose header names a currency of its own is in that one already.
    """
    if "currency" not in expressions or is_in_own(expressions, name):
        return amount
    return f"TRY_CAST(({amount}) * {RATE} AS DECIMAL(18, 4))"


def is_in_own(expressions: Mapping[str, Expression], name: str) -> bool:
    """Whether a cost or margin stands in the company's currency whatever the line's is."""
    return name != "revenue" and any(map(says_own_currency, columns_used([expressions[name]])))


def with_rates(relation: ibis.Table, currency: str, date: str, rates: Rates) -> ibis.Table:
    """A part's rows with the currency that each names and the rate on its day, null without one.

    Parameters
    ----------
    relation
        The part's rows.
    currency, date
        SQL of a row's currency (text) and day over the relation's columns.
    rates
        The data set's rates.
    """
    query = f"SELECT given.*, {currency} AS {CURRENCY}, {date} AS {_DAY} FROM given"
    dated = selected(relation, "given", query)
    which = f"SELECT DISTINCT {CURRENCY} AS text, {_DAY} AS day FROM dated"
    seen = asked(dated, "dated", f"{which} WHERE {CURRENCY} IS NOT NULL AND {_DAY} IS NOT NULL")
    pairs = sorted(zip(seen["text"].to_pylist(), seen["day"].to_pylist(), strict=True))
    own = sorted({text for text, _day in pairs if rates.is_own(text)})
    steps = [
        (text, day, rate)
        for text, day in pairs
        if not rates.is_own(text) and (rate := rates.on(text, day)) is not None
    ]
    is_own = f"{CURRENCY} IS NULL"
    if own:
        is_own += f" OR {one_of(CURRENCY, own)}"
    one, none = f"CAST(1 AS {_RATE_TYPE})", f"CAST(NULL AS {_RATE_TYPE})"
    rate, join = none, ""
    if steps:
        rate = f"CAST(kam_rates.rate AS {_RATE_TYPE})"
        join = (
            f"LEFT JOIN {_rows(relation, steps)} ON dated.{CURRENCY} = kam_rates.text "
            f"AND dated.{_DAY} = kam_rates.day"
        )
    query = (
        f"SELECT dated.*, CASE WHEN {is_own} THEN {one} ELSE {rate} END AS {RATE} FROM dated {join}"
    )
    return selected(dated, "dated", query)


def _rows(relation: ibis.Table, steps: list[tuple[str, dt.date, Decimal]]) -> str:
    """The rates of the days that occur, as a table in SQL: handed over, or written out."""
    engine = relation.get_backend()
    if engine.name == "duckdb":
        name = ibis.util.gen_name("rates")
        texts, days, rates = zip(*steps, strict=True)
        columns = [pa.array(values, kind)
                   for values, kind in zip((texts, days, rates), _ROWS_SCHEMA.types, strict=True)
                   ]  # fmt: skip
        engine.con.register(name, pa.table(columns, schema=_ROWS_SCHEMA))
        return f"{name} AS kam_rates"
    rows = ", ".join(
        f"({literal(text)}, DATE '{day}', CAST({rate:f} AS {_RATE_TYPE}))"
        for text, day, rate in steps
    )
    return f"(VALUES {rows}) AS kam_rates(text, day, rate)"


def part_currencies(
    lines: ibis.Table, columns: Mapping[str, Expression], fate: int, part: SourcePart
) -> pa.Table:
    """What a part's lines say of their currency, and what was made of it.

    Parameters
    ----------
    lines
        The part's lines with their fate.
    columns
        The mapping's expressions by canonical column.
    fate
        That of a line without a rate.

    Returns
    -------
    One row per ``value`` (the text that names the currency, empty where none does) and ``lacks``
    (whether there is no rate): ``code``; ``rows``; ``amount`` in that currency and ``revenue`` in
    the data set's own; ``low`` and ``high`` rate; ``first`` and ``last`` day; ``currency_sql``
    and ``date_sql``, the expressions that gave currency and day.
    """
    query = f"""
        SELECT COALESCE(currency, '') AS value, fate, COUNT(*) AS rows,
            CAST(SUM(amount) AS DECIMAL(38, 4)) AS amount,
            CAST(SUM(revenue) AS DECIMAL(38, 4)) AS revenue,
            CAST(MIN(rate) AS DOUBLE) AS low, CAST(MAX(rate) AS DOUBLE) AS high,
            MIN(date) AS first, MAX(date) AS last
        FROM fates WHERE fate IN (0, {fate}) GROUP BY 1, 2 ORDER BY 1, 2"""
    place = {"file": part.file, "sheet": part.sheet}
    place |= {f"{name}_sql": columns[name].text for name in ("currency", "date")}
    rows = [
        {**row, **place, "lacks": row["fate"] != 0,
         "code": currency_of_text(row["value"])}
        for row in asked(lines, "fates", query).to_pylist()
    ]  # fmt: skip
    named = [{name: row[name] for name in CONVERTED_SCHEMA.names} for row in rows]
    return pa.Table.from_pylist(named, CONVERTED_SCHEMA)
