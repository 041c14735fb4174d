"""Keys between files: a column that is unique in one file and holds another file's values."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kamlib.data.describe.headers import Header, name_score, read_header
from kamlib.data.files.layout import Recogniser
from kamlib.data.guess.assignment import header_texts
from kamlib.data.read.sources import whole

_SURE = 0.6
_MIN_VALUES = 2
# What a key may be of, the kind that says most first.
KINDS = ("document", "account", "product", "manager", "product_line", "region")


@dataclass(frozen=True)
class Source:
    """A sheet or file, or several with one header: names, first rows, and all rows on demand."""

    files: tuple[str, ...]
    sheets: tuple[str, ...]
    header: tuple[str, ...]
    samples: pd.DataFrame = field(repr=False)
    read: Callable[[], pa.Table] = field(repr=False)

    @cached_property
    def rows(self) -> pa.Table:
        """All rows, as read once."""
        return self.read()

    @property
    def label(self) -> str:
        """Its name in messages."""
        names = [file.rpartition("/")[2] for file in self.files]
        return ", ".join((*names, *self.sheets))

    @property
    def stems(self) -> tuple[str, ...]:
        """What its files and sheets are called, without folder and ending."""
        names = [file.rpartition("/")[2].rpartition(".")[0] for file in self.files]
        return (*names, *self.sheets)


@dataclass(frozen=True)
class Link:
    """``column`` of one source is found in the unique ``key`` of ``other``.

    ``kind`` is the canonical column that the key is of, or empty; ``share`` (0–1) of the filled
    cells are found.
    """

    column: str
    other: Source = field(repr=False)
    key: str
    kind: str
    share: float


def sources_of(
    parts: Iterable[tuple[str, str, Sequence[str], pd.DataFrame]],
    places: Mapping[str, Path],
    recognisers: Mapping[str, Recogniser],
) -> list[Source]:
    """Parts with the same header as one source each, as :func:`guess_tables` takes them.

    Parameters
    ----------
    parts
        Per sheet or file: file, sheet (empty where the file has none), header, sample rows.
    places
        Where the files lie, to read all rows where they are asked for.
    recognisers
        What found the layout of each file's parts: all rows are read in the same.
    """
    grouped: dict[tuple[str, ...], list[tuple[str, str, pd.DataFrame]]] = {}
    for file, sheet, header, samples in parts:
        grouped.setdefault(tuple(header_texts(header)), []).append((file, sheet, samples))
    return [
        Source(
            tuple(dict.fromkeys(file for file, _sheet, _samples in group)),
            tuple(dict.fromkeys(sheet for _file, sheet, _samples in group if sheet)),
            header,
            group[0][2],
            partial(
                _all_rows,
                [(places[file], sheet, recognisers[file]) for file, sheet, _samples in group],
            ),
        )
        for header, group in grouped.items()
    ]


def _all_rows(parts: Sequence[tuple[Path, str, Recogniser]]) -> pa.Table:
    tables = [
        table
        for path, sheet, recognise in parts
        for name, table in whole(path, recognise=recognise)
        if name == sheet
    ]
    texts = [
        pa.table({name: table[name].cast(pa.string()) for name in table.column_names})
        if len(tables) > 1 else table
        for table in tables
    ]  # fmt: skip
    return pa.concat_tables(texts)


def links(
    source: Source, columns: Sequence[str], others: Sequence[Source], *, min_share: float
) -> Iterator[Link]:
    """The keys by which rows of a source find rows of others, documents' keys first.

    Parameters
    ----------
    source
        The source whose ``columns`` are looked at.
    others
        Sources of one file each that may be looked up.
    min_share
        The share of filled cells that must be found (0–1).
    """
    found = []
    for column in columns:
        for other in others:
            for key in header_texts(other.header):
                kind = _kind(column, key, other)
                share = _share(source, column, other, key) if kind is not None else 0.0
                if share >= min_share:
                    found.append(Link(column, other, key, kind, share))
    order = {kind: rank for rank, kind in enumerate(KINDS)}
    yield from sorted(found, key=lambda link: (order.get(link.kind, len(order)), -link.share))


def _kind(column: str, key: str, other: Source) -> str | None:
    """What two columns are keys of; ``None`` where their names do not say the same."""
    if not column.strip() or not key.strip():
        return None
    one, two = read_header(column), read_header(key)
    named = _canonical(one) or _canonical(two)
    if one.words == two.words or _core(one) == _core(two) or _ends_alike(one, two):
        return named
    if _core(two) == () and _core(one) and _core(one) in map(_stem, other.stems):
        return named  # customer_id beside the "id" of customers.csv
    return named if named and named == _canonical(two) == _canonical(one) else None


@cache
def _canonical(header: Header) -> str:
    scores = {kind: name_score(header, "transactions", kind)[0] for kind in KINDS}
    core = read_header(" ".join(_core(header)))
    scores = {kind: max(s, name_score(core, "transactions", kind)[0]) for kind, s in scores.items()}
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] >= _SURE else ""


def _core(header: Header) -> tuple[str, ...]:
    words = (_CHINESE_ID.sub("", word) for word in header.words if word not in _ID_WORDS)
    return tuple(word for word in words if word)


def _ends_alike(one: Header, two: Header) -> bool:
    """Whether a longer name ends in the key's: the sales rep's employee number."""
    return len(two.words) > 1 and one.words[-len(two.words) :] == two.words


def _stem(name: str) -> tuple[str, ...]:
    words = _core(read_header(name))
    return (*words[:-1], _SINGULAR.sub("", words[-1])) if words else ()


_ID_WORDS = frozenset(
    ("id", "code", "key", "no", "nr", "number", "编号", "编码", "代码", "код", "номер", "ид")
)
_CHINESE_ID = re.compile(r"(?<=[\u3400-\u9fff])(?:编码|编号|代码|代号|号码|号|码)$")
_SINGULAR = re.compile(r"(?<=\w\w)s$")


def _share(source: Source, column: str, other: Source, key: str) -> float:
    """The share of a column's filled cells that a unique key holds; 0 where it is not unique."""
    keys = key_texts(other, key)
    if len(keys) < _MIN_VALUES or len(pc.unique(keys)) < len(keys):
        return 0.0
    values = key_texts(source, column)
    if not len(values):
        return 0.0
    return pc.mean(pc.is_in(values, value_set=keys)).as_py()


def key_texts(source: Source, column: str) -> pa.Array:
    """A column's filled cells as texts: 000100, 100 and 100.0 are the same key."""
    cells = source.rows[column].combine_chunks()
    if isinstance(cells, pa.ChunkedArray):  # no chunk at all
        return pa.array([], pa.string())
    try:
        texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    except pa.ArrowInvalid:
        return pa.array([], pa.string())
    texts = pc.replace_substring_regex(texts, _WHOLE_NUMBER, r"\1\2")
    return texts.filter(pc.fill_null(pc.not_equal(texts, ""), False))


_WHOLE_NUMBER = r"^(-?)0*([0-9]+)(?:\.0+)?$"
