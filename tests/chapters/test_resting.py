"""A warning of ``check`` goes with what rests on the rows: sentence, table, page and sheet."""

import re
from html import unescape

import pandas as pd
import pytest
from edited_demo import edited

from kamlib import open_book
from kamlib.chapters.catalogue import pack_tables, sheet_caveats
from kamlib.data.findings import caveat
from kamlib.pack.pages import one_note_a_section
from kamlib.show.sentences import headline, rests_on
from kamlib.show.tables import stacked

QUICK = {"stability.resamples": 10, "replay.quarters": 1}
M1, M2 = "Katrin Osterloh", "Jonas Feldkamp"


def plans(rows):
    """M1's plan of the quarter is not there, and one of M2's of another quarter."""
    this = (rows["manager"] == "M1") & (rows["quarter"] == "2025Q4")
    other = (rows["manager"] == "M2") & (rows["quarter"] == "2024Q1")
    return rows.assign(revenue_plan=rows["revenue_plan"].mask(this | other, ""))


def deliveries(rows):
    """Of one account nobody knows whether its deliveries were complete."""
    own = rows.index[(rows["account"] == "N1049") & (rows["promised_on"] >= "2025-06-01")][:3]
    return rows.assign(complete=rows["complete"].mask(rows.index.isin(own), "perhaps"))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("resting") / "demo"
    return open_book(edited(folder, plans=plans, deliveries=deliveries), settings=QUICK)


@pytest.mark.long
def test_nobody_is_judged_by_a_plan_that_could_not_be_read(book):
    told = book.segments.managed
    assert "3 of 5 managers reach their plan" in told
    assert f"Not judged by the plan: {M1} (1 row of plans: revenue_plan is empty" in told
    assert M2 not in told, "a row of another quarter says nothing of this one"
    doubts = book.segments.portfolio["plan_doubt"]
    assert doubts[doubts != ""].index.tolist() == ["M1"]


def test_sentence_and_table_say_what_they_rest_on(book):
    sentence, table = book.segments.says.managed, book.segments.tables.portfolio
    note = "* Rests on plans: 1 row of M1: revenue_plan is empty: the row is left out."
    for shown in (table, headline(book.segments.says.carried, sentence)):
        assert shown.html.count(note) == 1
        assert note in shown.plain
    assert "Manager *</th>" in table.html
    assert "kam-rests" not in book.segments.says.carried.html
    assert "kam-rests" not in book.segments.tables.key_accounts.html


def test_a_section_of_a_page_says_it_once(book):
    sentence, table = book.segments.says.managed, book.segments.tables.portfolio
    section = f"<h2>One</h2>{sentence.html}{stacked(table).html}<h2>Two</h2>{table.html}"
    assert section.count("kam-rests") == 3
    once = one_note_a_section(section)
    assert once.count("kam-rests") == 2
    first, second = once.split("<h2>Two")
    assert first.index("</table>") < first.index("kam-rests"), "below what comes last"
    assert "kam-rests" in second


def test_different_notes_of_a_section_stand_in_one_line():
    note = '<p class="kam-note kam-rests">* Rests on {}.</p>'
    page = f"<h2>One</h2>{note.format('A')}<p>text</p>{note.format('B')}{note.format('A')}"
    assert one_note_a_section(page).endswith("<p>text</p>" + note.format("A. Rests on B"))


def test_notes_together_keep_every_word_of_names_and_findings():
    warnings = pd.DataFrame({
        "table": ["accounts", "plans"], "column": [None, None], "rows": [2, 1], "share": 1.0,
        "finding": ["it says A; it says B", "it says C; it says B"], "concerns": [["X & Y; Z"], []],
    })  # fmt: skip
    notes = [caveat(warnings.iloc[[row]], ["accounts", "plans"], {}, least=0.5) for row in (0, 1)]
    page = "<h2>One</h2>" + "".join(map(rests_on, notes))
    [once] = re.findall("<p[^>]*>(.*?)</p>", one_note_a_section(page))
    assert unescape(once) == (
        "* Rests on accounts: 2 rows of X & Y, Z: it says A, it says B. "
        "Rests on plans: 1 row: it says C, it says B."
    )
    assert "&amp;" in once


def test_an_accounts_verdict_on_rows_in_doubt_is_withheld(book):
    row = book.segments.mistakes.loc["N1049"]
    assert pd.isna(row["lateness"])
    assert "lateness" not in row["found"]
    assert row["mistakes_why"].startswith("not judged: 3 rows of deliveries: complete")
    others = book.segments.mistakes.drop(index="N1049")
    assert not others["mistakes_why"].str.contains("not judged").any()
    shown = book.segments.tables.mistakes
    assert "deliveries: 3 rows of N1049" in shown.html


def test_only_the_dossier_of_the_account_says_it(book):
    assert "deliveries: 3 rows of N1049" in book.account("N1049").tables.worth_reading.html
    assert "kam-rests" not in book.account("N1155").tables.worth_reading.html


def test_the_sheets_say_it_too(book):
    told = sheet_caveats(book, pack_tables(book))
    assert "plans: 1 row of M1" in told["Portfolios"]
    assert "Start" not in told


def test_the_demo_says_nothing_but_of_six_accounts_contacts():
    book = open_book("demo", settings=QUICK)
    told = sheet_caveats(book, pack_tables(book))
    assert set(told) == {
        *("Contacts", "Contact cards", "Targets", "Evidence", "Campaign", "Hours by week"),
        *("Criteria", "Mistakes"),
        *("To do", "Plan and hours", "Leaving", "Win-back"),  # days of the one list
    }
    assert all(text.startswith("Rests on contacts") for text in told.values())
    for chapter in (book.segments, book.churn, book.abc_xyz):
        for shelf in (chapter.says, chapter.tables):
            marked = {name for name in shelf if "kam-rests" in shelf[name].html}
            dated = {"plan", "key_plan", "watch_list", "winback"}
            assert marked <= {"standing", "mistakes", "dossier_completeness"} | dated


def test_who_is_meant_bears_the_mark(book):
    html = book.segments.tables.mistakes.html
    assert ">N1049 *</th>" in html
    assert ">N1155</th>" in html, "whose rows are not meant"


def test_criteria_on_rows_in_doubt_are_not_judged(tmp_path):
    def payments(rows):
        here = rows.index[rows["account"] == "N1155"][:2]
        return rows.assign(document=rows["document"].mask(rows.index.isin(here), ""))

    def judgements(rows):
        here = rows.index[rows["account"] == "N1155"]
        return rows.assign(score=rows["score"].mask(rows.index.isin(here), "7"))

    folder = edited(tmp_path / "demo", payments=payments, judgements=judgements)
    plain, told = (open_book(d, settings=QUICK).segments.criteria for d in ("demo", folder))
    row = told.loc["N1155"]
    assert pd.isna(row["reliability"]) and pd.notna(plain.loc["N1155", "reliability"])
    assert row["reliability_evidence"].startswith("not judged: 2 rows of payments: document")
    assert row["income"] == plain.loc["N1155", "income"], "what is measured counts"
    assert pd.isna(row["reputation"])
    assert row["reputation_evidence"].startswith("not judged: ")
    assert row["completeness"] < plain.loc["N1155", "completeness"]
    others = plain.index.drop("N1155")
    scores = ["reliability", "reputation", "score"]
    assert told.loc[others, scores].equals(plain.loc[others, scores])


WARNINGS = pd.DataFrame(
    [
        ("plans", "", "left out", 2, 0.02, ("M1", "M2")),
        ("deliveries", "", "emptied", 1, 0.0001, ("A",)),
        ("transactions", "product_line", "without a product line", 900, 0.03, ()),
        ("payments", "", "left out", 3, 0.001, ()),
    ],
    columns=["table", "column", "finding", "rows", "share", "concerns"],
)


@pytest.mark.parametrize(
    ("rests", "shown", "told"),
    [
        (["plans"], {"manager": ["M1", "M3"]}, "Rests on plans of M1: left out."),
        (["plans"], {"manager": ["M1", "M2"]}, "Rests on plans: 2 rows of M1, M2: left out."),
        (["plans"], {}, "Rests on plans: 2 rows of M1, M2: left out."),
        (["plans"], {"account": ["A"]}, "Rests on plans: 2 rows of M1, M2: left out."),
        (["plans"], {"manager": ["M3"]}, ""),
        (["deliveries"], {"account": ["A", "B"]}, "Rests on deliveries: 1 row of A: emptied."),
        (["deliveries"], {}, ""),
        (["deliveries"], {"manager": ["M1"]}, ""),
        (["transactions.product_line"], {"account": ["A"]}, "Rests on transactions: 900 rows: wit"),
        (["transactions.manager", "payments"], {}, ""),
    ],
)
def test_a_warning_goes_only_where_its_rows_matter(rests, shown, told):
    found = caveat(WARNINGS, rests, shown, least=0.01)
    assert found.startswith(told) if told else found == ""
