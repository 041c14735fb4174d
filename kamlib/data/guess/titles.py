"""What else stands in a file: a title that names a unit, a year for days that have none."""

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from kamlib.data.describe.headers import read_header, same_words, scale_of
from kamlib.data.describe.names import MONTH_COLUMNS, PERIOD_COLUMNS, QUARTER_COLUMNS, YEAR_COLUMNS
from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.files.layout import TITLE, Layout, Yearless
from kamlib.data.files.parts import HEADER_SEARCH_ROWS, HeaderRules, cell_text, find_header
from kamlib.data.files.plain import amount_of, dated_texts, is_blank, year_in, year_stated
from kamlib.data.guess.formulas import names_column
from kamlib.data.guess.guess import Guesses
from kamlib.data.writing.days import day_text
from kamlib.data.writing.yearless import (
    lacks_year,
    most_over_new_year,
    names_month,
    numbered,
    over_new_year,
)
from kamlib.errors import DataError
from kamlib.words import _, count

Part = tuple[str, str, Sequence[str], pd.DataFrame]
_MOST_CELLS = 2
_MOST_NOTES = 5  # rows
_FISCAL = re.compile(
    r"\bFY\s?['’]?\d\d|fiscal|financial (?:year|quarter)|финансов\w+ год|фин\.?\s?год|财年"
    r"|财政年度|会计年度|Geschäftsjahr|exercice fiscal|ejercicio fiscal",
    re.IGNORECASE,
)
_LEAST, _NEARLY = 3, 0.8  # cells, and their share (0–1), that show what a column holds
_LEAP = 2024
_HOW = _(
    "put it into the file's name or a title row ({where}: sales 2025), into a column Year, or "
    'give it in dataset.toml: without_year = {{ columns = ["{name}"], year = 2025 }}'
)
_LACKING = _('{where}: the {kind} of "{name}", such as "{example}", lack their year: ') + _HOW
_NEW_YEAR = _(
    '{where}: the {kind} of "{name}", such as "{example}", lack their year and pass from December '
    "into January, so they are of two years: "
) + _("add a column Year beside them")
_OWN_YEAR = _(
    '{where}: the {kind} of "{name}", such as "{example}", lack their year, and "{fiscal}" is of a '
    "year of your own, which may begin in another month than January: "
) + _("add a column Year with the calendar's year beside them")
_MONEY = ("revenue", "margin", "cost")


def titles_with_scale(rows: Sequence[Sequence[Any]]) -> list[str]:
    """The titles above a part's header and the notes below its lines that name thousands."""
    try:
        header, names = find_header(rows[:HEADER_SEARCH_ROWS], HeaderRules(), "")
    except DataError:
        return []
    first = header or 1
    above = [texts[:_MOST_CELLS] for texts in map(_texts, rows[: first - 1])]
    below = [texts for texts in map(_texts, rows[first:][-_MOST_NOTES:]) if _is_note(texts, names)]
    return [text for texts in (*above, *below) for text in texts if scale_of(text) > 1]


def _texts(row: Sequence[Any]) -> list[str]:
    return [text for cell in row if (text := (cell_text(cell) or "").strip())]


def _is_note(texts: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row is one sentence where lines have several cells."""
    return len(texts) == 1 and " " in texts[0] and len(names) > _MOST_CELLS


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
        '"{title}" stands above or below the lines: are their amounts in units of {scale} (then '
        "times {scale}), or as they stand?"
    ).format(title=titles[0], scale=count(scale))
    proof = _("no header says it, only a title or a note")
    answers = (
        Answer("scaled", _("all amounts are times {scale}").format(scale=count(scale)),
               {"columns": columns}),
        Answer("as_it_stands", _("the amounts stay as they stand")),
    )  # fmt: skip
    yield Doubt("title_scale", what, proof, answers, "", "scaled")


def own_year_doubts(guesses: Guesses, parts: Sequence[Part]) -> Iterator[Doubt]:
    """The doubt whether months beside a company's own year are of the calendar's year.

    Parameters
    ----------
    guesses
        The guessed tables.
    parts
        Per sheet or file: file, sheet, header, first rows.
    """
    guess = guesses["transactions"][2] if "transactions" in guesses else None
    dates = [item for item in guess.columns if item.column == "date"] if guess else []
    days = guess.layout.without_year if dates else None
    parted = [name for item in dates for name in item.sources[:1] if len(item.sources) > 1]
    year = days.year if days else next(iter(parted), "")
    cells = [cell for _file, _sheet, header, rows in parts for name, cell in
             zip(header, [[*rows.iloc[:_LEAST, n]] for n in range(rows.shape[1])], strict=False)
             if name == year]  # fmt: skip
    if not (said := fiscal_words([[year], *cells])):
        return
    what = _(
        '"{year}" is of a year of your own ({said}): are the months beside it of the calendar year '
        "of that number?"
    ).format(year=year, said=said[0])
    proof = _(
        "Where your year does not begin in January, some of them are of the year before or after: "
        "then export the calendar's year, or write date as an expression."
    )
    means = _("each month is of the calendar year that stands beside it")
    yield Doubt("own_year", what, proof, (Answer("yes", means),), money=math.inf)


def year_column(names: Sequence[str], body: Sequence[Sequence[Any]]) -> str:
    """The column that holds nothing but years; empty where there is none."""
    for place, name in enumerate(names):
        if not same_words(name, YEAR_COLUMNS):
            continue
        cells = [row[place] for row in body if not is_blank(row[place])]
        if cells and all(map(is_year, cells)):
            return name
    return ""


def with_years(
    names: Sequence[str],
    body: Sequence[Sequence[Any]],
    titles: Sequence[Sequence[Any]],
    where: str,
    layout: Layout,
) -> Layout:
    """Columns of days or months without their year: it stands beside, above, or in a name."""
    columns = {
        name: [row[place] for row in body if not is_blank(row[place])]
        for place, name in enumerate(names)
    }
    beside = year_column(names, body)
    days = [name for name, cells in columns.items() if _are_days(name, cells)]
    found = days or _months(columns, beside)
    if not found:
        return layout
    over = any(_over_new_year(names, body, name) for name in found)
    year = beside or ("" if over else year_stated(titles, where))
    fiscal = "" if beside else next(iter(fiscal_words([*titles, [where]])), "")
    example = str(cell_text(columns[found[0]][0]))
    kind = _("days") if days else _("months")
    said = {"name": found[0], "example": example, "year": year, "where": where, "kind": kind}
    if not year or fiscal:
        lacking = _OWN_YEAR if year and fiscal else _NEW_YEAR if over else _LACKING
        return replace(layout, why=(*layout.why, lacking.format(**said, fiscal=fiscal)))
    told = _('the {kind} of "{name}", such as "{example}", have no year: it is that of "{year}"')
    if not beside:
        told = _('the {kind} of "{name}", such as "{example}", have no year: {year} stands above '
                 "them or in the name of the sheet or file")  # fmt: skip
    without = Yearless(tuple(found), beside or TITLE)
    return replace(layout, without_year=without, why=(*layout.why, told.format(**said)))


def _over_new_year(names: Sequence[str], body: Sequence[Sequence[Any]], name: str) -> bool:
    """Whether a column's days or months are of two years: all rows', or most accounts' own."""
    place = names.index(name)
    rows = [row for row in body if not is_blank(row[place])]
    texts = dated_texts(name, [row[place] for row in rows], [_LEAP] * len(rows))
    texts = [str(text) for text in texts]
    accounts = [p for p, each in enumerate(names) if names_column(each, "account")]
    return over_new_year(texts) or any(
        most_over_new_year(texts, [str(row[p]) for row in rows]) for p in accounts[:1]
    )


def _are_days(name: str, cells: Sequence[Any]) -> bool:
    """Whether nearly all cells of a column of dates are days without their year."""
    if not names_column(name, "date"):
        return False
    return sum(lacks_year(str(cell)) for cell in cells) >= max(_LEAST, _NEARLY * len(cells))


def _months(columns: Mapping[str, Sequence[Any]], beside: str) -> list[str]:
    """The column of months or quarters without their year, where nothing else holds days."""
    if any(map(_holds_days, columns.values())):
        return []
    found = [name for name, cells in columns.items() if _are_months(name, cells)]
    named = [name for name in found if not same_words(name, QUARTER_COLUMNS)]
    # Plain numbers of years and months beside each other are a date without this.
    plain = all(amount_of(cell) is not None for cell in columns.get(beside, ()))
    if beside and named and plain and all(amount_of(c) is not None for c in columns[named[0]]):
        return []
    return (named or found)[:1]


def _are_months(name: str, cells: Sequence[Any]) -> bool:
    words = sum(names_month(str(cell)) for cell in cells)
    of_months = same_words(name, f"{MONTH_COLUMNS}, {QUARTER_COLUMNS}")
    if of_months and not words and len(cells) >= _LEAST:
        quarters = same_words(name, QUARTER_COLUMNS)
        return numbered([*map(amount_of, cells)], quarters=quarters)
    if not (of_months or same_words(name, PERIOD_COLUMNS) or names_column(name, "date")):
        return False
    return words >= max(_LEAST, _NEARLY * len(cells))


def _holds_days(cells: Sequence[Any]) -> bool:
    return any(
        isinstance(cell, dt.date)
        or (isinstance(cell, str) and (day := day_text(cell)) is not None and not day.bare)
        for cell in cells[:_LEAST]
    )


def is_year(cell: Any) -> bool:
    """Whether a cell holds nothing but a year."""
    return year_in(cell) is not None
