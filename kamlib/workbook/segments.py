"""The sheet of criteria: every account's score, completeness and rank, live on the weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.segments.criteria import CRITERIA as SIX
from kamlib.analysis.segments.criteria import RANK_DIGITS
from kamlib.words import _, count
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import ABC_COLOURS, CRITERIA, LIVE_HEAD, WARN, Desk, area
from kamlib.workbook.lists import Placed, chosen, finish_list, write_list
from kamlib.workbook.sheets_weights import list_row, weights_note, write_weights

# Each rank is found among all: more accounts would make the sheet slow.
RANKED = 10_000
# The number that settles equal scores: the accounts in their own order, from 1.
PLACES = 10 ** len(str(RANKED))
THIN = 0.5

WANTED = (
    *("name", "manager", "cell", "types", *SIX, "score", "completeness", "rank", "rank_in_pack"),
    *("rank_best", "rank_worst", "rfm_segment", "quadrant", "attractiveness", "strength", "key"),
    *(f"{name}_evidence" for name in SIX),
    *(f"{name}_known" for name in SIX),
    *("number", "rank_key"),
)
FOLDED = {
    *("attractiveness", "strength", "number", "rank_key"),
    *(f"{name}_{part}" for name in SIX for part in ("evidence", "known")),
}
LABELS = {"number": _("Account no."), "rank_key": _("Order by score")}
# On named cells and the row's own; all is sorted and filtered as a whole.
FORMULAS = {
    "score": (
        "=IF(weights_total<=0,{no_weight},IF(SUMPRODUCT(weights,--ISNUMBER({scores}))>0,"
        'SUMPRODUCT(weights,{scores})/SUMPRODUCT(weights,--ISNUMBER({scores})),""))'
    ),
    "completeness": '=IF(weights_total<=0,"",SUMPRODUCT(weights,{known})/weights_total)',
    # Equal scores: the account that comes first by its number; 15 digits are exact in Excel.
    "rank_key": f"=IF(ISNUMBER({{score}}),ROUND({{score}}*1E{RANK_DIGITS},0)*{PLACES}"
    '-{number},"")',
    "rank": '=IF(ISNUMBER({rank_key}),RANK({rank_key},criteria_keys),"")',
}


@dataclass(frozen=True)
class Ranking:
    """The accounts of the sheet of criteria and where its columns stand."""

    frame: pd.DataFrame
    columns: dict[str, int]
    head: int
    all: int

    def looked_up(self, name: str, account: str) -> str:
        """The formula for an account's value of a column, found by its number."""
        number = self.frame.loc[account, "number"]
        first, last = self.head + 1, self.head + max(len(self.frame), 1)
        cells, numbers = (
            area(CRITERIA, first, last, self.columns[label]) for label in (name, "number")
        )
        return f"=INDEX({cells},MATCH({number},{numbers},0))"


def ranking(desk: Desk) -> Ranking:
    """The best accounts by score, as many as find room, with what their formulas hold."""
    found = desk.tables["segments"]
    frame = found.assign(rank_in_pack=found["rank"], key=found.get("key", False))
    frame = frame.sort_values("rank", kind="stable", na_position="last")
    frame = frame.head(min(desk.book.settings.pack.sheet_rows, RANKED))
    accounts = sorted(frame.index)
    frame["number"] = pd.Series(range(1, len(accounts) + 1), accounts).reindex(frame.index)
    scores = (frame["score"].astype(float) * 10**RANK_DIGITS).round()
    frame["rank_key"] = scores * PLACES - frame["number"]
    frame = chosen(frame, WANTED)
    columns = {name: i for i, name in enumerate(["account", *frame])}
    return Ranking(frame, columns, list_row(desk, CRITERIA), len(found))


def write_criteria(desk: Desk) -> None:
    """All accounts, the best first, with six criteria and what the weights make of them."""
    found = ranking(desk)
    sheet = desk.sheet(CRITERIA, _("The six criteria of every account"), _note(found))
    desk.note(sheet, 3, 0, weights_note() + " " + _("+ above the columns shows the evidence."))
    frame = found.frame.rename_axis("account")
    live = {name: _formulas(name, found) for name in FORMULAS}
    placed = write_list(
        desk, CRITERIA, frame, row=found.head, table="criteria", labels=LABELS, live=live
    )
    keys = placed.area("rank_key")
    desk.workbook.define_name("criteria_keys", f"={keys}")
    write_weights(desk, CRITERIA, placed.columns[SIX[0]])
    colour_scores(desk, sheet, placed)
    fixed = placed.columns.get("name", 0) + 1
    finish_list(sheet, placed, fixed=fixed, folded=FOLDED, pages=2)


def colour_scores(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """Scores from pale to blue on the fixed scale 0 to 1, what is unknown grey."""
    first, last, add = placed.first, placed.last, desk.workbook.add_format

    def over(name: str, until: str, rule: dict) -> None:
        if name in placed.columns:
            columns = placed.columns
            sheet.conditional_format(first, columns[name], last, columns[until], rule)

    unknown = add({"bg_color": "#e3e7ec", "pattern": 1})
    over(SIX[0], SIX[-1], {"type": "blanks", "format": unknown, "stop_if_true": True})
    scale = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    colours = {"min_color": "#ffffff", "max_color": ABC_COLOURS["C"]}
    over(SIX[0], SIX[-1], {"type": "2_color_scale", **scale, **colours})
    over("score", "score", {"type": "data_bar", "bar_color": "#e9b27c", "bar_solid": True, **scale})
    cell = f"{xl_col_to_name(placed.columns['completeness'])}{first + 1}"
    thin = {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}<{THIN})"}
    over("completeness", "completeness", thin | {"format": add({"bg_color": WARN})})
    rank, pack = (xl_col_to_name(placed.columns[name]) for name in ("rank", "rank_in_pack"))
    moved = {"type": "formula", "criteria": f"=${rank}{first + 1}<>${pack}{first + 1}"}
    over("rank", "rank", moved | {"format": add({"bold": True, "font_color": LIVE_HEAD})})


def _formulas(name: str, found: Ranking) -> list[str]:
    letters = {label: xl_col_to_name(col) for label, col in found.columns.items()}
    texts = {
        **{label: f"${letters[label]}{{r}}" for label in ("score", "number", "rank_key")},
        "scores": _across(letters, SIX),
        "known": _across(letters, [f"{criterion}_known" for criterion in SIX]),
        "no_weight": desks.quoted(_("no weight")),
    }
    template = FORMULAS[name].format(**texts)
    first = found.head + 2
    return [template.replace("{r}", str(first + i)) for i in range(len(found.frame))]


def _across(letters: dict[str, str], names: Sequence[str]) -> str:
    return f"${letters[names[0]]}{{r}}:${letters[names[-1]]}{{r}}"


def _note(found: Ranking) -> str:
    rows = len(found.frame)
    if rows == found.all:
        return _("{rows} accounts, the best by the weights in the pack first.").format(
            rows=count(rows)
        )
    return _(
        "The {rows} best of {all} accounts by the weights in the pack; ranks are among them. All "
        "are in tables/segments.csv."
    ).format(rows=count(rows), all=count(found.all))
