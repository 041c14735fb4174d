"""What all rows prove of two amounts: that they are equal, or stand in one of a few ratios."""

import numpy as np

from kamlib.data.describe.money import TAX_RATES

NEARLY_ALL = 0.95
_LEAST = 3
_FIRST = 400
CENT = 0.011
_ROUNDED = 2e-4


def share(right: np.ndarray, left: np.ndarray, slack: np.ndarray | float = CENT) -> float:
    """The share (0–1) of lines on which two amounts are equal, of those where either is not zero.

    0 where fewer than three lines tell, or where one stands on less than half of the other's.
    """
    if len(right) > _FIRST and _share(right[:_FIRST], left[:_FIRST], slack, least=False) < 0.5:
        return 0.0
    return _share(right, left, slack)


def _share(
    right: np.ndarray, left: np.ndarray, slack: np.ndarray | float, *, least: bool = True
) -> float:
    both = np.isfinite(right) & np.isfinite(left)
    telling = both & ((np.abs(right) > CENT) | (np.abs(left) > CENT))
    given = np.isfinite(right) | np.isfinite(left)
    if not telling.any():
        return 0.0 if least else 1.0
    if least and (telling.sum() < _LEAST or both.sum() < given.sum() / 2):
        return 0.0
    if isinstance(slack, np.ndarray):
        slack = slack[: len(right)][telling]
    apart = np.abs(right[telling] - left[telling])
    return float((apart <= slack + 1e-6 * np.abs(right[telling])).mean())


def of_prices(quantity: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """How far a price that was rounded to cents may lead an amount astray, per line."""
    with np.errstate(invalid="ignore"):
        return np.fmin(0.006 * np.abs(quantity) + CENT, 0.01 * np.abs(amount) + CENT)


def tax_share(tax: np.ndarray, amount: np.ndarray) -> float:
    """The share (0–1) of lines on which a tax is one of the known rates of an amount, or nothing.

    0 where the tax is nothing on nearly all lines, or lacks on more than a fifth of them.
    """
    given = np.isfinite(amount) & (np.abs(amount) > 0.5)
    both = given & np.isfinite(tax)
    if both.sum() < _LEAST or both.sum() < 0.8 * given.sum():
        return 0.0
    ratio, weight = tax[both] / amount[both], np.abs(amount[both])
    return _near_rates(ratio, _ROUNDED + 0.006 / weight)


def rates_between(gross: np.ndarray, net: np.ndarray) -> float:
    """The share (0–1) of lines on which one amount is another plus tax at a known rate."""
    with np.errstate(invalid="ignore"):
        return tax_share(gross - net, net)


def _near_rates(ratio: np.ndarray, slack: np.ndarray) -> float:
    rates = np.array([0.0, *(rate / 100 for rate in TAX_RATES)])
    nearest = np.abs(ratio[:, None] - rates[None, :]).argmin(axis=1)
    hits = np.abs(ratio - rates[nearest]) <= slack
    taxed = hits & (nearest > 0)
    found, counts = np.unique(nearest[taxed], return_counts=True)
    few = found[np.argsort(-counts, kind="stable")][:3]
    if taxed.sum() < 0.2 * len(ratio):
        return 0.0
    return float((hits & (np.isin(nearest, few) | (nearest == 0))).mean())


def main_rate(tax: np.ndarray, amount: np.ndarray) -> float:
    """The rate (per cent) that most lines have."""
    both = np.isfinite(tax) & np.isfinite(amount) & (np.abs(amount) > 0.5)
    rates = np.array(TAX_RATES)
    ratio = 100 * tax[both] / amount[both]
    nearest = rates[np.abs(ratio[:, None] - rates[None, :]).argmin(axis=1)]
    found, counts = np.unique(nearest[ratio > 1], return_counts=True)
    return float(found[counts.argmax()]) if len(found) else 0.0
