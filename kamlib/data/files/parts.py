"""A source part as read: one sheet, one text file, one Parquet file; and finding its header."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from kamlib.data.files.faults import nothing_in
from kamlib.data.files.layout import PLAIN, Layout, Recogniser
from kamlib.errors import DataError

ROW = "kam_row"
HEADER_SEARCH_ROWS = 50
LOOKED_AT = 1_000  # signs of a cell, where it is guessed what it is
_LONGEST_NAME = 300  # signs; a longer one is a note, not a name
Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class LeftPart:
    """A part that is not read: why, its rows with something in them, and its money if known.

    ``severity`` is "warning" where it holds what looks like lines, else "note".
    """

    file: str
    sheet: str
    why: str
    rows: int
    amount: float | None = None
    severity: str = "note"


@dataclass(frozen=True)
class RawPart:
    """One part of a source, as read.

    ``data`` holds the columns of ``header`` and ``kam_row``, the row's number as a person
    counts it in the source. ``bad_rows`` are rows that could not be split into the header's
    columns, by ``delimiter``: (row, what is wrong, the text). A Parquet file is not read: it has
    a ``path``, no ``data``, and the columns that its folders name (``year=2024``) in
    ``partition``.

    ``merged`` are the sheet's merged ranges as (first row, column), (last row, column), counted
    from 0; ``filled`` counts the rows that were filled from merged cells; ``unstored`` names the
    columns that hold nothing but formulas without values. ``layout`` says how the grid became
    lines, ``controls`` what sums it had (row, label, amount, sum of the lines).
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    data: pa.Table | None
    epoch_1904: bool = False
    bad_rows: tuple[tuple[int, str, str], ...] = ()
    path: Path | None = None
    partition: tuple[tuple[str, str], ...] = ()
    merged: tuple[Merged, ...] = ()
    filled: int = 0
    unstored: tuple[str, ...] = ()
    delimiter: str = ""
    layout: Layout = PLAIN
    controls: tuple[tuple[int, str, float, float], ...] = ()

    @property
    def label(self) -> str:
        """The part's name in messages: ``sales.xlsx, sheet "2011"``."""
        return part_label(self.file, self.sheet)


def part_label(file: str, sheet: str) -> str:
    """A part's name in messages.

    >>> part_label("sales.xlsx", "2011"), part_label("sales.csv", "")
    ('sales.xlsx, sheet "2011"', 'sales.csv')
    """
    return f'{file}, sheet "{sheet}"' if sheet else file


@dataclass(frozen=True)
class HeaderRules:
    """How to find a source's header: the row that is set, the names that are set, or by need."""

    row: int | bool | None = None
    names: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    layout: Layout = PLAIN
    recognise: Recogniser | None = None

    def laid_out(self, rows: Sequence[Sequence[Any]], name: str) -> "HeaderRules":
        """The rules with the layout that a part's rows show, where it is to be recognised."""
        if self.recognise is None:
            return self
        layout = self.recognise([_short_row(row) for row in rows], name)
        row = layout.header if layout.header and self.row is None else self.row
        return replace(self, layout=layout, row=row)


def _short_row(row: Sequence[Any]) -> Sequence[Any]:
    """A row to be looked at: of a note of many pages only the beginning."""
    if not any(type(cell) is str and len(cell) > LOOKED_AT for cell in row):
        return row
    return [cell[:LOOKED_AT] if isinstance(cell, str) else cell for cell in row]


def find_header(
    rows: Sequence[Sequence[Any]], rules: HeaderRules, where: str
) -> tuple[int, tuple[str, ...]]:
    """The number of rows up to and including the header (0: none), and the column names.

    Parameters
    ----------
    rows
        The first rows of the source, as read.
    rules
        A set row or set names win; else the first row that holds all needed names; else the
        first row with the most texts.

    Raises
    ------
    DataError
        There is no row, or the set row lies beyond the first ones.
    """
    if not any(filled(row) for row in rows):
        raise nothing_in(where)
    if rules.row is False or (rules.names and rules.row is None):
        width = max(len(row) for row in rows)
        if rules.names and len(rules.names) != width:
            raise DataError(f"{where}: has {width} columns, but names lists {len(rules.names)}")
        return 0, rules.names or tuple(f"column {i + 1}" for i in range(width))
    if isinstance(rules.row, int) and rules.row is not True:
        if not 1 <= rules.row <= len(rows):
            raise DataError(f"{where}: header = {rules.row}, but there is no such row near the top")
        return rules.row, rules.names or header_names(rows[rules.row - 1])
    index = _needed_row(rows, rules.needed)
    if index is None:
        index = _likeliest_row(rows)
    return index + 1, header_names(rows[index])


def header_names(row: Iterable[Any]) -> tuple[str, ...]:
    """Unique column names from a header row's cells; empty cells become ``column 3``.

    SQL does not tell case apart: a second ``Amount`` or ``amount`` becomes ``Amount (2)``.
    """
    texts = [cell_text(cell) for cell in row]
    return unique_names(" ".join(text.split()) if text else "" for text in texts)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Column names of which each is there once, and none of them ours; none is empty.

    >>> unique_names(["Amount", "amount", "", "kam_row"])
    ('Amount', 'amount (2)', 'column 3', 'kam_row (2)')
    """
    found: list[str] = []
    taken: set[str] = set()
    copies: dict[str, int] = {}  # where counting goes on: a header may have one name thousandfold
    for position, named in enumerate(names, start=1):
        text = named.replace("\x00", "")  # no engine takes it in a name
        name = unique = text[:_LONGEST_NAME] if text.strip() else f"column {position}"
        key = name.casefold()
        while unique.casefold() in taken or is_reserved(unique):
            copies[key] = copies.get(key, 1) + 1
            unique = f"{name} ({copies[key]})"
        taken.add(unique.casefold())
        found.append(unique)
    return tuple(found)


def is_reserved(name: str) -> bool:
    """Whether a column's name is one of those that are added here, such as ``kam_row``."""
    return re.fullmatch(r"kam_\w+", name, re.IGNORECASE) is not None


def is_text(kind: pa.DataType) -> bool:
    """Whether the cells of a column of this type are texts."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def cell_text(cell: Any, *, exact: bool = False) -> str | None:
    """A cell as text: whole numbers without decimals, dates as ISO, empty as ``None``.

    With ``exact``, a number with three decimals gets a fourth: its point is a decimal sign.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        text = str(int(cell)) if cell.is_integer() else repr(cell)
        return text + "0" if exact and re.search(r"\.\d{3}$", text) else text
    return cell if isinstance(cell, str) else str(cell)


def under_one_name(raw: RawPart, rename: Mapping[str, str], may_lack: Sequence[str]) -> RawPart:
    """A part whose columns have the names of the others' and which lacks none that may be lacking.

    A column is renamed only where the new name is not there already.
    """
    names = {name.casefold(): name for name in raw.header}
    fresh = {
        names[old.casefold()]: new
        for old, new in rename.items()
        if old.casefold() in names and new.casefold() not in names
    }
    header = tuple(fresh.get(name, name) for name in raw.header)
    here = {name.casefold() for name in header}
    added = tuple(name for name in may_lack if name.casefold() not in here)
    if raw.data is None or not (fresh or added):
        return raw
    data = raw.data.rename_columns([fresh.get(name, name) for name in raw.data.column_names])
    for name in added:
        data = data.append_column(name, pa.nulls(len(data), pa.string()))
    return replace(raw, header=(*header, *added), data=data)


def _needed_row(rows: Sequence[Sequence[Any]], needed: tuple[str, ...]) -> int | None:
    wanted = {name.casefold() for name in needed}
    for index, row in enumerate(rows):
        names = {name.casefold() for name in header_names(row)}
        if wanted and wanted <= names:
            return index
    return None


def _likeliest_row(rows: Sequence[Sequence[Any]]) -> int:
    def texts(row: Sequence[Any]) -> int:
        return len({cell for cell in row if isinstance(cell, str) and re.search(r"[^\W\d_]", cell)})

    most = max(texts(row) for row in rows)
    return next(index for index, row in enumerate(rows) if filled(row) and texts(row) >= 0.7 * most)


def filled(row: Sequence[Any]) -> bool:
    """Whether any cell of a row holds something; spaces are nothing."""
    return any(cell is not None and (not isinstance(cell, str) or cell.strip()) for cell in row)
