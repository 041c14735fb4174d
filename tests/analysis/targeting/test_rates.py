"""The yield of each source: by hand, against a slow loop, and the planted sources."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from scipy.stats import beta

from kamlib.analysis.targeting.rates import (
    SOURCE_COLUMNS,
    lead_sources,
    lead_sources_headline,
    win_rates,
)
from kamlib.settings import Settings

AS_OF = pd.Timestamp("2025-12-31")
SETTINGS = Settings()
NOTHING = pd.Series(dtype=float)
NO_SCORES = pd.DataFrame(columns=["score", "completeness"], dtype=float)


def prospects(*rows):
    """``(source, first_seen, outcome, outcome_on, value)``, coded P0, P1 ..."""
    names = ["source", "first_seen", "outcome", "outcome_on", "value"]
    table = pd.DataFrame(rows, columns=names)
    table.insert(0, "prospect", [f"P{number}" for number in range(len(table))])
    dates = dict.fromkeys(["first_seen", "outcome_on"], "datetime64[us]")
    texts = dict.fromkeys(["prospect", "source", "outcome"], "str")
    return table.astype({**texts, **dates, "value": float})


def rates_of(made, *others):
    """Win rates of the decided ones; ``others`` are more facts that are looked at together."""
    decided = made[made["outcome"].isin(["won", "lost"])].set_index("prospect")
    facts = decided[["source"]].apply(lambda text: text.str.strip())
    for number, values in enumerate(others):
        facts[("industry", "relationship", "competitor")[number]] = values[: len(facts)]
    return win_rates(facts, decided["outcome"] == "won", settings=SETTINGS)


MADE = prospects(
    ("fair", "2024-01-01", "won", "2024-04-10", 500.0),  # P0: won after 100 days
    ("fair", "2024-01-01", "lost", "2024-07-19", None),  # P1: lost after 200
    ("fair ", "2024-01-01", "won", "2024-10-27", 300.0),  # P2: won after 300
    ("fair", "2024-12-31", "open", None, None),  # P3: open for 365
    ("fair", "2025-12-01", "open", None, None),  # P4
    (None, "2025-06-01", "won", "2025-05-01", None),  # P5: won before it was seen
    ("", None, "won", "2025-05-01", 80.0),  # P6: no day on which it was seen
    ("", "2025-07-01", "lost", "2026-01-15", None),  # P7: lost after the quarter
)
SCORES = pd.DataFrame(
    {"score": [0.1, 0.9, 0.4, 0.8, 0.2, np.nan, 0.5], "completeness": [1, 1, 1, 0.3, 1, 0, 0.5]},
    [f"P{number}" for number in range(7)],
)
REVENUE = pd.Series({"P0": 900.0, "P2": np.nan, "P5": np.nan})


def test_sources_by_hand():
    table = lead_sources(MADE, SCORES, REVENUE, rates_of(MADE), as_of=AS_OF, settings=SETTINGS)
    assert table.columns.tolist() == list(SOURCE_COLUMNS)
    fair, unknown = table.iloc[0], table.iloc[1]
    assert (fair["source"], unknown["source"]) == ("fair", "unknown")
    # P1 and P2 by score, P0 because it was won; P3 is known too little of.
    assert fair[["found", "qualified", "won", "lost", "open"]].tolist() == [5, 3, 2, 1, 2]
    assert unknown[["found", "qualified", "won", "lost", "open"]].tolist() == [3, 2, 2, 0, 1]
    bounds = beta.ppf([0.025, 0.975], 2.5, 1.5)
    assert fair[["win_rate", "low", "high"]].tolist() == pytest.approx([2 / 3, *bounds])
    # After 30 days 4 are left: 1/4 won, then 1/4 lost, then half of the other half won.
    assert fair["won_in_year"] == pytest.approx(1 / 4 + 1 / 4)
    assert (fair["value_won"], fair["value_per_found"], fair["days_to_win"]) == (1200, 240, 200)
    gaps = ["bad_dates", "undated", "value_unknown", "unscored"]
    assert fair[gaps].tolist() == [0, 0, 0, 0]
    assert unknown[gaps].tolist() == [1, 1, 1, 1]
    assert np.isnan(unknown["won_in_year"])  # the only dated one was followed for half a year
    assert (unknown["value_won"], unknown["win_rate"]) == (80, 1)
    headline = lead_sources_headline(table)
    assert "8 prospects came from 2 sources; 4 of 5 decided were won" in headline
    assert "of no source enough are decided to compare them" in headline


def test_a_source_is_named_only_beyond_chance():
    rows = [("good", None, "won", None, 1.0)] * 30 + [("good", None, "lost", None, None)] * 10
    rows += [("bad", None, "won", None, 1.0)] * 8 + [("bad", None, "lost", None, None)] * 60
    rows += [("rare", None, "won", None, None)] * 2
    made = prospects(*rows)
    table = sources_of(made)
    verdicts = table.set_index("source")["verdict"].to_dict()
    assert verdicts == {"bad": "wins rarely", "good": "wins often", "rare": "too few"}
    headline = lead_sources_headline(table)
    assert "good wins most often (75 %" in headline and "bad wins least often (12 %" in headline
    rare = table.set_index("source").loc["rare"]
    assert np.isnan(rare["value_won"]) and rare["value_unknown"] == 2


def test_the_same_source_may_be_chance_among_many_groups():
    """7 of 11 against 27 of 108: sure where sources are all that is looked at, not among more."""
    rows = [("referral", None, "won", None, 1.0)] * 7 + [("referral", None, "lost", None, None)] * 4
    rows += [("fair", None, "won", None, 1.0)] * 27 + [("fair", None, "lost", None, None)] * 81
    made = prospects(*rows)
    assert "referral wins most often (64 %, 35 % to 86 %)" in lead_sources_headline(
        sources_of(made)
    )
    dull = [f"group {number % 9}" for number in range(len(made))]
    rates = rates_of(made, dull, dull)
    assert (rates["verdict"] == "no difference seen").all()  # what the check of the scores says
    table = lead_sources(made, NO_SCORES, NOTHING, rates, as_of=AS_OF, settings=SETTINGS)
    assert (table["verdict"] == "no difference seen").all()
    headline = lead_sources_headline(table)
    assert headline.endswith(
        "referral has the highest share of wins so far (64 % of 11), which may be chance."
    )


def test_sources_that_win_alike():
    rows = [("a", None, "won", None, 1.0), ("a", None, "lost", None, None)] * 8
    rows += [("b", None, "won", None, 1.0), ("b", None, "lost", None, None)] * 8
    headline = lead_sources_headline(sources_of(prospects(*rows)))
    assert "no source wins more or less often than the others beyond chance" in headline


def sources_of(made):
    rates = rates_of(made)
    return lead_sources(made, NO_SCORES, NOTHING, rates, as_of=AS_OF, settings=SETTINGS)


def test_no_prospects():
    table = sources_of(MADE.iloc[:0])
    assert table.empty and table.columns.tolist() == list(SOURCE_COLUMNS)
    assert "no prospects" in lead_sources_headline(table)
    rates = rates_of(MADE)
    table = lead_sources(
        MADE[["prospect"]], NO_SCORES, NOTHING, rates, as_of=AS_OF, settings=SETTINGS
    )
    assert table[["source", "found", "open"]].iloc[0].tolist() == ["unknown", 8, 8]


def slow_incidence(days, status):
    """Aalen–Johansen, one day after the other."""
    left, won = 1.0, 0.0
    for day in range(366):
        at_risk = sum(other >= day for other in days)
        ended = [kind for other, kind in zip(days, status, strict=True) if other == day]
        if at_risk:
            won += left * ended.count(1) / at_risk
            left *= 1 - (ended.count(1) + ended.count(2)) / at_risk
    return won


ENDS = st.tuples(st.integers(0, 600), st.sampled_from(["won", "lost", "open"]))


@rules(max_examples=25, deadline=None)
@given(st.lists(ENDS, min_size=1, max_size=15), st.integers(0, 99))
def test_won_within_a_year_agrees_with_a_slow_loop(ends, seed):
    rows = []
    for days, outcome in ends:
        seen = (AS_OF if outcome == "open" else pd.Timestamp("2025-06-01")) - pd.Timedelta(
            days, "D"
        )
        rows.append(("x", seen, outcome, None if outcome == "open" else "2025-06-01", None))
    made = prospects(*rows)
    table = sources_of(made)
    found = table["won_in_year"].iloc[0]
    longest = max(days for days, _ in ends)
    if longest < 365 and (longest, "open") in ends:
        assert np.isnan(found)
    else:
        codes = {"won": 1, "lost": 2, "open": 0}
        expected = slow_incidence([day for day, _ in ends], [codes[kind] for _, kind in ends])
        assert found == pytest.approx(expected, abs=1e-9)
    shuffled = made.sample(frac=1, random_state=seed)
    again = sources_of(shuffled)
    pd.testing.assert_frame_equal(again, table)
    assert table[["won", "lost", "open"]].sum(axis=1).tolist() == table["found"].tolist()


def test_referrals_yield_most_in_the_demo_company(demo_keys):
    book = demo_keys.book
    known = book.known("prospects")
    rates = rates_of(known)
    table = lead_sources(known, NO_SCORES, NOTHING, rates, as_of=book.as_of, settings=book.settings)
    rates = table.set_index("source")["win_rate"]
    assert rates.idxmax() == "referral" and rates.idxmin() == "bought list"
    assert table.set_index("source")["won_in_year"].idxmax() == "referral"
    assert table["found"].sum() == len(known)
    assert "referral wins most often" in lead_sources_headline(table)
