from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kamlib.analysis.segments.rfm import (
    SEGMENT_BOXES,
    SEGMENTS,
    quintiles,
    rfm,
    rfm_headline,
    rfm_segments,
    rfm_sizes,
)
from kamlib.settings import Settings, load_settings

AS_OF = pd.Timestamp("2025-12-31")
NAN = float("nan")
ALL = list(product(range(1, 6), repeat=3))


def test_the_boxes_cover_each_of_the_125_combinations_once():
    held = [
        sum(all(low <= x <= high for x, (low, high) in zip(scores, box, strict=True))
            for _, *box in SEGMENT_BOXES)
        for scores in ALL
    ]  # fmt: skip
    assert len(held) == 125
    assert set(held) == {1}
    scores = pd.DataFrame(ALL, columns=list("rfm"))
    named = rfm_segments(scores["r"], scores["f"], scores["m"])
    assert set(named) == set(SEGMENTS)
    by_hand = {
        (5, 5, 5): "champions", (4, 4, 4): "champions", (5, 5, 3): "loyal", (3, 5, 1): "loyal",
        (5, 3, 1): "potential loyalist", (4, 2, 3): "promising", (5, 1, 1): "new or occasional",
        (3, 3, 3): "needs attention", (3, 1, 5): "needs attention", (3, 2, 2): "about to sleep",
        (1, 5, 5): "cannot lose", (2, 5, 3): "at risk", (1, 3, 1): "at risk", (2, 1, 5): "at risk",
        (2, 2, 2): "hibernating", (1, 1, 1): "lost",
    }  # fmt: skip
    assert {scores: named[ALL.index(scores)] for scores in by_hand} == by_hand


def company():
    accounts = ["a", "b", "c", "d", "e", "never"]
    classes = pd.DataFrame(
        {
            "last_order": pd.to_datetime(["2025-12-30"] * 5 + [pd.NaT]).as_unit("us"),
            "silence_days": [1.0, 10.0, 30.0, 200.0, 400.0, NAN],
            "value": [900.0, 300.0, 300.0, 50.0, 0.0, -3.0],
        },
        pd.Index(accounts, dtype="str", name="account"),
    )
    rows = [
        ("a", "2025-12", 20), ("a", "2024-12", 50), ("b", "2025-01", 4), ("b", "2025-02", 6),
        ("c", "2025-05", 3), ("d", "2025-06", 1), ("e", "2024-12", 9), ("never", "2025-03", 0),
    ]  # fmt: skip
    months = pd.DataFrame(rows, columns=["account", "month", "order_days"])
    return classes, months.assign(month=pd.PeriodIndex(months["month"], freq="M"))


def test_six_accounts_by_hand():
    """The window is 2025: December 2024 counts nothing. Two of value 300 share the 4th fifth."""
    table = rfm(*company(), as_of=AS_OF, settings=Settings())
    expected = pd.DataFrame(
        {
            "recency_days": [1.0, 10.0, 30.0, 200.0, 400.0, NAN],
            "frequency": [20.0, 10.0, 3.0, 1.0, 0.0, NAN],
            "monetary": [900.0, 300.0, 300.0, 50.0, 0.0, NAN],
            "rfm": ["555", "444", "334", "222", "111", ""],
            "rfm_segment": [
                "champions", "champions", "needs attention", "hibernating", "lost", "",
            ],
        },
        table.index,
    ).astype({"rfm": "str", "rfm_segment": "str"})  # fmt: skip
    expected.loc[["b", "c"], "rfm"] = ["444", "334"]
    pd.testing.assert_frame_equal(table[list(expected)], expected)
    assert table["m"].tolist()[:5] == [5, 4, 4, 2, 1]
    assert table["r"].isna().tolist() == [False] * 5 + [True]
    sizes = rfm_sizes(table)
    assert sizes.loc["champions", ["accounts", "monetary"]].tolist() == [2, 1200]
    assert sizes["share"].sum() == pytest.approx(1)
    assert rfm_headline(table) == (
        "Of 5 accounts that ever ordered, 2 are champions with 77.4 % of the value."
    )


def test_cut_offs_of_ones_own_score_each_account_by_itself():
    """Recency counts up to a cut, the others from a cut on; who never ordered has no score."""
    cuts = {
        "rfm.recency_cuts": "1,30,100,399",
        "rfm.frequency_cuts": "1,3,10,21",
        "rfm.monetary_cuts": "50,300,300.01,900",
    }
    own = load_settings(None, cuts)
    classes, months = company()
    table = rfm(classes, months, as_of=AS_OF, settings=own)
    assert table["rfm"].tolist() == ["545", "443", "433", "222", "111", ""]
    assert table.loc["never", ["r", "f", "m"]].isna().all()
    alone = rfm(classes.loc[["b"]], months, as_of=AS_OF, settings=own)
    assert alone["rfm"].tolist() == ["443"]
    value_alone = load_settings(None, {"rfm.monetary_cuts": cuts["rfm.monetary_cuts"]})
    mixed = rfm(classes, months, as_of=AS_OF, settings=value_alone)
    assert mixed["rfm"].tolist()[:3] == ["555", "443", "333"]


def test_one_account_none_and_all_equal():
    classes, months = company()
    alone = rfm(classes.loc[["a"]], months, as_of=AS_OF, settings=Settings())
    assert alone["rfm"].tolist() == ["333"]
    never = rfm(classes.loc[["never"]], months, as_of=AS_OF, settings=Settings())
    assert never[["rfm", "rfm_segment"]].eq("").all().all()
    assert rfm_headline(never) == "No account has ordered yet."
    assert rfm(classes.head(0), months.head(0), as_of=AS_OF, settings=Settings()).empty
    assert quintiles(pd.Series([7.0] * 9)).unique().tolist() == [3]


@effort(deadline=None, max_examples=40)
@given(st.lists(st.one_of(st.integers(0, 12), st.just(NAN)), min_size=1, max_size=60))
def test_fifths_keep_order_and_ties(values):
    values = pd.Series(values, dtype=float)
    fifths = quintiles(values)
    assert fifths.isna().equals(values.isna())
    known = values.notna()
    assert fifths[known].between(1, 5).all()
    pairs = pd.DataFrame({"value": values[known], "fifth": fifths[known].astype(int)})
    assert (pairs.groupby("value")["fifth"].nunique() == 1).all()
    assert pairs.sort_values("value")["fifth"].is_monotonic_increasing


@effort(deadline=None, max_examples=40)
@given(st.integers(1, 200))
def test_distinct_values_fill_equal_fifths(n):
    sizes = quintiles(pd.Series(np.arange(n, dtype=float))).value_counts()
    assert sizes.max() - sizes.reindex(range(1, 6), fill_value=0).min() <= 1


def test_row_order_does_not_matter():
    classes, months = company()
    table = rfm(classes, months, as_of=AS_OF, settings=Settings())
    mixed = rfm(
        classes.sample(frac=1, random_state=3),
        months.sample(frac=1, random_state=4),
        as_of=AS_OF,
        settings=Settings(),
    )
    pd.testing.assert_frame_equal(mixed.loc[table.index], table)


def test_every_account_that_ordered_has_a_segment(demo_keys, retail_keys, works_keys):
    for keys in (demo_keys, retail_keys, works_keys):
        ordered = keys.classes["last_order"].notna()
        assert keys.rfm["rfm_segment"].isin(SEGMENTS).equals(ordered)
        # A champion bought lately, often and much: none of them is lost by the rule.
        champions = keys.rfm["rfm_segment"] == "champions"
        assert champions.any()
        assert not keys.classes.loc[champions, "lost"].any()


def test_online_retail_by_a_slow_loop(retail_keys, retail_lines):
    """Frequency and recency of three accounts, counted from the lines."""
    lines = retail_lines[(retail_lines["date"] <= "2011-09-30") & (retail_lines["revenue"] > 0)]
    for account in ("14646", "13093", "12346"):
        days = lines.loc[lines["account"] == account, "date"].drop_duplicates()
        if account == "12346":  # what it bought that day came back the same day: no order
            days = days[days != "2011-01-18"]
        row = retail_keys.rfm.loc[account]
        assert row["frequency"] == (days >= "2010-10-01").sum()
        assert row["recency_days"] == (pd.Timestamp("2011-09-30") - days.max()).days
