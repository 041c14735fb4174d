"""The columns that nothing uses but whose cells say what a line is: watched while reading.

A status, a kind of document, a currency, a side of the account: a wrong total hides there.
"""

from collections.abc import Collection, Sequence

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from kamlib.data.describe.expressions import Expression
from kamlib.data.describe.flags import flag_of, flags_told
from kamlib.data.describe.letters import simplified
from kamlib.data.describe.telling import (
    CURRENCY,
    CURRENCY_HEADERS,
    KIND_HEADERS,
    MINUS_SIDE,
    PLUS_SIDE,
    SIDE_HEADERS,
    STATE_HEADERS,
    told_in,
)
from kamlib.data.engine.opened import Engine
from kamlib.data.files.parts import ROW, RawPart, is_text
from kamlib.data.read.asking import asked
from kamlib.data.read.conventions import quoted

_MOST_VALUES, _MOST_DIFFERENT = 40, 200  # in some rows, and in all
_SLICES, _SLICE_ROWS = 16, 256
_MOST_WATCHED = 8


def heard(expressions: Sequence[Expression]) -> list[Expression]:
    """The expressions by which a column is heard already; all other columns are watched.

    What a kind of sale says of its line is no channel: "Sales type" says "return" too.
    """
    return [item for item in expressions if item.kind != "flag" and item.target != "channel"]


def watched_columns(
    raw: RawPart, used: Collection[str], rows: ibis.Table | None = None
) -> tuple[str, ...]:
    """The columns of a part whose few values tell what a line is, without those in use.

    Parameters
    ----------
    raw
        The part as read; where it is not, its first rows are looked at, and all values of
        columns whose header promises to tell. Of a server only values leave, few of each column.
    used
        Names that canonical columns are made of: what they say is heard already.
    rows
        The part's rows where it is not read.
    """
    folded = {name.casefold() for name in used} | {ROW}
    names = [name for name in raw.header if name.casefold() not in folded]
    cells = _some_cells(raw, names, rows)
    found = []
    for name, column in cells.items():
        values = _few_values(column, name)
        if raw.data is None and not _tells(name, values) and _promises(name):
            values = _every_value(rows, name, column)
        found += [name] if _tells(name, values) else []
    return tuple(found[:_MOST_WATCHED])


def _some_cells(
    raw: RawPart, names: Sequence[str], rows: ibis.Table | None
) -> dict[str, pa.ChunkedArray]:
    """Columns of a part; of one that is not read its first rows, of a server's their values."""
    if raw.data is not None:
        return {name: raw.data[name] for name in names}
    first = rows.limit(_SLICES * _SLICE_ROWS)
    if isinstance(rows.get_backend(), Engine):
        few = first.select(*names).to_pyarrow() if names else pa.table({})
        return {name: few[name] for name in names}
    held = {name: first.select(name).distinct().limit(_MOST_VALUES + 1) for name in names}
    return {name: values.to_pyarrow()[name] for name, values in held.items()}


def _promises(name: str) -> bool:
    """Whether a header is that of a kind, a state, a side, a currency, or of a yes or no."""
    plain = simplified(name).replace("_", " ")
    headers = (KIND_HEADERS, STATE_HEADERS, SIDE_HEADERS, CURRENCY_HEADERS)
    return bool(flag_of(name)[0]) or any(each.search(plain) for each in headers)


def _every_value(rows: ibis.Table, name: str, first: pa.ChunkedArray) -> list[str]:
    """The values of a column in all rows, as far as there are few of them."""
    if len(pc.unique(first)) > _MOST_VALUES:
        return []
    query = (
        f"SELECT DISTINCT CAST({quoted(name)} AS VARCHAR) AS value FROM part "
        f"WHERE {quoted(name)} IS NOT NULL LIMIT {_MOST_DIFFERENT + 1}"
    )
    values = asked(rows, "part", query)["value"]
    return _few_values(values.cast(pa.string()), name) if len(values) <= _MOST_DIFFERENT else []


def watched_beside(
    lookups: Sequence[pa.Table], header: Collection[str], made_of: Collection[str]
) -> tuple[str, ...]:
    """The columns of looked-up tables that tell what a line is: of an order, not of a customer.

    Only tables that the line's day or account (``made_of``) comes from are looked at, and columns
    that ``header``, that of the lines, does not have.
    """
    own = {name.casefold() for name in header}
    used = {name.casefold() for name in made_of} - own
    found = [
        name
        for table in lookups
        if used & {name.casefold() for name in table.column_names}
        for name in table.column_names
        if name.casefold() not in own | used and _tells(name, _few_values(table[name], name))
    ]
    return tuple(dict.fromkeys(found))


def _few_values(column: pa.ChunkedArray, name: str) -> list[str]:
    """The distinct texts of a column, or nothing where they are many or no texts.

    Truth values count as texts where the header names what a yes or a no says.
    """
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        first = {*pc.unique(column.slice(0, _SLICE_ROWS)).to_pylist()} - {None}
        found = {*pc.unique(column).to_pylist()} - {None} if first <= {0, 1} else set()
        return ["0", "1"] if found == {0, 1} else []  # a flag: yes or no
    if not is_text(kind):
        if not (pa.types.is_boolean(kind) and flag_of(name)[0]):
            return []
        column = pc.cast(column, pa.string())
    step = max(len(column) // _SLICES, _SLICE_ROWS)
    slices = [column.slice(start, _SLICE_ROWS) for start in range(0, len(column), step)]
    sample = {value for part in slices for value in pc.unique(part).to_pylist()}
    if len(sample) > _MOST_VALUES:
        return []
    values = pc.unique(column)
    return (
        [v for v in values.to_pylist() if v and v.strip()] if len(values) <= _MOST_DIFFERENT else []
    )


def _tells(name: str, values: list[str]) -> bool:
    if flags_told(name, values) is not None:
        return True
    kinds = {*told_in(name, values)}
    sides = kinds & {PLUS_SIDE, MINUS_SIDE}
    if SIDE_HEADERS.search(simplified(name)) and (
        sides or {v.strip().upper() for v in values} == {"X"}
    ):
        return True
    if CURRENCY_HEADERS.search(simplified(name)) and CURRENCY in kinds:
        return True
    told = kinds - {"", PLUS_SIDE, MINUS_SIDE, CURRENCY}
    only_codes = kinds == {CURRENCY}
    return bool(told) or only_codes
