"""What else stands in a file: a title that names a unit, a year for days that have none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kamlib.data.describe.headers import name_score, read_header, same_words, scale_of
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.files.layout import TITLE, Layout, Yearless
from kamlib.data.files.parts import HEADER_SEARCH_ROWS, HeaderRules, cell_text, find_header
from kamlib.data.files.plain import amount_of, is_blank, year_stated
from kamlib.data.guess.guess import Guesses
from kamlib.data.writing.yearless import lacks_year, over_new_year
from kamlib.errors import DataError
from kamlib.words import _, count

_MOST_CELLS = 2
_FISCAL = re.compile(
    r"\bFY\s?['’]?\d\d|fiscal|financial (?:year|quarter)|финансов\w+ год|фин\.?\s?год|财年"
    r"|财政年度|会计年度|Geschäftsjahr|exercice fiscal|ejercicio fiscal",
    re.IGNORECASE,
)
_YEAR_COLUMNS = (
    "year, fiscal year, calendar year, jahr, geschäftsjahr, год, 年, 年份, 年度, année, año, anno"
)
_NAMED = 0.6
_HOW = _(
    "put it into the file's name or a title row ({where}: sales 2025), into a column Year, or "
    'give it in dataset.toml: without_year = {{ columns = ["{name}"], year = 2025 }}'
)
_LACKING = _('{where}: the days of "{name}", such as "{example}", lack their year: ') + _HOW
_NEW_YEAR = _(
    '{where}: the days of "{name}", such as "{example}", lack their year and pass from December '
    "into January, so they are of two years: "
) + _("add a column Year beside them")
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


def year_column(names: Sequence[str], body: Sequence[Sequence[Any]]) -> str:
    """The column that holds nothing but years; empty where there is none."""
    for place, name in enumerate(names):
        cells = [row[place] for row in body if not is_blank(row[place])]
        if same_words(name, _YEAR_COLUMNS) and cells and all(map(is_year, cells)):
            return name
    return ""


def with_years(
    names: Sequence[str],
    body: Sequence[Sequence[Any]],
    titles: Sequence[Sequence[Any]],
    where: str,
    layout: Layout,
) -> Layout:
    """Columns of days without their year: it stands beside them, above them, or in a name."""
    found, example, over = [], "", False
    for place, name in enumerate(names):
        cells = [str(row[place]) for row in body if not is_blank(row[place])]
        without = [cell for cell in cells if lacks_year(cell)]
        is_date = name_score(read_header(name), "transactions", "date")[0] >= _NAMED
        if is_date and len(without) >= max(3, 0.8 * len(cells)):
            found, example = [*found, name], example or without[0]
            over |= over_new_year(without)
    if not found:
        return layout
    column = year_column(names, body)
    year = column or ("" if over else year_stated(titles, where))
    said = {"name": found[0], "example": example, "year": year, "where": where}
    if not year:
        lacking = _NEW_YEAR if over else _LACKING
        return replace(layout, why=(*layout.why, lacking.format(**said)))
    told = _('the days of "{name}", such as "{example}", have no year: it is that of "{year}"')
    if not column:
        told = _('the days of "{name}", such as "{example}", have no year: {year} stands above '
                 "them or in the name of the sheet or file")  # fmt: skip
    days = Yearless(tuple(found), column or TITLE)
    return replace(layout, without_year=days, why=(*layout.why, told.format(**said)))


def is_year(cell: Any) -> bool:
    """Whether a cell holds nothing but a year."""
    amount = amount_of(cell)
    return amount is not None and 1990 <= amount <= 2100 and amount == int(amount)
