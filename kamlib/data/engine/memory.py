"""How much memory there is: of the machine, of its container, and what is free just now."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from kamlib.errors import SettingsError
from kamlib.settings.machine import FREE_SHARE

MEMORY_VARIABLE = "KAM_MEMORY_MB"
_GROUPS = Path("/sys/fs/cgroup")
_FEWEST_MB = 200  # below it Python and its libraries do not start
_UNKNOWN = 4 * 2**30  # what a machine has that does not say


@cache
def memory_allowed() -> int:
    """The memory (bytes) that this process may use: the machine's, or less.

    The least of what the machine has, what its container allows (cgroup of either version) and
    ``KAM_MEMORY_MB``.

    Raises
    ------
    SettingsError
        ``KAM_MEMORY_MB`` is no number of at least 200.
    """
    return min([_of_machine(), *_of_groups(), *_asked()])


def memory_free() -> int | None:
    """The memory (bytes) that this process may still take; None where the system does not say."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    known = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    free = int(known["MemAvailable"].split()[0]) * 1024
    # What is mapped from files, as large texts are, is no burden: it can be read again.
    own = process_kilobytes("RssAnon") or process_kilobytes("VmRSS")
    return max(min(int(free * FREE_SHARE), memory_allowed() - own * 1024), 0)


def process_kilobytes(name: str) -> int:
    """A figure of this process as the system tells it, such as ``VmData``; 0 where it does not."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = text.partition(f"{name}:")[2].split(None, 1)
    return int(found[0]) if found else 0


def _of_machine() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows
        return _UNKNOWN


def _asked() -> list[int]:
    text = os.environ.get(MEMORY_VARIABLE, "").strip()
    if not text:
        return []
    if not text.isdigit() or int(text) < _FEWEST_MB:
        raise SettingsError(
            f"{MEMORY_VARIABLE}={text}: expected a whole number of megabytes, at least {_FEWEST_MB}"
        )
    return [int(text) * 2**20]


def _of_groups() -> Iterator[int]:
    """The limits of the groups that this process is in, and of those above them."""
    for folder, name in ((_GROUPS, "memory.max"), (_GROUPS / "memory", "memory.limit_in_bytes")):
        for group in _own_groups():
            try:
                yield int((folder / group / name).read_text(encoding="ascii"))
            except (OSError, ValueError):  # not there, or "max"
                continue


def _own_groups() -> list[str]:
    """The process's own groups and all above; within a container the first is all it sees."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ["."]
    named = [PurePosixPath(line.split(":", 2)[2].lstrip("/")) for line in lines if ":" in line]
    return list(dict.fromkeys(str(group) for path in named for group in (path, *path.parents)))
