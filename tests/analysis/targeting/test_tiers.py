"""Tiers by capacity: worked by hand, a slow loop as oracle, and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.measures.dependence import dependence, dependence_told
from kamlib.analysis.targeting.owners import target_owners, who_talks
from kamlib.analysis.targeting.tier_words import tiers_headline
from kamlib.analysis.targeting.tiers import COLUMNS, TIERS, OurSide, tier_hours, tiers
from kamlib.settings import Settings

few = settings(deadline=None, max_examples=10)
# Ann keeps 40 hours for targets and Bob 20; marketing has 40.
MANAGERS = [("Ann", 400.0, "sales"), ("Bob", 200.0, ""), ("Mia", 40.0, "Marketing")]
SETTINGS = {"hours_share": 0.1, "sales_hours": (10.0, 2.0, 0.0)}
ACCOUNTS = pd.DataFrame(
    {
        "manager": ["Ann", "Ann", "Bob", "Mia"],
        "region": ["North", "North", "South", "East"],
        "industry": ["Food", "Food", "Steel", ""],
    },
    pd.Index(["1", "2", "3", "4"], name="account"),
)
# target: manager, industry, chance, value, score, completeness, vetoed
COMPANY = {
    "a1": ("Ann", "Food", 0.5, 1000, 0.9, 1.0, False),  # 500
    "a2": ("Ann", "Food", 0.5, 800, 0.9, 1.0, False),  # 400
    "a3": ("Ann", "Food", np.nan, 760, 0.5, 1.0, False),  # 380 by its score
    "a4": ("Ann", "Steel", 0.1, 1000, 0.9, 1.0, False),  # 100, no cluster
    "a5": ("Ann", "Food", 0.1, 500, 0.9, 1.0, False),  # 50
    "b1": ("Bob", "Food", 0.5, 600, 0.9, 1.0, False),  # 300
    "b2": ("Bob", "Food", 0.5, 400, 0.9, 1.0, False),  # 200
    "low": ("Bob", "Food", 0.9, 900, 0.2, 1.0, False),
    "veto": ("Bob", "Food", 0.9, 900, 0.0, 1.0, True),
    "ask": ("Bob", "Food", 0.9, 900, 0.9, 0.3, False),
}


def given_of(company, managers=MANAGERS, **changes):
    index = pd.Index(list(company), name="prospect", dtype="str")
    columns = ["manager", "industry", "chance", "value", "score", "completeness", "vetoed"]
    rows = pd.DataFrame(list(company.values()), index, columns=columns)
    targets = rows[["manager", "industry", "value"]].assign(name=index.str.upper(), region="")
    three = rows[["score", "completeness", "vetoed"]].assign(why="why of " + index)
    people = pd.DataFrame(managers, columns=["manager", "hours_per_quarter", "team"])
    fit = pd.Series(np.nan, index)
    frames = (targets, three, rows["chance"].astype(float), fit, people, ACCOUNTS)
    return frames, Settings(tiers=SETTINGS | changes)


def placed(frames, settings, **more):
    *weighed, managers, accounts = frames
    return tiers(*weighed, OurSide(managers, accounts, **more), settings=settings)


def tiers_of(company, managers=MANAGERS, **changes):
    frames, chosen = given_of(company, managers, **changes)
    return placed(frames, chosen), frames[4], chosen


def test_by_hand_is_worked_only_on_what_pays_for_its_hours():
    """At a margin of a tenth ten hours of 60 need 6,000, and two need 1,200."""
    frames, chosen = given_of(COMPANY)
    rich = {name: (*row[:3], row[3] * 20, *row[4:]) for name, row in COMPANY.items()}
    many, _chosen = given_of(rich)
    told = placed(many, chosen, margin_rate=0.1)["tier"].astype("str")
    assert told["a1"] == "one-to-one" and told["a4"] == "one-to-many"
    little = placed(frames, chosen, margin_rate=0.1)
    assert not little["tier"].isin(["one-to-one", "one-to-few"]).any()
    assert little.loc["ask", "sales_hours"] == 0
    unknown = [frame.assign(chance=np.nan) if "chance" in frame else frame for frame in frames]
    unknown[2] = pd.Series(np.nan, frames[2].index)
    assert placed(tuple(unknown), chosen, margin_rate=0.1)["tier"].isin(["one-to-one"]).any()


def test_by_hand():
    # One-to-one has 60 %: 24 of Ann's hours are 2 targets, 12 of Bob's 1, and 24 of marketing
    # are 4. One-to-few has what one-to-many (0.02 x 7 = 0.14 marketing) and the one question
    # (0.5 of Bob's 8) leave: 16 of Ann's are 8, 7.5 of Bob's are 3, 15.86 of marketing are 15.
    # a4 has no cluster: only one of Steel, so it is mailed.
    table, people, chosen = tiers_of(COMPANY, sales_hours=(10.0, 2.0, 0.0))
    assert list(table) == COLUMNS
    placed = table[["tier", "rank", "sales_hours", "marketing_hours"]].astype({"tier": "str"})
    assert placed.reset_index().to_numpy().tolist() == [
        ["a1", "one-to-one", 3, 10, 6],
        ["a2", "one-to-one", 4, 10, 6],
        ["b1", "one-to-one", 6, 10, 6],
        ["a3", "one-to-few", 5, 2, 1],
        ["b2", "one-to-few", 7, 2, 1],
        ["a5", "one-to-few", 9, 2, 1],
        ["a4", "one-to-many", 8, 0, 0.02],
        ["ask", "find out", 1, 0.5, 0],
        ["low", "not now", 2, 0, 0],
        ["veto", "not now", 10, 0, 0],
    ]
    why = table["tier_why"]
    assert why["a1"] == "number 3: 500 = 50 % chance x 1,000"
    assert why["a3"] == (
        "number 5, with Food: 380 = 50 % (median, chance unknown) x 760; the hours of Ann "
        "or of marketing for one-to-one are spent"
    )
    assert why["low"] == "score 0.20 is below 0.35"
    assert why["veto"] == "vetoed: why of veto"
    assert why["ask"] == "only 30 % of the three P's is known: ask first"
    # a3 (380) is 5 % behind a2 (400), the last one in; the border is 10 %.
    border = table["border"]
    assert border["a2"] == (
        "just in one-to-one: A3 follows 5.0 % behind, and fewer hours would drop it"
    )
    assert border["a3"] == (
        "just below one-to-one: 5.3 % more priority, or 10 h more of Ann and 6 h more of "
        "marketing for one-to-one, would lift it"
    )
    assert (border[["a1", "b1", "b2", "a4", "low"]] == "").all()
    hours = tier_hours(table, people, settings=chosen).set_index(["team", "owner"])
    assert hours.loc[("sales", "Ann"), ["hours_available", "hours_used"]].tolist() == [40, 24]
    assert hours.loc[("sales", "Bob"), ["one_to_few", "find_out"]].tolist() == [2, 0.5]
    assert hours.loc[("marketing", ""), "hours_used"] == pytest.approx(21.02)
    sentence = tiers_headline(table, hours.reset_index(), "EUR")
    assert sentence.startswith("The quarter's hours reach 3 of 10 targets one-to-one, 3 one-to-few")
    assert "36 of 60 sales hours and 21 of 40 hours of marketing" in sentence
    won = "Won, the one-to-one targets could buy EUR 2,400 a year in all; "
    assert sentence.endswith(won + "with the chance to win counted in, EUR 1,200.")
    unchecked = tiers_headline(table, hours.reset_index(), "EUR", validated=False)
    assert unchecked.endswith(won + "how likely that is no deals have shown yet.")


def test_marketing_goes_round_the_owners():
    # Marketing is enough for 2 one-to-one: each owner's best, though a2 stands before b1.
    table = tiers_of(COMPANY, [*MANAGERS[:2], ("Mia", 20.0, "marketing")])[0]
    assert table.index[table["tier"] == "one-to-one"].tolist() == ["a1", "b1"]


def test_what_hours_do_not_allow_is_passed_over_and_said():
    table = tiers_of(COMPANY, [("Ann", 0.0, ""), ("Bob", 200.0, ""), ("Mia", 40.0, "marketing")])[0]
    assert set(table.loc[["a1", "a2", "a3", "a4", "a5"], "tier"]) == {"one-to-many"}
    assert table.loc["b1", "tier"] == "one-to-one"
    none = tiers_of(COMPANY, [(name, 0.0, team) for name, _, team in MANAGERS])[0]
    assert none["tier"].isin(["find out", "not now"]).all()
    assert none["tier_why"]["a1"].startswith("number 3, no hours left for it")
    assert none["tier_why"]["ask"].endswith("to be asked, but no hours are left this quarter")
    assert (none["sales_hours"] + none["marketing_hours"]).sum() == 0


def test_value_from_typical_purchases_then_the_industry_then_all():
    company = {
        "own": ("", "Food", 1.0, 7, 1.0, 1.0, False),
        "typical": ("", "Food", 1.0, np.nan, 1.0, 1.0, False),
        "food": ("", "Food", 1.0, np.nan, 1.0, 1.0, False),
        "other": ("", "Glass", 1.0, np.nan, 1.0, 1.0, False),
    }
    frames, chosen = given_of(company)
    revenue = pd.Series([10.0, 30.0, 100.0], ["1", "2", "3"])
    typical = pd.Series([55.0], ["typical"])
    table = placed(frames, chosen, revenue=revenue, typical=typical)
    expected = {"own": 7, "typical": 55, "food": 20, "other": 30}
    assert table["expected_value"].to_dict() == expected
    unknown = placed(frames, chosen)
    assert unknown.loc["other", ["priority", "expected_value"]].isna().all()
    assert unknown.loc["other", "tier_why"].endswith("100 % chance, value unknown")
    assert unknown.loc["own", "rank"] == 1


def test_an_account_grows_to_what_is_usual_at_most_to_twice_what_it_buys():
    company = {name: ("Ann", "Food", 1.0, np.nan, 1.0, 1.0, False) for name in ("1", "2", "9")}
    frames, chosen = given_of(company)
    typical, revenue = pd.Series(55.0, ["1", "2", "9"]), pd.Series([10.0, 30.0], ["1", "2"])
    table = placed(frames, chosen, revenue=revenue, typical=typical)
    assert table["expected_value"].to_dict() == {"9": 55, "2": 25, "1": 10}


def test_an_unknown_chance_is_that_in_the_middle_not_the_score():
    company = {f"p{i}": ("Ann", "Food", 0.2, 10_000, 0.6, 1.0, False) for i in range(9)}
    company["p9"] = ("Ann", "Food", np.nan, 10_000, 0.9, 1.0, False)
    assert tiers_of(company)[0].loc["p9", "priority"] == pytest.approx(2000)
    unchecked = {name: (*row[:2], np.nan, *row[3:]) for name, row in company.items()}
    assert tiers_of(unchecked)[0].loc["p9", "priority"] == pytest.approx(9000)


def test_what_is_worth_too_little_gets_no_work_by_hand():
    # 150 hours a quarter sell 6,000 a year: 10 an hour, of which 0.1 is asked. One-to-one takes
    # 16 hours, one-to-few 3.
    people = [("Ann", 10_000.0, "sales"), ("Bob", 5_000.0, ""), ("Mia", 1_000.0, "Marketing")]
    frames, chosen = given_of(COMPANY | {
        "c1": ("Ann", "Food", 0.5, 33, 0.9, 1.0, False),  # 16.5
        "c2": ("Ann", "Food", 0.5, 31, 0.9, 1.0, False),  # 15.5
        "c3": ("Ann", "Food", 0.5, 5, 0.9, 1.0, False),  # 2.5
    }, people)  # fmt: skip
    revenue = pd.Series([400_000.0, 200_000.0], ["8", "9"])
    table = placed(frames, chosen, revenue=revenue)
    place = table["tier"].astype("str").to_dict()
    assert (place["c1"], place["c2"], place["c3"]) == ("one-to-one", "one-to-few", "one-to-many")
    why = table["tier_why"]
    assert why["c2"].startswith("number 11, with Food, too little for one-to-one: 15.5")
    assert why["c3"].startswith("number 12, by mailing, too little for work by hand: 2.5")
    all_of_them = Settings(tiers=SETTINGS | {"least_per_hour": 0})
    table = placed(frames, all_of_them, revenue=revenue)
    assert table.loc["c3", "tier"] == "one-to-one"


def test_who_may_leave_is_kept_first():
    frames, chosen = given_of(COMPANY)
    row = placed(frames, chosen, leaving=pd.Index(["a1"])).loc["a1"]
    assert (row["tier"], row["sales_hours"]) == ("not now", 0)
    assert row["tier_why"] == "at risk of leaving: it is kept first, see the watch list"


def test_who_brings_much_already_counts_less_and_is_told():
    frames, chosen = given_of(COMPANY)
    # With its site it brings 60 of 100: a1's 500 count half, and a2 (400) goes first.
    sold = pd.Series({"a1": 40.0, "a2": 15.0, "site": 20.0, "b1": 25.0})
    dependent = dependence(sold, {"site": "a1"}, settings=Settings(tiers={"most_share": 0.3}))
    assert dependent["counts"].to_dict() == {"a1": 0.5, "site": 0.5}
    before, table = placed(frames, chosen), placed(frames, chosen, dependent=dependent)
    assert (before.loc["a1", "priority"], table.loc["a1", "priority"]) == (500, 250)
    assert before.loc["a1", "rank"] < before.loc["a2", "rank"]
    assert table.loc["a1", "rank"] > table.loc["a2", "rank"]
    words = (
        "already 60.0 % of sales with its group: more of it deepens the dependence, so it counts "
        "50 %"
    )
    assert table.loc["a1", "tier_why"].endswith(f"; {words}")
    assert not table["tier_why"].drop("a1").str.contains("dependence").any()
    both = pd.concat([frames[0], frames[0].loc[["a1"]].rename({"a1": "site"})])
    assert dependence_told(dependent, both) == f"A1 is {words}.", "a group is named once"
    assert dependence_told(dependent, frames[0].drop(index="a1")) == ""


def test_owners():
    targets = pd.DataFrame(
        {
            "manager": ["Bob", "Mia", "", "", "", "", ""],
            "region": ["North", "North", "South", "Nowhere", "", "", ""],
            "industry": ["", "", "", "Food", "", "", ""],
        },
        pd.Index(list("abcdefg"), name="prospect"),
    )
    people = pd.DataFrame(MANAGERS, columns=["manager", "hours_per_quarter", "team"])
    found = target_owners(targets, people, ACCOUNTS, settings=Settings())
    # A marketing person owns nothing; the last three take turns 2 : 1 as the hours are.
    assert found["owner"].tolist() == ["Bob", "Ann", "Bob", "Ann", "Ann", "Bob", "Ann"]
    assert found["owner_why"].tolist() == [
        "recorded",
        "has most accounts of North",
        "has most accounts of South",
        "has most accounts in Food",
        *["by hours: nobody knows its region"] * 3,
    ]
    nobody = ACCOUNTS.assign(manager="")
    alone = target_owners(targets.assign(manager=""), people.iloc[:0], nobody, settings=Settings())
    assert set(alone["owner"]) == {""}
    assert set(alone["owner_why"]) == {"nobody of sales is recorded"}


def test_who_talks_with_a_target_looks_after_it():
    talks = pd.DataFrame(
        [("p1", "Bob", "2025-01-01"), ("p1", "Ann", "2025-02-01"), ("p1", "Ann", "2025-03-01"),
         ("p2", "Bob", "2025-01-01"), ("p2", "Ann", "2025-02-01"), ("p3", "", "2025-02-01")],
        columns=["account", "manager", "date"],
    ).astype({"date": "datetime64[us]"})  # fmt: skip
    people = pd.DataFrame({"account": ["p1", "p3"], "owner": ["Bob", "Bob"]}, dtype="str")
    found = who_talks(people, talks)
    assert found.to_dict() == {"p1": "Ann", "p2": "Ann", "p3": "Bob"}
    assert who_talks(people.iloc[:0], talks.iloc[:0]).empty
    targets = pd.DataFrame(
        {"manager": ["Bob", "", ""], "region": "South", "known_by": ["Ann", "Ann", "Mia"]},
        pd.Index(["p1", "p2", "p3"], name="prospect"),
    )
    managers = pd.DataFrame(MANAGERS, columns=["manager", "hours_per_quarter", "team"])
    owners = target_owners(targets, managers, ACCOUNTS, settings=Settings())
    # Mia is of marketing: the South is Bob's.
    assert owners["owner"].tolist() == ["Bob", "Ann", "Bob"]
    assert owners["owner_why"].tolist()[:2] == ["recorded", "talks with it"]


def test_no_target_and_one_of_which_nothing_is_known():
    table, people, chosen = tiers_of({})
    assert list(table) == COLUMNS
    hours = tier_hours(table, people, settings=chosen)
    assert hours["hours_used"].sum() == 0
    assert tiers_headline(table, hours).startswith("There is no target")
    one = {"x": ("", "", np.nan, np.nan, np.nan, np.nan, None)}
    assert tiers_of(one, [])[0]["tier"].tolist() == ["find out"]


COMPANIES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.tuples(
        st.sampled_from(["Ann", "Bob"]),
        st.sampled_from(["Food", "Steel", "Glass", ""]),
        st.sampled_from([0.1, 0.5, 0.9, np.nan]),
        st.sampled_from([1, 10, 100, 1000, np.nan]),
        st.sampled_from([0.1, 0.4, 0.9, np.nan]),
        st.sampled_from([0.0, 0.5, 1.0]),
        st.booleans(),
    ),
    max_size=30,
)
HOURS = st.floats(0, 600)


def people_with(ann, bob, mia):
    return [("Ann", ann, ""), ("Bob", bob, ""), ("Mia", mia, "marketing")]


@few
@given(COMPANIES, HOURS, HOURS, st.floats(0, 60), st.floats(0, 1), st.floats(0, 1))
def test_hours_are_kept_and_each_target_has_one_tier(company, ann, bob, mia, share, many):
    changes = {"one_to_one_share": share, "many_share": many, "sales_hours": (10, 2, 0.3)}
    table, people, chosen = tiers_of(company, people_with(ann, bob, mia), **changes)
    assert sorted(table.index) == sorted(company)
    assert table["tier"].isin(TIERS).all()
    assert sorted(table["rank"]) == list(range(1, len(company) + 1))
    hours = tier_hours(table, people, settings=chosen)
    assert (hours["hours_left"] >= -1e-6).all()
    spent = table[["sales_hours", "marketing_hours"]].sum()
    sales = hours["team"] == "sales"
    assert hours.loc[sales, "hours_used"].sum() == pytest.approx(spent["sales_hours"])
    assert hours.loc[~sales, "hours_used"].sum() == pytest.approx(spent["marketing_hours"])
    few_each = table[table["tier"] == "one-to-few"]
    assert (few_each["cluster"] != "").all()
    turned = tiers_of(dict(reversed(company.items())), people_with(ann, bob, mia), **changes)[0]
    pd.testing.assert_frame_equal(turned, table)


@few
@given(COMPANIES, HOURS, HOURS, st.floats(0, 60), st.sampled_from(["Ann", "Mia", "all"]), HOURS)
def test_more_hours_never_push_a_target_down(company, ann, bob, mia, whose, more):
    less = tiers_of(company, people_with(ann, bob, mia))[0]["tier"].cat.codes
    added = {
        "Ann": people_with(ann + more, bob, mia),
        "Mia": people_with(ann, bob, mia + more / 10),
        "all": people_with(ann * (1 + more / 100), bob * (1 + more / 100), mia * (1 + more / 100)),
    }
    grown = tiers_of(company, added[whose])[0]["tier"].cat.codes
    assert (grown.reindex(less.index) <= less).all()


def slow_tiers(company, hours, marketing):
    """The defaults' rule as a loop: pots of hours, each owner's best first."""
    able = {
        name: row[2] * row[3]
        for name, row in company.items()
        if row[4] >= 0.35 and row[5] >= 0.5 and not row[6]
    }
    ranked = sorted(able, key=lambda name: (-able[name], -company[name][2], name))
    industries = [company[name][1] for name in able]
    place = {}
    mail = min(0.2 * marketing, 0.02 * len(able))
    pots = {"one": (0.6 * marketing, 6), "few": (0.4 * marketing - mail, 1)}
    asks = {
        owner: sum(row[0] == owner and not row[6] and row[5] < 0.5 for row in company.values())
        for owner in hours
    }
    own = {
        "one": {owner: (0.6 * value, 10) for owner, value in hours.items()},
        "few": {
            owner: (0.4 * value - min(0.1 * value, 0.5 * asks[owner]), 2)
            for owner, value in hours.items()
        },
    }
    for tier in ("one", "few"):
        kept = [name for name in ranked if tier == "one" or industries.count(company[name][1]) >= 3]
        kept = [name for name in kept if tier == "one" or company[name][1]]
        by_owner = {owner: [name for name in kept if company[name][0] == owner] for owner in hours}
        turns = sorted(
            kept, key=lambda name: (by_owner[company[name][0]].index(name), ranked.index(name))
        )
        slots = int(pots[tier][0] / pots[tier][1] + 1e-9)
        left = {owner: int(pot / cost + 1e-9) for owner, (pot, cost) in own[tier].items()}
        for name in (name for name in turns if name not in place):
            if slots and left[company[name][0]]:
                place[name] = f"one-to-{tier}"
            slots = max(slots - 1, 0)
            left[company[name][0]] = max(left[company[name][0]] - 1, 0)
    slots = int(mail / 0.02 + 1e-9)
    rest = [name for name in ranked if name not in place]
    return place | dict.fromkeys(rest[:slots], "one-to-many")


@few
@given(
    st.dictionaries(
        st.text("abcdefgh", min_size=1, max_size=3),
        st.tuples(
            st.sampled_from(["Ann", "Bob"]),
            st.sampled_from(["Food", "Steel", "Glass"]),
            st.sampled_from([0.1, 0.5, 0.9]),
            st.integers(1, 1000),
            st.sampled_from([0.1, 0.4, 0.9]),
            st.sampled_from([0.0, 0.5, 1.0]),
            st.booleans(),
        ),
        max_size=25,
    ),
    *[st.floats(0, 60)] * 3,
)
def test_as_a_slow_loop(company, ann, bob, mia):
    table = tiers_of(company, people_with(10 * ann, 10 * bob, mia))[0]
    expected = slow_tiers(company, {"Ann": ann, "Bob": bob}, mia)
    placed = table[table["tier"] <= "one-to-many"]["tier"].astype("str").to_dict()
    assert placed == expected
