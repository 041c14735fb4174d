"""The calendar of a campaign: by hand, within hours, weeks and working days, nothing dropped."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.campaign import COLUMNS, campaign, campaign_headline
from kamlib.analysis.campaign_days import campaign_dates, campaign_quarter, marketing_owners
from kamlib.analysis.campaign_steps import campaign_steps
from kamlib.analysis.tiers import TIERS
from kamlib.settings import Settings

few = settings(deadline=None, max_examples=8)
AS_OF = pd.Timestamp("2025-12-31")
HOURS = {"one-to-one": (10, 6), "one-to-few": (2, 1), "one-to-many": (0, 0.02)}
# target: tier, owner, cluster, sales hours, marketing hours
COMPANY = {
    "P1": ("one-to-one", "Ann", "Food", 10, 6),
    "P2": ("one-to-few", "Ann", "Food", 2, 1),
    "P3": ("one-to-few", "Bob", "Food", 2, 1),
    "P4": ("one-to-many", "Bob", "", 0, 0.02),
    "P5": ("find out", "Bob", "", 0.5, 0),
    "P6": ("find out", "Bob", "", 0, 0),
    "P7": ("not now", "Bob", "", 0, 0),
}
PERSONS = [
    ("P1", "c1", "Dora", "decides", "visit", "stock"),
    ("P1", "c2", "Emil", "champions", "", ""),
    ("P2", "", "unknown: who decides", "decides", "", ""),
    ("P2", "c1", "Fay", "uses", "chat", ""),
    ("P5", "c1", "Gil", "gatekeeps", "", ""),
]
MANAGERS = [("Ann", 260.0, "sales"), ("Mia", 80.0, "marketing"), ("Max", 40.0, "marketing")]


def plan_of(company, managers=MANAGERS, persons=PERSONS, **changes):
    index = pd.Index(list(company), name="prospect", dtype="str")
    columns = ["tier", "owner", "cluster", "sales_hours", "marketing_hours"]
    tiers = pd.DataFrame(list(company.values()), index, columns=columns)
    tiers["tier"] = pd.Categorical(tiers["tier"], TIERS, ordered=True)
    tiers = tiers.assign(rank=np.arange(1, len(tiers) + 1), tier_why="why of " + index)
    tiers = tiers.astype({"sales_hours": float, "marketing_hours": float})
    texts = dict.fromkeys(["owner", "cluster"], "str")
    targets = pd.DataFrame({"name": "Company " + index}, index)
    offers = pd.DataFrame({"offer_line": "Tools"}, index, dtype="str")
    committees = pd.DataFrame({"committee_why": "committee of " + index}, index)
    names = ["prospect", "contact", "person", "role", "channel", "interests"]
    cards = pd.DataFrame(persons, columns=names).astype("str")
    questions = pd.DataFrame(
        [("P1", "who signs?"), ("P5", "which budget?"), ("P5", "who decides?")],
        columns=["prospect", "question"],
    )
    people = pd.DataFrame(managers, columns=["manager", "hours_per_quarter", "team"])
    frames = (tiers.astype(texts), targets, offers, committees, cards, questions, people)
    return campaign(*frames, as_of=AS_OF, settings=Settings(campaign=changes)), tiers


def test_by_hand():
    plan, tiers = plan_of(COMPANY)
    assert list(plan) == COLUMNS
    columns = ["date", "step", "content", "channel", "person", "owner", "sales_hours"]
    personal = plan.loc[plan["prospect"] == "P1", [*columns, "marketing_hours"]]
    shown = personal.assign(date=personal["date"].dt.strftime("%m-%d"))
    # Ann's only one: seven steps over 60 % of the 63 working days, 6.2 days apart: the days
    # 0, 6, 12, 19, 25, 31 and 37 after Friday, 2 January, for the 1st is New Year's Day.
    assert shown.round(2).to_numpy().tolist() == [
        ["01-02", "Research brief",
         "one page on Company P1: figures, people, what it needs, what it buys from whom",
         "internal", "", "Ann", 1, 1.5],
        ["01-12", "Introduction", "introduction to who decides; ask: who signs?",
         "phone", "Emil", "Ann", 1, 0],
        ["01-20", "Personal content", "Tools, made for: stock",
         "visit", "Dora", "Ann", 0.5, 2.1],
        ["01-29", "Offer meeting", "offer: Tools", "visit", "Dora", "Ann", 3.5, 0.6],
        ["02-06", "Proof", "a reference or a trial for Tools",
         "visit", "Dora", "Ann", 1, 1.2],
        ["02-16", "Follow-up", "open questions, terms, date of the decision",
         "phone", "Dora", "Ann", 2, 0],
        ["02-24", "Review", "what came of it, and whether Company P1 stays one-to-one",
         "internal", "", "Ann", 1, 0.6],
    ]  # fmt: skip
    calls = plan[plan["step"] == "Personal call"].set_index("prospect")
    assert calls["person"].tolist() == ["Fay", "nobody known yet"]
    assert calls["owner"].tolist() == ["Ann", "Bob"]
    assert calls["why"].tolist() == ["committee of P2", "committee of P3"]
    whole = plan[plan["audience"] != ""].set_index("step")
    content = whole.loc["Content for a few"]
    assert (content["name"], content["audience"]) == ("Food", "2 companies: Company P2, Company P3")
    assert (content["marketing_hours"], content["owner"]) == (2, "")
    assert content["date"] < calls["date"].min()
    mailings = whole[whole.index.str.startswith("Mailing")]
    assert mailings["name"].tolist() == ["others"] * 3
    assert mailings["marketing_hours"].sum() == pytest.approx(0.02)
    asked = plan[plan["prospect"] == "P5"].iloc[0]
    assert (asked["content"], asked["person"]) == ("which budget?; who decides?", "Gil")
    waits = plan[~plan["fits"]].iloc[0]
    assert waits["why"] == "1 company has to wait: no hours are left this quarter to ask"
    assert waits["audience"] == "1 company: Company P6"
    assert campaign_headline(plan) == (
        "14 steps towards 4 targets and 2 clusters take 14 hours of sales and 8 of marketing. 1 "
        "step found no day and is listed without one."
    )
    assert plan["sales_hours"].sum() == tiers["sales_hours"].sum()


def test_marketing_people_by_load_and_nobody_with_the_hours():
    hours = pd.Series({"Max": 40.0, "Mia": 80.0})
    # Longest first, to who has most of the own hours left: 30 to Max (by name), 25, 20 and 16
    # to Mia, 8 to Max, who then has 2 left; none has 20 more.
    chosen = marketing_owners([25, 30, 0, 20, 8, 16, 20], hours)
    assert chosen == ["Mia", "Max", "", "Mia", "Max", None, "Mia"]
    plan = plan_of(COMPANY, [("Mia", 1.0, "marketing")])[0]
    left = plan[~plan["fits"] & (plan["marketing_hours"] > 0)]
    assert (left["why"] == "nobody of marketing has the hours in one piece").all()
    assert "Research brief" in set(left["step"])
    assert set(plan_of(COMPANY, [])[0]["marketing"]) == {"", "Marketing"}


def test_days():
    assert campaign_quarter("2025-12-31")[0] == pd.Timestamp("2026-01-02")
    days = campaign_quarter("2026-02-14")
    assert (days[0], days[-1]) == (pd.Timestamp("2026-04-01"), pd.Timestamp("2026-06-30"))
    # 1 April 2026 is a Wednesday. One step a week: the second of Ann moves to Monday, and what
    # follows it by 4 days to Friday; Bob has room on the first day.
    dates = campaign_dates(
        [0.0, 0.0, 0.0, 0.0],
        [("x", ""), ("y", ""), ("y", ""), ("z", "")],
        [["Ann"], ["Ann"], [], ["Bob"]],
        days,
        gap=4,
        per_week=1,
    )
    assert [str(date)[5:10] for date in dates] == ["04-01", "04-06", "04-10", "04-01"]
    # What has no day has none after it either.
    late = campaign_dates(
        [1.0, 1.0, 1.0], [("x", "")] * 3, [[]] * 3, days, gap=1, per_week=1
    )  # fmt: skip
    assert np.isnat(late).tolist() == [False, True, True]


def test_shares_of_each_tier_add_up_to_its_hours():
    sums = campaign_steps().groupby("tier")[["sales", "marketing"]].sum()
    assert sums.loc[["one-to-one", "one-to-few", "one-to-many"]].to_numpy() == pytest.approx(1)
    assert sums.loc["find out", "sales"] == 1


def test_no_target_and_nobody_known():
    plan = plan_of({}, persons=[])[0]
    assert list(plan) == COLUMNS
    assert campaign_headline(plan).startswith("There is nothing to do")
    assert (plan_of(COMPANY, persons=[])[0]["person"] != "Dora").all()


COMPANIES = st.lists(
    st.tuples(
        st.sampled_from(TIERS),
        st.sampled_from(["Ann", "Bob", ""]),
        st.sampled_from(["Food", "Steel"]),
        st.booleans(),
    ),
    max_size=30,
)


@few
@given(COMPANIES, st.integers(1, 8), st.integers(1, 20), st.sampled_from([0, 0.5]))
def test_properties(rows, per_week, gap, answers):
    hours = {**HOURS, "one-to-many": (answers, 0.02)}
    company = {
        f"P{number}": (
            *(tier, owner, cluster),
            *hours.get(tier, (0.5 if asked and tier == "find out" else 0, 0)),
        )
        for number, (tier, owner, cluster, asked) in enumerate(rows)
    }
    plan, tiers = plan_of(company, per_week=per_week, step_days=gap)
    for column in ("sales_hours", "marketing_hours"):
        assert plan[column].sum() == pytest.approx(tiers[column].sum())
    given_out = tiers.assign(owner=tiers["owner"].replace("", "Sales"))
    given_out = given_out.groupby("owner")["sales_hours"].sum()
    by_owner = plan.groupby("owner")["sales_hours"].sum()
    assert all(by_owner[who] == pytest.approx(given_out.get(who, 0)) for who in by_owner.index)
    dated = plan[plan["fits"]]
    assert (plan["fits"] == plan["date"].notna()).all()
    assert (plan.loc[~plan["fits"], "why"] != "").all()
    assert dated["date"].between("2026-01-01", "2026-03-31").all()
    assert (dated["date"].dt.day_of_week < 5).all()
    assert dated["date"].is_monotonic_increasing
    mine = dated[(dated["owner"] != "") & (dated["sales_hours"] > 0)]
    parts = [mine.assign(who=mine["owner"])]
    parts.append(dated[dated["marketing"] != ""].assign(who=dated["marketing"]))
    weeks = pd.concat(parts)
    in_week = weeks.groupby(["who", weeks["date"].dt.to_period("W")]).size()
    assert in_week.empty or in_week.max() <= per_week
    for _, steps in dated[dated["prospect"] != ""].groupby("prospect"):
        steps = steps.sort_values("order")
        days = steps["date"].to_numpy().astype("datetime64[D]")
        assert (np.busday_count(days[:-1], days[1:]) >= gap).all()
    one = tiers.index[tiers["tier"] == "one-to-one"]
    assert (plan[plan["prospect"].isin(one)].groupby("prospect").size() == 7).all()
    assert set(one) <= set(plan["prospect"])
