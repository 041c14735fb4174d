"""The dossier workbook of one account: its first sheet, its rows to edit, and as they were."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kamlib.data.describe.ids import plain_id
from kamlib.data.describe.schema import Cell, Table
from kamlib.data.dossiers.files import dossier_account, dossier_path
from kamlib.data.dossiers.sheets import (
    ABOUT_SHEET,
    ACCOUNT_LABEL,
    DATASET_LABEL,
    DOSSIER_TABLES,
    FRONT_SHEET,
    WRITTEN_LABEL,
    original_sheet,
    sheet_text,
)
from kamlib.data.tables import Tables
from kamlib.errors import DataError, nearest_name
from kamlib.pack.files import write_input_workbook
from kamlib.pack.template import (
    COLOURS,
    DROP_ROWS,
    new_workbook,
    readme_style,
    set_up_print,
    write_cell,
    write_heading,
    write_sheet,
)
from kamlib.places import is_brought_along
from kamlib.saving import make_folder, refuse_links, save_copy
from kamlib.words import AsItIs, _, count, day, shown_width, told
from kamlib.workbook.spoken import SpokenSheet

_LONGEST_RULE = 255  # of a check in Excel
Rows = list[dict[str, Cell]]
_WIDTHS = (2, 18, 12, 96)
_A4 = 9
_LINE = 17  # points
# Cells that may well be empty: what has not come yet, and what not everyone has.
_OPTIONAL = {
    "accounts": ("parent", "credit_limit"),
    "contacts": ("reports_to", "dotted_to", "mail", "phone"),
    "interactions": ("contact", "resolved_on", "next_step", "next_step_due"),
    "tenders": ("competitor", "winning_price", "lot", "won_amount"),
    "competitors": ("note",),
    "losses": ("note",),
    "winbacks": ("cost", "outcome_on"),
}
# Tables without a row where nothing of the kind happened.
_EVENTS = ("tenders", "losses", "winbacks")
RowsByTable = Mapping[str, Sequence[Mapping[str, Cell]]]


@dataclass(frozen=True)
class WrittenDossier:
    """A written dossier: where it is, where it counts, and the file it replaced, if any."""

    path: Path
    belongs: Path
    kept: Path | None = None

    @property
    def counts(self) -> bool:
        """Whether it lies where it is laid over the data set's tables."""
        return self.path.resolve().parent == self.belongs.resolve().parent


def write_dossier(
    path: Path | None,
    tables: Tables,
    account: str,
    *,
    force: bool = False,
    written_on: dt.date | None = None,
) -> WrittenDossier:
    """Write a workbook with what a data set knows of an account, to be completed and corrected.

    Its sheets show the rows with all that dossiers changed; hidden beside them stand the rows as
    the data set's own sources have them. What differs between the two is what the workbook
    changes, so a dossier that is written anew keeps the edits that were made in the old one.

    Parameters
    ----------
    path
        The workbook's path, ending in ``.xlsx``; where left out, in the data set's dossiers.
    tables
        The data set's checked tables.
    account
        The account; known to the sales or to any table beside them.
    force
        Replace a file that is there; it is kept beside under its name with ``.bak``.
    written_on
        The day that stands on the first sheet; today where left out.

    Raises
    ------
    DataError
        The account is not known, a file is there already or belongs to another account, it
        cannot be written, or the data set came with the installed package.
    """
    if is_brought_along(tables.dataset.folder):
        raise DataError(
            f"{tables.dataset.name}: came with kamlib and is not written to; `kam demo` writes a "
            "demo company of your own into data/demo, which counts from then on"
        )
    names, account = known_accounts(tables), plain_id(account)
    account = tables.who.counted_as.get(account, account)
    if account not in names:
        raise DataError(
            f'{tables.dataset.name}: there is no account "{account}"{_near(account, names)}; '
            "expected its number or code as in the data"
        )
    belongs = _place(tables, account)
    target = belongs if path is None else Path(path)
    refuse_links(target, within=tables.dataset.folder if path is None else None)
    if target.exists() and not force:
        raise DataError(
            f"{target}: is there already; choose another name, or give --force to write it anew "
            "with its edits"
        )
    if path is None:
        make_folder(belongs.parent, within=tables.dataset.folder)
    content = _workbook_bytes(tables, account, names[account], written_on or dt.date.today())
    kept = _kept(target, account, tables.who.counted_as) if target.is_file() else None
    write_input_workbook(target, content)
    return WrittenDossier(target, belongs, kept)


def _place(tables: Tables, account: str) -> Path:
    """Where an account's dossier counts: where it has one, else under the account's number."""
    if tables.dossiers is not None:
        files = tables.dossiers.rows
        own = files.loc[files["account"] == account, "file"]
        if len(own):
            return tables.dataset.folder / own.iloc[-1]
    return dossier_path(tables.dataset, account)


def _kept(target: Path, account: str, counted_as: Mapping[str, str]) -> Path:
    """A copy of the file that is about to be replaced; refused where it is another's dossier."""
    try:
        other = dossier_account(target)
    except DataError:
        other = account
    if counted_as.get(other, other) != account:
        raise DataError(f'{target}: is the dossier of account "{other}"; choose another name')
    beside = target.with_name(f"{target.name}.bak")
    save_copy(target, beside)
    return beside


def known_accounts(tables: Tables) -> dict[str, str]:
    """Every account that the sales or a table knows, with its name, else its number.

    Whoever is only a prospect, though its people and talks stand in the tables, is none.
    """
    sold = tables.ledger.table.select("account").distinct().to_pyarrow()["account"].to_pylist()
    own = {*sold, *tables["accounts"]["account"]}
    sides = [table for name, table in tables.side.items() if name != "prospects"]
    beside = {each for table in sides if "account" in table.rows for each in table.rows["account"]}
    ids = own | (beside - set(tables["prospects"]["prospect"]))
    named = tables["accounts"].dropna(subset=["name"]).set_index("account")["name"]
    return {account: str(named.get(account, account)) for account in sorted(ids)}


def _near(account: str, names: dict[str, str]) -> str:
    """The nearest number, or the number of the account whose name that is."""
    by_name = {name: number for number, name in names.items() if name != number}
    named = nearest_name(account, by_name)
    near = nearest_name(account, names)
    if named and not near:
        name = named.split('"')[1]
        return f'; did you mean "{by_name.get(name, name)}" ({name})?'
    return near


def _workbook_bytes(tables: Tables, account: str, name: str, written_on: dt.date) -> bytes:
    shown = {table.name: _cells(table, tables[table.name], account) for table in DOSSIER_TABLES}
    own = {
        table.name: _cells(table, tables.own[table.name].rows, account)
        if table.name in tables.own
        else []
        for table in DOSSIER_TABLES
    }
    stream = io.BytesIO()
    with new_workbook(stream, _("Dossier of {name}").format(name=name)) as workbook:
        write_front(workbook, tables, account, name, shown, written_on)
        for table in DOSSIER_TABLES:
            rows = shown[table.name]
            if table.name == "accounts" and not rows:
                rows = [{"account": account}]
            only = _("Empty means {account}, whose dossier this is").format(account=account)
            sheet = write_sheet(workbook, table, rows, wrap=True, notes={"account": only})
            _check_account(sheet, account)
        _write_about(workbook, tables.dataset.name, account, written_on)
        for table in DOSSIER_TABLES:
            _write_originals(workbook, table, own[table.name])
    return stream.getvalue()


def _cells(table: Table, rows: pd.DataFrame, account: str) -> Rows:
    own = rows[rows["account"] == account]
    return [
        {
            column.name: _cell(value, column.kind)
            for column, value in zip(table.columns, row, strict=True)
            if not pd.isna(value)
        }
        for row in own[list(table.names)].itertuples(index=False)
    ]


def _cell(value: object, kind: str) -> Cell:
    if kind == "date":
        return pd.Timestamp(value).date()
    if kind == "number":
        return float(value)
    if kind == "flag":
        return "yes" if value else "no"
    return sheet_text(str(value))


def _check_account(sheet: Worksheet, account: str) -> None:
    """Refuse another account's number where it is typed in, not only when it is read."""
    first = xl_rowcol_to_cell(1, 0, col_abs=True)
    quoted = account.replace('"', '""')
    rule = f'=TRIM({first})="{quoted}"'
    if len(rule) > _LONGEST_RULE:
        return
    only = _("This dossier is of one account only. Leave the cell empty, or write {account}.")
    sheet.data_validation(
        1, 0, DROP_ROWS, 0,
        {"validate": "custom", "value": rule, "ignore_blank": True, "error_title": "account",
         "error_message": told(only.format(account=account))[:_LONGEST_RULE]},
    )  # fmt: skip


def _write_about(workbook: Workbook, dataset: str, account: str, written_on: dt.date) -> None:
    sheet = workbook.add_worksheet(ABOUT_SHEET)
    sheet.very_hidden()
    answers = (
        (ACCOUNT_LABEL, account),
        (DATASET_LABEL, dataset),
        (WRITTEN_LABEL, written_on.isoformat()),
    )
    for row, (label, answer) in enumerate(answers):
        sheet.write_string(row, 0, label)
        sheet.write_string(row, 1, answer)


def _write_originals(workbook: Workbook, table: Table, rows: Rows) -> None:
    """A table's rows as the data set has them: what is edited is told by them."""
    sheet = workbook.add_worksheet(original_sheet(table))
    sheet.very_hidden()
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for position, column in enumerate(table.columns):
        sheet.write_string(0, position, column.name)
        style = day if column.kind == "date" else None
        for line, row in enumerate(rows, start=1):
            write_cell(sheet, line, position, row.get(column.name), style)


def write_front(
    workbook: Workbook,
    tables: Tables,
    account: str,
    name: str,
    rows: RowsByTable,
    written_on: dt.date,
) -> None:
    """Add the first sheet to the workbook."""
    sheet = workbook.add_worksheet(FRONT_SHEET, SpokenSheet)
    sheet.hide_gridlines(2)
    sheet.set_tab_color(COLOURS["muted"])
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    title = readme_style(workbook, font_size=20, bold=True, font_color=COLOURS["required"])
    sheet.set_row(0, 36)
    sheet.write_string(0, 1, _("Dossier of {name}").format(name=name), title)
    lead = readme_style(workbook, font_size=11, font_color=COLOURS["muted"])
    lines = _("Account {account} of {dataset}, with data to {data_to}; written on {day}.").format(
        account=account,
        dataset=tables.dataset.title,
        data_to=day(tables.data_to),
        day=written_on.isoformat(),
    )
    sheet.write_string(1, 1, lines, lead)
    row = _write_missing(workbook, sheet, 3, rows)
    row = _write_steps(workbook, sheet, row + 1, tables)
    set_up_print(sheet, row, len(_WIDTHS))


def missing_cells(table: Table, rows: Sequence[Mapping[str, Cell]]) -> str:
    """What a table's rows of one account leave empty, in words; empty where nothing is missing."""
    if not rows:
        return "" if table.name in _EVENTS else _("nothing is recorded yet")
    left = {name: sum(name not in row for row in rows) for name in table.names}
    asked = [name for name in table.names if name not in _OPTIONAL.get(table.name, ())]
    empty = _("{column} ({empty} of {rows})")
    return ", ".join(
        name
        if len(rows) == 1
        else empty.format(column=name, empty=count(left[name]), rows=count(len(rows)))
        for name in asked
        if left[name]
    )


def _write_missing(workbook: Workbook, sheet: Worksheet, row: int, rows: RowsByTable) -> int:
    write_heading(workbook, sheet, row, _("What is missing"))
    head = readme_style(workbook, bold=True, bottom=1, bottom_color=COLOURS["required"])
    line = {"bottom": 1, "bottom_color": COLOURS["line"], "valign": "top"}
    link = readme_style(workbook, **line, bold=True, underline=1, font_color=COLOURS["required"])
    number = readme_style(workbook, **line, align="left")
    text = readme_style(workbook, **line, text_wrap=True)
    row += 1
    sheet.write_row(row, 1, (_("Sheet"), _("Rows"), _("Empty cells that someone could fill")), head)
    for table in DOSSIER_TABLES:
        row += 1
        found = rows[table.name]
        missing = missing_cells(table, found)
        sheet.write_url(row, 1, f"internal:'{table.name}'!A1", link, AsItIs(table.name))
        sheet.write_number(row, 2, len(found), number)
        sheet.write_string(row, 3, missing or _("nothing"), text)
        sheet.set_row(row, _LINE * (1 + shown_width(missing) // _WIDTHS[3]))
    return row + 1


def _write_steps(workbook: Workbook, sheet: Worksheet, row: int, tables: Tables) -> int:
    write_heading(workbook, sheet, row, _("How to fill it in, and how it flows back"))
    plain = readme_style(workbook, text_wrap=True, valign="top")
    width = int(1.15 * sum(_WIDTHS[1:]))  # narrow letters
    for index, step in enumerate(_steps(tables), start=1):
        row += 1
        text = f"{index}.  {step}"
        sheet.merge_range(row, 1, row, 3, text, plain)
        sheet.set_row(row, _LINE * (1 + shown_width(text) // width))
    return row + 1


def _steps(tables: Tables) -> tuple[str, ...]:
    return (
        _("Correct cells, add rows below the last one, delete rows that are wrong. Only this "
          "account's rows stand here; leave the column account empty in new rows."),
        _("Rest the pointer on a column's name: a note says what belongs there. Cells with a "
          "fixed set of answers open a list."),
        _("Keep the header rows and the names of the sheets. Sheets and columns of your own are "
          "not read."),
        _("Keep it in the folder {folder} beside the data set. From then on it counts: kam check "
          "says what it added, changed and removed, and every report uses it.").format(
              folder=tables.dataset.dossiers.name),
        _("Only what you edited here counts. What your company's system adds or changes "
          "meanwhile stays; where both changed the same cell, this workbook counts, and kam "
          "check says so."),
        _("To see the newest rows, write it again: kam template --dossier … --force keeps your "
          "edits."),
    )  # fmt: skip
