"""How every picture looks: one palette, one style, readable texts, and its way to a page."""

import base64
import functools
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from kamlib.show.fonts import drawable, font_families, use_all_fonts
from kamlib.show.sentences import Html, noted
from kamlib.words import DASH, SOURCE, _, count, language, share, shortened, told

INK = "#1f2933"
MUTED = "#5f6b7a"
GRID = "#e3e7ec"
ACCENT = "#d17a2b"

# Ordered by lightness within each family, so the classes stay apart in grey print and for
# colour-blind readers; the hue is a second cue, never the only one.
ABC_COLOURS = {"A": "#0b2f5b", "B": "#2878b5", "C": "#8cc0e4", "D": "#dcdfe4"}
XYZ_COLOURS = {
    "X": "#123524",
    "Y": "#2a7a54",
    "L": "#d17a2b",
    "Z": "#8fcca2",
    "N": "#f6efd2",
}
CLASS_COLOURS = ABC_COLOURS | XYZ_COLOURS

# One scale per direction: more is darker, in colour as in grey.
HEAT = LinearSegmentedColormap.from_list("kam_heat", ["#f4f8fc", "#8cc0e4", "#2878b5", "#0b2f5b"])
HEAT_DOWN = LinearSegmentedColormap.from_list(
    "kam_down", ["#fdf5ec", "#e9b27c", "#b85c14", "#6b2f06"]
)

PIXELS_PER_INCH = 96  # a page's CSS pixel; pictures hold twice as many for sharp screens and print

_STYLE = {
    "figure.facecolor": "white",
    "figure.dpi": PIXELS_PER_INCH,
    "axes.facecolor": "white",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 9,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "font.size": 9,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 2,
    "savefig.dpi": 2 * PIXELS_PER_INCH,
    "savefig.bbox": None,
    "text.usetex": False,
    "path.simplify": True,
}

_KEY_STYLE = {
    "borderpad": 0.2,
    "handlelength": 1,
    "handleheight": 1,
    "handletextpad": 0.4,
    "borderaxespad": 0.2,
}

_alt_texts: WeakKeyDictionary[Axes, str] = WeakKeyDictionary()
_THOUSANDS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
SIZE = 7.5  # points
LETTER, LINE = 0.062, 0.135  # inches, of a letter's width and a line's height at that size
# Directions to try: right, left, up, down, then the corners; and how far from the dot.
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (0.03, 0.2, 0.4, 0.65)
FAR = 0.1  # inches: from here on a thin line leads from the dot to its name

Box = tuple[float, float, float, float]


@contextmanager
def theme() -> Iterator[None]:
    """The workbook's style for what is drawn inside, and for nothing else."""
    with matplotlib.rc_context(_STYLE | {"font.family": font_families()}):
        yield


def themed(plot: Callable[..., Axes]) -> Callable[..., Axes]:
    """A plot function that draws in the workbook's style whatever the session's style is."""

    @functools.wraps(plot)
    def draw(*args: Any, **options: Any) -> Axes:
        with theme():
            return plot(*args, **options)

    return draw


def new_axes(width: float = 9, height: float = 4.5) -> Axes:
    """Axes on a figure of their own (inches), outside pyplot: nothing to close, nothing leaks."""
    with theme():
        return Figure(figsize=(width, height), layout="constrained").add_subplot()


def axes_width(ax: Axes) -> float:
    """The width of the axes in inches: how many names fit beside each other."""
    return ax.figure.get_figwidth() * ax.get_position().width


def legend_above(ax: Axes, patches: list[Patch], title: str = "") -> None:
    """A key in one line above the axes, where nothing is drawn."""
    narrow = axes_width(ax) < 5
    handles = [Patch(alpha=0, label=title), *patches] if title and not narrow else patches
    spacing = {"columnspacing": 0.8, "fontsize": 7.5} if narrow else {"columnspacing": 1.5}
    legend = ax.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(handles),
        **_KEY_STYLE,
        **spacing,
    )
    if narrow and title:
        legend.set_title(title, prop={"size": 7.5})
        legend.set_alignment("left")


def say(ax: Axes, text: str) -> None:
    """A sentence in the middle of axes that have nothing to draw."""
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=MUTED)


def describe(ax: Axes, text: str) -> Axes:
    """Keep what a reader who cannot see the picture should know; ``picture`` passes it on."""
    _alt_texts[ax] = text
    return ax


def description(ax: Axes) -> str:
    """The alternative text of the axes, empty where nobody wrote one."""
    return _alt_texts.get(ax, "")


def text_colour(background: str | tuple[float, ...]) -> str:
    """White or ink, whichever reads better on the background."""
    # The luminance at which the WCAG contrast with white and with the ink is the same.
    return "white" if luminance(background) < 0.2 else INK


def luminance(colour: str | tuple[float, ...]) -> float:
    """How bright a colour is (WCAG relative luminance, 0 black to 1 white)."""
    red, green, blue = (_linear(channel) for channel in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Picture:
    """A drawn picture with its alternative text, as a notebook or a widget shows it."""

    caveat = ""  # what is to be known of the rows that it rests on

    def __init__(self, ax: Axes, alt: str) -> None:
        self.figure = ax.figure
        self.alt = told(alt)

    @property
    def png(self) -> bytes:
        """The picture at twice the page's resolution; the same bytes each run."""
        drawn, target = io.BytesIO(), io.BytesIO()
        _tell(self.figure)
        use_all_fonts(self.figure)
        with theme():  # ticks are made only now
            self.figure.savefig(drawn, format="png", pil_kwargs={"compress_level": 1})
        # A palette of 256 colours, not seen by the eye, makes a stored notebook a third as large.
        image = (
            Image.open(drawn)
            .convert("RGB")
            .quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        )
        image.save(target, format="png", optimize=True)
        return target.getvalue()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple:
        data = {
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "text/plain": self.alt,
        }
        width, height = (
            round(PIXELS_PER_INCH * inches) for inches in self.figure.get_size_inches()
        )
        if self.caveat:
            image = (
                f'<img src="data:image/png;base64,{data["image/png"]}" alt="{escape(self.alt)}" '
                f'width="{width}" height="{height}">'
            )
            shown = noted(Html(image, self.alt), self.caveat)
            return {"text/html": shown.html, "text/plain": shown.plain}, {}
        # nbconvert reads alt, width and height from the metadata of the mime type.
        return data, {"image/png": {"alt": self.alt, "width": width, "height": height}}

    def __repr__(self) -> str:
        return self.alt


def _tell(figure: Figure) -> None:
    """Put all texts of a picture, those of its ticks included, into the language in force."""
    if language() == SOURCE:
        return
    for text in figure.findobj(Text):
        text.set_text(told(text.get_text()))
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            formatter = axis.get_major_formatter()
            plain = formatter.format_ticks
            formatter.format_ticks = lambda values, plain=plain: list(map(told, plain(values)))


def picture(ax: Axes, alt: str | None = None) -> Picture:
    """What the last line of a notebook cell shows: ``picture(plot_pareto(classes))``.

    Parameters
    ----------
    ax
        What a plot function returned.
    alt
        The alternative text, where the plot's own computed sentence does not do.
    """
    return Picture(ax, alt if alt is not None else description(ax) or _("A picture"))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def label(text: object, width: int = 24) -> str:
    """A name as a picture can show it: one line, at most ``width`` columns, no mathtext.

    A dollar sign would start mathtext and is escaped; a character that no font at hand can
    draw becomes an ellipsis; a wide (Chinese) character counts as two columns.
    """
    line = " ".join(drawable(told(str(text))).split())
    return shortened(line, width).replace("$", r"\$")


def short_money(value: float, currency: str = "") -> str:
    """An amount in the fewest figures that tell it apart, ``GBP 1.2 m``, ``350 k``."""
    if pd.isna(value):
        return DASH
    for unit, suffix in _THOUSANDS:
        # 999,950 would read "1000 k": go by the rounded amount.
        if abs(value) >= unit * 0.9995:
            return f"{currency} {_three_figures(value / unit)} {suffix}".strip()
    return f"{currency} {value:,.0f}".strip()


def tight_money(value: float) -> str:
    """An amount for a small tile, at most five characters: ``1.2m``, ``350k``, ``18k``."""
    for unit, suffix in _THOUSANDS:
        if abs(value) >= unit * 0.9995:
            digits = 1 if abs(value) < 9.95 * unit else 0
            return f"{value / unit:,.{digits}f}{suffix}"
    return f"{value:,.0f}"


def money_axis(axis: Axis, currency: str = "") -> None:
    """Label an axis in one unit throughout: ``0``, ``0.5 m``, ``1.0 m`` (with the currency)."""
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _position: short_money(value, currency).replace(".0 ", " "))
    )


def count_axis(axis: Axis) -> None:
    """Label an axis in whole numbers with thousands separated."""
    axis.set_major_locator(MaxNLocator(5, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: count(value)))


def share_axis(axis: Axis, step: float = 0.2) -> None:
    """Label an axis of shares (0–1) in per cent."""
    axis.set_major_locator(MaxNLocator(round(1 / step)))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: share(value, 0)))


def _three_figures(value: float) -> str:
    return f"{value:,.1f}" if abs(value) < 99.95 else f"{value:,.0f}"


def name_dots(
    ax: Axes, spots: pd.DataFrame, names: list[str], others: pd.DataFrame | None = None
) -> None:
    """Write the names beside their dots, the first ones first; who finds no place has none.

    Parameters
    ----------
    spots
        One row per name: ``x``, ``y`` in the axes' units, ``size`` of the dot (square points).
    names
        The texts, as ``label`` made them.
    others
        Dots without a name, as ``spots``: no name lies on them where there is room elsewhere.
    """
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    # The layout is made only later: about so much of the figure are the axes.
    width = 0.9 * ax.figure.get_figwidth() / (right - left)
    height = 0.8 * ax.figure.get_figheight() / (high - low)
    inside = (0.0, 0.0, width * (right - left), height * (high - low))
    scale = (left, low, width, height)
    dots, around = _dots(spots, scale), [] if others is None else _dots(others, scale)
    taken, avoided = [_box(dot) for dot in dots], [_box(dot) for dot in around]
    for at, text in enumerate(names):
        own = taken[:at] + taken[at + 1 :]
        wide = LETTER * len(text)
        found = _free(dots[at], wide, inside, own + avoided) or _free(dots[at], wide, inside, own)
        if found is None:
            continue
        box, distance = found
        taken.append(box)
        side = "right" if box[2] <= dots[at][0] else "left" if box[0] >= dots[at][0] else "center"
        place = {"right": box[2], "left": box[0], "center": (box[0] + box[2]) / 2}[side]
        ax.text(left + place / width, low + (box[1] + 0.025) / height, text, fontsize=SIZE,
                color=INK, zorder=6, ha=side,
                path_effects=[withStroke(linewidth=2, foreground="white")])  # fmt: skip
        if distance > FAR:
            near = (min(max(dots[at][0], box[0]), box[2]), min(max(dots[at][1], box[1]), box[3]))
            ax.plot([spots["x"].iloc[at], left + near[0] / width],
                    [spots["y"].iloc[at], low + near[1] / height],
                    color=MUTED, linewidth=0.6, zorder=5)  # fmt: skip


def _dots(spots: pd.DataFrame, scale: tuple[float, float, float, float]) -> list[tuple]:
    """Place and radius of each dot in inches."""
    left, low, width, height = scale
    return [
        ((x - left) * width, (y - low) * height, size**0.5 / 72 / 2)
        for x, y, size in zip(spots["x"], spots["y"], spots["size"], strict=True)
    ]


def _box(dot: tuple[float, float, float]) -> Box:
    x, y, radius = dot
    return (x - radius, y - radius, x + radius, y + radius)


def _free(
    dot: tuple[float, float, float], wide: float, inside: Box, taken: list[Box]
) -> tuple[Box, float] | None:
    """The first free place around a dot and its distance from it (inches), or None."""
    x, y, radius = dot
    for distance in DISTANCES:
        away = radius + distance
        for across, along in DIRECTIONS:
            slant = 0.71 if across and along else 1.0
            edge = x + across * away * slant
            start = edge if across > 0 else edge - wide if across < 0 else x - wide / 2
            middle = y + along * away * slant
            base = middle if along > 0 else middle - LINE if along < 0 else y - LINE / 2
            box = (start, base, start + wide, base + LINE)
            within = box[0] >= inside[0] and box[2] <= inside[2] and box[1] >= inside[1]
            if within and box[3] <= inside[3] and not any(meet(box, other) for other in taken):
                return box, distance
    return None


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes (left, low, right, high) have room in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
