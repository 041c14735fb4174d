"""What the side tables say of each account."""

from collections import defaultdict
from pathlib import Path
from statistics import mean, median

import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.segments.record import COLUMNS, track_record

TRUTH = Path(__file__).parents[3] / "data" / "demo" / "truth.csv"
AS_OF = pd.Timestamp("2025-12-31")
TABLES = {
    "interactions": (
        *("account", "date", "kind", "contact", "subject", "outcome"),
        *("resolved_on", "next_step", "next_step_due", "manager"),
    ),
    "deliveries": ("account", "document", "promised_on", "delivered_on", "complete"),
    "payments": ("account", "document", "amount", "due_on", "paid_on"),
    "tenders": ("account", "date", "result", "amount", "won_amount"),
}
DAYS = {
    *("date", "resolved_on", "next_step_due", "promised_on"),
    *("delivered_on", "due_on", "paid_on"),
}


def side_table(name, rows=()):
    """A side table as the data layer hands it over, from dicts; what is left out is empty."""
    frame = pd.DataFrame(list(rows), columns=TABLES[name])
    kinds = {column: "datetime64[us]" if column in DAYS else "str" for column in frame}
    kinds |= {"amount": float} if "amount" in frame else {}
    kinds |= {"won_amount": float} if "won_amount" in frame else {}
    kinds |= {"complete": "boolean"} if name == "deliveries" else {}
    return frame.astype(kinds)


def rows(account, columns, *values):
    return [{"account": account, **dict(zip(columns, row, strict=False))} for row in values]


PAYMENTS = side_table(
    "payments",
    [
        *rows(
            "a",
            ("document", "amount", "due_on", "paid_on"),
            ("1", 100.0, "2024-12-31", "2025-03-01"),  # before the window
            ("2", 100.0, "2025-01-01", "2025-01-01"),  # on time, on its first day
            ("3", 100.0, "2025-05-01", "2025-05-02"),
            ("4", 100.0, "2025-12-31", None),  # due today: not overdue yet
            ("5", 100.0, "2025-12-01", "2026-01-05"),  # paid later than is known of
            ("6", 40.0, "2023-12-31", None),  # overdue for two years
            ("7", 100.0, "2026-01-10", None),  # not due yet
        ),
        *rows("b", ("document", "due_on"), ("8", "2025-12-30")),
        *rows("c", ("document", "amount"), ("9", 5.0)),  # no due day
    ],
)
DELIVERIES = side_table(
    "deliveries",
    [
        *rows(
            "a",
            ("document", "promised_on", "delivered_on", "complete"),
            ("1", "2025-03-03", "2025-03-01", True),
            ("2", "2025-03-03", "2025-03-05", False),
            ("3", "2025-12-27", None, None),  # four days late by now
            ("4", "2025-12-31", None, None),
            ("5", "2024-03-03", "2024-05-01", False),
        ),
    ],
)
TENDERS = side_table(
    "tenders",
    rows(
        "d",
        ("date", "result"),
        *(("2025-02-01", "won"), ("2025-03-01", "lost"), ("2025-04-01", "lost")),
        *(("2025-05-01", "open"), ("2024-05-01", "won")),
    ),
)
TALKS = side_table(
    "interactions",
    [
        *rows(
            "a",
            ("date", "kind", "resolved_on", "next_step", "next_step_due"),
            ("2023-01-01", "complaint"),  # open for three years
            ("2025-02-01", "complaint", "2025-02-11"),
            ("2025-02-02", "request", "2025-02-04"),
            ("2025-11-20", "complaint", "2026-01-02"),
            ("2025-06-01", "brief"),
            ("2025-06-01", "meeting"),  # brief of the same day
            ("2025-06-15", "meeting", None, "send an offer", "2025-06-20"),  # 14 days
            ("2025-06-16", "meeting"),  # 15 days: unprepared
            ("2025-12-05", "call", None, "send samples", "2025-12-21"),
            ("2025-12-05", "e-mail", None, "visit", "2025-12-31"),  # due today
        ),
        *rows("b", ("date", "kind"), ("2025-06-14", "brief"), ("2025-03-01", "request")),
        *rows("e", ("date", "kind"), ("2026-01-01", "call")),  # not known of yet
    ],
)
NAN = float("nan")
DAY = pd.Timestamp
EXPECTED = {
    "a": (
        *(4, 1, 731, 140.0, 4, 2, 1, 3.0, 2, 2, 1095, 0, 6.0, 3, 1, DAY("2025-12-05")),
        *(NAN, NAN, NAN, 2, 2, 10),
    ),
    "b": (
        *(1, 0, 1, NAN, NAN, NAN, NAN, NAN, 0, 0, 0, 1, NAN, 0, 0, DAY("2025-03-01")),
        *(NAN, NAN, NAN, NAN, 1, 291),
    ),
    "c": (0, 0, 0, 0.0, *[NAN] * 11, pd.NaT, *[NAN] * 6),
    "d": (*[NAN] * 15, pd.NaT, 1, 2, 0, NAN, NAN, NAN),
}


def test_the_example_by_hand():
    found = track_record(TALKS, DELIVERIES, PAYMENTS, TENDERS, as_of=AS_OF)
    expected = pd.DataFrame.from_dict(EXPECTED, orient="index", columns=COLUMNS)
    expected.index = pd.Index(expected.index, dtype="str", name="account")
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert found["last_contact"].dtype == "datetime64[us]"


def test_the_window_and_the_days_of_a_brief_can_be_set():
    found = track_record(
        TALKS, DELIVERIES, PAYMENTS, TENDERS, as_of=AS_OF, months=24, brief_days=15
    )
    assert found.loc["a", "deliveries_due"] == 5
    assert found.loc["a", "invoices_due"] == 5
    assert found.loc["a", "meetings_without_brief"] == 0
    assert found.loc["d", "tenders_won"] == 2


def test_nothing_recorded_is_an_empty_table():
    found = track_record(*map(side_table, TABLES), as_of=AS_OF)
    assert found.empty
    assert tuple(found.columns) == COLUMNS
    assert found.index.name == "account"


@pytest.fixture(scope="module")
def demo():
    return open_book("demo")


@pytest.fixture(scope="module")
def demo_tables(demo):
    return [demo.known(name) for name in TABLES]


def test_row_order_does_not_matter(demo, demo_tables):
    shuffled = [table.sample(frac=1, random_state=7) for table in demo_tables]
    whole = track_record(*demo_tables, as_of=demo.as_of)
    pd.testing.assert_frame_equal(whole, track_record(*shuffled, as_of=demo.as_of))


@pytest.mark.parametrize("quarter", ["2025Q4", "2024Q2"])
def test_the_demo_company_against_a_slow_loop(quarter):
    """From the whole tables: what is later than the quarter is known to nobody yet."""
    book = open_book("demo", quarter)
    tables = [one_a_document(book.tables[name]) for name in TABLES]
    found = track_record(*tables, as_of=book.as_of)
    slow = slow_record(*(table.to_dict("records") for table in tables), book.as_of)
    assert len(found) > 150
    pd.testing.assert_frame_equal(found, slow, check_dtype=False)
    known = track_record(*(book.known(name) for name in TABLES), as_of=book.as_of)
    pd.testing.assert_frame_equal(found, known)


def one_a_document(rows):
    """The demo's parts and instalments as one: the last of each has its days, all its money."""
    if "document" not in rows:
        return rows
    key = ["account", "document"]
    if "amount" in rows:
        rows = rows.assign(amount=rows.groupby(key)["amount"].transform("sum"))
    return rows.drop_duplicates(key, keep="last")


def slow_record(talks, deliveries, payments, tenders, as_of):
    """The definitions, one account and one row at a time."""
    begin = as_of - pd.DateOffset(years=1) + pd.Timedelta(days=1)
    found = defaultdict(dict)
    for account, own in by_account(payments, "due_on", as_of):
        found[account] |= slow_payments(own, begin, as_of)
    for account, own in by_account(deliveries, "promised_on", as_of):
        found[account] |= slow_deliveries(own, begin, as_of)
    for account, own in by_account(talks, "date", as_of):
        found[account] |= slow_talks(own, begin, as_of)
    for account, own in by_account(tenders, "date", as_of):
        results = [row["result"] for row in own if row["date"] >= begin]
        found[account] |= {"tenders_won": results.count("won")}
        found[account] |= {"tenders_lost": results.count("lost"), "tenders_partly": 0}
    for own in found.values():
        sent, late = own.pop("sent", None), own.pop("steps", [])
        if own.pop("promised", False) or sent is not None:
            own["promises_overdue"] = len(late := late + (sent or []))
            own["oldest_promise_days"] = max(late, default=0)
        disputes = own.pop("disputes", [])
        if own.pop("disputed", False):
            own["complaints_overdue"] = len(disputes)
    frame = pd.DataFrame.from_dict(found, orient="index").reindex(columns=list(COLUMNS))
    frame.index = pd.Index(frame.index, dtype="str", name="account")
    return frame.astype({"last_contact": "datetime64[us]"}).sort_index()


def by_account(rows, day, as_of):
    groups = defaultdict(list)
    for row in rows:
        if not row[day] > as_of:
            groups[row["account"]].append(row)
    return groups.items()


def slow_payments(rows, begin, as_of):
    due = [row for row in rows if row["due_on"] >= begin]
    unpaid = [row for row in rows if not row["paid_on"] <= as_of and row["due_on"] < as_of]
    return {
        "invoices_due": len(due),
        "invoices_on_time": sum(
            row["paid_on"] <= row["due_on"] for row in due if row["paid_on"] <= as_of
        ),
        "oldest_overdue_days": max([(as_of - row["due_on"]).days for row in unpaid], default=0),
        "overdue_amount": sum(row["amount"] for row in unpaid),
    }


def slow_deliveries(rows, begin, as_of):
    due = [row for row in rows if row["promised_on"] >= begin]
    arrived = [row["delivered_on"] if row["delivered_on"] <= as_of else as_of for row in due]
    days = [(day - row["promised_on"]).days for day, row in zip(arrived, due, strict=True)]
    late = [day for day in days if day > 0]
    return {
        "deliveries_due": len(due),
        "deliveries_late": len(late),
        "deliveries_incomplete": sum(row["complete"] is False for row in due),
        "late_days_mean": mean(late) if late else np.nan,
        "sent": [
            (as_of - row["promised_on"]).days
            for row in rows
            if row["promised_on"] < as_of and not row["delivered_on"] <= as_of
        ],
    }


def slow_talks(rows, begin, as_of):
    recent = [row for row in rows if row["date"] >= begin]
    still = [row for row in rows if not row["resolved_on"] <= as_of]
    disputes = [row for row in still if row["kind"] == "complaint"]
    replies = [
        (row["resolved_on"] - row["date"]).days
        for row in recent
        if row["kind"] in ("complaint", "request") and row["resolved_on"] <= as_of
    ]
    briefs = [row["date"] for row in rows if row["kind"] == "brief"]
    meetings = [row["date"] for row in recent if row["kind"] == "meeting"]
    steps = [
        (as_of - row["next_step_due"]).days
        for row in rows
        if isinstance(row["next_step"], str)
        and row["next_step_due"] < as_of
        and not any(keeps(other, row) for other in rows)
    ]
    waiting = {
        kind: [days for row in still if row["kind"] == kind
               for days in [(as_of - row["date"]).days - 14] if days > 0]
        for kind in ("complaint", "request")
    }  # fmt: skip
    return {
        "complaints": sum(row["kind"] == "complaint" for row in recent),
        "complaints_open": len(disputes),
        "oldest_open_days": max([(as_of - row["date"]).days for row in disputes], default=0),
        "requests_open": sum(row["kind"] == "request" for row in still),
        "reply_days_median": median(replies) if replies else np.nan,
        "meetings": len(meetings),
        "meetings_without_brief": sum(
            not any(0 <= (day - brief).days <= 14 for brief in briefs) for day in meetings
        ),
        "last_contact": max(
            (row["date"] for row in rows if row["kind"] != "brief"), default=pd.NaT
        ),
        "steps": [*steps, *waiting["request"]],
        "disputes": waiting["complaint"],
        "promised": any(isinstance(row["next_step"], str) or row["kind"] == "request"
                        for row in rows),
        "disputed": any(row["kind"] == "complaint" for row in rows),
    }  # fmt: skip


def keeps(other, row):
    """Whether a talk keeps a step: with that person about it, or one that agreed on a new one."""
    if other["kind"] not in ("meeting", "call", "e-mail", "other"):
        return False
    if not (other["date"] > row["date"] and other["date"] >= row["next_step_due"]):
        return False
    both, names = (row, other), ("contact", "subject")
    known = {name: [isinstance(one[name], str) for one in both] for name in names}
    if all(known["contact"]) and other["contact"] != row["contact"]:
        return False
    about = not all(known["subject"]) or other["subject"] == row["subject"]
    return about or isinstance(other["next_step"], str)


def test_who_pays_late_in_the_demo_company_is_who_was_planted_to(demo, demo_tables):
    record = track_record(*demo_tables, as_of=demo.as_of)
    truth = pd.read_csv(TRUTH, dtype={"account": str}).set_index("account")
    measured = record["invoices_on_time"] / record["invoices_due"]
    planted = truth["pays_on_time"].reindex(record.index)
    enough = record["invoices_due"] >= 12
    assert enough.sum() > 80
    assert np.corrcoef(measured[enough], planted[enough])[0, 1] > 0.8


def recorded(payments=(), tenders=()):
    empty = [side_table(name) for name in ("interactions", "deliveries")]
    tables = [side_table("payments", payments), side_table("tenders", tenders)]
    return track_record(*empty, *tables, as_of=AS_OF).loc["a"]


def test_a_credit_note_of_ours_is_no_debt_of_theirs():
    invoice = {"account": "a", "amount": 100.0, "due_on": "2025-06-01", "paid_on": "2025-06-01"}
    credit = {"account": "a", "amount": -5000.0, "due_on": "2025-10-01"}
    alone, both = recorded([invoice]), recorded([invoice, credit])
    pd.testing.assert_series_equal(alone, both)
    assert both["invoices_due"] == both["invoices_on_time"] == 1
    assert both["oldest_overdue_days"] == both["overdue_amount"] == 0


def test_tenders_won_in_part_count_by_their_amount_and_withdrawn_ones_not():
    at = {"account": "a", "date": "2025-06-01"}
    won, lost, withdrawn = ({**at, "result": result} for result in ("won", "lost", "withdrawn"))
    part = {**at, "result": "partly won", "amount": 100.0, "won_amount": 40.0}
    unknown = {**at, "result": "partly won", "amount": 100.0}
    names = ["tenders_won", "tenders_lost", "tenders_partly"]
    assert recorded(tenders=[won, lost])[names].tolist() == [1, 1, 0]
    assert recorded(tenders=[won, lost, withdrawn])[names].tolist() == [1, 1, 0]
    assert recorded(tenders=[won, lost, part])[names].tolist() == pytest.approx([1.4, 1.6, 0])
    assert recorded(tenders=[won, lost, unknown])[names].tolist() == [1, 1, 1]
