"""Reducing a part's lines to the day ledger, their fates, the rejected rows and what to know."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from kamlib.data.lines import DIMENSIONS, KEPT, REJECTED, SET_ASIDE, Mapping, line_fates
from kamlib.data.sources import SourcePart

GROUP = ("account", "date", *DIMENSIONS)
MAX_REJECTED_ROWS = 100_000
_MONEY = pa.decimal128(38, 4)
LEDGER_SCHEMA = pa.schema(
    [
        ("account", pa.string()),
        ("date", pa.date32()),
        *((name, pa.string()) for name in DIMENSIONS),
        ("revenue", _MONEY),
        ("margin", _MONEY),
        ("quantity", _MONEY),
        ("lines", pa.int64()),
        ("documents", pa.int64()),
        ("ordered", pa.int64()),
    ]
)
FATES_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("file", "sheet", "step", "reason")),
        ("rows", pa.int64()),
        ("revenue", _MONEY),
    ]
)
REJECTED_SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
        *((name, pa.string()) for name in ("reason", "account", "date", "document", "revenue")),
    ]
)
DOCUMENTS_SCHEMA = pa.schema([("document", pa.string()), ("first_part", pa.string())])
COUNTS_SCHEMA = pa.schema([("finding", pa.string()), ("rows", pa.int64())])

_COUNTS = {
    "without margin": "SUM(CASE WHEN margin IS NULL THEN 1 ELSE 0 END)",
    "returns or credit notes": "SUM(CASE WHEN revenue < 0 THEN 1 ELSE 0 END)",
    "without value": "SUM(CASE WHEN revenue = 0 THEN 1 ELSE 0 END)",
    "without a document number": "SUM(CASE WHEN document IS NULL THEN 1 ELSE 0 END)",
}


@dataclass
class Reduced:
    """What the parts of one source file are reduced to, collected part by part."""

    ledger: list[pa.Table] = field(default_factory=list)
    fates: list[pa.Table] = field(default_factory=list)
    rejected: list[pa.Table] = field(default_factory=list)
    counts: list[pa.Table] = field(default_factory=list)
    documents: list[pa.Table] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write the five tables as Parquet, the ledger sorted and with its files complete."""
        ledger = _stacked(self.ledger, LEDGER_SCHEMA)
        keys = [(name, "ascending") for name in GROUP]
        self._write(folder / "ledger.parquet", ledger.sort_by(keys))
        self._write(folder / "fates.parquet", _stacked(self.fates, FATES_SCHEMA))
        self._write(folder / "rejected.parquet", _stacked(self.rejected, REJECTED_SCHEMA))
        self._write(folder / "counts.parquet", _stacked(self.counts, COUNTS_SCHEMA))
        self._write(folder / "documents.parquet", _stacked(self.documents, DOCUMENTS_SCHEMA))

    @staticmethod
    def _write(path: Path, table: pa.Table) -> None:
        pq.write_table(table, path, compression="zstd")


def reduced(
    connection: ibis.BaseBackend,
    parts: Iterable[tuple[SourcePart, Mapping]],
    *,
    one_part_per: str = "",
    documents: Sequence[pa.Table] = (),
) -> Reduced:
    """Reduce parts, in order; with ``one_part_per`` a document is read from its first part only.

    Parameters
    ----------
    connection
        The engine that the parts' relations live in.
    parts
        The parts with their mapping.
    one_part_per
        ``"document"``, or empty where parts cannot overlap.
    documents
        The documents of the files before this one (``document``, ``first_part``).
    """
    result = Reduced()
    seen = list(documents)
    for part, mapping in parts:
        earlier = _register(connection, seen, DOCUMENTS_SCHEMA) if one_part_per and seen else ""
        lines = line_fates(part.relation, mapping, part.header, part.label, earlier=earlier)
        summed = _grouped(lines, has_product="product" in mapping.columns)
        result.ledger.append(_kept(summed))
        result.fates.append(_fates(summed, part))
        result.counts.append(_line_counts(lines, mapping))
        result.rejected.append(_rejected(lines, summed, part))
        if one_part_per:
            seen.append(_documents(lines, part))
            result.documents.append(seen[-1])
    return result


def _grouped(lines: ibis.Table, *, has_product: bool) -> pa.Table:
    """Sums per step, reason and, for kept lines, ledger key: one pass over the lines."""
    keys = ", ".join(f"CASE WHEN step = '{KEPT}' THEN {name} END AS {name}" for name in GROUP)
    positions = ", ".join(str(n) for n in range(1, len(GROUP) + 3))
    query = f"""
        SELECT step, reason, {keys},
            SUM(revenue) AS revenue, SUM(margin) AS margin, SUM(quantity) AS quantity,
            COUNT(*) AS lines, COUNT(DISTINCT document) AS documents,
            SUM(CASE WHEN revenue > 0 THEN 1 ELSE 0 END) AS ordered
        FROM fates GROUP BY {positions}"""
    return lines.alias("fates").sql(query, dialect="duckdb").to_pyarrow()


def _kept(summed: pa.Table) -> pa.Table:
    mask = pa.compute.equal(summed["step"], KEPT)
    return summed.filter(mask).select(LEDGER_SCHEMA.names).cast(LEDGER_SCHEMA)


def _fates(summed: pa.Table, part: SourcePart) -> pa.Table:
    totals = summed.group_by(["step", "reason"]).aggregate([("lines", "sum"), ("revenue", "sum")])
    rows = [
        {
            "file": part.file,
            "sheet": part.sheet,
            "step": row["step"],
            "reason": row["reason"],
            "rows": row["lines_sum"],
            "revenue": row["revenue_sum"],
        }
        for row in totals.to_pylist()
    ]
    if part.bad_rows:
        bad = "the row does not split into the header's columns"
        rows.append(
            {"file": part.file, "sheet": part.sheet, "step": REJECTED, "reason": bad,
             "rows": len(part.bad_rows), "revenue": None}
        )  # fmt: skip
    return pa.Table.from_pylist(rows, FATES_SCHEMA)


def _line_counts(lines: ibis.Table, mapping: Mapping) -> pa.Table:
    sums = ", ".join(f"{sql} AS c{index}" for index, sql in enumerate(_COUNTS.values()))
    # Lines alike in everything within a document are real lines: they stay, and are counted.
    alike = "COUNT(*) - COUNT(DISTINCT HASH(account, date, document, product, quantity, revenue))"
    has_hash = lines.get_backend().name == "duckdb" and "document" in mapping.columns
    query = (
        f"SELECT {sums}, {alike if has_hash else 'NULL'} AS alike FROM fates WHERE step = '{KEPT}'"
    )
    row = lines.alias("fates").sql(query, dialect="duckdb").to_pyarrow().to_pylist()[0]
    found = {name: row[f"c{index}"] for index, name in enumerate(_COUNTS)}
    found["exactly alike another line of the same document"] = row["alike"]
    counted = [{"finding": name, "rows": int(rows)} for name, rows in found.items() if rows]
    return pa.Table.from_pylist(counted, COUNTS_SCHEMA)


def _rejected(lines: ibis.Table, summed: pa.Table, part: SourcePart) -> pa.Table:
    rows = [
        {"file": part.file, "sheet": part.sheet, "row": row, "reason": reason, "document": text}
        for row, reason, text in part.bad_rows
    ]
    if pa.compute.any(pa.compute.equal(summed["step"], REJECTED)).as_py():
        texts = ", ".join(
            f"CAST({name} AS VARCHAR) AS {name}" for name in ("date", "document", "revenue")
        )
        query = f"""
            SELECT source_row AS row, COALESCE(unreadable, reason) AS reason, account, {texts}
            FROM fates WHERE step = '{REJECTED}' ORDER BY 1 LIMIT {MAX_REJECTED_ROWS}"""
        found = lines.alias("fates").sql(query, dialect="duckdb").to_pyarrow().to_pylist()
        rows += [{"file": part.file, "sheet": part.sheet, **row} for row in found]
    return pa.Table.from_pylist(rows, REJECTED_SCHEMA)


def _documents(lines: ibis.Table, part: SourcePart) -> pa.Table:
    query = (
        f"SELECT DISTINCT document FROM fates WHERE document IS NOT NULL AND step <> '{SET_ASIDE}'"
    )
    found = lines.alias("fates").sql(query, dialect="duckdb").to_pyarrow()
    label = pa.array([part.sheet or part.file] * len(found), pa.string())
    return pa.table([found["document"].cast(pa.string()), label], schema=DOCUMENTS_SCHEMA)


def _register(connection: ibis.BaseBackend, tables: Sequence[pa.Table], schema: pa.Schema) -> str:
    name = f"earlier_{uuid.uuid4().hex}"
    connection.con.register(name, _stacked(tables, schema))
    return name


def _stacked(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables([schema.empty_table(), *(table.cast(schema) for table in tables)])
