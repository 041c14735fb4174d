"""The page on data and words: each measure, each file, each setting, and what was checked."""

import re
from html import unescape

import pandas as pd
import pytest

from kamlib.analysis.measures.definitions import MEASURES
from kamlib.pack.data_page import checked, files_read
from kamlib.settings import load_settings, settings_table


def test_each_file_and_sheet_with_what_became_of_its_lines():
    rows = [
        ("a.csv", "", "kept", 7),
        ("a.csv", "", "rejected", 1),
        ("postgres://who@host/base/sales", "May", "excluded", 2),
        ("postgres://who@host/base/sales", "May", "set aside", 3),
        ("postgres://who@host/base/sales", "May", "excluded", 4),
    ]
    found = files_read(pd.DataFrame(rows, columns=["file", "sheet", "step", "rows"]))
    assert found.to_numpy().tolist() == [["a.csv", "", 8, 7, 0, 1], ["sales", "May", 9, 0, 9, 0]]


def test_what_does_not_hold_stands_first():
    found = checked({"sums agree": True, "lists agree": False, "lines agree": True})
    assert found.to_numpy().tolist() == [
        ["lists agree", "NO"],
        ["sums agree", "yes"],
        ["lines agree", "yes"],
    ]


@pytest.fixture(scope="module")
def page(demo_pack):
    return unescape((demo_pack.folder / "data.html").read_text(encoding="utf-8"))


def test_every_word_check_and_setting_stands_on_the_page(demo_pack, page):
    told = pd.read_csv(demo_pack.folder / "tables" / "measures.csv", dtype=str)
    assert set(told["measure"]) <= set(MEASURES) and len(told) > 30
    for row in told.itertuples():
        assert row.label in page and row.today in page and row.about in page
    assert demo_pack.checks and all(check in page for check in demo_pack.checks)
    assert ">NO<" not in page
    assert set(settings_table(load_settings())["name"]) <= set(
        re.findall(r"[a-z_]+\.[a-z_0-9]+", page)
    )
    assert "transactions.csv" in page and 'class="kam-folded"' in page


def test_every_page_leads_there_in_one_line_instead_of_repeating_it(demo_pack):
    for path in demo_pack.folder.rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert path.name == "data.html" or "house rule: above it the run stops" not in html, path
