"""What an account brought in the twelve months up to a day of its own, such as its last order."""

import pandas as pd

YEAR = 12


def year_before(months: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Revenue and margin of the twelve calendar months up to and with each account's day.

    Later months that took money back belong to it: after an account's last order these are
    credits for what the twelve months brought. Hand over no month of a later order.

    Where margin is known for some of the months only, the others count as nothing earned.

    Parameters
    ----------
    months
        Account x month: ``account``, ``month``, ``revenue``, ``margin`` (NaN where unknown).
    days
        A day per account; an account without a day, or without sales then, has nothing.

    Returns
    -------
    Indexed as ``days``: ``revenue_a_year`` and ``margin_a_year`` (currency; margin NaN where it
    is unknown in every one of the months).

    >>> months = pd.DataFrame({"account": "a", "revenue": [5.0, 7.0], "margin": [None, 2.0],
    ...     "month": pd.PeriodIndex(["2024-01", "2024-12"], freq="M")})
    >>> year_before(months, pd.Series({"a": pd.Timestamp("2024-12-24")})).loc["a"].tolist()
    [12.0, 2.0]
    >>> back = months.assign(revenue=[5.0, -4.0])
    >>> year_before(back, pd.Series({"a": pd.Timestamp("2024-01-24")})).loc["a", "revenue_a_year"]
    np.float64(1.0)
    """
    own = per_row(days, months["account"])
    back = _ordinal(own.dt) - _ordinal(pd.PeriodIndex(months["month"]))
    credited = (back < 0) & (months["revenue"] < 0)
    inside = own.notna() & (((back >= 0) & (back < YEAR)) | credited)
    sums = months[inside].groupby("account")[["revenue", "margin"]].sum(min_count=1)
    found = sums.reindex(days.index).astype(float)
    columns = {"revenue": "revenue_a_year", "margin": "margin_a_year"}
    return found.rename(columns=columns).fillna({"revenue_a_year": 0.0})


def margin_or_assumed(money: pd.DataFrame, rate: float) -> pd.DataFrame:
    """The yearly margin, where it is unknown assumed from revenue at a rate.

    Returns
    -------
    Indexed as ``money``: ``margin_a_year`` (currency), ``margin_assumed`` (whether assumed).
    """
    unknown = money["margin_a_year"].isna()
    margin = money["margin_a_year"].fillna(rate * money["revenue_a_year"])
    return pd.DataFrame({"margin_a_year": margin, "margin_assumed": unknown}, money.index)


def usual_margin_rate(months: pd.DataFrame, otherwise: float) -> float:
    """Margin per revenue where margin is known (all months); ``otherwise`` where it is nowhere."""
    known = months[months["margin"].notna()]
    revenue = float(known["revenue"].sum())
    return float(known["margin"].sum()) / revenue if revenue > 0 else otherwise


def per_row(values: pd.Series, accounts: pd.Series) -> pd.Series:
    """The value of the account in each row (``Series.map`` fails on no days at all).

    >>> per_row(pd.Series({"a": 1.0}), pd.Series(["b", "a"])).tolist()
    [nan, 1.0]
    """
    return pd.Series(values.reindex(accounts).to_numpy(), accounts.index, dtype=values.dtype)


def _ordinal(dates) -> pd.Series:
    return dates.year * YEAR + dates.month
