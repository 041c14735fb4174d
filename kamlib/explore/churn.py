"""A widget to try other rules of loss: who is lost then, whom to call, and how often it errs."""

from html import escape

import ipywidgets as widgets

from kamlib.analysis.churn.accountability import accountability_headline
from kamlib.analysis.churn.loss_rules import advice_headline
from kamlib.analysis.churn.margin_at_risk import risk_headline
from kamlib.analysis.churn.winback import winback_headline
from kamlib.chapters.churn import Churn
from kamlib.explore.parts import Explorer, change_told, image_view, in_a_row, named, slider
from kamlib.pictures.churn import plot_states
from kamlib.settings import Settings
from kamlib.show.tables import table
from kamlib.show.theme import new_axes, picture
from kamlib.words import _, accounts, count

ROWS = 15
WATCHED = ("account", "name", "manager", "state", "at_risk", "keep", "why")
LISTED = ("account", "name", "manager", "reason", "net_value", "p_win", "p_natural", "why")


def explore_churn(chapter: Churn) -> widgets.VBox:
    """Move the silence and the usual gaps: states, lists and errors follow.

    The silence starts at the one that the company's own past advises, and beside it stands what
    is in force.

    Parameters
    ----------
    chapter
        Where the explorer starts; whatever has no control here stays as it is.

    Returns
    -------
    The widget: controls above, then message, headlines, states, what the rule costs, the watch
    list and the win-back list.
    """
    return _ChurnExplorer(chapter).box


class _ChurnExplorer(Explorer):
    """The controls and views of the explorer."""

    def __init__(self, chapter: Churn) -> None:
        self.start = chapter
        controls = _controls(chapter.settings, chapter.advice.days)
        views = {
            "headline": widgets.HTML(),
            "states": image_view(),
            "errors": widgets.HTML(),
            "watch": widgets.HTML(),
            "winback": widgets.HTML(),
        }
        super().__init__("churn", controls, in_a_row(controls.values()), views)

    def _update(self) -> None:
        chapter = self.start.under(self._settings())
        currency = chapter.currency
        told = risk_headline(chapter.churn, currency)
        self.views["headline"].value = _paragraphs([chapter.staying, told])
        ax = plot_states(
            chapter.states,
            chapter.year["revenue_a_year"],
            currency=currency,
            ax=new_axes(6.5, 3.2),
        )
        self.views["states"].value = picture(ax).png
        # What the rule costs on past silences, and what became of last quarter's list by it.
        judged = accountability_headline(chapter.last_judged, currency)
        advised = advice_headline(self.start.advice)
        self.views["errors"].value = _paragraphs([self._silences(), advised, chapter.rule, judged])
        watched = chapter.watched
        self.views["watch"].value = table(
            watched.sort_values("keep", ascending=False, kind="stable"),
            currency=currency,
            rows=ROWS,
            columns=WATCHED,
            caption=_("Watch list: {accounts}").format(accounts=accounts(len(watched))),
        ).html
        self.views["winback"].value = table(
            chapter.worth_asking,
            currency=currency,
            rows=ROWS,
            columns=LISTED,
            caption=winback_headline(
                chapter.worth_asking,
                chapter.do_not_chase,
                currency,
                hour_cost=chapter.settings.work.hour_cost,
            ),
        ).html

    def _effect(self) -> str:
        before, after = (int((each.states["state"] == "lost").sum()) for each in self._both())
        return change_told(_("Lost accounts: {before} before, {after} then."), before, after)

    def _silences(self) -> str:
        """Which silence is tried here, and which is in force."""
        in_force, tried = self.start.settings.churn.min_silence_days, self.controls["silence"].value
        if in_force == tried:
            return _("Tried here: {tried} days of silence, as in force.").format(tried=count(tried))
        told = _("Tried here: {tried} days of silence; in force: {in_force}.")
        return told.format(tried=count(tried), in_force=count(in_force))

    def _settings(self) -> Settings:
        """The settings at the start with what the controls say."""
        value = {name: control.value for name, control in self.controls.items()}
        chosen = self.start.settings.model_dump()
        chosen["churn"]["min_silence_days"] = int(value["silence"])
        chosen["churn"]["gap_multiple"] = value["multiple"]
        return Settings.model_validate(chosen)


def _controls(settings: Settings, silence: int) -> dict[str, widgets.Widget]:
    churn = settings.churn
    controls = {
        "silence": _whole(_("Silent (days)"), silence, 10, 540, 5),
        "multiple": slider(_("Usual gaps"), churn.gap_multiple, lowest=1, highest=8, readout=".1f"),
    }
    for name, control in controls.items():
        named(control, name)
    return controls


def _whole(name: str, value: int, lowest: int, highest: int, step: int) -> widgets.IntSlider:
    return widgets.IntSlider(
        description=name,
        value=value,
        min=min(lowest, value),
        max=max(highest, value),
        step=step,
        continuous_update=False,
    )


def _paragraphs(sentences: list[str]) -> str:
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
