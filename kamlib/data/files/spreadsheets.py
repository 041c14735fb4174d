"""Workbooks as source parts, one per sheet: Excel, OpenDocument, and markup called .xls."""

import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from kamlib.data.files.containers import OLE_SIGNATURE, WEB_PAGE, check_archive
from kamlib.data.files.extents import check_extents
from kamlib.data.files.faults import damage_told, nothing_in
from kamlib.data.files.grids import filled_down, unstored_columns
from kamlib.data.files.markup import Grid, web_page_tables, xml_spreadsheet
from kamlib.data.files.parts import (
    HEADER_SEARCH_ROWS,
    ROW,
    HeaderRules,
    LeftPart,
    RawPart,
    cell_text,
    filled,
    find_header,
    part_label,
)
from kamlib.data.files.plain import plain_lines
from kamlib.errors import DataError, nearest_name
from kamlib.words import _

MAX_UNPACKED_MB = 4096
HIDDEN = "a hidden sheet"


def read_sheets(
    path: Path,
    sheets: Sequence[str],
    rules: HeaderRules,
    *,
    max_unpacked_mb: int,
    left: list[LeftPart] | None = None,
) -> Iterator[RawPart]:
    """The sheets of a workbook, as parts, in the workbook's order.

    Parameters
    ----------
    path
        The workbook.
    sheets
        Names of the sheets to read; all visible ones where empty.
    rules
        How the header is found.
    max_unpacked_mb
        A workbook that would unpack to more is refused.
    left
        Takes what is not read: hidden and empty sheets, where no sheets are named.

    Raises
    ------
    DataError
        The file is no readable workbook, is protected, or has no such sheet.
    """
    workbook = _open(path, max_unpacked_mb)
    epoch_1904 = _uses_1904(path)
    tables = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    hidden = [meta.name for meta in tables if meta.visible != SheetVisibleEnum.Visible]
    visible = [meta.name for meta in tables if meta.name not in hidden]
    check_names(path.name, sheets, workbook.sheet_names)
    left = [] if left is None else left
    is_empty = True
    for name in sheets or visible:
        sheet = _sheet(workbook, name, path)
        if sheet.height:
            is_empty = False
            grid = Grid(
                name, sheet.to_python(skip_empty_area=False), list(sheet.merged_cell_ranges or ())
            )
            yield grid_part(grid, path, rules, epoch_1904)
        elif sheets or len(visible) == 1:
            raise DataError(
                f'{path.name}, sheet "{name}": is empty; expected a header row and a line'
            )
    if is_empty:
        raise DataError(
            f"{path.name}: has no visible sheet with a cell; expected a header row and at least "
            "one line"
        )
    for name in () if sheets else hidden:
        rows = sum(map(filled, _sheet(workbook, name, path).iter_rows()))
        if rows > 1:
            left.append(LeftPart(path.name, name, _(HIDDEN), rows - 1))


def read_markup(
    path: Path,
    kind: str,
    sheets: Sequence[str],
    rules: HeaderRules,
    *,
    left: list[LeftPart] | None = None,
) -> Iterator[RawPart]:
    """The tables of a web page or the sheets of an XML Spreadsheet 2003, as parts.

    Raises
    ------
    DataError
        There is no table in it, or no such sheet.
    """
    left = [] if left is None else left
    if kind == WEB_PAGE:
        grids, others = web_page_tables(path)
        grids, others = ([*grids, *others], []) if sheets else (grids, others)
        left += [
            LeftPart(path.name, grid.name, _("a smaller table of the page"), len(grid.rows) - 1)
            for grid in others
        ]
        if len(grids) == 1 and not sheets:
            grids[0].name = ""
    else:
        grids = [grid for grid in xml_spreadsheet(path) if any(map(filled, grid.rows))]
        for grid in () if sheets else grids:
            if grid.hidden:
                left.append(LeftPart(path.name, grid.name, _(HIDDEN), len(grid.rows) - 1))
        grids = [grid for grid in grids if sheets or not grid.hidden]
    check_names(path.name, sheets, [grid.name for grid in grids])
    if not grids:
        raise nothing_in(path.name)
    for grid in grids:
        if not sheets or grid.name in sheets:
            yield grid_part(grid, path, rules)


def check_names(file: str, sheets: Sequence[str], known: Sequence[str]) -> None:
    """Refuse a sheet that a file does not have.

    Raises
    ------
    DataError
        A named sheet is not there; the nearest name is told.
    """
    for name in sheets:
        if name not in known:
            near = nearest_name(name, known)
            raise DataError(f'{file}: has no sheet "{name}"{near}; it has {", ".join(known)}')


def filled_sheets(path: Path, example: str, *, max_unpacked_mb: int = MAX_UNPACKED_MB) -> list[str]:
    """The names of a workbook's sheets that hold more than a header row and an example row.

    Raises
    ------
    DataError
        The file is no readable workbook.
    """
    workbook = _open(path, max_unpacked_mb)

    def has_rows(name: str) -> bool:
        rows = _sheet(workbook, name, path).iter_rows()
        body = (row for row in itertools.islice(rows, 1, None) if filled(row))
        return any(str(row[0]).strip() != example for row in body)

    return [name for name in workbook.sheet_names if has_rows(name)]


def sheet_names(path: Path) -> list[str]:
    """The names of all sheets of a workbook, of which none is read.

    Raises
    ------
    DataError
        The file is no readable workbook.
    """
    return _open(path, MAX_UNPACKED_MB).sheet_names


def first_rows(path: Path) -> dict[str, list[str]]:
    """The texts of every sheet's first row, by the sheet's name.

    Raises
    ------
    DataError
        The file is no readable workbook.
    """
    workbook = _open(path, MAX_UNPACKED_MB)
    rows = {
        name: _sheet(workbook, name, path).to_python(skip_empty_area=False, nrows=1)
        for name in workbook.sheet_names
    }
    return {
        name: [str(cell).strip() for cell in (first or [[]])[0]] for name, first in rows.items()
    }


def labelled_cells(path: Path, sheet: str, labels: Sequence[str]) -> dict[str, str]:
    """What stands to the right of some labels on a sheet; nothing where there is no such sheet."""
    workbook = _open(path, MAX_UNPACKED_MB)
    if sheet not in workbook.sheet_names:
        return {}
    answers = {}
    for row in _sheet(workbook, sheet, path).to_python(nrows=HEADER_SEARCH_ROWS):
        for label, answer in itertools.pairwise(row):
            if label in labels and cell_text(answer):
                answers[label] = str(cell_text(answer)).strip()
    return answers


def sheet_cells(
    path: Path, *, max_unpacked_mb: int = MAX_UNPACKED_MB
) -> dict[str, list[list[Any]]]:
    """The cells of every sheet of a workbook, hidden ones too, by the sheet's name.

    Raises
    ------
    DataError
        The file is no readable workbook.
    """
    workbook = _open(path, max_unpacked_mb)
    return {
        name: _sheet(workbook, name, path).to_python(skip_empty_area=False)
        for name in workbook.sheet_names
    }


def _open(path: Path, max_unpacked_mb: int) -> CalamineWorkbook:
    with path.open("rb") as file:
        signature = file.read(8)
    is_old = signature == OLE_SIGNATURE
    if signature[:2] == b"PK":
        check_archive(path, max_unpacked_mb)
    elif not is_old:
        raise DataError(f"{path.name}: is not an Excel workbook, though its name says so")
    with damage_told(path):
        check_extents(path)
        try:
            if _named_by_content(path, signature):
                return CalamineWorkbook.from_path(str(path))
            return CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        except PasswordError:
            raise _protected(path) from None
        except CalamineError:
            if is_old and "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
                raise _protected(path) from None
            raise


def _named_by_content(path: Path, signature: bytes) -> bool:
    """Whether the name leads the reader to the right kind; else it must try each on the bytes."""
    suffixes = (".xls",) if signature == OLE_SIGNATURE else (".xlsx", ".xlsm", ".xlsb", ".ods")
    return path.suffix.lower() in suffixes


def _protected(path: Path) -> DataError:
    return DataError(
        f"{path.name}: is protected by a password; save a copy without one (File > Info > "
        "Protect Workbook) and use that"
    )


def _uses_1904(path: Path) -> bool:
    """Whether the workbook counts dates from 1904, which matters for serials in number cells."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return False
        head = io.BytesIO(archive.read("xl/workbook.xml")).read().decode("utf-8", "replace")
    return re.search(r'date1904="(1|true)"', head) is not None


def _sheet(workbook: CalamineWorkbook, name: str, path: Path) -> CalamineSheet:
    with damage_told(path, part_label(path.name, name)):
        return workbook.get_sheet_by_name(name)


def grid_part(grid: Grid, path: Path, rules: HeaderRules, epoch_1904: bool = False) -> RawPart:
    """A grid of cells as a part: its header found, merged cells filled down, columns typed.

    Raises
    ------
    DataError
        The header is not found, or a used column's cells are formulas without stored values.
    """
    rows, file = grid.rows, path.name
    where = part_label(file, grid.name)
    rules = rules.laid_out(rows, where)
    skipped, header = find_header(rows[:HEADER_SEARCH_ROWS], rules, where)
    filled_rows = filled_down(rows, skipped, header, grid.merged)
    lines = plain_lines(rows, skipped, header, rules.layout, where)
    header, body, numbers = lines.header, lines.rows, lines.numbers
    columns = {
        name: cell_column([row[position] for row in body]) for position, name in enumerate(header)
    }
    data = pa.table({**columns, ROW: pa.array(numbers, pa.int64())})
    unstored = unstored_columns(grid, data, header, path, rules.needed, where)
    merged = tuple(grid.merged)
    return RawPart(
        file, grid.name, header, data, epoch_1904,
        merged=merged, filled=filled_rows, unstored=unstored,
        layout=rules.layout, controls=lines.controls,
    )  # fmt: skip


def cell_column(cells: list[Any]) -> pa.Array:
    """A column of cells as one type: whole numbers, numbers, dates, or else text."""
    kinds = set(map(type, cells)) - {str, type(None)}
    texts = any(isinstance(cell, str) and cell for cell in cells)
    if texts or not kinds or not (kinds <= {float, int} or kinds <= {dt.datetime, dt.date}):
        # A number cell of 1.234 beside texts like 12,50 must not look like a thousand.
        commas = any(isinstance(cell, str) and re.search(r"\d,\d", cell) for cell in cells)
        return pa.array([cell_text(cell, exact=commas) for cell in cells], pa.large_string())
    values = [None if cell == "" else cell for cell in cells]
    if kinds <= {float, int}:
        whole = all(value is None or float(value).is_integer() for value in values)
        fits = all(value is None or abs(value) < 2**53 for value in values)
        if whole and fits:
            return pa.array([None if v is None else int(v) for v in values], pa.int64())
        return pa.array(values, pa.float64())
    return pa.array([_moment(value) for value in values], pa.timestamp("us"))


def _moment(value: dt.date | None) -> dt.datetime | None:
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime(value.year, value.month, value.day)
