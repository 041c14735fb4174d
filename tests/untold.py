"""Words of ours that were not told in another language: found in a pack in the pseudo-language.

There, every word of ours stands in 【】. What is left without them is data (what the demo
company's own tables hold), figures and codes; any other word that stands in a text of ours was
forgotten.
"""

import ast
import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from kamlib.data.describe.schema import TABLES
from kamlib.places import NOTEBOOKS
from kamlib.settings import load_settings, settings_table

ROOT = Path(__file__).parent.parent
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_TOLD = re.compile(r"【[^【】]*(?:】|…)")
# Codes, names of files and columns, and commands: the same in every language.
_CODE = re.compile(
    r"\btables/\S*|\breturned/|\b[\w.*/-]+\.(?:csv|xlsx|toml|html|ics)\b|\b[a-z0-9_]+\.[a-z]\w+\b|\b\w+_\w+\b"
    r"|\b[0-9a-f]{32}\b"  # a step's name in calendars
    r"|\b[A-Z]+\(|MBG/C?NBD(?:-k)?"  # a function in a formula, a model
)


def untold(texts: Iterable[str]) -> dict[str, str]:
    """The forgotten words, each with one text that has it."""
    ours, data = our_words(), data_texts()
    longest = max(map(len, data))
    found: dict[str, str] = {}
    for text in texts:
        words = _WORD.findall(_CODE.sub(" ", _TOLD.sub(" ", text)))
        plain = [word.casefold() for word in words]
        at = 0
        while at < len(plain):
            known = (n for n in range(min(longest, len(plain) - at), 0, -1)
                     if tuple(plain[at : at + n]) in data)  # fmt: skip
            step = next(known, 0)
            if not step and len(plain[at]) > 2 and plain[at] in ours:
                found.setdefault(plain[at], text)
            at += step or 1
    return found


@cache
def our_words() -> frozenset[str]:
    """Every word in a text of ours: marked in the sources, or said between a notebook's cells."""
    texts = [text for path in (ROOT / "kamlib").rglob("*.py") for text in _marked(path)]
    for path in NOTEBOOKS.glob("[!.]*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    fields = re.compile(r"\{[^{}]*\}|`[^`]*`|\]\([^)]*\)")
    return frozenset(w.casefold() for text in texts for w in _WORD.findall(fields.sub(" ", text)))


def _marked(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if called and node.func.id == "_" and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


@cache
def data_texts() -> frozenset[tuple[str, ...]]:
    """What the demo company wrote into its tables, as words; no answers from a fixed list."""
    found: set[tuple[str, ...]] = {("eur",), ("freight", "and", "postage", "not", "a", "product")}
    for path in sorted((ROOT / "data" / "demo").glob("*.csv")):
        if path.stem not in TABLES:
            continue
        fixed = {c.name for c in TABLES[path.stem].columns if c.choices or c.kind == "flag"}
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows)
            free = [at for at, name in enumerate(header) if name not in fixed]
            for text in {row[at] for row in rows for at in free}:
                if words := tuple(word.casefold() for word in _WORD.findall(text)):
                    found.add(words)
    for path in sorted((ROOT / "data" / "demo" / "returned").glob("*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines()[2:]
        rows = csv.DictReader(lines, delimiter=";" if ";" in lines[0] else ",")
        for text in {row[name] for row in rows for name in ("How", "Notes")}:
            found.add(tuple(word.casefold() for word in _WORD.findall(text)))
    settings = settings_table(load_settings(ROOT / "data" / "demo"))
    for text in [*settings["value"], *settings["default"]]:
        found.add(tuple(word.casefold() for word in _WORD.findall(text)))
    return frozenset(found - {()})


class _Visible(HTMLParser):
    """The texts that a page shows or reads out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("style", "script")
        said = ("alt", "title", "aria-label", "placeholder")
        self.texts += [value for name, value in attrs if name in said and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.texts.append(" ".join(data.split()))


def page_texts(html: str) -> list[str]:
    """The visible texts of a page, its pictures' included."""
    visible = _Visible()
    visible.feed(html)
    return visible.texts
