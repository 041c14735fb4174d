"""Tables that are written as markup and called .xls: web pages and XML Spreadsheet 2003."""

import html.parser
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.data.files.encodings import text_encoding
from kamlib.data.files.extents import check_laid_out
from kamlib.data.files.parts import Merged, filled, part_label
from kamlib.errors import DataError

_SHEET_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_EXCEL_SPACE = "{urn:schemas-microsoft-com:office:excel}"
_MOST_DIGITS = 9
_NOT_SHOWN = ("script", "style", "head", "title")
_BREAKS = ("br", "p", "div", "li")


@dataclass
class Grid:
    """One table of markup: its cells by row and column, and the ranges that are one cell.

    ``file`` is the file's name in messages, ``size`` its bytes, which must pay for the cells.
    """

    name: str = ""
    rows: list[list[Any]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden: bool = False
    formulas: list[tuple[int, int]] = field(default_factory=list)
    file: str = ""
    size: int = 0
    width: int = 0
    merged_cells: int = 0

    def put(self, row: int, column: int, value: Any) -> None:
        """Set one cell; the grid grows as needed.

        Raises
        ------
        DataError
            The cell stands so far off that the grid cannot be laid out.
        """
        if column >= self.width or row >= len(self.rows):  # it grows
            self.width = max(self.width, column + 1)
            check_laid_out(self.label, max(len(self.rows), row + 1), self.width, self.size)
            self.rows += [[] for _new in range(row + 1 - len(self.rows))]
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = value

    def merge(self, row: int, column: int, down: int, across: int) -> None:
        """Take note that a cell reaches over so many rows and columns.

        Raises
        ------
        DataError
            Such cells reach over more than can be laid out.
        """
        self.merged.append(((row, column), (row + down - 1, column + across - 1)))
        self.merged_cells += down * across
        check_laid_out(self.label, 1, self.merged_cells, self.size)

    def even(self) -> None:
        """Give all rows the same width."""
        for cells in self.rows:
            cells += [""] * (self.width - len(cells))

    @property
    def label(self) -> str:
        """The table's name in messages."""
        return part_label(self.file, self.name)


def web_page_tables(path: Path) -> tuple[list[Grid], list[Grid]]:
    """The largest table of a web page with those of its shape, and the other tables with rows.

    Cells are texts; merged cells keep their columns. A report of several printed pages is several
    tables of one shape.

    Raises
    ------
    DataError
        The page has no table, perhaps as it is the page of a login.
    """
    reader = _Tables(path.name, path.stat().st_size)
    reader.feed(_page_text(path))
    reader.close()
    tables = [table.grid for table in reader.done if any(map(filled, table.grid.rows))]
    if not tables:
        raise DataError(
            f"{path.name}: is a web page without a table, such as a login or an error page; "
            "export again and look at the file in a browser"
        )
    for number, table in enumerate(tables, start=1):
        table.even()
        table.name = f"table {number}"
    largest = max(tables, key=lambda table: sum(map(_filled_cells, table.rows)))
    alike = [table for table in tables if len(table.rows[0]) == len(largest.rows[0]) > 1]
    alike = [table for table in alike if len(table.rows) > 1] or [largest]
    return alike, [t for t in tables if t not in alike and len(t.rows) > 1]


def _page_text(path: Path) -> str:
    content = path.read_bytes()
    told = re.search(rb"""<meta[^>]+charset=["']?([\w-]+)""", content[:8192], re.IGNORECASE)
    try:
        encoding = text_encoding(path)
    except DataError:
        encoding = "cp1252"
    if told and not encoding.startswith("utf"):
        encoding = told[1].decode("ascii")
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return content.decode("cp1252", "replace")


def _filled_cells(row: Sequence[Any]) -> int:
    return sum(bool(cell) for cell in row)


@dataclass
class _Table:
    grid: Grid
    row: int = -1
    column: int = 0
    cell: list[str] | None = None
    spans: tuple[int, int] = (1, 1)
    exact: str = ""
    taken: dict[tuple[int, int], bool] = field(default_factory=dict)


class _Tables(html.parser.HTMLParser):
    """All tables of a page, those in cells of others too."""

    def __init__(self, file: str, size: int) -> None:
        super().__init__(convert_charrefs=True)
        self.file, self.size = file, size
        self.open: list[_Table] = []
        self.done: list[_Table] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_SHOWN:
            self.unseen += 1
        elif tag in ("table", "tr", "td", "th"):
            self.unseen = 0
        if tag == "table":
            self.open.append(_Table(Grid(file=self.file, size=self.size)))
        if not self.open:
            return
        table = self.open[-1]
        if tag == "tr":
            self._end_cell(table)
            table.row, table.column = table.row + 1, 0
        elif tag in ("td", "th"):
            self._end_cell(table)
            self._start_cell(table, dict(attrs))
        elif tag in _BREAKS and table.cell:
            table.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NOT_SHOWN and self.unseen:
            self.unseen -= 1
        if not self.open:
            return
        if tag in ("td", "th", "tr", "table"):
            self._end_cell(self.open[-1])
        if tag == "table":
            self.done.append(self.open.pop())

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].cell is not None and not self.unseen:
            self.open[-1].cell.append(data)

    def close(self) -> None:
        super().close()
        while self.open:  # a page that was cut off
            self._end_cell(self.open[-1])
            self.done.append(self.open.pop())

    def _start_cell(self, table: _Table, attributes: dict[str, str | None]) -> None:
        table.row = max(table.row, 0)
        while (table.row, table.column) in table.taken:
            table.column += 1
        table.cell = []
        table.spans = (_span(attributes.get("rowspan")), _span(attributes.get("colspan")))
        table.exact = attributes.get("x:num") or attributes.get("sdval") or ""

    def _end_cell(self, table: _Table) -> None:
        if table.cell is None:
            return
        text = " ".join("".join(table.cell).split())
        (down, across), at = table.spans, (table.row, table.column)
        table.grid.put(*at, _exact(text, table.exact))
        if down > 1 or across > 1:
            table.grid.merge(*at, down, across)
            for row in range(at[0], at[0] + down):
                for column in range(at[1], at[1] + across):
                    table.taken[row, column] = True
        table.column += across
        table.cell = None


def _span(text: str | None) -> int:
    return min(max(_whole(text or "", 1), 1), 1000)


def _whole(text: str, otherwise: int) -> int:
    """A whole number as an attribute gives it; what is none, or too large, counts as not given."""
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else otherwise


def _exact(text: str, number: str) -> str:
    """The number that stands beside its shown form, unless the cell shows something else."""
    try:
        whole = str(abs(int(float(number))))
    except (ValueError, OverflowError):
        return text
    digits = re.sub(r"\D", "", text)
    return number if digits.startswith(whole) and len(re.findall(r"[-/.:]", text)) < 2 else text


def xml_spreadsheet(path: Path) -> list[Grid]:
    """The sheets of an XML Spreadsheet 2003, with numbers and dates as such.

    Raises
    ------
    DataError
        The XML is damaged or was cut off, or one of its cells stands far off from all others.
    """
    try:
        with path.open("rb") as file:
            return list(_sheets(file, path.name, path.stat().st_size))
    except ET.ParseError as error:
        raise DataError(
            f"{path.name}: is XML that is damaged or was cut off while copying ({error}); "
            "export it again"
        ) from None


def _sheets(file: Any, name: str, size: int) -> Iterator[Grid]:
    grid, row = Grid(), -1
    for event, element in ET.iterparse(file, events=("start", "end")):
        if event == "start":
            if element.tag == f"{_SHEET_SPACE}Worksheet":
                own = element.get(f"{_SHEET_SPACE}Name", "")
                grid, row = Grid(own, file=name, size=size), -1
            continue
        if element.tag == f"{_SHEET_SPACE}Row":
            row = _whole(element.get(f"{_SHEET_SPACE}Index", ""), row + 2) - 1
            _fill_row(grid, row, element)
            element.clear()
        elif element.tag == f"{_EXCEL_SPACE}Visible":
            grid.hidden = (element.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
        elif element.tag == f"{_SHEET_SPACE}Worksheet":
            grid.even()
            yield grid
            element.clear()


def _fill_row(grid: Grid, row: int, element: ET.Element) -> None:
    column = -1
    for cell in element.iterfind(f"{_SHEET_SPACE}Cell"):
        column = _whole(cell.get(f"{_SHEET_SPACE}Index", ""), column + 2) - 1
        data = cell.find(f"{_SHEET_SPACE}Data")
        if data is None and cell.get(f"{_SHEET_SPACE}Formula"):
            grid.formulas.append((row, column))
        if data is not None:  # a cell with a format only is none
            grid.put(row, column, _value(data))
        across = _merge(cell, "MergeAcross")
        down = _merge(cell, "MergeDown")
        if across or down:
            grid.merge(row, column, down + 1, across + 1)
        column += across


def _merge(cell: ET.Element, name: str) -> int:
    return _whole(cell.get(f"{_SHEET_SPACE}{name}", ""), 0)


def _value(data: ET.Element) -> Any:
    text = "".join(data.itertext())
    kind = data.get(f"{_SHEET_SPACE}Type", "String")
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return pd.Timestamp(text).to_pydatetime()
    except ValueError:
        return text
    return text == "1" if kind == "Boolean" else text
