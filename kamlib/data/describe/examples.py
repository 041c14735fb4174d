"""One example row of each canonical table, as the input workbook shows it."""

import datetime as dt

from kamlib.data.describe.schema import EXAMPLE_KEY, TABLES, Cell, Table
from kamlib.data.describe.titles import SHEETS
from kamlib.data.describe.value_words import choice_word

_VALUES: dict[str, dict[str, Cell]] = {
    "transactions": {
        "date": dt.date(2025, 10, 14),
        "document": "R-00417",
        "line": "1",
        "revenue": 1840.0,
        "cost": 1312.5,
        "currency": "EUR",
        "product": "00123",
        "product_line": "Pumps",
        "quantity": 8,
        "channel": "field",
        "region": "North",
        "manager": "M03",
    },
    "accounts": {
        "name": "Example Ltd",
        "parent": "10007",
        "industry": "Food",
        "region": "North",
        "manager": "M03",
        "since": dt.date(2019, 3, 1),
        "employees": 240,
        "annual_revenue": 38_000_000.0,
        "credit_limit": 60_000.0,
        "payment_terms": 30,
        "order_cycle_days": 28,
        "market_leader": "no",
        "well_known": "yes",
        "expert": "yes",
        "description": "Dairy with two plants",
        "history": "First order at a fair in 2019",
        "structure": "Central buying, technical department decides",
        "surroundings": "Supplies three retail chains",
        "address": "12 Mill Lane, Leeds",
    },
    "identities": {
        "belongs_to": "10212",
        "kind": "renumbered",
        "decided_by": "M03",
        "decided_on": dt.date(2025, 9, 30),
        "note": "New number since the move to the new system",
    },
    "contacts": {
        "contact": "C1",
        "name": "Jo Example",
        "position": "Head of maintenance",
        "reports_to": "C2",
        "dotted_to": "C3",
        "mail": "jo@example.com",
        "phone": "+49 40 555 0100",
        "role": "champions",
        "influence": 2,
        "attitude": 1,
        "interests": "Fewer stops of the line",
        "channel": "phone",
        "last_contact": dt.date(2025, 9, 30),
        "owner": "M03",
    },
    "interactions": {
        "date": dt.date(2025, 9, 30),
        "kind": "complaint",
        "contact": "C1",
        "subject": "Seals leak after two weeks",
        "outcome": "Replaced free of charge",
        "resolved_on": dt.date(2025, 10, 6),
        "next_step": "Visit the line with our engineer",
        "next_step_due": dt.date(2025, 11, 15),
        "manager": "M03",
    },
    "deliveries": {
        "document": "R-00417",
        "promised_on": dt.date(2025, 10, 14),
        "delivered_on": dt.date(2025, 10, 16),
        "complete": "yes",
    },
    "payments": {
        "document": "R-00417",
        "amount": 1840.0,
        "due_on": dt.date(2025, 11, 13),
        "paid_on": dt.date(2025, 11, 20),
    },
    "tenders": {
        "date": dt.date(2025, 6, 12),
        "product_line": "Pumps",
        "amount": 95_000.0,
        "our_price": 91_500.0,
        "winning_price": 88_000.0,
        "lot": "2",
        "result": "lost",
        "reason": "Price",
        "competitor": "Rival Inc",
    },
    "competitors": {
        "competitor": "Rival Inc",
        "product_line": "Valves",
        "share": 0.4,
        "strength": 2,
        "note": "Has a store nearby",
        "seen_on": dt.date(2025, 8, 20),
    },
    "judgements": {
        "criterion": "long-term",
        "score": 0.8,
        "author": "M03",
        "date": dt.date(2025, 9, 1),
        "evidence": "Five-year plan for the second plant",
    },
    "losses": {
        "date": dt.date(2025, 7, 31),
        "reason": "missed deadlines",
        "note": "Three late deliveries in spring",
    },
    "winbacks": {
        "date": dt.date(2025, 9, 15),
        "offer": "Stock reserved for them",
        "cost": 1200.0,
        "outcome": "open",
    },
    "prospects": {
        "name": "Future Ltd",
        "industry": "Food",
        "region": "South",
        "employees": 180,
        "annual_revenue": 25_000_000.0,
        "source": "trade fair",
        "first_seen": dt.date(2025, 5, 8),
        "need": 0.8,
        "need_evidence": "Builds a new line",
        "need_date": dt.date(2025, 9, 3),
        "budget": 0.6,
        "budget_evidence": "Budget approved by the owner",
        "budget_date": dt.date(2025, 9, 3),
        "authority": 0.5,
        "authority_evidence": "We know the head of buying",
        "authority_date": dt.date(2025, 9, 3),
        "competitor": "Rival Inc",
        "competitor_share": 0.7,
        "relationship": "new",
        "product_line": "Pumps",
        "value": 60_000.0,
        "manager": "M03",
        "outcome": "open",
    },
    "managers": {
        "name": "Kim Example",
        "hours_per_quarter": 320,
        "product_knowledge": 0.85,
        "tested_on": dt.date(2025, 9, 12),
        "team": "sales",
    },
    "plans": {"quarter": "2025Q4", "revenue_plan": 450_000.0},
    "rates": {"from": dt.date(2025, 10, 1), "rate": 0.92},
    "plays": {
        "strategy": "Defend and deepen",
        "hours": 24,
        "lead": "Key-account manager",
        "offer": "Yearly agreement with reserved stock",
        "next_step": "Quarterly review with who decides",
    },
}


# What is written out in them, in Chinese and Russian; numbers and codes are the same.
_TOLD: dict[str, tuple[str, str]] = {
    "EUR": ("USD", "USD"),
    "Pumps": ("水泵", "Насосы"),
    "Valves": ("阀门", "Клапаны"),
    "field": ("上门", "выезд"),
    "phone": ("电话", "телефон"),
    "North": ("华北", "Север"),
    "South": ("华南", "Юг"),
    "Food": ("食品", "Пищевая промышленность"),
    "Example Ltd": ("示例食品有限公司", "ООО «Пример»"),
    "Dairy with two plants": ("乳制品企业，两家工厂", "Молочный комбинат, два завода"),
    "First order at a fair in 2019": (
        "2019 年展会上首次下单",
        "Первый заказ на выставке в 2019 году",
    ),
    "Central buying, technical department decides": (
        "集中采购，技术部门决策",
        "Централизованные закупки, решает технический отдел",
    ),
    "Supplies three retail chains": ("为三家连锁超市供货", "Поставляет в три торговые сети"),
    "12 Mill Lane, Leeds": ("天津市南京路 12 号", "Самара, ул. Заводская, 12"),
    "New number since the move to the new system": (
        "换用新系统后的新编号",
        "Новый код после перехода на новую систему",
    ),
    "Jo Example": ("张示例", "Иван Примеров"),
    "Head of maintenance": ("设备维护主管", "Начальник ремонтной службы"),
    "Fewer stops of the line": ("减少产线停机", "Меньше простоев линии"),
    "Seals leak after two weeks": ("密封件两周后漏水", "Уплотнения текут через две недели"),
    "Replaced free of charge": ("免费更换", "Заменены бесплатно"),
    "Visit the line with our engineer": (
        "与我方工程师一同查看产线",
        "Осмотреть линию с нашим инженером",
    ),
    "Price": ("价格", "Цена"),
    "Rival Inc": ("对手公司", "ООО «Соперник»"),
    "Has a store nearby": ("附近有仓库", "Рядом есть склад"),
    "Five-year plan for the second plant": ("第二工厂的五年规划", "Пятилетний план второго завода"),
    "Three late deliveries in spring": ("春季三次延迟交货", "Три опоздания с поставкой весной"),
    "Stock reserved for them": ("为其预留库存", "Зарезервированный для них запас"),
    "Future Ltd": ("未来食品有限公司", "ООО «Будущее»"),
    "trade fair": ("展会", "выставка"),
    "Builds a new line": ("正在建新产线", "Строит новую линию"),
    "Budget approved by the owner": ("业主已批准预算", "Бюджет утвержден владельцем"),
    "We know the head of buying": ("认识采购负责人", "Знаем начальника отдела закупок"),
    "Kim Example": ("李示例", "Анна Примерова"),
    "Defend and deepen": ("巩固并深化合作", "Защищать и развивать"),
    "Key-account manager": ("大客户经理", "Менеджер по ключевым клиентам"),
    "Yearly agreement with reserved stock": (
        "年度框架协议，预留库存",
        "Годовой договор с резервом товара",
    ),
    "Quarterly review with who decides": ("与决策人做季度业务回顾", "Квартальный обзор с ЛПР"),
}


def example_row(table: str, language: str = "en") -> dict[str, Cell]:
    """The example row of a table: canonical column to value, its first key column first.

    In another language its texts are told in it, and its answers are those of the lists.
    """
    known = TABLES[table]
    row = {known.key[0]: EXAMPLE_KEY, **_VALUES[table]}
    return {name: _told(known, name, value, language) for name, value in row.items()}


def _told(table: Table, name: str, value: Cell, language: str) -> Cell:
    column = table.column(name)
    if value in column.choices:
        return choice_word(table.name, column, value, language)
    told = dict(zip(SHEETS, _TOLD.get(value, ()), strict=False))
    return told.get(language, value)
