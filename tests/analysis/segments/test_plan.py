"""Each manager's list: worked by hand, and what must always hold."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.segments.known import Work
from kamlib.analysis.segments.plan import COLUMNS, manager_plan
from kamlib.settings import Settings

few = settings(deadline=None, max_examples=20)
AS_OF = pd.Timestamp("2025-12-31")
NO_TYPES = pd.DataFrame()
# account: manager, cell, value, hours, risk_share, key, reason
COMPANY = {
    "giant": ("Ann", "AX", 1000, 24, 0.0, True, ""),
    "silent": ("Ann", "AY", 300, 18, 0.6, True, ""),
    "gone": ("Ann", "AL", 200, 10, 1.0, False, "lost"),
    "calm": ("Ann", "BX", 90, 8, 0.05, False, ""),
    "falls": ("Ann", "BY", 60, 6, 0.0, False, "fell"),
    "slows": ("Ann", "BY", 50, 6, 0.2, False, ""),
    "small": ("Ann", "CX", 5, 2, 0.9, False, ""),
    "nothing": ("Ann", "CL", 4, 0, 1.0, False, ""),
    "other": ("Bob", "AX", 70, 24, 0.0, True, ""),
    "nobodys": ("", "CX", 3, 2, 0.0, False, ""),
}


def plan_of(company, hours, **changes):
    index = pd.Index(list(company), name="account", dtype="str")
    columns = ["manager", "cell", "value", "hours", "risk_share", "key", "reason"]
    rows = pd.DataFrame(list(company.values()), index, columns=columns)
    classes = rows[["manager", "cell", "value"]].assign(
        name=index.str.title(),
        abc=rows["cell"].str[:1],
        lost=rows["cell"].str[1:] == "L",
        why="why of " + index,
    )
    plays = pd.DataFrame(
        {"place": rows["cell"], "play": "Play", "hours": rows["hours"].astype(float)}, index
    ).assign(lead="Lead", offer="Offer", next_step="Step")
    risk = pd.DataFrame({"risk_share": rows["risk_share"], "risk_why": "risk of " + index}, index)
    happened = rows[rows["reason"] != ""]
    actions = happened[["reason"]].assign(what_happened="what happened to " + happened.index)
    managers = pd.DataFrame(
        {"manager": list(hours), "hours_per_quarter": list(map(float, hours.values()))}
    )
    given_frames = {
        "types": NO_TYPES,
        "actions": actions,
        "settings": Settings(),
    }
    key = rows.index[rows["key"].astype(bool)]
    work = Work(classes=classes, plays=plays, risk=risk, key=key, managers=managers, as_of=AS_OF)
    return manager_plan(work, **(given_frames | changes))


def test_by_hand():
    plan = plan_of(COMPANY, {"Ann": 65, "Bob": 20})
    assert list(plan) == COLUMNS
    # Ann: 24 + 18 key; then by value * (1 + urgency): gone 800, falls 180, slows 100, calm 90:
    # 10 + 6 + 6 fit, 8 do not, nor do 2 more after 64.
    rows = plan[["manager", "account", "hours", "fits", "why"]].to_numpy().tolist()
    assert rows == [
        ["Ann", "silent", 18, True, "risk of silent"],
        ["Ann", "gone", 10, True, "what happened to gone"],
        ["Ann", "falls", 6, True, "what happened to falls"],
        ["Ann", "slows", 6, True, "risk of slows"],
        ["Ann", "giant", 24, True, "why of giant"],
        ["Ann", "calm", 8, False, "why of calm"],
        ["Ann", "small", 2, False, "risk of small"],
        ["Bob", "other", 24, False, "why of other"],
        ["", "nobodys", 2, True, "why of nobodys"],
    ]
    # 2026Q1 has 63 working days from Friday, 2 January: 18 of 65 hours are ceil(17.4) = 18 days,
    # 28 are 28, 34 are 33, 40 are 39, and 64 are all of them.
    due = plan["due"].dt.strftime("%m-%d").tolist()[:5]
    assert due == ["01-27", "02-10", "02-17", "02-25", "03-31"]
    assert plan.loc[~plan["fits"], "due"].isna().all()
    assert plan.loc[8, "due"] == pd.Timestamp("2026-01-02")
    assert plan["key"].tolist() == [True, False, False, False, True, False, False, True, False]


def test_hours_kept_for_targets_are_not_spent_on_accounts():
    kept = plan_of(COMPANY, {"Ann": 130, "Bob": 40}, hours_share=0.5)
    pd.testing.assert_frame_equal(kept, plan_of(COMPANY, {"Ann": 65, "Bob": 20}))


def test_a_smaller_one_is_taken_where_a_larger_does_not_fit():
    plan = plan_of(COMPANY, {"Ann": 25})
    fits = plan.loc[(plan["manager"] == "Ann") & plan["fits"], "account"]
    assert fits.tolist() == ["silent", "falls"]  # silent 300 * 4 before giant 1000
    assert plan_of(COMPANY, {"Ann": 0}).query("manager == 'Ann'")["fits"].sum() == 0


def test_types_are_shown():
    types = pd.DataFrame({"types": ["image"]}, pd.Index(["other"], name="account"))
    plan = plan_of(COMPANY, {}, types=types).set_index("account")
    assert plan.loc["other", "types"] == "image"
    assert plan.loc["giant", "types"] == ""


def test_no_account():
    plan = plan_of({}, {"Ann": 65})
    assert list(plan) == COLUMNS
    assert plan.empty
    assert plan["due"].dtype == "datetime64[us]"


ACCOUNTS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.tuples(
        st.sampled_from(["Ann", "Bob", ""]),
        st.sampled_from(["AX", "AL", "BY", "CZ", "D"]),
        st.integers(-5, 1000),
        st.sampled_from([0, 0.1, 0.5, 2, 7, 24]),
        st.floats(0, 1),
        st.booleans(),
        st.sampled_from(["", "lost", "fell", "just A"]),
    ),
    max_size=25,
)


@few
@given(ACCOUNTS, st.floats(0, 60))
def test_properties(company, hours):
    available = {"Ann": hours, "Bob": 3, "": 30}
    plan = plan_of(company, available)
    with_hours = sorted(name for name, row in company.items() if row[3] > 0)
    assert sorted(plan["account"]) == with_hours
    spent = plan[plan["fits"]].groupby("manager")["hours"].sum()
    assert all(spent[name] <= available[name] + 1e-6 for name in spent.index)
    due = plan[plan["fits"]].groupby("manager")["due"]
    assert all(days.is_monotonic_increasing for _, days in due)
    assert plan.loc[plan["fits"], "due"].between("2026-01-02", "2026-03-31").all()
    assert (plan["due"].dropna().dt.day_of_week < 5).all()
    assert plan.loc[~plan["fits"], "due"].isna().all()
    left = plan[~plan["fits"]].groupby("manager")["value"]
    assert all(values.is_monotonic_decreasing for _, values in left)
    turned = plan_of(dict(reversed(company.items())), available)
    pd.testing.assert_frame_equal(turned, plan)


@few
@given(ACCOUNTS)
def test_nothing_is_left_out_while_it_would_fit(company):
    plan = plan_of(company, {"Ann": 20, "Bob": 20, "": 20})
    for _, part in plan.groupby("manager"):
        free = 20 - part.loc[part["fits"], "hours"].sum()
        assert (part.loc[~part["fits"], "hours"] > free - 1e-6).all()


def test_the_order_of_hours_given_out_slow_and_plain():
    rng = np.random.default_rng(7)
    company = {
        f"a{i:02}": ("Ann", "BX", int(rng.integers(1, 500)), float(rng.integers(1, 9)), 0.0,
                     bool(rng.random() < 0.2), rng.choice(["", "fell", "lost"]))
        for i in range(60)
    }  # fmt: skip
    weight = {"": 1, "fell": 3, "lost": 4}
    order = sorted(
        company, key=lambda a: (-company[a][5], -company[a][2] * weight[company[a][6]], a)
    )
    left, expected = 80.0, set()
    for account in order:
        if company[account][3] <= left:
            left -= company[account][3]
            expected.add(account)
    plan = plan_of(company, {"Ann": 80})
    assert set(plan.loc[plan["fits"], "account"]) == expected
