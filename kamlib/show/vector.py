"""Small drawings within a page's text: lines, bars and steps, sharp at any size, a few bytes."""

import math
from collections.abc import Sequence

from kamlib.show.theme import ABC_COLOURS, GRID, INK, MUTED, XYZ_COLOURS

GOOD, BAD, CALM = XYZ_COLOURS["Y"], "#b85c14", ABC_COLOURS["B"]
_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(series: Sequence[float], about: str, *, width: int = 92, height: int = 22) -> str:
    """The last quarters as a line with a dot at its end; a gap where a quarter is not known."""
    known = [value for value in series if not math.isnan(value)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    step, room = (width - 6) / (len(series) - 1), height - 6
    spots = [
        (3 + at * step, 3 + room * (1 - (value - low) / (high - low) if high > low else 0.5))
        for at, value in enumerate(series)
    ]
    path, pen = "", "M"
    for (x, y), value in zip(spots, series, strict=True):
        path += "" if math.isnan(value) else f"{pen}{x:.1f} {y:.1f}"
        pen = "M" if math.isnan(value) else "L"
    last = max(at for at, value in enumerate(series) if not math.isnan(value))
    x, y = spots[last]
    return (
        f'<svg class="kf-line" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{about}"><path d="{path}" fill="none" stroke="{MUTED}" '
        f'stroke-width="1.5" stroke-linejoin="round"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{ABC_COLOURS["A"]}"/></svg>'
    )


def spark_text(series: Sequence[float]) -> str:
    """The same in letters, for a text: ``▁▃▂█``; a blank where a quarter is not known.

    >>> spark_text([1.0, 3.0, float("nan"), 8.0])
    '▁▃ █'
    """
    known = [value for value in series if not math.isnan(value)]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    top = len(_BLOCKS) - 1
    signs = (
        " " if math.isnan(value) else _BLOCKS[round(top * (value - low) / span)] for value in series
    )
    return "".join(signs)


def filled_bar(part: float, about: str) -> str:
    """How much of something is taken, of a whole bar."""
    return _bar(
        f'<rect width="100" height="8" fill="{GRID}"/>'
        f'<rect width="{100 * min(max(part, 0.0), 1.0):.1f}" height="8" fill="{CALM}"/>',
        about,
        "kf-filled",
    )


def against_bar(part: float, most: float) -> str:
    """A value as a part of what it is held against, which is marked by an upright line.

    Parameters
    ----------
    part
        The value divided by it (NaN or below zero draws no bar).
    most
        The largest part of all rows: how far the scale reaches.
    """
    size = 0.0 if math.isnan(part) else min(max(part, 0.0), most)
    scale = 96 / max(most, 1.0)
    return _bar(
        f'<rect y="1" width="{scale * size:.1f}" height="6" fill="{GOOD if part >= 1 else BAD}"/>'
        f'<rect x="{scale - 0.4:.1f}" width="0.8" height="8" fill="{INK}"/>',
        "",
        "kf-against",
    )


def step_bar(
    bottom: float,
    top: float,
    colour: str,
    *,
    start: float | None,
    level: float | None,
    cut: bool = False,
) -> str:
    """One column of a bridge between 0 and 1: its bar, and lines to the columns beside it.

    Parameters
    ----------
    start, level
        Where the columns before and after it touch; None where there is none.
    cut
        Whether the bar begins below what is drawn: a gap near its foot says so.
    """
    gap = '<path d="M8 95L92 90V93L8 98Z" fill="#fff"/>' if cut else ""
    lines = "".join(
        f'<rect x="{x}" y="{99.6 - 99.3 * at:.2f}" width="14" height="0.8" fill="{MUTED}"/>'
        for x, at in ((0, start), (86, level))
        if at is not None
    )
    return (
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">'
        f"{lines}"
        f'<rect x="14" y="{100 * (1 - top):.2f}" width="72" '
        f'height="{max(100 * (top - bottom), 0.6):.2f}" fill="{colour}"/>{gap}</svg>'
    )


def _bar(content: str, about: str, name: str) -> str:
    told = f'role="img" aria-label="{about}"' if about else 'aria-hidden="true"'
    return (
        f'<svg class="{name}" viewBox="0 0 100 8" preserveAspectRatio="none" {told}>{content}</svg>'
    )
