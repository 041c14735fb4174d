"""A table of an SQLite file as it stands there: read-only, and nothing but that table."""

import math
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlglot.expressions import to_identifier

from kamlib.data.engine.limits import SECONDS_VARIABLE, LimitError, seconds_allowed
from kamlib.errors import DataError, first_line

_ROWS_AT_ONCE = 50_000
_STEPS = 100_000  # of SQLite's own machine, after which it looks at the clock
_MAGIC = b"SQLite format 3\x00"
_WRITE_AHEAD = 2  # in bytes 18 and 19 of the file
_MAY = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
# What a view of the file may not call, even where a build of SQLite has it.
_NO_FUNCTIONS = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "zipfile"}


def table_of_sqlite(path: Path, name: str) -> pa.Table | None:
    """All rows of a table or view; None where there is no such table.

    SQLite has no type of a column but of each value: a column of whole numbers stays one, one
    with any fraction is of numbers, anything else is text. Days are text.

    Raises
    ------
    DataError
        The file is no SQLite database, or another program is writing into it.
    """
    with _opened(path) as connection:
        if name not in _names(connection):
            return None
        quoted = to_identifier(name, quoted=True).sql("sqlite")
        rows = connection.execute(f"SELECT * FROM {quoted}")
        header = [column[0] for column in rows.description]
        chunks: list[list[pa.Array]] = []
        while found := rows.fetchmany(_ROWS_AT_ONCE):
            chunks.append([_array(values) for values in zip(*found, strict=True)])
    columns = [_one_kind([chunk[n] for chunk in chunks]) for n in range(len(header))]
    return pa.table(columns, names=header)


def sqlite_tables(path: Path) -> list[str]:
    """The names of the tables and views of an SQLite file.

    Raises
    ------
    DataError
        As :func:`table_of_sqlite`.
    """
    with _opened(path) as connection:
        return _names(connection)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, which nothing can be written into, attached to or loaded into."""
    with path.open("rb") as file:
        head = file.read(20)
    if head[:16] != _MAGIC:
        raise DataError(f"{path.name}: is no SQLite database")
    for ending in ("-wal", "-journal"):
        beside = Path(f"{path}{ending}")
        if beside.exists() and beside.stat().st_size:
            raise DataError(
                f"{path.name}: another program is writing into it ({beside.name} lies beside it); "
                "close that program, or give a copy that it has finished"
            )
    # In its other mode SQLite puts files beside even for reading, unless nobody writes.
    mode = "mode=ro&immutable=1" if _WRITE_AHEAD in head[18:20] else "mode=ro"
    until = math.inf
    connection = sqlite3.connect(f"{Path(os.path.abspath(path)).as_uri()}?{mode}", uri=True)
    try:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.set_authorizer(_authorised)
        until = time.monotonic() + (seconds := seconds_allowed())
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        yield connection
    except sqlite3.Error as error:
        if time.monotonic() > until:
            raise LimitError(
                f"{path.name}: it takes longer than {seconds:g} seconds ({SECONDS_VARIABLE} says "
                "otherwise)"
            ) from None
        raise DataError(
            f"{path.name}: cannot be read as an SQLite database ({first_line(error)})"
        ) from None
    finally:
        connection.close()


def _authorised(action: int, _one: str | None, two: str | None, *_where: str | None) -> int:
    if action not in _MAY or (two or "").casefold() in _NO_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _names(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    return sorted(name for (name,) in found)


def _array(values: tuple[Any, ...]) -> pa.Array:
    kinds = {type(value) for value in values} - {type(None)}
    if not kinds:
        return pa.nulls(len(values))
    if kinds == {int}:
        return pa.array(values, pa.int64())
    if kinds <= {int, float}:
        return pa.array([None if value is None else float(value) for value in values])
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _one_kind(arrays: list[pa.Array]) -> pa.ChunkedArray:
    """The pieces of a column as one kind that holds all of them."""
    kinds = {array.type for array in arrays} - {pa.null()}
    kind = pa.string() if pa.string() in kinds else pa.float64() if len(kinds) > 1 else None
    kind = kind or next(iter(kinds), pa.string())
    # Of a whole number beside fractions no more is kept than a fraction can hold.
    return pa.chunked_array([array.cast(kind, safe=False) for array in arrays], kind)
