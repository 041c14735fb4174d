"""The evidence of the six criteria in words and figures, and what would make the rest known."""

import pandas as pd

from kamlib.analysis.abc_xyz.sentences import measure_word
from kamlib.analysis.segments.criteria_figures import Window
from kamlib.settings import Settings
from kamlib.words import _, count, day, money, number, share

MARKET_LEADER, WELL_KNOWN = "market leader", "well known"


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
    paid, told = record["invoices_due"].notna().any(), record["complaints_open"].notna().any()
    growth, renewal = _growth_gap(window, figures), _renewal_gap(window, figures, settings)
    measure = measure_word(settings.abc.measure)
    texts = {
        "income": [_income(row, by_margin=by_margin) for row in parts],
        "reliability": [
            _reliability(row, paid=paid, told=told, months=settings.record.months) for row in parts
        ],
        "long_term": [_long_term(row) for row in parts],
        "growth": [growth or _growth(row, measure) for row in parts],
        "new_income": [renewal or _new_income(row, settings) for row in parts],
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


def _income(row, *, by_margin: bool) -> str:
    if pd.isna(row.income_share):
        return _("not known: no account has positive revenue or margin in the window")
    if row.by_revenue:
        return _("{share} of the company's revenue; its own margin is not known").format(
            share=_part(row.income_share)
        )
    if not by_margin:
        return _("{share} of the company's revenue (margin is not known)").format(
            share=_part(row.income_share)
        )
    if row.margin < 0:
        return _("costs money: margin of {margin}").format(margin=money(row.margin))
    return _("{share} of the company's margin").format(share=_part(row.income_share))


def _reliability(row, *, paid: bool, told: bool, months: int) -> str:
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


def _long_term(row) -> str:
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


def _growth(row, measure: str) -> str:
    if row.change == 0:
        return _("{measure} as in the year before").format(measure=measure)
    words = _("{measure} up by {change}, {share} of the company's in the year before")
    if row.change < 0:
        words = _("{measure} down by {change}, {share} of the company's in the year before")
    return words.format(
        measure=measure, change=money(abs(row.change)), share=_part(abs(row.value_change))
    )


def _renewal_gap(window: Window, figures: pd.DataFrame, settings: Settings) -> str:
    if not window.renewed:
        return _not_back_to(window, window.to_renew)
    if figures["new_share"].isna().all():
        return _("not known: the sales name no product lines")
    return ""


def _new_income(row, settings: Settings) -> str:
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
