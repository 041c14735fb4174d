"""On which days of the week the accounts order: an example of a chapter of your own."""

import pandas as pd

from kamlib.chapters import Chapter, Page, Sheet, picture, sentence, table
from kamlib.show.theme import ABC_COLOURS, describe, new_axes

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Weekdays(Chapter):
    """On which days of the week the accounts order."""

    name, title = "weekdays", "Weekdays"

    @table(
        page=Page(rows=15, caption="The largest accounts, by their orders on each day"),
        sheet=Sheet(
            "Weekdays",
            about="On which days of the week who orders",
            title="When do they order?",
            note="{rows} accounts that ordered within twelve months, the largest first.",
            freeze="name",
        ),
        headings=[(day, day, "count") for day in DAYS],
    )
    def order_weekdays(self) -> pd.DataFrame:
        """Order days of twelve months per account and day of the week, the largest first."""
        book = self.book
        days = book.gaps[book.gaps["date"] > book.as_of - pd.DateOffset(years=1)]
        counted = pd.crosstab(days["account"], days["date"].dt.day_of_week)
        counted = counted.reindex(columns=range(7), fill_value=0).set_axis(DAYS, axis=1)
        known = book.abc_xyz.classes[["name", "manager", "cell"]]
        return known.join(counted, how="inner")

    @sentence
    def busiest(self) -> str:
        """The day on which most orders come."""
        orders = self.order_weekdays[list(DAYS)].sum()
        return f"Most orders come on {orders.idxmax()}: {orders.max() / orders.sum():.0%} of all."

    @picture
    def week(self):
        """Orders by day of the week."""
        orders = self.order_weekdays[list(DAYS)].sum()
        ax = new_axes(7, 3)
        ax.bar(DAYS, orders, color=ABC_COLOURS["B"])
        ax.set_ylabel("Orders in 12 months")
        return describe(ax, f"Orders by day of the week. {self.busiest}")
