"""What the six criteria of key accounts are made of: figures before any score, and their words."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.sentences import earned_word, measure_word
from kamlib.analysis.measures.loss import allowed_days
from kamlib.analysis.segments.known import Known
from kamlib.quarters import frequency_of, quarter_of
from kamlib.settings import Settings
from kamlib.words import _, count, day, money, number, share

# Criterion -> its parts; each is a figure here and has its anchors in the settings of that name.
# Reputation is judged, not measured.
PARTS = {
    "income": ("income_share",),
    "reliability": ("paid_on_time", "dispute_days", "returned_share"),
    "long_term": ("tenure_years", "silence_used"),
    "growth": ("value_change",),
    "new_income": ("new_share",),
}
YEAR = 12
QUARTER = 3
DAYS_PER_YEAR = 365.25
MONEY_DIGITS = 6
NAMED_LINES = 3
MARKET_LEADER, WELL_KNOWN = "market leader", "well known"


@dataclass(frozen=True)
class Window:
    """The window of the criteria and whether the data reaches back far enough before it.

    ``grown`` says whether the same window a year before can be compared, ``renewed`` whether
    there are ``criteria.new_months`` before the window, ``to_grow`` and ``to_renew`` the months
    to which the data has to reach back for that; ``open`` whether the quarter still runs.
    """

    begin: pd.Period
    end: pd.Period
    data_from: pd.Timestamp
    to_grow: pd.Period
    to_renew: pd.Period
    open: bool = False

    @property
    def grown(self) -> bool:
        """Whether value can be held against the year before."""
        return not self.open and self.data_from.to_period("M") <= self.to_grow

    @property
    def renewed(self) -> bool:
        """Whether it can be told which lines are new."""
        return self.data_from.to_period("M") <= self.to_renew


def criteria_window(known: Known, settings: Settings) -> Window:
    """The trailing ``abc.months`` up to ``as_of``."""
    as_of = pd.Timestamp(known.as_of)
    end = as_of.to_period("M")
    begin = end - settings.abc.months + 1
    return Window(
        begin=begin,
        end=end,
        data_from=pd.Timestamp(known.data_from),
        to_grow=begin - YEAR,
        to_renew=begin - settings.criteria.new_months,
        open=known.seen_to is not None and pd.Timestamp(known.seen_to) < as_of,
    )


def criteria_figures(known: Known, *, window: Window, settings: Settings) -> pd.DataFrame:
    """The raw figure of every part of the criteria, and the facts that explain it.

    Returns
    -------
    One row per account in the order of ``classes``: the parts named in ``PARTS`` (NaN where
    unknown; shares may lie outside 0–1); for the words ``by_revenue`` (income judged by revenue
    although margin is known of others), ``invoices_due``, ``invoices_on_time``,
    ``complaints_open``, ``at_least`` (the account may be older than the data), ``allowed_days``,
    ``change`` (currency), ``bought`` (whether it has positive revenue in the window), ``young``
    (first order within the window), ``new_lines`` (text).
    """
    classes, months = known.classes, known.months
    parts = [
        _income(classes),
        _reliability(classes.index, months, known.record, window),
        _long_term(classes, known.accounts, pd.Timestamp(known.as_of), window, settings),
        _growth(classes.index, months, window, settings.abc.measure),
        _new_income(classes, known.line_quarters, window, settings),
    ]
    return pd.concat(parts, axis=1)


def _income(classes: pd.DataFrame) -> pd.DataFrame:
    shares = {}
    for measure in ("margin", "revenue"):
        earned = classes[measure].astype(float).clip(lower=0)
        shares[measure] = earned / earned.sum() if earned.sum() > 0 else earned * np.nan
    unknown = classes["margin"].isna()
    return pd.DataFrame(
        {
            "income_share": shares["margin"].where(~unknown, shares["revenue"]),
            "by_revenue": unknown & (not unknown.all()),
        }
    )


def _reliability(
    accounts: pd.Index, months: pd.DataFrame, record: pd.DataFrame, window: Window
) -> pd.DataFrame:
    columns = ["invoices_due", "invoices_on_time", "complaints_open", "oldest_open_days"]
    found = record[columns].astype(float).reindex(accounts)
    due = found["invoices_due"].where(found["invoices_due"] > 0)
    # Where interactions are recorded at all, an account without any has no dispute on record.
    recorded = record["complaints_open"].notna().any()
    dispute = found["oldest_open_days"].where(found["complaints_open"] > 0, 0.0)
    sums = _sums(months, ["revenue", "returned"], accounts, window.begin, window.end)
    gross = (sums["revenue"] + sums["returned"]).round(MONEY_DIGITS)
    returned = (sums["returned"] / gross.where(gross > 0)).mask(
        (gross <= 0) & (sums["returned"] > 0), 1.0
    )
    return found[columns[:3]].assign(
        paid_on_time=found["invoices_on_time"] / due,
        dispute_days=dispute if recorded else np.nan,
        returned_share=returned,
    )


def _long_term(
    classes: pd.DataFrame,
    accounts: pd.DataFrame,
    as_of: pd.Timestamp,
    window: Window,
    settings: Settings,
) -> pd.DataFrame:
    first = classes["first_order"]
    since = accounts["since"].reindex(classes.index).astype(first.dtype)
    since = since.where(since <= as_of)
    start = pd.concat([since, first], axis=1).min(axis=1)
    begun = window.data_from.to_period("M").end_time
    rule = settings.churn
    allowed = allowed_days(
        classes, min_silence_days=rule.min_silence_days, gap_multiple=rule.gap_multiple
    )
    return pd.DataFrame(
        {
            "tenure_years": (as_of - start).dt.days / DAYS_PER_YEAR,
            "at_least": (first <= begun) & ~(since <= first),
            "silence_used": classes["silence_days"].astype(float) / allowed,
            "allowed_days": allowed,
        }
    )


def _growth(accounts: pd.Index, months: pd.DataFrame, window: Window, measure: str) -> pd.DataFrame:
    now = _sums(months, [measure], accounts, window.begin, window.end)[measure]
    then = _sums(months, [measure], accounts, window.begin - YEAR, window.end - YEAR)[measure]
    change = (now - then).round(MONEY_DIGITS)
    total = then.sum()
    known = window.grown and total > 0
    return pd.DataFrame({"value_change": change / total if known else np.nan, "change": change})


def _new_income(
    classes: pd.DataFrame, line_quarters: pd.DataFrame, window: Window, settings: Settings
) -> pd.DataFrame:
    named = line_quarters[line_quarters["product_line"] != ""]
    quarter = pd.Series(pd.PeriodIndex(named["quarter"]).asi8, named.index)
    last = quarter_of(window.end, frequency_of(named["quarter"])).ordinal
    recent = _quarters(settings.criteria.new_months)
    lines = ["account", "product_line"]
    first = quarter[named["order_days"] > 0].groupby([named[name] for name in lines]).min()
    within = (quarter > last - _quarters(settings.abc.months)) & (quarter <= last)
    sold = named[within].groupby(lines)["revenue"].sum().clip(lower=0)
    new = sold.where(first.reindex(sold.index) > last - recent, 0.0)
    totals = pd.DataFrame({"sold": sold, "new": new}).groupby(level="account").sum()
    totals = totals.reindex(classes.index).astype(float)
    bought = classes["revenue"].astype(float) > 0
    share = (totals["new"] / totals["sold"].where(totals["sold"] > 0)).where(bought, 0.0)
    known = window.renewed and len(named) > 0
    young = classes["first_order"] >= window.begin.start_time
    share = share.mask(bought & young, 1.0)
    return pd.DataFrame(
        {
            "new_share": share if known else np.nan,
            "bought": bought,
            "young": young,
            "new_lines": _line_names(new).reindex(classes.index, fill_value=""),
        }
    )


def _line_names(new: pd.Series) -> pd.Series:
    """The new lines of each account in words, the largest first."""
    listed = new[new > 0].reset_index(name="revenue")
    listed = listed.sort_values(["revenue", "product_line"], ascending=[False, True], kind="stable")
    listed = listed.groupby("account").head(NAMED_LINES)
    names = listed.groupby("account")["product_line"].agg(", ".join)
    return names.astype("str")


def _quarters(months: int) -> int:
    return -(-months // QUARTER)


def _sums(
    months: pd.DataFrame,
    columns: list[str],
    accounts: pd.Index,
    begin: pd.Period,
    end: pd.Period,
) -> pd.DataFrame:
    within = months[(months["month"] >= begin) & (months["month"] <= end)]
    return within.groupby("account")[columns].sum().reindex(accounts, fill_value=0.0)


def criteria_evidence(
    figures: pd.DataFrame,
    classes: pd.DataFrame,
    record: pd.DataFrame,
    recorded: pd.Series,
    *,
    window: Window,
    settings: Settings,
) -> pd.DataFrame:
    """One sentence per account and criterion on what was measured, or why it was not.

    Parameters
    ----------
    figures
        The parts and facts of ``criteria_figures``.
    record
        The table of ``track_record``: which tables there are at all.
    recorded
        What the accounts table says of the reputation: "market leader", "well known" or "".

    Returns
    -------
    One text column per criterion, in the order of ``classes``.
    """
    rows = pd.concat(
        [figures, classes[["revenue", "margin", "silence_days", "first_order"]]], axis=1
    )
    parts = list(rows.itertuples())
    by_margin = bool(classes["margin"].notna().any())
    earned = earned_word(classes, "margin") if by_margin else ""
    paid, told = record["invoices_due"].notna().any(), record["complaints_open"].notna().any()
    growth, renewal = _growth_gap(window, figures), _renewal_gap(window, figures)
    measure = measure_word(settings.abc.measure)
    texts = {
        "income": [_income_words(row, earned) for row in parts],
        "reliability": [
            _reliability_words(row, paid=paid, told=told, months=settings.record.months)
            for row in parts
        ],
        "long_term": [_long_term_words(row) for row in parts],
        "growth": [growth or _growth_words(row, measure) for row in parts],
        "new_income": [renewal or _new_income_words(row, settings) for row in parts],
        "reputation": [_reputation(value) for value in recorded],
    }
    return pd.DataFrame(texts, classes.index).astype("str")


def judgement_words(score: float, author: str, date: pd.Timestamp, evidence: str) -> str:
    """A judgement as it is quoted: "judged 0.57 by M6 on 2025-08-20: known in its town"."""
    words = _("judged {score}").format(score=number(score))
    if author:
        words = _("{words} by {author}").format(words=words, author=author)
    if not pd.isna(date):
        words = _("{words} on {day}").format(words=words, day=day(date))
    return f"{words}: {evidence}" if evidence else words


def _income_words(row, earned: str) -> str:
    """``earned`` is what the share is of, "" where no margin is known."""
    if pd.isna(row.income_share):
        return _("not known: no account has positive revenue or margin in the window")
    if row.by_revenue:
        return _("{share} of the company's revenue; its own margin is not known").format(
            share=_part(row.income_share)
        )
    if not earned:
        return _("{share} of the company's revenue (margin is not known)").format(
            share=_part(row.income_share)
        )
    if row.margin < 0:
        return _("costs money: margin of {margin}").format(margin=money(row.margin))
    told = _("{share} of the company's {earned}")
    return told.format(share=_part(row.income_share), earned=earned)


def _reliability_words(row, *, paid: bool, told: bool, months: int) -> str:
    """What is known first, then what is not."""
    parts = (
        (_paid(row, paid=paid, months=months), row.paid_on_time),
        (_disputes(row, told=told), row.dispute_days),
        (_returned(row), row.returned_share),
    )
    return "; ".join(words for words, figure in sorted(parts, key=lambda part: pd.isna(part[1])))


def _paid(row, *, paid: bool, months: int) -> str:
    if not paid:
        return _("payments table missing or empty")
    if not row.invoices_due > 0:
        return _("no invoice due in {months} months").format(months=months)
    return _("paid {paid} of {due} invoices on time").format(
        paid=count(row.invoices_on_time), due=count(row.invoices_due)
    )


def _disputes(row, *, told: bool) -> str:
    if not told:
        return _("interactions table missing or empty")
    if not row.complaints_open > 0:
        return _("no dispute open")
    words = _("{count} disputes open, the oldest for {days} days")
    if row.complaints_open == 1:
        words = _("{count} dispute open for {days} days")
    return words.format(count=count(row.complaints_open), days=count(row.dispute_days))


def _returned(row) -> str:
    if pd.isna(row.returned_share):
        return _("nothing sold in the window")
    if row.returned_share == 0:
        return _("nothing returned")
    if row.returned_share >= 1:
        return _("returned all that it bought, or more")
    return _("{share} of value returned").format(share=_part(row.returned_share))


def _long_term_words(row) -> str:
    years = _("not known since when it is with us")
    if not pd.isna(row.tenure_years):
        words = _("with us for at least {years} years")
        words = words if row.at_least else _("with us for {years} years")
        years = words.format(years=number(row.tenure_years, 1))
    if pd.isna(row.silence_used):
        return _("{years}; no order yet").format(years=years)
    words = _("{years}; silent for {silence} of the {allowed} days that the loss rule allows")
    if row.silence_used > 1:
        words = _("{years}; silent for {silence} days, the loss rule allows {allowed}")
    return words.format(
        years=years, silence=count(row.silence_days), allowed=count(row.allowed_days)
    )


def _growth_gap(window: Window, figures: pd.DataFrame) -> str:
    if window.open:
        return _("not known: the quarter is not complete")
    if not window.grown:
        return _not_back_to(window, window.to_grow)
    if figures["value_change"].isna().all():
        return _("not known: the company sold nothing in the year before")
    return ""


def _growth_words(row, measure: str) -> str:
    if row.change == 0:
        return _("{measure} as in the year before").format(measure=measure)
    words = _("{measure} up by {change}, {share} of the company's in the year before")
    if row.change < 0:
        words = _("{measure} down by {change}, {share} of the company's in the year before")
    return words.format(
        measure=measure, change=money(abs(row.change)), share=_part(abs(row.value_change))
    )


def _renewal_gap(window: Window, figures: pd.DataFrame) -> str:
    if not window.renewed:
        return _not_back_to(window, window.to_renew)
    if figures["new_share"].isna().all():
        return _("not known: the sales name no product lines")
    return ""


def _new_income_words(row, settings: Settings) -> str:
    months = settings.criteria.new_months
    if pd.isna(row.new_share):
        return _("not known: its sales name no product lines")
    if not row.bought:
        return _("no net revenue in the window")
    if row.young:
        return _("all of it is new: first order on {day}").format(day=day(row.first_order))
    if row.new_share == 0:
        return _("no line that it first bought in the last {months} months").format(months=months)
    return _(
        "{share} of revenue from lines first bought in the last {months} months: {lines}"
    ).format(share=_part(row.new_share), months=months, lines=row.new_lines)


def _not_back_to(window: Window, month: pd.Period) -> str:
    return _("not known: the sales begin on {day} and would have to reach back to {month}").format(
        day=day(window.data_from), month=month
    )


def _reputation(recorded: str) -> str:
    return {
        MARKET_LEADER: _("market leader, says the accounts table; nobody has judged it"),
        WELL_KNOWN: _("well known, says the accounts table; nobody has judged it"),
    }.get(recorded, _("not known: nobody has judged it (judgements table)"))


def _part(part: float) -> str:
    """A share in words; a small one is not 0.0 %."""
    return share(part) if part >= 0.0005 or part <= 0 else _("under 0.1 %")
