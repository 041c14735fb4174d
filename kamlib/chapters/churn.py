"""Churn: who is leaving, since when, from where, why, whom to win back; its tables and sentences.

The one place that hands the single analyses' frames to each other.
"""

from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.churn.accountability import COLUMNS as OUTCOME_COLUMNS
from kamlib.analysis.churn.accountability import (
    accountability,
    accountability_headline,
    list_outcomes,
)
from kamlib.analysis.churn.bridge import bridge_headline, line_losses, line_losses_headline
from kamlib.analysis.churn.reasons import (
    account_reasons,
    reason_hints,
    reasons_by_money,
    reasons_headline,
    strongest_hints,
)
from kamlib.analysis.churn.retention import (
    account_spans,
    buying_classes,
    cohorts,
    retention,
    retention_headline,
)
from kamlib.analysis.churn.returns import loss_survival
from kamlib.analysis.churn.states import loss_dynamics, state_words, states_headline
from kamlib.analysis.churn.watch_list import margin_at_risk_by_silence, watch_headline, watch_list
from kamlib.analysis.churn.winback import (
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
from kamlib.analysis.measures.likelihood import AT_A_BOUND, NOT_CONVERGED
from kamlib.analysis.measures.loss import IN_FORCE, orders_at
from kamlib.analysis.measures.year_value import margin_or_assumed, usual_margin_rate, year_before
from kamlib.analysis.models.churn import churn_models_headline
from kamlib.chapters.churn_past import (
    book_bridge,
    churn_evidence,
    earlier_quarters,
    lists_judged,
    said_at,
    states_at,
)
from kamlib.data.book import Book
from kamlib.settings import Settings
from kamlib.words import _, accounts, count, money, number

DOUBTFUL = ("slowing", "at risk", "lost")
FIRST = (
    *("state", "last_order", "silence_days", "typical_gap_days", "p_active", "margin_at_risk"),
    *("reason", "hint", "name", "manager", "since", "why"),
)


@dataclass(frozen=True)
class Leaving:
    """What is known of every account's staying and leaving, each frame indexed by account.

    ``year`` is what it brought in the year before its last order; ``hints`` the strongest hint;
    ``reasons`` of the doubtful accounts (slowing, at risk, lost); ``economics`` of winning them
    back; ``attempts`` the log.
    """

    states: pd.DataFrame
    year: pd.DataFrame
    hints: pd.DataFrame
    reasons: pd.DataFrame
    attempts: pd.DataFrame
    economics: pd.DataFrame


def leaving(book: Book, settings: Settings | None = None) -> Leaving:
    """Judge every account's staying, by other settings where some are tried out."""
    if settings is None:
        return book.once("leaving", lambda: _leaving(book, book.settings))
    return _leaving(book, settings)


def churn_tables(book: Book) -> dict[str, pd.DataFrame]:
    """The tables of the page on churn, by the names that the pack gives them."""
    return book.once("churn tables", lambda: _churn_tables(book))


def margin_at_risk(
    book: Book, found: Leaving, active: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """What each account that still buys may cost us by leaving.

    ``(1 - p_active)`` times the margin expected of the next four quarters, for which that of
    the year up to its last order stands in. Where no probability is known, silence tells.

    Parameters
    ----------
    active
        Per account ``p_active`` and the ``model`` it comes from.

    Returns
    -------
    Indexed as the states: ``p_active`` (0–1), ``p_model`` (empty where silence tells),
    ``margin_at_risk`` (currency, 0 for accounts that are lost or never bought),
    ``margin_a_year``, ``margin_assumed``, ``revenue_a_year``.
    """
    rate = usual_margin_rate(book.months, settings.winback.margin_rate)
    money = margin_or_assumed(found.year, rate)
    states = found.states
    known = active.reindex(states.index)
    expected = money["margin_a_year"].clip(lower=0.0)
    by_silence = margin_at_risk_by_silence(states.join(money))
    risk = ((1 - known["p_active"]) * expected).fillna(by_silence)
    staying = ~states["state"].isin(["lost", "never bought"])
    return pd.DataFrame(
        {
            "p_active": known["p_active"].astype(float),
            "p_model": known["model"].astype("str").fillna(""),
            "margin_at_risk": risk.where(staying, 0.0).fillna(0.0),
            **money,
            "revenue_a_year": found.year["revenue_a_year"],
        },
        states.index,
    )


def book_watch_list(
    book: Book, found: Leaving, risk: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """Whom to call this week, by the margin at risk."""
    return watch_list(
        *(found.states, _named(book, found.states.index), found.year, found.hints),
        as_of=book.as_of,
        margin_rate=usual_margin_rate(book.months, settings.winback.margin_rate),
        settings=settings.watch,
        at_risk=risk["margin_at_risk"],
        currency=book.currency,
        reasons=found.reasons,
    )


def spans_of(book: Book, states: pd.DataFrame) -> pd.DataFrame:
    """How long each account has been seen to stay, and whether it left."""
    first = orders_at(book.orders, book.as_of)["first_order"]
    return account_spans(states, first, seen_to=book.seen_to)


def _churn_tables(book: Book) -> dict[str, pd.DataFrame]:
    found, evidence, settings = leaving(book), churn_evidence(book), book.settings
    currency, rules = book.currency, settings.winback
    risk = margin_at_risk(book, found, evidence.active, settings)
    recorded = found.reasons.loc[found.reasons["recorded"] != "", "recorded"]
    judged = accountability(lists_judged(book, settings), settings=settings.churn)
    return {
        "churn": _churn_table(book, found, risk),
        "churn_models": evidence.models,
        "loss_rules": evidence.rules,
        "bridge": book_bridge(book, recorded),
        "winback": winback_list(
            found.economics, as_of=book.as_of, settings=rules, currency=currency
        ),
        "do_not_chase": do_not_chase(found.economics, currency=currency),
        "watch_list": book_watch_list(book, found, risk, settings),
        "line_losses": _line_losses(book),
        "loss_dynamics": loss_dynamics(
            *(book.orders, book.gaps, book.months),
            seen_to=book.seen_to,
            settings=settings.churn,
            quarters=settings.history.quarters,
        ),
        "retention": _retention(book, found.states),
        "loss_reasons": reasons_by_money(
            found.reasons[found.states["state"].reindex(found.reasons.index) == "lost"], found.year
        ),
        "winback_log": found.attempts,
        "winback_attempts": attempt_scores(found.attempts, by=["reason", "offer"], settings=rules),
        "offers": offer_table(rules),
        "accountability": judged,
        "list_outcomes": _last_list(book, settings),
    }


def _churn_table(book: Book, found: Leaving, risk: pd.DataFrame) -> pd.DataFrame:
    """Every account: what was recorded as its reason and what is hinted at stay apart."""
    states = found.states
    named = _named(book, states.index)
    told = found.reasons.reindex(states.index)[["recorded", "note", "recorded_on"]]
    hints = found.hints.reindex(states.index)
    why = [state_words(row) for row in states.to_dict("records")]
    table = states.assign(state=states["state"].astype("str")).join([named, risk, told, hints])
    table = table.rename(columns={"recorded": "reason"})
    table["why"] = pd.Series(why, states.index, dtype="str")
    texts = ["reason", "note", "hint", "hint_evidence"]
    table[texts] = table[texts].astype(object).fillna("").astype("str")
    return table[[*FIRST, *table.columns.difference(FIRST, sort=False)]]


def _named(book: Book, accounts: pd.Index) -> pd.DataFrame:
    """Name and manager of every account; of those that never bought from the accounts table."""
    listed = book.tables["accounts"].set_index("account")[["name", "manager"]]
    named = book.accounts[["name", "manager"]].reindex(accounts)
    named = named.astype(object).fillna(listed.reindex(accounts).astype(object)).fillna("")
    named = named.astype("str").rename_axis("account")
    named["name"] = named["name"].where(named["name"] != "", accounts.to_series())
    return named


def _line_losses(book: Book) -> pd.DataFrame:
    left = line_losses(book.line_quarters, quarter=book.quarter)
    named = _named(book, pd.Index(left["account"].unique(), name="account", dtype="str"))
    return left.join(named, on="account")


def _retention(book: Book, states: pd.DataFrame) -> pd.DataFrame:
    """Retention by class and by cohort; ``by`` tells which."""
    settings, spans = book.settings, spans_of(book, states)
    first = orders_at(book.orders, book.as_of)["first_order"]
    groups = {
        "class": buying_classes(book.months, states["last_order"], share_cuts=settings.abc.cuts),
        "cohort": cohorts(first, data_from=book.tables.data_from, settings=settings.retention),
    }
    parts = [
        retention(spans, group, settings=settings.retention).assign(by=name)
        for name, group in groups.items()
    ]
    table = pd.concat(parts, ignore_index=True).astype({"by": "str"})
    return table[["by", *table.columns.difference(["by"], sort=False)]]


def _last_list(book: Book, settings: Settings) -> pd.DataFrame:
    """What the list of last quarter said, and what happened up to the last day known."""
    before = earlier_quarters(book)[:1]
    said_on = before[0].end_time.normalize() if before else book.seen_to
    if said_on >= book.seen_to:
        return pd.DataFrame(columns=["name", "manager", *OUTCOME_COLUMNS]).rename_axis("account")
    said = said_at(book, before[0], settings)
    happened = list_outcomes(
        said, book.gaps, said_on=said_on, until=book.seen_to, settings=settings.churn
    )
    return _named(book, happened.index).join(happened)


def _leaving(book: Book, settings: Settings) -> Leaving:
    states = states_at(book, book.quarter, settings)
    year = year_before(book.months, states["last_order"])
    doubtful = states.loc[states["state"].isin(DOUBTFUL), "last_order"]
    hints = _hints(book, doubtful, settings)
    reasons = _reasons(book, doubtful, hints, settings)
    lost = states.index[states["state"] == "lost"]
    winbacks, rules = book.known("winbacks"), settings.winback
    asked = last_orders_before(winbacks, book.gaps)
    why_asked = _reasons(book, asked, _hints(book, asked, settings), settings)
    made = attempts(
        *(winbacks, why_asked["reason"], book.gaps, book.months), as_of=book.as_of, settings=rules
    )
    survival = loss_survival(book.gaps, states["allowed_days"], winbacks, seen_to=book.seen_to)
    economics = winback_economics(
        *(states, book.accounts, book.months, reasons.loc[reasons.index.isin(lost)], survival),
        *(win_chances(made, settings=rules), made, book.known("payments")),
        as_of=book.as_of,
        seen_to=book.seen_to,
        settings=rules,
    )
    return Leaving(states, year, hints, reasons, made, economics)


def _hints(book: Book, last_orders: pd.Series, settings: Settings) -> pd.DataFrame:
    tables = map(book.known, ("interactions", "deliveries", "payments", "tenders", "competitors"))
    return strongest_hints(reason_hints(last_orders, *tables, settings=settings.hints))


def _reasons(
    book: Book, last_orders: pd.Series, hints: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    return account_reasons(
        *(last_orders, book.known("losses"), hints), days_before=settings.hints.days_before
    )


def churn_headlines(book: Book) -> dict[str, str]:
    """The sentence that carries each section of the page on churn."""
    found, tables, currency = leaving(book), churn_tables(book), book.currency
    evidence = churn_evidence(book)
    return {
        "states": states_headline(found.states, tables["churn"]["margin_a_year"], currency),
        "dynamics": dynamics_headline(tables["loss_dynamics"], currency),
        "bridge": bridge_headline(tables["bridge"], currency),
        "lines": _lines(book, tables["line_losses"]),
        "reasons": reasons_headline(tables["loss_reasons"], currency),
        "risk": risk_headline(tables["churn"], book.settings, currency),
        "watch": watch_headline(tables["watch_list"], currency),
        "models": churn_models_headline(evidence.models),
        "rules": loss_rules_headline(evidence.rules),
        "retention": retention_headline(
            by_group(tables["retention"], "class"), spans_of(book, found.states)
        ),
        "winback": winback_headline(tables["winback"], tables["do_not_chase"], currency),
        "attempts": attempts_headline(found.attempts, currency),
        "accountability": accountability_headline(tables["accountability"], currency),
    }


def dynamics_headline(dynamics: pd.DataFrame, currency: str = "") -> str:
    """How many accounts were lost and came back in the last quarter, against the quarters before.

    >>> dynamics_headline(pd.DataFrame(columns=["lost"]))
    ''
    """
    if dynamics.empty:
        return ""
    last = dynamics.iloc[-1]
    told = _(
        "In {quarter} {lost} with {money} revenue a year became lost, and {returned} came back."
    ).format(
        quarter=str(dynamics.index[-1]),
        lost=accounts(last["lost"]),
        money=money(last["revenue_lost"], currency),
        returned=count(last["returned"]) if last["returned"] else _("none"),
    )
    before = dynamics["lost"].iloc[:-1]
    if len(before):
        told += " " + _("In the {n} quarters before, {mean} were lost a quarter.").format(
            n=count(len(before)), mean=number(before.mean(), 1)
        )
    return told


def risk_headline(
    churn: pd.DataFrame, settings: Settings, currency: str = "", *, status: str = "too few"
) -> str:
    """How much margin is at risk, and by which model that is told.

    Parameters
    ----------
    churn
        The pack's table: ``margin_at_risk``, ``margin_a_year``, ``p_model``, ``state``.
    status
        How the fit of the purchase model ended (``PurchaseFit.status``): why silence tells.
    """
    staying = churn[~churn["state"].isin(["lost", "never bought"])]
    if staying.empty:
        return _("No account is left that could leave.")
    whole = staying["margin_a_year"].clip(lower=0).sum()
    told = _("{sum} of {whole} margin a year is at risk").format(
        sum=money(staying["margin_at_risk"].sum(), currency), whole=money(whole, currency)
    )
    by_model = staying.loc[staying["p_model"] != "", "p_model"]
    if by_model.empty:
        return told + _silence_tells(status)
    return told + _(
        ": each account's margin of a year times its chance not to order within {n} weeks."
    ).format(n=count(settings.churn.horizon_weeks))


def _silence_tells(status: str) -> str:
    """Why no model tells; a usable one that says nothing has too short a history."""
    return {
        AT_A_BOUND: _(": the purchase model is at a bound: silence tells."),
        NOT_CONVERGED: _(": the purchase model did not converge: silence tells."),
    }.get(status, _(", told from silence alone: the history is too short for a model."))


def loss_rules_headline(rules: pd.DataFrame) -> str:
    """What the loss rule in force costs: how late it notices, and how often it is wrong."""
    row = rules[rules["rule"] == IN_FORCE].iloc[0]
    if pd.isna(row["false_alarms_per_gap"]):
        return _("No account has ordered twice, so the loss rule cannot be tried on the past.")
    told = _(
        "The loss rule in force notices after {days} days of silence on average, and of 100 "
        "silences that ended in an order it had called {alarms} a loss."
    ).format(
        days=count(row["detection_delay_days"]),
        alarms=number(100 * row["false_alarms_per_gap"], 1),
    )
    others = rules[(rules["rule"] != IN_FORCE) & rules["detection_delay_days"].notna()]
    if others.empty:
        return told
    best = others.loc[others["detection_delay_days"].idxmin()]
    return (
        told
        + " "
        + _(
            "At {alarms} in 100 the soonest would be: {setting}, noticed after {days} days."
        ).format(
            alarms=number(100 * best["false_alarms_per_gap"], 1),
            setting=best["setting"],
            days=count(best["detection_delay_days"]),
        )
    )


def _lines(book: Book, left: pd.DataFrame) -> str:
    """What left in part; nothing where no line of sales names a product line."""
    named = (book.line_quarters["product_line"] != "").any()
    return line_losses_headline(left, book.currency) if named else ""


def by_group(retention: pd.DataFrame, by: str) -> pd.DataFrame:
    """The retention by class or by cohort alone."""
    return retention[retention["by"] == by].drop(columns="by")
