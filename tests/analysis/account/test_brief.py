"""What an account buys, who courts it, and the brief made of it: examples worked by hand."""

import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.account.brief import proposals, questions
from kamlib.analysis.account.facts import general_facts
from kamlib.analysis.account.people import decision_map
from kamlib.analysis.account.rivals import (
    criteria_rows,
    mistake_rows,
    mistakes_headline,
    plan_rows,
    rivals,
    rivals_headline,
    standing_rows,
)
from kamlib.analysis.account.sales import (
    account_value,
    line_changes,
    outlook,
    rhythm_headline,
    sales_headline,
    season,
)
from kamlib.analysis.account.timeline import timeline
from kamlib.data.reduce.checks import empty_side_table

AS_OF = pd.Timestamp("2025-12-31")
FROM = pd.Timestamp("2022-01-01")


def months(values, end="2025-12"):
    span = pd.period_range(end=end, periods=len(values), freq="M")
    frame = pd.DataFrame({"account": "A", "month": span, "revenue": values})
    return frame.assign(margin=frame["revenue"] * 0.25, order_days=1)


def quarters(*rows):
    names = ["account", "product_line", "quarter", "revenue"]
    frame = pd.DataFrame(rows, columns=names).assign(margin=np.nan)
    frame["order_days"] = (frame["revenue"] > 0).astype(int)
    return frame.assign(quarter=pd.PeriodIndex(frame["quarter"], freq="Q"))


TWO_YEARS = months([100.0] * 12 + [120.0] * 12)


def test_value_against_last_year_by_hand():
    found = account_value(TWO_YEARS, as_of=AS_OF, data_from=FROM)
    assert found["revenue"].tolist() == [360, 1440]
    assert found["against_last_year"].tolist() == [pytest.approx(0.2)] * 2
    assert found["margin_rate"].tolist() == [0.25, 0.25]
    # Q1 of 2025 brought 360, the year grew by a fifth.
    expected = outlook(found, TWO_YEARS, as_of=AS_OF)
    assert expected == pytest.approx(432)
    said = sales_headline(found, expected, "EUR")
    assert said.startswith("Bought EUR 1,440 in 12 months, 20.0 % more than the year before.")
    assert "about EUR 432" in said


@pytest.mark.parametrize(
    ("frame", "data_from", "complete", "told"),
    [
        (TWO_YEARS, pd.Timestamp("2025-01-01"), True, "Bought 1,440 in 12 months. 25"),
        (TWO_YEARS, FROM, False, "Bought 1,440 in 12 months. 25"),
        (months([10.0]), FROM, True, "Bought 10 in 12 months; nothing in the year before."),
        (TWO_YEARS.iloc[:0], FROM, True, "Bought 0 in 12 months"),
    ],
)
def test_nothing_is_compared_where_nothing_is_known(frame, data_from, complete, told):
    found = account_value(frame, as_of=AS_OF, data_from=data_from, complete=complete)
    expected = outlook(found, frame, as_of=AS_OF)
    assert np.isnan(expected)
    assert sales_headline(found, expected).startswith(told)


LINES = quarters(
    ("A", "Tools", "2025Q4", 500), ("A", "Tools", "2024Q4", 100),
    ("A", "Safety", "2024Q1", 300),
    ("A", "Paint", "2025Q1", 50),
    ("A", "Glue", "2025Q1", 100), ("A", "Glue", "2024Q1", 105),
    ("A", "Tape", "2025Q1", 10), ("A", "Tape", "2024Q1", 90),
    ("A", "Wire", "2025Q1", 10), ("A", "Wire", "2023Q1", 90),
    ("A", "Rope", "2022Q1", 10),
)  # fmt: skip


def test_lines_by_hand():
    found = line_changes(LINES, as_of=AS_OF, data_from=FROM)
    assert found["state"].to_dict() == {
        "Tools": "grown", "Glue": "steady", "Paint": "new", "Tape": "shrunk", "Wire": "back",
        "Rope": "long gone", "Safety": "left",
    }  # fmt: skip
    assert found["revenue"].is_monotonic_decreasing
    assert found["share"].sum() == pytest.approx(1)
    assert found.loc["Safety", ["change", "last_bought"]].tolist() == [-300, "2024Q1"]
    short = line_changes(LINES, as_of=AS_OF, data_from=pd.Timestamp("2025-01-01"))
    assert short["change"].isna().all()
    assert line_changes(LINES.iloc[:0], as_of=AS_OF, data_from=FROM).empty


def test_season_lays_years_over_each_other():
    grid = season(months(list(range(30)), end="2025-12"), as_of=AS_OF, years=3)
    assert grid.index.tolist()[0] == "Jan"
    assert list(grid) == ["2023-12-31", "2024-12-31", "2025-12-31"]
    assert grid["2025-12-31"].tolist() == list(range(18, 30))
    assert grid["2023-12-31"].isna().sum() == 6  # before its first month
    assert list(season(TWO_YEARS.iloc[:0], as_of=AS_OF, years=2)) == []


def test_rhythm_says_when_the_next_order_is_due():
    days = pd.DataFrame({"date": pd.to_datetime(["2025-11-01", "2025-12-11"]), "ordered": True})
    found = pd.Series({"typical_gap_days": 40.0, "own_gap": True, "due_days": 5.0,
                       "season": "", "rhythm": "project", "resumes_on": pd.NaT})  # fmt: skip
    said = rhythm_headline(days, found, seen_to=AS_OF)
    assert "days of silence since: 20. Its usual gap is 40 days" in said
    assert said.endswith("the next order is due about 2026-01-20.")
    late = rhythm_headline(days, found.replace(40.0, 7.0), seen_to=AS_OF)
    assert late.endswith("the next order is 13 days late.")
    soon = rhythm_headline(days, found.replace(40.0, 19.0), seen_to=AS_OF)
    assert soon.endswith("the next order is 1 day late.")
    usual = rhythm_headline(days, found.replace(40.0, 19.0).replace(5.0, 30.0), seen_to=AS_OF)
    assert usual.endswith("an order is due; 30 days of silence are nothing unusual.")
    rests = pd.Series({**found, "season": "001111110000", "resumes_on": pd.Timestamp("2026-03-01"),
                       "call_on": pd.Timestamp("2026-02-19")})  # fmt: skip
    said = rhythm_headline(days, rests, seen_to=AS_OF)
    assert said.endswith("20. Buys March to August; expected in March; call on 2026-02-19.")
    assert rhythm_headline(days.iloc[:0], None, seen_to=AS_OF) == "No order is known."


GAPS = pd.DataFrame(
    [("Safety", 20.0, 8.0, 45.0, 80.0, "4 of 5 similar accounts buy Safety")],
    columns=["product_line", "expected_value", "low", "high", "value_if_bought", "why"],
)


def test_rivals_stand_beside_our_revenue():
    lines = line_changes(LINES, as_of=AS_OF, data_from=FROM)
    rows = empty_side_table("competitors")
    rows = pd.DataFrame(
        [("R1", "Tools", 0.3, 1, "2025-12-01"), ("R2", "Ink", np.nan, np.nan, "2024-12-31")],
        columns=["competitor", "product_line", "share", "strength", "seen_on"],
    ).reindex(columns=rows.columns).astype(rows.dtypes.to_dict())  # fmt: skip
    found = rivals(rows, lines, as_of=AS_OF)
    assert found["our_revenue"].tolist() == [500, 0]
    assert found["age_days"].tolist() == [30, 365]
    said = rivals_headline(found, "EUR")
    assert "The strongest is R1 in Tools with 30 %; we sell EUR 500 there." in said
    assert rivals_headline(found.iloc[:0]) == ""
    everywhere = rivals(rows.assign(product_line="", strength=np.nan), lines, as_of=AS_OF)
    assert everywhere["product_line"].tolist() == ["all lines"] * 2
    assert everywhere["our_revenue"].tolist() == [lines["revenue"].sum()] * 2
    assert "R1 has the largest share, in all lines with 30 %" in rivals_headline(everywhere)


@pytest.mark.parametrize(
    ("parent", "told"),
    [("A", "itself, says the accounts table"), ("B", "Beta (B)"), ("Q", "not among the accounts")],
)
def test_general_facts_and_a_parent_that_cannot_be(parent, told):
    accounts = pd.DataFrame(
        {"name": ["Alpha", "Beta"], "parent": [parent, "A"], "payment_terms": [30, np.nan],
         "well_known": [True, pd.NA], "manager": ["M1", ""]},
        index=["A", "B"],
    )  # fmt: skip
    facts = general_facts("A", accounts, managers={"M1": "Ann"}).set_index("fact")["known"]
    assert told in facts["Belongs to"]
    assert facts["Owns"] == "Beta (B)"
    assert facts[["Terms", "Standing", "Account manager"]].tolist() == [
        "pays within 30 days", "well known", "Ann (M1)",
    ]  # fmt: skip
    assert general_facts("Z", accounts).empty


def test_the_brief_asks_and_offers_for_what_the_data_shows():
    book = open_book("demo")
    tables = {name: book.known(name) for name in ("interactions", "contacts", "tenders",
              "competitors", "deliveries", "payments", "losses", "winbacks")}  # fmt: skip
    own = {name: rows[rows["account"] == "N1011"] for name, rows in tables.items()}
    at = {"as_of": book.as_of}
    frame = book.line_quarters
    lines = line_changes(frame[frame["account"] == "N1011"], data_from=FROM, **at)
    events = timeline(own, months=24, settle_days=14, **at)
    people = decision_map(own["contacts"], own["interactions"], talk_months=12, **at)
    row = {
        "silence_days": 160,
        "typical_gap_days": 22,
        **{"due_days": 40, "own_gap": True, "season": "", "rhythm": "monthly"},
        "margin": -5.0,
        "revenue": 100.0,
    }
    found = pd.Series({**row, "lost": True})
    lacking = pd.DataFrame({"item": [], "state": [], "ask": []}, dtype="str")
    asked = questions(lines, own["tenders"], own["competitors"], people, lacking, found)
    assert asked.loc[0].tolist() == [
        "What keeps you from ordering?", "no order for 160 days; the usual gap is 22"
    ]  # fmt: skip
    assert asked["question"].str.contains("Why do you buy less").sum() == 3
    assert asked["question"].str.startswith("What would have won the tender").any()
    offered = proposals(GAPS.iloc[:0], lines, events, own["tenders"], found, **at)
    assert offered.loc[0, "why"] == "-5.0 % of revenue stayed as margin in 12 months"
    assert offered["proposal"].str.contains("why it left").any()
    thin = found.replace(-5.0, 4.3)
    rate = {"usual_margin": 0.29, **at}
    offered_thin = proposals(GAPS.iloc[:0], lines, events, own["tenders"], thin, **rate)["proposal"]
    assert offered_thin[0].startswith("No new discount")
    assert not offered_thin.str.contains("Price for|Discount for").any()
    assert offered["why"].str.contains("price").any()
    none = [rows.iloc[:0] for rows in (lines, events, own["tenders"])]
    assert proposals(GAPS, *none, None, currency="EUR", **at).to_numpy().tolist() == [
        ["Trial of Safety", "4 of 5 similar accounts buy Safety; EUR 80 a year if it buys, EUR 20 "
         "(8 to 45) to be expected"],
    ]  # fmt: skip
    assert proposals(GAPS.iloc[:0], *none, None, **at).empty


def test_nothing_is_offered_that_its_own_state_denies():
    """ "Frame contract for Safety: grew" went to an account that leaves."""
    lines = pd.DataFrame(
        {"state": ["grown"], "share": [0.6], "change": [900.0]}, pd.Index(["Tools"], name="line")
    )
    none = pd.DataFrame(columns=["date", "kind", "lane", "state", "days", "text", "result"])
    none = none.astype({"date": "datetime64[us]", "days": float})
    offers = {
        state: proposals(GAPS, lines, none, none, None, as_of=AS_OF, state=state)["proposal"]
        for state in ("active", "slowing", "at risk", "lost")
    }
    assert offers["active"].tolist() == ["Trial of Safety", "Frame contract for Tools"]
    assert offers["slowing"].tolist() == offers["at risk"].tolist() == ["Trial of Safety"]
    assert offers["lost"].empty


def test_what_other_analyses_found_becomes_rows_of_the_dossier():
    criteria = pd.Series({"income": 0.9, "income_known": 1.0, "income_evidence": "12 % of margin"})
    rows = criteria_rows(criteria)
    assert rows.loc[0].tolist() == ["brings income", 0.9, 1.0, "12 % of margin"]
    assert rows.loc[1:, "score"].isna().all()
    assert (rows.loc[1:, "evidence"] == "").all()
    found = pd.Series({"types": "image", "type_why": "well known", "quadrant": pd.NA})
    assert standing_rows(found).to_numpy().tolist() == [["type", "image", "well known"]]
    plan = pd.DataFrame({"account": ["A"], "play": ["Defend"], "hours": [20.0],
                         "due": [AS_OF], "fits": [True]})  # fmt: skip
    plays = pd.DataFrame({"play": ["Grow"], "hours": [8.0]}, index=["B"])
    assert plan_rows("A", plan, plays).loc[0, ["play", "fits"]].tolist() == ["Defend", "yes"]
    assert plan_rows("B", plan, plays).loc[0, ["play", "fits"]].tolist() == ["Grow", ""]
    assert plan_rows("C", plan, plays).empty
    mistakes = pd.Series({"lateness": 0.2, "mistakes": 1, "mistakes_why": "Late."})
    assert mistake_rows(mistakes)["measured"].notna().tolist() == [True] + [False] * 4
    assert mistakes_headline(mistakes) == "One of the five mistakes shows with this account. Late."
    assert mistakes_headline(mistakes.drop("mistakes_why").replace({1: 2})).startswith("2 of the")
    none = pd.Series({"mistakes": 0, "known": 4, "mistakes_why": "none found"})
    assert mistakes_headline(none) == "No mistake shows with this account; 4 of 5 can be judged."
    assert mistakes_headline(none.replace({4: 0})).startswith("Nothing is recorded")
    assert "does not say" in mistakes_headline(pd.Series(dtype=object))
