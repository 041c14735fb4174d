"""Figures as exact as they are meant: what an optimiser or a BLAS gives differs beyond."""

from typing import TypeVar

import numpy as np
import pandas as pd

Values = TypeVar("Values", float, np.ndarray, pd.Series)

# What a fit says: its own error begins long before the sixth digit.
FIT_DIGITS = 6
_MOST = 300
_POWERS = np.array([float(f"1e{power}") for power in range(_MOST + 1)])


def significant(values: Values, digits: int = FIT_DIGITS) -> Values:
    """Round to so many significant digits, the same on every processor.

    The sums of a matrix product and the steps of an optimiser go by the processor's instructions
    and threads, and so do their last digits. What is written, ranked or held against a limit is
    rounded before, so that nothing hangs on them.

    Parameters
    ----------
    values
        Of any size; what is not finite stays as it is.

    Returns
    -------
    As ``values``: a float, an array or a series with the same index.

    >>> significant(1234.56789), significant(-0.000123456789, 3), significant(0.0)
    (1234.57, -0.000123, 0.0)
    >>> significant(np.array([0.1 + 0.2, 2 / 3, np.nan])).tolist()
    [0.3, 0.666667, nan]
    """
    found = np.asarray(values, dtype=float)
    usable = np.isfinite(found) & (found != 0)
    size = np.log10(np.abs(found), where=usable, out=np.zeros_like(found))
    places = np.clip(digits - 1 - np.floor(size).astype(np.int64), -_MOST, _MOST)
    scale = _POWERS[np.abs(places)]
    with np.errstate(over="ignore", invalid="ignore"):
        fine, coarse = np.rint(found * scale) / scale, np.rint(found / scale) * scale
    rounded = np.where(usable, np.where(places >= 0, fine, coarse), found)
    if isinstance(values, pd.Series):
        return pd.Series(rounded, values.index, name=values.name)
    return rounded if isinstance(values, np.ndarray) else float(rounded)
