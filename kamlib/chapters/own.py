"""What an analyst adds to a data set: chapters of their own, and tables shown by name."""

import os
import re
from collections.abc import Iterable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.chapters.chapter import Chapter
from kamlib.data.book import Book
from kamlib.data.stops import CHAPTERS
from kamlib.errors import DataError, first_line
from kamlib.show.files import write_csv
from kamlib.show.tables import Table
from kamlib.show.tables import table as shown_table

# Where a pack that is being written keeps what its notebooks show by name.
TABLES_VARIABLE = "KAM_TABLES"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def own_chapters(book: Book, paths: Iterable[Path], taken: "Taken") -> list[Chapter]:
    """The chapters in files of the data set's own, whose code is allowed, in their order.

    Raises
    ------
    DataError
        A file cannot be loaded, or names what the workbook or another file names already.
    """
    chapters = []
    for path in paths:
        for kind in _kinds(path):
            taken.take(kind, path)
            chapters.append(kind(book))
    return chapters


class Taken:
    """The names of chapters, tables and sheets that there are: none may stand for two things."""

    def __init__(self, attributes: list[str], kinds: list[type[Chapter]]) -> None:
        self.names = {"chapter": set(attributes), "table": set[str](), "sheet": set[str]()}
        for kind in kinds:
            self._add(kind)

    def take(self, kind: type[Chapter], path: Path) -> None:
        """Add a chapter's names.

        Raises
        ------
        DataError
            One of them is taken, or is none that can be used.
        """
        where = f"{CHAPTERS}/{path.name}: {kind.__name__}"
        if not _NAME.fullmatch(kind.name):
            raise DataError(
                f'{where}: name = "{kind.name}"; expected small letters, digits and _, such as '
                '"weekdays", by which the book has it'
            )
        for what, name in self._names(kind):
            if name in self.names[what]:
                raise DataError(f'{where}: there is a {what} "{name}" already; choose another name')
        self._add(kind)

    def _add(self, kind: type[Chapter]) -> None:
        for what, name in self._names(kind):
            self.names[what].add(name)

    @staticmethod
    def _names(kind: type[Chapter]) -> list[tuple[str, str]]:
        told = kind.told_tables()
        sheets = [("sheet", sheet.name) for member in told for sheet in member.sheets]
        return [("chapter", kind.name), *(("table", member.name) for member in told), *sheets]


def table(frame: pd.DataFrame, *, name: str = "", **options: Any) -> Table:
    """A frame as a page shows it: the last line of a cell.

    While a pack is written, a table that is given a name also becomes ``tables/<name>.csv``.

    Parameters
    ----------
    frame
        Any table; a named index is its first column.
    name
        Small letters, digits and _; none of the pack's own tables.
    options
        ``currency``, ``rows``, ``caption``, ``columns``, ``cents``, as
        :func:`kamlib.show.tables.table` takes them.

    Raises
    ------
    ValueError
        The name is taken or cannot be a file's, or a column to show is not in the frame.
    """
    shown = shown_table(frame, name=name, **options)
    folder = os.environ.get(TABLES_VARIABLE, "")
    if name and folder:
        write_csv(frame, _file(Path(folder), name))
    return shown


def _file(folder: Path, name: str) -> Path:
    from kamlib.chapters.catalogue import our_chapters  # it stands above, and loads all of them

    if not _NAME.fullmatch(name):
        raise ValueError(f'table "{name}": expected small letters, digits and _ in its name')
    if any(member.name == name for kind in our_chapters() for member in kind.told_tables()):
        raise ValueError(f'table "{name}" is one of the pack\'s own; choose another name')
    return folder / f"{name}.csv"


def _kinds(path: Path) -> list[type[Chapter]]:
    spec = spec_from_file_location(f"kam_own_{path.stem}", path)
    module = module_from_spec(spec)
    try:
        # The file itself, never byte code that lies beside it.
        exec(spec.loader.source_to_code(path.read_bytes(), path), vars(module))
    except Exception as error:
        told = f"{type(error).__name__}: {first_line(error)}"
        raise DataError(f"{CHAPTERS}/{path.name}: cannot be loaded: {told}") from error
    return [
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, Chapter)
        and found.__module__ == module.__name__
    ]
