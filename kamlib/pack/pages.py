"""An executed notebook as a page of the pack: self-contained, without code, made to be printed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from importlib.resources import files
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbconvert.preprocessors import TagRemovePreprocessor
from traitlets.config import Config

from kamlib.data.book import Book
from kamlib.data.findings import BETWEEN
from kamlib.pack.page_list import DATA_PAGE
from kamlib.pack.sections import arranged, kinds_of
from kamlib.settings import settings_table
from kamlib.show.fonts import scripts_without_font
from kamlib.show.page_colours import colours_css
from kamlib.show.sentences import MARK
from kamlib.show.tables import as_cards
from kamlib.words import _, count, counted, day, language, share, told

_TEMPLATES = Path(str(files("kamlib.pack"))) / "templates"
# A cell, or a piece of a sentence, that names an account or one of us: kamlib.show.tables writes
# them, and nbconvert writes the attribute anew, in single quotes where it holds double ones.
_NAMED = re.compile(
    r"""<(th|td|span)([^>]*?) data-(account|manager)=(?:"([^"]*)"|'([^']*)')([^>]*)>(.*?)</\1>""",
    re.S,
)
_SECTION = re.compile(r"(?=<h2)")
_RESTS = re.compile(r'<p class="kam-note kam-rests">(.*?)</p>', re.S)
HIDDEN_TAGS = ("parameters", "injected-parameters", "explore", "notebook-only")


@dataclass(frozen=True)
class PageLink:
    """One entry of the navigation bar."""

    href: str
    label: str
    current: bool = False


def page_html(
    notebook: nbformat.NotebookNode,
    book: Book,
    title: str,
    links: Sequence[PageLink],
    *,
    beside: Sequence[PageLink] = (),
    dossiers: Mapping[str, str] | None = None,
    managers: Mapping[str, PageLink] | None = None,
    bare: bool = False,
) -> str:
    """The page of an executed notebook.

    Parameters
    ----------
    notebook
        As executed; cells tagged ``parameters``, ``explore`` or ``notebook-only`` are left out.
    book
        The book that the notebook opened, for the frame around it.
    title
        The page's title.
    links
        The navigation bar.
    beside
        A second, smaller one: the pages before and after.
    dossiers
        The address of each account's dossier as seen from the page; tables link to them.
    managers
        By code the name of each of us, and the address of the sheet ("" without one).
    bare
        Whether it tells what is to be known of data and settings itself: the first page does.
    """
    exporter = HTMLExporter(
        config=_config(), template_name="pack", extra_template_basedirs=[str(_TEMPLATES)]
    )
    frame = _frame(book, title, links, "" if bare else data_line(book, links))
    frame |= {"beside": _told_links(beside)} | ({"notices": []} if bare else {})
    cells = [_told_cell(cell) for cell in notebook.cells]
    metadata = _without_widgets(notebook.metadata)
    notebook = nbformat.from_dict({**notebook, "cells": cells, "metadata": metadata})
    html, _resources = exporter.from_notebook_node(notebook, resources={"page": frame})
    html = linked(as_cards(one_note_a_section(html)), dossiers or {}, managers or {})
    return _without_blank_runs(arranged(html, kinds_of(notebook)))


def failure_html(
    book: Book,
    title: str,
    links: Sequence[PageLink],
    message: str,
    *,
    beside: Sequence[PageLink] = (),
) -> str:
    """The page of a notebook that failed: it says so, and what the last error was."""
    words = _("This page could not be made. The other pages are complete.")
    output = nbformat.v4.new_output("error", ename="", evalue=message, traceback=[])
    advice = nbformat.v4.new_markdown_cell(words, id="advice")
    notebook = nbformat.v4.new_notebook(cells=[*_titled(title, output), advice])
    return page_html(notebook, book, title, links, beside=beside)


def content_html(
    book: Book,
    title: str,
    links: Sequence[PageLink],
    content: str,
    *,
    beside: Sequence[PageLink] = (),
    dossiers: Mapping[str, str] | None = None,
    managers: Mapping[str, PageLink] | None = None,
) -> str:
    """A page of the pack that no notebook makes: its title and a piece of HTML."""
    output = nbformat.v4.new_output("display_data", {"text/html": content})
    notebook = nbformat.v4.new_notebook(cells=_titled(title, output))
    return page_html(
        notebook, book, title, links, beside=beside, dossiers=dossiers, managers=managers
    )


def linked(
    html: str, dossiers: Mapping[str, str], managers: Mapping[str, PageLink] | None = None
) -> str:
    """A page on which accounts lead to their dossiers, and each of us is named and has a sheet.

    >>> linked('<td data-account="A1">A1</td>', {"A1": "accounts/A1.html"})
    '<td><a href="accounts/A1.html">A1</a></td>'
    >>> linked('<td data-account="B2">B2</td>', {"A1": "accounts/A1.html"})
    '<td>B2</td>'
    >>> linked('<td data-manager="M1">M1</td>', {}, {"M1": PageLink("managers/ann.html", "Ann")})
    '<td><a href="managers/ann.html">Ann</a></td>'
    """
    people = managers or {}

    def cell(found: re.Match[str]) -> str:
        tag, before, kind, double, single, after, text = found.groups()
        code = unescape(double or single or "")
        href = dossiers.get(code)
        if kind == "manager":
            person = people.get(code, PageLink("", code))
            href = "" if person.current else person.href
            text = text.replace(escape(code), escape(person.label), 1)
        content = f'<a href="{escape(href)}">{text}</a>' if href else text
        return f"<{tag}{before}{after}>{content}</{tag}>"

    return _NAMED.sub(cell, html)


def one_note_a_section(html: str) -> str:
    """A page on which each section tells once, at its last result, what its rows rest on.

    >>> one_note_a_section('<p class="kam-note kam-rests">* A.</p>x<p class="kam-note kam-rests">'
    ... '* A.</p><h2>')
    'x<p class="kam-note kam-rests">* A.</p><h2>'
    """
    return "".join(map(_one_note, _SECTION.split(html)))


def _one_note(section: str) -> str:
    notes = dict.fromkeys(found[1] for found in _RESTS.finditer(section))
    left = len(_RESTS.findall(section))

    def last(found: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        return "" if left else f'<p class="kam-note kam-rests">{_together(list(notes))}</p>'

    return _RESTS.sub(last, section)


def _together(notes: Sequence[str]) -> str:
    """Several notes as one, what they share said once.

    >>> _together(["* Rests on A; B.", "* Rests on A; C.", "* Rests on D."])
    '* Rests on A; B; C. Rests on D.'
    """
    stop, text, said = notes[0][-1], "", set[str]()
    for note in map(unescape, notes):
        parts = note.removeprefix(MARK).strip(f" {stop}").split(BETWEEN)
        for place, part in enumerate(parts):
            if part not in said:
                text += (BETWEEN if place else f"{stop} ") * bool(text) + part
            said.add(part)
    return escape(f"{MARK} {text}{stop}")


def _titled(title: str, output: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The cells of a page that is not made by a notebook."""
    heading = nbformat.v4.new_output(
        "display_data", {"text/html": f"<h1>{escape(told(title))}</h1>"}
    )
    return [
        nbformat.v4.new_code_cell("", id="title", outputs=[heading]),
        nbformat.v4.new_code_cell("", id="content", outputs=[output]),
    ]


def data_line(book: Book, links: Sequence[PageLink]) -> str:
    """A line below a page that leads to the page on data, settings and words, where there is one.

    It says how many lines could not be used, and how many settings were changed.
    """
    page = next((link for link in links if Path(link.href).name == DATA_PAGE), None)
    if page is None or page.current:
        return ""
    changed = int(settings_table(book.settings)["changed"].sum())
    one, more = _("1 setting changed from the default"), _("{n} settings changed from the default")
    parts = [_unused(book), counted(changed, one, more) if changed else ""]
    state = "".join(f"{escape(told(part))} · " for part in parts if part)
    link = f'<a href="{escape(page.href)}">{escape(told(page.label))}</a>'
    return f'<p class="kam-note kam-data">{state}{link}</p>'


def _unused(book: Book) -> str:
    """How many lines of the sales could not be used, where any could not."""
    rejected, read = book.tables.unused, book.tables.read
    if not rejected:
        return ""
    return _("{rejected} of {read} lines ({part}) could not be used").format(
        rejected=count(rejected), read=count(read), part=share(rejected / read, 2)
    )


def notices(book: Book) -> list[str]:
    """What a reader must know of a page: an incomplete quarter, a short year, rejected lines."""
    found = []
    if not book.complete:
        found.append(
            _(
                "Quarter {quarter} is not complete: the data ends on {data_to}. "
                "All figures are up to that day and will still change."
            ).format(quarter=book.quarter_in_full, data_to=day(book.data_to))
        )
    if book.short_data:
        found.append(book.short_data)
    rejected = book.tables.unused
    if rejected and rejected >= book.settings.data.carried_share * book.tables.read:
        listed = _("{unused}; they are listed in tables/rejected.xlsx.")
        found.append(listed.format(unused=_unused(book)))
    lacking = scripts_without_font(book.accounts["name"].dropna().astype("str"))
    if lacking:
        lacks = _(
            "No font on this machine has the letters of: {scripts}. Pictures show names in them "
            "as an ellipsis. Install a font that has them and write the pack again."
        )
        found.append(lacks.format(scripts=", ".join(lacking)))
    return found


def _config() -> Config:
    config = Config()
    config.TemplateExporter.exclude_input = True
    config.TemplateExporter.exclude_input_prompt = True
    config.TemplateExporter.exclude_output_prompt = True
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = set(HIDDEN_TAGS)
    config.HTMLExporter.preprocessors = [TagRemovePreprocessor]
    config.HTMLExporter.exclude_anchor_links = True
    return config


def _frame(book: Book, title: str, links: Sequence[PageLink], appendix: str) -> dict[str, object]:
    dataset = book.dataset
    subtitle = _("Key accounts, {quarter}, as of {as_of}").format(
        quarter=book.quarter_in_full, as_of=day(book.as_of)
    )
    money = _("All money in {currency}.").format(currency=book.currency) if book.currency else ""
    state = _("Data set {name}, data to {data_to}, fingerprint {fingerprint}.").format(
        name=dataset.name,
        data_to=day(book.data_to),
        fingerprint=book.tables.ledger.fingerprint[:12],
    )
    return {
        "title": f"{told(title)} – {dataset.title} {book.quarter_name}",
        "company": dataset.title,
        "subtitle": told(subtitle),
        "language": language(),
        "links": _told_links(links),
        "notices": [told(notice) for notice in notices(book)],
        "appendix": appendix,
        "footer": f"{told(state)} {told(money)}",
        "css": page_css(),
        "script": (_TEMPLATES / "pack" / "page.js").read_text(encoding="utf-8"),
        "words": {
            "skip": told(_("Skip to the content")),
            "pages": told(_("Pages of the pack")),
            "beside": told(_("Dossiers before and after")),
            "failed": told(_("This part could not be computed")),
            "filter": told(_("Filter the rows shown …")),
            "larger": told(_("Picture at full size")),
            "rest": told(_("All {n} rows")),
        },
    }


def page_css() -> str:
    """The style of every page: its colours, by day and by night, and how its parts look."""
    return colours_css() + (_TEMPLATES / "pack" / "page.css").read_text(encoding="utf-8")


def _told_links(links: Sequence[PageLink]) -> list[PageLink]:
    return [replace(link, label=told(link.label)) for link in links]


def _told_cell(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What a notebook says between its cells is ours, too: the whole cell is one text."""
    if cell.cell_type != "markdown":
        return cell
    return nbformat.from_dict({**cell, "source": told(_(cell.source))})


def _without_widgets(metadata: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in metadata.items() if key != "widgets"}


def _without_blank_runs(html: str) -> str:
    lines = [line.rstrip() for line in html.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"
