"""A first ``dataset.toml`` from a company's own files: peek, guess, write, say what is missing."""

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import pandas as pd

from kamlib.data.describe.schema import TABLES
from kamlib.data.doubts.doubt import Doubt
from kamlib.data.files.layout import Layout, Recogniser
from kamlib.data.guess.amounts import proven_amounts
from kamlib.data.guess.guess import guess_tables
from kamlib.data.guess.keys import sources_of
from kamlib.data.guess.layouts import beside_dated, recognised_layout, undated, with_layouts
from kamlib.data.guess.linked import with_links
from kamlib.data.guess.rivals import source_doubts
from kamlib.data.guess.settle import Settled, settled
from kamlib.data.guess.titles import (
    fiscal_words,
    own_year_doubts,
    title_scale_doubts,
    titles_with_scale,
)
from kamlib.data.guess.toml import dataset_toml, guess_report
from kamlib.data.read.dataset import DataSet, described, is_template, load_dataset
from kamlib.data.read.reach import allow_files
from kamlib.data.read.sources import Peek, peek
from kamlib.errors import DataError, shown
from kamlib.saving import make_folder, refuse_links, save_text


@dataclass(frozen=True)
class GuessedDataSet:
    """A written first description: where it is, what was guessed, and what could not be.

    ``missing`` are the columns and tables that were not recognised, ``left_out`` the sheets and
    files that nothing uses. ``settled`` is what the lines proved or left open, if they could be
    read; ``fiscal`` a header or cell that speaks of a company's own year, if there is one.
    """

    path: Path
    report: pd.DataFrame
    missing: tuple[str, ...]
    settled: Settled | None = None
    left_out: tuple[str, ...] = ()
    fiscal: str = ""

    @property
    def described(self) -> DataSet | None:
        """The data set as it was written; None where it lacks what is required."""
        try:
            return load_dataset(self.path)
        except DataError:
            return None


def guessed_dataset(name: str, files: Sequence[Path], data: Path) -> GuessedDataSet:
    """Write ``<data>/<name>/dataset.toml``, guessed from the files' headers and first rows.

    The files stay where they are: the description names them relative to its folder, and may
    read them there, as their user has named them.

    Raises
    ------
    DataError
        A file is missing or unreadable, nothing in them was recognised, or the data set has a
        description already (it is never overwritten).
    """
    _check_name(name)
    folder = data / name
    path = folder / "dataset.toml"
    _check_places(path, files, data)
    places = {_from_folder(file, folder): file for file in files}
    seen, titles, fiscal = _seen(places)
    seen, recognisers = _beside_lines(seen, places)
    parts = [(place, part.sheet, part.header, part.rows.to_pandas()) for place, part in seen]
    guesses, left_out = guess_tables(parts)
    guesses = with_layouts(guesses, seen)
    guesses, left_out = with_links(guesses, left_out, sources_of(parts, places, recognisers))
    lines = guesses.get("transactions")
    hints = undated(seen) if lines is None or "date" in lines[2].missing else []
    if not guesses:
        raise DataError(f"nothing was recognised; {'; '.join([*left_out, *hints])}")
    title = name.replace("_", " ").replace("-", " ")
    make_folder(folder, within=data)
    allow_files(folder, files)  # their user has named them
    first = tomllib.loads(dataset_toml(title, None, guesses))
    amounts = proven_amounts(path, first, guesses, parts)
    guesses = amounts.guesses
    before = [*source_doubts(path, guesses), *amounts.doubts]
    before += title_scale_doubts(guesses, amounts.doubts, titles)
    before += own_year_doubts(guesses, parts)
    read = _settled(path, dataset_toml(title, None, guesses), before)
    text = dataset_toml(title, None, guesses, read, tuple(places))
    save_text(path, text, within=data)
    missing = [
        f"{table}: {column}" for table, (_, _, guess) in guesses.items() for column in guess.missing
    ]
    if "transactions" not in guesses:
        missing.insert(0, "transactions: no file looks like sales lines; this table is required")
    missing = [*missing, *hints]
    asked = {doubt.key for doubt in read.doubts} if read else set()
    if "currencies" not in asked and not any(g.currency for _, _, g in guesses.values()):
        missing.append(f"currency: nothing in the files names it; EUR is only a guess, see {path}")
    said = next(iter(fiscal), "")
    return GuessedDataSet(path, guess_report(guesses), tuple(missing), read, tuple(left_out), said)


def _check_name(name: str) -> None:
    is_long = any(len(part.encode("utf-8", "replace")) > 200 for part in Path(name).parts)
    is_place = ".." in Path(name).parts or PureWindowsPath(name).anchor
    if is_long or is_place or not name.strip(" .") or not name.isprintable():
        raise DataError(
            f'"{shown(name[:40])}" is no name for a data set; expected a short one of letters, '
            "digits and hyphens, which becomes a folder's"
        )


def _check_places(path: Path, files: Sequence[Path], data: Path) -> None:
    refuse_links(path, within=data)
    if path.exists():
        raise DataError(f"{path}: is there already; change it by hand, or choose another name")
    for file in files:
        if not file.is_file():
            raise DataError(f"{file}: there is no such file")
        if is_template(file):
            raise DataError(
                f"{file}: is an input workbook of `kam template`, which says by itself what is in "
                f"it; expected `kam check {file.name}` or `kam report {file.name}`"
            )


def _seen(places: dict[str, Path]) -> tuple[list[tuple[str, Peek]], list[str], list[str]]:
    """The first rows of every part by the file's place, titles with a unit, words of a year."""
    titles: list[str] = []
    fiscal: list[str] = []

    def recognise(rows: Sequence[Sequence[Any]], name: str) -> Layout:
        titles.extend(titles_with_scale(rows))
        fiscal.extend(fiscal_words(rows))
        return recognised_layout(rows, name)

    seen = [
        (place, part) for place, file in places.items() for part in peek(file, recognise=recognise)
    ]
    return seen, titles, fiscal


def _beside_lines(
    seen: list[tuple[str, Peek]], places: dict[str, Path]
) -> tuple[list[tuple[str, Peek]], dict[str, Recogniser]]:
    """The parts, those beside dated lines without sums of years, and what recognises each file.

    Such a file tells of accounts; what was sold stands elsewhere.
    """
    recognisers: dict[str, Recogniser] = dict.fromkeys(places, recognised_layout)
    for place in beside_dated(seen):
        recognisers[place] = _without_years
        plain = [(place, part) for part in peek(places[place], recognise=_without_years)]
        seen = [item for item in seen if item[0] != place] + plain
    return seen, recognisers


def _without_years(rows: Sequence[Sequence[Any]], name: str) -> Layout:
    return recognised_layout(rows, name, years=False)


def _settled(path: Path, text: str, before: Sequence[Doubt]) -> Settled | None:
    """What the lines say with a first description, or nothing where it lacks what is required."""
    content = tomllib.loads(text)
    required = TABLES["transactions"].required
    if not set(required) <= set(content.get("transactions", {}).get("columns", {})):
        return None
    return settled(described(path, content), before)


def _from_folder(file: Path, folder: Path) -> str:
    """A file's path as the description names it: relative where that is possible."""
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive on Windows
        return file.resolve().as_posix()
