"""Parts of a delivery and instalments of an invoice are one delivery and one invoice."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relations import edited

from kamlib import open_book
from kamlib.data.known import known_at

AS_OF = pd.Timestamp("2025-12-31")
few = settings(deadline=None, max_examples=30)


def payments(*rows):
    names = ["account", "document", "amount", "due_on", "paid_on"]
    frame = pd.DataFrame(rows, columns=names).astype({"amount": float, "document": "str"})
    for day in ("due_on", "paid_on"):
        frame[day] = pd.to_datetime(frame[day]).astype("datetime64[us]")
    return frame.astype({"account": "str"})


def deliveries(*rows):
    names = ["account", "document", "promised_on", "delivered_on", "complete"]
    frame = pd.DataFrame(rows, columns=names).astype({"complete": "boolean", "document": "str"})
    for day in ("promised_on", "delivered_on"):
        frame[day] = pd.to_datetime(frame[day]).astype("datetime64[us]")
    return frame.astype({"account": "str"})


def invoices(*rows, ahead=False):
    known = known_at("payments", payments(*rows), AS_OF, ahead=ahead)
    texts = known.assign(paid_on=known["paid_on"].dt.strftime("%m-%d").fillna("open"))
    return texts[["document", "amount", "paid_on"]].to_numpy().tolist()


def test_an_invoice_is_paid_on_the_day_of_its_last_instalment():
    rows = [
        ("A", "R1", 60, "2025-03-01", "2025-02-20"),
        ("A", "R1", 40, "2025-03-01", "2025-04-05"),
    ]
    assert invoices(*rows) == [["R1", 100.0, "04-05"]]
    assert invoices(*rows[::-1]) == [["R1", 100.0, "04-05"]]


def test_of_an_invoice_paid_in_part_what_is_open_counts():
    rows = [("A", "R1", 60, "2025-03-01", "2025-02-20"), ("A", "R1", 40, "2025-03-01", None)]
    assert invoices(*rows) == [["R1", 40.0, "open"]]


def test_an_agreed_instalment_is_held_against_its_own_day():
    rows = [
        ("A", "R1", 50, "2025-03-01", "2025-03-01"),
        ("A", "R1", 50, "2025-06-01", "2025-05-30"),
    ]
    known = known_at("payments", payments(*rows), AS_OF)
    assert (known["paid_on"] <= known["due_on"]).tolist() == [True]


def test_of_what_is_open_only_what_is_due_is_overdue():
    rows = [("A", "R1", 50, "2025-12-01", None), ("A", "R1", 30, "2026-02-01", None)]
    assert invoices(*rows) == invoices(*rows, ahead=True) == [["R1", 50.0, "open"]]
    rows[0] = ("A", "R1", 50, "2025-12-01", "2025-12-01")
    assert invoices(*rows, ahead=True) == [["R1", 30.0, "open"]]


def test_a_credit_beside_its_invoice_is_set_off():
    whole, part = ("A", "R1", -100, "2025-03-01", None), ("A", "R1", -30, "2025-03-01", None)
    unpaid, paid = (
        ("A", "R1", 100, "2025-03-01", None),
        ("A", "R1", 100, "2025-03-01", "2025-03-01"),
    )
    assert invoices(unpaid, whole) == []
    assert invoices(unpaid, part) == [["R1", 70.0, "open"]]
    assert invoices(paid, part) == [["R1", 100.0, "03-01"], ["R1", -30.0, "open"]]


def test_other_accounts_and_rows_without_a_document_stand_for_themselves():
    rows = [("A", "R1", 1, "2025-03-01", None), ("B", "R1", 2, "2025-03-01", None)]
    rows += [("A", None, 3, "2025-03-01", None), ("A", None, 4, "2025-03-01", None)]
    assert [amount for _doc, amount, _paid in invoices(*rows)] == [1, 2, 3, 4]


def test_a_delivery_is_complete_when_its_last_part_is_there():
    early = ("A", "L1", "2025-03-01", "2025-02-28", False)
    known = known_at("deliveries", deliveries(early, (*early[:3], "2025-03-09", True)), AS_OF)
    [row] = known.itertuples()
    assert (f"{row.delivered_on:%m-%d}", row.complete) == ("03-09", True)
    known = known_at("deliveries", deliveries(early, (*early[:3], None, None)), AS_OF)
    [row] = known.itertuples()
    assert pd.isna(row.delivered_on)
    before = known_at("deliveries", deliveries(early, (*early[:3], "2026-01-09", True)), AS_OF)
    assert before["delivered_on"].isna().all()  # not there yet on that day


@few
@given(st.integers(1, 6), st.integers(-20, 40), st.booleans())
def test_an_invoice_in_instalments_equals_the_whole(parts, late, paid):
    day = str((pd.Timestamp("2025-03-01") + pd.Timedelta(days=late)).date())
    whole = ("A", "R1", 600, "2025-03-01", day if paid else None)
    pieces = [("A", "R1", 600 / parts, *whole[3:])] * parts
    # earlier payments of other parts change neither the day nor, once all is paid, the amount
    assert invoices(*pieces) == [["R1", pytest.approx(600), *invoices(whole)[0][2:]]]


def test_the_demo_delivered_in_two_parts_and_paid_in_two_instalments():
    book = open_book(edited("04-partial-delivery"))
    for name, due, done in (
        ("deliveries", "promised_on", "delivered_on"),
        ("payments", "due_on", "paid_on"),
    ):
        known = book.known(name)
        own = known[(known["account"] == "N1049") & (known[due] >= "2025-01-01")]
        assert len(own) == 51
        assert not (own[done] <= own[due]).any()
