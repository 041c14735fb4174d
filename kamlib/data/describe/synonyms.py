"""What companies call our columns: English, Chinese and Russian, with SAP and some German names.

Names stand in order of preference, separated by commas. A name is compared without case, spaces,
underscores and units; "no", "number", "code", "key", "код", "номер" after or before a word all
count as "id", and so do 编码, 编号, 代码 and 号. Two marks:

- ``~amount`` may also be the head of a longer name ("Invoiced amount", "Сумма продажи");
- ``?name`` is taken only where nothing better is there.
"""

ACCOUNT = (
    "customer id, account id, client id, buyer id, reseller id, dealer id, debtor id, sold to id,"
    "sold to party, bill to id, business partner id, partner id, customer account, customer,"
    "client, account, reseller, dealer, debtor, buyer, sold to, bill to, kunnr, kunag, kunrg,"
    "kundennummer, kundennr, kunden id, kunde, debitor, 客户编号, 购货单位编号, 购买方编号,"
    "往来单位编号, 购货方编号, 买方编号, 经销商编号, 客户, 购货单位, 购买方, 往来单位, 买方,"
    "经销商, код клиента, код контрагента, код покупателя, код заказчика, код партнера, инн,"
    "клиент, контрагент, покупатель, заказчик, грузополучатель, ?customer name, ?client name,"
    "?account name, ?company name, ?company, ?reseller name, ?客户名称, ?购货单位名称,"
    "?购买方名称, ?单位名称, ?公司名称, ?наименование клиента, ?наименование контрагента,"
    "?название клиента, ?наименование покупателя, ?партнер, ?организация"
)
REGION = (
    "region, sales region, sales territory, territory, sales territory id, district, area,"
    "country, country region, country name, customer country, ship to country, state, province,"
    "market, bzirk, land1, regio, land, 地区, 区域, 大区, 销售区域, 销售地区, 所属区域, 省份,"
    "国家, 国家地区, регион, регион продаж, область, территория, страна, федеральный округ,"
    "регион клиента, ?state province name, ?city, ?城市, ?省市, ?город"
)
MANAGER = (
    "account manager, key account manager, sales manager, manager id, salesperson id,"
    "sales rep id, salesperson, sales person, sales rep, sales representative, seller, rep, vkgrp,"
    "verkäufer, kundenbetreuer, manager, manager name, account owner, sales employee, employee id,"
    "agent, 业务员, 业务员编号, 销售员, 销售人员, 业务人员, 客户经理, 销售经理, 销售代表,"
    "销售员编号, 跟单员, менеджер, ответственный менеджер, менеджер по продажам, код менеджера,"
    "основной менеджер, торговый представитель, продавец, куратор, ?responsible, ?owner,"
    "?employee, ?负责人, ?ответственный, ?сотрудник"
)
DOCUMENT = (
    "invoice id, invoice, billing document, bill id, sales document, document id, sales order id,"
    "order id, document, receipt id, transaction id, delivery id, sales order, vbeln, belnr,"
    "beleg, belegnummer, rechnungsnummer, rechnung, 发票号, 单据编号, 单据号, 销售单号, 出库单号,"
    "订单编号, 销售订单号, 单号, 合同号, 发票, номер документа, номер накладной, номер счета,"
    "номер счет фактуры, номер реализации, номер заказа, документ, документ продажи,"
    "документ реализации, реализация, накладная, регистратор, документ движения, ?order, ?заказ,"
    "?номер, ?订单"
)
PRODUCT_LINE = (
    "product line, product group, product category, product family, item category, item group,"
    "material group, category, product category name, english product category name, product type,"
    "division, spart, matkl, warengruppe, produktgruppe, 产品线, 产品类别, 产品大类, 产品分类,"
    "产品系列, 品类, 商品类别, 商品分类, 存货分类, 物料组, 物料分组, товарная группа,"
    "номенклатурная группа, группа товаров, товарная категория, вид номенклатуры,"
    "группа номенклатуры, продуктовая линейка, продуктовая линия, категория, категория товара,"
    "направление, ?group, ?subcategory, ?类别, ?группа"
)
INDUSTRY = (
    "industry, industry sector, sector, branch of industry, business type, brsch, branche, 行业,"
    "所属行业, 客户行业, 行业分类, отрасль, сфера деятельности, вид деятельности, ?客户类别,"
    "?segment, ?сегмент"
)
COMPETITOR = "competitor, rival, competitor name, 竞争对手, 竞品, 竞争者, конкурент, ?supplier"
NOTE = "note, notes, comment, comments, remark, remarks, 备注, 说明, примечание, комментарий"
EMPLOYEES = (
    "employees, number of employees, employee count, headcount, staff, number employees, 员工人数,"
    "员工数, 人数, 职工人数, численность, число сотрудников, количество сотрудников,"
    "численность персонала, mitarbeiter"
)
ANNUAL_REVENUE = (
    "annual revenue, yearly revenue, annual sales, annual turnover, company revenue, turnover,"
    "年营业额, 年收入, 年销售额, 营业收入, годовая выручка, годовой оборот, оборот компании,"
    "?revenue, ?выручка, ?营业额"
)
COMPANY = (
    "company name, customer name, account name, client name, reseller name, legal name, name,"
    "name1, company, organisation, organization, customer, client, firma, kundenname, 客户名称,"
    "公司名称, 单位名称, 企业名称, 购货单位名称, 名称, 客户全称, 公司, 客户, наименование,"
    "название, наименование клиента, наименование контрагента, название компании,"
    "название клиента, полное наименование, компания, организация, контрагент, клиент"
)
SIDE_SYNONYMS: dict[str, dict[str, str]] = {
    "contacts": {
        "account": ACCOUNT,
        "contact": (
            "contact id, person id, contact code, contact, 联系人编号, 联系人代码, код контакта,"
            "контакт, контактное лицо, 联系人, ?contact name, ?contact person, ?person,"
            "?full name, ?联系人姓名, ?姓名, ?фио, ?имя, ?name"
        ),
        "name": (
            "name, contact name, full name, person name, contact person, person, 姓名, 联系人姓名,"
            "联系人, фио, имя, контактное лицо, ф.и.о., фио контакта"
        ),
        "position": "position, job title, title, function, job, 职位, 职务, 岗位, должность",
        "reports_to": (
            "reports to, superior, boss, line manager, 上级, 汇报对象, 直属上级, руководитель,"
            "подчиняется, начальник"
        ),
        "role": (
            "role, buying role, decision role, role in decision, 角色, 决策角色, 采购角色, роль,"
            "роль в решении, роль в закупке"
        ),
        "influence": "influence, power, 影响力, 影响程度, влияние, степень влияния",
        "attitude": "attitude, sentiment, stance, 态度, отношение, отношение к нам, лояльность",
        "interests": "interests, motives, needs, 关注点, 兴趣, 需求, интересы, мотивы, потребности",
        "channel": "channel, preferred channel, 沟通渠道, 联系方式偏好, канал, канал связи",
        "last_contact": (
            "last contact, last contacted, last contact date, 最近联系日期, 最后联系时间,"
            "последний контакт, дата последнего контакта"
        ),
        "owner": "owner, contact owner, our person, responsible, 负责人, 我方负责人, ответственный",
    },
    "interactions": {
        "account": ACCOUNT,
        "date": (
            "date, contact date, meeting date, call date, activity date, event date, day, 日期,"
            "拜访日期, 沟通日期, 联系日期, дата, дата контакта, дата встречи, дата события"
        ),
        "kind": (
            "kind, type, activity type, interaction type, contact type, activity, event type,"
            "类型, 互动类型, 拜访方式, 沟通方式, 活动类型, тип, вид, вид контакта, тип события,"
            "тип контакта"
        ),
        "contact": (
            "contact id, contact, contact person, person, 联系人, 联系人编号, контакт,"
            "контактное лицо"
        ),
        "subject": "subject, topic, regarding, 主题, 内容, 事由, тема, содержание, предмет",
        "outcome": "outcome, result, 结果, 沟通结果, результат, итог",
        "resolved_on": (
            "resolved on, resolved date, closed on, closed date, solved on, 解决日期, 关闭日期,"
            "完成日期, дата решения, дата закрытия, решено"
        ),
        "next_step": "next step, next action, follow up, 下一步, 后续行动, следующий шаг",
        "next_step_due": (
            "next step due, next step date, follow up date, due date, 下一步日期, 跟进日期,"
            "截止日期, срок следующего шага, срок, дата следующего шага"
        ),
        "manager": MANAGER,
    },
    "deliveries": {
        "account": ACCOUNT,
        "document": DOCUMENT + ", delivery note, shipment id, 发货单号, 送货单号, номер отгрузки",
        "promised_on": (
            "promised on, promised date, promised delivery date, requested delivery date,"
            "due date, planned delivery date, confirmed date, required date, vdatu, 承诺交期,"
            "承诺日期, 要求交期, 要求到货日期, 计划交货日期, 交货期, обещанная дата,"
            "плановая дата отгрузки, срок поставки, плановая дата поставки, желаемая дата отгрузки"
        ),
        "delivered_on": (
            "delivered on, delivery date, actual delivery date, delivered date, goods issue date,"
            "ship date, shipped date, wadat ist, 实际交货日期, 交货日期, 发货日期, 到货日期,"
            "签收日期, 送达日期, фактическая дата поставки, дата доставки, дата поставки,"
            "дата отгрузки, фактическая дата отгрузки"
        ),
        "complete": (
            "complete, in full, delivered in full, completely delivered, 是否完整, 完整交付,"
            "是否齐套, полностью, полная поставка, комплектность"
        ),
    },
    "payments": {
        "account": ACCOUNT,
        "document": DOCUMENT,
        "amount": (
            "amount, invoice amount, amount due, payment amount, open amount, 金额, 应收金额,"
            "发票金额, 付款金额, сумма, сумма к оплате, сумма платежа, сумма счета, dmbtr, wrbtr,"
            "~amount, ~金额"
        ),
        "due_on": (
            "due on, due date, payment due date, net due date, 到期日, 应付日期, 应收日期,"
            "到期日期, срок оплаты, дата оплаты план, плановая дата оплаты, срок платежа, faedt"
        ),
        "paid_on": (
            "paid on, payment date, paid date, clearing date, date paid, augdt, 付款日期,"
            "回款日期, 收款日期, 实际付款日期, дата оплаты, дата платежа, оплачено,"
            "фактическая дата оплаты"
        ),
    },
    "tenders": {
        "account": ACCOUNT,
        "date": (
            "date, tender date, decision date, award date, bid date, 日期, 招标日期, 开标日期,"
            "中标日期, дата, дата тендера, дата решения, дата торгов"
        ),
        "product_line": PRODUCT_LINE,
        "amount": (
            "amount, tender volume, tender amount, tender value, volume, 招标金额, 标的金额, 金额,"
            "сумма тендера, объем тендера, нмцк, сумма"
        ),
        "our_price": "our price, our bid, our offer, 我方报价, 投标价, наша цена, наше предложение",
        "winning_price": (
            "winning price, winning bid, award price, 中标价, 中标价格, цена победителя,"
            "цена контракта"
        ),
        "result": "result, outcome, status, won lost, 结果, 中标结果, 是否中标, результат, итог",
        "reason": "reason, why, 原因, 落标原因, 中标原因, причина",
        "competitor": COMPETITOR + ", winner, 中标单位, 中标人, победитель",
    },
    "competitors": {
        "account": ACCOUNT,
        "competitor": COMPETITOR + ", ?name, ?竞争对手名称",
        "product_line": PRODUCT_LINE,
        "share": (
            "share, share of wallet, wallet share, competitor share, market share, 份额, 采购份额,"
            "占比, доля, доля конкурента, доля в закупках"
        ),
        "strength": "strength, 实力, 强度, 竞争力, сила, сила позиции",
        "note": NOTE,
        "seen_on": "seen on, seen, observed on, date, 日期, 发现日期, дата, дата наблюдения",
    },
    "judgements": {
        "account": ACCOUNT,
        "criterion": "criterion, criteria, 标准, 评价指标, 评分项, 指标, критерий",
        "score": "score, rating, grade, points, 评分, 得分, 分数, оценка, балл, баллы",
        "author": (
            "author, judged by, rated by, assessor, 评价人, 评分人, автор, кто оценил, эксперт"
        ),
        "date": "date, rated on, judged on, 日期, 评价日期, 评分日期, дата, дата оценки",
        "evidence": "evidence, grounds, justification, 依据, 证据, обоснование, основание",
    },
    "losses": {
        "account": ACCOUNT,
        "date": (
            "date, loss date, lost on, churn date, left on, 流失日期, 日期, дата, дата ухода,"
            "дата потери, дата оттока"
        ),
        "reason": (
            "reason, loss reason, churn reason, reason for leaving, reason lost, 流失原因, 原因,"
            "причина, причина ухода, причина потери, причина оттока"
        ),
        "note": NOTE,
    },
    "winbacks": {
        "account": ACCOUNT,
        "date": (
            "date, offer date, attempt date, win back date, 日期, 挽回日期, дата,"
            "дата предложения, дата попытки"
        ),
        "offer": "offer, proposal, 优惠, 方案, 挽回方案, предложение, оффер",
        "cost": "cost, offer cost, 成本, 费用, 挽回成本, стоимость, затраты, расходы",
        "outcome": "outcome, result, 结果, 挽回结果, результат, итог",
        "outcome_on": "outcome on, outcome date, result date, 结果日期, дата результата",
    },
    "prospects": {
        "prospect": (
            "prospect id, lead id, prospect, lead, opportunity id, potential customer,"
            "潜在客户编号, 线索编号, 商机编号, 潜在客户, 线索, код лида, номер лида,"
            "потенциальный клиент, лид, ?prospect name, ?company name, ?company, ?id, ?公司名称,"
            "?компания, ?name"
        ),
        "name": COMPANY + ", prospect name, lead name, 潜在客户名称",
        "industry": INDUSTRY,
        "region": REGION,
        "employees": EMPLOYEES,
        "annual_revenue": ANNUAL_REVENUE,
        "source": "source, lead source, 来源, 线索来源, источник, источник лида",
        "first_seen": (
            "first seen, first contact, first contact date, created on, lead date, 首次接触日期,"
            "创建日期, дата первого контакта, первый контакт, дата создания"
        ),
        "need": "need, need score, 需求, 需求评分, потребность",
        "need_evidence": "need evidence, 需求依据, обоснование потребности",
        "need_date": "need date, 需求日期, дата оценки потребности",
        "budget": (
            "budget, budget score, ability to pay, 预算, 支付能力, бюджет, платежеспособность"
        ),
        "budget_evidence": "budget evidence, 预算依据, обоснование бюджета",
        "budget_date": "budget date, 预算日期, дата оценки бюджета",
        "authority": "authority, authority score, decision power, 决策权, полномочия",
        "authority_evidence": "authority evidence, 决策权依据, обоснование полномочий",
        "authority_date": "authority date, 决策权日期, дата оценки полномочий",
        "competitor": COMPETITOR + ", current supplier, 现有供应商, текущий поставщик",
        "competitor_share": "competitor share, 竞争对手份额, доля конкурента",
        "relationship": (
            "relationship, client status, customer status, relation, kundenstatus, 客户关系,"
            "合作关系, 新老客户, отношения, статус клиента, новый или прежний"
        ),
        "product_line": PRODUCT_LINE,
        "value": (
            "value, potential, yearly potential, annual potential, potential value, deal value,"
            "opportunity value, expected revenue, estimated value, potenzial, 潜在金额, 年采购额,"
            "商机金额, 预计金额, 预期收入, потенциал, потенциал в год, сумма сделки,"
            "ожидаемая выручка, объем закупок, ?amount, ?金额, ?сумма"
        ),
        "manager": MANAGER + ", lead owner, opportunity owner, 线索负责人, ответственный за лид",
        "account": (
            "account id, account, customer id, became account, converted account id,"
            "kundennummer, 客户编号, 正式客户编号, код клиента, код контрагента,"
            "стал клиентом"
        ),
        "outcome": "outcome, result, status, stage, 结果, 状态, результат, статус, итог",
        "outcome_on": "outcome on, outcome date, closed on, 结果日期, 关闭日期, дата результата",
    },
    "managers": {
        "manager": MANAGER + ", ?id, ?code, ?编号, ?код, ?name, ?姓名, ?фио",
        "name": "name, full name, manager name, 姓名, 名称, фио, имя, ф.и.о.",
        "hours_per_quarter": (
            "hours per quarter, hours quarter, quarterly hours, hours, capacity, 季度工时,"
            "每季度工时, 工时, часов в квартал, часы в квартал, часы, ресурс часов"
        ),
        "product_knowledge": (
            "product knowledge, knowledge, test result, test score, 产品知识, 测试成绩,"
            "знание продукта, результат теста"
        ),
        "tested_on": "tested on, test date, date of test, 测试日期, дата теста",
        "team": (
            "team, department, sales or marketing, abteilung, 团队, 部门, 所属部门, команда, отдел,"
            "подразделение"
        ),
    },
    "plans": {
        "manager": MANAGER,
        "quarter": "quarter, fiscal quarter, period, 季度, 期间, квартал, период",
        "revenue_plan": (
            "revenue plan, planned revenue, sales plan, plan, target, sales target, quota,"
            "revenue target, 销售计划, 计划金额, 销售目标, 目标, 收入计划, 业绩目标, план,"
            "план продаж, план выручки, план по выручке"
        ),
    },
    "plays": {
        "place": "place, cell, segment, class, 单元格, 分类, 细分, ячейка, сегмент, класс",
        "strategy": "strategy, aim, 策略, 目标策略, стратегия, цель",
        "hours": "hours, hours per quarter, cadence, 工时, 每季度工时, часы, часов в квартал",
        "lead": "lead, leader, who leads, responsible, 负责人, 主导, ответственный, ведёт",
        "offer": "offer, proposal, 方案, 报价, предложение, оферта",
        "next_step": "next step, action, 下一步, 行动, следующий шаг, действие",
    },
}
SYNONYMS: dict[str, dict[str, str]] = {
    "transactions": {
        "account": ACCOUNT,
        "date": (
            "invoice date, billing date, document date, posting date, transaction date, sale date,"
            "sales date, order date, date, day, fkdat, budat, bldat, erdat, datum, belegdatum,"
            "rechnungsdatum, buchungsdatum, 发票日期, 开票日期, 单据日期, 销售日期, 出库日期,"
            "订单日期, 业务日期, 过账日期, 下单日期, 交易日期, 日期, дата документа,"
            "дата накладной, дата реализации, дата продажи, дата отгрузки, дата счета,"
            "дата заказа, дата операции, дата, период, ~date, ~日期, ~дата"
        ),
        "document": DOCUMENT,
        "line": (
            "line id, invoice line, order line, item line id, line item, line, position, posnr,"
            "position id, 行号, 分录号, 明细行号, 项次, номер строки, строка, позиция"
        ),
        "revenue": (
            "net revenue, net sales, net amount, net value, sales net, amount net, nettoumsatz,"
            "netwr, revenue, sales amount, sales revenue, sales, line amount, line total, amount,"
            "turnover, extended price, total price, total amount, sales value, invoice amount,"
            "umsatz, erlös, 不含税金额, 未税金额, 无税金额, 不含税销售额, 销售收入, 净额, 金额,"
            "销售额, 销售金额, 营业额, 本币金额, 含税金额, 价税合计, сумма без ндс,"
            "выручка без ндс, выручка, сумма продажи, сумма продаж, сумма, стоимость,"
            "стоимость продажи, сумма с ндс, оборот, продажи, сумма реализации, всего, ~revenue,"
            "~amount, ~sales, ~umsatz, ~金额, ~销售额, ~收入, ~сумма, ~выручка, ?total, ?value,"
            "?sum, ?合计, ?итого"
        ),
        "margin": (
            "margin, gross margin, gross profit, contribution margin, profit, margin amount,"
            "deckungsbeitrag, rohertrag, db1, 毛利, 毛利额, 毛利润, 销售毛利, 利润, маржа,"
            "валовая прибыль, маржинальный доход, прибыль, валовой доход"
        ),
        "cost": (
            "cost of goods sold, cost of goods, cost of sales, cogs, total cost,"
            "total product cost, product cost, cost amount, cost, cost value, wavwr, wareneinsatz,"
            "成本, 销售成本, 成本金额, 总成本, 成本总额, себестоимость, себестоимость продаж,"
            "сумма себестоимости, закупочная стоимость, ~себестоимость, ~cogs"
        ),
        "product": (
            "product id, item id, article id, material id, stock code, sku, part id, matnr,"
            "product, item, article, material, artikelnummer, artikel, 产品编号, 物料编码,"
            "商品编码, 存货编码, 料号, 货号, 品号, 产品, 物料, 商品, 存货, артикул, код товара,"
            "код номенклатуры, номенклатурный номер, номенклатура, товар, код продукта, продукт,"
            "?product name, ?item name, ?product description, ?产品名称, ?商品名称, ?物料名称,"
            "?存货名称, ?品名, ?наименование товара, ?наименование"
        ),
        "product_line": PRODUCT_LINE,
        "quantity": (
            "quantity, order quantity, sales quantity, billed quantity, invoiced quantity, units,"
            "pieces, quantity sold, units sold, volume, fkimg, kwmeng, menge, 数量, 销售数量,"
            "出库数量, 实发数量, 订单数量, 开票数量, 件数, количество, кол-во, количество товара,"
            "объем, ~quantity, ~数量, ~количество, ~кол-во"
        ),
        "channel": (
            "channel, sales channel, distribution channel, order channel, vtweg, vertriebsweg,"
            "渠道, 销售渠道, 分销渠道, 渠道类型, канал, канал продаж, канал сбыта, ~channel"
        ),
        "region": REGION,
        "manager": MANAGER,
    },
    "accounts": {
        "account": ACCOUNT + ", ?id, ?code, ?编号, ?代码, ?код, ?name, ?名称, ?наименование",
        "name": COMPANY,
        "parent": (
            "parent, parent account, parent id, parent company, group company, headquarters,"
            "母公司, 上级客户, 集团, 所属集团, головная организация, материнская компания,"
            "холдинг, головной контрагент"
        ),
        "industry": INDUSTRY,
        "region": REGION,
        "manager": MANAGER,
        "since": (
            "since, customer since, client since, account since, start date, first order date,"
            "opened on, 合作日期, 建档日期, 合作开始日期, 首次合作日期, клиент с,"
            "дата начала работы, дата начала сотрудничества, ?created on, ?дата создания,"
            "?创建日期"
        ),
        "employees": EMPLOYEES,
        "annual_revenue": ANNUAL_REVENUE,
        "credit_limit": (
            "credit limit, credit line, klimk, 信用额度, 授信额度, кредитный лимит, лимит"
        ),
        "payment_terms": (
            "payment terms, payment term, payment days, terms days, net days, credit days, zterm,"
            "账期, 付款期限, 付款天数, 信用期, отсрочка, отсрочка платежа, срок оплаты,"
            "дней отсрочки"
        ),
        "market_leader": (
            "market leader, leader, 行业龙头, 市场领导者, 龙头企业, лидер рынка, лидер"
        ),
        "well_known": "well known, known brand, 知名企业, 知名, известная компания, известный",
        "expert": "expert, expert buyer, demanding, 专业客户, эксперт, экспертность",
        "description": (
            "description, about, activity, company description, 描述, 简介, 公司简介, 主营业务,"
            "описание"
        ),
        "history": "history, 历史, 合作历史, история, история отношений",
        "structure": "structure, organisation structure, 组织结构, 组织架构, структура",
        "surroundings": "surroundings, environment, ecosystem, 上下游, 环境, окружение",
    },
    **SIDE_SYNONYMS,
}

# Columns of transactions that are no target of their own but yield revenue or cost.
INGREDIENTS: dict[str, str] = {
    "price": (
        "unit price, price, net price, sales price, selling price, price per unit, item price,"
        "verkaufspreis, einzelpreis, preis, 不含税单价, 单价, 含税单价, 销售单价, 价格, 售价,"
        "цена, цена без ндс, цена продажи, цена за единицу, цена реализации, цена с ндс"
    ),
    "discount": (
        "discount, discount percent, discount rate, discount share, unit price discount percent,"
        "rabatt, 折扣, 折扣率, скидка, скидка percent, процент скидки, размер скидки"
    ),
    "unit_cost": (
        "unit cost, standard cost, cost per unit, cost price, purchase price, unit cost price,"
        "einstandspreis, 单位成本, 成本单价, 成本价, 采购价, 标准成本, себестоимость единицы,"
        "закупочная цена, цена закупки, учетная цена, себестоимость за единицу"
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
    "plays": "plays, playbook, strategies, 打法, 策略表, сценарии, стратегии",
    "plans": (
        "plans, plan, targets, sales targets, quotas, budget, 计划, 销售计划, 目标, планы, план"
    ),
}
