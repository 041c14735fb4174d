"""Cells that a reader may move: cut-offs, weights of the criteria, weights and bars of targets."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.segments.criteria import CRITERIA
from kamlib.chapters import target_sheets
from kamlib.settings import PS, CriteriaSettings, Settings
from kamlib.show.columns import column
from kamlib.words import _
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import INPUT, LIVE_HEAD, Desk, area, put, quoted

CRITERIA_INPUT_ROW, CRITERIA_PART_ROW, CRITERIA_DEFAULT_ROW, CRITERIA_PACK_ROW = 4, 5, 6, 7
HIGHEST = 1000
TARGETS, THREE = target_sheets.TARGETS.name, PS
LABEL_ROW, INPUT_ROW, PART_ROW, DEFAULT_ROW, PACK_ROW = 4, 5, 6, 7, 8
# Places of the cells beside the three weights.
TOTAL, VETO, LEAST = 3, 4, 5


@dataclass(frozen=True)
class Input:
    """An input cell: its defined name and the setting (and its position) that it stands for."""

    name: str
    setting: str
    label: str
    meaning: str
    position: int | None = None

    def of(self, settings: Settings) -> float | str:
        """The value in a set of settings."""
        group, name = self.setting.split(".")
        value = getattr(getattr(settings, group), name)
        return value if self.position is None else value[self.position]


def _pair(name: str, setting: str, labels: tuple[str, str], meanings: tuple[str, str]):
    ends = "ab" if name == "abc" else "xy"
    return (
        Input(f"{name}_cut_{end}", setting, labels[i], meanings[i], i) for i, end in enumerate(ends)
    )


INPUTS = (
    *_pair(
        "abc",
        "abc.cuts",
        (_("A ends at"), _("B ends at")),
        (
            _("An account is A while the larger ones together hold less than this share."),
            _("B while they hold less than this share, else C."),
        ),
    ),
    Input(
        "xyz_measure",
        "xyz.measure",
        _("XYZ judged by"),
        _(
            "frequency: months with an order. gap_cv: variation of the days between orders. "
            "value_cv: variation of the value per period."
        ),
    ),
    *_pair(
        "frequency",
        "xyz.frequency_cuts",
        (_("Frequency: X from"), _("Frequency: Y from")),
        (_("Share of the months with an order, at least."), _("Below: Z.")),
    ),
    *_pair(
        "gap_cv",
        "xyz.gap_cv_cuts",
        (_("Gaps: X up to"), _("Gaps: Y up to")),
        (_("sd / mean of the days between orders, at most."), _("Above: Z.")),
    ),
    *_pair(
        "value_cv",
        "xyz.value_cv_cuts",
        (_("Value: X up to"), _("Value: Y up to")),
        (_("sd / mean of the value per period, at most."), _("Above: Z.")),
    ),
    Input(
        "min_gaps",
        "xyz.min_gaps",
        _("Gaps needed"),
        _("Under gap_cv, an account with fewer gaps cannot be judged and is N."),
    ),
    Input(
        "new_months",
        "xyz.new_months",
        _("New for"),
        _("First order in this many calendar months up to the quarter's end: N."),
    ),
    Input(
        "min_silence_days",
        "churn.min_silence_days",
        _("Lost: silent longer than"),
        _("L when silent for longer than this and than the multiple of its usual gap."),
    ),
    Input(
        "gap_multiple",
        "churn.gap_multiple",
        _("Lost: and longer than"),
        _("… this many of the account's own typical gaps between orders."),
    ),
)


def weights_home(desk: Desk) -> str:
    """The sheet that holds the input cells: the list of key accounts where there is one."""
    return desks.KEY_ACCOUNTS if desks.KEY_ACCOUNTS in desk.sheets else desks.CRITERIA


def list_row(desk: Desk, name: str) -> int:
    """The row of the headings below the weights, which take more room on their home sheet."""
    return (CRITERIA_PACK_ROW if name == weights_home(desk) else CRITERIA_PART_ROW) + 2


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
    _criteria_parts(desk, sheet, col, weights)
    desk.banner(sheet, formula=_criteria_banner(col) if name == home else "=weights_banner")


def _inputs(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float]) -> None:
    _criteria_labels(
        desk,
        sheet,
        col,
        {
            CRITERIA_INPUT_ROW: _("Weight"),
            CRITERIA_PART_ROW: _("Share of all weights"),
            CRITERIA_DEFAULT_ROW: _("Default"),
            CRITERIA_PACK_ROW: _("In the pack"),
        },
    )
    cell = desk.style(
        "ratio", bg_color=INPUT, border=1, border_color="#b58900", bold=True, locked=False
    )
    standard = CriteriaSettings().weights
    for place, criterion in enumerate(CRITERIA):
        put(sheet, CRITERIA_INPUT_ROW, col + place, weights[place], cell)
        put(sheet, CRITERIA_DEFAULT_ROW, col + place, standard[place], desk.body("ratio"))
        put(sheet, CRITERIA_PACK_ROW, col + place, weights[place], desk.body("ratio"))
        label = column(criterion).label
        words = _("A number from {low} to {high}.").format(low=0, high=HIGHEST)
        sheet.data_validation(
            *(CRITERIA_INPUT_ROW, col + place, CRITERIA_INPUT_ROW, col + place),
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
    sheet.write_formula(
        CRITERIA_INPUT_ROW, col + len(CRITERIA), "=SUM(weights)", total, sum(weights)
    )
    desk.note(sheet, CRITERIA_INPUT_ROW, col + len(CRITERIA) + 1, _("all weights"))
    note = _("To go back, copy one of these two rows over the yellow cells.")
    desk.note(sheet, CRITERIA_DEFAULT_ROW, col + len(CRITERIA) + 1, note)


def _define(desk: Desk, name: str, col: int) -> None:
    last = col + len(CRITERIA) - 1
    desk.workbook.define_name(
        "weights", f"={area(name, CRITERIA_INPUT_ROW, CRITERIA_INPUT_ROW, col, last)}"
    )
    for place, criterion in enumerate(CRITERIA):
        desk.name(f"weight_{criterion}", name, CRITERIA_INPUT_ROW, col + place)
    desk.name("weights_total", name, CRITERIA_INPUT_ROW, last + 1)
    desk.name("weights_banner", name, 2, 0)


def _repeated(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float], home: str) -> None:
    label = _("Weight (change it on {sheet})").format(sheet=home)
    _criteria_labels(
        desk, sheet, col, {CRITERIA_INPUT_ROW: label, CRITERIA_PART_ROW: _("Share of all weights")}
    )
    for place, criterion in enumerate(CRITERIA):
        formula = f"=weight_{criterion}"
        sheet.write_formula(
            CRITERIA_INPUT_ROW, col + place, formula, desk.body("ratio"), weights[place]
        )


def _criteria_labels(desk: Desk, sheet: Worksheet, col: int, texts: dict[int, str]) -> None:
    style = desk.style(align="right", indent=1)
    for row, text in texts.items():
        put(sheet, row, col - 1, text, style)


def _criteria_parts(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float]) -> None:
    style = desk.body("share", font_color=LIVE_HEAD)
    for place, weight in enumerate(weights):
        cell = xl_rowcol_to_cell(CRITERIA_INPUT_ROW, col + place)
        formula = f'=IF(weights_total>0,{cell}/weights_total,"")'
        sheet.write_formula(CRITERIA_PART_ROW, col + place, formula, style, weight / sum(weights))


def _criteria_banner(col: int) -> str:
    last = col + len(CRITERIA) - 1
    inputs, pack = (
        f"{xl_rowcol_to_cell(row, col)}:{xl_rowcol_to_cell(row, last)}"
        for row in (CRITERIA_INPUT_ROW, CRITERIA_PACK_ROW)
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
    _three_p_labels(desk, sheet, col)
    for cell in _cells(force[0]):
        _input(desk, sheet, col, cell, force[1][cell.place], standard[1][cell.place])
    total = desk.body("ratio", bold=True, font_color=LIVE_HEAD)
    weights = force[0]
    sheet.write_formula(INPUT_ROW, col + TOTAL, "=SUM(three_p_weights)", total, sum(weights))
    _three_p_parts(desk, sheet, col, weights)
    names = area(TARGETS, INPUT_ROW, INPUT_ROW, col, col + len(THREE) - 1)
    desk.workbook.define_name("three_p_weights", f"={names}")
    desk.name("three_p_total", TARGETS, INPUT_ROW, col + TOTAL)
    desk.name("targets_banner", TARGETS, 2, 0)
    desk.banner(sheet, formula=_three_p_banner(col))


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


def _three_p_labels(desk: Desk, sheet: Worksheet, col: int) -> None:
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


def _three_p_parts(desk: Desk, sheet: Worksheet, col: int, weights: Sequence[float]) -> None:
    style = desk.body("share", font_color=LIVE_HEAD)
    for place, weight in enumerate(weights):
        own = xl_rowcol_to_cell(INPUT_ROW, col + place)
        formula = f'=IF(three_p_total>0,{own}/three_p_total,"")'
        sheet.write_formula(PART_ROW, col + place, formula, style, weight / sum(weights))


def _three_p_banner(col: int) -> str:
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
