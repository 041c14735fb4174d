"""Reading the pack's workbook back, and what LibreOffice makes of it with other cells."""

import shutil
import subprocess
import warnings

import openpyxl
import pandas as pd
import pytest

from kamlib.chapters.catalogue import MORE, START, beside_name

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")


class Both:
    """The sheets of a pack's two workbooks as those of one; the index of the second is left."""

    def __init__(self, first, second):
        self.first, self.second = first, second
        self.defined_names = first.defined_names

    def __getitem__(self, name):
        return self.first[name] if name in self.first.sheetnames else self.second[name]

    def __iter__(self):
        yield from self.first
        yield from (sheet for sheet in self.second if sheet.title != MORE.name)

    @property
    def sheetnames(self):
        return [sheet.title for sheet in self]


def load(path, *, data_only=True):
    """A workbook; where there is a second one beside it, both as one."""
    first, more = load_one(path, data_only=data_only), path.with_name(beside_name(path.name))
    return Both(first, load_one(more, data_only=data_only)) if more.exists() else first


def load_one(path, *, data_only=True):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl does not know all of a conditional format
        return openpyxl.load_workbook(path, data_only=data_only)


def cell_of(workbook, name):
    """A cell by its defined name, or as a sheet and a place ("Calendar!A9")."""
    if "!" in name:
        sheet, place = name.split("!")
        return workbook[sheet][place]
    ((sheet, place),) = workbook.defined_names[name].destinations
    return workbook[sheet][place.replace("$", "")]


def linked_sheets(workbook):
    """Where the sheets Start and More lead, within the workbook and in the one beside it."""
    cells = (cell for name in (START.name, MORE.name) for row in workbook[name] for cell in row)
    return {cell.hyperlink.location for cell in cells if cell.hyperlink}


def listed(workbook, sheet, table):
    """An Excel table as a frame with its headings."""
    top, *rows = workbook[sheet][workbook[sheet].tables[table].ref]
    return pd.DataFrame(
        [[cell.value for cell in row] for row in rows], columns=[cell.value for cell in top]
    )


def calculated(path, changes, folder, profile):
    """A copy of a workbook with other cells, calculated anew by LibreOffice."""
    # openpyxl stores formulas without values: nothing of what was written can survive.
    copy = load(path, data_only=False)
    for name, value in changes.items():
        cell_of(copy, name).value = value
    books = [copy.first, copy.second] if isinstance(copy, Both) else [copy]
    files = ["changed.xlsx", beside_name("changed.xlsx")][: len(books)]
    for book, file in zip(books, files, strict=True):
        book.save(folder / file)
    command = [OFFICE, f"-env:UserInstallation={profile}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", "out", *files]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
    return load(folder / "out" / "changed.xlsx")


def assert_same_values(stored, again, sheets=None):
    """All sheets, or those named that are there, hold the same values."""
    names = stored.sheetnames if sheets is None else sheets
    for sheet in (stored[name] for name in names if name in stored.sheetnames):
        for row in sheet.iter_rows():
            for cell in row:
                value = again[sheet.title][cell.coordinate].value
                if isinstance(cell.value, float | int):
                    assert value == pytest.approx(cell.value, rel=1e-9, abs=1e-9), cell
                else:
                    assert (value or "") == (cell.value or ""), cell


def assert_without_errors(workbook):
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "e", f"{sheet.title} {cell.coordinate}: {cell.value}"
