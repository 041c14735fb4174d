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


def test_the_demo_quarter_opens_with_what_came_back(book):
    """Two teams gave their lists back, one written by commas and one as a German office does."""
    files = sorted((book.dataset.folder / "returned").glob("*.csv"))
    heads = [pd.read_csv(path, sep=sep, skiprows=2, dtype=str)
             for path, sep in zip(files, ",;", strict=True)]  # fmt: skip
    given = pd.concat(heads, ignore_index=True).set_index("Account or target")
    advised = book.todo.advised.set_index("subject")
    assert sorted(advised.index) == sorted(given.index)
    assert sorted(advised.index[advised["done"]]) == sorted(given.index[given["Done on"].notna()])
    money = given["Value a year (EUR)"].str.replace(",", ".").astype(float).dropna()
    assert (advised.loc[money.index, "kept"] == money).all()
    assert not (book.findings["table"] == "returned").any()
    by = book.todo.advised_by.set_index(["by", "key"])
    assert by.loc[("all", ""), "done"] == advised["done"].sum()
    parts = by.loc["manager"][["tasks", "done", "untouched"]].sum()
    assert (parts == by.loc[("all", "")][parts.index]).all()
    told = book.todo.last_quarter
    assert told.startswith(f"For 2025Q4 {len(advised)} tasks were advised")
    assert f"{advised['done'].sum()} were done" in told
    assert "no chance sample" in book.todo.untouched
    again = book.todo.todo.set_index("subject")["last_time"]
    noted = given["Notes"].dropna()
    noted = noted[noted.index.isin(again.index)]
    assert len(noted) > 10
    assert all(note in again[subject] for subject, note in noted.items())


def test_without_a_workbook_the_list_is_made_again_and_says_so(works):
    assert works.todo.last_quarter.startswith("No workbook of 2020Q1 came back")
    before = works.earlier().todo.todo
    assert set(works.todo.advised["subject"]) == set(before.loc[before["fits"], "subject"])
    assert works.todo.written is None
