"""A name in any script is drawn by a font that has its signs, or the page says which lack one."""

import pytest

from kamlib.show import fonts
from kamlib.show.fonts import UNDRAWN, drawable, font_families, scripts_without_font
from kamlib.show.theme import label, new_axes, picture, theme

THAI, NOBODY = "ไทย", "\U00013000"  # an Egyptian hieroglyph


@pytest.fixture
def machine(monkeypatch):
    """A machine whose only fonts are matplotlib's own, and others that a test adds."""

    def has(**signs):
        paths = {name.replace("_", " "): name for name in signs}
        known, file = fonts._signs, fonts._file
        base = [font for font in font_families() if font == fonts.BASE_FONT]
        fonts._has_glyph.cache_clear()
        monkeypatch.setattr(fonts, "_families", lambda: base)
        monkeypatch.setattr(fonts, "_file", lambda name: paths.get(name) or file(name))
        monkeypatch.setattr(fonts, "_others", lambda: list(paths.items()))
        monkeypatch.setattr(
            fonts, "_signs",
            lambda path: set(map(ord, signs[path])) if path in signs else known(path),
        )  # fmt: skip
        return base

    yield has
    fonts._has_glyph.cache_clear()


def test_a_font_is_found_for_what_a_name_holds_and_the_first_that_has_it_is_kept(machine):
    families = machine(Noto_Sans_Thai=THAI, Other_Thai=THAI)
    assert drawable(f"{THAI} Ltd") == f"{THAI} Ltd"
    assert families == [fonts.BASE_FONT, "Noto Sans Thai"]
    assert scripts_without_font([THAI]) == []


def test_the_picture_that_is_being_drawn_gets_the_font(machine):
    machine(Noto_Sans_Thai=THAI)
    ax = new_axes(2, 2)
    with theme():
        ax.set_title(label(f"{THAI} Ltd"))
    fonts.use_all_fonts(ax.figure)
    assert ax.title.get_fontfamily() == [fonts.BASE_FONT, "Noto Sans Thai"]


def test_what_no_font_has_is_no_box_and_its_script_is_named(machine):
    machine()
    assert drawable(f"{THAI} ({THAI}) Ltd {NOBODY}") == f"{UNDRAWN} ({UNDRAWN}) Ltd {UNDRAWN}"
    assert label(f"{THAI}{THAI} Ltd") == f"{UNDRAWN} Ltd"
    assert scripts_without_font([THAI, f"Ann {NOBODY}", "上海"]) == ["Chinese", "Egyptian", "Thai"]
    assert scripts_without_font(["\x00\u200d", "Straße", "Ελλάδα", "Москва"]) == []


def test_fonts_of_this_machine_draw_what_they_say_they_can(caplog):
    names = ["上海贸易", "Москва", "Ελλάδα", "עברית", "عربي", THAI, "हिन्दी", "한국", "ქართული"]
    ax = new_axes(4, 2)
    with theme():
        for place, name in enumerate(names):
            ax.text(0, place / len(names), label(name))
    assert picture(ax, "names").png
    assert caplog.messages == []
