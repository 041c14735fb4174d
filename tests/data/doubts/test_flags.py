"""Columns of yes and no, and stages of one sale, whose lines are no sales."""

import pytest
from invented import HEADER, described, lines, opened, revenue, sums

from kamlib.data.describe.flags import flags_told
from kamlib.data.describe.headers import read_header
from kamlib.data.describe.telling import told_by, told_in


@pytest.mark.parametrize(
    ("header", "yes", "no", "key"),
    [("Storno", "X", "", "cancelled"), ("is_deleted", "0", "1", ""),
     ("作廢標誌", "是", "否", "cancelled"),
     ("Проведён", "Нет", "Да", "not_final"), ("Paid", "No", "Yes", ""),
     ("Posted", "", "Yes", "not_final")],
)  # fmt: skip
def test_a_flag_tells_which_lines_are_no_sales(tmp_path, header, yes, no, key):
    rows = lines(1, 24)
    flagged = [row for row in rows if int(row[0]) % 6 == 0]
    written = [[*row, yes if row in flagged else no] for row in rows]
    guessed = described(tmp_path, {"a.csv": [[*HEADER, header], *written]})
    left_out = [] if not key else flagged
    if header != "is_deleted":
        assert [doubt.key for doubt in guessed.settled.doubts] == ([key] if key else [])
        expected = revenue(rows) - revenue(left_out) if left_out else revenue(rows)
        assert sums(opened(guessed))[2] == pytest.approx(expected)
    else:  # nearly all deleted: nobody can tell
        assert [doubt.key for doubt in guessed.settled.open] == ["cancelled"]


def test_columns_that_are_no_flags_tell_nothing():
    assert flags_told("Cancelled", ["No", ""]) is None
    assert flags_told("Storno", ["X", "4711"]) is None
    assert flags_told("Not posted", ["Yes", "No"]) == ["unfinished", ""]


def test_orders_and_offers_beside_their_invoices_are_no_further_sales(tmp_path):
    rows = lines(1, 24)
    written = [[*row, kind] for row in rows for kind in ("Angebot", "Auftrag", "Rechnung")]
    guessed = described(tmp_path, {"a.csv": [[*HEADER, "Belegart"], *written]})
    assert {doubt.key for doubt in guessed.settled.doubts} >= {"not_final", "earlier_stages"}
    assert sums(opened(guessed))[2] == revenue(rows)


def test_orders_alone_are_the_sales():
    assert told_in("Belegart", ["Auftrag", "Lieferschein"]) == ["", ""]
    assert told_in("Belegart", ["Auftrag", "Rechnung"]) == ["earlier stage", ""]


def test_traditional_letters_tell_as_simplified_ones_do():
    assert [told_by(text) for text in ("已作廢", "報價", "銷貨退回單", "貸")] == [
        *("cancelled", "unfinished", "return", "minus side")
    ]


@pytest.mark.parametrize(
    ("header", "scale"),
    [("Amount (cents)", 0.01), ("Betrag in Cent", 0.01), ("Сумма, коп.", 0.01),
     ("金额（分）", 0.01),
     ("Сумма, руб. коп.", 1), ("Discount per cent", 1), ("Net amount in EUR", 1)],
)  # fmt: skip
def test_cents_are_hundredths_where_the_header_says_so(header, scale):
    assert read_header(header).scale == scale
