"""What the watched cells of a part's kept lines say, with their lines and money.

The evidence from which doubts are made; kept beside the ledger, so that no opening reads twice.
"""

from pathlib import PurePosixPath

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from kamlib.data.describe.expressions import columns_used
from kamlib.data.describe.telling import (
    CANCELLED,
    CREDIT_LETTERS,
    PAYMENT,
    RETURN,
    TAX_LINE,
    UNFINISHED,
    told_by,
)
from kamlib.data.read.asking import asked
from kamlib.data.read.conventions import literal, one_of
from kamlib.data.read.conversion import WATCHED
from kamlib.data.read.sources import SourcePart
from kamlib.data.reduce.lines import Mapping

_TEXTS = ("file", "sheet", "column", "value")
_COUNTS = ("distance", "rows", "plus_rows", "minus_rows")
_MONEY = ("plus", "minus")
PROFILE_SCHEMA = pa.schema(
    [*((name, pa.string()) for name in _TEXTS), *((name, pa.int64()) for name in _COUNTS),
     *((name, pa.float64()) for name in _MONEY)]
)  # fmt: skip
# Lines and money above and below zero, as SQL.
LINE_SUMS = """COUNT(*) AS rows,
            CAST(SUM(CASE WHEN revenue > 0 THEN 1 ELSE 0 END) AS BIGINT) AS plus_rows,
            CAST(SUM(CASE WHEN revenue < 0 THEN 1 ELSE 0 END) AS BIGINT) AS minus_rows,
            CAST(SUM(CASE WHEN revenue > 0 THEN revenue ELSE 0 END) AS DOUBLE) AS plus,
            CAST(SUM(CASE WHEN revenue < 0 THEN revenue ELSE 0 END) AS DOUBLE) AS minus"""
# The letters of a document's number, "RE" of "2024-RE-0017", as SQL.
LETTERS = "UPPER(TRIM(REGEXP_REPLACE({document}, '[^\\p{{L}}]+', ' ', 'g')))"
# The name of the column under which lines are counted whose quantity and amount disagree.
QUANTITY_BELOW_ZERO = "quantity below zero, amount above"
# Names under which lines are counted by the letters of their document, and by their part's name.
DOCUMENT_LETTERS = "letters of the document number"
PART_NAME = "name of the sheet or file"
# The name, before that of a canonical column, under which lines are counted that are tax there.
TAX_LINES = "tax among articles: "
_ARTICLES = ("product", "product_line")
_MOST_LETTERS = 20
# The finding under which repeated lines are counted.
ALIKE = "exactly alike another line of the same document"
_OF_PARTS = (RETURN, UNFINISHED, CANCELLED, PAYMENT)


def part_profile(lines: ibis.Table, mapping: Mapping, part: SourcePart) -> pa.Table:
    """Per watched column and value: kept lines and money above and below zero.

    Returns
    -------
    ``file``, ``sheet``, ``column``, ``value`` (empty where the cell is); ``distance`` of the
    column from the first one that revenue is made of; ``rows``; ``plus_rows``, ``minus_rows``;
    ``plus``, ``minus`` (currency; minus is at most zero).
    """
    queries = [
        _query(f"COALESCE({WATCHED}{place}, '')", name, _distance(name, mapping, part))
        for place, name in enumerate(part.watched)
    ]
    tables = [asked(lines, "fates", query).to_pylist() for query in queries]
    if lines.get_backend().name == "duckdb" and "document" in mapping.columns:
        tables.append(_by_letters(lines))
    article = next((name for name in _ARTICLES if name in mapping.columns), "")
    if lines.get_backend().name == "duckdb" and article:
        tables.append(_of_tax(lines, article))
    rows = [{"file": part.file, "sheet": part.sheet, **row} for table in tables for row in table]
    return pa.Table.from_pylist(rows, PROFILE_SCHEMA)


def _by_letters(lines: ibis.Table) -> list[dict]:
    """Lines and money by the letters in their document's number, where these tell a credit."""
    letters = LETTERS.format(document="document")
    kept = "fates WHERE fate = 0 AND document IS NOT NULL"
    distinct = f"""
        SELECT DISTINCT {letters} AS value FROM (SELECT DISTINCT document FROM {kept})
        LIMIT {_MOST_LETTERS + 1}"""
    kinds = asked(lines, "fates", distinct)["value"].to_pylist()
    if not 1 < len(kinds) <= _MOST_LETTERS:
        return []
    if not any(CREDIT_LETTERS & {*value.split()} for value in kinds):
        return []
    query = f"""
        SELECT '{DOCUMENT_LETTERS}' AS column, {letters} AS value, 0 AS distance, {LINE_SUMS}
        FROM {kept} GROUP BY 2 ORDER BY 2"""
    return asked(lines, "fates", query).to_pylist()


def _of_tax(lines: ibis.Table, article: str) -> list[dict]:
    """Lines and money of the articles that are called after a tax, as a document's own line."""
    named = f"""
        SELECT value FROM (SELECT DISTINCT {article} AS value FROM fates WHERE fate = 0)
        WHERE REGEXP_MATCHES(value, {literal(TAX_LINE)}) ORDER BY 1"""
    found = asked(lines, "fates", named)["value"].to_pylist()
    if not found:
        return []
    query = f"""
        SELECT '{TAX_LINES}{article}' AS column, {article} AS value, 0 AS distance, {LINE_SUMS}
        FROM fates WHERE fate = 0 AND {one_of(article, found)} GROUP BY 2 ORDER BY 2"""
    return asked(lines, "fates", query).to_pylist()


def whole_part(part: SourcePart, sums: dict[str, float]) -> pa.Table:
    """The profile's rows of all lines of a part: under its name, and those of odd signs.

    ``sums`` has ``rows``, ``plus_rows``, ``minus_rows``, ``plus``, ``minus`` as in the profile,
    and ``odd`` and ``odd_amount`` (currency) of the lines whose quantity is below zero and whose
    amount above: all are counted where the lines are counted anyway.
    """
    place = {"file": part.file, "sheet": part.sheet, "distance": 0}
    odd, amount = sums["odd"], sums["odd_amount"]
    below = {"rows": odd, "plus_rows": odd, "minus_rows": 0, "plus": amount, "minus": 0.0}
    whole = {name: sums[name] for name in (*_COUNTS[1:], *_MONEY)}
    rows = [
        {**place, "column": QUANTITY_BELOW_ZERO, "value": "", **below},
        {**place, "column": PART_NAME, "value": _telling_name(part), **whole},
    ]
    return pa.Table.from_pylist([row for row in rows if row["rows"]], PROFILE_SCHEMA)


def _telling_name(part: SourcePart) -> str:
    """The name of a part that is called after returns or offers; empty for all others."""
    name = part.sheet if told_by(part.sheet) in _OF_PARTS else PurePosixPath(part.file).stem
    return name if told_by(name) in _OF_PARTS else ""


def _query(value: str, column: str, distance: int) -> str:
    name = column.replace("'", "''")
    return f"""
        SELECT '{name}' AS column, {value} AS value, {distance} AS distance, {LINE_SUMS}
        FROM fates WHERE fate = 0 GROUP BY 2 ORDER BY 2"""


def _distance(name: str, mapping: Mapping, part: SourcePart) -> int:
    folded = [column.casefold() for column in part.header]
    made_of = [column.casefold() for column in columns_used([mapping.columns["revenue"]])]
    places = [folded.index(column) for column in made_of if column in folded]
    return folded.index(name.casefold()) - places[0] if places and name.casefold() in folded else 0


KEYS_SCHEMA = pa.schema(
    [("file", pa.string()), ("sheet", pa.string()), ("key", pa.uint64()),
     ("document", pa.uint64()), ("content", pa.uint64()), ("date", pa.date32()),
     ("lines", pa.int64()), ("revenue", pa.decimal128(38, 4))]
)  # fmt: skip


def part_keys(lines: ibis.Table, mapping: Mapping, part: SourcePart) -> tuple[pa.Table, int]:
    """Each document of a part (or account and day, where none is known) by its hash.

    Two parts that hold the same keys with the same lines and money hold the same data twice.

    Returns
    -------
    ``file``, ``sheet``; ``key`` (of document, account and day); ``document`` (of its number
    alone, missing where there is none); ``content`` (of articles, quantities and money, in any
    order); ``date``; ``lines``; ``revenue`` (currency); and the number of lines that are exactly
    alike another one of their document. Nothing for a database, whose one table is one part.
    """
    if lines.get_backend().name != "duckdb":
        return KEYS_SCHEMA.empty_table(), 0
    number = "CASE WHEN document IS NOT NULL THEN HASH(document) END"
    # One pass over the lines for both: first what is exactly alike, then its documents.
    query = f"""
        SELECT key, MIN(document) AS document, BIT_XOR(HASH(line, alike)) AS content,
            MIN(date) AS date, CAST(SUM(alike) AS BIGINT) AS lines,
            CAST(SUM(revenue) AS DECIMAL(38, 4)) AS revenue,
            CAST(SUM(alike - 1) AS BIGINT) AS repeated
        FROM (
            SELECT HASH(COALESCE(document, ''), account, date) AS key,
                HASH(account, date, document, product, quantity, revenue) AS line,
                MIN({number}) AS document, MIN(date) AS date, COUNT(*) AS alike,
                SUM(revenue) AS revenue
            FROM fates WHERE fate = 0 GROUP BY 1, 2
        ) GROUP BY 1 ORDER BY 1"""
    found = asked(lines, "fates", query)
    alike = pc.sum(found["repeated"]).as_py() or 0 if "document" in mapping.columns else 0
    found = found.drop_columns(["repeated"])
    for place, name in enumerate(("file", "sheet")):
        texts = pa.array([getattr(part, name)] * len(found), pa.string())
        found = found.add_column(place, name, texts)
    return found.cast(KEYS_SCHEMA), alike
