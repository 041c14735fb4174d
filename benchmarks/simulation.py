"""Accounts that behave exactly as a purchase model says: to test fits against known parameters."""

import numpy as np
import pandas as pd

from kamlib.analysis.models.purchase import Process


def simulated_histories(
    process: Process,
    *,
    accounts: int,
    age_weeks: tuple[float, float],
    horizon_weeks: float,
    seed: int,
) -> pd.DataFrame:
    """Draw histories, and how they go on.

    Parameters
    ----------
    process
        The parameters (weeks) and the model.
    accounts
        How many.
    age_weeks
        The accounts' ages are uniform between these.
    horizon_weeks
        How far beyond the history to look.
    seed
        The same seed gives the same accounts.

    Returns
    -------
    One row per account: ``repeats``, ``last_weeks``, ``age_weeks``, ``gap_log_sum`` as of
    ``purchase_histories``; ``last_gap``, ``gap_before`` (weeks, NaN without); ``later_orders``
    (within the horizon); ``alive`` (has not dropped out at the end of the history).
    """
    random = np.random.default_rng(seed)
    rate = random.gamma(process.r, 1 / process.alpha, accounts)
    drop = random.beta(process.a, process.b, accounts)
    age = random.uniform(*age_weeks, accounts)
    time, last, logs = np.zeros(accounts), np.zeros(accounts), np.zeros(accounts)
    repeats, later = np.zeros(accounts), np.zeros(accounts)
    gap_now, gap_before = np.full(accounts, np.nan), np.full(accounts, np.nan)
    alive = np.ones(accounts, dtype=bool)
    if process.at_once:
        alive = random.random(accounts) >= drop
    going = np.flatnonzero(alive)
    while len(going):
        gap = random.gamma(process.regularity, 1, len(going)) / np.maximum(rate[going], 1e-12)
        time[going] += gap
        seen = time[going] <= age[going]
        now = going[seen]
        repeats[now] += 1
        last[now] = time[now]
        logs[now] += np.log(gap[seen])
        gap_before[now], gap_now[now] = gap_now[now], gap[seen]
        within = time[going] <= age[going] + horizon_weeks
        later[going[~seen & within]] += 1
        stays = random.random(len(going)) >= drop[going]
        alive[now] = stays[seen]
        going = going[within & stays]
    columns = {"repeats": repeats, "last_weeks": last, "age_weeks": age, "gap_log_sum": logs}
    columns |= {"last_gap": gap_now, "gap_before": gap_before}
    return pd.DataFrame({**columns, "later_orders": later, "alive": alive})
