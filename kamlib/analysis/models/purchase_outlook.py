"""What a fitted purchase model says of an account: has it left, and how often will it order?

The chance that the n-th order from now comes within h weeks, if the account still buys and
does not drop out before: with j steps of the running gap passed, ``n k - j`` more steps must
come, and steps arrive as a Poisson process with a gamma rate. That is a regularised incomplete
beta function of ``q = h / (alpha + T + h)``, for every k, and n = 1 is P(active).

At least n orders come where the account still buys, did not drop out after any of the n - 1
before, and the n-th fits: exactly n come with the chance of at least n less that of n + 1.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.models.purchase import Histories, Process, drops, standing


def as_histories(frame: pd.DataFrame) -> Histories:
    """The columns ``repeats``, ``last_weeks``, ``age_weeks`` as arrays."""
    columns = ("repeats", "last_weeks", "age_weeks")
    return Histories(*(frame[name].to_numpy(float) for name in columns))


def p_alive(process: Process, histories: Histories) -> np.ndarray:
    """The probability that an account has not dropped out; 1 in BG/NBD without a repeat order."""
    at = standing(process, histories)
    return np.exp(at.buying - np.logaddexp(at.buying, at.dropped))


def p_active(
    process: Process, histories: Histories, horizon_weeks: float | np.ndarray
) -> np.ndarray:
    """The probability of at least one order within the horizon, one for all or of each account.

    With regularity 1 more silence always lowers it. With more, an account that is due is
    likelier to order than one that has just ordered.
    """
    return p_alive(process, histories) * order_chances(process, histories, horizon_weeks, 1)


def p_orders(process: Process, histories: Histories, horizon_weeks: float, most: int) -> np.ndarray:
    """The probabilities of 0, 1, … ``most`` orders within the horizon: histories x (most + 1)."""
    alive = p_alive(process, histories)
    reached = [np.ones(len(alive))]
    reached += [alive * orders_reached(process, histories, horizon_weeks, order)
                for order in range(1, most + 2)]  # fmt: skip
    return -np.diff(np.column_stack(reached), axis=1)


def orders_reached(
    process: Process, histories: Histories, horizon_weeks: float | np.ndarray, order: int
) -> np.ndarray:
    """That an account that still buys places at least so many orders within the horizon."""
    from scipy.special import betaln

    b = process.b + drops(process, histories)
    stays = np.exp(betaln(process.a, b + order - 1) - betaln(process.a, b))
    return stays * order_chances(process, histories, horizon_weeks, order)


def order_chances(
    process: Process, histories: Histories, horizon_weeks: float | np.ndarray, order: int
) -> np.ndarray:
    """That so many orders fit into the horizon, for accounts that do not drop out."""
    from scipy.special import betainc

    n = process.r + process.regularity * histories.repeats
    q = horizon_weeks / (process.alpha + histories.age_weeks + horizon_weeks)
    steps = standing(process, histories).steps if process.regularity > 1 else np.ones((len(n), 1))
    needed = process.regularity * order
    chances = sum(steps[:, j] * betainc(needed - j, n + j, q) for j in range(process.regularity))
    return np.clip(chances, 0.0, 1.0)
