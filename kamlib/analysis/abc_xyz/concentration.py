"""How much hangs on a few accounts. Accounts without positive value stand outside."""

import numpy as np
import pandas as pd


def concentration(revenue: pd.Series, *, top: tuple[int, ...]) -> pd.DataFrame:
    """Shares of the largest accounts and measures of concentration.

    HHI is the sum of squared shares, 1/HHI the number of equal accounts that would be as
    concentrated.

    Returns
    -------
    Indexed by ``measure`` (``accounts``, ``top_1_share`` …, ``gini``, ``hhi``,
    ``effective_accounts``): ``value`` (NaN where no account has positive revenue).

    Examples
    --------
    >>> sales = pd.Series([100, 50, 30, 10, 5, 3, 1, 1])
    >>> concentration(sales, top=(1,))["value"].round(4).to_dict()
    ... # doctest: +NORMALIZE_WHITESPACE
    {'accounts': 8.0, 'top_1_share': 0.5, 'gini': 0.64, 'hhi': 0.3384,
     'effective_accounts': 2.9551}
    """
    falling = _positive(revenue)[::-1]
    shares = falling / falling.sum() if len(falling) else np.full(1, np.nan)
    hhi = float((shares**2).sum())
    measures = {
        "accounts": float(len(falling)),
        **{f"top_{k}_share": float(shares[:k].sum()) for k in top},
        "gini": gini(revenue),
        "hhi": hhi,
        "effective_accounts": 1 / hhi,
    }
    return pd.Series(measures, name="value").rename_axis("measure").to_frame()


def gini(value: pd.Series) -> float:
    """Gini coefficient (0 = all equal) of the positive values; NaN where there is none.

    ``2 * sum(i * x_i) / (n * sum(x)) - (n + 1) / n`` for rising x_i.

    >>> round(gini(pd.Series([100, 50, 30, 10, 5, 3, 1, 1])), 4)
    0.64
    """
    rising = _positive(value)
    n = len(rising)
    if not n:
        return np.nan
    ranks = np.arange(1, n + 1)
    return float(2 * (ranks * rising).sum() / (n * rising.sum()) - (n + 1) / n)


def lorenz_curve(value: pd.Series) -> pd.DataFrame:
    """The Lorenz curve, smallest account first, from (0, 0) to (1, 1).

    Returns
    -------
    One row per account with positive value and the origin: ``accounts_share``,
    ``value_share`` (0–1).
    """
    running = np.concatenate([[0.0], np.cumsum(_positive(value))])
    steps = np.arange(len(running))
    return pd.DataFrame(
        {"accounts_share": steps / max(steps[-1], 1), "value_share": running / (running[-1] or 1.0)}
    )


def without_top(
    revenue: pd.Series, margin: pd.Series | None, *, top: tuple[int, ...]
) -> pd.DataFrame:
    """What is left if the k largest accounts by revenue go.

    Returns
    -------
    Indexed by ``top`` (0 = as it is, then each k that is not more than there are accounts):
    ``revenue`` and ``margin`` left (net of all accounts, currency; margin NaN where
    unknown); ``revenue_share_lost`` (0–1); ``gini`` of the rest.
    """
    ranked = revenue.sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    earned = pd.Series(np.nan, ranked.index) if margin is None else margin.reindex(ranked.index)
    total = ranked.sum()
    rows = [
        {
            "top": k,
            "revenue": ranked.iloc[k:].sum(),
            "margin": earned.iloc[k:].sum(min_count=1),
            "revenue_share_lost": ranked.iloc[:k].sum() / total if total else np.nan,
            "gini": gini(ranked.iloc[k:]),
        }
        for k in (0, *top)
        if k <= len(ranked)
    ]
    return pd.DataFrame(rows).set_index("top").round({"revenue": 6, "margin": 6})


def _positive(value: pd.Series) -> np.ndarray:
    return np.sort(value[value > 0].to_numpy(float), kind="stable")
