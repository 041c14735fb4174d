"""What need, ability to pay and power to decide are derived from, by hand and in words."""

import math

import numpy as np
import pandas as pd
import pytest
from p_companies import AS_OF, RULES, company, decided_of, prospects_of, targets_of

from kamlib.analysis.targeting.derived import authority_pieces
from kamlib.analysis.targeting.evidence import COLUMNS, p_evidence
from kamlib.analysis.targeting.target_list import Known

NO_RECORD = pd.DataFrame(columns=["invoices_due", "invoices_on_time", "oldest_overdue_days"])
FEW = RULES.model_copy(update={"three_p": RULES.three_p.model_copy(update={"min_industry": 2})})


@pytest.fixture
def evidence(side_table):
    def found(targets, prospects, firm, record=NO_RECORD, rules=RULES, **sides):
        tables = {name: side_table(name, sides.get(name, ())) for name in
                  ("contacts", "interactions", "competitors")}  # fmt: skip
        known = Known(
            *(prospects, firm.accounts, firm.classes, firm.whitespace), **tables, record=record
        )
        return p_evidence(targets, known, as_of=AS_OF, settings=rules, currency="EUR")

    return found


def told(table, prospect, p):
    rows = table[(table["prospect"] == prospect) & (table["p"] == p)]
    return {row.source: (row.value, row.evidence) for row in rows.itertuples()}


def test_a_prospect_by_hand(evidence):
    firm = company()
    prospects = prospects_of(
        {"prospect": "P1", "industry": "Food", "annual_revenue": 14_000, "competitor": "X",
         "competitor_share": 0.25, "product_line": "Tools", "need": 0.8,
         "need_evidence": "asked for an offer", "need_date": "2025-12-01"},
        {"prospect": "P2", "industry": "Food", "employees": 8, "value": 1000,
         "product_line": "Tools", "first_seen": "2025-12-31"},
    )  # fmt: skip
    table = evidence(targets_of(firm, prospects), prospects, firm, rules=FEW)
    assert table.columns.tolist() == list(COLUMNS)
    found = told(table, "P1", "need")
    assert found["recorded"] == (0.8, "asked for an offer; needs Tools first")
    # 25 % lies half way between the anchors of 0.25 (15 %) and 0.5 (35 %).
    value, words = found["derived from competitors"]
    assert (value, words) == (pytest.approx(0.375), "buys 25 % from competitors (X)")
    # Without P1 itself: 3 of 4 known in Food buy, 5 of 6 in all (the lost one bought too).
    food, every = (1000 * 400 * 200) ** (1 / 3), (1000 * 400 * 200 * 100 * 50) ** (1 / 5)
    times = (3 / 4 * food) / (5 / 6 * every)
    assert 1 < times < 2
    value, words = found["derived from its industry"]
    assert value == pytest.approx(0.5 + 0.25 * (times - 1))
    assert words == (f"3 of 4 companies known in Food buy, typically EUR {food:,.0f} a year: "
                     f"{times:.1f} times the average")  # fmt: skip
    # 14,000 is 20 times the median 700 of the A and B accounts of Food.
    assert told(table, "P1", "budget") == {
        "derived from annual revenue": (
            pytest.approx(0.25), "annual revenue EUR 14,000, 20 times the EUR 700 it would buy in "
            "a year")
    }  # fmt: skip
    # P2: 8 people at the median of 10,000 and 5,000 each, against its own 1,000 a year.
    ((value, words),) = told(table, "P2", "budget").values()
    assert value == pytest.approx(np.interp(60, (5, 20, 60), (0, 0.25, 0.5)))
    assert words == ("annual revenue about EUR 60,000 estimated from 8 employees, 60 times the "
                     "EUR 1,000 it would buy in a year")  # fmt: skip
    assert told(table, "P2", "need")["derived from a stated line"] == (0.6, "needs Tools first")
    used = table[table["used"]].set_index(["prospect", "p"])["source"]
    assert used["P1", "need"] == "recorded"
    assert used["P2", "need"] == "derived from a stated line"


def test_an_account_by_hand(evidence):
    firm = company()
    record = pd.DataFrame({"invoices_due": 20.0, "invoices_on_time": 17.0,
                           "oldest_overdue_days": [30.0]}, ["a1"])  # fmt: skip
    rival = {"account": "a1", "competitor": "X", "share": 0.6, "seen_on": "2024-12-31"}
    late = {"account": "a1", "competitor": "Y", "share": 0.9, "seen_on": "2026-01-31"}
    nobody = prospects_of()
    targets = targets_of(firm, nobody)
    targets.loc["a1", "value"] = 150.0  # as worth of its offer
    table = evidence(targets, nobody, firm, record, competitors=[rival, late])
    need = told(table, "a1", "need")
    # 150 of 1,000 is the anchor of 0.5; what is seen later is not known yet.
    assert need["derived from whitespace"] == (
        pytest.approx(0.5), "similar accounts buy Safety, Tools: EUR 150 a year, 15 % of what it "
        "buys from us")  # fmt: skip
    assert need["derived from competitors"] == (
        pytest.approx(0.75), "buys 60 % from competitors (X)")  # fmt: skip
    # 0.5 fresh is more than 0.75 a year old.
    assert table[table["used"] & (table["p"] == "need")]["source"].tolist() == [
        "derived from whitespace"
    ]
    ((source, (value, words)),) = told(table, "a1", "budget").items()
    assert source == ("derived from annual revenue, credit limit, payments, overdue invoices")
    size = np.interp(100_000 / 1150, (60, 200), (0.5, 0.75))
    assert value == pytest.approx((size + 0.5 + 0.5 + 0.5) / 4)
    assert words == (
        "annual revenue EUR 100,000, 87 times the EUR 1,150 it would buy in a year; credit limit "
        "EUR 150, 15 % of a year's purchases; 17 of 20 invoices paid on time; oldest invoice 30 "
        "days overdue"
    )


PEOPLE = [
    {"account": "t", "contact": "C1", "name": "Ann", "role": "decides", "attitude": 2},
    {"account": "t", "contact": "C2", "name": "Ben", "role": "champions", "influence": 2,
     "attitude": -2, "last_contact": "2025-11-01"},
    {"account": "t", "contact": "C2", "name": "twice"},
    {"account": "other", "contact": "C1", "role": "decides", "last_contact": "2025-11-01"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("talks", "value", "latest"),
    [
        # the one who decides is only known; Ben is reached and against us
        ([], (0.6 * 0.4 + 0.4 * 2 / 3) * 0.5, "2025-11-01"),
        ([("2025-12-01", "brief")], (0.6 * 0.4 + 0.4 * 2 / 3) * 0.5, "2025-11-01"),
        ([("2024-12-31", "call")], (0.6 * 0.4 + 0.4 * 2 / 3) * 0.5, "2025-11-01"),
        # Ann was first heard of after the day
        ([("2026-01-05", "call")], 0.4 * 2 / 3 * 0.5, "2025-11-01"),
        # Ann weighs 1 + 3 and stands by us, Ben weighs 1 + 2
        ([("2025-12-01", "call")], 1.0 * (0.5 + 0.5 * 4 / 7), "2025-12-01"),
    ],
)
def test_power_to_decide_by_hand(side_table, talks, value, latest):
    contacts = side_table("contacts", PEOPLE)
    rows = [{"account": "t", "contact": "C1", "date": day, "kind": kind} for day, kind in talks]
    calls = side_table("interactions", rows)
    days = pd.Series(AS_OF.as_unit("us"), ["t", "silent"])
    table = authority_pieces(days, contacts, calls, settings=RULES)
    assert table["prospect"].tolist() == ["t"]
    assert table["value"].tolist() == pytest.approx([value])
    assert table["date"].tolist() == [pd.Timestamp(latest)]


def test_power_to_decide_in_words(side_table):
    days = pd.Series(AS_OF.as_unit("us"), ["t"])
    calls = side_table("interactions")
    contacts = side_table("contacts", PEOPLE)
    (words,) = authority_pieces(days, contacts, calls, settings=RULES)["evidence"]
    assert words == ("Ann decides but was not talked with lately; 1 of 2 people reached, "
                     "influence up to 2 of 3, attitude -2.0")  # fmt: skip
    stranger = authority_pieces(days, contacts.iloc[1:2].assign(last_contact=pd.NaT), calls,
                                settings=RULES)  # fmt: skip
    assert stranger["evidence"].tolist() == ["nobody known decides or signs"]
    assert stranger["value"].tolist() == [RULES.three_p.derived_min]


def test_what_came_after_the_outcome_is_no_sign_of_it(evidence):
    firm = company()
    prospects = prospects_of(
        {"prospect": "P1", "outcome": "won", "outcome_on": "2025-03-01", "need": 0.9,
         "need_date": "2025-04-01", "budget": 0.5, "budget_date": "2025-02-01"},
    )  # fmt: skip
    people = [{"account": "P1", "contact": "C", "role": "decides", "influence": 3},
              {"account": "P1", "contact": "D", "role": "signs", "influence": 3,
               "last_contact": "2025-06-01"}]  # fmt: skip
    table = evidence(decided_of(prospects), prospects, firm, contacts=people)
    need = table[table["p"] == "need"].iloc[0]
    assert not need["used"] and need["left_out"] == "dated after the day it is judged on"
    assert table.loc[table["p"] == "budget", "age_days"].tolist() == [28.0]
    value, words = told(table, "P1", "authority")["derived from contacts"]
    assert value == pytest.approx(0.6 * 0.4 * 0.75)  # C is known, D was not yet
    assert words == "C decides but was not talked with lately"


def test_a_decided_deal_is_not_judged_by_what_its_industry_buys_today(evidence):
    firm = company()
    rows = [{"prospect": name, "industry": "Food", "employees": 8, "outcome": outcome,
             "outcome_on": day} for name, outcome, day in
            (("P1", "lost", "2025-03-01"), ("P2", None, None))]  # fmt: skip
    prospects = prospects_of(*rows)
    lost = evidence(decided_of(prospects), prospects, firm, rules=FEW)
    assert lost.empty
    still_open = evidence(targets_of(firm, prospects), prospects, firm, rules=FEW)
    assert {"need", "budget"} <= set(still_open.loc[still_open["prospect"] == "P2", "p"])


def test_an_old_note_of_the_company_comes_before_its_industry(evidence):
    firm = company()
    prospects = prospects_of({"prospect": "P1", "industry": "Food", "need": 0.1,
                              "need_date": "2024-06-30"})  # fmt: skip
    table = evidence(targets_of(firm, prospects), prospects, firm, rules=FEW)
    need = table[(table["prospect"] == "P1") & (table["p"] == "need")]
    assert need["source"].tolist() == ["recorded", "derived from its industry"]
    assert need["freshness"].iloc[0] < need["freshness"].iloc[1]
    assert need["used"].tolist() == [True, False]


def test_nothing_known(evidence):
    firm = company()
    prospects = prospects_of({"prospect": "P1"})
    firm.accounts[["employees", "annual_revenue", "credit_limit"]] = math.nan
    firm.whitespace = firm.whitespace.iloc[:0]
    table = evidence(targets_of(firm, prospects), prospects, firm)
    assert table.empty and table.columns.tolist() == list(COLUMNS)
    nobody = prospects_of()
    assert evidence(targets_of(firm, nobody), nobody, firm).empty
