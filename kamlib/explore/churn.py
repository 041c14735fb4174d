"""A widget to try other rules of loss: who is lost then, whom to call, and how often it errs."""

from html import escape

import ipywidgets as widgets
import numpy as np
import pandas as pd

from kamlib.analysis.churn.accountability import accountability, accountability_headline
from kamlib.analysis.churn.loss_rules import loss_rules
from kamlib.analysis.churn.states import states_headline
from kamlib.analysis.churn.winback import do_not_chase, winback_headline, winback_list
from kamlib.analysis.models.purchase import purchase_histories
from kamlib.analysis.models.purchase_outlook import as_histories, p_active
from kamlib.chapters.churn import (
    book_watch_list,
    leaving,
    loss_rules_headline,
    margin_at_risk,
    risk_headline,
)
from kamlib.chapters.churn_past import churn_evidence, lists_judged
from kamlib.data.book import Book
from kamlib.explore.parts import Explorer, image_view, in_a_row, named, slider
from kamlib.pictures.churn import plot_states
from kamlib.settings import Settings
from kamlib.show.tables import table
from kamlib.show.theme import new_axes, picture
from kamlib.words import _, accounts

ROWS = 15
WATCHED = ("account", "name", "manager", "state", "at_risk", "why")
LISTED = ("account", "name", "manager", "reason", "net_value", "p_win", "p_natural", "why")


def explore_churn(book: Book) -> widgets.VBox:
    """Move the silence, the usual gaps and the horizon: states, lists and errors follow.

    At the horizon of the settings the chances behind the margin at risk are the page's; at any
    other they come from the purchase model fitted on the book's last day, which any horizon can
    be asked of. Where that is not usable, silence tells, and it is said why.

    Returns
    -------
    The widget: controls above, then message, headlines, states, what the rule costs, the watch
    list and the win-back list.
    """
    return _ChurnExplorer(book).box


class _ChurnExplorer(Explorer):
    """The controls and views of the explorer."""

    def __init__(self, book: Book) -> None:
        self.book = book
        controls = _controls(book.settings)
        views = {
            "headline": widgets.HTML(),
            "states": image_view(),
            "errors": widgets.HTML(),
            "watch": widgets.HTML(),
            "winback": widgets.HTML(),
        }
        super().__init__("churn", controls, in_a_row(controls.values()), views)

    def _update(self) -> None:
        book, settings, currency = self.book, self._settings(), self.book.currency
        found = leaving(book, settings)
        risk = margin_at_risk(book, found, self._active(settings), settings)
        said = [
            states_headline(found.states, risk["margin_a_year"], currency),
            risk_headline(found.states.join(risk.drop(columns="revenue_a_year")), settings,
                          currency, status=churn_evidence(book).fit.status),
        ]  # fmt: skip
        self.views["headline"].value = _paragraphs(said)
        ax = plot_states(found.states, found.year["revenue_a_year"], currency=currency,
                         ax=new_axes(6.5, 3.2))  # fmt: skip
        self.views["states"].value = picture(ax).png
        self.views["errors"].value = _paragraphs(self._errors(settings))
        watched = book_watch_list(book, found, risk, settings)
        self.views["watch"].value = table(
            watched.sort_values("at_risk", ascending=False, kind="stable"),
            currency=currency,
            rows=ROWS,
            columns=WATCHED,
            caption=_("Watch list: {accounts}").format(accounts=accounts(len(watched))),
        ).html
        self._show_winback(found.economics, settings)

    def _show_winback(self, economics: pd.DataFrame, settings: Settings) -> None:
        currency = self.book.currency
        listed = winback_list(
            economics, as_of=self.book.as_of, settings=settings.winback, currency=currency
        )
        left = do_not_chase(economics, currency=currency)
        said = winback_headline(listed, left, currency)
        shown = table(listed, currency=currency, rows=ROWS, columns=LISTED, caption=said)
        self.views["winback"].value = shown.html

    def _errors(self, settings: Settings) -> list[str]:
        """What the rule costs on past silences, and what became of last quarter's list by it."""
        book = self.book
        days = book.gaps[["account", "date"]]
        tried = loss_rules(days, as_of=book.seen_to, fit=churn_evidence(book).fit,
                           settings=settings)  # fmt: skip
        last = list(lists_judged(book, settings, lists=1))
        judged = accountability(last, settings=settings.churn)
        return [loss_rules_headline(tried), accountability_headline(judged, book.currency)]

    def _active(self, settings: Settings) -> pd.DataFrame:
        """P(active) within the horizon of the controls: the page's at its own horizon."""
        evidence = churn_evidence(self.book)
        if settings.churn.horizon_weeks == self.book.settings.churn.horizon_weeks:
            return evidence.active
        at, fit = evidence.orders, evidence.fit
        chance, model = np.full(len(at), np.nan), ""
        if fit.usable:
            histories = as_histories(purchase_histories(at, self.book.seen_to))
            chance = p_active(fit.process, histories, settings.churn.horizon_weeks)
            model = "MBG/NBD"
        return pd.DataFrame({"p_active": chance, "model": model}, at.index)

    def _settings(self) -> Settings:
        """The book's settings with what the controls say."""
        value = {name: control.value for name, control in self.controls.items()}
        chosen = self.book.settings.model_dump()
        chosen["churn"]["min_silence_days"] = int(value["silence"])
        chosen["churn"]["gap_multiple"] = value["multiple"]
        chosen["churn"]["horizon_weeks"] = int(value["horizon"])
        return Settings.model_validate(chosen)


def _controls(settings: Settings) -> dict[str, widgets.Widget]:
    churn = settings.churn
    controls = {
        "silence": _whole(_("Silent (days)"), churn.min_silence_days, 30, 540, 5),
        "multiple": slider(_("Usual gaps"), churn.gap_multiple, lowest=1, highest=8, readout=".1f"),
        "horizon": _whole(_("Weeks ahead"), churn.horizon_weeks, 1, 52, 1),
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
