"""The pictures of churn draw what their frames hold."""

import pandas as pd
import pytest

from kamlib.analysis.churn.bridge import STEPS
from kamlib.analysis.churn.states import STATE
from kamlib.pictures.churn import (
    plot_bridge,
    plot_directions,
    plot_loss_dynamics,
    plot_retention,
    plot_states,
    state_word,
    step_word,
)
from kamlib.show.theme import description, new_axes

BRIDGE = pd.DataFrame(
    [
        ("line", "Tools", 500.0, 0.0, 0.0, 40.0, -90.0, -6.0, -4.0, 440.0),
        ("line", "", 500.0, 20.0, 10.0, 30.0, 0.0, 0.0, 0.0, 560.0),
    ],
    columns=["direction", "key", "before", *STEPS, "after"],
)


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("width", [4.5, 9])
def test_the_bridge_ends_where_the_steps_lead(width):
    ax = plot_bridge(BRIDGE, "2024Q4", "2025Q4", currency="GBP", ax=new_axes(width, 4))
    bars = [(bar.get_y(), bar.get_height()) for bar in ax.patches]
    assert bars[0] == (0, 1000)
    assert bars[-1] == (0, 1000)
    level = 1000.0
    for (bottom, height), step in zip(bars[1:-1], STEPS, strict=True):
        assert bottom == level
        assert height == BRIDGE[step].sum()
        level += height
    assert level == 1000
    assert texts(ax)[0] == "GBP 1.0 k"
    assert "+70" in texts(ax) and "-90" in texts(ax)
    assert "does not begin at zero" in ax.get_ylabel()


def test_a_bridge_of_nothing_is_flat_and_described():
    ax = plot_bridge(BRIDGE.head(0), "2024Q4", "2025Q4")
    assert [bar.get_height() for bar in ax.patches] == [0] * 7
    assert not ax.get_ylabel()
    assert "2024Q4 (0)" in description(ax)


def test_directions_draw_gains_right_losses_left_and_the_net():
    ax = plot_directions(BRIDGE, currency="GBP")
    widths = sorted(bar.get_width() for bar in ax.patches if bar.get_width())
    assert widths == [-90, -6, -4, 10, 20, 30, 40]
    assert ax.lines[0].get_xdata().tolist() == [-60, 60]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["Tools", "not known"]
    assert "The largest fall: Tools, GBP -60." in description(ax)
    assert "No sales to split" in description(plot_directions(BRIDGE.head(0)))


def test_states_count_accounts_and_money():
    ids = pd.Index(["a", "b", "c"], name="account", dtype="str")
    states = pd.DataFrame({"state": pd.Categorical(["lost", "lost", "active"], dtype=STATE)}, ids)
    ax = plot_states(states, pd.Series([10.0, 5.0], ids[:2]), currency="GBP")
    told = dict(zip([t.get_text() for t in ax.get_yticklabels()], texts(ax), strict=True))
    assert told["lost"] == "GBP 15, 2 accounts"
    assert told["active"] == "GBP 0, 1 account"
    assert len(told) == len(STATE.categories)


def test_dynamics_draw_losses_down_and_returns_up():
    frame = pd.DataFrame(
        {
            "buying": [10, 0],
            "lost": [2, 0],
            "returned": [0, 3],
            "revenue_lost": [50.0, 0.0],
            "margin_lost": [5.0, 0.0],
            "revenue_returned": [0.0, 70.0],
            "loss_rate": [0.2, float("nan")],
        },
        pd.PeriodIndex(["2025Q3", "2025Q4"], freq="Q"),
    )
    ax = plot_loss_dynamics(frame, currency="GBP")
    assert [bar.get_height() for bar in ax.patches] == [0, 70, -50, 0]
    assert set(texts(ax)) == {"2\n20.0 %", "3"}
    assert "2 accounts with GBP 50 a year lost, 3 came back" in description(ax)


def test_retention_draws_one_step_line_with_its_band_per_group():
    frame = pd.DataFrame(
        {
            "group": ["A", "A", "B"],
            "days": [0.0, 365.25, 0.0],
            "retained": [1.0, 0.8, 1.0],
            "low": [1.0, 0.7, 1.0],
            "high": [1.0, 0.9, 1.0],
        }
    )
    ax = plot_retention(frame)
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0, 1], [0]]
    assert "A: 80 %, B: 100 %" in description(ax)
    assert "no group is large enough" in description(plot_retention(frame.head(0)))


def test_every_step_and_state_has_a_word():
    assert all(step_word(step) for step in STEPS)
    assert all(state_word(state) for state in STATE.categories)
