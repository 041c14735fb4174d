"""A table with the edits of dossier workbooks laid over it: a three-way merge, row by row."""

from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from kamlib.data.describe.schema import TABLES, Table
from kamlib.data.dossiers.edits import ADDED, AFTER, BEFORE, CHANGED, KEPT, REMOVED, TableEdits
from kamlib.data.dossiers.sheets import row_keys
from kamlib.data.reduce.checks import ONE_ROW_PER_KEY, SideTable, empty_side_table
from kamlib.words import _

REJECTED_ROWS = "rejected"
Key = tuple[str, ...]


@dataclass
class _Rows:
    """The rows of the accounts concerned, by place in the table; new ones get new places."""

    table: Table
    values: dict[int, dict[str, Any]]
    keys: dict[int, list[str]]
    next_place: int
    changed: set[int] = field(default_factory=set)
    added: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)
    notes: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class _Edit:
    """One edit: where it stands, its cells as values and as texts, before and after."""

    place: tuple[str, str, Any]
    account: str
    kind: str
    before: list[str]
    after: list[str]
    values: dict[str, Any]


def laid_over(own: SideTable | None, edits: TableEdits, name: str) -> SideTable:
    """A data set's table with what dossiers changed in it.

    The data set's rows stay unless a dossier really edited them, so rows that its source gained
    or changed since the dossier was written are not lost. An edited cell counts, also where the
    source changed the same cell meanwhile (with a note); a row that was deleted in a dossier but
    changed in the source stays (with a note); an added row that the source has by now is not
    added again.

    Parameters
    ----------
    own
        The table as the data set's own source has it; None where it has none.
    edits
        What the dossiers changed, in the order in which they count.
    name
        The canonical table.
    """
    table = TABLES[name]
    if own is None:
        own = SideTable(name, empty_side_table(name), edits.notes.iloc[:0], 0, 0)
    concerned = own.rows[own.rows["account"].isin(edits.edits["account"])]
    keys = map(list, row_keys(table, concerned))
    rows = _Rows(
        table,
        dict(zip(concerned.index, concerned.to_dict("records"), strict=True)),
        dict(zip(concerned.index, keys, strict=True)),
        len(own.rows),
    )
    for _file, sheet in edits.edits.groupby("file", sort=False):
        _lay_sheet(rows, _edits(table, sheet))
    counts = {
        ADDED: len(rows.added),
        REMOVED: len(rows.removed),
        CHANGED: len(rows.changed - rows.added - rows.removed),
        REJECTED_ROWS: edits.rejected,
    }
    return replace(
        own, rows=_merged(own.rows, rows), notes=_notes(own, edits, rows), laid_over=counts
    )


def _edits(table: Table, sheet: pd.DataFrame) -> list[_Edit]:
    names = list(table.names)
    before = sheet[[BEFORE + name for name in names]].set_axis(names, axis=1)
    after = sheet[[AFTER + name for name in names]].set_axis(names, axis=1)
    return [
        _Edit((row.file, row.sheet, row.row), row.account, row.kind, list(old), list(new), values)
        for row, old, new, values in zip(
            sheet.itertuples(),
            row_keys(table, before),
            row_keys(table, after),
            after.to_dict("records"),
            strict=True,
        )
    ]


def _lay_sheet(rows: _Rows, edits: list[_Edit]) -> None:
    account = edits[0].account
    free = [n for n, values in rows.values.items() if values["account"] == account]
    free = [n for n in free if n not in rows.removed]
    found = {}
    # First the rows that are as they were written, then those that the source changed since.
    for n, edit in enumerate(edits):
        if edit.kind != ADDED:
            found[n] = _taken(free, (p for p in free if rows.keys[p] == edit.before))
    for n, edit in enumerate(edits):
        if edit.kind in (CHANGED, ADDED) and found.get(n) is None:
            same = _taken(free, (p for p in free if rows.keys[p] == edit.after))
            if same is not None:  # the source has it by now
                found[n] = same
    for n, edit in enumerate(edits):
        place = found.get(n)
        if edit.kind == KEPT:
            if place is None:  # changed in the source: not free for another edit
                _taken(free, _same_key(rows, free, edit.before))
        elif place is not None:
            _apply(rows, edit, place, edit.before)
        else:
            _meanwhile(rows, edit, free)


def _meanwhile(rows: _Rows, edit: _Edit, free: list[int]) -> None:
    """An edit whose row is not in the table as it was written."""
    if edit.kind == ADDED:
        single = rows.table.name in ONE_ROW_PER_KEY
        place = _taken(free, _same_key(rows, free, edit.after)) if single else None
        if place is None:
            _append(rows, edit)
        else:
            _apply(rows, edit, place, [""] * len(edit.after))
        return
    place = _taken(free, _same_key(rows, free, edit.before))
    if edit.kind == REMOVED:
        if place is not None:
            told = _("deleted in the dossier, but changed meanwhile in the data set: the row stays")
            rows.notes.append((*edit.place, told))
    elif place is not None:
        _apply(rows, edit, place, edit.before)
    else:
        told = _("changed in the dossier, but no longer in the data set: the dossier's row stays")
        rows.notes.append((*edit.place, told))
        _append(rows, edit)


def _apply(rows: _Rows, edit: _Edit, place: int, before: list[str]) -> None:
    """Delete a row, or set its edited cells; say so where the source changed the same cell."""
    if edit.kind == REMOVED:
        (rows.added if place in rows.added else rows.removed).add(place)
        if place in rows.added:  # by another dossier
            rows.added.discard(place)
            del rows.values[place], rows.keys[place]
        return
    key = rows.keys[place]
    for n, column in enumerate(rows.table.columns):
        old, new = before[n], edit.after[n]
        if new == old or new == key[n]:
            continue
        if key[n] != old:
            told = _('{column} "{value}" came meanwhile: what the dossier says counts')
            shown = told.format(column=column.name, value=key[n])
            rows.notes.append((*edit.place, shown))
        rows.values[place][column.name] = edit.values[column.name]
        key[n] = new
        rows.changed.add(place)


def _append(rows: _Rows, edit: _Edit) -> None:
    rows.values[rows.next_place] = dict(edit.values)
    rows.keys[rows.next_place] = list(edit.after)
    rows.added.add(rows.next_place)
    rows.next_place += 1


def _same_key(rows: _Rows, free: list[int], key: list[str]):
    """The places whose row has the same key, the one most like it first."""
    names = rows.table.names
    parts = [n for n, name in enumerate(names) if name in rows.table.key]
    same = [p for p in free if all(rows.keys[p][n] == key[n] for n in parts)]
    return sorted(same, key=lambda p: -sum(a == b for a, b in zip(rows.keys[p], key, strict=True)))


def _taken(free: list[int], places) -> int | None:
    """The first of some places, no longer free."""
    place = next(iter(places), None)
    if place is not None:
        free.remove(place)
    return place


def _merged(own: pd.DataFrame, rows: _Rows) -> pd.DataFrame:
    changed = sorted(rows.changed | rows.added)
    changed = [place for place in changed if place not in rows.removed]
    left = own.drop(index=[p for p in sorted({*changed, *rows.removed}) if p in own.index])
    if not changed:
        return left.reset_index(drop=True)
    new = pd.DataFrame([rows.values[place] for place in changed], index=changed)
    new = new[list(own.columns)].astype(own.dtypes.to_dict())
    whole = pd.concat([left, new]) if len(left) else new
    return whole.sort_index(kind="stable").reset_index(drop=True)


def _notes(own: SideTable, edits: TableEdits, rows: _Rows) -> pd.DataFrame:
    columns = ["table", "file", "sheet", "row", "reason"]
    told = [(own.name, *note) for note in rows.notes]
    kinds = own.notes.dtypes[columns].to_dict()
    merged = pd.DataFrame(told, columns=columns).astype(kinds)
    filled = [frame for frame in (own.notes, edits.notes, merged) if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else own.notes
