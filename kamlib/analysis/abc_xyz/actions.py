"""What happened to the accounts that moved, and what each kind asks for."""

import numpy as np
import pandas as pd

from kamlib.analysis.abc_xyz.sentences import usual_gap
from kamlib.words import _, count, day, money, share

# The most urgent first: an account is listed once, for the first that holds.
REASONS = ("lost", "dried up", "fell", "irregular", "new", "rose", "just A", "nearly A")
FRAME = ["name", "manager", "revenue", "what_happened", "do_what"]


def abc_xyz_actions(
    classes: pd.DataFrame,
    migration: pd.DataFrame,
    *,
    currency: str = "",
    rows: int | None = 25,
    min_stability: float = 0.6,
) -> pd.DataFrame:
    """The accounts that ask for something to be done this quarter, the most money first.

    A and B accounts that were lost, dried up, fell, or buy less and less regularly than last
    quarter;
    accounts that are new or have risen among A; and, where nothing happened, those whose A
    is decided by a few orders.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.
    migration
        The accounts that changed their cell since the last quarter (``migration``).
    currency
        In which the sentences name money.
    rows
        How many accounts at most; None for all.
    min_stability
        An ABC class that fewer resamples than this share confirm is called narrow.

    Returns
    -------
    One row per account, by the larger of its revenue now and a quarter ago:
    ``name``, ``manager``, ``revenue`` (net, window, currency), ``what_happened``,
    ``do_what``; ``reason`` (of ``REASONS``), ``from_cell``, ``cell``, ``revenue_before``.
    """
    moves = migration[["from_cell", "revenue_before"]].reindex(classes.index)
    both = classes.assign(
        from_cell=moves["from_cell"].astype("str").fillna(classes["cell"]),
        revenue_before=moves["revenue_before"].astype(float).fillna(classes["revenue"]),
    )
    both["reason"] = _reasons(both, min_stability)
    listed = both[both["reason"] != ""].sort_index(kind="stable")
    money_at_stake = listed[["revenue", "revenue_before"]].max(axis=1)
    largest = np.argsort(-money_at_stake.to_numpy(), kind="stable")[:rows]
    listed = listed.iloc[largest]
    happened, todo = _sentences(currency), _deeds()
    texts = {
        "what_happened": [happened[row.reason](row) for row in listed.itertuples()],
        "do_what": [_warned(_deed(todo, row), row) for row in listed.itertuples()],
    }
    listed = listed.assign(**{name: _text(text, listed.index) for name, text in texts.items()})
    return listed[[*FRAME, "reason", "from_cell", "cell", "revenue_before"]]


def _reasons(both: pd.DataFrame, min_stability: float) -> pd.Series:
    was_abc, was_xyz = both["from_cell"].str[:1].fillna(""), both["from_cell"].str[1:].fillna("")
    abc, xyz = both["abc"].astype("str"), both["xyz"].astype("str")
    was_key = was_abc.isin(["A", "B"])
    here = (abc != "D") & (xyz != "L")
    narrow = (both["nearest_border"] != "B/C") & (both["abc_stability"] < min_stability)
    looser = xyz.isin(["Y", "Z"]) & was_xyz.isin(["X", "Y"]) & (xyz > was_xyz)
    # A class may move because others grew or shrank: who buys more did not fall, nor rose who
    # buys less. One month without an order is no reason to call an account that grows.
    less, more = (
        both["revenue"] < both["revenue_before"],
        both["revenue"] > both["revenue_before"],
    )
    looser &= less
    conditions = [
        was_key & (was_xyz != "L") & (xyz == "L"),
        # Who was new and whose sale was credited in full never brought anything.
        was_key & ~was_xyz.isin(["L", "N"]) & (abc == "D"),
        was_key & here & (abc > was_abc) & less,
        here & looser & ((abc == "A") | ((abc == "B") & (was_xyz == "X"))),
        (abc == "A") & (xyz == "N") & (was_abc != "A"),
        (abc == "A") & here & was_abc.isin(["B", "C", "D"]) & more,
        (abc == "A") & here & narrow,
        (abc == "B") & here & narrow & (both["share_before"] < _middle_of_b(both)),
    ]
    return _text(np.select(conditions, REASONS, default=""), both.index)


def _middle_of_b(both: pd.DataFrame) -> float:
    shares = both.loc[both["abc"] == "B", "share_before"]
    return (shares.min() + shares.max()) / 2 if len(shares) else 0.0


def _sentences(currency: str) -> dict:
    def moved(row) -> dict:
        return {
            "before": money(row.revenue_before, currency),
            "now": money(row.revenue, currency),
            "from_abc": row.from_cell[:1],
            "abc": row.abc,
        }

    return {
        "lost": lambda row: _(
            "No order since {last}: silent for {silence} days{usually}. "
            "It was {cell} with {before}."
        ).format(
            last=day(row.last_order),
            silence=count(row.silence_days),
            usually=usual_gap(row.typical_gap_days, own=row.own_gap),
            cell=row.from_cell,
            **moved(row),
        ),
        "dried up": lambda row: _left_of(row).format(cell=row.from_cell, **moved(row)),
        "fell": lambda row: _("Fell from {from_abc} to {abc}: from {before} to {now}.").format(
            **moved(row)
        ),
        "irregular": lambda row: _(
            "Buys less regularly and less: was {was}, now {xyz}, with orders in {active} of "
            "{window} months; from {before} to {now}."
        ).format(
            was=row.from_cell[1:],
            xyz=row.xyz,
            active=row.active_months,
            window=row.window_months,
            **moved(row),
        ),
        "new": lambda row: _("New since {first}, and already among the largest with {now}.").format(
            first=day(row.first_order), **moved(row)
        ),
        "rose": lambda row: _("Rose from {from_abc} to A: from {before} to {now}.").format(
            **moved(row)
        ),
        "just A": lambda row: _(
            "Only just A: with other months in the year it would be A in {share} of cases."
        ).format(share=share(row.abc_stability, 0)),
        "nearly A": lambda row: _(
            "Only just not A: B holds in {share} of cases with other months in the year."
        ).format(share=share(row.abc_stability, 0)),
    }


def _left_of(row) -> str:
    """Why nothing is left: what was bought was returned, or nothing was bought."""
    if row.active_months > 0:
        return _("No revenue left after returns: it was {cell} with {before}.")
    if row.revenue < 0:
        return _("Bought nothing and returned older goods: it was {cell} with {before}.")
    return _("Bought nothing in the window: it was {cell} with {before}.")


def _deeds() -> dict[str, str]:
    return {
        "lost": _("Call this week: ask why, record the reason, offer a way back."),
        "dried up": _("Call this week: settle the returns, ask why, record the reason."),
        "fell": _("Visit: find out what it now buys elsewhere and agree on a plan."),
        "irregular": _("Call: ask what holds orders up; offer fixed delivery dates."),
        "new": _("Thank it in person, name one contact, agree on the next order."),
        "rose": _("Give it a key-account contact; check that service and terms keep up."),
        "just A": _("Secure the next order: a small loss takes it out of A."),
        "nearly A": _("Offer one more product line: a little more makes it A."),
    }


def _deed(deeds: dict[str, str], row) -> str:
    if row.reason == "dried up" and row.active_months == 0 and row.revenue == 0:
        return deeds["lost"]  # there are no returns to settle
    return deeds[row.reason]


def _warned(deed: str, row) -> str:
    """The deed, with a word before it where the account that is to be courted loses money."""
    if row.reason in ("lost", "dried up") or not row.margin < 0:
        return deed
    return _("It loses money: check prices and terms first. {deed}").format(deed=deed)


def _text(values, index: pd.Index) -> pd.Series:
    return pd.Series(list(values), index, dtype="str")
