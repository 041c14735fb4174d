"""Where a data set's checked parts are kept, each under the hash of all that it was made of.

What lies there is believed only where it proves itself (:mod:`kamlib.data.reduce.seals`);
anything else is made again, and the user is told so once.
"""

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from kamlib.data.read.dataset import DataSet, TableSource
from kamlib.data.read.sources import lookup_files
from kamlib.data.reduce.seals import content_hash, doubt, signer, write_seal
from kamlib.errors import DataError, take_note
from kamlib.living import fresh_folder, run_folder
from kamlib.places import is_brought_along
from kamlib.saving import is_link
from kamlib.words import _

try:
    import fcntl
except ImportError:  # Windows: a folder in use is not moved away there
    fcntl = None

CACHE_FOLDER = ".kam"
_WRITING = "writing-"


def cache_folder(dataset: DataSet) -> Path:
    """Where a data set's ledger is kept: beside the data, or in the user's cache folder.

    A data set that is read-only, or came with the installed package, is never written to, nor the
    folder beside it that a colleague keeps for himself. ``KAM_CACHE`` names another place. In it
    each user's key has a folder of its own: what others kept there is neither read nor changed.
    A link is never followed.
    """
    name = f"{dataset.name}-{digest(str(dataset.folder))[:12]}"
    beside, named = dataset.folder / CACHE_FOLDER, os.environ.get("KAM_CACHE")
    place = Path(named) / name if named else beside
    usual = named or (
        _is_writable(dataset.folder) and (not beside.is_dir() or _is_writable(beside))
    )
    if _leads_away(place):
        told = _("{folder} is a link to another place, or no folder: nothing is kept there")
        take_note(told.format(folder=place), about=place)
        usual = None
    if not usual:
        place = Path(platformdirs.user_cache_dir("kamlib")) / name
    return place / signer()


def entry_name(*made_of: str) -> str:
    """The name of the entry that is made of some texts: no other texts have the same."""
    return digest(json.dumps(made_of))[:32]


def is_kept(entry: Path) -> bool:
    """Whether an entry is there and proves itself; the user is told of one that does not."""
    if not os.path.lexists(entry):
        return False
    why = doubt(entry, entry.name)
    if why:
        place = entry.parent.parent
        told = _("what was kept in {folder} is not believed ({why}) and is made again")
        take_note(told.format(folder=place, why=why), about=place)
    return not why


@contextlib.contextmanager
def written_entry(entry: Path) -> Iterator[Path]:
    """A folder to write a cache entry into, which gets its final name when all of it is there.

    Raises
    ------
    DataError
        What stands in the entry's place is not believed and cannot be removed.
    """
    with new_folder(entry.parent) as staging:
        yield staging
        move_into_place(staging, entry)


def move_into_place(staging: Path, entry: Path) -> None:
    """Seal a written folder and give it its final name; the same entry that is there is as good.

    All of it is on the disk before it has that name.
    """
    write_seal(staging, entry.name)
    for path in (*staging.iterdir(), staging):
        _on_disk(path)
    with _alone(entry.parent):
        if is_kept(entry):
            return
        _clear(entry)
        staging.replace(entry)
    _on_disk(entry.parent)


def reachable_hash(path: Path) -> str:
    """The hash of a file that may be out of reach: then why it is."""
    try:
        return content_hash(path)
    except OSError as error:  # held open by another program, or not for us
        return f"unreadable: {error.strerror}"


def digest(*texts: str) -> str:
    """The SHA-256 of some texts, in order."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


@contextlib.contextmanager
def new_folder(cache: Path) -> Iterator[Path]:
    """A new folder in the cache to write an entry into, before it gets its final name.

    What runs that died left there goes.

    Raises
    ------
    DataError
        Nothing can be written there.
    """
    make_cache(cache)
    with contextlib.ExitStack() as run:
        with _no_place(cache):
            folder = run.enter_context(fresh_folder(cache, _WRITING)) / "entry"
            folder.mkdir()
            # Who shares the data set, and the key, shares what is kept of it.
            folder.chmod(stat.S_IMODE(cache.stat().st_mode))
        yield folder


def make_cache(cache: Path) -> None:
    """Make a data set's folder in the cache where it is not there yet.

    Raises
    ------
    DataError
        It cannot be made.
    """
    with _no_place(cache):
        if not cache.is_dir():
            _told_of_others(cache)
            cache.mkdir(parents=True, exist_ok=True)
            cache.chmod(stat.S_IMODE(cache.parent.stat().st_mode))
        with contextlib.suppress(FileExistsError), (cache.parent / ".gitignore").open("x") as file:
            file.write("*\n")


@contextlib.contextmanager
def _no_place(cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(
            f"{cache.parent}: nothing can be kept there ({error.strerror}); name a folder in which "
            "you may write in the variable KAM_CACHE"
        ) from None


def description(dataset: DataSet, source: TableSource, version: int) -> str:
    """All of a table's description that bears on what is read, its lookups' content included."""
    lookups = [
        content_hash(path) for lookup in source.lookup for path in lookup_files(dataset, lookup)
    ]
    content = source.model_dump(mode="json", exclude={"source"})
    return json.dumps([version, content, lookups], sort_keys=True)


def _leads_away(place: Path) -> bool:
    parts = (place, place / signer())
    return any(os.path.lexists(part) and (is_link(part) or not part.is_dir()) for part in parts)


def _told_of_others(cache: Path) -> None:
    """Tell of what lies where a first entry comes, for nothing of it is ours."""
    with contextlib.suppress(OSError):
        if any(path.name != ".gitignore" for path in cache.parent.iterdir()):
            told = _("what somebody else kept in {folder} is not believed: all is made again")
            take_note(told.format(folder=cache.parent), about=cache.parent)


@contextlib.contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """One process at a time puts an entry into its place."""
    if not fcntl:
        yield
        return
    handle = os.open(cache, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system over the network may know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _clear(entry: Path) -> None:
    """Remove what stands in an entry's place and is not believed; of a link only the link."""
    if not os.path.lexists(entry):
        return
    try:
        if is_link(entry) or not entry.is_dir():
            entry.unlink()
            return
        with run_folder(entry.parent, _WRITING) as aside:  # removed with what is in it
            entry.replace(aside / entry.name)
            (aside / entry.name).chmod(stat.S_IRWXU)  # a folder that was read-only
    except OSError as error:
        raise DataError(
            f"{entry}: is not what kamlib wrote, and cannot be removed ({error.strerror}); delete "
            "it, or name another folder for what is kept in the variable KAM_CACHE"
        ) from None


def _on_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of files, is on the disk."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_writable(folder: Path) -> bool:
    if is_brought_along(folder):
        return False
    mode = folder.stat().st_mode
    writable = mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    return bool(writable) and os.access(folder, os.W_OK)
