"""Lines left by accounts that stay: by hand, and the demo company's partial leavers."""

import pandas as pd

from kamlib import open_book
from kamlib.analysis.churn.bridge import LINE_COLUMNS, line_losses, line_losses_headline

NOW = pd.Period("2025Q4")


def sales(*rows):
    """Rows (account, line, quarters back, revenue)."""
    frame = pd.DataFrame(
        [(account, line, NOW - back, revenue) for account, line, back, revenue in rows],
        columns=["account", "product_line", "quarter", "revenue"],
    )
    return frame.astype({"account": "str", "product_line": "str", "revenue": float})


def bought(account, line, backs, revenue=100.0):
    return [(account, line, back, revenue) for back in backs]


def test_only_a_line_that_was_really_left_by_an_account_that_stays_is_listed():
    lines = sales(
        *bought("left a line", "Tools", range(2, 6)),
        *bought("left a line", "Safety", range(6), 300.0),
        *bought("left us", "Tools", range(2, 6)),
        *bought("season", "Tools", (2, 3, 6, 7)),  # never in these two quarters of the year
        *bought("season", "Safety", range(6)),
        *bought("once", "Tools", (5,)),
        *bought("once", "Safety", range(6)),
        *bought("stays", "Tools", range(6)),
        *bought("no name", "", range(2, 6)),
        *bought("no name", "Safety", range(6)),
    )
    found = line_losses(lines, quarter=NOW)
    assert found.columns.tolist() == list(LINE_COLUMNS)
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["account"], row["product_line"]) == ("left a line", "Tools")
    assert (row["last_quarter"], row["revenue_a_year"]) == ("2025Q2", 400)
    assert row["account_share"] == 0.25
    assert "400 of Tools a year until 2025Q2" in row["why"]
    assert (
        "1 account goes on buying but has left a line: EUR 400 a year in Tools."
        in line_losses_headline(found, "EUR")
    )
    none = line_losses(lines.head(0), quarter=NOW)
    assert none.columns.tolist() == list(LINE_COLUMNS)
    assert "No account" in line_losses_headline(none)


def test_the_demo_companys_partial_leavers_are_found():
    book = open_book("demo")
    truth = pd.read_csv(book.dataset.folder / "truth.csv", dtype=str)
    left = truth[truth["left_line"].notna()]
    known = pd.to_datetime(left["left_line_on"])
    recent = left[(known < "2025-07-01") & (known > "2024-10-01")]
    assert len(recent) >= 2
    found = line_losses(book.line_quarters, quarter=book.quarter)
    pairs = set(zip(found["account"], found["product_line"], strict=True))
    assert set(zip(recent["account"], recent["left_line"], strict=True)) <= pairs
    top = found.head(len(recent))
    planted = set(zip(left["account"], left["left_line"], strict=True))
    assert set(zip(top["account"], top["product_line"], strict=True)) & planted
