"""The first sheet of a dossier workbook: whose it is, what is missing, how it flows back."""

import datetime as dt
from collections.abc import Mapping, Sequence

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kamlib.data.describe.examples import Cell
from kamlib.data.describe.schema import Table
from kamlib.data.dossiers.dossier_layout import DOSSIER_TABLES, FRONT_SHEET
from kamlib.data.tables import Tables
from kamlib.pack.template_readme import COLOURS, readme_style, write_heading
from kamlib.words import _, count, day

_WIDTHS = (2, 18, 12, 96)
_A4 = 9
_LINE = 17  # points
# Cells that may well be empty: what has not come yet, and what not everyone has.
_OPTIONAL = {
    "accounts": ("parent", "credit_limit"),
    "contacts": ("reports_to",),
    "interactions": ("contact", "resolved_on", "next_step", "next_step_due"),
    "tenders": ("competitor", "winning_price"),
    "competitors": ("note",),
    "losses": ("note",),
    "winbacks": ("cost", "outcome_on"),
}
# Tables without a row where nothing of the kind happened.
_EVENTS = ("tenders", "losses", "winbacks")
Rows = Mapping[str, Sequence[Mapping[str, Cell]]]


def write_front(
    workbook: Workbook, tables: Tables, account: str, name: str, rows: Rows, written_on: dt.date
) -> None:
    """Add the first sheet to the workbook."""
    sheet = workbook.add_worksheet(FRONT_SHEET)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(COLOURS["muted"])
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    title = readme_style(workbook, font_size=20, bold=True, font_color=COLOURS["required"])
    sheet.set_row(0, 36)
    sheet.write_string(0, 1, _("Dossier of {name}").format(name=name), title)
    lead = readme_style(workbook, font_size=11, font_color=COLOURS["muted"])
    told = _("Account {account} of {dataset}, with data to {data_to}; written on {day}.").format(
        account=account,
        dataset=tables.dataset.title,
        data_to=day(tables.data_to),
        day=written_on.isoformat(),
    )
    sheet.write_string(1, 1, told, lead)
    row = _write_missing(workbook, sheet, 3, rows)
    row = _write_steps(workbook, sheet, row + 1, tables)
    _set_up_print(sheet, row)


def missing_cells(table: Table, rows: Sequence[Mapping[str, Cell]]) -> str:
    """What a table's rows of one account leave empty, in words; empty where nothing is missing."""
    if not rows:
        return "" if table.name in _EVENTS else _("nothing is recorded yet")
    left = {name: sum(name not in row for row in rows) for name in table.names}
    asked = [name for name in table.names if name not in _OPTIONAL.get(table.name, ())]
    told = _("{column} ({empty} of {rows})")
    return ", ".join(
        name
        if len(rows) == 1
        else told.format(column=name, empty=count(left[name]), rows=count(len(rows)))
        for name in asked
        if left[name]
    )


def _write_missing(workbook: Workbook, sheet: Worksheet, row: int, rows: Rows) -> int:
    write_heading(workbook, sheet, row, _("What is missing"))
    head = readme_style(workbook, bold=True, bottom=1, bottom_color=COLOURS["required"])
    line = {"bottom": 1, "bottom_color": COLOURS["line"], "valign": "top"}
    link = readme_style(workbook, **line, bold=True, underline=1, font_color=COLOURS["required"])
    number = readme_style(workbook, **line, align="left")
    text = readme_style(workbook, **line, text_wrap=True)
    row += 1
    sheet.write_row(row, 1, (_("Sheet"), _("Rows"), _("Empty cells that someone could fill")), head)
    for table in DOSSIER_TABLES:
        row += 1
        found = rows[table.name]
        missing = missing_cells(table, found)
        sheet.write_url(row, 1, f"internal:'{table.name}'!A1", link, table.name)
        sheet.write_number(row, 2, len(found), number)
        sheet.write_string(row, 3, missing or _("nothing"), text)
        sheet.set_row(row, _LINE * (1 + len(missing) // _WIDTHS[3]))
    return row + 1


def _write_steps(workbook: Workbook, sheet: Worksheet, row: int, tables: Tables) -> int:
    write_heading(workbook, sheet, row, _("How to fill it in, and how it flows back"))
    plain = readme_style(workbook, text_wrap=True, valign="top")
    width = int(1.15 * sum(_WIDTHS[1:]))  # narrow letters
    for index, step in enumerate(_steps(tables), start=1):
        row += 1
        text = f"{index}.  {step}"
        sheet.merge_range(row, 1, row, 3, text, plain)
        sheet.set_row(row, _LINE * (1 + len(text) // width))
    return row + 1


def _steps(tables: Tables) -> tuple[str, ...]:
    return (
        _("Correct cells, add rows below the last one, delete rows that are wrong. Only this "
          "account's rows stand here; leave the column account empty in new rows."),
        _("Rest the pointer on a column's name: a note says what belongs there. Cells with a "
          "fixed set of answers open a list."),
        _("Keep the header rows and the names of the sheets. Sheets and columns of your own are "
          "not read."),
        _("Keep it in the folder {folder} beside the data set. From then on it counts: kam check "
          "says what it added, changed and removed, and every report uses it.").format(
              folder=tables.dataset.dossiers.name),
        _("Only what you edited here counts. What your company's system adds or changes "
          "meanwhile stays; where both changed the same cell, this workbook counts, and kam "
          "check says so."),
        _("To see the newest rows, write it again: kam template --dossier … --force keeps your "
          "edits."),
    )  # fmt: skip


def _set_up_print(sheet: Worksheet, last_row: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_area(0, 0, last_row, len(_WIDTHS) - 1)
    sheet.fit_to_pages(1, 1)
    sheet.set_footer(_("&L&F&RPage &P of &N"))
