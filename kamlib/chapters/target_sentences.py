"""What the page on targeting says of its own: what there is, what is lacking, what is checked."""

import pandas as pd

from kamlib.analysis.campaign.campaign import campaign_headline
from kamlib.analysis.targeting.deal_chance import DealChance
from kamlib.analysis.targeting.whitespace_past import whitespace_check_headline
from kamlib.words import _, count

NAMED = 5  # prospects that are accounts already are named up to here


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
