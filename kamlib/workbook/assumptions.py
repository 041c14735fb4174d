"""Assumptions on winning back, on the sheet Try it: named cells that its net value follows."""

from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.churn.reasons import reason_word
from kamlib.analysis.churn.winback import lifetime_years
from kamlib.analysis.churn.winback_attempts import win_chances
from kamlib.chapters.sheets.abc_xyz import TRY_IT
from kamlib.chapters.sheets.churn import LEFT_ALONE, WINBACK
from kamlib.settings import LOSS_REASONS
from kamlib.words import _
from kamlib.workbook import desk as desks
from kamlib.workbook.churn import left_frame, list_area, winback_frame
from kamlib.workbook.desk import LIVE_HEAD, YES, Desk, area, put, quoted
from kamlib.workbook.inputs import (
    MEANING,
    PACK,
    UNIT,
    VALUE,
    WINBACK_INPUTS,
    Input,
    Places,
    write_input,
    write_rows,
)

REASON, CHANCE, CHANCE_DEFAULT, CHANCE_PACK, TRIES, RETURNS, USED = range(7)
COST, COST_DEFAULT, COST_PACK, LISTED, LISTED_NOW, NET, NET_NOW = range(7, 14)
SAME = 1e-9


@dataclass(frozen=True)
class Rows:
    """Where the lines of the reasons stand: ``first`` is that of the first one, from 0."""

    first: int

    @property
    def head(self) -> int:
        """The row of the headings."""
        return self.first - 1

    @property
    def last(self) -> int:
        """The row of the last reason."""
        return self.first + len(LOSS_REASONS) - 1

    def cells(self, col: int) -> str:
        """The cells of a column, on this sheet."""
        return f"{xl_rowcol_to_cell(self.first, col)}:{xl_rowcol_to_cell(self.last, col)}"


def write_assumptions(desk: Desk, sheet: Worksheet, row: int) -> int:
    """Chances and costs to try, by reason, and what they make of the win-back list.

    They stand below a row of the sheet Try it; the row of what may stand below them.
    """
    desk.heading(sheet, row, 0, _("Winning back: chances and costs"))
    told = _(
        "Costs that were recorded, chances of an unasked return, owners and due days stay as in "
        "the pack."
    )
    desk.note(sheet, row + 2, 0, told)
    general = row + 3
    end = _general(desk, sheet, general)
    rows = Rows(end + 2)
    _chances(desk, sheet, assumed_table(desk), rows)
    _effect(desk, sheet, rows)
    desk.banner(sheet, row + 1, formula=_banner(rows, general + 2))
    desk.name("winback_banner", TRY_IT.name, row + 1, 0)
    return rows.last + 4


def assumed_table(desk: Desk) -> pd.DataFrame:
    """Per reason the assumed chance, the log that corrects it, the chance and the cost.

    Where the list knows another chance than assumption and log give (there is no log among the
    tables), the chance itself is what can be changed.

    Returns
    -------
    Indexed by reason: ``assumed``, ``tries``, ``returns``, ``chance``, ``cost_share``.
    """
    settings = desk.book.settings.winback
    found = pd.DataFrame(
        {
            "assumed": list(settings.p_win),
            "tries": 0.0,
            "returns": 0.0,
            "chance": list(settings.p_win),
            "cost_share": list(settings.cost_share),
        },
        pd.Index(LOSS_REASONS, name="reason"),
    )
    if "winback_log" in desk.tables and len(desk.tables["winback_log"]):
        chances = win_chances(desk.tables["winback_log"], settings=settings)
        found[["tries", "returns"]] = chances[["tries", "returns"]]
        found["chance"] = chances["p_win"]
    lists = [desk.tables[key] for key in ("winback", "do_not_chase") if key in desk.tables]
    told = pd.concat([table[["reason", "uplift"]] for table in lists]).dropna()
    known = told.groupby("reason")["uplift"].first().reindex(found.index)
    other = known.notna() & ((known - found["chance"]).abs() > SAME)
    found.loc[other, ["tries", "returns"]] = 0.0
    for name in ("assumed", "chance"):
        found[name] = found[name].mask(other, known)
    return found


def _chances(desk: Desk, sheet: Worksheet, table: pd.DataFrame, rows: Rows) -> None:
    heads = {
        REASON: _("Reason"), CHANCE: _("Chance added, assumed"), CHANCE_DEFAULT: _("Default"),
        CHANCE_PACK: _("In the pack"), TRIES: _("Logged attempts that show it"),
        RETURNS: _("Returns beyond those unasked"),
        USED: _("Chance added, in use"), COST: _("Cost, of a year's margin"),
        COST_DEFAULT: _("Default"), COST_PACK: _("In the pack"),
    }  # fmt: skip
    sheet.set_row(rows.head, 48)
    for col, text in heads.items():
        put(sheet, rows.head, col, text, desk.head(live=col == USED, numeric=col != REASON))
    parts = desk.body("ratio")
    for place, (code, row) in enumerate(table.iterrows()):
        line, chance, cost = rows.first + place, *_of_reason(code, place)
        put(sheet, line, REASON, reason_word(code), desk.body("text"))
        write_input(desk, TRY_IT.name, chance, _in_a_row(line, CHANCE), row["assumed"])
        put(sheet, line, TRIES, row["tries"], parts)
        put(sheet, line, RETURNS, row["returns"], parts)
        write_input(desk, TRY_IT.name, cost, _in_a_row(line, COST), row["cost_share"])
        cells = {name: f"${xl_col_to_name(col)}{line + 1}" for name, col in
                 {"chance": CHANCE, "tries": TRIES, "returns": RETURNS}.items()}  # fmt: skip
        formula = (
            "=IF(winback_prior_weight+{tries}>0,(winback_prior_weight*{chance}+{returns})/"
            "(winback_prior_weight+{tries}),{chance})"
        ).format(**cells)
        style = desk.body("share", bold=True, font_color=LIVE_HEAD)
        sheet.write_formula(line, USED, formula, style, row["chance"])
    for name, col in {"winback_chance": USED, "winback_cost_share": COST}.items():
        desk.workbook.define_name(name, f"={area(TRY_IT.name, rows.first, rows.last, col)}")


def _of_reason(code: str, place: int) -> tuple[Input, Input]:
    """Chance and cost of a reason's offer: any share, though the settings ask for an inner one."""
    slug = code.replace(" ", "_")
    return tuple(
        Input(
            f"{name}_{slug}",
            f"winback.{name}",
            reason_word(code),
            position=place,
            kind="share",
            bounds=(0, 1),
        )
        for name in ("p_win", "cost_share")
    )


def _in_a_row(row: int, col: int) -> Places:
    """An input with the default and the value of the pack beside it."""
    return Places((row, col), (row, col + 1), (row, col + 2))


def _general(desk: Desk, sheet: Worksheet, row: int) -> int:
    """What holds for every reason, and what a second lifetime is worth; the row behind it."""
    end = write_rows(desk, sheet, row, WINBACK_INPUTS)
    put(sheet, end, 0, _("Second lifetime"), desk.body("text"))
    years = lifetime_years(desk.book.settings.winback)
    formula = (
        "=IF(winback_keep_rate=1,winback_value_years,"
        "(1-winback_keep_rate^winback_value_years)/(1-winback_keep_rate))"
    )
    style = desk.body("ratio", bold=True, font_color=LIVE_HEAD)
    sheet.write_formula(end, VALUE, formula, style, years)
    put(sheet, end, PACK, years, desk.body("ratio"))
    put(sheet, end, UNIT, _("years"), desk.body("text"))
    told = _("What the second lifetime is worth, in first years.")
    put(sheet, end, MEANING, told, desk.style())
    desk.name("winback_lifetime", TRY_IT.name, end, VALUE)
    return end + 1


def _effect(desk: Desk, sheet: Worksheet, rows: Rows) -> None:
    """Accounts worth an attempt and their net value by reason, in the pack and now."""
    currency = f" ({desk.currency})" if desk.currency else ""
    heads = {
        LISTED: _("Accounts in the pack"), LISTED_NOW: _("Accounts now"),
        NET: _("Net value in the pack") + currency, NET_NOW: _("Net value now") + currency,
    }  # fmt: skip
    for col, text in heads.items():
        put(sheet, rows.head, col, text, desk.head(live=col in (LISTED_NOW, NET_NOW), numeric=True))
    listed = winback_frame(desk)
    groups = listed[listed["pays_off"] == YES].groupby("reason_number")["net_value"]
    sizes, sums = groups.size(), groups.sum()
    lists = [{name: list_area(WINBACK, listed, name) for name in
              ("reason_number", "pays_off", "net_value")}]  # fmt: skip
    if LEFT_ALONE.name in desk.sheets:
        left = left_frame(desk)
        lists.append({name: list_area(LEFT_ALONE, left, name) for name in lists[0]})
    for number, line in enumerate(range(rows.first, rows.last + 1), 1):
        conditions = [f'{cells["reason_number"]},{number},{cells["pays_off"]},"{YES}"' for cells in
                      lists]  # fmt: skip
        counts = "+".join(f"COUNTIFS({condition})" for condition in conditions)
        nets = "+".join(
            f"SUMIFS({cells['net_value']},{condition})"
            for cells, condition in zip(lists, conditions, strict=True)
        )
        accounts, money = float(sizes.get(number, 0)), float(sums.get(number, 0.0))
        put(sheet, line, LISTED, accounts, desk.body("count"))
        put(sheet, line, NET, money, desk.body("money"))
        sheet.write_formula(line, LISTED_NOW, f"={counts}", desk.body("count", bold=True), accounts)
        sheet.write_formula(line, NET_NOW, f"={nets}", desk.body("money", bold=True), money)
    top = {"top": 1, "top_color": desks.HEAD, "bold": True}
    total_row = rows.last + 1
    put(sheet, total_row, REASON, _("All reasons"), desk.body("text", **top))
    totals = {LISTED: sizes, LISTED_NOW: sizes, NET: sums, NET_NOW: sums}
    for col in range(CHANCE, NET_NOW + 1):
        if col not in totals:
            put(sheet, total_row, col, "", desk.body("text", **top))
            continue
        letter = xl_col_to_name(col)
        style = desk.body("money" if col in (NET, NET_NOW) else "count", **top)
        formula = f"=SUM({letter}{rows.first + 1}:{letter}{rows.last + 1})"
        sheet.write_formula(total_row, col, formula, style, float(totals[col].sum()))


def _banner(rows: Rows, first: int) -> str:
    """Says that a cell is impossible, or how many are not those of the pack.

    ``first`` is the row of the first input that holds for every reason, counted from 1.
    """
    now, pack = (f"{col}{first}:{col}{first + len(WINBACK_INPUTS) - 1}" for col in "BE")
    pairs = (
        (rows.cells(CHANCE), rows.cells(CHANCE_PACK)),
        (rows.cells(COST), rows.cells(COST_PACK)),
        (now, pack),
    )
    changed = "+".join(f"SUMPRODUCT(--({now}<>{pack}))" for now, pack in pairs)
    within = f"{rows.cells(CHANCE)},{rows.cells(COST)},winback_keep_rate"
    impossible = (
        f"OR(MIN({within})<0,MAX({within})>1,winback_value_years<1,"
        "winback_value_years<>INT(winback_value_years),winback_prior_weight<=0,MIN(work_hour_cost,"
        "work_least_per_hour)<0)"
    )
    wrong = quoted(
        _(
            "An assumption is impossible: chances and shares lie between 0 and 1, years are whole "
            "and at least 1, a weight is above 0, an hour costs no less than 0."
        )
    )
    differ = quoted(
        _(" assumptions differ from the pack: net value, cost and rank are not those of the pages.")
    )
    return f'=IF({impossible},{wrong},IF({changed}>0,({changed})&{differ},""))'
