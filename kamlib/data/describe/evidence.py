"""What a column's sample values say: dates, numbers, flags or text."""

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from kamlib.data.describe.headers import currency_of, word_set
from kamlib.data.describe.schema import Column

_MISSING = frozenset(("", "null", "none", "nan", "nat", "n/a", "#n/a", "-", "–"))
_FLAGS = word_set("yes no y n x true false 1 0 1.0 0.0 ja nein да нет 是 否")
_DATE_TEXT = re.compile(
    r"^(\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](\d{2}|\d{4})"
    r"|\d{1,2}[-. ]?[A-Za-z]{3,9}[-. ,]+\d{2,4}|[A-Za-z]{3,9} \d{1,2}, ?\d{4})([T ,].*)?$"
)
_NUMBER_TEXT = re.compile(
    r"^[(+−-]?\d{1,3}([ ,.'’]?\d{3})*([.,]\d+)?[)-]?$|^[+−-]?\d+([.,]\d+)?-?$"
)
_NOISE = re.compile(r"[\s€$£¥₽%]|EUR|USD|GBP|CNY|RMB|RUB|руб\.?|元", re.IGNORECASE)
_SERIAL_DAYS = (20_000, 80_000)
_COMPACT_DAYS = (19_500_101, 21_001_231)
_MOSTLY = 0.8
_LONGEST_SAMPLE = 32
_PROSE = word_set("name description history structure surroundings interests subject note evidence")
_NUMBERS = frozenset(("numbers", "text numbers", "days", "serial days"))


@dataclass(frozen=True)
class Evidence:
    """What a column's samples are.

    ``kind`` is ``empty``, ``dates``, ``days`` (20240131), ``serial days`` (numbers that may be
    Excel's dates), ``numbers``, ``text numbers`` or ``text``; ``typed_numbers`` tells whether
    some value is stored as a number.
    """

    kind: str
    samples: tuple[str, ...] = ()
    typed_numbers: bool = False
    flags: bool = False
    distinct: bool = True
    low: float = math.nan
    high: float = math.nan
    values: tuple[str, ...] = ()
    currency: str = ""


def column_evidence(values: Sequence[Any]) -> Evidence:
    """What a column's sample values are; missing ones do not count."""
    cells = [value for value in values if not _is_missing(value)]
    if not cells:
        return Evidence("empty")
    numbers = [number for number in map(_number, cells) if number is not None]
    texts = list(dict.fromkeys(map(_shown, cells)))
    money = [currency_of(cell) for cell in cells[:20] if isinstance(cell, str)]
    kind = _kind(cells, numbers)
    return Evidence(
        kind,
        samples=tuple(texts[:3]),
        typed_numbers=any(isinstance(cell, _NUMBER_TYPES) for cell in cells),
        flags=all(str(cell).strip().casefold() in _FLAGS for cell in cells),
        distinct=len(set(map(str, cells))) == len(cells),
        low=min(numbers, default=math.nan),
        high=max(numbers, default=math.nan),
        values=tuple(texts[:50]),
        currency=next((code for code in money if code), "") if kind == "text numbers" else "",
    )


def fit(column: Column, evidence: Evidence, *, percent: bool = False) -> float:
    """How well samples suit a canonical column: 0 rules it out, 1 speaks for nothing else."""
    if evidence.kind == "empty":
        return 0.95
    if column.kind == "date":
        return {"dates": 1.0, "days": 1.0, "serial days": 0.9}.get(evidence.kind, 0.0)
    if column.kind == "number":
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
    days += sum(isinstance(cell, str) and bool(_DATE_TEXT.match(cell.strip())) for cell in cells)
    if days >= _MOSTLY * count:
        return "dates"
    if len(numbers) < _MOSTLY * count:
        return "text"
    if all(_is_compact_day(number) for number in numbers):
        return "days"
    if all(_SERIAL_DAYS[0] <= number <= _SERIAL_DAYS[1] for number in numbers):
        return "serial days"
    return "text numbers" if all(isinstance(cell, str) for cell in cells) else "numbers"


def _is_compact_day(number: float) -> bool:
    if not (_COMPACT_DAYS[0] <= number <= _COMPACT_DAYS[1] and number.is_integer()):
        return False
    return 1 <= number // 100 % 100 <= 12 and 1 <= number % 100 <= 31


def _is_missing(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in _MISSING
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, np.floating, Decimal)) and math.isnan(value)


def _number(cell: Any) -> float | None:
    if isinstance(cell, (bool, np.bool_)):
        return None
    if isinstance(cell, _NUMBER_TYPES):
        return float(cell)
    if not isinstance(cell, str) or len(cell) > 40:
        return None
    text = _NOISE.sub("", cell)
    if not text or not _NUMBER_TEXT.match(text):
        return None
    negative = text[0] in "(-−" or text[-1] == "-"
    digits = re.sub(r"[()+−'’-]", "", text)
    return (-1 if negative else 1) * float(_with_point(digits))


def _with_point(digits: str) -> str:
    """Digits with a point as decimal sign: the last sign is it, unless it parts thousands."""
    signs = re.findall(r"[.,]", digits)
    if not signs:
        return digits
    whole, fraction = re.split(r"[.,](?=[^.,]*$)", digits)
    thousands = signs.count(signs[-1]) > 1 or (signs[-1] == "," and len(fraction) == 3)
    return re.sub(r"[.,]", "", whole) + ("" if thousands else ".") + fraction


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
