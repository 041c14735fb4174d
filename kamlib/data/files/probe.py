"""A workbook opened in a process of its own: how far each sheet reaches, or the end of it.

Run as a script by :mod:`kamlib.data.files.extents`; it imports nothing of the project, so that
it starts at once.
"""

import contextlib
import json
import sys

MOST_BYTES = 6 * 2**30
MOST_SECONDS = 240


def _limited() -> None:
    """Take no more memory and time than a reader may, where the system knows such limits."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def extents(path: str) -> list[tuple[str, int, int]]:
    """Per sheet its name and the last row and column, counted from 1; none of a damaged one."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    found = []
    try:
        with open(path, "rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
        for name in workbook.sheet_names:
            with contextlib.suppress(CalamineError):  # who reads it will say
                end = workbook.get_sheet_by_name(name).end
                found.append((name, end[0] + 1, end[1] + 1) if end else (name, 0, 0))
    except (CalamineError, PasswordError):
        pass
    return found


if __name__ == "__main__":
    _limited()
    sys.stdout.write(json.dumps(extents(sys.argv[1])))
