"""Guessing a dataset.toml: realistic headers of three languages, and any header at all."""

import datetime as dt
import tomllib

import pandas as pd
import pytest
from companies import shared
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kamlib.data.describe.expressions import Expression, resolved
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.synonyms import SYNONYMS
from kamlib.data.guess.guess import guess_table, guess_tables
from kamlib.data.guess.toml import REPORT_COLUMNS, dataset_toml, guess_report
from kamlib.data.read.dataset import load_dataset
from kamlib.data.read.sources import peek

NO_ROWS = pd.DataFrame()


def frame(**columns: list) -> pd.DataFrame:
    return pd.DataFrame({name.replace("__", " "): values for name, values in columns.items()})


def guessed(samples: pd.DataFrame, table: str | None = None) -> dict[str, str]:
    return guess_table(list(samples.columns), samples, table).expressions


def real_parts(*files: str) -> list:
    return [
        (part.file, part.sheet, part.header, part.rows.to_pandas())
        for path in map(shared, files)
        for part in peek(path)
    ]


def test_synonyms_cover_every_canonical_column():
    assert {name: tuple(columns) for name, columns in SYNONYMS.items()} == {
        name: tuple(n for n in SYNONYMS[name]) for name in TABLES
    }
    for name, table in TABLES.items():
        # A line number is worth guessing; the rest must be there by name.
        assert set(SYNONYMS[name]) == set(table.names)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_with_canonical_headers_is_recognised_and_maps_itself(table):
    guess = guess_table(table.names, NO_ROWS)
    expected = {name: f'"{name}"' for name in table.names}
    if table.name == "transactions":
        del expected["cost"], expected["currency"]  # margin is given; the rows show currencies
    assert guess.table == table.name
    assert guess.expressions == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (  # 1C, report on sales
            ["Контрагент", "Номенклатура", "Количество", "Сумма", "Дата документа"],
            ["account", "product", "quantity", "revenue", "date"],
        ),
        (  # 1C, longer
            ["Код клиента", "Контрагент", "Дата", "Номер документа", "Номенклатурная группа",
             "Кол-во, шт", "Сумма без НДС, руб.", "Себестоимость", "Менеджер", "Регион"],
            ["account", "", "date", "document", "product_line",
             "quantity", "revenue", "cost", "manager", "region"],
        ),
        (  # Kingdee
            ["客户编码", "客户名称", "订单日期", "订单号", "产品", "数量", "含税金额", "业务员"],
            ["account", "", "date", "document", "product", "quantity", "revenue", "manager"],
        ),
        (
            ["购货单位", "单据日期", "单据编号", "存货编码", "存货名称", "存货分类", "数量",
             "不含税金额(元)", "含税金额(元)", "成本", "地区"],
            ["account", "date", "document", "product", "", "product_line", "quantity",
             "revenue", "", "cost", "region"],
        ),
        (  # SAP field names
            ["KUNNR", "FKDAT", "VBELN", "POSNR", "MATNR", "FKIMG", "NETWR", "WAVWR"],
            ["account", "date", "document", "line", "product", "quantity", "revenue", "cost"],
        ),
        (
            ["cust_no", "INVOICEDATE", "Inv. No.", "Net Sales (EUR)", "Qty", "Sales Rep"],
            ["account", "date", "document", "revenue", "quantity", "manager"],
        ),
        (["Kundennummer", "Belegdatum", "Umsatz €", "Menge"],
         ["account", "date", "revenue", "quantity"]),
    ],
)  # fmt: skip
def test_realistic_transaction_headers(header, expected):
    guess = guess_table(header, NO_ROWS)
    found = {item.sources[0]: item.column for item in guess.columns}
    assert guess.table == "transactions"
    assert [found.get(name, "") for name in header] == expected
    assert not guess.missing


@pytest.mark.parametrize(
    ("name", "header", "table"),
    [
        ("Контакты", ["Клиент", "ФИО", "Должность", "Телефон"], "contacts"),
        ("客户资料", ["客户编号", "客户名称", "所属行业", "地区", "信用额度", "账期"], "accounts"),
        ("Accounts", ["Customer No", "Name", "Industry", "Employees", "Tel."], "accounts"),
        ("оплаты", ["Контрагент", "Номер счета", "Сумма", "Срок оплаты", "Дата оплаты"],
         "payments"),
        ("Sheet1", ["客户", "发货单号", "承诺交期", "实际交货日期", "是否完整"], "deliveries"),
        ("Sheet1", ["Менеджер", "Квартал", "План продаж"], "plans"),
        ("leads", ["Lead ID", "Company", "Industry", "Lead source", "Budget"], "prospects"),
    ],
)  # fmt: skip
def test_side_tables_are_recognised_by_headers_and_name(name, header, table):
    assert guess_table(header, NO_ROWS, name=name).table == table


def test_online_retail_ii_is_guessed_as_its_analysts_mapped_it():
    samples = frame(
        Invoice=[489434, "C489449"],
        StockCode=[85048, "79323P"],
        Description=["LIGHTS", "CHERRY LIGHTS"],
        Quantity=[12, -1],
        InvoiceDate=[pd.Timestamp("2009-12-01 07:45")] * 2,
        Price=[6.95, 6.75],
        Customer__ID=[13085.0, float("nan")],
        Country=["United Kingdom", "France"],
    )
    guess = guess_table(list(samples.columns), samples)
    assert guess.table == "transactions"
    assert guess.unused == ("Description",)
    assert guess.expressions == {
        "account": 'CAST("Customer ID" AS VARCHAR)',
        "date": '"InvoiceDate"',
        "document": 'CAST("Invoice" AS VARCHAR)',
        "revenue": '"Quantity" * "Price"',
        "product": 'CAST("StockCode" AS VARCHAR)',
        "quantity": '"Quantity"',
        "region": '"Country"',
    }


def test_the_real_files_are_recognised_and_others_are_left_out():
    folder = "adventureworks-reseller"
    guesses, left_out = guess_tables(
        real_parts(
            f"{folder}/FactResellerSales.csv",
            f"{folder}/Resellers.csv",
            f"{folder}/Product.csv",
            f"{folder}/DimEmployeeSalesTerritory.csv",
            "salvirt-b2b/b2b_sales.csv",
        )
    )
    assert list(guesses) == ["transactions", "accounts"]
    assert guesses["transactions"][2].expressions == {
        "account": '"ResellerKey"',
        "date": '"OrderDate"',
        "document": '"SalesOrderNumber"',
        "revenue": '"SalesAmount"',
        "cost": '"TotalProductCost"',
        "product": '"ProductKey"',
        "quantity": '"OrderQuantity"',
        "region": '"SalesTerritoryKey"',
        "manager": '"EmployeeKey"',
    }
    assert guesses["accounts"][2].expressions["name"] == '"ResellerName"'
    assert [text.split(":")[0] for text in left_out] == [
        "Product.csv",
        "DimEmployeeSalesTerritory.csv",
        "b2b_sales.csv",
    ]


@pytest.mark.parametrize(
    ("samples", "revenue"),
    [
        (frame(Qty=[1], Price=[2.0]), '"Qty" * "Price"'),
        (frame(Qty=[1], Price=[2.0], Amount=[2.0]), '"Amount"'),
        (frame(Qty=[1, 1], Price=[2.0, 3], Discount=[0.0, 0.25]),
         '"Qty" * "Price" * (1 - "Discount")'),
        (frame(**{"Qty": [1, 1], "Price": [2, 3], "Скидка, %": [0, 15]}),
         '"Qty" * "Price" * (1 - "Скидка, %" / 100)'),
        (frame(Qty=[1, 1], Price=[2.0, 3], Discount=[0, 120]), '"Qty" * "Price"'),
        (frame(数量=[1, 1], 单价=[2, 3], 折扣=[0.85, 0.9]), '"数量" * "单价"'),
        (frame(**{"Сумма, тыс. руб.": [1.5]}), '"Сумма, тыс. руб." * 1000'),
        (frame(**{"金额（万元）": [1.5]}), '"金额（万元）" * 10000'),
    ],
)  # fmt: skip
def test_revenue_expressions(samples, revenue):
    assert guessed(samples, "transactions")["revenue"] == revenue


def test_cost_is_total_cost_or_unit_cost_times_quantity_and_gives_way_to_margin():
    both = frame(Quantity=[2], Unit__Cost=[3.0], Total__Cost=[6.0])
    assert guessed(both, "transactions")["cost"] == '"Total Cost"'
    unit = both.drop(columns="Total Cost")
    assert guessed(unit, "transactions")["cost"] == '"Quantity" * "Unit Cost"'
    margin = both.assign(**{"Gross Profit": [4.0]})
    assert "cost" not in guessed(margin, "transactions")


def test_a_discount_that_is_left_out_is_named():
    samples = frame(Qty=[1], Price=[2.0], Discount=[120])
    revenue = guess_table(list(samples), samples, "transactions").columns[0]
    assert 'column "Discount" is left out' in revenue.note


def test_samples_overrule_names():
    text = frame(Customer=["a"], Date=["soon"], Amount=["much"])
    assert list(guessed(text, "transactions")) == ["account"]
    percent = frame(**{"Margin %": [0.3], "Discount amount": [1.0], "VAT amount": [1.0]})
    assert guessed(percent, "transactions") == {}


@pytest.mark.parametrize(
    "days",
    [
        [dt.datetime(2024, 1, 31)],
        [dt.date(2024, 1, 31)],
        ["2024-01-31", "NULL"],
        ["31.01.2024"],
        ["2024年1月31日"],
        ["31 Jan 2024"],
        [20240131],
        ["20240131"],
        [45322],
    ],
)
def test_days_however_written_are_dates(days):
    assert guessed(pd.DataFrame({"Дата": days}), "transactions") == {"date": '"Дата"'}


def test_the_only_column_of_dates_is_the_date_unless_it_says_otherwise():
    fecha = frame(Fecha=["2024-01-31"], Customer=["a"])
    assert guessed(fecha, "transactions")["date"] == '"Fecha"'
    shipped = frame(Shipped__Ship__Date=["2024-01-31"], Customer=["a"])
    assert "date" not in guessed(shipped, "transactions")


def test_shares_in_per_cent_and_flags():
    samples = frame(account=["a"], competitor=["b"], share=[35])
    assert guessed(samples, "competitors")["share"] == '"share" / 100'
    flags = frame(account=["a", "b"], market_leader=["да", "нет"], expert=["very", "no"])
    assert list(guessed(flags, "accounts")) == ["account", "market_leader"]


def test_gross_amounts_and_values_beside_the_list_are_noted():
    guess = guess_table(["客户", "日期", "价税合计"], NO_ROWS)
    assert "tax" in guess.columns[-1].note
    kinds = frame(account=["a"], date=["2024-01-01"], kind=["lunch"])
    notes = {i.column: i.note for i in guess_table(list(kinds), kinds, "interactions").columns}
    assert "lunch" in notes["kind"]


def test_account_and_date_alone_tell_no_table_but_a_name_does():
    assert not guess_table(["Customer", "Date"], NO_ROWS).table
    assert guess_table(["Customer", "Date"], NO_ROWS, name="流失客户").table == "losses"


def test_an_account_that_repeats_is_no_accounts_table():
    header = ["Customer", "Industry", "Country"]
    assert guess_table(header, pd.DataFrame([["a", "x", "DE"], ["b", "x", "DE"]])).table
    assert not guess_table(header, pd.DataFrame([["a", "x", "DE"], ["a", "y", "DE"]])).table


@pytest.mark.parametrize(
    ("samples", "currency"),
    [
        (frame(**{"Client": ["a"], "Amount (GBP)": [1.0]}), "GBP"),
        (frame(**{"Client": ["a"], "Сумма, руб.": [1.0]}), "RUB"),
        (frame(**{"客户": ["a"], "金额(元)": [1.0]}), "CNY"),
        (frame(Client=["a"], Amount=["$12.50"]), "USD"),
        (frame(Client=["a", "b"], Amount=[1.0, 2], Currency=["GBP", "GBP"]), "GBP"),
        (frame(Client=["a", "b"], Amount=[1.0, 2], Currency=["GBP", "EUR"]), ""),
        (frame(Client=["a"], Amount=[1.0]), ""),
    ],
)
def test_currency(samples, currency):
    assert guess_table(list(samples), samples, "transactions").currency == currency


def test_sheets_with_one_header_are_one_source_and_rivals_are_named():
    sales = ["Customer", "Date", "Amount"]
    parts = [
        ("a.xlsx", "2010", sales, NO_ROWS),
        ("a.xlsx", "2011", sales, NO_ROWS),
        ("a.xlsx", "Customers", ["Customer", "Name", "Industry"], NO_ROWS),
        ("a.xlsx", "Notes", ["Read this"], NO_ROWS),
    ]
    guesses, left_out = guess_tables(parts)
    assert {table: item[:2] for table, item in guesses.items()} == {
        "transactions": ("a.xlsx", None),
        "accounts": ("a.xlsx", None),
    }
    assert left_out == ["a.xlsx, Notes: no table recognised"]
    wide = [*sales, "Name", "Industry"]
    guesses, _left_out = guess_tables([("b.xlsx", "All", wide, NO_ROWS), *parts[2:3]])
    assert guesses["accounts"][:2] == ("a.xlsx", None)
    guesses, _left_out = guess_tables([("a.xlsx", "All", wide, NO_ROWS), *parts[2:3]])
    assert guesses["accounts"][:2] == ("a.xlsx", "Customers")


def test_files_with_one_header_are_listed_and_a_weaker_one_is_left_out():
    sales = ["Customer", "Date", "Amount"]
    parts = [
        ("few.csv", "", ["Customer", "Amount", "Qty"], NO_ROWS),
        ("2010.csv", "", sales, NO_ROWS),
        ("2011.csv", "", sales, NO_ROWS),
    ]
    guesses, left_out = guess_tables(parts)
    assert guesses["transactions"][:2] == (("2010.csv", "2011.csv"), None)
    assert left_out == ["few.csv: looks like transactions too; another source suits better"]


def test_the_toml_opens_as_a_data_set(tmp_path):
    samples = frame(Customer__ID=[1], Date=["2024-01-01"], **{"Amount (GBP)": [1.0]}, Etc=["x"])
    parts = [
        ("sales.csv", "", list(samples), samples),
        ("crm.xlsx", "Контакты", ["Клиент", "Роль"], NO_ROWS),
    ]
    guesses, _left_out = guess_tables(parts)
    text = dataset_toml('The "best" sales', None, guesses)
    (tmp_path / "dataset.toml").write_text(text, encoding="utf-8")
    dataset = load_dataset(tmp_path)
    assert (dataset.title, dataset.currency) == ('The "best" sales', "GBP")
    assert dict(dataset.tables["transactions"].columns) == {
        "account": 'CAST("Customer ID" AS VARCHAR)',
        "date": '"Date"',
        "revenue": '"Amount (GBP)"',
    }
    assert list(dataset.tables) == ["transactions"]
    assert "# [contacts] left out until its required columns are given: contact" in text
    assert '# margin = ""' in text
    assert '# columns of the source that nothing uses: "Etc"' in text


def test_the_toml_says_what_is_required_and_that_the_currency_is_a_guess():
    guess = guess_table(["Customer", "Price"], NO_ROWS, "transactions")
    text = dataset_toml("x", None, {"transactions": ("a.csv", None, guess)})
    content = tomllib.loads(text)
    assert content["currency"] == "EUR"
    assert "only a guess" in text.splitlines()[2]
    lines = [line for line in text.splitlines() if "REQUIRED" in line]
    assert [line.split()[1] for line in lines] == ["date", "revenue"]
    assert tomllib.loads(dataset_toml("x", "USD", {}))["currency"] == "USD"
    assert "# [transactions] is required" in dataset_toml("x", "USD", {})


def test_the_report_lists_guessed_missing_and_unused():
    samples = frame(Customer=["a"], Quantity=[2], Price=[3.5], Colour=["red"])
    guess = guess_table(list(samples), samples, "transactions")
    report = guess_report({"transactions": ("a.csv", None, guess)})
    assert tuple(report.columns) == REPORT_COLUMNS
    assert report[["column", "source", "expression"]].values.tolist() == [
        ["account", "Customer", '"Customer"'],
        ["revenue", "Quantity, Price", '"Quantity" * "Price"'],
        ["quantity", "Quantity", '"Quantity"'],
        ["date", "", ""],
        ["", "Colour", ""],
    ]
    assert report["note"].iloc[3].startswith("not guessed; required")
    assert guess_report({}).empty


def test_an_unknown_table_is_refused():
    with pytest.raises(ValueError, match='no table is called "sales"'):
        guess_table(["a"], NO_ROWS, "sales")


NAMES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["Customer ID", "customer", "Amount", "amount", "Date", "日期", "金额(元)", "Сумма",
         "Qty", "Price", "Discount", 'Say "x"', "a\\b", "two\nlines", "'", "", "\x00", "\ud800"]
    ),
)  # fmt: skip
CELLS = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=8), st.dates(), st.booleans()
)


@settings(max_examples=60, deadline=None)
@given(
    header=st.lists(NAMES, max_size=9),
    rows=st.lists(st.lists(CELLS, min_size=9, max_size=9), max_size=3),
    table=st.sampled_from([None, "transactions", "accounts"]),
    source=st.text(max_size=9),
)
@example(['客户"编码\n', "a'b\\c\"", "Date"], [], "transactions", "C:\\x'y\".xlsx")
def test_any_header_gives_valid_toml_and_uses_no_column_twice(header, rows, table, source):
    samples = pd.DataFrame(
        {i: pd.Series([row[i] for row in rows], dtype="object") for i in range(len(header))}
    )
    guess = guess_table(header, samples, table)
    singles = [item.sources[0] for item in guess.columns if len(item.sources) == 1]
    assert len(singles) == len(set(singles))
    for item in guess.columns:
        resolved(Expression(item.sql, item.column), [str(name) for name in header], "test")
    name = guess.table or "transactions"
    text = dataset_toml(source, None, {name: (source, "sheet\n1", guess)})
    content = tomllib.loads(text)
    clean = source.encode("utf-8", "replace").decode()
    assert content["title"] == clean
    if name == "transactions" or guess.is_complete:
        assert content[name]["source"] == clean
        assert content[name]["sheet"] == "sheet\n1"
        assert content[name]["columns"] == guess.expressions
    assert list(guess_report({name: (source, None, guess)}).columns) == list(REPORT_COLUMNS)


@settings(max_examples=25, deadline=None)
@given(st.permutations(["Customer ID", "Date", "Amount", "Qty", "Product", "Country", "Note"]))
def test_the_order_of_columns_does_not_matter(header):
    expected = guess_table(sorted(header), NO_ROWS).expressions
    assert guess_table(header, NO_ROWS).expressions == expected
