"""No page shows what it was made by, and where one decides no word of statistics is needed."""

import re
from html.parser import HTMLParser

import pytest

pytestmark = pytest.mark.slow
# Reprs of widgets, frames, objects and values; what is unknown; a place left in a text.
MACHINERY = re.compile(
    r"\w+Progress\(|\b(?:HBox|VBox|Output|Image|HTML|Figure|Axes|DataFrame|Series|Index|Timestamp"
    r"|Timedelta|Period|Decimal|Categorical|datetime|float64|int64|array)\(|object at 0x"
    r"|\bdtype\b|<class |\bnan\b|\bNaT\b|<NA>|\binf\b|\{[a-z_]+\}|Traceback|Warning:"
)
# As a word of ours it begins a sentence ("None of them"); as a value it stands alone.
NOTHING = re.compile(r"^None$|[:=(,] ?None\b|\bNone[,;)\]]")
STATISTICS = re.compile(r"\b(?:Gini|AUC|MBG|HHI|at a bound|[Ss]tability|Brier|p-value|bootstrap)\b")
HOW = "how"  # the id of the part called How we know
LISTED = "kam-folded"  # all settings in force, each as the settings file calls it


class Texts(HTMLParser):
    """What one reads on a page, its attributes included, each with whether *How we know* began."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, bool]] = []
        self._silent = self._how = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self._silent = tag in ("style", "script")
        self._how |= values.get("id") == HOW or LISTED in (values.get("class") or "")
        said = [values.get(name) for name in ("alt", "title", "aria-label", "data-label", "href")]
        self.found += [(text, self._how) for text in said if text]

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.found.append((" ".join(data.split()), self._how))


@pytest.fixture(scope="module", params=["demo_pack", "adventureworks_pack"])
def pages(request):
    """The pages of a pack, its mail included, and what one reads on each."""
    folder = request.getfixturevalue(request.param).folder
    files = [*sorted(folder.rglob("*.html")), folder.parent / "index.html"]
    return {path.name: Texts(path.read_text(encoding="utf-8")).found for path in files}


def test_no_page_shows_what_it_was_made_by(pages):
    assert len(pages) >= 9
    shown = {
        name: [text[:200] for text, _how in texts if MACHINERY.search(text) or NOTHING.search(text)]
        for name, texts in pages.items()
    }
    assert {name: texts for name, texts in shown.items() if texts} == {}


def test_words_of_statistics_stand_where_it_is_told_how_we_know(pages):
    shown = {
        name: [text[:200] for text, how in texts if not how and STATISTICS.search(text)]
        for name, texts in pages.items()
    }
    assert {name: texts for name, texts in shown.items() if texts} == {}


@pytest.mark.parametrize("text", [
    "FloatProgress(value=0.0, layout=Layout(width='auto'))", "<Axes object at 0x7f>", "is nan",
    "NaT", "None", "margin None, of it", "about {name}", "Timestamp('2025-01-01')",
])  # fmt: skip
def test_each_kind_would_be_seen(text):
    assert MACHINERY.search(text) or NOTHING.search(text)


@pytest.mark.parametrize("text", ["None of them came back.", "Nantes", "Without any: finance"])
def test_words_of_ours_are_no_machinery(text):
    assert not MACHINERY.search(text) and not NOTHING.search(text)
