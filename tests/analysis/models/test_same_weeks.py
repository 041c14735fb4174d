import numpy as np
import pandas as pd
import pytest

from kamlib.analysis.models.same_weeks import drawn_shares, same_weeks

DAY = pd.Timestamp("2025-03-31")


def days_of(*orders):
    found = pd.DataFrame(orders, columns=["account", "date"]).astype({"account": "str"})
    return found.assign(date=pd.to_datetime(found["date"]))


def test_three_accounts_by_hand():
    days = days_of(
        ("a", "2022-04-01"),  # the first order is in the weeks of 2022: that year does not count
        ("a", "2023-04-01"),
        ("a", "2024-06-30"),  # 13 weeks after 31 March 2024 end on 30 June
        ("b", "2022-01-01"),
        ("b", "2023-07-01"),
        ("new", "2025-03-01"),
    )
    found = same_weeks(days, pd.Index(["a", "b", "new"]), DAY, 13)
    assert found["years"].tolist() == [2, 3, 0]
    assert found["years_ordered"].tolist() == [2, 0, 0]


def test_later_orders_and_weeks_that_are_not_over_do_not_count():
    days = days_of(("a", "2023-01-01"), ("a", "2024-04-02"))
    later = pd.concat([days, days_of(("a", "2025-04-02"))])
    accounts = pd.Index(["a"])
    assert same_weeks(days, accounts, DAY, 13).equals(same_weeks(later, accounts, DAY, 13))
    # 60 weeks from March 2024 on end after the day: only those from March 2023 on are over.
    assert same_weeks(days, accounts, DAY, 60).to_numpy().tolist() == [[1, 1]]


def test_few_years_are_drawn_to_the_others():
    rows = pd.DataFrame({"years": [4.0] * 8, "years_ordered": [4, 4, 4, 4, 0, 0, 0, 4.0]})
    asked = pd.DataFrame({"years": [0.0, 1, 4], "years_ordered": [0.0, 0, 0]})
    none, one, four = drawn_shares(asked, rows)
    assert none == pytest.approx(5 / 8)
    assert none > one > four > 0
    # Where accounts do not differ, each is like all.
    alike = pd.DataFrame({"years": [2.0] * 10, "years_ordered": [1.0] * 10})
    assert drawn_shares(asked, alike) == pytest.approx([0.5] * 3, abs=0.01)
    assert drawn_shares(asked, rows.iloc[:0]).tolist() == [0.5] * 3
    assert np.isfinite(drawn_shares(asked, rows.assign(years_ordered=4.0))).all()
