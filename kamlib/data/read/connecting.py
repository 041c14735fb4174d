"""A connection to a database that a source names, and the table there.

A database that is a file is opened read-only, never made; a server is asked in a session that
reads only. What may be reached at all says :mod:`kamlib.data.read.reach`.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from kamlib.data.engine.opened import open_engine
from kamlib.data.engine.sqlite import sqlite_tables, table_of_sqlite
from kamlib.data.read.addresses import (
    DUCKDB,
    FILES,
    SQLITE,
    Address,
    database_address,
    filled_in,
    is_database,
)
from kamlib.data.read.dataset import DataSet, Lookup, TableSource
from kamlib.data.read.reach import allowed_address
from kamlib.errors import DataError, first_line, nearest_name

COPIED = "kam_sqlite"  # what the copy of an SQLite table is called in its engine
_CONNECT_SECONDS = "10"


@contextlib.contextmanager
def database_table(dataset: DataSet, source: TableSource) -> Iterator[tuple[ibis.Table, str]]:
    """The table of :func:`connected_table`; its connection lasts as long as the context."""
    table, label = connected_table(dataset, source)
    try:
        yield table, label
    finally:
        table.get_backend().disconnect()


def connected_table(
    dataset: DataSet, source: TableSource | Lookup, *, on: ibis.BaseBackend | None = None
) -> tuple[ibis.Table, str]:
    """The table that a source names, on its own engine, and its label in messages.

    ``on`` is a connection to the same database that is there already.

    Raises
    ------
    DataError
        Nobody has allowed to ask the database, it does not answer, or it has no such table.
    """
    address = allowed_address(dataset, source)
    place = address.place
    if not source.table:
        raise DataError(f'{place}: says no table; add table = "schema.name" in dataset.toml')
    if address.kind in FILES:
        _check_file(address)
    label = f"{place}, table {source.table}"
    schema, _, name = source.table.rpartition(".")
    if address.kind == SQLITE:
        return _copied(address, label, name), label
    connection = on or (_opened(address) if address.kind == DUCKDB else _connected(address))
    try:
        return _named_table(connection, schema, name, label), label
    except DataError:
        if on is None:
            connection.disconnect()
        raise


def is_same_database(dataset: DataSet, one: TableSource | Lookup, other: Lookup) -> bool:
    """Whether two sources are tables of one database."""
    if not is_database(one.source[0]) or not is_database(other.source[0]):
        return False
    return allowed_address(dataset, one) == allowed_address(dataset, other)


def database_files(dataset: DataSet, source: TableSource | Lookup) -> list[Path]:
    """The files of a database that is one, with what its engine has not put into it yet."""
    address = allowed_address(dataset, source)
    if address.kind not in FILES:
        return []
    return [path for path in (Path(address.file), Path(f"{address.file}.wal")) if path.is_file()]


def table_in_memory(
    dataset: DataSet, lookup: Lookup, *, on: ibis.BaseBackend | None = None
) -> tuple[pa.Table, str]:
    """The rows of a lookup's table, in a database that is a file, and its label.

    Raises
    ------
    DataError
        As :func:`connected_table`; or the table is on a server, and the lines are not.
    """
    address = database_address(lookup.source[0])
    if address.kind not in FILES:
        raise DataError(
            f"{address.place}: a table on a server can be looked up by lines of the same database "
            "only; expected an export of it to a file in the data set's folder"
        )
    table, label = connected_table(dataset, lookup, on=on)
    try:
        return table.to_pyarrow(), label
    finally:
        if table.get_backend() is not on:
            table.get_backend().disconnect()


def _named_table(connection: ibis.BaseBackend, schema: str, name: str, label: str) -> ibis.Table:
    try:
        return connection.table(name, database=schema or None)
    except Exception as error:  # each driver has its own error for a table that is not there
        raise _no_table(label, name, _table_names(connection, schema), first_line(error)) from None


def _no_table(label: str, name: str, known: Sequence[str], said: str = "") -> DataError:
    near = nearest_name(name, known)
    more = f" ({said})" if said and not near else ""
    return DataError(f"{label}: there is no such table{near}{more}")


def _table_names(connection: ibis.BaseBackend, schema: str) -> list[str]:
    try:
        return connection.list_tables(database=schema or None)
    except Exception:
        return []


def _check_file(address: Address) -> None:
    """Refuse a database that is not there: engines would make an empty one."""
    path = Path(address.file)
    if not path.is_file():
        beside = [each.name for each in path.parent.glob("*")] if path.parent.is_dir() else []
        raise DataError(f"{address.place}: there is no such file{nearest_name(path.name, beside)}")


def _opened(address: Address) -> ibis.BaseBackend:
    """A DuckDB file, read-only, on an engine of its own that reaches nothing else."""
    try:
        return open_engine(database=Path(address.file))
    except Exception as error:  # no database, damaged, or of another version
        raise DataError(
            f"{address.place}: cannot be opened as a DuckDB file ({first_line(error)})"
        ) from None


def _copied(address: Address, label: str, name: str) -> ibis.Table:
    """A table of an SQLite file, copied into the memory of an engine of its own."""
    table = table_of_sqlite(Path(address.file), name)
    if table is None:
        raise _no_table(label, name, sqlite_tables(Path(address.file)))
    connection = open_engine()
    connection.con.register(COPIED, table)
    return connection.table(COPIED)


def _connected(address: Address) -> ibis.BaseBackend:
    """A PostgreSQL server's database, in a session that only reads.

    The driver would look for what is not said in variables and files of the user; all is said.
    """
    place = address.place
    user, password = (filled_in(text, place) for text in (address.user, address.password))
    if not user:
        raise DataError(f"{place}: the variable for its user is empty; set it and retry")
    options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS, **dict(address.options)}
    try:
        return _reading_only(
            host=address.host or None,
            port=address.port,
            database=address.database,
            user=user,
            password=password,
            passfile=os.devnull,
            **options,
        )
    except ImportError:
        raise DataError(
            f"{place}: its driver is not installed; install kamlib with the extra for it, "
            "such as pip install kamlib[postgres]"
        ) from None
    except Exception as error:  # a driver's own error: wrong host, port, name or password
        secrets = [password, *([user] if "${" in address.user else [])]
        raise DataError(
            f"{place}: the database does not answer ({_without(first_line(error), secrets)}); "
            "check host, port, name and password"
        ) from None


def _reading_only(**login: Any) -> ibis.BaseBackend:
    from ibis.backends.postgres import Backend

    class ReadingOnly(Backend):
        """A session whose statements read; only the views by which Ibis asks types are made."""

        def _get_schema_using_query(self, query: str) -> ibis.Schema:
            self.con.execute("SET default_transaction_read_only = off")
            try:
                return super()._get_schema_using_query(query)
            finally:
                self.con.execute("SET default_transaction_read_only = on")

    connection = ReadingOnly().connect(**login)
    connection.con.execute("SET default_transaction_read_only = on")
    return connection


def _without(said: str, secrets: Sequence[str]) -> str:
    """A driver's own message without what it was told in confidence."""
    for secret in sorted({*secrets} - {""}, key=len, reverse=True):
        said = said.replace(secret, "***")
    return said
