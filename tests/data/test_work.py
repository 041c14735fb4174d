"""What people wrote into lists of a pack and gave back: read by task, merged, nothing lost."""

import datetime as dt

import pandas as pd
import pytest

from kamlib.data.reduce.checks import SideTable, empty_side_table
from kamlib.data.work import (
    card_name,
    entries_frame,
    list_name,
    merged_work,
    names_cell,
    notes_frame,
    with_attempts,
    written_in,
)

NAMES = {
    "manager": "Manager", "due": "Due", "verb": "Do", "subject": "Account or target",
    "stake": "At stake a year (EUR)", "worth": "Worth", "done_on": "Done on",
    "outcome": "Outcome", "value": "Value", "notes": "Notes", "id": "Task",
}  # fmt: skip
KNOWN = ["N1", "N2", "N3", "P1"]
DAY = dt.datetime(2025, 11, 3)
FIRST = dt.datetime(2025, 10, 1)


def sheet(names, rows, listed):
    """A sheet as the pack writes it: title, sums, hidden names, headings, rows."""
    head = [names_cell(n, h, listed if n == "done_on" else "") for n, h in names.items()]
    return [["What each of us does"], [], head, list(names.values()), *rows]


def task(of, verb="keep", done=None, outcome=None, value=None, notes=None, **other):
    row = {
        "manager": "Ann", "due": FIRST, "verb": verb, "subject": of, "stake": 100.0,
        "worth": 20.0, "done_on": done, "outcome": outcome, "value": value, "notes": notes,
        "id": f"{verb.replace(' ', '_')}_{of}",
    }  # fmt: skip
    return [{**row, **other}[name] for name in NAMES]


def todo(*rows, of=None):
    return {"To do": sheet(NAMES, rows, list_name("todo", "2025Q4", of or len(rows)))}


def read(*books, counted_as=None, freq="Q-DEC"):
    """All that came back, of workbooks each given as (cells, when it was saved)."""
    rows, notes = [], []
    for number, (sheets, saved) in enumerate(books):
        found, doubts, _lists = written_in(sheets, file=f"{number}.xlsx", saved=saved, freq=freq)
        rows += found
        notes += doubts
    return merged_work(
        entries_frame(rows),
        notes_frame(notes),
        counted_as=counted_as or {},
        known=KNOWN,
    )


def told(work):
    return " / ".join(work.tasks.notes["reason"])


def tasks_of(work):
    return work.tasks.rows.set_index("subject")


def test_a_filled_in_list_comes_back_by_its_tasks():
    work = read((todo(
        task("N1", done=DAY, outcome="kept or won", value=1200.0, notes="by phone"),
        task("N2", "win back"),
    ), ""))  # fmt: skip
    found = tasks_of(work)
    row = found.loc["N1"]
    assert row[["quarter", "id", "verb", "manager"]].tolist() == [
        "2025Q4",
        "keep_N1",
        "keep",
        "Ann",
    ]
    assert row[["stake", "value"]].tolist() == [100, 1200]
    assert (row["due"], row["done_on"], row["outcome"]) == (FIRST, DAY, "won")
    assert row["notes"] == "by phone"
    assert found.loc["N2", ["outcome", "notes"]].tolist() == ["", ""]
    assert found.loc["N2", "verb"] == "win back"
    assert told(work) == ""


def test_sorted_rows_moved_columns_and_blank_rows_change_nothing():
    plain = todo(task("N1", done=DAY), task("N2", notes="later"))
    cells = plain["To do"]
    order = [8, 3, 9, 10, 0, 1, 2, 4, 5, 6, 7]
    whole = [[row[at] for at in order] if len(row) > 1 else row for row in cells]
    # Moved within the list only, as Excel does it: the hidden row stays where it was.
    within = [*cells[:3], *([row[at] for at in order] for row in cells[3:])]
    for moved in (whole, within):
        turned = [*moved[:4], [None] * 11, *reversed(moved[4:]), []]
        pd.testing.assert_frame_equal(
            read(({"Tasks": turned}, "")).tasks.rows, read((plain, "")).tasks.rows
        )


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3.11.2025", DAY), ("2025-11-03", DAY), ("3 Nov 2025", DAY), ("03/11/2025", DAY),
        ("11/30/2025", dt.datetime(2025, 11, 30)), (45964.0, DAY), (dt.date(2025, 11, 3), DAY),
        ("12/1/2026", dt.datetime(2026, 1, 12)),
    ],
)  # fmt: skip
def test_days_are_read_as_people_type_them(typed, day):
    assert tasks_of(read((todo(task("N1", done=typed)), ""))).loc["N1", "done_on"] == day


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [("won", "won"), ("Kept", "won"), ("gewonnen", "won"), ("still open", "open"),
     ("LOST", "lost"), ("Not reached ", "not reached"), ("not done", "not done")],
)  # fmt: skip
def test_outcomes_are_read_in_other_words_too(typed, outcome):
    assert tasks_of(read((todo(task("N1", outcome=typed)), ""))).loc["N1", "outcome"] == outcome


def test_what_cannot_be_read_is_told_and_kept_as_a_note():
    row = task("N1", done="next week", outcome="so so", value="a lot", notes="ask Bob")
    work = read((todo(row), ""))
    found = tasks_of(work).loc["N1"]
    assert found[["done_on", "value"]].isna().all() and found["outcome"] == ""
    assert found["notes"] == "ask Bob · Done on: next week · Outcome: so so · Value: a lot"
    assert told(work).count("cannot be read: it is kept as a note") == 3
    assert work.tasks.notes["row"].tolist() == [5, 5, 5]
    assert (
        tasks_of(read((todo(task("N1", value="12.500,50 EUR")), ""))).loc["N1", "value"] == 12500.5
    )


def test_a_day_far_from_the_quarter_is_told():
    work = read((todo(task("N1", done="3.11.2052")), ""))
    assert "far from 2025Q4: taken as it stands" in told(work)
    assert tasks_of(work).loc["N1", "done_on"].year == 2052


def test_unknown_and_changed_tasks_are_told():
    work = read((todo(
        task("N9", done=DAY),
        task("N1", done=DAY, subject="N2"),
        task("N3", done=DAY, id="kep_N3"),
        task("", done=DAY, id="", subject=""),
        task("", id="", subject="", manager="", due=None, stake=None, worth=None),
    ), ""))  # fmt: skip
    found = tasks_of(work)
    assert sorted(found.index) == ["N1", "N3"], "the task counts, not what stands beside it"
    assert found.loc["N3", "id"] == "keep_N3"
    for words in (
        "N9 is no account and no prospect",
        'task "keep_N1" stands beside N2: the task counts',
        'task "kep_N3" is none of a pack: the row is taken by its account',
        "names no account: the row counts nowhere",
        "2 of 5 tasks of 2025Q4 came back",
    ):
        assert words in told(work), words
    assert (work.tasks.read, work.tasks.rejected, work.tasks.kept) == (4, 2, 2)


def test_of_two_copies_the_later_saved_counts_and_both_values_are_told():
    early = todo(task("N1", done=DAY, outcome="lost", notes="gone"), task("N2", done=DAY))
    late = todo(task("N1", outcome="kept or won", notes="came back"), task("N2"))
    work = read((late, "2026-01-09T10:00:00Z"), (early, "2026-01-08T10:00:00Z"))
    found = tasks_of(work)
    assert found["outcome"].to_dict() == {"N1": "won", "N2": ""}
    assert found["done_on"].to_dict() == {"N1": DAY, "N2": DAY}, "an empty cell takes nothing away"
    assert found.loc["N1", "notes"] == "gone · came back"
    assert found.loc["N1", "returned"] == "1.xlsx, 0.xlsx"
    assert told(work) == ("keep_N1: Outcome lost gives way to kept or won (0.xlsx, To do, row 5)")
    [note] = work.tasks.notes.itertuples()
    assert (note.file, note.row) == ("1.xlsx", 5)
    assert read((late, ""), (late, "")).tasks.notes.empty


def test_what_was_written_on_other_sheets_belongs_to_the_task():
    watch = sheet(
        {"account": "Account", "notes": "Notes", "done_on": "Done on"},
        [["N1", "called twice", DAY], ["N2", None, None]],
        list_name("watch_list", "2025Q4", 2),
    )
    steps = sheet(
        {"prospect": "Target", "step": "Step", "status": "Status", "done_on": "Done on"},
        [
            ["P1", "write", "planned", DAY],
            ["P1", "call", "dropped", None],
            ["P1", "x", "planned", None],
            ["", "letter to all of Machinery", "planned", DAY],
        ],
        list_name("campaign", "2025Q4", 4),
    )
    steps[2][2] = names_cell("status", "Status", "planned")
    card = [["Ann"], ["Notes", "likes tea", card_name("2025Q4", "P1", "Ann")]]
    work = read(({
        **todo(task("N1"), task("N2"), task("P1", "win")), "Watch list": watch,
        "Calendar": steps, "Contact cards": card,
    }, ""))  # fmt: skip
    found = tasks_of(work)
    assert found["done_on"].to_dict() == {"N1": DAY, "N2": pd.NaT, "P1": pd.NaT}
    assert found["notes"].to_dict() == {"N1": "called twice", "N2": "", "P1": "likes tea"}
    assert found["steps_done"].to_dict() == {"N1": 0, "N2": 0, "P1": 1}
    assert work.tasks.notes.empty and work.tasks.rejected == 0
    written = work.entries[work.entries["list"] != "todo"]
    assert written[["list", "subject", "part", "outcome"]].to_numpy().tolist() == [
        ["campaign", "P1", "write", ""],
        ["campaign", "P1", "call", "dropped"],
        ["campaign", "", "letter to all of Machinery", ""],
        ["contact_cards", "P1", "Ann", ""],
        ["watch_list", "N1", "", ""],
    ]


def test_on_the_list_of_tasks_itself_counts_more_than_on_a_slice_of_it():
    watch = sheet(
        {"account": "Account", "done_on": "Done on"},
        [["N1", dt.datetime(2025, 12, 1)]],
        list_name("watch_list", "2025Q4", 1),
    )
    work = read(({"Watch list": watch, **todo(task("N1", done=DAY))}, ""))
    assert tasks_of(work).loc["N1", "done_on"] == DAY
    assert "keep_N1: Done on 2025-12-01 gives way to 2025-11-03" in told(work)


def test_a_number_that_counts_as_another_account_is_that_account():
    work = read((todo(task("N0", done=DAY), task("N1", notes="x")), ""), counted_as={"N0": "N1"})
    assert tasks_of(work).loc["N1", ["done_on", "notes"]].tolist() == [DAY, "x"]


def test_a_quarter_of_the_companys_own_year():
    cells = sheet(NAMES, [task("N1", done="3/2/2026")], list_name("todo", "FY2025Q4", 1))
    work = read(({"x": cells}, ""), freq="Q-JAN")
    # FY2025Q4 begins in November 2025: the third of February is near, the second of March too.
    assert tasks_of(work)["quarter"].tolist() == ["FY2025Q4"]
    assert tasks_of(work).loc["N1", "done_on"] == dt.datetime(2026, 2, 3)


def test_a_sheet_without_its_hidden_row_is_none_of_ours():
    cells = todo(task("N1", done=DAY))["To do"]
    assert written_in({"x": [*cells[:2], *cells[3:]]}, file="f", saved="", freq="Q-DEC")[2] == 0


def attempts(*rows):
    columns = ["account", "date", "offer", "cost", "outcome", "outcome_on"]
    frame = pd.DataFrame(rows, columns=columns).astype(empty_side_table("winbacks").dtypes)
    return SideTable("winbacks", frame, notes_frame([]), len(rows), 0)


def test_an_attempt_to_win_back_is_logged_once():
    work = read((todo(
        task("N1", "win back", done=DAY, outcome="lost"),
        task("N2", "win back", done=DAY, outcome="kept or won"),
        task("N3", "win back", outcome="lost"),
        task("P1", "keep", done=DAY),
    ), ""))  # fmt: skip
    work.tasks.rows["do"] = "a gift"
    near, far = dt.datetime(2025, 10, 20), dt.datetime(2025, 6, 1)
    own = attempts(("N1", far, "a call", 10, "no answer", far), ("N2", near, "", 5, "open", None))
    found = with_attempts(own, work, days=30)
    # N1 was tried again; of N2 the log has it, and says something else; N3 has no day.
    assert found.rows[["account", "date", "outcome"]].to_numpy().tolist() == [
        ["N1", far, "no answer"], ["N2", near, "open"], ["N1", DAY, "refused"],
    ]  # fmt: skip
    assert found.rows["offer"].tolist() == ["a call", "", "a gift"]
    assert found.laid_over == {"returned": 1}
    assert found.notes["reason"].tolist() == [
        "win_back_N2: logged as open, the list that came back says won: the log counts"
    ]
    alone = with_attempts(None, work, days=30)
    assert alone.rows["account"].tolist() == ["N1", "N2"]
    assert alone.rows["outcome_on"].tolist() == [DAY, DAY]
    assert with_attempts(own, None, days=30) is own
