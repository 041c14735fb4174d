"""Who else courts one account, line by line, and how we stand there."""

import pandas as pd

from kamlib.words import _, count, money, share

COLUMNS = (
    "product_line",
    "competitor",
    "rival_share",
    "rival_strength",
    "our_revenue",
    "our_change",
)


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
