"""Contact cards on a page: what stands on them, escaped, and how many there are."""

import pandas as pd

from kamlib.show.cards import contact_cards_html, people_words, printed_cards

COLUMNS = (
    *("prospect", "name", "contact", "person", "position", "role", "interests", "channel"),
    *("last_contact", "next_step", "next_step_due", "owner", "finding"),
)


def cards_of(*rows):
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    days = dict.fromkeys(("last_contact", "next_step_due"), "datetime64[us]")
    texts = dict.fromkeys([name for name in COLUMNS if name not in days], "str")
    return frame.astype(texts | days)


DAY = pd.Timestamp("2025-12-04")
ANN = (
    *("P1", "Yard <AG>", "C1", "Ann & Co", "Director", "decides", "price", "phone"),
    *(DAY, "send an offer", pd.Timestamp("2025-11-01"), "M1", "overdue"),
)
NOBODY = (
    *("P2", "Dock", "", "unknown: who decides", "", "decides", "", ""),
    *(pd.NaT, "ask who decides", pd.NaT, "M2", ""),
)


def test_a_card_says_all_and_escapes_it():
    shown = contact_cards_html(cards_of(ANN, NOBODY))
    assert "Yard &lt;AG&gt;" in shown.html and "Ann &amp; Co" in shown.html
    assert "<AG>" not in shown.html
    for said in ("Director · decides", "price", "phone", "2025-12-04", "M1"):
        assert said in shown.html
    assert "send an offer, by 2025-11-01" in shown.html
    assert '<dd class="late">overdue</dd>' in shown.html
    assert "Ann & Co, Yard <AG>: send an offer, by 2025-11-01 (M1)" in shown.plain
    assert "2 cards." in shown.plain


def test_who_is_unknown_has_a_card_of_its_own_kind():
    html = contact_cards_html(cards_of(NOBODY)).html
    assert html.count('class="kam-card open"') == 1
    assert "NaT" not in html and "nan" not in html
    assert "To mind" not in html  # nothing to mind, no line for it


def test_many_and_none():
    many = contact_cards_html(cards_of(*[ANN] * 5), rows=2)
    assert many.html.count('class="kam-card"') == 2
    assert "The first 2 of 5 cards; all are in the Excel workbook" in many.plain
    assert contact_cards_html(cards_of()).html == ""


def test_it_says_how_many_are_in_the_workbook_and_where_the_others_are():
    cards = cards_of(*[ANN] * 5).assign(tier=["one-to-one", "one-to-few", *["not now"] * 3])
    note = contact_cards_html(cards, rows=1).plain.splitlines()[-1]
    assert note == (
        "The first 1 of 5 cards. The Excel workbook has 2 made to be printed, those at the targets "
        "worked on; tables/contact_cards.csv lists all."
    )
    assert len(printed_cards(cards)) == 2


def test_what_is_not_known_has_no_line():
    """Of a person with a name and a next step only, and of somebody unknown."""
    bare = ("P1", "Yard", "C1", "Ann", "", "", "", "", pd.NaT, "call", pd.NaT, "M1", "")
    for row in (bare, NOBODY):
        html = contact_cards_html(cards_of(row)).html
        assert "–" not in html
        assert "What matters" not in html and "Channel" not in html and "Last contact" not in html
        assert "Next step" in html
    assert ".kam-card dt" in html and "white-space:nowrap" in html


def test_people_and_unknown_deciders_are_counted_apart():
    assert people_words(cards_of(*[ANN] * 3, NOBODY, NOBODY)) == (
        "3 people and 2 who are still unknown (who decides)"
    )
    assert people_words(cards_of(ANN, NOBODY)) == (
        "1 person and 1 who is still unknown (who decides)"
    )
    assert people_words(cards_of(ANN, ANN)) == "2 people"
    assert people_words(cards_of()) == "0 people"
