"""A widget to try other weights, another breadwinner's share and band on the key accounts."""

from html import escape

import ipywidgets as widgets

from kamlib.chapters.segments import Segments
from kamlib.explore.parts import (
    PICTURE_INCHES,
    Explorer,
    change_told,
    image_view,
    named_controls,
    setting_slider,
    slider,
    weights_first,
)
from kamlib.pictures.segments import plot_criteria, plot_key_share
from kamlib.settings import CRITERIA, Settings, tried
from kamlib.show.columns import column
from kamlib.show.tables import table
from kamlib.show.theme import new_axes, picture
from kamlib.words import _, count, share

ROWS = 20
LISTED = ("account", "name", "manager", "types", "cell", "revenue", "score", "hours")


def explore_key_accounts(chapter: Segments) -> widgets.VBox:
    """Move the weights, the breadwinner's share, the hours and the band: see who is key then.

    Parameters
    ----------
    chapter
        Where the explorer starts; whatever has no control here stays as it is.

    Returns
    -------
    The widget: controls above, then message, headline, the share against the band, the list
    and its criteria.
    """
    return _KeyExplorer(chapter).box


class _KeyExplorer(Explorer):
    """The controls and views of the explorer."""

    def __init__(self, chapter: Segments) -> None:
        self.start = chapter
        controls = _controls(chapter.settings)
        views = {
            "headline": widgets.HTML(),
            "picture": image_view(),
            "list": widgets.HTML(),
            "criteria": image_view(),
        }
        super().__init__("key-accounts", controls, weights_first(controls), views)

    def _update(self) -> None:
        chapter = self.start.under(self._settings())
        key = chapter.key_accounts
        self.views["headline"].value = escape(chapter.carried)
        band = chapter.settings.concentration.key_share_band
        ax = plot_key_share(chapter.key_share["share"], band, ax=new_axes(6.5, 2.2))
        self.views["picture"].value = picture(ax).png
        self.views["list"].value = table(
            key,
            currency=chapter.currency,
            rows=ROWS,
            columns=LISTED,
            caption=_("{number} key accounts").format(number=count(len(key))),
        ).html
        scores = chapter.classes[["name"]].join(chapter.criteria).loc[key.index]
        drawn = plot_criteria(scores, rows=12, ax=new_axes(PICTURE_INCHES[0], 4.4))
        self.views["criteria"].value = picture(drawn).png

    def _effect(self) -> str:
        before, after = (len(each.key_accounts) for each in self._both())
        return change_told(_("Key accounts: {before} before, {after} then."), before, after)

    def _settings(self) -> Settings:
        """The start settings with what the controls say."""
        value = {name: control.value for name, control in self.controls.items()}
        weights = tuple(value[f"weight.{name}"] for name in CRITERIA)
        if not any(weights):
            raise ValueError(_("All weights are 0: raise at least one."))
        band = (value["band.low"], value["band.high"])
        if band[0] >= band[1]:
            told = _("The band has to begin below its end: {low} is not below {high}.")
            raise ValueError(told.format(low=share(band[0], 0), high=share(band[1], 0)))
        chosen = {
            "criteria.weights": weights,
            "types.breadwinner_share": value["breadwinner"],
            "key.hours_share": value["hours"],
            "concentration.key_share_band": band,
        }
        return tried(self.start.settings, chosen)


def _controls(settings: Settings) -> dict[str, widgets.FloatSlider]:
    weights = {
        f"weight.{name}": slider(column(name).label, weight, lowest=0, highest=1, readout=".2f")
        for name, weight in zip(CRITERIA, settings.criteria.weights, strict=True)
    }
    others = {
        "breadwinner": (_("Breadwinner"), "types.breadwinner_share"),
        "hours": (_("Hours for key"), "key.hours_share"),
        "band.low": (_("Band from"), "concentration.key_share_band.0"),
        "band.high": (_("Band to"), "concentration.key_share_band.1"),
    }
    parts = {
        control: setting_slider(label, settings, name) for control, (label, name) in others.items()
    }
    return named_controls({**weights, **parts})
