"""A result table as a file that a program reads: plain, inert, and the same bytes everywhere."""

import re
from pathlib import Path

import pandas as pd

from kamlib.quarters import quarter_labels
from kamlib.saving import save_text

# With what a spreadsheet takes a cell for a formula, of full width, too, and behind what nobody
# sees; and where a cell begins: also behind a ; or the end of a line, for a spreadsheet of another
# language parts the cells of a row there.
_UNSEEN = "[ \u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff\x00-\x09\x0b\x0c\x0e-\x1f]*"
_FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
_BEGINS = re.compile(
    f"(^(?='*{_UNSEEN}(?:[\t\r\n]|{_FORMULA}))|[;\r\n](?='*{_UNSEEN}{_FORMULA}))('*)"
)
_INERT = "'"
MARK = "\ufeff"  # by which Excel sees that a file is UTF-8, should somebody double-click it


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a result table as UTF-8 CSV: the same frame gives the same bytes everywhere.

    It begins with the mark of UTF-8, so that Excel opens it by a double click with all letters.
    Numbers have up to 12 significant digits (cents of ten thousand millions), days are ISO,
    flags are true or false, and a named index is the first column. A text that a spreadsheet
    would take for a formula is written as :func:`inert` makes it; :func:`read_table` reads it
    back as it was.
    """
    flat = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    shown = pd.DataFrame({name: _plain(flat[name]) for name in flat.columns})
    rows = _Rows()
    shown.rename(columns=_cell).to_csv(
        rows, index=False, lineterminator=_Rows.END, float_format="%.12g"
    )
    save_text(path, "".join([MARK, *rows.written]))


def read_table(path: str | Path) -> pd.DataFrame:
    """A table of a pack, every cell the text that was written; empty where there was nothing.

    Returns
    -------
    A column of texts per column of the file; what is a number, day or flag is for who reads it
    to say: an account's number, ``00123``, is none.
    """
    read = pd.read_csv(
        path,
        dtype="str",
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        encoding="utf-8-sig",
    )
    return read.map(as_it_was).rename(columns=as_it_was)


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before each that is one.

    >>> inert("=1+1"), inert("-5"), inert("Mix -5 %"), inert("'-5"), inert("a;=1+1")
    ("'=1+1", "'-5", 'Mix -5 %', "''-5", "a;'=1+1")
    """
    return _BEGINS.sub(rf"\g<1>{_INERT}\g<2>", text)


def as_it_was(text: str) -> str:
    """The text of which :func:`inert` made this one.

    >>> as_it_was("'=1+1"), as_it_was("''-5"), as_it_was("'s-Hertogenbosch")
    ('=1+1', "'-5", "'s-Hertogenbosch")
    """
    return _BEGINS.sub(lambda found: found[1] + found[2].removeprefix(_INERT), text)


class _Rows:
    """Takes the rows of a CSV file, one by one.

    A lone carriage return in a cell is quoted only where it may end a row.
    """

    END = "\r\n"

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, row: str) -> None:
        self.written.append(row.removesuffix(self.END) + "\n")


def _plain(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.PeriodDtype):
        return quarter_labels(values)
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime("%Y-%m-%d")
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "true", False: "false"})
    if pd.api.types.is_float_dtype(values):
        return values + 0.0  # no "-0"
    if pd.api.types.is_numeric_dtype(values):
        return values
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("str")
    return values.map(_cell, na_action="ignore")


def _cell(value: object) -> object:
    return inert(value) if isinstance(value, str) else value
