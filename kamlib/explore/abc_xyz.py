"""A widget to try other cut-offs on the notebook's own analysis and pictures."""

from collections.abc import Callable
from html import escape

import ipywidgets as widgets
import pandas as pd

from kamlib.analysis.abc_xyz.matrix import matrix
from kamlib.analysis.abc_xyz.sentences import matrix_headline
from kamlib.analysis.abc_xyz.xyz import LENS_COLUMNS
from kamlib.chapters.abc_xyz import AbcXyz
from kamlib.data.book import Book
from kamlib.explore.parts import (
    PICTURE_INCHES,
    Explorer,
    change_told,
    choice,
    image_view,
    in_a_row,
    named_controls,
    setting_slider,
)
from kamlib.pictures.abc_xyz import plot_pareto
from kamlib.pictures.matrix import plot_matrix
from kamlib.settings import Settings, tried
from kamlib.show.tables import table
from kamlib.show.theme import new_axes, picture
from kamlib.words import _, count, number, share

# The explorer shows no stability: the fewest resamples that the settings allow.
FAST_RESAMPLES = 10
ACCOUNT_ROWS = 20
# Where sliders end on ratios, which have no upper bound.
HIGHEST_RATIO = 3.0
ACCOUNT_COLUMNS = ("account", "name", "manager", "revenue", "share", "cell", "nearest_border")


def explore_abc_xyz(chapter: AbcXyz) -> widgets.VBox:
    """Move the cut-offs, change measure and lens, pick a manager, search: see who stands where.

    Parameters
    ----------
    chapter
        Where the explorer starts; whatever has no control here stays as it is.

    Returns
    -------
    The widget: controls above, then message, headline, matrix, picture and first accounts.
    """
    return _ClassExplorer(chapter).box


class _ClassExplorer(Explorer):
    """The controls and views of the explorer, and what was computed last."""

    def __init__(self, chapter: AbcXyz) -> None:
        self.start = chapter
        self.chapter = chapter
        self.currency = chapter.currency
        book = chapter.book
        controls = _controls(book, chapter.settings)
        views = {
            "headline": widgets.HTML(),
            "matrix": widgets.HTML(),
            "picture": image_view(),
            "accounts": widgets.HTML(),
        }
        super().__init__("abc-xyz", controls, _control_panel(controls), views)

    def arranged(self) -> list[widgets.Widget]:
        """The views below the controls: matrix and picture side by side."""
        views = self.views
        side = in_a_row([views["matrix"], views["picture"]])
        return [views["message"], views["headline"], side, views["accounts"]]

    def reaction(self, control: str) -> Callable[[object], None]:
        """Searching lists accounts anew, picking shows anew, all else classes anew."""
        parts = {
            "search": self._list_accounts,
            "manager": self._show,
            "picture-choice": self._show,
        }
        if control not in parts:
            return self.update
        return lambda change: self.guarded(parts[control])

    def update(self, change: object = None) -> None:
        """Class all accounts anew, then show them; only the cuts of the chosen lens are shown."""
        lens = self.controls["xyz.measure"].value
        for name, control in self.controls.items():
            if name.startswith("xyz.") and "_cuts." in name:
                control.layout.display = None if name.startswith(f"xyz.{lens}_cuts") else "none"
        super().update(change)

    def _update(self) -> None:
        self.chapter = self.start.under(self._settings())
        self._show()

    def _settings(self) -> Settings:
        return _chosen_settings(self.start.settings, self.controls)

    def _effect(self) -> str:
        before, after = (int((each.classed["abc"] == "A").sum()) for each in self._both())
        return change_told(_("Accounts of class A: {before} before, {after} then."), before, after)

    def _show(self) -> None:
        picked = self._picked()
        places = matrix(picked)
        self.views["headline"].value = escape(
            matrix_headline(places, self.chapter.settings.abc.measure)
        )
        manager = self.controls["manager"].value
        whose = self.chapter.book.manager_name(manager) if manager else _("all managers")
        caption = _("Matrix of {accounts} accounts, {whose}").format(
            accounts=count(len(picked)), whose=whose
        )
        known = places if places["margin"].notna().any() else places.drop(columns="margin")
        self.views["matrix"].value = table(known, currency=self.currency, caption=caption).html
        self.views["picture"].value = self._picture(picked, places)
        self._list_accounts()

    def _picture(self, picked: pd.DataFrame, places: pd.DataFrame) -> bytes:
        ax = new_axes(*PICTURE_INCHES)
        if self.controls["picture-choice"].value == "matrix":
            return picture(plot_matrix(places, currency=self.currency, ax=ax)).png
        # The cumulative share runs over all accounts, so the Pareto always shows them all.
        cuts = self.chapter.settings.abc.cuts
        return picture(
            plot_pareto(self.chapter.classes, share_cuts=cuts, currency=self.currency, ax=ax)
        ).png

    def _list_accounts(self) -> None:
        found = _found(self._picked(), self.controls["search"].value)
        lens = LENS_COLUMNS[self.chapter.settings.xyz.measure]
        self.views["accounts"].value = table(
            found,
            currency=self.currency,
            rows=ACCOUNT_ROWS,
            columns=[*ACCOUNT_COLUMNS, lens],
            caption=_("{accounts} accounts").format(accounts=count(len(found))),
        ).html

    def _picked(self) -> pd.DataFrame:
        manager = self.controls["manager"].value
        classes = self.chapter.classes
        return classes[classes["manager"] == manager] if manager else classes


def _controls(book: Book, settings: Settings) -> dict[str, widgets.Widget]:
    """One control per setting, by the setting's dotted name, then the pickers."""
    measures = [(_("Revenue"), "revenue"), (_("Margin"), "margin")][: 2 if book.has_margin else 1]
    lenses = [
        (_("Months with an order"), "frequency"),
        (_("Variation of the gaps"), "gap_cv"),
        (_("Variation of the value"), "value_cv"),
    ]
    measure = settings.abc.measure if book.has_margin else "revenue"
    codes = book.accounts["manager"].dropna().astype("str").unique()
    managers = sorted((book.manager_name(code), code) for code in codes if code)
    ends = [("abc.cuts", _("A ends at"), _("B ends at")),
            ("xyz.frequency_cuts", _("X from"), _("Y from")),
            ("xyz.gap_cv_cuts", _("X up to"), _("Y up to")),
            ("xyz.value_cv_cuts", _("X up to"), _("Y up to"))]  # fmt: skip
    sliders = {
        f"{cuts}.{place}": setting_slider(label, settings, f"{cuts}.{place}", highest=HIGHEST_RATIO)
        for cuts, *labels in ends
        for place, label in enumerate(labels)
    }
    shown = [(_("Matrix"), "matrix"), (_("Pareto"), "pareto")]
    return named_controls(
        {
            "abc.measure": choice(_("Value"), measures, measure),
            "xyz.measure": choice(_("Rhythm"), lenses, settings.xyz.measure),
            **sliders,
            "manager": choice(_("Manager"), [(_("all"), ""), *managers], ""),
            "picture-choice": choice(_("Picture"), shown, None),
            "search": widgets.Text(description=_("Search"), placeholder=_("name or account")),
        }
    )


def _control_panel(controls: dict[str, widgets.Widget]) -> widgets.VBox:
    rows = [
        [control for name, control in controls.items() if name.startswith(group)]
        for group in ("abc.", "xyz.")
    ]
    rows.append([controls[name] for name in ("manager", "picture-choice", "search")])
    return widgets.VBox([in_a_row(row) for row in rows])


def _chosen_settings(start: Settings, controls: dict[str, widgets.Widget]) -> Settings:
    """The start settings with what the controls say."""
    value = {name: control.value for name, control in controls.items()}
    lens = value["xyz.measure"]
    abc_cuts = (value["abc.cuts.0"], value["abc.cuts.1"])
    xyz_cuts = (value[f"xyz.{lens}_cuts.0"], value[f"xyz.{lens}_cuts.1"])
    _check_cuts(abc_cuts, xyz_cuts, lens)
    settings = [name for name in value if name.startswith(("abc.", "xyz.measure", f"xyz.{lens}_"))]
    chosen = {name: value[name] for name in settings}
    return tried(start, chosen | {"stability.resamples": FAST_RESAMPLES})


def _check_cuts(abc_cuts: tuple[float, float], xyz_cuts: tuple[float, float], lens: str) -> None:
    """Refuse two cuts in the wrong order in words; the tables go on showing the last classes."""
    last = _("The tables below still show the last cuts that were possible.")
    first, second = abc_cuts
    if first >= second:
        told = _("A has to end before B: {first} is not below {second}.")
        told = told.format(first=share(first, 0), second=share(second, 0))
        raise ValueError(f"{told} {last}")
    first, second = xyz_cuts
    if lens == "frequency" and first <= second:
        told = _("X asks for more months with an order than Y: {first} is not above {second}.")
        told = told.format(first=share(first, 0), second=share(second, 0))
        raise ValueError(f"{told} {last}")
    if lens != "frequency" and first >= second:
        told = _("X allows less variation than Y: {first} is not below {second}.")
        told = told.format(first=number(first), second=number(second))
        raise ValueError(f"{told} {last}")


def _found(classes: pd.DataFrame, words: str) -> pd.DataFrame:
    """The accounts whose name or id contains the words, as typed."""
    wanted = words.strip().casefold()
    if not wanted:
        return classes
    texts = classes["name"].str.casefold() + "\n" + classes.index.str.casefold()
    return classes[texts.str.contains(wanted, regex=False)]
