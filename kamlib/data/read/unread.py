"""What of a source is not read, and the money in it: sheets that do not fit, rows that break.

Both amounts are estimates: a column stands in for one that is missing, a cell is looked for where
its row was torn apart. They say how much hangs on what was left out, and are never counted.
"""

import contextlib
import csv
import io
import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import duckdb
import ibis
import pyarrow as pa
import pyarrow.compute as pc

from kamlib.data.describe.expressions import Expression, column_roles, columns_used, resolved
from kamlib.data.describe.headers import read_header, word_set
from kamlib.data.files.parts import ROW, LeftPart, RawPart
from kamlib.data.read.asking import asked
from kamlib.data.read.conversion import Conventions, typed
from kamlib.errors import DataError
from kamlib.words import _

_NEAR = 0.6
_LINES = ("account", "date", "revenue")
_LIKE_A_NUMBER = "^[^0-9A-Za-z]{0,4}[0-9][0-9 .,'\u00a0\u202f]*[^0-9A-Za-z]{0,3}$"
# A number that its own thousands or decimal comma tore apart.
_ONE_NUMBER = r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+,\d{2}"
_SAMPLE = 1000


def left_part(
    connection: ibis.BaseBackend,
    raw: RawPart,
    needed: Sequence[str],
    expressions: Sequence[Expression],
    conventions: Conventions,
    fits: Sequence[str],
) -> LeftPart:
    """A part without some needed columns: which, what is near, its rows, and about its money.

    ``fits`` is the header of a part that has them all. It is a warning where most rows have an
    account, a date and an amount by the columns that stand in.
    """
    stand_ins = _stand_ins(needed, raw.header, fits)
    missing = [name for name in needed if stand_ins.get(name, "").casefold() != name.casefold()]
    lines, amount = 0, None
    if raw.data is not None and stand_ins and raw.data.num_rows:
        columns = {name: raw.data[column] for name, column in stand_ins.items()}
        data = pa.table({**columns, ROW: raw.data[ROW]})
        with contextlib.suppress(duckdb.Error, DataError):
            lines, amount = _sums(connection, data, expressions, conventions)
    rows = 0 if raw.data is None else raw.data.num_rows
    if lines and lines * 2 >= rows:
        return LeftPart(raw.file, raw.sheet, _why(missing, stand_ins), rows, amount, "warning")
    if len(missing) == len(needed):
        why = _("it has none of the columns that the mapping uses")
        return LeftPart(raw.file, raw.sheet, why, rows)
    return LeftPart(raw.file, raw.sheet, _why(missing, stand_ins), rows, amount)


def _why(missing: Sequence[str], stand_ins: dict[str, str]) -> str:
    near = [name for name in missing if name in stand_ins]
    told = [
        _('it has no column "{name}", but "{near}"').format(name=name, near=stand_ins[name])
        for name in near
    ]
    others = [f'"{name}"' for name in missing if name not in near]
    if others:
        told.append(_("it has no column {names}").format(names=", ".join(others)))
    return "; ".join(told)


def _stand_ins(needed: Sequence[str], header: Sequence[str], fits: Sequence[str]) -> dict[str, str]:
    """Per needed column the one that is called so, or nearly so, or stands where it stood."""
    folded = {name.casefold(): name for name in reversed(header)}
    found = {name: folded[name.casefold()] for name in needed if name.casefold() in folded}
    places = {name.casefold(): position for position, name in enumerate(fits)}
    for name in needed:
        free = [column for column in header if column not in found.values()]
        if name in found or not free:
            continue
        nearest = max(free, key=lambda column: _likeness(name, column))
        if _likeness(name, nearest) >= _NEAR:
            found[name] = nearest
            continue
        position = places.get(name.casefold(), len(header))
        same_width = len(header) == len(fits)
        if same_width and position < len(header) and header[position] in free:
            found[name] = header[position]
    return found


def _likeness(one: str, other: str) -> float:
    words, others = word_set(one), word_set(other)
    if words and others and (words <= others or others <= words):
        return 1.0
    a, b = (" ".join(read_header(name).words) or name.casefold() for name in (one, other))
    return SequenceMatcher(None, a, b).ratio()


def _sums(
    connection: ibis.BaseBackend,
    data: pa.Table,
    expressions: Sequence[Expression],
    conventions: Conventions,
) -> tuple[int, float | None]:
    """The rows that have account, date and revenue, and the sum of their revenue."""
    header = [name for name in data.column_names if name != ROW]
    known = {
        item.target: item
        for item in expressions
        if item.target in _LINES and set(columns_used([item])) <= set(header)
    }
    if "revenue" not in known:
        return 0, None
    relation, name = _typed(connection, data, list(known.values()), header, conventions)
    sql = {target: resolved(item, header, "left") for target, item in known.items()}
    whole = " AND ".join(f"({text}) IS NOT NULL" for text in sql.values())
    revenue = f"TRY_CAST(({sql['revenue']}) AS DOUBLE)"
    query = f"SELECT COUNT(*) FILTER (WHERE {whole}) AS lines, SUM({revenue}) AS amount FROM unread"
    [row] = asked(relation, "unread", query).to_pylist()
    connection.con.unregister(name)
    return row["lines"] if len(known) == len(_LINES) else 0, row["amount"]


def _typed(
    connection: ibis.BaseBackend,
    data: pa.Table,
    expressions: Sequence[Expression],
    header: Sequence[str],
    conventions: Conventions,
) -> tuple[ibis.Table, str]:
    name = ibis.util.gen_name("unread")
    connection.con.register(name, data)
    return typed(connection.table(name), column_roles(expressions, header), conventions), name


def torn_amounts(
    connection: ibis.BaseBackend,
    raw: RawPart,
    expressions: Sequence[Expression],
    conventions: Conventions,
) -> tuple[float | None, ...]:
    """About how much revenue stands in each row that does not split into the header's columns.

    Each row is put together again so that its cells fit the columns of the other rows best; none
    where that yields no number.
    """
    nothing = (None,) * len(raw.bad_rows)
    revenue = next((item for item in expressions if item.target == "revenue"), None)
    if not raw.bad_rows or raw.data is None or revenue is None:
        return nothing
    used = columns_used([revenue])
    if not used or not set(used) <= set(raw.header):
        return nothing
    numeric = _number_columns(raw)
    rows = [_mended(text, raw.delimiter, len(raw.header), numeric) for _, _, text in raw.bad_rows]
    places = [raw.header.index(name) for name in used]
    mended = {
        name: pa.array([row[place] or None for row in rows], pa.string())
        for name, place in zip(used, places, strict=True)
    }
    numbers = pa.array(range(-len(rows), 0), pa.int64())
    torn = pa.table({**mended, ROW: numbers})
    whole = raw.data.select([*used, ROW]).cast(torn.schema)
    data = pa.concat_tables([whole, torn])  # so that the column's own decimal sign is found
    try:
        relation, name = _typed(connection, data, [revenue], used, conventions)
        sql = resolved(revenue, used, raw.label)
        amount = f"TRY_CAST(({sql}) AS DOUBLE) AS amount"
        query = f"SELECT {amount} FROM torn WHERE {ROW} < 0 ORDER BY {ROW}"
        found = asked(relation, "torn", query)["amount"]
        connection.con.unregister(name)
    except (duckdb.Error, pa.ArrowException, DataError):
        return nothing
    return tuple(found.to_pylist())


def _number_columns(raw: RawPart) -> list[bool]:
    """Which columns hold numbers, by most of their first cells."""
    shares = []
    for name in raw.header:
        cells = raw.data[name].slice(0, _SAMPLE).drop_null()
        like = pc.match_substring_regex(cells.cast(pa.string()), _LIKE_A_NUMBER)
        shares.append(bool(len(cells)) and pc.mean(like.cast(pa.int8())).as_py() > 0.9)
    return shares


def _mended(text: str, delimiter: str, width: int, numeric: Sequence[bool]) -> list[str]:
    """A torn row's cells under the header's columns, where they fit best."""
    cells = next(csv.reader(io.StringIO(text), delimiter=delimiter or ","), [])
    surplus = len(cells) - width
    if surplus <= 0:
        return [*cells, *[""] * -surplus]
    # How many cells fit before each place, and how many after it, are counted once.
    ahead = [_is_number(cell) == wanted for cell, wanted in zip(cells, numeric, strict=False)]
    behind = [
        _is_number(cell) == wanted
        for cell, wanted in zip(reversed(cells), reversed(numeric), strict=False)
    ]

    def joined(at: int) -> str:
        return delimiter.join(cells[at : at + surplus + 1])

    def fit(at: int) -> float:
        if at == width:  # the surplus stands behind the last column
            return sum(ahead)
        whole = re.fullmatch(_ONE_NUMBER, joined(at).strip()) is not None
        own = _is_number(joined(at)) == numeric[at]
        return sum(ahead[:at]) + sum(behind[: width - at - 1]) + own + whole / 2

    at = max(range(width + 1), key=fit)
    return [*cells[:at], joined(at), *cells[at + surplus + 1 :]] if at < width else cells[:width]


def _is_number(cell: str) -> bool:
    return re.match(_LIKE_A_NUMBER, cell.strip()) is not None
