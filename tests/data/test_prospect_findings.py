"""What does not fit in prospects, and whose people and talks may be a prospect's."""

import pandas as pd
import pytest
from side_rows import side_rows

from kamlib import open_book
from kamlib.data.known import known_at
from kamlib.data.relations import prospect_findings

TABLES = {
    "prospects": """\
prospect,name,first_seen,need,need_evidence,need_date,budget,budget_date,account,outcome,outcome_on
P1,Acme  Ltd,2024-03-01,0.8,asks,2024-07-01,0.5,2024-03-05,B,won,2024-06-01
P2,acme ltd,2024-03-01,1.2,,,,,,lost,2024-02-01
P3,,2024-03-01,0.4,,,-0.1,,,won,
P4,,2024-03-01,0.4,,,,,X9,won,2024-05-01
P5,Solo,2024-03-01,0.4,,2024-03-02,,,,open,
""",
    "contacts": "account,contact,name\nP1,C1,Ann\nB,C1,Bo\nQ7,C1,Cy\n",
    "interactions": "account,date,kind\nP5,2024-04-01,call\n",
    "competitors": "account,competitor\nP5,Rival\n",
    "tenders": "account,date,result\nP5,2024-04-01,lost\n",
}
DAY = pd.Timestamp("2024-06-30")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A small data set whose prospects are bent in every way."""
    folder = tmp_path_factory.mktemp("data") / "prospects"
    folder.mkdir()
    lines = [f"B,2024-{month:02d}-15,B{month},10" for month in range(1, 13)]
    sources = TABLES | {"transactions": "\n".join(["account,date,document,revenue", *lines])}
    toml = "\n".join(f'[{name}]\nsource = "{name}.csv"' for name in sources)
    (folder / "dataset.toml").write_text(toml)
    for name, text in sources.items():
        (folder / f"{name}.csv").write_text(text)
    return open_book(folder)


@pytest.mark.parametrize(
    ("finding", "rows", "examples"),
    [
        ("have their outcome before the first contact", 1, "P2"),
        ("have evidence dated after their outcome", 1, "P1 need"),
        ("are won or lost without the day of it", 1, "P3"),
        ("are won, but not said to be which account", 1, "P3"),
        ("have the name of another prospect too", 1, "P2 = P1"),
        ("of accounts that neither transactions nor accounts know", 1, "X9"),
        ("need … is outside 0 to 1: left empty", 1, "prospects.csv row 3"),
        ("budget … is outside 0 to 1: left empty", 1, "prospects.csv row 4"),
    ],
)
def test_each_misfit_is_counted_with_examples(book, finding, rows, examples):
    found = book.findings.query("table == 'prospects'").set_index("finding")
    assert len(found) == 8
    assert found.loc[finding, ["rows", "examples"]].tolist() == [rows, examples]


def test_people_talks_and_rivals_may_be_a_prospects(book):
    unknown = book.findings[book.findings["finding"].str.startswith("of accounts that")]
    told = unknown.set_index("table")["examples"].to_dict()
    assert told == {"contacts": "Q7", "tenders": "P5", "prospects": "X9"}


def test_no_prospects_no_findings():
    assert prospect_findings(side_rows("prospects").head(0)) == []


def test_what_later_evidence_says_is_not_known_yet():
    rows = side_rows(
        "prospects",
        {
            "prospect": "P1", "first_seen": "2024-01-05", "need": 0.9, "need_evidence": "asks",
            "need_date": "2024-07-01", "budget": 0.5, "budget_evidence": "report",
            "budget_date": "2024-06-30", "authority": 0.2, "authority_evidence": "told",
            "account": "B", "outcome": "won", "outcome_on": "2024-07-02",
        },
        {"prospect": "P2", "account": "C", "outcome": "won", "outcome_on": "2024-06-30"},
        {"prospect": "P3", "first_seen": "2024-07-01"},
    )  # fmt: skip
    before = rows.copy()
    known = known_at("prospects", rows, DAY).set_index("prospect")
    assert known.index.tolist() == ["P1", "P2"]
    first = known.loc["P1"]
    assert first[["need", "need_evidence", "need_date", "account", "outcome_on"]].isna().all()
    assert first[["budget", "budget_evidence", "authority", "outcome"]].tolist() == [
        *(0.5, "report", 0.2, "open")
    ]
    assert known.loc["P2", ["account", "outcome"]].tolist() == ["C", "won"]
    pd.testing.assert_frame_equal(rows, before)
    assert known.dtypes.equals(rows.drop(columns="prospect").dtypes)
