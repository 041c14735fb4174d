"""The managers' sheets in the demo company's pack: their figures are those of the tables."""

import re
from html import unescape
from urllib.parse import unquote

import pandas as pd
import pytest
from icalendar import Calendar

from kamlib.analysis.summary.manager_sheet import LARGEST
from kamlib.pack.manager_pages import FOLDER
from kamlib.words import money, number, rounded, short

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(demo_pack):
    return demo_pack.folder


@pytest.fixture(scope="module")
def pages(folder):
    found = sorted((folder / FOLDER).glob("*.html"))
    texts = [path.read_text(encoding="utf-8") for path in found]
    return {unescape(re.search(r"<h1[^>]*>(.*?)</h1>", text)[1]): text for text in texts}


def table(folder, name):
    return pd.read_csv(folder / "tables" / f"{name}.csv", dtype={"account": "str"})


def words(html):
    seen = re.sub(r"<(style|script|nav|title).*?</\1>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def test_each_manager_has_one_whose_figures_are_those_of_the_tables(folder, pages):
    portfolio, classes = table(folder, "portfolio"), table(folder, "abc_xyz")
    todo, at_risk = table(folder, "todo"), table(folder, "churn").set_index("account")
    assert sorted(pages) == sorted(portfolio["name"])
    for row in portfolio.itertuples():
        said = words(pages[row.name])
        assert f"EUR {rounded(abs(row.plan_gap))}" in said, row.name
        assert short(row.actual) in said and f"margin at risk {short(row.at_risk)}" in said
        mine = classes[classes["manager"] == row.manager].nlargest(LARGEST, "revenue")
        for account in mine.itertuples():
            assert money(account.revenue) in said, account.name
            assert money(at_risk.loc[account.account, "margin_at_risk"]) in said, account.name
        tasks = todo[(todo["manager"] == row.manager) & todo["fits"]]
        assert f"of the {len(tasks)} that find room" in said
        assert f"{number(tasks['hours'].sum(), 1).removesuffix('.0')} of" in said


def test_their_links_lead_to_what_is_there_and_pages_lead_to_them(folder, pages):
    for html in pages.values():
        links = set(re.findall(r'href="([^"#]+)"', html))
        assert any(link.startswith("../accounts/") for link in links)
        assert any(link.startswith("../calendar/") for link in links)
        for link in links:
            assert (folder / FOLDER / unquote(unescape(link))).resolve().is_file(), link
    first = (folder / "index.html").read_text(encoding="utf-8")
    assert len(set(re.findall(rf'href="({FOLDER}/[^"]+)"', first))) == len(pages)


def test_pages_name_managers_and_no_cell_has_a_code(folder):
    codes = table(folder, "portfolio")["manager"]
    for path in folder.glob("*.html"):
        html = path.read_text(encoding="utf-8")
        for code in codes:
            assert not re.search(rf"<(td|th)[^>]*>{code}</\1>", html), path.name


def test_each_entry_of_a_calendar_names_a_page_that_is_there(folder):
    calendar = Calendar.from_ical((folder / "calendar" / "everyone.ics").read_bytes())
    places = [
        re.search(r"^Page: (.+)$", str(event["description"]), re.MULTILINE)[1]
        for event in calendar.walk("VEVENT")
    ]
    assert len(places) > 100 and any("/accounts/" in place for place in places)
    for place in set(places):
        quarter, _slash, file = place.partition("/")
        assert quarter == folder.name and (folder / file).is_file(), place
