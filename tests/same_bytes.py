"""What a data set's tables and workbook are, byte by byte, with the processor as it is set.

Run as ``python tests/same_bytes.py <data set> <folder> [--workbook]``: writes the files into
``<folder>/files`` and prints a JSON object, the SHA-256 per file; test_same_bytes.py compares them.
With OMP_NUM_THREADS=1 the database, too, has one core only.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

from kamlib import open_book
from kamlib.chapters.catalogue import pack_tables
from kamlib.show.files import write_csv
from kamlib.workbook.workbook import write_workbook


def write_all(dataset: str, folder: Path, *, workbook: bool) -> None:
    """Every table as CSV, and the workbook where it is wanted."""
    book = open_book(dataset)
    tables = pack_tables(book)
    for name, frame in tables.items():
        write_csv(frame, folder / f"{name}.csv")
    if workbook:
        write_workbook(folder / "workbook.xlsx", book, tables)


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


if __name__ == "__main__":
    dataset, folder = sys.argv[1], Path(sys.argv[2]) / "files"
    if os.environ.get("OMP_NUM_THREADS") == "1" and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    folder.mkdir(parents=True, exist_ok=True)
    write_all(dataset, folder, workbook="--workbook" in sys.argv)
    print(json.dumps(digests(folder)))
