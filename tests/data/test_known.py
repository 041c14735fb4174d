"""Side tables as they were known at a day: nothing from after it."""

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.data.describe.schema import TABLES
from kamlib.data.frames import account_days, manager_quarters
from kamlib.data.known import known_at

DAY = pd.Timestamp("2024-06-30")


def test_later_rows_are_left_out_and_later_outcomes_emptied():
    rows = pd.DataFrame(
        {
            "account": ["A", "B", "C", "D"],
            "date": pd.to_datetime(["2024-06-30", "2024-07-01", None, "2024-01-05"]),
            "outcome": ["won", "won", "refused", "won"],
            "outcome_on": pd.to_datetime(["2024-07-02", "2024-07-02", None, "2024-06-30"]),
        }
    )
    known = known_at("winbacks", rows, DAY)
    assert known["account"].tolist() == ["A", "C", "D"]
    assert known["outcome"].tolist() == ["open", "refused", "won"]
    assert known["outcome_on"].isna().tolist() == [True, True, False]
    assert rows["outcome"].tolist() == ["won", "won", "refused", "won"]


def test_of_tenders_to_come_those_are_known_that_are_open():
    results = ["open", None, "won", "partly won", "withdrawn", "lost"]
    rows = pd.DataFrame({"account": "A", "date": pd.Timestamp("2024-08-01"), "result": results})
    rows["result"] = rows["result"].astype("str")
    assert known_at("tenders", rows, DAY).empty
    assert known_at("tenders", rows, DAY, ahead=True)["result"].fillna("").tolist() == ["open", ""]


def test_what_is_due_later_is_kept_only_where_the_data_ends():
    last, earlier = open_book("demo"), open_book("demo", "2024Q2")
    for name in ("payments", "deliveries"):
        ahead = last.known(name, ahead=True)
        later = ahead[ahead[TABLES[name].known_on] > last.seen_to]
        assert len(later) == len(ahead) - len(last.known(name)) > 0
        assert not (later[next(iter(TABLES[name].outcomes))] > last.seen_to).any()
        assert earlier.known(name, ahead=True).equals(earlier.known(name))


@pytest.mark.parametrize(
    "name", sorted(t.name for t in TABLES.values() if t.known_on or t.outcomes)
)
def test_the_demo_company_as_of_a_day_knows_nothing_later(name):
    book = open_book("demo", "2024Q2")
    known = book.known(name)
    assert 0 < len(known) <= len(book.tables[name])
    days = [TABLES[name].known_on or None, *TABLES[name].outcomes]
    for column in filter(None, days):
        assert not (known[column] > book.as_of).any(), column


def test_an_earlier_book_is_the_book_of_that_quarter():
    book = open_book("demo", "2024Q2")
    before = book.earlier()
    assert before.quarter == book.quarter - 1
    pd.testing.assert_frame_equal(before.months, open_book("demo", "2024Q1").months)
    assert book.earlier() is before
    assert open_book("demo", "2023Q1").earlier() is None


def test_days_of_some_accounts_add_up_to_their_months():
    book = open_book("demo", "2024Q2")
    days = account_days(book.tables.ledger.table, book.as_of, ["N1001", "N1013"])
    months = book.months[book.months["account"].isin(["N1001", "N1013"])]
    assert days["revenue"].sum() == pytest.approx(months["revenue"].sum())
    assert days["ordered"].sum() == months["order_days"].sum()
    taken_back = -days.loc[days["revenue"] < 0, "revenue"].sum()
    assert 0 < taken_back <= months["returned"].sum()


def test_managers_quarters_add_up_and_a_run_rate_compares_like_days():
    book = open_book("demo", "2024Q2")
    day = pd.Timestamp("2024-05-15")
    quarters = manager_quarters(book.tables.ledger.table, book.as_of, day)
    assert quarters["revenue"].sum() == pytest.approx(book.months["revenue"].sum())
    raw = pd.read_csv(book.dataset.folder / "transactions.csv", dtype=str)
    raw = raw[(raw["manager"] == "M3") & ~raw["product"].str.startswith("FREIGHT", na=False)]
    date = pd.to_datetime(raw["date"], errors="coerce")
    revenue = pd.to_numeric(raw["revenue"], errors="coerce")
    inside = (date >= "2023-04-01") & (date <= "2023-05-15")
    row = quarters[(quarters["manager"] == "M3") & (quarters["quarter"] == pd.Period("2023Q2"))]
    assert row["revenue_to_day"].iloc[0] == pytest.approx(revenue[inside].sum(), abs=0.01)
