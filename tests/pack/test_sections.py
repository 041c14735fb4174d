"""A page that one reads to the end: what decides stands open, the rest is one click away."""

import re
from html.parser import HTMLParser

import nbformat
import pytest

from kamlib.pack.page_list import PAGES
from kamlib.pack.sections import END, arranged, kinds_of, open_words
from kamlib.places import NOTEBOOKS

WORDS, ROWS = 1_500, 15


def section(place, body="", *, words=5):
    text = " ".join(["word"] * words)
    return (
        f'<section class="text" id="{place}">\n<h2>{place}?</h2>\n<p>{text}</p></section>\n{body}'
    )


def page(*sections):
    return f"<main><h1>Page</h1>{''.join(sections)}{END}<footer></footer></main>"


def test_what_is_tagged_is_folded_behind_its_question_and_answer():
    answer = '<p class="kam-headline">48 accounts left. Of these 3 are large.</p>'
    made = arranged(page(section("a"), section("b", answer)), {"b": "more"})
    assert '<details class="kam-more" id="b"><summary><h2>b?</h2> <span>48 accounts left.' in made
    assert made.index("<h2>a?") < made.index("<details")
    assert made.count("Of these 3 are large") == 1 and END not in made
    assert made.endswith("<footer></footer></main>")


def test_how_we_know_comes_last_whatever_its_place():
    made = arranged(page(section("a"), section("b"), section("c")), {"a": "how"})
    places = [made.index(f'id="{place}"') for place in ("b", "c", "how", "a")]
    assert places == sorted(places)


def test_a_page_of_several_sections_lists_them():
    parts = [section(each) for each in "abc"]
    made = arranged(page(*parts), {"b": "more"})
    assert re.findall(r'<a href="#(\w+)">', made) == ["a", "b", "c"]
    assert "nav" not in arranged(page(*parts[:2]), {})


def test_a_long_explanation_stands_behind_a_line():
    made = arranged(page(section("a", "<p>found</p>", words=60), section("b", words=10)), {})
    assert made.count("How to read this") == 1
    assert made.index("How to read this") < made.index("found")


def long_section(place, rows):
    cells = "<tr><td>one two three four</td></tr>" * rows
    return section(place, f"<table><tbody>{cells}</tbody></table>")


@pytest.mark.parametrize(("rows", "folded"), [
    ((100, 100, 100), []),
    ((200, 60, 160), ["c"]),  # the last one of those that are enough
    ((300, 100, 20), ["b"]),
    ((100, 300, 250), ["b"]),
    ((100, 700, 500), ["b", "c"]),  # none is enough: the longest, and what is enough then
    ((900, 10, 10), ["b", "c"]),  # the first stays, whatever its length
])  # fmt: skip
def test_what_is_too_long_to_be_read_to_the_end_is_folded(rows, folded):
    parts = [long_section(place, n) for place, n in zip("abc", rows, strict=True)]
    made = arranged(page(*parts), {})
    assert re.findall(r'<details class="kam-more" id="(\w)">', made) == folded
    assert open_words(made) <= WORDS or rows[0] > 375
    assert open_words(made) == Seen(made).words


def test_a_page_without_sections_stays_as_it_is():
    assert arranged("<main><h1>x</h1></main>", {}) == "<main><h1>x</h1></main>"
    assert arranged(f"<main><h1>x</h1>{END}</main>", {}) == "<main><h1>x</h1></main>"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("0[1-5]*.ipynb")), ids=lambda p: p.stem)
def test_each_notebook_says_what_decides(path):
    notebook = nbformat.read(path, as_version=4)
    heads = [cell.id for cell in notebook.cells if cell.source.startswith("## ")]
    kinds = kinds_of(notebook)
    assert set(kinds) <= set(heads)
    assert kinds["limits"] == "how"
    assert len(heads) - len(kinds) >= 3


class Seen(HTMLParser):
    """The words that stand open on a page, and the rows of the tables that do."""

    def __init__(self, html):
        super().__init__()
        self.words, self.rows, self.folded, self.silent, self.inside = 0, [], 0, 0, False
        self.feed(html[html.index("<main") : html.index("</main>")])

    def handle_starttag(self, tag, attrs):
        self.silent += tag in ("script", "style")
        self.folded += tag == "details"
        if tag == "tbody":
            self.rows.append(-1000 if self.folded else 0)
        if tag == "thead":
            self.rows.append(-1000)  # its row is none of the table's
        if tag == "tr" and self.rows:
            self.rows[-1] += 1
        self.inside |= tag == "summary" and self.folded == 1

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")
        self.folded -= tag == "details"
        self.inside &= tag != "summary"

    def handle_data(self, data):
        if not self.silent and (not self.folded or self.inside):
            self.words += len(data.split())


@pytest.mark.slow
@pytest.mark.parametrize("company", ["demo_pack", "adventureworks_pack"])
def test_pages_are_read_to_the_end(company, request):
    folder = request.getfixturevalue(company).folder
    dossiers = [path for path in (folder / "accounts").glob("*.html") if path.stem != "index"]
    pages = [folder / page.file for page in PAGES] + dossiers
    seen = {path.name: Seen(path.read_text(encoding="utf-8")) for path in pages}
    assert len(seen) > 6
    assert {name: each.words for name, each in seen.items() if each.words > WORDS} == {}
    assert {
        name: each.rows for name, each in seen.items() if max(each.rows, default=0) > ROWS
    } == {}
