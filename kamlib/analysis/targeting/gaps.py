"""Lines that accounts did not buy in a year, beside what their most similar accounts buy."""

import numpy as np
import pandas as pd

from kamlib.settings import WhitespaceSettings

YEAR = 4  # quarters
CHUNK = 256  # accounts compared with all others at once
POOL = 600  # of more accounts than these, the nearest over all lines are looked at line by line
TIE = 1e-13
REFERENCES = 3
FEW_BUYERS = 3  # of fewer peers that buy a line the part is told by all accounts that buy it
GAP_COLUMNS = (
    *("account", "product_line", "peers", "buyers", "peer_share", "near", "popularity"),
    *("accounts_all", "part", "part_low", "part_high", "own_value", "most"),
    *("same_industry", "same_region", "references"),
)


def lines_bought(line_quarters: pd.DataFrame, *, end: pd.Period) -> pd.DataFrame:
    """What each account bought of each line in the four quarters up to and with ``end``.

    Lines without a name are left out; a line of which more was returned than bought is not
    bought.

    Returns
    -------
    One row per account that bought anything, in the order of their numbers; one column per line
    (currency, 0 where not bought).
    """
    quarter = line_quarters["quarter"]
    year = line_quarters[(quarter > end - YEAR) & (quarter <= end)]
    year = year[year["product_line"] != ""]
    bought = year.pivot_table(
        index="account", columns="product_line", values="revenue", aggfunc="sum"
    )
    bought = bought.astype(float).fillna(0.0).clip(lower=0)
    return bought.loc[bought.sum(axis=1) > 0, bought.sum() > 0].sort_index(kind="stable")


def last_sold(gaps: pd.DataFrame, line_quarters: pd.DataFrame, *, end: pd.Period) -> pd.Series:
    """The last quarter up to ``end`` in which each gap's account bought its line, or NaT."""
    keys = ["account", "product_line"]
    sold = line_quarters[(line_quarters["quarter"] <= end) & (line_quarters["revenue"] > 0)]
    return gaps[keys].join(sold.groupby(keys)["quarter"].max().rename("last"), on=keys)["last"]


def lately_stopped(last: pd.Series, *, end: pd.Period, quarters: int) -> np.ndarray:
    """Whether the last sale (of ``last_sold``) lies within so many quarters up to ``end``."""
    return (last > end - quarters).to_numpy(bool)


def line_gaps(
    bought: pd.DataFrame,
    accounts: pd.DataFrame,
    asked: pd.Index,
    *,
    settings: WhitespaceSettings,
) -> pd.DataFrame:
    """Every line that an account did not buy, with what its similar accounts do.

    Similar are the ``neighbours`` accounts with the largest weighted mean of five likenesses
    (0–1): same industry, same region, employees, purchases (1 where equal, 0 where one is
    ``size_times`` the other, by their logs) and the mix of lines (cosine). What is unknown of
    either of two accounts is left out of their mean. For each line the mix is compared without
    that line: else whoever buys it would be less similar because of it.

    Parameters
    ----------
    bought
        The table of ``lines_bought``.
    accounts
        The book's frame: ``industry``, ``region``, ``employees`` are read.
    asked
        The accounts whose gaps are asked for; those that bought nothing have none.

    Returns
    -------
    One row per account and line it did not buy: ``account``, ``product_line``; ``peers`` (number
    of similar accounts), ``buyers`` (of them, of the line), ``peer_share`` (0–1); ``near`` (0–1,
    that share with the share among all accounts counted as ``prior_peers`` more peers);
    ``popularity`` (0–1, share of all other accounts that buy the line), ``accounts_all`` (how
    many those are); ``part``, ``part_low``, ``part_high`` (0–1, median and ends of the interval
    of the line's part in the purchases of the peers that buy it, of all accounts where fewer
    than three do); ``own_value`` (what the account bought, currency), ``most`` (of the line, by
    the largest of them); ``same_industry``, ``same_region`` (number of peers); ``references``
    (the most similar accounts that buy the line). Empty with fewer than ``min_peers`` others.
    """
    rows = np.flatnonzero(bought.index.isin(asked))
    peers = min(settings.neighbours, len(bought) - 1)
    if peers < settings.min_peers or not len(rows):
        return _no_gaps()
    value = bought.to_numpy()
    likeness = _Likeness(bought, accounts, settings)
    found = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        near = likeness.nearest(chunk)
        for line in range(value.shape[1]):
            open_ = value[chunk, line] <= 0
            if open_.any():
                who = likeness.peers(near, open_, line, peers)
                found.append(_gaps_of_line(bought, chunk[open_], who, line, likeness, settings))
    return _together(found)


class _Likeness:
    """How alike accounts are, worked out for some of them against all at a time."""

    def __init__(self, bought: pd.DataFrame, accounts: pd.DataFrame, settings: WhitespaceSettings):
        self.value = bought.to_numpy()
        self.weights, self.far = settings.weights, np.log(settings.size_times)
        known = accounts.reindex(bought.index)
        self.industry, self.region = (_codes(known[name]) for name in ("industry", "region"))
        with np.errstate(divide="ignore", invalid="ignore"):
            employees = np.log(known["employees"].to_numpy(float))
        self.employees = np.where(np.isfinite(employees), employees, np.nan)
        self.purchases = np.log(self.value.sum(axis=1))
        self.part = self.value / self.value.sum(axis=1, keepdims=True)
        self.square = (self.part**2).sum(axis=1)

    def nearest(self, rows: np.ndarray) -> tuple[np.ndarray, ...]:
        """Per row the accounts to look at, with likeness and known weight but for the mix."""
        same, known = np.zeros((2, len(rows), len(self.value)))
        kinds = ((self.industry, _equal), (self.region, _equal))
        kinds += ((self.employees, self._size), (self.purchases, self._size))
        for weight, (values, compared) in zip(self.weights, kinds, strict=False):
            alike = compared(values[rows, None], values[None, :])
            told = ~np.isnan(alike)
            same += weight * np.where(told, alike, 0.0)
            known += weight * told
        mix = self.part[rows] @ self.part.T
        same[np.arange(len(rows)), rows] = -np.inf
        if len(self.value) <= POOL:
            return np.broadcast_to(np.arange(len(self.value)), same.shape), same, known, mix, rows
        score = self._score(same, known, mix / np.sqrt(self.square), rows)
        # Of equally similar accounts the first count: which must not hang on rounding.
        score = score.round(9) - TIE * np.arange(score.shape[1])
        pool = np.argpartition(-score, POOL, axis=1)[:, :POOL]
        pool = np.sort(pool, axis=1, kind="stable")
        return pool, *(np.take_along_axis(each, pool, 1) for each in (same, known, mix)), rows

    def peers(
        self, near: tuple[np.ndarray, ...], open_: np.ndarray, line: int, peers: int
    ) -> np.ndarray:
        """The positions of the most similar accounts, the mix taken without the line."""
        pool, same, known, mix = (each[open_] for each in near[:-1])
        rest = np.sqrt(np.maximum(self.square - self.part[:, line] ** 2, 0.0))[pool]
        mix = np.divide(mix, rest, out=np.zeros_like(mix), where=rest > 1e-9)
        score = self._score(same, known, mix, near[-1][open_])
        # Of equally similar accounts the first count: which must not hang on rounding.
        score = score.round(9) - TIE * np.arange(score.shape[1])
        chosen = np.argpartition(-score, peers - 1, axis=1)[:, :peers]
        order = np.argsort(-np.take_along_axis(score, chosen, axis=1), axis=1, kind="stable")
        return np.take_along_axis(pool, np.take_along_axis(chosen, order, axis=1), axis=1)

    def _score(self, same, known, mix, rows) -> np.ndarray:
        cosine = mix / np.sqrt(self.square[rows])[:, None]
        weight = known + self.weights[-1]
        total = same + self.weights[-1] * cosine
        return np.divide(total, weight, out=np.where(np.isinf(same), same, 0.0), where=weight > 0)

    def _size(self, own: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.clip(1 - np.abs(own - other) / self.far, 0.0, 1.0)


def _codes(values: pd.Series) -> np.ndarray:
    codes = pd.factorize(values.astype("str").replace("", None))[0].astype(float)
    return np.where(codes < 0, np.nan, codes)


def _equal(own: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(own) | np.isnan(other), np.nan, own == other)


def _gaps_of_line(
    bought: pd.DataFrame,
    rows: np.ndarray,
    who: np.ndarray,
    line: int,
    likeness: _Likeness,
    settings: WhitespaceSettings,
) -> pd.DataFrame:
    of_line, part = likeness.value[:, line], likeness.part[:, line]
    buys = of_line > 0
    buyers = buys[who].sum(axis=1)
    peers, others = who.shape[1], len(bought) - 1
    popularity = buys.sum() / others  # the account itself does not buy it
    prior = settings.prior_peers
    few = buyers < FEW_BUYERS
    low = (1 - settings.interval) / 2
    parts = np.sort(np.where(buys[who], part[who], np.nan), axis=1, kind="stable")
    told = {
        name: np.where(few, np.quantile(part[buys], at), _quantile(parts, buyers, at))
        for name, at in {"part": 0.5, "part_low": low, "part_high": 1 - low}.items()
    }
    ids = bought.index.to_numpy(dtype=object)
    order = np.argsort(~buys[who], axis=1, kind="stable")[:, :REFERENCES]
    first = np.take_along_axis(who, order, axis=1)
    return pd.DataFrame(
        {
            "account": ids[rows],
            "product_line": bought.columns[line],
            "peers": peers,
            "buyers": buyers,
            "peer_share": buyers / peers,
            "near": (buyers + prior * popularity) / (peers + prior),
            "popularity": popularity,
            "accounts_all": others,
            **told,
            "own_value": likeness.value[rows].sum(axis=1),
            "most": np.where(few, of_line.max(), of_line[who].max(axis=1)),
            "same_industry": (likeness.industry[who] == likeness.industry[rows, None]).sum(axis=1),
            "same_region": (likeness.region[who] == likeness.region[rows, None]).sum(axis=1),
            "references": [
                ", ".join(ids[each[yes]]) for each, yes in zip(first, buys[first], strict=True)
            ],
        }
    )


def _quantile(rising: np.ndarray, known: np.ndarray, at: float) -> np.ndarray:
    """The quantile of each row's known values, which stand first and rise; NaN without any."""
    place = at * np.maximum(known - 1, 0)
    below = np.floor(place).astype(int)
    rows = np.arange(len(rising))
    first = rising[rows, below]
    above = rising[rows, np.minimum(below + 1, np.maximum(known - 1, 0))]
    return first + (place - below) * (above - first)


def _together(found: list[pd.DataFrame]) -> pd.DataFrame:
    if not found:
        return _no_gaps()
    gaps = pd.concat(found, ignore_index=True)
    texts = dict.fromkeys(("account", "product_line", "references"), "str")
    gaps = gaps.sort_values(["account", "product_line"], ignore_index=True, kind="stable")
    return gaps[list(GAP_COLUMNS)].astype(texts)


def _no_gaps() -> pd.DataFrame:
    texts = ("account", "product_line", "references")
    whole = ("peers", "buyers", "accounts_all", "same_industry", "same_region")
    kinds = {name: "str" if name in texts else float for name in GAP_COLUMNS}
    kinds |= dict.fromkeys(whole, "int64")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
