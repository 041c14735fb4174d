"""Whatever is written is written here: whole or not at all, and never through a link.

A link that somebody put where a file is to be written would let him choose which file elsewhere
is overwritten. Folders that the user names may be links; nothing that lies below them may.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kamlib.errors import DataError
from kamlib.living import fresh_folder

_JUNCTION = 0xA0000003  # the reparse tag of a folder of Windows that leads elsewhere


def is_link(path: Path) -> bool:
    """Whether a path is a symbolic link or a junction, whether or not it leads anywhere."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _JUNCTION


def refuse_links(path: Path, *, within: Path | None = None) -> None:
    """Refuse to write where a link stands.

    Parameters
    ----------
    path
        What is to be written.
    within
        A folder above it: every folder between the two must be none either.

    Raises
    ------
    DataError
        The path, or a folder between, is a link.
    """
    between = [path] if within is None else [path, *_folders_below(path, within)]
    for each in between:
        if is_link(each):
            raise DataError(
                f"{each}: is a link to another place, and nothing is written through a link; "
                "delete the link, or put the file or folder itself there"
            )


def top_folder(folder: Path, received: Path) -> Path:
    """Below which folder nothing may be a link: the one to write into, as its user knows it.

    ``received`` is that of the data set: where ``folder`` lies in it, somebody else may have put
    a link there.
    """
    inside = Path(os.path.abspath(folder)).is_relative_to(os.path.abspath(received))
    return received if inside else folder


def make_folder(folder: Path, *, within: Path | None = None) -> Path:
    """Make a folder where it is not there yet, with those above it.

    Raises
    ------
    DataError
        It, or a folder up to ``within``, is a link, or it cannot be made.
    """
    refuse_links(folder, within=within)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"{folder}: cannot be made ({error.strerror}); name a place where you may write"
        ) from None
    return folder


def save_text(path: Path, text: str, *, within: Path | None = None) -> None:
    """Write a text as UTF-8, its line ends as they are; see :func:`saved`."""
    save_bytes(path, text.encode("utf-8"), within=within)


def save_bytes(path: Path, content: bytes, *, within: Path | None = None) -> None:
    """Write a file's content; see :func:`saved`."""
    with saved(path, within=within) as beside:
        beside.write_bytes(content)


def save_copy(source: Path, path: Path, *, within: Path | None = None) -> None:
    """Copy a file's content; see :func:`saved`."""
    with saved(path, within=within) as beside:
        shutil.copyfile(source, beside)


@contextmanager
def saved(path: Path, *, within: Path | None = None) -> Iterator[Path]:
    """A new file beside the target, to write by its path, that takes the target's place.

    A run that is cut off leaves what was there; one that fails removes the new file, too.

    Parameters
    ----------
    path
        The file to write, in a folder that is there.
    within
        As :func:`refuse_links` takes it.

    Raises
    ------
    DataError
        The target, or a folder up to ``within``, is a link, or the file cannot be written.
    """
    path = Path(path)
    refuse_links(path, within=within)
    prefix = f".kam-{path.stem}-"
    try:
        with fresh_folder(path.parent, prefix) as folder:
            beside = folder / path.name
            yield beside
            if path.exists():
                beside.chmod(stat.S_IMODE(path.stat().st_mode))
            os.replace(beside, path)
    except (PermissionError, IsADirectoryError) as error:
        raise DataError(
            f"{path}: cannot be written ({error.strerror}); close it if it is open in Excel, "
            "or choose another name"
        ) from None


@contextmanager
def private_file(folder: Path, text: str) -> Iterator[Path]:
    """A new file for its owner only, on the disk, to be put into its place; else it goes."""
    handle, name = tempfile.mkstemp(prefix=".", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _folders_below(path: Path, within: Path) -> list[Path]:
    """The folders between a path and one above it, nearest first; without either."""
    folder, top, found = path.parent, Path(os.path.abspath(within)), []
    while Path(os.path.abspath(folder)) != top and folder != folder.parent:
        found.append(folder)
        folder = folder.parent
    return found
