"""The sheets of the plan: what each manager does for whom this quarter, and the plays behind it."""

import datetime
from collections.abc import Sequence

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.show.columns import Kind
from kamlib.words import _, count
from kamlib.workbook.accounts import all_managers
from kamlib.workbook.desk import PLAN, PLAYS, YES, Desk, area, put
from kamlib.workbook.lists import Placed, chosen, finish_list, write_list

SUMS_ROW, HEAD_ROW = 4, 7
WIDTHS = {
    "manager": 13,
    "due": 12,
    "account": 13,
    "name": 28,
    "cell": 7,
    "play": 26,
    "next_step": 32,
    "hours": 8,
    "fits": 9,
    "notes": 34,
    "done_on": 12,
    "types": 16,
    "offer": 32,
    "lead": 20,
    "key": 10,
    "value": 13,
    "why": 50,
}
WORKINGS = ("place", "manager_number")
LABELS = {"place": _("Place of the play")}
PLAY_WIDTHS = (15, 34, 9, 22, 44, 44, 10, 11, 11)


def plan_frame(desk: Desk) -> pd.DataFrame:
    """The plan as its sheet shows it: by manager and due date, what has no date last."""
    plan = desk.tables["plan"].reset_index(drop=True)
    plan["manager"] = plan["manager"].astype("str")
    plan = plan.assign(nobody=plan["manager"] == "")
    order = ["nobody", "manager", "due"]  # who has no manager comes last
    plan = plan.sort_values(order, kind="stable", na_position="last", ignore_index=True)
    plan = plan.assign(notes="", done_on="", manager_number=plan["manager"].map(all_managers(desk)))
    idle = [name for name in ("manager",) if (plan[name] == "").all()]
    if "name" in plan and (plan["name"] == plan["account"]).all():
        idle.append("name")
    wanted = [name for name in (*WIDTHS, *WORKINGS) if name in plan and name not in idle]
    return plan[wanted]


def plan_area(desk: Desk, frame: pd.DataFrame, name: str) -> str:
    """A column's cells on the sheet of the plan."""
    rows = min(len(frame), desk.book.settings.pack.sheet_rows)
    return area(PLAN, HEAD_ROW + 1, HEAD_ROW + max(rows, 1), list(frame).index(name))


def write_plan(desk: Desk) -> None:
    """Every manager's list in one table, with room for notes and for the day it was done."""
    frame = plan_frame(desk)
    shown = frame.head(desk.book.settings.pack.sheet_rows)
    note = _(
        "{rows} steps, by manager and due date. Filter your name; Notes and Done on are yours."
    )
    sheet = desk.sheet(
        PLAN,
        _("What each manager does in {quarter}").format(quarter=desk.book.quarter + 1),
        note.format(rows=count(len(frame))),
    )
    told = _("Grey: finds no room in the hours that there are. Green: done.")
    if len(shown) < len(frame):
        told += " " + _("The first {rows}; all are in tables/plan.csv.").format(
            rows=count(len(shown))
        )
    desk.note(sheet, 2, 0, told)
    widths = [WIDTHS.get(name, 10) for name in shown]
    placed = write_list(desk, PLAN, shown, row=HEAD_ROW, table="plan", labels=LABELS, widths=widths)
    if len(shown):
        own_cells(desk, sheet, placed)
        colour_done(desk, sheet, placed)
        write_sums(desk, sheet, SUMS_ROW, _sums(placed, shown))
    fixed = placed.columns.get("name", placed.columns["account"]) + 1
    finish_list(sheet, placed, fixed=fixed, folded=WORKINGS, pages=2)
    for name, width in WIDTHS.items():
        if name in placed.columns:
            sheet.set_column(placed.columns[name], placed.columns[name], width)


def write_plays(desk: Desk) -> None:
    """The table of plays in force, and how many accounts and hours each asks for."""
    plays = desk.tables["plays"].rename_axis("place")
    wanted = ("strategy", "hours", "lead", "offer", "next_step", "own")
    frame = chosen(plays, wanted).reset_index()
    note = _("One play per place of the matrix and per type; yours where the data set has its own.")
    sheet = desk.sheet(PLAYS, _("The plays in force"), note)
    live = {}
    if "plan" in desk.tables and not desk.tables["plan"].empty:
        frame, live = _asked_for(desk, frame)
    labels = {"hours": _("Hours per account"), "accounts": _("Accounts in the plan"),
              "hours_needed": _("Hours in the plan")}  # fmt: skip
    placed = write_list(
        *(desk, PLAYS, frame), row=3, table="plays", labels=labels, live=live,
        widths=PLAY_WIDTHS[: len(frame.columns)],
    )  # fmt: skip
    finish_list(sheet, placed)
    for col, width in enumerate(PLAY_WIDTHS[: len(frame.columns)]):
        sheet.set_column(col, col, width)


def own_cells(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """Cells to write in: framed, and open should somebody protect the sheet."""
    frame = {"border": 1, "border_color": "#c9ced6", "locked": False, "bg_color": "#fffdf4"}
    notes = desk.style(valign="top", text_wrap=True, **frame)
    done = desk.style("date", valign="top", align="center", **frame)
    for row in range(placed.first, placed.last + 1):
        sheet.write_blank(row, placed.columns["notes"], None, notes)
        sheet.write_blank(row, placed.columns["done_on"], None, done)
    col = placed.columns["done_on"]
    rule = {
        "validate": "date",
        "criteria": ">=",
        "value": datetime.date(2000, 1, 1),
        "error_title": _("Done on"),
        "error_message": _("A day, such as {day}.").format(day="2026-02-14"),
    }
    sheet.data_validation(placed.first, col, placed.last, col, rule)


def colour_done(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """What is done is green, what does not fit (column ``fits``) grey."""
    letters = {name: xl_col_to_name(col) for name, col in placed.columns.items()}
    parts = (0, placed.columns["notes"] - 1), (placed.columns["done_on"] + 1, len(letters) - 1)
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


def _asked_for(desk: Desk, plays: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Accounts and hours in the plan per place: formulas on the sheet of the plan."""
    plan = plan_frame(desk)
    shown = plan.head(desk.book.settings.pack.sheet_rows)
    groups = shown.groupby(shown["place"].astype("str"))["hours"]
    places = plays["place"].astype("str")
    plays = plays.assign(
        accounts=places.map(groups.size()).fillna(0),
        hours_needed=places.map(groups.sum()).fillna(0),
    )
    where, hours = (plan_area(desk, plan, name) for name in ("place", "hours"))
    first, rows = 5, range(len(plays))
    return plays, {
        "accounts": [f"=COUNTIF({where},$A{first + i})" for i in rows],
        "hours_needed": [f"=SUMIF({where},$A{first + i},{hours})" for i in rows],
    }


def _sums(placed: Placed, shown: pd.DataFrame) -> list[tuple[str, str, float, Kind]]:
    hours = float(shown["hours"].sum())
    return [
        (_("Steps shown"), f"=SUBTOTAL(103,{placed.area('account')})", len(shown), "count"),
        (_("Their hours"), f"=SUBTOTAL(109,{placed.area('hours')})", hours, "hours"),
        (_("Of it done"), f"=SUBTOTAL(103,{placed.area('done_on')})", 0, "count"),
    ]
