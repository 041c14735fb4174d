"""How soon a rule of loss notices, and how many of its alarms are right, on the company's own past.

Each silence between two orders tried the rules: who was called lost in it came back. Each account
that left shows how long its silence lasts before a rule says so. An alarm is counted once, on the
day on which a rule first speaks, and only in a silence that began with an order within the data
and at least ``churn.gone_days`` before its end: who was gone before is no rule's merit.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.loss import FIXED, IN_FORCE, MODEL, MULTIPLE, allowed_days
from kamlib.analysis.measures.rhythm import MIN_OWN_GAPS, explained_gaps, rhythms
from kamlib.analysis.measures.seasons import Known
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.purchase import DAYS_PER_WEEK, Histories, Process, PurchaseFit
from kamlib.analysis.models.purchase_outlook import p_active
from kamlib.settings import ChurnSettings, Settings
from kamlib.words import _, count, number, share

# A rule that has said nothing in three years is counted as three years late.
MOST_DAYS = 1095
OTHERS = (FIXED, MULTIPLE, MODEL)
# The silences (days) that are tried for an advice, and what stands where nothing can be advised.
SHORTEST, STEP = 10, 5
USUAL_DAYS = ChurnSettings().min_silence_days
# Where the rules are drawn: shares of the silences that ended in which they were wrong, and days.
CURVE_RATES = np.geomspace(0.0005, 0.3, 30)
CURVE_DAYS = (*range(10, 180, 10), *range(180, 370, 30))
COLUMNS = (
    *("rule", "setting", "detection_delay_days", "days_gained", "right_share", "alarms", "chosen"),
    *("value", "losses", "note"),
)
CURVE_COLUMNS = ("rule", "value", "detection_delay_days", "right_share")


@dataclass(frozen=True)
class RuleEvidence:
    """The silences that try the rules: those that ``ended`` in an order, and the ``losses``.

    Both have ``silence`` (days it lasted, of a loss so far), ``typical_gap_days`` and
    ``explained_days`` (as known when it began), ``p`` (chance to order within the horizon at its
    end; NaN without a ``process``), ``repeats`` and ``last_weeks`` (history when it began).
    """

    ended: pd.DataFrame
    losses: pd.DataFrame
    process: Process | None
    horizon_weeks: float
    status: str


def rule_evidence(
    order_days: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    fit: PurchaseFit | None,
    settings: Settings,
    beside: Known | None = None,
) -> RuleEvidence:
    """The silences on which rules of loss are tried.

    A loss is a silence that still goes on after ``churn.gone_days`` and after all that the
    account's calendar explains. A silence that began later than ``churn.gone_days`` ago tells
    nothing yet, whether it ended or not. An account's typical gap is taken from its gaps before
    (with fewer than three, from the usual gap of the others).

    Parameters
    ----------
    order_days
        ``account`` and ``date`` of every order day.
    as_of
        The last day that is known of; later order days are not read.
    fit
        MBG/NBD at ``as_of``; with parameters at a bound the evidence judges it, and it is noted.
    beside
        What is known of accounts beside their orders.
    """
    days = order_days.loc[order_days["date"] <= as_of, ["account", "date"]].drop_duplicates()
    days = days.sort_values(["account", "date"], ignore_index=True, kind="stable")
    by_account = days.groupby("account", sort=True)["date"]
    days["silence"] = by_account.diff().dt.days.astype(float)
    days["repeats"] = by_account.cumcount().astype(float)
    days["last_weeks"] = (days["date"] - by_account.transform("min")).dt.days / DAYS_PER_WEEK
    rhythm = rhythms(days, as_of, known=beside, rules=settings.rhythm)
    days["explained_days"] = explained_gaps(days, rhythm, as_of, rules=settings.rhythm)
    usual = rhythm.loc[rhythm["own_gap"], "typical_gap_days"].median()
    gone_days = settings.churn.gone_days
    ended = _ended(days, usual, pd.Timestamp(as_of) - pd.Timedelta(days=gone_days))
    now = days.drop_duplicates("account", keep="last").set_index("account")
    now = now.drop(columns="explained_days").join(rhythm)
    now["silence"] = (pd.Timestamp(as_of) - now["date"]).dt.days.astype(float)
    gone = now["silence"] >= np.fmax(gone_days, now["explained_days"] + 1)
    losses = now.loc[gone, list(ended.columns)].reset_index(drop=True)
    fitted = fit is not None and fit.parameters["value"].notna().all()
    process, horizon = fit.process if fitted else None, float(settings.churn.horizon_weeks)
    for silences in (ended, losses):
        silences["p"] = _p(process, silences, silences["silence"].to_numpy(), horizon)
    usable = fit is not None and fit.usable
    status = "" if usable else fit.status if fit is not None else _("not fitted")
    return RuleEvidence(ended, losses, process, horizon, status)


def loss_rules(evidence: RuleEvidence, *, settings: Settings) -> pd.DataFrame:
    """Compare the rules of loss where as many of their alarms are right as of the one in force.

    An alarm is right where the account has not ordered since. The delay is the mean silence at
    which the losses would be called so, at most three years.

    Returns
    -------
    One row per rule: "fixed silence", "own-gap multiple" and "model probability" at the soonest
    setting with no smaller share of right alarms than the rule in force, and that one, "longer of
    both", which is ``chosen``:
    ``setting`` (in words), ``detection_delay_days``, ``days_gained`` (against the rule in
    force), ``right_share`` (0–1, of its alarms), ``alarms``; ``value`` (days, multiple, or
    probability to order within the horizon; in force the days), ``losses`` (how many it is
    measured on), ``note`` (why it could not be measured, or what to mind).
    """
    churn = settings.churn
    delay, right, alarms = _in_force(evidence, settings, churn.min_silence_days)
    found = [(rule, *_as_sure(evidence, rule, right)) for rule in OTHERS]
    rows = [
        (rule, _words(rule, value, settings), late, delay - late, sure, raised, False, value)
        for rule, value, late, sure, raised in found
    ]
    own = (IN_FORCE, _in_force_words(settings), delay, 0.0, right, alarms, True)
    rows.append((*own, float(churn.min_silence_days)))
    table = pd.DataFrame(rows, columns=COLUMNS[:8])
    notes = [_note(evidence, *row) for row in zip(table["rule"], table["right_share"], strict=True)]
    table = table.assign(losses=len(evidence.losses), note=notes)
    return table.astype({"rule": "str", "setting": "str", "note": "str", "alarms": int})


def loss_curve(evidence: RuleEvidence, *, settings: Settings) -> pd.DataFrame:
    """The trade-off of each rule: the sooner it notices, the oftener it is wrong.

    Returns
    -------
    One row per rule and setting: ``rule``, ``value``, ``detection_delay_days``,
    ``right_share``, as in ``loss_rules``, that in force with other days of silence; no row for
    a rule that could not be measured.
    """
    rows = []
    for rule in OTHERS:
        ended, losses = _measures(evidence, rule)
        if not _measured(ended, losses):
            continue
        for cut in np.unique(np.quantile(ended, 1 - CURVE_RATES, method="inverted_cdf")):
            sure, _raised = _share(ended > cut, losses > cut)
            rows.append((rule, _value(rule, cut), _delay(evidence, rule, cut), sure))
    for days in CURVE_DAYS if len(evidence.losses) else ():
        delay, sure, _raised = _in_force(evidence, settings, days)
        rows.append((IN_FORCE, float(days), delay, sure))
    table = pd.DataFrame(rows, columns=CURVE_COLUMNS).astype({"rule": "str"})
    return table.dropna().drop_duplicates(["rule", "value"], ignore_index=True)


def loss_rules_headline(rules: pd.DataFrame) -> str:
    """What the loss rule in force costs: how late it notices, and how often it is right."""
    row = rules[rules["rule"] == IN_FORCE].iloc[0]
    if pd.isna(row["right_share"]):
        return _("No loss has been seen through yet, so the loss rule cannot be tried on the past.")
    told = _(
        "With {silence} days of silence the loss rule notices a loss after {days} days on average, "
        "and of 100 alarms, each raised on an account that had been ordering, {right} were right: "
        "no order has come since."
    ).format(
        silence=count(row["value"]),
        days=count(row["detection_delay_days"]),
        right=count(100 * row["right_share"]),
    )
    others = rules[(rules["rule"] != IN_FORCE) & (rules["days_gained"] >= 1)]
    if others.empty:
        return told
    best = others.loc[others["days_gained"].idxmax()]
    soonest = _("As sure and {gained} days sooner would be: {setting}.")
    return told + " " + soonest.format(gained=count(best["days_gained"]), setting=best["setting"])


@dataclass(frozen=True)
class Tried:
    """A silence (days) of the rule in force as it did on the past."""

    days: int
    delay: float
    right: float


@dataclass(frozen=True)
class SilenceAdvice:
    """Which ``churn.min_silence_days`` the company's own past advises, beside what is in force.

    ``advised`` is the shortest as sure as ``in_force``, or the latter itself; None where fewer
    than ``needed`` ``losses`` are known, and ``days`` is the usual silence then. ``half`` is half
    the silence in force, to show what a shorter one costs.
    """

    in_force: Tried
    advised: Tried | None
    half: Tried
    losses: int
    needed: int

    @property
    def days(self) -> int:
        """The silence that is advised."""
        return self.advised.days if self.advised else USUAL_DAYS


def silence_advice(evidence: RuleEvidence, *, settings: Settings) -> SilenceAdvice:
    """Advise the silence that calls an account lost, from the company's own past.

    Of the silences shorter than the one in force, the one that notices losses soonest is
    advised, if its share of right alarms is lower by no more than ``churn.advice_loss`` and the
    gain is ``churn.advice_gain_days`` at least. Each rule is tried with the accounts' calendars.
    """
    churn = settings.churn

    def tried(days: int) -> Tried:
        delay, right, _alarms = _in_force(evidence, settings, days)
        return Tried(days, delay, right)

    in_force = tried(churn.min_silence_days)
    half = tried(max(STEP, round(in_force.days / 2 / STEP) * STEP))
    known = len(evidence.losses)
    if known < churn.min_events or np.isnan(in_force.right):
        return SilenceAdvice(in_force, None, half, known, churn.min_events)
    shorter = [tried(days) for days in range(SHORTEST, in_force.days, STEP)]
    sure = [one for one in shorter if one.right >= in_force.right - churn.advice_loss]
    # Of silences that notice a loss on the same day the longest: the others only err more.
    best = min(sure, key=lambda one: (round(one.delay), -one.days), default=in_force)
    gained = in_force.delay - best.delay >= churn.advice_gain_days
    return SilenceAdvice(in_force, best if gained else in_force, half, known, churn.min_events)


def advice_headline(advice: SilenceAdvice) -> str:
    """Which silence is advised, and what it would gain and cost against the one in force."""
    if advice.advised is None:
        return _(
            "The history is too short to advise a silence of your own: {n} of the {needed} losses "
            "that this takes have been seen through. Until then the usual {days} days are advised."
        ).format(n=count(advice.losses), needed=count(advice.needed), days=count(advice.days))
    in_force, kept = advice.in_force, advice.advised == advice.in_force
    other = advice.half if kept else advice.advised
    gained = in_force.delay - other.delay
    if kept and gained < 1:
        return _(
            "{days} days are advised: a shorter silence would notice no loss sooner, because the "
            "accounts' own calendars explain longer ones."
        ).format(days=count(advice.days))
    told = (
        _(
            "{in_force} days are advised: no shorter silence is as sure. At {days} days losses "
            "would be noticed {gained} days sooner, but of 100 alarms {right} would be right "
            "instead of {now}."
        )
        if kept
        else _(
            "{days} days are advised instead of the {in_force} in force: losses would be noticed "
            "{gained} days sooner, and of 100 alarms {right} would be right as against {now}. It "
            "stays at {in_force} until you change churn.min_silence_days."
        )
    )
    return told.format(
        in_force=count(in_force.days),
        days=count(other.days),
        gained=count(gained),
        right=count(100 * other.right),
        now=count(100 * in_force.right),
    )


def _ended(days: pd.DataFrame, usual: float, until: pd.Timestamp) -> pd.DataFrame:
    """The silences that ended and began by a day, each with what was known when it began."""
    gaps = days[days["silence"].notna()].reset_index(drop=True)
    running = gaps.groupby("account", sort=True)["silence"].expanding(MIN_OWN_GAPS).median()
    running = running.reset_index(level=0, drop=True)
    before = running.groupby(gaps["account"]).shift().fillna(usual)
    found = pd.DataFrame(
        {
            "silence": gaps["silence"],
            "typical_gap_days": before,
            "explained_days": gaps["explained_days"],
            "repeats": gaps["repeats"] - 1,
            "last_weeks": gaps["last_weeks"] - gaps["silence"] / DAYS_PER_WEEK,
        }
    )
    begun = gaps["date"] - pd.to_timedelta(gaps["silence"], unit="D")
    return found[begun <= until].reset_index(drop=True)


def _p(
    process: Process | None, accounts: pd.DataFrame, silence: np.ndarray, horizon_weeks: float
) -> np.ndarray:
    if process is None:
        return np.full(len(accounts), np.nan)
    last = accounts["last_weeks"].to_numpy(float)
    repeats = accounts["repeats"].to_numpy(float)
    histories = Histories(repeats, last, last + silence / DAYS_PER_WEEK)
    return significant(p_active(process, histories, horizon_weeks))


def _measures(evidence: RuleEvidence, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """What a rule holds its setting against, in the silences that ended and in the losses."""

    def of(silences: pd.DataFrame) -> np.ndarray:
        silence = silences["silence"].to_numpy(float)
        if rule == FIXED:
            return silence
        if rule == MULTIPLE:
            return silence / silences["typical_gap_days"].to_numpy(float)
        # The lower the probability, the later the alarm: the sign turns it into a silence.
        return -silences["p"].to_numpy(float)

    return of(evidence.ended), of(evidence.losses)


def _measured(ended: np.ndarray, losses: np.ndarray) -> bool:
    known = len(ended) and len(losses)
    return bool(known and np.isfinite(ended).all() and np.isfinite(losses).all())


def _as_sure(evidence: RuleEvidence, rule: str, least: float) -> tuple[float, float, float, int]:
    """The soonest setting with so many right alarms at least, its delay, share and alarms."""
    ended, losses = _measures(evidence, rule)
    unknown = (np.nan, np.nan, np.nan, 0)
    if not _measured(ended, losses) or np.isnan(least):
        return unknown
    cuts = np.unique(np.append(ended, min(ended.min(), losses.min()) - 1))
    right, wrong = (
        len(values) - np.searchsorted(np.sort(values, kind="stable"), cuts, side="right")
        for values in (losses, ended)
    )
    sure = np.flatnonzero((right > 0) & (right >= least * (right + wrong)))
    if not len(sure):
        return unknown
    cut = float(cuts[sure[0]])
    found, alarms = _share(ended > cut, losses > cut)
    return _value(rule, cut), _delay(evidence, rule, cut), found, alarms


def _share(wrong: np.ndarray, right: np.ndarray) -> tuple[float, int]:
    """The share of right ones of all alarms, and their number."""
    alarms = int(wrong.sum() + right.sum())
    return float(right.sum()) / alarms if alarms else np.nan, alarms


def _value(rule: str, cut: float) -> float:
    """A cut as a reader sees it: of the model the probability."""
    return -cut if rule == MODEL else max(cut, 0.0)


def _delay(evidence: RuleEvidence, rule: str, cut: float) -> float:
    """The mean silence at which the losses are called so."""
    if rule == MODEL:
        return _mean(_days_until(evidence, -cut))
    unit = np.ones(len(evidence.losses)) if rule == FIXED else evidence.losses["typical_gap_days"]
    return _mean(max(cut, 0.0) * np.asarray(unit, dtype=float))


def _days_until(evidence: RuleEvidence, cut: float) -> np.ndarray:
    """Days of silence until P(active) falls below the cut, by halving."""
    low = np.zeros(len(evidence.losses))
    high = np.full(len(low), float(MOST_DAYS))
    while len(low) and (high - low).max() > 1:
        middle = np.floor((low + high) / 2)
        below = _p(evidence.process, evidence.losses, middle, evidence.horizon_weeks) < cut
        low, high = np.where(below, low, middle), np.where(below, middle, high)
    return high


def _in_force(
    evidence: RuleEvidence, settings: Settings, min_silence_days: int
) -> tuple[float, float, int]:
    """Delay, share of right alarms and alarms of the rule in force with so many days."""
    rule = {"min_silence_days": min_silence_days, "gap_multiple": settings.churn.gap_multiple}
    ended, losses = (
        allowed_days(part, **rule).to_numpy(float) for part in (evidence.ended, evidence.losses)
    )
    wrong = evidence.ended["silence"].to_numpy() > ended
    sure, alarms = _share(wrong, evidence.losses["silence"].to_numpy() > losses)
    return (_mean(losses), sure, alarms) if len(losses) else (np.nan, np.nan, alarms)


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


def _note(evidence: RuleEvidence, rule: str, right_share: float) -> str:
    if evidence.losses.empty:
        return _("no loss has been seen through yet")
    if evidence.ended.empty:
        return _("no account has ordered twice")
    if rule == MODEL and evidence.status:
        return _("the purchase model is not usable: {status}").format(status=evidence.status)
    if rule == MULTIPLE and evidence.ended["typical_gap_days"].isna().any():
        return _("no account has three gaps")
    return _("at no setting as sure as the rule in force") if np.isnan(right_share) else ""
