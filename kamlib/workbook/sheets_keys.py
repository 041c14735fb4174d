"""The sheets of key accounts: the list with its live score, and how it changed."""

import pandas as pd

from kamlib.analysis.segments.criteria import CRITERIA as SIX
from kamlib.words import _, count, share
from kamlib.workbook.accounts import all_managers
from kamlib.workbook.desk import KEY_ACCOUNTS, KEY_CHANGES, Desk
from kamlib.workbook.lists import chosen, finish_list, write_list
from kamlib.workbook.segments import colour_scores, ranking
from kamlib.workbook.sheets_weights import list_row, weights_note, write_weights

WANTED = (
    *("name", "manager", "types", "cell", "revenue", "margin", *SIX, "score", "completeness"),
    *("rank", "rank_in_pack", "rank_best", "rank_worst", "hours", "quadrant", "rfm_segment"),
    *("key_why", "manager_number"),
)
SCORED = (
    *SIX,
    "score",
    "completeness",
    "rank",
    "rank_best",
    "rank_worst",
    "quadrant",
    "rfm_segment",
)
CHANGED = (
    *("name", "manager", "revenue_before", "revenue", "from_cell", "cell", "change", "change_why"),
    *("why", "reason"),
)
LEFT_OUT = ("name", "manager", "hours", "revenue", "score", "cell", "status", "key_why", "reason")
LIVE = ("score", "completeness", "rank")
PLAIN_HEAD_ROW = 4


def write_key_accounts(desk: Desk) -> None:
    """The key accounts, best first, with the weights to try above their six criteria."""
    sheet = desk.sheet(KEY_ACCOUNTS, _("Key accounts"), _note(desk))
    scored = "segments" in desk.tables
    frame = key_frame(desk)
    live = _lookups(desk, frame) if scored else {}
    placed = write_list(
        desk, KEY_ACCOUNTS, frame, row=key_row(desk), table="key_accounts", live=live, wrapped=True
    )
    if scored:
        desk.note(sheet, 3, 0, weights_note() + " " + _("The list itself is as in the pack."))
        write_weights(desk, KEY_ACCOUNTS, placed.columns[SIX[0]])
        colour_scores(desk, sheet, placed)
    fixed = placed.columns.get("name", 0) + 1
    finish_list(sheet, placed, fixed=fixed, folded={"manager_number"}, pages=2)


def key_row(desk: Desk) -> int:
    """The row of the list's headings."""
    return list_row(desk, KEY_ACCOUNTS) if "segments" in desk.tables else PLAIN_HEAD_ROW


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
    return chosen(keys, WANTED).rename_axis("account")


def write_key_changes(desk: Desk) -> None:
    """Who entered and left the list since last quarter, and who found no room on it."""
    sheet = desk.sheet(
        KEY_CHANGES,
        _("Who entered, who left, who is not on the list"),
        _("Against last quarter's list by the same rule; candidates without room by the reason."),
    )
    row, widths = 3, {}
    for key, title, wanted in (
        ("key_changes", _("Entered and left"), CHANGED),
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
        placed = write_list(desk, KEY_CHANGES, shown, row=row + 1, table=key, wrapped=True)
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
            found.looked_up(name, account) if account in there else f"={_constant(value)}"
            for account, value in frame[name].items()
        ]
        for name in LIVE
    }


def _constant(value: float) -> str:
    return '""' if pd.isna(value) else repr(float(value))


def _note(desk: Desk) -> str:
    keys, shares = desk.tables["key_accounts"], desk.tables.get("key_share")
    parts = [
        _("{accounts} key accounts, in the order in which hours are given out").format(
            accounts=count(len(keys))
        )
    ]
    if shares is not None and len(keys):
        part = share(shares.loc["revenue", "share"])
        parts.append(_("{share} of revenue").format(share=part))
    if KEY_CHANGES in desk.sheets:
        parts.append(_("who entered, left or found no room: see {sheet}").format(sheet=KEY_CHANGES))
    return "; ".join(parts) + "."
