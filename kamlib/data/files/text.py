"""Delimited text files as source parts, whatever program wrote them."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from kamlib.data.files.encodings import text_encoding
from kamlib.data.files.faults import nothing_in
from kamlib.data.files.parts import (
    HEADER_SEARCH_ROWS,
    ROW,
    HeaderRules,
    RawPart,
    cell_text,
    find_header,
)
from kamlib.data.files.plain import is_sap_list, plain_lines, sap_layout, sap_rows
from kamlib.data.files.streamed import LARGE_BYTES, mapped, numbered
from kamlib.errors import DataError, first_line

_SAMPLE_BYTES = 200_000
_BLOCK_BYTES = 8 * 2**20
_PIECE_BYTES = 2 * 2**20  # up to 32 of them are read ahead
_MOST_BYTES = 40 * 2**20
_LONGEST_CELL = 2**31 - 1  # a note may be longer than the 131,072 signs that csv allows
_DELIMITERS = ",;\t|"
# What Excel wants to be told in a first line: "sep=;".
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=([,;\t|])"?[,;\t|]*\s*[\r\n]', re.IGNORECASE)


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
    csv.field_size_limit(_LONGEST_CELL)
    encoding = encoding or text_encoding(path)
    sample = _sample(path, encoding)
    if not sample.strip():
        raise nothing_in(path.name)
    told = _SEPARATOR_LINE.match(sample)
    delimiter = delimiter or (told[1] if told else _delimiter(sample))
    if rules.recognise or not rules.layout.is_plain:
        listed = is_sap_list(sample)
        rows = _all_rows(path, encoding, delimiter, sample, rules)
        rules = rules.laid_out(rows, path.name)
        if listed and rules.recognise:
            rules = replace(rules, layout=sap_layout(rows, rules))
        if not rules.layout.is_plain:
            return _laid_out(path, rows, rules)
    rows, lines = _first_rows(sample, delimiter)
    skipped, header = find_header(rows, rules, path.name)
    header = _as_wide_as_the_rows(header, rows, skipped)
    bad_rows: list[tuple[int, str, str]] = []
    data = _read(path, header, (skipped, lines[skipped]), delimiter, encoding, bad_rows)
    bad = tuple(bad_rows)
    return RawPart(
        path.name,
        "",
        header,
        data,
        bad_rows=bad,
        delimiter=delimiter,
        layout=rules.layout,
    )


def _as_wide_as_the_rows(
    header: tuple[str, ...], rows: list[list[str]], skipped: int
) -> tuple[str, ...]:
    """The header, where each line, or only the header, ends in a delimiter too many."""
    body = [row for row in rows[skipped:] if any(row)]
    widths = [len(row) for row in body]
    if not skipped or not body:
        return header
    usual = max(set(widths), key=widths.count)
    surplus = [cell for row in body if len(row) == usual for cell in row[len(header) :]]
    if usual > len(header) and not any(cell.strip() for cell in surplus):
        return (*header, *(f"column {n}" for n in range(len(header) + 1, usual + 1)))
    names = rows[skipped - 1]
    if usual < len(header) == len(names) and not any(name.strip() for name in names[usual:]):
        return header[:usual]
    return header


def _all_rows(
    path: Path, encoding: str, delimiter: str, sample: str, rules: HeaderRules
) -> list[list[str]]:
    """All rows of a text file: for a list of SAP its lines between bars, without the rules."""
    if rules.recognise and path.stat().st_size > _MOST_BYTES:
        text = sample  # too large to be a report that somebody laid out for reading
    else:
        text = path.read_text(encoding)
    if is_sap_list(sample):
        return sap_rows(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return [[], *rows[1:]] if _SEPARATOR_LINE.match(text) else rows


def _laid_out(path: Path, rows: list[list[str]], rules: HeaderRules) -> RawPart:
    """A report as plain lines, every column as text."""
    skipped, header = find_header(rows[:HEADER_SEARCH_ROWS], rules, path.name)
    lines = plain_lines(rows, skipped, header, rules.layout, path.name)
    texts = {
        name: pa.array([cell_text(row[place]) for row in lines.rows], pa.string())
        for place, name in enumerate(lines.header)
    }
    data = pa.table({**texts, ROW: pa.array(lines.numbers, pa.int64())})
    return RawPart(path.name, "", lines.header, data, layout=rules.layout, controls=lines.controls)


def _first_rows(sample: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first rows, and the number of the file's lines that the first n rows take up."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows, lines = [], [0]
    for row in itertools.islice(reader, HEADER_SEARCH_ROWS):
        rows.append(row)
        lines.append(reader.line_num)
    return ([[], *rows[1:]] if _SEPARATOR_LINE.match(sample) else rows), lines


def _read(
    path: Path,
    header: tuple[str, ...],
    skipped: tuple[int, int],
    delimiter: str,
    encoding: str,
    bad_rows: list[tuple[int, str, str]],
) -> pa.Table:
    """The rows below the header that hold something, with their numbers; those of large texts
    lie in a file. ``skipped`` has the rows up to the header and the file's lines that they take.
    """
    rows, lines = skipped

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        found = f"{row.actual_columns} columns where the header has {row.expected_columns}"
        bad_rows.append(((row.number or 0) + rows - lines, found, row.text))
        return "skip"

    size = path.stat().st_size
    options = arrow_csv.ReadOptions(
        column_names=list(header),
        skip_rows=lines,
        encoding=encoding,
        use_threads=False,
        block_size=_BLOCK_BYTES if size <= LARGE_BYTES else _PIECE_BYTES,
    )
    parsing = arrow_csv.ParseOptions(
        delimiter=delimiter,
        newlines_in_values=True,
        ignore_empty_lines=False,
        invalid_row_handler=set_aside,
    )
    as_texts = arrow_csv.ConvertOptions(
        column_types=dict.fromkeys(header, pa.string()),
        strings_can_be_null=True,
        null_values=[""],
    )

    def pieces() -> Iterator[pa.Table]:
        if size <= LARGE_BYTES:
            yield arrow_csv.read_csv(path, options, parsing, as_texts)
            return
        with arrow_csv.open_csv(path, options, parsing, as_texts) as reader:
            yield from (pa.Table.from_batches([batch]) for batch in reader)

    numbered_rows = map(_without_blank, numbered(pieces(), ROW, rows + 1, bad_rows))
    try:
        data = next(numbered_rows) if size <= LARGE_BYTES else mapped(numbered_rows)
    except (pa.ArrowException, UnicodeError) as error:
        raise DataError(
            f'{path.name}: cannot be read as text in encoding "{encoding}" with "{delimiter}" '
            f"between columns ({first_line(error)}); set encoding or delimiter in dataset.toml"
        ) from None
    for number, _told, text in bad_rows:
        if "\n" in text and text.count('"') % 2:
            raise DataError(
                f"{path.name}, row {number}: a quotation mark is opened and never closed; "
                "close or remove it"
            )
    return data


def _without_blank(data: pa.Table) -> pa.Table:
    """The rows that hold anything but spaces."""
    kept = None
    for name in data.column_names[:-1]:
        # One column after the other: most files are done after the first.
        held = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(data[name]), ""), False)
        kept = held if kept is None else pc.or_(kept, held)
        if pc.all(kept).as_py():
            return data
    return data.filter(kept)


def _sample(path: Path, encoding: str) -> str:
    try:
        with path.open("r", encoding=encoding, newline="") as file:
            return file.read(_SAMPLE_BYTES)
    except (ValueError, LookupError) as error:
        raise DataError(
            f'{path.name}: cannot be read as encoding = "{encoding}" ({error})'
        ) from None


def _delimiter(sample: str) -> str:
    """The delimiter that splits most of the first lines into the same number of columns, > 1."""
    every = re.split(r"\r\n|\r|\n", sample)[:HEADER_SEARCH_ROWS]
    lines = [line for line in every if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(widths), key=lambda width: (width > 1, widths.count(width), width))
        return (widths.count(usual) if usual > 1 else 0, usual)

    return max(_DELIMITERS, key=agreement)
