"""Lists of earlier quarters are made again: the rows of those packs, and what came of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sales_table import csv_dataset

from kamlib.analysis.targeting.deal_chance import chance_by_record
from kamlib.chapters.catalogue import open_book

QUICK = {
    # As few as earlier books take, so that they keep the same method.
    "target_check": {"resamples": 100},
    "stability": {"resamples": 10},
    "whitespace": {"origins": 3},
    "replay": {"quarters": 5},
}
FIRST, LAST = 2016, 2024
LINES = ("Pumps", "Seals", "Tools", "Valves", "Filters")


def drawn_lines(seed=4, accounts=30):
    """Each account takes up a line that it lacks in one of ten quarters, and may drop it again."""
    random = np.random.default_rng(seed)
    rows = ["Customer,Date,Document,Amount,Line"]
    for number in range(accounts):
        size = random.lognormal(5, 0.6)
        buys = random.random(len(LINES)) < 0.4
        for quarter in range(4 * (LAST - FIRST + 1)):
            day = f"{FIRST + quarter // 4}-{3 * (quarter % 4) + 2:02}-{1 + number % 28:02}"
            buys = np.where(buys, random.random(len(LINES)) < 0.93, random.random(len(LINES)) < 0.1)
            for line in np.array(LINES)[buys]:
                amount = size * random.lognormal(0, 0.3)
                rows.append(f"N{number:03},{day},R{number}-{quarter},{amount:.2f},{line}")
    return [*rows, f"N000,{LAST}-12-31,R,1.00,Pumps"]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return csv_dataset(tmp_path_factory.mktemp("drawn") / "set", drawn_lines())


@pytest.fixture(scope="module")
def book(company):
    return open_book(company, settings=QUICK)


def bought_by_loops(company, quarter):
    """Account and line -> money of the four quarters after a quarter."""
    lines = pd.read_csv(company / "sales.csv")
    lines["quarter"] = pd.PeriodIndex(lines["Date"], freq="Q-DEC")
    found = {}
    for row in lines.itertuples():
        if 0 < row.quarter.ordinal - quarter.ordinal <= 4:
            key = f"{row.Customer}\n{row.Line}"
            found[key] = found.get(key, 0) + row.Amount
    return found


@pytest.mark.parametrize("quarter", ["2023Q4", "2022Q4"])
def test_the_rows_are_those_that_the_pack_of_that_quarter_lists(book, company, quarter):
    rows = book.ground.gap_lists
    rows = rows[rows["quarter"] == quarter]
    then = open_book(company, quarter, settings=QUICK).targeting
    listed = then.whitespace[["account", "product_line"]].agg("\n".join, axis=1)
    assert rows["subject"].tolist() == listed.tolist()
    assert rows["place"].tolist() == list(range(1, len(rows) + 1))
    np.testing.assert_allclose(rows["chance"].astype(float), then.gaps_said["chance"])
    came = bought_by_loops(company, pd.Period(quarter, freq="Q-DEC"))
    assert rows["brought"].tolist() == pytest.approx([came.get(key, 0.0) for key in listed])
    assert (rows["came"] == (rows["brought"] > 0)).all()
    assert rows["came"].any() and not rows["came"].all()


def test_the_records_are_of_the_first_rows_and_of_those_below(book):
    rows, shown = book.ground.gap_lists, book.targeting.gaps_shown
    first, others = book.ground.gap_records
    assert shown == 15 == len(book.targeting.tables.whitespace.shown)
    assert first.quarters == book.settings.replay.quarters == 5
    assert first.rows == 5 * shown and first.rows + others.rows == len(rows)
    top = rows[rows["place"] <= shown]
    assert first.said == pytest.approx(top["chance"].mean())
    assert first.expected == pytest.approx((top["chance"] * top["value"]).sum())
    table = book.ground.records
    assert {first.words, others.words} <= set(table["words"])
    assert first.words in book.targeting.says.gaps_checked.plain


def test_what_is_said_today_is_corrected_and_keeps_its_order(book):
    said, now = book.targeting.gaps_said, book.targeting.whitespace
    first, others = book.ground.gap_records
    assert first.changes
    keys = ["account", "product_line"]
    pd.testing.assert_frame_equal(said[keys], now[keys])
    assert now["expected_value"].is_monotonic_decreasing
    top = now.head(15)
    np.testing.assert_allclose(top["chance"], said["chance"].head(15) * first.factor)
    np.testing.assert_allclose(
        top["expected_value"], said["expected_value"].head(15) * first.money_factor
    )
    np.testing.assert_allclose(now["chance"] * now["value_if_bought"], now["expected_value"])
    assert (now["low"] <= now["expected_value"]).all()
    assert "by the record of earlier lists" in now["why"].iloc[0]


def test_chances_to_win_are_held_against_the_deals_decided_in_the_next_quarter():
    book, then = open_book("demo"), open_book("demo", "2025Q3").targeting
    rows = book.ground.deal_lists
    assert set(rows["quarter"]) <= {
        f"{year}Q{n}" for year in (2023, 2024, 2025) for n in range(1, 5)
    }
    rows = rows[rows["quarter"] == "2025Q3"].set_index("subject")
    noted = pd.read_csv("data/demo/prospects.csv").set_index("prospect")
    decided = {
        code: row["outcome"] == "won"
        for code, row in noted.iterrows()
        if row["outcome"] in ("won", "lost")
        and "2025-10" <= str(row["outcome_on"])[:7] <= "2025-12"
    }
    listed = {code: came for code, came in decided.items() if code in then.listed.index}
    assert rows["came"].to_dict() == listed and len(listed) > 5
    said = then.chance_said.chance.reindex(rows.index)
    np.testing.assert_allclose(rows["chance"].astype(float), said)


def test_chances_to_win_are_shown_as_their_record_tells():
    targeting = open_book("demo").targeting
    said, now, record = targeting.chance_said, targeting.chance, targeting.book.ground.deal_record
    assert record.changes and record.words in targeting.says.grounds.plain
    np.testing.assert_allclose(now.chance, said.chance * record.factor)
    assert ((now.low <= now.chance) & (now.chance <= now.high))[now.chance.notna()].all()
    assert record.words in targeting.book.ground.records["words"].tolist()
    unsure = replace(said, status="unvalidated")
    assert chance_by_record(unsure, record) is unsure
    sure = chance_by_record(said, replace(record, factor=50.0))
    assert sure.chance.max() == 1


def test_an_earlier_quarter_of_an_earlier_one_is_made_once(book):
    assert book.earlier(2).earlier(3) is book.earlier(5)
    assert book.earlier(5).quarter == book.quarter - 5
    assert book.earlier(2).earlier(100) is None


def test_shifting_the_future_changes_nothing(company, tmp_path, book):
    lines = (company / "sales.csv").read_text().splitlines()
    header, *rows = lines
    cut = open_book(company, "2023Q4", settings=QUICK)
    moved = [row if row.split(",")[1] < "2024" else row.replace("R", "X", 1) + "s" for row in rows]
    other = csv_dataset(tmp_path / "set", [header, *moved])
    again = open_book(other, "2023Q4", settings=QUICK)
    pd.testing.assert_frame_equal(cut.ground.records, again.ground.records)
    pd.testing.assert_frame_equal(cut.targeting.whitespace, again.targeting.whitespace)
    assert cut.ground.gap_lists["quarter"].max() == "2022Q4"
    assert not cut.ground.records.equals(book.ground.records)
