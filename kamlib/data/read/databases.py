"""A table of a database as a source part: its lines are reduced where they are."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace

import duckdb
import ibis
import pyarrow as pa

from kamlib.data.describe.expressions import Expression, column_roles, columns_used, missing_column
from kamlib.data.engine.opened import Engine
from kamlib.data.files.parts import ROW, RawPart
from kamlib.data.read.asking import qualified, viewed
from kamlib.data.read.connecting import COPIED
from kamlib.data.read.conventions import Conventions
from kamlib.data.read.conversion import database_typed
from kamlib.data.read.dataset import TableSource
from kamlib.data.read.sources import SourcePart, conventions_of, typed_parts
from kamlib.data.read.watched import heard, watched_columns
from kamlib.errors import DataError


def database_part(
    table: ibis.Table,
    label: str,
    expressions: Sequence[Expression],
    source: TableSource,
    *,
    lines: bool = False,
) -> SourcePart:
    """A database table as one part; ``lines`` says that these are sales lines.

    A file's table is read as other files are. On a server no text is a number or a day, and
    rows have no order that would tell totals.

    Raises
    ------
    DataError
        The table lacks a column that the mapping uses.
    """
    header = tuple(table.columns)
    folded = {name.casefold() for name in header}
    for name in columns_used(expressions):
        if name.casefold() not in folded:
            where = next(item.where for item in expressions if name in columns_used([item]))
            raise missing_column(name, header, label, where)
    raw = RawPart(label, "", header, None)
    if isinstance(table.get_backend(), Engine):
        return _of_file(table, raw, expressions, source, lines=lines)
    watched = watched_columns(raw, columns_used(heard(expressions)), table) if lines else ()
    roles = column_roles(expressions, header)
    _check_days(table, label, [name for name, role in roles.items() if role in ("date", "moment")])
    relation = database_typed(table, roles, source.time_zone, watched)
    return SourcePart(label, "", header, relation, watched=watched)


def _check_days(table: ibis.Table, label: str, names: Sequence[str]) -> None:
    """Refuse days that are texts and not ISO: which part is the month is the server's own taste."""
    for name in names:
        column = table[name]
        if not column.type().is_string():
            continue
        odd = table.filter(~column.strip().re_search("^[0-9]{4}-[0-9]{2}-[0-9]{2}"))
        found = odd.aggregate(rows=odd.count(), example=odd[name].min()).to_pyarrow().to_pylist()[0]
        if found["rows"]:
            raise DataError(
                f'{label}: "{name}" holds {found["rows"]:,} days as texts such as '
                f'"{found["example"]}", which each server reads in its own way; expected a column '
                f"of dates, texts such as 2024-01-31, or an expression such as "
                f"STRPTIME(\"{name}\", '%d.%m.%Y')"
            )


def _of_file(
    table: ibis.Table,
    raw: RawPart,
    expressions: Sequence[Expression],
    source: TableSource,
    *,
    lines: bool,
) -> SourcePart:
    """A table of a file as a part: all that is looked for in other files is looked for in it."""
    if ROW in map(str.casefold, raw.header):
        raise DataError(f"{raw.label}: a column is called {ROW}; expected a view that renames it")
    if table.get_name() == COPIED:
        data = table.to_pyarrow()
        data = data.append_column(ROW, pa.array(range(1, len(data) + 1), pa.int64()))
        raw, rows = replace(raw, data=data), _registered(table.get_backend(), data)
    else:
        rows = _numbered(table)
    known = Conventions(lines=lines)
    whole = source.model_copy(update={"part": ""})
    conventions = conventions_of(source, raw, known)
    [part] = typed_parts(table.get_backend(), raw, whole, expressions, (), conventions, rows)
    return part


def _registered(engine: Engine, data: pa.Table) -> ibis.Table:
    name = ibis.util.gen_name("rows")
    engine.con.register(name, data)
    return engine.table(name)


def _numbered(table: ibis.Table) -> ibis.Table:
    """The rows of a table of the embedded engine with their numbers; those of a view, copied."""
    engine, name = table.get_backend(), qualified(table)
    with contextlib.suppress(duckdb.BinderException):
        return viewed(engine, f"SELECT *, rowid + 1 AS {ROW} FROM {name}")
    copied = ibis.util.gen_name("rows")
    engine.raw_sql(
        f"CREATE TEMP TABLE {copied} AS SELECT *, ROW_NUMBER() OVER () AS {ROW} FROM {name}"
    )
    return engine.table(copied)
