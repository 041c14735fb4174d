"""The sentences of the page on churn."""

import pandas as pd

from kamlib.analysis.churn.accountability import accountability_headline
from kamlib.analysis.churn.bridge import bridge_headline
from kamlib.analysis.churn.line_losses import line_losses_headline
from kamlib.analysis.churn.loss_rules import IN_FORCE
from kamlib.analysis.churn.reasons import reasons_headline
from kamlib.analysis.churn.retention import retention_headline
from kamlib.analysis.churn.states import states_headline
from kamlib.analysis.churn.watch_list import watch_headline
from kamlib.analysis.churn.winback import winback_headline
from kamlib.analysis.churn.winback_attempts import attempts_headline
from kamlib.analysis.measures.likelihood import AT_A_BOUND, NOT_CONVERGED
from kamlib.analysis.models.churn import churn_models_headline
from kamlib.chapters.churn import churn_tables, leaving, spans_of
from kamlib.chapters.churn_evidence import churn_evidence
from kamlib.data.book import Book
from kamlib.settings import Settings
from kamlib.words import _, accounts, count, money, number


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
