"""Who else courts one account, and where it stands with us: criteria, types, plan, mistakes.

Each function takes what the analyses of all accounts found of this one, and arranges it.
"""

import pandas as pd

from kamlib.settings import CRITERIA
from kamlib.words import _, capital, count, counted, money, share

COLUMNS = (
    "product_line",
    "competitor",
    "rival_share",
    "rival_strength",
    "our_revenue",
    "our_change",
)
MISTAKES = (
    "lateness",
    "disputes_open",
    "thin_dossier",
    "unprepared_meetings",
    "product_knowledge",
)
PLAN = ("play", "hours", "due", "lead", "offer", "next_step", "fits", "why")


def rivals(competitors: pd.DataFrame, lines: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The competitors of an account beside what it buys from us in the same line.

    Parameters
    ----------
    competitors
        The account's own rows of the canonical table.
    lines
        The table of ``line_changes``.

    Returns
    -------
    One row per line and competitor, the strongest first: ``product_line``; ``competitor``;
    ``rival_share`` (0–1), ``rival_strength`` (0–3), NaN where unknown; ``our_revenue``,
    ``our_change`` (there in twelve months, currency; the account's total in "all lines", of a
    rival that is recorded for no line; 0 and NaN where we sell nothing); ``seen_on``,
    ``age_days``; ``note``.
    """
    rows = competitors.assign(
        product_line=competitors["product_line"].fillna("").astype("str"),
        note=competitors["note"].fillna("").astype("str"),
    ).rename(columns={"share": "rival_share", "strength": "rival_strength"})
    ours = lines[["revenue", "change"]].reindex(rows["product_line"])
    whole = (rows["product_line"] == "").to_numpy()
    totals = lines["revenue"].sum(), lines["change"].sum(min_count=1)
    rows["our_revenue"] = ours["revenue"].fillna(0.0).mask(whole, totals[0]).to_numpy(float)
    rows["our_change"] = ours["change"].mask(whole, totals[1]).to_numpy(float)
    rows["product_line"] = rows["product_line"].mask(whole, _("all lines"))
    rows["age_days"] = (pd.Timestamp(as_of) - rows["seen_on"]).dt.days.astype(float)
    rows = rows.sort_values(
        ["rival_strength", "rival_share", "product_line", "competitor"],
        ascending=[False, False, True, True],
        ignore_index=True,
        kind="stable",
    )
    return rows[[*COLUMNS, "seen_on", "age_days", "note"]]


def rivals_headline(found: pd.DataFrame, currency: str = "") -> str:
    """How many rivals in how many lines, and the strongest of them."""
    if found.empty:
        return ""
    text = _("Competitors known to court it: {n}; product lines concerned: {lines}.").format(
        n=count(found["competitor"].nunique()), lines=count(found["product_line"].nunique())
    )
    strong = found["rival_strength"].max() > 0
    first = found.iloc[0]
    if not strong and found["rival_share"].isna().all():
        return text
    if not strong:
        first = found.loc[found["rival_share"].idxmax()]
    told = _("The strongest is {who} in {line}{has}; we sell {revenue} there.")
    if not strong:
        told = _("{who} has the largest share, in {line}{has}; we sell {revenue} there.")
    known = not pd.isna(first["rival_share"])
    return f"{text} " + told.format(
        who=first["competitor"],
        line=first["product_line"],
        has=_(" with {share}").format(share=share(first["rival_share"], 0)) if known else "",
        revenue=money(first["our_revenue"], currency),
    )


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
        (what, "–" if _text(found.get(value)) == "none" else _text(found.get(value)),
         _text(found.get(why)))
        for what, value, why in parts
        if _text(found.get(value))
    ]  # fmt: skip
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
        "lateness": _("late with what was promised"),
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
    if number == 0 and found.get("known") > 0:
        known = count(found["known"])
        return _("No mistake shows with this account; {n} of 5 can be judged.").format(n=known)
    if number == 0:
        return _("Nothing is recorded that would show one of the five mistakes here.")
    one = _("One of the five mistakes shows with this account.")
    more = _("{n} of the five mistakes show with this account.")
    text = counted(number, one, more)
    return f"{text} {capital(why).rstrip('.')}." if why else text


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
