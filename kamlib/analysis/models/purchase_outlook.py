"""What a fitted purchase model expects of an account: still buying, how often, at what value.

The chance that the n-th order from now comes within h weeks, if the account still buys and
does not drop out before: with j steps of the running gap passed, ``n k - j`` more steps must
come, and steps arrive as a Poisson process with a gamma rate. That is a regularised incomplete
beta function of ``q = h / (alpha + T + h)``, for every k, and n = 1 is P(active).

An account's orders are gamma around its own mean, and the means differ between accounts: few
orders say little of an account, so its mean is drawn towards that of all.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.likelihood import (
    CONVERGED,
    TOO_FEW,
    maximum_likelihood,
    nothing_fitted,
)
from kamlib.analysis.measures.significant import significant
from kamlib.analysis.models.purchase import Histories, Process, drops, standing

# Orders expected beyond this many in one horizon are not added up.
_MOST_ORDERS = 20_000
_SMALLEST_TERM = 1e-12
# Around a = 1 the closed form divides nothing by nothing.
_NEAR_ONE = 1e-5
PARAMETERS = ("p", "q", "v")
MIN_ACCOUNTS = 10
_BOUNDS = [(1e-2, 1e3), (1e-2, 1e3), (1e-6, 1e6)]


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
        "p_active": alive * _next_order(process, groups, horizon_weeks),
        "expected_orders": alive * _orders_if_alive(process, groups, horizon_weeks),
    }
    told = {name: significant(values)[codes] for name, values in outlook.items()}
    return pd.DataFrame(told, histories.index)


def as_histories(frame: pd.DataFrame) -> Histories:
    """The columns ``repeats``, ``last_weeks``, ``age_weeks`` as arrays."""
    columns = ("repeats", "last_weeks", "age_weeks")
    return Histories(*(frame[name].to_numpy(float) for name in columns))


def p_alive(process: Process, histories: Histories) -> np.ndarray:
    """The probability that an account has not dropped out; 1 in BG/NBD without a repeat order."""
    at = standing(process, histories)
    return np.exp(at.buying - np.logaddexp(at.buying, at.dropped))


def p_active(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    """The probability of at least one order within the horizon.

    With regularity 1 more silence always lowers it. With more, an account that is due is
    likelier to order than one that has just ordered.
    """
    return p_alive(process, histories) * _next_order(process, histories, horizon_weeks)


def expected_orders(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    """The expected number of orders within the horizon."""
    return p_alive(process, histories) * _orders_if_alive(process, histories, horizon_weeks)


def new_account_orders(process: Process, weeks: float) -> float:
    """How many repeat orders a new account is expected to place in its first weeks."""
    zero = np.zeros(1)
    return float(expected_orders(process, Histories(zero, zero, zero), weeks)[0])


def _next_order(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    return _order_chances(process, histories, horizon_weeks, 1)


def _order_chances(
    process: Process, histories: Histories, horizon_weeks: float, order: int
) -> np.ndarray:
    """That so many orders fit into the horizon, for accounts that do not drop out."""
    from scipy.special import betainc

    n = process.r + process.regularity * histories.repeats
    q = horizon_weeks / (process.alpha + histories.age_weeks + horizon_weeks)
    steps = standing(process, histories).steps if process.regularity > 1 else np.ones((len(n), 1))
    needed = process.regularity * order
    chances = sum(steps[:, j] * betainc(needed - j, n + j, q) for j in range(process.regularity))
    return np.clip(chances, 0.0, 1.0)


def _orders_if_alive(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    if process.regularity > 1 or abs(process.a - 1) < _NEAR_ONE:
        return _orders_added_up(process, histories, horizon_weeks)
    closed = _orders_closed(process, histories, horizon_weeks)
    n = process.r + histories.repeats
    most = n * horizon_weeks / (process.alpha + histories.age_weeks) * (1 + 1e-6)
    least = _next_order(process, histories, horizon_weeks) * (1 - 1e-6)
    doubtful = ~(np.isfinite(closed) & (closed <= most) & (closed >= least))
    if doubtful.any():
        part = Histories(*(values[doubtful] for values in histories))
        closed[doubtful] = _orders_added_up(process, part, horizon_weeks)
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


def _orders_added_up(process: Process, histories: Histories, horizon_weeks: float) -> np.ndarray:
    """Order by order: that it fits into the horizon, and that none before was the last."""
    from scipy.special import betaln

    total = np.zeros(len(histories.repeats))
    y = drops(process, histories)
    start = betaln(process.a, process.b + y)
    open_ = np.arange(len(total))
    for order in range(1, _MOST_ORDERS + 1):
        part = Histories(*(values[open_] for values in histories))
        stays = np.exp(betaln(process.a, process.b + y[open_] + order - 1) - start[open_])
        terms = stays * _order_chances(process, part, horizon_weeks, order)
        total[open_] += terms
        open_ = open_[terms > _SMALLEST_TERM * np.maximum(total[open_], 1e-9)]
        if not len(open_):
            break
    return total


@dataclass(frozen=True)
class SpendFit:
    """A fitted gamma-gamma model.

    ``parameters``: indexed by p, q, v: ``value`` and standard ``error`` (v in currency);
    ``correlation`` of the number of orders and the spend per order (the model takes the two
    to be unrelated: far from 0, mind the expected value); ``status`` as of the purchase
    models.
    """

    parameters: pd.DataFrame
    log_likelihood: float
    accounts: int
    correlation: float
    status: str

    @property
    def usable(self) -> bool:
        """Whether expected spend may be taken from it."""
        return self.status == CONVERGED

    @property
    def mean(self) -> float:
        """The mean spend per order over all accounts, in currency; NaN where it has none."""
        p, q, v = self.parameters["value"]
        return p * v / (q - 1) if q > 1 else np.nan


def spend_fit(orders: pd.Series, spend: pd.Series) -> SpendFit:
    """Fit the spend per order.

    Accounts without an order, or whose mean spend is unknown or not positive (returns), are
    left out; ``accounts`` is the number that counted.

    Parameters
    ----------
    orders
        Number of orders per account.
    spend
        Mean value of them, in currency, per account.

    References
    ----------
    Fader & Hardie 2013, The gamma-gamma model of monetary value.
    """
    x, z = orders.to_numpy(float), spend.to_numpy(float)
    valid = (x > 0) & (z > 0) & np.isfinite(z)
    x, z = x[valid], z[valid]
    spread = len(x) > 1 and np.ptp(x) > 0 and np.ptp(z) > 0
    correlation = significant(float(np.corrcoef(x, z)[0, 1])) if spread else np.nan
    if len(x) < MIN_ACCOUNTS or not np.ptp(z) > 0:
        estimate, scale = nothing_fitted(len(PARAMETERS), TOO_FEW), 1.0
    else:
        # In units of the usual spend, so that v does not depend on the currency.
        scale = float(np.median(z))
        estimate = maximum_likelihood(
            lambda logs: _log_likelihood(np.exp(logs), x, z / scale),
            [(2.0, 2.0, 1.0), (8.0, 4.0, 0.5)],
            _BOUNDS,
            observations=len(x),
        )
    units = np.array([1.0, 1.0, scale])
    parameters = {
        "value": significant(estimate.values * units),
        "error": significant(estimate.errors * units),
    }
    return SpendFit(
        pd.DataFrame(parameters, pd.Index(PARAMETERS, dtype="str")),
        estimate.log_likelihood - len(x) * np.log(scale),
        len(x),
        correlation,
        estimate.status,
    )


def expected_spend(fit: SpendFit, orders: pd.Series, spend: pd.Series) -> pd.Series:
    """What an order of each account is expected to bring, in currency.

    Without an order of known positive value an account is expected to spend as all do.
    """
    p, q, v = fit.parameters["value"]
    x, z = orders.to_numpy(float), spend.to_numpy(float)
    valid = (x > 0) & (z > 0) & np.isfinite(z)
    x, z = np.where(valid, x, 1.0), np.where(valid, z, 1.0)
    own = p * (v + x * z) / (p * x + q - 1)
    own = np.where(p * x + q > 1, own, np.nan)
    return pd.Series(np.where(valid, own, fit.mean), orders.index, name="expected_spend")


def _log_likelihood(
    parameters: np.ndarray, x: np.ndarray, z: np.ndarray
) -> tuple[float, np.ndarray]:
    from scipy.special import digamma, gammaln

    p, q, v = parameters
    total, whole = p * x + q, v + x * z
    value = (
        gammaln(total) - gammaln(p * x) - gammaln(q) + q * np.log(v)
        + (p * x - 1) * np.log(z) + p * x * np.log(x) - total * np.log(whole)
    )  # fmt: skip
    along = [
        x * (digamma(total) - digamma(p * x) + np.log(x * z) - np.log(whole)),
        digamma(total) - digamma(q) + np.log(v) - np.log(whole),
        q / v - total / whole,
    ]
    return float(value.sum()), np.array([slope.sum() for slope in along]) * parameters
