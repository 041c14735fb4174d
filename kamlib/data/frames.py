"""The frames that analyses see: each is one query on the day ledger.

The ledger's money is exact decimal and is summed exactly before it becomes a float, so the same
ledger gives the same frame to the last bit, however many cores added it up.
"""

from collections.abc import Sequence

import ibis
import pandas as pd

from kamlib.data.read.asking import asked
from kamlib.data.read.conversion import as_frame
from kamlib.quarters import CALENDAR, first_day_sql, quarter_of

# What of a sale revenue can be split by, beside the account.
PARTS = ("product_line", "region", "channel", "manager")

_DAYS = """
    SELECT account, date, date - LAG(date) OVER (PARTITION BY account ORDER BY date) AS gap
    FROM (SELECT DISTINCT account, date FROM ledger WHERE ordered > 0)
"""


def account_months(ledger: ibis.Table, as_of: pd.Timestamp) -> pd.DataFrame:
    """Value and order days per account and month, up to a day.

    Parameters
    ----------
    ledger
        The day ledger.
    as_of
        The last day that counts, inclusive.

    Returns
    -------
    One row per account and month with any line, by account and month: ``account``; ``month``
    (period); ``revenue``, ``margin`` (currency; margin missing where no line has one);
    ``order_days`` (days on which something positive remains); ``gaps``, ``gap_days``,
    ``gap_days_squared`` (of the gaps between order days that end in the month: number, sum, sum
    of squares); ``returned`` (currency, positive: what ledger rows below zero took back).
    """
    query = f"""
        WITH days AS ({_DAYS}),
        rhythm AS (
            SELECT account, DATE_TRUNC('month', date) AS month, COUNT(*) AS order_days,
                COUNT(gap) AS gaps, CAST(COALESCE(SUM(gap), 0) AS BIGINT) AS gap_days,
                CAST(COALESCE(SUM(gap * gap), 0) AS BIGINT) AS gap_days_squared
            FROM days WHERE date <= {_date(as_of)} GROUP BY 1, 2
        ),
        value AS (
            SELECT account, DATE_TRUNC('month', date) AS month,
                CAST(SUM(revenue) AS DOUBLE) AS revenue, CAST(SUM(margin) AS DOUBLE) AS margin,
                CAST(SUM(GREATEST(-revenue, 0)) AS DOUBLE) AS returned
            FROM ledger WHERE date <= {_date(as_of)} GROUP BY 1, 2
        )
        SELECT value.account, value.month, revenue, margin,
            COALESCE(order_days, 0) AS order_days, COALESCE(gaps, 0) AS gaps,
            COALESCE(gap_days, 0) AS gap_days, COALESCE(gap_days_squared, 0) AS gap_days_squared,
            returned
        FROM value LEFT JOIN rhythm ON value.account = rhythm.account
            AND value.month = rhythm.month
        ORDER BY 1, 2
    """
    frame = _frame(ledger, query)
    return frame.assign(month=pd.PeriodIndex(frame["month"], freq="M"))


def order_statistics(ledger: ibis.Table, dates: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """When and how regularly each account ordered, as seen at each of some days.

    Returns
    -------
    One row per day and account that had ordered by then, in that order: ``as_of``; ``account``;
    ``first_order``, ``last_order``; ``order_days``; ``gaps`` (number); ``gap_median``,
    ``gap_mean``, ``gap_sd`` (days, population; missing without a gap); ``gap_log_sum`` (sum of
    the gaps' natural logarithms).
    """
    listed = ", ".join(f"({_date(date)})" for date in dates)
    # The sd from exact whole sums and logs as decimals: adding in any order gives the same.
    query = f"""
        WITH days AS ({_DAYS}), seen (as_of) AS (VALUES {listed})
        SELECT as_of, account, MIN(date) AS first_order, MAX(date) AS last_order,
            COUNT(*) AS order_days, COUNT(gap) AS gaps, MEDIAN(gap) AS gap_median,
            SUM(gap) / COUNT(gap) AS gap_mean,
            SQRT(GREATEST(COUNT(gap) * SUM(gap * gap) - SUM(gap) * SUM(gap), 0)) / COUNT(gap)
                AS gap_sd,
            CAST(SUM(CAST(LN(gap) AS DECIMAL(18, 12))) AS DOUBLE) AS gap_log_sum
        FROM days JOIN seen ON days.date <= seen.as_of
        GROUP BY as_of, account ORDER BY as_of, account
    """
    return _frame(ledger, query)


def order_gaps(ledger: ibis.Table, as_of: pd.Timestamp) -> pd.DataFrame:
    """Every order day of every account, and how long it had been silent before.

    Returns
    -------
    One row per account and order day up to ``as_of``, in that order: ``account``; ``date``;
    ``gap`` (days since its order before, missing at the first).
    """
    query = f"""
        WITH days AS ({_DAYS})
        SELECT account, date, CAST(gap AS DOUBLE) AS gap FROM days
        WHERE date <= {_date(as_of)} ORDER BY 1, 2
    """
    return _frame(ledger, query)


def account_line_quarters(
    ledger: ibis.Table, as_of: pd.Timestamp, freq: str = CALENDAR
) -> pd.DataFrame:
    """Value per account, product line and quarter of the company's year, up to a day.

    Returns
    -------
    One row per combination with any line, sorted by it: ``account``; ``product_line`` (empty
    where unknown); ``quarter`` (period); ``revenue``, ``margin`` (currency); ``order_days``.
    """
    query = f"""
        SELECT account, COALESCE(product_line, '') AS product_line,
            {first_day_sql(freq)} AS quarter, CAST(SUM(revenue) AS DOUBLE) AS revenue,
            CAST(SUM(margin) AS DOUBLE) AS margin,
            COUNT(DISTINCT CASE WHEN ordered > 0 THEN date END) AS order_days
        FROM ledger WHERE date <= {_date(as_of)} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """
    frame = _frame(ledger, query)
    return frame.assign(quarter=pd.PeriodIndex(frame["quarter"], freq=freq))


def account_part_quarters(
    ledger: ibis.Table, as_of: pd.Timestamp, part: str, freq: str = CALENDAR
) -> pd.DataFrame:
    """Revenue per account, quarter and one part of the sales, up to a day.

    Parameters
    ----------
    part
        ``product_line``, ``region``, ``channel`` or ``manager``, as the lines have it.
    freq
        The frequency of the company's quarters.

    Returns
    -------
    One row per combination with any line, sorted by it: ``account``; ``key`` (the part; empty
    where the line names none); ``quarter`` (period); ``revenue`` (currency).

    Raises
    ------
    ValueError
        There is no such part.
    """
    if part not in PARTS:
        raise ValueError(f'part "{part}": expected one of {", ".join(PARTS)}')
    query = f"""
        SELECT account, COALESCE({part}, '') AS key, {first_day_sql(freq)} AS quarter,
            CAST(SUM(revenue) AS DOUBLE) AS revenue
        FROM ledger WHERE date <= {_date(as_of)} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """
    frame = _frame(ledger, query)
    return frame.assign(quarter=pd.PeriodIndex(frame["quarter"], freq=freq))


def latest_attributes(ledger: ibis.Table, as_of: pd.Timestamp) -> pd.DataFrame:
    """Manager, region and channel of each account as its latest lines have them.

    Returns
    -------
    Indexed by account (every account with a line): ``manager``, ``region``, ``channel`` (text,
    empty where unknown). Of several on the latest day the one with the most revenue ever counts.
    """
    columns = [_latest(name) for name in ("manager", "region", "channel")]
    query = f"""
        WITH accounts AS (
            SELECT DISTINCT account FROM ledger WHERE date <= {_date(as_of)}
        )
        SELECT accounts.account, {", ".join(f"COALESCE({n}.value, '') AS {n}" for n, _ in columns)}
        FROM accounts {" ".join(sql.format(as_of=_date(as_of)) for _, sql in columns)}
        ORDER BY accounts.account
    """
    return _frame(ledger, query).set_index("account")


def account_days(ledger: ibis.Table, as_of: pd.Timestamp, accounts: Sequence[str]) -> pd.DataFrame:
    """What some accounts bought and sent back on each day, up to a day.

    Returns
    -------
    One row per account and day with any line, in that order: ``account``; ``date``;
    ``revenue``, ``margin`` (currency; margin missing where no line has one); ``ordered``
    (whether anything positive remains: an order day).
    """
    chosen = ledger.filter(ledger["account"].isin(list(accounts)))
    query = f"""
        SELECT account, date, CAST(SUM(revenue) AS DOUBLE) AS revenue,
            CAST(SUM(margin) AS DOUBLE) AS margin, SUM(ordered) > 0 AS ordered
        FROM ledger WHERE date <= {_date(as_of)} GROUP BY 1, 2 ORDER BY 1, 2
    """
    return _frame(chosen, query)


def manager_days(
    ledger: ibis.Table, as_of: pd.Timestamp, accounts: Sequence[str], since: pd.Timestamp
) -> pd.DataFrame:
    """What some accounts bought on each day, by the manager whom the lines name.

    Returns
    -------
    One row per account, day, manager and product line (each empty where the lines name none)
    with any line from ``since`` to ``as_of``, in that order: ``account``; ``date``; ``manager``;
    ``product_line``; ``lines`` (number); ``revenue`` (currency).
    """
    chosen = ledger.filter(ledger["account"].isin(list(accounts)))
    query = f"""
        SELECT account, date, COALESCE(manager, '') AS manager,
            COALESCE(product_line, '') AS product_line, CAST(SUM(lines) AS BIGINT) AS lines,
            CAST(SUM(revenue) AS DOUBLE) AS revenue
        FROM ledger WHERE date BETWEEN {_date(since)} AND {_date(as_of)}
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    """
    return _frame(chosen, query)


def manager_quarters(
    ledger: ibis.Table, as_of: pd.Timestamp, seen_to: pd.Timestamp, freq: str = CALENDAR
) -> pd.DataFrame:
    """What each manager sold per quarter, as the lines name the manager.

    Parameters
    ----------
    as_of
        Last day of the reported quarter.
    seen_to
        The last day that is known of: ``as_of``, or earlier in an open quarter.
    freq
        The frequency of the company's quarters.

    Returns
    -------
    One row per manager (empty where the lines name none) and quarter with any line up to
    ``as_of``: ``manager``; ``quarter`` (period); ``revenue``, ``margin`` (currency);
    ``revenue_to_day`` (of the same number of days into the quarter as ``seen_to`` is into its
    own: what a run-rate compares).
    """
    first_day = first_day_sql(freq)
    into = (seen_to - quarter_of(as_of, freq).start_time).days
    query = f"""
        SELECT COALESCE(manager, '') AS manager, {first_day} AS quarter,
            CAST(SUM(revenue) AS DOUBLE) AS revenue, CAST(SUM(margin) AS DOUBLE) AS margin,
            CAST(SUM(CASE WHEN date - CAST({first_day} AS DATE) <= {into}
                THEN revenue ELSE 0 END) AS DOUBLE) AS revenue_to_day
        FROM ledger WHERE date <= {_date(as_of)} GROUP BY 1, 2 ORDER BY 1, 2
    """
    frame = _frame(ledger, query)
    return frame.assign(quarter=pd.PeriodIndex(frame["quarter"], freq=freq))


def ledger_span(ledger: ibis.Table) -> pd.DataFrame:
    """Lines per month of the whole ledger: ``month``, ``lines``, ``first``, ``last`` (days)."""
    query = """
        SELECT DATE_TRUNC('month', date) AS month, CAST(SUM(lines) AS BIGINT) AS lines,
            MIN(date) AS first, MAX(date) AS last
        FROM ledger GROUP BY 1 ORDER BY 1
    """
    return _frame(ledger, query)


def sold_by_month(ledger: ibis.Table) -> pd.Series:
    """Net revenue (currency) by month of the whole ledger, indexed by its text ("2024-10")."""
    query = """
        SELECT STRFTIME(date, '%Y-%m') AS month, CAST(SUM(revenue) AS DOUBLE) AS revenue
        FROM ledger GROUP BY 1 ORDER BY 1
    """
    return _frame(ledger, query).set_index("month")["revenue"]


def account_spans(ledger: ibis.Table) -> pd.DataFrame:
    """Each account of the whole ledger: ``account``, ``revenue``, ``first`` and ``last`` (day)."""
    query = """
        SELECT account, CAST(SUM(revenue) AS DOUBLE) AS revenue,
            MIN(date) AS first, MAX(date) AS last
        FROM ledger GROUP BY 1 ORDER BY 1
    """
    return _frame(ledger, query)


def ledger_totals(ledger: ibis.Table, as_of: pd.Timestamp) -> pd.DataFrame:
    """Lines and revenue up to a day and after it: ``later`` (bool), ``rows``, ``revenue``."""
    query = f"""
        SELECT date > {_date(as_of)} AS later, CAST(SUM(lines) AS BIGINT) AS rows,
            CAST(SUM(revenue) AS DOUBLE) AS revenue
        FROM ledger GROUP BY 1 ORDER BY 1
    """
    return _frame(ledger, query)


def ledger_gaps(ledger: ibis.Table) -> pd.DataFrame:
    """How many lines name no product line, region or channel, and their money.

    Returns
    -------
    One row per part that some line names, but not all: ``part``; ``rows``; ``revenue``
    (currency); ``share`` (0–1, of all money, returns counted as positive).
    """
    queries = [
        f"""
        SELECT '{part}' AS part,
            CAST(SUM(CASE WHEN {part} IS NULL THEN lines ELSE 0 END) AS BIGINT) AS rows,
            CAST(SUM(CASE WHEN {part} IS NULL THEN revenue ELSE 0 END) AS DOUBLE) AS revenue,
            CAST(SUM(CASE WHEN {part} IS NULL THEN ABS(revenue) ELSE 0 END) AS DOUBLE)
                / NULLIF(CAST(SUM(ABS(revenue)) AS DOUBLE), 0) AS share
        FROM ledger HAVING COUNT({part}) > 0"""
        for part in PARTS
        if part != "manager"
    ]
    found = _frame(ledger, " UNION ALL ".join(queries))
    return found[found["rows"] > 0].reset_index(drop=True)


def _latest(name: str) -> tuple[str, str]:
    ranked = (
        f"SELECT account, {name} AS value, ROW_NUMBER() OVER (PARTITION BY account "
        f"ORDER BY MAX(date) DESC, SUM(revenue) DESC, {name}) AS place FROM ledger "
        f"WHERE {name} IS NOT NULL AND date <= {{as_of}} GROUP BY account, {name}"
    )
    join = f"LEFT JOIN ({ranked}) AS {name} ON {name}.account = accounts.account"
    return name, f"{join} AND {name}.place = 1"


def _frame(ledger: ibis.Table, query: str) -> pd.DataFrame:
    return as_frame(asked(ledger, "ledger", query))


def _date(day: pd.Timestamp) -> str:
    return f"DATE '{pd.Timestamp(day):%Y-%m-%d}'"
