"""How well it can be told who is leaving: the models and the loss rules on the book's history."""

from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.churn.loss_rules import loss_curve, loss_rules
from kamlib.analysis.measures.loss import orders_at
from kamlib.analysis.measures.scores import calibration_curve
from kamlib.analysis.models.churn import (
    active_probabilities,
    chosen_model,
    churn_models,
    churn_predictions,
)
from kamlib.analysis.models.churn_slices import churn_slices, statistics_dates
from kamlib.analysis.models.purchase import PurchaseFit, purchase_fit, purchase_histories
from kamlib.data.book import Book
from kamlib.data.frames import order_statistics


@dataclass(frozen=True)
class ChurnEvidence:
    """What the book's own past says of models and rules.

    ``models``, ``rules`` and ``curve`` are the tables of ``churn_models``, ``loss_rules`` and
    ``loss_curve``; ``active`` has per account ``p_active`` and the ``model`` it comes from;
    ``calibration`` is that of the model in use, on the accounts at risk; ``fit`` is MBG/NBD on
    the last day, and ``orders`` the order statistics there; ``model`` is the one in use.
    """

    model: str
    models: pd.DataFrame
    active: pd.DataFrame
    calibration: pd.DataFrame
    rules: pd.DataFrame
    curve: pd.DataFrame
    fit: PurchaseFit
    orders: pd.DataFrame


def churn_evidence(book: Book) -> ChurnEvidence:
    """Try models and rules on the book's own past, once per book."""
    return book.once("churn evidence", lambda: _evidence(book))


def _evidence(book: Book) -> ChurnEvidence:
    settings, as_of, data_from = book.settings, book.seen_to, book.tables.data_from
    dates = statistics_dates(as_of, data_from, settings=settings)
    orders = order_statistics(book.tables.ledger.table, dates)
    days = book.gaps[["account", "date"]]
    span = {"as_of": as_of, "data_from": data_from, "settings": settings}
    slices = churn_slices(orders, book.months, days, **span)
    said = churn_predictions(slices, settings=settings)
    models = churn_models(slices, said, settings=settings)
    model = chosen_model(models)
    at_risk = said[said["at_risk"].astype(bool)]
    now = orders_at(orders, as_of)
    fit = purchase_fit(purchase_histories(now, as_of))
    tried = {"as_of": as_of, "fit": fit, "settings": settings}
    return ChurnEvidence(
        model=model,
        models=models,
        active=active_probabilities(slices, model),
        calibration=calibration_curve(at_risk["silent"], at_risk[model]),
        rules=loss_rules(days, **tried),
        curve=loss_curve(days, **tried),
        fit=fit,
        orders=now,
    )
