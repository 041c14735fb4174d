"""The day ledger: checked lines reduced once to account x day, kept as Parquet per source file.

A file is read again only when its content, the mapping or (where a document may stand in two
parts) a file before it has changed. A database is reduced anew at each opening.
"""

import os
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Named
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import chain
from pathlib import Path, PurePosixPath

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kamlib.data.describe.expressions import Expression
from kamlib.data.describe.schema import TABLES
from kamlib.data.files.parts import LeftPart
from kamlib.data.read.addresses import is_database
from kamlib.data.read.asking import asked
from kamlib.data.read.connecting import connected_table, database_table
from kamlib.data.read.conventions import ONE_MONTH, Conventions
from kamlib.data.read.conversion import as_frame
from kamlib.data.read.databases import database_part
from kamlib.data.read.dataset import DataSet, TableSource
from kamlib.data.read.sources import (
    SourcePart,
    file_label,
    file_parts,
    raw_parts,
    source_files,
    tables_beside,
)
from kamlib.data.reduce.lines import KEPT, Mapping, lines_mapping
from kamlib.data.reduce.orders import (
    MINUS,
    ORDERED,
    ZERO,
    days_in_parts,
    days_of_several,
    remaining,
    write_netted,
)
from kamlib.data.reduce.rates import Rates, maps_itself, rates_of
from kamlib.data.reduce.reduction import judged, reduced
from kamlib.data.reduce.seals import content_hash
from kamlib.data.reduce.side_tables import open_side_table
from kamlib.data.reduce.store import (
    cache_folder,
    description,
    digest,
    entry_name,
    is_kept,
    move_into_place,
    new_folder,
    written_entry,
)
from kamlib.errors import DataError

# Part of every cache key: raise it when what is stored, or how it is computed, changes.
LEDGER_VERSION = 29
SNAPSHOT_VARIABLE = "KAM_SNAPSHOT"
COUNTED = ("rows", "revenue", "margin", "quantity")


@dataclass(frozen=True)
class Ledger:
    """The day ledger of a data set and how it came about.

    ``table`` has account, date, product_line, channel, region, manager (text), revenue,
    margin, quantity (decimal); lines, ordered (positive lines of which something remains on
    their day, see :mod:`kamlib.data.reduce.orders`; those without a price too where they count
    as orders), zero_lines (those without a price but with a quantity). ``fates`` has rows and
    revenue (margin and quantity as decimals) per file, sheet, step and reason; ``rejected`` the
    rejected rows; ``counts`` what to know of the kept ones; ``conventions`` how cells were read:
    ``file``, ``sheet`` and the fields of ``kamlib.data.read.conventions.Convention``.
    ``profile`` and ``keys`` are the evidence of :mod:`kamlib.data.reduce.profile`. ``controls``
    are the totals that stand in the sources, per file, sheet and row, with label, amount,
    sum_of_lines and whether it agrees. ``left`` is what of the files is not read: file, sheet,
    why, rows, amount (an estimate, or missing), severity. ``converted`` says what the lines'
    currencies are and what was made of them
    (:func:`kamlib.data.reduce.rates.part_currencies`), ``rates`` at which rates; empty without a
    column of currencies. ``files`` hold the table; ``snapshot`` names the stored entries, so that
    another process sees the same.
    """

    table: ibis.Table
    fates: pd.DataFrame
    rejected: pd.DataFrame
    counts: pd.DataFrame
    profile: pd.DataFrame
    entries: tuple[Path, ...] = field(repr=False)
    files: tuple[Path, ...] = field(repr=False)
    controls: pd.DataFrame
    left: pd.DataFrame
    conventions: pd.DataFrame
    converted: pd.DataFrame
    rates: Rates
    fingerprint: str
    snapshot: str
    from_cache: bool
    zero_value: bool = False

    @property
    def kept(self) -> pd.DataFrame:
        """The fates of the lines that count."""
        return self.fates[self.fates["step"] == KEPT]

    @property
    def kept_rows(self) -> int:
        """The number of lines that count."""
        return int(self.kept["rows"].sum())

    @property
    def kept_revenue(self) -> float:
        """The revenue (currency) of the lines that count."""
        return float(self.kept["revenue"].sum())

    @cached_property
    def counted(self) -> dict[str, Decimal | int | None]:
        """Rows, revenue, margin and quantity of the lines that count, as the reader counted them.

        To the last decimal, and None where no line has one.
        """
        tables = [pq.read_table(entry / "fates.parquet") for entry in self.entries]
        fates = pa.concat_tables(tables)
        kept = fates.filter(pc.equal(fates["step"], KEPT))
        return {name: pc.sum(kept[name]).as_py() for name in COUNTED}

    @cached_property
    def held(self) -> dict[str, Decimal | int | None]:
        """The same, added up from the ledger as it is used."""
        sums = ", ".join(f"SUM({name}) AS {name}" for name in COUNTED[1:])
        query = f"SELECT CAST(SUM(lines) AS BIGINT) AS rows, {sums} FROM ledger"
        return asked(self.table, "ledger", query).to_pylist()[0]

    @cached_property
    def accounts(self) -> pd.DataFrame:
        """Each account's ``lines`` and ``revenue`` (currency) over the whole ledger."""
        query = """
            SELECT account, CAST(SUM(lines) AS BIGINT) AS lines,
                CAST(SUM(revenue) AS DOUBLE) AS revenue
            FROM ledger GROUP BY 1 ORDER BY 1"""
        return as_frame(asked(self.table, "ledger", query))

    @cached_property
    def keys(self) -> pd.DataFrame:
        """The documents of each part by their hashes; read when asked, as there may be millions."""
        return _stored(self.entries, "keys")


@dataclass(frozen=True)
class _Reading:
    """A data set's transactions in files, and all that bears on how they are read."""

    connection: ibis.BaseBackend
    dataset: DataSet
    source: TableSource
    max_unpacked_mb: int
    rates: Rates

    @cached_property
    def cache(self) -> Path:
        """Where what was read is kept."""
        return cache_folder(self.dataset)

    @cached_property
    def files(self) -> list[Path]:
        """The files that are read, in order."""
        return source_files(self.dataset, self.source.source, "[transactions] source")

    @cached_property
    def hashes(self) -> dict[Path, str]:
        """What each of them holds: hashed once, though they may be read twice."""
        return {path: content_hash(path) for path in self.files}


def open_ledger(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    *,
    max_unpacked_mb: int = 4096,
    zero_value: bool = False,
) -> Ledger:
    """Reduce a data set's transactions to the day ledger, from the cache where it is there.

    Parameters
    ----------
    zero_value
        Whether a line without a price but with a quantity is an order: ``orders.zero_value``.

    Raises
    ------
    DataError
        A source is missing, unreadable, empty, or does not fit the mapping.
    """
    source = dataset.tables["transactions"]
    rates = _rates(connection, dataset, max_unpacked_mb)
    if is_database(source.source[0]):
        entries, fresh = _database_entries(connection, dataset, source, rates, max_unpacked_mb)
    else:
        reading = _Reading(connection, dataset, source, max_unpacked_mb, rates)
        entries, fresh = _file_entries(reading)
    ledgers = [entry / "ledger.parquet" for entry in entries]
    files = _netted_files(connection, dataset, ledgers, max_unpacked_mb)
    fates = _stored(entries, "fates")
    if not fates["rows"].sum():
        raise DataError("transactions: the source has a header but no line; expected at least one")
    names = [entry.name for entry in entries]
    return Ledger(
        table=_ledger_table(connection, files, zero_value=zero_value),
        fates=fates,
        rejected=_stored(entries, "rejected"),
        counts=_stored(entries, "counts"),
        profile=_stored(entries, "profile"),
        entries=tuple(entries),
        files=tuple(files),
        controls=_stored(entries, "controls"),
        left=_stored(entries, "left"),
        conventions=_settled_by_others(_stored(entries, "conventions")),
        converted=_stored(entries, "converted"),
        rates=rates,
        fingerprint=digest(*map(content_hash, files)),
        snapshot=os.pathsep.join(names),
        from_cache=not fresh,
        zero_value=zero_value,
    )


def _rates(connection: ibis.BaseBackend, dataset: DataSet, max_unpacked_mb: int) -> Rates:
    if "rates" not in dataset.tables:
        return rates_of(None, dataset.currency)
    table = open_side_table(connection, dataset, "rates", max_unpacked_mb=max_unpacked_mb)
    return rates_of(table.rows, dataset.currency)


def _ledger_table(
    connection: ibis.BaseBackend, files: Sequence[Path], *, zero_value: bool
) -> ibis.Table:
    table = connection.read_parquet([str(file) for file in files], table_name="ledger")
    if zero_value:
        table = table.mutate(ordered=table[ORDERED] + table[ZERO])
    return table.drop(MINUS, "part")


def _netted_files(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    ledgers: list[Path],
    max_unpacked_mb: int,
) -> list[Path]:
    """The ledger's files; one of all where a part takes back what another part sold that day.

    Only then are the lines read once more, as no part alone knows what remains of such a day.
    """
    days = days_in_parts(connection, ledgers)
    if not len(days):
        return ledgers
    entry = cache_folder(dataset) / entry_name("netted", *(file.parent.name for file in ledgers))
    if not is_kept(entry):
        lines = open_lines(connection, dataset, max_unpacked_mb=max_unpacked_mb)
        once = dataset.tables["transactions"].once_per_document
        with written_entry(entry) as staging:
            target = staging / "ledger.parquet"
            write_netted(connection, lines, days, ledgers, target, by_product=not once)
    return [entry / "ledger.parquet"]


def orders_of_several(
    ledger: Ledger,
    dataset: DataSet,
    counted_as: Named[str, str],
    *,
    max_unpacked_mb: int = 4096,
) -> pa.Table | None:
    """What remains of days on which an account's numbers take back what another one sold.

    Parameters
    ----------
    counted_as
        The account that each number counts as which does not count as itself.

    Returns
    -------
    What :func:`kamlib.data.reduce.orders.remaining` gives, by the account that counts; None
    where there is no such day. As only their lines know, these are read, once.
    """
    engine = ledger.table.get_backend()
    days = days_of_several(engine, ledger.files, counted_as) if counted_as else ()
    if not len(days):
        return None
    made_of = ("several", *(file.parent.name for file in ledger.files), repr(counted_as))
    entry = cache_folder(dataset) / entry_name(*made_of)
    if not is_kept(entry):
        lines = open_lines(engine, dataset, max_unpacked_mb=max_unpacked_mb)
        named = {"account": days["number"], "date": days["date"]}
        named = {name: values.unique().to_pylist() for name, values in named.items()}
        within = [lines[name].isin(values) for name, values in named.items()]
        held = ibis.util.gen_name("several")
        engine.con.register(held, _counted(lines.filter(*within).to_pyarrow(), counted_as))
        once = dataset.tables["transactions"].once_per_document
        found = remaining(engine, engine.table(held), days, by_product=not once)
        with written_entry(entry) as staging:
            pq.write_table(found, staging / "orders.parquet", compression="zstd")
    return pq.read_table(entry / "orders.parquet")


def _counted(lines: pa.Table, counted_as: Named[str, str]) -> pa.Table:
    accounts = [counted_as.get(each, each) for each in lines["account"].to_pylist()]
    place = lines.schema.get_field_index("account")
    return lines.set_column(place, "account", pa.array(accounts, pa.string()))


def _file_entries(reading: _Reading) -> tuple[list[Path], bool]:
    """Each file's entry; files that leave open what others prove are read as those are."""
    entries, fresh = _entries(reading, {})
    known = proven_elsewhere(_stored(entries, "conventions"))
    if not known:
        return entries, fresh
    entries, again = _entries(reading, known)
    return entries, fresh or again


def _entries(reading: _Reading, known: dict[str, Conventions]) -> tuple[list[Path], bool]:
    dataset, source = reading.dataset, reading.source
    described = description(dataset, source, LEDGER_VERSION)
    described += reading.rates.key if maps_itself(source) else ""
    entries: list[Path] = []
    fresh = False
    for path in reading.files:
        made_of = [entry.name for entry in entries] if source.one_part_per else []
        named = file_label(dataset, path)
        made_of += [repr(table) for table in tables_beside(dataset, path, source)]
        if named in known:
            made_of += [known[named].decimal_elsewhere, known[named].dates_elsewhere]
        hashed = reading.hashes[path]
        entry = reading.cache / entry_name("ledger", described, named, hashed, *made_of)
        if not is_kept(entry):
            fresh = True
            left: list[LeftPart] = []
            parts = _parts(reading, path, left, known.get(named))
            _write_entry(reading.connection, parts, left, source, entry, entries)
        entries.append(entry)
    return entries, fresh


def proven_elsewhere(facts: pd.DataFrame) -> dict[str, Conventions]:
    """By file: the decimal sign and the order of dates that its own cells leave open.

    Parameters
    ----------
    facts
        The conventions of all files, in their order.
    """
    facts = facts[facts["kind"].isin(("decimal", "dates")) & (facts["basis"] != "set")]
    # Where files prove orders of dates that differ, none of them speaks for a file that is open.
    proven = {
        kind: rows.groupby("decided")["proofs_for"].sum().idxmax()
        for kind, rows in facts[(facts["proofs_for"] > 0)].groupby("kind")
        if kind == "decimal" or rows["decided"].nunique() == 1
    }
    is_open = (facts["proofs_for"] == 0) & (facts["ambiguous"] > 0)
    is_open &= facts["basis"].isin(("default", "hint"))
    unproven = {
        fact.file: None  # in the order of the files
        for fact in facts[is_open].itertuples()
        if proven.get(fact.kind, fact.decided) != fact.decided
    }
    elsewhere = Conventions(
        decimal_elsewhere=proven.get("decimal", ""), dates_elsewhere=proven.get("dates", "")
    )
    return dict.fromkeys(unproven, elsewhere)


def _settled_by_others(facts: pd.DataFrame) -> pd.DataFrame:
    """The conventions; what a file leaves open is no question where all others prove the same."""
    is_open = (facts["proofs_for"] == 0) & (facts["ambiguous"] > 0)
    is_open &= facts["basis"].isin(("default", "hint"))
    for kind in ("decimal", "dates"):
        of_kind = facts["kind"] == kind
        proven = facts[of_kind & (facts["proofs_for"] > 0)]["decided"].unique()
        if len(proven) == 1:
            same = of_kind & is_open & (facts["decided"] == proven[0]) & ~_of_one_month(facts)
            facts.loc[same, "basis"] = "other files"
    return facts


def _of_one_month(facts: pd.DataFrame) -> pd.Series:
    """Files whose days would lie in one month if read in another order: perhaps they do.

    Not where that month is January: bookings of the first of each month look so.
    """
    narrow = facts["hint"].str.contains(ONE_MONTH, regex=False).fillna(False).astype("bool")
    first = facts["example"].fillna("").astype("str").str.match(r"\s*0?1\D")
    return narrow & ~first


def _database_entries(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    source: TableSource,
    rates: Rates,
    max_unpacked_mb: int,
) -> tuple[list[Path], bool]:
    """A live table has no content hash: its reduction is stored under its own content's.

    The kernels of one report run are handed the snapshot, so all see the same state.
    """
    cache = cache_folder(dataset)
    known = os.environ.get(SNAPSHOT_VARIABLE, "")
    if known and is_kept(cache / known):
        return [cache / known], False
    with new_folder(cache) as staging:
        with database_table(dataset, source) as (table, label):
            lines = database_lines(dataset, table, label, rates, max_unpacked_mb=max_unpacked_mb)
            reduced(connection, [lines]).write(staging)
        content = [content_hash(file) for file in sorted(staging.iterdir())]
        made_of = ("database", description(dataset, source, LEDGER_VERSION), *content)
        entry = cache / entry_name(*made_of)
        move_into_place(staging, entry)
    return [entry], True


def document_days(ledger: Ledger, documents: Sequence[str]) -> pd.Series:
    """The first day on which each of some documents stands in the sales, where it does.

    A database's documents are not kept: nothing is known of them.
    """
    engine = ledger.table.get_backend()
    named, keys = ibis.util.gen_name("numbers"), ibis.util.gen_name("keys")
    engine.con.register(named, pa.table({"number": pa.array(documents, pa.string())}))
    engine.read_parquet([str(entry / "keys.parquet") for entry in ledger.entries], table_name=keys)
    days = engine.answer(f"""
        SELECT number, MIN(date) AS day FROM {named} JOIN {keys} ON HASH(number) = {keys}.document
        GROUP BY 1 ORDER BY 1""")
    return as_frame(days).set_index("number")["day"].astype("datetime64[us]")


def open_lines(
    connection: ibis.BaseBackend, dataset: DataSet, *, max_unpacked_mb: int = 4096
) -> ibis.Table:
    """The lines that the day ledger was made of, those that are kept, as a lazy table.

    Files are opened on the embedded engine; a database's lines stay on its own engine, in a
    connection that lasts as long as the table, and are as they are there now.

    Returns
    -------
    The columns of ``kamlib.data.reduce.reduction.LINE``.

    Raises
    ------
    DataError
        A source is missing, unreadable, or does not fit the mapping.
    """
    source = dataset.tables["transactions"]
    rates = _rates(connection, dataset, max_unpacked_mb)
    if is_database(source.source[0]):
        table, label = connected_table(dataset, source)
        found = database_lines(dataset, table, label, rates, max_unpacked_mb=max_unpacked_mb)
        [lines] = judged(connection, [found])
        return lines.kept
    reading = _Reading(connection, dataset, source, max_unpacked_mb, rates)
    entries, _fresh = _entries(reading, {})
    known = proven_elsewhere(_stored(entries, "conventions"))
    parts = (
        _parts(reading, path, known=known.get(file_label(dataset, path))) for path in reading.files
    )
    every = judged(connection, chain.from_iterable(parts), one_part_per=source.one_part_per)
    kept = [_view(connection, lines.kept) for lines in every]
    return kept[0] if len(kept) == 1 else ibis.union(*kept)


def _view(connection: ibis.BaseBackend, lines: ibis.Table) -> ibis.Table:
    """A part's lines as a view: all parts name their steps alike, so no one query holds them."""
    name = ibis.util.gen_name("lines")
    connection.raw_sql(f"CREATE TEMP VIEW {name} AS {connection.compile(lines)}")
    return connection.table(name)


def database_lines(
    dataset: DataSet, table: ibis.Table, label: str, rates: Rates, *, max_unpacked_mb: int
) -> tuple[SourcePart, Mapping]:
    """The sales of a table of a database as a part, and the mapping that they are read by.

    Raises
    ------
    DataError
        The table does not fit the mapping.
    """
    source = dataset.tables["transactions"]
    mapping = replace(lines_mapping(source, table.columns), rates=rates)
    limit = {"max_unpacked_mb": max_unpacked_mb, "lines": True}
    return database_part(dataset, table, label, mapping.expressions, source, **limit), mapping


def _parts(
    reading: _Reading,
    path: Path,
    left: list[LeftPart] | None = None,
    known: Conventions | None = None,
) -> Iterable[tuple[SourcePart, Mapping]]:
    source, limit = reading.source, {"max_unpacked_mb": reading.max_unpacked_mb}
    needed = TABLES["transactions"].required
    header = () if source.columns else next(raw_parts(path, source, needed, **limit)).header
    mapping = replace(lines_mapping(source, header), rates=reading.rates)
    parts = file_parts(
        reading.connection,
        reading.dataset,
        path,
        source,
        mapping.expressions,
        left=left,
        known=replace(known or Conventions(), lines=True),
        **limit,
    )
    return ((part, _of_part(mapping, part)) for part in parts)


def _of_part(mapping: Mapping, part: SourcePart) -> Mapping:
    """The mapping for one part: of a part of returns every line takes money away."""
    names = {part.sheet, PurePosixPath(part.file).stem} - {""}
    if not names & {*mapping.source.negative_parts}:
        return mapping
    return replace(mapping, negative=(Expression("TRUE", "[transactions] negative_parts", "flag"),))


def _write_entry(
    connection: ibis.BaseBackend,
    parts: Iterable[tuple[SourcePart, Mapping]],
    left: Sequence[LeftPart],
    source: TableSource,
    entry: Path,
    before: Sequence[Path],
) -> None:
    documents = [pq.read_table(other / "documents.parquet") for other in before]
    result = reduced(
        connection,
        parts,
        one_part_per=source.one_part_per,
        documents=documents if source.one_part_per else (),
        left=left,
    )
    with written_entry(entry) as staging:
        result.write(staging)


def _stored(entries: Sequence[Path], name: str) -> pd.DataFrame:
    places = ["file", "sheet"] if name == "keys" else []  # a row per document: texts by number
    tables = [pq.read_table(entry / f"{name}.parquet", read_dictionary=places) for entry in entries]
    frame = pa.concat_tables(tables).unify_dictionaries().to_pandas()
    if "revenue" in frame and name == "fates":
        frame["revenue"] = frame["revenue"].astype("float64").fillna(0.0)
    return frame
