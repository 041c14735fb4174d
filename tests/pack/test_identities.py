"""What kam check says of who the customer is."""

import csv

import pytest

from kamlib.data.book import open_tables
from kamlib.data.facts import facts
from kamlib.pack.identities import identities_told, identity_proposals


@pytest.fixture
def company(tmp_path):
    def write(names):
        lines = [(number, f"2024-{month:02}-12", f"{number}-{month}", 100)
                 for number in names for month in range(1, 13)]  # fmt: skip
        for table, head, rows in (
            ("transactions", ["account", "date", "document", "revenue"], lines),
            ("accounts", ["account", "name"], names.items()),
        ):
            with (tmp_path / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([head, *rows])
        text = "".join(f'[{t}]\nsource = "{t}.csv"\n' for t in ("transactions", "accounts"))
        (tmp_path / "dataset.toml").write_text(f'title = "x"\ncurrency = "EUR"\n{text}')
        return open_tables(tmp_path)

    return write


def test_a_machine_reads_proposals_with_evidence_and_money(company, tmp_path):
    company({"1": "Ahl Bau GmbH", "2": "AHL BAU", "3": "Dorn Optik"})
    [proposal] = facts(tmp_path, proposals=identity_proposals)["identities"]
    assert (proposal["account"], proposal["belongs_to"]) == ("2", "1")
    assert (proposal["kind"], proposal["strength"]) == ("same", "likely")
    assert proposal["money"] == 900 and proposal["evidence"]
    assert facts(tmp_path)["identities"] == []


def test_proposals_are_told_with_money_and_evidence(company):
    told = identities_told(*company({"1": "Ahl Bau GmbH", "2": "AHL BAU", "3": "Dorn Optik"}))
    assert told[0].startswith("1 account may be one company with another number: EUR 900")
    assert told[1].startswith("2 = 1 (same, likely):")
    assert len(told) == 2


def test_a_chain_is_told_once_and_nothing_where_nothing_is_open(company):
    chain = {str(number): "Rossmann" for number in range(5)}
    told = identities_told(*company(chain | {"9": "Dorn Optik"}))
    assert len(told) == 1
    assert "Names of more than 3 accounts each (1 in all), such as Rossmann (5)" in told[0]
    assert identities_told(*company({"1": "Ahl Bau", "2": "Dorn Optik"})) == []
