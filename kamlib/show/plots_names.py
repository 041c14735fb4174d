"""Names beside dots: each where neither another name nor a named dot stands."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from kamlib.show.theme import INK, MUTED

SIZE = 7.5  # points
LETTER, LINE = 0.062, 0.135  # inches, of a letter's width and a line's height at that size
# Directions to try: right, left, up, down, then the corners; and how far from the dot.
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
DISTANCES = (0.03, 0.2, 0.4, 0.65)
FAR = 0.1  # inches: from here on a thin line leads from the dot to its name

Box = tuple[float, float, float, float]


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
            if within and box[3] <= inside[3] and not any(_meet(box, other) for other in taken):
                return box, distance
    return None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
