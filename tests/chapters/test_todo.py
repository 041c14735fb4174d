"""The one list of whole companies: what all others are slices of, and no word against another."""

import pandas as pd
import pytest

from kamlib import open_book


@pytest.fixture(scope="module")
def book():
    return open_book("demo", settings={"stability.resamples": 10, "replay.quarters": 1})


@pytest.fixture(scope="module")
def works(adventureworks):
    return open_book(adventureworks, settings={"stability.resamples": 10, "replay.quarters": 1})


def test_the_lists_of_the_demo_company_do_not_contradict_each_other(book):
    assert book.todo.contradictions.to_numpy().tolist() == []
    assert set(book.todo.todo["verb"]) >= {"settle", "win back", "keep", "earn", "grow", "win"}


def test_nor_do_those_of_adventureworks(works):
    assert works.todo.contradictions.to_numpy().tolist() == []


def test_nor_do_those_of_a_company_without_managers(online_retail_parquet):
    retail = open_book(
        online_retail_parquet, settings={"stability.resamples": 10, "replay.quarters": 1}
    )
    assert retail.todo.contradictions.to_numpy().tolist() == []
    todo = retail.todo.todo
    assert todo.loc[todo["fits"], "hours"].sum() <= 260


def test_planted_leavers_stand_first_with_their_managers(book):
    """Who is on the way out, or just gone, and brings most: within the first week."""
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    left = pd.to_datetime(truth["left_on"])
    lately = left.index[left > pd.Timestamp("2025-12-31") - pd.Timedelta(days=180)]
    todo = book.todo.todo.set_index("subject")
    found = todo[todo.index.isin(lately) & todo["fits"]]
    assert len(found) >= 2
    big = found[found["stake"] > 20_000]
    assert (big["due"] < pd.Timestamp("2026-01-16")).all()


def test_every_dated_list_is_a_slice(book):
    due = book.todo.todo.set_index("subject")["due"]
    for name, slice_ in (
        ("watch_list", book.churn.watch_list),
        ("winback", book.churn.winback),
        ("plan", book.segments.plan.set_index("account")),
    ):
        dated = slice_["due"].dropna()
        assert len(dated), name
        assert (due[dated.index] == dated).all(), name


def test_the_first_page_says_what_the_list_says(book):
    first = book.summary.monday
    assert list(first["manager"]) == sorted(set(book.todo.todo["manager"]))
    told = book.abc_xyz.actions["do_what"]
    listed = book.todo.todo.set_index("subject")
    for account, words in told.items():
        if account in listed.index and not book.identities.twins["words"].get(account):
            assert words.casefold().startswith(listed.loc[account, "verb"]), account
