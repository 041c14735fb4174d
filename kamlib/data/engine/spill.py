"""Where the engine puts what does not fit in memory: a folder of its own, which goes with it."""

import os
import re
import shutil
from pathlib import Path
from secrets import token_hex

from kamlib.settings.machine import SPILL_SHARE

_PREFIX = "spill-"
_NAME = re.compile(rf"{_PREFIX}([0-9]+)-[0-9a-f]+")


def spill_folder(parent: Path) -> Path:
    """A name for a folder of the process's own; the engine makes it when it needs it.

    What processes that were killed left there goes.
    """
    for path in parent.glob(f"{_PREFIX}*") if parent.is_dir() else ():
        named = _NAME.fullmatch(path.name)
        if named and not path.is_symlink() and not _is_running(int(named[1])):
            shutil.rmtree(path, ignore_errors=True)
    return parent / f"{_PREFIX}{os.getpid()}-{token_hex(8)}"


def spill_size(folder: Path) -> int:
    """The bytes that may be put there: a share of what the disk has free."""
    there = next(path for path in folder.parents if path.exists())
    return int(shutil.disk_usage(there).free * SPILL_SHARE)


def _is_running(process: int) -> bool:
    """Whether a process may still run; where the system cannot be asked so, all do."""
    if os.name == "nt":  # there, signal 0 is one that ends a process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
