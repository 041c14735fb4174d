"""Which amount is a line's net revenue: proven from the rows, or asked with both totals."""

import numpy as np
import pandas as pd
import pytest
from amount_lines import (
    CODE,
    DOCUMENT,
    FOREIGN,
    NET,
    PRICE,
    QUANTITY,
    RANDOM,
    RATE,
    SHARE,
    TAX,
    N,
    lines,
    settled,
    total,
)
from invented import opened

from kamlib.data.guess.setup import guessed_dataset

DECIDED = {
    "net + tax = gross, no word tells": ({"Value": NET, "X": TAX, "Amount": NET + TAX}, NET, "tax"),
    "gross before tax before net": ({"Amount": NET + TAX, "VAT": TAX, "Sum": NET}, NET, "tax"),
    "only gross beside its tax": ({"Gross amount": NET + TAX, "VAT": TAX}, NET, "tax"),
    "only gross beside its tax in German": (
        {"Bruttobetrag": NET + TAX, "MwSt.": TAX}, NET, "tax"),
    "a plain amount with tax in it": ({"Amount": NET + TAX, "Tax amount": TAX}, NET, "tax"),
    "a plain amount without tax": ({"Amount": NET, "Tax amount": TAX}, NET, "tax"),
    "gross beside a rate": ({"Сумма с НДС": NET * 1.2, "Ставка НДС": 20}, NET, "tax"),
    "gross beside a rate of numbers": ({"含税金额": NET * 1.13, "税率": 0.13}, NET, "tax"),
    "two amounts, no tax": ({"Amount incl. VAT": NET * 1.19, "Amount": NET}, NET, "tax"),
    "gross price beside a tax": (
        {"数量": QUANTITY, "含税单价": PRICE * 1.13, "税额": NET * 0.13}, NET, "tax"),
    "a document's total on each line": (
        {"Qty": QUANTITY, "Unit Price": PRICE, "Total Amount": pd.Series(NET).groupby(DOCUMENT)
         .transform("sum")}, NET, "document_total"),
    "a document's total with tax": (
        {"Qty": QUANTITY, "Unit Price": PRICE, "Order Total": pd.Series(NET * 1.2)
         .groupby(DOCUMENT).transform("sum").round(2)}, NET, ""),
    "per cent as 10": (
        {"Qty": QUANTITY, "Unit Price": PRICE, "Discount": SHARE * 100}, NET * (1 - SHARE),
        "discount"),
    "a share as 0.1": (
        {"Qty": QUANTITY, "Unit Price": PRICE, "Discount": SHARE}, NET * (1 - SHARE), "discount"),
    "85 % are paid": (
        {"数量": QUANTITY, "单价": PRICE, "折扣": 1 - SHARE}, NET * (1 - SHARE), "discount"),
    "8.5 tenths are paid": (
        {"数量": QUANTITY, "单价": PRICE, "折扣": 10 - SHARE * 10}, NET * (1 - SHARE), "discount"),
    "an amount off": (
        {"Qty": QUANTITY, "Unit Price": PRICE, "Discount amount": NET * SHARE},
        NET * (1 - SHARE), "discount"),
    "before and after discount": (
        {"Qty": QUANTITY, "Price": PRICE, "Amount": NET, "Discount": SHARE * 100,
         "Sum": np.round(NET * (1 - SHARE), 2)}, NET * (1 - SHARE), "discount"),
    "a price per 100": (
        {"Qty": QUANTITY, "Price per 100": PRICE * 100}, NET, "price_unit"),
    "a unit of price": (
        {"FKIMG": QUANTITY, "Price": PRICE * np.where(FOREIGN, 100, 1),
         "KPEIN": np.where(FOREIGN, 100, 1)}, NET, "price_unit"),
    "cents": ({"Qty": QUANTITY, "Unit Price": PRICE, "Amount": NET * 100}, NET, "scale"),
    "a price taken for the amount": (
        {"Qty": QUANTITY, "Sales amount": PRICE, "Value": NET}, NET, "line_amount"),
    "two currencies, the second the company's": (
        {"Amount": NET / RATE, "Crcy": CODE, "Amount LC": NET, "Local crcy": "EUR"}, NET,
        "company_currency"),
    "a header that says local currency": (
        {"Amount": NET / RATE, "Currency": CODE, "Amount in local currency": NET}, NET,
        "own_currency"),
    "local currency in traditional letters": (
        {"原幣金額": NET / RATE, "原幣": CODE, "本幣金額": NET}, NET, "own_currency"),
    "a header that names a currency": ({"Amount EUR": NET, "Currency": CODE}, NET, "own_currency"),
    "an amount at a rate": (
        {"Amount": NET / RATE, "Currency": CODE, "Exchange rate": RATE}, NET, "exchange_rate"),
    "an amount at the other rate": (
        {"Amount": NET / RATE, "Currency": CODE, "Kurs": 1 / RATE}, NET, "exchange_rate"),
    "debit and credit": (
        {"Debit": np.where(FOREIGN, NET / 10, np.nan), "Credit": np.where(FOREIGN, np.nan, NET)},
        np.where(FOREIGN, -NET / 10, NET), "debit_credit"),
    "Soll und Haben": (
        {"Soll": np.where(FOREIGN, 0, NET), "Haben": np.where(FOREIGN, NET / 10, 0)},
        np.where(FOREIGN, -NET / 10, NET), "debit_credit"),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "right", "key"), DECIDED.values(), ids=list(DECIDED))
def test_what_the_rows_prove_is_decided(columns, right, key, tmp_path):
    guessed, doubts = settled(tmp_path, lines(**columns))
    assert not guessed.settled.open
    assert total(guessed) == pytest.approx(np.sum(right), rel=1e-5)
    assert not key or doubts[key].decided and doubts[key].proof


ASKED = {
    "gross alone": ({"Amount incl. VAT": NET}, "tax", {"less_20": np.sum(NET) / 1.2}),
    "with tax in Chinese": ({"含税金额": NET}, "tax", {"less_13": np.sum(NET) / 1.13}),
    "a rate beside a plain amount": (
        {"Amount": NET, "VAT %": 19}, "tax",
        {"without": np.sum(NET), "with": np.sum(NET) / 1.19}),
    "the same on all lines of a document": (
        {"Qty": QUANTITY, "Total": np.repeat(NET[::3], 3)}, "document_total",
        {"first_line": np.sum(NET[::3]), "each_line": np.sum(NET[::3]) * 3}),
    "before the discount": (
        {"Qty": QUANTITY, "Price": PRICE, "Amount": NET, "Discount %": SHARE * 100}, "discount",
        {"less": np.sum(NET * (1 - SHARE)), "as_it_stands": np.sum(NET)}),
    "thousands without a word": (
        {"Qty": QUANTITY, "Price": PRICE, "Amount": NET / 1000}, "scale",
        {"scaled": np.sum(NET), "as_it_stands": np.sum(NET) / 1000}),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "key", "totals"), ASKED.values(), ids=list(ASKED))
def test_what_the_rows_leave_open_is_asked_with_both_totals(columns, key, totals, tmp_path):
    guessed, _doubts = settled(tmp_path, lines(**columns))
    assert [doubt.key for doubt in guessed.settled.open] == [key]
    for word, right in totals.items():
        assert guessed.settled.totals[key, word] == pytest.approx(right, rel=1e-4)


PLAIN = {
    "amount": {"Amount": NET},
    "quantity, price and amount": {"Qty": QUANTITY, "Unit Price": PRICE, "Amount": NET},
    "quantity and price": {"Qty": QUANTITY, "Unit Price": PRICE},
    "net and cost": {"Net sales": NET, "Cost": np.round(NET * 0.6, 2)},
    "revenue and margin": {"Revenue": NET, "Margin": np.round(NET * 0.31, 2)},
    "freight beside": {"Amount": NET, "Freight": 5.0},
    "one currency": {"Amount": NET, "Currency": "EUR"},
    "no discount anywhere": {"Qty": QUANTITY, "Unit Price": PRICE, "Amount": NET, "Discount": 0},
    "one line per document": {"Order No": np.arange(N), "Amount": NET},
}


@pytest.mark.parametrize("columns", PLAIN.values(), ids=list(PLAIN))
def test_plain_files_raise_no_doubt(columns, tmp_path):
    guessed, doubts = settled(tmp_path, lines(**columns))
    assert not doubts
    assert total(guessed) == pytest.approx(NET.sum(), rel=1e-6)


def test_a_single_currency_beside_the_amount_is_the_currency(tmp_path):
    guessed, _doubts = settled(tmp_path, lines(Amount=NET, Crcy="CHF"))
    assert 'currency = "CHF"' in guessed.path.read_text()
    assert not [text for text in guessed.missing if text.startswith("currency")]


def _margin(guessed):
    line = next(
        text
        for text in guessed.path.read_text().splitlines()
        if text.startswith(("margin", "cost"))
    )
    return line.partition(" = ")[2].partition("  ")[0]


def test_a_margin_in_per_cent_is_no_money(tmp_path):
    share = np.round(RANDOM.uniform(10, 40, N), 1)
    guessed, doubts = settled(tmp_path, lines(Revenue=NET * 10, Margin=share))
    assert doubts["margin_unit"].decided
    assert _margin(guessed) == """'("Revenue") * "Margin" / 100'"""


def test_a_margin_of_the_gross_amount_is_made_one_of_the_net(tmp_path):
    cost = np.round(NET * RANDOM.uniform(0.5, 0.8, N), 2)
    guessed, doubts = settled(
        tmp_path,
        lines(**{"Net": NET, "VAT": TAX, "Gross": NET + TAX, "Cost": cost,
                 "Margin": NET + TAX - cost}),
    )  # fmt: skip
    assert doubts["margin_base"].decided
    assert _margin(guessed) == """'("Net") - "Cost"'"""


def test_a_cost_per_piece_is_told_from_the_cost_of_a_line(tmp_path):
    each = np.round(PRICE * RANDOM.uniform(0.55, 0.65, N), 2)
    table = lines(Qty=QUANTITY, Amount=NET, Cost=each)
    guessed, doubts = settled(tmp_path, table)
    assert doubts["cost_unit"].decided == "piece"
    assert _margin(guessed) == """'"Qty" * "Cost"'"""


def test_a_total_on_the_first_line_only_counts_once(tmp_path):
    first = np.arange(N) % 3 == 0
    guessed, doubts = settled(tmp_path, lines(Subtotal=np.where(first, NET, np.nan)))
    assert doubts["document_total"].decided
    assert total(guessed) == pytest.approx(NET[first].sum())


def test_a_year_in_thousands_beside_one_that_is_not_is_asked(tmp_path):
    head = lines(Amount=NET)
    head.to_csv(tmp_path / "sales_2024.csv", index=False)
    head.assign(Amount=NET / 1000, **{"Invoice No": DOCUMENT + 500}).to_csv(
        tmp_path / "sales_2023.csv", index=False
    )
    files = [tmp_path / "sales_2023.csv", tmp_path / "sales_2024.csv"]
    guessed = guessed_dataset("guessed", files, tmp_path / "data")
    assert "mixed_scale" in {doubt.key for doubt in guessed.settled.open}


def test_refunds_in_a_column_of_their_own_are_asked(tmp_path):
    refund = np.where(np.arange(N) == 4, NET, 0)
    guessed, _doubts = settled(tmp_path, lines(**{"Amount": NET, "Refunded Amount": refund}))
    assert [doubt.key for doubt in guessed.settled.open] == ["refunds"]
    assert guessed.settled.totals["refunds", "less"] == pytest.approx(NET.sum() - NET[4])


def test_an_order_that_was_refunded_brings_nothing_and_takes_nothing_away(tmp_path):
    state = np.where(np.arange(N) % 20 == 4, "refunded", "paid")
    guessed, doubts = settled(tmp_path, lines(**{"Amount": NET, "Financial Status": state}))
    assert doubts["came_back"].decided == "no"
    assert total(guessed) == pytest.approx(NET[state == "paid"].sum())


def test_an_order_that_was_refunded_in_part_is_asked(tmp_path):
    state = np.where(np.arange(N) % 20 == 4, "partially_refunded", "paid")
    guessed, _doubts = settled(tmp_path, lines(**{"Amount": NET, "Financial Status": state}))
    assert [doubt.key for doubt in guessed.settled.open] == ["came_back_in_part"]
    assert total(guessed) == pytest.approx(NET.sum())


def test_refunds_and_the_state_that_tells_them_are_one_question(tmp_path):
    back = np.arange(N) % 20 == 4
    state = np.where(back, "partially_refunded", "paid")
    refund = np.where(back, np.round(NET / 3, 2), 0)
    table = lines(**{"Amount": NET, "Financial Status": state, "Refunded Amount": refund})
    guessed, _doubts = settled(tmp_path, table)
    assert [doubt.key for doubt in guessed.settled.open] == ["refunds"]
    assert guessed.settled.totals["refunds", "less"] == pytest.approx(NET.sum() - refund.sum())
    assert [question.key for question in opened(guessed).questions] == ["refunds"]


def test_what_came_back_wholly_is_not_taken_off_twice(tmp_path):
    back = np.arange(N) % 20 == 4
    state = np.where(back, "refunded", "paid")
    table = lines(**{"Amount": NET, "Financial Status": state,
                     "Refunded Amount": np.where(back, NET, 0)})  # fmt: skip
    guessed, doubts = settled(tmp_path, table)
    assert doubts["came_back"].decided == "no"
    assert not guessed.settled.open
    assert total(guessed) == pytest.approx(NET[~back].sum())


def test_a_refund_that_each_line_of_an_order_repeats_counts_once(tmp_path):
    order = np.arange(N) // 3
    refund = np.where(order % 10 == 4, 30.0 + order, 0)
    guessed, doubts = settled(tmp_path, lines(**{"Amount": NET, "Refunded Amount": refund}))
    assert [doubt.key for doubt in guessed.settled.open] == ["refunds"]
    assert doubts["refunds"].money == pytest.approx(refund[::3].sum())
    assert [answer.word for answer in doubts["refunds"].answers] == ["as_it_stands"]
    assert total(guessed) == pytest.approx(NET.sum())
