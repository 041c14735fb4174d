"""Buying committees and contact cards of all targets: by hand, slow and plain, and odd rows."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.account.people import decision_map
from kamlib.analysis.campaign import committee
from kamlib.analysis.campaign.cards import COLUMNS
from kamlib.analysis.campaign.cards import contact_cards as cards_of
from kamlib.analysis.campaign.committee import NEEDED, buying_committees, committees_headline
from kamlib.settings import Settings

few = settings(deadline=None, max_examples=8)
AS_OF = pd.Timestamp("2025-12-31")
UNTIL = {"as_of": AS_OF, "settings": Settings()}
TARGETS = pd.DataFrame(
    {"name": ["Acme", "Brill", "Cold"], "manager": ["Ann", "Bob", ""]},
    pd.Index(["P1", "A2", "P3"], name="prospect"),
)
CONTACTS = [
    # account, contact, name, role, influence, attitude, last_contact, owner
    ("P1", "c1", "Dora", "decides", 3, 0, None, "Ann"),
    ("P1", "c2", "Emil", "champions", 2, 2, "2025-12-01", ""),
    ("P1", "c3", "Fay", "opposes", 2, -1, "2024-01-10", ""),
    ("A2", "c1", "Gil", "champions", 1, 1, None, "Mia"),
    ("A2", "c1", "Gil again", "decides", 3, 1, None, "Mia"),
    ("A2", "", "Hal", "", None, None, "2026-02-01", ""),
    ("other", "c1", "Ida", "decides", 3, 0, None, ""),
]
TALKS = [
    # account, date, kind, contact, manager, next_step, next_step_due
    ("P1", "2025-11-01", "call", "c2", "Ann", "send an offer", "2025-12-15"),
    ("P1", "2025-10-01", "meeting", "c2", "Ann", "visit", "2025-10-05"),
    ("P1", "2025-12-20", "brief", "c1", "Ann", "", None),
    ("P1", "2026-01-10", "meeting", "c1", "Ann", "sign", None),
    ("A2", "2025-06-01", "meeting", "c1", "Bob", "", None),
    ("A2", "2025-07-01", "meeting", "Hal", "Mia", "send a sample", "2026-01-15"),
]


@pytest.fixture
def tables(side_table):
    names = ["account", "contact", "name", "role", "influence", "attitude", "last_contact", "owner"]
    contacts = [dict(zip(names, row, strict=True)) for row in CONTACTS]
    names = ["account", "date", "kind", "contact", "manager", "next_step", "next_step_due"]
    talks = [dict(zip(names, row, strict=True)) for row in TALKS]
    for row in contacts:
        row["last_contact"] = pd.Timestamp(row["last_contact"])
    for row in talks:
        row |= {name: pd.Timestamp(row[name]) for name in ("date", "next_step_due")}
    return side_table("contacts", contacts), side_table("interactions", talks)


def test_committees_by_hand(tables):
    table = buying_committees(*tables, TARGETS, **UNTIL)
    assert list(table) == committee.COLUMNS
    first = table.loc["P1"]
    assert (first["people"], first["roles_known"]) == (3, "decides, champions, opposes")
    assert first["roles_missing"] == "signs, influences, uses"
    # Two of five roles are known; of them only Emil (champions) was spoken to by year's end.
    assert (first["coverage"], first["reached"]) == (0.4, 0.2)
    assert (first["decider"], first["decider_reached"]) == ("Dora", False)
    assert (first["champion"], first["opposing"]) == ("Emil", "Fay")
    assert (first["talks"], first["single_thread"], first["one_of_us"]) == (2, True, True)
    assert first["committee_why"] == (
        "3 people, 40 % of the roles; missing: signs, influences, uses; Dora decides, not "
        "reached; all talks with one person of theirs; against us: Fay"
    )
    # The second row of c1 does not count, so nobody is known to decide.
    second = table.loc["A2"]
    assert (second["people"], second["roles_known"], second["decider"]) == (2, "champions", "")
    assert (second["single_thread"], second["one_of_us"]) == (False, False)
    assert table.loc["P3", "committee_why"] == "nobody is recorded"
    assert table.loc["P3", ["people", "coverage", "talks"]].tolist() == [0, 0, 0]
    assert committees_headline(table) == (
        "Of 3 targets the buying committee is covered to 20 % on average; who decides is known "
        "of 1 and reached of 0; with 1 all talks were with one person of theirs, at 1 all were "
        "by one of ours; nobody is recorded of 1."
    )


def test_only_one_of_us_is_told_where_it_is_unusual(tables):
    """Here it is so at one of the two accounts with enough talks."""
    told = {}
    for most in (0.49, 0.5):
        chosen = UNTIL["settings"].model_copy(
            update={"dossier": Settings(dossier={"unusual_share": most}).dossier}
        )
        table = buying_committees(*tables, TARGETS, as_of=UNTIL["as_of"], settings=chosen)
        told[most] = table["committee_why"].str.contains("only one of us").tolist()
    assert told == {0.49: [False] * 3, 0.5: [True, False, False]}


def test_cards_by_hand(tables):
    cards = cards_of(*tables, TARGETS, **UNTIL)
    assert list(cards) == COLUMNS
    rows = cards[["prospect", "person", "role", "next_step", "owner", "finding"]]
    assert rows.to_numpy().tolist() == [
        ["P1", "Dora", "decides", "ask Emil for an introduction to who decides", "Ann",
         "no contact is recorded"],
        ["P1", "Emil", "champions", "send an offer", "Ann",
         "agreed by 2025-12-15 and not reported done"],
        ["P1", "Fay", "opposes", "hear the objections, and answer them one by one", "Ann",
         "no contact for 721 days; against us"],
        ["A2", "unknown: who decides", "decides",
         "ask Gil who decides, and for an introduction", "Bob", ""],
        ["A2", "Gil", "champions", "ask who decides", "Mia",
         "recorded 2 times; the first row counts"],
        ["A2", "Hal", "", "send a sample", "Bob",
         "last contact is dated in the future and is left out; part in the decision unknown"],
        ["P3", "unknown: who decides", "decides",
         "find out who decides: call the company, look at its register and site", "", ""],
    ]  # fmt: skip
    assert cards["last_contact"].dt.strftime("%Y-%m-%d").fillna("").tolist() == [
        *("", "2025-12-01", "2024-01-10", "", "2025-06-01", "2025-07-01", ""),
    ]
    assert cards["silent_days"].tolist()[1:3] == [30, 721]
    assert cards["next_step_due"].dt.month.fillna(0).tolist() == [0, 12, 0, 0, 0, 1, 0]
    owners = pd.Series({"P1": "Zoe", "P3": "Zoe"})
    given_to = cards_of(*tables, TARGETS, owners=owners, **UNTIL)["owner"]
    assert given_to.tolist() == ["Ann", "Zoe", "Zoe", "", "Mia", "", "Zoe"]


def test_nothing_is_asked_of_a_champion_who_turned_against_us(side_table):
    people = [("c1", "Dora", "decides", 0), ("c2", "Emil", "champions", -1)]
    contacts = [
        {"account": "P1", "contact": code, "name": name, "role": role, "attitude": attitude}
        for code, name, role, attitude in people
    ]
    tables = side_table("contacts", contacts), side_table("interactions")
    cards = cards_of(*tables, TARGETS.iloc[:1], **UNTIL).set_index("person")
    assert cards.loc["Emil", "next_step"] == (
        "find out what turned this person; win back before asking for anything"
    )
    assert cards.loc["Dora", "next_step"] == "ask for a first meeting"  # not through Emil
    tables = side_table("contacts", contacts[1:]), tables[1]
    cards = cards_of(*tables, TARGETS.iloc[:1], **UNTIL).set_index("person")
    assert cards.loc["unknown: who decides", "next_step"].startswith("find out who decides: call")


def test_demo_as_its_decision_maps_say():
    book = open_book("demo")
    contacts, talks = book.known("contacts"), book.known("interactions")
    until = {"as_of": book.as_of, "settings": book.settings}
    index = pd.Index(sorted(contacts["account"].unique()), name="account")
    targets = pd.DataFrame({"name": "Name", "manager": ""}, index)
    table = buying_committees(contacts, talks, targets, **until)
    cards = cards_of(contacts, talks, targets, **until).set_index("prospect")
    assert (table["people"] > 0).sum() > 150
    for account in targets.index[:10]:
        own = [frame[frame["account"] == account] for frame in (contacts, talks)]
        people = decision_map(*own, as_of=book.as_of, talk_months=12)
        deciders = people[people["role"] == "decides"]
        assert table.loc[account, "people"] == len(people)
        assert table.loc[account, "decider"] == ", ".join(deciders["name"])
        reached = deciders["last_talk"] > book.as_of - pd.DateOffset(months=12)
        assert table.loc[account, "decider_reached"] == reached.any()
        mine = cards.loc[[account]].query("contact != ''").set_index("contact")
        last = mine["last_contact"].reindex(people.index)
        pd.testing.assert_series_equal(last, people["last_talk"], check_names=False)


def test_nothing_recorded_and_no_target(side_table):
    nothing = side_table("contacts"), side_table("interactions")
    table = buying_committees(*nothing, TARGETS, **UNTIL)
    assert (table["committee_why"] == "nobody is recorded").all()
    assert len(cards_of(*nothing, TARGETS, **UNTIL)) == 3
    none = TARGETS.iloc[:0]
    assert list(cards_of(*nothing, none, **UNTIL)) == COLUMNS
    assert committees_headline(buying_committees(*nothing, none, **UNTIL)).startswith("There is no")


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["P1", "A2", "P3", "else"]),
        st.sampled_from(["c1", "c2", "c3", "c4"]),
        st.sampled_from([*committee.ROLES, ""]),
        st.sampled_from([None, "2025-11-11", "2023-01-01"]),
    ),
    max_size=12,
    unique_by=lambda row: row[:2],
)
HELD = st.lists(
    st.tuples(
        st.sampled_from(["P1", "A2", "P3", "else"]),
        st.sampled_from(["c1", "c2", "c3", "c4", ""]),
        st.sampled_from(["2025-12-30", "2024-12-31", "2025-01-01", "2026-01-01"]),
        st.sampled_from(["call", "brief"]),
        st.sampled_from(["Ann", "Bob", ""]),
    ),
    max_size=12,
)


@few
@given(PEOPLE, HELD)
def test_as_slow_and_plain(side_table, people, held):
    contacts = side_table(
        "contacts",
        [
            {"account": a, "contact": c, "role": r, "last_contact": pd.Timestamp(d)}
            for a, c, r, d in people
        ],
    )
    talks = side_table(
        "interactions",
        [
            {"account": a, "contact": c, "date": pd.Timestamp(d), "kind": k, "manager": m}
            for a, c, d, k, m in held
        ],
    )
    table = buying_committees(contacts, talks, TARGETS, **UNTIL)
    cards = cards_of(contacts, talks, TARGETS, **UNTIL)
    for target in TARGETS.index:
        roles = {r for a, _, r, _ in people if a == target}
        talked = [row for row in held if row[0] == target and row[3] == "call"]
        talked = [row for row in talked if "2025-01-01" <= row[2] <= "2025-12-31"]
        met = {c for _, c, *_ in talked}
        met |= {c for a, c, _, d in people if a == target and d == "2025-11-11"}
        reached = {r for a, c, r, _ in people if a == target and c in met}
        assert table.loc[target, "coverage"] == pytest.approx(len(roles & set(NEEDED)) / 5)
        assert table.loc[target, "reached"] == pytest.approx(len(reached & set(NEEDED)) / 5)
        assert table.loc[target, "decider_reached"] == ("decides" in reached)
        named = [c for _, c, *_ in talked if c]
        assert table.loc[target, "single_thread"] == (len(named) > 1 and len(set(named)) == 1)
        recorded = sum(a == target for a, *_ in people)
        expected = recorded + ("decides" not in roles)
        assert (cards["prospect"] == target).sum() == expected
    assert (cards["next_step"] != "").all()
