"""Purchase models: how often accounts order and when they drop out, fitted to their histories.

Fits are on groups of accounts with the same history, weighted by their number: exact, because
the likelihood depends on nothing else. The formulas are in ``purchase_process``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamlib.analysis.measures.likelihood import (
    CONVERGED,
    NOT_CONVERGED,
    TOO_FEW,
    Estimate,
    maximum_likelihood,
    nothing_fitted,
)
from kamlib.analysis.models.purchase_process import Histories, Process, counted, log_likelihood

PARAMETERS = ("r", "alpha", "a", "b")
DAYS_PER_WEEK = 7
# Fewer accounts that came back say nothing of four parameters.
MIN_REPEATERS = 10
# Beyond these the accounts are all alike in that respect; alpha is in weeks.
_BOUNDS = [(1e-3, 1e3), (1e-4, 1e6), (1e-3, 1e3), (1e-3, 1e3)]
_HISTORY = ["repeats", "last_weeks", "age_weeks"]


@dataclass(frozen=True)
class PurchaseFit:
    """A fitted purchase model.

    ``parameters``: indexed by r, alpha, a, b: ``value`` and standard ``error`` (alpha in
    weeks); ``log_likelihood`` with the factor of the gaps where they were known; ``accounts``
    and ``groups`` of equal histories; ``status``: "converged", "at a bound", "too few" or
    "did not converge".
    """

    regularity: int
    at_once: bool
    parameters: pd.DataFrame
    log_likelihood: float
    accounts: int
    groups: int
    status: str

    @property
    def usable(self) -> bool:
        """Whether probabilities may be taken from it; otherwise the simple rule is used."""
        return self.status == CONVERGED

    @property
    def process(self) -> Process:
        """The process with the fitted parameters."""
        return Process(*self.parameters["value"], self.regularity, self.at_once)


def purchase_histories(at: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Each account's history as the purchase models see it.

    Parameters
    ----------
    at
        Order statistics per account at one date (``loss.orders_at``).
    as_of
        The day up to which orders are known.

    Returns
    -------
    One row per account in ``at``: ``repeats`` (orders after the first); ``last_weeks`` and
    ``age_weeks`` (weeks from the first order to the last, and to ``as_of``); ``gap_log_sum``
    (sum of the logs of the gaps in weeks, 0 without one).
    """
    gaps = at["gaps"].astype(float)
    logs = at["gap_log_sum"].astype(float) - gaps * np.log(DAYS_PER_WEEK)
    return pd.DataFrame(
        {
            "repeats": at["order_days"].astype(float) - 1,
            "last_weeks": (at["last_order"] - at["first_order"]).dt.days / DAYS_PER_WEEK,
            "age_weeks": (pd.Timestamp(as_of) - at["first_order"]).dt.days / DAYS_PER_WEEK,
            "gap_log_sum": logs.fillna(0.0),
        },
        at.index,
    )


def purchase_fit(
    histories: pd.DataFrame, *, regularity: int = 1, at_once: bool = True
) -> PurchaseFit:
    """Fit BG/NBD (``at_once=False``), MBG/NBD or, with a regularity above 1, MBG/CNBD-k.

    Parameters
    ----------
    histories
        As ``purchase_histories`` gives them; ``gap_log_sum`` may be absent, and the
        log-likelihood is then without that factor (with regularity 1 there is none).
    regularity
        k of the Erlang gaps: 1 is pure chance, more is more regular.
    at_once
        Whether an account may drop out directly after its first order.

    Returns
    -------
    The fit. Where it is not ``usable``, its status says why.
    """
    groups = history_groups(histories)
    accounts = int(groups["accounts"].sum())
    repeaters = groups.loc[groups["repeats"] > 0, "accounts"].sum()
    if repeaters < MIN_REPEATERS:
        estimate = nothing_fitted(len(PARAMETERS), TOO_FEW)
    else:
        estimate = _estimate(groups, regularity, at_once)
    return PurchaseFit(
        regularity,
        at_once,
        pd.DataFrame(
            {"value": estimate.values, "error": estimate.errors}, pd.Index(PARAMETERS, dtype="str")
        ),
        estimate.log_likelihood + _gap_factor(histories, regularity),
        accounts,
        len(groups),
        estimate.status,
    )


def history_groups(histories: pd.DataFrame) -> pd.DataFrame:
    """Equal histories as one row: ``repeats``, ``last_weeks``, ``age_weeks``, ``accounts``."""
    counted = histories.groupby(_HISTORY, sort=True).size()
    return counted.rename("accounts").reset_index()


def _estimate(groups: pd.DataFrame, regularity: int, at_once: bool) -> Estimate:
    histories = Histories(*(groups[name].to_numpy(float) for name in _HISTORY))
    weights = groups["accounts"].to_numpy(float)

    sample = counted(histories, weights)

    def likelihood(logs: np.ndarray) -> tuple[float, np.ndarray]:
        return log_likelihood(Process(*np.exp(logs), regularity, at_once), sample)

    estimate = maximum_likelihood(
        likelihood, _starts(histories, weights, regularity), _BOUNDS, observations=weights.sum()
    )
    return estimate if np.isfinite(estimate.log_likelihood) else nothing_fitted(4, NOT_CONVERGED)


def _starts(
    histories: Histories, weights: np.ndarray, regularity: int
) -> list[tuple[float, float, float, float]]:
    """Two beginnings: rates as spread as an exponential, and far more spread; few drop out."""
    orders = weights @ histories.repeats * regularity
    weeks = max(weights @ histories.age_weeks, 1.0)
    pace = max(weeks / max(orders, 1.0), 1e-3)
    return [(1.0, pace, 1.0, 3.0), (0.3, 0.3 * pace, 0.5, 5.0)]


def _gap_factor(histories: pd.DataFrame, regularity: int) -> float:
    """What the gaps themselves add: the sum of ``(k - 1) log(gap) - log((k - 1)!)``."""
    if regularity == 1:
        return 0.0
    factorial = np.log(np.arange(1, regularity)).sum()
    logs = histories["gap_log_sum"].sum() if "gap_log_sum" in histories else 0.0
    return float((regularity - 1) * logs - histories["repeats"].sum() * factorial)
