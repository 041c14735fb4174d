"""Gamma-gamma: what an account spends per order, between its own mean and everybody's.

An account's orders are gamma around its own mean, and the means differ between accounts: few
orders say little of an account, so its mean is drawn towards that of all.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln

from kamlib.analysis.measures.likelihood import (
    CONVERGED,
    TOO_FEW,
    maximum_likelihood,
    nothing_fitted,
)
from kamlib.analysis.measures.significant import significant

PARAMETERS = ("p", "q", "v")
MIN_ACCOUNTS = 10
_BOUNDS = [(1e-2, 1e3), (1e-2, 1e3), (1e-6, 1e6)]


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
