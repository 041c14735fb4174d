"""Whether a folder holds what this user's kamlib wrote: its seal, signed with the user's own key.

A hash alone proves nothing, for whoever alters a file can write its new hash beside it. The key
lies in the user's own configuration folder and never beside any data.
"""

import atexit
import hashlib
import hmac
import json
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from kamlib.saving import is_link, private_file
from kamlib.words import _

KEY_VARIABLE = "KAM_KEY"
SEAL = "seal.json"
_KEY_SIGNS = 64
_MOST_BYTES = 1 << 20  # of a seal: a few kilobytes are usual


def content_hash(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def signature(content: Mapping[str, Any]) -> str:
    """What only this user's key makes of some content that JSON can hold."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hmac.new(_user_key(), text.encode(), "sha256").hexdigest()


def signer() -> str:
    """A short name of this user's key, which does not give it away."""
    return hmac.new(_user_key(), b"name of the key", "sha256").hexdigest()[:12]


def write_seal(folder: Path, name: str) -> None:
    """Write the seal of a folder's files: what it holds, and the size and hash of each.

    Parameters
    ----------
    folder
        The folder with all its files, as it will stay.
    name
        What it holds: the hash of all that it was made of.
    """
    files = {
        path.name: [path.stat().st_size, content_hash(path)] for path in sorted(folder.iterdir())
    }
    content = {"holds": name, "files": files}
    text = json.dumps({**content, "signed": signature(content)}, indent=1)
    (folder / SEAL).write_text(text + "\n", encoding="utf-8")


def doubt(folder: Path, name: str) -> str:
    """Why a folder's content is not believed; empty where it proves itself.

    Parameters
    ----------
    folder
        The folder; no link in it is followed.
    name
        What it must hold.
    """
    try:
        if is_link(folder) or not folder.is_dir():
            return _("it is a link to another place, or no folder")
        return _doubt(folder, name)
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return _("its seal is missing or cannot be read")


def _doubt(folder: Path, name: str) -> str:
    if not 0 <= _size(folder / SEAL) <= _MOST_BYTES:
        return _("its seal is missing or cannot be read")
    seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    signed = seal.pop("signed")
    if not hmac.compare_digest(signed, signature(seal)):
        return _("it was altered, or written by somebody else")
    if seal["holds"] != name:
        return _("it belongs to another place")
    found = {path.name for path in folder.iterdir()} - {SEAL}
    if odd := sorted(found ^ {*seal["files"]}):
        return _("{file} is missing or does not belong there").format(file=odd[0])
    for file, (size, hashed) in seal["files"].items():
        if _size(folder / file) != size or content_hash(folder / file) != hashed:
            return _("{file} was altered or cut off").format(file=file)
    return ""


def _size(path: Path) -> int:
    """The size of a plain file (bytes); -1 of anything else: a link, a folder, a pipe."""
    found = path.lstat()
    return found.st_size if stat.S_ISREG(found.st_mode) else -1


def _user_key() -> bytes:
    named = os.environ.get(KEY_VARIABLE, "")
    return _key_in(named or str(Path(platformdirs.user_config_dir("kamlib"), "key")))


@cache
def _key_in(name: str) -> bytes:
    """The key in a file, which is made where it is not there.

    Where it cannot be kept, it is one of this run and of the processes that it starts.
    """
    path = Path(name)
    try:
        return _read_key(path) or _new_key(path)
    except OSError:
        own = Path(tempfile.mkdtemp(prefix="kam-"), "key")
        atexit.register(shutil.rmtree, own.parent, ignore_errors=True)
        os.environ[KEY_VARIABLE] = str(own)
        return _new_key(own)


def _read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes().strip()
    except FileNotFoundError:
        return b""
    return key if len(key) >= _KEY_SIGNS else b""


def _new_key(path: Path) -> bytes:
    """Write a new key, for its user only; of two processes the first one's counts."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with private_file(path.parent, secrets.token_hex(_KEY_SIGNS // 2) + "\n") as beside:
        _put(beside, path)
    if key := _read_key(path):
        return key
    raise OSError(f"{path}: no key can be kept there")


def _put(beside: Path, path: Path) -> None:
    if not path.exists():
        try:
            os.link(beside, path)
            return
        except FileExistsError:
            return
        except OSError:  # a file system without links
            pass
    os.replace(beside, path)
