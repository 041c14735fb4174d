"""What people wrote into the lists of a pack's workbook: what was done when, and what came of it.

Each list with cells of the reader's own has a hidden row above its headings. A cell of it names
the column and its heading (``notes|Notes``), so that columns may be moved; that of the day also
names the list, the quarter in which it is worked on, and its rows: ``done_on|Done on|todo 2026Q1
186``. A printed card has the same in a cell that cannot be seen beside its notes.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from kamlib.data.describe.ids import plain_id
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.value_words import known_values, value_key
from kamlib.data.files.parts import cell_text
from kamlib.data.reduce.checks import SideTable, empty_side_table
from kamlib.data.writing.days import ORDERS, day_text, day_value
from kamlib.data.writing.numbers import ColumnStyle, number_text, number_value
from kamlib.quarters import parsed_quarter, quarter_label
from kamlib.settings import TASK_OUTCOMES, TASK_VERBS
from kamlib.settings.todo import LOST, MISSED, STILL_OPEN, UNDONE, WON
from kamlib.words import _, count, told

RETURNED = "returned"
WINBACKS = "winbacks"
TODO, CARDS = "todo", "contact_cards"
# Their rows are an account's task itself; a row of another list is a step of it.
SLICES = ("watch_list", "winback", "plan", "targets")
FACTS = ("name", "manager", "verb", "do", "stake", "chance", "worth", "hours", "due")
OWN = ("done_on", "outcome", "value", "notes")
PLACE = ("file", "sheet", "row")
_NUMBERS = ("stake", "chance", "worth", "hours", "value")
_DAYS = ("due", "done_on")
TASK_COLUMNS = ("quarter", "subject", "id", *FACTS, *OWN, "steps_done", "returned")
ENTRY_COLUMNS = (
    *("quarter", "list", "subject", "part", "id", *FACTS, *OWN, *PLACE, "saved", "listed"),
)
NOTE_COLUMNS = ("table", *PLACE, "reason")
_BESIDE = "|"
_SEARCHED = 40  # rows in which the hidden row is looked for
_SUBJECTS = ("subject", "account", "prospect")
_PARTS = ("person", "step", "product_line", "question")  # which of an account's rows it is
_LIST = re.compile(r"(\w+) ((?:FY)?\d{4}Q[1-4]) (\d+)")
_ID = re.compile(r"(win_back|find_out|[^_]+)_(.+)")
_EXCEL_ZERO, _SERIALS = dt.datetime(1899, 12, 30), range(30_000, 80_000)  # a day as Excel counts
_EARLY, _LATE = pd.Timedelta(days=100), pd.Timedelta(days=200)  # around the quarter's first day
NOBODY = _("names no account: the row counts nowhere")
# What an outcome of a task is as that of an attempt to win back.
_ATTEMPTS = {WON: "won", LOST: "refused", MISSED: "no answer", STILL_OPEN: "open"}
_HEADINGS = {"done_on": _("Done on"), "outcome": _("Outcome"), "value": _("Value")}


@dataclass(frozen=True)
class Work:
    """What came back of packs' lists: one row per task in ``tasks``, all of it in ``entries``.

    The columns are ``TASK_COLUMNS`` and ``ENTRY_COLUMNS``. ``quarter`` is that in which the list
    is worked on; ``returned`` names the files; ``steps_done`` counts rows of other lists that
    were done for the same account.
    """

    tasks: SideTable
    entries: pd.DataFrame = field(repr=False)


@dataclass(frozen=True)
class _List:
    table: str
    quarter: pd.Period
    rows: int
    head: int
    columns: Mapping[str, int]
    untouched: str = ""

    def day(self, cell: Any) -> dt.datetime | None:
        """A cell as a day: of two readings the one near the quarter, else the day goes first."""
        if isinstance(cell, dt.datetime | dt.date):
            return dt.datetime(cell.year, cell.month, cell.day)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return _EXCEL_ZERO + dt.timedelta(days=int(cell)) if int(cell) in _SERIALS else None
        found = day_text(_text(cell)) if _text(cell) else None
        if found is None or found.month_only or found.week_only or found.quarter_only:
            return None
        days = [day_value(found, order) for order in ORDERS]
        days = [dt.datetime(day.year, day.month, day.day) for day in days if day]
        return next(filter(self.near, days), days[0] if days else None)

    def near(self, day: dt.datetime) -> bool:
        """Whether somebody can have worked on the list on a day."""
        begin = self.quarter.start_time
        return begin - _EARLY <= day <= begin + _LATE


def names_cell(name: str, heading: str, more: str = "") -> str:
    """The cell of the hidden row above a column.

    >>> names_cell("notes", "Notes")
    'notes|Notes'
    """
    return _BESIDE.join([name, heading, *([more] if more else [])])


def list_name(table: str, quarter: str, rows: int) -> str:
    """What the hidden row says of a list: its table, its quarter, and how many rows it has."""
    return f"{table} {quarter} {rows}"


def card_name(quarter: str, prospect: str, person: str) -> str:
    """What stands unseen beside the notes of a printed card."""
    return _BESIDE.join([CARDS, quarter, prospect, person])


def written_in(
    sheets: Mapping[str, Sequence[Sequence[Any]]], *, file: str, saved: str, freq: str
) -> tuple[list[dict[str, Any]], list[tuple], int]:
    """What was written into the lists of a workbook.

    Parameters
    ----------
    sheets
        The cells of each sheet by its name.
    file, saved
        What the file is called, and when it was saved, as it says itself ("" where it does not).
    freq
        The frequency of the company's quarters.

    Returns
    -------
    All rows of the list of tasks, and those of others in which something was written, as
    ``ENTRY_COLUMNS``; notes (file, sheet, row, reason) on what could not be taken as it is; how
    many lists and cards were found.
    """
    rows: list[dict[str, Any]] = []
    notes: list[tuple] = []
    found = 0
    for sheet, cells in sheets.items():
        place = {"file": file, "sheet": sheet, "saved": saved}
        cards = list(_cards(cells))
        found += len(cards)
        rows += [place | card for card in cards if card["notes"]]
        listed = _listed(cells, freq)
        if listed is None:
            continue
        found += 1
        for number, named in _below(cells, listed):
            row, doubts = _row(named, listed)
            notes += [(file, sheet, number, doubt) for doubt in doubts]
            if row:
                rows.append(place | row | {"row": number})
    return rows, notes, found


def entries_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as ``written_in`` gives them as a frame of ``ENTRY_COLUMNS``."""
    frame = pd.DataFrame(list(rows), columns=list(ENTRY_COLUMNS))
    texts = [name for name in ENTRY_COLUMNS if name not in (*_NUMBERS, *_DAYS, "row", "listed")]
    frame = frame.fillna(dict.fromkeys(texts, "") | {"listed": 0})
    kinds = dict.fromkeys(ENTRY_COLUMNS, "str")
    kinds |= {"row": "int64", "listed": "int64", **dict.fromkeys(_NUMBERS, "float64")}
    kinds |= dict.fromkeys(_DAYS, "datetime64[us]")
    return frame.astype(kinds)


def notes_frame(rows: Iterable[tuple]) -> pd.DataFrame:
    """Notes on files, sheets and rows that came back, as a frame of ``NOTE_COLUMNS``."""
    frame = pd.DataFrame([(RETURNED, *row) for row in rows], columns=list(NOTE_COLUMNS))
    texts = dict.fromkeys(("table", "file", "sheet", "reason"), "str")
    return frame.astype({**texts, "row": "Int64"})


def merged_work(
    entries: pd.DataFrame,
    notes: pd.DataFrame,
    *,
    counted_as: Mapping[str, str],
    known: Iterable[str],
) -> Work:
    """What came back as one row per quarter and account, conflicts told.

    Of two cells that say different things on one task the later saved counts (of files that do
    not say when, the later by name); texts of notes are all kept.

    Parameters
    ----------
    entries, notes
        What was read of all files.
    counted_as
        By number the account that it counts as.
    known
        The accounts and prospects that there are.
    """
    entries = entries.assign(subject=entries["subject"].replace(dict(counted_as)))
    there = entries["subject"].isin({*known, ""})
    told_of = _("{subject} is no account and no prospect: the row counts nowhere")
    found = [
        (*(getattr(row, name) for name in PLACE), told_of.format(subject=row.subject))
        for row in entries[~there].itertuples()
    ]
    kept = entries[there].assign(late=entries["saved"].replace("", "9999"))
    kept = kept.sort_values(["late", "file", "sheet", "row"], kind="stable", ignore_index=True)
    rows = []
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in kept.to_dict("records"):
        groups.setdefault((record["quarter"], record["subject"]), []).append(record)
    for (quarter, subject), group in sorted(groups.items()):
        if any(record["list"] == TODO for record in group):
            row, conflicts = _merged(group)
            rows.append({"quarter": quarter, "subject": subject, **row})
            found += conflicts
    found += _missing(kept[kept["list"] == TODO])
    frame = pd.DataFrame(rows, columns=list(TASK_COLUMNS))
    kinds = dict.fromkeys(TASK_COLUMNS, "str") | {"steps_done": "int64"}
    kinds |= dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_DAYS, "datetime64[us]")
    refused = int((notes["reason"] == NOBODY).sum())
    told_all = [part for part in (notes, notes_frame(found)) if len(part)] or [notes]
    side = SideTable(
        RETURNED,
        frame.astype(kinds),
        pd.concat(told_all, ignore_index=True),
        read=len(entries) + refused,
        rejected=refused + int((~there).sum()),
        made_of=int(there.sum()),
    )
    return Work(side, kept.drop(columns="late"))


def _missing(tasks: pd.DataFrame) -> Iterator[tuple]:
    """Of which lists not all rows came back: of the others nothing is known."""
    told_of = _("{n} of {all} tasks of {quarter} came back: of the others nothing is known")
    for quarter, rows in tasks.groupby("quarter"):
        n, every = rows["subject"].nunique(), rows["listed"].max()
        if n < every:
            told_it = told_of.format(n=count(n), all=count(every), quarter=quarter)
            yield rows["file"].iloc[-1], rows["sheet"].iloc[-1], pd.NA, told_it


def with_attempts(own: SideTable | None, work: Work | None, *, days: int) -> SideTable | None:
    """The table of attempts to win back with those that were made by the lists that came back.

    Parameters
    ----------
    own
        The table as the data set has it; None where it has none.
    work
        What came back; the tasks to win back that have a day are attempts on that day.
    days
        What is logged so near to such a day is the same attempt: the log counts, and where the
        list says another outcome, a note says so.
    """
    if work is None:
        return own
    tasks = work.tasks.rows
    made = tasks[(tasks["verb"] == "win back") & tasks["done_on"].notna()]
    made = made[made["outcome"] != UNDONE]
    table = own or SideTable(WINBACKS, empty_side_table(WINBACKS), notes_frame([]), 0, 0)
    logged = made[["subject", "done_on", "outcome", "id", "returned"]].merge(
        table.rows, left_on="subject", right_on="account", suffixes=("_said", "")
    )
    near = (logged["date"] - logged["done_on"]).abs() <= pd.Timedelta(days=days)
    logged = logged[near]
    new = made[~made["id"].isin(logged["id"])]
    if new.empty and logged.empty:
        return own
    outcome = new["outcome"].map(_ATTEMPTS).fillna(_ATTEMPTS[STILL_OPEN])
    rows = pd.DataFrame(
        {
            "account": new["subject"],
            "date": new["done_on"],
            "offer": new["do"],
            "outcome": outcome,
            "outcome_on": new["done_on"].where(outcome != _ATTEMPTS[STILL_OPEN]),
        }
    )
    rows = rows.reindex(columns=table.rows.columns).astype(table.rows.dtypes.to_dict())
    rows = pd.concat([table.rows, rows], ignore_index=True) if len(rows) else table.rows
    notes = [table.notes, _otherwise(logged)]
    return replace(
        table,
        rows=rows,
        notes=pd.concat([frame for frame in notes if len(frame)] or notes[:1], ignore_index=True),
        laid_over={**table.laid_over, RETURNED: len(new)},
    )


def _otherwise(logged: pd.DataFrame) -> pd.DataFrame:
    """Notes on attempts whose outcome is logged otherwise than a list that came back says."""
    told_of = _("{task}: logged as {old}, the list that came back says {new}: the log counts")
    rows = [
        (row.returned, "", pd.NA, told_of.format(task=row.id, old=row.outcome, new=said))
        for row in logged.itertuples()
        if (said := _ATTEMPTS.get(row.outcome_said)) and said != row.outcome
    ]
    return notes_frame(rows).assign(table=WINBACKS)


def _listed(cells: Sequence[Sequence[Any]], freq: str) -> _List | None:
    """Which list a sheet is, by the hidden row; None where there is no such row."""
    for place, row in enumerate(cells[:_SEARCHED]):
        parts = {col: _text(cell).split(_BESIDE) for col, cell in enumerate(row)}
        named = {p[0]: (col, p[1:]) for col, p in parts.items() if len(p) > 1}
        found = _LIST.fullmatch(named["done_on"][1][-1]) if "done_on" in named else None
        quarter = parsed_quarter(found[2], freq) if found else None
        if quarter is None:
            continue
        heads = [_text(cell) for cell in cells[place + 1]] if place + 1 < len(cells) else []
        columns = {name: _moved(col, rest[0], heads) for name, (col, rest) in named.items()}
        usual = named.get("status", (0, [""]))[1]
        untouched = usual[-1] if len(usual) > 1 else ""
        return _List(found[1], quarter, int(found[3]), place + 1, columns, untouched)
    return None


def _moved(col: int, heading: str, heads: Sequence[str]) -> int:
    """Where a column stands: under its heading, should only the list's cells have been moved."""
    if col < len(heads) and heads[col] == heading:
        return col
    same = [at for at, head in enumerate(heads) if head == heading]
    return same[0] if len(same) == 1 else col


def _below(cells: Sequence[Sequence[Any]], listed: _List) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows below the headings with their numbers, by name."""
    for number, row in enumerate(cells[listed.head + 1 :], start=listed.head + 2):
        yield number, {n: row[at] if at < len(row) else None for n, at in listed.columns.items()}


def _row(named: Mapping[str, Any], listed: _List) -> tuple[dict[str, Any], list[str]]:
    """One row of a list as an entry, and what of it could not be taken as it is."""
    own, doubts = _own(named, listed)
    if listed.table != TODO and not any(own.values()):
        return {}, []
    subject = next((plain_id(_text(named.get(n))) for n in _SUBJECTS if _text(named.get(n))), "")
    task, verb = _text(named.get("id")), ""
    if listed.table == TODO:
        subject, task, verb, odd = _task(task, subject, _text(named.get("verb")))
        if not (subject or any(own.values())):
            return {}, []  # an empty row below the list
        doubts += odd
    if not subject and listed.table == TODO:  # a step may be towards many at once
        return {}, [*doubts, NOBODY]
    facts = {name: _text(named.get(name)) for name in FACTS}
    facts |= {name: _number(named.get(name)) for name in ("stake", "chance", "worth", "hours")}
    facts |= {"verb": verb, "due": listed.day(named.get("due"))}
    part = next((_text(named.get(name)) for name in _PARTS if _text(named.get(name))), "")
    return {
        **facts,
        **{name: own[name] for name in OWN},
        "quarter": quarter_label(listed.quarter),
        "list": listed.table,
        "listed": listed.rows if listed.table == TODO else 0,
        "subject": subject,
        "part": part,
        "id": task,
    }, doubts


def _task(task: str, subject: str, verb: str) -> tuple[str, str, str, list[str]]:
    """Account, task and verb of a row of the list of tasks, and what is odd about them."""
    found = _ID.fullmatch(task)
    of_task = found[1].replace("_", " ") if found else ""
    if of_task in TASK_VERBS:
        if subject and subject != plain_id(found[2]):
            odd = _('task "{task}" stands beside {subject}: the task counts')
            return plain_id(found[2]), task, of_task, [odd.format(task=task, subject=subject)]
        return plain_id(found[2]), task, of_task, []
    if not (task or subject):
        return "", "", "", []
    odd = _('task "{task}" is none of a pack: the row is taken by its account').format(task=task)
    verb = verb if verb in TASK_VERBS else ""
    return subject, f"{verb.replace(' ', '_')}_{subject}" if verb and subject else "", verb, [odd]


def _own(named: Mapping[str, Any], listed: _List) -> tuple[dict[str, Any], list[str]]:
    """The reader's own cells; what cannot be read as what it should be stays as a note."""
    texts = {name: _text(named.get(name)) for name in (*OWN, "status")}
    if listed.table == TODO:
        outcome, wanted = _outcome(texts["outcome"]), OWN[:3]
        value = _number(named.get("value"))
    else:  # other lists may have columns of the pack with these names
        status = texts["status"]
        outcome, value, wanted = "" if status == listed.untouched else status, None, ("done_on",)
    own = {"done_on": listed.day(named.get("done_on")), "outcome": outcome, "value": value}
    unread = [name for name in wanted if texts[name] and own[name] in (None, "")]
    told_of = _('{column} "{text}" cannot be read: it is kept as a note')
    doubts = [told_of.format(column=_HEADINGS[name], text=texts[name]) for name in unread]
    kept = [f"{_HEADINGS[name]}: {texts[name]}" for name in unread]
    if own["done_on"] and not listed.near(own["done_on"]):
        far = _("done on {day}, far from {quarter}: taken as it stands")
        day = f"{own['done_on']:%Y-%m-%d}"
        doubts.append(far.format(day=day, quarter=quarter_label(listed.quarter)))
    own["notes"] = " · ".join([*filter(None, [texts["notes"]]), *kept])
    return own, doubts


def _cards(cells: Sequence[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """The printed cards of a sheet with the notes in the cell to the left of what names each."""
    for number, row in enumerate(cells, start=1):
        for col, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith(CARDS + _BESIDE) and col:
                parts = cell.split(_BESIDE, 3)
                if len(parts) == 4:
                    yield {
                        "quarter": parts[1],
                        "list": CARDS,
                        "subject": parts[2],
                        "part": parts[3],
                        "notes": _text(row[col - 1]),
                        "row": number,
                    }


def _merged(group: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[tuple]]:
    """One task of all rows in which it is told, the later saved counting, and the conflicts."""
    tasks = [row for row in group if row["list"] == TODO]
    same = [row for row in group if row["list"] in SLICES]
    last = tasks[-1]
    merged = {"id": last["id"], **{name: last[name] for name in FACTS}}
    conflicts: list[tuple] = []
    for name in OWN[:3]:
        # What stands on the list of tasks goes before what stands on a slice of it.
        said = [row for row in (*same, *tasks) if pd.notna(row[name]) and row[name] != ""]
        counts = said[-1] if said else last
        merged[name] = counts[name]
        conflicts += [_conflict(row, counts, name) for row in said if row[name] != counts[name]]
    texts = [row["notes"] for row in (*tasks, *group) if row["notes"]]
    merged["notes"] = " · ".join(dict.fromkeys(texts))
    steps = {}
    for row in group:
        if row["list"] not in (TODO, *SLICES):
            step = row["list"], row["part"]
            steps[step] = steps.get(step, False) or pd.notna(row["done_on"])
    merged["steps_done"] = sum(steps.values())
    merged["returned"] = ", ".join(dict.fromkeys(row["file"] for row in tasks))
    return merged, conflicts


def _conflict(other: Mapping[str, Any], counts: Mapping[str, Any], name: str) -> tuple:
    """The note on a cell that gives way to another one on the same task."""
    told_of = _("{task}: {column} {old} gives way to {new} ({file}, {sheet}, row {row})")
    return (
        *(other[place] for place in PLACE),
        told_of.format(
            task=counts["id"] or counts["subject"],
            column=_HEADINGS[name],
            old=_shown(other[name]),
            new=_shown(counts[name]),
            file=counts["file"],
            sheet=counts["sheet"],
            row=count(counts["row"]),
        ),
    )


def _shown(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}"
    return TASK_OUTCOMES.get(value, value) if isinstance(value, str) else f"{value:.12g}"


def _outcome(text: str) -> str:
    """What was chosen, or written in other words, as one of the outcomes; "" for any other."""
    key = value_key(text)
    own = {value_key(word): code for code, words in TASK_OUTCOMES.items()
           for word in (code, words, told(words), *words.split(" or "))}  # fmt: skip
    column = TABLES["prospects"].column("outcome")
    return str(own.get(key) or known_values("prospects", column).get(key, "")) if key else ""


def _text(cell: Any) -> str:
    return str(cell_text(cell) or "").strip()


def _number(cell: Any) -> float | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    found = number_text(_text(cell)) if _text(cell) else None
    if found is None:
        return None
    return number_value(found, ColumnStyle(words=frozenset(found.words)))
