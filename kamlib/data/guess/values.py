"""Words in columns of choices, scales and numbers, as an SQL expression that translates them."""

import re
from collections.abc import Sequence

from kamlib.data.describe.schema import Column
from kamlib.data.describe.value_words import TERMS_AT_ONCE, known_values, value_key
from kamlib.data.read.conversion import literal, quoted
from kamlib.data.writing.evidence import Evidence
from kamlib.words import _

# So many of the different values must be known for the column to be what its header says.
_KNOWN = 0.5
_DAYS = re.compile(
    r"^\D*(\d{1,3})\s*(?:天|日|days?|d|дн\w*\.?|дня|день|tage?n?|jours?|dias?|giorni|dagen|dni)?"
    r"\D*$", re.IGNORECASE,
)  # fmt: skip
_MONTHS = re.compile(r"\d\s*(?:个?月|months?|мес\w*|monate?n?|mois)(?!\w*结)", re.IGNORECASE)
_RANGE = re.compile(r"^\D{0,12}\d[\d ,]*(?:\D{1,8}\d[\d ,]*)?\D{0,10}$")
_SCALED = re.compile("[万亿千]|тыс|млн|mio|million|thousand|\\dk", re.IGNORECASE)


def value_expression(table: str, column: Column, name: str, evidence: Evidence) -> tuple[str, str]:
    """The SQL that yields a canonical column from words, and a note; empty where none fits.

    Parameters
    ----------
    table, column
        What the source column is by its header.
    name
        The source column.
    evidence
        Its sample values; what is not among them stays as it is, for the check to tell.
    """
    if evidence.kind not in ("text", "text numbers") or not evidence.values:
        return "", ""
    if column.name == "payment_terms" and evidence.kind == "text":
        return _terms(name, evidence.values)
    if column.name == "employees" and evidence.kind == "text":
        return _middle(name, evidence.values)
    known = known_values(table, column) if evidence.kind == "text" or column.choices else {}
    return _translated(column, name, evidence.values, known) if known else ("", "")


def _translated(
    column: Column, name: str, values: Sequence[str], known: dict[str, str | float]
) -> tuple[str, str]:
    own = {choice.casefold() for choice in column.choices}
    found = {value: known[value_key(value)] for value in values if value_key(value) in known}
    plain = sum(value.casefold() in own for value in values)
    if len(found) <= _KNOWN * len(values) or plain == len(values):
        return "", ""
    cases = " ".join(
        f"WHEN {literal(value)} THEN {_sql(meaning)}"
        for value, meaning in found.items()
        if not isinstance(meaning, str) or value.casefold() != meaning.casefold()
    )
    # A text that is not known stays for the check; a number's place stays empty.
    rest = f" ELSE {quoted(name)}" if column.kind != "number" else ""
    others = [value for value in values if value not in found]
    note = _("words translated")
    if others:
        text = _("words translated, but not {values}")
        note = text.format(values=", ".join(others[:3]))
    return f"CASE {quoted(name)} {cases}{rest} END", note


def _sql(meaning: str | float) -> str:
    return literal(meaning) if isinstance(meaning, str) else f"{meaning:g}"


def _terms(name: str, values: Sequence[str]) -> tuple[str, str]:
    """Days from "net 30", 月结30天 or "30 дней"; 0 for what is paid at once."""
    at_once = {value_key(word) for word in TERMS_AT_ONCE.split(",")}
    days: dict[str, int] = {}
    for value in values:
        months = _MONTHS.search(value)
        if value_key(value) in at_once:
            days[value] = 0
        elif months:
            days[value] = 30 * int(re.search(r"\d+", months[0])[0])
        elif value.strip() in ("月结", "当月结"):
            days[value] = 30
    plain = [value for value in values if value not in days and _DAYS.match(value)]
    if len(days) + len(plain) < _KNOWN * len(values):
        return "", ""
    number = f"TRY_CAST(REGEXP_EXTRACT({quoted(name)}, '[0-9]+') AS DOUBLE)"
    if not days:
        return number, _("the number of days in the text")
    cases = " ".join(f"WHEN {literal(value)} THEN {count}" for value, count in days.items())
    return f"CASE {quoted(name)} {cases} ELSE {number} END", _("the number of days in the text")


def _middle(name: str, values: Sequence[str]) -> tuple[str, str]:
    """The middle of "200-500", the number of "500+"."""
    fitting = [value for value in values if _RANGE.match(value) and not _SCALED.search(value)]
    if len(fitting) < len(values):
        return "", ""
    bare = f"REGEXP_REPLACE({quoted(name)}, '([0-9])[ ,]([0-9]{{3}})', '\\1\\2', 'g')"
    parts = [f"TRY_CAST(REGEXP_EXTRACT({bare}, '{p}', 1) AS DOUBLE)" for p in (_FIRST, _LAST)]
    return f"({parts[0]} + {parts[1]}) / 2", _("the middle of a range")


_FIRST, _LAST = "^[^0-9]*([0-9]+)", "([0-9]+)[^0-9]*$"
