"""Targets of a quarter: who they are, how they are judged, and how much time each gets.

The one place that hands the single analyses' frames to each other, for a quarter's book, for the
quarter before and, in the explorer, for other settings.
"""

from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.campaign.committee import buying_committees
from kamlib.analysis.campaign.offers import offers, with_offers
from kamlib.analysis.targeting.check import usable_deals
from kamlib.analysis.targeting.deal_chance import DealChance, calibrated_chance
from kamlib.analysis.targeting.evidence import p_evidence
from kamlib.analysis.targeting.known_companies import known_companies
from kamlib.analysis.targeting.lookalike import best_accounts, learning_accounts, lookalike
from kamlib.analysis.targeting.owners import who_talks
from kamlib.analysis.targeting.target_list import company_numbers, decided_list, target_list
from kamlib.analysis.targeting.three_ps import PS, p_word, rank_range, three_ps
from kamlib.analysis.targeting.tiers import CLOSE, tier_hours, tiers
from kamlib.analysis.targeting.typical_value import typical_values
from kamlib.analysis.targeting.whitespace import whitespace
from kamlib.analysis.targeting.whitespace_back_test import whitespace_back_test
from kamlib.analysis.targeting.whitespace_past import followed_gaps
from kamlib.chapters.abc_xyz import book_classes
from kamlib.chapters.churn_past import states_at
from kamlib.chapters.segments import book_lines, book_record
from kamlib.data.book import Book
from kamlib.settings import Settings

FIRST = ("need", "budget", "authority", "score", "fit", "tier", "missing", "why")
THEN = (
    *("kind", "name", "owner", "rank", "priority", "expected_value", "p_win", "p_win_low"),
    *("p_win_high", "completeness", "vetoed"),
)
# Of an offer, a committee and a fit what the table of targets shows.
OFFER = (
    *("offer_line", "offer", "offer_why", "second_line"),
    *("rival", "approach", "references"),
)
COMMITTEE = ("decider", "decider_reached", "coverage", "roles_missing", "single_thread")
NOTED_PS = tuple(f"{p}{part}" for p in PS for part in ("", "_evidence", "_date"))
FIT = ("fit_low", "fit_high", "fit_known", "fit_why", "similar")


@dataclass(frozen=True)
class Ground:
    """What a book says of targets before they are judged: nothing in it is weighed.

    ``decided`` are the won and lost prospects as known before their outcome, ``left_out`` what
    was not taken of them; ``fit`` of targets and decided ones, with the accounts it learns from;
    ``typical`` what each target may buy in a year as accounts like it do; ``offers`` and
    ``committees`` of the targets.
    """

    prospects: pd.DataFrame
    matches: pd.DataFrame
    whitespace_check: pd.DataFrame
    whitespace: pd.DataFrame
    listed: pd.DataFrame
    decided: pd.DataFrame
    left_out: pd.DataFrame
    learning: pd.DataFrame
    best: pd.Index
    fit: pd.DataFrame
    typical: pd.Series
    offers: pd.DataFrame
    committees: pd.DataFrame


@dataclass(frozen=True)
class Targeting:
    """Every target as judged by the settings in force; ``targets`` is the table of them all.

    ``scores`` are the three P's, ``decided_scores`` those of the won and lost ones, ``chance``
    what their outcomes say of the open ones.
    """

    targets: pd.DataFrame
    evidence: pd.DataFrame
    scores: pd.DataFrame
    decided_scores: pd.DataFrame
    chance: DealChance
    tiers: pd.DataFrame
    tier_hours: pd.DataFrame


def ground(book: Book) -> Ground:
    """What a book says of targets, before any weight or threshold of theirs."""
    return book.once("target ground", lambda: _ground(book))


def gaps_before(book: Book) -> pd.DataFrame:
    """The gaps that were seen a year ago and earlier, with what became of each."""
    rules = {"as_of": book.as_of, "settings": book.settings.whitespace}
    return book.once(
        "gaps before", lambda: followed_gaps(book.line_quarters, book.accounts, **rules)
    )


def gaps_checked(book: Book) -> pd.DataFrame:
    """How well the gaps of a year ago and earlier were told: the table ``whitespace_check``."""
    return book.once(
        "gaps checked", lambda: whitespace_back_test(gaps_before(book), settings=book.settings)
    )


def book_whitespace(book: Book) -> pd.DataFrame:
    """The gaps of all accounts: what similar accounts buy and they do not."""
    return book.once(
        "whitespace",
        lambda: whitespace(
            *(book.line_quarters, book.accounts, book_classes(book)),
            followed=gaps_before(book),
            checked=gaps_checked(book),
            as_of=book.as_of,
            settings=book.settings,
        ),
    )


def target_parts(book: Book, settings: Settings | None = None) -> Targeting:
    """Judge every target of a book, by other settings where some are tried out."""
    if settings is None:
        return book.once("targeting", lambda: _targeting(book, book.settings))
    return _targeting(book, settings)


def close_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """The targets that get more than mailings, in order of their rank within the tiers.

    What is unknown of them is told in words.
    """
    close = targets[targets["tier"].isin(CLOSE)]
    words = {p: p_word(p) for p in PS}
    return close.assign(missing=close["missing"].replace(words, regex=True).astype("str"))


def deal_facts(found: Ground, scores: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What the check of the scores knows of targets or decided deals, one row each."""
    facts = rows[["relationship", "source", "industry", "competitor"]].join(
        rows[["employees", "annual_revenue"]].astype(float)
    )
    judged = scores.reindex(rows.index)[[*PS, "score"]].astype(float)
    return facts.join(judged).assign(fit=found.fit["fit"].reindex(rows.index).astype(float))


def _ground(book: Book) -> Ground:
    settings, classes = book.settings, book_classes(book)
    prospects = book.known("prospects")
    matches = known_companies(prospects, book.accounts)
    at = {"as_of": book.as_of, "settings": settings}
    checked, space = gaps_checked(book), book_whitespace(book)
    listed = target_list(
        *(prospects, matches, classes, book.accounts, space),
        competitors=book.known("competitors"),
        bought=book_lines(book),
        **at,
    )
    decided = decided_list(prospects, matches, as_of=book.as_of)
    decided, left_out = usable_deals(decided, as_of=book.as_of)
    learning, best = learning_accounts(book.accounts, classes), best_accounts(classes)
    everyone = pd.concat([listed, decided.loc[decided.index.difference(listed.index)]])
    fit = lookalike(everyone, learning, best, settings=settings)
    typical = typical_values(
        listed, book.accounts, classes["revenue"], neighbours=settings.tiers.neighbours
    )
    # Of a prospect without a noted value a line is its part of what companies like it buy.
    unknown = (listed["kind"] == "prospect") & listed["value"].isna()
    valued = listed.assign(value=listed["value"].mask(unknown, typical))
    made = offers(
        *(valued, space, book_lines(book), book.accounts, book.known("competitors")),
        fit["similar_accounts"].reindex(listed.index),
        currency=book.currency,
        settings=settings.whitespace,
    )
    listed = with_offers(listed, made)
    committees = buying_committees(
        *(book.known("contacts"), book.known("interactions"), listed),
        as_of=book.seen_to,
        settings=settings,
    )
    return Ground(
        *(prospects, matches, checked, space, listed, decided, left_out, learning, best, fit),
        *(typical, made, committees),
    )


def _targeting(book: Book, settings: Settings) -> Targeting:
    found, managers = ground(book), book.tables["managers"]
    targets = found.listed
    evidence = _evidence(book, targets, settings)
    scores = three_ps(evidence, targets.index, settings=settings.three_p)
    decided_scores = three_ps(
        _evidence(book, found.decided, settings), found.decided.index, settings=settings.three_p
    )
    chance = calibrated_chance(
        deal_facts(found, decided_scores, found.decided),
        found.decided["outcome"] == "won",
        deal_facts(found, scores, targets),
        settings=settings,
    )
    placed = tiers(
        *(targets, scores, chance.chance, found.fit["fit"].reindex(targets.index)),
        *(managers, book.accounts),
        settings=settings,
        revenue=book_classes(book)["revenue"],
        typical=found.typical,
        leaving=_at_risk(book, settings),
        known_by=who_talks(book.known("contacts"), book.known("interactions")),
    )
    table = _table(found, scores, chance, placed, settings)
    hours = tier_hours(placed, managers, settings=settings)
    return Targeting(table, evidence, scores, decided_scores, chance, placed, hours)


def _at_risk(book: Book, settings: Settings) -> pd.Index:
    states = states_at(book, book.quarter, settings)
    return states.index[states["state"] == "at risk"]


def _evidence(book: Book, targets: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    found = ground(book)
    sides = map(book.known, ("contacts", "interactions", "competitors"))
    # A prospect that buys already is one company of its industry, not two.
    number = company_numbers(found.prospects, found.matches, book.accounts.index)
    prospects = found.prospects.assign(account=number)
    return p_evidence(
        *(targets, prospects, book.accounts, book_classes(book), *sides),
        *(found.whitespace, book_record(book)),
        as_of=book.seen_to,
        settings=settings,
        currency=book.currency,
        bought=book_lines(book),
    )


def _table(
    found: Ground,
    scores: pd.DataFrame,
    chance: DealChance,
    placed: pd.DataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """All that is known of each target, tier by tier, first those with the highest priority."""
    ranks = rank_range(scores, settings=settings.three_p)
    told = found.listed.columns.union(scores.columns).drop("value_from")
    table = placed.drop(columns=placed.columns.intersection(told))
    table = table.join([
        scores,
        ranks.drop(columns="rank").reindex(scores.index),
        found.fit.reindex(scores.index)[["fit", *FIT]],
        found.offers[list(OFFER)],
        found.committees[list(COMMITTEE)],
        found.listed.drop(columns=[*NOTED_PS, "value_from"]),
    ])  # fmt: skip
    for name, values in (("", chance.chance), ("_low", chance.low), ("_high", chance.high)):
        table[f"p_win{name}"] = values.reindex(table.index).astype(float)
    table = table.rename_axis("prospect")
    first = [*FIRST, *THEN]
    return table[[*first, *table.columns.difference(first, sort=False)]]
