"""The quarter at a glance: this quarter and year against the same a year ago."""

import pandas as pd

from kamlib.quarters import YEAR, span_words
from kamlib.words import _

QUARTER = 3


def overview(
    months: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    has_margin: bool,
    complete: bool = True,
    data_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Value and buying accounts of the quarter and of twelve months, against a year ago.

    Parameters
    ----------
    months
        The book's account x month frame.
    as_of
        Last day of the quarter.
    has_margin
        Whether margin is known; without it the margin rows are left out.
    complete
        Whether the data reaches the quarter's end; if not, nothing is compared with a year ago.
    data_from
        The first day of the data, that of the first month where it is not given.

    Returns
    -------
    Indexed by ``measure`` (what it is, as a reader sees it): ``value``; ``before`` (the same a
    year earlier, NaN where the data does not reach back); ``money`` (whether it is an amount in
    the currency, else a number of accounts); ``change`` (share of ``before``).
    """
    end = pd.Timestamp(as_of).to_period("M")
    first = months["month"].min() if len(months) else end
    begins = first.start_time if data_from is None else data_from
    spans = {_("quarter"): QUARTER, span_words(end.end_time, begins): YEAR}
    rows = []
    for span, length in spans.items():
        for measure in ("revenue", "margin") if has_margin else ("revenue",):
            told = _("Revenue of the {span}") if measure == "revenue" else _("Margin of the {span}")
            sums = _sums(months, measure, end, length, first)
            rows.append((told.format(span=span), *sums, True))
        told = _("Accounts that ordered in the {span}").format(span=span)
        rows.append((told, *_buyers(months, end, length, first), False))
    columns = ["measure", "value", "before", "money"]
    if not complete:
        rows = [(name, value, float("nan"), money) for name, value, _before, money in rows]
    frame = pd.DataFrame(rows, columns=columns).set_index("measure")
    change = (frame["value"] - frame["before"]) / frame["before"].abs()
    return frame.assign(change=change.where(frame["before"] != 0))


def _sums(
    months: pd.DataFrame, measure: str, end: pd.Period, length: int, first: pd.Period
) -> tuple[float, float]:
    now = months.loc[_within(months, end, length), measure].sum()
    before = months.loc[_within(months, end - YEAR, length), measure].sum()
    return now, before if _covered(end, length, first) else float("nan")


def _buyers(
    months: pd.DataFrame, end: pd.Period, length: int, first: pd.Period
) -> tuple[float, float]:
    bought = months[months["order_days"] > 0]
    now = bought.loc[_within(bought, end, length), "account"].nunique()
    before = bought.loc[_within(bought, end - YEAR, length), "account"].nunique()
    return float(now), float(before) if _covered(end, length, first) else float("nan")


def _within(months: pd.DataFrame, end: pd.Period, length: int) -> pd.Series:
    return (months["month"] > end - length) & (months["month"] <= end)


def _covered(end: pd.Period, length: int, first: pd.Period) -> bool:
    return first <= end - YEAR - length + 1
