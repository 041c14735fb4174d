"""A page in sections: what one decides by stands open, the rest folded, and a list of them stays.

A section begins where a notebook's text has a heading of the second level. Its cell may bear the
tag ``more`` (folded where it stands) or ``how`` (folded under *How we know* at the page's end:
models, stability, checks, what the page cannot say). What would make the page too long to be
read to its end is folded, too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
MOST_WORDS = 1_500  # that stand open on a page
_SILENT = re.compile(r"<(style|script)\b.*?</\1>", re.S)
_FOLDS = re.compile(r"(<details\b[^>]*>|</details>)")
_LINE = re.compile(r"\s*<summary>.*?</summary>", re.S)


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
    sections = _read_to_the_end(sections, first, rest.partition("</main>")[0])
    before = [section for section in sections if section.kind != HOW]
    how = [section for section in sections if section.kind == HOW]
    listed = _contents(before, how) if len(before) >= _FEWEST else ""
    return "".join([first.replace("</h1>", f"</h1>{listed}", 1), *_written(before, how), rest])


def open_words(html: str) -> int:
    """How many words a reader sees who opens nothing.

    >>> open_words("<p>Two words</p><details><summary>One</summary>hidden</details>")
    3
    """
    depth, seen = 0, ""
    for part in _FOLDS.split(_SILENT.sub(" ", html)):
        if part.startswith(("<details", "</details")):
            depth += 1 if part.startswith("<details") else -1
        elif depth < 2:  # of what is folded the line that opens it is seen
            line = _LINE.match(part) if depth else None
            seen += part if not depth else line[0] if line else ""
    return len(_TAG.sub(" ", seen).split())


def _read_to_the_end(sections: Sequence[Section], first: str, rest: str) -> list[Section]:
    """The sections, as many of them folded as the page has words too many.

    Of those that are enough by themselves the last one is, else the longest; the first stays.
    """
    found = list(sections)
    headings = sum(open_words(section.heading) for section in found)
    seen = (open_words(each.folded if each.kind else each.open) for each in found)
    over = open_words(first) + headings + sum(seen) + open_words(rest) - MOST_WORDS
    while over > 0 and (more := {at: _saved(s) for at, s in enumerate(found) if at and not s.kind}):
        enough = [at for at, words in more.items() if words >= over]
        at = max(enough) if enough else max(more, key=more.__getitem__)
        found[at], over = replace(found[at], kind=MORE), over - more[at]
    return found


def _saved(section: Section) -> int:
    return open_words(section.open) - open_words(section.folded)


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
