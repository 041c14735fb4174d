"""Total rows prove the lines and are never counted; companies that sound like totals stay."""

import datetime as dt
import random

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from kamlib.data.describe.total_words import SIEVE, total_label
from tests.data.sales_table import opened

HEADER = ["Customer", "Date", "Invoice", "Item", "Amount"]
MAPPING = """[transactions]
source = "sales.xlsx"
[transactions.columns]
account = "Customer"
date = "Date"
document = "Invoice"
product = "Item"
revenue = "Amount"
"""
TOTALS = (
    "小计",
    "合计：",
    "Итого",
    "Total",
    "Zwischensumme",
    "Total général",
    "Razem",
    "Grand Total",
)


def lines(seed=1, count=60):
    draw = random.Random(seed)
    accounts = ["Total Energies", "Summe GmbH", "Итоговые решения", "Alder", "Birch"]
    start = dt.date(2024, 1, 1)
    return [
        [
            draw.choice(accounts),
            start + dt.timedelta(days=n),
            f"R{n}",
            "P",
            draw.randint(1, 10**6) / 100,
        ]
        for n in range(count)
    ]


def workbook(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(path)


def ledger(folder, rows, mapping=MAPPING):
    folder.mkdir(parents=True)
    workbook(folder / "sales.xlsx", rows)
    (folder / "dataset.toml").write_text(mapping, encoding="utf-8")
    return opened(folder).ledger


def rows_of(ledger, step):
    return int(ledger.fates.loc[ledger.fates["step"] == step, "rows"].sum())


@pytest.mark.parametrize("word", TOTALS)
@pytest.mark.parametrize("dated", [True, False])
def test_planted_subtotals_and_their_sum_leave_and_agree(tmp_path, word, dated):
    body, planted = [], 0
    for first in range(0, 60, 10):
        block = lines()[first : first + 10]
        label = [word, block[-1][1] if dated else "", "", "", round(sum(r[-1] for r in block), 2)]
        body += [*block, label]
        planted += 1
    whole = round(sum(row[-1] for row in lines()), 2)
    found = ledger(tmp_path / "set", [HEADER, *body, ["Grand Total", "", "", "", whole]])
    assert rows_of(found, "kept") == 60
    assert rows_of(found, "set aside") == planted + 1
    assert found.controls["agrees"].all()
    assert len(found.controls) == planted + 1


def test_subtotals_without_any_word_are_known_by_their_sum(tmp_path):
    block, other = lines()[:7], lines()[7:20]
    sums = [["", "", "", "", round(sum(row[-1] for row in rows), 2)] for rows in (block, other)]
    found = ledger(tmp_path / "set", [HEADER, *block, sums[0], *other, sums[1]])
    assert (rows_of(found, "kept"), rows_of(found, "set aside")) == (20, 2)
    assert found.controls["agrees"].all()


def test_a_total_that_does_not_agree_is_told_with_both_sums(tmp_path):
    body = [["A", dt.date(2024, 1, n), f"R{n}", "P", 400.0] for n in (1, 2, 3)]
    found = ledger(tmp_path / "set", [HEADER, *body, ["Total", "", "", "", 1234.0]])
    [control] = found.controls.to_dict("records")
    assert (control["row"], control["amount"], control["sum_of_lines"]) == (5, 1234.0, 1200.0)
    assert not control["agrees"]


def test_a_total_above_its_lines_agrees_too(tmp_path):
    whole = round(sum(row[-1] for row in lines()), 2)
    found = ledger(tmp_path / "set", [HEADER, ["Итого", "", "", "", whole], *lines()])
    assert rows_of(found, "kept") == 60
    assert found.controls["agrees"].tolist() == [True]


@pytest.mark.parametrize("name", ["Total", "Total Energies", "Summe GmbH", "Suma"])
def test_a_company_that_sounds_like_a_total_stays(tmp_path, name):
    body = [[name, row[1], row[2], "P", row[-1]] for row in lines()]
    found = ledger(tmp_path / "set", [HEADER, *body])
    assert rows_of(found, "kept") == 60
    assert found.controls.empty


def test_a_dated_total_of_a_customer_whose_amount_is_not_there_is_no_line(tmp_path):
    """As where quantity times price is revenue: a total has a quantity and no price."""
    body = [*lines()[:20], ["Total Alder", lines()[19][1], "", "", ""], *lines()[20:]]
    found = ledger(tmp_path / "set", [HEADER, *body])
    assert (rows_of(found, "kept"), rows_of(found, "set aside")) == (60, 1)
    other = [*lines()[:20], ["Total Energies", lines()[19][1], "", "", ""], *lines()[20:]]
    found = ledger(tmp_path / "other", [HEADER, *other])
    assert rows_of(found, "rejected") == 1, "nobody above is called Energies"


def test_a_note_below_and_a_header_within_are_no_lines(tmp_path):
    rows = [HEADER, *lines()[:9], HEADER, *lines()[9:], [], ["Confidential. Copyright 2026"]]
    found = ledger(tmp_path / "set", rows)
    assert (rows_of(found, "kept"), rows_of(found, "set aside")) == (60, 2)
    assert not rows_of(found, "rejected")


def test_totals_can_be_switched_off(tmp_path):
    body = [*lines(), ["小计", dt.date(2024, 5, 1), "", "", 5.0]]
    mapping = MAPPING.replace('"sales.xlsx"\n', '"sales.xlsx"\ntotals = false\n')
    assert rows_of(ledger(tmp_path / "set", [HEADER, *body], mapping), "kept") == 61


@pytest.mark.parametrize(
    "text", [*TOTALS, "Итого по Ромашка", "Total for Alder", "KH001 小计", "*"]
)
def test_every_label_passes_the_sieve(text):
    assert total_label(text).strength
    assert pc.match_substring_regex(pa.array([text]), SIEVE).to_pylist() == [True]


@pytest.mark.parametrize("word", ["ALL", "Обороты за период", "Ending", "本期发生额"])
@pytest.mark.parametrize("kept", [("Invoice", "Item"), ()])
def test_a_row_that_is_the_sum_of_all_lines_is_none_of_them(tmp_path, word, kept):
    columns = [n for n, name in enumerate(HEADER) if n not in (2, 3) or name in kept]
    whole = round(sum(row[-1] for row in lines()), 2)
    rows = [HEADER, *lines(), [word, dt.date(2024, 12, 31), "", "", whole]]
    left = "\n".join(
        line
        for line in MAPPING.splitlines()
        if kept or not line.startswith(("document", "product"))
    )
    found = ledger(tmp_path / "set", [[row[n] for n in columns] for row in rows], left)
    assert (rows_of(found, "kept"), rows_of(found, "set aside")) == (60, 1)


def test_a_last_line_that_happens_to_be_a_sum_stays(tmp_path):
    days = [dt.date(2024, 1, n) for n in range(1, 6)]
    few = [["A", days[0], "", "", 10.0], ["B", days[1], "", "", 20.0], ["C", days[2], "", "", 30.0]]
    assert rows_of(ledger(tmp_path / "few", [HEADER, *few]), "kept") == 3
    known = [[name, day, "R1", "P", 10.0] for name, day in zip("AABC", days, strict=False)]
    known.append(["A", days[4], "", "", 40.0])
    assert rows_of(ledger(tmp_path / "known", [HEADER, *known]), "kept") == 5


@pytest.mark.parametrize(
    "word",
    [
        "Opening balance",
        "Balance brought forward",
        "Anfangsbestand",
        "Saldovortrag",
        "Сальдо на начало",
        "期初余额",
        "Report à nouveau",
        "Saldo inicial",
        "Closing balance 31.12.2024",
    ],
)
def test_balances_that_are_carried_along_are_no_sales(tmp_path, word):
    row = [word, dt.date(2024, 1, 1), "", "", 250_000.0]
    found = ledger(tmp_path / "set", [HEADER, row, *lines()])
    assert rows_of(found, "kept") == 60
    assert found.fates["reason"].str.contains("balance").any()


def test_a_company_that_sounds_like_a_balance_stays(tmp_path):
    body = [["New Balance", row[1], row[2], "P", row[-1]] for row in lines()]
    assert rows_of(ledger(tmp_path / "set", [HEADER, *body]), "kept") == 60


@pytest.mark.parametrize("word", ["Total", "Итого", "合计", None])
def test_totals_in_a_parquet_file_are_no_account(tmp_path, word):
    frame = pd.DataFrame(lines(), columns=HEADER)
    whole = round(float(frame["Amount"].sum()), 2)
    row = pd.DataFrame([[word, None, None, None, whole]], columns=HEADER)
    both = pd.concat([frame, row.astype({"Amount": "float64"})])
    both["Date"] = pd.to_datetime(both["Date"])
    both.to_parquet(tmp_path / "sales.parquet", index=False)
    mapping = MAPPING.replace("sales.xlsx", "sales.parquet")
    (tmp_path / "dataset.toml").write_text(mapping, encoding="utf-8")
    found = opened(tmp_path).ledger
    assert (rows_of(found, "kept"), rows_of(found, "set aside")) == (60, 1)
    assert found.controls["agrees"].tolist() == [True]
    assert found.controls["row"].tolist() == [61]
    assert found.kept_revenue == pytest.approx(whole)
