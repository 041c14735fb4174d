"""A sheet to fill in: a table's columns with notes, lists and checks, and rows to begin with."""

import datetime as dt
from collections.abc import Mapping, Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kamlib.data.describe.examples import Cell
from kamlib.data.describe.schema import Column, Table
from kamlib.pack.template_readme import COLOURS, FONT
from kamlib.words import _, number

LAST_ROW = 1_048_575
CREATED = dt.datetime(2000, 1, 1)
_EMPTY_ROWS = 30
_FIRST_DAY, _LAST_DAY = dt.date(1980, 1, 1), dt.date(2099, 12, 31)
_ANY_NUMBER = 1e15
_WIDTHS = {"text": 14, "number": 13, "date": 13, "flag": 10}
_WIDEST = 44
_A4 = 9
_COLUMNS_ON_A_PAGE = 13
_FIRST_SHEET_DAY = dt.date(1901, 1, 1)  # earlier days are no dates in Excel


def new_workbook(stream: object, title: str) -> Workbook:
    """A workbook in the house's font; the same content gives the same bytes."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(stream, options)
    workbook.set_properties({"title": title, "created": CREATED})
    workbook.set_size(2400, 1400)
    workbook.formats[0].set_font_name(FONT)
    workbook.formats[0].set_font_size(10)
    return workbook


def write_sheet(
    workbook: Workbook,
    table: Table,
    rows: Sequence[Mapping[str, Cell]],
    *,
    wrap: bool = False,
    notes: Mapping[str, str] | None = None,
) -> Worksheet:
    """Add a table's sheet to fill in, with rows that it begins with and empty ones below.

    Parameters
    ----------
    rows
        Cells by canonical column; what a row does not name stays empty.
    wrap
        Whether long texts are shown in several lines.
    notes
        A sentence to add to the note on a column.
    """
    sheet = workbook.add_worksheet(table.name)
    sheet.set_tab_color(COLOURS["required" if table.name == "transactions" else "optional"])
    headers = []
    for position, column in enumerate(table.columns):
        shown = {"text_wrap": True, "valign": "top"} if wrap else {}
        cells = workbook.add_format(_cell_style(column) | shown)
        values = [row.get(column.name) for row in rows]
        sheet.set_column(position, position, _width(column, values), cells)
        for line, value in enumerate(values, start=1):
            write_cell(sheet, line, position, value, cells)
        extra = (notes or {}).get(column.name, "")
        _add_note(sheet, position, column, column.name in table.key, extra)
        _add_validation(sheet, position, column)
        style = workbook.add_format(_header_style(column))
        headers.append({"header": column.name, "header_format": style, "format": cells})
    last = len(table.columns) - 1
    # Excel lets the table grow with what is typed or pasted below it.
    sheet.add_table(
        0, 0, len(rows) + _EMPTY_ROWS, last,
        {"name": table.name, "columns": headers, "style": "Table Style Light 15",
         "banded_rows": False},
    )  # fmt: skip
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{LAST_ROW + 1}"})
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 24)
    sheet.set_selection(len(rows) + 1, 0, len(rows) + 1, 0)
    _set_up_print(sheet, table)
    return sheet


def write_cell(
    sheet: Worksheet, row: int, position: int, value: Cell | None, style: Format
) -> None:
    """Write a value as what it is: a text never as a formula, a day as a date."""
    if isinstance(value, str):
        sheet.write_string(row, position, value, style)
    elif isinstance(value, dt.date):
        if value < _FIRST_SHEET_DAY:
            sheet.write_string(row, position, value.isoformat(), style)
        else:
            sheet.write_datetime(row, position, value, style)
    elif value is not None:
        sheet.write_number(row, position, value, style)


def _header_style(column: Column) -> dict[str, object]:
    kind = "required" if column.required else "optional"
    return {
        "font_name": FONT, "font_size": 10, "bold": True, "valign": "vcenter",
        "indent": 1, "border": 1,
        "border_color": "#FFFFFF", "bg_color": COLOURS[kind],
        "font_color": COLOURS[f"{kind}_text"],
    }  # fmt: skip


def _cell_style(column: Column) -> dict[str, object]:
    style: dict[str, object] = {"font_name": FONT, "font_size": 10, "num_format": _format(column)}
    style["align"] = "right" if column.kind in ("number", "date") else "left"
    return style | {"indent": 1}  # else a number touches the text beside it


def _format(column: Column) -> str:
    if column.kind == "date":
        return "yyyy-mm-dd"
    if column.kind != "number":
        return "@"  # keeps 00123 as it is typed
    if column.unit == "0–1":
        return "0.00"
    return {"currency": "#,##0.00", "units": "General", "-2 to 2": "+0;-0;0"}.get(
        column.unit, "#,##0"
    )


def _width(column: Column, values: Sequence[Cell | None]) -> float:
    header = 1.2 * len(column.name) + 5  # room for the filter's arrow
    shown = max((len(value) + 4 for value in values if isinstance(value, str)), default=0)
    return min(max(_WIDTHS[column.kind], header, shown), _WIDEST)


def _add_note(sheet: Worksheet, position: int, column: Column, in_key: bool, extra: str) -> None:
    lines = [_(column.help)]
    if column.choices:
        lines.append(_("Allowed: {choices}").format(choices=", ".join(column.choices)))
    elif column.kind == "text":
        lines.append(_("Text; 00123 stays 00123"))
    elif column.kind == "date":
        lines.append(_("A date, as 2025-12-31"))
    else:
        lines.append(_("A number: {bounds}").format(bounds=_bounds(column)))
    if column.required:
        lines.append(_("Required"))
    elif in_key:
        lines.append(_("Tells rows apart: fill it in where you have it"))
    if extra:
        lines.append(extra)
    text = "\n".join(lines)
    rows = sum(1 + len(line) // 38 for line in lines)
    sheet.write_comment(
        0, position, text,
        {"author": "kam", "width": 250, "height": 16 * rows + 16, "font_name": FONT,
         "font_size": 9, "color": "#FFF9E5"},
    )  # fmt: skip


def _bounds(column: Column) -> str:
    if column.low is not None and column.high is not None:
        low, high = number(column.low, 0), number(column.high, 0)
        return _("{low} to {high}").format(low=low, high=high) + _unit(column)
    if column.low is not None:
        return _("{low} or more").format(low=number(column.low, 0)) + _unit(column)
    return _("any, negative too") + _unit(column)


def _unit(column: Column) -> str:
    if column.unit == "currency":
        return _(", in your currency, without its sign")
    plain = column.unit in ("people", "days", "hours", "units")
    return f", {_(column.unit)}" if plain else ""


def _add_validation(sheet: Worksheet, position: int, column: Column) -> None:
    rule = _rule(column, position)
    if rule is None:
        return
    title = _("{column}").format(column=column.name)[:32]
    rule |= {"error_title": title, "ignore_blank": True, "error_message": _refusal(column)}
    sheet.data_validation(1, position, LAST_ROW, position, rule)


def _rule(column: Column, position: int) -> dict[str, object] | None:
    if column.choices:
        return {"validate": "list", "source": list(column.choices)}
    if column.kind == "date":
        return {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY,
                "maximum": _LAST_DAY}  # fmt: skip
    if column.kind == "number":
        low = -_ANY_NUMBER if column.low is None else column.low
        high = _ANY_NUMBER if column.high is None else column.high
        return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    if column.name == "quarter":
        cell = xlsxwriter.utility.xl_rowcol_to_cell(1, position, col_abs=True)
        formula = (
            f'=AND(LEN({cell})=6,ISNUMBER(VALUE(LEFT({cell},4))),MID({cell},5,1)="Q",'
            f'ISNUMBER(FIND(RIGHT({cell},1),"1234")))'
        )
        return {"validate": "custom", "value": formula}
    return None


def _refusal(column: Column) -> str:
    if column.choices:
        return _("Choose one from the list, or leave the cell empty.")
    if column.kind == "date":
        return _("Give a date such as 2025-12-31, or leave the cell empty.")
    if column.kind == "number":
        return _("Give a number: {bounds}.").format(bounds=_bounds(column))
    return _("Give a quarter such as 2025Q4.")


def _set_up_print(sheet: Worksheet, table: Table) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(1 + (len(table.columns) - 1) // _COLUMNS_ON_A_PAGE, 0)
    sheet.set_header(f"&L&B{table.name}&B  {_(table.help).replace('&', '&&')}")
    sheet.set_footer(_("&L&F&RPage &P of &N"))
