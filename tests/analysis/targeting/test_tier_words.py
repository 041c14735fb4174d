"""What is said of targets that a slightly better score would bring to work by hand."""

import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.targeting.tiers import OurSide, tiers
from kamlib.settings import Settings

PEOPLE = pd.DataFrame(
    [("Ann", 400.0, "sales"), ("Bob", 400.0, "sales")],
    columns=["manager", "hours_per_quarter", "team"],
)
ACCOUNTS = pd.DataFrame(
    {"manager": ["Ann", "Bob"], "region": "", "industry": ""}, pd.Index(["1", "2"])
)
# Target: manager, value, score, vetoed. Ann has 40 hours: two targets one-to-one.
COMPANY = {
    "a1": ("Ann", 900, 0.9, False),
    "a2": ("Ann", 500, 0.9, False),
    "a3": ("Ann", 300, 0.9, False),
    "first": ("Ann", 880, 0.3484, False),
    "second": ("Ann", 870, 0.33, False),
    "third": ("Ann", 860, 0.34, False),
    "fourth": ("Ann", 850, 0.34, False),
    "far": ("Ann", 890, 0.3299, False),
    "late": ("Ann", 400, 0.34, False),  # behind a2, Ann's last one by hand
    "no": ("Ann", 895, 0.34, True),
    "gone": ("Ann", 894, 0.34, False),
    "bob": ("Bob", 100, 0.349999, False),  # nobody of his is left out
}


def tiers_of(company, **changes):
    index = pd.Index(list(company), dtype="str", name="prospect")
    columns = ["manager", "value", "score", "vetoed"]
    rows = pd.DataFrame(list(company.values()), index, columns=columns)
    targets = rows[["manager", "value"]].assign(name=index, industry="", region="")
    known = rows[["score", "vetoed"]].assign(completeness=1.0, why="why")
    chance, fit = pd.Series(0.5, index), pd.Series(np.nan, index)
    rules = {"hours_share": 0.1, "sales_hours": (10.0, 2.0, 0.0)} | changes
    return tiers(
        *(targets, known, chance, fit, OurSide(PEOPLE, ACCOUNTS, leaving=pd.Index(["gone"]))),
        settings=Settings(tiers=rules),
    )


def test_who_is_just_below_the_least_score_is_named():
    table = tiers_of(COMPANY)
    assert (table["tier"].astype("str")[["a1", "a2"]] == "one-to-one").all()
    told = table["border"][table["border"].str.contains("just below work by hand")]
    assert sorted(told.index) == ["bob", "first", "second", "third"]
    rank = table["rank"]["first"]
    assert told["first"] == (
        f"just below work by hand: score 0.348, from 0.35 on its rank of {rank} would count"
    )
    assert "score 0.33, from 0.35" in told["second"]
    assert "score 0.349999, from 0.35" in told["bob"]


@pytest.mark.parametrize(
    ("score", "limit", "told"),
    [
        (0.3484, 0.35, "score 0.348 is below 0.35"),
        (0.2, 0.35, "score 0.20 is below 0.35"),
        (0.3549, 0.355, "score 0.3549 is below 0.3550"),
        (0.354, 0.355, "score 0.354 is below 0.355"),
        (0.34999, 0.35, "score 0.34999 is below 0.35"),
    ],
)
def test_a_score_never_reads_like_the_limit_that_it_misses(score, limit, told):
    table = tiers_of({"a": ("Ann", 900, score, False)}, min_score=limit)
    assert table["tier_why"]["a"] == told


def test_a_low_score_that_is_worth_no_work_by_hand_is_not_named():
    given = {"a": ("Ann", 0, 0.34, False), "b": ("Ann", np.nan, 0.34, False)}
    assert (tiers_of(given)["border"] == "").all()
    far = {"a": ("Ann", 900, 0.34, False)}
    assert (tiers_of(far, border_score=0.001)["border"] == "").all()
