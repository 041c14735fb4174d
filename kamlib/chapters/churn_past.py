"""Churn against the past: quarters compared, what lists said, and how well the models told it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from kamlib.analysis.churn.bridge import COLUMNS, TOTAL, bridge, labelled_sales, total_sales
from kamlib.analysis.churn.loss_rules import loss_curve, loss_rules
from kamlib.analysis.churn.reasons import reason_word
from kamlib.analysis.churn.states import account_states
from kamlib.analysis.measures.loss import orders_at
from kamlib.analysis.measures.scores import calibration_curve
from kamlib.analysis.measures.year_value import year_before
from kamlib.analysis.models.churn import (
    active_probabilities,
    chosen_model,
    churn_models,
    churn_predictions,
)
from kamlib.analysis.models.churn_slices import churn_slices, statistics_dates
from kamlib.analysis.models.purchase import PurchaseFit, purchase_fit, purchase_histories
from kamlib.data.book import Book
from kamlib.data.frames import PARTS, account_part_quarters, order_statistics
from kamlib.settings import Settings
from kamlib.words import _

BACK = {"year ago": 4, "last quarter": 1}


def states_at(book: Book, quarter: pd.Period, settings: Settings) -> pd.DataFrame:
    """The states at the end of this or an earlier quarter, from what was known then."""
    known = book.accounts.index.union(book.tables["accounts"]["account"])
    as_of = quarter.end_time.normalize()
    return account_states(
        *(book.orders, book.gaps, book.months, pd.Index(known, name="account", dtype="str")),
        as_of=as_of,
        seen_to=min(as_of, book.seen_to),
        new_months=settings.xyz.new_months,
        settings=settings.churn,
    )


def said_at(book: Book, quarter: pd.Period, settings: Settings) -> pd.DataFrame:
    """What the list of an earlier quarter said: the states, and what each account brought."""
    states = states_at(book, quarter, settings)
    return states.join(year_before(book.months, states["last_order"]))


def earlier_quarters(book: Book) -> list[pd.Period]:
    """The quarters before the book's whose ends lie within the data, the last first."""
    first = book.tables.data_from.to_period("Q")
    back = range(1, book.settings.history.quarters + 1)
    return [book.quarter - quarters for quarters in back if book.quarter - quarters >= first]


def lists_judged(
    book: Book, settings: Settings, lists: int | None = None
) -> Iterator[tuple[pd.Period, pd.DataFrame, pd.DataFrame]]:
    """The last lists (all by default) whose time is over, as ``accountability`` takes them."""
    over = [
        quarter for quarter in earlier_quarters(book) if quarter + 1 < book.quarter or book.complete
    ]
    for quarter in over[:lists]:
        end = (quarter + 1).end_time.normalize()
        yield quarter, said_at(book, quarter, settings), book.gaps[book.gaps["date"] <= end]


def compared_quarter(book: Book) -> pd.Period | None:
    """The quarter that the bridge starts from: a year ago, else the last; None before the data."""
    first = book.tables.data_from.to_period("Q")
    back = BACK[book.settings.bridge.compare]
    found = [book.quarter - quarters for quarters in (back, 1) if book.quarter - quarters >= first]
    return found[0] if found else None


def book_bridge(book: Book, recorded: pd.Series) -> pd.DataFrame:
    """The revenue bridge to the book's quarter, in total and by every direction.

    Parameters
    ----------
    recorded
        Reason code per account whose loss was recorded.

    Returns
    -------
    The table of ``bridge``, empty without an earlier quarter.
    """
    base = compared_quarter(book)
    if base is None:
        return pd.DataFrame(columns=list(COLUMNS)).astype({"direction": "str", "key": "str"})
    ledger = book.tables.ledger.table
    parts = {part: account_part_quarters(ledger, book.as_of, part) for part in PARTS}
    known = {part: sales for part, sales in parts.items() if (sales["key"] != "").any()}
    sales = {TOTAL: total_sales(parts["region"]), **known}
    if len(recorded):
        words = recorded.map(reason_word)
        sales["reason"] = labelled_sales(parts["region"], words, _("not recorded"))
    rivals = book.known("competitors").dropna(subset=["competitor"])
    if len(rivals):
        labels = strongest_competitors(rivals)
        sales["competitor"] = labelled_sales(parts["region"], labels, _("none recorded"))
    return bridge(sales, quarter=book.quarter, base=base)


def strongest_competitors(competitors: pd.DataFrame) -> pd.Series:
    """Who has the largest share of each account; of equals who was seen there last.

    Those who are equal in that too are named together: neither is stronger.

    >>> rows = {"account": ["N1", "N1", "N1"], "competitor": ["West", "East", "South"],
    ...         "share": [0.2, 0.2, 0.1], "seen_on": pd.Timestamp("2025-05-01")}
    >>> strongest_competitors(pd.DataFrame(rows))["N1"]
    'East / West'
    """
    known = competitors.assign(
        share=competitors["share"].astype(float).fillna(-1.0),
        seen_on=competitors["seen_on"].fillna(pd.Timestamp.min),
    )
    for column in ("share", "seen_on"):
        most = known.groupby("account")[column].transform("max")
        known = known[known[column] == most]
    return known.groupby("account")["competitor"].agg(lambda names: " / ".join(sorted(set(names))))


def largest_falls(bridge: pd.DataFrame, keys: int = 3) -> pd.DataFrame:
    """Where most was lost: of each direction the keys with the largest fall.

    Returns
    -------
    Rows of the bridge without the total: ``direction``, ``key``, ``before``, ``shrunk``,
    ``lost``, ``change``, ``after``; only keys whose revenue fell, the largest fall first.
    """
    unlabelled = bridge["key"].isin([_("not recorded"), _("none recorded")])
    parts = bridge[(bridge["direction"] != TOTAL) & ~unlabelled]
    parts = parts.assign(change=parts["after"] - parts["before"])
    falls = parts[parts["change"] < 0].groupby("direction", sort=False).head(keys)
    falls = falls.assign(
        direction=falls["direction"].map(direction_word).astype("str"),
        key=falls["key"].where(falls["key"] != "", _("not known")),
    )
    falls = falls.sort_values("change", kind="stable", ignore_index=True)
    return falls[["direction", "key", "before", "shrunk", "lost", "change", "after"]]


def main_direction(bridge: pd.DataFrame) -> pd.DataFrame:
    """The rows of the direction that tells most: product lines where they are known, else …"""
    known = set(bridge["direction"])
    first = next((name for name in (*PARTS, "competitor", "reason") if name in known), TOTAL)
    return bridge[bridge["direction"] == first]


def direction_word(direction: str) -> str:
    """A direction of the bridge as a reader sees it."""
    return {
        TOTAL: _("total"),
        "product_line": _("product line"),
        "region": _("region"),
        "channel": _("channel"),
        "manager": _("manager"),
        "reason": _("recorded reason"),
        "competitor": _("strongest competitor"),
    }[direction]


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
