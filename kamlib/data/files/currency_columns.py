"""A grid of rates with one column per currency, as lines: day, currency, unit, rate."""

import re
from collections.abc import Sequence
from typing import Any

from kamlib.data.describe.telling import currency_code

UNIT = "Unit"
# What a central bank or an ERP writes where it has no rate for a day.
_NONE = {"", "n/a", "na", "n.a.", "nd", "n.d.", "-", "–", "—", "..", "...", "#n/a", "null", "none"}
_PARTS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_UNITS = {1, 10, 100, 1_000, 10_000, 100_000}
_SIDE_WORDS = {"per", "je", "pro", "за", "на", "rate", "kurs", "курс", "汇率"}


def currency_columns(header: Sequence[str]) -> dict[int, tuple[str, int]]:
    """The columns that are named by a currency: by place its code, and for how many units.

    Of pairs such as ``EUR/USD`` and ``EUR/CHF`` the currency is the one that differs.

    >>> currency_columns(["Date", "USD", "100 JPY", "Total", "CHF (100)"])
    {1: ('USD', 1), 2: ('JPY', 100), 4: ('CHF', 100)}
    >>> currency_columns(["Day", "EUR/USD", "EUR/CHF"])
    {1: ('USD', 1), 2: ('CHF', 1)}
    """
    read = {place: named for place, name in enumerate(header) if (named := _named(name))}
    pairs = [{*codes} for codes, _unit in read.values() if len(codes) == 2]
    shared = set.intersection(*pairs) if len(pairs) > 1 else set()
    base = next(iter(shared)) if len(shared) == 1 else ""
    own = {place: ([code for code in codes if code != base or len(codes) == 1], unit)
           for place, (codes, unit) in read.items()}  # fmt: skip
    return {place: (codes[0], unit) for place, (codes, unit) in own.items() if len(codes) == 1}


def rate_lines(
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    numbers: Sequence[int],
    names: Sequence[str],
) -> tuple[list[str], list[list[Any]], list[int]]:
    """Header, rows and their numbers of the lines: one per row and currency that has a rate.

    Parameters
    ----------
    names
        What the columns of the currency and of the rate are to be called.
    """
    found = currency_columns(header)
    kept = [place for place in range(len(header)) if place not in found]
    lines, places = [], []
    for row, number in zip(rows, numbers, strict=True):
        for place, (code, unit) in found.items():
            cell = row[place]
            if cell is not None and str(cell).strip().casefold() not in _NONE:
                lines.append([*(row[p] for p in kept), code, unit, cell])
                places.append(number)
    currency, rate = names
    return [*(header[place] for place in kept), currency, UNIT, rate], lines, places


def _named(name: str) -> tuple[list[str], int] | None:
    """The currencies and the unit that a header names, if it names nothing else."""
    codes, unit = [], 1
    if code := currency_code(name):
        return [code], unit
    for part in _PARTS.findall(name):
        if code := currency_code(part):
            codes.append(code)
        elif part.isdigit():
            if int(part) not in _UNITS:
                return None
            unit = int(part)
        elif part.isalpha() and part.casefold() not in _SIDE_WORDS:
            return None
    return (codes, unit) if 1 <= len({*codes}) <= 2 else None
