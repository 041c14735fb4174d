"""A widget to try other weights, another breadwinner's share and band on the key accounts."""

from html import escape

import ipywidgets as widgets

from kamlib.analysis.segments.criteria import CRITERIA
from kamlib.analysis.segments.key_accounts import key_headline, key_share
from kamlib.chapters.segments import Segments, segments
from kamlib.data.book import Book
from kamlib.explore.parts import (
    PICTURE_INCHES,
    Explorer,
    image_view,
    named,
    share_slider,
    slider,
    weights_first,
)
from kamlib.pictures.segments import plot_criteria, plot_key_share
from kamlib.settings import Settings
from kamlib.show.columns import column
from kamlib.show.tables import table
from kamlib.show.theme import new_axes, picture
from kamlib.words import _, count, share

ROWS = 20
LISTED = ("account", "name", "manager", "types", "cell", "revenue", "score", "hours")


def explore_key_accounts(book: Book) -> widgets.VBox:
    """Move the weights, the breadwinner's share, the hours and the band: see who is key then.

    Returns
    -------
    The widget: controls above, then message, headline, the share against the band, the list
    and its criteria.
    """
    return _KeyExplorer(book).box


class _KeyExplorer(Explorer):
    """The controls and views of the explorer."""

    def __init__(self, book: Book) -> None:
        self.book = book
        controls = _controls(book.settings)
        views = {
            "headline": widgets.HTML(),
            "picture": image_view(),
            "list": widgets.HTML(),
            "criteria": image_view(),
        }
        super().__init__("key-accounts", controls, weights_first(controls), views)

    def _update(self) -> None:
        settings = self._settings()
        self._show(segments(self.book, settings), settings)

    def _show(self, found: Segments, settings: Settings) -> None:
        chosen, currency = found.chosen, self.book.currency
        shares = key_share(chosen, found.classes, settings=settings)
        self.views["headline"].value = escape(key_headline(chosen, shares, currency))
        band = settings.concentration.key_share_band
        ax = plot_key_share(shares["share"], band, ax=new_axes(6.5, 2.2))
        self.views["picture"].value = picture(ax).png
        self.views["list"].value = table(
            chosen.key,
            currency=currency,
            rows=ROWS,
            columns=LISTED,
            caption=_("{number} key accounts").format(number=count(len(chosen.key))),
        ).html
        scores = found.classes[["name"]].join(found.criteria).loc[chosen.key.index]
        drawn = plot_criteria(scores, rows=12, ax=new_axes(PICTURE_INCHES[0], 4.4))
        self.views["criteria"].value = picture(drawn).png

    def _settings(self) -> Settings:
        """The book's settings with what the controls say."""
        value = {name: control.value for name, control in self.controls.items()}
        weights = tuple(value[f"weight.{name}"] for name in CRITERIA)
        if not any(weights):
            raise ValueError(_("All weights are 0: raise at least one."))
        band = (value["band.low"], value["band.high"])
        if band[0] >= band[1]:
            told = _("The band has to begin below its end: {low} is not below {high}.")
            raise ValueError(told.format(low=share(band[0], 0), high=share(band[1], 0)))
        chosen = self.book.settings.model_dump()
        chosen["criteria"]["weights"] = weights
        chosen["types"]["breadwinner_share"] = value["breadwinner"]
        chosen["key"]["hours_share"] = value["hours"]
        chosen["concentration"]["key_share_band"] = band
        return Settings.model_validate(chosen)


def _controls(settings: Settings) -> dict[str, widgets.FloatSlider]:
    low, high = settings.concentration.key_share_band
    controls = {
        f"weight.{name}": slider(column(name).label, weight, lowest=0, highest=1, readout=".2f")
        for name, weight in zip(CRITERIA, settings.criteria.weights, strict=True)
    }
    controls |= {
        "breadwinner": share_slider(_("Breadwinner"), settings.types.breadwinner_share),
        "hours": share_slider(_("Hours for key"), settings.key.hours_share),
        "band.low": share_slider(_("Band from"), low),
        "band.high": share_slider(_("Band to"), high),
    }
    for name, control in controls.items():
        named(control, name.replace(".", "-").replace("_", "-"))
    return controls
