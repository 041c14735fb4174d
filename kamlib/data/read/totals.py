"""Rows of a part that are no lines: totals (a proof of the lines), headers said again, notes.

A total row repeats the lines above it. It is known by its word or by its sum, and never counted:
its sum is held against the lines instead.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kamlib.data.describe.total_words import (
    BALANCE,
    COUNT,
    SIEVE,
    TotalLabel,
    plain_words,
    total_label,
)
from kamlib.data.files.parts import ROW, RawPart, is_text
from kamlib.data.files.plain import is_total_row
from kamlib.data.read.asking import asked
from kamlib.data.read.conversion import quoted

ASIDE = "kam_aside"
TOTAL, HEADER, NOTE, CARRIED = "total", "header", "note", "balance"
_TYPICAL, _MOSTLY = 0.9, 0.6
_LONGEST_TAIL = 30
_AMOUNT_CENTS = 100
_CENT = 0.015
_FEWEST_LINES = 3  # that a row with an account of its own must sum to the cent
_MOST_DOUBTFUL = 5_000


class Control(NamedTuple):
    """A total that stands in a source: its row, label and amount, and the sum of its lines."""

    row: int
    label: str
    amount: float
    sum_of_lines: float
    agrees: bool


@dataclass(frozen=True)
class Aside:
    """The rows of a part that are no lines, by what they are, and what its totals prove."""

    rows: dict[int, str]
    controls: tuple[Control, ...] = ()

    @property
    def table(self) -> pa.Table:
        """``kam_row`` and ``kam_aside`` of those rows."""
        numbers = pa.array(self.rows, pa.int64())
        return pa.table({ROW: numbers, ASIDE: pa.array(self.rows.values(), pa.string())})


@dataclass(frozen=True)
class _Candidate:
    """A row that may be no line: its place, the best total label in it and where that stands.

    ``stray`` is a row that only its sum can tell from a line.
    """

    place: int
    label: TotalLabel
    text: str
    column: str
    stray: bool = False


def aside_rows(raw: RawPart, typed: ibis.Table, mapped: Mapping[str, str]) -> Aside:
    """The rows of a part that are no lines.

    Parameters
    ----------
    raw
        The part as read.
    typed
        Its used columns in their types, with ``kam_row``.
    mapped
        SQL over ``typed`` per canonical column; ``revenue`` is the amount of a total.

    Returns
    -------
    Total rows with what they prove; headers that are repeated among the lines; notes below them.
    A row whose word may be a name ("Total Energies") stays where its keys are filled.
    """
    texts = _text_columns(raw.data)
    candidates = _candidates(raw.data, texts, mapped)
    headers = _repeated_headers(raw.data, texts)
    tail = _tail(raw.data) if "revenue" in mapped else []
    if not candidates and not headers and not tail:
        return Aside({})
    numbers, amounts = _amounts(typed, mapped.get("revenue", ""))
    asides = {place: HEADER for place in headers}
    facts = _Facts(raw.data, candidates, mapped)
    judge = _Judge(amounts, facts)
    found = judge.totals([item for item in candidates if item.place not in asides])
    asides |= {
        item.place: CARRIED if item.label.of == BALANCE else TOTAL for item, _control in found
    }
    asides |= {place: NOTE for place in tail if place not in asides and np.isnan(amounts[place])}
    rows = {int(numbers[place]): asides[place] for place in sorted(asides)}
    controls = (
        control._replace(row=int(numbers[item.place])) for item, control in found if control
    )
    return Aside(rows, tuple(controls))


def with_rows_of_totals(
    raw: RawPart, mapped: Mapping[str, str], rows: ibis.Table
) -> RawPart | None:
    """A Parquet file, or a table of a database, with its rows if some may be totals; else None.

    Only its keys and its first column are looked at, texts by their dictionaries, so that lines
    alone cost next to nothing. ``rows`` are the table's.
    """
    schema = pq.ParquetFile(raw.path).schema_arrow if raw.path else rows.schema().to_pyarrow()
    names = [name for name in schema.names if name != ROW]
    keys = {name: target for target in ("account", "date", "document", "product")
            for name in names if quoted(name) in mapped.get(target, "")}  # fmt: skip
    looked = [*dict.fromkeys([*names[:1], *keys])]
    texts = [name for name in looked if is_text(schema.field(name).type)]
    data = _columns(raw, rows, looked, texts)
    bare = pc.any(_without_keys(data, mapped)).as_py()
    if not bare and not any(_holds_a_total(data[name], name in keys) for name in texts):
        return None
    whole = _columns(raw, rows, names, [])
    numbers = pa.array(np.arange(1, whole.num_rows + 1))
    return replace(raw, data=whole.append_column(ROW, numbers))


def _columns(
    raw: RawPart, rows: ibis.Table, names: Sequence[str], texts: Sequence[str]
) -> pa.Table:
    """Some columns of a part that is not read, of which texts are read as dictionaries."""
    if raw.path:
        return pq.read_table(
            raw.path, columns=[*names], partitioning=None, read_dictionary=[*texts]
        )
    data = rows.order_by(ROW).select(*names).to_pyarrow()
    for name in texts:
        place = data.column_names.index(name)
        data = data.set_column(place, name, data[name].dictionary_encode())
    return data


def _holds_a_total(values: pa.ChunkedArray, is_key: bool) -> bool:
    """Whether a column of texts, known by its dictionary, has a total's word or blank keys."""
    parts = [chunk.dictionary for chunk in values.chunks]
    words = pc.unique(pa.chunked_array(parts, values.type.value_type))
    blank = is_key and pc.any(pc.equal(pc.utf8_trim_whitespace(words), "")).as_py()
    found = words.filter(pc.match_substring_regex(words, SIEVE)).to_pylist()
    return bool(blank) or any(total_label(text).strength for text in found)


def with_tail_notes(raw: RawPart) -> RawPart:
    """The part with notes below a text file's lines as rows of one cell, not as broken ones."""
    if raw.data is None or not raw.bad_rows or not raw.data.num_rows:
        return raw
    last = pc.max(raw.data[ROW]).as_py()
    notes = [bad for bad in raw.bad_rows if bad[0] > last and _is_short(bad[1])]
    if not notes:
        return raw
    first = raw.header[0]
    if not pa.types.is_string(raw.data.schema.field(first).type):
        return raw
    added = {name: pa.nulls(len(notes), raw.data.schema.field(name).type) for name in raw.header}
    added[first] = pa.array([text.strip('\r\n";, ') for _, _, text in notes], pa.string())
    added[ROW] = pa.array([number for number, _, _ in notes], pa.int64())
    data = pa.concat_tables([raw.data, pa.table(added).select(raw.data.column_names)])
    return replace(raw, data=data, bad_rows=tuple(bad for bad in raw.bad_rows if bad not in notes))


def _is_short(told: str) -> bool:
    counts = [int(found) for found in re.findall(r"\d+", told)]
    return len(counts) == 2 and counts[0] <= 2 < counts[1] - 1


def _text_columns(data: pa.Table) -> list[str]:
    return [field.name for field in data.schema if is_text(field.type)]


def _candidates(
    data: pa.Table, texts: Sequence[str], mapped: Mapping[str, str]
) -> list[_Candidate]:
    """Rows with a total word, and rows whose account or date is empty, in their order."""
    best: dict[int, _Candidate] = {}
    for name in texts:
        values = data[name]
        words = pc.unique(values)
        found = words.filter(pc.fill_null(pc.match_substring_regex(words, SIEVE), False))
        labels = {text: total_label(text) for text in found.to_pylist()}
        labels = {text: label for text, label in labels.items() if label.strength}
        if not labels:
            continue
        hits = pc.is_in(values, pa.array(labels, values.type))
        for place in pc.indices_nonzero(hits).to_pylist():
            text = values[place].as_py()
            known = best.get(place)
            if known is None or labels[text].strength > known.label.strength:
                best[place] = _Candidate(place, labels[text], text, name)
    for place in pc.indices_nonzero(_without_keys(data, mapped)).to_pylist():
        best.setdefault(place, _Candidate(place, TotalLabel(0), "", ""))
    for place, text in _strays(data, mapped, list(best)).items():
        best.setdefault(place, _Candidate(place, TotalLabel(0), text, "", stray=True))
    return [best[place] for place in sorted(best)]


def _without_keys(data: pa.Table, mapped: Mapping[str, str]) -> pa.ChunkedArray | pa.Array:
    """Rows without an account or a date, and without document and product: sums, it may be."""
    keys = _plain_columns(data, mapped, ("account", "date", "document", "product"))
    found = pa.nulls(data.num_rows, pa.bool_()).fill_null(False)
    for name, target in keys.items():
        if target in ("account", "date"):
            found = pc.or_(found, _empty(data[name]))
    for name, target in keys.items():
        if target in ("document", "product") and pc.any(found).as_py():
            found = pc.and_(found, _empty(data[name]))
    return found


def _strays(data: pa.Table, mapped: Mapping[str, str], known: Sequence[int]) -> dict[int, str]:
    """Rows without document and product, where most have them, or the last row; their accounts.

    Without the known candidates; only those whose account stands in no other row, so that a sum
    may be all that they are.
    """
    keys = _plain_columns(data, mapped, ("account", "document", "product"))
    accounts = [name for name, target in keys.items() if target == "account"]
    if "revenue" not in mapped or not accounts or data.num_rows <= _FEWEST_LINES:
        return {}
    others = [_blank(data[name]) for name, target in keys.items() if target != "account"]
    last = data.num_rows - 1
    bare = pa.array(np.arange(data.num_rows) == last)
    if others:
        bare = others[0]
        for more in others[1:]:
            bare = pc.and_(bare, more)
    if known and others:
        bare = pc.and_(bare, pa.array(~np.isin(np.arange(data.num_rows), known)))
    count = pc.sum(bare).as_py()
    if not count or count > min(_MOST_DOUBTFUL, (1 - _TYPICAL) * data.num_rows + 1):
        return {}
    found = {place: "" for place in pc.indices_nonzero(bare).to_pylist()}
    for name in accounts:
        values = data[name]
        named = {place: values[place].as_py() for place in found}
        used = set(values.filter(pc.invert(bare)).unique().to_pylist())
        found = {
            place: found[place] or str(text or "")
            for place, text in named.items()
            if text is None or text not in used
        }
    return found


def _blank(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Which cells hold nothing, blanks not looked at: quick for a clean file."""
    if is_text(values.type):
        return pc.fill_null(pc.equal(values, ""), True)
    return pc.is_null(values)


def _empty(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if not is_text(values.type):
        return pc.is_null(values)
    return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(values), ""), True)


def _plain_columns(
    data: pa.Table, mapped: Mapping[str, str], targets: Iterable[str]
) -> dict[str, str]:
    """The source columns that an expression of some canonical columns names, by that column."""
    names = {}
    for target in targets:
        for name in data.column_names:
            if quoted(name) in mapped.get(target, ""):
                names[name] = target
    return names


def _repeated_headers(data: pa.Table, texts: Sequence[str]) -> list[int]:
    """Rows in which the texts are the columns' own names."""
    if len(texts) < 2:
        return []
    first = pc.equal(data[texts[0]], texts[0])
    places = pc.indices_nonzero(pc.fill_null(first, False)).to_pylist()
    return [
        place
        for place in places
        if sum(_says_its_name(data[name][place].as_py(), name) for name in texts)
        >= max(2, 0.6 * len(texts))
    ]


def _says_its_name(cell: str | None, name: str) -> bool:
    return cell is not None and " ".join(cell.split()).casefold() == name.casefold()


def _tail(data: pa.Table) -> list[int]:
    """The rows at the end that hold one cell, or two: notes below the lines."""
    names = [name for name in data.column_names if name != ROW]
    if len(names) < 4:
        return []
    places = []
    for place in range(data.num_rows - 1, max(-1, data.num_rows - _LONGEST_TAIL), -1):
        row = [data[name][place].as_py() for name in names]
        held = [cell for cell in row if cell is not None and str(cell).strip()]
        if len(held) > max(2, len(names) // 4) and not is_total_row(held):
            break
        places.append(place)
    return places


def _amounts(typed: ibis.Table, revenue: str) -> tuple[np.ndarray, np.ndarray]:
    amount = f"TRY_CAST({revenue} AS DOUBLE)" if revenue else "CAST(NULL AS DOUBLE)"
    query = f"SELECT {ROW}, {amount} AS amount FROM part ORDER BY {ROW}"
    found = asked(typed, "part", query)
    amounts = found["amount"].to_numpy(zero_copy_only=False).astype("float64")
    return found[ROW].to_numpy(), amounts


class _Facts:
    """What the other cells of a candidate's row say: which keys are usual, and empty there."""

    def __init__(self, data: pa.Table, candidates: Sequence[_Candidate], mapped: Mapping[str, str]):
        targets = ("account", "date", "document", "product", "contact", "name")
        self._keys = _plain_columns(data, mapped, targets)
        plain = np.ones(data.num_rows, dtype=bool)
        plain[[item.place for item in candidates]] = False
        self._data, self._plain = data, plain
        clear, least = (plain, _TYPICAL) if plain.sum() > 2 else (~plain, _MOSTLY)
        self._usual, self._filled = {}, {}
        for name in data.column_names[:-1] if data.column_names[-1] == ROW else data.column_names:
            filled = pc.invert(_empty(data[name])).to_numpy()
            if name != ROW and filled[clear].mean() >= least:
                self._usual[name] = filled
            self._filled[name] = filled

    def empties(self, item: _Candidate) -> tuple[int, int]:
        """How many usual keys a row has, its label's column aside, and how many are empty."""
        names = [name for name in self._usual if name in self._keys and name != item.column]
        return len(names), sum(not self._usual[name][item.place] for name in names)

    def bare(self, item: _Candidate) -> int:
        """How many of the usually filled columns are empty in the row."""
        return sum(not filled[item.place] for filled in self._usual.values())

    def has(self, item: _Candidate, target: str) -> bool:
        """Whether the row fills a column of the target that is not the label's."""
        names = (name for name, key in self._keys.items() if key == target and name != item.column)
        return any(self._filled[name][item.place] for name in names)

    def account_sums(self, amounts: np.ndarray) -> dict[str, tuple[float, int]]:
        """The sum and number of plain lines per account, by the words of each of its keys."""
        found: dict[str, tuple[float, int]] = {}
        for name in (name for name, key in self._keys.items() if key == "account"):
            lines = pa.table({"key": self._data[name], "amount": pa.array(np.nan_to_num(amounts))})
            lines = lines.filter(pa.array(self._plain)).group_by("key")
            sums = lines.aggregate([("amount", "sum"), ("amount", "count")]).to_pylist()
            for row in sums:
                words = plain_words(str(row["key"]))
                found[words] = (row["amount_sum"], row["amount_count"])
        return found

    def accounts(self, item: _Candidate) -> list[str]:
        """The accounts that a row or its label names, as words."""
        names = [name for name, key in self._keys.items() if key == "account"]
        cells = [self._data[name][item.place].as_py() for name in names]
        named = [item.label.of] if item.label.of and item.label.of != COUNT else []
        return named + [plain_words(str(cell)) for cell in cells if cell is not None]

    def names_another(self, item: _Candidate) -> bool:
        """Whether what stands beside the total word is a whole cell of a plain line."""
        return bool(item.label.of) and item.label.of in self._cells

    @cached_property
    def _cells(self) -> frozenset[str]:
        lines = self._data.filter(pa.array(self._plain))
        texts = (pc.unique(lines[name]).to_pylist() for name in _text_columns(lines))
        return frozenset(plain_words(text) for cells in texts for text in cells if text)

    def labelled(self, item: _Candidate, target: str) -> bool:
        """Whether the label stands in the target's own column."""
        return self._keys.get(item.column) == target


class _Judge:
    """Goes down a part once, with the sum of the lines so far and at each total before."""

    def __init__(self, amounts: np.ndarray, facts: _Facts):
        self._amounts = amounts
        self._sums = np.concatenate(([0.0], np.cumsum(np.nan_to_num(amounts))))
        self._facts = facts
        self._aside = 0.0
        self._marks: dict[int, int] = {0: 0}
        self._last = (0.0, -1)
        self._by_account: dict[str, tuple[float, int]] | None = None
        self._in_block = False

    def totals(self, candidates: Sequence[_Candidate]) -> list[tuple[_Candidate, Control | None]]:
        """Those candidates that are totals, with what each proves."""
        found = []
        # One sum of several lines proves that its neighbours of one line are sums too.
        few = len(candidates) <= _MOST_DOUBTFUL
        self._in_block = few and any(self._sums_its_account(item, least=2) for item in candidates)
        for item in candidates:
            if item.label.of == BALANCE:
                if self._is_balance(item):
                    found.append((item, None))
                    self._aside += np.nan_to_num(self._amounts[item.place])
                continue
            before = self._sums[item.place] - self._aside
            amount = self._amounts[item.place]
            lines = self._lines_that_sum_to(amount, before, item.place)
            if not self._is_total(item, lines):
                continue
            proven = lines > 0 or (self._in_block and self._sums_its_account(item))
            held = self._held_against(amount, before, proven)
            found.append((item, self._control(item, amount, held, proven)))
            self._aside += 0.0 if np.isnan(amount) else amount
            self._marks[round(before * _AMOUNT_CENTS)] = item.place + 1
            self._last = (before, item.place)
        return self._with_totals_above(found)

    def _is_balance(self, item: _Candidate) -> bool:
        """Whether a row that says so is a balance: as an account, or without a document."""
        of_account = self._facts.labelled(item, "account") or self._facts.labelled(item, "name")
        return of_account or not self._facts.has(item, "document")

    def _lines_that_sum_to(self, amount: float, before: float, place: int) -> int:
        """The number of rows since a total, or the start, that sum to an amount; 0: none do."""
        if np.isnan(amount):
            return 0
        target = round((before - amount) * _AMOUNT_CENTS)
        starts = (self._marks.get(target + cent) for cent in (0, -1, 1))
        return max((place - start for start in starts if start is not None), default=0)

    def _is_total(self, item: _Candidate, lines: int) -> bool:
        facts, label = self._facts, item.label
        amount = self._amounts[item.place]
        if item.stray:
            return lines >= _FEWEST_LINES and amount != 0
        if label.strength == 0:
            if self._in_block and facts.bare(item) > 0 and self._sums_its_account(item):
                return not facts.has(item, "date")
            if lines < 2 or amount == 0 or facts.has(item, "document"):
                return False
            return not facts.has(item, "product") and facts.bare(item) > 0
        keys, empty = facts.empties(item)
        if np.isnan(amount) and not facts.bare(item):
            return False
        if label.strength == 1:
            # Without an amount, "Total" and the name of a customer above is no line.
            if np.isnan(amount) and empty > 0 and facts.names_another(item):
                return True
            if keys and empty == keys and not facts.has(item, "date"):
                return True
            return lines >= 2 and empty > 0 and not facts.has(item, "document")
        if lines >= 2 or empty > 0 or (lines and not keys):
            return not (label.name_too and facts.has(item, "document") and not lines)
        return not label.name_too and facts.labelled(item, "account")

    def _sums_its_account(self, item: _Candidate, least: int = 1) -> bool:
        """Whether a row's amount is that of all lines of its account, wherever they stand."""
        amount = self._amounts[item.place]
        if np.isnan(amount) or amount == 0 or self._facts.has(item, "document"):
            return False
        if self._by_account is None:
            self._by_account = self._facts.account_sums(self._amounts)
        named = [self._by_account.get(account) for account in self._facts.accounts(item)]
        sums = [total for total, rows in filter(None, named) if rows >= least]
        return any(abs(total - amount) < _CENT for total in sums)

    def _held_against(self, amount: float, before: float, proven: bool) -> float:
        """The sum of the lines that a total stands for: what agrees, or comes nearest to it."""
        if proven:
            return amount
        sums = [before - self._last[0], before]
        return min(sums, key=lambda value: abs(value - amount)) if not np.isnan(amount) else 0.0

    @staticmethod
    def _control(item: _Candidate, amount: float, held: float, agrees: bool) -> Control | None:
        if np.isnan(amount) or item.label.of == COUNT:
            return None
        return Control(item.place, item.text.strip(), round(amount, 4), round(held, 4), agrees)

    def _with_totals_above(
        self, found: list[tuple[_Candidate, Control | None]]
    ) -> list[tuple[_Candidate, Control | None]]:
        """A total that stands above its lines agrees with those below, to the next total."""
        held = enumerate(control for _item, control in found)
        open_ones = [n for n, control in held if control and not control.agrees]
        if not open_ones or len(open_ones) > _MOST_DOUBTFUL:
            return found
        lines = np.nan_to_num(self._amounts)
        places = [item.place for item, _control in found]
        lines[places] = 0.0
        sums = np.concatenate(([0.0], np.cumsum(lines)))
        ends = {round(sums[place] * _AMOUNT_CENTS) for place in [*places, len(lines)]}
        for n in open_ones:
            item, control = found[n]
            reached = round((sums[item.place] + control.amount) * _AMOUNT_CENTS)
            if ends & {reached, reached - 1, reached + 1} and control.amount:
                found[n] = (item, control._replace(sum_of_lines=control.amount, agrees=True))
        return found
