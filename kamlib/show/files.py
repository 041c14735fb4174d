"""A result table as a file that a program reads: plain, and the same bytes everywhere."""

from pathlib import Path

import pandas as pd

from kamlib.quarters import quarter_labels
from kamlib.saving import save_text


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a result table as UTF-8 CSV: the same frame gives the same bytes everywhere.

    Numbers have up to 12 significant digits (cents of ten thousand millions), days are ISO,
    flags are true or false, and a named index is the first column.
    """
    flat = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    shown = {name: _plain(flat[name]) for name in flat.columns}
    text = pd.DataFrame(shown).to_csv(index=False, lineterminator="\n", float_format="%.12g")
    save_text(path, text)


def _plain(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.PeriodDtype):
        return quarter_labels(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype("str")
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.dt.strftime("%Y-%m-%d")
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "true", False: "false"})
    if pd.api.types.is_float_dtype(values):
        return values + 0.0  # no "-0"
    return values
