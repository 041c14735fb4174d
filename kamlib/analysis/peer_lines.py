"""What accounts like this one buy and it does not: a simple look, explained line by line."""

import pandas as pd

from kamlib.words import _, count, share

COLUMNS = ("product_line", "peers", "peer_share", "expected_value", "why")
YEAR = 4  # quarters


def peer_lines(
    account: str,
    line_quarters: pd.DataFrame,
    accounts: pd.DataFrame,
    classes: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    min_peers: int,
    peer_share: float,
) -> pd.DataFrame:
    """Lines that similar accounts buy and this one has not bought for twelve months.

    Similar are accounts of the same industry and ABC class; where too few of them buy, of the
    same industry; then of the same class; then all. Of those that buy the line, the median part
    that it has in what they buy, times what this account buys, is what it may be worth, at most
    what the largest of them buys of it.

    Parameters
    ----------
    line_quarters, accounts
        The book's frames of all accounts.
    classes
        The table of ``abc_xyz``.
    min_peers
        So many similar accounts must have bought anything in the twelve months.
    peer_share
        A line counts where so large a share (0–1) of them bought it.

    Returns
    -------
    One row per line, the most value first: ``product_line``; ``peers`` (number of similar
    accounts), ``peer_share`` (of them that buy the line); ``expected_value`` (currency a year,
    NaN where this account bought nothing); ``why``.
    """
    end = pd.Timestamp(as_of).to_period("Q")
    quarter = line_quarters["quarter"]
    year = line_quarters[(quarter > end - YEAR) & (quarter <= end)]
    bought = year.pivot_table(
        index="account", columns="product_line", values="revenue", aggfunc="sum"
    )
    bought = bought.fillna(0.0).drop(columns="", errors="ignore").clip(lower=0)
    bought = bought[bought.sum(axis=1) > 0]
    peers, alike = _peers(account, bought.index, accounts, classes, min_peers)
    if not len(peers):
        return _table([])
    own = bought.reindex([account]).iloc[0].fillna(0.0)
    theirs = bought.loc[peers]
    buyers = (theirs > 0).mean()
    part = theirs.div(theirs.sum(axis=1), axis=0).where(theirs > 0).median()
    rows = []
    for line in own.index[(own <= 0) & (buyers >= peer_share)]:
        value = min(part[line] * own.sum(), theirs[line].max()) if own.sum() > 0 else float("nan")
        why = _("{share} of {n} {alike} buy it; with them it is {part} of what they buy")
        why = why.format(
            share=share(buyers[line], 0), n=count(len(peers)), alike=alike, part=share(part[line])
        )
        rows.append((line, len(peers), buyers[line], value, why))
    return _table(rows).sort_values("expected_value", ascending=False, ignore_index=True)


def _peers(
    account: str, buying: pd.Index, accounts: pd.DataFrame, classes: pd.DataFrame, min_peers: int
) -> tuple[pd.Index, str]:
    industry = accounts["industry"].reindex(buying).astype("str").fillna("")
    abc = classes["abc"].astype("str").reindex(buying).fillna("")
    own_industry = accounts["industry"].get(account)
    own_industry = "" if pd.isna(own_industry) else str(own_industry)
    own_abc = str(classes["abc"].get(account, ""))
    others = buying != account
    same_industry = others & (industry == own_industry).to_numpy() & (own_industry != "")
    same_abc = others & (abc == own_abc).to_numpy() & (own_abc != "")
    tiers = (
        (same_industry & same_abc, _("accounts of the same industry and class")),
        (same_industry, _("accounts of the same industry")),
        (same_abc, _("accounts of the same class")),
        (others, _("accounts")),
    )
    for chosen, alike in tiers:
        if chosen.sum() >= min_peers:
            return buying[chosen], alike
    return buying[:0], ""


def _table(rows: list[tuple]) -> pd.DataFrame:
    kinds = {"product_line": "str", "peers": int, "peer_share": float, "expected_value": float}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({**kinds, "why": "str"})
