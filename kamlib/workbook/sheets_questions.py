"""The sheets of what is known of targets: the questions to ask, and the evidence behind scores."""

import pandas as pd

from kamlib.analysis.targeting.three_ps import p_word
from kamlib.words import _, count
from kamlib.workbook.desk import EVIDENCE, QUESTIONS, Desk
from kamlib.workbook.lists import Placed, finish_list, write_list
from kamlib.workbook.sheets_plan import colour_done, own_cells

HEAD_ROW = 4
QUESTION_WIDTHS = {
    "owner": 12,
    "prospect": 13,
    "name": 28,
    "p": 16,
    "question": 52,
    "ask": 36,
    "at_stake": 13,
    "notes": 34,
    "done_on": 12,
}
EVIDENCE_WIDTHS = {
    "prospect": 13,
    "name": 28,
    "p": 16,
    "value": 9,
    "evidence": 60,
    "source": 28,
    "date": 12,
    "freshness": 11,
    "used": 9,
    "left_out": 34,
}


def write_questions(desk: Desk) -> None:
    """What to find out of whom, that on which most hangs first, with room for the answer."""
    frame = _worded(desk.tables["find_out"]).assign(notes="", done_on="")
    note = _(
        "{rows} questions, those on which most hangs first; filter your name. At stake: expected "
        "value of a year x (score with a yes - score with a no)."
    )
    placed = _list(desk, QUESTIONS, _("What to find out"), note, frame, QUESTION_WIDTHS, "find_out")
    if len(frame):
        sheet = desk.sheets[QUESTIONS]
        own_cells(desk, sheet, placed)
        colour_done(desk, sheet, placed)


def write_evidence(desk: Desk) -> None:
    """Every piece of evidence of every target, and which of them counts."""
    frame = _worded(desk.tables["target_evidence"])
    if "targets" in desk.tables:
        names = desk.tables["targets"]["name"].astype("str")
        frame["name"] = frame["prospect"].map(names).fillna("").astype("str")
    note = _("{rows} pieces of evidence; of each target and P the one marked as counting counts.")
    title, name = _("What the scores rest on"), "target_evidence"
    _list(desk, EVIDENCE, title, note, frame, EVIDENCE_WIDTHS, name)


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(p=frame["p"].map(p_word).astype("str")).reset_index(drop=True)


def _list(
    desk: Desk,
    name: str,
    title: str,
    note: str,
    frame: pd.DataFrame,
    widths: dict[str, int],
    table: str,
) -> Placed:
    shown = frame.head(desk.book.settings.pack.sheet_rows)
    shown = shown[[column for column in widths if column in shown]]
    sheet = desk.sheet(name, title, note.format(rows=count(len(frame))))
    if len(shown) < len(frame):
        told = _("The first {rows}; all are in tables/{table}.csv.")
        desk.note(sheet, 2, 0, told.format(rows=count(len(shown)), table=table))
    placed = write_list(
        *(desk, name, shown),
        row=HEAD_ROW,
        table=table,
        widths=[widths[column] for column in shown],
    )
    finish_list(sheet, placed, fixed=placed.columns["prospect"] + 1, pages=2)
    for column, width in widths.items():
        if column in placed.columns:
            sheet.set_column(placed.columns[column], placed.columns[column], width)
    return placed
