"""The columns that nothing uses but whose cells say what a line is: watched while reading.

A status, a kind of document, a currency, a side of the account: a wrong total hides there.
"""

from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kamlib.data.describe.flags import flag_of, flags_told
from kamlib.data.describe.letters import simplified
from kamlib.data.describe.telling import (
    CURRENCY,
    CURRENCY_HEADERS,
    MINUS_SIDE,
    PLUS_SIDE,
    SIDE_HEADERS,
    told_in,
)
from kamlib.data.files.parts import ROW, RawPart, is_text

_MOST_VALUES = 40
_SLICES, _SLICE_ROWS = 16, 256
_MOST_WATCHED = 8


def watched_columns(raw: RawPart, used: Collection[str]) -> tuple[str, ...]:
    """The columns of a part whose few values tell what a line is, without those in use.

    Parameters
    ----------
    raw
        The part as read; of a Parquet file its first rows are looked at.
    used
        Names that canonical columns are made of: what they say is heard already.
    """
    folded = {name.casefold() for name in used}
    data = raw.data if raw.path is None else _first_rows(raw)
    names = [name for name in data.column_names if name != ROW and name.casefold() not in folded]
    found = [name for name in names if _tells(name, _few_values(data[name], name))]
    return tuple(found[:_MOST_WATCHED])


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


def _first_rows(raw: RawPart) -> pa.Table:
    batches = pq.ParquetFile(raw.path).iter_batches(batch_size=_SLICES * _SLICE_ROWS)
    first = next(batches, None)
    return pa.Table.from_batches([first]) if first is not None else pa.table({})


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
    return [v for v in values.to_pylist() if v and v.strip()] if len(values) <= 200 else []


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
