"""Which layout a report's grid shows, with its proof in words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kamlib.data.describe.headers import is_unit, name_score, read_header, same_words
from kamlib.data.describe.names import TIME_COLUMNS
from kamlib.data.describe.total_words import total_label
from kamlib.data.files.currency_columns import currency_columns
from kamlib.data.files.layout import (
    CURRENCIES,
    DATEV,
    TITLE,
    YEARS,
    Groups,
    Layout,
    Unpivot,
)
from kamlib.data.files.parts import (
    HEADER_SEARCH_ROWS,
    HeaderRules,
    cell_text,
    find_header,
    part_label,
)
from kamlib.data.files.plain import (
    amount_of,
    document_named,
    is_blank,
    is_total_row,
    joined_header,
    with_year,
)
from kamlib.data.guess.assignment import header_texts
from kamlib.data.guess.formulas import names_column
from kamlib.data.guess.guess import Guesses
from kamlib.data.guess.titles import is_year, with_years, year_column
from kamlib.data.read.sources import Peek
from kamlib.data.writing.datev import is_datev
from kamlib.data.writing.periods import is_quarter, month_of, period_of, year_of
from kamlib.errors import DataError
from kamlib.words import _, count

Row = Sequence[Any]
_LEAST_MONTHS = 3
_LEAST_CURRENCIES = 2
_LEAST_YEARS = 2
_LOOK = 50
_LEAST_EMPTY = 0.03
_FEW_HEADS = 3
_LEAST_GAPS = 0.2
_SURELY = 0.75
_MOST_ROWS = 200_000
_PERIOD = re.compile(
    r"^(?:Январь|Февраль|Март|Апрель|Май|Июнь|Июль|Август|Сентябрь|Октябрь|Ноябрь|Декабрь)"
    r"\s+\d{4}(?:\s*г(?:ода|\.)?)?$"
)
_DATE = re.compile(r"\d{1,4}[-./年]\d{1,2}[-./月]\d{1,4}")


def recognised_layout(rows: Sequence[Row], name: str = "", *, years: bool = True) -> Layout:
    """The layout that a part's rows show.

    Parameters
    ----------
    rows
        All rows, as read: texts, numbers, dates.
    name
        The sheet's or file's name.
    years
        Whether columns of whole years may be its sales: not where others hold dated lines.

    Returns
    -------
    What is to be done, with a sentence of proof for each; a plain one where nothing is.
    """
    if is_datev(rows):
        told = _(
            "the first line is that of a DATEV export: it holds the year of the dates; which "
            "of the two accounts is the debtor says the sign and whether a line is a sale"
        )
        return Layout(DATEV, header=2, why=(told,))
    if len(rows) > _MOST_ROWS:
        return Layout()
    try:
        header_row, _names = find_header(rows[:HEADER_SEARCH_ROWS], HeaderRules(), name)
    except DataError:
        return Layout()
    layout = _grouped(rows, header_row) or _two_rows(rows, header_row)
    names, body = _body(rows, layout)
    if not body:
        return Layout()
    if not layout.groups:
        titles = rows[: (layout.header or 1) - 1]
        layout = _rates_turned(names, body, layout)
        if not layout.unpivot:
            layout = _turned(names, layout)
        if not layout.unpivot:
            layout = _turned_without_year(names, body, titles, name, layout)
        if not layout.unpivot and years:
            layout = _turned_by_year(names, body, layout)
        if not layout.unpivot:
            layout = _first_lines(names, body, layout)
        layout = _with_documents(names, body, layout)
        layout = with_years(names, body, titles, name, layout)
    return Layout(why=layout.why) if layout.is_plain else layout


def _body(rows: Sequence[Row], layout: Layout) -> tuple[list[str], list[list[Any]]]:
    first = layout.header or 1
    stacked = rows[first - 1 : first - 1 + layout.header_rows]
    width = max(map(len, stacked))
    names = list(joined_header(stacked, width))
    start = first - 1 + layout.header_rows
    body = [[*row, *[None] * width][:width] for row in rows[start:]]
    return names, [row for row in body if not all(map(is_blank, row))]


def _is_value(cell: Any) -> bool:
    """Whether a cell is a number or a date, not a name."""
    if is_blank(cell):
        return False
    return not isinstance(cell, str) or amount_of(cell) is not None or bool(_DATE.search(cell))


def _two_rows(rows: Sequence[Row], header_row: int) -> Layout:
    """One or two header rows: names that stand over two or more names below them."""
    for upper in (header_row, header_row - 1):
        if not 1 <= upper < len(rows):
            continue
        top, below = list(rows[upper - 1]), list(rows[upper])
        width = max(len(top), len(below))
        top += [None] * (width - len(top))
        below += [None] * (width - len(below))
        low = [cell for cell in below if not is_blank(cell)]
        years = all(is_year(cell) for cell in top if _is_value(cell))
        if all(map(is_blank, top[1:])):
            continue  # a title stands above the first name alone
        if len(low) < 2 or any(_is_value(cell) and not period_of(str(cell)) for cell in low):
            continue
        if not years or _looks_like_a_line(below, rows[upper + 1 :]):
            continue
        spans = _spans(top, below)
        if not spans:
            continue
        over, names = spans[0]
        told = _('rows {upper} and {lower} are one header: "{over}" stands over {names}').format(
            upper=upper, lower=upper + 1, over=over,
            names=_(" and ").join(f'"{name}"' for name in names[:3]),
        )  # fmt: skip
        return Layout(header=upper, header_rows=2, why=(told,))
    return _with_units(rows, header_row)


def _with_units(rows: Sequence[Row], header_row: int) -> Layout:
    """The header, with the row of units below it where there is one: "Stk", "TEUR"."""
    below = [cell for cell in rows[header_row : header_row + 1] for cell in cell]
    units = [str(cell) for cell in below if not is_blank(cell)]
    if not units or not all(map(is_unit, units)) or len(units) == len(below):
        return Layout(header=header_row)
    told = _("row {row} holds the units of the columns: {units}").format(
        row=header_row + 1, units=", ".join(f'"{unit}"' for unit in units[:3])
    )
    return Layout(header=header_row, header_rows=2, why=(told,))


def _looks_like_a_line(below: Row, body: Sequence[Row]) -> bool:
    """Whether the rows after hold texts in all the same places: then it is no header."""
    after = [row for row in body[:20] if any(not is_blank(cell) for cell in row)]
    if not after:
        return True
    places = [place for place, cell in enumerate(below) if not is_blank(cell)]
    values = sum(place < len(row) and _is_value(row[place]) for row in after for place in places)
    return values < 0.2 * len(after)


def _spans(top: Row, below: Row) -> list[tuple[str, list[str]]]:
    """The names of the upper row that stand over two or more of the lower one."""
    found, place = [], 0
    while place < len(top):
        end = place + 1
        while end < len(top) and is_blank(top[end]) and not is_blank(below[end]):
            end += 1
        if not is_blank(top[place]) and end - place > 1 and not is_blank(below[place]):
            found.append((cell_text(top[place]) or "", [str(cell) for cell in below[place:end]]))
        place = end
    return found


def _turned(names: Sequence[str], layout: Layout) -> Layout:
    """Months as columns."""
    periods = {name: period_of(name) for name in names}
    found = {name: period for name, period in periods.items() if period}
    if len({period for period, _measure in found.values()}) < _LEAST_MONTHS:
        return layout
    measures = list(dict.fromkeys(measure for _period, measure in found.values()))
    return _as_lines(names, list(found), layout, Unpivot(), with_total=len(measures) == 1)


def _turned_by_year(names: Sequence[str], body: Sequence[Row], layout: Layout) -> Layout:
    """Sums of whole years as columns beside accounts, where no line has a day."""
    found = {place: year for place, name in enumerate(names) if (year := year_of(name))}
    if len({year for year, _measure in found.values()}) < _LEAST_YEARS or _dated(names):
        return layout
    cells = [row[place] for row in body for place in found if not is_blank(row[place])]
    if not any(map(_is_account, names)) or any(amount_of(cell) is None for cell in cells):
        return layout
    one = len({measure for _year, measure in found.values()}) == 1
    layout = _as_lines(
        names, [names[p] for p in found], layout, Unpivot((YEARS,), "Date"), with_total=one
    )
    told = _(
        "only their years are known: each sum counts on the first day of its year, so quarters, "
        "months and the days of orders cannot be told"
    )
    return replace(layout, why=(*layout.why, told))


def _dated(names: Sequence[str]) -> bool:
    headers = map(read_header, names)
    return any(name_score(header, "transactions", "date")[0] >= _SURELY for header in headers)


def _rates_turned(names: Sequence[str], body: Sequence[Row], layout: Layout) -> Layout:
    """Currencies as columns beside nothing but their days: rates."""
    found = currency_columns(names)
    if len(found) < _LEAST_CURRENCIES:
        return layout
    rest = [
        place
        for place in range(len(names))
        if place not in found and any(not is_blank(row[place]) for row in body)
    ]
    if len(rest) != 1:
        return layout
    days = [row[rest[0]] for row in body[:_LOOK] if not is_blank(row[rest[0]])]
    if not all(not isinstance(day, str) or _DATE.search(day) for day in days):
        return layout
    told = _("{count} columns are currencies, one row a day: a table of rates").format(
        count=count(len(found))
    )
    unpivot = Unpivot(columns=(CURRENCIES,), period="Currency", amount="Rate")
    return replace(layout, unpivot=unpivot, why=(*layout.why, told))


def _as_lines(
    names: Sequence[str], found: Sequence[str], layout: Layout, unpivot: Unpivot, with_total: bool
) -> Layout:
    totals = [name for name in names if name not in found and total_label(name).strength == 2]
    told = _("{count} columns are months or quarters, from {first} to {last}")
    if unpivot.columns == (YEARS,):
        told = _("{count} columns are sums of whole years, from {first} to {last}")
    told = told.format(count=count(len(found)), first=found[0], last=found[-1])
    total = totals[0] if len(totals) == 1 and with_total else ""
    if total:
        told += _('; "{total}" is their sum').format(total=total)
    return replace(layout, unpivot=replace(unpivot, total=total), why=(*layout.why, told))


def _turned_without_year(
    names: Sequence[str], body: Sequence[Row], titles: Sequence[Row], where: str, layout: Layout
) -> Layout:
    """Months as columns whose year stands in a column, in the title, or in the part's name."""
    found = [name for name in names if month_of(name)]
    months = {month_of(name) for name in found}
    quarters = all(map(is_quarter, found))
    if len(found) != len(months) or len(months) < (4 if quarters else _LEAST_MONTHS):
        return layout
    if _dated(names):
        return layout
    if column := year_column(names, body):
        return _as_lines(names, found, layout, Unpivot(year=column), with_total=True)
    try:
        unpivot = with_year(Unpivot(year=TITLE), titles, where)
    except DataError as error:
        return replace(layout, why=(str(error),))
    layout = _as_lines(names, found, layout, Unpivot(year=TITLE), with_total=True)
    told = _("their year {year} stands above them or in the name of the sheet or file")
    return replace(layout, why=(*layout.why, told.format(year=unpivot.year)))


def _grouped(rows: Sequence[Row], header_row: int) -> Layout | None:
    """Headings above their lines: in an empty first column, or in a hierarchy with documents."""
    return _hierarchy(rows) or _headings(rows, header_row)


def _hierarchy(rows: Sequence[Row]) -> Layout | None:
    """A report of 1C: levels named below each other, documents as the deepest."""
    column = [cell_text(row[0]) if row else None for row in rows]
    documents = [n for n, text in enumerate(column) if text and document_named(text)]
    months = [n for n, text in enumerate(column) if text and _PERIOD.match(text.strip())]
    dated = not documents and len(months) >= 3
    documents = months if dated else documents
    if len(documents) < 3:
        return None
    top = next(
        (n for n, row in enumerate(rows[: documents[0]]) if sum(map(_is_name, row)) >= 2), None
    )
    if top is None or not _is_name(column[top]):
        return None
    levels = [column[top]]
    for row in rows[top + 1 : documents[0]]:
        if not row or not _is_name(row[0]) or any(not is_blank(cell) for cell in row[1:]):
            break
        levels.append(cell_text(row[0]))
    if len(levels) < 2 or (dated and top + len(levels) in documents):
        return None
    others = [n for n in range(top + len(levels), len(rows)) if n not in set(documents)]
    told = _(
        'column "{name}" holds {levels} levels: {count} lines and {others} headings or totals '
        "above them, whose sums are checked"
    ).format(name=levels[0], levels=len(levels), count=count(len(documents)),
             others=count(len(others)))  # fmt: skip
    lines = (
        _PERIOD.pattern if dated else r"\d\s+(?:от|from|dated|vom|of)\s+\d{1,2}[./]\d{1,2}[./]\d{4}"
    )
    return Layout(
        header=top + 1, header_rows=len(levels), groups=Groups(tuple(levels), 1, lines),
        documents=() if dated else (levels[-1],), why=(told,),
    )  # fmt: skip


def _is_name(cell: Any) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and not _is_value(cell)


def _headings(rows: Sequence[Row], header_row: int) -> Layout | None:
    """A first column without a name: a heading on a row of its own, its lines below it."""
    header = rows[header_row - 1]
    body = [list(row) for row in rows[header_row:] if any(not is_blank(cell) for cell in row)]
    if not is_blank(header[0]) or len(body) < 4:
        return None
    if is_blank(header[1]):
        return _indented(rows, header_row, body)
    lines = [row for row in body if is_blank(row[0])]
    heads = [row for row in body if not is_blank(row[0]) and all(map(is_blank, row[1:]))]
    if len(lines) < 0.3 * len(body) or len(heads) < 1 or body[0] not in heads:
        return None
    level = _level_name(rows[: header_row - 1])
    told = _("{count} rows hold a name alone in the first column: each is the {level} of the lines "
             "below it").format(count=count(len(heads)), level=level)  # fmt: skip
    return Layout(header=header_row, groups=Groups((level,)), why=(told,))


def _indented(rows: Sequence[Row], header_row: int, body: Sequence[Row]) -> Layout | None:
    """Headings in columns without names, each level in its own: a list of QuickBooks desktop."""
    header = rows[header_row - 1]
    first = next(place for place, cell in enumerate(header) if not is_blank(cell))
    heads, lines = [], 0
    for row in body:
        held = [place for place, cell in enumerate(row) if not is_blank(cell)]
        if held == held[:1] and held[0] < first:
            heads.append((held[0], str(row[held[0]])))
        lines += held[0] >= first
    places = sorted({place for place, text in heads if not total_label(text).strength})
    if not places or places != list(range(places[0], places[-1] + 1)) or lines < 0.3 * len(body):
        return None
    level = _level_name(rows[: header_row - 1])
    levels = (level, *(f"Level {n}" for n in range(2, len(places) + 1)))
    told = _("{count} rows hold a name alone before the first named column: each is the {level} of "
             "the lines below it").format(count=count(len(heads)), level=level)  # fmt: skip
    return Layout(header=header_row, groups=Groups(levels, places[0] + 1), why=(told,))


def _level_name(title: Sequence[Row]) -> str:
    words = " ".join(str(cell) for row in title for cell in row if not is_blank(cell)).casefold()
    known = {"product": "Product", "item": "Product", "sales rep": "Sales Rep", "vendor": "Vendor"}
    found = (level for word, level in known.items() if f"by {word}" in words)
    return next(found, "Customer")


def _first_lines(names: Sequence[str], body: Sequence[Row], layout: Layout) -> Layout:
    """Fields that stand in an order's first line only."""
    lines = [row for row in body if not is_total_row(row)]
    while lines and len(names) >= _FEW_HEADS and sum(not is_blank(c) for c in lines[-1]) < 2:
        lines.pop()  # notes below the lines
    if len(lines) < 4:
        return layout
    full = [[not is_blank(row[place]) for row in lines] for place in range(len(names))]
    anchors = [
        place
        for place in range(len(names))
        if _is_key(names[place]) and full[place][0] and _gaps(full[place]) >= _LEAST_EMPTY
    ]
    for anchor in anchors:
        heads = full[anchor]
        last = len(heads) - heads[::-1].index(True)
        if heads.count(True) > _FEW_HEADS and all(heads[:last]):
            continue  # only notes or sums below the lines would be filled
        group = [
            place
            for place in range(len(names))
            if any(full[place])
            and all(head or not held for head, held in zip(heads, full[place], strict=True))
        ]
        others = [p for p in range(len(names)) if p not in group]
        kept = all(head or any(full[place][n] for place in others) for n, head in enumerate(heads))
        if not kept or not _is_block(lines, heads, group, full, anchor):
            continue
        if not _hold_values(lines, heads, others):
            continue
        if not _same_account(names, lines, heads, others):
            continue
        within = _block_key(lines, heads, others)
        texts = [p for p in group if p == anchor or _is_key(names[p]) or not _is_money(lines, p)]
        told = _(
            "in {count} rows {names} are empty together: they belong to the line above"
        ).format(
            count=count(heads.count(False)),
            names=", ".join(names[p] for p in texts[:4]) + (", …" if len(texts) > 4 else ""),
        )
        fields = tuple(names[p] for p in texts)
        key = names[within] if within is not None else ""
        inner = _told_once_a_block(lines, heads, group, full)
        lists = (fields,) if inner is None or key else (fields, (names[inner],))
        return replace(layout, fill_down=lists, fill_within=key, why=(*layout.why, told))
    return layout


def _same_account(
    names: Sequence[str], lines: Sequence[Row], heads: Sequence[bool], others: Sequence[int]
) -> bool:
    """Whether the lines that would be filled name their head's account, where they name one."""
    for place in (p for p in others if _is_account(names[p])):
        named = None
        for row, head in zip(lines, heads, strict=True):
            if head:
                named = row[place]
            elif not is_blank(row[place]) and row[place] != named:
                return False
    return True


def _hold_values(lines: Sequence[Row], heads: Sequence[bool], others: Sequence[int]) -> bool:
    """Whether the lines that would be filled hold more than a page's number or a bare sum."""
    cells = [
        [row[place] for place in others if not is_blank(row[place])]
        for row, head in zip(lines, heads, strict=True)
        if not head
    ]
    return any(len(row) > 1 and any(map(_is_value, row)) for row in cells)


def _gaps(full: Sequence[bool]) -> float:
    return full.count(False) / len(full)


def _is_account(name: str) -> bool:
    header = read_header(name)
    return name_score(header, "transactions", "account")[0] >= _SURELY or (
        name_score(header, "accounts", "name")[0] >= _SURELY
    )


def _is_key(name: str) -> bool:
    header = read_header(name)
    keys = ("account", "date", "document")
    return any(name_score(header, "transactions", key)[0] >= _SURELY for key in keys) or (
        name_score(header, "accounts", "name")[0] >= _SURELY
    )


def _is_block(
    lines: Sequence[Row], heads: Sequence[bool], group: Sequence[int],
    full: Sequence[Sequence[bool]], anchor: int,
) -> bool:  # fmt: skip
    """Whether the filled rows begin blocks: several fields together, one of them never twice."""
    firsts = [row for row, head in zip(lines, heads, strict=True) if head]
    together = [p for p in group if sum(full[p]) >= 0.8 * len(firsts)]
    unique = any(len({row[p] for row in firsts}) >= 0.95 * len(firsts) for p in together)
    if len(together) >= 2:
        return unique or len(firsts) >= 2
    gaps = _gaps(heads)
    told_once = len({row[anchor] for row in firsts}) == len(firsts)
    return told_once and gaps >= _LEAST_GAPS and (len(firsts) >= 3 or gaps >= 0.5)


def _told_once_a_block(
    lines: Sequence[Row], heads: Sequence[bool], group: Sequence[int],
    full: Sequence[Sequence[bool]],
) -> int | None:  # fmt: skip
    """The column beside an outline's first one that is told once for several lines too."""
    place = max(group) + 1
    if max(group) - min(group) + 1 != len(group) or place >= len(full):
        return None
    held = full[place]
    if _gaps(held) < _LEAST_EMPTY or not all(
        full_one or not head for head, full_one in zip(heads, held, strict=True)
    ):
        return None
    known = None
    for row, head, full_one in zip(lines, heads, held, strict=True):
        if not full_one:
            continue
        if _is_value(row[place]) or (not head and row[place] == known):
            return None
        known = row[place]
    return place


def _block_key(lines: Sequence[Row], heads: Sequence[bool], others: Sequence[int]) -> int | None:
    """A column that has the same value in all lines of a block and another in the next."""
    for place in others:
        values = [row[place] for row in lines]
        pairs = list(zip(values, values[1:], heads[1:], strict=False))
        if all(not is_blank(value) for value in values) and all(
            (one != two) if head else (one == two) for one, two, head in pairs
        ):
            return place
    return None


def _is_money(lines: Sequence[Row], place: int) -> bool:
    cells = [row[place] for row in lines if not is_blank(row[place])]
    return bool(cells) and all(amount_of(cell) is not None for cell in cells)


def _with_documents(names: Sequence[str], body: Sequence[Row], layout: Layout) -> Layout:
    """A column of texts such as "Реализация 00-123 от 05.03.2024", where no date stands alone."""
    for place, name in enumerate(names):
        cells = [row[place] for row in body if isinstance(row[place], str) and row[place].strip()]
        found = [cell for cell in cells if document_named(cell)]
        if len(found) < 3 or len(found) < 0.8 * len(cells):
            continue
        if _dated(names):
            return layout
        told = _('column "{name}" holds document number and date in one, such as "{example}"')
        why = (*layout.why, told.format(name=name, example=found[0]))
        return replace(layout, documents=(name,), why=why)
    return layout


def with_layouts(guesses: Guesses, seen: Sequence[tuple[str, Peek]]) -> Guesses:
    """The guesses with the layout of the parts that they were made of."""
    found = {}
    for table, (source, sheet, guess) in guesses.items():
        files = (source,) if isinstance(source, str) else source
        used = {name for item in guess.columns for name in item.sources}
        layouts = (
            part.layout
            for place, part in seen
            if place in files and used <= set(header_texts(part.header))
        )
        found[table] = (source, sheet, replace(guess, layout=next(layouts, guess.layout)))
    return found


def beside_dated(seen: Sequence[tuple[str, Peek]]) -> list[str]:
    """The files with columns of whole years, where another part holds dated amounts."""
    turned = [place for place, part in seen if _by_year(part)]
    dated = (header_texts(part.header) for _place, part in seen if not _by_year(part))
    is_sold = any(
        _dated(names)
        and any(name_score(read_header(n), "transactions", "revenue")[0] >= 0.6 for n in names)
        for names in dated
    )
    return list(dict.fromkeys(turned)) if is_sold else []


def _by_year(part: Peek) -> bool:
    return part.layout.unpivot is not None and part.layout.unpivot.columns == (YEARS,)


def undated(seen: Sequence[tuple[str, Peek]]) -> list[str]:
    """Why parts that hold accounts and amounts are no sales lines: no line has a date."""
    found = []
    for _place, part in seen:
        label = part_label(part.file, part.sheet)
        names = header_texts(part.header)
        sold = all(any(names_column(name, key) for name in names) for key in ("account", "revenue"))
        if part.layout.is_plain and part.layout.why:
            found += part.layout.why
        elif sold:
            found.append(_without_days(label, names, part))
    return found


def _without_days(label: str, names: Sequence[str], part: Peek) -> str:
    """What a part holds instead of days, and what to give."""
    for place, name in enumerate(names):
        cells = [cell for cell in part.rows.column(place).to_pylist() if not is_blank(cell)]
        if cells and (same_words(name, TIME_COLUMNS) or names_column(name, "date")):
            told = _(
                '{label}: all that it says of time is "{name}", such as "{example}", which is no '
                "day: export it with the invoices' days, or with months such as 2025-03"
            )
            return told.format(label=label, name=name, example=cell_text(cells[0]))
    told = _("{label}: the report gives no date per line: export it with documents or months")
    return told.format(label=label)
