"""The description of a data set: its ``dataset.toml``, read, checked and resolved."""

import datetime as dt
import re
import shlex
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, Field, ValidationError

from kamlib.data.describe.schema import (
    COMPANY_LABEL,
    CURRENCY_LABEL,
    EXAMPLE_KEY,
    README_SHEET,
    TABLES,
    YEAR_LABEL,
)
from kamlib.data.describe.titles import FRONT, column_title, table_of_sheet
from kamlib.data.files.layout import Groups, Layout, Unpivot, Yearless
from kamlib.data.files.spreadsheets import (
    filled_sheets,
    first_rows,
    labelled_cells,
    sheet_names,
)
from kamlib.data.read.addresses import is_database
from kamlib.data.read.option_values import (
    NO_FILE,
    ColumnNames,
    Delimiter,
    GroupOptions,
    Names,
    Section,
    SetsOfNames,
    Sources,
    TimeZone,
    UnpivotOptions,
    YearlessOptions,
    listed_texts,
    plain_text,
    texts_by_name,
)
from kamlib.errors import DataError, first_line, nearest_name
from kamlib.quarters import check_year_starts, frequency, refuse_weeks
from kamlib.words import _

CURRENCY_KEY = "currency"
INPUT_WORKBOOKS = (".xlsx", ".xlsm")
_AT_THE_TOP = (
    *("title", "currency", "complete_to", "year_starts", "files"),
    *("questions", "decisions", "expect"),
)
# What says how a file is laid out, or which file or sheet it means.
_FOR_FILES = (
    *("sheet", "header", "names", "delimiter", "encoding", "rename", "may_lack", "dates_of"),
    *("part", "one_part_per", "negative_parts", "reshape", "layout", "header_rows", "fill_down"),
    *("fill_within", "unpivot", "groups", "without_year", "documents"),
)
_OF_AN_ANSWER = ("means", "total")  # what it says, beside what it changes
_ACTS_IN_SHELLS = re.compile(r"""[`$"';&|<>(){}*?!#\x00-\x1f]""")
_PERIOD = re.compile(r"^(all|(FY)?\d{4}(Q[1-4])?|\d{4}-(0[1-9]|1[0-2]))$")


DateOrder = Literal["", "day-first", "month-first", "year-first", "roc"]


class Exclusion(Section):
    """Lines that leave the data set, with the reason that the reconciliation shows."""

    reason: str = Field(min_length=1)
    where: str = Field(min_length=1)


class _Source(Section):
    """What is read, and how its header is found."""

    source: Sources
    sheet: Names = ()
    header: int | bool | None = None
    names: ColumnNames = ()
    delimiter: Delimiter = ""
    encoding: str = ""


class Lookup(_Source):
    """A second source whose columns join a table's lines by a key that is unique in it.

    ``table`` is one of a database; without ``source``, of that in which the lines are.
    """

    source: Sources = ()
    table: str = ""
    key: str
    lookup_key: str = ""


class TableSource(_Source):
    """Where a canonical table comes from and how its columns are made of the source's.

    ``header`` is the 1-based row of the header, ``false`` where there is none (then ``names``),
    or left out to be found. ``part`` is an SQL expression that splits a source into parts.
    ``dates_of`` says by file in which order its dates are, where that differs from the others'.
    ``time_zone`` (``Europe/Berlin``) is that whose days count where cells carry a time zone.
    ``reshape`` is a SELECT over ``source`` for side tables that must be turned first.
    ``rename`` gives a column of some sheets or files the name that the others have; ``may_lack``
    names columns that are empty where a part lacks them.
    ``negative`` is a condition on lines that take money away though their amounts have no sign;
    ``negative_parts`` names sheets and files (without their ending) all of whose lines do.
    ``once_per_document`` lets the first line of a document alone bear the revenue (and margin):
    it is the document's total, repeated on each line.
    ``account_digits`` and ``same_accounts`` of the transactions hold for all tables: accounts of
    digits only have so many, and which spelling of an account is read as which other.
    """

    table: str = ""
    decimal: Literal["", ".", ","] = ""
    dates: DateOrder = ""
    dates_of: dict[str, DateOrder] = {}
    time_zone: TimeZone = ""
    empty: tuple[str, ...] = ("NULL", "#N/A")
    part: str = ""
    one_part_per: Literal["", "document", "day", "document and day"] = ""
    account_digits: int = Field(default=0, ge=0, le=40)
    same_accounts: dict[str, str] = {}
    rename: dict[str, str] = {}
    may_lack: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    negative: str = ""
    negative_parts: Names = ()
    once_per_document: bool = False
    exclude: tuple[Exclusion, ...] = ()
    lookup: tuple[Lookup, ...] = ()
    reshape: str = ""
    totals: bool = True
    layout: Literal["", "sap-list", "datev"] = ""
    header_rows: int = Field(1, ge=1, le=5)
    fill_down: SetsOfNames = ()
    fill_within: str = ""
    unpivot: UnpivotOptions | None = None
    groups: GroupOptions | None = None
    without_year: YearlessOptions | None = None
    documents: Names = ()
    year_starts: int = Field(1, ge=1, le=12)

    @property
    def grid(self) -> Layout:
        """How the source's grid becomes plain lines."""
        turned = Unpivot(**self.unpivot.model_dump()) if self.unpivot else None
        groups = Groups(**self.groups.model_dump()) if self.groups else None
        days = Yearless(**self.without_year.model_dump()) if self.without_year else None
        return Layout(
            kind=self.layout, header=None, header_rows=self.header_rows,
            fill_down=self.fill_down, fill_within=self.fill_within, unpivot=turned,
            groups=groups, documents=self.documents, without_year=days,
        )  # fmt: skip


class Question(Section):
    """What the files leave open: what is asked, the answer, and what each answer changes.

    ``answers`` holds per word what it changes of ``[transactions]``: ``exclude`` adds rules,
    ``columns`` replaces single columns, ``means`` says it in words, ``total`` which revenue it
    leads to, everything else is set. ``assumed`` counts until the question is answered; ``stake``
    is the share of revenue (0–1) that hangs on it, ``rows`` the lines, ``why`` says why the files
    do not settle it.
    """

    ask: str = ""
    why: str = ""
    answer: str = ""
    assumed: str = ""
    stake: float = 1.0
    rows: int = 0
    answers: dict[str, dict[str, Any]] = {}

    @property
    def changes(self) -> dict[str, Any]:
        """What the answer, or else what is assumed, changes."""
        chosen = self.answers.get(self.answer or self.assumed, {})
        return {key: value for key, value in chosen.items() if key not in _OF_AN_ANSWER}

    @property
    def meanings(self) -> dict[str, str]:
        """What each answer means, by its word."""
        return {word: str(changes.get("means", "")) for word, changes in self.answers.items()}

    @property
    def totals(self) -> dict[str, float]:
        """The revenue (currency) that each answer leads to, by its word, where it is known."""
        return {
            word: float(changes["total"])
            for word, changes in self.answers.items()
            if isinstance(changes.get("total"), (int, float))
        }


class DataSet(Section):
    """A data set: its name, folder, currency and the source of each canonical table.

    ``described_in`` is the ``dataset.toml``, or the input workbook that needs none. ``decisions``
    says in words what the files settled, by the key of the doubt; ``expect`` the revenue that
    people know, by period. ``year_starts`` is the first month (1–12) of the company's year.
    ``files`` are those that ``kam init`` looked at, also what nothing uses.
    """

    name: str
    folder: Path
    described_in: Path
    title: str
    currency: str = ""
    complete_to: str = ""
    year_starts: int = 1
    tables: dict[str, TableSource]
    questions: dict[str, Question] = {}
    decisions: dict[str, str] = {}
    expect: dict[str, float] = {}
    files: tuple[str, ...] = ()

    @property
    def open_questions(self) -> dict[str, Question]:
        """The questions that nobody has answered."""
        return {key: question for key, question in self.questions.items() if not question.answer}

    @property
    def quarters(self) -> str:
        """The frequency of the company's quarters: ``Q-DEC``, in a year from February ``Q-JAN``."""
        return frequency(self.year_starts)

    @property
    def called(self) -> str:
        """What people type for it, from the folder in which they are."""
        path = self.folder if self.described_in.name == "dataset.toml" else self.described_in
        here = Path.cwd()
        called = str(path.relative_to(here) if path.is_relative_to(here) else path)
        if _ACTS_IN_SHELLS.search(called):
            return shlex.quote(called)
        return f'"{called}"' if " " in called else called

    @property
    def dossiers(self) -> Path:
        """The folder of the dossier workbooks that are laid over the tables, if it is there.

        ``dossiers`` beside a ``dataset.toml``; beside any other file its name with ``-dossiers``.
        """
        return self._folder("dossiers")

    @property
    def returned(self) -> Path:
        """The folder of the workbooks that people filled in and gave back, named likewise."""
        return self._folder("returned")

    def _folder(self, name: str) -> Path:
        if self.described_in.name == "dataset.toml":
            return self.folder / name
        return self.folder / f"{self.described_in.stem}-{name}"


_FRONTS = {README_SHEET, *(front for front, *_labels in FRONT.values())}


def is_description(path: Path) -> bool:
    """Whether a file is a data set: a ``dataset.toml``, or an input workbook that needs none.

    Another workbook with a sheet "transactions" is one where the sheet has what is required.
    """
    if path.suffix.lower() == ".toml":
        return True
    table, headers = "transactions", dict(_looked_at(path, first_rows))
    for name, header in headers.items():
        named, language = table_of_sheet(name)
        titles = {column_title(table, each, language) for each in TABLES[table].required}
        if named == table and (_FRONTS & set(headers) or titles <= set(header)):
            return True
    return False


def is_template(path: Path) -> bool:
    """Whether a file is the input workbook that ``kam template`` writes, in any language."""
    names = {*_looked_at(path, sheet_names)}
    return bool(_FRONTS & names) and any(table_of_sheet(name)[0] for name in names)


def _looked_at(path: Path, look: Callable[[Path], Any]) -> Any:
    """What a look into a workbook finds; nothing of what is none."""
    if path.suffix.lower() not in INPUT_WORKBOOKS:
        return ()
    try:
        return look(path)
    except DataError:
        return ()  # whatever it is, who reads it will say


def load_dataset(dataset: str | Path, roots: tuple[Path, ...] = (Path("data"),)) -> DataSet:
    """Read a data set's description.

    Parameters
    ----------
    dataset
        A folder with a ``dataset.toml``, that file itself, the name of a folder under a root, or
        an Excel workbook whose sheets are named like the canonical tables (``kam template``).
    roots
        Folders that are searched for a name.

    Raises
    ------
    DataError
        There is no such data set, or its description is wrong (says which line's key).
    """
    path = _description_path(Path(dataset), roots)
    if path.suffix.lower() in INPUT_WORKBOOKS:
        return _from_workbook(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise DataError(f"{path}: is not UTF-8 text; save it with that encoding") from None
    except (ValueError, RecursionError) as error:  # not TOML, too long a number, too deep a list
        raise DataError(f"{path}: is not valid TOML: {first_line(error)}") from None
    return described(path, content)


def described(path: Path, content: Mapping[str, Any]) -> DataSet:
    """A data set from the content of its description.

    Raises
    ------
    DataError
        The description is wrong (says which line's key).
    """
    known = {*_AT_THE_TOP, *TABLES}
    for key in content:
        if key not in known:
            refuse_weeks(f"{key} = {content[key]}", f"{path}: {key}")
            raise DataError(f'{path}: no table is called "{key}"{nearest_name(key, known)}')
    if "transactions" not in content:
        raise DataError(f"{path}: [transactions] is missing; it is the one table that is required")
    tables = {name: _table(path, name, content[name]) for name in TABLES if name in content}
    questions = _questions(path, content.get("questions", {}))
    currency = plain_text(path, content, "currency", "")
    for key, question in questions.items():
        where = f"{path}: [questions.{key}]"
        tables["transactions"] = changed(tables["transactions"], question.changes, where)
        currency = str(question.changes.get(CURRENCY_KEY, currency))
    year = check_year_starts(content.get("year_starts", 1), f"{path}: year_starts")
    tables = _with_year(with_same_accounts(tables), year)
    folder = path.parent.resolve()
    return DataSet(
        name=folder.name,
        folder=folder,
        described_in=path.resolve(),
        title=plain_text(path, content, "title", folder.name),
        currency=currency,
        complete_to=_complete_to(path, content.get("complete_to", "")),
        year_starts=year,
        tables=tables,
        questions=questions,
        decisions=texts_by_name(path, content, "decisions"),
        expect=_expected(path, content.get("expect", {})),
        files=listed_texts(path, content, "files"),
    )


def changed(source: TableSource, changes: Mapping[str, Any], where: str) -> TableSource:
    """A table's description with an answer's changes laid over it.

    Raises
    ------
    DataError
        A change names no key of a table, or gives it an impossible value.
    """
    content = merged(source.model_dump(exclude_unset=True), changes)
    try:
        return TableSource.model_validate(content)
    except ValidationError as error:
        raise DataError(f"{where} {_first_problem(error)}") from None


def merged(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Keys of a table with an answer's changes: some add to what is there, the others replace it.

    The currency is one of the whole data set, and no key of a table.
    """
    result = dict(content)
    for key, value in changes.items():
        if key == CURRENCY_KEY:
            continue
        if key in ("exclude", "negative_parts") and isinstance(value, (list, tuple)):
            result[key] = (*result.get(key, ()), *value)
        elif key in ("columns", "same_accounts") and isinstance(value, dict):
            result[key] = {**result.get(key, {}), **value}
        elif key == "negative" and isinstance(value, str):
            result[key] = _either(result.get(key, ""), value)
        else:
            result[key] = value
    return result


def _either(one: str, other: str) -> str:
    """Two SQL conditions as one, each once; either may be empty."""
    conditions = [text for text in dict.fromkeys((one, other)) if text]
    return conditions[0] if len(conditions) < 2 else " OR ".join(f"({c})" for c in conditions)


def with_same_accounts(tables: Mapping[str, TableSource]) -> dict[str, TableSource]:
    """All tables with the form of accounts that the transactions have."""
    lines = tables["transactions"]
    form = {"account_digits": lines.account_digits, "same_accounts": lines.same_accounts}
    given = {name: value for name, value in form.items() if value}
    if not given:
        return dict(tables)
    return {name: source.model_copy(update=given) for name, source in tables.items()}


def _with_year(tables: dict[str, TableSource], year_starts: int) -> dict[str, TableSource]:
    """All tables, whose years, and quarters as columns, are the company's."""
    own = {"year_starts": year_starts}
    if year_starts == 1:
        return tables
    turned = {name: source.unpivot for name, source in tables.items()}
    turned = {name: each and each.model_copy(update=own) for name, each in turned.items()}
    return {
        name: source.model_copy(update={**own, "unpivot": turned[name]})
        for name, source in tables.items()
    }


def _questions(path: Path, content: Any) -> dict[str, Question]:
    if not isinstance(content, dict):
        raise DataError(f"{path}: [questions] must be sections such as [questions.credit_notes]")
    questions = {}
    for key, section in content.items():
        try:
            question = Question.model_validate(section)
        except ValidationError as error:
            problem = _first_problem(error, Question)
            raise DataError(f"{path}: [questions.{key}] {problem}") from None
        if question.answers and question.answer not in ("", *question.answers):
            raise DataError(
                f'{path}: [questions.{key}] answer = "{question.answer}"'
                f"{nearest_name(question.answer, question.answers)}; "
                f"expected one of {', '.join(question.answers)}"
            )
        questions[key] = question
    return questions


def _expected(path: Path, content: Any) -> dict[str, float]:
    """The revenue that people know, by the company's year or quarter, a month, or ``all``."""
    if not isinstance(content, dict):
        raise DataError(f"{path}: expect must be like {{2025 = 2450643.00}}")
    for period, amount in content.items():
        if not _PERIOD.match(period):
            raise DataError(
                f'{path}: expect names "{period}"; expected a year 2025, a quarter 2025Q4, '
                "a month 2025-03, or all"
            )
        if isinstance(amount, bool) or not isinstance(amount, (int, float)):
            raise DataError(
                f"{path}: expect {period} = {amount!r}; expected a number like 2450643.0"
            )
    return {period: float(amount) for period, amount in content.items()}


def _description_path(dataset: Path, roots: tuple[Path, ...]) -> Path:
    candidates = [dataset, *(root / dataset for root in roots)]
    for candidate in candidates:
        if candidate.is_file() and candidate.suffix.lower() in (".toml", *INPUT_WORKBOOKS):
            return candidate
        if (candidate / "dataset.toml").is_file():
            return candidate / "dataset.toml"
    existing = [folder for folder in candidates if folder.is_dir()]
    if existing:
        raise DataError(f"{existing[0]}: holds no dataset.toml; `kam init` writes a first one")
    names = sorted({file.parent.name for root in roots for file in root.glob("*/dataset.toml")})
    if dataset.is_file():
        raise DataError(
            f"{dataset}: is a file without a mapping; `kam init NAME --from {dataset}` writes one"
        )
    raise DataError(
        f'there is no data set "{dataset}"{nearest_name(str(dataset), names)}; '
        f"expected a folder with a dataset.toml, or one of: {', '.join(names) or 'none'}"
    )


def _from_workbook(path: Path) -> DataSet:
    """A filled-in input workbook: each sheet named like a table, and not empty, is that table."""
    sheets = {
        table: (name, language)
        for name in filled_sheets(path, EXAMPLE_KEY)
        for table, language in (table_of_sheet(name),)
        if table
    }
    if "transactions" not in sheets:
        raise DataError(
            f'{path.name}: has no sheet "transactions" with lines; fill in the one that '
            "`kam template` writes, or describe the workbook in a dataset.toml"
        )
    tables = {name: _template_sheet(path, name, *sheets[name]) for name in TABLES if name in sheets}
    folder, where = path.parent.resolve(), f"{path.name}: the month in which the year starts"
    company, currency, year = _front_answers(path)
    return DataSet(
        name=re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "workbook",
        folder=folder,
        described_in=path.resolve(),
        title=company or path.stem.replace("_", " "),
        currency=currency,
        year_starts=check_year_starts(int(year) if year.isdecimal() else year or 1, where),
        tables=tables,
    )


def _front_answers(path: Path) -> tuple[str, ...]:
    """Company, currency and the year's first month as the first sheet has them, in any language."""
    ours = (README_SHEET, COMPANY_LABEL, CURRENCY_LABEL, YEAR_LABEL)
    for sheet, *labels in (ours, *FRONT.values()):
        answers = labelled_cells(path, sheet, labels)
        if any(answers.values()):
            return tuple(answers.get(label, "") for label in labels)
    return "", "", ""


def _template_sheet(path: Path, name: str, sheet: str, language: str) -> TableSource:
    key = column_title(name, TABLES[name].key[0], language).replace('"', '""')
    example = Exclusion(
        reason=_("example row of the template"), where=f"TRIM(\"{key}\") = '{EXAMPLE_KEY}'"
    )
    return TableSource(source=(path.name,), sheet=(sheet,), header=1, exclude=(example,))


def _complete_to(path: Path, value: Any) -> str:
    """The ISO day to which the data is complete; TOML gives a text or a date of its own."""
    if value == "":
        return ""
    try:
        day = pd.NaT if isinstance(value, (bool, int, float)) else pd.Timestamp(str(value))
        return dt.date(day.year, day.month, day.day).isoformat()
    except (ValueError, TypeError, OverflowError):
        raise DataError(
            f'{path}: complete_to = "{value}" is not a date; expected like 2025-12-31'
        ) from None


def _table(path: Path, name: str, content: Any) -> TableSource:
    if not isinstance(content, dict):
        raise DataError(f"{path}: [{name}] must be a section with a source")
    try:
        table = TableSource.model_validate(content)
    except ValidationError as error:
        raise DataError(f"{path}: [{name}] {_first_problem(error)}") from None
    for column in table.columns:
        if column not in TABLES[name].names:
            near = nearest_name(column, TABLES[name].names)
            raise DataError(
                f'{path}: [{name}.columns] the table has no column "{column}"{near}; '
                f"it has {', '.join(TABLES[name].names)}"
            )
    table = _with_own_database(table)
    if not table.source or not all(lookup.source for lookup in table.lookup):
        raise DataError(f"{path}: [{name}] source: {NO_FILE}")
    for source in (table.source, *(lookup.source for lookup in table.lookup)):
        if any(map(is_database, source)) and len(source) > 1:
            raise DataError(f"{path}: [{name}] a database must be the only source of its table")
    for_files = [each for each in _FOR_FILES if each in table.model_fields_set]
    if any(map(is_database, table.source)) and for_files:
        raise DataError(
            f"{path}: [{name}] {', '.join(for_files)}: for files only, not for a table of a "
            "database; expected a view there that gives plain lines"
        )
    if name == "transactions" and table.reshape:
        raise DataError(f"{path}: [transactions] reshape is for side tables only: lines keep rows")
    return table


def _with_own_database(table: TableSource) -> TableSource:
    """A table whose lookups all say where they are: those that say nothing, where the lines are."""
    here = table.source if any(map(is_database, table.source)) else ()
    lookups = (
        each if each.source or not each.table else each.model_copy(update={"source": here})
        for each in table.lookup
    )
    return table.model_copy(update={"lookup": tuple(lookups)})


def _first_problem(error: ValidationError, model: type[BaseModel] = TableSource) -> str:
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        near = nearest_name(where.split(".")[-1], model.model_fields)
        return f'does not know "{where}"{near}'
    if problem["type"] == "missing":
        return f'needs "{where}"'
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"
