"""How the demo company's pages look: on a desk and on a telephone, by day and by night, to all."""

import re
import shutil
from importlib.resources import files
from types import SimpleNamespace

import pandas as pd
import pytest

from kamlib.pack.pages import notices

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="Debian's Chromium is not installed")
PAGES = ("index.html", "01-abc-xyz.html", "02-segments.html", "03-churn.html",
         "04-targeting.html", "data.html", "accounts/index.html", "accounts/N1155.html",
         "accounts.html", "../index.html")  # fmt: skip
DESK, TELEPHONE, PAPER = 1280, 390, 703  # the last is an upright A4 within its margins
# By night only colours differ, and those are the same at any width.
CONTRAST = "color-contrast"
VIEWS = [(DESK, "light", {}), (DESK, "dark", {"runOnly": {"type": "rule", "values": [CONTRAST]}}),
         (TELEPHONE, "light", {"rules": {CONTRAST: {"enabled": False}}})]  # fmt: skip
_CUT = """() => [...document.querySelectorAll("main *")].filter(part =>
  part.clientWidth && part.scrollWidth > part.clientWidth + 1
  && getComputedStyle(part).overflowX !== "visible" && !part.closest("nav, thead"))
  .map(part => part.className + ": " + part.textContent.slice(0, 60))"""
_WIDER = "part => part.scrollWidth > part.clientWidth + 1"
_FLAWS = """options => axe.run(document, {resultTypes: ["violations"], ...options}).then(found =>
  found.violations.flatMap(flaw => flaw.nodes.map(node => [flaw.id, node.html.slice(0, 120)])))"""


@pytest.fixture(scope="module")
def folder(demo_pack):
    return demo_pack.folder


@pytest.fixture(scope="module")
def view():
    """A tab of a headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def opened(view, path, width=DESK, scheme="light"):
    """The tab with a page, of which everything is unfolded."""
    view.set_viewport_size({"width": width, "height": 900})
    view.emulate_media(color_scheme=scheme)
    view.goto(path.resolve().as_uri())
    folded = "document.querySelectorAll('details:not(.kam-folded)')"
    view.evaluate(f"{folded}.forEach(part => {{ part.open = true }})")
    return view


@in_a_browser
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_no_flaw(folder, view, page):
    pytest.importorskip("axe_playwright_python")
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    opened(view, folder / page).evaluate(axe)
    for width, scheme, options in VIEWS:
        view.set_viewport_size({"width": width, "height": 900})
        view.emulate_media(color_scheme=scheme)
        assert view.evaluate(_FLAWS, options) == [], (width, scheme)


@in_a_browser
@pytest.mark.parametrize("page", PAGES)
def test_a_telephone_shows_all_without_scrolling_aside(folder, view, page):
    opened(view, folder / page, TELEPHONE)
    assert view.evaluate("document.documentElement.scrollWidth") == TELEPHONE
    assert view.evaluate(_CUT) == []


@in_a_browser
def test_a_row_is_a_card_on_a_telephone_and_a_row_again_on_a_desk(folder, view):
    opened(view, folder / "01-abc-xyz.html", TELEPHONE)
    row = view.locator("table.kam-wide tbody tr").first
    cell = row.locator("td[data-label^='Revenue']").first
    before = "cell => getComputedStyle(cell, '::before').content"
    assert cell.evaluate(before) == '"Revenue (EUR)"'
    lines = {
        round(part.bounding_box()["y"]) for part in row.locator("td:not([data-label=''])").all()
    }
    assert len(lines) == row.locator("td:not([data-label=''])").count()
    head, name = row.locator("th").bounding_box(), row.locator("td").first.bounding_box()
    assert abs(head["y"] - name["y"]) < 4
    view.set_viewport_size({"width": DESK, "height": 900})
    assert cell.evaluate(before) == "none"
    assert len({round(part.bounding_box()["y"]) for part in row.locator("td").all()}) == 1


@in_a_browser
def test_the_rest_of_many_cards_and_a_picture_at_full_size_are_a_key_away(folder, view):
    opened(view, folder / "01-abc-xyz.html", TELEPHONE)
    rows = view.locator("table.kam-wide").first.locator("tbody tr")
    shown = sum(row.is_visible() for row in rows.all())
    assert (shown, rows.count()) == (8, 15)
    view.locator("button.kam-rest").first.press("Enter")
    assert all(row.is_visible() for row in rows.all())
    picture = view.locator(".output img").first
    assert picture.bounding_box()["width"] <= TELEPHONE
    view.locator("button.kam-larger").first.press("Enter")
    assert picture.bounding_box()["width"] > 2 * TELEPHONE
    assert view.evaluate("document.documentElement.scrollWidth") == TELEPHONE


@in_a_browser
def test_a_table_is_sorted_by_keys_and_what_has_the_focus_is_seen(folder, view):
    opened(view, folder / "01-abc-xyz.html")
    view.keyboard.press("Tab")
    skip = view.locator(".skip")
    assert skip.evaluate("link => link === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    view.locator("button.kam-sort").nth(3).focus()
    view.keyboard.press("Enter")
    view.keyboard.press("Enter")
    assert view.locator("th[aria-sort]").first.get_attribute("aria-sort") == "ascending"
    values = [
        float(cell.get_attribute("data-sort"))
        for cell in view.locator("table.kam-wide").first.locator("td:nth-child(4)").all()
    ]
    assert values == sorted(values) and len(values) == 15
    outline = "getComputedStyle(document.activeElement).outlineWidth"
    assert view.evaluate(outline) == "3px"


@in_a_browser
@pytest.mark.parametrize("page", ["01-abc-xyz.html", "03-churn.html"])
def test_a_slider_tells_what_was_computed_ahead_and_goes_back(folder, view, page):
    opened(view, folder / page, TELEPHONE)
    box, read = view.locator(".kam-slider"), "box => JSON.parse(box.textContent)"
    known = box.locator("script").evaluate(read)
    start, last = known["start"], len(known["steps"]) - 1

    def assert_at(place):
        step = known["steps"][place]
        assert box.locator(".kam-figures b").all_inner_texts() == step["figures"]
        assert box.locator(".kam-slider-at b").inner_text() == step["at"]
        assert box.locator(".kam-slider-words").inner_text() == step["words"]
        assert box.locator("input").get_attribute("aria-valuetext") == step["at"]

    assert 7 <= last <= 15 and 0 < start < last
    assert_at(start)
    for key, place in (("ArrowRight", start + 1), ("End", last), ("Home", 0)):
        box.locator("input").press(key)
        assert_at(place)
    view.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert_at(start)
    box.locator("input").press("Home")
    box.locator("button").press("Enter")
    assert_at(start)


@in_a_browser
@pytest.mark.parametrize(("page", "sheets"), [
    ("01-abc-xyz.html", 6), ("02-segments.html", 6), ("03-churn.html", 6),
    ("04-targeting.html", 6), ("accounts/N1155.html", 5),
])  # fmt: skip
def test_a_page_prints_on_few_sheets_and_no_table_is_cut(folder, view, page, sheets):
    view.goto((folder / page).resolve().as_uri())
    printed = view.pdf(prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= sheets
    view.emulate_media(media="print")
    view.set_viewport_size({"width": PAPER, "height": 1000})
    parts = [part for part in view.locator(".output .kam-output").all() if part.is_visible()]
    assert parts and [part.inner_text()[:80] for part in parts if part.evaluate(_WIDER)] == []
    view.emulate_media(media="null")  # as it is, on the screen and in print


@in_a_browser
def test_print_is_by_day(folder, view):
    opened(view, folder / "index.html", scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert view.evaluate(ground) == "rgb(17, 23, 30)"
    view.emulate_media(media="print", color_scheme="dark")
    assert view.evaluate(ground) == "rgb(255, 255, 255)"
    view.emulate_media(media="null")  # as it is, on the screen and in print


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_its_language_and_its_parts_to_who_cannot_see_it(folder, page):
    html = (folder / page).read_text(encoding="utf-8")
    assert re.search(r'<html lang="en">', html)
    assert html.count("<main") == html.count("</main>") == html.count("<h1") == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    assert not re.search(r"<th\b(?![^>]*\bscope=)", html)
    assert not re.search(r'<img\b(?![^>]*\balt="[^"])', html)
    for drawing in re.findall(r"<svg\b[^>]*>", html):
        told = 'role="img"' in drawing and re.search(r'aria-label="[^"]', drawing)
        assert told or 'aria-hidden="true"' in drawing, drawing


def test_a_page_says_which_script_no_font_of_the_machine_has():
    tables = SimpleNamespace(unused=0, read=1)
    accounts = pd.DataFrame({"name": ["Nile \U00013000", None, "Ann"]})
    book = SimpleNamespace(complete=True, short_data="", tables=tables, accounts=accounts)
    (notice,) = notices(book)
    assert "has the letters of: Egyptian." in notice
    book.accounts = accounts.tail(2)
    assert notices(book) == []
