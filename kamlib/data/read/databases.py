"""A table of a database as a source part: its lines are reduced where they are."""

import contextlib
import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

import ibis

from kamlib.data.describe.expressions import Expression, column_roles, columns_used, missing_column
from kamlib.data.read.conversion import database_typed
from kamlib.data.read.dataset import TableSource, masked_url, resolved_url
from kamlib.data.read.sources import SourcePart
from kamlib.errors import DataError, first_line, nearest_name


@contextlib.contextmanager
def database_table(source: TableSource) -> Iterator[tuple[ibis.Table, str]]:
    """The table of :func:`connected_table`; its connection lasts as long as the context."""
    table, label = connected_table(source)
    try:
        yield table, label
    finally:
        table.get_backend().disconnect()


def connected_table(source: TableSource) -> tuple[ibis.Table, str]:
    """The table that a source names, on its own engine, and its label in messages.

    Raises
    ------
    DataError
        The database does not answer, or has no such table.
    """
    url = source.source[0]
    if not source.table:
        raise DataError(f'{_place(url)}: says no table; add table = "schema.name" in dataset.toml')
    connection = _connected(url)
    try:
        return _named_table(connection, source), f"{_place(url)}, table {source.table}"
    except DataError:
        connection.disconnect()
        raise


def database_part(
    table: ibis.Table, label: str, expressions: Sequence[Expression], time_zone: str = ""
) -> SourcePart:
    """A database table as one part; ``time_zone`` is that whose days count.

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
    relation = database_typed(table, column_roles(expressions, header), time_zone)
    return SourcePart(label, "", header, relation)


def _named_table(connection: ibis.BaseBackend, source: TableSource) -> ibis.Table:
    schema, _, name = source.table.rpartition(".")
    try:
        return connection.table(name, database=schema or None)
    except Exception as error:  # each driver has its own error for a table that is not there
        near = nearest_name(name, _table_names(connection, schema))
        said = "" if near else f" ({first_line(error)})"
        raise DataError(
            f"{_place(source.source[0])}, table {source.table}: there is no such table{near}{said}"
        ) from None


def _connected(url: str) -> ibis.BaseBackend:
    full = _with_timeout(resolved_url(url))
    try:
        return ibis.connect(full)
    except ImportError:
        raise DataError(
            f"{_place(url)}: its driver is not installed; install kamlib with the extra for it, "
            "such as pip install kamlib[postgres]"
        ) from None
    except Exception as error:  # a driver's own error: wrong host, port, name or password
        raise DataError(
            f"{_place(url)}: the database does not answer ({_without_secrets(error, full)}); "
            "check host, port, name and password"
        ) from None


def _with_timeout(url: str) -> str:
    if not url.startswith("postgres") or "connect_timeout" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}connect_timeout=10"


def _place(url: str) -> str:
    return re.sub(r"//.*@", "//", masked_url(url))


def _table_names(connection: ibis.BaseBackend, schema: str) -> list[str]:
    try:
        return connection.list_tables(database=schema or None)
    except Exception:
        return []


def _without_secrets(error: Exception, url: str) -> str:
    """A driver's own message; some repeat the URL, or the password, that they were given."""
    said = first_line(error).replace(url, _place(url))
    password = urlsplit(url).password or ""
    for secret in sorted({password, unquote(password)} - {""}, key=len, reverse=True):
        said = said.replace(secret, "***")
    return said
