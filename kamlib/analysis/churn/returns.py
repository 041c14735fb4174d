"""The chance that a lost account comes back by itself: from how past losses ended.

Silences of all accounts together say too little of a lost one: who orders twice a year ends
many a silence of 150 days. So only what came after the loss rule had called an account lost is
counted, in days since then, and only until somebody tried to win the account back. The rule
stands in each account's own gaps and seasons; from there on the days tell more than the gaps.

The longer an account is gone, the less often it comes back: of what Lomax (1954) gives for
rates that differ from account to account, ``((b + s) / (b + t)) ** rate`` of those still gone
after ``s`` days are so after ``t``. Each kind of rhythm has a rate of its own, and each recorded
reason a factor, drawn towards all the others' by how few losses speak of it (empirical Bayes).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamlib.analysis.measures.list_record import Record
from kamlib.analysis.measures.rhythm import rhythms
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.measures.year_value import per_row
from kamlib.quarters import quarter_label
from kamlib.settings import RhythmSettings

# An attempt so shortly before the rule calls an account lost is about the same departure.
EARLY_DAYS = 90
CLOSED_DOWN = "closed down"
# What is tried for b (days), and for how alike rates are (how many losses their mean counts as).
_DAYS_TRIED = np.geomspace(7, 3650, 64)
_ALIKE_TRIED = np.geomspace(0.25, 1024, 49)


@dataclass(frozen=True)
class ReturnRates:
    """How fast lost accounts come back unasked.

    ``days`` (b above); ``usual``, the rate of all together; ``rhythms``, that of each kind of
    rhythm that was lost before; ``reasons``, what each recorded reason multiplies it by.
    """

    days: float
    usual: float
    rhythms: pd.Series
    reasons: pd.Series


def past_losses(
    gaps: pd.DataFrame,
    allowed_days: pd.Series,
    allowed_before: pd.Series,
    winbacks: pd.DataFrame,
    *,
    seen_to: pd.Timestamp,
    rules: RhythmSettings,
) -> pd.DataFrame:
    """Every silence that counted as a loss, and how it ended.

    Parameters
    ----------
    gaps
        Order days per account with the gap before each (``Book.gaps``).
    allowed_days
        The silence that the loss rule allows each account, as it stands today.
    allowed_before
        The silence allowed before each order, by row of ``gaps`` (``loss.allowed_before``):
        a silence that was only a season was no loss.
    winbacks
        Attempts: ``account``, ``date``.
    seen_to
        The last day that is known of.

    Returns
    -------
    One row per loss: ``account``; ``silent_from`` (its last order before), ``since`` (the day on
    which the rule called it lost); ``days`` from then to its end, or to ``seen_to``; ``ended``
    (whether an order ended it); ``asked`` (days from ``since`` to the first attempt, NaN without;
    below 0 where that was shortly before); ``rhythm`` (kind, from the orders before it: who came
    back has more of them, and so another rhythm by now).
    """
    known = gaps[gaps["date"] <= seen_to]
    losses = _losses(known.assign(allowed=allowed_before), allowed_days, seen_to)
    losses["asked"] = _first_attempt(losses, winbacks)
    losses["rhythm"] = _rhythms_then(losses, known, seen_to, rules)
    return losses


def return_rates(
    losses: pd.DataFrame, told: pd.DataFrame, *, as_of: pd.Timestamp, min_losses: int
) -> ReturnRates:
    """How fast lost accounts came back that nobody had asked, by what was known at a day.

    Parameters
    ----------
    losses
        The table of :func:`past_losses`.
    told
        Reasons as they were recorded: ``account``, ``date``, ``reason``. One counts from the
        day of its record on: until then it might have come back without one.
    min_losses
        Fewer losses tell nothing: nobody is said to come back.
    """
    passed = (as_of - losses["since"]).dt.days.astype(float)
    unasked = losses["asked"].fillna(np.inf)
    end = losses["days"].clip(upper=passed).clip(upper=unasked)
    known = losses.assign(end=end, ended=losses["ended"] & (losses["days"] <= end))[end >= 0]
    if len(known) < min_losses:
        known = known.assign(ended=False)
    days = _decline(known)
    parts = _by_reason(known, told[told["date"] <= as_of])
    gone = np.log((days + parts["end"]) / (days + parts["begin"]))
    rates, usual = _rates(parts["ended"], gone, parts["rhythm"])
    expected = gone * parts["rhythm"].map(rates).astype(float)
    reasons, _mean = _rates(parts["ended"], expected, parts["reason"])
    return ReturnRates(days, usual, rates, reasons)


def unasked_chance(
    rates: ReturnRates,
    lost_days: pd.Series,
    *,
    rhythm: pd.Series,
    recorded: pd.Series,
    horizon_days: float | pd.Series,
) -> pd.Series:
    """The chance of a lost account to order again within the next days, without our doing.

    Parameters
    ----------
    lost_days
        Days since each account was called lost.
    rhythm, recorded
        Its kind of rhythm, and the reason that was recorded ("" without).
    horizon_days
        Within how many days.

    Returns
    -------
    ``p_natural`` per account (0–1), the lower the longer it is lost; 0 where it closed down.
    """
    rate = rhythm.astype("str").map(rates.rhythms).astype(float).fillna(rates.usual)
    rate *= recorded.astype("str").map(rates.reasons).astype(float).fillna(1.0)
    begin = rates.days + lost_days.astype(float).clip(lower=0.0)
    chance = 1 - (begin / (begin + horizon_days)) ** rate
    return significant(chance.mask(recorded == CLOSED_DOWN, 0.0)).rename("p_natural")


def chances_then(
    winbacks: pd.DataFrame,
    losses: pd.DataFrame,
    told: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    horizon_days: int,
    min_losses: int,
) -> pd.DataFrame:
    """What was to be said of an unasked return on the day of each attempt, by what came before.

    Returns
    -------
    Indexed as ``winbacks``: ``lost_days`` (0 where the account was not called lost yet);
    ``p_natural`` (0–1, within the horizon); ``p_so_far`` (0–1, within what of it has passed).
    """
    own = _loss_of(winbacks, losses)
    since, rhythm = (own[name].set_axis(winbacks.index) for name in ("since", "rhythm"))
    lost_days = (winbacks["date"] - since).dt.days.clip(lower=0).fillna(0.0).astype(float)
    passed = (as_of - winbacks["date"]).dt.days.clip(lower=0, upper=horizon_days).astype(float)
    parts = [pd.DataFrame({"p_natural": [], "p_so_far": []}, dtype=float)]
    for date, rows in winbacks.groupby("date"):
        before = losses[losses["since"] < date]
        rates = return_rates(before, told, as_of=date, min_losses=min_losses)
        at = rows.index
        of = {"rhythm": rhythm[at].fillna("unknown"), "recorded": _reason_on(rows, told, date)}
        parts.append(
            pd.DataFrame(
                {
                    name: unasked_chance(rates, lost_days[at], horizon_days=span, **of)
                    for name, span in {"p_natural": horizon_days, "p_so_far": passed[at]}.items()
                }
            )
        )
    found = pd.concat(parts[1:] or parts).reindex(winbacks.index)
    return pd.DataFrame({"lost_days": lost_days, **found})


def lost_lists(
    losses: pd.DataFrame,
    told: pd.DataFrame,
    quarters: Iterable[pd.Period],
    *,
    horizon_days: int,
    min_losses: int,
) -> pd.DataFrame:
    """What was to be said at the ends of earlier quarters of unasked returns, and who returned.

    Of the accounts that were lost then and that nobody had asked, nor asked within the horizon.

    Parameters
    ----------
    losses, told
        As for :func:`return_rates`.
    quarters
        Those after whose end the whole horizon is known.

    Returns
    -------
    What ``list_record`` reads: ``quarter``, ``subject`` (account), ``chance``, ``came``.
    """
    parts = [pd.DataFrame({"quarter": [], "subject": [], "chance": [], "came": []})]
    for quarter in quarters:
        day = quarter.end_time.normalize()
        before = losses[losses["since"] <= day]
        passed = (day - before["since"]).dt.days.astype(float)
        asked = before["asked"] <= passed + horizon_days
        back = before["ended"] & (before["days"] <= passed)
        rows, passed = before[~asked & ~back], passed[~asked & ~back]
        rates = return_rates(before, told, as_of=day, min_losses=min_losses)
        recorded = _reason_on(rows, told, day)
        of = {"rhythm": rows["rhythm"], "recorded": recorded, "horizon_days": horizon_days}
        chance = unasked_chance(rates, passed, **of)
        came = rows["ended"] & (rows["days"] <= passed + horizon_days)
        found = {"quarter": quarter_label(quarter), "subject": rows["account"]}
        parts.append(pd.DataFrame(found | {"chance": chance, "came": came}))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def rates_by_record(rates: ReturnRates, record: Record) -> ReturnRates:
    """Rates at which as many more or fewer return as the record of earlier lists tells."""
    return replace(rates, usual=rates.usual * record.factor, rhythms=rates.rhythms * record.factor)


def _losses(gaps: pd.DataFrame, allowed_days: pd.Series, seen_to: pd.Timestamp) -> pd.DataFrame:
    """Every loss, ended or not, by account and day."""
    past = gaps[["account", "date", "gap", "allowed"]].assign(ended=True)
    past["silent_from"] = past["date"] - pd.to_timedelta(past["gap"], unit="D")
    last = gaps.groupby("account", as_index=False)["date"].max()
    now = last.rename(columns={"date": "silent_from"})
    now = now.assign(gap=(seen_to - now["silent_from"]).dt.days.astype(float), ended=False)
    now["allowed"] = per_row(allowed_days, now["account"])
    silences = pd.concat([past.drop(columns="date"), now], ignore_index=True)
    allowed = np.ceil(silences["allowed"].astype(float))
    losses = silences.assign(days=silences["gap"] - allowed - 1)[silences["gap"] > allowed]
    since = losses["silent_from"] + pd.to_timedelta(allowed.loc[losses.index] + 1, unit="D")
    columns = ["account", "silent_from", "since", "days", "ended"]
    found = losses.assign(since=since)[columns]
    return found.sort_values(["account", "since"], kind="stable", ignore_index=True)


def _first_attempt(losses: pd.DataFrame, winbacks: pd.DataFrame) -> pd.Series:
    """Days from each loss to the first attempt within it, or shortly before."""
    both = losses.reset_index(names="loss").merge(winbacks[["account", "date"]], on="account")
    after = (both["date"] - both["since"]).dt.days.astype(float)
    # An attempt before the rule spoke (within the silence) leaves nothing to be seen unasked.
    near = both.assign(after=after)[(after < both["days"]) & (after > -EARLY_DAYS)]
    return near.groupby("loss")["after"].min().reindex(losses.index).astype(float)


def _rhythms_then(
    losses: pd.DataFrame, gaps: pd.DataFrame, seen_to: pd.Timestamp, rules: RhythmSettings
) -> pd.Series:
    """The kind of rhythm that the orders before each loss showed."""
    before = losses.reset_index(names="loss").merge(gaps[["account", "date"]], on="account")
    before = before[before["date"] <= before["silent_from"]]
    days = before[["loss", "date"]].rename(columns={"loss": "account"})
    found = rhythms(days.sort_values(["account", "date"], kind="stable"), seen_to, rules=rules)
    kinds = found["rhythm"].astype("str")
    return kinds.set_axis(kinds.index.astype("int64")).reindex(losses.index).fillna("unknown")


def _decline(losses: pd.DataFrame) -> float:
    """b of the Lomax distribution that makes what came most likely, each rhythm at its own rate."""
    ended, kind = losses["ended"].to_numpy(bool), pd.factorize(losses["rhythm"])[0]
    if not ended.any():
        return float(_DAYS_TRIED[-1])
    came = np.bincount(kind, ended)
    likely = []
    for days in _DAYS_TRIED:
        gone = np.log1p(losses["end"].to_numpy() / days)
        rate = came / np.maximum(np.bincount(kind, gone), 1e-9)
        told = (came * np.log(np.where(came > 0, rate, 1.0))).sum()
        likely.append(told - gone[ended].sum() - ended.sum() * np.log(days))
    return float(_DAYS_TRIED[np.argmax(significant(np.array(likely), 9))])


def _by_reason(losses: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """The losses, parted where a reason was recorded: ``begin``, ``end``, ``ended``, ``reason``."""
    both = losses.reset_index(names="loss").merge(told[["account", "date", "reason"]], on="account")
    both = both[(both["date"] >= both["silent_from"]) & both["reason"].notna()]
    both["after"] = (both["date"] - both["since"]).dt.days.clip(lower=0).astype(float)
    first = both[both["after"] < both["end"]].sort_values("after", kind="stable")
    first = first.drop_duplicates("loss").set_index("loss")[["after", "reason"]]
    joined = losses.assign(begin=0.0).join(first)
    until = joined.assign(end=joined["after"], ended=False, reason="")[joined["after"].notna()]
    since = joined.assign(begin=joined["after"].fillna(0.0), reason=joined["reason"].fillna(""))
    return pd.concat([until, since], ignore_index=True)


def _rates(ended: pd.Series, gone: pd.Series, groups: pd.Series) -> tuple[pd.Series, float]:
    """Returns by exposure of each group, drawn towards that of all, which stands beside them.

    Returns of a group are Poisson about its rate times its exposure, rates gamma about the mean.
    How alike they are is what makes the groups' numbers most likely.
    """
    number, exposure = (values.groupby(groups.to_numpy()).sum() for values in (ended, gone))
    number, exposure = number.astype(int), exposure.astype(float)
    if not number.sum() or not exposure.sum() > 0:
        return exposure * 0.0, 0.0
    mean = float(number.sum() / exposure.sum())
    likely = np.zeros(len(_ALIKE_TRIED))
    for came, expected in zip(number, mean * exposure, strict=True):
        ways = np.log(_ALIKE_TRIED[:, None] + np.arange(came)).sum(axis=1)
        stay = _ALIKE_TRIED * np.log1p(expected / _ALIKE_TRIED)
        likely += ways - stay - came * np.log(_ALIKE_TRIED + expected)
    alike = _ALIKE_TRIED[np.argmax(significant(likely, 9))]
    return (alike + number) / (alike / mean + exposure), mean


def _loss_of(winbacks: pd.DataFrame, losses: pd.DataFrame) -> pd.DataFrame:
    """Per attempt the loss that it was about, or that its silence became; missing without."""
    rows = winbacks[["account", "date"]].astype({"account": "str"}).reset_index(drop=True)
    rows = rows.assign(row=rows.index).sort_values("date", kind="stable")
    ordered = losses[["account", "silent_from", "since", "rhythm"]].astype({"account": "str"})
    found = pd.merge_asof(
        rows, ordered.sort_values("silent_from", kind="stable"), left_on="date",
        right_on="silent_from", by="account", allow_exact_matches=False,
    )  # fmt: skip
    return found.set_index("row").sort_index(kind="stable")


def _reason_on(rows: pd.DataFrame, told: pd.DataFrame, date: pd.Timestamp) -> pd.Series:
    """The last reason recorded of each account up to a day, "" without."""
    known = told[(told["date"] <= date) & told["reason"].notna()]
    last = known.sort_values("date", kind="stable").drop_duplicates("account", keep="last")
    named = per_row(last.set_index("account")["reason"], rows["account"])
    return named.astype(object).fillna("").astype("str")
