"""What was edited in dossier workbooks: each sheet against the rows as they were written."""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pandas as pd

from kamlib.data.describe.schema import Table
from kamlib.data.dossiers.sheets import Sheet, row_keys, typed_rows
from kamlib.data.reduce.checks import ONE_ROW_PER_KEY, judged
from kamlib.words import _

KEPT, CHANGED, ADDED, REMOVED = "kept", "changed", "added", "removed"
BEFORE, AFTER = "before_", "after_"
_ALIKE = 0.5  # share of a row's filled cells by which another is taken for it, edited

Key = tuple[str, ...]


@dataclass(frozen=True)
class TableEdits:
    """What dossiers change in one table.

    ``edits`` has one row per row of a dossier sheet that was edited anywhere: ``file``,
    ``sheet``, ``row``, ``account``, ``kind`` (kept, changed, added, removed), and every column of
    the table twice, ``before_…`` as written and ``after_…`` as it is. ``notes`` are on cells and
    rows that could not be taken over, ``rejected`` counts the latter.
    """

    edits: pd.DataFrame
    notes: pd.DataFrame
    rejected: int


def table_edits(connection: ibis.BaseBackend, table: Table, sheets: Sequence[Sheet]) -> TableEdits:
    """What was edited on a table's sheets, cells typed and checked by the table's own rules.

    A row that cannot be used leaves the row that it was made of as it is.
    """
    raw = typed_rows(connection, table, sheets)
    values, rejected, notes = _judged_apart(table, raw)
    keys = pd.Series(row_keys(table, values), index=values.index, dtype="object")
    unusable = rejected & (raw["foreign"] | values[list(table.required)].isna().any(axis=1))
    found = []
    for number, sheet in enumerate(sheets):
        own = raw["sheet"] == number
        written = list(raw.index[own & raw["written"] & ~rejected])
        typed_in = list(raw.index[own & ~raw["written"] & (~rejected | unusable)])
        pairs = _edits_of(table, sheet, keys, written, typed_in, unusable)
        if any(kind != KEPT for kind, *_pair in pairs):
            found += [(sheet, *pair) for pair in pairs]
    counted = rejected & ~raw["written"]
    return TableEdits(_frame(table, raw, values, found), notes, int(counted.sum()))


def _judged_apart(table: Table, raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Rows judged so that only those of one sheet, as it is or as it was, can repeat each other."""
    values, rejected, notes = [], [], []
    for (foreign, written, _layer), rows in raw.groupby(["foreign", "written", "layer"]):
        apart = rows.assign(account=rows["named"] + " " + rows["sheet"].astype("str"))
        kinds, out, told = judged(table, apart if foreign else rows)
        values.append(kinds.assign(account=rows["account"]))
        rejected.append(out | foreign)
        if foreign:
            told = _foreign(table, rows)
        if not written:
            notes.append(told)
    if not values:
        kinds, out, told = judged(table, raw)
        return kinds, out, told
    noted = pd.concat(notes, ignore_index=True) if notes else _foreign(table, raw.iloc[:0])
    return (
        pd.concat(values).sort_index(kind="stable"),
        pd.concat(rejected).sort_index(kind="stable"),
        noted,
    )


def _foreign(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    told = _('account "{named}" is not the one of this dossier ({own}): the row is left out')
    reasons = [
        told.format(named=named, own=own)
        for named, own in zip(rows["named"], rows["account"], strict=True)
    ]
    return pd.DataFrame(
        {
            "table": table.name,
            "file": rows["source_file"],
            "sheet": rows["source_sheet"],
            "row": rows["source_row"].astype("Int64"),
            "reason": pd.Series(reasons, index=rows.index, dtype="str"),
        }
    )


def _edits_of(
    table: Table,
    sheet: Sheet,
    keys: pd.Series,
    written: list[int],
    typed_in: list[int],
    unusable: pd.Series,
) -> list[tuple[str, int | None, int | None]]:
    """Kind, row as written and row as it is, of every row of a sheet, in the sheet's order."""
    seen = [n for n, name in enumerate(table.names) if name not in sheet.lacking]
    shown = {row: tuple(keys[row][n] for n in seen) for row in (*written, *typed_in)}
    pairs: list[tuple[int, int]] = []
    before, after = list(written), list(typed_in)

    def pair(one: int, other: int) -> None:
        pairs.append((one, other))
        before.remove(one)
        after.remove(other)

    for match in (shown, {row: _key_cells(table, keys[row]) for row in shown}):
        by_cells: dict[Key, list[int]] = {}
        for row in after:
            by_cells.setdefault(match[row], []).append(row)
        for row in list(before):
            if by_cells.get(match[row]):
                pair(row, by_cells[match[row]].pop(0))
    single = table.name in ONE_ROW_PER_KEY
    for row in list(before):
        candidates = [other for other in after if not single or unusable[other]]
        best = max(candidates, key=lambda other: _alike(keys[row], keys[other]), default=None)
        if best is not None and _alike(keys[row], keys[best]) >= _ALIKE:
            pair(row, best)
    kinds = [
        (KEPT if unusable[other] or shown[one] == shown[other] else CHANGED, one, other)
        for one, other in pairs
    ]
    kinds += [(REMOVED, row, None) for row in before]
    kinds += [(ADDED, None, row) for row in after if not unusable[row]]
    return sorted(kinds, key=lambda kind: (kind[2] is None, kind[2] or 0, kind[1] or 0))


def _key_cells(table: Table, key: Key) -> Key:
    return tuple(cell for cell, name in zip(key, table.names, strict=True) if name in table.key)


def _alike(one: Key, other: Key) -> float:
    """The share of a row's filled cells, its account aside, that another row has too."""
    filled_in = [(a, b) for a, b in zip(one[1:], other[1:], strict=True) if a]
    return sum(a == b for a, b in filled_in) / len(filled_in) if filled_in else 0.0


def _frame(
    table: Table,
    raw: pd.DataFrame,
    values: pd.DataFrame,
    found: list[tuple[Sheet, str, int | None, int | None]],
) -> pd.DataFrame:
    before = values.reindex([-1 if one is None else one for _s, _k, one, _o in found])
    after = values.reindex([-1 if other is None else other for _s, _k, _o, other in found])
    before, after = before.reset_index(drop=True), after.reset_index(drop=True)
    for n, (sheet, kind, _one, _other) in enumerate(found):
        for name in sheet.lacking if kind == CHANGED else ():
            after.loc[n, name] = before.loc[n, name]
    rows = [raw["source_row"][one if other is None else other] for _s, _k, one, other in found]
    about = pd.DataFrame(
        {
            "file": [sheet.file for sheet, *_rest in found],
            "sheet": table.name,
            "row": rows,
            "account": [sheet.account for sheet, *_rest in found],
            "kind": [kind for _sheet, kind, *_rest in found],
        }
    )
    about = about.astype({"row": "Int64", "file": "str", "account": "str", "kind": "str"})
    return pd.concat([about, before.add_prefix(BEFORE), after.add_prefix(AFTER)], axis=1)
