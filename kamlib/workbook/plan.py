"""The sheets of plan and portfolios: what each manager does for whom, with which hours."""

from collections.abc import Sequence

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.sheets.segments import KEY_ACCOUNTS, PLAN, PLAYS, PORTFOLIOS
from kamlib.show.theme import ABC_COLOURS, ACCENT, INK
from kamlib.words import AsItIs, _, count, told
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout, all_managers, money_column
from kamlib.workbook.desk import LIVE_HEAD, Desk, area, dress, put, quoted
from kamlib.workbook.lists import Placed, chosen, finish_list, write_frame, write_list
from kamlib.workbook.segments import key_frame, key_row

FIRST = PORTFOLIOS.row + 2  # the first manager's row, from 1
CHARTED = 25
HOURS_ROW, MOST_NAMED = PLAN.row - 4, 12
CHART_ROWS = 18
MOVED = ("inherited", "passed_on", "quarter_inherited", "quarter_passed_on")
SUMMED = {
    *MOVED,
    *("accounts", "key_accounts", "revenue", "margin", "at_risk", "plan", "actual", "run_rate"),
    *("plan_gap", "hours_needed", "hours_fitting", "hours_available", "hours_over"),
}
AGAINST_PLAN = ("plan", "actual", "run_rate", "plan_gap")


def plan_frame(desk: Desk) -> pd.DataFrame:
    """The plan as its sheet shows it: by manager and due date, what has no date last."""
    plan = desk.tables["plan"].reset_index(drop=True)
    plan["manager"] = plan["manager"].astype("str")
    plan = plan.assign(nobody=plan["manager"] == "")
    order = ["nobody", "manager", "due"]  # who has no manager comes last
    plan = plan.sort_values(order, kind="stable", na_position="last", ignore_index=True)
    plan = plan.assign(notes="", done_on="", manager_number=plan["manager"].map(all_managers(desk)))
    return chosen(plan, list(PLAN.widths))


def plan_area(desk: Desk, frame: pd.DataFrame, name: str) -> str:
    """A column's cells on the sheet of the plan."""
    rows = min(len(frame), desk.book.settings.pack.sheet_rows)
    return area(PLAN.name, PLAN.row + 1, PLAN.row + max(rows, 1), list(frame).index(name))


def write_plan(desk: Desk) -> None:
    """Every manager's list in one table, with room for notes and for the day it was done."""
    frame = plan_frame(desk)
    write_frame(desk, PLAN, "plan", frame)
    _hours_line(desk, frame)


def _hours_line(desk: Desk, frame: pd.DataFrame) -> None:
    """The hours that each manager's steps ask for beside those that there are, in one line.

    It follows the list; of many managers it says those who lack most.
    """
    known = "portfolio" in desk.tables and {"manager", "hours"} <= set(frame)
    if not known or len(frame) > desk.book.settings.pack.sheet_rows:
        return
    there = desk.tables["portfolio"]["hours_available"].dropna().rename(index=str)
    needed = frame.groupby("manager")["hours"].sum().reindex(there.index).fillna(0.0)
    lacking = (needed - there).sort_values(ascending=False, kind="stable").index[:MOST_NAMED]
    if not len(lacking):
        return
    who, hours = (plan_area(desk, frame, name) for name in ("manager_number", "hours"))
    numbers = all_managers(desk)
    formulas, texts = [], []
    for name in there.index[there.index.isin(lacking)]:
        rest = _(" of {hours}").format(hours=f"{there[name]:.0f}")
        asked = f"SUMIFS({hours},{who},{numbers[name]})"
        called = f"{desk.book.manager_name(name)} "
        formulas.append(f"{quoted(called)}&ROUND({asked},0)&{quoted(rest)}")
        texts.append(f"{called}{int(needed[name] + 0.5)}{told(rest)}")
    label = _("Hours asked for, of those that there are: ")
    between = quoted(" · ")
    formula = f"={quoted(label)}&" + f"&{between}&".join(formulas)
    look = desk.style(bold=True, font_color=LIVE_HEAD)
    value = AsItIs("".join([told(label), " · ".join(texts)]))
    desk.sheets[PLAN.name].write_formula(HOURS_ROW, 0, formula, look, value)


def write_plays(desk: Desk) -> None:
    """The table of plays in force, and how many accounts and hours each asks for."""
    plays = desk.tables["plays"].rename_axis("place")
    frame = chosen(plays.reset_index(), list(PLAYS.widths))
    sheet = desk.sheet(PLAYS.name, PLAYS.title, PLAYS.note)
    live = {}
    if "plan" in desk.tables and not desk.tables["plan"].empty:
        frame, live = _asked_for(desk, frame)
    placed = write_list(
        *(desk, PLAYS.name, frame),
        row=PLAYS.row,
        table="plays",
        labels=PLAYS.labels,
        live=live,
        widths=PLAYS.widths,
    )
    finish_list(sheet, placed)
    for col, name in enumerate(frame):
        sheet.set_column(col, col, PLAYS.widths[name])


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


def write_portfolios(desk: Desk) -> None:
    """One row per manager, what all of them add up to, and the two charts."""
    layout, told = desk.layout, PORTFOLIOS
    sheet = desk.sheet(told.name, told.title, told.note)
    desk.note(sheet, 2, 0, told.remark)
    frame, live = _frame(desk, layout)
    placed = write_list(
        desk, told.name, frame, row=told.row, table="portfolio", labels=told.labels, live=live
    )
    row = placed.last + 1
    if len(frame):
        row = _totals(desk, sheet, layout, placed, frame)
        _colours(desk, sheet, placed)
        _charts(desk, sheet, placed, frame, row + 2)
    finish_list(sheet, placed, folded=told.fold.split())
    sheet.set_row(told.row, 48)
    sheet.set_column(0, 0, 18)
    if "name" in placed.columns:
        sheet.set_column(1, 1, 20)


def _frame(desk: Desk, layout: Layout) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """The rows and their formulas, each frame column holding what its formula gives."""
    frame = desk.tables["portfolio"].rename_axis("manager").reset_index()
    numbers = all_managers(desk)
    frame["manager_number"] = frame["manager"].astype("str").map(numbers)
    live: dict[str, list[str]] = {}
    _from_accounts(desk, layout, frame, live)
    _from_lists(desk, frame, live)
    if {"plan", "actual"} <= set(frame):
        frame["of_plan"] = (frame["actual"] / frame["plan"]).where(frame["plan"] > 0)
        live["of_plan"] = _rows(frame, '=IF({plan}>0,IF({actual}="","",{actual}/{plan}),"")')
    frame["hours_over"] = frame["hours_needed"] - frame["hours_available"]
    live["hours_over"] = _rows(
        frame, '=IF({hours_available}="","",{hours_needed}-{hours_available})'
    )
    frame["manager"] = frame["manager"].astype("str").replace("", _("(none)"))
    idle = [] if desk.book.has_margin else ["margin"]
    if "name" in frame and (frame["name"].astype("str") == "").all():
        idle.append("name")
    moved = (*MOVED, "plan_doubt", "growth_doubt")  # where nothing changed hands they say nothing
    idle += [n for n in moved if n in frame and frame[n].replace("", None).isna().all()]
    frame = frame.drop(columns=idle, errors="ignore")
    frame = frame[[name for name in PORTFOLIOS.widths if name in frame]]
    letters = {name: f"${xl_col_to_name(col)}" for col, name in enumerate(frame)}
    placed = {
        name: [
            text.format(**{other: f"{letter}{FIRST + i}" for other, letter in letters.items()})
            for i, text in enumerate(texts)
        ]
        for name, texts in live.items()
        if name in frame
    }
    return frame, placed


def _from_accounts(desk: Desk, layout: Layout, frame: pd.DataFrame, live: dict) -> None:
    """Accounts, revenue and margin, counted on the sheet of accounts by the manager's number."""
    numbers, who = frame["manager_number"], layout.area("manager_number")
    every = pd.concat([layout.frame, layout.left])
    for name in ("accounts", "revenue", "margin"):
        if name == "margin" and not desk.book.has_margin:
            continue
        money = None if name == "accounts" else money_column(desk, name)
        found, left = (_per_manager(accounts, money, numbers) for accounts in (every, layout.left))
        frame[name] = found
        formula = f"COUNTIF({who},{{manager_number}})"
        if money:
            formula = f"SUMIF({who},{{manager_number}},{layout.area(money)})"
        live[name] = [f"={formula}" + (f"+({rest:.10g})" if rest else "") for rest in left]


def _per_manager(accounts: pd.DataFrame, money: str | None, numbers: pd.Series) -> pd.Series:
    groups = accounts.groupby("manager_number")
    found = groups[money].sum() if money else groups.size()
    return numbers.map(found).fillna(0).astype(float)


def _from_lists(desk: Desk, frame: pd.DataFrame, live: dict) -> None:
    """Key accounts and hours, counted on their own sheets where those are."""
    numbers = frame["manager_number"]
    if "key_accounts" in desk.tables:
        keys = key_frame(desk)
        first, col = key_row(desk) + 1, list(keys).index("manager_number") + 1
        cells = area(KEY_ACCOUNTS.name, first, first + max(len(keys), 1) - 1, col)
        frame["key_accounts"] = _per_manager(keys, None, numbers)
        live["key_accounts"] = _rows(frame, f"=COUNTIF({cells},{{manager_number}})")
    if "plan" not in desk.tables or desk.tables["plan"].empty:
        return
    plan = plan_frame(desk)
    if len(plan) > desk.book.settings.pack.sheet_rows:
        return
    who, hours, fits = (plan_area(desk, plan, name) for name in ("manager_number", "hours", "fits"))
    plan = plan.assign(hours=plan["hours"].fillna(0))
    frame["hours_needed"] = _per_manager(plan, "hours", numbers)
    live["hours_needed"] = _rows(frame, f"=SUMIFS({hours},{who},{{manager_number}})")
    frame["hours_fitting"] = _per_manager(plan[plan["fits"].astype(bool)], "hours", numbers)
    condition = f'{who},{{manager_number}},{fits},"{desks.YES}"'
    live["hours_fitting"] = _rows(frame, f"=SUMIFS({hours},{condition})")


def _rows(frame: pd.DataFrame, formula: str) -> list[str]:
    return [formula] * len(frame)


def _totals(
    desk: Desk, sheet: Worksheet, layout: Layout, placed: Placed, frame: pd.DataFrame
) -> int:
    """All portfolios, the accounts in none of them, and all accounts of the company."""
    row, top = placed.last + 1, {"top": 1, "top_color": desks.HEAD}
    planned = _with_plan(frame)
    for look in placed.looks:
        col, style = placed.columns[look.name], desk.body(look.kind, bold=True, **top)
        if look.name in SUMMED:
            cells = placed.area(look.name).rpartition("!")[2]
            value, formula = float(frame[look.name].sum()), f"=SUM({cells})"
            if look.name in AGAINST_PLAN and not planned.all():
                value = float(frame.loc[planned, look.name].sum())
                plans = placed.area("plan").rpartition("!")[2]
                formula = f"=SUMPRODUCT(--ISNUMBER({plans}),{cells})"
            sheet.write_formula(row, col, formula, style, value)
        else:
            put(sheet, row, col, _("All of these") if col == 0 else "", style)
    put(sheet, row + 1, 0, _("Accounts of others"), desk.body("text"))
    put(sheet, row + 2, 0, _("All accounts"), desk.body("text", bold=True))
    classes = desk.tables["abc_xyz"]
    for look in placed.looks:
        if look.name not in ("accounts", "revenue", "margin"):
            continue
        col, letter = placed.columns[look.name], xl_col_to_name(placed.columns[look.name])
        if look.name == "accounts":
            left = f"+{layout.left_out}" if layout.left_out else ""
            whole, value = f"=COUNTA({layout.area('account')}){left}", float(len(classes))
        else:
            whole = layout.total_of(money_column(desk, look.name))
            value = float(classes[look.name].sum())
        style = desk.body(look.kind)
        others = f"=ROUND({letter}{row + 3}-{letter}{row + 1},2)"
        rest = round(value - float(frame[look.name].sum()), 2)
        sheet.write_formula(row + 1, col, others, style, rest)
        sheet.write_formula(row + 2, col, whole, desk.body(look.kind, bold=True), value)
    if planned.all():
        return row + 2
    told = _("Plan, sales of the quarter, run-rate and gap of all: only of those with a plan; "
             "{left} of {all} without one are left out.")  # fmt: skip
    desk.note(sheet, row + 3, 0, told.format(left=count((~planned).sum()), all=count(len(frame))))
    return row + 3


def _with_plan(frame: pd.DataFrame) -> pd.Series:
    """Whose sales a total may hold against the plans: of those with one, if anybody has."""
    if "plan" not in frame or frame["plan"].isna().all():
        return pd.Series(True, frame.index)
    return frame["plan"].notna() | (frame.get("actual", 0.0) == 0)


def _colours(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    def over(name: str, rule: dict) -> None:
        if name in placed.columns:
            col = placed.columns[name]
            sheet.conditional_format(placed.first, col, placed.last, col, rule)

    red = desk.workbook.add_format({"font_color": "#a3282c", "bold": True})
    green = desk.workbook.add_format({"font_color": "#1b6b3a"})
    for name in ("growth", "against_mix", "plan_gap"):
        over(name, {"type": "cell", "criteria": "<", "value": 0, "format": red})
        over(name, {"type": "cell", "criteria": ">", "value": 0, "format": green})
    short = desk.workbook.add_format({"bg_color": desks.WARN, "font_color": "#a3282c"})
    over("hours_over", {"type": "cell", "criteria": ">", "value": 0, "format": short})
    over("revenue", {"type": "data_bar", "bar_color": "#8cc0e4", "bar_solid": True})


def _charts(desk: Desk, sheet: Worksheet, placed: Placed, frame: pd.DataFrame, row: int) -> None:
    """Plan against actual and hours against need, of the largest portfolios."""
    last = placed.first + min(len(frame), CHARTED) - 1
    charts = (
        (_("Sales of the quarter against plan ({currency})").format(currency=desk.currency),
         (("plan", ABC_COLOURS["D"]), ("actual", ABC_COLOURS["B"]), ("run_rate", INK))),
        (_("Hours of the quarter: asked for against there are"),
         (("hours_needed", ACCENT), ("hours_fitting", ABC_COLOURS["B"]),
          ("hours_available", ABC_COLOURS["D"]))),
    )  # fmt: skip
    col = 0
    for title, wanted in charts:
        series = [
            (name, colour) for name, colour in wanted
            if name in placed.columns and pd.to_numeric(frame[name]).notna().any()
        ]  # fmt: skip
        if series:
            chart = _chart(desk, placed, series, last, title)
            described = {"description": title, "object_position": 2, "x_offset": 4}
            sheet.insert_chart(row, col, chart, described)
            col = 8
    if len(frame) > CHARTED:
        told = _("The charts show the {shown} largest of {all} portfolios.")
        desk.note(
            sheet, row + CHART_ROWS, 0, told.format(shown=count(CHARTED), all=count(len(frame)))
        )


def _chart(desk: Desk, placed: Placed, series: Sequence[tuple[str, str]], last: int, title: str):
    chart = desk.workbook.add_chart({"type": "column"})
    looks = {look.name: look for look in placed.looks}
    names = area(PORTFOLIOS.name, placed.first, last, placed.columns["manager"])
    for name, colour in series:
        chart.add_series(
            {
                "name": looks[name].label,
                "categories": f"={names}",
                "values": "=" + area(PORTFOLIOS.name, placed.first, last, placed.columns[name]),
                "fill": {"color": colour},
                "border": {"none": True},
                "gap": 60,
                "overlap": -5,
            }
        )
    dress(chart, title, width=640, rows=CHART_ROWS)
    return chart
