"""Tables that are joined to lines by a key: the first row of each key counts, others are told."""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from kamlib.data.describe.expressions import missing_column
from kamlib.data.read.asking import selected
from kamlib.data.read.conventions import quoted
from kamlib.data.read.dataset import Lookup
from kamlib.errors import DataError

# The column, carried along beside the lines, that names keys with several rows that differ.
SEVERAL = "kam several rows of a key: "
_KEY = "kam_key"
_EXAMPLES = 5
_ZEROS_ASIDE = r"^(-?)0*([0-9]+)(?:\.0+)?$"
_AS_WRITTEN = r"^(-?)([0-9]+)(?:\.0+)?$"


@dataclass(frozen=True)
class Looked:
    """A lookup and its rows, one per key, and what of a key's text is kept.

    ``several`` is null but in rows whose key has others that differ: there it names such keys.
    """

    lookup: Lookup
    table: pa.Table
    pattern: str
    several: pa.Array | None = None
    label: str = ""

    @property
    def told(self) -> str:
        """The column that says which lines hang on such a key; empty without one."""
        return f"{SEVERAL}{self.label}" if self.several is not None else ""


def looked_up(lookup: Lookup, table: pa.Table, label: str) -> Looked:
    """The first row of each key of a table; ``lookup_key`` is its key column's real name."""
    texts = _texts(table[lookup.lookup_key])
    pattern = _key_pattern(texts)
    keys = pc.replace_substring_regex(texts, pattern, r"\1\2")
    known = keys.drop_null()
    if len(known.unique()) == len(known):
        return Looked(lookup, table, pattern, label=label)
    seen: dict[str, int] = {}
    rows, differing = table.to_pylist(), set()
    first = [seen.setdefault(key, place) == place if key is not None else False
             for place, key in enumerate(keys.to_pylist())]  # fmt: skip
    for place, key in enumerate(keys.to_pylist()):
        if key is not None and _others(rows[place], lookup) != _others(rows[seen[key]], lookup):
            differing.add(key)
    kept = table.filter(pa.array(first))
    if not differing:
        return Looked(lookup, kept, pattern, label=label)
    named = [key for key in seen if key in differing]
    told = f"{lookup.lookup_key}: {', '.join(named[:_EXAMPLES])}"
    marks = [told if key in differing else None for key in keys.filter(pa.array(first)).to_pylist()]
    return Looked(lookup, kept, pattern, pa.array(marks, pa.string()), label)


def _others(row: dict, lookup: Lookup) -> dict:
    """What a row says beside its key; an empty cell, and one that is no number, says nothing."""
    return {
        name: value
        for name, value in row.items()
        if name != lookup.lookup_key and value is not None and value == value
    }


def joined(
    connection: ibis.BaseBackend,
    lines: ibis.Table,
    header: tuple[str, ...],
    key: str,
    looked: Looked,
) -> tuple[ibis.Table, tuple[str, ...]]:
    """The lines with the lookup's columns; one that both have stays the lines' own."""
    lookup, other = looked.lookup, looked.table
    if looked.told:
        other = other.append_column(looked.told, looked.several)
    own = {name.casefold() for name in header}
    new = tuple(name for name in other.column_names if name.casefold() not in own)
    name = ibis.util.gen_name("lookup")
    connection.con.register(name, other)
    columns = "".join(f", looked_up.{quoted(column)}" for column in new)
    own_name = ibis.util.gen_name("own")
    mine = _key_text(f"{own_name}.{quoted(key)}", looked.pattern)
    theirs = _key_text(f"looked_up.{quoted(lookup.lookup_key)}", looked.pattern)
    query = (
        f"SELECT {own_name}.*{columns} FROM {own_name} "
        f"LEFT JOIN {name} AS looked_up ON {mine} = {theirs}"
    )
    return selected(lines, own_name, query), (*header, *new)


def joined_there(
    lines: ibis.Table,
    label: str,
    other: tuple[ibis.Table, str],
    lookup: Lookup,
    wanted: Sequence[str],
) -> ibis.Table:
    """Lines on a server with a lookup's columns, as far as they are ``wanted``, joined there.

    Raises
    ------
    DataError
        A key is missing, or has several rows that differ: on a server none of them is the first.
    """
    table, called = other
    key = real_name(lookup.key, lines.columns, label, "lookup key")
    written = lookup.lookup_key or lookup.key
    theirs = table[real_name(written, table.columns, called, "lookup_key")]
    wanted = {name.casefold() for name in wanted} - {name.casefold() for name in lines.columns}
    new = [table[name] for name in table.columns if name.casefold() in wanted]
    pattern = _pattern_there(theirs)
    rows = table.select(*new, **{_KEY: _key_there(theirs, pattern)})
    rows = rows.filter(rows[_KEY].notnull()).distinct()
    _check_one_row(rows, f'{called}: "{written}"')
    found = lines.left_join(rows, _key_there(lines[key], pattern) == rows[_KEY])
    return found.select(*lines.columns, *(column.get_name() for column in new))


def _check_one_row(rows: ibis.Table, named: str) -> None:
    counts = rows.group_by(_KEY).agg(rows=rows.count())
    several = counts.filter(counts["rows"] > 1)
    asked = several.aggregate(keys=several.count(), example=several[_KEY].min())
    [found] = asked.to_pyarrow().to_pylist()
    if found["keys"]:
        raise DataError(
            f"{named} has several rows that differ for {found['keys']:,} of its values, such as "
            f"{found['example']}; expected one row of each, such as a view gives"
        )


def _key_there(column: ibis.Column, pattern: str) -> ibis.Column:
    """As :func:`_key_text` has it, on a server."""
    return column.cast("string").strip().re_replace(pattern, r"\1\2")


def _pattern_there(keys: ibis.Column) -> str:
    """As :func:`_key_pattern` has it, on a server."""
    kept = {name: _key_there(keys, name).nunique() for name in (_ZEROS_ASIDE, _AS_WRITTEN)}
    asked = keys.as_table().aggregate(bare=kept[_ZEROS_ASIDE], written=kept[_AS_WRITTEN])
    [found] = asked.to_pyarrow().to_pylist()
    return _ZEROS_ASIDE if found["bare"] == found["written"] else _AS_WRITTEN


def real_name(written: str, header: Sequence[str], label: str, where: str) -> str:
    """A column as the header has it, whatever its capitals; ``where`` is what names it.

    Raises
    ------
    DataError
        There is no such column (with the nearest that is).
    """
    folded = {name.casefold(): name for name in reversed(header)}
    if written.casefold() not in folded:
        raise missing_column(written, header, label, where)
    return written if written in header else folded[written.casefold()]


def _texts(keys: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_trim_whitespace(keys.cast(pa.string()))


def _key_text(column: str, pattern: str) -> str:
    """A key as text whatever its type: 12, 12.0, ' 12' and mostly 0012 are the same key."""
    return f"REGEXP_REPLACE(TRIM(CAST({column} AS VARCHAR)), '{pattern}', '\\1\\2')"


def _key_pattern(texts: pa.ChunkedArray) -> str:
    """What of a whole number's text is kept; leading zeros, where they tell keys apart."""
    known = texts.drop_null().unique()
    bare = pc.replace_substring_regex(known, _ZEROS_ASIDE, r"\1\2")
    without = pc.replace_substring_regex(known, _AS_WRITTEN, r"\1\2")
    return _ZEROS_ASIDE if len(bare.unique()) == len(without.unique()) else _AS_WRITTEN
