"""One manager's sheet by hand: the largest accounts, what is owed, and the headline."""

import pandas as pd

from kamlib.analysis.summary.manager_sheet import (
    LARGEST,
    MOST_OWED,
    largest_accounts,
    manager_verdict,
    owed_by,
    owed_lines,
    owed_words,
)
from kamlib.analysis.summary.verdict import Change

NAN = float("nan")
DAY = pd.Timestamp("2026-01-05")


def promised(*rows):
    frame = pd.DataFrame(rows, columns=["account", "what", "due", "state", "overdue_days"])
    return frame.astype({"due": "datetime64[us]", "overdue_days": float})


def test_the_largest_stand_first_and_ties_by_number():
    names = [f"a{n:02}" for n in range(LARGEST + 2)]
    classes = pd.DataFrame({"name": names, "cell": "AX", "revenue": 5.0, "margin": 1.0}, names)
    classes.loc["a11", "revenue"] = 9.0
    changes = pd.DataFrame({"gap": [2.0]}, ["a11"])
    risk = pd.DataFrame({"margin_at_risk": [0.5]}, ["a00"])
    states = pd.Series("active", names)
    found = largest_accounts(classes.iloc[::-1], changes, risk, states)
    assert found.index.tolist() == ["a11", *names[: LARGEST - 1]]
    assert found.loc["a11", ["gap", "state"]].tolist() == [2.0, "active"]
    assert found["margin_at_risk"].notna().tolist() == [False, True] + [False] * (LARGEST - 2)


def test_what_is_owed_is_the_managers_own_and_still_waited_for():
    owed = owed_by(
        promised(
            ("a", "send an offer", "2025-12-01", "overdue", 30),
            ("a", "visit", "2025-06-01", "overdue", 200),
            ("a", "call", None, "open", None),
            ("a", "send samples", DAY, "open", None),
            ("a", "old", "2025-11-01", "kept", None),
            ("b", "mail", "2025-12-20", "overdue", 11),
        ),
        pd.Index(["a"]),
        owed_days=30,
    )
    assert owed["what"].tolist() == ["send an offer", "send samples", "call"]
    assert owed_words(owed) == "3 promises to keep, 1 of them is overdue."
    assert owed_words(owed.iloc[1:2]) == "1 promise to keep, none of them overdue."
    assert owed_words(owed.iloc[:0]) == ""
    lines = owed_lines(owed, pd.Series({"b": "Beta"}))
    assert lines["name"].tolist() == ["a"] * 3
    assert lines["when"].tolist() == ["overdue by 30 days", "by 2026-01-05", "no day agreed"]
    many = pd.concat([owed] * 4, ignore_index=True)
    assert len(owed_lines(many, pd.Series(dtype="str"))) == MOST_OWED


def test_a_headline_says_the_plan_and_then_who_changed():
    parts = pd.DataFrame({"name": ["Alpha", "Beta"], "gap": [-40.0, 10.0]})
    change = Change(70.0, 100.0, "on 2024Q4", parts)
    assert manager_verdict(change, 80.0, 70.0, "EUR") == (
        "Plan missed by EUR 10 (12 %). Revenue down EUR 30 (30 %) on 2024Q4: Alpha −40."
    )
    assert manager_verdict(change, NAN, NAN) == "Revenue down 30 (30 %) on 2024Q4: Alpha −40."
    first = Change(70.0, NAN, "", parts.assign(gap=NAN))
    assert manager_verdict(first, 70.0, 70.0) == (
        "Plan met. Revenue 70, with no earlier quarter to hold it against."
    )
    still = Change(70.0, NAN, "", parts)
    assert manager_verdict(still, 80.0, 90.0, is_open=True) == (
        "At this rate: Plan beaten by 10 (12 %). Revenue so far 70."
    )
