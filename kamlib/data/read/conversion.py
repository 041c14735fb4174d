"""Text cells into numbers and dates, as SQL: decimal commas, day-first dates, Excel serials.

A cell that cannot be read stays empty and leaves a note in ``kam_unreadable``, so that its row
can be rejected by name instead of ending the run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import pandas as pd

from kamlib.data.read.parts import ROW
from kamlib.errors import DataError

UNREADABLE = "kam_unreadable"
WATCHED = "kam_watched_"

# Spaces (no-break, thin, narrow), apostrophes as thousands, currency signs and codes.
_NOISE = r"[\s\x{00A0}\x{2009}\x{202F}''’€$£¥₽元]|(?i:EUR|USD|GBP|CNY|RMB|RUB|CHF|руб\.?)"
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
# Two-digit years first: read as %Y, 24 would be the year 24.
_DAY_FIRST = ("%d.%m.%y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")
_MONTH_FIRST = ("%m/%d/%y", "%m-%d-%y", "%m.%d.%y", "%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y")
_NAMED_MONTH = ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")
_COMMA_DECIMAL = r",(\d{1,2}|\d{4,})[^\d,.]*$|\..*,"
_POINT_DECIMAL = r"\.(\d{1,2}|\d{4,})[^\d,.]*$|,.*\."
# Each number by its own form; only 1,234 and 1.234 need the column's decimal sign.
_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_WITH_COMMA = r"^[+-]?(\d*|\d{1,3}(\.\d{3})+),\d+$"
_POINT_GROUPS = r"^[+-]?\d{1,3}(\.\d{3}){2,}$"
_COMMA_GROUPS = r"^[+-]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$"
_EITHER = {".": r"^[+-]?[1-9]\d{0,2},\d{3}$", ",": r"^[+-]?[1-9]\d{0,2}\.\d{3}$"}
_ONLY_DAY_FIRST = r"^(1[3-9]|2\d|3[01])[./-]\d{1,2}[./-]\d{2,4}"
_ONLY_MONTH_FIRST = r"^\d{1,2}[./-](1[3-9]|2\d|3[01])[./-]\d{2,4}"
_BRACKETED = r"^\((.*)\)$"
_TRAILING_MINUS = r"^([^-].*)-$"
_NEGATED = r"'-\1'"
_TIME_TAIL = r"[T ]+\d{1,2}:\d{2}.*$"
_SERIALS = (20_000, 80_000)  # 1954 to 2119
_DAYS_TO_1904 = 1462


@dataclass(frozen=True)
class Conventions:
    """How a source writes numbers and dates; an empty text means: find out per column."""

    decimal: str = ""
    dates: str = ""
    empty: tuple[str, ...] = ()
    epoch_1904: bool = False


def typed(
    table: ibis.Table,
    roles: dict[str, str],
    conventions: Conventions,
    watched: Sequence[str] = (),
) -> ibis.Table:
    """A source's used columns in the type of their role.

    Parameters
    ----------
    table
        A part as read; text columns may hold anything.
    roles
        Column name to ``text``, ``number``, ``date`` or empty (left as it is).
    conventions
        How the source writes numbers and dates.
    watched
        Columns that are carried along as texts: ``kam_watched_0`` and so on.

    Returns
    -------
    The columns of ``roles``, ``kam_row`` and ``kam_unreadable`` (what could not be read in the
    row, or null).
    """
    schema = table.schema()
    select, notes = [], []
    for name, role in roles.items():
        column = quoted(name)
        if schema[name].is_string():
            column = _without_empties(column, conventions.empty)
            value = _from_text(table, name, column, role, conventions)
            if role in ("number", "date"):
                notes.append(_note(name, column, value, role))
        elif role == "date" and schema[name].is_numeric():
            value = _date_from_number(column, conventions.epoch_1904)
            notes.append(_note(name, column, value, role))
        else:
            value = _from_typed(column, schema[name], role)
        select.append(f"{value} AS {quoted(name)}")
    note = f"NULLIF(CONCAT_WS('; ', {', '.join(notes)}), '')" if notes else "CAST(NULL AS VARCHAR)"
    select += [quoted(ROW), f"{note} AS {UNREADABLE}"]
    for place, name in enumerate(watched):
        select.append(f"TRIM(CAST({quoted(name)} AS VARCHAR)) AS {WATCHED}{place}")
    return table.alias("raw").sql(f"SELECT {', '.join(select)} FROM raw", dialect="duckdb")


def _from_typed(column: str, kind: dt.DataType, role: str) -> str:
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


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _without_empties(column: str, empty: tuple[str, ...]) -> str:
    marks = ", ".join(literal(mark) for mark in ("", *empty))
    return f"CASE WHEN TRIM({column}) NOT IN ({marks}) THEN {column} END"


def _note(name: str, column: str, value: str, role: str) -> str:
    text = f"LEFT(CAST({column} AS VARCHAR), 60)"
    shown = f"{literal(name + ' ')} || '\"' || {text} || '\"'"
    return (
        f"CASE WHEN {column} IS NOT NULL AND {value} IS NULL THEN {shown} || ' is not a {role}' END"
    )


def _from_text(
    table: ibis.Table, name: str, column: str, role: str, conventions: Conventions
) -> str:
    if role == "number":
        decimal = conventions.decimal or _decimal_sign(table, name)
        return _number_from_text(column, decimal)
    if role == "date":
        dates = conventions.dates or _date_order(table, name)
        return _date_from_text(column, dates, conventions.epoch_1904)
    return column


def _number_from_text(column: str, decimal: str) -> str:
    text = f"REGEXP_REPLACE({column}, {literal(_NOISE)}, '', 'g')"
    text = f"REPLACE({text}, '−', '-')"
    # Accounting writes a negative amount as (12.50) or 12.50-.
    text = f"REGEXP_REPLACE({text}, {literal(_BRACKETED)}, {_NEGATED})"
    text = f"REGEXP_REPLACE({text}, {literal(_TRAILING_MINUS)}, {_NEGATED})"
    no_commas, no_points = f"REPLACE({text}, ',', '')", f"REPLACE({text}, '.', '')"
    comma_as_point = f"REPLACE({no_points}, ',', '.')"
    forms = {
        _EITHER[decimal]: no_commas if decimal == "." else no_points,
        _PLAIN: text,
        _WITH_COMMA: comma_as_point,
        _POINT_GROUPS: no_points,
        _COMMA_GROUPS: no_commas,
    }
    cases = " ".join(
        f"WHEN REGEXP_MATCHES({text}, {literal(form)}) THEN {digits}"
        for form, digits in forms.items()
    )
    return finite(f"TRY_CAST(CASE {cases} END AS DOUBLE)")


def _date_from_text(column: str, dates: str, epoch_1904: bool) -> str:
    # A month-first file may still hold 31/12/2024 by mistake: then it is unreadable, not guessed.
    ordered = _MONTH_FIRST if dates == "month-first" else _DAY_FIRST
    listed = ", ".join(literal(form) for form in (*ordered, *_DATE_FORMATS, *_NAMED_MONTH))
    text = f"REGEXP_REPLACE(TRIM({column}), {literal(_TIME_TAIL)}, '')"
    serial = _date_from_number(f"TRY_CAST({text} AS DOUBLE)", epoch_1904)
    return f"COALESCE({serial}, TRY_STRPTIME({text}, [{listed}]))"


def _date_from_number(column: str, epoch_1904: bool) -> str:
    low, high = _SERIALS
    shift = _DAYS_TO_1904 if epoch_1904 else 0
    serial = f"TIMESTAMP '1899-12-30' + TO_DAYS(CAST(FLOOR({column}) AS INTEGER) + {shift})"
    compact = f"TRY_STRPTIME(CAST(CAST({column} AS BIGINT) AS VARCHAR), '%Y%m%d')"
    return (
        f"CASE WHEN {column} BETWEEN {low} AND {high} THEN {serial} "
        f"WHEN {column} BETWEEN 19500101 AND 21001231 THEN {compact} END"
    )


def _decimal_sign(table: ibis.Table, name: str) -> str:
    """The decimal sign of a text column: a comma where more numbers need it than a point."""
    column = quoted(name)
    comma = f"REGEXP_MATCHES({column}, {literal(_COMMA_DECIMAL)})"
    point = f"REGEXP_MATCHES({column}, {literal(_POINT_DECIMAL)})"
    counts = _counts(table, comma, point)
    return "," if counts[0] > counts[1] else "."


def _date_order(table: ibis.Table, name: str) -> str:
    """Day-first, unless a date can only be month-first and none can only be day-first."""
    column = f"TRIM({quoted(name)})"
    day_first = f"REGEXP_MATCHES({column}, {literal(_ONLY_DAY_FIRST)})"
    month_first = f"REGEXP_MATCHES({column}, {literal(_ONLY_MONTH_FIRST)})"
    counts = _counts(table, day_first, month_first)
    return "month-first" if counts[1] > counts[0] else "day-first"


def _counts(table: ibis.Table, *conditions: str) -> list[int]:
    select = ", ".join(f"COUNT(*) FILTER (WHERE {c}) AS c{i}" for i, c in enumerate(conditions))
    row = table.alias("raw").sql(f"SELECT {select} FROM raw", dialect="duckdb").to_pyarrow()
    return [row[f"c{i}"][0].as_py() or 0 for i in range(len(conditions))]


def as_frame(table: ibis.Table) -> pd.DataFrame:
    """A query's result in pandas, its days and moments as ``datetime64[us]``."""
    frame = table.to_pyarrow().to_pandas(date_as_object=False)
    moments = frame.select_dtypes("datetime").columns
    return frame.astype(dict.fromkeys(moments, "datetime64[us]"))


def database_typed(table: ibis.Table, roles: dict[str, str]) -> ibis.Table:
    """A database table's used columns: its types are taken as they are.

    Raises
    ------
    DataError
        The table has no rows' worth of columns to use.
    """
    if not roles:
        raise DataError("the mapping uses no column of the database table")
    select = [quoted(name) for name in roles]
    select += [f"CAST(NULL AS BIGINT) AS {ROW}", f"CAST(NULL AS VARCHAR) AS {UNREADABLE}"]
    return table.alias("raw").sql(f"SELECT {', '.join(select)} FROM raw", dialect="duckdb")
