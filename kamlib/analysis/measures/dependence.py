"""Whom we depend on already: more sales to them count less, by a rule that is said."""

from collections.abc import Mapping

import pandas as pd

from kamlib.settings import Settings
from kamlib.words import _, share

COLUMNS = ("group", "share", "counts", "words")


def dependence(revenue: pd.Series, heads: Mapping[str, str], *, settings: Settings) -> pd.DataFrame:
    """The accounts that, with their group, bring more than ``tiers.most_share`` of our sales.

    Parameters
    ----------
    revenue
        Revenue with us in a year per account (currency); negative ones count as 0.
    heads
        The topmost account above each that belongs to a group.

    Returns
    -------
    One row per such account, in the order of ``revenue``: ``group`` (its topmost account, itself
    where it has none); ``share`` (0–1, of its group in all
    sales), ``counts`` (0–1, how much of what more it could buy counts: ``tiers.most_share`` over
    its share), ``words``.

    >>> found = dependence(pd.Series({"a": 60.0, "b": 20.0, "c": 20.0}), {}, settings=Settings())
    >>> found[["share", "counts"]].round(2).to_dict("index")
    {'a': {'share': 0.6, 'counts': 0.33}}
    """
    sold = revenue.astype(float).clip(lower=0)
    group = pd.Series([heads.get(account, account) for account in sold.index], sold.index)
    part = sold.groupby(group).transform("sum") / sold.sum() if sold.sum() > 0 else sold * 0.0
    most = settings.tiers.most_share
    part = part[part > most]
    alone = _("already {share} of sales: more of it deepens the dependence, so it counts {counts}")
    with_group = _(
        "already {share} of sales with its group: more of it deepens the dependence, so it counts "
        "{counts}"
    )
    many = group.value_counts()
    words = [
        (with_group if many[group[account]] > 1 else alone).format(
            share=share(one), counts=share(most / one, 0)
        )
        for account, one in part.items()
    ]
    table = pd.DataFrame({"group": group, "share": part, "counts": most / part}, part.index)
    return table.assign(words=pd.Series(words, part.index, dtype="str"))[list(COLUMNS)]


def counted(values: pd.Series, dependent: pd.DataFrame) -> pd.Series:
    """Values by account as they count: those of whom we depend on are made less."""
    return values * dependent["counts"].reindex(values.index).fillna(1.0)


def with_dependence(texts: pd.Series, dependent: pd.DataFrame) -> pd.Series:
    """Texts by account, each with the share of sales where we depend on the account."""
    words = dependent["words"].reindex(texts.index).astype("str").fillna("")
    return texts.where(words == "", texts + "; " + words)


def dependence_told(dependent: pd.DataFrame, targets: pd.DataFrame) -> str:
    """Which targets we depend on already, and what that does: of a group its largest account.

    Parameters
    ----------
    dependent
        The table of :func:`dependence`.
    targets
        Indexed by target: ``name``.
    """
    found = dependent[dependent.index.isin(targets.index)].drop_duplicates("group")
    told = _("{name} is {words}.")
    return " ".join(
        told.format(name=targets["name"][account] or account, words=row.words)
        for account, row in zip(found.index, found.itertuples(), strict=True)
    )
