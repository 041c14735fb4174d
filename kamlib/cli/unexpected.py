"""The last resort: what nobody expected is one clear line, and its traceback is kept in a file."""

import contextlib
import os
import tempfile
import traceback
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from kamlib.places import user_cache

SHOWN = "KAM_TRACEBACK"
_KEPT = 20


def is_shown() -> bool:
    """Whether people asked to see tracebacks: by ``kam --verbose`` or ``KAM_TRACEBACK=1``."""
    return os.environ.get(SHOWN, "") not in ("", "0")


def told(error: BaseException) -> str:
    """What failed and where it is written down, as one sentence to print."""
    what = type(error).__name__
    said = " ".join(str(error).split())[:200]
    failed = f"{what}: {said}" if said else what
    kept = _kept(error)
    where = f"what is needed to mend it is in {kept}" if kept else "it could not be written down"
    return (
        f"this should not have happened ({failed}); {where}; please send it to whoever maintains "
        "kamlib. kam --verbose shows it here"
    )


def _kept(error: BaseException) -> Path | None:
    """The file with the traceback, where one can be written; the oldest of many go."""
    for place in (user_cache() / "errors", Path(tempfile.gettempdir()) / "kam-errors"):
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            name = f"{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}.txt"
            lines = traceback.format_exception(error)
            content = f"kamlib {version('kamlib')}\n\n{''.join(lines)}"
            with (place / name).open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(content)
            for old in sorted(place.glob("*.txt"))[:-_KEPT]:
                old.unlink(missing_ok=True)
            return place / name
    return None
