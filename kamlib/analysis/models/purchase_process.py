"""The purchase process: how likely a history is, and whether the account is still buying.

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

from typing import NamedTuple

import numpy as np
from scipy.special import betaln, digamma, gammaln, xlogy


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
