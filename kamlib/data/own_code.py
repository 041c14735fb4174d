"""The code that a data set brings along, chapters and notebooks: run once somebody allowed it."""

from pathlib import Path

from kamlib.data.read.dataset import DataSet
from kamlib.data.read.reach import CHAPTERS, CODE, NOTEBOOKS, check_reach, own_files

__all__ = ["CHAPTERS", "NOTEBOOKS", "allowed_code"]


def allowed_code(dataset: DataSet, folder: str) -> list[Path]:
    """The files of code of a data set's own in its ``chapters`` or ``notebooks``, by name.

    Raises
    ------
    DataError
        There are some, and nobody has allowed the data set's code as it is now.
    """
    found = own_files(dataset, folder)
    if found:
        check_reach(dataset, (CODE,))
    return found
