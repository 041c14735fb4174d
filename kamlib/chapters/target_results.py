"""The tables of targeting, by the names that the pack gives them, and what their page says."""

import pandas as pd

from kamlib.analysis.campaign.campaign import campaign
from kamlib.analysis.campaign.cards import contact_cards
from kamlib.analysis.models.lookalike_quality import lookalike_quality
from kamlib.analysis.targeting.find_out import find_out
from kamlib.analysis.targeting.raci import raci
from kamlib.analysis.targeting.rates import lead_sources
from kamlib.analysis.targeting.scorecard import TargetQuarter, happened, scorecard
from kamlib.analysis.targeting.target_check import target_check
from kamlib.analysis.targeting.target_list import already_accounts
from kamlib.analysis.targeting.three_ps import p_word
from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.analysis.targeting.whitespace import whitespace_matrix
from kamlib.analysis.targeting.win_rates import win_rates
from kamlib.chapters.abc_xyz import book_classes
from kamlib.chapters.targeting import Targeting, deal_facts, ground, target_parts
from kamlib.data.book import Book
from kamlib.words import count, money, points, share


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
        book.line_quarters, book_classes(book), ground(book).whitespace, as_of=book.as_of
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
    revenue = account.map(book_classes(book)["revenue"]).astype(float)
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
