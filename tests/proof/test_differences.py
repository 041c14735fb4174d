"""What differs between two packs, and why."""

import json

import pytest

from kamlib.errors import DataError
from kamlib.proof.differences import Change, differences

TABLES = {
    "measures": "name,today\nRevenue,EUR 100\nAccounts,12\n",
    "abc_xyz": "account,name,cell\nA,Alpha,AX\nB,Beta,BY\n",
    "key_accounts": "account,name\nA,Alpha\n",
    "todo": "subject,name\nA,Alpha\nP1,\n",
}
MANIFEST = {
    "dataset": "mine",
    "title": "Mine",
    "quarter": "2025Q4",
    "settings": {"abc.cuts": "0.8,0.95"},
    "sources": {"sales.csv": "1", "dossiers/A.xlsx": "2"},
    "versions": {"kamlib": "1"},
    "checks": {"sums agree": True},
}


@pytest.fixture
def pack(tmp_path):
    def write(name, tables=None, **manifest):
        folder = tmp_path / name
        (folder / "tables").mkdir(parents=True)
        for table, text in (TABLES | (tables or {})).items():
            (folder / "tables" / f"{table}.csv").write_text(text, encoding="utf-8")
        (folder / "manifest.json").write_text(json.dumps(MANIFEST | manifest), encoding="utf-8")
        return folder

    return write


def test_the_same_pack_differs_in_nothing(pack):
    found = differences(pack("a"), pack("b"))
    assert not (found.figures or found.lists or found.reasons)


def test_figures_and_lists_say_what_was_and_what_is(pack):
    after = pack(
        "b",
        {
            "measures": "name,today\nRevenue,EUR 90\nHours,5\n",
            "abc_xyz": "account,name,cell\nA,Alpha,BX\nB,Beta,BY\n",
            "key_accounts": "account,name\nB,Beta\n",
            "todo": "subject,name\nA,Alpha\nP2,\n",
        },
        checks={"sums agree": False},
    )
    found = differences(pack("a"), after)
    assert found.figures == [
        Change("Revenue", "EUR 100", "EUR 90"),
        Change("Hours", "", "5"),
        Change("Accounts", "12", ""),
        Change("check: sums agree", "holds", "does not hold"),
    ]
    assert found.lists == [
        "another class (1): Alpha AX → BX",
        "new key accounts (1): Beta",
        "key accounts gone (1): Alpha",
        "new tasks (1): P2",
        "tasks gone (1): P1",
    ]


def test_reasons_are_told_apart(pack):
    after = pack(
        "b",
        quarter="2026Q1",
        settings={"abc.cuts": "0.7,0.9"},
        sources={"sales.csv": "9", "returned/todo.xlsx": "3"},
        versions={"kamlib": "2"},
    )
    assert differences(pack("a"), after).reasons == [
        "another quarter: 2025Q4, then 2026Q1",
        "setting abc.cuts: 0.8,0.95, then 0.7,0.9",
        "people's entries that came: returned/todo.xlsx",
        "people's entries that went: dossiers/A.xlsx",
        "files of the data that changed: sales.csv",
        "version of kamlib: 1, then 2",
    ]


def test_what_cannot_be_compared_is_a_clear_error(pack, tmp_path):
    with pytest.raises(DataError, match="expected two packs of one data set"):
        differences(pack("a"), pack("b", dataset="theirs"))
    (tmp_path / "c").mkdir()
    with pytest.raises(DataError, match="is no pack"):
        differences(tmp_path / "a", tmp_path / "c")
    (tmp_path / "c" / "manifest.json").write_text("[]")
    with pytest.raises(DataError, match="is no pack"):
        differences(tmp_path / "c", tmp_path / "a")
