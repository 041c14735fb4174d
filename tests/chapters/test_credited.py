"""A sale that was credited in full is worth nothing, and calls nobody to the telephone."""

import pandas as pd
import pytest
from companies import shared

from kamlib import open_book


@pytest.fixture(scope="module")
def book():
    return open_book(shared("../cases/analysis") / "02-credit-after-last-order")


def test_what_was_credited_in_full_is_on_no_list(book):
    """BIGRET bought once for 90,000 in September, and was credited in October."""
    found = book.churn.churn.loc["BIGRET"]
    assert found["margin_at_risk"] == 0
    for table in (book.churn.watch_list, book.churn.winback, book.abc_xyz.actions):
        assert "BIGRET" not in table.index
    for table in (book.segments.plan, book.segments.key_accounts, book.segments.key_left_out):
        assert "BIGRET" not in [*table.index, *table.get("account", pd.Series(dtype=str))]


def test_a_share_of_less_than_nothing_is_none(book):
    """OVER sent back more than it bought: 2,000."""
    why = book.segments.types.loc["OVER", "type_why"]
    assert why.startswith("no type: no positive revenue (EUR -2,000)")
