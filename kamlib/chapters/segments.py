"""The tables of key accounts: who is key, of which type, how they stand, and what to do.

The one place that hands the single analyses' frames to each other, for a quarter's book and,
with the same code, for the quarter before.
"""

from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.abc_xyz.actions import abc_xyz_actions
from kamlib.analysis.churn.watch_list import margin_at_risk
from kamlib.analysis.segments.criteria import CRITERIA, criteria, criteria_headline, criterion_word
from kamlib.analysis.segments.invest import portfolio_headline as matrix_headline
from kamlib.analysis.segments.invest import portfolio_matrix, quadrant_sizes
from kamlib.analysis.segments.key_accounts import (
    KeyAccounts,
    key_accounts,
    key_changes,
    key_changes_headline,
    key_headline,
    key_share,
)
from kamlib.analysis.segments.mistakes import manager_mistakes, mistakes
from kamlib.analysis.segments.plan import manager_plan
from kamlib.analysis.segments.plan_sentences import (
    mistakes_headline,
    plan_headline,
    portfolio_headline,
)
from kamlib.analysis.segments.plays import account_plays, hours_available, plays_in_force
from kamlib.analysis.segments.portfolios import portfolios
from kamlib.analysis.segments.record import track_record
from kamlib.analysis.segments.rfm import rfm, rfm_headline, rfm_sizes
from kamlib.analysis.segments.types import account_types, types_headline
from kamlib.analysis.targeting.gaps import lines_bought
from kamlib.chapters.completeness import dossiers_completeness
from kamlib.data.book import Book
from kamlib.settings import Settings

FIRST = ("types", *CRITERIA, "score", "completeness", "rfm", "quadrant", "why")


@dataclass(frozen=True)
class Segments:
    """What is known of every account of a book, each frame indexed by account.

    ``record`` are the facts of the side tables; ``plays`` the account's play; ``chosen`` the
    key accounts and everyone else with the reason.
    """

    classes: pd.DataFrame
    record: pd.DataFrame
    criteria: pd.DataFrame
    types: pd.DataFrame
    rfm: pd.DataFrame
    portfolio_matrix: pd.DataFrame
    plays: pd.DataFrame
    chosen: KeyAccounts


def segments(book: Book, settings: Settings | None = None) -> Segments:
    """Judge every account of a book, by other settings where some are tried out."""
    if settings is None:
        return book.once("segments", lambda: _segments(book, book.settings, book_record(book)))
    return _segments(book, settings, _record(book, settings))


def book_record(book: Book) -> pd.DataFrame:
    """The facts of the side tables per account, computed once."""
    return book.once("track record", lambda: _record(book, book.settings))


def key_account_tables(book: Book) -> dict[str, pd.DataFrame]:
    """The tables of the page on key accounts, by the names that the pack gives them."""
    return book.once("key account tables", lambda: _key_account_tables(book))


def key_headlines(book: Book) -> dict[str, str]:
    """The sentence that carries each section of the page on key accounts."""
    found, tables = segments(book), key_account_tables(book)
    before = book.earlier()
    chosen_before = None if before is None else segments(before).chosen
    classes, currency, settings = found.classes, book.currency, book.settings
    plan = tables["plan"]
    available = plan_hours_share(book) * hours_available(
        book.tables["managers"], pd.Index(plan["manager"].unique()), settings=settings
    )
    return {
        "list": key_headline(found.chosen, tables["key_share"], currency),
        "changes": key_changes_headline(tables["key_changes"], chosen_before),
        "criteria": criteria_headline(found.criteria, classes),
        "types": types_headline(found.types, classes, settings=settings),
        "rfm": rfm_headline(found.rfm),
        "matrix": matrix_headline(found.portfolio_matrix, classes["revenue"]),
        "managers": portfolio_headline(tables["portfolio"], currency),
        "mistakes": mistakes_headline(tables["mistakes"]),
        "plan": plan_headline(plan, available, currency),
    }


def criteria_rows(found: Segments, accounts: pd.Index) -> pd.DataFrame:
    """The criteria of some accounts with what each score rests on, one row per criterion.

    Returns
    -------
    ``account``, ``name``, ``criterion`` (its word), ``score`` (0–1, NaN where unknown),
    ``evidence``; in the order of ``accounts``.
    """
    judged = found.classes[["name"]].join(found.criteria).loc[accounts].reset_index()
    parts = [
        pd.DataFrame(
            {
                "place": judged.index,
                "account": judged["account"],
                "name": judged["name"],
                "criterion": criterion_word(name),
                "score": judged[name],
                "evidence": judged[f"{name}_evidence"],
            }
        )
        for name in CRITERIA
    ]
    rows = pd.concat(parts, ignore_index=True).sort_values("place", kind="stable")
    return rows.drop(columns="place").reset_index(drop=True)


def book_lines(book: Book) -> pd.DataFrame:
    """What each account bought of each product line in the last four quarters."""
    return book.once(
        "lines bought", lambda: lines_bought(book.line_quarters, end=book.as_of.to_period("Q"))
    )


def plan_hours_share(book: Book) -> float:
    """The share (0–1) of the managers' hours that is for accounts, the rest being for targets.

    All of them where there can be no target: no open prospect, and no second product line that
    an account could buy besides.
    """
    prospects = (book.known("prospects")["outcome"].fillna("open") == "open").any()
    lines = book.line_quarters.loc[book.line_quarters["product_line"] != "", "product_line"]
    targets = prospects or lines.nunique() > 1
    return 1 - book.settings.tiers.hours_share if targets else 1.0


def _record(book: Book, settings: Settings) -> pd.DataFrame:
    return track_record(
        *map(book.known, ("interactions", "deliveries", "payments", "tenders")),
        as_of=book.seen_to,
        months=settings.record.months,
        brief_days=settings.record.brief_days,
    )


def _segments(book: Book, settings: Settings, record: pd.DataFrame) -> Segments:
    classes, known = book.abc_xyz.classes, book.known
    judged = criteria(
        *(classes, book.months, book.line_quarters, book.accounts, record, known("judgements")),
        as_of=book.as_of,
        data_from=book.tables.data_from,
        settings=settings,
        seen_to=book.seen_to,
    )
    types = account_types(
        *(classes, book.accounts, known("competitors"), known("prospects")),
        as_of=book.as_of,
        settings=settings,
        currency=book.currency,
        bought=book_lines(book),
    )
    placed = portfolio_matrix(
        *(classes, book.months, book.accounts, known("competitors"), known("contacts"), record),
        as_of=book.as_of,
        settings=settings,
        seen_to=book.seen_to,
        bought=book_lines(book),
    )
    plays = account_plays(classes, types, plays_in_force(book.tables["plays"]), settings=settings)
    chosen = key_accounts(classes, types, judged, plays, book.tables["managers"], settings=settings)
    buying = rfm(classes, book.months, as_of=book.as_of, settings=settings)
    return Segments(classes, record, judged, types, buying, placed, plays, chosen)


def _key_account_tables(book: Book) -> dict[str, pd.DataFrame]:
    found, settings, classes = segments(book), book.settings, book.abc_xyz.classes
    before = book.earlier()
    chosen_before = None if before is None else segments(before).chosen
    risk = margin_at_risk(classes, settings=settings)
    managers = book.tables["managers"]
    key = found.chosen.key.index
    happened = abc_xyz_actions(classes, book.abc_xyz.migration, currency=book.currency, rows=None)
    plan = manager_plan(
        *(classes, found.plays, managers),
        key=key,
        types=found.types,
        risk=risk,
        actions=happened,
        as_of=book.as_of,
        settings=settings,
        hours_share=plan_hours_share(book),
    )
    portfolio = portfolios(
        *(classes, found.plays, risk),
        key=key,
        managers=managers,
        manager_quarters=book.manager_quarters,
        plans=book.tables["plans"],
        history=book.abc_xyz.history,
        as_of=book.as_of,
        seen_to=book.seen_to,
        settings=settings,
    )
    filled = dossiers_completeness(book)
    made = mistakes(classes, found.record, filled, managers, settings=settings)
    names = classes[["name"]]
    return {
        "segments": _segment_table(found),
        "key_accounts": found.chosen.key,
        "key_changes": key_changes(chosen_before, found.chosen),
        "key_left_out": found.chosen.left_out,
        "key_share": key_share(found.chosen, classes, settings=settings),
        "types": names.join(found.types),
        "rfm_segments": rfm_sizes(found.rfm),
        "quadrants": quadrant_sizes(found.portfolio_matrix, classes["revenue"]),
        "portfolio": portfolio,
        "plan": plan,
        "plays": plays_in_force(book.tables["plays"]),
        "mistakes": names.join(made),
        "manager_mistakes": manager_mistakes(made),
        "margin_at_risk": names.join(risk),
        "dossier_completeness": names.join(filled.rename("completeness")),
    }


def _segment_table(found: Segments) -> pd.DataFrame:
    shown = ["name", "manager", "cell", "revenue", "margin"]
    table = pd.concat(
        [found.types, found.criteria, found.rfm, found.portfolio_matrix, found.classes[shown]],
        axis=1,
    )
    status = found.chosen.judged[["status", "key_why"]].reindex(table.index)
    table = table.join(status)
    table["key"] = table["status"] == "key"
    table["why"] = table["type_why"].where(table["types"] != "none", table["placed_why"])
    return table[[*FIRST, *table.columns.difference(FIRST, sort=False)]]
