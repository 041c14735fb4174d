"""The empty input workbook: a sheet per canonical table, with notes, lists and one example row."""

import datetime as dt
import io
import os
import tempfile
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kamlib.data.examples import EXAMPLE_KEY, Cell, example_row
from kamlib.data.schema import TABLES, Column, Table
from kamlib.errors import DataError
from kamlib.output.template_readme import COLOURS, FONT, write_readme
from kamlib.words import _, number

_LAST_ROW = 1_048_575
_EMPTY_ROWS = 30
_CREATED = dt.datetime(2000, 1, 1)
_FIRST_DAY, _LAST_DAY = dt.date(1980, 1, 1), dt.date(2099, 12, 31)
_ANY_NUMBER = 1e15
_WIDTHS = {"text": 14, "number": 13, "date": 13, "flag": 10}
_WIDEST = 44
_A4 = 9
_COLUMNS_ON_A_PAGE = 13


def write_template(path: Path) -> None:
    """Write the empty input workbook; the same call gives the same bytes.

    Parameters
    ----------
    path
        The workbook's path, ending in ``.xlsx``; a file that is there is replaced.

    Raises
    ------
    DataError
        The folder does not exist, the name does not end in ``.xlsx``, or the file is open in
        another program.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise DataError(
            f'{path}: the template is an Excel workbook; expected a name like "{path.stem}.xlsx"'
        )
    if not path.parent.is_dir():
        raise DataError(f"{path}: there is no folder {path.parent}; make it first")
    _replace(path, _workbook_bytes())


def _replace(path: Path, content: bytes) -> None:
    """Write beside the target, then swap, so that a run cut off leaves no half workbook."""
    beside = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp", delete=False
        ) as file:
            beside = Path(file.name)
            file.write(content)
        beside.chmod(0o644)  # a temporary file is for its owner only
        os.replace(beside, path)
    except (PermissionError, IsADirectoryError) as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror}); close it if it is open in Excel, "
            "or choose another name"
        ) from None
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


def _workbook_bytes() -> bytes:
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as workbook:
        workbook.set_properties({"title": _("Input workbook"), "created": _CREATED})
        workbook.set_size(2400, 1400)
        workbook.formats[0].set_font_name(FONT)
        workbook.formats[0].set_font_size(10)
        write_readme(workbook)
        for table in TABLES.values():
            _write_sheet(workbook, table)
    return stream.getvalue()


def _write_sheet(workbook: Workbook, table: Table) -> None:
    sheet = workbook.add_worksheet(table.name)
    sheet.set_tab_color(COLOURS["required" if table.name == "transactions" else "optional"])
    example = example_row(table.name)
    headers = []
    for position, column in enumerate(table.columns):
        cells = workbook.add_format(_cell_style(column))
        sheet.set_column(position, position, _width(column, example.get(column.name)), cells)
        _write_cell(sheet, position, example.get(column.name), cells)
        _add_note(sheet, position, column, column.name in table.key)
        _add_validation(sheet, position, column)
        style = workbook.add_format(_header_style(column))
        headers.append({"header": column.name, "header_format": style, "format": cells})
    last = len(table.columns) - 1
    # Excel lets the table grow with what is typed or pasted below it.
    sheet.add_table(
        0, 0, 1 + _EMPTY_ROWS, last,
        {"name": table.name, "columns": headers, "style": "Table Style Light 15",
         "banded_rows": False},
    )  # fmt: skip
    _mark_example(workbook, sheet, last)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_LAST_ROW + 1}"})
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 24)
    sheet.set_selection(2, 0, 2, 0)
    _set_up_print(sheet, table)


def _write_cell(sheet: Worksheet, position: int, value: Cell | None, style: Format) -> None:
    if isinstance(value, str):
        sheet.write_string(1, position, value, style)
    elif isinstance(value, dt.date):
        sheet.write_datetime(1, position, value, style)
    elif value is not None:
        sheet.write_number(1, position, value, style)


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


def _width(column: Column, example: Cell | None) -> float:
    header = 1.2 * len(column.name) + 5  # room for the filter's arrow
    shown = len(example) + 4 if isinstance(example, str) else 0
    return min(max(_WIDTHS[column.kind], header, shown), _WIDEST)


def _add_note(sheet: Worksheet, position: int, column: Column, in_key: bool) -> None:
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
    sheet.data_validation(1, position, _LAST_ROW, position, rule)


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


def _mark_example(workbook: Workbook, sheet: Worksheet, last: int) -> None:
    """Grey italics while the row is the example; a row typed over it looks like any other."""
    style = {"italic": True, "font_color": COLOURS["example_text"], "bg_color": COLOURS["example"]}
    rule = {
        "type": "formula",
        "criteria": f'=TRIM($A2)="{EXAMPLE_KEY}"',
        "format": workbook.add_format(style),
    }
    sheet.conditional_format(1, 0, _LAST_ROW, last, rule)


def _set_up_print(sheet: Worksheet, table: Table) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(1 + (len(table.columns) - 1) // _COLUMNS_ON_A_PAGE, 0)
    sheet.set_header(f"&L&B{table.name}&B  {_(table.help).replace('&', '&&')}")
    sheet.set_footer(_("&L&F&RPage &P of &N"))
