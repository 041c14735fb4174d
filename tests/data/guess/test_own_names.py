"""The accounts by the names that the lines have; a list of customers with a number twice."""

import pytest

from kamlib import open_book
from kamlib.data.guess.setup import guessed_dataset

NAMES = ["Alpha GmbH", "Beta Ltd", "Gamma AG", "Delta SA", "Epsilon Inc", "Zeta KG"]


def lines(named=True, first=0):
    rows = ["Invoice,Date,Customer No," + ("Customer Name," if named else "") + "Item,Net Amount"]
    for n in range(first, first + 60):
        name = f"{NAMES[n % 6]}," if named else ""
        if named and n == 6:
            name = "Alpha,"  # spelled otherwise once
        rows.append(f"R{n},2024-{n % 12 + 1:02}-05,{1000 + n % 6},{name}P{n % 5},{n + 10}.50")
    return "\n".join(rows) + "\n"


@pytest.fixture
def described(tmp_path):
    def described(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        paths = [tmp_path / f"{name}.csv" for name in files]
        return guessed_dataset("own", paths, tmp_path / "data").path.parent

    return described


def test_names_beside_the_code_make_the_accounts(described):
    book = open_book(described(sales1=lines(), sales2=lines(first=60)))
    assert book.accounts["name"].tolist() == NAMES
    steps = book.reconciliation.set_index(["table", "step"])["rows"]
    assert steps["accounts", "read"] == steps["accounts", "kept"] == 6


def test_a_number_twice_in_the_list_of_customers_is_told_with_what_differs(described):
    customers = "Customer No,Customer Name,Industry,Region\n"
    customers += "".join(f"{1000 + n},{NAMES[n]},Food,North\n" for n in range(5))
    book = open_book(
        described(sales=lines(named=False), customers=f"{customers}1001,Beta Limited,Food,South\n")
    )
    assert book.accounts.loc["1001", ["name", "region"]].tolist() == ["Beta Ltd", "North"]
    found = book.findings.query("table == 'accounts'").set_index("finding")
    told = "account stands in an earlier row: this one is left out, it says another name, region"
    assert found.loc[told, "rows"] == 1
    assert found.loc[told, "examples"].endswith("customers.csv row 7")
    (masters,) = [text for text in found.index if "accounts that buy have a row" in text]
    assert masters.startswith("5 of 6 accounts that buy have a row (82")


def test_a_list_of_customers_goes_before_the_names_of_the_lines(described):
    customers = "Customer No,Customer Name,Industry\n"
    customers += "".join(f"{1000 + n},{NAMES[n]} (list),Food\n" for n in range(6))
    book = open_book(described(sales=lines(), customers=customers))
    assert book.accounts["name"].tolist() == [f"{name} (list)" for name in NAMES]


def test_files_in_which_a_code_is_a_number_or_a_text_are_one_source(described):
    book = open_book(described(sales1=lines(), sales2=lines(first=60).replace("1005", "K-5")))
    assert book.accounts["name"].to_dict() == {
        **{str(1000 + n): name for n, name in enumerate(NAMES)},
        "K-5": "Zeta KG",
    }
