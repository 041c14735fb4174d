"""Headers of many systems and languages: what each column is taken for."""

import pandas as pd
import pytest

from kamlib.data.describe.headers import name_score, read_header, tax_of
from kamlib.data.guess.guess import guess_table

NO_ROWS = pd.DataFrame()


def columns_of(header: list[str], samples: pd.DataFrame = NO_ROWS) -> dict[str, str]:
    guess = guess_table(header, samples, "transactions")
    return {item.column: item.sql for item in guess.columns}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        # 管家婆: net after discount before tax-included, names in full
        ("往来单位全名 单据日期 单据编号 商品全名 数量 折后金额 含税金额 经手人",
         "account date document product quantity revenue - manager"),
        # 管家婆, the net column last
        ("单位全名 日期 单据编号 商品编号 价税合计 折后不含税金额 职员",
         "account date document product - revenue manager"),
        # Traditional letters
        ("客戶編號 單據日期 單據號碼 品名 數量 未稅金額 業務員 地區",
         "account date document product quantity revenue manager region"),
        ("客戶代號 銷貨日期 銷貨單號 產品編號 含稅金額 未稅金額",
         "account date document product - revenue"),
        # 金蝶, 用友, SAP in Chinese
        ("客户 日期 单据编号 物料编码 价税合计 金额 销售员",
         "account date document product - revenue manager"),
        ("客户编码 开票日期 发票号 存货编码 原币价税合计 本币无税金额 专管业务员",
         "account date document product - revenue manager"),
        ("售达方 开票日期 开票凭证 开票项目 物料 已开票数量 净值",
         "account date document line product quantity revenue"),
        # 1C
        ("Контрагент Номенклатура Количество Сумма_с_НДС Сумма_без_НДС Менеджер Период",
         "account product quantity - revenue manager date"),
        ("Покупатель Дата_документа №_документа Товар Кол-во Выручка Ответственный",
         "account date document product quantity revenue manager"),
        # German, French, Spanish, Italian, Dutch, Polish
        ("Kunde Rechnungsdatum Rechnungsnummer Artikel Menge Bruttobetrag Nettobetrag",
         "account date document product quantity - revenue"),
        ("Client Date_facture N°_facture Article Quantité Montant_TTC Montant_HT",
         "account date document product quantity - revenue"),
        ("Cliente Fecha Número_factura Artículo Cantidad Importe",
         "account date document product quantity revenue"),
        ("Cliente Data_fattura Numero_fattura Articolo Quantità Imponibile Importo",
         "account date document product quantity revenue -"),
        ("Klant Factuurdatum Factuurnummer Artikel Aantal Bedrag_incl._BTW Bedrag_excl._BTW",
         "account date document product quantity - revenue"),
        ("Kontrahent Data_wystawienia Numer_faktury Towar Ilość Wartość_netto Wartość_brutto",
         "account date document product quantity revenue -"),
        # SAP, Odoo, Shopify, Xero
        ("KUNAG FKDAT VBELN POSNR MATNR FKIMG NETWR WAERK",
         "account date document line product quantity revenue -"),
        ("Number Invoice_Partner_Display_Name Invoice/Bill_Date Untaxed_Amount_Signed Total",
         "document account date revenue -"),
        ("ContactName InvoiceNumber InvoiceDate InventoryItemCode Quantity LineAmount",
         "account document date - quantity revenue"),
        # Net after gross, whatever its rank
        ("Customer_No Date Amount VAT Sales_excl._VAT", "account date - - revenue"),
        ("Customer_No Date Total_incl._tax Amount", "account date - revenue"),
    ],
)  # fmt: skip
def test_headers_of_many_systems(header, expected):
    names = [name.replace("_", " ") for name in header.split()]
    wanted = {target: f'"{name}"' for name, target in zip(names, expected.split(), strict=True)}
    wanted.pop("-", None)
    assert columns_of(names) == wanted


@pytest.mark.parametrize(
    "name",
    ["Balance", "Outstanding", "Paid", "Tax", "VAT", "Shipping", "Taxes", "Subtotal", "Сумма НДС",
     "税额", "累计金额", "Amount paid", "Tax amount", "Outstanding amount", "Balance amount"],
)  # fmt: skip
def test_other_money_is_no_revenue(name):
    assert "revenue" not in columns_of(["Customer No", "Invoice Date", name])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Sales excl. VAT", "net"), ("Net of tax", "net"), ("Montant HT", "net"),
     ("Umsatz netto", "net"), ("不含税金额", "net"), ("Сумма (без НДС)", "net"),
     ("Amount incl. GST", "gross"), ("Total TTC", "gross"), ("价税合计", "gross"),
     ("Сумма с НДС", "gross"), ("Amount", ""), ("VAT", ""), ("Planet sales", "")],
)  # fmt: skip
def test_a_header_says_net_or_gross(name, expected):
    assert tax_of(read_header(name)) == expected


def test_quantity_times_price_goes_before_the_total_of_a_document():
    header = ["Customer", "Date", "Lineitem quantity", "Lineitem price", "Total"]
    assert columns_of(header)["revenue"] == '"Lineitem quantity" * "Lineitem price"'
    assert columns_of(["Customer", "Date", "Total"])["revenue"] == '"Total"'


def test_document_and_line_in_one_column_are_parted_where_values_show_it():
    both = ["10001-1", "10001-2", "10002-1"]
    samples = pd.DataFrame({"Shop No.": ["1", "1", "2"], "Invoice-Line No.": both})
    found = columns_of(list(samples), samples)
    assert found["document"] == "REGEXP_REPLACE(\"Invoice-Line No.\", '[-/.][^-/.]*$', '')"
    assert found["line"] == "REGEXP_REPLACE(\"Invoice-Line No.\", '^.*[-/.]', '')"
    plain = samples.assign(**{"Invoice-Line No.": ["1", "2", "1"]})
    assert columns_of(list(plain), plain)["line"] == '"Invoice-Line No."'
    numbers = pd.DataFrame({"Shop No.": ["1", "1"], "Invoice No": ["2024-0001", "2024-0002"]})
    assert columns_of(list(numbers), numbers)["document"] == '"Invoice No"'


@pytest.mark.parametrize(
    ("text", "column", "scale"),
    [
        ("Revenue in k€", "revenue", 1000),
        ("单据 单据编号", "document", 1),
        ("客户信息 客户编码", "account", 1),
        ("Amount in local currency", "revenue", 1),
        ("Betrag in Hauswährung", "revenue", 1),
    ],
)
def test_units_with_a_sign_and_headers_of_two_rows_are_known_names(text, column, scale):
    header = read_header(text)
    assert name_score(header, "transactions", column)[0] > 0.9
    assert header.scale == scale
