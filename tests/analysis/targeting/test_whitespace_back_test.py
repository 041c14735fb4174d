"""Gaps followed for a year: planted rules are found, and two real companies by plain loops."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.targeting.whitespace_past import (
    COLUMNS,
    POPULAR,
    SIMILAR,
    chance_range,
    chosen_rule,
    fill_rule,
    followed_gaps,
    lists_told,
    possible_value,
    precision_at,
    whitespace_back_test,
    whitespace_check_headline,
)
from kamlib.settings import load_settings

TRUTH = Path(__file__).parents[3] / "data" / "demo" / "truth.csv"
SETTINGS = load_settings(overrides={"target_check.resamples": 60})


def gaps_of(near, popularity, filled, accounts=None):
    n = len(near)
    accounts = accounts or [f"N{number:04d}" for number in range(n)]
    near, filled = np.asarray(near, float), np.asarray(filled, bool)
    return pd.DataFrame(
        {
            "origin": np.where(np.arange(n) % 2, "2024Q3", "2024Q4"),
            "account": accounts,
            "product_line": "Tools",
            "near": near,
            "popularity": np.asarray(popularity, float),
            "stopped": False,
            "value": 100.0,
            "filled": filled,
            "bought": np.where(filled, 50.0, 0.0),
        }
    ).astype({"account": "str", "origin": "str"})


def test_a_planted_rule_is_found_and_popularity_stays_where_it_is_as_good():
    random = np.random.default_rng(5)
    near = random.uniform(0.05, 0.95, 1500)
    popularity = random.choice([0.3, 0.5, 0.7], 1500)
    ours = gaps_of(near, popularity, random.random(1500) < near**2)
    table = whitespace_back_test(ours, settings=SETTINGS).set_index("method")
    assert table.loc[SIMILAR, "chosen"]
    assert table.loc[SIMILAR, "gain_low"] > 0.1
    assert "tell more than popularity" in table.loc[SIMILAR, "verdict"]
    rule = chosen_rule(ours, table.reset_index(), settings=SETTINGS)
    np.testing.assert_allclose(rule.chance([0.3, 0.5, 0.8]), [0.09, 0.25, 0.64], atol=0.07)
    # Each filled gap brought half of what it could: expected values are halved as well.
    assert rule.realised == pytest.approx(0.5, abs=0.03)
    assert table.loc[SIMILAR, "expected"] == pytest.approx(table["actual"].iloc[0], rel=0.05)
    theirs = gaps_of(near, popularity, random.random(1500) < popularity**2)
    table = whitespace_back_test(theirs, settings=SETTINGS).set_index("method")
    assert table.loc[POPULAR, "chosen"]
    assert table.loc[SIMILAR, "gain_high"] < 0
    assert "popularity is used" in whitespace_check_headline(table.reset_index())


def test_figures_by_hand_and_as_sklearn():
    near = [0.9, 0.8, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2]
    gaps = gaps_of(near, [0.5] * 8, [1, 1, 0, 0, 1, 0, 0, 0])
    settings = load_settings(overrides={"whitespace.min_filled": 3, "target_check.resamples": 20})
    table = whitespace_back_test(gaps, settings=settings).set_index("method")
    assert table.columns.tolist() == list(COLUMNS[1:])
    # 15 pairs: 0.9 beats 5, 0.8 beats 4 and ties with one, 0.5 beats 3
    assert table.loc[SIMILAR, "auc"] == pytest.approx(12.5 / 15)
    assert table.loc["random", ["auc", "lift_top_tenth"]].tolist() == [0.5, 1.0]
    assert table.loc[POPULAR, "precision_top_tenth"] == pytest.approx(3 / 8)
    assert table.loc[SIMILAR, "precision_top_tenth"] == 1.0
    assert precision_at(np.array([1.0, 0.0]), np.array([1.0, 1.0]), 5) == 0.5
    assert table["gaps"].tolist() == [8, 8, 8]


def test_too_little_to_say_is_said():
    none = gaps_of([], [], [])
    table = whitespace_back_test(none, settings=SETTINGS)
    assert table["auc"].isna().all()
    assert "too short a history" in table["verdict"].iloc[0]
    assert "unchecked" in whitespace_check_headline(table)
    rule = chosen_rule(none, table, settings=SETTINGS)
    assert rule.method == POPULAR
    assert rule.chance([0.4]).tolist() == [0.1]
    few = gaps_of([0.5] * 20, [0.5] * 20, [True] + [False] * 19)
    table = whitespace_back_test(few, settings=SETTINGS)
    assert "too few gaps" in table["verdict"].iloc[0]
    # one filled, and one more at the assumed quarter: 2 / (10 + 4)
    rule = fill_rule(few, POPULAR, settings=SETTINGS)
    assert rule.chance([0.5])[0] == pytest.approx(0.5 * 2 / 14)


def test_a_share_that_tells_nothing_gives_one_chance_and_never_a_falling_one():
    near = np.linspace(0.05, 0.95, 200)
    rule = fill_rule(gaps_of(near, near, near < 0.4), SIMILAR, settings=SETTINGS)
    assert np.ptp(rule.chance([0.1, 0.9])) == 0
    assert rule.chance([0.5])[0] == pytest.approx(np.mean(near < 0.4))


def test_more_peers_make_the_chance_surer():
    gaps = gaps_of([0.5, 0.5], [0.5, 0.5], [True, False]).assign(peers=[10, 200])
    rule = fill_rule(gaps, SIMILAR, settings=SETTINGS)
    low, high = chance_range(gaps, rule, settings=SETTINGS.whitespace)
    assert high[0] - low[0] > 2 * (high[1] - low[1])
    assert (low < rule.chance([0.5])).all()


def test_lines_stopped_lately_have_a_chance_of_their_own():
    random = np.random.default_rng(8)
    stopped = random.random(2000) < 0.3
    filled = random.random(2000) < np.where(stopped, 0.5, 0.16)
    gaps = gaps_of(random.uniform(0.2, 0.8, 2000), [0.5] * 2000, filled).assign(stopped=stopped)
    rule = fill_rule(gaps, SIMILAR, settings=SETTINGS)
    chances = rule.chance([0.5, 0.5], np.array([True, False]))
    np.testing.assert_allclose(chances, [0.5, 0.16], atol=0.05)
    assert rule.chance([0.9], np.array([True]))[0] <= 1
    # Of three such gaps little is known, and they are drawn towards the others.
    few = gaps.assign(stopped=stopped & (stopped.cumsum() <= 3))
    few["filled"] |= few["stopped"]
    few["bought"] = np.where(few["filled"], 50.0, 0.0)
    one = fill_rule(few, SIMILAR, settings=SETTINGS)
    assert 1 < one.stopped < 3 / gaps["filled"].mean() / 3


def test_what_gaps_bring_differs_less_than_what_they_could():
    random = np.random.default_rng(9)
    could = random.lognormal(6, 1.5, 3000)
    filled = random.random(3000) < 0.3
    brought = np.where(filled, 20 * could**0.5 * random.lognormal(0, 0.3, 3000), 0.0)
    gaps = gaps_of([0.5] * 3000, [0.5] * 3000, filled).assign(value=could, bought=brought)
    rule = fill_rule(gaps, SIMILAR, settings=SETTINGS)
    assert rule.power == pytest.approx(0.5, abs=0.05)
    worth = rule.worth(np.array([100.0, 10_000.0]))
    np.testing.assert_allclose(worth, [200 * np.exp(0.045), 2000 * np.exp(0.045)], rtol=0.15)
    chance = rule.chance(gaps["near"], gaps["stopped"])
    assert (chance * rule.worth(could)).sum() == pytest.approx(brought.sum(), rel=0.02)
    even = gaps.assign(bought=np.where(filled, 0.5 * could, 0.0))
    assert fill_rule(even, SIMILAR, settings=SETTINGS).power == pytest.approx(1)


def test_todays_rule_on_earlier_days_lists_what_it_shows_the_most_expected_first():
    random = np.random.default_rng(10)
    near = random.uniform(0.05, 0.95, 800)
    gaps = gaps_of(near, [0.5] * 800, random.random(800) < near**2)
    gaps = gaps.assign(peer_share=near, value=random.lognormal(5, 1, 800))
    checked = whitespace_back_test(gaps, settings=SETTINGS)
    rows = lists_told(gaps, checked, settings=SETTINGS)
    shown = gaps[gaps["peer_share"] >= SETTINGS.whitespace.min_peer_share]
    assert sorted(rows["subject"]) == sorted(shown["account"] + "\n" + shown["product_line"])
    for _day, day in rows.groupby("quarter"):
        assert (day["chance"] * day["value"]).is_monotonic_decreasing
        assert day["place"].tolist() == list(range(1, len(day) + 1))
    assert rows["brought"].sum() == shown["bought"].sum()
    # Whether an account's own gap was filled does not tell its own chance.
    other = gaps.assign(filled=gaps["filled"] ^ (gaps.index == shown.index[0]))
    other["bought"] = np.where(other["filled"], 50.0, 0.0)
    again = lists_told(other, checked, settings=SETTINGS).set_index("subject")
    subject = shown["account"].iloc[0] + "\nTools"
    assert again["chance"][subject] == rows.set_index("subject")["chance"][subject]


def filled_by_loops(lines, origin):
    """Gaps and filled gaps of one day, counted over plain dictionaries."""
    before, after, recent = {}, {}, set()
    for row in lines.itertuples():
        back = origin.ordinal - row.quarter.ordinal
        if row.product_line and 0 <= back < 4:
            key = (row.account, row.product_line)
            before[key] = before.get(key, 0) + row.revenue
        if row.product_line and -4 <= back < 0:
            key = (row.account, row.product_line)
            after[key] = after.get(key, 0) + row.revenue
        if 0 <= back < 2 and row.revenue > 0:
            recent.add(row.account)
    buying = {account for (account, _line), revenue in before.items() if revenue > 0}
    sold = {line for (_account, line), revenue in before.items() if revenue > 0}
    gaps = filled = 0
    bought = 0.0
    for account in buying & recent:
        for line in sold:
            if before.get((account, line), 0) <= 0:
                gaps += 1
                came = after.get((account, line), 0)
                filled += came > 0
                bought += max(came, 0)
    return gaps, filled, bought


def test_adventureworks_fills_are_those_of_plain_loops(adventureworks):
    book = open_book(adventureworks)
    followed = followed_gaps(
        book.line_quarters, book.accounts, as_of=book.as_of, settings=book.settings.whitespace
    )
    days = followed.groupby("origin")
    assert list(days.groups) == ["2018Q2", "2018Q3", "2018Q4", "2019Q1"]
    for origin, gaps in days:
        counted = filled_by_loops(book.line_quarters, pd.Period(origin))
        assert (len(gaps), gaps["filled"].sum()) == counted[:2]
        assert gaps["bought"].sum() == pytest.approx(counted[2])
    table = whitespace_back_test(followed, settings=SETTINGS).set_index("method")
    # Four lines that most resellers buy sooner or later: who is alike tells no more than that.
    assert (table["gaps"].iloc[0], table["filled"].iloc[0]) == (1258, 401)
    assert table.loc[POPULAR, "chosen"]
    assert table.loc[POPULAR, "auc_low"] > 0.5
    assert 0.8 < table.loc[POPULAR, "expected"] / table.loc[POPULAR, "actual"] < 1.25


def test_the_demo_companys_adopters_are_among_the_filled():
    book = open_book("demo")
    followed = followed_gaps(
        book.line_quarters, book.accounts, as_of=book.as_of, settings=book.settings.whitespace
    )
    assert (possible_value(followed) == followed["value"]).all()
    truth = pd.read_csv(TRUTH, dtype=str).dropna(subset="adopted_line")
    year = truth["adopted_on"].between("2025-01-01", "2025-12-31")
    planted = truth[year].set_index(["account", "adopted_line"]).index
    assert len(planted) >= 10
    latest = followed[followed["origin"] == "2024Q4"].set_index(["account", "product_line"])
    seen = planted.intersection(latest.index)
    assert len(seen) >= 0.9 * len(planted)
    assert latest.loc[seen, "filled"].mean() > 0.9
    table = whitespace_back_test(followed, settings=SETTINGS).set_index("method")
    assert table.loc[SIMILAR, "chosen"]
    assert table.loc[SIMILAR, "auc"] > 0.8
