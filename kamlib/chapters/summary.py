"""Notebook 00: the quarter in one page, from what the other chapters say."""

from collections.abc import Sequence
from html import escape

import pandas as pd

from kamlib.chapters.chapter import Chapter, frame, view
from kamlib.chapters.identities import WHO
from kamlib.data.tables import OpenQuestion
from kamlib.show.sentences import Html, figures, overview_figures
from kamlib.show.spec import Page
from kamlib.show.tables import said
from kamlib.words import _, share, told


class Summary(Chapter):
    """The quarter in one page: what changed, what it is worth, whom to call first."""

    name, title = "summary", _("Summary")

    @frame
    def figures(self) -> Html:
        """The key figures, each against a year ago; then what is still open, if anything is."""
        shown = figures(overview_figures(self.book.abc_xyz.glance, self.currency))
        open_ = said(open_questions_told(self.book.tables.questions))
        parts = [
            shown,
            open_,
            who_told(self.book.identities.says.open, self.book.workbook_name),
        ]
        plain = "\n".join(part.plain for part in parts if part.plain)
        return Html("".join(part.html for part in parts), plain)

    @view(
        of="todo",
        page=Page("manager name verb stake do why due subject", rows=None, otherwise=""),
    )
    def monday(self) -> pd.DataFrame:
        """The first task of each manager: whom to call on Monday, and why."""
        return self.book.todo.monday

    @view(
        of="targets",
        page=Page(
            "prospect name tier owner expected_value offer_line missing", rows=8, otherwise=""
        ),
    )
    def targets(self) -> pd.DataFrame:
        """The targets that get more than mailings."""
        return self.book.targeting.close


def who_told(sentence: str, workbook: str) -> Html:
    """What is open about who the customer is, with a link to its sheet; nothing without."""
    shown = said(sentence)
    if not shown.plain:
        return shown
    link = f"{workbook}#'{WHO.name}'!A1"
    return Html(
        f'{shown.html}<p><a href="{escape(link)}">{escape(told(WHO.name))}</a></p>', shown.plain
    )


def open_questions_told(questions: Sequence[OpenQuestion]) -> str:
    """What of the data is still open, with the revenue on it; nothing where nothing is."""
    if not questions:
        return ""
    asked = "; ".join(
        _("{ask} ({share} of revenue)").format(ask=question.ask, share=share(question.stake))
        for question in questions
    )
    if len(questions) == 1:
        return _("1 question is open: {asked}").format(asked=asked)
    return _("{n} questions are open: {asked}").format(n=len(questions), asked=asked)
