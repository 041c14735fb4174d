"""The sheets of the campaign: steps by day, hours per person and week, and cards to print."""

from dataclasses import replace

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from kamlib.chapters.sheets.targeting import CALENDAR, CARDS, CONTACTS, WEEKS
from kamlib.data.work import card_name
from kamlib.quarters import quarter_label, quarter_told
from kamlib.show.cards import MOST_PRINTED, people_words, printed_cards
from kamlib.show.columns import Kind, column
from kamlib.words import AsItIs, _, count, day
from kamlib.workbook import desk as desks
from kamlib.workbook.desk import (
    ACCENT,
    GRID,
    HEAD,
    INK,
    INPUT,
    MUTED,
    OWN_CELL,
    Desk,
    area,
    put,
    short,
)
from kamlib.workbook.lists import (
    Placed,
    colour_done,
    finish_told,
    own_cells,
    told_frame,
    write_frame,
    write_list,
    write_sums,
)
from kamlib.workbook.targeting import colour_tiers, link_accounts

SUMS_ROW, HEAD_ROW = 4, CALENDAR.row
STATES = (_("planned"), _("done"), _("moved"), _("dropped"))
DROPPED = STATES[-1]
# A date of 0 or text has no week. 21: weeks of ISO 8601, from Monday.
FORMULAS = {
    "week": '=IF(ISNUMBER({date}),WEEKNUM({date},21),"")',
    "monday": '=IF(ISNUMBER({date}),INT({date})-WEEKDAY({date},2)+1,"")',
}
TEAMS = (
    ("owner", "owner_number", "sales_hours", _("Sales")),
    ("marketing", "marketing_number", "marketing_hours", _("Marketing")),
)
EMPTY = {"num_format": "#,##0.0;-#,##0.0;"}  # no hours, nothing to read
WEEK_HEAD, WEEKS_A_QUARTER, MOST_WEEKS = 4, 13, 27
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


def calendar_frame(desk: Desk) -> pd.DataFrame:
    """The steps by day as their sheet shows them; who does them has a number."""
    frame = desk.tables["campaign"].reset_index(drop=True)
    frame = frame.sort_values("date", kind="stable", ignore_index=True)
    for name in ("owner", "marketing", "prospect", "name", "tier"):
        frame[name] = frame[name].astype("str").fillna("") if name in frame else ""
    for name in ("sales_hours", "marketing_hours"):
        frame[name] = frame[name].astype(float) if name in frame else 0.0
    frame = frame.head(desk.book.settings.pack.sheet_rows)
    dates = pd.to_datetime(frame["date"])
    frame = frame.assign(
        date=dates,
        week=dates.dt.isocalendar().week.astype(float),
        monday=(dates.dt.normalize() - pd.to_timedelta(dates.dt.day_of_week, unit="D")),
        status=STATES[0],
        notes="",
        done_on="",
    )
    for name, number, _hours, _team in TEAMS:
        people = _people(frame[name])
        frame[number] = frame[name].map(pd.Series(range(1, len(people) + 1), people)).astype(float)
    return frame


def write_calendar(desk: Desk) -> None:
    """Every step of content and of talk by day, with cells for how it went."""
    every, frame = len(desk.tables["campaign"]), calendar_frame(desk)
    note = _("{rows} steps by day. Filter a person, a week or a target.")
    note = note.format(rows=count(every))
    if not every:
        note = _("No steps: no target has hours this quarter.")
    elif len(frame) < every:
        more = _("The first {rows}; all are in tables/{table}.csv.")
        note += " " + more.format(rows=count(len(frame)), table="campaign")
    title = _("Content and personal steps in {quarter}").format(
        quarter=quarter_told(desk.book.quarter + 1)
    )
    sheet = desk.sheet(CALENDAR.name, title, note)
    told = _(
        "Another date moves the week, on the sheet {sheet} too; a dropped step costs no hours."
    )
    desk.note(sheet, 2, 0, told.format(sheet=WEEKS.name))
    shown = frame[[name for name in CALENDAR.widths if name in frame]]
    placed = write_list(
        desk,
        CALENDAR.name,
        shown,
        row=HEAD_ROW,
        table="campaign",
        labels=CALENDAR.labels,
        live=_live(shown),
        widths=CALENDAR.widths,
    )
    if len(shown):
        link_accounts(desk, sheet, placed, shown["prospect"])
        own_cells(desk, sheet, placed, usual={"status": STATES[0]})
        _states(desk, sheet, placed)
        colour_done(desk, sheet, placed)
        colour_tiers(desk, sheet, placed)
        write_sums(desk, sheet, SUMS_ROW, _sums(placed, shown))
    finish_told(sheet, CALENDAR, placed)


def write_weeks(desk: Desk) -> None:
    """Hours per person and week, live on the calendar; more than there are stands out."""
    frame = calendar_frame(desk)
    note = _("Hours of {sheet}, without what was dropped. Orange: more than an even week holds.")
    sheet = desk.sheet(WEEKS.name, _("Hours per person and week"), note.format(sheet=CALENDAR.name))
    sheet.freeze_panes(WEEK_HEAD, 2)
    weeks = _mondays(frame, desk)
    if frame.empty or not weeks:
        desk.note(sheet, 2, 0, _("No steps: no target has hours this quarter."))
        return
    told = _(
        "Yellow: change it where somebody has other hours. Elsewhere: no day, or another week."
    )
    desk.note(sheet, 2, 0, told)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 13)
    sheet.set_column(2, 2, 4, None, {"hidden": True})
    sheet.set_column(3, len(weeks) + 3, 8)
    sheet.set_column(len(weeks) + 4, len(weeks) + 4, 13)
    row = WEEK_HEAD
    for team in TEAMS:
        row = _team_hours(desk, sheet, frame, weeks, team, row) + 2


def _team_hours(
    desk: Desk,
    sheet: Worksheet,
    frame: pd.DataFrame,
    weeks: list[pd.Timestamp],
    team: tuple[str, str, str, str],
    row: int,
) -> int:
    """One block: a line per person, a column per week, and sums. The last line's row."""
    name, number, hours, title = team
    people, first = _people(frame[name]), row + 2
    if len(people) > 1 and not frame.loc[frame[name] == "", hours].any():
        people = [person for person in people if person]  # steps without a part of this team
    last = len(weeks) + 3
    _week_heads(desk, sheet, title, weeks, row)
    where = {label: _cells(desk, frame, label) for label in (number, hours, "monday", "status")}
    rule = f'{where["status"]},"<>{DROPPED}"'
    body = desk.body("hours", **EMPTY)
    bold = desk.body("hours", bold=True, **EMPTY)
    spent = frame.assign(who=frame[number]).groupby(["who", "monday"])[hours].sum()
    total = frame.groupby(number)[hours].sum()
    for line, (person, i) in enumerate(((p, i) for i, p in enumerate(people, 1)), first):
        put(sheet, line, 0, person, desk.body("text"))
        _capacity(desk, sheet, line, _week_hours(desk, name, person, len(people)))
        put(sheet, line, 2, float(i), desk.body("count"))
        own = f"{where[number]},$C{line + 1}"
        for col, monday in enumerate(weeks, 3):
            day_of = xl_rowcol_to_cell(row + 1, col, row_abs=True)
            formula = f"=SUMIFS({where[hours]},{own},{where['monday']},{day_of},{rule})"
            sheet.write_formula(line, col, formula, body, float(spent.get((i, monday), 0.0)))
        value = float(total.get(i, 0.0))
        sheet.write_formula(line, last, f"=SUMIFS({where[hours]},{own},{rule})", bold, value)
        inside = f"SUM($D{line + 1}:{xl_rowcol_to_cell(line, last - 1, col_abs=True)})"
        left = value - sum(float(spent.get((i, monday), 0.0)) for monday in weeks)
        formula = f"=ROUND({xl_rowcol_to_cell(line, last, col_abs=True)}-{inside},6)"
        sheet.write_formula(line, last + 1, formula, body, round(left, 6))
    end = first + len(people) - 1
    _all_people(desk, sheet, frame, weeks, hours, first, end)
    look = desk.workbook.add_format({"bg_color": "#f3b27a", "bold": True})
    criteria = f"=AND(ISNUMBER($B{first + 1}),D{first + 1}>$B{first + 1}+0.0001)"
    over = {"type": "formula", "criteria": criteria, "format": look, "stop_if_true": True}
    sheet.conditional_format(first, 3, end, last - 1, over)
    return end + 1


def _week_heads(
    desk: Desk, sheet: Worksheet, title: str, weeks: list[pd.Timestamp], row: int
) -> None:
    """The headings of a block: the weeks' numbers, and their Mondays below."""
    for col, text in enumerate([title, _("Hours a week"), _("No.")]):
        put(sheet, row, col, text, desk.head(numeric=col == 1))
        put(sheet, row + 1, col, _("Week from") if col == 0 else "", desk.head())
    white = {"font_color": "#ffffff", "bg_color": desks.HEAD, "align": "right"}
    for col, monday in enumerate(weeks, 3):
        sheet.write_number(
            row, col, float(monday.isocalendar().week), desk.style(bold=True, **white)
        )
        put(sheet, row + 1, col, monday, desk.style(num_format="mm-dd", **white))
    for col, text in enumerate((_("All"), _("Elsewhere")), len(weeks) + 3):
        put(sheet, row, col, text, desk.head(live=True, numeric=True))
        put(sheet, row + 1, col, "", desk.head(live=True))


def _all_people(
    desk: Desk,
    sheet: Worksheet,
    frame: pd.DataFrame,
    weeks: list[pd.Timestamp],
    hours: str,
    first: int,
    end: int,
) -> None:
    style = desk.body("hours", bold=True, top=1, top_color=desks.HEAD)
    put(sheet, end + 1, 0, _("All of these"), desk.body("text", bold=True, top=1))
    by_week = frame.groupby("monday")[hours].sum()
    inside = [float(by_week.get(monday, 0.0)) for monday in weeks]
    total = float(frame[hours].sum())
    for col in (1, 2):
        put(sheet, end + 1, col, "", style)
    values = [*inside, total, round(total - sum(inside), 6)]
    for col, value in enumerate(values, 3):
        letter = xl_col_to_name(col)
        sheet.write_formula(end + 1, col, f"=SUM({letter}{first + 1}:{letter}{end + 1})", style,
                            value)  # fmt: skip


def _capacity(desk: Desk, sheet: Worksheet, line: int, hours: float | None) -> None:
    style = desk.style("hours", bg_color=INPUT, border=1, border_color="#b58900", locked=False)
    put(sheet, line, 1, hours, style)
    rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    told = {"error_title": _("Hours a week"), "error_message": _("A number, 0 or more.")}
    sheet.data_validation(line, 1, line, 1, rule | told)


def _week_hours(desk: Desk, name: str, person: str, people: int) -> float | None:
    """What a week holds for targets: of one of sales the kept share, of marketing all."""
    tiers, hours = desk.book.settings.tiers, _recorded_hours(desk).get(person)
    if name == "owner":
        return None if hours is None else hours * tiers.hours_share / WEEKS_A_QUARTER
    return (tiers.marketing_hours / people if hours is None else hours) / WEEKS_A_QUARTER


def _recorded_hours(desk: Desk) -> dict[str, float]:
    managers = desk.book.known("managers")
    if "hours_per_quarter" not in managers:
        return {}
    hours = managers.set_index(managers["manager"].astype("str"))["hours_per_quarter"].dropna()
    return hours.astype(float).to_dict()


def _mondays(frame: pd.DataFrame, desk: Desk) -> list[pd.Timestamp]:
    """The weeks from the first step to the last, and on to the quarter's end."""
    known = frame["monday"].dropna()
    if known.empty:
        return []
    end = max(known.max(), (desk.book.quarter + 1).end_time.normalize())
    return list(pd.date_range(known.min(), end, freq="7D"))[:MOST_WEEKS]


def _people(names: pd.Series) -> list[str]:
    """Everyone with a step, in the order of their names; nobody ("") last."""
    return sorted(set(names), key=lambda name: (name == "", name))


def _cells(desk: Desk, frame: pd.DataFrame, name: str) -> str:
    shown = [label for label in CALENDAR.widths if label in frame]
    return area(CALENDAR.name, HEAD_ROW + 1, HEAD_ROW + max(len(frame), 1), shown.index(name))


def _live(shown: pd.DataFrame) -> dict[str, list[str]]:
    letter = f"${xl_col_to_name(list(shown).index('date'))}"
    first = HEAD_ROW + 2
    return {
        name: [text.format(date=f"{letter}{first + i}") for i in range(len(shown))]
        for name, text in FORMULAS.items()
    }


def _states(desk: Desk, sheet: Worksheet, placed: Placed) -> None:
    """Status cells to choose in; what was dropped is grey."""
    col = placed.columns["status"]
    style = desk.style(valign="top", align="center", **OWN_CELL)
    for row in range(placed.first, placed.last + 1):
        sheet.write_string(row, col, STATES[0], style)
    rule = {"validate": "list", "source": list(STATES), "error_title": _("Status")}
    sheet.data_validation(placed.first, col, placed.last, col, rule)
    grey = desk.workbook.add_format({"font_color": "#8a94a1", "font_strikeout": True})
    criteria = f'=${xl_col_to_name(col)}{placed.first + 1}="{DROPPED}"'
    rule = {"type": "formula", "criteria": criteria, "format": grey, "stop_if_true": True}
    sheet.conditional_format(placed.first, 0, placed.last, len(placed.columns) - 1, rule)


def _sums(placed: Placed, shown: pd.DataFrame) -> list[tuple[str, str, float, Kind]]:
    def hours(text: str, name: str) -> tuple[str, str, float, Kind]:
        return text, f"=SUBTOTAL(109,{placed.area(name)})", float(shown[name].sum()), "hours"

    steps = f"=SUBTOTAL(103,{placed.area('status')})"
    return [
        (_("Steps shown"), steps, len(shown), "count"),
        (_("Done"), f"=SUBTOTAL(103,{placed.area('done_on')})", 0, "count"),
        hours(_("Sales hours"), "sales_hours"),
        hours(_("Marketing hours"), "marketing_hours"),
    ]


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
    for name in CONTACTS.widths:
        if name in cards and not _is_day(cards[name]) and cards[name].dtype.kind not in "iuf":
            cards[name] = cards[name].astype("str").fillna("")
    cards = cards.assign(place=place).sort_values("place", kind="stable", ignore_index=True)
    return cards.assign(notes="", done_on="")


def write_contacts(desk: Desk) -> None:
    """Everyone who is known at a target, with the next step of each."""
    frame = card_frame(desk)
    note = CONTACTS.note.format(
        people=people_words(frame), targets=count(frame["prospect"].nunique())
    )
    if frame.empty:
        note = _("Nobody is known: no contacts are recorded at any target.")
    told, table = replace(CONTACTS, note=note), "contact_cards"
    placed = write_frame(desk, told, table, told_frame(desk, told, table, frame))
    if len(frame):
        sheet = desk.sheets[CONTACTS.name]
        link_accounts(desk, sheet, placed, frame["prospect"].head(placed.last - placed.head))
        if "tier" in placed.columns:
            colour_tiers(desk, sheet, placed)


def write_cards(desk: Desk) -> None:
    """Cards to print, two beside each other and six on a sheet of A4."""
    frame = card_frame(desk)
    carried = printed_cards(frame)
    shown = carried.head(MOST_PRINTED)
    sheet = desk.sheet(CARDS.name, _("Contact cards"), _cards_note(carried))
    sheet.set_row(2, 20)
    desk.note(sheet, 2, 0, _others(len(carried), len(shown), len(frame)))
    sheet.set_portrait()
    # Excel heeds page breaks only where it is not told to fit pages.
    sheet.set_print_scale(PRINT_SCALE)
    sheet.center_horizontally()
    for col in range(2 * CARD_COLUMNS - 1):
        sheet.set_column(col, col, COLUMN_WIDTHS[col % CARD_COLUMNS])
    cards = shown.to_dict("records")
    looks, quarter = _looks(desk), quarter_label(desk.book.quarter + 1)
    for number, card in enumerate(cards):
        row = CARDS_ROW + number // 2 * CARD_ROWS
        if number % 2 == 0:
            _heights(sheet, row)
        card["key"] = card_name(quarter, card.get("prospect") or "", card.get("person") or "")
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
        put(sheet, line, col + 1, short(_text(name, card.get(name)), ROOM[height]), look)
    line = row + 2 + len(LINES)
    put(sheet, line, col, _("Notes"), looks["last_label"])
    put(sheet, line, col + 1, "", looks["notes"])
    # By it the notes are read back.
    put(sheet, line, col + 2, AsItIs(card["key"]), looks["unseen"])


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
        "unseen": desk.style(num_format=";;;"),
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
                cards=count(every), sheet=CONTACTS.name, table="contact_cards"
            )
        )
    return " ".join(told)


def _text(name: str, value: object) -> str:
    if value is None or value is pd.NaT or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return day(value)
    return column(name).words.get(str(value), str(value))


def _order(tier: str) -> float:
    order = ("one-to-one", "one-to-few", "one-to-many", "find out", "not now")
    return float(order.index(tier)) if tier in order else 9.0


def _is_day(values: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(values)
