"""The empty input workbook: how to fill it in, and a sheet per canonical table."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kamlib.data.describe.examples import example_row
from kamlib.data.describe.schema import (
    COMPANY_LABEL,
    CURRENCY_LABEL,
    EXAMPLE_KEY,
    README_SHEET,
    TABLES,
    YEAR_LABEL,
    Cell,
    Column,
    Table,
)
from kamlib.data.describe.titles import FRONT, LANGUAGES, column_title, sheet_title
from kamlib.data.describe.value_words import choice_word
from kamlib.errors import DataError
from kamlib.pack.files import write_input_workbook
from kamlib.pack.help_texts import HELP_TEXTS
from kamlib.words import AsItIs, _, number, shown_width, speaking, told
from kamlib.workbook.spoken import MESSAGE, TITLE, SpokenSheet

FONT = "Calibri"
COLOURS = {
    "required": "#0B2F5B",
    "required_text": "#FFFFFF",
    "optional": "#CFE0F0",
    "optional_text": "#0B2F5B",
    "example": "#F3F4F6",
    "example_text": "#6B7280",
    "ink": "#1F2933",
    "muted": "#5F6B7A",
    "line": "#C9D2DC",
}
_A4 = 9
_README_WIDTHS = (2, 16, 56, 66, 28)
_NARROW = 1.08  # so many more letters than its width says go into a cell with names
LAST_ROW = 1_048_575
DROP_ROWS = 5_000  # rows with drop-down lists: a million make other programs hang
CREATED = dt.datetime(2000, 1, 1)
_EMPTY_ROWS = 30
_FIRST_DAY, _LAST_DAY = dt.date(1980, 1, 1), dt.date(2099, 12, 31)
_ANY_NUMBER = 1e15
_KIND_WIDTHS = {"text": 14, "number": 13, "date": 13, "flag": 10}
_WIDEST = 44
_NOTE_WIDTH = 38  # letters in a line of a note
_COLUMNS_ON_A_PAGE = 13
_FIRST_SHEET_DAY = dt.date(1901, 1, 1)  # earlier days are no dates in Excel


def write_template(path: Path, language: str = "en") -> None:
    """Write the empty input workbook; the same call gives the same bytes.

    Parameters
    ----------
    path
        The workbook's path, ending in ``.xlsx``; a file that is there is replaced.
    language
        Of all that it says: ``en``, ``zh`` or ``ru``; the workbook is read back in each.

    Raises
    ------
    DataError
        The folder does not exist, the name does not end in ``.xlsx``, or the file is open in
        another program.
    """
    if language not in LANGUAGES:
        raise DataError(
            f'template: there is none in "{language}"; expected one of {", ".join(LANGUAGES)}'
        )
    if language not in HELP_TEXTS:
        content = _workbook_bytes(language)
    else:
        with speaking(language, HELP_TEXTS[language]):
            content = _workbook_bytes(language)
    write_input_workbook(path, content)


def _workbook_bytes(language: str) -> bytes:
    stream = io.BytesIO()
    with new_workbook(stream, _("Input workbook")) as workbook:
        write_readme(workbook, language)
        for table in TABLES.values():
            example = example_row(table.name, language)
            sheet = write_sheet(workbook, table, [example], language=language)
            _mark_example(workbook, sheet, len(table.columns) - 1)
    return stream.getvalue()


def _mark_example(workbook: Workbook, sheet: Worksheet, last: int) -> None:
    """Grey italics while the row is the example; a row typed over it looks like any other."""
    style = {"italic": True, "font_color": COLOURS["example_text"], "bg_color": COLOURS["example"]}
    rule = {
        "type": "formula",
        "criteria": f'=TRIM($A2)="{EXAMPLE_KEY}"',
        "format": workbook.add_format(style),
    }
    sheet.conditional_format(1, 0, LAST_ROW, last, rule)


def write_readme(workbook: Workbook, language: str = "en") -> None:
    """Add the first sheet to the workbook."""
    name, *labels = FRONT.get(language, (README_SHEET, COMPANY_LABEL, CURRENCY_LABEL, YEAR_LABEL))
    sheet = workbook.add_worksheet(name, SpokenSheet)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(COLOURS["muted"])
    for position, width in enumerate(_readme_widths(language)):
        sheet.set_column(position, position, width)
    title = readme_style(workbook, font_size=20, bold=True, font_color=COLOURS["required"])
    sheet.set_row(0, 36)
    sheet.write_string(0, 1, _("Your sales and accounts: the input workbook"), title)
    lead = readme_style(workbook, font_size=11, font_color=COLOURS["muted"])
    text = _(
        "One sheet per table. Only transactions is required; every other sheet adds something."
    )
    sheet.write_string(1, 1, text, lead)
    row = _write_answers(workbook, sheet, 3, labels)
    row = _write_steps(workbook, sheet, row + 1)
    row = _write_legend(workbook, sheet, row + 1)
    row = _write_tables(workbook, sheet, row + 1, language)
    set_up_print(sheet, row, len(_README_WIDTHS))


def _readme_widths(language: str) -> tuple[float, ...]:
    """The widths of the first sheet's columns; the names of sheets are never broken."""
    names = max(shown_width(sheet_title(table, language)) for table in TABLES)
    return (_README_WIDTHS[0], max(_README_WIDTHS[1], 1.2 * names), *_README_WIDTHS[2:])


def _write_answers(workbook: Workbook, sheet: Worksheet, row: int, labels: Sequence[str]) -> int:
    """Three cells to fill in: what stands on every page."""
    write_heading(workbook, sheet, row, _("Your company"))
    label = readme_style(workbook, bold=True)
    answer = readme_style(workbook, bg_color="#FFF8DC", border=1, border_color=COLOURS["line"])
    asked = (
        (labels[0], _("The name that stands on every page")),
        (labels[1], _("Of all amounts, such as EUR or USD")),
        (labels[2], _("A number, such as 2 for February; empty for January")),
    )
    plain = readme_style(workbook, indent=1, font_color=COLOURS["muted"])
    for name, about in asked:
        row += 1
        sheet.write_string(row, 1, AsItIs(name), label)
        sheet.write_blank(row, 2, None, answer)
        sheet.write_string(row, 3, about, plain)
    return row + 1


def _write_steps(workbook: Workbook, sheet: Worksheet, row: int) -> int:
    write_heading(workbook, sheet, row, _("How to fill it in"))
    plain = readme_style(workbook, text_wrap=True, valign="top")
    for index, text in enumerate(_steps(), start=1):
        row += 1
        sheet.merge_range(row, 1, row, 4, f"{index}.  {text}", plain)
        sheet.set_row(row, _height(told(text), sum(_README_WIDTHS[1:])))
    return row + 1


def _steps() -> tuple[str, ...]:
    return (
        _("Begin with transactions: one row per invoiced or credited line. Paste it from your "
          "system below the header, as values; returns are negative."),
        _("Keep the header row as it is. Columns you do not have stay empty, and so do sheets."),
        _("Rest the pointer on a column's name: a note says what belongs there and in which unit."),
        _("Write the same code for the same account, product line and manager on every sheet. "
          "Codes are text: 00123 stays 00123."),
        _("Cells with a fixed set of answers open a list. Dates are dates, amounts are plain "
          "numbers in one currency."),
        _("Row 2 of each sheet is an example. Rows whose first cell is {key} are never read; "
          "leave it or type over it.").format(key=EXAMPLE_KEY),
        _("Save, then: kam check FILE.xlsx says what is read and what is doubtful; "
          "kam report FILE.xlsx writes the pages."),
    )  # fmt: skip


def _write_legend(workbook: Workbook, sheet: Worksheet, row: int) -> int:
    write_heading(workbook, sheet, row, _("Colours"))
    plain = readme_style(workbook, indent=1)
    samples = (
        ({"bold": True, "bg_color": COLOURS["required"], "font_color": "#FFFFFF"},
         _("required"), _("A row without it cannot be used.")),
        ({"bold": True, "bg_color": COLOURS["optional"], "font_color": COLOURS["required"]},
         _("optional"), _("Fill it in where you have it.")),
        ({"italic": True, "bg_color": COLOURS["example"], "font_color": COLOURS["example_text"]},
         AsItIs(EXAMPLE_KEY), _("The example row, never read.")),
    )  # fmt: skip
    for style, label, text in samples:
        row += 1
        sheet.write_string(row, 1, label, readme_style(workbook, **style))
        sheet.write_string(row, 2, text, plain)
    return row + 1


def _write_tables(workbook: Workbook, sheet: Worksheet, row: int, language: str) -> int:
    write_heading(workbook, sheet, row, _("The sheets"))
    head = readme_style(workbook, bold=True, bottom=1, bottom_color=COLOURS["required"])
    line = {"bottom": 1, "bottom_color": COLOURS["line"], "valign": "top", "text_wrap": True}
    cell = readme_style(workbook, **line)
    link = readme_style(workbook, **line, bold=True, underline=1, font_color=COLOURS["required"])
    row += 1
    titles = (_("Sheet"), _("One row is …"), _("What it is needed for"), _("Required columns"))
    sheet.write_row(row, 1, titles, head)
    for table in TABLES.values():
        row += 1
        name = sheet_title(table.name, language)
        sheet.write_url(row, 1, f"internal:'{name}'!A1", link, AsItIs(name))
        sheet.write_string(row, 2, _(table.help), cell)
        sheet.write_string(row, 3, table.used_for, cell)
        titles = (column_title(table.name, column, language) for column in table.required)
        required = ", ".join(titles)
        sheet.write_string(row, 4, AsItIs(required), cell)
        shown = (name, told(_(table.help)), told(table.used_for), required)
        widths = (*_readme_widths(language)[1:4], _README_WIDTHS[4] * _NARROW)
        sheet.set_row(row, max(map(_height, shown, widths)))
    return row + 1


def _height(text: str, width: float) -> int:
    """The height of a row that shows a text in cells of that width."""
    return 17 + 14 * int(shown_width(text) // width)


def write_heading(workbook: Workbook, sheet: Worksheet, row: int, text: str) -> None:
    """A heading on a sheet that is read, not filled in."""
    heading = readme_style(workbook, font_size=13, bold=True, font_color=COLOURS["required"])
    sheet.set_row(row, 22)
    sheet.write_string(row, 1, text, heading)


def readme_style(workbook: Workbook, **properties: object) -> Format:
    """The plain style of such a sheet, with some properties changed."""
    base = {"font_name": FONT, "font_size": 10, "font_color": COLOURS["ink"], "valign": "vcenter"}
    return workbook.add_format(base | properties)


def set_up_print(sheet: Worksheet, last_row: int, columns: int) -> None:
    """A sheet that is read, on one page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_area(0, 0, last_row, columns - 1)
    sheet.fit_to_pages(1, 1)
    sheet.set_footer(told(_("&L&F&RPage &P of &N")))


def new_workbook(stream: object, title: str) -> Workbook:
    """A workbook in the house's font; the same content gives the same bytes."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(stream, options)
    workbook.set_properties({"title": told(title), "created": CREATED})
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
    language: str = "en",
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
    language
        Of the sheet's name, the headers and the answers in lists.
    """
    sheet = workbook.add_worksheet(sheet_title(table.name, language))
    sheet.set_tab_color(COLOURS["required" if table.name == "transactions" else "optional"])
    headers = []
    for position, column in enumerate(_columns(table, language)):
        shown = {"text_wrap": True, "valign": "top"} if wrap else {}
        cells = workbook.add_format(_cell_style(column) | shown)
        values = [row.get(column.name) for row in rows]
        title = column_title(table.name, column.name, language)
        sheet.set_column(position, position, _width(column, title, values), cells)
        for line, value in enumerate(values, start=1):
            write_cell(sheet, line, position, value, cells)
        extra = (notes or {}).get(column.name, "")
        _add_note(sheet, position, column, column.name in table.key, extra)
        _add_validation(sheet, position, column, title)
        style = workbook.add_format(_header_style(column))
        headers.append({"header": title, "header_format": style, "format": cells})
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
    _set_up_print(sheet, table, language)
    return sheet


def _columns(table: Table, language: str) -> list[Column]:
    """The table's columns, with answers in the language."""
    return [
        replace(
            column,
            choices=tuple(
                choice_word(table.name, column, choice, language) for choice in column.choices
            ),
        )
        for column in table.columns
    ]


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


def _width(column: Column, title: str, values: Sequence[Cell | None]) -> float:
    header = 1.2 * shown_width(title) + 5  # room for the filter's arrow
    shown = max((shown_width(value) + 4 for value in values if isinstance(value, str)), default=0)
    return min(max(_KIND_WIDTHS[column.kind], header, shown), _WIDEST)


def _add_note(sheet: Worksheet, position: int, column: Column, in_key: bool, extra: str) -> None:
    lines = [_(column.help)]
    if column.choices:
        allowed = told(_("Allowed: {choices}"))
        lines.append(AsItIs(allowed.format(choices=", ".join(column.choices))))
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
    lines = [told(line) for line in lines]
    text = "\n".join(lines)
    rows = sum(1 + shown_width(line) // _NOTE_WIDTH for line in lines)
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
    return _(", {unit}").format(unit=_(column.unit)) if plain else ""


def _add_validation(sheet: Worksheet, position: int, column: Column, title: str) -> None:
    rule = _rule(column, position)
    if rule is None:
        return
    rule |= {
        "error_title": AsItIs(title[:TITLE]),
        "ignore_blank": True,
        "error_message": told(_refusal(column))[:MESSAGE],
    }
    sheet.data_validation(1, position, DROP_ROWS, position, rule)


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
            f'=OR(LEFT({cell},2)="FY",AND(ISNUMBER(VALUE(LEFT({cell},4))),OR(LEN({cell})=4,'
            f'AND(LEN({cell})=7,MID({cell},5,1)="-"),AND(LEN({cell})=6,MID({cell},5,1)="Q",'
            f'ISNUMBER(FIND(RIGHT({cell},1),"1234"))))))'
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
    return _("Give a quarter such as 2025Q4 or FY2025Q4, a month such as 2025-10, or a year.")


def _set_up_print(sheet: Worksheet, table: Table, language: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(1 + (len(table.columns) - 1) // _COLUMNS_ON_A_PAGE, 0)
    about = told(_(table.help)).replace("&", "&&")
    sheet.set_header(f"&L&B{sheet_title(table.name, language)}&B  {about}")
    sheet.set_footer(told(_("&L&F&RPage &P of &N")))
