"""Tables in which nobody can be recognised: other names throughout, all figures as they are.

Done once, where a data set is opened: whatever is made of the tables has the other names. What
somebody wrote in own words becomes a code, as any name may stand in it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa

from kamlib.data.privacy.names import DOCUMENT_SIGNS, Pseudonyms, replaced
from kamlib.data.read.conversion import as_frame
from kamlib.data.read.dataset import DataSet
from kamlib.data.reduce.checks import Finding, SideTable
from kamlib.data.reduce.ledger import Ledger
from kamlib.data.work import SLICES, TODO, Work

if TYPE_CHECKING:
    from kamlib.data.tables import Tables
    from kamlib.data.who import Who

NAME = "company"  # what an anonymous data set is called
# The kernels of an anonymous pack are told where the data set is: their notebooks do not say it.
PLACE_VARIABLE = "KAM_ANONYMOUS"
_PLACES = ("file", "sheet")
_SOLD = ("account", "manager")


@dataclass(frozen=True)
class Hidden:
    """What stands for whom, and the tables as they are."""

    names: Pseudonyms = field(repr=False)
    origin: "Tables" = field(repr=False)


def place_of(dataset: Any) -> Any:
    """A data set as :func:`kamlib.open_book` takes it; in an anonymous run its real place."""
    told = os.environ.get(PLACE_VARIABLE, "")
    return told if told and str(dataset) == NAME else dataset


def anonymous(tables: "Tables", title: str) -> "Tables":
    """The same tables with other names for all who are named in them.

    Parameters
    ----------
    title
        What the company is called.
    """
    rules = (rule.reason for source in tables.dataset.tables.values() for rule in source.exclude)
    names = Pseudonyms.of(_all_rows(tables), _sold(tables.ledger), rules)
    work = tables.work
    done: dict[int, SideTable] = {}  # a table that nothing was laid over is the same in all three
    return replace(
        tables,
        dataset=_dataset(tables.dataset, names, title),
        ledger=_ledger(tables.ledger, names),
        side=_sides(tables.side, names, done),
        own=_sides(tables.own, names, done),
        as_read=_sides(tables.as_read, names, done),
        who=_who(tables.who, names),
        dossiers=tables.dossiers and _listed_files(tables.dossiers, names),
        work=work and Work(_tasks(work.tasks, names), _entries(work.entries, names)),
        mended=tuple(_finding(each, names) for each in tables.mended),
        hidden=Hidden(names, tables),
    )


def hidden_lines(lines: ibis.Table, names: Pseudonyms) -> ibis.Table:
    """Lines, or the day ledger, with other accounts and managers; lazily."""
    engine = lines.get_backend()
    found = lines
    for column, codes in (("account", names.accounts), ("manager", names.managers)):
        pairs = {"named": [*codes], "instead": [*codes.values()]}
        kinds = pa.schema([("named", pa.string()), ("instead", pa.string())])
        known = engine.create_table(
            ibis.util.gen_name("hidden"), pa.table(pairs, schema=kinds), temp=True
        )
        joined = found.left_join(known, found[column] == known["named"])
        instead = joined["instead"].name(column)
        found = joined.select([instead if n == column else joined[n] for n in lines.columns])
    if "document" not in found.columns:
        return found
    hashed = (ibis.literal(names.secret) + found["document"]).hexdigest("sha256")
    return found.mutate(document=ibis.literal("D") + hashed.substr(0, DOCUMENT_SIGNS).upper())


def hidden_finding(finding: Finding, names: Pseudonyms) -> Finding:
    """What is to be known of a table, without what it quotes."""
    return finding._replace(
        finding=names.text(finding.finding), examples=names.listed(finding.examples)
    )


def _all_rows(tables: "Tables") -> Iterator[tuple[str, pd.DataFrame]]:
    for sides in (tables.side, tables.own, tables.as_read):
        yield from ((name, table.rows) for name, table in sides.items())
    yield "identities", tables.who.decisions
    yield "accounts", tables.ledger.rejected[["account"]]
    if tables.dossiers is not None:
        yield "accounts", tables.dossiers.rows[["account"]]
    if tables.work is not None:
        for rows in (tables.work.tasks.rows, tables.work.entries):
            yield "accounts", rows[["subject"]].rename(columns={"subject": "account"})


def _sold(ledger: Ledger) -> dict[str, pd.DataFrame]:
    table = ledger.table
    return {n: as_frame(table.select(n).distinct().to_pyarrow()).astype("str") for n in _SOLD}


def _dataset(dataset: DataSet, names: Pseudonyms, title: str) -> DataSet:
    decisions = {key: names.words(told) for key, told in dataset.decisions.items()}
    return dataset.model_copy(update={"name": NAME, "title": title, "decisions": decisions})


def _ledger(ledger: Ledger, names: Pseudonyms) -> Ledger:
    engine = ledger.table.get_backend()
    table = hidden_lines(ledger.table, names).cast(ledger.table.schema())
    held = engine.create_table(ibis.util.gen_name("anonymous"), table, temp=True)
    frames = ("fates", "rejected", "counts", "profile", "controls", "left")
    frames += ("conventions", "converted")
    return replace(
        ledger, table=held, **{name: _told(getattr(ledger, name), names) for name in frames}
    )


def _told(frame: pd.DataFrame, names: Pseudonyms) -> pd.DataFrame:
    """A frame on how the data was read, without names of files, sheets and cells."""
    new = _placed(frame, names)
    for column, instead in {
        **dict.fromkeys(("reason", "why", "finding", "hint"), names.text),
        **dict.fromkeys(("label", "example"), names.words),
        "account": names.account,
        "document": names.document,
    }.items():
        if column in frame:
            new[column] = replaced(frame[column], lambda t, made=instead: made(t) if t else t)
    return frame.assign(**new)


def _placed(frame: pd.DataFrame, names: Pseudonyms) -> dict[str, pd.Series]:
    words = {"file": names.file, "sheet": names.sheet}
    return {
        place: replaced(frame[place], lambda t, made=words[place]: made(t) if t else t)
        for place in _PLACES
        if place in frame
    }


def _sides(
    tables: Mapping[str, SideTable], names: Pseudonyms, done: dict[int, SideTable]
) -> dict[str, SideTable]:
    for table in tables.values():
        if id(table) not in done:
            done[id(table)] = _side(table, names)
    return {name: done[id(table)] for name, table in tables.items()}


def _side(table: SideTable, names: Pseudonyms) -> SideTable:
    return replace(
        table,
        rows=names.rows(table.name, table.rows),
        notes=_notes(table, names),
        excluded={names.text(reason): rows for reason, rows in table.excluded.items()},
    )


def _notes(table: SideTable, names: Pseudonyms) -> pd.DataFrame:
    notes = table.notes
    new = {**_placed(notes, names), "reason": replaced(notes["reason"], names.text)}
    if "subject" in notes:
        ours = table.name in ("managers", "plans")
        new["subject"] = replaced(notes["subject"], names.manager if ours else names.account)
    return notes.assign(**new)


def _listed_files(table: SideTable, names: Pseudonyms) -> SideTable:
    rows = table.rows
    new = {**_placed(rows, names), "account": replaced(rows["account"], names.account)}
    return replace(table, rows=rows.assign(**new), notes=_notes(table, names))


def _who(who: "Who", names: Pseudonyms) -> "Who":
    decisions = names.rows("identities", who.decisions)
    counts_as = replaced(who.decisions["counts_as"], names.account)
    pairs = ({names.account(a): names.account(b) for a, b in each.items()}
             for each in (who.parents, who.heads))  # fmt: skip
    parents, heads = pairs
    return replace(
        who,
        decisions=decisions.assign(counts_as=counts_as),
        parents=parents,
        heads=heads,
        findings=tuple(_finding(each, names) for each in who.findings),
    )


def _finding(finding: Finding, names: Pseudonyms) -> Finding:
    known = names.managers if finding.table in ("managers", "plans") else names.accounts
    whose = tuple(known.get(each, names.text(each)) for each in finding.concerns)
    return hidden_finding(finding, names)._replace(concerns=whose)


def _tasks(table: SideTable, names: Pseudonyms) -> SideTable:
    rows = _of_lists(table.rows, names)
    files = replaced(table.rows["returned"], lambda text: _files(text, names))
    return replace(table, rows=rows.assign(returned=files), notes=_notes(table, names))


def _entries(entries: pd.DataFrame, names: Pseudonyms) -> pd.DataFrame:
    """What stands in lists; a person of a card, a step or a question is told by a code."""
    pairs = zip(entries["subject"], entries["part"], entries["list"], strict=True)
    parts = [
        names.person(subject, part) if part and where not in (TODO, *SLICES) else part
        for subject, part, where in pairs
    ]
    found = _of_lists(entries, names).assign(**_placed(entries, names))
    return found.assign(part=pd.Series(parts, entries.index, entries["part"].dtype))


def _of_lists(rows: pd.DataFrame, names: Pseudonyms) -> pd.DataFrame:
    """Rows of lists that came back: the task's name is made of the account's number anew."""
    whose = zip(rows["id"], rows["subject"], strict=True)
    ids = [f"{task.removesuffix(who)}{names.account(who)}" if task.endswith(who) and who else ""
           for task, who in whose]  # fmt: skip
    new = {"id": pd.Series(ids, rows.index, rows["id"].dtype)}
    for column, made in {
        "subject": names.account,
        "manager": names.manager,
        "name": names.words,
        "notes": names.words,
    }.items():
        new[column] = replaced(rows[column], lambda t, made=made: made(t) if t else t)
    new["do"] = names.shared(rows["subject"], rows["do"])
    called = dict(zip(rows["name"], rows["subject"], strict=True))
    new["name"] = replaced(rows["name"], lambda name: names.company(called[name]) if name else name)
    return rows.assign(**new)


def _files(text: str, names: Pseudonyms) -> str:
    return ", ".join(names.file(file) for file in text.split(", ") if file)
