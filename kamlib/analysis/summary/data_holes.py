"""What of the data makes a quarter's figures doubtful, in sentences."""

import pandas as pd

from kamlib.quarters import month_told
from kamlib.words import _, count, day, share

YEAR = 12
_NAMED = 3


def data_holes(
    months: pd.DataFrame,
    *,
    data_from: pd.Timestamp,
    as_of: pd.Timestamp,
    data_to: pd.Timestamp,
    complete: bool,
    quarter: str,
    unused: float,
    most_unused: float,
) -> list[str]:
    """What the data lacks: the rest of an open quarter, months without any sale, unused lines.

    Parameters
    ----------
    months
        The book's account x month frame.
    data_from, data_to
        The first and the last day that there is data of.
    complete
        Whether the data reaches the quarter's end.
    quarter
        What the quarter is called.
    unused, most_unused
        Share (0–1) of the lines that could not be used, and how much of them is nothing to tell.

    Returns
    -------
    A sentence each; empty where nothing is to be told.
    """
    told = []
    if not complete:
        text = _("{quarter} is not over: the data ends on {day}.")
        told.append(text.format(quarter=quarter, day=day(data_to)))
    empty = missing_months(months, begins=data_from, ends=min(as_of, data_to))
    if empty:
        names = ", ".join(month_told(month.start_time) for month in empty[:_NAMED])
        text = _("The data has a hole: no sale at all in {months}.")
        if len(empty) > _NAMED:
            text = _("The data has holes: no sale at all in {months} and {n} more months.")
        told.append(text.format(months=names, n=count(len(empty) - _NAMED)))
    if unused > most_unused:
        text = _("{part} of all lines could not be used.")
        told.append(text.format(part=share(unused)))
    return told


def missing_months(
    months: pd.DataFrame, *, begins: pd.Timestamp, ends: pd.Timestamp
) -> list[pd.Period]:
    """The months of the last two years without any sale though their season has some.

    A company that never sells in August has no hole there: a month is missing where the same
    month of another year has sales, or where no other year is known and the months on both
    sides have some.

    >>> frame = pd.DataFrame({"month": pd.PeriodIndex(["2025-01", "2025-03"], freq="M")})
    >>> missing_months(frame, begins=pd.Timestamp("2025-01-01"), ends=pd.Timestamp("2025-03-31"))
    [Period('2025-02', 'M')]
    """
    sold = set(months["month"])
    first, last = pd.Timestamp(begins).to_period("M"), pd.Timestamp(ends).to_period("M")
    span = pd.period_range(max(first, last - 2 * YEAR + 1), last, freq="M")
    found = []
    for month in (each for each in span if each not in sold):
        others = [month + YEAR * back for back in (-2, -1, 1, 2)]
        known = [other for other in others if first <= other <= last]
        around = {month - 1, month + 1} <= sold
        if any(other in sold for other in known) or (not known and around):
            found.append(month)
    return found
