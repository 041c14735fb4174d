"""What each kind of rhythm makes of a silence: planted by hand, by a slow loop, and drawn."""

from math import exp, log, pi
from statistics import median

import numpy as np
import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.measures.loss import allowed_before, lost
from kamlib.analysis.measures.rhythm import (
    KINDS,
    counted_ages,
    explained_gaps,
    rests_through,
    rhythms,
)
from kamlib.analysis.measures.rhythm_words import resting_words, season_words, usual_words
from kamlib.analysis.measures.seasons import Known
from kamlib.settings import Settings
from kamlib.settings.rhythm import RhythmSettings

RULES = RhythmSettings()
AS_OF = pd.Timestamp("2025-12-31")


def days_of(found):
    rows = [(account, pd.Timestamp(day)) for account, days in found.items() for day in days]
    frame = pd.DataFrame(rows, columns=["account", "date"])
    frame = frame.astype({"account": "str", "date": "datetime64[us]"})
    frame = frame.sort_values(["account", "date"], ignore_index=True)
    frame["gap"] = frame.groupby("account")["date"].diff().dt.days.astype(float)
    return frame


def every(first, last, step):
    return list(pd.date_range(first, last, freq=f"{step}D"))


def within(months, first, last, step):
    """Every so many days, in some months of the year only."""
    return [day for day in every(first, last, step) if day.month in months]


def each_year(month, day, *years):
    return [f"{year}-{month}-{day}" for year in years]


YEARS = (2022, 2023, 2024, 2025)
GARDEN = range(3, 9)
COMPANY = {
    "weekly": every("2022-01-03", "2025-12-29", 7),
    "monthly": every("2022-01-03", "2025-12-20", 30),
    "steady": every("2022-01-03", "2025-12-01", 70),
    "garden": within(GARDEN, "2022-01-03", "2025-12-29", 6),
    "winter": within((10, 11, 12, 1, 2), "2022-01-03", "2025-12-29", 7),
    "two months": [*each_year(3, 10, *YEARS), *each_year(4, 10, *YEARS)],
    "once a year": each_year(3, 10, *YEARS),
    "twice a year": [*each_year(3, 1, *YEARS), *each_year(9, 1, *YEARS)],
    "project": ["2022-02-01", "2022-11-20", "2023-03-05", "2024-04-20", "2024-09-01",
                "2025-08-10"],
    "every 18 months": ["2022-02-01", "2023-08-01", "2025-02-01"],
    "odd winter order": [*within(GARDEN, "2022-01-03", "2025-12-29", 6), "2023-12-14"],
    "one long silence": [*every("2022-01-03", "2023-07-31", 7), *every("2024-04-01",
                         "2025-12-29", 7)],
    "left": every("2022-01-03", "2025-05-20", 30),
    "missed its season": within(GARDEN, "2022-01-03", "2024-08-30", 6),
    "left in its season": within(GARDEN, "2022-01-03", "2025-04-10", 6),
    "one season": within(GARDEN, "2025-01-03", "2025-12-29", 6),
    "once": ["2025-11-01"],
}  # fmt: skip
DAYS = days_of(COMPANY)


def told(as_of=AS_OF, days=DAYS, **given):
    return rhythms(days, as_of, rules=RULES, **given)


def gone(as_of=AS_OF, days=DAYS):
    table = told(as_of, days)
    known = days[days["date"] <= as_of].groupby("account")["date"].max()
    rule = {"min_silence_days": 180, "gap_multiple": 3.0}
    return lost(table.assign(last_order=known), as_of, **rule)["lost"]


def test_every_kind_is_called_what_it_is():
    table = told()
    assert table["rhythm"].astype("str").to_dict() == {
        "weekly": "weekly",
        "monthly": "monthly",
        "steady": "steady",
        "garden": "seasonal",
        "winter": "seasonal",
        "two months": "seasonal",
        "once a year": "yearly",
        "twice a year": "half-yearly",
        "project": "project",
        "every 18 months": "project",
        "odd winter order": "seasonal",
        "one long silence": "weekly",
        "left": "monthly",
        "missed its season": "seasonal",
        "left in its season": "seasonal",
        "one season": "weekly",  # a year alone may be chance
        "once": "unknown",
    }
    assert set(table["rhythm"].cat.categories) == set(KINDS)
    assert table.loc["garden", "season"] == "001111110000"
    assert table.loc["odd winter order", "season"] == "001111110000"
    assert table.loc["weekly", "season"] == ""
    assert table.loc["garden", ["resumes_on", "call_on"]].tolist() == [
        pd.Timestamp("2026-03-01"), pd.Timestamp("2026-02-19")]  # fmt: skip
    assert table["resumes_on"].notna().sum() == 4  # with the two spring buyers, and a late winter


def test_silence_is_judged_by_the_account_s_own_calendar():
    left = ["left", "left in its season", "missed its season"]
    assert gone().index[gone()].tolist() == left
    # In June it is clear; in March its season has just begun.
    assert not gone(pd.Timestamp("2025-03-31"))["missed its season"]
    assert gone(pd.Timestamp("2025-06-30"))["missed its season"]
    # In the midst of its season: overdue at once, and not only in the next one.
    stopped = told().loc["left in its season"]
    assert stopped["due_days"] < 20 and stopped["explained_days"] < 110
    assert pd.isna(stopped["resumes_on"])
    # Once a year in March: overdue after it, and lost within weeks, not after three years.
    yearly = told().loc["once a year"]
    assert yearly["due_days"] in (365, 366) and 380 < yearly["explained_days"] < 450


def test_a_silence_that_was_a_season_was_no_loss():
    table = told()
    explained = explained_gaps(DAYS, table, AS_OF, rules=RULES)
    allowed = allowed_before(DAYS, table, AS_OF, settings=Settings())
    over = DAYS[DAYS["gap"] > allowed]
    # The silence of a weekly buyer was one; the winters and the spring buyers' years were none.
    assert over["account"].tolist() == ["one long silence"]
    assert explained[DAYS["gap"].isna()].isna().all()
    # Of the last order it says what the account's own line says.
    again = days_of({"garden": [*COMPANY["garden"], "2026-03-10"]})
    now = explained_gaps(again, table, pd.Timestamp("2026-03-31"), rules=RULES).iloc[-1]
    assert now == pytest.approx(table.loc["garden", "explained_days"], abs=3)


def slow_typical(gaps):
    """The usual gap of each account by hand: the median, with few gaps drawn to the others'."""
    full = {account: found for account, found in gaps.items() if len(found) >= 3}
    logs = {account: [log(gap) for gap in found] for account, found in gaps.items() if found}
    means = {account: sum(found) / len(found) for account, found in logs.items()}
    squares = sum((x - means[a]) ** 2 for a, found in logs.items() for x in found)
    within_ = squares / sum(len(found) - 1 for found in logs.values())
    own = {account: log(median(found)) for account, found in full.items()}
    usual = median(own.values())
    spread = sum((x - usual) ** 2 for x in own.values()) / len(own)
    noise = sum(pi / 2 * within_ / len(full[account]) for account in own) / len(own)
    between = max(spread - noise, 1e-6)
    result = {}
    for account, found in gaps.items():
        if len(found) >= 3:
            result[account] = median(found)
        elif found:
            trust = between / (between + pi / 2 * within_ / len(found))
            result[account] = exp(trust * log(median(found)) + (1 - trust) * usual)
        else:
            result[account] = exp(usual)
    return result


def test_few_gaps_are_drawn_towards_the_others_and_no_more():
    plain = {name: COMPANY[name] for name in ("weekly", "monthly", "steady", "project")}
    plain |= {"two gaps": ["2025-01-01", "2025-04-11", "2025-07-30"], "once": ["2025-11-01"],
              "one gap": ["2025-01-01", "2025-07-20"]}  # fmt: skip
    days = days_of(plain)
    table = told(days=days)
    gaps = {name: rows["gap"].dropna().tolist() for name, rows in days.groupby("account")}
    expected = slow_typical(gaps)
    assert table["typical_gap_days"].to_dict() == pytest.approx(expected)
    assert table["own_gap"].to_dict() == {name: len(found) >= 3 for name, found in gaps.items()}
    usual = expected["once"]
    assert usual < expected["two gaps"] < 105 and usual < expected["one gap"] < 200
    assert table.loc["one gap", "due_days"] == 200  # it came back from so long a silence
    assert table.loc["project", "due_days"] == 343  # and from a longer one only once


def test_without_others_few_gaps_stand_for_themselves():
    table = told(days=days_of({"a": ["2025-01-01", "2025-02-01"], "b": ["2025-03-01"]}))
    assert table.loc["a", "typical_gap_days"] == 31 and np.isnan(table.loc["b", "typical_gap_days"])
    assert told(pd.Timestamp("2020-01-01")).empty


def test_what_people_know_goes_first():
    cycles = pd.Series({"once": 90.0, "garden": 10.0, "once a year": 365.0, "nobody": 5.0})
    table = told(known=Known(cycles=cycles))
    assert table.loc[["once", "garden", "once a year"], "typical_gap_days"].tolist() == [
        90,
        10,
        365,
    ]
    assert table.loc["once", "own_gap"] and table.loc["garden", "season"]
    assert table.loc["once a year", "season"] == ""  # the cycle says it better


FIRST_YEAR = pd.Timestamp("2022-12-31")


def first_year(**more):
    """Accounts in the year in which the data begins, and since when each is one."""
    days = {
        "garden": within(GARDEN, "2022-01-03", "2022-12-31", 6),
        "left": every("2022-01-03", "2022-08-30", 6),
        "new and left": within(GARDEN, "2022-01-03", "2022-12-31", 6),
        "late starter": every("2022-03-01", "2022-12-29", 6),
        **more,
    }
    since = pd.Series(pd.Timestamp("2019-05-01"), list(days))
    since["new and left"] = pd.Timestamp("2022-02-20")
    return days_of(days), Known(since=since, data_from=pd.Timestamp("2022-01-03"))


def test_the_silence_in_which_the_data_begins_is_a_rest_of_an_older_account():
    days, known = first_year()
    table = told(FIRST_YEAR, days, known=known)
    assert table["season"].to_dict() == {
        "garden": "001111110000", "late starter": "", "left": "", "new and left": ""
    }  # fmt: skip
    assert table.loc["garden", "resumes_on"] == pd.Timestamp("2023-03-01")
    # Nothing is known of who is older: one season is no season.
    assert (told(FIRST_YEAR, days)["season"] == "").all()
    # By the middle of its next season an account that left is found.
    gone_by = [rhythms(days, pd.Timestamp(day), known=known, rules=RULES).loc["garden"] for day in
               ("2023-03-31", "2023-07-31")]  # fmt: skip
    silent = [(pd.Timestamp(day) - days.loc[days["account"] == "garden", "date"].max()).days
              for day in ("2023-03-31", "2023-07-31")]  # fmt: skip
    found = [bool(days_ > row["explained_days"])
             for days_, row in zip(silent, gone_by, strict=True)]  # fmt: skip
    assert found == [False, True]


def test_one_year_is_enough_where_it_is_that_of_the_industry():
    old = {f"old {n}": within(GARDEN, "2022-01-03", "2024-12-29", 5 + n) for n in range(3)}
    one = within(GARDEN, "2024-02-01", "2024-12-29", 6)
    days = days_of(old | {"one year": one, "elsewhere": one, "few": one[:3],
                          "all year": every("2024-03-01", "2024-12-29", 6)})  # fmt: skip
    industries = pd.Series("gardens", [*old, "one year", "few", "all year"])
    industries["elsewhere"] = "steel"
    as_of = pd.Timestamp("2024-12-31")
    table = told(as_of, days, known=Known(industries=industries))
    seasons = {name: "001111110000" for name in (*old, "one year")}
    assert table["season"].to_dict() == seasons | {"elsewhere": "", "few": "", "all year": ""}
    assert table.loc["one year", "resumes_on"] == pd.Timestamp("2025-03-01")
    two = industries.drop("old 2")
    assert told(as_of, days, known=Known(industries=two)).loc["one year", "season"] == ""
    # Each silence of it is explained by that season, too: until its next summer is half over.
    at = table.assign(last_order=days.groupby("account")["date"].max())
    explained = explained_gaps(days, at, as_of, rules=RULES)[days["account"] == "one year"]
    assert explained.iloc[-1] == pytest.approx(table.loc["one year", "explained_days"], abs=10)
    assert explained.iloc[1:].min() > 60


def test_the_words():
    table = told()
    assert resting_words(table.loc["garden"]) == (
        "buys March to August; expected in March; call on 2026-02-19")  # fmt: skip
    assert season_words(table.loc["winter", "season"]) == "October to February"
    assert season_words("001000001100") == "each March and September to October"
    assert usual_words(table.loc["garden"]) == "buys March to August, usually every 6 days"
    assert usual_words(table.loc["weekly"]) == "usually orders every 7 days"
    assert "those of others" in usual_words(table.loc["once"])
    rests = rests_through(table["season"], pd.Timestamp("2025-09-30"), AS_OF)
    assert rests[["garden", "winter", "weekly"]].tolist() == [True, False, False]


def drawn_company(seed):
    """Accounts of each rhythm by chance over four years, every third of them leaving on a day."""
    random = np.random.default_rng(seed)
    end = pd.Timestamp("2025-12-31")
    steps = {"weekly": 7, "monthly": 30, "seasonal": 6, "yearly": 365, "project": 200}
    days, left = {}, {}
    for kind, step in steps.items():
        begin = int(random.integers(1, 13))
        season = [(begin + n - 1) % 12 + 1 for n in range(int(random.integers(3, 7)))]
        for number in range(12):
            name = f"{kind} {number}"
            leaves = pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(random.integers(0, 400)))
            left[name] = leaves if number % 3 == 0 else pd.NaT
            day, found = pd.Timestamp("2022-01-03") + pd.Timedelta(days=int(step)), []
            while day <= min(end, leaves if number % 3 == 0 else end):
                if kind != "seasonal" or day.month in season:
                    found.append(day)
                spread = 0.08 if kind == "yearly" else 0.35
                day += pd.Timedelta(days=max(1, int(step * random.normal(1, spread))))
            days[name] = found
    return days_of(days), pd.Series(left)


@pytest.mark.parametrize("seed", range(3))
def test_no_rhythm_is_favoured_in_a_drawn_company(seed):
    days, left = drawn_company(seed)
    calls, right = 0, 0
    for as_of in pd.date_range("2024-06-30", "2025-12-31", freq="2QE"):
        lost_now = gone(as_of, days)
        staying = left.reindex(lost_now.index).isna()
        calls += lost_now.sum()
        right += (lost_now & ~staying).sum()
        # Of those that stay hardly one is called lost, whatever its rhythm.
        wrong = (lost_now & staying).groupby(lost_now.index.str.split().str[0]).mean()
        assert (wrong <= 0.25).all(), wrong
    assert right / calls > 0.9
    found = gone(AS_OF, days)
    # Who left a year and a half ago is found where the rhythm is not that slow itself.
    quick = left[left.index.str.contains("weekly|monthly|seasonal") & (left < "2024-06-30")]
    assert found[quick.index].all()


def test_the_future_and_the_order_of_accounts_change_nothing():
    then = pd.Timestamp("2024-10-15")
    one = told(then)
    shifted = DAYS[DAYS["date"] <= then]
    later = DAYS[DAYS["date"] > then].assign(date=lambda rows: rows["date"] + pd.Timedelta(days=9))
    both = pd.concat([shifted, later]).sort_values(["account", "date"], ignore_index=True)
    pd.testing.assert_frame_equal(told(then, both), one)
    swapped = DAYS.assign(account=DAYS["account"].map(lambda name: name[::-1]))
    swapped = swapped.sort_values(["account", "date"], ignore_index=True)
    again = told(then, swapped)
    again = again.set_axis(again.index.map(lambda name: name[::-1])).reindex(one.index)
    pd.testing.assert_frame_equal(again, one, check_names=False)


def test_the_demo_company_s_seasons_and_projects_are_found():
    book = open_book("demo")
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str).set_index("account")
    table = told(book.as_of, book.gaps)
    archetype = truth["archetype"].reindex(table.index)
    assert (table.loc[archetype == "seasonal", "rhythm"] == "seasonal").all()
    assert (table["season"] != "").sum() == (archetype == "seasonal").sum()
    assert table.loc[archetype == "project", "rhythm"].isin(["project", "steady"]).all()
    assert (gone(book.as_of, book.gaps)[archetype.isin(["seasonal", "project"])] == False).all()  # noqa: E712


def test_the_clock_of_a_season_stands_still_in_its_rest():
    """March to August each year: of the months between, no day counts; a year-round buyer's do."""
    summers = [f"{year}-{month:02d}-10" for year in (2022, 2023, 2024) for month in range(3, 9)]
    months = [f"{year}-{month:02d}-10" for year in (2022, 2023, 2024) for month in range(1, 13)]
    days = pd.DataFrame(
        [("summer", day) for day in summers] + [("whole", day) for day in months],
        columns=["account", "date"],
    ).astype({"account": "str"})
    days["date"] = pd.to_datetime(days["date"])
    found = counted_ages(days, pd.Timestamp("2024-12-31"), ahead_days=91, rules=RULES)
    assert found["rhythm"].astype(str).to_dict() == {"summer": "seasonal", "whole": "monthly"}
    whole = found.loc["whole", ["last_days", "age_days", "ahead_days"]]
    assert whole.tolist() == [1065, 1086, 91]
    # Two whole seasons of 184 days and 10 March to 10 August; then to 31 August; ahead, March.
    last, age, ahead = found.loc["summer", ["last_days", "age_days", "ahead_days"]]
    assert last == pytest.approx(2 * 184 + 153)
    assert age == pytest.approx(last + 22)
    assert ahead == pytest.approx(31, abs=1.5)
    autumn = counted_ages(days, pd.Timestamp("2024-09-30"), ahead_days=91, rules=RULES)
    assert autumn.loc["summer", "ahead_days"] == 1


def test_in_the_demo_company_s_first_years_no_resting_account_is_called_and_no_leaver_hidden():
    whole = open_book("demo")
    truth = pd.read_csv(whole.dataset.folder / "truth.csv", dtype=str).set_index("account")
    known = Known.of(whole.everyone, whole.tables.data_from)
    for end in ("2023-12-31", "2024-03-31", "2024-12-31"):
        table = told(pd.Timestamp(end), whole.gaps, known=known)
        archetype = truth["archetype"].reindex(table.index)
        assert (archetype[table["season"] != ""] == "seasonal").all()
    assert whole.churn.accountability["false_alarms"].sum() <= 10  # 15 without these seasons
