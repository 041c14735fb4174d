"""The sheet as a page, a text, a mail and a line: the same names and figures, all escaped."""

import re

import pandas as pd
import pytest

from kamlib.analysis.summary.brief_words import brief, number_of_words, short_name
from kamlib.analysis.summary.tiles import Mark, Tile
from kamlib.show import vector
from kamlib.show.first_page import FirstPage, Step, log_line, parts_of, summary_text
from kamlib.show.mail import mail_body

NASTY = "<b>Beta & Sons</b>"
NAN = float("nan")


def page(**other):
    told = {
        "title": "Acme · 2025Q4",
        "verdict": f"Plan missed by EUR 100 (10 %): {NASTY} −80.",
        "currency": "EUR",
        "tiles": (
            Tile("Revenue", "5.19 m", "", (Mark("9 % to plan", False, False),),
                 (1.0, NAN, 3.0, 2.0), page="02.html"),
            Tile("Hours", "12", "of 16", (Mark("all 3 tasks fit", None, True),), filled=0.75),
        ),
        "steps": (
            Step("2024Q4", 1_000.0, "#000", end=True),
            Step("new", 50.0, "#111"),
            Step("lost", -80.0, "#222"),
            Step("2025Q4", 970.0, "#333", end=True),
        ),
        "steps_title": "What changed",
        "sides": pd.DataFrame(
            {"name": [NASTY, "Ann"], "value": [70.0, 5.0], "against": [100.0, 0.0],
             "gap": [-30.0, 5.0]}
        ),
        "sides_title": "Who reached the plan",
        "stakes": pd.DataFrame(
            [("Win", "Open tenders", 921_900.0, "once", "2 tenders", "N1", NASTY, 900_000.0,
              "Tools", "04.html")],
            columns=["group", "what", "money", "unit", "who", "subject", "name", "first", "about",
                     "page"],
        ),
        "monday": pd.DataFrame(
            {"who": ["Ann"], "manager": ["M1"], "subject": ["N1"], "name": [NASTY],
             "stake": [1_234.0],
             "why": ["silent for 160 days; asks for a lower price than any other of all"],
             "do": [f"Offer {NASTY} Tools."]}
        ),
        "monday_title": "Monday, 5 January",
        "others": "",
        "last_quarter": "2 called.",
        "data": "All fits.",
        "caveat": "",
        "pages": {"data": "kam.xlsx#'Data'!A1"},
        "words": 6,
    }  # fmt: skip
    return FirstPage(**told | other)


def test_each_form_says_the_same_and_no_name_is_html():
    sheet = page()
    html, mail = "".join(part.html for part in parts_of(sheet)), mail_body(sheet)
    text = summary_text(sheet)
    figures = ("921,900", "1,234", "−30", "+50", "−80", "5.19 m", "of 16", "2 tenders")
    words = ("Silent for 160 days …", "Offer it Tools.", "2 called.", "All fits.")
    for said in figures + words:
        assert said in html and said in mail and said in text, said
    assert NASTY in text and "<b>Beta" not in html + mail
    assert log_line(sheet) == f"Acme · 2025Q4: Plan missed by EUR 100 (10 %): {NASTY} −80."
    assert re.search(r'data-account="N1">&lt;b&gt;Beta &amp; Sons&lt;/b&gt;</span>', html)


def test_a_mail_has_no_script_no_link_and_no_style_sheet():
    mail = mail_body(page())
    assert not re.search(r"<(script|style|link|a|img|svg)\b|https?:|class=", mail)
    assert mail.count("style=") > 20


def test_a_mail_leads_to_the_page_where_its_whole_address_is_known():
    sheet = page(address="https://packs.example/demo/2025Q4/index.html?a&b")
    assert mail_body(sheet).count("<a ") == 1
    assert 'href="https://packs.example/demo/2025Q4/index.html?a&amp;b"' in mail_body(sheet)
    assert summary_text(sheet).endswith("index.html?a&b\n")
    assert "index.html" not in summary_text(page(address="2025Q4/index.html"))


def test_parts_without_data_fall_away():
    empty = page(stakes=page().stakes[:0], monday=page().monday[:0], last_quarter="", steps=(),
                 sides=page().sides[:0])  # fmt: skip
    html = "".join(part.html for part in parts_of(empty))
    assert "<table" not in html and 'class="kf-h"' not in html and "kf-tile" in html
    assert "At stake" not in mail_body(empty) and "Last quarter" not in summary_text(empty)


def test_without_managers_nobody_is_named_and_a_warning_stands_at_its_name():
    caveat = type("Caveat", (str,), {"whose": frozenset({"N1"})})("Rests on tenders.")
    sheet = page(monday=page().monday.assign(who=""), caveat=caveat)
    html = "".join(part.html for part in parts_of(sheet))
    assert ">Who<" not in html and html.count("</span> *") == 2
    assert "All fits. * Rests on tenders." in html


def test_a_line_has_a_gap_where_a_quarter_is_unknown():
    drawn = vector.sparkline([1.0, NAN, 3.0, 2.0], "about")
    assert re.search(r'd="M3\.0 19\.0M60\.3 3\.0L89\.0 11\.0"', drawn)
    assert vector.sparkline([NAN, 1.0], "about") == ""
    assert vector.spark_text([NAN, 1.0]) == ""


def test_a_bar_ends_where_its_part_does():
    assert 'width="32.0"' in vector.against_bar(0.5, 1.5) and 'x="63.6"' in vector.against_bar(
        1, 1.5
    )
    assert 'width="96.0"' in vector.against_bar(9.0, 1.5)
    assert 'width="0.0"' in vector.against_bar(NAN, 1.0)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Rabwede & Söhne Bau GmbH & Co. KG", "Rabwede & Söhne"),
        ("上海" * 20, "上海" * 13 + "…"),
        ("O'Kettlemere Haulage Ltd", "O'Kettlemere Haulage Ltd"),
    ],
)
def test_a_long_name_loses_what_is_not_its_own(name, short):
    assert short_name(name) == short


def test_a_text_is_cut_at_a_clause_or_at_a_word():
    assert brief("Call it, ask why; note it.", 4) == "Call it, ask why …"
    assert brief("one two three four five", 3) == "one two three …"
    assert number_of_words(brief("a (b) & c " * 9, 12)) <= 12
