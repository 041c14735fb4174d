"""The calendar of a campaign: by hand, within hours, weeks and working days, nothing dropped."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.campaign.campaign import COLUMNS, campaign, campaign_headline
from kamlib.analysis.campaign.days import campaign_dates, marketing_owners
from kamlib.analysis.campaign.steps import CASES, INTRODUCES, Judged, campaign_steps, people_by_role
from kamlib.analysis.measures.days import quarter_days
from kamlib.analysis.targeting.tiers import TIERS
from kamlib.errors import SettingsError
from kamlib.settings import CampaignSettings, Settings, load_settings

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
QUESTIONS = pd.DataFrame(
    [("P1", "who signs?"), ("P5", "which budget?"), ("P5", "who decides?")],
    columns=["prospect", "question"],
)
MANAGERS = [("Ann", 260.0, "sales"), ("Mia", 80.0, "marketing"), ("Max", 40.0, "marketing")]


def cards_of(persons):
    """Cards of rows that may end before influence, attitude, days silent and what is agreed."""
    names = ["prospect", "contact", "person", "role", "channel", "interests"]
    rest = (np.nan, np.nan, 10, "", pd.NaT)
    rows = [(*row, *rest[len(row) - 6 :]) for row in persons]
    numbers = ["influence", "attitude", "silent_days"]
    cards = pd.DataFrame(rows, columns=[*names, *numbers, "next_step", "next_step_due"])
    kinds = dict.fromkeys([*names, "next_step"], "str") | dict.fromkeys(numbers, float)
    cards["promises"] = cards["next_step_due"].notna().astype(int)
    return cards.astype(kinds | {"next_step_due": "datetime64[us]"})


def plan_of(
    company, managers=MANAGERS, persons=PERSONS, reached=(), questions=QUESTIONS, **changes
):
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
    committees["decider_reached"] = index.isin(reached)
    cards = cards_of(persons)
    people = pd.DataFrame(managers, columns=["manager", "hours_per_quarter", "team"])
    judged = Judged(tiers.astype(texts), targets, offers, committees, cards, questions)
    return campaign(judged, people, as_of=AS_OF, settings=Settings(campaign=changes)), tiers


def test_by_hand():
    plan, tiers = plan_of(COMPANY)
    assert list(plan) == COLUMNS
    columns = ["date", "step", "content", "channel", "person", "owner", "sales_hours"]
    personal = plan.loc[plan["prospect"] == "P1", [*columns, "marketing_hours"]]
    shown = personal.assign(date=personal["date"].dt.strftime("%m-%d"))
    # Ann's only one: seven steps over 57 % of the 63 working days, 5.9 days apart: the days
    # 0, 6, 12, 18, 24, 29 and 35 after Friday, 2 January, for the 1st is New Year's Day. Ann has
    # 12 hours in 14 weeks, so at most 1.7 in one, or a single longer step.
    assert shown.round(2).to_numpy().tolist() == [
        ["01-02", "Research brief",
         "one page on Company P1: figures, people, what it needs, what it buys from whom",
         "internal", "", "Ann", 1, 1.5],
        ["01-12", "Introduction", "introduction to who decides; ask: who signs?",
         "phone", "Emil", "Ann", 1, 0],
        ["01-20", "Personal content", "Tools, made for: stock",
         "e-mail", "Dora", "Ann", 0.5, 2.1],
        ["01-28", "Offer meeting", "offer: Tools", "visit", "Dora", "Ann", 3.5, 0.6],
        ["02-05", "Proof", "a reference or a trial for Tools",
         "e-mail", "Dora", "Ann", 1, 1.2],
        ["02-12", "Follow-up", "open questions, terms, date of the decision",
         "phone", "Dora", "Ann", 2, 0],
        ["02-20", "Review", "what came of it, and whether Company P1 stays one-to-one",
         "internal", "", "Ann", 1, 0.6],
    ]  # fmt: skip
    calls = plan[plan["step"] == "Personal call"].set_index("prospect")
    assert calls["person"].tolist() == ["Fay", "nobody known yet"]
    assert calls["owner"].tolist() == ["Ann", "Bob"]
    assert calls["why"].tolist() == ["committee of P2", "committee of P3"]
    whole = plan[plan["audience"] != ""].set_index("step")
    content = whole.loc["Content for a few"]
    # Two of Food are no audience of their own.
    two = "2 companies: Company P2, Company P3"
    assert (content["name"], content["audience"]) == ("others", two)
    assert content["content"] == "one page on Tools, for each of them"
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
        "14 steps towards 4 targets and 2 groups: 14 hours of sales and 8 hours of marketing. 1 "
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
    assert quarter_days("2025-12-31")[0] == pd.Timestamp("2026-01-02")
    # A year may start in any month: from November to January there are two years' holidays.
    fiscal = quarter_days("2025-10-31", "DE")
    assert (fiscal[0], fiscal[-1]) == (pd.Timestamp("2025-11-03"), pd.Timestamp("2026-01-30"))
    assert not fiscal.isin(pd.to_datetime(["2025-12-25", "2025-12-26", "2026-01-01"])).any()
    days = quarter_days("2026-03-31")
    assert (days[0], days[-1]) == (pd.Timestamp("2026-04-01"), pd.Timestamp("2026-06-30"))
    # 1 April 2026 is a Wednesday. One step a week: the second of Ann moves to Monday, and what
    # follows it by 4 days to Friday; Bob has room on the first day.
    dates = dates_of(
        [0.0, 0.0, 0.0, 0.0],
        [("x", ""), ("y", ""), ("y", ""), ("z", "")],
        [{"Ann": 1}, {"Ann": 1}, {}, {"Bob": 1}],
        per_week=1,
    )
    assert dates == ["04-01", "04-06", "04-10", "04-01"]
    # What has no day has none after it either: 65 days, each 64 after the one before.
    late = dates_of([1.0, 1.0, 1.0], [("x", "")] * 3, [{}] * 3, days=days[:3], step_days=2)
    assert late == ["04-01", "04-03", "NaT"]


def dates_of(wanted, chains, hours, days=None, loose=None, **changes):
    """Days of steps in the quarter from April 2026, as texts."""
    rules = CampaignSettings(**changes)
    days = quarter_days("2026-03-31") if days is None else days
    loose = [False] * len(wanted) if loose is None else loose
    dates = campaign_dates(wanted, chains, hours, days, loose=loose, settings=rules)
    return ["NaT" if np.isnat(date) else str(date)[5:10] for date in dates]


def test_hours_of_a_day_and_of_a_week_are_capped():
    apart = [(f"chain {number}", "") for number in range(4)]
    # 4 hours a day: 3 + 1 fit on Wednesday, 1 April, 2 more only on the day after; 9 in one piece
    # have a day for themselves. With 15 hours in 14 weeks an even week has 1.07; 20 times that
    # is no limit.
    dates = dates_of([0.0] * 4, apart, [{"Ann": h} for h in (3, 1, 2, 9)], week_times=20)
    assert dates == ["04-01", "04-01", "04-02", "04-03"]
    # Twice 1.07 a week: 3 and 9 have a week for themselves, 1 and 2 come to 3, which is more too.
    dates = dates_of([0.0] * 4, apart, [{"Ann": h} for h in (3, 1, 2, 9)])
    assert dates == ["04-01", "04-06", "04-13", "04-20"]
    # Nothing later is left for the second step: it moves to an earlier day.
    dates = dates_of([1.0, 1.0], apart[:2], [{"Ann": 3}, {"Ann": 3}], week_times=14)
    assert dates == ["06-30", "06-29"]
    # Two weeks of 1.5 hours hold one of three hours each; the third step would find no day, so
    # its week is filled up to one day's hours.
    fortnight = quarter_days("2026-03-31")[3:13]
    three = ([0.0, 0.5, 1.0], apart[:3], [{"Ann": 1}] * 3, fortnight)
    assert dates_of(*three, week_times=1) == ["04-06", "04-13", "04-17"]
    assert dates_of(*three, week_times=1, day_hours=1.5) == ["04-06", "04-13", "NaT"]


def test_loose_steps_fill_the_weeks_with_least_to_do():
    # Ann has 2 hours in the weeks of 1 and 6 April; the call wanted on the first day goes to the
    # nearest free week, the second one to the next.
    chains = [("a", ""), ("b", ""), ("c", ""), ("d", "")]
    dates = dates_of(
        [0.0, 0.0, 0.0, 0.06], chains, [{"Ann": 2}] * 4, loose=[True, True, False, False]
    )
    assert dates == ["04-13", "04-20", "04-01", "04-07"]


def test_holidays_of_a_country():
    # 2026: Easter on 5 April, so Good Friday is the 3rd and Easter Monday the 6th; 1 May;
    # Ascension on 14 May, Whit Monday on the 25th. In Bavaria Corpus Christi on 4 June too.
    left_out = ["2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25"]
    everyday = quarter_days("2026-03-31")
    assert everyday.difference(quarter_days("2026-03-31", "DE")).astype(str).tolist() == left_out
    bavaria = everyday.difference(quarter_days("2026-03-31", "DE-BY"))
    assert bavaria.astype(str).tolist() == [*left_out, "2026-06-04"]
    memorial_day = pd.Timestamp("2026-05-25")
    assert memorial_day not in quarter_days("2026-03-31", "US")
    # 1 January is none anywhere, a holiday by law or not.
    assert quarter_days("2024-12-31", "SA")[0] == pd.Timestamp("2025-01-02")
    closed = quarter_days("2025-12-31").difference(quarter_days("2025-12-31", "US"))
    assert closed.astype(str).tolist() == ["2026-01-19", "2026-02-16"]
    busy = {f"P{number}": ("find out", f"M{number}", "", 0.5, 0) for number in range(63)}
    assert plan_of(busy)[0]["date"].isin(closed).any()
    assert not plan_of(busy, country="US")[0]["date"].isin(closed).any()


def test_a_country_is_checked_and_spelt_as_its_holidays_are():
    spelt = {"": "", " de ": "DE", "de-by": "DE-BY", "US": "US"}
    for given_code, code in spelt.items():
        asked = load_settings(overrides={"campaign.country": given_code})
        assert asked.campaign.country == code
    for wrong in ("Germany", "DE-XX", "DE-", "-BY"):
        with pytest.raises(SettingsError, match=f"campaign.country = {wrong}: .*DE-BY"):
            load_settings(overrides={"campaign.country": wrong})


OTHERS = [
    ("P1", "c1", "Dora", "decides", "", ""),
    ("P1", "c2", "Emil", "champions", "", "", 3, -1),
    ("P1", "c3", "Fay", "champions", "", "", 1, 0),
    ("P1", "c4", "Gil", "uses", "", "", 2, 2),
    ("P1", "c5", "Hugo", "opposes", "", "", 3, 2),
]


@pytest.mark.parametrize(
    ("left", "person"),
    [
        (["Dora", "Emil", "Fay", "Gil"], "Fay"),  # the champion who is not against us
        (["Dora", "Emil", "Gil", "Hugo"], "Gil"),  # else who has influence and is not either
        (["Dora", "Emil", "Hugo"], "Dora"),  # else who decides
    ],
)
def test_nobody_against_us_is_asked_to_introduce(left, person):
    cards = [row for row in OTHERS if row[2] in left]
    plan = plan_of({"P1": COMPANY["P1"]}, persons=cards)[0]
    first = plan[plan["order"] == 2].iloc[0]
    assert first["person"] == person
    step = "First talk" if person == "Dora" else "Introduction"
    assert first["step"] == step
    roles = people_by_role(cards_of(cards), talk_months=12).set_index("role")["person"]
    assert roles.get(INTRODUCES, "Dora") == person


def test_a_stranger_introduces_only_where_nobody_else_could():
    met, stranger, decider = (
        ("P1", "c2", "Bas", "gatekeeps", "", "", 1, 1, 30),
        ("P1", "c1", "Emil", "champions", "", "", 3, 2, np.nan),
        ("P1", "c3", "Dora", "decides", "", "", 3, 0, np.nan),
    )
    found = [
        people_by_role(cards_of(cards), talk_months=12).set_index("role")["person"].get(INTRODUCES)
        for cards in ([stranger, met, decider], [stranger, decider], [stranger])
    ]
    assert found == ["Bas", None, "Emil"]


def test_who_is_against_us_is_heard_and_gets_no_proof():
    persons = [
        ("P1", "c1", "Dora", "decides", "", "", 3, -1),
        ("P1", "c2", "Dirk", "influences", "", "", 3, -1),
        ("P1", "c3", "Eva", "influences", "", "", 1, 2),
    ]
    plan = plan_of({"P1": COMPANY["P1"]}, persons=persons, reached=["P1"])[0].set_index("step")
    assert plan.loc["Proof", "person"] == "Eva"
    offer = plan.loc["Offer meeting"]
    assert offer["person"] == "Dora"
    assert offer["content"].startswith("hear what stands against us; offer: Tools")


def test_what_was_promised_is_kept_first():
    due = [pd.Timestamp(f"2026-01-{day}") for day in ("20", "12", "30")]
    steps = zip(("send an offer", "visit the site", "send samples"), due, strict=True)
    persons = [("P9", f"c{n}", f"Dora {n}", "decides", "", "", 3, 0, 10, *step)
               for n, step in enumerate(steps)]  # fmt: skip
    company = {f"P{n}": ("one-to-one", "Ann", "", 10, 6) for n in (1, 9)}
    first = [plan_of(company, persons=who)[0].query("prospect == 'P9'").iloc[0]
             for who in ([], persons)]  # fmt: skip
    assert first[1]["content"].startswith(
        "keep first: visit the site (Dora 1, by 2026-01-12), send an offer (Dora 0, by "
        "2026-01-20), 1 more; one page on Company P9"
    )
    assert first[1]["date"] <= pd.Timestamp("2026-01-13") < first[0]["date"]


def test_a_call_comes_soon_after_its_content_and_says_what_that_was_on():
    company = {f"P{n}": ("one-to-few", f"M{n % 3}", "Food", 2, 1) for n in range(6)}
    plan = plan_of(company, persons=[])[0]
    sent = plan.loc[plan["audience"] != "", "date"].iloc[0]
    calls = plan.loc[plan["prospect"] != "", "date"]
    assert ((calls - sent).dt.days <= 21).all()


def test_questions_on_which_most_hangs_are_asked_first():
    company = {f"P{n}": ("find out", "Ann", "", 0.5, 0) for n in range(5)}
    stakes = pd.DataFrame(
        {"prospect": list(company), "question": "who?", "at_stake": [1.0, 5.0, np.nan, 9.0, 3.0]}
    )
    plan = plan_of(company, questions=stakes)[0]
    assert plan["prospect"].tolist() == ["P3", "P1", "P4", "P0", "P2"]


def test_who_is_known_already_is_not_looked_for():
    plan, tiers = plan_of({"P1": COMPANY["P1"]}, reached=["P1"])
    assert plan["step"].tolist() == [
        *("Dossier brought up to date", "Personal content", "Offer meeting", "Proof"),
        *("Follow-up", "Review"),
    ]
    assert plan["order"].tolist() == [1, 2, 3, 4, 5, 6]
    # The hour of the introduction goes to the offer meeting; its question too.
    assert plan["sales_hours"].tolist() == [1, 0.5, 4.5, 1, 2, 1]
    assert plan["marketing_hours"].sum() == pytest.approx(tiers["marketing_hours"].sum())
    assert plan.loc[2, "content"] == "offer: Tools; ask: who signs?"


def test_nobody_is_known():
    plan, tiers = plan_of({"P1": COMPANY["P1"], "P2": COMPANY["P2"]}, persons=[])
    mine = plan[plan["prospect"] == "P1"].set_index("step")
    way = mine.loc["Find the way in"]
    assert (way["content"], way["channel"], way["person"]) == (
        *("find out who decides and get a first talk; ask: who signs?", "phone"),
        "nobody known yet",
    )
    assert way["why"] == "committee of P1"
    later = mine.loc[["Personal content", "Offer meeting", "Proof", "Follow-up"]]
    assert (later["person"] == "who decides, once known").all()
    depends = "committee of P1; this depends on the first talk: find the way in before"
    assert (later["why"] == depends).all()
    assert (later["date"] > way["date"]).all()
    assert "Introduction" not in mine.index
    assert mine["sales_hours"].sum() == pytest.approx(tiers.loc["P1", "sales_hours"])
    call = plan[plan["step"] == "Personal call"].iloc[0]
    assert call["content"] == "find out who decides; talk about Tools; the content sent is on it"
    # Who is against us is no way in either.
    against = [("P1", "c1", "Hugo", "opposes", "", "", 3, -2)]
    plan = plan_of({"P1": COMPANY["P1"]}, persons=against)[0]
    assert "Find the way in" in set(plan["step"]) and "Hugo" not in set(plan["person"])


def test_a_call_waits_for_content_that_nobody_makes():
    company = {f"P{n}": ("one-to-few", "Ann", "Food", 2, 1) for n in range(5)}
    plan = plan_of(company, [("Ann", 260.0, "sales"), ("Mia", 3.0, "marketing")])[0]
    assert len(plan) == 6 and not plan["fits"].any()
    calls = plan[plan["prospect"] != ""]
    assert (calls["why"] == "nobody of marketing has the hours for what comes before it").all()


def test_a_question_that_is_only_old_is_to_be_confirmed():
    plan = plan_of({"P8": ("find out", "Bob", "", 0.5, 0)})[0]
    assert plan["content"].tolist() == [
        "what is known of it is old: confirm need, ability to pay and who decides"
    ]


def test_a_company_alone_has_no_mailings_of_its_own():
    groups = {"Food": 3, "Steel": 1, "Paper": 2, "": 1}
    company = {
        f"{name}{number}": ("one-to-many", "Bob", name, 0, 0.02)
        for name, size in groups.items()
        for number in range(size)
    }
    plan, tiers = plan_of(company)
    sizes = plan.groupby("name")["audience"].first().str.split(":").str[0]
    assert sizes.to_dict() == {"Food": "3 companies", "others": "4 companies"}
    assert plan["marketing_hours"].sum() == pytest.approx(tiers["marketing_hours"].sum())


def test_owners_begin_one_after_the_other():
    company = {f"P{number}": ("one-to-one", f"M{number % 6}", "", 8, 6) for number in range(12)}
    marketing = [("Mia", 400.0, "marketing"), ("Max", 400.0, "marketing")]
    plan = plan_of(company, marketing, persons=[])[0]
    assert plan["fits"].all()
    starts = plan[plan["order"] == 1].groupby("owner")["date"].min()
    assert starts.is_unique and starts.is_monotonic_increasing
    by_week = plan.groupby(plan["date"].dt.to_period("W"))["sales_hours"].sum()
    assert len(by_week) == 14 and plan["date"].max() >= pd.Timestamp("2026-03-23")


def test_shares_of_each_tier_add_up_to_its_hours():
    sums = campaign_steps().groupby(["tier", "case"])[["sales", "marketing"]].sum()
    assert set(sums.loc["one-to-one"].index) == set(CASES)
    assert sums.drop("find out").to_numpy() == pytest.approx(1)
    assert sums.loc[("find out", ""), "sales"] == 1


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
@given(
    COMPANIES,
    st.integers(1, 8),
    st.integers(1, 20),
    st.sampled_from([0, 0.5]),
    st.sampled_from([1.0, 4.0]),
)
def test_properties(rows, per_week, gap, answers, day_hours):
    hours = {**HOURS, "one-to-many": (answers, 0.02)}
    company = {
        f"P{number}": (
            *(tier, owner, cluster),
            *hours.get(tier, (0.5 if asked and tier == "find out" else 0, 0)),
        )
        for number, (tier, owner, cluster, asked) in enumerate(rows)
    }
    known = {"P0", "P1", "P2"} & set(company)
    persons = [(code, "c1", "Dora", "decides", "", "") for code in known]
    rules = {"per_week": per_week, "step_days": gap, "day_hours": day_hours}
    plan, tiers = plan_of(company, persons=persons, reached=known - {"P0"}, **rules)
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
    parts = [mine.assign(who=mine["owner"], hours=mine["sales_hours"])]
    theirs = dated[(dated["marketing"] != "") & (dated["marketing_hours"] > 0)]
    parts.append(theirs.assign(who=theirs["marketing"], hours=theirs["marketing_hours"]))
    weeks = pd.concat(parts)
    for _, taken in weeks.groupby(["who", "date"])["hours"]:
        assert len(taken) == 1 or taken.sum() <= day_hours + 1e-9
    whole = hours_of_all(plan)
    for (who, _), taken in weeks.groupby(["who", weeks["date"].dt.to_period("W")])["hours"]:
        most = max(2 * whole[who] / 14, day_hours)
        assert len(taken) == 1 or taken.sum() <= most + 1e-9
    in_week = weeks.groupby(["who", weeks["date"].dt.to_period("W")]).size()
    assert in_week.empty or in_week.max() <= per_week
    for _, steps in dated[dated["prospect"] != ""].groupby("prospect"):
        steps = steps.sort_values("order")
        days = steps["date"].to_numpy().astype("datetime64[D]")
        assert (np.busday_count(days[:-1], days[1:]) >= gap).all()
    one = tiers.index[tiers["tier"] == "one-to-one"]
    number = plan[plan["prospect"].isin(one)].groupby("prospect").size()
    assert all(steps == (6 if code in known - {"P0"} else 7) for code, steps in number.items())
    assert set(one) <= set(plan["prospect"])


def hours_of_all(plan):
    """Hours of each person over the quarter, of steps without a day too."""
    sales = plan.groupby("owner")["sales_hours"].sum()
    return sales.add(plan.groupby("marketing")["marketing_hours"].sum(), fill_value=0)
