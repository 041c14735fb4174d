"""How far the cells of a workbook reach, found before anything is laid out.

The Excel reader lays out all cells between the first and the last: one that stands by mistake in
the far corner of a sheet would take hundreds of gigabytes, and end the program without a word.
"""

import json
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from kamlib.data.files.faults import damaged
from kamlib.errors import DataError

# Cells that may be laid out however empty they are; above that, each must be paid for in bytes.
_MOST_EMPTY = 10_000_000
_CHUNK_BYTES = 2**15
_EXACT_BYTES = 2**22
_HEADER_BYTES = 30
_ANY_CELL = re.compile(rb"""\br=["']([A-Za-z]{0,8})([0-9]{1,12})["']""")
# In a large sheet rows come one after the other: only what stands far off is looked for.
_ODD_CELL = re.compile(rb"""r="[A-Za-z]?+(?:[A-Za-z]|[0-9]{7})""")
_TEXTS = re.compile(rb"""<(?:\w+:)?sst\b[^>]*?\b(?:uniqueC|c)ount=["'](\d+)["']""")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_SECONDS = 300


def check_extents(path: Path) -> None:
    """Refuse a workbook whose cells reach so far that they cannot be laid out.

    Raises
    ------
    DataError
        A cell stands far off from all others (where), or the file is damaged.
    """
    stat = path.stat()
    _check(path.absolute(), stat.st_mtime_ns, stat.st_size)


def check_laid_out(where: str, rows: int, columns: int, size: int) -> None:
    """Refuse a table that cannot be laid out, of a file of so many bytes.

    Raises
    ------
    DataError
        Its cells reach much further than the file is large.
    """
    if _is_too_much(rows, columns, size):
        raise _stray(where, rows, columns)


@lru_cache(maxsize=64)
def _check(path: Path, _changed: int, size: int) -> None:
    """Once per file, as it is."""
    if not zipfile.is_zipfile(path):
        _check_apart(path, size)
        return
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if not any(member.filename == "xl/workbook.xml" for member in members):
            _check_apart(path, sum(member.file_size for member in members))
            return
        _check_texts(path, archive)
        for member in members:
            if _SHEET.fullmatch(member.filename):
                columns, rows = _furthest(archive, member)
                if _is_too_much(rows, columns, member.file_size):
                    # Cells with a format only do not count, but their places are written, too.
                    _check_apart(path, member.file_size, _stray(path.name, rows, columns))


def _is_too_much(rows: int, columns: int, size: int) -> bool:
    """Whether so many cells cannot be laid out, as the file is not as large as to hold them."""
    return rows * columns > max(_MOST_EMPTY, size)


def _stray(where: str, rows: int, columns: int) -> DataError:
    return DataError(
        f"{where}: its cells reach as far as {_column_letters(columns)}{rows}, which is more "
        "than can be laid out; expected a table without a stray cell far off: in Excel, go to "
        "the last cell (Ctrl+End), delete the empty rows and columns before it, and save"
    )


def _furthest(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """The furthest column and row of a sheet, counted from 1."""
    columns, rows, before = 1, 1, b""
    exact = member.file_size <= _EXACT_BYTES
    for chunk in _inflated(archive, member):
        border = before + chunk[:32]
        places = set(_ANY_CELL.findall(border))
        if exact or _ODD_CELL.search(chunk):
            places |= set(_ANY_CELL.findall(chunk))
        else:
            places |= set(_ANY_CELL.findall(chunk, max(chunk.rfind(b' r="'), 0)))
        for letters, row in places:
            columns = max(columns, column_number(letters))
            rows = max(rows, int(row))
        before = chunk[-32:]
    return columns, rows


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's content in pieces; its checksum is left to who reads it, as it takes long."""
    if member.compress_type != zipfile.ZIP_DEFLATED or archive.fp is None:
        with archive.open(member) as stored:
            yield from iter(lambda: stored.read(_CHUNK_BYTES), b"")
        return
    archive.fp.seek(member.header_offset)
    name, extra = struct.unpack_from("<HH", archive.fp.read(_HEADER_BYTES), 26)
    archive.fp.seek(member.header_offset + _HEADER_BYTES + name + extra)
    inflate, left = zlib.decompressobj(-zlib.MAX_WBITS), member.compress_size
    while left > 0 and (packed := archive.fp.read(min(_CHUNK_BYTES, left))):
        left -= len(packed)
        yield inflate.decompress(packed)


def _check_texts(path: Path, archive: zipfile.ZipFile) -> None:
    """The reader makes room for as many texts as the file says that it has."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    member = archive.getinfo("xl/sharedStrings.xml")
    with archive.open(member) as file:
        head = file.read(4096)
    told = [int(number) for number in _TEXTS.findall(head)]
    if any(number > 8 * member.file_size for number in told):
        raise damaged(path.name, f"it says that it holds {max(told):,} texts")


def column_number(letters: bytes) -> int:
    """A column's number, counted from 1, by its letters.

    >>> column_number(b"A"), column_number(b"aa")
    (1, 27)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _column_letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _check_apart(path: Path, size: int, told: DataError | None = None) -> None:
    """Open a workbook in a process of its own first: what ends the reader, ends only that.

    ``told`` is the error for a workbook on which the reader ends, where more is known of it.
    """
    command = [sys.executable, "-I", str(Path(__file__).with_name("probe.py")), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise damaged(path.name, f"it is not read within {_SECONDS} seconds") from None
    if done.returncode:
        raise told or damaged(path.name, "the Excel reader ends on it")
    for name, rows, columns in json.loads(done.stdout):
        if _is_too_much(rows, columns, size):
            raise _stray(f'{path.name}, sheet "{name}"', rows, columns)
