"""The short cards of the demo company's pack: who has one, what it says, and what leads to it."""

import re
import shutil
from html import unescape
from urllib.parse import unquote

import pandas as pd
import pytest

from kamlib.pack.dossiers import CARDS
from kamlib.words import money, short

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MOST_BYTES = 900  # of a card: two thousand of them are a page that opens at once


@pytest.fixture(scope="module")
def folder(demo_pack):
    return demo_pack.folder


@pytest.fixture(scope="module")
def page(folder):
    return (folder / CARDS).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def cards(page):
    """The HTML of each card by its id."""
    found = re.findall(r'<details class="kam-more" id="(a-[^"]+)">(.*?)</dl></details>', page, re.S)
    return dict(found)


@pytest.fixture(scope="module")
def expected(folder):
    classes = pd.read_csv(folder / "tables" / "abc_xyz.csv", dtype={"account": "str"})
    dossiers = {path.stem for path in (folder / "accounts").glob("*.html")}
    large = classes[classes["abc"].isin(["A", "B"]) & ~classes["account"].isin(dossiers)]
    return large.set_index("account")


def test_each_account_of_class_a_or_b_has_a_dossier_or_one_card(page, cards, expected):
    assert list(cards) == [
        f"a-{account}" for _name, rows in expected.groupby("abc") for account in rows.index
    ]
    assert len(cards) > 50 and page.count('id="a-') == len(cards)
    assert len(page.encode()) < 60_000 + MOST_BYTES * len(cards)


def test_a_card_says_what_the_tables_say(folder, cards, expected):
    todo = pd.read_csv(folder / "tables" / "todo.csv").set_index("subject")
    states = pd.read_csv(folder / "tables" / "churn.csv").set_index("account")
    managers = pd.read_csv(folder / "tables" / "portfolio.csv").set_index("manager")["name"]
    asked = 0
    for account, row in expected.iterrows():
        said = unescape(re.sub("<[^>]+>", " ", cards[f"a-{account}"]))
        assert row["name"] in said and money(row["revenue"], "EUR") in said, account
        assert short(row["revenue"]) in said and money(row["margin"], "EUR") in said, account
        assert said.count(managers[row["manager"]]) == 2, account
        assert states.loc[account, "why"] in said, account
        if account in todo.index:
            asked += 1
            assert todo.loc[account, "why"] in said and todo.loc[account, "do"] in said, account
        else:
            assert "At stake a year" not in said, account
    assert asked > 20


def test_names_on_all_pages_lead_to_cards_that_are_there(folder, page, cards, expected):
    places = set(re.findall(r'\bid="([^"]+)"', page))
    leading = {}
    for path in folder.rglob("*.html"):
        found = re.findall(rf'href="((?:\.\./)?{CARDS})#([^"]+)"', path.read_text("utf-8"))
        leading[path.relative_to(folder).as_posix()] = {unescape(place) for _file, place in found}
        for file, place in found:
            assert (path.parent / file).resolve() == (folder / CARDS).resolve()
            assert unquote(unescape(place)) in places
    assert {"index.html", "01-abc-xyz.html", "03-churn.html"} <= {
        n for n, p in leading.items() if p
    }
    assert not leading[CARDS]
    for manager in (folder / "managers").glob("*.html"):
        assert leading[f"managers/{manager.name}"], manager.name


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's Chromium is not installed")
def test_a_link_opens_its_card_and_a_box_finds_cards(folder, cards, expected):
    sync_api = pytest.importorskip("playwright.sync_api")
    account = expected.index[-1]
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = browser.new_page()
        view.goto(f"{(folder / CARDS).resolve().as_uri()}#a-{account}")
        opened = "details.map(part => part.id)"
        shown = view.locator("details[open]").evaluate_all(f"details => {opened}")
        assert shown == [f"class-{expected.loc[account, 'abc']}", f"a-{account}"]
        assert view.locator(f"[id='a-{account}'] dl").is_visible()
        view.locator("input.kam-filter").fill(account)
        assert view.locator("details details:visible").count() == 1
        assert view.locator("[role=status]").inner_text() == f"1 of {len(cards)} accounts"
        view.locator("input.kam-filter").fill("zzzz")
        assert view.locator("details:visible").count() == 0
        browser.close()
