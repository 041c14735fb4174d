"""The pack argues with itself: each way in which its lists can be opposite is found."""

import pandas as pd
import pytest

from kamlib.analysis.measures.days import quarter_days
from kamlib.analysis.todo.contradictions import contradictions

DAYS = quarter_days(pd.Timestamp("2025-12-31"))
TODO = pd.DataFrame(
    {
        "subject": ["a", "b", "c"],
        "manager": ["Ann", "Ann", "Bob"],
        "hours": [5.0, 4.0, 3.0],
        "fits": [True, True, False],
        "due": [DAYS[0], DAYS[3], pd.NaT],
    }
)
WATCHED = pd.DataFrame({"due": [DAYS[3], pd.NaT]}, ["b", "c"])


def found(todo=TODO, watched=WATCHED, *, alone=(), hours=10.0):
    return contradictions(
        todo,
        {"watch_list": watched},
        alone=pd.Index(alone, dtype="str"),
        hours=pd.Series({"Ann": hours, "Bob": 0.0}),
        days=DAYS,
    )


def test_lists_that_agree():
    assert found().empty
    assert list(found()) == ["check", "subject", "why"]


@pytest.mark.parametrize(
    ("changed", "subject", "why"),
    [
        ({"todo": pd.concat([TODO, TODO.tail(1)])}, "c", "2 tasks"),
        ({"alone": ["a"]}, "a", "stands in todo"),
        ({"hours": 8.0}, "Ann", "9.0 hours of 8.0"),
        ({"watched": WATCHED.assign(due=DAYS[4])}, "b", f"{DAYS[4]:%Y-%m-%d}, {DAYS[3]:%Y-%m-%d}"),
        ({"todo": TODO.assign(fits=True)}, "c", "no day"),
        ({"todo": TODO.assign(due=pd.Timestamp("2026-01-04"))}, "a", "2026-01-04"),
    ],
)
def test_each_contradiction_is_found(changed, subject, why):
    rows = found(**changed)
    assert (subject, why) in set(zip(rows["subject"], rows["why"], strict=True))
