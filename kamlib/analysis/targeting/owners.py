"""Who of us looks after a target, and who does what in targeting on one page."""

import numpy as np
import pandas as pd

from kamlib.analysis.measures.texts import text_column
from kamlib.analysis.segments.plays import hours_available
from kamlib.settings import Settings
from kamlib.words import _, count

MARKETING = "marketing"
PARTS = ("account_manager", "marketing", "head_of_sales", "inside_sales", "technician")
NAMED = 4  # more people than that are counted, not named


def marketing_people(managers: pd.DataFrame) -> pd.Index:
    """The codes of the managers whose ``team`` is marketing, each once."""
    team = managers["team"] if "team" in managers else pd.Series("", managers.index)
    team = team.astype("str").fillna("").str.strip().str.casefold()
    codes = managers.loc[team == MARKETING, "manager"].dropna().astype("str")
    return pd.Index(codes.unique(), dtype="str", name="manager")


def target_hours(managers: pd.DataFrame, names: pd.Index, *, settings: Settings) -> pd.Series:
    """The hours of a quarter that each of ``names`` keeps for targets: ``tiers.hours_share``."""
    return hours_available(managers, names, settings=settings) * settings.tiers.hours_share


def marketing_hours(managers: pd.DataFrame, *, settings: Settings) -> pd.Series:
    """Hours per marketing person; one entry "" of ``tiers.marketing_hours`` where none is known."""
    people = marketing_people(managers)
    if len(people):
        return hours_available(managers, people, settings=settings)
    return pd.Series([settings.tiers.marketing_hours], pd.Index([""], dtype="str"), dtype=float)


def sales_people(targets: pd.DataFrame, managers: pd.DataFrame, accounts: pd.DataFrame) -> pd.Index:
    """Everyone of sales: who is in ``managers``, or has an account or a target."""
    named = [text_column(frame, "manager") for frame in (managers, accounts, targets)]
    names = pd.Index(sorted(set(pd.concat(named)) - {""}), dtype="str", name="manager")
    return names.difference(marketing_people(managers))


def target_owners(
    targets: pd.DataFrame, managers: pd.DataFrame, accounts: pd.DataFrame, *, settings: Settings
) -> pd.DataFrame:
    """Give every target to one of sales.

    The recorded manager keeps a target. Others go to who talks with it; where nobody does, to
    who has most accounts of its region; where nobody has one there, of its industry; else to
    anyone of sales. Those with nearly as
    many accounts as the first (``tiers.knows_region``) take turns in proportion to their hours,
    the first target (as ordered in ``targets``) to who has most hours. So the same shares of
    time for all leave every owner as it is.

    Parameters
    ----------
    targets
        Most important first: ``manager``, ``region``, ``industry``; and ``known_by``, who of us
        talks with it (``who_talks``), if that is known.
    managers, accounts
        The canonical table, and ``book.accounts``; a marketing person never owns a target.

    Returns
    -------
    Per target ``owner`` (code; "" where there is nobody of sales at all) and ``owner_why``.
    """
    sales = sales_people(targets, managers, accounts)
    hours = hours_available(managers, sales, settings=settings)
    owner, talks = text_column(targets, "manager"), text_column(targets, "known_by")
    recorded, known = owner.isin(sales), talks.isin(sales)
    owner = owner.mask(~recorded & known, talks).to_numpy(object).copy()
    told = [_("recorded"), _("talks with it")]
    why = np.select([recorded, known], told, "").astype(object)
    open_ones = ~(recorded | known).to_numpy()
    if not len(sales):
        owner[open_ones], why[open_ones] = "", _("nobody of sales is recorded")
        open_ones = np.zeros(len(targets), bool)
    told = {
        "region": _("has most accounts of {place}"),
        "industry": _("has most accounts in {place}"),
    }
    for column, text in told.items():
        places = text_column(targets, column)
        known = _who_knows(accounts, column, sales, settings.tiers.knows_region)
        for place, names in known.items():
            chosen = np.flatnonzero(open_ones & (places == place).to_numpy())
            owner[chosen] = _turns(hours[list(names)], len(chosen))
            shared = _("one of {n} with most accounts of {place}, by hours")
            words = text if len(names) == 1 else shared
            why[chosen] = words.format(place=place, n=len(names))
            open_ones[chosen] = False
    left = np.flatnonzero(open_ones)
    if len(left):
        owner[left], why[left] = _turns(hours, len(left)), _("by hours: nobody knows its region")
    found = pd.DataFrame({"owner": owner, "owner_why": why}, targets.index)
    return found.astype("str")


def who_talks(contacts: pd.DataFrame, interactions: pd.DataFrame) -> pd.Series:
    """Who of us had most talks with each company, else who looks after most of its people.

    Of several with as many the latest talk counts, and the first code.

    Parameters
    ----------
    contacts, interactions
        The canonical tables, as known.
    """
    met = pd.DataFrame(
        {"account": interactions["account"], "who": text_column(interactions, "manager"),
         "day": interactions["date"], "talked": True}
    )  # fmt: skip
    kept = pd.DataFrame(
        {"account": contacts["account"], "who": text_column(contacts, "owner"), "day": pd.NaT,
         "talked": False}
    ).astype({"day": met["day"].dtype})  # fmt: skip
    rows = pd.concat([met, kept], ignore_index=True)
    rows = rows[rows["who"] != ""]
    sums = rows.groupby(["account", "who", "talked"]).agg(n=("who", "size"), last=("day", "max"))
    order = ["talked", "n", "last", "who"]
    sums = sums.reset_index().sort_values(
        order, ascending=[False, False, False, True], kind="stable"
    )
    first = sums.drop_duplicates("account")
    return pd.Series(first["who"].to_numpy(), first["account"], dtype="str", name="who")


def _who_knows(
    accounts: pd.DataFrame, column: str, sales: pd.Index, near: float
) -> dict[str, list[str]]:
    """Per region or industry who of sales has most of its accounts, or nearly as many."""
    pairs = pd.DataFrame(
        {"place": text_column(accounts, column), "who": text_column(accounts, "manager")}
    )
    pairs = pairs[(pairs["place"] != "") & pairs["who"].isin(sales)]
    number = pairs.value_counts(sort=False).reset_index(name="number")
    most = number.groupby("place")["number"].transform("max")
    many = number[number["number"] >= near * most]
    return {place: sorted(group["who"]) for place, group in many.groupby("place")}


def _turns(hours: pd.Series, times: int) -> np.ndarray:
    """Whose turn it is, ``times`` over, in proportion to the hours (highest averages)."""
    hours = hours if hours.gt(0).any() else hours + 1.0
    hours = hours[hours > 0].sort_index(kind="stable")
    turn = np.arange(times)[:, None] + 0.5
    when = (turn / hours.to_numpy()).ravel()
    order = np.argsort(when, kind="stable")[:times] % len(hours)
    return hours.index.to_numpy(object)[order]


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
