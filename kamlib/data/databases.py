"""A table of a database as a source part: its lines are reduced where they are."""

import re
from collections.abc import Sequence

import ibis

from kamlib.data.conversion import database_typed
from kamlib.data.dataset import TableSource, masked_url, resolved_url
from kamlib.data.expressions import Expression, column_roles, columns_used, missing_column
from kamlib.data.sources import SourcePart
from kamlib.errors import DataError, nearest_name


def database_part(source: TableSource, expressions: Sequence[Expression]) -> SourcePart:
    """A database table as one part.

    Raises
    ------
    DataError
        The database does not answer, or has no such table or column.
    """
    table, label = database_table(source)
    header = tuple(table.columns)
    folded = {name.casefold() for name in header}
    for name in columns_used(expressions):
        if name.casefold() not in folded:
            where = next(item.where for item in expressions if name in columns_used([item]))
            raise missing_column(name, header, label, where)
    relation = database_typed(table, column_roles(expressions, header))
    return SourcePart(label, "", header, relation)


def database_table(source: TableSource) -> tuple[ibis.Table, str]:
    """The table that a source names, on its own engine, and its label in messages."""
    url = source.source[0]
    label = f"{_place(url)}, table {source.table}" if source.table else _place(url)
    if not source.table:
        raise DataError(f'{label}: says no table; add table = "schema.name" in dataset.toml')
    connection = _connected(url)
    schema, _, name = source.table.rpartition(".")
    try:
        return connection.table(name, database=schema or None), label
    except Exception as error:  # each driver has its own error for a table that is not there
        names = _table_names(connection, schema)
        raise DataError(
            f"{label}: there is no such table{nearest_name(name, names)} ({_first_line(error)})"
        ) from None


def _connected(url: str) -> ibis.BaseBackend:
    try:
        return ibis.connect(_with_timeout(resolved_url(url)))
    except DataError:
        raise
    except ImportError:
        raise DataError(
            f"{_place(url)}: its driver is not installed; install kamlib with the extra for it, "
            "such as pip install kamlib[postgres]"
        ) from None
    except Exception as error:  # a driver's own error: wrong host, port, name or password
        raise DataError(
            f"{_place(url)}: the database does not answer ({_first_line(error)}); "
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


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
