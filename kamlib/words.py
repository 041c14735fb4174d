"""Every word and figure a reader sees passes here: marks, languages, numbers, money, dates.

``_`` marks a text as ours and leaves it as it is: results, tables and comparisons hold English
source text whatever the language. Only what shows a result (a page, a picture, a sheet, a
calendar, the command line) calls :func:`told`, which gives the text in the language in force.

The language comes from the environment variable ``KAM_LANGUAGE`` when kamlib starts, so that the
kernels of a pack speak as it does. ``qps`` is a language for tests: all words of ours stand in
【】, so that a word without them was not told.
"""

import gettext
import math
import os
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Formatter
from typing import Any

import pandas as pd

DASH = "–"
LANGUAGE_VARIABLE = "KAM_LANGUAGE"
SOURCE, PSEUDO = "en", "qps"
_LOCALE = Path(__file__).parent / "locale"


class Marked(str):
    """A text of ours in the source language; what is made of it with ``format`` is one, too."""

    __slots__ = ()

    def format(self, *args: Any, **parts: Any) -> str:
        """The English text; while another language is spoken, how it was made is remembered."""
        text = str.format(self, *args, **parts)
        if _speech is not None:
            _speech.made.setdefault(text, (self, args, parts))
        return text

    def __add__(self, other: object) -> "Joined":
        return Joined.of(self, other) if isinstance(other, str) else NotImplemented

    def __radd__(self, other: object) -> "Joined":
        return Joined.of(other, self) if isinstance(other, str) else NotImplemented


class Joined(Marked):
    """Texts of ours side by side: each is formatted, and told, for itself."""

    __slots__ = ("pieces",)

    @classmethod
    def of(cls, *texts: str) -> "Joined":
        """Put texts, ours and others, together."""
        joined = cls("".join(map(str, texts)))
        joined.pieces = tuple(piece for text in texts for piece in getattr(text, "pieces", (text,)))
        return joined

    def format(self, *args: Any, **parts: Any) -> str:
        """The English text; each piece is remembered."""
        if _speech is None:
            return str.format(self, *args, **parts)
        return "".join(piece.format(*args, **parts) for piece in self.pieces)


class _Marks(dict):
    """Each text of ours once, marked when it is first met."""

    def __missing__(self, text: str) -> Marked:
        marked = self[text] = Marked(text)
        return marked


class AsItIs(str):
    """A text that is nobody's to translate: a name, a code, a note that somebody wrote."""

    __slots__ = ()


_marks = _Marks()
_ = _marks.__getitem__


class _Speech:
    """A language other than English, and what is known of the texts to tell in it."""

    def __init__(self, language: str, texts: Mapping[str, str] | None = None) -> None:
        self.language = language
        self.made: dict[str, tuple[Marked, tuple, dict[str, Any]]] = {}
        self.told: dict[str, str] = {}
        self.forms: list[tuple[str, str, re.Pattern[str]]] | None = None
        if texts is not None:
            self.translated = lambda text: texts.get(text, text)
            return
        catalogue = gettext.translation("kamlib", _LOCALE, [language], fallback=True)
        self.translated = _pseudo if language == PSEUDO else catalogue.gettext

    def tell(self, text: str) -> str:
        """A text in this language: as a whole where it is ours, else part by part."""
        if text not in self.told:
            whole = self._whole(text)
            whole = self._by_template(text) if whole is None else whole
            told = self._by_parts(text) if whole is None else whole
            # What is told already stays, should it pass here again.
            self.told[text] = told
            self.told.setdefault(told, told)
        return self.told[text]

    def _whole(self, text: str, *, swapped: bool = False) -> str | None:
        """A text of ours, also one that begins as a sentence does or lacks its full stop."""
        found = self._exact(text)
        if found is None and "\n" in text:  # broken into lines to fit a picture
            found = self._exact(" ".join(text.split("\n")))
            lines = max(map(len, text.split("\n")))
            found = None if found is None else textwrap.fill(found, max(lines, 8))
        if found is None and text and not text.endswith("."):
            found = self._exact(f"{text}.")
            found = None if found is None else found.removesuffix(".")
        if found is None and text[:1].isalpha() and not swapped:
            found = self._whole(text[:1].swapcase() + text[1:], swapped=True)
            if found is not None and text[:1].isupper():
                found = found[:1].upper() + found[1:]
        return found

    def _exact(self, text: str) -> str | None:
        if text in self.made:
            template, args, parts = self.made[text]
            told = {name: self._part(value) for name, value in parts.items()}
            return self.translated(template).format(*map(self._part, args), **told)
        return self.translated(text) if text in _marks else self.told.get(text)

    def _by_template(self, text: str) -> str | None:
        """A text that nobody remembers (it was stored, or made in numpy), by a template it fits."""
        if self.forms is None:
            self.forms = [form for form in map(_form, _marks) if form]
        for template, literal, pattern in self.forms:
            if literal in text and (found := pattern.fullmatch(text)):
                told = {name: self.tell(part) for name, part in found.groupdict().items()}
                return _without_specs(self.translated(template)).format(**told)
        return None

    def _part(self, value: Any) -> Any:
        return self.tell(value) if isinstance(value, str) else value

    def _by_parts(self, text: str) -> str:
        """A text that was joined from several, the longest one that is ours first."""
        edges, strong = _edges(text)
        if len(edges) == 2:
            return text
        parts, at = [], 0
        while at < len(edges) - 1:
            start, end, told = edges[at], at + 1, None
            for until in range(len(edges) - 1, at, -1):
                part = text[start : edges[until]]
                if part == text or not _has_words(part):
                    continue
                apart = start in strong and edges[until] in strong
                if apart or part in self.made or len(part.split()) > 2:
                    told = self._whole(part)
                if told is not None:
                    end = until
                    break
            parts.append(text[start : edges[end]] if told is None else told)
            at = end
        return "".join(parts)


_speech: _Speech | None = None


def told(text: str) -> str:
    """A text in the language in force: what is ours translated, what is data as it is.

    A text that came out of ``_("…").format(…)`` is told with its parts in turn; one that was
    joined from several (``": "``, ``", "``, ``"; "``, ``" · "``, lines) part by part.

    >>> with speaking("qps"):
    ...     told(_("{n} days").format(n=3) + ", " + _("at risk") + ": Ann Meyer")
    '3 【days】, 【at risk】: Ann Meyer'
    """
    if _speech is None or not text or isinstance(text, AsItIs):
        return text
    return _speech.tell(text)


def language() -> str:
    """The language in force, as pages say it: ``en``."""
    return SOURCE if _speech is None else _speech.language


def speak(language: str) -> None:
    """Speak a language from now on; texts that were made before are known as far as they stand.

    Raises
    ------
    ValueError
        There is no catalogue of the language.
    """
    global _speech
    known = languages()
    if language not in known:
        raise ValueError(f'"{language}" is not known; expected one of {", ".join(known)}')
    _speech = None if language == SOURCE else _Speech(language)


@contextmanager
def speaking(language: str, texts: Mapping[str, str] | None = None) -> Iterator[None]:
    """Another language for what is made and told inside; of its catalogue, or of these texts."""
    global _speech
    before = _speech
    if texts is None:
        speak(language)
    else:
        _speech = _Speech(language, texts)
    try:
        yield
    finally:
        _speech = before


def languages() -> list[str]:
    """English, every language that has a catalogue under ``kamlib/locale``, and ``qps``."""
    found = sorted(path.parts[-3] for path in _LOCALE.glob("*/LC_MESSAGES/kamlib.mo"))
    return [SOURCE, *found, PSEUDO]


# Where texts are joined; a blank is a weak seam, for every word has one beside it.
_SEAM = re.compile(
    r"\s*\n\s*|[;:,.?!](?: |$)| · | – | … | / |  +| ?[()\[\]|=]|[\"“”]"
    r"| (?=[-+]?\d|[A-Z]{3} [-\d])|(?<![^\s(])[-+](?=\d)"  # before a figure, behind its sign
    r"|( )"
)


def _edges(text: str) -> tuple[list[int], set[int]]:
    """Where a part may begin or end, and where it is parted by more than a blank."""
    edges, strong = {0, len(text)}, {0, len(text)}
    for seam in _SEAM.finditer(text):
        edges |= set(seam.span())
        if not seam[1]:
            strong |= set(seam.span())
            if seam[0][0] in ".?!":  # a sentence ends with its stop
                edges.add(seam.start() + 1)
                strong.add(seam.start() + 1)
    return sorted(edges), strong


def _has_words(text: str) -> bool:
    return any(map(str.isalpha, text))


def _form(template: str) -> tuple[str, str, re.Pattern[str]] | None:
    """A template of named fields and some words, with its longest literal and its pattern."""
    try:
        pieces = [(words, name) for words, name, _form, _kind in Formatter().parse(template)]
    except ValueError:
        return None
    names = [name for _words, name in pieces if name is not None]
    longest = max((words for words, _name in pieces), key=len, default="")
    named = all(map(str.isidentifier, names)) and len(set(names)) == len(names)
    if not names or not named or len(longest.split()) < 2:
        return None
    pattern = "".join(
        re.escape(words) + (f"(?P<{name}>.+?)" if name else "") for words, name in pieces
    )
    return template, longest, re.compile(pattern, re.S)


def _without_specs(template: str) -> str:
    """A template whose parts are texts already: ``{n:.0f}`` is ``{n}``."""
    return re.sub(r"\{(\w+)[!:][^{}]*\}", r"{\1}", template)


# Of a text in Markdown or HTML, what is no words: marks, addresses, code, breaks of lines.
_NO_WORDS = re.compile(r"(\]\([^)]*\)|`[^`]*`|<[^<>]*>|^ *\d+\. |[\n#*_|\[\]【】]+)", re.M)
_WORDS = re.compile(r"[^\W_].*[^\W_]|[^\W_]", re.S)


def _pseudo(template: str) -> str:
    """A template with all words in 【】, its fields as they are.

    >>> _pseudo("The first {n} of {all}; see tables.")
    '【The first】 {n} 【of】 {all}; 【see tables】.'
    """
    try:
        pieces = list(Formatter().parse(template))
    except ValueError:  # a lone brace: no template
        pieces = [(template, None, None, None)]
    return "".join(_pseudo_words(words) + _field(*field) for words, *field in pieces)


def _pseudo_words(text: str) -> str:
    parts = _NO_WORDS.split(text)
    # Every second part is what the pattern found.
    parts[::2] = [
        _WORDS.sub(lambda found: f"【{found[0]}】" if _has_words(found[0]) else found[0], part)
        for part in parts[::2]
    ]
    return "".join(parts)


def _field(name: str | None, form: str | None, conversion: str | None) -> str:
    if name is None:
        return ""
    return f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"


if os.environ.get(LANGUAGE_VARIABLE, SOURCE) in languages():
    speak(os.environ.get(LANGUAGE_VARIABLE, SOURCE))


def count(value: float) -> str:
    """A whole number with thousands separated, ``12,345``; a dash where it is unknown."""
    return DASH if _unknown(value) else f"{value:,.0f}"


def counted(number: float, one: str, more: str) -> str:
    """One thing by its own words, more of them by theirs, with ``{n}`` filled.

    >>> counted(1, "1 gap", "{n} gaps"), counted(1234, "1 gap", "{n} gaps")
    ('1 gap', '1,234 gaps')
    """
    return one if number == 1 else more.format(n=count(number))


def accounts(number: float) -> str:
    """How many accounts, in words: ``1 account``, ``1,234 accounts``."""
    return counted(number, _("1 account"), _("{n} accounts"))


def days(number: float) -> str:
    """How many days, in words: ``1 day``, ``1,234 days``."""
    return counted(number, _("1 day"), _("{n} days"))


def targets(number: float) -> str:
    """How many targets, in words: ``1 target``, ``1,234 targets``."""
    return counted(number, _("1 target"), _("{n} targets"))


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


def rounded(value: float, currency: str = "") -> str:
    """An amount to three figures, as a headline says it, ``EUR 499,000``.

    >>> rounded(498740.4, "EUR"), rounded(-37485.69), rounded(99.6)
    ('EUR 499,000', '−37,500', '100')
    """
    if _unknown(value):
        return DASH
    told = f"{abs(_to_three(value)):,.0f}"
    return f"{currency} {_minus(value, told)}{told}".strip()


def signed(value: float) -> str:
    """A change to three figures with its sign, ``+78,000``, ``−280,000``."""
    return DASH if _unknown(value) else f"{'+' if value >= 0 else ''}{rounded(value)}"


def short(value: float) -> str:
    """An amount in three figures and its unit, as a tile has room for, ``5.19 m``, ``298 k``.

    >>> short(5185259.7), short(20708502), short(-297233), short(999950), short(90711), short(812)
    ('5.19 m', '20.7 m', '−297 k', '1.00 m', '91 k', '812')
    """
    if _unknown(value):
        return DASH
    size = abs(_to_three(value))
    unit, name = next(((u, n) for u, n in _UNITS if size >= u), (1.0, ""))
    digits = 2 - int(math.log10(size / unit) + 1e-9) if unit > 1.0 else 0
    if unit == _UNITS[-1][0]:
        digits = int(size < 10 * unit)
    return f"{_minus(value, str(size))}{size / unit:,.{digits}f} {name}".strip()


_UNITS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def _to_three(value: float) -> float:
    """A number to three significant figures, whole ones below a thousand."""
    digits = 2 - int(math.floor(math.log10(abs(value)))) if value else 0
    return float(round(float(value), min(digits, 0)))


def _minus(value: float, told: str) -> str:
    return "−" if value < 0 and told.strip("0.,") else ""


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


def capital(text: str) -> str:
    """A text that begins as a sentence does."""
    return text[:1].upper() + text[1:]


def shown_width(text: str) -> int:
    """How wide a text is in letters; a Chinese sign takes the room of two."""
    return len(text) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)


def shortened(line: str, width: int) -> str:
    """A line cut to so many columns, as ``shown_width`` counts them; an ellipsis says that it is.

    >>> shortened("Brown & Sons", 8), shortened("上海精密机械", 8)
    ('Brown &…', '上海精…')
    """
    if shown_width(line) <= width:
        return line
    kept = line
    while kept and shown_width(kept) > width - 1:
        # Cutting at the far end first: 300 characters need no 300 steps.
        kept = kept[: min(len(kept) - 1, width)]
    return kept.rstrip() + "…"


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
        first_line = (about or "").partition("\n")[0]
        lines.append(f"  {name:{width}}  {first_line}".rstrip())
        more = (below or {}).get(name, "")
        lines += textwrap.wrap(more, 96, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return "\n".join(lines)
