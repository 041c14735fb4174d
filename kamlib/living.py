"""Folders that belong to a run: gone when it ends, and told from those of runs that died.

Each holds a file that its run keeps locked. The system lets go of a lock when a process ends,
however it ends, so whoever can lock the file knows that the run is dead: no age, no process
number that another program bears by now. Where a file system knows no locks, all runs count as
living and nothing of theirs is removed.
"""

import errno
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = "lock"
_TRIES = 100


@contextmanager
def run_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder of this run alone, removed at its end.

    What is to stay is written into a folder within it and moved to its place as a whole. Of a run
    that dies it is left; :func:`dead_folders` finds it.

    Parameters
    ----------
    parent
        Where it is made; must be there.
    prefix
        What its name begins with.

    Returns
    -------
    The folder, open to its owner only; it holds the lock and nothing else.
    """
    folder, lock = _new(parent, prefix)
    try:
        yield folder
    finally:
        try:
            os.close(lock)  # Windows removes no file that is open
            shutil.rmtree(folder, ignore_errors=True)
        except KeyboardInterrupt:  # told to stop while this is removed: all of it goes first
            shutil.rmtree(folder, ignore_errors=True)
            raise


@contextmanager
def fresh_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder as :func:`run_folder` makes it; those that dead runs of that name left go first."""
    for _left in dead_folders(parent, f"{glob.escape(prefix)}*"):
        pass
    with run_folder(parent, prefix) as folder:
        yield folder


@contextmanager
def only_run(path: Path) -> Iterator[bool]:
    """Whether this run is the only one that holds a file: made for it, and gone at its end.

    Where a file system knows no locks, every run counts as the only one.

    Parameters
    ----------
    path
        The file, in a folder that is there.
    """
    lock = _only(path)
    try:
        yield lock is not None
    finally:
        if lock is not None:
            if sys.platform != "win32":
                path.unlink(missing_ok=True)  # while it is held: who waits for it sees it gone
            os.close(lock)
            if sys.platform == "win32":
                with suppress(OSError):  # somebody holds it by now
                    path.unlink(missing_ok=True)


def _only(path: Path) -> int | None:
    """The file, open and held; None where another run holds it."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    for _again in range(_TRIES):
        lock = os.open(path, flags, 0o600)
        try:
            _hold(lock)
        except BlockingIOError:
            os.close(lock)
            return None
        except OSError:
            return lock
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), os.stat(path)):
                return lock
        os.close(lock)  # its run has just ended and removed it
    return None


def dead_folders(parent: Path, pattern: str) -> Iterator[Path]:
    """The folders of runs that died, one after the other; each is removed after its turn.

    While it has its turn, no other run takes it for its own. Those of living runs are left alone;
    a folder without a lock is of a version that knew none.

    Parameters
    ----------
    parent
        Where they are.
    pattern
        What their names match, such as ``writing-*``: nobody else may name folders like that.
    """
    for folder in sorted(parent.glob(pattern)):
        if folder.is_symlink() or not folder.is_dir():
            continue
        try:
            lock = _locked(folder)
        except FileNotFoundError:
            lock = None
        except OSError:  # its run lives, or nobody can know
            continue
        try:
            yield folder
        finally:
            if lock is not None:
                os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)


def _new(parent: Path, prefix: str) -> tuple[Path, int]:
    """A new folder and its lock; another run may have removed it before it was locked."""
    for _again in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            lock = _locked(folder, os.O_CREAT)
        except (FileNotFoundError, BlockingIOError):
            continue
        if (folder / LOCK).exists():
            return folder, lock
        os.close(lock)
    raise OSError(errno.EAGAIN, "no folder can be kept there", str(parent))


def _locked(folder: Path, create: int = 0) -> int:
    """The open lock of a folder, held.

    Raises
    ------
    FileNotFoundError
        There is none.
    BlockingIOError
        Another run holds it.
    OSError
        The file system knows no locks, and the lock is not a new one.
    """
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | create
    descriptor = os.open(folder / LOCK, flags, 0o600)
    try:
        _hold(descriptor)
    except OSError as error:
        if create and not isinstance(error, BlockingIOError):
            return descriptor
        os.close(descriptor)
        raise
    return descriptor


def _hold(descriptor: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except PermissionError as error:
        raise BlockingIOError(error.errno, error.strerror) from None
