"""What the pages on targeting show of its tables: some rows, in words; nothing where none says."""

import pandas as pd

from kamlib.analysis.targeting.scorecard import happened, shown_change
from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.settings import P_WORDS
from kamlib.words import count, money, points, share


def close_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """The targets that get more than mailings, in order of their rank within the tiers.

    What is unknown of them is told in words.
    """
    close = targets[targets["tier"].isin(CLOSE)]
    return close.assign(missing=close["missing"].replace(P_WORDS, regex=True).astype("str"))


def known_cards(cards: pd.DataFrame) -> pd.DataFrame:
    """The contact cards, none where nobody is known at any target."""
    return cards if (cards["contact"] != "").any() else cards.iloc[:0]


def planned_hours(hours: pd.DataFrame) -> pd.DataFrame:
    """The hours of all our people, of nobody where no target takes any."""
    return hours if hours["hours_used"].sum() > 0 else hours.iloc[:0]


def committee_rows(committees: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The buying committees of some targets, none where nobody is recorded of any."""
    rows = committees.reindex(targets.index)
    return rows if (rows["people"] > 0).any() else rows.iloc[:0]


def evidence_rows(evidence: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The pieces of evidence that count for some targets, one row per P.

    Returns
    -------
    ``prospect``, ``name``, ``p``, ``value`` (0–1), ``evidence``, ``source``, ``date``,
    ``freshness`` (0–1); in the order of ``targets``.
    """
    used = evidence[evidence["used"] & evidence["prospect"].isin(targets.index)]
    used = used.assign(
        place=targets.index.get_indexer(used["prospect"]),
        name=used["prospect"].map(targets["name"]).astype("str"),
    )
    columns = ["prospect", "name", "p", "value", "evidence", "source", "date", "freshness"]
    return used.sort_values("place", kind="stable")[columns].reset_index(drop=True)


def scorecard_rows(card: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """The scorecard in words, each value in its own unit, as texts.

    Returns
    -------
    ``label``, ``last_quarter``, ``this_quarter``, ``change``, ``better``: all text; a measure
    that is known of neither quarter is left out, all of them where nothing happened in either.
    """
    values = ("last_quarter", "this_quarter", "change")
    card = card[card[["last_quarter", "this_quarter"]].notna().any(axis=1)]
    card = card if happened(card) else card.iloc[:0]
    table = card.assign(change=shown_change(card))[["label", *values, "better"]].astype(object)
    for name in values:
        table[name] = [
            _in_unit(value, unit, currency, signed=name == "change")
            for value, unit in zip(card[name], card["unit"], strict=True)
        ]
    return table.astype("str")


def _in_unit(value: float, unit: str, currency: str, *, signed: bool) -> str:
    """A value in words; a change with its sign, that of a share in points."""
    sign = "+" if signed and value > 0 else ""
    if unit == "share":
        return points(value) if signed else share(value, 0)
    return sign + (money(value, currency) if unit == "currency" else count(value))
