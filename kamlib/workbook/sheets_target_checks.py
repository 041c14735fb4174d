"""Whether the scores hold, and one page of who does what: checks, RACI and scorecard."""

from dataclasses import dataclass

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from kamlib.show.columns import Kind, column
from kamlib.words import _
from kamlib.workbook.desk import SCORE_CHECK, SCORECARD, Desk, put
from kamlib.workbook.lists import Placed, write_list

# Texts stand first and are as wide in every table of a sheet.
TEXT_WIDTHS, NUMBER_WIDTH = (30, 26, 34), 12
LETTERS = {
    "R": {"bg_color": "#0b2f5b", "font_color": "#ffffff"},
    "A/R": {"bg_color": "#0b2f5b", "font_color": "#ffffff"},
    "A": {"bg_color": "#2878b5", "font_color": "#ffffff"},
    "C": {"bg_color": "#8cc0e4"},
    "I": {"bg_color": "#e8eef5"},
}
UNIT_KINDS: dict[str, Kind] = {"share": "share", "currency": "money"}
FIGURES = ("last_quarter", "this_quarter", "change")


@dataclass(frozen=True)
class Part:
    """A table of a sheet: its name, its words, the columns shown (all where none is named)."""

    key: str
    title: str
    note: str
    empty: str
    wanted: tuple[str, ...] = ()


CHECKS = (
    Part(
        "target_models",
        _("Did the scores tell won from lost deals?"),
        _("Pairs in right order: 50 % is chance. Each deal is judged unseen."),
        _("No deals with an outcome: the scores are not validated."),
        ("label", "sample", "verdict", "n", "won", "auc", "auc_low", "auc_high",
         "average_precision", "lift_top_fifth", "brier", "calibration"),
    ),
    Part(
        "win_rates",
        _("How often deals were won, by what was known"),
        _("At least and at most: the interval of the rate."),
        _("No deals with an outcome: there are no rates."),
        ("attribute", "value", "verdict", "n", "won", "win_rate", "low", "high", "rest_rate"),
    ),
    Part(
        "lookalike",
        _("How well fit finds the best accounts again"),
        "",
        _("No fit: there are too few best accounts to learn from."),
    ),
    Part(
        "lead_sources",
        _("What each source of prospects yields"),
        _("Often or rarely: surely so, looked at together with all other groups of deals. What the "
          "accounts that were won bought in the last twelve months; the value noted where that is "
          "unknown."),
        _("No sources are recorded."),
        ("source", "verdict", "found", "qualified", "won", "lost", "open", "win_rate", "low",
         "high", "value_won", "days_to_win"),
    ),
    Part(
        "whitespace_check",
        _("Were the gaps of a year ago filled since?"),
        _("Against the most popular lines as the plain guess."),
        _("Not enough quarters to look back."),
        ("method", "chosen", "verdict", "gaps", "filled", "auc", "auc_low", "auc_high",
         "average_precision", "precision_top_tenth", "lift_top_tenth", "gain"),
    ),
)  # fmt: skip
PAGE = (
    Part(
        "raci",
        _("Who does what"),
        _("R does it, A answers for it, C is asked, I is told."),
        _("No steps, no roles."),
    ),
    Part(
        "scorecard",
        _("The quarter's figures against last quarter's"),
        "",
        _("No figures."),
        ("label", *FIGURES, "unit", "better"),
    ),
)
LABELS = {
    "lost": _("Lost"),
    "open": _("Open"),
    "marketing": _("Marketing"),
    "verdict": _("What it means"),
    "lookalike.value": _("Value"),
}


def write_score_check(desk: Desk) -> None:
    """What past deals say of the scores, each part as a table."""
    note = _("Before a score is believed: how it did on deals whose outcome is known.")
    sheet = desk.sheet(SCORE_CHECK, _("Check of the scores"), note)
    placed = _tables(desk, sheet, SCORE_CHECK, CHECKS)
    if "lookalike" in placed:
        _whole_numbers(desk, sheet, placed["lookalike"], desk.tables["lookalike"]["value"])
    sheet.freeze_panes(3, 1)


def write_scorecard(desk: Desk) -> None:
    """Roles and figures on one page, to print and hang up."""
    title = _("Sales and marketing together: {quarter}").format(quarter=desk.book.quarter + 1)
    sheet = desk.sheet(SCORECARD, title, _("One page for sales and marketing."))
    placed = _tables(desk, sheet, SCORECARD, PAGE)
    if "raci" in placed:
        where = placed["raci"]
        for letter, look in LETTERS.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{letter}"'}
            rule |= {"format": desk.workbook.add_format(look | {"bold": True})}
            columns = len(where.columns) - 1
            sheet.conditional_format(where.first, 1, where.last, columns, rule)
    if "scorecard" in placed:
        _by_unit(desk, sheet, placed["scorecard"], _shown(desk, PAGE[1]))
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.freeze_panes(3, 1)


def _tables(desk: Desk, sheet: Worksheet, name: str, parts: tuple[Part, ...]) -> dict[str, Placed]:
    """Each part below the other, a part without rows with the reason."""
    row, found = 3, {}
    frames = {part.key: _shown(desk, part) for part in parts if part.key in desk.tables}
    widths = _widths(frames)
    for part in parts:
        if part.key not in frames:
            continue
        frame = frames[part.key]
        desk.heading(sheet, row, 0, part.title)
        note = part.empty if frame.empty else part.note
        if note:
            desk.note(sheet, row + 1, 0, note)
        row += 2 if note else 1
        if not frame.empty:
            found[part.key] = write_list(
                desk, name, frame, row=row, table=part.key, labels=LABELS, widths=widths
            )
            row = found[part.key].last + 1
        row += 1
    for col, width in enumerate(widths):
        sheet.set_column(col, col, width)
    return found


def _shown(desk: Desk, part: Part) -> pd.DataFrame:
    """The wanted columns that there are, or all of them, texts first."""
    frame = desk.tables[part.key]
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    frame = frame.reset_index(drop=True)
    if "label" in part.wanted and "label" not in frame:
        frame = frame.assign(label=frame.iloc[:, 0].astype("str"))
    chosen = [name for name in part.wanted if name in frame]
    return frame[chosen] if chosen else frame


def _widths(frames: dict[str, pd.DataFrame]) -> list[int]:
    """One width per column of the sheet: of the first texts, and of numbers behind them."""
    widths: list[int] = []
    for key, frame in frames.items():
        for i, label in enumerate(frame):
            look = column(str(label), frame.iloc[:, i], table=key)
            texts = i < len(TEXT_WIDTHS) and key != "raci" and look.kind == "text"
            wanted = TEXT_WIDTHS[i] if texts else min(look.width, 36)
            widths += [NUMBER_WIDTH] * (i + 1 - len(widths))
            widths[i] = max(widths[i], wanted if look.kind == "text" else NUMBER_WIDTH)
    return widths


def _whole_numbers(desk: Desk, sheet: Worksheet, placed: Placed, values: pd.Series) -> None:
    """Measures that count something without decimals."""
    for row, value in enumerate(values.tolist(), placed.first):
        if isinstance(value, int | float) and float(value).is_integer():
            put(sheet, row, placed.columns["value"], float(value), desk.body("count"))


def _by_unit(desk: Desk, sheet: Worksheet, placed: Placed, frame: pd.DataFrame) -> None:
    """Each figure in the format of its own unit."""
    if "unit" not in frame:
        return
    for name in (name for name in FIGURES if name in frame):
        for row, (unit, value) in enumerate(
            zip(frame["unit"].astype("str"), frame[name], strict=True), placed.first
        ):
            style = desk.body(UNIT_KINDS.get(unit, "count"))
            put(sheet, row, placed.columns[name], value, style)
