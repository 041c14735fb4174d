"""The sheets of key accounts, criteria, types and mistakes: live on the weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.analysis.segments.criteria import RANK_DIGITS
from kamlib.analysis.segments.mistakes import MISTAKES as FIVE
from kamlib.chapters.sheets.segments import KEY_ACCOUNTS, KEY_CHANGES, MISTAKES, SIX_CRITERIA, TYPES
from kamlib.settings import ACCOUNT_TYPES, CRITERIA
from kamlib.show.columns import column
from kamlib.words import _, count, share
from kamlib.workbook import desk as desks
from kamlib.workbook.accounts import Layout, all_managers, money_column
from kamlib.workbook.desk import ABC_COLOURS, LIVE_HEAD, WARN, YES, Desk, area, constant, put
from kamlib.workbook.inputs import (
    CRITERIA_HEAD_ROW,
    link_to_try,
    repeat_weights,
    weights_told,
)
from kamlib.workbook.lists import Placed, chosen, finish_list, write_frame, write_list

SCORED = (
    *CRITERIA,
    "score",
    "completeness",
    "rank",
    "rank_best",
    "rank_worst",
    "quadrant",
    "rfm_segment",
)
LEFT_OUT = ("name", "manager", "hours", "revenue", "score", "cell", "status", "key_why", "reason")
LIVE = ("score", "completeness", "rank")
PLAIN_HEAD_ROW = 4
# Each rank is found among all: more accounts would make the sheet slow.
RANKED = 10_000
# The number that settles equal scores: the accounts in their own order, from 1.
PLACES = 10 ** len(str(RANKED))
THIN = 0.5
# What no print shows: evidence, and what formulas need.
BEHIND = {
    *("number", "rank_key"),
    *(f"{name}_{part}" for name in CRITERIA for part in ("evidence", "known")),
}
KEPT_LIST = _("The list itself is as in the pack.")
MORE_COLUMNS = _("+ above the columns shows the evidence.")

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
BLOCK_ROW = 3
HEAD_ROW = BLOCK_ROW + len(ACCOUNT_TYPES) + 5


def write_key_accounts(desk: Desk) -> None:
    """The key accounts, best first, with the weights to try above their six criteria."""
    told = KEY_ACCOUNTS
    sheet = desk.sheet(told.name, told.title, _keys_note(desk))
    scored = "segments" in desk.tables
    frame = key_frame(desk)
    live = _lookups(desk, frame) if scored else {}
    placed = write_list(
        desk, told.name, frame, row=key_row(desk), table="key_accounts", live=live, wrapped=True
    )
    if scored:
        link_to_try(desk, sheet, f"{weights_told()} {KEPT_LIST}")
        repeat_weights(desk, told.name, placed.columns[CRITERIA[0]])
        colour_scores(desk, sheet, placed)
    fixed = placed.columns.get("name", 0) + 1
    finish_list(sheet, placed, fixed=fixed, folded=told.fold.split(), pages=2)


def key_row(desk: Desk) -> int:
    """The row of the list's headings."""
    return CRITERIA_HEAD_ROW if "segments" in desk.tables else PLAIN_HEAD_ROW


def key_frame(desk: Desk) -> pd.DataFrame:
    """The list as its sheet shows it: with criteria and ranks where there are any."""
    keys = desk.tables["key_accounts"]
    if "segments" in desk.tables:
        found = desk.tables["segments"]
        there = [name for name in SCORED if name in found]
        keys = keys.drop(columns=there, errors="ignore").join(found[there])
        keys["rank_in_pack"] = keys["rank"]
    keys["manager_number"] = keys["manager"].map(all_managers(desk))
    if not desk.book.has_margin:
        keys = keys.drop(columns="margin", errors="ignore")
    return chosen(keys, list(KEY_ACCOUNTS.widths)).rename_axis("account")


def write_key_changes(desk: Desk) -> None:
    """Who entered and left the list since last quarter, and who found no room on it."""
    told = KEY_CHANGES
    sheet = desk.sheet(told.name, told.title, told.note)
    row, widths = 3, {}
    for key, title, wanted in (
        ("key_changes", _("Entered and left"), list(told.widths)),
        ("key_left_out", _("Candidates that are not on the list"), LEFT_OUT),
    ):
        if key not in desk.tables:
            continue
        frame = desk.tables[key]
        frame = frame.set_index("account") if "account" in frame else frame
        for name in sorted({"manager", "cell"}.difference(frame)):
            frame = frame.assign(**{name: _of_accounts(desk, frame.index, name)})
        frame = chosen(frame, wanted).rename_axis("account")
        desk.heading(sheet, row, 0, f"{title}: {count(len(frame))}")
        shown = frame.head(desk.book.settings.pack.sheet_rows)
        placed = write_list(desk, told.name, shown, row=row + 1, table=key, wrapped=True)
        for look in placed.looks:
            col = placed.columns[look.name]
            widths[col] = max(widths.get(col, 0), look.width)
        row = placed.last + 3
    for col, width in widths.items():
        sheet.set_column(col, col, min(width, 60))
    sheet.freeze_panes(3, 0)


def _of_accounts(desk: Desk, accounts: pd.Index, name: str) -> pd.Series:
    return desk.tables["abc_xyz"][name].astype("str").reindex(accounts).fillna("")


def _lookups(desk: Desk, frame: pd.DataFrame) -> dict[str, list[str]]:
    """The live columns, found on the sheet of criteria; what has no room there stays."""
    found = ranking(desk)
    there = found.frame.index
    return {
        name: [
            found.looked_up(name, account) if account in there else f"={constant(value)}"
            for account, value in frame[name].items()
        ]
        for name in LIVE
    }


def _keys_note(desk: Desk) -> str:
    keys, shares = desk.tables["key_accounts"], desk.tables.get("key_share")
    parts = [
        _("{accounts} key accounts, in the order in which hours are given out").format(
            accounts=count(len(keys))
        )
    ]
    if shares is not None and len(keys):
        part = share(shares.loc["revenue", "share"])
        parts.append(_("{share} of revenue").format(share=part))
    if KEY_CHANGES.name in desk.sheets:
        more = _("who entered, left or found no room: see {sheet}")
        parts.append(more.format(sheet=KEY_CHANGES.name))
    return "; ".join(parts) + "."


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
            area(SIX_CRITERIA.name, first, last, self.columns[label]) for label in (name, "number")
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
    frame = chosen(frame, list(SIX_CRITERIA.widths))
    columns = {name: i for i, name in enumerate(["account", *frame])}
    return Ranking(frame, columns, CRITERIA_HEAD_ROW, len(found))


def write_criteria(desk: Desk) -> None:
    """All accounts, the best first, with six criteria and what the weights make of them."""
    found, told = ranking(desk), SIX_CRITERIA
    sheet = desk.sheet(told.name, told.title, _ranking_note(found))
    link_to_try(desk, sheet, f"{weights_told()} {MORE_COLUMNS}")
    frame = found.frame.rename_axis("account")
    live = {name: _formulas(name, found) for name in FORMULAS}
    placed = write_list(
        desk, told.name, frame, row=found.head, table="criteria", labels=told.labels, live=live
    )
    keys = placed.area("rank_key")
    desk.workbook.define_name("criteria_keys", f"={keys}")
    repeat_weights(desk, told.name, placed.columns[CRITERIA[0]])
    colour_scores(desk, sheet, placed)
    fixed = placed.columns.get("name", 0) + 1
    finish_list(sheet, placed, fixed=fixed, folded=told.fold.split(), pages=2)
    printed = [col for label, col in placed.columns.items() if label not in BEHIND]
    sheet.print_area(0, 0, placed.last, max(printed))


def colour_scores(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """Scores from pale to blue on the fixed scale 0 to 1, what is unknown grey."""
    first, last, add = placed.first, placed.last, desk.workbook.add_format

    def over(name: str, until: str, rule: dict) -> None:
        if name in placed.columns:
            columns = placed.columns
            sheet.conditional_format(first, columns[name], last, columns[until], rule)

    unknown = add({"bg_color": "#e3e7ec", "pattern": 1})
    over(CRITERIA[0], CRITERIA[-1], {"type": "blanks", "format": unknown, "stop_if_true": True})
    scale = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    colours = {"min_color": "#ffffff", "max_color": ABC_COLOURS["C"]}
    over(CRITERIA[0], CRITERIA[-1], {"type": "2_color_scale", **scale, **colours})
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
        "scores": _across(letters, CRITERIA),
        "known": _across(letters, [f"{criterion}_known" for criterion in CRITERIA]),
        "no_weight": desks.quoted(_("no weight")),
    }
    template = FORMULAS[name].format(**texts)
    first = found.head + 2
    return [template.replace("{r}", str(first + i)) for i in range(len(found.frame))]


def _across(letters: dict[str, str], names: Sequence[str]) -> str:
    return f"${letters[names[0]]}{{r}}:${letters[names[-1]]}{{r}}"


def _ranking_note(found: Ranking) -> str:
    rows = len(found.frame)
    if rows == found.all:
        return _("{rows} accounts, the best by the weights in the pack first.").format(
            rows=count(rows)
        )
    return _(
        "The {rows} best of {all} accounts by the weights in the pack; ranks are among them. All "
        "are in tables/segments.csv."
    ).format(rows=count(rows), all=count(found.all))


def write_types(desk: Desk) -> None:
    """The accounts that have a type, with the reason, and the sums per type above."""
    layout = desk.layout
    types, classes = desk.tables["types"], desk.tables["abc_xyz"]
    types = types.set_index("account") if "account" in types else types
    typed = types[types[list(ACCOUNT_TYPES)].any(axis=1)]
    own = classes[["name", "manager", "cell", "revenue"]]
    typed = typed.drop(columns=list(own), errors="ignore").join(own)
    typed = typed.sort_values("revenue", ascending=False, kind="stable")
    note = _("{typed} of {all} accounts have a type; an account with several counts in each.")
    note = note.format(typed=count(len(typed)), all=count(len(classes)))
    sheet = desk.sheet(TYPES.name, TYPES.title, note)
    frame = chosen(typed, list(TYPES.widths)).rename_axis("account")
    limit = desk.book.settings.pack.sheet_rows
    placed = write_list(
        desk, TYPES.name, frame.head(limit), row=HEAD_ROW, table="types", wrapped=True
    )
    if not desk.tables["types"].empty and len(frame) <= limit:
        _sums(desk, sheet, layout, placed, typed)
    for name in ACCOUNT_TYPES:
        col = placed.columns[name]
        look = desk.workbook.add_format({"bg_color": desks.ABC_COLOURS["C"], "bold": True})
        rule = {"type": "no_blanks", "format": look}
        sheet.conditional_format(placed.first, col, placed.last, col, rule)
    finish_list(sheet, placed)
    sheet.freeze_panes(3, 0)
    sheet.set_column(0, 0, 16)


def write_mistakes(desk: Desk) -> None:
    """The five mistakes at each key account, the most of them first."""
    found, classes = desk.tables["mistakes"], desk.tables["abc_xyz"]
    who = _("accounts")
    if "key_accounts" in desk.tables:
        found = found.reindex(desk.tables["key_accounts"].index.intersection(found.index))
        who = _("key accounts")
    found = found.drop(columns=["name", "manager"], errors="ignore")
    found = found.join(classes[["name", "manager"]])
    found = found.sort_values("mistakes", ascending=False, kind="stable")
    frame = chosen(found, list(MISTAKES.widths)).rename_axis("account")
    placed = write_frame(desk, MISTAKES, "mistakes", frame, who=who)
    sheet = desk.sheets[MISTAKES.name]
    scale = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    colours = {"min_color": "#ffffff", "max_color": "#e9b27c"}
    for name in FIVE:
        if name in placed.columns:
            col = placed.columns[name]
            rule = {"type": "2_color_scale", **scale, **colours}
            sheet.conditional_format(placed.first, col, placed.last, col, rule)


def _sums(desk: Desk, sheet: Worksheet, layout: Layout, placed: Placed, typed) -> None:
    """Accounts and revenue per type and without one, from the list and the sheet Accounts."""
    revenue = column("revenue")
    col = placed.columns["revenue"]
    figures = (_("Accounts"), revenue.heading(desk.currency), _("Share of revenue"))
    for i in range(col - 1):
        put(sheet, BLOCK_ROW, i, _("Type") if i == 0 else "", desk.head())
    for i, text in enumerate(figures, col - 1):
        put(sheet, BLOCK_ROW, i, text, desk.head(live=True, numeric=True))
    sheet.set_row(BLOCK_ROW, 34)
    classes = desk.tables["abc_xyz"]
    total = float(classes["revenue"].sum())
    whole = layout.total_of(money_column(desk, "revenue")).removeprefix("=")
    money = placed.area("revenue")
    rows = []
    for name in ACCOUNT_TYPES:
        cells = placed.area(name)
        own = typed[typed[name].astype(bool)]
        rows.append(
            (column(name).label, f'=COUNTIF({cells},"{YES}")', len(own),
             f'=SUMIF({cells},"{YES}",{money})', float(own["revenue"].sum()))
        )  # fmt: skip
    left = f"+{layout.left_out}" if layout.left_out else ""
    counted = f"COUNTA({layout.area('account')}){left}-COUNTA({placed.area('account')})"
    others, rest = len(classes) - len(typed), total - float(typed["revenue"].sum())
    rows.append((_("None"), f"={counted}", others, f"={whole}-SUM({money})", rest))
    for line, (text, accounts, number, formula, value) in enumerate(rows, BLOCK_ROW + 1):
        for i in range(col - 1):
            put(sheet, line, i, text if i == 0 else "", desk.body("text", bold=True))
        sheet.write_formula(line, col - 1, accounts, desk.body("count"), number)
        sheet.write_formula(line, col, formula, desk.body("money"), value)
        part = f"=IF({whole}>0,{xl_rowcol_to_cell(line, col)}/({whole}),0)"
        share = value / total if total > 0 else 0.0
        sheet.write_formula(line, col + 1, part, desk.body("share"), share)
