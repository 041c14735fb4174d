"""What earlier lists said against what happened: by hand, properties, and the real companies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.churn.accountability import (
    CALLED,
    OUTCOMES,
    accountability,
    accountability_headline,
    list_outcomes,
)
from kamlib.analysis.churn.reach import reachable
from kamlib.analysis.churn.states import STATE, STATES, account_states
from kamlib.analysis.measures.year_value import year_before
from kamlib.settings import Settings

SAID_ON, UNTIL = pd.Timestamp("2025-09-30"), pd.Timestamp("2025-12-31")
RULES = Settings()


def gaps_of(days_by_account):
    rows = []
    for account, days in days_by_account.items():
        dates = sorted({pd.Timestamp(day) for day in days})
        gaps = [None, *((b - a).days for a, b in zip(dates, dates[1:], strict=False))]
        rows += [(account, date, gap) for date, gap in zip(dates, gaps, strict=True)]
    frame = pd.DataFrame(rows, columns=["account", "date", "gap"])
    return frame.astype({"account": "str", "date": "datetime64[us]", "gap": float})


def said_of(states):
    index = pd.Index(list(states), name="account", dtype="str")
    frame = pd.DataFrame({"state": list(states.values())}, index).astype({"state": STATE})
    return frame.assign(
        season="", due_days=30.0, last_order=pd.Timestamp("2025-07-05"), reachable=1.0,
        revenue_a_year=100.0, margin_a_year=np.nan,
    )  # fmt: skip


SAID = said_of({
    "hit": "at risk", "alarm": "at risk", "gone": "lost", "back": "lost", "missed": "active",
    "warned": "slowing", "fine": "active", "never": "never bought", "silent": "slowing",
})  # fmt: skip
GAPS = gaps_of({
    "hit": ["2025-05-01"],
    "alarm": ["2025-05-01", "2025-10-01", "2025-11-01"],
    "gone": ["2025-01-01"],
    "back": ["2025-01-01", "2025-12-31", "2026-02-01"],
    "missed": ["2025-07-01"],
    "warned": ["2025-07-01"],
    "fine": ["2025-09-01", "2025-12-01"],
    "silent": ["2025-07-20"],
})  # fmt: skip


def test_by_hand():
    found = list_outcomes(SAID, GAPS, said_on=SAID_ON, until=UNTIL, settings=RULES)
    outcomes = found["outcome"].astype("str").to_dict()
    assert outcomes == {"hit": "hit", "alarm": "false alarm", "gone": "still lost",
                        "back": "came back", "warned": "warned", "missed": "miss"}  # fmt: skip
    assert found["outcome"].cat.categories.tolist() == list(OUTCOMES)
    assert found.loc["alarm", "ordered_on"] == pd.Timestamp("2025-10-01")
    assert found["lost_now"].to_dict() == {"hit": True, "alarm": False, "gone": True,
                                           "back": False,
                                           "warned": True, "missed": True}  # fmt: skip
    with pytest.raises(ValueError, match="until 2025-09-30 must be after said_on 2025-09-30"):
        list_outcomes(SAID, GAPS, said_on=SAID_ON, until=SAID_ON, settings=RULES)


def test_who_was_out_of_its_season_all_the_while_is_not_judged():
    said = SAID.assign(season=["001111110000" if name in ("hit", "alarm") else "" for name in
                               SAID.index])  # fmt: skip
    found = list_outcomes(said, GAPS, said_on=SAID_ON, until=UNTIL, settings=RULES)
    assert "hit" not in found.index
    assert found.loc["alarm", "outcome"] == "false alarm"  # it ordered, whatever the month


def test_the_summary_by_hand():
    quarter = pd.Period("2025Q3")
    row = accountability([(quarter, SAID, GAPS)], settings=RULES).loc[quarter]
    counts = ["hits", "false_alarms", "still_lost", "came_back", "misses", "warned"]
    assert row[counts].tolist() == [1] * 6
    # Lost since: "hit", "warned" and "missed"; two of them stood on the list.
    assert (row["precision"], row["recall"]) == (0.5, 2 / 3)
    assert row["revenue_missed"] == 100 and np.isnan(row["margin_missed"])
    two = accountability([(quarter, SAID, GAPS)], settings=RULES, quarters=2).loc[quarter]
    assert (two["misses"], two["warned"]) == (1, 2)  # "silent" too, since July
    told = accountability_headline(accountability([(quarter, SAID, GAPS)], settings=RULES), "EUR")
    assert told == (
        "Of 2 accounts that the list of 2025Q3 called at risk while they could still be kept, no "
        "order has come since from 1, with EUR 100 revenue in the last year before, and orders "
        "from 1: 50 % of the calls were right. 1 that it called slowing is gone. 1 account with "
        "EUR 100 revenue in the last year before went unwarned. Warnings that were right came 94 "
        "days before the loss rule would have spoken. Of 2 accounts lost or probably gone by then "
        "1 came back."
    )


def test_what_did_not_happen_is_no_figure():
    """ "0 have", "and 0 without having been on the list (EUR 0 a year)" said nothing."""
    quarter = pd.Period("2025Q3")
    for part, words in (
        (["hit"], "called at risk while they could still be kept, none has ordered since: EUR 100"),
        (["alarm"], "called at risk while they could still be kept, all have ordered since."),
        (["gone"], "The list of 2025Q3 called nobody at risk who could still be kept."),
    ):
        table = accountability([(quarter, SAID.loc[part], GAPS)], settings=RULES)
        told = accountability_headline(table, "EUR")
        assert words in told and " 0 " not in told and "EUR 0" not in told
    assert "Of 1 account lost or probably gone by then none came back." in told


def test_who_was_gone_when_warned_of_is_no_hit():
    said = SAID.assign(reachable=[0.2 if name in ("hit", "alarm", "warned") else 1.0
                                  for name in SAID.index])  # fmt: skip
    found = list_outcomes(said, GAPS, said_on=SAID_ON, until=UNTIL, settings=RULES)
    assert found.loc[["hit", "alarm", "warned"], "outcome"].tolist() == [
        "still lost", "came back", "still lost"]  # fmt: skip
    row = accountability([(pd.Period("2025Q3"), said, GAPS)], settings=RULES).iloc[0]
    assert row["hits"] == row["false_alarms"] == 0 and np.isnan(row["precision"])
    assert np.isnan(row["days_gained"])
    # Of who was to be kept only "missed" is lost.
    assert row["recall"] == 0
    told = accountability_headline(row.to_frame().T.set_index(pd.PeriodIndex(["2025Q3"], freq="Q")))
    assert "Warnings" not in told


def test_days_gained_run_from_the_list_to_the_day_on_which_the_rule_speaks():
    found = list_outcomes(SAID, GAPS, said_on=SAID_ON, until=UNTIL, settings=RULES)
    # Silent since 5 July, and lost beyond 180 days: on 2 January, 94 days after the list.
    assert found.loc["hit", "days_gained"] == found.loc["warned", "days_gained"] == 94
    assert found.loc[["alarm", "gone", "missed"], "days_gained"].isna().all()


def test_an_order_after_a_silence_that_was_none_is_no_return():
    """Called lost in a spring of its own: it buys from October to March, and did so again."""
    days = [
        f"{year}-{month}"
        for year in (2022, 2023, 2024)
        for month in (
            "01-10",
            "01-30",
            "02-15",
            "03-05",
            "03-20",
            "10-05",
            "10-25",
            "11-10",
            "12-01",
        )
    ]
    days += ["2025-01-10", "2025-02-15", "2025-03-20", "2025-10-05"]  # fmt: skip
    gaps = gaps_of({"back": days, "gone": ["2025-01-01"]})
    said = SAID.loc[["back", "gone"]]
    found = list_outcomes(said, gaps, said_on=SAID_ON, until=UNTIL, settings=RULES)
    assert found["outcome"].astype("str").to_dict() == {"back": "false alarm", "gone": "still lost"}


def test_no_list_and_an_empty_one():
    none = accountability([], settings=RULES)
    assert none.empty and "no earlier list" in accountability_headline(none)
    empty = accountability([(pd.Period("2025Q3"), SAID.iloc[:0], GAPS)], settings=RULES)
    assert empty.iloc[0]["hits"] == 0 and np.isnan(empty.iloc[0]["precision"])
    assert accountability_headline(empty).startswith("The list of 2025Q3 called nobody at risk")
    nothing = list_outcomes(SAID, GAPS.iloc[:0], said_on=SAID_ON, until=UNTIL, settings=RULES)
    assert set(nothing["outcome"]) == {"hit", "still lost"}


DAYS = st.lists(st.dates(pd.Timestamp("2025-01-01").date(), pd.Timestamp("2026-03-31").date()),
                min_size=1, max_size=5)  # fmt: skip
ACCOUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.tuples(st.sampled_from(STATES), DAYS),
                           min_size=1)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(ACCOUNTS)
def test_every_called_account_has_one_outcome_and_later_orders_change_nothing(accounts):
    said = said_of({account: state for account, (state, _days) in accounts.items()})
    gaps = gaps_of({account: days for account, (_state, days) in accounts.items()})
    found = list_outcomes(said, gaps, said_on=SAID_ON, until=UNTIL, settings=RULES)
    assert set(said.index[said["state"].isin(CALLED)]) <= set(found.index)
    assert found.index.is_unique and found["outcome"].notna().all()
    for account, row in found.iterrows():
        ordered = any(SAID_ON < pd.Timestamp(day) <= UNTIL for day in accounts[account][1])
        assert ordered == (row["outcome"] in ("false alarm", "came back"))
    past = gaps[gaps["date"] <= UNTIL]
    again = list_outcomes(said, past, said_on=SAID_ON, until=UNTIL, settings=RULES)
    pd.testing.assert_frame_equal(found, again)


def said_by(book):
    rules = book.settings
    states = account_states(
        book.orders, book.gaps, book.months, book.accounts.index, as_of=book.as_of,
        seen_to=book.seen_to, settings=rules,
    )  # fmt: skip
    year = year_before(book.months, states["last_order"])
    return states.join([year, reachable(states, book.gaps)])


@pytest.mark.parametrize(
    ("name", "least"), [("demo", 0.5), ("online_retail_parquet", 0.5), ("adventureworks", 0.6)]
)
def test_on_three_companies(name, least, request):
    book = open_book(name if name == "demo" else request.getfixturevalue(name))
    earlier = [book.earlier(back) for back in (2, 1)]
    rounds = [(then.quarter, said_by(then), book.gaps) for then in earlier]
    table = accountability(rounds, settings=book.settings)
    assert table.index.tolist() == [book.quarter - 2, book.quarter - 1]
    assert table["precision"].between(least, 1).all()
    assert (table[["hits", "still_lost"]] > 0).all(axis=None)
    if name == "demo":
        truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
        found = list_outcomes(rounds[1][1], book.gaps, said_on=earlier[1].as_of,
                              until=book.as_of, settings=book.settings)  # fmt: skip
        left = pd.to_datetime(truth["left_on"]).reindex(found.index) < earlier[1].as_of
        assert not found.loc[left, "outcome"].isin(["false alarm", "came back"]).any()
