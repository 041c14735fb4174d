"""Whom to win back, with which offer and what it is worth; and whom to leave alone, and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.churn.reasons import reason_word
from kamlib.analysis.churn.returns import CLOSED_DOWN, ReturnRates, unasked_chance
from kamlib.analysis.measures.debts import owed
from kamlib.analysis.measures.texts import with_numbers
from kamlib.analysis.measures.year_value import (
    margin_or_assumed,
    per_row,
    usual_margin_rate,
    year_before,
)
from kamlib.settings import LOSS_REASONS, WinbackSettings, WorkSettings
from kamlib.words import _, count, day, money, number, share
from kamlib.words import accounts as in_accounts

# Why a lost account is left alone; the first that holds is told.
WHY_NOT = (
    *("other number", "closed down", "attempt open", "refused lately", "does not pay"),
    *("no margin", "does not pay off", "little for its hours"),
)
COLUMNS = (
    *("reason", "offer", "p_win", "p_natural", "second_lifetime_value", "cost", "net_value"),
    *("owner", "name", "manager", "reason_source", "discount_ceiling", "p_win_low"),
    *("p_win_high", "lost_since", "revenue_a_year", "margin_a_year", "margin_assumed"),
    *("offer_words", "hours", "cost_source", "why", "uplift", "fade"),
)
NOT_CHASED = (
    *("why_not", "name", "manager", "reason", "reason_source", "revenue_a_year", "margin_a_year"),
    *("p_win", "p_natural", "second_lifetime_value", "cost", "net_value", "lost_since", "again_on"),
    *("hours", "why", "uplift", "fade"),
)
OFFERS = {
    "service level": "apology and service recovery",
    "product quality": "quality guarantee",
    "missed deadlines": "delivery commitment",
    "opinion not considered": "proof of listening",
    "forgotten": "visit and gift",
    "price": "special price",
    "competitor": "new range",
    "closed down": "none",
    "unknown": "open talk",
}
OTHER = "other"
# Offers that cost the same whatever the account's size; the others grow with its margin.
FLAT = ("apology and service recovery", "proof of listening", "visit and gift", "open talk")
# How people write an offer down: the beginnings of words. The first kind that is found counts,
# so a "visit with a gift and the new range" is a visit, and a "call and a small gift" a talk.
WORDS: Mapping[str, tuple[str, ...]] = {
    "delivery commitment": ("deliver", "penalty", "交货", "交付", "достав", "поставк", "срок"),
    "quality guarantee": ("guarantee", "quality", "warrant", "质量", "保证", "гарант", "качеств"),
    "apology and service recovery": ("apolog", "service", "道歉", "服务", "извин", "сервис"),
    "special price": ("price", "discount", "rebate", "特价", "折扣", "цен", "скидк"),
    "proof of listening": ("listen", "workshop", "product team", "倾听", "研讨", "услыш",
                           "семинар"),
    "open talk": ("call", "talk", "survey", "电话", "звон", "разговор"),
    "visit and gift": ("visit", "gift", "拜访", "礼", "визит", "подар"),
    "new range": ("range", "trial", "sample", "新品", "试用", "样品", "ассортимент", "образ",
                  "проб"),
}  # fmt: skip


@dataclass(frozen=True)
class LostAccounts:
    """What is known when lost accounts are weighed.

    ``states`` is the table of ``account_states``; ``accounts`` has ``name`` and ``manager`` per
    account; ``months`` is account x month; ``reasons`` the table of ``account_reasons``;
    ``rates`` as ``return_rates`` has them; ``chances`` the table of ``win_chances``; ``made`` that
    of ``attempts``; ``payments`` the canonical table as it was known; ``twins`` the table of
    ``open_twins``, of accounts that may have gone on under another number.
    """

    states: pd.DataFrame
    accounts: pd.DataFrame
    months: pd.DataFrame
    reasons: pd.DataFrame
    rates: ReturnRates
    chances: pd.DataFrame
    made: pd.DataFrame
    payments: pd.DataFrame
    twins: pd.DataFrame | None = None


def winback_economics(
    known: LostAccounts,
    *,
    as_of: pd.Timestamp,
    seen_to: pd.Timestamp,
    settings: WinbackSettings,
    work: WorkSettings,
) -> pd.DataFrame:
    """What an attempt at each lost account is worth, and whether something speaks against it.

    ``net_value = (p_win - p_natural) * second_lifetime_value - cost``, where an attempt adds to
    the chance of an unasked return: ``p_win = 1 - (1 - p_natural) * (1 - uplift * fade)``. The
    uplift is that of the recorded reason; it halves within ``winback.fade_days`` of the loss. The
    second lifetime
    value is the margin of the year before the last order (its positive part; where it is
    unknown, revenue at the company's usual rate of margin, or at ``winback.margin_rate``),
    over ``winback.value_years`` years of which each keeps ``winback.keep_rate`` of the one
    before. ``p_natural`` is the chance to return unasked within ``winback.horizon_days``, 0
    where it has closed down. The cost is that of the offer and of ``winback.hours`` of work at
    ``work.hour_cost``; each of these hours must leave ``work.least_per_hour`` of its cost.

    Parameters
    ----------
    as_of, seen_to
        Last day of the quarter, and the last day that is known of.

    Returns
    -------
    Indexed by account, every lost account once, by ``net_value``: the columns of the list
    (:func:`winback_list`) without owner and due day, and ``why_not`` (of ``WHY_NOT``, empty
    where it is worth an attempt), ``again_on`` (day from which it may be asked again).
    """
    states, months = known.states, known.months
    lost = states[states["state"] == "lost"]
    past = months[pd.PeriodIndex(months["month"]) <= as_of.to_period("M")]
    named = with_numbers(known.accounts)[["name", "manager"]]
    found = named.reindex(lost.index).astype("str").fillna("")
    found[["lost_since", "last_order"]] = lost[["since", "last_order"]]
    found = found.join(known.reasons[["reason", "reason_source", "hint_evidence"]])
    found[["reason", "reason_source"]] = found[["reason", "reason_source"]].fillna("unknown")
    found["hint_evidence"] = found["hint_evidence"].astype("str").fillna("")
    found = found.join(known.chances, on="reason")
    year = year_before(past, lost["last_order"])
    rate = usual_margin_rate(past, settings.margin_rate)
    found = found.join(year[["revenue_a_year"]]).join(margin_or_assumed(year, rate))
    lost_days = (seen_to - found["lost_since"]).dt.days.astype(float)
    recorded = found["reason"].where(found["reason_source"] == "recorded", "")
    natural = unasked_chance(known.rates, lost_days, rhythm=lost["rhythm"], recorded=recorded,
                             horizon_days=settings.horizon_days)  # fmt: skip
    found["p_natural"] = natural.mask(found["reason"] == CLOSED_DOWN, 0.0)
    found["uplift"], found["fade"] = found["p_win"], 0.5 ** (lost_days / settings.fade_days)
    for name in ("p_win", "p_win_low", "p_win_high"):
        found[name] = 1 - (1 - found["p_natural"]) * (1 - found[name] * found["fade"])
    found["second_lifetime_value"] = found["margin_a_year"].clip(lower=0.0) * lifetime_years(
        settings
    )
    found = found.join(_costs(found, known.made, settings, work))
    gained = (found["p_win"] - found["p_natural"]) * found["second_lifetime_value"]
    found["net_value"] = gained - found["cost"] + 0.0  # no "-0"
    found["discount_ceiling"] = _discount_ceiling(found, settings)
    moved = {} if known.twins is None else known.twins.loc[known.twins["goes_on"], "words"]
    found["moved"] = pd.Series(moved, dtype="str").reindex(found.index).fillna("")
    found = found.join(_against(found, known.made, known.payments, as_of, settings, work))
    order = np.lexsort((found.index.to_numpy(dtype=object), -found["net_value"].to_numpy()))
    return found.iloc[order].rename_axis("account")


def winback_list(
    economics: pd.DataFrame,
    *,
    currency: str = "",
) -> pd.DataFrame:
    """The lost accounts worth an attempt, the most net value first.

    Returns
    -------
    Indexed by account, columns as in ``COLUMNS``: ``reason`` (code), ``offer`` (kind);
    ``p_win``, ``p_natural`` (0–1, ``p_win`` never below); ``second_lifetime_value``, ``cost``,
    ``net_value`` (currency); ``owner`` (the account's manager);
    ``reason_source`` ("recorded", "hint", "unknown"); ``discount_ceiling`` (0–1, the largest
    lasting discount at which the attempt still pays); ``p_win_low``, ``p_win_high``;
    ``lost_since`` (day); ``revenue_a_year``, ``margin_a_year`` (currency, of the year before the
    last order), ``margin_assumed``; ``offer_words``; ``cost_source`` ("recorded", "assumed", of
    the offer; its hours come on top); ``hours`` (of work); ``why``; ``uplift``, ``fade`` (0–1:
    what an attempt adds, and what is left of that so long after the loss). By when each is
    asked the one list of tasks says.
    """
    listed = economics[economics["why_not"] == ""]
    listed = listed.assign(
        owner=listed["manager"],
        why=pd.Series([_why(row, currency) for row in listed.itertuples()], listed.index,
                      dtype="str"),
    )  # fmt: skip
    return listed[list(COLUMNS)]


def do_not_chase(economics: pd.DataFrame, *, currency: str = "") -> pd.DataFrame:
    """The lost accounts that are left alone, the most revenue first, each with the reason.

    Returns
    -------
    Indexed by account, columns as in ``NOT_CHASED``: ``why_not`` (of ``WHY_NOT``), ``again_on``
    (day from which it may be asked again, missing where time alone does not help), the money
    as in :func:`winback_list`, and ``why`` (words).
    """
    left = economics[economics["why_not"] != ""]
    left = left.iloc[np.argsort(-left["revenue_a_year"].to_numpy(), kind="stable")]
    told = [_why_not(row, currency) for row in left.itertuples()]
    return left.assign(why=pd.Series(told, left.index, dtype="str"))[list(NOT_CHASED)]


def winback_headline(
    listed: pd.DataFrame, left: pd.DataFrame, currency: str = "", *, hour_cost: float
) -> str:
    """How many accounts are worth an attempt, what that brings, and how many are left alone.

    ``hour_cost`` is what an hour of work is counted at (currency).
    """
    if listed.empty and left.empty:
        return _("No account counts as lost.")
    told = _(
        "{listed} of {all} lost or probably gone are worth an attempt: {net} in all after costs "
        "of {cost}, in which {hours} h of work count {hour_cost} each{alone}."
    )
    if listed.empty:
        told = _("Lost or probably gone: {all}. None is worth an attempt: better left alone.")
    elif len(listed) == 1:
        told = _(
            "1 of {all} lost or probably gone is worth an attempt: {net} after costs of {cost}, in "
            "which {hours} h of work count {hour_cost} each{alone}."
        )
    alone = _("; {n} better left alone").format(n=count(len(left))) if len(left) else ""
    told = told.format(
        listed=count(len(listed)),
        all=in_accounts(len(listed) + len(left)),
        net=money(listed["net_value"].sum(), currency),
        cost=money(listed["cost"].sum(), currency),
        hours=count(listed["hours"].sum()),
        hour_cost=money(hour_cost, currency),
        alone=alone,
    )
    moved = left[left["why_not"] == "other number"]
    if len(moved):
        told += " " + _(
            "{n} of these, with {money} revenue in their last year, may only have another number."
        ).format(n=count(len(moved)), money=money(moved["revenue_a_year"].sum(), currency))
    later = int(listed["due"].isna().sum()) if "due" in listed else 0
    if later:
        told += " " + _("For {later} of them the quarter has no room.").format(later=count(later))
    if listed["margin_assumed"].any():
        told += " " + _("Where margin is unknown it is assumed from revenue.")
    return told


def lifetime_years(settings: WinbackSettings) -> float:
    """How many of its first years the second lifetime is worth."""
    return float(sum(settings.keep_rate**year for year in range(settings.value_years)))


def _costs(
    found: pd.DataFrame, made: pd.DataFrame, settings: WinbackSettings, work: WorkSettings
) -> pd.DataFrame:
    """The cost of offer and hours, and whether that of the offer was recorded."""
    known = recorded_costs(made, min_costs=settings.min_costs)
    margin = found["margin_a_year"].clip(lower=0.0)
    flat = found["offer"].map(known["cost"]).astype(float)
    recorded = flat.fillna(found["offer"].map(known["share"]).astype(float) * margin)
    assumed = found["cost_share"] * margin
    source = pd.Series(np.where(recorded.notna(), "recorded", "assumed"), found.index, dtype="str")
    cost = recorded.fillna(assumed) + found["hours"] * work.hour_cost
    return pd.DataFrame({"cost": cost, "cost_source": source})


def _discount_ceiling(found: pd.DataFrame, settings: WinbackSettings) -> pd.Series:
    """The net value, spread over the revenue that is expected with the offer.

    A discount is given to everyone who comes back, to those too who would have come unasked:
    ``p_win * years * (margin - d * revenue) - p_natural * years * margin - cost = 0``.
    """
    expected = found["p_win"] * lifetime_years(settings) * found["revenue_a_year"]
    part = found["net_value"] / expected.where(expected > 0)
    return part.clip(0.0, 1.0).fillna(0.0)


def _against(
    found: pd.DataFrame,
    made: pd.DataFrame,
    payments: pd.DataFrame,
    as_of: pd.Timestamp,
    settings: WinbackSettings,
    work: WorkSettings,
) -> pd.DataFrame:
    # Whoever was asked since the last order, though before the rule spoke, is asked now.
    current = made[made["date"] > per_row(found["last_order"], made["account"])]
    refused = made[made["outcome"] == "refused"]
    answered = refused["outcome_on"].fillna(refused["date"])
    again = answered.groupby(refused["account"]).max() + pd.Timedelta(days=settings.rest_days)
    again = again.reindex(found.index).astype("datetime64[us]")
    open_ones = current.loc[current["outcome"] == "open", "account"]
    unpaid = owed(payments)[lambda rows: rows["paid_on"].isna() & (rows["amount"] != 0)]
    overdue = (as_of - unpaid.groupby("account")["due_on"].min()).dt.days.reindex(found.index)
    worthless = found["margin_a_year"] <= 0
    cases = [
        found["moved"] != "",
        found["reason"] == CLOSED_DOWN,
        found.index.isin(open_ones),
        again > as_of,
        overdue > settings.max_overdue_days,
        worthless,
        found["net_value"] <= 0,
        found["net_value"] < found["hours"] * work.floor,
    ]
    why_not = pd.Series(np.select(cases, WHY_NOT, ""), found.index, dtype="str")
    again = again.where(why_not == "refused lately")
    return pd.DataFrame(
        {"why_not": why_not, "again_on": again, "overdue_days": overdue.astype(float)}
    )


def _why(row, currency: str) -> str:
    reason = {
        "recorded": _("left because of: {reason} (recorded)"),
        "hint": _("probably left because of: {reason} ({evidence})"),
        "unknown": _("reason unknown"),
    }[row.reason_source].format(reason=reason_word(row.reason), evidence=row.hint_evidence)
    margin = _("{margin} margin a year, assumed from {revenue} revenue") if row.margin_assumed \
        else _("{margin} margin a year")  # fmt: skip
    # Who is probably gone has no day on which the loss rule called it lost.
    lost = _("Not lost by the rule yet") if pd.isna(row.lost_since) \
        else _("Lost since {since}").format(since=day(row.lost_since))  # fmt: skip
    return _("{lost}; {reason}; {margin}; {win} chance against {natural} by itself."
             ).format(
        lost=lost,
        reason=reason,
        margin=margin.format(margin=money(row.margin_a_year, currency),
                             revenue=money(row.revenue_a_year, currency)),
        win=share(row.p_win, 0),
        natural=share(row.p_natural, 0),
    )  # fmt: skip


def _why_not(row, currency: str) -> str:
    hinted = _("Probably closed down: {evidence}. Check before anything is spent.")
    if row.why_not == "other number":
        return row.moved
    told = {
        "closed down": hinted if row.reason_source == "hint" else _("It has closed down."),
        "attempt open": _("An attempt is under way: wait for its outcome."),
        "refused lately": _("It refused an offer; may be asked again from {again}."),
        "does not pay": _("It owes an invoice for {overdue} days: collect first."),
        "no margin": _("It left no margin: {margin} in the year before its last order."),
        "does not pay off": _(
            "An attempt costs {cost} and is expected to bring {gain}: {win} chance against "
            "{natural} by itself."
        ),
        "little for its hours": _(
            "An attempt leaves {net} after costs for {hours} h of work: too little for the time."
        ),
    }[row.why_not]
    return told.format(
        evidence=row.hint_evidence,
        again=day(row.again_on),
        overdue=count(row.overdue_days),
        margin=money(row.margin_a_year, currency),
        natural=share(row.p_natural, 0),
        win=share(row.p_win, 0),
        cost=money(row.cost, currency),
        gain=money(row.net_value + row.cost, currency),
        hours=number(row.hours, 0 if row.hours % 1 == 0 else 1),
        net=money(row.net_value, currency),
    )


def offer_table(settings: WinbackSettings) -> pd.DataFrame:
    """The offers with the assumptions that stand behind them, to be shown and edited.

    Returns
    -------
    Indexed by reason, in the order of ``LOSS_REASONS``: ``offer`` (kind), ``offer_words``
    (what it consists of); ``p_win_assumed`` (0–1, per attempt); ``cost_share`` (of the yearly
    margin); ``hours`` (of work).
    """
    said = _words_of_offers()
    return pd.DataFrame(
        {
            "offer": pd.Series(list(OFFERS.values()), dtype="str").to_numpy(),
            "offer_words": pd.Series([said[kind] for kind in OFFERS.values()], dtype="str"),
            "p_win_assumed": list(settings.p_win),
            "cost_share": list(settings.cost_share),
            "hours": list(settings.hours),
        }
    ).set_index(pd.Index(LOSS_REASONS, name="reason", dtype="str"))


def offer_kinds(offers: pd.Series) -> pd.Series:
    """The kind of each logged offer, by its words; "other" where none of them fits.

    >>> offer_kinds(pd.Series(["Special price for two quarters", "flowers", None])).tolist()
    ['special price', 'other', 'other']
    """
    texts = offers.astype("str").str.casefold().fillna("")
    kinds = pd.Series(OTHER, offers.index, dtype="str", name="offer")
    for kind in reversed(WORDS):
        # An offer that is written as the kind itself is of that kind, whatever words it shares.
        fits = texts.str.contains(_pattern(WORDS[kind]), regex=True)
        kinds = kinds.mask(fits, kind)
    for kind in WORDS:
        kinds = kinds.mask(texts == kind, kind)
    return kinds


def recorded_costs(made: pd.DataFrame, *, min_costs: int) -> pd.DataFrame:
    """The median recorded cost of each kind of offer with enough records.

    Offers that grow with the account (all but ``FLAT``) are told as a share of the account's
    margin of the year before the attempt; attempts where that is unknown, or not above 0, do
    not count for it.

    Parameters
    ----------
    made
        The table of ``attempts``: ``offer`` (kind), ``cost``, ``margin_before``.

    Returns
    -------
    Indexed by kind: ``cost`` (currency, of the kinds in ``FLAT``), ``share`` (of the yearly
    margin, of the others); NaN where too few are recorded.
    """
    cost, before = made["cost"].astype(float), made["margin_before"].astype(float)
    flat = made["offer"].isin(FLAT)
    told = pd.DataFrame({"cost": cost.where(flat), "share": (cost / before).where(before > 0)})
    told["share"] = told["share"].mask(flat)
    groups = told.groupby(made["offer"].to_numpy())
    return groups.median().where(groups.count() >= min_costs).rename_axis("offer")


def _pattern(words: tuple[str, ...]) -> str:
    """Any of the words, in letters of the alphabet only where a word begins."""
    return "|".join(rf"\b{re.escape(word)}" if word.isalpha() and _spaced(word) else
                    re.escape(word) for word in words)  # fmt: skip


def _spaced(word: str) -> bool:
    """Whether its writing puts spaces between words (Chinese does not)."""
    return ord(word[0]) < ord("⺀")


def _words_of_offers() -> dict[str, str]:
    return {
        "apology and service recovery": _(
            "Apologise in person, name one contact, agree on times within which it is answered."
        ),
        "quality guarantee": _("Guarantee the quality in writing, exchange free of charge."),
        "delivery commitment": _("Commit to delivery days, with a penalty when one is missed."),
        "proof of listening": _("Show what was made of its requests; ask the product team along."),
        "visit and gift": _("Visit with a gift, and show what is new since its last order."),
        "special price": _("A special price for two quarters, within the discount ceiling."),
        "new range": _("A trial of the range in which the rival is weakest."),
        "none": _("No offer."),
        "open talk": _("Call and ask why; record the reason before anything is offered."),
    }
