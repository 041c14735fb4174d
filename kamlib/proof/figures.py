"""The totals of a data set as one small record, for a pack to hold and for verify to compare."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import ibis
import pyarrow.parquet as pq

from kamlib.data.dossiers.files import dossier_paths
from kamlib.data.privacy.names import Pseudonyms
from kamlib.data.read.asking import asked
from kamlib.data.read.dataset import DataSet
from kamlib.data.read.sources import file_label, file_sources, source_files
from kamlib.data.reduce.checks import SideTable
from kamlib.data.reduce.ledger import Ledger
from kamlib.data.reduce.seals import content_hash
from kamlib.data.returned import returned_paths


@dataclass
class Total:
    """Lines and their money (currency); margin of those that have one."""

    rows: int = 0
    revenue: Decimal = Decimal(0)
    margin: Decimal = Decimal(0)

    def add(self, rows: int, revenue: Decimal | None, margin: Decimal | None = None) -> None:
        """Count lines; money that is not known adds nothing."""
        self.rows += rows
        self.revenue += revenue or 0
        self.margin += margin or 0

    @property
    def record(self) -> dict[str, Any]:
        """As JSON holds it, to the last decimal."""
        return {"rows": self.rows, "revenue": _text(self.revenue), "margin": _text(self.margin)}


def _totals() -> defaultdict[Any, Total]:
    return defaultdict(Total)


@dataclass
class Figures:
    """The totals of the sales.

    ``fates`` by file, sheet, step and reason; of the lines that count ``months`` by month
    (``2025-03``) and ``accounts`` by the number that the lines bear.
    """

    fates: dict[tuple[str, str, str, str], Total] = field(default_factory=_totals)
    months: dict[str, Total] = field(default_factory=_totals)
    accounts: dict[str, Total] = field(default_factory=_totals)

    @property
    def record(self) -> dict[str, Any]:
        """As JSON holds them; of the accounts their number and one hash of all their totals."""
        names = ("file", "sheet", "step", "reason")
        return {
            "fates": [
                dict(zip(names, (source_name(file), *rest), strict=True)) | total.record
                for (file, *rest), total in sorted(self.fates.items())
            ],
            "months": {month: total.record for month, total in sorted(self.months.items())},
            "accounts": {"number": len(self.accounts), "digest": _digest(self.accounts)},
        }


def ledger_figures(ledger: Ledger) -> Figures:
    """The totals as the reader counted them, and as the ledger holds them.

    Fates are what was counted, months the ledger as it is used, and accounts the ledger before
    numbers of one account, or spellings of one category, are taken together.
    """
    found = Figures()
    for entry in ledger.entries:
        for row in pq.read_table(entry / "fates.parquet").to_pylist():
            place = (row["file"], row["sheet"], row["step"], row["reason"])
            found.fates[place].add(row["rows"], row["revenue"], row["margin"])
    engine = ledger.table.get_backend()
    written = ibis.util.gen_name("written")
    engine.read_parquet([str(file) for file in ledger.files], table_name=written)
    sums = "CAST(SUM(lines) AS BIGINT) AS rows, SUM(revenue) AS revenue, SUM(margin) AS margin"
    for totals, table, key in (
        (found.months, ledger.table, "STRFTIME(date, '%Y-%m')"),
        (found.accounts, engine.table(written), "account"),
    ):
        query = f"SELECT {key} AS named, {sums} FROM ledger GROUP BY 1"
        for row in asked(table, "ledger", query).to_pylist():
            totals[row["named"]].add(row["rows"], row["revenue"], row["margin"])
    return found


def hidden_figures(figures: Figures, names: Pseudonyms) -> Figures:
    """The same totals by what stands for files, sheets, rules and accounts."""
    found = Figures(months=figures.months)
    for (file, sheet, step, reason), total in figures.fates.items():
        place = (names.file(source_name(file)), names.sheet(sheet), step, names.text(reason))
        found.fates[place].add(total.rows, total.revenue, total.margin)
    for account, total in figures.accounts.items():
        found.accounts[names.account(account)] = total
    return found


def side_counts(tables: Mapping[str, SideTable]) -> dict[str, dict[str, int]]:
    """Of each table beside the sales the rows read, kept and rejected, as its files have them."""
    return {
        name: {"read": table.read, "kept": table.kept, "rejected": table.rejected}
        for name, table in tables.items()
    }


def source_hashes(dataset: DataSet) -> dict[str, str]:
    """The SHA-256 of all files that a data set is made of, its description among them."""
    paths = [dataset.described_in, dataset.folder / "settings.toml"]
    paths += [*dossier_paths(dataset), *returned_paths(dataset)]
    for where, sources in file_sources(dataset):
        paths += source_files(dataset, sources, where)
    return {file_label(dataset, path): content_hash(path) for path in paths if path.is_file()}


def source_name(file: str) -> str:
    """A source's name in a manifest: of a database without where on a machine it is."""
    return file.rpartition("/")[2] if "://" in file else file


def _digest(accounts: Mapping[str, Total]) -> str:
    texts = sorted(
        f"{name}\t{total.rows}\t{_text(total.revenue)}\t{_text(total.margin)}\n"
        for name, total in accounts.items()
    )
    return hashlib.sha256("".join(texts).encode()).hexdigest()


def _text(money: Decimal) -> str:
    return f"{money + 0:.4f}"  # no minus before a zero
