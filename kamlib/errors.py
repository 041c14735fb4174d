"""What can be wrong with the input, told so that an analyst can mend it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

# Control characters, and those that turn the direction in which a text is written.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class DataError(ValueError):
    """Something in the data or its description is wrong: what, where, and what was expected."""


class StoppedError(DataError):
    """The data can be read, but no report may be made of it until people have looked at it."""


class SettingsError(ValueError):
    """A setting has an unknown name or an impossible value."""


# What to tell the user beside the results, by what it is about: the first of each counts.
_notes: dict[object, str] = {}


def take_note(text: str, *, about: object) -> None:
    """Remember something that is no error, to be told once when the command ends."""
    _notes.setdefault(about, text)


def notes() -> list[str]:
    """What was noted since this was last asked."""
    told = list(_notes.values())
    _notes.clear()
    return told


def nearest_name(name: str, names: Iterable[str]) -> str:
    """A hint such as ``; did you mean "revenue"?``, or an empty text where nothing is near."""
    known = {str(candidate).casefold(): str(candidate) for candidate in names}
    close = get_close_matches(str(name).casefold(), list(known), n=1, cutoff=0.5)
    return f'; did you mean "{known[close[0]]}"?' if close else ""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out: Python's, Arrow's, or the embedded engine's."""
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"


def first_line(error: Exception) -> str:
    """The first line of an engine's or driver's own message, or the error's kind."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def shown(text: str) -> str:
    """A text from outside as one line that a terminal shows as it is: no sign of it acts.

    >>> shown("sales\\x1b[2K, \\u202egpj.exe")
    'sales\\\\x1b[2K, \\\\u202egpj.exe'
    """
    return _ACTING.sub(lambda sign: ascii(sign[0])[1:-1], text)
