"""The sheet of the bridge: where revenue came from and went, in total and by every direction."""

import math

import pandas as pd
from xlsxwriter.chart import Chart
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.churn.bridge import STEPS, TOTAL, direction_word
from kamlib.chapters.sheets.churn import BRIDGE
from kamlib.pictures.churn import STEP_COLOURS, step_word
from kamlib.show.columns import column
from kamlib.show.theme import ABC_COLOURS, MUTED, short_money
from kamlib.words import _
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import LIVE_HEAD, Desk, area, dress, put
from kamlib.workbook.lists import Placed, beyond, finish_list, write_list

CHART_ROW, CHART_ROWS = 3, 20
SUMS_HEAD = CHART_ROW + CHART_ROWS + 2
MONEY = ("before", *STEPS, "after")
SUMMED = (*MONEY, "change")
WANTED = ("direction", "key", *SUMMED, "change_share")
HALF_A_CENT = 0.005
STEP, AMOUNT, LEVEL, BASE, ABOVE, BELOW, TOP = range(7)


def write_bridge(desk: Desk) -> None:
    """The total as a waterfall, sums by direction, and every key of every direction."""
    frame = bridge_frame(desk)
    directions = list(dict.fromkeys(frame["direction"]))
    sheet = desk.sheet(BRIDGE.name, BRIDGE.title, BRIDGE.note)
    head = SUMS_HEAD + len(directions) + 4
    shown = frame.head(desk.book.settings.pack.sheet_rows)
    letters = {name: f"${xl_col_to_name(col)}" for col, name in enumerate(shown)}
    formulas = {
        "change": "=SUM({new}:{credited})",
        "change_share": f'=IF({{before}}>{HALF_A_CENT},{{change}}/{{before}},"")',
    }
    live = {
        name: [text.format(**{key: f"{letter}{row}" for key, letter in letters.items()})
               for row in range(head + 2, head + 2 + len(shown))]
        for name, text in formulas.items()
    }  # fmt: skip
    desk.heading(sheet, head - 1, 0, _("By direction: filter one"))
    placed = write_list(desk, BRIDGE.name, shown, row=head, table="bridge", live=live)
    finish_list(sheet, placed)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 26)
    sheet.freeze_panes(3, 0)
    _colour_changes(desk, sheet, placed)
    if frame.empty:
        desk.note(sheet, CHART_ROW, 0, _("There is no earlier quarter to hold this one against."))
        return
    if len(shown) < len(frame):
        desk.note(sheet, 2, 0, beyond(shown, "bridge"))
    _sums(desk, sheet, placed, shown, directions)
    whole = direction_word(TOTAL)
    if directions[0] == whole:
        _waterfall(desk, sheet, shown[shown["direction"] == whole])


def bridge_frame(desk: Desk) -> pd.DataFrame:
    """The bridge as its sheet shows it, with directions in words and the change."""
    frame = desk.tables["bridge"].reset_index(drop=True)
    frame["direction"] = frame["direction"].astype("str").map(direction_word).astype("str")
    keys = frame["key"].astype("str")
    whole = frame["direction"] == direction_word(TOTAL)
    frame["key"] = keys.where(whole | (keys != ""), _("not known"))
    frame["change"] = frame[list(STEPS)].astype(float).sum(axis=1)
    before = frame["before"].astype(float)
    frame["change_share"] = (frame["change"] / before).where(before > HALF_A_CENT)
    frame = frame.assign(rest=~whole).sort_values("rest", kind="stable", ignore_index=True)
    return frame[list(WANTED)]


def _sums(
    desk: Desk, sheet: Worksheet, placed: Placed, shown: pd.DataFrame, directions: list[str]
) -> None:
    """What each direction adds up to, with the check that its steps lead to its end."""
    desk.heading(sheet, SUMS_HEAD - 1, 0, _("What each direction adds up to"))
    for col in range(len(SUMMED) + 3):
        put(sheet, SUMS_HEAD, col, "", desk.head())
    put(sheet, SUMS_HEAD, 0, _("Direction"), desk.head())
    check = len(SUMMED) + 2
    put(sheet, SUMS_HEAD, check, _("Check"), desk.head(live=True, numeric=True))
    groups = shown.groupby("direction")[list(SUMMED)].sum()
    for name in SUMMED:
        look = column(name, table="bridge")
        text = look.heading(desk.currency)
        put(sheet, SUMS_HEAD, placed.columns[name], text, desk.head(live=True, numeric=True))
    sheet.set_row(SUMS_HEAD, 34)
    names = placed.area("direction").rpartition("!")[2]
    for line, direction in enumerate(directions, SUMS_HEAD + 1):
        bold = {"bold": direction == direction_word(TOTAL)}
        put(sheet, line, 0, direction, desk.body("text", **bold))
        put(sheet, line, 1, "", desk.body("text"))
        for name in SUMMED:
            cells = placed.area(name).rpartition("!")[2]
            value = float(groups.loc[direction, name])
            formula = f"=SUMIF({names},$A{line + 1},{cells})"
            sheet.write_formula(line, placed.columns[name], formula, desk.body("money", **bold),
                                value)  # fmt: skip
        cell = {name: f"{xl_col_to_name(placed.columns[name])}{line + 1}" for name in SUMMED}
        off = f"ROUND({cell['before']}+{cell['change']}-{cell['after']},2)"
        sums = groups.loc[direction]
        rest = round(sums["before"] + sums["change"] - sums["after"], 2)
        value = _("adds up") if rest == 0 else rest
        formula = f"=IF({off}=0,{desks.quoted(_('adds up'))},{off})"
        style = desk.body("text", align="right", font_color=LIVE_HEAD)
        sheet.write_formula(line, check, formula, style, value)


def _waterfall(desk: Desk, sheet: Worksheet, total: pd.DataFrame) -> None:
    """The cells of the waterfall, formulas on the total's sums, and its chart beside them."""
    sums = total[list(MONEY)].astype(float).sum()
    heads = (_("In total"), _("Revenue"), _("Level"), _("Base"), _("Above"), _("Below"),
             _("Top"))  # fmt: skip
    sheet.set_row(CHART_ROW, 20)
    for col, text in enumerate(heads):
        put(sheet, CHART_ROW, col, text, desk.head(live=col > 0, numeric=col > 0))
    body, muted = desk.body("money", bold=True), desk.body("money", font_color=MUTED)
    levels = _levels(sums)
    for place, (name, level, last) in enumerate(zip(MONEY, levels, [0.0, *levels], strict=False)):
        line = CHART_ROW + 1 + place
        here, above = line + 1, line
        outer = name in ("before", "after")
        text = column(name).label if outer else step_word(name)
        put(sheet, line, STEP, text, desk.body("text", bold=outer))
        source = f"={xl_col_to_name(2 + place)}{SUMS_HEAD + 2}"
        sheet.write_formula(line, AMOUNT, source, body, sums[name])
        start = 0.0 if outer else last
        low, high = min(start, level), max(start, level)
        begin, end = "0" if outer else f"C{above}", f"C{here}"
        least, most = f"MIN({begin},{end})", f"MAX({begin},{end})"
        formulas = {
            LEVEL: (f"={begin}+B{here}", level),
            BASE: (f"=MAX(0,{least})+MIN(0,{most})", max(0.0, low) + min(0.0, high)),
            ABOVE: (f"=MAX(0,{most})-MAX(0,{least})", max(0.0, high) - max(0.0, low)),
            BELOW: (f"=MIN(0,{least})-MIN(0,{most})", min(0.0, low) - min(0.0, high)),
            TOP: (f"={most}", high),
        }
        for col, (formula, value) in formulas.items():
            sheet.write_formula(line, col, formula, muted, value)
    chart, title = waterfall_chart(desk, total, width=600, rows=CHART_ROWS)
    described = {"description": title, "object_position": 2, "x_offset": 12}
    sheet.insert_chart(CHART_ROW, TOP + 1, chart, described)


def waterfall_chart(
    desk: Desk, frame: pd.DataFrame, *, width: int, rows: int
) -> tuple[Chart | None, str]:
    """The total as a waterfall over the cells of the sheet Bridge, and its title.

    ``frame`` is that of the sheet; without a total in it there is no chart.
    """
    total = frame[frame["direction"] == direction_word(TOTAL)]
    if total.empty:
        return None, ""
    sums = total[list(MONEY)].astype(float).sum()
    levels = _levels(sums)
    first, last = CHART_ROW + 1, CHART_ROW + len(MONEY)
    colours = [ABC_COLOURS["B"], *(STEP_COLOURS[step] for step in STEPS), ABC_COLOURS["A"]]
    points = [{"fill": {"color": colour}, "border": {"none": True}} for colour in colours]
    steps = f"={area(BRIDGE.name, first, last, STEP)}"
    chart = desk.workbook.add_chart({"type": "column", "subtype": "stacked"})
    for col in (BASE, ABOVE, BELOW):
        values = {
            "categories": steps,
            "values": f"={area(BRIDGE.name, first, last, col)}",
            "gap": 45,
        }
        look = {"fill": {"none": True}, "border": {"none": True}}
        if col != BASE:
            look = {"points": points}
        chart.add_series({"name": ["Base", "Above", "Below"][col - BASE], **values, **look})
    chart.combine(_numbers(desk, sums, levels, steps))
    begin = _axis_begin(levels)
    title = _("From before to after, step by step ({currency})").format(currency=desk.currency)
    if begin > 0:
        title += "; " + _("the axis does not begin at zero")
    limits = {"min": begin} if begin > 0 else {}
    dress(chart, title, width=width, rows=rows, **limits)
    chart.set_x_axis({"label_position": "low"})
    chart.set_legend({"none": True})
    return chart, title


def _levels(sums: pd.Series) -> list[float]:
    """Where revenue stands after each step."""
    level, levels = 0.0, []
    for name in MONEY:
        level = sums[name] if name in ("before", "after") else level + sums[name]
        levels.append(float(level))
    return levels


def _numbers(desk: Desk, sums: pd.Series, levels: list[float], steps: str):
    """A line that nobody sees carries each step's number above its column."""
    first, last = CHART_ROW + 1, CHART_ROW + len(MONEY)
    texts = []
    for name in MONEY:
        outer = name in ("before", "after")
        text = short_money(sums[name], desk.currency if outer else "")
        signed = f"+{text}" if not outer and sums[name] > 0 else text
        texts.append({"value": signed, "font": {"bold": outer, "size": 9}})
    line = desk.workbook.add_chart({"type": "line"})
    line.add_series(
        {
            "name": _("Top"),
            "categories": steps,
            "values": f"={area(BRIDGE.name, first, last, TOP)}",
            "line": {"none": True},
            "marker": {"type": "none"},
            "data_labels": {"value": True, "position": "above", "custom": texts},
        }
    )
    return line


def _axis_begin(levels: list[float]) -> float:
    """Where the axis begins: above zero where the steps would be too small to see, else 0."""
    low, high = min(levels), max(levels)
    span = high - low
    begin = low - 1.2 * span
    if begin <= 0 or span == 0:
        return 0.0
    size = 10.0 ** math.floor(math.log10(span))
    return math.floor(begin / size) * size


def _colour_changes(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    red = desk.workbook.add_format({"font_color": "#a3282c"})
    green = desk.workbook.add_format({"font_color": "#1b6b3a"})
    for name in ("change", "change_share"):
        col = placed.columns[name]
        for sign, look in (("<", red), (">", green)):
            rule = {"type": "cell", "criteria": sign, "value": 0, "format": look}
            sheet.conditional_format(placed.first, col, placed.last, col, rule)
