"""Notebook 02: who is key and of which type, how they stand, and what each manager does."""

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.abc_xyz.actions import abc_xyz_actions
from kamlib.analysis.account.completeness import BESIDE
from kamlib.analysis.account.completeness import dossier_completeness as completeness
from kamlib.analysis.identities.open_twins import with_twins
from kamlib.analysis.segments import key_accounts as keys
from kamlib.analysis.segments import plan_sentences
from kamlib.analysis.segments.criteria import (
    DOUBTED_BY,
    criteria,
    criteria_headline,
    evidence_rows,
)
from kamlib.analysis.segments.handovers import Served
from kamlib.analysis.segments.invest import portfolio_headline, portfolio_matrix, quadrant_sizes
from kamlib.analysis.segments.known import Known, Work
from kamlib.analysis.segments.mistakes import MISTAKES as FIVE
from kamlib.analysis.segments.mistakes import SEEN_IN, manager_mistakes, mistakes, unjudged
from kamlib.analysis.segments.plan import manager_plan
from kamlib.analysis.segments.plays import account_plays, plays_in_force
from kamlib.analysis.segments.portfolios import portfolios
from kamlib.analysis.segments.record import track_record
from kamlib.analysis.segments.rfm import rfm, rfm_headline, rfm_sizes
from kamlib.analysis.segments.silence import silence_risk
from kamlib.analysis.segments.types import NONE, account_types, types_headline
from kamlib.analysis.targeting.gaps import lines_bought
from kamlib.chapters import identities
from kamlib.chapters.chapter import Chapter, frame, picture, rests, sentence, table, untried, view
from kamlib.chapters.handovers import HANDOVERS, HEADINGS, LISTED, handed_words, served_in
from kamlib.chapters.sheets.segments import (
    GROUPS,
    KEY_ACCOUNTS,
    KEY_CHANGES,
    MISTAKES,
    PLAN,
    PLAYS,
    PORTFOLIOS,
    SIX_CRITERIA,
    TYPES,
)
from kamlib.data.findings import withheld
from kamlib.data.results import ask
from kamlib.settings import CRITERIA
from kamlib.show.spec import Page
from kamlib.words import _

# What a page shows of the managers' portfolios.
CARRIED = (
    "manager name accounts key_accounts revenue inherited passed_on margin at_risk plan "
    "actual quarter_inherited quarter_passed_on plan_doubt run_rate growth "
    "expected_growth against_mix growth_doubt largest_share hours_needed hours_available"
)
FIRST = ("types", *CRITERIA, "score", "completeness", "rfm", "quadrant", "why")
EVIDENCE_ROWS = 5
# What the six criteria stand on.
JUDGED_BY = "payments interactions judgements accounts transactions.product_line"


class Segments(Chapter):
    """Who is key and of which type, how they stand, and what the managers do with them.

    Under other settings the classes stay those of the book: what is tried is who is key.
    """

    name, title = "segments", _("Key accounts")

    @frame
    def classes(self) -> pd.DataFrame:
        """The classes of all accounts by the book's settings."""
        return self.book.abc_xyz.classes

    @frame
    def record(self) -> pd.DataFrame:
        """What the side tables say of each account: paid, delivered, complained of, met."""
        rules = self.settings.record
        return track_record(
            *map(self.book.known, ("interactions", "deliveries", "payments", "tenders")),
            as_of=self.book.seen_to,
            months=rules.months,
            brief_days=rules.brief_days,
            settle_days=self.settings.dossier.settle_days,
        )

    @frame
    def bought(self) -> pd.DataFrame:
        """What each account bought of each product line in the last four quarters."""
        book = self.book
        return book.once("lines bought", lambda: lines_bought(book.line_quarters, end=book.quarter))

    @frame
    def known(self) -> Known:
        """What is known of all accounts when they are judged."""
        book = self.book
        sides = {n: book.known(n) for n in ("judgements", "competitors", "prospects", "contacts")}
        authors = sides["judgements"]["author"].replace(book.manager_names)
        sides["judgements"] = sides["judgements"].assign(author=authors)
        return Known(
            classes=self.classes,
            accounts=book.accounts,
            months=book.months,
            line_quarters=book.line_quarters,
            record=self.record,
            bought=self.bought,
            as_of=book.as_of,
            seen_to=book.seen_to,
            data_from=book.tables.data_from,
            **sides,
        )

    @rests(JUDGED_BY)
    @frame
    def criteria(self) -> pd.DataFrame:
        """The six criteria of every account, each with its evidence, and the weighted score."""
        book = self.book
        doubts = {side: withheld(book.tables, side, book.quarter) for side in DOUBTED_BY}
        return criteria(self.known, settings=self.settings, doubts=doubts)

    @frame
    def rfm(self) -> pd.DataFrame:
        """How recently, how often and for how much each account buys, in fifths."""
        return rfm(self.classes, self.book.months, as_of=self.book.as_of, settings=self.settings)

    @rests("competitors contacts deliveries tenders accounts transactions.product_line")
    @frame
    def placed(self) -> pd.DataFrame:
        """How attractive every account is, how strong we are there, and its quadrant."""
        return portfolio_matrix(self.known, settings=self.settings)

    @frame
    def account_plays(self) -> pd.DataFrame:
        """What is done with each account, and the hours that it takes."""
        return account_plays(self.classes, self.judged_types, self.plays, settings=self.settings)

    @frame
    def chosen(self) -> keys.KeyAccounts:
        """The key accounts, and everyone else with the reason why not."""
        return keys.key_accounts(
            self.classes,
            self.judged_types,
            self.criteria,
            self.account_plays,
            self._managers,
            settings=self.settings,
        )

    @frame
    def chosen_before(self) -> keys.KeyAccounts | None:
        """The key accounts of the quarter before by the same rule; None without such a quarter."""
        earlier = self.book.earlier()
        if earlier is None:
            return None
        own = self.settings is self.book.settings
        return (earlier.segments if own else earlier.segments.under(self.settings)).chosen

    @frame
    def shared_work(self) -> Work:
        """Who does what with which account in the coming quarter, before any hours are given."""
        return Work(
            classes=self.classes,
            plays=self.account_plays,
            risk=self.silence_risk,
            key=self.key_accounts.index,
            managers=self._managers,
            as_of=self.book.as_of,
        )

    @frame
    def happened(self) -> pd.DataFrame:
        """What happened this quarter to the accounts that moved or are in doubt."""
        found = abc_xyz_actions(
            self.classes, self.book.abc_xyz.migration, currency=self.currency, rows=None
        )
        twins = self.book.identities.twins
        return found.assign(what_happened=with_twins(found["what_happened"], twins))

    @table(
        page=Page(
            "account name manager types cell revenue margin score hours key_why",
            rows="pack.page_rows",
        ),
        sheet=KEY_ACCOUNTS,
    )
    def key_accounts(self) -> pd.DataFrame:
        """The key accounts, best first, with why each is one."""
        return self._with_twins(self.chosen.key)

    @table(
        page=Page(
            "account name manager change from_cell cell revenue_before revenue change_why",
            rows=15,
            caption=_("Who entered and who left since last quarter, by the same rule"),
        ),
        sheet=KEY_CHANGES,
    )
    def key_changes(self) -> pd.DataFrame:
        """Who entered and who left the list since the last quarter."""
        return keys.key_changes(self.chosen_before, self.chosen)

    @table(
        page=Page(
            "account name manager types cell revenue hours key_why",
            rows=15,
            caption=_("Would be key, but lost or without room"),
        )
    )
    def key_left_out(self) -> pd.DataFrame:
        """Who would be key, but is lost or finds no room."""
        return self._with_twins(self.chosen.left_out)

    @table()
    def key_share(self) -> pd.DataFrame:
        """What the key accounts bring of revenue and margin, against the usual band."""
        return keys.key_share(self.chosen, self.classes, settings=self.settings)

    @table(sheet=PLAN)
    def plan(self) -> pd.DataFrame:
        """What each manager does with whom in the coming quarter, as far as the hours reach."""
        return manager_plan(self.shared_work, types=self.types, todo=self.beside("todo").todo)

    @view(
        of="plan",
        page=Page(
            "manager due account name cell types hours play next_step why",
            rows=7,
            caption=_("Key accounts; the others are in Excel"),
        ),
    )
    def key_plan(self) -> pd.DataFrame:
        """What is planned with key accounts and fits the hours."""
        plan = self.plan
        return plan[plan["fits"] & plan["key"]]

    @table(page=Page(CARRIED), sheet=PORTFOLIOS)
    def portfolio(self) -> pd.DataFrame:
        """What stands behind each manager's name, against the plan and the hours."""
        book = self.book
        ask("accounts")  # by which manager each is looked after
        # What the one list asks of each account, so that both say the same hours.
        asked = self.plan.set_index("account")[["hours"]]
        found = portfolios(
            replace(self.shared_work, plays=asked),
            manager_quarters=book.manager_quarters,
            plans=book.known("plans"),
            history=book.abc_xyz.history,
            seen_to=book.seen_to,
            settings=self.settings,
            served=self.served,
        )
        unread = pd.Series(withheld(book.tables, "plans", book.quarter), dtype="str")
        doubts = unread.reindex(found.index).fillna("")
        return found.assign(plan_doubt=found["plan_doubt"].where(doubts == "", doubts))

    @view(of="portfolio", page=Page(CARRIED, otherwise=""))
    def managers(self) -> pd.DataFrame:
        """The portfolios where the data names managers: nobody is held to hours of nobody."""
        named = (self.portfolio.index != "").any()
        return self.portfolio if named else self.portfolio.iloc[:0]

    @untried
    @frame
    def served(self) -> Served:
        """Who served the accounts that changed hands, and when."""
        return served_in(self.book)

    @table(page=LISTED, sheet=HANDOVERS, headings=HEADINGS)
    def handovers(self) -> pd.DataFrame | None:
        """Which account went from whom to whom, and when; None where none did."""
        found = self.served.handovers
        return found if len(found) else None

    @table("segments", sheet=SIX_CRITERIA)
    def standing(self) -> pd.DataFrame:
        """Every account's types, criteria, segment and quadrant, and why it stands there."""
        shown = self.classes[["name", "manager", "cell", "revenue", "margin"]]
        parts = [self.types.drop(columns="name"), self.criteria, self.rfm, self.placed, shown]
        found = pd.concat(parts, axis=1)
        judged = self.chosen.judged[["status", "key_why"]].reindex(found.index)
        found = self._with_twins(found.join(judged))
        found["key"] = found["status"] == keys.KEY
        found["why"] = found["type_why"].where(found["types"] != NONE, found["placed_why"])
        return found[[*FIRST, *found.columns.difference(FIRST, sort=False)]]

    @frame
    def key_standing(self) -> pd.DataFrame:
        """How the key accounts stand, in the order of the list."""
        return self.standing.loc[self.key_accounts.index]

    @rests(JUDGED_BY)
    @view(
        page=Page(
            rows=None,
            caption=_(
                "What the scores of the first five rest on; each account's are in its dossier"
            ),
        ),
    )
    def evidence(self) -> pd.DataFrame:
        """What the scores of the first key accounts rest on."""
        return evidence_rows(self.key_standing.head(EVIDENCE_ROWS))

    @rests("competitors prospects accounts transactions.product_line")
    @frame
    def judged_types(self) -> pd.DataFrame:
        """The four types of every account, and why, as this book counts accounts."""
        return self._named(
            account_types(self.known, settings=self.settings, currency=self.currency)
        )

    @table(sheet=TYPES)
    def types(self) -> pd.DataFrame:
        """The four types of every account, and why; of groups also what the other level says."""
        return identities.types_of_both_levels(self)

    @table(sheet=GROUPS)
    def groups(self) -> pd.DataFrame | None:
        """The groups of accounts: what each is as one, beside what its sites are by themselves."""
        return identities.groups_judged(self)

    @view(of="types", page=Page("account name types type_why", rows=15))
    def typed(self) -> pd.DataFrame:
        """The accounts that have a type."""
        return self.types[self.types["types"] != NONE]

    @table()
    def rfm_segments(self) -> pd.DataFrame:
        """Accounts and money by segment of recency, frequency and value."""
        return rfm_sizes(self.rfm)

    @table()
    def quadrants(self) -> pd.DataFrame:
        """Accounts and revenue by quadrant of the portfolio matrix."""
        return quadrant_sizes(self.placed, self.classes["revenue"])

    @table(sheet=PLAYS)
    def plays(self) -> pd.DataFrame:
        """What to do with each kind of account: the workbook's plays or the data set's own."""
        return plays_in_force(self.book.known("plays"))

    @table(page=Page("account name manager mistakes mistakes_why"), sheet=MISTAKES)
    def mistakes(self) -> pd.DataFrame:
        """How far each of the five mistakes is made with each account."""
        book = self.book
        # Where nobody keeps dossiers, none is thin: that would say the same of every account.
        kept = any(len(book.known(name)) for name in ("accounts", *BESIDE))
        filled = self.filled if kept else self.filled.mask(self.filled.notna())
        found = mistakes(self.classes, self.record, filled, self._managers, settings=self.settings)
        doubts = {side: withheld(book.tables, side, book.quarter) for side in SEEN_IN}
        return self._named(unjudged(found, doubts))

    @table(
        page=Page(
            f"manager accounts {' '.join(FIVE)} per_account mistakes_why",
            caption=lambda chapter: chapter.common_mistakes,
            otherwise=lambda chapter: chapter.common_mistakes,
        )
    )
    def manager_mistakes(self) -> pd.DataFrame:
        """The five mistakes by manager; nothing where none of them can be judged."""
        found = manager_mistakes(self.mistakes)
        return found if self.mistakes["known"].any() else found.iloc[:0]

    @table("margin_at_risk")
    def silence_risk(self) -> pd.DataFrame:
        """How urgent each account's silence is, and its margin at risk as page 03 tells it."""
        found = silence_risk(self.classes, settings=self.settings)
        at_risk = self.beside("churn").at_risk["margin_at_risk"]
        return self._named(found.assign(at_risk=at_risk.reindex(found.index).round(6)))

    @frame
    def filled(self) -> pd.Series:
        """How complete and fresh the dossier of every account is, without any sale too (0–1)."""
        book = self.book
        ask("accounts")
        return completeness(
            book.everyone,
            {name: book.known(name) for name in BESIDE},
            as_of=book.seen_to,
            settings=self.settings.dossier,
        )

    @table()
    def dossier_completeness(self) -> pd.DataFrame:
        """How complete each account's dossier is."""
        return self._named(self.filled)

    @sentence
    def carried(self) -> str:
        """How many key accounts there are, what they bring, who finds no room."""
        told = keys.key_headline(self.chosen, self.key_share, self.currency)
        return identities.and_groups(self, told, _("a key account"), identities.key_accounts)

    @sentence
    def entered_left(self) -> str:
        """How many entered and left the list since the last quarter."""
        return keys.key_changes_headline(self.key_changes, self.chosen_before)

    @sentence
    def leading(self) -> str:
        """Who leads by the six criteria, and how much is known."""
        return criteria_headline(self.criteria, self.classes)

    @sentence
    def kinds(self) -> str:
        """How many accounts are of which type."""
        told = types_headline(self.judged_types, self.classes, settings=self.settings)
        return identities.and_groups(self, told, _("a breadwinner"), identities.breadwinners)

    @sentence
    def buying(self) -> str:
        """How many buy recently and often, and who fell silent."""
        return rfm_headline(self.rfm)

    @sentence
    def invested(self) -> str:
        """How many accounts stand in which quadrant."""
        return portfolio_headline(self.placed, self.classes["revenue"])

    @sentence
    def managed(self) -> str:
        """Whether the plan is reached, what the mix does not explain, who lacks hours."""
        plans = self.book.known("plans")
        split = plans["estimated"].astype(bool) if "estimated" in plans else False
        estimated = plans[(plans["quarter"] == self.book.quarter_name) & split]["manager"]
        told = plan_sentences.portfolio_headline(
            self.portfolio, self.currency, estimated=list(estimated)
        )
        return f"{told} {handed_words(self.book, self.served)}".strip()

    @sentence
    def common_mistakes(self) -> str:
        """With how many accounts a mistake is found, and which most."""
        return plan_sentences.mistakes_headline(self.mistakes)

    @sentence
    def work(self) -> str:
        """How much of the work fits into the hours, and what the next hour would bring."""
        return self.beside("todo").work

    @picture
    def key_band(self) -> Axes:
        """What the key accounts bring, beside the usual band."""
        band = self.settings.concentration.key_share_band
        return pictures.plot_key_share(self.key_share["share"], band)

    @rests(JUDGED_BY)
    @picture
    def scores(self) -> Axes:
        """The six criteria of the key accounts."""
        return pictures.plot_criteria(self.key_standing)

    @rests(JUDGED_BY)
    @picture
    def ranks(self) -> Axes:
        """The ranks of the key accounts, and their range under other weights."""
        return pictures.plot_rank_range(self.key_standing.sort_values("rank", kind="stable"))

    @picture
    def type_sums(self) -> Axes:
        """Accounts and revenue of the four types."""
        return pictures.plot_types(self.types, self.classes["revenue"], currency=self.currency)

    @picture
    def invest_matrix(self) -> Axes:
        """All accounts by how attractive they are and how strong we are there."""
        return pictures.plot_portfolio_matrix(self.standing, cut=self.settings.portfolio.cut)

    @picture
    def fifths(self) -> Axes:
        """Accounts and money by how recently and how often they order."""
        return pictures.plot_rfm(self.rfm, currency=self.currency)

    @picture
    def hours(self) -> Axes | None:
        """The hours that each manager's accounts ask for, against those there are."""
        if self.managers.empty:
            return None
        return pictures.plot_manager_hours(self.portfolio)

    @picture
    def plan_actual(self) -> Axes | None:
        """Sales of the quarter by manager against the plan."""
        if self.managers.empty:
            return None
        return pictures.plot_plan_actual(self.portfolio, currency=self.currency)

    def _named(self, found: pd.DataFrame | pd.Series) -> pd.DataFrame:
        return self.classes[["name"]].join(found)

    def _with_twins(self, found: pd.DataFrame) -> pd.DataFrame:
        return found.assign(key_why=with_twins(found["key_why"], self.book.identities.twins))

    @property
    def _managers(self) -> pd.DataFrame:
        return self.book.known("managers")
