"""People at several accounts, payments before their invoice, and credit notes of ours."""

import pandas as pd
from relations import edited
from sales_table import csv_dataset, opened

from kamlib import open_book
from kamlib.data.findings import findings
from kamlib.data.relations import same_people

SALES = ["Customer,Date,Document,Amount,Line", "A,2024-01-15,R1,10,P", "B,2024-02-15,R2,10,P"]
CONTACTS = [
    "account,contact,name,mail,phone,dotted_to",
    "A,C1,Ada Ling,Ada@x.com,,C9",
    "B,C7,A. Ling,ada@X.com ,,",
    "A,C2,Ben Orr,,+49 (40) 555 01 00,C1",
    "B,C8,ben orr,,040 5550100,",
    "B,C9,Ben Orr,,040 5550199,",
]
PAYMENTS = ["account,document,amount,due_on,paid_on", "A,R1,10,2024-02-15,2024-01-14",
            "B,R2,10,2024-03-15,2024-02-15", "B,R3,10,2024-03-15,2020-02-15"]  # fmt: skip


def data(tmp_path):
    folder = csv_dataset(tmp_path / "set", SALES)
    for name, rows in {"contacts": CONTACTS, "payments": PAYMENTS}.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        with (folder / "dataset.toml").open("a") as file:
            file.write(f'\n[{name}]\nsource = "{name}.csv"\n')
    return opened(folder)


def test_one_person_at_two_accounts_by_mail_or_by_name_and_telephone(tmp_path):
    pairs = same_people(data(tmp_path)["contacts"])
    found = {tuple(row) for row in pairs.itertuples(index=False)}
    assert found == {
        *(("A", "C1", "B", "C7", "mail"), ("B", "C7", "A", "C1", "mail")),
        *(("A", "C2", "B", "C8", "name and phone"), ("B", "C8", "A", "C2", "name and phone")),
    }


def test_what_does_not_fit_is_told_with_where_it_is(tmp_path):
    found = findings(data(tmp_path)).set_index("finding")["examples"]
    told = {name: text for name, text in found.items() if "person" in name or "paid" in name}
    assert list(told.values()) == ["A R1", "A C1 = B C7, A C2 = B C8"]
    dotted = found[found.index.str.startswith("has a dotted line")]
    assert dotted.tolist() == ["A C1"]


def test_our_credit_note_is_not_their_debt():
    demo, book = open_book("demo"), open_book(edited("05-open-credit-note"))
    payments = book.known("payments")
    assert len(payments) == len(demo.known("payments")) + 1
    [credit] = payments[payments["document"] == "CN-1"].itertuples()
    assert (credit.account, credit.amount) == ("N1087", -5000.0)
    pd.testing.assert_frame_equal(book.findings, demo.findings)
