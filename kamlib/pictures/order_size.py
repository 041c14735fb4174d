"""Pictures of notebook 07: the size of an order, this year against the year before."""

import pandas as pd
from matplotlib.axes import Axes

from kamlib.pictures.marks import named_rows, row_axes, row_names
from kamlib.show.theme import ABC_COLOURS, ACCENT, describe, money_axis, themed
from kamlib.words import _, money


@themed
def plot_order_sizes(
    sizes: pd.DataFrame, *, top: int = 12, currency: str = "", ax: Axes | None = None
) -> Axes:
    """What an order brought before (hollow) and brings now (full), the largest falls first.

    Parameters
    ----------
    sizes
        ``name``, ``size``, ``size_before`` (currency), ``change``, the largest fall first.
    """
    shown = sizes.head(top)
    ax = row_axes(ax, len(shown), 0.32)
    rows = range(len(shown))
    ax.hlines(rows, shown["size"], shown["size_before"], color=ACCENT, linewidth=2)
    ax.plot(shown["size_before"], rows, "o", color="white", markeredgecolor=ABC_COLOURS["A"])
    ax.plot(shown["size"], rows, "o", color=ABC_COLOURS["A"])
    named_rows(ax, row_names(shown, 24))
    money_axis(ax.xaxis, currency)
    ax.set_xlim(0, None)
    first = shown.iloc[0]
    told = _("An order of {name} brings {now}, a year ago {before}.")
    return describe(
        ax,
        told.format(
            name=first["name"],
            now=money(first["size"], currency),
            before=money(first["size_before"], currency),
        ),
    )
