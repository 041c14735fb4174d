import base64
import io
import logging
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image

from kamlib.show.fonts import font_families
from kamlib.show.theme import (
    ABC_COLOURS,
    CLASS_COLOURS,
    HEAT,
    HEAT_DOWN,
    XYZ_COLOURS,
    describe,
    description,
    label,
    money_axis,
    new_axes,
    picture,
    short_money,
    text_colour,
    theme,
    tight_money,
)

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}
XYZ_OF_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour):
    channels = np.array(to_rgb(colour))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    ratio = XYZ_OF_RGB @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(first, second):
    low, high = sorted(float(XYZ_OF_RGB[1] @ linear(colour)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("family", [ABC_COLOURS, XYZ_COLOURS], ids=["ABC", "XYZ"])
@pytest.mark.parametrize("sight", SIGHT)
def test_classes_stay_apart_for_colour_blind_readers(family, sight):
    for first, second in combinations(family.values(), 2):
        seen = [lab(SIGHT[sight] @ linear(colour)) for colour in (first, second)]
        assert np.linalg.norm(seen[0] - seen[1]) >= 15, (first, second)


@pytest.mark.parametrize("family", [ABC_COLOURS, XYZ_COLOURS], ids=["ABC", "XYZ"])
def test_classes_stay_apart_in_grey_print(family):
    lightness = sorted(lab(linear(colour))[0] for colour in family.values())
    assert np.diff(lightness).min() >= 12
    assert [lab(linear(ABC_COLOURS[abc]))[0] for abc in "ABCD"] == sorted(
        lab(linear(colour))[0] for colour in ABC_COLOURS.values()
    )


@pytest.mark.parametrize("scale", [HEAT, HEAT_DOWN])
def test_more_is_darker(scale):
    lightness = [lab(linear(scale(x)))[0] for x in np.linspace(0, 1, 21)]
    assert (np.diff(lightness) < 0).all()


@pytest.mark.parametrize("colour", CLASS_COLOURS.values())
def test_letters_on_class_colours_can_be_read(colour):
    # 4.5 is what WCAG AA asks of small text; letters in chips and tiles are bold or large (3).
    assert contrast(colour, text_colour(colour)) >= 3.5


def test_the_theme_leaves_no_trace():
    before = dict(matplotlib.rcParams)
    with theme():
        assert matplotlib.rcParams["axes.spines.top"] is False
    picture(new_axes(), "x")._repr_mimebundle_()
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == []


def test_a_picture_carries_its_alternative_text_and_size():
    ax = describe(new_axes(6, 3), 'Sales by "class" & <month>')
    data, metadata = picture(ax)._repr_mimebundle_()
    assert data["text/plain"] == description(ax) == 'Sales by "class" & <month>'
    assert metadata["image/png"] == {"alt": data["text/plain"], "width": 576, "height": 288}
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.size == (1152, 576)
    assert not {"Software", "Creation Time"} & set(image.info)


def test_a_given_alternative_text_wins():
    ax = describe(new_axes(), "computed")
    assert picture(ax, "given").alt == "given"
    assert picture(new_axes()).alt == "A picture"


def test_the_same_picture_has_the_same_bytes():
    def drawn():
        ax = new_axes(4, 3)
        ax.plot([1, 3, 2])
        return picture(ax, "a line").png

    assert drawn() == drawn()


def test_ipython_and_nbconvert_pass_the_alternative_text_on():
    data, metadata = DisplayFormatter().format(picture(new_axes(2, 2), 'A "quoted" line'))
    output = new_output("display_data", data=data, metadata=metadata)
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    page, _resources = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    assert 'alt="A &quot;quoted&quot; line"' in page or "alt='A \"quoted\" line'" in page
    assert 'width="192"' in page


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("Brown & Sons", 24, "Brown & Sons"),
        ("A" * 300, 10, "A" * 9 + "…"),
        ("上海精密机械有限公司", 10, "上海精密…"),
        ("two\nlines\tand  blanks", 24, "two lines and blanks"),
        ("$5 or $10", 24, r"\$5 or \$10"),
        ("a\u200db\ufe0f", 24, "ab"),
        ("", 24, ""),
        (12345, 24, "12345"),
    ],
)
def test_labels(text, width, shown):
    if not any("CJK" in name or "YaHei" in name for name in font_families()):
        shown = shown.translate(dict.fromkeys(map(ord, "上海精密"), ""))
    assert label(text, width) == shown


NASTY = [
    "<script>",
    "$x^2$",
    "\\frac{",
    "%d {0}",
    "=HYPERLINK()",
    "😀🏭",
    "客户",
    "Ω",
    "ไทย",
    "\x00\x07",
]


@pytest.mark.parametrize("name", [*NASTY, "A" * 300])
def test_any_name_can_be_drawn_without_a_warning(name, caplog):
    ax = new_axes(2, 2)
    ax.set_title(label(name))
    with caplog.at_level(logging.WARNING):
        assert picture(ax, name).png
    assert caplog.messages == []


@given(st.text(max_size=60))
def test_labels_are_one_short_line(text):
    shown = label(text, 12)
    assert len(shown.replace(r"\$", "$")) <= 12
    assert "\n" not in shown
    assert shown.count("$") == shown.count(r"\$")


@pytest.mark.parametrize(
    ("value", "full", "tight"),
    [
        (0, "GBP 0", "0"),
        (999, "GBP 999", "999"),
        (999_949, "GBP 1.0 m", "1.0m"),
        (1_234_567, "GBP 1.2 m", "1.2m"),
        (350_000, "GBP 350 k", "350k"),
        (-4_946, "GBP -4.9 k", "-4.9k"),
        (16_399_131, "GBP 16.4 m", "16m"),
        (2.5e9, "GBP 2.5 bn", "2.5bn"),
        (float("nan"), "–", None),
    ],
)
def test_short_money(value, full, tight):
    assert short_money(value, "GBP") == full
    assert tight is None or tight_money(value) == tight


def test_a_money_axis_is_labelled_in_the_currency():
    ax = new_axes()
    ax.set_ylim(0, 2_000_000)
    money_axis(ax.yaxis, "EUR")
    ax.figure.draw_without_rendering()
    texts = [tick.get_text() for tick in ax.get_yticklabels()]
    assert {"EUR 0", "EUR 1.2 m", "EUR 2 m"} <= set(texts)
