"""Managers' portfolios: plan against actual, the mix taken out, and sums that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamlib.analysis.segments.known import Work
from kamlib.analysis.segments.portfolios import (
    COLUMNS,
    plan_actual,
    portfolio_mix,
    portfolios,
    quarter_share,
)
from kamlib.settings import Settings

few = settings(deadline=None, max_examples=20)

AS_OF = pd.Timestamp("2025-12-31")
QUARTERS = pd.DataFrame(
    [
        ("Ann", "2024Q4", 300.0, 120.0),
        ("Bob", "2024Q4", 100.0, 40.0),
        ("Ann", "2025Q3", 500.0, 500.0),
        ("Ann", "2025Q4", 200.0, 200.0),
        ("Bob", "2025Q4", 30.0, 30.0),
    ],
    columns=["manager", "quarter", "revenue", "revenue_to_day"],
).astype({"quarter": "period[Q-DEC]", "manager": "str"})
PLANS = pd.DataFrame(
    [("Ann", "2025Q4", 450.0), ("Cid", "2025Q4", 90.0), ("Bob", "2026Q1", 70.0)],
    columns=["manager", "quarter", "revenue_plan"],
).astype({"manager": "str", "quarter": "str"})


def test_a_complete_quarter_is_its_own_run_rate():
    table = plan_actual(QUARTERS, PLANS, as_of=AS_OF, seen_to=AS_OF)
    assert table.index.tolist() == ["Ann", "Bob", "Cid"]
    assert table["actual"].tolist() == table["run_rate"].tolist() == [200, 30, 0]
    assert table["plan"].tolist() == pytest.approx([450, np.nan, 90], nan_ok=True)
    assert table["plan_gap"].tolist() == pytest.approx([-250, np.nan, -90], nan_ok=True)
    assert set(table["quarter_share"]) == {1.0}


def test_an_open_quarter_is_projected_by_the_company_a_year_ago():
    # (120 + 40) of (300 + 100) had come by that day: 0.4.
    table = plan_actual(QUARTERS, PLANS, as_of=AS_OF, seen_to=pd.Timestamp("2025-11-10"))
    assert table["run_rate"].tolist() == pytest.approx([500, 75, 0])
    assert table["plan_gap"].tolist() == pytest.approx([50, np.nan, -90], nan_ok=True)
    assert set(table["quarter_share"]) == {0.4}


def test_without_a_year_ago_it_is_projected_by_days():
    recent = QUARTERS[QUARTERS["quarter"] >= "2025Q3"]
    share = quarter_share(recent, as_of=AS_OF, seen_to=pd.Timestamp("2025-11-15"))
    assert share == pytest.approx(46 / 92)
    nothing_by_then = QUARTERS.assign(revenue_to_day=0.0)
    share = quarter_share(nothing_by_then, as_of=AS_OF, seen_to=pd.Timestamp("2025-10-01"))
    assert share == pytest.approx(1 / 92)


# account: manager, cell and revenue a year ago, revenue now
ACCOUNTS = {
    "a": ("Ann", "AX", 100.0, 130.0),
    "b": ("Bob", "AX", 300.0, 310.0),  # AX: 400 -> 440, + 10 %
    "c": ("Ann", "BY", 50.0, 0.0),
    "d": ("Bob", "BY", 50.0, 80.0),  # BY: 100 -> 80, - 20 %
    "e": ("Ann", "D", 0.0, 6.0),
    "f": ("Bob", "D", -10.0, 0.0),  # D: - 10 -> 6, + 8 each
    "g": ("Bob", "", None, 25.0),  # new
}


def frames(accounts=ACCOUNTS):
    index = pd.Index(list(accounts), name="account", dtype="str")
    columns = ["manager", "cell", "before", "now"]
    rows = pd.DataFrame(list(accounts.values()), index, columns=columns)
    rows = rows.astype({"before": float, "now": float, "manager": "str", "cell": "str"})
    before = rows[rows["before"].notna()].rename(columns={"before": "revenue"})
    return rows, before[["cell", "revenue"]]


def test_the_mix_by_hand():
    rows, before = frames()
    managers = pd.Index(["Ann", "Bob", "Cid"], name="manager")
    mix = portfolio_mix(before, rows["now"], rows["manager"], managers)
    # Ann: 100 * 10 % - 50 * 20 % + 8 = 8, and changed by 30 - 50 + 6 = -14.
    # Bob: 300 * 10 % - 50 * 20 % + 8 = 28, and changed by 10 + 30 + 10 = 50.
    assert mix["expected_change"].tolist() == pytest.approx([8, 28, 0])
    assert mix["against_mix"].tolist() == pytest.approx([-22, 22, 0])
    assert mix["revenue_before"].tolist() == [150, 340, 0]
    assert mix["new_revenue"].tolist() == [0, 25, 0]
    assert mix["kept_growth"].tolist()[:2] == pytest.approx([-14 / 150, 50 / 340])
    assert mix["expected_growth"].tolist()[:2] == pytest.approx([8 / 150, 28 / 340])
    assert mix["against_mix_share"].tolist()[:2] == pytest.approx([-22 / 150, 22 / 340])
    # Ann holds 100 of 400 in AX and 50 of 100 in BY: (100 * 0.25 + 50 * 0.5) / 150.
    assert mix.loc["Ann", "own_base"] == pytest.approx(50 / 150)
    assert mix.loc["Cid"].isna().sum() == 4


def portfolio_of(accounts=ACCOUNTS, *, key=("a", "b"), covered=True, margin=0.25, **changes):
    rows, before = frames(accounts)
    classes = pd.DataFrame(
        {"manager": rows["manager"], "revenue": rows["now"], "margin": rows["now"] * margin}
    )
    plays = pd.DataFrame({"hours": 4.0}, rows.index)
    risk = pd.DataFrame({"at_risk": rows["now"] * 0.1}, rows.index)
    history = before.reset_index().assign(
        quarter=pd.Series(pd.Period("2024Q4"), range(len(before)), dtype="period[Q-DEC]"),
        covered=covered,
    )
    managers = pd.DataFrame(
        {"manager": ["Bob", "Dan"], "name": ["Robert", None], "hours_per_quarter": [12.0, None]}
    ).astype({"name": "str", "hours_per_quarter": float})
    given_frames = {
        "manager_quarters": QUARTERS,
        "plans": PLANS,
        "history": history,
        "seen_to": AS_OF,
        "settings": Settings(),
    }
    work = Work(
        classes=classes,
        plays=plays,
        risk=risk,
        key=pd.Index(key),
        managers=changes.pop("managers", managers),
        as_of=AS_OF,
    )
    return portfolios(work, **(given_frames | changes))


def test_a_portfolio_by_hand():
    table = portfolio_of()
    assert list(table) == COLUMNS
    assert table.index.name == "manager"
    assert table.index.tolist() == ["Bob", "Ann", "Cid", "Dan"]
    bob = table.loc["Bob"]
    assert bob[["accounts", "revenue", "margin", "at_risk"]].tolist() == [4, 415, 103.75, 41.5]
    assert bob[["hours_needed", "key_hours", "hours_available"]].tolist() == [16, 4, 12]
    assert bob["key_accounts"] == 1
    assert bob["growth"] == pytest.approx((415 - 340) / 340)
    assert bob["largest_share"] == pytest.approx(310 / 415)
    shares = np.array([310, 80, 25]) / 415
    assert bob["effective_accounts"] == pytest.approx(1 / (shares**2).sum())
    cid = table.loc["Cid"]
    assert cid[["accounts", "revenue", "margin", "at_risk", "actual"]].tolist() == [0] * 5
    assert cid[["plan", "plan_gap", "hours_available"]].tolist() == [90, -90, 260]
    assert table["name"].tolist() == ["Robert", "", "", ""]


def test_people_of_marketing_have_no_portfolio():
    people = pd.DataFrame(
        {"manager": ["Bob", "Dan", "Kay"], "name": ["Robert", None, "Kaya"],
         "hours_per_quarter": [12.0, None, 120.0], "team": ["sales", None, "marketing"]}
    ).astype({"name": "str", "team": "str"})  # fmt: skip
    pd.testing.assert_frame_equal(portfolio_of(managers=people), portfolio_of())
    people["team"] = "marketing"
    assert portfolio_of(managers=people).index.tolist() == ["Bob", "Ann", "Cid"]


def test_nothing_is_compared_with_a_year_that_is_not_there():
    for table in (portfolio_of(covered=False), portfolio_of(history=portfolio_history())):
        compared = table.loc[:, "revenue_before":"own_base"].drop(columns=[])
        assert compared.isna().all(axis=None)
        assert table["revenue"].sum() == 551


def portfolio_history():
    return pd.DataFrame(
        {
            "quarter": pd.PeriodIndex([], freq="Q"),
            "account": pd.Series(dtype="str"),
            "revenue": pd.Series(dtype=float),
            "cell": pd.Series(dtype="str"),
            "covered": pd.Series(dtype=bool),
        }
    )


def test_margin_that_nobody_has_stays_unknown():
    table = portfolio_of(margin=np.nan)
    assert table["margin"].isna().all()
    assert table["at_risk"].notna().all()


def test_nobody_at_all():
    nothing = {
        "managers": pd.DataFrame({"manager": [], "name": [], "hours_per_quarter": []}),
        "manager_quarters": QUARTERS.iloc[:0],
        "plans": PLANS.iloc[:0],
    }
    assert portfolio_of({}, **nothing).empty


MONEY = st.integers(-10_000, 1_000_000).map(lambda cents: cents / 100)
COMPANIES = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.tuples(
        st.sampled_from(["Ann", "Bob", "Eve", ""]),
        st.sampled_from(["AX", "BY", "CZ", "D"]),
        st.none() | MONEY,
        MONEY,
    ),
    min_size=1,
    max_size=20,
)


@few
@given(COMPANIES)
def test_sums_over_managers_are_the_companys_to_the_cent(company):
    table = portfolio_of(company)
    rows, before = frames(company)
    assert table["accounts"].sum() == len(rows)
    assert table["revenue"].sum() == pytest.approx(rows["now"].sum(), abs=0.005)
    assert table["margin"].sum() == pytest.approx(rows["now"].sum() / 4, abs=0.005)
    assert table["hours_needed"].sum() == 4 * len(rows)
    assert table["actual"].sum() == 230
    if len(before):
        assert table["revenue_before"].sum() == pytest.approx(before["revenue"].sum(), abs=0.005)
        new = rows["now"].sum() - rows.loc[before.index, "now"].sum()
        assert table["new_revenue"].sum() == pytest.approx(new, abs=0.005)
        assert table["against_mix"].sum() == pytest.approx(0, abs=0.005)
    turned = portfolio_of(dict(reversed(company.items())))
    pd.testing.assert_frame_equal(turned, table, rtol=1e-9)


@few
@given(COMPANIES)
def test_one_manager_for_all_did_just_what_the_company_did(company):
    alone = {name: ("Ann", *row[1:]) for name, row in company.items()}
    table = portfolio_of(alone)
    if any(row[2] is not None for row in company.values()):
        assert table.loc["Ann", "against_mix"] == pytest.approx(0, abs=0.005)
