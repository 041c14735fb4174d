"""RFM: how recently, how often and for how much each account buys."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.xyz import month_ordinals
from kamlib.settings import Settings
from kamlib.words import _, count, share
from kamlib.words import accounts as in_accounts

LOW, MIDDLE, HIGH, ANY = (1, 2), (3, 3), (4, 5), (1, 5)
# Boxes of (r, f, m), from and to: together they hold each of the 125 combinations once.
SEGMENT_BOXES = (
    ("champions", HIGH, HIGH, HIGH),
    ("loyal", HIGH, HIGH, (1, 3)),
    ("loyal", MIDDLE, HIGH, ANY),
    ("potential loyalist", HIGH, MIDDLE, ANY),
    ("promising", HIGH, LOW, (3, 5)),
    ("new or occasional", HIGH, LOW, LOW),
    ("needs attention", MIDDLE, MIDDLE, ANY),
    ("needs attention", MIDDLE, LOW, (3, 5)),
    ("about to sleep", MIDDLE, LOW, LOW),
    ("cannot lose", LOW, HIGH, HIGH),
    ("at risk", LOW, HIGH, (1, 3)),
    ("at risk", LOW, MIDDLE, ANY),
    ("at risk", LOW, LOW, (3, 5)),
    ("hibernating", (2, 2), LOW, LOW),
    ("lost", (1, 1), LOW, LOW),
)
SEGMENTS = tuple(dict.fromkeys(name for name, *box in SEGMENT_BOXES))


def rfm(
    classes: pd.DataFrame, months: pd.DataFrame, *, as_of: pd.Timestamp, settings: Settings
) -> pd.DataFrame:
    """Score the accounts that ever ordered by recency, frequency and value, 1 to 5 each.

    The scores are fifths of these accounts, or lie between cut-offs of the settings' own, which
    compare with other quarters and companies.

    The segments' names are the field's; what they say follows from (r, f, m) alone, so "lost"
    here means least recent, seldom and small: whether an account counts as lost is decided by
    the rule of ``loss``.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.
    months
        The book's account x month frame.
    as_of
        Last day of the reported quarter.

    Returns
    -------
    One row per account in the order of ``classes``: ``recency_days`` (since the last order);
    ``frequency`` (order days in the last ``rfm.months`` calendar months); ``monetary`` (value of
    the ABC window, currency); ``r``, ``f``, ``m`` (whole numbers 1–5, 5 best); ``rfm`` ("543");
    ``rfm_segment`` (of ``SEGMENTS``). Numbers are missing and texts empty where an account never
    ordered.
    """
    ordered = classes["last_order"].notna()
    recency = classes["silence_days"].astype(float).where(ordered)
    frequency = _order_days(months, pd.Timestamp(as_of), settings.rfm.months)
    frequency = frequency.reindex(classes.index).fillna(0.0).where(ordered)
    monetary = classes["value"].astype(float).where(ordered)
    cuts = settings.rfm
    scores = pd.DataFrame(
        {
            "r": scored(-recency, tuple(-cut for cut in reversed(cuts.recency_cuts))),
            "f": scored(frequency, cuts.frequency_cuts),
            "m": scored(monetary, cuts.monetary_cuts),
        }
    )
    digits = scores.astype("str").sum(axis=1).where(ordered, "").astype("str")
    return pd.DataFrame(
        {
            "recency_days": recency,
            "frequency": frequency,
            "monetary": monetary,
            **scores,
            "rfm": digits,
            "rfm_segment": rfm_segments(scores["r"], scores["f"], scores["m"]),
        }
    )


def scored(values: pd.Series, cuts: tuple[float, ...]) -> pd.Series:
    """1 below the first of the rising cuts, 5 from the fourth on; without cuts ``quintiles``.

    >>> scored(pd.Series([0.0, 3.0, 10.0, 99.0]), (1, 3, 6, 12)).tolist()
    [1, 3, 4, 5]
    """
    if not cuts:
        return quintiles(values)
    steps = pd.Series(1 + np.searchsorted(cuts, values, "right"), values.index, dtype="Int64")
    return steps.where(values.notna())


def quintiles(values: pd.Series) -> pd.Series:
    """The fifth in which each value stands, 1 lowest to 5 highest; equal values stand together.

    The middle of the places that equal values share decides (on a border, the fifth above): a value
    that many have lands where they stand on average, and values that are all equal land in 3.

    >>> quintiles(pd.Series([5.0, 1.0, 1.0, 9.0, 7.0])).tolist()
    [3, 2, 2, 5, 4]
    """
    middle = values.rank(method="average") - 0.5
    fifths = 1 + 5 * middle // max(values.notna().sum(), 1)
    return fifths.astype("Int64")


def rfm_segments(r: pd.Series, f: pd.Series, m: pd.Series) -> pd.Series:
    """The segment of each account by the boxes of ``SEGMENT_BOXES``; empty where unknown."""
    scores = [scored.astype(float) for scored in (r, f, m)]
    inside = [
        np.logical_and.reduce(
            [scored.between(*side) for scored, side in zip(scores, box, strict=True)]
        )
        for name, *box in SEGMENT_BOXES
    ]
    names = np.select(inside, [name for name, *box in SEGMENT_BOXES], default="")
    return pd.Series(list(names), r.index, dtype="str", name="rfm_segment")


def rfm_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Accounts and money per segment, in the order of ``SEGMENTS``.

    Returns
    -------
    Indexed by ``rfm_segment``: ``accounts``; ``monetary`` (currency); ``share`` (0–1, of the
    accounts that ever ordered).
    """
    groups = table.groupby("rfm_segment")["monetary"]
    sizes = pd.DataFrame({"accounts": groups.size(), "monetary": groups.sum()})
    sizes = sizes.reindex(pd.Index(SEGMENTS, dtype="str", name="rfm_segment"), fill_value=0)
    return sizes.assign(share=sizes["accounts"] / max(sizes["accounts"].sum(), 1))


def rfm_headline(table: pd.DataFrame) -> str:
    """How many are champions, and how many that mattered are silent for longer than others."""
    sizes = rfm_sizes(table)
    if not sizes["accounts"].sum():
        return _("No account has ordered yet.")
    risk = sizes.loc[["cannot lose", "at risk"]].sum()
    best, all_money = sizes.loc["champions"], sizes["monetary"].clip(lower=0).sum()
    told = _("Of {all} that ever ordered, {best} are champions with {share} of the value")
    if not best["accounts"]:
        told = _("Of {all} that ever ordered, none is a champion")
    if best["accounts"] == 1:
        told = _("Of {all} that ever ordered, {best} is a champion with {share} of the value")
    told = told.format(
        all=in_accounts(sizes["accounts"].sum()),
        best=count(best["accounts"]),
        share=share(best["monetary"] / all_money if all_money else np.nan),
    )
    if not risk["accounts"]:
        return f"{told}."
    more = _("{n} that bought often or much ordered least recently, with {share}.").format(
        n=count(risk["accounts"]),
        share=share(risk["monetary"] / all_money if all_money else np.nan),
    )
    return f"{told}; {more}"


def _order_days(months: pd.DataFrame, as_of: pd.Timestamp, window: int) -> pd.Series:
    ordinals, last = month_ordinals(months), as_of.to_period("M").ordinal
    within = months[(ordinals > last - window) & (ordinals <= last)]
    return within.groupby("account")["order_days"].sum().astype(float)
