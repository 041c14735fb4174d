"""What a chapter gives an analyst: results by name, once each; help, completion, clear errors."""

import pydoc
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from kamlib import open_book
from kamlib.chapters import Chapter, Page, frame, picture, sentence, table, view
from kamlib.settings import Settings
from kamlib.show.tables import Table

SALES = pd.DataFrame({"account": ["A", "B", "C"], "revenue": [3.0, 2.0, 1.0], "share": 0.1})


class Small(Chapter):
    """A chapter to look at."""

    name, title = "small", "Small"

    @frame
    def counted(self):
        """How often it was made."""
        self.made = getattr(self, "made", 0) + 1
        return self.made

    @table("sales", page=Page("account revenue share", rows=2))
    def best(self):
        """The best accounts."""
        return SALES.copy()

    @view(of="sales", page=Page("account", rows=1))
    def first(self):
        """The first of them."""
        return self.best

    @view(page=Page(rows=1, otherwise="None."))
    def alone(self):
        """A view that has no file."""
        return self.best.iloc[: self.settings.dossier.min_talks - 1]

    @sentence
    def told(self):
        """What it says."""
        return f"{len(self.best)} accounts."

    @picture(otherwise=lambda self: f"Nothing of {self.name}.")
    def drawn(self):
        """What it draws."""
        return None

    @frame
    def broken(self):
        """A step that fails."""
        return self.best.revenues


@pytest.fixture
def small():
    book = SimpleNamespace(settings=Settings(), currency="EUR", made_as=())
    book.small = Small(book)
    return book.small


@pytest.fixture(scope="module")
def book():
    return open_book("demo")


def test_each_result_is_computed_once_and_handed_out_as_a_copy(small):
    assert (small.counted, small.counted, small.made) == (1, 1, 1)
    mine = small.best
    mine["revenue"] = 0.0
    del mine["share"]
    pd.testing.assert_frame_equal(small.best, SALES)


def test_results_are_shown_as_the_page_shows_them(small):
    assert small.tables.best.plain.splitlines()[0] == "Account | Revenue (EUR) | Share"
    assert small.says.told == "3 accounts."
    assert small.pictures.drawn.plain == "Nothing of small."


def test_a_view_names_the_file_of_its_table_or_none(small):
    where = "in tables/sales.csv and in the Excel workbook."
    assert small.tables.best.note == f"First 2 of 3; all of them {where}"
    assert small.tables.first.note == f"First 1 of 3; all of them {where}"
    assert small.tables.alone.note == "First 1 of 2."
    assert list(small.files()) == ["sales"]


def test_a_chapter_under_other_settings_leaves_the_first_as_it_is(small):
    fewer = Settings.model_validate({"dossier": {"min_talks": 1}})
    other = small.under(fewer)
    assert other.tables.alone.plain == "None."
    assert len(small.alone) == 2
    assert small.beside("small") is small
    assert other.beside("small").settings is fewer
    assert other.beside("small") is other.beside("small")


@pytest.mark.parametrize(
    ("ask", "kind", "told"),
    [
        (lambda c: c.bets, AttributeError, 'small has no "bets"; did you mean "best"'),
        (lambda c: c.tables.bets, AttributeError, 'small has no "bets"; did you mean "best"'),
        (lambda c: c.tables["frist"], AttributeError, 'did you mean "first"'),
        (lambda c: c.columns("bets"), ValueError, 'did you mean "best"'),
        (lambda c: c.columns("told"), ValueError, '"told" of small is no table'),
        # What fails within a result is told as it is, and not that there is no such result.
        (lambda c: c.broken, AttributeError, "'DataFrame' object has no attribute 'revenues'"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(small, ask, kind, told):
    with pytest.raises(kind, match=told):
        ask(small)


def test_a_result_cannot_be_overwritten(small):
    with pytest.raises(AttributeError, match='"best" of small is computed; keep your own'):
        small.best = SALES


def test_dir_lists_what_there_is(small):
    names = ["counted", "best", "first", "alone", "told", "drawn", "broken"]
    assert [name for name in names if name not in dir(small)] == []
    assert {"tables", "says", "pictures", "columns", "under"} <= set(dir(small))
    assert dir(small.tables) == sorted(["best", "first", "alone"])
    assert list(small.tables) == ["best", "first", "alone"]
    assert (list(small.says), list(small.pictures)) == (["told"], ["drawn"])


def test_help_tells_results_columns_and_units(small):
    told = pydoc.plain(pydoc.render_doc(small))
    assert "<book.small: Small; help(book.small) says what is in it>" in told
    for line in (
        "A chapter to look at.",
        "book.small.tables: tables, as the page shows them",
        "best   The best accounts.",
        "account, revenue (EUR), share (0–1)",
        "told  What it says.",
    ):
        assert line in told, line
    assert repr(small.tables).startswith("  best   The best accounts.")


def test_columns_have_their_heading_and_unit(small):
    rows = small.columns("best").to_dict("records")
    assert rows == [
        {"column": "account", "heading": "Account", "unit": "text"},
        {"column": "revenue", "heading": "Revenue", "unit": "EUR"},
        {"column": "share", "heading": "Share", "unit": "0–1"},
    ]


def test_help_of_the_book_lists_chapters_calls_and_tables(book):
    told = re.sub(" +", " ", pydoc.plain(pydoc.render_doc(book)))
    for line in (
        "Nordhafen Trading, 2025Q4, EUR",
        "abc_xyz Notebook 01: which accounts carry the business, how regularly they buy,",
        "account(…) Notebook 05: one account by its number.",
        "lines(…) The checked lines of the sales",
        "months Value and rhythm per account and month.",
        "accounts, contacts, interactions",
    ):
        assert line in told, line
    with pytest.raises(AttributeError, match='the book has no "abcxyz"; did you mean "abc_xyz"'):
        getattr(book, "abcxyz")  # noqa: B009 - as an analyst types it
    assert "2025Q4" in repr(book)


def test_tab_completion_in_ipython_lists_results_and_computes_none(book):
    shell = InteractiveShell()
    shell.user_ns |= {"book": book, "one": book.account("N1155")}

    def completed(text):
        with provisionalcompleter():
            return {each.text for each in shell.Completer.completions(text, len(text))}

    before = set(book._results)
    assert {"abc_xyz", "account", "lines", "months"} <= completed("book.")
    assert {"classes", "tables", "says"} <= completed("book.abc_xyz.")
    assert {"classes", "migration"} <= completed("book.abc_xyz.tables.")
    assert "value" not in completed("book.abc_xyz.tables.")
    assert {"promises", "people"} <= completed("one.tables.")
    assert {"owed", "sold"} <= completed("one.says.")
    assert not book.abc_xyz._results and not book.account("N1155")._results
    assert set(book._results) - before <= {"chapter abc_xyz"}


def test_the_book_keeps_an_account_and_its_settings(book):
    one = book.account("N1155")
    assert book.account(" N1155 ") is one
    other = one.under(Settings.model_validate({"dossier": {"timeline_months": 3}}))
    assert (type(other), other.account) == (type(one), "N1155")
    assert len(other.events) < len(one.events)
    assert isinstance(other.tables.promises, Table)
    assert repr(one).startswith('<book.account("N1155"): Account')
