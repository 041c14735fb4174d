"""How far an account's class depends on which months happened to fall into the window."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

# Resamples x accounts that are held at once: 32 MB for each of a few arrays.
CHUNK_VALUES = 4_000_000
MONEY_DIGITS = 6


def class_stability(
    classes: pd.DataFrame,
    value: pd.DataFrame,
    xyz_terms: Sequence[np.ndarray],
    *,
    abc_rule: Callable[[np.ndarray], np.ndarray],
    xyz_rule: Callable[..., np.ndarray],
    resamples: int,
    block_months: int,
    seed: int,
    xyz_block: int | None = None,
) -> pd.DataFrame:
    """Share of block-bootstrap resamples of the months in which a class stays the same.

    Every resample draws the same months for all accounts: circular blocks of consecutive
    months, as many months as the window has. N, L and D follow from dates and sums and are
    not resampled: D accounts stay outside, N and L are judged by their ABC class alone.

    Parameters
    ----------
    classes
        ``abc`` (A, B, C, D) and ``xyz`` (X, Y, Z, N, L, "") per account, sorted by account.
    value
        The same accounts x the months of the ABC window: value, in the book's currency.
    xyz_terms
        The same accounts x the periods of the XYZ window: what the lens adds up.
    abc_rule
        Values of all accounts -> codes 0 (A) to 3 (D).
    xyz_rule
        Sums of the terms -> codes 0 (X) to 2 (Z).
    resamples, block_months, seed
        Number of resamples, months per block, and the start of the random numbers.
    xyz_block
        Periods per block of the XYZ window where these are not months.

    Returns
    -------
    Per account, 0–1: ``abc_stability`` (NaN for D), ``xyz_stability`` (NaN for D, N, L),
    ``stability`` (of the cell: both at once; NaN for D).
    """
    placed = np.flatnonzero(classes["abc"].to_numpy() != "D")
    amounts = value.to_numpy()[placed]
    terms = [term[placed] for term in xyz_terms]
    abc = _codes(classes["abc"], "ABC")[placed]
    xyz = _codes(classes["xyz"], "XYZ")[placed]
    draws = resampled_periods(value.shape[1], resamples, block=block_months, seed=seed)
    periods = terms[0].shape[1]
    xyz_draws = resampled_periods(periods, resamples, block=xyz_block or block_months, seed=seed)
    kept = np.zeros((3, len(placed)))
    step = max(1, CHUNK_VALUES // max(len(placed), 1))
    for start in range(0, resamples if len(placed) else 0, step):
        part = slice(start, start + step)
        same_xyz = xyz_rule(*(xyz_draws[part] @ term.T for term in terms)) == xyz
        # Off the float noise of the sums, so that equal amounts tie on every machine.
        values = np.round(draws[part] @ amounts.T, MONEY_DIGITS)
        same_abc = np.array([abc_rule(row) for row in values]) == abc
        same_cell = same_abc & (same_xyz | (xyz < 0))
        kept += [same.sum(axis=0) for same in (same_abc, same_xyz, same_cell)]
    shares = np.full((3, len(classes)), np.nan)
    shares[:, placed] = kept / resamples
    shares[1, placed[xyz < 0]] = np.nan
    names = ["abc_stability", "xyz_stability", "stability"]
    return pd.DataFrame(dict(zip(names, shares, strict=True)), classes.index)


def resampled_periods(periods: int, resamples: int, *, block: int, seed: int) -> np.ndarray:
    """How often each period is drawn: resamples x periods, each row summing to ``periods``.

    Circular blocks: every period is as likely as any other. The same arguments give the
    same draws, so windows of one length see the same months.
    """
    block = min(block, periods)
    starts = np.random.default_rng(seed).integers(periods, size=(resamples, -(-periods // block)))
    drawn = (starts[:, :, None] + np.arange(block)) % periods
    drawn = drawn.reshape(resamples, -1)[:, :periods]
    counts = np.zeros((resamples, periods))
    np.add.at(counts, (np.arange(resamples)[:, None], drawn), 1.0)
    return counts


def _codes(classes: pd.Series, letters: str) -> np.ndarray:
    return pd.Index(list(letters)).get_indexer(classes.astype("str"))
