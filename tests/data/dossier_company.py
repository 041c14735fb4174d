"""A small company with two accounts' dossiers, and what people do to them in Excel."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
from sales_table import csv_dataset, opened

from kamlib.data.describe.schema import TABLES
from kamlib.pack.dossier_template import write_dossier

SALES = ["Customer,Date,Document,Amount,Line", "A,2024-01-15,R1,10,P", "B,2024-02-15,R2,10,P"]
TABLE_ROWS = {
    "accounts": [
        "account,name,since,employees,expert,description",
        "A,Alpha Ltd,2019-03-01,120,yes,Makes pumps",
        "B,Beta Ltd,1875-01-01,,no,",
    ],
    "contacts": [
        "account,contact,name,position,influence,attitude,last_contact",
        "A,C1,Ann,Buyer,2,1,2024-01-10",
        "A,C2,Bob,Director,3,-1,",
        "B,C1,Cyd,Buyer,1,,2024-02-01",
    ],
    "interactions": [
        "account,date,kind,subject,outcome,resolved_on",
        "A,2024-01-20,call,Prices,Sent,",
        "A,2024-01-20,complaint,Late,,",
        "A,2024-02-20,meeting,Plan,Agreed,",
        "B,2024-01-21,call,Hello,,",
    ],
    "competitors": [
        "account,competitor,product_line,share,strength",
        "A,Rival,P,0.1,1",
        "A,Other,P,0.123456789012345,2",
        "B,Rival,P,0.3,1",
    ],
}


def company(folder: Path, tables: dict[str, list[str]] = TABLE_ROWS) -> Path:
    """A data set over these rows, and no other table."""
    csv_dataset(folder, SALES)
    with (folder / "dataset.toml").open("a", encoding="utf-8") as file:
        for name in tables:
            file.write(f'[{name}]\nsource = "{name}.csv"\n')
    for name, rows in tables.items():
        rewrite(folder, name, rows)
    return folder


def rewrite(folder: Path, name: str, rows: list[str]) -> None:
    """What the company's system exports anew."""
    (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def dossier(folder: Path, account: str = "A", path: Path | None = None, **options) -> Path:
    """Write the dossier of an account."""
    return write_dossier(path, opened(folder), account, **options).path


class Excel:
    """A workbook opened, edited by column names, and saved as a person would."""

    def __init__(self, path: Path):
        self.path = path

    def __enter__(self):
        self.book = openpyxl.load_workbook(self.path)
        return self

    def __exit__(self, *_error):
        self.book.save(self.path)
        self.book.close()

    def row(self, name: str, /, **cells) -> int:
        """The sheet's row that has these cells."""
        sheet = self.book[name]
        for n in range(2, sheet.max_row + 1):
            if all(self.cell(name, n, column).value == value for column, value in cells.items()):
                return n
        raise AssertionError(f"{name}: no row {cells}")

    def cell(self, name: str, row: int, column: str):
        return self.book[name].cell(row, TABLES[name].names.index(column) + 1)

    def set(self, name: str, row: int, /, **cells) -> None:
        for column, value in cells.items():
            cell = self.cell(name, row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # as in a cell formatted as text: "=1+1" is no formula

    def add(self, name: str, /, **cells) -> int:
        """Type a row below the last one."""
        sheet = self.book[name]
        last = max(c.row for line in sheet.iter_rows() for c in line if c.value is not None)
        self.set(name, last + 1, **cells)
        return last + 1

    def delete(self, name: str, /, **cells) -> None:
        self.book[name].delete_rows(self.row(name, **cells))


def through_libreoffice(path: Path, folder: Path) -> None:
    """Save a workbook by LibreOffice, in place."""
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    shutil.move(folder / path.name, path)
