"""How exports write: headers, words, dates and numbers in the languages of the tests."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

# Key -> header, per language; zht is Traditional Chinese.
HEADERS = {
    "en": "document Invoice No, date Invoice Date, account Customer No, name Customer Name,"
    "product Item, line Category, quantity Quantity, price Unit Price, amount Net Amount,"
    "net Sales excl. VAT, vat VAT, gross Amount, total Total Amount, kind Document Type,"
    "side Debit/Credit, status Status, currency Currency, paper Amount in document currency,"
    "paper_currency Document currency, company Amount in local currency, red Sign",
    "de": "document Belegnummer, date Belegdatum, account Kundennummer, name Kundenname,"
    "product Artikel, line Warengruppe, quantity Menge, price Einzelpreis, amount Nettobetrag,"
    "net Netto, vat MwSt, gross Betrag, total Gesamtbetrag, kind Belegart,"
    "side Soll/Haben, status Status, currency Währung, paper Betrag in Belegwährung,"
    "paper_currency Belegwährung, company Betrag in Hauswährung, red Vorzeichen",
    "zh": "document 单据编号, date 单据日期, account 客户编码, name 客户名称,"
    "product 存货名称, line 存货分类, quantity 数量, price 无税单价, amount 无税金额,"
    "net 无税金额, vat 税额, gross 价税合计, total 单据金额, kind 单据类型,"
    "side 借贷方向, status 单据状态, currency 币种, paper 原币金额,"
    "paper_currency 原币, company 本币金额, red 红蓝字",
    "zht": "document 單據號碼, date 單據日期, account 客戶編號, name 客戶名稱,"
    "product 品名, line 產品類別, quantity 數量, price 單價, amount 未稅金額,"
    "net 未稅金額, vat 稅額, gross 含稅金額, total 單據金額, kind 單據類型,"
    "side 借貸, status 單據狀態, currency 幣別, paper 原幣金額,"
    "paper_currency 原幣, company 本幣金額, red 紅藍字",
    "ru": "document Номер документа, date Дата, account Код контрагента, name Контрагент,"
    "product Номенклатура, line Номенклатурная группа, quantity Количество, price Цена,"
    "amount Сумма без НДС, net Сумма без НДС, vat НДС, gross Сумма, total Сумма документа,"
    "kind Вид операции, side Дебет/Кредит, status Статус, currency Валюта,"
    "paper Сумма в валюте документа, paper_currency Валюта документа,"
    "company Сумма в валюте учета, red Знак",
}
GRAND = {"en": "Grand Total", "de": "Gesamtsumme", "zh": "合计", "zht": "合計", "ru": "Итого"}
SUBTOTAL = {
    "en": "Total {of}",
    "de": "Summe {of}",
    "zh": "{of}小计",
    "zht": "{of}小計",
    "ru": "Итого по {of}",
}
INVOICE = {
    "en": ("Invoice", "Credit Note"),
    "de": ("Rechnung", "Gutschrift"),
    "zh": ("销售出库单", "销售退货单"),
    "zht": ("銷貨單", "銷貨退回單"),
    "ru": ("Реализация", "Возврат от покупателя"),
}
STATUS = {
    "en": ("Invoiced", "Cancelled", "Draft", "Quotation"),
    "de": ("Fakturiert", "Storniert", "Entwurf", "Angebot"),
    "zh": ("已审核", "已作废", "草稿", "报价"),
    "zht": ("已審核", "已作廢", "草稿", "報價"),
    "ru": ("Проведен", "Отменен", "Черновик", "Предложение"),
}
CURRENCY = {"en": "USD", "de": "EUR", "zh": "CNY", "zht": "TWD", "ru": "RUB"}
SIGNS = {"en": "$", "de": "€", "zh": "¥", "zht": "NT$", "ru": "₽"}
WORDS = {"en": "dollars", "de": "Euro", "zh": "元", "zht": "元", "ru": "руб."}
THOUSAND = {"en": "k", "de": "Tsd.", "zh": "万", "zht": "萬", "ru": "тыс."}
THOUSANDS_OF = {
    "en": "{} (thousands)",
    "de": "{} (TEUR)",
    "zh": "{}(万元)",
    "zht": "{}(萬元)",
    "ru": "{}, тыс. руб.",
}
NAMES = {
    "en": ("Alder Tools", "Birch & Sons", "Cedar Works", "Dogwood Ltd", "Elm Trading", "Fir Supply",
           "Gorse Metal", "Hazel Pumps", "Ivy Parts", "Juniper Inc", "Kapok Co", "Larch Lines"),
    "de": ("Ahorn GmbH", "Müller & Söhne", "Zeder KG", "Buche AG", "Ulmen Handel", "Fichte OHG",
           "Ginster Metall", "Hasel Pumpen", "Efeu Teile", "Wacholder GmbH", "Linde SE", "Lärche"),
    "zh": ("苏州海川医疗器械有限公司", "成都佳木机电设备有限公司", "北京瑞丰电子有限公司",
           "宁波恒达电子有限公司", "上海华辰建材有限公司", "深圳永泰新能源有限公司",
           "广州嘉禾贸易有限公司", "杭州宏业食品有限公司", "武汉盛世商贸有限公司",
           "青岛远大阀门有限公司", "南京中科仪器有限公司", "天津鑫源钢铁有限公司"),
    "ru": ("ООО «Каскад»", "АО «Север»", "ООО «Сибирь-Опт»", "ИП Смирнов", "ООО «Ромашка»",
           "ЗАО «Вектор»", "ООО «Альфа»", "ПАО «Металл»", "ООО «Гидромаш»", "АО «Ладога»",
           "ООО «Урал-Снаб»", "ООО «Восток»"),
}  # fmt: skip
NAMES["zht"] = NAMES["zh"]
PRODUCTS = {
    "en": (("P-100", "Valves"), ("P-200", "Pumps"), ("P-300", "Seals"), ("P-400", "Hoses")),
    "de": (("P-100", "Ventile"), ("P-200", "Pumpen"), ("P-300", "Dichtungen"), ("P-400", "Rohre")),
    "zh": (("球阀DN50", "阀门"), ("离心泵IS80", "水泵"), ("法兰PN16", "配件"), ("软管", "管件")),
    "ru": (("Кран DN50", "Арматура"), ("Насос К80", "Насосы"), ("Фланец", "Крепёж"),
           ("Рукав", "Рукава")),
}  # fmt: skip
PRODUCTS["zht"] = PRODUCTS["zh"]
NATIONAL = {"en": "cp1252", "de": "cp1252", "zh": "gb18030", "zht": "big5", "ru": "cp1251"}

_EN = "January February March April May June July August September October November December"
_DE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
_RU_MONTHS = "Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь"
_WEEK = "一二三四五六日"


def _month(names: str, day: dt.date, letters: int | None = None) -> str:
    return names.split()[day.month - 1][:letters]


def _serial(day: dt.date) -> int:
    return (day - dt.date(1899, 12, 30)).days


# Name -> how it writes a day, and the language that it needs.
DATES: dict[str, tuple[Callable[[dt.date], object], str]] = {
    "iso": (lambda d: d.isoformat(), ""),
    "with time": (lambda d: f"{d:%Y-%m-%d} 09:15:00", ""),
    "D.M.Y": (lambda d: f"{d:%d.%m.%Y}", ""),
    "D/M/Y": (lambda d: f"{d:%d/%m/%Y}", ""),
    "M/D/Y": (lambda d: f"{d:%m/%d/%Y}", ""),
    "M/D/Y short": (lambda d: f"{d.month}/{d.day}/{d:%y}", ""),
    "D.M.y": (lambda d: f"{d:%d.%m.%y}", ""),
    "y-m-d": (lambda d: f"{d:%y-%m-%d}", ""),
    "y/m/d": (lambda d: f"{d:%y/%m/%d}", ""),
    "yyyymmdd": (lambda d: f"{d:%Y%m%d}", ""),
    "Y/M/D": (lambda d: f"{d.year}/{d.month}/{d.day}", ""),
    "serial": (_serial, ""),
    "5-Mar-24": (lambda d: f"{d.day}-{_month(_EN, d, 3)}-{d:%y}", "en"),
    "March 5, 2024": (lambda d: f"{_month(_EN, d)} {d.day}, {d.year}", "en"),
    "5. März 2024": (lambda d: f"{d.day}. {_month(_DE, d)} {d.year}", "de"),
    "5 марта 2024 г.": (lambda d: f"{d.day} {_month(_RU, d)} {d.year} г.", "ru"),
    "05-мар-2024": (lambda d: f"{d:%d}-{_month(_RU, d, 3)}-{d.year}", "ru"),
    "05.03.2024 г.": (lambda d: f"{d:%d.%m.%Y} г.", "ru"),
    "2024年3月5日": (lambda d: f"{d.year}年{d.month}月{d.day}日", "zh"),
    "2024年3月5号": (lambda d: f"{d.year}年{d.month}月{d.day}号", "zh"),
    "2024年3月5日 星期二": (
        lambda d: f"{d.year}年{d.month}月{d.day}日 星期{_WEEK[d.weekday()]}",
        "zh",
    ),
    "2024-3-5 上午": (lambda d: f"{d.year}-{d.month}-{d.day} 上午 9:05:00", "zh"),
    "2024/3/5 下午": (lambda d: f"{d.year}/{d.month}/{d.day} 下午 3:05", "zh"),
    "113/03/05": (lambda d: f"{d.year - 1911}/{d:%m/%d}", "zht"),
    "民國113年3月5日": (lambda d: f"民國{d.year - 1911}年{d.month}月{d.day}日", "zht"),
    "registrator": (lambda d: f"Реализация 00УТ-000{d:%m%d} от {d:%d.%m.%Y} 12:00:00", "ru"),
    "Mar-24": (lambda d: f"{_month(_EN, d, 3)}-{d:%y}", "en"),
    "2024-03": (lambda d: f"{d:%Y-%m}", ""),
    "03.2024": (lambda d: f"{d:%m.%Y}", ""),
    "Март 2024": (lambda d: f"{_month(_RU_MONTHS, d)} {d.year}", "ru"),
    "2024年3月": (lambda d: f"{d.year}年{d.month}月", "zh"),
    "Excel cells": (lambda d: dt.datetime(d.year, d.month, d.day), ""),
    "swapped by Excel": (
        lambda d: dt.datetime(d.year, d.day, d.month) if d.day <= 12 else f"{d:%d/%m/%Y}",
        "",
    ),
}
MONTHLY = {"Mar-24", "2024-03", "03.2024", "Март 2024", "2024年3月"}
EXCEL_DATES = {"Excel cells", "swapped by Excel"}
MONTH_HEADER = {
    "en": lambda d: f"{_month(_EN, d, 3)} {d.year}",
    "de": lambda d: f"{_month(_DE, d)} {d.year}",
    "zh": lambda d: f"{d.year}年{d.month}月",
    "zht": lambda d: f"{d.year}年{d.month}月",
    "ru": lambda d: f"{_month(_RU_MONTHS, d)} {d.year}",
}

# Name -> thousands and decimal sign.
NUMBERS = {
    "1234.50": ("", "."),
    "1,234.50": (",", "."),
    "1234,50": ("", ","),
    "1.234,50": (".", ","),
    "1 234,50": ("\N{NO-BREAK SPACE}", ","),
    "1 234,50 narrow": ("\N{NARROW NO-BREAK SPACE}", ","),
    "1’234.50": ("’", "."),
    "1'234.50": ("'", "."),
    "１，２３４．５０": (",", "."),
    "12,34,567.50": (",", "."),
}
_WIDE = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")


def number_text(value: Decimal, style: str, places: int) -> str:
    """A number that is not negative in a style, with so many places."""
    thousands, decimal = NUMBERS[style]
    text = f"{value:,.{places}f}"
    if style == "12,34,567.50" and value >= 100_000:
        whole, _, rest = f"{value:.{places}f}".partition(".")
        head, tail = whole[:-3], whole[-3:]
        pairs = [head[max(0, n - 2) : n] for n in range(len(head), 0, -2)][::-1]
        text = ",".join((*pairs, tail)) + (f".{rest}" if rest else "")
    text = text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)
    return text.translate(_WIDE) if style.startswith("１") else text


def headers(language: str) -> dict[str, str]:
    """Key -> header."""
    pairs = (item.strip().partition(" ") for item in HEADERS[language].split(","))
    return {key: header for key, _, header in pairs}
