"""What was decided about how a column's cells are read; what is open, the doubts ask."""

from collections.abc import Iterable

import pandas as pd

from kamlib.data.reduce.checks import Finding
from kamlib.words import _

_WARNED = ("month-only", "week-only", "swapped", "cr-dr")


def cell_findings(conventions: pd.DataFrame) -> Iterable[Finding]:
    """What to know of the cells' conventions, each column and decision once over all files."""
    frame = conventions.assign(cells=_cells(conventions))
    for (kind, column, decided), rows in frame.groupby(["kind", "column", "decided"], sort=False):
        severity, told = _text(kind, rows)
        if told:
            hint = next((hint for hint in rows["hint"] if hint), "")
            text = told.format(decided=decided, hint=hint)
            example = f'{rows["file"].iloc[0]}, "{rows["example"].iloc[0]}"'
            yield Finding("transactions", severity, f"{column}: {text}", _count(rows), example)
    yield from _two_ways(frame)


def _two_ways(frame: pd.DataFrame) -> Iterable[Finding]:
    """Columns of which different parts are read in different ways."""
    proven = frame[frame["kind"].isin(("decimal", "dates")) & (frame["proofs_for"] > 0)]
    for (kind, column), rows in proven.groupby(["kind", "column"], sort=False):
        if rows["decided"].nunique() > 1:
            shown = ", ".join(f"{row.file}: {row.decided}" for row in rows.itertuples())
            told = _("files differ in {kind}").format(kind=kind)
            yield Finding("transactions", "warning", f"{column}: {told}", _count(rows), shown)


def _cells(frame: pd.DataFrame) -> pd.Series:
    return frame[["proofs_for", "proofs_against", "ambiguous"]].sum(axis="columns")


def _count(rows: pd.DataFrame) -> int:
    return int(rows["cells"].sum())


def _text(kind: str, rows: pd.DataFrame) -> tuple[str, str]:
    told = _told(kind)
    if told:
        return ("warning" if kind in _WARNED else "note"), told
    if kind == "unreadable" and (rows["hint"] != "").any():
        return "warning", _('the cells that cannot be read are all alike: "{hint}"')
    return "", ""


def _told(kind: str) -> str:
    return {
        "month-only": _(
            "dates are months only, read as the first of the month: gaps between orders are not "
            "measurable to the day"
        ),
        "week-only": _(
            "dates are weeks only, read as the Monday of the week: gaps between orders are not "
            "measurable to the day"
        ),
        "roc": _("years of the Republic of China are read as years of the common era"),
        "swapped": _("day and month were swapped by Excel in date cells ({hint}): {decided}"),
        "scaled": _("cells say that they are in units of {decided}; read so"),
        "cr-dr": _("cells end in CR or DR: {decided} ({hint})"),
        "dash is zero": _("cells hold a dash alone, which is read as zero"),
        "hyphen is decimal": _("a hyphen is read as the decimal sign"),
        "word": _('the word "{decided}" beside numbers is passed over'),
    }.get(kind, "")
