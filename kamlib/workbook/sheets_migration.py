"""The sheets of moves: who changed places since last quarter, and classes over the quarters."""

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from kamlib.show.columns import column
from kamlib.show.theme import ABC_COLOURS, GRID
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout
from kamlib.workbook.desk import HISTORY, MIGRATION, Desk, area, chips, heat, put
from kamlib.workbook.lists import chosen, write_list
from kamlib.workbook.sheets_rules import NOT_THERE

GRID_CELLS = (*(abc + xyz for abc in "ABC" for xyz in "XYZNL"), "D")
CHART_ROW, CHART_ROWS = 4, 18
PIVOT_ROW = CHART_ROW + CHART_ROWS + 1


def write_migration(desk: Desk, layout: Layout) -> None:
    """The accounts that moved as the pack has it; where they stand now is live."""
    moves = desk.tables["migration"]
    order = ["name", "manager", "from_cell", "to_cell", "revenue_before", "revenue", "change"]
    frame = chosen(moves.head(desk.book.settings.pack.sheet_rows), order)
    frame["from_cell"] = frame["from_cell"].astype("str").replace("", NOT_THERE)
    ranks = layout.frame["rank"].reindex(frame.index)
    frame = frame.assign(rank=ranks)
    note = _("{moved} accounts changed their cell since last quarter, the most money first.")
    sheet = desk.sheet(
        MIGRATION, _("Who moved since last quarter"), note.format(moved=count(len(moves)))
    )
    desk.banner(sheet)
    desk.note(
        sheet, 3, 0,
        _("From: at the cut-offs in the pack. To: live. All moves at other cut-offs: filter "
          "the column Change since last quarter on the sheet Accounts."),
    )  # fmt: skip
    labels = {"rank": _("Rank in the pack"), "to_cell": _("To")}
    live = {"to_cell": _whereabouts(frame, layout)}
    placed = write_list(desk, MIGRATION, frame, row=5, table="migration", labels=labels, live=live)
    desks.set_widths(sheet, [column(name) for name in placed.columns])
    rank = placed.columns["rank"]
    sheet.set_column(rank, rank, 12)
    up = desk.workbook.add_format({"font_color": "#1b6b3a"})
    down = desk.workbook.add_format({"font_color": "#a3282c"})
    for look, sign in ((up, ">"), (down, "<")):
        rule = {"type": "cell", "criteria": sign, "value": 0, "format": look}
        col = placed.columns["change"]
        sheet.conditional_format(placed.first, col, placed.last, col, rule)
    sheet.freeze_panes(placed.first, 1)
    sheet.repeat_rows(placed.head)


def write_history(desk: Desk, layout: Layout) -> None:
    """Revenue and accounts by ABC class over the quarters, and the matrix of moves."""
    note = _(
        "Each quarter with the trailing window that ends with it, at the cut-offs in the pack."
    )
    sheet = desk.sheet(HISTORY, _("Classes over the quarters"), note)
    desk.banner(sheet)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 20, 10)
    row = PIVOT_ROW
    if "class_history" in desk.tables:
        row = _history(desk, sheet)
    if "cell_before" in layout.columns:
        _moves(desk, sheet, layout, row + 2)
    sheet.freeze_panes(3, 0)


def _whereabouts(frame: pd.DataFrame, layout: Layout) -> list[str]:
    """Look an account up by its rank, a number: an id may hold wildcards or be too long."""
    last = len(frame.columns)
    letter = chr(ord("A") + last)
    cells, ranks = layout.area("cell"), layout.area("rank")
    return [
        f"=INDEX({cells},MATCH(${letter}{row},{ranks},0))" if pd.notna(rank) else f'="{to_cell}"'
        for row, (rank, to_cell) in enumerate(zip(frame["rank"], frame["to_cell"], strict=True), 7)
    ]


def _history(desk: Desk, sheet: Worksheet) -> int:
    table = desk.tables["class_history"]
    table = table.assign(quarter=table["quarter"].astype("str"), abc=table["abc"].astype("str"))
    width = 0
    for measure, start in (("revenue", 0), ("accounts", 7)):
        pivot = table.pivot_table(index="quarter", columns="abc", values=measure, aggfunc="sum")
        pivot = pivot.reindex(columns=list("ABCD")).fillna(0)
        width = len(pivot)
        look = column(measure)
        desk.heading(sheet, PIVOT_ROW, start, look.heading(desk.currency))
        put(sheet, PIVOT_ROW + 1, start, _("Quarter"), desk.head())
        for j, letter in enumerate(pivot.columns):
            put(sheet, PIVOT_ROW + 1, start + 1 + j, letter, desk.body("class", bold=True))
            for i, value in enumerate(pivot[letter]):
                put(sheet, PIVOT_ROW + 2 + i, start + 1 + j, value, desk.body(look.kind))
        for i, quarter in enumerate(pivot.index):
            put(sheet, PIVOT_ROW + 2 + i, start, quarter, desk.body("text"))
        chips(desk, sheet, PIVOT_ROW + 1, start + 1, PIVOT_ROW + 1, start + 4)
        _chart(desk, sheet, look.heading(desk.currency), start, width)
    return PIVOT_ROW + 1 + width


def _chart(desk: Desk, sheet: Worksheet, title: str, start: int, quarters: int) -> None:
    chart = desk.workbook.add_chart({"type": "column", "subtype": "stacked"})
    first, last = PIVOT_ROW + 2, PIVOT_ROW + 1 + quarters
    for j, letter in enumerate("ABC"):
        chart.add_series(
            {
                "name": letter,
                "categories": "=" + area(HISTORY, first, last, start),
                "values": "=" + area(HISTORY, first, last, start + 1 + j),
                "fill": {"color": ABC_COLOURS[letter]},
                "border": {"color": "white"},
                "gap": 40,
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    grid = {"visible": True, "line": {"color": GRID}}
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": grid})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 510, "height": CHART_ROWS * 20 - 10})
    described = {"description": title, "object_position": 2, "x_offset": 4}
    sheet.insert_chart(CHART_ROW, start, chart, described)


def _moves(desk: Desk, sheet: Worksheet, layout: Layout, row: int) -> None:
    """How many went from each cell to each other; those that stayed stand on the diagonal."""
    desk.heading(sheet, row, 0, _("From last quarter's cell (down) to today's (across): accounts"))
    frame = layout.frame
    counts = frame.groupby(["cell_before", "cell"]).size()
    before, now = layout.area("cell_before"), layout.area("cell")
    top = row + 1
    for j, cell in enumerate((*GRID_CELLS, _("Total"))):
        put(sheet, top, 1 + j, cell, desk.body("class", bold=True))
    for i, cell in enumerate((*GRID_CELLS, NOT_THERE)):
        line = top + 1 + i
        put(
            sheet,
            line,
            0,
            cell if cell != NOT_THERE else _("– not known"),
            desk.body("class", bold=True),
        )
        for j, to in enumerate(GRID_CELLS):
            formula = f'=COUNTIFS({before},"{cell}",{now},"{to}")'
            value = int(counts.get((cell, to), 0))
            style = desk.body("count", num_format="#,##0;-#,##0;")
            sheet.write_formula(line, 1 + j, formula, style, value)
        total = int((frame["cell_before"] == cell).sum())
        formula = f"=SUM(B{line + 1}:{chr(ord('A') + len(GRID_CELLS))}{line + 1})"
        style = desk.body("count", bold=True)
        sheet.write_formula(line, 1 + len(GRID_CELLS), formula, style, total)
    last = top + 1 + len(GRID_CELLS)
    chips(desk, sheet, top + 1, 0, last, 0)
    chips(desk, sheet, top, 1, top, len(GRID_CELLS))
    heat(sheet, top + 1, 1, last, len(GRID_CELLS))
