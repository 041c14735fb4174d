"""Executed notebooks and messages of a pack without the places of the machine that made it."""

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat

from kamlib.data.book import Book
from kamlib.places import NOTEBOOKS, PROJECT
from kamlib.saving import save_text

# What is left of a path in a traceback goes up to the file's name; colours may stand before it.
_FOLDERS = re.compile(
    r"""(\x1b\[[\d;]*m|^|[\s"'(=<])((?:[A-Za-z]:)?[/\\](?:[^/\\"'\x1b\n]+[/\\])+)"""
)
_DATASET = re.compile(r"^dataset = .*$", re.MULTILINE)
_HOW = (
    "# The data set is looked for by this name in data/, in ../data/ and in the folder that the\n"
    "# variable KAM_DATA names; or write here where it is.\n"
)


@dataclass(frozen=True)
class Places:
    """The places of a run, each with what stands for it: the longest first."""

    words: tuple[tuple[str, str], ...]
    dataset: Path
    target: Path
    named: bool
    hidden: bool = False

    @classmethod
    def of(cls, book: Book, staging: Path, target: Path, dataset: str) -> "Places":
        """The places of a run that writes a book's pack.

        Parameters
        ----------
        staging, target
            The folder that is written, and where the pack will be.
        dataset
            How the run's notebooks find the data set: by its name, or by the description's path.
        """
        described = book.dataset.described_in
        folders = {
            staging: "pack",
            target: "pack",
            book.dataset.folder: book.dataset.name,
            NOTEBOOKS: "notebooks",
            PROJECT: "project",
            Path(sys.prefix): "python",
            Path(sys.base_prefix): "python",
            Path.cwd(): ".",
            Path(tempfile.gettempdir()): "tmp",
            Path.home(): "~",
        }
        words = dict(_spellings(folders))
        longest = sorted(words.items(), key=lambda pair: (-len(pair[0]), pair[0]))
        hidden = book.tables.hidden is not None
        return cls(tuple(longest), described, target, dataset != str(described), hidden)

    def text(self, text: str) -> str:
        """A text with the places replaced by what stands for them."""
        for place, word in self.words:
            if place in text:
                text = text.replace(place, word)
        return text

    def notebook(self, notebook: nbformat.NotebookNode, saved: Path) -> nbformat.NotebookNode:
        """A notebook without places; ``saved`` is its file, within the folder that is written."""
        clean = nbformat.from_dict(self._inside(notebook))
        clean["metadata"].pop("papermill", None)
        for cell, before in zip(clean["cells"], notebook.cells, strict=True):
            cell["metadata"].pop("papermill", None)
            if "injected-parameters" in cell["metadata"].get("tags", []):
                cell["source"] = self._parameters(before.source, saved)
            for output in cell.get("outputs", []):
                if output["output_type"] == "error":
                    output["traceback"] = [_FOLDERS.sub(r"\1", t) for t in output["traceback"]]
        if self.hidden:  # usual parameters name accounts and a data set that are none of the pack
            clean["cells"] = [cell for cell in clean["cells"] if not _is_usual(cell)]
        return clean

    def save(self, saved: Path, staging: Path) -> nbformat.NotebookNode | None:
        """Write a saved notebook anew without places, and give it back; None without one."""
        if not saved.is_file():
            return None
        notebook = nbformat.read(saved, as_version=4)
        clean = self.notebook(notebook, saved.relative_to(staging))
        save_text(saved, nbformat.writes(clean) + "\n")
        return clean

    def _parameters(self, source: str, saved: Path) -> str:
        """The cell of parameters, with a data set that an analyst's run of the notebook finds."""
        if self.named:
            return source
        place, how = self._found_from(self.target / saved.parent)
        line = f"{how}dataset = {json.dumps(place, ensure_ascii=False)}"
        return _DATASET.sub(lambda _found: line, source, count=1)

    def _found_from(self, folder: Path) -> tuple[str, str]:
        """The data set as seen from a notebook's folder: a path, where it lies beside the packs."""
        beside = self.target.resolve().parents[2]  # the folder of the folder of all packs
        described = self.dataset.resolve()
        if described.is_relative_to(beside) and beside != Path(beside.anchor):
            return Path(os.path.relpath(described, folder.resolve())).as_posix(), ""
        plain = self.dataset.name == "dataset.toml"
        return self.dataset.parent.name if plain else self.dataset.name, _HOW

    def _inside(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._inside(each) for each in value]
        if isinstance(value, dict):
            return {
                name: each if name.startswith("image/") else self._inside(each)
                for name, each in value.items()
            }
        return value


def _is_usual(cell: nbformat.NotebookNode) -> bool:
    """Whether a cell holds the parameters that a notebook has without any being given."""
    return "parameters" in cell["metadata"].get("tags", [])


def _spellings(folders: Mapping[Path, str]) -> Iterable[tuple[str, str]]:
    """Every way in which a folder's path may stand in a text; not the root of all."""
    home = str(Path.home())
    for folder, word in folders.items():
        for path in sorted({Path(os.path.abspath(folder)), folder.resolve()}):
            if path == Path(path.anchor):
                continue
            text = str(path)
            short = {f"~{text[len(home) :]}"} if text.startswith(home + os.sep) else set()
            ways = {text, path.as_posix(), text.replace("\\", "\\\\"), quote(path.as_posix())}
            yield from ((way, word) for way in sorted(ways | short))
