"""Keys between files: lines, orders, customers, products and employees become transactions."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from kamlib.data.guess.lookups import name_expression
from kamlib.data.guess.setup import guessed_dataset
from kamlib.data.read.dataset import load_dataset
from kamlib.data.reduce.opening import engine_of
from kamlib.data.tables import Tables, load_tables
from kamlib.settings import Settings

DAYS = [dt.date(2024, 1, 2) + dt.timedelta(days=3 * n) for n in range(40)]


def written(folder: Path, **tables: pd.DataFrame) -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = []
    for name, table in tables.items():
        files.append(folder / f"{name}.csv")
        table.to_csv(files[-1], index=False)
    return files


def tables_of(folder: Path) -> Tables:
    dataset = load_dataset(folder)
    return load_tables(engine_of(dataset), dataset, Settings())


def scale_models(folder: Path) -> list[Path]:
    """Five files in the shape of a shop of models; each line is 3 x (10 + its article)."""
    orders = range(500, 540)
    return written(
        folder,
        orderdetails=pd.DataFrame({
            "orderNumber": [n for n in orders for _ in (1, 2)],
            "productCode": [f"S{n % 4}" for n in range(80)],
            "quantityOrdered": 3,
            "priceEach": [10.0 + n % 4 for n in range(80)],
            "orderLineNumber": [1, 2] * 40,
        }),
        orders=pd.DataFrame({
            "orderNumber": orders, "orderDate": DAYS, "requiredDate": DAYS, "shippedDate": DAYS,
            "status": "Shipped", "comments": None, "customerNumber": [100 + n % 5 for n in orders],
        }),
        customers=pd.DataFrame({
            "customerNumber": range(100, 105), "customerName": list("VWXYZ"),
            "contactLastName": "L", "country": ["France", "Japan", "France", "Japan", "Peru"],
            "salesRepEmployeeNumber": [1, 2, 1, 2, 2], "creditLimit": 1000,
        }),
        products=pd.DataFrame({
            "productCode": [f"S{n}" for n in range(4)], "productName": list("abcd"),
            "productLine": ["Cars", "Ships", "Cars", "Ships"], "quantityInStock": 7,
            "buyPrice": 2.5, "MSRP": 20.0,
        }),
        employees=pd.DataFrame({
            "employeeNumber": [1, 2], "lastName": ["One", "Two"], "firstName": ["Ada", "Bo"],
            "reportsTo": [None, 1], "jobTitle": "Sales Rep",
        }),
    )  # fmt: skip


def test_lines_find_order_customer_product_and_employee(tmp_path):
    made = guessed_dataset("models", scale_models(tmp_path / "files"), tmp_path)
    dataset = load_dataset(tmp_path / "models")
    lines = dataset.tables["transactions"]
    assert [item.key for item in lines.lookup] == [
        "orderNumber", "customerNumber", "salesRepEmployeeNumber", "productCode",
    ]  # fmt: skip
    rows = tables_of(tmp_path / "models").lines.to_pyarrow().to_pandas()
    assert len(rows) == 80
    assert rows["revenue"].astype(float).sum() == 3 * sum(10 + n % 4 for n in range(80))
    assert (rows["revenue"] - rows["margin"]).astype(float).sum() == 80 * 3 * 2.5
    assert set(rows["account"]) == {"100", "101", "102", "103", "104"}
    assert set(rows["product_line"]) == {"Cars", "Ships"}
    assert set(rows["region"]) == {"France", "Japan", "Peru"}
    assert set(rows["manager"]) == {"Ada One", "Bo Two"}
    text = made.path.read_text(encoding="utf-8")
    assert "orderNumber of orderdetails.csv is found in orders.csv, 100 % of lines" in text
    assert "status" in text  # listed, not mapped


def test_a_chain_of_codes_ends_in_names(tmp_path):
    """Article to its group to the group's name; 00017, 17 and 17.0 are one article."""
    files = written(
        tmp_path / "files",
        order_details=pd.DataFrame({
            "order_id": [1, 1, 2, 2], "product_id": ["00017", "00018", "00017", "00019"],
            "unit_price": [10.0, 20.0, 10.0, 5.0], "quantity": [2, 1, 4, 2],
            "discount": [0, 0.1, 0, 0],
        }),
        orders=pd.DataFrame({
            "order_id": [1, 2], "customer_id": ["AA", "BB"], "employee_id": [7, 8],
            "order_date": ["2024-01-03", "2024-02-03"], "freight": [3.5, 4.5],
        }),
        products=pd.DataFrame({
            "product_id": [17.0, 18.0, 19.0], "product_name": list("abc"),
            "category_id": [1, 2, 1], "unit_price": [11.0, 21.0, 6.0],
        }),
        categories=pd.DataFrame({"category_id": [1, 2], "category_name": ["Tea", "Nuts"]}),
        shippers=pd.DataFrame({"shipper_id": [1, 2], "company_name": ["S", "T"]}),
    )  # fmt: skip
    guessed_dataset("shop", files, tmp_path)
    rows = tables_of(tmp_path / "shop").lines.to_pyarrow().to_pandas()
    assert rows["revenue"].astype(float).sum() == pytest.approx(20 + 18 + 40 + 10)
    assert sorted(rows["product_line"]) == ["Nuts", "Tea", "Tea", "Tea"]
    assert set(rows["account"]) == {"AA", "BB"}


@pytest.mark.parametrize("years", [(), ("Sales 2022",)])
def test_orders_with_sums_of_years_are_read_alike_for_their_header_and_their_keys(years, tmp_path):
    """Beside dated lines those sums are columns like others, in the header and in all rows."""
    lines = pd.DataFrame({
        "Order": [f"A{n // 2}" for n in range(80)], "Date": [DAYS[n // 2] for n in range(80)],
        "Amount": 10.0, "Article": [f"P{n % 4}" for n in range(80)],
        **dict.fromkeys(years, 7.0),
    })  # fmt: skip
    orders = pd.DataFrame({
        "Order": [f"A{n}" for n in range(40)], "Customer ID": [f"K{n % 5}" for n in range(40)],
        "Sales 2022": 100.0, "Sales 2023": 200.0,
    })  # fmt: skip
    guessed_dataset("years", written(tmp_path / "f", lines=lines, orders=orders), tmp_path)
    assert load_dataset(tmp_path / "years").tables["transactions"].lookup[0].key == "Order"
    rows = tables_of(tmp_path / "years").lines.to_pyarrow().to_pandas()
    assert rows["revenue"].astype(float).sum() == 800
    assert set(rows["account"]) == {f"K{n}" for n in range(5)}


def test_files_of_one_kind_stay_one_source_and_a_key_that_comes_back_is_none(tmp_path):
    sales = pd.DataFrame({
        "Customer No": ["1", "2"], "Invoice Date": ["2024-01-03", "2024-02-03"],
        "Item No": ["P1", "P2"], "Net Sales": [10.0, 20.0],
    })  # fmt: skip
    doubled = pd.DataFrame({"Item No": ["P1", "P1", "P2"], "Category": ["a", "b", "c"]})
    files = written(tmp_path / "f", sales_2024=sales, sales_2025=sales, items=doubled)
    guessed_dataset("two", files, tmp_path)
    lines = load_dataset(tmp_path / "two").tables["transactions"]
    assert len(lines.source) == 2
    assert not lines.lookup


def test_companies_that_buy_are_no_prospects(tmp_path):
    sales = pd.DataFrame({
        "Shop No.": [1, 2, 3] * 4, "Invoice Date": ["2024-01-03"] * 12, "Sales (USD)": [10.0] * 12,
    })  # fmt: skip
    shops = pd.DataFrame({
        "Prospect": ["Alpha", "Beta", "Gamma"], "Company": [1, 2, 3],
        "Lead source": ["fair", "call", "fair"], "First contact": ["2024-01-01"] * 3,
    })  # fmt: skip
    shops["Prospect"] = shops["Company"]
    files = written(tmp_path / "f", sales=sales, shops=shops)
    guessed_dataset("shops", files, tmp_path)
    assert "prospects" not in load_dataset(tmp_path / "shops").tables


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["id", "Full name", "first_name"], '"Full name"'),
        (["code", "lastName", "firstName"], '"firstName" || \' \' || "lastName"'),
        (["code", "phone"], ""),
    ],
)
def test_a_name_is_one_column_or_two(header, expected):
    assert name_expression(header)[0] == expected


def test_leading_zeros_that_tell_keys_apart_are_kept(tmp_path):
    written(
        tmp_path,
        lines=pd.DataFrame({
            "account": ["a", "b"], "date": ["2024-01-02"] * 2, "revenue": [1.0, 2.0],
            "item": ["7", "007"],
        }),
        items=pd.DataFrame({"item": ["7", "007"], "group": ["one", "two"]}),
    )  # fmt: skip
    text = """
[transactions]
source = "lines.csv"
[transactions.columns]
account = "account"
date = "date"
revenue = "revenue"
product_line = "\\"group\\""
[[transactions.lookup]]
source = "items.csv"
key = "item"
"""
    (tmp_path / "dataset.toml").write_text(text, encoding="utf-8")
    rows = tables_of(tmp_path).lines.to_pyarrow().to_pandas()
    assert dict(zip(rows["account"], rows["product_line"], strict=True)) == {"a": "one", "b": "two"}


def test_sheets_of_a_chinese_workbook_and_a_table_of_managers_by_code(tmp_path):
    sheets = {
        "订单": pd.DataFrame({
            "订单编号": [f"D{n}" for n in range(40)], "订单日期": DAYS,
            "客户编号": [f"K{n % 5}" for n in range(40)],
            "业务员编号": [f"Y{n % 2}" for n in range(40)],
        }),
        "订单明细": pd.DataFrame({
            "订单编号": [f"D{n // 2}" for n in range(80)], "行号": [1, 2] * 40,
            "产品编号": [f"P{n % 4}" for n in range(80)], "数量": 3, "不含税单价": 10.0,
        }),
        "产品": pd.DataFrame({"产品编号": [f"P{n}" for n in range(4)], "类别编号": [1, 2, 1, 2]}),
        "类别": pd.DataFrame({"类别编号": [1, 2], "类别名称": ["水泵", "阀门"]}),
        "业务员": pd.DataFrame({"业务员编号": ["Y0", "Y1"], "姓名": ["张伟", "王芳"]}),
        "透视表": pd.DataFrame({"客户编号": ["K1"] * 2, "日期": DAYS[:2], "金额": [9e9, 9e9]}),
    }  # fmt: skip
    path = tmp_path / "订单.xlsx"
    with pd.ExcelWriter(path) as writer:
        for name, table in sheets.items():
            table.to_excel(writer, sheet_name=name, index=False)
    guessed_dataset("zh", [path], tmp_path)
    rows = tables_of(tmp_path / "zh").lines.to_pyarrow().to_pandas()
    assert rows["revenue"].astype(float).sum() == 80 * 30
    assert set(rows["product_line"]) == {"水泵", "阀门"}
    assert set(rows["manager"]) == {"Y0", "Y1"}  # named by the table of managers
