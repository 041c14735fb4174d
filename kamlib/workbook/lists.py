"""Sheets that are lists: any result table as a typed Excel table with filters."""

import datetime
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib import words
from kamlib.chapters.abc_xyz import SALES_MARGIN
from kamlib.chapters.ground import DATA, SETTINGS
from kamlib.chapters.identities import WHO
from kamlib.data.describe.schema import ONE_ACCOUNT
from kamlib.data.work import OWN, TODO, list_name, names_cell
from kamlib.quarters import quarter_label, quarter_told
from kamlib.settings import TASK_OUTCOMES
from kamlib.show.columns import NAMED, Column, Kind, column
from kamlib.show.spec import Sheet, Sum
from kamlib.words import AsItIs, _, count, shown_width
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import (
    INPUT,
    OPEN_CELL,
    OWN_CELL,
    YES,
    Desk,
    area,
    chips,
    heat,
    put,
    set_widths,
)
from kamlib.workbook.spoken import unique_texts


@dataclass(frozen=True)
class Placed:
    """Where the list of a table stands in its sheet: rows and columns counted from 0."""

    sheet: str
    table: str
    head: int
    first: int
    last: int
    columns: dict[str, int]
    looks: tuple[Column, ...]

    def area(self, name: str) -> str:
        """The address of a column's cells, for a formula in any sheet."""
        return area(self.sheet, self.first, self.last, self.columns[name])


def write_list(
    desk: Desk,
    name: str,
    frame: pd.DataFrame,
    *,
    row: int,
    table: str,
    col: int = 0,
    labels: Mapping[str, str] | None = None,
    live: Mapping[str, Sequence[str]] | None = None,
    widths: Mapping[str, int | None] | None = None,
    wrapped: bool = False,
) -> Placed:
    """Write a frame as an Excel table with a filter; a named index is its first column.

    Parameters
    ----------
    row, col
        Where the headings stand.
    table
        The Excel table's name.
    labels
        Headings that differ from the usual ones.
    live
        Per column that is calculated in Excel, one formula per row; the frame holds the
        results.
    widths
        The columns' widths, by name; where each has one, long texts break into lines.
    wrapped
        The same at the widths that the columns usually have.
    """
    sheet = desk.sheets[name]
    flat = frame.reset_index() if any(n is not None for n in frame.index.names) else frame.copy()
    looks = [
        _look(str(label), flat.iloc[:, i], labels or {}, table) for i, label in enumerate(flat)
    ]
    for look in looks:
        if look.words:
            flat[look.name] = flat[look.name].map(look.text)
    live = live or {}
    given = [look.width if wrapped else (widths or {}).get(look.name) for look in looks]
    breaks = all(given)
    for offset, look in enumerate(looks):
        values, style = flat.iloc[:, offset].tolist(), desk.body(look.kind, text_wrap=breaks)
        if look.name in live:
            for i, (formula, value) in enumerate(zip(live[look.name], values, strict=True)):
                sheet.write_formula(row + 1 + i, col + offset, formula, style, desks.shown(value))
        elif look.name in ("account", "subject"):
            for i, value in enumerate(values):
                desk.account(sheet, row + 1 + i, col + offset, value, text_wrap=breaks)
        else:
            if look.name in NAMED:
                values = [AsItIs(value) if isinstance(value, str) else value for value in values]
            for i, value in enumerate(values):
                put(sheet, row + 1 + i, col + offset, value, style)
    for i, height in enumerate(_heights(flat, given) if breaks else ()):
        sheet.set_row(row + 1 + i, height)
    last = row + max(len(flat), 1)
    if flat.empty:
        desk.note(sheet, row + 1, col, _("No rows."))
    _headings(desk, sheet, row, col, last, looks, live, table)
    columns = {look.name: col + offset for offset, look in enumerate(looks)}
    for label in sorted(desks.CHIPPED.intersection(columns)):
        chips(desk, sheet, row + 1, columns[label], last, columns[label])
    return Placed(name, table, row, row + 1, last, columns, tuple(looks))


def write_told(desk: Desk, told: Sheet, table: str) -> None:
    """A sheet that is a list, as its spec tells it."""
    write_frame(desk, told, table, told_frame(desk, told, table))


def write_frame(desk: Desk, told: Sheet, table: str, frame: pd.DataFrame, **parts: str) -> Placed:
    """A sheet as its spec tells it, of a frame that has the columns to show.

    ``parts`` are what the note names besides the number of rows.
    """
    shown = frame.head(desk.book.settings.pack.sheet_rows)
    title = told.title.format(quarter=quarter_told(desk.book.quarter + 1))
    sheet = desk.sheet(told.name, title, told.note.format(rows=count(len(frame)), **parts))
    remarks = [told.remark] if told.remark else []
    if len(shown) < len(frame):
        remarks.append(beyond(shown, table))
    if remarks:
        desk.note(sheet, 2, 0, " ".join(remarks))
    placed = write_list(
        *(desk, told.name, shown),
        row=told.row,
        table=table,
        labels=told.labels,
        widths=told.widths,
        wrapped=told.wrapped,
    )
    if len(shown):
        worked_on(desk, sheet, told, placed, shown)
    finish_told(sheet, told, placed)
    return placed


def beyond(shown: pd.DataFrame, table: str) -> str:
    """Where the rows are that a sheet does not show."""
    told = _("The first {rows}; all are in tables/{table}.csv.")
    return told.format(rows=count(len(shown)), table=table)


def finish_told(sheet: Worksheet, told: Sheet, placed: Placed) -> None:
    """Widths, frozen and folded columns of a list, as its spec tells them."""
    widths = {name: width for name, width in told.widths.items() if width}
    fixed = 1 + max((placed.columns.get(name, 0) for name in told.freeze.split()), default=0)
    folded = told.fold.split()
    finish_list(sheet, placed, fixed=fixed, folded=folded, pages=told.pages)
    for name, width in widths.items():
        if name in placed.columns and name not in folded:
            sheet.set_column(placed.columns[name], placed.columns[name], width)


def told_frame(
    desk: Desk, told: Sheet, table: str, frame: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The table with the columns that its sheet shows, and the reader's own ones.

    ``frame`` stands in for the table where the sheet puts it in words or in another order.
    """
    frame = desk.tables[table] if frame is None else frame
    if told.own:
        blank = {"outcome": "", "value": float("nan")} if table == TODO else {}
        frame = frame.assign(notes="", done_on="", **blank)
    if not told.columns:
        return frame
    index = frame.index.name
    flat = frame.reset_index() if index else frame
    shown = chosen(flat, list(told.widths))
    return shown.set_index(index) if index and next(iter(shown)) == index else shown


def worked_on(
    desk: Desk, sheet: Worksheet, told: Sheet, placed: Placed, shown: pd.DataFrame
) -> None:
    """The reader's own cells, the sums above, and money as bars."""
    if told.own:
        own_cells(desk, sheet, placed)
        colour_done(desk, sheet, placed)
    if told.sums:
        write_sums(desk, sheet, told.row - 3, [_summed(each, placed, shown) for each in told.sums])
    for name, colour in told.bars.items():
        if name in placed.columns:
            bar = {"type": "data_bar", "bar_color": colour, "bar_solid": True}
            col = placed.columns[name]
            sheet.conditional_format(placed.first, col, placed.last, col, bar)


def _summed(told: Sum, placed: Placed, shown: pd.DataFrame) -> tuple[str, str, float, Kind]:
    cells = placed.area(told.column)
    if not told.count:
        value = float(shown[told.column].sum())
        [kind] = {look.kind for look in placed.looks if look.name == told.column}
        return told.label, f"=SUBTOTAL(109,{cells})", value, kind
    values = shown.reset_index()[told.column].astype("str")
    return told.label, f"=SUBTOTAL(103,{cells})", int((values != "").sum()), "count"


def own_cells(
    desk: Desk, sheet: Worksheet, placed: Placed, *, usual: Mapping[str, str] | None = None
) -> None:
    """Cells to write in: framed, and open should somebody protect the sheet.

    The row above the headings, hidden, has the names by which they are read back; ``usual`` is
    what a column's cells hold as long as nobody has changed them.
    """
    looks = {
        "notes": desk.style(valign="top", text_wrap=True, **OWN_CELL),
        "done_on": desk.style("date", valign="top", align="center", **OWN_CELL),
        "outcome": desk.style(valign="top", **OWN_CELL),
        "value": desk.style("money", valign="top", **OWN_CELL),
    }
    for name in _own_columns(placed):
        for row in range(placed.first, placed.last + 1):
            sheet.write_blank(row, placed.columns[name], None, looks[name])
    quarter = quarter_label(desk.book.quarter + 1)
    listed = list_name(placed.table, quarter, placed.last - placed.head)
    more = {name: words.told(text) for name, text in (usual or {}).items()} | {"done_on": listed}
    heads = unique_texts([look.heading(desk.currency) for look in placed.looks])
    names = {
        look.name: names_cell(look.name, head, more.get(look.name, ""))
        for look, head in zip(placed.looks, heads, strict=True)
    }
    write_names(sheet, placed, names)
    if "outcome" in _own_columns(placed):
        _choices(sheet, placed, "outcome", list(TASK_OUTCOMES.values()))
    col = placed.columns["done_on"]
    rule = {
        "validate": "date",
        "criteria": ">=",
        "value": datetime.date(2000, 1, 1),
        "error_title": _("Done on"),
        "error_message": _("A day, such as {day}.").format(day="2026-02-14"),
    }
    sheet.data_validation(placed.first, col, placed.last, col, rule)


def write_names(sheet: Worksheet, placed: Placed, names: Mapping[str, str]) -> None:
    """The hidden row above the headings, by which what is written below is read back."""
    for name, text in names.items():
        sheet.write_string(placed.head - 1, placed.columns[name], AsItIs(text))
    sheet.set_row(placed.head - 1, None, None, {"hidden": True})


def _own_columns(placed: Placed) -> list[str]:
    """The columns of the reader's own; what came of it is asked on the list of tasks only."""
    names = OWN if placed.table == TODO else ("notes", "done_on")
    return [name for name in names if name in placed.columns]


def colour_done(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """What is done is green, what does not fit (column ``fits``) grey."""
    letters = {name: xl_col_to_name(col) for name, col in placed.columns.items()}
    own = [placed.columns[name] for name in _own_columns(placed)]
    parts = (0, min(own) - 1), (max(own) + 1, len(letters) - 1)
    line = placed.first + 1
    done = desk.workbook.add_format({"font_color": "#1b6b3a", "bg_color": "#e2f1e6"})
    grey = desk.workbook.add_format({"font_color": "#8a94a1", "bg_color": "#f1f3f5"})
    rules = [(f'=${letters["done_on"]}{line}<>""', done)]
    if "fits" in letters:
        rules.append((f'=${letters["fits"]}{line}<>"{YES}"', grey))
    for criteria, look in rules:
        rule = {"type": "formula", "criteria": criteria, "format": look, "stop_if_true": True}
        for first, last in parts:
            sheet.conditional_format(placed.first, first, placed.last, last, rule)


def write_sums(
    desk: Desk, sheet: Worksheet, row: int, sums: Sequence[tuple[str, str, float, Kind]]
) -> None:
    """What the rows that the filter shows add up to: text, formula, value and kind of each."""
    sheet.set_row(row, 32)
    for col, (text, formula, value, kind) in enumerate(sums):
        put(sheet, row, col, text, desk.head(live=True, numeric=True))
        sheet.write_formula(row + 1, col, formula, desk.body(kind, bold=True), value)
    desk.note(sheet, row + 1, len(sums), _("follows the filter"))


def write_sales_margin(desk: Desk) -> None:
    """Class by sales against class by margin: crosses above, the list below."""
    frame = desk.tables["sales_against_margin"]
    note = _(
        "Rows: class by revenue. Columns: class by margin. Right of the diagonal: sells more "
        "than it earns."
    )
    sheet = desk.sheet(SALES_MARGIN.name, _("Sales against margin"), note)
    placed = write_list(desk, SALES_MARGIN.name, frame, row=22, table="sales_against_margin")
    set_widths(sheet, [column("revenue")] * 12)
    sheet.freeze_panes(3, 0)
    for position, label in enumerate(("accounts", "revenue", "margin")):
        _cross(
            desk, sheet, placed, frame, label, row=4 if position < 2 else 13, col=6 * (position % 2)
        )


def write_data(desk: Desk) -> None:
    """Where every source row went, and what to know of the data."""
    sheet = desk.sheet(
        DATA.name,
        _("How the data came in"),
        _("Every source row, from read to kept, with its reason; nothing is lost silently."),
    )
    row, widths = 3, {}
    for key, title in (("reconciliation", _("Reconciliation")), ("findings", _("Findings"))):
        if key not in desk.tables:
            continue
        frame = desk.tables[key]
        desk.heading(sheet, row, 0, title)
        placed = write_list(desk, DATA.name, frame, row=row + 1, table=key)
        for label, col in placed.columns.items():
            widths[col] = max(widths.get(col, 0), column(label, frame[label]).width)
        row = placed.last + 3
    for col, width in widths.items():
        sheet.set_column(col, col, width)
    sheet.freeze_panes(3, 0)


def write_who(desk: Desk) -> None:
    """Which accounts may be one company, with yellow cells to answer in.

    The row above the headings, hidden, has the names by which the answers are read back.
    """
    answers = {"answer": "", "decided_by": "", "decided_on": pd.NaT, "note": ""}
    frame = desk.tables["identity_candidates"].assign(**answers)
    shown = told_frame(desk, WHO, "identity_candidates", frame)
    folder = f"{desk.book.dataset.returned.name}/"
    placed = write_frame(desk, WHO, "identity_candidates", shown, folder=folder)
    sheet = desk.sheets[WHO.name]
    write_names(sheet, placed, {name: name for name in placed.columns})
    look = OPEN_CELL | {"bg_color": INPUT}
    for name in ("answer", "kind", "decided_by", "decided_on", "note"):
        col, style = placed.columns[name], desk.style(column(name).kind, valign="top", **look)
        for row, value in enumerate(shown.reset_index()[name], placed.first):
            put(sheet, row, col, value, style)
    _choices(sheet, placed, "answer", [YES, _("no")])
    _choices(sheet, placed, "kind", [*ONE_ACCOUNT, "site"])


def _choices(sheet: Worksheet, placed: Placed, name: str, choices: Sequence[str]) -> None:
    rule = {"validate": "list", "source": list(choices)}
    col = placed.columns[name]
    sheet.data_validation(placed.first, col, placed.last, col, rule)


def write_settings(desk: Desk) -> None:
    """The settings in force, the changed ones marked."""
    frame = desk.tables["settings"]
    sheet = desk.sheet(
        SETTINGS.name,
        _("Settings in force"),
        _(
            "As the pack was made; changed ones are marked. Try others on the sheet Try it of "
            "{workbook}."
        ).format(workbook=desk.book.workbook_name),
    )
    labels = {"name": _("Setting"), "value": _("In force")}
    placed = write_list(desk, SETTINGS.name, frame, row=3, table="settings", labels=labels)
    finish_list(sheet, placed)
    sheet.set_column(placed.columns["name"], placed.columns["value"], 28)
    sheet.set_column(placed.columns["source"], placed.columns["source"], 64)
    if "changed" in placed.columns:
        letter = chr(ord("A") + placed.columns["changed"])
        look = desk.workbook.add_format({"bg_color": desks.INPUT, "bold": True})
        rule = {"type": "formula", "criteria": f'=${letter}5<>""', "format": look}
        sheet.conditional_format(placed.first, 0, placed.last, len(placed.columns) - 1, rule)


def finish_list(
    sheet: Worksheet,
    placed: Placed,
    *,
    fixed: int = 1,
    folded: Container[str] = (),
    pages: int = 1,
) -> None:
    """Widths, a frozen head with the first columns, and headings on each printed page.

    A list of many columns is printed so many pages wide, the first columns on each.
    """
    set_widths(sheet, placed.looks, folded=folded)
    sheet.freeze_panes(placed.first, fixed)
    sheet.repeat_rows(placed.head)
    if pages > 1:
        sheet.repeat_columns(0, fixed - 1)
        sheet.fit_to_pages(pages, 0)


def chosen(frame: pd.DataFrame, wanted: Sequence[str]) -> pd.DataFrame:
    """The wanted columns that there are; without names and managers that say nothing.

    A name that only repeats the account says nothing, nor does a manager whom nobody has.
    """
    there = frame[[label for label in wanted if label in frame]].copy()
    idle = [label for label in ("manager",) if label in there and (there[label] == "").all()]
    if "name" in there and (there["name"] == there.get("account", there.index)).all():
        idle.append("name")
    return there.drop(columns=idle)


def _look(label: str, values: pd.Series, labels: Mapping[str, str], table: str) -> Column:
    look = column(label, values, table=table)
    return replace(look, label=labels[label]) if label in labels else look


def _headings(
    desk: Desk,
    sheet: Worksheet,
    row: int,
    col: int,
    last: int,
    looks: Sequence[Column],
    live: Mapping[str, object],
    table: str,
) -> None:
    texts = unique_texts([look.heading(desk.currency) for look in looks])
    options = {
        "name": table,
        "style": None,
        "columns": [
            {
                "header": text,
                "header_format": desk.head(live=look.name in live, numeric=look.numeric),
            }
            for text, look in zip(texts, looks, strict=True)
        ],
    }
    sheet.set_row(row, 34)
    sheet.add_table(row, col, last, col + len(looks) - 1, options)


def _heights(frame: pd.DataFrame, widths: Sequence[int]) -> list[int]:
    """Heights of rows with wrapped texts: not every program finds them by itself."""
    blank = pd.Series("", frame.index)
    columns = [frame.iloc[:, j] for j in range(frame.shape[1])]
    texts = [
        values.astype("str").fillna("")
        if column(str(values.name), values).kind == "text"
        else blank
        for values in columns
    ]
    rows = zip(*texts, strict=True)
    return [
        15
        * min(
            max(
                -(-shown_width(text) // (width - 2))
                for text, width in zip(row, widths, strict=True)
            ),
            10,
        )
        + 2
        for row in rows
    ]


def _cross(
    desk: Desk,
    sheet: Worksheet,
    placed: Placed,
    frame: pd.DataFrame,
    label: str,
    *,
    row: int,
    col: int,
) -> None:
    look = column(label)
    desk.heading(sheet, row, col, look.heading(desk.currency))
    known = frame.set_index(["abc_revenue", "abc_margin"])[label]
    for i, letter in enumerate("ABCD"):
        sheet.write_string(row + 1, col + 1 + i, letter, desk.body("class", bold=True))
        sheet.write_string(row + 2 + i, col, letter, desk.body("class", bold=True))
        for j, other in enumerate("ABCD"):
            formula = (
                f'=SUMIFS({placed.area(label)},{placed.area("abc_revenue")},"{letter}",'
                f'{placed.area("abc_margin")},"{other}")'
            )
            value = desks.shown(known.get((letter, other), 0.0))
            sheet.write_formula(row + 2 + i, col + 1 + j, formula, desk.body(look.kind), value)
    chips(desk, sheet, row + 2, col, row + 5, col)
    chips(desk, sheet, row + 1, col + 1, row + 1, col + 4)
    heat(sheet, row + 2, col + 1, row + 5, col + 4)
