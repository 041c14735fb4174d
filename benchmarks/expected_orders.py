"""How many orders a purchase model expects: what the published figures and the draws test.

Nothing in kamlib asks for it: a reader is told the chance of an order and the range of their
number. Orders expected times spend per order foresaw revenue worse than P(active) times a
quarter of the year's at all four days tried (mean error 365, 289, 294, 367 against 280, 244,
245, 337), so neither they nor the spend (gamma-gamma) are models of kamlib.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.purchase import Histories, Process, drops
from kamlib.analysis.models.purchase_outlook import (
    as_histories,
    order_chances,
    orders_reached,
    p_alive,
)

# Orders expected beyond this many in one horizon are not added up.
_MOST_ORDERS = 20_000
_SMALLEST_TERM = 1e-12
# Around a = 1 the closed form divides nothing by nothing.
_NEAR_ONE = 1e-5


def purchase_outlook(
    process: Process, histories: pd.DataFrame, *, horizon_weeks: float
) -> pd.DataFrame:
    """What to expect of each account in the weeks after its history ends.

    Parameters
    ----------
    process
        Of a usable fit (``PurchaseFit.process``).
    histories
        One row per account: ``repeats``, ``last_weeks``, ``age_weeks`` (weeks).
    horizon_weeks
        How far ahead, h.

    Returns
    -------
    Per account: ``p_alive`` (0–1: has not dropped out); ``p_active`` (0–1: orders at least
    once within the horizon); ``expected_orders`` (in the horizon).
    """
    equal = histories.groupby(["repeats", "last_weeks", "age_weeks"], sort=True)
    codes = equal.ngroup().to_numpy()
    keys = equal.size().reset_index()
    groups = as_histories(keys)
    alive = p_alive(process, groups)
    outlook = {
        "p_alive": alive,
        "p_active": alive * order_chances(process, groups, horizon_weeks, 1),
        "expected_orders": alive * _orders_if_alive(process, groups, horizon_weeks),
    }
    told = {name: significant(values)[codes] for name, values in outlook.items()}
    return pd.DataFrame(told, histories.index)


def expected_orders(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    """The expected number of orders within the horizon."""
    return p_alive(process, histories) * _orders_if_alive(process, histories, horizon_weeks)


def new_account_orders(process: Process, weeks: float) -> float:
    """How many repeat orders a new account is expected to place in its first weeks."""
    zero = np.zeros(1)
    return float(expected_orders(process, Histories(zero, zero, zero), weeks)[0])


def _orders_if_alive(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    if process.regularity > 1 or abs(process.a - 1) < _NEAR_ONE:
        return orders_added_up(process, histories, horizon_weeks)
    closed = _orders_closed(process, histories, horizon_weeks)
    n = process.r + histories.repeats
    most = n * horizon_weeks / (process.alpha + histories.age_weeks) * (1 + 1e-6)
    least = order_chances(process, histories, horizon_weeks, 1) * (1 - 1e-6)
    doubtful = ~(np.isfinite(closed) & (closed <= most) & (closed >= least))
    if doubtful.any():
        part = Histories(*(values[doubtful] for values in histories))
        closed[doubtful] = orders_added_up(process, part, horizon_weeks)
    return closed


def _orders_closed(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    """The closed form for regularity 1.

    The papers' ``1 - (1 - z)^n F(n, b + y; c; z)`` with z = h / (alpha + T + h) under- and
    overflows for large n; by Euler's transformation it is
    ``1 - (1 - z)^(a - 1) F(a - 1, c - n; c; z)``, where no argument but c grows with x.
    """
    from scipy.special import hyp2f1

    r, alpha, a, b = process[:4]
    y = drops(process, histories)
    n = r + histories.repeats
    c = a + b + y - 1
    z = horizon_weeks / (alpha + histories.age_weeks + horizon_weeks)
    with np.errstate(all="ignore"):
        series = hyp2f1(a - 1, c - n, c, z)
        return c / (a - 1) * (1 - (1 - z) ** (a - 1) * series)


def orders_added_up(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    """For an account that still buys: the chances of at least one order, two, … added up."""
    total = np.zeros(len(histories.repeats))
    open_ = np.arange(len(total))
    for order in range(1, _MOST_ORDERS + 1):
        part = Histories(*(values[open_] for values in histories))
        terms = orders_reached(process, part, horizon_weeks, order)
        total[open_] += terms
        open_ = open_[terms > _SMALLEST_TERM * np.maximum(total[open_], 1e-9)]
        if not len(open_):
            break
    return total
