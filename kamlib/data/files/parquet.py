"""Parquet files as source parts: left where they are, or read where their names clash."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kamlib.data.files.faults import damaged
from kamlib.data.files.parts import ROW, RawPart, unique_names
from kamlib.errors import DataError, first_line

_ENGINE_S_OWN = "file_row_number"


def parquet_part(path: Path) -> RawPart:
    """A Parquet file as a part, with the columns that its folders name (``year=2024``).

    It stays where it is, unless two of its columns have one name, or one has a name of ours.

    Raises
    ------
    DataError
        The file is damaged.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = tuple(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path.name}: cannot be read as Parquet, it seems damaged ({first_line(error)})"
        ) from None
    if not names:
        raise damaged(path.name, "it has no column")
    if unique_names(names) != names or _ENGINE_S_OWN in map(str.casefold, names):
        header = unique_names(names)
        return in_memory(RawPart(path.name, "", header, None, path=path))
    folders = itertools.takewhile(lambda folder: "=" in folder, reversed(path.parent.parts))
    keys = {key: value for key, _, value in (folder.partition("=") for folder in folders)}
    partition = tuple((key, value) for key, value in keys.items() if key not in names)
    header = (*names, *(key for key, _ in partition))
    return RawPart(path.name, "", header, None, path=path, partition=partition)


@contextlib.contextmanager
def spoilt_told(path: Path) -> Iterator[None]:
    """Tell a Parquet file with damaged pages, which are met only where they are read.

    Raises
    ------
    DataError
        What failed within failed because the file cannot be read as a whole.
    """
    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError):
        with path.open("rb") as file:
            is_parquet = file.read(4) == b"PAR1"
        if is_parquet and (error := _unreadable(path)):
            raise damaged(path.name, error) from error
        raise


def _unreadable(path: Path) -> Exception | None:
    try:
        with pq.ParquetFile(path) as file:
            for _batch in file.iter_batches():
                pass
    except (pa.ArrowException, OSError) as error:
        return error
    return None


def in_memory(raw: RawPart) -> RawPart:
    """A Parquet file, read: it is gone before the part is used, or its names must be changed."""
    if raw.path is None:
        return raw
    with pq.ParquetFile(raw.path) as file:
        data = file.read()
    own = raw.header[: data.num_columns]
    rows = pa.array(range(1, data.num_rows + 1), pa.int64())
    data = data.rename_columns(list(own)).append_column(ROW, rows)
    return replace(raw, header=own, data=data, path=None, partition=())
