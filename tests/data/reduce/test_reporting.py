"""Superiors of contacts by code or by name, one formal and others dotted."""

import pandas as pd
import pytest

from kamlib.data.reduce.reporting import lines_by_code

PEOPLE = [("A", "C1", "Ada Ling"), ("A", "C2", "Ben  Orr"), ("A", "C3", "Cleo Orr"),
          ("A", "C4", "Cleo Orr"), ("B", "C1", "Ben Orr")]  # fmt: skip


def lines(reports_to, dotted_to=None):
    """What becomes of the lines of A's C1, and what is said of them."""
    frame = pd.DataFrame(PEOPLE, columns=["account", "contact", "name"])
    cells = {"reports_to": reports_to, "dotted_to": dotted_to}
    for name, text in cells.items():
        frame[name] = pd.Series([text, *[None] * 4], dtype="str")
    rows, found = lines_by_code(frame)
    drawn = rows.loc[0, ["reports_to", "dotted_to"]].fillna("").tolist()
    return drawn, [each.examples for each in found]


@pytest.mark.parametrize("name", ["C2", "Ben Orr", "ben orr", " BEN ORR "])
def test_a_superior_is_named_by_code_or_by_name(name):
    assert lines(name) == (["C2", ""], [])


def test_the_second_superior_is_dotted():
    assert lines("C2; C3") == (["C2", "C3"], [])
    assert lines("Ben Orr；C4", "C3; C2") == (["C2", "C4; C3"], [])
    assert lines(None, "Ben Orr") == (["", "C2"], [])


def test_a_name_that_two_have_is_told_and_left():
    assert lines("Cleo Orr") == (["Cleo Orr", ""], ["A C1: Cleo Orr"])


def test_a_name_that_nobody_has_stays():
    assert lines("Zoe") == (["Zoe", ""], [])


def test_without_any_line_nothing_is_made_anew():
    frame = pd.DataFrame(PEOPLE, columns=["account", "contact", "name"])
    frame = frame.assign(reports_to=None, dotted_to=None)
    assert lines_by_code(frame)[0] is frame
