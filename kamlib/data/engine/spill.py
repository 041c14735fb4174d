"""Where the engine puts what does not fit in memory: a folder of its own, which goes with it."""

import atexit
import contextlib
import shutil
import tempfile
from functools import cache
from pathlib import Path
from secrets import token_hex

from kamlib.living import fresh_folder
from kamlib.places import user_cache
from kamlib.settings.machine import SPILL_SHARE

_PREFIX = "kam-spill-"


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
    try:
        return _folder(user_cache())
    except OSError:  # where nothing may be kept
        return _folder(Path(tempfile.gettempdir()))


def _folder(parent: Path) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    held = contextlib.ExitStack()
    folder = held.enter_context(fresh_folder(parent, _PREFIX))
    atexit.register(held.close)
    return folder
