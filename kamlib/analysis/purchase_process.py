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
from scipy.special import betaln, digamma, gammaln, logsumexp, xlogy


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
    silence = histories.age_weeks - histories.last_weeks
    terms = np.zeros((len(n), process.regularity))
    rising = np.zeros(len(n))
    for step in range(1, process.regularity):
        rising = rising + np.log(n + step - 1)
        terms[:, step] = xlogy(step, silence / aged) - gammaln(step + 1) + rising
    together = logsumexp(terms, axis=1) if process.regularity > 1 else terms[:, 0]
    past = drops(process, histories) - 1
    gone = np.where(past >= 0, process.a / np.maximum(process.b + past, 1e-300), 0.0)
    with np.errstate(divide="ignore"):
        dropped = np.log(gone) - n * np.log(process.alpha + histories.last_weeks)
    return Standing(together - n * np.log(aged), dropped, np.exp(terms - together[:, None]))


def log_likelihood(
    process: Process, histories: Histories, weights: np.ndarray
) -> tuple[float, np.ndarray]:
    """The log-likelihood of weighted histories, and its slopes along the logs of r, alpha, a, b.

    Without the factor of the gaps themselves, which no parameter moves.
    """
    r, alpha, a, b, k, _at_once = process
    y = drops(process, histories)
    n = r + k * histories.repeats
    at = standing(process, histories)
    together = np.logaddexp(at.buying, at.dropped)
    still, gone = np.exp(at.buying - together), np.exp(at.dropped - together)
    value = betaln(a, b + y) - betaln(a, b) + gammaln(n) - gammaln(r) + r * np.log(alpha) + together
    aged, last = alpha + histories.age_weeks, alpha + histories.last_weeks
    steps = np.arange(k)
    # Each step that has passed adds one factor n, n + 1, … to the gamma function.
    rising = np.cumsum(np.hstack([np.zeros((len(n), 1)), 1 / (n[:, None] + steps[:-1])]), axis=1)
    along = [
        digamma(n) - digamma(r) + np.log(alpha)
        + still * ((at.steps * rising).sum(axis=1) - np.log(aged)) - gone * np.log(last),
        r / alpha - still * (n + at.steps @ steps) / aged - gone * n / last,
        digamma(a + b) - digamma(a + b + y) + gone / a,
        digamma(b + y) - digamma(b) + digamma(a + b) - digamma(a + b + y)
        - gone / np.where(y > 0, b + y - 1, 1.0),
    ]  # fmt: skip
    slopes = np.array([weights @ slope for slope in along]) * (r, alpha, a, b)
    return float(weights @ value), slopes
