"""Targets of a quarter: who they are, how they are judged, how much time each gets; their tables.

The one place that hands the single analyses' frames to each other, for a quarter's book, for the
quarter before and, in the explorer, for other settings.
"""

from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.campaign.campaign import campaign
from kamlib.analysis.campaign.cards import contact_cards
from kamlib.analysis.campaign.committee import buying_committees
from kamlib.analysis.campaign.offers import offers, with_offers
from kamlib.analysis.models.lookalike import lookalike_quality
from kamlib.analysis.targeting.check import target_check, usable_deals
from kamlib.analysis.targeting.deal_chance import DealChance, calibrated_chance
from kamlib.analysis.targeting.evidence import p_evidence
from kamlib.analysis.targeting.find_out import find_out
from kamlib.analysis.targeting.lookalike import best_accounts, learning_accounts, lookalike
from kamlib.analysis.targeting.owners import raci, who_talks
from kamlib.analysis.targeting.rates import lead_sources, win_rates
from kamlib.analysis.targeting.scorecard import TargetQuarter, happened, scorecard
from kamlib.analysis.targeting.target_list import (
    already_accounts,
    company_numbers,
    decided_list,
    known_companies,
    target_list,
)
from kamlib.analysis.targeting.three_ps import PS, p_word, rank_range, three_ps
from kamlib.analysis.targeting.tiers import CLOSE, tier_hours, tiers
from kamlib.analysis.targeting.typical_value import typical_values
from kamlib.analysis.targeting.whitespace import whitespace, whitespace_matrix
from kamlib.analysis.targeting.whitespace_past import followed_gaps, whitespace_back_test
from kamlib.chapters.churn_past import states_at
from kamlib.chapters.segments import book_lines, book_record
from kamlib.data.book import Book
from kamlib.settings import Settings
from kamlib.words import count, money, points, share

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
            *(book.line_quarters, book.accounts, book.abc_xyz.classes),
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
    settings, classes = book.settings, book.abc_xyz.classes
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
        revenue=book.abc_xyz.classes["revenue"],
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
        *(targets, prospects, book.accounts, book.abc_xyz.classes, *sides),
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


def target_tables(book: Book) -> dict[str, pd.DataFrame]:
    """The tables of the page on targeting, by the names that the pack gives them."""
    return book.once("target tables", lambda: _target_tables(book))


def known_cards(cards: pd.DataFrame) -> pd.DataFrame:
    """The contact cards, none where nobody is known at any target."""
    return cards if (cards["contact"] != "").any() else cards.iloc[:0]


def planned_hours(hours: pd.DataFrame) -> pd.DataFrame:
    """The hours of all our people, of nobody where no target takes any."""
    return hours if hours["hours_used"].sum() > 0 else hours.iloc[:0]


def committee_rows(committees: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The buying committees of some targets, none where nobody is recorded of any."""
    rows = committees.reindex(targets.index)
    return rows if (rows["people"] > 0).any() else rows.iloc[:0]


def lines_square(book: Book) -> pd.DataFrame:
    """Every account that buys against every line, nothing where nobody has a gap."""
    square = whitespace_matrix(
        book.line_quarters, book.abc_xyz.classes, ground(book).whitespace, as_of=book.as_of
    )
    return square if (square["state"] == "gap").any() else square.iloc[:0]


def evidence_rows(evidence: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The pieces of evidence that count for some targets, one row per P.

    Returns
    -------
    ``prospect``, ``name``, ``p`` (its word), ``value`` (0–1), ``evidence``, ``source``, ``date``,
    ``freshness`` (0–1); in the order of ``targets``.
    """
    used = evidence[evidence["used"] & evidence["prospect"].isin(targets.index)]
    used = used.assign(
        place=targets.index.get_indexer(used["prospect"]),
        name=used["prospect"].map(targets["name"]).astype("str"),
        p=used["p"].map(p_word).astype("str"),
    )
    columns = ["prospect", "name", "p", "value", "evidence", "source", "date", "freshness"]
    return used.sort_values("place", kind="stable")[columns].reset_index(drop=True)


def question_rows(questions: pd.DataFrame) -> pd.DataFrame:
    """The questions to ask with each P by its word."""
    return questions.assign(p=questions["p"].map(p_word).astype("str"))


def scorecard_rows(card: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """The scorecard in words, each value in its own unit, as texts.

    Returns
    -------
    ``label``, ``last_quarter``, ``this_quarter``, ``change``, ``better``: all text; a measure
    that is known of neither quarter is left out, all of them where nothing happened in either.
    """
    values = ("last_quarter", "this_quarter", "change")
    card = card[card[["last_quarter", "this_quarter"]].notna().any(axis=1)]
    card = card if happened(card) else card.iloc[:0]
    table = card[["label", *values, "better"]].astype(object)
    for name in values:
        table[name] = [
            _in_unit(value, unit, currency, signed=name == "change")
            for value, unit in zip(card[name], card["unit"], strict=True)
        ]
    return table.astype("str")


def _in_unit(value: float, unit: str, currency: str, *, signed: bool) -> str:
    """A value in words; a change with its sign, that of a share in points."""
    sign = "+" if signed and value > 0 else ""
    if unit == "share":
        return points(value) if signed else share(value, 0)
    return sign + (money(value, currency) if unit == "currency" else count(value))


def _target_tables(book: Book) -> dict[str, pd.DataFrame]:
    found, judged, settings = ground(book), target_parts(book), book.settings
    facts = deal_facts(found, judged.decided_scores, found.decided)
    won = found.decided["outcome"] == "won"
    rates = win_rates(facts, won, settings=settings)
    cards, questions = book_cards(book), book_questions(book)
    calendar = campaign(
        *(judged.tiers, found.listed, found.offers, found.committees, cards, questions),
        book.tables["managers"],
        as_of=book.as_of,
        settings=settings,
    )
    return {
        "targets": judged.targets,
        "target_evidence": judged.evidence,
        "find_out": questions,
        "already_accounts": already_accounts(
            found.prospects, found.matches, book.accounts, as_of=book.as_of
        ),
        "target_models": target_check(
            facts, won, days=found.decided["outcome_on"], settings=settings
        ),
        "win_rates": rates,
        "deals_left_out": found.left_out,
        "lookalike": lookalike_quality(found.learning, found.best, settings=settings),
        "lead_sources": _sources(book, judged, rates),
        "whitespace": found.whitespace,
        "whitespace_check": found.whitespace_check,
        "tier_hours": judged.tier_hours,
        "committees": found.committees,
        "contact_cards": _with_tiers(cards, judged.targets["tier"]),
        "campaign": calendar,
        "raci": raci(book.tables["managers"]),
        "scorecard": _scorecard(book),
    }


def _with_tiers(cards: pd.DataFrame, tiers: pd.Series) -> pd.DataFrame:
    return cards.assign(tier=cards["prospect"].map(tiers.astype("str")).astype("str").fillna(""))


def book_cards(book: Book) -> pd.DataFrame:
    """The contact cards in the order in which the targets are worked on."""
    judged = target_parts(book)
    cards = contact_cards(
        *(book.known("contacts"), book.known("interactions"), ground(book).listed),
        owners=judged.tiers["owner"],
        as_of=book.seen_to,
        settings=book.settings,
    )
    place = judged.targets.index.get_indexer(cards["prospect"])
    cards = cards.assign(place=place).sort_values("place", kind="stable")
    return cards.drop(columns="place").reset_index(drop=True)


def book_questions(book: Book) -> pd.DataFrame:
    """What to find out of each target, asked by who looks after it."""
    found, judged = ground(book), target_parts(book)
    placed = judged.tiers.reindex(found.listed.index)
    asked = found.listed.assign(manager=placed["owner"], value=placed["expected_value"])
    by_hand = judged.tiers.index[judged.tiers["tier"].isin(CLOSE)]
    people = found.committees["people"].reindex(by_hand).fillna(0)
    return find_out(
        *(judged.scores, asked, found.committees),
        contacts=book.known("contacts"),
        unnamed=by_hand[(people == 0).to_numpy()],
        settings=book.settings.three_p,
    )


def _sources(book: Book, judged: Targeting, rates: pd.DataFrame) -> pd.DataFrame:
    """Yield per source; what a won prospect brings is what its account bought in twelve months."""
    # A won prospect may go by the number of the account that it became, a target today.
    scores = pd.concat([judged.decided_scores, judged.scores])
    return lead_sources(
        ground(book).prospects,
        scores[~scores.index.duplicated()],
        _bought(book),
        rates,
        as_of=book.as_of,
        settings=book.settings,
    )


def _bought(book: Book) -> pd.Series:
    """What the accounts that decided prospects became bought in the last twelve months."""
    account = ground(book).decided["account"]
    account = account[account != ""]
    revenue = account.map(book.abc_xyz.classes["revenue"]).astype(float)
    # Of several that became one account each has its part.
    return revenue / account.groupby(account).transform("size")


def _scorecard(book: Book) -> pd.DataFrame:
    before = book.earlier()
    return scorecard(_quarter(book), None if before is None else _quarter(before))


def _quarter(book: Book) -> TargetQuarter:
    judged = target_parts(book)
    return TargetQuarter(
        book.seen_to,
        judged.tiers,
        judged.scores,
        ground(book).committees,
        book.known("interactions"),
        ground(book).prospects,
        _bought(book),
        judged.chance.status,
    )
