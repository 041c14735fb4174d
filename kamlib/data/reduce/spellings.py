"""Categories in one spelling: what differs only in letters' case, blanks or width is one."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import ibis
import pandas as pd

from kamlib.data.describe.schema import TABLES
from kamlib.data.read.asking import asked
from kamlib.data.read.conversion import as_frame
from kamlib.data.reduce.checks import EXAMPLES, Finding, SideTable
from kamlib.data.reduce.reduction import DIMENSIONS, GROUP
from kamlib.words import _, count, number, share

# A column of such a name holds a category, whatever its table; an owner is a manager.
CATEGORIES = (*DIMENSIONS, "industry", "competitor", "reason", "source")
_CATEGORY_OF = {**dict.fromkeys(CATEGORIES), "owner": "manager"}
_MUCH = 0.01  # of revenue
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f]"
)
COLUMNS = ("category", "table", "spelling", "read_as", "lines", "revenue")


def spelled_alike(text: str) -> str:
    """What spellings of one category have in common; a blank between two digits stays.

    >>> spelled_alike("PACK\u200bAGING ") == spelled_alike("Packaging")
    True
    >>> spelled_alike("Line 1 10") == spelled_alike("Line 11 0")
    False
    """
    plain = " ".join(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).split())
    return re.sub(r"(?<!\d) | (?!\d)", "", plain).casefold()


def spellings(ledger: ibis.Table, side: dict[str, SideTable]) -> pd.DataFrame:
    """The spellings that are read as another one.

    The spelling of most lines (rows of a side table) is the one that is shown; of several the
    first by text.

    Returns
    -------
    One row per category, table and spelling that is not shown as it is written: ``COLUMNS``;
    ``category`` (a name of a column), ``table``, ``lines``, ``revenue`` (currency; missing
    beside transactions).
    """
    found = pd.concat([_of_ledger(ledger), *_of_side(side)], ignore_index=True)
    used = found.groupby(["category", "spelling"], as_index=False)["lines"].sum()
    used["key"] = used["spelling"].map(spelled_alike)
    used = used[used.duplicated(["category", "key"], keep=False)]
    order = used.sort_values(["lines", "spelling"], ascending=[False, True], kind="stable")
    shown = order.drop_duplicates(["category", "key"]).set_index(["category", "key"])["spelling"]
    keys = pd.MultiIndex.from_frame(used[["category", "key"]])
    used["read_as"] = [_seen(text) for text in shown.reindex(keys)]
    found = found.merge(used.drop(columns=["lines", "key"]), on=["category", "spelling"])
    found = found[found["spelling"] != found["read_as"]]
    return found.sort_values(
        ["category", "table", "lines", "spelling"],
        ascending=[True, True, False, True],
        kind="stable",
        ignore_index=True,
    )[list(COLUMNS)]


def respelled_lines(lines: ibis.Table, found: pd.DataFrame) -> ibis.Table:
    """The lines of transactions, or the day ledger, with each category in its one spelling."""
    changed = {
        name: lines[name].substitute(same)
        for name in DIMENSIONS
        if (same := _same(found[found["table"] == "transactions"], name))
    }
    return lines.mutate(**changed) if changed else lines


def respelled_ledger(
    connection: ibis.BaseBackend, ledger: ibis.Table, found: pd.DataFrame
) -> ibis.Table:
    """The day ledger as it would be had each category been spelled in one way."""
    if not (found["table"] == "transactions").any():
        return ledger
    return regrouped(connection, respelled_lines(ledger, found))


def regrouped(connection: ibis.BaseBackend, ledger: ibis.Table) -> ibis.Table:
    """The day ledger with one row per account, day and part of the sales again."""
    kinds = ledger.schema()
    sums = {name: ledger[name].sum() for name in ledger.columns if name not in GROUP}
    sums = {name: total.cast(kinds[name]) for name, total in sums.items()}
    grouped = ledger.group_by(list(GROUP)).aggregate(**sums)
    name = ibis.util.gen_name("regrouped")
    return connection.create_table(name, grouped.select(*ledger.columns), temp=True)


def respelled_side(side: dict[str, SideTable], found: pd.DataFrame) -> dict[str, SideTable]:
    """The tables beside transactions with each category in its one spelling.

    A manager who then has two rows in the table managers keeps the first.
    """
    changed = dict(side)
    for name in found.loc[found["table"] != "transactions", "table"].unique():
        rows = side[name].rows.copy(deep=False)
        for column, category in _columns(name):
            same = _same(found[found["table"] == name], category)
            rows[column] = rows[column].replace(same)
        changed[name] = replace(side[name], rows=rows)
    if "managers" in changed:
        changed["managers"] = _each_once(changed["managers"])
    return changed


def spelling_findings(found: pd.DataFrame, money: float) -> Iterable[Finding]:
    """What is read as written otherwise, by table and category, with its lines and money.

    Parameters
    ----------
    found
        The table of :func:`spellings`.
    money
        All money of the ledger, returns counted as positive (currency).
    """
    told = _(
        "{what}: spellings that differ only in capitals, blanks, width or signs that cannot be "
        "seen are read as one, as most lines have it"
    )
    for (table, category), rows in found.groupby(["table", "category"], sort=False):
        text = told.format(what=category.replace("_", " "))
        moved = rows["revenue"].abs().sum()
        severity = "note"
        if table == "transactions":
            part = moved / max(money, 1e-9)
            severity = "warning" if part > _MUCH else "note"
            text += _("; it is about {amount} ({share} of revenue)").format(
                amount=number(rows["revenue"].sum(), 2), share=share(part)
            )
        shown = ", ".join(_example(row) for row in rows.head(EXAMPLES).itertuples())
        yield Finding(table, severity, text, int(rows["lines"].sum()), shown)


def _example(row: tuple) -> str:
    return _('"{spelling}" ({lines}) is read as "{read_as}"').format(
        spelling=_escaped(row.spelling), lines=count(row.lines), read_as=row.read_as
    )


def _escaped(text: str) -> str:
    """A text in which signs that cannot be seen can be."""
    return _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def _seen(text: str) -> str:
    """A spelling without doubled blanks and signs that cannot be seen."""
    return " ".join(_UNSEEN.sub("", text).split())


def _of_ledger(ledger: ibis.Table) -> pd.DataFrame:
    queries = [
        f"""
        SELECT '{name}' AS category, {name} AS spelling, CAST(SUM(lines) AS BIGINT) AS lines,
            CAST(SUM(revenue) AS DOUBLE) AS revenue
        FROM ledger WHERE {name} IS NOT NULL GROUP BY 2"""
        for name in DIMENSIONS
    ]
    query = f"SELECT * FROM ({' UNION ALL '.join(queries)}) ORDER BY category, spelling"
    found = as_frame(asked(ledger, "ledger", query))
    found.insert(1, "table", "transactions")
    return found.astype({"category": "str", "spelling": "str", "table": "str"})


def _of_side(side: dict[str, SideTable]) -> Iterable[pd.DataFrame]:
    for name, table in side.items():
        for column, category in _columns(name):
            counts = table.rows[column].value_counts().rename_axis("spelling")
            frame = counts.rename("lines").reset_index().astype({"spelling": "str"})
            frame = frame.assign(category=category, table=name, revenue=float("nan"))
            yield frame.astype({"category": "str", "table": "str"})


def _columns(table: str) -> list[tuple[str, str]]:
    """The columns of a table that hold categories, each with its category."""
    return [
        (column.name, _CATEGORY_OF[column.name] or column.name)
        for column in TABLES[table].columns
        if column.name in _CATEGORY_OF and not column.choices
    ]


def _same(found: pd.DataFrame, category: str) -> dict[str, str]:
    rows = found[found["category"] == category]
    return dict(zip(rows["spelling"], rows["read_as"], strict=True))


def _each_once(table: SideTable) -> SideTable:
    again = table.rows.duplicated("manager")
    if not again.any():
        return table
    told = _("the manager stands in an earlier row in another spelling: this one is left out")
    place = {"table": table.name, "file": table.name, "sheet": "", "row": None, "reason": told}
    notes = pd.DataFrame([place] * int(again.sum())).astype({"row": "Int64"})
    filled = [frame for frame in (table.notes, notes) if len(frame)]
    return replace(
        table,
        rows=table.rows[~again].reset_index(drop=True),
        notes=pd.concat(filled, ignore_index=True),
        rejected=table.rejected + int(again.sum()),
    )
