"""What companies may buy: by hand, and better than the industry's median on the demo company."""

import numpy as np
import pandas as pd

from kamlib.analysis.targeting.typical_value import typical_values

COLUMNS = ["industry", "region", "employees", "annual_revenue", "revenue"]
COMPANIES = pd.DataFrame(
    [
        ["Food", "North", 10, 1e6, 100.0],
        ["Food", "North", 12, 1e6, 120.0],
        ["Food", "North", 1000, 1e8, 9000.0],
        ["Food", "North", 900, 1e8, 8000.0],
        ["Steel", "South", 900, 1e8, 50000.0],
        ["Food", "North", 11, 1e6, 0.0],
    ],
    index=pd.Index(list("ABCDEF"), name="account", dtype="str"),
    columns=COLUMNS,
)


def targets(*rows):
    index = pd.Index([f"P{n}" for n in range(len(rows))], name="prospect", dtype="str")
    return pd.DataFrame(list(rows), index, columns=[*COLUMNS[:4], "account"])


def test_by_hand():
    small = ["Food", "North", 11, 1e6, ""]
    large = ["Food", "North", 950, 1e8, ""]
    itself = ["Food", "North", 1000, 1e8, "C"]  # its own 9,000 do not count
    unknown = ["", "", np.nan, np.nan, ""]
    values = typical_values(
        targets(small, large, itself, unknown), COMPANIES, COMPANIES["revenue"], neighbours=2
    )
    assert values.tolist()[:2] == [110.0, 8500.0]
    assert values.iloc[2] < 8500.0 and np.isnan(values.iloc[3])


def test_nobody_buys():
    found = typical_values(
        targets(["Food", "North", 11, 1e6, ""]), COMPANIES, COMPANIES["revenue"] * 0, neighbours=2
    )
    assert found.isna().all()


def test_closer_than_the_industry_on_accounts_left_out(demo_keys):
    book, classes = demo_keys.book, demo_keys.classes
    buying = classes["revenue"][classes["revenue"] > 0]
    companies = book.accounts.loc[buying.index]
    told = typical_values(
        companies.assign(account=companies.index), book.accounts, buying, neighbours=10
    )
    industry = companies["industry"].fillna("")
    plain = [
        buying[(industry == industry[account]) & (buying.index != account)].median()
        for account in buying.index
    ]

    def off(values):
        return np.abs(np.log(values) - np.log(buying)).mean()

    assert off(told) < off(pd.Series(plain, buying.index).fillna(buying.median())) - 0.1
