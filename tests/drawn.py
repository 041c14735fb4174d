"""Drawn companies: accounts of known rhythms, of which it is known who left for good, and when."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

FIRST, LAST = pd.Timestamp("2021-01-01"), pd.Timestamp("2025-12-31")
SEASON = range(3, 9)  # March to August
# Mean gap in days, and how regular the gaps are (as the shape of a gamma distribution).
RHYTHMS: Mapping[str, tuple[float, float]] = {
    "weekly": (7, 3),
    "monthly": (30, 4),
    "seasonal": (14, 4),  # in its months
    "yearly": (365, 150),
    "project": (270, 3),
}


def drawn_company(
    accounts: Mapping[str, int], *, leaving_a_year: float = 0.15, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw five years of orders of so many accounts of each rhythm.

    Returns
    -------
    Order days (``account``, ``date``, sorted), and per account its ``rhythm`` and ``left``, the
    day on which it left for good (missing where it stays).
    """
    random = np.random.default_rng(seed)
    span = (LAST - FIRST).days
    rows, truth = [], []
    for rhythm, number in accounts.items():
        mean, shape = RHYTHMS[rhythm]
        for n in range(number):
            account = f"{rhythm}-{n:04}"
            begin = random.uniform(0, min(mean, 400)) if n % 5 else random.uniform(0, span * 0.6)
            left = begin + random.exponential(365 / leaving_a_year)
            steps = random.gamma(shape, mean / shape, int(3 * span / mean) + 10)
            days = np.floor(begin + np.cumsum(steps) - steps[0])
            days = days[days < min(left, span)]
            dates = FIRST + pd.to_timedelta(np.unique(days), unit="D")
            if rhythm == "seasonal":
                dates = dates[dates.month.isin(SEASON)]
            rows += [(account, date) for date in dates]
            truth.append(
                (account, rhythm, FIRST + pd.Timedelta(days=left) if left < span else pd.NaT)
            )
    order_days = pd.DataFrame(rows, columns=["account", "date"]).astype({"account": "str"})
    order_days = order_days.astype({"date": "datetime64[us]"})
    order_days = order_days.sort_values(["account", "date"], kind="stable", ignore_index=True)
    known = pd.DataFrame(truth, columns=["account", "rhythm", "left"]).set_index("account")
    return order_days, known
