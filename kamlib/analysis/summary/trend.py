"""The key figures of the last quarters, and what each account changed by."""

import pandas as pd

QUARTER, YEAR = 3, 12  # months
SHOWN = 8  # quarters


def trend(
    months: pd.DataFrame, *, as_of: pd.Timestamp, data_from: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Revenue, margin and buyers of the last eight quarters and of the year up to each.

    Parameters
    ----------
    months
        The book's account x month frame.
    as_of
        Last day of the quarter.
    data_from
        The first day of the data, that of the first month where it is not given.

    Returns
    -------
    Indexed by ``month``, the last one of each quarter, this quarter's last: ``revenue``,
    ``margin`` (currency), ``buyers`` (accounts that ordered), ``rate`` (margin per revenue where
    a margin is known); ``year``, ``year_margin``, ``year_buyers``, ``year_rate`` of twelve
    months. Missing where the data begins within the span; of this quarter they are what there is.
    """
    end = pd.Timestamp(as_of).to_period("M")
    begins = months["month"].min() if len(months) else end
    first = begins if data_from is None else pd.Timestamp(data_from).to_period("M")
    rows = {}
    for month in (end - QUARTER * back for back in reversed(range(SHOWN))):
        rows[month] = [
            value if month == end or first <= month - length + 1 else float("nan")
            for length in (QUARTER, YEAR)
            for value in _sums(months[_within(months, month, length)])
        ]
    names = ["revenue", "margin", "buyers", "rate"]
    names += ["year", "year_margin", "year_buyers", "year_rate"]
    index = pd.PeriodIndex(list(rows), freq="M", name="month")
    return pd.DataFrame(list(rows.values()), index, names, dtype=float)


def account_changes(
    months: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    base: pd.Timestamp | None,
    length: int = QUARTER,
) -> pd.DataFrame:
    """What each account brought in the quarter and in the one that it is held against.

    Parameters
    ----------
    as_of, base
        The last days of the two quarters; without ``base`` nothing is compared.
    length
        How many months each of the two has, where they are no quarters.

    Returns
    -------
    Indexed by account, of those with a sale in either: ``revenue``, ``margin`` now,
    ``revenue_before``, ``margin_before`` (currency; 0 without a sale, NaN where all is unknown).
    """
    spans = {"": as_of} if base is None else {"": as_of, "_before": base}
    sums = {}
    for name, day in spans.items():
        inside = months[_within(months, pd.Timestamp(day).to_period("M"), length)]
        sums[name] = inside.groupby("account")[["revenue", "margin"]].sum(min_count=1)
    accounts = pd.concat(sums.values()).sort_index(kind="stable").index.unique()
    parts = [_of_all(part, accounts).add_suffix(name) for name, part in sums.items()]
    found = pd.concat(parts, axis=1)
    if base is None:
        return found.assign(revenue_before=float("nan"), margin_before=float("nan"))
    return found


def _of_all(sums: pd.DataFrame, accounts: pd.Index) -> pd.DataFrame:
    """Sums of all accounts: who bought nothing earned nothing, an unknown margin stays so."""
    found = sums.reindex(accounts)
    found.loc[~accounts.isin(sums.index)] = 0.0
    return found


def _sums(inside: pd.DataFrame) -> list[float]:
    bought = inside.loc[inside["order_days"] > 0, "account"].nunique()
    margin = inside["margin"].sum(min_count=1)
    of = inside.loc[inside["margin"].notna(), "revenue"].sum()
    rate = margin / of if of > 0 else float("nan")
    return [inside["revenue"].sum(), margin, float(bought), rate]


def _within(months: pd.DataFrame, end: pd.Period, length: int) -> pd.Series:
    return (months["month"] > end - length) & (months["month"] <= end)
