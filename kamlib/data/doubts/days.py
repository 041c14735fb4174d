"""Doubts about days: sales that are dated after today."""

from collections.abc import Iterator

import pandas as pd

from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.read.conversion import as_frame, quoted
from kamlib.data.read.dataset import DataSet
from kamlib.data.reduce.ledger import Ledger
from kamlib.words import _, count, number

_AHEAD = pd.Timedelta(days=31)  # what is invoiced for next month is no error


def day_doubts(dataset: DataSet, ledger: Ledger, *, today: pd.Timestamp) -> Iterator[Doubt]:
    """The doubt that lines dated after today are typing errors, or day and month are turned.

    Parameters
    ----------
    dataset, ledger
        The data set and its lines.
    today
        The day of the run.
    """
    limit = (pd.Timestamp(today).normalize() + _AHEAD).strftime("%Y-%m-%d")
    query = f"""
        SELECT CAST(COALESCE(SUM(lines), 0) AS BIGINT) AS rows,
            CAST(COALESCE(SUM(revenue), 0) AS DOUBLE) AS revenue,
            CAST(COALESCE(SUM(ABS(revenue)), 0) AS DOUBLE) AS money, MAX(date) AS last
        FROM ledger WHERE date > DATE '{limit}'"""
    [row] = as_frame(ledger.table.alias("ledger").sql(query, dialect="duckdb")).itertuples()
    if not row.rows:
        return
    what = _(
        "{rows} lines ({money}) are dated after today, up to {last}: do they count, or are day "
        "and month in the wrong order or mistyped?"
    ).format(rows=count(int(row.rows)), money=number(row.revenue, 2), last=f"{row.last:%Y-%m-%d}")
    date = dataset.tables["transactions"].columns.get("date", quoted("date"))
    rule = {
        "reason": _("dated after {day}").format(day=limit),
        "where": f"({date}) > DATE '{limit}'",
    }
    answers = (
        Answer("count", _("they count as sales of those days")),
        Answer("out", _("they are left out"), {"exclude": [rule]}),
    )
    proof = _("a sale of the future is rare; the option dates sets the order of day and month")
    yield Doubt("days_ahead", what, proof, answers, "", "count", float(row.money), int(row.rows))
