"""What a notebook says in words: a headline, key figures, links; escaped for pages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kamlib.words import _, told

MARK = "*"  # beside what rests on rows with a warning, and before the note that tells it


class Html:
    """A piece of a page with its plain text, as the last line of a notebook cell."""

    def __init__(self, html: str, plain: str) -> None:
        self.html = html
        self.plain = plain

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/html": self.html, "text/plain": self.plain}

    def __repr__(self) -> str:
        return self.plain


class Sentence(str):
    """A sentence of a page: a text, and as the last line of a cell a headline.

    ``caveat`` is what is to be known of the rows that it rests on.
    """

    caveat: str

    def __new__(cls, text: str = "", caveat: str = "") -> "Sentence":
        """A text with what is to be known of its rows; an empty one rests on nothing."""
        made = super().__new__(cls, text)
        made.caveat = caveat if text else ""
        return made

    @property
    def html(self) -> str:
        """The sentence as a page shows it."""
        return headline(self).html

    @property
    def plain(self) -> str:
        """The sentence alone, and what is to be known of its rows."""
        return headline(self).plain

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/html": self.html, "text/plain": self.plain}

    def __repr__(self) -> str:
        return self.plain


def headline(*sentences: str) -> Html:
    """Sentences that carry the message, set large."""
    said = [told(marked(sentence)) for sentence in sentences if sentence]
    style = "font-size:1.1em;font-weight:600;max-width:70ch"
    html = "".join(
        f'<p class="kam-headline" style="{style}">{escape(sentence)}</p>' for sentence in said
    )
    caveats = dict.fromkeys(getattr(sentence, "caveat", "") for sentence in sentences)
    rests = [text for text in caveats if text]
    notes = [f"{MARK} {told(text)}" for text in rests]
    return Html(html + "".join(map(rests_on, rests)), "\n".join([*said, *notes]))


def marked(sentence: str) -> str:
    """A sentence with the mark of a note below, where it has one."""
    return f"{sentence} {MARK}" if getattr(sentence, "caveat", "") else str(sentence)


def noted(shown: Html, caveat: str) -> Html:
    """A piece of a page with what is to be known of the rows that it rests on, if anything is."""
    if not caveat or not shown.plain:
        return shown
    return Html(shown.html + rests_on(caveat), f"{shown.plain}\n{MARK} {told(caveat)}")


def rests_on(caveat: str) -> str:
    """What is to be known of the rows that a result rests on, as a note below it."""
    return f'<p class="kam-note kam-rests">{MARK} {escape(told(caveat))}</p>' if caveat else ""


def page_end() -> Html:
    """Where a printed page ends, so that what stands above can be taken along on its own."""
    return Html('<div style="break-after:page"></div>', "")


def figures(named: Sequence[tuple[str, str]]) -> Html:
    """Key figures side by side: (what it is, the formatted figure)."""
    named = [(told(name), told(figure)) for name, figure in named]
    boxes = "".join(
        f"<div><b>{escape(figure)}</b> <span>{escape(name)}</span></div>" for name, figure in named
    )
    plain = "\n".join(f"{name}: {figure}" for name, figure in named)
    return Html(f'<div class="kam-figures">{boxes}</div>', plain)


@dataclass(frozen=True)
class Position:
    """Where a slider may stand: the setting there, the formatted figures, and who crosses."""

    at: str
    figures: tuple[str, ...]
    words: str


def slider(label: str, names: Sequence[str], positions: Sequence[Position], start: int) -> Html:
    """Key figures that follow a slider on a page; without a script they are those at the start.

    Parameters
    ----------
    label
        What the slider sets.
    names
        What the figures are, in the order of those of each position.
    positions
        Where it may stand, in order; computed ahead.
    start
        The position of what is in force.
    """
    now, in_force = positions[start], _("{value}, as in force").format(value=positions[start].at)
    shown = figures(list(zip(names, now.figures, strict=True)))
    steps = [
        {"at": told(in_force if n == start else step.at),
         "figures": list(map(told, step.figures)), "words": told(step.words)}
        for n, step in enumerate(positions)
    ]  # fmt: skip
    known = {"label": told(label), "start": start, "back": told(_("As in force")), "steps": steps}
    html = (
        f'<div class="kam-slider" role="group" aria-label="{escape(told(label))}">'
        f'<p class="kam-slider-at">{escape(told(label))}: <b>{escape(told(in_force))}</b></p>\n'
        f'{shown.html}\n<p class="kam-slider-words"></p>\n'
        f'<script type="application/json">{_embedded(known)}</script></div>'
    )
    return Html(html, f"{told(label)}: {told(in_force)}\n{shown.plain}")


def _embedded(known: object) -> str:
    """JSON that cannot end the script it stands in, whatever a company is called."""
    text = json.dumps(known, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
