"""The totals of the sales once more, from the source files, by a second and slow path.

Each line is judged and added up in plain Python, its money as decimals, in the order in which a
reader would do it by hand. It is there to catch the first path at a mistake, so it shares as
little with it as can be.

Shared: the readers that turn files into typed cells, join lookups and say which rows are totals,
headers or torn; the mapping's expressions, which the engine answers for one line at a time, and
with them how an id is written; the reading of the rates (anew, from their file). Not shared: the
ledger, the cache, every rule by which a line is kept, excluded, rejected or set aside, the
conversion of money, credit notes and documents' totals, and every sum: no query here has a SUM or
a GROUP BY.

The tables beside the sales have no second path: they are read anew, without the cache, by the
first one's code.
"""

import contextlib
import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from kamlib.data.describe.expressions import Expression, resolved
from kamlib.data.describe.schema import TABLES
from kamlib.data.engine.opened import Engine
from kamlib.data.files.parts import ROW
from kamlib.data.read.addresses import is_database
from kamlib.data.read.asking import asked
from kamlib.data.read.connecting import database_table
from kamlib.data.read.conventions import Conventions
from kamlib.data.read.conversion import UNREADABLE
from kamlib.data.read.dataset import DataSet, load_dataset
from kamlib.data.read.reach import check_reach
from kamlib.data.read.sources import SourcePart, file_label, file_parts, raw_parts, source_files
from kamlib.data.read.totals import ASIDE
from kamlib.data.reduce import lines as told
from kamlib.data.reduce.ids import SCIENTIFIC, account_text, id_text, plain_text
from kamlib.data.reduce.ledger import database_lines, proven_elsewhere
from kamlib.data.reduce.lines import EXCLUDED, KEPT, REJECTED, SET_ASIDE, Mapping
from kamlib.data.reduce.rates import Rates, is_in_own, rates_of
from kamlib.data.reduce.reduction import CONVENTIONS_SCHEMA, TORN, TORN_ESTIMATED
from kamlib.data.reduce.side_tables import read_side_table
from kamlib.places import data_roots
from kamlib.proof.figures import Figures, side_counts
from kamlib.settings import Settings, load_settings

_CENT_PARTS = Decimal("0.0001")
_MOST = float(told.MOST_MONEY)
_MOST_CONVERTED = Decimal(10) ** 14
_FIRST_DAY, _NO_DAY = map(dt.date.fromisoformat, told.YEARS)
_DIGITS = 60  # more than any product of an amount and a rate has
_ROWS_AT_ONCE = 65_536


def described(dataset: str | Path) -> tuple[DataSet, Settings]:
    """The description of a data set that people name, and its settings.

    Raises
    ------
    DataError, SettingsError
        There is no such data set, its description or settings are wrong, or nobody has allowed it
        what it reaches beyond the files in its folder.
    """
    found = load_dataset(dataset, roots=data_roots())
    check_reach(found)
    return found, load_settings(found.folder)


def recounted(engine: Engine, dataset: DataSet, *, max_unpacked_mb: int = 4096) -> Figures:
    """Add up a data set's sales from its sources, line by line.

    ``engine`` is a new one of the data set's, which answers expressions and nothing else.

    Raises
    ------
    DataError
        A source is missing, unreadable, or does not fit the mapping.
    """
    rates = rates_of(None, dataset.currency)
    if "rates" in dataset.tables:
        read = read_side_table(engine, dataset, "rates", max_unpacked_mb=max_unpacked_mb)
        rates = rates_of(read.rows, dataset.currency)
    found = Figures()
    earlier: dict[str, str] = {}
    with localcontext(prec=_DIGITS), contextlib.ExitStack() as opened:
        for part, mapping in _parts(engine, dataset, rates, max_unpacked_mb, opened):
            _count(found, part, mapping, earlier)
    return found


def recounted_sides(
    engine: Engine, dataset: DataSet, *, max_unpacked_mb: int = 4096
) -> dict[str, dict[str, int]]:
    """Of each table beside the sales the rows read, kept and rejected, read anew."""
    limit = {"max_unpacked_mb": max_unpacked_mb}
    names = [name for name in dataset.tables if name != "transactions"]
    return side_counts({n: read_side_table(engine, dataset, n, **limit) for n in names})


def _parts(
    engine: Engine,
    dataset: DataSet,
    rates: Rates,
    max_unpacked_mb: int,
    opened: contextlib.ExitStack,
) -> Iterator[tuple[SourcePart, Mapping]]:
    source = dataset.tables["transactions"]
    if is_database(source.source[0]):
        table, label = opened.enter_context(database_table(dataset, source))
        yield database_lines(dataset, table, label, rates, max_unpacked_mb=max_unpacked_mb)
        return
    files = source_files(dataset, source.source, "[transactions] source")
    needed, limit = TABLES["transactions"].required, {"max_unpacked_mb": max_unpacked_mb}
    mappings = {}
    for path in files:
        header = () if source.columns else next(raw_parts(path, source, needed, **limit)).header
        mappings[path] = replace(told.lines_mapping(source, header), rates=rates)

    def read(path: Any, known: Conventions) -> list[SourcePart]:
        known = replace(known, lines=True)
        written = mappings[path].expressions
        return [*file_parts(engine, dataset, path, source, written, known=known, **limit)]

    read_first = {path: read(path, Conventions()) for path in files}
    known = proven_elsewhere(_facts([part for parts in read_first.values() for part in parts]))
    for path, parts in read_first.items():
        elsewhere = known.get(file_label(dataset, path))
        for part in read(path, elsewhere) if elsewhere else parts:
            yield part, mappings[path]


def _facts(parts: Sequence[SourcePart]) -> pd.DataFrame:
    rows = [
        {"file": part.file, "sheet": part.sheet, **asdict(fact)}
        for part in parts
        for fact in part.conventions
    ]
    return pd.DataFrame(rows, columns=CONVENTIONS_SCHEMA.names)


def _count(found: Figures, part: SourcePart, mapping: Mapping, earlier: dict[str, str]) -> None:
    """Add a part's lines; ``earlier`` has in which part a document was read first."""
    judge = _Judge(part, mapping, dict(earlier))
    label = part.sheet or part.file
    for (step, reason), account, day, revenue, margin in judge.lines():
        found.fates[part.file, part.sheet, step, reason].add(1, revenue, margin)
        if step == KEPT:
            found.months[f"{day:%Y-%m}"].add(1, revenue, margin)
            found.accounts[account].add(1, revenue, margin)
    earlier.update(dict.fromkeys(judge.seen, label) | earlier)
    if part.bad_rows:
        known = [Decimal(f"{amount:.4f}") for amount in part.torn if amount is not None]
        reason = TORN_ESTIMATED if known else TORN
        found.fates[part.file, part.sheet, REJECTED, reason].add(len(part.bad_rows), sum(known))


@dataclass
class _Judge:
    """Judges the lines of one part, one by one."""

    part: SourcePart
    mapping: Mapping
    earlier: dict[str, str]
    seen: set[str] = field(default_factory=set)
    paid: set[str] = field(default_factory=set)

    def lines(self) -> Iterator[tuple[tuple[str, str], str, dt.date, Any, Any]]:
        """Of each line its step and reason, account, day, revenue and margin."""
        names = self._columns()
        query = ", ".join(f"{sql} AS {name}" for name, sql in names.items())
        query = f"SELECT {query} FROM source"
        if self.mapping.once_per_document:
            query += f" ORDER BY {ROW}"
        table = asked(self.part.relation, "source", query)
        for batch in table.to_batches(max_chunksize=_ROWS_AT_ONCE):
            for values in zip(*batch.to_pydict().values(), strict=True):
                line = dict(zip(names, values, strict=True))
                revenue, margin = self._money(line)
                yield self._fate(line, revenue), line["account"], line["date"], revenue, margin

    def _columns(self) -> dict[str, str]:
        """What the engine is asked of each line, as SQL by a name of ours."""
        known, rules = self.mapping.columns, [where for _told, where in self.mapping.exclusions]

        def sql(expression: Expression) -> str:
            return f"({resolved(expression, self.part.header, self.part.label)})"

        none = "CAST(NULL AS VARCHAR)"
        amount = sql(known["revenue"])
        columns = {
            "account": account_text(sql(known["account"]), self.mapping.source),
            "date": f"TRY_CAST({sql(known['date'])} AS DATE)",
            "document": id_text(sql(known["document"])) if "document" in known else none,
            "amount": amount,
            "currency": plain_text(sql(known["currency"])) if "currency" in known else none,
            "unreadable": UNREADABLE,
            "aside": ASIDE if ASIDE in self.part.relation.columns else none,
        }
        if "margin" in known:
            columns["margin"] = sql(known["margin"])
        elif "cost" in known:
            own = self.mapping.foreign and is_in_own(known, "cost")
            columns["cost" if own else "margin"] = (
                sql(known["cost"]) if own else f"({amount} - {sql(known['cost'])})"
            )
        columns |= {f"excluded_{n}": sql(where) for n, where in enumerate(rules)}
        return columns | {f"minus_{n}": sql(w) for n, w in enumerate(self.mapping.negative)}

    def _money(self, line: dict[str, Any]) -> tuple[Decimal | None, Decimal | None]:
        """A line's revenue and margin in the data set's currency, exactly."""
        known = self.mapping.columns
        amount = revenue = _exact(line["amount"])
        margin = _exact(line.get("margin"))
        if self.mapping.foreign:
            rate = line["rate"] = _rate(self.mapping.rates, line["currency"], line["date"])
            revenue = _converted(amount, rate)
            if "margin" in line and not is_in_own(known, "margin" if "margin" in known else "cost"):
                margin = _converted(margin, rate)
            if "cost" in line:
                margin = _less(revenue, _exact(line["cost"]))
        if amount is not None and amount > 0 and self._takes_away(line):
            revenue, margin = _less(Decimal(0), revenue), _less(Decimal(0), margin)
        if self.mapping.once_per_document and (document := line["document"]) is not None:
            if document in self.paid:
                return Decimal(0), Decimal(0)
            self.paid.add(document)
        return revenue, margin

    def _takes_away(self, line: dict[str, Any]) -> bool:
        parts = {self.part.sheet, PurePosixPath(self.part.file).stem} - {""}
        if parts & {*self.mapping.source.negative_parts}:
            return True
        return any(line[f"minus_{n}"] for n in range(len(self.mapping.negative)))

    def _fate(self, line: dict[str, Any], revenue: Decimal | None) -> tuple[str, str]:
        """The first rule that takes a line out, or that it is kept."""
        if line["aside"] in told.ASIDE_REASONS:
            return SET_ASIDE, told.ASIDE_REASONS[line["aside"]]
        document = self._read_once(line)
        if document in self.earlier:
            return SET_ASIDE, told.ALREADY_READ.format(self.earlier[document])
        if document is not None:
            self.seen.add(document)
        for n, (reason, _where) in enumerate(self.mapping.exclusions):
            if line[f"excluded_{n}"]:
                return EXCLUDED, reason
        reason = self._why_rejected(line, revenue)
        return (REJECTED, reason) if reason else (KEPT, "")

    def _why_rejected(self, line: dict[str, Any], revenue: Decimal | None) -> str:
        account, day = line["account"], line["date"]
        if line["unreadable"] is not None:
            return told.NOT_READABLE
        if account is None:
            return told.NO_ACCOUNT
        if re.match(SCIENTIFIC, account):
            return told.LOST_DIGITS
        if day is None:
            return told.NO_DATE
        if not _FIRST_DAY <= day < _NO_DAY:
            return told.ODD_DATE
        if self.mapping.foreign and line["rate"] is None:
            return told.NO_RATE
        return told.NO_REVENUE if revenue is None else ""

    def _read_once(self, line: dict[str, Any]) -> str | None:
        """What of a line is read from its first part only; None where parts cannot overlap."""
        kind, document = self.mapping.source.one_part_per, line["document"]
        if kind in ("", "document"):
            return document if kind else None
        if line["account"] is None or line["date"] is None:
            return None
        day = f"{line['account']} {line['date']}"
        return day if kind == "day" else f"{document or ''} {day}"


def _exact(value: Any) -> Decimal | None:
    """An amount to the hundredth of a cent, as the engine rounds it; None where it is none."""
    if value is None or not abs(value) < _MOST:  # not a number fails the comparison, too
        return None
    if isinstance(value, float):
        parts = abs(value) * 10_000
        whole = math.floor(parts)
        whole += parts - whole >= 0.5
        return Decimal(-whole if value < 0 else whole).scaleb(-4)
    return Decimal(value).quantize(_CENT_PARTS, ROUND_HALF_UP)


def _converted(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    if amount is None or rate is None:
        return None
    result = (amount * rate).quantize(_CENT_PARTS, ROUND_HALF_UP)
    return result if abs(result) < _MOST_CONVERTED else None


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def _rate(rates: Rates, text: str | None, day: dt.date | None) -> Decimal | None:
    """What one unit of a line's currency is worth on its day."""
    if text is None or rates.is_own(text):
        return Decimal(1)
    return None if day is None else rates.on(text, day)
