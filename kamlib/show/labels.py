"""Texts inside pictures: names that stay readable and harmless, money on an axis."""

import unicodedata
from functools import lru_cache
from pathlib import Path

import pandas as pd
from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kamlib.words import DASH, count, share

BASE_FONT = "DejaVu Sans"  # comes with matplotlib: the same picture on every machine

# First found wins; the names cover Linux, Windows and macOS.
CJK_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "SimHei",
    "WenQuanYi Micro Hei",
    "Noto Sans SC",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
SYMBOL_FONTS = ("Noto Emoji", "Segoe UI Symbol", "Symbola")
MISSING = "□"

# matplotlib's font cache does not see a font installed after it was written.
_LATE_FONT_FILES = (
    "notosanscjk",
    "notosanssc",
    "sourcehansans",
    "msyh",
    "simhei",
    "wqy-microhei",
)

_THOUSANDS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def label(text: object, width: int = 24) -> str:
    """A name as a picture can show it: one line, at most ``width`` columns, no mathtext.

    A dollar sign would start mathtext and is escaped; a character that no font at hand can
    draw becomes a box; a wide (Chinese) character counts as two columns.
    """
    line = " ".join("".join(map(_drawable, str(text))).split())
    return _shortened(line, width).replace("$", r"\$")


@lru_cache(maxsize=1)
def font_families() -> list[str]:
    """The fonts of a picture, in the order in which a character is looked up in them."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    if known.isdisjoint(CJK_FONTS):
        _add_late_fonts()
        known = {font.name for font in font_manager.fontManager.ttflist}
    cjk = [name for name in CJK_FONTS if name in known][:1]
    return [BASE_FONT, *cjk, *(name for name in SYMBOL_FONTS if name in known)]


def short_money(value: float, currency: str = "") -> str:
    """An amount in the fewest figures that tell it apart, ``GBP 1.2 m``, ``350 k``."""
    if pd.isna(value):
        return DASH
    for unit, suffix in _THOUSANDS:
        # 999,950 would read "1000 k": go by the rounded amount.
        if abs(value) >= unit * 0.9995:
            return f"{currency} {_three_figures(value / unit)} {suffix}".strip()
    return f"{currency} {value:,.0f}".strip()


def tight_money(value: float) -> str:
    """An amount for a small tile, at most five characters: ``1.2m``, ``350k``, ``18k``."""
    for unit, suffix in _THOUSANDS:
        if abs(value) >= unit * 0.9995:
            digits = 1 if abs(value) < 9.95 * unit else 0
            return f"{value / unit:,.{digits}f}{suffix}"
    return f"{value:,.0f}"


def money_axis(axis: Axis, currency: str = "") -> None:
    """Label an axis in one unit throughout: ``0``, ``0.5 m``, ``1.0 m`` (with the currency)."""
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _position: short_money(value, currency).replace(".0 ", " "))
    )


def count_axis(axis: Axis) -> None:
    """Label an axis in whole numbers with thousands separated."""
    axis.set_major_locator(MaxNLocator(5, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: count(value)))


def share_axis(axis: Axis, step: float = 0.2) -> None:
    """Label an axis of shares (0–1) in per cent."""
    axis.set_major_locator(MaxNLocator(round(1 / step)))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: share(value, 0)))


def _three_figures(value: float) -> str:
    return f"{value:,.1f}" if abs(value) < 99.95 else f"{value:,.0f}"


def _shortened(line: str, width: int) -> str:
    if _columns(line) <= width:
        return line
    kept = line
    while kept and _columns(kept) > width - 1:
        # Cutting at the far end first: 300 characters need no 300 steps.
        kept = kept[: min(len(kept) - 1, width)]
    return kept.rstrip() + "…"


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _drawable(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    # Joiners and variation selectors of emoji have no look of their own.
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""
    return char if _has_glyph(char) else MISSING


@lru_cache(maxsize=4096)
def _has_glyph(char: str) -> bool:
    # One font after the other: the large Chinese one is opened only where it is needed.
    return any(_font(family).get_char_index(ord(char)) for family in font_families())


@lru_cache(maxsize=8)
def _font(family: str):
    return font_manager.get_font(font_manager.findfont(family))


def _add_late_fonts() -> None:
    for path in sorted(font_manager.findSystemFonts()):
        if Path(path).name.casefold().startswith(_LATE_FONT_FILES):
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):  # a broken font file must not stop a report
                continue
