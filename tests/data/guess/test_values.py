"""Words in side tables: choices, scales, yes and no, payment terms and ranges, as SQL."""

import duckdb
import pandas as pd
import pytest

from kamlib.data.describe.expressions import Expression, column_roles, resolved
from kamlib.data.describe.schema import TABLES
from kamlib.data.describe.value_words import CHOICES, known_values, value_key
from kamlib.data.guess.guess import guess_table
from kamlib.data.guess.values import value_expression
from kamlib.data.writing.evidence import column_evidence


def translated(table: str, column: str, words: list[str]) -> list:
    """The words as the proposed expression reads them, in their order."""
    target = TABLES[table].column(column)
    sql, _note = value_expression(table, target, "w", column_evidence(words))
    assert sql, "no expression is proposed"
    expression = Expression(sql, "test", target.kind)
    assert column_roles([expression], ["w"]) == {"w": "text"}
    rows = pd.DataFrame({"w": words})
    found = duckdb.sql(f"SELECT {resolved(expression, ['w'], 'test')} AS v FROM rows").fetchall()
    assert len(rows) == len(found)
    return [value for (value,) in found]


@pytest.mark.parametrize(
    ("table", "column", "words", "expected"),
    [
        ("contacts", "role", ["决策者", "采购", "使用者", "決策者"],
         ["decides", "influences", "uses", "decides"]),
        ("contacts", "role", ["ЛПР", "закупщик", "Пользователь"],
         ["decides", "influences", "uses"]),
        ("contacts", "influence", ["高", "中", "低"], [3, 2, 1]),
        ("contacts", "influence", ["высокое", "Среднее", "низкое"], [3, 2, 1]),
        ("contacts", "influence", ["High", "medium", "low"], [3, 2, 1]),
        ("contacts", "attitude", ["支持", "中立", "反对"], [2, 0, -2]),
        ("contacts", "attitude", ["сторонник", "нейтральное", "против"], [2, 0, -2]),
        ("tenders", "result", ["中标", "未中标", "流标"], ["won", "lost", "open"]),
        ("tenders", "result", ["Выигран", "проигран", "отменён"], ["won", "lost", "open"]),
        ("tenders", "result", ["部分中标", "弃标", "撤回"],
         ["partly won", "withdrawn", "withdrawn"]),
        ("tenders", "result", ["Частично выигран", "Отозван", "partially won"],
         ["partly won", "withdrawn", "partly won"]),
        ("prospects", "outcome", ["赢单", "输单", "跟进中"], ["won", "lost", "open"]),
        ("prospects", "outcome", ["Closed Won", "Closed Lost", "Prospecting"],
         ["won", "lost", "open"]),
        ("prospects", "need", ["强", "中", "弱"], [1, 0.5, 0.25]),
        ("prospects", "budget", ["充足", "一般", "不足"], [1, 0.5, 0.25]),
        ("prospects", "authority", ["有", "部分", "无"], [1, 0.5, 0]),
        ("interactions", "kind", ["微信", "电话", "拜访", "投诉"],
         ["e-mail", "call", "meeting", "complaint"]),
        ("interactions", "kind", ["встреча", "звонок", "Рекламация"],
         ["meeting", "call", "complaint"]),
        ("losses", "reason", ["价格", "质量问题", "срыв сроков", "zzz"],
         ["price", "product quality", "missed deadlines", "zzz"]),
        ("winbacks", "outcome", ["已挽回", "拒绝", "нет ответа"], ["won", "refused", "no answer"]),
        ("accounts", "market_leader", ["有", "没有", "oui"], ["yes", "no", "yes"]),
        ("accounts", "payment_terms", ["月结30天", "月结60天", "现结"], [30, 60, 0]),
        ("accounts", "payment_terms", ["30 дней", "предоплата", "45 дн."], [30, 0, 45]),
        ("accounts", "payment_terms", ["net 30", "Net 60", "30 days", "3个月"], [30, 60, 30, 90]),
        ("accounts", "employees", ["200-500人", "50–99人", "1,000+"], [350, 74.5, 1000]),
        ("accounts", "employees", ["от 200 до 500", "до 50", "1 000-2 000 чел."], [350, 50, 1500]),
    ],
)  # fmt: skip
def test_words_are_translated(table, column, words, expected):
    assert translated(table, column, words) == expected


def test_words_that_nobody_knows_are_left_alone():
    role = TABLES["contacts"].column("role")
    assert value_expression("contacts", role, "w", column_evidence(["foo", "bar"])) == ("", "")
    assert value_expression("contacts", role, "w", column_evidence(["decides", "uses"])) == ("", "")
    number = column_evidence([1, 2, 3])
    assert value_expression("contacts", TABLES["contacts"].column("influence"), "w", number) == (
        "", "",
    )  # fmt: skip


def test_every_choice_has_words_and_no_word_has_two_meanings():
    for (table, name), words in CHOICES.items():
        column = TABLES[table].column(name)
        assert set(words) == set(column.choices), (table, name)
        known = known_values(table, column)
        assert all(known[value_key(choice)] == choice for choice in column.choices)


def test_columns_of_words_are_used():
    samples = pd.DataFrame({
        "客户编码": ["K1", "K2"], "姓名": ["a", "b"], "决策角色": ["决策者", "使用者"],
        "影响力": ["高", "低"], "态度": ["支持", "反对"],
    })  # fmt: skip
    guess = guess_table(list(samples), samples, name="联系人")
    assert guess.table == "contacts"
    assert not guess.unused
    assert guess.expressions["influence"].startswith('CASE "影响力" WHEN')
