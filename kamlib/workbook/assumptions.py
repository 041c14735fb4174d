"""The sheet of assumptions on winning back: named input cells that its net value follows."""

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.churn.reasons import reason_word
from kamlib.analysis.churn.winback import lifetime_years
from kamlib.analysis.churn.winback_attempts import win_chances
from kamlib.chapters.sheets.churn import ASSUMPTIONS, LEFT_ALONE, WINBACK
from kamlib.settings import LOSS_REASONS
from kamlib.words import _
from kamlib.workbook import desk as desks
from kamlib.workbook.churn import left_frame, list_area, winback_frame
from kamlib.workbook.desk import LIVE_HEAD, YES, Desk, area, put, quoted
from kamlib.workbook.inputs import Input, Places, write_input

HEAD_ROW = 5
FIRST, LAST = HEAD_ROW + 1, HEAD_ROW + len(LOSS_REASONS)
TOTAL_ROW = LAST + 1
GENERAL_ROW = TOTAL_ROW + 3  # headings of the assumptions that hold for every reason
REASON, CHANCE, CHANCE_DEFAULT, CHANCE_PACK, TRIES, RETURNS, USED = range(7)
COST, COST_DEFAULT, COST_PACK, LISTED, LISTED_NOW, NET, NET_NOW = range(7, 14)
SAME = 1e-9


GENERAL = (
    Input(
        "winback_value_years",
        "winback.value_years",
        _("Years counted"),
        _("So many years of the second lifetime count; whole years."),
        kind="count",
    ),
    Input(
        "winback_keep_rate",
        "winback.keep_rate",
        _("Kept from year to year"),
        _("Who left once leaves more easily: each year keeps this much of the last."),
        kind="share",
        unit=_("share"),
    ),
    Input(
        "winback_prior_weight",
        "winback.prior_weight",
        _("Weight of the assumed chance"),
        _("An assumed chance counts as much as so many logged attempts."),
        bounds=(0.01, 1000),
    ),
    Input(
        "work_hour_cost",
        "work.hour_cost",
        _("Cost of an hour"),
        _("Each hour of an attempt costs so much, on top of its offer."),
        kind="money",
    ),
    Input(
        "work_least_per_hour",
        "work.least_per_hour",
        _("Least value of an hour"),
        _("After all costs an hour must leave so many times what it costs."),
    ),
)
LIFETIME_ROW = GENERAL_ROW + 1 + len(GENERAL)


def write_assumptions(desk: Desk) -> None:
    """Chances and costs to try, by reason, and what they make of the win-back list."""
    note = ASSUMPTIONS.note.format(sheet=WINBACK.name)
    sheet = desk.sheet(ASSUMPTIONS.name, ASSUMPTIONS.title, note)
    table = assumed_table(desk)
    _chances(desk, sheet, table)
    _general(desk, sheet)
    _effect(desk, sheet)
    desk.banner(sheet, formula=_banner())
    desk.name("winback_banner", ASSUMPTIONS.name, 2, 0)
    told = _(
        "Costs that were recorded, chances of an unasked return, owners and due days stay as in "
        "the pack."
    )
    desk.note(sheet, 3, 0, told)
    for col in range(NET_NOW + 1):
        sheet.set_column(col, col, 30 if col == REASON else 13)
    sheet.freeze_panes(FIRST, 1)
    # Without a password: only so that nobody overwrites a formula by accident.
    sheet.protect("", {"format_columns": True, "format_rows": True})


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


def _chances(desk: Desk, sheet: Worksheet, table: pd.DataFrame) -> None:
    heads = {
        REASON: _("Reason"), CHANCE: _("Chance added, assumed"), CHANCE_DEFAULT: _("Default"),
        CHANCE_PACK: _("In the pack"), TRIES: _("Logged attempts that show it"),
        RETURNS: _("Returns beyond those unasked"),
        USED: _("Chance added, in use"), COST: _("Cost, of a year's margin"),
        COST_DEFAULT: _("Default"), COST_PACK: _("In the pack"),
    }  # fmt: skip
    sheet.set_row(HEAD_ROW, 34)
    for col, text in heads.items():
        put(sheet, HEAD_ROW, col, text, desk.head(live=col == USED, numeric=col != REASON))
    parts = desk.body("ratio")
    for place, (code, row) in enumerate(table.iterrows()):
        line, chance, cost = FIRST + place, *_of_reason(code, place)
        put(sheet, line, REASON, reason_word(code), desk.body("text"))
        write_input(desk, ASSUMPTIONS.name, chance, _in_a_row(line, CHANCE), row["assumed"])
        put(sheet, line, TRIES, row["tries"], parts)
        put(sheet, line, RETURNS, row["returns"], parts)
        write_input(desk, ASSUMPTIONS.name, cost, _in_a_row(line, COST), row["cost_share"])
        cells = {name: f"${xl_col_to_name(col)}{line + 1}" for name, col in
                 {"chance": CHANCE, "tries": TRIES, "returns": RETURNS}.items()}  # fmt: skip
        formula = (
            "=IF(winback_prior_weight+{tries}>0,(winback_prior_weight*{chance}+{returns})/"
            "(winback_prior_weight+{tries}),{chance})"
        ).format(**cells)
        style = desk.body("share", bold=True, font_color=LIVE_HEAD)
        sheet.write_formula(line, USED, formula, style, row["chance"])
    for name, col in {"winback_chance": USED, "winback_cost_share": COST}.items():
        desk.workbook.define_name(name, f"={area(ASSUMPTIONS.name, FIRST, LAST, col)}")


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


def _general(desk: Desk, sheet: Worksheet) -> None:
    heads = (_("For every reason"), _("In use"), _("Default"), _("In the pack"), _("Unit"),
             _("Meaning"))  # fmt: skip
    sheet.set_row(GENERAL_ROW, 20)
    for col, text in enumerate(heads):
        put(sheet, GENERAL_ROW, col, text, desk.head(numeric=0 < col < TRIES))
    for line, given in enumerate(GENERAL, GENERAL_ROW + 1):
        put(sheet, line, REASON, given.label, desk.body("text"))
        write_input(desk, ASSUMPTIONS.name, given, _in_a_row(line, CHANCE))
        put(sheet, line, TRIES, given.said_unit, desk.body("text"))
        put(sheet, line, RETURNS, given.meaning, desk.style())
    put(sheet, LIFETIME_ROW, REASON, _("Second lifetime"), desk.body("text"))
    years = lifetime_years(desk.book.settings.winback)
    formula = (
        "=IF(winback_keep_rate=1,winback_value_years,"
        "(1-winback_keep_rate^winback_value_years)/(1-winback_keep_rate))"
    )
    style = desk.body("ratio", bold=True, font_color=LIVE_HEAD)
    sheet.write_formula(LIFETIME_ROW, CHANCE, formula, style, years)
    put(sheet, LIFETIME_ROW, CHANCE_PACK, years, desk.body("ratio"))
    put(sheet, LIFETIME_ROW, TRIES, _("years"), desk.body("text"))
    told = _("What the second lifetime is worth, in first years.")
    put(sheet, LIFETIME_ROW, RETURNS, told, desk.style())
    desk.name("winback_lifetime", ASSUMPTIONS.name, LIFETIME_ROW, CHANCE)


def _effect(desk: Desk, sheet: Worksheet) -> None:
    """Accounts worth an attempt and their net value by reason, in the pack and now."""
    currency = f" ({desk.currency})" if desk.currency else ""
    heads = {
        LISTED: _("Accounts in the pack"), LISTED_NOW: _("Accounts now"),
        NET: _("Net value in the pack") + currency, NET_NOW: _("Net value now") + currency,
    }  # fmt: skip
    for col, text in heads.items():
        put(sheet, HEAD_ROW, col, text, desk.head(live=col in (LISTED_NOW, NET_NOW), numeric=True))
    listed = winback_frame(desk)
    groups = listed[listed["pays_off"] == YES].groupby("reason_number")["net_value"]
    sizes, sums = groups.size(), groups.sum()
    lists = [{name: list_area(WINBACK, listed, name) for name in
              ("reason_number", "pays_off", "net_value")}]  # fmt: skip
    if LEFT_ALONE.name in desk.sheets:
        left = left_frame(desk)
        lists.append({name: list_area(LEFT_ALONE, left, name) for name in lists[0]})
    for number, line in enumerate(range(FIRST, LAST + 1), 1):
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
    put(sheet, TOTAL_ROW, REASON, _("All reasons"), desk.body("text", **top))
    totals = {LISTED: sizes, LISTED_NOW: sizes, NET: sums, NET_NOW: sums}
    for col in range(CHANCE, NET_NOW + 1):
        if col not in totals:
            put(sheet, TOTAL_ROW, col, "", desk.body("text", **top))
            continue
        letter = xl_col_to_name(col)
        style = desk.body("money" if col in (NET, NET_NOW) else "count", **top)
        formula = f"=SUM({letter}{FIRST + 1}:{letter}{LAST + 1})"
        sheet.write_formula(TOTAL_ROW, col, formula, style, float(totals[col].sum()))


def _banner() -> str:
    """Says that a cell is impossible, or how many are not those of the pack."""

    def cells(col: int, first: int = FIRST, last: int = LAST) -> str:
        return f"{xl_rowcol_to_cell(first, col)}:{xl_rowcol_to_cell(last, col)}"

    general = (GENERAL_ROW + 1, GENERAL_ROW + len(GENERAL))
    pairs = (
        (cells(CHANCE), cells(CHANCE_PACK)),
        (cells(COST), cells(COST_PACK)),
        (cells(CHANCE, *general), cells(CHANCE_PACK, *general)),
    )
    changed = "+".join(f"SUMPRODUCT(--({now}<>{pack}))" for now, pack in pairs)
    within = f"{cells(CHANCE)},{cells(COST)},winback_keep_rate"
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
