"""The sheet's figures: the last quarters, tiles, what is at stake, who stands beside the bridge."""

import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.summary import tiles
from kamlib.analysis.summary.data_holes import data_holes, missing_months
from kamlib.analysis.summary.last_quarter import last_quarter_words
from kamlib.analysis.summary.sides import account_rows, manager_rows, plan_rows, quarter_plan
from kamlib.analysis.summary.stakes import EARN, KEEP, WIN, Stake, at_stake, stake_words
from kamlib.analysis.summary.tiles import Against
from kamlib.analysis.summary.trend import account_changes, trend
from kamlib.quarters import quarter_index
from kamlib.settings import SummarySettings

END = pd.Timestamp("2025-12-31")
NAN = float("nan")
# Two years: a buys 10 each month, half of it margin; b bought 100 once, in 2024-11.
MONTHS = pd.concat(
    [
        pd.DataFrame(
            {"account": "a", "month": pd.period_range("2024-01", "2025-12", freq="M"),
             "revenue": 10.0, "margin": 5.0, "order_days": 1}
        ),
        pd.DataFrame(
            {"account": ["b"], "month": pd.PeriodIndex(["2024-11"], freq="M"),
             "revenue": 100.0, "margin": -20.0, "order_days": 1}
        ),
    ]
)  # fmt: skip


def test_the_last_quarters_and_the_year_up_to_each():
    found = trend(MONTHS, as_of=END)
    assert found.index.astype(str).tolist()[::7] == ["2024-03", "2025-12"]
    assert found["revenue"].tolist() == [30, 30, 30, 130, 30, 30, 30, 30]
    assert found["margin"].tolist()[3:5] == [-5, 15] and found["buyers"].tolist()[3] == 2
    half = MONTHS.assign(margin=MONTHS["margin"].where(MONTHS["account"] == "a"))
    assert trend(half, as_of=END)["rate"].tolist() == [0.5] * 8
    # The year up to the fourth quarter is the first that the data holds.
    assert found["year"].isna().tolist() == [True] * 3 + [False] * 5
    assert found["year"].tolist()[3:] == [220, 220, 220, 220, 120]
    assert found["year_buyers"].iloc[-1] == 1


def test_of_a_year_that_the_data_begins_in_there_is_what_there_is():
    found = trend(MONTHS[MONTHS["month"] >= "2025-11"], as_of=END)
    assert found["revenue"].dropna().tolist() == [20] and found["year"].iloc[-1] == 20


def test_accounts_change_by_what_the_quarters_differ():
    found = account_changes(MONTHS, as_of=END, base=pd.Timestamp("2024-12-31"))
    assert found.loc["b"].tolist() == [0, 0, 100, -20]
    assert found.loc["a"].tolist() == [30, 15, 30, 15]
    unknown = account_changes(
        MONTHS.assign(margin=np.nan), as_of=END, base=pd.Timestamp("2024-12-31")
    )
    assert unknown.loc["b", "margin"] == 0 and unknown[["margin_before"]].isna().all(axis=None)
    alone = account_changes(MONTHS, as_of=END, base=None)
    assert list(alone.index) == ["a"] and alone["revenue_before"].isna().all()


def test_a_month_is_missing_where_its_season_has_sales():
    rows = MONTHS[~MONTHS["month"].isin(pd.PeriodIndex(["2025-05", "2025-08"], freq="M"))]
    rows = rows[rows["month"] != pd.Period("2024-08", "M")]  # never an August: a season
    span = {"begins": pd.Timestamp("2024-01-01"), "ends": END}
    assert list(map(str, missing_months(rows, **span))) == ["2025-05"]
    told = data_holes(
        rows, data_from=span["begins"], as_of=END, data_to=pd.Timestamp("2025-11-30"),
        complete=False, quarter="2025Q4", unused=0.015, most_unused=0.01,
    )  # fmt: skip
    assert told == [
        "2025Q4 is not over: the data ends on 2025-11-30.",
        "The data has a hole: no sale at all in May 2025.",
        "1.5 % of all lines could not be used.",
    ]


def test_tiles_say_how_much_and_whether_that_is_good():
    found = trend(MONTHS, as_of=END)
    against = Against("on 2024Q4", calm=0.02)
    plan = quarter_plan(PORTFOLIO, 30.0, settings=SummarySettings())
    tile = tiles.sales_tile(found, plan, against)
    assert (tile.figure, len(tile.series)) == ("30", 8)
    assert [(m.text, m.up, m.good) for m in tile.marks] == [
        ("25 % to plan of 2 of 3", False, False),
        ("77 % on 2024Q4", False, False),
    ]
    margin = tiles.margin_tile(found, against)
    assert (margin.figure, margin.beside, margin.marks[0].text) == (
        "15",
        "50.0 %",
        "400 % on 2024Q4",
    )
    year = tiles.year_tile(found, "12 months", against, margin=False)
    assert [m.text for m in year.marks] == ["45 % revenue", "50 % accounts (1)"]
    open_ = tiles.year_tile(found, "12 months", Against("", is_open=True), margin=True)
    assert open_.marks == () and len(open_.series) == 4
    leave = tiles.leaving_tile(pd.Series(range(1, 11)), [50, 110, 1, 1], 60.0, against)
    assert [(m.text, m.good) for m in leave.marks] == [
        ("10 % on 2024Q4", False),
        ("5 accounts are 73 %", None),
        ("margin at risk 60", None),
    ]
    calm = tiles.changed(pd.Series([100.0, 1, 1, 1, 101.0]), against)
    assert [(m.text, m.up, m.good) for m in calm] == [("1.0 % on 2024Q4", True, None)]


@pytest.mark.parametrize(
    ("fits", "said", "filled"),
    [([True, True], "all 2 tasks fit", 0.75), ([True, False], "1 of 2 tasks find no room", 0.25)],
)
def test_hours_are_those_of_the_one_list(fits, said, filled):
    todo = pd.DataFrame({"hours": [10.0, 20.0], "fits": fits})
    tile = tiles.hours_tile(todo, pd.Series({"Ann": 40.0}))
    assert (tile.marks[0].text, tile.filled, tile.beside) == (said, filled, "of 40")


# Ann misses her plan by 10, Bob has none, Eve's is not judged.
PORTFOLIO = pd.DataFrame(
    {
        "name": ["Ann A", "", "Eve"],
        "plan": [30.0, NAN, 10.0],
        "actual": [20.0, 5.0, 10.0],
        "run_rate": [20.0, 5.0, 10.0],
        "plan_gap": [-10.0, NAN, 0.0],
        "plan_doubt": ["", "", "N1 came"],
    },
    index=["M1", "M2", "M3"],
)


def test_a_plan_counts_where_it_covers_most_of_the_sales():
    plan = quarter_plan(PORTFOLIO, 35.0, settings=SummarySettings())
    assert (plan.gap, plan.plan, plan.people, plan.all) == (-10, 40, 2, 3)
    assert plan.parts.to_dict("records") == [{"name": "Ann A", "gap": -10.0}]
    assert quarter_plan(PORTFOLIO, 61.0, settings=SummarySettings()) is None
    assert plan_rows(PORTFOLIO)["name"].tolist() == ["Ann A", "Eve"]


def test_without_a_plan_managers_or_accounts_stand_against_what_was_before():
    rows = pd.DataFrame(
        [("manager", "M1", 10.0, 12.0), ("manager", "M2", 9.0, 5.0), ("manager", "", 1.0, 1.0),
         ("total", "", 20.0, 18.0)],
        columns=["direction", "key", "before", "after"],
    )  # fmt: skip
    found = manager_rows(rows, {"M1": "Ann"})
    assert list(zip(found["name"], found["gap"], strict=True)) == [("M2", -4.0), ("Ann", 2.0)]
    changes = pd.DataFrame(
        {"revenue": [5.0, 1.0, 9.0], "revenue_before": [5.0, 8.0, 0.0]}, index=["a", "b", "c"]
    )
    named = account_rows(changes, pd.Series({"b": "Beta"}), rows=2)
    assert named["name"].tolist() == ["Beta", "c"] and named["gap"].tolist() == [-7.0, 9.0]


def test_what_is_at_stake_is_told_most_first_and_empty_lists_are_not():
    def rows(**money):
        return pd.DataFrame({"name": [n.title() for n in money], "money": list(money.values())},
                            index=list(money))  # fmt: skip

    listed = [
        Stake(KEEP, "Slow", rows(a=1.0, b=3.0, c=-9.0), "margin", "x.html"),
        Stake(EARN, "Thin", rows(a=50.0), "margin", "y.html"),
        Stake(WIN, "Tenders", rows(a=40.0, b=20.0).assign(about="Tools"), "once", "z.html",
              "1 tender", "{n} tenders"),
        Stake(WIN, "Nobody", rows(), "once", "z.html"),
        Stake(WIN, "Back", rows(d=8.0), "net", "z.html"),
    ]  # fmt: skip
    found = at_stake(listed)
    assert found["what"].tolist() == ["Tenders", "Back", "Thin", "Slow"]
    assert found["money"].tolist() == [60.0, 8.0, 50.0, 4.0]
    assert [stake_words(row) for _n, row in found.iterrows()] == [
        "2 tenders, A first (40 Tools)", "D", "A", "2 accounts, B first (3)",
    ]  # fmt: skip
    assert at_stake(listed[3:4]).empty


def test_last_quarter_is_told_by_its_list_and_by_the_attempts():
    judged = pd.DataFrame(
        {"hits": [9, 2], "false_alarms": [0, 1], "revenue_hit": [1.0, 23_266.0]},
        index=quarter_index([pd.Period("2025Q2", "Q-DEC"), pd.Period("2025Q3", "Q-DEC")]),
    )
    attempts = pd.DataFrame({"outcome": ["won", "refused", "open"], "cost": [10.0, 5.0, 7.0]})
    assert last_quarter_words(judged, attempts, "EUR") == (
        "Of 3 accounts that the list of 2025Q3 called at risk: 2 have not ordered since, "
        "EUR 23,300 a year. 2 attempts to win back, 1 won so far, for EUR 15."
    )
    assert last_quarter_words(judged[:0], attempts[2:]) == ""


def test_what_is_unknown_draws_no_line():
    shown = tiles.margin_tile(trend(MONTHS.assign(margin=np.nan), as_of=END), Against("x"))
    assert shown.series == () and shown.marks == () and shown.figure == "–"
