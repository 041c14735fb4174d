"""Reading the pack's workbook back, and what LibreOffice makes of it with other cells."""

import shutil
import subprocess
import warnings

import openpyxl
import pandas as pd
import pytest

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")


def load(path, *, data_only=True):
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
    copy.save(folder / "changed.xlsx")
    command = [OFFICE, f"-env:UserInstallation={profile}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", "out", "changed.xlsx"]
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
