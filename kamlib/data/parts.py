"""A source part as read: one sheet, one text file, one Parquet file; and finding its header."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from kamlib.errors import DataError

ROW = "kam_row"
HEADER_SEARCH_ROWS = 50


@dataclass(frozen=True)
class RawPart:
    """One part of a source, as read.

    ``data`` holds the columns of ``header`` and ``kam_row``, the row's number as a person
    counts it in the source. ``bad_rows`` are rows that could not be split into the header's
    columns: (row, what is wrong, the text).
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    data: pa.Table
    epoch_1904: bool = False
    bad_rows: tuple[tuple[int, str, str], ...] = ()

    @property
    def label(self) -> str:
        """The part's name in messages: ``sales.xlsx, sheet "2011"``."""
        return f'{self.file}, sheet "{self.sheet}"' if self.sheet else self.file


@dataclass(frozen=True)
class HeaderRules:
    """How to find a source's header: the row that is set, the names that are set, or by need."""

    row: int | bool | None = None
    names: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


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
    if not any(_filled(row) for row in rows):
        raise DataError(f"{where}: is empty; expected a header row and at least one line")
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
    """Unique column names from a header row's cells; empty cells become ``column 3``."""
    names: list[str] = []
    for position, cell in enumerate(row, start=1):
        text = cell_text(cell)
        name = " ".join(text.split()) if text else f"column {position}"
        copies = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
        names.append(f"{name} ({copies + 1})" if copies else name)
    return tuple(names)


def cell_text(cell: Any) -> str | None:
    """A cell as text: whole numbers without decimals, dates as ISO, empty as ``None``."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return cell if isinstance(cell, str) else str(cell)


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
    return next(
        index for index, row in enumerate(rows) if _filled(row) and texts(row) >= 0.7 * most
    )


def _filled(row: Sequence[Any]) -> bool:
    return any(cell not in (None, "") for cell in row)
