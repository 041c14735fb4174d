"""The sheets of leaving: whom to call this week, and losses and returns by quarter."""

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.churn.reasons import REASON_CODES, reason_word
from kamlib.pictures.churn import STEP_COLOURS, state_word
from kamlib.show.columns import Kind
from kamlib.show.theme import GRID, INK
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import LOSSES, WATCH, Desk, area, put
from kamlib.workbook.lists import Placed, finish_list, write_list
from kamlib.workbook.sheets_plan import colour_done, own_cells, write_sums

SUMS_ROW, HEAD_ROW = 4, 7
WATCH_WIDTHS = {
    "manager": 13,
    "due": 12,
    "account": 13,
    "name": 28,
    "state": 10,
    "at_risk": 12,
    "silence_days": 10,
    "typical_gap_days": 12,
    "hint": 18,
    "notes": 34,
    "done_on": 12,
    "why": 56,
    "last_order": 12,
    "since": 12,
    "margin_a_year": 13,
    "margin_assumed": 10,
    "revenue_a_year": 13,
    "place": 8,
}
WATCH_FOLDED = ("margin_assumed", "place")
QUARTERS = (
    *("quarter", "buying", "lost", "returned", "loss_rate", "revenue_lost", "margin_lost"),
    *("revenue_returned", "change"),
)
SUMMED = {"lost", "returned", "revenue_lost", "margin_lost", "revenue_returned", "change"}
LOSSES_ROW = 4
CHART_ROWS = 20


def watch_frame(desk: Desk) -> pd.DataFrame:
    """The watch list as its sheet shows it: by manager, who to call first at the top."""
    frame = desk.tables["watch_list"].rename_axis("account").reset_index()
    frame["manager"] = frame["manager"].astype("str")
    frame = frame.assign(nobody=frame["manager"] == "")  # who has no manager comes last
    frame = frame.sort_values("nobody", kind="stable", ignore_index=True)
    frame["state"] = frame["state"].astype("str").map(state_word)
    frame["hint"] = reasons_shown(frame["hint"])
    frame = frame.assign(notes="", done_on="")
    idle = [name for name in ("manager",) if (frame[name] == "").all()]
    if (frame["name"] == frame["account"]).all():
        idle.append("name")
    return frame[[name for name in WATCH_WIDTHS if name in frame and name not in idle]]


def reasons_shown(codes: pd.Series) -> pd.Series:
    """Reason codes as a reader sees them; what is no code stays as it is."""
    words = {code: reason_word(code) for code in REASON_CODES}
    return codes.astype("str").map(lambda code: words.get(code, code)).astype("str")


def write_watch(desk: Desk) -> None:
    """Whom to call this week, and then: by manager, with room for notes."""
    frame = watch_frame(desk)
    shown = frame.head(desk.book.settings.pack.sheet_rows)
    note = _(
        "{rows} accounts are slowing or at risk, by manager, the most margin at risk first. "
        "Filter your name; Notes and Done on are yours."
    ).format(rows=count(len(frame)))
    sheet = desk.sheet(WATCH, _("Whom to call before it leaves"), note)
    told = _("Bold: due this week. Without a day: the quarter has no room. Green: done.")
    if len(shown) < len(frame):
        told += " " + _("The first {rows}; all are in tables/{table}.csv.").format(
            rows=count(len(shown)), table="watch_list"
        )
    desk.note(sheet, 2, 0, told)
    widths = [WATCH_WIDTHS[name] for name in shown]
    placed = write_list(desk, WATCH, shown, row=HEAD_ROW, table="watch_list", widths=widths)
    if len(shown):
        own_cells(desk, sheet, placed)
        colour_done(desk, sheet, placed)
        _colour_week(desk, sheet, placed, shown)
        write_sums(desk, sheet, SUMS_ROW, _watch_sums(placed, shown))
    finish_work_list(sheet, placed, WATCH_WIDTHS, WATCH_FOLDED)


def finish_work_list(
    sheet: Worksheet, placed: Placed, widths: dict[str, int], folded: tuple[str, ...]
) -> None:
    """A list to work with: its widths, frozen up to the name, folded columns, two pages wide."""
    fixed = placed.columns.get("name", placed.columns["account"]) + 1
    finish_list(sheet, placed, fixed=fixed, folded=folded, pages=2)
    sheet.set_row(placed.head, 48)
    for name, width in widths.items():
        if name in placed.columns and name not in folded:
            sheet.set_column(placed.columns[name], placed.columns[name], width)


def _watch_sums(placed: Placed, shown: pd.DataFrame) -> list[tuple[str, str, float, Kind]]:
    at_risk = float(shown["at_risk"].sum())
    return [
        (_("Accounts shown"), f"=SUBTOTAL(103,{placed.area('account')})", len(shown), "count"),
        (_("Margin at risk"), f"=SUBTOTAL(109,{placed.area('at_risk')})", at_risk, "money"),
        (_("Of it done"), f"=SUBTOTAL(103,{placed.area('done_on')})", 0, "count"),
    ]


def _colour_week(desk: Desk, sheet: Worksheet, placed: Placed, shown: pd.DataFrame) -> None:
    """The first due day in bold, who is at risk in orange, the money as bars."""
    columns, first, last = placed.columns, placed.first, placed.last
    week = shown["due"].min()
    if pd.notna(week):
        look = desk.workbook.add_format({"bold": True, "bg_color": desks.INPUT})
        serial = (week.normalize() - pd.Timestamp("1899-12-30")).days
        cell = f"${xl_col_to_name(columns['due'])}{first + 1}"
        criteria = f"=AND(ISNUMBER({cell}),{cell}<={serial})"
        rule = {"type": "formula", "criteria": criteria, "format": look}
        sheet.conditional_format(first, columns["due"], last, columns["due"], rule)
    look = desk.workbook.add_format({"bg_color": desks.WARN, "bold": True})
    rule = {"type": "cell", "criteria": "==", "value": desks.quoted(state_word("at risk"))}
    col = columns["state"]
    sheet.conditional_format(first, col, last, col, rule | {"format": look})
    bar = {"type": "data_bar", "bar_color": "#e9b27c", "bar_solid": True}
    sheet.conditional_format(first, columns["at_risk"], last, columns["at_risk"], bar)


def write_losses(desk: Desk) -> None:
    """Accounts and money lost and returned by quarter, with their chart."""
    note = _(
        "Lost: silent for longer than the loss rule allows; the money is that of the twelve "
        "months up to the last order."
    )
    sheet = desk.sheet(LOSSES, _("Losses and returns by quarter"), note)
    frame = desk.tables["loss_dynamics"].rename_axis("quarter").reset_index()
    frame["quarter"] = frame["quarter"].astype("str")
    frame["change"] = frame["revenue_returned"] - frame["revenue_lost"]
    frame["loss_rate"] = (frame["lost"] / frame["buying"]).where(frame["buying"] > 0)
    frame = frame[[name for name in QUARTERS if name in frame]]
    if not desk.book.has_margin:
        frame = frame.drop(columns="margin_lost", errors="ignore")
    letters = {name: f"${xl_col_to_name(col)}" for col, name in enumerate(frame)}
    rows = range(LOSSES_ROW + 2, LOSSES_ROW + 2 + len(frame))
    formulas = {
        "loss_rate": '=IF({buying}>0,{lost}/{buying},"")',
        "change": '=IF(OR({revenue_returned}="",{revenue_lost}=""),"",'
        "{revenue_returned}-{revenue_lost})",
    }
    live = {
        name: [text.format(**{key: f"{letter}{row}" for key, letter in letters.items()})
               for row in rows]
        for name, text in formulas.items()
    }  # fmt: skip
    labels = {"change": _("Returned less lost"), "returned": _("Returned"), "lost": _("Lost")}
    placed = write_list(
        desk, LOSSES, frame, row=LOSSES_ROW, table="loss_dynamics", labels=labels, live=live
    )
    if len(frame):
        _all_quarters(desk, sheet, placed, frame)
        _losses_chart(desk, sheet, placed, placed.last + 3)
        red = desk.workbook.add_format({"font_color": "#a3282c"})
        rule = {"type": "cell", "criteria": "<", "value": 0, "format": red}
        col = placed.columns["change"]
        sheet.conditional_format(placed.first, col, placed.last, col, rule)
    finish_list(sheet, placed)
    sheet.set_column(0, 0, 16)


def _all_quarters(desk: Desk, sheet: Worksheet, placed: Placed, frame: pd.DataFrame) -> None:
    row, top = placed.last + 1, {"top": 1, "top_color": desks.HEAD, "bold": True}
    for look in placed.looks:
        col, style = placed.columns[look.name], desk.body(look.kind, **top)
        cells = placed.area(look.name).rpartition("!")[2]
        if look.name in SUMMED:
            value = float(frame[look.name].sum())
            sheet.write_formula(row, col, f"=SUM({cells})", style, value)
        else:
            put(sheet, row, col, _("All of these") if col == 0 else "", style)


def _losses_chart(desk: Desk, sheet: Worksheet, placed: Placed, row: int) -> None:
    """Money lost and returned side by side; the share of accounts that was lost as a line."""
    quarters = area(LOSSES, placed.first, placed.last, placed.columns["quarter"])
    looks = {look.name: look for look in placed.looks}
    chart = desk.workbook.add_chart({"type": "column"})
    for name, step in (("revenue_lost", "lost"), ("revenue_returned", "returned")):
        chart.add_series(
            {
                "name": looks[name].label,
                "categories": f"={quarters}",
                "values": f"={placed.area(name)}",
                "fill": {"color": STEP_COLOURS[step]},
                "border": {"none": True},
                "gap": 60,
                "overlap": -5,
            }
        )
    line = desk.workbook.add_chart({"type": "line"})
    line.add_series(
        {
            "name": looks["loss_rate"].label,
            "categories": f"={quarters}",
            "values": f"={placed.area('loss_rate')}",
            "line": {"color": INK, "width": 1.75},
            "marker": {"type": "circle", "size": 5, "fill": {"color": INK},
                       "border": {"color": "white"}},
            "y2_axis": True,
        }
    )  # fmt: skip
    chart.combine(line)
    title = _("Revenue lost and returned ({currency}), and share of accounts lost (right)")
    title = title.format(currency=desk.currency)
    chart.set_title({"name": title, "name_font": {"size": 12}})
    grid = {"visible": True, "line": {"color": GRID}}
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": grid, "min": 0})
    line.set_y2_axis({"num_format": "0.0%", "min": 0, "major_gridlines": {"visible": False}})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 900, "height": CHART_ROWS * 20 - 10})
    described = {"description": title, "object_position": 2, "x_offset": 4}
    sheet.insert_chart(row, 0, chart, described)
