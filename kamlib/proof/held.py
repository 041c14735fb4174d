"""What is held on a person, and where: rows of tables, dossiers, returned workbooks, packs."""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from kamlib.data.book import open_tables
from kamlib.data.describe.schema import TABLES
from kamlib.data.dossiers.files import dossier_paths
from kamlib.data.files.encodings import text_encoding
from kamlib.data.files.parts import cell_text
from kamlib.data.files.spreadsheets import sheet_cells
from kamlib.data.privacy.columns import (
    MAIL,
    MANAGER,
    MANAGER_NAME,
    ONE_OF_US,
    PERSON,
    PERSON_NAME,
    SHARED,
    WORDS,
    holds,
)
from kamlib.data.read.sources import file_label
from kamlib.data.reduce.opening import engine_of
from kamlib.data.reduce.reporting import superiors
from kamlib.data.reduce.side_tables import written_rows
from kamlib.data.reduce.spellings import spelled_alike
from kamlib.data.reduce.store import cache_folder
from kamlib.data.returned import returned_paths
from kamlib.data.tables import Tables
from kamlib.errors import DataError, nearest_name

BETWEEN = "/"  # between an account and the code of its contact
_PLACE = ("source_file", "source_sheet", "source_row")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_TEXTS = (".html", ".ipynb", ".json", ".csv", ".ics", ".txt", ".toml")
_WORD = re.compile(r"\w+")
_FOLDED = re.compile(r"\r?\n[ \t]")  # a calendar's lines are broken anywhere


@dataclass(frozen=True)
class Person:
    """Who is asked for: contacts by account and code, managers by code, and what they are called.

    ``names`` and ``mails`` are as :func:`spelled_alike` has them; ``written`` are the names as
    they stand in the tables.
    """

    contacts: frozenset[tuple[str, str]] = frozenset()
    managers: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    written: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.contacts or self.managers or self.names)


@dataclass(frozen=True)
class Record:
    """A row that is about a person, or names one: where it is, in which columns, what it says.

    ``row`` is that of the file or sheet, from 1; of ``rows`` such records only the number is
    known (lines of the sales). ``held`` has its cells by column.
    """

    table: str
    file: str
    sheet: str
    row: int | None
    named_in: tuple[str, ...]
    held: Mapping[str, str] = field(default_factory=dict)
    rows: int = 1


@dataclass(frozen=True)
class Held:
    """All that is held on a person; ``copies`` are folders that keep what was read."""

    asked: str
    dataset: str
    contacts: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()
    packs: Mapping[str, int] = field(default_factory=dict)
    copies: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing at all is held."""
        return not (self.records or self.packs)


def held_on(asked: str, dataset: str | Path, *, reports: Path = Path("reports")) -> Held:
    """All that a data set and the packs that were made hold on a person.

    Parameters
    ----------
    asked
        A name, a manager's code, or an account and a contact's code: ``N1155/C2``. A contact's
        code alone where no two have it.
    dataset
        As :func:`kamlib.open_book` takes it.
    reports
        The folder of all packs; each file in it is looked through.

    Raises
    ------
    DataError
        The data cannot be used, or several people have the code.
    """
    tables, settings = open_tables(dataset, {"privacy.anonymise": "no"})
    limit = {"max_unpacked_mb": settings.data.max_unpacked_mb}
    source = tables.dataset
    engine = engine_of(source)
    rows = {
        name: written_rows(engine, source, name, **limit)
        for name in source.tables
        if name != "transactions"
    }
    person = _person(asked, [*_known(rows, tables)])
    if not person:
        person = Person(names=frozenset({spelled_alike(asked)}), written=(asked.strip(),))
    records = [each for name in rows for each in _of_table(name, rows[name], person)]
    records += [*_of_sales(tables, person)]
    for table, paths in (("dossiers", dossier_paths(source)), ("returned", returned_paths(source))):
        for path in paths:
            records += _of_file(table, file_label(source, path), path, person)
    cache = cache_folder(source)
    return Held(
        asked,
        source.name,
        tuple(BETWEEN.join(pair) for pair in sorted(person.contacts)),
        tuple(sorted(person.managers)),
        tuple(records),
        _in_packs(reports, person) if person.written else {},
        (str(cache),) if cache.is_dir() and records else (),
    )


def _known(rows: Mapping[str, pd.DataFrame], tables: Tables) -> Iterator[tuple[str, dict]]:
    """The people whom the tables have: contacts and managers, also as dossiers add them."""
    for name in ("contacts", "managers"):
        for frame in (rows.get(name), tables[name]):
            if frame is not None and len(frame):
                texts = frame.reindex(columns=list(TABLES[name].names)).astype("str").fillna("")
                yield from ((name, row) for row in texts.to_dict("records"))


def _person(asked: str, known: list[tuple[str, dict]]) -> Person:
    """Whom somebody asks for.

    Raises
    ------
    DataError
        Several contacts have the code, or it is asked for one that its account does not have.
    """
    wanted = asked.strip()
    alike = spelled_alike(wanted)
    contacts = [row for name, row in known if name == "contacts"]
    managers = [row for name, row in known if name == "managers"]
    account, between, code = wanted.rpartition(BETWEEN)
    if between:
        found = [r for r in contacts if (r["account"], r["contact"]) == (account, code)]
        if not found and any(r["account"] == account for r in contacts):
            codes = [r["contact"] for r in contacts if r["account"] == account]
            raise DataError(f'{account}: has no contact "{code}"{nearest_name(code, codes)}')
    else:
        found = [r for r in contacts if alike in {spelled_alike(r[n]) for n in ("name", "mail")}]
    ours = [r for r in managers if wanted == r["manager"] or spelled_alike(r["name"]) == alike]
    if not found and not ours:
        found = [r for r in contacts if r["contact"] == wanted]
        where = sorted({r["account"] for r in found})
        if len(where) > 1:
            raise DataError(
                f'"{wanted}": {len(where)} people have that code; name the account, too, like '
                f"{where[0]}{BETWEEN}{wanted}, or give the name"
            )
    named = [row["name"].strip() for row in (*found, *ours) if row["name"].strip()]
    return Person(
        frozenset((row["account"], row["contact"]) for row in found),
        frozenset(row["manager"] for row in ours),
        frozenset(map(spelled_alike, named)),
        frozenset(spelled_alike(row["mail"]) for row in found if row["mail"]),
        tuple(dict.fromkeys(named)),
    )


def _of_table(name: str, rows: pd.DataFrame, person: Person) -> Iterator[Record]:
    kinds = {c.name: holds(name, c) for c in TABLES[name].columns if c.name in rows}
    # Of people only texts tell: a day or a number names nobody.
    kinds = {column: kind for column, kind in kinds.items() if kind in _NAMING}
    if not kinds:
        return
    for row in rows.to_dict("records"):
        account = row.get("account")
        named = tuple(c for c, k in kinds.items() if _NAMING[k](person, account, row[c]))
        if named:
            file, sheet, number = (row[place] for place in _PLACE)
            held = {c: _shown(row[c]) for c in rows if c not in _PLACE and pd.notna(row[c])}
            place = None if pd.isna(number) else int(number)
            yield Record(name, str(file), str(sheet or ""), place, named, held)


def _of_sales(tables: Tables, person: Person) -> Iterator[Record]:
    """How many lines of the sales a manager made: they say nothing else of anybody."""
    wanted = sorted({*person.managers, *person.written})
    table = tables.ledger.table
    lines = table.filter(table["manager"].isin(wanted))["lines"].sum().to_pyarrow().as_py()
    if lines:
        files = ", ".join(dict.fromkeys(tables.ledger.fates["file"]))
        yield Record("transactions", files, "", None, ("manager",), rows=int(lines))


def _of_file(table: str, label: str, path: Path, person: Person) -> Iterator[Record]:
    """Rows of a workbook or text that people filled in, with a cell that names the person."""
    account = path.stem
    for sheet, number, cells in _rows(path):
        texts = [text for cell in cells if (text := str(cell_text(cell) or "").strip())]
        if any(_cell_names(person, account, text, texts) for text in texts):
            held = {str(place): text for place, text in enumerate(texts, start=1)}
            yield Record(table, label, sheet, number, (), held)


def _rows(path: Path) -> Iterator[tuple[str, int, list[Any]]]:
    if path.suffix.lower() in _WORKBOOKS:
        try:
            sheets = sheet_cells(path)
        except DataError:
            return  # what cannot be read is told where the data set is opened
        for sheet, rows in sheets.items():
            yield from ((sheet, number, cells) for number, cells in enumerate(rows, start=1))
        return
    lines = path.read_text(encoding=text_encoding(path), errors="replace").splitlines()
    yield from (("", n, re.split('[,;\t"]', line)) for n, line in enumerate(lines, start=1))


def _cell_names(person: Person, account: str, text: str, texts: list[str]) -> bool:
    if text in person.managers or _names(person, text):
        return True
    *_start, where, code = ["", "", *text.split("|")]  # a printed card
    known = (where, code) in person.contacts
    beside = any((each, text) in person.contacts for each in (account, *texts))
    return known or beside


def _in_packs(reports: Path, person: Person) -> dict[str, int]:
    """How often each file of a pack has one of the names."""
    pattern = re.compile("|".join(_whole(name) for name in _spelled(person.written)))
    found = {}
    for path in sorted(reports.rglob("*")) if reports.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            times = sum(len(pattern.findall(text)) for text in _texts(path))
            if times:
                found[path.as_posix()] = times
    return found


def _texts(path: Path) -> Iterator[str]:
    kind = path.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        try:
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as parts:
                yield from (parts.read(n).decode("utf-8", "replace") for n in parts.namelist())
        except zipfile.BadZipFile:
            return
    elif kind in _TEXTS:
        text = path.read_text(encoding="utf-8", errors="replace")
        yield _FOLDED.sub("", text) if kind == ".ics" else text


def _spelled(names: Iterable[str]) -> Iterator[str]:
    """A name as it is, as pages and workbooks write it, and as JSON and calendars do."""
    for name in names:
        ways = (name, html.escape(name), html.escape(name, quote=False))
        yield from dict.fromkeys((*ways, json.dumps(name)[1:-1], name.replace(",", "\\,")))


def _whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def _names(person: Person, cell: Any) -> bool:
    """Whether a text has the whole name of the person, whatever else it has."""
    if not isinstance(cell, str) or not person.written:
        return False
    words = _words(cell)
    return any(_words(name) in words for name in person.written)


def _words(text: str) -> str:
    """The words of a text with blanks between, before and behind."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _is(person: Person, cell: Any) -> bool:
    return isinstance(cell, str) and (cell in person.managers or _names(person, cell))


_NAMING = {
    PERSON: lambda person, account, cell: (
        any((account, code) in person.contacts for code in superiors(cell)) or _names(person, cell)
    ),
    PERSON_NAME: lambda person, _account, cell: _names(person, cell),
    MAIL: lambda person, _account, cell: (
        isinstance(cell, str) and spelled_alike(cell) in person.mails
    ),
    MANAGER: lambda person, _account, cell: _is(person, cell),
    MANAGER_NAME: lambda person, _account, cell: _is(person, cell),
    ONE_OF_US: lambda person, _account, cell: _is(person, cell),
    WORDS: lambda person, _account, cell: _names(person, cell),
    SHARED: lambda person, _account, cell: _names(person, cell),
}


def _shown(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
