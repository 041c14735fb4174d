"""Delimited text files as source parts, whatever program wrote them."""

import codecs
import csv
from pathlib import Path

import pyarrow as pa
from charset_normalizer import from_bytes
from pyarrow import csv as arrow_csv

from kamlib.data.parts import HEADER_SEARCH_ROWS, ROW, HeaderRules, RawPart, find_header
from kamlib.errors import DataError

_SAMPLE_BYTES = 200_000
_LEGACY_ENCODINGS = ["gb18030", "cp1251", "cp1252"]
_DELIMITERS = ",;\t|"


def read_text(
    path: Path, rules: HeaderRules, *, delimiter: str = "", encoding: str = ""
) -> RawPart:
    """A delimited text file as one part, every column as text.

    Parameters
    ----------
    path
        The file.
    rules
        How the header is found.
    delimiter, encoding
        As set in ``dataset.toml``; found from the content where empty.

    Raises
    ------
    DataError
        The file is empty or its text cannot be decoded.
    """
    encoding = encoding or _encoding(path)
    sample = _sample(path, encoding)
    if not sample.strip():
        raise DataError(f"{path.name}: is empty; expected a header row and at least one line")
    delimiter = delimiter or _delimiter(sample)
    lines = sample.splitlines()[: HEADER_SEARCH_ROWS + 1]
    rows = list(csv.reader(lines, delimiter=delimiter))[:HEADER_SEARCH_ROWS]
    skipped, header = find_header(rows, rules, path.name)
    bad_rows: list[tuple[int, str, str]] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        found = f"{row.actual_columns} columns where the header has {row.expected_columns}"
        bad_rows.append((row.number or 0, found, row.text))
        return "skip"

    data = arrow_csv.read_csv(
        path,
        arrow_csv.ReadOptions(
            column_names=list(header), skip_rows=skipped, encoding=encoding, use_threads=False
        ),
        arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=set_aside
        ),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )
    numbers = _row_numbers(data.num_rows, skipped, [row for row, _, _ in bad_rows])
    return RawPart(
        path.name, "", header, data.append_column(ROW, numbers), bad_rows=tuple(bad_rows)
    )


def _row_numbers(count: int, skipped: int, bad: list[int]) -> pa.Array:
    taken = set(bad)
    numbers: list[int] = []
    number = skipped
    if not taken:
        return pa.array(range(skipped + 1, skipped + count + 1), pa.int64())
    while len(numbers) < count:
        number += 1
        if number not in taken:
            numbers.append(number)
    return pa.array(numbers, pa.int64())


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _is_utf8(path):
        return "utf-8"
    if head[1:200:2].count(0) > 50 or head[0:200:2].count(0) > 50:
        return "utf-16-le" if head[1] == 0 else "utf-16-be"
    best = from_bytes(head, cp_isolation=_LEGACY_ENCODINGS).best()
    if best is None:
        raise DataError(
            f'{path.name}: its text encoding is not known; set encoding = "…" in dataset.toml'
        )
    return best.encoding


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(2**20):
                if b"\x00" in chunk:
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _sample(path: Path, encoding: str) -> str:
    try:
        with path.open("r", encoding=encoding, newline=None) as file:
            return file.read(_SAMPLE_BYTES)
    except (UnicodeError, LookupError) as error:
        raise DataError(
            f'{path.name}: cannot be read as encoding = "{encoding}" ({error})'
        ) from None


def _delimiter(sample: str) -> str:
    """The delimiter that splits most of the first lines into the same number of columns, > 1."""
    lines = [line for line in sample.splitlines()[:HEADER_SEARCH_ROWS] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(widths), key=lambda width: (width > 1, widths.count(width), width))
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=agreement)
