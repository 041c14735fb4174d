"""Opinions that are older than they may be kept: left out when a book is opened, and counted."""

import pandas as pd
import pytest

from kamlib.data.book import book_of, open_tables
from kamlib.data.findings import findings
from kamlib.data.privacy.retention import OPINIONS, without_old_opinions
from kamlib.data.reduce.checks import SideTable, empty_side_table
from kamlib.data.tables import reconciliation

MONTHS = 6


def side(name, rows):
    frame = pd.DataFrame(rows).reindex(columns=empty_side_table(name).columns)
    frame = frame.astype(empty_side_table(name).dtypes.to_dict())
    return SideTable(name, frame, pd.DataFrame(), len(frame), 0)


def people():
    """Five people: whom somebody has seen lately, long ago, or nobody knows when."""
    seen = {"C1": "2025-09-01", "C2": "2025-03-31", "C3": "2024-01-10", "C4": None, "C5": None}
    contacts = [
        {"account": "A", "contact": code, "last_contact": pd.Timestamp(day) if day else pd.NaT,
         "name": f"Name {code}", "attitude": 1, "influence": 2, "interests": "price"}
        for code, day in seen.items()
    ]  # fmt: skip
    talks = [("C3", "2025-04-01"), ("C5", "2025-03-01"), ("C1", "2023-01-01")]
    interactions = [
        {"account": "A", "contact": code, "date": pd.Timestamp(day), "kind": "call"}
        for code, day in talks
    ]
    return {"contacts": side("contacts", contacts), "interactions": side("interactions",
            interactions)}  # fmt: skip


def test_opinions_are_as_old_as_the_last_talk():
    tables = people()
    kept, (finding,) = without_old_opinions(tables, pd.Timestamp("2025-04-01"))
    rows = kept["contacts"].rows.set_index("contact")
    assert rows["attitude"].dropna().index.tolist() == ["C1", "C3"]
    assert rows["interests"].notna().equals(rows["influence"].notna())
    assert rows["name"].notna().all() and finding.rows == 3
    assert tables["contacts"].rows["attitude"].notna().all()  # nothing is changed in place


def test_judgements_are_left_out_with_their_number():
    days = ["2025-04-01", "2025-03-31", None]
    rows = [{"account": "A", "criterion": "reputation", "score": 1.0,
             "date": pd.Timestamp(day) if day else pd.NaT} for day in days]  # fmt: skip
    kept, found = without_old_opinions(
        {"judgements": side("judgements", rows)}, pd.Timestamp("2025-04-01")
    )
    table = kept["judgements"]
    assert len(table.rows) == 1 and list(table.excluded.values()) == [2] and not found


@pytest.mark.parametrize("quarter", ["2025Q4", "2025Q2"])
def test_a_book_keeps_no_older_opinion_and_says_how_many_it_leaves_out(quarter):
    tables, settings = open_tables("demo", {"privacy.judgements_months": MONTHS})
    book = book_of(tables, settings, quarter)
    since = book.as_of - pd.DateOffset(months=MONTHS)
    before, after = tables["judgements"], book.tables["judgements"]
    pd.testing.assert_frame_equal(
        after, before[before["date"] >= since].reset_index(drop=True), check_dtype=False
    )
    left = len(before) - len(after)
    assert left > 5
    steps = reconciliation(book.tables)
    steps = steps[(steps["table"] == "judgements") & steps["reason"].str.contains("opinions")]
    assert steps["rows"].tolist() == [left]
    contacts = book.tables["contacts"].set_index(["account", "contact"])
    emptied = contacts[list(OPINIONS)].isna().all(axis=1)
    told = findings(book.tables)
    told = told[told["finding"].str.contains("privacy.judgements_months")]
    had = tables["contacts"].set_index(["account", "contact"])[list(OPINIONS)].notna().any(axis=1)
    assert told["rows"].tolist() == [(emptied & had).sum()] and (emptied & had).any()
    assert (contacts.loc[emptied, "last_contact"].dropna() < since).all()


def test_nothing_is_left_out_unless_somebody_wants_it():
    tables, settings = open_tables("demo")
    assert book_of(tables, settings, "2025Q4").tables is tables
