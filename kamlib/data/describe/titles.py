"""Sheets and columns of the input workbook in the languages that it can be written in."""

from collections.abc import Mapping
from functools import cache

from kamlib.data.describe.schema import TABLES

# Language -> table -> the sheet's name.
SHEETS: dict[str, dict[str, str]] = {
    "zh": {
        "transactions": "销售明细",
        "accounts": "客户档案",
        "identities": "客户归属",
        "contacts": "联系人",
        "interactions": "往来记录",
        "deliveries": "交货",
        "payments": "回款",
        "tenders": "招投标",
        "competitors": "竞争对手",
        "judgements": "评价",
        "losses": "流失客户",
        "winbacks": "客户挽回",
        "prospects": "潜在客户",
        "managers": "客户经理",
        "plans": "销售计划",
        "rates": "汇率",
        "plays": "策略表",
    },
    "ru": {
        "transactions": "Продажи",
        "accounts": "Клиенты",
        "identities": "Кто есть кто",
        "contacts": "Контакты",
        "interactions": "Взаимодействия",
        "deliveries": "Поставки",
        "payments": "Оплаты",
        "tenders": "Тендеры",
        "competitors": "Конкуренты",
        "judgements": "Оценки",
        "losses": "Потери",
        "winbacks": "Возврат клиентов",
        "prospects": "Потенциальные клиенты",
        "managers": "Менеджеры",
        "plans": "Планы",
        "rates": "Курсы валют",
        "plays": "Стратегии",
    },
}
# The first sheet and its three questions: name, company, currency, first month of the year.
FRONT: dict[str, tuple[str, str, str, str]] = {
    "zh": ("填写说明", "公司", "币种", "财年起始月份"),
    "ru": ("Как заполнить", "Компания", "Валюта", "Первый месяц года"),
}
# Language -> column, or table.column where it is called otherwise there -> the header.
_HEADERS: dict[str, dict[str, str]] = {
    "zh": {
        "account": "客户编号", "date": "日期", "document": "单据编号", "line": "行号",
        "revenue": "不含税金额", "margin": "毛利", "cost": "成本", "product": "产品编号",
        "product_line": "品类", "quantity": "数量", "channel": "渠道", "region": "地区",
        "manager": "业务员", "name": "名称", "parent": "上级客户", "industry": "行业",
        "since": "合作开始日期", "employees": "员工人数", "annual_revenue": "年营业额",
        "credit_limit": "信用额度", "payment_terms": "账期", "order_cycle_days": "订货周期",
        "market_leader": "行业龙头",
        "well_known": "知名企业", "expert": "专业客户", "description": "简介",
        "history": "合作历史", "structure": "组织架构", "surroundings": "上下游", "address": "地址",
        "contact": "联系人编号", "position": "职务", "reports_to": "上级", "dotted_to": "虚线上级",
        "mail": "邮箱", "phone": "电话", "lot": "标段", "won_amount": "我方中标金额",
        "role": "决策角色",
        "influence": "影响力", "attitude": "态度", "interests": "关注点",
        "last_contact": "最近联系日期", "owner": "我方负责人", "kind": "类型",
        "subject": "主题", "outcome": "结果", "resolved_on": "解决日期", "next_step": "下一步",
        "next_step_due": "下一步日期", "promised_on": "承诺交期", "delivered_on": "实际交货日期",
        "complete": "是否完整", "amount": "金额", "due_on": "到期日", "paid_on": "收款日期",
        "our_price": "我方报价", "winning_price": "中标价", "result": "中标结果",
        "reason": "原因", "competitor": "竞争对手", "share": "份额", "strength": "实力",
        "note": "备注", "seen_on": "发现日期", "criterion": "评价指标", "score": "评分",
        "author": "评价人", "evidence": "依据", "offer": "方案", "outcome_on": "结果日期",
        "prospect": "潜在客户编号", "source": "线索来源", "first_seen": "首次接触日期",
        "need": "需求", "need_evidence": "需求依据", "need_date": "需求日期",
        "budget": "支付能力", "budget_evidence": "预算依据", "budget_date": "预算日期",
        "authority": "决策权", "authority_evidence": "决策权依据",
        "authority_date": "决策权日期", "competitor_share": "竞争对手份额",
        "relationship": "客户关系", "value": "预计金额", "hours_per_quarter": "季度工时",
        "product_knowledge": "产品知识", "tested_on": "测试日期", "team": "团队",
        "quarter": "季度", "revenue_plan": "计划金额", "place": "单元格", "strategy": "策略",
        "hours": "工时", "currency": "币种", "from": "生效日期", "rate": "汇率",
        "lead": "主导", "accounts.name": "客户名称", "contacts.name": "姓名",
        "belongs_to": "归属客户编号", "decided_by": "决定人", "decided_on": "决定日期",
        "identities.account": "原客户编号", "identities.kind": "关系类型",
        "contacts.channel": "沟通渠道", "managers.manager": "业务员编号",
        "managers.name": "姓名", "tenders.date": "开标日期", "tenders.amount": "招标金额",
        "payments.amount": "应收金额", "losses.date": "流失日期", "losses.reason": "流失原因",
        "winbacks.offer": "挽回方案", "winbacks.cost": "挽回成本",
    },
    "ru": {
        "account": "Код клиента", "date": "Дата", "document": "Номер документа",
        "line": "Номер строки", "revenue": "Выручка без НДС", "margin": "Валовая прибыль",
        "cost": "Себестоимость", "product": "Артикул", "product_line": "Товарная группа",
        "quantity": "Количество", "channel": "Канал продаж", "region": "Регион",
        "manager": "Менеджер", "name": "Наименование", "parent": "Головная организация",
        "industry": "Отрасль", "since": "Клиент с", "employees": "Численность",
        "annual_revenue": "Годовая выручка", "credit_limit": "Кредитный лимит",
        "payment_terms": "Отсрочка платежа", "order_cycle_days": "Цикл заказов",
        "market_leader": "Лидер рынка",
        "well_known": "Известная компания", "expert": "Эксперт", "description": "Описание",
        "history": "История", "structure": "Структура", "surroundings": "Окружение",
        "address": "Адрес",
        "contact": "Код контакта", "position": "Должность", "reports_to": "Руководитель",
        "dotted_to": "Функциональный руководитель", "mail": "Эл. почта", "phone": "Телефон",
        "lot": "Лот", "won_amount": "Выигранная сумма",
        "role": "Роль в решении", "influence": "Влияние", "attitude": "Отношение",
        "interests": "Интересы", "last_contact": "Последний контакт", "owner": "Ответственный",
        "kind": "Вид", "subject": "Тема", "outcome": "Результат", "resolved_on": "Дата решения",
        "next_step": "Следующий шаг", "next_step_due": "Срок следующего шага",
        "promised_on": "Обещанная дата", "delivered_on": "Дата поставки",
        "complete": "Полностью", "amount": "Сумма", "due_on": "Срок оплаты",
        "paid_on": "Дата оплаты", "our_price": "Наша цена", "winning_price": "Цена победителя",
        "result": "Результат", "reason": "Причина", "competitor": "Конкурент", "share": "Доля",
        "strength": "Сила позиции", "note": "Примечание", "seen_on": "Дата наблюдения",
        "criterion": "Критерий", "score": "Оценка", "author": "Автор", "evidence": "Обоснование",
        "offer": "Предложение", "outcome_on": "Дата результата", "prospect": "Код лида",
        "source": "Источник", "first_seen": "Дата первого контакта", "need": "Потребность",
        "need_evidence": "Обоснование потребности", "need_date": "Дата оценки потребности",
        "budget": "Платежеспособность", "budget_evidence": "Обоснование бюджета",
        "budget_date": "Дата оценки бюджета", "authority": "Полномочия",
        "authority_evidence": "Обоснование полномочий",
        "authority_date": "Дата оценки полномочий", "competitor_share": "Доля конкурента",
        "relationship": "Статус клиента", "value": "Потенциал в год",
        "hours_per_quarter": "Часов в квартал", "product_knowledge": "Знание продукта",
        "tested_on": "Дата теста", "team": "Отдел", "quarter": "Квартал",
        "revenue_plan": "План выручки", "place": "Ячейка", "strategy": "Стратегия",
        "hours": "Часы", "currency": "Валюта", "from": "Действует с", "rate": "Курс",
        "lead": "Ответственный", "contacts.name": "ФИО",
        "belongs_to": "Относится к коду", "decided_by": "Кто решил",
        "decided_on": "Дата решения", "identities.account": "Прежний код клиента",
        "identities.kind": "Вид связи",
        "contacts.channel": "Канал связи", "managers.manager": "Код менеджера",
        "managers.name": "ФИО", "tenders.date": "Дата тендера",
        "tenders.amount": "Сумма тендера", "losses.date": "Дата ухода",
        "losses.reason": "Причина ухода",
    },
}  # fmt: skip
LANGUAGES = ("en", *SHEETS)


def sheet_title(table: str, language: str = "en") -> str:
    """The name of a table's sheet in a language."""
    return SHEETS.get(language, {}).get(table, table)


def column_title(table: str, column: str, language: str = "en") -> str:
    """The header of a column in a language."""
    titles = _HEADERS.get(language, {})
    return titles.get(f"{table}.{column}", titles.get(column, column))


def titles_of(table: str, column: str) -> tuple[str, ...]:
    """The headers of a column in all languages but English, each once."""
    found = (column_title(table, column, language) for language in SHEETS)
    return tuple(dict.fromkeys(title for title in found if title != column))


@cache
def _tables() -> Mapping[str, tuple[str, str]]:
    """Table and language by the folded name of a sheet."""
    return {
        sheet_title(table, language).casefold(): (table, language)
        for language in reversed(LANGUAGES)
        for table in TABLES
    }


def table_of_sheet(name: str) -> tuple[str, str]:
    """The table that a sheet is named after, and in which language; empty where none is."""
    return _tables().get(name.strip().casefold(), ("", ""))
