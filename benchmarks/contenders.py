"""The ways to the same two account frames: kamlib, hand-written SQL, pandas.

Each takes a data set's folder and returns ``months`` (value and rhythm per account and month) and
``orders`` (order statistics per account on the last day), as :mod:`kamlib.data.frames` has them.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks.ledgers import AS_OF

Frames = tuple[pd.DataFrame, pd.DataFrame]


def kamlib_frames(folder: Path) -> Frames:
    """Through kamlib; cold or warm is a matter of what ``KAM_CACHE`` holds."""
    from kamlib.data.frames import account_months, order_statistics
    from kamlib.data.read.dataset import load_dataset
    from kamlib.data.reduce.ledger import open_ledger
    from kamlib.data.reduce.opening import engine_of

    dataset = load_dataset(folder)
    ledger = open_ledger(engine_of(dataset), dataset).table
    as_of = pd.Timestamp(AS_OF)
    return account_months(ledger, as_of), order_statistics(ledger, [as_of])


def sql_decimal_frames(folder: Path) -> Frames:
    """Hand-written DuckDB SQL on the file, money added exactly."""
    return _sql_frames(folder, "DECIMAL(18, 4)")


def sql_double_frames(folder: Path) -> Frames:
    """Hand-written DuckDB SQL on the file, money added as floats."""
    return _sql_frames(folder, "DOUBLE")


def _sql_frames(folder: Path, money: str) -> Frames:
    """One pass over the lines to account x day; both frames are made from that."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"""
        CREATE TEMP TABLE days AS
        SELECT account, CAST(date AS DATE) AS date, SUM(CAST(revenue AS {money})) AS revenue,
            SUM(CAST(margin AS {money})) AS margin, MAX(revenue) > 0 AS ordered
        FROM read_parquet('{folder / "sales.parquet"}')
        WHERE date < DATE '{AS_OF}' + 1 GROUP BY ALL""")
    connection.execute("""
        CREATE TEMP TABLE gaps AS
        SELECT account, date, date - LAG(date) OVER (PARTITION BY account ORDER BY date) AS gap
        FROM days WHERE ordered""")
    months = connection.execute("""
        WITH rhythm AS (
            SELECT account, DATE_TRUNC('month', date) AS month, COUNT(*) AS order_days,
                COUNT(gap) AS gaps, SUM(gap) AS gap_days, SUM(gap * gap) AS gap_days_squared
            FROM gaps GROUP BY ALL
        ), value AS (
            SELECT account, DATE_TRUNC('month', date) AS month,
                CAST(SUM(revenue) AS DOUBLE) AS revenue, CAST(SUM(margin) AS DOUBLE) AS margin
            FROM days GROUP BY ALL
        )
        SELECT account, month, revenue, margin, COALESCE(order_days, 0) AS order_days,
            COALESCE(gaps, 0) AS gaps, CAST(COALESCE(gap_days, 0) AS BIGINT) AS gap_days,
            CAST(COALESCE(gap_days_squared, 0) AS BIGINT) AS gap_days_squared
        FROM value LEFT JOIN rhythm USING (account, month) ORDER BY account, month""").df()
    orders = connection.execute("""
        SELECT account, MIN(date) AS first_order, MAX(date) AS last_order, COUNT(*) AS order_days,
            COUNT(gap) AS gaps, MEDIAN(gap) AS gap_median, AVG(gap) AS gap_mean,
            STDDEV_POP(gap) AS gap_sd, SUM(LN(gap)) AS gap_log_sum
        FROM gaps GROUP BY account ORDER BY account""").df()
    return months, orders


def pandas_frames(folder: Path) -> Frames:
    """Pandas, reading only the four columns that it needs."""
    import numpy as np

    lines = pd.read_parquet(
        folder / "sales.parquet", columns=["account", "date", "revenue", "margin"]
    )
    lines = lines[lines["date"] < pd.Timestamp(AS_OF) + pd.Timedelta(days=1)]
    lines["date"] = lines["date"].dt.normalize()
    days = lines.loc[lines["revenue"] > 0, ["account", "date"]].drop_duplicates()
    days = days.sort_values(["account", "date"])
    days["month"] = days["date"].dt.to_period("M").dt.to_timestamp()
    days["gap"] = days.groupby("account")["date"].diff().dt.days
    days["gap_squared"] = days["gap"] ** 2
    days["gap_log"] = np.log(days["gap"])
    lines["month"] = lines["date"].astype("datetime64[s]").to_numpy().astype("datetime64[M]")
    key = ["account", "month"]
    rhythm = days.groupby(key).agg(
        order_days=("date", "size"), gaps=("gap", "count"), gap_days=("gap", "sum"),
        gap_days_squared=("gap_squared", "sum"),
    )  # fmt: skip
    months = lines.groupby(key)[["revenue", "margin"]].sum().join(rhythm).fillna(0)
    by_account = days.groupby("account")
    orders = by_account.agg(
        first_order=("date", "min"), last_order=("date", "max"), order_days=("date", "size"),
        gaps=("gap", "count"), gap_median=("gap", "median"), gap_mean=("gap", "mean"),
    )  # fmt: skip
    orders["gap_sd"] = by_account["gap"].std(ddof=0)
    orders["gap_log_sum"] = by_account["gap_log"].sum(min_count=1)
    return months.reset_index(), orders.reset_index()


CONTENDERS: dict[str, Callable[[Path], Frames]] = {
    "SQL, decimal": sql_decimal_frames,
    "SQL, double": sql_double_frames,
    "kamlib, cold": kamlib_frames,
    "kamlib, warm": kamlib_frames,
    "pandas": pandas_frames,
}


def comparable(frames: Frames) -> dict[str, pd.DataFrame]:
    """The two frames in one form: the same columns, types and order."""
    months, orders = frames
    # What was sent back is told apart in the ledger only, where days are split by line and region.
    months = months.drop(columns="returned", errors="ignore")
    month = months["month"]
    if isinstance(month.dtype, pd.PeriodDtype):
        month = month.dt.to_timestamp()
    months = months.assign(month=month.astype("datetime64[us]"))
    orders = orders.drop(columns="as_of", errors="ignore")
    days = ["first_order", "last_order"]
    orders[days] = orders[days].astype("datetime64[us]")
    whole = ["order_days", "gaps", "gap_days", "gap_days_squared"]
    months[whole] = months[whole].astype("int64")
    return {"months": months, "orders": orders}
