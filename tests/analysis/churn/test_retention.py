"""Retention: by hand, against a slow loop, against known lifetimes, and on the real companies."""

import numpy as np
import pandas as pd
import pytest
from companies import shared
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib import open_book
from kamlib.analysis.churn.retention import (
    COLUMNS,
    account_spans,
    classed_spans,
    cohorts,
    retained_after,
    retention,
    retention_headline,
)
from kamlib.settings import RetentionSettings

ONE = RetentionSettings(min_accounts=1)
SEEN = pd.Timestamp("2025-12-31")


def spans_of(days, lost):
    index = pd.Index([f"a{n}" for n in range(len(days))], name="account", dtype="str")
    numbers = pd.Series(days, index, dtype=float)
    return pd.DataFrame({"entered": 0.0, "days": numbers, "lost": lost}, index)


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
    told = retention_headline(left, ordered=12, first_months=6)
    assert told.startswith("Classed by their first 6 months, 100 % of A are still there 365 days")
    assert "Not judged are 6: gone" in told


def test_nothing_known_is_no_curve():
    spans = spans_of([], [])
    table = retention(spans, one_group(spans), settings=ONE)
    assert table.empty and table.columns.tolist() == list(COLUMNS)
    assert "No group" in retention_headline(table, ordered=0, first_months=6)
    stayed = spans_of([0.0], [False])
    assert retention(stayed, one_group(stayed), settings=ONE)["retained"].tolist() == [1.0]


def states_of(rows):
    index = pd.Index([name for name, *_ in rows], name="account", dtype="str")
    frame = pd.DataFrame([row[1:] for row in rows], index, ["state", "last_order", "allowed_days"])
    return frame.astype({"last_order": "datetime64[us]"})


NO_SINCE = pd.Series(dtype="datetime64[us]")
WHOLE = {"data_from": pd.Timestamp("2019-01-01"), "since": NO_SINCE, "months": 6}


def test_who_may_be_gone_unnoticed_is_followed_to_the_day_on_which_that_would_show():
    states = states_of([
        ("left", "lost", pd.Timestamp("2025-01-31"), 180.0),
        ("stays", "active", pd.Timestamp("2025-12-01"), 180.0),
        ("fresh", "new", pd.Timestamp("2025-12-01"), 180.0),
        ("never", "never bought", pd.NaT, 180.0),
    ])  # fmt: skip
    first = pd.Series(pd.Timestamp("2025-01-01"), ["left", "stays"])
    first["fresh"] = pd.Timestamp("2025-11-01")
    spans = account_spans(states, first, seen_to=SEEN, **WHOLE)
    assert spans["days"].to_dict() == {"left": 30, "stays": 184}  # until 4 July
    assert spans["lost"].to_dict() == {"left": True, "stays": False}


def test_who_is_older_than_the_data_enters_late_and_who_may_be_is_left_out():
    begin = pd.Timestamp("2024-01-01")
    names = ["older", "perhaps older", "began then", "noted later", "came after"]
    states = states_of([(name, "active", pd.Timestamp("2025-12-01"), 184.0) for name in names])
    first = pd.Series(begin + pd.Timedelta(days=30), names)
    first["came after"] = pd.Timestamp("2024-07-01")
    since = pd.to_datetime(pd.Series({
        "older": "2020-01-01", "began then": "2024-01-11", "noted later": "2025-01-01",
        "came after": "2020-01-01",  # a customer of old that had not bought for long
    }))  # fmt: skip
    spans = account_spans(states, first, seen_to=SEEN, data_from=begin, since=since, months=6)
    assert spans["entered"].to_dict() == {
        "older": 1461, "began then": 0, "noted later": 0, "came after": 0
    }  # fmt: skip
    assert spans["days"].to_dict() == {
        "older": 2007, "began then": 536, "noted later": 516, "came after": 364
    }  # fmt: skip


def test_late_entry_is_that_of_the_reference():
    """Klein & Moeschberger (2003), 4.6: who enters late is at risk only from then on."""
    spans = spans_of([10, 20, 30, 40, 50], [True, True, False, True, False])
    spans["entered"] = [0, 0, 15, 25, 25]
    table = retention(spans, one_group(spans), settings=ONE)
    # 10: 1 of 2 leaves; 20: 1 of 2; 40: 1 of 2.
    assert table[["days", "retained", "at_risk"]].to_numpy().tolist() == [
        [0, 1, 2], [10, 0.5, 2], [20, 0.25, 2], [40, 0.125, 2], [50, 0.125, 1],
    ]  # fmt: skip
    # Three are followed at once from the 25th day on: of those still there two in three stay.
    three = retention(spans, one_group(spans), settings=RetentionSettings(min_accounts=3))
    assert three[["days", "at_risk"]].to_numpy().tolist() == [[25, 3], [40, 2], [50, 1]]
    assert three["retained"].tolist() == [1, 0.5, 0.5]
    assert retained_after(three, 15).loc["all", "retained"] == 0.5
    four = retention(spans, one_group(spans), settings=RetentionSettings(min_accounts=4))
    assert four.empty


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
    spans = account_spans(states, begin, seen_to=day + pd.Timedelta(days=1000), **WHOLE)
    table = retention(spans, one_group(spans), settings=ONE)
    for days in (182, 365, 730):
        after = retained_after(table, days).loc["all"]
        assert after["retained"] == pytest.approx(np.exp(-days / 500), abs=0.03)
        assert after["low"] < np.exp(-(days + 5) / 500) + 0.02 < after["high"] + 0.04


def test_cohorts():
    began = pd.Series(
        pd.to_datetime(["2022-06-01", "2023-01-05", "2024-06-01", None]), list("zabc")
    )
    known = {"data_from": pd.Timestamp("2023-01-02"), "settings": ONE}
    by_year = cohorts(began, **known)
    assert by_year.to_dict() == {"z": "before 2023-01-02", "a": "2023", "b": "2024"}
    known["settings"] = RetentionSettings(cohort="quarter")
    assert cohorts(began, **known)["b"] == "2024Q2"
    assert cohorts(began, **known, freq="Q-JAN")["b"] == "FY2024Q2"


def test_a_class_is_that_of_the_first_months_and_tells_of_who_outlasted_them():
    first = pd.Series(pd.to_datetime(["2023-01-05", "2023-01-20", "2023-02-01"]), list("abc"))
    spans = pd.DataFrame({"began": first, "entered": 0.0, "days": [400.0, 400.0, 20.0],
                          "lost": [False, True, True]})  # fmt: skip
    months = pd.DataFrame(
        [("a", "2023-01", 10.0), ("a", "2023-04", 1000.0), ("b", "2023-03", 90.0),
         ("c", "2023-02", 500.0)],
        columns=["account", "month", "revenue"],
    )  # fmt: skip
    months["month"] = pd.PeriodIndex(months["month"], freq="M")
    classed = classed_spans(spans, first, months, first_months=3, share_cuts=(0.8, 0.95))
    # What a bought later, and c, which left in these months, do not count.
    assert classed["class"].to_dict() == {"a": "B", "b": "A"}
    assert classed["entered"].to_dict() == {"a": 86, "b": 71}
    months["revenue"] = 5.0
    equal = classed_spans(spans, first, months, first_months=3, share_cuts=(0.3, 0.6))
    assert equal["class"].to_dict() == {"a": "A", "b": "A"}


def test_classes_of_equal_accounts_stay_equally_long():
    """The company of the shared case: the class of who stayed said 96 % of A, 26 % of B."""
    book = open_book(shared("../cases/analysis") / "08-retention-by-class")
    table = book.churn.retention
    assert set(table.loc[table["by"] == "class", "group"]) == {"A"}
    by_cohort = retained_after(table[table["by"] == "cohort"], 365)
    # 43 to 45 % of those that came within the data.
    came = by_cohort.loc[["2022", "2023"]]
    followed = book.churn.spans.groupby(book.churn.spans["began"].dt.year).size()[[2022, 2023]]
    mean = np.average(came["retained"], weights=followed)
    assert mean == pytest.approx(0.44, abs=0.02)
    assert by_cohort.loc["before 2022-01-01", "retained"] > 0.9
    old = table[table["group"] == "before 2022-01-01"]
    assert old["days"].min() > 5 * 365  # nothing is said of the years that the data did not see


def test_the_demo_companys_leavers_are_the_events():
    book = open_book("demo")
    spans, table = book.churn.spans, book.churn.retention
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    left = pd.to_datetime(truth["left_on"]).reindex(spans.index)
    assert spans.loc[left < book.as_of - pd.Timedelta(days=200), "lost"].all()
    assert table.groupby("group")["retained"].min().between(0.5, 1).all()


def test_no_class_gains_by_having_stayed():
    """Drawn accounts that leave at any time, whatever they buy: every class keeps as many."""
    rng = np.random.default_rng(3)
    number, day = 3000, pd.Timestamp("2020-01-01")
    index = pd.Index([f"a{n}" for n in range(number)], name="account", dtype="str")
    first = pd.Series(day + pd.to_timedelta(rng.integers(0, 700, number), unit="D"), index)
    stay = pd.Series(rng.exponential(500, number).round(), index)
    end = np.minimum(stay, (day + pd.Timedelta(days=1000) - first).dt.days.astype(float))
    spans = pd.DataFrame({"began": first, "entered": 0.0, "days": end, "lost": stay <= end})
    size = pd.Series(rng.lognormal(0, 1, number), index)
    rows = [
        (account, month, size[account])
        for account, begin, days in zip(index, first, end, strict=True)
        for month in pd.period_range(begin, begin + pd.Timedelta(days=days), freq="M")
    ]
    months = pd.DataFrame(rows, columns=["account", "month", "revenue"])
    classed = classed_spans(spans, first, months, first_months=6, share_cuts=(0.6, 0.85))
    table = retention(classed, classed["class"], settings=RetentionSettings())
    after = retained_after(table, 365)["retained"]
    assert len(after) == 3
    assert after.tolist() == pytest.approx([np.exp(-365 / 500)] * 3, abs=0.06)


@pytest.mark.parametrize("name", ["online_retail_parquet", "adventureworks"])
def test_on_real_sales(name, request):
    book = open_book(request.getfixturevalue(name))
    table, spans = book.churn.retention, book.churn.spans
    classes = table[table["by"] == "class"]
    assert {"A", "B", "C"} == set(classes["group"])
    assert retained_after(classes, 91)["retained"].between(0.5, 1).all()
    assert spans["began"].min() >= book.tables.data_from + pd.Timedelta(days=150)  # may be older
    assert "91 days later, and" in book.churn.kept or "182 days later, and" in book.churn.kept
