"""Writing rejected rows and workbooks to files, and putting whole folders into place."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import xlsxwriter

from kamlib.errors import DataError

_LEFTOVER_SECONDS = 24 * 3600


def write_rejected(frame: pd.DataFrame, path: Path) -> None:
    """Write rejected rows as a workbook, every cell as it was found, for an analyst to mend."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(path), options) as workbook:
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
    _replace_file(path, content)


def _replace_file(path: Path, content: bytes) -> None:
    """Write beside the target, then swap, so that a run cut off leaves no half workbook."""
    beside = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem}-", suffix=".tmp", delete=False
        ) as file:
            beside = Path(file.name)
            file.write(content)
        beside.chmod(0o644)  # a temporary file is for its owner only
        os.replace(beside, path)
    except (PermissionError, IsADirectoryError) as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror}); close it if it is open in Excel, "
            "or choose another name"
        ) from None
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)


@contextmanager
def swapped_in(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its place when all of it is written.

    A run that is cut off or fails leaves the last good target as it was.

    Raises
    ------
    DataError
        The target cannot be replaced because a file in it is open in another program.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_leftovers(target)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield staging
        _replace(target, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _clear_leftovers(target: Path) -> None:
    """Remove what a killed run left beside the target a day ago or earlier."""
    for folder in target.parent.glob(f".{target.name}-*"):
        if time.time() - folder.stat().st_mtime > _LEFTOVER_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _replace(target: Path, staging: Path) -> None:
    staging.chmod(0o755)  # mkdtemp makes it for its owner only
    if not target.exists():
        staging.replace(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    try:
        target.replace(old / "pack")
        staging.replace(target)
    except PermissionError as error:
        if not target.exists() and (old / "pack").exists():
            (old / "pack").replace(target)
        raise DataError(
            f"{target}: cannot be replaced; close the files of it that are open in Excel or a "
            f"browser, and run again ({error})"
        ) from None
    finally:
        shutil.rmtree(old, ignore_errors=True)
