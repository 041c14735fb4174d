"""The weights of the three P's, the veto and the least score: input cells above the targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.settings import Settings
from kamlib.show.columns import column
from kamlib.words import _
from kamlib.workbook.desk import INPUT, LIVE_HEAD, TARGETS, Desk, area, put, quoted

THREE = ("need", "budget", "authority")
LABEL_ROW, INPUT_ROW, PART_ROW, DEFAULT_ROW, PACK_ROW = 4, 5, 6, 7, 8
HIGHEST = 1000
# Places of the cells beside the three weights.
TOTAL, VETO, LEAST = 3, 4, 5


@dataclass(frozen=True)
class Cell:
    """An input cell: its defined name, place, words, and what it may hold."""

    name: str
    place: int
    label: str
    message: str
    high: float


def write_target_inputs(desk: Desk, col: int) -> None:
    """The cells above the three P's, the first of which stands in a column.

    Names: ``three_p_weight_need`` …, ``three_p_weights`` (all three), ``three_p_total``,
    ``veto_at``, ``target_min_score`` and ``targets_banner``.
    """
    sheet = desk.sheets[TARGETS]
    force, standard = (_values(settings) for settings in (desk.book.settings, Settings()))
    _labels(desk, sheet, col)
    for cell in _cells(force[0]):
        _input(desk, sheet, col, cell, force[1][cell.place], standard[1][cell.place])
    total = desk.body("ratio", bold=True, font_color=LIVE_HEAD)
    weights = force[0]
    sheet.write_formula(INPUT_ROW, col + TOTAL, "=SUM(three_p_weights)", total, sum(weights))
    _parts(desk, sheet, col, weights)
    names = area(TARGETS, INPUT_ROW, INPUT_ROW, col, col + len(THREE) - 1)
    desk.workbook.define_name("three_p_weights", f"={names}")
    desk.name("three_p_total", TARGETS, INPUT_ROW, col + TOTAL)
    desk.name("targets_banner", TARGETS, 2, 0)
    desk.banner(sheet, formula=_banner(col))


def _values(settings: Settings) -> tuple[Sequence[float], dict[int, float]]:
    weights = settings.three_p.weights
    places = dict(enumerate(weights))
    return weights, places | {VETO: settings.three_p.veto_at, LEAST: settings.tiers.min_score}


def _cells(weights: Sequence[float]) -> list[Cell]:
    cells = [
        Cell(
            f"three_p_weight_{name}",
            place,
            column(name).label,
            _("{name}: 0 leaves it out.").format(name=column(name).label),
            max(HIGHEST, *weights),
        )
        for place, name in enumerate(THREE)
    ]
    veto = _("A known P at or below it makes the score 0.")
    least = _("A target below it is marked.")
    return [
        *cells,
        Cell("veto_at", VETO, _("Veto at"), veto, 1),
        Cell("target_min_score", LEAST, _("Least score"), least, 1),
    ]


def _labels(desk: Desk, sheet: Worksheet, col: int) -> None:
    heads = [_("Weight of {name}").format(name=column(name).label.lower()) for name in THREE]
    heads += [_("All weights"), _("Veto at or below"), _("Least score for calls")]
    sheet.set_row(LABEL_ROW, 46)
    for offset, text in enumerate(heads):
        put(sheet, LABEL_ROW, col + offset, text, desk.head(live=offset == TOTAL, numeric=True))
    right = desk.style(align="right", indent=1)
    texts = {INPUT_ROW: _("Change here"), PART_ROW: _("Share of all weights"),
             DEFAULT_ROW: _("Default"), PACK_ROW: _("In the pack")}  # fmt: skip
    for row, text in texts.items():
        put(sheet, row, col - 1, text, right)


def _input(
    desk: Desk, sheet: Worksheet, col: int, cell: Cell, value: float, standard: float
) -> None:
    style = desk.style(
        "ratio", bg_color=INPUT, border=1, border_color="#b58900", bold=True, locked=False
    )
    at = col + cell.place
    put(sheet, INPUT_ROW, at, value, style)
    put(sheet, DEFAULT_ROW, at, standard, desk.body("ratio"))
    put(sheet, PACK_ROW, at, value, desk.body("ratio"))
    desk.name(cell.name, TARGETS, INPUT_ROW, at)
    words = _("A number from {low} to {high}.").format(low=0, high=f"{cell.high:g}")
    rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": cell.high}
    told = {"input_title": cell.label, "input_message": cell.message,
            "error_title": cell.label, "error_message": words}  # fmt: skip
    sheet.data_validation(INPUT_ROW, at, INPUT_ROW, at, rule | told)


def _parts(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float]) -> None:
    style = desk.body("share", font_color=LIVE_HEAD)
    for place, weight in enumerate(weights):
        own = xl_rowcol_to_cell(INPUT_ROW, col + place)
        formula = f'=IF(three_p_total>0,{own}/three_p_total,"")'
        sheet.write_formula(PART_ROW, col + place, formula, style, weight / sum(weights))


def _banner(col: int) -> str:
    inputs, pack = (
        f"{xl_rowcol_to_cell(row, col)}:{xl_rowcol_to_cell(row, col + len(THREE) - 1)}"
        for row in (INPUT_ROW, PACK_ROW)
    )
    others = "+".join(
        f"({xl_rowcol_to_cell(INPUT_ROW, col + place)}<>{xl_rowcol_to_cell(PACK_ROW, col + place)})"
        for place in (VETO, LEAST)
    )
    changed = f"(SUMPRODUCT(--({inputs}<>{pack}))+{others})"
    below = quoted(_("A weight is below 0: scores mean nothing. Give it 0 or more."))
    none = quoted(_("All weights are 0: there is no score. Give at least one P a weight."))
    share = quoted(_("Veto and least score lie between 0 and 1."))
    differ = quoted(
        _(
            " of these settings differ from the pack: score, rank and priority are not those of "
            "the pages; tiers stay as in the pack."
        )
    )
    outside = "OR(veto_at<0,veto_at>1,target_min_score<0,target_min_score>1)"
    return (
        f"=IF(MIN(three_p_weights)<0,{below},IF(three_p_total<=0,{none},"
        f'IF({outside},{share},IF({changed}>0,{changed}&{differ},""))))'
    )
