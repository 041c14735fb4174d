"""What the pages on targeting show of their own: some rows of tables, and sentences.

Nothing where none says.
"""

import pandas as pd

from kamlib.analysis.campaign.campaign import campaign_headline
from kamlib.analysis.targeting.deal_chance import DealChance
from kamlib.analysis.targeting.scorecard import happened, shown_change
from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.analysis.targeting.whitespace_past import whitespace_check_headline
from kamlib.settings import P_WORDS
from kamlib.words import _, count, money, points, share

NAMED = 5  # prospects that are accounts already are named up to here


def close_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """The targets that get more than mailings, in order of their rank within the tiers.

    What is unknown of them is told in words.
    """
    close = targets[targets["tier"].isin(CLOSE)]
    return close.assign(missing=close["missing"].replace(P_WORDS, regex=True).astype("str"))


def known_cards(cards: pd.DataFrame) -> pd.DataFrame:
    """The contact cards, none where nobody is known at any target."""
    return cards if (cards["contact"] != "").any() else cards.iloc[:0]


def planned_hours(hours: pd.DataFrame) -> pd.DataFrame:
    """The hours of all our people, of nobody where no target takes any."""
    return hours if hours["hours_used"].sum() > 0 else hours.iloc[:0]


def committee_rows(committees: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The buying committees of some targets, none where nobody is recorded of any."""
    rows = committees.reindex(targets.index)
    return rows if (rows["people"] > 0).any() else rows.iloc[:0]


def evidence_rows(evidence: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The pieces of evidence that count for some targets, one row per P.

    Returns
    -------
    ``prospect``, ``name``, ``p``, ``value`` (0–1), ``evidence``, ``source``, ``date``,
    ``freshness`` (0–1); in the order of ``targets``.
    """
    used = evidence[evidence["used"] & evidence["prospect"].isin(targets.index)]
    used = used.assign(
        place=targets.index.get_indexer(used["prospect"]),
        name=used["prospect"].map(targets["name"]).astype("str"),
    )
    columns = ["prospect", "name", "p", "value", "evidence", "source", "date", "freshness"]
    return used.sort_values("place", kind="stable")[columns].reset_index(drop=True)


def scorecard_rows(card: pd.DataFrame, currency: str = "") -> pd.DataFrame:
    """The scorecard in words, each value in its own unit, as texts.

    Returns
    -------
    ``label``, ``last_quarter``, ``this_quarter``, ``change``, ``better``: all text; a measure
    that is known of neither quarter is left out, all of them where nothing happened in either.
    """
    values = ("last_quarter", "this_quarter", "change")
    card = card[card[["last_quarter", "this_quarter"]].notna().any(axis=1)]
    card = card if happened(card) else card.iloc[:0]
    table = card.assign(change=shown_change(card))[["label", *values, "better"]].astype(object)
    for name in values:
        table[name] = [
            _in_unit(value, unit, currency, signed=name == "change")
            for value, unit in zip(card[name], card["unit"], strict=True)
        ]
    return table.astype("str")


def _in_unit(value: float, unit: str, currency: str, *, signed: bool) -> str:
    """A value in words; a change with its sign, that of a share in points."""
    sign = "+" if signed and value > 0 else ""
    if unit == "share":
        return points(value) if signed else share(value, 0)
    return sign + (money(value, currency) if unit == "currency" else count(value))


def chance_told(chance: DealChance) -> str:
    """What the chances to win rest on."""
    told = _("The chances are unvalidated, the score stands in for them: {note}.")
    if chance.status == "validated":
        told = _("The chance to win is learnt from your own deals: {note}.")
    return told.format(note=chance.note)


def lacking_told(prospects: pd.DataFrame) -> str:
    """What would give a page without targets some."""
    if len(prospects):
        return _(
            "None of the {n} prospects is open: new ones, or product lines in the sales, would "
            "give targets."
        ).format(n=count(len(prospects)))
    return _(
        "A table of prospects would name companies to win; product lines in the sales would show "
        "what our accounts could buy besides."
    )


def campaign_told(plan: pd.DataFrame) -> str:
    """The plan of the quarter, and where its calendar files are if there is anything in them."""
    text = campaign_headline(plan)
    if not plan["fits"].any():
        return text
    files = _("The calendar files in the folder {folder} open in Outlook and on phones.")
    return text + " " + files.format(folder="calendar")


def gaps_checked_told(checked: pd.DataFrame, gaps: pd.DataFrame, currency: str) -> str:
    """How well the gaps of a year ago were told; nothing where there are none, then or now."""
    if gaps.empty and not checked["gaps"].any():
        return ""
    return whitespace_check_headline(checked, currency)


def asked_told(questions: pd.DataFrame) -> str:
    """How many questions there are, and in which order."""
    if len(questions) < 2:
        return _("What to ask")
    told = _(
        "{n} questions to ask, those on which most hangs first (what is expected a "
        "year times the score with a yes less that with a no)"
    )
    return told.format(n=count(len(questions)))


def already_told(known: pd.DataFrame, classes: pd.DataFrame) -> str:
    """Which open prospects are accounts already, by name, and how many of them are lost ones."""
    if known.empty:
        return ""
    pairs = [
        _("{name} ({prospect}) is account {account}").format(
            name=row.name_ or row.Index, prospect=row.Index, account=row.account
        )
        for row in known.rename(columns={"name": "name_"}).head(NAMED).itertuples()
    ]
    more = len(known) - len(pairs)
    if more:
        pairs.append(_("{n} more in tables/already_accounts.csv").format(n=count(more)))
    told = _("{n} open prospects are accounts already and count as such, once: {pairs}.").format(
        n=count(len(known)), pairs="; ".join(pairs)
    )
    lost = known["account"].isin(classes.index[classes["lost"].astype(bool)]).sum()
    if not lost:
        return told
    more = _("{n} of them are lost accounts: no targets here, but in the list of win-backs.")
    return told + " " + more.format(n=count(lost))


def left_out_told(notes: pd.DataFrame) -> str:
    """What of the decided deals could not be used as noted, in one sentence."""
    told = notes[notes["deals"] > 0]
    parts = [f"{row.finding} ({count(row.deals)})" for row in told.itertuples()]
    return _("Of the decided deals: {parts}.").format(parts="; ".join(parts)) if parts else ""
