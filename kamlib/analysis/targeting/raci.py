"""Who does what in targeting: responsible, accountable, consulted, informed, on one page."""

import pandas as pd

from kamlib.analysis.targeting.owners import marketing_people
from kamlib.words import _, count

PARTS = ("account_manager", "marketing", "head_of_sales", "inside_sales", "technician")
NAMED = 4  # more people than that are counted, not named


def raci(managers: pd.DataFrame) -> pd.DataFrame:
    """The activities of a campaign, and who has which part in each.

    R does it, A answers for it (one per activity), C is asked, I is told. Who answers and also
    does it has "A/R".

    Parameters
    ----------
    managers
        The canonical table, for the people of sales and of marketing.

    Returns
    -------
    One row per activity, in the order of a quarter: ``activity``; ``account_manager``,
    ``marketing``, ``head_of_sales``, ``inside_sales``, ``technician`` (letters, "" for no part);
    ``people`` (names of those who do it, where they are known).
    """
    rows = [
        (_("List of targets, and its sources"), "C", "R", "A", "C", ""),
        (_("Evidence of need, ability to pay, power to decide"), "A/R", "C", "I", "R", "C"),
        (_("Tiers and hours of the quarter"), "C", "C", "A/R", "I", ""),
        (_("Buying committee and contact cards"), "A/R", "C", "I", "C", "C"),
        (_("Offer per target"), "A/R", "C", "C", "C", "C"),
        (_("Personal content for one-to-one"), "C", "A/R", "I", "", "C"),
        (_("Content for clusters, one-to-few"), "C", "A/R", "I", "I", "C"),
        (_("Mailings, one-to-many"), "I", "A/R", "I", "C", ""),
        (_("Introduction and offer meeting"), "A/R", "C", "I", "I", "C"),
        (_("Proof: reference or trial"), "A", "R", "I", "I", "R"),
        (_("Answers and follow-up of mailings"), "A", "C", "I", "R", ""),
        (_("Record of talks and next steps"), "A/R", "I", "I", "R", ""),
        (_("Scorecard and review of the quarter"), "C", "R", "A", "I", ""),
    ]
    table = pd.DataFrame(rows, columns=["activity", *PARTS]).astype("str")
    known = _known_people(managers)
    table["people"] = [
        "; ".join(known[part] for part in PARTS[:2] if known[part] and "R" in row[part])
        for row in table.to_dict("records")
    ]
    return table.astype({"people": "str"})


def _known_people(managers: pd.DataFrame) -> dict[str, str]:
    codes = managers["manager"].astype("str").fillna("")
    names = managers["name"].astype("str").fillna("").where(managers["name"].notna(), codes)
    names = names.where(names.str.strip() != "", codes)[codes != ""]
    team = codes[codes != ""].isin(marketing_people(managers))
    return {
        "account_manager": _named(names[~team], _("{n} account managers")),
        "marketing": _named(names[team], _("{n} people of marketing")),
    }


def _named(names: pd.Series, counted: str) -> str:
    unique = names.drop_duplicates().tolist()
    return ", ".join(unique) if len(unique) <= NAMED else counted.format(n=count(len(unique)))
