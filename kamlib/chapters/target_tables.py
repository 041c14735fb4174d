"""Targets of a quarter: who they are, how they are judged, how much time each gets; the tables."""

from dataclasses import replace

import pandas as pd

from kamlib.analysis.campaign.campaign import campaign
from kamlib.analysis.campaign.cards import contact_cards
from kamlib.analysis.campaign.committee import buying_committees
from kamlib.analysis.campaign.offers import offers, with_offers
from kamlib.analysis.campaign.step_ids import step_ids
from kamlib.analysis.campaign.steps import Judged
from kamlib.analysis.churn.reach import probably_gone, reachable
from kamlib.analysis.measures.dependence import dependence
from kamlib.analysis.models.lookalike import lookalike_quality
from kamlib.analysis.targeting.check import (
    target_check,
    usable_deals,
)
from kamlib.analysis.targeting.deal_chance import DealChance, calibrated_chance, chance_by_record
from kamlib.analysis.targeting.evidence import p_evidence
from kamlib.analysis.targeting.find_out import find_out
from kamlib.analysis.targeting.lookalike import (
    best_accounts,
    learning_accounts,
    lookalike,
)
from kamlib.analysis.targeting.owners import raci, who_talks
from kamlib.analysis.targeting.rates import (
    lead_sources,
    win_rates,
)
from kamlib.analysis.targeting.scorecard import TargetQuarter, scorecard
from kamlib.analysis.targeting.target_list import (
    Known,
    already_accounts,
    company_numbers,
    decided_list,
    known_companies,
    target_list,
)
from kamlib.analysis.targeting.three_ps import rank_range, three_ps
from kamlib.analysis.targeting.tiers import CLOSE, OurSide, tier_hours, tiers
from kamlib.analysis.targeting.typical_value import typical_values
from kamlib.analysis.targeting.whitespace import by_record, whitespace
from kamlib.analysis.targeting.whitespace_past import followed_gaps, whitespace_back_test
from kamlib.analysis.todo.calendar import campaign_within
from kamlib.chapters import target_rows as sentences
from kamlib.chapters.chapter import Chapter, frame, rests, table, untried
from kamlib.chapters.churn_past import states_at
from kamlib.chapters.sheets.targeting import (
    CALENDAR,
    CARDS,
    CONTACTS,
    EVIDENCE,
    QUESTIONS,
    SCORE_CHECK,
    SCORECARD,
    TARGETS,
    WEEKS,
    WHITE_MAP,
    WHITESPACE,
)
from kamlib.data.results import ask
from kamlib.settings import PS
from kamlib.show.spec import Page
from kamlib.words import _

FIRST = (*PS, "score", "fit", "tier", "missing", "why")
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
FIRST_FEW, FIRST_SHOWN, FIRST_DRAWN, CARDS_SHOWN, RATES_DRAWN = 5, 15, 25, 24, 30
# What targets and their offers stand on, and what besides the evidence for them does.
OFFERED_BY = "prospects accounts competitors transactions.product_line"
KNOWN_BY = f"{OFFERED_BY} contacts interactions payments"


class TargetTables(Chapter):
    """The frames and tables of targeting.

    What stands before any weight or threshold is the book's own (``untried``), so that other
    weights are tried out fast.
    """

    name = "targeting"

    @untried
    @frame
    def prospects(self) -> pd.DataFrame:
        """The companies that we could win, as noted."""
        return self.book.known("prospects")

    @untried
    @frame
    def matches(self) -> pd.DataFrame:
        """The prospects that are accounts already, and how that was found."""
        most = self.book.settings.identities.most_same
        return known_companies(self.prospects, self.book.accounts, most_same=most)

    @rests(KNOWN_BY)
    @untried
    @frame
    def companies(self) -> Known:
        """What is known of companies, ours and others, before targets are judged."""
        book = self.book
        return Known(
            prospects=self.prospects,
            accounts=book.accounts,
            classes=book.abc_xyz.classed,
            whitespace=self.whitespace,
            competitors=book.known("competitors"),
            bought=book.segments.bought,
            contacts=book.known("contacts"),
            interactions=book.known("interactions"),
            record=book.segments.record,
        )

    @untried
    @frame
    def gaps_before(self) -> pd.DataFrame:
        """The gaps that were seen a year ago and earlier, with what became of each."""
        book, rules = self.book, self.book.settings.whitespace
        ask("accounts")
        return followed_gaps(book.line_quarters, book.accounts, as_of=book.as_of, settings=rules)

    @untried
    @frame
    def listed(self) -> pd.DataFrame:
        """The targets before they are judged: open prospects, and accounts that could grow."""
        return with_offers(self._candidates, self.offers)

    @untried
    @frame
    def deals(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The won and lost prospects as known before, and what was not taken of them."""
        as_of = self.book.as_of
        return usable_deals(decided_list(self.prospects, self.matches, as_of=as_of), as_of=as_of)

    @untried
    @frame
    def decided(self) -> pd.DataFrame:
        """The won and lost prospects as known before their outcome."""
        return self.deals[0]

    @rests("accounts")
    @untried
    @frame
    def learning(self) -> pd.DataFrame:
        """The accounts from which fit is learnt."""
        return learning_accounts(self.book.accounts, self.book.abc_xyz.classed)

    @untried
    @frame
    def best(self) -> pd.Index:
        """The best accounts of today."""
        return best_accounts(self.book.abc_xyz.classed)

    @rests("prospects accounts transactions.product_line")
    @untried
    @frame
    def fit(self) -> pd.DataFrame:
        """How much targets and decided ones resemble the best accounts."""
        listed, decided = self._candidates, self.decided
        everyone = pd.concat([listed, decided.loc[decided.index.difference(listed.index)]])
        return lookalike(everyone, self.learning, self.best, settings=self.settings)

    @rests("prospects accounts transactions.product_line")
    @untried
    @frame
    def typical(self) -> pd.Series:
        """What each target may buy in a year as accounts like it do."""
        book = self.book
        return typical_values(
            targets=self._candidates,
            accounts=book.accounts,
            revenue=book.abc_xyz.classed["revenue"],
            neighbours=self.settings.tiers.neighbours,
        )

    @rests(OFFERED_BY)
    @untried
    @frame
    def offers(self) -> pd.DataFrame:
        """What to offer each target, and why."""
        listed = self._candidates
        # Of a prospect without a noted value a line is its part of what companies like it buy.
        unknown = (listed["kind"] == "prospect") & listed["value"].isna()
        valued = listed.assign(value=listed["value"].mask(unknown, self.typical))
        return offers(
            valued,
            self.companies,
            self.fit["similar_accounts"].reindex(listed.index),
            currency=self.currency,
            settings=self.settings.whitespace,
        )

    @frame
    def scores(self) -> pd.DataFrame:
        """The three P's of every target, and its score."""
        return three_ps(self.evidence, self.listed.index, settings=self.settings.three_p)

    @frame
    def decided_scores(self) -> pd.DataFrame:
        """The three P's of the won and lost prospects, as known before their outcome."""
        evidence = self._evidence(self.decided)
        return three_ps(evidence, self.decided.index, settings=self.settings.three_p)

    @frame
    def chance(self) -> DealChance:
        """The chances of the open deals, corrected by how those of earlier quarters came true."""
        return chance_by_record(self.chance_said, self.book.ground.deal_record)

    @frame
    def chance_said(self) -> DealChance:
        """What the outcomes of the decided deals say of the open ones."""
        return calibrated_chance(
            facts=self.deal_facts,
            won=self.won,
            open_facts=self._facts(self.scores, self.listed),
            settings=self.settings,
        )

    @frame
    def tiers(self) -> pd.DataFrame:
        """The tier of every target by chance, value and hours, its owner, and why."""
        book = self.book
        return tiers(
            targets=self.listed,
            three_ps=self.scores,
            chance=self.chance.chance,
            fit=self.fit["fit"].reindex(self.listed.index),
            ours=OurSide(
                managers=book.known("managers"),
                accounts=book.accounts,
                revenue=book.abc_xyz.classed["revenue"],
                typical=self.typical,
                leaving=self._at_risk(),
                known_by=who_talks(book.known("contacts"), book.known("interactions")),
                dependent=self.dependent,
                margin_rate=self.beside("churn").margin_rate,
            ),
            settings=self.settings,
        )

    @frame
    def dependent(self) -> pd.DataFrame:
        """The accounts that bring, with their group, much of our sales already."""
        sold, heads = self.book.abc_xyz.classed["revenue"], self.book.tables.who.heads
        return dependence(sold, heads, settings=self.settings)

    @frame
    def deal_facts(self) -> pd.DataFrame:
        """What the check of the scores knows of the decided deals."""
        return self._facts(self.decided_scores, self.decided)

    @frame
    def won(self) -> pd.Series:
        """Whether a decided deal was won."""
        return self.decided["outcome"] == "won"

    @table(
        page=Page(
            "rank prospect name tier owner score p_win expected_value value_from offer_line "
            "missing",
            rows=15,
        ),
        sheet=TARGETS,
    )
    def targets(self) -> pd.DataFrame:
        """All that is known of each target, tier by tier, the highest priority first."""
        scores = self.scores
        ranks = rank_range(scores, settings=self.settings.three_p)
        told = self.listed.columns.union(scores.columns).drop("value_from")
        found = self.tiers.drop(columns=self.tiers.columns.intersection(told))
        found = found.join([
            scores,
            ranks.drop(columns="rank").reindex(scores.index),
            self.fit.reindex(scores.index)[["fit", *FIT]],
            self.offers[list(OFFER)],
            self.committees[list(COMMITTEE)],
            self.listed.drop(columns=[*NOTED_PS, "value_from"]),
        ])  # fmt: skip
        chance = self.chance
        for name, values in (("", chance.chance), ("_low", chance.low), ("_high", chance.high)):
            found[f"p_win{name}"] = values.reindex(found.index).astype(float)
        found = found.rename_axis("prospect")
        first = [*FIRST, *THEN]
        return found[[*first, *found.columns.difference(first, sort=False)]]

    @table(
        page=Page(
            "owner prospect name p question ask at_stake",
            rows=15,
            caption=lambda chapter: sentences.asked_told(chapter.find_out),
            otherwise="",
        ),
        sheet=QUESTIONS,
    )
    def find_out(self) -> pd.DataFrame:
        """What to find out of each target, asked by who looks after it."""
        listed, placed = self.listed, self.tiers.reindex(self.listed.index)
        asked = listed.assign(manager=placed["owner"], value=placed["expected_value"])
        by_hand = self.tiers.index[self.tiers["tier"].isin(CLOSE)]
        people = self.committees["people"].reindex(by_hand).fillna(0)
        return find_out(
            three_ps=self.scores,
            targets=asked,
            committees=self.committees,
            contacts=self.book.known("contacts"),
            unnamed=by_hand[(people == 0).to_numpy()],
            settings=self.settings.three_p,
        )

    @table(
        "target_evidence",
        page=Page("prospect name p value evidence source date freshness"),
        sheet=EVIDENCE,
    )
    def evidence(self) -> pd.DataFrame:
        """Every piece of evidence of the three P's, and which of them counts."""
        return self._evidence(self.listed)

    @table(page=Page("prospect name account match match_why"))
    def already_accounts(self) -> pd.DataFrame:
        """The open prospects that are accounts already."""
        return already_accounts(
            self.prospects, self.matches, self.book.accounts, as_of=self.book.as_of
        )

    @table(
        page=Page(
            "prospect name person position role interests channel last_contact next_step "
            "next_step_due owner finding"
        ),
        sheets=(CONTACTS, CARDS),
    )
    def contact_cards(self) -> pd.DataFrame:
        """The people at the targets, in the order in which the targets are worked on."""
        book, order = self.book, self.targets
        cards = contact_cards(
            contacts=book.known("contacts"),
            interactions=book.known("interactions"),
            targets=self.listed,
            owners=self.tiers["owner"],
            as_of=book.seen_to,
            settings=self.settings,
        )
        place = order.index.get_indexer(cards["prospect"])
        cards = cards.assign(place=place).sort_values("place", kind="stable")
        cards = cards.drop(columns="place").reset_index(drop=True)
        tier = cards["prospect"].map(order["tier"].astype("str"))
        return cards.assign(tier=tier.astype("str").fillna(""))

    @table(
        page=Page(
            "date name tier step content channel person owner marketing",
            rows=10,
            caption=_("The first steps; all are in Excel"),
            otherwise="",
        ),
        sheets=(CALENDAR, WEEKS),
    )
    def campaign(self) -> pd.DataFrame:
        """The steps of the quarter: what, when, through which channel, by whom."""
        return campaign_within(self.campaign_planned, self.beside("todo").todo)

    @frame
    def campaign_planned(self) -> pd.DataFrame:
        """The steps of the quarter as far as the hours for targets go, before other tasks."""
        judged = Judged(
            tiers=self.tiers,
            targets=self.listed,
            offers=self.offers,
            committees=self.committees,
            cards=self.contact_cards,
            find_out=self.find_out,
        )
        book = self.book
        plan = campaign(
            judged, managers=book.known("managers"), as_of=book.as_of, settings=self.settings
        )
        names = step_ids(plan, as_of=book.as_of, company=book.dataset.name)
        return plan.assign(step_id=names)

    @rests("accounts transactions.product_line")
    @untried
    @frame
    def gaps_said(self) -> pd.DataFrame:
        """The gaps of all accounts as earlier ones tell of them, before lists have a record."""
        book = self.book
        return whitespace(
            line_quarters=book.line_quarters,
            accounts=book.accounts,
            classes=book.abc_xyz.classed,
            followed=self.gaps_before,
            checked=self.whitespace_check,
            as_of=book.as_of,
            settings=self.settings,
        )

    @rests("accounts transactions.product_line")
    @untried
    @table(
        page=Page(
            "account name product_line chance expected_value low high why", rows=15, otherwise=""
        ),
        sheets=(WHITESPACE, WHITE_MAP),
    )
    def whitespace(self) -> pd.DataFrame:
        """The gaps of all accounts: what similar accounts buy and they do not."""
        first, others = self.book.ground.gap_records
        return by_record(self.gaps_said, first, others, rows=self.gaps_shown)

    @property
    def gaps_shown(self) -> int:
        """How many gaps the page lists."""
        return type(self).whitespace.page.rows

    @table(
        "target_models",
        page=Page("label sample n won auc auc_low auc_high lift_top_fifth verdict"),
        sheet=SCORE_CHECK,
    )
    def models(self) -> pd.DataFrame:
        """Whether scores and models told won from lost deals that they had not seen."""
        days = self.decided["outcome_on"]
        return target_check(self.deal_facts, self.won, days=days, settings=self.settings)

    @table(page=Page("attribute value n won win_rate low high rest_rate verdict"))
    def win_rates(self) -> pd.DataFrame:
        """How often deals were won, by what was known of them."""
        return win_rates(self.deal_facts, self.won, settings=self.settings)

    @untried
    @table("deals_left_out")
    def left_out(self) -> pd.DataFrame:
        """What of the decided deals could not be used as noted."""
        return self.deals[1]

    @untried
    @table("lookalike", page=Page("measure value why"))
    def fit_quality(self) -> pd.DataFrame:
        """How well fit finds the best accounts again."""
        return lookalike_quality(self.learning, self.best, settings=self.settings)

    @table(
        page=Page(
            "source found qualified won win_rate low high value_won value_per_found days_to_win "
            "verdict",
            caption=_("What each source of prospects yields"),
            otherwise="",
        )
    )
    def lead_sources(self) -> pd.DataFrame:
        """Yield per source; what a won prospect brings is what its account bought in a year."""
        # A won prospect may go by the number of the account that it became, a target today.
        scores = pd.concat([self.decided_scores, self.scores])
        return lead_sources(
            prospects=self.prospects,
            scores=scores[~scores.index.duplicated()],
            revenue_by_prospect=self._bought,
            rates=self.win_rates,
            as_of=self.book.as_of,
            settings=self.settings,
        )

    @untried
    @table(
        page=Page(
            "method gaps filled auc auc_low auc_high precision_top_10 precision_top_tenth "
            "expected actual chosen verdict"
        )
    )
    def whitespace_check(self) -> pd.DataFrame:
        """How well the gaps of a year ago and earlier were told."""
        return whitespace_back_test(self.gaps_before, settings=self.settings)

    @table(
        page=Page(
            "owner name team targets one_to_one one_to_few one_to_many find_out hours_used "
            "hours_available hours_left"
        )
    )
    def tier_hours(self) -> pd.DataFrame:
        """The hours of each of our people, by tier."""
        return tier_hours(self.tiers, self.book.known("managers"), settings=self.settings)

    @untried
    @table(
        page=Page(
            "prospect name people coverage reached decider decider_reached roles_missing "
            "single_thread committee_why"
        )
    )
    def committees(self) -> pd.DataFrame:
        """Who decides at each target: which parts are known and reached."""
        book = self.book
        return buying_committees(
            contacts=book.known("contacts"),
            interactions=book.known("interactions"),
            targets=self.listed,
            as_of=book.seen_to,
            settings=self.settings,
        )

    @untried
    @table(
        page=Page(
            "activity account_manager marketing head_of_sales inside_sales technician people",
            rows=None,
        ),
        sheet=SCORECARD,
    )
    def raci(self) -> pd.DataFrame:
        """Who does it, answers for it, is asked and told."""
        return raci(self.book.known("managers"))

    @table(page=Page("label last_quarter this_quarter change better"))
    def scorecard(self) -> pd.DataFrame:
        """How the quarter went against the one before, by the same rules."""
        before = self.book.earlier()
        return scorecard(self.quarter, None if before is None else before.targeting.quarter)

    @frame
    def quarter(self) -> TargetQuarter:
        """What the scorecard counts of the quarter."""
        book = self.book
        return TargetQuarter(
            begin=book.quarter.start_time,
            as_of=book.seen_to,
            tiers=self.tiers,
            three_ps=self.scores,
            committees=self.committees,
            interactions=book.known("interactions"),
            prospects=self.prospects,
            bought=self._bought,
            chances=self.chance.status,
        )

    @property
    def _candidates(self) -> pd.DataFrame:
        """The targets before what is offered to them is known."""
        until = {"as_of": self.book.as_of, "settings": self.settings}
        return self.once(
            "candidates",
            lambda: target_list(self.companies, self.matches, **until),
            tuple(OFFERED_BY.split()),
        )

    @property
    def _bought(self) -> pd.Series:
        """What the accounts that decided prospects became bought in the last twelve months."""
        account = self.decided["account"]
        account = account[account != ""]
        revenue = account.map(self.book.abc_xyz.classed["revenue"]).astype(float)
        # Of several that became one account each has its part.
        return revenue / account.groupby(account).transform("size")

    def _facts(self, scores: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
        """What the check of the scores knows of targets or decided deals, one row each."""
        facts = rows[["relationship", "source", "industry", "competitor"]].join(
            rows[["employees", "annual_revenue"]].astype(float)
        )
        judged = scores.reindex(rows.index)[[*PS, "score"]].astype(float)
        return facts.join(judged).assign(fit=self.fit["fit"].reindex(rows.index).astype(float))

    def _at_risk(self) -> pd.Index:
        states = states_at(self.book, self.book.quarter, self.settings)
        gone = probably_gone(
            states,
            reachable(states, self.book.gaps),
            min_reachable=self.settings.watch.min_reachable,
        )
        return states.index[(states["state"] == "at risk") | states.index.isin(gone.index)]

    def _evidence(self, targets: pd.DataFrame) -> pd.DataFrame:
        # A prospect that buys already is one company of its industry, not two.
        number = company_numbers(self.prospects, self.matches, self.book.accounts.index)
        return p_evidence(
            targets,
            replace(self.companies, prospects=self.prospects.assign(account=number)),
            as_of=self.book.seen_to,
            settings=self.settings,
            currency=self.currency,
        )
