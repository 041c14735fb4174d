"""A large text read piece by piece: its rows lie in a file, and the system maps them into memory.

What lies in a file can be put aside by the system and read again, so a text of millions of lines
needs hardly more memory than one of thousands.
"""

import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

# Larger texts (bytes) are read piece by piece; smaller ones are in memory faster.
LARGE_BYTES = 64 * 2**20
_ON_DISK = Path("/var/tmp")  # where the usual folder for such files may be memory itself


def mapped(pieces: Iterable[pa.Table]) -> pa.Table:
    """Pieces of one table as one, in a file that is gone when nobody uses the table any more."""
    with tempfile.TemporaryFile(prefix="kam-", dir=_folder()) as file:
        writer = None
        for piece in pieces:
            writer = writer or pa.ipc.new_file(file, piece.schema)
            writer.write_table(piece)
        if writer is None:
            return pa.table({})
        writer.close()
        file.flush()
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(content))).read_all()


def numbered(pieces: Iterable[pa.Table], name: str, first: int, left_out: list) -> Iterator:
    """Pieces with their rows' numbers, from the first on.

    ``left_out`` begins each entry with the number of a row that is in no piece; it may grow while
    pieces are read, but the rows before a piece are known when the piece is there.
    """
    for piece in pieces:
        gone = {number for number, *_told in left_out if number >= first}
        numbers = np.arange(first, first + piece.num_rows + len(gone), dtype=np.int64)
        if gone:
            numbers = numbers[~np.isin(numbers, list(gone))][: piece.num_rows]
        first = int(numbers[-1]) + 1 if len(numbers) else first
        yield piece.append_column(name, pa.array(numbers, pa.int64()))


def _folder() -> Path | None:
    """A folder on a disk, unless the user named one for such files."""
    is_there = _ON_DISK.is_dir() and os.access(_ON_DISK, os.W_OK)
    return _ON_DISK if is_there and not os.environ.get("TMPDIR") else None
