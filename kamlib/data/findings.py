"""What is to be known of the quality of a data set's tables, counted and with examples."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import pandas as pd

from kamlib.data.cells import (
    cell_findings,
    lookup_findings,
    server_findings,
    zone_findings,
)
from kamlib.data.currencies import currency_findings
from kamlib.data.describe.schema import TABLES
from kamlib.data.dossiers.files import DOSSIERS
from kamlib.data.doubts.days import whole_years
from kamlib.data.frames import ledger_gaps, ledger_span
from kamlib.data.reduce.checks import EXAMPLES, Finding, SideTable
from kamlib.data.reduce.plan_periods import (
    MONTH,
    QUARTER,
    grain,
    named,
    plan_period,
    quarter_of,
    quarters_of,
)
from kamlib.data.relations import prospect_findings, relation_findings
from kamlib.data.tables import Tables, stray_months
from kamlib.quarters import quarter_label
from kamlib.words import _, count, number, share

ACCOUNT, MANAGER = "account", "manager"  # whom a warning may concern
_MUCH = 0.01  # of revenue
BETWEEN = "; "  # two warnings below one result; no warning has it within
_TOLD = 2  # so many warnings are told below a result, and so many names
_SHOWN = list(Finding._fields[:5])
_ORDER = {"error": 0, "question": 1, "warning": 2, "note": 3}
# Their column ``account`` may hold the code of a prospect.
_OF_PROSPECTS_TOO = ("contacts", "interactions", "competitors")
# The same fault in another value is the same finding: shown "…" instead of the value.
_VALUE = r' "[^"]*"(?= )'


class RowFindings(NamedTuple):
    """Findings about rows: lines without a part, accounts without a row, managers, relations."""

    gaps: list[Finding]
    managers: list[Finding]
    relations: list[Finding]


def row_findings(tables: Tables) -> RowFindings:
    """What :func:`findings` tells and :func:`carried` takes along, found once for both."""
    related = relation_findings(tables, _sold(tables, "account"))
    return RowFindings(
        [*_gap_findings(tables), *_masters(tables)],
        [*_unknown_managers(tables)],
        [*related, *prospect_findings(tables["prospects"])],
    )


def findings(tables: Tables, of_rows: RowFindings | None = None) -> pd.DataFrame:
    """What to know of the data's quality, worst first.

    Parameters
    ----------
    of_rows
        What :func:`row_findings` gives, where it is known already.

    Returns
    -------
    One row per finding: ``table``; ``severity`` (error, question, warning, note); ``finding``;
    ``rows``; ``examples`` (where it is).
    """
    found = [*_questions(tables), *_left_findings(tables)]
    found += [*_line_findings(tables), *_stray_findings(tables)]
    found += [*currency_findings(tables)]
    of_rows = row_findings(tables) if of_rows is None else of_rows
    found += of_rows.gaps
    ledger = tables.ledger
    if told := whole_years(tables.dataset, ledger):
        found.append(Finding("transactions", "warning", told, ledger.kept_rows, ""))
    found += server_findings(tables.dataset, ledger.kept_rows)
    found += cell_findings(ledger.conventions)
    found += lookup_findings(ledger.profile)
    found += zone_findings(ledger.profile, ledger.conventions, tables.dataset.quarters)
    for table in tables.side.values():
        found += [*_cell_findings(table), *_unknown_accounts(tables, table)]
    found += [*of_rows.managers, *_dossier_findings(tables)]
    if tables.work:
        found += _cell_findings(tables.work.tasks)
    found += tables.mended
    found += tables.who.findings
    found += of_rows.relations
    frame = pd.DataFrame(found, columns=list(Finding._fields))[_SHOWN]
    return frame.sort_values(
        "severity", key=lambda severity: severity.map(_ORDER), kind="stable", ignore_index=True
    )


def decided(tables: Tables) -> pd.DataFrame:
    """What was decided of how the files are read, and how we know: the columns of `findings`.

    ``rows`` is missing: the text says how many it is about.
    """
    found = [
        Finding("transactions", "decision", told, None, "")
        for told in tables.dataset.decisions.values()
    ]
    return pd.DataFrame(found, columns=list(Finding._fields))[_SHOWN].astype({"rows": "Int64"})


def carried(tables: Tables, quarter: pd.Period, of_rows: RowFindings | None = None) -> pd.DataFrame:
    """The warnings that go along with whatever rests on the rows: a table, a sentence, a verdict.

    Lines of the sales that are rejected are told at the head of each page, and rows of accounts
    that nobody knows stand in no table: neither is carried. A plan's row matters in the quarter
    that it is for.

    Returns
    -------
    One row per warning: ``table``, ``column`` ("" where it is about whole rows), ``finding``,
    ``rows``, ``share`` (0–1, of the table's rows, of plans of the quarter's), ``concerns``
    (accounts, prospects or managers whose rows they are; empty where that is not known).
    """
    of_rows = row_findings(tables) if of_rows is None else of_rows
    found = [*of_rows.gaps, *of_rows.managers]
    sizes = {"transactions": tables.read} | {n: side.read for n, side in tables.side.items()}
    for table in tables.side.values():
        notes = table.notes
        if table.name == "plans":
            notes = notes[plan_notes(notes, quarter)]
            sizes["plans"] = int((table.rows["quarter"] == quarter_label(quarter)).sum())
        found += _by_reason(table.name, "warning", notes)
    found += [each for each in tables.mended if each.table == "plans"]
    found += of_rows.relations
    frame = pd.DataFrame(found, columns=list(Finding._fields))
    frame = frame[frame["severity"].isin(["error", "warning"])]
    share = frame["rows"] / frame["table"].map(sizes).astype(float).fillna(1).clip(lower=1)
    columns = ["table", "column", "finding", "rows", "share", "concerns"]
    return frame.assign(share=share.astype(float))[columns].reset_index(drop=True)


def plan_notes(notes: pd.DataFrame, quarter: pd.Period) -> pd.Series:
    """Which notes on plans matter in a quarter: those of its periods, or of nobody knows which."""
    periods = notes["period"] if "period" in notes else pd.Series(None, notes.index, dtype="str")
    freq, label = quarter.freqstr, quarter_label(quarter)
    return periods.map(lambda text: _covers(text, label, freq)).astype(bool)


def _covers(text: object, label: str, freq: str) -> bool:
    period = None if pd.isna(text) else plan_period(str(text))
    if period is None:
        return True
    called = named(period, freq)
    kind = grain(period)
    if kind == MONTH:
        return quarter_of(called, freq) == label
    return called == label if kind == QUARTER else label in quarters_of(called)


class Caveat(str):
    """What to say below a result, and ``whose`` rows of it are meant: none where all may be."""

    whose: frozenset[str] = frozenset()


def caveat(
    warnings: pd.DataFrame,
    rests: Collection[str],
    shown: Mapping[str, Collection[str]],
    *,
    least: float,
) -> Caveat:
    """What to say below a result that rests on rows with a warning; nothing where it does not.

    Parameters
    ----------
    warnings
        The table of :func:`carried`.
    rests
        The tables that the result rests on, or their columns ("transactions.product_line").
    shown
        The accounts (prospects among them) and managers that it names, as ``account`` and
        ``manager``: a warning about others is left out. Where it names none of that kind it is a
        figure over all of them, and a warning must be of at least the share ``least`` (0–1) of a
        table's rows.
    """
    told, whose = [], set[str]()
    for row in warnings.itertuples():
        if not {row.table, f"{row.table}.{row.column}"} & set(rests):
            continue
        named = shown.get(_kind(row))
        own = [one for one in row.concerns if not named or one in named]
        if own if named and row.concerns else row.share >= least:
            told.append(_warned(row, own).replace(BETWEEN, ", "))
            whose |= set(own)
    if not told:
        return Caveat()
    more = len(told) - _TOLD
    text = BETWEEN.join(told[:_TOLD])
    if more > 0:
        text += _("; {n} more: see the findings").format(n=count(more))
    made = Caveat(_("Rests on {what}.").format(what=text))
    made.whose = frozenset(whose)
    return made


def _kind(row: tuple) -> str:
    """Whom a warning concerns: managers, or accounts and prospects."""
    key = row.column or TABLES[row.table].key[0]
    return MANAGER if key == MANAGER else ACCOUNT


def _warned(row: tuple, own: list[str]) -> str:
    """A warning in a few words: of whom, where they are shown, and of how many rows in all."""
    words = {"table": row.table, "finding": row.finding, "who": _few(own)}
    if own and len(own) < len(row.concerns):
        return _("{table} of {who}: {finding}").format(**words)
    if own:
        told = _("{table}: {rows} of {who}: {finding}")
        return told.format(**words, rows=_in_rows(row.rows))
    return _("{table}: {rows}: {finding}").format(**words, rows=_in_rows(row.rows))


def _in_rows(number: int) -> str:
    return _("1 row") if number == 1 else _("{n} rows").format(n=count(number))


def _few(names: list[str]) -> str:
    return ", ".join(names[:_TOLD]) + (", …" if len(names) > _TOLD else "")


def withheld(tables: Tables, name: str, quarter: pd.Period) -> dict[str, str]:
    """Of whom rows of a table were left out or emptied, and why: nobody is judged by the rest."""
    side = tables.side.get(name)
    if side is None or "subject" not in side.notes:
        return {}
    notes = side.notes
    notes = notes[plan_notes(notes, quarter)] if name == "plans" else notes
    groups = notes.dropna(subset=["subject"]).groupby("subject")["reason"]
    return {
        str(who): _("{rows} of {table}: {why}").format(
            rows=_in_rows(len(reasons)), table=name, why=reasons.iloc[0]
        )
        for who, reasons in groups
    }


def _questions(tables: Tables) -> Iterable[Finding]:
    for question in tables.questions:
        answers = _(" or ").join(f'"{word}"' for word in question.answers)
        told = _("answer: {answers}").format(answers=answers)
        yield Finding("transactions", "question", question.ask, question.rows, told)


def _line_findings(tables: Tables) -> Iterable[Finding]:
    counts = tables.ledger.counts.groupby("finding", sort=False)["rows"].sum()
    for name, rows in counts.items():
        yield Finding("transactions", "note", _(name), int(rows), "")
    yield from _by_reason("transactions", "error", tables.ledger.rejected)
    yield from _control_findings(tables.ledger.controls)


def _left_findings(tables: Tables) -> Iterable[Finding]:
    """Sheets and files that are not read, with about the money in them."""
    for part in tables.ledger.left.itertuples():
        if not part.rows and part.severity == "note":
            continue
        told = _('"{name}": not read, {why}').format(name=part.sheet or part.file, why=part.why)
        if pd.notna(part.amount):
            told += _("; about {amount} of revenue").format(amount=number(part.amount))
        yield Finding("transactions", part.severity, told, int(part.rows), part.file)
    torn = tables.ledger.fates
    torn = torn[torn["reason"].str.contains("its revenue is estimated", regex=False)]
    if len(torn):
        told = _("rows do not split into the header's columns; about {amount} of revenue").format(
            amount=number(torn["revenue"].sum())
        )
        where = ", ".join(dict.fromkeys(torn["file"]))
        yield Finding("transactions", "warning", told, int(torn["rows"].sum()), where)


def _control_findings(controls: pd.DataFrame) -> Iterable[Finding]:
    """What the totals that stand in the sources say of the lines read."""
    agree = controls[controls["agrees"]]
    if len(agree):
        told = _("your own total agrees with the lines above it to the cent")
        if len(agree) > 1:
            told = _("your own {count} totals agree with the lines above them to the cent").format(
                count=count(len(agree))
            )
        last = agree.tail(EXAMPLES).itertuples()
        shown = ", ".join(f"{row.label} {number(row.amount, 2)}".strip() for row in last)
        yield Finding("transactions", "note", told, len(agree), shown)
    wrong = controls[~controls["agrees"]]
    if len(wrong) > EXAMPLES:
        told = _("totals that do not agree with the lines above them")
        shown = ", ".join(map(_row_label, wrong.head(EXAMPLES).itertuples()))
        yield Finding("transactions", "warning", told, len(wrong), shown)
    for row in wrong.head(EXAMPLES).itertuples():
        told = _('total "{label}" says {amount}, the lines above it sum to {lines}').format(
            label=row.label, amount=number(row.amount, 2), lines=number(row.sum_of_lines, 2)
        )
        yield Finding("transactions", "warning", told, 1, _row_label(row))


def _cell_findings(table: SideTable) -> Iterable[Finding]:
    yield from _by_reason(table.name, "warning", table.notes)


def _by_reason(name: str, severity: str, rows: pd.DataFrame) -> Iterable[Finding]:
    kinds = rows["reason"].astype("str").str.replace(_VALUE, " …", regex=True)
    for reason, group in rows.groupby(kinds, sort=False):
        where = ", ".join(_row_label(row) for row in group.head(EXAMPLES).itertuples())
        whose = group["subject"].dropna().unique() if "subject" in group else ()
        yield Finding(name, severity, str(reason), len(group), where, concerns=tuple(whose))


def _row_label(row: tuple) -> str:
    place = row.sheet or row.file
    if row.sheet and "/" in row.file:  # a workbook in a folder of its own, such as a dossier
        place = f"{row.file} {row.sheet}"
    return place if pd.isna(row.row) else _("{place} row {row}").format(place=place, row=row.row)


def _dossier_findings(tables: Tables) -> Iterable[Finding]:
    """Dossier workbooks that are not used, and what is odd about those that are."""
    if tables.dossiers is None:
        return
    notes = tables.dossiers.notes
    used = notes["file"].isin(tables.dossiers.rows["file"])
    yield from _by_reason(DOSSIERS, "error", notes[~used])
    yield from _by_reason(DOSSIERS, "warning", notes[used])
    yield from _unknown_accounts(tables, tables.dossiers)


def _stray_findings(tables: Tables) -> Iterable[Finding]:
    span = ledger_span(tables.ledger.table)
    stray = span[stray_months(span)]
    if len(stray):
        days = ", ".join(f"{day:%Y-%m-%d}" for day in stray["last"].head(EXAMPLES))
        told = _("dated months after all other lines; not taken as the latest day")
        yield Finding("transactions", "warning", told, int(stray["lines"].sum()), days)


def _gap_findings(tables: Tables) -> Iterable[Finding]:
    """Lines that name no product line, region or channel, where others do."""
    words = {
        "product_line": _("without a product line"),
        "region": _("without a region"),
        "channel": _("without a channel"),
    }
    for row in ledger_gaps(tables.ledger.table).itertuples():
        told = _("{what}: {money} ({share} of revenue)").format(
            what=words[row.part], money=number(row.revenue, 2), share=share(row.share)
        )
        severity = "warning" if row.share > _MUCH else "note"
        yield Finding("transactions", severity, told, int(row.rows), "", row.part)


def _masters(tables: Tables) -> Iterable[Finding]:
    """How many accounts that buy have a row in the accounts table, and the money of the others."""
    if tables["accounts"].empty:
        return
    sold = tables.ledger.accounts
    missing = sold[~sold["account"].isin(tables["accounts"]["account"])]
    total = max(sold["revenue"].abs().sum(), 1e-9)
    part = missing["revenue"].abs().sum() / total
    told = _("{found} of {all} accounts that buy have a row ({share} of revenue)").format(
        found=count(len(sold) - len(missing)), all=count(len(sold)), share=share(1 - part)
    )
    yield Finding("accounts", "note", told, len(sold) - len(missing), "")
    if missing.empty:
        return
    told = _("of accounts that buy, but have no row: {money} ({share} of revenue)").format(
        money=number(float(missing["revenue"].sum()), 2), share=share(part)
    )
    first = missing.sort_values(
        ["revenue", "account"], ascending=[False, True], kind="stable"
    ).head(EXAMPLES)
    severity = "warning" if part > _MUCH else "note"
    shown = ", ".join(first["account"])
    whose = tuple(missing["account"])
    yield Finding("accounts", severity, told, int(missing["lines"].sum()), shown, "", whose)


def _unknown_accounts(tables: Tables, table: SideTable) -> Iterable[Finding]:
    if "account" not in table.rows or table.name in ("accounts", "identities"):
        return
    known = {*_sold(tables, "account"), *tables["accounts"]["account"]}
    if table.name in _OF_PROSPECTS_TOO:
        known |= set(tables["prospects"]["prospect"])
    told = _("of accounts that neither transactions nor accounts know")
    yield from _unknown(table.name, told, table.rows["account"], known)


def _unknown_managers(tables: Tables) -> Iterable[Finding]:
    """Managers of other tables that the managers table, or else any account or sale, lacks."""
    listed = set(tables["managers"]["manager"].dropna())
    sold = _sold(tables, "manager")
    if listed:
        told = _("of managers that the table managers does not list")
        yield from _unknown(
            "transactions", told, pd.Series(sorted(sold), dtype="str", name="manager"), listed
        )
    else:
        listed = {*sold, *tables["accounts"]["manager"].dropna()}
        told = _("of managers who have neither a sale nor an account")
    for name in ("accounts", "interactions", "plans", "prospects"):
        if name in tables.side and listed:
            yield from _unknown(name, told, tables[name]["manager"], listed)


def _unknown(name: str, told: str, values: pd.Series, known: set[str]) -> Iterable[Finding]:
    unknown = values[values.notna() & ~values.isin(known)]
    if len(unknown):
        shown = ", ".join(sorted(unknown.unique())[:EXAMPLES])
        whose = tuple(sorted(unknown.unique()))
        yield Finding(name, "warning", told, len(unknown), shown, str(values.name or ""), whose)


def _sold(tables: Tables, column: str) -> set[str]:
    found = tables.ledger.table.select(column).distinct().to_pyarrow()
    return {value for value in found[column].to_pylist() if value is not None}
