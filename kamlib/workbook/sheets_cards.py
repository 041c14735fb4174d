"""The people at the targets: a list to filter, and one card per person to print."""

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kamlib.show.cards import MOST_PRINTED, people_words, printed_cards
from kamlib.words import _, count, day
from kamlib.workbook.desk import ACCENT, CARDS, CONTACTS, GRID, HEAD, INK, MUTED, Desk, put, short
from kamlib.workbook.lists import finish_list, write_list
from kamlib.workbook.sheets_plan import colour_done, own_cells
from kamlib.workbook.targeting import colour_tiers, link_accounts

LIST_ROW = 4
WIDTHS = {
    "prospect": 13,
    "name": 28,
    "tier": 14,
    "person": 20,
    "role": 14,
    "position": 22,
    "owner": 18,
    "next_step": 32,
    "next_step_due": 12,
    "channel": 12,
    "last_contact": 12,
    "silent_days": 9,
    "interests": 26,
    "finding": 36,
    "notes": 34,
    "done_on": 12,
    "contact": 9,
}
CARDS_ROW = 3
PAGE_ROWS = 3  # rows of two cards on one sheet of A4
# Lines of a card: what stands there and how high it is (points). Three lines of cards and the
# title fill a sheet of A4 at this scale.
PRINT_SCALE = 84
LINES = (
    ("position", 15),
    ("role", 15),
    ("interests", 28),
    ("channel", 15),
    ("last_contact", 15),
    ("next_step", 40),
    ("next_step_due", 15),
    ("owner", 15),
    ("finding", 40),
)
NAME_HEIGHT, COMPANY_HEIGHT, NOTES_HEIGHT, GAP = 21, 16, 30, 9
# Letters that a line of so many points holds: what is longer stands in the list.
ROOM = {15: 30, 28: 54, 40: 78}
CARD_ROWS = len(LINES) + 4
CARD_COLUMNS, COLUMN_WIDTHS = 3, (11, 27, 2)
CARD_LABELS = {
    "position": _("Position"),
    "role": _("Role"),
    "interests": _("What matters"),
    "channel": _("Channel"),
    "last_contact": _("Last contact"),
    "next_step": _("Next step"),
    "next_step_due": _("Due"),
    "owner": _("Owner"),
    "finding": _("To mind"),
}


def card_frame(desk: Desk) -> pd.DataFrame:
    """The people in the order of their targets, with the target's name and tier."""
    cards = desk.tables["contact_cards"].reset_index(drop=True)
    targets = desk.tables.get("targets")
    place = pd.Series(0.0, cards.index)
    if targets is not None and len(cards):
        codes = cards["prospect"]
        for name in ("tier", "name"):
            if name not in cards and name in targets:
                cards[name] = codes.map(targets[name].astype("str"))
        if "rank" in targets:
            tier = codes.map(targets["tier"].astype("str")).map(_order).fillna(9)
            place = tier * 1e9 + codes.map(targets["rank"].astype(float)).fillna(1e8)
    for name in WIDTHS:
        if name in cards and not _is_day(cards[name]) and cards[name].dtype.kind not in "iuf":
            cards[name] = cards[name].astype("str").fillna("")
    cards = cards.assign(place=place).sort_values("place", kind="stable", ignore_index=True)
    return cards.assign(notes="", done_on="")


def write_contacts(desk: Desk) -> None:
    """Everyone who is known at a target, with the next step of each."""
    frame = card_frame(desk)
    limit = desk.book.settings.pack.sheet_rows
    shown = frame.head(limit)[[name for name in WIDTHS if name in frame]]
    note = _("{people} at {targets} targets, the most important targets first.")
    note = note.format(people=people_words(frame), targets=count(frame["prospect"].nunique()))
    if frame.empty:
        note = _("Nobody is known: no contacts are recorded at any target.")
    sheet = desk.sheet(CONTACTS, _("People at the targets"), note)
    told = _("Filter an owner or a role; Notes and Done on are yours.")
    if len(shown) < len(frame):
        more = _("The first {rows}; all are in tables/{table}.csv.")
        told += " " + more.format(rows=count(len(shown)), table="contact_cards")
    desk.note(sheet, 2, 0, told)
    widths = [WIDTHS[name] for name in shown]
    placed = write_list(desk, CONTACTS, shown, row=LIST_ROW, table="contact_cards", widths=widths)
    if len(shown):
        link_accounts(desk, sheet, placed, shown["prospect"])
        own_cells(desk, sheet, placed)
        colour_done(desk, sheet, placed)
        if "tier" in placed.columns:
            colour_tiers(desk, sheet, placed)
    finish_list(sheet, placed, fixed=placed.columns.get("name", 0) + 1, pages=2)
    for name, width in WIDTHS.items():
        if name in placed.columns:
            sheet.set_column(placed.columns[name], placed.columns[name], width)


def write_cards(desk: Desk) -> None:
    """Cards to print, two beside each other and six on a sheet of A4."""
    frame = card_frame(desk)
    carried = printed_cards(frame)
    shown = carried.head(MOST_PRINTED)
    sheet = desk.sheet(CARDS, _("Contact cards"), _cards_note(carried))
    sheet.set_row(2, 20)
    desk.note(sheet, 2, 0, _others(len(carried), len(shown), len(frame)))
    sheet.set_portrait()
    # Excel heeds page breaks only where it is not told to fit pages.
    sheet.set_print_scale(PRINT_SCALE)
    sheet.center_horizontally()
    for col in range(2 * CARD_COLUMNS - 1):
        sheet.set_column(col, col, COLUMN_WIDTHS[col % CARD_COLUMNS])
    cards = shown.to_dict("records")
    looks = _looks(desk)
    for number, card in enumerate(cards):
        row = CARDS_ROW + number // 2 * CARD_ROWS
        if number % 2 == 0:
            _heights(sheet, row)
        _card(sheet, row, number % 2 * CARD_COLUMNS, card, looks)
    pages = range(2 * PAGE_ROWS, len(cards), 2 * PAGE_ROWS)
    sheet.set_h_pagebreaks([CARDS_ROW + number // 2 * CARD_ROWS for number in pages])
    last = CARDS_ROW + max(-(-len(cards) // 2), 1) * CARD_ROWS - 1
    sheet.print_area(0, 0, last, 2 * CARD_COLUMNS - 2)
    sheet.freeze_panes(CARDS_ROW, 0)


def _card(sheet: Worksheet, row: int, col: int, card: dict, looks: dict[str, Format]) -> None:
    person = card.get("person") or _("Nobody named")
    sheet.merge_range(row, col, row, col + 1, "", looks["person"])
    put(sheet, row, col, short(person, 44), looks["person"])
    sheet.merge_range(row + 1, col, row + 1, col + 1, "", looks["company"])
    put(sheet, row + 1, col, short(card.get("name") or "", 38), looks["company"])
    for line, (name, height) in enumerate(LINES, row + 2):
        put(sheet, line, col, CARD_LABELS[name], looks["label"])
        look = looks["finding"] if name == "finding" else looks["value"]
        put(sheet, line, col + 1, short(_text(card.get(name)), ROOM[height]), look)
    line = row + 2 + len(LINES)
    put(sheet, line, col, _("Notes"), looks["last_label"])
    put(sheet, line, col + 1, "", looks["notes"])


def _looks(desk: Desk) -> dict[str, Format]:
    edge = {"border_color": "#8a94a1"}
    left, right = {"left": 1, "left_color": "#8a94a1"}, {"right": 1, "right_color": "#8a94a1"}
    thin = {"bottom": 4, "bottom_color": GRID}
    value = {"valign": "top", "text_wrap": True, "align": "left", "font_size": 10}
    label = {"valign": "top", "font_color": MUTED, "font_size": 9, "align": "left", "indent": 1}
    closing = {"bottom": 1, "bottom_color": "#8a94a1"}
    white = {"bold": True, "font_color": "#ffffff", "bg_color": HEAD, "border": 1, **edge}
    pale = {"bg_color": "#eaf1f8", "font_color": INK, "bold": True, "border": 1, **edge}
    return {
        "person": desk.style(font_size=13, valign="vcenter", indent=1, **white),
        "company": desk.style(valign="vcenter", indent=1, **pale),
        "label": desk.style(**label, **left, **thin),
        "value": desk.style(**value, **right, **thin),
        "finding": desk.style(**value | {"font_color": ACCENT}, **right, **thin),
        "last_label": desk.style(**label, **left, **closing),
        "notes": desk.style(locked=False, bg_color="#fffdf4", **value, **right, **closing),
    }


def _heights(sheet: Worksheet, row: int) -> None:
    heights = [NAME_HEIGHT, COMPANY_HEIGHT, *(height for _name, height in LINES)]
    for line, height in enumerate([*heights, NOTES_HEIGHT, GAP], row):
        sheet.set_row(line, height)


def _cards_note(carried: pd.DataFrame) -> str:
    if carried.empty:
        return _("No cards: nobody is known at a one-to-one or one-to-few target.")
    text = _("{people} at one-to-one and one-to-few targets; prints six to a page.")
    return text.format(people=people_words(carried))


def _others(carried: int, shown: int, every: int) -> str:
    """Where those are who have no card here."""
    told = []
    if shown < carried:
        told.append(_("The first {rows}.").format(rows=count(shown)))
    if shown < every:
        told.append(
            _("All {cards} are on the sheet {sheet} and in tables/{table}.csv.").format(
                cards=count(every), sheet=CONTACTS, table="contact_cards"
            )
        )
    return " ".join(told)


def _text(value: object) -> str:
    if value is None or value is pd.NaT or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    return day(value) if isinstance(value, pd.Timestamp) else str(value)


def _order(tier: str) -> float:
    order = ("one-to-one", "one-to-few", "one-to-many", "find out", "not now")
    return float(order.index(tier)) if tier in order else 9.0


def _is_day(values: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(values)
