"""Reducing a part's lines to the day ledger, their fates, the rejected rows and what to know."""

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from kamlib.data.files.parts import LeftPart
from kamlib.data.read.asking import asked, selected, with_relation
from kamlib.data.read.conventions import literal
from kamlib.data.read.running import running
from kamlib.data.read.sources import SourcePart
from kamlib.data.reduce.ids import lost_digits
from kamlib.data.reduce.lines import (
    DIMENSIONS,
    MENDED,
    MONEY,
    REJECTED,
    SET_ASIDE,
    Mapping,
    line_fates,
)
from kamlib.data.reduce.orders import LINE_COUNTS, MINUS, ORDERED, ZERO, netted
from kamlib.data.reduce.profile import (
    ALIKE,
    KEYS_SCHEMA,
    LINE_SUMS,
    PROFILE_SCHEMA,
    part_keys,
    part_profile,
    whole_part,
)
from kamlib.data.reduce.rates import CONVERTED_SCHEMA, NO_RATE, part_currencies

GROUP = ("account", "date", *DIMENSIONS)
# What analysts see of a kept line, in this order.
LINE = (
    *("account", "date", "document", "product", "product_line", "quantity", "revenue", "margin"),
    *("channel", "region", "manager"),
)
MAX_REJECTED_ROWS = 100_000
_MONEY = ("revenue", "margin", "quantity")
_SUMS = (*_MONEY, "lines", *LINE_COUNTS)
_TYPES = {"account": "VARCHAR", "date": "DATE", **dict.fromkeys(DIMENSIONS, "VARCHAR"),
          **dict.fromkeys(_MONEY, MONEY),
          **dict.fromkeys(("lines", *LINE_COUNTS), "BIGINT"), "part": "INTEGER"}  # fmt: skip
_TEXTS = ("file", "sheet", "step", "reason")
FATES_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in _TEXTS), ("rows", pa.int64()),
     *((name, pa.decimal128(38, 4)) for name in _MONEY)]
)  # fmt: skip
REJECTED_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
        *((name, pa.string()) for name in ("reason", "account", "date", "document", "revenue")),
    ]
)
CONVENTIONS_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("file", "sheet", "column", "kind", "decided", "basis")),
        *((name, pa.int64()) for name in ("proofs_for", "proofs_against", "ambiguous")),
        *((name, pa.string()) for name in ("example", "hint")),
    ]
)
DOCUMENTS_SCHEMA = pa.schema([("document", pa.string()), ("first_part", pa.string())])
CONTROLS_SCHEMA = pa.schema(
    [("file", pa.string()), ("sheet", pa.string()), ("row", pa.int64()), ("label", pa.string()),
     ("amount", pa.float64()), ("sum_of_lines", pa.float64()), ("agrees", pa.bool_())]
)  # fmt: skip
LEFT_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in ("file", "sheet", "why")), ("rows", pa.int64()),
     ("amount", pa.float64()), ("severity", pa.string())]
)  # fmt: skip
COUNTS_SCHEMA = pa.schema([("finding", pa.string()), ("rows", pa.int64())])

# What is read from its first part only, as SQL over a line's canonical columns.
_READ_ONCE = {
    "document": "lines.document",
    "day": "lines.account || ' ' || CAST(lines.date AS VARCHAR)",
    "document and day": "COALESCE(lines.document, '') || ' ' || lines.account || ' ' || "
    "CAST(lines.date AS VARCHAR)",
}
# Why a row is rejected that cannot even be split into columns.
TORN = "the row does not split into the header's columns"
TORN_ESTIMATED = f"{TORN}; its revenue is estimated"
MENDED_IDS = "with a number that Excel wrote like 100.0, read as 100"
LOST_DIGITS = "with a document or product like 4.01230E+12: its last digits are lost in Excel"
_COUNTS = {
    "without margin": "SUM(CASE WHEN margin IS NULL THEN 1 ELSE 0 END)",
    "returns or credit notes": "SUM(CASE WHEN revenue < 0 THEN 1 ELSE 0 END)",
    "without value": "SUM(CASE WHEN revenue = 0 THEN 1 ELSE 0 END)",
    "without a document number": "SUM(CASE WHEN document IS NULL THEN 1 ELSE 0 END)",
    MENDED_IDS: f"SUM({MENDED})",
    LOST_DIGITS: f"SUM(CASE WHEN {' OR '.join(map(lost_digits, ('document', 'product')))} "
    "THEN 1 ELSE 0 END)",
}


@dataclass(frozen=True)
class Judged:
    """A part with its lines in canonical columns, each with its fate: a place in ``fates``.

    ``documents`` are those first read in this part, where a document is read once only.
    """

    part: SourcePart
    mapping: Mapping
    lines: ibis.Table
    fates: list[tuple[str, str]]
    has_earlier: bool
    documents: pa.Table | None

    @property
    def kept(self) -> ibis.Table:
        """The lines that count, as analysts see them: texts never missing, money as floats."""
        texts = {name: f"COALESCE({name}, '')" for name in ("document", "product", *DIMENSIONS)}
        floats = {name: f"CAST({name} AS DOUBLE)" for name in ("quantity", "revenue", "margin")}
        select = ", ".join(f"{(texts | floats).get(name, name)} AS {name}" for name in LINE)
        query = f"SELECT {select} FROM fates WHERE fate = 0"
        return selected(self.lines, "fates", query)


@dataclass
class Reduced:
    """What the parts of one source file are reduced to, collected part by part.

    ``sums`` are SELECTs on the embedded engine that yield the ledger's rows, part by part.
    """

    connection: ibis.BaseBackend
    sums: list[str] = field(default_factory=list)
    fates: list[pa.Table] = field(default_factory=list)
    rejected: list[pa.Table] = field(default_factory=list)
    counts: list[pa.Table] = field(default_factory=list)
    documents: list[pa.Table] = field(default_factory=list)
    left: Sequence[LeftPart] = ()
    profile: list[pa.Table] = field(default_factory=list)
    keys: list[pa.Table] = field(default_factory=list)

    controls: list[pa.Table] = field(default_factory=list)

    conventions: list[pa.Table] = field(default_factory=list)

    converted: list[pa.Table] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write the tables as Parquet; the ledger sorted, so that its bytes are the same."""
        keys = ", ".join(f"{name} NULLS FIRST" for name in GROUP)
        ledger = f"SELECT * FROM ({' UNION ALL '.join(self.sums)}) ORDER BY {keys}, part"
        target = literal(str(folder / "ledger.parquet"))
        self.connection.raw_sql(f"COPY ({ledger}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
        for name, tables, schema in (
            ("fates", self.fates, FATES_SCHEMA),
            ("rejected", self.rejected, REJECTED_SCHEMA),
            ("counts", self.counts, COUNTS_SCHEMA),
            ("documents", self.documents, DOCUMENTS_SCHEMA),
            ("profile", self.profile, PROFILE_SCHEMA),
            ("keys", self.keys, KEYS_SCHEMA),
            ("controls", self.controls, CONTROLS_SCHEMA),
            ("conventions", self.conventions, CONVENTIONS_SCHEMA),
            ("converted", self.converted, CONVERTED_SCHEMA),
        ):
            stacked = _stacked(tables, schema)
            pq.write_table(stacked, folder / f"{name}.parquet", compression="zstd")
        left = pa.Table.from_pylist([asdict(part) for part in self.left], LEFT_SCHEMA)
        pq.write_table(left, folder / "left.parquet", compression="zstd")


def reduced(
    connection: ibis.BaseBackend,
    parts: Iterable[tuple[SourcePart, Mapping]],
    *,
    one_part_per: str = "",
    documents: Sequence[pa.Table] = (),
    left: Sequence[LeftPart] = (),
) -> Reduced:
    """Reduce parts, in order; with ``one_part_per`` a document is read from its first part only.

    Parameters
    ----------
    connection
        The embedded engine; parts may live there or in a database, which then does the summing.
    parts
        The parts with their mapping.
    one_part_per
        ``"document"``, ``"day"`` (of an account), or empty where parts cannot overlap.
    documents
        The documents of the files before this one (``document``, ``first_part``).
    left
        What is not read; complete when all parts are.

    Raises
    ------
    DataError
        The mapping does not run on some value of a part.
    """
    result = Reduced(connection, left=left)
    every = judged(connection, parts, one_part_per=one_part_per, documents=documents, held=True)
    for each in every:
        part, mapping, lines, fates = each.part, each.mapping, each.lines, each.fates
        with _running(part, mapping):
            sums = _summed(connection, lines, mapping, has_earlier=each.has_earlier)
            result.sums.append(_ledger_rows(connection, sums, each, place=len(result.sums)))
            result.fates.append(_fates(lines, part, fates, has_earlier=each.has_earlier))
            keys, alike = part_keys(lines, mapping, part)
            counts, whole = _line_counts(lines, alike, part.filled)
            result.counts.append(counts)
            result.profile.append(whole_part(part, whole))
            result.rejected.append(_rejected(lines, fates, result.fates[-1], part))
            result.profile.append(part_profile(lines, mapping, part))
            result.keys.append(keys)
            if mapping.foreign:
                lacking = fates.index((REJECTED, NO_RATE))
                found = part_currencies(lines, mapping.columns, lacking, part)
                result.converted.append(found)
        result.controls.append(_controls(part))
        result.conventions.append(_conventions(part))
        if each.documents is not None:
            result.documents.append(each.documents)
    return result


def judged(
    connection: ibis.BaseBackend,
    parts: Iterable[tuple[SourcePart, Mapping]],
    *,
    one_part_per: str = "",
    documents: Sequence[pa.Table] = (),
    held: bool = False,
) -> Iterator[Judged]:
    """The fate of each line of the parts, in order; as :func:`reduced` takes them.

    With ``held`` a part's lines are worked out once and kept by the engine until the next part.

    Raises
    ------
    DataError
        The mapping does not run on a part.
    """
    seen = list(documents)
    key = _READ_ONCE.get(one_part_per, "")
    for part, mapping in parts:
        earlier = _register(connection, _stacked(seen, DOCUMENTS_SCHEMA)) if seen else ""
        lines, fates = line_fates(
            part.relation,
            mapping,
            part.header,
            part.label,
            earlier=earlier,
            key=key,
            watched=len(part.watched),
        )
        keeps = _held(connection, lines, part, mapping) if held else contextlib.nullcontext(lines)
        with keeps as known:
            own = None
            if one_part_per:
                with _running(part, mapping):
                    own = _documents(known, fates, part, key)
                seen.append(own)
            yield Judged(part, mapping, known, fates, bool(earlier), own)


@contextlib.contextmanager
def _held(
    connection: ibis.BaseBackend, lines: ibis.Table, part: SourcePart, mapping: Mapping
) -> Iterator[ibis.Table]:
    """The lines, worked out once for all that is asked of them; a database does its own.

    Asked anew each time, a condition on their fate is pushed down to the file, and with it all
    that the fate follows from: every question would read and mend every id several times.
    """
    if lines.get_backend() is not connection:
        yield lines
        return
    name = ibis.util.gen_name("lines")
    query = with_relation(lines, "held", "SELECT * FROM held")
    with _running(part, mapping):
        connection.raw_sql(f"CREATE TEMP TABLE {name} AS {query}")
    try:
        yield connection.table(name)
    finally:
        connection.raw_sql(f"DROP TABLE {name}")


def _running(part: SourcePart, mapping: Mapping) -> contextlib.AbstractContextManager[None]:
    return running(part.label, part.relation, mapping.expressions, part.header)


def _mapped(mapping: Mapping) -> list[str]:
    return [name for name in GROUP if name in mapping.columns]


def _summed(
    connection: ibis.BaseBackend, lines: ibis.Table, mapping: Mapping, *, has_earlier: bool
) -> str:
    """The name of a table of sums per fate and, for kept lines, ledger key: one pass."""
    keys = [f"CASE WHEN fate = 0 THEN {name} END AS {name}" for name in _mapped(mapping)]
    keys += ["first_part"] if has_earlier else []
    positions = ", ".join(str(n) for n in range(1, len(keys) + 2))
    sums = [f"SUM({name}) AS {name}" for name in _MONEY]
    sums += [f"{number} AS {name}" for name, number in LINE_COUNTS.items()]
    query = f"""
        SELECT fate, {", ".join([*keys, "COUNT(*) AS lines", *sums])}
        FROM fates GROUP BY {positions}"""
    if lines.get_backend() is not connection:
        return _register(connection, asked(lines, "fates", query))
    name = ibis.util.gen_name("sums")
    connection.raw_sql(f"CREATE TEMP TABLE {name} AS {with_relation(lines, 'fates', query)}")
    return name


def _ledger_rows(connection: ibis.BaseBackend, sums: str, judged: Judged, *, place: int) -> str:
    """A SELECT of a part's ledger rows; what was taken back on its day counts as no order."""
    keys = _mapped(judged.mapping)
    known = {name: f"sums.{name}" for name in (*keys, *_SUMS)} | {"part": str(place)}
    taken = f"SELECT 1 FROM {sums} WHERE fate = 0 AND {MINUS} > 0 LIMIT 1"
    join = ""
    if connection.raw_sql(taken).fetchall():
        once = judged.mapping.once_per_document
        undone = _register(connection, netted(judged.lines, keys, by_product=not once))
        same = " AND ".join(f"sums.{name} IS NOT DISTINCT FROM undone.{name}" for name in keys)
        join = f"LEFT JOIN {undone} AS undone ON {same}"
        known |= {name: f"sums.{name} + COALESCE(undone.{name}, 0)" for name in (ORDERED, ZERO)}
    columns = ", ".join(
        f"CAST({known.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in _TYPES.items()
    )
    return f"SELECT {columns} FROM {sums} AS sums {join} WHERE fate = 0"


def _fates(
    lines: ibis.Table,
    part: SourcePart,
    fates: Sequence[tuple[str, str]],
    *,
    has_earlier: bool,
) -> pa.Table:
    """Rows and money per fate, counted on the lines: the ledger's sums are held against them."""
    first = "first_part" if has_earlier else "CAST(NULL AS VARCHAR)"
    sums = ", ".join(f"CAST(SUM({name}) AS DECIMAL(38, 4)) AS {name}" for name in _MONEY)
    totals = asked(
        lines,
        "fates",
        f"SELECT fate, {first} AS first_part, COUNT(*) AS number, {sums} "
        "FROM fates GROUP BY 1, 2 ORDER BY 1, 2",
    ).to_pylist()
    rows = []
    for found in totals:
        step, reason = fates[found["fate"]]
        shown = reason.format(found["first_part"]) if step == SET_ASIDE else reason
        money = (found[name] for name in _MONEY)
        rows.append((part.file, part.sheet, step, shown, found["number"], *money))
    if part.bad_rows:
        told = TORN
        known = [Decimal(f"{amount:.4f}") for amount in part.torn if amount is not None]
        about = sum(known) if known else None
        if known:
            told = TORN_ESTIMATED
        rows.append((part.file, part.sheet, REJECTED, told, len(part.bad_rows), about, None, None))
    named = [dict(zip(FATES_SCHEMA.names, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(named, FATES_SCHEMA)


def _line_counts(lines: ibis.Table, alike: int, filled: int) -> tuple[pa.Table, dict[str, float]]:
    """What to know of the kept lines; and their sums, as :func:`whole_part` takes them."""
    sums = ", ".join(f"{sql} AS c{index}" for index, sql in enumerate(_COUNTS.values()))
    odd = "CASE WHEN quantity < 0 AND revenue > 0 THEN"
    query = (
        f"SELECT {sums}, {LINE_SUMS}, CAST(SUM({odd} 1 ELSE 0 END) AS BIGINT) AS odd, "
        f"CAST(SUM({odd} revenue ELSE 0 END) AS DOUBLE) AS odd_amount FROM fates WHERE fate = 0"
    )
    [row] = asked(lines, "fates", query).to_pylist()
    found = {name: row[f"c{index}"] for index, name in enumerate(_COUNTS)}
    # Lines alike in everything within a document are real lines: they stay, and are counted.
    found[ALIKE] = alike
    found["filled from merged cells"] = filled
    counted = [{"finding": name, "rows": int(rows)} for name, rows in found.items() if rows]
    return pa.Table.from_pylist(counted, COUNTS_SCHEMA), row


def _rejected(
    lines: ibis.Table, fates: Sequence[tuple[str, str]], totals: pa.Table, part: SourcePart
) -> pa.Table:
    place = {"file": part.file, "sheet": part.sheet}
    torn = part.torn or (None,) * len(part.bad_rows)
    rows = [
        {**place, "row": row, "reason": reason, "document": text,
         "revenue": None if amount is None else f"{amount:.4f}"}
        for (row, reason, text), amount in zip(part.bad_rows, torn, strict=True)
    ]  # fmt: skip
    if REJECTED in totals["step"].to_pylist():
        names = ("date", "document", "revenue")
        texts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in names)
        if "amount" in lines.columns:  # money that could not be converted, with its currency
            money = "COALESCE(CAST(revenue AS VARCHAR), CONCAT(amount, ' ', currency)) AS revenue"
            texts = texts.replace("CAST(revenue AS VARCHAR) AS revenue", money)
        codes = ", ".join(str(n) for n, (step, _reason) in enumerate(fates) if step == REJECTED)
        query = f"""
            SELECT source_row AS row, fate, unreadable, account, {texts}
            FROM fates WHERE fate IN ({codes}) ORDER BY 1 LIMIT {MAX_REJECTED_ROWS}"""
        for found in asked(lines, "fates", query).to_pylist():
            reason = found.pop("unreadable") or fates[found["fate"]][1]
            rows.append({**place, **found, "reason": reason})
    return pa.Table.from_pylist(rows, REJECTED_SCHEMA)


def _conventions(part: SourcePart) -> pa.Table:
    place = {"file": part.file, "sheet": part.sheet}
    rows = [{**place, **asdict(fact)} for fact in part.conventions]
    return pa.Table.from_pylist(rows, CONVENTIONS_SCHEMA)


def _controls(part: SourcePart) -> pa.Table:
    place = {"file": part.file, "sheet": part.sheet}
    rows = [{**place, **control._asdict()} for control in part.controls]
    return pa.Table.from_pylist(rows, CONTROLS_SCHEMA)


def _documents(
    lines: ibis.Table, fates: Sequence[tuple[str, str]], part: SourcePart, key: str
) -> pa.Table:
    aside = ", ".join(str(n) for n, (step, _reason) in enumerate(fates) if step == SET_ASIDE)
    fresh = f"AND fate NOT IN ({aside})" if aside else ""
    query = (
        f"SELECT DISTINCT {key} AS document FROM fates AS lines "
        f"WHERE {key} IS NOT NULL {fresh} ORDER BY 1"
    )
    found = asked(lines, "fates", query)
    label = pa.array([part.sheet or part.file] * len(found), pa.string())
    return pa.table([found["document"].cast(pa.string()), label], schema=DOCUMENTS_SCHEMA)


def _register(connection: ibis.BaseBackend, table: pa.Table) -> str:
    name = f"handed_{uuid.uuid4().hex}"
    connection.con.register(name, table)
    return name


def _stacked(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables([schema.empty_table(), *(table.cast(schema) for table in tables)])
