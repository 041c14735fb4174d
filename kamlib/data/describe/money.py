"""Words in headers of money columns: the tax itself, rates, discounts, sides, price units.

A pattern is searched in the header as it is written, without regard to case.
"""

import re
import unicodedata

from kamlib.data.describe.headers import is_tax, read_header
from kamlib.data.describe.letters import simplified

# The rates (per cent) of value added tax that states use.
TAX_RATES = (
    *(2.5, 2.6, 3, 3.7, 3.8, 4, 5, 5.5, 6, 7, 7.7, 8, 8.1, 9, 10, 11, 12, 13, 13.5, 14, 15, 16),
    *(17, 18, 19, 20, 21, 22, 23, 24, 25, 25.5, 27),
)
_TAX_AMOUNT = re.compile(r"税额|税金(?!额)|销项税|增值税(?!率)")
_TAX_RATE = re.compile(r"税率|steuersatz|mwst.?satz|ust.?satz|ставка.{0,5}ндс|ставка налога")
_RATE_WORD = re.compile(
    r"\b(?:rate|percent|pct|satz|taux|tasa|tipo|aliquota|stawka|code)\b|ставка|%"
)
EXCHANGE_RATE = re.compile(
    r"exch\w*.?rate|\bfx\b|fx.?rate|rate of exchange|conversion.?rate|currency.?rate|kurrf|kursf|"
    r"wechselkurs|umrechnungskurs|\bkurs\b|taux de change|tipo de cambio|tasso di cambio|"
    r"wisselkoers|汇率|匯率|курс",
    re.IGNORECASE,
)
COMPANY_CURRENCY = re.compile(
    r"company.?curr|local.?curr|base.?curr|home.?curr|functional.?curr|reporting.?curr|\blcy\b|"
    r"in.?base|hauswähr|hauswaehr|eigenwähr|in hw\b|devise (?:locale|société)|moneda local|"
    r"valuta (?:locale|di conto)|waluta krajowa|本位币|本币|记账本位|валют\w* (?:рег\w*|упр\w*|"
    r"учет\w*|учёт\w*|баланс\w*)|\bупр\b|регл",
    re.IGNORECASE,
)
DEBIT = re.compile(r"\bdebit|\bdebet|\bsoll|\bdébit|\bdebe\b|\bdare\b|\bwinien\b|дебет|借方", re.I)
CREDIT = re.compile(
    r"\bcredit\b|\bhaben|\bcrédit|\bhaber\b|\bavere\b|\bma\b|кредит|贷方|貸方",
    re.I,
)
PRICE_UNIT = re.compile(
    r"peinh|kpein|price.?unit|unit.?of.?price|price.?per$|preiseinheit|\bpe\b|per.?unit.?qty|"
    r"价格单位|计价单位数|ед\w*.?цены|кол\w*.?для.?цены|^per$|^pro$|price.?base|price.?quantity",
    re.IGNORECASE,
)
PRICE_PER = re.compile(
    r"(?:per|pro|je|за|par|por|每|/)\s*(100|1000|10|1\s000|1,000|百|千|hundred|thousand|сто|"
    r"тысячу)(?:\b|(?=[件个個支只单單价價\s)）]|$))[件个個支只]?",
    re.IGNORECASE,
)
DISCOUNT = re.compile(
    r"discount|\bdisc\b|rebate|rabatt|nachlass|remise|descuento|sconto|korting|rabat\b|"
    r"折扣|优惠|折让|скидк",
    re.IGNORECASE,
)
PAID_SHARE = re.compile(r"折扣|折率|扣率", re.IGNORECASE)
# Roughly what one of each was worth in euros; only to tell a rate from its reciprocal.
_WORTH = {
    "EUR": 1.0, "USD": 0.92, "GBP": 1.17, "CHF": 1.04, "JPY": 0.0063, "CNY": 0.128, "RUB": 0.0105,
    "PLN": 0.23, "CZK": 0.04, "SEK": 0.088, "NOK": 0.086, "DKK": 0.134, "HUF": 0.0026,
    "TRY": 0.03, "INR": 0.011, "KRW": 0.00069, "HKD": 0.118, "TWD": 0.029, "SGD": 0.68,
    "CAD": 0.68, "AUD": 0.61, "UAH": 0.023, "KZT": 0.002, "BRL": 0.17, "MXN": 0.05, "ZAR": 0.05,
}  # fmt: skip
AMOUNT_WORD = re.compile(
    r"amount|\bamt\b|value|sum\b|betrag|montant|importe|importo|bedrag|kwota|额|сумма",
    re.IGNORECASE,
)
AFTER_DISCOUNT = re.compile(
    r"discounted|after.?disc|\bnet\b|netto|折后|实收|成交|实际|со скидк|с учет\w* скид",
    re.IGNORECASE,
)
PER_CENT = re.compile(r"%|percent|per cent|pct|prozent|rate\b|率|процент|доля", re.IGNORECASE)
COST = re.compile(
    r"cost|cogs|kosten|selbstkost|wavwr|coût|cout|coste|costo|kostprijs|koszt|成本|себестоим|"
    r"закуп|einstand|\bek\b",
    re.IGNORECASE,
)
MARGIN = re.compile(
    r"margin|profit|marge|deckungsbeitrag|rohertrag|margen|毛利|利润|прибыль|маржа|марж|доход|\bdb\b",
    re.IGNORECASE,
)
NO_AMOUNT = re.compile(
    r"freight|shipping|postage|handling|运费|доставк|frachte?|versand|refund|paid|payment|"
    r"balance|outstanding|credit limit|target|budget|plan|weight|volume|gewicht|вес\b|重量",
    re.IGNORECASE,
)


# Stages of one sale, as columns of amounts and quantities are called after them.
INVOICED = re.compile(
    r"invoiced?\b|\bbilled\b|\bbilling\b|fakturiert|\bberechnet|rechnung|facturé|\bfactur|fatturat"
    r"|gefactureerd|zafakturowan|выставлен|счет|счёт|фактур|开票|发票",
    re.IGNORECASE,
)
DELIVERED = re.compile(
    r"\bshipped\b|\bshipments?\b|deliver(?:ed|y|ies)\b|\bdispatched\b|\bfulfilled\b|geliefert"
    r"|liefer|versandt|livré|livraison|entregad|consegnat|geleverd|dostarczon|отгру[жз]|реализ"
    r"|出库|发货|出货|销货|已发|实发|交货",
    re.IGNORECASE,
)
ORDERED = re.compile(
    r"\border(?:ed|s)?\b|\bbooked\b|\bbookings?\b|bestell|auftrag|\bcommand|\bpedid|\bordinat"
    r"|besteld|zamówi|заказ|订单|订货|下单|订购|预订",
    re.IGNORECASE,
)
_STILL_TO_COME = re.compile(
    r"\bto (?:be )?(?:invoice|ship|deliver|bill)|\bnot\b|\bun(?=invoiced|billed|shipped)|\bopen\b"
    r"|remain|outstanding|\bnoch\b|\boffen|\brest|à (?:facturer|livrer)|\bне\b|\bк отгруз|остат"
    r"|未|待|剩余",
    re.IGNORECASE,
)
REFUND = re.compile(
    r"refund|\breturns?\b|\breturned\b|credit.?(?:note|memo)s?|rückerstatt|erstattung|retoure"
    r"|rückgabe|rücksendung|gutschrift|rembours|\bretours?\b|\bavoirs?\b|reembolso|devoluci"
    r"|\bresi\b|zwrot|возврат|退款|退货|销退|红字",
    re.IGNORECASE,
)
_NO_REFUND = re.compile(
    r"qty|quantity|menge|anzahl|stück|pieces|units|count|кол|шт|数量|件数|date|datum|дата|日期"
    r"|rate|percent|%|率|policy|days|number|номер|单号|\bid\b|\bno\b",
    re.IGNORECASE,
)
NET_OF_RETURNS = re.compile(
    r"\bnet (?:sales|revenue|turnover)\b|nettoumsatz|чист\w+ (?:продаж|выручк)|净销售|净额|退后",
    re.IGNORECASE,
)
SUBTOTAL = re.compile(r"^sub.?total|^amount.?total|zwischensumme|sous.?total|小计", re.IGNORECASE)


def plain(header: str) -> str:
    """A header in one spelling, traditional letters simplified, for the patterns above."""
    text = simplified(unicodedata.normalize("NFKC", header)).replace("_", " ")
    return " ".join(text.split())


def says_own_currency(header: str) -> bool:
    """Whether a header says which currency its amounts are in, or that it is the company's.

    >>> says_own_currency("Amount (EUR)"), says_own_currency("Amount in local currency")
    (True, True)
    """
    return bool(read_header(header).currency or COMPANY_CURRENCY.search(plain(header)))


def usual_rate(code: str, own: str) -> float:
    """Roughly what one unit of a currency is worth in another; 0 where that is not known.

    >>> round(usual_rate("CHF", "EUR"), 2), usual_rate("XXX", "EUR")
    (1.04, 0.0)
    """
    return _WORTH.get(code, 0.0) / _WORTH[own] if own in _WORTH else 0.0


def is_refund(header: str) -> bool:
    """Whether a header names money that goes back, rather than pieces, days or numbers.

    >>> is_refund("Returns"), is_refund("退货数量"), is_refund("Возвраты")
    (True, False, True)
    """
    text = plain(header)
    return bool(REFUND.search(text)) and not _NO_REFUND.search(text)


def stage_of(header: str) -> str:
    """``invoiced``, ``delivered`` or ``ordered`` where a header says so, else empty.

    >>> stage_of("Qty. Invoiced"), stage_of("Сумма заказа"), stage_of("Amount to invoice")
    ('invoiced', 'ordered', '')
    """
    text = plain(header)
    if _STILL_TO_COME.search(text):
        return ""
    stages = (("invoiced", INVOICED), ("delivered", DELIVERED), ("ordered", ORDERED))
    return next((stage for stage, words in stages if words.search(text)), "")


def tax_kind(header: str) -> str:
    """``amount`` where a header names the tax itself, ``rate`` for its rate, else empty.

    >>> tax_kind("VAT"), tax_kind("VAT %"), tax_kind("Sales excl. VAT")
    ('amount', 'rate', '')
    """
    text = plain(header).casefold()
    if _TAX_RATE.search(text):
        return "rate"
    named = is_tax(read_header(header))
    if named and (_RATE_WORD.search(text) or read_header(header).percent):
        return "rate"
    return "amount" if named or _TAX_AMOUNT.search(text) else ""
