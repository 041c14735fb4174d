"""What the six criteria say of the whole: who leads, how surely, and how much is known."""

import pandas as pd

from kamlib.analysis.abc_xyz.sentences import shown_name
from kamlib.analysis.segments.criteria import CRITERIA
from kamlib.words import _, count, number, share


def criteria_headline(found: pd.DataFrame, classes: pd.DataFrame) -> str:
    """Who leads by the weighted score, whatever the weights, and how complete the evidence is.

    Parameters
    ----------
    found
        The table of ``criteria``.
    classes
        The table of ``abc_xyz``: names.
    """
    ranked = found[found["rank"].notna()]
    if ranked.empty:
        return _("Nothing is known of any account by the six criteria.")
    leader = ranked["rank"].idxmin()
    sentences = [
        _("By the six criteria {name} leads with a score of {score}{places}.").format(
            name=shown_name(classes).loc[leader],
            score=number(ranked.loc[leader, "score"]),
            places=_places(ranked.loc[leader]),
        ),
        _("Of the evidence {known} is there; least is known of {criterion} ({least}).").format(
            known=share(found["completeness"].mean(), 0), **_least_known(found)
        ),
    ]
    without = len(found) - len(ranked)
    if without:
        sentences.append(_("Accounts without a score: {count}.").format(count=count(without)))
    return " ".join(sentences)


def criterion_word(name: str) -> str:
    """A criterion as a reader sees it."""
    return {
        "income": _("income"),
        "reliability": _("reliability"),
        "long_term": _("long-term"),
        "growth": _("growth"),
        "new_income": _("new income"),
        "reputation": _("reputation"),
    }[name]


def _places(row: pd.Series) -> str:
    if row["rank_worst"] == row["rank"]:
        return _(", and does so with other weights too")
    return _(" (with other weights down to place {worst})").format(worst=count(row["rank_worst"]))


def _least_known(found: pd.DataFrame) -> dict[str, str]:
    known = found[[f"{name}_known" for name in CRITERIA]].mean()
    least = CRITERIA[int(known.to_numpy().argmin())]
    return {"criterion": criterion_word(least), "least": share(known.min(), 0)}
