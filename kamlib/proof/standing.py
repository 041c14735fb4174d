"""Whether a pack that stands is what would be made now."""

import hashlib
import hmac
from collections.abc import Mapping
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from kamlib.data.book import Book
from kamlib.data.read.reach import own_code
from kamlib.data.reduce.seals import content_hash, signature
from kamlib.errors import DataError
from kamlib.places import NOTEBOOKS, PACKAGE
from kamlib.proof.manifest import file_hashes, read_manifest, signed
from kamlib.words import language

_COMPILED = "__pycache__"


def made_of(book: Book, sources: Mapping[str, str]) -> str:
    """What tells a pack from every other one: signed, for it gives nothing away.

    Parameters
    ----------
    book
        What the pack is made of.
    sources
        The hashes of the data set's files, as :func:`kamlib.proof.figures.source_hashes` gives
        them.
    """
    dataset, hidden = book.dataset, book.tables.hidden
    own = [] if hidden is not None else [reach.key for reach in own_code(dataset)]
    return signature(
        {
            "place": str(dataset.described_in.resolve()),
            "sources": dict(sources),
            "ledger": book.tables.ledger.fingerprint,
            "own code": own,
            "quarter": book.quarter_name,
            "settings": book.settings.model_dump_json(),
            "language": language(),
            "kamlib": _code(),
            "installed": _installed(),
        }
    )


def standing(folder: Path, made: str) -> dict[str, Any] | None:
    """The manifest of a pack that would come out the same; nothing where it has to be made.

    It is made of the same, whole, as this user wrote it, and nothing in it failed.

    Parameters
    ----------
    folder
        Where the pack would be.
    made
        What it would be made of: :func:`made_of`.
    """
    try:
        manifest = read_manifest(folder)
        told = manifest.pop("signed")
        files = manifest["files"] | {f"tables/{name}": h for name, h in manifest["tables"].items()}
        same = (
            hmac.compare_digest(told["signature"], signed(manifest)["signature"])
            and hmac.compare_digest(manifest["made_of"], made)
            and not manifest["failures"]
            and files == file_hashes(folder)
        )
    except (DataError, OSError, KeyError, TypeError, AttributeError):
        return None
    return manifest if same else None


@cache
def _code() -> str:
    """The hash of all that kamlib is, and of its notebooks."""
    found = hashlib.sha256()
    for folder in (PACKAGE, NOTEBOOKS):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and _COMPILED not in path.parts:
                found.update(f"{path.relative_to(folder).as_posix()}\n".encode())
                found.update(f"{content_hash(path)}\n".encode())
    return found.hexdigest()


@cache
def _installed() -> str:
    """The hash of what is installed beside it."""
    names = sorted(f"{each.name} {each.version}" for each in distributions())
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
