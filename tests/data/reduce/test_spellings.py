"""Categories that differ only in case, blanks, width or signs that cannot be seen are one."""

import pandas as pd
import pytest
from relations import edited
from sales_table import csv_dataset, opened

from kamlib import open_book
from kamlib.data.findings import findings
from kamlib.data.read.conversion import as_frame
from kamlib.data.reduce.spellings import spelled_alike

FRAMES = ("months", "line_quarters", "manager_quarters", "orders", "gaps", "accounts")
VARIANTS = ["PACKAGING", "  packaging", "Pack\u200baging", "Packaging\u00a0", "Ｐackaging"]


@pytest.mark.parametrize("text", VARIANTS)
def test_what_cannot_be_told_apart_by_reading_is_one(text):
    assert spelled_alike(text) == spelled_alike("Packaging")


@pytest.mark.parametrize(
    ("one", "other"), [("Tools", "Tool"), ("Line 1 10", "Line 11 0"), ("A-B", "AB"), ("é", "e")]
)
def test_what_is_written_otherwise_stays_two(one, other):
    assert spelled_alike(one) != spelled_alike(other)


def test_a_product_line_that_came_to_be_written_in_capitals_changes_no_figure():
    demo, book = open_book("demo"), open_book(edited("02-case-of-product-line"))
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(book, name), getattr(demo, name))
    lines = book.lines()
    names = lines.select("product_line").distinct().to_pyarrow()["product_line"].to_pylist()
    assert "Packaging" in names and "PACKAGING" not in names
    found = book.findings
    [told] = found[found["finding"].str.startswith("product line")].itertuples()
    assert (told.table, told.severity, told.rows) == ("transactions", "warning", 878)
    assert "738,906.70" in told.finding
    assert told.examples == '"PACKAGING" (878) is read as "Packaging"'


def in_two_spellings(folder):
    """Sales, a master and tenders in which nobody wrote a category twice in the same way."""
    sales = ["Customer,Date,Document,Amount,Line,Region,Manager"]
    sales += ["A,2024-01-15,R1,10,Tools,North,M1", "A,2024-02-15,R2,20,Tools,NORTH,m1"]
    sales += ["B,2024-02-15,R3,30,tools ,North,M1", "B,2024-03-15,R4,40,TOOLS,north,M 1"]
    made = csv_dataset(folder, sales)
    with (made / "dataset.toml").open("a") as file:
        file.write('region = "Region"\nmanager = "Manager"\n')
    others = {
        "managers": ["manager,name", "m1,Ann", "M1,Ann Again", "M2,Bob"],
        "accounts": ["account,manager,industry", "A,M1,Food", "B,m1,FOOD"],
        "tenders": ["account,date,product_line,competitor", "A,2024-01-01,TOOLS,Rival\u200b",
                    "A,2024-02-01,Tools,Rival"],
    }  # fmt: skip
    for name, rows in others.items():
        (made / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        with (made / "dataset.toml").open("a") as file:
            file.write(f'\n[{name}]\nsource = "{name}.csv"\n')
    return made


def test_ledger_and_side_tables_have_one_spelling_the_one_used_most(tmp_path):
    tables = opened(in_two_spellings(tmp_path / "set"))
    ledger = as_frame(tables.ledger.table)
    assert set(ledger["product_line"]) == {"Tools"}
    assert set(ledger["region"]) == {"North"}
    assert set(ledger["manager"]) == {"M1"}
    assert ledger["revenue"].astype(float).sum() == 100
    assert tables["accounts"]["manager"].tolist() == ["M1", "M1"]
    assert tables["accounts"]["industry"].tolist() == ["FOOD", "FOOD"]  # a tie: first by text
    assert set(tables["tenders"]["product_line"]) == {"Tools"}
    assert set(tables["tenders"]["competitor"]) == {"Rival"}
    assert tables["managers"]["name"].tolist() == ["Ann", "Bob"]
    managers = tables.side["managers"]
    assert managers.read == len(managers.rows) + managers.rejected


def test_each_spelling_is_told_with_its_lines(tmp_path):
    tables = opened(in_two_spellings(tmp_path / "set"))
    told = findings(tables)
    told = told[told["finding"].str.contains("are read as one")]
    tables_of = told.groupby(told["finding"].str.partition(":")[0])["table"].agg(set).to_dict()
    assert tables_of["region"] == {"transactions"}
    assert tables_of["industry"] == {"accounts"}
    assert tables_of["manager"] == {"transactions", "accounts", "managers"}
    [hidden] = told.loc[told["finding"].str.startswith("competitor"), "examples"]
    assert hidden == '"Rival\\u200b" (1) is read as "Rival"'
