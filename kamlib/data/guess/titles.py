"""What else stands in a file: a title that names a unit, words of a company's own year."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from kamlib.data.describe.headers import read_header, scale_of
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.files.parts import HEADER_SEARCH_ROWS, HeaderRules, cell_text, find_header
from kamlib.data.guess.guess import Guesses
from kamlib.errors import DataError
from kamlib.words import _, count

_MOST_CELLS = 2
_FISCAL = re.compile(
    r"\bFY\s?['’]?\d\d|fiscal|financial (?:year|quarter)|финансов\w+ год|фин\.?\s?год|财年"
    r"|财政年度|会计年度|Geschäftsjahr|exercice fiscal|ejercicio fiscal",
    re.IGNORECASE,
)
_MONEY = ("revenue", "margin", "cost")


def titles_with_scale(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The titles above a part's header that name thousands or millions."""
    try:
        header, _names = find_header(rows[:HEADER_SEARCH_ROWS], HeaderRules(), "")
    except DataError:
        return []
    found = []
    for row in rows[: max((header or 1) - 1, 0)]:
        texts = [text for cell in row if (text := (cell_text(cell) or "").strip())]
        found += [text for text in texts[:_MOST_CELLS] if scale_of(text) > 1]
    return found


def fiscal_words(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The cells of a part's first rows that speak of a company's own year, in titles too."""
    texts = (cell_text(cell) or "" for row in rows for cell in row)
    return [text for text in texts if _FISCAL.search(text)]


def title_scale_doubts(
    guesses: Guesses, before: Sequence[Doubt], titles: Sequence[str]
) -> Iterator[Doubt]:
    """The doubt whether amounts are in the thousands that a title names and no header does."""
    if not titles or "transactions" not in guesses:
        return
    expressions = guesses["transactions"][2].expressions
    for doubt in before:
        expressions = {**expressions, **doubt.changes.get("columns", {})}
    sources = [name for item in guesses["transactions"][2].columns if item.column == "revenue"
               for name in item.sources]  # fmt: skip
    if "revenue" not in expressions or any(read_header(name).scale != 1 for name in sources):
        return
    scale = scale_of(titles[0])
    columns = {name: f"({expressions[name]}) * {scale}" for name in _MONEY if name in expressions}
    what = _(
        '"{title}" stands above the lines: are their amounts in units of {scale} (then times '
        "{scale}), or as they stand?"
    ).format(title=titles[0], scale=count(scale))
    proof = _("no header says it, only the title")
    answers = (
        Answer("scaled", _("all amounts are times {scale}").format(scale=count(scale)),
               {"columns": columns}),
        Answer("as_it_stands", _("the amounts stay as they stand")),
    )  # fmt: skip
    yield Doubt("title_scale", what, proof, answers, "", "scaled")
