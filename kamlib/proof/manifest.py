"""The manifest of a pack: what it was made of, its figures, and the hash of each of its files."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kamlib.data.book import Book
from kamlib.data.reduce.seals import content_hash, signature, signer
from kamlib.errors import DataError
from kamlib.proof.figures import hidden_figures, ledger_figures, side_counts
from kamlib.saving import save_text
from kamlib.settings import settings_table
from kamlib.words import _

MANIFEST = "manifest.json"
TABLES = "tables"
PACKAGES = ("kamlib", "pandas", "numpy", "duckdb", "ibis-framework", "matplotlib", "xlsxwriter")


def write_manifest(folder: Path, book: Book, told: Mapping[str, Any]) -> None:
    """Write the manifest of a pack whose other files are all there, signed with the user's key.

    Parameters
    ----------
    folder
        The pack.
    book
        What it was made of.
    told
        The hashes of its ``sources``, what it is ``made_of``, its ``verdict`` in a line, and how
        its making went: ``checks``, ``failures``, ``dossiers`` and ``timings_seconds``.
    """
    settings, files = settings_table(book.settings), file_hashes(folder)
    tables = {Path(name).name: files.pop(name) for name in [*files] if _is_table(name)}
    dataset, hidden = book.dataset, book.tables.hidden
    figures, sources = ledger_figures(book.tables.ledger), told["sources"]
    described_in = _below_here(dataset.described_in)
    if hidden is not None:
        figures = hidden_figures(figures, hidden.names)
        sources = {hidden.names.file(file): hashed for file, hashed in sources.items()}
        described_in = hidden.names.file(dataset.described_in.name)
    manifest = {
        "dataset": dataset.name,
        "anonymous": hidden is not None,
        "described_in": described_in,
        "title": dataset.title,
        "currency": book.currency,
        "quarter": book.quarter_name,
        "as_of": f"{book.as_of:%Y-%m-%d}",
        "complete": book.complete,
        "verdict": told["verdict"],
        "data_to": f"{book.data_to:%Y-%m-%d}",
        "fingerprint": book.tables.ledger.fingerprint,
        "settings": dict(zip(settings["name"], settings["value"], strict=True)),
        "changed_settings": settings.loc[settings["changed"], "name"].tolist(),
        "checks": told["checks"],
        "failures": told["failures"],
        "figures": figures.record,
        "tables_beside": side_counts(book.tables.as_read),
        "sources": sources,
        "made_of": told["made_of"],
        "tables": tables,
        "files": files,
        "dossiers": told["dossiers"],
        "versions": {name: version(name) for name in PACKAGES}
        | {"python": platform.python_version()},
        "timings_seconds": told["timings_seconds"],
    }
    text = json.dumps({**manifest, "signed": signed(manifest)}, indent=2, ensure_ascii=False)
    save_text(folder / MANIFEST, text + "\n")


def read_manifest(folder: Path) -> Any:
    """What the manifest of a written pack holds; that it is what kamlib wrote is not looked at.

    Raises
    ------
    DataError
        The folder is no pack, or its manifest cannot be read.
    """
    path = folder / MANIFEST
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(
            f"{folder}: is no pack, for it has no {MANIFEST}; expected a folder like "
            "reports/mycompany/2025Q4"
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be read ({error}); it was altered") from None


def listed(names: Sequence[str], most: int = 10) -> str:
    """The first names, and how many more there are."""
    shown, more = ", ".join(names[:most]), len(names) - most
    return _("{files} and {n} more").format(files=shown, n=more) if more > 0 else shown


def file_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a pack but its manifest, by the path within it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: content_hash(path) for name, path in names.items() if name != MANIFEST}


def signed(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The hash of a manifest's content, and that hash signed with this user's key."""
    text = json.dumps(manifest, sort_keys=True, ensure_ascii=True)
    content = hashlib.sha256(text.encode()).hexdigest()
    return {"content": content, "by": signer(), "signature": signature({"content": content})}


def _is_table(name: str) -> bool:
    return Path(name).parent.as_posix() == TABLES


def _below_here(path: Path) -> str:
    """Where a description is, as seen from the current folder; elsewhere its name alone."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else Path(path.name)).as_posix()
