"""What companies call the columns of the tables beside sales and accounts."""

from kamlib.data.describe.names import (
    ACCOUNT,
    ANNUAL_REVENUE,
    COMPANY,
    COMPETITOR,
    DOCUMENT,
    EMPLOYEES,
    INDUSTRY,
    MANAGER,
    NOTE,
    PRODUCT_LINE,
    REGION,
)

SIDE_SYNONYMS: dict[str, dict[str, str]] = {
    "identities": {
        "account": (
            "old account, old number, old customer number, old customer id, former number,"
            "duplicate account, duplicate id, merged account, source account, from account,"
            "alte kundennummer, alte nummer, 原客户编号, 旧客户编号, 旧编号, 重复客户编号,"
            "прежний код клиента, старый код клиента, старый код, код дубля, "
        )
        + ACCOUNT,
        "belongs_to": (
            "belongs to, new account, new number, new customer number, new customer id, master id,"
            "surviving account, surviving id, master account, target account, to account,"
            "neue kundennummer, neue nummer, gehort zu, 归属客户编号, 新客户编号, 新编号,"
            "主客户编号, 合并到, относится к коду, новый код клиента, новый код, основной код"
        ),
        "kind": (
            "kind, type, relation, how, reason, art, typ, 关系类型, 类型, 关系, вид связи, вид,"
            "тип, связь"
        ),
        "decided_by": "decided by, who decided, approved by, entschieden von, 决定人, кто решил",
        "decided_on": (
            "decided on, decision date, date, changed on, entschieden am, 决定日期, 日期,"
            "дата решения, дата"
        ),
        "note": NOTE,
    },
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
        "position": (
            "position, job title, title, function, job, funktion, fonction, cargo, puesto, ruolo,"
            "职位, 职务, 岗位, должность"
        ),
        "reports_to": (
            "reports to, superior, boss, line manager, 上级, 汇报对象, 直属上级, руководитель,"
            "подчиняется, начальник"
        ),
        "dotted_to": (
            "dotted to, dotted line, dotted line to, matrix manager, functional manager,"
            "second superior, 虚线上级, 虚线汇报, 职能上级, функциональный руководитель,"
            "второй руководитель"
        ),
        "role": (
            "role, buying role, rolle, decision role, role in decision, 角色, 决策角色, 采购角色,"
            "роль, роль в решении, роль в закупке"
        ),
        "influence": (
            "influence, power, einfluss, 影响, 影响力等级, уровень влияния, 影响力, 影响程度,"
            "влияние, степень влияния"
        ),
        "attitude": (
            "attitude, sentiment, stance, einstellung, haltung, 对我方态度, 对我们的态度, позиция,"
            "态度, отношение, отношение к нам, лояльность"
        ),
        "interests": (
            "interests, motives, needs, 关注点, 兴趣, 诉求, 需求, интересы, мотивы, потребности"
        ),
        "mail": (
            "mail, e-mail, email, mail address, email address, e-mail address, 邮箱, 电子邮箱,"
            "电子邮件, 邮件地址, эл. почта, электронная почта, почта, адрес почты, e-mail адрес"
        ),
        "phone": (
            "phone, telephone, phone number, tel, mobile, mobile phone, telefon, telefonnummer,"
            "电话, 手机, 手机号, 联系电话, 电话号码, телефон, номер телефона, мобильный"
        ),
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
            "kind, type, activity type, interaction type, contact type, activity, event type, art,"
            "typ, kanal, 类型, 互动类型, 方式, 形式, 跟进方式, 联系方式, 拜访方式, 沟通方式,"
            "活动类型, тип, вид, вид контакта, тип события, тип контакта"
        ),
        "contact": (
            "contact id, contact, contact person, person, 联系人, 联系人编号, контакт,"
            "контактное лицо"
        ),
        "subject": (
            "subject, topic, regarding, betreff, thema, objet, asunto, oggetto, 主题, 内容,"
            "沟通内容, 拜访内容, 事由, тема, содержание, предмет"
        ),
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
        "lot": "lot, lot number, lot no, los, losnummer, 标段, 标包, 包号, лот, номер лота, № лота",
        "amount": (
            "amount, tender volume, tender amount, tender value, volume, 招标金额, 标的金额,"
            "投标金额, 项目金额, 预算金额, 采购金额, 金额, auftragswert, montant, importe,"
            "importo, сумма тендера, объем тендера, нмцк, сумма"
        ),
        "our_price": (
            "our price, our bid, our offer, unser preis, 我方报价, 投标价, 我方投标价, 我司报价,"
            "наша цена, наше предложение"
        ),
        "winning_price": (
            "winning price, winning bid, award price, 中标价, 中标价格, 中标金额, 成交价,"
            "цена победителя, цена контракта"
        ),
        "result": (
            "result, outcome, status, won lost, ergebnis, 投标结果, 结果, 中标结果, 是否中标,"
            "результат, итог"
        ),
        "won_amount": (
            "won amount, amount won, awarded amount, awarded to us, zuschlagssumme, 我方中标金额,"
            "выигранная сумма, сумма выигрыша"
        ),
        "reason": "reason, why, grund, motif, motivo, 原因, 落标原因, 中标原因, причина",
        "competitor": COMPETITOR
        + ("winner, 中标单位, 中标人, 中标方, 中标供应商, 中标公司, победитель"),
    },
    "competitors": {
        "account": ACCOUNT,
        "competitor": COMPETITOR + ", ?name, ?竞争对手名称",
        "product_line": PRODUCT_LINE,
        "share": (
            "share, share of wallet, wallet share, competitor share, market share, 份额, 采购份额,"
            "占比, 份额占比, 供货份额, anteil, доля, доля конкурента, доля в закупках"
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
            "reason, loss reason, churn reason, reason for leaving, reason lost, 流失原因,"
            "丢单原因, 原因, verlustgrund, motif, motivo, причина, причина ухода, причина потери,"
            "причина оттока"
        ),
        "note": NOTE,
    },
    "winbacks": {
        "account": ACCOUNT,
        "date": (
            "date, offer date, attempt date, win back date, 日期, 挽回日期, дата,"
            "дата предложения, дата попытки"
        ),
        "offer": "offer, proposal, 优惠, 方案, 挽回方案, 挽回措施, angebot, предложение, оффер",
        "cost": "cost, offer cost, 成本, 费用, 挽回成本, стоимость, затраты, расходы",
        "outcome": "outcome, result, ergebnis, 结果, 挽回结果, результат, итог",
        "outcome_on": "outcome on, outcome date, result date, 结果日期, дата результата",
    },
    "prospects": {
        "prospect": (
            "prospect id, lead id, prospect, lead, opportunity id, potential customer,"
            "潜在客户编号, 线索编号, 商机编号, 潜在客户, 线索, код лида, номер лида,"
            "потенциальный клиент, лид, ?prospect name, ?company name, ?company, ?id, ?编号,"
            "?序号, ?код, ?номер, ?公司名称, ?客户名称, ?企业名称, ?наименование,"
            "?название компании, ?клиент, ?客户, ?компания, ?name"
        ),
        "name": COMPANY + ", prospect name, lead name, 潜在客户名称",
        "industry": INDUSTRY,
        "region": REGION,
        "employees": EMPLOYEES,
        "annual_revenue": ANNUAL_REVENUE,
        "source": (
            "source, lead source, quelle, 来源, 线索来源, 客户来源, 商机来源, источник,"
            "источник лида"
        ),
        "first_seen": (
            "first seen, first contact, first contact date, created on, lead date, erstkontakt,"
            "首次接触日期, 首次联系日期, 首次沟通日期, 创建日期, дата первого контакта,"
            "первый контакт, дата создания"
        ),
        "need": "need, need score, 需求, 需求程度, 需求强度, 需求评分, потребность",
        "need_evidence": "need evidence, 需求依据, обоснование потребности",
        "need_date": "need date, 需求日期, дата оценки потребности",
        "budget": (
            "budget, budget score, ability to pay, 预算, 预算情况, 支付能力, 付款能力, 资金,"
            "бюджет, платежеспособность"
        ),
        "budget_evidence": "budget evidence, 预算依据, обоснование бюджета",
        "budget_date": "budget date, 预算日期, дата оценки бюджета",
        "authority": (
            "authority, authority score, decision power, 决策权, 决策权限, 决策, 权限,"
            "entscheidungsbefugnis, доступ к лпр, лпр, полномочия"
        ),
        "authority_evidence": "authority evidence, 决策权依据, обоснование полномочий",
        "authority_date": "authority date, 决策权日期, дата оценки полномочий",
        "competitor": COMPETITOR + ", current supplier, 现有供应商, текущий поставщик",
        "competitor_share": "competitor share, 竞争对手份额, доля конкурента",
        "relationship": (
            "relationship, client status, customer status, relation, kundenstatus, 客户关系,"
            "客户状态, 合作状态, 合作关系, 新老客户, отношения, статус клиента, новый или прежний"
        ),
        "product_line": PRODUCT_LINE,
        "value": (
            "value, potential, yearly potential, annual potential, potential value, deal value,"
            "opportunity value, expected revenue, estimated value, potenzial, 潜在金额, 年采购额,"
            "预计年采购额, 采购潜力, 预计成交金额, 预计销售额, 商机金额, 预计金额, 预期收入,"
            "потенциал, потенциал в год, сумма сделки, ожидаемая выручка, объем закупок, ?amount,"
            "?金额, ?сумма"
        ),
        "manager": MANAGER + ", lead owner, opportunity owner, 线索负责人, ответственный за лид",
        "account": (
            "account id, account, customer id, became account, converted account id, kundennummer,"
            "客户编号, 正式客户编号, код клиента, код контрагента, стал клиентом"
        ),
        "outcome": (
            "outcome, result, status, stage, 结果, 状态, 阶段, 商机阶段, 跟进状态, 线索状态,"
            "результат, статус, итог, этап, этап сделки, стадия, phase, etape, estado, stato"
        ),
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
            "team, department, sales or marketing, abteilung, 团队, 部门, 所属部门, команда,"
            "отдел, подразделение"
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
    "rates": {
        "currency": (
            "currency, currency code, from currency, foreign currency, source currency, iso code,"
            "iso currency code, currency iso code, waers, fcurr, währung, fremdwährung, devise,"
            "moneda, divisa, valuta, waluta, 币种, 币别, 货币, 外币, 货币代码, 币种代码, 原币,"
            "货币名称, валюта, код валюты, буквенный код, букв код, буквенный код валюты,"
            "?code, ?iso, ?symbol, ?代码, ?код"
        ),
        "from": (
            "from, valid from, from date, start date, effective date, effective from, rate date,"
            "exchange rate date, date, day, gdatu, gültig ab, ab, datum, date effet, fecha, data,"
            "生效日期, 起始日期, 开始日期, 汇率日期, 日期, 公布日期, действует с, дата начала,"
            "дата курса, дата, на дату, период, ?month, ?period, ?月份, ?месяц"
        ),
        "rate": (
            "rate, exchange rate, fx rate, currency rate, conversion rate, mid rate, middle rate,"
            "average rate, ukurs, kurs, wechselkurs, umrechnungskurs, devisenkurs, mittelkurs,"
            "taux, taux de change, cours, tipo de cambio, tasso, tasso di cambio, cambio, koers,"
            "wisselkoers, kurs średni, 汇率, 中间价, 外汇汇率, 记账汇率, 折算汇率, 兑换率, 折算率,"
            "rate per 100, exchange rate per 100, rate per 100 units, kurs je 100, 每100外币,"
            "汇率 100外币, курс за 100, курс за 100 единиц, 人民币汇率中间价, курс, курс валюты,"
            "курс цб, курс цб рф, обменный курс,"
            "~rate, ~汇率, ~курс, ?value, ?price, ?значение, ?数值"
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
