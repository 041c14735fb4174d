"""What every page stands on: how the data came in, and by which settings it was judged."""

import pandas as pd

from kamlib.chapters.chapter import Chapter, table, view
from kamlib.settings import settings_table
from kamlib.show.spec import Page, Sheet
from kamlib.words import _

DATA = Sheet(
    _("Data"),
    tab="data",
    about=_("Every source row accounted for"),
    live="lists.write_data",
    needs=("findings",),
)
SETTINGS = Sheet(
    _("Settings"), tab="data", about=_("Thresholds in force"), live="lists.write_settings"
)


class Ground(Chapter):
    """Where every row of the source went, what to know of the data, and the settings in force."""

    name, title = "ground", _("Data and settings")

    @table(page=Page("step reason rows revenue", cents=True), sheet=DATA)
    def reconciliation(self) -> pd.DataFrame:
        """Where every row went, by table, step and reason."""
        return self.book.reconciliation

    @table(page=Page(rows=20, caption=_("What to know of the data")))
    def findings(self) -> pd.DataFrame:
        """What to know of the data's quality."""
        return self.book.findings

    @table("settings", sheet=SETTINGS)
    def in_force(self) -> pd.DataFrame:
        """Every setting with its value, its default, unit and source."""
        return settings_table(self.settings)

    @view(of="reconciliation", page=Page("step reason rows revenue", cents=True))
    def sales_lines(self) -> pd.DataFrame:
        """Where every line of the sales went."""
        rows = self.book.reconciliation
        return rows[rows["table"] == "transactions"]
