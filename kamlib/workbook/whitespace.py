"""The sheets of whitespace: what similar accounts buy and these do not, as a list and as a map."""

from dataclasses import replace

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.targeting.gaps import lines_bought
from kamlib.chapters.sheets.targeting import WHITE_MAP, WHITESPACE
from kamlib.show.columns import column
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import Desk, area, put
from kamlib.workbook.lists import told_frame, write_frame

MAP_HEAD, MAP_ACCOUNTS, MAP_LINES, MAP_LEFT = 4, 40, 25, 3


def white_frame(desk: Desk) -> pd.DataFrame:
    """The gaps with a value, the largest first; accounts and lines have numbers."""
    frame = _whole(desk)
    frame = frame[frame["expected_value"] > 0]
    frame = frame.sort_values("expected_value", ascending=False, kind="stable", ignore_index=True)
    for name, number in (("account", "account_number"), ("product_line", "line_number")):
        codes = sorted(set(frame[name]))
        frame[number] = frame[name].map(pd.Series(range(1, len(codes) + 1), codes)).astype(float)
    if "manager" not in frame and "manager" in desk.tables["abc_xyz"]:
        managers = desk.tables["abc_xyz"]["manager"].astype("str")
        frame["manager"] = frame["account"].map(managers).fillna("").astype("str")
    return frame.assign(notes="", done_on="")


def write_whitespace(desk: Desk) -> None:
    """Every gap with what filling it would bring, how sure that is, and why."""
    frame = white_frame(desk)
    shown = frame.head(desk.book.settings.pack.sheet_rows)
    told = replace(WHITESPACE, note=_note(desk, frame))
    write_frame(desk, told, "whitespace", told_frame(desk, told, "whitespace", shown))


def write_white_map(desk: Desk) -> None:
    """The accounts with most whitespace against the lines, summed live from the list."""
    frame = white_frame(desk).head(desk.book.settings.pack.sheet_rows)
    accounts = _largest(frame, "account", MAP_ACCOUNTS)
    lines = _largest(frame, "product_line", MAP_LINES)
    sheet = desk.sheet(
        WHITE_MAP.name, _("Whitespace: accounts and lines"), _map_note(desk, frame, accounts)
    )
    sheet.freeze_panes(MAP_HEAD + 2, 2)
    if frame.empty:
        return
    numbers = {name: frame.groupby(name)[number].first() for name, number in
               (("account", "account_number"), ("product_line", "line_number"))}  # fmt: skip
    cells = {name: _cells(desk, frame, name) for name in
             ("expected_value", "account_number", "line_number")}  # fmt: skip
    _map_heads(desk, sheet, lines, numbers["product_line"])
    bought = _bought(desk)
    value = frame.groupby(["account", "product_line"])["expected_value"].sum()
    totals = frame.groupby("account")["expected_value"].sum()
    names = frame.groupby("account")["name"].first() if "name" in frame else pd.Series(dtype="str")
    last = MAP_LEFT + len(lines)
    body = desk.style(num_format="#,##0;-#,##0;", bottom=1, bottom_color=desks.GRID)
    grey = desk.body("text", font_color="#8a94a1", align="right")
    for row, account in enumerate(accounts, MAP_HEAD + 2):
        desk.account(sheet, row, 0, account)
        put(sheet, row, 1, names.get(account, ""), desk.body("text"))
        put(sheet, row, 2, float(numbers["account"][account]), desk.body("count"))
        own = f"{cells['expected_value']},{cells['account_number']},$C{row + 1}"
        for col, line in enumerate(lines, MAP_LEFT):
            found = float(value.get((account, line), 0.0))
            if not found and (account, line) in bought:
                put(sheet, row, col, _("buys"), grey)
                continue
            number = xl_rowcol_to_cell(MAP_HEAD + 1, col, row_abs=True)
            formula = f"=SUMIFS({own},{cells['line_number']},{number})"
            sheet.write_formula(row, col, formula, body, found)
        total = desk.body("money", bold=True)
        sheet.write_formula(row, last, f"=SUMIFS({own})", total, float(totals[account]))
    _map_sums(desk, sheet, frame, accounts, lines)
    end = MAP_HEAD + 1 + len(accounts)
    desks.heat(sheet, MAP_HEAD + 2, MAP_LEFT, end, last - 1)
    sheet.repeat_rows(MAP_HEAD)


def _map_heads(desk: Desk, sheet: Worksheet, lines: list[str], numbers: pd.Series) -> None:
    last = MAP_LEFT + len(lines)
    money = column("expected_value").heading(desk.currency)
    texts = [_("Account"), _("Name"), _("No."), *lines, _("All lines") + f" ({desk.currency})"]
    for col, text in enumerate(texts):
        live = col >= MAP_LEFT
        put(sheet, MAP_HEAD, col, text, desk.head(live=live, numeric=live))
        style = desk.style(font_color=desks.MUTED, align="right")
        put(sheet, MAP_HEAD + 1, col, float(numbers[text]) if text in numbers else "", style)
    desk.note(sheet, MAP_HEAD - 1, 0, money)
    sheet.set_row(MAP_HEAD, 48)
    sheet.set_row(MAP_HEAD + 1, None, None, {"hidden": True})
    sheet.set_column(0, 0, 13)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 5, None, {"hidden": True})
    sheet.set_column(MAP_LEFT, last - 1, 12)
    sheet.set_column(last, last, 15)


def _map_sums(
    desk: Desk, sheet: Worksheet, frame: pd.DataFrame, accounts: list[str], lines: list[str]
) -> None:
    """Below the map: of the shown accounts, and of all accounts in the list."""
    shown = frame[frame["account"].isin(accounts)]
    first, end = MAP_HEAD + 2, MAP_HEAD + 1 + len(accounts)
    cells = {name: _cells(desk, frame, name) for name in ("expected_value", "line_number")}
    top = desk.body("money", bold=True, top=1, top_color=desks.HEAD)
    for offset, text in enumerate((_("These accounts"), _("All accounts in the list"))):
        for col in range(MAP_LEFT):
            style = desk.body("text", bold=True, top=1, top_color=desks.HEAD)
            put(sheet, end + 1 + offset, col, text if col == 0 else "", style)
    for col, line in enumerate([*lines, None], MAP_LEFT):
        ours = shown if line is None else shown[shown["product_line"] == line]
        every = frame if line is None else frame[frame["product_line"] == line]
        area_of = f"{xl_rowcol_to_cell(first, col)}:{xl_rowcol_to_cell(end, col)}"
        number = xl_rowcol_to_cell(MAP_HEAD + 1, col, row_abs=True)
        whole = f"=SUM({cells['expected_value']})"
        if line is not None:
            whole = f"=SUMIFS({cells['expected_value']},{cells['line_number']},{number})"
        sheet.write_formula(
            end + 1, col, f"=SUM({area_of})", top, float(ours["expected_value"].sum())
        )
        sheet.write_formula(end + 2, col, whole, top, float(every["expected_value"].sum()))


def _whole(desk: Desk) -> pd.DataFrame:
    frame = desk.tables["whitespace"]
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame = frame.reset_index(drop=True)
    for name in ("account", "product_line", "name", "why", "stopped"):
        if name in frame:
            frame[name] = frame[name].astype("str").fillna("")
    frame["expected_value"] = frame["expected_value"].astype(float)
    return frame


def _bought(desk: Desk) -> set[tuple[str, str]]:
    """Pairs of account and line of which something was bought in the last four quarters."""
    book = desk.book
    bought = lines_bought(book.line_quarters, end=book.quarter)
    rows, columns = np.nonzero(bought.to_numpy() > 0)
    return set(zip(bought.index[rows], bought.columns[columns], strict=True))


def _largest(frame: pd.DataFrame, name: str, number: int) -> list[str]:
    sums = frame.groupby(name)["expected_value"].sum().sort_index(kind="stable")
    return list(sums.sort_values(ascending=False, kind="stable").index[:number])


def _cells(desk: Desk, frame: pd.DataFrame, name: str) -> str:
    shown = list(told_frame(desk, WHITESPACE, "whitespace", frame))
    first = WHITESPACE.row + 1
    return area(WHITESPACE.name, first, first + max(len(frame), 1) - 1, shown.index(name))


def _note(desk: Desk, frame: pd.DataFrame) -> str:
    rows, limit = len(frame), desk.book.settings.pack.sheet_rows
    if not rows:
        return _("No gaps: no line is bought by enough similar accounts that these do not buy.")
    part = desk.book.settings.whitespace.interval
    text = _(
        "{rows} gaps at {accounts} accounts, the largest first. At least and at most: in "
        "{part:.0%} of cases it lies between."
    ).format(rows=count(rows), accounts=count(frame["account"].nunique()), part=part)
    left = len(desk.tables["whitespace"]) - rows
    if left:
        text += " " + _("{left} pairs without a gap are only in tables/{table}.csv.").format(
            left=count(left), table="whitespace"
        )
    if rows > limit:
        more = _("The first {rows}; all are in tables/{table}.csv.")
        text += " " + more.format(rows=count(limit), table="whitespace")
    return f"{text} {desk.book.targeting.gaps_came}"


def _map_note(desk: Desk, frame: pd.DataFrame, accounts: list[str]) -> str:
    if frame.empty:
        return _("No gaps: no line is bought by enough similar accounts that these do not buy.")
    return _(
        "What filling a gap would bring in a year: the {shown} accounts with most of {all}. "
        "Live on the sheet {sheet}; buys: the account buys the line already."
    ).format(
        shown=count(len(accounts)), all=count(frame["account"].nunique()), sheet=WHITESPACE.name
    )
