"""Doubts about days: sales that are dated after today, or whose year alone is known."""

from collections.abc import Iterator

import pandas as pd

from kamlib.data.doubts.doubt import Answer, Doubt
from kamlib.data.files.layout import YEARS
from kamlib.data.read.asking import asked
from kamlib.data.read.conventions import YEAR_ONLY
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
    [row] = as_frame(asked(ledger.table, "ledger", query)).itertuples()
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


def year_doubts(dataset: DataSet, ledger: Ledger) -> Iterator[Doubt]:
    """The doubt whether sums of whole years are to count though their days are not known."""
    if not (told := whole_years(dataset, ledger)):
        return
    kept = ledger.kept
    facts = ledger.conventions[ledger.conventions["kind"] == YEAR_ONLY]
    if len(facts):
        parts = pd.MultiIndex.from_frame(facts[["file", "sheet"]])
        kept = kept[pd.MultiIndex.from_frame(kept[["file", "sheet"]]).isin(parts)]
    rows, total = int(kept["rows"].sum()), float(kept["revenue"].sum())
    what = _("{rows} sums ({money}) are of whole years: are they to count on their first days?")
    what = what.format(rows=count(rows), money=number(total, 2))
    proof = _("{told}. If that is too little, export the sales with documents or months.")
    means = _("each year counts as sold on its first day, and only years are to be looked at")
    yield Doubt(
        "whole_years", what, proof.format(told=told), (Answer("yes", means),),
        money=abs(total), rows=rows,
    )  # fmt: skip


def whole_years(dataset: DataSet, ledger: Ledger) -> str:
    """What is lost where only the years of the sales are known, as words; else empty.

    They stand as columns, or as all that a column of dates holds, or every line is dated on the
    first day of its year.
    """
    turned = dataset.tables["transactions"].unpivot
    by_column = turned is not None and turned.columns == (YEARS,)
    if not (by_column or YEAR_ONLY in {*ledger.conventions["kind"]} or _on_first_days(ledger)):
        return ""
    return _(
        "a year's sales all lie in its first quarter: quarters, months, seasons and the days of "
        "orders cannot be told, so silence, pace and forecasts mean nothing"
    )


def _on_first_days(ledger: Ledger) -> bool:
    """Whether the lines of several years are all dated 1 January."""
    query = """
        SELECT COUNT(DISTINCT date) AS days, COUNT(CASE WHEN MONTH(date) <> 1 OR DAY(date) <> 1
            THEN 1 END) AS others FROM ledger"""
    [row] = as_frame(asked(ledger.table, "ledger", query)).itertuples()
    return row.days > 1 and not row.others
