"""Tables in which numbers that are one account, or one group, stand as one."""

from collections.abc import Mapping
from dataclasses import replace

import ibis
import pandas as pd
import pyarrow as pa

from kamlib.data.describe.schema import TABLES
from kamlib.data.dossiers.edits import AFTER, BEFORE, TableEdits
from kamlib.data.reduce.checks import EXAMPLES, ONE_ROW_PER_KEY, Finding, SideTable
from kamlib.data.reduce.ids import ACCOUNTS
from kamlib.data.reduce.ledger import Ledger
from kamlib.data.reduce.lines import DIMENSIONS
from kamlib.data.reduce.orders import ORDERED, ZERO
from kamlib.data.reduce.reporting import SEPARATOR, superiors
from kamlib.data.reduce.spellings import regrouped
from kamlib.data.who import Who
from kamlib.words import _

# What a group without a value takes where all its sites share it; the rest stays the sites' own.
_SHARED = ("industry", "region", "manager")
# Columns with codes of persons, unique per account.
_PEOPLE = ("contact", "reports_to", "dotted_to")
Codes = Mapping[tuple[str, str], str]


def counted_lines(lines: ibis.Table, who: Who) -> ibis.Table:
    """Lines, or the day ledger, under the account that each number counts as; lazily."""
    if not who.counted_as:
        return lines
    engine = lines.get_backend()
    pairs = pa.table({"number": [*who.counted_as], "counts_as": [*who.counted_as.values()]})
    named = engine.create_table(ibis.util.gen_name("who"), pairs, temp=True)
    joined = lines.left_join(named, lines["account"] == named["number"])
    account = ibis.coalesce(joined["counts_as"], joined["account"]).name("account")
    return joined.select([account if n == "account" else joined[n] for n in lines.columns])


def counted_ledger(ledger: Ledger, who: Who, orders: pa.Table | None = None) -> Ledger:
    """The day ledger with one row per account, day and part of the sales, as if one number.

    Parameters
    ----------
    orders
        What remains of days on which one number takes back what another one sold, as
        :func:`kamlib.data.reduce.ledger.orders_of_several` finds them.
    """
    if not who.counted_as:
        return ledger
    engine = ledger.table.get_backend()
    table = regrouped(engine, counted_lines(ledger.table, who))
    return replace(ledger, table=table if orders is None else _netted(table, orders, ledger))


def _netted(table: ibis.Table, orders: pa.Table, ledger: Ledger) -> ibis.Table:
    """The day ledger with other numbers of lines ordered where an account's days are known."""
    engine = table.get_backend()
    known, netted = ibis.util.gen_name("known"), ibis.util.gen_name("netted")
    engine.con.register(known, orders)
    same = " AND ".join(f"COALESCE(day.{n}, '') = known.{n}" for n in ("account", *DIMENSIONS))
    ordered = f"{ORDERED} + known.{ZERO}" if ledger.zero_value else ORDERED
    engine.raw_sql(f"""
        CREATE TEMP TABLE {netted} AS
        SELECT day.* REPLACE (COALESCE(known.{ordered}, day.{ORDERED}) AS {ORDERED},
            COALESCE(known.{ZERO}, day.{ZERO}) AS {ZERO})
        FROM {table.get_name()} AS day LEFT JOIN {known} AS known
            ON day.date = known.date AND {same}""")
    return engine.table(netted)


def counted_tables(
    own: Mapping[str, SideTable], who: Who
) -> tuple[dict[str, SideTable], tuple[Finding, ...]]:
    """The tables beside transactions by the accounts that numbers count as, and what to know.

    Rows that become one are counted with the reason: none is lost without a word.
    """
    tables = dict(own)
    if not who.counted_as and "identities" not in own:
        return tables, ()
    codes = person_codes(own, who)
    found: list[Finding] = []
    for name, table in own.items():
        if name == "accounts":
            tables[name], told = _accounts(table, who)
            found += told
        elif name != "identities" and who.counted_as:
            tables[name] = _joined(table, who, codes)
    return tables, tuple(found)


def counted_edits(edits: TableEdits, name: str, who: Who, codes: Codes) -> TableEdits:
    """What dossiers edited, by the accounts that numbers count as.

    What a dossier says of a site's own row of accounts is no word on its group.
    """
    rows = edits.edits
    if name == "accounts" and who.level == "group":
        settled = rows["account"].replace(who.numbers)
        rows = rows[~settled.isin(who.heads)]
    raw = rows["account"]
    for prefix in ("", BEFORE, AFTER):
        rows = _renamed(rows, raw, who, codes, prefix)
    return replace(edits, edits=rows.reset_index(drop=True))


def person_codes(own: Mapping[str, SideTable], who: Who) -> dict[tuple[str, str], str]:
    """New codes of people whose code is another's in the account that theirs counts as.

    By number and code. A person of the same name, or without one, is the same person.
    """
    if "contacts" not in own or not who.counted_as:
        return {}
    rows = own["contacts"].rows
    now = _counted(rows["account"], who.counted_as)
    rows = rows.assign(now=now, moved=now != rows["account"])
    rows = rows[rows.duplicated(["now", "contact"], keep=False)]
    rows = rows.sort_values(["now", "contact", "moved", "account"], kind="stable")
    names = rows["name"].str.casefold().str.strip()
    first = names.groupby([rows["now"], rows["contact"]]).transform("first")
    another = rows[names.notna() & (names != first)]
    return {
        (row.account, row.contact): f"{row.contact} ({row.account})" for row in another.itertuples()
    }


def _accounts(table: SideTable, who: Who) -> tuple[SideTable, list[Finding]]:
    """One row per account: the surviving number's values, then those of the others."""
    rows = table.rows
    now = _counted(rows["account"], who.numbers)
    moved = rows["account"] != now
    together = rows.assign(account=now)
    several = together.duplicated("account", keep=False)
    differing = _differing(together[several])
    merged = _first_of_each(together[several], moved[several], ["account"])
    rows = pd.concat([together[~several], merged]).sort_index(kind="stable")
    above = [who.parents.get(account) for account in rows["account"]]
    rows["parent"] = pd.Series(above, rows.index, rows["parent"].dtype)
    if who.level == "group":
        rows = _heads_only(rows, who)
    told = _("two rows of one account differ: those of the number that stays count")
    found = []
    if differing:
        shown = ", ".join(differing[:EXAMPLES])
        found.append(Finding("accounts", "note", told, len(differing), shown))
    return _counting(table, rows), found


def _differing(together: pd.DataFrame) -> list[str]:
    """Accounts whose rows say different things, each with the columns."""
    found = []
    for account, rows in together.groupby("account"):
        columns = [name for name in rows.columns if rows[name].nunique() > 1]
        found += [f"{account}: {_(', ').join(columns)}"] if columns else []
    return found


def _heads_only(rows: pd.DataFrame, who: Who) -> pd.DataFrame:
    """The rows of groups and of accounts in none; what all sites share fills what a head lacks."""
    head = _counted(rows["account"], who.heads)
    below = rows["account"] != head
    of_group = head.isin(head[below])
    shared = [rows[~of_group]]
    for name, group in rows[of_group].groupby(head[of_group]):
        own = group[group["account"] == name]
        one = own if len(own) else group.iloc[:1].assign(account=name, name=name)
        if own.empty:
            others = [n for n in rows.columns if n not in ("account", "name", *_SHARED)]
            one = one.assign(**{n: pd.Series(None, one.index, rows[n].dtype) for n in others})
        for column in _SHARED:
            values = group[column].dropna().unique()
            if own.empty or one[column].isna().all():
                one = one.assign(**{column: values[0] if len(values) == 1 else None})
        shared.append(one.astype(rows.dtypes.to_dict()))
    return (
        pd.concat(shared)
        .sort_index(kind="stable")
        .assign(parent=None)
        .astype(rows.dtypes.to_dict())
    )


def _joined(table: SideTable, who: Who, codes: Codes) -> SideTable:
    """A table under the accounts that count, without rows that so repeat an earlier one."""
    raw = table.rows
    if "account" not in raw:
        return table
    rows = _renamed(raw, raw["account"], who, codes)
    key = list(TABLES[table.name].key)
    single = table.name in ONE_ROW_PER_KEY and "account" in key
    within = key if single else list(rows.columns)
    several = rows["account"].isin(who.counted_as.values()) & rows.duplicated(within, keep=False)
    if not several.any():
        return replace(table, rows=rows)
    moved = raw["account"] != rows["account"]
    merged = _first_of_each(rows[several], moved[several], within)
    return _counting(table, pd.concat([rows[~several], merged]).sort_index(kind="stable"))


def _first_of_each(rows: pd.DataFrame, moved: pd.Series, key: list[str]) -> pd.DataFrame:
    """One row per key, at the place of the first: where it is empty the next row's value counts."""
    ordered = rows.loc[moved.sort_values(kind="stable").index]
    places = ordered.index.to_series().groupby([ordered[name] for name in key], dropna=False)
    group = places.transform("first")
    return ordered.groupby(group.to_numpy(), sort=False).first().astype(rows.dtypes.to_dict())


def _counting(table: SideTable, rows: pd.DataFrame) -> SideTable:
    joined = len(table.rows) - len(rows)
    reason = _("of a number that counts as another account: joined to its row")
    excluded = {**table.excluded, reason: joined} if joined else table.excluded
    return replace(table, rows=rows.reset_index(drop=True), excluded=excluded)


def _renamed(
    rows: pd.DataFrame, raw: pd.Series, who: Who, codes: Codes, prefix: str = ""
) -> pd.DataFrame:
    """Rows with accounts, and the people's codes in them, as they count; ``raw`` the numbers."""
    new = {}
    for name in [name for name in _PEOPLE if codes and prefix + name in rows]:
        people = rows[prefix + name]
        found = [_coded(*pair, codes) for pair in zip(raw, people, strict=True)]
        new[prefix + name] = pd.Series(found, rows.index, people.dtype)
    for name in [name for name in ACCOUNTS if prefix + name in rows]:
        new[prefix + name] = _counted(rows[prefix + name], who.counted_as)
    return rows.assign(**new)


def _coded(account: str, cell: object, codes: Codes) -> object:
    """A cell with the code of a person, or of several superiors, by the codes that count."""
    several = superiors(cell)
    if len(several) < 2:
        return codes.get((account, cell), cell)
    return SEPARATOR.join(codes.get((account, code), code) for code in several)


def _counted(accounts: pd.Series, counted_as: Mapping[str, str]) -> pd.Series:
    return pd.Series([counted_as.get(a, a) for a in accounts], accounts.index, accounts.dtype)
