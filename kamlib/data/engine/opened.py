"""The one place that opens the embedded engine, locked before any text of a data set reaches it.

What holds, whatever a mapping or a ``reshape`` says:

- no file is read but those that are handed over at the opening: the data set's own sources and
  its folder in the cache. No other is read, written, attached or looked for;
- no extension is installed or loaded, no host is contacted, no secret is kept;
- nothing of this can be changed again: the configuration is locked;
- memory follows what the machine or the container allows, what does not fit is written to a
  folder of the process's own that goes with it.
"""

import os
import shutil
import weakref
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from kamlib.data.engine.limits import within_limits
from kamlib.data.engine.memory import memory_allowed, memory_free
from kamlib.data.engine.spill import spill_folder, spill_size
from kamlib.settings.machine import ENGINE_SHARE, LEAST_ENGINE_MB

_FILE = "kam_file"  # what an attached file is called
# What may not be asked for again once external access is closed is closed first.
_CLOSED = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
}


class Engine(Backend):
    """An embedded engine, locked; ask :func:`open_engine` for one."""

    def do_connect(
        self,
        files: tuple[str, ...] = (),
        folder: str = "",
        database: str = "",
        threads: int | None = None,
    ) -> None:
        """Open it with all that it may ever read; ``folder`` is the one that it may write to."""
        spill = spill_folder()
        sized = _sized(spill, threads)
        super().do_connect(":memory:", **_CLOSED, **sized)
        for statement in (*_attached(database), *_lock(files, folder)):
            self.con.execute(statement)
        weakref.finalize(self, shutil.rmtree, spill, ignore_errors=True)

    def raw_sql(self, query: Any, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        """Run a statement within the limits."""
        return within_limits(self.con, lambda: super(Engine, self).raw_sql(query, **kwargs))

    def answer(self, query: str) -> pa.Table:
        """The rows of a SELECT, within the limits."""
        return within_limits(self.con, lambda: self.con.execute(query).to_arrow_table())

    def get_schema(self, table_name: str, **kwargs: Any) -> ibis.Schema:
        """The columns of a table or view, within the limits: a view's text is worked at for it."""
        return within_limits(self.con, lambda: super(Engine, self).get_schema(table_name, **kwargs))

    def to_pyarrow(self, expr: ibis.Expr, /, **kwargs: Any) -> pa.Table:
        """The rows of an expression, within the limits."""
        return within_limits(self.con, lambda: super(Engine, self).to_pyarrow(expr, **kwargs))

    def execute(self, expr: ibis.Expr, /, **kwargs: Any) -> pd.DataFrame | pd.Series | Any:
        """The same as a frame, a column or a value."""
        return within_limits(self.con, lambda: super(Engine, self).execute(expr, **kwargs))


def open_engine(
    files: Iterable[Path] = (),
    folder: Path | None = None,
    *,
    database: Path | None = None,
    threads: int | None = None,
) -> Engine:
    """A new engine of this process, locked.

    Parameters
    ----------
    files
        The files that it may read; none unless they are named here.
    folder
        The one folder in which it may read and write: the data set's in the cache.
    database
        An engine's own file, which is opened for reading only; else the engine is empty.
    threads
        As many as this process may use of the machine's cores, unless it is said.
    """
    named = tuple(str(path.resolve()) for path in files)
    places = (str(path.resolve()) if path else "" for path in (folder, database))
    return Engine().connect(named, *places, threads)


def _sized(spill: Path, threads: int | None) -> dict[str, Any]:
    free = memory_free()
    free = memory_allowed() if free is None else free
    return {
        "memory_limit": f"{max(int(free * ENGINE_SHARE) // 2**20, LEAST_ENGINE_MB)}MiB",
        "temp_directory": str(spill),
        "max_temp_directory_size": f"{spill_size() // 2**20 + 1}MiB",
        "threads": threads or _cores(),
    }


def _attached(database: str) -> list[str]:
    """The statements that attach a file for reading: as others of this process may have it, too."""
    if not database:
        return []
    [path] = _escaped([database])
    return [f"ATTACH {path} AS {_FILE} (TYPE duckdb, READ_ONLY)", f"USE {_FILE}"]


def _lock(files: tuple[str, ...], folder: str) -> list[str]:
    """The statements that close the engine, in order: after the last nothing can be set."""
    folders = [folder] if folder else []
    return [
        "SET enable_progress_bar = false",  # it would be printed between our own lines
        f"SET allowed_paths = {_texts(files)}",
        f"SET allowed_directories = {_texts(folders)}",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ]


def _texts(values: Iterable[str]) -> str:
    return "[" + ", ".join(_escaped(values)) + "]"


def _escaped(values: Iterable[str]) -> list[str]:
    return ["'" + value.replace("'", "''") + "'" for value in values]


def _cores() -> int:
    """The cores that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1
