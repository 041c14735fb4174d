"""Notebook 00: the quarter in one page, from what the other chapters say."""

import pandas as pd

from kamlib.chapters.chapter import Chapter, frame, view
from kamlib.show.sentences import Html, figures, overview_figures
from kamlib.show.spec import Page
from kamlib.words import _


class Summary(Chapter):
    """The quarter in one page: what changed, what it is worth, whom to call first."""

    name, title = "summary", _("Summary")

    @frame
    def figures(self) -> Html:
        """The company's key figures, each against a year ago."""
        return figures(overview_figures(self.book.abc_xyz.glance, self.currency))

    @view(
        of="actions",
        page=Page(
            "account name manager from_cell cell revenue_before revenue what_happened do_what",
            rows=12,
        ),
    )
    def actions(self) -> pd.DataFrame:
        """The accounts whose move or doubt is worth a call now."""
        return self.book.abc_xyz.actions

    @view(
        of="targets",
        page=Page(
            "prospect name tier owner expected_value offer_line missing", rows=8, otherwise=""
        ),
    )
    def targets(self) -> pd.DataFrame:
        """The targets that get more than mailings."""
        return self.book.targeting.close
