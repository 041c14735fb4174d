"""Notebook 03: who is leaving, since when, from where, why, and whom to win back."""

import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.churn.bridge import (
    TOTAL,
    bridge_headline,
    largest_falls,
    line_losses,
    line_losses_headline,
)
from kamlib.analysis.churn.margin_at_risk import (
    OUT,
    by_record,
    by_silence,
    margin_at_risk,
    risk_headline,
)
from kamlib.analysis.churn.reach import LEAVING, as_lost, gone_words, probably_gone, reachable
from kamlib.analysis.churn.reasons import (
    reasons_by_money,
    reasons_headline,
)
from kamlib.analysis.churn.retention import retention_headline
from kamlib.analysis.churn.returns import (
    ReturnRates,
    chances_then,
    past_losses,
    rates_by_record,
    return_rates,
)
from kamlib.analysis.churn.states import (
    SILENCES_TRIED,
    dynamics_headline,
    loss_dynamics,
    silences_tried,
    state_words,
    states_headline,
)
from kamlib.analysis.churn.watch_list import (
    LeavingAccounts,
    watch_headline,
    watch_list,
)
from kamlib.analysis.churn.winback import (
    LostAccounts,
    do_not_chase,
    offer_table,
    winback_economics,
    winback_headline,
    winback_list,
)
from kamlib.analysis.churn.winback_attempts import (
    attempt_scores,
    attempts,
    attempts_headline,
    last_orders_before,
    win_chances,
)
from kamlib.analysis.identities.open_twins import (
    with_twins,
)
from kamlib.analysis.measures.days import first_week
from kamlib.analysis.measures.list_record import came_told
from kamlib.analysis.measures.loss import allowed_before, orders_at
from kamlib.analysis.measures.year_value import margin_or_assumed, year_before
from kamlib.chapters.chapter import frame, picture, rests, sentence, slider, table, view
from kamlib.chapters.churn_past import (
    Past,
    bridge_from,
    compared_quarter,
    last_whole,
    main_direction,
    named_accounts,
    retention_from,
    spans_from,
    states_at,
    steps_from,
)
from kamlib.chapters.sheets.churn import (
    BRIDGE,
    LEFT_ALONE,
    LOSSES,
    WATCH,
    WINBACK,
)
from kamlib.data.frames import PARTS
from kamlib.quarters import quarter_label
from kamlib.settings import tried
from kamlib.show.spec import Page
from kamlib.words import _, count

DOUBTFUL = ("slowing", "at risk", "lost")
FIRST = (
    *("state", "last_order", "silence_days", "typical_gap_days", "p_active", "p_gone"),
    *("margin_at_risk", "reason", "hint", "name", "manager", "since", "why"),
)


class Churn(Past):
    """Who is leaving, since when, from where and why; whom to call, and whom to win back."""

    name, title = "churn", _("Churn")

    @frame
    def states(self) -> pd.DataFrame:
        """The state of every account, from new to lost."""
        return states_at(self.book, self.book.quarter, self.settings)

    @slider(
        _("Lost after at least"),
        at=lambda days: _("{n} days of silence").format(n=count(days)),
        page=Page("lost_accounts lost_margin risk_accounts risk_margin"),
    )
    def silences_tried(self) -> pd.DataFrame:
        """Who were lost or at risk by other days of silence, and who would cross."""
        in_force, margin = self.settings.churn.min_silence_days, self.year_margin["margin_a_year"]
        states = {in_force: self.states}
        for days in {*SILENCES_TRIED} - {in_force}:
            other = tried(self.settings, {"churn.min_silence_days": days})
            states[days] = states_at(self.book, self.book.quarter, other)
        return silences_tried(states, margin, self.named["name"], in_force=in_force)

    @frame
    def named(self) -> pd.DataFrame:
        """Name and manager of every account."""
        return named_accounts(self.book, self.states.index)

    @frame
    def year(self) -> pd.DataFrame:
        """What each account brought in the year up to its last order."""
        return year_before(self.book.months, self.states["last_order"])

    @frame
    def year_margin(self) -> pd.DataFrame:
        """The margin of that year, assumed from revenue where it is not known."""
        return margin_or_assumed(self.year, self.margin_rate)

    @frame
    def hints(self) -> pd.DataFrame:
        """The strongest hint at why each doubtful account is leaving."""
        return self._hints(self._doubtful)

    @frame
    def account_reasons(self) -> pd.DataFrame:
        """Why each doubtful account is leaving, as recorded or as hinted at."""
        return self._reasons(self._doubtful, self.hints)

    @frame
    def at_risk(self) -> pd.DataFrame:
        """What each account that still buys may cost us within a year, as all pages tell it.

        By what became of accounts that stood alike at earlier quarter ends (``margin_at_risk``);
        without any that could be followed, silence tells.

        Returns
        -------
        Indexed as the states: ``p_active`` (0–1), ``p_model`` (empty where unknown); ``p_gone``
        (0–1: that it is lost a year from now), ``may_leave``, ``may_shrink`` (missing where not
        known), ``margin_at_risk`` (currency, 0 for accounts that are lost or never bought);
        ``margin_a_year``, ``margin_assumed``, ``revenue_a_year``.
        """
        states, year = self.states, self.year_margin
        known = self.active.reindex(states.index)
        found = margin_at_risk(
            self.standings,
            self.book.quarter,
            known_to=last_whole(self.book),
            settings=self.settings,
        )
        record = self.book.ground.leaving_record
        told = by_record(found, self.on_watch, record).reindex(states.index)
        if found.empty:
            told["may_leave"] = told["margin_at_risk"] = by_silence(states.join(year))
        money = ["may_leave", "may_shrink", "margin_at_risk"]
        told[money] = told[money].mask(states["state"].isin(OUT), 0.0)
        return pd.DataFrame(
            {
                "p_active": known["p_active"].astype(float),
                "p_model": known["model"].astype("str").fillna(""),
                **told,
                **year,
                "revenue_a_year": self.year["revenue_a_year"],
            },
            states.index,
        )

    @frame
    def reachable(self) -> pd.Series:
        """The chance of each account that it is not decided yet whether it leaves."""
        return reachable(self.states, self.book.gaps)

    @frame
    def gone(self) -> pd.Series:
        """The accounts that the rule does not call lost yet, but hardly a call can keep."""
        least = self.settings.watch.min_reachable
        return probably_gone(self.states, self.reachable, min_reachable=least)

    @frame
    def spans(self) -> pd.DataFrame:
        """How long each account has been seen to stay, and whether it left."""
        return spans_from(self.book, self.states, self._first_orders, self.settings)

    @frame
    def on_watch(self) -> pd.Index:
        """The accounts on the watch list: they may be leaving, and a call may still keep them."""
        bought = self.year["revenue_a_year"].reindex(self.states.index) > 0
        leaving = self.states.index[self.states["state"].isin(LEAVING) & bought]
        return leaving.difference(self.gone.index, sort=False)

    @frame
    def losses(self) -> pd.DataFrame:
        """Every silence that counted as a loss, and how it ended."""
        book = self.book
        return past_losses(
            book.gaps,
            self.states["allowed_days"],
            allowed_before(book.gaps, self._orders_now, book.seen_to, settings=self.settings),
            book.known("winbacks"),
            seen_to=book.seen_to,
            rules=self.settings.rhythm,
        )

    @frame
    def rates(self) -> ReturnRates:
        """How fast lost accounts came back that nobody had asked."""
        told, least = self.book.known("losses"), self.settings.winback.min_losses
        return return_rates(self.losses, told, as_of=self.book.seen_to, min_losses=least)

    @frame
    def economics(self) -> pd.DataFrame:
        """What an attempt at each account lost or probably gone is worth, and what speaks against.

        Who is probably gone is weighed as if lost today, and has no ``lost_since``.
        """
        book, settings = self.book, self.settings.winback
        lost = LostAccounts(
            states=as_lost(self.states, self.gone.index, seen_to=book.seen_to),
            accounts=book.accounts,
            months=book.months,
            reasons=self.account_reasons,
            rates=rates_by_record(self.rates, book.ground.return_record),
            chances=win_chances(self.winback_log, settings=settings),
            made=self.winback_log,
            payments=book.known("payments"),
            twins=book.identities.twins,
        )
        found = winback_economics(
            lost,
            as_of=book.as_of,
            seen_to=book.seen_to,
            settings=settings,
            work=self.settings.work,
        )
        return found.assign(lost_since=found["lost_since"].mask(found.index.isin(self.gone.index)))

    @table(
        page=Page(
            "account name manager state since silence_days typical_gap_days p_active p_gone "
            "orders_low orders_high margin_at_risk reason hint why"
        )
    )
    def churn(self) -> pd.DataFrame:
        """Every account: its state, what is at risk, and what is known or hinted at."""
        states = self.states
        # What was recorded as its reason and what is hinted at stay apart.
        told = self.account_reasons.reindex(states.index)[["recorded", "note", "recorded_on"]]
        hints = self.hints.reindex(states.index)
        ranges = self.ranges.reindex(states.index)
        words = [state_words(row) for row in states.to_dict("records")]
        table = states.assign(state=states["state"].astype("str")).join(
            [self.named, self.at_risk, ranges, told, hints]
        )
        table = table.rename(columns={"recorded": "reason"})
        told = pd.Series(words, states.index, dtype="str")
        table["why"] = with_twins(told, self.book.identities.twins)
        texts = ["reason", "note", "hint", "hint_evidence"]
        table[texts] = table[texts].astype(object).fillna("").astype("str")
        return table[[*FIRST, *table.columns.difference(FIRST, sort=False)]]

    @frame
    def watched(self) -> pd.DataFrame:
        """The accounts that may leave and can be kept, before anybody's hours are given out."""
        leaving = LeavingAccounts(
            states=self.states,
            accounts=self.named,
            year=self.year,
            hints=self.hints,
            reasons=self.account_reasons,
            at_risk=self.at_risk["margin_at_risk"],
            reachable=self.reachable,
        )
        table = watch_list(
            leaving,
            margin_rate=self.margin_rate,
            settings=self.settings.watch,
            currency=self.currency,
        )
        return table.assign(why=with_twins(table["why"], self.book.identities.twins))

    @table(page=Page("manager due account name state at_risk keep why"), sheet=WATCH)
    def watch_list(self) -> pd.DataFrame:
        """The accounts to call before they leave, by manager, by what a call can still keep."""
        return self._dated(self.watched, before="why")

    @view(
        of="watch_list",
        page=Page(
            "manager due account name state keep why",
            rows=15,
            caption=_("To call this week"),
        ),
    )
    def this_week(self) -> pd.DataFrame:
        """The accounts to call this week."""
        return first_week(self.watch_list)

    @frame
    def worth_asking(self) -> pd.DataFrame:
        """Who is worth an attempt, before anybody's hours are given out."""
        return self._with_gone(winback_list(self.economics, currency=self.currency))

    @table(
        page=Page(
            "account name owner due offer net_value cost discount_ceiling why",
            rows=15,
            caption=_("Worth an attempt"),
        ),
        sheet=WINBACK,
    )
    def winback(self) -> pd.DataFrame:
        """The accounts lost or probably gone worth an attempt, the most net value first."""
        return self._dated(self.worth_asking, before="name")

    @table(
        page=Page(
            "account name manager revenue_a_year why again_on",
            rows=15,
            caption=_("Better left alone, and why"),
        ),
        sheet=LEFT_ALONE,
    )
    def do_not_chase(self) -> pd.DataFrame:
        """The accounts lost or probably gone that are left alone, each with the reason."""
        return self._with_gone(do_not_chase(self.economics, currency=self.currency))

    @table(page=Page("reason offer offer_words p_win_assumed cost_share hours"))
    def offers(self) -> pd.DataFrame:
        """The offer that answers each reason, with its assumed chance and cost."""
        return offer_table(self.settings.winback)

    @rests("losses competitors " + " ".join(f"transactions.{part}" for part in PARTS))
    @table(
        page=Page("direction key before new returned grown shrunk lost credited after"),
        sheet=BRIDGE,
    )
    def bridge(self) -> pd.DataFrame:
        """From the revenue of the quarter compared with to this one's, by every direction."""
        recorded = self.account_reasons["recorded"]
        return bridge_from(self.book, self._base, recorded[recorded != ""])

    @view(
        of="bridge",
        page=Page(
            "direction key before shrunk lost change after",
            caption=_("Where revenue fell most, by every direction"),
        ),
    )
    def falls(self) -> pd.DataFrame:
        """Where revenue fell most, by every direction."""
        return largest_falls(self.bridge)

    @table(sheet=LOSSES)
    def loss_dynamics(self) -> pd.DataFrame:
        """Accounts lost and returned in each of the last quarters, and the money that went."""
        book = self.book
        return loss_dynamics(
            book.orders,
            book.gaps,
            book.months,
            seen_to=book.seen_to,
            settings=self.settings,
            quarters=self.settings.history.quarters,
            freq=book.quarter.freqstr,
        )

    @table(
        page=Page(
            "account name product_line revenue_a_year account_share last_quarter manager",
            rows=15,
            caption=_("Accounts that go on buying but have left a product line"),
        )
    )
    def line_losses(self) -> pd.DataFrame:
        """The lines that accounts have left while they go on buying others."""
        left = line_losses(self.book.line_quarters, quarter=self.book.quarter)
        accounts = pd.Index(left["account"].unique(), name="account", dtype="str")
        return left.join(named_accounts(self.book, accounts), on="account")

    @table(page=Page(caption=lambda chapter: chapter.reasons))
    def loss_reasons(self) -> pd.DataFrame:
        """Why accounts were lost, by what they had brought: recorded and hinted at apart."""
        known = self.account_reasons
        lost = self.states["state"].reindex(known.index) == "lost"
        return reasons_by_money(known[lost], self.year)

    @table()
    def retention(self) -> pd.DataFrame:
        """The share of accounts still there after so many days; ``by`` class or cohort."""
        return retention_from(self.book, self.spans, self._first_orders, self.settings)

    @table()
    def winback_log(self) -> pd.DataFrame:
        """Each logged attempt to win an account back, and what came of it."""
        book, settings = self.book, self.settings.winback
        winbacks = book.known("winbacks")
        asked = last_orders_before(winbacks, book.gaps)
        reasons = self._reasons(asked, self._hints(asked))
        return attempts(
            winbacks,
            reasons["reason"],
            chances_then(
                winbacks,
                self.losses,
                book.known("losses"),
                as_of=book.as_of,
                horizon_days=settings.horizon_days,
                min_losses=settings.min_losses,
            ),
            book.gaps,
            book.months,
            as_of=book.as_of,
            settings=settings,
        )

    @table(
        page=Page(
            "reason offer attempts won refused no_answer came achieved predicted p_natural "
            "as_predicted cost margin_after gain",
            caption=lambda chapter: chapter.attempts,
        )
    )
    def winback_attempts(self) -> pd.DataFrame:
        """Attempts by reason and offer: predicted against achieved."""
        return attempt_scores(
            self.winback_log, by=["reason", "offer"], settings=self.settings.winback
        )

    @sentence
    def staying(self) -> str:
        """How many accounts are in which state."""
        told = states_headline(
            self.states,
            self.year_margin["margin_a_year"],
            self.currency,
            returned_days=self.settings.churn.returned_days,
        )
        state, revenue = self.states["state"], self.year["revenue_a_year"]
        return self.doubted(told, lost=revenue[state == "lost"], new=revenue[state == "new"])

    @sentence
    def dynamics(self) -> str:
        """How many were lost and came back in the last quarter."""
        told = dynamics_headline(self.loss_dynamics, self.currency)
        lately = self.states["since"] >= self.book.quarter.start_time
        lost = self.year.loc[lately & (self.states["state"] == "lost"), "revenue_a_year"]
        return self.doubted(told, lost=lost)

    @rests("")
    @sentence
    def change(self) -> str:
        """What the quarter's revenue changed by."""
        told = bridge_headline(self.bridge, self.currency)
        return self.doubted(told, **steps_from(self.book, self._base))

    @sentence
    def lines(self) -> str:
        """What left in part; nothing where no line of sales names a product line."""
        named = (self.book.line_quarters["product_line"] != "").any()
        return line_losses_headline(self.line_losses, self.currency) if named else ""

    @sentence
    def reasons(self) -> str:
        """Why accounts were lost."""
        return reasons_headline(self.loss_reasons, self.currency)

    @rests("")
    @sentence
    def risk(self) -> str:
        """How much margin is at risk, by what, and how that is told."""
        return risk_headline(self.churn, self.currency)

    @sentence
    def watch(self) -> str:
        """Whom to call this week."""
        told = watch_headline(self.watch_list, self.currency, gone=len(self.gone))
        return self.doubted(told, both=self.watch_list["at_risk"])

    @sentence
    def kept(self) -> str:
        """How long accounts stay."""
        ordered = int(self.states["last_order"].notna().sum())
        months = self.settings.xyz.new_months
        return retention_headline(self._retention_by("class"), ordered, months)

    @sentence
    def worth(self) -> str:
        """How many accounts are worth an attempt, and what that brings."""
        told = winback_headline(
            self.winback,
            self.do_not_chase,
            self.currency,
            hour_cost=self.settings.work.hour_cost,
        )
        ground = self.book.ground
        came = came_told(ground.attempt_record, ground.return_record)
        if self.gone.empty:
            return f"{told} {came}"
        more = _("Probably gone, though not lost by the rule yet: {n} of them.")
        return f"{told} {more.format(n=count(len(self.gone)))} {came}"

    @sentence
    def attempts(self) -> str:
        """How many attempts were won."""
        return attempts_headline(self.winback_log, self.currency)

    @picture
    def by_state(self) -> Axes:
        """Accounts and revenue by state."""
        revenue = self.year["revenue_a_year"]
        return pictures.plot_states(self.states, revenue, currency=self.currency)

    @picture
    def by_quarter(self) -> Axes:
        """Revenue lost and returned by quarter."""
        return pictures.plot_loss_dynamics(self.loss_dynamics, currency=self.currency)

    @rests("")
    @picture
    def waterfall(self) -> Axes:
        """From the revenue before to the revenue now, step by step."""
        total = self.bridge[self.bridge["direction"] == TOTAL]
        ends = quarter_label(self._base or ""), self.book.quarter_name
        return pictures.plot_bridge(total, *ends, currency=self.currency)

    @picture
    def directions(self) -> Axes:
        """Where the change comes from, by the direction that tells most."""
        return pictures.plot_directions(main_direction(self.bridge), currency=self.currency)

    @picture
    def kept_by_class(self) -> Axes:
        """The share of accounts still there, by class."""
        return pictures.plot_retention(self._retention_by("class"))

    @picture
    def kept_by_cohort(self) -> Axes:
        """The share of accounts still there, by when they first ordered."""
        return pictures.plot_retention(self._retention_by("cohort"))

    @picture
    def net_values(self) -> Axes:
        """What each attempt is worth."""
        return pictures.plot_winback(self.winback, currency=self.currency)

    def _dated(self, listed: pd.DataFrame, *, before: str) -> pd.DataFrame:
        """A list with the days that the one list of tasks has for its accounts."""
        found = listed.copy()
        days = self.beside("todo").due.reindex(listed.index)
        found.insert(list(listed).index(before), "due", days)
        return found

    @property
    def _doubtful(self) -> pd.Series:
        """The last order of each account that is slowing, at risk or lost."""
        return self.states.loc[self.states["state"].isin(DOUBTFUL), "last_order"]

    @property
    def _first_orders(self) -> pd.Series:
        return self._orders_now["first_order"]

    @property
    def _orders_now(self) -> pd.DataFrame:
        return orders_at(self.book.orders, self.book.as_of)

    @property
    def _base(self) -> pd.Period | None:
        return compared_quarter(self.book, self.settings)

    def _with_gone(self, listed: pd.DataFrame) -> pd.DataFrame:
        """The list, with what is known of who is probably gone before its reason."""
        words = gone_words(self.states, self.gone).reindex(listed.index)
        return listed.assign(why=(words + " ").fillna("") + listed["why"])

    def _retention_by(self, group: str) -> pd.DataFrame:
        rows = self.retention
        return rows[rows["by"] == group].drop(columns="by")
