"""Every account is in one state, since a day; losses and returns by quarter against a slow loop."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.churn.states import (
    STATES,
    account_states,
    loss_dynamics,
    silences_tried,
    state_words,
    states_headline,
)
from kamlib.settings import ChurnSettings, Settings

AS_OF = pd.Timestamp("2025-12-31")
DATES = [AS_OF - pd.offsets.QuarterEnd(back) for back in range(3, -1, -1)]
RULES = ChurnSettings()


def every(account, first, last, step, revenue=100.0):
    return [(account, day, revenue, 20.0) for day in pd.date_range(first, last, freq=f"{step}D")]


# One account for each state, with three gaps or more of its own.
LINES = [
    *every("active", "2024-01-01", "2025-12-20", 10),
    *every("new", "2025-09-01", "2025-12-25", 10),
    *every("slow by silence", "2024-01-01", "2025-11-30", 10),
    *every("slow by value", "2024-01-01", "2025-06-25", 10),
    *every("slow by value", "2025-07-05", "2025-12-25", 10, revenue=30.0),
    *every("at risk", "2024-01-01", "2025-09-20", 10),
    *every("lost", "2024-01-01", "2025-03-01", 10),
    *every("returned", "2024-01-01", "2025-01-10", 10),
    *every("returned", "2025-11-01", "2025-12-20", 10),
    *every("new, at risk", "2025-07-10", "2025-09-01", 10),
    *every("returned, at risk", "2024-01-01", "2024-12-01", 10),
    *every("returned, at risk", "2025-08-01", "2025-09-10", 10),
    ("sends back", "2025-05-01", -10.0, None),
]


def gaps_of(lines):
    days = pd.DataFrame([(a, pd.Timestamp(d)) for a, d, revenue, _ in lines if revenue > 0],
                        columns=["account", "date"]).drop_duplicates()  # fmt: skip
    kinds = {"account": "str", "date": "datetime64[us]"}
    days = days.astype(kinds).sort_values(["account", "date"], ignore_index=True)
    days["gap"] = days.groupby("account")["date"].diff().dt.days.astype(float)
    return days


def states_of(frames, lines, rules=RULES):
    months, orders, accounts = frames(lines, DATES)
    return account_states(orders, gaps_of(lines), months, accounts.index, as_of=AS_OF,
                          seen_to=AS_OF, settings=Settings(churn=rules))  # fmt: skip


def test_other_days_of_silence_lose_others():
    """The money is that of the accounts in the state, losses as 0; the largest stand first."""
    found = {60: ["lost", "lost", "lost", "active"], 90: ["lost", "at risk", "at risk", "active"],
             365: ["at risk", "at risk", "active", "active"]}  # fmt: skip
    states = {
        days: pd.DataFrame({"state": pd.Categorical(each, STATES)}, list("abcd"))
        for days, each in found.items()
    }
    margin = pd.Series({"a": 5.0, "b": 7.0, "c": -3.0, "d": 11.0})
    tried = silences_tried(states, margin, pd.Series({"a": "Acme", "b": "Brown"}), in_force=90)
    assert tried.to_dict("list") == {
        "in_force": [False, True, False],
        "lost_accounts": [3, 1, 0], "lost_margin": [12.0, 5.0, 0.0],
        "risk_accounts": [0, 2, 2], "risk_margin": [0.0, 7.0, 12.0],
        "words": ["Lost as well: Brown, c.", "", "Not lost yet: Acme."],
    }  # fmt: skip


def test_one_account_for_each_state(frames):
    found = states_of(frames, LINES)
    expected = {
        "active": ("active", "2024-01-01"),
        "new": ("new", "2025-09-01"),
        "slow by silence": (
            "slowing",
            "2025-12-12",
        ),  # 21 November, 2 gaps of 10 days, the day after
        "slow by value": ("slowing", "2025-07-01"),
        "at risk": ("at risk", "2025-12-12"),  # 12 September, half of 180 days, the day after
        "lost": ("lost", "2025-08-24"),  # 24 February, 180 days, the day after
        "returned": ("returned", "2025-11-01"),
        # Silent since 29 August and 10 September: leaving again comes before new and returned.
        "new, at risk": ("at risk", "2025-11-28"),
        "returned, at risk": ("at risk", "2025-12-10"),
        "sends back": ("never bought", None),
    }
    told = {
        account: (row["state"], None if pd.isna(row["since"]) else f"{row['since']:%Y-%m-%d}")
        for account, row in found.iterrows()
    }
    assert told == expected
    assert found["state"].cat.categories.tolist() == list(STATES)
    for _account, row in found.iterrows():
        assert "nan" not in state_words(row).casefold()
    told = states_headline(found, pd.Series(10.0, found.index), "EUR", returned_days=180)
    states = found["state"].value_counts()
    assert told.startswith(
        f"{len(found)} accounts on record: {states['active'] + states['new']} buying"
    )
    assert "3 at risk of being lost, with EUR 30 margin in their last year, 1 lost" in told
    assert told.endswith("1 came back in the last 180 days, 1 never bought.")
    rest = states_headline(found.query("state == 'active'"), pd.Series(), returned_days=180)
    assert rest == "1 account on record: 1 buying as usual."


def test_without_any_known_gap_silence_alone_puts_at_risk(frames):
    lines = [("quiet", "2025-07-20", 10.0, None), ("fine", "2025-12-01", 10.0, None)]
    found = states_of(frames, lines)
    assert found["state"].astype("str").to_dict() == {"quiet": "at risk", "fine": "new"}
    lines = [("fine", "2025-05-20", 10.0, None), ("fine", "2025-12-01", 10.0, None)]
    found = states_of(frames, lines, RULES.model_copy(update={"min_silence_days": 300}))
    assert state_words(found.loc["fine"]) == "Buys as usual."


def test_a_rhythm_is_only_claimed_of_the_account_that_has_it(frames):
    lines = [*LINES, ("few", "2024-09-25", 9.0, None), ("few", "2025-09-20", 9.0, None)]
    found = states_of(frames, lines)
    assert found["own_gap"].to_dict()["few"] == False  # noqa: E712
    assert state_words(found.loc["at risk"]).startswith("Usually orders every 10 days, silent")
    assert state_words(found.loc["slow by value"]) == (
        "Buys 30 % of what it bought in the same months a year ago."
    )
    other = found.loc["at risk"].copy()
    other["own_gap"] = False
    assert state_words(other).startswith("Its few orders and those of others")


def test_an_open_quarter_compares_whole_months_only(frames):
    lines = every("active", "2024-01-01", "2025-11-04", 10)
    months, orders, accounts = frames(lines, DATES)
    found = account_states(orders, gaps_of(lines), months, accounts.index, as_of=AS_OF,
                           seen_to=pd.Timestamp("2025-11-04"),
                           settings=Settings(churn=RULES))  # fmt: skip
    assert found.loc["active", "value_ratio"] > 0.95
    assert found.loc["active", "state"] == "active"


LINE = st.tuples(
    st.sampled_from("abc"),
    st.dates(pd.Timestamp("2024-01-01").date(), AS_OF.date()),
    st.sampled_from([50.0, 100.0, -20.0]),
    st.none(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(LINE, min_size=1, max_size=25))
def test_every_account_is_in_one_state_and_more_silence_never_makes_it_active(frames, lines):
    found = states_of(frames, lines)
    assert found["state"].notna().all()
    assert (found["since"].isna() == (found["state"] == "never bought")).all()
    quiet = found["silence_days"] > found["allowed_days"]
    assert (found.loc[quiet, "state"] == "lost").all()


def slow_quarter(lines, date, rules):
    """Lost and returned accounts of a quarter, day by day and account by account."""
    begin = date.to_period("Q").start_time
    gaps = gaps_of(lines)
    gaps = gaps[gaps["date"] <= date]
    own = {a: g["gap"].dropna() for a, g in gaps.groupby("account")}
    known = [g.median() for g in own.values() if len(g) >= 3]
    usual = pd.Series(known).median() if known else None
    lost = returned = revenue = buying = 0
    for account, rows in gaps.groupby("account"):
        own_gap = own[account].median() if len(own[account]) >= 3 else usual
        allowed = max(rules.min_silence_days, rules.gap_multiple * own_gap) if own_gap else 180
        last = rows["date"].max()
        day = last + pd.Timedelta(days=int(allowed) + 1)
        if begin <= day <= date:
            lost += 1
            first = (last.to_period("M") - 11).start_time
            revenue += sum(r for a, d, r, _ in lines
                           if a == account and first <= pd.Timestamp(d)
                           and pd.Timestamp(d).to_period("M") <= last.to_period("M"))  # fmt: skip
        back = False
        for _n, row in rows[rows["date"] >= begin].dropna().iterrows():
            left = row["date"] - pd.Timedelta(days=row["gap"])
            back |= left + pd.Timedelta(days=int(allowed) + 1) < begin
        returned += back
        before = rows.loc[rows["date"] < begin, "date"]
        buying += len(before) > 0 and day >= begin and not back
    return lost, returned, revenue, buying


def test_losses_and_returns_by_quarter_are_a_slow_loops(frames):
    months, orders, _accounts = frames(LINES, DATES)
    found = loss_dynamics(
        orders, gaps_of(LINES), months, seen_to=AS_OF, settings=Settings(), quarters=4
    )
    for date in DATES:
        row = found.loc[date.to_period("Q")]
        expected = slow_quarter(LINES, date, RULES)
        names = ["lost", "returned", "revenue_lost", "buying"]
        assert tuple(row[names]) == expected
    assert found.loc["2025Q3", "lost"] == 2  # lost in August, and the returned one in July
    assert found.loc["2025Q4", "returned"] == 1
    assert found.loc["2025Q3", "margin_lost"] == pytest.approx(
        found.loc["2025Q3", "revenue_lost"] / 5)  # fmt: skip


def test_the_demo_companys_leavers_are_found():
    book = open_book("demo")
    found = account_states(
        book.orders, book.gaps, book.months, book.accounts.index, as_of=book.as_of,
        seen_to=book.seen_to, settings=book.settings,
    )  # fmt: skip
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    left = pd.to_datetime(truth["left_on"]).reindex(found.index)
    long_ago = left < book.as_of - pd.Timedelta(days=200)
    assert (found.loc[long_ago, "state"] == "lost").all()
    steady = truth["archetype"].reindex(found.index).str.startswith("regular")
    assert (found.loc[steady, "state"].isin(["active", "slowing"])).all()
    assert (found.loc[steady, "state"] == "active").mean() > 0.9


def test_what_comes_after_the_quarter_changes_nothing(frames):
    months, orders, accounts = frames(LINES, DATES)
    later = gaps_of([*LINES, ("lost", "2026-02-01", 10.0, None)])
    one = states_of(frames, LINES)
    other = account_states(orders, later, months, accounts.index, as_of=AS_OF, seen_to=AS_OF,
                           settings=Settings())  # fmt: skip
    pd.testing.assert_frame_equal(one, other)


def test_who_may_be_lost_within_the_horizon_is_told_before(frames):
    # Others order after 5 or 40 days; "few" came back once, after 100: it is given no more.
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta([5, 40] * 14, unit="D").to_series().cumsum()
    lines = [(f"other {n}", day, 100.0, 20.0) for n in range(4) for day in days]
    lines += [("few", day, 100.0, 20.0) for day in ("2025-03-17", "2025-06-25")]
    months, orders, accounts = frames(lines, DATES)
    then, now = (
        account_states(orders, gaps_of(lines), months, accounts.index, as_of=date, seen_to=date,
                       settings=Settings()).loc["few"]
        for date in DATES[-2:]
    )  # fmt: skip
    assert (then["silence_days"], then["allowed_days"], then["state"]) == (97, 180, "slowing")
    assert now["state"] == "lost"
