"""Where the notebooks, the demo company and the data sets are: in a checkout, or as installed."""

import os
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
# A wheel brings notebooks/ and data/demo/ along in here (setup.py); in a checkout it is not there.
_BROUGHT = PACKAGE / "project"
INSTALLED = _BROUGHT.is_dir()
PROJECT = _BROUGHT if INSTALLED else PACKAGE.parent
NOTEBOOKS = PROJECT / "notebooks"


def data_roots() -> tuple[Path, ...]:
    """The folders in which a data set is looked for by its name, in order.

    ``KAM_DATA`` if it is set; ``data`` in the current folder, and beside it, where notebooks
    lie; then what the project holds: in an installed wheel the demo company only.
    """
    named = os.environ.get("KAM_DATA")
    first = (Path(named).resolve(),) if named else ()
    return (*first, Path("data"), Path("..", "data"), PROJECT / "data")


def user_cache() -> Path:
    """What is kept for this user: in ``KAM_CACHE``, or in the system's folder for it."""
    return Path(os.environ.get("KAM_CACHE") or platformdirs.user_cache_dir("kamlib"))


def is_brought_along(folder: Path) -> bool:
    """Whether a folder came with the installed package: nothing is written there."""
    return INSTALLED and folder.is_relative_to(PROJECT)
