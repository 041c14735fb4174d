"""The numbers of the transactions' files, all rows, by source column: from them amounts are proven.

Every number is read as the lines will be read, so that what is proven here holds there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import ibis
import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from kamlib.data.describe.expressions import Expression, resolved
from kamlib.data.describe.headers import Header, name_score, read_header
from kamlib.data.describe.money import COST, DISCOUNT, MARGIN, NO_AMOUNT, PRICE_PER, plain, tax_kind
from kamlib.data.describe.sets import tells_sets
from kamlib.data.describe.telling import CURRENCY_HEADERS, currency_code
from kamlib.data.read.asking import asked
from kamlib.data.read.conversion import quoted
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.sources import SourcePart, file_parts, source_files
from kamlib.data.writing.evidence import column_evidence

_NUMBERS = frozenset(("numbers", "text numbers", "empty", "serial days"))
_NAMED = 0.6
_MOST_NUMBERS = 30
_CODES = 0.8
_MAX_UNPACKED_MB = 4096
_SAMPLE_ROWS = 200
_IDS = ("product", "line")
_OWNER = ("account", "date")
_MOST_MARKS, _MOST_KINDS = 3, 40
_MOST_COLUMNS, _FEW_VALUES = 6, 4


@dataclass(frozen=True)
class Amount:
    """An amount per line: its SQL, its values (NaN where empty), the source columns it uses."""

    sql: str
    values: np.ndarray = field(repr=False)
    names: tuple[str, ...]

    @property
    def total(self) -> float:
        """The sum over all lines."""
        return float(np.nansum(self.values))

    @property
    def currency(self) -> str:
        """The currency that a header of its columns names; empty where none does."""
        return next((code for name in self.names if (code := read_header(name).currency)), "")


@dataclass(frozen=True)
class Figures:
    """The numeric columns of the lines (``numbers``), in the order of the header.

    ``codes`` holds the columns of currencies as texts, ``marks`` those that may tell sets and their
    components apart (empty where the header has none), ``kinds`` those of few values that may tell
    heads and lines of documents apart, and ``ids`` then the lines' ``product`` and ``line``,
    ``account`` and ``date``; ``document`` numbers the lines' documents
    (-1: none known), ``part`` their sheets or files, which ``parts`` names.
    """

    numbers: pd.DataFrame
    codes: pd.DataFrame
    document: np.ndarray
    part: np.ndarray
    parts: tuple[str, ...]
    header: tuple[str, ...]
    read: Amount | None = None
    marks: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    kinds: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    ids: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    def amount(self, name: str) -> Amount:
        """A single column as an amount, in the unit that its header names."""
        scale = read_header(name).scale
        sql = quoted(name) + (f" * {scale}" if scale != 1 else "")
        return Amount(sql, self.numbers[name].to_numpy() * scale, (name,))

    def by_document(self, **values: np.ndarray) -> DataFrameGroupBy:
        """Values of the lines, by the document that they are known to be of."""
        frame = pd.DataFrame({"document": self.document, **values})
        return frame[frame["document"] >= 0].groupby("document")

    def named(self, column: str, table: str = "") -> list[str]:
        """Numeric columns whose header names a canonical column or an ingredient; best first."""
        scored = [(name_score(self.headers[n], table, column)[0], n) for n in self.numbers]
        found = [(score, name) for score, name in scored if score >= _NAMED]
        return [name for _score, name in sorted(found, key=lambda item: -item[0])]

    @cached_property
    def headers(self) -> dict[str, Header]:
        """The numeric columns' headers, read; "Price per 100" as a price."""
        return {name: read_header(PRICE_PER.sub("", plain(name)) or name) for name in self.numbers}

    @cached_property
    def taxes(self) -> list[str]:
        """Columns of tax amounts."""
        return [name for name in self.numbers if tax_kind(name) == "amount"]

    @cached_property
    def tax_rates(self) -> list[str]:
        """Columns of tax rates."""
        return [name for name in self.numbers if tax_kind(name) == "rate"]

    @cached_property
    def discounts(self) -> list[str]:
        """Columns of discounts, whatever their unit."""
        found = [name for name in self.numbers if DISCOUNT.search(plain(name))]
        sums = {*self.named("revenue", "transactions"), *self.named("price")}
        return [name for name in found if name not in sums]

    @cached_property
    def sold(self) -> list[str]:
        """Columns that may hold amounts or pieces of sales: no tax, cost, margin or discount."""
        others = {*self.taxes, *self.tax_rates, *self.discounts}
        return [
            name
            for name in self.numbers
            if name not in others
            and not any(words.search(plain(name)) for words in (COST, MARGIN, NO_AMOUNT))
        ]

    @cached_property
    def sums(self) -> list[str]:
        """Columns that may be a line's amount: of those sold no price, quantity or per cent."""
        others = {*self.named("price"), *self.named("quantity", "transactions")}
        return [n for n in self.sold if n not in others and not self.headers[n].percent]


def read_figures(
    connection: ibis.BaseBackend,
    dataset: DataSet,
    texts: Collection[str],
    header: Sequence[str],
    samples: pd.DataFrame,
) -> Figures | None:
    """Read all rows of the transactions' numeric columns.

    Parameters
    ----------
    connection
        DuckDB.
    dataset
        The first description.
    texts
        The columns that are known to be no amounts: dates, and numbers of documents or products.
    header, samples
        The first part's header and first rows.

    Returns
    -------
    The figures, or nothing where no column is numeric.

    Raises
    ------
    DataError
        The files cannot be read.
    """
    source = dataset.tables["transactions"]
    numeric, coded = _numeric(texts, header, samples), _coded(header, samples)
    marks = _marking(header, samples)
    kinds = _of_few_values(header, samples) if "document" in source.columns else []
    ids = (*(_IDS if marks else ()), *(_OWNER if kinds else ()))
    wanted = ("document", "revenue", *ids)
    written = {key: source.columns[key] for key in wanted if key in source.columns}
    columns = [Expression(quoted(name), "header", "number") for name in numeric]
    columns += [
        Expression(f"CAST({quoted(name)} AS VARCHAR)", "header", "text")
        for name in (*coded, *marks, *kinds)
    ]
    extra = {
        key: Expression(sql, key, "number" if key == "revenue" else "text")
        for key, sql in written.items()
    }
    if not numeric:
        return None
    frames, names = [], []
    for path in source_files(dataset, source.source, "transactions"):
        expressions = [*columns, *extra.values()]
        for part in file_parts(
            connection, dataset, path, source, expressions, max_unpacked_mb=_MAX_UNPACKED_MB
        ):
            frames.append(_frame(part, columns, extra).assign(kam_part=len(names)))
            names.append(part.label)
    frame = pd.concat(frames, ignore_index=True)
    figures = _figures(frame, numeric, coded, tuple(names), written, header)
    return _with_texts(figures, frame, marks, kinds, ids)


def _with_texts(
    figures: Figures,
    frame: pd.DataFrame,
    marks: Sequence[str],
    kinds: Sequence[str],
    ids: Sequence[str],
) -> Figures:
    """The figures with the columns that may tell lines apart, and the ids of lines."""
    first = figures.numbers.shape[1] + figures.codes.shape[1]
    texts = _as_texts(frame.iloc[:, first : first + len(marks) + len(kinds)])
    given = {key: frame.get(f"kam_{key}", pd.Series("", frame.index)) for key in ids}
    return replace(
        figures,
        marks=texts.iloc[:, : len(marks)].set_axis(list(marks), axis=1),
        kinds=texts.iloc[:, len(marks) :].set_axis(list(kinds), axis=1),
        ids=_as_texts(pd.DataFrame(given, index=frame.index)),
    )


def _as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.fillna("").astype("str").apply(lambda column: column.str.strip())


def _figures(
    frame: pd.DataFrame,
    numeric: Sequence[str],
    coded: Sequence[str],
    names: tuple[str, ...],
    written: dict[str, str],
    header: Sequence[str],
) -> Figures:
    order = tuple(name for name in header if name in {*numeric, *coded})
    numbers = frame.iloc[:, : len(numeric)].set_axis(list(numeric), axis=1).astype("float64")
    codes = frame.iloc[:, len(numeric) : len(numeric) + len(coded)].set_axis(list(coded), axis=1)
    document = np.full(len(frame), -1)
    if "document" in written:
        document = pd.factorize(frame["kam_document"])[0]
    read = None
    if "revenue" in written:
        values = frame["kam_revenue"].to_numpy("float64", na_value=np.nan)
        used = tuple(name for name in numeric if quoted(name) in written["revenue"])
        read = Amount(written["revenue"], values, used)
    part = frame["kam_part"].to_numpy()
    texts = codes.fillna("").astype(str)
    return Figures(numbers, texts, document, part, names, order, read)


def _frame(
    part: SourcePart, columns: Sequence[Expression], extra: dict[str, Expression]
) -> pd.DataFrame:
    select = [
        f"{resolved(item, part.header, part.label)} AS c{place}"
        for place, item in enumerate(columns)
    ]
    select += [
        f"CAST({resolved(item, part.header, part.label)} AS "
        f"{'DOUBLE' if key == 'revenue' else 'VARCHAR'}) AS kam_{key}"
        for key, item in extra.items()
    ]
    query = f"SELECT {', '.join(select)} FROM figures"
    return asked(part.relation, "figures", query).to_pandas()


def _numeric(texts: Collection[str], header: Sequence[str], samples: pd.DataFrame) -> list[str]:
    """The columns of numbers that are no text or date of the lines, such as a document's number."""
    found = []
    for place, name in enumerate(header):
        if place >= samples.shape[1] or name in texts or CURRENCY_HEADERS.fullmatch(str(name)):
            continue
        evidence = column_evidence(samples.iloc[:_SAMPLE_ROWS, place].tolist())
        if evidence.kind in _NUMBERS and not _is_id(str(name)):
            found.append(str(name))
    return found[:_MOST_NUMBERS]


def _marking(header: Sequence[str], samples: pd.DataFrame) -> list[str]:
    """The columns that may tell sets and their components apart."""
    found = []
    for place, name in enumerate(header[: samples.shape[1]]):
        # In the rows' order: which of many are looked at is the same in each run.
        texts = dict.fromkeys(str(value).strip() for value in samples.iloc[:, place].dropna())
        if name and {*texts} - {""} and tells_sets(str(name), [*texts][:_MOST_KINDS]):
            found.append(str(name))
    return found[:_MOST_MARKS]


def _of_few_values(header: Sequence[str], samples: pd.DataFrame) -> list[str]:
    """The columns of two to four different cells, an empty one included."""
    found = []
    for place, name in enumerate(header[: samples.shape[1]]):
        cells = samples.iloc[:_SAMPLE_ROWS, place]
        texts = {"" if pd.isna(value) else str(value).strip() for value in cells}
        if name and 1 < len(texts) <= _FEW_VALUES:
            found.append(str(name))
    return found[:_MOST_COLUMNS]


def _is_id(name: str) -> bool:
    words = read_header(name).words
    return bool(words) and words[-1] == "id" and len(words) > 1


def _coded(header: Sequence[str], samples: pd.DataFrame) -> list[str]:
    """The columns whose cells are currencies."""
    found = []
    for place, name in enumerate(header):
        values = samples.iloc[:_SAMPLE_ROWS, place].dropna() if place < samples.shape[1] else []
        texts = [value for value in values if isinstance(value, str) and value.strip()]
        named = sum(currency_code(text) != "" for text in texts)
        if texts and named >= _CODES * len(texts):
            found.append(str(name))
    return found
