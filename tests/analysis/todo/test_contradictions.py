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
        "verb": ["keep", "win back", "grow"],
        "hours": [5.0, 4.0, 3.0],
        "fits": [True, True, False],
        "due": [DAYS[0], DAYS[3], pd.NaT],
    }
)
DATED = pd.DataFrame(
    {
        "prospect": ["a", "b", ""],
        "date": [DAYS[0], DAYS[1], DAYS[5]],
        "owner": "Ann",
        "sales_hours": [5.0, 2.0, 1.0],
    }
)
WATCHED = pd.DataFrame({"due": [DAYS[3], pd.NaT]}, ["b", "c"])


def found(todo=TODO, watched=WATCHED, *, alone=(), lost=(), dated=DATED, hours=10.0, faults=()):
    return contradictions(
        todo,
        {"watch_list": watched},
        alone=pd.Index(alone, dtype="str"),
        lost=pd.Index(lost, dtype="str"),
        dated=dated,
        faults=faults,
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
        ({"lost": ["a", "b"]}, "a", "keep"),
        ({"lost": ["a"]}, "a", f"{DAYS[0]:%Y-%m-%d}"),
        (
            {"dated": DATED.assign(date=DAYS[7])},
            "b",
            f"{DAYS[7]:%Y-%m-%d}, its task {DAYS[3]:%Y-%m-%d}",
        ),
        ({"dated": DATED.assign(prospect=["a", "c", ""])}, "c", f"{DAYS[1]:%Y-%m-%d}"),
        ({"dated": DATED.assign(sales_hours=5.0)}, "Ann", "15.0 hours of 10.0"),
        ({"faults": [("one", "Lost", "1, 2")]}, "Lost", "1, 2"),
    ],
)
def test_each_contradiction_is_found(changed, subject, why):
    rows = found(**changed)
    assert (subject, why) in set(zip(rows["subject"], rows["why"], strict=True))
