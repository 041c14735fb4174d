"""Which accounts may be one company: each pair with its evidence, kind, strength and money."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kamlib.analysis.identities.evidence import told_evidence
from kamlib.analysis.identities.names import NEAR, PAIR, SAME, like_names
from kamlib.analysis.identities.signs import (
    address_key,
    like_lines,
    like_numbers,
    same_address,
    same_people,
)
from kamlib.analysis.measures.texts import text_column
from kamlib.analysis.measures.year_value import year_before
from kamlib.settings import IdentitySettings

STRENGTHS = ("strong", "likely", "look")
STRENGTH = pd.CategoricalDtype(STRENGTHS, ordered=True)
COLUMNS = (
    *("account", "name", "belongs_to", "belongs_to_name", "kind", "strength", "evidence"),
    *("revenue", "revenue_belongs_to", "not_lost", "not_new", "money"),
)
_GONE, _NEW = "lost", "new"


@dataclass(frozen=True)
class KnownAccounts:
    """What is known of accounts when it is asked which of them are one.

    Attributes
    ----------
    accounts
        Indexed by account: ``name`` and, where known, ``region`` and ``address``.
    orders
        The order statistics at the day of asking (``orders_at``).
    months, line_quarters
        The book's frames.
    states
        The states of ``account_states``, by account.
    contacts
        The canonical table as known; may be empty.
    settled
        ``account``, ``belongs_to`` of the pairs about which somebody has decided, either way.
    as_of, data_from
        The last day that counts, and the first day of the sales.
    heads
        The topmost account above each site of a group.
    """

    accounts: pd.DataFrame
    orders: pd.DataFrame
    months: pd.DataFrame
    line_quarters: pd.DataFrame
    states: pd.Series
    contacts: pd.DataFrame
    as_of: pd.Timestamp
    data_from: pd.Timestamp
    settled: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["account", "belongs_to"])
    )
    heads: Mapping[str, str] = field(default_factory=dict)


def identity_candidates(known: KnownAccounts, *, settings: IdentitySettings) -> pd.DataFrame:
    """The accounts that may be one company with another, the surest and most money first.

    A pair is found by its names, by numbers that are misread for each other, by one address, or
    by people; what else is known makes it surer or not worth a question. A name that is only
    near, an address and people need more than themselves.

    Returns
    -------
    One row per account that may belong to another one, columns as in ``COLUMNS``: ``account``
    (the number that would count under the other), ``belongs_to``; ``kind`` (of ``ONE_ACCOUNT``);
    ``strength`` (ordered, of ``STRENGTHS``); ``evidence`` (words); ``revenue``,
    ``revenue_belongs_to`` (currency, the twelve months up to ``as_of``); ``not_lost`` (currency a
    year that would not count as lost), ``not_new`` (of the twelve months, that would not be new);
    ``money`` (currency: what changes its place, else the smaller revenue).
    """
    pairs = _judged(_signs(known, settings), known, settings)
    pairs = pairs[pairs["strength"] != ""]
    pairs = _directed(pairs, known)
    pairs = pairs.join(_money(pairs, known))
    pairs["strength"] = pairs["strength"].astype(STRENGTH)
    pairs["evidence"] = told_evidence(pairs, known.accounts["name"])
    order = ["strength", "money", "account", "belongs_to"]
    pairs = pairs.sort_values(order, ascending=[True, False, True, True], kind="stable")
    return _one_each(pairs).reset_index(drop=True)[list(COLUMNS)]


def _signs(known: KnownAccounts, settings: IdentitySettings) -> pd.DataFrame:
    """Every pair that anything speaks for, with all that does."""
    names = known.accounts["name"].astype("str").fillna("")
    most = settings.most_same
    found = {
        "how": like_names(names, most_same=most),
        "number": like_numbers(known.accounts.index).assign(number=True),
        "address": same_address(known.accounts, most_same=most).assign(address=True),
        "people": same_people(known.contacts, most_same=most),
    }
    pairs = pd.concat([frame[list(PAIR)] for frame in found.values()]).drop_duplicates()
    for frame in found.values():
        pairs = pairs.merge(frame, on=list(PAIR), how="left")
    pairs = pairs[pairs["one"].isin(names.index) & pairs["other"].isin(names.index)]
    decided = zip(known.settled["account"], known.settled["belongs_to"], strict=True)
    settled = {frozenset(pair) for pair in decided}
    asked = [
        frozenset(pair) not in settled for pair in zip(pairs["one"], pairs["other"], strict=True)
    ]
    pairs = pairs[np.array(asked, dtype=bool)].reset_index(drop=True)
    pairs["how"] = pairs["how"].astype(object).fillna("").astype("str")
    for sign in ("number", "address"):
        pairs[sign] = pairs[sign].eq(True)
    for number in ("people", "reached"):
        pairs[number] = pairs[number].astype(float).fillna(0).astype(int)
    pairs["lines"] = like_lines(pairs, known.line_quarters)
    return pairs


def _judged(pairs: pd.DataFrame, known: KnownAccounts, settings: IdentitySettings) -> pd.DataFrame:
    """How sure each pair is, by its signs: ``strength``, "" where it is not worth a question."""
    found = pairs.join(_lives(pairs, known, settings))
    same_region, other_region = _agree(found, text_column(known.accounts, "region"))
    same_industry, _other = _agree(found, text_column(known.accounts, "industry"))
    _same, found["moved"] = _agree(found, address_key(known.accounts))
    found["elsewhere"], found["akin"] = other_region, same_region & same_industry
    alike = found["lines"] >= settings.like_lines
    met = (found["people"] > 0) | (found["reached"] > 0)
    more = found["follows"] | found["address"] | met
    same, typed = found["how"] == SAME, ~found["how"].isin(["", NEAR, SAME])
    near, other = found["how"] == NEAR, found["how"] == ""
    place = found["address"] | (found["reached"] > 0)
    cases = {
        "strong": found["number"] | (same & more),
        "likely": (same & ~found["elsewhere"] & ~found["moved"])
        | (typed & (more | alike | found["akin"]))
        | (near & (place | (found["follows"] & alike))) | (other & found["after"] & place),
        "look": same | typed | (near & found["follows"])
        | (other & found["after"] & (found["people"] >= settings.shared_people)),
    }  # fmt: skip
    found["strength"] = np.select(list(cases.values()), list(cases), "")
    # Sites of one group bear one name and share people: somebody has said so already.
    one, other = ([known.heads.get(account, account) for account in found[s]] for s in PAIR)
    sites = np.array(one, dtype=object) == np.array(other, dtype=object)
    found.loc[sites & ~found["follows"].astype(bool) & ~found["number"], "strength"] = ""
    return found


def _agree(pairs: pd.DataFrame, texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Whether both of a pair are known to have the same text, and to have different ones."""
    one, other = (texts.reindex(pairs[side]).fillna("").to_numpy(object) for side in PAIR)
    known = (one != "") & (other != "")
    return known & (one == other), known & (one != other)


def _lives(pairs: pd.DataFrame, known: KnownAccounts, settings: IdentitySettings) -> pd.DataFrame:
    """Which of two ended as the other began, if any.

    Returns
    -------
    Per pair ``older`` (that account, else ""), ``ended``, ``began`` (days), ``follows`` (whether
    one began as the other ended, a short overlap allowed), ``after`` (the same, without any).
    """
    days = known.orders[["first_order", "last_order"]]
    one, other = (days.reindex(pairs[side]).set_index(pairs.index) for side in PAIR)
    begins = known.data_from + pd.Timedelta(days=settings.settled_days)
    parts = []
    for older, newer, side in ((one, other, "one"), (other, one, "other")):
        gap = (newer["first_order"] - older["last_order"]).dt.days
        in_time = gap.between(-settings.overlap_days, settings.follows_days)
        in_time &= (newer["first_order"] > begins) & (older["first_order"] < newer["first_order"])
        in_time &= older["last_order"] < newer["last_order"]
        parts.append(
            pd.DataFrame(
                {
                    "older": pairs[side].where(in_time, ""),
                    "ended": older["last_order"].where(in_time),
                    "began": newer["first_order"].where(in_time),
                    "follows": in_time,
                    "after": in_time & (gap > 0),
                }
            )
        )
    return parts[0].where(parts[0]["follows"], parts[1])


def _directed(pairs: pd.DataFrame, known: KnownAccounts) -> pd.DataFrame:
    """Which of both would count under the other: the one that ended, else the lesser one."""
    follows = pairs["follows"].astype(bool)
    first = np.where(follows, pairs["older"], _lesser(pairs, known))
    found = pairs.assign(
        account=first, belongs_to=np.where(first == pairs["one"], pairs["other"], pairs["one"])
    )
    named = (found["how"] != "") | found["number"]
    ended = found[follows].groupby("belongs_to")["account"].transform("size")
    several = ended.reindex(found.index).fillna(0) > 1
    cases = [follows & ~named & found["address"] & (found["reached"] == 0), follows & several,
             follows & named, follows]  # fmt: skip
    kinds = ["successor", "merged", "renumbered", "merged"]
    found["kind"] = np.select(cases, kinds, "same")
    found["name"] = known.accounts["name"].reindex(found["account"]).to_numpy()
    found["belongs_to_name"] = known.accounts["name"].reindex(found["belongs_to"]).to_numpy()
    return found


def _lesser(pairs: pd.DataFrame, known: KnownAccounts) -> np.ndarray:
    """Of each pair the account with fewer days of orders; of equals the one that came later."""
    days = known.orders["order_days"]
    one, other = (days.reindex(pairs[side]).fillna(0).to_numpy() for side in PAIR)
    return np.where(one < other, pairs["one"], pairs["other"])


def _money(pairs: pd.DataFrame, known: KnownAccounts) -> pd.DataFrame:
    """The revenue of both, and how much of it would not be lost and not be new."""
    every = pd.Index(pd.unique(pairs[["account", "belongs_to"]].to_numpy().ravel()), dtype="str")
    now = year_before(known.months, pd.Series(known.as_of, every))["revenue_a_year"]
    last = known.orders["last_order"].reindex(every)
    was = year_before(known.months, last)["revenue_a_year"]
    state = known.states.astype("str").reindex(every).fillna("")

    def of(values: pd.Series, side: str) -> np.ndarray:
        return values.reindex(pairs[side]).to_numpy()

    mine, theirs = of(now, "account"), of(now, "belongs_to")
    # Lost counts only where the other goes on; new only where the other was there before.
    gone = {side: of(state, side) == _GONE for side in ("account", "belongs_to")}
    new = {side: of(state, side) == _NEW for side in ("account", "belongs_to")}
    not_lost = np.where(gone["account"] & ~gone["belongs_to"], of(was, "account"), 0.0)
    not_lost += np.where(gone["belongs_to"] & ~gone["account"], of(was, "belongs_to"), 0.0)
    not_new = np.where(new["belongs_to"] & ~new["account"], theirs, 0.0)
    not_new += np.where(new["account"] & ~new["belongs_to"], mine, 0.0)
    moved = not_lost + not_new
    return pd.DataFrame(
        {
            "revenue": mine,
            "revenue_belongs_to": theirs,
            "not_lost": not_lost,
            "not_new": not_new,
            "money": np.where(moved > 0, moved, np.clip(np.minimum(mine, theirs), 0.0, None)),
        },
        pairs.index,
    )


def _one_each(pairs: pd.DataFrame) -> pd.DataFrame:
    """The surest row of each account, and none that would lead back to where it began."""
    above: dict[str, str] = {}
    kept = []
    for row, account, belongs_to in zip(
        pairs.index, pairs["account"], pairs["belongs_to"], strict=True
    ):
        top = belongs_to
        while top in above:
            top = above[top]
        if account not in above and top != account:
            above[account] = belongs_to
            kept.append(row)
    return pairs.loc[kept]
