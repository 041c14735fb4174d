"""The sheet of concentration: a native Pareto chart, measures, and life without the largest."""

from xlsxwriter.worksheet import Worksheet

from kamlib.show.columns import column
from kamlib.show.theme import ABC_COLOURS, ACCENT, GRID, MUTED
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout
from kamlib.workbook.desk import PARETO, Desk, area, put, short
from kamlib.workbook.lists import write_list
from kamlib.workbook.sheets_rules import abc_rule

LARGEST = 40
CHART_ROW, CHART_ROWS = 4, 24
TABLE_ROW = CHART_ROW + CHART_ROWS + 1


def write_pareto(desk: Desk, layout: Layout) -> None:
    """The largest accounts as columns in the colour of their class, with the running share."""
    note = _("The {largest} largest accounts; colours follow the cut-offs.").format(
        largest=count(min(LARGEST, layout.rows))
    )
    sheet = desk.sheet(PARETO, _("On how few accounts sales rest"), note)
    desk.banner(sheet)
    for col, width in enumerate((7, 16, 28, 15, 12, 8, 13, 13, 13, 9, 9)):
        sheet.set_column(col, col, width)
    last = _largest(desk, sheet, layout)
    if layout.rows:
        _chart(desk, sheet, last)
    row = _measures(desk, sheet, last + 3)
    if "without_top" in desk.tables:
        desk.heading(sheet, row, 1, _("If the largest accounts were gone"))
        write_list(desk, PARETO, _without_top(desk), row=row + 1, col=1, table="without_top")
    sheet.freeze_panes(3, 0)


def _largest(desk: Desk, sheet: Worksheet, layout: Layout) -> int:
    frame = layout.frame[layout.frame["value"] > 0].head(LARGEST)
    value = column(desk.book.settings.abc.measure).heading(desk.currency)
    heads = (_("Rank"), _("Account"), _("Name"), value, _("Running share"), _("ABC"), "A", "B", "C",
             _("A ends"), _("B ends"))  # fmt: skip
    for col, text in enumerate(heads):
        put(sheet, TABLE_ROW, col, text, desk.head(live=col > 3, numeric=col not in (1, 2)))
    for i, account in enumerate(frame.itertuples()):
        row, line = TABLE_ROW + 1 + i, TABLE_ROW + 2 + i
        put(sheet, row, 0, i + 1, desk.body("count"))
        desk.account(sheet, row, 1, account.Index)
        put(sheet, row, 2, short(account.name or account.Index, 20), desk.body("text"))
        put(sheet, row, 3, account.value, desk.body("money"))
        above = f"SUM(D${TABLE_ROW + 2}:D{line})"
        running = account.share_before + account.share
        sheet.write_formula(row, 4, f"={above}/total_value", desk.body("share"), running)
        rule = abc_rule(f"D{line}", f"({above}-D{line})")
        sheet.write_formula(row, 5, rule, desk.body("class"), account.abc)
        for j, letter in enumerate("ABC"):
            mine = account.value if account.abc == letter else 0
            formula = f'=IF(F{line}="{letter}",D{line},0)'
            sheet.write_formula(row, 6 + j, formula, desk.body("money", font_color=MUTED), mine)
        cuts = desk.book.settings.abc.cuts
        for j, name in enumerate(("abc_cut_a", "abc_cut_b")):
            look = desk.body("share", font_color=MUTED)
            sheet.write_formula(row, 9 + j, f"={name}", look, cuts[j])
    sheet.set_row(TABLE_ROW, 32)
    last = TABLE_ROW + max(len(frame), 1)
    desk.note(sheet, last + 1, 6, _("The columns from here to the right feed the chart."))
    desks.chips(desk, sheet, TABLE_ROW + 1, 5, last, 5)
    return last


def _chart(desk: Desk, sheet: Worksheet, last: int) -> None:
    def cells(col: int) -> str:
        return "=" + area(PARETO, TABLE_ROW + 1, last, col)

    columns = desk.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for j, letter in enumerate("ABC"):
        columns.add_series(
            {
                "name": letter,
                "categories": cells(2),
                "values": cells(6 + j),
                "fill": {"color": ABC_COLOURS[letter]},
                "gap": 30,
            }
        )
    lines = desk.workbook.add_chart({"type": "line"})
    looks = (
        (_("Running share"), 4, {"color": ACCENT, "width": 2.25}),
        (_("A ends"), 9, {"color": MUTED, "width": 1, "dash_type": "dash"}),
        (_("B ends"), 10, {"color": MUTED, "width": 1, "dash_type": "round_dot"}),
    )
    for name, col, line in looks:
        lines.add_series(
            {"name": name, "categories": cells(2), "values": cells(col), "line": line,
             "y2_axis": True}
        )  # fmt: skip
    columns.combine(lines)
    grid = {"visible": True, "line": {"color": GRID}}
    money = column(desk.book.settings.abc.measure).heading(desk.currency)
    columns.set_y_axis({"name": money, "num_format": "#,##0", "major_gridlines": grid})
    lines.set_y2_axis({"min": 0, "max": 1, "num_format": "0%", "name": _("Share of all value")})
    columns.set_x_axis({"num_font": {"rotation": -60, "size": 8}})
    columns.set_title({"name": _("Value per account and running share"), "name_font": {"size": 12}})
    columns.set_legend({"position": "top"})
    columns.set_size({"width": 1080, "height": CHART_ROWS * 20 - 10})
    describe = {"description": _("Pareto chart of the largest accounts"), "object_position": 2}
    sheet.insert_chart(CHART_ROW, 0, columns, describe)


def _measures(desk: Desk, sheet: Worksheet, row: int) -> int:
    if "concentration" not in desk.tables:
        return row
    values = desk.tables["concentration"]["value"]
    desk.heading(sheet, row, 1, _("Concentration"))
    put(sheet, row + 1, 1, _("Measure"), desk.head())
    put(sheet, row + 1, 2, "", desk.head())
    put(sheet, row + 1, 3, _("Value"), desk.head(numeric=True))
    for i, (measure, value) in enumerate(values.items(), row + 2):
        text, kind = _measure_words(measure)
        put(sheet, i, 1, text, desk.body("text"))
        put(sheet, i, 2, "", desk.body("text"))
        put(sheet, i, 3, value, desk.body(kind))
    return row + len(values) + 3


def _measure_words(measure: str) -> tuple[str, str]:
    """What a measure of concentration is, and how it is shown."""
    if measure.startswith("top_"):
        return _("Share of the largest {k}").format(k=measure.split("_")[1]), "share"
    words = {
        "accounts": (_("Accounts with positive value"), "count"),
        "gini": (_("Gini coefficient (0 all equal, 1 one has all)"), "ratio"),
        "hhi": (_("Herfindahl index (HHI)"), "ratio"),
        "effective_accounts": (_("Equal accounts as concentrated"), "count"),
    }
    return words.get(measure, (measure, "ratio"))


def _without_top(desk: Desk):
    frame = desk.tables["without_top"]
    return frame if desk.book.has_margin else frame.drop(columns="margin")
