"""Where one account stands: criteria, types, plan and mistakes as the rows of its dossier.

Each function takes what the analyses of all accounts found of this one, and arranges it.
"""

import pandas as pd

from kamlib.words import _, count

CRITERIA = ("income", "reliability", "long_term", "growth", "new_income", "reputation")
MISTAKES = (
    "lateness",
    "disputes_open",
    "thin_dossier",
    "unprepared_meetings",
    "product_knowledge",
)
PLAN = ("play", "hours", "due", "lead", "offer", "next_step", "fits", "why")


def criteria_rows(found: pd.Series) -> pd.DataFrame:
    """The six criteria of one account, best known to the reader by their evidence.

    Parameters
    ----------
    found
        The account's row of the table of ``criteria``.

    Returns
    -------
    One row per criterion: ``criterion``; ``score``, ``known_part`` (0–1; score NaN where unknown);
    ``evidence`` (words).
    """
    names = {
        "income": _("brings income"),
        "reliability": _("reliable partner"),
        "long_term": _("long-term"),
        "growth": _("grows our sales"),
        "new_income": _("opens new income"),
        "reputation": _("helps our name"),
    }
    rows = [
        (names[c], found.get(c), found.get(f"{c}_known"), _text(found.get(f"{c}_evidence")))
        for c in CRITERIA
    ]
    table = pd.DataFrame(rows, columns=["criterion", "score", "known_part", "evidence"])
    return table.astype(
        {"criterion": "str", "score": float, "known_part": float, "evidence": "str"}
    )


def standing_rows(found: pd.Series) -> pd.DataFrame:
    """Type, segment and place in the portfolio of one account, each with its reason.

    Parameters
    ----------
    found
        Of the account: ``types``, ``type_why``; ``rfm``, ``rfm_segment``; ``quadrant``,
        ``placed_why``. What is not there is left out.

    Returns
    -------
    ``what``, ``standing``, ``why``.
    """
    parts = (
        (_("type"), "types", "type_why"),
        (_("recency, frequency, value"), "rfm_segment", "rfm"),
        (_("portfolio"), "quadrant", "placed_why"),
    )
    rows = [
        (what, _text(found.get(value)), _text(found.get(why)))
        for what, value, why in parts
        if _text(found.get(value))
    ]
    return pd.DataFrame(rows, columns=["what", "standing", "why"]).astype("str")


def plan_rows(account: str, plan: pd.DataFrame, plays: pd.DataFrame) -> pd.DataFrame:
    """What is planned with one account: the managers' plan, or the play where it is in no plan.

    Parameters
    ----------
    plan
        The table of ``manager_plan``: one row per manager and account.
    plays
        The table of ``account_plays``, indexed by account.

    Returns
    -------
    ``play``, ``hours``, ``due``, ``lead``, ``offer``, ``next_step``, ``fits`` ("yes", "no",
    "" where it is in no plan), ``why``; no row where nothing is known.
    """
    flat = plan.reset_index() if "account" not in plan else plan
    rows = flat[flat["account"] == account].reindex(columns=list(PLAN))
    if rows.empty and account in plays.index:
        rows = plays.loc[[account]].reindex(columns=list(PLAN)).assign(fits=pd.NA)
    fits = rows["fits"].map({True: _("yes"), False: _("no")}).astype("str").fillna("")
    texts = {
        name: rows[name].map(_text).astype("str")
        for name in PLAN
        if name not in ("hours", "due", "fits")
    }
    return rows.assign(fits=fits, **texts).reset_index(drop=True)


def mistake_rows(found: pd.Series) -> pd.DataFrame:
    """The five mistakes as they show with one account.

    Parameters
    ----------
    found
        The account's row of the table of ``mistakes``.

    Returns
    -------
    One row per mistake: ``mistake``; ``measured`` (0 not at all – 1 fully, NaN where the data
    does not say).
    """
    names = {
        "lateness": _("late deliveries and replies"),
        "disputes_open": _("disputes left open"),
        "thin_dossier": _("thin dossier"),
        "unprepared_meetings": _("meetings without a brief"),
        "product_knowledge": _("manager's product knowledge"),
    }
    rows = [(names[name], found.get(name)) for name in MISTAKES]
    table = pd.DataFrame(rows, columns=["mistake", "measured"])
    return table.astype({"mistake": "str", "measured": float})


def mistakes_headline(found: pd.Series) -> str:
    """How many of the five mistakes show, and why."""
    number = found.get("mistakes")
    if number is None or pd.isna(number):
        return _("The data does not say which of the five mistakes are made here.")
    why = _text(found.get("mistakes_why"))
    text = _("Mistakes that show with this account: {n} of 5.").format(n=count(number))
    return f"{text} {why[:1].upper()}{why[1:]}".strip()


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
