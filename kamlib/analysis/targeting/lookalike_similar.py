"""The best accounts that a company resembles most, by name."""

import numpy as np
import pandas as pd

from kamlib.analysis.models.lookalike import GROUPS, SIZES, company_facts

_CHUNK = 2_000_000  # cells held at once
_ORDER = 1e-9  # so little apart is equal: then the lower account number comes first


def similar_accounts(
    targets: pd.DataFrame, accounts: pd.DataFrame, own: pd.Series, *, number: int
) -> pd.DataFrame:
    """The accounts nearest to each target in what is known of both (Gower 1971).

    Industry and region are 0 apart where equal, else 1; employees and annual revenue by the
    difference of their logarithms over the range among the accounts, at most 1. The distance
    is the mean over the attributes known of both. An account of which less than half is known
    of what is known of the best known one is not compared.

    Parameters
    ----------
    targets, accounts
        Companies with firmographics; ``accounts`` also with ``name``.
    own
        Per target the account it is itself ("" for none), which is not named.
    number
        How many are named.

    Returns
    -------
    Per target: ``similar`` ("N1001 Acme, N1002 Brown"), ``similar_accounts`` ("N1001, N1002"),
    nearest first; empty where nothing is known of both.
    """
    accounts = accounts.sort_index(kind="stable")
    nearest = nearest_accounts(targets, accounts, own, number=number)
    codes = accounts.index.to_numpy(object)
    names = accounts.get("name", pd.Series("", accounts.index)).astype("str").fillna("")
    called = [c if n in ("", c) else f"{c} {n}" for c, n in zip(codes, names, strict=True)]
    table = {
        "similar": _joined(np.array(called, object), nearest),
        "similar_accounts": _joined(codes, nearest),
    }
    return pd.DataFrame(table, targets.index).astype("str")


def nearest_accounts(
    targets: pd.DataFrame, accounts: pd.DataFrame, own: pd.Series, *, number: int
) -> np.ndarray:
    """The places in ``accounts`` of those nearest to each target, by the distance above.

    Returns
    -------
    One row per target, nearest first; -1 where there is no further one to compare with.
    """
    theirs, mine = company_facts(accounts), company_facts(targets)
    columns = [_codes(mine[name], theirs[name]) for name in GROUPS]
    columns += [_logs(mine[name], theirs[name]) for name in SIZES]
    same = accounts.index.get_indexer(pd.Index(own.to_numpy(), dtype="str"))
    number = min(number, len(accounts))
    nearest = np.full((len(targets), number), -1)
    size = max(1, _CHUNK // max(1, len(accounts)))
    for start in range(0, len(targets) if number else 0, size):
        part = slice(start, start + size)
        apart = _apart([(left[part], right) for left, right in columns])
        known = np.flatnonzero(same[part] >= 0)
        apart[known, same[part][known]] = np.inf
        nearest[part] = _least(apart, number)
    return nearest


def _codes(mine: pd.Series, theirs: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    codes, values = pd.factorize(pd.concat([mine, theirs]))
    found = np.where(codes == values.get_indexer([""])[0], np.nan, codes.astype(float))
    found = found * 2  # different groups are at least 1 apart
    return found[: len(mine)], found[len(mine) :]


def _logs(mine: pd.Series, theirs: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    left, right = (np.log(values.to_numpy(float)) for values in (mine, theirs))
    known = right[~np.isnan(right)]
    spread = np.ptp(known) if len(known) else 0.0
    spread = spread if spread > 0 else 1.0
    return left / spread, right / spread


def _apart(columns: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    total = shared = 0.0
    for left, right in columns:
        apart = np.minimum(np.abs(left[:, None] - right), 1.0)
        known = ~np.isnan(apart)
        total, shared = total + np.where(known, apart, 0.0), shared + known
    enough = (shared > 0) & (shared >= shared.max(axis=1, keepdims=True, initial=0) / 2)
    return np.where(enough, total / np.maximum(shared, 1), np.inf)


def _least(apart: np.ndarray, number: int) -> np.ndarray:
    ordered = np.round(apart / _ORDER) * _ORDER + _ORDER / 2 * np.linspace(0, 1, apart.shape[1])
    first = np.argpartition(ordered, number - 1, axis=1)[:, :number]
    rank = np.argsort(np.take_along_axis(ordered, first, axis=1), axis=1, kind="stable")
    first = np.take_along_axis(first, rank, axis=1)
    return np.where(np.isinf(np.take_along_axis(apart, first, axis=1)), -1, first)


def _joined(words: np.ndarray, nearest: np.ndarray) -> list[str]:
    return [", ".join(words[i] for i in row if i >= 0) for row in nearest.tolist()]
