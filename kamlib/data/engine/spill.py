"""Where the engine puts what does not fit in memory: a folder of its own, which goes with it."""

import atexit
import contextlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from secrets import token_hex

import platformdirs

from kamlib.living import dead_folders, run_folder
from kamlib.settings.machine import SPILL_SHARE

_PREFIX = "spill-"


def spill_folder() -> Path:
    """A name for a folder of an engine's own; the engine makes it when it needs it."""
    return _of_process() / token_hex(8)


def spill_size() -> int:
    """The bytes that may be put there: a share of what the disk has free."""
    return int(shutil.disk_usage(_of_process()).free * SPILL_SHARE)


@cache
def _of_process() -> Path:
    """The folder of this process, removed at its end; what dead ones left there goes.

    It lies in the user's cache, on a disk: the system's folder for such things may be memory.
    """
    parent = Path(os.environ.get("KAM_CACHE") or platformdirs.user_cache_dir("kamlib"))
    try:
        return _folder(parent)
    except OSError:  # where nothing may be kept
        return _folder(Path(tempfile.gettempdir()))


def _folder(parent: Path) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    for _dead in dead_folders(parent, f"{_PREFIX}*"):
        pass
    held = contextlib.ExitStack()
    folder = held.enter_context(run_folder(parent, _PREFIX))
    atexit.register(held.close)
    return folder
