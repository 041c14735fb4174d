"""How far back the data reaches: how long a trailing window really is, and who is new in it."""

import pandas as pd

from kamlib.words import _, day

YEAR = 12


def months_covered(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int = YEAR) -> int:
    """How many of the trailing calendar months hold data; that in which it begins counts.

    >>> months_covered(pd.Timestamp("2024-12-31"), pd.Timestamp("2024-10-03"))
    3
    """
    end, first = (pd.Timestamp(date).to_period("M") for date in (as_of, data_from))
    return int(max(1, min(months, end.ordinal - first.ordinal + 1)))


def span_words(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int = YEAR) -> str:
    """What a trailing window is called: its length, and since when where the data begins in it.

    >>> span_words(pd.Timestamp("2024-12-31"), pd.Timestamp("2023-01-02"))
    '12 months'
    >>> span_words(pd.Timestamp("2024-12-31"), pd.Timestamp("2024-10-03"))
    '3 months, since 2024-10-03'
    """
    covered = months_covered(as_of, data_from, months)
    length = _("1 month") if covered == 1 else _("{n} months").format(n=covered)
    if covered == months:
        return length
    return _("{length}, since {day}").format(length=length, day=day(data_from))


def short_data_words(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int = YEAR) -> str:
    """What to know of all figures of a year where the data is shorter; empty where it is not."""
    covered = months_covered(as_of, data_from, months)
    if covered == months:
        return ""
    return _(
        "The data begins on {day}: what is called a year here is {span}, and who stands at its "
        "beginning is called new nowhere, as nobody knows since when it buys."
    ).format(day=day(data_from), span=span_words(as_of, data_from, months).partition(",")[0])


def new_after(as_of: pd.Timestamp, data_from: pd.Timestamp, months: int) -> pd.Timestamp:
    """The day after which a first order makes an account new, whatever else is known of it."""
    lately = pd.Timestamp(as_of).to_period("M") - months
    begun = pd.Timestamp(data_from).to_period("M") + (months - 1)
    return max(lately, begun).end_time.normalize()


def newcomers(
    first_order: pd.Series,
    *,
    as_of: pd.Timestamp,
    months: int,
    data_from: pd.Timestamp | None = None,
    since: pd.Series | None = None,
) -> pd.Series:
    """Which accounts came in the last months.

    Who first ordered within the first ``months`` of the data may have bought long before: it is
    new only where it is known since when it is an account.

    Parameters
    ----------
    first_order
        Day of the first order per account; missing where there is none.
    months
        How many calendar months up to ``as_of`` an account is new.
    data_from
        The first day of the data; without it every first order is taken for the first ever.
    since
        Day since which each is an account, where it is known.

    Returns
    -------
    Per account, in the order of ``first_order``: whether it is new.

    >>> first = pd.Series(pd.to_datetime(["2024-10-03", "2024-11-04"]), ["a", "b"])
    >>> known = {"as_of": pd.Timestamp("2024-12-31"), "months": 6}
    >>> newcomers(first, **known).tolist()
    [True, True]
    >>> since = pd.Series(pd.to_datetime(["2024-09-20"]), ["b"])
    >>> newcomers(first, **known, data_from=first.min(), since=since).tolist()
    [False, True]
    """
    after = (pd.Timestamp(as_of).to_period("M") - months).end_time
    came = first_order.astype("datetime64[us]")
    if data_from is not None:
        known_from = (pd.Timestamp(data_from).to_period("M") + months).start_time
        told = pd.Series(pd.NaT, came.index, dtype="datetime64[us]")
        if since is not None:
            told = since.astype("datetime64[us]").reindex(came.index)
        came = came.where(came >= known_from, told.where(came.notna()))
    return came > after
