"""Mistakes that stand on rows in doubt are unknown, and each doubt is told."""

import pandas as pd

from kamlib.analysis.segments.mistakes import MISTAKES, unjudged


def table():
    found = pd.DataFrame({name: [1.0, 0.0, 0.5] for name in MISTAKES}, ["A", "B", "C"])
    return found.assign(
        mistakes=[5, 0, 1], known=5, found=[", ".join(MISTAKES), "", "lateness"], mistakes_why="x"
    )


def test_two_tables_in_doubt_give_two_reasons():
    doubts = {"deliveries": {"A": "1 row of deliveries"}, "interactions": {"A": "2 rows of talks"}}
    row = unjudged(table(), doubts).loc["A"]
    assert row["mistakes_why"] == (
        "not judged: 1 row of deliveries; not judged: 2 rows of talks; thin dossier; "
        "product knowledge"
    )
    assert row[["lateness", "disputes_open", "unprepared_meetings"]].isna().all()
    assert (row["mistakes"], row["known"]) == (2, 2)


def test_deliveries_alone_leave_what_interactions_tell():
    found = unjudged(table(), {"deliveries": {"C": "1 row"}, "interactions": {}})
    assert pd.isna(found.loc["C", "lateness"])
    assert found.loc["C", "disputes_open"] == 0.5
    assert found.loc["C", "found"] == ""
    assert found.loc[["A", "B"]].equals(table().loc[["A", "B"]])


def test_without_a_doubt_nothing_changes():
    assert unjudged(table(), {"deliveries": {"Z": "of nobody"}}).equals(table())
