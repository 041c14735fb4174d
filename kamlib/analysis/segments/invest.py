"""The portfolio matrix: how attractive each account is, how strong we are there, and by what.

McDonald & Woodburn, Key Account Management: attractive accounts are *strategic* where we are
strong and *star* where we are not yet; less attractive ones are *status* where we are strong
and *streamline* where we are not.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.xyz import month_ordinals
from kamlib.analysis.measures.anchors import anchored
from kamlib.analysis.measures.wallet import wallets
from kamlib.analysis.segments.known import Known
from kamlib.settings import Settings
from kamlib.words import _, capital, count, number, share
from kamlib.words import accounts as in_accounts

QUADRANTS = ("strategic", "star", "status", "streamline")
NOT_PLACEABLE = "not placeable"
# Scores that agree to so many digits are equal: one on the cut belongs above it.
DIGITS = 9
ATTRACTIVENESS = ("wallet", "own_size", "value", "growth", "margin_rate")
STRENGTH = ("wallet_share", "regularity", "service", "attitude", "decider", "tenders")
YEAR = 12
COUNTED = ("deliveries_due", "deliveries_late", "tenders_won", "tenders_lost", "tenders_partly")


def portfolio_matrix(known: Known, *, settings: Settings) -> pd.DataFrame:
    """Place every account by attractiveness and strength, or say why it cannot be placed.

    Each axis is the weighted mean of its known parts on fixed anchors (``settings.portfolio``);
    unknown is not zero. An axis of which less than ``portfolio.min_known`` of the weights is
    known places nobody. Neither is placed who is lost (a matter of winning back) or has no
    positive value in the window: the matrix asks where to invest among those who buy.

    Where the quarter is not complete, growth ends with the last day that is known of.

    Returns
    -------
    One row per account in the order of ``classes``: ``attractiveness``, ``strength`` (0–1, NaN
    where it cannot be placed on that axis); ``attractiveness_known``, ``strength_known`` (0–1,
    share of the weights); ``quadrant`` (of ``QUADRANTS``, or "not placeable"); ``placed_why``.
    """
    figures = portfolio_figures(known, settings=settings)
    rules, here = settings.portfolio, _here(known.classes)
    scores = part_scores(figures, settings)
    axes = {
        "attractiveness": axis(scores[list(ATTRACTIVENESS)], rules.attractiveness_weights),
        "strength": axis(scores[list(STRENGTH)], rules.strength_weights),
    }
    table = pd.DataFrame(index=known.classes.index)
    for name, found in axes.items():
        enough = found["known"].round(DIGITS) >= rules.min_known
        table[name] = found["score"].where(enough & (here == ""))
        table[f"{name}_known"] = found["known"]
    table["quadrant"] = quadrants(table["attractiveness"], table["strength"], cut=rules.cut)
    table["placed_why"] = _reasons(table, here, part_words(figures), settings)
    return table


def part_scores(figures: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The score (0–1, NaN where unknown) of every part of both axes, on its fixed anchors.

    Regularity is the better of two: an order in most months, or even gaps however long, as an
    account that orders each quarter to the day is no less regular than one that orders monthly.
    """
    scores = {
        part: anchored(figures[part], getattr(settings.portfolio, part))
        for part in (*ATTRACTIVENESS, *STRENGTH, "rhythm")
    }
    scores["regularity"] = np.fmax(scores["regularity"], scores.pop("rhythm"))
    return pd.DataFrame(scores)


def axis(scores: pd.DataFrame, weights: tuple[float, ...]) -> pd.DataFrame:
    """The weighted mean of the known parts: ``score`` (0–1, NaN without any), ``known`` (0–1).

    >>> scores = pd.DataFrame({"wallet": [0.8, 0.4], "growth": [0.2, None]})
    >>> axis(scores, (3, 1)).round(3).to_dict("list")
    {'score': [0.65, 0.4], 'known': [1.0, 0.75]}
    """
    above, below = np.zeros(len(scores)), np.zeros(len(scores))
    for part, weight in zip(scores, weights, strict=True):
        score = scores[part].to_numpy(float)
        above += weight * np.nan_to_num(score)
        below += weight * ~np.isnan(score)
    score = np.divide(above, below, out=np.full(len(scores), np.nan), where=below > 0)
    return pd.DataFrame({"score": score, "known": below / sum(weights)}, scores.index)


def quadrants(attractiveness: pd.Series, strength: pd.Series, *, cut: float) -> pd.Series:
    """The quadrant of each account; a score on the cut is above it.

    >>> attractiveness, strength = pd.Series([0.5, 0.9, 0.1, None]), pd.Series([0.5, 0.2, 0.6, 1])
    >>> quadrants(attractiveness, strength, cut=0.5).tolist()
    ['strategic', 'star', 'status', 'not placeable']
    """
    attractive, strong = attractiveness.round(DIGITS) >= cut, strength.round(DIGITS) >= cut
    known = attractiveness.notna() & strength.notna()
    corners = [attractive & strong, attractive & ~strong, ~attractive & strong]
    names = np.select([~known, *corners], [NOT_PLACEABLE, *QUADRANTS[:3]], default=QUADRANTS[3])
    return pd.Series(list(names), attractiveness.index, dtype="str", name="quadrant")


def quadrant_sizes(table: pd.DataFrame, revenue: pd.Series) -> pd.DataFrame:
    """Accounts and revenue per quadrant.

    Returns
    -------
    Indexed by ``quadrant`` (``QUADRANTS``, then "not placeable"): ``accounts``; ``revenue``
    (net, window, currency).
    """
    names = pd.Index([*QUADRANTS, NOT_PLACEABLE], dtype="str", name="quadrant")
    groups = revenue.reindex(table.index).groupby(table["quadrant"])
    sizes = pd.DataFrame({"accounts": groups.size(), "revenue": groups.sum()})
    return sizes.reindex(names, fill_value=0)


def portfolio_headline(table: pd.DataFrame, revenue: pd.Series) -> str:
    """How many are in which quadrant, what strategic ones bring, how many are not placeable."""
    sizes = quadrant_sizes(table, revenue)
    total = sizes["revenue"].clip(lower=0).sum()
    if not sizes["accounts"].drop(NOT_PLACEABLE).sum():
        return _("No account can be placed: too little is known of attractiveness and strength.")
    part = share(sizes.loc["strategic", "revenue"] / total if total else np.nan)
    words = {
        "strategic": _("strategic: {n} with {part} of revenue"),
        "star": _("to be won over (star): {n}"),
        "status": _("to be kept with little effort (status): {n}"),
        "streamline": _("to be served simply (streamline): {n}"),
        NOT_PLACEABLE: _("not placeable: {n}"),
    }
    numbers = {name: sizes.loc[name, "accounts"] for name in words}
    told = [
        text.format(n=in_accounts(numbers[name]), part=part)
        for name, text in words.items()
        if numbers[name]
    ]
    return capital("; ".join(told)) + "."


def _here(classes: pd.DataFrame) -> pd.Series:
    """Why an account is outside the matrix, whatever is known of it; else empty."""
    outside = [classes["lost"].astype(bool), ~(classes["value"] > 0)]
    words = [_("lost: see win-back"), _("no positive value in the window")]
    return pd.Series(list(np.select(outside, words, default="")), classes.index, dtype="str")


def _reasons(
    table: pd.DataFrame, here: pd.Series, words: pd.DataFrame, settings: Settings
) -> pd.Series:
    least = settings.portfolio.min_known
    halves = [
        _axis_words(table["attractiveness"], _("attractiveness"), words, ATTRACTIVENESS, least),
        _axis_words(table["strength"], _("strength"), words, STRENGTH, least),
    ]
    rows = zip(here, *halves, strict=True)
    told = [outside or f"{first}; {second}" for outside, first, second in rows]
    return pd.Series(told, table.index, dtype="str")


def _axis_words(
    scores: pd.Series, shown: str, words: pd.DataFrame, parts: tuple[str, ...], least: float
) -> list[str]:
    names, texts = part_names(), []
    few = _("{axis} not known: under {least} of its weights")
    for score, facts in zip(scores, words[list(parts)].itertuples(index=False), strict=True):
        head = few.format(axis=shown, least=share(least, 0))
        text = head if np.isnan(score) else f"{shown} {number(score)}"
        known = ", ".join(fact for fact in facts if fact)
        missing = [names[part] for part, fact in zip(parts, facts, strict=True) if not fact]
        if known:
            text += f" ({known})"
        if missing:
            text += _("; unknown: {missing}").format(missing=", ".join(missing))
        texts.append(text)
    return texts


def portfolio_figures(known: Known, *, settings: Settings) -> pd.DataFrame:
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
    (won of decided; one won in part by the part of its amount). Beside them the counts of
    ``COUNTED`` and ``contacts`` (with an attitude).
    """
    classes = known.classes
    need = wallets(
        classes,
        known.competitors,
        as_of=known.as_of,
        months=settings.abc.months,
        bought=known.bought,
    )
    own = known.accounts["annual_revenue"].reindex(classes.index).astype(float)
    own = own.where(own > 0)
    counts = known.record.reindex(index=classes.index, columns=list(COUNTED)).astype(float)
    due, late, won, lost = (counts[name] for name in COUNTED[:4])
    decided = won + lost
    people = _people(known.contacts).reindex(classes.index)
    return pd.DataFrame(
        {
            "wallet": need["wallet"] / _mean(need["yearly"]),
            "own_size": own / _mean(own),
            "value": classes["value"] / _mean(classes["value"].where(classes["value"] > 0)),
            "growth": revenue_growth(
                classes,
                known.months,
                seen_to=pd.Timestamp(known.as_of if known.seen_to is None else known.seen_to),
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


def _tender_words(row) -> str:
    won, decided = row.tenders_won, row.tenders_won + row.tenders_lost
    whole = float(won).is_integer()
    words = _("{won} of {decided} tenders won") if whole else _(
        "{won} of {decided} tenders won, those won in part by their amount")  # fmt: skip
    words = words.format(won=number(won, 0 if whole else 1), decided=count(decided))
    if row.tenders_partly > 0:
        told = _("{words}; {n} more won in part, how much is not known")
        return told.format(words=words, n=count(row.tenders_partly))
    return words


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
        "tenders": _tender_words,
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
