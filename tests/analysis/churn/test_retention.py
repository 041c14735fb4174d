"""Retention: by hand, against a slow loop, against known lifetimes, and on the real companies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.churn.retention import (
    COLUMNS,
    account_spans,
    buying_classes,
    cohorts,
    retained_after,
    retention,
    retention_headline,
)
from kamlib.analysis.churn.states import account_states
from kamlib.settings import RetentionSettings

ONE = RetentionSettings(min_accounts=1)
SEEN = pd.Timestamp("2025-12-31")


def spans_of(days, lost):
    index = pd.Index([f"a{n}" for n in range(len(days))], name="account", dtype="str")
    return pd.DataFrame({"days": pd.Series(days, index, dtype=float), "lost": lost}, index)


def one_group(spans, name="all"):
    return pd.Series(name, spans.index, dtype="str")


def test_four_accounts_by_hand():
    # Left after 10 and 20 days; followed for 15 and 30 without leaving.
    spans = spans_of([10, 20, 15, 30], [True, True, False, False])
    table = retention(spans, one_group(spans), settings=ONE)
    assert table.columns.tolist() == list(COLUMNS)
    assert table[["days", "retained", "at_risk"]].to_numpy().tolist() == [
        [0, 1, 4],
        [10, 0.75, 4],
        [20, 0.375, 2],
        [30, 0.375, 1],
    ]
    # Greenwood: var(S(10)) = 0.75^2 * 1/(4*3); the log-log band of Kalbfleisch & Prentice.
    se = 0.75 * np.sqrt(1 / 12)
    theta = 1.959964 * se / (0.75 * np.log(0.75))
    band = table.loc[1, ["low", "high"]].astype(float).tolist()
    assert band == pytest.approx([0.75 ** np.exp(-theta), 0.75 ** np.exp(theta)])
    assert (table["accounts"] == 4).all() and (table["lost"] == 2).all()
    after = retained_after(table, 25).loc["all"]
    assert (after["retained"], after["at_risk"]) == (0.375, 2)
    assert retained_after(table, 31)["retained"].isna().all()


SPANS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(SPANS)
def test_it_is_a_slow_loop(given_spans):
    spans = spans_of([days for days, _lost in given_spans], [lost for _days, lost in given_spans])
    table = retention(spans, one_group(spans), settings=ONE)
    for row in table.itertuples():
        expected = 1.0
        for day in sorted({days for days, lost in given_spans if lost and days <= row.days}):
            followed = sum(days >= day for days, _lost in given_spans)
            left = sum(days == day for days, lost in given_spans if lost)
            expected *= 1 - left / followed
        assert row.retained == pytest.approx(expected)
        assert row.at_risk == sum(days >= row.days for days, _lost in given_spans)
        assert 0 <= row.low <= row.retained <= row.high <= 1
    assert table["retained"].is_monotonic_decreasing


def test_small_groups_are_put_together_or_left_out_and_counted():
    spans = spans_of([400.0] * 10, [True] * 5 + [False] * 5)
    groups = pd.Series(["A"] * 6 + ["B"] * 2 + ["C"] * 2, spans.index, dtype="str")
    rules = RetentionSettings(min_accounts=4)
    table = retention(spans, groups, settings=rules)
    assert table["group"].unique().tolist() == ["A", "other"]
    assert table.drop_duplicates("group")["accounts"].tolist() == [6, 4]
    left = retention(spans, groups, settings=RetentionSettings(min_accounts=5))
    assert left["group"].unique().tolist() == ["A"]
    assert "Left out, in groups too small to judge: 4." in retention_headline(left, spans)
    assert "After 365 days" in retention_headline(left, spans)


def test_nothing_known_is_no_curve():
    spans = spans_of([], [])
    table = retention(spans, one_group(spans), settings=ONE)
    assert table.empty and table.columns.tolist() == list(COLUMNS)
    assert "No group" in retention_headline(table, spans)
    stayed = spans_of([0.0], [False])
    assert retention(stayed, one_group(stayed), settings=ONE)["retained"].tolist() == [1.0]


def states_of(rows):
    index = pd.Index([name for name, *_ in rows], name="account", dtype="str")
    frame = pd.DataFrame([row[1:] for row in rows], index, ["state", "last_order", "allowed_days"])
    return frame.astype({"last_order": "datetime64[us]"})


def test_who_may_be_gone_unnoticed_is_followed_to_the_day_on_which_that_would_show():
    states = states_of([
        ("left", "lost", pd.Timestamp("2025-01-31"), 180.0),
        ("stays", "active", pd.Timestamp("2025-12-01"), 180.0),
        ("fresh", "new", pd.Timestamp("2025-12-01"), 180.0),
        ("never", "never bought", pd.NaT, 180.0),
    ])  # fmt: skip
    first = pd.Series(pd.Timestamp("2025-01-01"), ["left", "stays"])
    first["fresh"] = pd.Timestamp("2025-11-01")
    spans = account_spans(states, first, seen_to=SEEN)
    assert spans["days"].to_dict() == {"left": 30, "stays": 184}  # until 4 July
    assert spans["lost"].to_dict() == {"left": True, "stays": False}


def test_known_lifetimes_are_recovered():
    """Accounts order every 5 days and stay 500 days on average: half a year on, 69 % remain."""
    rng = np.random.default_rng(7)
    number, allowed = 4000, 60.0
    first = rng.uniform(0, 1000, number).round()
    end = np.minimum(first + rng.exponential(500, number), 1000)
    last = first + 5 * np.floor((end - first) / 5)
    day = pd.Timestamp("2020-01-01")
    index = pd.Index([f"a{n}" for n in range(number)], name="account", dtype="str")
    states = pd.DataFrame(
        {
            "state": np.where(1000 - last > allowed, "lost", "active"),
            "last_order": day + pd.to_timedelta(last, unit="D"),
            "allowed_days": allowed,
        },
        index,
    )
    begin = pd.Series(day + pd.to_timedelta(first, unit="D"), index)
    spans = account_spans(states, begin, seen_to=day + pd.Timedelta(days=1000))
    table = retention(spans, one_group(spans), settings=ONE)
    for days in (182, 365, 730):
        after = retained_after(table, days).loc["all"]
        assert after["retained"] == pytest.approx(np.exp(-days / 500), abs=0.03)
        assert after["low"] < np.exp(-(days + 5) / 500) + 0.02 < after["high"] + 0.04


def test_cohorts_and_classes():
    first = pd.Series(pd.to_datetime(["2023-01-05", "2024-06-01", None]), ["a", "b", "c"])
    by_year = cohorts(first, data_from=pd.Timestamp("2023-01-02"), settings=ONE)
    assert by_year.to_dict() == {"a": "2023 or earlier", "b": "2024"}
    quarterly = RetentionSettings(cohort="quarter")
    by_quarter = cohorts(first, data_from=pd.Timestamp("2023-01-02"), settings=quarterly)
    assert by_quarter.to_dict() == {"a": "2023Q1 or earlier", "b": "2024Q2"}
    own = cohorts(first, data_from=pd.Timestamp("2022-02-01"), settings=ONE, freq="Q-JAN")
    assert own.to_dict() == {"a": "FY2022 or earlier", "b": "FY2024"}
    months = pd.DataFrame({"account": ["a", "b"], "month": pd.PeriodIndex(["2023-01", "2024-06"],
                          freq="M"), "revenue": [90.0, 10.0], "margin": np.nan})  # fmt: skip
    assert buying_classes(months, first, share_cuts=(0.8, 0.95)).to_dict() == {"a": "A", "b": "B"}


def curves(book):
    settings_ = book.settings
    states = account_states(
        book.orders, book.gaps, book.months, book.accounts.index, as_of=book.as_of,
        seen_to=book.seen_to, settings=settings_,
    )  # fmt: skip
    at = book.orders[book.orders["as_of"] == book.as_of].set_index("account")
    spans = account_spans(states, at["first_order"], seen_to=book.seen_to)
    classes = buying_classes(book.months, states["last_order"], share_cuts=settings_.abc.cuts)
    return spans, retention(spans, classes, settings=settings_.retention)


def test_the_demo_companys_leavers_are_the_events():
    book = open_book("demo")
    spans, table = curves(book)
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    left = pd.to_datetime(truth["left_on"]).reindex(spans.index)
    assert spans.loc[left < book.as_of - pd.Timedelta(days=200), "lost"].all()
    assert table.groupby("group")["retained"].min().between(0.5, 1).all()


@pytest.mark.parametrize("name", ["online_retail_parquet", "adventureworks"])
def test_on_real_sales(name, request):
    spans, table = curves(open_book(request.getfixturevalue(name)))
    after = retained_after(table, 365)
    assert {"A", "B", "C"} <= set(after.index)
    assert after["retained"].between(0.05, 0.95).all()
    assert after.loc["A", "retained"] > after.loc["B", "retained"]
    assert (after["high"] - after["low"] < 0.35).all()
    assert len(spans) >= table.drop_duplicates("group")["accounts"].sum()
