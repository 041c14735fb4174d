"""Who reports to whom, by the codes of contacts: superiors may be given by name, and be several."""

import re
from collections.abc import Iterable

import pandas as pd

from kamlib.data.reduce.checks import EXAMPLES, Finding
from kamlib.data.reduce.spellings import spelled_alike
from kamlib.words import _

SEPARATOR = "; "  # between the codes of several superiors
_NAMED = ("account", "contact", "name")
_BETWEEN = re.compile(r"\s*[;；]\s*")


def superiors(text: object) -> list[str]:
    """The superiors that a cell names, in their order.

    >>> superiors("C1; C2;"), superiors(None)
    (['C1', 'C2'], [])
    """
    if not isinstance(text, str):
        return []
    return [part for part in _BETWEEN.split(text.strip()) if part]


def lines_by_code(contacts: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Contacts whose superiors are codes, one in ``reports_to`` and the others dotted.

    A name stands for the code of the one contact of the account that has it; a name that several
    have stays as it is written, and is told.

    Parameters
    ----------
    contacts
        The checked rows.

    Returns
    -------
    The same columns: ``reports_to`` with one code, ``dotted_to`` with codes that ``SEPARATOR``
    stands between; and the findings.
    """
    formal, dotted = contacts["reports_to"], contacts["dotted_to"]
    if formal.isna().all() and dotted.isna().all():
        return contacts, []
    known, rows, doubtful = _codes(contacts), [], []
    cells = zip(contacts["account"], contacts["contact"], formal, dotted, strict=True)
    for account, own, *written in cells:
        above, beside = map(superiors, written)
        codes = []
        for text in (*above, *beside):
            found = known.get((account, text)) or known.get((account, _alike(text)), [text])
            codes.append(found[0] if len(found) == 1 else text)
            doubtful += [f"{account} {own}: {text}"] if len(found) > 1 else []
        first = codes[0] if above else None
        others = [code for code in codes[bool(above) :] if code != first]
        rows.append((first, SEPARATOR.join(dict.fromkeys(others)) or None))
    lines = pd.DataFrame(rows, contacts.index, ["reports_to", "dotted_to"]).astype("str")
    return contacts.assign(**{name: lines[name] for name in lines}), [*_told(doubtful)]


def _codes(contacts: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    """By account and code or name the codes that it may stand for; a code goes before a name."""
    named: dict[tuple[str, str], list[str]] = {}
    for account, code, name in zip(*(contacts[each] for each in _NAMED), strict=True):
        if isinstance(name, str):
            named.setdefault((account, _alike(name)), []).append(code)
    codes = zip(contacts["account"], contacts["contact"], strict=True)
    return named | {(account, code): [code] for account, code in codes}


def _alike(text: str) -> str:
    return spelled_alike(text.replace(".", ". "))


def _told(doubtful: list[str]) -> Iterable[Finding]:
    if doubtful:
        told = _("reports to a name that several contacts of the account have; give the code")
        shown = ", ".join(doubtful[:EXAMPLES])
        yield Finding("contacts", "warning", told, len(doubtful), shown)
