"""The pictures of key accounts and portfolios draw what their frames hold."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from kamlib.pictures import (
    plot_criteria,
    plot_key_share,
    plot_manager_hours,
    plot_plan_actual,
    plot_portfolio_matrix,
    plot_rank_range,
    plot_rfm,
    plot_types,
)
from kamlib.show.theme import ABC_COLOURS, ACCENT, description

NAN = float("nan")
SCORES = ["income", "reliability", "long_term", "growth", "new_income", "reputation"]


def accounts(*ids):
    return pd.Index(ids, name="account", dtype="str")


def made_criteria(number):
    draw = np.random.default_rng(number)
    ids = accounts(*(f"a{i:03d}" for i in range(number)))
    frame = pd.DataFrame(draw.random((number, 6)), ids, SCORES)
    frame["name"] = ["客户 $1" if i == 0 else "" for i in range(number)]
    frame["score"] = frame[SCORES].mean(axis=1)
    frame["rank"] = np.arange(1.0, number + 1)
    frame["rank_best"] = (frame["rank"] - 2).clip(lower=1)
    frame["rank_worst"] = frame["rank"] + 3
    return frame


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_an_unknown_criterion_is_a_question_mark_and_not_a_zero():
    frame = made_criteria(3)
    frame.loc["a001", "growth"], frame.loc["a002", "growth"] = NAN, 0.0
    ax = plot_criteria(frame)
    assert texts(ax).count("?") == 1
    assert "0.00" in texts(ax)
    assert ax.collections[0].get_array().count() == 3 * 7 - 1
    assert len(ax.patches) == 1, "the unknown one is no field of the scale"
    assert "17 of 18 scores are known" in description(ax)


@pytest.mark.parametrize("number", [0, 1, 40])
def test_criteria_show_the_first_rows_and_an_account_without_name_by_its_id(number):
    ax = plot_criteria(made_criteria(number), rows=25)
    names = [text.get_text() for text in ax.get_yticklabels()]
    assert len(names) == min(number, 25)
    assert not number or names[0].endswith(r"\$1")
    assert number < 2 or names[1] == "a001"


def test_the_range_of_ranks_is_drawn_from_best_to_worst():
    frame = made_criteria(4)
    frame.loc["a003", "rank"] = NAN
    ax = plot_rank_range(frame)
    dots, *ranges = ax.lines
    assert [line.get_xdata().tolist() for line in ranges] == [[1, 4], [1, 5], [1, 6]]
    assert dots.get_xdata().tolist() == [1, 2, 3]


def test_types_add_up_revenue_and_count_accounts():
    types = pd.DataFrame(
        {
            "breadwinner": [True, False, False],
            "prospective": [False, False, False],
            "image": [True, True, False],
            "expert": [False, False, True],
        },
        accounts("a", "b", "c"),
    )
    ax = plot_types(types, pd.Series([100.0, 50.0, -5.0], types.index), currency="GBP")
    assert [bar.get_width() for bar in ax.patches] == [100, 0, 150, -5]
    assert texts(ax)[2] == "GBP 150, 2 accounts"
    assert texts(ax)[0] == "GBP 100, 1 account"


def test_shares_outside_the_band_have_another_colour_and_unknown_ones_are_left_out():
    ax = plot_key_share({"Revenue": 0.62, "Margin": 0.44, "Nothing": NAN}, (0.3, 0.55))
    bars = [patch for container in ax.containers for patch in container]
    assert [bar.get_width() for bar in bars] == [0.62, 0.44]
    assert [to_hex(bar.get_facecolor()) for bar in bars] == [ACCENT, ABC_COLOURS["A"]]
    assert "unknown" in description(plot_key_share({"Margin": NAN}, (0.3, 0.55)))


def test_the_portfolio_counts_quadrants_and_what_is_not_placeable():
    frame = pd.DataFrame(
        {
            "name": ["One", "", "Three", "Four"],
            "attractiveness": [0.9, 0.2, 0.5, NAN],
            "strength": [0.9, 0.1, 0.5, 0.4],
            "quadrant": ["strategic", "streamline", "strategic", "not placeable"],
            "revenue": [100.0, -5.0, 400.0, 10.0],
        },
        accounts("a", "b", "c", "d"),
    )
    ax = plot_portfolio_matrix(frame, cut=0.5)
    points = ax.collections[0]
    assert points.get_offsets().tolist() == [[0.5, 0.5], [0.9, 0.9], [0.1, 0.2]]
    sizes = points.get_sizes()
    assert sizes[0] > sizes[1] > sizes[2] > 0
    assert {"Strategic: 2", "Streamline: 1", "b"} <= set(texts(ax))
    assert "Not placeable: 1" in description(ax)
    nowhere = frame.assign(strength=NAN)
    assert "Not placeable: 4" in description(plot_portfolio_matrix(nowhere))


def test_rfm_puts_each_account_into_its_field():
    frame = pd.DataFrame(
        {"r": [5, 5, 1, NAN], "f": [5, 5, 2, NAN], "monetary": [10.0, 20.0, 3.0, NAN]},
        accounts("a", "b", "c", "d"),
    )
    ax = plot_rfm(frame, currency="GBP")
    assert texts(ax).count("·") == 23
    assert "GBP 30" in texts(ax)
    assert "3 accounts by recency" in description(ax)


def test_hours_that_are_too_many_and_plans_not_reached_stand_out():
    portfolio = pd.DataFrame(
        {
            "hours_needed": [300.0, 200.0, 10.0],
            "hours_available": [260.0, 260.0, NAN],
            "plan": [100.0, 100.0, NAN],
            "actual": [90.0, 120.0, 5.0],
            "run_rate": [95.0, 120.0, 5.0],
        },
        pd.Index(["M1", "M2", ""], name="manager"),
    )
    hours = plot_manager_hours(portfolio)
    colours = [to_hex(bar.get_facecolor()) for bar in hours.patches]
    assert colours == [ACCENT, ABC_COLOURS["B"], ABC_COLOURS["B"]]
    assert [line.get_xdata()[0] for line in hours.lines] == [260, 260]
    plans = plot_plan_actual(portfolio, currency="GBP")
    assert [bar.get_width() for bar in plans.containers[0]] == [95, 120, 5]
    assert texts(plans) == ["90 % of plan", "120 % of plan", "no plan"]
    assert "below plan: M1." in description(plans)
    empty = portfolio.head(0)
    assert "nobody" in description(plot_manager_hours(empty)) + description(plot_plan_actual(empty))
