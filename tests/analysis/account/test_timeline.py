"""The relationship in time: an example worked by hand, and against the track record."""

import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.account.brief import open_promises, promises_headline
from kamlib.analysis.account.timeline import (
    COLUMNS,
    LANES,
    TABLES,
    notable,
    price_gap,
    steps,
    timeline,
)
from kamlib.analysis.segments.record import track_record
from kamlib.data.reduce.checks import empty_side_table

AS_OF = pd.Timestamp("2025-12-31")


def rows(table, *records):
    empty = empty_side_table(table)
    frame = pd.DataFrame(list(records)).reindex(columns=empty.columns)
    return frame.astype(empty.dtypes.to_dict())


def events(months=24, **tables):
    rows = {name: tables.get(name, empty_side_table(name)) for name in TABLES}
    return timeline(rows, as_of=AS_OF, months=months, settle_days=14, currency="EUR")


EXAMPLE = events(
    interactions=rows(
        "interactions",
        {"date": "2025-10-01", "kind": "complaint", "subject": "damaged"},
        {"date": "2025-11-01", "kind": "request", "resolved_on": "2025-11-11"},
        {"date": "2025-11-20", "kind": "meeting", "next_step": "offer",
         "next_step_due": "2025-12-01"},
        {"date": "2025-12-10", "kind": "call", "next_step": "visit", "next_step_due": "2025-12-21"},
        {"date": "2025-12-10", "kind": "call", "next_step": "stock", "next_step_due": "2026-01-21"},
        {"date": "2026-01-02", "kind": "call"},
    ),
    deliveries=rows(
        "deliveries",
        {"document": "D1", "promised_on": "2025-06-01", "delivered_on": "2025-06-06"},
        {"document": "D2", "promised_on": "2025-06-01", "delivered_on": "2025-05-30",
         "complete": False},
        {"document": "D3", "promised_on": "2025-12-21", "delivered_on": "2026-01-05"},
        {"document": "D4", "promised_on": "2021-01-01", "delivered_on": "2021-01-01"},
    ),
    payments=rows("payments", {"document": "P1", "amount": 50, "due_on": "2025-12-01"}),
    tenders=rows(
        "tenders",
        {"date": "2025-03-01", "product_line": "Tools", "amount": 900, "our_price": 110,
         "winning_price": 100, "result": "lost", "reason": "price", "competitor": "Rival"},
    ),
    losses=rows("losses", {"date": "2025-08-01", "reason": "price"}),
    winbacks=rows("winbacks", {"date": "2025-09-01", "offer": "visit", "outcome": "won",
                               "outcome_on": "2026-01-01"}),
)  # fmt: skip


def test_an_example_worked_by_hand():
    told = [tuple(row) for row in EXAMPLE[["lane", "kind", "state"]].itertuples(index=False)]
    assert told == [
        ("tenders", "tender", "bad"),
        ("deliveries", "delivery", "bad"),
        ("deliveries", "incomplete", "bad"),
        ("losses", "loss", "bad"),
        ("losses", "win-back", "open"),
        ("complaints", "complaint", "overdue"),
        ("complaints", "request", "bad"),
        ("talks", "meeting", "plain"),
        ("payments", "payment", "overdue"),
        ("steps", "step", "plain"),
        ("talks", "call", "plain"),
        ("talks", "call", "plain"),
        ("deliveries", "delivery", "overdue"),
        ("steps", "step", "overdue"),
        ("steps", "step", "open"),
    ]
    days = EXAMPLE["days"].dropna().tolist()
    assert days == [5, -2, 91, 10, 30, 10, 10]


@pytest.mark.parametrize(
    "text",
    [
        "Tender lost: Tools, EUR 900; we were 10.0 % dearer; reason: price; against Rival",
        "D1: delivered 5 days late",
        "D2: delivered on time, incomplete",
        "D3: not delivered yet, 10 days late",
        "P1: EUR 50 unpaid, 30 days overdue",
        "Complaint: damaged: open for 91 days",
        "Request: settled after 10 days",
        "Recorded as lost: price",
        "Win-back: visit (–): open",
        "visit, agreed on 2025-12-10, due 2025-12-21",
    ],
)
def test_an_event_is_one_line_in_words(text):
    assert text in EXAMPLE["text"].tolist()


def test_what_is_open_stays_however_old():
    old = rows("payments", {"document": "P0", "due_on": "2019-01-01"})
    assert events(months=3, payments=old)["text"].tolist()[0].startswith("P0: – unpaid")


def test_what_is_not_yet_due_is_open():
    found = events(
        deliveries=rows("deliveries", {"document": "D", "promised_on": "2026-01-07"}),
        payments=rows("payments", {"document": "P", "amount": 5, "due_on": "2026-01-08"}),
        tenders=rows("tenders", {"date": "2026-01-09", "product_line": "Ink", "result": "open"}),
    )
    assert found["state"].tolist() == ["open"] * 3
    assert found["text"].tolist() == [
        "D: open, due 2026-01-07", "P: EUR 5 open, due 2026-01-08",
        "Tender open: Ink, –; due 2026-01-09",
    ]  # fmt: skip
    promised = open_promises(found)
    assert promised["whose"].tolist() == ["we owe", "they owe", "open"]
    assert not promised["overdue"].any()


def test_open_promises_overdue_first():
    found = open_promises(EXAMPLE)
    assert found["whose"].tolist() == ["we owe", "they owe", "we owe", "we owe", "open", "we owe"]
    assert found["days_overdue"].tolist()[:4] == [77, 30, 10, 10]
    assert found["overdue"].tolist() == [True] * 4 + [False] * 2
    said = promises_headline(found)
    assert said.startswith("Open promises: ours 4, theirs 1. Overdue: 4, of them theirs 1. The")


@pytest.mark.parametrize(
    ("kind", "when", "state"),
    [
        ("call", "2025-12-05", "overdue"),  # before the due day
        ("complaint", "2025-12-15", "overdue"),
        ("brief", "2025-12-15", "overdue"),
        ("call", "2025-12-10", "plain"),  # on the due day
    ],
)
def test_only_a_talk_from_the_due_day_on_settles_a_step(kind, when, state):
    step = {"next_step": "offer", "next_step_due": "2025-12-10"}
    rows_ = rows(
        "interactions", {"date": "2025-12-01", "kind": "meeting", **step},
        {"date": when, "kind": kind},
    )  # fmt: skip
    assert steps(rows_, as_of=AS_OF)["state"].tolist() == [state]
    record = track_record(
        rows_.assign(account="A"), *map(empty_side_table, TABLES[1:4]), as_of=AS_OF
    )
    assert record.loc["A", "promises_overdue"] == (state == "overdue")


def test_notable_leaves_routine_out():
    kinds = notable(EXAMPLE)["kind"].tolist()
    assert kinds[:3] == ["step", "delivery", "step"]
    assert kinds.count("step") == 2
    assert "incomplete" in kinds


@pytest.mark.parametrize(
    ("ours", "winning", "gap"),
    [(110, 100, 0.1), (90, 100, -0.1), (1, 0, np.nan), (1, np.nan, np.nan)],
)
def test_price_gap(ours, winning, gap):
    assert price_gap(ours, winning) == pytest.approx(gap, nan_ok=True)


def test_nothing_gives_an_empty_timeline():
    found = events()
    assert found.empty
    assert list(found) == list(COLUMNS)
    assert "Nothing is recorded as open" in promises_headline(open_promises(found))


def test_open_things_of_the_demo_company_agree_with_the_track_record():
    book = open_book("demo")
    known = {name: book.known(name) for name in TABLES}
    record = track_record(
        known["interactions"], known["deliveries"], known["payments"], known["tenders"],
        as_of=book.as_of,
    )  # fmt: skip
    seen = 0
    for account in record.index[:60]:
        own = {name: rows[rows["account"] == account] for name, rows in known.items()}
        found = timeline(own, as_of=book.as_of, months=12, settle_days=14)
        assert set(found["lane"]) <= set(LANES)
        still = found[found["state"].isin(["open", "overdue"])]
        late = found.loc[found["state"] == "overdue", "kind"]
        numbers = {
            "complaints_open": (still["kind"] == "complaint").sum(),
            "requests_open": (still["kind"] == "request").sum(),
            "promises_overdue": late.isin(["step", "request", "delivery", "incomplete"]).sum(),
            "complaints_overdue": (late == "complaint").sum(),
            "deliveries_late": ((found["lane"] == "deliveries") & (found["days"] > 0)).sum(),
            "tenders_lost": ((found["lane"] == "tenders") & (found["state"] == "bad")).sum(),
        }
        expected = record.loc[account, list(numbers)].fillna(0)
        assert expected.tolist() == list(numbers.values()), account
        seen += sum(numbers.values())
    assert seen > 50


def test_a_credit_note_is_what_we_owe_and_never_late():
    credit = {"document": "CN-1", "amount": -5000, "due_on": "2025-10-01"}
    found = events(payments=rows("payments", credit))
    [event] = found.itertuples()
    assert (event.lane, event.kind, event.state) == ("payments", "credit note", "open")
    assert np.isnan(event.days)
    assert event.text == "CN-1: our credit note of EUR 5,000, due 2025-10-01, is open: we owe it"
    assert len(notable(found)) == 1  # worth reading before a visit
    [promise] = open_promises(found).itertuples()
    assert (promise.whose, promise.overdue) == ("we owe", False)
    settled = events(payments=rows("payments", credit | {"paid_on": "2025-11-01"}))
    assert settled["state"].tolist() == ["plain"]
    assert notable(settled).empty


def test_lots_parts_and_withdrawals_of_tenders_in_words():
    tender = {"date": "2025-03-01", "product_line": "Tools", "amount": 900}
    found = events(
        tenders=rows(
            "tenders",
            tender | {"lot": "1", "result": "partly won", "won_amount": 300},
            tender | {"lot": "2", "result": "withdrawn"},
            tender | {"date": "2026-03-01", "result": "withdrawn"},  # not known yet
        )
    )
    assert found["state"].tolist() == ["good", "plain"]
    assert found["text"].tolist() == [
        "Tender partly won: Tools, lot 1, EUR 900; won EUR 300 of it",
        "Tender withdrawn: Tools, lot 2, EUR 900",
    ]
