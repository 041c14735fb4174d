"""All tables of a data set: opened, checked, reconciled, and what is to be known of their quality."""

from dataclasses import dataclass, field

import ibis
import pandas as pd

from kamlib.data.dataset import DataSet
from kamlib.data.frames import ledger_span, ledger_totals
from kamlib.data.ledger import Ledger, open_ledger
from kamlib.data.lines import EXCLUDED, KEPT, REJECTED, SET_ASIDE
from kamlib.data.sidetables import SideTable, empty_side_table, open_side_table
from kamlib.errors import DataError
from kamlib.settings import Settings
from kamlib.words import _, count, share

# A date that stands more than a year beyond all others is a typing error, not the latest day.
_STRAY_MONTHS = 12
_STRAY_SHARE = 0.005
_EXAMPLES = 5
_STEPS = (SET_ASIDE, EXCLUDED, REJECTED, KEPT)


@dataclass(frozen=True)
class Tables:
    """A data set's checked tables: the day ledger and the frames beside it."""

    dataset: DataSet
    ledger: Ledger
    side: dict[str, SideTable] = field(repr=False)
    data_from: pd.Timestamp
    data_to: pd.Timestamp

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table beside transactions; without rows where the data set does not have it."""
        return self.side[name].rows if name in self.side else empty_side_table(name)

    @property
    def read(self) -> int:
        """The number of transaction lines read."""
        return int(self.ledger.fates["rows"].sum())

    @property
    def rejected(self) -> pd.DataFrame:
        """Rows that were rejected, or kept with a cell emptied: where, and why."""
        lines = self.ledger.rejected.assign(table="transactions")
        frames = [lines, *(table.notes for table in self.side.values())]
        columns = ["table", "file", "sheet", "row", "reason"]
        details = ["account", "date", "document", "revenue"]
        return pd.concat(frames, ignore_index=True).reindex(columns=columns + details)


def load_tables(connection: ibis.BaseBackend, dataset: DataSet, settings: Settings) -> Tables:
    """Open and check all tables of a data set.

    Raises
    ------
    DataError
        A source cannot be read, or no line of it is usable.
    """
    limit = settings.data.max_unpacked_mb
    ledger = open_ledger(connection, dataset, max_unpacked_mb=limit)
    side = {
        name: open_side_table(connection, dataset, name, max_unpacked_mb=limit)
        for name in dataset.tables
        if name != "transactions"
    }
    span = ledger_span(ledger.table)
    if span.empty:
        raise DataError(f"transactions: no line is usable; {_main_reasons(ledger.fates)}")
    stray = stray_months(span)
    data_to = pd.Timestamp(dataset.complete_to or span.loc[~stray, "last"].max())
    return Tables(dataset, ledger, side, span.loc[0, "first"], data_to)


def check_rejects(tables: Tables, settings: Settings) -> None:
    """Stop where too many lines are rejected to trust what is left.

    Raises
    ------
    DataError
        The share of rejected lines is above ``data.max_reject_share``.
    """
    fates = tables.ledger.fates
    rejected = int(fates.loc[fates["step"] == REJECTED, "rows"].sum())
    limit = settings.data.max_reject_share
    if rejected > limit * tables.read:
        raise DataError(
            f"transactions: {count(rejected)} of {count(tables.read)} lines are rejected "
            f"({share(rejected / tables.read)}, at most {share(limit)}: data.max_reject_share); "
            f"{_main_reasons(fates)}; `kam check` lists them"
        )


def reconciliation(tables: Tables, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Where every row went: ``table``, ``step``, ``reason``, ``rows``, ``revenue``.

    Per table the rows read, then those set aside, excluded and rejected by reason, then those
    kept; with ``as_of``, the kept lines up to that day and after it.
    """
    fates = tables.ledger.fates
    grouped = fates.groupby(["step", "reason"], as_index=False)[["rows", "revenue"]].sum()
    grouped["place"] = grouped["step"].map({step: place for place, step in enumerate(_STEPS)})
    steps = grouped.sort_values(["place", "rows", "reason"], ascending=[True, False, True])
    total = {"step": "read", "reason": "", "rows": tables.read, "revenue": fates["revenue"].sum()}
    frames = [pd.DataFrame([total]), steps.drop(columns="place")]
    if as_of is not None:
        frames.append(_by_period(tables, as_of))
    lines = pd.concat(frames, ignore_index=True)
    lines.insert(0, "table", "transactions")
    return pd.concat([lines, *map(_side_steps, tables.side.values())], ignore_index=True)


def findings(tables: Tables) -> pd.DataFrame:
    """What to know of the data's quality: ``table``, ``severity``, ``finding``, ``rows``, ``examples``."""
    found = [
        *_line_findings(tables),
        *(item for table in tables.side.values() for item in _side_findings(tables, table)),
    ]
    columns = ["table", "severity", "finding", "rows", "examples"]
    order = {"error": 0, "warning": 1, "note": 2}
    frame = pd.DataFrame(found, columns=columns)
    return frame.sort_values("severity", key=lambda s: s.map(order), kind="stable").reset_index(
        drop=True
    )


def stray_months(span: pd.DataFrame) -> pd.Series:
    """Which months of a ledger's span stand alone, more than a year beyond all others."""
    months = pd.PeriodIndex(span["month"], freq="M")
    numbers = pd.Series(months.year * 12 + months.month, index=span.index)
    far = numbers.diff() > _STRAY_MONTHS
    after = far.cumsum()
    lines_after = span["lines"].groupby(after).transform("sum")
    return (after > 0) & (lines_after <= _STRAY_SHARE * span["lines"].sum())


def _by_period(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    totals = ledger_totals(tables.ledger.table, as_of)
    told = {
        False: _("up to the quarter's end, {day}").format(day=f"{as_of:%Y-%m-%d}"),
        True: _("after the quarter's end, not used"),
    }
    reasons = totals["later"].map(told)
    return totals.assign(step=_("of those kept"), reason=reasons)[
        ["step", "reason", "rows", "revenue"]
    ]


def _side_steps(table: SideTable) -> pd.DataFrame:
    rows = [("read", "", table.read), (KEPT, "", len(table.rows))]
    if table.rejected:
        rows.insert(1, (REJECTED, _("key empty or repeated"), table.rejected))
    frame = pd.DataFrame(rows, columns=["step", "reason", "rows"])
    frame.insert(0, "table", table.name)
    return frame.assign(revenue=float("nan"))


def _line_findings(tables: Tables) -> list[tuple[str, str, str, int, str]]:
    counts = tables.ledger.counts.groupby("finding", sort=False)["rows"].sum()
    found = [("transactions", "note", name, int(rows), "") for name, rows in counts.items()]
    rejected = tables.ledger.rejected
    for reason, group in rejected.groupby("reason", sort=False):
        where = ", ".join(_row_label(row) for row in group.head(_EXAMPLES).itertuples())
        found.append(("transactions", "error", str(reason), len(group), where))
    span = ledger_span(tables.ledger.table)
    stray = span[stray_months(span)]
    if len(stray):
        days = ", ".join(f"{day:%Y-%m-%d}" for day in stray["last"].head(_EXAMPLES))
        told = _("dated more than a year after all other lines; not taken as the latest day")
        found.append(("transactions", "warning", told, int(stray["lines"].sum()), days))
    return found


def _side_findings(tables: Tables, table: SideTable) -> list[tuple[str, str, str, int, str]]:
    found = []
    kinds = table.notes["reason"].str.replace(r' ".*?"', "", regex=True)
    for reason, group in table.notes.groupby(kinds, sort=False):
        where = ", ".join(_row_label(row) for row in group.head(_EXAMPLES).itertuples())
        found.append((table.name, "warning", str(reason), len(group), where))
    if "account" in table.rows and table.name != "accounts":
        unknown = table.rows.loc[~table.rows["account"].isin(_known(tables)), "account"]
        if len(unknown):
            named = ", ".join(sorted(unknown.unique())[:_EXAMPLES])
            told = _("of accounts that neither transactions nor accounts know")
            found.append((table.name, "warning", told, len(unknown), named))
    return found


def _known(tables: Tables) -> set[str]:
    sold = tables.ledger.table.select("account").distinct().to_pandas()["account"]
    return {*sold, *tables["accounts"]["account"]}


def _row_label(row: tuple) -> str:
    place = row.sheet or row.file
    return f"{place} row {row.row}"


def _main_reasons(fates: pd.DataFrame) -> str:
    rejected = fates[fates["step"] == REJECTED].groupby("reason")["rows"].sum()
    shown = rejected.sort_values(ascending=False).head(3)
    return ", ".join(f"{reason}: {count(rows)}" for reason, rows in shown.items()) or "none left"
