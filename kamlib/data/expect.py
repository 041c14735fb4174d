"""The revenue that people know, held against the ledger."""

import pandas as pd

from kamlib.data.tables import Tables
from kamlib.errors import StoppedError
from kamlib.words import _, number

ALL = "all"
_HALF_A_CENT = 0.005


def expected(tables: Tables) -> pd.DataFrame:
    """What is expected of the ledger, and what it holds.

    Returns
    -------
    One row per period of ``expect``: ``period`` (text), ``expected``, ``found``, ``difference``
    (found less expected; currency), ``agrees`` (to the cent).
    """
    known = tables.dataset.expect
    lines = tables.ledger.table
    by_month = (
        lines.group_by(month=lines["date"].truncate("M"))
        .aggregate(revenue=lines["revenue"].sum())
        .to_pyarrow()
        .to_pandas()
        if known
        else pd.DataFrame({"month": [], "revenue": []})
    )
    months = pd.PeriodIndex(pd.to_datetime(by_month["month"]), freq="M")
    revenue = by_month["revenue"].astype("float64")
    rows = [
        (period, amount, float(revenue[_within(months, period)].sum()))
        for period, amount in known.items()
    ]
    frame = pd.DataFrame(rows, columns=["period", "expected", "found"])
    frame["difference"] = frame["found"] - frame["expected"]
    return frame.assign(agrees=frame["difference"].abs() < _HALF_A_CENT)


def check_expected(tables: Tables) -> None:
    """Stop where the ledger does not hold the revenue that people know.

    Raises
    ------
    StoppedError
        A period's revenue differs by a cent or more.
    """
    frame = expected(tables)
    wrong = frame[~frame["agrees"]]
    if wrong.empty:
        return
    told = "; ".join(
        _("{period}: {found} instead of {expected} ({difference})").format(
            period=row.period,
            found=number(row.found),
            expected=number(row.expected),
            difference=("+" if row.difference > 0 else "−") + number(abs(row.difference)),
        )
        for row in wrong.itertuples()
    )
    raise StoppedError(
        f"transactions: revenue is not what {tables.dataset.described_in.name} expects: {told}; "
        "`kam check` shows where every row went"
    )


def _within(months: pd.PeriodIndex, period: str) -> "pd.Series":
    """Which months belong to a year, a quarter, a month, or to all."""
    if period == ALL:
        within = [True] * len(months)
    elif "Q" in period:
        within = months.asfreq("Q") == pd.Period(period, freq="Q")
    elif "-" in period:
        within = months == pd.Period(period, freq="M")
    else:
        within = months.year == int(period)
    return pd.Series(within, dtype="bool")
