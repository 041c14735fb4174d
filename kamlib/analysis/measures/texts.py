"""Columns of texts as comparisons want them: no gaps, nothing but blanks around."""

import pandas as pd


def text_of(values: pd.Series, unknown: str = "") -> pd.Series:
    """Texts, stripped; what is not there, or empty, is ``unknown``.

    >>> text_of(pd.Series([" a ", None, ""]), "?").tolist()
    ['a', '?', '?']
    """
    text = values.astype("str").fillna("").str.strip()
    return text.where(text != "", unknown) if unknown else text


def text_column(frame: pd.DataFrame, name: str, unknown: str = "") -> pd.Series:
    """A column of texts as of :func:`text_of`; ``unknown`` in each row where there is none."""
    if name not in frame:
        return pd.Series(unknown, frame.index, dtype="str")
    return text_of(frame[name], unknown)
