"""The questions behind unknown P's: what is asked, of whom, in which order."""

import pandas as pd
import pytest
from p_companies import RULES, company, prospects_of, targets_of

from kamlib.analysis.targeting.find_out import COLUMNS, find_out
from kamlib.settings import PS

PROSPECTS = prospects_of(
    {"prospect": "P1", "name": "One", "competitor": "X", "product_line": "Tools",
     "source": "Referral", "value": 100, "manager": "M2"},
    {"prospect": "P2", "industry": "Food", "employees": 5, "value": 1000},
    {"prospect": "P3", "value": 5000},
)  # fmt: skip


def scores_of(targets, **known):
    """``known``: target -> the P's that are known of it."""
    fresh = [f"{p}_freshness" for p in PS]
    table = pd.DataFrame(float("nan"), targets.index, [*PS, *fresh])
    for name, ps in known.items():
        table.loc[name, ps] = 0.5
        table.loc[name, [f"{p}_freshness" for p in ps]] = 1.0
    return table.assign(vetoed=table.index == "P3", ask_again="", guessed="")


def asked(**given):
    targets = targets_of(company(), PROSPECTS)
    targets.loc["a1", ["value", "product_line", "competitor"]] = [150.0, "Safety", ""]
    scores = scores_of(targets, P2=["authority"], a1=["need", "budget"])
    scores.loc["P1", "ask_again"] = "budget"
    scores.loc["a1", "guessed"] = "need"
    return find_out(scores, targets, **given, settings=RULES.three_p)


def test_by_hand():
    table = asked()
    assert table.columns.tolist() == list(COLUMNS)
    expected = [
        ("P2", "need", "Which of our product lines do you need, and how much of each a year?",
         "whoever buys products like ours there (name: first our team, then the switchboard)"),
        ("P2", "budget", "What do you spend on products like ours a year, and is the money "
         "granted?",
         "whoever pays for products like ours there (name: first our team, then the switchboard)"),
        ("a1", "need", "What do you need in Safety a year, and when do you decide on it?",
         "whoever places its orders"),
        ("P1", "need", "What do you buy in Tools from X a year, and what would make you change?",
         "whoever buys Tools there (name: from whoever referred it to us)"),
        ("P1", "budget", "You said no long ago: has that changed? What do you spend on Tools a "
         "year, and is the money granted? What are your annual revenue and number of employees?",
         "whoever pays for Tools there (name: from whoever referred it to us)"),
        ("P1", "authority", "Who there decides on Tools, who signs, and will you introduce us? "
         "Who there stands by X?", "whoever referred it to us"),
        ("a1", "authority", "Who of you decides on Safety, who signs, and can you bring us "
         "together?", "whoever places its orders"),
    ]  # fmt: skip
    rows = [tuple(row) for row in table[["prospect", "p", "question", "ask"]].to_numpy()]
    assert rows == expected
    # Weights 0.4, 0.3, 0.3: beside its need one other P of P2 is 0.5, and one of a1; beside a1's
    # authority two are. Of P1 nothing is known, so a yes would make its score 1. A no makes it 0.
    need, budget = 0.5 ** (0.3 / 0.7), 0.5 ** (0.3 / 0.6)
    assert table["at_stake"].tolist() == pytest.approx(
        [1000 * need, 1000 * budget, 150 * need, 100, 100, 100, 150 * 0.5**0.7]
    )
    assert table["owner"].tolist() == ["", "", "M1", "M2", "M2", "M2", "M1"]


def test_a_switchboard_is_asked_for_names_only():
    prospects = prospects_of(
        {"prospect": "P1", "competitor": "X", "product_line": "Tools", "value": 100},
        {"prospect": "P2", "value": 50},
    )
    targets = targets_of(company(), prospects).loc[["P1", "P2"]]
    scores = scores_of(targets).assign(vetoed=False, ask_again="authority")
    table = find_out(scores, targets, settings=RULES.three_p)
    who = table[table["p"] == "authority"].set_index("prospect")
    assert who.loc["P1", "question"] == (
        "Who decides on Tools, who signs, and what are their names and numbers?"
    )
    assert "decides on purchases," in who.loc["P2", "question"]
    assert (who["ask"] == "the switchboard (first our team: who knows them?)").all()
    others = table[table["p"] != "authority"]
    assert others["ask"].str.startswith("whoever").all()
    assert not table["question"].str.contains("of us").any()


def test_a_weightless_p_is_not_asked_about_and_the_same_value_counts_for_all():
    targets = targets_of(company(), PROSPECTS).loc[["P2", "P3"]]
    scores = scores_of(targets, P2=["authority"], P3=["authority"]).assign(vetoed=False)
    rules = RULES.three_p.model_copy(update={"weights": (1.0, 0.0, 1.0)})
    table = find_out(scores, targets, settings=rules).set_index(["prospect", "p"])["at_stake"]
    assert "budget" not in table.index.get_level_values("p")
    assert table["P2", "need"] > 0
    assert table["P3", "need"] == pytest.approx(5 * table["P2", "need"])


def test_the_right_person_is_asked(side_table):
    contacts = side_table("contacts", [
        {"account": "P1", "contact": "C1", "name": "Boss", "role": "decides", "influence": 3},
        {"account": "P1", "contact": "C2", "name": "Friend", "position": "Buyer",
         "role": "champions", "influence": 1},
        {"account": "P1", "contact": "C3", "name": "Money", "position": "Head of finance",
         "role": "influences"},
        {"account": "P1", "contact": "C5", "name": "Test", "position": "Quality controller",
         "role": "influences", "influence": 3},
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
    assert table.loc[("P2", "need"), "ask"].startswith("whoever buys products like ours there")


def test_a_champion_who_turned_against_us_is_asked_nothing(side_table):
    turned = {"account": "P1", "contact": "C1", "name": "Turned", "role": "champions"}
    contacts = side_table("contacts", [turned | {"attitude": -1}])
    assert not asked(contacts=contacts)["ask"].str.contains("Turned").any()
    assert asked(contacts=side_table("contacts", [turned]))["ask"].str.contains("Turned").any()


def test_who_decides_is_asked_where_only_the_committee_is_known():
    committees = pd.DataFrame({"decider": ["Boss"]}, ["P1"])
    table = asked(committees=committees).set_index(["prospect", "p"])
    assert table.loc[("P1", "budget"), "ask"] == "Boss"
    assert table.loc[("P1", "authority"), "ask"] == "whoever referred it to us"


def test_who_decides_is_asked_where_a_figure_is_noted_and_no_name():
    # Of P2 authority is noted, of P1 and a1 it is unknown anyway, and P3 is vetoed.
    def pairs(table):
        return list(zip(table["prospect"], table["p"], strict=True))

    unnamed = pd.Index(["P1", "P2", "P3", "elsewhere"])
    plain, table = asked(), asked(unnamed=unnamed)
    added = [pair for pair in pairs(table) if pair not in pairs(plain)]
    assert added == [("P2", "authority")]
    assert len(table) == len(plain) + 1 == len(set(pairs(table)))
    row = table[(table["prospect"] == "P2") & (table["p"] == "authority")].iloc[0]
    assert row["question"].startswith("Who decides on purchases, who signs")
    assert row["ask"] == "the switchboard (first our team: who knows them?)"
    # What its need and budget leave unknown counts fully: a yes would make 1 of the score.
    assert row["at_stake"] == pytest.approx(1000)
    pd.testing.assert_frame_equal(asked(unnamed=pd.Index([])), plain)


def test_nobody_to_ask_about():
    targets = targets_of(company(), PROSPECTS).iloc[:0]
    table = find_out(scores_of(targets), targets, settings=RULES.three_p)
    assert table.empty and table.columns.tolist() == list(COLUMNS)
