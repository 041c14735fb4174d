"""The tables beside transactions: read in canonical columns, checked, and kept in the cache."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import ibis
import pandas as pd
import pyarrow as pa

from kamlib.data.describe.expressions import Expression, check_reshape, resolved
from kamlib.data.describe.schema import TABLES, Table
from kamlib.data.files.parts import ROW, RawPart
from kamlib.data.read.addresses import is_database
from kamlib.data.read.asking import asked
from kamlib.data.read.connecting import database_table
from kamlib.data.read.conventions import quoted
from kamlib.data.read.conversion import UNREADABLE, WATCHED, as_frame
from kamlib.data.read.databases import database_part
from kamlib.data.read.dataset import DataSet, TableSource
from kamlib.data.read.lookups import SEVERAL
from kamlib.data.read.running import running
from kamlib.data.read.sources import (
    SourcePart,
    file_label,
    file_parts,
    raw_parts,
    source_files,
    table_of,
)
from kamlib.data.read.totals import ASIDE
from kamlib.data.reduce.checks import TOLD, SideTable, checked
from kamlib.data.reduce.ids import ACCOUNTS, IDS, account_text, id_text, plain_text
from kamlib.data.reduce.lines import ASIDE_REASONS, exclusion_rules, mapped_columns
from kamlib.data.reduce.seals import content_hash
from kamlib.data.reduce.store import (
    cache_folder,
    description,
    entry_name,
    is_kept,
    written_entry,
)
from kamlib.errors import DataError, first_line
from kamlib.words import _

# Part of every cache key: raise it when reading or checking changes.
SIDE_VERSION = 16
_SEVERAL = _(
    "{file} has several rows that differ of one key ({keys}), and the first one counts in the "
    "columns that are looked up"
)


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
    made_of = ["side table", name, description(dataset, source, SIDE_VERSION)]
    made_of += [text for path in files for text in (file_label(dataset, path), content_hash(path))]
    entry = cache_folder(dataset) / entry_name(*made_of)
    if not is_kept(entry):
        table = read_side_table(connection, dataset, name, max_unpacked_mb=max_unpacked_mb)
        with written_entry(entry) as staging:
            table.rows.to_parquet(staging / "rows.parquet")
            table.notes.to_parquet(staging / "notes.parquet")
            counts = json.dumps([table.read, table.rejected, table.excluded])
            (staging / "counts.json").write_text(counts, encoding="utf-8")
    counts = json.loads((entry / "counts.json").read_text(encoding="utf-8"))
    rows, notes = (pd.read_parquet(entry / f"{kind}.parquet") for kind in ("rows", "notes"))
    return SideTable(name, rows, notes, *counts)


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
    raw, parts = _raw_rows(connection, dataset, name, max_unpacked_mb)
    no_rows = raw.pop(ASIDE) if ASIDE in raw else pd.Series(None, raw.index, dtype="str")
    left = raw["excluded"].where(no_rows.isna(), -2)
    excluded = dict.fromkeys((rule.reason for rule in source.exclude), 0)
    told = no_rows.map(ASIDE_REASONS).value_counts()
    excluded |= {reason: int(number) for reason, number in told.items()}
    for n, rule in enumerate(source.exclude):  # several rules may share a reason
        excluded[rule.reason] += int((left == n).sum())
    kept = raw[left == -1].reset_index(drop=True)
    return checked(table, kept, _unsplit(name, parts), excluded)


def written_rows(
    connection: ibis.BaseBackend, dataset: DataSet, name: str, *, max_unpacked_mb: int = 4096
) -> pd.DataFrame:
    """All rows of a table beside transactions as its files have them, unchecked.

    Also those that a rule takes out or a check rejects.

    Returns
    -------
    The canonical columns that the files have, ``source_file``, ``source_sheet``, ``source_row``.

    Raises
    ------
    DataError
        The source is missing or unreadable, or lacks a required column.
    """
    raw, _parts_read = _raw_rows(connection, dataset, name, max_unpacked_mb)
    names = [*TABLES[name].names, "source_file", "source_sheet", "source_row"]
    return raw[[each for each in names if each in raw]]


def _raw_rows(
    connection: ibis.BaseBackend, dataset: DataSet, name: str, max_unpacked_mb: int
) -> tuple[pd.DataFrame, list[SourcePart]]:
    table, source = TABLES[name], dataset.tables[name]
    parts, rows = [], []
    for part, mapping, exclusions in _parts(connection, dataset, table, source, max_unpacked_mb):
        rows.append(canonical_rows(part, table, mapping, exclusions, source))
        parts.append(part)
    return pd.concat(rows, ignore_index=True), parts


def _parts(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    table: Table,
    source: TableSource,
    max_unpacked_mb: int,
) -> Iterator[tuple[SourcePart, dict[str, Expression], list[Expression]]]:
    exclusions = exclusion_rules(table.name, source)
    if is_database(source.source[0]):
        with database_table(dataset, source) as (lines, label):
            mapping = mapped_columns(table.name, source, lines.columns)
            written = [*mapping.values(), *exclusions]
            limit = {"max_unpacked_mb": max_unpacked_mb}
            part = database_part(dataset, lines, label, written, source, **limit)
            yield part, mapping, exclusions
        return
    paths = source_files(dataset, source.source, f"[{table.name}] source")
    if source.reshape:
        for part in _reshaped(connection, paths, table, source, max_unpacked_mb):
            yield part, mapped_columns(table.name, source, part.header), exclusions
        return
    for path in paths:
        header = _header(path, table, source, max_unpacked_mb)
        mapping = mapped_columns(table.name, source, header)
        written = [*mapping.values(), *exclusions]
        for part in file_parts(
            connection, dataset, path, source, written, max_unpacked_mb=max_unpacked_mb
        ):
            yield part, mapping, exclusions


def _header(path: Path, table: Table, source: TableSource, max_unpacked_mb: int) -> tuple[str, ...]:
    if source.columns:
        return ()
    parts = raw_parts(path, source, table.required, max_unpacked_mb=max_unpacked_mb)
    return next(parts).header


def _reshaped(
    connection: ibis.BaseBackend,
    paths: Sequence[Path],
    table: Table,
    source: TableSource,
    max_unpacked_mb: int,
) -> Iterator[SourcePart]:
    """A source turned by the table's own SELECT over ``source``, before it is mapped.

    Files and sheets with one header are one source: a SELECT that groups sees all their rows.
    """
    alike: dict[tuple[str, ...], list[RawPart]] = {}
    for path in paths:
        first, *others = raw_parts(path, source, (), max_unpacked_mb=max_unpacked_mb)
        same = [part for part in others if part.header == first.header]
        alike.setdefault(tuple(first.header), []).extend([first, *same])
    for raws in alike.values():
        check_reshape(source.reshape, f"{raws[0].label}: [{table.name}] reshape")
        whole = _one_below_another([table_of(raw) for raw in raws])
        connection.con.register("source", whole)
        try:
            result = connection.answer(source.reshape)
        except Exception as error:  # the engine's own error for a SELECT that does not run
            told = f"{raws[0].label}: [{table.name}] reshape does not run: {first_line(error)}"
            raise DataError(told) from None
        finally:
            connection.con.unregister("source")
        shaped = ibis.util.gen_name("reshaped")
        connection.con.register(shaped, result)
        relation = connection.table(shaped).mutate(
            **{ROW: ibis.row_number() + 1, UNREADABLE: ibis.null(str)}
        )
        yield SourcePart(raws[0].file, "", tuple(result.column_names), relation)


def _one_below_another(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables with the same columns as one; where their kinds differ, all cells are texts."""
    if any(table.schema != tables[0].schema for table in tables):
        texts = pa.schema([(name, pa.string()) for name in tables[0].column_names])
        tables = [table.cast(texts) for table in tables]
    return pa.concat_tables(tables)


def canonical_rows(
    part: SourcePart,
    table: Table,
    mapping: dict[str, Expression],
    exclusions: Sequence[Expression] = (),
    source: TableSource | None = None,
) -> pd.DataFrame:
    """A part's rows in canonical columns, unchecked: with where each came from and what is amiss.

    Raises
    ------
    DataError
        The mapping does not run on this source.
    """
    casts = {"number": "DOUBLE", "date": "DATE"}
    select = []
    for name, expression in mapping.items():
        sql = resolved(expression, part.header, part.label)
        kind = casts.get(table.column(name).kind)
        cast = f"TRY_CAST({sql} AS {kind})" if kind else _text(name, sql, source)
        select.append(f"{cast} AS {quoted(name)}")
    left = " ".join(
        f"WHEN {resolved(where, part.header, part.label)} THEN {n}"
        for n, where in enumerate(exclusions)
    )
    select += [
        f"{ROW} AS source_row",
        f"{UNREADABLE} AS unreadable",
        f"CASE {left} ELSE -1 END AS excluded" if left else "-1 AS excluded",
    ]
    select += [ASIDE] if ASIDE in part.relation.columns else []
    watched = {f"{WATCHED}{place}": name for place, name in enumerate(part.watched)}
    several = {column: name for column, name in watched.items() if name.startswith(SEVERAL)}
    select += [*several]
    query = f"SELECT {', '.join(select)} FROM source ORDER BY {ROW}"
    written = [*mapping.values(), *exclusions]
    said = f"the mapping of {table.name} does not run"
    with running(part.label, part.relation, written, part.header, said=said):
        rows = as_frame(asked(part.relation, "source", query))
    rows[TOLD] = _on_several(rows[[*several]].rename(columns=several))
    rows = rows.drop(columns=[*several])
    return rows.assign(source_file=part.file, source_sheet=part.sheet)


def _on_several(keys: pd.DataFrame) -> pd.Series:
    """What is told of each row that looks up one of several rows of a key; missing for others."""
    told = pd.Series(None, keys.index, dtype="str")
    for column, found in keys.items():
        file = column.removeprefix(SEVERAL)
        said = found.dropna().map(lambda each, file=file: _SEVERAL.format(file=file, keys=each))
        told = told.str.cat(said, sep="; ").fillna(told).fillna(said)
    return told


def _text(name: str, sql: str, source: TableSource | None) -> str:
    if name in ACCOUNTS and source:
        return account_text(sql, source)
    return id_text(sql) if name in IDS else plain_text(sql)


def _unsplit(name: str, parts: Sequence[SourcePart]) -> pd.DataFrame:
    """Notes on rows that do not split into the header's columns."""
    rows = [
        (name, part.file, part.sheet, row, told)
        for part in parts
        for row, told, _text in part.bad_rows
    ]
    return pd.DataFrame(rows, columns=["table", "file", "sheet", "row", "reason"])
