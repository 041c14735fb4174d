"""The engine of a data set: what of it the engine is handed."""

import contextlib
from pathlib import Path

from kamlib.data.engine.opened import Engine, open_engine
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.sources import file_sources, source_files
from kamlib.data.reduce.store import cache_folder, make_cache
from kamlib.errors import DataError


def engine_of(dataset: DataSet, *, threads: int | None = None) -> Engine:
    """A new engine, locked, that may read a data set's sources and its folder in the cache.

    That folder is made, for what does not fit into memory goes there, too.
    A source that is missing is told where it is read.
    """
    files: list[Path] = []
    for where, sources in file_sources(dataset):
        with contextlib.suppress(DataError):
            files += source_files(dataset, sources, where)
    cache = cache_folder(dataset)
    with contextlib.suppress(DataError):  # told where something is to be kept
        make_cache(cache)
    return open_engine(files, cache, threads=threads)
