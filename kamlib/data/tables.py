"""All tables of a data set: opened, checked and reconciled."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import ibis
import pandas as pd

from kamlib.data.anonymous import Hidden, anonymous, hidden_lines
from kamlib.data.describe.schema import TABLES
from kamlib.data.dossiers.edits import ADDED, CHANGED, REMOVED
from kamlib.data.dossiers.files import DOSSIERS, Dossiers, open_dossiers
from kamlib.data.dossiers.merge import REJECTED_ROWS, laid_over
from kamlib.data.doubts.reading import OpenQuestion, answer_command, open_questions
from kamlib.data.frames import account_spans, ledger_span, ledger_totals, sold_by_month
from kamlib.data.joining import (
    counted_edits,
    counted_ledger,
    counted_lines,
    counted_tables,
    person_codes,
)
from kamlib.data.privacy.retention import without_old_opinions
from kamlib.data.read.dataset import DataSet
from kamlib.data.reduce.checks import Finding, SideTable, empty_side_table
from kamlib.data.reduce.ledger import Ledger, open_ledger, open_lines, orders_of_several
from kamlib.data.reduce.lines import EXCLUDED, KEPT, REJECTED, STEPS
from kamlib.data.reduce.plans import quarter_plans
from kamlib.data.reduce.rates import NO_RATE
from kamlib.data.reduce.reporting import lines_by_code
from kamlib.data.reduce.side_tables import open_side_table
from kamlib.data.reduce.spellings import (
    respelled_ledger,
    respelled_lines,
    respelled_side,
    spelling_findings,
    spellings,
)
from kamlib.data.returned import Returned, open_returned, with_returned
from kamlib.data.who import Who, who_is_who
from kamlib.data.work import RETURNED, WINBACKS, Work, merged_work, with_attempts
from kamlib.errors import DataError, StoppedError, nearest_name
from kamlib.settings import Settings
from kamlib.words import _, count, share

# A few lines dated months after all others are typing errors, not the latest day.
_STRAY_MONTHS = 3
_STRAY_SHARE = 0.002


@dataclass(frozen=True)
class Tables:
    """A data set's checked tables: the day ledger and the frames beside it.

    ``side`` has what people edited in dossier workbooks, ``own`` is without that; ``dossiers``
    lists those workbooks, if there are any; ``work`` has what came back of packs' lists. All of
    it counts by account as ``who`` says; in ``as_read`` are the tables as their files have them.
    ``respelled`` has the spellings of categories that are read as another one, ``mended`` what is
    to be known of that and of plans that add up. ``hidden`` has the tables with real names where
    these have others.
    """

    dataset: DataSet
    ledger: Ledger
    side: dict[str, SideTable] = field(repr=False)
    data_from: pd.Timestamp
    data_to: pd.Timestamp
    who: Who = field(repr=False)
    own: dict[str, SideTable] = field(default_factory=dict, repr=False)
    as_read: dict[str, SideTable] = field(default_factory=dict, repr=False)
    dossiers: SideTable | None = field(default=None, repr=False)
    work: Work | None = field(default=None, repr=False)
    max_unpacked_mb: int = field(default=4096, repr=False)
    respelled: pd.DataFrame | None = field(default=None, repr=False)
    mended: tuple[Finding, ...] = field(default=(), repr=False)
    hidden: Hidden | None = field(default=None, repr=False)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table beside transactions; without rows where the data set does not have it.

        Raises
        ------
        ValueError
            There is no such table, or it is that of the sales.
        """
        if name == "transactions":
            raise ValueError(
                'table "transactions" is not held in memory; book.lines() has its checked lines, '
                "as a lazy table of the engine"
            )
        if name not in TABLES:
            raise ValueError(f'there is no table "{name}"{nearest_name(name, TABLES)}')
        if name not in self.side:
            return empty_side_table(name)
        return self.side[name].rows.copy(deep=False)  # who changes it does not change the table

    @cached_property
    def questions(self) -> list[OpenQuestion]:
        """What the files leave open and nobody has answered, most revenue first."""
        if self.hidden is None:
            return open_questions(self.dataset, self.ledger)
        names = self.hidden.names
        asked = self.hidden.origin.questions
        return [replace(question, ask=names.text(question.ask)) for question in asked]

    @cached_property
    def lines(self) -> ibis.Table:
        """Every kept line of the sales, lazily: the source is opened when it is first asked for."""
        if self.hidden is not None:
            return hidden_lines(self.hidden.origin.lines, self.hidden.names)
        engine = self.ledger.table.get_backend()
        lines = open_lines(engine, self.dataset, max_unpacked_mb=self.max_unpacked_mb)
        lines = counted_lines(lines, self.who)
        return lines if self.respelled is None else respelled_lines(lines, self.respelled)

    @property
    def beside(self) -> list[SideTable]:
        """All that was read beside transactions: side tables, dossiers, returned lists."""
        more = [self.dossiers, self.work.tasks if self.work else None]
        return [*self.side.values(), *(table for table in more if table)]

    @property
    def read(self) -> int:
        """The number of transaction lines read."""
        return int(self.ledger.fates["rows"].sum())

    @property
    def unused(self) -> int:
        """The number of transaction lines that could not be used."""
        fates = self.ledger.fates
        return int(fates.loc[fates["step"] == "rejected", "rows"].sum())

    @property
    def rejected(self) -> pd.DataFrame:
        """Rows that were rejected, or kept with a cell emptied: where, and why."""
        lines = self.ledger.rejected.assign(table="transactions")
        frames = [lines, *(table.notes for table in self.beside)]
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
    ledger = open_ledger(
        connection, dataset, max_unpacked_mb=limit, zero_value=settings.orders.zero_value
    )
    as_read = {
        name: open_side_table(connection, dataset, name, max_unpacked_mb=limit)
        for name in dataset.tables
        if name != "transactions"
    }
    returned = open_returned(dataset, max_unpacked_mb=limit)
    own = with_returned(as_read, returned)
    dossiers = open_dossiers(connection, dataset, max_unpacked_mb=limit)
    who = _who(ledger, own, dossiers, settings)
    orders = orders_of_several(ledger, dataset, who.counted_as, max_unpacked_mb=limit)
    ledger = counted_ledger(ledger, who, orders)
    dossiers = _counted_dossiers(dossiers, own, who)
    own, told = counted_tables(own, who)
    who = replace(who, findings=(*who.findings, *told))
    span = ledger_span(ledger.table)
    if span.empty:
        raise DataError(f"transactions: no line is usable; {_main_reasons(ledger.fates)}")
    stray = stray_months(span)
    data_to = pd.Timestamp(dataset.complete_to or span.loc[~stray, "last"].max())
    files = dossiers.files if dossiers else None
    tables = Tables(
        dataset,
        ledger,
        _with_dossiers(own, dossiers),
        span.loc[0, "first"],
        data_to,
        who,
        own,
        as_read,
        files,
        max_unpacked_mb=limit,
    )
    tables = _with_work(tables, returned, settings)
    tables = _with_lines_by_code(_with_one_plan_each(_spelled_in_one_way(connection, tables)))
    hides = settings.privacy
    return anonymous(tables, hides.title) if hides.anonymise else tables


def with_opinions_kept(tables: Tables, settings: Settings, as_of: pd.Timestamp) -> Tables:
    """The same tables without opinions that are older than they may be kept at a quarter's end."""
    months = settings.privacy.judgements_months
    if not months:
        return tables
    since = as_of - pd.DateOffset(months=months)
    side, found = without_old_opinions(tables.side, since)
    return replace(tables, side=side, mended=(*tables.mended, *found))


def _with_work(tables: Tables, returned: Returned | None, settings: Settings) -> Tables:
    """The same tables with what came back of packs' lists; attempts to win back are logged."""
    if returned is None or (returned.work.empty and returned.work_notes.empty):
        return tables
    known = {*tables.ledger.accounts["account"], *tables["accounts"]["account"]}
    work = merged_work(
        returned.work,
        returned.work_notes,
        counted_as=tables.who.counted_as,
        known=known | set(tables["prospects"]["prospect"]),
    )
    days = settings.winback.same_attempt_days
    attempts = with_attempts(tables.side.get(WINBACKS), work, days=days)
    side = tables.side if attempts is None else {**tables.side, WINBACKS: attempts}
    return replace(tables, work=work, side=side)


def _spelled_in_one_way(connection: ibis.BaseBackend, tables: Tables) -> Tables:
    """The same tables, each category in the spelling that most lines have."""
    table = tables.ledger.table
    found = spellings(table, tables.side)
    if found.empty:
        return tables
    money = float(tables.ledger.accounts["revenue"].abs().sum())
    return replace(
        tables,
        ledger=replace(tables.ledger, table=respelled_ledger(connection, table, found)),
        side=respelled_side(tables.side, found),
        respelled=found,
        mended=(*tables.mended, *spelling_findings(found, money)),
    )


def _with_one_plan_each(tables: Tables) -> Tables:
    """The same tables with one plan per manager and quarter."""
    if "plans" not in tables.side:
        return tables
    plans = tables.side["plans"]
    rows, found = quarter_plans(
        plans.rows, lambda: sold_by_month(tables.ledger.table), tables.dataset.quarters
    )
    side = {**tables.side, "plans": replace(plans, rows=rows, made_of=plans.kept)}
    return replace(tables, side=side, mended=(*tables.mended, *found))


def _who(
    ledger: Ledger, own: dict[str, SideTable], dossiers: Dossiers | None, settings: Settings
) -> Who:
    """Who belongs to whom, by the tables identities and accounts; dossiers may name a parent."""
    tables = {name: own[name].rows for name in own}
    if dossiers and "accounts" in dossiers.edits:
        edited = laid_over(own.get("accounts"), dossiers.edits["accounts"], "accounts")
        tables["accounts"] = edited.rows
    names = ("identities", "accounts")
    identities, accounts = (tables.get(name, empty_side_table(name)) for name in names)
    sold = account_spans(ledger.table if len(identities) else ledger.table.limit(0))
    return who_is_who(identities, accounts, sold, level=settings.accounts.level)


def _counted_dossiers(
    dossiers: Dossiers | None, own: dict[str, SideTable], who: Who
) -> Dossiers | None:
    if dossiers is None or not who.counted_as:
        return dossiers
    codes = person_codes(own, who)
    edits = {name: counted_edits(e, name, who, codes) for name, e in dossiers.edits.items()}
    rows = dossiers.files.rows
    files = replace(
        dossiers.files, rows=rows.assign(account=rows["account"].replace(who.counted_as))
    )
    return replace(dossiers, files=files, edits=edits)


def _with_lines_by_code(tables: Tables) -> Tables:
    """The same tables, superiors of contacts named by their codes."""
    if "contacts" not in tables.side:
        return tables
    contacts = tables.side["contacts"]
    rows, found = lines_by_code(contacts.rows)
    side = {**tables.side, "contacts": replace(contacts, rows=rows)}
    return replace(tables, side=side, mended=(*tables.mended, *found))


def _with_dossiers(own: dict[str, SideTable], dossiers: Dossiers | None) -> dict[str, SideTable]:
    edits = dossiers.edits if dossiers else {}
    edited = {name: laid_over(own.get(name), edits[name], name) for name in edits}
    return {name: edited.get(name, own.get(name)) for name in TABLES if name in {**own, **edited}}


def check_rejects(tables: Tables, settings: Settings) -> None:
    """Stop where too many lines are rejected to trust what is left.

    Raises
    ------
    StoppedError
        The share of rejected lines is above ``data.max_reject_share``.
    """
    fates = tables.ledger.fates
    # Of lines whose currency has no rate, a question asks.
    broken = (fates["step"] == REJECTED) & (fates["reason"] != NO_RATE)
    rejected = int(fates.loc[broken, "rows"].sum())
    limit = settings.data.max_reject_share
    if rejected > limit * tables.read:
        raise StoppedError(
            f"transactions: {count(rejected)} of {count(tables.read)} lines are rejected "
            f"({share(rejected / tables.read)}, at most {share(limit)}: data.max_reject_share); "
            f"{_main_reasons(fates)}; `kam check` writes them to rejected.xlsx"
        )


def check_span(tables: Tables) -> None:
    """Stop where the data is said to be complete to a day on which it has not begun.

    Raises
    ------
    StoppedError
        ``complete_to`` is before the first line.
    """
    if tables.data_to < tables.data_from.normalize():
        raise StoppedError(
            f"{tables.dataset.described_in}: complete_to = {tables.data_to:%Y-%m-%d} is before "
            f"the data, whose first line is of {tables.data_from:%Y-%m-%d}; expected the last day "
            "to which all lines are there, or leave it out"
        )


def check_questions(tables: Tables, settings: Settings) -> None:
    """Stop while much revenue hangs on what nobody has said.

    Raises
    ------
    StoppedError
        A question is open on which more than ``data.max_open_share`` of revenue hangs.
    """
    limit = settings.data.max_open_share
    heavy = heavy_questions(tables, settings)
    if not heavy:
        return
    told = _("one question is open") if len(heavy) == 1 else f"{len(heavy)} questions are open"
    asked = "; ".join(
        f"{question.ask} {share(question.stake)} of revenue hangs on it; answer with "
        f"`{answer_command(tables.dataset, question)}`{_or(list(question.answers)[1:])}"
        for question in heavy
    )
    raise StoppedError(
        f"transactions: {told}: {asked} (at most {share(limit)} may hang on what is open: "
        "data.max_open_share)"
    )


def _or(words: list[str]) -> str:
    return f" (or {', '.join(words)})" if words else ""


def heavy_questions(tables: Tables, settings: Settings) -> list[OpenQuestion]:
    """The open questions on which more revenue hangs than a setting tolerates."""
    limit = settings.data.max_open_share
    return [question for question in tables.questions if question.stake > limit]


def reconciliation(tables: Tables, as_of: pd.Timestamp | None = None) -> pd.DataFrame:
    """Where every row went: ``table``, ``step``, ``reason``, ``rows``, ``revenue``.

    Per table the rows read, then those added in dossiers, set aside, excluded and rejected by
    reason and removed in dossiers, then those kept; with ``as_of``, the kept lines up to that day
    and after it. Read and added are as many as all that follow up to kept.
    """
    fates = tables.ledger.fates
    grouped = fates.groupby(["step", "reason"], as_index=False)[["rows", "revenue"]].sum()
    grouped["place"] = grouped["step"].map({step: place for place, step in enumerate(STEPS)})
    steps = grouped.sort_values(
        ["place", "rows", "reason"], ascending=[True, False, True], kind="stable"
    )
    total = {"step": "read", "reason": "", "rows": tables.read, "revenue": fates["revenue"].sum()}
    frames = [pd.DataFrame([total]), steps.drop(columns="place")]
    if as_of is not None:
        frames.append(_by_period(tables, as_of))
    lines = pd.concat(frames, ignore_index=True)
    lines.insert(0, "table", "transactions")
    return pd.concat([lines, *map(_side_steps, tables.beside)], ignore_index=True)


def stray_months(span: pd.DataFrame) -> pd.Series:
    """Which months of a ledger's span hold next to nothing, and that months after all others."""
    months = pd.PeriodIndex(span["month"], freq="M")
    numbers = pd.Series(months.year * 12 + months.month, index=span.index)
    far = numbers.diff() >= _STRAY_MONTHS
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
    by_dossiers = {step: table.laid_over.get(step, 0) for step in (ADDED, REMOVED, CHANGED)}
    refused = table.laid_over.get(REJECTED_ROWS, 0)
    why = _("key empty or repeated, or row broken")
    if table.name == DOSSIERS:
        why = _("not readable, or no dossier")
    elif table.name == RETURNED:
        why = _("of no account and no prospect")
    rows = [
        (ADDED, _("by a dossier"), by_dossiers[ADDED] + refused),
        (ADDED, _("by a list that came back"), table.laid_over.get(RETURNED, 0)),
        *((EXCLUDED, reason, number) for reason, number in table.excluded.items()),
        (REJECTED, why, table.rejected),
        (REJECTED, _("row of a dossier that cannot be used"), refused),
        (REMOVED, _("by a dossier"), by_dossiers[REMOVED]),
    ]
    kept = (KEPT, "", table.kept)
    changed = (_("of those kept"), _("changed by a dossier"), by_dossiers[CHANGED])
    told = [("read", "", table.read), *filter(_counts, rows), kept, *filter(_counts, [changed])]
    frame = pd.DataFrame(told, columns=["step", "reason", "rows"])
    frame.insert(0, "table", table.name)
    return frame.assign(revenue=float("nan"))


def _counts(step: tuple[str, str, int]) -> bool:
    return step[2] > 0


def _main_reasons(fates: pd.DataFrame) -> str:
    rejected = fates[fates["step"] == REJECTED].groupby("reason")["rows"].sum()
    shown = rejected.sort_values(ascending=False, kind="stable").head(3)
    told = ", ".join(f"{reason}: {count(rows)}" for reason, rows in shown.items())
    return told or _("all were excluded; see the rules in dataset.toml")
