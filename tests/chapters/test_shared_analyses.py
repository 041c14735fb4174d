"""Whole data sets whose pack once said something wrong, opened from the shared cases."""

import pytest
from companies import shared

from kamlib import open_book
from kamlib.analysis.churn.bridge import STEPS


def case_book(name):
    return open_book(shared("../cases/analysis") / name)


def test_credits_after_the_last_order_are_nobody_new_and_leave_nothing_at_risk():
    book = case_book("02-credit-after-last-order")
    assert book.churn.year["revenue_a_year"][["BIGRET", "OVER"]].tolist() == [0.0, -2000.0]
    assert book.churn.at_risk["margin_at_risk"].get("BIGRET", 0.0) == 0
    total = book.churn.bridge.query("direction == 'total'").iloc[0]
    assert (total["new"], total["credited"]) == (0, -92_500)
    assert total["before"] + total[list(STEPS)].sum() == pytest.approx(total["after"], abs=0.005)
    told = book.churn.change
    assert "only got credits" in told and "EUR -92,500" in told and "are new" not in told


def test_equals_that_a_cut_parts_by_their_number_are_told_so():
    classes = case_book("11-equal-accounts").abc_xyz.classes
    assert classes["abc"].astype(str).to_dict() == dict.fromkeys(
        ("E0", "E1", "E2", "E3", "E4", "E5"), "A"
    ) | {"E6": "B"}
    tied = "; 7 accounts have this revenue: 6 A, 1 B, by their number alone"
    assert classes["why"].str.endswith(tied).all()
    assert classes["stability"]["E6"] == pytest.approx(1 / 7)
    assert classes["stability"]["E0"] == pytest.approx(6 / 7)
