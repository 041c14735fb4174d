"""The revenue that people know, held against the ledger."""

import pandas as pd

from kamlib.data.reduce.lines import KEPT
from kamlib.data.tables import Tables
from kamlib.errors import StoppedError
from kamlib.quarters import fiscal_year, parsed_quarter, parsed_year, quarter_told
from kamlib.words import _, count, number

ALL = "all"
_HALF_A_CENT = 0.005
_NEAR = 0.01  # of a difference: so near an amount may explain it
_FACTOR = 0.0005
_SHOWN = 3


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
        (period, amount, float(revenue[_within(months, period, tables.dataset.quarters)].sum()))
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
            period=period_told(row.period, tables.dataset.quarters),
            found=number(row.found),
            expected=number(row.expected),
            difference=("+" if row.difference > 0 else "−") + number(abs(row.difference)),
        )
        for row in wrong.itertuples()
    )
    first = wrong.iloc[0]
    hints = _hints(tables, first["expected"], first["found"])
    raise StoppedError(
        f"transactions: revenue is not what {tables.dataset.described_in.name} expects: "
        f"{told}{hints}; "
        "`kam check` shows where every row went"
    )


def _within(months: pd.PeriodIndex, period: str, freq: str) -> "pd.Series":
    """Which months belong to a year or quarter of the company, a month, or to all."""
    if period == ALL:
        within = [True] * len(months)
    elif "Q" in period:
        within = months.asfreq(freq) == parsed_quarter(period, freq)
    elif "-" in period:
        within = months == pd.Period(period, freq="M")
    else:
        within = fiscal_year(months.asfreq(freq)) == parsed_year(period)
    return pd.Series(within, dtype="bool")


def period_told(period: str, freq: str) -> str:
    """A period of ``expect`` as a reader sees it: a company's own quarter with its months."""
    return quarter_told(parsed_quarter(period, freq)) if "Q" in period else period


def _hints(tables: Tables, expected: float, found: float) -> str:
    """What may explain a difference: lines that do not count, or a factor between the two."""
    apart = found - expected
    fates = tables.ledger.fates
    out = fates[fates["step"] != KEPT].groupby(["step", "reason"], as_index=False)
    out = out[["rows", "revenue"]].sum()
    near = (out["revenue"].abs() - abs(apart)).abs() <= max(_NEAR * abs(apart), _HALF_A_CENT)
    shown = out[near] if near.any() else out[out["revenue"].abs() > _HALF_A_CENT]
    order = shown["revenue"].abs().sort_values(ascending=False, kind="stable").index[:_SHOWN]
    hints = [
        _("{rows} lines do not count ({reason}): {money}").format(
            rows=count(row.rows), reason=row.reason, money=number(row.revenue, 2)
        )
        for row in shown.loc[order].itertuples()
    ]
    factor = found / expected if expected else 0.0
    for known, why in _factors():
        if abs(factor / known - 1) < _FACTOR:
            hints.append(why)
    return "".join(f"; {hint}" for hint in hints)


def _factors() -> list[tuple[float, str]]:
    vat = [
        (1 + rate, _("found is {rate} % more: amounts with VAT?").format(rate=round(100 * rate)))
        for rate in (0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.13, 0.19, 0.2, 0.21, 0.22, 0.23, 0.25)
    ]
    return [
        (2.0, _("found is twice that: the same lines twice?")),
        (-1.0, _("found has the other sign")),
        *((f, _("found is {f:g} times that: the scale?").format(f=f)) for f in (10.0, 100.0, 1e3)),
        *((f, _("found is {f:g} of that: the scale?").format(f=f)) for f in (0.1, 0.01, 1e-3)),
        *vat,
    ]
