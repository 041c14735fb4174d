"""Rows that bear the total of their document beside its lines in one table: money once."""

import numpy as np
import pandas as pd
import pytest
from amount_lines import settled, total

PRICES = np.random.default_rng(5).uniform(20, 300, (24, 3)).round(2)
SOLD = PRICES.sum()
NAMES = {
    "en": ["RecType", "Invoice No", "Invoice Date", "Customer", "Item", "Quantity", "Amount"],
    "de": ["Satzart", "Belegnummer", "Belegdatum", "Kunde", "Artikel", "Menge", "Nettobetrag"],
    "ru": ["Тип строки", "Номер документа", "Дата", "Контрагент", "Номенклатура", "Количество",
           "Сумма"],
    "zh": ["类型", "单据编号", "单据日期", "客户名称", "商品名称", "数量", "金额"],
}  # fmt: skip


def exported(language, kinds, *, factor=1.0, apart=0, last=False, alone=0.0):
    """Documents of a head and three lines; ``apart`` of the heads bear something else."""
    head, line = kinds
    rows = []
    for place, prices in enumerate(PRICES):
        said = [f"R{1000 + place}", f"2024-{1 + place % 12:02d}-{1 + place:02d}", f"C{place % 4}"]
        whole = round(prices.sum() * (1.25 if place < apart else factor), 2)
        heads = [[head, *said, "", "", whole]]
        of_lines = [[line, *said, f"P{n}", 1 + n, price] for n, price in enumerate(prices)]
        rows += [*of_lines, *heads] if last else [*heads, *of_lines]
    if alone:
        rows.append([head, "R2000", "2024-12-30", "C1", "", "", alone])
    return pd.DataFrame(rows, columns=NAMES[language])


@pytest.mark.parametrize(
    ("language", "kinds"),
    [("en", ("H", "D")), ("en", ("Header", "Detail")), ("de", ("K", "P")),
     ("de", ("Kopf", "Position")), ("ru", ("Документ", "Строка")), ("zh", ("1", "2")),
     ("de", ("01", "02")), ("zh", ("表头", "明细")), ("de", ("", "x"))],
)  # fmt: skip
@pytest.mark.parametrize(("file", "last"), [("sales.csv", False), ("sales.xlsx", True)])
def test_totals_of_documents_among_their_lines_are_left_out(tmp_path, language, kinds, file, last):
    guessed, doubts = settled(tmp_path, exported(language, kinds, last=last), file)
    assert total(guessed) == pytest.approx(SOLD, abs=0.01)
    assert doubts["document_heads"].decided == "once"
    assert f"24 rows ({SOLD:,.2f})" in doubts["document_heads"].statement


def test_kinds_that_do_not_add_up_raise_nothing(tmp_path):
    guessed, doubts = settled(tmp_path, exported("en", ("H", "D"), factor=0.3))
    assert "document_heads" not in doubts
    assert total(guessed) == pytest.approx(1.3 * SOLD, abs=0.2)


@pytest.mark.parametrize(("factor", "rate"), [(1.19, "19"), (1.2, "20"), (1.13, "13")])
def test_totals_with_tax_are_left_out_beside_their_net_lines(tmp_path, factor, rate):
    guessed, doubts = settled(tmp_path, exported("en", ("H", "D"), factor=factor))
    assert total(guessed) == pytest.approx(SOLD, abs=0.01)
    assert doubts["document_heads"].decided == "once"
    assert "add up to with tax on 100 %" in doubts["document_heads"].proof


def test_totals_with_taxes_at_several_rates_are_asked_about(tmp_path):
    table = exported("de", ("K", "P"))
    heads = table["Satzart"] == "K"
    mixed = 1 + np.random.default_rng(3).uniform(0.07, 0.19, heads.sum())
    table.loc[heads, "Nettobetrag"] = (table.loc[heads, "Nettobetrag"] * mixed).round(2)
    guessed, doubts = settled(tmp_path, table)
    assert doubts["document_heads"].is_open
    assert guessed.settled.totals["document_heads", "once"] == pytest.approx(SOLD, abs=0.01)


@pytest.mark.parametrize("other", [{"apart": 6}, {"alone": 80.0}])
def test_totals_that_hold_only_in_part_are_asked_about(tmp_path, other):
    table = exported("en", ("H", "D"), **other)
    guessed, doubts = settled(tmp_path, table)
    assert doubts["document_heads"].is_open
    assert guessed.settled.totals["document_heads", "once"] == pytest.approx(SOLD, abs=0.01)
    both = table["Amount"].sum()
    assert guessed.settled.totals["document_heads", "both"] == pytest.approx(both, abs=0.01)
    assert ("80.00 would go" in doubts["document_heads"].proof) == ("alone" in other)


def test_heads_that_alone_bear_the_customer_are_the_sales(tmp_path):
    table = exported("en", ("H", "D"))
    table.loc[table["RecType"] == "D", "Customer"] = ""
    guessed, doubts = settled(tmp_path, table)
    assert "document_heads" not in doubts
    assert total(guessed) == pytest.approx(SOLD, abs=0.01)


def test_one_line_that_equals_another_is_no_total(tmp_path):
    table = exported("en", ("H", "D"))
    table = table.drop_duplicates(["RecType", "Invoice No"])
    table["Amount"] = table.groupby("Invoice No")["Amount"].transform("max")
    assert "document_heads" not in settled(tmp_path, table)[1]
