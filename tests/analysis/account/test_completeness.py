"""Completeness: an example by hand, a slow loop, and the list of one agreeing with all."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.account.completeness import (
    ITEMS,
    PARTS,
    dossier_completeness,
    dossier_state,
    missing,
)
from kamlib.data.reduce.checks import empty_side_table
from kamlib.settings.account import DossierSettings

AS_OF = pd.Timestamp("2025-12-31")
RULES = DossierSettings()


def rows(table, *records):
    empty = empty_side_table(table)
    frame = pd.DataFrame(list(records)).reindex(columns=empty.columns)
    return frame.astype(empty.dtypes.to_dict())


ACCOUNTS = rows(
    "accounts",
    {"account": "A", "name": "Alpha", "manager": "M1", "industry": "Food", "employees": 12,
     "annual_revenue": 5, "since": "2020-01-01", "payment_terms": 30, "description": "x",
     "history": "x", "structure": "x", "surroundings": "x", "well_known": True},
    {"account": "B", "name": "B"},
).set_index("account")  # fmt: skip
TABLES = {
    "contacts": rows(
        "contacts",
        {"account": "A", "contact": "C1", "role": "decides", "influence": 3, "attitude": 1,
         "owner": "M2"},
        {"account": "A", "contact": "C2", "interests": "price", "owner": "M2"},
    ),
    "interactions": rows(
        "interactions",
        {"account": "A", "date": "2025-12-01", "kind": "call"},
        {"account": "B", "date": "2025-12-01", "kind": "brief"},
    ),
    "payments": rows("payments", {"account": "A", "document": "1", "due_on": "2024-01-01"}),
    "competitors": rows(
        "competitors", {"account": "A", "competitor": "R", "share": 0.5, "seen_on": "2025-12-01"}
    ),
}  # fmt: skip


def test_an_example_worked_by_hand():
    found = dossier_completeness(ACCOUNTS, TABLES, as_of=AS_OF, settings=RULES)
    # A: 11 of 12 general facts and a third of the standing; people 1, 1, 1/2, 1/2, 1; a talk but
    # no next step; payments two years old count half, no delivery; rival and share; no judgement.
    parts = [(11 + 1 / 3) / 12, 4 / 5, 1 / 2, 1 / 4, 1.0, 0.0]
    assert found["A"] == pytest.approx(
        sum(w * p for w, p in zip(RULES.weights, parts, strict=True))
    )
    assert found["B"] == 0  # a brief is no talk, and a name that repeats the number is none


def test_the_list_says_what_is_missing_old_and_who_finds_out():
    state = dossier_state("A", ACCOUNTS, TABLES, as_of=AS_OF, settings=RULES).set_index("item")
    assert state.loc["payments", ["state", "age_days"]].tolist() == ["old", 730]
    assert state.loc["deliveries", "state"] == "missing"
    assert state.loc["judged", "state"] == "partly"
    assert state.loc["judged", "who"] == "M2"  # looks after the people
    assert state.loc["deliveries", "who"] == "M1"
    assert state["weight"].sum() == pytest.approx(1)
    lacking = missing(state.reset_index())
    assert lacking["item"].tolist()[:2] == ["reputation", "next_step"]
    assert (lacking["gain"].diff().dropna() <= 1e-12).all()


def test_nothing_known_at_all():
    bare = pd.DataFrame(index=pd.Index(["Z"], dtype="str", name="account"))
    assert dossier_completeness(bare, {}, as_of=AS_OF, settings=RULES).tolist() == [0]
    state = dossier_state("Z", bare, {}, as_of=AS_OF, settings=RULES)
    assert (state["state"] == "missing").all()
    assert (state["who"] == "").all()


def test_an_account_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match='account "X" is not among'):
        dossier_state("X", ACCOUNTS, TABLES, as_of=AS_OF, settings=RULES)


weights = st.lists(st.integers(0, 5), min_size=6, max_size=6).filter(any)


@settings(max_examples=25, deadline=None)
@given(weights, st.integers(1, 9))
def test_weights_scaled_by_a_constant_change_nothing(chosen, factor):
    one, other = (
        dossier_completeness(
            ACCOUNTS, TABLES, as_of=AS_OF,
            settings=DossierSettings(weights=tuple(times * w for w in chosen)),
        )
        for times in (1, factor)
    )  # fmt: skip
    np.testing.assert_allclose(one, other)
    assert one.between(0, 1).all()


@pytest.mark.parametrize("quarter", ["2025Q4", "2024Q2"])
def test_the_list_of_each_account_agrees_with_the_figure_of_all(quarter):
    book = open_book("demo", quarter)
    tables = {item.table: book.known(item.table) for item in ITEMS}
    at = {"as_of": book.as_of, "settings": RULES}
    whole = dossier_completeness(book.accounts, tables, **at)
    assert whole.between(0, 1).all()
    for account in book.accounts.index[::7]:
        state = dossier_state(account, book.accounts, tables, **at)
        assert state["counts"].sum() == pytest.approx(whole[account]), account
        assert set(state["part"]) == set(PARTS)


def test_a_slow_loop_over_people_and_talks_gives_the_same():
    book = open_book("demo")
    tables = {item.table: book.known(item.table) for item in ITEMS}
    contacts, talks = tables["contacts"], tables["interactions"]
    for account in book.accounts.index[::11]:
        state = dossier_state(account, book.accounts, tables, as_of=book.as_of, settings=RULES)
        filled = state.set_index("item")["filled"]
        people = contacts[contacts["account"] == account]
        known = [(p.role == p.role, p.influence == p.influence, p.attitude == p.attitude)
                 for p in people.itertuples()]  # fmt: skip
        judged = sum(sum(map(bool, facts)) for facts in known) / (3 * len(known)) if known else 0
        assert filled["people"] == bool(known)
        assert filled["decider"] == ("decides" in set(people["role"]))
        assert filled["judged"] == pytest.approx(judged)
        own = talks[(talks["account"] == account) & (talks["kind"] != "brief")]
        assert filled["talk"] == bool(len(own))
