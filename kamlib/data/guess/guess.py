"""Guessing from headers and sample rows which table a source is, and what its columns mean."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from kamlib.data.describe.headers import currency_of, has_words, same_words
from kamlib.data.describe.schema import EXAMPLE_KEY, TABLES, Table
from kamlib.data.describe.synonyms import OTHERS, SUMMARIES, SYNONYMS, TABLE_NAMES
from kamlib.data.describe.telling import currency_code
from kamlib.data.files.layout import PLAIN, Layout
from kamlib.data.guess.assignment import (
    SourceColumn,
    assigned_columns,
    header_texts,
    source_columns,
)
from kamlib.data.guess.formulas import (
    ColumnGuess,
    date_by_year,
    direct_guess,
    parted_date,
    parted_document,
    transaction_formulas,
)
from kamlib.data.guess.unite import union
from kamlib.data.guess.values import value_expression
from kamlib.data.writing.evidence import Evidence
from kamlib.words import _

_SHEET_NAME_BONUS = 3.0
_FILE_NAME_BONUS = 1.5
_MIN_USED_SHARE = 0.2
# So many rows of a list of customers may have a number twice: that is told, not refused.
_DOUBLED = 0.2
_OF_RATES = 0.4  # of a table of rates' columns are its own: others name the currency otherwise
# So many tables have these that they do not tell which table it is.
_GENERIC = frozenset(("account", "date", "document", "manager", "region", "product_line", "note"))

Names = str | tuple[str, ...]
Guesses = dict[str, tuple[Names, Names | None, "Guess"]]


@dataclass(frozen=True)
class LookupGuess:
    """A source that is joined to the lines: file, sheet, key, its own name there, and why."""

    source: str
    sheet: str
    key: str
    lookup_key: str
    why: str


@dataclass(frozen=True)
class Guess:
    """What a source's columns seem to be.

    ``table`` is empty where no table was recognised; ``missing`` names the required columns
    that were not found and ``unused`` the source columns that nothing uses. ``score`` compares
    guesses. ``currency`` is empty where neither a unit nor a sign names one; ``currency_why``
    says what does. ``lookups`` are joined in their order; ``layout`` makes lines of a grid.
    ``rename`` and ``may_lack`` are how parts with another header are read; ``rivals`` are sources
    that look like the same table and stay apart. ``reshape`` is the SELECT that turns it first.
    """

    table: str
    columns: tuple[ColumnGuess, ...]
    unused: tuple[str, ...]
    missing: tuple[str, ...]
    score: float = 0.0
    currency: str = ""
    currency_why: str = ""
    lookups: tuple[LookupGuess, ...] = ()
    layout: Layout = PLAIN
    rename: dict[str, str] = field(default_factory=dict)
    may_lack: tuple[str, ...] = ()
    rivals: tuple[tuple[Names, Names | None, "Guess"], ...] = ()
    reshape: str = ""

    @property
    def expressions(self) -> dict[str, str]:
        """The SQL expression per canonical column."""
        return {guess.column: guess.sql for guess in self.columns}

    @property
    def years_only(self) -> bool:
        """Whether its lines have no day but a year."""
        return any(guess.years_only for guess in self.columns)

    @property
    def is_complete(self) -> bool:
        """Whether every required column was found."""
        return bool(self.table) and not self.missing


@dataclass(frozen=True)
class _Group:
    """Sheets and files with one header."""

    files: tuple[str, ...]
    sheets: tuple[str, ...]
    header: tuple[str, ...]
    samples: pd.DataFrame = field(repr=False)

    @property
    def name(self) -> str:
        stems = [file.rpartition(".")[0] or file for file in self.files]
        return self.sheets[0] if len(self.sheets) == 1 else " ".join((*stems, *self.sheets))

    @property
    def where(self) -> str:
        return ", ".join((*self.files, *self.sheets))


def guess_table(
    header: Sequence[str], samples: pd.DataFrame, table: str | None = None, *, name: str = ""
) -> Guess:
    """Guess a source's table and its columns from header and sample rows.

    Parameters
    ----------
    header
        The source's column names.
    samples
        Its first rows, the columns in the header's order, as read.
    table
        The canonical table, where it is known; else the one that suits best.
    name
        The file's or sheet's name, as a hint.

    Returns
    -------
    The guess; its table is empty where nothing suits well enough.

    Raises
    ------
    ValueError
        There is no such table.
    """
    if table is not None and table not in TABLES:
        raise ValueError(f'no table is called "{table}"; expected one of {", ".join(TABLES)}')
    columns = source_columns(header, samples)
    if table is not None:
        return _guess(columns, header, TABLES[table], name)
    guesses = [_guess(columns, header, candidate, name) for candidate in TABLES.values()]
    # max keeps the first of equals: the order of TABLES settles ties.
    plausible = [guess for guess in guesses if _is_plausible(guess, columns, name)]
    unknown = Guess("", (), tuple(header_texts(header)), ())
    plausible = _with_money(plausible, name)
    return max(plausible, key=lambda guess: guess.score, default=unknown)


def _with_money(plausible: list[Guess], name: str) -> list[Guess]:
    """The guesses without those that leave the lines' money unused, where all else is there too.

    "Type" and "Status" are columns of sales lines as well as of talks and of tenders.
    """
    lines = next((guess for guess in plausible if guess.table == "transactions"), None)
    if lines is None or not lines.is_complete:
        return plausible
    [money] = [item.sources for item in lines.columns if item.column == "revenue"]
    return [guess for guess in plausible
            if not set(money) & set(guess.unused) or _name_bonus(TABLES[guess.table], name) > 0
            ]  # fmt: skip


def guess_tables(
    parts: Iterable[tuple[str, str, Sequence[str], pd.DataFrame]],
) -> tuple[Guesses, list[str]]:
    """Guess the tables of several sheets and files.

    Parameters
    ----------
    parts
        Per sheet or file: file, sheet (empty where the file has none), header, sample rows.

    Returns
    -------
    Per canonical table its source (several files with the same header: all of them), its sheet
    (``None``: any sheet with that header) and the guess, in the order of the canonical tables;
    and what was left out, as one sentence each.
    """
    groups = _same_headers(parts)
    best: dict[str, tuple[_Group, Guess]] = {}
    seen: dict[str, list[tuple[_Group, Guess]]] = {}
    left_out = []
    for group in groups:
        guess = guess_table(group.header, group.samples, name=group.name)
        if not guess.table:
            left_out.append(_("{where}: no table recognised").format(where=group.where))
            continue
        seen.setdefault(guess.table, []).append((group, guess))
    for table, candidates in seen.items():
        # Of equals the first counts.
        ranked = sorted(candidates, key=lambda candidate: -candidate[1].score)
        best[table], apart = _united(ranked) if table == "transactions" else (ranked[0], ranked[1:])
        text = _("{where}: looks like {table} too; another source suits better")
        left_out += [text.format(where=group.where, table=table) for group, _guess in apart]
    guesses: Guesses = {}
    for table in [name for name in TABLES if name in best]:
        group, guess = best[table]
        source = group.files[0] if len(group.files) == 1 else group.files
        guesses[table] = (source, _sheet(group, guess, groups), guess)
    return guesses, left_out


def _united(
    ranked: Sequence[tuple[_Group, Guess]],
) -> tuple[tuple[_Group, Guess], list[tuple[_Group, Guess]]]:
    """The best candidate with those that hold the same lines under a slightly other header."""
    group, guess = ranked[0]
    apart = []
    for other, its in ranked[1:]:
        fits = union((group.header, guess.columns), (other.header, its.columns))
        if fits is None or its.years_only != guess.years_only:
            apart.append((other, its))
            continue
        group = replace(
            group,
            files=tuple(dict.fromkeys((*group.files, *other.files))),
            sheets=tuple(dict.fromkeys((*group.sheets, *other.sheets))),
        )
        lacks = tuple(dict.fromkeys((*guess.may_lack, *fits.lacks)))
        guess = replace(guess, rename={**guess.rename, **fits.rename}, may_lack=lacks)
    # Sums of years beside dated lines are these once more.
    rivals = tuple(
        (other.files, other.sheets or None, its)
        for other, its in apart
        if its.is_complete and (guess.years_only or not its.years_only)
    )
    return (group, replace(guess, rivals=rivals)), apart


def _guess(
    columns: Sequence[SourceColumn], header: Sequence[str], table: Table, name: str
) -> Guess:
    found = assigned_columns(columns, table)
    mapped = {
        target: _translated(
            table,
            direct_guess(table.column(target), source.header, source.evidence, score, why),
            source,
        )
        for target, (source, score, why) in found.items()
        if target in table.names
    }
    if table.name == "transactions":
        ingredients = {key: (item[0].header, item[0].evidence) for key, item in found.items()}
        mapped = parted_document(transaction_formulas(mapped, ingredients), ingredients)
        by_name = {column.name: column.evidence for column in columns}
        mapped = date_by_year(parted_date(mapped, by_name), by_name)
    guesses = tuple(mapped[column] for column in table.names if column in mapped)
    used = {source for guess in guesses for source in guess.sources}
    missing = tuple(column for column in table.required if column not in mapped)
    currency, why = _currency(columns, guesses)
    return Guess(
        table.name,
        guesses,
        tuple(text for text in dict.fromkeys(header_texts(header)) if text not in used),
        missing,
        _score(table, guesses, missing, name),
        currency,
        why,
    )


def _translated(table: Table, guess: ColumnGuess, source: SourceColumn) -> ColumnGuess:
    """A guess with the words of its source translated, where they are known."""
    column = table.column(guess.column)
    sql, note = value_expression(table.name, column, source.name, source.evidence)
    return replace(guess, sql=sql, note=note) if sql else guess


def _score(
    table: Table, guesses: Sequence[ColumnGuess], missing: Sequence[str], name: str
) -> float:
    score = sum(
        guess.confidence * (2 if table.column(guess.column).required else 1) for guess in guesses
    )
    score -= 2 * len(missing)
    return score + _name_bonus(table, name)


def _name_bonus(table: Table, name: str) -> float:
    if has_words(name, SUMMARIES):
        return -_SHEET_NAME_BONUS
    if same_words(name, f"{table.name}, {TABLE_NAMES[table.name]}"):
        return _SHEET_NAME_BONUS
    return _FILE_NAME_BONUS if has_words(name, TABLE_NAMES[table.name]) else 0.0


def _is_plausible(guess: Guess, columns: Sequence[SourceColumn], name: str) -> bool:
    """Whether enough was found to call the source by that table's name."""
    table = TABLES[guess.table]
    used = {source for item in guess.columns for source in item.sources}
    by_name = {column.name: column.evidence for column in columns}
    found = len(table.required) - len(guess.missing)
    key = next((item.sources[0] for item in guess.columns if item.column == table.key[0]), None)
    # One row per company or person: a key that comes back belongs to another table.
    hinted = _name_bonus(table, name) > 0
    telling = {item.column for item in guess.columns} - _GENERIC
    most = _DOUBLED if table.name == "accounts" and "name" in telling else 0.0
    repeats = len(table.key) == 1 and key is not None and by_name[key].repeated > most
    if telling == {"annual_revenue"} and not hinted:
        return False  # a sum by customer: what it buys of us, not what it earns
    if has_words(name, OTHERS) or (table.name == "rates" and not _is_of_rates(guess, by_name)):
        return False
    enough = 1 if hinted else 3 if guess.missing else 2
    return (
        (hinted or bool(telling))
        and found * 2 >= len(table.required)
        and len(guess.columns) >= enough
        and len(used) >= _MIN_USED_SHARE * len(columns)
        and not repeats
        and guess.score > 0
    )


def _is_of_rates(guess: Guess, by_name: dict[str, Evidence]) -> bool:
    """Whether a table of rates names currencies, and little else beside them."""
    used = {item.column: by_name[item.sources[0]] for item in guess.columns}
    if guess.missing or len(used) < _OF_RATES * len(by_name):
        return False
    return all(currency_code(text) or text == EXAMPLE_KEY for text in used["currency"].values)


def _currency(columns: Sequence[SourceColumn], guesses: Sequence[ColumnGuess]) -> tuple[str, str]:
    """The currency and what names it: revenue's unit, a currency column, other units, values."""
    revenue = {source for guess in guesses if guess.column == "revenue" for source in guess.sources}
    units = [(column.header.currency, column.name) for column in columns]
    single = [c for c in columns if same_words(c.name, SYNONYMS["transactions"]["currency"])]
    single = [c for c in single if len(c.evidence.values) == 1]
    clues = [
        *((code, name) for code, name in units if name in revenue),
        *((currency_of(column.evidence.values[0]), column.name) for column in single),
        *units,
        *((column.evidence.currency, column.name) for column in columns),
    ]
    code, name = next((clue for clue in clues if clue[0]), ("", ""))
    return code, _('named in column "{name}"').format(name=name) if code else ""


def _same_headers(
    parts: Iterable[tuple[str, str, Sequence[str], pd.DataFrame]],
) -> list[_Group]:
    """Parts with the same header as one group, with the first part's samples."""
    groups: dict[tuple[str, ...], _Group] = {}
    for file, sheet, header, samples in parts:
        key = tuple(header_texts(header))
        group = groups.get(key, _Group((), (), key, samples))
        groups[key] = replace(
            group,
            files=tuple(dict.fromkeys((*group.files, file))),
            sheets=tuple(dict.fromkeys((*group.sheets, *([sheet] if sheet else [])))),
        )
    return list(groups.values())


def _sheet(group: _Group, guess: Guess, groups: Sequence[_Group]) -> Names | None:
    """The sheets to name because others of the file have the used columns too, else ``None``."""
    used = {source.casefold() for item in guess.columns for source in item.sources}
    rivals = [
        other
        for other in groups
        if other is not group
        and set(other.files) & set(group.files)
        and used <= {text.casefold() for text in other.header}
    ]
    if not rivals or not group.sheets:
        return None
    return group.sheets[0] if len(group.sheets) == 1 else group.sheets
