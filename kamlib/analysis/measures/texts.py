"""Columns of texts as comparisons want them: no gaps, nothing but blanks around."""

import pandas as pd

from kamlib.words import _, count


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


def with_numbers(accounts: pd.DataFrame) -> pd.DataFrame:
    """Accounts whose shown name tells the other numbers that count as them.

    >>> frame = pd.DataFrame({"name": ["Acme", "Brown"], "also": ["10077", ""]})
    >>> with_numbers(frame)["name"].tolist()
    ['Acme (also 10077)', 'Brown']
    """
    also = text_column(accounts, "also")
    if not (also != "").any():
        return accounts
    told = _("{name} (also {numbers})")
    names = [
        told.format(name=name, numbers=numbers) if numbers else name
        for name, numbers in zip(accounts["name"], also, strict=True)
    ]
    return accounts.assign(name=pd.Series(names, accounts.index, dtype="str"))


def group_name(group: pd.Series) -> str:
    """A group with the number of its sites: "GLOBEX (12 sites)"."""
    return _("{name} ({n} sites)").format(name=group["name"], n=count(group["sites"]))
