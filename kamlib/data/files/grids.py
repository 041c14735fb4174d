"""What a sheet's cells do not say by themselves: merged cells, and formulas without values."""

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kamlib.data.describe.headers import is_gross, name_score, read_header
from kamlib.data.files.extents import column_number
from kamlib.data.files.markup import Grid
from kamlib.data.files.parts import ROW, Merged, filled
from kamlib.errors import DataError

_MEASURES = (
    *(("transactions", name) for name in ("revenue", "margin", "cost", "quantity")),
    *(("", name) for name in ("price", "discount", "unit_cost")),
    ("payments", "amount"),
)
_SURELY = 0.8
_EXAMPLES = 5
# A larger sheet is looked through only where a column is empty all the way down.
_LARGE_SHEET_BYTES = 50 * 2**20
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FORMULA = re.compile(rb"<(?:\w+:)?c ([^>]*)>\s*<(?:\w+:)?f[\s>/](.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")


def filled_down(
    rows: list[list[Any]], skipped: int, header: Sequence[str], merged: Sequence[Merged]
) -> int:
    """Write the value of cells merged downwards into each of their rows; the number of rows.

    A merged amount or quantity belongs to its rows together and stays in the first; rows that are
    empty otherwise stay empty.
    """
    touched: set[int] = set()
    kept_once = {}
    for (first, column), (last, _last_column) in merged:
        if last <= first or first < skipped or column >= len(header) or first >= len(rows):
            continue
        value = rows[first][column]
        if column not in kept_once:
            kept_once[column] = _is_measure(header[column])
        fraction = isinstance(value, float) and not value.is_integer()
        if value in ("", None) or fraction or kept_once[column]:
            continue
        for number in range(first + 1, min(last, len(rows) - 1) + 1):
            if rows[number][column] in ("", None) and filled(rows[number]):
                rows[number][column] = value
                touched.add(number)
    return len(touched)


def _is_measure(name: str) -> bool:
    header = read_header(name)
    return is_gross(header) or any(
        name_score(header, table, column)[0] >= _SURELY for table, column in _MEASURES
    )


def unstored_columns(
    grid: Grid,
    data: pa.Table,
    header: Sequence[str],
    path: Path,
    needed: Sequence[str],
    where: str,
) -> tuple[str, ...]:
    """The columns that hold nothing but formulas whose values the file does not keep.

    Only asked of columns with empty cells, or with zeros where a program that does not compute
    wrote the file.

    Raises
    ------
    DataError
        A needed column has such cells: without their values, lines would be missing.
    """
    folded = {name.casefold() for name in header}
    used = {name.casefold() for name in needed}
    if not data.num_rows or not used <= folded:
        return ()
    looked_at = [name for name in header if not used or name.casefold() in used]
    computed = bool(grid.formulas) or _is_computed(path)
    held = {name: _held(data[name], zero_counts=computed) for name in looked_at}
    doubtful = {name for name, count in held.items() if count < (data.num_rows if used else 1)}
    if not doubtful:
        return ()
    thorough = not computed or not all(held[name] for name in doubtful)
    cells = _unstored_cells(grid, path, computed=computed, thorough=thorough)
    numbers = set(data[ROW].to_pylist()) if cells else set()
    found = []
    for name in sorted(doubtful, key=header.index):
        position = header.index(name)
        rows = sorted(row for row, column in cells if column == position and row in numbers)
        if rows and used:
            raise DataError(_told(where, name, rows, data.num_rows))
        if rows:
            found.append(name)
    return tuple(found)


def _told(where: str, name: str, rows: list[int], every: int) -> str:
    what = f'the cells of column "{name}" are formulas'
    if len(rows) < every:
        shown = ", ".join(map(str, rows[:_EXAMPLES])) + (", …" if len(rows) > _EXAMPLES else "")
        what = f'{len(rows)} cells of column "{name}" (rows {shown}) are formulas'
    return f"{where}: {what} without stored values: open the file in Excel and save it"


def _held(column: pa.ChunkedArray, *, zero_counts: bool) -> int:
    """The number of cells with a value, or with one other than zero."""
    is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if zero_counts or not is_number:
        return len(column) - column.null_count
    return pc.sum(pc.fill_null(pc.not_equal(column, 0), False)).as_py() or 0


def _is_computed(path: Path) -> bool:
    """Whether a program that computes wrote the workbook, as far as it says so."""
    if not zipfile.is_zipfile(path):
        return True
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return True
        return b'fullCalcOnLoad="1"' not in archive.read("xl/workbook.xml")


def _unstored_cells(
    grid: Grid, path: Path, *, computed: bool, thorough: bool
) -> set[tuple[int, int]]:
    """The cells, by row counted from 1 and column from 0, that are formulas without values."""
    if grid.formulas:
        return {(row + 1, column) for row, column in grid.formulas}
    if not zipfile.is_zipfile(path):
        return set()
    with zipfile.ZipFile(path) as archive:
        member = _sheet_member(archive, grid.name)
        if not member:
            return set()
        if not thorough and archive.getinfo(member).file_size > _LARGE_SHEET_BYTES:
            return set()
        content = archive.read(member)
    if not any(mark in content for mark in (b"<f>", b"<f ", b":f>", b":f ")):
        return set()
    return _formula_cells(content, computed=computed)


def _formula_cells(content: bytes, *, computed: bool) -> set[tuple[int, int]]:
    empty, zero, columns = set(), set(), set()
    for attributes, rest in _FORMULA.findall(content):
        place = re.search(rb'\br="([A-Z]+)(\d+)"', attributes)
        if not place:
            continue
        cell = (int(place[2]), column_number(place[1]) - 1)
        value = _VALUE.search(rest)
        if value is None or not value[1]:
            # A formula that yields an empty text has a value: nothing.
            if b't="str"' not in attributes:
                empty.add(cell)
        elif value[1] == b"0":
            zero.add(cell)
        else:
            columns.add(cell[1])
    if computed:
        return empty
    # Who does not compute writes no value or 0 into every formula.
    return empty | {cell for cell in zero if cell[1] not in columns}


def _sheet_member(archive: zipfile.ZipFile, sheet: str) -> str:
    """The member of an .xlsx that holds a sheet, or an empty text."""
    names = archive.namelist()
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return ""
    try:
        workbook = ET.fromstring(archive.read("xl/workbook.xml"))
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except ET.ParseError:
        return ""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            target = targets.get(element.get(f"{_RELATIONS}id"), "")
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return member if member in names else ""
    return ""
