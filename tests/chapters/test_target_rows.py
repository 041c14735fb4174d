"""What the page on targeting shows of its tables, and that it shows nothing where there is none."""

import numpy as np
import pandas as pd
from target_frames import made_committees, made_targets, made_tier_hours

from kamlib.chapters.target_rows import committee_rows, planned_hours, scorecard_rows
from kamlib.show.cards import contact_cards_html

CARD = pd.DataFrame(
    [
        ("worked_on", "Worked on", "targets", 1, 3, 2, "better"),
        ("coverage", "Roles known", "share", 0.5, 0.476, -0.024, "worse"),
        ("pipeline", "Pipeline", "currency", np.nan, 1200, np.nan, ""),
        ("open_age", "Age", "days", np.nan, np.nan, np.nan, ""),
    ],
    columns=["measure", "label", "unit", "last_quarter", "this_quarter", "change", "better"],
)


def test_a_scorecard_in_words_without_what_is_known_of_neither_quarter():
    assert scorecard_rows(CARD, "EUR").to_numpy().tolist() == [
        ["Worked on", "1", "3", "+2", "better"],
        ["Roles known", "50 %", "48 %", "-2 points", "worse"],
        ["Pipeline", "–", "EUR 1,200", "–", ""],
    ]
    assert scorecard_rows(CARD.assign(last_quarter=0.0, this_quarter=0.0, change=0.0)).empty


def test_nothing_is_shown_where_there_is_nothing():
    hours = made_tier_hours()
    assert planned_hours(hours).equals(hours)
    assert planned_hours(hours.assign(hours_used=0.0)).empty
    committees, cards = made_committees(3)
    targets = made_targets(3)
    assert committee_rows(committees, targets.iloc[:2]).index.tolist() == list(targets.index[:2])
    assert committee_rows(committees.assign(people=0), targets).empty
    assert contact_cards_html(cards.iloc[:0]).html == ""
