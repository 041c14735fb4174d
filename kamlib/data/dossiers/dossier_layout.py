"""What a dossier workbook consists of, for who writes and who reads it; and when rows are equal."""

import re

import pandas as pd

from kamlib.data.describe.schema import TABLES, Table

# What people know of an account; what was sold, delivered and paid comes from the company's system.
DOSSIER_TABLES = tuple(
    TABLES[name]
    for name in (
        "accounts",
        "contacts",
        "interactions",
        "tenders",
        "competitors",
        "judgements",
        "losses",
        "winbacks",
    )
)
# The hidden sheet that says what the workbook is, label to the left of the answer.
ABOUT_SHEET = "kam dossier"
ACCOUNT_LABEL = "Account"
DATASET_LABEL = "Data set"
WRITTEN_LABEL = "Written on"
FRONT_SHEET = "Dossier"
LONGEST_TEXT = 32_767  # of an Excel cell
_NOT_IN_A_CELL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def original_sheet(table: Table) -> str:
    """The hidden sheet with a table's rows as they were written."""
    return f"kam {table.name}"


def sheet_text(text: str) -> str:
    """A text as a cell can hold it: one kind of line break, no control characters, not too long."""
    plain = _NOT_IN_A_CELL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain[:LONGEST_TEXT].strip()


def row_keys(table: Table, rows: pd.DataFrame) -> list[tuple[str, ...]]:
    """Each row's cells as texts, so that equal rows are equal whatever a workbook did to them."""
    columns = (
        [_cell_key(value, column.kind) for value in rows[column.name]] for column in table.columns
    )
    return list(zip(*columns, strict=True)) if len(rows) else []


def _cell_key(value: object, kind: str) -> str:
    if pd.isna(value):
        return ""
    if kind == "number":
        return f"{value + 0.0:.12g}"
    if kind == "date":
        return f"{value:%Y-%m-%d}"
    if kind == "flag":
        return "yes" if value else "no"
    return sheet_text(value)
