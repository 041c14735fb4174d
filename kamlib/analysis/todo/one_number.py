"""One number for each word: what places and sentences tell of a measure, held together."""

import re
from collections.abc import Sequence

import pandas as pd

from kamlib.analysis.measures.definitions import MEASURES, OWN_YEAR, WINDOW, called
from kamlib.words import _, count, money, number, share

STANDS = ("measure", "place", "value")
SAID = ("measure", "place", "text")
COLUMNS = ("measure", "label", "value", "unit", "today", "about", "window", "population", "places")
_ROUNDING = 0.01  # sums of floats in another order


def shown(measure: str, value: float, currency: str = "") -> str:
    """A measure's number as it is shown."""
    unit = MEASURES[measure].unit
    if unit == "money":
        return money(value, currency)
    if unit == "hours":
        return number(value, 0 if float(value).is_integer() else 1)
    return share(value) if unit == "share" else count(value)


def todays_numbers(stands: pd.DataFrame, *, currency: str = "", span: str = "") -> pd.DataFrame:
    """Each measure with its definition, its number today, and the places that tell it.

    Parameters
    ----------
    stands
        ``measure``, ``place`` (words), ``value`` (NaN where the place has none), the first
        place of each measure first.
    span
        How long what is called a year is, where the data is shorter.

    Returns
    -------
    One row per measure that any place tells, in the order of ``MEASURES``: ``COLUMNS``.
    ``value`` in the unit (``money``, ``share`` 0–1, ``count``, ``hours``), ``today`` in words.
    """
    known = stands[stands["value"].notna()]
    rows = []
    for key, measure in MEASURES.items():
        here = known[known["measure"] == key]
        if here.empty:
            continue
        value = float(here["value"].iloc[0])
        places = ", ".join(dict.fromkeys(here["place"]))
        window = _window(measure.window, span)
        told = (measure.about, window, measure.population, places)
        rows.append((key, measure.name, value, measure.unit, shown(key, value, currency), *told))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys([name for name in COLUMNS if name != "value"], "str"))


def _window(window: str, span: str) -> str:
    """Of which time a measure is; where the data is shorter, how much of it there is."""
    if not span or window not in (WINDOW, OWN_YEAR):
        return window
    return _("{window}: here {span}").format(window=window, span=span)


def unlike_numbers(stands: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Measures that have more than one number: ``check``, ``subject``, ``why``."""
    check = _("a measure has one number, wherever it stands")
    found = []
    for key, rows in stands[stands["value"].notna()].groupby("measure", sort=False):
        if rows["value"].max() - rows["value"].min() > _ROUNDING:
            told = _("{place}: {number}")
            places = (
                told.format(place=row.place, number=shown(key, row.value))
                for row in rows.itertuples()
            )
            found.append((check, called(key), ", ".join(places)))
    return found


def unsaid_numbers(
    said: pd.DataFrame, numbers: pd.DataFrame, *, currency: str = ""
) -> list[tuple[str, str, str]]:
    """Sentences that do not hold the number of the measure that they tell.

    Parameters
    ----------
    said
        ``measure``, ``place`` (words), ``text``: the sentences that have to tell each measure.
    numbers
        The table of :func:`todays_numbers`. Nothing and one are worded, and not asked for.

    Returns
    -------
    ``check``, ``subject``, ``why``.
    """
    check = _("a sentence has the number of the measure that it tells")
    values = numbers.set_index("measure")["value"]
    found = []
    for row in said.itertuples():
        value = values.get(row.measure, 0.0)
        if not row.text or not _told_as_number(row.measure, value):
            continue
        figure = shown(row.measure, value, currency)
        if not _holds(row.text, figure):
            why = _("{place} does not say {number}").format(place=row.place, number=figure)
            found.append((check, called(row.measure), why))
    return found


def _told_as_number(measure: str, value: float) -> bool:
    return abs(value) > 1 if MEASURES[measure].unit != "share" else value > 0


def _holds(text: str, figure: str) -> bool:
    """Whether a text has a number for itself, not as a part of a longer one.

    >>> _holds("EUR 1,234 of 5", "EUR 1,234"), _holds("EUR 1,234,567", "EUR 1,234")
    (True, False)
    """
    return re.search(rf"(?<![\d.,-]){re.escape(figure)}(?!,?\d)", text) is not None


def stood(rows: Sequence[tuple[str, str, float]]) -> pd.DataFrame:
    """The frame of what places tell, of rows of measure, place and value."""
    return pd.DataFrame(rows, columns=list(STANDS)).astype({"value": float})
