"""How a column's cells are read, as findings; what is open, the doubts ask."""

from collections.abc import Iterable

import pandas as pd

from kamlib.data.doubts.writing import told_of_cells
from kamlib.data.read.addresses import FILES, database_address, is_database
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.lookups import SEVERAL
from kamlib.data.read.moments import ZONE_EDGE
from kamlib.data.reduce.checks import Finding
from kamlib.words import _, number

_WARNED = ("month-only", "week-only", "quarter-only", "swapped", "cr-dr")


def cell_findings(conventions: pd.DataFrame) -> Iterable[Finding]:
    """What to know of the cells' conventions, each column and decision once over all files."""
    frame = conventions.assign(cells=_cells(conventions))
    for (kind, column, _decided), rows in frame.groupby(["kind", "column", "decided"], sort=False):
        severity, told = _text(kind, column, rows)
        if told:
            example = f'{rows["file"].iloc[0]}, "{rows["example"].iloc[0]}"'
            yield Finding("transactions", severity, told, _count(rows), example)
    yield from _two_ways(frame)


def server_findings(dataset: DataSet, rows: int) -> Iterable[Finding]:
    """What is not looked for where the lines stay on a database server."""
    [source, *_others] = dataset.tables["transactions"].source
    if is_database(source) and database_address(source).kind not in FILES:
        told = _(
            "the lines are read on their server, where totals among them, documents that stand "
            "twice, the letters of document numbers, and numbers and days that are texts are not "
            "looked for: an export of the table to a file shows them"
        )
        yield Finding("transactions", "note", told, rows, "")


def zone_findings(profile: pd.DataFrame, conventions: pd.DataFrame, freq: str) -> Iterable[Finding]:
    """Lines that another time zone than the one they are written in may move to another quarter.

    Parameters
    ----------
    profile
        What watched cells say (:mod:`kamlib.data.reduce.profile`).
    conventions
        How cells were read.
    freq
        The frequency of the company's quarters.
    """
    edges = profile[(profile["column"] == ZONE_EDGE) & (profile["value"] != "")]
    month = pd.PeriodIndex(edges["value"].str[:7], freq="M")
    other = month + edges["value"].str[-1].map({"+": 1, "-": -1}).to_numpy(dtype="int64")
    moved = edges[month.asfreq(freq) != other.asfreq(freq)]
    if moved.empty:
        return
    [fact] = conventions[conventions["kind"] == "time zone"].head(1).itertuples()
    told = _(
        '"{column}" carries a time zone{example}, and days count as they are written: in local '
        "time these lines ({money}) may belong to the quarter before or after theirs; write "
        'time_zone = "Europe/Berlin" (or yours) under [transactions]'
    ).format(
        column=fact.column,
        example=f' ("{fact.example}")' if fact.example else "",
        money=number(float((moved["plus"] + moved["minus"]).sum()), 2),
    )
    where = ", ".join(dict.fromkeys(moved["file"]))
    yield Finding("transactions", "warning", told, int(moved["rows"].sum()), where)


def _two_ways(frame: pd.DataFrame) -> Iterable[Finding]:
    """Columns of which different parts are read in different ways."""
    proven = frame[frame["kind"].isin(("decimal", "dates")) & (frame["proofs_for"] > 0)]
    for (kind, column), rows in proven.groupby(["kind", "column"], sort=False):
        if rows["decided"].nunique() > 1:
            shown = ", ".join(f"{row.file}: {row.decided}" for row in rows.itertuples())
            told = _("files differ in {kind}").format(kind=kind)
            yield Finding("transactions", "warning", f"{column}: {told}", _count(rows), shown)


def _cells(frame: pd.DataFrame) -> pd.Series:
    return frame[["proofs_for", "proofs_against", "ambiguous"]].sum(axis="columns")


def _count(rows: pd.DataFrame) -> int:
    return int(rows["cells"].sum())


def _text(kind: str, column: str, rows: pd.DataFrame) -> tuple[str, str]:
    told = told_of_cells(kind, rows)
    if told:
        return ("warning" if kind in _WARNED else "note"), told
    hint = next((hint for hint in rows["hint"] if hint), "")
    if kind == "unreadable" and hint:
        told = _('{column}: the cells that cannot be read are all alike: "{hint}"')
        return "warning", told.format(column=column, hint=hint)
    if kind == "word":
        word = rows["decided"].iloc[0]
        told = _('{column}: the word "{word}" beside numbers is passed over')
        return "note", told.format(column=column, word=word)
    return "", ""


def lookup_findings(profile: pd.DataFrame) -> Iterable[Finding]:
    """Keys of a lookup that have several rows: which rows count, and the money on them."""
    found = profile[profile["column"].str.startswith(SEVERAL) & (profile["value"] != "")]
    for (column, value), rows in found.groupby(["column", "value"], sort=False):
        key, _colon, examples = value.partition(": ")
        told = _(
            '{file}: "{key}" has several rows that differ, and the first one counts; lines of '
            "{money} hang on them"
        ).format(
            file=column.removeprefix(SEVERAL),
            key=key,
            money=number(float(rows["plus"].sum() + rows["minus"].sum()), 2),
        )
        yield Finding("transactions", "warning", told, int(rows["rows"].sum()), examples)
