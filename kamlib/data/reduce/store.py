"""Where a data set's checked parts are kept, each under the hash of all that it was made of."""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from kamlib.data.read.dataset import DataSet, TableSource
from kamlib.data.read.sources import source_files
from kamlib.places import is_brought_along

CACHE_FOLDER = ".kam"


def cache_folder(dataset: DataSet) -> Path:
    """Where a data set's ledger is kept: beside the data, or in the user's cache folder.

    A data set that is read-only, or came with the installed package, is never written to, nor the
    folder beside it that a colleague keeps for himself. ``KAM_CACHE`` names another place.
    """
    name = f"{dataset.name}-{digest(str(dataset.folder))[:12]}"
    if os.environ.get("KAM_CACHE"):
        return Path(os.environ["KAM_CACHE"]) / name
    beside = dataset.folder / CACHE_FOLDER
    if _is_writable(dataset.folder) and (not beside.is_dir() or _is_writable(beside)):
        return beside
    return Path(platformdirs.user_cache_dir("kamlib")) / name


def move_into_place(staging: Path, entry: Path) -> None:
    """Give a written folder its final name; another process's same entry is as good."""
    try:
        staging.replace(entry)
    except OSError:
        shutil.rmtree(staging, ignore_errors=True)
        if not entry.is_dir():
            raise


@contextlib.contextmanager
def written_entry(entry: Path) -> Iterator[Path]:
    """A folder to write a cache entry into, which gets its final name when all of it is there."""
    staging = new_folder(entry.parent)
    try:
        yield staging
        move_into_place(staging, entry)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def content_hash(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def reachable_hash(path: Path) -> str:
    """The same of a file that may be out of reach: then why it is."""
    try:
        return content_hash(path)
    except OSError as error:  # held open by another program, or not for us
        return f"unreadable: {error.strerror}"


def digest(*texts: str) -> str:
    """The SHA-256 of some texts, in order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def new_folder(cache: Path) -> Path:
    """A new folder in the cache to write an entry into, before it gets its final name."""
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n", encoding="utf-8")
    folder = Path(tempfile.mkdtemp(prefix="writing-", dir=cache))
    # mkdtemp makes it for its owner only; who shares the data set shares what is kept of it.
    folder.chmod(stat.S_IMODE(cache.stat().st_mode))
    return folder


def description(dataset: DataSet, source: TableSource, version: int) -> str:
    """All of a table's description that bears on what is read, its lookups' content included."""
    lookups = [
        content_hash(path)
        for lookup in source.lookup
        for path in source_files(dataset, lookup.source, "lookup")
    ]
    content = source.model_dump(mode="json", exclude={"source"})
    return json.dumps([version, content, lookups], sort_keys=True)


def _is_writable(folder: Path) -> bool:
    if is_brought_along(folder):
        return False
    mode = folder.stat().st_mode
    writable = mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    return bool(writable) and os.access(folder, os.W_OK)
