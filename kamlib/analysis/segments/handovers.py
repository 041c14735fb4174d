"""Who served each account when, as its sales name the manager, and where it changed hands."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamlib.settings import Settings
from kamlib.settings.segments import HandoverSettings
from kamlib.words import _, day, money

COLUMNS = [
    *("account", "name", "from_manager", "to_manager", "on", "quarter_by_from", "quarter_by_to"),
    *("year_by_from", "year_by_to", "seen_in"),
]
SPELLS = ["account", "manager", "since", "until"]
PIECES = ["account", "manager", "revenue", "before", "part"]
MOVES = ["account", "from_manager", "to_manager", "revenue"]
BY_LINES, BY_TABLE = "sales", "accounts table"
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Served:
    """Who served the accounts that changed hands: all of it empty where none did.

    Attributes
    ----------
    handovers
        The table of :func:`handovers`.
    pieces
        Per account that somebody else than its manager of today served in the window, and who
        did: ``account``, ``manager``; ``revenue`` then, and ``before`` on the same days a year
        ago (currency); ``part`` of the window (0–1). An account's pieces are in order of time.
    moves
        Per account that changed hands in the quarter, and new manager: ``account``;
        ``from_manager`` (who had it when the quarter began), ``to_manager``; ``revenue``
        (currency) of the quarter that the new one sold.
    """

    handovers: pd.DataFrame
    pieces: pd.DataFrame
    moves: pd.DataFrame


@dataclass(frozen=True)
class _Spell:
    """A time in which one manager leads an account's order days; ``led`` of its ``days``."""

    manager: str
    first: pd.Timestamp
    last: pd.Timestamp
    days: int = 0
    led: int = 0
    named: bool = False  # the accounts table says so


def nobody_served() -> Served:
    """Where nothing changed hands, or nobody can see it."""
    texts = {"account": "str", "manager": "str"}
    pieces = pd.DataFrame(columns=PIECES).astype(dict.fromkeys(PIECES[2:], float) | texts)
    moves = pd.DataFrame(columns=MOVES).astype(dict.fromkeys(MOVES[:3], "str") | {"revenue": float})
    return Served(_typed(pd.DataFrame(columns=COLUMNS)), pieces, moves)


def changed_managers(manager_quarters: pd.DataFrame, today: pd.Series) -> pd.Index:
    """The accounts whose sales name more than one manager, or another than today's.

    None where sales and accounts table name different people for most accounts: then one of
    them names no account managers, and a difference is no handover.

    Parameters
    ----------
    manager_quarters
        ``account``, ``key`` (the manager, "" where the lines name none) and ``quarter`` of the
        quarters that count.
    today
        Manager today per account, as the accounts table has it; may lack accounts.
    """
    named = manager_quarters[manager_quarters["key"] != ""]
    found = named.drop_duplicates(["account", "key"])[["account", "key"]]
    told = found["account"].map(today[today.fillna("") != ""])
    known = found[told.notna()]
    agree = known["account"][known["key"] == told[told.notna()]].nunique()
    if agree < known["account"].nunique() / 2:
        return pd.Index([], dtype="str", name="account")
    several = found["account"].duplicated(keep=False)
    other = told.notna() & (found["key"] != told)
    return pd.Index(sorted(set(found.loc[several | other, "account"])), dtype="str", name="account")


def served(
    days: pd.DataFrame,
    today: pd.Series,
    names: pd.Series,
    owners: pd.Series,
    *,
    as_of: pd.Timestamp,
    quarter_begins: pd.Timestamp,
    settings: Settings,
) -> Served:
    """Who served the accounts in the window, and which of them changed hands.

    A handover is a lasting change of who leads an account's order days. It is none where the
    one before comes back (a deputy), where each manager sells product lines of their own at the
    same time, or where two share the order days throughout. The accounts table's manager counts
    as today's.

    Parameters
    ----------
    days
        The book's frame of ``manager_days``, from a year before the window on.
    today
        Manager today per account, as the accounts table has it; may lack accounts.
    names, owners
        Name per account, and the manager for whom it counts today.
    as_of
        The last day of the window, which is ``abc.months`` long.
    quarter_begins
        First day of the reported quarter.
    """
    if days.empty:
        return nobody_served()
    begins = as_of + DAY - pd.DateOffset(months=settings.abc.months)
    year_begins = as_of + DAY - pd.DateOffset(years=1)
    spells = service(days, today, as_of=as_of, rules=settings.handovers)
    cut = [begins, as_of + DAY]
    pieces = _pieces(spells, days, cut)
    whole = ~pieces["account"].duplicated(keep=False)
    own = pieces["manager"] == pieces["account"].map(owners).astype("str")
    return Served(
        handovers(spells, days, names, begins=year_begins, quarter_begins=quarter_begins),
        pieces[~(whole & own)].reset_index(drop=True),
        _moves(spells, days, quarter_begins),
    )


def service(
    days: pd.DataFrame, today: pd.Series, *, as_of: pd.Timestamp, rules: HandoverSettings
) -> pd.DataFrame:
    """Who served each account from when to when.

    Returns
    -------
    One row per account and spell, in order of time: ``account``, ``manager``; ``since`` (first
    day; of the first spell the first day with a sale); ``until`` (the day before the next, NaT
    of the last); ``seen_in`` ("sales", or "accounts table" where no sale names the manager yet).
    """
    named = days[days["manager"] != ""]
    leading = _leading(named)
    beside = _side_by_side(named, rules)
    rows = []
    for account, group in leading.groupby("account", sort=True):
        spells = _runs(group, today.get(account))
        shared = account in beside
        settled = spells if shared else _without_deputies(spells, as_of, rules)
        if shared or any(s.days and s.led / s.days < rules.min_share for s in settled):
            most = group["manager"].value_counts().sort_index(kind="stable").idxmax()
            settled = [replace(spells[0], manager=today.get(account) or most)]
        rows += _dated(account, settled, rules)
    columns = [*SPELLS, "seen_in"]
    dates = dict.fromkeys(["since", "until"], "datetime64[us]")
    return pd.DataFrame(rows, columns=columns).astype(dates | {"manager": "str", "account": "str"})


def _leading(named: pd.DataFrame) -> pd.DataFrame:
    """Who has most of an account's lines on each day."""
    lines = named.groupby(["account", "date", "manager"], as_index=False)["lines"].sum()
    order = ["account", "date", "lines", "manager"]
    ranked = lines.sort_values(order, ascending=[True, True, False, True], kind="stable")
    return ranked.drop_duplicates(["account", "date"])


def _side_by_side(named: pd.DataFrame, rules: HandoverSettings) -> set[str]:
    """Accounts of which two managers sell different product lines at the same time."""
    groups = named.groupby(["account", "manager"])
    table = pd.DataFrame(
        {
            "lines": groups["product_line"].agg(lambda found: frozenset(found) - {""}),
            "days": groups["date"].nunique(),
            "first": groups["date"].min(),
            "last": groups["date"].max(),
        }
    ).reset_index()
    table = table[(table["days"] >= rules.min_order_days) & (table["lines"].map(len) > 0)]
    pairs = table.merge(table, on="account", suffixes=("", "_other"))
    pairs = pairs[pairs["manager"] < pairs["manager_other"]]
    sides = zip(pairs["lines"], pairs["lines_other"], strict=True)
    apart = [one.isdisjoint(other) for one, other in sides]
    at_once = (pairs["first"] < pairs["last_other"]) & (pairs["first_other"] < pairs["last"])
    return set(pairs.loc[at_once & np.array(apart, dtype=bool), "account"])


def _runs(group: pd.DataFrame, today: str | None) -> list[_Spell]:
    """An account's spells as the days come, and today's manager by the accounts table."""
    spells: list[_Spell] = []
    for date, manager in zip(group["date"], group["manager"], strict=True):
        one = _Spell(manager, date, date, 1, 1)
        spells = _joined([*spells, one], len(spells))
    if isinstance(today, str) and today:
        if spells[-1].manager == today:
            spells[-1] = replace(spells[-1], named=True)
        else:
            after = spells[-1].last + DAY
            spells.append(_Spell(today, after, after, named=True))
    return spells


def _joined(spells: list[_Spell], place: int) -> list[_Spell]:
    """The spells with the one at a place joined to the one before, where both are one manager's."""
    if not 0 < place < len(spells) or spells[place].manager != spells[place - 1].manager:
        return spells
    return _absorbed(spells, place)


def _absorbed(spells: list[_Spell], place: int) -> list[_Spell]:
    """The days of the spell at a place given to the one before."""
    before, one = spells[place - 1], spells[place]
    same = before.manager == one.manager
    whole = replace(
        before,
        last=one.last if one.days else before.last,
        days=before.days + one.days,
        led=before.led + (one.led if same else 0),
        named=before.named or (same and one.named),
    )
    return [*spells[: place - 1], whole, *spells[place + 1 :]]


def _without_deputies(
    spells: list[_Spell], as_of: pd.Timestamp, rules: HandoverSettings
) -> list[_Spell]:
    while True:
        deputies = [i for i in range(1, len(spells)) if _stands_in(spells, i, as_of, rules)]
        if not deputies:
            return spells
        shortest = min(deputies, key=lambda i: (spells[i].days, i))
        spells = _joined(_absorbed(spells, shortest), shortest)


def _stands_in(
    spells: list[_Spell], place: int, as_of: pd.Timestamp, rules: HandoverSettings
) -> bool:
    """Whether a spell is a deputy's: short or thin, and the one before comes back."""
    one = spells[place]
    if one.named:
        return False
    last = place == len(spells) - 1
    ends = as_of + DAY if last else spells[place + 1].first
    short = (ends - one.first).days < rules.deputy_days
    if last:
        return short or one.days < 2
    if spells[place - 1].manager == spells[place + 1].manager:
        return short or one.days < rules.min_order_days
    return one.days < 2


def _dated(account: str, spells: list[_Spell], rules: HandoverSettings) -> list[tuple]:
    """Each spell from the day after the last of the one before, where little time lies between."""
    since = [spells[0].first]
    for before, one in zip(spells, spells[1:], strict=False):
        near = (one.first - before.last).days <= rules.gap_days
        since.append(before.last + DAY if near else one.first)
    until = [*(date - DAY for date in since[1:]), pd.NaT]
    seen = [BY_LINES if spell.days else BY_TABLE for spell in spells]
    columns = zip([spell.manager for spell in spells], since, until, seen, strict=True)
    return [(account, *values) for values in columns]


def handovers(
    spells: pd.DataFrame,
    days: pd.DataFrame,
    names: pd.Series,
    *,
    begins: pd.Timestamp,
    quarter_begins: pd.Timestamp,
) -> pd.DataFrame:
    """Which account went from whom to whom and when, with the sales that name each of them.

    Parameters
    ----------
    spells
        The table of :func:`service`.
    days
        Its days.
    names
        Name per account.
    begins
        First of the 12 months in which a handover counts.

    Returns
    -------
    One row per handover, the largest account first: ``COLUMNS``; ``on`` is the first day of the
    new manager (NaT where only the accounts table names the new one); revenue (currency) of the
    quarter and of 12 months whose lines name the one and the other.
    """
    pairs = spells.assign(from_manager=spells.groupby("account")["manager"].shift())
    pairs = pairs[pairs["from_manager"].notna() & (pairs["since"] >= begins)]
    table = pd.DataFrame(
        {
            "account": pairs["account"],
            "name": pairs["account"].map(names).fillna(pairs["account"]),
            "from_manager": pairs["from_manager"],
            "to_manager": pairs["manager"],
            "on": pairs["since"].where(pairs["seen_in"] == BY_LINES),
            "seen_in": pairs["seen_in"],
        }
    )
    for span, first in (("quarter", quarter_begins), ("year", begins)):
        sold = days[days["date"] >= first].groupby(["account", "manager"])["revenue"].sum()
        for side in ("from", "to"):
            keys = pd.MultiIndex.from_frame(table[["account", f"{side}_manager"]])
            table[f"{span}_by_{side}"] = sold.reindex(keys).fillna(0.0).to_numpy()
    whole = days[days["date"] >= begins].groupby("account")["revenue"].sum()
    table = table.assign(whole=table["account"].map(whole).fillna(0.0), place=pairs["since"])
    order = ["whole", "place", "account"]
    ranked = table.sort_values(order, ascending=[False, True, True], kind="stable")
    return _typed(ranked[COLUMNS].reset_index(drop=True))


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    kinds = {name: float if "_by_" in name else "str" for name in COLUMNS}
    return table.astype(kinds | {"on": "datetime64[us]"})


def _pieces(spells: pd.DataFrame, days: pd.DataFrame, window: list[pd.Timestamp]) -> pd.DataFrame:
    """What each manager served of each account in the window, and of the same days a year ago."""
    begins, ends = window
    length = (ends - begins).days
    rows = []
    sold = {account: group for account, group in days.groupby("account")}
    for account, group in spells.groupby("account", sort=True):
        seen = group["since"].where(group["seen_in"] == BY_LINES, ends)
        starts = seen.clip(lower=begins, upper=ends).tolist()
        starts[0] = begins
        bounds = [*starts, ends]
        earlier = [date - pd.DateOffset(years=1) for date in bounds]
        own = sold[account]
        now, then = _sums_between(own, bounds), _sums_between(own, earlier)
        for place, manager in enumerate(group["manager"]):
            part = (bounds[place + 1] - bounds[place]).days / length
            if part > 0:
                rows.append((account, manager, now[place], then[place], part))
    texts = {"account": "str", "manager": "str"}
    return pd.DataFrame(rows, columns=PIECES).astype(dict.fromkeys(PIECES[2:], float) | texts)


def _sums_between(own: pd.DataFrame, bounds: list[pd.Timestamp]) -> list[float]:
    """An account's revenue from each bound up to the day before the next."""
    return [
        float(own.loc[(own["date"] >= low) & (own["date"] < high), "revenue"].sum())
        for low, high in zip(bounds, bounds[1:], strict=False)
    ]


def _moves(spells: pd.DataFrame, days: pd.DataFrame, begins: pd.Timestamp) -> pd.DataFrame:
    """What was sold in the quarter under another name than the one it began with."""
    ended = spells["until"].isna() | (spells["until"] >= begins)
    current = spells[ended]
    first = current.drop_duplicates("account").set_index("account")["manager"]
    later = current[current["account"].duplicated() & (current["seen_in"] == BY_LINES)]
    later = later.drop_duplicates(["account", "manager"])
    sold = days[days["date"] >= begins].groupby(["account", "manager"])["revenue"].sum()
    table = pd.DataFrame(
        {
            "account": later["account"],
            "from_manager": later["account"].map(first),
            "to_manager": later["manager"],
        }
    )
    table = table[table["from_manager"] != table["to_manager"]]
    keys = pd.MultiIndex.from_frame(table[["account", "to_manager"]])
    return table.assign(revenue=sold.reindex(keys).fillna(0.0).to_numpy()).reset_index(drop=True)


def handovers_headline(
    table: pd.DataFrame, names: dict[str, str], currency: str = "", *, most: int = 2
) -> str:
    """Which accounts changed hands, the largest first; nothing where none did.

    Parameters
    ----------
    table
        The table of :func:`handovers`.
    names
        Names of the managers by code.
    most
        So many are named.
    """
    told = [handover_words(row, names, currency) for _i, row in table.head(most).iterrows()]
    more = len(table) - most
    if more > 0:
        told.append(_("1 more handover.") if more == 1 else _("{n} more handovers.").format(n=more))
    return " ".join(told)


def handover_words(row: pd.Series, names: dict[str, str], currency: str = "") -> str:
    """One handover: what went from whom to whom, when, with how much of the quarter."""
    who = {
        "what": row["account"],
        "one": names.get(row["from_manager"], row["from_manager"]),
        "other": names.get(row["to_manager"], row["to_manager"]),
    }
    if pd.isna(row["on"]):
        told = _("{what} went from {one} to {other} after its last sale (by the accounts table).")
        return told.format(**who)
    told = _("{what} went from {one} to {other} on {day}: {money} of the quarter since then.")
    return told.format(**who, day=day(row["on"]), money=money(row["quarter_by_to"], currency))
