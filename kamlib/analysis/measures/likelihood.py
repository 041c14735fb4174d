"""Maximum likelihood of positive parameters, that ends in a status and never in an exception."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from kamlib.analysis.measures.significant import significant

CONVERGED = "converged"
AT_A_BOUND = "at a bound"
TOO_FEW = "too few"
NOT_CONVERGED = "did not converge"

# Logs this close to a bound have reached it.
_BOUND_SLACK = 0.01
# The largest slope of the mean log-likelihood, per log of a parameter, of a found maximum.
_FLAT = 1e-5
# A log of a parameter known no better than this is not found: the likelihood is flat along it.
_LARGEST_ERROR = 5.0
_STEP = 1e-4
# A Newton step this long begins too far from a maximum to be trusted.
_NEAR = 0.01
# Standard errors come of differences, which are less exact than the parameters.
_ERROR_DIGITS, _LIKELIHOOD_DIGITS = 4, 9

# The logs of the parameters -> the log-likelihood and its slopes along them.
LogLikelihood = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Estimate:
    """Parameters (in their own units), their standard errors, and how the search ended.

    Errors come from the observed information by the delta method; they are NaN where a
    parameter stands at a bound or nothing was fitted.
    """

    values: np.ndarray
    errors: np.ndarray
    log_likelihood: float
    status: str

    @property
    def usable(self) -> bool:
        """Whether the parameters may be worked with."""
        return self.status == CONVERGED


def nothing_fitted(parameters: int, status: str = TOO_FEW) -> Estimate:
    """The estimate where there was nothing to fit, or where it failed."""
    unknown = np.full(parameters, np.nan)
    return Estimate(unknown, unknown, np.nan, status)


def maximum_likelihood(
    log_likelihood: LogLikelihood,
    starts: Sequence[Sequence[float]],
    bounds: Sequence[tuple[float, float]],
    *,
    observations: float,
) -> Estimate:
    """Climb from every start and keep the highest end.

    Parameters
    ----------
    log_likelihood
        Takes the logs of the parameters; gives the sum over the observations and its slopes.
    starts, bounds
        Parameters (positive, not logs) to begin at, and the limits of each.
    observations
        How many observations the sum has: the search works on the mean.

    Returns
    -------
    The estimate: "converged"; "at a bound" where a parameter ran to its limit, or on along a
    ridge on which it makes no difference; "did not converge" where no start came to a maximum.
    """
    from scipy.optimize import minimize

    def downhill(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, slopes = log_likelihood(logs)
        if not (np.isfinite(value) and np.isfinite(slopes).all()):
            return 1e10, np.zeros(len(logs))
        return -value / observations, -slopes / observations

    limits = np.log(np.asarray(bounds, dtype=float))
    best = None
    # A thread per core only makes the many short sums of a climb wait for each other.
    with threadpool_limits(1, user_api="blas"), np.errstate(all="ignore"):
        for start in starts:
            begin = np.clip(np.log(np.asarray(start, dtype=float)), limits[:, 0], limits[:, 1])
            end = minimize(downhill, begin, jac=True, method="L-BFGS-B", bounds=limits,
                           options={"ftol": 1e-12, "gtol": 1e-8, "maxiter": 300})  # fmt: skip
            if end.fun < 1e9 and (best is None or end.fun < best.fun):
                best = end
        if best is None:
            return nothing_fitted(len(bounds), NOT_CONVERGED)
        return _estimate(log_likelihood, best.x, limits, observations)


def _estimate(
    log_likelihood: LogLikelihood, logs: np.ndarray, limits: np.ndarray, observations: float
) -> Estimate:
    logs = _at_the_top(log_likelihood, logs, limits)
    value, slopes = log_likelihood(logs)
    errors = _log_errors(log_likelihood, logs)
    bound = _bounded(logs, limits)
    steep = np.abs(slopes[~bound]) / observations > _FLAT
    ridge = ~np.isfinite(errors) | (errors > _LARGEST_ERROR)
    if bound.any():
        status, errors = AT_A_BOUND, np.full(len(logs), np.nan)
    elif steep.any():
        status = NOT_CONVERGED
    else:
        status = AT_A_BOUND if ridge.any() else CONVERGED
    parameters = np.exp(logs)
    return Estimate(
        significant(parameters),
        significant(parameters * errors, _ERROR_DIGITS),
        significant(float(value), _LIKELIHOOD_DIGITS),
        status,
    )


def _at_the_top(log_likelihood: LogLikelihood, logs: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Newton's last steps: the search stops a little short, elsewhere on another processor.

    What has reached a bound stays there.
    """
    free = ~_bounded(logs, limits)
    for _step in range(2 if free.any() else 0):
        information = _information(log_likelihood, logs)[np.ix_(free, free)]
        if not _has_a_top(information):
            break
        moved = logs.copy()
        moved[free] += np.linalg.solve(information, log_likelihood(logs)[1][free])
        if (np.abs(moved - logs) >= _NEAR).any() or (_bounded(moved, limits) & free).any():
            break
        logs = moved
    return logs


def _bounded(logs: np.ndarray, limits: np.ndarray) -> np.ndarray:
    return (logs - limits[:, 0] < _BOUND_SLACK) | (limits[:, 1] - logs < _BOUND_SLACK)


def _log_errors(log_likelihood: LogLikelihood, logs: np.ndarray) -> np.ndarray:
    """Standard errors of the logs."""
    information = _information(log_likelihood, logs)
    if not _has_a_top(information):
        return np.full(len(logs), np.nan)
    return np.sqrt(np.diag(np.linalg.inv(information)))


def _has_a_top(information: np.ndarray) -> bool:
    return bool(np.isfinite(information).all() and np.linalg.eigvalsh(information).min() > 0)


def _information(log_likelihood: LogLikelihood, logs: np.ndarray) -> np.ndarray:
    """The observed information, from the differences of the slopes around the maximum."""
    steps = _STEP * np.eye(len(logs))
    rows = [
        (log_likelihood(logs + step)[1] - log_likelihood(logs - step)[1]) / (2 * _STEP)
        for step in steps
    ]
    return -(np.array(rows) + np.array(rows).T) / 2
