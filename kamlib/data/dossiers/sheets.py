"""What a dossier workbook consists of, and one table's sheets of many of them as canonical rows."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa

from kamlib.data.describe.expressions import column_roles
from kamlib.data.describe.ids import plain_id
from kamlib.data.describe.schema import TABLES, Table
from kamlib.data.files.parts import (
    HEADER_SEARCH_ROWS,
    ROW,
    HeaderRules,
    cell_text,
    filled,
    find_header,
)
from kamlib.data.files.spreadsheets import cell_column
from kamlib.data.read.conventions import Conventions, quoted
from kamlib.data.read.conversion import typed
from kamlib.data.read.dataset import TableSource
from kamlib.data.read.sources import SourcePart
from kamlib.data.reduce.lines import equal_headers, mapped_columns
from kamlib.data.reduce.side_tables import canonical_rows
from kamlib.errors import DataError
from kamlib.words import _

_CELLS = "cells"
_WHERE = {"sheet": "int64", "source_file": "str", "source_sheet": "str", "source_row": "int64",
          "written": "bool", "layer": "int64", "foreign": "bool", "named": "str"}  # fmt: skip

Row = dict[str, Any]
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


@dataclass(frozen=True)
class Sheet:
    """A table's sheet of one dossier: its rows, those as written, and the columns it lacks."""

    file: str
    account: str
    rows: list[tuple[int, Row]]
    written: list[tuple[int, Row]]
    lacking: tuple[str, ...] = ()

    @classmethod
    def read(
        cls,
        table: Table,
        file: str,
        account: str,
        cells: list[list[Any]],
        written: list[list[Any]],
    ) -> "tuple[Sheet | None, list[str]]":
        """The sheet from its cells, and what is odd about it; no sheet where there is no header."""
        try:
            rows, lacking, unknown = _rows_below(table, cells)
            originals, *_rest = _rows_below(table, written)
        except DataError:
            return None, [_("has no header row: its rows stay as they are in the data set")]
        told = [
            _("has no column {name}: its cells stay as they are").format(name=n) for n in lacking
        ]
        told += [
            _('has a column "{name}" of your own: it is not read').format(name=n) for n in unknown
        ]
        return cls(file, account, rows, originals, lacking), told


def typed_rows(connection: ibis.BaseBackend, table: Table, sheets: Sequence[Sheet]) -> pd.DataFrame:
    """All rows of all sheets in canonical columns, with the sheet and the place they stand in.

    An empty account means the dossier's own; a row of another account is ``foreign``.
    """
    earlier: dict[str, int] = {}
    places, cells = [], []
    for number, sheet in enumerate(sheets):
        layer = earlier[sheet.account] = earlier.get(sheet.account, -1) + 1
        for written in (True, False):
            for row, values in sheet.written if written else sheet.rows:
                named = _as_text(values.get("account")) or sheet.account
                foreign = plain_id(named) != sheet.account
                places.append((number, sheet.file, table.name, row, written, layer, foreign, named))
                cells.append({**values, "account": sheet.account})
    where = pd.DataFrame(places, columns=[*_WHERE]).astype(_WHERE)
    return _typed(connection, table, cells).join(where)


def _rows_below(
    table: Table, cells: list[list[Any]]
) -> tuple[list[tuple[int, Row]], tuple[str, ...], tuple[str, ...]]:
    """A sheet's rows by canonical column with their numbers; columns it lacks; columns unknown."""
    rules = HeaderRules(needed=table.required)
    skipped, header = find_header(cells[:HEADER_SEARCH_ROWS], rules, table.name)
    places = {
        name: next(n for n, own in enumerate(header) if quoted(own) == written)
        for name, written in equal_headers(table.name, header).items()
    }
    body = enumerate(cells[skipped:], start=skipped + 1)
    rows = [
        (number, {name: row[place] for name, place in places.items()})
        for number, row in body
        if filled([row[place] for name, place in places.items() if name != "account"])
    ]
    lacking = tuple(name for name in table.names if name not in places and name != "account")
    named = [name for name in header if not name.startswith("column ")]
    unknown = (name for n, name in enumerate(header) if n not in places.values() and name in named)
    return rows, lacking, tuple(unknown)


def _typed(connection: ibis.BaseBackend, table: Table, cells: list[Row]) -> pd.DataFrame:
    arrays: dict[str, pa.Array] = {}
    for column in table.columns:
        values = [row.get(column.name) for row in cells]
        if column.kind in ("number", "date"):
            arrays[column.name] = cell_column(["" if value is None else value for value in values])
        else:
            arrays[column.name] = pa.array(map(_as_text, values), pa.large_string())
    arrays[ROW] = pa.array(range(len(cells)), pa.int64())
    mapping = mapped_columns(table.name, TableSource(source=(_CELLS,)), table.names)
    name = ibis.util.gen_name(_CELLS)
    connection.con.register(name, pa.table(arrays))
    roles = column_roles(mapping.values(), table.names)
    relation = typed(connection.table(name), roles, Conventions(empty=("#N/A",)))
    rows = canonical_rows(SourcePart(_CELLS, "", table.names, relation), table, mapping)
    connection.con.unregister(name)
    return rows[[*table.names, "unreadable"]]


def _as_text(cell: Any) -> str | None:
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return cell_text(cell)


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
