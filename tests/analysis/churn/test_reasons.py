"""Reasons: records and hints are kept apart; by money; the planted reasons of the demo company."""

import numpy as np
import pandas as pd
import pytest
from side_rows import side_rows

from kamlib import open_book
from kamlib.analysis.churn.reasons import (
    SOURCES,
    account_reasons,
    reason_hints,
    reason_word,
    reasons_by_money,
    reasons_headline,
    strongest_hints,
)
from kamlib.analysis.measures.year_value import year_before
from kamlib.data.describe.schema import LOSS_REASONS

LAST = pd.Series(pd.Timestamp("2025-03-31"), [*"abcdef"]).rename_axis("account")
LOSSES = side_rows(
    "losses",
    {"account": "a", "date": "2025-05-01", "reason": "price", "note": "first"},
    {"account": "a", "date": "2025-06-01", "reason": "competitor", "note": "on the phone"},
    {"account": "b", "date": "2025-05-01", "reason": "unknown"},
    {"account": "c", "date": "2025-05-01", "reason": "unknown"},
    {"account": "d", "date": "2024-01-01", "reason": "forgotten"},  # an earlier departure
    {"account": "gone", "date": "2025-05-01", "reason": "price"},
)
HINTS = pd.DataFrame(
    {"hint": ["price", "missed deadlines", "service level"], "hint_strength": [0.3, 0.7, 0.5],
     "hint_evidence": ["one", "two", "three"]},
    index=["a", "b", "e"],
)  # fmt: skip


def found():
    return account_reasons(LAST, LOSSES, HINTS, days_before=180)


def test_the_codes_are_those_of_the_data():
    assert [reason_word(code) for code in LOSS_REASONS] == list(LOSS_REASONS)


def test_records_and_hints_are_kept_apart():
    expected = {  # recorded, hint, reason, source
        "a": ("competitor", "price", "competitor", "recorded"),
        "b": ("unknown", "missed deadlines", "missed deadlines", "hint"),
        "c": ("unknown", "", "unknown", "unknown"),
        "d": ("", "", "unknown", "unknown"),
        "e": ("", "service level", "service level", "hint"),
        "f": ("", "", "unknown", "unknown"),
    }
    columns = ["recorded", "hint", "reason", "reason_source"]
    assert {row[0]: row[1:] for row in found()[columns].itertuples(name=None)} == expected
    assert found().loc["a", "note"] == "on the phone"
    assert found().loc["a", "recorded_on"] == pd.Timestamp("2025-06-01")


def test_reasons_by_money():
    year = pd.DataFrame({"revenue_a_year": [100.0, 50.0, 20.0, 10.0, 15.0, 5.0],
                         "margin_a_year": [30.0, np.nan, 4.0, 2.0, np.nan, 1.0]},
                        [*"abcdef"])  # fmt: skip
    table = reasons_by_money(found(), year)
    columns = ["reason_source", "reason", "accounts", "revenue_a_year", "revenue_share"]
    assert table[columns].to_numpy().tolist() == [
        ["recorded", "competitor", 1, 100.0, 0.5],
        ["hint", "missed deadlines", 1, 50.0, 0.25],
        ["hint", "service level", 1, 15.0, 0.075],
        ["unknown", "unknown", 3, 35.0, 0.175],
    ]
    assert table["margin_a_year"].isna().tolist() == [False, True, True, False]
    told = reasons_headline(table, "EUR")
    assert told.startswith(
        "Why 6 lost accounts left is recorded of 1, hinted at by the data of 2, not known of 3 "
        "(18 % of the revenue that was lost)."
    )
    assert "competitor (EUR 100 a year)" in told
    none = reasons_by_money(found().iloc[:0], year)
    assert reasons_headline(none) == "No account counts as lost."
    unknown = reasons_by_money(found().loc[["c", "f"]], year)
    assert "Lost: 2 accounts; the reason is known of none" in reasons_headline(unknown)


def test_no_tables_at_all():
    empty = account_reasons(LAST, side_rows("losses"), HINTS.iloc[:0], days_before=180)
    assert (empty["reason"] == "unknown").all() and empty["hint_strength"].isna().all()
    nobody = account_reasons(LAST.iloc[:0], LOSSES, HINTS, days_before=180)
    assert nobody.empty
    assert reasons_by_money(nobody, year_before(MONTHS.iloc[:0], LAST.iloc[:0])).empty


MONTHS = pd.DataFrame(
    {"account": ["a", "a", "a", "b"], "revenue": [1.0, 2.0, 4.0, 8.0],
     "month": pd.PeriodIndex(["2024-03", "2024-04", "2025-03", "2025-04"], freq="M"),
     "margin": [1.0, np.nan, 1.0, 1.0]}
)  # fmt: skip


def test_the_year_before_the_last_order():
    year = year_before(MONTHS, LAST)
    assert year.loc["a"].tolist() == [6.0, 1.0]  # April 2024 to March 2025
    assert year.loc["b", "revenue_a_year"] == 0 and np.isnan(year.loc["b", "margin_a_year"])


def test_the_planted_reasons_of_the_demo_company():
    book = open_book("demo")
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    last = book.orders[book.orders["as_of"] == book.as_of].set_index("account")["last_order"]
    tables = ("interactions", "deliveries", "payments", "tenders", "competitors")
    hints = strongest_hints(
        reason_hints(last, *map(book.known, tables), settings=book.settings.hints)
    )
    reasons = account_reasons(last, book.known("losses"), hints, days_before=180)
    assert set(reasons["reason_source"]) == set(SOURCES)
    left = truth.index[truth["left_on"].notna() & (truth["reason"] != "unknown")]
    left = left.intersection(reasons.index)
    recorded = truth.loc[left, "recorded_reason"]
    said = recorded.notna() & (recorded != "unknown")
    assert (reasons.loc[left, "recorded"] == recorded.fillna("")).all()
    assert (reasons.loc[left[said], "reason_source"] == "recorded").all()
    assert (reasons.loc[left, "reason"] == truth.loc[left, "reason"]).mean() > 0.9


@pytest.mark.parametrize("days", [0, 500])
def test_how_long_before_the_last_order_a_record_still_counts(days):
    early = side_rows("losses", {"account": "a", "date": "2024-12-31", "reason": "price"})
    reason = account_reasons(LAST, early, HINTS.iloc[:0], days_before=days).loc["a", "reason"]
    assert reason == ("price" if days else "unknown")
