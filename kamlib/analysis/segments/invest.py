"""What makes an account attractive, and what our strength there rests on: figures and words."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.xyz import month_ordinals
from kamlib.analysis.measures.wallet import wallets
from kamlib.settings import Settings
from kamlib.words import _, count, number, share

ATTRACTIVENESS = ("wallet", "own_size", "value", "growth", "margin_rate")
STRENGTH = ("wallet_share", "regularity", "service", "attitude", "decider", "tenders")
YEAR = 12
COUNTED = ("deliveries_due", "deliveries_late", "tenders_won", "tenders_lost")


def portfolio_figures(
    classes: pd.DataFrame,
    months: pd.DataFrame,
    accounts: pd.DataFrame,
    competitors: pd.DataFrame,
    contacts: pd.DataFrame,
    record: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    settings: Settings,
    seen_to: pd.Timestamp | None = None,
    bought: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The raw figure of every part of both axes.

    Averages over the accounts stand in ``wallet``, ``own_size``, ``value`` and ``margin_rate``:
    another account moves all figures alike and re-ranks nobody.

    Returns
    -------
    One row per account in the order of ``classes``, NaN where unknown: ``wallet`` (estimated
    wallet over the mean yearly revenue per account); ``own_size`` (the account's own yearly
    revenue over the mean of those known); ``value`` (over the mean of the positive values);
    ``growth`` (of revenue, as ``revenue_growth``); ``margin_rate`` (less the company's);
    ``wallet_share`` (1 less competitors' share); ``regularity`` (share of months with an order)
    and ``rhythm`` (sd / mean of at least 3 gaps); ``service`` (share of deliveries on time);
    ``attitude`` (-2 to 2, of contacts, weighted by influence); ``decider`` (1: one of us looks
    after who decides, 0: nobody does; NaN where nobody is recorded as deciding); ``tenders``
    (won of decided). Beside them the counts of ``COUNTED`` and ``contacts`` (with an attitude).
    """
    need = wallets(classes, competitors, as_of=as_of, months=settings.abc.months, bought=bought)
    own = accounts["annual_revenue"].reindex(classes.index).astype(float)
    own = own.where(own > 0)
    counts = record.reindex(index=classes.index, columns=list(COUNTED)).astype(float)
    due, late, won, lost = (counts[name] for name in COUNTED)
    decided = won + lost
    people = _people(contacts).reindex(classes.index)
    return pd.DataFrame(
        {
            "wallet": need["wallet"] / _mean(need["yearly"]),
            "own_size": own / _mean(own),
            "value": classes["value"] / _mean(classes["value"].where(classes["value"] > 0)),
            "growth": revenue_growth(
                classes,
                months,
                seen_to=pd.Timestamp(as_of if seen_to is None else seen_to),
                min_months=settings.portfolio.min_growth_months,
            ),
            "margin_rate": _margin_rate(classes),
            "wallet_share": 1 - need["rival_share"],
            "regularity": classes["active_share"],
            "rhythm": classes["gap_cv"].where(classes["own_gap"].astype(bool)),
            "service": 1 - (late / due).where(due >= settings.portfolio.min_deliveries),
            "attitude": people["attitude"],
            "decider": people["decider"],
            "tenders": (won / decided).where(decided >= settings.portfolio.min_tenders),
            **counts,
            "contacts": people["contacts"],
        }
    )


def revenue_growth(
    classes: pd.DataFrame, months: pd.DataFrame, *, seen_to: pd.Timestamp, min_months: int
) -> pd.Series:
    """How revenue changed against the same months a year ago.

    Of the last 12 full months up to ``seen_to`` those count whose month a year ago lies after the
    month of the account's first order; with fewer than ``min_months`` of them, or without
    positive revenue then, growth is not known.

    Returns
    -------
    ``growth`` per account (0.1 for a tenth more).
    """
    last = (seen_to + pd.Timedelta(days=1)).to_period("M").ordinal - 1
    first = classes["first_order"].astype("datetime64[us]").dt.to_period("M").array.asi8
    counted = pd.Series(last - YEAR - first, classes.index).clip(upper=YEAR)
    counted = counted.where(classes["first_order"].notna(), 0)
    ordinals = month_ordinals(months)
    own = counted.reindex(months["account"]).fillna(0).to_numpy()
    sums = []
    for end in (last, last - YEAR):
        within = months[(ordinals > end - own) & (ordinals <= end)]
        sums.append(within.groupby("account")["revenue"].sum().reindex(classes.index))
    now, before = sums[0].fillna(0.0), sums[1]
    return (now / before.where((counted >= min_months) & (before > 0)) - 1).rename("growth")


def part_words(figures: pd.DataFrame) -> pd.DataFrame:
    """What each known part of an axis says, in words and figures; empty where unknown."""
    makers = {
        "wallet": lambda row: _("could buy {x} times what the average account buys").format(
            x=number(row.wallet, 1)
        ),
        "own_size": lambda row: _("itself {x} times the average in revenue").format(
            x=number(row.own_size, 1)
        ),
        "value": lambda row: _("brings {x} times the average").format(x=number(row.value, 1)),
        "growth": lambda row: (_("grew by {x}") if row.growth >= 0 else _("shrank by {x}")).format(
            x=share(abs(row.growth), 0)
        ),
        "margin_rate": lambda row: (
            _("margin rate {x} points over ours")
            if row.margin_rate >= 0
            else _("margin rate {x} points under ours")
        ).format(x=number(100 * abs(row.margin_rate), 1)),
        "wallet_share": lambda row: _("{x} of its purchases are ours").format(
            x=share(row.wallet_share, 0)
        ),
        "regularity": lambda row: _("orders in {x} of months{rhythm}").format(
            x=share(row.regularity, 0),
            rhythm=""
            if np.isnan(row.rhythm)
            else _(", gaps vary by {x} of their mean").format(x=share(row.rhythm, 0)),
        ),
        "service": lambda row: _("{late} of {due} deliveries late").format(
            late=count(row.deliveries_late), due=count(row.deliveries_due)
        ),
        "attitude": lambda row: _("attitude {x} of {n} contacts").format(
            x=f"{row.attitude:+.1f}", n=count(row.contacts)
        ),
        "decider": lambda row: (
            _("one of us is named for who decides")
            if row.decider
            else _("nobody of us is named for who decides")
        ),
        "tenders": lambda row: _("{won} of {decided} tenders won").format(
            won=count(row.tenders_won), decided=count(row.tenders_won + row.tenders_lost)
        ),
    }
    rows = list(figures.itertuples())
    words = {
        part: ["" if np.isnan(getattr(row, part)) else maker(row) for row in rows]
        for part, maker in makers.items()
    }
    return pd.DataFrame(words, figures.index, dtype="str")


def part_names() -> dict[str, str]:
    """The parts of both axes as a reader sees them."""
    return {
        "wallet": _("what it could buy"),
        "own_size": _("its own size"),
        "value": _("value"),
        "growth": _("growth"),
        "margin_rate": _("margin rate"),
        "wallet_share": _("our share of its purchases"),
        "regularity": _("regularity"),
        "service": _("service"),
        "attitude": _("attitude of contacts"),
        "decider": _("who decides"),
        "tenders": _("tenders"),
    }


def _mean(values: pd.Series) -> float:
    """The mean of what is known, summed by size: the order of rows does not move it."""
    known = np.sort(values.dropna().to_numpy(float), kind="stable")
    return known.mean() if len(known) else np.nan


def _margin_rate(classes: pd.DataFrame) -> pd.Series:
    revenue = classes["revenue"].where(classes["revenue"] > 0)
    earned = classes["margin"].astype(float).where(revenue.notna())
    counted = revenue.where(earned.notna())
    company = _mean(earned) / _mean(counted)
    return earned / revenue - company


def _people(contacts: pd.DataFrame) -> pd.DataFrame:
    """Per account ``attitude``, ``contacts`` and ``decider``.

    A contact whose influence is not recorded counts as one of influence 1, one of 0 not at all.
    """
    rated = contacts[contacts["attitude"].notna()].sort_values(
        ["account", "contact"], kind="stable"
    )
    weight = rated["influence"].astype(float).fillna(1.0)
    sums = pd.DataFrame(
        {"felt": rated["attitude"] * weight, "weight": weight, "contacts": 1.0}
    ).groupby(rated["account"])
    sums = sums.sum()
    attitude = (sums["felt"] / sums["weight"].where(sums["weight"] > 0)).astype(float)
    decides = contacts[contacts["role"] == "decides"]
    owned = decides["owner"].fillna("").astype("str") != ""
    decider = owned.astype(float).groupby(decides["account"]).max()
    people = {"attitude": attitude, "contacts": sums["contacts"], "decider": decider}
    return pd.DataFrame({name: found.astype(float) for name, found in people.items()})
