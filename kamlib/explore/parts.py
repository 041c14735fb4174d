"""What all explorers are made of: named controls, a picture's layout, errors said in the widget.

Plain ipywidgets with ``observe``: ``Output``, ``interact`` and ``interactive`` can hang a
headless run (nbclient issue 312). Every part has a CSS class, ``kam-explorer-…``, by which a
test or a page finds it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape
from typing import Any

import ipywidgets as widgets

from kamlib.explore.kept import keep_controls, kept_told
from kamlib.settings import Settings
from kamlib.words import SOURCE, count, language, told

PICTURE_INCHES = (6.5, 4)
STEP = 0.01
# A picture holds two pixels per screen pixel: without a width it would show twice as large.
PICTURE_LAYOUT = {"width": "624px", "max_width": "100%", "object_fit": "contain"}
_RUN = re.compile(r"(?<![^>])[^<>]+(?![^<])")  # a text between tags


class Explorer:
    """What explorers of settings share: controls above, then a message and what is shown.

    Each move of a control calls ``_update``, which a subclass writes; what goes wrong in it is
    said in the message. Where a subclass has ``_settings``, ``start`` and ``_effect``, a button
    keeps what is moved for good.
    """

    start: Any = None

    def __init__(
        self,
        name: str,
        controls: Mapping[str, widgets.Widget],
        panel: widgets.Widget,
        views: Mapping[str, widgets.DOMWidget],
    ) -> None:
        self.controls = controls
        shown = {"message": widgets.HTML(), **views}
        self.views = {view: named(widget, view) for view, widget in shown.items()}
        self.fields = keep_controls() if self.start is not None else {}
        for field, control in self.fields.items():
            named(control, field)
        keeping = [in_a_row(self.fields.values())] if self.fields else []
        self.box = named(widgets.VBox([panel, *self.arranged(), *keeping]), name)
        if self.fields:
            self.fields["keep"].on_click(self.keep)
        for moved, control in controls.items():
            control.observe(self.reaction(moved), names="value")
        self.update()

    def arranged(self) -> list[widgets.Widget]:
        """The views below the controls: one below the other."""
        return list(self.views.values())

    def reaction(self, control: str) -> Callable[[object], None]:
        """What a move of a control calls."""
        return self.update

    def update(self, change: object = None) -> None:
        """Compute anew by what the controls say, and show it."""
        self.guarded(self._update)

    def guarded(self, update: Callable[[], None]) -> None:
        """Run an update; what goes wrong is said in the message."""
        guarded(update, self.views["message"])

    def keep(self, button: object = None) -> None:
        """Write what is moved into the data set's settings, with author, reason and effect."""
        told: list[str] = []
        guarded(lambda: told.append(self._kept()), self.fields["kept"])
        if told:
            self.fields["kept"].value = told[0]

    def _kept(self) -> str:
        folder = self.start.book.dataset.folder
        return kept_told(folder, self.start.settings, self._settings(), self.fields, self._effect)

    def _both(self) -> tuple[Any, Any]:
        """The chapter as it is in force, and as the controls say."""
        return self.start, self.start.under(self._settings())

    def _settings(self) -> Settings:
        raise NotImplementedError

    def _effect(self) -> str:
        raise NotImplementedError

    def _update(self) -> None:
        raise NotImplementedError


def in_a_row(controls: Iterable[widgets.Widget]) -> widgets.HBox:
    """Controls side by side, in more rows where the window is narrow."""
    return widgets.HBox(list(controls), layout={"flex_flow": "row wrap"})


def weights_first(controls: Mapping[str, widgets.Widget]) -> widgets.VBox:
    """The controls called ``weight.…`` in a row, the others in the next."""
    weights = [c for name, c in controls.items() if name.startswith("weight.")]
    others = [c for name, c in controls.items() if not name.startswith("weight.")]
    return widgets.VBox([in_a_row(weights), in_a_row(others)])


def image_view() -> widgets.Image:
    """Where a picture stands."""
    return widgets.Image(format="png", layout=PICTURE_LAYOUT)


def guarded(update: Callable[[], None], message: widgets.HTML) -> None:
    """Run an update; what goes wrong is said in the widget: elsewhere nobody would see it."""
    try:
        update()
    except Exception as error:
        message.value = (
            f'<b style="color:#a3282c" role="alert">{escape(str(error) or repr(error))}</b>'
        )
    else:
        message.value = ""


def choice(name: str, options: list[tuple[str, str]], value: str | None) -> widgets.Dropdown:
    """A drop-down list of (what is shown, what it means), on the first without a value."""
    return widgets.Dropdown(description=name, options=options, value=value or options[0][1])


def setting_slider(
    label: str, settings: Settings, name: str, *, highest: float = 1.0
) -> widgets.FloatSlider:
    """A slider on a setting, ``"abc.cuts.0"`` its first cut, within the setting's own bounds.

    Parameters
    ----------
    highest
        Where it ends if the setting has no upper bound; one that has, is a share.
    """
    group, field, *place = name.split(".")
    value = getattr(getattr(settings, group), field)
    told = type(getattr(settings, group)).model_json_schema()["properties"][field]
    if place:
        value, told = value[int(place[0])], told["prefixItems"][int(place[0])]
    low = told.get("minimum", told.get("exclusiveMinimum", 0) + STEP)
    high = told.get("maximum", told.get("exclusiveMaximum", 0) - STEP)
    readout = ".0%" if high > 0 else ".2f"
    return slider(label, value, lowest=low, highest=high if high > 0 else highest, readout=readout)


def slider(
    name: str, value: float, *, lowest: float, highest: float, readout: str
) -> widgets.FloatSlider:
    """A slider that reports once it is let go; its range takes in the value it starts at."""
    return widgets.FloatSlider(
        description=name,
        value=value,
        min=min(lowest, value),
        max=max(highest, value),
        step=STEP,
        readout_format=readout,
        continuous_update=False,  # one analysis per move, not one per pixel
    )


def named_controls(controls: dict[str, widgets.Widget]) -> dict[str, widgets.Widget]:
    """The controls, each with the class of its own name: ``abc.cuts.0`` is ``abc-cuts-0``."""
    for name, control in controls.items():
        named(control, name.replace(".", "-").replace("_", "-"))
    return controls


def change_told(words: str, before: float, after: float) -> str:
    """The effect of what is moved, ``{before}`` and ``{after}`` in the words filled."""
    return words.format(before=count(before), after=count(after))


def named(widget: widgets.DOMWidget, name: str) -> widgets.DOMWidget:
    """The widget with the CSS class by which a test or a page finds it; its words are told."""
    widget.add_class(f"kam-explorer-{name}")
    if language() != SOURCE:
        _tell(widget)
    return widget


def _tell(widget: widgets.DOMWidget) -> None:
    for trait in ("description", "placeholder"):
        if widget.has_trait(trait):
            setattr(widget, trait, told(getattr(widget, trait)))
    if isinstance(widget, widgets.Dropdown):
        value = widget.value
        widget.options = [(told(label), meant) for label, meant in widget.options]
        widget.value = value
    if isinstance(widget, widgets.HTML):
        widget.observe(_tell_html, names="value")


def _tell_html(change: dict) -> None:
    """A sentence; tables are told where they are made."""
    html = change["new"]
    if "<style>" not in html:
        change["owner"].value = _RUN.sub(lambda run: escape(told(unescape(run[0]))), html)
