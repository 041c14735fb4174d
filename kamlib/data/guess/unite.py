"""Sheets and files of the same lines whose headers changed a little: one source, said how.

A column that was renamed from one year to the next is read under one name; an optional column
that some sheet lacks is empty there. What differs more stays apart.
"""

import re
from dataclasses import dataclass

from kamlib.data.describe.headers import read_header
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.telling import BOOKED_PART, ORDER_PART, part_words
from kamlib.data.guess.formulas import ColumnGuess
from kamlib.data.read.conversion import quoted

_LEAST_ALIKE = 0.75


@dataclass(frozen=True)
class Union:
    """How a second header fits the first: its own names to the first's, and what it lacks."""

    rename: dict[str, str]
    lacks: tuple[str, ...]


def union(
    first: tuple[tuple[str, ...], tuple[ColumnGuess, ...]],
    second: tuple[tuple[str, ...], tuple[ColumnGuess, ...]],
) -> Union | None:
    """How a second header and its guessed columns fit the first, or ``None``."""
    header, columns = first
    other_header, others = second
    by_column = {item.column: item for item in others}
    rename: dict[str, str] = {}
    lacks: list[str] = []
    for item in columns:
        absent = [name for name in item.sources if not _has(other_header, name)]
        if not absent:
            continue
        if item.column in ("document", "date") and _apart(item, by_column.get(item.column)):
            return None  # orders beside invoices are the same sales twice
        pairs = _pairs(item, by_column.get(item.column))
        if pairs is None:
            if item.column in TABLES["transactions"].required:
                return None
            lacks += absent
            continue
        rename |= pairs
    if len(set(rename.values())) < len(rename) or any(_has(header, name) for name in rename):
        return None
    kept = sum(_has(header, name) for name in other_header) + len(rename)
    longest = max(len(header), len(other_header))
    return Union(rename, tuple(lacks)) if kept >= _LEAST_ALIKE * longest else None


def _pairs(item: ColumnGuess, other: ColumnGuess | None) -> dict[str, str] | None:
    """The other's names to this one's, where both make the column in the same way."""
    if other is None or len(item.sources) != len(other.sources):
        return None
    pairs = {
        theirs: ours
        for theirs, ours in zip(other.sources, item.sources, strict=True)
        if theirs.casefold() != ours.casefold()
    }
    sql = other.sql
    for theirs, ours in pairs.items():
        sql = sql.replace(quoted(theirs), quoted(ours))
        codes = {read_header(theirs).currency, read_header(ours).currency} - {""}
        if len(codes) > 1:
            return None
    return pairs if sql.casefold() == item.sql.casefold() else None


def _apart(item: ColumnGuess, other: ColumnGuess | None) -> bool:
    return other is not None and {_ordered(item), _ordered(other)} == {True, False}


def _ordered(item: ColumnGuess) -> bool | None:
    """Whether a column is an order's, rather than an invoice's; None where it may be either."""
    words = part_words(" ".join(item.sources))
    if re.search(ORDER_PART, words):
        return True
    return False if re.search(BOOKED_PART, words) else None


def _has(header: tuple[str, ...], name: str) -> bool:
    return name.casefold() in {text.casefold() for text in header}
