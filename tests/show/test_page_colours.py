"""By day and by night every text stands out from what it stands on."""

import re

import pytest

from kamlib.show.cards import CARD_CSS
from kamlib.show.page_colours import DARK, DRAWN_IN_DARK, LIGHT, colours_css, contrast, shade
from kamlib.show.sheet_style import CSS
from kamlib.show.tables import TABLE_CSS
from kamlib.show.theme import CLASS_COLOURS, text_colour

TEXTS = ("ink", "prose", "muted", "accent", "good", "bad")
READABLE, SEEN = 4.5, 3.0  # WCAG 2.2: of texts, and of what one must see else


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["day", "night"])
def test_texts_are_readable_by_day_and_by_night(colours):
    for text in TEXTS:
        for ground in ("paper", "soft"):
            assert contrast(colours[text], colours[ground]) >= READABLE, (text, ground)
    for ground in ("warned", "failed"):
        assert contrast(colours["ink"], colours[ground]) >= READABLE, ground
    assert contrast(colours["band-ink"], colours["band"]) >= READABLE
    assert contrast(colours["focus"], colours["paper"]) >= SEEN


def test_letters_of_classes_are_readable():
    for letter, colour in CLASS_COLOURS.items():
        ink = {"white": "#ffffff"}.get(text_colour(colour), text_colour(colour))
        assert contrast(ink, colour) >= READABLE, letter


def test_what_is_drawn_on_a_dark_page_is_seen_on_it():
    quiet = {DARK["line"], DARK["paper"]}
    for light, dark in DRAWN_IN_DARK.items():
        assert dark in quiet or contrast(dark, DARK["paper"]) >= SEEN, light


def test_both_have_the_same_names_and_print_is_by_day():
    assert LIGHT.keys() == DARK.keys()
    css = colours_css()
    assert css.count("@media") == css.count("@media screen and (prefers-color-scheme: dark)") == 1
    assert shade("ink") == f"var(--ink,{LIGHT['ink']})"


@pytest.mark.parametrize("css", [TABLE_CSS, CARD_CSS, CSS], ids=["table", "cards", "sheet"])
def test_parts_of_a_page_take_its_colours(css):
    own = re.sub(r"var\([^)]*\)|\.kam-[A-Z]\{[^}]*\}", "", css)
    assert not re.search(r"#[0-9a-f]{3,6}\b", own)
    assert set(re.findall(r"var\(--([a-z-]+)", css)) <= LIGHT.keys()
