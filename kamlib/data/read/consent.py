"""What somebody has allowed a data set, kept in the user's own configuration.

One file per data set's folder, for its owner only, written whole or not at all. It holds hashes
of what was allowed: what has changed since is not allowed.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from kamlib.errors import DataError
from kamlib.saving import private_file

CONSENT_VARIABLE = "KAM_CONSENT"
_ALLOWED = "allowed"
_LARGEST = 10_000_000  # bytes


def consent_key(*texts: str) -> str:
    """The hash under which something is allowed: of all that it is made of."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def allowed(folder: Path) -> dict[str, str]:
    """What is allowed of the data set in a folder: hashes, each with what it says in words.

    A file that another user could have written allows nothing.
    """
    path = consent_file(folder)
    try:
        text = _own_text(path)
        content = json.loads(text)[_ALLOWED] if text else {}
        return {str(key): str(told) for key, told in dict(content).items()}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}


def keep_allowed(folder: Path, more: Mapping[str, str]) -> None:
    """Allow a data set in a folder more than before.

    Raises
    ------
    DataError
        The user's configuration cannot be written.
    """
    path = consent_file(folder)
    content = {"folder": str(folder), _ALLOWED: {**allowed(folder), **more}}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    # A folder's name need not be a text; its odd bytes are escaped as JSON does it.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with private_file(path.parent, text) as beside:
            os.replace(beside, path)  # a link that stood there is replaced, not followed
    except OSError as error:
        raise DataError(
            f"{path.parent}: what you allow cannot be kept there ({error.strerror}); set "
            f"{CONSENT_VARIABLE} to a folder in which you may write"
        ) from None


def consent_file(folder: Path) -> Path:
    """Where it is kept what is allowed of the data set in a folder.

    Raises
    ------
    DataError
        ``KAM_CONSENT`` is not a whole path: another folder would then be meant from each folder.
    """
    named = os.environ.get(CONSENT_VARIABLE)
    kept = Path(named) if named else Path(platformdirs.user_config_dir("kamlib")) / "consent"
    if not kept.is_absolute():
        raise DataError(f"{CONSENT_VARIABLE} = {named}: expected a whole path, from the root on")
    return kept / f"{consent_key(str(folder))[:32]}.json"


def _own_text(path: Path) -> str:
    """The text of a file that is this user's alone; empty for any other, and for a link."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(handle, encoding="utf-8") as file:
        about = os.fstat(file.fileno())
        ours = not hasattr(os, "geteuid") or about.st_uid == os.geteuid()
        shared = about.st_mode & (stat.S_IWGRP | stat.S_IWOTH) if os.name == "posix" else 0
        if not stat.S_ISREG(about.st_mode) or not ours or shared:
            return ""
        return file.read(_LARGEST)
