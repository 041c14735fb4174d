"""Who is the customer: which numbers count as one account, and which accounts are one group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from kamlib.data.describe.schema import ONE_ACCOUNT
from kamlib.data.reduce.checks import EXAMPLES, Finding
from kamlib.words import _, number

LEVELS = 3  # a site, what it belongs to, and the group of that


@dataclass(frozen=True)
class Who:
    """What is known of who belongs to whom, and what counts as one account by it.

    ``decisions`` are the settled rows of the table identities with ``counts_as`` (the end of the
    chain), ``revenue`` (currency) and ``last`` (day) of all lines under the old number.
    ``parents`` has the one above each account, ``heads`` the topmost above each account that is
    not the topmost itself.
    ``level`` is the setting ``accounts.level``; ``findings`` are what to know of all this.
    """

    decisions: pd.DataFrame = field(repr=False)
    parents: Mapping[str, str] = field(repr=False)
    heads: Mapping[str, str] = field(repr=False)
    level: str
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Every other number by the account that it is settled to be."""
        return dict(zip(self.decisions["account"], self.decisions["counts_as"], strict=True))

    @cached_property
    def counted_as(self) -> dict[str, str]:
        """Every number that does not count as itself, and what it counts as in all frames."""
        if self.level == "account":
            return self.numbers
        every = {
            number: self.numbers.get(number, number) for number in [*self.numbers, *self.heads]
        }
        return {number: self.heads.get(account, account) for number, account in every.items()}

    @cached_property
    def also(self) -> dict[str, str]:
        """The other numbers of each account that has some, as a text."""
        return self.decisions.groupby("counts_as", sort=False)["account"].agg(", ".join).to_dict()

    def others(self, account: str) -> pd.DataFrame:
        """The decisions by which other numbers count as an account, in the order of the table."""
        return self.decisions[self.decisions["counts_as"] == account]


def who_is_who(
    identities: pd.DataFrame, accounts: pd.DataFrame, sold: pd.DataFrame, *, level: str
) -> Who:
    """What the tables identities and accounts say of who belongs to whom.

    Parameters
    ----------
    identities, accounts
        The checked rows of these tables.
    sold
        ``account``, ``revenue`` and ``last`` day of all lines under each number as it is written.
    level
        ``account`` or ``group``: what counts as one account.
    """
    known = {*sold["account"], *accounts["account"]}
    settling = identities[identities["kind"].isin(ONE_ACCOUNT)]
    decisions = _settled(settling, known).merge(
        sold[["account", "revenue", "last"]], on="account", how="left", validate="one_to_one"
    )
    parents = _parents(
        identities, accounts, dict(zip(decisions["account"], decisions["counts_as"], strict=True))
    )
    circle = in_circles(parents)
    ways = {account: _way(account, parents) for account in parents}
    heads = {account: way[-1] for account, way in ways.items() if not circle & {account, *way}}
    deep = sorted(account for account in heads if len(ways[account]) >= LEVELS)
    found = [
        *_unsettled(identities, settling, known),
        *_told(decisions),
        *_found(
            "accounts",
            "warning",
            _("stands more than three levels deep in its group; counts under the topmost"),
            deep,
        ),
    ]
    return Who(decisions.fillna({"revenue": 0.0}), parents, heads, level, tuple(found))


def in_circles(above: Mapping[str, str]) -> set[str]:
    """Who comes back to themselves on the way up, each with the one above.

    >>> sorted(in_circles({"a": "b", "b": "a", "c": "a", "d": "d"}))
    ['a', 'b', 'd']
    """
    circles: set[str] = set()
    settled: set[str] = set()
    for start in above:
        way: dict[str, int] = {}
        each: str | None = start
        while each in above and each not in settled and each not in way:
            way[each] = len(way)
            each = above[each]
        if each in way:
            circles |= {one for one, place in way.items() if place >= way[each]}
        settled |= way.keys()
    return circles


def _way(start: str, above: Mapping[str, str]) -> list[str]:
    """Everyone above somebody, the nearest first; a circle is gone round once.

    >>> _way("a", {"a": "b", "b": "c"})
    ['b', 'c']
    """
    way = [above[start]]
    while way[-1] in above and above[way[-1]] not in way:
        way.append(above[way[-1]])
    return way


def _settled(settling: pd.DataFrame, known: set[str]) -> pd.DataFrame:
    """The decisions that count: the first of each number, with the end of its chain."""
    first = settling.drop_duplicates("account")
    above = dict(zip(first["account"], first["belongs_to"], strict=True))
    circle = in_circles(above)
    ends = {account: _way(account, above)[-1] for account in above}
    counts = [account not in circle and ends[account] in known - circle for account in above]
    kept = first[pd.Series(counts, first.index, dtype=bool)]
    return kept.assign(counts_as=kept["account"].map(ends).astype("str"))


def _parents(
    identities: pd.DataFrame, accounts: pd.DataFrame, numbers: Mapping[str, str]
) -> dict[str, str]:
    """The one above each account; what is decided of a site goes before the accounts table."""
    sites = identities[identities["kind"] == "site"][["account", "belongs_to"]]
    owned = accounts.loc[accounts["parent"].notna(), ["account", "parent"]]
    own = ~owned["account"].isin(numbers)  # the surviving number's own row goes first
    parents: dict[str, str] = {}
    for rows in (sites, owned[own], owned[~own]):
        for account, above in rows.itertuples(index=False):
            one, other = numbers.get(account, account), numbers.get(above, above)
            if one != other or account == above:  # a parent that turned out to be the same
                parents.setdefault(one, other)
    return parents


def _unsettled(
    identities: pd.DataFrame, settling: pd.DataFrame, known: set[str]
) -> Iterable[Finding]:
    """Rows of the table identities by which nothing is settled, or that say two things."""
    pairs = settling["account"] + " = " + settling["belongs_to"]
    above = dict(zip(settling["account"], settling["belongs_to"], strict=True))
    to_self = identities["account"] == identities["belongs_to"]
    circle = settling["account"].isin(in_circles(above)) & ~to_self.reindex(settling.index)
    again = settling.duplicated("account")
    ends = settling["account"].map(lambda account: _way(account, above)[-1]).astype("str")
    nobody = ~ends.isin(known) & ~circle & ~to_self.reindex(settling.index)
    unknown = ~identities["account"].isin(known)
    told = "identities", "warning"
    yield from _found(
        *told, _("belongs to itself: the row says nothing"), identities.loc[to_self, "account"]
    )
    yield from _found(*told, _("belongs to itself in a circle: nothing is settled"), pairs[circle])
    yield from _found(
        *told, _("belongs to a number that no table knows: nothing is settled"), pairs[nobody]
    )
    yield from _found(
        *told, _("is said to be two different accounts: the first row counts"), pairs[again]
    )
    yield from _found(
        *told,
        _("is said to be the same and to be different: it counts as the same"),
        pairs[_both(settling, identities[identities["kind"] == "different"])],
    )
    note = _("is a number that neither transactions nor accounts know")
    yield from _found("identities", "note", note, identities.loc[unknown, "account"])


def _both(settling: pd.DataFrame, different: pd.DataFrame) -> pd.Series:
    """Which settled pairs are also said to be different, in whichever order."""
    others = {
        frozenset(pair) for pair in different[["account", "belongs_to"]].itertuples(index=False)
    }
    pairs = settling[["account", "belongs_to"]].itertuples(index=False)
    return pd.Series([frozenset(pair) in others for pair in pairs], settling.index, dtype=bool)


def _told(decisions: pd.DataFrame) -> Iterable[Finding]:
    told = _("count as another account, as was decided: {money} of revenue moves with them")
    money = number(float(decisions["revenue"].sum()), 2)
    pairs = decisions["account"] + " = " + decisions["counts_as"]
    yield from _found("identities", "note", told.format(money=money), pairs)


def _found(table: str, severity: str, told: str, where: Iterable[str]) -> Iterable[Finding]:
    names = list(where)
    if names:
        yield Finding(table, severity, told, len(names), ", ".join(names[:EXAMPLES]))
