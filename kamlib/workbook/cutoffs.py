"""The sheet of cut-offs: named input cells on which the classes of all sheets depend."""

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.abc_xyz import CUT_OFFS
from kamlib.quarters import new_after
from kamlib.words import _, count, shown_width
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout
from kamlib.workbook.desk import Desk, put, quoted
from kamlib.workbook.inputs import INPUTS, Input, Places, write_input

HEAD_ROW, FIRST_ROW = 5, 6
VALUE, UNIT, DEFAULT, PACK, STATE, MEANING = 1, 2, 3, 4, 5, 6
ROW = {given.name: FIRST_ROW + i for i, given in enumerate(INPUTS)}
FALLING = {"frequency_cut_y"}


def write_cut_offs(desk: Desk) -> None:
    """Input cells with their meaning, what they do to the classes, and what formulas use."""
    layout = desk.layout
    note = _(
        "Change a yellow cell: the sheets Accounts, Matrix, Pareto, Quarters and Summary follow."
    )
    sheet = desk.sheet(CUT_OFFS.name, _("Cut-offs: try others"), note)
    desk.banner(sheet)
    desk.note(
        sheet, 3, 0,
        _("Windows (months), the measure of value and the sentences are fixed: for those run "
          "kam report with other settings."),
    )  # fmt: skip
    for col, width in enumerate((34, 14, 22, 12, 12, 42, 92)):
        sheet.set_column(col, col, width)
    _inputs(desk, sheet)
    effect_row = FIRST_ROW + len(INPUTS) + 2
    last = _effect(desk, sheet, layout, effect_row)
    _workings(desk, sheet, layout, last + 2)
    sheet.freeze_panes(FIRST_ROW, 1)
    # Without a password: only so that nobody overwrites a formula by accident.
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _inputs(desk: Desk, sheet: Worksheet) -> None:
    heads = (
        *(_("Cut-off"), _("In use"), _("Unit"), _("Default"), _("In the pack")),
        *(_("Check"), _("Meaning")),
    )
    for col, text in enumerate(heads):
        sheet.write_string(HEAD_ROW, col, text, desk.head(numeric=col in (VALUE, DEFAULT, PACK)))
    for given in INPUTS:
        row = ROW[given.name]
        put(sheet, row, 0, given.label, desk.body("text"))
        places = Places((row, VALUE), (row, DEFAULT), (row, PACK))
        write_input(desk, CUT_OFFS.name, given, places, align="right")
        put(sheet, row, UNIT, given.said_unit, desk.body("text"))
        style = desk.body("text", bold=True, font_color="#a3282c")
        sheet.write_formula(row, STATE, _state_formula(given), style, "")
        put(sheet, row, MEANING, given.meaning, desk.body("text", text_wrap=True))
        if shown_width(given.meaning) > 90:
            sheet.set_row(row, 31)


def _state_formula(given: Input) -> str:
    """Says that a pair of cuts is in an impossible order, or else that a cell was changed."""
    row = ROW[given.name] + 1
    changed = f'IF(B{row}=E{row},"",{quoted(_("changed"))})'
    if given.position != 1:
        return f"={changed}"
    wrong = _("Impossible: must be below the one above")
    if given.name not in FALLING:
        wrong = _("Impossible: must be above the one above")
    return f"=IF({_out_of_order(given)},{quoted(wrong)},{changed})"


def _out_of_order(second: Input) -> str:
    row = ROW[second.name] + 1
    return f"(B{row}{'>=' if second.name in FALLING else '<='}B{row - 1})"


def _effect(desk: Desk, sheet: Worksheet, layout: Layout, row: int) -> int:
    """Accounts per class now and in the pack, beside the inputs that change them."""
    desk.heading(sheet, row, 0, _("What they do"))
    for col, text in enumerate((_("Class"), _("Accounts now"), _("In the pack"), _("Difference"))):
        live = col in (1, 3)
        sheet.write_string(row + 1, col, text, desk.head(live=live, numeric=col > 0))
    classes = desk.tables["abc_xyz"]
    places = [("abc", letter) for letter in "ABCD"] + [("xyz", letter) for letter in "XYZNL"]
    for i, (axis, letter) in enumerate(places):
        line = row + 2 + i
        number = int((classes[axis].astype("str") == letter).sum())
        sheet.write_string(line, 0, letter, desk.body("class", bold=True))
        formula = layout.counted(axis, letter)
        sheet.write_formula(line, 1, formula, desk.body("count"), number)
        sheet.write_number(line, 2, number, desk.body("count"))
        difference = desk.body("count", num_format="+#,##0;-#,##0;–", align="right")
        sheet.write_formula(line, 3, f"=B{line + 1}-C{line + 1}", difference, 0)
    last = row + 1 + len(places)
    desks.chips(desk, sheet, row + 2, 0, last, 0)
    return last


def _workings(desk: Desk, sheet: Worksheet, layout: Layout, row: int) -> None:
    """Cells that follow from the inputs, by the names that formulas use."""
    settings, book = desk.book.settings, desk.book
    lens = settings.xyz.measure
    cuts = getattr(settings.xyz, f"{lens}_cuts")
    by_lens = (
        '=IF(xyz_measure="frequency",frequency_{0},'
        'IF(xyz_measure="gap_cv",gap_cv_{0},value_cv_{0}))'
    )
    first, last = FIRST_ROW + 1, FIRST_ROW + len(INPUTS)
    impossible = "+".join(_out_of_order(given) for given in INPUTS if given.position == 1)
    lines = [
        ("total_value", _("Total of positive value"), layout.total_formula, layout.total, "money"),
        ("xyz_cut_x", _("XYZ cut in use: X"), by_lens.format("cut_x"), cuts[0], "ratio"),
        ("xyz_cut_y", _("XYZ cut in use: Y"), by_lens.format("cut_y"), cuts[1], "ratio"),
        ("xyz_direction", _("XYZ: 1 more is better, -1 less is better"),
         '=IF(xyz_measure="frequency",1,-1)', 1 if lens == "frequency" else -1, "count"),
        ("xyz_min_gaps", _("Gaps needed in use"), '=IF(xyz_measure="gap_cv",min_gaps,0)',
         settings.xyz.min_gaps if lens == "gap_cv" else 0, "count"),
        ("as_of", _("As of"), "", book.as_of, "date"),
        ("new_after", _("New: first order after"), _new_after_formula(book.tables.data_from),
         _serial(new_after(book.as_of, book.tables.data_from, settings.xyz.new_months)), "date"),
        ("cuts_changed", _("Cut-offs that differ from the pack"),
         f"=SUMPRODUCT(--(B{first}:B{last}<>E{first}:E{last}))", 0, "count"),
        ("cuts_impossible", _("Pairs in an impossible order"), f"={impossible}", 0, "count"),
        ("cuts_banner", _("What other sheets say"), _banner_formula(), "", "text"),
    ]  # fmt: skip
    desk.heading(sheet, row, 0, _("What the formulas use"))
    for i, (name, label, formula, value, kind) in enumerate(lines):
        line, look = row + 1 + i, desk.body(kind, align="right")
        put(sheet, line, 0, label, desk.body("text"))
        if str(formula).startswith("="):
            sheet.write_formula(line, VALUE, formula, look, value)
        else:
            put(sheet, line, VALUE, value, look)
        put(sheet, line, UNIT, name, desk.body("text", font_color=desks.MUTED))
        desk.name(name, CUT_OFFS.name, line, VALUE)
    desk.note(
        sheet, row + len(lines) + 2, 0,
        _("{rows} accounts are calculated in the sheet; {left} smaller ones stay as in the pack.")
        .format(rows=count(layout.rows), left=count(layout.left_out)),
    )  # fmt: skip


def _new_after_formula(data_from: pd.Timestamp) -> str:
    """As :func:`kamlib.quarters.new_after` has it."""
    begins = f"DATE({data_from.year},{data_from.month},{data_from.day})"
    return f"=MAX(EOMONTH(as_of,-new_months),EOMONTH({begins},new_months-1))"


def _banner_formula() -> str:
    impossible = quoted(_("A pair of cut-offs is in an impossible order: see the sheet Cut-offs."))
    changed = quoted(_(" cut-offs differ from the pack: live classes are not those of the pages."))
    return f'=IF(cuts_impossible>0,{impossible},IF(cuts_changed>0,cuts_changed&{changed},""))'


def _serial(moment: pd.Timestamp) -> float:
    return float((moment.normalize() - pd.Timestamp("1899-12-30")).days)
