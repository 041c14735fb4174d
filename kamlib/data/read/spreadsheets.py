"""Excel workbooks (.xlsx, .xlsm, .xls, .ods) as source parts, one per sheet."""

import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from kamlib.data.read.parts import (
    HEADER_SEARCH_ROWS,
    ROW,
    HeaderRules,
    RawPart,
    cell_text,
    filled,
    find_header,
)
from kamlib.errors import DataError, nearest_name

MAX_UNPACKED_MB = 4096
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMB_RATIO = 150
_BOMB_FLOOR_BYTES = 512 * 2**20


def read_sheets(
    path: Path, sheets: Sequence[str], rules: HeaderRules, *, max_unpacked_mb: int
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

    Raises
    ------
    DataError
        The file is no readable workbook, is protected, or has no such sheet.
    """
    workbook = _open(path, max_unpacked_mb)
    epoch_1904 = _uses_1904(path)
    visible = [meta.name for meta in workbook.sheets_metadata if "Visible" in str(meta.visible)]
    for name in sheets:
        if name not in workbook.sheet_names:
            near = nearest_name(name, workbook.sheet_names)
            shown = ", ".join(workbook.sheet_names)
            raise DataError(f'{path.name}: has no sheet "{name}"{near}; it has {shown}')
    for name in sheets or visible:
        sheet = _sheet(workbook, name, path)
        if sheet.height:
            yield _part(sheet, path.name, rules, epoch_1904)
        elif sheets or len(visible) == 1:
            raise DataError(
                f'{path.name}, sheet "{name}": is empty; expected a header row and a line'
            )


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
    if signature[:2] == b"PK":
        _check_archive(path, max_unpacked_mb)
    elif signature != _OLE_SIGNATURE:
        raise DataError(f"{path.name}: is not an Excel workbook, though its name says so")
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise _protected(path) from None
    except CalamineError as error:
        if (
            signature == _OLE_SIGNATURE
            and "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
        ):
            raise _protected(path) from None
        raise DataError(f"{path.name}: cannot be read, it seems damaged ({error})") from None


def _protected(path: Path) -> DataError:
    return DataError(
        f"{path.name}: is protected by a password; save a copy without one (File > Info > "
        "Protect Workbook) and use that"
    )


def _check_archive(path: Path, max_unpacked_mb: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise DataError(
            f"{path.name}: is damaged or was cut off while copying ({error}); copy it again"
        ) from None
    packed = max(path.stat().st_size, 1)
    bomb = unpacked > _BOMB_FLOOR_BYTES and unpacked / packed > _BOMB_RATIO
    if bomb or unpacked > max_unpacked_mb * 2**20:
        raise DataError(
            f"{path.name}: would unpack to {unpacked / 2**20:,.0f} MB from "
            f"{packed / 2**20:,.1f} MB; refused as a zip bomb (setting data.max_unpacked_mb)"
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
    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise DataError(f'{path.name}, sheet "{name}": is damaged ({error})') from None


def _part(sheet: CalamineSheet, file: str, rules: HeaderRules, epoch_1904: bool) -> RawPart:
    rows = sheet.to_python(skip_empty_area=False)
    where = f'{file}, sheet "{sheet.name}"'
    skipped, header = find_header(rows[:HEADER_SEARCH_ROWS], rules, where)
    numbers = [n for n, row in enumerate(rows[skipped:], start=skipped + 1) if filled(row)]
    body = [rows[number - 1] for number in numbers]
    columns = {
        name: cell_column([row[position] for row in body]) for position, name in enumerate(header)
    }
    data = pa.table({**columns, ROW: pa.array(numbers, pa.int64())})
    return RawPart(file, sheet.name, header, data, epoch_1904)


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
