"""One sale in two columns: ordered and invoiced, in one currency and in another."""

import numpy as np
import pytest
from amount_lines import NET, PRICE, QUANTITY, lines, settled, total

from kamlib.data.book import open_tables
from kamlib.data.read.conversion import as_frame

PLACE = np.arange(len(NET))
# A fifth is not invoiced yet, a seventh in half.
PART = np.where(PLACE % 5 == 0, 0.0, np.where(PLACE % 7 == 0, 0.5, 1.0))
BILLED = np.round(NET * PART, 2)
DAILY = np.round(1.05 + 0.002 * (PLACE // 3), 4)


@pytest.mark.parametrize(
    ("ordered", "billed"),
    [("Order amount", "Invoiced amount"), ("Ordered amount", "Shipped amount"),
     ("订单金额", "开票金额"), ("訂貨金額", "出庫金額"), ("Сумма заказа", "Отгружено"),
     ("Auftragswert", "Fakturiert"), ("Bestellwert", "Rechnungswert")],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_what_was_invoiced_counts_beside_what_was_ordered(tmp_path, ordered, billed, turned):
    columns = {ordered: NET, billed: BILLED}
    if turned:
        columns = {billed: BILLED, ordered: NET}
    guessed, doubts = settled(tmp_path, lines(**columns))
    assert total(guessed) == pytest.approx(BILLED.sum())
    told = doubts["order_stage"]
    assert told.decided == "billed"
    assert f"{NET.sum():,.2f}" in told.statement
    assert f"{BILLED.sum():,.2f}" in told.statement


def test_an_amount_beside_what_was_shipped_of_it_is_asked_about(tmp_path):
    guessed, doubts = settled(tmp_path, lines(**{"Сумма": NET, "Отгружено": BILLED}))
    assert doubts["order_stage"].is_open
    assert total(guessed) == pytest.approx(NET.sum())
    totals = guessed.settled.totals
    assert totals["order_stage", "billed"] == pytest.approx(BILLED.sum())


def test_what_was_shipped_of_a_gross_amount_is_asked_about_after_its_tax(tmp_path):
    columns = {"Сумма с НДС": NET * 1.2, "Отгружено": BILLED * 1.2, "Ставка НДС": "20%"}
    guessed, doubts = settled(tmp_path, lines(**columns))
    totals = guessed.settled.totals
    assert doubts["tax"].decided == "net"
    assert totals["order_stage", "ordered"] == pytest.approx(NET.sum(), abs=0.1)
    assert totals["order_stage", "billed"] == pytest.approx(BILLED.sum(), abs=0.1)


def test_pieces_that_were_shipped_count_beside_those_that_were_ordered(tmp_path):
    shipped = np.floor(QUANTITY * PART)
    table = lines(**{"Qty Ordered": QUANTITY, "Qty Shipped": shipped, "Unit Price": PRICE})
    guessed, doubts = settled(tmp_path, table)
    assert total(guessed) == pytest.approx((shipped * PRICE).sum())
    assert doubts["order_stage"].decided == "billed"
    tables, _settings = open_tables(guessed.path.parent)
    assert as_frame(tables.ledger.table)["quantity"].sum() == shipped.sum()


def test_an_amount_of_ordered_pieces_is_asked_about(tmp_path):
    shipped = np.floor(QUANTITY * PART)
    table = lines(**{"Quantity": QUANTITY, "Quantity Invoiced": shipped, "Amount": NET})
    guessed, doubts = settled(tmp_path, table)
    assert doubts["order_stage"].is_open
    assert guessed.settled.totals["order_stage", "billed"] == pytest.approx(
        (NET * shipped / QUANTITY).sum(), abs=0.01
    )


@pytest.mark.parametrize(
    "columns",
    [{"Order amount": NET, "Invoiced amount": NET}, {"Amount": NET, "Delivery amount": 4.9},
     {"Amount": NET, "Amount to invoice": NET - BILLED},
     {"Quantity": QUANTITY, "Qty shipped": np.floor(QUANTITY * PART), "Price": PRICE,
      "Amount": np.round(np.floor(QUANTITY * PART) * PRICE, 2)}],
)  # fmt: skip
def test_nothing_is_asked_where_nothing_differs_or_the_other_is_another_thing(tmp_path, columns):
    _guessed, doubts = settled(tmp_path, lines(**columns))
    assert "order_stage" not in doubts


@pytest.mark.parametrize(
    ("first", "other", "codes"),
    [("Amount USD", "Amount EUR", ("USD", "EUR")), ("Net (EUR)", "Net (GBP)", ("EUR", "GBP")),
     ("金额(美元)", "金额(人民币)", ("USD", "CNY")), ("Сумма, руб.", "Сумма, USD", ("RUB", "USD")),
     ("Сумма в долларах", "Сумма в рублях", ("USD", "RUB")),
     ("Umsatz CHF", "Umsatz EUR", ("CHF", "EUR")),
     ("Amount", "Amount EUR", ("as_it_stands", "EUR"))],
)  # fmt: skip
@pytest.mark.parametrize("rate", [0.92, DAILY])
def test_one_amount_in_two_currencies_is_asked_about(tmp_path, first, other, codes, rate):
    table = lines(**{first: NET, other: np.round(NET * rate, 2)})
    guessed, doubts = settled(tmp_path, table)
    doubt = doubts["amount_currency"]
    assert doubt.is_open
    totals = guessed.settled.totals
    assert [answer.word for answer in doubt.answers] == list(codes)
    assert totals["amount_currency", codes[0]] == pytest.approx(NET.sum(), abs=0.01)
    assert totals["amount_currency", codes[1]] == pytest.approx(np.round(NET * rate, 2).sum())


def test_an_answer_takes_currency_and_cost_along(tmp_path):
    columns = {"Amount USD": NET, "Cost USD": NET * 0.6, "Amount EUR": NET * 0.9}
    _guessed, doubts = settled(tmp_path, lines(**columns, **{"Cost EUR": NET * 0.54}))
    changes = {answer.word: answer.changes for answer in doubts["amount_currency"].answers}
    assert changes["EUR"] == {
        "columns": {"revenue": '"Amount EUR"', "cost": '"Cost EUR"'}, "currency": "EUR"
    }  # fmt: skip


def test_prices_in_two_currencies_are_asked_about(tmp_path):
    columns = {"Qty": QUANTITY, "Price USD": PRICE, "Price EUR": PRICE * 0.9}
    guessed, _doubts = settled(tmp_path, lines(**columns))
    assert guessed.settled.totals["amount_currency", "EUR"] == pytest.approx(NET.sum() * 0.9)


@pytest.mark.parametrize(
    "columns",
    [{"Amount USD": NET, "Amount EUR": 0.0}, {"Amount EUR": NET, "Freight USD": NET * 0.1},
     {"Amount (EUR)": NET, "Currency": np.where(PLACE % 3 == 0, "USD", "EUR"), "Amount": NET * 1.1},
     {"Amount EUR": NET, "Cost USD": NET * 0.6}],
)  # fmt: skip
def test_no_second_currency_is_asked_about(tmp_path, columns):
    _guessed, doubts = settled(tmp_path, lines(**columns))
    assert "amount_currency" not in doubts
