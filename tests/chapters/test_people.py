"""The people of a dossier: dotted lines drawn as such, and one person at two accounts."""

import shutil

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.pictures.people import dotted_pairs, plot_decision_map
from kamlib.places import PROJECT
from kamlib.show.theme import description


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The demo company, where N1013's C4 has a second superior and C1 stands with N1001 too."""
    folder = tmp_path_factory.mktemp("people") / "demo"
    shutil.copytree(PROJECT / "data" / "demo", folder)
    people = pd.read_csv(folder / "contacts.csv", dtype=str).assign(mail="")
    row = people.set_index(["account", "contact"])["name"]
    own = people["account"] == "N1013"
    people.loc[own & (people["contact"] == "C4"), "reports_to"] = f"{row['N1013', 'C1']}; C3"
    first = people["contact"] == "C1"
    people.loc[first & people["account"].isin(["N1001", "N1013"]), "mail"] = "g@example.com"
    people.to_csv(folder / "contacts.csv", index=False)
    return open_book(folder)


def test_dotted_lines_are_drawn_dashed_and_told(book):
    account = book.account("N1013")
    assert account.people.loc["C4", ["reports_to", "dotted_to"]].tolist() == ["C1", "C3"]
    assert dotted_pairs(account.people) == [("C4", "C3")]
    drawn = plot_decision_map(account.people, account.coverage, book.manager_names)
    dashed = [line for line in drawn.lines if line.get_linestyle() != "-"]
    without = account.people.drop(columns="dotted_to")
    plain = plot_decision_map(without, account.coverage, book.manager_names)
    assert len(dashed) == 1 + len([line for line in plain.lines if line.get_linestyle() != "-"])
    assert description(drawn).endswith("Dotted lines, dashed: 1.")
    assert "Dotted" not in description(plain)


def test_where_nobody_has_a_dotted_line_there_is_no_such_column(book):
    assert "dotted_to" not in book.account("N1001").people


def test_one_person_at_two_accounts_is_said_in_both_dossiers(book):
    names = book.everyone["name"]
    for account, other in (("N1013", "N1001"), ("N1001", "N1013")):
        finding = book.account(account).people.loc["C1", "finding"]
        told = f"stands with {names[other]} ({other}) too: one person at several accounts"
        assert finding == told
