"""Notebook 04: whom to target next, by what right, through whom, with how much time."""

import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.campaign.committee import committees_headline
from kamlib.analysis.measures.dependence import dependence_told
from kamlib.analysis.measures.list_record import came_told
from kamlib.analysis.targeting.check import check_headline, predictors_headline
from kamlib.analysis.targeting.deal_chance import VALIDATED
from kamlib.analysis.targeting.lookalike import lookalike_headline
from kamlib.analysis.targeting.rates import (
    lead_sources_headline,
    noted_values,
    noted_values_headline,
)
from kamlib.analysis.targeting.scorecard import scorecard_headline
from kamlib.analysis.targeting.three_ps import three_p_headline
from kamlib.analysis.targeting.tier_words import tiers_headline
from kamlib.analysis.targeting.whitespace import whitespace_headline, whitespace_matrix
from kamlib.chapters import target_rows as sentences
from kamlib.chapters.chapter import frame, picture, sentence, view
from kamlib.chapters.target_rows import (
    close_targets,
    committee_rows,
    evidence_rows,
    known_cards,
    planned_hours,
    scorecard_rows,
)
from kamlib.chapters.target_tables import TargetTables
from kamlib.show.cards import contact_cards_html
from kamlib.show.sentences import Html, noted
from kamlib.show.spec import Page
from kamlib.words import _

FIRST_FEW, FIRST_SHOWN, FIRST_DRAWN, CARDS_SHOWN, RATES_DRAWN = 5, 15, 25, 24, 30


class Targeting(TargetTables):
    """Whom to target next, by what right, through whom, with how much time."""

    title = _("Targeting")

    @view(of="targets", page=Page(TargetTables.targets.page.columns, rows=10, otherwise=""))
    def close(self) -> pd.DataFrame:
        """The targets that get more than mailings."""
        return close_targets(self.targets)

    @view(
        of="targets",
        page=Page(
            "prospect name tier owner priority score border",
            rows=15,
            caption=_("Near a border"),
            otherwise="",
        ),
    )
    def near_border(self) -> pd.DataFrame:
        """The targets that one more fact can move to another tier."""
        return self.targets[self.targets["border"] != ""]

    @view(
        of="target_evidence",
        page=Page(
            TargetTables.evidence.page.columns,
            rows=None,
            caption=_("What the scores of the first five rest on; all are in the Excel workbook"),
            otherwise="",
        ),
    )
    def first_evidence(self) -> pd.DataFrame:
        """What the scores of the first five rest on."""
        return evidence_rows(self.evidence, self.close.head(FIRST_FEW))

    @view(
        of="targets",
        page=Page(
            "prospect name fit fit_low fit_high fit_known similar fit_why",
            caption=_("The most similar accounts"),
            otherwise="",
        ),
    )
    def resembled(self) -> pd.DataFrame:
        """The accounts that the first targets resemble, and why."""
        return self.close.head(FIRST_SHOWN)

    @view(
        of="targets",
        page=Page(
            "name owner offer_line offer offer_why references",
            caption=_("What we offer"),
            otherwise="",
        ),
    )
    def offered(self) -> pd.DataFrame:
        """What we offer the first targets."""
        return self.close.head(FIRST_SHOWN)

    @view(of="scorecard", page=Page(TargetTables.scorecard.page.columns, rows=None, otherwise=""))
    def quarters(self) -> pd.DataFrame:
        """The scorecard in words, each value in its own unit."""
        return scorecard_rows(self.scorecard, self.currency)

    @frame
    def cards(self) -> Html:
        """The first contact cards, to print and take along."""
        shown = contact_cards_html(known_cards(self.contact_cards), rows=CARDS_SHOWN)
        return noted(shown, self.caveat(Targeting.contact_cards))

    @sentence
    def reach(self) -> str:
        """How many targets the quarter's hours reach, and how closely."""
        validated = self.chance.status == VALIDATED
        told = tiers_headline(self.tiers, self.tier_hours, self.currency, validated=validated)
        return f"{told} {dependence_told(self.dependent, self.targets)}".strip()

    @sentence
    def lacking(self) -> str:
        """What would give a page without targets some."""
        return "" if len(self.listed) else sentences.lacking_told(self.prospects)

    @sentence
    def summary(self) -> str:
        """The tiers, or what is lacking for any target."""
        return self.lacking or self.reach

    @sentence
    def grounds(self) -> str:
        """What the chances to win rest on."""
        return sentences.chance_told(self.chance) if len(self.listed) else ""

    @sentence
    def chances_came(self) -> str:
        """What chances to win were said in earlier quarters, and how many deals were won."""
        if self.chance.status != VALIDATED:
            return ""
        return came_told(self.book.ground.deal_record)

    @sentence
    def known(self) -> str:
        """Of how many targets which of the three P's are known."""
        return three_p_headline(self.scores, self.listed)

    @sentence
    def already(self) -> str:
        """Which open prospects are accounts already."""
        return sentences.already_told(self.already_accounts, self.book.abc_xyz.classes)

    @sentence
    def asked(self) -> str:
        """How many questions there are to ask."""
        return sentences.asked_told(self.find_out)

    @sentence
    def resemblance(self) -> str:
        """How many targets look like the best accounts."""
        return lookalike_headline(self.fit.reindex(self.targets.index), self.fit_quality)

    @sentence
    def checked(self) -> str:
        """How many deals were won, and which groups of them stand out."""
        return check_headline(self.models, self.win_rates)

    @sentence
    def predictors(self) -> str:
        """What told won from lost."""
        return predictors_headline(self.models)

    @sentence
    def unused(self) -> str:
        """What of the decided deals could not be used as noted."""
        return sentences.left_out_told(self.left_out)

    @sentence
    def noted_values(self) -> str:
        """How far the values noted of won deals were off, nothing where too few tell."""
        found = noted_values(self.decided, self.book.months, as_of=self.book.as_of)
        return noted_values_headline(found, self.currency)

    @sentence
    def sources(self) -> str:
        """What the sources of prospects yield."""
        return f"{lead_sources_headline(self.lead_sources)} {self.noted_values}".strip()

    @sentence
    def coverage(self) -> str:
        """How far the buying committees are known and reached."""
        return committees_headline(self.committees.reindex(self.close.index))

    @sentence
    def gaps(self) -> str:
        """What our accounts could buy besides."""
        return whitespace_headline(self.whitespace, self.currency)

    @sentence
    def gaps_checked(self) -> str:
        """How well the gaps of a year ago were told, and the record of the list itself."""
        told = sentences.gaps_checked_told(self.whitespace_check, self.whitespace, self.currency)
        return f"{told} {self.gaps_came}".strip()

    @sentence
    def gaps_came(self) -> str:
        """What the lists of gaps of earlier quarters said, and what of it was bought."""
        if self.whitespace.empty:
            return ""
        return came_told(*self.book.ground.gap_records)

    @sentence
    def plan(self) -> str:
        """How many steps the quarter has, and where its calendar files are."""
        return sentences.campaign_told(self.campaign)

    @sentence
    def progress(self) -> str:
        """How the quarter went."""
        return scorecard_headline(self.scorecard, self.currency)

    @picture
    def score_and_fit(self) -> Axes | None:
        """The targets by score and fit."""
        least = self.settings.tiers.min_score
        return pictures.plot_targets(self.targets, min_score=least) if len(self.targets) else None

    @picture
    def hours(self) -> Axes | None:
        """The hours of each of our people, by tier."""
        hours = planned_hours(self.tier_hours)
        return pictures.plot_tier_hours(hours) if len(hours) else None

    @picture
    def three_ps(self) -> Axes | None:
        """Need, ability to pay and power to decide of the first targets."""
        first = self.close.head(FIRST_DRAWN)
        return pictures.plot_three_ps(first) if len(first) else None

    @picture
    def told_apart(self) -> Axes | None:
        """How well each score told won from lost deals."""
        judged = self.models[self.models["n"] > 0]
        return pictures.plot_target_check(judged) if len(judged) else None

    @picture
    def rates(self) -> Axes | None:
        """How often deals were won, by what was known."""
        rates = self.win_rates
        return pictures.plot_win_rates(rates, rows=RATES_DRAWN) if len(rates) else None

    @picture
    def committee_grid(self) -> Axes | None:
        """Which parts of the buying committees are known and reached."""
        grid = committee_rows(self.committees, self.close)
        return pictures.plot_committees(grid, self.contact_cards) if len(grid) else None

    @picture
    def white_map(self) -> Axes | None:
        """Every account that buys against every line, where anybody has a gap."""
        book = self.book
        square = whitespace_matrix(
            book.line_quarters, book.abc_xyz.classes, self.whitespace, as_of=book.as_of
        )
        if not (square["state"] == "gap").any():
            return None
        return pictures.plot_whitespace(square, currency=self.currency)

    @picture
    def steps(self) -> Axes | None:
        """The steps of the quarter by week."""
        return pictures.plot_campaign(self.campaign) if len(self.campaign) else None
