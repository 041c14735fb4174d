"""The first page in the demo company's pack: one sheet, few words, and figures of other pages."""

import re
import shutil
from html import unescape
from urllib.parse import unquote

import pandas as pd
import pytest

from kamlib.analysis.summary.brief_words import number_of_words
from kamlib.pack.manager_pages import FOLDER as MANAGERS
from kamlib.pack.pack import MAIL, TEXT
from kamlib.words import money, number, rounded, short

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MOST_WORDS = 500
A4 = rb"/MediaBox \[0 0 59[45][\d.]* 84[12][\d.]*\]"


@pytest.fixture(scope="module")
def folder(demo_pack):
    return demo_pack.folder


@pytest.fixture(scope="module")
def html(folder) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def words(html) -> str:
    """What one reads on the page, its bar of links aside."""
    seen = re.sub(r"<(style|script|nav|title).*?</\1>|<a class=\"skip.*?</a>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def test_it_has_at_most_500_words_and_no_settings(words):
    assert 200 < number_of_words(words) <= MOST_WORDS
    assert "Settings in force" not in words


def test_its_links_lead_to_what_is_there(folder, html):
    links = {unescape(link) for link in re.findall(r'href="([^"]+)"', html)}
    sections = [link for link in links if ".html#" in link]
    assert len(sections) >= 8 and any(link.startswith("accounts/") for link in links)
    for link in links - {"#content"}:
        file, _hash, section = unquote(link).partition("#")
        assert (folder / file).is_file(), link
        if file.endswith(".html") and section:
            assert f'id="{section}"' in (folder / file).read_text(encoding="utf-8"), link


def test_its_figures_are_those_of_the_tables(folder, words):
    def table(name):
        return pd.read_csv(folder / "tables" / f"{name}.csv", dtype={"account": "str"})

    portfolio, churn, targets = table("portfolio"), table("churn"), table("targets")
    gap = portfolio["plan_gap"]
    worst = portfolio.loc[gap.idxmin(), "name"]
    assert f"Plan missed by EUR {rounded(-gap.sum())}" in words
    assert f"{worst} {rounded(gap.min())}" in words
    assert short(churn["may_leave"].sum()) in words
    close = targets[targets["tier"] == "one-to-one"]
    for sum_ in (
        table("thin_margins")["missing_margin"].sum(),
        table("line_losses")["revenue_a_year"].sum(),
        table("watch_list")["at_risk"].sum(),
        table("winback")["net_value"].sum(),
        close["priority"].sum(),
        table("todo").query("verb == 'settle'")["worth"].sum(),
    ):
        assert money(sum_) in words
    todo = table("todo")
    assert f"{number(todo.loc[todo['fits'], 'hours'].sum(), 1).removesuffix('.0')} of" in words


def test_the_same_stands_in_a_text_and_in_a_mail(demo_pack, folder, html):
    (verdict,) = re.findall(r"<h1[^>]*>(.*?)</h1>", html)
    text, mail = ((folder / name).read_text(encoding="utf-8") for name in (TEXT, MAIL))
    assert verdict in mail and unescape(verdict) in text
    assert demo_pack.line == f"Nordhafen Trading · 2025Q4: {unescape(verdict)}"
    assert "href=" not in mail and "<script" not in mail


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's Chromium is not installed")
def test_it_and_the_managers_print_on_one_upright_sheet_and_are_as_wide_as_the_screen(folder):
    playwright = pytest.importorskip("playwright.sync_api")
    root = "document.documentElement"
    with playwright.sync_playwright() as open_browsers:
        browser = open_browsers.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = browser.new_page()
        for page in (folder / "index.html", *sorted((folder / MANAGERS).glob("*.html"))):
            view.goto(page.as_uri())
            printed = view.pdf(prefer_css_page_size=True, print_background=True)
            assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1, page.name
            assert re.search(A4, printed)
            for width in (1280, 390):
                view.set_viewport_size({"width": width, "height": 900})
                assert view.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), page.name
        browser.close()
