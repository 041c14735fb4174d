"""The Salvirt deals as prospects: 448 deals whose outcome is known, from words to scores."""

import pytest

from kamlib import open_book


@pytest.fixture(scope="module")
def book(salvirt):
    """The book of the deals."""
    return open_book(salvirt)


def test_the_deals_open_as_prospects(book):
    prospects = book.known("prospects")
    assert prospects["prospect"].tolist() == [str(row) for row in range(1, 449)]
    assert prospects["outcome"].value_counts().to_dict() == {"won": 227, "lost": 221}
    assert prospects["budget"].isna().sum() == 36
    assert prospects[["need", "authority"]].notna().all(axis=None)
    assert prospects["relationship"].value_counts().to_dict() == {
        "current": 286, "new": 158, "past": 4,
    }  # fmt: skip
    days = ["first_seen", "need_date", "budget_date", "authority_date", "outcome_on"]
    assert prospects[days].isna().all(axis=None)


def test_words_become_scores_by_their_meaning(book):
    prospects = book.known("prospects").set_index("prospect")
    first = prospects.loc["1"]  # the file's first deal, read by eye
    assert first[["product_line", "manager", "source"]].tolist() == [
        *("Product A", "Seller 6", "Referral")
    ]
    assert first[["need", "budget", "authority"]].tolist() == [0.9, 0.8, 0.5]
    assert first["need_evidence"] == "needs defined: Yes, scope: Clear"
    assert first["budget_evidence"] == "budget allocated: Yes, size: Mid"
    assert first["authority_evidence"] == "authority: Mid, purchasing department: Unknown"
    won = prospects["outcome"] == "won"
    rates = won.groupby(prospects["budget"].fillna(-1)).mean()
    assert rates.round(3).to_dict() == {-1.0: 0.139, 0.5: 0.534, 0.8: 0.543}
    assert not (prospects[["need", "budget", "authority"]] == 0).any(axis=None)


def test_what_does_not_fit_is_said(book):
    found = book.findings.query("table == 'prospects'").set_index("finding")["rows"]
    assert found.to_dict() == {
        "are won or lost without the day of it": 448,
        "are won, but not said to be which account": 227,
    }
