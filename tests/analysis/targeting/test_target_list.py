"""Who is a target: open prospects that do not buy yet, and accounts that could grow."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from p_companies import AS_OF, company, decided_of, matches_of, prospects_of, targets_of

from kamlib.analysis.targeting.target_list import COLUMNS, already_accounts

PROSPECTS = prospects_of(
    {"prospect": "P1", "name": "New Ltd", "industry": "Food", "outcome": "open", "need": 0.5},
    {"prospect": "P2", "name": "Bob", "outcome": None, "need": 0.9, "source": "referral",
     "first_seen": "2025-01-01", "product_line": "Safety"},
    {"prospect": "a3", "name": "Cid"},
    {"prospect": "P4", "outcome": "won", "outcome_on": "2025-02-01"},
    {"prospect": "P5", "outcome": "lost", "outcome_on": "2025-02-01"},
    {"prospect": "P6", "outcome": "lost", "outcome_on": "2026-02-01"},
    {"prospect": "P7", "name": "Evelyn"},
    {"prospect": "P8", "name": "Eve"},
)  # fmt: skip
MATCHES = matches_of(PROSPECTS, P2=("a2", "same name"), P4=("a4", "recorded"),
                     P7=("lost", "like name"), P8=("lost", "same name"))  # fmt: skip


def test_by_hand():
    table = targets_of(company(), PROSPECTS, MATCHES)
    assert table.columns.tolist() == list(COLUMNS)
    # P6 is still open on the day; P7 is only like an account's name.
    expected = [
        ("P1", "prospect", "New Ltd", "", 0.5, "", float("nan")),
        ("P6", "prospect", "", "", None, "", float("nan")),
        ("P7", "prospect", "Evelyn", "", None, "", float("nan")),
        ("a1", "account", "Ada", "a1", None, "", float("nan")),
        ("a2", "account", "Bob", "a2", 0.9, "Safety", float("nan")),
        ("a3", "account", "a3", "a3", None, "", float("nan")),
    ]
    names = ["kind", "name", "account", "need", "product_line", "value"]
    hand = pd.DataFrame(expected, columns=["prospect", *names]).set_index("prospect")
    pd.testing.assert_frame_equal(table[names], hand, check_dtype=False)
    assert (table["outcome"] == "open").all() and table["outcome_on"].isna().all()
    assert table.loc["a2", ["source", "relationship"]].tolist() == ["referral", "current"]


def test_who_buys_already_is_told_once():
    accounts = company().accounts
    found = already_accounts(PROSPECTS, MATCHES, accounts, as_of=AS_OF)
    told = found[["account", "match"]].to_dict("index")
    assert told == {
        "P2": {"account": "a2", "match": "same name"},
        "a3": {"account": "a3", "match": "number"},
        "P8": {"account": "lost", "match": "same name"},
    }


def test_decided():
    table = decided_of(PROSPECTS, MATCHES)
    assert table["account"].to_dict() == {"P4": "a4", "P5": ""}
    assert table.columns.tolist() == list(COLUMNS)


def test_a_rivals_share_makes_an_account_a_target():
    rivals = pd.DataFrame(
        {"account": ["a4", "a4", "lost"], "competitor": ["X", "Y", "X"],
         "product_line": ["Tools", "Safety", "Tools"], "share": [0.2, 0.6, 0.9],
         "seen_on": pd.Timestamp("2025-06-01")}
    )  # fmt: skip
    table = targets_of(company(), PROSPECTS.iloc[:1], competitors=rivals)
    assert table.index.tolist() == ["P1", "a1", "a4"]
    row = table.loc["a4"]
    assert row["competitor"] == "Y"
    # 40 % elsewhere: 100 bought here is 60 % of the whole.
    assert row["competitor_share"] == pytest.approx(0.4)
    assert row["value"] == pytest.approx(100 / 0.6 - 100)


@settings(max_examples=10, deadline=None)
@given(st.permutations(range(len(PROSPECTS))))
def test_every_prospect_is_somewhere_once_in_any_order(order):
    shuffled = PROSPECTS.iloc[order]
    firm = company()
    targets = targets_of(firm, shuffled, MATCHES)
    parts = [
        targets.index[targets["kind"] == "prospect"],
        decided_of(shuffled, MATCHES).index,
        already_accounts(shuffled, MATCHES, firm.accounts, as_of=AS_OF).index,
    ]
    assert sorted(code for part in parts for code in part) == sorted(PROSPECTS["prospect"])
    pd.testing.assert_frame_equal(
        targets.sort_index(), targets_of(firm, PROSPECTS, MATCHES).sort_index()
    )


def test_nobody():
    firm = company()
    firm.classes, firm.whitespace = firm.classes.iloc[:0], firm.whitespace.iloc[:0]
    table = targets_of(firm, prospects_of())
    assert table.empty and table.columns.tolist() == list(COLUMNS)
    assert decided_of(prospects_of()).empty


def test_columns_the_table_lacks_are_unknown():
    bare = PROSPECTS[["prospect", "name"]]
    table = targets_of(company(), bare, matches_of(bare))
    assert table.loc["P1", "need"] != table.loc["P1", "need"]
    assert table.loc["P1", "source"] == ""


def test_what_is_bought_of_a_line_weighs_a_rivals_share_of_it():
    rivals = pd.DataFrame(
        {"account": ["a4"], "competitor": ["X"], "product_line": ["Tools"], "share": [0.5],
         "seen_on": pd.Timestamp("2025-06-01")}
    )  # fmt: skip
    bought = pd.DataFrame({"Tools": [10.0], "Safety": [90.0]}, index=["a4"])
    row = targets_of(company(), PROSPECTS.iloc[:1], competitors=rivals, bought=bought).loc["a4"]
    # As much of Tools elsewhere as here: 10 of 110. Its value waits for the offer of a line.
    assert row["competitor_share"] == pytest.approx(10 / 110)
    assert pd.isna(row["value"])
