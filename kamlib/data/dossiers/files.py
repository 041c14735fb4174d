"""The dossier workbooks of a data set: found, opened, and read once into edits of its tables."""

import json
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import pandas as pd

from kamlib.data.dossiers.edits import TableEdits, table_edits
from kamlib.data.dossiers.sheets import (
    ABOUT_SHEET,
    ACCOUNT_LABEL,
    DATASET_LABEL,
    DOSSIER_TABLES,
    FRONT_SHEET,
    WRITTEN_LABEL,
    Sheet,
    original_sheet,
)
from kamlib.data.files.parts import cell_text
from kamlib.data.files.spreadsheets import sheet_cells
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.reach import check_files
from kamlib.data.read.sources import file_label
from kamlib.data.reduce.checks import SideTable
from kamlib.data.reduce.store import (
    cache_folder,
    digest,
    entry_name,
    is_kept,
    reachable_hash,
    written_entry,
)
from kamlib.errors import DataError
from kamlib.words import _

DOSSIERS = "dossiers"
# Part of the cache key: raise it when reading dossiers or checking rows changes.
_VERSION = 1
_NOTE_COLUMNS = ("table", "file", "sheet", "row", "reason")
_RESERVED = {"con", "prn", "aux", "nul"}  # no file names on Windows
_SAVED = re.compile(r"<dcterms:modified[^>]*>([^<]+)<")


@dataclass(frozen=True)
class Dossiers:
    """The dossiers of a data set: ``files``, one row each, and the edits by table."""

    files: SideTable
    edits: dict[str, TableEdits] = field(repr=False)


@dataclass(frozen=True)
class _Dossier:
    file: str
    account: str
    dataset: str
    written_on: str
    saved: str
    cells: dict[str, list[list[Any]]] = field(repr=False)


def open_dossiers(
    connection: ibis.BaseBackend, dataset: DataSet, *, max_unpacked_mb: int = 4096
) -> Dossiers | None:
    """What people changed in the dossier workbooks of a data set; None where there are none.

    A workbook that cannot be read, or is no dossier, is left out with a note: it never stops a
    report. What was read is kept under the hash of all workbooks.
    """
    files = dossier_paths(dataset)
    if not files:
        return None
    made_of = [DOSSIERS, str(_VERSION), dataset.name]
    made_of += [
        text for path in files for text in (file_label(dataset, path), reachable_hash(path))
    ]
    entry = cache_folder(dataset) / entry_name(*made_of)
    if not is_kept(entry):
        read = _read(connection, dataset, files, max_unpacked_mb)
        with written_entry(entry) as staging:
            _store(read, staging)
    return _stored(entry)


def dossier_paths(dataset: DataSet) -> list[Path]:
    """The workbooks in a data set's folder of dossiers, in name order, without lock files."""
    found = dataset.dossiers.glob("*") if dataset.dossiers.is_dir() else ()
    paths = sorted(
        path
        for path in found
        if path.suffix.lower() in (".xlsx", ".xlsm")
        and not path.name.startswith(("~$", "."))
        and path.is_file()
    )
    check_files(dataset, paths)
    return paths


def dossier_path(dataset: DataSet, account: str) -> Path:
    """Where an account's dossier belongs: a file name that every system can hold."""
    name = re.sub(r"[^\w.-]+", "-", account).strip("-.")[:60]
    if name != account or name.casefold() in _RESERVED:
        name = f"{name or 'account'}-{digest(account)[:6]}"
    return dataset.dossiers / f"{name}.xlsx"


def dossier_account(path: Path) -> str:
    """The account whose dossier a workbook is.

    Raises
    ------
    DataError
        The file is no readable workbook, or no dossier.
    """
    return _opened(path, path.name, 4096).account


def _read(
    connection: ibis.BaseBackend, dataset: DataSet, files: list[Path], max_unpacked_mb: int
) -> Dossiers:
    dossiers, notes = [], []
    for path in files:
        label = file_label(dataset, path)
        try:
            dossiers.append(_opened(path, label, max_unpacked_mb))
        except DataError as error:
            notes.append((label, "", without_name(error, path)))
        except (OSError, ValueError, KeyError) as error:  # what a broken archive may raise
            notes.append((label, "", _("cannot be read ({error})").format(error=error)))
    unused = len(notes)
    # The one saved last is laid over last, so it counts where two say different things.
    dossiers = sorted(dossiers, key=lambda dossier: (dossier.saved, dossier.file))
    notes += _doubts(dossiers, dataset)
    edits = {}
    for table in DOSSIER_TABLES:
        sheets = []
        for dossier in dossiers:
            sheet, told = _sheet(dossier, table.name)
            notes += [(dossier.file, table.name, text) for text in told]
            if sheet is not None:
                sheets.append(sheet)
        found = table_edits(connection, table, sheets)
        if len(found.edits) or len(found.notes):
            edits[table.name] = found
    rows = [(d.file, d.account, d.dataset, d.written_on) for d in dossiers]
    frame = pd.DataFrame(rows, columns=["file", "account", "dataset", "written_on"], dtype="str")
    told = [(DOSSIERS, file, sheet, pd.NA, reason) for file, sheet, reason in notes]
    noted = pd.DataFrame(told, columns=list(_NOTE_COLUMNS)).astype({"row": "Int64"})
    return Dossiers(SideTable(DOSSIERS, frame, noted, len(files), unused), edits)


def without_name(error: DataError, path: Path) -> str:
    """What is wrong with a file, where its name stands beside it."""
    return str(error).removeprefix(f"{path.name}: ")


def _opened(path: Path, label: str, max_unpacked_mb: int) -> _Dossier:
    if path.stat().st_size == 0:
        raise DataError(f"{path.name}: is empty, not a workbook")
    cells = sheet_cells(path, max_unpacked_mb=max_unpacked_mb)
    about = {
        str(row[0]).strip(): str(cell_text(row[1]) or "").strip()
        for row in cells.get(ABOUT_SHEET, [])
        if len(row) > 1
    }
    if not about.get(ACCOUNT_LABEL):
        raise DataError(
            f"{path.name}: is no dossier, for it was not written by `kam template --dossier`; "
            "it is not used"
        )
    return _Dossier(
        label,
        about[ACCOUNT_LABEL],
        about.get(DATASET_LABEL, ""),
        about.get(WRITTEN_LABEL, "")[:10],
        saved_on(path),
        cells,
    )


def saved_on(path: Path) -> str:
    """When a workbook was last saved, as it says itself: a copy of the file keeps that."""
    with zipfile.ZipFile(path) as archive:
        if "docProps/core.xml" not in archive.namelist():
            return ""
        found = _SAVED.search(archive.read("docProps/core.xml").decode("utf-8", "replace"))
    return found[1] if found else ""


def _doubts(dossiers: list[_Dossier], dataset: DataSet) -> list[tuple[str, str, str]]:
    notes = []
    earlier: dict[str, str] = {}
    for dossier in dossiers:
        if dossier.account in earlier:
            told = _(
                'is a second dossier of account "{account}" beside "{other}" and counts as well; '
                "where they differ this one, saved later, counts"
            )
            shown = told.format(account=dossier.account, other=earlier[dossier.account])
            notes.append((dossier.file, "", shown))
        earlier[dossier.account] = dossier.file
        if dossier.dataset != dataset.name:
            told = _(
                'was written from the data set "{name}" and not this one; it counts all the same'
            )
            notes.append((dossier.file, "", told.format(name=dossier.dataset)))
        known = {ABOUT_SHEET, FRONT_SHEET, *(table.name for table in DOSSIER_TABLES)}
        known |= {original_sheet(table) for table in DOSSIER_TABLES}
        for name in dossier.cells:
            if name not in known:
                notes.append((dossier.file, name, _("is a sheet of your own: it is not read")))
    return notes


def _sheet(dossier: _Dossier, name: str) -> tuple[Sheet | None, list[str]]:
    """A table's sheet of a dossier, as it is and as it was written; and what is odd about it."""
    table = next(table for table in DOSSIER_TABLES if table.name == name)
    if original_sheet(table) not in dossier.cells:
        return None, [_("the hidden sheet of what was written is gone: the sheet is not read")]
    if name not in dossier.cells:
        return None, [_("the sheet is gone: its rows stay as they are in the data set")]
    written = dossier.cells[original_sheet(table)]
    return Sheet.read(table, dossier.file, dossier.account, dossier.cells[name], written)


def _store(dossiers: Dossiers, folder: Path) -> None:
    for name, edits in dossiers.edits.items():
        edits.edits.to_parquet(folder / f"{name}.edits.parquet")
        edits.notes.to_parquet(folder / f"{name}.notes.parquet")
    dossiers.files.rows.to_parquet(folder / "files.parquet")
    dossiers.files.notes.to_parquet(folder / "notes.parquet")
    counts = {name: edits.rejected for name, edits in dossiers.edits.items()}
    told = {"read": dossiers.files.read, "unused": dossiers.files.rejected, "rejected": counts}
    (folder / "counts.json").write_text(json.dumps(told), encoding="utf-8")


def _stored(folder: Path) -> Dossiers:
    told = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    rows, notes = (pd.read_parquet(folder / f"{kind}.parquet") for kind in ("files", "notes"))
    edits = {
        name: TableEdits(
            pd.read_parquet(folder / f"{name}.edits.parquet"),
            pd.read_parquet(folder / f"{name}.notes.parquet"),
            rejected,
        )
        for name, rejected in told["rejected"].items()
    }
    return Dossiers(SideTable(DOSSIERS, rows, notes, told["read"], told["unused"]), edits)
