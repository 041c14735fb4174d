"""The headline: one of each kind, with the causes that made the difference."""

from dataclasses import replace

import pandas as pd
import pytest

from kamlib.analysis.summary.verdict import Change, Plan, Quarter, verdict
from kamlib.settings import SummarySettings

RULES = SummarySettings()
NOTHING = pd.DataFrame({"name": [], "gap": []})


def parts(**gaps):
    return pd.DataFrame({"name": list(gaps), "gap": list(gaps.values())}, index=list(gaps))


def plan(gap, of=1_000.0, people=3, **gaps):
    return Plan(gap, of, people, 3, parts(**gaps))


def change(now, before, **gaps):
    return Change(now, before, "on 2024Q4", parts(**gaps))


REVENUE = change(900.0, 1_000.0, Alpha=-150.0, Beta=50.0)
MARGIN = change(300.0, 302.0, Alpha=-2.0)
MISSED = plan(-100.0, Ann=-80.0, Bob=-50.0, Eve=-20.0, Joe=50.0)


@pytest.mark.parametrize(
    ("quarter", "said"),
    [
        (
            Quarter(REVENUE, MARGIN, plan=MISSED),
            "Plan missed by EUR 100 (10 %): Ann −80, Bob −50. Margin held.",
        ),
        (
            Quarter(REVENUE, MARGIN, plan=plan(50.0, Ann=40.0, Bob=30.0, Eve=15.0, Joe=-35.0)),
            "Plan beaten by EUR 50 (5 %): Ann +40, Bob +30, Eve +15. Margin held.",
        ),
        (
            Quarter(REVENUE, MARGIN, plan=plan(0.2, Ann=9.0, Bob=-9.0)),
            "Plan met. Margin held.",
        ),
        (
            Quarter(REVENUE, MARGIN, plan=plan(-100.0, people=2, Ann=-100.0)),
            "Plan of 2 of 3 managers missed by EUR 100 (10 %): Ann −100. Margin held.",
        ),
        # Of who is not judged no name is told.
        (
            Quarter(REVENUE, MARGIN, plan=plan(-100.0)),
            "Plan missed by EUR 100 (10 %). Margin held.",
        ),
        (
            Quarter(REVENUE, MARGIN),
            "Revenue down EUR 100 (10 %) on 2024Q4: Alpha −150. Margin held.",
        ),
        (Quarter(REVENUE), "Revenue down EUR 100 (10 %) on 2024Q4: Alpha −150."),
        (
            Quarter(change(1_010.0, 1_000.0, Alpha=10.0), change(330.0, 300.0, Alpha=3.0)),
            "Margin up EUR 30 (10 %) on 2024Q4: Alpha +3. Revenue up 1.0 % on 2024Q4.",
        ),
        # A margin that fell by more than the missed sales are worth is what matters.
        (
            Quarter(REVENUE, change(200.0, 300.0, Beta=-70.0, Alpha=-30.0), plan=MISSED),
            "Margin down EUR 100 (33 %) on 2024Q4: Beta −70, Alpha −30. Plan missed by 10 %.",
        ),
        (
            Quarter(REVENUE, change(-40.0, 300.0, Beta=-50.0, Alpha=10.0), plan=MISSED),
            "The quarter lost EUR 40 of margin (before: +300): Beta −50. Plan missed by 10 %.",
        ),
        (
            Quarter(REVENUE, MARGIN, change(-7.0, -9.0, **{"77": -50.0})),
            "12 months lost EUR 7 of margin: no. 77 −50. Revenue down 10 % on 2024Q4.",
        ),
        (
            Quarter(change(900.0, float("nan"), Alpha=900.0)),
            "Revenue EUR 900, with no earlier quarter to hold it against.",
        ),
        (
            Quarter(change(400.0, float("nan")), holes=["2025Q4 is not over."], open=True),
            "2025Q4 is not over. Revenue so far EUR 400.",
        ),
        (
            Quarter(change(400.0, float("nan")), plan=MISSED, holes=["Not over."], open=True),
            "Not over. At this rate: Plan missed by EUR 100 (10 %): Ann −80, Bob −50.",
        ),
        (Quarter(REVENUE, MARGIN, plan=MISSED, broken="A check fails."), "A check fails."),
    ],
)
def test_the_verdict_of_each_kind_of_quarter(quarter, said):
    assert verdict(quarter, "EUR", settings=RULES) == said


def test_without_a_margin_no_word_of_it_and_equals_stay_in_order():
    same = parts(Beta=-5.0, Alpha=-5.0)
    told = verdict(Quarter(replace(REVENUE, parts=same)), settings=RULES)
    assert told.endswith(": Alpha −5, Beta −5.") and "argin" not in told
