"""Cells that a reader may move, all on the sheet Try it, and what other sheets repeat of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.sheets import targeting as target_sheets
from kamlib.chapters.sheets.abc_xyz import TRY_IT
from kamlib.chapters.sheets.segments import SIX_CRITERIA
from kamlib.settings import CRITERIA, PS, Settings
from kamlib.show.columns import Kind, column
from kamlib.words import _
from kamlib.workbook.desk import ACCENT, INPUT, LIVE_HEAD, Desk, area, put, quoted

LINK_ROW = 3  # says what a sheet follows, and leads there
CRITERIA_ROW, CRITERIA_HEAD_ROW = 4, 7  # the weights above a list, and the list's headings
# The columns of a line of the sheet Try it.
VALUE, UNIT, DEFAULT, PACK, STATE, MEANING = 1, 2, 3, 4, 5, 6
HIGHEST, INNER = 1000, 0.0001  # where a setting has no bound; so far within an open one
MAX_TITLE = 32  # Excel's limit
TARGETS, THREE = target_sheets.TARGETS.name, PS
LABEL_ROW, INPUT_ROW = 4, 5
TARGET_HEAD_ROW = 8
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


def changed_told(_given: Input, row: int) -> str:
    """The formula that says whether the cell of a line, counted from 1, is that of the pack."""
    return f'=IF(B{row}=E{row},"",{quoted(_("changed"))})'


def write_rows(
    desk: Desk,
    sheet: Worksheet,
    row: int,
    inputs: tuple[Input, ...],
    *,
    state: Callable[[Input, int], str] = changed_told,
) -> int:
    """One line per cell of the sheet Try it, below a line of headings; the row behind them.

    ``state`` gives the formula that checks an input in a line, counted from 1.
    """
    heads = (
        *(_("To change"), _("In use"), _("Unit"), _("Default"), _("In the pack")),
        *(_("Check"), _("Meaning")),
    )
    for col, text in enumerate(heads):
        sheet.write_string(row, col, text, desk.head(numeric=col in (VALUE, DEFAULT, PACK)))
    for line, given in enumerate(inputs, row + 1):
        put(sheet, line, 0, given.label, desk.body("text"))
        places = Places((line, VALUE), (line, DEFAULT), (line, PACK))
        write_input(desk, TRY_IT.name, given, places, align="right")
        put(sheet, line, UNIT, given.said_unit, desk.body("text"))
        style = desk.body("text", bold=True, font_color="#a3282c")
        sheet.write_formula(line, STATE, state(given, line + 1), style, "")
        put(sheet, line, MEANING, given.meaning, desk.style())
    return row + 1 + len(inputs)


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


CRITERIA_INPUTS = tuple(
    Input(
        f"weight_{criterion}",
        "criteria.weights",
        column(criterion).label,
        _("What the criterion counts; 0 leaves it out."),
        position=place,
        told=_("{criterion}: 0 leaves it out.").format(criterion=column(criterion).label),
    )
    for place, criterion in enumerate(CRITERIA)
)
TARGET_INPUTS = (
    *(
        Input(
            f"three_p_weight_{name}",
            "three_p.weights",
            _("Weight of {name}").format(name=column(name).label.lower()),
            _("What the P counts; 0 leaves it out."),
            position=place,
            told=_("{name}: 0 leaves it out.").format(name=column(name).label),
        )
        for place, name in enumerate(THREE)
    ),
    Input(
        "veto_at",
        "three_p.veto_at",
        _("Veto at or below"),
        _("A known P at or below it makes the score 0."),
    ),
    Input(
        "target_min_score",
        "tiers.min_score",
        _("Least score for calls"),
        _("A target below it is marked."),
    ),
)
WINBACK_INPUTS = (
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


def link_to_try(desk: Desk, sheet: Worksheet, text: str) -> None:
    """Say what a sheet follows, as a link to the cells that one may change."""
    look = desk.style(font_color=ACCENT, italic=True, underline=1)
    sheet.write_url(LINK_ROW, 0, f"internal:'{TRY_IT.name}'!A1", look, text)


def weights_told() -> str:
    """What the scores follow, in a few words."""
    return _(
        "Score, completeness and rank follow the weights on the sheet Try it. Grey: not known, "
        "counts neither for nor against."
    )


def repeat_weights(desk: Desk, name: str, col: int) -> None:
    """The weights above the six criteria, the first of which stands in a column.

    On the sheet of all accounts they are, together, ``weights`` for its formulas.
    """
    row = Repeated(desk, name, CRITERIA_ROW, col)
    row.write(CRITERIA_INPUTS, "weights_total")
    if name == SIX_CRITERIA.name:
        row.name("weights", len(CRITERIA_INPUTS))
    desk.banner(desk.sheets[name], formula="=weights_banner")


def repeat_target_inputs(desk: Desk, col: int) -> None:
    """Weights, veto and least score above the three P's, the first of which stands in a column."""
    sheet = desk.sheets[TARGETS]
    sheet.set_row(LABEL_ROW, 46)
    heads = [given.label for given in TARGET_INPUTS]
    heads.insert(TOTAL, _("All weights"))
    for offset, text in enumerate(heads):
        put(sheet, LABEL_ROW, col + offset, text, desk.head(live=True, numeric=True))
    row = Repeated(desk, TARGETS, INPUT_ROW, col)
    row.write(TARGET_INPUTS[: len(THREE)], "three_p_total")
    row.name("three_p_weights", len(THREE))
    settings, look = desk.book.settings, desk.body("ratio", font_color=LIVE_HEAD)
    total = float(sum(settings.three_p.weights))
    sheet.write_formula(INPUT_ROW, col + TOTAL, "=three_p_total", look, total)
    for offset, given in zip((VETO, LEAST), TARGET_INPUTS[len(THREE) :], strict=True):
        value = given.of(settings)
        sheet.write_formula(INPUT_ROW, col + offset, f"={given.name}", look, value)
    desk.banner(sheet, formula="=targets_banner")


@dataclass(frozen=True)
class Repeated:
    """Weights side by side above a list, as they stand on the sheet Try it, with their shares."""

    desk: Desk
    sheet: str
    row: int
    col: int

    def write(self, inputs: tuple[Input, ...], total: str) -> None:
        """The weights, and below each its share of all; ``total`` is the name of their sum."""
        desk, sheet = self.desk, self.desk.sheets[self.sheet]
        label = desk.style(align="right", indent=1)
        for row, text in enumerate((_("Weight"), _("Share of all weights")), self.row):
            put(sheet, row, self.col - 1, text, label)
        values = [given.of(desk.book.settings) for given in inputs]
        weight, part = (desk.body(kind, font_color=LIVE_HEAD) for kind in ("ratio", "share"))
        for col, (given, value) in enumerate(zip(inputs, values, strict=True), self.col):
            cell = xl_rowcol_to_cell(self.row, col)
            sheet.write_formula(self.row, col, f"={given.name}", weight, value)
            formula = f'=IF({total}>0,{cell}/{total},"")'
            sheet.write_formula(self.row + 1, col, formula, part, value / sum(values))

    def name(self, name: str, number: int) -> None:
        """Give the weights side by side a name: a list's scores stand side by side, too."""
        cells = area(self.sheet, self.row, self.row, self.col, self.col + number - 1)
        self.desk.workbook.define_name(name, f"={cells}")
