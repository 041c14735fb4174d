"""The sheet Try it: all cells that one may change, named, and what other sheets follow."""

from dataclasses import dataclass

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.catalogue import START
from kamlib.chapters.sheets.abc_xyz import ACCOUNTS, MATRIX, TRY_IT
from kamlib.chapters.sheets.churn import LEFT_ALONE, WINBACK
from kamlib.chapters.sheets.segments import KEY_ACCOUNTS, SIX_CRITERIA
from kamlib.chapters.sheets.targeting import TARGETS
from kamlib.quarters import new_after
from kamlib.settings import PS
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout
from kamlib.workbook.assumptions import write_assumptions
from kamlib.workbook.desk import LIVE_HEAD, Desk, put, quoted
from kamlib.workbook.inputs import (
    CRITERIA_INPUTS,
    INPUTS,
    TARGET_INPUTS,
    UNIT,
    VALUE,
    Input,
    changed_told,
    write_rows,
)

HEAD_ROW, FIRST_ROW = 5, 6
FOLLOWERS = tuple(
    told.name for told in (START, ACCOUNTS, MATRIX, KEY_ACCOUNTS, SIX_CRITERIA, TARGETS, WINBACK,
                           LEFT_ALONE)
)  # fmt: skip
WIDTHS = (34, 14, 20, 12, 12, 27, *(13,) * 8)
FALLING = {"frequency_cut_y"}


def write_try_it(desk: Desk) -> None:
    """Cut-offs, weights, chances and costs to try, what they do, and what formulas use."""
    layout = desk.layout
    note = _(
        "Change a yellow cell, and the sheets that name it follow: {sheets}. To go back, copy the "
        "value of the pack over it."
    ).format(sheets=", ".join(_followers(desk)))
    sheet = desk.sheet(TRY_IT.name, _("Try it: every cell that you may change"), note)
    desk.banner(sheet)
    desk.note(
        sheet, 3, 0,
        _("Windows (months), the measure of value and the sentences are fixed: for those run "
          "kam report with other settings."),
    )  # fmt: skip
    for col, width in enumerate(WIDTHS):
        sheet.set_column(col, col, width)
    desk.heading(sheet, HEAD_ROW - 1, 0, _("Cut-offs of the classes"))
    write_rows(desk, sheet, HEAD_ROW, INPUTS, state=_state_formula)
    row = _effect(desk, sheet, layout, FIRST_ROW + len(INPUTS) + 1) + 3
    if SIX_CRITERIA.name in desk.sheets:
        title = _("Weights of the six criteria")
        row = _weights(desk, sheet, row, title, CRITERIA_INPUTS, _CRITERIA_TOLD)
    if TARGETS.name in desk.sheets:
        title = _("Weights of the targets' three P's, veto and least score")
        row = _weights(desk, sheet, row, title, TARGET_INPUTS, _TARGETS_TOLD)
    if WINBACK.name in desk.sheets:
        row = write_assumptions(desk, sheet, row)
    _workings(desk, sheet, layout, row)
    sheet.freeze_panes(3, 1)
    # Without a password: only so that nobody overwrites a formula by accident.
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _followers(desk: Desk) -> list[str]:
    """The sheets that follow the cells, as far as they are there."""
    return [name for name in FOLLOWERS if name in desk.sheets]


@dataclass(frozen=True)
class Told:
    """What a group of weights is called in formulas, and what is said when one is changed."""

    total: str
    banner: str
    weights: int
    below: str
    none: str
    differ: str
    outside: str = ""
    outside_told: str = ""


_CRITERIA_TOLD = Told(
    "weights_total",
    "weights_banner",
    len(CRITERIA_INPUTS),
    _("A weight is below 0: scores mean nothing. Give it 0 or more."),
    _("All weights are 0: there is no score. Give at least one criterion a weight."),
    _(" weights differ from the pack: score, completeness and rank are not those of the pages."),
)
_TARGETS_TOLD = Told(
    "three_p_total",
    "targets_banner",
    len(PS),
    _("A weight is below 0: scores mean nothing. Give it 0 or more."),
    _("All weights are 0: there is no score. Give at least one P a weight."),
    _(
        " of these settings differ from the pack: score, rank and priority are not those of "
        "the pages; tiers stay as in the pack."
    ),
    "OR(veto_at<0,veto_at>1,target_min_score<0,target_min_score>1)",
    _("Veto and least score lie between 0 and 1."),
)


def _weights(
    desk: Desk, sheet: Worksheet, row: int, title: str, inputs: tuple[Input, ...], told: Told
) -> int:
    """A group of weights with their sum and what is wrong with them; the row of the next group."""
    desk.heading(sheet, row, 0, title)
    end = write_rows(desk, sheet, row + 2, inputs)
    first = row + 4
    now, pack = (f"{col}{first}:{col}{first + len(inputs) - 1}" for col in "BE")
    weights = f"B{first}:B{first + told.weights - 1}"
    put(sheet, end, 0, _("All weights"), desk.body("text", bold=True))
    total = float(sum(given.of(desk.book.settings) for given in inputs[: told.weights]))
    look = desk.body("ratio", bold=True, font_color=LIVE_HEAD)
    sheet.write_formula(end, VALUE, f"=SUM({weights})", look, total)
    desk.name(told.total, TRY_IT.name, end, VALUE)
    changed = f"SUMPRODUCT(--({now}<>{pack}))"
    rest = f'IF({changed}>0,{changed}&{quoted(told.differ)},"")'
    if told.outside:
        rest = f"IF({told.outside},{quoted(told.outside_told)},{rest})"
    formula = (
        f"=IF(MIN({weights})<0,{quoted(told.below)},IF({told.total}<=0,{quoted(told.none)},{rest}))"
    )
    desk.banner(sheet, row + 1, formula=formula)
    desk.name(told.banner, TRY_IT.name, row + 1, 0)
    return end + 3


def _state_formula(given: Input, row: int) -> str:
    """Says that a pair of cuts is in an impossible order, or else that a cell was changed."""
    changed = changed_told(given, row)
    if given.position != 1:
        return changed
    wrong = _("must be below the one above")
    if given.name not in FALLING:
        wrong = _("must be above the one above")
    changed = changed.removeprefix("=")
    return f"=IF({_out_of_order(given)},{quoted(wrong)},{changed})"


def _out_of_order(second: Input) -> str:
    row = FIRST_ROW + INPUTS.index(second) + 1
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
        desk.name(name, TRY_IT.name, line, VALUE)
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
    impossible = quoted(_("A pair of cut-offs is in an impossible order: see the sheet Try it."))
    changed = quoted(_(" cut-offs differ from the pack: live classes are not those of the pages."))
    return f'=IF(cuts_impossible>0,{impossible},IF(cuts_changed>0,cuts_changed&{changed},""))'


def _serial(moment: pd.Timestamp) -> float:
    return float((moment.normalize() - pd.Timestamp("1899-12-30")).days)
