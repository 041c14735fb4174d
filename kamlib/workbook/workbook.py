"""The Excel workbooks of the pack: typed, filtered, linked, and live on the sheet Try it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pandas as pd
from xlsxwriter import Workbook

from kamlib.chapters.catalogue import (
    MORE,
    KeyAccountBook,
    beside_name,
    sheet_caveats,
    sheet_tables,
    told_sheets,
)
from kamlib.saving import saved
from kamlib.show.first_page import FirstPage
from kamlib.show.spec import Sheet
from kamlib.words import _
from kamlib.workbook.accounts import accounts_layout
from kamlib.workbook.desk import Desk, PlainFormulas, StandingSheet
from kamlib.workbook.lists import write_told
from kamlib.workbook.spoken import SpokenWorkbook

OPTIONS = {
    # A name is never a formula, a link or a number, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
WHOLE = {"todo", "watch_list", "winback", "targets"}  # what the first page tells of
Told = tuple[Sheet, tuple[str, ...]]  # a sheet with the tables that it shows, its own first


def write_workbook(
    path: Path,
    book: KeyAccountBook,
    tables: Mapping[str, pd.DataFrame],
    *,
    dossiers: Mapping[str, str] | None = None,
) -> None:
    """Write the pack's two workbooks, the same bytes for the same inputs.

    The first one has the sheets that one works with, the sheet More, and behind it what follows
    their cells. Start repeats the verdict and the figures of the first page where the tables are
    those of a whole pack. All else stands in the second one, of the name that ``beside_name``
    gives, to which More leads; there is none where it would be empty. Classes, shares and the
    matrix are formulas on the named cells of the sheet Try it and carry their computed values. A
    sheet whose tables are missing or without rows is left out.

    Parameters
    ----------
    path
        The first file to write, .xlsx.
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
    filled = {name: table for name, table in tables.items() if len(table) or name == "abc_xyz"}
    wanted = [told for told in _told(book) if any(name in filled for name in told[1])]
    ours = [told for told in wanted if told[0].front or told[0].follows]
    beside = [told for told in wanted if told not in ours]
    first = book.summary.sheet if tables.keys() >= WHOLE else None
    writer = _Writer(book, filled, dossiers or {}, first)
    with saved(path) as partly:
        names = writer.write(partly, ours, beside, other=beside_name(path.name))
    more = path.with_name(beside_name(path.name))
    more.unlink(missing_ok=True)
    if beside:
        with saved(more) as partly:
            writer.write(partly, beside, ours, other=path.name, elsewhere=names)


@dataclass(frozen=True)
class _Writer:
    """Writes a workbook of some of the sheets."""

    book: KeyAccountBook
    tables: Mapping[str, pd.DataFrame]
    dossiers: Mapping[str, str]
    first: FirstPage | None

    def write(
        self,
        path: Path,
        wanted: list[Told],
        beside: list[Told],
        *,
        other: str,
        elsewhere: frozenset[str] | None = None,
    ) -> frozenset[str]:
        """Write the wanted sheets and an index of those that do not stand in front.

        ``elsewhere`` has the names of the first workbook's cells where this is the second one.
        The names of this one's cells.
        """
        front = [told for told in wanted if told[0].front]
        behind = [told for told in wanted if not told[0].front]
        index = [(MORE, ("abc_xyz",))] if behind or beside else []
        with SpokenWorkbook(path, OPTIONS) as workbook:
            _describe(workbook, self.book)
            desk = Desk(
                workbook,
                self.book,
                self.tables,
                dossiers=self.dossiers,
                caveats=sheet_caveats(self.book, self.tables),
                index=MORE.name,
                behind=frozenset(told.name for told, _tables in behind),
                other=other,
                beside={told.name: told for told, _tables in beside},
                first=self.first,
            )
            ordered = [*front, *index, *behind]
            for told, _tables in ordered:
                kind = PlainFormulas if elsewhere is None else StandingSheet
                sheet = workbook.add_worksheet(told.name, kind)
                if elsewhere is not None:
                    sheet.elsewhere, sheet.there = elsewhere, frozenset(desk.beside)
                desk.sheets[told.name], desk.specs[told.name] = sheet, told
            desk.layout = accounts_layout(desk)
            for told, shown in ordered:
                _write(told)(desk, told, next(name for name in shown if name in self.tables))
            return frozenset(name for name, *_rest in workbook.defined_names)


def _told(book: KeyAccountBook) -> list[Told]:
    return [(sheet, sheet_tables(sheet, table)) for sheet, table in told_sheets(book)]


def _write(sheet: Sheet) -> Callable[[Desk, Sheet, str], None]:
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
            "comments": _("Live on the sheet Try it; made with kamlib."),
            # Not the time of the run: the same inputs give the same bytes.
            "created": book.as_of.to_pydatetime(),
        }
    )
    workbook.set_calc_mode("auto")
    workbook.set_size(1_600, 1_000)
