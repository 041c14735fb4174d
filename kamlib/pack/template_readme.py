"""The first sheet of the input workbook: how to fill it in, and which table matters for what."""

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kamlib.data.describe.examples import COMPANY_LABEL, CURRENCY_LABEL, EXAMPLE_KEY, README_SHEET
from kamlib.data.describe.schema import TABLES
from kamlib.words import _

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
_WIDTHS = (2, 16, 56, 66, 28)


def write_readme(workbook: Workbook) -> None:
    """Add the first sheet to the workbook."""
    sheet = workbook.add_worksheet(README_SHEET)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(COLOURS["muted"])
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    title = readme_style(workbook, font_size=20, bold=True, font_color=COLOURS["required"])
    sheet.set_row(0, 36)
    sheet.write_string(0, 1, _("Your sales and accounts: the input workbook"), title)
    lead = readme_style(workbook, font_size=11, font_color=COLOURS["muted"])
    text = _(
        "One sheet per table. Only transactions is required; every other sheet adds something."
    )
    sheet.write_string(1, 1, text, lead)
    row = _write_answers(workbook, sheet, 3)
    row = _write_steps(workbook, sheet, row + 1)
    row = _write_legend(workbook, sheet, row + 1)
    row = _write_tables(workbook, sheet, row + 1)
    _set_up_print(sheet, row)


def _write_answers(workbook: Workbook, sheet: Worksheet, row: int) -> int:
    """Two cells to fill in: what stands on every page."""
    write_heading(workbook, sheet, row, _("Your company"))
    label = readme_style(workbook, bold=True)
    answer = readme_style(workbook, bg_color="#FFF8DC", border=1, border_color=COLOURS["line"])
    asked = (
        (COMPANY_LABEL, _("The name that stands on every page")),
        (CURRENCY_LABEL, _("Of all amounts, such as EUR or USD")),
    )
    plain = readme_style(workbook, indent=1, font_color=COLOURS["muted"])
    for name, about in asked:
        row += 1
        sheet.write_string(row, 1, name, label)
        sheet.write_blank(row, 2, None, answer)
        sheet.write_string(row, 3, about, plain)
    return row + 1


def _write_steps(workbook: Workbook, sheet: Worksheet, row: int) -> int:
    write_heading(workbook, sheet, row, _("How to fill it in"))
    plain = readme_style(workbook, text_wrap=True, valign="top")
    for index, text in enumerate(_steps(), start=1):
        row += 1
        sheet.merge_range(row, 1, row, 4, f"{index}.  {text}", plain)
        sheet.set_row(row, _height(text, sum(_WIDTHS[1:])))
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
         EXAMPLE_KEY, _("The example row, never read.")),
    )  # fmt: skip
    for style, label, text in samples:
        row += 1
        sheet.write_string(row, 1, label, readme_style(workbook, **style))
        sheet.write_string(row, 2, text, plain)
    return row + 1


def _write_tables(workbook: Workbook, sheet: Worksheet, row: int) -> int:
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
        sheet.write_url(row, 1, f"internal:'{table.name}'!A1", link, table.name)
        sheet.write_string(row, 2, _(table.help), cell)
        sheet.write_string(row, 3, _uses()[table.name], cell)
        sheet.write_string(row, 4, ", ".join(table.required), cell)
        needed = max(_height(_(table.help), _WIDTHS[2]), _height(_uses()[table.name], _WIDTHS[3]))
        sheet.set_row(row, needed)
    return row + 1


def _uses() -> dict[str, str]:
    return {
        "transactions": _("Everything: classes, rhythm, change, churn. With margin or cost also "
                          "what an account earns you."),
        "accounts": _("Names and managers on every page; types of accounts; who resembles your "
                      "best."),
        "contacts": _("Who decides at an account; the dossier of each key account."),
        "interactions": _("Early signs of leaving: complaints, silence; what was agreed."),
        "deliveries": _("Whether late or partial deliveries drive accounts away."),
        "payments": _("How reliably an account pays."),
        "tenders": _("Why you win and lose; which accounts compare you on price."),
        "competitors": _("What accounts buy elsewhere: room to grow and danger."),
        "judgements": _("Criteria that no figure shows, such as reputation."),
        "losses": _("Why accounts left; the test of the early warnings."),
        "winbacks": _("Which offers brought accounts back, and what they cost."),
        "prospects": _("Whom to target next: need, ability to pay, power to decide."),
        "managers": _("Who has time for which accounts."),
        "plans": _("Plan against actual, per manager and quarter."),
        "plays": _("Your own strategies and hours instead of the workbook's."),
    }  # fmt: skip


def _height(text: str, width: float) -> int:
    """The height of a row that shows a text in cells of that width."""
    return 17 if len(text) < width else 31


def write_heading(workbook: Workbook, sheet: Worksheet, row: int, text: str) -> None:
    """A heading on a sheet that is read, not filled in."""
    heading = readme_style(workbook, font_size=13, bold=True, font_color=COLOURS["required"])
    sheet.set_row(row, 22)
    sheet.write_string(row, 1, text, heading)


def readme_style(workbook: Workbook, **properties: object) -> Format:
    """The plain style of such a sheet, with some properties changed."""
    base = {"font_name": FONT, "font_size": 10, "font_color": COLOURS["ink"], "valign": "vcenter"}
    return workbook.add_format(base | properties)


def _set_up_print(sheet: Worksheet, last_row: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_area(0, 0, last_row, len(_WIDTHS) - 1)
    sheet.fit_to_pages(1, 1)
    sheet.set_footer(_("&L&F&RPage &P of &N"))
