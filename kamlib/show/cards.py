"""Contact cards as a page shows and prints them: one card per person, two or three in a row."""

from html import escape

import pandas as pd

from kamlib.analysis.targeting.tiers import CLOSE
from kamlib.show.columns import column
from kamlib.show.page_colours import shade
from kamlib.show.sentences import Html
from kamlib.show.sheet_tables import person_html
from kamlib.words import _, count, told

CARDS = 60
MOST_PRINTED = 300
# What stands on a card below the person; what is not known of it is left out.
LINES = ("interests", "channel", "last_contact", "next_step", "owner", "finding")
# Carried by the cards, so that they look right in JupyterLab too, which knows no page style.
CARD_CSS = (
    ".kam-cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(270px,1fr));gap:10px}"
    f".kam-card{{border:1px solid {shade('line')};border-radius:8px;padding:10px 12px;"
    "font-size:13px;line-height:1.4;break-inside:avoid;overflow-wrap:anywhere}"
    f".kam-card.open{{border-style:dashed;border-color:{shade('warned-edge')}}}"
    ".kam-card h3{margin:0;font-size:15px;line-height:1.25}"
    f".kam-card .at{{color:{shade('muted')};margin:0 0 6px}}"
    ".kam-card dl{display:grid;grid-template-columns:minmax(7.5em,max-content) 1fr;"
    "gap:2px 8px;margin:0}"
    f".kam-card dt{{color:{shade('muted')};font-weight:400;white-space:nowrap}}"
    ".kam-card dd{margin:0}"
    f".kam-card dd.late{{color:{shade('bad')};font-weight:600}}"
)


def contact_cards_html(cards: pd.DataFrame, *, rows: int = CARDS) -> Html:
    """Contact cards for a page, a notebook and the printer, in the order of the frame.

    Parameters
    ----------
    cards
        The table ``contact_cards``.
    rows
        How many are shown; how many there are, and where the others are, is said below.
    """
    if cards.empty:
        return Html("", "")
    shown = cards.head(rows).to_dict("records")
    html = "".join(_card(row) for row in shown)
    note = told(_note(len(shown), cards))
    plain = "\n".join([*(_plain(row) for row in shown), note]).strip()
    return Html(
        f'<style>{CARD_CSS}</style><div class="kam-cards">{html}</div>'
        f'<p class="kam-note" style="color:{shade("muted")};font-size:12px">{escape(note)}</p>',
        plain,
    )


def printed_cards(cards: pd.DataFrame) -> pd.DataFrame:
    """The cards that are made to be printed: of targets worked on by hand, where tiers are known.

    The people at all other targets are written to, not visited.
    """
    if "tier" not in cards:
        return cards
    return cards[cards["tier"].astype("str").isin(CLOSE)]


def people_words(cards: pd.DataFrame) -> str:
    """How many people have a card, and how many cards are of one who is still unknown.

    A card without a contact stands for whoever decides, whose name is to be found out.
    """
    known = int((cards["contact"] != "").sum())
    unknown = len(cards) - known
    people = _("1 person") if known == 1 else _("{n} people").format(n=count(known))
    if not unknown:
        return people
    told = _("{people} and {n} who are still unknown (who decides)")
    if unknown == 1:
        told = _("{people} and {n} who is still unknown (who decides)")
    return told.format(people=people, n=count(unknown))


def _card(row: dict) -> str:
    known = bool(row["contact"])
    role = " · ".join(told(part) for part in (row["position"], row["role"]) if part and known)
    lines = "".join(
        f"<dt>{escape(told(column(name, table='contact_cards').label))}</dt>"
        f"<dd{_late(name, row)}>{_content(name, row)}</dd>"
        for name in LINES
        if _value(name, row)
    )
    return (
        f'<div class="kam-card{"" if known else " open"}"><h3>{escape(told(row["person"]))}</h3>'
        f'<p class="at">{escape(role)}{"<br>" if role else ""}{escape(row["name"])}</p>'
        f"<dl>{lines}</dl></div>"
    )


def _value(name: str, row: dict) -> str:
    value = row[name]
    shown = column(name, table="contact_cards").text(value) if not pd.isna(value) else ""
    if name == "next_step" and shown and not pd.isna(row["next_step_due"]):
        due = column("date").text(row["next_step_due"])
        shown = told(_("{step}, by {day}").format(step=shown, day=due))
    return shown


def _content(name: str, row: dict) -> str:
    value = _value(name, row)
    return person_html(row["owner"], value) if name == "owner" else escape(value)


def _late(name: str, row: dict) -> str:
    return ' class="late"' if name == "finding" and row["finding"] else ""


def _plain(row: dict) -> str:
    return f"{row['person']}, {row['name']}: {_value('next_step', row) or '–'} ({row['owner']})"


def _note(shown: int, cards: pd.DataFrame) -> str:
    every, printed = len(cards), min(len(printed_cards(cards)), MOST_PRINTED)
    if shown == every:
        return _("{n} cards.").format(n=count(every))
    told = _(
        "The first {n} of {all} cards. The Excel workbook has {printed} made to be printed, those "
        "at the targets worked on; tables/contact_cards.csv lists all."
    )
    if printed == every:
        told = _("The first {n} of {all} cards; all are in the Excel workbook, made to be printed.")
    return told.format(n=count(shown), all=count(every), printed=count(printed))
