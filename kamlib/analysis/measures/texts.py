"""Columns of texts as comparisons want them: no gaps, nothing but blanks around."""

from collections.abc import Mapping

import pandas as pd

from kamlib.words import _, count

NAMED = 6  # of accounts that cross a limit; the others are counted


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


def crossing(names: pd.Series, groups: Mapping[str, pd.Index]) -> str:
    """Who crosses a limit, the first few by name; empty where nobody does.

    ``groups`` are the accounts that cross by the sentence that names them, ``{names}``.

    >>> names = pd.Series({"a": "Acme", "b": "Brown", "c": "Cole"})
    >>> crossing(names, {"As well: {names}.": names.index[:2], "No longer: {names}.": []})
    'As well: Acme, Brown.'
    """
    told = []
    for words, found in groups.items():
        shown = names.reindex(found[:NAMED]).fillna("").astype("str")
        listed = [name or str(code) for code, name in shown.items()]
        if len(found) > NAMED:
            listed.append(_("{n} more").format(n=count(len(found) - NAMED)))
        if listed:
            told.append(words.format(names=", ".join(listed)))
    return " ".join(told)
