"""Writing rejected rows and workbooks to files, and putting whole folders into place."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import xlsxwriter

from kamlib.errors import DataError
from kamlib.living import dead_folders, only_run, run_folder
from kamlib.saving import make_folder, refuse_links, save_bytes, saved

_ASIDE = "pack"  # the last pack, while the new one takes its place
_OTHER = "other"  # what stood where a pack that failed is put: nobody wants it back
_TRIES = 10
_ROOM_MB = 100  # of the demo's pack with all dossiers: 40


def write_rejected(frame: pd.DataFrame, path: Path) -> None:
    """Write rejected rows as a workbook, every cell as it was found, for an analyst to mend."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with saved(path) as beside, xlsxwriter.Workbook(str(beside), options) as workbook:
        workbook.set_properties({"created": pd.Timestamp("2000-01-01").to_pydatetime()})
        sheet = workbook.add_worksheet("Rejected")
        bold = workbook.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        for position, width in enumerate((14, 28, 18, 8, 48, 18, 14, 16, 14)):
            sheet.set_column(position, position, width)
        sheet.write_row(0, 0, frame.columns, bold)
        for number, row in enumerate(frame.itertuples(index=False), start=1):
            for position, value in enumerate(row):
                if pd.isna(value):
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, position, value[:32_767])
                else:
                    sheet.write_number(number, position, value)
        sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)


def write_input_workbook(path: Path, content: bytes) -> None:
    """Write a workbook that people fill in; a file that is there is replaced.

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
    save_bytes(path, content)


def check_room(reports: Path) -> None:
    """Refuse a folder of packs in which nothing can be written, before anything is read.

    Raises
    ------
    DataError
        Nobody may write there, or its disk is as good as full.
    """
    there = Path(os.path.abspath(reports))
    while not os.path.lexists(there):
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise DataError(
            f"{reports}: no pack can be written there; name a folder in which you may write: "
            "--reports FOLDER"
        )
    free = shutil.disk_usage(there).free / 2**20
    if free < _ROOM_MB:
        raise DataError(
            f"{reports}: the disk has {free:.0f} MB left, and a pack may need {_ROOM_MB}; make "
            "room, or name another folder: --reports FOLDER"
        )


@contextmanager
def only_writer(target: Path, *, within: Path | None = None) -> Iterator[None]:
    """Whatever is written within is written by no other run at the same time.

    Raises
    ------
    DataError
        Another run writes this pack just now.
    """
    make_folder(target.parent, within=within)
    with only_run(target.parent / f".{target.name}.lock") as only:
        if not only:
            raise DataError(
                f"{target}: another run is writing this pack just now; wait until it has ended"
            )
        yield


@contextmanager
def swapped_in(
    target: Path,
    *,
    within: Path | None = None,
    place: Callable[[], Path] | None = None,
) -> Iterator[Path]:
    """A folder beside the target that takes its place when all of it is written.

    A run that is cut off or fails leaves the last good target as it was.

    Parameters
    ----------
    target
        The folder to be written.
    within
        The folder that the user named; nothing between the two may be a link.
    place
        Asked when all is written: where it goes instead, beside the target.

    Raises
    ------
    DataError
        The target or a folder above it is a link, or the target cannot be replaced because a
        file in it is open in another program.
    """
    refuse_links(target, within=within)
    make_folder(target.parent, within=within)
    bring_back(target.parent, target.name)
    with run_folder(target.parent, f".{target.name}-") as folder:
        staging = folder / "new"
        staging.mkdir()
        yield staging
        chosen = place() if place else target
        refuse_links(chosen, within=within)
        _replace(chosen, staging, folder / (_ASIDE if chosen == target else _OTHER))


def bring_back(parent: Path, name: str = "*Q[1-4]") -> None:
    """Put back the packs that runs set aside which died before theirs was there; clear the rest.

    Parameters
    ----------
    parent
        The folder of a data set's packs.
    name
        Which packs; all quarters where left out.
    """
    for left in dead_folders(parent, f".{name}-*"):
        target = parent / left.name[1:].split("-")[0]
        if (left / _ASIDE).is_dir() and not os.path.lexists(target):
            (left / _ASIDE).replace(target)


def _replace(target: Path, staging: Path, aside: Path) -> None:
    try:
        for _again in range(_TRIES):
            if target.exists():
                target.replace(aside)
            try:
                staging.replace(target)
                return
            except OSError as error:
                # Another run has just put its own there.
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                shutil.rmtree(aside, ignore_errors=True)
    except PermissionError as error:
        raise DataError(
            f"{target}: cannot be replaced; close the files of it that are open in Excel or a "
            f"browser, and run again ({error})"
        ) from None
    finally:
        if aside.is_dir() and not target.exists():
            aside.replace(target)
