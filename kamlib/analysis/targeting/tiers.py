"""How much of whose time a target gets: tiers by value and by the hours that there are."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamlib.analysis.measures.dependence import counted, with_dependence
from kamlib.analysis.segments.plays import hours_available
from kamlib.analysis.targeting.owners import (
    marketing_hours,
    sales_people,
    target_hours,
    target_owners,
)
from kamlib.analysis.targeting.tier_words import borders, tier_reasons
from kamlib.settings import Settings
from kamlib.words import _

TIERS = ("one-to-one", "one-to-few", "one-to-many", "find out", "not now")
ONE, FEW, MANY, FIND_OUT, NOT_NOW = range(5)
CLOSE = TIERS[:MANY]  # what somebody works on by hand
COLUMNS = [
    *("tier", "rank", "priority", "expected_value", "owner", "owner_why", "sales_hours"),
    *("marketing_hours", "cluster", "border", "tier_why", "value_from"),
]
_ROUNDING = 1e-9
QUARTERS = 4  # of a year


@dataclass(frozen=True)
class OurSide:
    """Who of us there is, and what we know of the accounts, when hours are given to targets.

    Attributes
    ----------
    managers, accounts
        The canonical table, and ``book.accounts``.
    revenue
        Revenue with us in a year per account, for targets whose ``value`` is not recorded: the
        median of its industry's accounts, else of all; and what an hour of sales brings.
    typical
        Per target what similar accounts buy in a year, before that median.
    leaving
        The accounts at risk of leaving: they are kept before they are grown.
    known_by
        Who of us talks with each target (``who_talks``), where anybody does.
    dependent
        The accounts that bring much of our sales already (``dependence``).
    margin_rate
        Margin per revenue (0–1) by which what a target brings pays for our hours; NaN where that
        is not asked.
    """

    managers: pd.DataFrame
    accounts: pd.DataFrame
    revenue: pd.Series | None = None
    typical: pd.Series | None = None
    leaving: pd.Index | None = None
    known_by: pd.Series | None = None
    dependent: pd.DataFrame | None = None
    margin_rate: float = np.nan


def tiers(
    targets: pd.DataFrame,
    three_ps: pd.DataFrame,
    chance: pd.Series,
    fit: pd.Series,
    ours: OurSide,
    *,
    settings: Settings,
) -> pd.DataFrame:
    """Place every target in one tier, as far as the hours of its owner and of marketing go.

    Priority is the chance to win times the expected value; of accounts on whom we depend it
    counts less. Vetoed targets, accounts at risk of leaving, and those whose score is below
    ``tiers.min_score``, are "not now"; those of which too little is known are "find out". The
    others are taken by priority: one-to-one from ``one_to_one_share`` of the hours, one-to-few
    (with a cluster: ``min_cluster`` of one industry, else of one region) from the rest, one-to-
    many from at most ``many_share``. By hand is worked on only what can be expected to bring
    ``least_per_hour`` for its hours, and where deals have shown the chances a margin of
    ``work.floor`` for each of them; nor is more asked about what brings less. What does not fit
    the hours of its owner is passed over for the next. The hours of a tier are set apart from
    those of the others, and marketing's go round the owners, each one's best target first: so
    more hours, with the same owners, never move a target down.

    Parameters
    ----------
    targets
        The table of ``target_list``.
    three_ps
        The table of ``three_ps``; what is not in it counts as unknown.
    chance
        Calibrated chance to win (0–1); where it is known of none the score of the three P's
        stands in, and where that is unknown too the median of the others.
    fit
        Fit (0–1); decides between equal priorities.
    ours
        Who of us there is, and what we know of the accounts.

    Returns
    -------
    One row per target, tier by tier in order of rank: ``COLUMNS``. ``tier`` (ordered
    category); ``rank`` (1 = highest priority of all); ``priority``, ``expected_value``
    (currency, NaN where no value is known of any account); ``owner`` (manager) and why;
    ``sales_hours``, ``marketing_hours`` of the quarter, a question (find out) that no longer
    fits has none; ``cluster`` ("" where too few are alike); ``border`` (what would move it, ""
    elsewhere); ``tier_why``; ``value_from`` ("noted", "rival's part", "gap", "like accounts",
    "its industry", "all accounts"). Hours never add up to more than there are.
    """
    managers, accounts = ours.managers, ours.accounts
    table = _weighed(targets, three_ps, chance, fit, ours, settings)
    table["leaving"] = table.index.isin([] if ours.leaving is None else ours.leaving)
    table["held"] = table["held"].mask(table["leaving"], NOT_NOW)
    if ours.known_by is not None:
        table["known_by"] = ours.known_by.reindex(table.index).astype("str").fillna("")
    table = table.join(target_owners(table, managers, accounts, settings=settings))
    table["cluster"] = _clusters(table, settings.tiers.min_cluster)
    hours = target_hours(managers, pd.Index(table["owner"].unique()), settings=settings)
    available = float(marketing_hours(managers, settings=settings).sum())
    if table["chance"].isna().all():
        # What no deals have shown tells no money: only the share of the company's hours counts.
        ours = replace(ours, margin_rate=np.nan)
    table["hand"] = _by_hand(table["priority"], ours, targets, settings)
    table["place"] = _places(table, hours, available, settings)
    table["sales_hours"] = _hours(table["place"], settings.tiers.sales_hours)
    table["marketing_hours"] = _hours(table["place"], settings.tiers.marketing_hours_each)
    table["sales_hours"] += _question_hours(table, hours, ours.margin_rate, settings)
    table["tier"] = pd.Categorical.from_codes(table["place"], TIERS, ordered=True)
    table["border"] = borders(table, settings=settings)
    table["tier_why"] = tier_reasons(table, settings=settings)
    if ours.dependent is not None:
        table["tier_why"] = with_dependence(table["tier_why"], ours.dependent)
    table = table.sort_values(["place", "rank"], kind="stable")
    return table[COLUMNS]


def tier_hours(tiers: pd.DataFrame, managers: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """Where the hours for targets go, per owner and for marketing.

    Parameters
    ----------
    tiers
        The table of ``tiers``.

    Returns
    -------
    One row per owner and the last for marketing: ``owner`` (code), ``team``, ``targets``
    (those with hours), ``hours_available``, ``one_to_one``, ``one_to_few``, ``one_to_many``,
    ``find_out``, ``hours_used``, ``hours_left`` (hours of the quarter).
    """
    names = pd.Index(sorted(tiers["owner"].unique()), dtype="str", name="owner")
    rows = [
        _used(tiers[tiers["owner"] == name], "sales_hours")
        | {"owner": name, "team": "sales", "hours_available": hours}
        for name, hours in target_hours(managers, names, settings=settings).items()
    ]
    total = float(marketing_hours(managers, settings=settings).sum())
    marketing = {"owner": "", "team": "marketing", "hours_available": total}
    rows.append(_used(tiers, "marketing_hours") | marketing)
    table = pd.DataFrame(rows)
    spent = ["one_to_one", "one_to_few", "one_to_many", "find_out"]
    table["hours_used"] = table[spent].sum(axis=1)
    table["hours_left"] = table["hours_available"] - table["hours_used"]
    order = ["owner", "team", "targets", "hours_available", *spent, "hours_used", "hours_left"]
    return table[order].astype({"owner": "str", "team": "str"})


def _weighed(
    targets: pd.DataFrame,
    three_ps: pd.DataFrame,
    chance: pd.Series,
    fit: pd.Series,
    ours: OurSide,
    settings: Settings,
) -> pd.DataFrame:
    """The targets by falling priority, with what they are ordered and held back by."""
    columns = ["name", "region", "industry", "manager"]
    table = targets.reindex(columns=columns).astype("str").fillna("")
    known = three_ps.reindex(targets.index)
    table["score"] = known["score"].astype(float)
    table["completeness"] = known["completeness"].astype(float).fillna(0.0)
    table["vetoed"] = known["vetoed"].eq(True).fillna(False).to_numpy(bool)
    table["p_why"] = known["why"].astype("str").fillna("")
    table["chance"] = chance.reindex(targets.index).astype(float)
    # A score is no chance: beside chances it would lift who is known less.
    weight = table["chance"] if table["chance"].notna().any() else table["score"]
    middle = weight[~table["vetoed"]].median()
    weight = weight.fillna(0.5 if pd.isna(middle) else middle).clip(0, 1)
    table["weight"] = weight.mask(table["vetoed"], 0.0)
    values = _expected_values(targets, ours)
    table["expected_value"], table["value_from"] = values["value"], values["from"]
    table["priority"] = table["weight"] * table["expected_value"]
    if ours.dependent is not None:
        table["priority"] = counted(table["priority"], ours.dependent)
    table["fit"] = fit.reindex(targets.index).astype(float)
    score, limits = table["score"], settings.tiers
    unknown = score.isna() | (table["completeness"] < limits.min_completeness - _ROUNDING)
    low = score < limits.min_score - _ROUNDING
    held = np.select([table["vetoed"], unknown, low], [NOT_NOW, FIND_OUT, NOT_NOW], default=ONE)
    table["held"] = held
    by = ["priority", "weight", "fit"]
    table = table.sort_index(kind="stable").sort_values(
        by, ascending=False, kind="stable", na_position="last"
    )
    table["rank"] = np.arange(1, len(table) + 1)
    return table


def _expected_values(targets: pd.DataFrame, ours: OurSide) -> pd.DataFrame:
    value = targets["value"].astype(float)
    bought = pd.Series(dtype=float) if ours.revenue is None else ours.revenue.astype(float)
    usual = pd.Series(np.nan, targets.index)
    if ours.typical is not None:
        usual = ours.typical.reindex(targets.index).astype(float)
    origin = pd.Series(np.where(usual.notna(), _("like accounts"), ""), targets.index, dtype="str")
    if len(bought):
        industry = ours.accounts["industry"].reindex(bought.index).astype("str").fillna("")
        medians = bought[industry != ""].groupby(industry[industry != ""]).median()
        of_industry = targets["industry"].astype("str").map(medians).astype(float)
        words = np.where(of_industry.notna(), _("its industry"), _("all accounts"))
        origin = origin.where(usual.notna(), words)
        usual = usual.fillna(of_industry).fillna(bought.median())
    # An account grows to what is usual, to twice what it buys at most.
    own = bought.reindex(targets.index).clip(lower=0)
    more = np.minimum((usual - own).clip(lower=0), own)
    told = targets["value_from"] if "value_from" in targets else _("noted")
    found = value.fillna(usual.where(own.isna(), more)).clip(lower=0)
    return pd.DataFrame({"value": found, "from": origin.mask(value.notna(), told)})


def _clusters(table: pd.DataFrame, smallest: int) -> pd.Series:
    """The industry, else the region, of which enough could be worked on."""
    able = table["held"] == ONE
    cluster = pd.Series("", table.index, dtype="str")
    for column in ("region", "industry"):
        sizes = table.loc[able, column].value_counts()
        large = sizes.index[(sizes >= smallest) & (sizes.index != "")]
        cluster = table[column].where(table[column].isin(large), cluster)
    return cluster


def _hour_worth(ours: OurSide, targets: pd.DataFrame, settings: Settings) -> float:
    """The company's revenue per hour of sales; 0 where either is unknown."""
    names = sales_people(targets, ours.managers, ours.accounts)
    hours = QUARTERS * float(hours_available(ours.managers, names, settings=settings).sum())
    sold = 0.0 if ours.revenue is None else float(ours.revenue.clip(lower=0).sum())
    return sold / hours if hours > 0 else 0.0


def _by_hand(
    priority: pd.Series, ours: OurSide, targets: pd.DataFrame, settings: Settings
) -> np.ndarray:
    """The closest tier that each target is worth; an unknown value holds nobody back."""
    rules, worth = settings.tiers, _hour_worth(ours, targets, settings)
    each = zip(rules.sales_hours[:MANY], rules.marketing_hours_each[:MANY], strict=True)
    least = [
        max(
            rules.least_per_hour * worth * (sales + marketing),
            _pays(sales, ours.margin_rate, settings),
        )
        for sales, marketing in each
    ]
    little = [(priority < limit - _ROUNDING).to_numpy() for limit in least]
    return np.select([~little[ONE], ~little[FEW]], [ONE, FEW], default=MANY)


def _pays(hours: float, margin_rate: float, settings: Settings) -> float:
    """The revenue whose margin pays for some hours of sales; 0 where nobody asks."""
    if np.isnan(margin_rate) or not hours * settings.work.floor:
        return 0.0
    return hours * settings.work.floor / margin_rate if margin_rate > 0 else np.inf


def _places(
    table: pd.DataFrame, hours: pd.Series, marketing: float, settings: Settings
) -> np.ndarray:
    """The tier of each target as a number, ``table`` being ordered by priority."""
    held = table["held"].to_numpy()
    place = np.where(held == ONE, NOT_NOW, held)
    owner = table["owner"]
    able = held == ONE
    numbers = owner[able].value_counts().reindex(hours.index).fillna(0)
    asked = owner[held == FIND_OUT].value_counts().reindex(hours.index).fillna(0)
    asking = asked * settings.tiers.find_out_hours
    of_owner = _limits(hours, settings.tiers.sales_hours, numbers, asking, settings)
    own = owner.map(of_owner[ONE]), owner.map(of_owner[FEW]), owner.map(of_owner[MANY])
    total = pd.Series([marketing])
    each = settings.tiers.marketing_hours_each
    shared = [
        limit.iloc[0] for limit in _limits(total, each, pd.Series([able.sum()]), 0.0, settings)
    ]
    clustered = (table["cluster"] != "").to_numpy()
    hand = table["hand"].to_numpy()
    of_tiers = (able & (hand == ONE), able & clustered & (hand <= FEW), able)
    for tier, of_tier in enumerate(of_tiers):
        # Marketing's turns do not depend on hours, so nobody's more hours take another's turn.
        turn = _count(owner, of_tier) if tier != MANY else np.zeros(len(table))
        free = of_tier & (place == NOT_NOW)
        fits = free & (_count(owner, free) < own[tier].to_numpy())
        order = np.lexsort((np.arange(len(table)), turn))
        slot = np.empty(len(table))
        slot[order] = np.cumsum(free[order]) - 1
        place[fits & (slot < shared[tier])] = tier
    return place


def _limits(
    hours: pd.Series,
    each: tuple[float, float, float],
    able: pd.Series,
    asking: pd.Series | float,
    settings: Settings,
) -> list[pd.Series]:
    """How many targets the hours of each tier are enough for, hours set apart by tier."""
    shares = settings.tiers
    first = shares.one_to_one_share
    last = min(shares.many_share, 1 - first)
    asked = min(shares.find_out_share, 1 - first - last)
    many = np.minimum(hours * last, able * each[MANY])
    questions = np.minimum(hours * asked, asking)
    pots = [hours * first, hours * (1 - first) - many - questions, many]
    return [
        np.floor(pot / cost + _ROUNDING) if cost else pot * 0 + np.inf
        for pot, cost in zip(pots, each, strict=True)
    ]


def _count(owner: pd.Series, chosen: np.ndarray) -> np.ndarray:
    """How many chosen ones of the same owner stand before each."""
    return pd.Series(chosen.astype(int)).groupby(owner.to_numpy()).cumsum().to_numpy() - 1


def _hours(place: pd.Series, each: tuple[float, float, float]) -> pd.Series:
    return place.map(dict(enumerate(each))).astype(float).fillna(0.0)


def _question_hours(
    table: pd.DataFrame, hours: pd.Series, margin_rate: float, settings: Settings
) -> pd.Series:
    """Hours to ask what is missing, by priority, as far as each owner has some left."""
    cost, part = settings.tiers.find_out_hours, settings.todo.answer_share
    little = table["priority"] * part < _pays(cost, margin_rate, settings) - _ROUNDING
    asked = (table["place"] == FIND_OUT).to_numpy() & ~little.to_numpy()
    spent = table.groupby("owner")["sales_hours"].sum().reindex(hours.index).fillna(0.0)
    left = table["owner"].map(hours - spent).to_numpy()
    fits = asked & ((_count(table["owner"], asked) + 1) * cost <= left + _ROUNDING)
    return pd.Series(np.where(fits, cost, 0.0), table.index)


def _used(part: pd.DataFrame, column: str) -> dict[str, float]:
    by_tier = part.groupby(part["tier"].astype("str"))[column].sum()
    used = {
        tier.replace("-", "_").replace(" ", "_"): float(by_tier.get(tier, 0)) for tier in TIERS[:4]
    }
    return used | {"targets": int((part[column] > 0).sum())}
