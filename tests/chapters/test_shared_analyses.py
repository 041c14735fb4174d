"""Whole data sets whose pack once said something wrong, opened from the shared cases."""

import re

import openpyxl
import pytest
from companies import shared
from consenting import consented

from kamlib import open_book
from kamlib.analysis.churn.bridge import STEPS
from kamlib.chapters.catalogue import pack_tables
from kamlib.pack.pages import content_html, notices
from kamlib.show.tables import table
from kamlib.workbook.workbook import write_workbook


def case_book(name):
    return open_book(shared("../cases/analysis") / name)


def test_credits_after_the_last_order_are_nobody_new_and_leave_nothing_at_risk():
    book = case_book("02-credit-after-last-order")
    assert book.churn.year["revenue_a_year"][["BIGRET", "OVER"]].tolist() == [0.0, -2000.0]
    assert book.churn.at_risk["margin_at_risk"].get("BIGRET", 0.0) == 0
    total = book.churn.bridge.query("direction == 'total'").iloc[0]
    assert (total["new"], total["credited"]) == (0, -92_500)
    assert total["before"] + total[list(STEPS)].sum() == pytest.approx(total["after"], abs=0.005)
    told = book.churn.change
    assert "only got credits" in told and "EUR -92,500" in told and "are new" not in told


def test_equals_that_a_cut_parts_by_their_number_are_told_so():
    classes = case_book("11-equal-accounts").abc_xyz.classes
    assert classes["abc"].astype(str).to_dict() == dict.fromkeys(
        ("E0", "E1", "E2", "E3", "E4", "E5"), "A"
    ) | {"E6": "B"}
    tied = "; 7 accounts have this revenue: 6 A, 1 B, by their number alone"
    assert classes["why"].str.endswith(tied).all()
    assert classes["stability"]["E6"] == pytest.approx(1 / 7)
    assert classes["stability"]["E0"] == pytest.approx(6 / 7)


def test_nobody_is_new_where_the_data_begins_and_a_year_is_as_long_as_it_is():
    book = case_book("09-first-export-of-one-quarter")
    span = "3 months, since 2024-10-03"
    assert book.year_words == span
    classes = book.abc_xyz.classes
    assert not classes["new"].any() and not (classes["xyz"] == "N").any()
    assert set(book.churn.states["state"]) == {"active"}
    assert book.abc_xyz.actions.empty and book.churn.bridge.empty and book.abc_xyz.migration.empty
    assert span in [tile.label for tile in book.summary.tiles]
    begins = "The data begins on 2024-10-03: what is called a year here is 3 months"
    assert [notice for notice in notices(book) if notice.startswith(begins)]
    page = content_html(book, "Any", [], table(classes.reset_index()).html)
    assert begins in page, "every page says it above its headings"
    told = [str(book.abc_xyz.moves), str(book.churn.change), book.abc_xyz.rhythm]
    assert told[:2] == [
        "There is no earlier quarter to hold the classes against.",
        "There is no earlier quarter to hold this one against.",
    ]
    assert "regularly" in told[2] and "new" not in told[2]


def test_each_sheet_that_speaks_of_a_year_says_how_long_it_is(tmp_path):
    book = case_book("09-first-export-of-one-quarter")
    write_workbook(tmp_path / "kam.xlsx", book, pack_tables(book))
    spoken = 0
    for sheet in openpyxl.load_workbook(tmp_path / "kam.xlsx").worksheets:
        texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        year = [text for text in texts if re.search(r"(?i)\b(a|the|of) year\b|12 months", text)]
        if year and sheet.title not in ("Data", "Settings"):
            spoken += 1
            assert [text for text in texts if "3 months" in text], (sheet.title, year[:3])
    assert spoken > 3


def test_who_is_known_to_have_come_lately_is_new_even_where_the_data_begins(tmp_path):
    case = shared("../cases/analysis") / "09-first-export-of-one-quarter"
    text = (case / "dataset.toml").read_text()
    source = f'source = "{(case / "transactions.csv").as_posix()}"'
    text = text.replace('source = "transactions.csv"', source)
    (tmp_path / "dataset.toml").write_text(text + '\n[accounts]\nsource = "accounts.csv"\n')
    known = "account,since\nB001,2024-10-04\nB002,2019-02-01\n"
    (tmp_path / "accounts.csv").write_text(known)
    book = open_book(consented(tmp_path))
    classes, states = book.abc_xyz.classes, book.churn.states["state"]
    assert classes.index[classes["new"]].tolist() == ["B001"]
    assert states.index[states == "new"].tolist() == ["B001"]
    assert classes.loc["B001", "why"].endswith("N: first order on 2024-10-04")
