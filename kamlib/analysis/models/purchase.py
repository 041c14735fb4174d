"""Purchase models: how often accounts order and when they drop out, fitted to their histories.

Fits are on groups of accounts with the same history, weighted by their number: exact, because
the likelihood depends on nothing else.

While an account buys, the gaps between its orders are Erlang-``regularity`` with a rate of its
own; after each order it drops out with a probability of its own. Over the accounts the rates
are gamma (shape r, rate alpha in weeks) and the probabilities beta (a, b).

========  ==========  ===================  =================================================
model     regularity  may drop at once     reference
========  ==========  ===================  =================================================
BG/NBD    1           no                   Fader, Hardie & Lee 2005, Marketing Science 24(2)
MBG/NBD   1           yes                  Batislam, Denizel & Filiztekin 2007, IJRM 24(3)
MBG/      k           yes                  Reutterer, Platzer & Schröder 2021, IJRM 38(2)
CNBD-k
========  ==========  ===================  =================================================

"At once" is after the first order. The likelihood of a history depends on the number of repeat
orders x, the time t_x of the last and the age T only: the gaps themselves enter as a factor
that no parameter moves. With y the orders after which the account could have dropped out
(x, or x + 1 where at once) and n = r + k x, a history is as likely as

``B(a, b + y) / B(a, b) * Γ(n) / Γ(r) * alpha^r * (still buying + dropped out)``

with ``still buying = sum over j < k of s^j / j! * Γ(n + j) / Γ(n) * (alpha + T)^-(n + j)``,
where j counts the steps of the Erlang gap that a silence of s = T - t_x has seen pass, and
``dropped out = a / (b + y - 1) * (alpha + t_x)^-n`` (nothing where y = 0).
"""

from dataclasses import dataclass
from typing import NamedTuple

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

PARAMETERS = ("r", "alpha", "a", "b")
DAYS_PER_WEEK = 7
# Fewer accounts that came back say nothing of four parameters.
MIN_REPEATERS = 10
# Beyond these the accounts are all alike in that respect; alpha is in weeks.
_BOUNDS = [(1e-3, 1e3), (1e-4, 1e6), (1e-3, 1e3), (1e-3, 1e3)]
_HISTORY = ["repeats", "last_weeks", "age_weeks"]
MAX_REGULARITY = 10
_LEAST, _MOST = 0.1, 100.0


class Process(NamedTuple):
    """The parameters of a purchase process (weeks) and which of the models it is."""

    r: float
    alpha: float
    a: float
    b: float
    regularity: int = 1
    at_once: bool = True


class Histories(NamedTuple):
    """Accounts with the same history: repeat orders, weeks to the last order, weeks of age."""

    repeats: np.ndarray
    last_weeks: np.ndarray
    age_weeks: np.ndarray


class Counted(NamedTuple):
    """Histories, how many accounts have each, and the same by number of repeat orders."""

    histories: Histories
    weights: np.ndarray
    repeats: np.ndarray
    repeat_weights: np.ndarray


class Standing(NamedTuple):
    """Logs of how likely "still buying" and "dropped out" are, on one scale, and the steps.

    ``steps`` holds, histories x regularity, how probable it is that so many steps of the
    running gap have passed, if the account still buys.
    """

    buying: np.ndarray
    dropped: np.ndarray
    steps: np.ndarray


def drops(process: Process, histories: Histories) -> np.ndarray:
    """After how many orders the account could have dropped out: y."""
    return histories.repeats + float(process.at_once)


def standing(process: Process, histories: Histories) -> Standing:
    """How likely it is that an account still buys, and that it has dropped out."""
    from scipy.special import gammaln, xlogy

    n = process.r + process.regularity * histories.repeats
    aged = process.alpha + histories.age_weeks
    past = drops(process, histories) - 1
    gone = np.where(past >= 0, process.a / np.maximum(process.b + past, 1e-300), 0.0)
    with np.errstate(divide="ignore"):
        dropped = np.log(gone) - n * np.log(process.alpha + histories.last_weeks)
    buying = -n * np.log(aged)
    if process.regularity == 1:
        return Standing(buying, dropped, np.ones((len(n), 1)))
    terms = np.zeros((len(n), process.regularity))
    passed = (histories.age_weeks - histories.last_weeks) / aged
    rising = np.zeros(len(n))
    for step in range(1, process.regularity):
        rising += np.log(n + step - 1)
        terms[:, step] = xlogy(step, passed) - gammaln(step + 1) + rising
    highest = terms.max(axis=1)
    shares = np.exp(terms - highest[:, None])
    total = shares.sum(axis=1)
    return Standing(buying + highest + np.log(total), dropped, shares / total[:, None])


def counted(histories: Histories, weights: np.ndarray) -> Counted:
    """Histories with how many accounts have each."""
    repeats, place = np.unique(histories.repeats, return_inverse=True)
    return Counted(histories, weights, repeats, np.bincount(place, weights))


def log_likelihood(process: Process, sample: Counted) -> tuple[float, np.ndarray]:
    """The log-likelihood of counted histories, and its slopes along the logs of r, alpha, a, b.

    Without the factor of the gaps themselves, which no parameter moves.
    """
    r, alpha, a, b, k = process[:5]
    histories, weights = sample.histories, sample.weights
    n = r + k * histories.repeats
    at = standing(process, histories)
    together = np.logaddexp(at.buying, at.dropped)
    still, gone = np.exp(at.buying - together), np.exp(at.dropped - together)
    aged, last = alpha + histories.age_weeks, alpha + histories.last_weeks
    past = np.maximum(drops(process, histories) - 1, 0.0)
    along_r = -still * np.log(aged) - gone * np.log(last)
    if k > 1:
        steps = np.arange(k)
        # Each step that has passed adds one factor n, n + 1, … to the gamma function.
        rising = np.cumsum(1 / (n[:, None] + steps[:-1]), axis=1)
        along_r += still * (at.steps[:, 1:] * rising).sum(axis=1)
        along_alpha = -still * (n + at.steps @ steps) / aged - gone * n / last
    else:
        along_alpha = -still * n / aged - gone * n / last
    slopes = [along_r, along_alpha, gone / a, -gone / (b + past)]
    value, always = _of_repeats(process, sample.repeats)
    total = weights @ together + sample.repeat_weights @ value
    moved = [weights @ slope for slope in slopes] + always @ sample.repeat_weights
    return float(total), moved * (r, alpha, a, b)


def _of_repeats(process: Process, repeats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The part of the log-likelihood that hangs on the number of orders alone, and its slopes."""
    from scipy.special import betaln, digamma, gammaln

    r, alpha, a, b, k, at_once = process
    n, y = r + k * repeats, repeats + float(at_once)
    value = betaln(a, b + y) - betaln(a, b) + gammaln(n) - gammaln(r) + r * np.log(alpha)
    together = digamma(a + b) - digamma(a + b + y)
    slopes = [
        digamma(n) - digamma(r) + np.log(alpha),
        np.full(len(n), r / alpha),
        together,
        together + digamma(b + y) - digamma(b),
    ]
    return value, np.array(slopes)


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


def last_two_gaps(order_days: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The last two gaps between an account's orders, up to a day.

    Parameters
    ----------
    order_days
        ``account`` and ``date`` of every order day, in that order.

    Returns
    -------
    Per account with at least two gaps: ``gap`` and, before it, ``gap_before`` (days).
    """
    days = order_days[order_days["date"] <= pd.Timestamp(as_of)]
    last = days.groupby("account", sort=True).tail(3)
    gap = last.groupby("account", sort=True)["date"].diff().dt.days.astype(float)
    gaps = last.assign(gap=gap, gap_before=gap.groupby(last["account"]).shift())
    return gaps.dropna().set_index("account")[["gap", "gap_before"]]


def regularity(two_gaps: pd.DataFrame) -> float:
    """How regular accounts order, by Wheat & Morrison's estimator.

    Whatever its rate, the share of one of an account's two gaps in both is beta (k, k), with
    the variance V = 1 / (4 (2 k + 1)). So k = (1 - 4 V) / (8 V). Two neighbouring gaps do not
    feel that an account's rate changes over the years, as the spread of all its gaps would.

    Parameters
    ----------
    two_gaps
        As ``last_two_gaps`` gives them.

    Returns
    -------
    k: 1 for pure chance, more for more regular, within 0.1 to 100; NaN without any account.

    References
    ----------
    Wheat & Morrison 1990, Journal of Marketing Research 27(1), 87–93.

    Examples
    --------
    >>> float(regularity(pd.DataFrame({"gap": [7.0, 21.0], "gap_before": [21.0, 7.0]})))
    1.5
    """
    both = two_gaps["gap"] + two_gaps["gap_before"]
    part = (two_gaps["gap"] / both)[both > 0]
    if part.empty:
        return np.nan
    variance = float(((part - 0.5) ** 2).mean())
    if variance == 0:
        return _MOST
    return float(np.clip((1 - 4 * variance) / (8 * variance), _LEAST, _MOST))


def whole_regularity(two_gaps: pd.DataFrame) -> int:
    """``regularity`` as a purchase model takes it: a whole number from 1 to 10."""
    found = regularity(two_gaps)
    return 1 if np.isnan(found) else int(np.clip(round(found), 1, MAX_REGULARITY))
