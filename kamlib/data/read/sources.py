"""From a table's description to its source parts, each as a relation with typed columns."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kamlib.data.describe.expressions import (
    Expression,
    column_roles,
    columns_used,
    missing_column,
    resolved,
)
from kamlib.data.files.containers import (
    PACKED,
    PARQUET,
    WEB_PAGE,
    WORKBOOK,
    XML_SPREADSHEET,
    ZIP,
    Member,
    content_kind,
    unpacked,
)
from kamlib.data.files.faults import damage_told
from kamlib.data.files.layout import PLAIN, Layout, Recogniser
from kamlib.data.files.parquet import in_memory, parquet_part, spoilt_told
from kamlib.data.files.parts import (
    LOOKED_AT,
    ROW,
    HeaderRules,
    LeftPart,
    Merged,
    RawPart,
    is_text,
    part_label,
    under_one_name,
)
from kamlib.data.files.spreadsheets import check_names, read_markup, read_sheets
from kamlib.data.files.text import read_text
from kamlib.data.read.addresses import is_database
from kamlib.data.read.asking import asked, selected, viewed
from kamlib.data.read.connecting import database_files, is_same_database, table_in_memory
from kamlib.data.read.conventions import Convention, Conventions, literal, quoted
from kamlib.data.read.conversion import typed_with_conventions
from kamlib.data.read.dataset import DataSet, Lookup, TableSource
from kamlib.data.read.lookups import Looked, joined, looked_up, real_name
from kamlib.data.read.moments import ZONE_EDGE
from kamlib.data.read.reach import allowed_files
from kamlib.data.read.running import running
from kamlib.data.read.totals import (
    ASIDE,
    Aside,
    Control,
    aside_rows,
    with_rows_of_totals,
    with_tail_notes,
)
from kamlib.data.read.unread import left_part, torn_amounts
from kamlib.data.read.watched import heard, watched_beside, watched_columns
from kamlib.errors import DataError, nearest_name

_RAW = "kam_raw_cells"


@dataclass(frozen=True)
class SourcePart:
    """A part as a relation: the used columns in their types, ``kam_row`` and ``kam_unreadable``.

    ``watched`` names the columns that are carried along as ``kam_watched_0`` and so on.
    Where rows are no lines, ``kam_aside`` says what they are: total, header or note. ``torn`` is
    about the revenue of each bad row; ``filled`` counts the rows filled from merged cells.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    relation: ibis.Table
    bad_rows: tuple[tuple[int, str, str], ...] = ()
    watched: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()
    torn: tuple[float | None, ...] = ()
    filled: int = 0
    conventions: tuple[Convention, ...] = ()

    @property
    def label(self) -> str:
        """The part's name in messages: ``sales.xlsx, sheet "2011"``."""
        return part_label(self.file, self.sheet)


def source_files(dataset: DataSet, sources: Sequence[str], where: str) -> list[Path]:
    """The files that paths and globs name, relative to the data set's folder, in name order.

    Raises
    ------
    DataError
        A file is missing (with the nearest name), a glob finds nothing, or a file lies outside
        the folder and nobody has allowed that.
    """
    files: list[Path] = []
    for source in sources:
        found = allowed_files(dataset, source)
        if not found:
            names = [path.name for path in dataset.folder.glob("*") if path.is_file()]
            raise DataError(
                f'{where}: there is no file "{source}" in {dataset.folder}'
                f"{nearest_name(Path(source).name, names)}"
            )
        files += found
    return list(dict.fromkeys(files))


def file_sources(dataset: DataSet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The paths and globs of each table and lookup that is read from files, with where it is."""
    for name, table in dataset.tables.items():
        for read in (table, *table.lookup):
            if not any(map(is_database, read.source)):
                yield f"[{name}] source", read.source


def lookup_files(dataset: DataSet, lookup: Lookup) -> list[Path]:
    """The files that a lookup is read from; none where it is a table on a server."""
    if not is_database(lookup.source[0]):
        return source_files(dataset, lookup.source, "lookup")
    return database_files(dataset, lookup)


def raw_parts(
    path: Path,
    source: TableSource | Lookup,
    needed: Sequence[str],
    *,
    max_unpacked_mb: int,
    left: list[LeftPart] | None = None,
    recognise: Recogniser | None = None,
) -> Iterator[RawPart]:
    """A file's parts as read, whatever its name; an archive's files are parts too.

    ``left`` takes what is not read: hidden sheets, files of an archive without a table.

    Raises
    ------
    DataError
        The file holds nothing that can be read: what it is, and what to do.
    """
    grid = source.grid if isinstance(source, TableSource) else PLAIN
    rules = HeaderRules(source.header, source.names, tuple(needed), grid, recognise)
    left = [] if left is None else left
    with damage_told(path):
        kind = content_kind(path)
        if kind in (ZIP, PACKED):
            with unpacked(path, kind, max_unpacked_mb=max_unpacked_mb) as members:
                yield from _archived(path, members, source, rules, max_unpacked_mb, left)
        else:
            yield from _parts_of(path, kind, source, rules, max_unpacked_mb, left)


def _parts_of(
    path: Path,
    kind: str,
    source: TableSource | Lookup,
    rules: HeaderRules,
    max_unpacked_mb: int,
    left: list[LeftPart],
) -> Iterator[RawPart]:
    if kind == WORKBOOK:
        yield from read_sheets(
            path, source.sheet, rules, max_unpacked_mb=max_unpacked_mb, left=left
        )
    elif kind in (WEB_PAGE, XML_SPREADSHEET):
        yield from read_markup(path, kind, source.sheet, rules, left=left)
    elif kind == PARQUET:
        yield parquet_part(path)
    else:
        yield read_text(path, rules, delimiter=source.delimiter, encoding=source.encoding)


def _archived(
    path: Path,
    members: Sequence[Member],
    source: TableSource | Lookup,
    rules: HeaderRules,
    max_unpacked_mb: int,
    left: list[LeftPart],
) -> Iterator[RawPart]:
    """The parts of an archive's files; where several hold a table, their names are its sheets."""
    kinds, problems = {}, []
    for member in members:
        try:
            kinds[member] = content_kind(member.path)
        except DataError as error:
            problems.append(f"{path.name}, {error}")
            left.append(LeftPart(path.name, member.name, str(error), 0))
    if not kinds:
        raise DataError("; ".join(problems))
    single = len(kinds) == 1
    inner = source if single else source.model_copy(update={"sheet": ()})
    known = []
    for member, kind in kinds.items():
        own: list[LeftPart] = []
        try:
            for raw in _parts_of(member.path, kind, inner, rules, max_unpacked_mb, own):
                label = ", ".join(text for text in (member.name, raw.sheet) if text)
                label = raw.sheet if single else label
                known.append(label)
                if single or not source.sheet or {label, raw.sheet} & set(source.sheet):
                    yield replace(in_memory(raw), file=path.name, sheet=label)
        except DataError as error:
            raise DataError(f"{path.name}, {error}") from None
        left += [replace(part, file=path.name) for part in own]
    if not single:
        check_names(path.name, source.sheet, known)


def file_parts(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    path: Path,
    source: TableSource,
    expressions: Sequence[Expression],
    *,
    max_unpacked_mb: int,
    left: list[LeftPart] | None = None,
    known: Conventions | None = None,
) -> Iterator[SourcePart]:
    """A file's parts as relations with what the mapping uses; sheets without that are left.

    ``left`` takes what is not read, when all parts are; ``known`` is what the caller knows of
    the conventions beyond the source's own description.

    Raises
    ------
    DataError
        No part has the columns that the mapping uses.
    """
    limits = {"max_unpacked_mb": max_unpacked_mb, "left": left, "known": known}
    with spoilt_told(path):
        yield from _file_parts(connection, dataset, path, source, expressions, **limits)


def _file_parts(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    path: Path,
    source: TableSource,
    expressions: Sequence[Expression],
    *,
    max_unpacked_mb: int,
    left: list[LeftPart] | None,
    known: Conventions | None,
) -> Iterator[SourcePart]:
    lookups = lookups_of(dataset, source, max_unpacked_mb)
    beside = {name for looked in lookups for name in looked.table.column_names}
    written = columns_used(expressions)
    needed = [name for name in written if name not in beside]
    unfit: list[RawPart] = []
    fits: tuple[str, ...] = ()
    unread: list[LeftPart] = []
    file = file_label(dataset, path)
    for read in raw_parts(path, source, needed, max_unpacked_mb=max_unpacked_mb, left=unread):
        raw = replace(with_tail_notes(read) if source.totals else read, file=file)
        raw = under_one_name(raw, source.rename, source.may_lack)
        if _missing(needed, raw.header):
            unfit.append(raw)
            continue
        fits = fits or raw.header
        conventions = conventions_of(source, raw, known)
        yield from typed_parts(connection, raw, source, expressions, lookups, conventions)
    if not fits:
        raise _unfit(needed, unfit, expressions, path)
    if left is not None:
        left += [replace(part, file=file) for part in unread]
        left += [
            left_part(
                connection,
                raw,
                needed,
                expressions,
                conventions_of(source, raw, known),
                fits,
            )
            for raw in unfit
            if not _is_of_another(dataset, path, source, raw)
        ]


def _unfit(
    needed: Sequence[str], unfit: Sequence[RawPart], expressions: Sequence[Expression], path: Path
) -> DataError:
    """The error for a file of which no part has the columns that the mapping uses."""
    if not unfit:
        return DataError(f"{path.name}: holds no sheet that could be read")
    missing = _missing(needed, unfit[0].header)
    where = next(item.where for item in expressions if missing in columns_used([item]))
    return missing_column(missing, unfit[0].header, unfit[0].label, where)


def tables_beside(dataset: DataSet, path: Path, source: TableSource) -> list[TableSource]:
    """The other tables of a data set that are read from the same file."""
    return [
        table
        for name, table in dataset.tables.items()
        if table != source
        and not any(map(is_database, table.source))
        and path in source_files(dataset, table.source, f"[{name}] source")
    ]


def _is_of_another(dataset: DataSet, path: Path, source: TableSource, raw: RawPart) -> bool:
    """Whether a part is read for another table of the data set."""
    for table in tables_beside(dataset, path, source):
        if raw.sheet in table.sheet:
            return True
        used = columns_used([Expression(text, "") for text in table.columns.values()])
        if not table.sheet and used and not _missing(used, raw.header):
            return True
    return False


def conventions_of(source: TableSource, raw: RawPart, known: Conventions | None) -> Conventions:
    """How a part's cells are written, as far as that is said or known; the rest is found out."""
    return replace(
        known or Conventions(),
        decimal=source.decimal,
        dates=source.dates_of.get(raw.file, source.dates),
        time_zone=source.time_zone,
        empty=source.empty,
        epoch_1904=raw.epoch_1904,
        year_starts=source.year_starts,
    )


def _missing(needed: Sequence[str], header: Sequence[str]) -> str:
    folded = {name.casefold() for name in header}
    return next((name for name in needed if name.casefold() not in folded), "")


def file_label(dataset: DataSet, path: Path) -> str:
    """A file's name in messages: with its folders where it lies deeper in the data set's.

    Elsewhere with the folders that hold values (``year=2024``), which are part of its lines.
    """
    if path.is_relative_to(dataset.folder):
        return path.relative_to(dataset.folder).as_posix()
    return Path(*(name for name in path.parts[:-1] if "=" in name), path.name).as_posix()


def typed_parts(
    connection: ibis.BaseBackend,
    raw: RawPart,
    source: TableSource,
    expressions: Sequence[Expression],
    lookups: Sequence[Looked],
    conventions: Conventions,
    rows: ibis.Table | None = None,
) -> Iterator[SourcePart]:
    """A part as read as relations with what the mapping uses; ``rows`` are those of a database."""
    rows = _relation(connection, raw) if rows is None else rows
    table, header = rows, raw.header
    for looked in lookups:
        key = real_name(looked.lookup.key, header, raw.label, "lookup key")
        table, header = joined(connection, table, header, key, looked)
    roles = column_roles(expressions, header)
    listened = heard(expressions)
    watched = watched_columns(raw, columns_used(listened), rows)
    if lookups:
        days = columns_used([item for item in listened if item.target == "date"])
        watched += watched_beside([looked.table for looked in lookups], raw.header, days)
        watched += tuple(looked.told for looked in lookups if looked.told)
    relation, facts = typed_with_conventions(table, roles, conventions, watched)
    watched += (ZONE_EDGE,) if any(fact.kind == "time zone" for fact in facts) else ()
    if raw.data is not None:
        # Cells are turned into values once, not at each query; then the cells may go.
        relation = connection.create_table(ibis.util.gen_name("typed"), relation, temp=True)
        connection.con.unregister(_RAW)  # not there where the rows are a database's
    with running(raw.label, relation, expressions, header):
        aside = _aside(raw, rows, relation, expressions) if source.totals else Aside({})
    relation = _with_aside(connection, relation, aside)
    bad_rows, controls, filled = raw.bad_rows, aside.controls, raw.filled
    torn = torn_amounts(connection, raw, expressions, conventions)
    part, own = "", [Expression(source.part, "part")] if source.part else []
    with running(raw.label, relation, own, header, said="part does not run on every line"):
        part = resolved(own[0], header, raw.label) if own else ""
        names = _part_names(relation, part)
    for name in names:
        is_it = "IS NULL" if name is None else f"= {literal(name)}"
        shown = _filtered(relation, f"CAST({part} AS VARCHAR) {is_it}") if part else relation
        sheet = ", ".join(text for text in (raw.sheet, name) if text)
        yield SourcePart(
            raw.file, sheet, header, shown, bad_rows, watched, controls, torn, filled, facts
        )
        bad_rows, controls, torn, filled, facts = (), (), (), 0, ()


def _aside(
    raw: RawPart, rows: ibis.Table, relation: ibis.Table, expressions: Sequence[Expression]
) -> Aside:
    """The rows that are no lines."""
    mapped = {item.target: resolved(item, raw.header, raw.label) for item in expressions
              if item.target and set(columns_used([item])) <= set(raw.header)}  # fmt: skip
    for item in expressions:
        own = set(columns_used([item])) <= set(raw.header)  # not what is looked up
        if item.where == "[transactions] negative" and "revenue" in mapped and own:
            where, amount = resolved(item, raw.header, raw.label), mapped["revenue"]
            turned = f"({where}) AND ({amount}) > 0"
            mapped["revenue"] = f"CASE WHEN {turned} THEN -({amount}) ELSE {amount} END"
    read = raw if raw.data is not None else with_rows_of_totals(raw, mapped, rows)
    found = aside_rows(read, relation, mapped) if read is not None else Aside({})
    own = (
        Control(row, label, said, held, abs(said - held) < 0.01 + 1e-9 * abs(said))
        for row, label, said, held in raw.controls
    )
    return Aside(found.rows, (*found.controls, *own))


def _with_aside(connection: ibis.BaseBackend, relation: ibis.Table, aside: Aside) -> ibis.Table:
    if not aside.rows:
        return relation
    name = ibis.util.gen_name("aside")
    connection.con.register(name, aside.table)
    query = f"SELECT part.*, {name}.{ASIDE} FROM part LEFT JOIN {name} USING ({ROW})"
    return selected(relation, "part", query)


def _relation(connection: ibis.BaseBackend, raw: RawPart) -> ibis.Table:
    if raw.path is None:
        connection.con.register(_RAW, raw.data)
        return connection.table(_RAW)
    folders = "".join(f", {literal(value)} AS {quoted(key)}" for key, value in raw.partition)
    # A view, so that no path stands in SQL that holds a data set's own text.
    return viewed(
        connection,
        f"SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS {ROW}{folders} FROM "
        f"read_parquet({literal(str(raw.path.resolve()))}, file_row_number = true, "
        "hive_partitioning = false)",
    )


def table_of(raw: RawPart) -> pa.Table:
    """A part's own columns, in memory: for lookups and tables that are turned first."""
    if not raw.path:
        return raw.data.drop_columns([ROW])
    with spoilt_told(raw.path):
        return pq.read_table(raw.path, partitioning=None)


def _filtered(relation: ibis.Table, where: str) -> ibis.Table:
    return selected(relation, "part", f"SELECT * FROM part WHERE {where}")


def _part_names(relation: ibis.Table, part: str) -> list[str | None]:
    if not part:
        return [""]
    query = f"SELECT CAST({part} AS VARCHAR) AS name FROM part GROUP BY 1 ORDER BY MIN({ROW}), name"
    return asked(relation, "part", query)["name"].to_pylist()


def lookups_of(
    dataset: DataSet,
    source: TableSource,
    max_unpacked_mb: int,
    *,
    on: ibis.BaseBackend | None = None,
) -> list[Looked]:
    """The lookups of a table with their rows; ``on`` is a connection to the table's database.

    Raises
    ------
    DataError
        One cannot be read, or lacks its key.
    """
    return [_lookup(dataset, source, each, max_unpacked_mb, on) for each in source.lookup]


def _lookup(
    dataset: DataSet,
    source: TableSource,
    lookup: Lookup,
    max_unpacked_mb: int,
    on: ibis.BaseBackend | None,
) -> Looked:
    """A lookup's rows; several of one key are told where the lines or rows on them are."""
    if is_database(lookup.source[0]):
        on = on if is_same_database(dataset, source, lookup) else None
        table, label = table_in_memory(dataset, lookup, on=on)
        return _by_its_key(lookup, table, table.column_names, label)
    files = source_files(dataset, lookup.source, "lookup")
    if len(files) > 1:
        named = ", ".join(file.name for file in files)
        raise DataError(f"lookup: expected one file, but {len(files)} fit: {named}")
    about = files[0].stat()
    return _read_lookup(files[0], about.st_mtime_ns, about.st_size, lookup, max_unpacked_mb)


@lru_cache(maxsize=4)
def _read_lookup(
    path: Path, _changed: int, _size: int, lookup: Lookup, max_unpacked_mb: int
) -> Looked:
    """Once per file, as it is: each file of the lines asks for it."""
    written = lookup.lookup_key or lookup.key
    raw = next(iter(raw_parts(path, lookup, (written,), max_unpacked_mb=max_unpacked_mb)))
    return _by_its_key(lookup, table_of(raw), raw.header, raw.label)


def _by_its_key(lookup: Lookup, table: pa.Table, header: Sequence[str], label: str) -> Looked:
    key = real_name(lookup.lookup_key or lookup.key, header, label, "lookup_key")
    return looked_up(lookup.model_copy(update={"lookup_key": key}), table, label)


@dataclass(frozen=True)
class Peek:
    """A look at a part: its header and rows, for guessing a mapping.

    ``unstored`` names columns that are formulas without stored values; ``merged`` the merged
    ranges of its sheet, ``layout`` how its grid became lines.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: pa.Table
    unstored: tuple[str, ...] = ()
    merged: tuple[Merged, ...] = ()
    layout: Layout = PLAIN


def peek(
    path: Path,
    *,
    rows: int | None = 200,
    max_unpacked_mb: int = 4096,
    left: list[LeftPart] | None = None,
    recognise: Recogniser | None = None,
) -> list[Peek]:
    """The header and the first rows of every part of a file; all rows where ``rows`` is None.

    ``left`` takes what of the file is not read; ``recognise`` finds each part's layout.
    """
    source = TableSource(source=(path.name,))
    parts = []
    limits = {"max_unpacked_mb": max_unpacked_mb}
    for raw in raw_parts(path, source, (), left=left, recognise=recognise, **limits):
        if raw.path and rows is not None:
            with spoilt_told(raw.path):
                batches = pq.ParquetFile(raw.path).iter_batches(batch_size=rows)
                first = list(itertools.islice(batches, 1))
            table = pa.Table.from_batches(first, pq.read_schema(raw.path))
        else:
            table = table_of(raw).slice(0, rows)
        table = _looked_at(table)
        told = (raw.unstored, raw.merged, raw.layout)
        parts.append(Peek(raw.file, raw.sheet, raw.header, table, *told))
    return parts


def _looked_at(table: pa.Table) -> pa.Table:
    """Rows to be looked at: of texts of many pages only the beginning."""
    for place, column in enumerate(table.columns):
        if is_text(column.type) and (pc.max(pc.utf8_length(column)).as_py() or 0) > LOOKED_AT:
            short = pc.utf8_slice_codeunits(column, 0, LOOKED_AT)
            table = table.set_column(place, table.column_names[place], short)
    return table


def whole(
    path: Path, *, max_unpacked_mb: int = 4096, recognise: Recogniser | None = None
) -> Iterator[tuple[str, pa.Table]]:
    """All rows of every part of a file in its layout, with the name of its sheet."""
    source = TableSource(source=(path.name,))
    limits = {"max_unpacked_mb": max_unpacked_mb}
    for raw in raw_parts(path, source, (), recognise=recognise, **limits):
        yield raw.sheet, table_of(raw)
