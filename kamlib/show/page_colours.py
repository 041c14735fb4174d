"""The colours of pages, by day and by night; print is always by day."""

from kamlib.show.theme import ABC_COLOURS, ACCENT, GRID, INK, MUTED, XYZ_COLOURS, luminance

# What a page calls its colours, ``var(--ink)``; texts stand on ``paper`` and on ``soft``.
LIGHT = {
    "paper": "#ffffff",
    "soft": "#f4f7fa",
    "line": GRID,
    "ink": INK,
    "prose": "#33404d",
    "muted": MUTED,
    "accent": ABC_COLOURS["A"],
    "band": ABC_COLOURS["A"],
    "band-ink": "#ffffff",
    "focus": "#1f6feb",
    "good": "#1d6644",
    "bad": "#9a4408",
    "warned": "#fff5e5",
    "warned-edge": ACCENT,
    "failed": "#fdecea",
    "failed-edge": "#b3261e",
}
DARK = {
    "paper": "#11171e",
    "soft": "#1b2530",
    "line": "#2f3c4a",
    "ink": "#e6ebf0",
    "prose": "#cdd6de",
    "muted": "#a3b0bd",
    "accent": "#8fc3f0",
    "band": ABC_COLOURS["A"],
    "band-ink": "#ffffff",
    "focus": "#6cb0ff",
    "good": "#78cfa2",
    "bad": "#f3a668",
    "warned": "#3a2b12",
    "warned-edge": ACCENT,
    "failed": "#421c1a",
    "failed-edge": "#e5736b",
}
# Drawings within the text stand on the page itself, so what is dark there is light at night:
# by day more is darker, by night more is brighter. Pictures keep their colours, on a light card.
DRAWN_IN_DARK = {
    INK: DARK["ink"],
    MUTED: DARK["muted"],
    GRID: DARK["line"],
    "#fff": DARK["paper"],
    ABC_COLOURS["A"]: "#a9d3f5",
    ABC_COLOURS["B"]: "#4b97d2",
    XYZ_COLOURS["X"]: "#a5e0bd",
    XYZ_COLOURS["Y"]: "#46a878",
    "#b85c14": "#e0843c",
    "#6b2f06": "#f3b98a",
}


def shade(name: str) -> str:
    """A page's colour for a style; by day where no page says otherwise, as in JupyterLab."""
    return f"var(--{name},{LIGHT[name]})"


def colours_css() -> str:
    """The colours of a page as CSS: by night where the reader's machine says so, never printed."""
    drawn = "".join(
        f'main svg [{part}="{light}"]{{{part}:{dark}}}'
        for light, dark in DRAWN_IN_DARK.items()
        for part in ("fill", "stroke")
    )
    return (
        f":root{{color-scheme:light;{_named(LIGHT)}}}\n"
        "@media screen and (prefers-color-scheme: dark){"
        f":root{{color-scheme:dark;{_named(DARK)}}}{drawn}}}\n"
    )


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours, 1 to 21; a text needs 4.5.

    >>> round(contrast("#ffffff", "#000000"), 1), contrast("#777777", "#777777")
    (21.0, 1.0)
    """
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _named(colours: dict[str, str]) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in colours.items())
