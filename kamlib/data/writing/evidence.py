"""What a column's sample values say: dates, numbers, flags or text."""

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from kamlib.data.describe.headers import currency_of, word_set
from kamlib.data.describe.schema import Column
from kamlib.data.writing.days import day_text
from kamlib.data.writing.numbers import (
    DASHES,
    MISSING,
    NumberText,
    column_style,
    currency_in,
    decimal_of,
    decimal_proof,
    number_text,
    number_value,
)

_DAY_INSIDE = re.compile(r"(?<![0-9])([0-9]{1,2})[.]([0-9]{1,2})[.]([0-9]{4})(?![0-9])")
_ISO_INSIDE = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
# A date inside a document's name, and the document before it, as SQL over the column.
_INSIDE_SQL = {
    "%d.%m.%Y": (_DAY_INSIDE, "[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{4}"),
    "%Y-%m-%d": (_ISO_INSIDE, "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
_FLAGS = word_set("yes no y n x true false 1 0 1.0 0.0 ja nein да нет 是 否")
_SERIAL_DAYS = (20_000, 80_000)
_COMPACT_DAYS = (19_500_101, 21_001_231)
_MOSTLY = 0.8
_LEAST_DAYS = 0.2  # written as days, where Excel's numbers stand beside them
_LONGEST_SAMPLE = 32
_PROSE = word_set("name description history structure surroundings interests subject note evidence")
_NUMBERS = frozenset(("numbers", "text numbers", "days", "serial days"))


@dataclass(frozen=True)
class Evidence:
    """What a column's samples are.

    ``kind`` is ``empty``, ``dates``, ``days`` (20240131, or a month: 202401), ``serial days``
    (numbers that may be Excel's dates), ``numbers``, ``text numbers``, ``dates inside`` (of
    texts that hold more: ``date_sql`` and ``document_sql`` take ``{column}`` apart) or ``text``;
    ``typed_numbers`` tells whether some value is stored as a number, ``percent`` and ``scaled``
    whether cells carry a per cent sign or a word such as thousand; ``repeated`` is the share
    (0–1) of the cells that repeat an earlier one.
    """

    kind: str
    samples: tuple[str, ...] = ()
    typed_numbers: bool = False
    flags: bool = False
    low: float = math.nan
    high: float = math.nan
    values: tuple[str, ...] = ()
    currency: str = ""
    percent: bool = False
    scaled: bool = False
    date_sql: str = ""
    document_sql: str = ""
    repeated: float = 0.0


def column_evidence(values: Sequence[Any]) -> Evidence:
    """What a column's sample values are; missing ones do not count."""
    cells = [value for value in values if not _is_missing(value)]
    if not cells:
        return Evidence("empty")
    numbers, forms = _numbers(cells)
    inside = _dates_inside(cells)
    texts = list(dict.fromkeys(map(_shown, cells)))
    money = [currency_in(c) or currency_of(c) for c in cells[:20] if isinstance(c, str)]
    kind = _kind(cells, numbers)
    if kind == "text" and inside[0]:
        kind = "dates inside"
    return Evidence(
        kind,
        samples=tuple(texts[:3]),
        typed_numbers=any(isinstance(cell, _NUMBER_TYPES) for cell in cells),
        flags=all(str(cell).strip().casefold() in _FLAGS for cell in cells),
        low=min(numbers, default=math.nan),
        high=max(numbers, default=math.nan),
        values=tuple(texts[:50]),
        currency=next((code for code in money if code), "") if kind == "text numbers" else "",
        percent=any(form.percent for form in forms),
        scaled=any(form.scale != 1 for form in forms),
        date_sql=inside[0],
        document_sql=inside[1],
        repeated=1 - len(set(map(str, cells))) / len(cells),
    )


def fit(column: Column, evidence: Evidence, *, percent: bool = False) -> float:
    """How well samples suit a canonical column: 0 rules it out, 1 speaks for nothing else."""
    if evidence.kind == "empty":
        return 0.95
    if column.kind == "date":
        return {"dates": 1.0, "days": 1.0, "serial days": 0.9, "dates inside": 0.75}.get(
            evidence.kind, 0.0
        )
    if column.kind == "number":
        percent = percent or evidence.percent
        if evidence.kind not in _NUMBERS or (percent and column.unit != "0–1"):
            return 0.0
        return 1.0
    if column.kind == "flag":
        return 1.0 if evidence.flags else 0.0
    if evidence.kind == "dates" and column.name != "quarter":
        return 0.0
    return 0.5 if column.name in _PROSE and evidence.kind in _NUMBERS else 1.0


_NUMBER_TYPES = (int, float, Decimal, np.integer, np.floating)
_DAY_TYPES = (dt.date, np.datetime64)


def _kind(cells: list[Any], numbers: list[float]) -> str:
    count = len(cells)
    days = sum(isinstance(cell, _DAY_TYPES) for cell in cells)
    days += sum(isinstance(cell, str) and _is_day(cell) for cell in cells)
    serials = sum(isinstance(cell, str) and _is_serial_day(cell) for cell in cells) if days else 0
    if days + serials >= _MOSTLY * count and days >= _LEAST_DAYS * count:
        return "dates"
    if len(numbers) < _MOSTLY * count:
        return "text"
    if all(map(_is_compact_day, numbers)) or all(map(_is_compact_month, numbers)):
        return "days"
    if all(_SERIAL_DAYS[0] <= number <= _SERIAL_DAYS[1] for number in numbers):
        return "serial days"
    return "text numbers" if all(isinstance(cell, str) for cell in cells) else "numbers"


def _is_compact_day(number: float) -> bool:
    if not (_COMPACT_DAYS[0] <= number <= _COMPACT_DAYS[1] and number.is_integer()):
        return False
    return 1 <= number // 100 % 100 <= 12 and 1 <= number % 100 <= 31


def _is_compact_month(number: float) -> bool:
    return 195_001 <= number <= 210_012 and number.is_integer() and 1 <= number % 100 <= 12


def _is_day(cell: str) -> bool:
    day = day_text(cell.strip())
    return day is not None and not day.bare


def _is_serial_day(cell: str) -> bool:
    text = cell.strip()
    return re.fullmatch("[0-9]{5}", text) is not None and (
        _SERIAL_DAYS[0] <= int(text) <= _SERIAL_DAYS[1]
    )


def _is_missing(value: Any) -> bool:
    if isinstance(value, str):
        text = value.strip().casefold()
        return text in MISSING or text in DASHES
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, np.floating, Decimal)) and math.isnan(value)


def _numbers(cells: list[Any]) -> tuple[list[float], list[NumberText]]:
    """The numbers among cells, and of those that are texts how they are written."""
    typed = [float(c) for c in cells if isinstance(c, _NUMBER_TYPES) and not _is_flag(c)]
    texts = Counter(cell.strip() for cell in cells if isinstance(cell, str))
    forms = {text: form for text in texts if (form := number_text(text)) is not None}
    decimal = decimal_of(decimal_proof(forms[text]) for text in forms)
    style = column_style(texts, len(cells), decimal)
    values = {text: number_value(form, style) for text, form in forms.items()}
    read = [values[c.strip()] for c in cells if isinstance(c, str) and c.strip() in values]
    return [*typed, *(value for value in read if value is not None)], [
        form for text, form in forms.items() if values[text] is not None
    ]


def _is_flag(cell: Any) -> bool:
    return isinstance(cell, (bool, np.bool_))


def _dates_inside(cells: list[Any]) -> tuple[str, str]:
    """SQL for the date that stands inside most texts, and for the document before it."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    for form, (pattern, sql) in _INSIDE_SQL.items():
        found = [text for text in texts if pattern.search(text)]
        if len(found) >= _MOSTLY * len(cells):
            date = f"TRY_STRPTIME(REGEXP_EXTRACT({{column}}, '({sql})', 1), '{form}')"
            before = (
                f"TRIM(REGEXP_EXTRACT({{column}}, '^(.*?)[ ,]+(от |vom |of |dated )?{sql}', 1))"
            )
            return date, before
    return "", ""


def _shown(cell: Any) -> str:
    if isinstance(cell, (dt.datetime, np.datetime64)):
        stamp = pd.Timestamp(cell)
        return stamp.strftime("%Y-%m-%d" if stamp == stamp.normalize() else "%Y-%m-%d %H:%M")
    if isinstance(cell, (float, np.floating)):
        return f"{cell:.10g}"
    # Comments and tables stay on one line whatever a cell holds.
    text = "".join(sign if sign.isprintable() else " " for sign in str(cell))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SAMPLE else text[: _LONGEST_SAMPLE - 1] + "…"
