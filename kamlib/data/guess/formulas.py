"""From a source column to the SQL expression that yields a canonical column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kamlib.data.describe.headers import Header, is_gross, name_score, read_header, same_words
from kamlib.data.describe.names import (
    FINER_COLUMNS,
    MONTH_COLUMNS,
    PERIOD_COLUMNS,
    YEAR_COLUMNS,
)
from kamlib.data.describe.schema import Column
from kamlib.data.files.plain import year_in
from kamlib.data.read.conventions import quoted
from kamlib.data.writing.evidence import Evidence
from kamlib.words import _

_WEAK = 0.71
_NAMED = 0.6
_PARTS_OF_DATES = {
    "year": (YEAR_COLUMNS, 1950, 2100),
    "month": (MONTH_COLUMNS, 1, 12),
    "day": ("day, tag, jour, día, dia, giorno, dag, dzień, день, 日, 日期", 1, 31),
}
_DOCUMENT_AND_LINE = re.compile(r"^(.*\w.*)[-/.](\d{1,4})$")


@dataclass(frozen=True)
class ColumnGuess:
    """One canonical column's guess: source columns, SQL, confidence (0–1), why, sample values."""

    column: str
    sources: tuple[str, ...]
    sql: str
    confidence: float
    why: str
    samples: tuple[str, ...] = ()
    note: str = ""
    years_only: bool = False


def direct_guess(
    column: Column, header: Header, evidence: Evidence, confidence: float, why: str
) -> ColumnGuess:
    """The guess that a source column is a canonical column."""
    sql, note = quoted(header.text), ""
    if column.kind == "text" and evidence.typed_numbers:
        sql = f"CAST({sql} AS VARCHAR)"
    elif column.unit == "currency" and header.scale != 1:
        sql = f"{sql} * {header.scale}"
        note = _("in units of {scale}").format(scale=f"{header.scale:,g}")
    elif evidence.kind == "dates inside" and column.kind == "date":
        sql = evidence.date_sql.replace("{column}", sql)
        note = _("the date inside the text")
    elif evidence.kind == "dates inside" and column.name == "document":
        sql = evidence.document_sql.replace("{column}", sql)
        note = _("the text before the date in it")
    elif column.unit == "0–1" and (1 < evidence.high <= 100 or evidence.percent):
        sql, note = f"{sql} / 100", _("read as per cent")
    notes = (note, _outside(column, evidence) if not note else "", _unlisted(column, evidence))
    if column.name == "revenue" and is_gross(header):
        notes += (_("seems to include tax; net revenue is wanted"),)
    if evidence.kind == "empty":
        notes += (_("empty in the sample"),)
    note = "; ".join(text for text in notes if text)
    return ColumnGuess(column.name, (header.text,), sql, confidence, why, evidence.samples, note)


def transaction_formulas(
    mapped: Mapping[str, ColumnGuess], sources: Mapping[str, tuple[Header, Evidence]]
) -> dict[str, ColumnGuess]:
    """The guesses of transactions with what must be computed.

    Parameters
    ----------
    mapped
        The guesses of single columns.
    sources
        Header and evidence per guessed column and per ingredient (``price``, ``discount``,
        ``unit_cost``).

    Returns
    -------
    The guesses with revenue as quantity times price less discount, and cost as quantity times
    unit cost, where neither is given. Where margin is given, cost is left out.
    """
    guesses = dict(mapped)
    if "quantity" in mapped:
        # "Total" beside quantity and price is the document's more often than the line's.
        weak = "revenue" in mapped and mapped["revenue"].confidence < _WEAK
        if ("revenue" not in mapped or weak) and "price" in sources:
            guesses["revenue"] = _revenue(sources)
        if not {"cost", "margin"} & set(mapped) and "unit_cost" in sources:
            why = _("quantity times unit cost")
            guesses["cost"] = _product("cost", sources, "unit_cost", why)
    if "margin" in mapped:
        guesses.pop("cost", None)
    return guesses


def parted_document(
    mapped: Mapping[str, ColumnGuess], sources: Mapping[str, tuple[Header, Evidence]]
) -> dict[str, ColumnGuess]:
    """The guesses with document and line from one column that holds both, as ``10023-4``.

    Only where no other column is the document, and the values show it: each ends in a short
    number after the last dash, and what stands before comes back.
    """
    if "document" in mapped or "line" not in mapped:
        return dict(mapped)
    header, evidence = sources["line"]
    found = [_DOCUMENT_AND_LINE.match(value) for value in evidence.values]
    if len(found) < 2 or not all(found) or len({part[1] for part in found}) == len(found):
        return dict(mapped)
    name = quoted(header.text)
    why = _("document and line in one column, parted at the last dash")
    texts = {
        "document": rf"REGEXP_REPLACE({name}, '[-/.][^-/.]*$', '')",
        "line": rf"REGEXP_REPLACE({name}, '^.*[-/.]', '')",
    }
    parted = {
        column: ColumnGuess(column, (header.text,), sql, 0.9, why, evidence.samples, why)
        for column, sql in texts.items()
    }
    return {**mapped, **parted}


def parted_date(
    mapped: Mapping[str, ColumnGuess], columns: Mapping[str, Evidence]
) -> dict[str, ColumnGuess]:
    """The guesses with a date made of columns of years, months and, if there are any, days.

    Only where no other column is the date; ``columns`` are those of the source by name.
    """
    found = {}
    for part, (names, low, high) in _PARTS_OF_DATES.items():
        fitting = [name for name, its in columns.items()
                   if same_words(name, names) and low <= its.low <= its.high <= high]  # fmt: skip
        if len(fitting) == 1:
            found[part] = fitting[0]
    if "date" in mapped or not {"year", "month"} <= set(found):
        return dict(mapped)
    parts = [f"CAST({quoted(name)} AS INTEGER)" for name in found.values()]
    parts += ["1"] if "day" not in found else []
    why = _("year, month and day in columns of their own")
    note = "" if "day" in found else _("months only, each as its first day")
    sources = tuple(found.values())
    guess = ColumnGuess("date", sources, f"MAKE_DATE({', '.join(parts)})", 0.8, why, (), note)
    return {**mapped, "date": guess}


def date_by_year(
    mapped: Mapping[str, ColumnGuess], columns: Mapping[str, Evidence]
) -> dict[str, ColumnGuess]:
    """The guesses with a date that is a column of years alone, where nothing else tells of time.

    ``columns`` are those of the source by name.
    """
    found = [
        name
        for name, its in columns.items()
        if its.values
        and (names_column(name, "date") or same_words(name, f"{YEAR_COLUMNS}, {PERIOD_COLUMNS}"))
        and all(map(year_in, its.values))
    ]
    finer = [name for name in columns if same_words(name, FINER_COLUMNS) and name not in found]
    if "date" in mapped or len(found) != 1 or finer:
        return dict(mapped)
    [name] = found
    why, note = _("the only time is a column of years"), _("years only, each as its first day")
    samples = columns[name].samples
    guess = ColumnGuess("date", (name,), quoted(name), 0.6, why, samples, note, years_only=True)
    return {**mapped, "date": guess}


def names_column(header: str, column: str) -> bool:
    """Whether a header names a column of the sales, such as ``date``."""
    return name_score(read_header(header), "transactions", column)[0] >= _NAMED


def _revenue(sources: Mapping[str, tuple[Header, Evidence]]) -> ColumnGuess:
    guess = _product("revenue", sources, "price", _("quantity times price"))
    if is_gross(sources["price"][0]):
        guess = replace(guess, note=_("seems to include tax; net revenue is wanted"))
    if "discount" not in sources:
        return guess
    header, evidence = sources["discount"]
    share = _discount_share(header, evidence)
    if not share:
        text = _('column "{name}" is left out: the sample does not show a share off the price')
        return replace(guess, note=text.format(name=header.text))
    return replace(
        guess,
        sql=f"{guess.sql} * (1 - {share})",
        sources=(*guess.sources, header.text),
        why=_("quantity times price less discount"),
    )


def _discount_share(header: Header, evidence: Evidence) -> str:
    """The discount as a share, or an empty text where it might be an amount."""
    if evidence.kind == "empty" or not 0 <= evidence.low <= evidence.high <= 100:
        return ""
    percent = header.percent or evidence.percent
    if evidence.low > (50 if percent else 0.5):
        return ""  # 折扣 0.85 means that 85 % are paid
    if evidence.high <= 1 and not evidence.percent:
        return quoted(header.text)
    return f"{quoted(header.text)} / 100" if percent else ""


def _product(
    column: str, sources: Mapping[str, tuple[Header, Evidence]], factor: str, why: str
) -> ColumnGuess:
    (quantity, _amounts), (each, evidence) = sources["quantity"], sources[factor]
    sql = f"{quoted(quantity.text)} * {quoted(each.text)}"
    if each.scale != 1:
        sql = f"{sql} * {each.scale}"
    return ColumnGuess(column, (quantity.text, each.text), sql, 0.9, why, evidence.samples)


def _outside(column: Column, evidence: Evidence) -> str:
    below = column.low is not None and evidence.low < column.low
    above = column.high is not None and evidence.high > column.high
    if column.kind != "number" or not (below or above):
        return ""
    return _("has values outside {unit}").format(unit=column.unit)


def _unlisted(column: Column, evidence: Evidence) -> str:
    listed = {choice.casefold() for choice in column.choices}
    if column.kind != "text" or not listed:
        return ""
    others = [value for value in evidence.values if value.casefold() not in listed]
    if not others:
        return ""
    text = _("has values that are not allowed, such as {value}; translate them with CASE")
    return text.format(value=others[0])
