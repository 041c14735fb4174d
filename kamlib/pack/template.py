"""The empty input workbook: a sheet per canonical table, with notes, lists and one example row."""

import io
from pathlib import Path

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kamlib.data.describe.examples import EXAMPLE_KEY, example_row
from kamlib.data.describe.schema import TABLES
from kamlib.pack.files import write_input_workbook
from kamlib.pack.input_sheet import LAST_ROW, new_workbook, write_sheet
from kamlib.pack.template_readme import COLOURS, write_readme
from kamlib.words import _


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
    write_input_workbook(path, _workbook_bytes())


def _workbook_bytes() -> bytes:
    stream = io.BytesIO()
    with new_workbook(stream, _("Input workbook")) as workbook:
        write_readme(workbook)
        for table in TABLES.values():
            sheet = write_sheet(workbook, table, [example_row(table.name)])
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
