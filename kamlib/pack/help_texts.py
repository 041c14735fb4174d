"""What the input workbook says about its sheets, columns and answers, in Chinese and Russian."""

from kamlib.data.describe.titles import SHEETS

# English -> Chinese, Russian. Sheets and columns are called as in ``titles``.
_TEXTS: dict[str, tuple[str, str]] = {
    # The first sheet.
    "Input workbook": ("数据填报工作簿", "Книга для ввода данных"),
    "Your sales and accounts: the input workbook": (
        "您的销售与客户：数据填报工作簿",
        "Ваши продажи и клиенты: книга для ввода данных",
    ),
    "One sheet per table. Only transactions is required; every other sheet adds something.": (
        "每张表一个工作表。只有“销售明细”必填，其余各表有则更好。",
        "Один лист на таблицу. Обязателен только лист «Продажи»; каждый другой лист что-то "
        "добавляет.",
    ),
    "Your company": ("贵公司", "Ваша компания"),
    "The name that stands on every page": (
        "显示在每一页上的名称",
        "Название, которое стоит на каждой странице",
    ),
    "Of all amounts, such as EUR or USD": (
        "所有金额的币种，如 CNY 或 USD",
        "Всех сумм, например RUB или USD",
    ),
    "A number, such as 2 for February; empty for January": (
        "填数字，如 2 表示二月；一月开始则留空",
        "Число, например 2 для февраля; пусто – январь",
    ),
    "How to fill it in": ("填写方法", "Как заполнять"),
    "Begin with transactions: one row per invoiced or credited line. Paste it from your "
    "system below the header, as values; returns are negative.": (
        "先填“销售明细”：每条开票或红字明细一行。从您的系统复制，以“值”粘贴到表头下方；"
        "退货为负数。",
        "Начните с листа «Продажи»: одна строка на каждую строку счета или возврата. Вставьте "
        "их из вашей системы под заголовком как значения; возвраты – со знаком минус.",
    ),
    "Keep the header row as it is. Columns you do not have stay empty, and so do sheets.": (
        "表头行请勿改动。没有的列留空，没有的工作表也留空。",
        "Не меняйте строку заголовков. Столбцы и листы, для которых нет данных, оставьте пустыми.",
    ),
    "Rest the pointer on a column's name: a note says what belongs there and in which unit.": (
        "把鼠标停在列名上，批注会说明该列填什么、用什么单位。",
        "Наведите указатель на название столбца: примечание скажет, что в нем указать и в каких "
        "единицах.",
    ),
    "Write the same code for the same account, product line and manager on every sheet. "
    "Codes are text: 00123 stays 00123.": (
        "同一客户、品类、业务员在各表中使用同一编号。编号是文本：00123 保持 00123。",
        "Пишите один и тот же код клиента, товарной группы и менеджера на всех листах. Коды – "
        "это текст: 00123 остается 00123.",
    ),
    "Cells with a fixed set of answers open a list. Dates are dates, amounts are plain "
    "numbers in one currency.": (
        "答案固定的单元格有下拉列表。日期填日期格式，金额填纯数字、统一币种。",
        "Где ответы заданы, открывается список. Даты вводятся как даты, суммы – как числа в "
        "одной валюте.",
    ),
    "Row 2 of each sheet is an example. Rows whose first cell is {key} are never read; "
    "leave it or type over it.": (
        "每个工作表的第 2 行是示例。首格为 {key} 的行不会被读取，可保留，也可覆盖。",
        "Строка 2 каждого листа – пример. Строки, в первой ячейке которых стоит {key}, не "
        "читаются; оставьте пример или пишите поверх него.",
    ),
    "Save, then: kam check FILE.xlsx says what is read and what is doubtful; "
    "kam report FILE.xlsx writes the pages.": (
        "保存后：运行 kam check FILE.xlsx，查看读取了什么、哪里存疑；运行 kam report FILE.xlsx，"
        "生成报告页面。",
        "Сохраните, затем: kam check FILE.xlsx покажет, что прочитано и что вызывает сомнения; "
        "kam report FILE.xlsx создаст страницы отчета.",
    ),
    "Colours": ("颜色说明", "Цвета"),
    "required": ("必填", "обязательно"),
    "A row without it cannot be used.": (
        "缺少此项的行无法使用。",
        "Строку без этого значения использовать нельзя.",
    ),
    "optional": ("选填", "по желанию"),
    "Fill it in where you have it.": ("有则填写。", "Заполните, если есть данные."),
    "The example row, never read.": ("示例行，不会被读取。", "Строка-пример, не читается."),
    "The sheets": ("各工作表", "Листы"),
    "Sheet": ("工作表", "Лист"),
    "One row is …": ("每行是……", "Одна строка – это …"),
    "What it is needed for": ("用途", "Для чего это нужно"),
    "Required columns": ("必填列", "Обязательные столбцы"),
    "&L&F&RPage &P of &N": ("&L&F&R第 &P 页，共 &N 页", "&L&F&RСтраница &P из &N"),
    # What stands below each column's help, and what a refused answer is told.
    "Allowed: {choices}": ("可选：{choices}", "Допустимо: {choices}"),
    "Text; 00123 stays 00123": ("文本；00123 保持 00123", "Текст; 00123 остается 00123"),
    "A date, as 2025-12-31": ("日期，如 2025-12-31", "Дата, например 2025-12-31"),
    "A number: {bounds}": ("数字：{bounds}", "Число: {bounds}"),
    "Required": ("必填", "Обязательно"),
    "Tells rows apart: fill it in where you have it": (
        "用于区分各行：有则填写",
        "Отличает строки друг от друга: заполните, если есть",
    ),
    "{low} to {high}": ("{low} 至 {high}", "от {low} до {high}"),
    "{low} or more": ("不小于 {low}", "{low} или больше"),
    "any, negative too": ("任意，可为负数", "любое, в том числе отрицательное"),
    ", in your currency, without its sign": (
        "，以本币计，不带货币符号",
        ", в вашей валюте, без ее знака",
    ),
    ", {unit}": ("，{unit}", ", {unit}"),
    "people": ("人", "человек"),
    "days": ("天", "дней"),
    "hours": ("小时", "часов"),
    "units": ("按计量单位", "единиц"),
    "Choose one from the list, or leave the cell empty.": (
        "请从列表中选择，或留空。",
        "Выберите ответ из списка или оставьте ячейку пустой.",
    ),
    "Give a date such as 2025-12-31, or leave the cell empty.": (
        "请填日期，如 2025-12-31，或留空。",
        "Укажите дату, например 2025-12-31, или оставьте ячейку пустой.",
    ),
    "Give a number: {bounds}.": ("请填数字：{bounds}。", "Укажите число: {bounds}."),
    "Give a quarter such as 2025Q4 or FY2025Q4, a month such as 2025-10, or a year.": (
        "请填季度，如 2025Q4 或 FY2025Q4；也可填月份，如 2025-10，或年份。",
        "Укажите квартал, например 2025Q4 или FY2025Q4, месяц, например 2025-10, или год.",
    ),
    # Columns that several sheets have.
    "Your number or code for the buying company": (
        "贵方给购货客户的编号",
        "Ваш номер или код компании-покупателя",
    ),
    "Company name": ("公司名称", "Название компании"),
    "Industry": ("所属行业", "Отрасль"),
    "Region or country": ("地区或国家", "Регион или страна"),
    "Number of employees": ("员工人数", "Число сотрудников"),
    "Name": ("姓名", "Имя и фамилия"),
    "Note": ("备注", "Примечание"),
    "When": ("日期", "Когда"),
    "On what grounds": ("依据是什么", "На каком основании"),
    "Product line": ("品类", "Товарная группа"),
    "Outcome": ("结果", "Результат"),
    "Day of the outcome": ("得出结果的日期", "Дата результата"),
    "Day of that evidence": ("该依据的日期", "Дата этого обоснования"),
    # transactions
    "Every line you invoiced or credited; the only table that is required": (
        "每条开票或红字明细；唯一必填的表",
        "Каждая строка счета или возврата; единственная обязательная таблица",
    ),
    "Everything: classes, rhythm, change, churn. With margin or cost also what an account "
    "earns you.": (
        "全部分析：客户分类、采购节奏、变化、流失。有毛利或成本时，还可看出每个客户的盈利。",
        "Всё: группы, ритм, изменения, отток. С прибылью или себестоимостью – еще и сколько "
        "приносит клиент.",
    ),
    "Day of the invoice or credit note": ("发票或红字发票的日期", "Дата счета или возврата"),
    "Number of the invoice or credit note": ("发票或红字发票的编号", "Номер счета или возврата"),
    "Number of the line within the document": ("单据内的行号", "Номер строки в документе"),
    "Net revenue; negative for a return": (
        "不含税销售额；退货为负数",
        "Выручка без НДС; при возврате – со знаком минус",
    ),
    "Revenue less cost of goods; leave out if you give cost": (
        "销售额减销售成本；已填成本则不必填",
        "Выручка минус себестоимость; не нужна, если указана себестоимость",
    ),
    "Cost of goods; margin becomes revenue less cost": (
        "销售成本；毛利按销售额减成本计算",
        "Себестоимость; прибыль считается как выручка минус себестоимость",
    ),
    "Currency of the line's money where it is not yours; needs rates": (
        "该行金额不是本币时的币种；需填“汇率”表",
        "Валюта сумм строки, если она не ваша; нужен лист «Курсы валют»",
    ),
    "Article number": ("产品编号", "Артикул товара"),
    "Group of products that you report by": (
        "您统计所用的产品类别",
        "Группа товаров, по которой вы ведете отчетность",
    ),
    "Quantity sold; negative for a return": (
        "销售数量；退货为负数",
        "Проданное количество; при возврате – со знаком минус",
    ),
    "How it was sold: field, web, phone, …": (
        "销售方式：上门、网上、电话……",
        "Как продано: выезд, сайт, телефон, …",
    ),
    "Account manager who made the sale": (
        "完成该笔销售的业务员",
        "Менеджер, который провел продажу",
    ),
    # accounts
    "One row per buying company: who it is": (
        "每个购货客户一行：它是谁",
        "Одна строка на компанию-покупателя: кто она",
    ),
    "Names and managers on every page; types of accounts; who resembles your best.": (
        "各页上的客户名称和业务员；客户类型；谁与您的最佳客户相似。",
        "Названия и менеджеры на каждой странице; типы клиентов; кто похож на лучших.",
    ),
    "Account number of the company that owns it": (
        "其母公司的客户编号",
        "Код клиента – компании-владельца",
    ),
    "Account manager today": ("目前负责的业务员", "Ответственный менеджер сейчас"),
    "Day it became an account": ("成为客户的日期", "С какого дня это ваш клиент"),
    "Its own yearly revenue": ("客户自身的年营业额", "Собственная годовая выручка клиента"),
    "Credit limit that you grant": ("贵方给予的信用额度", "Предоставленный вами кредитный лимит"),
    "Agreed payment term": ("约定的账期", "Согласованная отсрочка платежа"),
    "Is it the leader of its market?": ("是否为其市场的龙头？", "Лидер ли он на своем рынке?"),
    "Is it well known in its industry or region?": (
        "在行业或地区内是否知名？",
        "Известен ли он в своей отрасли или регионе?",
    ),
    "Demanding on quality and knows the market well?": (
        "是否对质量要求高且熟悉市场？",
        "Требователен ли к качеству и хорошо ли знает рынок?",
    ),
    "What it does": ("主营业务", "Чем занимается"),
    "Its history, and yours with it": (
        "企业沿革及与贵方的合作历史",
        "История компании и вашей работы с ней",
    ),
    "Organisation: units, sites, ownership": (
        "组织架构：部门、厂区、股权",
        "Организация: подразделения, площадки, владельцы",
    ),
    "Its own customers, suppliers, partners": (
        "其客户、供应商和合作伙伴",
        "Его клиенты, поставщики, партнеры",
    ),
    "Street and town; shows a new owner in the same premises": (
        "街道和城市；可看出同一地址换了业主",
        "Улица и город; помогает увидеть нового владельца по тому же адресу",
    ),
    # identities
    "Who is the customer: numbers that are one account, sites of a group, and who is another": (
        "客户是谁：哪些编号属同一客户、哪些是集团下属、哪些不是同一家",
        "Кто есть кто: коды одного клиента, площадки группы и кто на самом деле другой",
    ),
    "Numbers of one company count as one account on every page.": (
        "同一公司的多个编号在各页上合并为一个客户。",
        "Коды одной компании считаются одним клиентом на каждой странице.",
    ),
    "The old, second or other number": (
        "旧编号、重复编号或其他编号",
        "Старый, второй или другой код",
    ),
    "The number under which it counts from now on": (
        "今后统一归入的编号",
        "Код, под которым он учитывается теперь",
    ),
    "How: the same company, a new number, a merger, a new owner, a site of a group, or "
    "different: not the same": (
        "关系：同一客户、编号变更、合并、新业主、集团分公司，或不是同一客户",
        "Как связаны: та же компания, новый код, слияние, новый владелец, филиал группы или "
        "другая компания",
    ),
    "Who decided this": ("由谁决定", "Кто это решил"),
    # contacts
    "Everyone who takes part in an account's decisions": (
        "参与客户采购决策的每个人",
        "Все, кто участвует в решениях клиента",
    ),
    "Who decides at an account; the dossier of each key account.": (
        "客户方由谁决策；每个大客户的客户档案。",
        "Кто принимает решения у клиента; досье каждого ключевого клиента.",
    ),
    "Short code of the person, unique within the account": (
        "联系人简短编号，同一客户内不重复",
        "Короткий код человека, у одного клиента не повторяется",
    ),
    "Position": ("职务", "Должность"),
    "Code or name of the contact to whom the person reports": (
        "其上级联系人的编号或姓名",
        "Код или имя контакта, которому человек подчиняется",
    ),
    "Who else has a say over the person; several with ; between": (
        "还有谁能对其作指示；多人用 ; 分隔",
        "Кто еще дает ему указания; нескольких – через ;",
    ),
    "Part in the decision to buy": ("在采购决策中的角色", "Роль в решении о покупке"),
    "Influence on the decision, 0 none to 3 decisive": (
        "对决策的影响力：0 无，3 决定性",
        "Влияние на решение: от 0 (нет) до 3 (решающее)",
    ),
    "Towards us, -2 opponent to 2 supporter": (
        "对我方的态度：-2 反对，2 支持",
        "Отношение к нам: от -2 (противник) до 2 (сторонник)",
    ),
    "What matters to the person": ("其关注点", "Что для него важно"),
    "Mail address; shows that it is one person at two accounts": (
        "邮箱；可看出同一人在两个客户任职",
        "Эл. почта; показывает, что это один человек у двух клиентов",
    ),
    "Telephone; shows it together with the name": (
        "电话；与姓名一起可看出是同一人",
        "Телефон; вместе с именем показывает, что это один человек",
    ),
    "Preferred channel": ("偏好的沟通渠道", "Предпочтительный канал связи"),
    "Day of the last contact": ("最近一次联系的日期", "Дата последнего контакта"),
    "Who of us looks after this person": ("我方由谁对接", "Кто из нас ведет этого человека"),
    # interactions
    "Meetings, calls, complaints, requests and briefs": (
        "拜访、电话、投诉、需求和简报",
        "Встречи, звонки, жалобы, запросы и брифы",
    ),
    "Early signs of leaving: complaints, silence; what was agreed.": (
        "流失的早期信号：投诉、沉默；以及双方的约定。",
        "Ранние признаки ухода: жалобы, молчание; о чем договорились.",
    ),
    "Day": ("发生日期", "Дата"),
    "Kind": ("往来类型", "Вид взаимодействия"),
    "Code of the contact": ("联系人编号", "Код контакта"),
    "What it was about": ("沟通主题", "О чем шла речь"),
    "What came of it": ("沟通结果", "Чем закончилось"),
    "How often it orders, where you know": (
        "已知的订货周期",
        "Как часто заказывает, если известно",
    ),
    "Day a complaint or request was settled; empty while open": (
        "投诉或需求解决的日期；未解决则留空",
        "Дата решения жалобы или запроса; пусто, пока не решено",
    ),
    "What was agreed": ("约定的事项", "О чем договорились"),
    "By when": ("完成期限", "К какому сроку"),
    "Who of us": ("我方经办人", "Кто из нас"),
    # deliveries
    "What was promised and what was kept": ("承诺的交期与实际交货", "Что обещано и что выполнено"),
    "Whether late or partial deliveries drive accounts away.": (
        "延迟或不完整的交货是否造成客户流失。",
        "Уходят ли клиенты из-за опозданий и неполных поставок.",
    ),
    "Number of the order or invoice": ("订单或发票编号", "Номер заказа или счета"),
    "Promised day": ("承诺的交货日期", "Обещанная дата"),
    "Day of delivery; empty while open": (
        "交货日期；未交货则留空",
        "Дата поставки; пусто, пока не поставлено",
    ),
    "Was it complete?": ("是否全部交齐？", "Поставлено ли полностью?"),
    # payments
    "What was due and when it was paid": (
        "应收款项及收款时间",
        "Сколько причиталось и когда оплачено",
    ),
    "How reliably an account pays.": ("客户付款是否可靠。", "Насколько надежно платит клиент."),
    "Number of the invoice": ("发票编号", "Номер счета"),
    "Amount due": ("应收金额", "Сумма к оплате"),
    "Due day": ("付款到期日", "Срок оплаты"),
    "Day of payment; empty while open": (
        "收款日期；未收则留空",
        "Дата оплаты; пусто, пока не оплачено",
    ),
    # tenders
    "Tenders won and lost, and why": (
        "中标与未中标的项目及原因",
        "Выигранные и проигранные тендеры и причины",
    ),
    "Why you win and lose; which accounts compare you on price.": (
        "为何中标或未中标；哪些客户主要比价格。",
        "Почему вы выигрываете и проигрываете; какие клиенты сравнивают вас по цене.",
    ),
    "Day of the decision": ("定标日期", "Дата решения"),
    "Lot, where each is decided by itself": (
        "标段（各标段分别定标时）",
        "Лот, если решение принимается по каждому отдельно",
    ),
    "Volume of the tender": ("招标金额", "Сумма тендера"),
    "Our price": ("我方报价", "Наша цена"),
    "Winning price": ("中标价", "Цена победителя"),
    "Result": ("中标结果", "Результат"),
    "What of a tender won in part is ours": (
        "部分中标时我方所得金额",
        "Наша часть суммы, если тендер выигран частично",
    ),
    "Why it was won or lost": ("中标或未中标的原因", "Почему выигран или проигран"),
    "Who won, or the strongest rival": (
        "中标方，或最强的竞争对手",
        "Кто победил или самый сильный соперник",
    ),
    # competitors
    "Who else courts the account, by product line": (
        "各品类中还有谁在争取该客户",
        "Кто еще работает с клиентом, по товарным группам",
    ),
    "What accounts buy elsewhere: room to grow and danger.": (
        "客户在别处采购什么：增购空间与风险。",
        "Что клиенты покупают у других: потенциал роста и опасность.",
    ),
    "Competitor": ("竞争对手", "Конкурент"),
    "Its share of the account's purchases": (
        "其在客户采购额中的占比",
        "Его доля в закупках клиента",
    ),
    "Its strength there, 0 none to 3 dominant": (
        "其在该客户处的实力：0 无，3 主导",
        "Его позиция у клиента: от 0 (нет) до 3 (главная)",
    ),
    "Day this was seen": ("发现日期", "Дата наблюдения"),
    # judgements
    "Judged criteria: a score with its author and evidence": (
        "人工评价的指标：评分、评价人和依据",
        "Экспертные критерии: оценка, ее автор и обоснование",
    ),
    "Criteria that no figure shows, such as reputation.": (
        "数字无法体现的指标，如声誉。",
        "Критерии, которых не видно в цифрах, например репутация.",
    ),
    "Criterion": ("评价指标", "Критерий"),
    "Score": ("评分", "Оценка"),
    "Who judged": ("由谁评价", "Кто оценил"),
    # losses
    "Accounts that left, with the reason as you know it": (
        "已流失的客户及您所知的原因",
        "Ушедшие клиенты и причина, насколько она известна",
    ),
    "Why accounts left; the test of the early warnings.": (
        "客户为何流失；用于检验流失预警。",
        "Почему ушли клиенты; проверка раннего предупреждения.",
    ),
    "Day the loss was recorded": ("记录流失的日期", "Дата, когда отмечен уход"),
    "Reason": ("流失原因", "Причина ухода"),
    # winbacks
    "Attempts to win an account back, and what came of them": (
        "挽回客户的尝试及结果",
        "Попытки вернуть клиента и их результат",
    ),
    "Which offers brought accounts back, and what they cost.": (
        "哪些方案挽回了客户，成本多少。",
        "Какие предложения вернули клиентов и сколько они стоили.",
    ),
    "Day of the attempt": ("尝试挽回的日期", "Дата попытки"),
    "What was offered": ("提供的挽回方案", "Что предложили"),
    "What the offer cost us": ("该方案的成本", "Во что нам обошлось предложение"),
    # prospects
    "Companies that you could win: need, ability to pay, power to decide": (
        "可争取的公司：需求、支付能力、决策权",
        "Компании, которых можно привлечь: потребность, платежеспособность, полномочия",
    ),
    "Whom to target next: need, ability to pay, power to decide.": (
        "下一步争取谁：需求、支付能力、决策权。",
        "Кого привлекать дальше: потребность, платежеспособность, полномочия.",
    ),
    "Your number or code for the company": ("贵方给该公司的编号", "Ваш номер или код компании"),
    "Its yearly revenue": ("其年营业额", "Ее годовая выручка"),
    "Where the lead came from": ("线索来源", "Откуда пришел лид"),
    "Day of the first contact": ("首次接触的日期", "Дата первого контакта"),
    "Need for what we sell": ("对我方产品的需求", "Потребность в том, что мы продаем"),
    "Evidence for the need": ("需求的依据", "Чем подтверждается потребность"),
    "Ability to pay": ("支付能力", "Платежеспособность"),
    "Evidence for the ability to pay": ("支付能力的依据", "Чем подтверждается платежеспособность"),
    "Our access to who decides": (
        "我方能否接触到决策人",
        "Наш доступ к лицу, принимающему решение",
    ),
    "Evidence for the power to decide": ("决策权的依据", "Чем подтверждаются полномочия"),
    "From whom it buys today": ("目前向谁采购", "У кого покупает сейчас"),
    "Share it buys there": ("在该处采购的占比", "Доля закупок у него"),
    "What it is to us: new, past or current buyer": (
        "与我方的关系：新客户、曾合作或现有客户",
        "Кто она для нас: новый, бывший или действующий покупатель",
    ),
    "Product line that it needs first": (
        "最先需要的品类",
        "Товарная группа, которая нужна ей в первую очередь",
    ),
    "What it could buy from you in a year": (
        "一年可能向贵方采购的金额",
        "Сколько она могла бы купить у вас за год",
    ),
    "Who of you looks after it": ("贵方由谁跟进", "Кто из вас ее ведет"),
    "Its account number, once it buys": (
        "开始采购后的客户编号",
        "Код клиента, когда начнет покупать",
    ),
    # managers
    "Your account managers and their time": ("贵方业务员及其工时", "Ваши менеджеры и их время"),
    "Who has time for which accounts.": (
        "谁有时间负责哪些客户。",
        "У кого на каких клиентов есть время.",
    ),
    "Code as used in the other tables": ("与其他表中使用的编号一致", "Код, как в других таблицах"),
    "Hours for key accounts in a quarter": (
        "每季度用于大客户的工时",
        "Часы на ключевых клиентов в квартал",
    ),
    "Result of the last product-knowledge test": (
        "最近一次产品知识测试的成绩",
        "Результат последнего теста на знание продукта",
    ),
    "Day of that test": ("该测试的日期", "Дата этого теста"),
    "Sales (also where empty) or marketing": (
        "销售（留空也视为销售）或市场",
        "Продажи (также если пусто) или маркетинг",
    ),
    # plans
    "Revenue plan per manager and quarter": (
        "各业务员各季度的销售计划",
        "План выручки по менеджерам и кварталам",
    ),
    "Plan against actual, per manager and quarter.": (
        "各业务员各季度的计划与实际对比。",
        "План и факт по менеджерам и кварталам.",
    ),
    "Code as in managers": ("与“客户经理”表中的编号一致", "Код, как на листе «Менеджеры»"),
    "Quarter, as 2025Q4; a month or day, or a year": (
        "季度，如 2025Q4；也可填月份、日期或年份",
        "Квартал, например 2025Q4; месяц, день или год",
    ),
    "Planned net revenue": ("计划的不含税销售额", "План выручки без НДС"),
    # rates
    "What other currencies are worth in yours, where lines are in several": (
        "明细有多种货币时，外币折合本币的汇率",
        "Сколько стоят другие валюты в вашей, если строки в нескольких",
    ),
    "Lines in other currencies: all money in your own, at the rate of its day.": (
        "外币明细：按当日汇率全部折算为本币。",
        "Строки в других валютах: все суммы в вашей валюте по курсу дня.",
    ),
    "The other currency: a code, sign or name": (
        "外币：代码、符号或名称",
        "Другая валюта: код, знак или название",
    ),
    "First day of the rate, valid until the next; empty: for all days": (
        "汇率生效首日，有效至下一汇率；留空表示全部日期",
        "Первый день курса, действует до следующего; пусто – на все дни",
    ),
    "Your currency for one unit of it": (
        "一单位外币折合的本币金额",
        "Сколько вашей валюты за ее единицу",
    ),
    # plays
    "What you do with each kind of account; replaces the workbook's own plays, row by row": (
        "对各类客户的做法；逐行替代本工具自带的策略",
        "Что вы делаете с клиентами каждого вида; построчно заменяет готовые стратегии",
    ),
    "Your own strategies and hours instead of the workbook's.": (
        "用您自己的策略和工时替代自带的。",
        "Ваши собственные стратегии и часы вместо готовых.",
    ),
    "A cell of the matrix, N (new), L (lost), D (no value), or a type": (
        "矩阵单元格，N（新客户）、L（已流失）、D（无价值），或客户类型",
        "Ячейка матрицы, N (новый), L (потерянный), D (без ценности) или тип клиента",
    ),
    "What you want with these accounts": ("对这些客户的目标", "Чего вы хотите с этими клиентами"),
    "Hours per account and quarter": ("每个客户每季度的工时", "Часы на клиента в квартал"),
    "Who leads": ("由谁主导", "Кто отвечает"),
    "What you offer": ("提供什么方案", "Что вы предлагаете"),
    "The next step": ("下一步做什么", "Следующий шаг"),
}
HELP_TEXTS: dict[str, dict[str, str]] = {
    language: {text: told[position] for text, told in _TEXTS.items()}
    for position, language in enumerate(SHEETS)
}
