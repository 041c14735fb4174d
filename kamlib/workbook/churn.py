"""The sheets of leaving and winning back: whom to call, losses by quarter, live net values."""

from dataclasses import replace

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.churn.reasons import reason_word
from kamlib.analysis.measures.list_record import came_told
from kamlib.chapters.sheets.churn import LEFT_ALONE, LOSSES, WATCH, WINBACK
from kamlib.pictures.churn import STEP_COLOURS, state_word
from kamlib.quarters import quarter_labels
from kamlib.settings import LOSS_REASONS
from kamlib.show.spec import Sheet
from kamlib.show.theme import INK
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import YES, Desk, area, constant, dress, put
from kamlib.workbook.inputs import link_to_try
from kamlib.workbook.lists import (
    Placed,
    beyond,
    chosen,
    finish_list,
    finish_told,
    told_frame,
    worked_on,
    write_frame,
    write_list,
)

SUMMED = {"lost", "returned", "revenue_lost", "margin_lost", "revenue_returned", "change"}
CHART_ROWS = 20
HEAD_HEIGHT = 48  # headings of three lines
# Each rank is found among all: more accounts would make the sheet slow.
RANKED = 10_000
# The reasons to leave an account alone that other assumptions can overturn.
BY_VALUE = ("does not pay off", "little for its hours")
NO = _("no")
PAYS_OFF = "AND({net_value}>0,{net_value}>={hours}*work_hour_cost*work_least_per_hour)"
# On the named cells of the sheet of assumptions and the row's own.
FORMULAS = {
    "p_win": "=1-(1-{p_natural})*(1-INDEX(winback_chance,{reason_number})*{fade})",
    "second_lifetime_value": "=MAX(0,{margin_a_year})*winback_lifetime",
    "cost": "=INDEX(winback_cost_share,{reason_number})*MAX(0,{margin_a_year})"
    "+{hours}*work_hour_cost",
    "net_value": "=({p_win}-{p_natural})*{second_lifetime_value}-{cost}",
    "discount_ceiling": "=IF({p_win}*winback_lifetime*{revenue_a_year}>0,MAX(0,MIN(1,{net_value}/"
    "({p_win}*winback_lifetime*{revenue_a_year}))),0)",
    "rank": '=IF(ISNUMBER({net_value}),RANK({net_value},winback_net),"")',
    "pays_off": f'=IF(ISNUMBER({{net_value}}),IF({PAYS_OFF},"{YES}","{NO}"),"")',
}
LEFT_PAYS_OFF = f'=IF(ISNUMBER({{net_value}}),IF({PAYS_OFF},"{YES}",""),"")'
NEEDED = ("reason_number", "fade", "p_win", "p_natural", "margin_a_year", "cost", "net_value")
CONSTANT = ("p_win", "second_lifetime_value", "cost", "net_value", "discount_ceiling")


def write_watch(desk: Desk) -> None:
    """Whom to call this week, and then: by manager, with room for notes."""
    shown = told_frame(desk, WATCH, "watch_list", watch_frame(desk))
    record = came_told(desk.book.ground.leaving_record)
    watch = replace(WATCH, remark=f"{WATCH.remark} {record}")
    placed = write_frame(desk, watch, "watch_list", shown)
    desk.sheets[WATCH.name].set_row(placed.head, HEAD_HEIGHT)
    if len(shown):
        _colour_week(desk, placed, shown)


def watch_frame(desk: Desk) -> pd.DataFrame:
    """The watch list in words: by manager, who to call first at the top."""
    frame = desk.tables["watch_list"].rename_axis("account")
    frame["manager"] = frame["manager"].astype("str")
    frame = frame.assign(nobody=frame["manager"] == "")  # who has no manager comes last
    frame = frame.sort_values("nobody", kind="stable")
    frame["state"] = frame["state"].astype("str").map(state_word)
    frame["hint"] = reasons_shown(frame["hint"])
    return frame


def reasons_shown(codes: pd.Series) -> pd.Series:
    """Reason codes as a reader sees them; what is no code stays as it is."""
    words = {code: reason_word(code) for code in LOSS_REASONS}
    return codes.astype("str").map(lambda code: words.get(code, code)).astype("str")


def _colour_week(desk: Desk, placed: Placed, shown: pd.DataFrame) -> None:
    """The first due day in bold, who is at risk in orange, the money as bars."""
    sheet, columns = desk.sheets[placed.sheet], placed.columns
    first, last = placed.first, placed.last
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
    sheet = desk.sheet(LOSSES.name, LOSSES.title, LOSSES.note)
    frame = desk.tables["loss_dynamics"].rename_axis("quarter").reset_index()
    frame["quarter"] = quarter_labels(frame["quarter"])
    frame["change"] = frame["revenue_returned"] - frame["revenue_lost"]
    frame["loss_rate"] = (frame["lost"] / frame["buying"]).where(frame["buying"] > 0)
    frame = frame[[name for name in LOSSES.widths if name in frame]]
    if not desk.book.has_margin:
        frame = frame.drop(columns="margin_lost", errors="ignore")
    letters = {name: f"${xl_col_to_name(col)}" for col, name in enumerate(frame)}
    rows = range(LOSSES.row + 2, LOSSES.row + 2 + len(frame))
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
    placed = write_list(
        desk,
        LOSSES.name,
        frame,
        row=LOSSES.row,
        table="loss_dynamics",
        labels=LOSSES.labels,
        live=live,
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
    quarters = area(LOSSES.name, placed.first, placed.last, placed.columns["quarter"])
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
    dress(chart, title, width=900, rows=CHART_ROWS, min=0)
    line.set_y2_axis({"num_format": "0.0%", "min": 0, "major_gridlines": {"visible": False}})
    described = {"description": title, "object_position": 2, "x_offset": 4}
    sheet.insert_chart(row, 0, chart, described)


def winback_frame(desk: Desk) -> pd.DataFrame:
    """The list as its sheet shows it, the most net value in the pack first."""
    frame = _numbered(desk, desk.tables["winback"])
    frame["manager"] = frame["owner"].astype("str")
    frame["rank"] = frame["net_value"].rank(method="min", ascending=False)
    frame["rank_in_pack"] = frame["rank"]
    frame["pays_off"] = _yes_no(desk, frame, NO)
    frame["assumed"] = frame["cost_source"].astype("str") == "assumed"
    frame = frame.assign(notes="", done_on="")
    return frame.head(min(desk.book.settings.pack.sheet_rows, RANKED))


def left_frame(desk: Desk) -> pd.DataFrame:
    """The accounts that are left alone as their sheet shows them, the most revenue first."""
    frame = _numbered(desk, desk.tables["do_not_chase"])
    shares = pd.Series(desk.book.settings.winback.cost_share, range(1, len(LOSS_REASONS) + 1))
    share = frame["reason_number"].map(shares).astype(float)
    assumed = share * frame["margin_a_year"].clip(lower=0.0)
    # A cost that is not the assumed one was recorded.
    frame["assumed"] = np.isclose(frame["offer_cost"], assumed, rtol=1e-9, atol=1e-9)
    overturned = frame["why_not"].isin(BY_VALUE)
    frame["pays_off"] = _yes_no(desk, frame, "").where(overturned, "")
    return frame.head(desk.book.settings.pack.sheet_rows)


def list_area(told: Sheet, frame: pd.DataFrame, name: str) -> str:
    """A column's cells on the sheet of a list, as its frame fills it."""
    columns = list(chosen(frame, list(told.widths)))
    first = told.row + 1
    return area(told.name, first, first + max(len(frame), 1) - 1, columns.index(name))


def write_winback(desk: Desk) -> None:
    """Whom to win back, with an offer and a net value that follows the assumptions."""
    every = len(desk.tables["winback"])
    frame = winback_frame(desk)
    note = WINBACK.note.format(rows=count(every))
    sheet = desk.sheet(WINBACK.name, WINBACK.title, note)
    desk.banner(sheet, formula="=winback_banner")
    ground = desk.book.ground
    told = f"{WINBACK.remark} {came_told(ground.attempt_record, ground.return_record)}"
    if len(frame) < every:
        told += " " + beyond(frame, "winback")
    link_to_try(desk, sheet, told)
    placed, shown = _listed(desk, WINBACK, "winback", frame, FORMULAS)
    desk.workbook.define_name("winback_net", f"={placed.area('net_value')}")
    if len(shown):
        worked_on(desk, sheet, WINBACK, placed, shown)
        _colours(desk, sheet, placed, grey=f'="{NO}"', moved=True)
    _finish(sheet, WINBACK, placed)


def write_left_alone(desk: Desk) -> None:
    """The lost accounts that are left alone, each with the reason."""
    every = len(desk.tables["do_not_chase"])
    frame = left_frame(desk)
    note = LEFT_ALONE.note.format(rows=count(every))
    sheet = desk.sheet(LEFT_ALONE.name, LEFT_ALONE.title, note)
    formulas = {}
    if WINBACK.name in desk.sheets:
        desk.banner(sheet, formula="=winback_banner")
        link_to_try(desk, sheet, LEFT_ALONE.remark)
        formulas = {name: FORMULAS[name] for name in CONSTANT if name in LEFT_ALONE.widths}
        formulas["pays_off"] = LEFT_PAYS_OFF
    if len(frame) < every:
        desk.note(sheet, 4, 0, beyond(frame, "do_not_chase"))
    placed, shown = _listed(desk, LEFT_ALONE, "do_not_chase", frame, formulas)
    if len(shown):
        _colours(desk, sheet, placed, grey="", moved=False)
    _finish(sheet, LEFT_ALONE, placed)


def _listed(
    desk: Desk, told: Sheet, table: str, frame: pd.DataFrame, formulas: dict[str, str]
) -> tuple[Placed, pd.DataFrame]:
    """The list with its live columns, and what it shows."""
    shown = chosen(frame, list(told.widths))
    live = _live(frame, shown, told.row + 2, formulas)
    if "why_not" in shown and live:
        live["pays_off"] = [
            text if why in BY_VALUE else '=""'
            for text, why in zip(live["pays_off"], shown["why_not"], strict=True)
        ]
    placed = write_list(
        desk,
        told.name,
        shown.set_index("account"),
        row=told.row,
        table=table,
        labels=told.labels,
        live=live,
        widths=told.widths,
    )
    return placed, shown


def _finish(sheet: Worksheet, told: Sheet, placed: Placed) -> None:
    finish_told(sheet, told, placed)
    sheet.set_row(placed.head, HEAD_HEIGHT)


def _numbered(desk: Desk, table: pd.DataFrame) -> pd.DataFrame:
    """The rows with the number of their reason, the cost without hours, and reasons as read."""
    frame = table.rename_axis("account").reset_index()
    numbers = {code: float(i) for i, code in enumerate(LOSS_REASONS, 1)}
    frame["reason_number"] = frame["reason"].astype("str").map(numbers).astype(float)
    frame["reason"] = reasons_shown(frame["reason"])
    frame["offer_cost"] = frame["cost"] - frame["hours"] * desk.book.settings.work.hour_cost
    return frame


def _yes_no(desk: Desk, frame: pd.DataFrame, no: str) -> pd.Series:
    net, least = frame["net_value"], frame["hours"] * desk.book.settings.work.floor
    words = np.select([net.isna(), (net > 0) & (net >= least)], ["", YES], no)
    return pd.Series(words, frame.index, dtype="str")


def _live(
    frame: pd.DataFrame, shown: pd.DataFrame, first: int, formulas: dict[str, str]
) -> dict[str, list[str]]:
    """The formulas of each row; an offer's recorded cost, and what is not known whole, stays."""
    letters = {name: f"${xl_col_to_name(col)}" for col, name in enumerate(shown)}
    whole = frame[list(NEEDED)].notna().all(axis=1).tolist()
    assumed = frame["assumed"].tolist()
    live: dict[str, list[str]] = {}
    for name, template in formulas.items():
        texts = []
        for i, value in enumerate(frame[name].tolist()):
            own = {key: f"{letter}{first + i}" for key, letter in letters.items()}
            if name in CONSTANT and not whole[i]:
                texts.append(f"={constant(value)}")
            elif name == "cost" and not assumed[i]:
                offer = constant(frame["offer_cost"].iloc[i])
                texts.append(f"={offer}+{own['hours']}*work_hour_cost")
            else:
                texts.append(template.format(**own))
        live[name] = texts
    return live


def _colours(desk: Desk, sheet: Worksheet, placed: Placed, *, grey: str, moved: bool) -> None:
    """What no longer pays off grey, what now does yellow, moved ranks brown, net value as bars."""
    columns, first, last = placed.columns, placed.first, placed.last
    letters = {name: f"${xl_col_to_name(col)}{first + 1}" for name, col in columns.items()}
    add = desk.workbook.add_format

    def over(name: str, until: str, criteria: str, look: dict) -> None:
        rule = {"type": "formula", "criteria": criteria, "format": add(look)}
        sheet.conditional_format(first, columns[name], last, columns[until], rule)

    if grey:
        look = {"font_color": "#8a94a1", "bg_color": "#f1f3f5"}
        over("account", "pays_off", f"={letters['pays_off']}{grey}", look)
    else:
        over("account", "pays_off", f'={letters["pays_off"]}="{YES}"', {"bg_color": desks.INPUT})
    if moved:
        look = {"bold": True, "font_color": desks.LIVE_HEAD}
        over("rank", "rank", f"={letters['rank']}<>{letters['rank_in_pack']}", look)
        bar = {"type": "data_bar", "bar_color": "#8fcca2", "bar_solid": True}
        sheet.conditional_format(first, columns["net_value"], last, columns["net_value"], bar)
