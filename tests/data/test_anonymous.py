"""A book in which codes stand for all names: its figures, who stays one, what is in own words."""

import re

import pandas as pd
import pytest

from kamlib import open_book
from kamlib.data.book import open_tables
from kamlib.data.describe.schema import TABLES
from kamlib.data.privacy.columns import STAYS, WORDS, holds
from kamlib.data.privacy.names import Pseudonyms

HIDDEN = {"privacy.anonymise": "yes"}


@pytest.fixture(scope="module")
def tables():
    return open_tables("demo", HIDDEN)[0]


@pytest.fixture(scope="module")
def written(tables):
    """The same tables with real names."""
    return tables.hidden.origin


def test_every_figure_of_every_table_stays(tables, written):
    for name, table in tables.side.items():
        real = written.side[name]
        assert len(table.rows) == len(real.rows) and table.kept == real.kept
        for column in TABLES[name].columns:
            if column.kind != "text" or column.choices:
                pd.testing.assert_series_equal(table.rows[column.name], real.rows[column.name])
            elif name != "plays":  # a play without words of its own has the workbook's
                here, there = (rows[column.name].isna() for rows in (table.rows, real.rows))
                assert here.equals(there), (name, column.name)
    here, there = (each.ledger.accounts for each in (tables, written))
    assert sorted(here["revenue"]) == sorted(there["revenue"]) and len(here) == 200


def test_the_same_account_has_the_same_code_in_every_table_and_in_another_quarter(tables):
    names = tables.hidden.names
    again = open_tables("demo", HIDDEN)[0].hidden.names
    assert names.account("N1025") == again.account("N1025")
    code = names.account("N1025")
    sold = tables.ledger.accounts["account"]
    assert (sold == code).sum() == 1 and not (sold == "N1025").any()
    for name in ("accounts", "contacts", "interactions", "payments"):
        assert (tables[name]["account"] == code).any(), name


def test_who_reports_to_whom_stays(tables, written):
    here, there = tables["contacts"], written["contacts"]
    for rows in (here, there):
        codes = rows.assign(above=rows["reports_to"])[["account", "above"]].dropna()
        known = set(zip(rows["account"], rows["contact"], strict=True))
        inside = [pair in known for pair in codes.itertuples(index=False, name=None)]
        assert sum(inside) == len(inside) - 1  # one reports to nobody that is known
    assert not set(here["contact"]) & set(there["contact"])
    assert here["name"].str.fullmatch(r"Person \w{6}").all()


def test_two_numbers_of_one_name_are_still_asked_about(tables):
    names = pd.Series(tables["accounts"]["name"])
    assert names[names.duplicated()].any()
    assert names.dropna().str.fullmatch(r"Account \w{6}").all()


def test_lines_have_the_same_names_and_no_invoice_number(tables, written):
    here = tables.lines.group_by("account").aggregate(revenue=tables.lines["revenue"].sum())
    there = written.lines.group_by("account").aggregate(revenue=written.lines["revenue"].sum())
    money = {row["account"]: row["revenue"] for row in here.to_pyarrow().to_pylist()}
    for row in there.to_pyarrow().to_pylist():
        assert money[tables.hidden.names.account(row["account"])] == row["revenue"]
    found = tables.lines.select("document").distinct().to_pyarrow()["document"].to_pylist()
    assert all(re.fullmatch("D[0-9A-F]{10}", document) for document in found)
    assert len(set(tables["payments"]["document"]) & set(found)) > 4000


def test_a_column_that_is_added_is_hidden_until_somebody_says_that_it_need_not_be():
    note = TABLES["losses"].column("note")
    assert holds("losses", note) == holds("of tomorrow", note) == WORDS
    assert holds("transactions", TABLES["transactions"].column("revenue")) == STAYS


def small():
    accounts = {"account": ["12", "A-7"], "name": ["Krähorst KG", "Krähorst"]}
    frame = pd.DataFrame(accounts, dtype="str")
    managers = pd.DataFrame({"manager": ["M1"], "name": ["Ada Berg"]}, dtype="str")
    sold = {"account": frame[["account"]], "manager": pd.DataFrame({"manager": ["M1", "web"]})}
    tables = [("accounts", frame), ("managers", managers)]
    return Pseudonyms.of(tables, sold, ["rule of Berg"])


def test_a_text_of_ours_has_no_known_name_and_nothing_quoted():
    names = small()
    code, manager = names.account("A-7"), names.manager("M1")
    said = 'row 12 of A-7: "Krähorst" is M1, Ada Berg said; A-77 is another'
    told = names.text(said)
    assert told == f'row 12 of {code}: "…" is {manager}, Manager {manager} said; A-77 is another'
    assert names.listed("12, A-7 = 12") == f"{names.account('12')}, {code} = {names.account('12')}"
    assert names.text("rule of Berg") == names.words("rule of Berg")


def test_a_manager_is_one_by_number_and_by_name():
    names = small()
    assert names.one_of_us("ada  berg") == names.one_of_us("M1") == names.manager("M1")
    assert names.one_of_us("Somebody Else").startswith("Person ")
    assert names.manager("web").startswith("Manager ")  # no table says what it is called


def test_names_that_are_one_are_called_the_same():
    names = small()
    assert names.company("12") == names.company("A-7")
    assert names.company("A-7") in {f"Account {names.account(n)}" for n in ("12", "A-7")}


@pytest.mark.parametrize(
    ("file", "stays"),
    [("transactions.csv", True), ("dossiers/N1025.xlsx", False), ("Krähorst.csv", False)],
)
def test_a_file_is_called_by_its_table_alone(file, stays):
    told = small().file(file)
    assert (told == file) is stays
    assert told.endswith(file[file.rindex(".") :])
    assert told.startswith("dossiers/") is file.startswith("dossiers/")


def test_words_that_several_accounts_have_name_none():
    names = small()
    offers = pd.DataFrame(
        {"account": ["A", "B", "C", "A", "A"], "offer": ["price"] * 3 + ["Ada's cake"] * 2},
        dtype="str",
    )
    told = names.rows("winbacks", offers)["offer"]
    assert told.tolist()[:3] == ["price"] * 3
    assert told[3] == told[4] == names.words("Ada's cake")


def test_a_real_book_and_an_anonymous_one_are_never_taken_for_each_other(monkeypatch):
    monkeypatch.setenv("KAM_SNAPSHOT", "of this test")
    real, hidden = open_book("demo"), open_book("demo", settings=HIDDEN)
    assert real.made_as != hidden.made_as
    assert open_book("demo").dataset.name == "demo"
    assert hidden.dataset.name == "company" and hidden.dataset.title == "Company"
    assert not {*real.accounts.index} & {*hidden.accounts.index}


def test_a_kernel_of_an_anonymous_run_finds_the_data_set_by_what_it_is_told(monkeypatch, written):
    monkeypatch.setenv("KAM_ANONYMOUS", str(written.dataset.described_in))
    found, _settings = open_tables("company", HIDDEN | {"privacy.title": "A trading company"})
    assert found.dataset.title == "A trading company"
    assert len(found.ledger.accounts) == 200


def test_words_that_several_accounts_have_stay_only_without_a_name():
    names = small()
    offers = ["price for Ada Berg", "as Berg wants", "as Krähorst has it", "a price"]
    rows = pd.DataFrame(
        [(account, offer) for offer in offers for account in "ABC"],
        columns=["account", "offer"],
        dtype="str",
    )
    told = set(names.rows("winbacks", rows)["offer"])
    assert told == {*map(names.words, offers[:3]), "a price"}
