"""How urgent an account's silence is: nothing but days and gaps.

It stands beside the money in the table ``margin_at_risk``, which ``churn.margin_at_risk`` tells.
"""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.loss import allowed_days
from kamlib.analysis.measures.rhythm import free_days
from kamlib.settings import Settings
from kamlib.words import _, count, days, share


def silence_risk(classes: pd.DataFrame, *, settings: Settings) -> pd.DataFrame:
    """How far each account is on its way to being counted as lost.

    It is not on its way while the silence is within ``at_risk.from_gaps`` typical gaps, or no
    order is due yet by the account's own calendar; from there it rises in a straight line
    to 1 at the silence that the rule of loss allows (``max(churn.min_silence_days,
    churn.gap_multiple * typical gap)``, and what its calendar explains); an account that is
    lost is at its end. It is no probability. Where no gap is known at all, the one whose
    multiple is ``churn.min_silence_days`` stands for it.

    Parameters
    ----------
    classes
        The table of ``abc_xyz``.

    Returns
    -------
    One row per account in the order of ``classes``: ``risk_share`` (0–1; NaN for an account
    that never ordered); ``risk_why`` (words).
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
    table = risk.rename("risk_share").to_frame()
    known = pd.DataFrame({"silence": silence, "gap": gap, "allowed": allowed, "due": free})
    whys = _whys(table, known, silence > early, settings.at_risk.from_gaps)
    return table.assign(risk_why=pd.Series(whys, classes.index, dtype="str"))


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
    calm = _("silent for {silent}, within {gaps:g} usual gaps of {usual}")
    usual = _("silent for {silent}; its own calendar has an order due after {due}")
    whys = []
    columns = table["risk_share"], *(known[name] for name in known), quiet
    for risk, silence, gap, limit, due, long in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        if np.isnan(risk):
            whys.append(_("never ordered: silence says nothing"))
            continue
        told = lost if silence > limit else slow if risk > 0 else usual if long else calm
        whys.append(
            told.format(
                silence=count(silence),
                silent=days(silence),
                usual=days(round(gap)) if gap == gap else "",
                gap=count(gap),
                allowed=count(np.floor(limit)),
                part=share(risk, 0),
                gaps=from_gaps,
                due=count(due),
            )
        )
    return whys
