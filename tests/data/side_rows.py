"""Rows of a side table for tests, in the dtypes in which the data layer hands them over."""

import pandas as pd

from kamlib.data.reduce.checks import empty_side_table


def side_rows(name, *given):
    """``side_rows("losses", {"account": "a", "date": "2025-01-01", "reason": "price"})``."""
    empty = empty_side_table(name)
    frame = pd.DataFrame(list(given)).reindex(columns=empty.columns)
    for column, kind in empty.dtypes.items():
        frame[column] = frame[column].astype(kind)
    return frame
