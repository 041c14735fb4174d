"""A widget to leaf through the accounts: pick one and a span, see its relationship and people."""

from html import escape

import ipywidgets as widgets
import pandas as pd

from kamlib.analysis.account.sales import rhythm_headline, sales_headline
from kamlib.chapters.account import Dossier, open_dossier
from kamlib.data.book import Book
from kamlib.explore.parts import guarded, named
from kamlib.pictures.account import plot_timeline
from kamlib.pictures.people import plot_decision_map
from kamlib.show.tables import listed
from kamlib.show.theme import picture
from kamlib.words import _

LAYOUT = {"width": "864px", "max_width": "100%", "object_fit": "contain"}
MAX_OPTIONS = 2000


def explore_account(book: Book, account: str) -> widgets.VBox:
    """Pick another account and another span of its relationship.

    Parameters
    ----------
    book
        The quarter's book.
    account
        Where the explorer starts.

    Returns
    -------
    The widget: account and span above, then message, headline, timeline, map and warnings.
    """
    return _Explorer(book, account).box


class _Explorer:
    """The controls and views of one explorer."""

    def __init__(self, book: Book, account: str) -> None:
        self.book = book
        self.dossier = open_dossier(book, account)
        months = book.settings.dossier.timeline_months
        self.account = widgets.Combobox(
            value=_option(account, self.dossier.name),
            options=_options(self.dossier),
            description=_("Account"),
            placeholder=_("number or name"),
            continuous_update=False,
        )
        self.months = widgets.IntSlider(
            value=months, min=3, max=max(60, months), step=3, description=_("Months"),
            continuous_update=False,
        )  # fmt: skip
        self.views = {
            "message": named(widgets.HTML(), "message"),
            "headline": named(widgets.HTML(), "headline"),
            "timeline": named(widgets.Image(format="png", layout=LAYOUT), "timeline"),
            "map": named(widgets.Image(format="png", layout=LAYOUT), "map"),
            "warnings": named(widgets.HTML(), "warnings"),
        }
        controls = widgets.HBox(
            [named(self.account, "account"), named(self.months, "months")],
            layout={"flex_flow": "row wrap"},
        )
        self.box = named(widgets.VBox([controls, *self.views.values()]), "dossier")
        self.account.observe(self.choose, names="value")
        self.months.observe(self.show_timeline, names="value")
        guarded(self._show, self.views["message"])

    def choose(self, change: object = None) -> None:
        """Open the dossier that the picker names; an unknown account is said, not raised."""
        guarded(self._choose, self.views["message"])

    def show_timeline(self, change: object = None) -> None:
        """Draw the relationship over the chosen span."""
        guarded(self._show_timeline, self.views["message"])

    def _choose(self) -> None:
        wanted = self.account.value.split(" · ")[0]
        if wanted.strip():
            self.dossier = open_dossier(self.book, wanted)
            self._show()

    def _show(self) -> None:
        dossier, currency = self.dossier, self.book.currency
        told = [
            f"{dossier.name}.",
            sales_headline(dossier.value, dossier.expected, currency),
            rhythm_headline(dossier.days, dossier.found, seen_to=dossier.as_of),
        ]
        self.views["headline"].value = f"<b>{escape(' '.join(told))}</b>"
        self._show_timeline()
        drawn = plot_decision_map(dossier.people, dossier.coverage, dossier.managers)
        self.views["map"].value = picture(drawn).png
        shown = listed(dossier.warnings, _("No warning."), view="dossier_warnings")
        self.views["warnings"].value = shown.html

    def _show_timeline(self) -> None:
        months = self.months.value
        events = self.dossier.events_of(months)
        drawn = plot_timeline(events, self.dossier.days, as_of=self.dossier.as_of, months=months)
        self.views["timeline"].value = picture(drawn).png


def _options(dossier: Dossier) -> list[str]:
    """The largest accounts first; what is not listed can be typed."""
    ordered = dossier.classes.index.append(dossier.everyone.index).drop_duplicates()
    names = dossier.everyone["name"].reindex(ordered[:MAX_OPTIONS])
    return [_option(account, name) for account, name in names.items()]


def _option(account: str, name: object) -> str:
    return account if pd.isna(name) or name in ("", account) else f"{account} · {name}"
