"""Hints at reasons: each kind of evidence by hand, and the demo company's planted reasons."""

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.churn.reasons import COLUMNS, reason_hints, strongest_hints
from kamlib.data.describe.schema import LOSS_REASONS
from kamlib.data.reduce.checks import empty_side_table
from kamlib.settings import HintSettings

TABLES = ("interactions", "deliveries", "payments", "tenders", "competitors")
LAST = pd.Timestamp("2025-06-30")


def rows(name, *given):
    empty = empty_side_table(name)
    frame = pd.DataFrame(list(given)).reindex(columns=empty.columns)
    for column, kind in empty.dtypes.items():
        frame[column] = frame[column].astype(kind)
    return frame


def hints_of(last=None, **tables):
    given = [tables.get(name, empty_side_table(name)) for name in TABLES]
    last = last if last is not None else pd.Series({"a": LAST})
    return reason_hints(last, *given, settings=HintSettings())


def talk(day, kind, subject="", resolved=None):
    return {"account": "a", "date": pd.Timestamp(day), "kind": kind, "subject": subject,
            "resolved_on": pd.Timestamp(resolved) if resolved else pd.NaT}  # fmt: skip


def only(found):
    assert len(found) == 1
    return found.iloc[0]


def test_deliveries_late_before_the_last_order():
    days = [
        ("2025-05-01", "2025-05-08"),
        ("2025-05-10", "2025-05-30"),
        ("2025-06-01", "2025-06-01"),
    ]
    deliveries = rows("deliveries", *(
        {"account": "a", "document": str(n), "promised_on": pd.Timestamp(due),
         "delivered_on": pd.Timestamp(done)} for n, (due, done) in enumerate(days)
    ))  # fmt: skip
    row = only(hints_of(deliveries=deliveries))
    assert (row["reason"], row["strength"]) == ("missed deadlines", pytest.approx(2 / 3))
    assert row["evidence"] == "2 of 3 deliveries late before the last order, up to 20 days"
    long_before = pd.Series({"a": LAST + pd.Timedelta(days=400)})
    assert hints_of(long_before, deliveries=deliveries).empty


def test_what_was_never_delivered_is_late():
    promised = {"2025-05-01": None, "2025-05-10": None, "2025-07-11": None, "2025-07-05": LAST}
    others = {"account": "b", "document": "9", "promised_on": LAST,
              "delivered_on": pd.Timestamp("2025-07-12")}  # fmt: skip
    deliveries = rows("deliveries", others, *(
        {"account": "a", "document": str(n), "promised_on": pd.Timestamp(due),
         "delivered_on": pd.Timestamp(done)} for n, (due, done) in enumerate(promised.items())
    ))  # fmt: skip
    row = only(hints_of(deliveries=deliveries))
    assert row["evidence"] == "2 of 4 deliveries late before the last order, up to 72 days"
    nothing = deliveries.assign(delivered_on=pd.NaT)
    assert hints_of(deliveries=nothing.astype(deliveries.dtypes.to_dict())).empty


def test_complaints_requests_words_and_silence():
    complaints = rows("interactions", talk("2025-04-01", "complaint", "wrong item"),
                      talk("2025-05-01", "complaint", "wrong item", "2025-06-20"))  # fmt: skip
    assert only(hints_of(interactions=complaints))["reason"] == "service level"
    requests = rows("interactions", talk("2025-04-01", "request", "new label"),
                    talk("2025-05-01", "request", "new label"))  # fmt: skip
    row = only(hints_of(interactions=requests))
    assert row["reason"] == "opinion not considered"
    assert '2 requests without an answer, the last: "new label"' in row["evidence"]
    said = rows("interactions", talk("2025-06-01", "call", "The RIVAL is cheaper"),
                talk("2025-06-20", "call", "damaged on arrival"))  # fmt: skip
    assert only(hints_of(interactions=said))["reason"] == "price"  # and no rival in "arrival"
    quiet = rows("interactions", talk("2025-01-02", "meeting", "review"))
    row = only(hints_of(interactions=quiet))
    assert row["reason"] == "forgotten"
    assert "for 179 days when it last ordered" in row["evidence"]


def test_tenders_rivals_and_unpaid_invoices():
    lost = {"account": "a", "date": pd.Timestamp("2025-03-01"), "result": "lost",
            "our_price": 110.0, "winning_price": 100.0, "competitor": "Rival"}  # fmt: skip
    row = only(hints_of(tenders=rows("tenders", lost)))
    assert row["reason"] == "price"
    assert "10.0 % above the winner" in row["evidence"]
    dearer = rows("tenders", lost | {"winning_price": 115.0, "reason": "range"})
    assert only(hints_of(tenders=dearer))["reason"] == "competitor"
    rival = {"account": "a", "competitor": "Rival", "share": 0.8, "seen_on": LAST}
    assert "80 % of what it buys" in only(
        hints_of(competitors=rows("competitors", rival)))["evidence"]  # fmt: skip
    invoices = [{"account": "a", "document": str(n), "amount": 50.0, "due_on": LAST}
                for n in range(2)]  # fmt: skip
    assert only(hints_of(payments=rows("payments", *invoices)))["reason"] == "closed down"


def test_several_kinds_of_evidence_strengthen_one_hint():
    talks = rows("interactions", talk("2025-06-01", "complaint", "late again"))
    days = [("2025-05-01", "2025-05-08"), ("2025-05-10", "2025-05-30")]
    deliveries = rows("deliveries", *(
        {"account": "a", "document": str(n), "promised_on": pd.Timestamp(due),
         "delivered_on": pd.Timestamp(done)} for n, (due, done) in enumerate(days)
    ))  # fmt: skip
    alone = only(hints_of(interactions=talks))["strength"]
    both = only(hints_of(interactions=talks, deliveries=deliveries))
    assert both["strength"] > alone
    assert "late again" in both["evidence"] and "2 of 2 deliveries" in both["evidence"]


def test_no_tables_and_no_accounts_are_no_hints():
    named = pd.Series({"a": LAST}).rename_axis("account")
    for last in (pd.Series({"a": LAST}), named, pd.Series(dtype="datetime64[us]"),
                 pd.Series({"a": pd.NaT})):  # fmt: skip
        found = hints_of(last)
        assert found.empty
        assert found.columns.tolist() == list(COLUMNS)
        assert strongest_hints(found).empty


def test_the_planted_reasons_of_the_demo_company_are_found():
    book = open_book("demo")
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    orders = book.orders[book.orders["as_of"] == book.as_of].set_index("account")
    left = truth.index[truth["left_on"].notna() & truth["reason"].notna()]
    planted = truth["reason"].reindex(left.intersection(orders.index))
    found = reason_hints(orders.loc[planted.index, "last_order"], *map(book.known, TABLES),
                         settings=book.settings.hints)  # fmt: skip
    assert set(found["reason"]) <= set(LOSS_REASONS)
    assert found["strength"].between(0, 1).all()
    first = strongest_hints(found)["hint"].reindex(planted.index)
    told = planted != "unknown"
    assert (first[told] == planted[told]).mean() > 0.9
    assert first[~told].isna().mean() > 0.7
    everyone = reason_hints(orders["last_order"], *map(book.known, TABLES),
                            settings=book.settings.hints)  # fmt: skip
    steady = truth.index[truth["archetype"].str.startswith("regular")]
    strong = everyone[everyone["account"].isin(steady) & (everyone["strength"] > 0.8)]
    assert strong["account"].nunique() < 0.1 * len(steady)
