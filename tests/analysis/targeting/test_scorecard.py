"""The scorecard by hand, and one who answers for each activity."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.targeting.owners import PARTS, raci
from kamlib.analysis.targeting.scorecard import (
    COLUMNS,
    TargetQuarter,
    scorecard,
    scorecard_headline,
    shown_change,
)
from kamlib.analysis.targeting.tiers import TIERS


def quarter_of(
    as_of, talks=(), prospects=(), tiers=("one-to-one", "one-to-few", "not now"), bought=()
):
    index = pd.Index(["P1", "P2", "P3"], name="prospect")
    placed = pd.Categorical(tiers, TIERS, ordered=True)
    held = pd.DataFrame(list(talks), columns=["account", "date", "kind"])
    known = pd.DataFrame(
        list(prospects), columns=["prospect", "first_seen", "outcome", "outcome_on", "value"]
    )
    dates = {"first_seen": "datetime64[us]", "outcome_on": "datetime64[us]", "value": float}
    return TargetQuarter(
        begin=pd.Timestamp(as_of).to_period("Q").start_time,
        as_of=pd.Timestamp(as_of),
        tiers=pd.DataFrame({"tier": placed, "priority": [100.0, 50.0, np.nan]}, index),
        three_ps=pd.DataFrame({"completeness": [1.0, 0.4, 0.1]}, index),
        committees=pd.DataFrame(
            {"coverage": [0.8, 0.4, 0.0], "decider_reached": [True, False, False]}, index
        ),
        interactions=held.astype({"account": "str", "date": "datetime64[us]", "kind": "str"}),
        prospects=known.astype(dates),
        bought=pd.Series(bought, dtype=float),
    )


NOW = quarter_of(
    "2025-12-31",
    talks=[
        ("P1", "2025-10-01", "meeting"),
        ("P2", "2025-12-31", "call"),
        ("P1", "2025-12-31", "brief"),
        ("P3", "2025-11-01", "meeting"),  # not worked on
        ("P4", "2025-11-01", "meeting"),  # nor is who was won
        ("P1", "2025-11-02", "complaint"),
        ("P2", "2025-11-02", "request"),
        ("P1", "2025-09-30", "meeting"),
        ("P1", "2026-01-01", "meeting"),
        ("stranger", "2025-11-01", "meeting"),
    ],
    prospects=[
        ("P1", "2025-10-02", "open", None, 10),
        ("P2", "2025-12-21", None, None, 10),
        ("P4", "2025-03-01", "won", "2025-11-11", 700),
        ("P5", "2025-03-01", "won", "2025-12-11", np.nan),
        ("P6", "2025-03-01", "lost", "2025-12-11", 5),
        ("P7", "2025-03-01", "lost", "2025-07-11", 5),
    ],
    bought={"P5": 40.0, "P6": 9.0, "P7": 9.0},
)


def test_by_hand():
    before = quarter_of(
        "2025-09-30",
        talks=[("P1", "2025-09-30", "meeting")],
        prospects=[
            ("P4", "2025-09-20", "open", None, 700),
            *[
                ("P8", "2024-03-01", outcome, "2025-08-01", 30)
                for outcome in ("won", "lost", "lost")
            ],
        ],
        tiers=("one-to-one", "not now", "not now"),
    )
    card = scorecard(NOW, before)
    assert list(card) == COLUMNS
    row = card.set_index("measure")
    figures = row[["last_quarter", "this_quarter", "better"]].apply(tuple, axis=1).to_dict()
    assert figures == {
        "worked_on": (1, 2, "better"),
        "coverage": (0.8, pytest.approx(0.6), "worse"),
        "decider_reached": (1, 0.5, "worse"),
        "completeness": (0.5, 0.5, "same"),
        "meetings": (1, 1, "same"),
        "talks": (1, 2, "better"),
        "pipeline": (150, 150, "same"),
        "new_prospects": (1, 2, "better"),
        "won": (1, 2, "better"),
        "lost": (2, 1, ""),  # fewer lost is no better where fewer were decided
        "won_share": (pytest.approx(1 / 3), pytest.approx(2 / 3), "better"),
        "value_won": (30, 740, "better"),  # P5's value is not noted, but it bought
        "open_age": (10, 50, "worse"),  # the median of 90 and 10 days
    }
    assert scorecard_headline(card, "EUR") == (
        "2 targets are worked on; the decider of 50 % of them is known and reached; 2 talks were "
        "held with them; 2 of 3 decided prospects were won, against 1 of 3 in the quarter before; "
        "the pipeline is worth EUR 150. Measures against last quarter: 6 better, 3 worse."
    )


def test_an_open_quarter_counts_from_its_first_day():
    card = scorecard(replace(NOW, as_of=pd.Timestamp("2025-11-10")), None).set_index("measure")
    assert card.loc[["meetings", "talks", "won"], "this_quarter"].tolist() == [1, 1, 0]


def test_a_share_that_moved_by_no_point_is_the_same():
    before = replace(NOW, committees=NOW.committees.assign(coverage=[0.804, 0.402, 0.0]))
    row = scorecard(NOW, before).set_index("measure").loc["coverage"]
    assert row["change"] == pytest.approx(-0.003) and row["better"] == "same"
    # From 60 % to 61 % is a point, however little it is before rounding.
    before = replace(NOW, committees=NOW.committees.assign(coverage=[0.8088, 0.4, 0.0]))
    now = replace(NOW, committees=NOW.committees.assign(coverage=[0.816, 0.4, 0.0]))
    card = scorecard(now, before).set_index("measure", drop=False)
    row = card.loc["coverage"]
    assert row["change"] == pytest.approx(0.0036) and row["better"] == "better"
    assert shown_change(card)["coverage"] == pytest.approx(0.01)


def test_no_quarter_before_and_nothing_known():
    card = scorecard(NOW, None)
    assert card[["last_quarter", "change"]].isna().all(axis=None)
    assert (card["better"] == "").all()
    assert scorecard_headline(card).endswith("There is no earlier quarter to compare with.")
    empty = quarter_of("2025-12-31")
    frames = {name: getattr(empty, name).iloc[:0] for name in ("tiers", "three_ps", "committees")}
    nothing = replace(empty, **frames)
    card = scorecard(nothing, nothing)
    assert scorecard_headline(card) == (
        "There were neither targets nor talks with them: no quarter can be judged yet."
    )
    row = card.set_index("measure")["this_quarter"]
    assert row[["worked_on", "talks", "won", "value_won"]].tolist() == [0, 0, 0, 0]
    assert row[["coverage", "pipeline", "won_share", "open_age"]].isna().all()


def test_one_answers_and_somebody_does_it():
    columns = ["manager", "name", "team"]
    people = [("M1", "Ann", "sales"), ("M2", None, ""), ("M3", "Mia", "marketing")]
    table = raci(pd.DataFrame(people, columns=columns))
    letters = table[list(PARTS)]
    assert letters.isin(["", "R", "A", "C", "I", "A/R"]).all(axis=None)
    assert (letters.apply(lambda part: part.str.contains("A")).sum(axis=1) == 1).all()
    assert (letters.apply(lambda part: part.str.contains("R")).sum(axis=1) >= 1).all()
    named = table.set_index("activity")["people"]
    assert named["Offer per target"] == "Ann, M2"
    assert named["Mailings, one-to-many"] == "Mia"
    many = pd.DataFrame([(f"M{n}", f"N{n}", "") for n in range(9)], columns=columns)
    assert raci(many).set_index("activity")["people"]["Offer per target"] == "9 account managers"
    assert (raci(many.iloc[:0])["people"] == "").all()


def test_pipelines_by_chances_from_elsewhere_do_not_compare():
    before = replace(quarter_of("2025-09-30"), chances="unvalidated")
    row = scorecard(replace(NOW, chances="validated"), before).set_index("measure").loc["pipeline"]
    assert row[["last_quarter", "this_quarter"]].notna().all()
    assert pd.isna(row["change"]) and row["better"] == ""
