"""From a report's grid to plain lines: joined headers, filled fields, groups, turned columns."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kamlib.data.describe.headers import same_words
from kamlib.data.describe.names import QUARTER_COLUMNS
from kamlib.data.describe.total_words import total_label
from kamlib.data.files.currency_columns import currency_columns, rate_lines
from kamlib.data.files.layout import (
    CURRENCIES,
    DATEV,
    MONTHS,
    SAP_LIST,
    TITLE,
    YEARS,
    Groups,
    Layout,
    Unpivot,
    Yearless,
)
from kamlib.data.files.parts import HeaderRules, cell_text, filled, header_names
from kamlib.data.writing.datev import booked_lines
from kamlib.data.writing.days import YEARS as YEARS_ALONE
from kamlib.data.writing.periods import (
    month_of,
    names_quarter,
    period_of,
    stated_year,
    year_alone,
    year_of,
)
from kamlib.data.writing.yearless import numbered, numbered_month, with_its_year
from kamlib.errors import DataError, nearest_name
from kamlib.quarters import frequency, parsed_quarter
from kamlib.words import _

Rows = list[list[Any]]
_FIRST_DAY = re.compile(r"(?P<year>\d{4})?-(?P<month>\d\d)-01")
_LOOK = 200_000
_LONGEST_DOCUMENT = 300
_DOCUMENT = re.compile(
    r"^(?P<kind>.*?)\s*(?:№|N|No\.?|Nr\.?|#)?\s*(?P<number>(?=[^\s№#]*\d)\S++)\s+"
    r"(?:от|from|dated|vom|of)\s+(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lines:
    """Plain lines: names, rows of that width, the number of the row that each came from.

    ``controls`` are sums that the layout itself held against its lines: row, label, amount and
    sum of the lines.
    """

    header: tuple[str, ...]
    rows: Rows
    numbers: list[int]
    controls: tuple[tuple[int, str, float, float], ...] = ()


def plain_lines(
    rows: Rows, skipped: int, header: tuple[str, ...], layout: Layout, where: str
) -> Lines:
    """The lines of a grid.

    Parameters
    ----------
    rows
        All rows, as read.
    skipped
        Rows up to and including the (first) header row.
    header
        The names of that row.
    layout
        What to do.
    where
        The part's name, for messages.

    Raises
    ------
    DataError
        The layout names a column that is not there.
    """
    titles = rows[: max(skipped - 1, 0)]
    if layout.header_rows > 1 and skipped:
        stacked = rows[skipped - 1 : skipped - 1 + layout.header_rows]
        header = header if layout.groups else joined_header(stacked, len(header))
        skipped += layout.header_rows - 1
    width = len(header)
    numbers = [n for n, row in enumerate(rows[skipped:], skipped + 1) if filled(row)]
    if layout.is_plain:
        return Lines(header, [rows[n - 1] for n in numbers], numbers)
    body = [[*rows[n - 1], *[None] * width][:width] for n in numbers]
    lines = Lines(header, body, numbers)
    if layout.kind == DATEV:
        names, body = booked_lines(rows[0], header, body)
        lines = Lines(header_names(names), body, numbers)
    if layout.groups:
        indented = not layout.groups.lines and len(layout.groups.levels) > 1
        lines = (_outdented if indented else _ungrouped)(lines, layout.groups)
    if layout.fill_down:
        lines = _filled_down(lines, layout, where)
    lines = _with_years(lines, layout.without_year, titles, where)
    if layout.unpivot and layout.unpivot.columns == (CURRENCIES,):
        lines = _rates(lines, layout.unpivot, where)
    elif layout.unpivot:
        lines = _unpivoted(lines, with_year(layout.unpivot, titles, where), where)
    return _with_documents(lines, layout.documents, where)


def joined_header(stacked: Sequence[Sequence[Any]], width: int) -> tuple[str, ...]:
    """The names of two or more header rows: what stands above empty cells to its right counts.

    >>> joined_header([["Customer", "", "Item"], ["No", "Name", ""]], 3)
    ('Customer No', 'Customer Name', 'Item')
    """
    texts = [[cell_text(cell) or "" for cell in [*row, *[None] * width][:width]] for row in stacked]
    texts = [[" ".join(text.split()) for text in row] for row in texts]
    for upper, lower in zip(texts, texts[1:], strict=False):
        over, covers = "", False
        for place in range(width):
            if upper[place]:
                over, covers = upper[place], bool(lower[place])
            elif lower[place] and covers:
                upper[place] = over
    names = [" ".join(dict.fromkeys(row[place] for row in texts if row[place]))
             for place in range(width)]  # fmt: skip
    return header_names(names)


def is_total_row(row: Sequence[Any]) -> bool:
    """Whether a cell of the row is plainly a total's label."""
    return any(isinstance(cell, str) and total_label(cell).strength == 2 for cell in row)


def is_blank(cell: Any) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def document_named(text: str) -> re.Match[str] | None:
    """What a text like "Invoice 00-123 from 05.03.2024" says; a long note is not looked through."""
    return _DOCUMENT.match(text.strip()[:_LONGEST_DOCUMENT])


def amount_of(cell: Any) -> float | None:
    """A cell's number, as far as it can be told without its column; else ``None``."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    text = re.sub(r"[\s\u00a0\u202f'€$£¥₽]", "", cell).replace("−", "-")
    text = re.sub(r"^\((.*)\)$|^([^-].*)-$", r"-\1\2", text)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d{1,2}", text):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = re.sub(r",(?=\d{3}\b)", "", text)
    return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


def year_in(cell: Any) -> int | None:
    """The year that a cell holds and nothing else: 2024, "2024 г.", "2024年度"; else ``None``."""
    amount = amount_of(cell)
    if amount is None:
        return year_alone(cell) if isinstance(cell, str) else None
    low, high = YEARS_ALONE
    return int(amount) if low <= amount <= high and amount == int(amount) else None


def _place(header: Sequence[str], name: str, where: str, option: str) -> int:
    folded = [text.casefold() for text in header]
    if name.casefold() not in folded:
        shown = ", ".join(header[:20])
        raise DataError(
            f'{where}: {option} names a column "{name}"{nearest_name(name, header)} that is not '
            f"there; it has {shown}"
        )
    return folded.index(name.casefold())


def _filled_down(lines: Lines, layout: Layout, where: str) -> Lines:
    """Fields that stand in an order's first line only, in each of its lines."""
    listed = {name for names in layout.fill_down for name in names}
    filled_ones = {_place(lines.header, name, where, "fill_down") for name in listed}
    within = layout.fill_within
    key = _place(lines.header, within, where, "fill_within") if within else None
    texts = _usual_texts(lines, filled_ones)
    rows = [list(row) for row in lines.rows]
    for names in layout.fill_down:
        places = [_place(lines.header, name, where, "fill_down") for name in names]
        head: list[Any] | None = None
        for row, as_read in zip(rows, lines.rows, strict=True):
            if is_total_row(as_read):
                head = head if key is None else None
            elif any(not is_blank(as_read[place]) for place in places):
                head = as_read
            elif head is not None and _belongs(as_read, head, key, texts):
                for place in places:
                    row[place] = head[place]
    return replace(lines, rows=rows)


def _belongs(row: Sequence[Any], head: Sequence[Any], key: int | None, texts: list[int]) -> bool:
    """Whether a row is a further line of its head's order, not a sum or an empty tail."""
    if key is not None and row[key] != head[key]:
        return False
    return not texts or any(not is_blank(row[place]) for place in texts)


def _usual_texts(lines: Lines, aside: set[int]) -> list[int]:
    """The columns of texts, beside those that are filled, that nearly every row has."""
    found = []
    for place in range(len(lines.header)):
        cells = [row[place] for row in lines.rows]
        full = [cell for cell in cells if not is_blank(cell)]
        texts = sum(amount_of(cell) is None for cell in full)
        if place not in aside and len(full) >= 0.8 * len(cells) and texts >= 0.5 * len(full):
            found.append(place)
    return found


def with_year(unpivot: Unpivot, titles: Sequence[Sequence[Any]], where: str) -> Unpivot:
    """The turned columns with the year that the rows above the header or the part's name say.

    Raises
    ------
    DataError
        There is no such year, or there are several.
    """
    if unpivot.year != TITLE:
        return unpivot
    year = year_stated(titles, where)
    if year is None:
        raise DataError(
            f"{where}: the months as columns have no year: neither the rows above them nor the "
            "name of the sheet or file says one; give unpivot.year, such as year = 2024"
        )
    return replace(unpivot, year=year)


def year_stated(titles: Sequence[Sequence[Any]], where: str) -> int | None:
    """The one year that the rows above the header, or the part's name, say; None without one."""
    title = " ".join(str(cell) for row in titles for cell in row if not is_blank(cell))
    file, _sheet, sheet = where.rpartition(", sheet ")
    return stated_year([title, sheet, file])


def _with_years(
    lines: Lines, days: Yearless | None, titles: Sequence[Sequence[Any]], where: str
) -> Lines:
    """Days that are written without their year, with it."""
    if days is None:
        return lines
    year = year_stated(titles, where) if days.year == TITLE else days.year
    if year is None:
        raise DataError(
            f"{where}: days or months have no year: neither the rows above them nor the name of "
            "the sheet or file says one; give without_year.year, such as year = 2025"
        )
    option = "without_year"
    places = [_place(lines.header, name, where, f"{option}.columns") for name in days.columns]
    beside = _place(lines.header, year, where, f"{option}.year") if isinstance(year, str) else None
    rows = [list(row) for row in lines.rows]
    years = [year_in(row[beside]) if beside is not None else year for row in rows]
    for place in places:
        texts = dated_texts(lines.header[place], [row[place] for row in rows], years)
        for row, text in zip(rows, texts, strict=True):
            row[place] = text
    return replace(lines, rows=rows)


def dated_texts(name: str, cells: Sequence[Any], years: Sequence[int | None]) -> list[Any]:
    """A column's days or months, each with the year of its row; the rest as it stands."""
    quarters = same_words(name, QUARTER_COLUMNS)
    bare = [amount_of(cell) for cell in cells]
    by_number = numbered([n for n in bare if n is not None], quarters=quarters) and all(
        is_blank(cell) or n is not None for cell, n in zip(cells, bare, strict=True)
    )
    made = list(cells)
    for place, (cell, year) in enumerate(zip(cells, years, strict=True)):
        if year and by_number and not is_blank(cell):
            made[place] = numbered_month(bare[place], year, quarters=quarters)
        elif year and isinstance(cell, str):
            made[place] = with_its_year(cell, year)
    return made


def _unpivoted(lines: Lines, unpivot: Unpivot, where: str) -> Lines:
    """One line per filled cell of the columns; each total of a row is held against them."""
    chosen = _turned(lines.header, unpivot, where)
    measures = list(dict.fromkeys(measure for _period, measure in chosen.values()))
    total = _place(lines.header, unpivot.total, where, "unpivot.total") if unpivot.total else None
    by_row = isinstance(unpivot.year, str) and unpivot.year != ""
    year = _place(lines.header, unpivot.year, where, "unpivot.year") if by_row else None
    kept = [place for place in range(len(lines.header)) if place not in chosen and place != total]
    periods = list(dict.fromkeys(period for period, _measure in chosen.values()))
    by_period = {p: {chosen[c][1]: c for c in chosen if chosen[c][0] == p} for p in periods}
    header = [*(lines.header[place] for place in kept), unpivot.period]
    header += [measure or unpivot.amount for measure in measures]
    rows, numbers, controls = [], [], []
    for row, number in zip(lines.rows, lines.numbers, strict=True):
        own = [row[place] for place in kept]
        sums = [sum(amount_of(row[c]) or 0.0 for c in chosen if chosen[c][1] == m)
                for m in measures]  # fmt: skip
        if is_total_row(own):
            rows.append([*own, None, *sums])
            numbers.append(number)
            continue
        for period in periods:
            cells = [row[by_period[period][m]] if m in by_period[period] else None
                     for m in measures]  # fmt: skip
            if any(not is_blank(cell) and amount_of(cell) != 0 for cell in cells):
                of_row = _of_row(row[year], period) if year is not None else period
                rows.append([*own, of_row, *cells])
                numbers.append(number)
        said = amount_of(row[total]) if total is not None else None
        if said is not None and len(measures) == 1:
            label = f"{lines.header[total]} {next((c for c in own if not is_blank(c)), '')}"
            controls.append((number, label, said, sums[0]))
    return Lines(header_names(header), rows, numbers, (*lines.controls, *controls))


def _rates(lines: Lines, unpivot: Unpivot, where: str) -> Lines:
    """One line per rate of the columns that are named by a currency."""
    if not currency_columns(lines.header):
        raise DataError(f"{where}: unpivot finds no column that is named by a currency")
    names = unpivot.period, unpivot.amount
    header, rows, numbers = rate_lines(lines.header, lines.rows, lines.numbers, names)
    return Lines(header_names(header), rows, numbers, lines.controls)


def _turned(header: Sequence[str], unpivot: Unpivot, where: str) -> dict[int, tuple[str, str]]:
    """Per column that is turned its period (a date, or its name) and its measure."""
    by_year = unpivot.columns == (YEARS,)
    if by_year:
        years = {place: year_of(name) for place, name in enumerate(header)}
        found = {place: year for place, year in years.items() if year}
    elif unpivot.columns != (MONTHS,):
        places = [_place(header, name, where, "unpivot.columns") for name in unpivot.columns]
        found = {place: period_of(header[place]) or (header[place], "") for place in places}
    else:
        periods = {place: _period(name, unpivot) for place, name in enumerate(header)}
        found = {place: period for place, period in periods.items() if period}
    if not found:
        kind = "year" if by_year else "month"
        raise DataError(f"{where}: unpivot finds no column that is named like a {kind}")
    return found if unpivot.year_starts == 1 else _of_own_year(header, found, unpivot.year_starts)


def _of_own_year(
    header: Sequence[str], found: dict[int, tuple[str, str]], starts: int
) -> dict[int, tuple[str, str]]:
    """The periods of a company whose year starts in another month, by the calendar.

    Its quarters begin in other months; months whose year stands elsewhere are of its year where
    the first of them is its first. What the calendar's year is more than that of a row is put
    before the period: "1/-01-01".
    """
    begins = parsed_quarter("2000Q1", frequency(starts)).start_time.year - 2000
    dated = {place: _FIRST_DAY.fullmatch(period) for place, (period, _measure) in found.items()}
    months = [int(day["month"]) for day in dated.values() if day]
    own, made = months[:1] == [starts], {}
    for place, (period, measure) in found.items():
        day, quarter = dated[place], bool(year_of(header[place])) or names_quarter(header[place])
        made[place] = period, measure
        if day and (quarter or (own and month_of(header[place]))):
            month = (starts + int(day["month"]) - 2) % 12 + 1 if quarter else int(day["month"])
            more, rest = begins + (month < starts), f"-{month:02}-01"
            before = str(int(day["year"]) + more) if day["year"] else f"{more}/" if more else ""
            made[place] = before + rest, measure
    return made


def _of_row(year: Any, period: str) -> str:
    """The day of a period without a year, with that of its row."""
    more, _bar, rest = period.rpartition("/")
    known = year_in(year)
    return f"{cell_text(year) if known is None else known + int(more or 0)}{rest}"


def _period(name: str, unpivot: Unpivot) -> tuple[str, str] | None:
    """A header's period and measure; of a month without a year the year is that of the option."""
    month = month_of(name) if unpivot.year else None
    if month is None:
        return period_of(name)
    return (f"{unpivot.year}" if isinstance(unpivot.year, int) else "") + f"-{month:02}-01", ""


def _outdented(lines: Lines, groups: Groups) -> Lines:
    """Headings whose levels stand in columns beside each other, each as a column of its lines."""
    first, depth = groups.column - 1, len(groups.levels)
    rest = [p for p in range(len(lines.header)) if not first <= p < first + depth]
    current: list[Any] = [None] * depth
    rows, numbers = [], []
    for row, number in zip(lines.rows, lines.numbers, strict=True):
        own = row[first : first + depth]
        others = [row[place] for place in rest]
        level = next((n for n, cell in enumerate(own) if not is_blank(cell)), None)
        if level is None:
            rows.append([*current, *others])
        elif filled(others) or is_total_row(own):
            rows.append([own[level], *[None] * (depth - 1), *others])
        else:
            current[level:] = [own[level], *[None] * (depth - 1 - level)]
            continue
        numbers.append(number)
    header = header_names([*groups.levels, *(lines.header[place] for place in rest)])
    return Lines(header, rows, numbers)


def _ungrouped(lines: Lines, groups: Groups) -> Lines:
    """Each level of the headings as a column of the lines below them."""
    at = groups.column - 1
    money = _money_column(lines, at)
    texts = [(cell_text(row[at]) or "").strip() for row in lines.rows]
    is_named = bool(groups.lines)
    deepest = _are_lines(texts, groups.lines) if is_named else [not text for text in texts]
    levels = len(groups.levels) - is_named
    current: list[Any] = [None] * levels
    waiting: list[tuple[int, Any, float | None]] = []
    open_sums: list[list[Any]] = [[] for _ in range(levels)]
    rows, numbers, controls = [], [], []
    rest = [place for place in range(len(lines.header)) if place != at]
    each = zip(lines.rows, lines.numbers, texts, deepest, strict=True)
    for row, number, text, is_deepest in each:
        others = [row[place] for place in rest]
        if is_deepest:
            headings = waiting[-levels:] if levels else []
            for level, heading in enumerate(headings, levels - len(headings)):
                for lower in range(level, levels):
                    _closed(open_sums[lower], controls)
                current[level], open_sums[level] = heading[1], [*heading, 0.0]
            waiting = []
            amount = amount_of(row[money]) if money is not None else None
            for opened in open_sums:
                if opened:
                    opened[-1] += amount or 0.0
            rows.append([*current, *([text] if is_named else []), *others])
            numbers.append(number)
        elif total_label(text).strength == 2 or (
            any(amount_of(c) is not None for c in others) > is_named
        ):
            rows.append([text, *[None] * (len(groups.levels) - 1), *others])
            numbers.append(number)
        else:
            said = amount_of(row[money]) if money is not None else None
            waiting.append((number, text, said))
    for opened in open_sums:
        _closed(opened, controls)
    header = header_names([*groups.levels, *(lines.header[place] for place in rest)])
    return Lines(header, rows, numbers, tuple(controls))


def _are_lines(texts: Sequence[str], pattern: str) -> list[bool]:
    """Which texts have a pattern in them, found in a time that no pattern can draw out."""
    plain = [re.sub(r"\s", " ", text) for text in texts]  # blanks of any width
    return pc.match_substring_regex(pa.array(plain, pa.string()), pattern).to_pylist()


def _closed(opened: list[Any], controls: list[tuple[int, str, float, float]]) -> None:
    """A heading's own sum against the lines below it, once they are all read."""
    if opened and opened[2] is not None:
        controls.append((opened[0], str(opened[1]), opened[2], round(opened[3], 4)))
    opened.clear()


def _money_column(lines: Lines, aside: int) -> int | None:
    sums = {
        place: sum(abs(amount_of(row[place]) or 0.0) for row in lines.rows)
        for place in range(len(lines.header))
        if place != aside and "alance" not in lines.header[place]
    }
    return max(sums, key=sums.__getitem__) if any(sums.values()) else None


def _with_documents(lines: Lines, names: tuple[str, ...], where: str) -> Lines:
    """Three more columns of a text such as "Invoice 00-123 от 05.03.2024": number, date, kind."""
    for name in names:
        place = _place(lines.header, name, where, "documents")
        cyrillic = re.search("[А-я]", name)
        new = ("Номер документа", "Дата документа", "Вид документа") if cyrillic else (
            "Document number", "Document date", "Document kind")  # fmt: skip
        rows = [[*row, *_number_and_day(row[place])] for row in lines.rows]
        lines = replace(lines, header=header_names([*lines.header, *new]), rows=rows)
    return lines


def _number_and_day(cell: Any) -> tuple[str | None, str | None, str | None]:
    found = document_named(cell) if isinstance(cell, str) else None
    if not found:
        return None, None, None
    day = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    return found["number"], day, found["kind"].strip() or None


def is_sap_list(text: str) -> bool:
    """Whether a text is a list as SAP prints it: bars between columns, rules of hyphens."""
    lines = [line.strip() for line in text[:_LOOK].splitlines() if line.strip()]
    cells = [line for line in lines if not _is_rule(line)]
    barred = sum(line.startswith("|") and line.endswith("|") for line in cells)
    return barred >= 3 and barred >= 0.5 * len(cells) < 0.5 * len(lines)


def sap_rows(text: str) -> Rows:
    """The lines of an SAP list as rows of cells; rules and blank lines are empty rows."""
    rows: Rows = []
    for line in text.splitlines():
        bare = line.strip()
        if _is_rule(bare):
            rows.append([])
        elif bare.startswith("|"):
            rows.append([cell.strip() for cell in bare.strip("|").split("|")])
        else:
            rows.append([bare] if bare else [])
    return rows


def sap_layout(rows: Rows, rules: HeaderRules) -> Layout:
    """The layout of an SAP list: its header is the first full row between bars."""
    widths = [len(row) for row in rows]
    usual = max(set(widths) - {0, 1}, key=widths.count)
    why = _("bars between columns and rules of hyphens: a list as SAP prints it")
    layout = rules.layout
    header = layout.header if not layout.is_plain else widths.index(usual) + 1
    return replace(layout, kind=SAP_LIST, header=header, why=(why, *layout.why))


def _is_rule(line: str) -> bool:
    return re.fullmatch(r"[|+\-=_]{5,}", line) is not None
