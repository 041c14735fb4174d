"""A widget to try other weights, vetoes and hours on the targets: who moves to which tier then."""

from html import escape

import ipywidgets as widgets
import pandas as pd

from kamlib.analysis.targeting.owners import marketing_people
from kamlib.chapters.targeting import Targeting
from kamlib.explore.parts import PICTURE_INCHES, Explorer, image_view, named, slider, weights_first
from kamlib.pictures.targeting import plot_targets, plot_tier_hours, tier_word
from kamlib.settings import PS, Settings
from kamlib.show.columns import column
from kamlib.show.tables import table
from kamlib.show.theme import new_axes, picture
from kamlib.words import _, count

ROWS = 20
NAMED = 6
FIRST = "one-to-one"
LISTED = ("rank", "prospect", "name", "tier", "owner", *PS, "score", "fit", "expected_value",
          "tier_why")  # fmt: skip


def explore_targets(chapter: Targeting) -> widgets.VBox:
    """Move the weights, the veto, the age of evidence and the hours: who gets whose time then.

    Parameters
    ----------
    chapter
        Where the explorer starts; whatever has no control here stays as it is.

    Returns
    -------
    The widget: controls above, then message, headline, what changed against the page, the
    targets by score and fit, the hours by tier and the first targets.
    """
    return _TargetExplorer(chapter).box


class _TargetExplorer(Explorer):
    """The controls and views of the explorer."""

    def __init__(self, chapter: Targeting) -> None:
        self.start = chapter
        self.before: pd.Series | None = None
        controls = _controls(chapter)
        views = {
            "headline": widgets.HTML(),
            "changed": widgets.HTML(),
            "picture": image_view(),
            "tier-hours": image_view(),
            "list": widgets.HTML(),
        }
        super().__init__("targets", controls, weights_first(controls), views)

    def _update(self) -> None:
        if self.before is None:  # what the page says, to hold everything else against
            self.before = _tiers(self.start.targets)
        settings = self._settings()
        found = self._found(settings)
        targets = found.targets.sort_values("rank", kind="stable")
        self.views["headline"].value = escape(_headline(targets))
        self.views["changed"].value = escape(changes_told(self.before, targets))
        ax = plot_targets(targets, min_score=settings.tiers.min_score, named=8,
                          ax=new_axes(*PICTURE_INCHES))  # fmt: skip
        self.views["picture"].value = picture(ax).png
        high = 1.0 + 0.36 * max(len(found.tier_hours), 2)
        hours = plot_tier_hours(found.tier_hours, ax=new_axes(PICTURE_INCHES[0], high))
        self.views["tier-hours"].value = picture(hours).png
        self.views["list"].value = table(
            targets,
            currency=self.start.currency,
            rows=ROWS,
            columns=[name for name in LISTED if name in targets or name == targets.index.name],
            caption=_("{number} targets").format(number=count(len(targets))),
            name="targets",
        ).html

    def _effect(self) -> str:
        return changes_told(_tiers(self.start.targets), self._found(self._settings()).targets)

    def _found(self, settings: Settings) -> Targeting:
        """The page's own targets where nothing is moved: they are there already."""
        return self.start if settings == self.start.settings else self.start.under(settings)

    def _settings(self) -> Settings:
        """The start settings with what the controls say."""
        value = {name: control.value for name, control in self.controls.items()}
        weights = tuple(value[f"weight.{name}"] for name in PS)
        if not any(weights):
            raise ValueError(_("All weights are 0: raise at least one."))
        chosen = self.start.settings.model_dump()
        chosen["three_p"]["weights"] = weights
        chosen["three_p"]["veto_at"] = value["veto"]
        chosen["three_p"]["half_life_months"] = value["half-life"]
        chosen["tiers"]["hours_share"] = value["hours"]
        chosen["tiers"]["marketing_hours"] = value["marketing"]
        chosen["tiers"]["one_to_one_share"] = value["one-to-one"]
        return Settings.model_validate(chosen)


def changes_told(before: pd.Series, targets: pd.DataFrame) -> str:
    """How many targets change their tier against before, and who enters or leaves one-to-one.

    Parameters
    ----------
    before
        Tier per target as the page has it.
    targets
        The table ``targets`` under other settings: ``name``, ``tier``.
    """
    now, names = _tiers(targets), targets["name"]
    then = before.reindex(now.index).fillna("")
    moved = (now != then).sum() + (~before.index.isin(now.index)).sum()
    if not moved:
        return _("Nobody changes tier against the page.")
    enter = names[(now == FIRST) & (then != FIRST)]
    leave = names[(now != FIRST) & (then == FIRST)]
    told = _("{moved} of {all} targets change tier. Into one-to-one: {enter}. Out: {leave}.")
    return told.format(
        moved=count(moved), all=count(len(now)), enter=_listed(enter), leave=_listed(leave)
    )


def _tiers(targets: pd.DataFrame) -> pd.Series:
    return targets["tier"].astype("str")


def _listed(names: pd.Series) -> str:
    """The first names, and how many more there are."""
    shown = [str(name or code) for code, name in names.head(NAMED).items()]
    if len(names) > NAMED:
        shown.append(_("{n} more").format(n=count(len(names) - NAMED)))
    return ", ".join(shown) or _("nobody")


def _headline(targets: pd.DataFrame) -> str:
    numbers = targets["tier"].value_counts(sort=False)
    told = ", ".join(f"{tier_word(str(tier))} {count(n)}" for tier, n in numbers.items())
    return _("{n} targets: {told}.").format(n=count(len(targets)), told=told or _("none"))


def _controls(chapter: Targeting) -> dict[str, widgets.FloatSlider]:
    three_p, tiers = chapter.settings.three_p, chapter.settings.tiers
    controls = {
        f"weight.{name}": slider(column(name).label, weight, lowest=0, highest=1, readout=".2f")
        for name, weight in zip(PS, three_p.weights, strict=True)
    }
    part = {"lowest": 0, "highest": 1, "readout": ".0%"}
    controls |= {
        "veto": slider(_("No from (score)"), three_p.veto_at, lowest=0, highest=0.5, readout=".2f"),
        "half-life": slider(_("Half as old (months)"), three_p.half_life_months, lowest=1,
                            highest=48, readout=".0f"),
        "hours": slider(_("Hours for targets"), tiers.hours_share, **part),
        "marketing": slider(_("Marketing (hours)"), tiers.marketing_hours, lowest=0, highest=500,
                            readout=".0f"),
        "one-to-one": slider(_("For one-to-one"), tiers.one_to_one_share, **part),
    }  # fmt: skip
    for name in ("half-life", "marketing"):
        controls[name].step = 1
    if len(marketing_people(chapter.book.known("managers"))):
        # Their own hours count then: a control that moves nothing would mislead.
        controls["marketing"].disabled = True
        controls["marketing"].tooltip = _("The hours of the marketing people recorded count.")
    for name, control in controls.items():
        control.style.description_width = "initial"
        named(control, name.replace(".", "-"))
    return controls
