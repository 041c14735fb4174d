"""Cells that a reader may move: cut-offs, weights of the criteria, weights and bars of targets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.sheets import targeting as target_sheets
from kamlib.chapters.sheets.segments import KEY_ACCOUNTS, SIX_CRITERIA
from kamlib.settings import CRITERIA, PS, Settings
from kamlib.show.columns import Kind, column
from kamlib.words import _
from kamlib.workbook.desk import INPUT, LIVE_HEAD, Desk, area, put, quoted

CRITERIA_INPUT_ROW, CRITERIA_PART_ROW, CRITERIA_DEFAULT_ROW, CRITERIA_PACK_ROW = 4, 5, 6, 7
HIGHEST, INNER = 1000, 0.0001  # where a setting has no bound; so far within an open one
MAX_TITLE = 32  # Excel's limit
TARGETS, THREE = target_sheets.TARGETS.name, PS
LABEL_ROW, INPUT_ROW, PACK_ROW = 4, 5, 8
# Places of the cells beside the three weights.
TOTAL, VETO, LEAST = 3, 4, 5


@dataclass(frozen=True)
class Input:
    """A yellow cell that stands for a setting.

    Attributes
    ----------
    name
        The name by which formulas know the cell.
    setting
        The setting that it stands for, ``"abc.cuts"``; ``position`` where that is a tuple.
    label, meaning
        What it is, in a few words, and what it does, in a sentence.
    kind
        What it holds.
    bounds
        Where others than the setting's own hold in the sheet.
    told
        What is said to who chooses the cell; the bounds where empty.
    choices
        What it may hold, where it is no number.
    unit
        Where another than the setting's own is said.
    """

    name: str
    setting: str
    label: str
    meaning: str = ""
    position: int | None = None
    kind: Kind = "ratio"
    bounds: tuple[float, float] | None = None
    told: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""

    def of(self, settings: Settings) -> float | str:
        """The value in a set of settings."""
        group, name = self.setting.split(".")
        value = getattr(getattr(settings, group), name)
        return value if self.position is None else value[self.position]

    @property
    def said_unit(self) -> str:
        """The unit, as the setting has it if none is said here."""
        group, name = self.setting.split(".")
        field = Settings.model_fields[group].annotation.model_fields[name]
        return self.unit or field.title

    def rule(self, value: float | str) -> dict:
        """What Excel lets nobody enter, and what it says; the value of now is always possible."""
        if self.choices:
            return {
                "validate": "list",
                "source": list(self.choices),
                "error_title": self.label,
                "error_message": _("Choose one of the list."),
            }
        low, high = self.bounds or self._own_bounds()
        low, high = min(low, value), max(high, value)
        words = _("A number from {low} to {high}.").format(low=f"{low:g}", high=f"{high:g}")
        return {
            "validate": "integer" if self.kind == "count" else "decimal",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "input_title": self.label[:MAX_TITLE],
            "input_message": self.told or words,
            "error_title": self.label[:MAX_TITLE],
            "error_message": words,
        }

    def _own_bounds(self) -> tuple[float, float]:
        """The bounds of the setting, so that both refuse the same; no number beyond 1,000."""
        group, name = self.setting.split(".")
        schema = Settings.model_fields[group].annotation.model_json_schema()["properties"][name]
        if self.position is not None:
            schema = schema["prefixItems"][self.position]
        inner = 0 if schema["type"] == "integer" else INNER
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + inner)
        above = schema.get("exclusiveMaximum")
        return low, schema.get("maximum", HIGHEST if above is None else above - INNER)


@dataclass(frozen=True)
class Places:
    """Where an input stands: its cell, the default and what the pack was made with."""

    cell: tuple[int, int]
    default: tuple[int, int]
    pack: tuple[int, int]


def write_input(
    desk: Desk, name: str, given: Input, places: Places, value: float | None = None, **look: str
) -> None:
    """A yellow cell with its name and its bounds, beside the default and the value of the pack.

    Parameters
    ----------
    name
        The sheet.
    value
        Where the pack was made with another than the setting.
    look
        More properties of the three cells.
    """
    sheet = desk.sheets[name]
    value = given.of(desk.book.settings) if value is None else value
    yellow = {"bg_color": INPUT, "border": 1, "border_color": "#b58900", "bold": True}
    body = desk.body(given.kind, **look)
    put(sheet, *places.cell, value, desk.style(given.kind, **yellow, locked=False, **look))
    put(sheet, *places.default, given.of(Settings()), body)
    put(sheet, *places.pack, value, body)
    sheet.data_validation(*places.cell, *places.cell, given.rule(value))
    desk.name(given.name, name, *places.cell)


def _pair(
    name: str,
    setting: str,
    labels: tuple[str, str],
    meanings: tuple[str, str],
    kind: Kind = "ratio",
) -> Iterator[Input]:
    ends = "ab" if name == "abc" else "xy"
    for i, end in enumerate(ends):
        yield Input(f"{name}_cut_{end}", setting, labels[i], meanings[i], i, kind)


INPUTS = (
    *_pair(
        "abc",
        "abc.cuts",
        (_("A ends at"), _("B ends at")),
        (
            _("An account is A while the larger ones together hold less than this share."),
            _("B while they hold less than this share, else C."),
        ),
        kind="share",
    ),
    Input(
        "xyz_measure",
        "xyz.measure",
        _("XYZ judged by"),
        _(
            "frequency: months with an order. gap_cv: variation of the days between orders. "
            "value_cv: variation of the value per period."
        ),
        kind="text",
        choices=("frequency", "gap_cv", "value_cv"),
    ),
    *_pair(
        "frequency",
        "xyz.frequency_cuts",
        (_("Frequency: X from"), _("Frequency: Y from")),
        (_("Share of the months with an order, at least."), _("Below: Z.")),
        kind="share",
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
        kind="count",
    ),
    Input(
        "new_months",
        "xyz.new_months",
        _("New for"),
        _("First order in this many calendar months up to the quarter's end: N."),
        kind="count",
    ),
    Input(
        "min_silence_days",
        "churn.min_silence_days",
        _("Lost: silent longer than"),
        _(
            "L when silent for longer than this, than the multiple of its usual gap, and than "
            "its own calendar explains."
        ),
        kind="count",
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
    told = KEY_ACCOUNTS if KEY_ACCOUNTS.name in desk.sheets else SIX_CRITERIA
    return told.name


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
    weights = Weights(
        desk.book.settings.criteria.weights, CRITERIA_INPUT_ROW, col, "weights", "weights_total"
    )
    if name == home:
        texts = (_("Weight"), _("Share of all weights"), _("Default"), _("In the pack"))
        _labels(desk, sheet, weights, texts)
        for place, given in enumerate(_criteria_inputs()):
            write_input(desk, name, given, weights.places(place))
        _all_weights(desk, name, weights)
        desk.note(sheet, CRITERIA_INPUT_ROW, weights.last + 2, _("all weights"))
        note = _("To go back, copy one of these two rows over the yellow cells.")
        desk.note(sheet, CRITERIA_DEFAULT_ROW, weights.last + 2, note)
        desk.name("weights_banner", name, 2, 0)
    else:
        _repeated(desk, sheet, weights, home)
    _parts(desk, sheet, weights)
    desk.banner(sheet, formula=_criteria_banner(col) if name == home else "=weights_banner")


@dataclass(frozen=True)
class Weights:
    """Weights side by side, above their shares of all, the defaults and those of the pack.

    ``all_of_them`` and ``total`` are the names by which formulas know the cells and their sum.
    """

    values: Sequence[float]
    row: int
    col: int
    all_of_them: str
    total: str

    @property
    def last(self) -> int:
        """The last column."""
        return self.col + len(self.values) - 1

    def places(self, place: int) -> Places:
        """Where an input stands, so far from the first weight."""
        col = self.col + place
        return Places((self.row, col), (self.row + 2, col), (self.row + 3, col))


def _criteria_inputs() -> Iterator[Input]:
    for place, criterion in enumerate(CRITERIA):
        told = _("{criterion}: 0 leaves it out.").format(criterion=column(criterion).label)
        yield Input(
            f"weight_{criterion}", "criteria.weights", _("Weight"), position=place, told=told
        )


def _all_weights(desk: Desk, name: str, weights: Weights) -> None:
    """The sum of the weights behind them, and names for both."""
    row, last = weights.row, weights.last
    look = desk.body("ratio", bold=True, font_color=LIVE_HEAD)
    formula, value = f"=SUM({weights.all_of_them})", sum(weights.values)
    desk.sheets[name].write_formula(row, last + 1, formula, look, value)
    cells = area(name, row, row, weights.col, last)
    desk.workbook.define_name(weights.all_of_them, f"={cells}")
    desk.name(weights.total, name, row, last + 1)


def _repeated(desk: Desk, sheet: Worksheet, weights: Weights, home: str) -> None:
    label = _("Weight (change it on {sheet})").format(sheet=home)
    _labels(desk, sheet, weights, (label, _("Share of all weights")))
    named = zip(CRITERIA, weights.values, strict=True)
    for col, (criterion, weight) in enumerate(named, weights.col):
        style = desk.body("ratio")
        sheet.write_formula(weights.row, col, f"=weight_{criterion}", style, weight)


def _labels(desk: Desk, sheet: Worksheet, weights: Weights, texts: Sequence[str]) -> None:
    style = desk.style(align="right", indent=1)
    for row, text in enumerate(texts, weights.row):
        put(sheet, row, weights.col - 1, text, style)


def _parts(desk: Desk, sheet: Worksheet, weights: Weights) -> None:
    """Below each weight its share of all."""
    style, total = desk.body("share", font_color=LIVE_HEAD), weights.total
    for col, weight in enumerate(weights.values, weights.col):
        cell = xl_rowcol_to_cell(weights.row, col)
        formula = f'=IF({total}>0,{cell}/{total},"")'
        sheet.write_formula(weights.row + 1, col, formula, style, weight / sum(weights.values))


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


def write_target_inputs(desk: Desk, col: int) -> None:
    """The cells above the three P's, the first of which stands in a column.

    Names: ``three_p_weight_need`` …, ``three_p_weights`` (all three), ``three_p_total``,
    ``veto_at``, ``target_min_score`` and ``targets_banner``.
    """
    sheet, values = desk.sheets[TARGETS], desk.book.settings.three_p.weights
    weights = Weights(values, INPUT_ROW, col, "three_p_weights", "three_p_total")
    _heads(desk, sheet, col)
    texts = (_("Change here"), _("Share of all weights"), _("Default"), _("In the pack"))
    _labels(desk, sheet, weights, texts)
    for place, given in _target_inputs():
        write_input(desk, TARGETS, given, weights.places(place))
    _all_weights(desk, TARGETS, weights)
    _parts(desk, sheet, weights)
    desk.name("targets_banner", TARGETS, 2, 0)
    desk.banner(sheet, formula=_three_p_banner(col))


def _target_inputs() -> Iterator[tuple[int, Input]]:
    """The inputs, each with how far it stands from the first."""
    for place, name in enumerate(THREE):
        label = column(name).label
        told = _("{name}: 0 leaves it out.").format(name=label)
        yield (
            place,
            Input(f"three_p_weight_{name}", "three_p.weights", label, position=place, told=told),
        )
    veto = _("A known P at or below it makes the score 0.")
    least = _("A target below it is marked.")
    yield VETO, Input("veto_at", "three_p.veto_at", _("Veto at"), told=veto)
    yield LEAST, Input("target_min_score", "tiers.min_score", _("Least score"), told=least)


def _heads(desk: Desk, sheet: Worksheet, col: int) -> None:
    heads = [_("Weight of {name}").format(name=column(name).label.lower()) for name in THREE]
    heads += [_("All weights"), _("Veto at or below"), _("Least score for calls")]
    sheet.set_row(LABEL_ROW, 46)
    for offset, text in enumerate(heads):
        put(sheet, LABEL_ROW, col + offset, text, desk.head(live=offset == TOTAL, numeric=True))


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
