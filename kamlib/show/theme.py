"""How every picture looks: one palette, one style, and the way a picture reaches a page."""

import base64
import functools
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from PIL import Image

from kamlib.show.labels import font_families
from kamlib.words import _

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
    red, green, blue = (_linear(channel) for channel in to_rgb(background))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # The luminance at which the WCAG contrast with white and with the ink is the same.
    return "white" if luminance < 0.2 else INK


class Picture:
    """A drawn picture with its alternative text, as a notebook or a widget shows it."""

    def __init__(self, ax: Axes, alt: str) -> None:
        self.figure = ax.figure
        self.alt = alt

    @property
    def png(self) -> bytes:
        """The picture at twice the page's resolution; the same bytes each run."""
        drawn, target = io.BytesIO(), io.BytesIO()
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
        # nbconvert reads alt, width and height from the metadata of the mime type.
        return data, {"image/png": {"alt": self.alt, "width": width, "height": height}}

    def __repr__(self) -> str:
        return self.alt


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
