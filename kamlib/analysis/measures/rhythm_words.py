"""An account's rhythm in words: when it buys, when it is expected, when to call."""

import pandas as pd

from kamlib.quarters import MONTHS, YEAR
from kamlib.words import _, count, day


def season_words(season: str) -> str:
    """The months in which an account buys, as the column ``season`` has them.

    >>> season_words("001111110000"), season_words("110000001111"), season_words("000100000000")
    ('March to August', 'September to February', 'each April')
    """
    begins = [m for m in range(YEAR) if season[m] == "1" and season[m - 1] == "0"]
    parts = []
    for begin in begins:
        ahead = (season + season)[begin:]
        end = (begin + ahead.index("0") - 1) % YEAR
        first, last = _(MONTHS[begin]), _(MONTHS[end])
        told = _("each {first}") if begin == end else _("{first} to {last}")
        parts.append(told.format(first=first, last=last))
    return _(" and ").join(parts)


def resting_words(row: pd.Series) -> str:
    """What is to be expected of an account out of its season, and when to call; no full stop.

    ``row`` has ``season``, ``resumes_on`` and ``call_on`` (``rhythms``).
    """
    return _("buys {season}; expected in {month}; call on {call}").format(
        season=season_words(row["season"]),
        month=_(MONTHS[row["resumes_on"].month - 1]),
        call=day(row["call_on"]),
    )


def usual_words(row: pd.Series) -> str:
    """How often the account orders, and when; what others do where nothing else is known."""
    gap = count(row["typical_gap_days"])
    if row["season"]:
        told = _("buys {season}, usually every {gap} days")
        return told.format(season=season_words(row["season"]), gap=gap)
    if row["own_gap"]:
        return _("usually orders every {gap} days").format(gap=gap)
    return _("its few orders and those of others let expect one every {gap} days").format(gap=gap)
