"""What an account buys in all: from us in a year, and from competitors."""

import numpy as np
import pandas as pd

# A rival's share is an estimate: above this the estimate of the whole would be a guess.
MAX_RIVAL_SHARE = 0.95
MIN_MONTHS = 3


def wallets(
    classes: pd.DataFrame,
    competitors: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    months: int,
    bought: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Estimate what each account buys in a year, from us and in all.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.
    competitors
        The canonical side table, as known at ``as_of``.
    months
        Length of the window over which ``classes`` sums revenue.
    bought
        The table of ``lines_bought``: how much of each line it buys from us.

    Returns
    -------
    One row per account in the order of ``classes``: ``yearly`` (currency: net revenue of the
    window as for a whole year; an account whose first order lies in the window is scaled up from
    its months with us, at least 3; NaN where it is not positive); ``rival_share`` (0–1, NaN
    where nothing is recorded); ``wallet`` (currency, ``yearly / (1 - rival_share)``, the share
    taken as at most 0.95; NaN where either is unknown).
    """
    last, first = pd.Timestamp(as_of).to_period("M"), classes["first_order"]
    since = last.ordinal - first.astype("datetime64[us]").dt.to_period("M").array.asi8 + 1
    with_us = pd.Series(since, classes.index).where(first.notna(), months).clip(upper=months)
    yearly = classes["revenue"] * 12 / with_us.clip(lower=min(MIN_MONTHS, months))
    yearly = yearly.where(yearly > 0).astype(float)
    shares = rival_shares(competitors, bought).reindex(classes.index)
    wallet = yearly / (1 - shares.clip(upper=MAX_RIVAL_SHARE))
    return pd.DataFrame({"yearly": yearly, "rival_share": shares, "wallet": wallet})


def rival_shares(competitors: pd.DataFrame, bought: pd.DataFrame | None = None) -> pd.Series:
    """The share of its purchases that each account makes with competitors.

    A row without a product line speaks of all purchases: where there is one, such rows count
    alone. Else the share is what ``rival_lines`` finds that it buys elsewhere, of that and of
    all that it buys from us; where nothing is known of its lines, those on record count alike.

    Returns
    -------
    ``rival_share`` (0–1) per account with a recorded share.

    >>> rows = pd.DataFrame(
    ...     {
    ...         "account": ["a", "a", "a", "b"],
    ...         "competitor": ["X", "Y", "X", "X"],
    ...         "product_line": ["Tools", "Tools", "Safety", ""],
    ...         "share": [0.5, 0.3, 0.2, 0.4],
    ...         "seen_on": pd.NaT,
    ...     }
    ... )
    >>> rival_shares(rows).to_dict()
    {'a': 0.5, 'b': 0.4}
    >>> lines = pd.DataFrame({"Tools": [10.0], "Safety": [80.0]}, index=["a"])
    >>> rival_shares(rows, lines).to_dict()  # 40 of Tools and 20 of Safety, beside our 90
    {'a': 0.4, 'b': 0.4}
    """
    lines = rival_lines(competitors, bought)
    groups = lines.groupby("account")
    shares = groups["share"].mean()
    if bought is not None and len(lines):
        elsewhere, own = groups["elsewhere"].sum(min_count=1), bought.sum(axis=1)
        weighed = elsewhere / (elsewhere + own.reindex(shares.index))
        whole = groups["product_line"].min() == ""
        shares = shares.where(whole | weighed.isna(), weighed)
    index = pd.Index(shares.index, dtype="str", name="account")
    return pd.Series(shares.to_numpy(float), index, name="rival_share")


def rival_lines(competitors: pd.DataFrame, bought: pd.DataFrame | None = None) -> pd.DataFrame:
    """What each account buys of each line from competitors, as far as their share is recorded.

    Competitors of one line add up, to at most 1. Of several rows on the same competitor and line
    the latest counts. Where there is a row without a product line, which speaks of all
    purchases, the account's other rows are left out.

    Parameters
    ----------
    competitors
        The canonical side table, as known.
    bought
        The table of ``lines_bought``; without it no amount is known.

    Returns
    -------
    One row per account and line on record: ``account``, ``product_line`` ("" for all);
    ``share`` (0–1, of the competitors); ``elsewhere`` (currency a year: what it buys of the line
    from us times share / (1 - share), the share taken as at most 0.95; a line that it buys only
    elsewhere is taken to be as large as its line in the middle; NaN for an account that is not
    in ``bought``).
    """
    known = competitors[competitors["share"].notna()]
    texts = {name: known[name].fillna("").astype("str") for name in ("competitor", "product_line")}
    known = known.assign(**texts).sort_values(
        ["seen_on", "share"], na_position="first", kind="stable"
    )
    known = known.drop_duplicates(["account", "competitor", "product_line"], keep="last")
    lines = known.groupby(["account", "product_line"])["share"].agg(_total).reset_index()
    overall = lines["product_line"] == ""
    whole = lines["account"].isin(lines.loc[overall, "account"])
    lines = lines[overall | ~whole].reset_index(drop=True)
    return lines.assign(elsewhere=_elsewhere(lines, bought))


def _elsewhere(lines: pd.DataFrame, bought: pd.DataFrame | None) -> np.ndarray:
    amounts = np.full(len(lines), np.nan)
    if bought is None or lines.empty:
        return amounts
    row = bought.index.get_indexer(lines["account"])
    column = bought.columns.get_indexer(lines["product_line"])
    share = lines["share"].to_numpy(float)
    capped = np.minimum(share, MAX_RIVAL_SHARE)
    there, of_line = row >= 0, (row >= 0) & (column >= 0)
    values, held = bought.to_numpy(float), np.zeros(bought.shape)
    held[row[of_line], column[of_line]] = capped[of_line]
    needs = np.where(values > 0, values / (1 - held), np.nan)
    middle = pd.DataFrame(needs).median(axis=1).to_numpy()
    own = np.zeros(len(lines))
    own[of_line] = values[row[of_line], column[of_line]]
    overall = there & (lines["product_line"] == "").to_numpy()
    own[overall] = values.sum(axis=1)[row[overall]]
    amounts[there] = share[there] * middle[row[there]]
    return np.where(own > 0, own * capped / (1 - capped), amounts)


def _total(shares: pd.Series) -> float:
    """In order of size, so that the order of rows does not move the last digit."""
    return min(1.0, float(np.sort(shares.to_numpy(float), kind="stable").sum()))
