"""Checking a side table's rows: kinds, bounds, choices, keys; each doubt with its note."""

from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import pandas as pd

from kamlib.data.describe.schema import TABLES, Column, Table
from kamlib.data.describe.titles import LANGUAGES
from kamlib.data.describe.value_words import choice_word
from kamlib.data.reduce.plan_periods import plan_period
from kamlib.words import _

# One row per key, the first one counts; the other tables list events, which may repeat.
ONE_ROW_PER_KEY = (
    *("accounts", "identities", "contacts", "managers", "plays", "prospects", "rates"),
)
AMOUNTS = ("plans",)  # their rows add up, also those that are exactly alike
# Told by whom the rows are read from the cache, too: they are known as soon as kamlib is.
_EARLIER = _("{key} stands in an earlier row: this one is left out")
_OTHERWISE = _("{key} stands in an earlier row: this one is left out, it says another {columns}")
EXAMPLES = 5
TOLD = "told"  # the column of raw rows that says what is to be known of a row
_YES = ("yes", "y", "true", "1", "x", "ja", "да", "是")
_NO = ("no", "n", "false", "0", "nein", "нет", "否")
_FALLBACK_CHOICES = ("unknown", "other")


@dataclass(frozen=True)
class SideTable:
    """A checked table: ``rows`` in canonical columns, and ``notes`` on what was not taken over.

    ``read`` and ``rejected`` count rows, ``excluded`` those that left by a rule's reason; a note
    with a row that was kept says what was emptied. ``laid_over`` counts what dossier workbooks
    did to the rows: added, removed, changed, rejected. A note's ``subject`` is whose row it was
    (account, prospect or manager) and ``period`` the period of a plan, as written. ``made_of``
    is the number of the source's rows that ``rows`` were made of, where these are not the same.
    """

    name: str
    rows: pd.DataFrame
    notes: pd.DataFrame
    read: int
    rejected: int
    excluded: dict[str, int] = field(default_factory=dict)
    laid_over: dict[str, int] = field(default_factory=dict)
    made_of: int | None = None

    @property
    def kept(self) -> int:
        """How many rows of the source count."""
        return len(self.rows) if self.made_of is None else self.made_of


class Finding(NamedTuple):
    """One thing to know of a table: how bad, what, in how many rows, and examples of where.

    ``column`` is the table's column that it concerns, where it concerns one; ``concerns`` are
    the accounts, prospects or managers whose rows it is about, where they are known.
    """

    table: str
    severity: str
    finding: str
    rows: int | None
    examples: str
    column: str = ""
    concerns: tuple[str, ...] = ()


def empty_side_table(name: str) -> pd.DataFrame:
    """A table without rows, for a data set that does not have it."""
    return _without_rows(name).copy(deep=False)  # who changes it changes no other


@cache
def _without_rows(name: str) -> pd.DataFrame:
    table = TABLES[name]
    flags = [column.name for column in table.columns if column.kind == "flag"]
    rows = _typed(table, pd.DataFrame(columns=list(table.names)))
    return rows.astype(dict.fromkeys(flags, "boolean"))


def checked(
    table: Table, raw: pd.DataFrame, unsplit: pd.DataFrame, excluded: dict[str, int]
) -> SideTable:
    """A table's rows as far as they are allowed, and notes on the rest.

    Parameters
    ----------
    table
        What its columns may hold.
    raw
        The rows as read: canonical columns, ``source_file``, ``source_sheet``, ``source_row``,
        ``unreadable`` and, where there is more to be told of a row, ``told``.
    unsplit
        Notes on rows that could not even be split into columns.
    excluded
        Rows that a rule took out before, by its reason.
    """
    values, rejected, notes = judged(table, raw)
    filled = [frame for frame in (notes, unsplit) if len(frame)] or [notes]
    return SideTable(
        table.name,
        values[~rejected].reset_index(drop=True),
        pd.concat(filled).sort_values(["file", "sheet", "row"], kind="stable", ignore_index=True),
        read=len(values) + len(unsplit) + sum(excluded.values()),
        rejected=int(rejected.sum()) + len(unsplit),
        excluded=excluded,
    )


def judged(table: Table, raw: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """A table's rows in their kinds, what is not allowed emptied; which are rejected; the notes."""
    values = _typed(table, raw.reindex(columns=list(table.names)))
    of_rows = [raw[name] for name in ("unreadable", TOLD) if name in raw]
    notes = [_noted(table, raw, told.notna(), told) for told in of_rows]
    for column in table.columns:
        doubtful, reason, values[column.name] = _settled(table, column, values[column.name])
        notes.append(_noted(table, raw, doubtful, reason))
    rejected = pd.Series(False, index=values.index)
    for name in table.required:
        empty = values[name].isna() & ~rejected
        told = _("{column} is empty: the row is left out").format(column=name)
        notes.append(_noted(table, raw, empty, told))
        rejected |= empty
    single = table.name in ONE_ROW_PER_KEY
    left = values[~rejected]
    repeated = left.duplicated(subset=list(table.key if single else table.names))
    repeated &= table.name not in AMOUNTS
    repeated = repeated.reindex(values.index, fill_value=False)
    key = _(" and ").join(table.key) if single else _("the same")
    told = _EARLIER.format(key=key)
    reasons = _differing(left, repeated[left.index], list(table.key), told) if single else told
    notes.append(_noted(table, raw, repeated, reasons))
    filled = [frame for frame in notes if len(frame)] or notes[:1]
    return values, rejected | repeated, pd.concat(filled, ignore_index=True)


def _differing(rows: pd.DataFrame, repeated: pd.Series, key: list[str], told: str) -> pd.Series:
    """What is told of each repeated row, with what it says otherwise than the first of its key."""
    words = pd.Series(told, rows.index, dtype="str")
    if not repeated.any():
        return words
    first = rows.drop_duplicates(key).set_index(key)
    for place, row in rows[repeated].iterrows():
        kept = first.loc[tuple(row[key]) if len(key) > 1 else row[key[0]]]
        others = [n for n in kept.index if pd.notna(row[n]) and row[n] != kept[n]]
        if others:
            columns = _(", ").join(others)
            words[place] = _OTHERWISE.format(key=_(" and ").join(key), columns=columns)
    return words


def _typed(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {column.name: _as_kind(rows[column.name], column.kind) for column in table.columns}
    )


def _as_kind(values: pd.Series, kind: str) -> pd.Series:
    if kind == "number":
        return pd.to_numeric(values).astype("float64")
    if kind == "date":
        return pd.to_datetime(values).astype("datetime64[us]")
    return values.astype("str")


def _settled(
    table: Table, column: Column, values: pd.Series
) -> tuple[pd.Series, pd.Series | str, pd.Series]:
    """Which values are not allowed, the notes on them, and the values with those settled."""
    if column.kind == "flag":
        lowered = values.str.casefold()
        known = lowered.isin([*_YES, *_NO])
        told = column.name + ' "' + values + _('" is neither yes nor no: left empty')
        return values.notna() & ~known, told, lowered.isin(_YES).astype("boolean").where(known)
    if column.kind == "number" and (column.low is not None or column.high is not None):
        low = -float("inf") if column.low is None else column.low
        high = float("inf") if column.high is None else column.high
        doubtful = values.notna() & ~values.between(low, high)
        shown = f'{column.name} "' + values.map("{:g}".format).astype("str")
        return doubtful, shown + f'" {_outside(column)}', values.mask(doubtful)
    if column.choices:
        return _chosen(table, column, values)
    if column.name == "quarter":
        quarters = values.map(plan_period, na_action="ignore").astype("str")
        told = f'{column.name} "' + values
        told += _('" is no quarter, month or year such as 2025Q4, 2025-10, 2025: left empty')
        return values.notna() & quarters.isna(), told, quarters
    return pd.Series(False, index=values.index), "", values


def _chosen(
    table: Table, column: Column, values: pd.Series
) -> tuple[pd.Series, pd.Series, pd.Series]:
    known = {
        choice_word(table.name, column, choice, language).casefold(): choice
        for language in reversed(LANGUAGES)
        for choice in column.choices
    }
    found = values.str.casefold().map(known).astype("str")
    doubtful = values.notna() & found.isna()
    instead = next((c for c in _FALLBACK_CHOICES if c in column.choices), None)
    shown = _('taken as "{choice}"').format(choice=instead) if instead else _("left empty")
    allowed = ", ".join(column.choices)
    told = column.name + ' "' + values + _('" is none of {allowed}: ').format(allowed=allowed)
    return doubtful, told + shown, found.mask(doubtful, instead) if instead else found


def _outside(column: Column) -> str:
    if column.high is None:
        return _("is below {low:g}: left empty").format(low=column.low)
    return _("is outside {low:g} to {high:g}: left empty").format(low=column.low, high=column.high)


def _noted(
    table: Table, raw: pd.DataFrame, where: pd.Series, reason: pd.Series | str
) -> pd.DataFrame:
    found = raw.loc[where]
    return pd.DataFrame(
        {
            "table": table.name,
            "file": found["source_file"],
            "sheet": found["source_sheet"],
            "row": found["source_row"].astype("Int64"),
            "reason": reason if isinstance(reason, str) else reason[where],
            "subject": _texts(found, table.key[0]),
            "period": _texts(found, "quarter"),
        }
    )


def _texts(rows: pd.DataFrame, name: str) -> pd.Series:
    """A column of the rows as read; nothing where it was not."""
    return (rows[name] if name in rows else pd.Series(None, rows.index)).astype("str")
