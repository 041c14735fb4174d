"""What is not settled about who the customer is, wherever it would mislead."""

import pandas as pd
import pytest
from cases import CASES

from kamlib import open_book

SETTLE = "settle first on the sheet Who is the customer"


@pytest.fixture(scope="module")
def two_numbers():
    folder = CASES / "analysis/06-two-numbers-one-company"
    if not folder.exists():
        pytest.skip("the shared cases are not here")
    return open_book(folder)


def test_a_renumbered_account_is_not_lost_without_a_word_nor_won_back(two_numbers):
    churn = two_numbers.churn
    assert churn.churn.loc["10077", "state"] == "lost"
    assert "May have gone on as 20077" in churn.churn.loc["10077", "why"]
    assert SETTLE in churn.churn.loc["10077", "why"]
    assert "10077" not in churn.winback.index
    assert churn.do_not_chase.loc["10077", "why_not"] == "other number"
    assert "may only have another number" in churn.says.staying
    assert "may only have another number" in churn.says.worth


def test_a_dossier_names_the_other_number_where_it_tells_the_state(two_numbers):
    for account, other in (("10077", "20077"), ("20077", "10077")):
        file = two_numbers.account(account)
        for told in (file.class_why, file.rhythm):
            assert other in told and SETTLE in told
    assert SETTLE not in two_numbers.account("B001").rhythm


def test_its_new_number_is_not_thanked_for_coming(two_numbers):
    actions = two_numbers.abc_xyz.actions
    assert not actions["do_what"].str.contains("Thank").any()
    assert SETTLE in two_numbers.abc_xyz.classes.loc["20077", "why"]


def test_a_bridge_says_what_only_moved(two_numbers):
    earlier = open_book(two_numbers.dataset.folder, "2024Q1")
    said = earlier.churn.says.change
    assert "Of the lost, 1 with" in said
    assert "Of the new, 1 with" in said
    assert "Thank" not in " ".join(earlier.abc_xyz.actions["do_what"])


def test_the_first_page_counts_what_is_open_and_leads_to_the_page_of_the_data(two_numbers):
    line = two_numbers.summary.data_line
    assert "1 account may be one company with another number (EUR 60,000)" in line.plain
    assert 'href="data.html"' in line.html


@pytest.mark.long
def test_without_twins_nothing_is_said(two_numbers, tmp_path):
    lines = pd.read_csv(two_numbers.dataset.folder / "transactions.csv", dtype="str")
    lines[lines["account"] != "10077"].to_csv(tmp_path / "transactions.csv", index=False)
    (tmp_path / "dataset.toml").write_text(
        'title = "one"\ncurrency = "EUR"\n[transactions]\nsource = "transactions.csv"\n'
    )
    book = open_book(tmp_path)
    assert book.identities.identity_candidates is None
    assert "another number" not in book.summary.data_line.plain
    assert "number" not in book.churn.says.staying
