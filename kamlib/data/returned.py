"""What people wrote into a pack's workbook and gave back: who is the customer, what was done."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.data.describe.ids import plain_id
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.value_words import NO, YES, known_values, value_key
from kamlib.data.dossiers.files import saved_on, without_name
from kamlib.data.files.encodings import text_encoding
from kamlib.data.files.parts import cell_text
from kamlib.data.files.spreadsheets import sheet_cells
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.reach import check_files
from kamlib.data.read.sources import file_label
from kamlib.data.reduce.checks import SideTable, empty_side_table
from kamlib.data.reduce.store import (
    cache_folder,
    entry_name,
    is_kept,
    reachable_hash,
    written_entry,
)
from kamlib.data.work import entries_frame, notes_frame, written_in
from kamlib.errors import DataError
from kamlib.words import _

IDENTITIES = "identities"
DIFFERENT = "different"
# Part of the cache key: raise it when reading what was returned changes.
_VERSION = 2
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_TEXTS = (".csv", ".txt", ".tsv")
# The hidden row above the headings that says what the columns are, in every language.
_NAMED = {"account", "belongs_to", "answer", "kind"}
_SEARCHED = 40  # rows in which it is looked for
_COLUMNS = ("account", "belongs_to", "answer", "kind", "decided_by", "decided_on", "note")
_WRITTEN = ("decided_by", "decided_on", "note")
_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d")
_TICK = "x"
_PLACE = ("file", "sheet", "row")
_FRAMES = ("rows", "notes", "work", "work_notes")
_LATEST = pd.Timestamp.max.floor("s")


@dataclass(frozen=True)
class Returned:
    """What was decided, and what was done, as returned workbooks say.

    ``rows`` has the columns of identities, ``file``, ``sheet``, ``row`` and ``day`` (of the
    decision, else of the last saving; missing where neither is known); ``notes`` what could not
    be taken over; ``broken`` counts the rows of these that were ticked. ``work`` is what was
    written into lists (``ENTRY_COLUMNS``), ``work_notes`` what of that could not be taken over.
    """

    rows: pd.DataFrame = field(repr=False)
    notes: pd.DataFrame = field(repr=False)
    work: pd.DataFrame = field(repr=False)
    work_notes: pd.DataFrame = field(repr=False)
    broken: int = 0


def open_returned(dataset: DataSet, *, max_unpacked_mb: int = 4096) -> Returned | None:
    """What all workbooks in a data set's folder of returned ones say; None without any.

    A file that cannot be read stops nothing: it is told. What was read is kept under the hash of
    all files.
    """
    files = returned_paths(dataset)
    if not files:
        return None
    made_of = ["returned", str(_VERSION)]
    made_of += [
        text for path in files for text in (file_label(dataset, path), reachable_hash(path))
    ]
    entry = cache_folder(dataset) / entry_name(*made_of)
    if not is_kept(entry):
        read = _read(dataset, files, max_unpacked_mb)
        with written_entry(entry) as staging:
            for name in _FRAMES:
                getattr(read, name).to_parquet(staging / f"{name}.parquet")
            (staging / "broken").write_text(str(read.broken), encoding="utf-8")
    frames = [pd.read_parquet(entry / f"{name}.parquet") for name in _FRAMES]
    return Returned(*frames, int((entry / "broken").read_text(encoding="utf-8")))


def returned_paths(dataset: DataSet) -> list[Path]:
    """The files that were given back, in name order, without lock files."""
    found = dataset.returned.glob("*") if dataset.returned.is_dir() else ()
    paths = sorted(p for p in found if p.is_file() and not p.name.startswith(("~$", ".")))
    check_files(dataset, paths)
    return paths


def with_returned(own: dict[str, SideTable], returned: Returned | None) -> dict[str, SideTable]:
    """The tables with what was ticked as rows of identities; of two decisions the later counts.

    A tick without a day counts as later than any row of the table.
    """
    if returned is None or (returned.rows.empty and returned.notes.empty):
        return own
    table = own.get(IDENTITIES) or _nothing()
    mine = table.rows.assign(file="", sheet="", row=0, day=table.rows["decided_on"], source=0)
    theirs = returned.rows.assign(day=returned.rows["day"].fillna(_LATEST), source=1)
    every = pd.concat([frame for frame in (theirs, mine) if len(frame)] or [mine])
    every = every.sort_values(
        ["day", "source", "file", "row"], ascending=False, kind="stable", na_position="last"
    )
    every = every.reset_index(drop=True)
    both = zip(every["account"], every["belongs_to"], strict=True)
    pairs = pd.Series(["\n".join(sorted(pair)) for pair in both], every.index, dtype="str")
    later = ~pairs.duplicated()
    notes = [table.notes, returned.notes, _overruled(every, pairs, later)]
    excluded = dict(table.excluded)
    if not later.all():
        excluded[_("a later decision on the same two counts")] = int((~later).sum())
    names = list(TABLES[IDENTITIES].names)
    rows = every.loc[later, names].reset_index(drop=True).astype(table.rows.dtypes.to_dict())
    merged = replace(
        table,
        rows=rows,
        notes=pd.concat([frame for frame in notes if len(frame)] or notes[:1], ignore_index=True),
        read=table.read + len(theirs) + returned.broken,
        rejected=table.rejected + returned.broken,
        excluded=excluded,
    )
    return {**own, IDENTITIES: merged}


def _nothing() -> SideTable:
    return SideTable(IDENTITIES, empty_side_table(IDENTITIES), _notes([]), 0, 0)


def _overruled(every: pd.DataFrame, pairs: pd.Series, later: pd.Series) -> pd.DataFrame:
    """A note on each decision that says another thing than the later one on the same two."""
    counts = every[later].set_index(pairs[later])
    told = _("{account} = {belongs_to}: the earlier {old} gives way to the later {kind} ({where})")
    notes = []
    for row, pair in zip(every[~later].itertuples(), pairs[~later], strict=True):
        now = counts.loc[pair]
        if now["kind"] != row.kind:
            where = now["file"] or _("table identities")
            text = told.format(
                account=row.account,
                belongs_to=row.belongs_to,
                old=row.kind,
                kind=now["kind"],
                where=where,
            )
            notes.append((row.file or IDENTITIES, row.sheet, row.row or pd.NA, text))
    return _notes(notes)


def _read(dataset: DataSet, files: list[Path], max_unpacked_mb: int) -> Returned:
    rows: list[dict[str, Any]] = []
    notes: list[tuple] = []
    work: list[dict[str, Any]] = []
    work_notes: list[tuple] = []
    broken = 0
    for path in files:
        label = file_label(dataset, path)
        try:
            sheets, saved = _sheets(path, max_unpacked_mb)
        except DataError as error:
            notes.append((label, "", pd.NA, without_name(error, path)))
            continue
        except (OSError, ValueError, KeyError, csv.Error) as error:  # of a broken file
            told = _("cannot be read ({error})").format(error=error)
            notes.append((label, "", pd.NA, told))
            continue
        ticked = {name: found for name, cells in sheets.items() if (found := _below(cells))}
        done, doubts, lists = written_in(sheets, file=label, saved=saved, freq=dataset.quarters)
        work += done
        work_notes += doubts
        if not (ticked or lists):
            told = _(
                "has no sheet with the hidden row of names above its headings, as the pack's "
                "sheets To do and Who is the customer have: nothing of it is read"
            )
            notes.append((label, "", pd.NA, told))
        for sheet, found in ticked.items():
            for number, cells in found:
                decision, doubts = _decision(cells)
                notes += [(label, sheet, number, text) for text in doubts]
                if decision:
                    day = decision["decided_on"]
                    day = dt.datetime.fromisoformat(saved[:10]) if saved and day is None else day
                    place = {"file": label, "sheet": sheet, "row": number, "day": day}
                    rows.append(decision | place)
                elif doubts:
                    broken += 1
    kinds = {name: "str" for name in (*TABLES[IDENTITIES].names, "file", "sheet")}
    days = dict.fromkeys(("decided_on", "day"), "datetime64[us]")
    frame = pd.DataFrame(rows, columns=[*TABLES[IDENTITIES].names, *_PLACE, "day"])
    return Returned(
        frame.astype({**kinds, **days, "row": "int64"}),
        _notes(notes),
        entries_frame(work),
        notes_frame(work_notes),
        broken,
    )


def _sheets(path: Path, max_unpacked_mb: int) -> tuple[dict[str, list[list[Any]]], str]:
    """The cells of a file by sheet, and when it was saved, as it says itself; "" where not."""
    if path.stat().st_size == 0:
        raise DataError(f"{path.name}: is empty, not a workbook")
    if path.suffix.lower() in _TEXTS:
        text = path.read_text(encoding=text_encoding(path))
        sample = "".join(text.splitlines(keepends=True)[:_SEARCHED])
        delimiter = max(",;\t", key=sample.count)
        return {"": list(csv.reader(io.StringIO(text), delimiter=delimiter))}, ""
    if path.suffix.lower() not in _WORKBOOKS:
        raise DataError(f"{path.name}: is no workbook: not read")
    cells = sheet_cells(path, max_unpacked_mb=max_unpacked_mb)
    return cells, saved_on(path) if path.suffix.lower() in (".xlsx", ".xlsm") else ""


def _below(cells: list[list[Any]]) -> list[tuple[int, dict[str, Any]]]:
    """The rows below the headings, each with its number, by the names in the hidden row."""
    for place, row in enumerate(cells[:_SEARCHED]):
        names = [str(cell_text(cell) or "").strip() for cell in row]
        if {*names} >= _NAMED:
            at = {name: names.index(name) for name in _COLUMNS if name in names}
            body = enumerate(cells[place + 2 :], start=place + 3)
            return [
                (number, {name: each[n] if n < len(each) else None for name, n in at.items()})
                for number, each in body
            ]
    return []


def _decision(cells: dict[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
    """What one row decides, if anything, and what of it cannot be used."""
    texts = {name: _text(cells.get(name)) for name in _COLUMNS}
    answer = value_key(texts["answer"])
    if not answer:
        written = any(texts[name] for name in _WRITTEN)
        told = _("has a remark, but neither yes nor no: the question stays open")
        return None, [told] if written else []
    said = _said(answer)
    doubts = list(_doubts(texts, said))
    if doubts:
        return None, doubts
    day, unreadable = _day(cells.get("decided_on"))
    if unreadable:
        doubts = [_('decided_on "{text}" is no day: left empty').format(text=texts["decided_on"])]
    kind = _kind(texts["kind"]) if said == "yes" else DIFFERENT
    return {
        "account": plain_id(texts["account"]),
        "belongs_to": plain_id(texts["belongs_to"]),
        "kind": kind,
        "decided_by": texts["decided_by"] or None,
        "decided_on": day,
        "note": texts["note"] or None,
    }, doubts


def _doubts(texts: dict[str, str], said: str) -> Iterator[str]:
    open_ = _("the question stays open")
    for name in ("account", "belongs_to"):
        if not texts[name]:
            yield _("{column} is empty: {open}").format(column=name, open=open_)
    if not said:
        told = _('answer "{text}" is neither yes nor no: {open}')
        yield told.format(text=texts["answer"], open=open_)
    kind = _kind(texts["kind"])
    if said == "yes" and not kind:
        told = _('kind "{text}" is none of {allowed}: {open}')
        allowed = ", ".join(TABLES[IDENTITIES].column("kind").choices)
        yield told.format(text=texts["kind"], allowed=allowed, open=open_)
    if said == "yes" and kind == DIFFERENT:
        yield _("says yes and different at once: {open}").format(open=open_)


def _said(answer: str) -> str:
    """A tick as yes or no; "" for any other text. An x in a cell to tick means yes."""
    if answer == _TICK:
        return "yes"
    for said, words in (("yes", YES), ("no", NO)):
        if answer in {value_key(word) for word in words.split(",")}:
            return said
    return ""


def _kind(text: str) -> str:
    column = TABLES[IDENTITIES].column("kind")
    return str(known_values(IDENTITIES, column).get(value_key(text), ""))


def _text(cell: Any) -> str:
    return str(cell_text(cell) or "").strip()


def _day(cell: Any) -> tuple[dt.datetime | None, bool]:
    """A cell as a day, and whether there is something that cannot be read as one."""
    if isinstance(cell, dt.datetime | dt.date):
        return dt.datetime(cell.year, cell.month, cell.day), False
    text = _text(cell)
    for form in _DAYS:
        try:
            return dt.datetime.strptime(text, form), False
        except ValueError:
            continue
    return None, bool(text)


def _notes(rows: list[tuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["file", "sheet", "row", "reason"])
    frame.insert(0, "table", IDENTITIES)
    texts = dict.fromkeys(("table", "file", "sheet", "reason"), "str")
    return frame.astype({**texts, "row": "Int64"})
