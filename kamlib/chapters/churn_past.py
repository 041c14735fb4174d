"""Churn against the past: quarters compared, what lists said, and how well the models told it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.churn.accountability import COLUMNS as OUTCOME_COLUMNS
from kamlib.analysis.churn.accountability import (
    accountability,
    accountability_headline,
    list_outcomes,
)
from kamlib.analysis.churn.bridge import (
    COLUMNS,
    TOTAL,
    bridge,
    buyer_steps,
    labelled_sales,
    strongest_competitors,
    total_sales,
)
from kamlib.analysis.churn.loss_rules import (
    RuleEvidence,
    SilenceAdvice,
    advice_headline,
    loss_curve,
    loss_rules,
    loss_rules_headline,
    rule_evidence,
    silence_advice,
)
from kamlib.analysis.churn.margin_at_risk import record_headline as risk_came_headline
from kamlib.analysis.churn.margin_at_risk import risk_record, standings
from kamlib.analysis.churn.reach import reachable
from kamlib.analysis.churn.reasons import (
    account_reasons,
    reason_hints,
    reason_word,
    strongest_hints,
)
from kamlib.analysis.churn.retention import account_spans, classed_spans, cohorts, retention
from kamlib.analysis.churn.states import account_states
from kamlib.analysis.identities.open_twins import with_doubt
from kamlib.analysis.measures.list_record import came_told
from kamlib.analysis.measures.loss import orders_at
from kamlib.analysis.measures.scores import calibration_curve
from kamlib.analysis.measures.seasons import Known
from kamlib.analysis.measures.texts import with_numbers
from kamlib.analysis.measures.year_value import usual_margin_rate, year_before
from kamlib.analysis.models.churn import (
    active_probabilities,
    chosen_model,
    churn_models,
    churn_models_headline,
    churn_predictions,
    corrected_predictions,
)
from kamlib.analysis.models.churn_slices import (
    MODELS,
    ChurnSlices,
    calendar_histories,
    churn_slices,
    fitted_process,
    statistics_dates,
)
from kamlib.analysis.models.order_ranges import order_ranges, range_record, record_headline
from kamlib.analysis.models.purchase import PurchaseFit, purchase_fit, purchase_histories
from kamlib.analysis.models.purchase_outlook import as_histories, p_active
from kamlib.analysis.models.reliability import reliability
from kamlib.chapters.chapter import Chapter, frame, picture, rests, sentence, table, view
from kamlib.data.book import Book
from kamlib.data.frames import PARTS, order_statistics
from kamlib.settings import Settings
from kamlib.show.spec import Page
from kamlib.words import _

MODEL_COLUMNS = "model brier calibration auc lift_top_decile gain_low chosen status"
BACK = {"year ago": 4, "last quarter": 1}


def states_at(book: Book, quarter: pd.Period, settings: Settings) -> pd.DataFrame:
    """The states at the end of this or an earlier quarter, from what was known then."""
    known = book.accounts.index.union(book.tables["accounts"]["account"])
    as_of = quarter.end_time.normalize()
    return account_states(
        book.orders,
        book.gaps,
        book.months,
        pd.Index(known, name="account", dtype="str"),
        as_of=as_of,
        seen_to=min(as_of, book.seen_to),
        settings=settings,
        data_from=book.tables.data_from,
        since=book.everyone["since"],
    )


def said_at(book: Book, quarter: pd.Period, settings: Settings) -> pd.DataFrame:
    """What an earlier quarter's list said: states, what each brought, who could be kept."""
    states = states_at(book, quarter, settings)
    known = book.gaps[book.gaps["date"] <= quarter.end_time]
    return states.join([year_before(book.months, states["last_order"]), reachable(states, known)])


def earlier_quarters(book: Book, settings: Settings) -> list[pd.Period]:
    """The quarters before the book's whose ends lie within the data, the last first."""
    first = book.quarter_of(book.tables.data_from)
    back = range(1, settings.history.quarters + 1)
    return [book.quarter - quarters for quarters in back if book.quarter - quarters >= first]


def last_whole(book: Book) -> pd.Period:
    """The last quarter that is over."""
    return book.quarter if book.complete else book.quarter - 1


def quarters_before(book: Book, settings: Settings) -> dict[pd.Period, pd.DataFrame]:
    """The states at the end of this quarter and of the earlier ones that data lies before.

    Twice as many as history is shown of: a year must pass before losses are counted, and another
    before it is known how that came true.
    """
    back, begun = settings.history.quarters, book.tables.data_from
    begun += pd.Timedelta(weeks=settings.churn.history_weeks)
    found = {}
    for number in range(2 * back + 1):
        quarter = book.quarter - number
        if number and quarter.end_time < begun:
            break
        # What an earlier book knows reaches further back.
        then = book if number <= back else book.earlier(back) or book
        found[quarter] = states_at(then, quarter, settings)
    return found


def lists_judged(
    book: Book, settings: Settings, lists: int | None = None
) -> Iterator[tuple[pd.Period, pd.DataFrame, pd.DataFrame]]:
    """The last lists (all by default) whose time is over, as ``accountability`` takes them."""
    quarters = earlier_quarters(book, settings)
    over = [quarter for quarter in quarters if quarter + 1 < book.quarter or book.complete]
    for quarter in over[:lists]:
        end = (quarter + 1).end_time.normalize()
        yield quarter, said_at(book, quarter, settings), book.gaps[book.gaps["date"] <= end]


def compared_quarter(book: Book, settings: Settings) -> pd.Period | None:
    """The quarter that the bridge starts from: a year ago, else the last; None before the data."""
    # A quarter that the data begins in the midst of is nothing to hold another one against.
    first = book.quarter_of(book.tables.data_from.to_period("M") + 2)
    back = BACK[settings.bridge.compare]
    found = [book.quarter - quarters for quarters in (back, 1) if book.quarter - quarters >= first]
    return found[0] if found else None


def steps_from(book: Book, base: pd.Period | None) -> dict[str, pd.Series]:
    """Revenue (currency) by account of those that are ``lost`` and ``new`` in the bridge."""
    if base is None:
        return {}
    sales = total_sales(book.line_quarters)
    steps = buyer_steps(sales, quarter=book.quarter, base=base).set_index("account")
    lost, new = (steps["step"] == name for name in ("lost", "new"))
    return {"lost": steps.loc[lost, "before"], "new": steps.loc[new, "after"]}


def bridge_from(book: Book, base: pd.Period | None, recorded: pd.Series) -> pd.DataFrame:
    """The revenue bridge to the book's quarter, in total and by every direction.

    Parameters
    ----------
    base
        The quarter that it starts from.
    recorded
        Reason code per account whose loss was recorded.

    Returns
    -------
    The table of ``bridge``, empty without an earlier quarter.
    """
    if base is None:
        return pd.DataFrame(columns=list(COLUMNS)).astype({"direction": "str", "key": "str"})
    parts = {part: book.part_quarters(part) for part in PARTS}
    known = {part: sales for part, sales in parts.items() if (sales["key"] != "").any()}
    sales = {TOTAL: total_sales(parts["region"]), **known}
    if len(recorded):
        words = recorded.map(reason_word)
        sales["reason"] = labelled_sales(parts["region"], words, _("not recorded"))
    rivals = book.known("competitors").dropna(subset=["competitor"])
    if len(rivals):
        labels = strongest_competitors(rivals)
        sales["competitor"] = labelled_sales(parts["region"], labels, _("none recorded"))
    return bridge(sales, quarter=book.quarter, base=base)


def spans_from(
    book: Book, states: pd.DataFrame, first_orders: pd.Series, settings: Settings
) -> pd.DataFrame:
    """How long each account of the states has been seen to stay, and whether it left."""
    return account_spans(
        states,
        first_orders,
        seen_to=book.seen_to,
        data_from=book.tables.data_from,
        since=book.everyone["since"],
        months=settings.xyz.new_months,
    )


def retention_from(
    book: Book, spans: pd.DataFrame, first_orders: pd.Series, settings: Settings
) -> pd.DataFrame:
    """The share of accounts still there after so many days, ``by`` class and by cohort."""
    classed = classed_spans(
        spans,
        first_orders,
        book.months,
        first_months=settings.xyz.new_months,
        share_cuts=settings.abc.cuts,
    )
    joined = cohorts(
        spans["began"],
        data_from=book.tables.data_from,
        settings=settings.retention,
        freq=book.quarter.freqstr,
    )
    parts = {"class": (classed, classed["class"]), "cohort": (spans, joined)}
    table = pd.concat(
        [retention(*part, settings=settings.retention).assign(by=name)
         for name, part in parts.items()],
        ignore_index=True,
    ).astype({"by": "str"})  # fmt: skip
    return table[["by", *table.columns.difference(["by"], sort=False)]]


def main_direction(bridge: pd.DataFrame) -> pd.DataFrame:
    """The rows of the direction that tells most: product lines where they are known, else …"""
    known = set(bridge["direction"])
    first = next((name for name in (*PARTS, "competitor", "reason") if name in known), TOTAL)
    return bridge[bridge["direction"] == first]


class Models(Chapter):
    """Models of buying, tried on the book's own past: what each account's chance is told by."""

    name, title = "churn.tried", _("Tried on the past")

    @frame
    def statistics(self) -> pd.DataFrame:
        """Order statistics per account on every day that a slice needs."""
        book = self.book
        dates = statistics_dates(book.seen_to, book.tables.data_from, settings=self.settings)
        return order_statistics(book.tables.ledger.table, dates)

    @frame
    def slices(self) -> ChurnSlices:
        """All accounts as they were on earlier days, and how it went on."""
        book = self.book
        return churn_slices(
            self.statistics,
            book.months,
            book.gaps[["account", "date"]],
            as_of=book.seen_to,
            data_from=book.tables.data_from,
            settings=self.settings,
            beside=Known.of(book.everyone, book.tables.data_from),
        )

    @frame
    def raw_predictions(self) -> pd.DataFrame:
        """What each model said of whom on which day, before its record corrects it."""
        return churn_predictions(self.slices, settings=self.settings)

    @frame
    def predictions(self) -> pd.DataFrame:
        """What each model said of whom on which day."""
        return corrected_predictions(self.raw_predictions, settings=self.settings)

    @frame
    def models(self) -> pd.DataFrame:
        """How well each model told who would fall silent: the table ``churn_models``."""
        return churn_models(self.slices, self.predictions, settings=self.settings)

    @frame
    def model(self) -> str:
        """The model in use."""
        return chosen_model(self.models)

    @frame
    def active(self) -> pd.DataFrame:
        """Per account ``p_active``, its chance to order, and the ``model`` it comes from."""
        return active_probabilities(
            self.slices, self.raw_predictions, self.model, settings=self.settings
        )

    @frame
    def range_record(self) -> pd.DataFrame:
        """What the ranges of earlier days said, and the orders that then came."""
        churn = self.settings.churn
        return range_record(
            self.slices,
            self.predictions,
            self.statistics,
            self.model,
            horizon_weeks=churn.horizon_weeks,
            chance=churn.range_chance,
        )

    @frame
    def calibration(self) -> pd.DataFrame:
        """Chances of the model in use against what happened, of the accounts at risk."""
        said = self.predictions
        at_risk = said[said["at_risk"].astype(bool)]
        return calibration_curve(at_risk["silent"], at_risk[self.model])

    @frame
    def reliability(self) -> pd.DataFrame:
        """Chances of the model in use against what happened, by how long silent and by rhythm."""
        return reliability(self.predictions, self.model)

    @frame
    def orders(self) -> pd.DataFrame:
        """The order statistics on the last day that is known of."""
        return orders_at(self.statistics, self.book.seen_to)

    @frame
    def fit(self) -> PurchaseFit:
        """MBG/NBD on the last day that is known of."""
        return purchase_fit(purchase_histories(self.orders, self.book.seen_to))


class Past(Chapter):
    """How well models and rules told it, and what became of earlier lists."""

    @property
    def tried(self) -> Models:
        """Models of buying on the book's own past, under the book's settings."""
        return self.book.once("churn tried", lambda: Models(self.book))

    @frame
    def active(self) -> pd.DataFrame:
        """Each account's chance to order within the horizon, and the model it comes from.

        At another horizon than the book's it is asked of the purchase model of the last day.
        """
        tried, weeks = self.tried, self.settings.churn.horizon_weeks
        if weeks == tried.settings.churn.horizon_weeks:
            return tried.active
        chance, model = np.full(len(tried.orders), np.nan), ""
        process = fitted_process(tried.slices, self.book.seen_to, MODELS["p_mbg"], usable=True)
        if process:
            seen, model = self.histories, MODELS["p_mbg"]
            chance = p_active(process, as_histories(seen), seen["ahead_weeks"].to_numpy())
        return pd.DataFrame({"p_active": chance, "model": model}, tried.orders.index)

    @frame
    def histories(self) -> pd.DataFrame:
        """Each account's history and the weeks ahead, by its own calendar."""
        return calendar_histories(
            self.tried.orders,
            self.book.gaps[["account", "date"]],
            self.book.seen_to,
            self.settings.churn.horizon_weeks,
            self._beside,
            self.settings.rhythm,
        )

    @frame
    def ranges(self) -> pd.DataFrame:
        """How many orders each account will place within the horizon: from, to, how probably."""
        churn = self.settings.churn
        return order_ranges(
            fitted_process(self.tried.slices, self.book.seen_to, MODELS["p_cnbd"]),
            self.histories,
            self.active["p_active"],
            horizon_weeks=churn.horizon_weeks,
            chance=churn.range_chance,
        )

    @frame
    def rule_evidence(self) -> RuleEvidence:
        """The silences of the past on which loss rules are tried."""
        return rule_evidence(
            self.book.gaps[["account", "date"]],
            as_of=self.book.seen_to,
            fit=self.tried.fit,
            settings=self.settings,
            beside=self._beside,
        )

    @frame
    def margin_rate(self) -> float:
        """Margin per revenue where an account's margin is not known (0–1)."""
        return usual_margin_rate(self.book.months, self.settings.winback.margin_rate)

    @frame
    def standings(self) -> pd.DataFrame:
        """How each account stood at the end of this and of earlier quarters, and what came."""
        return standings(
            quarters_before(self.book, self.settings),
            self.book.months,
            self.margin_rate,
            data_from=self.book.tables.data_from,
            known_to=last_whole(self.book),
            settings=self.settings,
        )

    @frame
    def curve(self) -> pd.DataFrame:
        """What each loss rule trades: the sooner it notices, the oftener it is wrong."""
        return loss_curve(self.rule_evidence, settings=self.settings)

    @frame
    def advice(self) -> SilenceAdvice:
        """Which silence the company's own past advises, beside the one in force."""
        return silence_advice(self.rule_evidence, settings=self.settings)

    @frame
    def last_judged(self) -> pd.DataFrame:
        """What became of the last list whose time is over, as ``accountability`` has them all."""
        last = lists_judged(self.book, self.settings, lists=1)
        return accountability(last, settings=self.settings, beside=self._beside)

    @table(page=Page(MODEL_COLUMNS))
    def churn_models(self) -> pd.DataFrame:
        """How well each model told, on earlier days, who would fall silent."""
        return self.tried.models

    @view(
        of="churn_models",
        page=Page(
            MODEL_COLUMNS,
            caption=_("Tried on accounts that had ordered within as many weeks before the day"),
        ),
    )
    def models_at_risk(self) -> pd.DataFrame:
        """The same of the accounts that may still be saved."""
        tried = self.churn_models
        return tried[tried["population"] == "at risk"]

    @table(
        page=Page(
            caption=_("What was said of these accounts on earlier days, and what came"),
            otherwise="",
        )
    )
    def churn_reliability(self) -> pd.DataFrame:
        """How many were said to fall silent, by how long silent and by rhythm, and how many did."""
        return self.tried.reliability

    @table(
        page=Page(
            "origin accounts said came fewer more",
            caption=_("Ranges of orders that were said of the same accounts, and what came"),
            otherwise="",
        )
    )
    def order_ranges(self) -> pd.DataFrame:
        """How many orders were said on earlier days as a range, and how often that held."""
        return self.tried.range_record

    @table(
        page=Page(
            "rule setting detection_delay_days days_gained right_share alarms chosen note",
            caption=_("Rules of loss where as many of their alarms are right"),
        )
    )
    def loss_rules(self) -> pd.DataFrame:
        """How soon each rule of loss notices, and how many of its alarms are right."""
        return loss_rules(self.rule_evidence, settings=self.settings)

    @table(
        page=Page(
            "quarter hits false_alarms misses warned precision recall days_gained still_lost "
            "came_back revenue_hit revenue_missed"
        )
    )
    def accountability(self) -> pd.DataFrame:
        """What each earlier list said, against the quarter after it."""
        judged = lists_judged(self.book, self.settings)
        return accountability(judged, settings=self.settings, beside=self._beside)

    @table(
        page=Page(
            "account name manager said outcome ordered_on days_gained revenue_a_year margin_a_year",
            rows=15,
            caption=lambda chapter: chapter.lists,
        )
    )
    def list_outcomes(self) -> pd.DataFrame:
        """What the list of last quarter said, and what happened up to the last day known."""
        book, settings = self.book, self.settings
        before = earlier_quarters(book, settings)[:1]
        said_on = before[0].end_time.normalize() if before else book.seen_to
        if said_on >= book.seen_to:
            columns = ["name", "manager", *OUTCOME_COLUMNS]
            return pd.DataFrame(columns=columns).rename_axis("account")
        happened = list_outcomes(
            said_at(book, before[0], settings),
            book.gaps,
            said_on=said_on,
            until=book.seen_to,
            settings=settings,
            beside=self._beside,
        )
        return named_accounts(book, happened.index).join(happened)

    @table(
        page=Page(caption=_("What was said to be at risk, and what a year then took"), otherwise="")
    )
    def risk_record(self) -> pd.DataFrame:
        """What was said at the ends of earlier quarters to be at risk, and what a year took."""
        return risk_record(self.standings, last_whole(self.book), settings=self.settings)

    @sentence
    def models(self) -> str:
        """How well the models told it."""
        return churn_models_headline(self.churn_models)

    @sentence
    def ranges_held(self) -> str:
        """How often the ranges of orders held."""
        weeks = self.tried.settings.churn.horizon_weeks
        return record_headline(self.order_ranges, weeks=weeks)

    @rests("")
    @sentence
    def risk_came(self) -> str:
        """What was said to be at risk a year ago, and what came, on watch lists too."""
        told = risk_came_headline(self.risk_record, self.currency)
        return f"{told} {came_told(self.book.ground.leaving_record)}".strip()

    @sentence
    def rule(self) -> str:
        """What the loss rule in force costs."""
        return loss_rules_headline(self.loss_rules)

    @sentence
    def advised(self) -> str:
        """Which silence the company's own past advises, and what it gains and costs."""
        return advice_headline(self.advice)

    @sentence
    def lists(self) -> str:
        """How often earlier lists were right."""
        return accountability_headline(self.accountability, self.currency)

    @picture
    def rule_trade(self) -> Axes:
        """What each loss rule trades: soon against sure."""
        return pictures.plot_loss_rules(self.curve, self.loss_rules, self.advice.advised)

    @picture
    def calibration(self) -> Axes:
        """Whether the chances can be taken at their word."""
        return pictures.plot_calibration(self.tried.calibration, self.tried.model)

    @picture
    def lists_held(self) -> Axes:
        """What each earlier list said, and what happened."""
        return pictures.plot_accountability(self.accountability)

    def doubted(self, told: str, **parts: pd.Series) -> str:
        """A sentence with how much of it hangs on who the customer is (``with_doubt``)."""
        return with_doubt(told, self.book.identities.twins, currency=self.currency, **parts)

    def _hints(self, last_orders: pd.Series) -> pd.DataFrame:
        known = self.book.known
        found = reason_hints(
            last_orders,
            known("interactions"),
            known("deliveries"),
            known("payments"),
            known("tenders"),
            known("competitors"),
            settings=self.settings.hints,
        )
        return strongest_hints(found)

    def _reasons(self, last_orders: pd.Series, hints: pd.DataFrame) -> pd.DataFrame:
        losses, days = self.book.known("losses"), self.settings.hints.days_before
        return account_reasons(last_orders, losses, hints, days_before=days)

    @property
    def _beside(self) -> Known:
        """What is known of accounts beside their orders."""
        return Known.of(self.book.everyone, self.book.tables.data_from)


def named_accounts(book: Book, accounts: pd.Index) -> pd.DataFrame:
    """Name and manager of accounts; of those that never bought from the accounts table."""
    listed = book.tables["accounts"].set_index("account")[["name", "manager"]]
    named = with_numbers(book.accounts)[["name", "manager"]].reindex(accounts)
    named = named.astype(object).fillna(listed.reindex(accounts).astype(object)).fillna("")
    named = named.astype("str").rename_axis("account")
    named["name"] = named["name"].where(named["name"] != "", accounts.to_series())
    return named
