"""Accounts as they were seen on earlier days, and whether they then ordered or fell silent.

A slice is one such day. What is known of an account there ends on that day; its label, whether
it was silent over the horizon, is read off the order statistics at the horizon's end. Nothing
reaches past the last day handed over.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.abc import abc_codes
from kamlib.analysis.abc_xyz.xyz import month_grids
from kamlib.analysis.measures.likelihood import CONVERGED
from kamlib.analysis.measures.loss import orders_at
from kamlib.analysis.measures.rhythm import KIND, MIN_OWN_GAPS, counted_ages
from kamlib.analysis.measures.seasons import Known
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.purchase import (
    DAYS_PER_WEEK,
    Process,
    PurchaseFit,
    last_two_gaps,
    purchase_fit,
    whole_regularity,
)
from kamlib.analysis.models.purchase_outlook import as_histories, p_active
from kamlib.analysis.models.reliability import BAND, silence_bands
from kamlib.analysis.models.same_weeks import same_weeks
from kamlib.settings import Settings
from kamlib.settings.rhythm import RhythmSettings

CLASS_MONTHS = 12
TREND_MONTHS = 3
MODELS = {"p_mbg": "MBG/NBD", "p_cnbd": "MBG/CNBD-k"}
ROW_COLUMNS = (
    *("origin", "closes", "account", "silent", "at_risk", "overdue", "silence_days"),
    *("typical_gap_days", "band", "gap_mean_days", "rhythm", "years", "years_ordered"),
    *("repeats", "last_weeks", "age_weeks", "ahead_weeks", "tenure_days", "trend", "abc"),
    *("p_mbg", "p_cnbd", "p_mbg_usable", "p_cnbd_usable"),
)
FIT_COLUMNS = ("origin", "model", "regularity", "r", "alpha", "a", "b", "accounts", "status")


@dataclass(frozen=True)
class ChurnSlices:
    """Accounts at earlier days, and the purchase models fitted there.

    ``rows``: one per slice and account that had ordered by then: ``origin`` (the slice's day),
    ``closes`` (the horizon's last day), ``account``; ``silent`` (1 without an order in the
    horizon, 0 with one, NaN while the horizon is open); ``at_risk`` (ordered within a horizon
    before the day: still there, so it may be lost); ``overdue`` (silent for longer than is
    usual); ``silence_days``, ``typical_gap_days``, ``band`` (of the one in the other, category),
    ``gap_mean_days`` (own, NaN without a gap);
    ``rhythm`` (category); ``years``, ``years_ordered`` (earlier years in which it was there, and
    in which it ordered in the weeks of the horizon); ``repeats`` (orders after the first);
    ``last_weeks``, ``age_weeks``, ``ahead_weeks`` (from the first order to the last and to the
    day, and the horizon, by its own calendar); ``tenure_days``; ``trend`` (-1 to 1: value of the
    last three whole months against the three before); ``abc`` (0 A to 3 D, by revenue of twelve
    whole months); ``p_mbg``, ``p_cnbd`` (P(active) of the purchase models, NaN where nothing was
    fitted), and whether their fits are ``_usable``.

    ``fits``: one row per slice and model: its parameters (weeks), regularity and status.
    """

    rows: pd.DataFrame
    fits: pd.DataFrame
    as_of: pd.Timestamp


def slice_dates(
    as_of: pd.Timestamp, data_from: pd.Timestamp, *, settings: Settings
) -> list[pd.Timestamp]:
    """The days of the slices: ``as_of``, and back from it in steps to where data is too short.

    At most as many as the origins, their training days and their horizons need.
    """
    churn = settings.churn
    first = pd.Timestamp(data_from) + pd.Timedelta(weeks=churn.history_weeks)
    most = 2 * (churn.origins + -(-churn.horizon_weeks // churn.step_weeks))
    days = [
        pd.Timestamp(as_of) - pd.Timedelta(weeks=churn.step_weeks * back)
        for back in range(most + 1)
    ]
    return [day for day in reversed(days) if day >= first or day == days[0]]


def statistics_dates(
    as_of: pd.Timestamp, data_from: pd.Timestamp, *, settings: Settings
) -> list[pd.Timestamp]:
    """Every day at which ``churn_slices`` needs order statistics: slices and horizons' ends."""
    slices = slice_dates(as_of, data_from, settings=settings)
    horizon = pd.Timedelta(weeks=settings.churn.horizon_weeks)
    ends = {day + horizon for day in slices}
    return sorted({*slices, *(end for end in ends if end <= pd.Timestamp(as_of))})


def churn_slices(
    orders: pd.DataFrame,
    months: pd.DataFrame,
    order_days: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    data_from: pd.Timestamp,
    settings: Settings,
    beside: Known | None = None,
) -> ChurnSlices:
    """See all accounts as they were on earlier days, and how it went on.

    Parameters
    ----------
    orders
        Order statistics per account at ``statistics_dates``.
    months
        Value per account and month: ``account``, ``month``, ``revenue``.
    order_days
        ``account`` and ``date`` of every order day, in that order: for calendar and regularity.
    as_of
        The last day that is known of (the book's ``seen_to``); nothing later is read.
    data_from
        The first day of the data.
    beside
        What is known of accounts beside their orders.
    """
    as_of = pd.Timestamp(as_of)
    known = orders[orders["as_of"] <= as_of]
    horizon = pd.Timedelta(weeks=settings.churn.horizon_weeks)
    rows, fits = [], []
    for day in slice_dates(as_of, data_from, settings=settings):
        at = orders_at(known, day)
        if at.empty or (day + horizon > as_of and day != as_of):
            continue
        seen = calendar_histories(
            at, order_days, day, settings.churn.horizon_weeks, beside, settings.rhythm
        )
        found = _purchase_fits(seen, order_days, day)
        fits += [_fit_row(day, column, fit) for column, fit in found.items()]
        later = orders_at(known, day + horizon) if day + horizon <= as_of else None
        seen = seen.join(same_weeks(order_days, at.index, day, settings.churn.horizon_weeks))
        rows.append(_slice(at, seen, months, found, day, later, settings))
    return ChurnSlices(_together(rows), pd.DataFrame(fits, columns=FIT_COLUMNS), as_of)


def calendar_histories(
    at: pd.DataFrame,
    order_days: pd.DataFrame,
    day: pd.Timestamp,
    horizon_weeks: int,
    beside: Known | None,
    rules: RhythmSettings,
) -> pd.DataFrame:
    """Each account's history as the purchase models see it, and the weeks ahead.

    Time passes by the account's own calendar: the months that it leaves out year after year pass
    neither for its age nor for the horizon, so that a model that knows of no season knows this one.

    Returns
    -------
    One row per account in ``at`` (order statistics on the day): ``rhythm``, ``repeats``,
    ``last_weeks``, ``age_weeks``, ``ahead_weeks``.
    """
    days = DAYS_PER_WEEK * horizon_weeks
    seen = counted_ages(order_days, day, ahead_days=days, known=beside, rules=rules)
    seen = seen.reindex(at.index)
    weeks = {
        name.replace("days", "weeks"): seen[name] / DAYS_PER_WEEK
        for name in ("last_days", "age_days", "ahead_days")
    }
    repeats = at["order_days"].astype(float) - 1
    return pd.DataFrame({"rhythm": seen["rhythm"], "repeats": repeats, **weeks}, at.index)


def origins_tried(slices: ChurnSlices, *, settings: Settings) -> list[pd.Timestamp]:
    """The latest closed slices that have enough earlier slices to learn from, oldest first."""
    closes = _closings(slices.rows)
    enough = [
        origin
        for origin, end in closes.items()
        if end <= slices.as_of and (closes <= origin).sum() >= settings.churn.min_train_days
    ]
    return sorted(enough)[-settings.churn.origins :]


def training_rows(slices: ChurnSlices, origin: pd.Timestamp) -> pd.DataFrame:
    """All rows whose horizon closed by the origin: what a model may learn from there."""
    rows = slices.rows
    return rows[(rows["closes"] <= origin) & rows["silent"].notna()]


def fitted_process(
    slices: ChurnSlices, day: pd.Timestamp, model: str, *, usable: bool = False
) -> Process | None:
    """A purchase model as fitted on one of the slices' days; None where nothing was.

    With ``usable``, None too where the fit did not end well. How many orders come if any do can
    be asked of one at a bound: mostly nobody leaves by chance there.
    """
    fit = slices.fits[(slices.fits["origin"] == day) & (slices.fits["model"] == model)]
    if usable:
        fit = fit[fit["status"] == CONVERGED]
    names = list(Process._fields[:5])
    if fit.empty or fit[names].isna().any(axis=None):
        return None
    *parameters, regularity = fit[names].iloc[0]
    return Process(*parameters, int(regularity))


def _closings(rows: pd.DataFrame) -> pd.Series:
    return rows.drop_duplicates("origin").set_index("origin")["closes"]


def _purchase_fits(
    histories: pd.DataFrame, order_days: pd.DataFrame, day: pd.Timestamp
) -> dict[str, PurchaseFit]:
    """The purchase models on all that is known on the day: no label is needed for them."""
    k = whole_regularity(last_two_gaps(order_days, day))
    simple = purchase_fit(histories)
    return {"p_mbg": simple, "p_cnbd": simple if k == 1 else purchase_fit(histories, regularity=k)}


def _fit_row(day: pd.Timestamp, column: str, fit: PurchaseFit) -> tuple:
    values = fit.parameters["value"]
    return (day, MODELS[column], fit.regularity, *values, fit.accounts, fit.status)


def _slice(
    at: pd.DataFrame,
    seen: pd.DataFrame,
    months: pd.DataFrame,
    fits: dict[str, PurchaseFit],
    day: pd.Timestamp,
    later: pd.DataFrame | None,
    settings: Settings,
) -> pd.DataFrame:
    own = at["gap_median"].where(at["gaps"] >= MIN_OWN_GAPS).astype(float)
    typical = own.fillna(own.median())
    silence = (day - at["last_order"]).dt.days.astype(float)
    rows = pd.DataFrame(
        {
            "origin": day,
            "closes": day + pd.Timedelta(weeks=settings.churn.horizon_weeks),
            "account": at.index,
            "silent": _silent(at, later),
            "at_risk": (silence <= DAYS_PER_WEEK * settings.churn.horizon_weeks).to_numpy(),
            # Without any known gap nobody can be told to be overdue.
            "overdue": (silence > settings.churn.slow_gaps * typical).to_numpy(),
            "silence_days": silence.to_numpy(),
            "typical_gap_days": typical.to_numpy(),
            "gap_mean_days": at["gap_mean"].to_numpy(float),
            **{name: seen[name].array for name in seen},
            "tenure_days": (day - at["first_order"]).dt.days.to_numpy(float),
        }
    )
    value = _value(months, at.index, day)
    rows["band"] = silence_bands(rows)
    rows["trend"] = _trend(value)
    rows["abc"] = abc_codes(value.sum(axis=1).round(6), share_cuts=settings.abc.cuts)
    histories, weeks = as_histories(seen), seen["ahead_weeks"].to_numpy()
    for column, fit in fits.items():
        fitted = fit.parameters["value"].notna().all()
        rows[column] = significant(p_active(fit.process, histories, weeks)) if fitted else np.nan
        rows[f"{column}_usable"] = fit.usable
    return rows


def _silent(at: pd.DataFrame, later: pd.DataFrame | None) -> np.ndarray:
    if later is None:
        return np.full(len(at), np.nan)
    after = later["order_days"].reindex(at.index).fillna(at["order_days"])
    return (after.to_numpy() <= at["order_days"].to_numpy()).astype(float)


def _value(months: pd.DataFrame, accounts: pd.Index, day: pd.Timestamp) -> np.ndarray:
    """Revenue of the last whole months: the month of the day counts only where it is over."""
    month = day.to_period("M")
    end = month if day == month.end_time.normalize() else month - 1
    grids = month_grids(months, ["revenue"], end=end, periods=CLASS_MONTHS, accounts=accounts)
    return grids["revenue"].to_numpy()


def _trend(value: np.ndarray) -> np.ndarray:
    now = np.clip(value[:, -TREND_MONTHS:].sum(axis=1), 0, None)
    before = np.clip(value[:, -2 * TREND_MONTHS : -TREND_MONTHS].sum(axis=1), 0, None)
    return np.divide(now - before, now + before, out=np.zeros(len(now)), where=now + before > 0)


def _together(rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
    if rows:
        return pd.concat(rows, ignore_index=True)[list(ROW_COLUMNS)]
    dates = {"origin": "datetime64[us]", "closes": "datetime64[us]"}
    kinds = (
        dict.fromkeys(ROW_COLUMNS, float) | dates | {"account": "str", "rhythm": KIND, "band": BAND}
    )
    kinds |= dict.fromkeys(("at_risk", "overdue", "p_mbg_usable", "p_cnbd_usable"), bool)
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
