"""The sheets of winning back: the list with its live net value, and who is left alone."""

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.churn.reasons import REASON_CODES
from kamlib.show.columns import Kind
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.churn import finish_work_list, reasons_shown
from kamlib.workbook.desk import ASSUMPTIONS, LEFT_ALONE, WINBACK, YES, Desk, area
from kamlib.workbook.lists import Placed, write_list
from kamlib.workbook.sheets_plan import colour_done, own_cells, write_sums

# Each rank is found among all: more accounts would make the sheet slow.
RANKED = 10_000
SUMS_ROW, HEAD_ROW, LEFT_HEAD_ROW = 4, 7, 5
# The reasons to leave an account alone that other assumptions can overturn.
BY_VALUE = ("comes back by itself", "does not pay off")
NO = _("no")
WIDTHS = {
    "account": 13,
    "name": 28,
    "manager": 13,
    "due": 12,
    "reason": 18,
    "reason_source": 11,
    "offer": 24,
    "net_value": 12,
    "rank": 8,
    "rank_in_pack": 9,
    "pays_off": 9,
    "notes": 34,
    "done_on": 12,
    "p_win": 11,
    "p_natural": 10,
    "second_lifetime_value": 13,
    "cost": 11,
    "discount_ceiling": 11,
    "lost_since": 12,
    "margin_a_year": 13,
    "revenue_a_year": 13,
    "why": 56,
    "offer_words": 40,
    "cost_source": 11,
    "margin_assumed": 10,
    "p_win_low": 11,
    "p_win_high": 11,
    "reason_number": 9,
}
FOLDED = ("cost_source", "margin_assumed", "p_win_low", "p_win_high", "reason_number")
LEFT_WIDTHS = {
    "account": 13,
    "name": 28,
    "manager": 13,
    "why_not": 20,
    "again_on": 12,
    "why": 56,
    "net_value": 12,
    "pays_off": 9,
    "reason": 18,
    "reason_source": 11,
    "revenue_a_year": 13,
    "margin_a_year": 13,
    "p_win": 11,
    "p_natural": 10,
    "second_lifetime_value": 13,
    "cost": 11,
    "lost_since": 12,
    "reason_number": 9,
}
LEFT_FOLDED = ("reason_number",)
LABELS = {
    "reason_number": _("Reason no."),
    "pays_off": _("Pays off"),
    "p_win_low": _("Chance at least (pack)"),
    "p_win_high": _("Chance at most (pack)"),
}
LEFT_LABELS = LABELS | {"pays_off": _("Now pays off")}
# On the named cells of the sheet of assumptions and the row's own.
FORMULAS = {
    "p_win": "=INDEX(winback_chance,{reason_number})",
    "second_lifetime_value": "=MAX(0,{margin_a_year})*winback_lifetime",
    "cost": "=INDEX(winback_cost_share,{reason_number})*MAX(0,{margin_a_year})",
    "net_value": "=({p_win}-{p_natural})*{second_lifetime_value}-{cost}",
    "discount_ceiling": "=IF({p_win}*winback_lifetime*{revenue_a_year}>0,MAX(0,MIN(1,{net_value}/"
    "({p_win}*winback_lifetime*{revenue_a_year}))),0)",
    "rank": '=IF(ISNUMBER({net_value}),RANK({net_value},winback_net),"")',
    "pays_off": f'=IF(ISNUMBER({{net_value}}),IF({{net_value}}>0,"{YES}","{NO}"),"")',
}
LEFT_PAYS_OFF = f'=IF(ISNUMBER({{net_value}}),IF({{net_value}}>0,"{YES}",""),"")'
NEEDED = ("reason_number", "p_win", "p_natural", "margin_a_year", "cost", "net_value")
CONSTANT = ("p_win", "second_lifetime_value", "cost", "net_value", "discount_ceiling")


def winback_frame(desk: Desk) -> pd.DataFrame:
    """The list as its sheet shows it, the most net value in the pack first."""
    frame = _numbered(desk.tables["winback"])
    frame["manager"] = frame["owner"].astype("str")
    frame["rank"] = frame["net_value"].rank(method="min", ascending=False)
    frame["rank_in_pack"] = frame["rank"]
    frame["pays_off"] = _yes_no(frame["net_value"], NO)
    frame["assumed"] = frame["cost_source"].astype("str") == "assumed"
    frame = frame.assign(notes="", done_on="")
    return frame.head(min(desk.book.settings.pack.sheet_rows, RANKED))


def left_frame(desk: Desk) -> pd.DataFrame:
    """The accounts that are left alone as their sheet shows them, the most revenue first."""
    frame = _numbered(desk.tables["do_not_chase"])
    shares = pd.Series(desk.book.settings.winback.cost_share, range(1, len(REASON_CODES) + 1))
    share = frame["reason_number"].map(shares).astype(float)
    assumed = share * frame["margin_a_year"].clip(lower=0.0)
    # A cost that is not the assumed one was recorded.
    frame["assumed"] = np.isclose(frame["cost"].astype(float), assumed, rtol=1e-9, atol=1e-9)
    overturned = frame["why_not"].isin(BY_VALUE)
    frame["pays_off"] = _yes_no(frame["net_value"], "").where(overturned, "")
    return frame.head(desk.book.settings.pack.sheet_rows)


def list_area(desk: Desk, frame: pd.DataFrame, name: str, *, left: bool = False) -> str:
    """A column's cells on the sheet of the list, or of those that are left alone."""
    columns = list(_wanted(frame, LEFT_WIDTHS if left else WIDTHS))
    first = (LEFT_HEAD_ROW if left else HEAD_ROW) + 1
    sheet = LEFT_ALONE if left else WINBACK
    return area(sheet, first, first + max(len(frame), 1) - 1, columns.index(name))


def write_winback(desk: Desk) -> None:
    """Whom to win back, with an offer and a net value that follows the assumptions."""
    every = len(desk.tables["winback"])
    frame = winback_frame(desk)
    note = _(
        "{rows} lost accounts are worth an attempt, the most net value first. Brown headings "
        "follow the sheet {sheet}; owners and due days are as in the pack."
    ).format(rows=count(every), sheet=ASSUMPTIONS)
    sheet = desk.sheet(WINBACK, _("Whom to win back"), note)
    desk.banner(sheet, formula="=winback_banner")
    told = _(
        "Net value = (chance with an offer - chance unasked) x margin of the years after - cost. "
        "Grey: does not pay off. Green: done."
    )
    if len(frame) < every:
        told += " " + _("The first {rows}; all are in tables/{table}.csv.").format(
            rows=count(len(frame)), table="winback"
        )
    desk.note(sheet, 3, 0, told)
    shown = _wanted(frame, WIDTHS)
    placed = write_list(
        *(desk, WINBACK, shown.drop(columns="account").set_axis(shown["account"])),
        row=HEAD_ROW,
        table="winback",
        labels=LABELS,
        live=_live(frame, shown, HEAD_ROW + 2, FORMULAS),
        widths=[WIDTHS[name] for name in shown],
    )
    desk.workbook.define_name("winback_net", f"={placed.area('net_value')}")
    if len(shown):
        own_cells(desk, sheet, placed)
        colour_done(desk, sheet, placed)
        _colours(desk, sheet, placed, grey=f'="{NO}"', moved=True)
        write_sums(desk, sheet, SUMS_ROW, _sums(placed, shown))
    finish_work_list(sheet, placed, WIDTHS, FOLDED)


def write_left_alone(desk: Desk) -> None:
    """The lost accounts that are left alone, each with the reason."""
    every = len(desk.tables["do_not_chase"])
    frame = left_frame(desk)
    note = _("{rows} lost accounts that are better left alone, the most revenue first.")
    sheet = desk.sheet(LEFT_ALONE, _("Whom not to chase"), note.format(rows=count(every)))
    if ASSUMPTIONS in desk.sheets:
        desk.banner(sheet, formula="=winback_banner")
        told = _("Yellow: at the assumptions of now an attempt would pay off.")
        desk.note(sheet, 3, 0, told)
    if len(frame) < every:
        told = _("The first {rows}; all are in tables/{table}.csv.")
        desk.note(sheet, 4, 0, told.format(rows=count(len(frame)), table="do_not_chase"))
    shown = _wanted(frame, LEFT_WIDTHS)
    formulas = {name: FORMULAS[name] for name in CONSTANT if name in shown}
    formulas["pays_off"] = LEFT_PAYS_OFF
    live = _live(frame, shown, LEFT_HEAD_ROW + 2, formulas)
    live["pays_off"] = [
        text if why in BY_VALUE else '=""'
        for text, why in zip(live["pays_off"], frame["why_not"], strict=True)
    ]
    placed = write_list(
        *(desk, LEFT_ALONE, shown.drop(columns="account").set_axis(shown["account"])),
        row=LEFT_HEAD_ROW,
        table="do_not_chase",
        labels=LEFT_LABELS,
        live=live if ASSUMPTIONS in desk.sheets else {},
        widths=[LEFT_WIDTHS[name] for name in shown],
    )
    if len(shown):
        _colours(desk, sheet, placed, grey="", moved=False)
    finish_work_list(sheet, placed, LEFT_WIDTHS, LEFT_FOLDED)


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with the number of their reason, and reasons as a reader sees them."""
    frame = table.rename_axis("account").reset_index()
    numbers = {code: float(i) for i, code in enumerate(REASON_CODES, 1)}
    frame["reason_number"] = frame["reason"].astype("str").map(numbers).astype(float)
    frame["reason"] = reasons_shown(frame["reason"])
    return frame


def _yes_no(net: pd.Series, no: str) -> pd.Series:
    words = np.select([net.isna(), net > 0], ["", YES], no)
    return pd.Series(words, net.index, dtype="str")


def _wanted(frame: pd.DataFrame, widths: dict[str, int]) -> pd.DataFrame:
    idle = [name for name in ("manager",) if (frame[name] == "").all()]
    if (frame["name"] == frame["account"]).all():
        idle.append("name")
    return frame[[name for name in widths if name in frame and name not in idle]]


def _live(
    frame: pd.DataFrame, shown: pd.DataFrame, first: int, formulas: dict[str, str]
) -> dict[str, list[str]]:
    """The formulas of each row; what was recorded, or what is not known whole, stays as it is."""
    letters = {name: f"${xl_col_to_name(col)}" for col, name in enumerate(shown)}
    whole = frame[list(NEEDED)].notna().all(axis=1).tolist()
    assumed = frame["assumed"].tolist()
    live: dict[str, list[str]] = {}
    for name, template in formulas.items():
        texts = []
        for i, value in enumerate(frame[name].tolist()):
            if name in CONSTANT and not (whole[i] and (name != "cost" or assumed[i])):
                texts.append(f"={_constant(value)}")
                continue
            own = {key: f"{letter}{first + i}" for key, letter in letters.items()}
            texts.append(template.format(**own))
        live[name] = texts
    return live


def _constant(value: float) -> str:
    return '""' if pd.isna(value) else repr(float(value))


def _sums(placed: Placed, shown: pd.DataFrame) -> list[tuple[str, str, float, Kind]]:
    def money_of(text: str, name: str) -> tuple[str, str, float, Kind]:
        return text, f"=SUBTOTAL(109,{placed.area(name)})", float(shown[name].sum()), "money"

    return [
        (_("Accounts shown"), f"=SUBTOTAL(103,{placed.area('account')})", len(shown), "count"),
        money_of(_("Net value"), "net_value"),
        money_of(_("Cost"), "cost"),
        (_("Of it done"), f"=SUBTOTAL(103,{placed.area('done_on')})", 0, "count"),
    ]


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
