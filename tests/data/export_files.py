"""Sheets of cells as files of every container that people send."""

import csv
import datetime as dt
import html
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from export_words import NATIONAL

Cell = str | int | Decimal | dt.datetime | None


@dataclass(frozen=True)
class Grid:
    """A sheet or file: its rows with all headers, or its finished text.

    ``state`` is "file" for a file of its own, "hidden" for a hidden sheet, else empty.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    state: str = ""
    merged: bool = False
    header_rows: int = 1
    text: str = ""


def write_files(grids: Sequence[Grid], folder: Path, container: str, language: str) -> list[Path]:
    """Write sheets or files into a folder; the container says how, and under which name."""
    folder.mkdir(parents=True, exist_ok=True)
    single = all(grid.state != "file" for grid in grids)
    groups = [(grids[0].name, grids)] if single else [(grid.name, [grid]) for grid in grids]
    files = []
    for name, group in groups:
        stem, kind = (f"sales_{name}" if not single else "sales"), _KINDS.get(container, ".csv")
        file = folder / f"{stem}{'.txt' if group[0].text else kind}"
        file.write_bytes(_content(group, container, language))
        files.append(file)
    return files


_KINDS = {
    "xlsx": ".xlsx",
    "xlsx text": ".xlsx",
    "xlsx named xls": ".xls",
    "tab named xls": ".xls",
    "html named xls": ".xls",
    "xml named xls": ".xls",
    "zip": ".zip",
}


def _content(grids: Sequence[Grid], container: str, language: str) -> bytes:
    if container.startswith("xlsx"):
        return _workbook(grids, text_only=container == "xlsx text")
    if container == "html named xls":
        return _page(grids[0]).encode()
    if container == "xml named xls":
        return _spreadsheet_2003(grids[0]).encode()
    delimiter = {"csv semicolon": ";", "csv tab": "\t", "csv pipe": "|", "tab named xls": "\t"}
    text = grids[0].text or _csv(grids[0], delimiter.get(container, ","))
    if container == "csv CR":
        text = text.replace("\n", "\r")
    if container == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("export/sales.csv", text)
        return packed.getvalue()
    encodings = {"csv signed utf-8": "utf-8-sig", "csv utf-16": "utf-16"}
    encoding = NATIONAL[language] if container == "csv national" else encodings.get(container)
    try:
        return text.encode(encoding or "utf-8")
    except UnicodeEncodeError:  # a sign that the old code page does not have
        return text.encode("utf-8")


def _csv(grid: Grid, delimiter: str) -> str:
    out = io.StringIO()
    width = max(map(len, grid.rows))
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for row in grid.rows:
        cells = ["" if cell is None else str(cell) for cell in row]
        writer.writerow([*cells, *[""] * (width - len(cells))])
    return out.getvalue()


def _workbook(grids: Sequence[Grid], *, text_only: bool) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        if grid.state == "hidden":
            sheet.hide()
        for number, row in enumerate(grid.rows):
            for place, cell in enumerate(row):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(number, place, cell)
                elif isinstance(cell, int | Decimal) and not text_only:
                    sheet.write_number(number, place, float(cell))
                elif cell is not None:
                    sheet.write_string(number, place, str(cell))
        if grid.merged:
            _merge(book, sheet, grid)
    book.close()
    return out.getvalue()


def _merge(book: xlsxwriter.Workbook, sheet: object, grid: Grid) -> None:
    """Merge each filled cell of the first columns with the empty ones below it."""
    form = book.add_format({"valign": "top"})
    rows = grid.rows
    for place in (0, 1, 2, 3):
        start = grid.header_rows
        for number in range(grid.header_rows + 1, len(rows) + 1):
            if number < len(rows) and rows[number][place] is None:
                continue
            if number - start > 1:
                value = rows[start][place]
                value = float(value) if isinstance(value, int | Decimal) else value
                sheet.merge_range(start, place, number - 1, place, value, form)
            start = number


def _page(grid: Grid) -> str:
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(_shown(cell))}</td>" for cell in row) + "</tr>"
        for row in grid.rows
    )
    return f'<html><head><meta charset="utf-8"></head><body><table>{rows}</table></body></html>'


def _spreadsheet_2003(grid: Grid) -> str:
    def cell_of(cell: Cell) -> str:
        kind = "Number" if isinstance(cell, int | Decimal) else "String"
        return f'<Cell><Data ss:Type="{kind}">{html.escape(_shown(cell))}</Data></Cell>'

    rows = "".join("<Row>" + "".join(map(cell_of, row)) + "</Row>" for row in grid.rows)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}" '
        f'xmlns:ss="{space}"><Worksheet ss:Name="Sales"><Table>{rows}</Table></Worksheet>'
        "</Workbook>"
    )


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell)
