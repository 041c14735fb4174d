"""Which fonts draw a picture's texts: any script that some font of this machine has."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

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
UNDRAWN = "…"  # for a run of signs that no font has; the page says which script lacks one
# These have a box for every sign there is, which says nothing.
_BOXES = ("last resort", "lastresort", "adobe blank", "notdef")
# How a script is called where the names of its signs begin otherwise.
_SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


@lru_cache(maxsize=1)
def _families() -> list[str]:
    known = {font.name for font in font_manager.fontManager.ttflist}
    if known.isdisjoint(CJK_FONTS):
        _add_late_fonts()
        known = {font.name for font in font_manager.fontManager.ttflist}
    cjk = [name for name in CJK_FONTS if name in known][:1]
    return [BASE_FONT, *cjk, *(name for name in SYMBOL_FONTS if name in known)]


def font_families() -> list[str]:
    """The fonts of a picture, in the order in which a character is looked up in them.

    They become more as names in other scripts are met: see ``drawable``.
    """
    return list(_families())


def drawable(text: str) -> str:
    """A text as a picture can show it: what no font of this machine has becomes an ellipsis.

    Joiners and variation selectors of emoji have no look of their own and go. A font that is
    needed is added to those of all pictures from now on: see ``use_all_fonts``.
    """
    shown = ""
    for char in map(_plain, text):
        if char and not _has_glyph(char):
            shown = shown.removesuffix(UNDRAWN)
            char = UNDRAWN
        shown += char
    return shown


def use_all_fonts(figure: Figure) -> None:
    """Let texts that were made before a font was found for one of them have it, too."""
    families = font_families()
    for text in figure.findobj(Text):
        if text.get_fontfamily() != families and text.get_fontfamily()[0] == BASE_FONT:
            text.set_fontfamily(families)


def scripts_without_font(texts: Iterable[str]) -> list[str]:
    """The scripts of the texts for which no font of this machine is found, by name.

    >>> scripts_without_font(["Müller & Söhne", "Ωmega", ""])
    []
    """
    signs = {char for text in texts for char in text}
    lacking = {_script(char) for char in map(_plain, signs) if char and not _has_glyph(char)}
    return sorted(lacking)


def _script(char: str) -> str:
    """What a character is of, by the first word of its name: THAI CHARACTER KO KAI is Thai."""
    first = unicodedata.name(char, "UNKNOWN").split()[0].partition("-")[0]
    return _SCRIPTS.get(first, first.capitalize())


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category == "Cf" or "\ufe00" <= char <= "\ufe0f" else char


@lru_cache(maxsize=4096)
def _has_glyph(char: str) -> bool:
    # One font after the other: the large Chinese one is opened only where it is needed.
    if any(ord(char) in _signs(_file(family)) for family in _families()):
        return True
    found = _other_font(char)
    if found:
        _families().append(found)
    return bool(found)


def _other_font(char: str) -> str:
    """The first font by name that has a character, upright and of usual weight before others."""
    if unicodedata.category(char) in ("Cn", "Co", "Cs"):  # no sign that a font could be for
        return ""
    return next((name for name, path in _others() if ord(char) in _signs(path)), "")


@lru_cache(maxsize=1)
def _others() -> list[tuple[str, str]]:
    """All other fonts of this machine and their files."""
    _add_late_fonts()
    listed = sorted(
        font_manager.fontManager.ttflist,
        key=lambda font: (font.style != "normal", font.weight != 400, font.name, font.fname),
    )
    usual = {font.name: font.fname for font in reversed(listed)}
    return [(name, usual[name]) for name in dict.fromkeys(font.name for font in listed)
            if not name.casefold().startswith(_BOXES)]  # fmt: skip


@lru_cache(maxsize=64)
def _file(family: str) -> str:
    return str(font_manager.findfont(family))


@lru_cache(maxsize=1024)
def _signs(path: str) -> frozenset[int]:
    """The characters that a font has, as numbers; none where its file cannot be read."""
    try:
        return frozenset(FT2Font(path).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()


@lru_cache(maxsize=1)
def _add_late_fonts() -> None:
    """Fonts that were installed after matplotlib's list of them was written."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    for path in sorted(font_manager.findSystemFonts()):
        if path not in known and Path(path).is_file():
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError):  # a broken font file must not stop a report
                continue
