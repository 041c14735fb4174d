"""What could be done with each account: each verb worked by hand."""

import pandas as pd
import pytest

from kamlib.analysis.measures.dependence import dependence
from kamlib.analysis.todo import tasks
from kamlib.settings import Settings

SETTINGS = Settings()
PROMISED = pd.DataFrame(
    [
        ("late", "step", "send samples", 9.0),
        ("late", "step", "clarify stock", 20.0),
        ("dispute", "complaint", "", 3.0),
        ("long ago", "step", "visit", 400.0),
        ("kept", "step", "visit", float("nan")),
        ("gone", "delivery", "D7", 1.0),
        ("prospect", "step", "send samples", 2.0),
    ],
    columns=["account", "kind", "what", "overdue_days"],
)


def by_subject(table):
    assert list(table) == list(tasks.COLUMNS)
    return table.set_index("subject")


def test_what_is_owed_is_settled_but_for_who_is_lost():
    owed = tasks.owed_now(PROMISED, settings=SETTINGS)
    assert owed.to_dict() == {
        "dispute": "A complaint waits 3 days too long: not noted what.",
        "gone": "A delivery is late by 1 day: D7.",
        "late": "Promised and overdue by 20 days: clarify stock; 1 more.",
        "prospect": "Promised and overdue by 2 days: send samples.",
    }
    older = pd.DataFrame([("late", "step", "visit", 170.0)], columns=list(PROMISED))
    told = tasks.owed_now(pd.concat([PROMISED, older]), settings=SETTINGS)["late"]
    assert told.endswith("clarify stock; 1 more. Overdue for longer than 30 days: 1 more.")
    margin = pd.Series({"late": 1000.0, "dispute": 200.0, "gone": 50.0})
    watched = pd.DataFrame({"keep": [400.0]}, ["late"])
    lost = pd.Index(["gone"])
    found = by_subject(tasks.settle_tasks(owed, margin, watched, lost, settings=SETTINGS))
    # That it stays: 1 - (1 - 0.05) * (1 - 0.4).
    assert found["chance"].to_dict() == pytest.approx({"late": 0.43, "dispute": 0.05})
    assert found["worth"].to_dict() == pytest.approx({"late": 430, "dispute": 10})


def test_who_may_leave_is_kept_and_key_accounts_have_their_routine():
    watched = pd.DataFrame(
        {
            "keep": [300.0, 0.0],
            "margin_a_year": [1000.0, 0.0],
            "hint": ["price", ""],
            "why": ["silent", "worthless"],
        },
        index=["leaving", "nothing"],
    )
    at_risk = pd.DataFrame(
        {"margin_at_risk": [500.0, 0.0, 20.0, 7.0], "margin_a_year": [1000.0, 0.0, 900.0, 70.0]},
        index=["leaving", "nothing", "calm", "small"],
    )
    key = pd.Index(["leaving", "calm"])
    found = by_subject(tasks.keep_tasks(watched, at_risk, key, settings=SETTINGS))
    assert found["worth"].to_dict() == {"leaving": 300, "calm": 20}
    assert found["chance"].tolist() == pytest.approx([0.3, 20 / 900])
    assert found.loc["leaving", "do"].startswith("Call who decides, and ask what holds orders up. ")
    assert found.loc["calm", "do"] == "", "the play says what"


def test_a_line_and_a_target_are_worth_their_margin():
    gaps = pd.DataFrame(
        {
            "account": ["a", "a", "b"],
            "product_line": ["Safety", "Tools", "Tools"],
            "value_if_bought": [1000.0, 800.0, 500.0],
            "chance": [0.4, 0.2, 0.1],
            "expected_value": [400.0, 160.0, 50.0],
            "why": "others buy it",
        }
    )
    # "b" brings half of all sales: what more it buys counts 0.2 / 0.5.
    dependent = dependence(pd.Series({"a": 10.0, "b": 50.0, "c": 40.0}), {}, settings=SETTINGS)
    dependent = dependent.drop(index="c")
    grown = by_subject(tasks.grow_tasks(gaps, 0.25, dependent))
    assert grown["worth"].to_dict() == {"a": 100, "b": 5}
    assert grown["stake"].to_dict() == {"a": 250, "b": 125}
    assert grown["why"].tolist() == [
        "others buy it",
        "others buy it; already 50.0 % of sales: more of it deepens the dependence, so it counts "
        "40 %",
    ]
    assert grown["do"].tolist() == ["Offer Safety.", "Offer Tools."]
    targets = pd.DataFrame(
        {
            "kind": ["prospect", "account", "prospect", "prospect"],
            "tier": ["one-to-one", "one-to-few", "find out", "not now"],
            "sales_hours": [8.0, 2.0, 0.5, 0.0],
            "expected_value": 1000.0,
            "priority": 300.0,
            "offer": "offer it",
            "offer_why": "it named Safety itself",
        },
        index=["P1", "N1", "P2", "P3"],
    )
    questions = pd.DataFrame(
        [("P2", "the switchboard", "Who decides?"), ("P2", "Ann", "Who pays?")],
        columns=["prospect", "ask", "question"],
    )
    won = by_subject(tasks.target_tasks(targets, questions, 0.25, dependent, settings=SETTINGS))
    assert won["do"].to_dict() == {
        "P1": "offer it",
        "N1": "offer it",
        "P2": "Ask the switchboard: Who decides?",
    }
    assert won.loc["P1", "why"] == "it named Safety itself"
    assert won["verb"].to_dict() == {"P1": "win", "N1": "grow", "P2": "find out"}
    assert won["worth"].tolist() == pytest.approx([75, 75, 7.5])
    assert won["hours"].tolist() == [8, 2, 0.5]


def test_winning_back_is_worth_what_an_attempt_adds():
    listed = pd.DataFrame(
        {
            "second_lifetime_value": [1000.0],
            "p_win": [0.5],
            "p_natural": [0.2],
            "net_value": [250.0],
            "hours": [4.0],
            "offer_words": "offer",
            "why": "it left",
        },
        index=["worth it"],
    )
    found = by_subject(tasks.winback_tasks(listed))
    assert found.loc["worth it", ["chance", "worth"]].tolist() == pytest.approx([0.3, 250])
    assert len(found) == 1


def test_earn_and_thank():
    thin = pd.DataFrame(
        {"missing_margin": [200.0], "margin_rate": [0.1], "revenue": [2000.0]}, ["thin"]
    )
    earned = by_subject(tasks.earn_tasks(thin, 0.2, settings=SETTINGS, currency="EUR"))
    assert earned.loc["thin", "worth"] == 200 * SETTINGS.todo.earn_chance
    assert earned.loc["thin", "why"] == "Earns 10.0 % of EUR 2,000, the company 20.0 %."
    happened = pd.DataFrame(
        {
            "reason": ["new", "fell"],
            "do_what": ["Thank it.", "Visit it."],
            "what_happened": ["New.", "Fell."],
        },
        index=["new one", "fallen"],
    )
    thanked = by_subject(
        tasks.thank_tasks(happened, pd.Series({"new one": 100.0}), settings=SETTINGS)
    )
    assert list(thanked.index) == ["new one"]
    assert thanked.loc["new one", "worth"] == 100 * SETTINGS.todo.thank_gain
