"""Cells that say what a line is: a return, cancelled, only an offer, its currency, its side.

The words stand in English, German, French, Spanish, Italian, Dutch, Polish, Russian and Chinese.
A word counts where it stands in a cell as a word of its own; Chinese words anywhere in it.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from kamlib.data.describe.flags import flags_told
from kamlib.data.describe.headers import same_words
from kamlib.data.describe.letters import simplified, words_apart
from kamlib.data.describe.names import ACCOUNT, COMPANY, MANAGER, PRODUCT_LINE
from kamlib.data.describe.synonyms import SYNONYMS

RETURN = "return"
CANCELLED = "cancelled"
PAYMENT = "payment"
UNFINISHED = "unfinished"
DEPOSIT = "deposit"
EARLIER = "earlier stage"
PLAN = "plan"
OPEN = "open order"
INTERNAL = "internal"
CURRENCY = "currency"
PLUS_SIDE = "plus side"
MINUS_SIDE = "minus side"

_WORDS = {
    PAYMENT: (
        "payment, payments, customer payment, payment received, receive payment, received payment,"
        "pmt, invoice payment, sales payment, prepayment, bill payment, bill pmt, refund payment,"
        "bill payment check, bill payment credit card, bill pmt check, vendor payment, transfer,"
        "bank transfer, in_invoice, in_refund, vendor bill, vendor credit, vendor credit note,"
        "supplier invoice, purchase invoice, purchase, expense,"
        "einkauf, einkäufe, wareneinkauf, achat, achats, compra, compras, acquisto, acquisti,"
        "inkoop, inkopen, zakup, zakupy, inköp, indkøb, osto, ostot, закупка, закупки,"
        "purchases, zahlung, zahlungen, zahlungseingang, kundenzahlung, einzahlung,"
        "zahlung erhalten,"
        "eingangsrechnung, keine debitorenbuchung, sonstige buchung,"
        "paiement, paiement client, paiement reçu,"
        "règlement, reglement, règlement client, encaissement, pago, pagos, pago recibido,"
        "pago de cliente, cobro, cobros, pagamento, pagamento ricevuto, incasso, recebimento,"
        "betaling, betalingen, ontvangen betaling, płatność, platnosc, wpłata, wplata, zapłata,"
        "оплата, оплата от покупателя, оплата покупателя, платеж, платёж, платежи, оплаты,"
        "поступление на расчетный счет, поступление на расчётный счёт, поступление оплаты,"
        "поступление денежных средств, приходный кассовый ордер, платежное поручение,"
        "поступление безналичных дс"
    ),
    RETURN: (
        "credit note, credit memo, creditmemo, credit invoice, customer credit, creditnote,"
        "credit notes, sales credit, return, returns, returned, sales return, refund, refunded,"
        "chargeback, reversal, reversed, reverse, rma, gutschrift, retoure, rückgabe,"
        "rechnungskorrektur,"
        "storno, stornorechnung, rücksendung, avoir, retour, remboursement, note de crédit,"
        "nota de crédito, abono, devolución, devolucion, factura rectificativa, nota di credito,"
        "reso, creditnota, creditfactuur, terugbetaling, korekta, faktura korygująca, zwrot,"
        "возврат, сторно, корректировка, корректировочный, возврат товаров, возврат от покупателя,"
        "kreditnota, out_refund, crn, cm, cr.memo, cr memo, credit memos, creditmemos,"
        "gutschriften, gutschriftsanzeige, retouren, rechnungskorrekturen, stornorechnungen,"
        "stornos, avoirs, retours, factures d'avoir, notes de crédit, abonos, devoluciones,"
        "notas de crédito, facturas rectificativas, note di credito, resi, creditnotas,"
        "creditfacturen, retouren, korekty, faktury korygujące, zwroty, kreditnotor, kreditnotaer,"
        "kreditfaktura, kreditfakturor, hyvityslasku, hyvitys, возвраты"
    ),
    CANCELLED: (
        "cancelled, canceled, cancel, cancelled order, void, voided, deleted, rejected, failed,"
        "declined, storniert, abgebrochen, annulliert, abgelehnt, annulé, annulée, annulee, annule,"
        "cancelado, cancelada, anulado, anulada, annullato, annullata, geannuleerd, anulowane,"
        "anulowana, anulowany, отменен, отменён, отменено, отменена, аннулирован, аннулировано,"
        "удален, удалён, не проведен, не проведён, отмена, помечен на удаление,"
        "помечена на удаление, помечено на удаление, пометка удаления, пометка на удаление,"
        "closed lost, lost, verloren,"
        "geschlossen verloren, perdu, perdue, fermé perdu, cerrada perdida, perdida, perdido,"
        "makuleret, makulerad, annulleret, annullerad, peruttu, kansellert, avbruten"
    ),
    UNFINISHED: (
        "draft, quotation, quote, offer, estimate, proforma, pro forma, pro-forma, sales quote,"
        "not confirmed, unconfirmed, planned, entwurf, angebot, kostenvoranschlag,"
        "brouillon, devis,"
        "borrador, presupuesto, cotización, bozza, preventivo, concept, offerte, szkic, oferta,"
        "quotes, offers, quotations, estimates, drafts, sales quotes, angebote, entwürfe, offertes,"
        "presupuestos, preventivi, oferty, offerter, предложения,"
        "черновик, проект, коммерческое предложение, предложение, счет на оплату,"
        "prospecting, qualification, needs analysis, value proposition, id. decision makers,"
        "perception analysis, proposal, proposal price quote, negotiation, negotiation review,"
        "qualified to buy, appointment scheduled, presentation scheduled, contract sent,"
        "verhandlung, qualifizierung, kladde, utkast, tilbud, offert, luonnos, tarjous"
    ),
    DEPOSIT: (
        "deposit, deposit invoice, down payment, down payment invoice, down payment request,"
        "advance invoice, prepayment invoice, advance payment, anzahlung, anzahlungsrechnung,"
        "abschlagsrechnung, vorauszahlung, vorauszahlungsrechnung, vorauskasserechnung, acompte,"
        "facture d'acompte, anticipo, factura de anticipo, acconto, fattura di acconto, voorschot,"
        "voorschotfactuur, aanbetaling, zaliczka, faktura zaliczkowa, aconto, acontofaktura,"
        "a conto, ennakkolasku, авансовый счет, счет на аванс, аванс"
    ),
    PLAN: (
        "budget, budgeted, plan, planned sales, forecast, fcst, target, bud, plandaten, planwert,"
        "prognose, prévision, prévisions, prévu, objectif, presupuestado, previsión, previsto,"
        "prognoza, begroting, prognos, budsjett, план, прогноз, бюджет"
    ),
    INTERNAL: (
        "intercompany, inter-company, inter company, interco, intercompany sale,"
        "intercompany sales,"
        "intra-group, intragroup, intra group, related party, related parties, affiliated company,"
        "group company, konzernintern, konzern, konzernunternehmen, verbundenes unternehmen,"
        "verbundene unternehmen, innerbetrieblich, intragroupe, intra-groupe, société du groupe,"
        "intragrupo, infragruppo, parte vinculada, parti correlate, wewnątrzgrupowe,"
        "внутригрупповой, внутригрупповая, внутригрупповые, внутригрупповое, внутри группы,"
        "внутригрупповая реализация, внутригрупповая продажа, внутрихолдинговый,"
        "внутрихолдинговая, внутрихолдинговые, взаимозависимое лицо, связанная сторона,"
        "связанные стороны, аффилированное лицо"
    ),
    PLUS_SIDE: "s, soll, dr, d, debit, дт, дебет, +",
    MINUS_SIDE: "h, haben, cr, c, credit, k, кт, кредит, -",
}
_CHINESE = {
    PAYMENT: "收款 收款单 收款單 销售收款 客户收款 回款 回款单 付款 付款单 预收款 采购 采购发票",
    RETURN: "红字 销货退回 退回单 退货折让 销货折让 退货 冲销 贷项 销退 退款 冲红 红冲 負數 红单",
    CANCELLED: "作废 已取消 取消 已作废 已关闭 已撤销 撤销 交易关闭 订单关闭 已删除 已驳回",
    UNFINISHED: (
        "草稿 报价 未审核 暂存 预订 意向 报价单 未审批 待审核 审核中 重新审核 未提交 未过账 未记账"
    ),
    DEPOSIT: "定金 订金",
    PLAN: "预算 计划 预测",
    INTERNAL: (
        "内部交易 内部销售 内部客户 内部往来 关联方 关联交易 关联公司 关联企业 集团内 集团内部"
    ),
    PLUS_SIDE: "借",
    MINUS_SIDE: "贷",
}
# Stages of a sale before its invoice, which count where no invoice is told; as whole cells only.
_STAGES = (
    "order, orders, sales order, so, order confirmation, customer order, delivery, delivery note,"
    "packing slip, auftrag, aufträge, auftragsbestätigung, kundenauftrag, bestellung, lieferschein,"
    "lieferung, commande, bon de commande, commande client, bon de livraison, pedido,"
    "pedido de venta, albarán, ordine, ordine cliente, conferma ordine, ddt, bolla, verkooporder,"
    "opdracht, pakbon, leverbon, zamówienie, wz, order, ordre, följesedel, tilaus, заказ,"
    "заказ покупателя, заказ клиента, 订单, 销售订单, 销售订货单, 发货单, 送货单, 出货单, 销货订单"
)
_INVOICES = (
    "invoice, invoices, sales invoice, customer invoice, tax invoice, inv, rechnung, rechnungen,"
    "ausgangsrechnung, facture, factures, facture client, factura, factura de venta, fattura,"
    "fatture, fatura, factuur, verkoopfactuur, faktura, lasku, счет-фактура, счёт-фактура,"
    "реализация, реализация товаров, реализация товаров и услуг, 发票, 销售发票, 销货单, 销售单"
)
_EARLIER_STAGES, _INVOICED = (
    frozenset(word.strip() for word in listed.split(",")) for listed in (_STAGES, _INVOICES)
)
_WHOLE_CELL = frozenset((PAYMENT, DEPOSIT, PLAN, INTERNAL, PLUS_SIDE, MINUS_SIDE))
# Of a kind of sale or customer these say the same; alone they may be a warehouse or a team.
_INTERNAL_WORDS = (
    "internal intern interne interno interna внутренний внутренняя внутренние внутреннее 内部"
)
_INTERNALS = frozenset(_INTERNAL_WORDS.split())
_OF_WHOM = re.compile(
    r"customer|client|kund|cliente|klant|клиент|покупат|контраг|客户|party|channel|канал|渠道|"
    r"sales|umsatz|продаж|销售",
    re.IGNORECASE,
)
# States of an order that is neither delivered nor invoiced, as whole cells of a column of states.
_OPEN_WORDS = (
    "new, new order, open, open order, opened, created, entered, received, pending, in process,"
    "processing, in progress, in work, on hold, onhold, on-hold, held, hold, waiting, awaiting,"
    "awaiting payment, awaiting approval, awaiting fulfillment, awaiting shipment, pending payment,"
    "pending approval, pending shipment, not started, backorder, back order, backordered,"
    "not shipped, not delivered, not invoiced, to be invoiced, to invoice, to ship, planned,"
    "neu, neue bestellung, neuer auftrag, offen, offener auftrag, angelegt, erfasst, eingegangen,"
    "in bearbeitung, in arbeit, wartend, wartet, zurückgestellt, nicht geliefert, unbearbeitet,"
    "nicht berechnet, nicht fakturiert, zu liefern, nouveau, nouvelle, ouvert, ouverte, en cours,"
    "en attente, à facturer, nuevo, nueva, abierto, abierta, pendiente, en proceso, en curso,"
    "en espera, nuovo, nuova, aperto, aperta, in attesa, in corso, in lavorazione, nieuw, nieuwe,"
    "in behandeling, in afwachting, nowy, nowe, nowa, otwarte, otwarty, w trakcie, w realizacji,"
    "oczekujące, oczekuje, ny, öppen, åben, pågår, avoin, uusi,"
    "новый, новая, новое, новые, новый заказ, открыт, открыта, открыто, открытый, открытые,"
    "в работе, в обработке, в процессе, на рассмотрении, ожидание, ожидает, ожидается,"
    "ожидает оплаты, ожидает отгрузки, ожидает подтверждения, в ожидании, в резерве, принят,"
    "принята, принято, создан, создана, создано, на согласовании, не согласован, не подтвержден,"
    "не подтверждён, не отгружен, не отгружено, не обработан, не выполнен, не выполнено,"
    "к выполнению, к обеспечению, к отгрузке, отложен, отложено, на удержании"
)
_OPEN_CHINESE = (
    "新建 新增 新订单 新单 待处理 待付款 待支付 待发货 待出库 待确认 待开票 待收货 未完成 进行中 "
    "处理中 执行中 未发货 未出库 未开票 未处理 未确认 未执行 开立 打开 已下单 等待 等待发货 "
    "等待付款 挂起 备货中"
)
_OPEN = frozenset([word.strip() for word in _OPEN_WORDS.split(",")] + _OPEN_CHINESE.split())
# A bill may be open or pending too: where others are paid, that is said of its money.
_MONEY_WORDS = (
    "open opened pending offen ouvert ouverte aperto aperta abierto abierta pendiente otwarte "
    "otwarty öppen åben avoin открыт открыта открыто"
)
_OF_MONEY = frozenset(_MONEY_WORDS.split())
_PAID = re.compile(
    r"\b(?:paid|overdue|bezahlt|beglichen|überfällig|payée?|pagad[oa]|pagat[oa]|betaald|zapłacon)|"
    r"оплач|просроч|已付|已收款|逾期|已结清",
    re.IGNORECASE,
)
# What an order's state is called; that of a payment or a customer is another thing.
_STATE = re.compile(r"stat(?:us|e|ut|o)\b|zustand|estado|статус|состояние|状态|狀態", re.IGNORECASE)
_OTHER_STATE = re.compile(
    r"pa(?:y|id)|financ|zahl|paiement|pago|pagament|betaal|оплат|付款|支付|收款|结算|fulfil|customer"
    r"|client|account|contact|lead|kunde|klant|клиент|покупат|контраг|客户|ticket|tax|united|region"
    r"|产品|product|товар|发票状态|credit|warranty",
    re.IGNORECASE,
)
# Only as the whole cell: beside other words they may be part of a name.
_SHORT_WORDS = (
    "crn,cm,lost,verloren,perdu,perdue,perdida,perdido,prospecting,qualification,needs analysis,"
    "value proposition,perception analysis,proposal,negotiation,contract sent,verhandlung,"
    "qualifizierung,proposal price quote,negotiation review,qualified to buy,resi,hyvitys,offert,"
    "tilbud"
)
_SHORT = frozenset(_SHORT_WORDS.split(","))
# The currencies that companies trade in, as ISO 4217 codes, and how else they are written.
_CODES = (
    "AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CRC CZK DKK DOP DZD EGP EUR GBP "
    "GEL GHS HKD HRK HUF IDR ILS INR IQD ISK JOD JPY KES KRW KWD KZT LKR MAD MXN MYR "
    "NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB RUR RMB SAR SEK SGD THB TND TRY "
    "TWD UAH UGX USD UYU UZS VES VND XAF XOF ZAR "
)
CODES = frozenset(_CODES.split())
# An article that is the tax of its document, as a pattern that Python and the engine read alike.
_RATE = r"\d{1,2}(?:[.,]\d+)?\s*%"
TAX_LINE = (
    rf"(?i)^(?:{_RATE}\s*)?(?:vat|sales tax|gst|hst|mwst|mehrwertsteuer|ust|umsatzsteuer|tva|iva|"
    r"btw|moms|podatek vat|ндс|增值税|销项税|销项税额|税额|税金)"
    rf"\.?:?\s*\(?(?:{_RATE})?\)?$"
)
# Those that are no word of a language when they are written small.
_NAMES_OF_FILES = frozenset(
    ("eur", "usd", "gbp", "chf", "cny", "rmb", "jpy", "rub", "cad", "aud", "sek", "nok", "dkk")
)
_NAMED = {
    **dict.fromkeys(("€", "euro", "euros", "евро", "欧元", "歐元"), "EUR"),
    **dict.fromkeys(("$", "us$", "us dollar", "us dollars", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("美元", "美金", "доллар", "доллар сша", "долл.", "долл. сша"), "USD"),
    **dict.fromkeys(("£", "pound", "pounds", "pound sterling", "sterling", "英镑"), "GBP"),
    **dict.fromkeys(("¥", "人民币", "人民幣", "元", "yuan", "renminbi", "rmb", "юань"), "CNY"),
    **dict.fromkeys(("日元", "日圆", "日圓", "yen", "иена"), "JPY"),
    **dict.fromkeys(("港币", "港元", "港幣"), "HKD"),
    **dict.fromkeys(("台币", "新台币", "新臺幣", "新台幣"), "TWD"),
    **dict.fromkeys(("₽", "р.", "р", "руб", "руб.", "рубль", "рубли", "rur", "卢布"), "RUB"),
    **dict.fromkeys(("₴", "грн", "грн.", "гривна"), "UAH"),
    **dict.fromkeys(("₸", "тенге"), "KZT"),
    **dict.fromkeys(("fr.", "sfr", "franken", "swiss franc"), "CHF"),
    **dict.fromkeys(("zł", "zl", "złoty"), "PLN"),
    **dict.fromkeys(("kč", "kc"), "CZK"),
    **dict.fromkeys(("₹", "rs", "rs.", "rupee", "rupees"), "INR"),
    **dict.fromkeys(("₺", "tl"), "TRY"),
    **dict.fromkeys(("₩", "won"), "KRW"),
    **dict.fromkeys(("r$", "real"), "BRL"),
}
# Columns whose cells say which kind of document or booking a line is.
KIND_HEADERS = re.compile(
    r"\btype\b|\bkind\b|typ\b|\btyp|\bart\b|\w+art\b|tipo|soort|rodzaj|document|dokument|docum"
    r"|transaction|vorgang|voucher|вид|тип|документ|операц|类型|類型|类别|单据|業務|业务|单别|單別",
    re.IGNORECASE,
)
# What a column of such cells may be called; a side such as S or H tells nothing by itself.
SIDE_HEADERS = re.compile(
    r"shkzg|soll|haben|debit.?credit|credit.?debit|\bd\s?/\s?c\b|\bs\s?/\s?h\b|\bdc\b|dr.?cr|"
    r"借贷|方向|дт.?кт|дебет|sign|vorzeichen|знак|indicator",
    re.IGNORECASE,
)
# A state changes with time: what is "refunded" was sold first, and the same line came back.
STATE_HEADERS = re.compile(
    r"\bstat(?:us|e|ut|o)\b|zustand|estado|статус|состояние|状态|狀態", re.IGNORECASE
)
# What a figure that came true is called beside a plan.
ACTUAL = re.compile(
    r"^(?:actuals?|act|ist|istwerte?|real|réel|reales?|effektiv|werkelijk|факт|实际|实绩)$",
    re.IGNORECASE,
)
# A document that takes money away whatever the column is called that says so.
CREDIT_DOCUMENT = re.compile(
    r"credit|kredit|gutschrift|korrektur|avoir|crédit|abono|rectific|credito|crédito|korekt|korygu"
    r"|hyvitys|корректиров|贷项|红字|冲红",
    re.IGNORECASE,
)
IN_PART = re.compile(r"part|teil|частич|部分", re.IGNORECASE)
# Letters in the numbers of credit notes, in the languages above.
_LETTERS = (
    "CN CRN SCN CM SCM PSCM CRM CREDIT GS GU GUT GUTSCHRIFT RK RKO ST STO STORNO SR AV AVO AVOIR "
    "FAV NC NDC ND NCR AB ABO ABONO FR FREC REC DEV RET RTN RETURN RMA RCN REF REFUND KOR FK FKOR "
    "KFS FVK KFV KFVS KN KRED KREDIT KRE ВЗ ВОЗ ВОЗВРАТ TH XT XSTH XSTHD THD"
)
CREDIT_LETTERS = frozenset(_LETTERS.split())
# Columns of codes: what their header looks like, codes that must be there, and what codes say.
_KIND_CODES = (
    (
        re.compile(r"^(?:fkart|billing ?type|bill\.? ?type|fakturaart|faktart)$", re.IGNORECASE),
        frozenset(("F2",)),
        {RETURN: "G2 RE RK S1 S3 SV CBRE CBG2 G2S CR", UNFINISHED: "F5 F8"},
    ),
    (
        re.compile(r"^auart$", re.IGNORECASE),
        frozenset(),
        {RETURN: "RE CR G2 CBRE GA", UNFINISHED: "QT AG AN IN"},
    ),
    (
        re.compile(r"^vbtyp$|^sd document cat", re.IGNORECASE),
        frozenset(),
        {RETURN: "N O H K", UNFINISHED: "U A B"},
    ),
    (
        re.compile(r"^(?:blart|doc\w*\.? ?type|belegart)$", re.IGNORECASE),
        frozenset(("RV",)),
        {RETURN: "DG", PAYMENT: "DZ KR KG KZ"},
    ),
    (
        re.compile(r"\b(?:type|tp)\b", re.IGNORECASE),
        frozenset(("SI", "SC")),
        {RETURN: "SC", PAYMENT: "SR SA SD PI PC PP PA BP BR JD JC"},
    ),
)
_PEOPLE = "contact, contact name, billing name, shipping name, email, street, address"
_NAMES = ", ".join((ACCOUNT, COMPANY, MANAGER, _PEOPLE)).replace("?", "")
_ARTICLES = (
    SYNONYMS["transactions"]["product"]
    + ", "
    + PRODUCT_LINE
    + ", details, designation, text, product description, item text, category name"
).replace("?", "")
# A stage of a deal: only what is won is a sale.
STAGE_HEADERS = re.compile(
    r"\bstage\b|\bphase\b|阶段|階段|стадия|этап|сделк\w* статус|статус сделки", re.IGNORECASE
)
_WON = re.compile(
    r"\bwon\b|gewonnen|gagné|ganad|успешн|выигран|реализован|赢单|贏單|成交|中标", re.I
)
_LOST = re.compile(
    r"\blost\b|verloren|perdu|perdid|провал|проигр|отказ|输单|輸單|丢单|失败|流失", re.I
)
_NOT_WON = re.compile(r"未成交|не ?успешн|неуспешн|未中标", re.IGNORECASE)
# What sheets and files are called that hold orders, plans, and what was sold.
ORDER_PART = r"订单|訂單|заказ|\borders?\b|bestellung|aufträge|auftrag|commandes|pedidos"
BOOKED_PART = (
    r"发票|發票|开票|出库|发货|销售单|销货|реализац|отгруз|продаж|счет|invoice|\bsales\b|rechnung"
)
BOOKED_PART += r"|umsatz|facture|factura|fattur|shipment|deliver"
PLAN_PART = (
    r"预算|預算|计划|計劃|目标|\bплан|бюджет|прогноз|budget|forecast|\bplan\b|\bplanned\b|target"
)
_BOTH = re.compile(
    r"[与和及含、&+]|\band\b|\bund\b|\bet\b|\s[иy]\s|\bwith\b|\bс\b|\bless\b|\bnet\b", re.I
)
CURRENCY_HEADERS = re.compile(
    r"curr|crcy|waers|waerk|währung|devise|moneda|valuta|waluta|币|幣|货币|валют|iso", re.IGNORECASE
)


@cache
def told_by(cell: str) -> str:
    """What a cell says of its line: one of the kinds above, or an empty text.

    >>> told_by("Customer Credit Note"), told_by("Storniert"), told_by("Ivy Parts")
    ('return', 'cancelled', '')
    """
    text = _plain(cell)
    for kind, words in _patterns().items():
        if words.search(text):
            return kind
    return CURRENCY if currency_code(cell) else ""


def part_words(name: str) -> str:
    """A sheet's or file's name as words; empty where it names two things, "sales and returns"."""
    words = " ".join(re.findall(r"[^\W\d_]+|&|\+", unicodedata.normalize("NFKC", name)))
    words = words_apart(words).casefold()
    return "" if _BOTH.search(words) else words


def told_in(column: str, values: Sequence[str]) -> list[str]:
    """What each of a column's cells says of its line, as :func:`told_by` says it.

    A yes or a no counts where the header says what it makes of a line ("Cancelled": "X"), an
    order or a delivery where invoices stand beside it, and codes where the header says whose they
    are ("FKART", or "Type" beside SI and SC). In a column of names nothing is told, and in one of
    articles only what a cell begins with. Where some deal is won, another stage is no sale.

    >>> told_in("Customer Name", ["Return to Sender"]), told_in("FKART", ["F2", "ZRE"])
    ([''], ['', 'return'])
    >>> told_in("Cancelled", ["Y", "N"]), told_in("Stage", ["Closed Won", "Offer sent"])
    (['cancelled', ''], ['', 'unfinished'])
    """
    flags = flags_told(column, values)
    if flags is not None:
        return flags
    if same_words(column, _NAMES):
        return ["" for _value in values]
    if told := _by_header(column, [_plain(value) for value in values]):
        return told
    earlier = _before_invoices(column, values)
    open_ones = _open_states(column, values)
    internal = _INTERNALS if _OF_WHOM.search(column) or KIND_HEADERS.search(column) else ()
    codes = _codes_of(column, values)
    in_texts = same_words(column, _ARTICLES)
    whole = {
        **dict.fromkeys(internal, INTERNAL),
        **dict.fromkeys(open_ones, OPEN),
        **dict.fromkeys(earlier, EARLIER),
    }
    told = []
    for value in values:
        by_code = codes.get(value.strip().upper().removeprefix("Z"), "")
        by_words = told_by(value)
        if in_texts and not (by_words and _is_alone(value, by_words)):
            by_words = ""
        told.append(by_code or by_words or whole.get(_plain(value), ""))
    return told


def _by_header(header: str, cells: Sequence[str]) -> list[str]:
    """What cells say of the stages of deals, where some deal is won; empty if nothing."""
    name = _plain(words_apart(header))
    filled = {*cells} - {""}
    if STAGE_HEADERS.search(name) and any(map(_is_won, filled)):
        return ["" if _is_won(cell) else _stage(cell) for cell in cells]
    return []


def _is_won(text: str) -> bool:
    return bool(_WON.search(text)) and not _NOT_WON.search(text) and not _LOST.search(text)


def _stage(text: str) -> str:
    if not text:
        return ""
    return CANCELLED if _LOST.search(text) or _NOT_WON.search(text) else UNFINISHED


def _before_invoices(column: str, values: Sequence[str]) -> frozenset[str]:
    """What a column's cells may say of stages that an invoice follows: nothing without invoices."""
    if not KIND_HEADERS.search(column):
        return frozenset()
    return _EARLIER_STAGES if _INVOICED & {_plain(value) for value in values} else frozenset()


def _open_states(column: str, values: Sequence[str]) -> frozenset[str]:
    """What a column's cells say of open orders."""
    name = _plain(words_apart(column))
    if not _STATE.search(name) or _OTHER_STATE.search(name):
        return frozenset()
    said = {_plain(value) for value in values if told_by(value) != CANCELLED} - {""}
    is_paid = any(map(_PAID.search, said))
    return (_OPEN & said) - (_OF_MONEY if is_paid else frozenset())


def invoiced(values: Sequence[str]) -> list[bool]:
    """Whether each cell says that its line is invoiced."""
    return [_plain(value) in _INVOICED for value in values]


def _codes_of(column: str, values: Sequence[str]) -> dict[str, str]:
    own = {value.strip().upper() for value in values}
    listed = [codes for header, least, codes in _KIND_CODES
              if header.search(column.strip()) and least <= own]  # fmt: skip
    return {code: kind for codes in listed for kind, text in codes.items() for code in text.split()}


def _is_alone(cell: str, kind: str) -> bool:
    """Whether a cell says nothing but its kind, or what of: "Gutschrift zu RE-1001"."""
    text = _plain(re.split(r"[\d:;,#(–]| - ", cell)[0])
    found = _patterns()[kind].match(text)
    rest = text[found.end() :].strip() if found else text
    return bool(found) and re.fullmatch(_WHAT_OF, rest) is not None


_WHAT_OF = (
    r"(?:(?:zu|zur|zum|für|for|of|on|to|from|nr|no|sur|pour|de|du|para|su|voor|op|do|dla|för|til|"
    r"invoice|inv|rechnung|re|rg|facture|fa|factura|fattura|factuur|faktura|order)\b[.-]? ?)*"
)


@cache
def currency_code(cell: str) -> str:
    """The ISO code of the currency that a whole cell names, or an empty text."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if text.upper() in CODES and (text.isupper() or text.casefold() in _NAMED):
        return _NAMED.get(text.casefold(), text.upper())
    return _NAMED.get(text.casefold(), "")


def currency_of_text(cell: str) -> str:
    """The currency that a cell of a column of currencies names, one that is not known too.

    >>> currency_of_text("€"), currency_of_text("人民币"), currency_of_text(" xpf ")
    ('EUR', 'CNY', 'XPF')
    """
    return currency_code(cell) or cell.strip().upper()


def code_in_name(name: str) -> str:
    """The ISO code of the currency after which a sheet or file is called, or an empty text.

    >>> code_in_name("Sales USD"), code_in_name("umsatz_eur"), code_in_name("try this")
    ('USD', 'EUR', '')
    """
    codes = [
        _NAMED.get(word.casefold(), word.upper())
        for word in re.split(r"[\W_]+", name)
        if word.upper() in CODES and (word.isupper() or word in _NAMES_OF_FILES)
    ]
    return codes[0] if len({*codes}) == 1 else ""


def _plain(cell: str) -> str:
    text = simplified(unicodedata.normalize("NFKC", cell)).casefold()
    return " ".join(re.sub(r"[_/|]", " ", text).split())


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    made = {}
    for kind, listed in _WORDS.items():
        words = [word.strip() for word in listed.split(",") if word.strip()]
        whole = [w for w in words if kind in _WHOLE_CELL or w in _SHORT]
        inside = [w for w in words if w not in whole]
        parts = [f"^(?:{'|'.join(map(re.escape, whole))})$"] if whole else []
        if inside:
            inner = "|".join(re.escape(w) for w in sorted(inside, key=len, reverse=True))
            parts.append(rf"(?<![^\W\d_])(?:{inner})(?![^\W\d_])")
        chinese = simplified(_CHINESE[kind]).split()
        ends = "|".join(chinese)
        parts.append(f"^(?:{ends})$" if kind in _WHOLE_CELL else f"(?:{ends})")
        made[kind] = re.compile("|".join(parts))
    return made
