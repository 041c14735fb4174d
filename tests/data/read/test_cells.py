"""What a cell says is one grammar: the guesser recognises what the reader reads, and back."""

import datetime as dt
import itertools

import pyarrow as pa
import pytest

from kamlib.data.engine.opened import open_engine
from kamlib.data.read.conventions import Conventions
from kamlib.data.read.conversion import typed_with_conventions
from kamlib.data.writing.days import day_text, day_value
from kamlib.data.writing.evidence import column_evidence
from kamlib.data.writing.numbers import ColumnStyle, number_text, number_value

AMOUNTS = (1234.5, -41.0, 0.25, 1_234_567.89)
BEFORE = ("", "€ ", "US$", "CHF ", "人民币", "R$ ")
AFTER = ("", " kr", " р.", "元", " zł", " Kč", " ₺", " SEK")
GROUPS = {",": ".", ".": ","}
MINUS = {
    "sign": "-{}", "U+2212": "−{}", "U+2011": "‑{}", "en dash": "–{}", "trailing": "{}-",
    "brackets": "({})", "wide brackets": "（{}）", "red": "红字{}", "triangle": "▲{}",
}  # fmt: skip
DAYS = {
    "2024-03-05": "2024-03-05", "5 марта 2024 г.": "2024-03-05", "05-мар-2024": "2024-03-05",
    "12. März 2024": "2024-03-12", "1er août 2024": "2024-08-01", "5 marca 2024 r.": "2024-03-05",
    "2024年3月5号 星期二": "2024-03-05", "2024-3-5 上午 9:05": "2024-03-05",
    "112/01/03": "2023-01-03",
    "二〇二四年一月三日": "2024-01-03", "Jan-23": "2023-01-01", "Mar '24": "2024-03-01",
    "Tuesday, March 5, 2024": "2024-03-05", "03.2024": "2024-03-01", "05.03.2024 г.": "2024-03-05",
}  # fmt: skip


def read(texts, role, **options):
    table = pa.table({"cell": pa.array(texts, pa.string()), "kam_row": range(len(texts))})
    connection = open_engine()
    connection.con.register("cells", table)
    conventions = Conventions(**options)
    relation, facts = typed_with_conventions(connection.table("cells"), {"cell": role}, conventions)
    found = relation.to_pyarrow().sort_by("kam_row")
    return found["cell"].to_pylist(), found["kam_unreadable"].to_pylist(), facts


def written(amount, decimal, grouped):
    text = f"{abs(amount):,.2f}" if grouped else f"{abs(amount):.2f}"
    return text.translate(str.maketrans(",.", GROUPS[decimal] + decimal))


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("minus", MINUS)
def test_the_engine_and_the_guesser_read_the_same_amounts(decimal, minus):
    texts, expected = [], []
    for amount, grouped in itertools.product(AMOUNTS, (False, True)):
        for before, after in itertools.product(BEFORE, AFTER):
            text = before + written(amount, decimal, grouped) + after
            texts.append(MINUS[minus].format(text) if amount < 0 else text)
            expected.append(amount)
    values, unreadable, _facts = read(texts, "number")
    assert values == expected and set(unreadable) == {None}
    assert [number_value(number_text(text), ColumnStyle(decimal)) for text in texts] == expected
    assert column_evidence(texts).kind == "text numbers"


@pytest.mark.parametrize("text", DAYS)
def test_the_engine_and_the_guesser_read_the_same_days(text):
    values, unreadable, _facts = read([text], "date")
    assert str(values[0])[:10] == DAYS[text] and unreadable == [None]
    assert day_value(day_text(text), "day-first") == dt.date.fromisoformat(DAYS[text])
    assert column_evidence([text]).kind == "dates"


@pytest.mark.parametrize("text", ["INV-001", "KH026", "1,2,3", "12:30", "12 34", "5 m²", "abc"])
def test_what_is_no_number_is_none_for_both(text):
    assert number_text(text) is None
    assert read([text], "number")[1] == [f'cell "{text}" is not a number']


def test_the_side_with_more_money_is_sales():
    values, _unreadable, facts = read(["580.00 DR", "41.00 CR", "20.00 DR"], "number")
    assert values == [580.0, -41.0, 20.0]
    assert [fact.decided for fact in facts if fact.kind == "cr-dr"] == ["credit is negative"]
    assert read(["580.00 CR", "41.00 DR", "20.00 CR"], "number")[0] == [580.0, -41.0, 20.0]


def test_scales_dashes_and_hyphens_are_read_and_told():
    values, _unreadable, facts = read(["0.6991万", "1.2亿元", " -   ", "5"], "number", lines=True)
    assert values == [6991.0, 120_000_000.0, 0.0, 5.0]
    assert {fact.kind for fact in facts} == {"decimal", "scaled", "dash is zero"}
    hyphens = ["22 410-70", "5-05", "-1 234-50", "(7-00)"]
    assert read(hyphens, "number")[0] == [22410.7, 5.05, -1234.5, -7.0]


def test_weeks_are_their_mondays_and_told():
    texts = ["2024-W05", "W06/2024", "KW 7/2024", "2024年第8周", "2024-W60"]
    values, unreadable, facts = read(texts, "date")
    found = [str(value)[:10] for value in values[:4]]
    assert found == ["2024-01-29", "2024-02-05", "2024-02-12", "2024-02-19"]
    assert unreadable[-1] and "week-only" in {fact.kind for fact in facts}


@pytest.mark.parametrize(
    "text",
    ["1 квартал 2024 г.", "I кв. 2024", "2024年1季度", "2024年第一季度", "Q1 2024", "2024Q1",
     "2024-Q1", "1Q24", "1. Quartal 2024", "T1 2024", "1er trimestre 2024", "1st quarter 2024"],
)  # fmt: skip
def test_quarters_are_their_first_days_and_told(text):
    values, _unreadable, facts = read([text, text.replace("24", "25")], "date")
    assert [str(value)[:10] for value in values] == ["2024-01-01", "2025-01-01"]
    assert "quarter-only" in {fact.kind for fact in facts}


def test_codes_of_articles_are_no_quarters():
    for text in ("Q1234", "T1 sensor 2024", "24-1 Q", "5 кв. 2024", "Q1"):
        assert day_text(text) is None, text


def test_excel_numbers_beside_written_days_are_one_column_of_dates():
    assert column_evidence(["2024-01-14", "45305", "45306"]).kind == "dates"
    assert column_evidence(["45305", "45306"]).kind == "serial days"


def test_a_cell_that_cannot_be_read_is_estimated_among_lines_only():
    texts = ["10.50", "#1,200.00", "#2.50"]
    values, unreadable, facts = read(texts, "number", lines=True)
    assert values == [10.5, 1200.0, 2.5] and unreadable[1] == 'cell "#1,200.00" is not a number'
    assert [fact.hint for fact in facts if fact.kind == "unreadable"] == ["#…"]
    assert read(texts, "number")[0][1] is None


def test_one_proof_settles_the_decimal_sign_of_the_column():
    values, _unreadable, facts = read(["0,145", "1,440", "15,840"], "number")
    assert values == [0.145, 1.44, 15.84]
    assert (facts[0].decided, facts[0].proofs_for, facts[0].ambiguous) == (",", 1, 2)


def test_a_year_that_stands_first_is_found_by_what_the_parts_hold():
    texts = [f"{year}-{month:02d}-28" for year in (23, 24, 25) for month in range(1, 13)]
    values, _unreadable, facts = read(texts, "date")
    assert str(values[0])[:10] == "2023-01-28" and facts[0].decided == "year-first"


def test_days_that_excel_turned_are_turned_back_and_told():
    typed_cells = [f"2024-{day:02d}-03" for day in range(1, 13)]
    texts = [f"{day}/03/2024" for day in range(13, 29)]
    values, _unreadable, facts = read(typed_cells + texts, "date")
    assert {str(value)[:7] for value in values} == {"2024-03"}
    assert [fact.decided for fact in facts if fact.kind == "swapped"] == ["turned back"]
