"""The tables beside transactions: read, typed, checked; each doubtful cell or row with its note."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import pandas as pd

from kamlib.data.conversion import UNREADABLE, quoted
from kamlib.data.databases import database_part, database_table
from kamlib.data.dataset import DataSet, TableSource, is_database
from kamlib.data.expressions import Expression, resolved
from kamlib.data.lines import equal_headers
from kamlib.data.parts import ROW
from kamlib.data.schema import TABLES, Column, Table
from kamlib.data.sources import SourcePart, file_parts, raw_parts, source_files
from kamlib.data.store import (
    cache_folder,
    content_hash,
    description,
    digest,
    move_into_place,
    new_folder,
)
from kamlib.errors import DataError

# Part of every cache key: raise it when reading or checking changes.
SIDE_VERSION = 1
# One row per key, the first one counts; the other tables list events, which may repeat.
ONE_ROW_PER_KEY = ("accounts", "contacts", "managers", "plans", "prospects")
NOTE_COLUMNS = ("table", "file", "sheet", "row", "reason")
_YES = ("yes", "y", "true", "1", "x", "ja", "да", "是")
_NO = ("no", "n", "false", "0", "nein", "нет", "否")
_FALLBACK_CHOICES = ("unknown", "other")


@dataclass(frozen=True)
class SideTable:
    """A checked table: ``rows`` in canonical columns, and ``notes`` on what was not taken over.

    ``read`` and ``rejected`` count rows; a note with a row that was kept says what was emptied.
    """

    name: str
    rows: pd.DataFrame
    notes: pd.DataFrame
    read: int
    rejected: int


def open_side_table(
    connection: ibis.BaseBackend, dataset: DataSet, name: str, *, max_unpacked_mb: int = 4096
) -> SideTable:
    """One checked table beside transactions, from the cache where its files are the same.

    Raises
    ------
    DataError
        The source is missing or unreadable, or lacks a required column.
    """
    source = dataset.tables[name]
    if is_database(source.source[0]):
        return read_side_table(connection, dataset, name, max_unpacked_mb=max_unpacked_mb)
    files = source_files(dataset, source.source, f"[{name}] source")
    made_of = [name, description(dataset, source, SIDE_VERSION)]
    made_of += [text for path in files for text in (path.name, content_hash(path))]
    entry = cache_folder(dataset) / digest(*made_of)[:32]
    if not entry.is_dir():
        table = read_side_table(connection, dataset, name, max_unpacked_mb=max_unpacked_mb)
        staging = new_folder(entry.parent)
        table.rows.to_parquet(staging / "rows.parquet")
        table.notes.to_parquet(staging / "notes.parquet")
        (staging / "counts.json").write_text(json.dumps([table.read, table.rejected]))
        move_into_place(staging, entry)
    read, rejected = json.loads((entry / "counts.json").read_text())
    rows, notes = (pd.read_parquet(entry / f"{kind}.parquet") for kind in ("rows", "notes"))
    return SideTable(name, rows, notes, read, rejected)


def read_side_table(
    connection: ibis.BaseBackend, dataset: DataSet, name: str, *, max_unpacked_mb: int = 4096
) -> SideTable:
    """Read and check one table beside transactions.

    Raises
    ------
    DataError
        The source is missing or unreadable, or lacks a required column.
    """
    table, source = TABLES[name], dataset.tables[name]
    parts = [
        _rows(part, table, mapping)
        for part, mapping in _parts(connection, dataset, table, source, max_unpacked_mb)
    ]
    raw = pd.concat(parts, ignore_index=True)
    return _checked(table, raw)


def empty_side_table(name: str) -> pd.DataFrame:
    """A table without rows, for a data set that does not have it."""
    return _typed(TABLES[name], pd.DataFrame(columns=list(TABLES[name].names)))


def _parts(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    table: Table,
    source: TableSource,
    max_unpacked_mb: int,
) -> Iterator[tuple[SourcePart, dict[str, Expression]]]:
    where = f"[{table.name}] source"
    if is_database(source.source[0]):
        header: Sequence[str] = database_table(source)[0].columns
        mapping = _mapping(table, source, header)
        yield database_part(source, list(mapping.values())), mapping
        return
    for path in source_files(dataset, source.source, where):
        if source.reshape:
            part = _reshaped(connection, dataset, path, table, source, max_unpacked_mb)
            yield part, _mapping(table, source, part.header)
            continue
        mapping = _mapping(table, source, _header(path, source, max_unpacked_mb))
        for part in file_parts(
            connection,
            dataset,
            path,
            source,
            list(mapping.values()),
            max_unpacked_mb=max_unpacked_mb,
        ):
            yield part, mapping


def _header(path: Path, source: TableSource, max_unpacked_mb: int) -> tuple[str, ...]:
    if source.columns:
        return ()
    return next(iter(raw_parts(path, source, (), max_unpacked_mb=max_unpacked_mb))).header


def _mapping(table: Table, source: TableSource, header: Sequence[str]) -> dict[str, Expression]:
    written = source.columns or equal_headers(table.name, header)
    missing = [name for name in table.required if name not in written]
    if missing:
        raise DataError(
            f"{table.name}: {', '.join(missing)} is not mapped; "
            f'add {missing[0]} = "…" under [{table.name}.columns]'
        )
    return {
        name: Expression(text, f"[{table.name}.columns] {name}", table.column(name).kind)
        for name, text in written.items()
    }


def _reshaped(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    path: Path,
    table: Table,
    source: TableSource,
    max_unpacked_mb: int,
) -> SourcePart:
    """A source turned by the table's own SELECT over ``source``, before it is mapped."""
    raw = next(iter(raw_parts(path, source, (), max_unpacked_mb=max_unpacked_mb)))
    name = ibis.util.gen_name("raw")
    connection.con.register(name, raw.data.drop_columns([ROW]))
    try:
        turned = connection.table(name).alias("source").sql(source.reshape, dialect="duckdb")
        result = turned.to_pyarrow()
    except Exception as error:  # the engine's own error for a SELECT that does not run
        said = str(error).strip().splitlines()[0]
        raise DataError(f"{raw.label}: [{table.name}] reshape does not run: {said}") from None
    shaped = ibis.util.gen_name("reshaped")
    connection.con.register(shaped, result)
    relation = connection.table(shaped).mutate(
        **{ROW: ibis.row_number() + 1, UNREADABLE: ibis.null(str)}
    )
    return SourcePart(raw.file, "", tuple(result.column_names), relation)


def _rows(part: SourcePart, table: Table, mapping: dict[str, Expression]) -> pd.DataFrame:
    casts = {"number": "DOUBLE", "date": "DATE"}
    select = []
    for name, expression in mapping.items():
        sql = resolved(expression, part.header, part.label)
        kind = casts.get(table.column(name).kind)
        cast = f"TRY_CAST({sql} AS {kind})" if kind else f"NULLIF(TRIM(CAST({sql} AS VARCHAR)), '')"
        select.append(f"{cast} AS {quoted(name)}")
    select += [f"{ROW} AS source_row", f"{UNREADABLE} AS unreadable"]
    query = f"SELECT {', '.join(select)} FROM source ORDER BY {ROW}"
    try:
        rows = part.relation.alias("source").sql(query, dialect="duckdb").to_pandas()
    except Exception as error:  # each engine has its own errors for SQL that does not run
        said = str(error).strip().splitlines()[0]
        raise DataError(f"{part.label}: the mapping of {table.name} does not run: {said}") from None
    return rows.assign(source_file=part.file, source_sheet=part.sheet)


def _checked(table: Table, raw: pd.DataFrame) -> SideTable:
    values = _typed(table, raw.reindex(columns=list(table.names)))
    notes: list[pd.DataFrame] = [_noted(table, raw, raw["unreadable"].notna(), raw["unreadable"])]
    for column in table.columns:
        doubtful, reason, values[column.name] = _settled(column, values[column.name])
        notes.append(_noted(table, raw, doubtful, reason))
    rejected = pd.Series(False, index=values.index)
    for name in table.required:
        empty = values[name].isna() & ~rejected
        notes.append(_noted(table, raw, empty, f"{name} is empty: the row is left out"))
        rejected |= empty
    keys = list(table.key) if table.name in ONE_ROW_PER_KEY else list(table.names)
    repeated = values.duplicated(subset=keys) & ~rejected
    told = f"{' and '.join(table.key)} stands in an earlier row: this one is left out"
    notes.append(_noted(table, raw, repeated, told))
    rejected |= repeated
    return SideTable(
        table.name,
        values[~rejected].reset_index(drop=True),
        pd.concat(notes, ignore_index=True).sort_values(["file", "sheet", "row"], kind="stable"),
        read=len(values),
        rejected=int(rejected.sum()),
    )


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


def _settled(column: Column, values: pd.Series) -> tuple[pd.Series, pd.Series | str, pd.Series]:
    """Which values are not allowed, the notes on them, and the values with those settled."""
    if column.kind == "flag":
        lowered = values.str.casefold()
        doubtful = values.notna() & ~lowered.isin([*_YES, *_NO])
        told = column.name + ' "' + values + '" is neither yes nor no: left empty'
        flags = lowered.isin(_YES).astype("boolean").where(lowered.isin([*_YES, *_NO]))
        return doubtful, told, flags
    if column.kind == "number" and (column.low is not None or column.high is not None):
        low = -float("inf") if column.low is None else column.low
        high = float("inf") if column.high is None else column.high
        doubtful = values.notna() & ~values.between(low, high)
        told = column.name + " " + values.astype("str") + f" is outside {column.unit}: left empty"
        return doubtful, told, values.mask(doubtful)
    if column.choices:
        known = {choice.casefold(): choice for choice in column.choices}
        found = values.str.casefold().map(known)
        doubtful = values.notna() & found.isna()
        instead = next((c for c in _FALLBACK_CHOICES if c in column.choices), None)
        shown = f'taken as "{instead}"' if instead else "left empty"
        told = column.name + ' "' + values + f'" is none of {", ".join(column.choices)}: {shown}'
        return doubtful, told, found.mask(doubtful, instead)
    return pd.Series(False, index=values.index), "", values


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
        }
    )
