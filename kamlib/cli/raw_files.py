"""Files that nobody mapped: described beside their pack, once, and used again as they stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamlib.errors import DataError

if TYPE_CHECKING:
    from kamlib.data.guess.setup import GuessedDataSet


@dataclass(frozen=True)
class Mapped:
    """Where files are described; ``guessed`` is there where that was done just now."""

    folder: Path
    guessed: "GuessedDataSet | None"

    @property
    def file(self) -> Path:
        """The description, to be edited."""
        return self.folder / "dataset.toml"


def are_raw(arguments: Sequence[str]) -> bool:
    """Whether what somebody names are files of data, rather than one data set.

    Raises
    ------
    DataError
        Several data sets are named, or a file that is not there.
    """
    from kamlib.data.read.dataset import is_description

    paths = [Path(argument) for argument in arguments]
    raw = [path.is_file() and not is_description(path) for path in paths]
    if all(raw):
        return True
    if len(paths) == 1:
        return False
    if any(raw):
        other = paths[raw.index(False)]
        what = "is a data set of its own" if other.exists() else "there is no such file"
        raise DataError(f"{other}: {what}; expected files with your data, or one data set alone")
    raise DataError(
        f"{', '.join(arguments)}: several data sets; a pack is of one: name one, or files with "
        "your data"
    )


def mapped(files: Sequence[Path], reports: Path) -> Mapped:
    """Describe files in the folder of their packs, or find them described there.

    Raises
    ------
    DataError
        The description there is of other files, or nothing was recognised.
    """
    from kamlib.data.guess.setup import guessed_dataset

    name = data_set_name(files[0])
    folder = reports / name
    if not (folder / "dataset.toml").exists():
        return Mapped(folder, guessed_dataset(name, files, reports))
    _check_same(folder, files)
    return Mapped(folder, None)


def data_set_name(file: Path) -> str:
    """A data set's name from a file's: ``Sales 2025.xlsx`` gives ``Sales-2025``."""
    return re.sub(r"[^\w.-]+", "-", file.stem).strip("-.") or "sales"


def _check_same(folder: Path, files: Sequence[Path]) -> None:
    from kamlib.data.read.dataset import load_dataset
    from kamlib.data.read.reach import allow_files

    described = load_dataset(folder)
    before = {(described.folder / file).resolve() for file in described.files}
    if before and before != {file.resolve() for file in files}:
        names = ", ".join(sorted(file.name for file in before))
        raise DataError(
            f"{folder / 'dataset.toml'}: is of other files ({names}); give the same files again, "
            f"or delete it, or write it for these under another name: "
            f"kam init NAME --from {' '.join(map(str, files))}"
        )
    allow_files(folder, files)  # they are named anew
