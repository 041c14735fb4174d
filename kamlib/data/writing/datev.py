"""Bookings as DATEV exports them (EXTF): the year, the debtor and the sign stand elsewhere.

A day stands as DDMM, its year only in the first line; whether a line is a sale follows from which
of its two accounts is the debtor's, and what the other one is.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

_HEAD = re.compile(r"\ufeff?\"?(EXTF|DTVF)\"?$")
# Places in the first line.
_YEAR_BEGINS, _ACCOUNT_DIGITS, _FIRST_DAY, _LAST_DAY, _CHART = 12, 13, 14, 15, 26
_REVENUE_CLASS = {"03": "8", "04": "4"}  # by chart of accounts
_AMOUNT, _SIDE, _DAY = "Umsatz (ohne Soll/Haben", "Soll/Haben", "Belegdatum"
_ACCOUNT, _OTHER = "Konto", "Gegenkonto"
DEBTOR, KIND, GROSS = "Debitorenkonto", "Buchungsart", "Umsatz brutto"
SALE, PAID, REST, NO_DEBTOR = "Erlös", "Zahlung", "Sonstige Buchung", "Keine Debitorenbuchung"

Rows = list[list[Any]]


def is_datev(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a text's first line is that of a DATEV export."""
    first = rows[0] if rows else ()
    return len(rows) > 1 and len(first) > _LAST_DAY and bool(_HEAD.match(str(first[0])))


def booked_lines(first: Sequence[Any], header: Sequence[str], rows: Rows) -> tuple[list[str], Rows]:
    """Bookings with whole dates, the debtor, the kind of booking, and amounts with their sign.

    Parameters
    ----------
    first
        The export's first line.
    header, rows
        Names and cells of the bookings.

    Returns
    -------
    Names and cells: the amount as "Umsatz brutto" (EUR where the base amount is given; above zero
    what the debtor owes), the date as ISO, and "Debitorenkonto" and "Buchungsart" after the
    others; side, rate and base amount have gone into it. All stays where a column is not there.
    """
    places = {name: _starts(header, name) for name in (_AMOUNT, _SIDE, _DAY, _ACCOUNT, _OTHER)}
    if None in places.values():
        return list(header), rows
    base, reversal = _starts(header, "Basis-Umsatz"), _starts(header, "Generalumkehr")
    code, base_code = _starts(header, "WKZ Umsatz"), _starts(header, "WKZ Basis-Umsatz")
    names = [GROSS if place == places[_AMOUNT] else name for place, name in enumerate(header)]
    found = []
    for row in rows:
        own, other = (_text(row[places[name]]) for name in (_ACCOUNT, _OTHER))
        debtor, kind, is_own = _debtor(own, other, first)
        is_debit = _text(row[places[_SIDE]]).upper() == "S"
        minus = is_debit != is_own
        if reversal is not None and _text(row[reversal]) in ("1", "G"):
            minus = not minus
        in_base = base is not None and re.search("[1-9]", _text(row[base]))
        amount = _text(row[base if in_base else places[_AMOUNT]])
        line = list(row)
        if in_base and code is not None and base_code is not None:
            line[code] = row[base_code]
        line[places[_AMOUNT]] = f"-{amount}" if minus and amount else amount
        line[places[_DAY]] = _whole_day(_text(row[places[_DAY]]), first)
        found.append([*line, debtor, kind])
    said = {places[_SIDE], base, base_code, _starts(header, "Kurs")}
    return _without(said, [*names, DEBTOR, KIND], found)


def _starts(header: Sequence[str], name: str) -> int | None:
    """The place of the column that begins so; of a whole word first."""
    exact = [place for place, text in enumerate(header) if text == name]
    begins = [place for place, text in enumerate(header) if text.startswith(name)]
    return next(iter(exact or begins), None)


def _without(aside: set[int | None], names: list[str], rows: Rows) -> tuple[list[str], Rows]:
    kept = [place for place in range(len(names)) if place not in aside]
    return [names[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _debtor(own: str, other: str, first: Sequence[Any]) -> tuple[str, str, bool]:
    """The debtor's account, the kind of booking, and whether it is the line's own account."""
    digits = int(_at(first, _ACCOUNT_DIGITS) or 4) + 1
    are = [len(text) == digits and text[0] in "123456" for text in (own, other)]
    if are[0] == are[1]:
        return own, NO_DEBTOR, True
    debtor, against = (own, other) if are[0] else (other, own)
    # A general account is as long as the chart says; leading zeros are not written.
    against = against.zfill(digits - 1)
    revenue = _REVENUE_CLASS.get(_at(first, _CHART), "48")
    if against[0] in revenue and len(against) < digits:
        return debtor, SALE, are[0]
    return debtor, PAID if against[0] == "1" else REST, are[0]


def _at(first: Sequence[Any], place: int) -> str:
    return _text(first[place]) if place < len(first) else ""


def _whole_day(text: str, first: Sequence[Any]) -> str:
    """A day such as 0503 with the year in which it lies in the batch's period or business year.

    It stays as it is where that gives no year, or more than one.
    """
    if not re.fullmatch(r"\d{3,4}", text):
        return text
    day, month = int(text[:-2]), int(text[-2:])
    starts = _day(_at(first, _YEAR_BEGINS))
    from_day, to_day = _day(_at(first, _FIRST_DAY)), _day(_at(first, _LAST_DAY))
    year = (starts, _year_later(starts)) if starts else None
    for span in ((from_day, to_day) if from_day and to_day else None, year):
        if span is None:
            continue
        found = []
        for number in range(span[0].year, span[1].year + 1):
            try:
                found.append(dt.date(number, month, day))
            except ValueError:
                continue
        found = [date for date in found if span[0] <= date <= span[1]]
        if found:
            return found[0].isoformat() if len(found) == 1 else text
    return text


def _year_later(starts: dt.date) -> dt.date:
    """The last day of a year that begins on a first of a month."""
    return starts.replace(year=starts.year + 1, day=1) - dt.timedelta(days=1)


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text[:8], "%Y%m%d").date()
    except ValueError:
        return None
