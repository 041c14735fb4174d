"""The sheets of the matrix and of moves: places live on the cut-offs, and who changed them."""

from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.abc_xyz.xyz import month_ordinals
from kamlib.chapters.abc_xyz import HISTORY, MATRIX, MIGRATION
from kamlib.quarters import quarter_labels
from kamlib.show.columns import column
from kamlib.show.theme import ABC_COLOURS
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout, manager_numbers, money_column
from kamlib.workbook.desk import Desk, area, chips, dress, heat, put
from kamlib.workbook.formulas import NOT_THERE
from kamlib.workbook.inputs import link_to_try
from kamlib.workbook.lists import chosen, write_list

ACROSS, DOWN = "XYZNL", "ABC"
BLOCK_ROW, BLOCK_ROWS, BLOCK_COLS = 5, 10, 8
MAX_MANAGERS = 200
GRID_CELLS = (*(abc + xyz for abc in "ABC" for xyz in "XYZNL"), "D")
CHART_ROW, CHART_ROWS = 4, 18
PIVOT_ROW = CHART_ROW + CHART_ROWS + 1


@dataclass(frozen=True)
class Block:
    """One measure over the places: where its top left corner stands."""

    measure: str
    row: int
    col: int

    def place(self, i: int, j: int) -> tuple[int, int]:
        """The cell of the i-th row and j-th column of figures."""
        return self.row + 2 + i, self.col + 1 + j

    @property
    def total(self) -> tuple[int, int]:
        """The cell of the grand total."""
        return self.place(len(DOWN) + 1, len(ACROSS))


def write_matrix(desk: Desk) -> None:
    """Accounts, revenue, margin and share of every place, with totals that reconcile."""
    layout = desk.layout
    note = _(
        "Rows: value (A large, D none). Columns: rhythm (X regular, Y, Z irregular, N new, L lost)."
    )
    sheet = desk.sheet(MATRIX.name, _("The ABC-XYZ matrix"), note)
    desk.banner(sheet)
    link_to_try(desk, sheet, _("The places follow the cut-offs on the sheet Try it."))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 2 * BLOCK_COLS, 13)
    sheet.set_column(BLOCK_COLS - 1, BLOCK_COLS - 1, 3)
    measures = ["accounts", "share", "revenue"]
    if desk.book.has_margin:
        measures.append("margin")
    blocks = [
        Block(name, BLOCK_ROW + BLOCK_ROWS * (i // 2), BLOCK_COLS * (i % 2))
        for i, name in enumerate(measures)
    ]
    for block in blocks:
        _block(desk, sheet, layout, block)
    row = _checks(desk, sheet, layout, blocks, BLOCK_ROW + 2 * BLOCK_ROWS)
    _managers(desk, sheet, layout, row + 2)
    sheet.freeze_panes(3, 0)


def places(desk: Desk, measure: str) -> pd.Series:
    """A measure of the pack's matrix by cell ("AX", "D")."""
    table = desk.tables["matrix"]
    cells = table["abc"].astype("str") + table["xyz"].astype("str")
    return pd.Series(table[measure].to_numpy(float), cells).fillna(0.0)


def _block(desk: Desk, sheet: Worksheet, layout: Layout, block: Block) -> None:
    look = column(block.measure)
    style, bold = desk.body(look.kind), desk.body(look.kind, bold=True)
    title = _("Share of value") if block.measure == "share" else look.heading(desk.currency)
    desk.heading(sheet, block.row, block.col, title)
    _labels(desk, sheet, block)
    known = places(desk, block.measure)
    for i, abc in enumerate(DOWN):
        for j, xyz in enumerate(ACROSS):
            formula = _formula(desk, layout, block.measure, abc + xyz)
            sheet.write_formula(*block.place(i, j), formula, style, float(known[abc + xyz]))
        _sum(sheet, block, (i, 0), (i, len(ACROSS) - 1), (i, len(ACROSS)), bold,
             sum(known[abc + xyz] for xyz in ACROSS))  # fmt: skip
    d_row = len(DOWN)
    for j in range(len(ACROSS)):
        put(sheet, *block.place(d_row, j), "", style)
    if block.measure == "share":
        put(sheet, *block.place(d_row, len(ACROSS)), "–", desk.body("class", align="right"))
    else:
        formula = _formula(desk, layout, block.measure, "D")
        sheet.write_formula(*block.place(d_row, len(ACROSS)), formula, bold, float(known["D"]))
    for j in range(len(ACROSS) + 1):
        letters = ACROSS[j] if j < len(ACROSS) else ""
        of = [cell for cell in known.index if not letters or cell.endswith(letters)]
        _sum(sheet, block, (0, j), (d_row, j), (d_row + 1, j), bold, known[of].sum())
    heat(sheet, *block.place(0, 0), *block.place(len(DOWN) - 1, len(ACROSS) - 1))


def _formula(desk: Desk, layout: Layout, measure: str, cell: str) -> str:
    if measure == "accounts":
        return layout.counted("cell", cell)
    if measure == "share":
        summed = layout.summed("value", "cell", cell).removeprefix("=")
        return f"=IF(total_value>0,({summed})/total_value,0)"
    return layout.summed(money_column(desk, measure), "cell", cell)


def _labels(desk: Desk, sheet: Worksheet, block: Block) -> None:
    class_head, total = desk.body("class", bold=True), desk.body("text", bold=True, align="right")
    put(sheet, block.row + 1, block.col, "", class_head)
    for j, letter in enumerate(ACROSS):
        put(sheet, block.row + 1, block.col + 1 + j, letter, class_head)
    put(sheet, block.row + 1, block.col + 1 + len(ACROSS), _("Total"), total)
    for i, letter in enumerate([*DOWN, "D"]):
        put(sheet, block.row + 2 + i, block.col, letter, class_head)
    put(sheet, block.row + 3 + len(DOWN), block.col, _("Total"), desk.body("text", bold=True))
    first_row, first_col = block.row + 1, block.col
    chips(desk, sheet, first_row, first_col + 1, first_row, first_col + len(ACROSS))
    chips(desk, sheet, first_row + 1, first_col, first_row + 1 + len(DOWN), first_col)


def _sum(sheet: Worksheet, block: Block, start, end, into, style, value: float) -> None:
    first, last = (xl_rowcol_to_cell(*block.place(*spot)) for spot in (start, end))
    sheet.write_formula(*block.place(*into), f"=SUM({first}:{last})", style, float(value))


def _checks(desk: Desk, sheet: Worksheet, layout: Layout, blocks: list[Block], row: int) -> int:
    """Totals against the ledger, which the matrix does not come from."""
    desk.heading(sheet, row, 0, _("Do the totals agree with the ledger?"))
    expected = {"accounts": float(layout.rows + layout.left_out), **ledger_window(desk)}
    for text, col in ((_("Measure"), 0), (_("Matrix"), 2), (_("Ledger"), 4), (_("Difference"), 6)):
        put(
            sheet,
            row + 1,
            col,
            text,
            desk.body("text", bold=True, align="left" if not col else "right"),
        )
    line = row + 1
    for block in blocks:
        if block.measure not in expected:
            continue
        line += 1
        look, number = column(block.measure), expected[block.measure]
        style = desk.body(look.kind, num_format="#,##0.00" if look.kind == "money" else "#,##0")
        put(sheet, line, 0, look.heading(desk.currency), desk.body("text"))
        total = xl_rowcol_to_cell(*block.total)
        sheet.write_formula(line, 2, f"={total}", style, number)
        put(sheet, line, 4, number, style)
        sheet.write_formula(line, 6, f"=ROUND(C{line + 1}-E{line + 1},2)", style, 0)
        for col in (1, 3, 5):
            put(sheet, line, col, "", style)
    red = desk.workbook.add_format({"bg_color": "#f4b6b6", "bold": True})
    wrong = {"type": "cell", "criteria": "!=", "value": 0, "format": red}
    sheet.conditional_format(row + 2, 6, line, 6, wrong)
    return line


def ledger_window(desk: Desk) -> dict[str, float]:
    """Revenue and margin of the window, straight from the account months."""
    months, book = desk.book.months, desk.book
    ordinals, end = month_ordinals(months), book.as_of.to_period("M").ordinal
    inside = (ordinals <= end) & (ordinals > end - book.settings.abc.months)
    return {name: round(float(months[name][inside].sum()), 6) for name in ("revenue", "margin")}


def _managers(desk: Desk, sheet: Worksheet, layout: Layout, row: int) -> None:
    """Accounts and revenue per manager and class, where there are managers."""
    numbers = manager_numbers(desk.tables["abc_xyz"])
    if "manager" not in layout.columns or layout.left_out or len(numbers) > MAX_MANAGERS:
        return
    desk.heading(sheet, row, 0, _("By manager"))
    frame = layout.frame
    who, money = layout.area("manager_number"), money_column(desk, "revenue")
    heads = [
        *"ABCD",
        "L",
        _("Accounts"),
        column("revenue").heading(desk.currency),
        _("of it lost (L)"),
    ]
    cols = [2, 3, 4, 5, 6, 8, 9, 10]
    put(sheet, row + 1, 0, _("Manager"), desk.head())
    put(sheet, row + 1, 1, _("No."), desk.head(numeric=True))
    put(sheet, row + 1, BLOCK_COLS - 1, "", desk.head())
    for text, col in zip(heads, cols, strict=True):
        put(sheet, row + 1, col, text, desk.head(live=True, numeric=True))
    for line, (name, number) in enumerate(numbers.items(), row + 2):
        own = frame[frame["manager"] == name]
        key = f"$B{line + 1}"
        put(sheet, line, 0, name or _("(none)"), desk.body("text"))
        put(sheet, line, 1, number, desk.body("count"))
        for letter, col in zip("ABCDL", cols, strict=False):
            axis = "xyz" if letter == "L" else "abc"
            formula = f'=COUNTIFS({who},{key},{layout.area(axis)},"{letter}")'
            value = int((own[axis].astype("str") == letter).sum())
            sheet.write_formula(line, col, formula, desk.body("count"), value)
        sheet.write_formula(line, cols[5], f"=COUNTIF({who},{key})", desk.body("count"), len(own))
        revenue = f"=SUMIF({who},{key},{layout.area(money)})"
        sheet.write_formula(line, cols[6], revenue, desk.body("money"), float(own["revenue"].sum()))
        lost = f'=SUMIFS({layout.area(money)},{who},{key},{layout.area("xyz")},"L")'
        value = float(own.loc[own["xyz"] == "L", "revenue"].sum())
        sheet.write_formula(line, cols[7], lost, desk.body("money"), value)


def write_migration(desk: Desk) -> None:
    """The accounts that moved, as the pack has it."""
    moves = desk.tables["migration"]
    order = ["name", "manager", "from_cell", "to_cell", "revenue_before", "revenue", "change"]
    frame = chosen(moves.head(desk.book.settings.pack.sheet_rows), order)
    frame["from_cell"] = frame["from_cell"].astype("str").replace("", NOT_THERE)
    note = _("{moved} accounts changed their cell since last quarter, the most money first.")
    sheet = desk.sheet(
        MIGRATION.name, _("Who moved since last quarter"), note.format(moved=count(len(moves)))
    )
    desk.banner(sheet)
    desk.note(
        sheet, 3, 0,
        _("At the cut-offs in the pack. All moves at other cut-offs: filter the column Change "
          "since last quarter on the sheet Accounts of {workbook}.").format(
              workbook=desk.book.workbook_name),
    )  # fmt: skip
    labels = {"to_cell": _("To")}
    placed = write_list(desk, MIGRATION.name, frame, row=5, table="migration", labels=labels)
    desks.set_widths(sheet, [column(name) for name in placed.columns])
    up = desk.workbook.add_format({"font_color": "#1b6b3a"})
    down = desk.workbook.add_format({"font_color": "#a3282c"})
    for look, sign in ((up, ">"), (down, "<")):
        rule = {"type": "cell", "criteria": sign, "value": 0, "format": look}
        col = placed.columns["change"]
        sheet.conditional_format(placed.first, col, placed.last, col, rule)
    sheet.freeze_panes(placed.first, 1)
    sheet.repeat_rows(placed.head)


def write_history(desk: Desk) -> None:
    """Revenue and accounts by ABC class over the quarters, and the matrix of moves."""
    layout = desk.layout
    note = _(
        "Each quarter with the trailing window that ends with it, at the cut-offs in the pack."
    )
    sheet = desk.sheet(HISTORY.name, _("Classes over the quarters"), note)
    desk.banner(sheet)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 20, 10)
    row = PIVOT_ROW
    if "class_history" in desk.tables:
        row = _history(desk, sheet)
    if "cell_before" in layout.columns:
        _moves(desk, sheet, layout, row + 2)
    sheet.freeze_panes(3, 0)


def _history(desk: Desk, sheet: Worksheet) -> int:
    table = desk.tables["class_history"]
    table = table.assign(quarter=quarter_labels(table["quarter"]), abc=table["abc"].astype("str"))
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
                "categories": "=" + area(HISTORY.name, first, last, start),
                "values": "=" + area(HISTORY.name, first, last, start + 1 + j),
                "fill": {"color": ABC_COLOURS[letter]},
                "border": {"color": "white"},
                "gap": 40,
            }
        )
    dress(chart, title, width=510, rows=CHART_ROWS)
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
