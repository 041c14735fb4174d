"""DATEV exports: the year of the first line, the debtor of two accounts, the sign of its side."""

import pytest

from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.writing.datev import booked_lines, is_datev

HEADER = [
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz",
    "WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum",
    "Belegfeld 1", "Buchungstext",
]  # fmt: skip


def first_line(year="20250101", first="20250101", last="20251231", digits="4", chart="03"):
    cells = ["EXTF", "700", "21", "Buchungsstapel", *[""] * 8, year, digits, first, last]
    return [*cells, *[""] * 10, chart, *[""] * 4]


def booking(amount, side, own, other, day="0503", document="RE-1", text="x"):
    return [amount, side, "EUR", "", "", "", own, other, "", day, document, text]


def booked(row, **first):
    header, [found] = booked_lines(first_line(**first), HEADER, [row])
    return dict(zip(header, found, strict=True))


@pytest.mark.parametrize(
    ("row", "amount", "debtor", "kind"),
    [
        (booking("119,00", "S", "10001", "8400"), "119,00", "10001", "Erlös"),
        (booking("119,00", "H", "8400", "10001"), "119,00", "10001", "Erlös"),
        (booking("119,00", "H", "10001", "8400"), "-119,00", "10001", "Erlös"),
        (booking("119,00", "S", "8400", "10001"), "-119,00", "10001", "Erlös"),
        (booking("119,00", "S", "1200", "10001"), "-119,00", "10001", "Zahlung"),
        (booking("119,00", "H", "70001", "3400"), "-119,00", "70001", "Keine Debitorenbuchung"),
        (booking("119,00", "S", "10001", "2650"), "119,00", "10001", "Sonstige Buchung"),
    ],
)
def test_the_debtors_side_is_the_sign(row, amount, debtor, kind):
    found = booked(row)
    assert (found["Umsatz brutto"], found["Debitorenkonto"]) == (amount, debtor)
    assert found["Buchungsart"] == kind


@pytest.mark.parametrize(
    ("day", "first", "date"),
    [
        ("0503", {}, "2025-03-05"),
        ("503", {}, "2025-03-05"),
        ("0511", {"year": "20240701", "first": "20240701", "last": "20250630"}, "2024-11-05"),
        ("1102", {"year": "20240701", "first": "20241101", "last": "20250228"}, "2025-02-11"),
        ("0511", {"year": "20240701", "first": "", "last": ""}, "2024-11-05"),
        ("0101", {"first": "", "last": ""}, "2025-01-01"),
        ("2902", {}, "2902"),
        ("0503", {"year": "", "first": "20240101", "last": "20251231"}, "0503"),
        ("05.03.2025", {}, "05.03.2025"),
    ],
)
def test_days_get_the_year_in_which_they_lie(day, first, date):
    assert booked(booking("1,00", "S", "10001", "8400", day), **first)["Belegdatum"] == date


def test_the_base_amount_and_a_reversal_count():
    row = booking("110,00", "S", "10001", "8400")
    row[2:6] = ["USD", "1,1", "100,00", "EUR"]
    header, [found] = booked_lines(first_line(), [*HEADER, "Generalumkehr (GU)"], [[*row, "1"]])
    line = dict(zip(header, found, strict=True))
    assert (line["Umsatz brutto"], line["WKZ Umsatz"]) == ("-100,00", "EUR")


def test_an_export_is_opened_with_a_question_about_its_tax(tmp_path):
    bookings = [
        booking("1190,00", "S", "10001", "8400", "0503", "RE-1", "Müller"),
        booking("595,50", "H", "8400", "10002", "1203", "RE-2", "Bäcker"),
        booking("238,00", "H", "10001", "8400", "1504", "GS-1", "Gutschrift"),
        booking("500,00", "S", "1200", "10001", "2005", "ZA-1", "Zahlung"),
        booking("300,00", "H", "70001", "3400", "2105", "ER-1", "Lieferant"),
    ]
    rows = [first_line(), HEADER, *bookings]
    text = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
    (tmp_path / "EXTF_1.csv").write_bytes(text.encode("cp1252"))
    found = guessed_dataset("x", [tmp_path / "EXTF_1.csv"], tmp_path / "data").settled
    assert (found.kept, found.rows, found.accounts) == (1547.5, 3, 2)
    assert (found.first, found.last) == ("2025-03-05", "2025-04-15")
    assert [doubt.key for doubt in found.decided] == ["payments"]
    assert "tax" in {doubt.key for doubt in found.open}


def test_another_text_is_no_datev_export():
    assert not is_datev([["Customer", "Date"], ["A", "2024-01-01"]])
    assert is_datev([first_line(), HEADER])
