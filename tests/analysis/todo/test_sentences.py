"""The list of tasks in words."""

import pandas as pd

from kamlib.analysis.todo import sentences

TODO = pd.DataFrame(
    [
        ("a", "Alpha", "Ann", "keep", "Call it.", 500.0, 10.0, "2026-01-05", True, 1),
        ("b", "Beta", "Ann", "earn", "Ask it.", 300.0, 6.0, None, False, 2),
        ("c", "Gamma", "Bob", "grow", "Offer it.", 100.0, 2.5, "2026-01-07", True, 3),
        ("d", "Delta", "Ann", "grow", "Offer it.", 20.0, 2.0, None, False, 4),
    ],
    columns=["subject", "name", "manager", "verb", "do", "worth", "hours", "due", "fits", "rank"],
).assign(per_hour=lambda t: t["worth"] / t["hours"], due=lambda t: pd.to_datetime(t["due"]))
HOURS = pd.Series({"Ann": 12.0, "Bob": 20.0})
ACCOUNTS = pd.DataFrame(
    {"manager": ["Ann", "Ann", "Bob", "Ann", "Bob"], "region": ["North"] * 3 + ["South", "South"]},
    index=["a", "b", "c", "d", "e"],
)


def test_headline():
    assert sentences.todo_headline(TODO, HOURS, "EUR") == (
        "2 of 4 tasks fit into the coming quarter: 12.5 of 32 hours, worth EUR 600 of margin a "
        "year. One hour more brings most with Ann: Beta is next, with EUR 50 an hour."
    )
    assert "One hour" not in sentences.todo_headline(TODO[TODO["fits"]], HOURS)
    none = sentences.todo_headline(TODO.iloc[:0], HOURS)
    assert none.startswith("Nothing is worth an hour in the coming quarter: all ")
    assumed = sentences.todo_headline(TODO, HOURS, "EUR", assumed_rate=0.2)
    assert "No margin is known: it is assumed to be 20 % of revenue." in assumed


def test_a_hand_over_goes_to_who_knows_the_region_and_has_the_hours():
    found = sentences.hand_over_proposals(TODO, ACCOUNTS, HOURS, least=20.0)
    assert found[["subject", "to", "same_region"]].to_numpy().tolist() == [["b", "Bob", 1]]
    told = sentences.hand_over_words(found, "EUR")
    assert told.startswith("A hand-over to think of: Bob has 6 hours free and 1 account of")
    none = sentences.hand_over_proposals(TODO, ACCOUNTS, HOURS.mul(0.4), least=20.0)
    assert none.empty, "nobody has the hours"
    assert sentences.hand_over_words(none) == ""


def test_a_task_in_a_sentence():
    assert sentences.task_words(TODO)[["a", "b"]].tolist() == [
        "Keep, by 2026-01-05: Call it.",
        "Earn, as soon as there are hours: Ask it.",
    ]
