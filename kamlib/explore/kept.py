"""The button that keeps what an explorer's controls say: in the data set's settings.toml."""

import datetime as dt
from collections.abc import Callable
from html import escape
from pathlib import Path

import ipywidgets as widgets

from kamlib.settings import Settings
from kamlib.settings.kept import FILE, Why, keep_settings, moved_settings
from kamlib.words import _

# What explorers choose to be quick, not because anybody wants it so.
NEVER = "stability.resamples"
_TOLD = '<b role="status">{text}</b>'


def keep_controls() -> dict[str, widgets.Widget]:
    """Who keeps the settings, and why; the button, and what came of it."""
    style = {"description_width": "initial"}
    return {
        "author": widgets.Text(description=_("Your name"), style=style),
        "reason": widgets.Text(description=_("Reason"), style=style, layout={"width": "420px"}),
        "keep": widgets.Button(description=_("Keep this")),
        "kept": widgets.HTML(),
    }


def kept_told(
    folder: Path,
    start: Settings,
    chosen: Settings,
    fields: dict[str, widgets.Widget],
    effect: Callable[[], str],
) -> str:
    """Keep what differs from the start, and say so.

    Raises
    ------
    ValueError
        It cannot be kept: author or reason is missing, nothing is moved, or the folder cannot be
        written.
    """
    moved = moved_settings(start, chosen)
    moved.pop(NEVER, None)
    why = Why(fields["author"].value, dt.date.today(), fields["reason"].value, effect())
    records = keep_settings(folder, start, moved, why)
    told = _("Kept in {file}: {settings}. The next pack tells it.").format(
        file=FILE, settings=", ".join(f"{kept.setting} = {kept.after}" for kept in records)
    )
    return _TOLD.format(text=escape(told))
