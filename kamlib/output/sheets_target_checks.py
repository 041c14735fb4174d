"""Whether the scores hold, and one page of who does what: checks, RACI and scorecard."""

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from kamlib.output.columns import column
from kamlib.output.sheets_desk import SCORE_CHECK, SCORECARD, Desk
from kamlib.output.sheets_lists import write_list
from kamlib.words import _

ROLE_LOOKS = {
    "R": {"bg_color": "#0b2f5b", "font_color": "#ffffff"},
    "A": {"bg_color": "#2878b5", "font_color": "#ffffff"},
    "C": {"bg_color": "#8cc0e4"},
    "I": {"bg_color": "#e8eef5"},
}
PARTS = (
    (
        "target_models",
        _("Did the scores tell won from lost deals?"),
        _("Pairs in right order: 50 % is chance. Each deal is judged unseen."),
        _("No deals with an outcome: the scores are not validated."),
    ),
    (
        "win_rates",
        _("How often deals were won, by what was known"),
        _("At least and at most: the interval of the rate."),
        _("No deals with an outcome: there are no rates."),
    ),
    (
        "lookalike",
        _("How well fit finds the best accounts again"),
        "",
        _("No fit: there are too few best accounts to learn from."),
    ),
    (
        "lead_sources",
        _("What each source of prospects yields"),
        "",
        _("No sources are recorded."),
    ),
    (
        "whitespace_check",
        _("Were the gaps of a year ago filled since?"),
        _("Against the most popular lines as the plain guess."),
        _("Not enough quarters to look back."),
    ),
)
PAGE = (
    ("raci", _("Who does what"),
     _("R does it, A answers for it, C is asked, I is told."), _("No steps, no roles.")),
    ("scorecard", _("The quarter's figures against last quarter's"), "", _("No figures.")),
)  # fmt: skip


def write_score_check(desk: Desk) -> None:
    """What past deals say of the scores, each part as a table."""
    note = _("Before a score is believed: how it did on deals whose outcome is known.")
    sheet = desk.sheet(SCORE_CHECK, _("Check of the scores"), note)
    _tables(desk, sheet, SCORE_CHECK, PARTS)
    for col, width in enumerate(_widths(desk, PARTS)):
        sheet.set_column(col, col, width)
    sheet.freeze_panes(3, 0)


def write_scorecard(desk: Desk) -> None:
    """Roles and figures on one page, to print and hang up."""
    title = _("Sales and marketing together: {quarter}").format(quarter=desk.book.quarter + 1)
    sheet = desk.sheet(SCORECARD, title, _("One page for sales and marketing."))
    placed = _tables(desk, sheet, SCORECARD, PAGE)
    for col, width in enumerate(_widths(desk, PAGE)):
        sheet.set_column(col, col, width)
    if "raci" in placed:
        first, last, right = placed["raci"]
        for letter, look in ROLE_LOOKS.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{letter}"'}
            rule |= {"format": desk.workbook.add_format(look | {"bold": True})}
            sheet.conditional_format(first, 1, last, right, rule)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.freeze_panes(3, 0)


def _tables(
    desk: Desk, sheet: Worksheet, name: str, parts: tuple[tuple[str, str, str, str], ...]
) -> dict[str, tuple[int, int, int]]:
    """Each part below the other; where each has its first and last row and last column."""
    row, found = 3, {}
    widths = _widths(desk, parts)
    for key, title, note, empty in parts:
        if key not in desk.tables:
            continue
        frame = _named(desk.tables[key])
        desk.heading(sheet, row, 0, title)
        if frame.empty:
            desk.note(sheet, row + 1, 0, empty)
            row += 3
            continue
        if note:
            desk.note(sheet, row + 1, 0, note)
            row += 1
        placed = write_list(desk, name, frame, row=row + 1, table=key, widths=widths)
        found[key] = placed.first, placed.last, len(placed.columns) - 1
        row = placed.last + 3
    return found


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Measures by name, and no index without one."""
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    return frame.reset_index(drop=True)


def _widths(desk: Desk, parts: tuple[tuple[str, str, str, str], ...]) -> list[int]:
    """The width of each column: of the widest that stand in it, texts at most 44."""
    widths: list[int] = []
    for key, _title, _note, _empty in parts:
        if key in desk.tables:
            frame = _named(desk.tables[key])
            for i, label in enumerate(frame):
                look = column(str(label), frame.iloc[:, i], table=key)
                widths += [8] * (i + 1 - len(widths))
                wanted = max(look.width, max(map(len, look.label.split())) + 3)
                widths[i] = max(widths[i], min(wanted, 44))
    return widths
