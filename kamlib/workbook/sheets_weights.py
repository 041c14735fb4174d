"""The weights of the six criteria: named input cells above the columns that they weigh."""

from collections.abc import Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.segments.criteria import CRITERIA
from kamlib.settings import CriteriaSettings
from kamlib.show.columns import column
from kamlib.words import _
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import INPUT, LIVE_HEAD, Desk, area, put, quoted

INPUT_ROW, PART_ROW, DEFAULT_ROW, PACK_ROW = 4, 5, 6, 7
HIGHEST = 1000


def weights_home(desk: Desk) -> str:
    """The sheet that holds the input cells: the list of key accounts where there is one."""
    return desks.KEY_ACCOUNTS if desks.KEY_ACCOUNTS in desk.sheets else desks.CRITERIA


def list_row(desk: Desk, name: str) -> int:
    """The row of the headings below the weights, which take more room on their home sheet."""
    return (PACK_ROW if name == weights_home(desk) else PART_ROW) + 2


def weights_note() -> str:
    """What to do with the cells, in a few words."""
    return _(
        "Change a yellow weight: score, completeness and rank follow. Grey: not known, counts "
        "neither for nor against."
    )


def write_weights(desk: Desk, name: str, col: int) -> None:
    """The weights above the six criteria, the first of which stands in a column.

    On their home sheet they are input cells with the names ``weight_income`` …, beside
    ``weights`` (all six), ``weights_total`` and ``weights_banner``; on another sheet they
    repeat what stands there.
    """
    sheet, home = desk.sheets[name], weights_home(desk)
    weights = desk.book.settings.criteria.weights
    if name == home:
        _inputs(desk, sheet, col, weights)
        _define(desk, name, col)
    else:
        _repeated(desk, sheet, col, weights, home)
    _parts(desk, sheet, col, weights)
    desk.banner(sheet, formula=_banner(col) if name == home else "=weights_banner")


def _inputs(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float]) -> None:
    _labels(desk, sheet, col, {INPUT_ROW: _("Weight"), PART_ROW: _("Share of all weights"),
                               DEFAULT_ROW: _("Default"), PACK_ROW: _("In the pack")})  # fmt: skip
    cell = desk.style(
        "ratio", bg_color=INPUT, border=1, border_color="#b58900", bold=True, locked=False
    )
    standard = CriteriaSettings().weights
    for place, criterion in enumerate(CRITERIA):
        put(sheet, INPUT_ROW, col + place, weights[place], cell)
        put(sheet, DEFAULT_ROW, col + place, standard[place], desk.body("ratio"))
        put(sheet, PACK_ROW, col + place, weights[place], desk.body("ratio"))
        label = column(criterion).label
        words = _("A number from {low} to {high}.").format(low=0, high=HIGHEST)
        sheet.data_validation(
            *(INPUT_ROW, col + place, INPUT_ROW, col + place),
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": max(HIGHEST, *weights),
                "input_title": _("Weight"),
                "input_message": _("{criterion}: 0 leaves it out.").format(criterion=label),
                "error_title": _("Weight"),
                "error_message": words,
            },
        )
    total = desk.body("ratio", bold=True, font_color=LIVE_HEAD)
    sheet.write_formula(INPUT_ROW, col + len(CRITERIA), "=SUM(weights)", total, sum(weights))
    desk.note(sheet, INPUT_ROW, col + len(CRITERIA) + 1, _("all weights"))
    note = _("To go back, copy one of these two rows over the yellow cells.")
    desk.note(sheet, DEFAULT_ROW, col + len(CRITERIA) + 1, note)


def _define(desk: Desk, name: str, col: int) -> None:
    last = col + len(CRITERIA) - 1
    desk.workbook.define_name("weights", f"={area(name, INPUT_ROW, INPUT_ROW, col, last)}")
    for place, criterion in enumerate(CRITERIA):
        desk.name(f"weight_{criterion}", name, INPUT_ROW, col + place)
    desk.name("weights_total", name, INPUT_ROW, last + 1)
    desk.name("weights_banner", name, 2, 0)


def _repeated(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float], home: str) -> None:
    label = _("Weight (change it on {sheet})").format(sheet=home)
    _labels(desk, sheet, col, {INPUT_ROW: label, PART_ROW: _("Share of all weights")})
    for place, criterion in enumerate(CRITERIA):
        formula = f"=weight_{criterion}"
        sheet.write_formula(INPUT_ROW, col + place, formula, desk.body("ratio"), weights[place])


def _labels(desk: Desk, sheet: Worksheet, col: int, texts: dict[int, str]) -> None:
    style = desk.style(align="right", indent=1)
    for row, text in texts.items():
        put(sheet, row, col - 1, text, style)


def _parts(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float]) -> None:
    style = desk.body("share", font_color=LIVE_HEAD)
    for place, weight in enumerate(weights):
        cell = xl_rowcol_to_cell(INPUT_ROW, col + place)
        formula = f'=IF(weights_total>0,{cell}/weights_total,"")'
        sheet.write_formula(PART_ROW, col + place, formula, style, weight / sum(weights))


def _banner(col: int) -> str:
    last = col + len(CRITERIA) - 1
    inputs, pack = (
        f"{xl_rowcol_to_cell(row, col)}:{xl_rowcol_to_cell(row, last)}"
        for row in (INPUT_ROW, PACK_ROW)
    )
    changed = f"SUMPRODUCT(--({inputs}<>{pack}))"
    below = quoted(_("A weight is below 0: scores mean nothing. Give it 0 or more."))
    none = quoted(_("All weights are 0: there is no score. Give at least one criterion a weight."))
    differ = quoted(
        _(" weights differ from the pack: score, completeness and rank are not those of the pages.")
    )
    return (
        f"=IF(MIN(weights)<0,{below},IF(weights_total<=0,{none},"
        f'IF({changed}>0,{changed}&{differ},"")))'
    )
