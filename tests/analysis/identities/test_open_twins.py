import pandas as pd

from kamlib.analysis.identities.open_twins import (
    open_twins,
    settled_first,
    twins_told,
    with_doubt,
    with_twins,
)

STATES = pd.Series({"10077": "lost", "20077": "new", "1": "active", "2": "slowing", "3": "lost"})
CANDIDATES = pd.DataFrame(
    [
        ("10077", "20077", "renumbered", "strong", 2400.0),
        ("2", "1", "same", "likely", 300.0),
        ("3", "1", "same", "look", 50.0),
    ],
    columns=["account", "belongs_to", "kind", "strength", "money"],
)
TWINS = open_twins(CANDIDATES, STATES)


def test_each_side_of_a_pair_has_its_sentence_and_a_mere_look_has_none():
    assert TWINS.index.tolist() == ["1", "10077", "2", "20077"]
    assert TWINS.loc["10077", "words"] == (
        "May have gone on as 20077 (one ends as the other begins): settle first on the sheet Who "
        "is the customer."
    )
    assert TWINS.loc["20077", "words"].startswith("May have been 10077 before")
    assert TWINS.loc["1", "words"].startswith("May be one company with 2:")
    assert TWINS["goes_on"].to_dict() == {"1": True, "10077": True, "2": True, "20077": False}
    assert TWINS["was_there"].to_dict() == {"1": True, "10077": False, "2": True, "20077": True}


def test_several_twins_of_one_account_are_named_together():
    more = pd.concat([CANDIDATES, CANDIDATES.iloc[:1].assign(account="10078")])
    assert open_twins(more, STATES).loc["20077", "twin"] == "10077, 10078"


def test_a_sentence_gets_what_is_to_be_settled_behind_it():
    told = pd.Series({"10077": "Lost since May", "9": "Buys as usual."})
    assert with_twins(told, TWINS).tolist() == [
        f"Lost since May. {TWINS.loc['10077', 'words']}",
        "Buys as usual.",
    ]


def test_how_much_of_a_sum_hangs_on_it():
    revenue = pd.Series({"10077": 1200.0, "3": 500.0})
    assert with_doubt("Two are lost.", TWINS, lost=revenue, currency="EUR") == (
        "Two are lost. Of the lost, 1 with EUR 1,200 may only have another number."
    )
    assert with_doubt("", TWINS, lost=revenue.drop("10077")) == ""
    new = pd.Series({"20077": 1100.0, "10077": 7.0})
    assert "1 with EUR 1,100" in with_doubt("", TWINS, new=new, currency="EUR")
    at_risk = pd.Series({"2": 40.0, "9": 1.0})
    told = with_doubt("Call.", TWINS, both=at_risk, currency="EUR")
    assert told == "Call. 1 of them, with EUR 40, may be one company with another number."
    assert with_doubt("Call.", TWINS, both=at_risk.drop("2")) == "Call."


def test_who_only_moved_is_neither_asked_why_nor_thanked():
    actions = pd.DataFrame(
        {
            "reason": ["lost", "new", "fell", "lost"],
            "do_what": ["Ask why.", "Thank it.", "Visit.", "Ask why."],
        },
        ["10077", "20077", "2", "9"],
    )
    told = settled_first(actions, TWINS)["do_what"]
    assert told["10077"] == TWINS.loc["10077", "words"]
    assert told["20077"] == TWINS.loc["20077", "words"]
    assert told["2"].startswith("Visit. May be one company with 1")
    assert told["9"] == "Ask why."
    assert actions["do_what"].iloc[0] == "Ask why."


def test_the_first_page_says_how_many_and_how_much():
    assert twins_told(CANDIDATES, "EUR") == (
        "3 accounts may be one company with another number: EUR 2,750 of revenue would move. "
        "Settle them on the sheet Who is the customer."
    )
    assert "1 account may be" in twins_told(CANDIDATES.iloc[:1])
    assert twins_told(CANDIDATES.iloc[:0]) == ""


def test_no_candidate_gives_an_empty_frame_and_changes_nothing():
    none = open_twins(CANDIDATES.iloc[:0], STATES)
    told = pd.Series({"1": "Buys as usual."})
    assert none.empty
    assert with_twins(told, none).equals(told)
