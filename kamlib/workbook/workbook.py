"""The Excel workbook of the pack: typed, filtered, linked, and live on its cut-off cells."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from kamlib.chapters.catalogue import KeyAccountBook, sheet_caveats, sheet_tables, told_sheets
from kamlib.saving import saved
from kamlib.show.spec import Sheet
from kamlib.words import _
from kamlib.workbook.accounts import accounts_layout
from kamlib.workbook.desk import Desk, PlainFormulas
from kamlib.workbook.lists import write_told
from kamlib.workbook.spoken import SpokenWorkbook

OPTIONS = {
    # A name is never a formula, a link or a number, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


def write_workbook(
    path: Path,
    book: KeyAccountBook,
    tables: Mapping[str, pd.DataFrame],
    *,
    dossiers: Mapping[str, str] | None = None,
) -> None:
    """Write the pack's workbook, the same bytes for the same inputs.

    Classes, shares and the matrix are formulas on named cut-off cells and carry their
    computed values. A sheet whose table is missing is left out.

    Parameters
    ----------
    path
        The file to write, .xlsx.
    tables
        The result tables by name (``kamlib.chapters.catalogue.pack_tables``); ``abc_xyz`` is
        needed.
    dossiers
        The address of each account's dossier as seen from the workbook; account cells link to it.

    Raises
    ------
    ValueError
        There is no table ``abc_xyz``.
    """
    if "abc_xyz" not in tables:
        raise ValueError(f"tables must hold abc_xyz; there are {', '.join(tables) or 'none'}")
    with saved(path) as beside, SpokenWorkbook(beside, OPTIONS) as workbook:
        _describe(workbook, book)
        desk = Desk(
            workbook, book, tables, dossiers=dossiers or {}, caveats=sheet_caveats(book, tables)
        )
        wanted = [told for told in _told(book) if any(name in tables for name in told[1])]
        for sheet, _tables in wanted:
            desk.sheets[sheet.name] = workbook.add_worksheet(sheet.name, PlainFormulas)
            desk.specs[sheet.name] = sheet
        desk.layout = accounts_layout(desk)
        for sheet, shown in wanted:
            _writer(sheet)(desk, sheet, shown[0])


def _told(book: KeyAccountBook) -> list[tuple[Sheet, tuple[str, ...]]]:
    """The sheets in their order, each with the tables that it shows, its own first."""
    return [(sheet, sheet_tables(sheet, table)) for sheet, table in told_sheets(book)]


def _writer(sheet: Sheet) -> Callable[[Desk, Sheet, str], None]:
    """Who writes a sheet: its own writer, or that of all lists."""
    if not sheet.live:
        return write_told
    if callable(sheet.live):
        return sheet.live
    module, _dot, name = sheet.live.rpartition(".")
    write = getattr(import_module(f"kamlib.workbook.{module}"), name)
    return lambda desk, _sheet, _table: write(desk)


def _describe(workbook: Workbook, book: KeyAccountBook) -> None:
    workbook.set_properties(
        {
            "title": _("Key accounts: {title}").format(title=book.dataset.title),
            "subject": book.quarter_name,
            "comments": _("Live on the sheet Cut-offs; made with kamlib."),
            # Not the time of the run: the same inputs give the same bytes.
            "created": book.as_of.to_pydatetime(),
        }
    )
    workbook.set_calc_mode("auto")
    workbook.set_size(1_600, 1_000)
