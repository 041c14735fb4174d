"""What every sheet of the Excel workbook shares: names, styles, typed cells, print set-up."""

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.catalogue import START
from kamlib.data.book import Book
from kamlib.quarters import quarter_label
from kamlib.show.columns import EXCEL_FORMATS, Column, Kind
from kamlib.show.first_page import FirstPage
from kamlib.show.sentences import MARK
from kamlib.show.spec import Sheet
from kamlib.show.theme import ABC_COLOURS, ACCENT, CLASS_COLOURS, GRID, INK, MUTED, text_colour
from kamlib.words import AsItIs, _, day, shortened, shown_width, told
from kamlib.workbook.spoken import SpokenSheet

HEAD, LIVE_HEAD, INPUT, WARN = ABC_COLOURS["A"], "#7a4310", "#fff2b3", "#fde3cf"
# A cell to write in: framed, and open should somebody protect the sheet.
OPEN_CELL = {"border": 1, "border_color": "#c9ced6", "locked": False}
OWN_CELL = OPEN_CELL | {"bg_color": "#fffdf4"}  # for notes of whoever has the workbook
TAB_COLOURS = {
    "summary": ACCENT,
    "input": "#f2c230",
    "keys": HEAD,
    "work": "#2a7a54",
    "leaving": "#b85c14",
    "targets": "#5b3a86",
    "classes": ABC_COLOURS["B"],
    "data": MUTED,
}
BEHIND_TAB = "#b8bec7"  # of what is reached from the sheet More
MAX_TEXT = 32_767  # Excel's limit for one cell
MAX_LINKS = 65_000  # Excel's limit for one sheet is 65,530; some lead elsewhere
YES = _("yes")
EXCEL_ZERO = pd.Timestamp("1899-12-30")  # Excel counts days from here
CHIPPED = {
    *("abc", "xyz", "cell", "from_cell", "to_cell", "cell_before"),
    *("xyz_frequency", "xyz_gap_cv", "xyz_value_cv", "abc_revenue", "abc_margin"),
}


_QUOTED = re.compile(r'"(?:[^"]|"")*"')  # a text in a formula
_OF_SHEET = re.compile(r"'((?:[^']|'')*)'!")
_NAME = re.compile(r"\b[a-z_][a-z0-9_]*\b")


class PlainFormulas(SpokenSheet):
    """A sheet whose formulas use old functions only.

    XlsxWriter looks for 30 new ones in each formula, which takes most of the time of 100,000
    formulas. Should a new version prepare formulas elsewhere, they are right and slow again.

    Numbers have twelve significant digits, as in the tables: the last digits of a sum are the
    processor's own.
    """

    def _write_number(self, row: int, col: int, number: float, *look: Any) -> int:
        return super()._write_number(row, col, _plain(number), *look)

    def _write_formula(
        self, row: int, col: int, formula: str, look: Format | None = None, value: Any = 0
    ) -> int:
        value = _plain(value) if isinstance(value, float) else value
        return super()._write_formula(row, col, formula, look, value)

    def _prepare_formula(self, formula: str, *_options: object) -> str:
        return formula.removeprefix("=")


class StandingSheet(PlainFormulas):
    """A sheet of the second workbook: what refers to the first one stands as its value."""

    elsewhere: frozenset[str] = frozenset()  # the names of the first workbook's cells
    there: frozenset[str] = frozenset()  # and of its sheets

    def _write_formula(
        self, row: int, col: int, formula: str, look: Format | None = None, value: Any = 0
    ) -> int:
        bare = _QUOTED.sub("", formula)
        sheets = {name.replace("''", "'") for name in _OF_SHEET.findall(bare)}
        names = _NAME.findall(_OF_SHEET.sub("", bare))
        if not (sheets & self.there or self.elsewhere.intersection(names)):
            return super()._write_formula(row, col, formula, look, value)
        if value == "":
            return self._write_blank(row, col, None, look)
        write = self._write_string if isinstance(value, str) else self._write_number
        return write(row, col, value, look)


@dataclass
class Desk:
    """The open workbook, what it is made of, and its styles, each made once.

    ``specs`` says of each sheet how it is told; ``dossiers`` has the address of each account's
    dossier; ``links`` counts a sheet's links; ``caveats`` has what is to be known of the rows
    that a sheet rests on. The titles of the sheets ``behind`` another one, named in ``index``,
    lead back to it; ``beside`` says of each sheet of the workbook ``other`` how it is told.
    """

    workbook: Workbook
    book: Book
    tables: Mapping[str, pd.DataFrame]
    sheets: dict[str, Worksheet] = field(default_factory=dict)
    specs: dict[str, Sheet] = field(default_factory=dict)
    styles: dict[tuple, Format] = field(default_factory=dict)
    dossiers: Mapping[str, str] = field(default_factory=dict)
    links: Counter[str] = field(default_factory=Counter)
    caveats: Mapping[str, str] = field(default_factory=dict)
    index: str = ""
    behind: frozenset[str] = frozenset()
    other: str = ""
    beside: Mapping[str, Sheet] = field(default_factory=dict)
    first: FirstPage | None = None  # what the sheet Start repeats of the first page
    layout: Any = None  # where the accounts stand: kamlib.workbook.accounts.Layout

    @property
    def second(self) -> bool:
        """Whether this is the workbook beside the one that has the sheet Start."""
        return START.name not in self.sheets

    @property
    def currency(self) -> str:
        """The currency of all money."""
        return self.book.dataset.currency

    def style(self, kind: Kind | None = None, **properties: Any) -> Format:
        """A cell style: the number format of a kind of value, and more properties."""
        if kind:
            centred = {"align": "center"} if kind == "class" else {}
            properties = {"num_format": EXCEL_FORMATS[kind], **centred, **properties}
        key = tuple(sorted(properties.items()))
        if key not in self.styles:
            self.styles[key] = self.workbook.add_format({"font_color": INK, **properties})
        return self.styles[key]

    def body(self, kind: Kind, **properties: Any) -> Format:
        """The style of a table's cell."""
        lines = {"bottom": 1, "bottom_color": GRID, "valign": "top"}
        # Room between a number and the text to its right.
        room = (
            {"indent": 1, "align": "left"} if kind == "text" and "align" not in properties else {}
        )
        return self.style(kind, **lines, **room, **properties)

    def head(self, *, live: bool = False, numeric: bool = False) -> Format:
        """The style of a table's heading; what is calculated from the cut-offs has its own."""
        return self.style(
            bold=True,
            font_color="#ffffff",
            bg_color=LIVE_HEAD if live else HEAD,
            text_wrap=True,
            valign="vcenter",
            align="right" if numeric else "left",
            indent=0 if numeric else 1,
            border=1,
            border_color="#ffffff",
        )

    def sheet(self, name: str, title: str, note: str = "", *, gridlines: bool = False) -> Worksheet:
        """A sheet with its title in the first row, a note below, and its print set-up."""
        sheet = self.sheets[name]
        sheet.hide_gridlines(1 if gridlines else 2)
        grey = name in self.behind and not self.second
        sheet.set_tab_color(BEHIND_TAB if grey else TAB_COLOURS[self.specs[name].tab])
        sheet.set_row(0, 26)
        style = self.style(bold=True, font_size=18, font_color=HEAD, valign="vcenter")
        if name in self.behind:
            back = _("Back to the sheet {sheet}").format(sheet=self.index)
            sheet.write_url(0, 0, f"internal:'{self.index}'!A1", style, title, back)
        else:
            sheet.write_string(0, 0, title, style)
        if self.book.short_data and self.specs[name].tab not in ("data", "summary"):
            short = _("A year is {span} here.").format(span=self.book.year_words)
            note = AsItIs(f"{told(note)} {told(short)}".strip())
        if self.caveats.get(name):
            note = AsItIs(f"{told(note)} {MARK} {told(self.caveats[name])}".strip())
        if note:
            sheet.write_string(1, 0, note, self.style(font_color=MUTED))
        self._print_set_up(sheet, name)
        return sheet

    def heading(self, sheet: Worksheet, row: int, col: int, text: str) -> None:
        """A heading within a sheet."""
        style = self.style(bold=True, font_size=13, font_color=HEAD)
        sheet.write_string(row, col, text, style)

    def note(self, sheet: Worksheet, row: int, col: int, text: str) -> None:
        """A remark in small grey letters."""
        sheet.write_string(row, col, text, self.style(font_color=MUTED, italic=True))

    def banner(self, sheet: Worksheet, row: int = 2, *, formula: str = "=cuts_banner") -> None:
        """A line that speaks up when the cut-offs are no longer those of the pack."""
        style = self.style(bold=True, font_color=LIVE_HEAD)
        sheet.write_formula(row, 0, formula, style, "")

    def account(
        self, sheet: Worksheet, row: int, col: int, account: Any, **properties: Any
    ) -> None:
        """An account's cell: a text that leads to the account's dossier, where there is one."""
        address = self.dossiers.get(account) if isinstance(account, str) else None
        if address is None or self.links[sheet.name] == MAX_LINKS:
            account = AsItIs(account) if isinstance(account, str) else account
            put(sheet, row, col, account, self.body("text", **properties))
            return
        style = self.body("text", font_color=ACCENT, underline=1, **properties)
        sheet.write_url(row, col, f"external:{address}", style, string=clean(AsItIs(account)))
        self.links[sheet.name] += 1

    def name(self, name: str, sheet: str, row: int, col: int) -> None:
        """Give a cell a name that formulas can use."""
        self.workbook.define_name(name, f"={at(sheet, row, col)}")

    def _print_set_up(self, sheet: Worksheet, name: str) -> None:
        title = short(self.book.dataset.title, 60).replace("&", "&&")
        day_of = told(_("as of {day}").format(day=day(self.book.as_of)))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.set_header(f"&L&B{title}&B  {self.book.quarter_name}, {day_of}&R{sheet.get_name()}")
        page = told(_("Page {page} of {pages}").format(page="&P", pages="&N"))
        sheet.set_footer(f"&L{title}  {self.book.quarter_name}&R{page}")


def put(sheet: Worksheet, row: int, col: int, value: Any, style: Format) -> None:
    """Write one value as what it is; what is unknown or infinite stays blank.

    A text is always a text, whatever it begins with.
    """
    if value is None or value is pd.NaT or value is pd.NA or value == "":
        sheet.write_blank(row, col, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, col, clean(value), style)
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, col, value.to_pydatetime().replace(tzinfo=None), style)
    elif isinstance(value, pd.Period | tuple | list):
        sheet.write_string(row, col, clean(quarter_label(value)), style)
    elif hasattr(value, "dtype") and value.dtype == bool or isinstance(value, bool):
        put(sheet, row, col, YES if value else "", style)
    elif math.isfinite(value):
        sheet.write_number(row, col, float(value), style)
    else:
        sheet.write_blank(row, col, None, style)


def _plain(number: float) -> float:
    """Whole numbers stay as they are: keys may have more digits."""
    return number if float(number).is_integer() else float(f"{number:.12g}")


def shown(value: Any) -> Any:
    """A value as a formula's stored result."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return YES if value else ""
    if isinstance(value, pd.Timestamp):
        return (value - EXCEL_ZERO) / pd.Timedelta(days=1)
    return "" if value is None or pd.isna(value) or math.isinf(value) else float(value)


def dress(chart: Chart, title: str, *, width: int, rows: int, **axis: object) -> None:
    """A chart's title, axis of amounts and legend above; so many rows of a sheet high."""
    chart.set_title({"name": title, "name_font": {"size": 12}})
    grid = {"visible": True, "line": {"color": GRID}}
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": grid, **axis})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": width, "height": 20 * rows - 10})


def constant(value: float) -> str:
    """A number as a formula writes it; an empty text where it is unknown."""
    return '""' if pd.isna(value) else repr(float(value))


def clean(text: str) -> str:
    """A text as Excel can hold it: within its limit, without half characters."""
    kind = AsItIs if isinstance(text, AsItIs) else str
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    return kind(text.encode("utf-8", "replace").decode("utf-8"))


def short(text: str, width: int = 26) -> str:
    """A name for a chart's axis: one line, at most ``width`` columns; a Chinese sign takes two."""
    return shortened(" ".join(clean(told(text)).split()), width)


def quoted(text: str) -> str:
    """A text inside a formula."""
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def at(sheet: str, row: int, col: int) -> str:
    """The absolute address of a cell, with its sheet."""
    return f"{_sheet(sheet)}!{xl_rowcol_to_cell(row, col, row_abs=True, col_abs=True)}"


def area(sheet: str, first: int, last: int, col: int, last_col: int | None = None) -> str:
    """The absolute address of a range, with its sheet."""
    return (
        f"{_sheet(sheet)}!{xl_range_abs(first, col, last, col if last_col is None else last_col)}"
    )


def set_widths(
    sheet: Worksheet, columns: Iterable[Column], col: int = 0, *, folded: Container[str] = ()
) -> None:
    """Set the widths of columns side by side, room for the longest word of a heading included.

    Columns that are named in ``folded`` are hidden behind a + above the columns.
    """
    before = False
    for offset, column in enumerate(columns, col):
        longest = max(map(shown_width, told(column.label).split()))
        hidden = column.name in folded
        options = {"level": 1, "hidden": True} if hidden else {"collapsed": before}
        sheet.set_column(offset, offset, max(column.width, longest + 3), None, options)
        before = hidden
    if before:
        sheet.set_column(offset + 1, offset + 1, None, None, {"collapsed": True})


def chips(desk: Desk, sheet: Worksheet, first: int, col: int, last: int, last_col: int) -> None:
    """Colour cells by the class that they hold ("A", "X") or, for a place ("AX"), by its ABC."""
    corner = xl_rowcol_to_cell(first, col)
    for letter, colour in CLASS_COLOURS.items():
        look = desk.workbook.add_format({"bg_color": colour, "font_color": text_colour(colour)})
        # A place begins with its ABC class, so no other letter begins a longer text.
        rule = {"type": "formula", "criteria": f'=LEFT({corner},1)="{letter}"', "format": look}
        sheet.conditional_format(first, col, last, last_col, rule)


def heat(sheet: Worksheet, first: int, col: int, last: int, last_col: int) -> None:
    """Colour numbers from pale to middle blue, on which dark ink still reads well."""
    rule = {"type": "2_color_scale", "min_color": "#f4f8fc", "max_color": ABC_COLOURS["C"]}
    sheet.conditional_format(first, col, last, last_col, rule)


def _sheet(name: str) -> str:
    doubled = name.replace("'", "''")
    return f"'{doubled}'"
