"""Notebook 07: how large the orders are, and whose are getting smaller."""

import pandas as pd
from matplotlib.axes import Axes

from kamlib import pictures
from kamlib.analysis.abc_xyz.order_size import order_sizes
from kamlib.chapters.chapter import Chapter, picture, sentence, table
from kamlib.show.spec import Page, Sheet
from kamlib.words import _, money


class OrderSize(Chapter):
    """How large the orders are, and whose are getting smaller."""

    name, title = "order_size", _("Order size")

    @table(
        page=Page(rows=15, caption=_("Whose orders shrank most")),
        sheet=Sheet(
            _("Order size"),
            about=_("What an order brings, against the year before"),
            title=_("How large are the orders?"),
            note=_("{rows} accounts that ordered in both years; the largest fall first."),
            freeze="name",
        ),
        headings=[
            ("orders", _("Orders"), "count"),
            ("orders_before", _("Orders before"), "count"),
            ("size", _("An order brings"), "money"),
            ("size_before", _("Brought before"), "money"),
        ],
    )
    def order_sizes(self) -> pd.DataFrame:
        """What an order of each account brings, against the year before."""
        book = self.book
        sizes = order_sizes(book.gaps, book.months, as_of=book.as_of)
        return book.accounts[["name", "manager"]].join(sizes, how="right")

    @sentence
    def fallen(self) -> str:
        """Whose orders shrank most."""
        first = self.order_sizes.iloc[0]
        told = _("{name} orders {change} less at a time than a year ago.")
        return told.format(name=first["name"], change=money(-first["change"], self.currency))

    @picture
    def sizes(self) -> Axes:
        """The size of an order, this year against the year before."""
        return pictures.plot_order_sizes(self.order_sizes, currency=self.currency)
