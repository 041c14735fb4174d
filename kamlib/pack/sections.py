"""A page in sections: what one decides by stands open, the rest folded, and a list of them stays.

A section begins where a notebook's text has a heading of the second level. Its cell may bear the
tag ``more`` (folded where it stands) or ``how`` (folded under *How we know* at the page's end:
models, stability, checks, what the page cannot say).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import nbformat

from kamlib.words import _, told

MORE, HOW = "more", "how"
END = "<!-- end of the sections -->"  # the template writes it behind the last cell
_STARTS = re.compile(r'(?=<section class="text" id="[^"]*">\s*<h2)')
_HEAD = re.compile(r'<section class="text" id="([^"]*)">\s*<h2[^>]*>(.*?)</h2>\s*', re.S)
_HEADLINE = re.compile(r'<p class="kam-headline"[^>]*>(.*?)</p>', re.S)
_FIRST = re.compile(r"(.+?[.!?][\"”»)】]*)(?:\s|$)", re.S)
_TEXT = re.compile(r"(<section[^>]*>\s*<h2[^>]*>.*?</h2>)(.*?)(</section>)", re.S)
_TAG = re.compile(r"<[^>]+>")
_MOST = 200  # signs of an answer beside its question
_LONG = 30  # words of an explanation that stands behind a line of its own
_FEWEST = 3  # sections of a page that needs a list of them


@dataclass(frozen=True)
class Section:
    """A part of a page: the id of its place, its heading, all of its HTML, and how it stands."""

    place: str
    heading: str
    html: str
    kind: str = ""

    @property
    def answer(self) -> str:
        """The first sentence of its headline: what a reader knows without opening it."""
        found = _HEADLINE.search(self.html)
        text = _TAG.sub("", found[1]).strip() if found else ""
        first = _FIRST.match(text)
        text = first[1] if first else text
        return text if len(text) <= _MOST else ""

    @property
    def open(self) -> str:
        """Its HTML with what is found first: the answer; how to read it stands behind a line."""
        return _TEXT.sub(_readable, self.html, count=1)

    @property
    def folded(self) -> str:
        """Its HTML behind a line that opens it: the question and the answer, where there is one."""
        body = _HEAD.sub('<section class="text">', self.html, count=1)
        answer = f" <span>{self.answer}</span>" if self.answer else ""
        return (
            f'<details class="kam-more" id="{self.place}"><summary><h2>{self.heading}</h2>{answer}'
            f"</summary>\n{body}</details>\n"
        )


def kinds_of(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Which sections of a notebook are folded, and how, by the ids of the cells that head them."""
    tagged = ((cell.get("id", ""), cell.metadata.get("tags", [])) for cell in notebook.cells)
    return {place: kind for place, tags in tagged for kind in (MORE, HOW) if kind in tags}


def arranged(html: str, kinds: Mapping[str, str]) -> str:
    """A page with its sections folded as they are told to be, and the list of all of them.

    >>> part = '<section class="text" id="{0}">\\n<h2>{0}?</h2>\\n</section>\\n'
    >>> page = "<h1>x</h1>" + part.format("a") + part.format("b") + END
    >>> print(arranged(page, {"b": "more"}))
    <h1>x</h1><section class="text" id="a">
    <h2>a?</h2>
    </section>
    <details class="kam-more" id="b"><summary><h2>b?</h2></summary>
    <section class="text"></section>
    </details>
    """
    content, end, rest = html.partition(END)
    first, *parts = _STARTS.split(content)
    if not end or not parts:
        return content + rest
    sections = [_section(part, kinds) for part in parts]
    before = [section for section in sections if section.kind != HOW]
    how = [section for section in sections if section.kind == HOW]
    listed = _contents(before, how) if len(before) >= _FEWEST else ""
    return "".join([first.replace("</h1>", f"</h1>{listed}", 1), *_written(before, how), rest])


def _section(html: str, kinds: Mapping[str, str]) -> Section:
    place, heading = _HEAD.match(html).groups()
    return Section(place, heading, html, kinds.get(place, ""))


def _written(before: Sequence[Section], how: Sequence[Section]) -> Iterator[str]:
    for section in before:
        yield section.folded if section.kind == MORE else section.open
    if how:
        yield f'<section class="text" id="how"><h2>{escape(told(_("How we know")))}</h2></section>'
        yield from (section.folded for section in how)


def _readable(found: re.Match[str]) -> str:
    head, text, end = found.groups()
    if len(_TAG.sub(" ", text).split()) <= _LONG:
        return found[0]
    label = escape(told(_("How to read this")))
    line = f'<details class="kam-more kam-read"><summary>{label}</summary>'
    return f"{head}\n{line}{text}</details>{end}"


def _contents(before: Sequence[Section], how: Sequence[Section]) -> str:
    links = [(section.place, section.heading) for section in before]
    links += [("how", escape(told(_("How we know"))))] if how else []
    label = escape(told(_("On this page")))
    entries = "\n".join(f'<a href="#{place}">{heading}</a>' for place, heading in links)
    return f'\n<nav class="contents" aria-label="{label}">\n{entries}\n</nav>\n'
