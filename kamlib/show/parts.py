"""A table or a picture, or one line where there is nothing to show, one below the other."""

from collections.abc import Callable
from html import escape

import pandas as pd
from matplotlib.axes import Axes

from kamlib.show.columns import VIEWS
from kamlib.show.sentences import Html
from kamlib.show.tables import Table, table
from kamlib.show.theme import Picture, picture


def said(text: str) -> Html:
    """One plain sentence; nothing at all where it is empty."""
    return Html(f'<p class="kam-said">{escape(text)}</p>' if text else "", text)


def listed(
    frame: pd.DataFrame, otherwise: str, *, view: str = "", **options: object
) -> Table | Html:
    """A table, or a sentence where it would have no row.

    Parameters
    ----------
    otherwise
        What to say instead.
    view
        The name of the columns to show (``kamlib.show.columns.VIEWS``).
    options
        As :func:`kamlib.show.tables.table` takes them.
    """
    if not len(frame):
        return said(otherwise)
    flat = frame.reset_index() if frame.index.name else frame
    columns = [name for name in VIEWS[view] if name in flat] if view else None
    return table(flat, columns=columns, **options)


def pictured(
    plot: Callable[..., Axes], frame: pd.DataFrame, *others: object, otherwise: str,
    **options: object,
) -> Picture | Html:  # fmt: skip
    """A picture, or a sentence where the frame has no row to draw."""
    return picture(plot(frame, *others, **options)) if len(frame) else said(otherwise)


def stacked(*parts: Html | Table) -> Html:
    """Sentences and tables below each other, as one output of a notebook."""
    apart = '<div class="kam-part" style="margin-bottom:16px">'
    html = "".join(f"{apart}{part.html}</div>" for part in parts if part.html)
    plain = [part.plain for part in parts]
    return Html(html, "\n\n".join(text for text in plain if text))
