"""The one list: worked by hand, and what must always hold."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.measures.days import quarter_days
from kamlib.analysis.todo.spine import COLUMNS, Subjects, first_tasks, todo_list
from kamlib.analysis.todo.verbs import VERBS
from kamlib.settings import Settings

few = settings(deadline=None, max_examples=30)
DAYS = quarter_days(pd.Timestamp("2025-12-31"))
# subject: manager, verb, worth, hours of the task, hours of the play, key, lost
COMPANY = {
    "giant": ("Ann", "keep", 900, None, 30, True, False),
    "silent": ("Ann", "keep", 3000, None, 6, False, False),
    "owed": ("Ann", "settle", 10, 1, 4, False, False),
    "gone": ("Ann", "win back", 1200, 2, 0, False, True),
    "small": ("Ann", "grow", 20, None, 8, False, False),
    "rest": ("Bob", "earn", 500, None, 4, False, False),
}


def listed(company, hours, *, more=(), **known):
    """``more`` are further tasks: subject, verb, worth, hours."""
    rows = [(name, row[1], row[2], row[3]) for name, row in company.items()]
    rows += list(more)
    tasks = pd.DataFrame(rows, columns=["subject", "verb", "worth", "hours"]).astype(
        {"subject": "str", "verb": "str", "worth": float, "hours": float}
    )
    tasks = tasks.assign(stake=tasks["worth"] * 2, chance=0.5, do=tasks["verb"] + " it", why="why")
    index = pd.Index(list(company), dtype="str")
    frame = pd.DataFrame(
        list(company.values()),
        index,
        columns=["manager", "verb", "worth", "own", "play", "key", "lost"],
    )
    empty = pd.Series(dtype="str")
    subjects = {
        "names": pd.Series(index, index),
        "managers": frame["manager"].astype("str"),
        "key": index[frame["key"].astype(bool)],
        "plays": pd.DataFrame({"hours": frame["play"].astype(float), "next_step": "play it"}),
        "lost": index[frame["lost"].astype(bool)],
        "owed": empty,
        "cautions": empty,
        "dates": pd.Series(dtype="datetime64[us]"),
    }
    return todo_list(
        tasks, Subjects(**(subjects | known)), pd.Series(hours, dtype=float), DAYS,
        settings=Settings(),
    )  # fmt: skip


def test_by_hand():
    todo = listed(COMPANY, {"Ann": 39, "Bob": 3})
    assert list(todo) == list(COLUMNS)
    # small is worth 2.50 an hour: nobody is sent. Ann: giant is key, 30 of 39 hours; then by
    # worth per hour gone (600) and silent (500), which fill them; owed (10) finds no room.
    rows = todo[["manager", "subject", "hours", "fits", "rank"]].to_numpy().tolist()
    assert rows == [
        ["Ann", "silent", 6, True, 2],
        ["Ann", "gone", 2, True, 1],
        ["Ann", "giant", 30, True, 4],
        ["Ann", "owed", 1, True, 5],
        ["Bob", "rest", 4, False, 3],
    ]
    # Two hours of each come first, one of owed: 2, 4, 6 and 7 of 39 hours in 63 days.
    due = todo["due"].dt.strftime("%m-%d").tolist()[:4]
    assert due == ["01-07", "01-12", "01-15", "01-19"]
    assert pd.isna(todo["due"].iloc[4])
    assert todo["id"].iloc[0] == "keep_silent"
    assert first_tasks(todo)["subject"].tolist() == ["silent"]


def test_an_account_stands_once_and_what_is_lower_is_a_step():
    more = [("silent", "grow", 50, 8), ("silent", "settle", 5, 1)]
    owed = pd.Series({"gone": "A promise is overdue."})
    todo = listed(COMPANY, {"Ann": 300}, more=more, owed=owed).set_index("subject")
    assert todo.loc["silent", "verb"] == "settle"
    assert todo.loc["silent", "steps"] == "keep it · grow it"
    assert todo.loc["silent", "hours"] == 9, "the task's, and those of the target's steps"
    assert todo.loc["gone", "steps"] == "A promise is overdue."
    assert todo.loc["giant", "steps"] == "play it"


def test_what_does_not_pay_hides_nothing_that_does():
    """Its prices would take 8 hours for 20, so what it could buy besides is its task."""
    company = {"thin": ("Ann", "earn", 20, None, 8, False, False)}
    todo = listed(company, {"Ann": 300}, more=[("thin", "grow", 900, 2)])
    assert todo["verb"].tolist() == ["grow"] and todo["steps"].tolist() == ["earn it"]
    assert listed(company, {"Ann": 300}).empty


def test_who_is_lost_is_only_won_back():
    more = [("gone", "settle", 500, 1), ("gone", "grow", 500, 1)]
    todo = listed(COMPANY, {"Ann": 300}, more=more).set_index("subject")
    assert todo.loc["gone", "verb"] == "win back"
    assert todo.loc["gone", "steps"] == ""
    alone = listed({"gone": ("Ann", "settle", 500, 1, 0, False, True)}, {"Ann": 300})
    assert alone.empty


def test_a_target_begins_with_the_campaigns_first_step_and_a_call_does_not_wait_for_it():
    day = pd.Timestamp("2026-03-18")
    company = {
        "target": ("Ann", "win", 900, 8, 0, False, False),
        "leaving": ("Ann", "keep", 900, None, 8, False, False),
    }
    dates = pd.Series({"target": day, "leaving": day})
    todo = listed(company, {"Ann": 100}, dates=dates).set_index("subject")
    assert todo.loc["target", "due"] == day
    assert todo.loc["leaving", "due"] < pd.Timestamp("2026-01-10")


def test_nothing_to_do():
    todo = listed({}, {})
    assert todo.empty
    assert list(todo) == list(COLUMNS)
    assert todo["due"].dtype == "datetime64[us]"


COMPANIES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.tuples(
        st.sampled_from(["Ann", "Bob", ""]),
        st.sampled_from(VERBS),
        st.integers(0, 5000),
        st.sampled_from([None, 0.5, 2, 8]),
        st.sampled_from([0, 0.5, 2, 7, 24]),
        st.booleans(),
        st.booleans(),
    ),
    max_size=25,
)


@few
@given(COMPANIES, st.floats(0, 60), st.floats(0, 60))
def test_more_hours_never_push_a_task_out(company, hours, more):
    before, after = (
        listed(company, {"Ann": given_hours, "Bob": 9, "": 9})
        for given_hours in (hours, hours + more)
    )
    had = set(before.loc[before["fits"], "subject"])
    assert had <= set(after.loc[after["fits"], "subject"])


@few
@given(COMPANIES, st.floats(0, 60))
def test_once_within_the_hours_on_days_of_the_quarter(company, hours):
    available = {"Ann": hours, "Bob": 9, "": 9}
    todo = listed(company, available)
    assert todo["subject"].is_unique
    spent = todo[todo["fits"]].groupby("manager")["hours"].sum()
    assert all(spent[name] <= available[name] + 1e-6 for name in spent.index)
    assert (todo["fits"] == todo["due"].notna()).all()
    assert todo["due"].dropna().isin(DAYS).all()
    assert sorted(todo["rank"]) == list(range(1, len(todo) + 1))
    turned = listed(dict(reversed(company.items())), available)
    pd.testing.assert_frame_equal(turned, todo)
