"""What an account's silence puts at risk, before any model is asked: nothing but days and gaps.

Page 02 plans by it; page 03 weighs the margin at risk by the model that tells churn best.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.loss import allowed_days
from kamlib.analysis.measures.rhythm import free_days
from kamlib.settings import Settings
from kamlib.words import _, count, share


def silence_risk(classes: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """The part of each account's margin that its silence puts at risk.

    Nothing is at risk while the silence is within ``at_risk.from_gaps`` typical gaps, or no
    order is due yet by the account's own calendar; from there the risk rises in a straight line
    to 1 at the silence that the rule of loss allows (``max(churn.min_silence_days,
    churn.gap_multiple * typical gap)``, and what its calendar explains); an account that is
    lost is wholly at risk. It says how far an account is on its way to being counted as lost;
    it is no probability. Where no gap is known at all, the one whose multiple is
    ``churn.min_silence_days`` stands for it.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.

    Returns
    -------
    One row per account in the order of ``classes``: ``risk_share`` (0–1; NaN for an account
    that never ordered); ``at_risk`` (currency: that share of the window's margin, of revenue
    where margin is not known for any account; nothing where that is negative, NaN where it is
    unknown); ``risk_why`` (words); ``risk_of`` ("margin" or "revenue": what ``at_risk`` is of).
    """
    churn = settings.churn
    silence = classes["silence_days"].astype(float)
    gap = classes["typical_gap_days"].astype(float)
    usual = gap.fillna(churn.min_silence_days / churn.gap_multiple)
    allowed = allowed_days(
        classes, min_silence_days=churn.min_silence_days, gap_multiple=churn.gap_multiple
    )
    early, free = settings.at_risk.from_gaps * usual, free_days(classes)
    start = np.fmax(early, free).clip(upper=allowed)
    way = ((silence - start) / (allowed - start).where(allowed > start)).clip(0, 1)
    risk = way.fillna(0.0).mask(silence > allowed, 1.0).mask(silence.isna())
    by_margin = margin_known(classes)
    value = classes["margin" if by_margin else "revenue"].astype(float).clip(lower=0)
    table = pd.DataFrame(
        {"risk_share": risk, "at_risk": (risk * value).round(6).mask(value == 0, 0.0)},
        classes.index,
    )
    known = pd.DataFrame({"silence": silence, "gap": gap, "allowed": allowed, "due": free})
    whys = _whys(table, known, silence > early, settings.at_risk.from_gaps)
    return table.assign(
        risk_why=pd.Series(whys, classes.index, dtype="str"),
        risk_of=pd.Series("margin" if by_margin else "revenue", classes.index, dtype="str"),
    )


def margin_known(classes: pd.DataFrame) -> bool:
    """Whether any account's margin is known; without it, revenue stands for it."""
    return bool(classes["margin"].notna().any())


def _whys(
    table: pd.DataFrame, known: pd.DataFrame, quiet: pd.Series, from_gaps: float
) -> list[str]:
    lost = _("lost: silent for {silence} days, more than the {allowed} that the rule allows")
    slow = _(
        "silent for {silence} days, usually {gap} between orders: {part} of the way to being "
        "counted as lost, at {allowed} days"
    )
    calm = _("silent for {silence} days, within {gaps:g} usual gaps of {gap} days")
    usual = _("silent for {silence} days; its own calendar has an order due after {due}")
    whys = []
    columns = table["risk_share"], *(known[name] for name in known), quiet
    for risk, days, gap, limit, due, long in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        if np.isnan(risk):
            whys.append(_("never ordered: silence says nothing"))
            continue
        told = lost if days > limit else slow if risk > 0 else usual if long else calm
        whys.append(
            told.format(
                silence=count(days),
                gap=count(gap),
                allowed=count(np.floor(limit)),
                part=share(risk, 0),
                gaps=from_gaps,
                due=count(due),
            )
        )
    return whys
