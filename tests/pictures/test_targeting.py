"""The pictures of targeting draw what their frames hold, or say that they hold nothing."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from target_frames import (
    made_campaign,
    made_committees,
    made_models,
    made_targets,
    made_tier_hours,
    made_whitespace,
    made_win_rates,
)

from kamlib.pictures import (
    plot_campaign,
    plot_committees,
    plot_target_check,
    plot_targets,
    plot_three_ps,
    plot_tier_hours,
    plot_whitespace,
    plot_win_rates,
)
from kamlib.pictures.targeting import TIER_COLOURS
from kamlib.show.theme import ABC_COLOURS, ACCENT, MUTED, description, new_axes

NAN = float("nan")


def texts(ax):
    return [text.get_text() for text in ax.texts]


def dots(ax):
    """Each dot's place and colour, from the top down."""
    found = [
        (y, x, line.get_color())
        for line in ax.lines
        if line.get_marker() == "o"
        for x, y in zip(*line.get_data(), strict=True)
        if not np.isnan(x)
    ]
    return [(x, colour) for _y, x, colour in sorted(found)]


def row_names(ax):
    return [text.get_text() for text in ax.get_yticklabels()]


def test_a_target_stands_at_its_score_and_fit_as_large_as_what_is_expected():
    frame = made_targets(3).assign(score=[0.8, 0.5, NAN], fit=[0.6, NAN, 0.3])
    frame["expected_value"] = [100.0, 25.0, 0.0]
    ax = plot_targets(frame)
    (dots,) = [c for c in ax.collections if len(c.get_offsets())]
    places = dots.get_offsets()
    assert places[0].tolist() == [0.8, 0.6]
    assert places[1][0] == 0.5
    assert places[1][1] < 0, "an unknown fit is on its strip, not at zero"
    assert places[2][0] < 0
    assert places[2][1] == 0.3
    sizes = dots.get_sizes()
    assert sizes[0] == 4 * sizes[1] > sizes[2] > 0
    assert {"fit unknown: 1", "score unknown: 1", "Company 0 Handels AG"} <= set(texts(ax))
    assert "the fit of 1 and the score of 1 are unknown" in description(ax)


def test_tiers_have_colours_and_a_veto_is_a_cross():
    frame = made_targets(40)
    ax = plot_targets(frame, min_score=0.35)
    drawn = {to_hex(c.get_facecolor()[0]): len(c.get_offsets()) for c in ax.collections
             if len(c.get_offsets())}  # fmt: skip
    open_ones = frame.loc[~frame["vetoed"], "tier"].value_counts()
    for tier in ("one-to-one", "one-to-few", "find out"):
        assert drawn[TIER_COLOURS[tier]] == open_ones[tier]
    assert drawn["#6b2f06"] == frame["vetoed"].sum()
    assert "by hand from here" in texts(ax)


def test_names_of_two_hundred_targets_never_meet():
    frame = made_targets(200)
    frame.loc[frame.index[:8], ["score", "fit"]] = [[0.7 + i / 300, 0.7] for i in range(8)]
    ax = plot_targets(frame)
    ax.figure.draw_without_rendering()
    named = [t for t in ax.texts if t.get_text().startswith("Company")]
    assert len(named) >= 5
    boxes = [text.get_window_extent() for text in named]
    frame = ax.get_window_extent()
    for at, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[at + 1 :])
        assert frame.x0 <= box.x0
        assert box.x1 <= frame.x1 + 4


def test_a_narrow_picture_is_not_squeezed_by_its_key():
    ax = plot_targets(made_targets(60), ax=new_axes(6.5, 4))
    ax.figure.draw_without_rendering()
    assert ax.get_position().width > 0.8
    assert len(ax.get_legend().get_texts()) >= 6


def test_three_ps_tell_unknown_from_zero_and_show_the_veto_and_the_freshness():
    frame = made_targets(3)
    frame.loc["P0001", ["budget", "budget_freshness"]] = NAN
    frame.loc["P0002", ["need", "vetoed", "score"]] = [0.0, True, 0.0]
    frame.loc["P0000", "need_freshness"] = 0.5
    ax = plot_three_ps(frame)
    assert texts(ax).count("?") == 1
    assert texts(ax).count("✕ 0.00") == 1
    assert texts(ax).count("✕") == 1, "the score of a vetoed target"
    assert row_names(ax)[0] == "Company 0 Handels AG"
    first, last = ax.lines[0].get_xdata()
    assert last - first == pytest.approx(0.76 / 2)
    assert "8 of 9 are known, 1 targets are vetoed" in description(ax)
    vetoed = frame.assign(vetoed_by=["", "", "authority"])
    assert "✕ 0.00" not in texts(plot_three_ps(vetoed))


def test_hours_are_stacked_by_tier_against_what_there_is():
    ax = plot_tier_hours(made_tier_hours())
    assert texts(ax) == ["70 of 72 h", "96 of 72 h", "108 of 160 h"]
    assert row_names(ax) == ["M1", "M2", "marketing"]
    widths = [[bar.get_width() for bar in stack] for stack in ax.containers]
    assert widths == [[60, 90, 90], [10, 0, 0], [0, 0, 18], [0, 6, 0]]
    assert "short of hours: M2." in description(ax)


def test_a_predictor_is_coloured_by_what_its_interval_says():
    ax = plot_target_check(made_models())
    blue = ABC_COLOURS["A"]
    assert dots(ax) == [(0.71, blue), (0.63, blue), (0.51, MUTED), (0.41, ACCENT)]
    (diamond,) = [line for line in ax.lines if line.get_marker() == "D"]
    assert diamond.get_xdata()[0] == 0.66
    assert "too few deals: 12" in texts(ax)
    assert "51 %  does not discriminate in your data" in texts(ax)
    assert "Does not, or not surely: Power to decide; Fit" in description(ax)
    fitted = made_models().assign(auc_known_high=[0.8, 0.7, 0.48, NAN, NAN, NAN])
    assert dots(plot_target_check(fitted))[2] == (0.51, ACCENT), (
        "the score itself points the wrong way"
    )


def test_win_rates_stand_by_attribute_with_the_line_of_all():
    frame = made_win_rates(2, 3)
    frame.loc[0, "verdict"] = "too few"
    ax = plot_win_rates(frame, overall=0.4)
    assert {"Attribute 0", "Attribute 1", "all: 40 %"} <= set(texts(ax))
    judged = frame[frame["verdict"] != "too few"]
    colours = {"wins often": ABC_COLOURS["A"], "no difference seen": MUTED, "wins rarely": ACCENT}
    told = zip(judged["win_rate"], judged["verdict"].map(colours), strict=True)
    assert dots(ax) == list(told)
    assert row_names(ax)[1] == f"value 1 ({frame['n'][1]})"
    assert any(text.startswith("too few to compare: ") for text in texts(ax))
    assert "… 164 more values in the table" in texts(plot_win_rates(made_win_rates(20, 10)))


def test_whitespace_writes_the_gaps_and_leaves_the_bought_pale():
    matrix = pd.DataFrame(
        {
            "account": ["a"] * 3 + ["b"] * 3,
            "name": ["Ann"] * 3 + [""] * 3,
            "product_line": ["Pumps", "Seals", "Valves"] * 2,
            "state": ["gap", "bought", "not bought", "gap", "gap", "bought"],
            "expected_value": [3000.0, NAN, NAN, 12_000.0, 500.0, NAN],
        }
    )
    ax = plot_whitespace(matrix, currency="EUR")
    assert row_names(ax) == ["b", "Ann"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["Pumps", "Seals", "Valves"]
    assert texts(ax) == ["12k", "500", "3.0k", "EUR 12.5 k", "EUR 3.0 k"]
    pale = [to_hex(field) for field in ax.collections[0].get_facecolors()].count("#dbe9f5")
    assert pale == 2, "Ann buys seals, b valves"
    assert "3 gaps worth EUR 15.5 k" in description(ax)


def test_a_committee_shows_who_is_reached_known_and_missing():
    committees, cards = made_committees(8)
    ax = plot_committees(committees, cards)
    signs = texts(ax)
    assert signs.count("✓") == 4 + 3 + 2 + 1
    assert signs.count("○") == 7 * 8 // 2 - 10
    assert signs.count("all talks with one person") == 1
    assert signs.count("nobody known who decides") == 1
    assert "reached at 4; 1 hang on one person" in description(ax)
    assert texts(plot_committees(committees, cards, reached_days=45)).count("✓") == 7


def test_the_calendar_has_a_mark_per_step_and_counts_the_crowd():
    frame = made_campaign(3)
    frame.loc[0, "date"] = pd.NaT
    ax = plot_campaign(frame, ours={"Ann": "Ann Smith"})
    planned = frame[frame["date"].notna()]
    marks = [line for line in ax.lines if line.get_marker() not in ("None", None, "")]
    assert len(marks) == (planned["tier"] == "one-to-one").sum()
    assert row_names(ax)[-2:] == ["one-to-few: steps", "one-to-many: steps"]
    assert all(name.endswith("(Ann Smith)") for name in row_names(ax)[:3])
    assert texts(ax).count("140") >= 5
    assert {line.get_color() for line in marks} == {ABC_COLOURS["A"], ACCENT}
    assert "… 180 more one-to-one targets in the table" in texts(plot_campaign(made_campaign(200)))


EMPTY = [
    (plot_targets, (made_targets(0),), "none to show"),
    (plot_three_ps, (made_targets(0),), "no target"),
    (plot_tier_hours, (made_tier_hours().head(0),), "0 of 0 hours"),
    (plot_target_check, (made_models().head(0),), "too few"),
    (plot_win_rates, (made_win_rates().head(0),), "too few"),
    (plot_whitespace, (made_whitespace(0),), "no gap"),
    (plot_committees, made_committees(0), "none recorded"),
    (plot_campaign, (made_campaign(0),), "no step"),
]


@pytest.mark.parametrize(
    ("plot", "frames", "said"), EMPTY, ids=lambda x: getattr(x, "__name__", "")
)
def test_an_empty_frame_says_so_in_the_picture_and_beside_it(plot, frames, said):
    ax = plot(*frames, ax=new_axes(6, 3))
    assert said in description(ax)
    assert any(text.strip() for text in texts(ax))


LONG = [
    (plot_targets, (made_targets(200),)),
    (plot_three_ps, (made_targets(200),)),
    (plot_win_rates, (made_win_rates(20, 10),)),
    (plot_whitespace, (made_whitespace(200, [f"Line {i} of many" for i in range(20)]),)),
    (plot_committees, made_committees(200)),
    (plot_campaign, (made_campaign(200),)),
]


@pytest.mark.parametrize(("plot", "frames"), LONG, ids=lambda x: getattr(x, "__name__", ""))
def test_a_long_table_is_cut_to_a_page_and_left_as_it_was(plot, frames):
    kept = [frame.copy() for frame in frames]
    ax = plot(*frames)
    assert ax.figure.get_figheight() < 12
    for frame, before in zip(frames, kept, strict=True):
        pd.testing.assert_frame_equal(frame, before)


def test_lines_are_drawn_even_where_nothing_is_known():
    frame = made_targets(5)
    unknown = ["need", "budget", "authority", "score", "fit", "expected_value"]
    frame[unknown] = np.nan
    assert "the score of 5 are unknown" in description(plot_targets(frame))
    assert texts(plot_three_ps(frame)).count("?") == 5 * 4
    check = made_models().assign(auc=NAN, auc_low=NAN, auc_high=NAN)
    assert "too few" in description(plot_target_check(check))
