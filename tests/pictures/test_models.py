"""The pictures of rules, chances, earlier lists and winning back draw what their frames hold."""

import pandas as pd
import pytest

from kamlib.analysis.churn.loss_rules import Tried
from kamlib.analysis.measures.loss import FIXED, IN_FORCE, MODEL, MULTIPLE
from kamlib.pictures.models import (
    OUTCOME_COLOURS,
    plot_accountability,
    plot_calibration,
    plot_loss_rules,
    plot_winback,
    rule_word,
)
from kamlib.show.theme import description, new_axes

CURVE = pd.DataFrame(
    [
        (FIXED, 200.0, 200.0, 0.9),
        (FIXED, 90.0, 90.0, 0.5),
        (MULTIPLE, 2.0, 60.0, 0.5),
        (MODEL, 0.3, 400.0, 1.0),
    ],
    columns=["rule", "value", "detection_delay_days", "right_share"],
)
RULES = pd.DataFrame(
    {
        "rule": [FIXED, IN_FORCE],
        "detection_delay_days": [150.0, 190.0],
        "right_share": [0.5, 0.75],
        "value": [150.0, 180.0],
    }
)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_each_rule_is_a_line_and_the_one_in_force_is_marked():
    ax = plot_loss_rules(CURVE, RULES)
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn[rule_word(FIXED)] == [[50, 90], [90, 200]]
    assert drawn[rule_word(MODEL)] == [[100, 400]]
    assert drawn["in force: 180 days"] == [[75, 190]]
    assert "after 190 days, and 75 of 100 alarms are right" in description(ax)


def test_the_advice_is_marked_where_it_is_another():
    labels = [
        {line.get_label() for line in plot_loss_rules(CURVE, RULES, Tried(days, 80.0, 0.7)).lines}
        for days in (60, 180)
    ]
    assert labels[0] - labels[1] == {"advised: 60 days"}


def test_rules_that_could_not_be_measured_leave_an_empty_picture():
    unknown = RULES.assign(detection_delay_days=float("nan"), right_share=float("nan"))
    ax = plot_loss_rules(CURVE.head(0), unknown)
    assert not ax.lines and ax.get_legend() is None


def test_calibration_draws_predicted_against_happened():
    groups = pd.DataFrame({"predicted": [0.1, 0.4], "happened": [0.05, 0.5], "n": [10, 10]})
    ax = plot_calibration(groups, "a model")
    line = ax.lines[1]
    assert line.get_xydata().ravel().tolist() == pytest.approx([10, 5, 40, 50])
    assert line.get_label() == "a model"
    assert "of the highest 40 % and 50 %" in description(ax)
    assert "No predictions" in description(plot_calibration(groups.head(0)))


@pytest.mark.parametrize("width", [4.5, 9])
def test_accountability_stacks_calls_up_and_misses_down(width):
    table = pd.DataFrame(
        {"hits": [3, 0], "false_alarms": [1, 0], "misses": [2, 1]},
        pd.PeriodIndex(["2025Q2", "2025Q3"], freq="Q", name="quarter"),
    )
    ax = plot_accountability(table, ax=new_axes(width, 3.6))
    assert [bar.get_height() for bar in ax.patches] == [3, 0, 1, 0, -2, -1]
    assert texts(ax) == ["3 of 4", "2", "1"]
    assert "4 accounts called at risk, of which 3 did not" in description(ax)
    assert "0 earlier lists" in description(plot_accountability(table.head(0)))


def test_winback_draws_net_value_and_cost_and_says_both_chances():
    listed = pd.DataFrame(
        {
            "name": ["First", "Second"],
            "net_value": [900.0, 100.0],
            "cost": [50.0, 20.0],
            "p_win": [0.3, 0.2],
            "p_natural": [0.1, 0.05],
        }
    )
    ax = plot_winback(listed, rows=1, currency="GBP")
    assert [bar.get_width() for bar in ax.patches] == [900, 50]
    assert texts(ax) == ["900  (30 % with an offer, 10 % without)"]
    assert "2 accounts; the first, First, with GBP 900" in description(ax)
    assert "No lost account" in description(plot_winback(listed.head(0)))
    assert "1 account;" in description(plot_winback(listed.head(1)))


def test_every_rule_has_a_word_and_every_outcome_a_colour():
    assert all(rule_word(rule) for rule in (FIXED, MULTIPLE, MODEL, IN_FORCE))
    assert list(OUTCOME_COLOURS) == ["hits", "false_alarms", "misses"]
