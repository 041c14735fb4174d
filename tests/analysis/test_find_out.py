"""The questions behind unknown P's: what is asked, of whom, in which order."""

import pandas as pd
from p_companies import RULES, company, prospects_of, targets_of

from kamlib.analysis.find_out import COLUMNS, find_out
from kamlib.analysis.p_pieces import PS

PROSPECTS = prospects_of(
    {"prospect": "P1", "name": "One", "competitor": "X", "product_line": "Tools",
     "source": "Referral", "value": 100, "manager": "M2"},
    {"prospect": "P2", "industry": "Food", "employees": 5, "value": 1000},
    {"prospect": "P3", "value": 5000},
)  # fmt: skip


def scores_of(targets, **known):
    """``known``: target -> the P's that are known of it."""
    table = pd.DataFrame(float("nan"), targets.index, list(PS))
    for name, ps in known.items():
        table.loc[name, ps] = 0.5
    return table.assign(vetoed=table.index == "P3", ask_again="", guessed="")


def asked(**given):
    targets = targets_of(company(), PROSPECTS)
    scores = scores_of(targets, P2=["authority"], a1=["need", "budget"])
    scores.loc["P1", "ask_again"] = "budget"
    scores.loc["a1", "guessed"] = "need"
    return find_out(scores, targets, **given, settings=RULES.three_p)


def test_by_hand():
    table = asked()
    assert table.columns.tolist() == list(COLUMNS)
    expected = [
        ("P2", "need", "Which of our lines does this company of Food need, and how much a year?",
         "the switchboard"),
        ("P2", "budget", "What does it spend on what we sell a year, and is the money granted?",
         "the switchboard"),
        ("a1", "need", "How much Safety does it need a year, and when is that decided?",
         "whoever places its orders"),
        ("a1", "authority", "Who decides on Safety, who signs, and who of us knows them?",
         "whoever places its orders"),
        ("P1", "need", "How much Tools does it buy from X a year, and what would make it change?",
         "whoever referred it to us"),
        ("P1", "budget", "It said no long ago: has that changed? What does it spend on Tools a "
         "year, and is the money granted? What are its annual revenue and number of employees?",
         "whoever referred it to us"),
        ("P1", "authority", "Who decides on Tools, who signs, and who of us knows them? Who there "
         "stands by X?", "whoever referred it to us"),
    ]  # fmt: skip
    rows = [tuple(row) for row in table[["prospect", "p", "question", "ask"]].to_numpy()]
    assert rows == expected
    assert table["worth"].tolist() == [400.0, 300.0, 60.0, 45.0, 40.0, 30.0, 30.0]
    assert table["owner"].tolist() == ["", "", "M1", "M1", "M2", "M2", "M2"]


def test_the_right_person_is_asked(side_table):
    contacts = side_table("contacts", [
        {"account": "P1", "contact": "C1", "name": "Boss", "role": "decides", "influence": 3},
        {"account": "P1", "contact": "C2", "name": "Friend", "position": "Buyer",
         "role": "champions", "influence": 1},
        {"account": "P1", "contact": "C3", "name": "Money", "position": "Head of finance",
         "role": "influences"},
        {"account": "P1", "contact": "C4", "name": "Foe", "role": "opposes", "influence": 3},
        {"account": "P2", "contact": "C1", "role": "opposes"},
    ])  # fmt: skip
    table = asked(contacts=contacts).set_index(["prospect", "p"])
    assert table.loc["P1", "ask"].to_dict() == {
        "need": "Friend, Buyer",
        "budget": "Money, Head of finance",
        "authority": "Friend, Buyer",
    }
    assert "can you bring us together?" in table.loc[("P1", "authority"), "question"]
    assert table.loc[("P2", "need"), "ask"] == "the switchboard"


def test_who_decides_is_asked_where_only_the_committee_is_known():
    committees = pd.DataFrame({"decider": ["Boss"]}, ["P1"])
    table = asked(committees=committees).set_index(["prospect", "p"])
    assert table.loc[("P1", "budget"), "ask"] == "Boss"
    assert table.loc[("P1", "authority"), "ask"] == "whoever referred it to us"


def test_nobody_to_ask_about():
    targets = targets_of(company(), PROSPECTS).iloc[:0]
    table = find_out(scores_of(targets), targets, settings=RULES.three_p)
    assert table.empty and table.columns.tolist() == list(COLUMNS)
