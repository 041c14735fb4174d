"""The sentence that carries each section of the page on targeting."""

import pandas as pd

from kamlib.analysis.campaign.campaign import campaign_headline
from kamlib.analysis.campaign.committee import committees_headline
from kamlib.analysis.targeting.check import check_headline, predictors_headline
from kamlib.analysis.targeting.deal_chance import DealChance
from kamlib.analysis.targeting.lookalike import lookalike_headline
from kamlib.analysis.targeting.rates import (
    lead_sources_headline,
    noted_values,
    noted_values_headline,
)
from kamlib.analysis.targeting.scorecard import scorecard_headline
from kamlib.analysis.targeting.three_ps import three_p_headline
from kamlib.analysis.targeting.tier_words import tiers_headline
from kamlib.analysis.targeting.whitespace import whitespace_headline
from kamlib.analysis.targeting.whitespace_past import whitespace_check_headline
from kamlib.chapters.targeting import Targeting, close_targets, ground, target_parts, target_tables
from kamlib.data.book import Book
from kamlib.words import _, count

NAMED = 5  # prospects that are accounts already are named up to here


def summary_headline(book: Book) -> str:
    """What the summary says of targeting: the tiers, or what is lacking for any target.

    Cheaper than all tables of the page on targeting, which it does not need.
    """
    found, judged = ground(book), target_parts(book)
    if judged.targets.empty:
        return _lacking(found.prospects)
    return _tiers(judged, book.currency)


def target_headlines(book: Book) -> dict[str, str]:
    """The sentences of the page on targeting, by the section that they stand in."""
    tables, found, judged = target_tables(book), ground(book), target_parts(book)
    currency, targets = book.currency, tables["targets"]
    close = close_targets(targets)
    noted = _noted(book)
    return {
        "tiers": _tiers(judged, currency),
        "chance": _chance(judged.chance) if len(targets) else "",
        "lacking": "" if len(targets) else _lacking(found.prospects),
        "three_ps": three_p_headline(judged.scores, found.listed),
        "find_out": _find_out(tables["find_out"]),
        "already": _already(tables["already_accounts"], book.abc_xyz.classes),
        "fit": lookalike_headline(found.fit.reindex(targets.index), tables["lookalike"]),
        "check": check_headline(tables["target_models"], tables["win_rates"]),
        "predictors": predictors_headline(tables["target_models"]),
        "left_out": _left_out(tables["deals_left_out"]),
        "sources": f"{lead_sources_headline(tables['lead_sources'])} {noted}".strip(),
        "noted_values": noted,
        "committees": committees_headline(found.committees.reindex(close.index)),
        "whitespace": whitespace_headline(tables["whitespace"], currency),
        "whitespace_check": _whitespace_check(tables, currency),
        "campaign": _campaign(tables["campaign"]),
        "scorecard": scorecard_headline(tables["scorecard"], currency),
    }


def _tiers(judged: Targeting, currency: str) -> str:
    validated = judged.chance.status == "validated"
    return tiers_headline(judged.tiers, judged.tier_hours, currency, validated=validated)


def _chance(chance: DealChance) -> str:
    told = _("The chances are unvalidated, the score stands in for them: {note}.")
    if chance.status == "validated":
        told = _("The chance to win is learnt from your own deals: {note}.")
    return told.format(note=chance.note)


def _noted(book: Book) -> str:
    """How far the values noted of won deals were off, "" where too few tell."""
    found = noted_values(ground(book).decided, book.months, as_of=book.as_of)
    return noted_values_headline(found, book.currency)


def _lacking(prospects: pd.DataFrame) -> str:
    """What would give a page without targets some."""
    if len(prospects):
        return _(
            "None of the {n} prospects is open: new ones, or product lines in the sales, would "
            "give targets."
        ).format(n=count(len(prospects)))
    return _(
        "A table of prospects would name companies to win; product lines in the sales would show "
        "what our accounts could buy besides."
    )


def _campaign(plan: pd.DataFrame) -> str:
    """The plan of the quarter, and where its calendar files are if there is anything in them."""
    text = campaign_headline(plan)
    if not plan["fits"].any():
        return text
    files = _("The calendar files in the folder {folder} open in Outlook and on phones.")
    return text + " " + files.format(folder="calendar")


def _whitespace_check(tables: dict[str, pd.DataFrame], currency: str) -> str:
    checked = tables["whitespace_check"]
    if tables["whitespace"].empty and not checked["gaps"].any():
        return ""
    return whitespace_check_headline(checked, currency)


def _find_out(questions: pd.DataFrame) -> str:
    if len(questions) < 2:
        return _("What to ask")
    told = _(
        "{n} questions to ask, those on which most hangs first (at stake: what is expected a "
        "year times the score with a yes less that with a no)"
    )
    return told.format(n=count(len(questions)))


def _already(known: pd.DataFrame, classes: pd.DataFrame) -> str:
    """Which open prospects are accounts already, by name, and how many of them are lost ones."""
    if known.empty:
        return ""
    pairs = [
        _("{name} ({prospect}) is account {account}").format(
            name=row.name_ or row.Index, prospect=row.Index, account=row.account
        )
        for row in known.rename(columns={"name": "name_"}).head(NAMED).itertuples()
    ]
    more = len(known) - len(pairs)
    if more:
        pairs.append(_("{n} more in tables/already_accounts.csv").format(n=count(more)))
    told = _("{n} open prospects are accounts already and count as such, once: {pairs}.").format(
        n=count(len(known)), pairs="; ".join(pairs)
    )
    lost = known["account"].isin(classes.index[classes["lost"].astype(bool)]).sum()
    if not lost:
        return told
    more = _("{n} of them are lost accounts: no targets here, but in the list of win-backs.")
    return told + " " + more.format(n=count(lost))


def _left_out(notes: pd.DataFrame) -> str:
    """What of the decided deals could not be used as noted, in one sentence."""
    told = notes[notes["deals"] > 0]
    parts = [f"{row.finding} ({count(row.deals)})" for row in told.itertuples()]
    return _("Of the decided deals: {parts}.").format(parts="; ".join(parts)) if parts else ""
