"""Open orders and sales within the own group: asked with their money, in columns of all kinds."""

import pytest
from invented import HEADER, described, lines, opened, revenue, sums

from kamlib.data.describe.flags import flag_of
from kamlib.data.describe.telling import told_in


def asked(tmp_path, header, telling, other):
    """What is asked of lines every sixth of which holds one text, the others another."""
    rows = lines(1, 24)
    written = [[*row, telling if int(row[0]) % 6 == 0 else other] for row in rows]
    guessed = described(tmp_path, {"a.csv": [[*HEADER, header], *written]})
    found = [row for row in rows if int(row[0]) % 6 == 0]
    return guessed, revenue(rows), revenue(found)


@pytest.mark.parametrize(
    ("header", "telling", "other"),
    [("Статус", "Новый", "Отгружен"), ("Order status", "Open", "Completed"),
     ("Status", "New", "Paid"), ("Auftragsstatus", "In Bearbeitung", "Erledigt"),
     ("状态", "新建", "已完成"), ("訂單狀態", "待付款", "已發貨")],
)  # fmt: skip
def test_open_orders_are_asked_about_and_count_until_then(tmp_path, header, telling, other):
    guessed, whole, part = asked(tmp_path, header, telling, other)
    [doubt] = guessed.settled.open
    totals = guessed.settled.totals
    assert doubt.key == "open_orders"
    assert sums(opened(guessed))[2] == pytest.approx(whole)
    assert totals["open_orders", "yes"] == pytest.approx(whole)
    assert totals["open_orders", "no"] == pytest.approx(whole - part)


@pytest.mark.parametrize(
    ("header", "telling", "other"),
    [("Статус", "Новый", "Новый"), ("Статус", "Новый", ""),
     ("Order status", "Open", "Open"), ("状态", "新建", "新建")],
)  # fmt: skip
def test_where_all_orders_are_open_they_count_and_their_money_is_told(
    tmp_path, header, telling, other
):
    guessed, whole, part = asked(tmp_path, header, telling, other)
    assert not guessed.settled.open
    [doubt] = [doubt for doubt in guessed.settled.decided if doubt.key == "open_orders"]
    tables = opened(guessed)
    assert doubt.decided == "yes"
    assert doubt.money == pytest.approx(whole if other else part)
    assert sums(tables)[2] == pytest.approx(whole)
    assert not tables.questions
    assert "open_orders = " in guessed.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Status", ["Open", "Paid"]), ("Статус оплаты", ["Открыт", "Закрыт"]),
     ("Customer status", ["New", "Existing"]),
     ("Priority", ["New", "Old"]), ("State", ["New York", "Ohio"])],
)  # fmt: skip
def test_other_states_are_no_open_orders(header, cells):
    assert not any(told_in(header, cells))


@pytest.mark.parametrize(
    ("header", "telling", "other"),
    [("Intercompany", "Yes", "No"), ("Internal", "X", ""), ("Konzernintern", "Ja", "Nein"),
     ("是否關聯交易", "是", "否"), ("Внутригрупповой", "Да", "Нет"),
     ("Customer type", "Intercompany", "Third party"), ("Тип продажи", "Внутренняя", "Внешняя"),
     ("Sales channel", "Interco", "Web")],
)  # fmt: skip
def test_sales_within_the_group_are_asked_about_and_left_out_until_then(
    tmp_path, header, telling, other
):
    guessed, whole, part = asked(tmp_path, header, telling, other)
    [doubt] = guessed.settled.open
    assert doubt.key == "internal_sales"
    assert sums(opened(guessed))[2] == pytest.approx(whole - part)
    assert guessed.settled.totals["internal_sales", "yes"] == pytest.approx(whole)


def test_what_is_internal_to_the_house_is_no_sale_to_oneself():
    assert not any(told_in("Warehouse", ["Internal", "External"]))
    assert flag_of("Not intercompany") == ("internal", False)


def test_a_column_of_channels_is_heard_too(tmp_path):
    guessed, whole, part = asked(tmp_path, "Sales channel", "Credit note", "Invoice")
    assert sums(opened(guessed))[2] == pytest.approx(whole - 2 * part)
