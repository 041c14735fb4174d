"""A figure as a score on fixed anchors: what other accounts there are does not move it."""

import numpy as np
import pandas as pd

SCORES = (0.0, 0.25, 0.5, 0.75, 1.0)


def anchored(figures: pd.Series, anchors: tuple[float, ...]) -> pd.Series:
    """The score (0–1) of each figure, linear between the anchors; NaN stays NaN.

    Parameters
    ----------
    anchors
        The five figures that stand for the scores 0, 0.25, 0.5, 0.75 and 1; they rise, or fall
        where less is better.

    >>> anchored(pd.Series([0.0, 0.85, 2.0]), (0.5, 0.7, 0.8, 0.9, 0.98)).round(3).tolist()
    [0.0, 0.625, 1.0]
    """
    rising = anchors[0] < anchors[-1]
    places, scores = (anchors, SCORES) if rising else (anchors[::-1], SCORES[::-1])
    return pd.Series(np.interp(figures.astype(float), places, scores), figures.index)
