"""Which source column is which canonical column: names and sample values, weighed together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from kamlib.data.describe.expressions import Expression
from kamlib.data.describe.headers import Header, name_score, read_header, tax_of
from kamlib.data.describe.schema import Column, Table
from kamlib.data.describe.synonyms import INGREDIENTS
from kamlib.data.guess.values import value_expression
from kamlib.data.writing.evidence import Evidence, column_evidence, fit
from kamlib.errors import DataError
from kamlib.words import _

_SAMPLE_ROWS = 200
_ACCEPTED = 0.6
_ONLY_DATES = 0.6
_TRANSLATED = 0.98  # words that are translated; numbers go before
_SPARSE_LOSS = 0.1
_ORDER_NAMES = 0.9
_BY_ROWS = ("transactions", "currency")
_ORDER_NAME = re.compile(r"#\w*\d+\w*$")
# More than ranks and ways of matching can differ by, so that a net column wins whatever its rank.
_NET_GAIN = 0.3
_TAXABLE = frozenset(("revenue", "price"))


@dataclass(frozen=True)
class SourceColumn:
    """A source column: its header and what its samples are."""

    header: Header
    evidence: Evidence = field(repr=False)
    mostly_empty: bool = False

    @property
    def name(self) -> str:
        """The header as the source has it."""
        return self.header.text


def source_columns(header: Sequence[str], samples: pd.DataFrame) -> list[SourceColumn]:
    """The columns that SQL can name, each name once."""
    columns: dict[str, SourceColumn] = {}
    for position, text in enumerate(header_texts(header)):
        if text in columns or not text.strip() or not _can_be_named(text):
            continue
        known = position < samples.shape[1]
        values = samples.iloc[:_SAMPLE_ROWS, position].tolist() if known else []
        filled = sum(not pd.isna(value) and str(value).strip() != "" for value in values)
        sparse = 0 < filled < len(values) / 2
        columns[text] = SourceColumn(read_header(text), column_evidence(values), sparse)
    return list(columns.values())


def header_texts(header: Sequence[str]) -> list[str]:
    """The names of a header as texts; a missing one is empty."""
    return ["" if name is None else str(name) for name in header]


def _can_be_named(text: str) -> bool:
    try:
        text.encode()
        expression = Expression('"' + text.replace('"', '""') + '"', "header")
        return expression.tree.name == text
    except (UnicodeEncodeError, DataError):
        return False


def assigned_columns(
    columns: Sequence[SourceColumn], table: Table
) -> dict[str, tuple[SourceColumn, float, str]]:
    """Each target's source column: the set of pairs with the highest sum of scores.

    The currency of lines is not among them: it counts only where the rows show several.
    """
    targets = [column for column in table.columns if (table.name, column.name) != _BY_ROWS]
    targets += _ingredients() if table.name == "transactions" else ()
    scores = np.zeros((len(columns), len(targets)))
    reasons: dict[tuple[int, int], str] = {}
    for i, source in enumerate(columns):
        for j, target in enumerate(targets):
            score, reasons[i, j] = _pair_score(source, table, target)
            scores[i, j] = score if score >= _ACCEPTED else 0
    for i, source in enumerate(columns):
        if table.name == "transactions" and _is_of_the_books(source, columns):
            scores[i, [target.name == "account" for target in targets]] = 0
    # A required column may take a source that an optional one would like better.
    bonus = np.array([0.5 if target.required else 0.0 for target in targets])
    taxed = _net_first(columns, targets)
    first = 1e-6 * np.arange(len(columns))[:, None] if columns else 0
    weights = np.where(scores > 0, scores + bonus + taxed - first, 0)
    found = {
        targets[j].name: (columns[i], float(scores[i, j]), reasons[i, j])
        for i, j in zip(*linear_sum_assignment(weights, maximize=True), strict=True)
        if scores[i, j] > 0
    }
    return _with_only_dates(found, columns, table)


def _net_first(columns: Sequence[SourceColumn], targets: Sequence[Column]) -> np.ndarray:
    """What a pair gains or loses because net amounts go before plain ones, these before gross."""
    gain = {"net": _NET_GAIN, "gross": -_NET_GAIN}
    by_source = np.array([[gain.get(tax_of(source.header), 0.0)] for source in columns])
    of_money = np.array([[target.name in _TAXABLE for target in targets]])
    return by_source.reshape(-1, 1) * of_money


def _ingredients() -> list[Column]:
    units = {"discount": "0–1"}
    return [Column(name, "number", unit=units.get(name, "currency")) for name in INGREDIENTS]


def _pair_score(source: SourceColumn, table: Table, target: Column) -> tuple[float, str]:
    known = table.name if target.name in table.names else ""
    score, why = name_score(source.header, known, target.name)
    if known == "transactions" and target.name == "document" and _names_orders(source):
        return _ORDER_NAMES, _("order names such as #1001")
    if score < _ACCEPTED:
        return 0.0, ""
    # A region that few rows have is worth less than a country that all have.
    score -= _SPARSE_LOSS if source.mostly_empty else 0.0
    fitting = fit(target, source.evidence, percent=source.header.percent)
    if not fitting and value_expression(table.name, target, source.name, source.evidence)[0]:
        fitting = _TRANSLATED
    return score * fitting, why


def _is_of_the_books(source: SourceColumn, columns: Sequence[SourceColumn]) -> bool:
    """Whether "Account Code" is an account of the books: a kind of tax or a contact is beside."""
    beside = {other.header.words for other in columns}
    return source.header.words == ("account", "id") and bool(
        beside & {("contact", "name"), ("tax", "type"), ("nominal", "id"), ("tax", "id")}
    )


def _names_orders(source: SourceColumn) -> bool:
    """Whether a column that is called "Name" holds the names of orders, as Shopify's does."""
    values = source.evidence.values
    return (
        source.name.strip().casefold() in ("name", "order", "order name")
        and bool(values)
        and all(_ORDER_NAME.match(value) for value in values)
    )


def _with_only_dates(
    found: dict[str, tuple[SourceColumn, float, str]],
    columns: Sequence[SourceColumn],
    table: Table,
) -> dict[str, tuple[SourceColumn, float, str]]:
    """A required date that no header names is the one column of dates, if there is one."""
    wanted = [c.name for c in table.columns if c.required and c.kind == "date"]
    taken = {source.name for source, *_others in found.values()}
    dates = [c for c in columns if c.evidence.kind == "dates"]
    if not dates and len(wanted) == 1 and wanted[0] not in found:
        # A document's name may hold its date: one column for both.
        inside = [c for c in columns if c.evidence.kind == "dates inside"]
        if len(inside) == 1:
            return {**found, wanted[0]: (inside[0], _ONLY_DATES, _("the only dates, inside texts"))}
    if len(wanted) != 1 or wanted[0] in found or len(dates) != 1:
        return found
    if dates[0].name in taken or dates[0].header.is_telling:
        return found
    return {**found, wanted[0]: (dates[0], _ONLY_DATES, _("the only column of dates"))}
