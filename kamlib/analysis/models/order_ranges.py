"""How many orders an account will place: a range of numbers, and how often such ranges held.

Whether it orders at all is told by the model in use; how many orders it then places, by the
whole distribution of MBG/CNBD-k. So the range and the chance of an order never disagree. That
k is the regularity of the accounts' own gaps matters here: of the demo company ranges by
MBG/NBD are almost twice as wide, and hold oftener than they say.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.churn_slices import MODELS, ChurnSlices, fitted_process
from kamlib.analysis.models.purchase import DAYS_PER_WEEK, Histories, Process
from kamlib.analysis.models.purchase_outlook import as_histories, orders_reached
from kamlib.words import _, count, counted, number, share

COLUMNS = ("orders_low", "orders_high", "p_range")
RECORD_COLUMNS = ("origin", "accounts", "said", "came", "fewer", "more")


def order_ranges(
    process: Process | None,
    histories: pd.DataFrame,
    p_active: pd.Series,
    *,
    horizon_weeks: float,
    chance: float,
) -> pd.DataFrame:
    """The numbers of orders between which each account's will lie in the weeks after a day.

    Parameters
    ----------
    process
        MBG/CNBD-k as fitted on the day; None where nothing was.
    histories
        The accounts on that day as ``calendar_histories`` has them, by account.
    p_active
        Per account, how probable an order within the horizon is (0–1).
    horizon_weeks
        How far ahead.
    chance
        How probable the range is at least (0–1): half of the rest is cut off on either side,
        all of it above where the range begins with no order.

    Returns
    -------
    Indexed as ``p_active``: ``orders_low`` and ``orders_high`` (orders, each on a day of its
    own, so never more than the horizon has days); ``p_range`` (0–1: what the range holds, more
    than was asked for because orders are whole). NaN where nothing was fitted on that day or
    the account had not ordered yet.
    """
    found = pd.DataFrame(np.nan, p_active.index, list(COLUMNS))
    known = p_active.dropna().index.intersection(histories.index)
    if process is None or known.empty:
        return found
    seen, active = histories.loc[known], p_active[known].to_numpy(float)
    found.loc[known, list(COLUMNS)] = _ranges(process, seen, active, horizon_weeks, chance)
    return found


def _ranges(
    process: Process, seen: pd.DataFrame, active: np.ndarray, weeks: float, chance: float
) -> np.ndarray:
    """Order by order, as long as one more is not too improbable: low, high, chance between."""
    histories, ahead = as_histories(seen), seen["ahead_weeks"].to_numpy(float)
    edge = (1 - chance) / 2
    over = np.where(significant(active) >= 1 - edge, edge, 1 - chance)
    low, high = np.zeros(len(active)), np.zeros(len(active))
    from_low, above = np.ones(len(active)), np.zeros(len(active))
    first = orders_reached(process, histories, ahead, 1)
    scale = np.divide(active, first, out=np.zeros(len(active)), where=first > 0)
    going = np.arange(len(active))
    for order in range(1, int(weeks * DAYS_PER_WEEK) + 1):
        part = Histories(*(values[going] for values in histories))
        reached = significant(scale[going] * orders_reached(process, part, ahead[going], order))
        sure, more = reached >= 1 - edge, reached > over[going]
        low[going[sure]], from_low[going[sure]] = order, reached[sure]
        high[going[more]], above[going[~more]] = order, reached[~more]
        going = going[more]
        if not len(going):
            break
    return np.column_stack([low, high, significant(from_low - above)])


def range_record(
    slices: ChurnSlices,
    predictions: pd.DataFrame,
    orders: pd.DataFrame,
    model: str,
    *,
    horizon_weeks: float,
    chance: float,
) -> pd.DataFrame:
    """What the ranges of earlier days said, against the orders that then came.

    Only accounts that might still be saved are judged: that who is gone orders nothing is no
    feat.

    Parameters
    ----------
    predictions
        As ``churn_predictions`` gives them: chances to fall silent on each tested day.
    orders
        Order statistics per account at the days and at the ends of their horizons.
    model
        Whose chances are taken: the model in use.

    Returns
    -------
    One row per tested day: ``origin``; ``accounts`` judged; ``said`` (0–1: mean chance that the
    ranges hold); ``came`` (0–1: share that held); ``fewer``, ``more`` (0–1: with less or more
    orders than the range).
    """
    rows = []
    for origin, judged in predictions[predictions["at_risk"].astype(bool)].groupby("origin"):
        active = 1 - judged.set_index("account")[model]
        ranges = order_ranges(
            fitted_process(slices, origin, MODELS["p_cnbd"]),
            slices.rows[slices.rows["origin"] == origin].set_index("account"),
            active,
            horizon_weeks=horizon_weeks,
            chance=chance,
        ).dropna()
        if ranges.empty:
            continue
        came = _orders_after(orders, origin, horizon_weeks).reindex(ranges.index)
        held = came.between(ranges["orders_low"], ranges["orders_high"]).mean()
        fewer, more = came < ranges["orders_low"], came > ranges["orders_high"]
        said = ranges["p_range"].mean()
        rows.append((origin, len(ranges), said, held, fewer.mean(), more.mean()))
    return pd.DataFrame(rows, columns=list(RECORD_COLUMNS))


def _orders_after(orders: pd.DataFrame, day: pd.Timestamp, weeks: float) -> pd.Series:
    """Order days per account in the weeks after a day."""
    end = day + pd.Timedelta(weeks=weeks)
    known, later = (
        orders[orders["as_of"] == at].set_index("account")["order_days"] for at in (day, end)
    )
    return later - known.reindex(later.index).fillna(0)


def record_headline(record: pd.DataFrame, *, weeks: float) -> str:
    """How often the ranges of earlier days held; nothing where none was tried."""
    judged = record["accounts"].sum()
    if not judged:
        return ""
    return _(
        "How many orders an account places in {weeks} weeks was said as a range on {days}: of 100 "
        "ranges {came} held; by their own chances {said} should have."
    ).format(
        weeks=number(weeks, 0),
        days=counted(len(record), _("1 earlier day"), _("{n} earlier days")),
        **_of_a_hundred(record),
    )


def range_words(found: pd.Series, record: pd.DataFrame, *, weeks: float) -> str:
    """One account's range in a sentence, with its record; nothing where it is not known."""
    if found.isna().any():
        return ""
    low, high = int(found["orders_low"]), int(found["orders_high"])
    if low == high:
        orders = {0: _("no order"), 1: _("1 order")}.get(low, _("{n} orders").format(n=count(low)))
    else:
        orders = _("{low} to {high} orders").format(low=count(low), high=count(high))
    said = _("In the next {weeks} weeks {orders} can be expected, with a chance of {chance}")
    said = said.format(weeks=number(weeks, 0), orders=orders, chance=share(found["p_range"], 0))
    if not record["accounts"].sum():
        return _("{said}; no earlier day shows how often that holds.").format(said=said)
    return _("{said}; of 100 such ranges on earlier days {came} held.").format(
        said=said, came=_of_a_hundred(record)["came"]
    )


def _of_a_hundred(record: pd.DataFrame) -> dict[str, str]:
    """Of 100 ranges over all days: how many held (``came``), and were to (``said``)."""
    weights = record["accounts"] / record["accounts"].sum()
    return {name: number(100 * (record[name] * weights).sum(), 0) for name in ("came", "said")}
