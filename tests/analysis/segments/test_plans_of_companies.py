"""Portfolios of three companies: the demo, one without managers, one with sellers."""

from types import SimpleNamespace

import pandas as pd
import pytest
from companies import shared

from kamlib import open_book
from kamlib.analysis.abc_xyz.abc_xyz import abc_xyz, abc_xyz_history
from kamlib.analysis.segments.known import Work
from kamlib.analysis.segments.plan_sentences import portfolio_headline
from kamlib.analysis.segments.plays import account_plays, hours_available, plays_in_force
from kamlib.analysis.segments.portfolios import portfolios
from kamlib.analysis.segments.silence import silence_risk

NO_TYPES = pd.DataFrame()


def company(dataset, quarter="latest"):
    """Portfolios of a data set; key accounts are A and not lost."""
    book = open_book(dataset, quarter)
    frames = {"settings": book.settings, "seen_to": book.seen_to}
    classes = abc_xyz(book.months, book.orders, book.accounts, as_of=book.as_of, **frames)
    history = abc_xyz_history(book.months, book.orders, **frames)
    plays = account_plays(classes, NO_TYPES, plays_in_force(book.known("plays")))
    risk = silence_risk(classes, settings=book.settings).assign(at_risk=0.0)
    key = classes.index[(classes["abc"] == "A") & (classes["xyz"] != "L")][:40]
    managers = book.known("managers")
    work = Work(
        classes=classes, plays=plays, risk=risk, key=key, managers=managers, as_of=book.as_of
    )
    portfolio = portfolios(
        work,
        manager_quarters=book.manager_quarters,
        plans=book.known("plans"),
        history=history,
        **frames,
    )
    available = hours_available(managers, portfolio.index)
    return SimpleNamespace(
        book=book, classes=classes, plays=plays, portfolio=portfolio, hours=available
    )


@pytest.fixture(scope="module")
def demo():
    return company("demo")


@pytest.fixture(scope="module")
def works(adventureworks):
    return company(adventureworks)


@pytest.fixture(scope="module")
def retail_book(online_retail_parquet):
    return company(online_retail_parquet)


def check_sums(found):
    quarters = found.book.manager_quarters
    sold = quarters.loc[quarters["quarter"] == found.book.quarter, "revenue"].sum()
    assert found.portfolio["accounts"].sum() == len(found.classes)
    for money in ("revenue", "margin"):
        whole = found.classes[money].sum()
        assert found.portfolio[money].sum() == pytest.approx(whole, abs=0.005)
    assert found.portfolio["actual"].sum() == pytest.approx(sold, abs=0.005)
    assert found.portfolio["hours_needed"].sum() == pytest.approx(found.plays["hours"].sum())


def test_the_demo_company(demo):
    check_sums(demo)
    assert demo.portfolio["hours_available"].sum() == 1460
    assert demo.portfolio["against_mix"].sum() == pytest.approx(0, abs=0.005)
    assert demo.portfolio.index[0] == "M1"  # with the giant, as large as most of the portfolio
    assert demo.portfolio.loc["M1", "effective_accounts"] < 2
    head = portfolio_headline(demo.portfolio, "EUR")
    assert head.startswith("3 of 6 managers reach their plan; together EUR 5,185,260")


def test_online_retail_has_one_list_without_a_manager(retail_book):
    check_sums(retail_book)
    portfolio = retail_book.portfolio
    assert portfolio.index.tolist() == [""]
    assert portfolio[["margin", "plan", "growth"]].isna().all(axis=None)
    small_and_lost = (retail_book.classes["abc"] == "C") & (retail_book.classes["xyz"] == "L")
    # 879 before the calendars: 130 came back once from as long a silence as they keep now.
    assert small_and_lost.sum() == 749
    assert retail_book.plays.loc[small_and_lost, "hours"].sum() == 0


def test_sellers_of_adventureworks(works):
    check_sums(works)
    assert len(works.portfolio) == 17
    assert works.portfolio["against_mix"].sum() == pytest.approx(0, abs=0.005)


# The sellers' national ids in the file of targets: tests/data/adventureworks/dataset.toml.
SELLERS = {"291": 668991357, "296": 758596752}


@pytest.fixture(scope="module")
def raw():
    works = shared("adventureworks-reseller")
    sales = pd.read_csv(works / "FactResellerSales.csv", dtype={"EmployeeKey": "str"})
    targets = pd.read_csv(works / "ResellerSalesTargets.csv").set_index(["EmployeeID", "Year"])
    return sales.assign(day=pd.to_datetime(sales["OrderDate"])), targets


@pytest.mark.parametrize("seller", SELLERS)
def test_plan_against_actual_from_the_raw_files(works, raw, seller):
    sales, targets = raw
    quarter = sales[sales["day"].between("2020-01-01", "2020-03-31")]
    actual = quarter.loc[quarter["EmployeeKey"] == seller, "SalesAmount"].sum()
    plan = 1000 * targets.loc[(SELLERS[seller], 2020), ["M01", "M02", "M03"]].sum()
    row = works.portfolio.loc[seller]
    assert row["actual"] == pytest.approx(actual, abs=0.005)
    assert row["run_rate"] == row["actual"]
    assert row["plan"] == plan
    assert row["plan_gap"] == pytest.approx(actual - plan, abs=0.005)


def test_an_open_quarter_from_the_raw_files(adventureworks, raw):
    """The data ends with May 2020: two of the second quarter's three months."""
    sales, targets = raw
    found = company(adventureworks, "2020Q2")
    check_sums(found)
    ago = sales[sales["day"].between("2019-04-01", "2019-06-30")]
    part = ago.loc[ago["day"] <= "2019-05-31", "SalesAmount"].sum() / ago["SalesAmount"].sum()
    row = found.portfolio.loc["291"]
    last = sales[(sales["day"] >= "2020-04-01") & (sales["EmployeeKey"] == "291")]
    assert row["quarter_share"] == pytest.approx(part)
    assert row["run_rate"] == pytest.approx(last["SalesAmount"].sum() / part)
    plan = 1000 * targets.loc[(SELLERS["291"], 2020), ["M04", "M05", "M06"]].sum()
    assert row["plan_gap"] == pytest.approx(row["run_rate"] - plan)


def test_a_leader_with_a_plan_and_no_sale_is_still_there(adventureworks):
    found = company(adventureworks, "2017Q4")
    leader = found.portfolio.loc["277"]
    assert leader[["accounts", "revenue", "actual"]].tolist() == [0, 0, 0]
    assert leader["plan_gap"] == -leader["plan"] < 0
