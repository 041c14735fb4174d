"""Every word and figure a reader sees passes here: translation, numbers, money, dates."""

import gettext
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

_translations = gettext.translation("kamlib", Path(__file__).parent / "locale", fallback=True)
_ = _translations.gettext

DASH = "–"


def count(value: float) -> str:
    """A whole number with thousands separated, ``12,345``; a dash where it is unknown."""
    return DASH if _unknown(value) else f"{value:,.0f}"


def accounts(number: float) -> str:
    """How many accounts, in words: ``1 account``, ``1,234 accounts``."""
    return _("1 account") if number == 1 else _("{n} accounts").format(n=count(number))


def days(number: float) -> str:
    """How many days, in words: ``1 day``, ``1,234 days``."""
    return _("1 day") if number == 1 else _("{n} days").format(n=count(number))


def number(value: float, digits: int = 2) -> str:
    """A number with a fixed number of digits, ``1,234.50``; a dash where it is unknown."""
    return DASH if _unknown(value) else f"{value:,.{digits}f}"


def money(value: float, currency: str = "") -> str:
    """An amount in whole units of the currency, ``GBP 12,345``; cents only below 100."""
    if _unknown(value):
        return DASH
    digits = 2 if 0 < abs(value) < 100 and not float(value).is_integer() else 0
    value = round(value, digits) + 0.0  # no "-0"
    return f"{currency} {value:,.{digits}f}".strip()


def share(value: float, digits: int = 1) -> str:
    """A share (0–1) as per cent, ``41.2 %``; a dash where it is unknown."""
    return DASH if _unknown(value) else f"{100 * value:.{digits}f} %"


def points(value: float) -> str:
    """A change of a share (0–1) in points, ``+2 points``; a dash where it is unknown."""
    if _unknown(value):
        return DASH
    whole = round(100 * value)
    told = _("1 point") if abs(whole) == 1 else _("{n} points").format(n=count(abs(whole)))
    return ("+" if whole > 0 else "-" if whole < 0 else "") + told


def day(value: pd.Timestamp) -> str:
    """A day as ``2011-09-30``; a dash where it is unknown."""
    return DASH if pd.isna(value) else pd.Timestamp(value).strftime("%Y-%m-%d")


def _unknown(value: float) -> bool:
    return bool(pd.isna(value))


def listing(named: Mapping[str, str], below: Mapping[str, str] | None = None) -> str:
    """A line per name with the first line of what it is, and what stands below it.

    >>> print(listing({"a": "One.", "other": "Another."}, {"other": "more of it"}))
      a      One.
      other  Another.
          more of it
    """
    width = max(map(len, named), default=0)
    lines = []
    for name, about in named.items():
        lines.append(f"  {name:{width}}  {about.partition(chr(10))[0]}".rstrip())
        more = (below or {}).get(name, "")
        lines += textwrap.wrap(more, 96, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return "\n".join(lines)
