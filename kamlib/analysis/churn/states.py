"""In which state every account is, since when, and how losses and returns went by quarter."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kamlib.analysis.measures.loss import allowed_before, lost, orders_at
from kamlib.analysis.measures.rhythm import CARRIED, SLOW, free_days, free_days_of, known_seasons
from kamlib.analysis.measures.rhythm_words import resting_words, season_words, usual_words
from kamlib.analysis.measures.texts import crossing
from kamlib.analysis.measures.year_value import per_row, year_before
from kamlib.quarters import (
    CALENDAR,
    newcomers,
    quarter_begin,
    quarter_index,
    quarter_label,
    quarter_of,
)
from kamlib.settings import ChurnSettings, Settings
from kamlib.words import _, accounts, capital, count, day, money, number, share

STATES = ("new", "active", "slowing", "at risk", "lost", "returned", "never bought")
STATE = pd.CategoricalDtype(STATES, ordered=True)
YEAR, WEEK = 12, 7
# The days of silence that a page lets one try, beside those in force.
SILENCES_TRIED = (60, 90, 120, 150, 180, 270, 365, 540)
# A silence or a fall in value is told only where it stands out.
MARKED_SILENCE, MARKED_VALUE = 1.5, 0.95


def account_states(
    orders: pd.DataFrame,
    gaps: pd.DataFrame,
    months: pd.DataFrame,
    accounts: pd.Index,
    *,
    as_of: pd.Timestamp,
    seen_to: pd.Timestamp,
    settings: Settings,
    data_from: pd.Timestamp | None = None,
    since: pd.Series | None = None,
) -> pd.DataFrame:
    """The state of every account, by the first of these that holds.

    *never bought*: no order yet. *lost*: silent beyond the loss rule. *at risk*: silent for
    more than ``churn.at_risk_share`` of what the rule allows (in a season: of the way from the
    day on which an order was due to the day on which the season is missed) and for longer than
    is usual; an account that is new or came back too.
    *returned*: an order at most ``churn.returned_days`` ago ended a silence beyond the rule.
    *new*: first order in the last ``xyz.new_months`` calendar months, unless it stood at the
    beginning of the data (:func:`kamlib.quarters.newcomers`). *slowing*: silent for longer than
    is usual, which is ``churn.slow_gaps`` typical gaps and the days that say nothing
    (``free_days``); or its value of the last ``churn.slow_months`` whole months below
    ``churn.slow_ratio`` of the same months a year ago (with a season, of the last twelve, of the
    twelve before; of projects half a year tells nothing). Else *active*.

    Parameters
    ----------
    orders, gaps, months
        The book's frames: order statistics at dates with the rhythm, order days with their gaps,
        account x month.
    accounts
        All accounts to place, those without an order included.
    as_of, seen_to
        Last day of the quarter, and the last day that is known of (an open quarter).
    data_from, since
        The first day of the data; per account since when it is one, where that is known.

    Returns
    -------
    Indexed by account, in the order of ``accounts``: ``state`` (ordered category); ``since``
    (day, missing where it never bought); ``last_order``; ``silence_days``,
    ``typical_gap_days``, ``allowed_days`` (days); ``own_gap`` (whether that gap is the
    account's own habit, not drawn towards the others'); ``value_ratio`` (to a year
    before, missing without any then); ``due_days``, ``rhythm``, ``season``, ``resumes_on``,
    ``call_on`` (as ``rhythms`` has them).
    """
    rules, at = settings.churn, orders_at(orders, as_of)
    rule = {"min_silence_days": rules.min_silence_days, "gap_multiple": rules.gap_multiple}
    found = at[["first_order", *CARRIED]].join(lost(at, seen_to, **rule))
    found = found.reindex(accounts)
    found["allowed_days"] = found["allowed_days"].fillna(rules.min_silence_days)
    found["returned_on"] = _returned_on(gaps, at, as_of, settings).reindex(accounts)
    whole = (pd.Timestamp(seen_to) + pd.Timedelta(days=1)).to_period("M") - 1
    found["value_ratio"] = _own_ratio(months, whole, found, rules)
    free = _free(found, rules)
    slow_after = np.fmax(rules.slow_gaps * found["typical_gap_days"], free)
    risk_after = np.fmax(slow_after, _risk_after(found, free, rules))
    quiet = found["silence_days"] > slow_after
    falling = found["value_ratio"] < rules.slow_ratio
    recently = found["returned_on"] > seen_to - pd.Timedelta(days=rules.returned_days)
    known = {"as_of": as_of, "data_from": data_from, "since": since}
    young = newcomers(found["first_order"], months=settings.xyz.new_months, **known)
    last = found["last_order"]
    compared = (whole - rules.slow_months + 1).start_time
    cases = {
        "never bought": (last.isna(), pd.Series(pd.NaT, found.index)),
        "lost": (found["lost"].eq(True), last + _days(found["allowed_days"] + 1)),
        "at risk": (found["silence_days"] > risk_after, last + _days(risk_after + 1)),
        "returned": (recently, found["returned_on"]),
        "new": (young, found["first_order"]),
        "slowing": (quiet | falling, (last + _days(slow_after + 1)).where(quiet, compared)),
        "active": (pd.Series(True, found.index), found["first_order"]),
    }
    state = np.select([holds for holds, _since in cases.values()], list(cases), "active")
    since = pd.Series(pd.NaT, found.index, dtype="datetime64[us]")
    for name, (_holds, day_since) in cases.items():
        since = since.where(state != name, day_since.astype("datetime64[us]"))
    found["state"] = pd.Categorical(state, dtype=STATE)
    # Starts of whole days: an allowance of 3.5 gaps may end in the middle of one.
    found["since"] = since.dt.normalize()
    numbers = ["silence_days", "typical_gap_days", "allowed_days", "value_ratio"]
    found["own_gap"] = found["own_gap"].eq(True)
    found["season"] = known_seasons(found)
    columns = ["state", "since", "last_order", *numbers, "own_gap", *CARRIED]
    return found[columns].astype(dict.fromkeys(numbers, float))


def silences_tried(
    states: Mapping[int, pd.DataFrame], margin: pd.Series, names: pd.Series, *, in_force: int
) -> pd.DataFrame:
    """How many accounts are lost or at risk by other days of silence, and who would cross.

    Parameters
    ----------
    states
        By the days tried, the one in force among them, the table of ``account_states``.
    margin
        What each account of the states brought in the year up to its last order (currency).
    names
        What each account is called.
    in_force
        The days of the rule in force.

    Returns
    -------
    Indexed by ``min_silence_days`` (days, rising): ``in_force``; ``lost_accounts``,
    ``risk_accounts``;
    ``lost_margin``, ``risk_margin`` (currency, losses as 0); ``words``, the largest first.
    """
    largest = margin.sort_index(kind="stable").sort_values(ascending=False, kind="stable").index
    now, rows = states[in_force].loc[largest, "state"] == "lost", []
    for days in sorted(states):
        found, lost = states[days], states[days].loc[largest, "state"] == "lost"
        numbers, money_of = found["state"].value_counts(), margin_by_state(found, margin)
        gone, kept = now.index[lost & ~now], now.index[now & ~lost]
        told = crossing(
            names, {_("Lost as well: {names}."): gone, _("Not lost yet: {names}."): kept}
        )
        figures = [of[state] for state in ("lost", "at risk") for of in (numbers, money_of)]
        rows.append((days == in_force, *figures, told))
    columns = ["lost_accounts", "lost_margin", "risk_accounts", "risk_margin"]
    index = pd.Index(sorted(states), name="min_silence_days")
    return pd.DataFrame(rows, index, ["in_force", *columns, "words"])


def margin_by_state(states: pd.DataFrame, margin: pd.Series) -> pd.Series:
    """The margin (currency, losses as 0) of the accounts in each state."""
    earned = margin.reindex(states.index).clip(lower=0)
    return earned.groupby(states["state"], observed=False).sum()


def loss_dynamics(
    orders: pd.DataFrame,
    gaps: pd.DataFrame,
    months: pd.DataFrame,
    *,
    seen_to: pd.Timestamp,
    settings: Settings,
    quarters: int,
    freq: str = CALENDAR,
) -> pd.DataFrame:
    """Accounts lost and returned in each of the last quarters, and the money that went.

    An account is lost in the quarter in which its silence went beyond the rule, as the rule
    stood at the quarter's end; it returned in the quarter of the order that ended such a
    silence, if that had gone beyond the rule before the quarter: who was silent too long and
    ordered within one quarter was never called lost. Its money is that of the twelve months up
    to its last order before the silence. ``freq`` is the frequency of the company's quarters.

    Returns
    -------
    Indexed by quarter (period), for the last ``quarters`` dates in ``orders``: ``buying``
    (accounts that had bought and were not lost at the quarter's start), ``lost``, ``returned``
    (accounts);
    ``revenue_lost``, ``margin_lost``, ``revenue_returned`` (currency); ``loss_rate`` (0–1,
    lost of buying, missing without any).
    """
    dates = [pd.Timestamp(date) for date in sorted(orders["as_of"].unique())][-quarters:]
    rows = [_quarter_losses(orders, gaps, months, date, min(date, seen_to), settings)
            for date in dates]  # fmt: skip
    columns = ["buying", "lost", "returned", "revenue_lost", "margin_lost", "revenue_returned"]
    index = quarter_index((quarter_of(date, freq) for date in dates), freq)
    frame = pd.DataFrame(rows, index, columns)
    return frame.assign(loss_rate=(frame["lost"] / frame["buying"]).where(frame["buying"] > 0))


def states_headline(
    states: pd.DataFrame, margin: pd.Series, currency: str = "", *, returned_days: int
) -> str:
    """How many accounts are in which doubtful state, and what they brought in the window.

    ``returned_days`` is how long (days) an account is called returned.
    """
    numbers = states["state"].value_counts()
    money_of = margin_by_state(states, margin)
    told = {
        _("{n} buying as usual"): numbers["active"] + numbers["new"],
        _("{n} slowing"): numbers["slowing"],
        _("{n} at risk of being lost, with {money} margin in their last year"): numbers["at risk"],
        _("{n} lost"): numbers["lost"],
        _("{n} came back in the last {days} days"): numbers["returned"],
        _("{n} never bought"): numbers["never bought"],
    }
    parts = [
        words.format(
            n=count(number),
            money=money(money_of["at risk"], currency),
            days=count(returned_days),
        )
        for words, number in told.items()
        if number
    ]
    text = _("{all} on record: {parts}.")
    return text.format(all=capital(accounts(len(states))), parts=", ".join(parts))


def dynamics_headline(dynamics: pd.DataFrame, currency: str = "") -> str:
    """How many accounts were lost and came back in the last quarter, against the quarters before.

    >>> dynamics_headline(pd.DataFrame(columns=["lost"]))
    ''
    """
    if dynamics.empty:
        return ""
    last = dynamics.iloc[-1]
    told = _(
        "In {quarter} {lost} with {money} revenue in the last year before became lost, and "
        "{returned} came back in the quarter."
    )
    if not last["lost"]:
        told = _("In {quarter} nobody became lost, and {returned} came back in the quarter.")
    told = told.format(
        quarter=quarter_label(dynamics.index[-1]),
        lost=accounts(last["lost"]),
        money=money(last["revenue_lost"], currency),
        returned=count(last["returned"]) if last["returned"] else _("none"),
    )
    before = dynamics["lost"].iloc[:-1]
    if before.sum() > 0:
        told += " " + _("In the {n} quarters before, {mean} were lost a quarter.").format(
            n=count(len(before)), mean=number(before.mean(), 1)
        )
    return told


def state_words(row: pd.Series) -> str:
    """The sentence that says why an account is in its state: only what holds of it."""
    known = pd.notna(row["typical_gap_days"])
    if row["state"] == "slowing":
        return slowing_words(row) + "."
    if row["state"] == "active" and pd.notna(row["resumes_on"]):
        return capital(resting_words(row)) + "."
    habit = usual_words(row) + ", " if known else ""
    told = {
        "never bought": _("Has not bought yet."),
        "lost": _("Silent for {silence} days; lost since {since}, when {allowed} had passed."),
        "returned": _("Came back on {since} after a silence that counted as lost."),
        "new": _("New: first order on {since}."),
        "at risk": _("{habit}silent for {silence} days; lost at {allowed}."),
        "active": _active_words(row),
    }[row["state"]].format(
        since=day(row["since"]),
        silence=count(row["silence_days"]),
        gap=count(row["typical_gap_days"]),
        allowed=count(row["allowed_days"]),
        habit=habit,
    )
    return capital(told)


def slowing_words(row: pd.Series) -> str:
    """What of its habit a slowing account breaks: silence, value, or both; without the stop."""
    parts = []
    if row["silence_days"] > _marked(row):
        silent = _("silent for {silence} days").format(silence=count(row["silence_days"]))
        parts.append(f"{usual_words(row)}, {silent}")
    if row["value_ratio"] < MARKED_VALUE:
        parts.append(_bought(row["value_ratio"], row["season"]))
    return capital("; ".join(parts) or _("slower than usual"))


def _marked(row: pd.Series) -> float:
    """From which silence (days) on it stands out."""
    return np.fmax(MARKED_SILENCE * row["typical_gap_days"], free_days_of(row))


def _active_words(row: pd.Series) -> str:
    if row["rhythm"] in SLOW and not row["season"]:
        return _("Buys about every {gap} days; {due} days of silence are nothing unusual.").format(
            gap=count(row["typical_gap_days"]), due=count(row["due_days"])
        )
    if row["season"]:
        return _("Buys as usual, {season}.").format(season=season_words(row["season"]))
    return _("Buys as usual, every {gap} days.") if row["own_gap"] else _("Buys as usual.")


def _bought(ratio: float, season: str) -> str:
    if season:
        return _("bought {ratio} in twelve months of what it did in the twelve before").format(
            ratio=share(max(ratio, 0.0), 0)
        )
    if ratio < 0:
        return _("sent back more than it bought, unlike in the same months a year ago")
    if ratio == 0:
        return _("has bought nothing in months in which it bought a year ago")
    told = _("buys {ratio} of what it bought in the same months a year ago")
    return told.format(ratio=share(ratio, 0))


def _free(found: pd.DataFrame, rules: ChurnSettings) -> pd.Series:
    """The silence (days) that says nothing; of few gaps no longer than leaves time to warn."""
    free = free_days(found)
    few = found["own_gap"].eq(False) & (found["season"].fillna("") == "")
    in_time = (found["allowed_days"] - WEEK * rules.horizon_weeks).clip(lower=0.0)
    return free.where(~few, np.fmin(free, in_time))


def _risk_after(found: pd.DataFrame, free: pd.Series, rules: ChurnSettings) -> pd.Series:
    """The silence (days) from which on an account is half way to being counted as lost."""
    rule = rules.gap_multiple * found["typical_gap_days"]
    way = rules.at_risk_share * np.fmax(rule, rules.min_silence_days)
    late = free + rules.at_risk_share * (found["explained_days"] - free)
    return np.fmax(way, late.where(free > 0))


def _days(number: pd.Series) -> pd.Series:
    return pd.to_timedelta(np.ceil(number), unit="D")


def _returned_on(
    gaps: pd.DataFrame, at: pd.DataFrame, as_of: pd.Timestamp, settings: Settings
) -> pd.Series:
    """The last order that ended a silence beyond what the rule allows."""
    known = gaps[gaps["date"] <= as_of]
    ended = known[known["gap"] > allowed_before(known, at, as_of, settings=settings)]
    return ended.groupby("account")["date"].max()


def _own_ratio(
    months: pd.DataFrame, end: pd.Period, found: pd.DataFrame, rules: ChurnSettings
) -> pd.Series:
    """The value of late by that of a year before, over a span that suits the account's rhythm."""
    half = _value_ratio(months, end, rules.slow_months).reindex(found.index)
    whole = _value_ratio(months, end, YEAR).reindex(found.index)
    seasonal = found["season"].fillna("") != ""
    return whole.where(seasonal, half.mask(found["rhythm"].isin(SLOW)))


def _value_ratio(months: pd.DataFrame, end: pd.Period, span: int) -> pd.Series:
    """Value of the months up to ``end``, the last whole one, by that of a year before."""

    def value(last: pd.Period) -> pd.Series:
        inside = (months["month"] > last - span) & (months["month"] <= last)
        return months[inside].groupby("account")["revenue"].sum()

    now, before = value(end), value(end - YEAR)
    before = before[before > 0]
    return now.reindex(before.index).fillna(0.0) / before


def _quarter_losses(
    orders: pd.DataFrame,
    gaps: pd.DataFrame,
    months: pd.DataFrame,
    date: pd.Timestamp,
    seen_to: pd.Timestamp,
    settings: Settings,
) -> tuple[int, int, int, float, float, float]:
    at = orders_at(orders, date)
    rules = settings.churn
    rule = lost(at, seen_to, min_silence_days=rules.min_silence_days,
                gap_multiple=rules.gap_multiple)  # fmt: skip
    allowed = rule["allowed_days"]
    begin = quarter_begin(date)
    lost_on = rule["last_order"] + _days(allowed + 1)
    newly = rule["lost"] & (lost_on >= begin)
    past = gaps.assign(allowed=allowed_before(gaps, at, date, settings=settings))
    over = past[(past["date"] >= begin) & (past["gap"] > past["allowed"])]
    back = over.drop_duplicates("account").set_index("account")
    left = back["date"] - pd.to_timedelta(back["gap"], unit="D")
    left = left[left + _days(back["allowed"] + 1) < begin]
    known = months[months["month"] <= date.to_period("M")]
    gone = year_before(known, rule.loc[newly, "last_order"])
    returned = per_row(back["date"], known["account"]).dt.to_period("M")
    came = year_before(known[returned > known["month"]], left)
    still = (lost_on >= begin) & (at["first_order"] < begin) & ~at.index.isin(left.index)
    return (
        int(still.sum()),
        int(newly.sum()),
        len(left),
        float(gone["revenue_a_year"].sum()),
        float(gone["margin_a_year"].sum()),
        float(came["revenue_a_year"].sum()),
    )
