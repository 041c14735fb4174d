"""What is decided and what is open: printed, answered, asked in a terminal and nowhere else."""

import json
import tomllib
from pathlib import Path

import pytest
from consenting import consented

from kamlib.data.read.dataset import load_dataset

BY_HAND = """\
title = "By hand"   # keep me
currency = "EUR"
[transactions]
source = "../sales.csv"
[transactions.columns]
account = '"Customer No"'
date = '"Invoice Date"'
document = '"Invoice No"'
revenue = '"Net Amount"'   # and me
"""


@pytest.fixture
def by_hand(sales, tmp_path):
    """A hand-written description of an export whose credit notes are positive."""
    sales()
    path = tmp_path / "hand" / "dataset.toml"
    path.parent.mkdir()
    path.write_bytes(BY_HAND.encode())
    consented(path.parent)
    return path


def test_a_decision_is_a_statement_with_its_proof_and_comes_first(kam, sales):
    sales()
    done = kam("init", "mine", "--from", "sales.csv")
    assert done.exit_code == 0, done.output
    lines = done.stdout.split("\n")
    assert lines[1] == "Decided, and how we know"
    told = " ".join(" ".join(lines).split())
    assert "are positive; they take money away" in told and "No other line" in told
    assert told.index("Decided") < told.index("Column") < told.index("The total")
    assert "53 lines, 7 accounts" in told and "expect = {2025 = …}" in told


def test_nothing_is_wider_than_80_and_no_name_is_broken(kam, sales):
    sales(also_signed=True)
    texts = [
        kam("init", "mine", "--from", "sales.csv").output,
        kam("check", "data/mine").output,
    ]
    for text in texts:
        assert max(map(len, text.splitlines())) <= 80
        assert "transactions" in text
    assert "kam answer data/mine credit_notes minus (or plus)" in texts[1]


def test_without_a_terminal_nothing_is_asked(kam, sales):
    sales(also_signed=True)
    done = kam("init", "mine", "--from", "sales.csv", answers="minus\n")
    assert done.exit_code == 0
    question = load_dataset(Path("data/mine")).questions["credit_notes"]
    assert question.answer == "" and set(question.totals) == {"minus", "plus"}


@pytest.mark.parametrize(
    ("typed", "answer"),
    [(("minus",), "minus"), (("2",), "plus"), (("what", "MINUS"), "minus"), (("",), ""), ((), "")],
)
def test_in_a_terminal_a_number_or_word_is_the_answer(kam, sales, terminal, typed, answer):
    sales(also_signed=True)
    terminal(*typed)
    done = kam("init", "mine", "--from", "sales.csv")
    assert done.exit_code == 0, done.output
    assert load_dataset(Path("data/mine")).questions["credit_notes"].answer == answer


def test_a_question_of_a_hand_written_description_gets_its_section(kam, by_hand):
    assert "kam answer hand credit_notes minus" in " ".join(kam("check", "hand").output.split())
    done = kam("answer", "hand", "credit_notes", "minus")
    assert done.exit_code == 0, done.output
    text = by_hand.read_text(encoding="utf-8")
    assert text.startswith(BY_HAND)
    again = kam("check", "hand")
    assert again.exit_code == 0 and "kam answer" not in again.output
    assert kam("answer", "hand", "credit_notes", "plus").exit_code == 0
    changed = by_hand.read_text(encoding="utf-8")
    assert changed == text.replace('answer = "minus"', 'answer = "plus"')


def test_an_answer_keeps_comments_and_line_ends(kam, by_hand):
    kam("answer", "hand", "credit_notes", "minus")
    text = by_hand.read_text(encoding="utf-8").replace(
        'answer = "minus"', "answer = ''   # ask Ann"
    )
    by_hand.write_bytes(text.replace("\n", "\r\n").encode())
    assert kam("answer", "hand", "credit_notes", "plus").exit_code == 0
    written = by_hand.read_bytes().decode()
    assert written.count("\n") == written.count("\r\n") == text.count("\n")
    assert 'answer = "plus"   # ask Ann\r\n' in written


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("credit_note", "minus"), 'no question "credit_note"; did you mean "credit_notes"?'),
        (("credit_notes", "minos"), 'did you mean "minus"?'),
    ],
)
def test_an_answer_to_nothing_says_what_there_is(kam, by_hand, arguments, told):
    done = kam("answer", "hand", *arguments)
    assert done.exit_code == 2 and told in " ".join(done.output.split())
    assert by_hand.read_text(encoding="utf-8") == BY_HAND


def test_a_heavy_question_ends_check_with_2_and_json_says_all_of_it(kam, by_hand):
    done = kam("check", "hand", "--json")
    assert done.exit_code == 2
    found = json.loads(done.stdout)
    assert list(found) == [
        *("dataset", "currency", "files", "lines", "revenue", "accounts", "first", "last"),
        *("fates", "reconciliation", "left_out", "controls", "decisions", "questions"),
        *("findings", "expect", "identities", "stops"),
    ]
    [question] = found["questions"]
    assert question["key"] == "credit_notes" and question["stops"] and 0 < question["stake"] <= 1
    assert [each["word"] for each in question["answers"]] == ["minus", "plus"]
    assert question["command"] == "kam answer hand credit_notes minus"
    assert question["command"] in found["stops"][0]
    assert found["lines"] == 53 and found["accounts"] == 7 and found["first"] == "2024-01-02"
    kam("answer", "hand", "credit_notes", "minus")
    settled = kam("check", "hand", "--json")
    after = json.loads(settled.stdout)
    assert settled.exit_code == 0 and after["questions"] == after["stops"] == []
    assert after["revenue"] < found["revenue"]


def test_json_says_why_nothing_could_be_opened(kam):
    done = kam("check", "nothing", "--json")
    assert done.exit_code == 2
    assert "there is no data set" in json.loads(done.stdout)["stops"][0]


def test_what_people_expect_is_held_against_the_ledger(kam, by_hand):
    kam("answer", "hand", "credit_notes", "plus")
    right = json.loads(kam("check", "hand", "--json").stdout)["revenue"]
    text = by_hand.read_text(encoding="utf-8")
    by_hand.write_text(f"expect = {{all = {right}}}\n{text}", encoding="utf-8")
    done = kam("check", "hand")
    assert done.exit_code == 0 and "What you expect" in done.output
    periods = f'{{all = {right}, 2025 = 5, "2024Q1" = 6, "2025-02" = 7}}'
    by_hand.write_text(f"expect = {periods}\n{text}", encoding="utf-8")
    wrong = kam("check", "hand")
    assert wrong.exit_code == 2
    assert "2025: " in wrong.output and "instead of 5.00" in wrong.output
    found = json.loads(kam("check", "hand", "--json").stdout)["expect"]
    assert [(each["period"], each["agrees"]) for each in found] == [
        *(("all", True), ("2025", False), ("2024Q1", False), ("2025-02", False)),
    ]
    assert sum(each["found"] for each in found[1:2]) < right


def test_what_init_writes_is_read_again(kam, sales, tmp_path):
    sales(also_signed=True)
    kam("init", "mine", "--from", "sales.csv")
    content = tomllib.loads((tmp_path / "data/mine/dataset.toml").read_text(encoding="utf-8"))
    assert content["files"] == ["../../sales.csv"]
    assert content["questions"]["credit_notes"]["why"]
