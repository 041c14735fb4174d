"""The chapter of key accounts: each result once, other settings beside the page's, clear errors."""

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.analysis.segments.criteria import evidence_rows
from kamlib.chapters import segments
from kamlib.chapters.catalogue import told_sheets
from kamlib.settings import CRITERIA


@pytest.fixture(scope="module")
def book():
    return open_book("demo", settings={"stability.resamples": 10, "replay.quarters": 1})


def test_each_analysis_is_asked_once_whatever_the_page_shows(book, monkeypatch):
    assert book.segments.chosen_before, "the quarter before is asked for itself"
    assert book.other_level().segments.chosen, "and so is the other level, by groups"
    assert len(book.todo.todo), "the one list asks the book's own chapter"
    asked = []
    for name in ("criteria", "account_types", "portfolio_matrix", "manager_plan", "portfolios"):
        known = getattr(segments, name)

        def counted(*args, name=name, known=known, **options):
            asked.append(name)
            return known(*args, **options)

        monkeypatch.setattr(segments, name, counted)
    chapter = segments.Segments(book)
    assert chapter.key_share.loc["revenue", "share"] > 0
    assert set(asked) == {"criteria", "account_types"}, "the list asks for no plan"
    for shelf in (chapter.says, chapter.tables):
        for name in shelf:
            assert getattr(shelf, name) is not None
    chapter.files()
    assert sorted(asked) == sorted(set(asked)), asked


def test_other_settings_move_the_list_and_leave_the_page_as_it_is(book):
    page = book.segments.key_accounts
    changed = book.settings.model_copy(
        update={"key": book.settings.key.model_copy(update={"hours_share": 0.2})}
    )
    tried = book.segments.under(changed)
    assert 0 < len(tried.key_accounts) < len(page)
    assert tried.carried != book.segments.carried
    assert tried.classes.equals(book.abc_xyz.classes), "the classes are the book's"
    pd.testing.assert_frame_equal(book.segments.key_accounts, page)
    # Who entered and who left goes by the same rule on both quarters.
    assert len(tried.chosen_before.key) < len(book.segments.chosen_before.key)


def test_the_same_settings_give_the_same_list(book):
    same = book.segments.under(book.settings.model_copy())
    pd.testing.assert_frame_equal(same.key_accounts, book.segments.key_accounts)
    pd.testing.assert_frame_equal(same.key_changes, book.segments.key_changes)


def test_a_result_that_is_changed_is_changed_for_nobody_else(book):
    mine = book.segments.key_accounts
    mine["name"] = "mine"
    assert (book.segments.key_accounts["name"] != "mine").all()


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda chapter: chapter.key_acounts, 'segments has no "key_acounts"; did you mean "key_'),
        (lambda chapter: chapter.tables.portfolios, 'did you mean "portfolio"'),
        (lambda chapter: chapter.says.leader, 'did you mean "leading"'),
        (lambda chapter: chapter.pictures.score, 'did you mean "scores"'),
    ],
)
def test_an_unknown_name_tells_the_nearest(book, ask, told):
    with pytest.raises(AttributeError, match=told):
        ask(book.segments)


def test_the_evidence_of_the_first_has_a_row_per_criterion(book):
    chapter = book.segments
    first = chapter.key_accounts.index[: segments.EVIDENCE_ROWS]
    rows = chapter.evidence
    assert list(rows["account"]) == [account for account in first for _name in CRITERIA]
    some = rows[rows["account"] == first[0]].set_index("criterion")
    assert some.loc["long-term", "score"] == chapter.criteria.loc[first[0], "long_term"]
    assert (
        some.loc["new income", "evidence"] == chapter.criteria.loc[first[0], "new_income_evidence"]
    )
    assert evidence_rows(chapter.key_standing.iloc[:0]).empty


def test_the_sheets_stand_in_the_workbooks_order(book):
    sheets = [sheet for sheet, _member in told_sheets(book)]
    assert [sheet.name for sheet in sheets if sheet.front] == [
        *("Start", "To do", "Accounts", "Key accounts", "Plan and hours", "Leaving", "Win-back"),
        *("Targets", "Campaign", "Try it", "Bridge", "Who is the customer", "Data"),
    ]
    follows = [sheet.name for sheet in sheets if sheet.follows]
    assert follows == ["Criteria", "Do not chase", "Hours by week", "Matrix"]
    assert [s.name for s in sheets[: 13 + len(follows)]][13:] == follows
    own = [str(s.name) for m in segments.Segments.told_tables() for s in m.sheets]
    assert own == [
        *("Key accounts", "Entered and left", "Plan and hours", "Portfolios", "Handovers"),
        *("Criteria", "Types", "Groups", "Plays", "Mistakes"),
    ]
    assert set(own) <= {sheet.name for sheet in sheets}
