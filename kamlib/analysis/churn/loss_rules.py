"""How soon a rule of loss notices, and how often it cries wolf, on the company's own gaps.

Every gap between two orders that is over tested the rules: who was called lost in it came back.
And every account that has left shows how long its silence lasts before a rule says so.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.loss import (
    FIXED,
    IN_FORCE,
    MODEL,
    MULTIPLE,
    allowed_days,
    lost,
)
from kamlib.analysis.measures.rhythm import MIN_OWN_GAPS, explained_gaps, rhythms
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.purchase import DAYS_PER_WEEK, Histories, Process, PurchaseFit
from kamlib.analysis.models.purchase_outlook import p_active
from kamlib.settings import Settings
from kamlib.words import _, count, number, share

# A rule that has said nothing in three years is counted as three years late.
MOST_DAYS = 1095
CURVE_RATES = np.geomspace(0.002, 0.2, 25)
COLUMNS = (
    *("rule", "setting", "detection_delay_days", "false_alarms_per_gap", "chosen"),
    *("value", "gaps", "accounts", "note"),
)
CURVE_COLUMNS = ("rule", "value", "detection_delay_days", "false_alarms_per_gap")


@dataclass(frozen=True)
class _Evidence:
    """Gaps that ended (``gap``, ``typical``, ``p`` at their end) and silent accounts."""

    gaps: pd.DataFrame
    silent: pd.DataFrame
    process: Process | None
    horizon_weeks: float


def loss_rules(
    order_days: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    fit: PurchaseFit | None,
    settings: Settings,
) -> pd.DataFrame:
    """Compare the rules of loss at one rate of false alarms, and say what the one in force costs.

    A false alarm is a gap that a rule called a loss before it ended in an order. An account's
    typical gap is taken from its gaps before (with fewer than three, from the usual gap of the
    others). The delay is the mean silence at which the accounts that are lost by the rule in
    force would be called so, at most three years; with fewer than ``churn.min_events`` of them,
    that of all accounts, as if each had left after its last order. Gaps that the end of the data
    cuts off are not counted, so very long ones are too few.

    Parameters
    ----------
    order_days
        ``account`` and ``date`` of every order day.
    as_of
        The last day that is known of; later order days are not read.
    fit
        MBG/NBD at ``as_of``; without parameters that rule stays empty, and with some at a bound
        it is measured, because the evidence judges it, and noted.

    Returns
    -------
    One row per rule: "fixed silence", "own-gap multiple" and "model probability" at
    ``churn.false_alarm_share``, and the rule in force, "longer of both", which is ``chosen``:
    ``setting`` (in words), ``detection_delay_days``, ``false_alarms_per_gap`` (0–1); ``value``
    (days, multiple, or probability to order within the horizon; NaN in force), ``gaps`` and
    ``accounts`` (how many it is measured on), ``note`` (why it could not be measured, or
    what to mind).
    """
    evidence = _evidence(order_days, pd.Timestamp(as_of), fit, settings)
    rate = settings.churn.false_alarm_share
    rows = []
    for rule in (FIXED, MULTIPLE, MODEL):
        value, alarms, delay = _at_rate(evidence, rule, rate)
        rows.append((rule, _words(rule, value, settings), delay, alarms, False, value))
    rows.append((IN_FORCE, _in_force_words(settings), *_in_force(evidence, settings), True, np.nan))
    notes = [_note(evidence, rule, fit) for rule in (FIXED, MULTIPLE, MODEL, FIXED)]
    table = pd.DataFrame(rows, columns=COLUMNS[:6]).assign(
        gaps=len(evidence.gaps), accounts=len(evidence.silent), note=notes
    )
    return table.astype({"rule": "str", "setting": "str", "note": "str"})


def loss_curve(
    order_days: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    fit: PurchaseFit | None,
    settings: Settings,
) -> pd.DataFrame:
    """The trade-off of each rule: the sooner it notices, the oftener it is wrong.

    Returns
    -------
    One row per rule and rate of false alarms from 0.2 to 20 %: ``rule``, ``value``,
    ``detection_delay_days``, ``false_alarms_per_gap``, as in ``loss_rules``; no row for a rule
    that could not be measured.
    """
    evidence = _evidence(order_days, pd.Timestamp(as_of), fit, settings)
    rows = []
    for rule in (FIXED, MULTIPLE, MODEL):
        for rate in CURVE_RATES:
            value, alarms, delay = _at_rate(evidence, rule, rate)
            rows.append((rule, value, delay, alarms))
    table = pd.DataFrame(rows, columns=CURVE_COLUMNS).astype({"rule": "str"})
    return table.dropna().drop_duplicates(["rule", "value"], ignore_index=True)


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


def _evidence(
    order_days: pd.DataFrame, as_of: pd.Timestamp, fit: PurchaseFit | None, settings: Settings
) -> _Evidence:
    days = order_days.loc[order_days["date"] <= as_of, ["account", "date"]].drop_duplicates()
    days = days.sort_values(["account", "date"], ignore_index=True, kind="stable")
    by_account = days.groupby("account", sort=True)["date"]
    days["gap"] = by_account.diff().dt.days.astype(float)
    days["repeats"] = by_account.cumcount().astype(float)
    days["last_weeks"] = (days["date"] - by_account.transform("min")).dt.days / DAYS_PER_WEEK
    now = _now(days)
    fitted = fit is not None and fit.parameters["value"].notna().all()
    process = fit.process if fitted else None
    horizon = float(settings.churn.horizon_weeks)
    rhythm = rhythms(days, as_of, rules=settings.rhythm)
    now = now.join(rhythm)
    days["explained"] = explained_gaps(days, rhythm, as_of, rules=settings.rhythm)
    usual = now.loc[now["own_gap"], "typical_gap_days"].median()
    gaps = _ended_gaps(days, usual)
    gaps["p"] = _p(process, gaps, gaps["gap"].to_numpy(), horizon)
    churn = settings.churn
    rule = lost(
        now, as_of, min_silence_days=churn.min_silence_days, gap_multiple=churn.gap_multiple
    )
    silent = now.assign(typical=rule["typical_gap_days"], allowed=rule["allowed_days"])
    if rule["lost"].sum() >= churn.min_events:
        silent = silent[rule["lost"]]
    return _Evidence(gaps, silent.reset_index(drop=True), process, horizon)


def _now(days: pd.DataFrame) -> pd.DataFrame:
    """Each account at its last order: ``last_order`` and its history."""
    grouped = days.groupby("account", sort=True)
    return grouped.agg(
        last_order=("date", "max"),
        repeats=("repeats", "max"),
        last_weeks=("last_weeks", "max"),
    )


def _ended_gaps(days: pd.DataFrame, usual: float) -> pd.DataFrame:
    """Each gap with the typical gap and the history of its account when it began."""
    gaps = days[days["gap"].notna()].reset_index(drop=True)
    grouped = gaps.groupby("account", sort=True)["gap"]
    running = grouped.expanding(MIN_OWN_GAPS).median().reset_index(level=0, drop=True)
    before = running.groupby(gaps["account"]).shift().fillna(usual)
    return pd.DataFrame(
        {
            "gap": gaps["gap"],
            "typical_gap_days": before,
            "explained_days": gaps["explained"],
            "repeats": gaps["repeats"] - 1,
            "last_weeks": gaps["last_weeks"] - gaps["gap"] / DAYS_PER_WEEK,
        }
    )


def _p(
    process: Process | None, accounts: pd.DataFrame, silence: np.ndarray, horizon_weeks: float
) -> np.ndarray:
    if process is None:
        return np.full(len(accounts), np.nan)
    last = accounts["last_weeks"].to_numpy(float)
    repeats = accounts["repeats"].to_numpy(float)
    histories = Histories(repeats, last, last + silence / DAYS_PER_WEEK)
    return significant(p_active(process, histories, horizon_weeks))


def _at_rate(evidence: _Evidence, rule: str, rate: float) -> tuple[float, float, float]:
    """A rule's setting with so many false alarms per gap at most, its rate, and its delay."""
    gap, typical = (evidence.gaps[name].to_numpy() for name in ("gap", "typical_gap_days"))
    if rule == FIXED:
        measured, silent = gap, np.ones(len(evidence.silent))
    elif rule == MULTIPLE:
        measured, silent = gap / typical, evidence.silent["typical"].to_numpy(float)
    else:
        # The lower the probability, the later the alarm: the sign turns it into a silence.
        measured, silent = -evidence.gaps["p"].to_numpy(), None
    if not len(measured) or not np.isfinite(measured).all():
        return np.nan, np.nan, np.nan
    edge = float(np.quantile(measured, 1 - rate, method="inverted_cdf"))
    alarms = float((measured > edge).mean())
    if silent is None:
        return -edge, alarms, _mean(_days_until(evidence, -edge))
    return edge, alarms, _mean(edge * silent)


def _days_until(evidence: _Evidence, cut: float) -> np.ndarray:
    """Days of silence until P(active) falls below the cut, by halving."""
    low = np.zeros(len(evidence.silent))
    high = np.full(len(low), float(MOST_DAYS))
    while len(low) and (high - low).max() > 1:
        middle = np.floor((low + high) / 2)
        below = _p(evidence.process, evidence.silent, middle, evidence.horizon_weeks) < cut
        low, high = np.where(below, low, middle), np.where(below, middle, high)
    return high


def _in_force(evidence: _Evidence, settings: Settings) -> tuple[float, float]:
    """Delay and false alarms of the rule in force."""

    gaps, churn = evidence.gaps, settings.churn
    allowed = allowed_days(
        gaps, min_silence_days=churn.min_silence_days, gap_multiple=churn.gap_multiple
    )
    alarms = (gaps["gap"] > allowed).to_numpy()
    delay = _mean(evidence.silent["allowed"].to_numpy(float))
    return delay, float(alarms.mean()) if len(alarms) else np.nan


def _mean(days: np.ndarray) -> float:
    return float(np.minimum(days, MOST_DAYS).mean()) if len(days) else np.nan


def _words(rule: str, value: float, settings: Settings) -> str:
    if np.isnan(value):
        return ""
    if rule == FIXED:
        return _("silent for more than {n} days").format(n=count(value))
    if rule == MULTIPLE:
        return _("silent for more than {n} typical gaps").format(n=number(value, 1))
    return _("less than {p} likely to order within {n} weeks").format(
        p=share(value), n=count(settings.churn.horizon_weeks)
    )


def _in_force_words(settings: Settings) -> str:
    return _(
        "silent for more than {n} days, {gaps} typical gaps and what its own calendar explains"
    ).format(n=count(settings.churn.min_silence_days), gaps=number(settings.churn.gap_multiple, 1))


def _note(evidence: _Evidence, rule: str, fit: PurchaseFit | None) -> str:
    if evidence.gaps.empty:
        return _("no account has ordered twice")
    if rule == MULTIPLE and evidence.gaps["typical_gap_days"].isna().any():
        return _("no account has three gaps")
    if rule == MODEL and not (fit is not None and fit.usable):
        status = fit.status if fit is not None else _("not fitted")
        return _("the purchase model is not usable: {status}").format(status=status)
    return ""
