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
from kamlib.data.read.connecting import COPIED, connected_table, is_same_database
from kamlib.data.read.conventions import Conventions
from kamlib.data.read.conversion import database_typed
from kamlib.data.read.dataset import DataSet, Lookup, TableSource
from kamlib.data.read.lookups import Looked, joined_there
from kamlib.data.read.sources import SourcePart, conventions_of, lookups_of, typed_parts
from kamlib.data.read.watched import heard, watched_columns
from kamlib.errors import DataError


def database_part(
    dataset: DataSet,
    table: ibis.Table,
    label: str,
    expressions: Sequence[Expression],
    source: TableSource,
    *,
    max_unpacked_mb: int,
    lines: bool = False,
) -> SourcePart:
    """A database table as one part; ``lines`` says that these are sales lines.

    A file's table is read as other files are. On a server no text is a number or a day, rows
    have no order that would tell totals, and what is looked up there is joined there.

    Raises
    ------
    DataError
        The table, or one that is looked up, lacks a column that the mapping uses.
    """
    engine, raw = table.get_backend(), RawPart(label, "", tuple(table.columns), None)
    if not isinstance(engine, Engine):
        return _of_server(dataset, table, raw, expressions, source, lines=lines)
    lookups = lookups_of(dataset, source, max_unpacked_mb, on=engine)
    beside = [name for looked in lookups for name in looked.table.column_names]
    _check_columns(expressions, (*raw.header, *beside), label)
    return _of_file(table, raw, expressions, source, lookups, lines=lines)


def _check_columns(expressions: Sequence[Expression], header: Sequence[str], label: str) -> None:
    folded = {name.casefold() for name in header}
    for name in columns_used(expressions):
        if name.casefold() not in folded:
            where = next(item.where for item in expressions if name in columns_used([item]))
            raise missing_column(name, header, label, where)


def _of_server(
    dataset: DataSet,
    table: ibis.Table,
    raw: RawPart,
    expressions: Sequence[Expression],
    source: TableSource,
    *,
    lines: bool,
) -> SourcePart:
    listened, label = heard(expressions), raw.label
    watched = watched_columns(raw, columns_used(listened), table) if lines else ()
    days = columns_used([item for item in listened if item.target == "date"]) if lines else []
    wanted = [*columns_used(expressions), *(lookup.key for lookup in source.lookup)]
    for lookup in source.lookup:
        other = _there(dataset, source, lookup, table)
        told = _watched_there(other, table.columns, days)
        table = joined_there(table, label, other, lookup, [*wanted, *told])
        watched += told
    header = tuple(table.columns)
    _check_columns(expressions, header, label)
    roles = column_roles(expressions, header)
    _check_days(table, label, [name for name, role in roles.items() if role in ("date", "moment")])
    relation = database_typed(table, roles, source.time_zone, watched)
    return SourcePart(label, "", header, relation, watched=watched)


def _there(
    dataset: DataSet, source: TableSource, lookup: Lookup, lines: ibis.Table
) -> tuple[ibis.Table, str]:
    """A lookup's table on the server of the lines, and its label."""
    if not is_same_database(dataset, source, lookup):
        raise DataError(
            f"{', '.join(lookup.source)}: cannot be looked up by lines that stay on a server; "
            'expected a table of their database, table = "schema.name" without a source; or an '
            "export of the lines to a file"
        )
    return connected_table(dataset, lookup, on=lines.get_backend())


def _watched_there(
    other: tuple[ibis.Table, str], header: Sequence[str], days: Sequence[str]
) -> tuple[str, ...]:
    """As :func:`watched_beside` has it: what tells what a line is, of a table that has its day."""
    table, label = other
    used = {name.casefold() for name in days} - {name.casefold() for name in header}
    if not used & {name.casefold() for name in table.columns}:
        return ()
    return watched_columns(RawPart(label, "", table.columns, None), [*header, *days], table)


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
    lookups: Sequence[Looked],
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
    [part] = typed_parts(table.get_backend(), raw, whole, expressions, lookups, conventions, rows)
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
