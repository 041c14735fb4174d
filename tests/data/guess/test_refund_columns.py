"""Sales and returns in two columns, and cells that say that there is no tax."""

import numpy as np
import pytest
from amount_lines import NET, QUANTITY, lines, settled, total

from kamlib.data.writing.days import day_text
from kamlib.data.writing.numbers import number_text

PLACE = np.arange(len(NET))
BACK = np.where(PLACE % 6 == 0, np.round(NET / 3, 2), 0.0)
FREE = PLACE % 7 == 0


@pytest.mark.parametrize(
    ("sales", "returns"),
    [("Sales", "Returns"), ("Umsatz", "Retouren"), ("销售金额", "退货金额"),
     ("Продажи", "Возвраты"),
     ("Amount", "Credit notes")],
)  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_returns_in_a_column_beside_the_sales_are_asked_about(tmp_path, sales, returns, sign):
    guessed, doubts = settled(tmp_path, lines(**{sales: NET, returns: sign * BACK}))
    totals = guessed.settled.totals
    assert doubts["refunds"].is_open
    assert totals["refunds", "less"] == pytest.approx((NET - BACK).sum())
    assert totals["refunds", "as_it_stands"] == pytest.approx(NET.sum())


def test_returns_are_taken_off_where_a_line_is_one_or_the_other(tmp_path):
    is_back = PLACE % 6 == 0
    table = lines(Sales=np.where(is_back, np.nan, NET), Returns=np.where(is_back, NET, np.nan))
    guessed, doubts = settled(tmp_path, table)
    assert doubts["refunds"].decided == "less"
    assert total(guessed) == pytest.approx(NET[~is_back].sum() - NET[is_back].sum())
    assert guessed.settled.rows == len(NET)


@pytest.mark.parametrize(
    "columns",
    [{"Net sales": NET, "Returns": BACK}, {"Amount": NET, "Returned qty": QUANTITY},
     {"Net amount": NET - BACK, "Gross sales": NET, "Returns": BACK},
     {"Amount": NET, "Returns": 0.0}],
)  # fmt: skip
def test_nothing_is_asked_where_returns_are_off_already(tmp_path, columns):
    _guessed, doubts = settled(tmp_path, lines(**columns))
    assert "refunds" not in doubts


@pytest.mark.parametrize(
    ("amount", "rate", "word", "percent"),
    [("Сумма с НДС", "Ставка НДС", "Без НДС", 20), ("含税金额", "税率", "免税", 13),
     ("Gross amount", "VAT rate", "exempt", 19)],
)  # fmt: skip
def test_lines_without_tax_keep_their_amount(tmp_path, amount, rate, word, percent):
    table = lines(**{amount: NET, rate: np.where(FREE, word, f"{percent}%")})
    guessed, _doubts = settled(tmp_path, table)
    assert total(guessed) == pytest.approx(
        (NET / np.where(FREE, 1, 1 + percent / 100)).sum(), abs=1
    )
    assert guessed.settled.rows == len(NET)


def test_no_tax_is_nothing_and_a_free_word_is_no_number():
    assert number_text("Без НДС").zero
    assert number_text("免税").zero
    assert number_text("free shipping") is None


@pytest.mark.parametrize("text", ["«05» марта 2024 г.", '"05" марта 2024 года', "“5” March 2024"])
def test_a_day_in_quotation_marks_is_a_day(text):
    assert day_text(text).parts == (2024, 3, 5)
