"""What tells that a line is no sale: flags, stages, a looked-up order's status, a part's name."""

import pytest

from kamlib.data.book import open_tables
from kamlib.data.describe.telling import told_in
from kamlib.data.guess.setup import guessed_dataset

DAYS = [f"2024-0{month}-{day}" for month in range(1, 7) for day in (11, 25)]


def opened(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [tmp_path / name for name in files]
    guessed = guessed_dataset("x", paths, tmp_path / "data")
    tables, _settings = open_tables(guessed.path.parent)
    kept = tables.ledger.fates.query("step == 'kept'")
    return tables, float(kept["revenue"].sum())


def lines(header, extra):
    """Twelve lines of 100.00, 101.00, … with more columns each."""
    rows = [
        f"{100 + n};{day};C{n % 3};{100 + n}.00;{extra(n)}" for n, day in enumerate(DAYS)
    ]  # fmt: skip
    return "\n".join([f"Invoice;Date;Customer;Amount;{header}", *rows]) + "\n"


ALL = sum(100.0 + n for n in range(12))


@pytest.mark.parametrize(
    ("header", "yes", "no", "takes"),
    [
        ("是否作废", "是", "否", 1),
        ("是否退货", "是", "否", 2),
        ("Возврат", "Да", "Нет", 2),
        ("Проведен", "Нет", "Да", 1),
        ("IsDeleted", "1", "0", 1),
    ],
)
def test_a_flag_says_what_its_header_says(tmp_path, header, yes, no, takes):
    text = lines(header, lambda n: yes if n == 3 else no)
    _tables, revenue = opened(tmp_path, {"s.csv": text})
    assert revenue == pytest.approx(ALL - takes * 103.0)


@pytest.mark.parametrize("header", ["是否可退货", "Returns allowed", "已开票", "退货数量"])
def test_other_flags_say_nothing(header):
    assert not any(told_in(header, ["1", "0", "是"]))


def test_only_a_deal_that_is_won_is_a_sale(tmp_path):
    stages = ("Closed Won", "Closed Won", "Closed Lost", "Negotiation")
    text = lines("Stage", lambda n: stages[n % 4])
    _tables, revenue = opened(tmp_path, {"s.csv": text})
    assert revenue == pytest.approx(sum(100.0 + n for n in range(12) if n % 4 < 2))
    assert not any(told_in("Stage", ["Growth", "Mature"]))


def test_two_columns_may_say_the_same_of_other_lines(tmp_path):
    text = lines(
        "单据类型;备注;状态;关闭状态",
        lambda n: ";".join(
            (
                "退货单" if n == 1 else "销售单",
                "退货" if n == 2 else "",
                "作废" if n == 5 else "已审核",
                "已取消" if n == 6 else "",
            )
        ),
    )
    tables, revenue = opened(tmp_path, {"s.csv": text})
    assert revenue == pytest.approx(ALL - 2 * (101.0 + 102.0) - 105.0 - 106.0)
    assert not tables.questions


def test_the_status_of_the_order_counts_for_its_lines(tmp_path):
    details = "".join(f"{o};P{o % 3};2;{10 + o}.00\n" for o in range(100, 130))
    orders = "".join(
        f"{o};2024-{1 + o % 12:02d}-{1 + o % 27:02d};C{o % 5};"
        f"{'Cancelled' if o == 107 else 'Shipped'}\n"
        for o in range(100, 130)
    )
    files = {
        "orderdetails.csv": f"orderNumber;productCode;quantityOrdered;priceEach\n{details}",
        "orders.csv": f"orderNumber;orderDate;customerNumber;status\n{orders}",
    }
    _tables, revenue = opened(tmp_path, files)
    assert revenue == pytest.approx(sum(2 * (10.0 + o) for o in range(100, 130) if o != 107))


def test_the_kind_in_a_registrator_is_a_sign(tmp_path):
    rows = "".join(
        f"{'Возврат товаров' if n == 4 else 'Реализация товаров'} 00-{n:03d} от "
        f"{1 + n}.03.2024 12:00:00;ООО {n % 3};{100 + n},00\n"
        for n in range(12)
    )
    _tables, revenue = opened(tmp_path, {"s.csv": f"Регистратор;Контрагент;Выручка\n{rows}"})
    assert revenue == pytest.approx(ALL - 2 * 104.0)


def test_a_file_of_returns_takes_money_away(tmp_path):
    sold = lines("Item", lambda n: "P1")
    back = "Invoice;Date;Customer;Amount;Item\nT1;2024-06-28;C1;30.00;P1\n"
    tables, revenue = opened(tmp_path, {"销售单.csv": sold, "销售退货单.csv": back})
    assert revenue == pytest.approx(ALL - 30.0)
    assert tables.dataset.tables["transactions"].negative_parts == ("销售退货单",)


def test_orders_and_plans_beside_sales_are_asked(tmp_path):
    sold = lines("Item", lambda n: "P1")
    ordered = sold.replace("\n1", "\nA1").replace(".00", ".50")
    tables, revenue = opened(tmp_path, {"发票.csv": sold, "订单.csv": ordered})
    assert [question.key for question in tables.questions] == ["orders_beside"]
    assert revenue == pytest.approx(ALL)


def test_a_sheet_of_sales_and_returns_is_no_sheet_of_returns(tmp_path):
    sold = lines("Item", lambda n: "P1")
    more = sold.replace("\n1", "\nA1").replace("2024", "2023")
    _tables, revenue = opened(tmp_path, {"a.csv": sold, "Sales and returns.csv": more})
    assert revenue == pytest.approx(2 * ALL)


def test_cells_of_several_currencies_are_asked(tmp_path):
    text = lines("Item", lambda n: "P1").replace(";100.00;", ";HK$100.00;")
    text = text.replace("01.00;", "01.00元;").replace("02.00;", "02.00元;")
    tables, _revenue = opened(tmp_path, {"s.csv": text})
    assert [question.key for question in tables.questions] == ["cell_currencies"]


def test_an_amount_that_is_converted_already_is_not_converted_again(tmp_path):
    rows = "".join(
        f"{n};2024-03-{1 + n:02d};C{n % 3};{'USD' if n % 4 == 0 else 'CNY'};"
        f"{'7.1' if n % 4 == 0 else '1'};{100 + n}.00;"
        f"{(100 + n) * (7.1 if n % 4 == 0 else 1):.2f}\n"
        for n in range(12)
    )
    header = "单号;日期;客户;币别;汇率;原币金额;本位币金额\n"
    tables, revenue = opened(tmp_path, {"s.csv": header + rows})
    assert revenue == pytest.approx(sum((100 + n) * (7.1 if n % 4 == 0 else 1) for n in range(12)))
    assert tables.dataset.currency == "CNY"
