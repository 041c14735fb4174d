"""One number for each word: what differs between places, and what a sentence does not hold."""

import pandas as pd
import pytest

from kamlib.analysis.measures.definitions import MEASURES
from kamlib.analysis.todo.one_number import (
    stood,
    todays_numbers,
    unlike_numbers,
    unsaid_numbers,
)

STANDS = stood(
    [
        ("lost", "Churn", 30.0),
        ("margin_at_risk", "Churn", 1234.5),
        ("margin_at_risk", "Portfolios", 1234.501),
        ("margin_at_risk", "Summary", float("nan")),
        ("key_share", "Key accounts", 0.8033),
        ("hours_tasks", "To do", 12.5),
        ("plan", "Portfolios", float("nan")),
    ]
)
SAID = pd.DataFrame(
    [
        ("margin_at_risk", "Churn", "Margin at risk: EUR 1,234 of EUR 9,000."),
        ("key_share", "Key accounts", "They bring 80.3 % of it."),
        ("lost", "Churn", "30 are lost."),
        ("hours_tasks", "To do", "12.5 of 20 hours."),
        ("plan", "Portfolios", "There is no plan."),
        ("lost", "Summary", ""),
    ],
    columns=["measure", "place", "text"],
)


def test_each_measure_once_with_its_number_and_its_places():
    found = todays_numbers(STANDS, currency="EUR").set_index("measure")
    assert found["today"].to_dict() == {
        "key_share": "80.3 %",
        "margin_at_risk": "EUR 1,234",
        "lost": "30",
        "hours_tasks": "12.5",
    }
    assert found.loc["margin_at_risk", "places"] == "Churn, Portfolios"
    assert found.loc["lost", "label"] == "Lost accounts"


def test_where_the_data_is_shorter_a_year_is_as_long_as_it_is():
    stands = stood([("revenue", "ABC-XYZ", 5.0), ("lost", "Churn", 2.0)])
    found = todays_numbers(stands, span="3 months").set_index("measure")["window"]
    assert found["revenue"].endswith(": here 3 months") and "here" not in found["lost"]


def test_two_numbers_of_one_measure_are_a_fault():
    assert unlike_numbers(STANDS) == []
    other = pd.concat([STANDS, stood([("lost", "Win-back", 32.0)])])
    assert [row[1:] for row in unlike_numbers(other)] == [
        ("Lost accounts", "Churn: 30, Win-back: 32")
    ]


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("lost", "130 are lost."),
        ("margin_at_risk", "Margin at risk: EUR 1,234,000."),
        ("key_share", "They bring 80.4 % of it."),
        ("hours_tasks", "12 of 20 hours."),
    ],
)
def test_a_sentence_with_another_number_is_a_fault(measure, text):
    numbers = todays_numbers(STANDS, currency="EUR")
    assert unsaid_numbers(SAID, numbers, currency="EUR") == []
    said = SAID.assign(text=SAID["text"].where(SAID["measure"] != measure, text))
    faults = unsaid_numbers(said[said["place"] != "Summary"], numbers, currency="EUR")
    assert [row[1] for row in faults] == [MEASURES[measure].name]


def test_nothing_and_one_are_worded():
    few = todays_numbers(stood([("lost", "Churn", 1.0), ("attempts", "Churn", 0.0)]))
    said = pd.DataFrame(
        [("lost", "Churn", "One account is lost."), ("attempts", "Churn", "Nobody was asked.")],
        columns=["measure", "place", "text"],
    )
    assert unsaid_numbers(said, few) == []


def test_no_two_measures_have_one_name():
    names = [measure.name for measure in MEASURES.values()]
    assert len(set(names)) == len(names)
    assert all(m.about and m.window and m.population for m in MEASURES.values())
