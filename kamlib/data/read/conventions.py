"""How a part writes its numbers and dates: what its columns prove together, and what stays open.

Only text columns are looked at, in one query each; the few texts that are not clean by themselves
are taken apart once each, not once per cell.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import ibis

from kamlib.data.describe.headers import currency_of
from kamlib.data.describe.telling import currency_code
from kamlib.data.files.parts import ROW
from kamlib.data.read.asking import asked
from kamlib.data.writing import days, numbers

# Whole numbers below a thousand beside "1.234", and none above: the sign parts thousands.
_ENOUGH_SMALL = 5
_ENOUGH_SWAPPED = 5
_ROWS_IN_ORDER = 5_000
_OTHER_COLUMN_ROWS = 5_000
_MOSTLY = 0.8
_ZONE = r":[0-9]{2}([.,][0-9]+)? ?(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$"
_SHORTEST_WITH_ZONE = 15
_NUMERIC = r"[\s0-9,'’()+\-−]|\.[0-9]*"


# The kind of convention of a column that holds years alone.
YEAR_ONLY = "year-only"
# Said of an order of dates in which all days of a file would lie in one month.
ONE_MONTH = "would use one month of twelve"


@dataclass(frozen=True)
class Conventions:
    """How a source writes numbers and dates; an empty text means: find out.

    ``decimal_elsewhere`` and ``dates_elsewhere`` are what the other parts of the source prove:
    they count where a part proves nothing. ``lines`` says that these are sales lines, where a
    dash is zero, a year alone is a date and a cell that cannot be read is still estimated.
    ``time_zone`` is the one whose days count; ``year_starts`` is the first month (1–12) of the
    company's year.
    """

    decimal: str = ""
    dates: str = ""
    empty: tuple[str, ...] = ()
    epoch_1904: bool = False
    decimal_elsewhere: str = ""
    dates_elsewhere: str = ""
    lines: bool = False
    time_zone: str = ""
    year_starts: int = 1


@dataclass(frozen=True)
class Convention:
    """One thing that was decided about a column's cells.

    ``kind`` is ``decimal``, ``dates``, ``currency``, ``cr-dr``, ``scaled``, ``percent``, ``word``,
    ``dash is zero``, ``hyphen is decimal``, ``month-only``, ``week-only``, ``quarter-only``,
    ``year-only``, ``roc``, ``swapped``, ``time zone`` or ``unreadable``. ``basis`` is ``set`` (in
    dataset.toml), ``cells``, ``other columns``, ``other files``, ``hint`` or ``default``;
    ``proofs_for``, ``proofs_against`` and ``ambiguous`` count cells.
    """

    column: str
    kind: str
    decided: str = ""
    basis: str = "cells"
    proofs_for: int = 0
    proofs_against: int = 0
    ambiguous: int = 0
    example: str = ""
    hint: str = ""


@dataclass(frozen=True)
class NumberLook:
    """A text column's cells by the form of number that they have.

    ``named`` says that words or currencies seem to stand beside some numbers.
    """

    cells: Counter[str] = field(default_factory=Counter)
    examples: Mapping[str, str] = field(default_factory=dict)
    proofs: Counter[str] = field(default_factory=Counter)
    named: bool = False

    @property
    def filled(self) -> int:
        """The cells that hold something."""
        return sum(self.cells.values())


@dataclass(frozen=True)
class DayLook:
    """A text column's dates: ISO days by number, all other texts with how often they stand.

    ``zoned`` counts the cells that carry a time zone, ``example`` is one of them.
    """

    iso: int = 0
    last_iso_day: str = ""
    texts: Mapping[str, int] = field(default_factory=dict)
    zoned: int = 0
    example: str = ""


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def text_of(name: str) -> str:
    """The SQL text of a column's cell without blanks around it; empty where the cell is."""
    return f"TRIM(COALESCE(CAST({quoted(name)} AS VARCHAR), ''))"


def one_of(sql: str, texts: Iterable[str]) -> str:
    """Whether a text is one of some, as SQL."""
    return f"{sql} IN ({', '.join(map(literal, texts))})"


def matches(text: str, form: str) -> str:
    """Whether a text has a form, as SQL."""
    return f"REGEXP_MATCHES({text}, {literal(form)})"


def filled_cell(name: str, empty: Sequence[str]) -> str:
    """A column's cell without the spaces around it, null where there is nothing."""
    cell = f"TRIM({quoted(name)})"
    return f"CASE WHEN {one_of(f'{cell} NOT', (*empty, ''))} THEN {cell} END"


def day_key(cell: str) -> str:
    """A date's text without the time after it, as SQL."""
    return f"REGEXP_REPLACE({cell}, {literal(days.TIME_TAIL)}, '')"


def has_zone(cell: str) -> str:
    """Whether a text ends with a time and its zone, as SQL."""
    # A CASE, for the pattern is to be tried on long texts only.
    return f"(CASE WHEN LENGTH({cell}) > {_SHORTEST_WITH_ZONE} THEN {matches(cell, _ZONE)} END)"


def number_look(table: ibis.Table, name: str, empty: Sequence[str]) -> NumberLook:
    """A text column's cells by form; odd ones are taken apart for what they prove."""
    found = _rows(
        table,
        f"SELECT form, COUNT(*) AS n, ARG_MIN(cell, {ROW}) AS example, "
        "MIN(cell) AS low, MAX(cell) AS high, MAX(RIGHT(cell, 1)) AS tail "
        f"FROM ({_formed(name, empty)}) WHERE cell IS NOT NULL GROUP BY 1 ORDER BY 1",
    )
    cells = Counter({row["form"]: row["n"] for row in found})
    examples = {row["form"]: row["example"] for row in found}
    proofs = Counter({sign: cells[sign] for sign in ".,"})
    proofs["either"] = cells["either,"] + cells["either."]
    if cells["odd"]:
        for text, count in odd_texts(table, name, empty, "form = 'odd'").items():
            number = numbers.number_text(text)
            if number:
                proofs[numbers.decimal_proof(number)] += count
    named = any(_names(row[of]) for row in found for of in ("low", "high", "tail"))
    return NumberLook(cells, examples, proofs, named)


def odd_texts(table: ibis.Table, name: str, empty: Sequence[str], where: str) -> dict[str, int]:
    """The different texts of a column under a condition on ``form`` and ``cell``, with counts."""
    query = (
        f"SELECT cell, COUNT(*) AS n FROM ({_formed(name, empty)}) "
        f"WHERE cell IS NOT NULL AND {where} GROUP BY 1 ORDER BY 1"
    )
    return {row["cell"]: row["n"] for row in _rows(table, query)}


def _formed(name: str, empty: Sequence[str]) -> str:
    forms = {
        "small": matches("cell", numbers.SMALL),
        "whole": matches("cell", numbers.WHOLE),
        "exact": f"ENDS_WITH(cell, {literal(numbers.EXACT_TAIL)}) "
        f"AND {matches('cell', numbers.EXACT)}",
        **{sign: matches("cell", numbers.PROOF[sign]) for sign in ".,"},
        **{f"either{sign}": matches("cell", numbers.EITHER[sign]) for sign in ".,"},
        "clean": f"{matches('cell', numbers.CLEAN['.'])} OR {matches('cell', numbers.CLEAN[','])}",
    }
    cases = " ".join(f"WHEN {when} THEN {literal(form)}" for form, when in forms.items())
    cell = f"SELECT {filled_cell(name, empty)} AS cell, {ROW} FROM raw"
    return f"SELECT cell, {ROW}, CASE {cases} ELSE 'odd' END AS form FROM ({cell})"


def decimal_signs(
    table: ibis.Table, looks: Mapping[str, NumberLook], conventions: Conventions
) -> dict[str, Convention]:
    """The decimal sign of each text column of numbers, decided over all of them together."""
    total: Counter[str] = Counter()
    for look in looks.values():
        total.update(look.proofs)
    sign, basis, hint = conventions.decimal, "set", ""
    if not sign:
        sign, basis, hint = _common_sign(table, looks, total, conventions)
    decided = {}
    for name, look in looks.items():
        own, why = sign, basis
        proofs = look.proofs
        if not conventions.decimal and proofs["."] != proofs[","]:
            own, why = ("," if proofs[","] > proofs["."] else "."), "cells"
        other = "." if own == "," else ","
        example = look.examples.get("either,") or look.examples.get("either.") or ""
        decided[name] = Convention(
            name, "decimal", own, why, proofs[own], proofs[other], proofs["either"], example,
            hint if why == basis else "",
        )  # fmt: skip
    return decided


def _common_sign(
    table: ibis.Table,
    looks: Mapping[str, NumberLook],
    total: Counter[str],
    conventions: Conventions,
) -> tuple[str, str, str]:
    if total["."] or total[","]:
        return ("," if total[","] > total["."] else "."), "other columns", ""
    if not total["either"]:
        return ".", "default", ""
    if conventions.decimal_elsewhere:
        return conventions.decimal_elsewhere, "other files", ""
    others = _other_columns(table, looks)
    if others["."] != others[","]:
        return ("," if others[","] > others["."] else "."), "other columns", ""
    groups: Counter[str] = Counter()
    for look in looks.values():
        cells = look.cells
        if cells["small"] >= _ENOUGH_SMALL and not cells["whole"]:
            groups.update({sign: cells[f"either{sign}"] for sign in ".,"})
    sign = "," if groups["."] > groups[","] else "."
    if max(groups.values(), default=0) >= _ENOUGH_SMALL and min(groups.values()) == 0:
        return sign, "cells", "whole numbers below 1,000 stand without a sign, none above does"
    return sign, "default", ""


def _other_columns(table: ibis.Table, looks: Mapping[str, NumberLook]) -> Counter[str]:
    """What the text columns that nobody uses prove of the decimal sign, in their first rows."""
    proofs: Counter[str] = Counter()
    head = table.limit(_OTHER_COLUMN_ROWS)
    for name, kind in table.schema().items():
        if not kind.is_string() or name in looks or name == ROW:
            continue
        cells = number_look(head, name, ()).cells
        if cells and sum(cells.values()) - cells["odd"] >= _MOSTLY * sum(cells.values()):
            proofs.update({sign: cells[sign] for sign in ".,"})
    return proofs


def day_look(table: ibis.Table, name: str, empty: Sequence[str]) -> DayLook:
    """A text column's dates."""
    key = day_key("cell")
    iso, zone = matches("cell", days.ISO), has_zone("cell")
    found = _rows(
        table,
        f"SELECT CASE WHEN {iso} THEN NULL ELSE {key} END AS key, COUNT(*) AS n, "
        f"MAX(CASE WHEN {iso} THEN SUBSTR(cell, 9, 2) END) AS last_day, "
        f"COUNT(CASE WHEN {zone} THEN 1 END) AS zoned, MIN(CASE WHEN {zone} THEN cell END) AS e "
        f"FROM (SELECT {filled_cell(name, empty)} AS cell FROM raw) WHERE cell IS NOT NULL "
        "GROUP BY 1 ORDER BY 1",
    )
    texts = {row["key"]: row["n"] for row in found if row["key"] is not None}
    iso_row = next((row for row in found if row["key"] is None), None)
    told = (
        sum(row["zoned"] for row in found),
        min((row["e"] for row in found if row["e"]), default=""),
    )
    if iso_row is None:
        return DayLook(0, "", texts, *told)
    return DayLook(iso_row["n"], iso_row["last_day"], texts, *told)


def date_order(
    table: ibis.Table, name: str, look: DayLook, conventions: Conventions
) -> Convention | None:
    """The order of a text column's dates; ``None`` where no cell leaves it open."""
    evidence = days.order_evidence(look.texts)
    if not evidence.cells:
        return None
    order, basis, hint = conventions.dates, "set", ""
    if not order:
        order, basis = evidence.best, "cells"
    if not order:
        order, hint = days.likeliest_order(evidence, _in_row_order(table, name, conventions.empty))
        basis = "hint" if hint in ("row order", "few years") else "default"
        # The file's own rows speak before what other files prove of theirs.
        if conventions.dates_elsewhere in evidence.candidates and hint != "row order":
            order, basis, hint = conventions.dates_elsewhere, "other files", ""
        hint = _told(hint, evidence, order) if basis != "other files" else ""
    rest = [n for other, n in evidence.against.items() if other != order]
    rivals = rest if evidence.short else [
        n for other, n in evidence.against.items() if other in days.ORDERS[:2] and other != order
    ]  # fmt: skip
    example = next((text for text in look.texts if _is_open(text)), "")
    against = evidence.against.get(order, 0)
    return Convention(
        name, "dates", order, basis, min(rivals, default=0), against, evidence.either, example, hint
    )


def _told(hint: str, evidence: days.OrderEvidence, order: str) -> str:
    if hint == "row order":
        return "the rows follow each other in this order only"
    if hint == "few years":
        return "the first number takes few values, the last one many"
    used = {other: evidence.months[other] for other in evidence.candidates}
    narrow = [other for other, months in used.items() if months == 1 and other != order]
    return f"{narrow[0]} {ONE_MONTH}" if narrow else ""


def _is_open(text: str) -> bool:
    day = days.day_text(text)
    return day is not None and not day.order and len({*day.parts[:2]}) > 1 and max(
        day.parts[:2]
    ) <= 12  # fmt: skip


def _in_row_order(table: ibis.Table, name: str, empty: Sequence[str]) -> Iterable[str]:
    key = day_key("cell")
    query = (
        f"SELECT {key} AS key FROM (SELECT {filled_cell(name, empty)} AS cell, {ROW} FROM raw) "
        f"WHERE cell IS NOT NULL ORDER BY {ROW} LIMIT {_ROWS_IN_ORDER}"
    )
    return [row["key"] for row in _rows(table, query)]


def swapped_days(name: str, look: DayLook, conventions: Conventions) -> Convention | None:
    """Whether Excel turned day and month: its days end at 12, and the texts that are left do not.

    A program in another language reads 03/04 as a date with day and month turned, and leaves
    25/04 a text.
    """
    evidence = days.order_evidence(look.texts)
    only_one = evidence.cells in (evidence.against["day-first"], evidence.against["month-first"])
    if not only_one or evidence.cells < _ENOUGH_SWAPPED or look.iso < _ENOUGH_SWAPPED:
        return None
    if look.last_iso_day > "12":
        return None
    decided = "as stored" if conventions.dates else "turned back"
    told = "date cells end at day 12, text cells begin at 13"
    return Convention(
        name, "swapped", decided, "set" if conventions.dates else "cells",
        proofs_for=evidence.cells, ambiguous=look.iso, example=next(iter(look.texts)), hint=told,
    )  # fmt: skip


def _rows(table: ibis.Table, query: str) -> list[dict]:
    return asked(table, "raw", query).to_pylist()


def number_facts(
    name: str, counts: Mapping[str, int], style: numbers.ColumnStyle
) -> list[Convention]:
    """What is to be told of a column's odd numbers: scales, signs, words, dashes, sides."""
    found: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for text, count in counts.items():
        number = numbers.number_text(text)
        if number is None or numbers.number_value(number, style) is None:
            continue
        kinds = {
            ("scaled", f"{number.scale:,.0f}"): number.scale != 1,
            ("percent", "as written"): number.percent,
            ("dash is zero", "0"): number.zero,
            ("hyphen is decimal", "."): number.hyphen,
            **{("word", word): True for word in number.words},
            ("cr-dr", number.side): bool(number.side),
        }
        for kind in (kind for kind, is_so in kinds.items() if is_so):
            found[kind] += count
            examples.setdefault(kind, text)
    facts = [
        Convention(name, kind, decided, proofs_for=count, example=examples[kind, decided])
        for (kind, decided), count in found.items()
        if kind != "cr-dr"
    ]
    sides = {side: found["cr-dr", side] for side in ("credit", "debit") if found["cr-dr", side]}
    if sides:
        negative = style.negative_side
        example = (
            examples["cr-dr", negative] if negative in sides else examples["cr-dr", min(sides)]
        )
        facts.append(
            Convention(
                name, "cr-dr", f"{negative} is negative", "hint" if len(sides) > 1 else "default",
                sum(n for side, n in sides.items() if side != negative),
                sides.get(negative, 0), 0, example, "the side with more money is sales",
            )
        )  # fmt: skip
    return facts


def currency_facts(
    table: ibis.Table, name: str, look: NumberLook, empty: Sequence[str]
) -> list[Convention]:
    """Which currencies a column's cells name beside their numbers, with how many cells do."""
    if not look.named:
        return []
    around = f"REGEXP_REPLACE(cell, {literal(_NUMERIC)}, '', 'g')"
    found = _rows(
        table,
        f"SELECT {around} AS words, COUNT(*) AS n, ANY_VALUE(cell) AS example FROM "
        f"(SELECT {filled_cell(name, empty)} AS cell FROM raw) WHERE cell IS NOT NULL "
        "GROUP BY 1 ORDER BY 1",
    )
    cells: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for row in found:
        words = numbers.plain_text(row["words"])
        code = numbers.currency_in(words) or currency_code(words) or currency_of(words)
        cells[code] += row["n"] if code else 0
        examples.setdefault(code, row["example"])
    return [
        Convention(name, "currency", code, "cells", proofs_for=count, example=examples[code])
        for code, count in sorted(cells.items())
        if code
    ]


def _names(text: str | None) -> bool:
    """Whether a cell's first or last letter is one of a word or a currency."""
    return bool(text) and any(
        sign.isalpha() or unicodedata.category(sign) == "Sc" for sign in (text[0], text[-1])
    )


def unreadable_facts(name: str, texts: Mapping[str, int]) -> list[Convention]:
    """Cells that cannot be read, and what they have in common."""
    if not texts:
        return []
    cells = sum(texts.values())
    shapes = Counter()
    for text, count in texts.items():
        shapes[_sign_form(text)] += count
    form, count = shapes.most_common(1)[0]
    alike = form if count == cells and form and cells > 1 else ""
    example = max(texts, key=lambda text: (texts[text], text))
    return [Convention(name, "unreadable", "", proofs_against=cells, example=example, hint=alike)]


def _sign_form(text: str) -> str:
    """What stands before and after the digits of a text, as one form."""
    shape = re.sub(r"[0-9][0-9.,' ]*", "…", numbers.plain_text(text), count=1)
    return shape if "…" in shape else ""
