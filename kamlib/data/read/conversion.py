"""Text cells into numbers and dates, as SQL: decimal commas, day-first dates, Excel serials.

A cell that cannot be read stays empty and leaves a note in ``kam_unreadable``, so that its row
can be rejected by name instead of ending the run.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis
import ibis.expr.datatypes as dt_kinds
import pandas as pd
import pyarrow as pa

from kamlib.data.files.parts import ROW
from kamlib.data.read.asking import asked, selected
from kamlib.data.read.conventions import (
    YEAR_ONLY,
    Convention,
    Conventions,
    DayLook,
    currency_facts,
    date_order,
    day_key,
    day_look,
    decimal_signs,
    filled_cell,
    has_zone,
    literal,
    matches,
    number_facts,
    number_look,
    odd_texts,
    one_of,
    quoted,
    swapped_days,
    unreadable_facts,
)
from kamlib.data.read.moments import local_time, moment, written_hour, zone_edge
from kamlib.data.writing import days, numbers
from kamlib.data.writing.periods import year_alone
from kamlib.errors import DataError
from kamlib.quarters import first_day

UNREADABLE = "kam_unreadable"
WATCHED = "kam_watched_"

_DAYS_TO_1904 = 1462
_DATES = ("date", "moment")
_LOOKUP = pa.schema([("text", pa.string()), ("value", pa.float64()), ("bad", pa.bool_())])
_DAY_LOOKUP = pa.schema([("text", pa.string()), ("value", pa.date32()), ("bad", pa.bool_())])


@dataclass
class _Reading:
    """What a typed SELECT is made of, collected column by column."""

    table: ibis.Table
    conventions: Conventions
    joins: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: list[Convention] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)

    def once(self, sql: str) -> str:
        """An expression over a line's own columns that is computed once; its name."""
        self.derived.append(sql)
        return f"raw.kam_cell_{len(self.derived) - 1}"

    def looked_up(self, rows: pa.Table, key: str) -> str:
        """Join a table of texts and their values to the lines; its alias."""
        registered = ibis.util.gen_name("cells")
        self.table.get_backend().con.register(registered, rows)
        alias = f"cells_{len(self.joins)}"
        self.joins.append(f"LEFT JOIN {registered} AS {alias} ON {alias}.text = {key}")
        return alias


def typed(table: ibis.Table, roles: dict[str, str], conventions: Conventions) -> ibis.Table:
    """A source's used columns in the type of their role.

    Parameters
    ----------
    table
        A part as read; text columns may hold anything.
    roles
        Column name to ``text``, ``number``, ``date``, ``moment`` or empty (left as it is).
    conventions
        How the source writes numbers and dates.

    Returns
    -------
    The columns of ``roles``, ``kam_row`` and ``kam_unreadable`` (what could not be read in the
    row, or null).
    """
    return typed_with_conventions(table, roles, conventions)[0]


def typed_with_conventions(
    table: ibis.Table,
    roles: dict[str, str],
    conventions: Conventions,
    watched: Sequence[str] = (),
) -> tuple[ibis.Table, tuple[Convention, ...]]:
    """As :func:`typed`, with what was decided on the way about how cells are read.

    ``watched`` are columns that are carried along as texts: ``kam_watched_0`` and so on. Where a
    convention is a ``time zone``, one more follows: :data:`kamlib.data.read.moments.ZONE_EDGE`.
    """
    schema = table.schema()
    reading = _Reading(table, conventions)
    texts = [name for name, role in roles.items() if role == "number" and schema[name].is_string()]
    looks = {name: number_look(table, name, conventions.empty) for name in texts}
    signs = decimal_signs(table, looks, conventions)
    for name, look in looks.items():
        reading.facts += currency_facts(table, name, look, conventions.empty)
    select = []
    for name, role in roles.items():
        column = f"raw.{quoted(name)}"
        if schema[name].is_string() and role == "number":
            value = _number_from_text(reading, name, looks[name].cells, signs[name])
        elif schema[name].is_string() and role in _DATES:
            value = _date_from_text(reading, name, role)
        elif schema[name].is_string():
            value = _without_empties(column, conventions.empty)
        elif role in _DATES and schema[name].is_numeric():
            value = _date_from_numbers(reading, name, role)
        elif role == "date" and getattr(schema[name], "timezone", None):
            value = _date_from_moment(reading, name)
        else:
            value = _from_typed(column, schema[name], role)
        select.append(f"{value} AS {quoted(name)}")
    notes = reading.notes
    note = f"NULLIF(CONCAT_WS('; ', {', '.join(notes)}), '')" if notes else "CAST(NULL AS VARCHAR)"
    select += [f"raw.{quoted(ROW)}", f"{note} AS {UNREADABLE}"]
    for place, name in enumerate(watched):
        select.append(f"TRIM(CAST(raw.{quoted(name)} AS VARCHAR)) AS {WATCHED}{place}")
    select += [f"{edge} AS {WATCHED}{len(watched)}" for edge in reading.edges[:1]]
    derived = "".join(f", {sql} AS kam_cell_{n}" for n, sql in enumerate(reading.derived))
    own = f"(SELECT *{derived} FROM raw) AS raw" if derived else "raw"
    query = f"SELECT {', '.join(select)} FROM {own} {' '.join(reading.joins)}"
    return selected(table, "raw", query), tuple(reading.facts)


def _from_typed(column: str, kind: dt_kinds.DataType, role: str) -> str:
    """A column that is no text: no infinities, and 123.0 as a text is 123."""
    if not kind.is_floating():
        return column
    value = finite(column)
    if role != "text":
        return value
    whole = f"CAST(CAST({value} AS BIGINT) AS VARCHAR)"
    is_whole = f"{value} = FLOOR({column}) AND ABS({column}) < 1e15"
    return f"CASE WHEN {is_whole} THEN {whole} ELSE CAST({value} AS VARCHAR) END"


def finite(number: str) -> str:
    """A number as SQL, null where it is infinite or not a number."""
    return f"CASE WHEN ISFINITE({number}) THEN {number} END"


def _without_empties(column: str, empty: tuple[str, ...]) -> str:
    return f"CASE WHEN {one_of(f'TRIM({column}) NOT', ('', *empty))} THEN {column} END"


def _note(name: str, column: str, bad: str, role: str) -> str:
    text = f"LEFT(CAST({column} AS VARCHAR), 60)"
    shown = f"{literal(name + ' ')} || '\"' || {text} || '\"'"
    return f"CASE WHEN {bad} THEN {shown} || ' is not a {role}' END"


def _number_from_text(reading: _Reading, name: str, cells: Counter[str], sign: Convention) -> str:
    decimal, empty = sign.decided, reading.conventions.empty
    if sign.proofs_for or sign.proofs_against or sign.ambiguous:
        reading.facts.append(sign)
    cell = reading.once(filled_cell(name, empty))
    other = "." if decimal == "," else ","
    plain = f"^[+-]?[0-9]+([{decimal}][0-9]*)?$"
    digits = f"REGEXP_REPLACE({cell}, '[^0-9+{decimal}-]', '', 'g')"
    value = (
        f"CASE WHEN {matches(cell, plain)} THEN TRY_CAST({_with_point(cell, decimal)} AS DOUBLE) "
        f"WHEN {matches(cell, numbers.CLEAN[decimal])} "
        f"THEN TRY_CAST({_with_point(digits, decimal)} AS DOUBLE)"
    )
    looked_up = "FALSE"
    if cells["odd"] or cells["clean"] or cells[other] or (decimal == "," and cells["exact"]):
        where = f"NOT {matches('cell', numbers.CLEAN[decimal])}"
        counts = odd_texts(reading.table, name, empty, where)
        alias = reading.looked_up(_odd_numbers(reading, name, counts, cells, decimal), cell)
        value = f"{value} ELSE {alias}.value"
        looked_up = f"{alias}.text IS NOT NULL"
        bad = f"COALESCE({alias}.bad, FALSE) OR "
    else:
        bad = ""
    value = finite(f"{value} END")
    lost = f"{cell} IS NOT NULL AND NOT ({looked_up}) AND {value} IS NULL"
    reading.notes.append(_note(name, f"raw.{quoted(name)}", f"{bad}({lost})", "number"))
    return value


def _with_point(text: str, decimal: str) -> str:
    return text if decimal == "." else f"REPLACE({text}, ',', '.')"


def _odd_numbers(
    reading: _Reading, name: str, counts: dict[str, int], cells: Counter[str], decimal: str
) -> pa.Table:
    """The texts of a column that are not clean by themselves, with their values."""
    lines = reading.conventions.lines
    style = numbers.column_style(counts, sum(cells.values()), decimal)
    rows, bad_texts = [], {}
    for text, count in counts.items():
        number = numbers.number_text(text)
        value = number and numbers.number_value(number, style)
        if number and number.zero and not lines:
            value, bad = None, False
        else:
            bad = value is None
        if bad:
            bad_texts[text] = count
            value = numbers.estimate(text, decimal) if lines else None
        rows.append((text, value, bad))
    reading.facts += number_facts(name, counts, style)
    reading.facts += unreadable_facts(name, bad_texts)
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table([pa.array(c, k) for c, k in zip(columns, _LOOKUP.types, strict=True)], _LOOKUP)


def _date_from_text(reading: _Reading, name: str, role: str) -> str:
    # A month-first file may still hold 31/12/2024 by mistake: then it is unreadable, not guessed.
    conventions = reading.conventions
    look = day_look(reading.table, name, conventions.empty)
    found = date_order(reading.table, name, look, conventions)
    swapped = swapped_days(name, look, conventions)
    reading.facts += [fact for fact in (found, swapped) if fact]
    cell = reading.once(filled_cell(name, conventions.empty))
    iso = f"SUBSTR({cell}, 1, 10)"
    if swapped and swapped.decided == "turned back":
        iso = f"SUBSTR({cell}, 1, 5) || SUBSTR({cell}, 9, 2) || '-' || SUBSTR({cell}, 6, 2)"
    value = f"CASE WHEN {matches(cell, days.ISO)} THEN TRY_CAST({iso} AS TIMESTAMP)"
    if look.texts:
        order = found.decided if found else conventions.dates or "day-first"
        key = reading.once(day_key(filled_cell(name, conventions.empty)))
        alias = reading.looked_up(_odd_days(reading, name, look, order), key)
        value = f"{value} ELSE CAST({alias}.value AS TIMESTAMP)"
    value = _timed(reading, name, f"{value} END", cell, look, role)
    lost = f"{cell} IS NOT NULL AND {value} IS NULL"
    if look.texts:
        lost = f"({lost}) AND (COALESCE({alias}.bad, TRUE) OR {alias}.value IS NOT NULL)"
    reading.notes.append(_note(name, f"raw.{quoted(name)}", lost, "date"))
    return value


def _timed(reading: _Reading, name: str, day: str, cell: str, look: DayLook, role: str) -> str:
    """A text's day, as its time zone's where that is wanted, or its moment for an expression."""
    zone = reading.conventions.time_zone
    if role == "moment":
        stamp = moment(day, cell)
        return stamp if look.zoned else f"CAST({stamp} AS TIMESTAMP)"
    if look.zoned and zone:
        return (
            f"CASE WHEN {has_zone(cell)} THEN {local_time(moment(day, cell), zone)} ELSE {day} END"
        )
    if look.zoned and reading.conventions.lines:
        reading.edges.append(zone_edge(day, written_hour(cell), has_zone(cell)))
        reading.facts.append(
            Convention(name, "time zone", "as written", proofs_for=look.zoned, example=look.example)
        )
    return day


def _date_from_moment(reading: _Reading, name: str) -> str:
    """The day of a column that is stored with a time zone: the option's, else UTC's."""
    column, zone = f"raw.{quoted(name)}", reading.conventions.time_zone
    if zone or not reading.conventions.lines:
        return local_time(column, zone or "UTC")
    written = local_time(column, "UTC")
    reading.edges.append(zone_edge(f"({written})", f"HOUR({written})", f"{column} IS NOT NULL"))
    reading.facts.append(Convention(name, "time zone", "UTC"))
    return written


def _odd_days(reading: _Reading, name: str, look: DayLook, order: str) -> pa.Table:
    """The texts of a column that are no ISO days, with their dates."""
    epoch = dt.date(1904, 1, 1) if reading.conventions.epoch_1904 else dt.date(1899, 12, 30)
    counted: Counter[str] = Counter()
    examples: dict[str, str] = {}
    rows, bad_texts = [], {}
    years = _first_days(look, reading.conventions) if reading.conventions.lines else {}
    for text, count in look.texts.items():
        value = _serial_day(text, epoch)
        day = None if value else days.day_text(text)
        value = value or (day and days.day_value(day, order))
        value = value or years.get(text)
        bad = value is None and text not in numbers.DASHES
        kinds = {
            "month-only": day and day.month_only,
            "week-only": day and day.week_only,
            "quarter-only": day and day.quarter_only,
            YEAR_ONLY: text in years,
            "roc": day and (day.roc or order == days.ROC),
        }
        for kind in (kind for kind, is_so in kinds.items() if is_so):
            counted[kind] += count
            examples.setdefault(kind, text)
        if bad:
            bad_texts[text] = count
        rows.append((text, value, bad))
    reading.facts += [
        Convention(name, kind, proofs_for=count, example=examples[kind])
        for kind, count in counted.items()
    ]
    reading.facts += unreadable_facts(name, bad_texts)
    columns = list(zip(*rows, strict=True))
    kinds = zip(columns, _DAY_LOOKUP.types, strict=True)
    return pa.table([pa.array(column, kind) for column, kind in kinds], _DAY_LOOKUP)


def _first_days(look: DayLook, conventions: Conventions) -> dict[str, dt.date]:
    """The first days of the years that a column holds, by their texts, if it holds nothing else."""
    years = {text: year_alone(text) for text in look.texts if text not in numbers.DASHES}
    if look.iso or not all(years.values()):
        return {}
    return {text: first_day(year, conventions.year_starts) for text, year in years.items() if year}


def _serial_day(text: str, epoch: dt.date) -> dt.date | None:
    try:
        number = float(text) if len(text) < 20 else 0.0
    except ValueError:
        return None
    low, high = days.SERIALS
    return epoch + dt.timedelta(days=int(number)) if low <= number <= high else None


def _date_from_numbers(reading: _Reading, name: str, role: str) -> str:
    """A column of numbers that are Excel's days, days as 20240131, or years alone."""
    column, conventions = f"raw.{quoted(name)}", reading.conventions
    known = _year_numbers(reading.table, name) if role == "date" and conventions.lines else None
    if known:
        fact = Convention(name, YEAR_ONLY, proofs_for=known[2], example=str(known[0]))
        reading.facts.append(fact)
        return _date_from_year(column, known, conventions.year_starts)
    value = _date_from_number(column, conventions.epoch_1904, role)
    bad = f"{column} IS NOT NULL AND {value} IS NULL"
    reading.notes.append(_note(name, column, bad, role))
    return value


def _date_from_number(column: str, epoch_1904: bool, role: str) -> str:
    low, high = days.SERIALS
    shift = _DAYS_TO_1904 if epoch_1904 else 0
    serial = f"TIMESTAMP '1899-12-30' + TO_DAYS(CAST(FLOOR({column}) AS INTEGER) + {shift})"
    if role == "moment":
        rest = f"CAST(ROUND(({column} - FLOOR({column})) * 86400) AS INTEGER)"
        serial = f"{serial} + TO_SECONDS({rest})"
    whole = f"CAST(CAST({column} AS BIGINT) AS VARCHAR)"
    return (
        f"CASE WHEN {column} BETWEEN {low} AND {high} THEN {serial} "
        f"WHEN {column} BETWEEN 19500101 AND 21001231 THEN TRY_STRPTIME({whole}, '%Y%m%d') "
        f"WHEN {column} BETWEEN 195001 AND 210012 THEN TRY_STRPTIME({whole} || '01', '%Y%m%d') END"
    )


def _year_numbers(table: ibis.Table, name: str) -> tuple[int, int, int] | None:
    """The first and last year of a column of numbers that are all years, and how many; or None."""
    column = quoted(name)
    query = (
        f"SELECT MIN({column}) AS low, MAX({column}) AS high, COUNT({column}) AS cells, "
        f"COUNT(CASE WHEN {column} <> FLOOR({column}) THEN 1 END) AS parts FROM raw"
    )
    [found] = asked(table, "raw", query).to_pylist()
    if not found["cells"] or found["parts"]:
        return None
    low, high = int(found["low"]), int(found["high"])
    return (low, high, found["cells"]) if days.YEARS[0] <= low <= high <= days.YEARS[1] else None


def _date_from_year(column: str, known: tuple[int, int, int], starts: int) -> str:
    """The first day of each year of a column of years."""
    first = first_day(known[0], starts)
    year = f"CAST({column} AS INTEGER) + {first.year - known[0]}"
    return f"CAST(MAKE_DATE({year}, {first.month}, 1) AS TIMESTAMP)"


def as_frame(rows: ibis.Table | pa.Table) -> pd.DataFrame:
    """A query's result in pandas, its days and moments as ``datetime64[us]``."""
    rows = rows.to_pyarrow() if isinstance(rows, ibis.Table) else rows
    frame = rows.to_pandas(date_as_object=False)
    moments = frame.select_dtypes("datetime").columns
    return frame.astype(dict.fromkeys(moments, "datetime64[us]"))


def database_typed(
    table: ibis.Table, roles: dict[str, str], time_zone: str = "", watched: Sequence[str] = ()
) -> ibis.Table:
    """A table of a database server, its used columns: its types are taken as they are.

    ``time_zone`` turns moments that are stored with a time zone into days of that one;
    ``watched`` are columns that are carried along as texts: ``kam_watched_0`` and so on.

    Raises
    ------
    DataError
        The table has no rows' worth of columns to use.
    """
    if not roles:
        raise DataError("the mapping uses no column of the database table")
    schema = table.schema()
    turned = {
        name: f"{local_time(quoted(name), time_zone)} AS {quoted(name)}"
        for name, role in roles.items()
        if time_zone and role == "date" and getattr(schema[name], "timezone", None)
    }
    select = [turned.get(name, quoted(name)) for name in roles]
    select += [f"CAST(NULL AS BIGINT) AS {ROW}", f"CAST(NULL AS VARCHAR) AS {UNREADABLE}"]
    for place, name in enumerate(watched):
        select.append(f"TRIM(CAST({quoted(name)} AS VARCHAR)) AS {WATCHED}{place}")
    return selected(table, "raw", f"SELECT {', '.join(select)} FROM raw")
