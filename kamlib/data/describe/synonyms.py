"""What companies call our columns: English, Chinese and Russian, with SAP and some German names.

Names stand in order of preference, separated by commas. A name is compared without case, spaces,
underscores and units; "no", "number", "code", "key", "код", "номер" after or before a word all
count as "id", and so do 编码, 编号, 代码 and 号. Two marks:

- ``~amount`` may also be the head of a longer name ("Invoiced amount", "Сумма продажи");
- ``?name`` is taken only where nothing better is there.
"""

from kamlib.data.describe.names import (
    ACCOUNT,
    ANNUAL_REVENUE,
    COMPANY,
    DOCUMENT,
    EMPLOYEES,
    INDUSTRY,
    MANAGER,
    PRODUCT_LINE,
    REGION,
)
from kamlib.data.describe.side_synonyms import SIDE_SYNONYMS

SYNONYMS: dict[str, dict[str, str]] = {
    "transactions": {
        "account": ACCOUNT
        + (
            "?contact name, ?contactname, ?contact, ?billing name, ?invoice partner display name,"
            "?partner display name, ?email, ?customer email"
        ),
        "date": (
            "invoice date, billing date, document date, posting date, transaction date, sale date,"
            "sales date, order date, date, day, fkdat, budat, bldat, erdat, datum, belegdatum,"
            "rechnungsdatum, buchungsdatum, 发票日期, 开票日期, 单据日期, 销售日期, 出库日期,"
            "订单日期, 业务日期, 过账日期, 下单日期, 交易日期, 日期, дата документа,"
            "дата накладной, дата реализации, дата продажи, дата отгрузки, дата счета,"
            "дата заказа, дата операции, дата, период, invoice bill date, bill date, booking date,"
            "accounting date, close date, closed at, closed date, won date, created at,"
            "invoiced on, 开单日期, 销货日期, 出货日期, 制单日期, 记账日期, 凭证日期, 发生日期,"
            "录单日期, 日期时间, 时间, дата регистратора, дата проводки, дата отражения,"
            "дата выписки, период день, auftragsdatum, date facture, date facturation, date piece,"
            "date commande, date vente, fecha, fecha factura, fecha documento, fecha pedido,"
            "fecha venta, data fattura, data documento, data ordine, data vendita, factuurdatum,"
            "fakturadatum, fakturadato, bilagsdato, orderdatum, ordredato, dato, laskun paiva,"
            "laskun paivamaara, laskupaiva, paivamaara, paivays,"
            "besteldatum, boekdatum, data faktury, data wystawienia, data sprzedazy,"
            "data dokumentu, ?data, ~date, ~日期, ~дата"
        ),
        "document": DOCUMENT,
        "line": (
            "line id, invoice line, order line, item line id, line item, line, position, posnr,"
            "position id, 行号, 分录号, 明细行号, 项次, 序号, 行项目, 开票项目, 凭证行号,"
            "invoice line id, order line id, document line, line no, ordernumber line,"
            "order line number, rechnungsposition, pos, ligne, id ligne, linea, riga, id riga,"
            "regel, regelnummer, pozycja, lp, номер п п, ?seq, номер строки, строка, позиция"
        ),
        "revenue": (
            "nettobelopp, nettobeløb, nettobelop, belopp exkl moms, belob ekskl moms,"
            "veroton summa,"
            "netto belopp, net revenue, net sales, net amount, net value, sales net, amount net,"
            "nettoumsatz,"
            "netwr, untaxed amount signed, untaxed amount in currency signed, untaxed amount,"
            "untaxed total, subtotal without tax, nettobetrag, netto, nettowert, montant ht,"
            "total ht, ca ht, prix total ht, importe neto, base imponible, importo netto,"
            "imponibile, totale netto, netto bedrag, bedrag excl, wartosc netto, kwota netto,"
            "sprzedaz netto, revenue, sales amount, sales revenue, sales, line amount, line total,"
            "amount in local currency, amount in company currency, local currency amount,"
            "company currency amount, amount local currency, amount in base currency,"
            "betrag in hauswährung, betrag hauswährung, umsatz in hauswährung,"
            "nettobetrag in hauswährung, сумма в валюте учета, сумма в валюте регл учета,"
            "сумма регл, сумма упр, montant en devise locale, montant en devise société,"
            "importe en moneda local, importo in valuta locale,"
            "amount, turnover, extended price, total price, total amount, sales value,"
            "invoice amount, umsatz, erlös, 本币无税金额, 本币不含税金额, 本位币金额,"
            "折后不含税金额, 折后金额, 不含税收入, 不含税金额, 未税金额, 无税金额, 不含税销售额,"
            "销售收入, 净额, 金额, 未税销售额, 税前金额, 净值, 净价值, 不含税合计, 不含税总额,"
            "不含税总金额, 不含税销售金额, 原币无税金额, 主营业务收入, 收入, 开票金额, 折扣后金额,"
            "实收金额, 成交金额, 销售额, 销售金额, 营业额, 本币金额, 含税金额, 价税合计,"
            "сумма без ндс, выручка без ндс, выручка, сумма продажи, сумма продаж, сумма,"
            "стоимость, стоимость продажи, сумма продаж без ндс, стоимость без ндс,"
            "выручка от продаж, выручка от реализации, сумма выручки, сумма оборот,"
            "сумма документа без ндс, реализация без ндс, продажи без ндс, сумма с ндс, оборот,"
            "продажи, сумма реализации, всего, close value, deal value, deal amount,"
            "opportunity amount, opportunity value, won amount, line subtotal, item total,"
            "line item amount, line net amount, net price total, sales value net, betrag,"
            "gesamtbetrag, rechnungsbetrag, gesamtpreis, chiffre d affaires, ca, montant,"
            "montant total, prix total, importe, importe total, ventas, venta, importo, fatturato,"
            "totale riga, vendite, bedrag, omzet, regelbedrag, kwota, wartosc, wartosc sprzedazy,"
            "belopp, belob, beløb, summa, omsattning, omsaetning, myynti, order line total,"
            "order lines subtotal, invoice lines subtotal, order lines total, dmbtr, wrbtr, hsl,"
            "sprzedaz, obrot, brutto, bruttobetrag, montant ttc, total ttc, importe bruto,"
            "importo lordo, ~revenue, ~amount, ~sales, ~umsatz, ~金额, ~销售额, ~收入, ~сумма,"
            "~выручка, ?amount in document currency,"
            "?document currency amount, ?betrag in belegwährung, ?сумма в валюте документа,"
            "?invoiced value, ?billed value, ?shipped value, ?delivered value, ?order value,"
            "?ordered value, ?rechnungswert, ?fakturawert, ?auftragswert, ?bestellwert,"
            "?net, ?total, ?gesamt, ?value, ?sum, ?合计, ?итого"
        ),
        "margin": (
            "margin, gross margin, gross profit, contribution margin, profit, margin amount,"
            "deckungsbeitrag, rohertrag, db1, 毛利, 毛利额, 毛利润, 销售毛利, 利润,"
            "gross margin amount, rohgewinn, marge, marge brute, margen, margen bruto, margine,"
            "margine lordo, brutomarge, marza, zysk, 毛利金额, 销售毛利额, 利润额, доход,"
            "валовая маржа, маржа, валовая прибыль, маржинальный доход, прибыль, валовой доход"
        ),
        "cost": (
            "cost of goods sold, cost of goods, cost of sales, cogs, total cost,"
            "total product cost, product cost, cost amount, cost, cost value, wavwr, wareneinsatz,"
            "selbstkosten, cout de revient, cout total, coste, coste total, costo, costo totale,"
            "costo del venduto, kostprijs, kostprijs totaal, koszt, koszt wlasny, 主营业务成本,"
            "成本, 销售成本, 成本金额, 总成本, 成本总额, себестоимость, себестоимость продаж,"
            "сумма себестоимости, закупочная стоимость, ~себестоимость, ~cogs"
        ),
        "currency": (
            "currency, currency id, waers, waerk, währung, 币种, 货币, 币别, валюта,"
            "валюта документа"
        ),
        "product": (
            "order lines product, invoice lines product, product id, item id, article id,"
            "material id, stock code, sku, part id, matnr,"
            "product, item, article, material, artikelnummer, artikel, 产品编号, 物料编码,"
            "商品编码, 存货编码, 料号, 货号, 品号, 产品, 物料, 商品, 存货, артикул, код товара,"
            "код номенклатуры, номенклатурный номер, номенклатура, товар, код продукта, продукт,"
            "商品编号, 货品编码, 货品编号, 产品代码, 产品长代码, 物料代码, 物料号, 存货代码,"
            "商品代码, номенклатура код, номенклатура артикул, товар код, артикул товара,"
            "код номенклатура, lineitem sku, product sku, variant sku, item sku, artikelnr,"
            "produkt, produktnummer, code article, reference article, ref article, reference,"
            "produit, code produit, articulo, codigo articulo, producto, codigo producto,"
            "articolo, codice articolo, prodotto, codice prodotto, artikelcode, product code,"
            "towar, kod towaru, indeks, symbol, produkty, ?product name, ?item name,"
            "?product description, ?产品名称, ?商品名称, ?物料名称, ?存货名称, ?品名, ?商品全名,"
            "?货品名称, ?产品全名, ?物料描述, ?商品, ?产品描述, ?lineitem name, ?item description,"
            "?description, ?artikelbezeichnung, ?bezeichnung, ?designation, ?libelle,"
            "?descripcion, ?descrizione, ?omschrijving, ?nazwa towaru, ?nazwa produktu,"
            "?наименование товара, ?наименование"
        ),
        "product_line": PRODUCT_LINE,
        "quantity": (
            "antal, antall, maara, order lines quantity, invoice lines quantity, quantity,"
            "order quantity, sales quantity, billed quantity, invoiced quantity, units,"
            "pieces, quantity sold, units sold, volume, fkimg, kwmeng, menge, 数量, 销售数量,"
            "出库数量, 实发数量, 订单数量, 开票数量, 件数, количество, кол-во, количество товара,"
            "объем, lineitem quantity, item quantity, quantity ordered, quantity invoiced,"
            "qty shipped, qty invoiced, qty ordered, anzahl, stuck, stueck, stuckzahl, quantite,"
            "qte, cantidad, unidades, quantita, qta, aantal, ilosc, 件数量, 计价数量, 已开票数量,"
            "基本数量, 主数量, 销量, кол во, колво, количество шт, количество в базовых единицах,"
            "~quantity, ~数量, ~количество, ~кол-во"
        ),
        "channel": (
            "channel, sales channel, distribution channel, order channel, vtweg, vertriebsweg,"
            "渠道, 销售渠道, 分销渠道, 渠道类型, канал, канал продаж, канал сбыта, 销售类型,"
            "销售方式, 业务类型渠道, absatzkanal, canal, canal de vente, canal de venta, canale,"
            "canale di vendita, verkoopkanaal, kanal, kanal sprzedazy, sales origin, ~channel"
        ),
        "region": REGION,
        "manager": MANAGER,
    },
    "accounts": {
        "account": ACCOUNT + ", ?id, ?code, ?编号, ?代码, ?код, ?name, ?名称, ?наименование",
        "name": COMPANY,
        "parent": (
            "parent, parent account, subsidiary of, parent id, parent company, group company,"
            "headquarters, 母公司, 上级客户, 集团, 所属集团, головная организация,"
            "материнская компания, холдинг, головной контрагент"
        ),
        "industry": INDUSTRY,
        "region": REGION,
        "manager": MANAGER,
        "since": (
            "since, customer since, client since, account since, start date, first order date,"
            "opened on, 合作日期, 建档日期, 合作开始日期, 首次合作日期, клиент с,"
            "дата начала работы, дата начала сотрудничества, 发展日期, 开户日期, 成立合作日期,"
            "首次交易日期, 签约日期, kunde seit, client depuis, cliente desde, cliente dal,"
            "klant sinds, klient od, ?created on, ?дата создания, ?创建日期"
        ),
        "employees": EMPLOYEES,
        "annual_revenue": ANNUAL_REVENUE,
        "credit_limit": (
            "credit limit, credit line, klimk, kreditlimit, 信用额度, 授信额度, 信用限额, 授信,"
            "кредитный лимит, лимит, лимит задолженности, сумма лимита"
        ),
        "payment_terms": (
            "payment terms, payment term, payment days, terms days, net days, credit days, zterm,"
            "账期, 付款期限, 付款天数, 信用期, 收款条件, 付款条件, 结算方式, 信用账期, 信用天数,"
            "收款期限, zahlungsbedingung, zahlungsziel, delai paiement, condiciones de pago,"
            "condizioni di pagamento, betalingstermijn, termin platnosci, условия оплаты,"
            "отсрочка, отсрочка платежа, срок оплаты, дней отсрочки"
        ),
        "order_cycle_days": (
            "order cycle, order cycle days, order interval, order interval days, reorder cycle,"
            "purchase cycle, buying cycle, 订货周期, 采购周期, 下单周期, 补货周期, bestellzyklus,"
            "bestellrhythmus, цикл заказов, периодичность заказов, интервал заказов"
        ),
        "market_leader": (
            "market leader, leader, 行业龙头, 市场领导者, 龙头企业, 是否龙头, 是否行业龙头,"
            "marktfuhrer, лидер рынка, лидер"
        ),
        "well_known": (
            "well known, known brand, 知名企业, 知名, 是否知名, 是否知名企业, известная компания,"
            "известный"
        ),
        "expert": "expert, expert buyer, demanding, 专业客户, 是否专业, эксперт, экспертность",
        "description": (
            "description, about, activity, company description, 描述, 简介, 公司简介, 主营业务,"
            "описание"
        ),
        "history": "history, 历史, 合作历史, история, история отношений",
        "structure": "structure, organisation structure, 组织结构, 组织架构, структура",
        "surroundings": "surroundings, environment, ecosystem, 上下游, 环境, окружение",
        "address": (
            "address, street address, street, address 1, address line 1, billing address,"
            "store address, company address, anschrift, adresse, strasse, straße, direccion,"
            "indirizzo, adres, 地址, 客户地址, 公司地址, 详细地址, адрес, юридический адрес,"
            "фактический адрес, адрес клиента"
        ),
    },
    **SIDE_SYNONYMS,
}

# Columns of transactions that are no target of their own but yield revenue or cost.
INGREDIENTS: dict[str, str] = {
    "price": (
        "order lines unit price, invoice lines unit price, a pris, apris, styckpris, enhedspris,"
        "price each, lineitem price, unit price net, unit net price, unit price, price,"
        "net price,"
        "sales price, selling price, price per unit, item price, verkaufspreis, einzelpreis,"
        "preis, 不含税单价, 单价, 含税单价, 销售单价, 价格, 售价, 折后单价, 未税单价, 无税单价,"
        "折扣单价, 成交价, netto einzelpreis, stuckpreis, prix unitaire, prix unitaire ht, pu ht,"
        "precio unitario, precio, prezzo unitario, prezzo, stukprijs, prijs, eenheidsprijs, cena,"
        "cena netto, cena jednostkowa, unit amount, цена за ед, цена, цена без ндс, цена продажи,"
        "цена за единицу, цена реализации, цена с ндс"
    ),
    "discount": (
        "discount, discount percent, discount rate, discount share, unit price discount percent,"
        "disc, disc percent, remise, descuento, sconto, korting, rabat, rabatt, 折扣, 折扣率,"
        "скидка, скидка percent, процент скидки, размер скидки"
    ),
    "unit_cost": (
        "unit cost, standard cost, cost per unit, cost price, purchase price, unit cost price,"
        "buy price, item cost, average cost, unit purchase price, ek preis, prix achat,"
        "precio compra, prezzo acquisto, inkoopprijs, cena zakupu, einstandspreis, 单位成本,"
        "成本单价, 成本价, 采购价, 标准成本, себестоимость единицы, закупочная цена, цена закупки,"
        "учетная цена, себестоимость за единицу"
    ),
}

# What a sheet or file with that table is called.
TABLE_NAMES: dict[str, str] = {
    "transactions": (
        "transactions, sales, invoices, invoice lines, orders, order lines, sales lines, billing,"
        "ledger, fact sales, 销售, 销售明细, 销售数据, 订单, 订单明细, 发票, 出库, 销售出库, 交易,"
        "продажи, реализация, отгрузки, заказы, выручка, транзакции, накладные"
    ),
    "accounts": (
        "accounts, customers, clients, customer master, resellers, dealers, companies, debtors,"
        "kunden, 客户, 客户资料, 客户档案, 客户主数据, 客户信息, 客户列表, клиенты, контрагенты,"
        "покупатели, заказчики, партнеры, карточки клиентов"
    ),
    "identities": (
        "identities, who is the customer, customer merges, duplicates, renumbered customers,"
        "merged customers, account merges, dubletten, umnummerierung, 客户归属, 客户合并,"
        "重复客户, кто есть кто, дубли клиентов, объединение клиентов"
    ),
    "contacts": "contacts, people, persons, contact persons, 联系人, контакты, контактные лица",
    "interactions": (
        "interactions, activities, meetings, calls, visits, complaints, crm, 互动, 拜访记录, 拜访,"
        "沟通记录, активности, встречи, звонки, события, взаимодействия, рекламации"
    ),
    "deliveries": "deliveries, shipments, delivery, 交货, 发货, 送货, 交付, поставки, доставки",
    "payments": (
        "payments, receivables, open items, 付款, 回款, 收款, 应收, платежи, оплаты, дебиторка"
    ),
    "tenders": "tenders, bids, rfp, 招标, 投标, 标书, тендеры, торги, закупки",
    "competitors": "competitors, competition, 竞争对手, 竞品, конкуренты",
    "judgements": "judgements, judgments, scores, ratings, 评价, 评分, оценки",
    "losses": (
        "losses, lost accounts, lost customers, churned, churn, 流失, 流失客户, потери, отток,"
        "ушедшие"
    ),
    "winbacks": (
        "winbacks, win back, reactivation, 挽回, 客户挽回, возврат, возвращение, реактивация"
    ),
    "prospects": (
        "prospects, leads, opportunities, 潜在客户, 线索, 商机, лиды, потенциальные клиенты"
    ),
    "managers": (
        "managers, sales team, sales people, salespeople, 经理, 业务员, 销售团队, менеджеры"
    ),
    "rates": (
        "rates, exchange rates, fx rates, fx, currency rates, currencies, exchange rate,"
        "wechselkurse, kurse, taux de change, tipos de cambio, 汇率, 汇率表, 外汇汇率, 币种,"
        "курсы валют, курсы, курс валют, валюты, курсы цб"
    ),
    "plays": "plays, playbook, strategies, 打法, 策略表, сценарии, стратегии",
    "plans": (
        "plans, plan, targets, sales targets, quotas, budget, 计划, 销售计划, 目标, планы, план"
    ),
}

# A person's or thing's name in a source that is looked up by its code.
FULL_NAMES = (
    "name, full name, employee name, manager name, salesperson name, category name, group name,"
    "product line name, region name, territory name, country name, display name, description,"
    "territory description, region description, name1, 姓名, 名称, 类别名称, 分类名称, 员工姓名,"
    "业务员名称, 业务员姓名, 职员名称, фио, наименование, название, имя сотрудника, bezeichnung"
)
FIRST_NAMES = "first name, firstname, given name, forename, vorname, prenom, nombre, имя"
LAST_NAMES = "last name, lastname, surname, family name, nachname, nom, apellido, фамилия"

# Files and sheets that hold no table of ours, and those that sum up what stands elsewhere.
OTHERS = (
    "suppliers, vendors, shippers, carriers, warehouses, supplier list, 供应商, 供应商资料, 仓库,"
    "物流公司, поставщики, перевозчики, склады, lieferanten, fournisseurs, proveedores"
)
SUMMARIES = (
    "pivot, pivot table, summary, dashboard, overview, totals, crosstab, by customer, by month,"
    "by product, chart, 汇总, 汇总表, 透视表, 数据透视表, 统计, 统计表, 总表, 排名, 图表, сводная,"
    "сводная таблица, свод, итоги, итог, сводка, диаграмма, zusammenfassung, ubersicht,"
    "auswertung, resume, synthese, resumen, riepilogo, overzicht, podsumowanie"
)
